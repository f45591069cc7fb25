/*
 * The bytes of one IMAP connection: name look-up, connect, GnuTLS, deadlines
 * and budgets, and libetpan's low-level stream on top of them. libetpan's own
 * TLS stream verifies nothing, spins at the end of a connection and has no
 * deadline for a whole command; this one
 *
 * - verifies the certificate chain (the system's authorities or one file), the
 *   host name (or the address, for an address literal) and the purpose before
 *   a single byte goes over the encrypted connection; TLS 1.2 or later;
 * - holds each command to a deadline: 'deadline' seconds, plus what its answer
 *   needs at IMAP_STREAM_RATE bytes per second (so a slow body is fine, a
 *   trickle is not), and to a number of bytes;
 * - gives the end of the connection to the library as an error;
 * - keeps endless lines, oversized literals and deep nesting from the library
 *   (imap/lines.h);
 * - remembers the first failure in words, and the server's BYE.
 *
 * After a failure every further read and write fails.
 */
#ifndef POSTKAMER_IMAP_STREAM_H
#define POSTKAMER_IMAP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libetpan/libetpan.h>

#include "base/err.h"
#include "imap/fail.h"

#define IMAP_STREAM_RATE 10240 /* bytes per second below which a long answer is cut off */

struct imap_stream;

struct imap_stream_setup {
	const char *host;    /* borrowed for the stream's life */
	unsigned port;
	const char *ca_file; /* borrowed; PEM file in place of the system's authorities, or NULL */
	unsigned deadline;   /* seconds: name, connect and handshake together; later each command */
	bool trace;          /* log lines at debug level, without credentials and bodies */
};

/*
 * Connects, trying each address of the host within the deadline. The object
 * comes back also on failure (for imap_stream_fault()); the caller frees it.
 */
int imap_stream_open(const struct imap_stream_setup *setup, struct imap_stream **stream_r, struct err *err);
/*
 * libetpan's view. The library closes the descriptor with it; the stream
 * itself stays ours to free, afterwards.
 */
mailstream *imap_stream_attach(struct imap_stream *stream);
void imap_stream_free(struct imap_stream **stream);

/* TLS from here on; all bytes read before must have been used up. */
int imap_stream_secure(struct imap_stream *stream, struct err *err);
bool imap_stream_is_secure(const struct imap_stream *stream);

/* A new command: its deadline starts, and its answer may have 'bytes' bytes. */
void imap_stream_allow(struct imap_stream *stream, uint64_t bytes);
/* Work of our own that is not to count against the deadline. */
void imap_stream_pause(struct imap_stream *stream);
void imap_stream_resume(struct imap_stream *stream);
/* Credentials follow: the trace shows only how many bytes. */
void imap_stream_set_private(struct imap_stream *stream, bool is_private);

int imap_stream_fd(const struct imap_stream *stream);
/*
 * Reads what is there without waiting: bytes read, 0 = nothing now, -1 =
 * failed. A readable descriptor does not promise data: TLS has messages of its
 * own.
 */
ssize_t imap_stream_try_read(struct imap_stream *stream, void *data, size_t size);

/* The first failure: its class and words; false when nothing failed here. */
bool imap_stream_fault(const struct imap_stream *stream, enum imap_fail *fail_r, struct err *err);
/* The text of the server's BYE, or NULL. */
const char *imap_stream_bye(const struct imap_stream *stream);

#endif
