/* System. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "loop/child.h"

#define SOCKET_FD 3

extern char **environ;

struct child {
	pid_t pid;
	child_fn *fn;
	void *ctx;
};

struct children {
	struct child *list; /* owned */
	size_t count, cap;
};

/* Variables that a child keeps: whole names (with '=') and beginnings of names. */
static const char *const env_kept[] = {
	"PATH=", "TZ=", "HOME=", "POSTKAMER_", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=",
};

static bool env_keeps(const char *entry)
{
	size_t i;

	for (i = 0; i < sizeof env_kept / sizeof *env_kept; i++)
		if (str_starts(entry, env_kept[i]))
			return true;
	return false;
}

/* The array is the caller's to free; its strings are borrowed. */
static char **env_make(void)
{
	static const char lang[] = "LANG=C.UTF-8", path[] = "PATH=/usr/bin:/bin";
	size_t count = 0, n = 0;
	char **env, **from;

	for (from = environ; from && *from; from++)
		count++;
	env = xcalloc(count + 3, sizeof *env);
	env[n++] = (char *)lang;
	for (from = environ; from && *from; from++)
		if (env_keeps(*from))
			env[n++] = *from;
	if (!getenv("PATH"))
		env[n++] = (char *)path;
	return env;
}

/*
 * 'null' and 'socket' stand above SOCKET_FD or at it, so that no step below
 * overwrites what a later one needs. dup2 of a number onto itself clears its
 * close-on-exec mark inside posix_spawn.
 */
static void spawn_files(posix_spawn_file_actions_t *files, int null, int socket)
{
	posix_spawn_file_actions_init(files);
	posix_spawn_file_actions_adddup2(files, null, 0);
	posix_spawn_file_actions_adddup2(files, 2, 1);
	if (socket >= 0)
		posix_spawn_file_actions_adddup2(files, socket, SOCKET_FD);
	posix_spawn_file_actions_addclosefrom_np(files, socket >= 0 ? SOCKET_FD + 1 : SOCKET_FD);
}

static void spawn_signals(posix_spawnattr_t *attr)
{
	sigset_t none, standard;

	sigemptyset(&none);
	sigfillset(&standard);
	posix_spawnattr_init(attr);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &standard);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const char *path, const char *const argv[], int null, int socket, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char **env = env_make();
	int rc;

	spawn_files(&files, null, socket);
	spawn_signals(&attr);
	rc = posix_spawn(pid, path, &files, &attr, (char *const *)argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	free(env);
	return rc;
}

int child_start(struct children *children, const char *path, const char *const argv[], int socket,
		child_fn *fn, void *ctx, pid_t *pid, struct err *err)
{
	int low = open("/dev/null", O_RDWR | O_CLOEXEC);
	int null = fcntl(low, F_DUPFD_CLOEXEC, SOCKET_FD + 1);
	int rc;

	if (low >= 0)
		close(low);
	if (null < 0)
		return err_sys(err, "cannot open '/dev/null'");
	if (!path)
		path = "/proc/self/exe";
	rc = spawn(path, argv, null, socket, pid);
	close(null);
	if (rc) {
		errno = rc;
		return err_sys(err, "cannot start '%s'", path);
	}
	children->list = xgrow(children->list, &children->cap, children->count + 1, sizeof *children->list);
	children->list[children->count++] = (struct child){ *pid, fn, ctx };
	return 0;
}

void child_kill(struct children *children, pid_t pid)
{
	size_t i;

	/* Not reaped yet, so the number cannot have become somebody else's. */
	for (i = 0; i < children->count; i++)
		if (children->list[i].pid == pid)
			kill(pid, SIGKILL);
}

static pid_t wait_for(pid_t pid, int *status, int flags)
{
	pid_t got;

	do
		got = waitpid(pid, status, flags);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Takes one ended child off the list; false when none has ended. */
static bool reap_one(struct children *children, struct child *child, int *status)
{
	size_t i;

	for (i = 0; i < children->count; i++) {
		pid_t got = wait_for(children->list[i].pid, status, WNOHANG);

		if (got == 0)
			continue;
		if (got < 0)
			*status = 0; /* somebody else waited for it; gone is gone */
		*child = children->list[i];
		children->list[i] = children->list[--children->count];
		return true;
	}
	return false;
}

void children_reap(struct children *children)
{
	struct child child;
	int status;

	/* One at a time: a callback may start or kill others. */
	while (reap_one(children, &child, &status))
		child.fn(child.ctx, child.pid, status);
}

size_t children_count(const struct children *children)
{
	return children->count;
}

struct children *children_new(void)
{
	return xcalloc(1, sizeof(struct children));
}

void children_free(struct children **children)
{
	struct children *c = *children;
	size_t i;
	int status;

	if (!c)
		return;
	*children = NULL;
	for (i = 0; i < c->count; i++)
		kill(c->list[i].pid, SIGKILL);
	for (i = 0; i < c->count; i++)
		wait_for(c->list[i].pid, &status, 0);
	free(c->list);
	free(c);
}

const char *child_status_text(char *out, size_t size, int status)
{
	if (WIFSIGNALED(status))
		snprintf(out, size, "killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(out, size, "ended with status %d", WEXITSTATUS(status));
	return out;
}

int child_self_init(struct err *err)
{
	static const int ignored[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
	size_t i;

	for (i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return err_sys(err, "cannot ask to end with the parent process");
	return 0;
}
