/* Base. */
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"

/* Outside any dossier: staff are told, unless it was for them. */
static int end_bounce(struct deciding *d, const struct bounce *bounce)
{
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_BOUNCE;
	d->verdict.detail = arena_printf(d->arena, "mail %lld to %s came back", (long long)bounce->row.id, bounce->row.to);
	d->verdict.dossier = bounce->row.dossier;
	d->bounce = bounce;
	return decide_end_with_mail(d, str_eq(bounce->row.audience, "staff") ? NULL : "aflevering-mislukt",
				    TMPL_AUDIENCE_STAFF);
}

static void prepare_answer(struct deciding *d, const struct bounce *bounce, struct answering *a)
{
	a->cause = arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
	a->item = d->job->item.id;
	a->received = d->job->item.received;
	a->failed = &bounce->row;
	a->failed_reply = bounce->reply;
	answer_wish(a, "aflevering-mislukt", TMPL_AUDIENCE_STAFF);
}

/* A mail of a dossier: the rules hear of it too. */
static int end_in_dossier(struct deciding *d, const struct bounce *bounce)
{
	struct event event = { .kind = EVENT_MAIL_FAILED, .at = d->now, .name = bounce->row.to, .reason = bounce->reply };
	struct decision decision;
	struct dossier *dossier;
	struct err rule = ERR_INIT;

	d->route.number = bounce->row.dossier;
	if (store_dossier_load(d->engine->env->store, d->route.number, d->arena, &dossier, d->err) ||
	    decision_prepare(&decision, d->engine, d->arena, dossier, d->now, d->err))
		return -1;
	decision.events = &event;
	decision.event_count = 1;
	if (decision_flow(&decision, &rule))
		return held_rule_error(d, &rule);
	prepare_answer(d, bounce, &decision.answering);
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_BOUNCE;
	d->verdict.dossier = dossier->number;
	decision.verdict = &d->verdict;
	return decision_take(&decision, d->err) ? -1 : decide_ended(d);
}

int bounced_step(struct deciding *d)
{
	struct bounce bounce;

	if (!d->sender.bounce || !bounce_find(d->service, d->job, d->arena, &bounce))
		return DECIDE_NEXT;
	return bounce.row.dossier && !str_eq(bounce.row.audience, "staff") ? end_in_dossier(d, &bounce) :
									     end_bounce(d, &bounce);
}
