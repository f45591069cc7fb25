/* Private to mime/compose*: the header block, and cleaning what people read. */
#ifndef POSTKAMER_MIME_COMPOSE_P_H
#define POSTKAMER_MIME_COMPOSE_P_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mime/compose.h"

/*
 * Appends the message's own headers, each with CRLF, without the empty line
 * and without the Content- fields that GMime writes.
 */
int compose_headers(const struct compose_mail *mail, struct arena *arena, struct buf *out, struct err *err);
/* One clean line of at most 'max' bytes, cut between characters; NULL gives "". */
const char *compose_line(struct arena *arena, const char *text, size_t max);
/* Left "@" right of dot-atom characters (RFC 5322 §3.6.4), at most 250 bytes. */
bool compose_is_id(const char *text);

#endif
