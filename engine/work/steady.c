/*
 * Is the clock to be believed where something goes for good because it is old?
 * A machine that comes up in 2050 by mistake, or a mistyped --now, must not
 * erase every dossier at once; and the store cannot tell a wrong clock from a
 * right one. So each look at the clock is remembered, and erasing takes place
 * only while the looks have followed each other in ordinary steps for a while:
 * long enough for somebody to notice what else happens at a wrong time. A
 * machine that was off for longer than a step erases that much later, which
 * harms nobody. Whoever cannot wait has "dossier erase". The clock of a trial
 * store is moved by hand; there is nothing to guard.
 */

/* Base. */
#include "base/date.h"
#include "base/log.h"

/* Own. */
#include "work/engine_p.h"

#define STEP_MAX (35 * 86400) /* between two looks: `run --once` once a month will do */
#define STEADY_TERM (14 * 86400)
#define LOOK_EVERY 3600       /* looks closer to each other are not written down */

static bool is_leap(const struct store_meta *meta, int64_t now)
{
	return now > meta->steady + STEP_MAX || now < meta->steady - STEP_MAX;
}

static bool is_unsteady(const struct store_meta *meta, int64_t now)
{
	return !meta->trial && (is_leap(meta, now) || now < meta->steady_since + STEADY_TERM);
}

int64_t engine_erasing_from(const struct engine *engine)
{
	const int64_t now = engine_now(engine);
	struct store_meta meta;

	if (store_meta_get(engine->env->store, &meta, NULL) || !is_unsteady(&meta, now))
		return DATE_NONE;
	return (is_leap(&meta, now) ? now : meta.steady_since) + STEADY_TERM;
}

static int note_leap(struct store *store, struct store_meta *meta, int64_t now, struct err *err)
{
	char from[DATE_RFC3339_SIZE], to[DATE_RFC3339_SIZE];

	log_line(LOG_LEVEL_ERROR, "clock.leapt", "from=%s to=%s why=\"nothing is erased by itself for %d days; "
		 "if the clock is wrong, put it right\"", date_rfc3339(from, meta->steady), date_rfc3339(to, now),
		 STEADY_TERM / 86400);
	meta->steady = meta->steady_since = now;
	return store_time_steady(store, now, now, err);
}

void steady_look(struct engine *engine, int64_t now)
{
	struct store *store = engine->env->store;
	struct store_meta meta;
	struct err err = ERR_INIT;
	int rc = store_meta_get(store, &meta, &err);

	engine->unsteady = true;
	if (!rc && !meta.trial && is_leap(&meta, now))
		rc = note_leap(store, &meta, now, &err);
	else if (!rc && !meta.trial && now >= meta.steady + LOOK_EVERY)
		rc = store_time_steady(store, now, meta.steady_since, &err);
	if (rc) {
		log_line(LOG_LEVEL_WARN, "clock.look", "why=\"%s\"", err.text);
		if (store_failed(store))
			engine_fail(engine, &err);
		return;
	}
	engine->unsteady = is_unsteady(&meta, now);
	if (!engine->unsteady)
		engine->unsteady_told = false;
}
