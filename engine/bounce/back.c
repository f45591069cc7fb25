/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

#define LOOK_AT 4000 /* bytes; an out-of-office reply says it at once */
#define NEAR 60      /* bytes between the word and the date */

/* What a word in front of a date makes of it. */
enum sense { BACK_ON, AWAY_THROUGH };

static const struct trigger {
	const char *word; /* lower case; stands alone */
	enum sense sense;
} triggers[] = {
	{ "tot en met", AWAY_THROUGH }, { "t/m", AWAY_THROUGH }, { "tem", AWAY_THROUGH }, { "through", AWAY_THROUGH },
	{ "thru", AWAY_THROUGH }, { "up to and including", AWAY_THROUGH }, { "until and including", AWAY_THROUGH },
	{ "tot", BACK_ON }, { "tot aan", BACK_ON }, { "until", BACK_ON }, { "till", BACK_ON }, { "untill", BACK_ON },
	{ "terug op", BACK_ON }, { "weer terug", BACK_ON }, { "terug", BACK_ON }, { "vanaf", BACK_ON },
	{ "per", BACK_ON },
	{ "weer aanwezig", BACK_ON }, { "weer bereikbaar", BACK_ON }, { "weer op kantoor", BACK_ON },
	{ "na", AWAY_THROUGH },
	{ "back on", BACK_ON }, { "back in the office", BACK_ON }, { "back at work", BACK_ON }, { "back", BACK_ON },
	{ "return on", BACK_ON }, { "returning on", BACK_ON }, { "returning", BACK_ON },
	{ "return to the office", BACK_ON },
	{ "return", BACK_ON }, { "available again", BACK_ON }, { "from", BACK_ON }, { "as of", BACK_ON },
	{ "after", AWAY_THROUGH },
};

static const char *const months[][4] = {
	{ "januari", "january", "jan", NULL }, { "februari", "february", "feb", NULL },
	{ "maart", "march", "mrt", "mar" },
	{ "april", "apr", NULL, NULL }, { "mei", "may", NULL, NULL }, { "juni", "june", "jun", NULL },
	{ "juli", "july", "jul", NULL }, { "augustus", "august", "aug", NULL },
	{ "september", "sept", "sep", NULL }, { "oktober", "october", "okt", "oct" },
	{ "november", "nov", NULL, NULL }, { "december", "dec", NULL, NULL },
};

static const char *const weekdays[][4] = {
	{ "maandag", "monday", "ma", "mon" }, { "dinsdag", "tuesday", "di", "tue" },
	{ "woensdag", "wednesday", "wo", "wed" }, { "donderdag", "thursday", "do", "thu" },
	{ "vrijdag", "friday", "vr", "fri" }, { "zaterdag", "saturday", "za", "sat" },
	{ "zondag", "sunday", "zo", "sun" },
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The word at 'text', case ignored, and no letter behind it: its length, else 0. */
static size_t word_at(const char *text, const char *word)
{
	size_t len = strlen(word);

	return str_istarts(text, word) && !is_letter(text[len]) ? len : 0;
}

/* Which row of a table stands at 'text' (0…), else -1; its length. */
static int name_at(const char *text, const char *const table[][4], int rows, size_t *len)
{
	int i, n;

	for (i = 0; i < rows; i++)
		for (n = 0; n < 4 && table[i][n]; n++)
			if ((*len = word_at(text, table[i][n])) != 0)
				return i;
	return -1;
}

static size_t number_at(const char *text, int *value)
{
	size_t len = 0;

	for (*value = 0; is_digit(text[len]) && len < 4; len++)
		*value = *value * 10 + (text[len] - '0');
	return is_digit(text[len]) ? 0 : len;
}

/* A year behind a date, or none. */
static int year_at(const char *text)
{
	int year = 0;

	text += strspn(text, " ,.");
	return number_at(text, &year) == 4 && year > 2000 ? year : 0;
}

/* "5 mei", "5th of May 2026", "the 5th". */
static bool day_month(const char *text, struct civil *date)
{
	static const char *const endings[] = { "st", "nd", "rd", "th", "e", "ste", "de", NULL };
	size_t len = number_at(text, &date->day), skip, i;
	int month;

	if (!len || len > 2)
		return false;
	text += len;
	for (i = 0; endings[i]; i++)
		if (word_at(text, endings[i])) {
			text += strlen(endings[i]);
			break;
		}
	text += strspn(text, " .-");
	if (str_istarts(text, "of "))
		text += 3;
	month = name_at(text, months, 12, &skip);
	if (month < 0)
		return false;
	date->month = month + 1;
	text += skip;
	date->year = year_at(text + (*text == '.' || *text == '-'));
	return true;
}

/* "May 5", "May 5th, 2026". */
static bool month_day(const char *text, struct civil *date)
{
	size_t skip, len;
	int month = name_at(text, months, 12, &skip);

	if (month < 0)
		return false;
	text += skip;
	text += strspn(text, " .");
	len = number_at(text, &date->day);
	if (!len || len > 2)
		return false;
	text += len;
	while (is_letter(*text))
		text++;
	date->month = month + 1;
	date->year = year_at(text);
	return true;
}

/* "2026-05-06", "6-5-2026", "06/05", "6.5.26"; the day first, as in Europe, unless that cannot be. */
static bool numeric(const char *text, struct civil *date)
{
	int a, b, c = 0, swap;
	size_t len = number_at(text, &a), more;
	char mark = text[len];

	if (!len || (mark != '-' && mark != '/' && mark != '.'))
		return false;
	text += len + 1;
	more = number_at(text, &b);
	if (!more || more > 2)
		return false;
	text += more;
	if (*text == mark && number_at(text + 1, &c) == 0)
		c = 0;
	if (len == 4) {
		*date = (struct civil){ .year = a, .month = b, .day = c };
		return true;
	}
	if (b > 12 && a <= 12) {
		swap = a;
		a = b;
		b = swap;
	}
	*date = (struct civil){ .year = c && c < 100 ? 2000 + c : c, .month = b, .day = a };
	return true;
}

/* Without a year: the next such day. False for one that does not exist, or is over. */
static bool settle(struct civil *date, const struct civil *today)
{
	int64_t now = date_days(today->year, today->month, today->day);

	if (!date->year) {
		date->year = today->year;
		if (date_valid(date) && date_days(date->year, date->month, date->day) < now - 60)
			date->year++;
	}
	return date_valid(date) && date_days(date->year, date->month, date->day) >= now;
}

static bool weekday(const char *text, const struct civil *today, struct civil *date)
{
	int64_t now = date_days(today->year, today->month, today->day);
	size_t len;
	int day = name_at(text, weekdays, 7, &len);

	/* "ma" and "do" are words of other languages too: the whole name only. */
	if (day < 0 || len < 4)
		return false;
	date_from_days(now + 1 + (day - date_weekday(now) + 6) % 7, date);
	return true;
}

/* The date that stands at 'text', all forms tried. */
static bool date_at(const char *text, const struct civil *today, struct civil *date)
{
	*date = (struct civil){ .year = 0 };
	if (day_month(text, date) || month_day(text, date) || numeric(text, date))
		return settle(date, today);
	return false;
}

/*
 * The first date behind 'text', near; a weekday counts where no date follows it
 * ("maandag 5 mei" is the fifth of May).
 */
static bool date_near(const char *text, const struct civil *today, struct civil *date)
{
	struct civil by_name = { .year = 0 };
	size_t i;
	bool start = true;

	for (i = 0; i < NEAR && text[i] && text[i] != '\n' && !(text[i] == '.' && text[i + 1] == ' ' && i > 12); i++) {
		if (start && date_at(text + i, today, date))
			return true;
		if (start && !by_name.year)
			weekday(text + i, today, &by_name);
		start = !is_letter(text[i]) && !is_digit(text[i]);
	}
	*date = by_name;
	return by_name.year != 0;
}

/* "Tot ziens" is no day. */
static bool is_farewell(const char *behind)
{
	static const char *const words[] = { " ziens", " dan", " snel", " gauw", " horens", " later", NULL };

	return said_begin(behind, words) > 0;
}

static bool is_later(const struct civil *one, const struct civil *other)
{
	return !other->year ||
	       date_days(one->year, one->month, one->day) > date_days(other->year, other->month, other->day);
}

static void look(const char *text, const struct civil *today, struct civil *best)
{
	size_t i, n, len;
	bool start = true;

	for (i = 0; i < LOOK_AT && text[i]; i++) {
		for (n = 0; start && n < sizeof triggers / sizeof *triggers; n++) {
			struct civil date;

			len = word_at(text + i, triggers[n].word);
			if (!len || is_farewell(text + i + len) || !date_near(text + i + len, today, &date))
				continue;
			if (triggers[n].sense == AWAY_THROUGH)
				date_from_days(date_days(date.year, date.month, date.day) + 1, &date);
			if (is_later(&date, best))
				*best = date;
			break;
		}
		start = !is_letter(text[i]);
	}
}

bool bounce_back(const char *subject, const char *text, const struct civil *today, struct civil *back)
{
	*back = (struct civil){ .year = 0 };
	look(subject, today, back);
	look(text, today, back);
	return back->year != 0;
}
