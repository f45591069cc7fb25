/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

static bool is_waiting(const struct payment *payment)
{
	return payment->status == PAYMENT_REQUESTED || payment->status == PAYMENT_OPEN;
}

/* The newest payment the event can be about: one that waits; for "paid" else any that is not paid yet. */
static struct payment *payment_of(struct run *run, enum event_kind kind)
{
	struct dossier *dossier = run->dossier;
	size_t i;

	for (i = dossier->payment_count; i-- > 0;)
		if (is_waiting(&dossier->payments[i]))
			return &dossier->payments[i];
	for (i = dossier->payment_count; i-- > 0 && kind == EVENT_PAYMENT_PAID;)
		if (dossier->payments[i].status != PAYMENT_PAID)
			return &dossier->payments[i];
	return NULL;
}

static enum payment_status status_after(enum event_kind kind)
{
	switch (kind) {
	case EVENT_PAYMENT_PAID: return PAYMENT_PAID;
	case EVENT_PAYMENT_FAILED: return PAYMENT_FAILED;
	case EVENT_PAYMENT_EXPIRED: return PAYMENT_EXPIRED;
	default: return PAYMENT_OPEN;
	}
}

bool run_payment_event(struct run *run, const struct event *event, size_t index)
{
	struct payment *payment = payment_of(run, event->kind);

	if (!payment)
		return run_refuse(run, event, index, run->dossier->payment_count ? FLOW_ALREADY : FLOW_NO_PAYMENT,
				  NULL);
	payment->status = status_after(event->kind);
	if (event->kind == EVENT_PAYMENT_READY && event->name)
		payment->link = event->name;
	run_note(run, event, event_kind_words(event->kind), "payment of %lld.%02d %s is %s",
		 (long long)(payment->amount_cents / 100), (int)(payment->amount_cents % 100), payment->currency,
		 payment_status_word(payment->status));
	return true;
}

void run_payments_cancel(struct run *run)
{
	size_t i;

	for (i = 0; i < run->dossier->payment_count; i++)
		if (is_waiting(&run->dossier->payments[i])) {
			run->dossier->payments[i].status = PAYMENT_CANCELLED;
			run_note(run, NULL, "payment", "open payment request cancelled");
		}
}

const char *run_expand(struct run *run, const char *text)
{
	static const char field[] = "{number}";
	const char *hit = text ? strstr(text, field) : NULL;

	if (!hit)
		return text;
	return arena_printf(run->arena, "%.*s%s%s", (int)(hit - text), text,
			    run->dossier->number ? run->dossier->number : "",
			    run_expand(run, hit + sizeof field - 1));
}

static const struct prog_action *request_in(const struct prog_clause *clauses, size_t count, int64_t cents)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].action_count; j++)
			if (clauses[i].actions[j].kind == ACTION_PAYMENT &&
			    clauses[i].actions[j].amount_cents == cents)
				return &clauses[i].actions[j];
	return NULL;
}

/* The rule that asked for a payment of this amount: says how long a new request is valid. */
static const struct prog_action *find_request(const struct program *program, int64_t cents)
{
	const struct prog_action *found = request_in(program->always, program->always_count, cents);
	size_t i;

	for (i = 0; i < program->state_count && !found; i++)
		found = request_in(program->states[i].clauses, program->states[i].clause_count, cents);
	return found;
}

/* Always in calendar days. */
static int64_t expiry(const struct run *run, const struct prog_action *action)
{
	if (!action || action->valid.count == 0)
		return DATE_NONE;
	return calendar_add(run->in->calendar, run->in->now, &action->valid, 1, false);
}

static bool was_paid(const struct dossier *dossier, const struct payment *wanted)
{
	size_t i;

	for (i = 0; i < dossier->payment_count; i++)
		if (dossier->payments[i].status == PAYMENT_PAID &&
		    dossier->payments[i].amount_cents == wanted->amount_cents &&
		    str_eq(dossier->payments[i].currency, wanted->currency) &&
		    str_eq(dossier->payments[i].description, wanted->description))
			return true;
	return false;
}

static void add_effect(struct run *run, const struct prog_clause *clause)
{
	struct flow_output *out = run->out;

	out->effects = arena_grow(run->arena, out->effects, out->effect_count, sizeof *out->effects);
	out->effects[out->effect_count++] = (struct flow_effect){
		.kind = FLOW_PAYMENT,
		.clause = clause->id,
		.line = clause->span.line,
		.payment = run->dossier->payment_count - 1,
	};
}

void run_payment_request(struct run *run, const struct prog_clause *clause, const struct prog_action *action)
{
	struct dossier *dossier = run->dossier;
	struct payment payment = { .status = PAYMENT_REQUESTED };

	if (action->kind == ACTION_PAYMENT) {
		payment.amount_cents = action->amount_cents;
		payment.currency = action->currency;
		payment.description = run_expand(run, action->text);
	} else if (dossier->payment_count == 0) {
		run_note(run, NULL, "payment", "nothing to request again: no payment was requested before");
		return;
	} else {
		const struct payment *last = &dossier->payments[dossier->payment_count - 1];

		payment.amount_cents = last->amount_cents;
		payment.currency = last->currency;
		payment.description = last->description;
		action = find_request(run->in->program, last->amount_cents);
	}
	if (was_paid(dossier, &payment)) {
		run_note(run, NULL, "payment", "not requested: '%s' was paid before",
			 payment.description ? payment.description : "");
		run->paid_pending = true;
		return;
	}
	run_payments_cancel(run);
	payment.expires = expiry(run, action);
	dossier->payments = flow_list_append(run->arena, dossier->payments, dossier->payment_count,
					     sizeof *dossier->payments);
	dossier->payments[dossier->payment_count++] = payment;
	add_effect(run, clause);
}
