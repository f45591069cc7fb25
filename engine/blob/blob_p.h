/* Private to blob/: what a place for sealed bytes has to do. */
#ifndef POSTKAMER_BLOB_BLOB_P_H
#define POSTKAMER_BLOB_BLOB_P_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "blob/blob.h"

#define BLOB_DAY_SIZE 11 /* "2026-11-21" */

#define BLOB_NO_MARK ((size_t)-1)

struct blobs {
	const struct blob_ops *ops; /* borrowed, constant */
	size_t mark; /* what count() was at blob_mark(), or BLOB_NO_MARK */
};

/*
 * A place where sealed bytes live under names. Every slot blocks as long as a
 * disk does; none keeps a pointer that it is given.
 */
struct blob_ops {
	/* A new empty file to write sealed bytes to; -1 on failure. The driver owns it until keep() or drop(). */
	int (*make)(struct blobs *blobs, struct err *err);
	/*
	 * The file of make() is complete: it will be known as 'name' (BLOB_NAME_SIZE
	 * at most), and can be read from now on. Not durable yet. May fail, and has
	 * then done what drop() does.
	 */
	int (*keep)(struct blobs *blobs, int fd, const char *name, struct err *err);
	/* Writing failed: forgets the file of make(). Cannot fail. */
	void (*drop)(struct blobs *blobs, int fd);
	/* Makes all that was kept since the last sync durable, under its names. May fail: then for good. */
	int (*sync)(struct blobs *blobs, struct err *err);
	/* How many were kept and not synced yet. */
	size_t (*count)(const struct blobs *blobs);
	/* Removes all but the first 'keep' of those. Cannot fail. */
	void (*discard)(struct blobs *blobs, size_t keep);
	/* A file to read the sealed bytes from, at its start; the caller closes it. ERR_CORRUPT when missing. */
	int (*open)(struct blobs *blobs, const char *name, struct err *err);
	/* Forgets a name; an unknown one is no error. */
	int (*remove)(struct blobs *blobs, const char *name, struct err *err);
	/* See blob_collect(). */
	int (*collect)(struct blobs *blobs, int64_t before, int (*is_known)(void *ctx, const char *name),
		       void *ctx, size_t *removed_r, struct err *err);
	/* Frees everything, 'blobs' itself too; discards first. Cannot fail. */
	void (*close)(struct blobs *blobs);
};

#endif
