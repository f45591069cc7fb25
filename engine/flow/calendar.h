/*
 * Calendar arithmetic of the rule language: when a timer of "2 days" is due.
 * Pure; nothing here reads a clock. Zones go through base/date.h.
 *
 * What a duration means (design.md §7, "Timers count from …"):
 *
 *   minutes, hours  plain time, whatever the calendar says
 *   days            with 'working': working days (Monday to Friday, holidays
 *                   left out), else every day; at the same local clock time
 *   weeks           always 7 days of the calendar each: "after 2 weeks" is the
 *                   same day of the week, as a reader expects. Nothing moves it
 *                   off a holiday; who wants that writes "10 days"
 *
 * Working days count from the local start (00:00) of the next working day when
 * they start on a day that is none: Saturday 14:00 + 2 days is Wednesday 00:00,
 * Friday 14:00 + 2 days is Tuesday 14:00. A local time that does not exist
 * (spring) is the next minute that does; one that occurs twice is the first.
 */
#ifndef POSTKAMER_FLOW_CALENDAR_H
#define POSTKAMER_FLOW_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/program.h"

#define CALENDAR_MAX_HOLIDAYS 10000
#define CALENDAR_MAX_COUNT 100000 /* units of a duration; more is taken as this */

struct calendar {
	const char *zone;        /* "Europe/Amsterdam"; NULL = UTC; borrowed */
	const int64_t *holidays; /* days since 1970-01-01, ascending, no doubles; borrowed */
	size_t holiday_count;
};

/*
 * Reads a holiday file: lines "YYYY-MM-DD name", blank lines, "# comments".
 * The days come back sorted, doubles removed, in 'arena'. 'name' (of the file)
 * and the line number stand in the message. ERR_INPUT, ERR_LIMIT.
 */
int calendar_parse_holidays(const char *text, const char *name, struct arena *arena,
			    const int64_t **days_r, size_t *count_r, struct err *err);

/* Monday to Friday and no holiday? 'day' in days since 1970-01-01. */
bool calendar_is_working(const struct calendar *calendar, int64_t day);

/* The local day (days since 1970-01-01) and year at a point in time. */
int64_t calendar_day(const struct calendar *calendar, int64_t at);
int calendar_year(const struct calendar *calendar, int64_t at);

/*
 * 'from' plus 'times' times the duration. 'working' is the workflow's "days
 * working"; a duration that says 'calendar' counts every day all the same.
 */
int64_t calendar_add(const struct calendar *calendar, int64_t from, const struct prog_duration *duration,
		     int times, bool working);

/*
 * 'from' plus a term of the calendar: so many days, months or years on, at the
 * same local clock time. A day that does not exist (29 February, 31 April) is
 * the next one that does: a term of keeping is never cut short.
 */
int64_t calendar_add_term(const struct calendar *calendar, int64_t from, int count, enum prog_term unit);

/*
 * 'from' plus 'first', plus 'times' times 'then': the repeats of "after first,
 * then every then". Days go on from the clock time that the first moment would
 * have: not from what the spring made of it. Only 'from' counts as an entry: a
 * first moment on a Saturday, of calendar days, repeats at its own clock time.
 */
int64_t calendar_repeat(const struct calendar *calendar, int64_t from, const struct prog_duration *first,
			const struct prog_duration *then, int times, bool working);

/* Does it count working days, where the workflow says "days working" or not? */
bool calendar_counts_working(const struct prog_duration *duration, bool working);

/*
 * The first moment at or after 'at' whose local clock lies in [from, until),
 * minutes of the day; from > until is a window over midnight. 'working': and
 * on a working day. -1 for either: no window, 'at' itself.
 */
int64_t calendar_window(const struct calendar *calendar, int64_t at, int from, int until, bool working);

#endif
