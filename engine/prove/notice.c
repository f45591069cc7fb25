/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/prove_p.h"

#define MAILS_MAX 5 /* to one reader, from one event */

bool prove_once(struct prove *prove, enum prove_said kind, size_t index)
{
	size_t width = prove->plan.clause_count + prove->program->state_count + 1;

	if (!prove->said)
		prove->said = arena_array(&prove->arena, SAID_KINDS * width, sizeof *prove->said);
	return prove->said[kind * width + index]++ == 0;
}

bool prove_was_said(const struct prove *prove, enum prove_said kind, size_t index)
{
	size_t width = prove->plan.clause_count + prove->program->state_count + 1;

	return prove->said && prove->said[kind * width + index];
}

const char *prove_this_step(struct prove *prove)
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
	return (struct prove_case){ severity, action->span, prove->at, prove_this_step(prove), hint };
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
	    prove_once(prove, SAID_TEMPLATE, clause))
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
		    is_there(step->after, slot->name) || !prove_once(prove, SAID_ATTACH, clause))
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
	if (audience == AUDIENCE_OFFICE && !step->after->office.address && prove_once(prove, SAID_OFFICE, index)) {
		found = mail_case(prove, action, DIAG_WARNING, "say for whom it is meant: if office");
		prove_tell(prove, &found, "'%s' goes to the office, but a dossier may have none", action->template);
	}
	if (audience == AUDIENCE_SENDER && (prove->event->kind == EVENT_TIMER || prove->event->actor == ACTOR_PROVIDER) &&
	    prove_once(prove, SAID_SENDER, index)) {
		found = mail_case(prove, action, DIAG_ERROR, "mail goes to: correspondent, client, office, payer or staff");
		prove_tell(prove, &found, "'%s' goes to the sender, but nobody has sent anything here", action->template);
	}
	notice_template(prove, step, action, index);
	notice_attached(prove, step, action, index);
}

/*
 * A silent end is none where the client was written to when the dossier came
 * into the state before, which asked nothing of him, and that state says so: a
 * report was sent, and the dossier is put away after a month, when the client says that he
 * is done, or when staff close it.
 */
static bool is_put_away(const struct prove *prove, const struct prog_state *before, struct prove_told told)
{
	return before && told.here && !before->uploads_open && prove->left &&
	       (prove->event->actor != ACTOR_STAFF || prove->event->kind == EVENT_STAFF_CLOSE) &&
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

/* So many to one reader because of one event: a chain of states that each write. */
static void notice_many(struct prove *prove, const struct flow_effect *effect, size_t *mails, enum prog_audience audience)
{
	const struct prog_clause *clause = program_clause(prove->program, effect->clause, NULL);
	const struct prog_action *action = clause ? action_of(clause, effect) : NULL;
	struct prove_case found;

	if (++mails[audience] != MAILS_MAX + 1 || !action ||
	    !prove_once(prove, SAID_MANY, prove_clause_index(&prove->plan, clause)))
		return;
	found = mail_case(prove, action, DIAG_WARNING, "put what belongs together into one mail");
	prove_tell(prove, &found, "more than %d mails go to one reader at once", MAILS_MAX);
}

void prove_notice_mails(struct prove *prove, struct prove_step *step, struct prove_told before)
{
	size_t mails[AUDIENCE_SENDER + 1] = { 0 };
	bool by_staff = prove->event->actor == ACTOR_STAFF && !step->output->refusal_count;
	size_t i;

	for (i = 0; i < step->output->effect_count; i++) {
		const struct flow_effect *effect = &step->output->effects[i];
		enum prog_audience audience;

		step->asks |= effect->kind == FLOW_PAYMENT;
		if (effect->kind != FLOW_MAIL)
			continue;
		audience = prove_audience(prove->lookup, effect->template, effect->audience);
		/* Who answers staff's own mail tells nobody else. */
		if (audience == AUDIENCE_STAFF || (audience == AUDIENCE_SENDER && prove->event->actor == ACTOR_STAFF))
			step->mails_staff = true;
		else
			step->mails_client = true;
		if (audience != AUDIENCE_STAFF)
			notice_many(prove, effect, mails, audience);
		notice_mail(prove, step, effect, audience);
	}
	step->told.client = step->mails_client || (before.client && !is_turn(prove, step, before));
	step->told.here = step->mails_client || (before.here && !step->moved);
	step->told.staff = step->mails_staff || by_staff || (before.staff && !step->moved);
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
	struct prove_case found = { .severity = DIAG_ERROR, .node = prove->at, .more = prove_this_step(prove) };

	prove->looped = true;
	if (!clause || !prove_once(prove, SAID_LOOP, prove_clause_index(&prove->plan, clause)))
		return;
	found.span = clause->span;
	found.hint = "nothing from outside is waited for on the way";
	if (strstr(err->text, "transitions"))
		prove_tell(prove, &found, "this goes round for ever: %s", chain_of(prove, err->text));
	else
		prove_tell(prove, &found, "this sets itself off for ever, each time with a new event");
}
