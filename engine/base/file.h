/*
 * Files: whole reads with a limit, writes that survive a power cut, and
 * anonymous memory files that pass bytes between our processes.
 */
#ifndef POSTKAMER_BASE_FILE_H
#define POSTKAMER_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends the whole file to 'out', whose maximum is the limit. */
int file_read(const char *path, struct buf *out, struct err *err);
/* The same of a file that never keeps who reads it waiting: no pipe, no device. A daemon reads these. */
int file_read_regular(const char *path, struct buf *out, struct err *err);
/* The same from an open descriptor, from its current position to its end. */
int file_read_fd(int fd, struct buf *out, struct err *err);
/* Writes all bytes, over short writes and EINTR. */
int file_write_all(int fd, const void *data, size_t len, struct err *err);
/* Reads exactly 'len' bytes at 'offset'; an early end is an error. */
int file_pread_all(int fd, void *data, size_t len, int64_t offset, struct err *err);
/* Copies from the start of 'from' (must be seekable) to the current place in 'to'. */
int file_copy(int from, int to, int64_t *bytes_r, struct err *err);
int64_t file_size(int fd);

/*
 * Replaces 'path' durably: writes beside it, syncs, renames, syncs the folder.
 * 'mode' such as 0600.
 */
int file_replace(const char *path, const void *data, size_t len, mode_t mode, struct err *err);
/* Makes a folder's entries durable. */
int file_sync_folder(const char *path, struct err *err);

/*
 * Reads a file with a secret: a regular file, owned by us or root, that group
 * and others cannot read; trailing line ends are dropped. The refusal names
 * the file and the cure.
 */
int file_read_secret(const char *path, struct buf *out, struct err *err);

/* An anonymous file in memory, closed on exec, that can be sealed. */
int file_memory(const char *name, struct err *err);
/* Forbids all change from now on, by whoever holds it; fails when someone maps it writable. */
int file_memory_seal(int fd, struct err *err);

#endif
