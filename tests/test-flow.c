/*
 * The decision core: golden files (events in; state, slots, timers, effects
 * and history out), random events over the shipped workflow, and what one
 * event costs.
 *
 * A golden file is a script, a line "-- out --", and what came of it.
 * GOLDEN_WRITE=1 writes the outcome anew: look at the difference. Script:
 *
 *     rules FILE            below tests/golden/flow/, or rules/NAME.rules
 *     holiday 2026-04-27    a day that is not worked
 *     office ADDRESS        the dossier has one
 *     copy, office-only     switches of the dossier
 *     without SLOT          the dossier has no such slot (it is of an older rule file)
 *     show history          history lines are shown too
 *     at 2026-03-02 09:00   local time; begins an item: the events that follow
 *     VERB …                an event; the table 'verbs' below
 *     until TIME            every timer fires when it is due, up to then
 *     late TIME             timers that are due by then fire then, in due order
 */
/* System. */
#include <dirent.h>
#include <inttypes.h>
#include <time.h>

/* Engine. */
#include "flow/flow.h"
#include "flow/place.h"

/* Own. */
#include "tap.h"
#include "test-flow.h"

#define ZONE "Europe/Amsterdam"
#define OUT_LINE "-- out --\n"
#define MAX_EVENTS 64

struct play {
	struct arena arena;
	struct program *program;
	struct calendar calendar;
	struct dossier *dossier;
	struct event events[MAX_EVENTS];
	size_t event_count;
	int64_t now;
	bool history, failed;
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
	buf_addf(&play->out, "  mail %s to %s", effect->template, audience(effect->audience));
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

	if (play->event_count == 0)
		return;
	if (flow_run(&input, &play->arena, &output, &err) < 0) {
		buf_addf(&play->out, "== %s: failed: %s\n", local(play, play->now), err.text);
	} else {
		show(play, &output);
		play->dossier = output.dossier;
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
 * What stands behind a verb: s = slot[/year], f = file ("=x" behind it: its
 * bytes), n = name, t = title, r = reason (the rest).
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
	{ "asked", EVENT_APPROVAL_ASKED, ACTOR_STAFF, "s" },
	{ "given", EVENT_APPROVAL_GIVEN, ACTOR_CLIENT, "s" },
	{ "refused", EVENT_APPROVAL_REFUSED, ACTOR_CLIENT, "sr" },
	{ "ready", EVENT_PAYMENT_READY, ACTOR_PROVIDER, "n" },
	{ "paid", EVENT_PAYMENT_PAID, ACTOR_PROVIDER, "" },
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

static void argument(struct play *play, struct event *event, char kind, char **rest)
{
	char *word = kind == 'r' ? *rest : strsep(rest, " ");

	if (!word || !*word)
		return;
	switch (kind) {
	case 's': event->slot = slot_and_year(word, &event->year); break;
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

static void script_rules(struct play *play, const char *name)
{
	const char *folder = str_starts(name, "rules/") ? "" : "tests/golden/flow/";
	char *text = source_file(&play->arena, arena_printf(&play->arena, "%s%s", folder, name));

	play->program = text ? program_from(name, text) : NULL;
	play->failed |= !play->program;
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
		play->dossier->office.address = rest;
	else if (str_eq(word, "copy"))
		play->dossier->client.copy = true;
	else if (str_eq(word, "office-only"))
		play->dossier->office_only = true;
	else if (str_eq(word, "without"))
		slot_drop(play->dossier, rest);
	else if (str_eq(word, "show"))
		play->history = true;
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
	arena_free(&play->arena);
}

/* Golden files. */

static void golden_write(const char *name, const char *script, size_t len, const struct buf *out)
{
	const char *top = getenv("top_srcdir");
	struct buf all = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char path[512];

	snprintf(path, sizeof path, "%s/%s", top ? top : ".", name);
	buf_add(&all, script, len);
	buf_adds(&all, OUT_LINE);
	buf_add(&all, out->data, out->len);
	if (file_replace(path, all.data, all.len, 0644, &err) < 0)
		printf("# %s\n", err.text);
	buf_free(&all);
}

static void show_difference(const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	while (line > 1 && got[-1] != '\n') {
		got--;
		want--;
	}
	printf("#   line %d of the outcome\n#   expected: %.*s\n#   got:      %.*s\n", line, (int)strcspn(want, "\n"), want,
	       (int)strcspn(got, "\n"), got);
}

static void test_golden(const char *file)
{
	struct play play;
	char *text, *script, *rest, *line, *cut;
	const char *name, *want = "";
	size_t len;

	play_init(&play);
	name = arena_printf(&play.arena, "tests/golden/flow/%s", file);
	text = source_file(&play.arena, name);
	if (!tap_ok(text != NULL, "%s can be read", file)) {
		play_free(&play);
		return;
	}
	cut = strstr(text, OUT_LINE);
	len = cut ? (size_t)(cut - text) : strlen(text);
	if (cut)
		want = cut + strlen(OUT_LINE);
	script = arena_strndup(&play.arena, text, len);
	for (rest = script; (line = strsep(&rest, "\n"));)
		script_line(&play, str_trim(line));
	run_item(&play);
	if (getenv("GOLDEN_WRITE") && !play.failed)
		golden_write(name, text, len, &play.out);
	else if (!tap_ok(!play.failed && strcmp(play.out.data, want) == 0, "golden: %s", file))
		show_difference(play.out.data, want);
	play_free(&play);
}

static int is_script(const struct dirent *entry)
{
	return str_ends(entry->d_name, ".txt");
}

static void test_goldens(void)
{
	const char *top = getenv("top_srcdir");
	struct dirent **list = NULL;
	char path[512];
	int i, count;

	snprintf(path, sizeof path, "%s/tests/golden/flow", top ? top : ".");
	count = scandir(path, &list, is_script, alphasort);
	tap_ok(count >= 40, "there are at least 40 golden files: %d", count);
	for (i = 0; i < count; i++) {
		test_golden(list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

/* Random events. */

static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

/* All that a decision leaves, as text: equal texts, equal decisions. */
static void dump(struct buf *out, const struct dossier *dossier)
{
	size_t i, j;

	buf_addf(out, "%s %d %d %" PRId64 " %" PRId64 "\n", dossier->state, dossier->final, dossier->complete,
		 dossier->opened, dossier->entered);
	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		buf_addf(out, "%s %d %d %d %s", slot->name, slot->year, slot->status, slot->required,
			 slot->reason ? slot->reason : "-");
		for (j = 0; j < slot->document_count; j++)
			buf_addf(out, " %s/%d/%d", slot->documents[j].name, slot->documents[j].version,
				 slot->documents[j].current);
		buf_addc(out, '\n');
	}
	for (i = 0; i < dossier->timer_count; i++)
		buf_addf(out, "t %s %d %" PRId64 " %d %" PRId64 "\n", dossier->timers[i].clause, dossier->timers[i].kind,
			 dossier->timers[i].due, dossier->timers[i].repeat, dossier->timers[i].since);
	for (i = 0; i < dossier->count_count; i++)
		buf_addf(out, "c %s %d\n", dossier->counts[i].clause, dossier->counts[i].count);
	for (i = 0; i < dossier->payment_count; i++)
		buf_addf(out, "p %d %" PRId64 " %s\n", dossier->payments[i].status, dossier->payments[i].expires,
			 dossier->payments[i].link ? dossier->payments[i].link : "-");
	for (i = 0; i < dossier->held_count; i++)
		buf_addf(out, "h %s %s\n", dossier->held[i].document.name, dossier->held[i].reason);
}

static void dump_output(struct buf *out, const struct flow_output *output)
{
	size_t i;

	dump(out, output->dossier);
	for (i = 0; i < output->effect_count; i++)
		buf_addf(out, "e %d %s %s %d\n", output->effects[i].kind, output->effects[i].clause,
			 output->effects[i].template ? output->effects[i].template : "-", output->effects[i].audience);
	for (i = 0; i < output->history_count; i++)
		buf_addf(out, "| %" PRId64 " %s %s %s\n", output->history[i].at, output->history[i].event,
			 output->history[i].by, output->history[i].text);
	for (i = 0; i < output->refusal_count; i++)
		buf_addf(out, "r %zu %s %s\n", output->refusals[i].event, output->refusals[i].why,
			 output->refusals[i].detail ? output->refusals[i].detail : "-");
}

static bool timers_sound(const struct program *program, const struct dossier *dossier)
{
	size_t i, j;

	for (i = 0; i < dossier->timer_count; i++) {
		const struct timer *timer = &dossier->timers[i];
		const struct prog_state *state = NULL;
		const struct prog_clause *clause = program_clause(program, timer->clause, &state);

		if (!clause || (state ? !str_eq(state->name, dossier->state) : dossier->final) || timer->due < timer->since)
			return false;
		if ((timer->kind == TIMER_QUIET) != (clause->trigger == TRIGGER_ON) ||
		    (timer->kind == TIMER_QUIET && timer->due > timer->since + FLOW_QUIET_MAX))
			return false;
		for (j = 0; j < i; j++)
			if (str_eq(dossier->timers[j].clause, timer->clause))
				return false;
	}
	return true;
}

static bool slots_sound(const struct dossier *dossier)
{
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (slot_files(slot) > (size_t)slot->files_max || (slot->status == SLOT_OPEN && slot_files(slot)) ||
		    (slot->status == SLOT_DELIVERED && !slot_files(slot)) ||
		    (slot->status == SLOT_ABSENT && !slot->may_be_absent))
			return false;
	}
	return !dossier->complete || dossier_missing(dossier) == 0;
}

/* Only what the clause it names declares. */
static bool effects_sound(const struct program *program, const struct flow_output *output)
{
	size_t i, j;

	for (i = 0; i < output->effect_count; i++) {
		const struct flow_effect *effect = &output->effects[i];
		const struct prog_clause *clause = program_clause(program, effect->clause, NULL);
		bool declared = false;

		for (j = 0; clause && j < clause->action_count; j++)
			declared |= effect->kind == FLOW_MAIL ?
					    str_eq(clause->actions[j].template, effect->template) :
					    clause->actions[j].kind != ACTION_MAIL &&
						    clause->actions[j].kind != ACTION_GOTO &&
						    effect->payment < output->dossier->payment_count;
		if (!declared)
			return false;
	}
	return true;
}

static bool output_sound(const struct program *program, const struct flow_output *output)
{
	const struct prog_state *state = program_state(program, output->dossier->state);

	return state && state->final == output->dossier->final && output->transitions <= FLOW_MAX_TRANSITIONS &&
	       timers_sound(program, output->dossier) && slots_sound(output->dossier) && effects_sound(program, output);
}

static void random_event(struct play *play, uint64_t *seed)
{
	const struct verb *verb = &verbs[random_next(seed) % (sizeof verbs / sizeof *verbs)];
	const struct dossier *dossier = play->dossier;
	struct event *event = event_add(play, verb->kind, verb->actor);
	const struct slot *slot = &dossier->slots[random_next(seed) % dossier->slot_count];

	if (strchr(verb->args, 's') && random_next(seed) % 30) {
		event->slot = slot->name;
		event->year = slot->year;
	}
	if (str_eq(verb->word, "extra"))
		event->slot = random_next(seed) % 2 ? "akte" : "huur";
	if (strchr(verb->args, 'f'))
		event->document = document_new(play, arena_strdup(&play->arena,
								  random_next(seed) % 5 ? "x.pdf" : "x.pdf=same"));
	if (str_eq(verb->word, "doc-held"))
		event->name = HELD_UNPLACED;
	if (verb->kind == EVENT_TIMER)
		event->name = dossier->timer_count && random_next(seed) % 4 ?
				      dossier->timers[random_next(seed) % dossier->timer_count].clause : "verzamelen.9";
	if (verb->kind == EVENT_MAIL_FAILED || verb->kind == EVENT_PAYMENT_READY)
		event->name = "https://pay.example/1";
}

/* Moves the clock: a little, a lot, or to when the next timer is due. */
static void random_time(struct play *play, uint64_t *seed)
{
	size_t i;

	play->now += (int64_t)(random_next(seed) % (random_next(seed) % 4 ? 1200 : 9 * DATE_DAY));
	for (i = 0; i < play->dossier->timer_count && random_next(seed) % 2; i++)
		if (play->dossier->timers[i].due > play->now) {
			play->now = play->dossier->timers[i].due;
			return;
		}
}

struct tally {
	int unsound, changed, differing, failed, finals;
};

static void random_item(struct play *play, uint64_t *seed, struct tally *tally)
{
	struct flow_input input = { .program = play->program, .dossier = play->dossier, .events = play->events,
				    .calendar = &play->calendar };
	struct flow_output output, again;
	struct buf before = BUF_INIT(BUF_MAX_TEXT), after = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;
	int left;

	random_time(play, seed);
	play->event_count = 0;
	if (!play->dossier->state)
		event_add(play, EVENT_OPENED, ACTOR_OPERATOR);
	for (left = (int)(random_next(seed) % 5); left > 0; left--)
		random_event(play, seed);
	input.event_count = play->event_count;
	input.now = play->now;
	dump(&before, play->dossier);
	if (flow_run(&input, &play->arena, &output, &err) < 0 || flow_run(&input, &play->arena, &again, &err) < 0) {
		printf("# %s\n", err.text);
		tally->failed++;
		goto out;
	}
	dump(&after, play->dossier);
	tally->changed += strcmp(before.data, after.data) != 0;
	buf_reset(&before);
	buf_reset(&after);
	dump_output(&before, &output);
	dump_output(&after, &again);
	tally->differing += strcmp(before.data, after.data) != 0;
	tally->unsound += !output_sound(play->program, &output);
	tally->finals += output.dossier->final;
	play->dossier = output.dossier;
out:
	buf_free(&before);
	buf_free(&after);
}

static void test_random(const char *rules, int dossiers, int items)
{
	struct tally tally = { 0 };
	uint64_t seed = 88172645463325252ull;
	int i, j;

	for (i = 0; i < dossiers; i++) {
		struct play play;

		play_init(&play);
		script_rules(&play, rules);
		if (play.failed) {
			play_free(&play);
			tap_ok(false, "%s loads", rules);
			return;
		}
		play.now = 1772438400;
		play.dossier->opened = play.now;
		flow_dossier_init(play.program, &play.calendar, &play.arena, play.dossier);
		for (j = 0; j < items; j++)
			random_item(&play, &seed, &tally);
		play_free(&play);
	}
	tap_is_int(tally.failed, 0, "%s: %d random items are decided", rules, dossiers * items);
	tap_is_int(tally.unsound, 0, "each leaves one state, sound slots and timers, declared effects");
	tap_is_int(tally.changed, 0, "the dossier given is never changed");
	tap_is_int(tally.differing, 0, "the same input gives the same decision");
	tap_ok(tally.finals > 0 && tally.finals < dossiers * items, "final states are reached and left: %d", tally.finals);
}

/* What one event costs in the state that the item before left: printed, not judged. */
static void bench_event(struct play *play, const char *name)
{
	enum { ROUNDS = 20000 };
	struct flow_input input = { .program = play->program, .dossier = play->dossier, .events = play->events,
				    .event_count = 1, .now = play->now, .calendar = &play->calendar };
	struct timespec from, to;
	struct flow_output output;
	struct err err = ERR_INIT;
	int i, failed = 0;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < ROUNDS; i++) {
		struct arena arena = ARENA_INIT;

		failed += flow_run(&input, &arena, &output, &err) < 0 || output.refusal_count > 0;
		arena_free(&arena);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	tap_is_int(failed, 0, "bench: %s is decided", name);
	printf("# %s: %.2f us\n", name,
	       ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) / ROUNDS);
	run_item(play);
}

static void bench(void)
{
	struct play play;

	play_init(&play);
	script_rules(&play, "rules/inkomensverklaring.rules");
	if (!tap_ok(!play.failed, "bench: the shipped workflow loads")) {
		play_free(&play);
		return;
	}
	play.now = play.dossier->opened = 1772438400;
	flow_dossier_init(play.program, &play.calendar, &play.arena, play.dossier);
	event_add(&play, EVENT_OPENED, ACTOR_OPERATOR);
	bench_event(&play, "opening");
	event_add(&play, EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT)->slot = "legitimatie";
	play.events[0].document = document_new(&play, NULL);
	bench_event(&play, "document received");
	play.now += 30 * DATE_DAY;
	event_add(&play, EVENT_TIMER, ACTOR_NONE)->name = "verzamelen.3";
	bench_event(&play, "timer, repeats missed");
	event_add(&play, EVENT_DOCUMENT_REJECTED, ACTOR_STAFF)->slot = "legitimatie";
	bench_event(&play, "document rejected");
	event_add(&play, EVENT_CLIENT_CANCEL, ACTOR_CLIENT);
	bench_event(&play, "cancelled");
	play_free(&play);
}

int main(void)
{
	test_goldens();
	test_random("rules/inkomensverklaring.rules", 60, 120);
	test_random("order.rules", 60, 120);
	bench();
	return tap_done();
}
