/* System. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Engine. */
#include "loop/child.h"
#include "loop/signals.h"
#include "seal/seal.h"

/* Own. */
#include "app/real.h"

struct queued {
	struct queued *next;
	struct ipc_writer message;
	int fds[IPC_FDS_MAX]; /* duplicates of ours: the caller closes its own at once */
};

struct env_worker {
	struct real *real;
	struct env_worker *next;
	const struct env_worker_calls *calls;
	void *ctx;
	pid_t pid;
	int fd;               /* -1 once the other side closed */
	struct queued *out, **out_tail;
	bool stopped;         /* nobody wants to hear of it any more */
};

struct real {
	struct env env;
	struct loop *loop;
	struct children *children;
	struct signals *signals;
	struct env_worker *workers;
	void (*signalled)(void *ctx, int signo);
	void *signalled_ctx;
	int64_t offset, floor, fixed;
};

/* ---- clock ---- */

static int64_t real_now(void *self)
{
	struct real *real = self;
	struct timespec ts;
	int64_t now;

	if (real->fixed != DATE_NONE)
		return real->fixed;
	clock_gettime(CLOCK_REALTIME, &ts);
	now = (int64_t)ts.tv_sec + real->offset;
	return now > real->floor ? now : real->floor;
}

static int64_t real_monotonic(void *self)
{
	return loop_now_ms(((struct real *)self)->loop);
}

static void real_random(void *self, void *out, size_t len)
{
	(void)self;
	seal_random(out, len);
}

static uint64_t real_timer_add(void *self, int64_t delay_ms, env_fn *fn, void *ctx)
{
	return loop_timer_add(((struct real *)self)->loop, delay_ms, fn, ctx);
}

static void real_timer_cancel(void *self, uint64_t id)
{
	loop_timer_cancel(((struct real *)self)->loop, id);
}

static void real_defer(void *self, env_fn *fn, void *ctx)
{
	loop_defer(((struct real *)self)->loop, fn, ctx);
}

/* ---- workers ---- */

static void queue_drop(struct env_worker *w)
{
	while (w->out) {
		struct queued *q = w->out;
		int i;

		w->out = q->next;
		for (i = 0; i < q->message.fd_count; i++)
			close(q->fds[i]);
		ipc_writer_free(&q->message);
		free(q);
	}
	w->out_tail = &w->out;
}

static void worker_close(struct env_worker *w)
{
	if (w->fd < 0)
		return;
	loop_fd_remove(w->real->loop, w->fd);
	close(w->fd);
	w->fd = -1;
	queue_drop(w);
}

static void worker_unlink(struct env_worker *w)
{
	struct env_worker **at = &w->real->workers;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

/* All messages there are; the last words of a worker that has ended come before its end is told. */
static void worker_read(struct env_worker *w)
{
	while (w->fd >= 0 && !w->stopped) {
		struct ipc_message message;
		struct err err = ERR_INIT;
		int rc = ipc_receive(w->fd, -1, &message, &err);

		if (rc == 0)
			w->calls->message(w->ctx, &message);
		ipc_message_free(&message);
		if (rc == 1)
			return;
		if (rc == 2 || rc < 0)
			worker_close(w);
	}
}

static void worker_ended(void *ctx, pid_t pid, int status)
{
	struct env_worker *w = ctx;
	char why[96];

	(void)pid;
	worker_read(w);
	worker_close(w);
	worker_unlink(w);
	child_status_text(why, sizeof why, status);
	if (!w->stopped)
		w->calls->ended(w->ctx, why);
	free(w);
}

static void worker_write(struct env_worker *w)
{
	struct err err = ERR_INIT;

	while (w->out) {
		struct queued *q = w->out;
		int rc = ipc_send(w->fd, &q->message, &err), i;

		if (rc == 1)
			return;
		if (rc < 0) {
			/* It will not get what it waits for, so it must not wait: its end is told by the reaper. */
			queue_drop(w);
			child_kill(w->real->children, w->pid);
			break;
		}
		w->out = q->next;
		for (i = 0; i < q->message.fd_count; i++)
			close(q->fds[i]);
		ipc_writer_free(&q->message);
		free(q);
	}
	if (!w->out)
		w->out_tail = &w->out;
	if (w->fd >= 0)
		loop_fd_change(w->real->loop, w->fd, LOOP_READ);
}

static void worker_event(void *ctx, int fd, unsigned events)
{
	struct env_worker *w = ctx;

	(void)fd;
	if (events & LOOP_WRITE)
		worker_write(w);
	if (events & LOOP_READ)
		worker_read(w);
	/* A worker that closed its socket has no business any more. */
	if (w->fd < 0)
		child_kill(w->real->children, w->pid);
}

static struct env_worker *real_worker_start(void *self, enum env_worker_kind kind, const char *name,
					    const struct env_worker_calls *calls, void *ctx, struct err *err)
{
	static const char *const kinds[] = { "imap", "parse", "send" };
	const char *argv[] = { "postkamer", "worker", kinds[kind], name, NULL };
	struct real *real = self;
	struct env_worker *w = xcalloc(1, sizeof *w);
	int theirs;

	*w = (struct env_worker){ .real = real, .calls = calls, .ctx = ctx, .fd = -1 };
	w->out_tail = &w->out;
	if (ipc_pair(&w->fd, &theirs, err)) {
		free(w);
		return NULL;
	}
	if (child_start(real->children, NULL, argv, theirs, worker_ended, w, &w->pid, err)) {
		close(theirs);
		close(w->fd);
		free(w);
		return NULL;
	}
	close(theirs);
	w->next = real->workers;
	real->workers = w;
	loop_fd_add(real->loop, w->fd, LOOP_READ, worker_event, w);
	return w;
}

static void queue_add(struct env_worker *w, struct ipc_writer *message)
{
	struct queued *q = xcalloc(1, sizeof *q);
	int i;

	q->message = *message;
	for (i = 0; i < message->fd_count; i++)
		q->message.fds[i] = q->fds[i] = dup(message->fds[i]);
	*w->out_tail = q;
	w->out_tail = &q->next;
	loop_fd_change(w->real->loop, w->fd, LOOP_READ | LOOP_WRITE);
}

static int real_worker_send(void *self, struct env_worker *w, struct ipc_writer *message, struct err *err)
{
	int rc = 1;

	(void)self;
	if (buf_failed(&message->body)) {
		ipc_writer_free(message);
		return err_set(err, ERR_BUG, "a message for a worker is too large");
	}
	if (w->fd >= 0 && !w->out)
		rc = ipc_send(w->fd, message, err);
	if (w->fd >= 0 && rc == 1) {
		queue_add(w, message);
		return 0;
	}
	ipc_writer_free(message);
	/* A dead peer is told by 'ended', in one way only. */
	return 0;
}

static void real_worker_stop(void *self, struct env_worker *w)
{
	struct real *real = self;

	w->stopped = true;
	worker_close(w);
	child_kill(real->children, w->pid);
}

static const struct env_ops real_ops = {
	.now = real_now,
	.monotonic = real_monotonic,
	.random = real_random,
	.timer_add = real_timer_add,
	.timer_cancel = real_timer_cancel,
	.defer = real_defer,
	.worker_start = real_worker_start,
	.worker_send = real_worker_send,
	.worker_stop = real_worker_stop,
};

/* ---- life ---- */

static void on_signal(void *ctx, int signo)
{
	struct real *real = ctx;

	if (signo == SIGCHLD)
		children_reap(real->children);
	else if (real->signalled)
		real->signalled(real->signalled_ctx, signo);
}

struct real *real_new(void (*signalled)(void *ctx, int signo), void *ctx, struct err *err)
{
	struct real *real = xcalloc(1, sizeof *real);

	real->env.ops = &real_ops;
	real->env.self = real;
	real->fixed = DATE_NONE;
	real->signalled = signalled;
	real->signalled_ctx = ctx;
	real->loop = loop_new();
	real->children = children_new();
	real->signals = signals_new(real->loop, on_signal, real, err);
	if (!real->signals)
		real_free(&real);
	return real;
}

void real_free(struct real **realp)
{
	struct real *real = *realp;

	if (!real)
		return;
	*realp = NULL;
	signals_free(&real->signals);
	children_free(&real->children);
	while (real->workers) {
		struct env_worker *w = real->workers;

		real->workers = w->next;
		worker_close(w);
		free(w);
	}
	loop_free(&real->loop);
	seal_wipe(&real->env.master, sizeof real->env.master);
	free(real);
}

struct env *real_env(struct real *real)
{
	return &real->env;
}

struct loop *real_loop(struct real *real)
{
	return real->loop;
}

void real_clock_set(struct real *real, int64_t offset, int64_t floor)
{
	real->offset = offset;
	real->floor = floor;
}

void real_clock_fix(struct real *real, int64_t fixed)
{
	real->fixed = fixed;
}
