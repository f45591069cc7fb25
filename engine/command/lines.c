/* System. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "command/command_p.h"

#define GREETING_WORDS 6   /* a longer line says more than good day */
#define CLOSING_WORDS 4    /* behind the closing phrase: a name */
#define SIGNATURE_LINES 12 /* longer than that is no signature */
#define SIGNATURE_WORDS 8  /* a longer line of one may say something */
#define HEAD_LINES 5       /* lines in which the head of a quotation shows itself */
#define WROTE_LINES 3      /* "Op … schreef …:" may be wrapped */

/* The text cut into lines. */
struct raw_line {
	const char *raw;     /* trimmed */
	const char *folded;
	struct word *words;
	size_t count;
	bool quoted;         /* begins with a quotation mark */
};

struct cutting {
	const struct phrases *phrases;
	struct arena *arena;
	struct raw_line *list;
	size_t count;
};

static void cut(struct cutting *c, const char *text)
{
	while (*text && c->count < LINES_MAX) {
		size_t len = strcspn(text, "\n"), kept = len < COMMAND_MAX_TEXT ? len : str_utf8_cut(text, COMMAND_MAX_TEXT);
		char *copy = arena_strndup(c->arena, text, kept), *clean;
		struct raw_line line = { 0 };

		clean = str_clean(str_trim(copy), COMMAND_MAX_TEXT);
		/* What is left of a line must never pass for all of it. */
		line.raw = arena_printf(c->arena, "%s%s", str_trim(clean), kept < len ? " [...]" : "");
		free(clean);
		line.folded = command_fold(c->arena, line.raw);
		line.words = words_split(c->arena, line.raw, &line.count);
		line.quoted = line.raw[0] == '>' || line.raw[0] == '|';
		c->list = arena_grow(c->arena, c->list, c->count, sizeof *c->list);
		c->list[c->count++] = line;
		text += len + (text[len] == '\n');
	}
}

/* A line drawn across the page is no text either. */
static bool is_blank(const struct raw_line *line)
{
	return !*line->folded || (strlen(line->folded) > 2 && !line->folded[strspn(line->folded, "-_=*~ ")]);
}

/* ---- where a quotation begins ---- */

static bool ends_in_colon(const char *folded)
{
	size_t len = strlen(folded);

	return len && folded[len - 1] == ':';
}

/* "wrote" anywhere among the words. */
static bool has_wrote(const struct cutting *c, const struct raw_line *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		if (words_kind(c->phrases, WORDS_WROTE, line->words + i, line->count - i))
			return true;
	return false;
}

static bool is_dated(const char *folded)
{
	size_t digits = 0;

	for (; *folded; folded++) {
		if (*folded == '@')
			return true;
		digits += isdigit((unsigned char)*folded) != 0;
	}
	return digits >= 3;
}

/* "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <…>:", over up to three lines; how many, 0 = it is none. */
static size_t wrote_lines(const struct cutting *c, size_t at)
{
	bool wrote = false, dated = false;
	size_t i;

	for (i = at; i < c->count && i < at + WROTE_LINES && !is_blank(&c->list[i]) && !c->list[i].quoted; i++) {
		wrote |= has_wrote(c, &c->list[i]);
		dated |= is_dated(c->list[i].folded);
		if (ends_in_colon(c->list[i].folded))
			return wrote && dated ? i - at + 1 : 0;
	}
	return 0;
}

/* "-----Oorspronkelijk bericht-----", "Begin doorgestuurd bericht:". */
static bool is_original(const struct cutting *c, const struct raw_line *line)
{
	const char *start = line->folded + strspn(line->folded, "-_* ");
	struct word *words;
	size_t count, len = strlen(start);
	bool marked = start > line->folded || ends_in_colon(line->folded);

	while (len && strchr("-_*: ", start[len - 1]))
		len--;
	if (!marked || !len)
		return false;
	words = words_split(c->arena, arena_strndup(c->arena, start, len), &count);
	return words_kind(c->phrases, WORDS_ORIGINAL, words, count) == count;
}

/* "Van: …", "*Van:* …": a field of the head of a quotation. */
static bool is_field(const struct cutting *c, enum phrase_words kind, const struct raw_line *line)
{
	const char *start = line->folded + strspn(line->folded, "* ");
	const char *colon = strchr(start, ':');
	struct word *words;
	size_t count;

	if (!colon || colon == start || colon - start > 30)
		return false;
	words = words_split(c->arena, arena_strndup(c->arena, start, (size_t)(colon - start)), &count);
	return count && words_kind(c->phrases, kind, words, count) == count;
}

static bool is_head(const struct cutting *c, size_t at)
{
	size_t i, seen = 0;

	if (!is_field(c, WORDS_FROM, &c->list[at]))
		return false;
	for (i = at + 1; i < c->count && i <= at + HEAD_LINES; i++)
		seen += is_field(c, WORDS_SENT, &c->list[i]);
	return seen >= 2;
}

static bool next_is_quoted(const struct cutting *c, size_t at)
{
	while (at < c->count && is_blank(&c->list[at]))
		at++;
	return at < c->count && c->list[at].quoted;
}

/* Does the rest of the mail belong to others? '*skip_r': lines to pass over where it does not. */
static bool quotation(const struct cutting *c, size_t at, size_t *skip)
{
	size_t wrote = wrote_lines(c, at);

	*skip = 0;
	if (wrote && next_is_quoted(c, at + wrote)) {
		*skip = wrote;
		return false;
	}
	return wrote || is_original(c, &c->list[at]) || is_head(c, at);
}

/* ---- where the signature begins ---- */

static bool has_but(const struct cutting *c, const struct raw_line *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		if (words_kind(c->phrases, WORDS_BUT, line->words + i, line->count - i))
			return true;
	return strchr(line->folded, '?') != NULL;
}

/* Lines from 'at' to the end, the next quotation or a "--": how many that say something, counted up to 'most'. */
static size_t rest_lines(const struct cutting *c, size_t at, size_t most, bool *reserved)
{
	size_t count = 0, skip;

	for (; at < c->count && count < most && !c->list[at].quoted && !str_eq(c->list[at].raw, "--"); at++) {
		if (is_blank(&c->list[at]))
			continue;
		if (quotation(c, at, &skip) || skip)
			break;
		*reserved |= has_but(c, &c->list[at]) || c->list[at].count > SIGNATURE_WORDS;
		count++;
	}
	return count;
}

/* A closing phrase, a name on the same line perhaps, and not much below it. */
static bool is_closing(const struct cutting *c, size_t at, bool *reserved)
{
	const struct raw_line *line = &c->list[at];
	size_t closing = words_kind(c->phrases, WORDS_CLOSING, line->words, line->count);
	bool found = false;

	if (!closing || line->count > closing + CLOSING_WORDS || strchr(line->folded, '?') ||
	    rest_lines(c, at + 1, SIGNATURE_LINES + 1, &found) > SIGNATURE_LINES)
		return false;
	*reserved |= found || has_but(c, line);
	return true;
}

static bool is_signature(const struct cutting *c, size_t at, bool *reserved)
{
	const struct raw_line *line = &c->list[at];

	if (str_eq(line->raw, "--"))
		return true;
	if (words_kind(c->phrases, WORDS_DEVICE, line->words, line->count) && line->count <= GREETING_WORDS + 2) {
		rest_lines(c, at + 1, LINES_MAX, reserved);
		return true;
	}
	return is_closing(c, at, reserved);
}

/* ---- what kind of line ---- */

static bool is_greeting(const struct cutting *c, const struct raw_line *line)
{
	size_t i;

	if (line->count > GREETING_WORDS || has_but(c, line) ||
	    !words_kind(c->phrases, WORDS_GREETING, line->words, line->count))
		return false;
	/* A comma inside begins a sentence: "Hallo, hier is het". */
	for (i = 0; i + 1 < line->count; i++)
		if (strpbrk(line->words[i].folded, ",:!"))
			return false;
	return true;
}

static enum line_kind kind_of(const struct cutting *c, const struct raw_line *line, bool first)
{
	size_t thanks = words_kind(c->phrases, WORDS_THANKS, line->words, line->count);

	if (first && is_greeting(c, line))
		return LINE_GREETING;
	if (thanks && thanks == line->count && !strchr(line->folded, '?'))
		return LINE_THANKS;
	if (thanks && line->count <= thanks + 6 && !has_but(c, line))
		return LINE_GRATEFUL;
	return LINE_WORDS;
}

static void add(struct cutting *c, struct lines *lines, const struct raw_line *line, bool gap)
{
	lines->list = arena_grow(c->arena, lines->list, lines->count, sizeof *lines->list);
	lines->list[lines->count] = (struct line){ line->raw, line->folded, kind_of(c, line, lines->count == 0), gap };
	lines->count++;
}

void lines_read(const struct phrases *phrases, const char *text, struct arena *arena, struct lines *lines)
{
	struct cutting c = { .phrases = phrases, .arena = arena };
	bool gap = false, reserved = false;
	size_t i, skip;

	*lines = (struct lines){ 0 };
	cut(&c, text ? text : "");
	for (i = 0; i < c.count; i++) {
		if (is_blank(&c.list[i]) || c.list[i].quoted) {
			gap = true;
			continue;
		}
		if (quotation(&c, i, &skip) || is_signature(&c, i, &reserved))
			break;
		if (skip) {
			i += skip - 1;
			gap = true;
			continue;
		}
		add(&c, lines, &c.list[i], gap);
		gap = false;
	}
	lines->reserved = reserved;
}
