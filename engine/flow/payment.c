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

/* Two requests for the same money? */
static bool is_same(const struct payment *a, const struct payment *b)
{
	return a->amount_cents == b->amount_cents && str_eq(a->currency, b->currency) &&
	       str_eq(a->description, b->description);
}

const struct payment *run_payment_paid(const struct dossier *dossier, const struct payment *wanted)
{
	size_t i;

	for (i = 0; i < dossier->payment_count; i++)
		if (dossier->payments[i].status == PAYMENT_PAID && is_same(&dossier->payments[i], wanted))
			return &dossier->payments[i];
	return NULL;
}

/* Can the event be about it? Money comes when it likes, all else only to what waits. */
static bool may_become(const struct payment *payment, enum event_kind kind)
{
	return is_waiting(payment) ||
	       (kind == EVENT_PAYMENT_PAID && payment->status != PAYMENT_PAID && payment->status != PAYMENT_REFUNDED);
}

/* Of two members of staff who both say that it was paid, or of one who says it twice, only the first has news. */
static bool is_said_again(const struct run *run, const struct event *event, const struct payment *payment)
{
	return event->actor != ACTOR_PROVIDER && run_payment_paid(run->dossier, payment);
}

/* The payment meant; else the newest one that waits, and for money the newest it can be about. */
static struct payment *payment_of(const struct run *run, const struct event *event)
{
	struct dossier *dossier = run->dossier;
	size_t i;

	for (i = dossier->payment_count; i-- > 0;)
		if (event->payment ? dossier->payments[i].id == event->payment : is_waiting(&dossier->payments[i]))
			return &dossier->payments[i];
	for (i = dossier->payment_count; i-- > 0 && !event->payment;)
		if (may_become(&dossier->payments[i], event->kind) &&
		    !is_said_again(run, event, &dossier->payments[i]))
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

static void note_status(struct run *run, const struct event *event, const struct payment *payment, const char *late)
{
	run_note(run, event, event_kind_words(event->kind), "payment of %lld.%02d %s is %s%s%s",
		 (long long)(payment->amount_cents / 100), (int)(payment->amount_cents % 100), payment->currency,
		 payment_status_word(payment->status), late ? "; late, for it was " : "", late ? late : "");
}

/* The money came by an older link: the newer request for it must not be paid as well. */
static void cancel_same(struct run *run, const struct payment *paid)
{
	size_t i;

	for (i = 0; i < run->dossier->payment_count; i++) {
		struct payment *payment = &run->dossier->payments[i];

		if (!is_waiting(payment) || !is_same(payment, paid))
			continue;
		payment->status = PAYMENT_CANCELLED;
		run_note(run, NULL, "payment", "newer request for the same cancelled");
	}
}

bool run_payment_event(struct run *run, const struct event *event, size_t index)
{
	struct payment *payment = payment_of(run, event);
	const char *late;

	if (!payment)
		return run_refuse(run, event, index,
				  run->dossier->payment_count && !event->payment ? FLOW_ALREADY : FLOW_NO_PAYMENT, NULL);
	if (!may_become(payment, event->kind))
		return run_refuse(run, event, index, FLOW_ALREADY, payment_status_word(payment->status));
	late = is_waiting(payment) ? NULL : payment_status_word(payment->status);
	payment->status = status_after(event->kind);
	if (event->kind == EVENT_PAYMENT_READY && event->name)
		payment->link = event->name;
	note_status(run, event, payment, late);
	if (payment->status == PAYMENT_PAID)
		cancel_same(run, payment);
	run_payment_timer(run);
	return true;
}

bool run_payment_refund(struct run *run, const struct event *event, size_t index)
{
	struct dossier *dossier = run->dossier;
	bool refunded = false;
	size_t i;

	for (i = dossier->payment_count; i-- > 0;) {
		struct payment *payment = &dossier->payments[i];

		if (event->payment && payment->id != event->payment)
			continue;
		refunded |= payment->status == PAYMENT_REFUNDED;
		if (payment->status != PAYMENT_PAID)
			continue;
		payment->status = PAYMENT_REFUNDED;
		note_status(run, event, payment, NULL);
		return true;
	}
	return run_refuse(run, event, index, refunded ? FLOW_ALREADY : FLOW_NO_PAYMENT, NULL);
}

void run_payments_cancel(struct run *run)
{
	size_t i;

	for (i = 0; i < run->dossier->payment_count; i++)
		if (is_waiting(&run->dossier->payments[i])) {
			run->dossier->payments[i].status = PAYMENT_CANCELLED;
			run_note(run, NULL, "payment", "open payment request cancelled");
		}
	run_payment_timer(run);
}

/* The request that waits; there is one at most, for a new one cancels it. */
static struct payment *waiting(const struct dossier *dossier)
{
	size_t i;

	for (i = dossier->payment_count; i-- > 0;)
		if (is_waiting(&dossier->payments[i]))
			return &dossier->payments[i];
	return NULL;
}

void run_payment_timer(struct run *run)
{
	const struct payment *payment = waiting(run->dossier);

	run_timer_put(run, TIMER_PAYMENT, payment ? payment->expires : DATE_NONE);
}

int run_payment_expire(struct run *run)
{
	struct event event = { .kind = EVENT_PAYMENT_EXPIRED, .at = run->in->now };
	struct payment *payment = waiting(run->dossier);
	struct run_answer ignored;

	if (!payment)
		return 0;
	payment->status = PAYMENT_EXPIRED;
	note_status(run, &event, payment, NULL);
	return run_dispatch(run, &event, &ignored);
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

static const struct prog_action *request_in(struct run *run, const struct prog_clause *clauses, size_t count,
					    const struct payment *payment, unsigned same)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].action_count; j++) {
			const struct prog_action *action = &clauses[i].actions[j];

			if (action->kind == ACTION_PAYMENT &&
			    (!(same & PAYMENT_SAME_AMOUNT) || (action->amount_cents == payment->amount_cents &&
							       str_eq(action->currency, payment->currency))) &&
			    (!(same & PAYMENT_SAME_TEXT) ||
			     str_eq(run_expand(run, action->text), payment->description)))
				return action;
		}
	return NULL;
}

const struct prog_action *run_payment_rule(struct run *run, const struct payment *payment, unsigned same)
{
	const struct program *program = run->in->program;
	const struct prog_action *found = request_in(run, program->always, program->always_count, payment, same);
	size_t i;

	for (i = 0; i < program->state_count && !found; i++)
		found = request_in(run, program->states[i].clauses, program->states[i].clause_count, payment, same);
	return found;
}

static bool has_request(const struct prog_clause *clauses, size_t count, const struct prog_action *wanted)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].action_count; j++) {
			const struct prog_action *action = &clauses[i].actions[j];

			if (action->kind == ACTION_PAYMENT && action->amount_cents == wanted->amount_cents &&
			    str_eq(action->currency, wanted->currency) && str_eq(action->text, wanted->text))
				return true;
		}
	return false;
}

static bool program_requests(const struct program *program, const struct prog_action *wanted)
{
	bool found = has_request(program->always, program->always_count, wanted);
	size_t i;

	for (i = 0; i < program->state_count && !found; i++)
		found = has_request(program->states[i].clauses, program->states[i].clause_count, wanted);
	return found;
}

static bool requests_other(const struct prog_clause *clauses, size_t count, const struct program *from)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].action_count; j++)
			if (clauses[i].actions[j].kind == ACTION_PAYMENT &&
			    !program_requests(from, &clauses[i].actions[j]))
				return true;
	return false;
}

bool run_payment_new(const struct program *from, const struct program *to)
{
	bool found = requests_other(to->always, to->always_count, from);
	size_t i;

	for (i = 0; i < to->state_count && !found; i++)
		found = requests_other(to->states[i].clauses, to->states[i].clause_count, from);
	return found;
}

/*
 * The rule that asked for this payment says how long a new request is valid. A
 * newer version of the rules may have another price or text for it, or both.
 */
static const struct prog_action *find_request(struct run *run, const struct payment *payment)
{
	static const unsigned ways[] = { PAYMENT_SAME, PAYMENT_SAME_AMOUNT, PAYMENT_SAME_TEXT, 0 };
	const struct prog_action *found = NULL;
	size_t i;

	for (i = 0; i < sizeof ways / sizeof *ways && !found; i++)
		found = run_payment_rule(run, payment, ways[i]);
	return found;
}

/* Always in calendar days. */
static int64_t expiry(const struct run *run, const struct prog_action *action)
{
	if (!action || action->valid.count == 0)
		return DATE_NONE;
	return calendar_add(run->in->calendar, run->in->now, &action->valid, 1, false);
}

/* Once in an item for each payment: a clause that asks for it again on "payment paid" must come to an end. */
static void raise_paid(struct run *run, const struct payment *paid)
{
	struct event event = { .kind = EVENT_PAYMENT_PAID, .at = run->in->now, .reason = "paid before",
			       .title = paid->description };
	size_t i;

	run_note(run, NULL, "payment", "not requested: '%s' was paid before",
		 paid->description ? paid->description : "");
	for (i = 0; i < run->raised_count; i++)
		if (run->raised[i].kind == EVENT_PAYMENT_PAID && str_eq(run->raised[i].title, event.title) &&
		    run->raised[i].payment == paid->amount_cents)
			return;
	event.payment = paid->amount_cents;
	run_raise(run, &event);
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

/* What is to be asked; false when there is nothing to ask again. */
static bool wanted_payment(struct run *run, const struct prog_action *action, struct payment *wanted)
{
	const struct dossier *dossier = run->dossier;

	if (action->kind != ACTION_PAYMENT) {
		if (dossier->payment_count == 0)
			return false;
		*wanted = dossier->payments[dossier->payment_count - 1];
		wanted->id = 0;
		wanted->link = NULL;
		action = find_request(run, wanted);
	} else {
		wanted->amount_cents = action->amount_cents;
		wanted->currency = action->currency;
		wanted->description = run_expand(run, action->text);
	}
	wanted->status = PAYMENT_REQUESTED;
	wanted->expires = expiry(run, action);
	return true;
}

void run_payment_request(struct run *run, const struct prog_clause *clause, const struct prog_action *action)
{
	struct dossier *dossier = run->dossier;
	struct payment payment = { .status = PAYMENT_REQUESTED };
	const struct payment *paid;

	if (!wanted_payment(run, action, &payment)) {
		run_note(run, NULL, "payment", "nothing to request again: no payment was requested before");
		return;
	}
	paid = run_payment_paid(dossier, &payment);
	if (paid) {
		raise_paid(run, paid);
		return;
	}
	run_payments_cancel(run);
	dossier->payments = flow_list_append(run->arena, dossier->payments, dossier->payment_count,
					     sizeof *dossier->payments);
	dossier->payments[dossier->payment_count++] = payment;
	add_effect(run, clause);
	run_payment_timer(run);
}
