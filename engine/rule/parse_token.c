/* System. */
#include <stdarg.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"
#include "rule/suggest.h"

#define WORDS_MAX 4 /* words of the longest element, and one more */

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
	if (token->kind == TOKEN_GARBAGE && c == '\'')
		return "text stands in double quotes: \"";
	return NULL;
}

/* What was found, and where: at the end of a line the fault is there, not on the next one. */
struct found {
	struct span span;
	const char *words;
};

static struct found found_at(struct parser *parser, size_t ahead)
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
	return expected_at(parser, found_at(parser, 0), what);
}

bool parse_expected_here(struct parser *parser, const char *what)
{
	const struct token *token = parse_peek(parser);
	struct found found = { token->span, describe(parser, token) };

	return expected_at(parser, found, what);
}

static void skip_assignment(struct parser *parser)
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
		skip_assignment(parser);
	if (!parse_is(parser, kind))
		return parse_expected(parser, what);
	*token = parse_next(parser);
	return true;
}

bool parse_word(struct parser *parser, const char *word, const char *behind)
{
	const struct token *token = parse_peek(parser);
	struct found found = found_at(parser, 0);
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
		skip_assignment(parser);
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

/* The words that stand next, at most 'max'. */
static size_t words_ahead(const struct parser *parser, const char **words, size_t max)
{
	size_t n = 0;

	while (n < max && parse_peek_at(parser, n)->kind == TOKEN_WORD) {
		words[n] = parse_peek_at(parser, n)->text;
		n++;
	}
	return n;
}

const struct element *parse_element_ahead(const struct parser *parser, unsigned where)
{
	const char *words[WORDS_MAX];
	size_t used;

	return element_find(where, words, words_ahead(parser, words, WORDS_MAX), &used);
}

static struct span step_over(struct parser *parser, size_t count)
{
	struct span span = parse_peek(parser)->span;

	while (count--)
		span = span_join(span, parse_next(parser)->span);
	return span;
}

/* The words that may stand at place 'at', as "'a', 'b' or 'c'". */
static const char *choices(struct parser *parser, unsigned where, const char *const *words, size_t at)
{
	struct buf list = BUF_INIT(BUF_MAX_LINE);
	const char *word, *text;
	size_t i;

	for (i = 0; (word = element_next_word(where, words, at, i)) != NULL; i++) {
		if (i)
			buf_adds(&list, element_next_word(where, words, at, i + 1) ? ", " : " or ");
		buf_addf(&list, "'%.*s'", (int)strcspn(word, " "), word);
	}
	text = arena_strdup(parser->arena, list.data);
	buf_free(&list);
	return text;
}

/* The word nearest to the one at place 'at', of those that may stand there; NULL when none is near. */
static const char *nearest(struct parser *parser, unsigned where, const char *const *words, size_t at)
{
	struct suggest near;
	const char *word;
	size_t i;

	suggest_init(&near, words[at]);
	for (i = 0; (word = element_next_word(where, words, at, i)) != NULL; i++)
		suggest_offer(&near, arena_strndup(parser->arena, word, strcspn(word, " ")));
	return near.best;
}

static const char *joined(struct parser *parser, const char *const *words, size_t count)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < count; i++)
		text = arena_printf(parser->arena, "%s%s%s", text, i ? " " : "", words[i]);
	return text;
}

static size_t word_count(const char *words)
{
	size_t n = 1;

	for (; *words; words++)
		n += *words == ' ';
	return n;
}

/* The element of several words nearest to as many words as stand there; NULL when none is near. */
static const struct element *nearest_phrase(struct parser *parser, unsigned where, const char *const *words,
					    size_t count)
{
	const struct element *best = NULL, *list;
	unsigned least = 4;
	size_t i, all;

	list = element_list(&all);
	for (i = 0; i < all; i++) {
		size_t n = word_count(list[i].words);
		unsigned distance;

		if (!(list[i].where & where) || n < 2 || n > count)
			continue;
		distance = str_distance(joined(parser, words, n), list[i].words, 3);
		if (distance < least) {
			best = &list[i];
			least = distance;
		}
	}
	return best;
}

/* Says that the word at place 'at' does not fit; it becomes the near one that was meant, if any. */
static bool fault_word(struct parser *parser, unsigned where, const char **words, size_t count, size_t at,
		       const char *what)
{
	const struct token *token = parse_peek_at(parser, at);
	const char *near = at < count ? nearest(parser, where, words, at) : NULL;
	struct found found = found_at(parser, at);
	struct diag *diag;

	if (near) {
		diag = parse_fault(parser, token, "unknown word '%s'", words[at]);
		diag_hint(parser->diags, diag, "did you mean '%s'?", near);
		words[at] = near;
		return true;
	}
	if (at) {
		if (token->kind != TOKEN_ERROR)
			parse_fault_at(parser, found.span, "expected %s behind '%s', found %s",
				       choices(parser, where, words, at), joined(parser, words, at), found.words);
		return false;
	}
	if (where & (IN_FILE | IN_STATE | IN_ALWAYS | IN_ACTIONS))
		return parse_expected_here(parser, what);
	return parse_expected(parser, what);
}

const struct element *parse_element(struct parser *parser, unsigned where, const char *what,
				    struct span *span)
{
	const char *words[WORDS_MAX];
	size_t count, used, tries;

	if (!parse_is(parser, TOKEN_WORD))
		skip_assignment(parser);
	count = words_ahead(parser, words, WORDS_MAX);
	for (tries = 0; tries <= WORDS_MAX; tries++) {
		const struct element *element = element_find(where, words, count, &used);

		if (element) {
			*span = step_over(parser, used);
			return element;
		}
		element = used ? nearest_phrase(parser, where, words, count) : NULL;
		if (element && used < count && !nearest(parser, where, words, used)) {
			*span = step_over(parser, word_count(element->words));
			diag_hint(parser->diags,
				  parse_fault_at(parser, *span, "unknown words '%s'",
						 joined(parser, words, word_count(element->words))),
				  "did you mean '%s'?", element->words);
			return element;
		}
		if (!fault_word(parser, where, words, count, used, what))
			return NULL;
	}
	return NULL;
}

/* A slot may be called "start" or "state": then its title follows. */
bool parse_at_file_element(const struct parser *parser)
{
	return parse_peek(parser)->first && parse_element_ahead(parser, IN_FILE) &&
	       parse_peek_at(parser, 1)->kind != TOKEN_STRING;
}

void parse_block_end(struct parser *parser, struct span open, const char *what)
{
	const struct token *token = parse_peek(parser);
	struct span span = token->kind == TOKEN_END ? found_at(parser, 0).span : token->span;
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
