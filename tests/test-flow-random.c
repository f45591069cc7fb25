/*
 * Random workflows, random events at random times: what holds of every decision
 * (flow_sound.h), that the same input gives the same decision, that what went
 * in is not touched, and that a dossier moves to a later version of its rules.
 *
 * POSTKAMER_RANDOM_LOOPS (workflows; each gets a few dossiers) and
 * POSTKAMER_RANDOM_SEED change what is run; a failure names its seed, and
 * POSTKAMER_RANDOM_SHOW=1 shows rules and items of that one.
 */
/* System. */
#include <stdlib.h>

/* Own. */
#include "tap.h"
#include "flow_random.h"
#include "flow_sound.h"

/* Engine. */
#include "flow/takeover.h"

#define ZONE "Europe/Amsterdam"
#define LOOPS 200
#define ITEMS 60        /* of a dossier */
#define MAX_EVENTS 5    /* of an item */

struct world {
	struct dice dice;
	struct arena arena;
	struct program *program, *later;
	struct calendar calendar;
	struct dossier *dossier;
	int64_t now;
	unsigned documents; /* made so far */
	bool show;
	struct sound_moment moments[SOUND_MOMENTS];
};

struct tally {
	unsigned items, limits, moved, entered, finals, approved, refused, expired, erased, facts, held;
};

static unsigned from_environment(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);
	uint32_t value;

	return text && str_to_u32(text, &value) ? value : otherwise;
}

/* ---- events ---- */

static const struct slot *any_slot(struct world *w)
{
	return &w->dossier->slots[roll(&w->dice, (unsigned)w->dossier->slot_count)];
}

static const struct document *any_document(struct world *w)
{
	static const char *const types[] = { "application/pdf", "image/png", "text/plain" };
	struct document *document = arena_alloc(&w->arena, sizeof *document);

	document->name = arena_printf(&w->arena, "stuk%u.pdf", w->documents);
	document->type = PICK(&w->dice, types);
	document->size = 1000;
	document->item = w->documents;
	/* Some bytes come again. */
	snprintf((char *)document->sha256, sizeof document->sha256, "#%u",
		 chance(&w->dice, 5) ? roll(&w->dice, w->documents + 1) : ++w->documents);
	return document;
}

static const unsigned char *any_version(struct world *w, struct event *event)
{
	const struct dossier *d = w->dossier;
	const struct approval *row;
	unsigned char *other;

	if (!d->approval_count || chance(&w->dice, 8)) {
		other = arena_alloc(&w->arena, 32);
		snprintf((char *)other, 32, "#%u", roll(&w->dice, w->documents + 2));
		return other;
	}
	row = &d->approvals[chance(&w->dice, 3) ? roll(&w->dice, (unsigned)d->approval_count) :
						   (unsigned)d->approval_count - 1];
	event->slot = chance(&w->dice, 4) ? NULL : row->slot;
	event->year = event->slot ? row->year : 0;
	return chance(&w->dice, 6) ? NULL : row->sha256;
}

static const char *any_value(struct world *w, const struct prog_field *field)
{
	static const char *const values[][4] = {
		[VALUE_TEXT] = { "tekst", "een tekst", "x", "" },
		[VALUE_YES_NO] = { "yes", "no", "yes", "" },
		[VALUE_CHOICE] = { "een", "twee", "drie", "" },
		[VALUE_NUMBER] = { "0", "3", "12", "" },
		[VALUE_AMOUNT] = { "0.50", "100.00", "99999.99", "" },
		[VALUE_DATE] = { "2026-03-01", "1999-12-31", "2030-01-01", "" },
		[VALUE_ADDRESS] = { "jan@example.org", "k@example.com", "jan@example.org", "" },
	};

	return chance(&w->dice, 40) ? "geen waarde, of wel" : values[field->kind][roll(&w->dice, 4)];
}

static void fill_form(struct world *w, struct event *event)
{
	const struct prog_form *form;
	struct event_field *fields;
	size_t i;

	if (!w->program->form_count || chance(&w->dice, 20)) {
		event->name = "onbekend";
		return;
	}
	form = &w->program->forms[roll(&w->dice, (unsigned)w->program->form_count)];
	event->name = form->name;
	fields = arena_array(&w->arena, form->field_count, sizeof *fields);
	event->fields = fields;
	for (i = 0; i < form->field_count; i++)
		if (!chance(&w->dice, 6))
			fields[event->field_count++] =
				(struct event_field){ form->fields[i].name, any_value(w, &form->fields[i]) };
}

static void fill_timer(struct world *w, struct event *event)
{
	const struct dossier *d = w->dossier;

	event->actor = ACTOR_NONE;
	event->name = "a0.1";
	if (d->timer_count && !chance(&w->dice, 8))
		event->name = d->timers[roll(&w->dice, (unsigned)d->timer_count)].clause;
}

static void fill_event(struct world *w, struct event *event)
{
	const struct dossier *d = w->dossier;
	const struct slot *slot;

	switch (event->kind) {
	case EVENT_DOCUMENT_RECEIVED:
	case EVENT_STAFF_DOCUMENT_RECEIVED:
		event->document = any_document(w);
		event->slot = chance(&w->dice, 15) ? NULL : event->slot;
		event->name = chance(&w->dice, 20) ? HELD_TYPE : NULL;
		break;
	case EVENT_SLOT_ADDED:
		event->slot = chance(&w->dice, 2) ? "akte" : "huur";
		event->year = chance(&w->dice, 5) ? 2020 : 0;
		break;
	case EVENT_DOCUMENT_REJECTED:
		slot = dossier_slot(d, event->slot, event->year);
		if (slot->document_count && chance(&w->dice, 2))
			event->name = slot->documents[roll(&w->dice, (unsigned)slot->document_count)].name;
		break;
	case EVENT_APPROVAL_ASKED: event->document = chance(&w->dice, 2) ? any_document(w) : NULL; break;
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED: event->sha256 = any_version(w, event); break;
	case EVENT_PAYMENT_READY: event->name = "https://pay.example/1"; /* fallthrough */
	case EVENT_PAYMENT_PAID:
	case EVENT_PAYMENT_FAILED:
	case EVENT_PAYMENT_EXPIRED:
		if (d->payment_count && chance(&w->dice, 3))
			event->payment = d->payments[roll(&w->dice, (unsigned)d->payment_count)].id;
		break;
	case EVENT_FORM_RECEIVED: fill_form(w, event); break;
	case EVENT_PHRASE: event->name = chance(&w->dice, 2) ? "p0" : "p1"; break;
	case EVENT_MAIL_FAILED: event->name = "jan@example.org"; break;
	case EVENT_TIMER: fill_timer(w, event); break;
	default: break;
	}
}

static struct event any_event(struct world *w)
{
	static const struct {
		enum event_kind kind;
		enum actor_role actor;
		unsigned weight;
	} kinds[] = {
		{ EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, 8 }, { EVENT_DOCUMENT_RECEIVED, ACTOR_OFFICE, 2 },
		{ EVENT_DOCUMENT_RECEIVED, ACTOR_SCANNER, 1 }, { EVENT_STAFF_DOCUMENT_RECEIVED, ACTOR_STAFF, 5 },
		{ EVENT_DOCUMENT_REJECTED, ACTOR_STAFF, 2 }, { EVENT_DOCUMENT_APPROVED, ACTOR_STAFF, 2 },
		{ EVENT_SLOT_ABSENT, ACTOR_CLIENT, 3 }, { EVENT_SLOT_PRESENT, ACTOR_CLIENT, 1 },
		{ EVENT_SLOT_ADDED, ACTOR_STAFF, 1 }, { EVENT_SLOT_REOPENED, ACTOR_STAFF, 3 }, { EVENT_STAFF_TAKE, ACTOR_STAFF, 3 },
		{ EVENT_STAFF_FINISH, ACTOR_STAFF, 2 }, { EVENT_STAFF_WITHDRAW, ACTOR_STAFF, 1 }, { EVENT_STAFF_CLOSE, ACTOR_STAFF, 2 },
		{ EVENT_STAFF_REFUND, ACTOR_STAFF, 2 }, { EVENT_STAFF_NOTE, ACTOR_STAFF, 1 }, { EVENT_CLIENT_CANCEL, ACTOR_CLIENT, 1 },
		{ EVENT_APPROVAL_ASKED, ACTOR_STAFF, 4 }, { EVENT_APPROVAL_GIVEN, ACTOR_CLIENT, 7 },
		{ EVENT_APPROVAL_GIVEN, ACTOR_STAFF, 1 }, { EVENT_APPROVAL_REFUSED, ACTOR_CLIENT, 3 },
		{ EVENT_PAYMENT_READY, ACTOR_PROVIDER, 2 }, { EVENT_PAYMENT_PAID, ACTOR_PROVIDER, 2 },
		{ EVENT_PAYMENT_PAID, ACTOR_STAFF, 2 }, { EVENT_PAYMENT_FAILED, ACTOR_PROVIDER, 1 },
		{ EVENT_PAYMENT_EXPIRED, ACTOR_PROVIDER, 1 }, { EVENT_FORM_RECEIVED, ACTOR_CLIENT, 5 },
		{ EVENT_FORM_RECEIVED, ACTOR_OFFICE, 1 }, { EVENT_PHRASE, ACTOR_CLIENT, 3 }, { EVENT_PHRASE, ACTOR_STAFF, 1 },
		{ EVENT_MAIL_FAILED, ACTOR_NONE, 1 }, { EVENT_TIMER, ACTOR_NONE, 9 }, { EVENT_FACT_CHANGED, ACTOR_CLIENT, 1 },
		{ EVENT_OPENED, ACTOR_OPERATOR, 1 }, { EVENT_ENTER, ACTOR_OPERATOR, 1 },
	};
	const struct slot *slot = any_slot(w);
	struct event event = { .at = w->now, .slot = slot->name, .year = slot->year };
	unsigned i, left = 0;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		left += kinds[i].weight;
	left = roll(&w->dice, left);
	for (i = 0; left >= kinds[i].weight; i++)
		left -= kinds[i].weight;
	event.kind = kinds[i].kind;
	event.actor = kinds[i].actor;
	event.by = event.actor == ACTOR_CLIENT ? "jan@example.org" : NULL;
	event.reason = chance(&w->dice, 2) ? "daarom" : NULL;
	fill_event(w, &event);
	return event;
}

/* Moves the clock: a little, a lot, or to when a timer is due. */
static void any_time(struct world *w)
{
	const struct dossier *d = w->dossier;
	size_t i;

	if (chance(&w->dice, 2))
		for (i = 0; i < d->timer_count; i++)
			if (d->timers[i].due > w->now && chance(&w->dice, 2)) {
				w->now = d->timers[i].due;
				return;
			}
	w->now += roll(&w->dice, chance(&w->dice, 4) ? 9 * DATE_DAY : 1200);
}

/* ---- one item ---- */

static void show_item(const struct sound *s)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	printf("# item at %" PRId64 ":", s->now);
	for (i = 0; i < s->event_count; i++)
		printf(" [%s by %s, %s %d %s]", event_kind_words(s->events[i].kind), actor_role_word(s->events[i].actor),
		       s->events[i].slot ? s->events[i].slot : "-", s->events[i].year, s->events[i].name ? s->events[i].name : "-");
	dump_output(&out, s->output);
	printf("\n%s\n", out.data);
	buf_free(&out);
}

static void count(struct tally *tally, const struct sound *s)
{
	const struct flow_output *o = s->output;
	size_t i;

	tally->items++;
	tally->entered += o->transitions > 0;
	tally->finals += o->dossier->final;
	tally->held += o->dossier->held_count > s->before->held_count;
	tally->facts += o->dossier->fact_count != s->before->fact_count;
	for (i = 0; i < o->dossier->approval_count; i++) {
		tally->approved += o->dossier->approvals[i].state == APPROVAL_GIVEN;
		tally->refused += o->dossier->approvals[i].state == APPROVAL_REFUSED;
	}
	for (i = 0; i < o->effect_count; i++)
		tally->erased += o->effects[i].kind == FLOW_ERASE;
	for (i = 0; i < o->dossier->payment_count; i++)
		tally->expired += o->dossier->payments[i].status == PAYMENT_EXPIRED;
}

/* What the store does: whatever is new gets an id. */
static void number_payments(struct dossier *d)
{
	size_t i;

	for (i = 0; i < d->payment_count; i++)
		d->payments[i].id = (int64_t)i + 1;
}

struct listener {
	struct sound_moment *moments;
	size_t count;
};

static void listen(void *ctx, const struct flow_moment *moment)
{
	struct listener *listener = ctx;

	if (listener->count < SOUND_MOMENTS)
		listener->moments[listener->count++] =
			(struct sound_moment){ moment->clause, moment->event->kind, moment->event->name, !moment->why };
}

/* Decides twice; NULL, or what is not as it must be. */
static const char *decide(struct world *w, const struct event *events, size_t event_count, struct tally *tally)
{
	struct flow_input input = { .program = w->program, .dossier = w->dossier, .events = events,
				    .event_count = event_count, .now = w->now, .calendar = &w->calendar };
	struct buf a = BUF_INIT(BUF_MAX_TEXT), b = BUF_INIT(BUF_MAX_TEXT);
	struct flow_output output, again;
	struct listener listener = { .moments = w->moments };
	struct flow_trace trace = { listen, &listener };
	struct sound sound = { w->program, &w->calendar, w->dossier, events, event_count, w->now, &output, w->moments, 0 };
	struct err err = ERR_INIT;
	const char *what = NULL;

	input.trace = &trace;
	dump_dossier(&a, w->dossier);
	if (flow_run(&input, &w->arena, &output, &err) < 0) {
		if (err.code != ERR_LIMIT)
			what = "a decision fails for a loop only";
		tally->limits++;
		dump_dossier(&b, w->dossier);
		goto out;
	}
	sound.moment_count = listener.count;
	input.trace = NULL;
	flow_run(&input, &w->arena, &again, &err);
	dump_dossier(&b, w->dossier);
	if (strcmp(a.data, b.data)) {
		what = "the dossier given is not changed";
		goto out;
	}
	buf_reset(&a);
	buf_reset(&b);
	dump_output(&a, &output);
	dump_output(&b, &again);
	what = strcmp(a.data, b.data) ? "the same input gives the same decision" : sound_check(&sound);
	if (what || w->show)
		show_item(&sound);
	count(tally, &sound);
	w->dossier = output.dossier;
	number_payments(w->dossier);
out:
	buf_free(&a);
	buf_free(&b);
	return what;
}

/* The office comes or goes, or the client's wish for copies: the engine then asks for an item without events. */
static const char *change_parties(struct world *w, struct tally *tally)
{
	struct dossier *d = w->dossier;

	if (chance(&w->dice, 2))
		d->client.copy = !d->client.copy;
	else
		d->office.address = d->office.address ? NULL : "kantoor@example.com";
	return decide(w, NULL, 0, tally);
}

static const char *play_item(struct world *w, struct tally *tally)
{
	struct event events[MAX_EVENTS];
	size_t count = 0, wanted = chance(&w->dice, 2) ? 1 : roll(&w->dice, MAX_EVENTS + 1);
	const char *what = NULL;

	any_time(w);
	if (chance(&w->dice, 20))
		what = change_parties(w, tally);
	while (count < wanted)
		events[count++] = any_event(w);
	return what ? what : decide(w, events, count, tally);
}

/* ---- one dossier ---- */

/* A timer of the engine's own, as for a receipt that two mails share. */
static void add_receipt(struct world *w)
{
	struct dossier *d = w->dossier;
	struct timer *timers = arena_array(&w->arena, d->timer_count + 1, sizeof *timers);

	if (d->timer_count)
		memcpy(timers, d->timers, d->timer_count * sizeof *timers);
	timers[d->timer_count++] = (struct timer){ TIMER_RECEIPT, "jan@example.org", w->now + 600, 0, w->now };
	d->timers = timers;
}

static const char *open_dossier(struct world *w, struct tally *tally)
{
	struct event opened = { .kind = EVENT_OPENED, .actor = ACTOR_OPERATOR };
	const char *what;

	w->now = 1772438400 + roll(&w->dice, 400 * DATE_DAY);
	w->dossier = arena_alloc(&w->arena, sizeof *w->dossier);
	*w->dossier = (struct dossier){
		.number = "2026-00001-K", .workflow = "toeval", .language = "nl", .opened = w->now,
		.client = { "Jan Jansen", "jan@example.org", "nl", chance(&w->dice, 4) },
	};
	if (chance(&w->dice, 3))
		w->dossier->office.address = "kantoor@example.com";
	flow_dossier_init(w->program, &w->calendar, &w->arena, w->dossier);
	opened.at = w->now;
	what = decide(w, &opened, 1, tally);
	if (w->dossier->state && chance(&w->dice, 3))
		add_receipt(w);
	return what;
}

static bool keeps_asked(const struct dossier *before, const struct dossier *after)
{
	size_t i;

	for (i = 0; i < before->slot_count; i++) {
		const struct slot *slot = dossier_slot(after, before->slots[i].name, before->slots[i].year);

		if (!slot || slot->asked != before->slots[i].asked || slot->status != before->slots[i].status)
			return false;
	}
	return true;
}

/* A later version has a clause and a slot more: any dossier moves, and goes on. */
static const char *move(struct world *w, struct tally *tally)
{
	struct flow_takeover takeover = { w->program, w->later, w->dossier, &w->calendar, w->now };
	struct buf a = BUF_INIT(BUF_MAX_TEXT), b = BUF_INIT(BUF_MAX_TEXT);
	struct flow_reasons reasons;
	struct dossier *moved;
	const char *what = NULL;

	dump_dossier(&a, w->dossier);
	if (!flow_takeover(&takeover, &w->arena, &moved, &reasons)) {
		printf("# %s\n", reasons.list[0]);
		what = "a dossier moves to a version that only has more";
		goto out;
	}
	dump_dossier(&b, w->dossier);
	if (strcmp(a.data, b.data))
		what = "the dossier that moves is not changed";
	else if (!keeps_asked(w->dossier, moved))
		what = "what staff asked for moves along";
	else if (moved->timer_count < w->dossier->timer_count || moved->count_count != w->dossier->count_count)
		what = "timers and counts move along";
	tally->moved++;
	w->dossier = moved;
	w->program = w->later;
	if (!what)
		what = decide(w, NULL, 0, tally);
out:
	buf_free(&a);
	buf_free(&b);
	return what;
}

static const char *play_dossier(struct world *w, struct tally *tally)
{
	const char *what = open_dossier(w, tally);
	int left, at = (int)roll(&w->dice, 2 * ITEMS);

	for (left = ITEMS; left > 0 && !what && w->dossier->state; left--) {
		what = play_item(w, tally);
		if (!what && left == at)
			what = move(w, tally);
	}
	return what;
}

static struct program *load(uint64_t seed, bool grown, bool show)
{
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	struct program *program;

	random_rules(seed, grown, &text);
	if (show)
		printf("%s\n", text.data);
	program = program_from("toeval.rules", text.data);
	buf_free(&text);
	return program;
}

/* NULL, or what is not so with that seed. */
static const char *play_seed(uint64_t seed, struct tally *tally)
{
	bool show = from_environment("POSTKAMER_RANDOM_SHOW", 0);
	struct world w = { .dice = dice_new(~seed), .calendar = { .zone = ZONE }, .show = show };
	struct program *first = load(seed, false, show);
	const char *what = NULL;
	int left;

	w.later = load(seed, true, false);
	if (!first || !w.later)
		what = "random rules are valid";
	for (left = 3; left > 0 && !what; left--) {
		w.program = first;
		what = play_dossier(&w, tally);
	}
	program_free(&first);
	program_free(&w.later);
	arena_free(&w.arena);
	return what;
}

int main(void)
{
	unsigned loops = from_environment("POSTKAMER_RANDOM_LOOPS", LOOPS), seed = from_environment("POSTKAMER_RANDOM_SEED", 1), i;
	struct tally tally = { 0 };
	unsigned failures = 0;

	for (i = 0; i < loops && failures < 5; i++) {
		const char *what = play_seed(seed + i, &tally);

		if (!what)
			continue;
		failures++;
		printf("# seed %u: not so: %s\n", seed + i, what);
	}
	tap_is_int(failures, 0, "%u random workflows, %u items: every decision is sound", i, tally.items);
	printf("# %u loops, %u moved, %u entered, %u final, %u given, %u refused, %u expired, %u erased, %u facts, %u held\n",
	       tally.limits, tally.moved, tally.entered, tally.finals, tally.approved, tally.refused, tally.expired,
	       tally.erased, tally.facts, tally.held);
	tap_ok(tally.limits * 20 < tally.items, "few items are loops");
	tap_ok(tally.moved && tally.entered && tally.finals && tally.approved && tally.refused && tally.expired &&
	       tally.erased && tally.facts && tally.held, "each thing that can happen did");
	return tap_done();
}
