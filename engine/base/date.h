/*
 * Points in time and calendars. A point in time is an int64_t: seconds since
 * 1970-01-01T00:00:00Z, without leap seconds. Nothing here reads a clock.
 */
#ifndef POSTKAMER_BASE_DATE_H
#define POSTKAMER_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DATE_NONE INT64_MIN /* "no time": never a valid point */
#define DATE_DAY 86400

/* A day of the Gregorian calendar and a wall-clock time; no zone. */
struct civil {
	int year;   /* 1..9999 */
	int month;  /* 1..12 */
	int day;    /* 1..31 */
	int hour;   /* 0..23 */
	int minute; /* 0..59 */
	int second; /* 0..59 */
};

/* Days since 1970-01-01 of a calendar day, and back. */
int64_t date_days(int year, int month, int day);
void date_from_days(int64_t days, struct civil *civil_r);
/* 0 = Monday … 6 = Sunday, for days since 1970-01-01. */
int date_weekday(int64_t days);
bool date_valid(const struct civil *civil);

void date_utc(int64_t at, struct civil *civil_r);
int64_t date_from_utc(const struct civil *civil);

/*
 * Time zones of the system's database, by name ("Europe/Amsterdam"; "UTC" and
 * NULL always work). They go through the C library's TZ, so: one thread only.
 * zone_check() fails for a name the database does not hold.
 */
int zone_check(const char *zone, struct err *err);
/* Wall-clock time in 'zone' at 'at'; '*offset_r' (may be NULL) gets seconds east of UTC. */
void zone_local(const char *zone, int64_t at, struct civil *civil_r, int *offset_r);
/*
 * The point in time of a wall-clock time in 'zone'. A time that occurs twice
 * gives the first; one that is skipped in spring gives the next minute that
 * exists.
 */
int64_t zone_to_utc(const char *zone, const struct civil *civil);

#define DATE_RFC3339_SIZE 32
/* "2026-03-02T08:00:00Z"; returns 'out'. */
const char *date_rfc3339(char out[DATE_RFC3339_SIZE], int64_t at);
#define DATE_RFC5322_SIZE 40
/* "Mon, 02 Mar 2026 09:00:00 +0100" (RFC 5322 §3.3); returns 'out'. */
const char *date_rfc5322(char out[DATE_RFC5322_SIZE], int64_t at, const char *zone);

/*
 * Reads RFC 3339, or "YYYY-MM-DD[ HH:MM[:SS]]" as local time in 'zone' (a 'T'
 * may stand for the space; no time means 00:00).
 */
int date_parse(const char *text, const char *zone, int64_t *at_r, struct err *err);

/*
 * Reads a span such as "90 s", "15 minutes", "2 days", "+2d", "12h", "1w" into
 * seconds (no months or years: their length depends on where they start).
 */
int date_parse_span(const char *text, int64_t *seconds_r, struct err *err);

#endif
