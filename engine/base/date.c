/* System. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "base/date.h"

static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char *const day_names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

/* Era arithmetic: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
int64_t date_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void date_from_days(int64_t days, struct civil *civil)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*civil = (struct civil){ 0 };
	civil->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	civil->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	civil->year = (int)(yoe + era * 400 + (civil->month <= 2));
}

int date_weekday(int64_t days)
{
	int64_t w = (days + 3) % 7;

	return (int)(w < 0 ? w + 7 : w);
}

static int days_in_month(int year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : lengths[month - 1];
}

bool date_valid(const struct civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days_in_month(c->year, c->month) && c->hour >= 0 && c->hour < 24 &&
	       c->minute >= 0 && c->minute < 60 && c->second >= 0 && c->second < 60;
}

void date_utc(int64_t at, struct civil *civil)
{
	int64_t days = at / DATE_DAY, rest = at % DATE_DAY;

	if (rest < 0) {
		rest += DATE_DAY;
		days--;
	}
	date_from_days(days, civil);
	civil->hour = (int)(rest / 3600);
	civil->minute = (int)(rest / 60 % 60);
	civil->second = (int)(rest % 60);
}

int64_t date_from_utc(const struct civil *c)
{
	return date_days(c->year, c->month, c->day) * DATE_DAY + c->hour * 3600 + c->minute * 60 +
	       c->second;
}

/* The C library keeps one zone for the process; switching costs, so only on change. */
static void zone_use(const char *zone)
{
	static char current[64];
	static bool chosen;

	if (!zone || !*zone)
		zone = "UTC";
	if (chosen && strcmp(current, zone) == 0)
		return;
	snprintf(current, sizeof current, "%s", zone);
	setenv("TZ", current, 1);
	tzset();
	chosen = true;
}

int zone_check(const char *zone, struct err *err)
{
	char path[256];

	if (!zone || !*zone || strcmp(zone, "UTC") == 0)
		return 0;
	if (strlen(zone) >= 64 || strstr(zone, "..") || zone[0] == '/')
		return err_set(err, ERR_INPUT, "'%s' is not a time zone name", zone);
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
	if (access(path, R_OK) != 0)
		return err_set(err, ERR_INPUT, "time zone '%s' is not known here; is tzdata installed?",
			       zone);
	return 0;
}

void zone_local(const char *zone, int64_t at, struct civil *civil, int *offset)
{
	time_t t = (time_t)at;
	struct tm tm = { .tm_mday = 1 }; /* stays so when the year is beyond an int */

	zone_use(zone);
	localtime_r(&t, &tm);
	*civil = (struct civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
				 tm.tm_hour, tm.tm_min, tm.tm_sec > 59 ? 59 : tm.tm_sec };
	if (offset)
		*offset = (int)tm.tm_gmtoff;
}

/* Seconds east of UTC at a point in time. */
static int zone_offset(const char *zone, int64_t at)
{
	struct civil ignored;
	int offset;

	zone_local(zone, at, &ignored, &offset);
	return offset;
}

int64_t zone_to_utc(const char *zone, const struct civil *civil)
{
	int64_t naive = date_from_utc(civil);
	int before = zone_offset(zone, naive - DATE_DAY), after = zone_offset(zone, naive + DATE_DAY);
	int64_t early = naive - before, late = naive - after, low, high;

	if (zone_offset(zone, early) == before)
		return early;
	if (zone_offset(zone, late) == after)
		return late;
	/* Skipped in spring: the first second at which the new offset holds. */
	low = naive - DATE_DAY;
	high = naive + DATE_DAY;
	while (high - low > 1) {
		int64_t mid = low + (high - low) / 2;

		if (zone_offset(zone, mid) == before)
			low = mid;
		else
			high = mid;
	}
	return high;
}

const char *date_rfc3339(char out[DATE_RFC3339_SIZE], int64_t at)
{
	struct civil c;

	date_utc(at, &c);
	snprintf(out, DATE_RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year % 10000, c.month % 100,
		 c.day % 100, c.hour % 100, c.minute % 100, c.second % 100);
	return out;
}

const char *date_rfc5322(char out[DATE_RFC5322_SIZE], int64_t at, const char *zone)
{
	struct civil c;
	int offset, minutes;

	zone_local(zone, at, &c, &offset);
	minutes = abs(offset) / 60;
	snprintf(out, DATE_RFC5322_SIZE, "%s, %02d %s %04d %02d:%02d:%02d %c%02d%02d",
		 day_names[date_weekday(date_days(c.year, c.month, c.day))], c.day % 100,
		 month_names[c.month - 1], c.year % 10000, c.hour % 100, c.minute % 100, c.second % 100,
		 offset < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
	return out;
}

static bool digits(const char **s, int count, int *value)
{
	*value = 0;
	for (; count > 0; count--, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return false;
		*value = *value * 10 + (**s - '0');
	}
	return true;
}

static bool mark(const char **s, const char *any)
{
	if (!**s || !strchr(any, **s))
		return false;
	(*s)++;
	return true;
}

/* The zone part of RFC 3339; true with the offset in seconds. */
static bool parse_offset(const char **s, int *offset)
{
	int sign = **s == '-' ? -1 : 1, hour, minute;

	if (mark(s, "zZ")) {
		*offset = 0;
		return true;
	}
	if (!mark(s, "+-") || !digits(s, 2, &hour) || !mark(s, ":") || !digits(s, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	*offset = sign * (hour * 3600 + minute * 60);
	return true;
}

static bool parse_time(const char **s, struct civil *c)
{
	if (!digits(s, 2, &c->hour) || !mark(s, ":") || !digits(s, 2, &c->minute))
		return false;
	if (mark(s, ":") && !digits(s, 2, &c->second))
		return false;
	if (mark(s, ".")) /* fractions of a second are read and dropped */
		while (isdigit((unsigned char)**s))
			(*s)++;
	return true;
}

int date_parse(const char *text, const char *zone, int64_t *at, struct err *err)
{
	struct civil c = { 0 };
	const char *s = text;
	int offset = 0;
	bool absolute = false, ok;

	ok = digits(&s, 4, &c.year) && mark(&s, "-") && digits(&s, 2, &c.month) && mark(&s, "-") &&
	     digits(&s, 2, &c.day);
	if (ok && *s) {
		ok = mark(&s, " Tt") && parse_time(&s, &c);
		if (ok && *s)
			ok = absolute = parse_offset(&s, &offset);
	}
	if (!ok || *s || !date_valid(&c))
		return err_set(err, ERR_INPUT,
			       "'%s' is not a time (expected 2026-03-02 09:00 or 2026-03-02T08:00:00Z)", text);
	*at = absolute ? date_from_utc(&c) - offset : zone_to_utc(zone, &c);
	return 0;
}

int date_parse_span(const char *text, int64_t *seconds, struct err *err)
{
	static const struct { const char *names; int64_t unit; } units[] = {
		{ " s sec second seconds ", 1 }, { " m min minute minutes ", 60 },
		{ " h hour hours ", 3600 },      { " d day days ", DATE_DAY },
		{ " w week weeks ", 7 * DATE_DAY },
	};
	char word[16] = " ";
	const char *s = text + (*text == '+');
	char *end;
	long long n = strtoll(s, &end, 10);
	size_t i, len;

	while (*end == ' ')
		end++;
	len = strlen(end);
	if (end != s && isdigit((unsigned char)*s) && len > 0 && len < sizeof word - 2 && n < 1000000000) {
		memcpy(word + 1, end, len);
		memcpy(word + 1 + len, " ", 2);
		str_lower_all(word);
		for (i = 0; i < sizeof units / sizeof *units; i++)
			if (strstr(units[i].names, word)) {
				*seconds = n * units[i].unit;
				return 0;
			}
	}
	return err_set(err, ERR_INPUT, "'%s' is not a span of time (expected for instance '15 minutes' or '2 days')",
		       text);
}
