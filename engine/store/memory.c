/* The memory driver: its table, its transactions, and what the store knows about itself. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "store/memory_p.h"

/* ---- rows ---- */

void *memory_row_new(size_t size)
{
	return xcalloc(1, size);
}

static void row_free(struct row *row)
{
	if (!row)
		return;
	arena_free(&row->arena);
	free(row);
}

static void add_undo(struct memory_store *memory, enum memory_table table, int64_t id, struct row *old)
{
	memory->undo = xgrow(memory->undo, &memory->undo_cap, memory->undo_count + 1, sizeof *memory->undo);
	memory->undo[memory->undo_count++] = (struct undo){ table, id, old };
	if (table == TABLE_OUTBOX && id < memory->outbox_from)
		memory->outbox_from = id;
}

int64_t memory_append(struct memory_store *memory, enum memory_table table, void *row)
{
	struct table *rows = &memory->tables[table];

	rows->rows = xgrow(rows->rows, &rows->cap, rows->count + 1, sizeof *rows->rows);
	rows->rows[rows->count++] = row;
	add_undo(memory, table, (int64_t)rows->count, NULL);
	return (int64_t)rows->count;
}

void memory_replace(struct memory_store *memory, enum memory_table table, int64_t id, void *row)
{
	struct row **place = &memory->tables[table].rows[id - 1];

	add_undo(memory, table, id, *place);
	*place = row;
}

void memory_remove(struct memory_store *memory, enum memory_table table, int64_t id)
{
	memory_replace(memory, table, id, NULL);
}

void *memory_row(struct memory_store *memory, enum memory_table table, int64_t id)
{
	const struct table *rows = &memory->tables[table];

	return id >= 1 && id <= (int64_t)rows->count ? rows->rows[id - 1] : NULL;
}

void *memory_next(struct memory_store *memory, enum memory_table table, int64_t *id)
{
	const struct table *rows = &memory->tables[table];

	while (*id < (int64_t)rows->count)
		if (rows->rows[(*id)++])
			return rows->rows[*id - 1];
	return NULL;
}

int64_t memory_count(struct memory_store *memory, enum memory_table table)
{
	return (int64_t)memory->tables[table].count;
}

/* ---- transactions ---- */

static void unindex(struct memory_store *memory, enum memory_table table)
{
	static const struct {
		enum memory_table table;
		enum memory_index index;
	} pairs[] = {
		{ TABLE_ITEM, INDEX_ITEM },
		{ TABLE_DOSSIER, INDEX_DOSSIER },
		{ TABLE_OUTBOX, INDEX_KEY },
		{ TABLE_OUTBOX, INDEX_MESSAGE_ID },
	};
	size_t i;

	for (i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].table == table)
			index_pop(&memory->indexes[pairs[i].index]);
}

static void undo_to(struct memory_store *memory, size_t mark)
{
	while (memory->undo_count > mark) {
		struct undo *undo = &memory->undo[--memory->undo_count];
		struct table *table = &memory->tables[undo->table];

		row_free(table->rows[undo->id - 1]);
		table->rows[undo->id - 1] = undo->old;
		if (!undo->old) {
			table->count--;
			unindex(memory, undo->table);
		}
		if (undo->table == TABLE_OUTBOX && undo->id < memory->outbox_from)
			memory->outbox_from = undo->id;
	}
}

static int memory_begin(struct store *store, struct err *err)
{
	(void)store;
	(void)err;
	return 0;
}

static int memory_commit(struct store *store, struct err *err)
{
	struct memory_store *memory = memory_of(store);

	(void)err;
	while (memory->undo_count)
		row_free(memory->undo[--memory->undo_count].old);
	return 0;
}

static void memory_rollback(struct store *store)
{
	undo_to(memory_of(store), 0);
}

static int memory_save(struct store *store, struct err *err)
{
	(void)err;
	memory_of(store)->saved = memory_of(store)->undo_count;
	return 0;
}

static int memory_release(struct store *store, struct err *err)
{
	(void)store;
	(void)err;
	return 0;
}

static void memory_restore(struct store *store)
{
	undo_to(memory_of(store), memory_of(store)->saved);
}

static void memory_close(struct store *store)
{
	struct memory_store *memory = memory_of(store);
	size_t i, j;

	memory_commit(store, NULL);
	for (i = 0; i < TABLES; i++) {
		for (j = 0; j < memory->tables[i].count; j++)
			row_free(memory->tables[i].rows[j]);
		free(memory->tables[i].rows);
	}
	for (i = 0; i < INDEXES; i++)
		index_free(&memory->indexes[i]);
	free(memory->undo);
	free(memory);
}

/* ---- about itself ---- */

static const struct store_meta *meta_of(struct store *store)
{
	return &((struct row_meta *)memory_row(memory_of(store), TABLE_META, 1))->meta;
}

static struct store_meta *meta_change(struct store *store)
{
	struct row_meta *row = memory_row_new(sizeof *row);

	row->meta = *meta_of(store);
	memory_replace(memory_of(store), TABLE_META, 1, row);
	return &row->meta;
}

static int memory_meta_get(struct store *store, struct store_meta *meta, struct err *err)
{
	(void)err;
	*meta = *meta_of(store);
	return 0;
}

static int memory_time_seen(struct store *store, int64_t at, struct err *err)
{
	(void)err;
	if (at > meta_of(store)->seen)
		meta_change(store)->seen = at;
	return 0;
}

static int memory_time_steady(struct store *store, int64_t at, int64_t since, struct err *err)
{
	struct store_meta *meta = meta_change(store);

	(void)err;
	meta->steady = at;
	meta->steady_since = since;
	return 0;
}

static int memory_clock_set(struct store *store, int64_t offset, struct err *err)
{
	if (!meta_of(store)->trial)
		return err_set(err, ERR_INPUT, "the clock can be moved in a trial store only");
	meta_change(store)->clock_offset = offset;
	return 0;
}

static void earlier(int64_t *least, int64_t at)
{
	if (*least == DATE_NONE || at < *least)
		*least = at;
}

static void count_items(struct memory_store *memory, struct store_stats *stats)
{
	int64_t id;

	for (id = 1; id <= memory_count(memory, TABLE_ITEM); id++) {
		const struct item *item = &((struct row_item *)memory_row(memory, TABLE_ITEM, id))->item;

		stats->items[item->state]++;
		if (item->state == ITEM_STORED)
			earlier(&stats->oldest_stored, item->received);
	}
}

static void count_dossiers(struct memory_store *memory, struct store_stats *stats)
{
	const struct row_dossier *row;
	int64_t id = 0;
	size_t i;

	while ((row = memory_next(memory, TABLE_DOSSIER, &id)) != NULL) {
		const struct dossier *dossier = &row->dossier;

		stats->dossiers_final += dossier->final;
		stats->dossiers_open += !dossier->final;
		for (i = 0; i < dossier->timer_count; i++)
			earlier(&stats->next_timer, dossier->timers[i].due);
	}
}

static int memory_stats(struct store *store, struct store_stats *stats, struct err *err)
{
	const struct row_address *known;
	struct memory_store *memory = memory_of(store);
	const struct row_outbox *out;
	const struct row_erased *erased;
	int64_t id = 0;

	(void)err;
	memset(stats, 0, sizeof *stats);
	stats->oldest_waiting = stats->oldest_stored = stats->next_timer = DATE_NONE;
	count_items(memory, stats);
	count_dossiers(memory, stats);
	for (int64_t address = 0; (known = memory_next(memory, TABLE_ADDRESS, &address)) != NULL;)
		stats->dead += known->health.dead != DATE_NONE;
	while ((out = memory_next(memory, TABLE_OUTBOX, &id)) != NULL) {
		const struct outbox_row *row = &out->row;

		stats->outbox[row->state]++;
		if (row->state == OUTBOX_WAITING)
			earlier(&stats->oldest_waiting, row->created);
	}
	for (id = 0; (erased = memory_next(memory, TABLE_ERASED, &id)) != NULL;) {
		stats->dossiers_erased++;
		stats->unscrubbed += !erased->scrubbed;
	}
	return 0;
}

/* ---- rule texts and serials ---- */

static struct row_program *program_find(struct memory_store *memory, const char *digest)
{
	int64_t id;

	for (id = 1; id <= memory_count(memory, TABLE_PROGRAM); id++) {
		struct row_program *row = memory_row(memory, TABLE_PROGRAM, id);

		if (str_eq(row->digest, digest))
			return row;
	}
	return NULL;
}

static int memory_verify(struct store *store, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_dossier *row;
	int64_t id = 0;

	while ((row = memory_next(memory, TABLE_DOSSIER, &id)) != NULL)
		if (!program_find(memory, row->dossier.program))
			return err_set(err, ERR_CORRUPT, "the rules are missing that this dossier runs under: %s",
				       row->dossier.number);
	return 0;
}

static int memory_program_put(struct store *store, const char *digest, const char *workflow, const char *file,
			      const char *text, int64_t now, struct err *err)
{
	struct row_program *row;

	(void)err;
	if (program_find(memory_of(store), digest))
		return 0;
	row = memory_row_new(sizeof *row);
	row->digest = arena_strdup(&row->base.arena, digest);
	row->workflow = arena_strdup(&row->base.arena, workflow);
	row->file = arena_strdup(&row->base.arena, file);
	row->text = arena_strdup(&row->base.arena, text);
	row->added = now;
	memory_append(memory_of(store), TABLE_PROGRAM, row);
	return 0;
}

static int memory_program_get(struct store *store, const char *digest, struct arena *arena, const char **text,
			      const char **file, struct err *err)
{
	const struct row_program *row = program_find(memory_of(store), digest);

	if (!row)
		return err_set(err, ERR_NOTFOUND, "no rules are kept under the digest %s", digest);
	*text = arena_strdup(arena, row->text);
	*file = arena_strdup(arena, row->file);
	return 0;
}

struct dated_use {
	struct program_use use;
	int64_t added;
};

static int by_workflow(const void *a, const void *b)
{
	const struct dated_use *x = a, *y = b;
	int order = strcmp(x->use.workflow, y->use.workflow);

	if (!order && x->added != y->added)
		order = x->added < y->added ? -1 : 1;
	return order ? order : strcmp(x->use.digest, y->use.digest);
}

static struct dated_use *use_of(struct memory_store *memory, const struct dossier *dossier, struct arena *arena,
				struct dated_use **uses, size_t *count)
{
	const struct row_program *program = program_find(memory, dossier->program);
	size_t i;

	for (i = 0; i < *count; i++)
		if (str_eq((*uses)[i].use.digest, dossier->program))
			return &(*uses)[i];
	*uses = arena_grow(arena, *uses, *count, sizeof **uses);
	(*uses)[*count] = (struct dated_use){ { arena_strdup(arena, dossier->program),
						arena_strdup(arena, dossier->workflow), 0, 0 },
					      program ? program->added : DATE_NONE };
	return &(*uses)[(*count)++];
}

int memory_programs_used(struct store *store, struct arena *arena, struct program_use **uses, size_t *count,
			 struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_dossier *row;
	struct dated_use *found = NULL;
	size_t i;
	int64_t id = 0;

	(void)err;
	while ((row = memory_next(memory, TABLE_DOSSIER, &id)) != NULL) {
		struct dated_use *use = use_of(memory, &row->dossier, arena, &found, count);

		use->use.live += !row->dossier.final;
		use->use.all++;
	}
	if (*count)
		qsort(found, *count, sizeof *found, by_workflow);
	*uses = arena_array(arena, *count, sizeof **uses);
	for (i = 0; i < *count; i++)
		(*uses)[i] = found[i].use;
	return 0;
}

static int memory_serial_next(struct store *store, int year, int64_t *serial, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_serial *row = memory_row_new(sizeof *row);
	int64_t id;

	(void)err;
	row->year = year;
	row->last = 1;
	for (id = 1; id <= memory_count(memory, TABLE_SERIAL); id++) {
		const struct row_serial *old = memory_row(memory, TABLE_SERIAL, id);

		if (old->year == year) {
			row->last = old->last + 1;
			break;
		}
	}
	if (id > memory_count(memory, TABLE_SERIAL))
		memory_append(memory, TABLE_SERIAL, row);
	else
		memory_replace(memory, TABLE_SERIAL, id, row);
	*serial = row->last;
	return 0;
}

static const struct store_ops memory_ops = {
	.begin = memory_begin,
	.commit = memory_commit,
	.rollback = memory_rollback,
	.save = memory_save,
	.release = memory_release,
	.restore = memory_restore,
	.close = memory_close,
	.meta_get = memory_meta_get,
	.time_seen = memory_time_seen,
	.time_steady = memory_time_steady,
	.clock_set = memory_clock_set,
	.stats = memory_stats,
	.verify = memory_verify,
	.program_put = memory_program_put,
	.program_get = memory_program_get,
	.uids_standing = memory_uids_standing,
	.item_reserve = memory_item_reserve,
	.item_stored = memory_item_stored,
	.item_attempt = memory_item_attempt,
	.item_end = memory_item_end,
	.item_retry = memory_item_retry,
	.item_find_same = memory_item_find_same,
	.item_load = memory_item_load,
	.item_list = memory_item_list,
	.items_unacked = memory_items_unacked,
	.items_acked = memory_items_acked,
	.item_acked = memory_item_acked,
	.item_parcels = memory_item_parcels,
	.take = memory_take,
	.serial_next = memory_serial_next,
	.dossier_load = memory_dossier_load,
	.dossier_exists = memory_dossier_exists,
	.dossier_list = memory_dossier_list,
	.history = memory_history,
	.document_load = memory_document_load,
	.blob_known = memory_blob_known,
	.timers_due = memory_timers_due,
	.outbox_claim = memory_outbox_claim,
	.outbox_in_data = memory_outbox_in_data,
	.outbox_record = memory_outbox_record,
	.outbox_recover = memory_outbox_recover,
	.outbox_next = memory_outbox_next,
	.outbox_load = memory_outbox_load,
	.outbox_by_message_id = memory_outbox_by_message_id,
	.outbox_list = memory_outbox_list,
	.outbox_retry = memory_outbox_retry,
	.outbox_cancel = memory_outbox_cancel,
	.outbox_count = memory_outbox_count,
	.outbox_thread = memory_outbox_thread,
	.programs_used = memory_programs_used,
	.dossier_erase = memory_dossier_erase,
	.scrub = memory_scrub,
	.erased_list = memory_erased_list,
	.token_put = memory_token_put,
	.token_find = memory_token_find,
	.token_newest = memory_token_newest,
	.token_revoke = memory_token_revoke,
	.token_forget = memory_token_forget,
	.pending_put = memory_pending_put,
	.pending_find = memory_pending_find,
	.pending_take = memory_pending_take,
	.pending_forget = memory_pending_forget,
	.office_put = memory_office_put,
	.office_find = memory_office_find,
	.office_list = memory_office_list,
	.office_remove = memory_office_remove,
	.office_cases = memory_office_cases,
	.colleague_put = memory_colleague_put,
	.colleague_find = memory_colleague_find,
	.colleague_list = memory_colleague_list,
	.colleague_forget = memory_colleague_forget,
	.address_load = memory_address_load,
	.address_put = memory_address_put,
	.address_remove = memory_address_remove,
	.address_dead = memory_address_dead,
	.address_forget = memory_address_forget,
	.outbox_by_sender = memory_outbox_by_sender,
	.outbox_returned = memory_outbox_returned,
	.outbox_tally = memory_outbox_tally,
	.outbox_held = memory_outbox_held,
	.held_due = memory_held_due,
	.held_next = memory_held_next,
	.held_look = memory_held_look,
	.held_accept = memory_held_accept,
	.held_accepted = memory_held_accepted,
	.held_asked = memory_held_asked,
	.held_ask = memory_held_ask,
	.item_erase = memory_item_erase,
	.ticket_load = memory_ticket_load,
	.ticket_of_mail = memory_ticket_of_mail,
	.ticket_list = memory_ticket_list,
	.tickets_due = memory_tickets_due,
	.tickets_next = memory_tickets_next,
	.ticket_thread = memory_ticket_thread,
	.tickets_forget = memory_tickets_forget,
	.mail_forget = memory_mail_forget,
};

struct store *store_memory_new(bool trial)
{
	struct memory_store *memory = xcalloc(1, sizeof *memory);
	struct row_meta *row = memory_row_new(sizeof *row);

	memory->base.ops = &memory_ops;
	memory->outbox_from = 1;
	snprintf(row->meta.uuid, sizeof row->meta.uuid, "00000000-0000-4000-8000-000000000000");
	row->meta.trial = trial;
	memory_append(memory, TABLE_META, row);
	memory_commit(&memory->base, NULL);
	return &memory->base;
}
