/* The overview that comes by itself: when, and that it comes once. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/office.h"
#include "work/overview.h"

#define DAYS_AHEAD 60 /* no country has as many days off in a row */

/* ---- when ---- */

void overview_calendar(const struct engine *engine, const char *key, struct calendar *calendar)
{
	const struct settings_service *service = settings_service(engine->settings, key);
	const struct program *program;
	size_t i;

	*calendar = (struct calendar){ .zone = service ? service->timezone : NULL };
	for (i = 0; service && i < service->workflow_count && !calendar->holiday_count; i++) {
		program = world_program(engine->world, service->workflows[i]);
		if (program)
			world_calendar(engine->world, program, service->timezone, calendar);
	}
}

/* The first working day of its week: what a week's overview comes on. */
static bool begins_week(const struct calendar *calendar, int64_t day)
{
	int64_t before;

	for (before = day - date_weekday(day); before < day; before++)
		if (calendar_is_working(calendar, before))
			return false;
	return true;
}

int64_t overview_next(const struct calendar *calendar, enum office_digest digest, int minute, int64_t at)
{
	int64_t day = calendar_day(calendar, at), last = day + DAYS_AHEAD, due;
	struct civil civil;

	if (digest == OFFICE_DIGEST_OFF)
		return DATE_NONE;
	for (; day < last; day++) {
		if (!calendar_is_working(calendar, day) || (digest == OFFICE_DIGEST_WEEKLY && !begins_week(calendar, day)))
			continue;
		date_from_days(day, &civil);
		civil.hour = minute / 60;
		civil.minute = minute % 60;
		due = zone_to_utc(calendar->zone, &civil);
		if (due > at)
			return due;
	}
	return DATE_NONE;
}

int64_t overview_due(struct engine *engine)
{
	struct office_filter filter = { .due = INT64_MAX, .limit = 1 };
	struct arena arena = ARENA_INIT;
	struct office *offices;
	int64_t at = DATE_NONE;
	size_t count;

	if (store_office_list(engine->env->store, &filter, &arena, &offices, &count, NULL) == 0 && count)
		at = offices[0].digest_due;
	arena_free(&arena);
	return at;
}

/* ---- sending it ---- */

static bool is_news(const struct office *office, const struct overview *overview)
{
	return overview->open && (!office->has_seen || memcmp(office->seen, overview->seen, sizeof office->seen) != 0);
}

static int send_one(struct engine *engine, const struct office *due, int64_t now, struct arena *arena, struct err *err)
{
	struct office office = *due;
	struct overview overview;
	struct calendar calendar;
	struct office_letter letter = { .office = &office, .overview = &overview };
	struct office_sending s = { .service = settings_service(engine->settings, due->service), .letter = &letter,
				    .change = &office };

	overview_calendar(engine, due->service, &calendar);
	/* A service that is gone, an address that is confirmed no more: nothing goes, and it is asked again later. */
	office.digest_due = s.service ? overview_next(&calendar, office.digest, s.service->digest, now) : now + 86400;
	s.cause = arena_printf(arena, "digest:%s:%s:%lld", due->service, due->address, (long long)due->digest_due);
	if (!s.service || office.confirmed == DATE_NONE)
		return store_office_put(engine->env->store, &office, err);
	if (overview_make(engine, &office, now, arena, &overview, err))
		return -1;
	overview.digest = true;
	if (is_news(due, &overview)) {
		s.template = "overzicht";
		office.has_seen = true;
		memcpy(office.seen, overview.seen, sizeof office.seen);
	}
	if (office_send(engine, arena, &s, err))
		return -1;
	log_line(LOG_LEVEL_INFO, "office.digest", "service=%s address=%s open=%zu mailed=%d", due->service, due->address,
		 overview.open, s.template != NULL);
	return 0;
}

static int fire_one(struct engine *engine, const struct office *due, int64_t now, struct err *err)
{
	const struct env *env = engine->env;
	struct arena arena = ARENA_INIT;
	int rc;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	rc = send_one(engine, due, now, &arena, err);
	if (rc || blob_sync(env->blobs, err) || store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		rc = -1;
	}
	arena_free(&arena);
	return rc;
}

/* One whose digest cannot be made does not keep the others waiting. */
static bool fire_list(struct engine *engine, const struct office *list, size_t count, int64_t now)
{
	bool all = true;
	size_t i;

	for (i = 0; i < count && !engine->dead; i++) {
		struct err err = ERR_INIT;

		if (fire_one(engine, &list[i], now, &err) == 0)
			continue;
		all = false;
		if (engine_is_trouble(engine, &err))
			engine_fail(engine, &err);
		else
			log_line(LOG_LEVEL_ERROR, "office.digest", "service=%s address=%s why=\"%s\"", list[i].service,
				 list[i].address, err.text);
	}
	return all;
}

bool overview_fire(struct engine *engine, int64_t now)
{
	struct office_filter filter = { .due = now, .limit = 100 };
	bool all = true, some = false;
	size_t count = 0;

	do {
		struct arena arena = ARENA_INIT;
		struct office *list;
		struct err err = ERR_INIT;

		if (store_office_list(engine->env->store, &filter, &arena, &list, &count, &err)) {
			engine_fail(engine, &err);
			count = 0;
		}
		some |= count > 0;
		all = fire_list(engine, list, count, now);
		arena_free(&arena);
	} while (all && count && !engine->dead);
	if (some)
		sender_kick(engine->sender);
	return all;
}
