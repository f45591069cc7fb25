/* What the workers with network access have in common; private to worker/. */
#ifndef POSTKAMER_WORKER_CONFINE_H
#define POSTKAMER_WORKER_CONFINE_H

#include "base/err.h"

/*
 * Before the first outside byte: no core dumps, no other files than those that
 * names and certificates need and 'ca_file' (may be NULL), no other programs.
 * A kernel that lacks Landlock or seccomp is told in the log; the rest holds.
 */
int worker_confine(const char *ca_file, struct err *err);

#endif
