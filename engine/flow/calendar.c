/* System. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "flow/calendar.h"

/* A holiday list cannot keep more days in a row from being working days than this. */
#define CALENDAR_MAX_GAP (CALENDAR_MAX_HOLIDAYS * 2)

/* The day a line starts with; 'line' is trimmed. */
static bool parse_day(const char *line, int64_t *day)
{
	struct civil civil = { 0 };
	size_t i;

	for (i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? line[i] != '-' : !isdigit((unsigned char)line[i]))
			return false;
	if (line[10] && line[10] != ' ' && line[10] != '\t')
		return false;
	civil.year = (int)strtol(line, NULL, 10);
	civil.month = (int)strtol(line + 5, NULL, 10);
	civil.day = (int)strtol(line + 8, NULL, 10);
	if (!date_valid(&civil))
		return false;
	*day = date_days(civil.year, civil.month, civil.day);
	return true;
}

static int compare_days(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static size_t sort_unique(int64_t *days, size_t count)
{
	size_t i, kept = 0;

	if (count)
		qsort(days, count, sizeof *days, compare_days);
	for (i = 0; i < count; i++)
		if (kept == 0 || days[kept - 1] != days[i])
			days[kept++] = days[i];
	return kept;
}

int calendar_parse_holidays(const char *text, const char *name, struct arena *arena, const int64_t **days_r,
			    size_t *count_r, struct err *err)
{
	int64_t *days = NULL;
	size_t count = 0;
	int number;

	for (number = 1; *text; number++) {
		size_t len = strcspn(text, "\n");
		char *line = str_trim(arena_strndup(arena, text, len));

		text += len + (text[len] == '\n');
		if (!*line || *line == '#')
			continue;
		if (count == CALENDAR_MAX_HOLIDAYS)
			return err_set(err, ERR_LIMIT, "%s:%d: more than %d holidays", name, number,
				       CALENDAR_MAX_HOLIDAYS);
		days = arena_grow(arena, days, count, sizeof *days);
		if (!parse_day(line, &days[count++]))
			return err_set(err, ERR_INPUT, "%s:%d: '%.40s' is not a holiday (expected for instance "
				       "'2026-04-27 Koningsdag')", name, number, line);
	}
	*count_r = sort_unique(days, count);
	*days_r = days;
	return 0;
}

bool calendar_is_working(const struct calendar *calendar, int64_t day)
{
	return date_weekday(day) < 5 &&
	       !(calendar->holiday_count &&
		 bsearch(&day, calendar->holidays, calendar->holiday_count, sizeof day, compare_days));
}

int64_t calendar_day(const struct calendar *calendar, int64_t at)
{
	struct civil civil;

	zone_local(calendar->zone, at, &civil, NULL);
	return date_days(civil.year, civil.month, civil.day);
}

int calendar_year(const struct calendar *calendar, int64_t at)
{
	struct civil civil;

	zone_local(calendar->zone, at, &civil, NULL);
	return civil.year;
}

/* The same local clock time on another day. */
static int64_t on_day(const struct calendar *calendar, const struct civil *clock, int64_t day)
{
	struct civil civil = *clock, date = { 0 };

	date_from_days(day, &date);
	civil.year = date.year;
	civil.month = date.month;
	civil.day = date.day;
	return zone_to_utc(calendar->zone, &civil);
}

static bool by_clock(const struct prog_duration *duration)
{
	return duration->unit == UNIT_MINUTES || duration->unit == UNIT_HOURS;
}

static int64_t units(const struct prog_duration *duration, int times)
{
	int64_t count = (int64_t)(duration->count > 0 ? duration->count : 0) * (times > 0 ? times : 0);

	return count < CALENDAR_MAX_COUNT ? count : CALENDAR_MAX_COUNT;
}

static int64_t seconds(const struct prog_duration *duration, int times)
{
	return units(duration, times) * (duration->unit == UNIT_MINUTES ? 60 : 3600);
}

bool calendar_counts_working(const struct prog_duration *duration, bool working)
{
	return working && duration->unit == UNIT_DAYS && !duration->calendar;
}

static int64_t next_working(const struct calendar *calendar, int64_t day)
{
	int left = CALENDAR_MAX_GAP;

	while (!calendar_is_working(calendar, day) && left-- > 0)
		day++;
	return day;
}

/* The day that is 'duration', of days or weeks, 'times' times after 'day'. */
static int64_t add_days(const struct calendar *calendar, int64_t day, const struct prog_duration *duration, int times,
			bool working)
{
	int64_t count = units(duration, times);

	if (duration->unit == UNIT_WEEKS)
		return day + count * 7;
	if (!working || duration->calendar)
		return day + count;
	while (count-- > 0)
		day = next_working(calendar, day + 1);
	return day;
}

/* Working days that begin on a day that is none begin with the next one. */
static int64_t begin(const struct calendar *calendar, struct civil *local, int64_t day,
		     const struct prog_duration *duration, bool working)
{
	if (!calendar_counts_working(duration, working) || calendar_is_working(calendar, day))
		return day;
	local->hour = local->minute = local->second = 0;
	return next_working(calendar, day);
}

int64_t calendar_add(const struct calendar *calendar, int64_t from, const struct prog_duration *duration,
		     int times, bool working)
{
	struct civil local;
	int64_t day;

	if (by_clock(duration))
		return from + seconds(duration, times);
	zone_local(calendar->zone, from, &local, NULL);
	day = begin(calendar, &local, date_days(local.year, local.month, local.day), duration, working);
	return on_day(calendar, &local, add_days(calendar, day, duration, times, working));
}

int64_t calendar_repeat(const struct calendar *calendar, int64_t from, const struct prog_duration *first,
			const struct prog_duration *then, int times, bool working)
{
	struct civil local;
	int64_t day;

	if (times == 0 || by_clock(then))
		return calendar_add(calendar, from, first, 1, working) + (times ? seconds(then, times) : 0);
	if (by_clock(first))
		from += seconds(first, 1);
	zone_local(calendar->zone, from, &local, NULL);
	day = date_days(local.year, local.month, local.day);
	if (!by_clock(first))
		day = add_days(calendar, begin(calendar, &local, day, first, working), first, 1, working);
	return on_day(calendar, &local, add_days(calendar, day, then, times, working));
}

int64_t calendar_add_term(const struct calendar *calendar, int64_t from, int count, enum prog_term unit)
{
	struct civil local, target;
	int64_t day, months;

	count = count < 0 ? 0 : count > CALENDAR_MAX_COUNT ? CALENDAR_MAX_COUNT : count;
	zone_local(calendar->zone, from, &local, NULL);
	if (unit == TERM_DAYS) {
		day = date_days(local.year, local.month, local.day) + count;
		return on_day(calendar, &local, day);
	}
	months = (int64_t)local.year * 12 + local.month - 1 + (int64_t)count * (unit == TERM_YEARS ? 12 : 1);
	target = local;
	/* The calendar of base/date.h ends with the year 9999. */
	target.year = months / 12 > 9998 ? 9998 : (int)(months / 12);
	target.month = (int)(months % 12) + 1;
	if (!date_valid(&target)) {
		target.month++;
		target.day = 1;
	}
	return zone_to_utc(calendar->zone, &target);
}

/* From 'from' to 'until', minutes of the day; over midnight where that is the earlier one. */
static bool is_inside(int minute, int from, int until)
{
	return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

int64_t calendar_window(const struct calendar *calendar, int64_t at, int from, int until, bool working)
{
	struct civil local;
	int64_t today, day;
	int minute;

	if (from < 0 || until < 0 || from == until)
		return at;
	zone_local(calendar->zone, at, &local, NULL);
	today = date_days(local.year, local.month, local.day);
	day = working ? next_working(calendar, today) : today;
	minute = day == today ? local.hour * 60 + local.minute : 0;
	if (is_inside(minute, from, until) && day == today)
		return at;
	if (!is_inside(minute, from, until)) {
		if (minute >= from)
			day = working ? next_working(calendar, day + 1) : day + 1;
		minute = from;
	}
	local.hour = minute / 60;
	local.minute = minute % 60;
	local.second = 0;
	return on_day(calendar, &local, day);
}
