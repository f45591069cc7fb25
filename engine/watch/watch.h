/*
 * A folder under watch with inotify(7), one level of sub-folders included.
 *
 * It is a hint and nothing more: a hard link into the folder, a mounted-over
 * folder, changes made on another host and a full event queue all go unseen or
 * half seen. Whoever uses this scans the folder at start, soon after
 * watch_drain() returned true, and at intervals anyway (60 s); each scan calls
 * watch_refresh() first. Which files changed is therefore not told.
 *
 * A folder that does not exist (yet, or any more) is not an error: it is told
 * by watch_missing() and picked up by a later watch_refresh().
 */
#ifndef POSTKAMER_WATCH_WATCH_H
#define POSTKAMER_WATCH_WATCH_H

#include <stdbool.h>

#include "base/err.h"

struct watch;

/* Sub-folders watched at most; more are left to the scans. */
#define WATCH_MAX_FOLDERS 4096

/* NULL only when inotify itself is not to be had (limits, no such system call). Copies 'path'. */
struct watch *watch_new(const char *path, struct err *err);
/* NULL is accepted. */
void watch_free(struct watch **watch);

/* Readable when there is something to drain; for loop_fd_add(). Owned by the watch. */
int watch_fd(const struct watch *watch);
/*
 * Reads all events there are, without blocking. True when anything happened
 * that may mean a file to take in: scan soon. Folders that came or were
 * replaced are watched from here on; after an overflow everything is looked at anew.
 */
bool watch_drain(struct watch *watch);
/* Watches what is not watched yet: the folder itself, new sub-folders. Cheap enough for every scan. */
void watch_refresh(struct watch *watch);
/* The folder itself does not exist or cannot be watched: only scans will find something. */
bool watch_missing(const struct watch *watch);

#endif
