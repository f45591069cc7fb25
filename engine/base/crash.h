/*
 * What was being handled when the process crashed. A crash by a fault of our
 * own (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) leaves the subject's number in
 * a file, so that the next start can tell a poisonous item from its innocent
 * neighbours; an outside SIGKILL leaves nothing, and nobody is blamed for it.
 */
#ifndef POSTKAMER_BASE_CRASH_H
#define POSTKAMER_BASE_CRASH_H

#include <stdint.h>

#include "base/err.h"

/*
 * Installs the handlers; 'path' is where a crash leaves its note. '*subject_r'
 * is what an earlier crash left there (0 = nothing); call crash_forget() once
 * that has been dealt with durably.
 */
int crash_init(const char *path, int64_t *subject_r, struct err *err);
int crash_forget(const char *path, struct err *err);
/* From now on this is being handled; 0 = nothing in particular. Costs a store to memory. */
void crash_subject(int64_t subject);

#endif
