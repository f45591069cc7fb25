/*
 * Looking into containers: zip (libarchive), OLE compound files (own reader of
 * the directory), winmail.dat (own reader). Only lists; no name from inside
 * becomes a path. For the sandboxed worker.
 */
#ifndef POSTKAMER_UNPACK_UNPACK_H
#define POSTKAMER_UNPACK_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define UNPACK_MEMBERS_MAX 10000      /* of a zip that are looked at */
#define UNPACK_TNEF_FILES_MAX 200

/* A range of a file. */
struct unpack_range {
	int fd;
	int64_t offset;
	int64_t size;
};

/*
 * The type of a zip by its members: the Office and OpenDocument types;
 * "application/zip" for any other. Static string.
 */
const char *unpack_zip_type(const struct unpack_range *range);

/*
 * The type of an OLE compound file by its root entries: "application/vnd.ms-outlook"
 * (.msg), "application/msword", "application/vnd.ms-excel",
 * "application/vnd.ms-powerpoint", "application/x-ole-encrypted" (an Office
 * file behind a password); "application/x-ole-storage" for any other. Static.
 */
const char *unpack_ole_type(const struct unpack_range *range);

/* A file in a winmail.dat: where its bytes stand, as they are, in the same file as the container. */
struct unpack_file {
	const char *name;       /* as it stands there, in UTF-8; NULL when none */
	const char *type;       /* declared, lower case; NULL when not */
	const char *content_id; /* or NULL */
	bool shown;             /* a picture that the message text shows */
	bool message;           /* an embedded message: a TNEF stream of its own */
	int64_t offset;         /* from the start of the file, not of the range */
	int64_t size;
};

/*
 * The attachments of a TNEF stream ([MS-OXTNEF]); the message text is left,
 * since the mail says the same. Everything in 'arena'. Fails with ERR_INPUT
 * when it is none or is damaged, ERR_LIMIT beyond UNPACK_TNEF_FILES_MAX. The
 * reader is our own: libytnef gives up a whole stream for one name over 100
 * bytes or a file over 10 MiB, and writes to standard output.
 */
int unpack_tnef(const struct unpack_range *range, struct arena *arena, struct unpack_file **files_r,
		size_t *count_r, struct err *err);

#endif
