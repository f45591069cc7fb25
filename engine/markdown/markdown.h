/*
 * Markdown (CommonMark) to the two parts of a mail. What comes in is a
 * rendered template: the author's Markdown with values escaped for it. Even
 * so, nothing active comes out: raw HTML is shown as the text it is, links
 * other than mailto: and https: become their words, images their description.
 * Beside CommonMark there are tables, as elsewhere: lines that begin with a bar,
 * the second one of dashes ("| a | b |", "|---|---|", "| 1 | 2 |"); a bar behind a
 * backslash is a character.
 */
#ifndef POSTKAMER_MARKDOWN_MARKDOWN_H
#define POSTKAMER_MARKDOWN_MARKDOWN_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define MARKDOWN_WIDTH 72 /* columns of the plain text */
#define MARKDOWN_MAX (1u << 20) /* bytes of source */

/* Appends an HTML fragment (p, ul, ol, li, strong, em, a, h1…h6, blockquote, pre, code, hr, br, table). */
int markdown_html(const char *source, size_t len, struct buf *out, struct err *err);

/*
 * Appends plain text that reads well by itself: no marks of emphasis, lists
 * with "- " or "1. ", quotes with "> ", links as "words (address)", lines of at
 * most MARKDOWN_WIDTH columns where words allow, '\n' line ends, one at the end.
 */
int markdown_text(const char *source, size_t len, struct buf *out, struct err *err);

#endif
