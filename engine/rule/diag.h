/*
 * Diagnostics: what the stages of the rule pipeline have to say about a file.
 * They go into a list, in the order found; whoever loads the file prints it.
 *
 *     rules/tax.rules:14:14: error: state 'waitng' is not declared
 *         on staff take { goto waitng }
 *                              ^~~~~~ did you mean 'waiting'?
 *     rules/tax.rules:6:7: note: 'waiting' is declared here
 *         state waiting "Waiting" {
 *               ^~~~~~~
 *
 * Lines and columns count from 1; a column is a character (code point), not a
 * byte. The list owns copies of all it holds: it outlives text and tree.
 */
#ifndef POSTKAMER_RULE_DIAG_H
#define POSTKAMER_RULE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

#define DIAG_MAX 50       /* kept per list; what comes after is counted only */
#define DIAG_NOTES_MAX 10 /* per diagnostic */

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag_place {
	const char *file;
	int line, column, length; /* line 0: the file as a whole */
	const char *source;       /* text of that line without its end; NULL when there is none */
	int order;                /* for sorting: 0 = the file itself, else a shared part */
};

struct diag_note {
	struct diag_place place;
	const char *message;
};

struct diag {
	enum diag_severity severity;
	struct diag_place place;
	const char *message;      /* lower case, no full stop */
	const char *hint;         /* "did you mean 'x'?", what to write instead; NULL = none */
	struct diag_note notes[DIAG_NOTES_MAX];
	size_t note_count;
};

struct diag_list {
	struct arena arena;       /* owned; holds all texts */
	struct diag *items;       /* from the arena */
	size_t count;
	size_t errors, warnings;  /* all that were reported, also those not kept */
	size_t left_out;          /* not kept, because of DIAG_MAX */
};

#define DIAG_LIST_INIT { ARENA_INIT, NULL, 0, 0, 0, 0 }

void diag_list_init(struct diag_list *list);
void diag_list_free(struct diag_list *list);

/*
 * Adds one; copies everything. Returns the stored entry, for notes and hint,
 * or NULL when the list is full (it is counted all the same); the functions
 * below take NULL and then do nothing. A warning never takes the last places
 * from errors to come: warnings stop at half of DIAG_MAX. The same words about
 * the same place are added once (a shared part may be included several times).
 */
struct diag *diag_add(struct diag_list *list, enum diag_severity severity, const struct diag_place *place,
		      const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void diag_hint(struct diag_list *list, struct diag *diag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void diag_note(struct diag_list *list, struct diag *diag, const struct diag_place *place, const char *fmt,
	       ...) __attribute__((format(printf, 4, 5)));

/* "error", "warning", "note". */
const char *diag_severity_word(enum diag_severity severity);

/* Sorts the entries from index 'from' on by part, line and column; those of one place keep their order. */
void diag_sort(struct diag_list *list, size_t from);

/* Appends one entry, or all of them and a last line that says how many were left out. */
void diag_format(const struct diag *diag, struct buf *out);
void diag_list_format(const struct diag_list *list, struct buf *out);

#endif
