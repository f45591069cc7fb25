/* What is known of the addresses that mail goes to, in memory. */

/* System. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

static void put_health(struct arena *arena, struct address_health *to, const struct address_health *from)
{
	*to = *from;
	to->service = arena_strdup(arena, from->service);
	to->address = arena_strdup(arena, from->address);
	to->reason = arena_strdup(arena, from->reason);
}

static struct row_address *find(struct memory_store *memory, const char *service, const char *address, int64_t *id)
{
	struct row_address *row;

	for (*id = 0; (row = memory_next(memory, TABLE_ADDRESS, id)) != NULL;)
		if (str_eq(row->health.service, service) && addr_same(row->health.address, address))
			return row;
	return NULL;
}

int memory_address_load(struct store *store, const char *service, const char *address, struct arena *arena,
			struct address_health *health, struct err *err)
{
	int64_t id;
	const struct row_address *row = find(memory_of(store), service, address, &id);

	(void)err;
	if (row)
		put_health(arena, health, &row->health);
	return 0;
}

int memory_address_put(struct store *store, const struct address_health *health, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_address *row = memory_row_new(sizeof *row);
	int64_t id;

	(void)err;
	put_health(&row->base.arena, &row->health, health);
	if (find(memory, health->service, health->address, &id))
		memory_replace(memory, TABLE_ADDRESS, id, row);
	else
		memory_append(memory, TABLE_ADDRESS, row);
	return 0;
}

int memory_address_remove(struct store *store, const char *service, const char *address, struct err *err)
{
	int64_t id;

	(void)err;
	if (find(memory_of(store), service, address, &id))
		memory_remove(memory_of(store), TABLE_ADDRESS, id);
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct address_health *x = a, *y = b;
	int order = strcmp(x->service, y->service);

	return order ? order : strcasecmp(x->address, y->address);
}

int memory_address_dead(struct store *store, size_t limit, struct arena *arena, struct address_health **list,
			size_t *count, struct err *err)
{
	const struct row_address *row;
	int64_t id = 0;

	(void)err;
	while ((row = memory_next(memory_of(store), TABLE_ADDRESS, &id)) != NULL) {
		if (row->health.dead == DATE_NONE)
			continue;
		*list = arena_grow(arena, *list, *count, sizeof **list);
		put_health(arena, &(*list)[(*count)++], &row->health);
	}
	if (*count)
		qsort(*list, *count, sizeof **list, by_address);
	if (*count > limit)
		*count = limit;
	return 0;
}

int memory_address_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	const struct row_address *row;
	int64_t id = 0;

	(void)err;
	while (*count < limit && (row = memory_next(memory_of(store), TABLE_ADDRESS, &id)) != NULL)
		if (row->health.changed < before) {
			memory_remove(memory_of(store), TABLE_ADDRESS, id);
			++*count;
		}
	return 0;
}
