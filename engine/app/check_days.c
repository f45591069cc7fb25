/* System. */
#include <stdio.h>

/* Base. */
#include "base/date.h"

/* Engine. */
#include "flow/calendar.h"
#include "rule/program.h"

/* Own. */
#include "app/check_days.h"

#define DAY 86400
#define AHEAD 366 /* days */

#define HINT "add the days of the years that follow, and give postkamer a SIGHUP"

static void tell_none(struct diag_list *diags, const char *country)
{
	char file[80];
	struct diag_place place = { .file = file };

	snprintf(file, sizeof file, "holidays.%s", country);
	diag_hint(diags, diag_add(diags, DIAG_WARNING, &place, "this file names no day: no holiday is left out"), HINT);
}

static void tell(struct diag_list *diags, const char *country, int64_t last, bool over)
{
	char file[80];
	struct diag_place place = { .file = file };
	struct civil day;

	snprintf(file, sizeof file, "holidays.%s", country);
	date_from_days(last, &day);
	diag_hint(diags,
		  diag_add(diags, DIAG_WARNING, &place,
			   "the last day in this file %s %04d-%02d-%02d: after it no holiday is left out",
			   over ? "was" : "is", day.year, day.month, day.day),
		  HINT);
}

void check_days(const struct world *world, int64_t now, struct diag_list *diags)
{
	size_t i;

	for (i = 0; i < world_program_count(world); i++) {
		const struct program *program = world_program_at(world, i);
		struct calendar calendar;
		int64_t last;

		world_calendar(world, program, NULL, &calendar);
		if (!program->days_working || !program->holidays)
			continue;
		if (!calendar.holiday_count) {
			tell_none(diags, program->holidays);
			continue;
		}
		last = calendar.holidays[calendar.holiday_count - 1];
		/* Of a file that several workflows name it is told once: the list leaves out what it has. */
		if (last - now / DAY < AHEAD)
			tell(diags, program->holidays, last, last < now / DAY);
	}
}
