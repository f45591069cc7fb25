/*
 * The inside of the reader of forms. Private to this folder.
 *
 *     lines.c   text → lines: how deep they are quoted, heads, signatures
 *     label.c   does a line begin with a field's label, and where does that end?
 *     answer.c  the words behind a label → a value
 *     read.c    lines → labels → answers
 */
#ifndef POSTKAMER_FORM_FORM_P_H
#define POSTKAMER_FORM_FORM_P_H

#include "form/form.h"

#define FORM_NO_FIELD ((size_t)-1)

struct form_line {
	const char *raw;      /* whole, as it stands in the text */
	char *text;           /* without quotation marks and blanks around it */
	int depth;            /* 0 = the writer's own */
	bool blank;
	bool rule;            /* a line drawn across the page */
	bool head;            /* of a quotation, or a telephone's: no answer ever */
	bool signature;
	bool taken;           /* by the form */
};

/* What the parts of one reading share. */
struct form_job {
	const struct form_order *order;
	struct arena *arena;
	const char **marks;   /* those of the order, folded */
	struct form_line *lines;
	size_t line_count;
};

/* Fills marks and lines. */
void form_lines_read(struct form_job *job);
/* Does the folded text begin with a mark of that kind? Its bytes, 0 = no. */
size_t form_mark_at(const struct form_job *job, enum form_mark_kind kind, const char *folded);

/* ---- label.c ---- */

/* A field with its labels ready to be compared. */
struct form_label {
	size_t field;
	const char *plain;    /* form_plain() of it */
	const char *core;     /* without small words */
};

struct form_labels {
	struct form_label *list;
	size_t count;
	size_t field_count;
};

/* A label found at the start of a text. */
struct form_match {
	size_t field;
	const char *value;    /* what stands behind it */
	bool exact;           /* a whole title, not something like it */
	bool ticked, box;     /* "[x] Label", "[ ] Label" */
};

/* Folded (flow/value.h), and without the marks that stand around labels. */
char *form_plain(struct arena *arena, const char *text, size_t len);
void form_labels_make(const struct form_order *order, struct arena *arena, struct form_labels *labels_r);
bool form_label_at(const struct form_labels *labels, struct arena *arena, const char *text,
		   struct form_match *match_r);
/* Length of a box to be ticked at 'text' ("[x]", "( )", U+2611), 0 = none; '*on_r': it is ticked. */
size_t form_box_at(const char *text, bool *on_r);

/* ---- answer.c ---- */

/* Trims, takes off what decorates: lines to write on, stars, brackets, links. In 'arena'. */
char *form_words_clean(struct arena *arena, const char *words);
/* Reads one answer. As form_reply_read(). */
int form_answer_read(const struct form_field *field, const char *words, struct arena *arena,
		     struct form_answer *answer_r, struct err *err);
/* Do both say the same? */
bool form_answer_same(struct arena *arena, const struct form_answer *a, const struct form_answer *b);

#endif
