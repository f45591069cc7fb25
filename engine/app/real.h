/*
 * The real environment: the poll loop, the system's clock, workers as
 * processes of this same program (`postkamer worker KIND`).
 */
#ifndef POSTKAMER_APP_REAL_H
#define POSTKAMER_APP_REAL_H

#include "base/err.h"
#include "loop/loop.h"
#include "work/env.h"

struct real;

/* 'signalled' (may be NULL) gets SIGTERM, SIGINT and SIGHUP. */
struct real *real_new(void (*signalled)(void *ctx, int signo), void *ctx, struct err *err);
/* Kills what still runs. */
void real_free(struct real **real);

/* The table for the engine; its store, blobs and master key are to be set by the caller. */
struct env *real_env(struct real *real);
struct loop *real_loop(struct real *real);

/*
 * The clock: system time plus 'offset' (trial stores), never before 'floor'
 * (the highest time the store has seen). 'fixed' stands still instead (--now);
 * DATE_NONE lets it run again.
 */
void real_clock_set(struct real *real, int64_t offset, int64_t floor);
void real_clock_fix(struct real *real, int64_t fixed);

#endif
