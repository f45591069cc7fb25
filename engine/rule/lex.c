/* System. */
#include <stdint.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/lex.h"

struct lexer {
	const struct source *source;
	struct arena *arena;
	struct diag_list *diags;
	size_t at, end;      /* next byte; behind the last */
	size_t start;
	bool first;          /* nothing stood on this line yet */
	struct token *tokens;
	size_t count;
};

/* Characters that text programs put in the place of plain ones. */
enum look_alike { LOOKS_QUOTE = 1, LOOKS_DASH, LOOKS_DOTS };

static enum look_alike look_alike(uint32_t c)
{
	if ((c >= 0x2018 && c <= 0x201f) || c == 0xab || c == 0xbb || c == 0x2033)
		return LOOKS_QUOTE;
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return LOOKS_DASH;
	return c == 0x2026 ? LOOKS_DOTS : 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * Bytes of the word character at 'text', 0 if there is none. Outside ASCII
 * everything that is not space, control or punctuation counts as a letter, so
 * that names with accents work.
 */
static size_t word_char(const char *text, bool start)
{
	size_t len = str_utf8_len(text);
	uint32_t c;

	if (len == 1)
		return is_letter(*text) || (!start && (is_digit(*text) || *text == '-' || *text == '_')) ? 1 : 0;
	if (!len)
		return 0;
	c = str_utf8_char(text);
	if (c < 0xc0 || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f) ||
	    c >= 0xe000 || str_utf8_is_control(text))
		return 0;
	return len;
}

static const char *here(const struct lexer *lexer)
{
	return lexer->source->text + lexer->at;
}

static struct token *add(struct lexer *lexer, enum token_kind kind, size_t length)
{
	struct token *token;

	lexer->tokens = arena_grow(lexer->arena, lexer->tokens, lexer->count, sizeof *token);
	token = &lexer->tokens[lexer->count++];
	*token = (struct token){ .kind = kind, .first = lexer->first,
				 .span = { .offset = lexer->at, .length = length } };
	lexer->at += length;
	lexer->first = false;
	return token;
}

static struct diag *fault(struct lexer *lexer, size_t offset, size_t length, const char *words)
{
	struct span span = { .offset = offset, .length = length };
	struct diag_place place = source_place(lexer->source, lexer->arena, span);

	return diag_add(lexer->diags, DIAG_ERROR, &place, "%s", words);
}

/* Reports what the token just added is wrong about, and makes it an error token. */
static void fault_token(struct lexer *lexer, struct token *token, const char *words, const char *hint)
{
	struct diag *diag = fault(lexer, token->span.offset, token->span.length, words);

	if (hint)
		diag_hint(lexer->diags, diag, "%s", hint);
	token->kind = TOKEN_ERROR;
}

static void skip_blank(struct lexer *lexer)
{
	while (lexer->at < lexer->end) {
		const char *text = here(lexer);

		if (*text == '\n') {
			lexer->first = true;
			lexer->at++;
		} else if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\f') {
			lexer->at++;
		} else if (str_starts(text, "\xc2\xa0")) { /* no-break space: looks like a blank, is meant as one */
			lexer->at += 2;
		} else if (lexer->at == lexer->start && str_starts(text, "\xef\xbb\xbf")) { /* byte order mark */
			lexer->at += 3;
		} else if (*text == '#') {
			while (lexer->at < lexer->end && *here(lexer) != '\n')
				lexer->at++;
		} else {
			break;
		}
	}
}

static void lex_word(struct lexer *lexer)
{
	const char *text = here(lexer);
	size_t len = 0, n;
	struct token *token;

	while ((n = word_char(text + len, len == 0)) != 0)
		len += n;
	while (text[len - 1] == '-' && len > 1) /* "a-" is the word a and a dash */
		len--;
	token = add(lexer, TOKEN_WORD, len);
	token->text = arena_strndup(lexer->arena, text, len);
	if (len > LEX_MAX_WORD)
		fault_token(lexer, token, "this name is too long: 64 bytes at most", NULL);
}

static long digits_value(const char *text, size_t len)
{
	long value = 0;
	size_t i;

	for (i = 0; i < len; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

static size_t digits(const char *text)
{
	size_t len = 0;

	while (is_digit(text[len]))
		len++;
	return len;
}

/* 08:00 */
static bool lex_time(struct lexer *lexer, size_t hours)
{
	const char *text = here(lexer);
	size_t minutes = text[hours] == ':' ? digits(text + hours + 1) : 0;
	struct token *token;

	if (!minutes)
		return false;
	token = add(lexer, TOKEN_TIME, hours + 1 + minutes);
	if (hours > 2 || minutes != 2 || digits_value(text, hours) > 24 ||
	    digits_value(text + hours + 1, 2) > 59 ||
	    digits_value(text, hours) * 60 + digits_value(text + hours + 1, 2) > 24 * 60)
		fault_token(lexer, token, "this is not a time of the day", "write it as 08:00");
	else
		token->number = digits_value(text, hours) * 60 + digits_value(text + hours + 1, 2);
	return true;
}

/* 149.00; "1..5" is a range of two numbers. */
static bool lex_decimal(struct lexer *lexer, size_t whole)
{
	const char *text = here(lexer);
	size_t part = text[whole] == '.' ? digits(text + whole + 1) : 0;
	struct token *token;

	if (!part)
		return false;
	token = add(lexer, TOKEN_DECIMAL, whole + 1 + part);
	token->text = arena_strndup(lexer->arena, text, token->span.length);
	if (part != 2)
		fault_token(lexer, token, "an amount has two digits behind the point", "write it as 149.00");
	else if (whole > 7)
		fault_token(lexer, token, "this amount is too large", NULL);
	else
		token->number = digits_value(text, whole) * 100 + digits_value(text + whole + 1, 2);
	return true;
}

static bool date_right(const char *text)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	long year = digits_value(text, 4), month = digits_value(text + 5, 2), day = digits_value(text + 8, 2);
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] &&
	       (month != 2 || day < 29 || leap);
}

/* 2026-03-01; three numbers with dashes in another order are told. */
static bool lex_date(struct lexer *lexer, size_t first)
{
	const char *text = here(lexer);
	size_t second = text[first] == '-' ? digits(text + first + 1) : 0, third;
	struct token *token;

	if (!second || text[first + 1 + second] != '-')
		return false;
	third = digits(text + first + second + 2);
	if (!third)
		return false;
	token = add(lexer, TOKEN_DATE, first + second + third + 2);
	token->text = arena_strndup(lexer->arena, text, token->span.length);
	if (first != 4 || second != 2 || third != 2)
		fault_token(lexer, token, "a date is year, month and day", "write it as 2026-03-01");
	else if (!date_right(text))
		fault_token(lexer, token, "there is no such day", NULL);
	return true;
}

static void lex_number(struct lexer *lexer)
{
	const char *text = here(lexer);
	size_t len = digits(text), tail = 0, n;
	struct token *token;

	if (lex_date(lexer, len) || lex_time(lexer, len) || lex_decimal(lexer, len))
		return;
	while ((n = word_char(text + len + tail, false)) != 0 && text[len + tail] != '-')
		tail += n;
	token = add(lexer, TOKEN_NUMBER, len + tail);
	if (tail)
		fault_token(lexer, token, "a number and letters stand together",
			    "put a blank between them; a name begins with a letter");
	else if (len > 7)
		fault_token(lexer, token, "this number is too large", NULL);
	else
		token->number = digits_value(text, len);
}

/* The text between quotes, with \" and \\ replaced; false at any other backslash or control character. */
static bool unescape(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (*text == '\\') {
			if (text[1] != '"' && text[1] != '\\')
				return false;
			text++;
		}
		if ((unsigned char)*text < 0x20)
			return false;
		*out++ = *text;
	}
	*out = '\0';
	return true;
}

/* Bytes up to the closing character, 0 when the line ends first. */
static size_t closed_length(const struct lexer *lexer, char close)
{
	const char *text = here(lexer);
	size_t len = 1, max = lexer->end - lexer->at;

	for (; len < max && text[len] != '\n'; len++) {
		if (text[len] == close)
			return len + 1;
		if (text[len] == '\\' && len + 1 < max && text[len + 1] != '\n')
			len++;
	}
	return 0;
}

static size_t rest_of_line(const struct lexer *lexer)
{
	const char *text = here(lexer);
	size_t len = 0, max = lexer->end - lexer->at;

	while (len < max && text[len] != '\n' && text[len] != '\r')
		len++;
	return len;
}

static bool valid_text(const char *text, size_t len)
{
	return strlen(text) == len && str_utf8_valid(text);
}

static void lex_string(struct lexer *lexer)
{
	const char *text = here(lexer);
	size_t len = closed_length(lexer, '"');
	struct token *token;
	char *copy;

	if (!len) {
		token = add(lexer, TOKEN_STRING, rest_of_line(lexer));
		fault_token(lexer, token, "this text has no closing quote", "close it with \" on the same line");
		return;
	}
	token = add(lexer, TOKEN_STRING, len);
	copy = arena_memdup(lexer->arena, text + 1, len - 1);
	copy[len - 2] = '\0';
	token->text = copy;
	if (len - 2 > LEX_MAX_STRING)
		fault_token(lexer, token, "this text is too long: 500 bytes at most", NULL);
	else if (!valid_text(copy, len - 2))
		fault_token(lexer, token, "this text is not UTF-8", "save the file as UTF-8");
	else if (!unescape(copy))
		fault_token(lexer, token, "this text holds a character that is not allowed there",
			    "behind a backslash only \\\" and \\\\ are taken");
}

static void lex_pattern_flags(struct lexer *lexer, struct token *token)
{
	const char *text = here(lexer);
	size_t len = 0, n;

	while ((n = word_char(text + len, false)) != 0)
		len += n;
	token->ignore_case = len == 1 && *text == 'i';
	if (len && !token->ignore_case) {
		diag_hint(lexer->diags, fault(lexer, lexer->at, len, "unknown letter behind a pattern"),
			  "only i is known: ignore case");
		token->kind = TOKEN_ERROR;
	}
	lexer->at += len;
	token->span.length += len;
}

static void lex_pattern(struct lexer *lexer)
{
	const char *text = here(lexer);
	size_t len = closed_length(lexer, '/');
	struct token *token;
	char *copy;

	if (str_starts(text, "//") || str_starts(text, "/*")) {
		token = add(lexer, TOKEN_PATTERN, rest_of_line(lexer));
		token->span.length = 2;
		fault_token(lexer, token, "this is neither a pattern nor a comment", "a comment begins with #");
		return;
	}
	if (!len) {
		token = add(lexer, TOKEN_PATTERN, rest_of_line(lexer));
		fault_token(lexer, token, "this pattern has no closing /", "a / inside a pattern is written \\/");
		return;
	}
	token = add(lexer, TOKEN_PATTERN, len);
	copy = arena_memdup(lexer->arena, text + 1, len - 1);
	copy[len - 2] = '\0';
	token->text = copy;
	lex_pattern_flags(lexer, token);
	if (!valid_text(copy, len - 2))
		fault_token(lexer, token, "this pattern is not UTF-8", "save the file as UTF-8");
}

/* "1–5": where a plain dash would be wrong as well. */
static bool is_between_numbers(const struct lexer *lexer, size_t len)
{
	return lexer->count && lexer->tokens[lexer->count - 1].kind == TOKEN_NUMBER && is_digit(here(lexer)[len]);
}

/* Quotes and dashes of text programs: the word processor's, not the keyboard's. */
static bool lex_look_alike(struct lexer *lexer)
{
	const char *text = here(lexer);
	size_t len = str_utf8_len(text), end;
	enum look_alike kind = len > 1 ? look_alike(str_utf8_char(text)) : 0;
	struct token *token;

	if (!kind)
		return false;
	if (kind == LOOKS_QUOTE) {
		size_t max = rest_of_line(lexer);

		for (end = len; end < max; end += str_utf8_len(text + end) ? str_utf8_len(text + end) : 1)
			if (text[end] == '"' || (str_utf8_len(text + end) > 1 &&
						 look_alike(str_utf8_char(text + end)) == LOOKS_QUOTE))
				break;
		if (end < max)
			end += str_utf8_len(text + end);
		token = add(lexer, TOKEN_STRING, end);
		fault_token(lexer, token, "these are quotes of a text program", "write plain ones: \"");
	} else {
		bool range = kind == LOOKS_DOTS || is_between_numbers(lexer, len);

		token = add(lexer, range ? TOKEN_RANGE : TOKEN_DASH, len);
		fault_token(lexer, token,
			    kind == LOOKS_DASH ? "this is a dash of a text program" : "these are dots of a text program",
			    kind == LOOKS_DOTS ? "write two plain ones: .." :
			    range	       ? "between two numbers stand two plain dots: .." :
						 "write a plain one: -");
	}
	return true;
}

static void lex_mark(struct lexer *lexer)
{
	static const struct {
		const char *text;
		enum token_kind kind;
	} marks[] = {
		{ "{", TOKEN_BRACE_OPEN }, { "}", TOKEN_BRACE_CLOSE }, { "(", TOKEN_PAREN_OPEN },
		{ ")", TOKEN_PAREN_CLOSE }, { ",", TOKEN_COMMA },	 { ";", TOKEN_SEMICOLON },
		{ "...", TOKEN_RANGE },	   { "..", TOKEN_RANGE },	 { "-", TOKEN_DASH },
		{ ":", TOKEN_COLON },	   { "=", TOKEN_EQUALS },	 { ".", TOKEN_DOT },
	};
	size_t i, len = str_utf8_len(here(lexer));

	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(here(lexer), marks[i].text)) {
			add(lexer, marks[i].kind, strlen(marks[i].text));
			return;
		}
	add(lexer, TOKEN_GARBAGE, len ? len : 1);
}

static void lex_one(struct lexer *lexer)
{
	const char *text = here(lexer);

	if (word_char(text, true))
		lex_word(lexer);
	else if (is_digit(*text))
		lex_number(lexer);
	else if (*text == '"')
		lex_string(lexer);
	else if (*text == '/')
		lex_pattern(lexer);
	else if (!lex_look_alike(lexer))
		lex_mark(lexer);
}

/* It divides the parts of a bundle, and so stands nowhere in a text. Told once. */
static void check_feeds(struct lexer *lexer)
{
	const char *text = lexer->source->text, *feed = memchr(text + lexer->at, '\f', lexer->end - lexer->at);

	if (feed)
		diag_hint(lexer->diags, fault(lexer, (size_t)(feed - text), 1, "a form feed has no place in a rule file"),
			  "take it out: it is a page break of a text program");
}

const struct token *lex_part(const struct source *source, size_t part, struct arena *arena,
			     struct diag_list *diags, size_t *count)
{
	size_t start = source->parts[part].start;
	struct lexer lexer = { .source = source, .arena = arena, .diags = diags, .first = true,
			       .at = start, .start = start, .end = start + source->parts[part].len };

	check_feeds(&lexer);
	for (skip_blank(&lexer); lexer.at < lexer.end; skip_blank(&lexer)) {
		if (lexer.count >= LEX_MAX_TOKENS) {
			fault(&lexer, lexer.at, 1, "the file is too long: 300000 words and signs at most");
			lexer.at = lexer.end;
			break;
		}
		lex_one(&lexer);
	}
	add(&lexer, TOKEN_END, 0);
	*count = lexer.count;
	return lexer.tokens;
}

const struct token *lex_all(const struct source *source, struct arena *arena, struct diag_list *diags,
			    size_t *count)
{
	return lex_part(source, 0, arena, diags, count);
}

const char *token_kind_describe(enum token_kind kind)
{
	static const char *const words[] = {
		[TOKEN_END] = "the end of the file", [TOKEN_WORD] = "a name",
		[TOKEN_NUMBER] = "a number",	     [TOKEN_DECIMAL] = "an amount",
		[TOKEN_DATE] = "a date",
		[TOKEN_TIME] = "a time of day",	     [TOKEN_STRING] = "text in double quotes",
		[TOKEN_PATTERN] = "a pattern",	     [TOKEN_BRACE_OPEN] = "'{'",
		[TOKEN_BRACE_CLOSE] = "'}'",	     [TOKEN_PAREN_OPEN] = "'('",
		[TOKEN_PAREN_CLOSE] = "')'",	     [TOKEN_COMMA] = "','",
		[TOKEN_SEMICOLON] = "';'",	     [TOKEN_RANGE] = "'..'",
		[TOKEN_DASH] = "'-'",		     [TOKEN_COLON] = "':'",
		[TOKEN_EQUALS] = "'='",		     [TOKEN_DOT] = "'.'",
		[TOKEN_ERROR] = "a fault",	     [TOKEN_GARBAGE] = "a character",
	};

	return words[kind];
}

/* A byte or character that a terminal should not get is shown by its value. */
static const char *garbage_describe(const char *text, struct arena *arena)
{
	size_t len = str_utf8_len(text);

	if (!len)
		return arena_printf(arena, "byte %02X, which is not UTF-8 there", (unsigned char)*text);
	if (*text == '\'')
		return "a single quote";
	if (str_utf8_is_control(text))
		return arena_printf(arena, "control character U+%04X", (unsigned)str_utf8_char(text));
	return arena_printf(arena, "'%.*s'", (int)len, text);
}

const char *token_describe(const struct token *token, const struct source *source, struct arena *arena)
{
	const char *text = source->text + token->span.offset;

	switch (token->kind) {
	case TOKEN_WORD:
	case TOKEN_NUMBER:
	case TOKEN_DECIMAL:
	case TOKEN_DATE:
	case TOKEN_TIME:
		return arena_printf(arena, "'%.*s'", (int)token->span.length, text);
	case TOKEN_STRING:
		return arena_printf(arena, "the text %.*s", (int)token->span.length, text);
	case TOKEN_PATTERN:
		return arena_printf(arena, "the pattern %.*s", (int)token->span.length, text);
	case TOKEN_GARBAGE:
		return garbage_describe(text, arena);
	default:
		return token_kind_describe(token->kind);
	}
}
