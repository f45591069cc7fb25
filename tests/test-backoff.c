/* When an outgoing mail is tried again. */

/* Own. */
#include "tap.h"
#include "work/backoff.h"

/* Rows whose spread is 0 % (row 0) show the schedule itself. */
static const struct { int attempts; int64_t delay; } schedule[] = {
	{ 1, 300 }, { 2, 600 }, { 3, 1200 }, { 4, 2400 }, { 5, 4000 }, { 6, 4000 }, { 100, 4000 }, { 1000000, 4000 },
	{ 0, 300 }, { -1, 300 },
};

static const struct { int troubles; int64_t delay; } hosts[] = {
	{ 1, 30 }, { 2, 60 }, { 3, 120 }, { 4, 240 }, { 5, 480 }, { 6, 900 }, { 7, 900 }, { 1000000, 900 }, { 0, 30 },
};

static void check_spread(void)
{
	int64_t least = INT64_MAX, most = 0, row;
	int different = 0;

	for (row = 1; row <= 1000; row++) {
		int64_t delay = backoff_delay(1, row);

		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
		different += delay != backoff_delay(1, row - 1);
	}
	tap_ok(least >= 300 && least <= 303, "no row waits less than five minutes (least: %lld)", (long long)least);
	tap_ok(most <= 360 && most >= 355, "none more than 20 %% longer (most: %lld)", (long long)most);
	tap_ok(different > 900, "neighbours do not return together (%d of 1000 differ)", different);
	tap_is_int(backoff_delay(3, 77), backoff_delay(3, 77), "the same row always waits the same");
	tap_ok(backoff_delay(9, INT64_MAX) >= 4000 && backoff_delay(9, INT64_MAX) <= 4800, "a huge row id is no trouble");
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof schedule / sizeof *schedule; i++)
		tap_is_int(backoff_delay(schedule[i].attempts, 0), schedule[i].delay, "after %d attempts", schedule[i].attempts);
	for (i = 0; i < sizeof hosts / sizeof *hosts; i++)
		tap_is_int(backoff_host(hosts[i].troubles), hosts[i].delay, "after %d connections that failed", hosts[i].troubles);
	check_spread();
	return tap_done();
}
