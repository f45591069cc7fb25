/*
 * What the parts of the parser share: parse.c (the file, settings, states),
 * parse_entry.c (blocks of lines, values), parse_slot.c (documents), parse_fact.c
 * (facts, forms, phrases), parse_clause.c (clauses), parse_action.c,
 * parse_cond.c, and parse_token.c and parse_element.c with the steps below.
 *
 * Functions that read a piece return true when it was read. On false they have
 * reported why, or the lexer had; the caller recovers and says nothing more.
 */
#ifndef POSTKAMER_RULE_PARSE_P_H
#define POSTKAMER_RULE_PARSE_P_H

#include <stdbool.h>

#include "rule/include.h"
#include "rule/parse.h"

/* Where a shared part may stand. */
enum include_place { INCLUDE_FILE, INCLUDE_DOCUMENTS, INCLUDE_STATE, INCLUDE_ALWAYS, INCLUDE_PLACES };

struct parser {
	const struct source *source;
	const struct token *tokens;
	size_t count, at;
	struct arena *arena;
	struct diag_list *diags;
	struct ast_file *file;
	size_t path[INCLUDE_MAX_DEPTH + 1]; /* the part being read last, the file itself first */
	size_t depth;                       /* index of the last one */
	size_t read;                        /* tokens of all parts gone into so far */
	size_t *seen[INCLUDE_PLACES];       /* per part: the last block that included it */
	size_t block;                       /* the state being read, from 1 */
};

/* What parse_include_begin() left, to go on with behind the part. */
struct include_back {
	const struct token *tokens;
	size_t count, at;
};

/* The next token, and the one 'ahead' of it; the last one is TOKEN_END and repeats. */
const struct token *parse_peek(const struct parser *parser);
const struct token *parse_peek_at(const struct parser *parser, size_t ahead);
const struct token *parse_next(struct parser *parser);
bool parse_is(const struct parser *parser, enum token_kind kind);
bool parse_is_word(const struct parser *parser, const char *word);
/* Steps over the token when it is of that kind, or that word. */
bool parse_accept(struct parser *parser, enum token_kind kind);
bool parse_accept_word(struct parser *parser, const char *word);

/* An error at a token or a span; NULL when the token is a lexer's error (nothing is said then). */
struct diag *parse_fault(struct parser *parser, const struct token *token, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct diag *parse_fault_at(struct parser *parser, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * "expected WHAT, found …" at the next token; always false. When that begins
 * another line, the end of the line before it is what was found; not so with
 * _here, for what may begin a line.
 */
bool parse_expected(struct parser *parser, const char *what);
bool parse_expected_here(struct parser *parser, const char *what);
/* What stands 'ahead', and where: at the end of a line the fault is there, not on the next one. */
struct found {
	struct span span;
	const char *words;
};

struct found parse_found(struct parser *parser, size_t ahead);
/* A note at an earlier place. */
void parse_note(struct parser *parser, struct diag *diag, struct span span, const char *words);

/*
 * Reads a token of the kind, or says that 'what' was expected. A ':' or '='
 * that people put in front of it is reported and stepped over.
 */
bool parse_token(struct parser *parser, enum token_kind kind, const char *what, const struct token **token_r);
/* Reports a ':' or '=' and steps over it. */
void parse_skip_assignment(struct parser *parser);
/* A word that must stand there as it is ("after", "final"). */
bool parse_word(struct parser *parser, const char *word, const char *behind);
bool parse_name(struct parser *parser, const char *what, struct ast_text *name_r);
bool parse_string(struct parser *parser, const char *what, struct ast_text *text_r);
/* A second word of a name, in front of its title, that is none of 'words' (NULL ends them): reported and stepped over. */
void parse_one_word(struct parser *parser, const struct ast_text *name, const char *const *words);
bool parse_pattern(struct parser *parser, struct ast_pattern *pattern_r);
bool parse_number(struct parser *parser, const char *what, struct ast_number *number_r);
/* N [calendar] UNIT */
bool parse_duration(struct parser *parser, struct ast_duration *duration_r);
/* NAME[, NAME…]; 'what' for the message. */
bool parse_names(struct parser *parser, const char *what, struct ast_texts *names_r);
/* [,] N times */
bool parse_times(struct parser *parser, struct ast_number *number_r);

/*
 * Looks the next words up among the elements that may stand at 'where', and
 * steps over them. '*span_r' gets their place. A word that is near to one is
 * reported with "did you mean" and taken for it. NULL: reported, or (when
 * nothing fits) said as "expected WHAT, found …".
 */
const struct element *parse_element(struct parser *parser, unsigned where, const char *what,
				    struct span *span_r);
/* The same look-up without stepping or speaking: is one there? */
const struct element *parse_element_ahead(const struct parser *parser, unsigned where);

/* Does a line begin here that belongs outside the block: a '}' was forgotten. */
bool parse_at_file_element(const struct parser *parser);
/* Steps over the '}' of a block, or says where the block was opened that nobody closed. */
void parse_block_end(struct parser *parser, struct span open, const char *what);

/* Skips to the next token that begins a line with an element of 'where', to a '}' at this depth, or to the end. */
void parse_skip_to_line(struct parser *parser, unsigned where);

/*
 * What stands behind a title in a block of lines "NAME "TITLE" words…": slots,
 * facts, fields. An entry ends where another line of the block may begin.
 */
bool parse_entry_end(const struct parser *parser, unsigned where);
/* Its words, read by 'read', which gets each setting with its element; false: the rest of the entry is to be skipped. */
bool parse_entry(struct parser *parser, unsigned where, const char *what, struct ast_settings *settings,
		 bool (*read)(struct parser *parser, struct ast_setting *setting));
void parse_skip_entry(struct parser *parser);
/*
 * '{' behind the word, then lines until '}': each read by 'read', which always
 * steps over something. False when there was no block.
 */
bool parse_lines(struct parser *parser, struct span word, const char *behind, const char *what,
		 void (*read)(struct parser *parser));

/* Only the lines, up to '}', the end, or what stands at the top of a file. */
void parse_lines_inside(struct parser *parser, void (*read)(struct parser *parser));

/* A value of a fact: yes, a choice, 12, 1234.50, 2026-03-01, "text". */
bool parse_value(struct parser *parser, const char *what, struct ast_value *value_r);

/*
 * Behind the word "include": "NAME". On true the next tokens are those of the
 * part, up to its TOKEN_END; the caller reads them as what may stand there and
 * then calls parse_include_end(). False: reported.
 */
bool parse_include_begin(struct parser *parser, enum include_place place, struct include_back *back_r);
void parse_include_end(struct parser *parser, enum include_place place, const struct include_back *back);
/* Steps over an "include" where none may stand, and says so; 'where' as "in facts". */
bool parse_include_refused(struct parser *parser, const char *where);
/* Does "include" stand there, with its name? */
bool parse_at_include(const struct parser *parser);

/* documents { … } behind its word. */
void parse_documents(struct parser *parser, struct span word);
/* facts { … }, form … and phrase … behind their words. */
void parse_facts(struct parser *parser, struct span word);
void parse_form(struct parser *parser, struct span word);
void parse_phrase(struct parser *parser);
/* One clause behind "on", "after" or "every". */
void parse_clause(struct parser *parser, const struct element *element, struct span word,
		  struct ast_block *block);
/* '{' ACTION; … '}' of a clause. */
void parse_actions(struct parser *parser, struct ast_clause *clause);
/* Are its actions over: a '}', or (one was forgotten) a line that begins with what begins a clause or more. */
bool parse_actions_end(const struct parser *parser);
/* A condition behind "if" of a clause; NULL when it could not be read. */
struct ast_cond *parse_cond(struct parser *parser);
/* The same behind "required if": it ends where another word of the slot begins. */
struct ast_cond *parse_cond_slot(struct parser *parser);

#endif
