/*
 * Follows one direction of an IMAP conversation line by line, stepping over
 * literals, without keeping anything but the start of the line it is in. It
 * stands in front of the parsing library and stops what that one would choke
 * on: endless lines, literals larger than we will take, nesting that would
 * exhaust its stack.
 */
#ifndef POSTKAMER_IMAP_LINES_H
#define POSTKAMER_IMAP_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define IMAP_LINE_MAX (64u << 10) /* bytes of a line outside its literals */
#define IMAP_LINE_DEPTH 64        /* open parentheses */
#define IMAP_LINE_KEPT 200        /* bytes at its start shown to the observer */
#define IMAP_LINE_TAIL 16         /* bytes at its end kept, for "{4294967295+}" */

/* Called at the end of each line, with its start (terminated, without CR LF). */
typedef void imap_lines_seen(void *ctx, const char *start, size_t len);

struct imap_lines {
	imap_lines_seen *seen; /* may be NULL */
	void *ctx;
	uint64_t literal;      /* bytes of a literal still to come */
	size_t len;            /* of the line so far */
	int depth;
	char start[IMAP_LINE_KEPT + 1];
	char tail[IMAP_LINE_TAIL];
	size_t tail_len;
};

void imap_lines_init(struct imap_lines *lines, imap_lines_seen *seen, void *ctx);
/*
 * Takes the next bytes; 'room' is how large a literal may be. Fails with
 * ERR_LIMIT on what must not reach the parser.
 */
int imap_lines_feed(struct imap_lines *lines, const void *data, size_t len, uint64_t room, struct err *err);
/* What a trace may show of a line: up to a body section's "]"; returns the length. */
size_t imap_lines_public(const char *start, size_t len);

#endif
