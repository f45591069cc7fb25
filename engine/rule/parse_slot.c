/* Own. */
#include "rule/parse_p.h"

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

/* required [if CONDITION] */
static bool read_required(struct parser *parser, struct ast_setting *setting)
{
	if (!parse_accept_word(parser, "if"))
		return true;
	setting->cond = parse_cond_slot(parser);
	return setting->cond != NULL;
}

static bool read_setting(struct parser *parser, struct ast_setting *setting)
{
	switch (setting->id) {
	case ELEMENT_REQUIRED: return read_required(parser, setting);
	case ELEMENT_PER_YEAR: return parse_number(parser, "a number of years", &setting->number);
	case ELEMENT_ACCEPT: return read_accept(parser, setting);
	case ELEMENT_FILES: return read_files(parser, setting);
	case ELEMENT_MATCH: return parse_pattern(parser, &setting->pattern);
	default: return true;
	}
}

static void read_slot(struct parser *parser);

static void read_include(struct parser *parser)
{
	struct include_back back;

	parse_next(parser);
	if (!parse_include_begin(parser, INCLUDE_DOCUMENTS, &back))
		return;
	parse_lines_inside(parser, read_slot);
	parse_include_end(parser, INCLUDE_DOCUMENTS, &back);
}

static void read_slot(struct parser *parser)
{
	struct ast_file *file = parser->file;
	static const char *const settings[] = { "required", "optional", "from", "for", "per", "accept", "files", "may", "match",
						NULL };
	struct ast_slot slot = { 0 };

	if (parse_at_include(parser)) {
		read_include(parser);
		return;
	}
	if (!parse_name(parser, "the name of a slot", &slot.name)) {
		file->slots_broken = true;
		parse_skip_entry(parser);
		return;
	}
	parse_one_word(parser, &slot.name, settings);
	if (!parse_string(parser, "the slot's title in double quotes", &slot.title) ||
	    !parse_entry(parser, IN_SLOT,
			 "required, optional, from staff, for approval, per year last, accept, files, may be absent "
			 "or match",
			 &slot.settings, read_setting)) {
		slot.broken = true;
		if (!parse_entry_end(parser, IN_SLOT))
			parse_skip_entry(parser);
	}
	file->slots = arena_grow(parser->arena, file->slots, file->slot_count, sizeof slot);
	file->slots[file->slot_count++] = slot;
}

void parse_documents(struct parser *parser, struct span word)
{
	if (parser->file->documents.length == 0)
		parser->file->documents = word;
	if (!parse_lines(parser, word, "'documents'", "the documents", read_slot))
		parser->file->slots_broken = true;
}
