/*
 * The rule language: from the text of a rule file to a program that can run,
 * or to a list of what is wrong with it. The stages each have a header of
 * their own (source.h, lex.h, parse.h, check.h, build.h); everybody outside
 * this folder needs this one, program.h and diag.h only.
 */
#ifndef POSTKAMER_RULE_RULE_H
#define POSTKAMER_RULE_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "rule/diag.h"
#include "rule/program.h"

#define RULE_MAX_TEXT (2u << 20) /* bytes of a rule file with its shared parts */

/*
 * What a rule file names but does not hold. Each function may be NULL: then
 * that is not checked. 'ctx' is handed through. Nothing is kept after the call.
 */
struct rule_lookup {
	void *ctx;
	/*
	 * Is there a template 'name' in 'language' for this workflow? When there
	 * is, '*audience_r' gets what its header says (AUDIENCE_TEMPLATE when it
	 * says nothing).
	 */
	bool (*template_find)(void *ctx, const char *name, const char *language,
			      enum prog_audience *audience_r);
	/* The index-th template name, NULL after the last: for "did you mean". */
	const char *(*template_name)(void *ctx, size_t index);
	/*
	 * Appends the text of a shared part ("include \"NAME\""), which lies beside
	 * the rule file; ERR_NOTFOUND when there is none. NULL: a file with an
	 * include is refused unless its text is a bundle.
	 */
	int (*include_read)(void *ctx, const char *name, struct buf *out, struct err *err);
	/*
	 * The command of every dossier for which a line that begins with 'text' could be
	 * taken (case, accents and blanks aside), in any language, as people are told it:
	 * "niet aanwezig SLOT"; NULL when there is none.
	 */
	const char *(*phrase_find)(void *ctx, const char *text);
	/* Is there a holiday file for that country ("nl")? */
	bool (*holidays_find)(void *ctx, const char *country);
};

/*
 * A rule file with includes is kept and handed on as one text, its bundle: the
 * file itself, then for each shared part that it includes, directly or not, once
 * and in order of first use, a line "\f" NAME " " BYTES and a newline, and the
 * part's text. A form feed stands nowhere in rule text, so a file without includes is its own
 * bundle. rule_load() takes either: what a bundle holds is not asked of the lookup.
 */

/*
 * Reads, checks and builds. 'file' is the name for messages, 'text' its 'len'
 * bytes (copied). 'lookup' NULL is for a text that is kept, and was right when
 * it was current: what does not keep it from being built is a warning then. All
 * that was found is added to 'diags'; NULL is returned exactly when at least
 * one error was among it. The caller frees the program with program_free() and
 * sets program.digest.
 */
struct program *rule_load(const char *file, const char *text, size_t len, const struct rule_lookup *lookup,
			  struct diag_list *diags);

/*
 * Where a piece of the program stands: file (a shared part's own name when it
 * comes from one), line, column, and the text of that line, from the arena.
 */
struct diag_place rule_place(const struct program *program, struct arena *arena, struct prog_span span);

/*
 * The element table of the language for postkamer-rules(5), as man(7) source:
 * produced from the definitions that the parser uses (element.h).
 */
void rule_elements_man(struct buf *out);

/* A clause in a line of plain English: "on documents complete, quiet 15 minutes: goto compleet". */
void rule_describe(const struct program *program, const struct prog_clause *clause, struct buf *out);

/* Its head alone ("on documents complete, quiet 15 minutes if office"), a condition alone, an action alone. */
void rule_describe_head(const struct program *program, const struct prog_clause *clause, struct buf *out);
void rule_describe_cond(const struct program *program, const struct prog_cond *cond, struct buf *out);
void rule_describe_action(const struct program *program, const struct prog_action *action, struct buf *out);

/* The whole program as stable text, for tests and for reading what a file means after all defaults. */
void rule_dump(const struct program *program, struct buf *out);

/*
 * The state machine as a Graphviz digraph. 'lookup' (NULL = none) says to whom
 * a mail goes where only its template does.
 */
void rule_graph(const struct program *program, const struct rule_lookup *lookup, struct buf *out);

#endif
