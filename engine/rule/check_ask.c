/* Base. */
#include "base/str.h"

/* Engine. */
#include "model/event.h"

/* Own. */
#include "rule/check_p.h"

/*
 * What is asked of clients, over all clauses: the first place that asks for
 * it, the first that counts on it, and which answers are heard.
 */
struct asking {
	struct span request, again, paid_event; /* payments; length 0: none */
	const char *counts;                     /* what counts on one, in words */
	bool ready, paid;
	struct span approve;                    /* an event of one */
	bool asked, given, refused, named;
	bool slots;                             /* some slot is for approval */
	struct span slot;                       /* the first of them */
};

static void note_first(struct span *place, struct span span)
{
	if (!place->length)
		*place = span;
}

static void count_on(struct asking *asking, struct span span, const char *words)
{
	if (!asking->paid_event.length)
		asking->counts = words;
	note_first(&asking->paid_event, span);
}

static void look_at_event(const struct ast_event *event, struct asking *asking)
{
	switch ((enum event_kind)event->element->value) {
	case EVENT_PAYMENT_READY:
	case EVENT_PAYMENT_PAID:
	case EVENT_PAYMENT_FAILED:
	case EVENT_PAYMENT_EXPIRED:
	case EVENT_STAFF_REFUND:
		asking->ready |= event->element->value == EVENT_PAYMENT_READY;
		asking->paid |= event->element->value == EVENT_PAYMENT_PAID;
		count_on(asking, event->span, "this never happens");
		break;
	case EVENT_APPROVAL_ASKED:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
		asking->asked |= event->element->value == EVENT_APPROVAL_ASKED;
		asking->given |= event->element->value == EVENT_APPROVAL_GIVEN;
		asking->refused |= event->element->value == EVENT_APPROVAL_REFUSED;
		asking->named |= event->slot.text != NULL; /* told there */
		note_first(&asking->approve, event->span);
		break;
	default: break;
	}
}

static void look_at_cond(const struct ast_cond *cond, struct asking *asking)
{
	if (cond->left)
		look_at_cond(cond->left, asking);
	if (cond->right)
		look_at_cond(cond->right, asking);
	if (cond->op == COND_PAYMENT)
		count_on(asking, cond->span, "this never holds");
}

static void look_at_action(const struct ast_action *action, struct asking *asking)
{
	switch (action->element->id) {
	case ELEMENT_PAYMENT: note_first(&asking->request, action->span); break;
	case ELEMENT_PAYMENT_AGAIN: note_first(&asking->again, action->span); break;
	case ELEMENT_PAYMENT_CANCEL: count_on(asking, action->span, "there is nothing to cancel"); break;
	default: break;
	}
}

static void look_at_block(const struct ast_block *block, struct asking *asking)
{
	size_t i, j;

	for (i = 0; i < block->clause_count; i++) {
		const struct ast_clause *clause = &block->clauses[i];

		for (j = 0; j < clause->event_count; j++)
			look_at_event(&clause->events[j], asking);
		if (clause->cond)
			look_at_cond(clause->cond, asking);
		for (j = 0; j < clause->action_count; j++)
			look_at_action(&clause->actions[j], asking);
	}
}

static bool look_at_file(const struct ast_file *file, struct asking *asking)
{
	size_t i;

	for (i = 0; i < file->state_count; i++) {
		look_at_block(&file->states[i].block, asking);
		if (file->states[i].broken)
			return false;
	}
	look_at_block(&file->always, asking);
	for (i = 0; i < file->slot_count; i++)
		if (check_slot_has(&file->slots[i], ELEMENT_FOR_APPROVAL)) {
			asking->slots = true;
			note_first(&asking->slot, file->slots[i].name.span);
		}
	return !file->broken && !file->loose && !file->slots_broken;
}

static void check_payments(struct checker *checker, const struct asking *asking)
{
	struct diag *diag;

	if (asking->request.length) {
		if (!asking->ready)
			check_hint(checker, check_warn(checker, asking->request, "the payer never hears of this payment"),
				   "add a clause: on payment ready { mail TEMPLATE to payer }");
		if (!asking->paid)
			check_hint(checker, check_warn(checker, asking->request, "nothing happens when this is paid"),
				   "add a clause: on payment paid { goto STATE }");
		return;
	}
	if (asking->again.length)
		check_refuse(checker, asking->again, "no payment is requested anywhere: nothing to do again");
	else if (asking->paid_event.length) {
		diag = check_refuse(checker, asking->paid_event, "no payment is requested anywhere: %s", asking->counts);
		check_hint(checker, diag, "ask for one: request payment 149.00 EUR \"TEXT\" valid 60 days");
	}
}

static void check_approvals(struct checker *checker, const struct asking *asking)
{
	struct diag *diag;

	if (!asking->slots) {
		if (!asking->approve.length || asking->named)
			return;
		diag = check_refuse(checker, asking->approve, "no slot is put to the client: this never happens");
		check_hint(checker, diag, "say in the line of the slot: from staff for approval");
		return;
	}
	if (!asking->asked)
		check_hint(checker, check_warn(checker, asking->slot, "the client never hears that he is asked to approve this"),
			   "add a clause: on approval asked { mail TEMPLATE attach SLOT to client }");
	if (!asking->given)
		check_hint(checker, check_warn(checker, asking->slot, "nothing happens when the client approves this"),
			   "add a clause: on approval given { ... }");
	if (!asking->refused)
		check_hint(checker, check_warn(checker, asking->slot, "nothing happens when the client refuses this"),
			   "add a clause: on approval refused { ... }");
}

void check_asking(struct checker *checker)
{
	struct asking asking = { 0 };

	if (!look_at_file(checker->file, &asking))
		return;
	check_payments(checker, &asking);
	check_approvals(checker, &asking);
}
