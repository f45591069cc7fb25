/* Whose the lines of a mail are. */

/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

#define DEVICE_WORDS 9     /* "Verzonden vanaf mijn Samsung Galaxy S20 5G-telefoon" */
#define FOOTER_RULE 30     /* underscores above what a list adds */
#define FOOTER_LINES 6
#define FOOTER_WORDS 8

struct reading {
	struct text text;
	struct arena *arena;
	struct quote *quote;
	bool rest;        /* all that comes is another's */
	bool rest_wrote;  /* … below a line that says who wrote it … */
	size_t rest_from; /* … and from this line on */
	bool signature;   /* below "--" */
	bool above;       /* own words were seen */
	bool introduced;  /* the quotation has a head above it */
	bool forwarded;   /* the quotation is what he passed on */
	bool bare;        /* quoted lines without one stand above own words */
};

/* ---- lines that are nobody's words ---- */

static size_t count_words(const char *text)
{
	size_t count = 0;

	while (*text) {
		count++;
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	return count;
}

static bool names_device(const char *folded)
{
	static const char *const names[] = { "iphone", "ipad", "ipod", "apple", "android", "samsung", "galaxy", "huawei",
					     "xiaomi", "redmi", "oneplus", "nokia", "pixel", "blackberry", "windows",
					     "outlook", "mail", "gmail", "yahoo", "proton", "mobiel", "mobile", "mobil",
					     "telefoon", "phone", "smartphone", "handy", "tablet", "xperia", "ziggo",
					     "kpn", "laptop", "smartphone", "spark", "thunderbird", "sparrow", "app",
					     "wiko", "oppo", "motorola", "fairphone", "device", "toestel", "apparaat" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(folded, names[i]))
			return true;
	return false;
}

/* "my", "mijn": whoever says that something was sent from his own thing means the thing he writes on. */
static bool names_mine(const char *folded)
{
	static const char *const mine[] = { " my ", " mijn ", " m'n ", " mon ", " mi ", " meu ", " mio ", " min ", " meinem ",
					    " mijn", " moj", " mojeg", " mojho", " mého", " mit " };
	size_t i;

	for (i = 0; i < sizeof mine / sizeof *mine; i++)
		if (strstr(folded, mine[i]))
			return true;
	return false;
}

/* What a telephone adds, alone on its line. "Verzonden met de post" is no such thing. */
static bool is_device(const struct text *t, size_t at)
{
	const struct text_line *line = &t->lines[at];
	const char *folded = line->folded + strspn(line->folded, "*_-[( ");
	char *shown;

	if (!lexicon_starts(&t->words, QUOTE_WORD_DEVICE, folded))
		return false;
	/* The address of a link says nothing of what it is. */
	shown = arena_strndup(t->arena, folded, strcspn(folded, "<"));
	return count_words(shown) <= DEVICE_WORDS && (names_device(shown) || names_mine(shown));
}

/* A rule with a few short lines below it up to the end: what a mailing list adds. */
static bool is_footer(const struct text *t, size_t at)
{
	size_t i, lines = 0;

	if (!text_is_rule(&t->lines[at]) || strlen(t->lines[at].folded) < FOOTER_RULE || t->lines[at].folded[0] != '_')
		return false;
	for (i = at + 1; i < t->count; i++) {
		const struct text_line *line = &t->lines[i];

		if (line->blank)
			continue;
		if (line->depth || count_words(line->folded) > FOOTER_WORDS || ++lines > FOOTER_LINES ||
		    (!strchr(line->folded, '@') && !strstr(line->folded, "://") && lines > 2))
			return false;
	}
	return lines > 0;
}

/*
 * "--" by itself begins a signature; where there are several of it without the
 * blank behind it that mail programs set, they part one's own words.
 */
static bool is_dashes(const struct text *t, size_t at)
{
	size_t i, bare = 0;

	if (t->lines[at].depth || !str_eq(t->lines[at].text, "--"))
		return false;
	if (t->lines[at].len > 2)
		return true;
	for (i = 0; i < t->count && bare < 2; i++)
		bare += !t->lines[i].depth && t->lines[i].len == 2 && str_eq(t->lines[i].text, "--");
	return bare < 2;
}

/* ---- line by line ---- */

static void mark(struct reading *r, size_t from, size_t count, enum quote_kind kind)
{
	for (; count && from < r->text.count; count--, from++)
		r->quote->lines[from].kind = r->text.lines[from].blank && kind != QUOTE_QUOTED ? QUOTE_BLANK : kind;
}

static bool quoted_next(const struct text *t, size_t at)
{
	at = text_next(t, at);
	return at < t->count && t->lines[at].depth > 0;
}

/* What a head says of all that is below it. */
static void take_intro(struct reading *r, size_t at, const struct intro *intro)
{
	bool quoted = quoted_next(&r->text, at + intro->lines);

	mark(r, at, intro->lines, QUOTE_INTRO);
	r->signature = false;
	r->introduced = true;
	r->forwarded = intro->kind == INTRO_FORWARDED;
	/*
	 * Marks tell where the quotation ends, but only where the program that set
	 * the head sets marks: one that copies the fields copies the rest as it is.
	 */
	r->rest = !(quoted && (intro->kind == INTRO_WROTE || intro->depth > 0));
	r->rest_wrote = r->rest && intro->kind == INTRO_WROTE;
	r->rest_from = at + intro->lines;
}

/* A rule right above what the HTML says is quoted. */
static bool rules_off(const struct text *t, size_t at)
{
	size_t next = text_next(t, at + 1);

	return next < t->count && text_is_rule(&t->lines[at]) && text_marked(t, next, MAIL_MARK_QUOTE);
}

/* A line without marks; returns how many lines it took. */
static size_t take_plain(struct reading *r, size_t at)
{
	const struct text *t = &r->text;
	struct intro intro;

	if (text_marked(t, at, MAIL_MARK_QUOTE)) {
		/* The head, if there is one, is no text of anybody. */
		if (intro_at(t, at, &intro))
			mark(r, at, intro.lines, QUOTE_INTRO);
		else
			mark(r, at, intro.lines = 1, text_is_rule(&t->lines[at]) ? QUOTE_INTRO : QUOTE_QUOTED);
		r->rest = r->introduced = true;
		return intro.lines;
	}
	if (intro_at(t, at, &intro)) {
		take_intro(r, at, &intro);
		return intro.lines;
	}
	if (text_marked(t, at, MAIL_MARK_INTRO) || rules_off(t, at)) {
		mark(r, at, 1, QUOTE_INTRO);
		r->introduced = true;
		return 1;
	}
	if (is_dashes(t, at) || is_footer(t, at))
		r->signature = true;
	if (r->signature || is_device(t, at) || (r->above && text_marked(t, at, MAIL_MARK_SIGNATURE))) {
		mark(r, at, 1, QUOTE_SIGNATURE);
	} else if (r->forwarded && text_is_between(t, at)) {
		mark(r, at, 1, QUOTE_QUOTED);
	} else {
		mark(r, at, 1, QUOTE_OWN);
		r->above = true;
	}
	return 1;
}

static void mark_lines(struct reading *r)
{
	const struct text *t = &r->text;
	size_t at = 0;

	while (at < t->count) {
		const struct text_line *line = &t->lines[at];

		if (r->rest) {
			mark(r, at++, 1, line->blank ? QUOTE_BLANK : QUOTE_QUOTED);
		} else if (line->depth) {
			mark(r, at++, 1, QUOTE_QUOTED);
			r->signature = false;
		} else if (line->blank) {
			mark(r, at++, 1, QUOTE_BLANK);
		} else {
			at += take_plain(r, at);
		}
	}
}

/* ---- the texts ---- */

struct writer {
	struct buf out;
	size_t blank;     /* blank lines that are due */
	bool after_quote; /* the blank lines below something left out go with it */
};

static void write_line(struct writer *w, const struct text_line *line)
{
	size_t len = line->len;

	for (; w->blank && w->out.len; w->blank--)
		buf_addc(&w->out, '\n');
	w->blank = 0;
	w->after_quote = false;
	while (len && strchr(" \t", line->raw[len - 1]))
		len--;
	if (w->out.len)
		buf_addc(&w->out, '\n');
	buf_add(&w->out, line->raw, len);
}

static void write_gap(struct writer *w)
{
	if (!w->after_quote)
		w->blank++;
}

static char *write_end(struct writer *w, struct arena *arena)
{
	char *text = arena_strndup(arena, w->out.data, w->out.len);

	buf_free(&w->out);
	return text;
}

/* The lines of the kinds in 'kinds', a mask of 1 << enum quote_kind, up to line 'end'. */
static char *write_kinds(struct reading *r, unsigned kinds, size_t end)
{
	struct writer w = { .out = BUF_INIT(MAIL_MAX_TEXT) };
	size_t i;

	for (i = 0; i < end; i++) {
		enum quote_kind kind = r->quote->lines[i].kind;

		if (kind == QUOTE_BLANK)
			write_gap(&w);
		else if (kinds & 1u << kind)
			write_line(&w, &r->text.lines[i]);
		else
			w.after_quote = true;
	}
	return write_end(&w, r->arena);
}

/* Own words below quoted lines: in how many places, and up to which line. */
static size_t answers_below(struct reading *r, size_t *end)
{
	size_t i, places = 0;
	bool quoted = false, in_place = false, head = false;

	for (i = 0; i < r->quote->count; i++) {
		enum quote_kind kind = r->quote->lines[i].kind;

		head |= kind == QUOTE_INTRO;
		if (kind == QUOTE_QUOTED) {
			quoted = true;
			in_place = false;
		} else if (kind == QUOTE_OWN && quoted) {
			places += !in_place;
			in_place = true;
			*end = i + 1;
			r->bare |= !head;
		}
	}
	return places;
}

/*
 * "Op … schreef …:", words without marks, then quoted lines: the words are the
 * other's, or his own in the wrong place. Nothing acts on them, but they are shown.
 */
static bool is_mixed(const struct reading *r)
{
	const struct text *t = &r->text;
	size_t i;
	bool words = false;

	for (i = r->rest_from; r->rest_wrote && i < t->count; i++) {
		if (words && t->lines[i].depth)
			return true;
		words |= !t->lines[i].blank && !t->lines[i].depth;
	}
	return false;
}

static void make_shown(struct reading *r)
{
	struct quote *q = r->quote;
	const unsigned with_quoted = 1u << QUOTE_OWN | 1u << QUOTE_QUOTED;
	size_t end = 0, places = answers_below(r, &end);

	if (is_mixed(r)) {
		q->among = true;
		q->shown = write_kinds(r, with_quoted, q->count);
	} else if (!*q->own) {
		q->shown = write_kinds(r, 1u << QUOTE_QUOTED, q->count);
	} else if (r->rest && lexicon_find(&r->text.words, QUOTE_WORD_BELOW, quote_fold(r->arena, q->own))) {
		q->among = true;
		q->shown = write_kinds(r, with_quoted | 1u << QUOTE_INTRO, q->count);
	} else if (places > 1 || (places && r->bare)) {
		q->among = true;
		q->shown = write_kinds(r, with_quoted, end);
	} else {
		q->among = places > 0;
		q->shown = q->own;
	}
}

bool quote_points_below(const char *own, struct arena *arena)
{
	struct lexicon words;

	lexicon_init(&words, NULL, 0, arena);
	return lexicon_find(&words, QUOTE_WORD_BELOW, quote_fold(arena, own)) != NULL;
}

void quote_read(const struct quote_order *order, struct arena *arena, struct quote *q)
{
	struct reading r = { .arena = arena, .quote = q };
	size_t i;

	*q = (struct quote){ 0 };
	text_init(&r.text, order, arena);
	q->count = r.text.count;
	q->lines = arena_array(arena, q->count + 1, sizeof *q->lines);
	for (i = 0; i < q->count; i++) {
		q->lines[i].text = r.text.lines[i].raw;
		q->lines[i].len = r.text.lines[i].len;
	}
	mark_lines(&r);
	q->own = write_kinds(&r, 1u << QUOTE_OWN, q->count);
	make_shown(&r);
}
