/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/include.h"
#include "rule/lex.h"

struct loader {
	struct source *source;
	const struct rule_lookup *lookup;
	struct arena *arena;
	struct diag_list *diags;
};

bool include_name_right(const char *name)
{
	const char *at;

	if (!*name || *name == '.' || strlen(name) > INCLUDE_MAX_NAME)
		return false;
	for (at = name; *at; at++)
		if (*at == '/' || *at == '\\' || (unsigned char)*at < ' ' || *at == 127)
			return false;
	return true;
}

/* Asks the look-up; why not, or NULL with the part added. */
static const char *read_part(struct loader *loader, const char *name)
{
	const struct rule_lookup *lookup = loader->lookup;
	struct buf text = BUF_INIT(RULE_MAX_TEXT);
	struct err err = ERR_INIT;
	const char *why = NULL;
	size_t index;

	if (!lookup || !lookup->include_read)
		return "shared parts cannot be read here";
	if (lookup->include_read(lookup->ctx, name, &text, &err) < 0)
		why = err.code == ERR_NOTFOUND ? arena_printf(loader->arena, "there is no file '%s' beside this one", name) :
						 arena_printf(loader->arena, "%s", err.text);
	else if (buf_failed(&text))
		why = "with its shared parts the file is too long: 2 MiB at most";
	else if (memchr(text.data, '\0', text.len))
		why = arena_printf(loader->arena, "'%s' holds zero bytes: it is not text", name);
	else if (!source_append(loader->source, loader->arena, name, text.data, text.len, &index))
		why = "with its shared parts the file is too long: 2 MiB at most";
	buf_free(&text);
	return why;
}

/* Index of the part, made when it is met for the first time. */
static size_t find_part(struct loader *loader, const char *name)
{
	struct source *source = loader->source;
	struct source_part *part = source_part(source, name);
	const char *why;

	if (part)
		return (size_t)(part - source->parts);
	if (source->part_count > INCLUDE_MAX_PARTS)
		why = "too many shared parts: 64 at most";
	else
		why = read_part(loader, name);
	return why ? source_append_missing(source, loader->arena, name, why) : source->part_count - 1;
}

/* The name behind the word "include", or NULL; a ':' between them will be told by the parser. */
static const struct token *name_at(const struct token *token)
{
	if (token->kind != TOKEN_WORD || !str_eq(token->text, "include"))
		return NULL;
	token++;
	if (token->kind == TOKEN_COLON || token->kind == TOKEN_EQUALS)
		token++;
	return token->kind == TOKEN_STRING && include_name_right(token->text) ? token : NULL;
}

/* Depth first, so that parts come in order of first use; each once, so that it is no deeper than there are parts. */
static void load_part(struct loader *loader, size_t index)
{
	const struct token *tokens;
	size_t count, i;

	tokens = lex_part(loader->source, index, loader->arena, loader->diags, &count);
	loader->source->parts[index].tokens = tokens;
	loader->source->parts[index].token_count = count;
	for (i = 0; i + 1 < count; i++) {
		const struct token *name = name_at(&tokens[i]);
		struct source_part *part;
		size_t found;

		if (!name)
			continue;
		found = find_part(loader, name->text);
		part = &loader->source->parts[found];
		if (part->used)
			continue;
		part->used = true;
		part->included = span_join(tokens[i].span, name->span);
		part->parent = index;
		if (!part->missing)
			load_part(loader, found);
	}
}

void include_load(struct source *source, const struct rule_lookup *lookup, struct arena *arena,
		  struct diag_list *diags)
{
	struct loader loader = { source, lookup, arena, diags };

	source_split(source, arena);
	load_part(&loader, 0);
}
