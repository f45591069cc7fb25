/*
 * The text of a rule file with an index of its lines: turns places in the text
 * (bytes) into what people count (lines and characters).
 */
#ifndef POSTKAMER_RULE_SOURCE_H
#define POSTKAMER_RULE_SOURCE_H

#include <stddef.h>

#include "base/arena.h"
#include "rule/diag.h"
#include "rule/program.h"

/* A stretch of the text, in bytes. */
struct span {
	size_t offset, length;
};

struct source {
	const char *file;
	const char *text;    /* terminated; may hold NUL bytes, 'len' counts */
	size_t len;
	const size_t *lines; /* offset of each line's first byte */
	size_t line_count;   /* at least 1 */
};

/* Copies name and text into the arena. */
void source_init(struct source *source, struct arena *arena, const char *file, const char *text, size_t len);

/* From the start of 'first' to the end of 'last'. */
struct span span_join(struct span first, struct span last);

/* Line, column and length in characters; a span over several lines counts to the end of its first. */
struct prog_span source_span(const struct source *source, struct span span);

/* The same with the text of the line, which comes from the arena. */
struct diag_place source_place(const struct source *source, struct arena *arena, struct span span);

#endif
