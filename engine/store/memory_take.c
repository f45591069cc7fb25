/* The one commit point, in memory. Each step does what its statement in sqlite_take.c and sqlite_parts.c does. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

/* ---- slots ---- */

static struct slot *find_slot(struct row_dossier *row, const struct slot *wanted, size_t *place)
{
	size_t i;

	for (i = 0; i < row->dossier.slot_count; i++) {
		struct slot *slot = &row->dossier.slots[i];

		if (wanted->id ? slot->id == wanted->id :
				 slot->year == wanted->year && str_eq(slot->name, wanted->name)) {
			*place = i;
			return slot;
		}
	}
	return NULL;
}

/* Slots stand in the order in which they are given; others follow. */
static void move_slot(struct dossier *dossier, size_t from, size_t to)
{
	struct slot moved = dossier->slots[from];

	if (from <= to)
		return;
	memmove(&dossier->slots[to + 1], &dossier->slots[to], (from - to) * sizeof moved);
	dossier->slots[to] = moved;
}

static void put_slot(struct memory_store *memory, struct row_dossier *row, struct slot *given, size_t place,
		     struct id_log *log)
{
	struct arena *arena = &row->base.arena;
	struct dossier *dossier = &row->dossier;
	size_t at = dossier->slot_count;
	struct slot *slot = find_slot(row, given, &at), kept;

	if (!slot) {
		dossier->slots = arena_grow(arena, dossier->slots, dossier->slot_count, sizeof *dossier->slots);
		slot = &dossier->slots[dossier->slot_count++];
		memory_put_slot(arena, slot, given);
		slot->id = ++memory->last_slot;
	} else {
		kept = *slot;
		memory_put_slot(arena, slot, given);
		slot->id = kept.id;
		slot->name = kept.name;
		slot->year = kept.year;
	}
	if (!given->id)
		id_log_set(log, &given->id, slot->id);
	move_slot(dossier, at, place);
}

/* ---- documents ---- */

static struct memory_document *find_document(struct row_dossier *row, int64_t id)
{
	size_t i;

	for (i = 0; i < row->document_count; i++)
		if (row->documents[i].document.id == id)
			return &row->documents[i];
	return NULL;
}

static int check_version(const struct row_dossier *row, int64_t slot, const struct document *given, struct err *err)
{
	size_t i;

	for (i = 0; slot && i < row->document_count; i++)
		if (row->documents[i].slot == slot && row->documents[i].document.version == given->version &&
		    (!given->id || row->documents[i].document.id != given->id))
			return err_set(err, ERR_EXISTS, "document '%s': there is a version %d already",
				       given->name ? given->name : "?", given->version);
	return 0;
}

static struct memory_document *add_document(struct memory_store *memory, struct row_dossier *row,
					    struct document *given, struct id_log *log)
{
	const struct blob_scope scope = { 0, row->dossier.id, NULL };
	struct memory_document *document;

	row->documents = arena_grow(&row->base.arena, row->documents, row->document_count, sizeof *row->documents);
	document = &row->documents[row->document_count++];
	memset(document, 0, sizeof *document);
	memory_blob_put(memory, &given->blob, &scope, log);
	memory_put_document(&row->base.arena, &document->document, given);
	document->blob = given->blob.id;
	document->document.id = ++memory->last_document;
	id_log_set(log, &given->id, document->document.id);
	return document;
}

static int put_document(struct memory_store *memory, struct row_dossier *row, int64_t slot,
			struct document *given, const struct held_document *held, struct id_log *log,
			struct err *err)
{
	struct memory_document *document;

	if (check_version(row, slot, given, err))
		return -1;
	if (!given->id && given->item && !memory_row(memory, TABLE_ITEM, given->item))
		return err_set(err, ERR_BUG, "document '%s' came with no item", given->name);
	document = given->id ? find_document(row, given->id) : add_document(memory, row, given, log);
	if (!document)
		return 0;
	document->slot = slot;
	document->document.version = given->version;
	document->document.current = given->current;
	document->document.shown = given->shown;
	document->held_reason = held ? arena_strdup(&row->base.arena, held->reason) : NULL;
	document->held_slot = held ? arena_strdup(&row->base.arena, held->slot) : NULL;
	document->held_year = held ? held->year : 0;
	return 0;
}

static bool is_placed(const struct row_dossier *row, const struct memory_document *held)
{
	size_t i;

	for (i = 0; i < row->document_count; i++)
		if (row->documents[i].slot && !memcmp(row->documents[i].document.sha256, held->document.sha256, 32))
			return true;
	return false;
}

/* Held ones that were left out because the same bytes came again and found their place. */
static void drop_placed(struct memory_store *memory, struct row_dossier *row, const struct dossier *given)
{
	size_t i, j, kept = 0;

	for (i = 0; i < row->document_count; i++) {
		const struct memory_document *document = &row->documents[i];

		for (j = 0; j < given->held_count && given->held[j].document.id != document->document.id;)
			j++;
		if (document->slot || j < given->held_count || !is_placed(row, document))
			row->documents[kept++] = *document;
		else
			memory_remove(memory, TABLE_BLOB, document->blob);
	}
	row->document_count = kept;
}

static int put_parts(struct memory_store *memory, struct row_dossier *row, struct dossier *given,
		     struct id_log *log, struct err *err)
{
	size_t i, j;

	for (i = 0; i < given->held_count; i++)
		if (put_document(memory, row, 0, &given->held[i].document, &given->held[i], log, err))
			return -1;
	for (i = 0; i < given->slot_count; i++) {
		struct slot *slot = &given->slots[i];

		put_slot(memory, row, slot, i, log);
		for (j = 0; j < slot->document_count; j++)
			if (put_document(memory, row, slot->id, &slot->documents[j], NULL, log, err))
				return err_context(err, "slot '%s'", slot->name);
	}
	drop_placed(memory, row, given);
	return 0;
}

/* ---- the dossier ---- */

static void put_payment(struct memory_store *memory, struct row_dossier *row, struct payment *given,
			struct id_log *log)
{
	struct dossier *dossier = &row->dossier;
	size_t i;

	for (i = 0; given->id && i < dossier->payment_count; i++)
		if (dossier->payments[i].id == given->id)
			memory_put_payment(&row->base.arena, &dossier->payments[i], given);
	if (given->id)
		return;
	id_log_set(log, &given->id, ++memory->last_payment);
	dossier->payments = arena_grow(&row->base.arena, dossier->payments, dossier->payment_count,
				       sizeof *dossier->payments);
	memory_put_payment(&row->base.arena, &dossier->payments[dossier->payment_count++], given);
}

/* What was put to whom stays; what became of it changes. */
static void put_approval(struct memory_store *memory, struct row_dossier *row, struct approval *given,
			 struct id_log *log)
{
	struct arena *arena = &row->base.arena;
	struct dossier *dossier = &row->dossier;
	size_t i;

	for (i = 0; given->id && i < dossier->approval_count; i++)
		if (dossier->approvals[i].id == given->id) {
			struct approval *kept = &dossier->approvals[i];

			kept->state = given->state;
			kept->answered = given->answered;
			kept->by = arena_strdup(arena, given->by);
			kept->reason = arena_strdup(arena, given->reason);
		}
	if (given->id)
		return;
	id_log_set(log, &given->id, ++memory->last_approval);
	dossier->approvals = arena_grow(arena, dossier->approvals, dossier->approval_count, sizeof *dossier->approvals);
	memory_put_approval(arena, &dossier->approvals[dossier->approval_count++], given);
}

/* Number, service, time of opening, key, and the parts that are put one by one stay what they were. */
static void put_own_fields(struct row_dossier *row, const struct dossier *given)
{
	struct dossier kept = row->dossier;

	memory_put_dossier(&row->base.arena, &row->dossier, given);
	row->dossier.id = kept.id;
	row->dossier.opened = kept.opened;
	row->dossier.scope = kept.scope;
	row->dossier.slots = kept.slots;
	row->dossier.slot_count = kept.slot_count;
	row->dossier.payments = kept.payments;
	row->dossier.payment_count = kept.payment_count;
	row->dossier.approvals = kept.approvals;
	row->dossier.approval_count = kept.approval_count;
}

static struct row_dossier *dossier_new(struct memory_store *memory, struct dossier *given, struct id_log *log,
				       struct err *err)
{
	struct row_dossier *row;

	if (memory_dossier_exists(&memory->base, given->number, NULL)) {
		dossier_number_taken(given->number, err);
		return NULL;
	}
	row = memory_row_new(sizeof *row);
	memory_put_dossier(&row->base.arena, &row->dossier, given);
	id_log_set(log, &given->id, memory_append(memory, TABLE_DOSSIER, row));
	index_add(&memory->indexes[INDEX_DOSSIER], index_hash(given->number, 0));
	row->dossier.id = given->id;
	return row;
}

static struct row_dossier *dossier_change(struct memory_store *memory, const struct dossier *given, struct err *err)
{
	struct row_dossier *row = memory_row(memory, TABLE_DOSSIER, given->id);

	if (!row || !str_eq(row->dossier.number, given->number) || !str_eq(row->dossier.service, given->service)) {
		dossier_no_such(given->number, err);
		return NULL;
	}
	row = memory_copy_dossier(row);
	memory_replace(memory, TABLE_DOSSIER, given->id, row);
	put_own_fields(row, given);
	return row;
}

static int put_dossier(struct memory_store *memory, struct dossier *given, struct id_log *log, struct err *err)
{
	struct row_dossier *row = given->id ? dossier_change(memory, given, err) :
					      dossier_new(memory, given, log, err);
	size_t i;

	if (!row || put_parts(memory, row, given, log, err))
		return err_context(err, "dossier '%s'", given->number);
	for (i = 0; i < given->payment_count; i++)
		put_payment(memory, row, &given->payments[i], log);
	for (i = 0; i < given->approval_count; i++)
		put_approval(memory, row, &given->approvals[i], log);
	return 0;
}

static void put_history(struct memory_store *memory, const struct store_take *take)
{
	size_t i;

	for (i = 0; i < take->history_count; i++) {
		struct row_history *row = memory_row_new(sizeof *row);
		struct arena *arena = &row->base.arena;

		row->dossier = take->dossier->id;
		row->line.at = take->history[i].at;
		row->line.event = arena_strdup(arena, take->history[i].event);
		row->line.by = arena_strdup(arena, take->history[i].by);
		row->line.text = arena_strdup(arena, take->history[i].text);
		memory_append(memory, TABLE_HISTORY, row);
	}
}

/* ---- the item ---- */

static int put_raw_key(struct memory_store *memory, const struct store_take *take, struct err *err)
{
	const struct row_item *item = memory_row(memory, TABLE_ITEM, take->item->id);
	const struct row_blob *old = memory_row(memory, TABLE_BLOB, item->raw);
	struct row_blob *row;
	struct arena arena;

	if (!old)
		return err_set(err, ERR_INPUT, "item %lld has no bytes to move to a dossier",
			       (long long)take->item->id);
	row = memory_row_new(sizeof *row);
	arena = row->base.arena;
	*row = *old;
	if (old->ref.inline_data)
		row->ref.inline_data = arena_memdup(&arena, old->ref.inline_data, old->ref.inline_size);
	row->base.arena = arena;
	row->ref.key = *take->raw_key;
	row->item = 0;
	row->dossier = take->dossier->id;
	memory_replace(memory, TABLE_BLOB, item->raw, row);
	return 0;
}

static int put_item(struct memory_store *memory, const struct store_take *take, struct err *err)
{
	struct item_verdict verdict = *take->item;

	if (!verdict.dossier && take->dossier)
		verdict.dossier = take->dossier->number;
	if (memory_item_end(&memory->base, &verdict, err))
		return -1;
	return take->raw_key ? put_raw_key(memory, take, err) : 0;
}

/* ---- outgoing mail ---- */

static int check_unique(struct memory_store *memory, const struct outbox_row *given, struct err *err)
{
	const struct index *keys = &memory->indexes[INDEX_KEY], *ids = &memory->indexes[INDEX_MESSAGE_ID];
	int64_t id;

	for (id = index_first(keys, index_hash(given->key, 0)); id; id = index_next(keys, id)) {
		const struct row_outbox *row = memory_row(memory, TABLE_OUTBOX, id);

		if (row && str_eq(row->row.key, given->key))
			return err_set(err, ERR_EXISTS, "the key is there already");
	}
	for (id = index_first(ids, index_hash(given->message_id, 0)); id; id = index_next(ids, id)) {
		const struct row_outbox *row = memory_row(memory, TABLE_OUTBOX, id);

		if (row && str_eq(row->row.message_id, given->message_id))
			return err_set(err, ERR_EXISTS, "the Message-ID is there already");
	}
	return 0;
}

static void add_outbox(struct memory_store *memory, struct outbox_row *given, int64_t dossier, int64_t now,
		       struct id_log *log)
{
	struct row_outbox *row = memory_row_new(sizeof *row);

	memory_put_outbox(&row->base.arena, &row->row, given);
	row->row.state = outbox_first_state(given);
	row->row.next_at = outbox_first_due(given, now);
	row->counted = outbox_first_state(given) == OUTBOX_HELD ? DATE_NONE : given->created;
	row->row.attempts = 0;
	row->row.in_data = false;
	row->dossier = dossier;
	row->blob = given->blob.id;
	id_log_set(log, &given->id, memory_append(memory, TABLE_OUTBOX, row));
	index_add(&memory->indexes[INDEX_KEY], index_hash(given->key, 0));
	index_add(&memory->indexes[INDEX_MESSAGE_ID], index_hash(given->message_id, 0));
	row->row.id = given->id;
}

static int put_outbox_row(struct memory_store *memory, struct outbox_row *given, int64_t now, struct id_log *log,
			  struct err *err)
{
	static const struct blob_key none = { 0 };
	const struct row_item *item = memory_row(memory, TABLE_ITEM, given->item);
	const struct row_dossier *dossier = NULL;
	struct blob_scope scope;
	int64_t id = 0;

	if (given->dossier)
		dossier = memory_dossier_find(memory, given->dossier, &id);
	if (given->dossier && !dossier)
		return dossier_no_such(given->dossier, err);
	if (given->item && !item)
		return item_no_such(given->item, err);
	scope = outbox_scope(given, id, dossier ? &dossier->dossier.scope : &none, given->item,
			     item ? &item->item.scope : &none);
	if (scope.own && !scope.own->present)
		return err_set(err, ERR_BUG, "the key of its scope is missing");
	if (check_unique(memory, given, err))
		return -1;
	memory_blob_put(memory, &given->blob, &scope, log);
	add_outbox(memory, given, id, now, log);
	return 0;
}

static int put_outbox(struct memory_store *memory, struct store_take *take, struct id_log *log, struct err *err)
{
	size_t i;

	for (i = 0; i < take->outbox_count; i++)
		if (put_outbox_row(memory, &take->outbox[i], take->now, log, err))
			return err_context(err, "outgoing mail '%s'", take->outbox[i].key);
	for (i = 0; i < take->outbox_count; i++)
		outbox_settle(&take->outbox[i], take->now);
	return 0;
}

int memory_take(struct store *store, struct store_take *take, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct id_log log = { NULL, 0, 0 };
	int rc = 0;

	if (take->dossier)
		rc = put_dossier(memory, take->dossier, &log, err);
	if (!rc)
		put_history(memory, take);
	if (!rc && take->item)
		rc = put_item(memory, take, err);
	if (!rc)
		rc = memory_take_ticket(store, take, &log, err);
	if (!rc)
		rc = put_outbox(memory, take, &log, err);
	if (!rc)
		rc = take_replies(store, take, err);
	if (!rc)
		rc = take_offices(store, take, err);
	return id_log_end(&log, rc);
}
