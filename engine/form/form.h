/*
 * Forms that people send back by mail: from the fields of a form and the text
 * of a mail to what was filled in. A pure function, with no store and no clock;
 * what a value may be is flow/value.h.
 *
 * A form is lines such as "Naam: Jan". People fill it in at the top of their
 * reply, inside the quotation ("> Naam: Jan"), on the line below the question,
 * in another order, with labels shortened, reworded a little or in the other
 * language, with ticks, with whole cells of a table flattened to lines. So:
 *
 * - A label is a field's title in any language, or most of one: case, accents,
 *   marks, bullets and numbers before it, words such as "uw" and a hint in
 *   brackets behind it do not count; what could be two fields is none.
 * - The answer stands behind the label, or below it up to the next blank line.
 *   Below a quoted label it may stand outside the quotation; below one of the
 *   writer's own it never comes out of a quotation.
 * - The answer that is nearest counts: the writer's own lines before quoted
 *   ones, these before what they quote in turn, so that a form that goes to and
 *   fro keeps what was said. Two answers equally near that differ are unclear.
 * - What stands above the line with the form's title, where that is quoted, is
 *   ours and no answer.
 * - A line drawn across the page ends an answer; what we mail has one below the
 *   last field. Lines below a closing phrase count only where they are clearly
 *   the form.
 * - "?" by itself is where an answer is still wanted: unclear, also where the
 *   field may stay empty.
 * - Nothing is ever guessed: a value that cannot be read, or a text that names
 *   both of two choices, is unclear, with the writer's words.
 */
#ifndef POSTKAMER_FORM_FORM_H
#define POSTKAMER_FORM_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/program.h"

#define FORM_MAX_FIELDS 60
#define FORM_MAX_TEXT (256 << 10) /* bytes of a mail that are looked at */
#define FORM_MAX_LINES 4000
#define FORM_MAX_WORDS 2000       /* bytes of an answer that are kept as it was written */

/* Why an answer is unclear, beside the VALUE_ words of flow/value.h. */
#define FORM_TWICE "answered-twice"   /* two answers that differ */
#define FORM_SEVERAL "several-choices" /* more than one choice is ticked or named */

/* Another way to say one of the choices of a field, or yes or no. */
struct form_word {
	const char *value;   /* "nl", "yes": canonical */
	const char *word;    /* "Nederlands" */
};

struct form_field {
	struct prog_field field;      /* its name, title, kind, choices, whether it is required */
	const char *const *labels;    /* more titles: of other languages, older ones */
	size_t label_count;
	const struct form_word *words;
	size_t word_count;
	const char *example;          /* as the form shows it: no answer; NULL = none */
};

/* Words that tell what a line is. */
enum form_mark_kind {
	FORM_MARK_CLOSING,   /* begins the line with which a signature begins */
	FORM_MARK_DEVICE,    /* begins a line that a telephone adds */
	FORM_MARK_WROTE,     /* in the line above a quotation */
	FORM_MARK_ORIGINAL,  /* "oorspronkelijk bericht" */
	FORM_MARK_FROM,      /* first field of the head of a quotation … */
	FORM_MARK_SENT,      /* … and further ones */
	FORM_MARK_TITLE,     /* "formulier": label of the line that holds the form's title */
	FORM_MARKS
};

struct form_mark {
	enum form_mark_kind kind;
	const char *text;
};

struct form_order {
	const struct form_field *fields;
	size_t field_count;           /* at most FORM_MAX_FIELDS */
	const char *const *titles;    /* of the form, in all languages */
	size_t title_count;
	const struct form_mark *marks;
	size_t mark_count;
	const char *text;             /* of the mail */
};

enum form_state {
	FORM_EMPTY,          /* nothing was filled in */
	FORM_FILLED,
	FORM_UNCLEAR
};

struct form_answer {
	enum form_state state;
	const char *value;   /* FORM_FILLED: canonical */
	const char *words;   /* as it was written, one line; NULL when there is nothing */
	const char *why;     /* FORM_UNCLEAR: a VALUE_ or FORM_ word */
	bool own;            /* it stands in the writer's own lines, not in what he quotes */
};

struct form_reading {
	struct form_answer *answers; /* one for each field */
	size_t seen;         /* fields whose label stands somewhere, */
	size_t exact;        /* in the words of the form */
	size_t filled, unclear;
	size_t missing;      /* required, and empty */
	size_t own;          /* filled or unclear in the writer's own lines */
	bool named;          /* "Formulier: TITLE" stands there */
	const char *other;   /* the title of another form stands there: this is not the form; NULL = none */
	const char *rest;    /* the text without the lines that were taken as the form */
};

/* -1 with ERR_LIMIT only where a field's pattern hit a limit of PCRE2. All in 'arena'. */
int form_reply_read(const struct form_order *order, struct arena *arena, struct form_reading *reading_r,
	      struct err *err);

/* Is this likely to be the form, with something filled in? */
bool form_is_filled(const struct form_order *order, const struct form_reading *reading);

#endif
