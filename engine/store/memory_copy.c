/* Own. */
#include "store/memory_p.h"

static void copy_party(struct arena *arena, struct party *to, const struct party *from)
{
	to->name = arena_strdup(arena, from->name);
	to->address = arena_strdup(arena, from->address);
	to->language = arena_strdup(arena, from->language);
	to->copy = from->copy;
}

static void copy_timers(struct arena *arena, struct dossier *to, const struct dossier *from)
{
	size_t i;

	to->timers = NULL;
	if (from->timer_count)
		to->timers = arena_memdup(arena, from->timers, from->timer_count * sizeof *from->timers);
	to->timer_count = from->timer_count;
	for (i = 0; i < to->timer_count; i++)
		to->timers[i].clause = arena_strdup(arena, to->timers[i].clause);
}

static void copy_counts(struct arena *arena, struct dossier *to, const struct dossier *from)
{
	size_t i;

	to->counts = NULL;
	if (from->count_count)
		to->counts = arena_memdup(arena, from->counts, from->count_count * sizeof *from->counts);
	to->count_count = from->count_count;
	for (i = 0; i < to->count_count; i++)
		to->counts[i].clause = arena_strdup(arena, to->counts[i].clause);
}

static void copy_facts(struct arena *arena, struct dossier *to, const struct dossier *from)
{
	size_t i;

	to->facts = NULL;
	if (from->fact_count)
		to->facts = arena_memdup(arena, from->facts, from->fact_count * sizeof *from->facts);
	to->fact_count = from->fact_count;
	for (i = 0; i < to->fact_count; i++) {
		to->facts[i].name = arena_strdup(arena, to->facts[i].name);
		to->facts[i].value = arena_strdup(arena, to->facts[i].value);
	}
}

void memory_put_dossier(struct arena *arena, struct dossier *to, const struct dossier *from)
{
	*to = *from;
	to->number = arena_strdup(arena, from->number);
	to->service = arena_strdup(arena, from->service);
	to->workflow = arena_strdup(arena, from->workflow);
	to->program = arena_strdup(arena, from->program);
	to->state = arena_strdup(arena, from->state);
	to->brand = arena_strdup(arena, from->brand);
	to->language = arena_strdup(arena, from->language);
	copy_party(arena, &to->client, &from->client);
	copy_party(arena, &to->office, &from->office);
	memory_put_people(arena, to, from);
	copy_timers(arena, to, from);
	copy_counts(arena, to, from);
	copy_facts(arena, to, from);
	to->slots = NULL;
	to->slot_count = 0;
	to->payments = NULL;
	to->payment_count = 0;
	to->held = NULL;
	to->held_count = 0;
	to->approvals = NULL;
	to->approval_count = 0;
}

void memory_put_slot(struct arena *arena, struct slot *to, const struct slot *from)
{
	*to = *from;
	to->name = arena_strdup(arena, from->name);
	to->title = arena_strdup(arena, from->title);
	to->reason = arena_strdup(arena, from->reason);
	to->documents = NULL;
	to->document_count = 0;
}

void memory_put_payment(struct arena *arena, struct payment *to, const struct payment *from)
{
	*to = *from;
	to->currency = arena_strdup(arena, from->currency);
	to->description = arena_strdup(arena, from->description);
	to->link = arena_strdup(arena, from->link);
}

void memory_put_approval(struct arena *arena, struct approval *to, const struct approval *from)
{
	*to = *from;
	to->slot = arena_strdup(arena, from->slot);
	to->by = arena_strdup(arena, from->by);
	to->reason = arena_strdup(arena, from->reason);
}

void memory_put_document(struct arena *arena, struct document *to, const struct document *from)
{
	*to = *from;
	to->name = arena_strdup(arena, from->name);
	to->type = arena_strdup(arena, from->type);
	to->from = arena_strdup(arena, from->from);
}

void memory_put_item(struct arena *arena, struct item *to, const struct item *from)
{
	*to = *from;
	to->service = arena_strdup(arena, from->service);
	to->origin = arena_strdup(arena, from->origin);
	to->spool_key = arena_strdup(arena, from->spool_key);
	to->parcels = arena_strdup(arena, from->parcels);
	to->reason = arena_strdup(arena, from->reason);
	to->detail = arena_strdup(arena, from->detail);
	to->from = arena_strdup(arena, from->from);
	to->subject = arena_strdup(arena, from->subject);
	to->message_id = arena_strdup(arena, from->message_id);
	to->dossier = arena_strdup(arena, from->dossier);
}

void memory_put_outbox(struct arena *arena, struct outbox_row *to, const struct outbox_row *from)
{
	*to = *from;
	to->key = arena_strdup(arena, from->key);
	to->service = arena_strdup(arena, from->service);
	to->dossier = arena_strdup(arena, from->dossier);
	to->ticket = arena_strdup(arena, from->ticket);
	to->template = arena_strdup(arena, from->template);
	to->audience = arena_strdup(arena, from->audience);
	to->to = arena_strdup(arena, from->to);
	to->from = arena_strdup(arena, from->from);
	to->subject = arena_strdup(arena, from->subject);
	to->message_id = arena_strdup(arena, from->message_id);
	to->reply = arena_strdup(arena, from->reply);
	to->held = arena_strdup(arena, from->held);
	to->text = arena_strdup(arena, from->text);
}

struct row_item *memory_copy_item(const struct row_item *row)
{
	struct row_item *copy = memory_row_new(sizeof *copy);
	struct arena arena = copy->base.arena;

	*copy = *row;
	memory_put_item(&arena, &copy->item, &row->item);
	memory_put_accept(&arena, &copy->accept, &row->accept);
	copy->base.arena = arena;
	return copy;
}

struct row_outbox *memory_copy_outbox(const struct row_outbox *row)
{
	struct row_outbox *copy = memory_row_new(sizeof *copy);
	struct arena arena = copy->base.arena;

	*copy = *row;
	memory_put_outbox(&arena, &copy->row, &row->row);
	copy->base.arena = arena;
	return copy;
}

static void copy_documents(struct arena *arena, struct row_dossier *to, const struct row_dossier *from)
{
	size_t i;

	to->documents = NULL;
	for (i = 0; i < from->document_count; i++) {
		struct memory_document *document;

		to->documents = arena_grow(arena, to->documents, i, sizeof *to->documents);
		document = &to->documents[i];
		*document = from->documents[i];
		memory_put_document(arena, &document->document, &from->documents[i].document);
		document->held_reason = arena_strdup(arena, from->documents[i].held_reason);
		document->held_slot = arena_strdup(arena, from->documents[i].held_slot);
	}
	to->document_count = from->document_count;
}

struct row_dossier *memory_copy_dossier(const struct row_dossier *row)
{
	struct row_dossier *copy = memory_row_new(sizeof *copy);
	struct arena *arena = &copy->base.arena;
	struct dossier *to = &copy->dossier;
	size_t i;

	memory_put_dossier(arena, to, &row->dossier);
	for (i = 0; i < row->dossier.slot_count; i++) {
		to->slots = arena_grow(arena, to->slots, i, sizeof *to->slots);
		memory_put_slot(arena, &to->slots[i], &row->dossier.slots[i]);
	}
	to->slot_count = row->dossier.slot_count;
	for (i = 0; i < row->dossier.payment_count; i++) {
		to->payments = arena_grow(arena, to->payments, i, sizeof *to->payments);
		memory_put_payment(arena, &to->payments[i], &row->dossier.payments[i]);
	}
	to->payment_count = row->dossier.payment_count;
	for (i = 0; i < row->dossier.approval_count; i++) {
		to->approvals = arena_grow(arena, to->approvals, i, sizeof *to->approvals);
		memory_put_approval(arena, &to->approvals[i], &row->dossier.approvals[i]);
	}
	to->approval_count = row->dossier.approval_count;
	copy_documents(arena, copy, row);
	return copy;
}
