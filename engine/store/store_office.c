/* Offices: what stands in front of the drivers. store.h is the manual. */

/* Own. */
#include "store/store_p.h"

int store_office_put(struct store *store, const struct office *office, struct err *err)
{
	if (office_check(office, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->office_put(store, office, err), err);
}

int store_office_find(struct store *store, const char *service, const char *address, struct arena *arena,
		      struct office *office, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->office_find(store, service, address, arena, office, err));
}

int store_office_list(struct store *store, const struct office_filter *filter, struct arena *arena,
		      struct office **offices, size_t *count, struct err *err)
{
	struct office_filter limited = *filter;

	if (read_begin(store, err))
		return -1;
	*offices = NULL;
	*count = 0;
	if (filter->domain && !filter->service)
		return err_set(err, ERR_BUG, "offices of a domain need a service");
	limited.limit = list_limit(filter->limit);
	return read_end(store, store->ops->office_list(store, &limited, arena, offices, count, err));
}

int store_office_remove(struct store *store, const char *service, const char *address, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->office_remove(store, service, address, err), err);
}

int store_office_cases(struct store *store, const struct office_case_filter *filter, struct arena *arena,
		       struct office_case **cases, size_t *count, struct err *err)
{
	struct office_case_filter limited = *filter;

	*cases = NULL;
	*count = 0;
	if (!filter->service || !filter->address)
		return err_set(err, ERR_BUG, "the dossiers of an office need its service and address");
	if (read_begin(store, err))
		return -1;
	limited.limit = list_limit(filter->limit);
	return read_end(store, store->ops->office_cases(store, &limited, arena, cases, count, err));
}

int store_colleague_put(struct store *store, const struct office_colleague *colleague, struct err *err)
{
	if (colleague_check(colleague, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->colleague_put(store, colleague, err), err);
}

int store_colleague_find(struct store *store, const char *service, const char *office, const char *address,
			 struct arena *arena, struct office_colleague *colleague, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->colleague_find(store, service, office, address, arena, colleague, err));
}

int store_colleague_list(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			 struct arena *arena, struct office_colleague **colleagues, size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*colleagues = NULL;
	*count = 0;
	return read_end(store, store->ops->colleague_list(store, service, office, after, list_limit(limit), arena,
							  colleagues, count, err));
}

int store_colleague_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	*count = 0;
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->colleague_forget(store, before, list_limit(limit), count, err), err);
}
