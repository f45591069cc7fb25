/*
 * Where template files come from: a folder, or texts in memory for tests and
 * the simulator.
 */
#ifndef POSTKAMER_TMPL_SOURCE_H
#define POSTKAMER_TMPL_SOURCE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct tmpl_source {
	/*
	 * Calls 'each' with the path of every file, relative, with '/', in any
	 * order; hidden files, editors' backups and folders are left out.
	 */
	int (*list)(void *ctx, void (*each)(void *arg, const char *path), void *arg, struct err *err);
	/* Appends the file's bytes to 'out', whose maximum is the limit. */
	int (*read)(void *ctx, const char *path, struct buf *out, struct err *err);
	void *ctx;
};

/* 'path' is borrowed as long as the source is used. */
struct tmpl_source tmpl_source_folder(const char *path);

struct tmpl_file {
	const char *path;
	const char *text;
};

/* 'files' ends with a row whose path is NULL; borrowed. */
struct tmpl_source tmpl_source_memory(const struct tmpl_file *files);

#endif
