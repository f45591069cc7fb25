/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "prove/explain.h"

/* Who does it, and what stands behind the words. */
static const struct {
	enum event_kind kind;
	enum actor_role actor;
	enum { TAKES_NOTHING, TAKES_SLOT, TAKES_NEW_SLOT, TAKES_NAME, TAKES_TIMER } takes;
} events[] = {
	{ EVENT_STAFF_DOCUMENT_RECEIVED, ACTOR_STAFF, TAKES_SLOT },
	{ EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, TAKES_SLOT },
	{ EVENT_DOCUMENT_REJECTED, ACTOR_STAFF, TAKES_SLOT },
	{ EVENT_DOCUMENT_APPROVED, ACTOR_STAFF, TAKES_SLOT },
	{ EVENT_SLOT_ABSENT, ACTOR_CLIENT, TAKES_SLOT },
	{ EVENT_SLOT_PRESENT, ACTOR_CLIENT, TAKES_SLOT },
	{ EVENT_SLOT_ADDED, ACTOR_STAFF, TAKES_NEW_SLOT },
	{ EVENT_SLOT_REOPENED, ACTOR_STAFF, TAKES_SLOT },
	{ EVENT_STAFF_TAKE, ACTOR_STAFF, TAKES_NOTHING },
	{ EVENT_STAFF_FINISH, ACTOR_STAFF, TAKES_NOTHING },
	{ EVENT_STAFF_WITHDRAW, ACTOR_STAFF, TAKES_NOTHING },
	{ EVENT_STAFF_CLOSE, ACTOR_STAFF, TAKES_NOTHING },
	{ EVENT_STAFF_REFUND, ACTOR_STAFF, TAKES_NOTHING },
	{ EVENT_CLIENT_CANCEL, ACTOR_CLIENT, TAKES_NOTHING },
	{ EVENT_APPROVAL_ASKED, ACTOR_STAFF, TAKES_SLOT },
	{ EVENT_APPROVAL_GIVEN, ACTOR_CLIENT, TAKES_SLOT },
	{ EVENT_APPROVAL_REFUSED, ACTOR_CLIENT, TAKES_SLOT },
	{ EVENT_PAYMENT_READY, ACTOR_PROVIDER, TAKES_NOTHING },
	{ EVENT_PAYMENT_PAID, ACTOR_PROVIDER, TAKES_NOTHING },
	{ EVENT_PAYMENT_FAILED, ACTOR_PROVIDER, TAKES_NOTHING },
	{ EVENT_PAYMENT_EXPIRED, ACTOR_PROVIDER, TAKES_NOTHING },
	{ EVENT_FORM_RECEIVED, ACTOR_CLIENT, TAKES_NAME },
	{ EVENT_PHRASE, ACTOR_CLIENT, TAKES_NAME },
	{ EVENT_MAIL_FAILED, ACTOR_NONE, TAKES_NOTHING },
	{ EVENT_TIMER, ACTOR_NONE, TAKES_TIMER },
};

#define EVENTS (sizeof events / sizeof *events)

/* The words without the event's, or NULL when they say another one. */
static const char *behind(const char *words, enum event_kind kind)
{
	const char *own = event_kind_words(kind);
	size_t len = strlen(own);

	if (!str_istarts(words, own) || (words[len] && words[len] != ' '))
		return NULL;
	words += len;
	return words + strspn(words, " ");
}

/* How far the first words are from these, as many as they are. */
static unsigned distance_of(const char *words, const char *own, unsigned most)
{
	char first[80];
	size_t blanks = 0, len, i;

	for (i = 0; own[i]; i++)
		blanks += own[i] == ' ';
	for (len = 0; words[len] && len + 1 < sizeof first && (words[len] != ' ' || blanks-- > 0); len++)
		first[len] = str_lower(words[len]);
	first[len] = '\0';
	return str_distance(first, own, most);
}

static int no_event(const char *words, struct err *err)
{
	struct buf list = BUF_INIT(BUF_MAX_LINE);
	const char *best = NULL;
	unsigned least = 4, distance;
	size_t i;

	for (i = 0; i < EVENTS; i++) {
		buf_addf(&list, "%s%s", i ? ", " : "", event_kind_words(events[i].kind));
		distance = distance_of(words, event_kind_words(events[i].kind), least);
		if (distance < least) {
			least = distance;
			best = event_kind_words(events[i].kind);
		}
	}
	if (best)
		err_set(err, ERR_INPUT, "there is no event '%s'; did you mean '%s'?", words, best);
	else
		err_set(err, ERR_INPUT, "there is no event '%s'; there are: %s", words, list.data);
	buf_free(&list);
	return -1;
}

/* ---- what stands behind it ---- */

static int no_slot(const struct dossier *dossier, const char *rest, struct err *err)
{
	struct buf list = BUF_INIT(BUF_MAX_LINE);
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		buf_addf(&list, "%s%s", i ? ", " : "", dossier->slots[i].name);
		if (dossier->slots[i].year)
			buf_addf(&list, " %d", dossier->slots[i].year);
	}
	if (*rest)
		err_set(err, ERR_INPUT, "dossier %s has no slot '%s'; it has: %s", dossier->number, rest, list.data);
	else
		err_set(err, ERR_INPUT, "which slot? dossier %s has: %s", dossier->number, list.data);
	buf_free(&list);
	return -1;
}

/* "aangifte 2024", or "aangifte" for the last year of it. */
static int take_slot(const struct dossier *dossier, const char *rest, struct arena *arena, struct event *event,
		     struct err *err)
{
	const char *blank = strrchr(rest, ' ');
	int year = blank ? (int)strtol(blank + 1, NULL, 10) : 0;
	const char *name = year ? arena_strndup(arena, rest, (size_t)(blank - rest)) : rest;
	const struct slot *found = NULL;
	size_t i;

	for (i = 0; i < dossier->slot_count; i++)
		if (str_ieq(dossier->slots[i].name, name) && (!year || dossier->slots[i].year == year))
			found = &dossier->slots[i];
	if (!found)
		return no_slot(dossier, rest, err);
	event->slot = found->name;
	event->year = found->year;
	return 0;
}

/* "straat=Laan 1 postcode=1234 AB": a field goes on to the next one. */
static void take_fields(const char *text, struct arena *arena, struct event *event)
{
	struct event_field *fields = NULL;
	char *at = arena_strdup(arena, text), *equals;
	size_t count = 0;

	while ((equals = strchr(at, '=')) != NULL) {
		char *next = strchr(equals + 1, '='), *end;

		*equals = '\0';
		for (end = next; end && end > equals && *end != ' '; end--)
			;
		fields = arena_grow(arena, fields, count, sizeof *fields);
		fields[count++] = (struct event_field){ at, equals + 1 };
		if (!end || end == equals)
			break;
		*end = '\0';
		at = end + 1;
	}
	event->fields = fields;
	event->field_count = count;
}

static int take_name(const struct program *program, const char *rest, struct arena *arena, struct event *event,
		     struct err *err)
{
	size_t len = strcspn(rest, " ");
	const char *name = arena_strndup(arena, rest, len);
	const struct prog_form *form = event->kind == EVENT_FORM_RECEIVED ? program_form(program, name) : NULL;
	const struct prog_phrase *phrase = event->kind == EVENT_PHRASE ? program_phrase(program, name) : NULL;

	if (!form && !phrase)
		return err_set(err, ERR_INPUT, "workflow '%s' has no %s '%s'", program->name,
			       event->kind == EVENT_PHRASE ? "phrase" : "form", name);
	event->name = name;
	rest += len + strspn(rest + len, " ");
	if (form)
		take_fields(rest, arena, event);
	else if (*rest)
		event->reason = rest;
	if (phrase && !(phrase->from >> ACTOR_CLIENT & 1))
		event->actor = phrase->from >> ACTOR_OFFICE & 1 ? ACTOR_OFFICE : ACTOR_STAFF;
	return 0;
}

static int take_timer(const struct dossier *dossier, const char *rest, struct event *event, struct err *err)
{
	struct buf list = BUF_INIT(BUF_MAX_LINE);
	size_t i;

	for (i = 0; i < dossier->timer_count; i++) {
		buf_addf(&list, "%s%s", list.len ? ", " : "", dossier->timers[i].clause);
		if (str_eq(dossier->timers[i].clause, rest))
			event->name = dossier->timers[i].clause;
	}
	if (!event->name)
		err_set(err, ERR_INPUT, "dossier %s has no timer '%s'; it has: %s", dossier->number, rest,
			list.len ? list.data : "none");
	buf_free(&list);
	return event->name ? 0 : -1;
}

static const struct document *any_document(struct arena *arena)
{
	struct document *document = arena_alloc(arena, sizeof *document);

	*document = (struct document){ .name = "document.pdf", .type = "application/pdf", .part = -1 };
	memset(document->sha256, 0xee, sizeof document->sha256);
	return document;
}

static int take_rest(const struct program *program, const struct dossier *dossier, size_t index, const char *rest,
		     struct arena *arena, struct event *event, struct err *err)
{
	switch (events[index].takes) {
	case TAKES_SLOT: return take_slot(dossier, rest, arena, event, err);
	case TAKES_NAME: return take_name(program, rest, arena, event, err);
	case TAKES_TIMER: return take_timer(dossier, rest, event, err);
	case TAKES_NEW_SLOT:
		if (!*rest)
			return err_set(err, ERR_INPUT, "which slot is added? say: slot added NAME");
		event->slot = arena_strdup(arena, rest);
		return 0;
	case TAKES_NOTHING: break;
	}
	return *rest ? err_set(err, ERR_INPUT, "'%s' does not belong behind '%s'", rest, event_kind_words(event->kind)) :
		       0;
}

int explain_event(const struct program *program, const struct dossier *dossier, const char *words, int64_t now,
		  struct arena *arena, struct event *event, struct err *err)
{
	const char *rest = NULL;
	size_t i;

	for (i = 0; i < EVENTS && !rest; i++)
		rest = behind(words, events[i].kind);
	if (!rest)
		return no_event(words, err);
	i--;
	*event = (struct event){ .kind = events[i].kind, .actor = events[i].actor, .at = now, .reason = "(reason)" };
	if (event->kind == EVENT_DOCUMENT_RECEIVED || event->kind == EVENT_STAFF_DOCUMENT_RECEIVED)
		event->document = any_document(arena);
	return take_rest(program, dossier, i, rest, arena, event, err);
}

/* ---- what could happen ---- */

struct listing {
	size_t left;              /* how many to pass over */
	const char *found;
	struct arena *arena;
};

/* True when this was the one asked for. */
static bool offer(struct listing *listing, const char *words, const char *more, int year)
{
	if (listing->found)
		return true;
	if (listing->left-- > 0)
		return false;
	listing->found = year ? arena_printf(listing->arena, "%s %s %d", words, more, year) :
			 more ? arena_printf(listing->arena, "%s %s", words, more) :
				words;
	return true;
}

/* A slot that the event can be about as the dossier stands. */
static bool is_apt(const struct slot *slot, enum event_kind kind)
{
	switch (kind) {
	case EVENT_DOCUMENT_RECEIVED: return !slot->from_staff && slot->status != SLOT_APPROVED;
	case EVENT_STAFF_DOCUMENT_RECEIVED: return slot->from_staff && slot->status != SLOT_APPROVED;
	case EVENT_DOCUMENT_REJECTED: return slot_files(slot) > 0;
	case EVENT_DOCUMENT_APPROVED: return slot->status == SLOT_DELIVERED;
	case EVENT_SLOT_ABSENT: return slot->may_be_absent && slot_files(slot) == 0 && slot->status != SLOT_ABSENT;
	case EVENT_SLOT_PRESENT: return slot->status == SLOT_ABSENT;
	case EVENT_SLOT_REOPENED: return slot->status != SLOT_OPEN;
	default: return false;
	}
}

static bool offer_slots(struct listing *listing, const struct dossier *dossier, enum event_kind kind)
{
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];
		const struct approval *last = dossier_approval(dossier, slot->name, slot->year);
		bool apt = is_apt(slot, kind);

		if (kind == EVENT_APPROVAL_ASKED)
			apt = slot_files(slot) > 0 && slot->from_staff;
		if (kind == EVENT_APPROVAL_GIVEN || kind == EVENT_APPROVAL_REFUSED)
			apt = last && last->state == APPROVAL_ASKED;
		if (apt && offer(listing, event_kind_words(kind), slot->name, slot->year))
			return true;
	}
	return false;
}

static bool is_heard_in(const struct prog_clause *clauses, size_t count, enum event_kind kind)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].event_count; j++)
			if (clauses[i].events[j].kind == kind)
				return true;
	return false;
}

static bool is_heard(const struct program *program, const struct dossier *dossier, enum event_kind kind)
{
	const struct prog_state *state = program_state(program, dossier->state);

	return state && (is_heard_in(state->clauses, state->clause_count, kind) ||
			 (!state->final && is_heard_in(program->always, program->always_count, kind)));
}

static void offer_event(struct listing *listing, const struct program *program, const struct dossier *dossier,
			size_t index)
{
	const struct prog_state *state = program_state(program, dossier->state);
	enum event_kind kind = events[index].kind;
	bool heard = is_heard(program, dossier, kind), works = false;
	size_t i;

	/* These have their effect without any clause. */
	if (kind == EVENT_DOCUMENT_RECEIVED)
		works = state && state->uploads_open;
	else if (kind == EVENT_STAFF_DOCUMENT_RECEIVED || kind == EVENT_SLOT_ABSENT || kind == EVENT_SLOT_PRESENT ||
		 kind == EVENT_DOCUMENT_APPROVED)
		works = !dossier->final;
	if (events[index].takes == TAKES_TIMER)
		for (i = 0; i < dossier->timer_count; i++)
			offer(listing, event_kind_words(kind), dossier->timers[i].clause, 0);
	else if (!heard && !works)
		return;
	else if (events[index].takes == TAKES_SLOT)
		offer_slots(listing, dossier, kind);
	else if (kind == EVENT_PHRASE)
		for (i = 0; i < program->phrase_count; i++)
			offer(listing, event_kind_words(kind), program->phrases[i].name, 0);
	else if (kind == EVENT_FORM_RECEIVED)
		for (i = 0; i < program->form_count; i++)
			offer(listing, event_kind_words(kind), program->forms[i].name, 0);
	else
		offer(listing, event_kind_words(kind), kind == EVENT_SLOT_ADDED ? "extra" : NULL, 0);
}

const char *explain_possible(const struct program *program, const struct dossier *dossier, size_t index,
			     struct arena *arena)
{
	struct listing listing = { index, NULL, arena };
	size_t i;

	for (i = 0; i < EVENTS && !listing.found; i++)
		offer_event(&listing, program, dossier, i);
	return listing.found;
}
