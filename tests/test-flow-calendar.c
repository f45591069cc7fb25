/*
 * Working days, holidays, zones and send windows.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"

/* Engine. */
#include "flow/calendar.h"

/* Own. */
#include "tap.h"

static const char holidays_nl[] = "# Nederland\n"
				  "2026-01-01 Nieuwjaarsdag\n"
				  "2026-04-03 Goede Vrijdag\r\n"
				  "2026-04-06 Tweede paasdag\n"
				  "\n"
				  "2026-04-27 Koningsdag\n"
				  "  2026-05-14\tHemelvaart  \n"
				  "2026-05-25 Tweede pinksterdag\n"
				  "2026-12-25 Eerste kerstdag\n"
				  "2026-12-26 Tweede kerstdag\n"
				  "2026-04-27 nog eens Koningsdag\n"
				  "2027-01-01 Nieuwjaarsdag";

#define AMS "Europe/Amsterdam"

static const struct {
	const char *name, *zone, *from;
	struct prog_duration duration;
	int times;
	bool working;
	const char *want;
} adds[] = {
	{ "two working days in a week", AMS, "2026-03-02 09:00", { 2, UNIT_DAYS, false }, 1, true, "2026-03-04 09:00" },
	{ "over a weekend", AMS, "2026-03-06 14:00", { 2, UNIT_DAYS, false }, 1, true, "2026-03-10 14:00" },
	{ "from a Saturday", AMS, "2026-03-07 14:00", { 2, UNIT_DAYS, false }, 1, true, "2026-03-11 00:00" },
	{ "from a Sunday", AMS, "2026-03-08 23:59", { 1, UNIT_DAYS, false }, 1, true, "2026-03-10 00:00" },
	{ "from Sunday 00:00", AMS, "2026-03-08 00:00", { 1, UNIT_DAYS, false }, 1, true, "2026-03-10 00:00" },
	{ "one working day on Friday", AMS, "2026-03-06 00:00", { 1, UNIT_DAYS, false }, 1, true, "2026-03-09 00:00" },
	{ "nothing on a working day", AMS, "2026-03-06 10:00", { 0, UNIT_DAYS, false }, 1, true, "2026-03-06 10:00" },
	{ "nothing on a Saturday", AMS, "2026-03-07 10:00", { 0, UNIT_DAYS, false }, 1, true, "2026-03-09 00:00" },
	{ "over Easter", AMS, "2026-04-02 09:00", { 1, UNIT_DAYS, false }, 1, true, "2026-04-07 09:00" },
	{ "from Good Friday", AMS, "2026-04-03 09:00", { 1, UNIT_DAYS, false }, 1, true, "2026-04-08 00:00" },
	{ "over Koningsdag", AMS, "2026-04-24 16:30", { 1, UNIT_DAYS, false }, 1, true, "2026-04-28 16:30" },
	{ "Christmas into the new year", AMS, "2026-12-24 09:00", { 5, UNIT_DAYS, false }, 1, true,
	  "2027-01-04 09:00" },
	{ "calendar days where working days are the rule", AMS, "2026-03-06 14:00", { 2, UNIT_DAYS, true }, 1, true,
	  "2026-03-08 14:00" },
	{ "calendar days", AMS, "2026-03-07 14:00", { 2, UNIT_DAYS, false }, 1, false, "2026-03-09 14:00" },
	{ "120 calendar days", AMS, "2026-03-02 09:00", { 120, UNIT_DAYS, true }, 1, true, "2026-06-30 09:00" },
	{ "leap day", AMS, "2028-02-28 12:00", { 1, UNIT_DAYS, true }, 1, false, "2028-02-29 12:00" },
	{ "no leap day", AMS, "2026-02-28 12:00", { 1, UNIT_DAYS, true }, 1, false, "2026-03-01 12:00" },
	{ "a year from a leap day", AMS, "2028-02-29 12:00", { 366, UNIT_DAYS, true }, 1, false, "2029-03-01 12:00" },
	{ "working days over a leap day", AMS, "2028-02-28 12:00", { 2, UNIT_DAYS, false }, 1, true,
	  "2028-03-01 12:00" },
	{ "weeks are calendar weeks", AMS, "2026-03-07 14:00", { 2, UNIT_WEEKS, false }, 1, true, "2026-03-21 14:00" },
	{ "a week onto a holiday stays", AMS, "2026-04-20 09:00", { 1, UNIT_WEEKS, false }, 1, true,
	  "2026-04-27 09:00" },
	{ "minutes are plain", AMS, "2026-03-06 23:50", { 15, UNIT_MINUTES, false }, 1, true, "2026-03-07 00:05" },
	{ "hours are plain", AMS, "2026-03-06 23:00", { 36, UNIT_HOURS, false }, 1, true, "2026-03-08 11:00" },
	{ "the same clock time over the spring change", AMS, "2026-03-28 09:00", { 1, UNIT_DAYS, true }, 1, true,
	  "2026-03-29 09:00" },
	{ "working days over the spring change", AMS, "2026-03-27 09:00", { 1, UNIT_DAYS, false }, 1, true,
	  "2026-03-30 09:00" },
	{ "a clock time that does not exist", AMS, "2026-03-28 02:30", { 1, UNIT_DAYS, true }, 1, true,
	  "2026-03-29 03:00" },
	{ "the same clock time over the autumn change", AMS, "2026-10-24 09:00", { 1, UNIT_DAYS, true }, 1, true,
	  "2026-10-25 09:00" },
	{ "24 hours over the spring change", AMS, "2026-03-28 09:00", { 24, UNIT_HOURS, false }, 1, true,
	  "2026-03-29 10:00" },
	{ "times three", AMS, "2026-03-02 09:00", { 5, UNIT_DAYS, false }, 3, true, "2026-03-23 09:00" },
	{ "times nought", AMS, "2026-03-02 09:00", { 5, UNIT_DAYS, false }, 0, true, "2026-03-02 09:00" },
	{ "a day that begins earlier elsewhere", "Pacific/Auckland", "2026-03-09 08:00", { 1, UNIT_DAYS, false }, 1, true,
	  "2026-03-10 08:00" },
	{ "no zone is UTC", NULL, "2026-03-06 14:00", { 1, UNIT_DAYS, false }, 1, true, "2026-03-09 14:00" },
};

static const char *show(char out[32], const char *zone, int64_t at)
{
	struct civil c;

	zone_local(zone, at, &c, NULL);
	snprintf(out, 32, "%04d-%02d-%02d %02d:%02d", c.year % 10000, c.month % 100, c.day % 100, c.hour % 100,
		 c.minute % 100);
	return out;
}

static void test_adds(const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < sizeof adds / sizeof *adds; i++) {
		struct calendar local = *calendar;
		struct err err = ERR_INIT;
		char got[32];
		int64_t from;

		local.zone = adds[i].zone;
		if (!tap_ok(date_parse(adds[i].from, adds[i].zone, &from, &err) == 0, "%s: the row is readable",
			    adds[i].name))
			continue;
		show(got, adds[i].zone,
		     calendar_add(&local, from, &adds[i].duration, adds[i].times, adds[i].working));
		tap_is_str(got, adds[i].want, "%s", adds[i].name);
	}
}

static const struct {
	const char *name, *at;
	int from, until;
	const char *want;
	bool working;
} windows[] = {
	{ "inside", "2026-03-02 12:00", 480, 1140, "2026-03-02 12:00", false },
	{ "at its start", "2026-03-02 08:00", 480, 1140, "2026-03-02 08:00", false },
	{ "at its end", "2026-03-02 19:00", 480, 1140, "2026-03-03 08:00", false },
	{ "before", "2026-03-02 00:00", 480, 1140, "2026-03-02 08:00", false },
	{ "after", "2026-03-02 23:59", 480, 1140, "2026-03-03 08:00", false },
	{ "before the spring change", "2026-03-28 22:00", 480, 1140, "2026-03-29 08:00", false },
	{ "a start that does not exist", "2026-03-29 00:10", 150, 1140, "2026-03-29 03:00", false },
	{ "over midnight, inside late", "2026-03-02 23:00", 1320, 360, "2026-03-02 23:00", false },
	{ "over midnight, inside early", "2026-03-02 05:59", 1320, 360, "2026-03-02 05:59", false },
	{ "over midnight, outside", "2026-03-02 12:00", 1320, 360, "2026-03-02 22:00", false },
	{ "no window", "2026-03-02 03:00", -1, -1, "2026-03-02 03:00", false },
	{ "a Friday evening, all days", "2026-03-06 20:00", 480, 1140, "2026-03-07 08:00", false },
	{ "a Friday evening, working days", "2026-03-06 20:00", 480, 1140, "2026-03-09 08:00", true },
	{ "inside, on a working day", "2026-03-06 12:00", 480, 1140, "2026-03-06 12:00", true },
	{ "a Saturday noon, working days", "2026-03-07 12:00", 480, 1140, "2026-03-09 08:00", true },
	{ "a Sunday night, working days", "2026-03-08 23:00", 480, 1140, "2026-03-09 08:00", true },
	{ "before a holiday", "2026-04-24 20:00", 480, 1140, "2026-04-28 08:00", true },
	{ "over midnight, into a Saturday", "2026-03-07 02:00", 1320, 360, "2026-03-09 00:00", true },
	{ "over midnight, on a Friday noon", "2026-03-06 12:00", 1320, 360, "2026-03-06 22:00", true },
	{ "no window, working days", "2026-03-07 03:00", -1, -1, "2026-03-07 03:00", true },
};

static void test_windows(const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < sizeof windows / sizeof *windows; i++) {
		char got[32];
		int64_t at;

		date_parse(windows[i].at, AMS, &at, NULL);
		show(got, AMS, calendar_window(calendar, at, windows[i].from, windows[i].until,
					       windows[i].working));
		tap_is_str(got, windows[i].want, "window: %s", windows[i].name);
	}
}

static const struct {
	const char *name, *from;
	struct prog_duration first, then;
	int times;
	bool working;
	const char *want;
} repeats[] = {
	{ "the first is a Saturday", "2026-03-04 14:00", { 10, UNIT_DAYS, true }, { 5, UNIT_DAYS, false }, 0, true,
	  "2026-03-14 14:00" },
	{ "working days from a Saturday", "2026-03-04 14:00", { 10, UNIT_DAYS, true }, { 5, UNIT_DAYS, false }, 1, true,
	  "2026-03-20 14:00" },
	{ "and the next", "2026-03-04 14:00", { 10, UNIT_DAYS, true }, { 5, UNIT_DAYS, false }, 2, true,
	  "2026-03-27 14:00" },
	{ "an entry on a Saturday", "2026-03-07 14:00", { 2, UNIT_DAYS, false }, { 5, UNIT_DAYS, false }, 1, true,
	  "2026-03-18 00:00" },
	{ "weeks onto a holiday", "2026-04-20 09:00", { 1, UNIT_WEEKS, false }, { 1, UNIT_DAYS, false }, 1, true,
	  "2026-04-28 09:00" },
	{ "the first falls in the gap", "2026-03-28 02:15", { 1, UNIT_DAYS, false }, { 1, UNIT_DAYS, false }, 0, false,
	  "2026-03-29 03:00" },
	{ "the gap does not stick", "2026-03-28 02:15", { 1, UNIT_DAYS, false }, { 1, UNIT_DAYS, false }, 1, false,
	  "2026-03-30 02:15" },
	{ "nor for weeks", "2026-03-28 02:15", { 1, UNIT_DAYS, false }, { 1, UNIT_WEEKS, false }, 1, false,
	  "2026-04-05 02:15" },
	{ "a repeat in the gap, and the one behind it", "2026-03-27 02:15", { 1, UNIT_DAYS, false },
	  { 1, UNIT_DAYS, false }, 2, false, "2026-03-30 02:15" },
	{ "hours from the gap are plain", "2026-03-28 02:15", { 1, UNIT_DAYS, false }, { 2, UNIT_HOURS, false }, 1, false,
	  "2026-03-29 05:00" },
	{ "days from hours", "2026-03-06 20:00", { 16, UNIT_HOURS, false }, { 1, UNIT_DAYS, false }, 1, true,
	  "2026-03-09 12:00" },
};

static void test_repeats(const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < sizeof repeats / sizeof *repeats; i++) {
		char got[32];
		int64_t from;

		date_parse(repeats[i].from, AMS, &from, NULL);
		show(got, AMS, calendar_repeat(calendar, from, &repeats[i].first, &repeats[i].then, repeats[i].times,
					       repeats[i].working));
		tap_is_str(got, repeats[i].want, "repeats: %s", repeats[i].name);
	}
}

static const struct {
	const char *name, *text, *want;
} faults[] = {
	{ "a month that is none", "2026-01-01 a\n2026-13-01 b\n", "nl:2: '2026-13-01 b'" },
	{ "a day that is none", "2026-02-29 b", "nl:1: '2026-02-29 b'" },
	{ "Dutch order", "\n\n27-04-2026 Koningsdag", "nl:3: '27-04-2026 Koningsdag'" },
	{ "no blank behind the day", "2026-01-01x", "nl:1: '2026-01-01x'" },
	{ "words", "Kerstmis", "nl:1: 'Kerstmis'" },
	{ "too short", "2026-1-1", "nl:1: '2026-1-1'" },
};

static void test_faults(struct arena *arena)
{
	size_t i;

	for (i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct err err = ERR_INIT;
		const int64_t *days = NULL;
		size_t count = 0;

		tap_is_int(calendar_parse_holidays(faults[i].text, "nl", arena, &days, &count, &err), -1, "refused: %s",
			   faults[i].name);
		tap_ok(err.code == ERR_INPUT && strstr(err.text, faults[i].want) == err.text, "said where: %s: %s",
		       faults[i].name, err.text);
	}
}

int main(void)
{
	struct calendar calendar = { .zone = AMS };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;

	tap_is_int(calendar_parse_holidays(holidays_nl, "holidays.nl", &arena, &calendar.holidays,
					   &calendar.holiday_count, &err), 0, "a holiday file is read: %s", err.text);
	tap_is_int((long long)calendar.holiday_count, 9, "doubles, comments and blank lines left out");
	tap_ok(!calendar_is_working(&calendar, date_days(2026, 5, 14)), "Ascension day is none");
	tap_ok(!calendar_is_working(&calendar, date_days(2026, 5, 16)), "Saturday is none");
	tap_ok(calendar_is_working(&calendar, date_days(2026, 5, 15)), "the Friday between is one");
	tap_is_int(calendar_year(&calendar, date_days(2026, 1, 1) * DATE_DAY - 1800), 2026,
		   "the year begins at local midnight");
	tap_is_int(calendar_day(&calendar, date_days(2026, 7, 1) * DATE_DAY - 7200), date_days(2026, 7, 1),
		   "so does the day");
	test_adds(&calendar);
	test_windows(&calendar);
	test_repeats(&calendar);
	test_faults(&arena);
	arena_free(&arena);
	return tap_done();
}
