/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "quote/quote.h"

/* Own. */
#include "command/command_p.h"

#define GREETING_WORDS 6   /* a longer line says more than good day */
#define CLOSING_WORDS 4    /* behind the closing phrase: a name */
#define SIGNATURE_LINES 12 /* longer than that is no signature */
#define TELEPHONE_WORD 10  /* bytes before a telephone number: "mobiel: " */
#define TELEPHONE_DIGITS 9 /* bytes of one, at least */
#define SIGNATURE_WORDS 8  /* a longer line of one may say something */

/* The text cut into lines. */
struct raw_line {
	const char *raw;     /* trimmed */
	const char *folded;
	struct word *words;
	size_t count;
	enum quote_kind kind;
};

struct cutting {
	const struct phrases *phrases;
	struct arena *arena;
	struct raw_line *list;
	size_t count;
	struct word *name; /* of who wrote it */
	size_t name_count;
};

/* What the phrase files know of heads, beside what quote/ knows by itself. */
static struct quote_word *extra_words(const struct phrases *phrases, struct arena *arena, size_t *count)
{
	static const struct {
		enum phrase_words from;
		enum quote_word_kind to;
	} kinds[] = { { WORDS_WROTE, QUOTE_WORD_WROTE }, { WORDS_ORIGINAL, QUOTE_WORD_ORIGINAL },
		      { WORDS_FROM, QUOTE_WORD_FROM }, { WORDS_SENT, QUOTE_WORD_FIELD } };
	struct quote_word *list = arena_array(arena, phrases->line_count + 1, sizeof *list);
	size_t i, k, w;

	*count = 0;
	for (i = 0; i < phrases->line_count; i++)
		for (k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			const struct phrase_line *line = &phrases->lines[i];
			const char *words = "";

			if (line->kind != kinds[k].from)
				continue;
			for (w = 0; w < line->count; w++)
				words = arena_printf(arena, "%s%s%s", words, w ? " " : "", line->words[w]);
			list[(*count)++] = (struct quote_word){ kinds[k].to, words };
		}
	return list;
}

static void add_line(struct cutting *c, const struct quote_line *from)
{
	size_t kept = from->len < COMMAND_MAX_TEXT ? from->len : str_utf8_cut(from->text, COMMAND_MAX_TEXT);
	char *copy = arena_strndup(c->arena, from->text, kept), *clean = str_clean(str_trim(copy), COMMAND_MAX_TEXT);
	struct raw_line line = { .kind = from->kind };

	/* What is left of a line must never pass for all of it. */
	line.raw = arena_printf(c->arena, "%s%s", str_trim(clean), kept < from->len ? " [...]" : "");
	free(clean);
	line.folded = command_fold(c->arena, line.raw);
	line.words = words_split(c->arena, line.raw, &line.count);
	c->list = arena_grow(c->arena, c->list, c->count, sizeof *c->list);
	c->list[c->count++] = line;
}

/* Answers between the lines mean nothing without them. */
static const char *shown_among(const struct cutting *c, const struct quote *quote)
{
	struct buf out = BUF_INIT(COMMAND_MAX_TEXT);
	const char *at = quote->shown, *copy;

	if (!quote->among || str_eq(quote->shown, quote->own))
		return NULL;
	while (*at) {
		size_t len = strcspn(at, "\n");
		char *clean = str_clean(arena_strndup(c->arena, at, len), COMMAND_MAX_TEXT);

		buf_addf(&out, "%s%s", out.len ? "\n" : "", clean);
		free(clean);
		at += len + (at[len] == '\n');
	}
	copy = arena_printf(c->arena, "%s%s", out.data, buf_failed(&out) ? " [...]" : "");
	buf_free(&out);
	return copy;
}

static void cut(struct cutting *c, const struct lines_text *text, struct lines *lines)
{
	struct quote_order order = { .text = text->text, .marks = text->marks, .mark_count = text->mark_count };
	struct quote quote;
	size_t i;

	order.extra = extra_words(c->phrases, c->arena, &order.extra_count);
	quote_read(&order, c->arena, &quote);
	lines->among = shown_among(c, &quote);
	for (i = 0; i < quote.count && c->count < LINES_MAX; i++)
		add_line(c, &quote.lines[i]);
}

/* A line drawn across the page is no text either. */
static bool is_blank(const struct raw_line *line)
{
	return !*line->folded || (strlen(line->folded) > 2 && !line->folded[strspn(line->folded, "-_=*~ ")]);
}

/* Another's words, or what stands above them. */
static bool is_quoted(const struct raw_line *line)
{
	return line->kind == QUOTE_QUOTED || line->kind == QUOTE_INTRO;
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
	size_t count = 0;

	for (; at < c->count && count < most && !is_quoted(&c->list[at]) && !str_eq(c->list[at].raw, "--"); at++) {
		if (is_blank(&c->list[at]))
			continue;
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

static bool is_contact(const struct raw_line *line)
{
	return strchr(line->raw, '@') || strstr(line->raw, "://") || strstr(line->folded, "www.");
}

static bool is_of_name(const struct cutting *c, const char *word)
{
	size_t len = word_bare(word), i;

	for (i = 0; i < c->name_count; i++) {
		const char *part = c->name[i].folded;

		if (word_bare(part) == len && strncmp(part, word, len) == 0)
			return true;
	}
	return false;
}

/* "T 024-1234567", "+31 (0)6 …": a word, and nothing but a number that begins as telephone numbers do. */
static bool is_telephone(const char *text)
{
	size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz.: ");

	return word <= TELEPHONE_WORD && (text[word] == '0' || text[word] == '+' || text[word] == '(') &&
	       strlen(text + word) >= TELEPHONE_DIGITS && !text[word + strspn(text + word, "0123456789+()-./ ")];
}

static bool is_reachable(const struct raw_line *line)
{
	return (is_contact(line) && line->count <= 2) || is_telephone(line->folded);
}

/*
 * "Els", by Els de Vries: many sign with nothing more. Only where nothing but
 * ways to reach him follows: a name by itself may stand anywhere in a text.
 */
static bool is_own_name(const struct cutting *c, size_t at)
{
	const struct raw_line *line = &c->list[at];
	size_t i;

	for (i = 0; i < line->count; i++)
		if (!is_of_name(c, line->words[i].folded))
			return false;
	if (!line->count || word_bare(line->words[0].folded) < 2)
		return false;
	for (i = at + 1; i < c->count && !is_quoted(&c->list[i]); i++)
		if (c->list[i].kind == QUOTE_OWN && !is_blank(&c->list[i]) && !is_reachable(&c->list[i]))
			return false;
	return true;
}

static bool is_signature(const struct cutting *c, size_t at, bool said, bool *reserved)
{
	const struct raw_line *line = &c->list[at];

	if (str_eq(line->raw, "--") && line->kind == QUOTE_SIGNATURE)
		return true;
	if (words_kind(c->phrases, WORDS_DEVICE, line->words, line->count) && line->count <= GREETING_WORDS + 2) {
		rest_lines(c, at + 1, LINES_MAX, reserved);
		return true;
	}
	return is_closing(c, at, reserved) || (said && is_own_name(c, at));
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

/* "P.S.", "NB:": what stands below the name belongs to the mail all the same. */
static bool adds_something(const struct cutting *c, size_t at)
{
	for (; at < c->count; at++)
		if (strchr(c->list[at].folded, '?') || str_istarts(c->list[at].raw, "ps") ||
		    str_istarts(c->list[at].raw, "p.s.") || str_istarts(c->list[at].raw, "nb"))
			return true;
	return false;
}

const char *command_above_closing(const struct phrases *phrases, const char *text, struct arena *arena,
				  const char **below)
{
	struct cutting c = { .phrases = phrases, .arena = arena };
	const struct lines_text whole = { .text = text };
	struct lines ignored = { 0 };
	const char *at = text;
	bool reserved = false;
	size_t i;

	cut(&c, &whole, &ignored);
	*below = "";
	for (i = 0; i < c.count; i++) {
		/* "Verstuurd met de post" is a sentence: what telephones add is gone from own words already. */
		if (!is_blank(&c.list[i]) && is_closing(&c, i, &reserved) && !adds_something(&c, i + 1)) {
			*below = at;
			return arena_strndup(arena, text, (size_t)(at - text));
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return text;
}

/* ---- is it more than a signature? ---- */

static bool is_among(const char *word, const char *const *list)
{
	char bare[16];
	size_t len = strcspn(word, ".,!;:");

	if (len >= sizeof bare)
		return false;
	memcpy(bare, word, len);
	bare[len] = '\0';
	while (*list && !str_eq(bare, *list))
		list++;
	return *list != NULL;
}

/* Words that sentences have, and names, functions and addresses have not. As the first of few it may be a name. */
static bool has_sentence_word(const struct cutting *c, const struct raw_line *line)
{
	static const char *const words[] = { "u", "uw", "ik", "wij", "we", "hij", "zij", "is", "zijn", "was", "heeft", "hebben",
					     "heb", "hebt", "kunt", "kan", "moet", "mag", "wilt", "wordt", "graag", "nog", "niet",
					     "geen", "ook", "alleen", "you", "your", "i", "he", "they", "are", "were", "has", "have",
					     "can", "must", "will", "please", "not", "also", "only", NULL };
	size_t i;

	for (i = line->count < 5; i < line->count; i++)
		if (is_among(line->words[i].folded, words))
			return true;
	return has_but(c, line);
}

/* "… B.V." ends no sentence. */
static bool ends_sentence(const struct raw_line *line)
{
	const char *last = line->words[line->count - 1].folded;
	size_t len = strlen(last);

	return len > 1 && strchr(".!;", last[len - 1]) && strcspn(last, ".!;") == len - 1;
}

static bool is_postscript(const struct raw_line *line)
{
	static const char *const words[] = { "ps", "p.s", "p.s.", "nb", "n.b", "n.b.", NULL };
	size_t i;

	for (i = 0; line->count > 1 && words[i]; i++)
		if (str_starts(line->words[0].folded, words[i]) &&
		    strspn(line->words[0].folded + strlen(words[i]), ".:") == strlen(line->words[0].folded + strlen(words[i])))
			return true;
	return false;
}

static bool says_something(const struct cutting *c, const struct raw_line *line)
{
	static const char *const money[] = { "euro", "eur", NULL };
	bool sentence = has_sentence_word(c, line), ends = ends_sentence(line);
	size_t i;

	for (i = 0; i < line->count; i++)
		if (is_among(line->words[i].folded, money) || strstr(line->words[i].raw, "\xe2\x82\xac"))
			return true;
	if (strchr(line->folded, '?') || is_postscript(line))
		return true;
	if (is_contact(line))
		return sentence && ends;
	return line->count >= 3 && (sentence || (ends && line->count >= 4));
}

/* What stands below the mails of a whole firm says nothing of this one. */
static bool is_disclaimer(const struct raw_line *line)
{
	static const char *const words[] = { "vertrouwelijk", "confidential", "geadresseerde", "addressee", "intended recipient",
					     "uitsluitend bestemd", "disclaimer", "aansprakelijk", "liable", "liability" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(line->folded, words[i]))
			return true;
	return false;
}

bool command_says_more(const struct phrases *phrases, const char *text, struct arena *arena)
{
	struct cutting c = { .phrases = phrases, .arena = arena };
	const struct lines_text whole = { .text = text };
	struct lines ignored = { 0 };
	bool says = false, disclaimer = false;
	size_t i;

	cut(&c, &whole, &ignored);
	/* By paragraph: a disclaimer is written over several lines. */
	for (i = 0; i <= c.count; i++) {
		if (i < c.count && !is_blank(&c.list[i])) {
			says |= says_something(&c, &c.list[i]);
			disclaimer |= is_disclaimer(&c.list[i]);
			continue;
		}
		if (says && !disclaimer)
			return true;
		says = disclaimer = false;
	}
	return false;
}

/* ---- all of it ---- */

bool line_asks(const char *folded)
{
	size_t len = strlen(folded);

	while (len && strchr("\"')!", folded[len - 1]))
		len--;
	return len && folded[len - 1] == '?';
}

/*
 * "Vragen? Bel ons" stands below each mail of some firms: by one or two words,
 * or with an address beside it, nobody asks anything.
 */
static bool asks_below(const struct raw_line *line)
{
	return line->count > 2 && line_asks(line->folded) && !is_contact(line);
}

/* From the line that seems to begin a signature: own words, and those below a "--" that no program drew. */
static void read_below(struct cutting *c, size_t at, struct lines *lines)
{
	struct buf below = BUF_INIT(LINES_MAX * (COMMAND_MAX_TEXT + 8));
	bool signature = false, asks = false, adds = false;
	const char *text;

	for (; at < c->count && !is_quoted(&c->list[at]); at++) {
		const struct raw_line *line = &c->list[at];

		signature |= line->kind == QUOTE_SIGNATURE && str_starts(line->raw, "--");
		if (signature || line->kind == QUOTE_SIGNATURE)
			continue;
		buf_addf(&below, "%s%s", below.len ? "\n" : "", line->raw);
		asks |= asks_below(line);
		adds |= is_postscript(line);
	}
	text = arena_strndup(c->arena, below.data ? below.data : "",
			     str_utf8_cut(below.data ? below.data : "", COMMAND_MAX_TEXT));
	buf_free(&below);
	if (!command_says_more(c->phrases, text, c->arena))
		return;
	lines->below = lines->below ? arena_printf(c->arena, "%s\n\n%s", lines->below, text) : text;
	lines->asks_below |= asks;
	lines->adds_below |= adds;
}

void lines_read(const struct phrases *phrases, const struct lines_text *text, struct arena *arena, struct lines *lines)
{
	struct cutting c = { .phrases = phrases, .arena = arena };
	bool gap = false, signature = false;
	size_t i;

	*lines = (struct lines){ 0 };
	c.name = words_split(arena, text->name ? text->name : "", &c.name_count);
	cut(&c, text, lines);
	for (i = 0; i < c.count; i++) {
		const struct raw_line *line = &c.list[i];

		/* Below a quotation people go on writing, whatever stands above it. */
		if (is_quoted(line))
			signature = false;
		else if (!signature && !is_blank(line) && (signature = is_signature(&c, i, lines->count > 0, &lines->reserved)))
			read_below(&c, i, lines);
		if (signature || is_blank(line) || line->kind != QUOTE_OWN) {
			gap = true;
			continue;
		}
		add(&c, lines, line, gap);
		gap = false;
	}
}
