/* System. */
#include <string.h>

/* Own. */
#include "rule/build.h"
#include "rule/check.h"
#include "rule/lex.h"
#include "rule/parse.h"
#include "rule/rule.h"
#include "rule/source.h"

static void refuse(struct diag_list *diags, const char *file, const char *why)
{
	struct diag_place place = { .file = file };

	diag_add(diags, DIAG_ERROR, &place, "%s", why);
}

struct program *rule_load(const char *file, const char *text, size_t len, const struct rule_lookup *lookup,
			  struct diag_list *diags)
{
	size_t errors = diags->errors, first = diags->count, count;
	struct arena arena = ARENA_INIT;
	struct program *program = NULL;
	const struct token *tokens;
	struct source source;
	struct ast_file *tree;

	if (len > RULE_MAX_TEXT) {
		refuse(diags, file, "the file is too long: 2 MiB at most");
		return NULL;
	}
	if (memchr(text, '\0', len)) {
		refuse(diags, file, "the file holds zero bytes: it is not text");
		return NULL;
	}
	source_init(&source, &arena, file, text, len);
	tokens = lex_all(&source, &arena, diags, &count);
	tree = parse_file(&source, tokens, count, &arena, diags);
	check_file(&source, tree, lookup, &arena, diags);
	diag_sort(diags, first);
	if (diags->errors == errors)
		program = build_program(&source, tree);
	arena_free(&arena);
	return program;
}
