/* What is known of addresses, and mail that came back: in front of the drivers. store.h is the manual. */

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/store_p.h"

int address_put(struct store *store, const struct address_health *health, struct err *err)
{
	if (!health->service || !health->address)
		return err_set(err, ERR_BUG, "an address or its service is missing");
	if (health->dead == DATE_NONE && health->away == DATE_NONE && !health->failures)
		return store->ops->address_remove(store, health->service, health->address, err);
	return store->ops->address_put(store, health, err);
}

int store_address_put(struct store *store, const struct address_health *health, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, address_put(store, health, err), err);
}

int store_address_load(struct store *store, const char *service, const char *address, struct arena *arena,
		       struct address_health *health, struct err *err)
{
	*health = (struct address_health){ .service = service, .address = address, .dead = DATE_NONE, .failed = DATE_NONE,
					   .first = DATE_NONE, .away = DATE_NONE, .changed = DATE_NONE };
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->address_load(store, service, address, arena, health, err));
}

int store_address_dead(struct store *store, size_t limit, struct arena *arena, struct address_health **list,
		       size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*list = NULL;
	*count = 0;
	return read_end(store, store->ops->address_dead(store, list_limit(limit), arena, list, count, err));
}

int store_address_forget(struct store *store, int64_t before, size_t limit, size_t *countp, struct err *err)
{
	size_t count = 0;

	if (verb_begin(store, err))
		return -1;
	if (verb_end(store, store->ops->address_forget(store, before, list_limit(limit), &count, err), err))
		return -1;
	if (countp)
		*countp = count;
	return 0;
}

int store_outbox_by_sender(struct store *store, const char *from, struct arena *arena, struct outbox_row *row,
			   struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->outbox_by_sender(store, from, arena, row, err));
}

int store_outbox_returned(struct store *store, const struct outbox_result *result, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->outbox_returned(store, result, err), err);
}

int store_outbox_tally(struct store *store, const struct outbox_tally *tally, int64_t *count, struct err *err)
{
	*count = 0;
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->outbox_tally(store, tally, count, err));
}

int store_outbox_held(struct store *store, const char *held, const char *service, const char *to, int64_t after,
		      size_t limit, struct arena *arena, struct outbox_row **rows, size_t *count, struct err *err)
{
	*rows = NULL;
	*count = 0;
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->outbox_held(store, held, service, to, after, list_limit(limit), arena, rows,
						       count, err));
}
