/*
 * Makes the bytes of an outgoing mail (RFC 5322, MIME). The same input gives
 * the same bytes: no clock, no chance, boundaries from the Message-ID. Strict
 * CRLF, 7-bit, lines within 998 bytes; compose_check() looks at the very bytes
 * that leave before they are given out.
 *
 * Shape, leaving out what is not there:
 *
 *     mixed( alternative( text/plain, related( text/html, logo ) ), attachments… )
 *
 * Nothing that a field holds can become another field or another line. What is
 * for people (names, subject, texts, file names) is cleaned: bad UTF-8 and
 * controls go, what is too long is cut. What is for machines (our addresses,
 * Message-ID, extra headers) is checked, and refused with ERR_INPUT when it is
 * not right. In-Reply-To and References come from strangers' mail: what is not
 * a proper id there is left out.
 */
#ifndef POSTKAMER_MIME_COMPOSE_H
#define POSTKAMER_MIME_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define COMPOSE_MAX_SUBJECT 400    /* bytes of UTF-8 */
#define COMPOSE_MAX_NAME 200       /* bytes of a display name, a file name */
#define COMPOSE_MAX_REFERENCES 20  /* the first and the newest are kept */
#define COMPOSE_MAX_CC 20
#define COMPOSE_MAX_ATTACHMENTS 100
#define COMPOSE_MAX_LINE 998       /* RFC 5322 §2.1.1, without CRLF */

struct compose_address {
	const char *name; /* may be NULL or "" */
	const char *addr; /* must pass addr_valid() */
};

/* Auto-Submitted (RFC 3834). The first two also get X-Auto-Response-Suppress: OOF, AutoReply. */
enum compose_auto {
	COMPOSE_GENERATED, /* auto-generated: a notice */
	COMPOSE_REPLIED,   /* auto-replied: a receipt, a transcript */
	COMPOSE_PERSON     /* no such header: a person's words */
};

/* Bytes in memory (data) or a range of an open file (data NULL); borrowed. */
struct compose_bytes {
	const void *data;
	int fd;          /* seekable; its position is not relied upon, and not kept */
	int64_t offset;
	int64_t size;
};

struct compose_attachment {
	const char *name; /* shown to the reader; folders are cut off; "" or NULL: "document" */
	const char *type; /* "application/pdf"; not a type, message/… or multipart/…: application/octet-stream */
	struct compose_bytes bytes;
};

struct compose_header {
	const char *name;  /* letters, digits, hyphens; none of those this file writes itself */
	const char *value; /* printable ASCII, at most 900 bytes */
};

struct compose_mail {
	struct compose_address from;
	struct compose_address to;
	const struct compose_address *cc; /* for show only: it says who else got a mail of its own */
	size_t cc_count;
	const char *reply_to;    /* address or NULL */
	const char *subject;
	const char *message_id;  /* without angle brackets */
	const char *in_reply_to; /* the same, or NULL */
	const char *const *references; /* oldest first */
	size_t reference_count;
	int64_t date;
	const char *zone;        /* "Europe/Amsterdam" */
	const char *lang;        /* Content-Language, or NULL */
	enum compose_auto automatic;
	const struct compose_header *extra;
	size_t extra_count;
	const char *text;        /* '\n' or CRLF line ends */
	const char *html;        /* NULL: text only */
	const struct compose_attachment *logo; /* inline, with 'html' only; NULL = none */
	const char *logo_cid;    /* Content-ID without angle brackets, as the HTML names it (cid:…) */
	const struct compose_attachment *attachments;
	size_t attachment_count;
};

/* Appends the message to 'out'; ERR_LIMIT when its maximum is too small. */
int compose_buf(const struct compose_mail *mail, struct buf *out, struct err *err);
/*
 * Writes the message at the start of 'fd' (empty, readable, seekable: a
 * memfd), attachments streamed; '*size_r' gets its bytes.
 */
int compose_fd(const struct compose_mail *mail, int fd, int64_t *size_r, struct err *err);

/* A reader of finished bytes that may come in pieces; set up with COMPOSE_CHECK_INIT. */
struct compose_check {
	int64_t offset;  /* bytes seen */
	size_t line;     /* bytes in the present line */
	bool cr;         /* the last byte was a CR */
};

#define COMPOSE_CHECK_INIT { 0, 0, false }

/* Fails on NUL, a bare CR, a bare LF, a byte above 127, a line over COMPOSE_MAX_LINE; says where. */
int compose_check_feed(struct compose_check *check, const void *data, size_t len, struct err *err);
/* Fails when the message is empty or does not end with CRLF. */
int compose_check_end(const struct compose_check *check, struct err *err);

#endif
