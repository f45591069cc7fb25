/*
 * What a parser or fetcher that was taken over can do: nothing. Each forbidden
 * act is tried inside the profile, in a child; then the real worker does its
 * work inside, with Landlock and with a kernel that seems to have none.
 */

/* System. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asm/sockios.h>

/* Base. */
#include "base/file.h"
#include "base/sanitized.h"
#include "base/str.h"
#include "tap.h"

/* Engine. */
#include "ipc/manifest.h"
#include "sandbox/sandbox.h"
#include "worker/parse.h"

static int open_socket; /* made before entering, as if inherited */
static int memory_file;

/* Each returns -1 with errno when it was denied. */
static long socket_inet(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long socket_unix(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long socket_raw(void) { return socket(AF_PACKET, SOCK_RAW, 0); }
static long pair(void) { int f[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, f); }
static long connect_out(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) } };

	return connect(open_socket, (struct sockaddr *)&a, sizeof a);
}
static long bind_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	return bind(open_socket, (struct sockaddr *)&a, sizeof a);
}
static long listen_port(void) { return listen(open_socket, 1); }
static long send_to(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) } };

	return sendto(open_socket, "x", 1, 0, (struct sockaddr *)&a, sizeof a);
}
static long read_passwd(void) { return open("/etc/passwd", O_RDONLY | O_CLOEXEC); }
static long read_root(void) { return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC); }
static long read_proc(void) { return open("/proc/self/environ", O_RDONLY | O_CLOEXEC); }
static long read_parent(void) { return open("/proc/1/cmdline", O_RDONLY | O_CLOEXEC); }
static long write_tmp(void) { return open("/tmp/postkamer-sandbox-test", O_WRONLY | O_CREAT | O_CLOEXEC, 0600); }
static long write_lib(void) { return open("/usr/lib/postkamer-sandbox-test", O_RDWR | O_CREAT | O_CLOEXEC, 0600); }
static long write_null(void) { return open("/dev/null", O_WRONLY | O_CLOEXEC); }
static long temp_file(void) { return open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }
static long open_new(void)
{
	struct {
		unsigned long flags, mode, resolve;
	} how = { 0, 0, 0 };

	return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how);
}
static long remove_file(void) { return unlink("/tmp/postkamer-sandbox-none"); }
static long rename_file(void) { return rename("/tmp/postkamer-sandbox-a", "/tmp/postkamer-sandbox-b"); }
static long make_folder(void) { return mkdir("/tmp/postkamer-sandbox-folder", 0700); }
static long make_link(void) { return symlink("/etc/passwd", "/tmp/postkamer-sandbox-link"); }
static long change_mode(void) { return chmod("/tmp", 01777); }
static long change_owner(void) { return chown("/tmp", 0, 0); }
static long truncate_file(void) { return truncate("/tmp/postkamer-sandbox-none", 0); }
static long execute(void) { char *a[] = { NULL }; return execve("/bin/true", a, a); }
static long execute_fd(void)
{
	char *a[] = { NULL };

	return syscall(SYS_execveat, memory_file, "", a, a, AT_EMPTY_PATH);
}
static long fork_child(void) { pid_t p = fork(); if (p == 0) _exit(0); return p; }
static long clone_new(void) { return syscall(SYS_clone3, NULL, 0); }
static long trace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static long trace_parent(void) { return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL); }
static long kill_parent(void) { return kill(getppid(), SIGCONT); }
static long signal_parent(void) { pid_t p = getppid() > 0 ? getppid() : 1; return syscall(SYS_tgkill, p, p, SIGCONT); }
static long queue_parent(void)
{
	siginfo_t info = { .si_code = SI_QUEUE, .si_signo = SIGCONT };

	return syscall(SYS_rt_sigqueueinfo, getppid(), SIGCONT, &info);
}
/* The kernel sends the signal when something comes in. */
static long signal_by_socket(void) { return fcntl(open_socket, F_SETOWN, getppid()); }
static long signal_by_ioctl(void) { int pid = getppid(); return ioctl(open_socket, FIOSETOWN, &pid); }
static long limit_parent(void)
{
	struct rlimit r = { 1000000, 1000000 };

	return prlimit(getppid(), RLIMIT_CPU, NULL, &r) ? -1 : prlimit(getppid(), RLIMIT_CPU, &r, NULL);
}
static long read_other(void)
{
	char c;
	struct iovec l = { &c, 1 }, r = { (void *)0x400000, 1 };

	return process_vm_readv(1, &l, 1, &r, 1, 0);
}
static long become_other(void) { return setuid(12345); }
static long new_namespace(void) { return unshare(CLONE_NEWNS); }
static long mount_something(void) { return mount("none", "/mnt", "tmpfs", 0, NULL); }
static long change_root(void) { return chroot("/tmp"); }
static long load_bpf(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long use_ring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long use_keys(void) { return syscall(SYS_keyctl, 0, 0, 0, 0, 0); }
static long watch_performance(void) { return syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0); }
static long fault_handler(void) { return syscall(SYS_userfaultfd, 0); }
static long new_memory_file(void) { return memfd_create("x", MFD_CLOEXEC); }
static long shared_memory(void) { return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600); }
static long watch_files(void) { return inotify_init1(0); }
static long control_terminal(void) { return ioctl(2, TIOCSTI, "x"); }
static long raise_limit(void) { struct rlimit r = { 1 << 20, 1 << 20 }; return setrlimit(RLIMIT_NOFILE, &r); }
static long change_process(void) { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }
static long much_memory(void)
{
	void *p = mmap(NULL, 2ul << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}
static long large_file(void) { return pwrite(memory_file, "x", 1, 2l << 30); }
static long many_files(void)
{
	int i;

	for (i = 0; i < 300; i++)
		if (fcntl(memory_file, F_DUPFD_CLOEXEC, 0) < 0)
			return -1;
	return 0;
}

struct act {
	const char *name;
	long (*act)(void);
};

static const struct act forbidden_parse[] = {
	{ "socket", socket_inet }, { "unix socket", socket_unix }, { "packet socket", socket_raw },
	{ "socket pair", pair }, { "connect", connect_out }, { "bind", bind_port }, { "listen", listen_port },
	{ "sendto", send_to }, { "read /etc/passwd", read_passwd }, { "list /", read_root },
	{ "read own environment", read_proc }, { "read another's command line", read_parent },
	{ "write in /tmp", write_tmp }, { "write in /usr/lib", write_lib }, { "write /dev/null", write_null },
	{ "unnamed file", temp_file }, { "openat2", open_new }, { "unlink", remove_file }, { "rename", rename_file },
	{ "mkdir", make_folder }, { "symlink", make_link }, { "chmod", change_mode }, { "chown", change_owner },
	{ "truncate", truncate_file }, { "exec", execute }, { "exec of a memory file", execute_fd },
	{ "fork", fork_child }, { "clone3", clone_new }, { "ptrace", trace }, { "ptrace the parent", trace_parent },
	{ "kill the parent", kill_parent }, { "tgkill the parent", signal_parent },
	{ "queue a signal to the parent", queue_parent }, { "signal the parent by a socket", signal_by_socket },
	{ "signal the parent by a socket, with ioctl", signal_by_ioctl }, { "limit the parent", limit_parent },
	{ "read another's memory", read_other }, { "setuid", become_other }, { "unshare", new_namespace },
	{ "mount", mount_something },
	{ "chroot", change_root }, { "bpf", load_bpf }, { "io_uring", use_ring }, { "keyctl", use_keys },
	{ "perf", watch_performance }, { "userfaultfd", fault_handler }, { "memory file", new_memory_file },
	{ "shared memory", shared_memory }, { "inotify", watch_files }, { "terminal input", control_terminal },
	{ "raise a limit", raise_limit }, { "prctl", change_process }, { "2 GiB of memory", much_memory },
	{ "a file of 2 GiB", large_file }, { "300 descriptors", many_files },
};

static const struct act forbidden_network[] = {
	{ "packet socket", socket_raw }, { "listen", listen_port }, { "read /etc/passwd", read_passwd },
	{ "list /", read_root }, { "read own environment", read_proc }, { "write in /tmp", write_tmp },
	{ "write in /usr/lib", write_lib }, { "unnamed file", temp_file }, { "openat2", open_new },
	{ "mkdir", make_folder }, { "symlink", make_link }, { "chmod", change_mode }, { "chown", change_owner },
	{ "exec", execute }, { "exec of a memory file", execute_fd }, { "fork", fork_child }, { "clone3", clone_new },
	{ "ptrace", trace }, { "ptrace the parent", trace_parent }, { "kill the parent", kill_parent },
	{ "tgkill the parent", signal_parent }, { "queue a signal to the parent", queue_parent },
	{ "signal the parent by a socket", signal_by_socket },
	{ "signal the parent by a socket, with ioctl", signal_by_ioctl }, { "limit the parent", limit_parent },
	{ "read another's memory", read_other }, { "setuid", become_other },
	{ "unshare", new_namespace }, { "mount", mount_something }, { "chroot", change_root }, { "bpf", load_bpf },
	{ "io_uring", use_ring }, { "keyctl", use_keys }, { "perf", watch_performance }, { "userfaultfd", fault_handler },
	{ "inotify", watch_files }, { "2 GiB of memory", much_memory }, { "a file of 2 GiB", large_file },
	{ "300 descriptors", many_files },
};

/* Makes the kernel seem to have no Landlock. */
static void hide_landlock(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0);
	seccomp_load(ctx);
	seccomp_release(ctx);
}

/* Refused by the sandbox, and not because the act makes no sense here. */
static bool is_denial(int error)
{
	return error == EPERM || error == EACCES || error == ENOSYS || error == ENOMEM || error == EFBIG ||
	       error == EMFILE;
}

/* Tries one act in a child inside the profile (NULL: outside). 0 = denied, 1 = allowed, else what went wrong. */
static int try_act(const struct sandbox_profile *profile, bool landlock, long (*act)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sandbox_report report;
		struct err err;

		if (!landlock)
			hide_landlock();
		if (profile && sandbox_enter(profile, &report, &err))
			_exit(50);
		errno = 0;
		_exit(act() >= 0 ? 1 : is_denial(errno) ? 0 : 2);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static void acts_check(const struct sandbox_profile *profile, bool landlock, const struct act *acts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		tap_is_int(try_act(profile, landlock, acts[i].act), 0, "%s%s: %s is denied", profile->name,
			   landlock ? "" : " without Landlock", acts[i].name);
}

/* Acts that go outside: the test itself works. */
static void control_check(void)
{
	static const struct act control[] = {
		{ "socket", socket_inet }, { "socket pair", pair }, { "read /etc/passwd", read_passwd },
		{ "list /", read_root }, { "write in /tmp", write_tmp }, { "fork", fork_child },
		{ "kill the parent", kill_parent }, { "memory file", new_memory_file }, { "2 GiB of memory", much_memory },
		{ "a file of 2 GiB", large_file }, { "300 descriptors", many_files }, { "inotify", watch_files },
		{ "listen", listen_port },
	};
	size_t i;

	for (i = 0; i < sizeof control / sizeof *control; i++)
		tap_is_int(try_act(NULL, true, control[i].act), 1, "outside: %s goes", control[i].name);
	unlink("/tmp/postkamer-sandbox-test");
}

/* ---- what must still go in the network profile ---- */

static void *in_thread(void *arg)
{
	return arg;
}

static long thread_start(void)
{
	pthread_t t;
	int one = 1;
	void *back = NULL;

	errno = pthread_create(&t, NULL, in_thread, &one);
	if (errno)
		return -1;
	pthread_join(t, &back);
	return back == &one ? 0 : -1;
}

static long resolve(void)
{
	struct addrinfo *list;
	int rc = getaddrinfo("localhost", "25", NULL, &list);

	errno = rc ? EIO : 0;
	return rc ? -1 : 0;
}

static void network_check(void)
{
	static const struct act allowed[] = {
		{ "socket", socket_inet }, { "thread", thread_start }, { "name look-up", resolve },
		{ "unix socket", socket_unix },
	};
	size_t i;

	for (i = 0; i < sizeof allowed / sizeof *allowed; i++)
		tap_is_int(try_act(&sandbox_network, true, allowed[i].act), 1, "network: %s is allowed", allowed[i].name);
}

/* ---- the worker inside ---- */

static pid_t worker_start(bool landlock, int *socket_r)
{
	struct err err = ERR_INIT;
	int ours, theirs;
	pid_t pid;

	ipc_pair(&ours, &theirs, &err);
	fcntl(ours, F_SETFL, 0);
	pid = fork();
	if (pid == 0) {
		close(ours);
		if (!landlock)
			hide_landlock();
		dup2(theirs, IPC_WORKER_FD);
		_exit(worker_parse_main());
	}
	close(theirs);
	*socket_r = ours;
	return pid;
}

static bool worker_job(int sock, int in, struct arena *arena, struct mail *mail, struct parse_done *done)
{
	struct parse_job job = { .id = 3, .kind = PARSE_KIND_MAIL, .in = in };
	struct err err = ERR_INIT;
	struct ipc_message m;
	struct ipc_writer w;
	bool ok;

	job.out = file_memory("out", &err);
	parse_job_put(&w, &job);
	ok = ipc_send(sock, &w, &err) == 0;
	ipc_writer_free(&w);
	ok = ok && ipc_receive(sock, 30000, &m, &err) == 0;
	if (ok) {
		ok = parse_done_get(&m, arena, done, &err) == 0;
		ipc_message_free(&m);
	}
	if (ok && done->status == PARSE_OK)
		ok = file_memory_seal(job.out, &err) == 0 &&
		     manifest_read(job.out, done->manifest_offset, done->manifest_size, arena, mail, &err) == 0;
	close(job.out);
	return ok;
}

static int fixture_open(const char *file)
{
	const char *source = getenv("srcdir");
	char path[4000];

	snprintf(path, sizeof path, "%s/tests/eml/%s", source ? source : ".", file);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void worker_charsets(bool landlock)
{
	static const struct {
		const char *file, *text;
	} rows[] = {
		{ "charset-koi8-r.eml", "Привет\n" }, { "charset-windows-1252.eml", "€ café “ja”\n" },
		{ "charset-iso-2022-jp.eml", "日本語\n" }, { "charset-gb18030.eml", "简体中文\n" },
		{ "charset-windows-1251.eml", "Русский\n" }, { "charset-iso-8859-15.eml", "€ naïef\n" },
		{ "charset-euc-kr.eml", "한국어\n" }, { "attachment.eml", "Hierbij de stukken." },
	};
	int sock, status;
	pid_t pid = worker_start(landlock, &sock);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena arena = ARENA_INIT;
		struct parse_done done;
		struct mail mail = { 0 };
		int in = fixture_open(rows[i].file);
		bool ok = worker_job(sock, in, &arena, &mail, &done);

		tap_ok(ok, "worker%s: %s is answered", landlock ? "" : " without Landlock", rows[i].file);
		tap_is_str(ok ? mail.text : NULL, rows[i].text, "worker%s: %s text", landlock ? "" : " without Landlock",
			   rows[i].file);
		close(in);
		arena_free(&arena);
	}
	close(sock);
	waitpid(pid, &status, 0);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "worker ends by itself when the other side closes");
}

/* A mail of 100 MB: text, then one file of base64. */
static int large_mail(void)
{
	static const char head[] = "From: a@b.nl\r\nSubject: groot\r\n"
				   "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
				   "--b\r\n\r\ntekst\r\n--b\r\nContent-Type: application/pdf; name=\"groot.pdf\"\r\n"
				   "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKCgoK\r\n";
	char line[78 * 100];
	struct err err = ERR_INIT;
	int fd = file_memory("large", &err), i;

	for (i = 0; i < (int)sizeof line; i++)
		line[i] = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : 'A';
	file_write_all(fd, head, sizeof head - 1, &err);
	for (i = 0; i < 13000; i++)
		file_write_all(fd, line, sizeof line, &err);
	file_write_all(fd, "--b--\r\n", 7, &err);
	return fd;
}

static void worker_large(void)
{
	struct arena arena = ARENA_INIT;
	struct parse_done done;
	struct mail mail = { 0 };
	struct rusage usage;
	int sock, in = large_mail(), status;
	pid_t pid = worker_start(true, &sock);
	bool ok = worker_job(sock, in, &arena, &mail, &done);

	tap_ok(ok && done.status == PARSE_OK, "100 MB: taken");
	tap_is_int(ok && mail.part_count == 2 ? mail.parts[1].size : -1, 74100012, "100 MB: the file is whole");
	close(sock);
	wait4(pid, &status, 0, &usage);
	printf("# 100 MB: %ld KiB resident, %ld.%02ld s\n", usage.ru_maxrss, (long)usage.ru_utime.tv_sec,
	       (long)usage.ru_utime.tv_usec / 10000);
#if !SANITIZED
	tap_ok(usage.ru_maxrss < 64 << 10, "100 MB: below 64 MiB resident");
#endif
	close(in);
	arena_free(&arena);
}

static void worker_recycled(void)
{
	int sock, in = fixture_open("plain.eml"), status, i;
	pid_t pid = worker_start(true, &sock);

	for (i = 0; i < PARSE_JOBS_MAX; i++) {
		struct arena arena = ARENA_INIT;
		struct parse_done done;
		struct mail mail;
		bool ok = worker_job(sock, in, &arena, &mail, &done);

		arena_free(&arena);
		if (!ok)
			break;
	}
	tap_is_int(i, PARSE_JOBS_MAX, "a worker does its number of jobs");
	waitpid(pid, &status, 0);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "… and then ends by itself");
	close(sock);
	close(in);
}

int main(void)
{
	struct sandbox_report report;
	struct err err = ERR_INIT;
	int status;
	pid_t pid;

	open_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	memory_file = file_memory("test", &err);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(sandbox_enter(&sandbox_parse, &report, &err) ? 99 :
		      (report.limits ? 1 : 0) + (report.landlock ? 2 : 0) + (report.seccomp ? 4 : 0));
	waitpid(pid, &status, 0);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	printf("# limits %s, landlock %s (kernel: %d), seccomp %s\n", status & 1 ? "yes" : "no", status & 2 ? "yes" : "no",
	       sandbox_landlock_abi(), status & 4 ? "yes" : "no");
	tap_ok(status >= 0 && status < 99, "the parse profile can be entered");
	if (status == 7) {
		acts_check(&sandbox_parse, true, forbidden_parse, sizeof forbidden_parse / sizeof *forbidden_parse);
		acts_check(&sandbox_parse, false, forbidden_parse, sizeof forbidden_parse / sizeof *forbidden_parse);
		acts_check(&sandbox_network, true, forbidden_network, sizeof forbidden_network / sizeof *forbidden_network);
		control_check();
		network_check();
	} else {
		tap_ok(true, "acts # SKIP sanitizer build, or a kernel without Landlock or seccomp");
	}
	worker_charsets(true);
	worker_charsets(false);
	worker_large();
	worker_recycled();
	return tap_done();
}
