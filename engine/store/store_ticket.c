/* Tickets, and mail that belongs to nothing: what stands in front of every driver. store.h is the manual. */

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/store_p.h"

int store_ticket_load(struct store *store, const char *number, struct arena *arena, struct ticket **ticket,
		      struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*ticket = NULL;
	return read_end(store, store->ops->ticket_load(store, number, arena, ticket, err));
}

int store_ticket_of_mail(struct store *store, const char *message_id, struct arena *arena, const char **number,
			 struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*number = NULL;
	return read_end(store, store->ops->ticket_of_mail(store, message_id, arena, number, err));
}

int store_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
		      struct ticket **tickets, size_t *count, struct err *err)
{
	struct ticket_filter limited = *filter;

	if (read_begin(store, err))
		return -1;
	limited.limit = list_limit(filter->limit);
	*tickets = NULL;
	*count = 0;
	return read_end(store, store->ops->ticket_list(store, &limited, arena, tickets, count, err));
}

int store_tickets_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct ticket **tickets,
		      size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*tickets = NULL;
	*count = 0;
	return read_end(store, store->ops->tickets_due(store, now, list_limit(limit), arena, tickets, count, err));
}

int store_tickets_next(struct store *store, int64_t *at, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*at = DATE_NONE;
	return read_end(store, store->ops->tickets_next(store, at, err));
}

int store_ticket_thread(struct store *store, const char *number, const char *to, struct arena *arena,
			const char **first, const char **last, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*first = NULL;
	*last = NULL;
	return read_end(store, store->ops->ticket_thread(store, number, to, arena, first, last, err));
}

int store_tickets_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			 struct erasure_left *left, size_t *count, struct err *err)
{
	*left = (struct erasure_left){ 0 };
	*count = 0;
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->tickets_forget(store, before, list_limit(limit), arena, left, count, err), err);
}

int store_mail_forget(struct store *store, int64_t before, size_t limit, struct arena *arena, struct erasure_left *left,
		      size_t *count, struct err *err)
{
	*left = (struct erasure_left){ 0 };
	*count = 0;
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->mail_forget(store, before, list_limit(limit), arena, left, count, err), err);
}
