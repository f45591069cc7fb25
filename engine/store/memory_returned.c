/* Outgoing mail that came back, that is held, and how much of it there is; in memory. */

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

int memory_outbox_by_sender(struct store *store, const char *from, struct arena *arena, struct outbox_row *row,
			    struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_outbox *one;
	int64_t id = 0, found = 0;

	while ((one = memory_next(memory, TABLE_OUTBOX, &id)) != NULL)
		if (str_eq(one->row.from, from))
			found = id;
	if (!found)
		return err_set(err, ERR_NOTFOUND, "no mail of ours was sent from '%s'", from);
	return memory_outbox_load(store, found, arena, row, err);
}

int memory_outbox_returned(struct store *store, const struct outbox_result *result, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_outbox *row = memory_row(memory, TABLE_OUTBOX, result->id);

	if (!row || (row->row.state != OUTBOX_SENT && row->row.state != OUTBOX_UNKNOWN))
		return outbox_not_sent(result->id, err);
	row = memory_copy_outbox(row);
	row->row.state = OUTBOX_FAILED;
	row->row.next_at = DATE_NONE;
	if (result->reply)
		row->row.reply = arena_strdup(&row->base.arena, result->reply);
	memory_replace(memory, TABLE_OUTBOX, result->id, row);
	return 0;
}

static bool counts(const struct row_outbox *row, const struct outbox_tally *tally)
{
	return row->row.state != OUTBOX_HELD && row->row.state != OUTBOX_CANCELLED &&
	       row->counted != DATE_NONE && row->counted >= tally->since &&
	       (!tally->to || addr_same(row->row.to, tally->to)) &&
	       (!tally->text || str_eq(row->row.text, tally->text)) &&
	       !str_eq(row->row.audience, "staff") &&
	       (!tally->service || str_eq(row->row.service, tally->service));
}

int memory_outbox_tally(struct store *store, const struct outbox_tally *tally, int64_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	bool by_dossier = tally->dossier && !tally->to;
	const struct row_outbox *row;
	int64_t id = 0, number = 0;

	(void)err;
	if (by_dossier && !memory_dossier_find(memory, tally->dossier, &number))
		return 0;
	while ((row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL)
		*count += counts(row, tally) && (!by_dossier || row->dossier == number);
	return 0;
}

int memory_outbox_held(struct store *store, const char *held, const char *service, const char *to, int64_t after,
		       size_t limit, struct arena *arena, struct outbox_row **rows, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_outbox *row;
	int64_t id = after < 0 ? 0 : after;

	while (*count < limit && (row = memory_next(memory, TABLE_OUTBOX, &id)) != NULL) {
		if (row->row.state != OUTBOX_HELD || !str_eq(row->row.held, held) ||
		    (service && !str_eq(row->row.service, service)) || (to && !addr_same(row->row.to, to)))
			continue;
		*rows = arena_grow(arena, *rows, *count, sizeof **rows);
		if (memory_outbox_load(store, id, arena, &(*rows)[*count], err))
			return -1;
		++*count;
	}
	return 0;
}
