/* Private to markdown/: tables, which CommonMark does not have. */
#ifndef POSTKAMER_MARKDOWN_TABLE_P_H
#define POSTKAMER_MARKDOWN_TABLE_P_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The next piece of a source from '*at' on: a table (a line of cells, a line of
 * dashes, lines of cells, each beginning with a bar), or what lies before the
 * next one. False at the end.
 */
struct table_piece {
	const char *text;
	size_t len;
	bool table;
};
bool table_next(const char *source, size_t len, size_t *at, struct table_piece *piece_r);

int table_html(const struct table_piece *piece, struct buf *out, struct err *err);
/* Columns side by side within MARKDOWN_WIDTH; what is too long for its column goes on below. */
int table_text(const struct table_piece *piece, struct buf *out, struct err *err);

/* html.c, text.c: a piece without tables. */
int piece_html(const char *source, size_t len, struct buf *out, struct err *err);
int piece_text(const char *source, size_t len, struct buf *out, struct err *err);

#endif
