/*
 * The text of a rule file and its shared parts, with an index of its lines: turns places in the text
 * (bytes) into what people count (lines and characters).
 */
#ifndef POSTKAMER_RULE_SOURCE_H
#define POSTKAMER_RULE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "rule/diag.h"
#include "rule/program.h"

#define SOURCE_MAX (2u << 20) /* bytes of a file with its parts */

struct token; /* lex.h */

/* A stretch of the text, in bytes. */
struct span {
	size_t offset, length;
};

/* The file itself (index 0) or a shared part; what lies between them are the headers of a bundle (rule.h). */
struct source_part {
	const char *name;        /* as included; NULL for the file itself */
	const char *file;        /* for messages: beside the file itself */
	size_t start, len;       /* in the text */
	size_t first_line;       /* index into 'lines' */
	bool used;               /* some include names it */
	struct span included;    /* the first place that includes it, and in which part that stands */
	size_t parent;
	const char *missing;     /* why there is no text; NULL: there is */
	const struct token *tokens; /* include.h */
	size_t token_count;
};

struct source {
	const char *file;
	const char *text;    /* terminated; may hold NUL bytes, 'len' counts */
	size_t len;
	size_t *lines;       /* offset of each line's first byte */
	size_t line_count;   /* at least 1 */
	struct source_part *parts; /* at least 1 */
	size_t part_count;
};

/* Copies name and text into the arena. */
void source_init(struct source *source, struct arena *arena, const char *file, const char *text, size_t len);

/* When the text is a bundle, takes its parts; false, and nothing changed, when it is not. */
bool source_split(struct source *source, struct arena *arena);

/* Adds a part and its header behind all text; '*index_r' is the new part. False: the whole would be too long. */
bool source_append(struct source *source, struct arena *arena, const char *name, const char *text, size_t len,
		   size_t *index_r);
/* Adds a part that is not there, and why. */
size_t source_append_missing(struct source *source, struct arena *arena, const char *name, const char *why);

/* The part of that name, or NULL. */
struct source_part *source_part(const struct source *source, const char *name);
/* Index of the part that a byte belongs to. */
size_t source_part_at(const struct source *source, size_t offset);

/* From the start of 'first' to the end of 'last'. */
struct span span_join(struct span first, struct span last);

/* Line, column and length in characters; a span over several lines counts to the end of its first. */
struct prog_span source_span(const struct source *source, struct span span);

/* The same with the text of the line, which comes from the arena. */
struct diag_place source_place(const struct source *source, struct arena *arena, struct span span);

#endif
