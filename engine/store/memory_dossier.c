/* Dossiers, in memory: reading them. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

struct row_dossier *memory_dossier_find(struct memory_store *memory, const char *number, int64_t *id)
{
	const struct index *index = &memory->indexes[INDEX_DOSSIER];

	for (*id = index_first(index, index_hash(number, 0)); *id; *id = index_next(index, *id)) {
		struct row_dossier *row = memory_row(memory, TABLE_DOSSIER, *id);

		if (row && str_eq(row->dossier.number, number))
			return row;
	}
	return NULL;
}

int memory_dossier_exists(struct store *store, const char *number, struct err *err)
{
	int64_t id;

	(void)err;
	return memory_dossier_find(memory_of(store), number, &id) || memory_erased_exists(memory_of(store), number);
}

static void get_document(struct memory_store *memory, const struct memory_document *from, bool bytes,
			 struct arena *arena, struct document *to)
{
	memory_put_document(arena, to, &from->document);
	memory_blob_get(memory, from->blob, bytes ? arena : NULL, &to->blob);
}

static void add_held(struct memory_store *memory, struct dossier *dossier, const struct memory_document *from,
		     struct arena *arena)
{
	struct held_document *held;

	dossier->held = arena_grow(arena, dossier->held, dossier->held_count, sizeof *dossier->held);
	held = &dossier->held[dossier->held_count++];
	held->reason = arena_strdup(arena, from->held_reason);
	held->slot = arena_strdup(arena, from->held_slot);
	held->year = from->held_year;
	get_document(memory, from, false, arena, &held->document);
}

static int by_version(const void *a, const void *b)
{
	const struct document *x = a, *y = b;

	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void add_documents(struct memory_store *memory, struct slot *slot, const struct row_dossier *row,
			  struct arena *arena)
{
	size_t i;

	for (i = 0; i < row->document_count; i++) {
		if (row->documents[i].slot != slot->id)
			continue;
		slot->documents = arena_grow(arena, slot->documents, slot->document_count, sizeof *slot->documents);
		get_document(memory, &row->documents[i], false, arena, &slot->documents[slot->document_count++]);
	}
	if (slot->document_count)
		qsort(slot->documents, slot->document_count, sizeof *slot->documents, by_version);
}

static void get_parts(struct memory_store *memory, const struct row_dossier *row, struct arena *arena,
		      struct dossier *dossier)
{
	size_t i;

	for (i = 0; i < row->dossier.slot_count; i++) {
		dossier->slots = arena_grow(arena, dossier->slots, i, sizeof *dossier->slots);
		memory_put_slot(arena, &dossier->slots[i], &row->dossier.slots[i]);
		add_documents(memory, &dossier->slots[i], row, arena);
		dossier->slot_count++;
	}
	for (i = 0; i < row->document_count; i++)
		if (!row->documents[i].slot)
			add_held(memory, dossier, &row->documents[i], arena);
	for (i = 0; i < row->dossier.payment_count; i++) {
		dossier->payments = arena_grow(arena, dossier->payments, i, sizeof *dossier->payments);
		memory_put_payment(arena, &dossier->payments[i], &row->dossier.payments[i]);
		dossier->payment_count++;
	}
	for (i = 0; i < row->dossier.approval_count; i++) {
		dossier->approvals = arena_grow(arena, dossier->approvals, i, sizeof *dossier->approvals);
		memory_put_approval(arena, &dossier->approvals[i], &row->dossier.approvals[i]);
		dossier->approval_count++;
	}
}

int memory_dossier_load(struct store *store, const char *number, struct arena *arena, struct dossier **dossier,
			struct err *err)
{
	int64_t id;
	const struct row_dossier *row = memory_dossier_find(memory_of(store), number, &id);

	if (!row)
		return dossier_no_such(number, err);
	*dossier = arena_alloc(arena, sizeof **dossier);
	memory_put_dossier(arena, *dossier, &row->dossier);
	get_parts(memory_of(store), row, arena, *dossier);
	return 0;
}

static bool passes(const struct dossier_filter *filter, const struct dossier *dossier)
{
	return (!filter->workflow || str_eq(dossier->workflow, filter->workflow)) &&
	       (!filter->not_program || !str_eq(dossier->program, filter->not_program)) &&
	       (!filter->service || str_eq(dossier->service, filter->service)) &&
	       (filter->final < 0 || dossier->final == (filter->final != 0)) &&
	       (!filter->address || dossier_party_of(dossier, filter->address) != NULL);
}

int memory_dossier_list(struct store *store, const struct dossier_filter *filter, struct arena *arena,
			struct dossier **dossiers, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id = filter->after < 0 ? 0 : filter->after;
	const struct row_dossier *row;

	(void)err;
	while (*count < filter->limit && (row = memory_next(memory, TABLE_DOSSIER, &id)) != NULL) {
		struct dossier *dossier;

		if (!passes(filter, &row->dossier))
			continue;
		*dossiers = arena_grow(arena, *dossiers, *count, sizeof **dossiers);
		dossier = &(*dossiers)[(*count)++];
		memory_put_dossier(arena, dossier, &row->dossier);
		dossier->timers = NULL;
		dossier->timer_count = 0;
		dossier->counts = NULL;
		dossier->count_count = 0;
		dossier->facts = NULL;
		dossier->fact_count = 0;
	}
	return 0;
}

int memory_history(struct store *store, const char *number, struct arena *arena, struct history_line **lines,
		   size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_history *row;
	int64_t id = 0, dossier;

	if (!memory_dossier_find(memory, number, &dossier))
		return dossier_no_such(number, err);
	while ((row = memory_next(memory, TABLE_HISTORY, &id)) != NULL) {
		struct history_line *line;

		if (row->dossier != dossier)
			continue;
		*lines = arena_grow(arena, *lines, *count, sizeof **lines);
		line = &(*lines)[(*count)++];
		line->at = row->line.at;
		line->event = arena_strdup(arena, row->line.event);
		line->by = arena_strdup(arena, row->line.by);
		line->text = arena_strdup(arena, row->line.text);
	}
	return 0;
}

int memory_document_load(struct store *store, const char *number, int64_t id, struct arena *arena,
			 struct document *document, struct blob_key *scope, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t dossier;
	const struct row_dossier *row = memory_dossier_find(memory, number, &dossier);
	size_t i;

	for (i = 0; row && i < row->document_count; i++)
		if (row->documents[i].document.id == id) {
			get_document(memory, &row->documents[i], true, arena, document);
			memory_blob_scope(memory, row->documents[i].blob, scope);
			return 0;
		}
	return err_set(err, ERR_NOTFOUND, "dossier '%s' has no document %lld", number, (long long)id);
}

/* ---- timers ---- */

struct due {
	const struct timer *timer;
	int64_t dossier;
	size_t place;
};

static int by_due(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	if (x->timer->due != y->timer->due)
		return x->timer->due < y->timer->due ? -1 : 1;
	if (x->dossier != y->dossier)
		return x->dossier < y->dossier ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

int memory_timers_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		      struct due_timer **timers, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct due *due = NULL;
	const struct row_dossier *from;
	size_t found = 0, i;
	int64_t id = 0;

	(void)err;
	while ((from = memory_next(memory, TABLE_DOSSIER, &id)) != NULL)
		for (i = 0; i < from->dossier.timer_count; i++)
			if (from->dossier.timers[i].due <= now) {
				due = arena_grow(arena, due, found, sizeof *due);
				due[found++] = (struct due){ &from->dossier.timers[i], id, i };
			}
	if (!found)
		return 0;
	qsort(due, found, sizeof *due, by_due);
	*count = found < limit ? found : limit;
	*timers = arena_array(arena, *count, sizeof **timers);
	for (i = 0; i < *count; i++) {
		const struct row_dossier *row = memory_row(memory, TABLE_DOSSIER, due[i].dossier);

		(*timers)[i] = (struct due_timer){ arena_strdup(arena, row->dossier.number), due[i].timer->kind,
						   arena_strdup(arena, due[i].timer->clause), due[i].timer->due };
	}
	return 0;
}
