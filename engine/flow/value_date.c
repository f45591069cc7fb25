/* System. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "flow/value_p.h"

#define MAX_WORDS 6 /* "vrijdag 3 april 2026" and a word to spare */

static const char *const months[12][2] = {
	{ "januari", "January" }, { "februari", "February" }, { "maart", "March" },       { "april", "April" },
	{ "mei", "May" },         { "juni", "June" },         { "juli", "July" },         { "augustus", "August" },
	{ "september", "September" }, { "oktober", "October" }, { "november", "November" }, { "december", "December" },
};

static const char *const weekdays[7][2] = {
	{ "maandag", "monday" }, { "dinsdag", "tuesday" }, { "woensdag", "wednesday" }, { "donderdag", "thursday" },
	{ "vrijdag", "friday" }, { "zaterdag", "saturday" }, { "zondag", "sunday" },
};

const char *value_month(int month, const char *language)
{
	return months[month - 1][str_eq(language, "nl") ? 0 : 1];
}

/* The word, or its first letters: "apr", "sept", "mrt". */
static bool is_short_for(const char *word, const char *whole)
{
	return strlen(word) >= 3 && str_istarts(whole, word);
}

static int month_of(const char *word)
{
	int i;

	if (str_eq(word, "mrt"))
		return 3;
	for (i = 0; i < 12; i++)
		if (is_short_for(word, months[i][0]) || is_short_for(word, months[i][1]))
			return i + 1;
	return 0;
}

/* 0 = Monday; -1 = no day of the week. */
static int weekday_of(const char *word)
{
	int i;

	for (i = 0; i < 7; i++)
		if (str_eq(word, weekdays[i][0]) || str_eq(word, weekdays[i][1]) ||
		    (strlen(word) <= 3 && is_short_for(word, weekdays[i][1])))
			return i;
	return -1;
}

/* "3", "03", "3e", "1ste", "3rd"; 'digits' gets how many there were. 0 = no such thing. */
static int ordinal(const char *word, size_t *digits)
{
	static const char *const ends[] = { "", "e", "de", "ste", "st", "nd", "rd", "th" };
	char *rest;
	long value;
	size_t i;

	*digits = strspn(word, "0123456789");
	if (*digits == 0 || *digits > 4)
		return 0;
	value = strtol(word, &rest, 10);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if (str_eq(rest, ends[i]) && (!i || *digits <= 2))
			return (int)value;
	return 0;
}

/* The words of it: marks and the small words between them left out, a day of the week set apart. */
static size_t split(char *text, const char *words[MAX_WORDS], int *weekday)
{
	size_t count = 0;
	char *word;

	while ((word = strsep(&text, " ./,"))) {
		if (!*word || str_eq(word, "of") || str_eq(word, "van") || str_eq(word, "the") || str_eq(word, "de"))
			continue;
		if (*weekday < 0 && count == 0 && weekday_of(word) >= 0)
			*weekday = weekday_of(word);
		else if (count < MAX_WORDS)
			words[count++] = word;
	}
	return count;
}

static bool read_words(const char *const *words, struct civil *civil)
{
	size_t digits[3] = { 0, 0, 0 };
	int value[3], month = 0, i, at = -1;

	for (i = 0; i < 3; i++) {
		value[i] = ordinal(words[i], &digits[i]);
		month = month_of(words[i]);
		if (!value[i] && month && at < 0) {
			at = i;
			value[i] = month;
			digits[i] = 1;
		}
		if (!value[i])
			return false;
	}
	if (digits[0] == 4 && at != 0 && at != 2)
		*civil = (struct civil){ .year = value[0], .month = value[1], .day = value[2] };
	else if (digits[2] == 4 && at == 0)
		*civil = (struct civil){ .year = value[2], .month = value[0], .day = value[1] };
	else if (digits[2] == 4 && at != 2)
		*civil = (struct civil){ .year = value[2], .month = value[1], .day = value[0] };
	else
		return false;
	return date_valid(civil) && civil->year >= VALUE_MIN_YEAR && civil->year <= VALUE_MAX_YEAR;
}

const char *value_read_date(const char *text, struct arena *arena, const char **value)
{
	const char *words[MAX_WORDS] = { 0 };
	struct civil civil;
	int weekday = -1;

	if (split(value_fold(arena, text), words, &weekday) != 3 || !read_words(words, &civil))
		return VALUE_NOT_DATE;
	/* Who names the day of the week and another date has made a mistake in one of them. */
	if (weekday >= 0 && weekday != date_weekday(date_days(civil.year, civil.month, civil.day)))
		return VALUE_NOT_DATE;
	*value = arena_printf(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
	return NULL;
}

bool value_to_day(const char *value, int64_t *day)
{
	struct civil civil = { 0 };
	size_t i;

	for (i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? value[i] != '-' : !isdigit((unsigned char)value[i]))
			return false;
	if (value[10])
		return false;
	civil.year = (int)strtol(value, NULL, 10);
	civil.month = (int)strtol(value + 5, NULL, 10);
	civil.day = (int)strtol(value + 8, NULL, 10);
	if (!date_valid(&civil))
		return false;
	*day = date_days(civil.year, civil.month, civil.day);
	return true;
}
