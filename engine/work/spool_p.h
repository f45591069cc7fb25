/* The upload spool's judgement of names and files; private to work/. */
#ifndef POSTKAMER_WORK_SPOOL_P_H
#define POSTKAMER_WORK_SPOOL_P_H

#include <stdbool.h>
#include <sys/stat.h>

#include "work/engine_p.h"

/* Names that are not meant for us yet, or ever: hidden, temporary, partial. */
bool spool_ignored(const char *name);
/* Why such a thing is never taken ("it is a symbolic link"), or NULL. */
const char *spool_unfit(const struct stat *st, int64_t max);
/*
 * Does nobody write to it any more? Where a lease can be had (our own file, or
 * root) the kernel tells whether a writer has it open; else it must have been
 * unchanged for 'still' seconds.
 */
bool spool_is_still(int fd, const struct stat *st, int still);
/* A job for the file at 'origin' (below new/); its key is what makes this file this file. */
struct job *spool_job(struct engine *engine, const char *origin, const struct stat *st);

#endif
