/*
 * Signals as events of the loop. From signals_new() to signals_free() TERM,
 * INT, HUP and CHLD are blocked and read from a signalfd(2); PIPE is ignored
 * for good (a closed peer shows as an error of the write). Programs started by
 * child_start() get an empty mask again.
 */
#ifndef POSTKAMER_LOOP_SIGNALS_H
#define POSTKAMER_LOOP_SIGNALS_H

#include "base/err.h"
#include "loop/loop.h"

struct signals;

/*
 * Keeps HUP waiting from the first moment of a process that will have signals_new(): before that, it would end it. For good:
 * signals_free() leaves it so.
 */
void signals_hold_reload(void);

/* 'signo' is SIGTERM, SIGINT, SIGHUP or SIGCHLD; several of one kind may be told once. */
typedef void signals_fn(void *ctx, int signo);

/* NULL when the system refuses. 'loop' must outlive it. */
struct signals *signals_new(struct loop *loop, signals_fn *fn, void *ctx, struct err *err);
/* Restores the mask that was there; NULL is accepted. */
void signals_free(struct signals **signals);

#endif
