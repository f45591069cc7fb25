/* System. */
#include <stdlib.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"
#include "work/limits.h"

/*
 * Somebody named a number that is not his: whether it is anybody's the log must
 * not tell either, for it is read by more people than the store.
 */
static bool is_guess(const struct item_verdict *v)
{
	return v->state == ITEM_HELD && (str_eq(v->reason, REASON_STRANGER) || str_eq(v->reason, REASON_UNKNOWN_NUMBER) ||
					 str_eq(v->reason, REASON_TWO_NUMBERS));
}

int decide_ended(struct deciding *d)
{
	char from[160], subject[200];
	const struct item_verdict *v = &d->verdict;
	bool guess = is_guess(v);

	d->job->item.state = v->state;
	log_line(LOG_LEVEL_INFO, "item.decided", "item=%lld state=%s reason=%s source=%s dossier=%s from=%s subject=%s",
		 (long long)v->id, item_state_word(v->state), guess ? "number" : v->reason ? v->reason : "-",
		 item_source_word(d->job->item.source), v->dossier && !guess ? v->dossier : "-",
		 log_quote(from, sizeof from, v->from), log_quote(subject, sizeof subject, v->subject));
	return DECIDE_ENDED;
}

int decide_end(struct deciding *d, enum item_state state, const char *reason)
{
	d->verdict.state = state;
	d->verdict.reason = reason;
	return store_item_end(d->engine->env->store, &d->verdict, d->err) ? -1 : decide_ended(d);
}

/* What the mails about an item may say of it. */
void decide_answering(struct deciding *d, struct answering *a)
{
	*a = (struct answering){ .engine = d->engine, .arena = d->arena, .service = d->service,
				 .scope = d->job->item.scope, .now = d->now, .item = d->job->item.id,
				 .received = d->job->item.received, .sender = d->sender.address,
				 .sender_name = d->sender.name, .in_reply_to = d->verdict.message_id,
				 .why = d->verdict.detail ? d->verdict.detail : d->verdict.reason,
				 .item_from = d->verdict.from, .item_subject = d->verdict.subject,
				 .choices = d->route.choices, .choice_count = d->route.choice_count,
				 .unknown_number = d->route.unknown_number };
	a->cause = arena_printf(d->arena, "item:%lld", (long long)a->item);
}

int decide_end_answering(struct deciding *d, struct answering *a)
{
	struct store *store = d->engine->env->store;
	struct store_take take = { .item = &d->verdict, .now = d->now };

	if (answer_render(a, d->err))
		return -1;
	answer_into(a, &take);
	if (store_take(store, &take, d->err) || store_time_seen(store, d->now, d->err))
		return -1;
	return decide_ended(d);
}

int decide_end_with_mail(struct deciding *d, const char *template, enum tmpl_audience audience)
{
	struct answering a;

	decide_answering(d, &a);
	if (template)
		answer_wish(&a, template, audience);
	return decide_end_answering(d, &a);
}

int decide_end_quarantined(struct deciding *d, const char *reason, const char *detail)
{
	d->verdict.state = ITEM_QUARANTINED;
	d->verdict.reason = reason;
	d->verdict.detail = detail;
	return decide_end_with_mail(d, "quarantaine", TMPL_AUDIENCE_STAFF);
}

void decide_describe(struct deciding *d)
{
	const struct mail *mail = &d->job->mail;
	char *clean = str_clean(mail->subject, 400);

	d->verdict.subject = arena_strdup(d->arena, clean);
	free(clean);
	clean = str_clean(mail->from.count ? mail->from.list[0].addr : "", 300);
	d->verdict.from = arena_strdup(d->arena, clean);
	free(clean);
	d->verdict.message_id = mail->message_id;
}

int decide_said_today(struct deciding *d, const char *template, bool *said)
{
	int64_t count = 0;

	if (store_outbox_count(d->engine->env->store, d->service->key, d->sender.address, template, NULL, d->now - DECIDE_DAY,
			       &count, d->err))
		return -1;
	*said = count >= (int64_t)limits_values(d->engine).stranger;
	return 0;
}
