/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/place.h"
#include "flow/run_p.h"

static bool by_staff(const struct event *event)
{
	return event->kind != EVENT_DOCUMENT_RECEIVED || event->actor == ACTOR_STAFF ||
	       event->actor == ACTOR_OPERATOR;
}

static bool same_bytes(const struct document *a, const struct document *b)
{
	return memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0;
}

static struct document document_of(const struct event *event)
{
	struct document document = *event->document;

	if (!document.from)
		document.from = event->by;
	if (!document.received)
		document.received = event->at;
	document.from_staff = event->kind != EVENT_DOCUMENT_RECEIVED;
	return document;
}

/*
 * Does it wait already, from this very item? What came with another one waits by
 * itself: a person who lets this one through, or refuses it, means this mail.
 */
static bool is_held(const struct dossier *dossier, const struct document *document)
{
	size_t i;

	for (i = 0; i < dossier->held_count; i++)
		if (same_bytes(&dossier->held[i].document, document) && dossier->held[i].document.item == document->item &&
		    !str_eq(dossier->held[i].reason, HELD_REFUSED))
			return true;
	return false;
}

static void hold(struct run *run, const struct event *event, size_t index, const char *reason)
{
	struct dossier *dossier = run->dossier;
	struct held_document *held;
	const char *slot = run_slot_name(run, event->slot, event->year);

	run_note(run, event, event_kind_words(event->kind), "'%s' is held: %s: %s",
		 event->document->name ? event->document->name : "(no name)", reason, slot);
	run_refusal_add(run, index, reason, slot);
	if (is_held(dossier, event->document))
		return;
	dossier->held = flow_list_append(run->arena, dossier->held, dossier->held_count, sizeof *dossier->held);
	held = &dossier->held[dossier->held_count++];
	held->document = document_of(event);
	held->document.current = false;
	held->reason = reason;
	held->slot = event->slot;
	held->year = event->year;
}

/* The bytes have found their place: no longer held. */
static void unhold(struct run *run, const struct document *document)
{
	struct dossier *dossier = run->dossier;
	size_t i, kept = 0;

	for (i = 0; i < dossier->held_count; i++)
		if (!same_bytes(&dossier->held[i].document, document))
			dossier->held[kept++] = dossier->held[i];
	dossier->held_count = kept;
}

static const struct slot *find_bytes(const struct dossier *dossier, const struct document *document)
{
	size_t i, j;

	for (i = 0; i < dossier->slot_count; i++)
		for (j = 0; j < dossier->slots[i].document_count; j++)
			if (dossier->slots[i].documents[j].current &&
			    same_bytes(&dossier->slots[i].documents[j], document))
				return &dossier->slots[i];
	return NULL;
}

/* The file of the slot whose place it takes, because staff said so; NULL = of none, or that is no longer there. */
static struct document *replaced_by(const struct event *event, const struct slot *slot)
{
	size_t i;

	for (i = 0; event->sha256 && by_staff(event) && i < slot->document_count; i++)
		if (slot->documents[i].current && memcmp(slot->documents[i].sha256, event->sha256, 32) == 0)
			return &slot->documents[i];
	return NULL;
}

static bool is_full(const struct run *run, const struct event *event, const struct slot *slot)
{
	if (replaced_by(event, slot))
		return false;
	if (slot->files_max <= 1)
		return run->fresh[slot - run->dossier->slots] > 0;
	return slot_files(slot) >= (size_t)slot->files_max;
}

/* What staff approved they may replace; what the client approved only by asking him again. */
static bool is_locked(const struct run *run, const struct event *event, const struct slot *slot)
{
	return slot->status == SLOT_APPROVED && (flow_slot_for_approval(run->in->program, slot) || !replaced_by(event, slot));
}

/* Why the slot does not take it, as a HELD_ word; NULL when it does. */
static const char *obstacle(const struct run *run, const struct event *event, const struct slot *slot)
{
	if (run->dossier->final)
		return HELD_FINAL;
	if (!slot || (slot->from_staff && !by_staff(event)))
		return HELD_UNPLACED;
	if (!by_staff(event) && !run->state->uploads_open)
		return HELD_CLOSED;
	return is_locked(run, event, slot) || is_full(run, event, slot) ? HELD_FULL : NULL;
}

static void deliver(struct run *run, const struct event *event, struct slot *slot)
{
	const struct document *instead = replaced_by(event, slot);
	struct document *document;
	const char *replaced = NULL;
	int version = 0;
	size_t i;

	for (i = 0; i < slot->document_count; i++) {
		struct document *older = &slot->documents[i];

		if (older->version > version)
			version = older->version;
		if (older->current && (slot->files_max <= 1 || older == instead)) {
			older->current = false;
			replaced = slot->files_max <= 1 ? "the one before" : older->name ? older->name : "(no name)";
		}
	}
	slot->documents = flow_list_append(run->arena, slot->documents, slot->document_count, sizeof *slot->documents);
	document = &slot->documents[slot->document_count++];
	*document = document_of(event);
	document->current = true;
	document->version = version + 1;
	slot->status = SLOT_DELIVERED;
	slot->reason = NULL;
	run->fresh[slot - run->dossier->slots]++;
	unhold(run, document);
	run_note(run, event, event_kind_words(event->kind), "%s: '%s' as version %d%s%s",
		 run_slot_name(run, slot->name, slot->year), document->name ? document->name : "(no name)",
		 document->version, replaced ? ", in place of " : "", replaced ? replaced : "");
}

/* Staff puts it to the client: that opens an approved slot too, for the approval was of other bytes. */
bool run_document_put(struct run *run, const struct event *event, size_t index, struct slot *slot)
{
	const struct slot *same = find_bytes(run->dossier, event->document);
	const char *why = run->dossier->final ? HELD_FINAL : is_full(run, event, slot) ? HELD_FULL : NULL;

	if (same && same != slot)
		return run_refuse(run, event, index, FLOW_DUPLICATE, run_slot_name(run, same->name, same->year));
	if (!same && why)
		return run_refuse(run, event, index, why, run_slot_name(run, slot->name, slot->year));
	if (same)
		return true;
	deliver(run, event, slot);
	run_raise(run, &(struct event){ .kind = EVENT_STAFF_DOCUMENT_RECEIVED, .at = event->at, .slot = slot->name,
					.year = slot->year });
	return true;
}

void run_document_keep(struct run *run, const struct event *event, size_t index)
{
	const struct slot *slot = event->slot ? dossier_slot(run->dossier, event->slot, event->year) : NULL;
	const struct event beside = { .kind = event->kind };
	bool full = slot && (slot->status == SLOT_APPROVED || is_full(run, &beside, slot));

	if (!find_bytes(run->dossier, event->document))
		hold(run, event, index, run->dossier->final ? HELD_FINAL : full ? HELD_FULL : HELD_UNPLACED);
}

const struct slot *run_document_newer(const struct run *run)
{
	const struct dossier *dossier = run->dossier;
	size_t i;

	for (i = 0; i < dossier->held_count; i++) {
		const struct held_document *held = &dossier->held[i];
		const struct slot *slot = held->slot ? dossier_slot(dossier, held->slot, held->year) : NULL;

		if (held->document.from_staff && str_eq(held->reason, HELD_FULL) && slot && slot->status == SLOT_APPROVED &&
		    !(slot->files_max <= 1 && slot_has_later(slot, &held->document)) &&
		    dossier_approval(dossier, slot->name, slot->year))
			return slot;
	}
	return NULL;
}

bool run_document_received(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = event->slot ? dossier_slot(run->dossier, event->slot, event->year) : NULL;
	const struct slot *same;
	const char *reason;

	if (!event->document)
		return run_refuse(run, event, index, FLOW_NOTHING, event->slot);
	if (event->name) {
		hold(run, event, index, event->name);
		return false;
	}
	same = find_bytes(run->dossier, event->document);
	if (same)
		return run_refuse(run, event, index, FLOW_DUPLICATE, run_slot_name(run, same->name, same->year));
	reason = obstacle(run, event, slot);
	if (reason)
		hold(run, event, index, reason);
	else
		deliver(run, event, slot);
	return !reason;
}
