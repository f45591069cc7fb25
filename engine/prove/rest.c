/*
 * What resting in a situation shows: somebody waits for somebody who was never
 * told, or for an answer that nothing hears.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/prove_p.h"

struct rest {
	struct prove *prove;
	const struct prove_step *step;
	const struct prog_state *state;
	uint32_t node;
	const char *more;  /* the step behind the node that shows it; NULL = being there is enough */
};

static void say(const struct rest *rest, enum diag_severity severity, const char *hint, const char *words)
{
	struct prove_case found = { severity, rest->state->span, rest->node, rest->more, hint };

	prove_tell(rest->prove, &found, "%s", words);
}

static bool is_waiting_for_payment(const struct dossier *dossier)
{
	enum payment_status last;

	if (!dossier->payment_count)
		return false;
	last = dossier->payments[dossier->payment_count - 1].status;
	return last == PAYMENT_REQUESTED || last == PAYMENT_OPEN;
}

static bool mails_client(const struct rest *rest, const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_MAIL &&
		    prove_audience(rest->prove->lookup, clause->actions[i].template, clause->actions[i].audience) !=
			    AUDIENCE_STAFF)
			return true;
	return false;
}

static bool hears(const struct prog_clause *clause, enum event_kind kind)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == kind)
			return true;
	return false;
}

/* Will he be told while the dossier stays here, without anybody doing something? */
static bool will_be_told(const struct rest *rest)
{
	size_t i;

	for (i = 0; i < rest->state->clause_count; i++) {
		const struct prog_clause *clause = &rest->state->clauses[i];

		if (!mails_client(rest, clause) || prove_target(clause) != PROVE_NONE)
			continue;
		/* Who has to send something, or is done, should not have to wait for a reminder. */
		if (clause->quiet.count || hears(clause, EVENT_PAYMENT_READY) ||
		    (clause->trigger != TRIGGER_ON && !rest->state->uploads_open && !rest->state->final))
			return true;
	}
	return false;
}

/* Of the state before: that he was not told there is the same fault. */
static bool was_said(const struct rest *rest)
{
	size_t before = prove_state_of(&rest->prove->plan, rest->step->before);

	return before != PROVE_NONE && prove_was_said(rest->prove, SAID_CLIENT, before) && !rest->state->final;
}

static void notice_client(const struct rest *rest)
{
	const struct prog_state *state = rest->state;
	char words[300];

	if (!rest->step->moved || rest->step->told.client || will_be_told(rest) || was_said(rest) ||
	    !prove_once(rest->prove, SAID_CLIENT, rest->step->state))
		return;
	snprintf(words, sizeof words,
		 state->final	     ? "a dossier can end in '%s' and the client is never told" :
		 state->uploads_open ? "documents are waited for in '%s', and the client is never told" :
				       "a dossier is opened, rests in '%s', and the client is never told",
		 state->name);
	say(rest, DIAG_WARNING, "mail him on the way here, or here: on enter { mail … }", words);
}

static bool is_staffs(enum event_kind kind)
{
	return kind == EVENT_STAFF_TAKE || kind == EVENT_STAFF_FINISH || kind == EVENT_STAFF_WITHDRAW ||
	       kind == EVENT_STAFF_CLOSE || kind == EVENT_STAFF_REFUND || kind == EVENT_DOCUMENT_REJECTED ||
	       kind == EVENT_DOCUMENT_APPROVED || kind == EVENT_SLOT_ADDED || kind == EVENT_SLOT_REOPENED ||
	       kind == EVENT_STAFF_DOCUMENT_RECEIVED;
}

/* Does the state wait for staff, and for nobody and nothing else? */
static bool waits_for_staff_only(const struct rest *rest)
{
	const struct prog_state *state = rest->state;
	bool staff = false;
	size_t i, j;

	if (state->final || state->uploads_open || rest->step->after->timer_count ||
	    is_waiting_for_payment(rest->step->after))
		return false;
	for (i = 0; i < state->clause_count; i++)
		for (j = 0; j < state->clauses[i].event_count; j++) {
			enum event_kind kind = state->clauses[i].events[j].kind;

			if (is_staffs(kind))
				staff |= prove_target(&state->clauses[i]) != PROVE_NONE;
			else if (kind != EVENT_ENTER && kind != EVENT_MAIL_FAILED)
				return false;
		}
	return staff;
}

static void notice_staff(const struct rest *rest)
{
	char words[300];

	if (rest->step->told.staff || !waits_for_staff_only(rest) ||
	    !prove_once(rest->prove, SAID_STAFF, rest->step->state))
		return;
	snprintf(words, sizeof words, "'%s' waits for staff, and nobody tells them", rest->state->name);
	say(rest, DIAG_WARNING, "add: on enter { mail TEMPLATE to staff }", words);
}

static bool is_clients(enum event_kind kind)
{
	return kind == EVENT_FORM_RECEIVED || kind == EVENT_PHRASE || kind == EVENT_CLIENT_CANCEL;
}

/* May a clause that hears this be set off by staff alone? */
static bool may_be_staff(const struct prove *prove, const struct prog_event *event)
{
	const struct program *program = prove->program;
	size_t i;

	for (i = 0; event->kind == EVENT_PHRASE && i < program->phrase_count; i++)
		if (str_eq(program->phrases[i].name, event->name))
			return program->phrases[i].from >> ACTOR_STAFF & 1;
	for (i = 0; event->kind == EVENT_FORM_RECEIVED && i < program->form_count; i++)
		if (str_eq(program->forms[i].name, event->name))
			return program->forms[i].from >> ACTOR_STAFF & 1;
	return false;
}

/* Does the state wait for a form or words of the client, and for nobody and nothing else? */
static bool waits_for_client_only(const struct rest *rest)
{
	const struct prog_state *state = rest->state;
	bool client = false;
	size_t i, j;

	if (state->final || state->uploads_open || rest->step->after->timer_count ||
	    is_waiting_for_payment(rest->step->after))
		return false;
	for (i = 0; i < state->clause_count; i++)
		for (j = 0; j < state->clauses[i].event_count; j++) {
			const struct prog_event *event = &state->clauses[i].events[j];

			if (event->kind == EVENT_ENTER || event->kind == EVENT_MAIL_FAILED)
				continue;
			if (!is_clients(event->kind) || may_be_staff(rest->prove, event))
				return false;
			client |= event->kind != EVENT_CLIENT_CANCEL && prove_target(&state->clauses[i]) != PROVE_NONE;
		}
	return client;
}

static void notice_waiting(const struct rest *rest)
{
	char words[300];

	if (!rest->step->moved || rest->step->told.here || !waits_for_client_only(rest) ||
	    prove_was_said(rest->prove, SAID_CLIENT, rest->step->state) ||
	    !prove_once(rest->prove, SAID_WAITING, rest->step->state))
		return;
	snprintf(words, sizeof words, "'%s' waits for the client, and nobody tells him", rest->state->name);
	say(rest, DIAG_WARNING, "add: on enter { mail TEMPLATE }, where he has to send a form: with form NAME", words);
}

/* Was the client asked, with this step, for a document of his? */
static bool is_asked_for(const struct rest *rest)
{
	const struct event *event = rest->prove->event;
	const struct slot *slot = event->slot ? dossier_slot(rest->step->after, event->slot, event->year) : NULL;

	return (event->kind == EVENT_DOCUMENT_REJECTED || event->kind == EVENT_SLOT_REOPENED ||
		event->kind == EVENT_SLOT_ADDED) &&
	       !rest->step->output->refusal_count && slot && !slot->from_staff && slot->required && !slot_filled(slot);
}

/* A clause that waits for quiet tells it later, once for several. */
static bool waits_for_quiet(const struct rest *rest)
{
	const struct dossier *after = rest->step->after;
	size_t i;

	for (i = 0; i < after->timer_count; i++) {
		const struct prog_clause *clause = program_clause(rest->prove->program, after->timers[i].clause, NULL);

		if (clause && after->timers[i].kind == TIMER_QUIET && mails_client(rest, clause))
			return true;
	}
	return false;
}

static void notice_unasked(const struct rest *rest)
{
	size_t before = prove_state_of(&rest->prove->plan, rest->step->before);
	struct prove_case found = { DIAG_WARNING, { 0 }, rest->node, rest->more, "mail him: { mail TEMPLATE; … }" };

	if (!is_asked_for(rest) || rest->step->mails_client || waits_for_quiet(rest) || !rest->prove->last ||
	    !prove_once(rest->prove, SAID_UNASKED, before))
		return;
	found.span = rest->prove->first->span;
	prove_tell(rest->prove, &found, "after '%s' the client has to send a document, and nobody tells him",
		   event_kind_words(rest->prove->event->kind));
}

static void notice_closed(const struct rest *rest)
{
	const struct event *event = rest->prove->event;
	char words[300];

	if (rest->state->uploads_open || !rest->step->mails_client || !is_asked_for(rest) ||
	    !prove_once(rest->prove, SAID_CLOSED, rest->step->state))
		return;
	snprintf(words, sizeof words, "after '%s' the client has to send a document, but '%s' takes none in",
		 event_kind_words(event->kind), rest->state->name);
	say(rest, DIAG_WARNING, "goto a state with uploads open, or say: uploads open", words);
}

/* Can a state that does something with a payment be reached from this one, always aside? */
static bool is_handled_later(const struct prove *prove, size_t from)
{
	size_t count = prove->program->state_count, i, j;
	bool *seen = arena_array(&((struct prove *)prove)->scratch, count, sizeof *seen), grew = true;

	seen[from] = true;
	while (grew) {
		grew = false;
		for (i = 0; i < count; i++) {
			const struct prog_state *state = &prove->program->states[i];

			for (j = 0; seen[i] && j < state->clause_count; j++) {
				size_t target = prove_target(&state->clauses[j]);

				if (target != PROVE_NONE && !seen[target])
					seen[target] = grew = true;
			}
		}
	}
	for (i = 0; i < count; i++)
		if (seen[i] && prove_listens(&prove->plan, i, EVENT_PAYMENT_PAID))
			return true;
	return false;
}

static void notice_paid(const struct rest *rest)
{
	struct prove *prove = rest->prove;
	size_t i;
	char words[300];

	for (i = 0; i < prove->program->state_count; i++)
		if (prove_listens(&prove->plan, i, EVENT_PAYMENT_PAID))
			break;
	/* Nowhere at all: rule_load() has said so. */
	if (i == prove->program->state_count || !is_waiting_for_payment(rest->step->after) || rest->state->final ||
	    is_handled_later(prove, rest->step->state) || !prove_once(prove, SAID_PAID, rest->step->state))
		return;
	snprintf(words, sizeof words, "a payment can come in while the dossier is in '%s', and nothing happens then",
		 rest->state->name);
	say(rest, DIAG_WARNING, "add: on payment paid { … }, or cancel payment before", words);
}

/* Do only payments lead out of the state? */
static bool waits_for_payment_only(const struct prog_state *state)
{
	bool paid = false;
	size_t i, j;

	for (i = 0; i < state->clause_count; i++)
		for (j = 0; j < state->clauses[i].event_count && prove_target(&state->clauses[i]) != PROVE_NONE; j++) {
			if (state->clauses[i].events[j].kind != EVENT_PAYMENT_PAID)
				return false;
			paid = true;
		}
	return paid;
}

/* The last link is dead, no timer is set any more, and staff never heard of it. */
static void notice_dead(const struct rest *rest)
{
	const struct dossier *after = rest->step->after;
	enum payment_status last = after->payment_count ? after->payments[after->payment_count - 1].status : PAYMENT_PAID;
	char words[300];

	if (rest->state->final || after->timer_count || rest->step->told.staff ||
	    (last != PAYMENT_FAILED && last != PAYMENT_EXPIRED) || !waits_for_payment_only(rest->state) ||
	    !prove_listens(&rest->prove->plan, rest->step->state, EVENT_PAYMENT_FAILED) ||
	    !prove_listens(&rest->prove->plan, rest->step->state, EVENT_PAYMENT_EXPIRED) ||
	    !prove_once(rest->prove, SAID_DEAD, rest->step->state))
		return;
	snprintf(words, sizeof words, "'%s' may wait for ever for a payment that failed or expired, and nobody is told",
		 rest->state->name);
	say(rest, DIAG_WARNING, "tell staff, or end the dossier after a time", words);
}

/* A link that is dead for good, and a state that goes on waiting for it. */
static void notice_failed(const struct rest *rest)
{
	struct prove *prove = rest->prove;
	size_t state = rest->step->state;
	const struct dossier *after = rest->step->after;
	bool failed = prove_listens(&prove->plan, state, EVENT_PAYMENT_FAILED), expired;
	char words[300];

	if (rest->state->final || !is_waiting_for_payment(after) ||
	    !prove_listens(&prove->plan, state, EVENT_PAYMENT_PAID) ||
	    !prove_once(prove, SAID_FAILED, state))
		return;
	/* Without a term it lasts as long as the provider wants. */
	expired = prove_listens(&prove->plan, state, EVENT_PAYMENT_EXPIRED) ||
		  after->payments[after->payment_count - 1].expires <= PROVE_NOW;
	if (failed && expired)
		return;
	snprintf(words, sizeof words, "'%s' waits for a payment, and nothing happens when it %s", rest->state->name,
		 failed ? "expires" : expired ? "fails" : "fails or expires");
	say(rest, DIAG_WARNING,
	    failed ? "add: on payment expired, at most 3 times { request payment again }" :
		     "add: on payment failed, payment expired, at most 3 times { request payment again }", words);
}

static bool hears_about(const struct prog_clause *clauses, size_t count, enum event_kind kind, const char *slot)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].event_count; j++)
			if (clauses[i].events[j].kind == kind &&
			    (!clauses[i].events[j].slot || str_eq(clauses[i].events[j].slot, slot)))
				return true;
	return false;
}

/* Does a clause hear that answer about this slot? */
static bool hears_answer(const struct rest *rest, enum event_kind kind, const char *slot)
{
	const struct program *program = rest->prove->program;

	return hears_about(rest->state->clauses, rest->state->clause_count, kind, slot) ||
	       hears_about(program->always, program->always_count, kind, slot);
}

static void notice_approval(const struct rest *rest)
{
	const struct dossier *after = rest->step->after;
	enum event_kind kind;
	char words[300];
	size_t i;

	for (i = 0; i < after->slot_count && after->approval_count && !rest->state->final; i++) {
		const char *name = after->slots[i].name;
		const struct approval *last = dossier_approval(after, name, after->slots[i].year);

		if (!last || last->state != APPROVAL_ASKED)
			continue;
		kind = hears_answer(rest, EVENT_APPROVAL_GIVEN, name) ? EVENT_APPROVAL_REFUSED : EVENT_APPROVAL_GIVEN;
		if (hears_answer(rest, kind, name) || !prove_once(rest->prove, SAID_APPROVAL, rest->step->state))
			continue;
		snprintf(words, sizeof words, "'%s' is put to the client, but in '%s' no clause hears '%s'",
			 name, rest->state->name, event_kind_words(kind));
		say(rest, DIAG_WARNING, "his answer would be refused", words);
	}
}

/* All is there, nobody is asked to look, and no clause notices. */
static void notice_complete(const struct rest *rest)
{
	const struct prog_state *state = rest->state;
	struct prove *prove = rest->prove;
	size_t i;
	char words[300];

	if (!state->uploads_open || !rest->step->after->complete || rest->step->before->complete ||
	    prove_listens(&prove->plan, rest->step->state, EVENT_DOCUMENTS_COMPLETE) ||
	    prove_listens(&prove->plan, rest->step->state, EVENT_DOCUMENT_RECEIVED))
		return;
	for (i = 0; i < state->clause_count; i++)
		if (state->clauses[i].trigger == TRIGGER_ON && prove_target(&state->clauses[i]) != PROVE_NONE)
			return;
	if (!rest->step->before->state || !prove_once(prove, SAID_COMPLETE, rest->step->state))
		return;
	snprintf(words, sizeof words, "when all documents are there, nothing happens in '%s'", state->name);
	say(rest, DIAG_WARNING, "add: on documents complete { goto … }", words);
}

void prove_notice_step(struct prove *prove, const struct prove_step *step)
{
	struct rest rest = { prove, step, &prove->program->states[step->state], prove->at, prove_this_step(prove) };

	notice_unasked(&rest);
	notice_closed(&rest);
}

void prove_notice_rest(struct prove *prove, const struct prove_step *step, uint32_t node)
{
	struct rest rest = { prove, step, &prove->program->states[step->state], node, NULL };

	notice_client(&rest);
	notice_staff(&rest);
	notice_waiting(&rest);
	notice_paid(&rest);
	notice_failed(&rest);
	notice_dead(&rest);
	notice_approval(&rest);
	notice_complete(&rest);
}
