/* The poll loop, signals as events, child processes. */
/* System. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "loop/child.h"
#include "loop/loop.h"
#include "loop/signals.h"

/* Own. */
#include "tap.h"

/* What happened, in order, one letter each. */
struct trace {
	struct loop *loop;
	struct buf seen;
	int fds[8];
	uint64_t timers[4];
};

static void note(struct trace *t, char c)
{
	buf_addc(&t->seen, c);
}

static void trace_start(struct trace *t)
{
	*t = (struct trace){ .loop = loop_new(), .seen = BUF_INIT(BUF_MAX_LINE) };
}

static void trace_end(struct trace *t, const char *want, const char *name)
{
	tap_is_str(t->seen.data, want, "%s", name);
	buf_free(&t->seen);
	loop_free(&t->loop);
	tap_ok(t->loop == NULL, "%s: freed pointer is cleared", name);
}

static void turn(struct trace *t)
{
	struct err err = ERR_INIT;

	tap_is_int(loop_run_once(t->loop, 0, &err), 0, "a turn works %s", err.text);
}

static void on_a(void *ctx) { note(ctx, 'a'); }
static void on_b(void *ctx) { note(ctx, 'b'); }
static void on_c(void *ctx) { note(ctx, 'c'); }

static void on_chain(void *ctx)
{
	struct trace *t = ctx;

	note(t, 'd');
	loop_defer(t->loop, on_a, t);
	loop_timer_add(t->loop, 0, on_b, t);
}

static void on_cancel_others(void *ctx)
{
	struct trace *t = ctx;

	note(t, 'x');
	for (int i = 0; i < 4; i++)
		loop_timer_cancel(t->loop, t->timers[i]);
}

static void test_timers(void)
{
	struct trace t;
	int i;

	trace_start(&t);
	loop_timer_add(t.loop, 30, on_c, &t);
	loop_timer_add(t.loop, 10, on_a, &t);
	loop_timer_add(t.loop, 20, on_b, &t);
	turn(&t);
	tap_is_str(t.seen.data, "", "nothing is due at once");
	usleep(40000);
	turn(&t);
	trace_end(&t, "abc", "timers run in order of time");

	trace_start(&t);
	for (i = 0; i < 3; i++)
		loop_timer_add(t.loop, 0, i == 0 ? on_c : i == 1 ? on_a : on_b, &t);
	turn(&t);
	trace_end(&t, "cab", "equal timers run in order of making");

	trace_start(&t);
	for (i = 0; i < 4; i++)
		t.timers[i] = loop_timer_add(t.loop, i == 0 ? 0 : 1, i == 0 ? on_cancel_others : on_a, &t);
	usleep(5000);
	turn(&t);
	loop_timer_cancel(t.loop, 0);
	loop_timer_cancel(t.loop, 999);
	trace_end(&t, "x", "a timer cancels others of the same turn and itself");

	trace_start(&t);
	loop_timer_add(t.loop, 0, on_chain, &t);
	turn(&t);
	tap_is_str(t.seen.data, "da", "deferred runs in this turn, a new timer does not");
	turn(&t);
	trace_end(&t, "dab", "the new timer runs in the next turn");
}

static void test_timer_heap(void)
{
	struct loop *loop = loop_new();
	struct trace t = { .loop = loop, .seen = BUF_INIT(BUF_MAX_TEXT) };
	uint64_t ids[1000];
	int i;

	srand(7);
	for (i = 0; i < 1000; i++)
		ids[i] = loop_timer_add(loop, rand() % 20, i % 2 ? on_a : on_b, &t);
	for (i = 0; i < 1000; i += 2)
		loop_timer_cancel(loop, ids[i]);
	usleep(25000);
	turn(&t);
	tap_is_int((long long)t.seen.len, 500, "500 of 1000 timers are left");
	tap_ok(strchr(t.seen.data, 'b') == NULL, "none of the cancelled ones ran");
	buf_free(&t.seen);
	loop_free(&loop);
}

static void on_defer_again(void *ctx)
{
	struct trace *t = ctx;

	note(t, 'r');
	if (t->seen.len < 3)
		loop_defer(t->loop, on_defer_again, t);
	else
		loop_stop(t->loop);
}

static void test_defer(void)
{
	struct trace t;
	struct err err = ERR_INIT;

	trace_start(&t);
	loop_defer(t.loop, on_a, &t);
	loop_defer(t.loop, on_b, &t);
	tap_is_int(loop_run_once(t.loop, -1, &err), 0, "a turn with deferred work does not wait");
	trace_end(&t, "ab", "deferred calls run in order");

	trace_start(&t);
	loop_defer(t.loop, on_defer_again, &t);
	turn(&t);
	tap_is_str(t.seen.data, "r", "deferred from deferred waits for the next turn");
	tap_is_int(loop_run(t.loop, &err), 0, "loop_run ends at loop_stop");
	trace_end(&t, "rrr", "loop_run went on until then");
}

static void on_reenter(void *ctx)
{
	struct trace *t = ctx;
	struct err err = ERR_INIT;

	tap_is_int(loop_run_once(t->loop, 0, &err), -1, "a turn inside a turn is refused");
	tap_is_int(err.code, ERR_BUG, "as a bug");
	tap_is_int(loop_run(t->loop, NULL), -1, "loop_run inside a turn too");
	note(t, 'n');
}

static void on_fd(void *ctx, int fd, unsigned events)
{
	struct trace *t = ctx;
	char c;

	note(t, events == (LOOP_READ | LOOP_WRITE) ? '*' : events == LOOP_WRITE ? 'w' : 'r');
	if (events & LOOP_READ && read(fd, &c, 1) == 1)
		note(t, c);
}

/* Removes every watch and puts another one on the number of fds[2]. */
static void on_fd_remove_all(void *ctx, int fd, unsigned events)
{
	struct trace *t = ctx;
	int i;

	(void)fd;
	(void)events;
	note(t, 'X');
	for (i = 0; i < 8; i += 2)
		loop_fd_remove(t->loop, t->fds[i]);
	loop_fd_add(t->loop, t->fds[2], LOOP_READ, on_fd, t);
}

static void pairs_open(struct trace *t)
{
	for (int i = 0; i < 8; i += 2)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, t->fds + i))
			abort();
}

static void pairs_close(struct trace *t)
{
	for (int i = 0; i < 8; i++)
		if (t->fds[i] >= 0)
			close(t->fds[i]);
}

static void test_fds(void)
{
	struct trace t;

	trace_start(&t);
	pairs_open(&t);
	loop_fd_add(t.loop, t.fds[0], LOOP_READ, on_fd, &t);
	turn(&t);
	tap_is_str(t.seen.data, "", "nothing to read");
	if (write(t.fds[1], "12", 2) != 2)
		abort();
	turn(&t);
	turn(&t);
	turn(&t);
	tap_is_str(t.seen.data, "r1r2", "level-triggered until read");
	loop_fd_change(t.loop, t.fds[0], LOOP_READ | LOOP_WRITE);
	turn(&t);
	loop_fd_change(t.loop, t.fds[0], 0);
	close(t.fds[1]);
	t.fds[1] = -1;
	turn(&t);
	tap_is_str(t.seen.data, "r1r2w", "a resting watch does not tell of a hang-up");
	loop_fd_change(t.loop, t.fds[0], LOOP_READ);
	turn(&t);
	loop_fd_remove(t.loop, t.fds[0]);
	loop_fd_remove(t.loop, 9999);
	turn(&t);
	pairs_close(&t);
	trace_end(&t, "r1r2wr", "a hang-up is told as readable");
}

static void test_fd_removal(void)
{
	struct trace t;
	int i;

	trace_start(&t);
	pairs_open(&t);
	for (i = 0; i < 8; i += 2) {
		loop_fd_add(t.loop, t.fds[i], LOOP_READ, on_fd_remove_all, &t);
		if (write(t.fds[i + 1], "z", 1) != 1)
			abort();
	}
	turn(&t);
	tap_is_str(t.seen.data, "X", "the first callback removed the other three");
	turn(&t);
	trace_end(&t, "Xrz", "a watch made anew on the same number runs in the next turn only");
	pairs_close(&t);

	trace_start(&t);
	loop_defer(t.loop, on_reenter, &t);
	turn(&t);
	trace_end(&t, "n", "re-entry");
}

/* Signals and children. */

struct world {
	struct loop *loop;
	struct signals *signals;
	struct children *children;
	int ended, status, signo;
	bool free_inside;
};

static void on_signal(void *ctx, int signo)
{
	struct world *w = ctx;

	if (signo == SIGCHLD) {
		children_reap(w->children);
		return;
	}
	w->signo = signo;
	if (w->free_inside)
		signals_free(&w->signals);
	loop_stop(w->loop);
}

static void on_end(void *ctx, pid_t pid, int status)
{
	struct world *w = ctx;

	(void)pid;
	w->ended++;
	w->status = status;
	if (children_count(w->children) == 0)
		loop_stop(w->loop);
}

static void world_open(struct world *w)
{
	struct err err = ERR_INIT;

	*w = (struct world){ .loop = loop_new(), .children = children_new() };
	w->signals = signals_new(w->loop, on_signal, w, &err);
	tap_ok(w->signals != NULL, "signals %s", err.text);
}

static void world_close(struct world *w)
{
	children_free(&w->children);
	signals_free(&w->signals);
	loop_free(&w->loop);
}

static void test_signals(void)
{
	static const int each[] = { SIGTERM, SIGINT, SIGHUP };
	struct world w;
	sigset_t before, after;
	size_t i;

	sigprocmask(SIG_BLOCK, NULL, &before);
	world_open(&w);
	for (i = 0; i < 3; i++) {
		kill(getpid(), each[i]);
		loop_run(w.loop, NULL);
		tap_is_int(w.signo, each[i], "signal %d came as an event", each[i]);
	}
	kill(getpid(), SIGPIPE);
	w.free_inside = true;
	kill(getpid(), SIGTERM);
	loop_run(w.loop, NULL);
	tap_ok(w.signals == NULL, "may be freed from its own callback; SIGPIPE did no harm");
	world_close(&w);
	sigprocmask(SIG_BLOCK, NULL, &after);
	tap_is_int(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM), "the mask is as before");
}

/* Runs this program as "child WHAT" with a socket, and returns what it wrote there. */
static char *child_says(struct world *w, const char *what, char *out, size_t size)
{
	const char *const argv[] = { "test-loop-child", "child", what, NULL };
	struct err err = ERR_INIT;
	size_t len = 0;
	int fds[2];
	pid_t pid;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		abort();
	tap_is_int(child_start(w->children, NULL, argv, fds[1], on_end, w, &pid, &err), 0,
		   "child '%s' starts %s", what, err.text);
	close(fds[1]);
	while (len < size - 1 && (n = read(fds[0], out + len, size - 1 - len)) > 0) {
		len += (size_t)n;
		if (str_eq(what, "hang"))
			child_kill(w->children, pid);
	}
	out[len] = '\0';
	loop_run(w->loop, NULL);
	close(fds[0]);
	return out;
}

static void test_children(void)
{
	struct world w;
	char said[4096], text[80];
	int leaked = open("/dev/null", O_RDONLY); /* not close-on-exec, on purpose */

	setenv("POSTKAMER_TEST", "seen", 1);
	setenv("SECRET", "hidden", 1);
	world_open(&w);
	tap_is_str(child_says(&w, "fds", said, sizeof said), "0 1 2 3 ", "descriptors of a child");
	tap_is_str(child_says(&w, "mask", said, sizeof said), "none", "no signal is blocked in a child");
	child_says(&w, "env", said, sizeof said);
	tap_ok(strstr(said, "POSTKAMER_TEST=seen\n") != NULL, "POSTKAMER_* is handed on");
	tap_ok(strstr(said, "LANG=C.UTF-8\n") && strstr(said, "PATH="), "LANG and PATH are set");
	tap_ok(strstr(said, "hidden") == NULL, "nothing else is handed on");
	child_says(&w, "exit7", said, sizeof said);
	tap_is_str(child_status_text(text, sizeof text, w.status), "ended with status 7", "status is told");
	child_says(&w, "hang", said, sizeof said);
	tap_is_str(child_status_text(text, sizeof text, w.status), "killed by signal 9 (Killed)",
		   "a kill is told");
	tap_is_str(child_says(&w, "init", said, sizeof said), "ok", "child_self_init; TERM does not end it");
	tap_is_int(w.ended, 6, "every end was told once");
	child_kill(w.children, getpid());
	world_close(&w);
	close(leaked);
}

static void test_child_failures(void)
{
	const char *const argv[] = { "x", NULL };
	const char *const sleeper[] = { "sleep", "100", NULL };
	struct world w;
	struct err err = ERR_INIT;
	pid_t pid;

	world_open(&w);
	tap_is_int(child_start(w.children, "/nonexistent/x", argv, -1, on_end, &w, &pid, &err), -1,
		   "a program that is not there");
	tap_is_str(err.text, "cannot start '/nonexistent/x': No such file or directory", "its error");
	tap_is_int((long long)children_count(w.children), 0, "it is not counted");
	tap_is_int(child_start(w.children, "/bin/sleep", sleeper, -1, on_end, &w, &pid, &err), 0, "no socket");
	children_reap(w.children);
	tap_is_int(w.ended, 0, "a running child is not reaped");
	children_free(&w.children);
	tap_is_int(kill(pid, 0), -1, "children_free leaves none behind");
	world_close(&w);
}

/* A child ends with its parent, also when that is killed. */
static void test_parent_death(void)
{
	const char *const argv[] = { "test-loop-child", "child", "parent", NULL };
	struct world w;
	char said[64];
	int fds[2];
	pid_t parent = -1, child;
	ssize_t n;

	world_open(&w);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		abort();
	child_start(w.children, NULL, argv, fds[1], on_end, &w, &parent, NULL);
	close(fds[1]);
	n = read(fds[0], said, sizeof said - 1);
	said[n > 0 ? n : 0] = '\0';
	child = (pid_t)strtol(said, NULL, 10);
	tap_ok(child > 0 && kill(child, 0) == 0, "a grandchild runs");
	child_kill(w.children, parent);
	loop_run(w.loop, &(struct err)ERR_INIT);
	/* The grandchild held the other end of the pair: its end shows as end of file. */
	n = read(fds[0], said, sizeof said);
	tap_is_int(n, 0, "it ended with its parent");
	close(fds[0]);
	world_close(&w);
}

/* The child's side. */

static void say(const char *text)
{
	if (write(3, text, strlen(text)) < 0)
		_exit(9);
}

static void child_fds(void)
{
	char line[8];

	for (int fd = 0; fd < 100; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		snprintf(line, sizeof line, "%d ", fd);
		say(line);
	}
}

static void child_mask(void)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	for (int i = 1; i < 32; i++)
		if (sigismember(&set, i) == 1)
			say("blocked ");
	say("none");
}

static void child_env(char **env)
{
	struct buf all = BUF_INIT(BUF_MAX_TEXT);

	for (; *env; env++)
		buf_addf(&all, "%s\n", *env);
	say(all.data);
	buf_free(&all);
}

static void child_init(void)
{
	struct err err = ERR_INIT;

	if (child_self_init(&err)) {
		say(err.text);
		return;
	}
	kill(getpid(), SIGTERM);
	say("ok");
}

static void child_parent(void)
{
	const char *const argv[] = { "test-loop-child", "child", "grandchild", NULL };
	struct children *children = children_new();
	pid_t pid;

	if (child_start(children, NULL, argv, 3, on_end, NULL, &pid, NULL))
		_exit(9);
	close(3);
	pause();
}

static void child_grandchild(void)
{
	char line[32];

	if (child_self_init(NULL))
		_exit(9);
	snprintf(line, sizeof line, "%d", (int)getpid());
	say(line);
	pause();
}

static int child_main(const char *what, char **env)
{
	if (str_eq(what, "fds"))
		child_fds();
	else if (str_eq(what, "mask"))
		child_mask();
	else if (str_eq(what, "env"))
		child_env(env);
	else if (str_eq(what, "init"))
		child_init();
	else if (str_eq(what, "parent"))
		child_parent();
	else if (str_eq(what, "grandchild"))
		child_grandchild();
	else if (str_eq(what, "hang")) {
		say("x");
		pause();
	}
	return str_eq(what, "exit7") ? 7 : 0;
}

int main(int argc, char **argv, char **env)
{
	if (argc == 3 && str_eq(argv[1], "child"))
		return child_main(argv[2], env);
	alarm(60);
	test_timers();
	test_timer_heap();
	test_defer();
	test_fds();
	test_fd_removal();
	test_signals();
	test_children();
	test_child_failures();
	test_parent_death();
	return tap_done();
}
