/* "Op ma 2 mrt 2026 om 09:00 schreef Jan <jan@example.nl>:", and its many sisters. */

/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

#define WROTE_LINES 4   /* it may be wrapped */
#define WROTE_MAX 600   /* bytes; longer is no such line */
#define ABBREVIATION 4 /* letters before its full stop */
#define NAME_WORDS 8    /* "Company Questions via the Forum" */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool has_clock(const char *folded)
{
	const char *at;

	for (at = folded; *at; at++)
		if (is_digit(at[0]) && strchr(":.h", at[1]) && at[1] && is_digit(at[2]) && is_digit(at[3]) &&
		    !is_digit(at[4]) && at[4] != '-' && at[4] != '/' && (at[1] != '.' || at[4] != '.'))
			return true;
	return false;
}

/* Three digits at least (a year, or a day and a month), or an address. */
static bool is_dated(const char *folded)
{
	size_t digits = 0;

	if (strchr(folded, '@'))
		return true;
	for (; *folded; folded++)
		digits += is_digit(*folded);
	return digits >= 3;
}

/* "Op 2 maart schreef ik": whoever writes of himself. As a word between blanks, since names and addresses hold it too. */
static bool is_self(const struct text *t, const char *folded)
{
	while (*folded) {
		size_t len = strcspn(folded, " "), bare = len;

		while (bare && strchr(",:", folded[bare - 1]))
			bare--;
		if (lexicon_is(&t->words, QUOTE_WORD_SELF, folded, bare))
			return true;
		folded += len + (folded[len] == ' ');
	}
	return false;
}

/* "questions@example.org> wrote:" is the rest of an address that was begun a line higher. */
static bool begins_inside(const char *folded)
{
	size_t len = strcspn(folded, "<>");

	return folded[len] == '>' || *folded == '<';
}

static size_t count_words(const char *folded, const char *end)
{
	size_t count = 0;

	while (folded < end) {
		count++;
		folded += strcspn(folded, " ");
		folded += strspn(folded, " ");
	}
	return count;
}

/* A word that begins a date: "Op", "tir.", "2026-03-02", "30.09.2017". */
static bool opens(const struct text *t, const char *folded)
{
	return is_digit(*folded) || lexicon_starts(&t->words, QUOTE_WORD_OPENING, folded) > 0;
}

static bool ends_as_intro(const char *folded, size_t len)
{
	return len && (folded[len - 1] == ':' || str_ends(folded, "：") || str_ends(folded, ":."));
}

/* "30.09.2017, 18.30, "John" <john@example.org>:": no word, but it can be nothing else. */
static bool is_wordless(const char *folded, size_t len)
{
	return is_digit(*folded) && len > 2 && str_eq(folded + len - 2, ">:") && strchr(folded, '@') && has_clock(folded);
}

/* Does this text, all of it, stand above a quotation? 'wrapped': it is of several lines. */
static bool is_wrote(const struct text *t, const char *folded, bool quoted_below, bool wrapped, struct intro *intro)
{
	size_t len = strlen(folded);
	const char *wrote = lexicon_find(&t->words, QUOTE_WORD_WROTE, folded), *at;
	bool colon = ends_as_intro(folded, len);

	if (len > WROTE_MAX || !is_dated(folded) || begins_inside(folded))
		return false;
	at = strchr(folded, '@');
	intro->strong = at || has_clock(folded);
	if (is_wordless(folded, len))
		return true;
	if (!wrote || is_self(t, folded))
		return false;
	/* Without a colon the word has to be the last one: "… John <john@example.org> wrote". */
	if (!colon && (!intro->strong || strchr(wrote, ' ')) && !quoted_below)
		return false;
	if (opens(t, folded))
		return colon || quoted_below || intro->strong;
	/* The name first: with its address, or with a quotation right below. */
	if (count_words(folded, wrote) > NAME_WORDS + 1)
		return false;
	return (at && at < wrote && colon) || (quoted_below && colon && !wrapped);
}

static const char *joined(const struct text *t, size_t from, size_t to)
{
	const char *all = t->lines[from].folded;

	for (; from < to && strlen(all) <= WROTE_MAX; from++)
		all = arena_printf(t->arena, "%s %s", all, t->lines[from + 1].folded);
	return all;
}

/* "… bellen?", "the attachment.": but not "28." or "Aug.". */
static bool ends_sentence(const char *folded)
{
	size_t len = strlen(folded), letters = 0;

	if (!len || strchr("?!", folded[len - 1]))
		return len > 0;
	while (letters + 1 < len && isalpha((unsigned char)folded[len - 2 - letters]))
		letters++;
	return folded[len - 1] == '.' && letters > ABBREVIATION;
}

/* The last line from 'at' on that may belong to it. */
static size_t last_line(const struct text *t, size_t at)
{
	size_t last = at;

	while (last + 1 < t->count && last + 1 < at + WROTE_LINES && !t->lines[last + 1].blank &&
	       t->lines[last + 1].depth == t->lines[at].depth && !ends_sentence(t->lines[last].folded))
		last++;
	return last;
}

static bool quoted_below(const struct text *t, size_t last)
{
	size_t next = text_next(t, last + 1);

	return next < t->count && t->lines[next].depth > t->lines[last].depth;
}

/* It may begin no later: a line of one's own right above it does not belong to it. */
static bool begins_later(const struct text *t, size_t at, size_t last, bool quoted)
{
	struct intro ignored = { 0 };
	size_t from;

	for (from = at + 1; from <= last; from++)
		if (is_wrote(t, joined(t, from, last), quoted, from < last, &ignored))
			return true;
	return false;
}

/* As it was written. */
static const char *raw_joined(const struct text *t, size_t from, size_t to)
{
	const char *all = t->lines[from].text;

	for (; from < to; from++)
		all = arena_printf(t->arena, "%s %s", all, t->lines[from + 1].text);
	return all;
}

size_t wrote_at(const struct text *t, size_t at, struct intro *intro)
{
	size_t last, end = last_line(t, at), bytes = 0;
	bool dated = false, said = false;

	for (last = at; last <= end && bytes <= WROTE_MAX; last++) {
		const char *folded = t->lines[last].folded;
		bool quoted;

		bytes += strlen(folded) + 1;
		dated |= is_dated(folded);
		said |= lexicon_find(&t->words, QUOTE_WORD_WROTE, folded) || str_ends(folded, ">:");
		if (!dated || !said)
			continue;
		quoted = quoted_below(t, last);
		if (is_wrote(t, joined(t, at, last), quoted, at < last, intro) && !begins_later(t, at, last, quoted)) {
			intro->from = raw_joined(t, at, last);
			return last - at + 1;
		}
	}
	return 0;
}
