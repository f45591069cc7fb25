/* Private to the stream: stream.c (socket, deadlines, libetpan) and stream_tls.c (GnuTLS). */
#ifndef POSTKAMER_IMAP_STREAM_P_H
#define POSTKAMER_IMAP_STREAM_P_H

#include <gnutls/gnutls.h>
#include <netinet/in.h>

#include "imap/lines.h"
#include "imap/stream.h"

#define IMAP_TLS_AHEAD 65536 /* servers send records of 4 KB; one system call fetches many */

struct imap_stream {
	struct imap_stream_setup setup;
	int fd;
	gnutls_session_t tls; /* NULL while plain */
	gnutls_certificate_credentials_t trust;
	gnutls_typed_vdata_st wanted[2]; /* what the certificate must be for; GnuTLS keeps the pointer */
	unsigned char address[16];
	char *ahead;          /* owned; encrypted bytes that GnuTLS has not taken yet */
	size_t ahead_at, ahead_len;
	int64_t started;      /* of the command, in ms; moved forward by pauses */
	int64_t paused;       /* since when, or 0 */
	uint64_t got;         /* bytes of this command's answer */
	uint64_t budget;      /* bytes still allowed */
	bool is_private;
	bool failed;
	enum imap_fail fail;
	struct err fault;
	struct imap_lines in, out;
	char bye[IMAP_LINE_KEPT + 1];
};

/* Records the first failure; always returns -1. */
int imap_stream_broke(struct imap_stream *stream, enum imap_fail fail, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Waits for the descriptor within the command's deadline; -1 (recorded) when it is over. */
int imap_stream_wait(struct imap_stream *stream, short events);

/* Raw transfer: bytes, 0 = would block, -1 = recorded failure (the end of the connection too). */
ssize_t imap_tls_read(struct imap_stream *stream, void *data, size_t size);
ssize_t imap_tls_write(struct imap_stream *stream, const void *data, size_t size);
int imap_tls_start(struct imap_stream *stream);
void imap_tls_end(struct imap_stream *stream);

#endif
