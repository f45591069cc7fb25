/* What waits for a person, in memory: an item's row knows when it is looked at and who let it through. */

/* System. */
#include <stdlib.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

/* A copy that may be changed, in place of the row. */
static struct row_item *change(struct memory_store *memory, int64_t id)
{
	struct row_item *row = memory_copy_item(memory_row(memory, TABLE_ITEM, id));

	memory_replace(memory, TABLE_ITEM, id, row);
	return row;
}

/* ---- the list ---- */

static int by_time(const void *a, const void *b)
{
	const struct held_look *one = a, *two = b;

	if (one->look != two->look)
		return one->look < two->look ? -1 : 1;
	return one->item < two->item ? -1 : one->item > two->item;
}

int memory_held_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct held_look **looks,
		    size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_item *row;
	int64_t id = 0;

	(void)err;
	while ((row = memory_next(memory, TABLE_ITEM, &id)) != NULL) {
		if (!row->waits || row->look == DATE_NONE || row->look > now)
			continue;
		*looks = arena_grow(arena, *looks, *count, sizeof **looks);
		(*looks)[(*count)++] =
			(struct held_look){ id, arena_strdup(arena, row->item.service), row->look, row->told };
	}
	if (*count)
		qsort(*looks, *count, sizeof **looks, by_time);
	*count = *count < limit ? *count : limit;
	return 0;
}

int memory_held_next(struct store *store, int64_t *at, struct err *err)
{
	const struct row_item *row;
	int64_t id = 0;

	(void)err;
	while ((row = memory_next(memory_of(store), TABLE_ITEM, &id)) != NULL)
		if (row->waits && row->look != DATE_NONE && (*at == DATE_NONE || row->look < *at))
			*at = row->look;
	return 0;
}

int memory_held_look(struct store *store, const struct held_look *look, struct err *err)
{
	const struct row_item *row = memory_row(memory_of(store), TABLE_ITEM, look->item);
	struct row_item *changed;

	(void)err;
	if (!row || !row->waits)
		return 0;
	changed = change(memory_of(store), look->item);
	changed->look = look->look;
	changed->told = look->told;
	return 0;
}

void memory_held_ended(struct row_item *row)
{
	row->accept.done = true;
	row->look = held_first_look(row->item.state, row->item.reason, row->item.dossier, row->item.received);
	row->told = DATE_NONE;
	row->waits = row->look != DATE_NONE;
}

/* ---- letting through ---- */

void memory_put_accept(struct arena *arena, struct held_accept *to, const struct held_accept *from)
{
	*to = *from;
	to->dossier = arena_strdup(arena, from->dossier);
	to->slot = arena_strdup(arena, from->slot);
	to->by = arena_strdup(arena, from->by);
}

int memory_held_accepted(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept,
			 struct err *err)
{
	const struct row_item *row = memory_row(memory_of(store), TABLE_ITEM, item);

	if (!row || !row->accept.dossier)
		return held_not_accepted(item, err);
	memory_put_accept(arena, accept, &row->accept);
	return 0;
}

int memory_held_accept(struct store *store, const struct held_accept *accept, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_item *row = memory_row(memory, TABLE_ITEM, accept->item);
	int64_t dossier;

	if (!row)
		return item_no_such(accept->item, err);
	if (held_check_accept(accept->item, row->item.state, row->raw, row->accept.dossier ? &row->accept : NULL, err))
		return -1;
	if (!memory_dossier_find(memory, accept->dossier, &dossier))
		return dossier_no_such(accept->dossier, err);
	row = change(memory, accept->item);
	memory_put_accept(&row->base.arena, &row->accept, accept);
	row->accept.done = false;
	row->item.state = ITEM_STORED;
	row->item.attempts = 0;
	row->item.reason = row->item.detail = NULL;
	row->waits = false;
	return 0;
}

/* ---- asking ---- */

static const struct row_asked *find_asked(struct memory_store *memory, const char *service, int64_t dossier,
					  const char *address, int64_t *id)
{
	const struct row_asked *row;

	for (*id = 0; (row = memory_next(memory, TABLE_ASKED, id)) != NULL;)
		if (row->dossier == dossier && str_eq(row->asked.service, service) && str_ieq(row->asked.address, address))
			return row;
	return NULL;
}

/* 0 for no number; -1 when there is no such dossier. */
static int dossier_id(struct memory_store *memory, const char *number, int64_t *id, struct err *err)
{
	*id = 0;
	if (number && !memory_dossier_find(memory, number, id))
		return dossier_no_such(number, err);
	return 0;
}

int memory_held_asked(struct store *store, const char *service, const char *dossier, const char *address,
		      struct arena *arena, struct held_asked *asked, struct err *err)
{
	const struct row_asked *row;
	int64_t number, id;

	(void)arena;
	if (dossier_id(memory_of(store), dossier, &number, err))
		return -1;
	row = find_asked(memory_of(store), service, number, address, &id);
	if (row) {
		asked->asked = row->asked.asked;
		asked->unanswered = row->asked.unanswered;
	}
	return 0;
}

int memory_held_ask(struct store *store, const struct held_asked *asked, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_asked *row;
	int64_t number, id;

	if (dossier_id(memory, asked->dossier, &number, err))
		return -1;
	row = memory_row_new(sizeof *row);
	row->asked = *asked;
	row->asked.service = arena_strdup(&row->base.arena, asked->service);
	row->asked.address = arena_strdup(&row->base.arena, asked->address);
	row->asked.dossier = NULL;
	row->dossier = number;
	if (find_asked(memory, asked->service, number, asked->address, &id))
		memory_replace(memory, TABLE_ASKED, id, row);
	else
		memory_append(memory, TABLE_ASKED, row);
	return 0;
}
