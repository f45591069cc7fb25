/*
 * What holds of every decision of the core, whatever the rules and the events:
 * each check looks at the dossier before, the item, and the outcome, and says
 * by name what is not so.
 */
#ifndef POSTKAMER_TESTS_FLOW_SOUND_H
#define POSTKAMER_TESTS_FLOW_SOUND_H

/* System. */
#include <inttypes.h>

/* Engine. */
#include "flow/flow.h"
#include "flow/place.h"
#include "flow/value.h"

/* Own. */
#include "test-flow.h"

/* A clause that an event came to. */
struct sound_moment {
	const struct prog_clause *clause;
	enum event_kind kind;
	const char *name;
	bool ran;
};

#define SOUND_MOMENTS 2000 /* of one item; more are not looked at */

/* One decision, with all that it was made from. */
struct sound {
	const struct program *program;
	const struct calendar *calendar;
	const struct dossier *before;
	const struct event *events;
	size_t event_count;
	int64_t now;
	const struct flow_output *output;
	const struct sound_moment *moments; /* clauses that were judged, in order */
	size_t moment_count;
};

/* ---- as text: equal texts, equal decisions ---- */

static void dump_document(struct buf *out, const struct document *document)
{
	buf_addf(out, " [%s %s %" PRId64 " %.31s %s %" PRId64 " v%d %d%d %" PRId64 "]",
		 document->name ? document->name : "-", document->type ? document->type : "-", document->size,
		 (const char *)document->sha256, document->from ? document->from : "-", document->received,
		 document->version, document->current, document->from_staff, document->item);
}

static void dump_dossier(struct buf *out, const struct dossier *d)
{
	size_t i, j;

	buf_addf(out, "%s %d %d %" PRId64 " %" PRId64 " %s\n", d->state ? d->state : "-", d->final, d->complete, d->opened,
		 d->entered, d->program ? d->program : "-");
	for (i = 0; i < d->slot_count; i++) {
		const struct slot *slot = &d->slots[i];

		buf_addf(out, "s %s %d %s %d %d%d%d%d%d %d %d %s", slot->name, slot->year, slot->title, slot->status, slot->required,
			 slot->from_staff, slot->extra, slot->asked, slot->may_be_absent, slot->files_min, slot->files_max,
			 slot->reason ? slot->reason : "-");
		for (j = 0; j < slot->document_count; j++)
			dump_document(out, &slot->documents[j]);
		buf_addc(out, '\n');
	}
	for (i = 0; i < d->timer_count; i++)
		buf_addf(out, "t %s %d %" PRId64 " %d %" PRId64 "\n", d->timers[i].clause, d->timers[i].kind, d->timers[i].due,
			 d->timers[i].repeat, d->timers[i].since);
	for (i = 0; i < d->count_count; i++)
		buf_addf(out, "c %s %d\n", d->counts[i].clause, d->counts[i].count);
	for (i = 0; i < d->payment_count; i++)
		buf_addf(out, "p %" PRId64 " %d %" PRId64 " %s %" PRId64 " %s\n", d->payments[i].id, d->payments[i].status,
			 d->payments[i].amount_cents, d->payments[i].description, d->payments[i].expires,
			 d->payments[i].link ? d->payments[i].link : "-");
	for (i = 0; i < d->held_count; i++) {
		buf_addf(out, "h %s %s %d", d->held[i].reason, d->held[i].slot ? d->held[i].slot : "-", d->held[i].year);
		dump_document(out, &d->held[i].document);
	}
	for (i = 0; i < d->fact_count; i++)
		buf_addf(out, "f %s %s\n", d->facts[i].name, d->facts[i].value);
	for (i = 0; i < d->approval_count; i++)
		buf_addf(out, "a %s %d %.31s %d %" PRId64 " %" PRId64 " %s %s\n", d->approvals[i].slot, d->approvals[i].year,
			 (const char *)d->approvals[i].sha256, d->approvals[i].state, d->approvals[i].asked,
			 d->approvals[i].answered, d->approvals[i].by ? d->approvals[i].by : "-",
			 d->approvals[i].reason ? d->approvals[i].reason : "-");
}

static void dump_output(struct buf *out, const struct flow_output *output)
{
	size_t i, j;

	dump_dossier(out, output->dossier);
	for (i = 0; i < output->effect_count; i++) {
		const struct flow_effect *effect = &output->effects[i];

		buf_addf(out, "e %d %s %d %s %d %s %zu", effect->kind, effect->clause, effect->line,
			 effect->template ? effect->template : "-", effect->audience, effect->form ? effect->form : "-",
			 effect->payment);
		for (j = 0; j < effect->attach_count; j++)
			buf_addf(out, " %s", effect->attach[j]);
		buf_addc(out, '\n');
	}
	for (i = 0; i < output->history_count; i++)
		buf_addf(out, "| %" PRId64 " %s %s %s\n", output->history[i].at, output->history[i].event,
			 output->history[i].by, output->history[i].text);
	for (i = 0; i < output->refusal_count; i++)
		buf_addf(out, "r %zu %s %s\n", output->refusals[i].event, output->refusals[i].why,
			 output->refusals[i].detail ? output->refusals[i].detail : "-");
	buf_addf(out, "%d\n", output->transitions);
}

/* ---- states and slots ---- */

static const char *sound_state(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	const struct prog_state *state = d->state ? program_state(s->program, d->state) : NULL;

	if (!state)
		return "the state is one of the program";
	if (state->final != d->final)
		return "the dossier has ended where its state is final";
	if (s->output->transitions > FLOW_MAX_TRANSITIONS)
		return "transitions are limited";
	return d->entered > s->now || d->opened > d->entered ? "a state is not entered before its time" : NULL;
}

static const char *sound_slot(const struct sound *s, const struct slot *slot)
{
	const struct prog_slot *rule = slot->extra ? NULL : program_slot(s->program, slot->name);
	const struct dossier *d = s->output->dossier;
	size_t i;

	if (!slot->extra && !rule)
		return "a slot is of the program or extra";
	if (slot_files(slot) > (size_t)slot->files_max)
		return "a slot has no more files than it takes";
	if ((slot->status == SLOT_OPEN || slot->status == SLOT_ABSENT) && slot_files(slot))
		return "an open or absent slot has no files";
	if ((slot->status == SLOT_DELIVERED || slot->status == SLOT_APPROVED) && !slot_files(slot))
		return "a delivered slot has files";
	if (rule && rule->required_if && slot->required != (slot->asked || flow_cond_holds(d, rule->required_if)))
		return "a slot is required as its condition says";
	if (slot->asked && !slot->required)
		return "what staff asked for is required";
	for (i = 1; i < slot->document_count; i++)
		if (slot->documents[i].version <= slot->documents[i - 1].version)
			return "versions go up";
	return NULL;
}

static const char *sound_slots(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	const char *what = NULL;
	size_t i, j;

	for (i = 0; i < d->slot_count && !what; i++) {
		what = sound_slot(s, &d->slots[i]);
		for (j = 0; j < i && !what; j++)
			if (d->slots[i].year == d->slots[j].year && str_eq(d->slots[i].name, d->slots[j].name))
				what = "a slot stands there once";
	}
	if (!what && !d->final && d->complete != (dossier_missing(d) == 0))
		what = "completeness is as the slots are";
	return what;
}

/* ---- timers ---- */

static bool sound_mails_party(const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_MAIL && clause->actions[i].audience != AUDIENCE_STAFF)
			return true;
	return false;
}

/* When the firing of that number is due, as the language says. */
static int64_t sound_due(const struct sound *s, const struct prog_clause *clause, const struct timer *timer)
{
	bool working = s->program->days_working, again = clause->trigger == TRIGGER_AFTER && timer->repeat;
	int64_t due = clause->trigger == TRIGGER_EVERY ?
			      calendar_add(s->calendar, timer->since, &clause->first, timer->repeat + 1, working) :
			      calendar_repeat(s->calendar, timer->since, &clause->first, &clause->then_every,
					      timer->repeat, working);

	if (!sound_mails_party(clause))
		return due;
	working = calendar_counts_working(again ? &clause->then_every : &clause->first, working);
	return calendar_window(s->calendar, due, s->program->send_from, s->program->send_until, working);
}

static const char *sound_clause_timer(const struct sound *s, const struct timer *timer)
{
	const struct dossier *d = s->output->dossier;
	const struct prog_state *state = NULL;
	const struct prog_clause *clause = program_clause(s->program, timer->clause, &state);
	int most;

	if (!clause || (state ? !str_eq(state->name, d->state) : d->final))
		return "a timer is of a clause of the present state, or of always";
	if (timer->kind == TIMER_QUIET)
		return clause->trigger != TRIGGER_ON || !clause->quiet.count || timer->due > timer->since + FLOW_QUIET_MAX ?
			       "a timer for quiet is of a clause that waits for it, an hour at most" : NULL;
	if (clause->trigger == TRIGGER_ON || (timer->kind == TIMER_DOSSIER) != clause->in_dossier)
		return "a timer is of the kind of its clause";
	if (timer->since != (clause->in_dossier ? d->opened : d->entered))
		return "a timer counts from the state's entering or the dossier's opening";
	most = clause->trigger == TRIGGER_AFTER ? clause->then_every.count ? clause->times : 0 : clause->times - 1;
	if (timer->repeat < 0 || (timer->repeat > most && !(clause->times == 0 && clause->trigger == TRIGGER_EVERY)))
		return "a timer repeats no more often than its clause says";
	return timer->due != sound_due(s, clause, timer) ? "a timer is due when its clause says" : NULL;
}

static bool sound_waits(const struct payment *payment)
{
	return payment->status == PAYMENT_REQUESTED || payment->status == PAYMENT_OPEN;
}

static const struct payment *sound_waiting(const struct dossier *d)
{
	size_t i;

	for (i = 0; i < d->payment_count; i++)
		if (sound_waits(&d->payments[i]))
			return &d->payments[i];
	return NULL;
}

static const char *sound_other_timers(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	const struct payment *waiting = sound_waiting(d);
	const struct timer *payment = NULL, *keep = NULL;
	bool erased = false;
	size_t i;

	for (i = 0; i < d->timer_count; i++) {
		payment = d->timers[i].kind == TIMER_PAYMENT ? &d->timers[i] : payment;
		keep = d->timers[i].kind == TIMER_KEEP ? &d->timers[i] : keep;
	}
	for (i = 0; i < s->output->effect_count; i++)
		erased |= s->output->effects[i].kind == FLOW_ERASE;
	if (waiting && waiting->expires != DATE_NONE ? !payment || payment->due != waiting->expires : payment != NULL)
		return "a payment that waits expires when it says, and only that";
	if (keep && (!d->final || keep->due != calendar_add_term(s->calendar, d->entered, s->program->keep_count,
								  s->program->keep_unit)))
		return "the term of keeping counts from the final state";
	if (d->final && d->entered == s->now && s->output->transitions && !keep && !erased)
		return "a final state that is entered begins the term of keeping";
	return NULL;
}

/* A state that was entered just now has all its timers. */
static const char *sound_new_timers(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	const struct prog_state *state = program_state(s->program, d->state);
	size_t i, j;

	if (d->entered != s->now || !s->output->transitions)
		return NULL;
	for (i = 0; i < state->clause_count; i++) {
		bool found = state->clauses[i].trigger == TRIGGER_ON || state->clauses[i].in_dossier;

		for (j = 0; j < d->timer_count; j++)
			found |= str_eq(d->timers[j].clause, state->clauses[i].id);
		if (!found)
			return "a state that is entered sets its timers";
	}
	return NULL;
}

static bool sound_was_due(const struct dossier *d, const struct timer *timer)
{
	size_t i;

	for (i = 0; i < d->timer_count; i++)
		if (str_eq(d->timers[i].clause, timer->clause) && d->timers[i].due == timer->due)
			return true;
	return timer->kind != TIMER_STATE && timer->kind != TIMER_DOSSIER;
}

static const char *sound_timers(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	const char *what = sound_other_timers(s);
	size_t i, j;

	for (i = 0; i < d->timer_count && !what; i++) {
		const struct timer *timer = &d->timers[i];

		if (timer->due < timer->since)
			what = "a timer is not due before it began";
		if (timer->due < s->now && !sound_was_due(s->before, timer))
			what = "what has passed does not fire";
		for (j = 0; j < i && !what; j++)
			if (timer->kind != TIMER_RECEIPT && d->timers[j].kind != TIMER_RECEIPT &&
			    str_eq(d->timers[j].clause, timer->clause))
				what = "a clause has one timer";
		if (!what && timer->kind != TIMER_RECEIPT && timer->kind != TIMER_PAYMENT && timer->kind != TIMER_KEEP)
			what = sound_clause_timer(s, timer);
	}
	return what ? what : sound_new_timers(s);
}

/* The engine's own timers are left alone. */
static const char *sound_receipts(const struct sound *s)
{
	size_t i, before = 0, after = 0;

	for (i = 0; i < s->before->timer_count; i++)
		before += s->before->timers[i].kind == TIMER_RECEIPT;
	for (i = 0; i < s->output->dossier->timer_count; i++)
		after += s->output->dossier->timers[i].kind == TIMER_RECEIPT;
	return before != after ? "a shared receipt is the engine's own" : NULL;
}

/* ---- effects ---- */

static bool sound_declares(const struct prog_action *action, const struct flow_effect *effect)
{
	if (effect->kind == FLOW_PAYMENT)
		return action->kind == ACTION_PAYMENT || action->kind == ACTION_PAYMENT_AGAIN;
	return action->kind == ACTION_MAIL && str_eq(action->template, effect->template) &&
	       action->audience == effect->audience && str_eq(action->form, effect->form);
}

static const char *sound_effect(const struct sound *s, const struct flow_effect *effect)
{
	const struct prog_clause *clause = program_clause(s->program, effect->clause, NULL);
	bool declared = false, asked = false;
	size_t i;

	if (effect->kind == FLOW_ERASE) {
		for (i = 0; i < s->event_count; i++)
			asked |= s->events[i].kind == EVENT_TIMER && str_eq(s->events[i].name, FLOW_CLAUSE_KEEP);
		return asked ? NULL : "only the term of keeping erases";
	}
	for (i = 0; clause && i < clause->action_count; i++)
		declared |= sound_declares(&clause->actions[i], effect);
	if (!declared || effect->line != clause->span.line)
		return "each effect is an action of the clause it names";
	if (effect->kind == FLOW_PAYMENT && effect->payment >= s->output->dossier->payment_count)
		return "a payment that is asked for is there";
	for (i = 0; i < effect->attach_count; i++)
		if (!program_slot(s->program, effect->attach[i]))
			return "what is attached is a slot";
	return NULL;
}

/* Each mail of a clause that ran is there: what a goto leaves out stands behind it, and goto is the last. */
static bool sound_has_mail(const struct sound *s, const struct prog_action *action)
{
	size_t i;

	for (i = 0; i < s->output->effect_count; i++) {
		const struct flow_effect *effect = &s->output->effects[i];
		size_t j, k, attached = 0;

		if (effect->kind != FLOW_MAIL || !sound_declares(action, effect))
			continue;
		for (j = 0; j < action->attach_count; j++)
			for (k = 0; k < effect->attach_count; k++)
				attached += str_eq(action->attach[j], effect->attach[k]);
		return attached == action->attach_count;
	}
	return false;
}

static const char *sound_ran(const struct sound *s)
{
	size_t i, j;

	for (i = 0; i < s->moment_count; i++) {
		const struct prog_clause *clause = s->moments[i].clause;

		for (j = 0; j < clause->action_count && s->moments[i].ran; j++)
			if (clause->actions[j].kind == ACTION_MAIL && !sound_has_mail(s, &clause->actions[j]))
				return "each mail of a clause that ran is sent, with what it attaches";
	}
	for (i = 0; i < s->output->effect_count; i++) {
		bool ran = s->output->effects[i].kind == FLOW_ERASE;

		for (j = 0; j < s->moment_count; j++)
			ran |= s->moments[j].ran && str_eq(s->moments[j].clause->id, s->output->effects[i].clause);
		if (!ran)
			return "each effect is of a clause that ran";
	}
	return NULL;
}

static int sound_count_of(const struct dossier *d, const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < d->count_count; i++)
		if (str_eq(d->counts[i].clause, clause->id))
			return d->counts[i].count;
	return 0;
}

static const char *sound_counts(const struct sound *s)
{
	size_t i, j;

	for (i = 0; i < s->moment_count; i++) {
		const struct prog_clause *clause = s->moments[i].clause;
		int runs = 0, count = sound_count_of(s->output->dossier, clause);

		for (j = 0; j < s->moment_count && clause->limit; j++)
			runs += s->moments[j].ran && s->moments[j].clause == clause;
		if (clause->limit && (count != sound_count_of(s->before, clause) + runs || count > clause->limit))
			return "a clause runs as often as it is counted, and no more often than it may";
	}
	return NULL;
}

static bool sound_listens(const struct prog_clause *clauses, size_t count, const char *fact)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].event_count; j++)
			if (clauses[i].events[j].kind == EVENT_FACT_CHANGED &&
			    (!clauses[i].events[j].name || str_eq(clauses[i].events[j].name, fact)))
				return true;
	return false;
}

/* Where nothing else leads away, those who listen hear of a fact that is another. */
static const char *sound_news(const struct sound *s)
{
	const struct prog_state *state = program_state(s->program, s->output->dossier->state);
	size_t i, j;

	for (i = 0; i < s->program->fact_count && !s->output->transitions && s->before->state; i++) {
		const char *fact = s->program->facts[i].name;
		bool heard = str_eq(dossier_fact(s->before, fact), dossier_fact(s->output->dossier, fact)) ||
			     (!sound_listens(state->clauses, state->clause_count, fact) &&
			      (state->final || !sound_listens(s->program->always, s->program->always_count, fact)));

		for (j = 0; j < s->moment_count; j++)
			heard |= s->moments[j].kind == EVENT_FACT_CHANGED && str_eq(s->moments[j].name, fact);
		if (!heard)
			return "news about a fact is told";
	}
	return NULL;
}

/* "woning is yes, was no": the news is that it is another. */
static const char *sound_history(const struct sound *s)
{
	size_t i;

	for (i = 0; i < s->output->history_count; i++) {
		const struct history_line *line = &s->output->history[i];
		const char *is = strstr(line->text, " is "), *was = strstr(line->text, ", was ");

		if (!str_eq(line->event, event_kind_words(EVENT_FACT_CHANGED)) || !is || !was || strchr(line->text, ':'))
			continue;
		if ((size_t)(was - is - 4) == strlen(was + 6) && strncmp(is + 4, was + 6, strlen(was + 6)) == 0)
			return "a fact that changed is another than it was";
	}
	return NULL;
}

static const char *sound_effects(const struct sound *s)
{
	const struct flow_output *o = s->output;
	const char *what = NULL;
	size_t i, j, asked = 0;

	for (i = 0; i < o->effect_count && !what; i++) {
		what = sound_effect(s, &o->effects[i]);
		asked += o->effects[i].kind == FLOW_PAYMENT;
		for (j = 0; j < i && !what; j++)
			if (o->effects[i].kind == FLOW_MAIL && o->effects[j].kind == FLOW_MAIL &&
			    str_eq(o->effects[i].template, o->effects[j].template) &&
			    o->effects[i].audience == o->effects[j].audience && str_eq(o->effects[i].form, o->effects[j].form))
				what = "the same mail goes once in an item";
	}
	if (!what && asked != o->dossier->payment_count - s->before->payment_count)
		what = "each new payment is asked for, once";
	return what;
}

/* ---- payments, facts, approvals ---- */

static const char *sound_payments(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	size_t i, waiting = 0;

	if (d->payment_count < s->before->payment_count)
		return "a payment is never lost";
	for (i = 0; i < d->payment_count; i++) {
		const struct payment *old = i < s->before->payment_count ? &s->before->payments[i] : NULL;
		enum payment_status status = d->payments[i].status;

		waiting += sound_waits(&d->payments[i]);
		if (old && d->final && s->output->transitions && sound_waits(&d->payments[i]))
			return "no payment waits when the end is reached";
		if (!old || old->status == status)
			continue;
		if (old->amount_cents != d->payments[i].amount_cents || old->id != d->payments[i].id)
			return "what a payment is about stays";
		if (old->status == PAYMENT_PAID ? status != PAYMENT_REFUNDED :
		    old->status == PAYMENT_REFUNDED || status == PAYMENT_REQUESTED ||
		    (!sound_waits(old) && status != PAYMENT_PAID && status != PAYMENT_REFUNDED))
			return "a payment goes its way only";
	}
	return waiting > 1 ? "one payment waits at most" : NULL;
}

static const char *sound_facts(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	size_t i, j;

	for (i = 0; i < d->fact_count; i++) {
		const struct prog_fact *rule = program_fact(s->program, d->facts[i].name);
		struct value_kind kind;

		if (!rule)
			return "a fact is of the program";
		kind = value_kind_of_fact(rule);
		if (!value_is_canonical(&kind, d->facts[i].value))
			return "a fact has a canonical value";
		for (j = 0; j < i; j++)
			if (str_eq(d->facts[i].name, d->facts[j].name))
				return "a fact has one value";
	}
	return NULL;
}

static bool sound_is_current(const struct dossier *d, const struct approval *row)
{
	const struct slot *slot = dossier_slot(d, row->slot, row->year);
	size_t i;

	for (i = 0; slot && i < slot->document_count; i++)
		if (slot->documents[i].current && memcmp(slot->documents[i].sha256, row->sha256, 32) == 0)
			return true;
	return false;
}

/* Did the client say so in this item, of these bytes or of all that is asked? */
static bool sound_is_said(const struct sound *s, const struct approval *row, enum event_kind kind)
{
	size_t i;

	for (i = 0; i < s->event_count; i++) {
		const struct event *event = &s->events[i];

		if (event->kind == kind && (event->actor == ACTOR_CLIENT || event->actor == ACTOR_OPERATOR) &&
		    (!event->slot || (str_eq(event->slot, row->slot) && event->year == row->year)) &&
		    (!event->sha256 || memcmp(event->sha256, row->sha256, 32) == 0))
			return true;
	}
	return false;
}

static const char *sound_approval(const struct sound *s, const struct approval *old, const struct approval *row)
{
	if (old && (!str_eq(old->slot, row->slot) || memcmp(old->sha256, row->sha256, 32)))
		return "an approval is never lost, nor about something else";
	if ((row->state == APPROVAL_ASKED || row->state == APPROVAL_GIVEN) && !sound_is_current(s->output->dossier, row))
		return "what is asked or given is about a current document";
	if (old && old->state == row->state)
		return NULL;
	if (old && (old->state == APPROVAL_VOID || old->state == APPROVAL_REFUSED))
		return "what is void or refused stays so";
	if (row->state == APPROVAL_GIVEN && !sound_is_said(s, row, EVENT_APPROVAL_GIVEN))
		return "only the client approves, and only these bytes";
	if (row->state == APPROVAL_REFUSED && !sound_is_said(s, row, EVENT_APPROVAL_REFUSED))
		return "only the client refuses";
	return NULL;
}

/* A slot for approval is approved exactly when all that is in it was approved by the client. */
static const char *sound_approved_slot(const struct sound *s, const struct slot *slot)
{
	const struct prog_slot *rule = slot->extra ? NULL : program_slot(s->program, slot->name);
	const struct dossier *d = s->output->dossier;
	size_t i, j;

	if (!rule || !rule->for_approval || slot->status != SLOT_APPROVED)
		return NULL;
	for (i = 0; i < slot->document_count; i++) {
		bool given = !slot->documents[i].current;

		for (j = 0; j < d->approval_count; j++)
			given |= d->approvals[j].state == APPROVAL_GIVEN && str_eq(d->approvals[j].slot, slot->name) &&
				 d->approvals[j].year == slot->year &&
				 memcmp(d->approvals[j].sha256, slot->documents[i].sha256, 32) == 0;
		if (!given)
			return "an approved slot holds what the client approved, and nothing else";
	}
	return NULL;
}

static const char *sound_approvals(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	const char *what = d->approval_count < s->before->approval_count ? "an approval is never lost" : NULL;
	size_t i;

	for (i = 0; i < d->approval_count && !what; i++)
		what = sound_approval(s, i < s->before->approval_count ? &s->before->approvals[i] : NULL, &d->approvals[i]);
	for (i = 0; i < d->slot_count && !what; i++)
		what = sound_approved_slot(s, &d->slots[i]);
	return what;
}

/* ---- documents ---- */

static bool sound_has_bytes(const struct dossier *d, const unsigned char *sha256)
{
	size_t i, j;

	for (i = 0; i < d->held_count; i++)
		if (memcmp(d->held[i].document.sha256, sha256, 32) == 0)
			return true;
	for (i = 0; i < d->slot_count; i++)
		for (j = 0; j < d->slots[i].document_count; j++)
			if (memcmp(d->slots[i].documents[j].sha256, sha256, 32) == 0)
				return true;
	return false;
}

static const char *sound_documents(const struct sound *s)
{
	const struct dossier *d = s->output->dossier;
	size_t i, j;

	for (i = 0; i < s->event_count; i++)
		if (s->events[i].document && !sound_has_bytes(d, s->events[i].document->sha256))
			return "a document that came is in a slot or held";
	for (i = 0; i < s->before->held_count; i++)
		if (!sound_has_bytes(d, s->before->held[i].document.sha256))
			return "a held document is not lost";
	for (i = 0; i < s->before->slot_count; i++) {
		const struct slot *old = &s->before->slots[i], *slot = dossier_slot(d, old->name, old->year);

		if (!slot || slot->document_count < old->document_count)
			return "no slot and no version is lost";
		for (j = 0; j < old->document_count; j++)
			if (memcmp(slot->documents[j].sha256, old->documents[j].sha256, 32) ||
			    slot->documents[j].version != old->documents[j].version)
				return "versions are not overwritten";
	}
	return NULL;
}

/* ---- what is told ---- */

static const char *sound_told(const struct sound *s)
{
	const struct flow_output *o = s->output;
	struct buf before = BUF_INIT(BUF_MAX_TEXT), after = BUF_INIT(BUF_MAX_TEXT);
	const char *what = o->history_count < s->event_count ? "each event leaves a line of history" : NULL;
	size_t i;

	for (i = 0; i < o->refusal_count && !what; i++)
		if (o->refusals[i].event >= s->event_count || !o->refusals[i].why)
			what = "a refusal is of an event, and says why";
	if (s->before->final && s->event_count == 1 && !o->refusal_count &&
	    (s->events[0].kind == EVENT_DOCUMENT_APPROVED || s->events[0].kind == EVENT_SLOT_ABSENT ||
	     s->events[0].kind == EVENT_SLOT_PRESENT))
		what = "slots are not worked on in a final state";
	/* Of one event that was refused nothing comes, but that its document is held and that somebody is still there. */
	if (!what && s->event_count == 1 && o->refusal_count && s->events[0].kind != EVENT_TIMER && !s->events[0].document &&
	    !event_from_party(&s->events[0])) {
		dump_dossier(&before, s->before);
		dump_dossier(&after, o->dossier);
		if (strcmp(before.data, after.data) || o->effect_count)
			what = "what was refused changed nothing";
	}
	buf_free(&before);
	buf_free(&after);
	return what;
}

/* NULL, or what is not so. */
static const char *sound_check(const struct sound *s)
{
	static const char *(*const checks[])(const struct sound *) = {
		sound_state, sound_slots, sound_timers, sound_receipts, sound_effects, sound_payments, sound_facts,
		sound_approvals, sound_documents, sound_told,	 sound_ran,	sound_counts,	sound_news,
		sound_history,
	};
	const char *what = NULL;
	size_t i;

	for (i = 0; i < sizeof checks / sizeof *checks && !what; i++)
		what = checks[i](s);
	return what;
}

#endif
