/*
 * What the deciding process and the parse worker say to each other.
 *
 *     main → worker   PARSE_MSG_JOB   a mail or a file to look into, two descriptors
 *     worker → main   PARSE_MSG_DONE  the outcome; the manifest is in the output file
 *
 * One job at a time is the worker's pace, but several may be sent ahead: they
 * wait in the socket and are answered in order. The worker may end by itself
 * after any answer (it is recycled every so many jobs); a job without an
 * answer when it ends is to be sent again to the next one, and counts as an
 * attempt when the worker was killed by a signal.
 */
#ifndef POSTKAMER_IPC_PARSE_MSG_H
#define POSTKAMER_IPC_PARSE_MSG_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "ipc/ipc.h"

enum { PARSE_MSG_JOB = 0x5001, PARSE_MSG_DONE = 0x5002 };

enum parse_kind {
	PARSE_KIND_MAIL = 1, /* RFC 5322 bytes */
	PARSE_KIND_FILE = 2  /* one document, as from the upload spool */
};

enum parse_status {
	PARSE_OK = 0,
	PARSE_NOT_MAIL, /* a mail was promised and is not there */
	PARSE_LIMIT,    /* beyond a cap; asking again changes nothing */
	PARSE_ERROR     /* reading, writing or the worker itself failed */
};

#define PARSE_REASON_MAX 1000 /* bytes of the reason */
#define PARSE_NAME_MAX 4096   /* bytes of a file name */

struct parse_job {
	int64_t id;
	enum parse_kind kind;
	const char *name; /* the file's name for PARSE_KIND_FILE, a hint only; else NULL */
	int in;           /* seekable; read from its start */
	int out;          /* an empty memory file (file_memory()); decoded bytes, then the manifest */
};

struct parse_done {
	int64_t id;
	enum parse_status status;
	const char *reason;      /* "" for PARSE_OK; lower case, fit for staff */
	int64_t manifest_offset; /* also the number of decoded bytes; 0 unless PARSE_OK */
	int64_t manifest_size;   /* read it with manifest_read() */
};

/* Starts 'w' with the message; the descriptors are duplicated in sending, the caller closes its own. */
void parse_job_put(struct ipc_writer *w, const struct parse_job *job);
void parse_done_put(struct ipc_writer *w, const struct parse_done *done);

/*
 * Read a received message whole (type, all fields, ranges); strings in
 * 'arena'. With a job, both descriptors are the caller's to close. ERR_INPUT
 * when anything is not as said above; no descriptor is left open then.
 */
int parse_job_get(struct ipc_message *m, struct arena *arena, struct parse_job *job_r, struct err *err);
int parse_done_get(struct ipc_message *m, struct arena *arena, struct parse_done *done_r, struct err *err);

#endif
