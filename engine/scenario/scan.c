/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "scenario/scan_p.h"

struct scanner {
	const struct source *source;
	struct arena *arena;
	struct diag_list *diags;
	size_t at; /* next byte */
	bool first;
	struct token *tokens;
	size_t count;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct diag *fault(struct scanner *s, size_t offset, size_t length, const char *message)
{
	struct diag_place place = source_place(s->source, s->arena, (struct span){ offset, length });

	return diag_add(s->diags, DIAG_ERROR, &place, "%s", message);
}

static void add(struct scanner *s, enum token_kind kind, size_t from, const char *text)
{
	s->tokens = arena_grow(s->arena, s->tokens, s->count, sizeof *s->tokens);
	s->tokens[s->count++] = (struct token){ kind, s->first, { from, s->at - from }, text };
	s->first = false;
}

/* Blanks, ends of lines and comments. */
static void skip(struct scanner *s)
{
	const char *text = s->source->text;

	while (s->at < s->source->len) {
		if (text[s->at] == '#') {
			while (s->at < s->source->len && text[s->at] != '\n')
				s->at++;
		} else if (is_blank(text[s->at])) {
			s->first |= text[s->at++] == '\n';
		} else {
			return;
		}
	}
}

/* The quote that text programs put in the place of the plain one. */
static bool is_curly(const char *text)
{
	return str_starts(text, "\xe2\x80\x9c") || str_starts(text, "\xe2\x80\x9d") || str_starts(text, "\xe2\x80\x9e") ||
	       str_starts(text, "\xc2\xab");
}

static void scan_curly(struct scanner *s)
{
	size_t from = s->at, len = str_utf8_len(s->source->text + from);

	diag_hint(s->diags, fault(s, from, len, "this is not the quote that begins a text"),
		  "write the plain one, \"");
	while (s->at < s->source->len && s->source->text[s->at] != '\n')
		s->at++;
	add(s, TOKEN_ERROR, from, NULL);
}

/* A character behind a backslash; '\0' when nothing is meant by it. */
static char escaped(char c)
{
	return c == 'n' ? '\n' : c == '"' || c == '\\' ? c : '\0';
}

static void scan_string(struct scanner *s)
{
	const char *text = s->source->text;
	size_t from = s->at++, used = 0;
	char out[SCAN_MAX_STRING + 1];

	while (s->at < s->source->len && text[s->at] != '"' && text[s->at] != '\n') {
		char c = text[s->at];

		if (c == '\\') {
			c = escaped(text[s->at + 1]);
			if (!c) {
				diag_hint(s->diags, fault(s, s->at, 2, "nothing is meant by this"),
					  "a text takes \\n, \\\" and \\\\");
				c = '?';
			}
			s->at += s->at + 1 < s->source->len && text[s->at + 1] != '\n';
		}
		if (used < SCAN_MAX_STRING)
			out[used] = c;
		used++;
		s->at++;
	}
	if (s->at >= s->source->len || text[s->at] != '"') {
		diag_hint(s->diags, fault(s, from, s->at - from, "this text has no end on its line"), "add a \"");
		add(s, TOKEN_ERROR, from, NULL);
		return;
	}
	s->at++;
	out[used < SCAN_MAX_STRING ? used : SCAN_MAX_STRING] = '\0';
	if (used > SCAN_MAX_STRING || strlen(out) != used || !str_utf8_valid(out)) {
		fault(s, from, s->at - from, used > SCAN_MAX_STRING ? "this text is too long" : "this text is no UTF-8");
		add(s, TOKEN_ERROR, from, NULL);
		return;
	}
	add(s, TOKEN_STRING, from, arena_strdup(s->arena, out));
}

static void scan_word(struct scanner *s)
{
	const char *text = s->source->text;
	size_t from = s->at;
	const char *word;

	while (s->at < s->source->len && !is_blank(text[s->at]) && text[s->at] != ',' && text[s->at] != '"')
		s->at++;
	word = arena_strndup(s->arena, text + from, s->at - from);
	if (strlen(word) != s->at - from || !str_utf8_valid(word)) {
		fault(s, from, s->at - from, "this is no UTF-8 text");
		add(s, TOKEN_ERROR, from, NULL);
	} else {
		add(s, TOKEN_WORD, from, word);
	}
}

const struct token *scan_all(const struct source *source, struct arena *arena, struct diag_list *diags)
{
	struct scanner s = { .source = source, .arena = arena, .diags = diags, .first = true };

	if (str_starts(source->text, "\xef\xbb\xbf"))
		s.at = 3;
	for (skip(&s); s.at < source->len; skip(&s)) {
		size_t from = s.at;

		if (s.count == SCAN_MAX_TOKENS) {
			fault(&s, from, 1, "this file is too long");
			break;
		}
		if (source->text[from] == '"') {
			scan_string(&s);
		} else if (source->text[from] == ',') {
			s.at++;
			add(&s, TOKEN_COMMA, from, ",");
		} else if (is_curly(source->text + from)) {
			scan_curly(&s);
		} else {
			scan_word(&s);
		}
	}
	s.at = source->len;
	s.first = true;
	add(&s, TOKEN_END, source->len, NULL);
	return s.tokens;
}

const char *scan_describe(const struct token *token, struct arena *arena)
{
	switch (token->kind) {
	case TOKEN_WORD: return arena_printf(arena, "'%s'", token->text);
	case TOKEN_STRING: return "a text in quotes";
	case TOKEN_COMMA: return "','";
	default: return "the end of the file";
	}
}
