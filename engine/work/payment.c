/* System. */
#include <string.h>

/* Base. */
#include "base/log.h"

/* Own. */
#include "work/decide.h"

static enum payment_status status_after(enum event_kind outcome)
{
	switch (outcome) {
	case EVENT_PAYMENT_PAID: return PAYMENT_PAID;
	case EVENT_PAYMENT_FAILED: return PAYMENT_FAILED;
	case EVENT_PAYMENT_EXPIRED: return PAYMENT_EXPIRED;
	default: return PAYMENT_OPEN;
	}
}

/* Which request it was about: the one that became so, else the newest. */
static int64_t about(const struct dossier *before, const struct dossier *after, enum event_kind outcome)
{
	enum payment_status status = status_after(outcome);
	size_t i = before->payment_count;

	while (i-- > 0)
		if (after->payments[i].status == status && before->payments[i].status != status)
			return before->payments[i].id;
	return before->payment_count ? before->payments[before->payment_count - 1].id : 0;
}

/* Inside a group. */
static int tell(struct engine *engine, const char *number, int64_t *payment, const struct event *event,
		struct arena *arena, struct err *err)
{
	struct dossier *dossier;
	struct decision d;

	if (store_dossier_load(engine->env->store, number, arena, &dossier, err) ||
	    decision_prepare(&d, engine, arena, dossier, event->at, err))
		return -1;
	d.events = event;
	d.event_count = 1;
	if (decision_flow(&d, err))
		return -1;
	if (d.output.refusal_count && (strcmp(d.output.refusals[0].why, FLOW_NO_PAYMENT) == 0 ||
				       strcmp(d.output.refusals[0].why, FLOW_ALREADY) == 0))
		return err_set(err, ERR_INPUT, "dossier %s has no payment that this could be about", number);
	if (!*payment)
		*payment = about(dossier, d.output.dossier, event->kind);
	/* Each request is told of each outcome once; whatever comes twice is refused by the rules. */
	d.answering.cause = arena_printf(arena, "%s:%s:%lld", event_kind_words(event->kind), number, (long long)*payment);
	return decision_take(&d, err) ? -1 : blob_sync(engine->env->blobs, err);
}

int engine_payment(struct engine *engine, const char *number, int64_t *payment, enum event_kind outcome,
		   const char *link, struct err *err)
{
	int64_t newest = 0, *which = payment ? payment : &newest;
	struct event event = { .kind = outcome, .at = engine_now(engine), .actor = ACTOR_PROVIDER, .name = link,
			       .payment = *which };
	struct store *store = engine->env->store;
	struct arena arena = ARENA_INIT;
	int rc;

	if (store_begin(store, err))
		return -1;
	blob_mark(engine->env->blobs);
	rc = tell(engine, number, which, &event, &arena, err) || store_commit(store, err) ? -1 : 0;
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
