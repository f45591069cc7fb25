/* System. */
#include <assert.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/health.h"

#define NEXT_DAY (20 * 3600) /* failures so far apart were on two days */

/*
 * Of those within a month the first and the last are known, which are all while
 * there are less than three: with the third the address is dead.
 */
static_assert(HEALTH_DAYS == 3, "with more days those in between have to be kept");

static void count_failure(struct address_health *h, int64_t now)
{
	if (h->failed == DATE_NONE || now - h->failed > HEALTH_WITHIN) {
		h->failures = 0;
	} else if (h->failures && now - h->first > HEALTH_WITHIN) {
		h->failures = 1;
		h->first = h->failed;
	}
	if (h->failures && now - h->failed < NEXT_DAY)
		return;
	if (!h->failures++)
		h->first = now;
	h->failed = now;
}

/* A reminder that comes again, in the same words, and fails again; any other mail is one that somebody misses. */
static int failed_before(struct engine *engine, const struct outbox_row *row, struct arena *arena, bool *before,
			 struct err *err)
{
	const struct outbox_filter filter = { .dossier = row->dossier, .limit = 1000 };
	struct outbox_row *rows;
	size_t i, count;

	*before = false;
	if (!row->dossier)
		return 0;
	if (store_outbox_list(engine->env->store, &filter, arena, &rows, &count, err))
		return -1;
	for (i = 0; i < count; i++)
		*before |= rows[i].state == OUTBOX_FAILED && rows[i].id != row->id && row->text && str_eq(rows[i].text, row->text) &&
			   addr_same(rows[i].to, row->to);
	return 0;
}

int health_failed(struct engine *engine, const struct outbox_row *row, const struct bounce_recipient *why, int64_t now,
		  struct arena *arena, struct address_health *h, enum health_news *news, struct err *err)
{
	bool before, again;

	if (store_address_load(engine->env->store, row->service, row->to, arena, h, err) ||
	    failed_before(engine, row, arena, &again, err))
		return -1;
	h->service = row->service;
	h->address = arena_strdup(arena, row->to);
	/* It was under way when its address died: what is made later is held. */
	*news = again ? HEALTH_NOTHING : HEALTH_FAILED;
	if (h->dead != DATE_NONE)
		return 0;
	/* Relaying denied, a block list: that says something about us, and nothing about who lives there. */
	if (why->policy && !why->gone) {
		h->reason = why->text;
		h->changed = now;
		*news = HEALTH_FAILED;
		return 0;
	}
	before = h->failures > 0;
	count_failure(h, now);
	h->reason = why->text;
	h->changed = now;
	if (why->gone || h->failures >= HEALTH_DAYS)
		h->dead = now;
	*news = h->dead != DATE_NONE ? HEALTH_DIED : why->passing && before && again ? HEALTH_NOTHING : HEALTH_FAILED;
	return 0;
}

/* What was held because the address was dead goes now. */
static int let_go(struct engine *engine, const char *service, const char *address, int64_t now, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	size_t i, count;
	int rc = store_outbox_held(engine->env->store, HELD_FOR_DEAD, service, address, 0, 0, &arena, &rows, &count, err);

	for (i = 0; !rc && i < count; i++)
		rc = store_outbox_retry(engine->env->store, rows[i].id, now, err);
	arena_free(&arena);
	return rc;
}

static int revive(struct engine *engine, struct address_health *h, int64_t now, struct err *err)
{
	char quoted[160];
	bool was_dead = h->dead != DATE_NONE;

	h->dead = h->failed = h->first = DATE_NONE;
	h->failures = 0;
	h->reason = NULL;
	h->changed = now;
	if (store_address_put(engine->env->store, h, err))
		return -1;
	if (!was_dead)
		return 0;
	log_line(LOG_LEVEL_INFO, "address.alive", "service=%s address=%s", h->service,
		 log_quote(quoted, sizeof quoted, h->address));
	return let_go(engine, h->service, h->address, now, err);
}

int health_heard(struct engine *engine, const char *service, const char *address, bool automatic, int64_t now,
		 struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct address_health h;
	int rc = store_address_load(engine->env->store, service, address, &arena, &h, err);

	h.service = service;
	h.address = address;
	if (!rc && (h.dead != DATE_NONE || h.failures || (h.away != DATE_NONE && !automatic))) {
		/* He who writes himself is back; that his machine does says only that mail reaches it. */
		if (!automatic)
			h.away = DATE_NONE;
		rc = revive(engine, &h, now, err);
	}
	arena_free(&arena);
	return rc;
}

int health_away(struct engine *engine, const char *service, const char *address, int64_t until, int64_t now,
		struct err *err)
{
	struct outbox_tally tally = { .service = service, .to = address, .since = now - HEALTH_AWAY };
	struct arena arena = ARENA_INIT;
	struct address_health h;
	int64_t written = 0;
	int rc = store_outbox_tally(engine->env->store, &tally, &written, err);

	if (!rc && written)
		rc = store_address_load(engine->env->store, service, address, &arena, &h, err);
	if (!rc && written) {
		h.service = service;
		h.address = address;
		h.away = until > now + HEALTH_AWAY ? now + HEALTH_AWAY : until;
		h.changed = now;
		rc = store_address_put(engine->env->store, &h, err);
	}
	arena_free(&arena);
	return rc;
}

bool health_is_dead(struct engine *engine, const char *service, const char *address)
{
	struct arena arena = ARENA_INIT;
	struct address_health h;
	bool dead = store_address_load(engine->env->store, service, address, &arena, &h, NULL) == 0 && h.dead != DATE_NONE;

	arena_free(&arena);
	return dead;
}

bool health_is_away(struct engine *engine, const struct dossier *dossier, int64_t now)
{
	const struct party *party = dossier_correspondent(dossier);
	struct arena arena = ARENA_INIT;
	struct address_health h;
	bool away = party->address &&
		    store_address_load(engine->env->store, dossier->service, party->address, &arena, &h, NULL) == 0 &&
		    h.away != DATE_NONE && now < h.away;

	arena_free(&arena);
	return away;
}

int health_retry(struct engine *engine, int64_t id, int64_t now, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct outbox_row row;
	int rc = store_outbox_load(engine->env->store, id, &arena, &row, err);

	if (!rc)
		rc = store_outbox_retry(engine->env->store, id, now, err);
	if (!rc && str_eq(row.held, HELD_FOR_DEAD))
		rc = health_heard(engine, row.service, row.to, true, now, err);
	arena_free(&arena);
	return rc;
}
