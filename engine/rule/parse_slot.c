/* Own. */
#include "rule/parse_p.h"

static struct ast_setting *add_setting(struct parser *parser, struct ast_slot *slot,
				       const struct element *element, struct span span)
{
	struct ast_settings *settings = &slot->settings;
	struct ast_setting *setting;

	settings->items = arena_grow(parser->arena, settings->items, settings->count, sizeof *setting);
	setting = &settings->items[settings->count++];
	*setting = (struct ast_setting){ .id = element->id, .span = span };
	return setting;
}

/* files N..M */
static bool read_files(struct parser *parser, struct ast_setting *setting)
{
	const struct token *token;

	if (!parse_number(parser, "the least number of files, as in 'files 1..5'", &setting->number))
		return false;
	if (parse_is(parser, TOKEN_DASH) && parse_peek_at(parser, 1)->kind == TOKEN_NUMBER) {
		token = parse_next(parser);
		diag_hint(parser->diags, parse_fault(parser, token, "expected '..' between two numbers of files"),
			  "write: files %ld..%ld", setting->number.value, token[1].number);
		return parse_number(parser, "the most files", &setting->until);
	}
	return parse_token(parser, TOKEN_RANGE, "'..' and the most files, as in 'files 1..5'", &token) &&
	       parse_number(parser, "the most files, as in 'files 1..5'", &setting->until);
}

static bool read_accept(struct parser *parser, struct ast_setting *setting)
{
	const struct token *token;

	if (!parse_names(parser, "a kind of file", &setting->names))
		return false;
	token = parse_peek(parser);
	if (token->kind != TOKEN_WORD || token->first || !parse_element_ahead(parser, IN_ACCEPT) ||
	    parse_element_ahead(parser, IN_SLOT))
		return true;
	diag_hint(parser->diags, parse_fault(parser, token, "expected ',' between two kinds of files"),
		  "write: accept %s, %s", setting->names.items[setting->names.count - 1].text, token->text);
	parse_next(parser);
	return true;
}

static bool read_setting(struct parser *parser, struct ast_setting *setting)
{
	switch (setting->id) {
	case ELEMENT_PER_YEAR: return parse_number(parser, "a number of years", &setting->number);
	case ELEMENT_ACCEPT: return read_accept(parser, setting);
	case ELEMENT_FILES: return read_files(parser, setting);
	case ELEMENT_MATCH: return parse_pattern(parser, &setting->pattern);
	default: return true;
	}
}

static void skip_line(struct parser *parser)
{
	do
		parse_next(parser);
	while (!parse_is(parser, TOKEN_END) && !parse_is(parser, TOKEN_BRACE_CLOSE) && !parse_peek(parser)->first);
}

/* Is the next token the start of another slot, or the end of the block? */
static bool at_slot_end(const struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	if (token->kind == TOKEN_END || token->kind == TOKEN_BRACE_CLOSE || parse_at_file_element(parser))
		return true;
	if (token->kind != TOKEN_WORD)
		return token->first;
	if (parse_element_ahead(parser, IN_SLOT))
		return token->first && parse_peek_at(parser, 1)->kind == TOKEN_STRING;
	return token->first || parse_peek_at(parser, 1)->kind == TOKEN_STRING;
}

static bool read_settings(struct parser *parser, struct ast_slot *slot)
{
	while (!at_slot_end(parser)) {
		const struct element *element;
		struct ast_setting *setting;
		struct span span;

		if (parse_is(parser, TOKEN_COMMA)) {
			diag_hint(parser->diags,
				  parse_fault(parser, parse_peek(parser), "',' has no place here"),
				  "only lists of names take commas");
			parse_next(parser);
			continue;
		}
		element = parse_element(parser, IN_SLOT,
					"required, optional, from staff, per year last, accept, files, may be "
					"absent or match",
					&span);
		if (!element)
			return false;
		setting = add_setting(parser, slot, element, span);
		setting->broken = !read_setting(parser, setting);
		if (setting->broken)
			return false;
	}
	return true;
}

static void read_slot(struct parser *parser)
{
	struct ast_file *file = parser->file;
	struct ast_slot slot = { 0 };

	if (!parse_name(parser, "the name of a slot", &slot.name)) {
		file->slots_broken = true;
		skip_line(parser);
		return;
	}
	if (!parse_string(parser, "the slot's title in double quotes", &slot.title) ||
	    !read_settings(parser, &slot)) {
		slot.broken = true;
		if (!at_slot_end(parser))
			skip_line(parser);
	}
	file->slots = arena_grow(parser->arena, file->slots, file->slot_count, sizeof slot);
	file->slots[file->slot_count++] = slot;
}

void parse_documents(struct parser *parser, struct span word)
{
	const struct token *open;
	struct span start = word;

	if (parser->file->documents.length == 0)
		parser->file->documents = word;
	if (parse_token(parser, TOKEN_BRACE_OPEN, "'{' behind 'documents'", &open)) {
		start = open->span;
	} else if (!parse_is(parser, TOKEN_WORD) || parse_peek_at(parser, 1)->kind != TOKEN_STRING) {
		parser->file->slots_broken = true;
		parse_skip_to_line(parser, IN_FILE);
		return;
	}
	while (!parse_is(parser, TOKEN_END) && !parse_is(parser, TOKEN_BRACE_CLOSE) &&
	       !parse_at_file_element(parser))
		read_slot(parser);
	parse_block_end(parser, start, "the documents");
}
