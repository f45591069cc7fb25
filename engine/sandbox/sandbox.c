/* System. */
#include <asm/sockios.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Base. */
#include "base/sanitized.h"

/* Own. */
#include "sandbox/sandbox.h"

/* Character set converters; also what dlopen() needs for them. */
static const char *const parse_readable[] = { "/usr/lib", "/usr/lib64", NULL };

static const char *const network_readable[] = {
	"/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf",
	"/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols", "/etc/localtime", "/etc/ssl",
	"/etc/gnutls", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/share/zoneinfo",
	"/run/systemd/resolve", "/dev/urandom", "/dev/null", NULL
};

/*
 * CPU time is for the whole life of the process: 500 jobs of a few milliseconds
 * each, or a handful of very large ones (main restarts it; the limit per job
 * is the worker's own).
 */
const struct sandbox_profile sandbox_parse = {
	.name = "parse", .memory = 512ull << 20, .cpu_seconds = 600, .file_size = 1ull << 30, .files = 32,
	.calls = SANDBOX_CALLS_COMPUTE, .readable = parse_readable,
};

const struct sandbox_profile sandbox_network = {
	.name = "network", .memory = 1ull << 30, .file_size = 1ull << 30, .files = 256,
	.calls = SANDBOX_CALLS_NETWORK, .readable = network_readable,
};

int sandbox_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static int limit(int what, uint64_t value, struct err *err)
{
	struct rlimit now, r = { value, value };

	/* Never above what is there already. */
	if (getrlimit(what, &now) == 0 && now.rlim_max < value)
		r = (struct rlimit){ now.rlim_max, now.rlim_max };
	return setrlimit(what, &r) ? err_sys(err, "cannot set a resource limit") : 0;
}

static int limits_set(const struct sandbox_profile *p, struct err *err)
{
	int rc = limit(RLIMIT_CORE, 0, err);

	if (!rc && p->memory)
		rc = limit(RLIMIT_AS, p->memory, err);
	if (!rc && p->cpu_seconds)
		rc = limit(RLIMIT_CPU, p->cpu_seconds, err);
	if (!rc && p->file_size)
		rc = limit(RLIMIT_FSIZE, p->file_size, err);
	if (!rc && p->files)
		rc = limit(RLIMIT_NOFILE, p->files, err);
	/* The limit counts threads and all processes of the user, so it is for those that need none. */
	if (!rc && p->calls == SANDBOX_CALLS_COMPUTE)
		rc = limit(RLIMIT_NPROC, 0, err);
	signal(SIGXFSZ, SIG_IGN);
	return rc;
}

/* ---- files ---- */

static int readable_add(int ruleset, const char *path, struct err *err)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE };
	int fd = open(path, O_PATH | O_CLOEXEC), rc;

	if (fd < 0)
		return 0;
	/* Folders may be listed too; the kernel refuses that right for a file. */
	rule.parent_fd = fd;
	rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
	rc = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	if (rc && errno == EINVAL) {
		rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
		rc = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close(fd);
	return rc ? err_sys(err, "cannot allow reading '%s'", path) : 0;
}

static int files_limit(const struct sandbox_profile *p, int abi, struct err *err)
{
	/* Rights by version: 13 in the first, then REFER and TRUNCATE; later ones are not in this header. */
	struct landlock_ruleset_attr attr = { .handled_access_fs = (1ull << 13) - 1 };
	int ruleset, rc = 0;
	const char *const *path;

	if (abi >= 2)
		attr.handled_access_fs |= 1ull << 13;
	if (abi >= 3)
		attr.handled_access_fs |= 1ull << 14;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return err_sys(err, "cannot make a Landlock ruleset");
	for (path = p->readable; path && *path && !rc; path++)
		rc = readable_add(ruleset, *path, err);
	if (!rc && syscall(SYS_landlock_restrict_self, ruleset, 0))
		rc = err_sys(err, "cannot enter the Landlock ruleset");
	close(ruleset);
	return rc;
}

/* ---- calls ---- */

static const int compute_calls[] = {
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64),
	SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(close), SCMP_SYS(access),
	SCMP_SYS(fadvise64), SCMP_SYS(readlink), SCMP_SYS(getcwd),
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk),
	SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(futex),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(setitimer),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/*
 * Of fcntl what the program and the C library use: not F_SETOWN and F_SETSIG,
 * by which the kernel sends any signal to any process of the same user.
 */
static const int compute_fcntls[] = {
	F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_ADD_SEALS, F_GET_SEALS,
};

/* What a process that talks to the network has no business with. */
static const int network_refused[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(kill),
	SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
	SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
	SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(init_module), SCMP_SYS(finit_module),
	SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon),
	SCMP_SYS(swapoff), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl), SCMP_SYS(acct),
	SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(adjtimex), SCMP_SYS(quotactl), SCMP_SYS(syslog),
	SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(chown),
	SCMP_SYS(fchownat), SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setresuid), SCMP_SYS(setresgid),
	SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(personality), SCMP_SYS(inotify_init1), SCMP_SYS(fanotify_init),
};

/* A call this architecture does not have needs no rule. */
static int rules_add(scmp_filter_ctx ctx, uint32_t action, const int *calls, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		int rc = calls[i] < 0 ? 0 : seccomp_rule_add(ctx, action, calls[i], 0);

		if (rc && rc != -EDOM)
			return -1;
	}
	return 0;
}

/* An argument of a call compared; as functions, since the library's macros leave a field out. */
static struct scmp_arg_cmp arg_is(unsigned arg, enum scmp_compare op, int64_t value)
{
	return (struct scmp_arg_cmp){ arg, op, (scmp_datum_t)value, 0 };
}

static struct scmp_arg_cmp arg_masked(unsigned arg, int64_t mask, int64_t value)
{
	return (struct scmp_arg_cmp){ arg, SCMP_CMP_MASKED_EQ, (scmp_datum_t)mask, (scmp_datum_t)value };
}

/* Adds a rule for each value that the second argument of 'call' may have. */
static int commands_add(scmp_filter_ctx ctx, uint32_t action, int call, const int *commands, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (seccomp_rule_add(ctx, action, call, 1, arg_masked(1, 0xFFFFFFFF, commands[i])))
			return -1;
	return 0;
}

static scmp_filter_ctx compute_filter(bool may_open)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	const int writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY) | O_PATH;

	if (!ctx)
		return NULL;
	if (rules_add(ctx, SCMP_ACT_ALLOW, compute_calls, sizeof compute_calls / sizeof *compute_calls) ||
	    commands_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), compute_fcntls,
			 sizeof compute_fcntls / sizeof *compute_fcntls) ||
	    /* abort(), to itself only. */
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, arg_is(0, SCMP_CMP_EQ, getpid())) ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, arg_is(0, SCMP_CMP_EQ, 0),
			     arg_is(2, SCMP_CMP_EQ, 0)) ||
	    (may_open && seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
					  arg_masked(2, writing, O_RDONLY)))) {
		seccomp_release(ctx);
		return NULL;
	}
	return ctx;
}

static scmp_filter_ctx network_filter(void)
{
	static const int fcntls[] = { F_SETOWN, F_SETOWN_EX, F_SETSIG }, ioctls[] = { FIOSETOWN, SIOCSPGRP };
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (!ctx)
		return NULL;
	if (rules_add(ctx, SCMP_ACT_ERRNO(EPERM), network_refused, sizeof network_refused / sizeof *network_refused) ||
	    commands_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(fcntl), fcntls, sizeof fcntls / sizeof *fcntls) ||
	    commands_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), ioctls, sizeof ioctls / sizeof *ioctls) ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1, arg_is(0, SCMP_CMP_NE, 0)) ||
	    /* Threads (libcurl resolves names in one), not processes; clone3 hides its flags, so libc shall use clone. */
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			     arg_masked(0, CLONE_THREAD, 0)) ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1,
			     arg_is(0, SCMP_CMP_NE, getpid())) ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1, arg_is(0, SCMP_CMP_EQ, AF_PACKET)) ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1, arg_is(0, SCMP_CMP_GT, AF_NETLINK))) {
		seccomp_release(ctx);
		return NULL;
	}
	return ctx;
}

static int calls_limit(const struct sandbox_profile *p, bool may_open, bool *done_r, struct err *err)
{
	scmp_filter_ctx ctx = p->calls == SANDBOX_CALLS_COMPUTE ? compute_filter(may_open) : network_filter();
	int rc;

	if (!ctx)
		return err_set(err, ERR_SYSTEM, "cannot make the filter of system calls");
	rc = seccomp_load(ctx);
	seccomp_release(ctx);
	*done_r = rc == 0;
	/* A kernel built without it. */
	if (rc && rc != -EINVAL && rc != -ENOSYS && rc != -ECANCELED) {
		errno = -rc;
		return err_sys(err, "cannot load the filter of system calls");
	}
	return 0;
}

int sandbox_enter(const struct sandbox_profile *profile, struct sandbox_report *report_r, struct err *err)
{
	int abi = sandbox_landlock_abi();

	*report_r = (struct sandbox_report){ 0 };
#if SANITIZED
	(void)profile;
	(void)abi;
	(void)err;
	(void)limits_set;
	(void)files_limit;
	(void)calls_limit;
	return 0;
#else
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return err_sys(err, "cannot give up new privileges");
	if (limits_set(profile, err))
		return -1;
	report_r->limits = true;
	if (abi && files_limit(profile, abi, err))
		return -1;
	report_r->landlock = abi;
	return calls_limit(profile, abi > 0, &report_r->seccomp, err);
#endif
}
