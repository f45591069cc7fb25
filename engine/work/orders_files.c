/*
 * "ter accordering" and the files of staff. A document that the client approved
 * is locked: another version comes in its place only when staff put it to the
 * client, with that command in the same mail or in a later one. Until then the
 * file waits, and who sent it is told how to go on.
 */
/* Base. */
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/orders.h"
#include "work/papers.h"

#define NEWER_TOLD 5 /* transcripts to one person about one dossier in a day, after which files wait unsaid */
#define DAY 86400

/* What the command is about; where it names nothing, the only one for approval. NULL when that cannot be told. */
static const struct slot *slot_meant(const struct decision *d, const struct outcome *out)
{
	const struct dossier *dossier = d->dossier;
	const struct slot *found = NULL;
	size_t i;

	if (out->said->slot_count)
		return out->said->slot_count == 1 ? out->said->slots[0] : NULL;
	for (i = 0; i < dossier->slot_count; i++) {
		if (!flow_slot_for_approval(d->program, &dossier->slots[i]))
			continue;
		if (found)
			return NULL;
		found = &dossier->slots[i];
	}
	return found;
}

static bool is_put(const struct outcome *out)
{
	return out->said->verb == COMMAND_FOR_APPROVAL && (out->kind == OUTCOME_PLANNED || out->kind == OUTCOME_ASKED);
}

const struct slot *orders_put_slot(const struct decision *d, const struct orders *o)
{
	const struct slot *found = NULL;
	size_t i, count = 0;

	for (i = 0; i < o->count; i++)
		if (is_put(&o->list[i])) {
			found = slot_meant(d, &o->list[i]);
			count++;
		}
	return count == 1 ? found : NULL;
}

/* ---- before the rules run ---- */

static bool is_held_for(const struct decision *d, const struct place *place, const struct slot *slot)
{
	return place->kind == PLACE_HELD && str_eq(place->reason, HELD_FULL) && place->slot != PLACE_NONE &&
	       &d->dossier->slots[place->slot] == slot;
}

/* The files of this mail: the event that brings one asks for the approval, so that both happen or neither. */
static size_t put_papers(const struct decision *d, struct papers *p, const struct slot *slot)
{
	size_t i, count = 0;

	for (i = 0; i < p->event_count; i++) {
		size_t paper = p->event_papers[i];

		if (!is_held_for(d, &p->places[paper], slot))
			continue;
		p->events[i].kind = EVENT_APPROVAL_ASKED;
		p->events[i].name = NULL;
		p->list[paper].fate = PAPER_RECEIVED;
		p->list[paper].reason = NULL;
		count++;
	}
	return count;
}

static void put_one(struct decision *d, struct orders *o, const struct held_document *held)
{
	o->puts = arena_grow(d->arena, o->puts, o->put_count, sizeof *o->puts);
	o->puts[o->put_count++] = (struct event){ .kind = EVENT_APPROVAL_ASKED, .at = d->now, .actor = o->standing->role,
						  .by = o->by, .slot = held->slot, .year = held->year,
						  .document = &held->document };
}

/* What waits since an earlier mail: all of it, or where the slot takes one file the newest. */
static void put_held(struct decision *d, struct orders *o, const struct slot *slot)
{
	const struct held_document *newest = NULL;
	size_t i;

	for (i = 0; i < d->dossier->held_count; i++) {
		const struct held_document *held = &d->dossier->held[i];

		if (!held->document.from_staff || !str_eq(held->reason, HELD_FULL) || !str_eq(held->slot, slot->name) ||
		    held->year != slot->year)
			continue;
		if (slot->files_max > 1)
			put_one(d, o, held);
		/* One that another has overtaken is not put in its place again. */
		if (!slot_has_later(slot, &held->document))
			newest = held;
	}
	if (newest && slot->files_max <= 1)
		put_one(d, o, newest);
}

void orders_put(struct decision *d, struct orders *o, struct papers *papers)
{
	size_t i;

	for (i = 0; i < o->count; i++) {
		struct outcome *out = &o->list[i];
		const struct slot *slot = is_put(out) && out->kind == OUTCOME_PLANNED ? slot_meant(d, out) : NULL;

		if (!slot || slot->status != SLOT_APPROVED || !flow_slot_for_approval(d->program, slot) || d->dossier->final)
			continue;
		o->events[out->first].slot = slot->name;
		o->events[out->first].year = slot->year;
		if (!put_papers(d, papers, slot))
			put_held(d, o, slot);
	}
}

/* ---- after them ---- */

/* Was it asked about, so that the "ja" puts it to the client? */
static bool is_asked_about(const struct decision *d, const struct orders *o, const struct slot *slot)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (is_put(&o->list[i]) && o->list[i].kind == OUTCOME_ASKED && slot_meant(d, &o->list[i]) == slot)
			return true;
	return false;
}

/* Did this very mail say so? */
static bool is_said(const struct decision *d, const struct orders *o, const struct slot *slot)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->list[i].said->verb == COMMAND_FOR_APPROVAL && slot_meant(d, &o->list[i]) == slot)
			return true;
	return false;
}

static void add_newer(struct decision *d, struct orders *o, const char *name, const struct slot *slot)
{
	const struct slot *after = dossier_slot(d->output.dossier, slot->name, slot->year);
	struct newer_file *newer;

	o->newer = arena_grow(d->arena, o->newer, o->newer_count, sizeof *o->newer);
	newer = &o->newer[o->newer_count++];
	*newer = (struct newer_file){ .name = name, .title = slot->title, .slot = slot->name, .year = slot->year };
	newer->approved = after && after->status == SLOT_APPROVED;
	newer->full = after && after->files_max > 1 && slot_files(after) >= (size_t)after->files_max;
	newer->again = newer->approved && !newer->full && !is_said(d, o, slot);
}

int orders_newer(struct decision *d, struct orders *o, const struct papers *papers, struct err *err)
{
	int64_t told = 0;
	size_t i;

	if (!o->told || o->standing->role != ACTOR_STAFF || o->returned)
		return 0;
	for (i = 0; i < papers->count; i++) {
		const struct place *place = &papers->places[i];
		const struct slot *slot = place->slot != PLACE_NONE ? &d->dossier->slots[place->slot] : NULL;

		if (papers->list[i].fate == PAPER_HELD && str_eq(papers->list[i].reason, HELD_FULL) && slot &&
		    flow_slot_for_approval(d->program, slot) && !is_asked_about(d, o, slot))
			add_newer(d, o, papers->list[i].name, slot);
	}
	if (!o->newer_count || o->count || o->standing->forced)
		return 0;
	if (store_outbox_count(d->engine->env->store, d->service->key, o->told, "verslag", d->dossier->number, d->now - DAY,
			       &told, err))
		return -1;
	/* Perhaps a machine that answers our mails (A25): the list of what waits names them. */
	o->hushed |= told >= NEWER_TOLD;
	return 0;
}
