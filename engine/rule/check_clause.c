/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "model/event.h"

/* Own. */
#include "rule/check_p.h"

/* --- heads --- */

/* Which parts go with which trigger, and what to say otherwise. */
static const struct {
	enum element_id id;
	unsigned triggers; /* mask of 1 << enum prog_trigger */
	const char *hint;
} parts[] = {
	{ ELEMENT_QUIET, 1 << TRIGGER_ON, "'quiet' goes with on" },
	{ ELEMENT_AT_MOST, 1 << TRIGGER_ON, "how often a timer acts is said by: then every 5 days, 4 times" },
	{ ELEMENT_IN_DOSSIER, 1 << TRIGGER_AFTER, "'in dossier' goes with after" },
	{ ELEMENT_THEN_EVERY, 1 << TRIGGER_AFTER, "'then every' goes with after" },
	{ ELEMENT_IF, 1 << TRIGGER_ON | 1 << TRIGGER_AFTER | 1 << TRIGGER_EVERY, NULL },
};

static const char *trigger_word(enum prog_trigger trigger)
{
	static const char *const words[] = { "on", "after", "every" };

	return words[trigger];
}

static void check_parts(struct checker *checker, const struct ast_clause *clause)
{
	size_t i, j;

	for (i = 0; i < clause->part_count; i++) {
		const struct ast_part *part = &clause->parts[i];
		struct diag *diag;

		for (j = 0; j < i && clause->parts[j].id != part->id; j++)
			;
		if (j < i) {
			diag = check_fault(checker, part->span, "'%s' is said twice", element_get(part->id)->words);
			check_note(checker, diag, clause->parts[j].span, "the first time stands here");
		}
		for (j = 0; parts[j].id != part->id; j++)
			;
		if (!(parts[j].triggers & 1u << clause->trigger))
			check_hint(checker,
				   check_fault(checker, part->span, "'%s' does not go with '%s'",
					       element_get(part->id)->words, trigger_word(clause->trigger)),
				   "%s", parts[j].hint);
	}
}

static void check_quiet(struct checker *checker, const struct ast_clause *clause)
{
	const struct prog_duration *value = &clause->quiet.value;
	size_t i;

	if (!clause->quiet.span.length || !check_duration(checker, &clause->quiet))
		return;
	if (value->unit >= UNIT_DAYS || value->count * (value->unit == UNIT_HOURS ? 60 : 1) > CHECK_MAX_QUIET) {
		check_fault(checker, clause->quiet.span, "'quiet' waits %d minutes at most", CHECK_MAX_QUIET);
		return;
	}
	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].element->value == EVENT_ENTER)
			check_fault(checker, clause->events[i].span, "'enter' cannot wait for quiet");
}

static void check_times(struct checker *checker, const struct ast_clause *clause)
{
	bool repeats = clause->trigger == TRIGGER_EVERY || clause->then_every.span.length;
	struct diag *diag;
	size_t i;

	if (clause->times.span.length)
		check_range(checker, &clause->times, 1, CHECK_MAX_TIMES, "a number of times");
	if (clause->limit.span.length)
		check_range(checker, &clause->limit, 1, CHECK_MAX_TIMES, "a number of times");
	if (!repeats || clause->times.span.length || clause->broken)
		return;
	for (i = 0; i < clause->action_count; i++)
		if (check_action_disturbs(checker, &clause->actions[i])) {
			diag = check_warn(checker, clause->actions[i].span, "this goes on for ever");
			check_hint(checker, diag, "say how often: , 4 times");
			return;
		}
}

void check_slot_approval(struct checker *checker, const struct ast_text *name)
{
	const struct ast_slot *slot = check_slot_named(checker, name);
	struct diag *diag;

	if (!slot || slot->broken || check_slot_has(slot, ELEMENT_FOR_APPROVAL))
		return;
	diag = check_fault(checker, name->span, "slot '%s' is not put to the client", name->text);
	check_hint(checker, diag, "its line in documents does not say: for approval");
	check_note(checker, diag, slot->name.span, "it stands here");
}

static bool about_approval(const struct ast_event *event)
{
	return event->element->value == EVENT_APPROVAL_ASKED || event->element->value == EVENT_APPROVAL_GIVEN ||
	       event->element->value == EVENT_APPROVAL_REFUSED;
}

/* Documents of staff and of clients raise different events. */
static void check_event_document(struct checker *checker, const struct ast_event *event)
{
	const struct ast_slot *slot = check_slot_named(checker, &event->slot);
	bool from_staff;

	if (!slot || slot->broken)
		return;
	from_staff = ast_slot_of_staff(slot);
	if (event->element->value == EVENT_DOCUMENT_RECEIVED && from_staff)
		check_hint(checker,
			   check_fault(checker, event->slot.span, "slot '%s' is delivered by staff", event->slot.text),
			   "say: staff document received %s", event->slot.text);
	else if (event->element->value == EVENT_STAFF_DOCUMENT_RECEIVED && !from_staff)
		check_hint(checker,
			   check_fault(checker, event->slot.span, "slot '%s' is delivered by clients",
				       event->slot.text),
			   "say: document received %s", event->slot.text);
	else if ((event->element->value == EVENT_SLOT_ABSENT || event->element->value == EVENT_SLOT_PRESENT) &&
		 !check_slot_has(slot, ELEMENT_MAY_BE_ABSENT))
		check_hint(checker,
			   check_fault(checker, event->slot.span, "slot '%s' can never be absent", event->slot.text),
			   "its line in documents does not say: may be absent");
}

static void check_event_name(struct checker *checker, const struct ast_event *event)
{
	static const struct {
		enum element_id id;
		enum check_list list;
	} rows[] = { { ELEMENT_EVENT_FORM, CHECK_FORMS },
		     { ELEMENT_EVENT_FACT, CHECK_FACTS },
		     { ELEMENT_EVENT_PHRASE, CHECK_PHRASES } };
	size_t i;

	if (event->slot.text && about_approval(event))
		check_slot_approval(checker, &event->slot);
	else if (event->slot.text)
		check_event_document(checker, event);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (event->name.text && event->element->id == rows[i].id)
			check_named(checker, rows[i].list, &event->name);
}

static bool event_same(const struct ast_event *a, const struct ast_event *b)
{
	return a->element->value == b->element->value && str_eq(a->slot.text, b->slot.text) &&
	       str_eq(a->name.text, b->name.text);
}

/* Does 'wide' happen whenever 'narrow' does? */
static bool event_covers(const struct ast_event *wide, const struct ast_event *narrow)
{
	return wide->element->value == narrow->element->value &&
	       (!wide->slot.text || str_eq(wide->slot.text, narrow->slot.text)) &&
	       (!wide->name.text || str_eq(wide->name.text, narrow->name.text));
}

/* "document received SLOT" of one that staff deliver: told already. */
static bool names_staff_slot(struct checker *checker, const struct ast_event *event)
{
	int found = event->slot.text ? check_find(checker, CHECK_SLOTS, event->slot.text) : -1;

	return found >= 0 && ast_slot_of_staff(&checker->file->slots[found]);
}

static void check_events(struct checker *checker, const struct ast_state *state, const struct ast_clause *clause)
{
	struct diag *diag;
	size_t i, j;

	for (i = 0; i < clause->event_count; i++) {
		const struct ast_event *event = &clause->events[i];

		check_event_name(checker, event);
		for (j = 0; j < i; j++)
			if (event_same(&clause->events[j], event)) {
				check_fault(checker, event->span, "this event is named twice");
				break;
			}
		if (state && !state->upload_count && !state->broken &&
		    event->element->value == EVENT_DOCUMENT_RECEIVED && !names_staff_slot(checker, event)) {
			diag = check_warn(checker, event->span, "this happens only when staff accept a held document");
			check_hint(checker, diag, "the state does not say: uploads open");
		}
	}
}

/* --- actions --- */

static void check_goto(struct checker *checker, const struct ast_action *action)
{
	if (action->target.text && check_named(checker, CHECK_STATES, &action->target) < 0)
		checker->loose_gotos++;
}

static void check_payment(struct checker *checker, const struct ast_action *action)
{
	const char *currency = action->currency.text;

	if (action->amount.value <= 0)
		check_fault(checker, action->amount.span, "an amount is more than nothing");
	if (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		check_hint(checker, check_fault(checker, action->currency.span, "'%s' is no currency", currency),
			   "a currency is three capitals, such as EUR");
	check_title(checker, &action->text, "{number}", "what the payer reads");
	if (action->valid.span.length)
		check_duration(checker, &action->valid);
}

static void check_action(struct checker *checker, const struct ast_clause *clause, const struct ast_action *action)
{
	if (action->broken)
		return;
	switch (action->element->id) {
	case ELEMENT_MAIL: check_mail(checker, clause, action); break;
	case ELEMENT_GOTO: check_goto(checker, action); break;
	case ELEMENT_PAYMENT: check_payment(checker, action); break;
	case ELEMENT_REQUEST_APPROVAL: check_slot_approval(checker, &action->target); break;
	case ELEMENT_SET_FACT:
	case ELEMENT_CLEAR_FACT: check_set_fact(checker, action); break;
	case ELEMENT_NOTE: check_title(checker, &action->text, "{number}", "the note"); break;
	default: break;
	}
}

/* Nothing behind a goto is ever done. */
static void check_order(struct checker *checker, const struct ast_clause *clause)
{
	struct diag *diag;
	size_t i;

	for (i = 0; i + 1 < clause->action_count; i++) {
		if (clause->actions[i].element->id != ELEMENT_GOTO)
			continue;
		diag = check_fault(checker, clause->actions[i + 1].span,
				   "this is never done: it stands behind a 'goto'");
		if (clause->actions[i + 1].element->id != ELEMENT_GOTO)
			check_hint(checker, diag, "put the 'goto' last");
		check_note(checker, diag, clause->actions[i].span, "'goto' leaves at once");
		return;
	}
}

static bool asks_money(const struct ast_action *action)
{
	return !action->broken &&
	       (action->element->id == ELEMENT_PAYMENT || action->element->id == ELEMENT_PAYMENT_AGAIN);
}

/* A request cancels the one before it: of two at the same moment the first is never seen by anybody. */
static void check_requests(struct checker *checker, const struct ast_clause *clause)
{
	const struct ast_action *first = NULL;
	struct diag *diag;
	size_t i;

	for (i = 0; i < clause->action_count; i++) {
		const struct ast_action *action = &clause->actions[i];

		if (first && asks_money(action)) {
			diag = check_warn(checker, action->span, "of two payments that a clause requests only the last is asked for");
			check_hint(checker, diag, "request the sum, or the second one on payment paid");
			check_note(checker, diag, first->span, "this one would be cancelled at once");
			return;
		}
		if (asks_money(action))
			first = action;
	}
}

static void check_actions(struct checker *checker, const struct ast_clause *clause)
{
	size_t i;

	if (!clause->action_count && !clause->broken)
		check_hint(checker, check_fault(checker, clause->span, "this clause does nothing"),
			   "put an action between { and }, or take it out");
	if (clause->action_count > CHECK_MAX_ACTIONS)
		check_fault(checker, clause->actions[CHECK_MAX_ACTIONS].span, "too many actions: %d at most",
			    CHECK_MAX_ACTIONS);
	for (i = 0; i < clause->action_count; i++)
		check_action(checker, clause, &clause->actions[i]);
	check_order(checker, clause);
	check_requests(checker, clause);
}

/* --- clauses --- */

/* Its last action leads away from 'state' (NULL: of always). */
static bool leads_away(const struct ast_state *state, const struct ast_clause *clause)
{
	const struct ast_action *last = clause->action_count ? &clause->actions[clause->action_count - 1] : NULL;

	return last && !last->broken && last->element->id == ELEMENT_GOTO &&
	       !(state && str_eq(last->target.text, state->name.text));
}

/*
 * A payment that fails again and again must not mail the payer, or ask for
 * money, again and again (design §7). A clause that leaves the state does so
 * once; whether it comes back is proven by running it (prove/).
 */
static void check_payment_storm(struct checker *checker, const struct ast_state *state,
				const struct ast_clause *clause)
{
	const struct ast_event *event = NULL;
	struct diag *diag;
	size_t i;

	for (i = 0; i < clause->event_count && !event; i++)
		if (clause->events[i].element->value == EVENT_PAYMENT_FAILED ||
		    clause->events[i].element->value == EVENT_PAYMENT_EXPIRED)
			event = &clause->events[i];
	if (!event || clause->limit.span.length || clause->broken || leads_away(state, clause))
		return;
	for (i = 0; i < clause->action_count; i++) {
		const struct ast_action *action = &clause->actions[i];
		bool again = action->element->id == ELEMENT_GOTO && state &&
			     str_eq(action->target.text, state->name.text);

		if (!again && !check_action_disturbs(checker, action))
			continue;
		diag = check_refuse(checker, action->span, "this would be done each time a payment fails or expires");
		check_hint(checker, diag, "say how often: on %s, at most 3 times", event->element->words);
		check_note(checker, diag, event->span, "on this event");
		return;
	}
}

static bool clause_leaves(const struct ast_clause *clause)
{
	return clause->trigger == TRIGGER_ON && !clause->cond && !clause->quiet.span.length &&
	       !clause->limit.span.length && !clause->broken && clause->action_count &&
	       clause->actions[clause->action_count - 1].element->id == ELEMENT_GOTO;
}

static const struct ast_clause *shadowing(const struct ast_block *block, size_t index,
					  const struct ast_event *event)
{
	size_t i, j;

	for (i = 0; i < index; i++)
		for (j = 0; clause_leaves(&block->clauses[i]) && j < block->clauses[i].event_count; j++)
			if (event_covers(&block->clauses[i].events[j], event))
				return &block->clauses[i];
	return NULL;
}

/* An earlier clause that always leaves takes the event away from this one. */
static void check_shadow(struct checker *checker, const struct ast_block *block, size_t index)
{
	const struct ast_clause *clause = &block->clauses[index];
	struct diag *diag;
	size_t i;

	for (i = 0; i < clause->event_count; i++) {
		const struct ast_clause *earlier = shadowing(block, index, &clause->events[i]);

		if (!earlier)
			continue;
		diag = check_warn(checker, clause->events[i].span, "this clause never sees '%s'",
				  clause->events[i].element->words);
		check_note(checker, diag, earlier->span, "this one leaves the state first");
	}
}

static void check_clause(struct checker *checker, const struct ast_state *state, const struct ast_block *block,
			 size_t index)
{
	const struct ast_clause *clause = &block->clauses[index];

	check_parts(checker, clause);
	check_events(checker, state, clause);
	if (clause->first.span.length)
		check_duration(checker, &clause->first);
	if (clause->then_every.span.length)
		check_duration(checker, &clause->then_every);
	check_quiet(checker, clause);
	check_times(checker, clause);
	if (clause->cond)
		check_cond(checker, clause->cond);
	check_actions(checker, clause);
	check_payment_storm(checker, state, clause);
	check_shadow(checker, block, index);
}

void check_clauses(struct checker *checker, const struct ast_state *state, const struct ast_block *block)
{
	size_t i;

	if (block->clause_count > CHECK_MAX_CLAUSES) {
		check_fault(checker, block->clauses[CHECK_MAX_CLAUSES].span, "too many clauses: %d at most",
			    CHECK_MAX_CLAUSES);
		return;
	}
	for (i = 0; i < block->clause_count; i++)
		check_clause(checker, state, block, i);
}
