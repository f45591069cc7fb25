/* The upload spool's judgement of names and files; private to work/. */
#ifndef POSTKAMER_WORK_SPOOL_P_H
#define POSTKAMER_WORK_SPOOL_P_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#include "work/engine_p.h"

/* Names that are not meant for us yet, or ever: hidden, temporary, partial. */
bool spool_ignored(const char *name);
/* Why such a thing is never taken ("it is a symbolic link"), or NULL. */
const char *spool_unfit(const struct stat *st, int64_t max);
/*
 * Does nobody write to it any more? Where a lease can be had (our own file, or
 * root) the kernel tells whether a writer has it open; else it must have been
 * unchanged for 'still' seconds. Below 0: it is never waited for.
 */
bool spool_is_still(int fd, const struct stat *st, int still);
/* A job for the file at 'origin' (below new/); its key is what makes this file this file. */
struct job *spool_job(struct engine *engine, const char *origin, const struct stat *st);

/* ---- spool_leave.c ---- */

/*
 * The item was decided: its file leaves new/ for done/, or for refused/ with the
 * reason beside it, and the item is acknowledged. 1 = it left, 0 = there was
 * nothing to move, or it could not be moved (the next look tries again).
 */
int spool_leave(struct engine *engine, int64_t id, struct err *err);

/* ---- spool_list.c: what lies in new/ ---- */

struct spool_entry {
	char *origin;           /* owned; path below new/ */
	struct timespec written; /* its time of writing */
};

struct spool_list {
	struct spool_entry *entries; /* owned; oldest first, then by name */
	size_t count, cap;
	size_t at;                   /* the next to be looked at */
	bool cut;                    /* there was more than one listing takes */
	bool unread;                 /* a folder in it could not be read */
};

/*
 * Replaces the list by all that lies in the folder and one level below it,
 * names that are ignored left out. Oldest first: of two versions of a document
 * the later one has to be decided last. -1 when the folder cannot be read
 * (errno says why); the list is empty then.
 */
int spool_list_read(struct spool_list *list, const char *folder);
void spool_list_clear(struct spool_list *list);

#endif
