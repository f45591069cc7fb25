/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"

bool parse_entry_end(const struct parser *parser, unsigned where)
{
	const struct token *token = parse_peek(parser);

	if (token->kind == TOKEN_END || token->kind == TOKEN_BRACE_CLOSE || parse_at_file_element(parser) ||
	    ((where & IN_FORM) && token->kind == TOKEN_BRACE_OPEN))
		return true;
	if (token->kind != TOKEN_WORD)
		return token->first;
	if (parse_element_ahead(parser, where))
		return token->first && parse_peek_at(parser, 1)->kind == TOKEN_STRING;
	return token->first || parse_peek_at(parser, 1)->kind == TOKEN_STRING;
}

static struct ast_setting *add_setting(struct parser *parser, struct ast_settings *settings,
				       const struct element *element, struct span span)
{
	struct ast_setting *setting;

	settings->items = arena_grow(parser->arena, settings->items, settings->count, sizeof *setting);
	setting = &settings->items[settings->count++];
	*setting = (struct ast_setting){ .id = element->id, .element = element, .span = span };
	return setting;
}

bool parse_entry(struct parser *parser, unsigned where, const char *what, struct ast_settings *settings,
		 bool (*read)(struct parser *parser, struct ast_setting *setting))
{
	while (!parse_entry_end(parser, where)) {
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
		element = parse_element(parser, where, what, &span);
		if (!element)
			return false;
		setting = add_setting(parser, settings, element, span);
		setting->broken = !read(parser, setting);
		if (setting->broken)
			return false;
	}
	return true;
}

void parse_skip_entry(struct parser *parser)
{
	size_t depth = 0;

	do {
		depth += parse_is(parser, TOKEN_BRACE_OPEN);
		depth -= depth && parse_is(parser, TOKEN_BRACE_CLOSE);
		parse_next(parser);
	} while (!parse_is(parser, TOKEN_END) && !(parse_is(parser, TOKEN_BRACE_CLOSE) && !depth) &&
		 !parse_peek(parser)->first);
}

void parse_lines_inside(struct parser *parser, void (*read)(struct parser *parser))
{
	while (!parse_is(parser, TOKEN_END) && !parse_is(parser, TOKEN_BRACE_CLOSE) &&
	       !parse_at_file_element(parser))
		read(parser);
}

bool parse_lines(struct parser *parser, struct span word, const char *behind, const char *what,
		 void (*read)(struct parser *parser))
{
	const struct token *open;
	struct span start = word;

	if (parse_token(parser, TOKEN_BRACE_OPEN, arena_printf(parser->arena, "'{' behind %s", behind), &open)) {
		start = open->span;
	} else if (!parse_is(parser, TOKEN_WORD) || parse_peek_at(parser, 1)->kind != TOKEN_STRING) {
		parse_skip_to_line(parser, IN_FILE);
		return false;
	}
	parse_lines_inside(parser, read);
	parse_block_end(parser, start, what);
	return true;
}

/* --- values --- */

static enum ast_value_kind kind_of(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_STRING: return AST_STRING;
	case TOKEN_NUMBER: return AST_NUMBER;
	case TOKEN_DECIMAL: return AST_AMOUNT;
	case TOKEN_DATE: return AST_DATE;
	default: return AST_WORD;
	}
}

static bool is_value(const struct token *token)
{
	return token->kind == TOKEN_WORD || kind_of(token->kind) != AST_WORD;
}

/* 1234,50: the comma stands close to both numbers. */
static void comma_amount(struct parser *parser, const struct token *token, struct ast_value *value)
{
	const struct token *comma = parse_peek(parser), *cents = parse_peek_at(parser, 1);

	if (token->kind != TOKEN_NUMBER || comma->kind != TOKEN_COMMA || cents->kind != TOKEN_NUMBER ||
	    token->span.offset + token->span.length != comma->span.offset ||
	    comma->span.offset + 1 != cents->span.offset)
		return;
	diag_hint(parser->diags,
		  parse_fault_at(parser, span_join(token->span, cents->span),
				 "an amount has two digits behind a point"),
		  "write: %ld.%02ld", token->number, cents->number % 100);
	parse_next(parser);
	parse_next(parser);
	value->kind = AST_AMOUNT;
	value->number = token->number * 100 + cents->number % 100;
}

bool parse_value(struct parser *parser, const char *what, struct ast_value *value)
{
	const struct token *minus = parse_peek(parser), *token = parse_peek_at(parser, 1);
	bool negative = minus->kind == TOKEN_DASH && (token->kind == TOKEN_NUMBER || token->kind == TOKEN_DECIMAL);

	if (negative)
		parse_next(parser);
	else
		parse_skip_assignment(parser);
	token = parse_peek(parser);
	if (!is_value(token))
		return parse_expected(parser, what);
	parse_next(parser);
	*value = (struct ast_value){ .kind = kind_of(token->kind), .text = token->text, .number = token->number,
				     .span = token->span };
	comma_amount(parser, token, value);
	if (negative) {
		value->number = -value->number;
		value->span = span_join(minus->span, token->span);
	}
	return true;
}
