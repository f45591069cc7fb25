/*
 * A script of what happens to a dossier, and what came of it as text: what the
 * tests of the decision core play. Lines of a script:
 *
 *     rules FILE            below tests/golden/flow/, or rules/NAME.rules
 *     holiday 2026-04-27    a day that is not worked
 *     office ADDRESS        the dossier has one (from here on)
 *     brand NAME, language CODE
 *     copy, office-only     switches of the dossier; "no-copy" turns it off
 *     without SLOT          the dossier has no such slot (it is of an older rule file)
 *     show history          history lines are shown too
 *     at 2026-03-02 09:00   local time; begins an item: the events that follow
 *     nothing               the item has no events
 *     VERB …                an event; the table 'verbs' below
 *     until TIME            every timer fires when it is due, up to then
 *     late TIME             timers that are due by then fire then, in due order
 *     takeover FILE         the rule file becomes another one
 */
#ifndef POSTKAMER_TESTS_FLOW_PLAY_H
#define POSTKAMER_TESTS_FLOW_PLAY_H

/* System. */
#include <inttypes.h>

/* Engine. */
#include "flow/flow.h"
#include "flow/place.h"
#include "flow/takeover.h"

/* Own. */
#include "test-flow.h"

#define ZONE "Europe/Amsterdam"
#define MAX_EVENTS 64

struct play {
	struct arena arena;
	struct program *program;
	struct program *old[8]; /* versions that were in use before */
	size_t old_count;
	struct calendar calendar;
	struct dossier *dossier;
	struct event events[MAX_EVENTS];
	size_t event_count;
	int64_t now;
	bool history, nothing, failed;
	int documents; /* made so far: gives each its own bytes */
	const char *slots; /* as shown for the item before: only what changed is shown again */
	struct buf out;
};

static const char *local(struct play *play, int64_t at)
{
	struct civil c;

	if (at == DATE_NONE)
		return "never";
	zone_local(ZONE, at, &c, NULL);
	return arena_printf(&play->arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

/* What came of an item. */

static const char *audience(enum prog_audience audience)
{
	static const char *const words[] = { "template", "correspondent", "client", "office", "payer", "staff", "sender" };

	return words[audience];
}

static void show_effect(struct play *play, const struct dossier *dossier, const struct flow_effect *effect)
{
	size_t i;

	if (effect->kind == FLOW_PAYMENT) {
		const struct payment *payment = &dossier->payments[effect->payment];

		buf_addf(&play->out, "  payment %" PRId64 " %s '%s' until %s (%s)\n", payment->amount_cents,
			 payment->currency, payment->description, local(play, payment->expires), effect->clause);
		return;
	}
	if (effect->kind == FLOW_ERASE) {
		buf_addf(&play->out, "  erase (%s)\n", effect->clause);
		return;
	}
	buf_addf(&play->out, "  mail %s to %s", effect->template, audience(effect->audience));
	if (effect->form)
		buf_addf(&play->out, " with form %s", effect->form);
	for (i = 0; i < effect->attach_count; i++)
		buf_addf(&play->out, "%s%s", i ? ", " : " attach ", effect->attach[i]);
	buf_addf(&play->out, " (%s)\n", effect->clause);
}

static void show_slot(struct buf *out, const struct slot *slot)
{
	size_t i;

	if (slot->status == SLOT_OPEN && !slot->document_count && !slot->extra && !slot->reason)
		return;
	buf_addf(out, "  slot %s", slot->name);
	if (slot->year)
		buf_addf(out, " %d", slot->year);
	buf_addf(out, " %s%s", slot_status_word(slot->status), slot->required || slot->from_staff ? "" : " (optional)");
	if (slot->reason)
		buf_addf(out, " because %s", slot->reason);
	for (i = 0; i < slot->document_count; i++)
		buf_addf(out, "%s %s v%d%s", i ? "," : ":", slot->documents[i].name, slot->documents[i].version,
			 slot->documents[i].current ? "" : " old");
	buf_addc(out, '\n');
}

/* Where it depends on facts, what is missing is worth a line. */
static void show_missing(struct play *play, const struct dossier *dossier)
{
	const char *before = "  missing: ";
	size_t i;

	for (i = 0; i < play->program->slot_count && !play->program->slots[i].required_if; i++)
		;
	if (i == play->program->slot_count)
		return;
	for (i = 0; i < dossier->slot_count; i++)
		if (dossier->slots[i].required && !dossier->slots[i].from_staff && !slot_filled(&dossier->slots[i])) {
			buf_addf(&play->out, "%s%s", before, dossier->slots[i].name);
			before = ", ";
		}
	if (*before == ',')
		buf_addc(&play->out, '\n');
}

static void show_slots(struct play *play, const struct dossier *dossier)
{
	struct buf all = BUF_INIT(BUF_MAX_TEXT), one = BUF_INIT(BUF_MAX_LINE);
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		buf_reset(&one);
		show_slot(&one, &dossier->slots[i]);
		buf_adds(&all, one.data);
		if (one.len && !(play->slots && strstr(play->slots, one.data)))
			buf_adds(&play->out, one.data);
	}
	play->slots = arena_strdup(&play->arena, all.data);
	buf_free(&all);
	buf_free(&one);
}

static void show_approval(struct buf *out, const struct approval *approval)
{
	buf_addf(out, "  approval %s", approval->slot);
	if (approval->year)
		buf_addf(out, " %d", approval->year);
	buf_addf(out, " %.31s %s", (const char *)approval->sha256, approval_state_word(approval->state));
	if (approval->by)
		buf_addf(out, " by %s", approval->by);
	if (approval->reason)
		buf_addf(out, " because %s", approval->reason);
	buf_addc(out, '\n');
}

static void show_rest(struct play *play, const struct dossier *dossier)
{
	size_t i;

	for (i = 0; i < dossier->held_count; i++)
		buf_addf(&play->out, "  held %s: %s%s%s\n", dossier->held[i].document.name, dossier->held[i].reason,
			 dossier->held[i].slot ? " " : "", dossier->held[i].slot ? dossier->held[i].slot : "");
	for (i = 0; i < dossier->timer_count; i++)
		buf_addf(&play->out, "  timer %s %s due %s repeat %d\n", dossier->timers[i].clause,
			 timer_kind_word(dossier->timers[i].kind), local(play, dossier->timers[i].due),
			 dossier->timers[i].repeat);
	for (i = 0; i < dossier->count_count; i++)
		buf_addf(&play->out, "  count %s %d\n", dossier->counts[i].clause, dossier->counts[i].count);
	for (i = 0; i < dossier->fact_count; i++)
		buf_addf(&play->out, "%s%s %s", i ? ", " : "  facts: ", dossier->facts[i].name, dossier->facts[i].value);
	if (dossier->fact_count)
		buf_addc(&play->out, '\n');
	for (i = 0; i < dossier->approval_count; i++)
		show_approval(&play->out, &dossier->approvals[i]);
	for (i = 0; i < dossier->payment_count; i++)
		buf_addf(&play->out, "  paying %" PRId64 " %s%s%s\n", dossier->payments[i].amount_cents,
			 payment_status_word(dossier->payments[i].status), dossier->payments[i].link ? " " : "",
			 dossier->payments[i].link ? dossier->payments[i].link : "");
}

static void show(struct play *play, const struct flow_output *output)
{
	const struct dossier *dossier = output->dossier;
	size_t i;

	buf_addf(&play->out, "== %s: %s%s\n", local(play, play->now), dossier->state,
		 dossier->complete ? ", complete" : "");
	for (i = 0; i < output->refusal_count; i++)
		buf_addf(&play->out, "  refused %s: %s%s%s\n",
			 event_kind_words(play->events[output->refusals[i].event].kind), output->refusals[i].why,
			 output->refusals[i].detail ? ": " : "",
			 output->refusals[i].detail ? output->refusals[i].detail : "");
	for (i = 0; i < output->effect_count; i++)
		show_effect(play, dossier, &output->effects[i]);
	show_slots(play, dossier);
	show_missing(play, dossier);
	show_rest(play, dossier);
	for (i = 0; i < output->history_count && play->history; i++)
		buf_addf(&play->out, "  | %s, %s: %s\n", output->history[i].event, output->history[i].by,
			 output->history[i].text);
}

/* Runs the events that have been gathered. */
static void run_item(struct play *play)
{
	struct flow_input input = {
		.program = play->program,
		.dossier = play->dossier,
		.events = play->events,
		.event_count = play->event_count,
		.now = play->now,
		.calendar = &play->calendar,
	};
	struct flow_output output;
	struct err err = ERR_INIT;
	size_t i;

	if (play->event_count == 0 && !play->nothing)
		return;
	play->nothing = false;
	if (flow_run(&input, &play->arena, &output, &err) < 0) {
		buf_addf(&play->out, "== %s: failed: %s\n", local(play, play->now), err.text);
	} else {
		show(play, &output);
		play->dossier = output.dossier;
		/* As the store does. */
		for (i = 0; i < play->dossier->payment_count; i++)
			play->dossier->payments[i].id = (int64_t)i + 1;
	}
	play->event_count = 0;
}

/* Events of a script. */

static struct event *event_add(struct play *play, enum event_kind kind, enum actor_role actor)
{
	struct event *event = &play->events[play->event_count];

	if (play->event_count < MAX_EVENTS - 1)
		play->event_count++;
	*event = (struct event){ .kind = kind, .actor = actor, .at = play->now };
	if (actor == ACTOR_CLIENT)
		event->by = "jan@example.org";
	return event;
}

/*
 * What stands behind a verb: s = slot[/year] ("-" for none), f = file ("=x"
 * behind it: its bytes), n = name, h = bytes that an answer is about, v = fields
 * and values ("straat=Kade_1", "_" for a blank), t = title, r = reason (the
 * rest), 1 = about the first payment.
 */
static const struct verb {
	const char *word;
	enum event_kind kind;
	enum actor_role actor;
	const char *args;
} verbs[] = {
	{ "opened", EVENT_OPENED, ACTOR_OPERATOR, "" },
	{ "doc", EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, "sf" },
	{ "doc-office", EVENT_DOCUMENT_RECEIVED, ACTOR_OFFICE, "sf" },
	{ "doc-by-staff", EVENT_DOCUMENT_RECEIVED, ACTOR_STAFF, "sf" },
	{ "doc-held", EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, "nf" },
	{ "doc-nowhere", EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, "f" },
	{ "staff-doc", EVENT_STAFF_DOCUMENT_RECEIVED, ACTOR_STAFF, "sf" },
	{ "doc-instead", EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, "sfh" },
	{ "doc-by-staff-instead", EVENT_DOCUMENT_RECEIVED, ACTOR_STAFF, "sfh" },
	{ "staff-doc-instead", EVENT_STAFF_DOCUMENT_RECEIVED, ACTOR_STAFF, "sfh" },
	{ "ask-instead", EVENT_APPROVAL_ASKED, ACTOR_STAFF, "sfh" },
	{ "reject", EVENT_DOCUMENT_REJECTED, ACTOR_STAFF, "sr" },
	{ "reject-file", EVENT_DOCUMENT_REJECTED, ACTOR_STAFF, "snr" },
	{ "approve", EVENT_DOCUMENT_APPROVED, ACTOR_STAFF, "s" },
	{ "absent", EVENT_SLOT_ABSENT, ACTOR_CLIENT, "sr" },
	{ "present", EVENT_SLOT_PRESENT, ACTOR_CLIENT, "s" },
	{ "extra", EVENT_SLOT_ADDED, ACTOR_STAFF, "str" },
	{ "reopen", EVENT_SLOT_REOPENED, ACTOR_STAFF, "sr" },
	{ "take", EVENT_STAFF_TAKE, ACTOR_STAFF, "" },
	{ "finish", EVENT_STAFF_FINISH, ACTOR_STAFF, "" },
	{ "withdraw", EVENT_STAFF_WITHDRAW, ACTOR_STAFF, "" },
	{ "close", EVENT_STAFF_CLOSE, ACTOR_STAFF, "" },
	{ "cancel", EVENT_CLIENT_CANCEL, ACTOR_CLIENT, "" },
	{ "refund", EVENT_STAFF_REFUND, ACTOR_STAFF, "" },
	{ "note", EVENT_STAFF_NOTE, ACTOR_STAFF, "r" },
	{ "ask", EVENT_APPROVAL_ASKED, ACTOR_STAFF, "sf" },
	{ "give", EVENT_APPROVAL_GIVEN, ACTOR_CLIENT, "sh" },
	{ "give-office", EVENT_APPROVAL_GIVEN, ACTOR_OFFICE, "sh" },
	{ "give-staff", EVENT_APPROVAL_GIVEN, ACTOR_STAFF, "sh" },
	{ "refuse", EVENT_APPROVAL_REFUSED, ACTOR_CLIENT, "shr" },
	{ "form", EVENT_FORM_RECEIVED, ACTOR_CLIENT, "nv" },
	{ "form-office", EVENT_FORM_RECEIVED, ACTOR_OFFICE, "nv" },
	{ "phrase", EVENT_PHRASE, ACTOR_CLIENT, "nr" },
	{ "phrase-office", EVENT_PHRASE, ACTOR_OFFICE, "nr" },
	{ "phrase-staff", EVENT_PHRASE, ACTOR_STAFF, "nr" },
	{ "fact", EVENT_FACT_CHANGED, ACTOR_CLIENT, "n" },
	{ "ready", EVENT_PAYMENT_READY, ACTOR_PROVIDER, "n" },
	{ "paid", EVENT_PAYMENT_PAID, ACTOR_PROVIDER, "" },
	{ "paid-1", EVENT_PAYMENT_PAID, ACTOR_PROVIDER, "1" },
	{ "failed-1", EVENT_PAYMENT_FAILED, ACTOR_PROVIDER, "1" },
	{ "betaald", EVENT_PAYMENT_PAID, ACTOR_STAFF, "" },
	{ "failed", EVENT_PAYMENT_FAILED, ACTOR_PROVIDER, "" },
	{ "expired", EVENT_PAYMENT_EXPIRED, ACTOR_PROVIDER, "" },
	{ "bounce", EVENT_MAIL_FAILED, ACTOR_NONE, "n" },
	{ "timer", EVENT_TIMER, ACTOR_NONE, "n" },
	{ "complete", EVENT_DOCUMENTS_COMPLETE, ACTOR_STAFF, "" },
};

static const struct document *document_new(struct play *play, char *name)
{
	struct document *document = arena_alloc(&play->arena, sizeof *document);
	char *bytes = name ? strchr(name, '=') : NULL;

	play->documents++;
	if (bytes)
		*bytes++ = '\0';
	document->name = name;
	document->type = "application/pdf";
	document->size = 1000;
	snprintf((char *)document->sha256, sizeof document->sha256, "%s", bytes ? bytes : "");
	if (!bytes)
		snprintf((char *)document->sha256, sizeof document->sha256, "#%d", play->documents);
	return document;
}

static const unsigned char *bytes_of(struct play *play, const char *bytes)
{
	unsigned char *sha256 = arena_alloc(&play->arena, 32);

	snprintf((char *)sha256, 32, "%s", bytes);
	return sha256;
}

/* The word and all behind it, each NAME=VALUE. */
static void fields(struct play *play, struct event *event, char *word, char **rest)
{
	struct event_field *list = arena_array(&play->arena, 20, sizeof *list);

	for (event->fields = list; word && event->field_count < 20; word = strsep(rest, " ")) {
		struct event_field *field = &list[event->field_count++];
		char *c;

		field->name = strsep(&word, "=");
		field->value = word ? word : "";
		for (c = word; c && *c; c++)
			*c = *c == '_' ? ' ' : *c;
	}
}

static void argument(struct play *play, struct event *event, char kind, char **rest)
{
	char *word = kind == 'r' ? *rest : strsep(rest, " ");

	event->payment = kind == '1';

	if (!word || !*word)
		return;
	switch (kind) {
	case 's': event->slot = str_eq(word, "-") ? NULL : slot_and_year(word, &event->year); break;
	case 'h': event->sha256 = str_eq(word, "-") ? NULL : bytes_of(play, word); break;
	case 'v': fields(play, event, word, rest); break;
	case 'f': event->document = document_new(play, word); break;
	case 'n': event->name = word; break;
	case 't': event->title = word; break;
	default: event->reason = word; break;
	}
}

static void script_event(struct play *play, const char *word, char *rest)
{
	size_t i, j;

	for (i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		struct event *event;

		if (!str_eq(verbs[i].word, word))
			continue;
		event = event_add(play, verbs[i].kind, verbs[i].actor);
		for (j = 0; verbs[i].args[j]; j++)
			argument(play, event, verbs[i].args[j], &rest);
		return;
	}
	buf_addf(&play->out, "?? %s\n", word);
	play->failed = true;
}

/* Fires the timer that is due first, at its time or at 'late'; false when none is due by 'until'. */
__attribute__((unused))
static bool fire_first(struct play *play, int64_t until, bool late)
{
	const struct timer *first = NULL;
	size_t i;

	for (i = 0; play->dossier->state && i < play->dossier->timer_count; i++)
		if (play->dossier->timers[i].due <= until && (!first || play->dossier->timers[i].due < first->due))
			first = &play->dossier->timers[i];
	if (!first)
		return false;
	play->now = late ? until : first->due;
	event_add(play, EVENT_TIMER, ACTOR_NONE)->name = first->clause;
	run_item(play);
	return true;
}

static void script_time(struct play *play, const char *word, const char *text)
{
	struct err err = ERR_INIT;
	int64_t at;
	int left = 200;

	run_item(play);
	if (date_parse(text, ZONE, &at, &err) < 0) {
		buf_addf(&play->out, "?? %s\n", err.text);
		play->failed = true;
		return;
	}
	if (!str_eq(word, "at"))
		while (left-- > 0 && fire_first(play, at, str_eq(word, "late")))
			;
	play->now = at;
}

static struct program *script_program(struct play *play, const char *name)
{
	const char *folder = str_starts(name, "rules/") ? "" : "tests/golden/flow/";
	char *text = source_file(&play->arena, arena_printf(&play->arena, "%s%s", folder, name));

	return text ? program_from(name, text) : NULL;
}

static void script_rules(struct play *play, const char *name)
{
	play->program = script_program(play, name);
	play->failed |= !play->program;
}

/* The dossier moves to the new program, or the output says why not. The old one stays for what points into it. */
static void play_takeover(struct play *play, struct program *program)
{
	struct flow_takeover takeover = { .from = play->program, .to = program, .calendar = &play->calendar,
					  .now = play->now };
	struct flow_reasons reasons;
	size_t i;

	run_item(play);
	takeover.dossier = play->dossier;
	play->failed |= !program || play->old_count == sizeof play->old / sizeof *play->old;
	if (play->failed)
		return;
	play->old[play->old_count++] = program;
	if (!flow_takeover(&takeover, &play->arena, &play->dossier, &reasons)) {
		for (i = 0; i < reasons.count; i++)
			buf_addf(&play->out, "  cannot move: %s\n", reasons.list[i]);
		return;
	}
	play->old[play->old_count - 1] = play->program;
	play->program = program;
	play->nothing = true;
	run_item(play);
}

static void holiday_add(struct play *play, const char *text)
{
	int64_t *days = arena_array(&play->arena, play->calendar.holiday_count + 1, sizeof *days);
	int64_t at = 0;

	if (play->calendar.holiday_count)
		memcpy(days, play->calendar.holidays, play->calendar.holiday_count * sizeof *days);
	date_parse(text, NULL, &at, NULL);
	days[play->calendar.holiday_count++] = at / DATE_DAY;
	play->calendar.holidays = days;
}

static void slot_drop(struct dossier *dossier, const char *name)
{
	size_t i, kept = 0;

	for (i = 0; i < dossier->slot_count; i++)
		if (!str_eq(dossier->slots[i].name, name))
			dossier->slots[kept++] = dossier->slots[i];
	dossier->slot_count = kept;
}

static void script_line(struct play *play, char *line)
{
	char *rest = line, *word = strsep(&rest, " ");

	if (!*word || *word == '#')
		return;
	rest = rest ? rest : line + strlen(line);
	if (str_eq(word, "rules"))
		script_rules(play, rest);
	else if (str_eq(word, "holiday"))
		holiday_add(play, rest);
	else if (str_eq(word, "office"))
		play->dossier->office.address = *rest ? rest : NULL;
	else if (str_eq(word, "brand"))
		play->dossier->brand = rest;
	else if (str_eq(word, "language"))
		play->dossier->client.language = rest;
	else if (str_eq(word, "copy"))
		play->dossier->client.copy = true;
	else if (str_eq(word, "no-copy"))
		play->dossier->client.copy = false;
	else if (str_eq(word, "nothing"))
		play->nothing = true;
	else if (str_eq(word, "office-only"))
		play->dossier->office_only = true;
	else if (str_eq(word, "without"))
		slot_drop(play->dossier, rest);
	else if (str_eq(word, "show"))
		play->history = true;
	else if (str_eq(word, "takeover"))
		play_takeover(play, script_program(play, rest));
	else if (str_eq(word, "at") || str_eq(word, "until") || str_eq(word, "late"))
		script_time(play, word, rest);
	else if (play->program)
		script_event(play, word, *rest ? rest : NULL);
	if (play->program && !play->dossier->slots && str_eq(word, "at")) {
		play->dossier->opened = play->now;
		flow_dossier_init(play->program, &play->calendar, &play->arena, play->dossier);
	}
}

static void play_init(struct play *play)
{
	*play = (struct play){ .calendar = { .zone = ZONE }, .out = BUF_INIT(BUF_MAX_TEXT) };
	play->dossier = arena_alloc(&play->arena, sizeof *play->dossier);
	*play->dossier = (struct dossier){
		.number = "2026-00001-K", .workflow = "proef", .language = "nl",
		.client = { "Jan Jansen", "jan@example.org", "nl", false },
	};
}

static void play_free(struct play *play)
{
	buf_free(&play->out);
	program_free(&play->program);
	while (play->old_count)
		program_free(&play->old[--play->old_count]);
	arena_free(&play->arena);
}

#endif
