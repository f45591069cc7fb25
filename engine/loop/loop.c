/* System. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "loop/loop.h"

struct fd_watch {
	int fd;
	unsigned events;
	uint64_t serial; /* tells a watch from an earlier one on the same number */
	loop_fd_fn *fn;
	void *ctx;
};

struct timer {
	int64_t due;
	uint64_t id; /* also the order among equals */
	loop_fn *fn;
	void *ctx;
};

struct deferred {
	loop_fn *fn;
	void *ctx;
};

struct loop {
	struct fd_watch *watches; /* owned; in no order */
	size_t watch_count, watch_cap;
	struct timer *timers; /* owned; a binary heap, earliest first */
	size_t timer_count, timer_cap;
	struct deferred *deferred; /* owned */
	size_t deferred_count, deferred_cap;
	struct pollfd *polled; /* owned; of the running turn */
	uint64_t *serials;     /* owned; the watch each entry of 'polled' stands for */
	size_t polled_cap, serials_cap;
	uint64_t next_serial;
	uint64_t next_id;
	bool in_turn;
	bool stopping;
};

/* Descriptors. */

static struct fd_watch *watch_find(const struct loop *loop, int fd)
{
	size_t i;

	for (i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd == fd)
			return &loop->watches[i];
	return NULL;
}

static short poll_events(unsigned events)
{
	return (short)((events & LOOP_READ ? POLLIN : 0) | (events & LOOP_WRITE ? POLLOUT : 0));
}

static unsigned loop_events(short revents, unsigned wanted)
{
	unsigned events = 0;

	if (revents & POLLIN)
		events |= LOOP_READ;
	if (revents & POLLOUT)
		events |= LOOP_WRITE;
	if (revents & (POLLHUP | POLLERR | POLLNVAL))
		events |= LOOP_READ | LOOP_WRITE;
	return events & wanted;
}

/* Fills 'polled' and 'serials' from the watches of now; returns how many. */
static size_t poll_prepare(struct loop *loop)
{
	size_t i, n = loop->watch_count;

	loop->polled = xgrow(loop->polled, &loop->polled_cap, n + 1, sizeof *loop->polled);
	loop->serials = xgrow(loop->serials, &loop->serials_cap, n + 1, sizeof *loop->serials);
	for (i = 0; i < n; i++) {
		const struct fd_watch *w = &loop->watches[i];

		/* A resting watch is left out by a negative number: poll tells hang-ups of all others. */
		loop->polled[i] = (struct pollfd){ .fd = w->events ? w->fd : -1, .events = poll_events(w->events) };
		loop->serials[i] = w->serial;
	}
	return n;
}

static void run_fds(struct loop *loop, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct pollfd *p = &loop->polled[i];
		const struct fd_watch *w;
		unsigned events;

		if (!p->revents)
			continue;
		w = watch_find(loop, p->fd);
		if (!w || w->serial != loop->serials[i])
			continue;
		events = loop_events(p->revents, w->events);
		if (events)
			w->fn(w->ctx, p->fd, events);
	}
}

void loop_fd_add(struct loop *loop, int fd, unsigned events, loop_fd_fn *fn, void *ctx)
{
	loop_fd_remove(loop, fd);
	loop->watches = xgrow(loop->watches, &loop->watch_cap, loop->watch_count + 1, sizeof *loop->watches);
	loop->watches[loop->watch_count++] = (struct fd_watch){
		.fd = fd, .events = events, .serial = ++loop->next_serial, .fn = fn, .ctx = ctx,
	};
}

void loop_fd_change(struct loop *loop, int fd, unsigned events)
{
	struct fd_watch *w = watch_find(loop, fd);

	if (w)
		w->events = events;
}

void loop_fd_remove(struct loop *loop, int fd)
{
	struct fd_watch *w = watch_find(loop, fd);

	if (w)
		*w = loop->watches[--loop->watch_count];
}

/* Timers. */

static bool timer_before(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->id < b->id;
}

static void timer_swap(struct timer *a, struct timer *b)
{
	struct timer t = *a;

	*a = *b;
	*b = t;
}

static void heap_up(struct loop *loop, size_t i)
{
	struct timer *t = loop->timers;

	while (i > 0 && timer_before(&t[i], &t[(i - 1) / 2])) {
		timer_swap(&t[i], &t[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void heap_down(struct loop *loop, size_t i)
{
	struct timer *t = loop->timers;

	for (;;) {
		size_t least = i, child;

		for (child = 2 * i + 1; child <= 2 * i + 2 && child < loop->timer_count; child++)
			if (timer_before(&t[child], &t[least]))
				least = child;
		if (least == i)
			return;
		timer_swap(&t[i], &t[least]);
		i = least;
	}
}

static void heap_remove(struct loop *loop, size_t i)
{
	loop->timers[i] = loop->timers[--loop->timer_count];
	if (i < loop->timer_count) {
		heap_up(loop, i);
		heap_down(loop, i);
	}
}

/*
 * Timers set from here on have a higher id and are not earlier than 'now', so
 * they stand behind all that this turn may run.
 */
static void run_timers(struct loop *loop)
{
	int64_t now = loop_now_ms(loop);
	uint64_t last = loop->next_id;

	while (loop->timer_count && loop->timers[0].due <= now && loop->timers[0].id <= last) {
		struct timer t = loop->timers[0];

		heap_remove(loop, 0);
		t.fn(t.ctx);
	}
}

uint64_t loop_timer_add(struct loop *loop, int64_t delay_ms, loop_fn *fn, void *ctx)
{
	int64_t now = loop_now_ms(loop);
	int64_t due = delay_ms <= 0 ? now : delay_ms > INT64_MAX - now ? INT64_MAX : now + delay_ms;
	uint64_t id = ++loop->next_id;

	loop->timers = xgrow(loop->timers, &loop->timer_cap, loop->timer_count + 1, sizeof *loop->timers);
	loop->timers[loop->timer_count++] = (struct timer){ .due = due, .id = id, .fn = fn, .ctx = ctx };
	heap_up(loop, loop->timer_count - 1);
	return id;
}

void loop_timer_cancel(struct loop *loop, uint64_t id)
{
	size_t i;

	for (i = 0; i < loop->timer_count; i++) {
		if (loop->timers[i].id == id) {
			heap_remove(loop, i);
			return;
		}
	}
}

/* Deferred calls. */

static void run_deferred(struct loop *loop)
{
	struct deferred *list = loop->deferred;
	size_t i, count = loop->deferred_count;

	loop->deferred = NULL;
	loop->deferred_count = loop->deferred_cap = 0;
	for (i = 0; i < count; i++)
		list[i].fn(list[i].ctx);
	free(list);
}

void loop_defer(struct loop *loop, loop_fn *fn, void *ctx)
{
	loop->deferred = xgrow(loop->deferred, &loop->deferred_cap, loop->deferred_count + 1,
			       sizeof *loop->deferred);
	loop->deferred[loop->deferred_count++] = (struct deferred){ fn, ctx };
}

/* Turns. */

/* In the form poll(2) wants. */
static int wait_time(const struct loop *loop, int64_t max_wait_ms)
{
	int64_t wait = max_wait_ms < 0 ? INT_MAX : max_wait_ms;

	if (loop->deferred_count)
		return 0;
	if (loop->timer_count) {
		int64_t left = loop->timers[0].due - loop_now_ms(loop);

		if (left < wait)
			wait = left < 0 ? 0 : left;
	} else if (max_wait_ms < 0) {
		return -1;
	}
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

static int turn(struct loop *loop, int64_t max_wait_ms, struct err *err)
{
	size_t count = poll_prepare(loop);
	int n = poll(loop->polled, count, wait_time(loop, max_wait_ms));

	if (n < 0 && errno != EINTR)
		return err_sys(err, "cannot wait for events");
	if (n > 0)
		run_fds(loop, count);
	run_timers(loop);
	run_deferred(loop);
	return 0;
}

int loop_run_once(struct loop *loop, int64_t max_wait_ms, struct err *err)
{
	int rc;

	if (loop->in_turn)
		return err_set(err, ERR_BUG, "the loop was entered from one of its own callbacks");
	loop->in_turn = true;
	rc = turn(loop, max_wait_ms, err);
	loop->in_turn = false;
	return rc;
}

int loop_run(struct loop *loop, struct err *err)
{
	if (loop->in_turn)
		return err_set(err, ERR_BUG, "the loop was entered from one of its own callbacks");
	loop->stopping = false;
	while (!loop->stopping)
		if (loop_run_once(loop, -1, err))
			return -1;
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stopping = true;
}

int64_t loop_now_ms(const struct loop *loop)
{
	struct timespec t;

	(void)loop;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct loop *loop_new(void)
{
	return xcalloc(1, sizeof(struct loop));
}

void loop_free(struct loop **loop)
{
	struct loop *l = *loop;

	if (!l)
		return;
	*loop = NULL;
	free(l->watches);
	free(l->timers);
	free(l->deferred);
	free(l->polled);
	free(l->serials);
	free(l);
}
