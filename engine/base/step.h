/*
 * The step counter: every durable step (a rename, a commit, an
 * acknowledgement, a finished delivery) passes step_done() right before and
 * right after it happens. A test sets POSTKAMER_STOP_AT=n, and the process
 * ends with STEP_EXIT at the n-th of them, as if killed there. Without that
 * variable it costs one comparison.
 */
#ifndef POSTKAMER_BASE_STEP_H
#define POSTKAMER_BASE_STEP_H

#define STEP_EXIT 86

/* Reads POSTKAMER_STOP_AT and POSTKAMER_STEP_LOG (a file that gets one name per step). */
void step_init(void);
void step_done(const char *name);

#endif
