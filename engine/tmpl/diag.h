/*
 * What is wrong with templates, and where: a list that the caller prints.
 * Places count from 1, columns in characters.
 */
#ifndef POSTKAMER_TMPL_DIAG_H
#define POSTKAMER_TMPL_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

enum tmpl_severity { TMPL_ERROR, TMPL_WARNING };

struct tmpl_diag {
	enum tmpl_severity severity;
	const char *file;    /* relative to the templates folder */
	int line, column, length; /* line 0: the file as a whole */
	const char *message; /* "unknown variable 'missing.cuont'" */
	const char *hint;    /* "did you mean 'missing.count'?", or NULL */
};

#define TMPL_MAX_DIAGS 200 /* more are counted, not kept */

struct tmpl_diags {
	struct arena arena; /* owned; holds all texts */
	struct tmpl_diag *list;
	size_t count;
	size_t errors;      /* also those beyond the maximum */
};

#define TMPL_DIAGS_INIT { ARENA_INIT, NULL, 0, 0 }

struct tmpl_place {
	const char *file;
	int line, column, length;
};

/* Adds one; the same words at the same place are kept once. 'hint' may be NULL. */
void tmpl_diag_add(struct tmpl_diags *diags, enum tmpl_severity severity, struct tmpl_place place,
		   const char *hint, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* By file, line and column. */
void tmpl_diags_sort(struct tmpl_diags *diags);
/* "nl/x.md:3:7: error: words (hint)", one line each. */
void tmpl_diags_print(const struct tmpl_diags *diags, struct buf *out);
void tmpl_diags_free(struct tmpl_diags *diags);

#endif
