/* Outgoing mail, in memory. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

static bool is_due_some_time(const struct outbox_row *row)
{
	return row->state == OUTBOX_WAITING || row->state == OUTBOX_UNKNOWN;
}

static bool is_over(const struct outbox_row *row)
{
	return row->state == OUTBOX_SENT || row->state == OUTBOX_CANCELLED;
}

static struct row_outbox *row_of(struct memory_store *memory, int64_t id)
{
	return memory_row(memory, TABLE_OUTBOX, id);
}

/* Where a search for rows that are waiting or being sent begins. */
static int64_t first_active(struct memory_store *memory)
{
	int64_t count = memory_count(memory, TABLE_OUTBOX);

	while (memory->outbox_from <= count) {
		const struct row_outbox *row = row_of(memory, memory->outbox_from);

		if (row && (is_due_some_time(&row->row) || row->row.state == OUTBOX_SENDING))
			break;
		memory->outbox_from++;
	}
	return memory->outbox_from;
}

static struct row_outbox *change(struct memory_store *memory, int64_t id)
{
	struct row_outbox *row = memory_copy_outbox(row_of(memory, id));

	memory_replace(memory, TABLE_OUTBOX, id, row);
	return row;
}

static void get_row(struct memory_store *memory, const struct row_outbox *from, bool bytes, struct arena *arena,
		    struct outbox_row *to)
{
	const struct row_dossier *dossier = memory_row(memory, TABLE_DOSSIER, from->dossier);

	memory_put_outbox(arena, to, &from->row);
	to->dossier = dossier ? arena_strdup(arena, dossier->dossier.number) : NULL;
	memory_blob_scope(memory, from->blob, &to->scope);
	memory_blob_get(memory, from->blob, bytes ? arena : NULL, &to->blob);
}

/* ---- claiming ---- */

struct due {
	int64_t at, id;
};

static int by_time(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

int memory_outbox_claim(struct store *store, int64_t now, size_t limit, struct arena *arena,
			struct outbox_row **rows, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_outbox *from;
	struct due *due = NULL;
	size_t found = 0, i;
	int64_t id = first_active(memory) - 1;

	(void)err;
	while ((from = memory_next(memory, TABLE_OUTBOX, &id)) != NULL)
		if (is_due_some_time(&from->row) && from->row.next_at <= now) {
			due = arena_grow(arena, due, found, sizeof *due);
			due[found++] = (struct due){ from->row.next_at, id };
		}
	if (!found)
		return 0;
	qsort(due, found, sizeof *due, by_time);
	*count = found < limit ? found : limit;
	*rows = arena_array(arena, *count, sizeof **rows);
	for (i = 0; i < *count; i++) {
		struct row_outbox *row = change(memory, due[i].id);

		row->row.state = OUTBOX_SENDING;
		row->row.in_data = false;
		row->row.attempts++;
		row->row.next_at = DATE_NONE;
		get_row(memory, row, true, arena, &(*rows)[i]);
	}
	return 0;
}

int memory_outbox_in_data(struct store *store, int64_t id, struct err *err)
{
	const struct row_outbox *row = row_of(memory_of(store), id);

	if (!row)
		return outbox_no_such(id, err);
	if (outbox_check_sending(id, row->row.state, err))
		return -1;
	change(memory_of(store), id)->row.in_data = true;
	return 0;
}

/* ---- what came of it ---- */

int memory_outbox_record(struct store *store, const struct outbox_result *result, struct err *err)
{
	struct row_outbox *row = row_of(memory_of(store), result->id);

	if (!row)
		return outbox_no_such(result->id, err);
	if (outbox_check_sending(result->id, row->row.state, err))
		return -1;
	row = change(memory_of(store), result->id);
	row->row.state = result->state;
	row->row.in_data = false;
	row->row.next_at = is_due_some_time(&row->row) ? result->next_at : DATE_NONE;
	if (!result->counted && row->row.attempts)
		row->row.attempts--;
	if (result->reply)
		row->row.reply = arena_strdup(&row->base.arena, result->reply);
	return 0;
}

int memory_outbox_recover(struct store *store, int64_t now, size_t *unknown, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id = first_active(memory) - 1;
	struct row_outbox *row;

	(void)err;
	while ((row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL) {
		if (row->row.state != OUTBOX_SENDING)
			continue;
		row = change(memory, id);
		*unknown += row->row.in_data;
		row->row.state = row->row.in_data ? OUTBOX_UNKNOWN : OUTBOX_WAITING;
		row->row.in_data = false;
		row->row.next_at = now;
	}
	return 0;
}

int memory_outbox_next(struct store *store, int64_t *at, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id = first_active(memory) - 1;
	const struct row_outbox *row;

	(void)err;
	while ((row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL)
		if (is_due_some_time(&row->row) && (*at == DATE_NONE || row->row.next_at < *at))
			*at = row->row.next_at;
	return 0;
}

/* ---- reading ---- */

int memory_outbox_load(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row,
		       struct err *err)
{
	const struct row_outbox *from = row_of(memory_of(store), id);

	if (!from)
		return outbox_no_such(id, err);
	get_row(memory_of(store), from, true, arena, row);
	return 0;
}

int memory_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena,
				struct outbox_row *row, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct index *index = &memory->indexes[INDEX_MESSAGE_ID];
	int64_t id;

	for (id = index_first(index, index_hash(message_id, 0)); id; id = index_next(index, id)) {
		const struct row_outbox *from = row_of(memory, id);

		if (from && str_eq(from->row.message_id, message_id)) {
			get_row(memory, from, true, arena, row);
			return 0;
		}
	}
	return err_set(err, ERR_NOTFOUND, "no mail of ours has that Message-ID");
}

int memory_outbox_list(struct store *store, const struct outbox_filter *filter, struct arena *arena,
		       struct outbox_row **rows, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id = filter->after < 0 ? 0 : filter->after, dossier = 0;
	const struct row_outbox *row;

	(void)err;
	if (filter->dossier && !memory_dossier_find(memory, filter->dossier, &dossier))
		return 0;
	while (*count < filter->limit && (row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL) {
		if ((!filter->all && is_over(&row->row)) || (filter->dossier && row->dossier != dossier))
			continue;
		*rows = arena_grow(arena, *rows, *count, sizeof **rows);
		get_row(memory, row, false, arena, &(*rows)[(*count)++]);
	}
	return 0;
}

/* ---- by hand ---- */

int memory_outbox_retry(struct store *store, int64_t id, int64_t now, struct err *err)
{
	struct row_outbox *row = row_of(memory_of(store), id);

	if (!row)
		return outbox_no_such(id, err);
	if (outbox_check_retry(id, row->row.state, err))
		return -1;
	row = change(memory_of(store), id);
	row->row.state = OUTBOX_WAITING;
	row->row.held = NULL;
	row->counted = row->row.next_at = now;
	row->row.expires = outbox_new_expiry(row->row.created, row->row.expires, now);
	return 0;
}

int memory_outbox_cancel(struct store *store, int64_t id, struct err *err)
{
	struct row_outbox *row = row_of(memory_of(store), id);

	if (!row)
		return outbox_no_such(id, err);
	if (outbox_check_cancel(id, row->row.state, err))
		return -1;
	row = change(memory_of(store), id);
	row->row.state = OUTBOX_CANCELLED;
	row->row.next_at = DATE_NONE;
	return 0;
}

/* ---- counting, threads ---- */

int memory_outbox_count(struct store *store, const char *service, const char *to, const char *template,
			const char *dossier, int64_t since, int64_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id = 0, number = 0;
	const struct row_outbox *row;

	(void)err;
	if (dossier && !memory_dossier_find(memory, dossier, &number))
		return 0;
	while ((row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL)
		*count += row->row.state != OUTBOX_HELD && row->row.state != OUTBOX_CANCELLED &&
			  row->row.created >= since && str_eq(row->row.service, service) && (!to || addr_same(row->row.to, to)) &&
			  (!template || str_starts(row->row.template, template)) &&
			  (!dossier || row->dossier == number);
	return 0;
}

int memory_outbox_thread(struct store *store, const char *dossier, const char *to, struct arena *arena,
			 const char **first, const char **last, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_outbox *row;
	int64_t id = 0, number;

	(void)err;
	if (!dossier || !memory_dossier_find(memory, dossier, &number))
		return 0;
	while ((row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL) {
		if (row->dossier != number || !addr_same(row->row.to, to) || row->row.state == OUTBOX_FAILED ||
		    row->row.state == OUTBOX_HELD || row->row.state == OUTBOX_CANCELLED ||
		    memory_ticket_for_staff(memory, &row->row))
			continue;
		if (!*first)
			*first = arena_strdup(arena, row->row.message_id);
		*last = row->row.message_id;
	}
	*last = arena_strdup(arena, *last);
	return 0;
}
