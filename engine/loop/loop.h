/*
 * The poll loop of the deciding process: descriptors, timers, and work put off
 * to the end of the turn. One thread; poll(2) underneath.
 *
 * Rules that callers may rely on:
 * - A callback runs from loop_run() or loop_run_once() only, never from inside
 *   another call of this header, and one at a time. Calling either of the two
 *   from a callback is a programming error (they return ERR_BUG).
 * - Anything may be added, changed or removed from inside any callback,
 *   including the watch or timer that is running; after loop_fd_remove() and
 *   loop_timer_cancel() the callback is not called again, also not for an
 *   event of this same turn.
 * - A turn is: wait, descriptors that are ready, timers that are due (earliest
 *   first), deferred calls (in order of loop_defer()). What a callback adds
 *   has its first chance in the next turn; a call deferred by a deferred call too.
 */
#ifndef POSTKAMER_LOOP_LOOP_H
#define POSTKAMER_LOOP_LOOP_H

#include <stdint.h>

#include "base/err.h"

struct loop;

/* What to wait for, and what happened. An error or hang-up is told as whatever was waited for. */
#define LOOP_READ 1u
#define LOOP_WRITE 2u

typedef void loop_fd_fn(void *ctx, int fd, unsigned events);
typedef void loop_fn(void *ctx);

struct loop *loop_new(void);
/* Forgets all watches, timers and deferred calls without running them; closes nothing. NULL is accepted. */
void loop_free(struct loop **loop);

/*
 * Watches 'fd' (borrowed; one watch per descriptor) for 'events', a sum of
 * LOOP_*, level-triggered. With 0 it is kept but rests: not even a hang-up is
 * told. Remove the watch before closing the descriptor.
 */
void loop_fd_add(struct loop *loop, int fd, unsigned events, loop_fd_fn *fn, void *ctx);
void loop_fd_change(struct loop *loop, int fd, unsigned events);
/* A descriptor that is not watched is accepted. */
void loop_fd_remove(struct loop *loop, int fd);

/* Calls 'fn' once, 'delay_ms' (>= 0) from now. The id is never 0 and never used again. */
uint64_t loop_timer_add(struct loop *loop, int64_t delay_ms, loop_fn *fn, void *ctx);
/* An id that has run, was cancelled before or is 0 is accepted. */
void loop_timer_cancel(struct loop *loop, uint64_t id);

/* Calls 'fn' once at the end of this turn (outside a turn: of the next, which then does not wait). */
void loop_defer(struct loop *loop, loop_fn *fn, void *ctx);

/* Runs turns until loop_stop(), which lets the running turn finish. -1 when poll itself fails. */
int loop_run(struct loop *loop, struct err *err);
void loop_stop(struct loop *loop);
/* Runs one turn, waiting at most 'max_wait_ms' for something to happen (-1: as long as it takes). */
int loop_run_once(struct loop *loop, int64_t max_wait_ms, struct err *err);

/* Milliseconds of the monotonic clock, read now. Not a time of day. */
int64_t loop_now_ms(const struct loop *loop);

#endif
