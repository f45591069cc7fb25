/* Base. */
#include "base/str.h"

/* Engine. */
#include "model/event.h"

/* Own. */
#include "rule/check_p.h"

/*
 * That an answer can never come in some state is proven by running the
 * workflow (prove/); this looks at the file as a whole.
 *
 * What is asked of clients, over all clauses: the first place that asks for
 * it, and which answers are heard.
 */
struct asking {
	struct span request, again; /* payments; length 0: none */
	bool ready, paid;
	struct span approve;        /* an event of an approval */
	bool asked, given, refused;
	bool named;                 /* one of them names its slot */
	bool slots;                 /* some slot is for approval */
	struct span slot;           /* the first of them */
};

static void note_first(struct span *place, struct span span)
{
	if (!place->length)
		*place = span;
}

static void look_at_event(const struct ast_event *event, struct asking *asking)
{
	switch ((enum event_kind)event->element->value) {
	case EVENT_PAYMENT_READY: asking->ready = true; break;
	case EVENT_PAYMENT_PAID: asking->paid = true; break;
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

static void look_at_action(const struct ast_action *action, struct asking *asking)
{
	switch (action->element->id) {
	case ELEMENT_PAYMENT: note_first(&asking->request, action->span); break;
	case ELEMENT_PAYMENT_AGAIN: note_first(&asking->again, action->span); break;
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
	if (!asking->request.length) {
		if (asking->again.length)
			check_refuse(checker, asking->again, "no payment is requested anywhere: nothing to do again");
	} else if (!asking->ready && !asking->paid) {
		check_hint(checker, check_warn(checker, asking->request,
					       "the payer never hears of this payment, and nothing happens when it is paid"),
			   "add: on payment ready { mail TEMPLATE to payer }, on payment paid { goto STATE }");
	} else if (!asking->ready) {
		check_hint(checker, check_warn(checker, asking->request, "the payer never hears of this payment"),
			   "add a clause: on payment ready { mail TEMPLATE to payer }");
	} else if (!asking->paid) {
		check_hint(checker, check_warn(checker, asking->request, "nothing happens when this is paid"),
			   "add a clause: on payment paid { goto STATE }");
	}
}

/* What a slot for approval needs: one warning that names all that is not there. */
static void check_answers(struct checker *checker, const struct asking *asking)
{
	const struct {
		bool there;
		const char *words, *what;
	} rows[] = { { asking->asked, "asked { mail ... }", "the client never hears that he is asked to approve this" },
		     { asking->given, "given { ... }", "nothing happens when the client approves this" },
		     { asking->refused, "refused { ... }", "nothing happens when the client refuses this" } };
	const char *hint = "add:", *what = NULL;
	size_t i, missing = 0;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].there)
			continue;
		what = rows[i].what;
		hint = arena_printf(checker->arena, "%s%s on approval %s", hint, missing++ ? "," : "", rows[i].words);
	}
	if (missing)
		check_hint(checker,
			   check_warn(checker, asking->slot, "%s",
				      missing == 1 ? what : "the client is not asked about this slot, or not heard"),
			   "%s", hint);
}

static void check_approvals(struct checker *checker, const struct asking *asking)
{
	struct diag *diag;

	if (asking->slots) {
		check_answers(checker, asking);
	} else if (asking->approve.length && !asking->named) {
		diag = check_refuse(checker, asking->approve, "no slot is put to the client: this never happens");
		check_hint(checker, diag, "say in the line of the slot: from staff for approval");
	}
}

void check_asking(struct checker *checker)
{
	struct asking asking = { 0 };

	if (!look_at_file(checker->file, &asking))
		return;
	check_payments(checker, &asking);
	check_approvals(checker, &asking);
}
