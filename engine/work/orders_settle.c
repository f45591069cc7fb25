/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "flow/place.h"
#include "flow/wait.h"

/* Own. */
#include "work/engine_p.h"
#include "work/filled.h"
#include "work/letters.h"
#include "work/orders.h"
#include "work/people.h"

#define TODAY 86400

/* ---- what the core made of it ---- */

static const struct flow_refusal *refusal_of(const struct flow_output *output, size_t event)
{
	size_t i;

	for (i = 0; i < output->refusal_count; i++)
		if (output->refusals[i].event == event)
			return &output->refusals[i];
	return NULL;
}

static void add_choice(struct decision *d, struct outcome *out, const char *title)
{
	size_t i;

	for (i = 0; i < out->choice_count; i++)
		if (str_eq(out->choices[i], title))
			return;
	out->choices = arena_grow(d->arena, out->choices, out->choice_count, sizeof *out->choices);
	out->choices[out->choice_count++] = title;
}

/* What the core said, of the events that were run or of some that were only tried. */
struct settling {
	struct decision *d;
	const struct flow_output *output;
};

/* The parts of a condition that do not hold, as far as they are documents that somebody can bring. */
static void add_wanted(const struct settling *s, struct outcome *out, const struct prog_cond *cond)
{
	const struct dossier *dossier = s->output->dossier;
	size_t i;

	if (cond->op == COND_AND || cond->op == COND_OR) {
		add_wanted(s, out, cond->left);
		add_wanted(s, out, cond->right);
		return;
	}
	if (flow_cond_holds(dossier, cond))
		return;
	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];
		bool named = cond->op == COND_SLOT_FILLED && str_eq(slot->name, cond->slot);
		bool missing = cond->op == COND_COMPLETE && slot->required && !slot->from_staff;

		if ((named || missing) && !slot_filled(slot))
			add_choice(s->d, out, slot->title);
	}
}

/* The documents of which another version waits. */
static void add_newer(const struct settling *s, struct outcome *out)
{
	const struct dossier *dossier = s->output->dossier;
	size_t i;

	for (i = 0; i < dossier->held_count; i++) {
		const struct held_document *held = &dossier->held[i];
		const struct slot *slot = held->slot ? dossier_slot(dossier, held->slot, held->year) : NULL;

		if (slot && held->document.from_staff && str_eq(held->reason, HELD_FULL))
			add_choice(s->d, out, arena_printf(s->d->arena, "%s: %s", slot->title, held->document.name));
	}
}

static void explain(const struct settling *s, struct outcome *out, const struct flow_refusal *refusal)
{
	const struct prog_clause *clause =
		refusal->detail ? program_clause(s->d->program, refusal->detail, NULL) : NULL;

	out->kind = OUTCOME_REFUSED;
	out->why = refusal->why;
	out->detail = refusal->detail;
	if (str_eq(refusal->why, FLOW_GUARD) && clause && clause->cond)
		add_wanted(s, out, clause->cond);
	if (str_eq(refusal->why, FLOW_NEWER))
		add_newer(s, out);
}

/* Of the files that "ter accordering" brings to an approved slot: why none of them came there, NULL when one did. */
static const struct flow_refusal *put_refused(const struct decision *d, const struct event *asked, size_t first)
{
	const struct flow_refusal *refused = NULL;
	size_t i;

	for (i = 0; i < first; i++) {
		const struct event *event = &d->events[i];

		if (event->kind != EVENT_APPROVAL_ASKED || !str_eq(event->slot, asked->slot) || event->year != asked->year)
			continue;
		refused = refusal_of(&d->output, i);
		if (!refused)
			return NULL;
	}
	return refused;
}

/* Done where one of its events was, of which 'first' is the first; what was so already counts as that. */
static void judge(const struct settling *s, struct outcome *out, size_t first)
{
	const struct flow_refusal *refused = NULL;
	size_t i, done = 0;

	for (i = 0; i < out->count; i++) {
		const struct flow_refusal *r = refusal_of(s->output, first + i);

		if (!r)
			done++;
		else if (!refused || str_eq(refused->why, FLOW_ALREADY))
			refused = r;
	}
	if (done)
		out->kind = OUTCOME_DONE;
	else if (refused && (str_eq(refused->why, FLOW_ALREADY) || str_eq(refused->why, FLOW_DUPLICATE)))
		out->kind = OUTCOME_ALREADY;
	else if (refused)
		explain(s, out, refused);
}

static void settle_events(struct decision *d, struct outcome *out, size_t first)
{
	const struct settling s = { d, &d->output };
	const struct event *asked = &d->events[first + out->first];
	const struct flow_refusal *refused = asked->kind == EVENT_APPROVAL_ASKED ? put_refused(d, asked, first) : NULL;

	if (refused)
		explain(&s, out, refused);
	else
		judge(&s, out, first + out->first);
}

bool orders_try(struct decision *d, const struct orders *o, struct outcome *out)
{
	struct calendar calendar;
	struct flow_output output;
	const struct settling s = { d, &output };
	const struct flow_input input = { .program = d->program, .dossier = d->dossier, .events = o->events,
					  .event_count = o->event_count, .now = d->now, .calendar = &calendar, .silent = true };
	struct err err = ERR_INIT;

	world_calendar(d->engine->world, d->program, d->service->timezone, &calendar);
	/* Rules that cannot decide hold the mail when they are run. */
	if (flow_run(&input, d->arena, &output, &err))
		return true;
	judge(&s, out, out->first);
	return out->kind != OUTCOME_REFUSED && out->kind != OUTCOME_ALREADY;
}

/* ---- settings of the party ---- */

static void note(struct decision *d, const struct orders *o, const char *event, const char *text)
{
	const char *role = actor_role_word(o->standing->role);

	decision_history(d, event, o->by ? arena_printf(d->arena, "%s %s", role, o->by) : role, text);
}

static enum outcome_kind set_language(struct decision *d, const struct orders *o, const char *language)
{
	struct dossier *dossier = d->output.dossier;
	struct party *party = people_of(dossier, o);

	if (str_eq(party->language, language))
		return OUTCOME_ALREADY;
	party->language = language;
	if (party == &dossier->client)
		dossier->language = language;
	note(d, o, "language", arena_printf(d->arena, "mail in '%s' from now on", language));
	return OUTCOME_DONE;
}

static enum outcome_kind set_copy(struct decision *d, const struct orders *o, bool copy)
{
	struct party *party = people_of(d->output.dossier, o);

	if (party->copy == copy)
		return OUTCOME_ALREADY;
	party->copy = copy;
	note(d, o, "copy", copy ? "the client wants a copy of what goes to the office" : "the client wants no copies");
	return OUTCOME_DONE;
}

/* The same wish twice in a day (sent again, in doubt) is one wish. */
static bool is_said_today(struct decision *d, const char *event, const char *text)
{
	struct history_line *lines;
	size_t count = 0, i;

	if (!d->dossier->id ||
	    store_history(d->engine->env->store, d->dossier->number, d->arena, &lines, &count, NULL))
		return false;
	for (i = count; i > 0 && lines[i - 1].at > d->now - TODAY; i--)
		if (str_eq(lines[i - 1].event, event) && str_eq(lines[i - 1].text, text))
			return true;
	return false;
}

/*
 * The reminders of the present state, and those that follow them, in the days of the workflow. When it lapses
 * stays: nobody keeps a dossier open by asking for time again and again.
 */
static enum outcome_kind snooze(struct decision *d, const struct orders *o, int days)
{
	const char *text = arena_printf(d->arena, "reminders come %d days later", days);
	struct calendar calendar;
	const struct flow_input input = { .program = d->program, .now = d->now, .calendar = &calendar };

	if (is_said_today(d, "snooze", text))
		return OUTCOME_ALREADY;
	world_calendar(d->engine->world, d->program, d->service->timezone, &calendar);
	if (!flow_timers_snooze(&input, d->output.dossier, days))
		return OUTCOME_REFUSED;
	note(d, o, "snooze", text);
	return OUTCOME_DONE;
}

static void refuse(struct outcome *out, const char *why)
{
	out->kind = OUTCOME_REFUSED;
	out->why = why;
}

static void settle_setting(struct decision *d, const struct orders *o, struct outcome *out)
{
	switch (out->said->verb) {
	case COMMAND_LANGUAGE: out->kind = set_language(d, o, out->said->language); break;
	case COMMAND_COPY_ON:
	case COMMAND_COPY_OFF:
		if (d->output.dossier->office.address)
			out->kind = set_copy(d, o, out->said->verb == COMMAND_COPY_ON);
		else
			refuse(out, WHY_NO_OFFICE);
		break;
	case COMMAND_SNOOZE:
		out->kind = snooze(d, o, out->said->days);
		if (out->kind == OUTCOME_REFUSED)
			refuse(out, WHY_NO_REMINDER);
		break;
	default: people_settle(d, o, out);
	}
}

/* What a party wrote along with files or commands stays with the dossier, for staff to read. */
static void keep_note(struct decision *d, const struct orders *o)
{
	enum actor_role role = o->standing->role;
	const char *own = command_words(&o->saying, d->arena), *text;

	/* Answers between our lines are kept with them. */
	if (o->saying.among && !o->saying.count)
		own = o->saying.among;
	text = own && o->passed_on ? arena_printf(d->arena, "%s\n\n%s", own, o->passed_on) : own ? own : o->passed_on;
	if (text && !o->returned && (role == ACTOR_CLIENT || role == ACTOR_OFFICE)) {
		note(d, o, ORDERS_NOTE, text);
		d->answering.note = &d->output.history[d->output.history_count - 1];
	}
}

static bool has(const struct orders *o, enum command_verb verb)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->list[i].said->verb == verb && o->list[i].kind == OUTCOME_ANSWERED)
			return true;
	return false;
}

/* A transcript, unless all it would say is that we ask something. */
static bool worth_telling(const struct orders *o)
{
	size_t i;

	if (o->hushed)
		return false;
	for (i = 0; i < o->count; i++)
		if (o->list[i].kind != OUTCOME_ASKED && o->list[i].kind != OUTCOME_ANSWERED)
			return true;
	return o->returned || o->noted || o->unapproved || o->newer_count;
}

static void wish(struct decision *d, const struct orders *o)
{
	struct answering *a = &d->answering;
	size_t i;

	a->orders = o;
	if (has(o, COMMAND_HELP))
		answer_wish_first(a, "hulp", TMPL_AUDIENCE_SENDER);
	if (has(o, COMMAND_STATUS))
		answer_wish_first(a, "status", TMPL_AUDIENCE_SENDER);
	for (i = 0; i < o->count; i++)
		if (o->list[i].sheet)
			answer_wish_sheet(a, FILLED_FORM, TMPL_AUDIENCE_SENDER, o->list[i].sheet);
	if (worth_telling(o))
		answer_wish_first(a, "verslag", TMPL_AUDIENCE_SENDER);
	/* Last, for the last text gives the mail its subject. */
	if (o->pending && !o->asked_before)
		answer_wish(a, LETTER_CONFIRM, TMPL_AUDIENCE_SENDER);
}

void orders_settle(struct decision *d, struct orders *o, size_t first, bool tell)
{
	size_t i;

	for (i = 0; i < o->count; i++) {
		struct outcome *out = &o->list[i];

		if (out->kind != OUTCOME_PLANNED)
			continue;
		if (out->count)
			settle_events(d, out, first);
		else
			settle_setting(d, o, out);
	}
	keep_note(d, o);
	if (tell)
		wish(d, o);
}

/* ---- for the operator ---- */

static const char *const kind_words[OUTCOMES] = {
	"planned",		  "done",    "already so",	"answered by mail", "for a person to answer",
	"asked for confirmation", "dropped", "waits for a yes from both addresses", "not by mail yet", "refused",
};

static const char *in_words(const char *why)
{
	static const struct { const char *why, *words; } list[] = {
		{ WHY_FORBIDDEN, "not for this role" },
		{ WHY_NO_SLOT, "which document? one of: " },
		{ WHY_UNKNOWN_SLOT, "there is no such document; perhaps: " },
		{ WHY_SEVERAL_SLOTS, "several documents fit: " },
		{ WHY_FORM, "not as it should be said: " },
		{ WHY_NO_REASON, "the text behind the colon is missing: " },
		{ WHY_NOT_ALONE, "it counts only where nothing else is said and nothing is attached" },
		{ WHY_MIXED, "commands and text in one mail" },
		{ WHY_NO_OFFICE, "the dossier has no office" },
		{ WHY_NO_REMINDER, "no reminder is due" },
		{ WHY_NO_FILE, "no file waits for its place" },
		{ WHY_SEVERAL_FILES, "there are several files" },
		{ WHY_TYPE, "it does not accept this kind of file" },
		{ WHY_NOTHING_ASKED, "nothing was asked" },
		{ WHY_TOO_LATE, "the answer came too late" },
		{ WHY_NO_SHARE, "the dossier has no office" },
		{ WHY_NOBODY, "that is nobody's name, or more than one's, among staff: " },
		{ WHY_NO_REPORT, "nothing was mailed yet" },
		{ WHY_ADDRESS, "that address cannot be used" },
		{ WHY_OFTEN, "not so often in a day" },
		{ WHY_WEAK, "the address is not proven well enough" },
		{ FLOW_NO_CLAUSE, "no clause of the present state handles it" },
		{ FLOW_GUARD, "the condition of its clause is not met; wanted: " },
		{ FLOW_COUNTED, "its clause has run as often as it may" },
		{ FLOW_FINAL, "the dossier has ended" },
		{ FLOW_EXISTS, "there is such a document already" },
		{ FLOW_NOTHING, "nothing was delivered" },
		{ FLOW_DELIVERED, "it was delivered" },
		{ FLOW_NOT_ABSENT, "this document cannot be left out" },
		{ FLOW_UPLOADS, "documents are not taken in now" },
		{ FLOW_NO_FILE, "no such file" },
		{ FLOW_NO_PAYMENT, "there is no payment" },
		{ HELD_FULL, "no more files fit there" },
		{ FLOW_NEWER, "a file of staff waits that would take the place of what is approved: " },
		{ FLOW_VOID, "another version was put to the client since" },
		{ FLOW_NOT_ASKED, "nothing was put to the client" },
		{ FLOW_WHO, "not for this role" },
	};
	size_t i;

	for (i = 0; i < sizeof list / sizeof *list; i++)
		if (str_eq(list[i].why, why))
			return list[i].words;
	return why;
}

static void put_outcome(struct buf *out, const struct outcome *o)
{
	const char *words = o->kind == OUTCOME_REFUSED ? in_words(o->why) : NULL;
	size_t i;

	buf_addf(out, "%s: %s", o->line, kind_words[o->kind]);
	if (words)
		buf_addf(out, ": %s", words);
	for (i = 0; i < o->choice_count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", o->choices[i]);
	if (words && !o->choice_count && o->detail)
		buf_addf(out, " (%s)", o->detail);
	if (words && (str_eq(o->why, WHY_FORM) || str_eq(o->why, WHY_NO_REASON)))
		buf_adds(out, o->said->form);
	buf_addc(out, '\n');
}

const char *orders_text(const struct orders *o, struct arena *arena)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	const char *text;
	size_t i;

	for (i = 0; i < o->count; i++)
		put_outcome(&out, &o->list[i]);
	for (i = 0; i < o->saying.near_count; i++)
		buf_addf(&out, "%s: not understood; did you mean: %s\n", o->saying.near[i].line, o->saying.near[i].form);
	for (i = 0; i < o->newer_count; i++)
		buf_addf(&out, "%s: it waits: %s\n", o->newer[i].name, o->newer[i].approved ?
			 "the client has approved another version" : "there is no room for it");
	if (o->noted)
		buf_adds(&out, "the text was kept as an internal note\n");
	text = arena_strdup(arena, out.data);
	buf_free(&out);
	return text;
}
