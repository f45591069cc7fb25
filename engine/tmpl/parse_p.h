/*
 * Private to tmpl/: the state of the Mustache parser, shared with the reader of
 * the header block, which has it parse the subject and the body.
 */
#ifndef POSTKAMER_TMPL_PARSE_P_H
#define POSTKAMER_TMPL_PARSE_P_H

#include <stddef.h>

#include "tmpl/template.h"

struct tmpl_delimiters {
	char open[8], close[8];
};

/* A section that is not closed yet. */
struct tmpl_level {
	struct tmpl_node *section; /* NULL at the bottom */
	struct tmpl_node **tail;   /* where the next node goes */
};

struct tmpl_parser {
	struct arena *arena;
	struct tmpl_diags *diags;
	const char *file;
	const char *source;        /* the whole text, for places and line starts */
	size_t pos, end;           /* what is left of the part being parsed */
	size_t begin;              /* where that part starts: counts as the start of a line */
	size_t tag_end;            /* end of the newest tag: text of a line before it is not white space */
	struct tmpl_delimiters delim;
	struct tmpl_place known;   /* of known_pos; line 0 = not counted yet */
	size_t known_pos;
	struct tmpl_node *first;   /* what was built */
	struct tmpl_level stack[TMPL_MAX_NEST + 1];
	size_t depth;
};

/* Line and column of an offset. Counts on from the newest place asked for. */
struct tmpl_place tmpl_place_at(struct tmpl_parser *p, size_t start, size_t end);
/* Parses source[from, to) into a list of nodes. */
struct tmpl_node *tmpl_nodes_parse(struct tmpl_parser *p, size_t from, size_t to);
bool tmpl_is_blank(char c);

#endif
