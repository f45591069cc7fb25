/* Own. */
#include "prove/prove_p.h"

static bool is_reached(const struct prove *prove, size_t state)
{
	return prove->seen[state] || prove->passed[state] || (int)state == prove->program->start;
}

static int last_line(const struct prove *prove, size_t index)
{
	const struct prove_clause *mine = &prove->plan.clauses[index];

	/* Up to the next clause of the same state, or a few lines. */
	if (index + 1 < prove->plan.clause_count && prove->plan.clauses[index + 1].state == mine->state)
		return prove->plan.clauses[index + 1].clause->span.line;
	return mine->clause->span.line + 3;
}

static const char *state_words(struct prove *prove, const struct prove_clause *mine)
{
	return mine->state == PROVE_NONE ?
		       "any state" :
		       arena_printf(&prove->arena, "'%s'", prove->program->states[mine->state].name);
}

/* Why an event does not happen, where that can be guessed. */
static const char *why_never(const struct prove *prove, const struct prove_clause *mine, enum event_kind kind)
{
	if (mine->state != PROVE_NONE && !prove->seen[mine->state])
		return "the state is left as soon as it is entered";
	switch (kind) {
	case EVENT_PAYMENT_READY:
	case EVENT_PAYMENT_PAID:
	case EVENT_PAYMENT_FAILED:
	case EVENT_PAYMENT_EXPIRED: return "no payment is asked for at that time";
	case EVENT_SLOT_ABSENT:
	case EVENT_SLOT_PRESENT: return "no document may be absent at that time";
	case EVENT_APPROVAL_ASKED:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED: return "nothing is put to the client at that time";
	case EVENT_FACT_CHANGED: return "nothing changes that fact at that time";
	case EVENT_DOCUMENT_REJECTED:
	case EVENT_DOCUMENT_APPROVED: return "nothing is there at that time that was delivered";
	case EVENT_ENTER:
	case EVENT_DOCUMENTS_COMPLETE: return "an earlier clause leaves the state first";
	default: return "take it out, or put it where it can happen";
	}
}

static void tell_never(struct prove *prove, const struct prove_clause *mine)
{
	const struct prog_clause *clause = mine->clause;
	struct prove_case found = { DIAG_WARNING, clause->span, PROVE_NO_NODE, NULL, NULL };

	if (mine->was_offered && clause->cond) {
		if (clause->cond->span.line)
			found.span = clause->cond->span;
		found.node = mine->offered;
		found.more = mine->offered == PROVE_NO_NODE ? NULL : prove_step_words(prove, mine->offered_by);
		found.hint = "in no situation that was explored";
		prove_tell(prove, &found, "this condition is never true in %s when the clause asks for it",
			   state_words(prove, mine));
	} else if (clause->trigger != TRIGGER_ON) {
		found.hint = mine->state != PROVE_NONE && !prove->seen[mine->state] ?
				     "the state is left as soon as it is entered" :
			     clause->in_dossier ? "that moment is past when the state is entered, or it is left before" :
						  "the state is always left before";
		prove_tell(prove, &found, "this is never due");
	} else if (clause->quiet.count && mine->was_offered) {
		found.hint = "the state is always left before it has been quiet";
		prove_tell(prove, &found, "this clause never runs");
	} else {
		found.hint = why_never(prove, mine, clause->events[0].kind);
		prove_tell(prove, &found, "this clause never runs: '%s' never comes to it in %s",
			   event_kind_words(clause->events[0].kind), state_words(prove, mine));
	}
}

static void tell_events(struct prove *prove, const struct prove_clause *mine)
{
	struct prove_case found = { DIAG_WARNING, mine->clause->span, PROVE_NO_NODE, NULL, NULL };
	size_t i;

	for (i = 0; i < mine->clause->event_count && i < 64; i++) {
		const struct prog_event *event = &mine->clause->events[i];

		if (mine->events >> i & 1)
			continue;
		found.hint = why_never(prove, mine, event->kind);
		prove_tell(prove, &found, "'%s%s%s' never happens in %s", event_kind_words(event->kind),
			   event->slot ? " " : "", event->slot ? event->slot : "", state_words(prove, mine));
	}
}

static void find_clauses(struct prove *prove)
{
	size_t i;

	for (i = 0; i < prove->plan.clause_count; i++) {
		const struct prove_clause *mine = &prove->plan.clauses[i];

		if ((mine->state != PROVE_NONE && !is_reached(prove, mine->state)) ||
		    prove_is_said(prove, mine->clause->span, last_line(prove, i)))
			continue;
		if (mine->was_run)
			tell_events(prove, mine);
		else
			tell_never(prove, mine);
	}
}

static void find_states(struct prove *prove)
{
	size_t i;

	for (i = 0; i < prove->program->state_count; i++) {
		const struct prog_state *state = &prove->program->states[i];
		struct prove_case found = { DIAG_ERROR, state->span, PROVE_NO_NODE, NULL,
					    "no run of events leads to it" };

		if (!is_reached(prove, i))
			prove_tell(prove, &found, "state '%s' is never reached", state->name);
	}
}

/* ---- mails that come too often ---- */

#define SAME_A_DAY 3 /* the same text to one address: more is held by the engine (limits) */

static bool mails_party(const struct prove *prove, const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_MAIL &&
		    prove_audience(prove->lookup, clause->actions[i].template, clause->actions[i].audience) !=
			    AUDIENCE_STAFF)
			return true;
	return false;
}

static void find_often(struct prove *prove)
{
	size_t i;

	for (i = 0; i < prove->plan.clause_count; i++) {
		const struct prove_clause *mine = &prove->plan.clauses[i];
		const struct prog_clause *clause = mine->clause;
		const struct prog_duration *repeat =
			clause->trigger == TRIGGER_EVERY ? &clause->first : &clause->then_every;
		struct prove_case found = { DIAG_WARNING, clause->span, PROVE_NO_NODE, NULL,
					    "more than 3 of the same text a day to one address are held" };

		if (clause->trigger == TRIGGER_ON || !repeat->count || (mine->firings && mine->firings <= SAME_A_DAY) ||
		    prove_delay_of(prove->program, repeat).max * SAME_A_DAY >= 86400 || !mails_party(prove, clause))
			continue;
		prove_tell(prove, &found, "this mails the same person many times a day");
	}
}

/* Documents that clients may deliver, and never can. (Of required ones rule_load() says so.) */
static void find_uploads(struct prove *prove)
{
	const struct program *program = prove->program;
	const struct prog_slot *first = NULL;
	size_t i;

	for (i = 0; i < program->state_count; i++)
		if (program->states[i].uploads_open)
			return;
	for (i = 0; i < program->slot_count; i++) {
		if (program->slots[i].required)
			return;
		if (!first && !program->slots[i].from_staff)
			first = &program->slots[i];
	}
	if (first)
		prove_tell(prove, &(struct prove_case){ DIAG_WARNING, first->span, PROVE_NO_NODE, NULL,
							"say \"uploads open\" in a state" },
			   "clients cannot deliver '%s': no state takes documents in", first->name);
}

void prove_find_unseen(struct prove *prove)
{
	find_often(prove);
	find_uploads(prove);
	/* Where a run was broken off, what lies behind it was not seen. */
	if (!prove->report->whole || prove->looped) {
		prove_find_by_shape(prove);
		return;
	}
	find_states(prove);
	find_clauses(prove);
}
