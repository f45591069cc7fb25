/* System. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "flow/number.h"
#include "flow/place_p.h"

static bool is_separator(char c)
{
	return isspace((unsigned char)c) || (c && strchr("_-.+,;()[]{}#&=~", c));
}

/* Does a letter meet a digit between these two bytes? */
static bool is_joint(char a, char b)
{
	return (isalpha((unsigned char)a) && isdigit((unsigned char)b)) ||
	       (isdigit((unsigned char)a) && isalpha((unsigned char)b));
}

static const char *spread(struct arena *arena, const char *text, char gap)
{
	struct buf buf = BUF_INIT(3 * WORDS_MAX_TEXT);
	const char *start = text, *spreaded;
	bool pending = false;

	for (; *text && (size_t)(text - start) < WORDS_MAX_TEXT; text++) {
		if (is_separator(*text)) {
			pending = buf.len > 0;
			continue;
		}
		if (pending || (buf.len && is_joint(text[-1], *text)))
			buf_addc(&buf, gap);
		pending = false;
		buf_addc(&buf, str_lower(*text));
	}
	spreaded = arena_strndup(arena, buf.data, buf.len);
	buf_free(&buf);
	return spreaded;
}

/* A run of 'count' digits at 's', not followed by another one; its value, or -1. */
static int digits(const char *s, int count)
{
	int i, value = 0;

	for (i = 0; i < count; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return isdigit((unsigned char)s[count]) ? -1 : value;
}

static bool is_year(int value)
{
	return value >= 1950 && value <= 2099;
}

static bool is_day(int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/*
 * Length of a date at 's' (2026-03-02, 20260302, 02-03-2026, 02032026, also with "_", "." or
 * a space between), or 0. The day a scan was made says nothing about the year of a document.
 */
static size_t date_length(const char *s)
{
	char a = s[0] && s[1] && s[2] && s[3] ? s[4] : 0, b = s[0] && s[1] ? s[2] : 0;
	int value = digits(s, 8);

	if (value >= 0 && ((is_year(value / 10000) && is_day(value / 100 % 100, value % 100)) ||
			   (is_year(value % 10000) && is_day(value / 10000 % 100, value / 1000000))))
		return 8;
	if (a && strchr("-_. ", a) && is_year(digits(s, 4)) && s[5] && s[6] && s[7] == a &&
	    is_day(digits(s + 5, 2), digits(s + 8, 2)))
		return 10;
	if (b && strchr("-_. ", b) && s[3] && s[4] && s[5] == b && is_day(digits(s + 3, 2), digits(s, 2)) &&
	    is_year(digits(s + 6, 4)))
		return 10;
	return 0;
}

/* Behind an apostrophe of either shape, or NULL. */
static const char *skip_apostrophe(const char *s)
{
	if (*s == '\'')
		return s + 1;
	return str_starts(s, "\xe2\x80\x99") || str_starts(s, "\xe2\x80\x98") ? s + 3 : NULL;
}

static void year_add(struct words *words, int year)
{
	if (is_year(year) && !words_have_year(words, year) && words->year_count < WORDS_MAX_YEARS)
		words->years[words->year_count++] = year;
}

static void find_years(struct words *words, const char *text)
{
	const char *s = text, *short_year;

	while (*s && (size_t)(s - text) < WORDS_MAX_TEXT) {
		size_t skip = date_length(s);

		if (!skip && isdigit((unsigned char)*s)) {
			year_add(words, digits(s, 4));
			skip = strspn(s, "0123456789");
		}
		short_year = skip ? NULL : skip_apostrophe(s);
		if (short_year && digits(short_year, 2) >= 0) {
			year_add(words, 2000 + digits(short_year, 2));
			skip = (size_t)(short_year - s) + 2;
		}
		s += skip ? skip : 1;
	}
}

void words_init(struct words *words, struct arena *arena, const char *text)
{
	memset(words, 0, sizeof *words);
	if (!text)
		return;
	words->raw = arena_strndup(arena, text, str_utf8_cut(text, WORDS_MAX_TEXT));
	words->spaced = spread(arena, words->raw, ' ');
	words->dashed = spread(arena, words->raw, '-');
	find_years(words, words->raw);
}

int words_init_line(struct words *words, struct arena *arena, const struct program *program, const char *text,
		    struct err *err)
{
	const char *rest;

	words_init(words, arena, text);
	if (!text)
		return 0;
	if (number_remove(program, text, arena, &rest, err) < 0)
		return -1;
	words->year_count = 0;
	find_years(words, rest);
	return 0;
}

bool words_have_year(const struct words *words, int year)
{
	size_t i;

	for (i = 0; i < words->year_count; i++)
		if (words->years[i] == year)
			return true;
	return false;
}

/* Does 'needle' (lower case) stand in 'text' as whole words? */
static bool holds_words(const char *text, const char *needle)
{
	size_t len = strlen(needle);
	const char *hit;

	if (len == 0)
		return false;
	for (hit = strstr(text, needle); hit; hit = strstr(hit + 1, needle))
		if ((hit == text || hit[-1] == ' ') && (hit[len] == '\0' || hit[len] == ' '))
			return true;
	return false;
}

/* The same spreading for a name of ours, on the stack: names longer than this fit nothing. */
static bool holds_name(const char *spaced, const char *name)
{
	char needle[256];
	size_t len = 0, i;

	if (!name)
		return false;
	for (i = 0; name[i] && len < sizeof needle - 3; i++) {
		if (is_separator(name[i])) {
			if (len && needle[len - 1] != ' ')
				needle[len++] = ' ';
			continue;
		}
		if (len && needle[len - 1] != ' ' && is_joint(name[i - 1], name[i]))
			needle[len++] = ' ';
		needle[len++] = str_lower(name[i]);
	}
	while (len && needle[len - 1] == ' ')
		len--;
	needle[len] = '\0';
	return !name[i] && holds_words(spaced, needle);
}

int words_fit(const struct words *words, const struct prog_slot *rule, const struct slot *slot, struct err *err)
{
	const char *forms[] = { words->raw, words->spaced, words->dashed };
	size_t i, j;

	if (!words->raw)
		return 0;
	if (holds_name(words->spaced, slot->name) || (slot->extra && holds_name(words->spaced, slot->title)))
		return 1;
	for (i = 0; rule && i < rule->pattern_count; i++)
		for (j = 0; j < sizeof forms / sizeof *forms; j++) {
			int ret = match_test(rule->patterns[i], forms[j], err);

			if (ret != 0)
				return ret < 0 ? err_context(err, "slot %s: pattern %zu", slot->name, i + 1) : 1;
		}
	return 0;
}
