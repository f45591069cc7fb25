/*
 * The lexer: text → tokens. A fault that it can name (a string without end, a
 * typographic quote) is reported here and gives TOKEN_ERROR, on which the
 * parser keeps silent; a byte that means nothing gives TOKEN_GARBAGE, which
 * the parser reports where it stands. Some tokens that the language does not
 * use are known because people type them.
 */
#ifndef POSTKAMER_RULE_LEX_H
#define POSTKAMER_RULE_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "rule/diag.h"
#include "rule/source.h"

#define LEX_MAX_TOKENS 300000
#define LEX_MAX_WORD 64      /* bytes of a name */
#define LEX_MAX_STRING 500   /* bytes of a string */

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,              /* letters, digits, '-' and '_'; begins with a letter: text */
	TOKEN_NUMBER,            /* digits: number */
	TOKEN_DECIMAL,           /* 149.00: number in hundredths; text as written */
	TOKEN_DATE,              /* 2026-03-01: text as written */
	TOKEN_TIME,              /* 08:00: number in minutes of the day */
	TOKEN_STRING,            /* "…": text without the quotes; \" and \\ are taken */
	TOKEN_PATTERN,           /* /…/ or /…/i: text; ignore_case */
	TOKEN_BRACE_OPEN, TOKEN_BRACE_CLOSE,
	TOKEN_PAREN_OPEN, TOKEN_PAREN_CLOSE,
	TOKEN_COMMA, TOKEN_SEMICOLON,
	TOKEN_RANGE,             /* .. */
	TOKEN_DASH,              /* - */
	TOKEN_COLON, TOKEN_EQUALS, TOKEN_DOT, /* not used by the language */
	TOKEN_ERROR,             /* reported already */
	TOKEN_GARBAGE            /* not reported yet */
};

struct token {
	enum token_kind kind;
	bool first;              /* the first one on its line */
	bool ignore_case;
	struct span span;
	const char *text;        /* from the arena, or NULL */
	long number;
};

/*
 * The tokens of one part of the source (0: the file itself). The result ends
 * with TOKEN_END; it lives in the arena, as do the texts.
 */
const struct token *lex_part(const struct source *source, size_t part, struct arena *arena,
			     struct diag_list *diags, size_t *count_r);

/* Those of the file itself. */
const struct token *lex_all(const struct source *source, struct arena *arena, struct diag_list *diags,
			    size_t *count_r);

/* In words, for "expected …, found …": "end of file", "';'", "'goto'", "text \"Wacht\"". */
const char *token_describe(const struct token *token, const struct source *source, struct arena *arena);
/* The same for a kind alone: "a name", "'{'". */
const char *token_kind_describe(enum token_kind kind);

#endif
