/* System. */
#include <string.h>

/* Base. */
#include "base/log.h"

/* Own. */
#include "work/decide.h"

/* Inside a group. */
static int tell(struct engine *engine, const char *number, enum event_kind outcome, const char *link,
		struct arena *arena, struct err *err)
{
	int64_t now = engine_now(engine);
	struct event event = { .kind = outcome, .at = now, .actor = ACTOR_PROVIDER, .name = link };
	struct dossier *dossier;
	struct decision d;
	size_t count;

	if (store_dossier_load(engine->env->store, number, arena, &dossier, err) ||
	    decision_prepare(&d, engine, arena, dossier, now, err))
		return -1;
	count = dossier->payment_count;
	d.events = &event;
	d.event_count = 1;
	/* Each request is told of each outcome once; whatever comes twice is refused by the rules. */
	d.answering.cause = arena_printf(arena, "%s:%s:%lld", event_kind_words(outcome), number,
					 (long long)(count ? dossier->payments[count - 1].id : 0));
	if (decision_flow(&d, err))
		return -1;
	if (d.output.refusal_count && (strcmp(d.output.refusals[0].why, FLOW_NO_PAYMENT) == 0 ||
				       strcmp(d.output.refusals[0].why, FLOW_ALREADY) == 0))
		return err_set(err, ERR_INPUT, "dossier %s has no payment that this could be about", number);
	return decision_take(&d, err) ? -1 : blob_sync(engine->env->blobs, err);
}

int engine_payment(struct engine *engine, const char *number, enum event_kind outcome, const char *link,
		   struct err *err)
{
	struct store *store = engine->env->store;
	struct arena arena = ARENA_INIT;
	int rc;

	if (store_begin(store, err))
		return -1;
	blob_mark(engine->env->blobs);
	rc = tell(engine, number, outcome, link, &arena, err) || store_commit(store, err) ? -1 : 0;
	if (rc) {
		store_abort(store);
		blob_discard(engine->env->blobs);
		if (store_failed(store))
			engine_fail(engine, err);
	} else {
		log_line(LOG_LEVEL_INFO, "payment.told", "dossier=%s event=\"%s\"", number, event_kind_words(outcome));
		engine_poke(engine);
	}
	arena_free(&arena);
	return rc;
}
