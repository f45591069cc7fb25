/*
 * fsync() of many files at once. One after the other, each waits for a flush of
 * the disk of its own; asked for together they share them (16 files of 200 KB
 * on a virtual disk: 3 ms each apart, 0.2 ms each together).
 *
 * Linux offers no fsync() without waiting that works everywhere (io_uring is
 * shut off in many containers; AIO's does them in turn), so each waits in a
 * thread. That is the only use of threads here, and it does not show: they
 * touch nothing but their descriptor, take no signals, and have all ended when
 * the call returns.
 */
#ifndef POSTKAMER_BASE_FLUSH_H
#define POSTKAMER_BASE_FLUSH_H

#include <stddef.h>

#define FLUSH_AT_ONCE 16 /* threads */

/*
 * Returns 0 when all 'count' descriptors were synced. Else -1 with errno of the
 * first in order that failed, and its place in '*failed_r'; the others have been
 * tried as well. Where no thread can be made they go one after the other.
 */
int flush_all(const int *fds, size_t count, size_t *failed_r);

#endif
