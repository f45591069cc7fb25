/*
 * The lexer: text → words, strings, commas. A word is whatever stands between
 * blanks, so that addresses, dates, numbers and names need no rules of their
 * own here; '#' in front of a word begins a comment.
 */
#ifndef POSTKAMER_SCENARIO_SCAN_P_H
#define POSTKAMER_SCENARIO_SCAN_P_H

#include <stdbool.h>
#include <stddef.h>

#include "rule/diag.h"
#include "rule/source.h"

#define SCAN_MAX_TOKENS 300000
#define SCAN_MAX_STRING 2000

enum token_kind {
	TOKEN_WORD,
	TOKEN_STRING, /* "…": text without the quotes; \" \\ \n are taken */
	TOKEN_COMMA,
	TOKEN_ERROR,  /* reported already */
	TOKEN_END
};

struct token {
	enum token_kind kind;
	bool first;   /* the first one on its line */
	struct span span;
	const char *text;
};

/* The result ends with TOKEN_END; it lives in the arena, as do the texts. */
const struct token *scan_all(const struct source *source, struct arena *arena, struct diag_list *diags);
/* In words, for "expected …, found …". */
const char *scan_describe(const struct token *token, struct arena *arena);

#endif
