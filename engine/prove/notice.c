/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/prove_p.h"

/* What is told once of each state or clause. */
enum said { SAID_LOOP, SAID_OFFICE, SAID_SENDER, SAID_TEMPLATE, SAID_ATTACH, SAID_CLIENT, SAID_STAFF, SAID_CLOSED,
	    SAID_UNASKED, SAID_PAID, SAID_FAILED, SAID_APPROVAL, SAID_COMPLETE, SAID_KINDS };

/* False the second time. */
static bool once(struct prove *prove, enum said kind, size_t index)
{
	size_t width = prove->plan.clause_count + prove->program->state_count + 1;

	if (!prove->said)
		prove->said = arena_array(&prove->arena, SAID_KINDS * width, sizeof *prove->said);
	return prove->said[kind * width + index]++ == 0;
}

static const char *step_words(struct prove *prove)
{
	return prove->at == PROVE_NO_NODE ? NULL : prove_step_words(prove, prove->step);
}

/* ---- mails of one step ---- */

static const struct prog_action *action_of(const struct prog_clause *clause, const struct flow_effect *effect)
{
	size_t i;

	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_MAIL && str_eq(clause->actions[i].template, effect->template))
			return &clause->actions[i];
	return NULL;
}

static bool is_from_person(const struct event *event)
{
	return event->actor == ACTOR_CLIENT || event->actor == ACTOR_OFFICE || event->actor == ACTOR_STAFF;
}

static struct prove_case mail_case(struct prove *prove, const struct prog_action *action,
				   enum diag_severity severity, const char *hint)
{
	return (struct prove_case){ severity, action->span, prove->at, step_words(prove), hint };
}

static bool was_asked(struct prove *prove, const char *template, unsigned has)
{
	size_t i;

	for (i = 0; i < prove->use_count; i++)
		if (prove->uses[i].has == has && str_eq(prove->uses[i].template, template))
			return true;
	prove->uses = arena_grow(&prove->arena, prove->uses, prove->use_count, sizeof *prove->uses);
	prove->uses[prove->use_count++] = (struct prove_mail_use){ template, has };
	return false;
}

/* Has the template all that it names in this situation? */
static void notice_template(struct prove *prove, const struct prove_step *step, const struct prog_action *action,
			    size_t clause)
{
	unsigned has = (step->after->payment_count ? PROVE_HAS_PAYMENT : 0) |
		       (is_from_person(prove->event) ? PROVE_HAS_ITEM : 0) |
		       (action->form ? PROVE_HAS_FORM : 0);
	struct buf why = BUF_INIT(BUF_MAX_LINE);
	struct prove_case found = mail_case(prove, action, DIAG_ERROR, NULL);

	if (!prove->lookup || !prove->lookup->is_complete || was_asked(prove, action->template, has))
		return;
	if (!prove->lookup->is_complete(prove->lookup->ctx, action->template, has, &why) &&
	    once(prove, SAID_TEMPLATE, clause))
		prove_tell(prove, &found, "template '%s' uses what is not there when it is mailed here: %s",
			   action->template, why.data);
	buf_free(&why);
}

static bool is_there(const struct dossier *dossier, const char *slot)
{
	size_t i;

	for (i = 0; i < dossier->slot_count; i++)
		if (str_eq(dossier->slots[i].name, slot) && slot_files(&dossier->slots[i]))
			return true;
	return false;
}

static void notice_attached(struct prove *prove, const struct prove_step *step, const struct prog_action *action,
			    size_t clause)
{
	struct prove_case found = mail_case(prove, action, DIAG_WARNING, NULL);
	size_t i;

	for (i = 0; i < action->attach_count; i++) {
		const struct prog_slot *slot = program_slot(prove->program, action->attach[i]);

		/* What nobody has to deliver goes along when it happens to be there. */
		if (!slot || (!slot->from_staff && (!slot->required || slot->may_be_absent)) ||
		    is_there(step->after, slot->name) || !once(prove, SAID_ATTACH, clause))
			continue;
		found.hint = arena_printf(&prove->arena, "ask for it first: if slot %s filled", slot->name);
		prove_tell(prove, &found, "'%s' may go out without '%s': it may not be there", action->template,
			   slot->name);
	}
}

static void notice_mail(struct prove *prove, const struct prove_step *step, const struct flow_effect *effect,
			enum prog_audience audience)
{
	const struct prog_clause *clause = program_clause(prove->program, effect->clause, NULL);
	const struct prog_action *action = clause ? action_of(clause, effect) : NULL;
	size_t index = clause ? prove_clause_index(&prove->plan, clause) : 0;
	struct prove_case found;

	if (!action)
		return;
	if (audience == AUDIENCE_OFFICE && !step->after->office.address && once(prove, SAID_OFFICE, index)) {
		found = mail_case(prove, action, DIAG_WARNING, "say for whom it is meant: if office");
		prove_tell(prove, &found, "'%s' goes to the office, but a dossier may have none", action->template);
	}
	if (audience == AUDIENCE_SENDER && (prove->event->kind == EVENT_TIMER || prove->event->actor == ACTOR_PROVIDER) &&
	    once(prove, SAID_SENDER, index)) {
		found = mail_case(prove, action, DIAG_ERROR, "mail goes to: correspondent, client, office, payer or staff");
		prove_tell(prove, &found, "'%s' goes to the sender, but nobody has sent anything here", action->template);
	}
	notice_template(prove, step, action, index);
	notice_attached(prove, step, action, index);
}

/*
 * A silent end is none where the client was written to when the dossier came
 * into the state before, which asked nothing of him, and that state says so: a
 * report was sent, and after a month the dossier is put away.
 */
static bool is_put_away(const struct prove *prove, const struct prog_state *before, struct prove_told told)
{
	return before && told.here && !before->uploads_open && prove->left &&
	       prove->plan.clauses[prove_clause_index(&prove->plan, prove->left)].state != PROVE_NONE;
}

/* From here on it counts anew whether the client was told: the dossier ends, opens, or asks for documents. */
static bool is_turn(const struct prove *prove, const struct prove_step *step, struct prove_told told)
{
	const struct prog_state *after = &prove->program->states[step->state];
	const struct prog_state *before =
		step->before->state ? program_state(prove->program, step->before->state) : NULL;

	if (!step->moved)
		return false;
	return !before || (after->uploads_open && !before->uploads_open) ||
	       (after->final && !is_put_away(prove, before, told));
}

void prove_notice_mails(struct prove *prove, struct prove_step *step, struct prove_told before)
{
	bool by_staff = prove->event->actor == ACTOR_STAFF && !step->output->refusal_count;
	size_t i;

	for (i = 0; i < step->output->effect_count; i++) {
		const struct flow_effect *effect = &step->output->effects[i];
		enum prog_audience audience;

		step->asks |= effect->kind == FLOW_PAYMENT;
		if (effect->kind != FLOW_MAIL)
			continue;
		audience = prove_audience(prove->lookup, effect->template, effect->audience);
		if (audience == AUDIENCE_STAFF)
			step->mails_staff = true;
		else
			step->mails_client = true;
		notice_mail(prove, step, effect, audience);
	}
	step->told.client = step->mails_client || (before.client && !is_turn(prove, step, before));
	step->told.here = step->mails_client || (before.here && !step->moved);
	step->told.staff = step->mails_staff || by_staff || (before.staff && !step->moved);
}

/* ---- situations in which a dossier rests ---- */

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
	const struct prove *prove = rest->prove;
	size_t width = prove->plan.clause_count + prove->program->state_count + 1;
	size_t before = prove_state_of(&prove->plan, rest->step->before);

	return before != PROVE_NONE && prove->said && prove->said[SAID_CLIENT * width + before] &&
	       !rest->state->final;
}

static void notice_client(const struct rest *rest)
{
	const struct prog_state *state = rest->state;
	char words[300];

	if (!rest->step->moved || rest->step->told.client || will_be_told(rest) || was_said(rest) ||
	    !once(rest->prove, SAID_CLIENT, rest->step->state))
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
	    !once(rest->prove, SAID_STAFF, rest->step->state))
		return;
	snprintf(words, sizeof words, "'%s' waits for staff, and nobody tells them", rest->state->name);
	say(rest, DIAG_WARNING, "add: on enter { mail TEMPLATE to staff }", words);
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
	    !once(rest->prove, SAID_UNASKED, before))
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
	    !once(rest->prove, SAID_CLOSED, rest->step->state))
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
	    is_handled_later(prove, rest->step->state) || !once(prove, SAID_PAID, rest->step->state))
		return;
	snprintf(words, sizeof words, "a payment can come in while the dossier is in '%s', and nothing happens then",
		 rest->state->name);
	say(rest, DIAG_WARNING, "add: on payment paid { … }, or cancel payment before", words);
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
	    !once(prove, SAID_FAILED, state))
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

static void notice_approval(const struct rest *rest)
{
	const struct dossier *after = rest->step->after;
	struct prove *prove = rest->prove;
	enum event_kind kind = prove_listens(&prove->plan, rest->step->state, EVENT_APPROVAL_GIVEN) ?
				       EVENT_APPROVAL_REFUSED :
				       EVENT_APPROVAL_GIVEN;
	char words[300];
	size_t i;

	for (i = 0; i < after->slot_count && !rest->state->final; i++) {
		const struct approval *last = dossier_approval(after, after->slots[i].name, after->slots[i].year);

		if (!last || last->state != APPROVAL_ASKED || prove_listens(&prove->plan, rest->step->state, kind) ||
		    !once(prove, SAID_APPROVAL, rest->step->state))
			continue;
		snprintf(words, sizeof words, "'%s' is put to the client, but in '%s' no clause hears '%s'",
			 after->slots[i].name, rest->state->name, event_kind_words(kind));
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
	if (!rest->step->before->state || !once(prove, SAID_COMPLETE, rest->step->state))
		return;
	snprintf(words, sizeof words, "when all documents are there, nothing happens in '%s'", state->name);
	say(rest, DIAG_WARNING, "add: on documents complete { goto … }", words);
}

void prove_notice_step(struct prove *prove, const struct prove_step *step)
{
	struct rest rest = { prove, step, &prove->program->states[step->state], prove->at, step_words(prove) };

	notice_unasked(&rest);
	notice_closed(&rest);
}

void prove_notice_rest(struct prove *prove, const struct prove_step *step, uint32_t node)
{
	struct rest rest = { prove, step, &prove->program->states[step->state], node, NULL };

	notice_client(&rest);
	notice_staff(&rest);
	notice_paid(&rest);
	notice_failed(&rest);
	notice_approval(&rest);
	notice_complete(&rest);
}

/* ---- loops ---- */

/* The first few states of "…: a → b → a → b". */
static const char *chain_of(struct prove *prove, const char *text)
{
	const char *at = strrchr(text, ':'), *arrow;
	size_t i;

	at = at ? at + 2 : text;
	for (i = 0, arrow = at; i < 4 && (arrow = strstr(arrow, "→")) != NULL; i++)
		arrow += strlen("→");
	return arrow ? arena_printf(&prove->arena, "%.*s …", (int)(arrow - at), at) : at;
}

void prove_notice_loop(struct prove *prove, const struct err *err)
{
	const struct prog_clause *clause = prove->last;
	struct prove_case found = { .severity = DIAG_ERROR, .node = prove->at, .more = step_words(prove) };

	prove->looped = true;
	if (!clause || !once(prove, SAID_LOOP, prove_clause_index(&prove->plan, clause)))
		return;
	found.span = clause->span;
	found.hint = "nothing from outside is waited for on the way";
	if (strstr(err->text, "transitions"))
		prove_tell(prove, &found, "this goes round for ever: %s", chain_of(prove, err->text));
	else
		prove_tell(prove, &found, "this sets itself off for ever, each time with a new event");
}
