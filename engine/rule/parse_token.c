/* System. */
#include <stdarg.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"
#include "rule/suggest.h"

const struct token *parse_peek_at(const struct parser *parser, size_t ahead)
{
	size_t at = parser->at + ahead;

	return &parser->tokens[at < parser->count ? at : parser->count - 1];
}

const struct token *parse_peek(const struct parser *parser)
{
	return parse_peek_at(parser, 0);
}

const struct token *parse_next(struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	if (parser->at + 1 < parser->count)
		parser->at++;
	return token;
}

bool parse_is(const struct parser *parser, enum token_kind kind)
{
	return parse_peek(parser)->kind == kind;
}

bool parse_is_word(const struct parser *parser, const char *word)
{
	return parse_is(parser, TOKEN_WORD) && str_eq(parse_peek(parser)->text, word);
}

bool parse_accept(struct parser *parser, enum token_kind kind)
{
	if (!parse_is(parser, kind))
		return false;
	parse_next(parser);
	return true;
}

bool parse_accept_word(struct parser *parser, const char *word)
{
	if (!parse_is_word(parser, word))
		return false;
	parse_next(parser);
	return true;
}

__attribute__((format(printf, 3, 0)))
static struct diag *add_fault(struct parser *parser, struct span span, const char *fmt, va_list ap)
{
	struct diag_place place = source_place(parser->source, parser->arena, span);
	char words[600];

	vsnprintf(words, sizeof words, fmt, ap);
	return diag_add(parser->diags, DIAG_ERROR, &place, "%s", words);
}

struct diag *parse_fault(struct parser *parser, const struct token *token, const char *fmt, ...)
{
	struct diag *diag;
	va_list ap;

	if (token->kind == TOKEN_ERROR)
		return NULL;
	va_start(ap, fmt);
	diag = add_fault(parser, token->span, fmt, ap);
	va_end(ap);
	return diag;
}

struct diag *parse_fault_at(struct parser *parser, struct span span, const char *fmt, ...)
{
	struct diag *diag;
	va_list ap;

	va_start(ap, fmt);
	diag = add_fault(parser, span, fmt, ap);
	va_end(ap);
	return diag;
}

void parse_note(struct parser *parser, struct diag *diag, struct span span, const char *words)
{
	struct diag_place place;

	if (!diag)
		return;
	place = source_place(parser->source, parser->arena, span);
	diag_note(parser->diags, diag, &place, "%s", words);
}

static const char *describe(struct parser *parser, const struct token *token)
{
	return token_describe(token, parser->source, parser->arena);
}

/* What people write for the words that this language uses. */
static const char *hint_for(const struct parser *parser, const struct token *token)
{
	char c = token->span.length == 1 ? parser->source->text[token->span.offset] : '\0';

	if (token->kind == TOKEN_GARBAGE && c == '&')
		return "write: and";
	if (token->kind == TOKEN_GARBAGE && c == '|')
		return "write: or";
	if (token->kind == TOKEN_GARBAGE && c == '!')
		return "write: not";
	if (token->kind == TOKEN_GARBAGE && c == '>')
		return "write: at least";
	if (token->kind == TOKEN_GARBAGE && c == '<')
		return "write: at most";
	if (token->kind == TOKEN_GARBAGE && c == '\'')
		return "text stands in double quotes: \"";
	return NULL;
}

struct found parse_found(struct parser *parser, size_t ahead)
{
	const struct token *token = parse_peek_at(parser, ahead), *before;
	struct found found = { token->span, describe(parser, token) };

	if (parser->at + ahead == 0 || !(token->first || token->kind == TOKEN_END))
		return found;
	before = &parser->tokens[(parser->at + ahead < parser->count ? parser->at + ahead : parser->count - 1) - 1];
	found.span = (struct span){ before->span.offset + before->span.length, 1 };
	if (token->kind != TOKEN_END)
		found.words = "the end of the line";
	return found;
}

static bool expected_at(struct parser *parser, struct found found, const char *what)
{
	const struct token *token = parse_peek(parser);
	struct diag *diag;

	if (token->kind == TOKEN_ERROR)
		return false;
	diag = parse_fault_at(parser, found.span, "expected %s, found %s", what, found.words);
	if (hint_for(parser, token))
		diag_hint(parser->diags, diag, "%s", hint_for(parser, token));
	return false;
}

bool parse_expected(struct parser *parser, const char *what)
{
	return expected_at(parser, parse_found(parser, 0), what);
}

bool parse_expected_here(struct parser *parser, const char *what)
{
	const struct token *token = parse_peek(parser);
	struct found found = { token->span, describe(parser, token) };

	return expected_at(parser, found, what);
}

void parse_skip_assignment(struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	if (token->kind != TOKEN_COLON && token->kind != TOKEN_EQUALS)
		return;
	diag_hint(parser->diags, parse_fault(parser, token, "%s has no place here", describe(parser, token)),
		  "leave it out");
	parse_next(parser);
}

bool parse_token(struct parser *parser, enum token_kind kind, const char *what, const struct token **token)
{
	if (!parse_is(parser, kind))
		parse_skip_assignment(parser);
	if (!parse_is(parser, kind))
		return parse_expected(parser, what);
	*token = parse_next(parser);
	return true;
}

bool parse_word(struct parser *parser, const char *word, const char *behind)
{
	const struct token *token = parse_peek(parser);
	struct found found = parse_found(parser, 0);
	struct diag *diag;
	struct suggest near;

	if (parse_accept_word(parser, word))
		return true;
	if (token->kind == TOKEN_ERROR)
		return false;
	diag = parse_fault_at(parser, found.span, "expected '%s' behind %s, found %s", word, behind, found.words);
	if (token->kind != TOKEN_WORD)
		return false;
	suggest_init(&near, token->text);
	suggest_offer(&near, word);
	if (!near.best)
		return false;
	diag_hint(parser->diags, diag, "did you mean '%s'?", word);
	parse_next(parser);
	return true;
}

bool parse_name(struct parser *parser, const char *what, struct ast_text *name)
{
	const struct token *token;

	if (!parse_is(parser, TOKEN_WORD))
		parse_skip_assignment(parser);
	if (parse_is(parser, TOKEN_STRING)) {
		diag_hint(parser->diags,
			  parse_fault(parser, parse_peek(parser), "expected %s, found text in quotes", what),
			  "names stand without quotes");
		parse_next(parser);
		return false;
	}
	if (!parse_token(parser, TOKEN_WORD, what, &token))
		return false;
	name->text = token->text;
	name->span = token->span;
	return true;
}

bool parse_string(struct parser *parser, const char *what, struct ast_text *text)
{
	const struct token *token;

	if (!parse_token(parser, TOKEN_STRING, what, &token))
		return false;
	text->text = token->text;
	text->span = token->span;
	return true;
}

void parse_one_word(struct parser *parser, const struct ast_text *name, const char *const *words)
{
	const struct token *token = parse_peek(parser);

	if (token->kind != TOKEN_WORD || token->first || parse_peek_at(parser, 1)->kind != TOKEN_STRING)
		return;
	for (; *words; words++)
		if (str_ieq(token->text, *words))
			return;
	diag_hint(parser->diags, parse_fault(parser, token, "a name is one word"), "write: %s-%s", name->text, token->text);
	parse_next(parser);
}

bool parse_pattern(struct parser *parser, struct ast_pattern *pattern)
{
	const struct token *token;

	if (!parse_token(parser, TOKEN_PATTERN, "a pattern between / and /", &token))
		return false;
	pattern->text = token->text;
	pattern->ignore_case = token->ignore_case;
	pattern->span = token->span;
	return true;
}

bool parse_number(struct parser *parser, const char *what, struct ast_number *number)
{
	const struct token *token;

	if (!parse_token(parser, TOKEN_NUMBER, what, &token))
		return false;
	number->value = token->number;
	number->span = token->span;
	return true;
}

bool parse_duration(struct parser *parser, struct ast_duration *duration)
{
	const struct element *unit;
	struct ast_number number;
	struct span span;

	if (!parse_number(parser, "a duration such as '2 days'", &number))
		return false;
	duration->value.count = (int)number.value;
	duration->value.calendar = parse_accept_word(parser, "calendar");
	if (parse_is_word(parser, "working")) {
		diag_hint(parser->diags,
			  parse_fault(parser, parse_peek(parser), "'working' is not said for each duration"),
			  "leave it out, and say \"days working\" at the top of the file");
		parse_next(parser);
	}
	unit = parse_element(parser, IN_DURATION, "minutes, hours, days or weeks", &span);
	if (!unit)
		return false;
	duration->value.unit = (enum prog_unit)unit->value;
	duration->span = span_join(number.span, span);
	return true;
}

static void add_text(struct parser *parser, struct ast_texts *texts, struct ast_text text)
{
	texts->items = arena_grow(parser->arena, texts->items, texts->count, sizeof text);
	texts->items[texts->count++] = text;
}

bool parse_names(struct parser *parser, const char *what, struct ast_texts *names)
{
	do {
		struct ast_text name;

		if (names->count >= PARSE_MAX_TERMS) {
			parse_fault(parser, parse_peek(parser), "this list is too long: %d names at most",
				    PARSE_MAX_TERMS);
			return false;
		}
		if (!parse_name(parser, what, &name))
			return false;
		add_text(parser, names, name);
	} while (parse_accept(parser, TOKEN_COMMA));
	return true;
}

bool parse_times(struct parser *parser, struct ast_number *number)
{
	if (!parse_number(parser, "a number of times", number))
		return false;
	if (number->value == 1 && parse_accept_word(parser, "time"))
		return true;
	return parse_word(parser, "times", "the number");
}

/* A slot may be called "start" or "state": then its title follows. */
bool parse_at_file_element(const struct parser *parser)
{
	const struct element *element = parse_peek(parser)->first ? parse_element_ahead(parser, IN_FILE) : NULL;
	const struct token *next = parse_peek_at(parser, 1);

	if (!element || next->kind == TOKEN_STRING)
		return false;
	switch (element->id) {
	case ELEMENT_NUMBER: return next->kind == TOKEN_PATTERN; /* else the kind of a fact */
	case ELEMENT_FORM: return parse_peek_at(parser, 2)->kind == TOKEN_STRING; /* else "form received X" */
	case ELEMENT_PHRASE: return parse_peek_at(parser, 2)->kind == TOKEN_WORD; /* else "phrase X" */
	default: return true;
	}
}

void parse_block_end(struct parser *parser, struct span open, const char *what)
{
	const struct token *token = parse_peek(parser);
	struct span span = token->kind == TOKEN_END ? parse_found(parser, 0).span : token->span;
	struct diag *diag;

	if (parse_accept(parser, TOKEN_BRACE_CLOSE))
		return;
	diag = parse_fault_at(parser, span, "expected '}' to close %s, found %s", what, describe(parser, token));
	parse_note(parser, diag, open, "it was opened here");
}

void parse_skip_to_line(struct parser *parser, unsigned where)
{
	size_t depth = 0;

	while (!parse_is(parser, TOKEN_END)) {
		const struct token *token = parse_peek(parser);

		if (token->first && (parse_element_ahead(parser, where) || parse_at_file_element(parser)))
			return;
		if (token->kind == TOKEN_BRACE_CLOSE) {
			if (!depth)
				return;
			depth--;
		}
		depth += token->kind == TOKEN_BRACE_OPEN;
		parse_next(parser);
	}
}
