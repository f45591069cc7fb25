/* What is known of the addresses that mail goes to. */

/* Own. */
#include "store/sqlite_p.h"

#define SELECT_ADDRESS "SELECT service, address, dead, failures, failed, first, away, reason, changed FROM address "

static void get_health(struct query *query, struct arena *arena, struct address_health *health)
{
	health->service = query_get_text(query, arena);
	health->address = query_get_text(query, arena);
	health->dead = query_get_time(query);
	health->failures = (int)query_get_int(query);
	health->failed = query_get_time(query);
	health->first = query_get_time(query);
	health->away = query_get_time(query);
	health->reason = query_get_text(query, arena);
	health->changed = query_get_int(query);
}

int sqlite_address_load(struct store *store, const char *service, const char *address, struct arena *arena,
			struct address_health *health, struct err *err)
{
	static const char find[] = SELECT_ADDRESS "WHERE service = ? AND address = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, service);
	query_text(&query, address);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc;
	get_health(&query, arena, health);
	query_end(&query);
	return 0;
}

int sqlite_address_put(struct store *store, const struct address_health *health, struct err *err)
{
	static const char put[] = "INSERT OR REPLACE INTO address(service, address, dead, failures, failed, first, away,"
				  " reason, changed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query query;

	query_begin(&query, sqlite_of(store), put);
	query_text(&query, health->service);
	query_text(&query, health->address);
	query_time(&query, health->dead);
	query_int(&query, health->failures);
	query_time(&query, health->failed);
	query_time(&query, health->first);
	query_time(&query, health->away);
	query_text(&query, health->reason);
	query_int(&query, health->changed);
	return query_run(&query, err);
}

int sqlite_address_remove(struct store *store, const char *service, const char *address, struct err *err)
{
	static const char remove[] = "DELETE FROM address WHERE service = ? AND address = ?";
	struct query query;

	query_begin(&query, sqlite_of(store), remove);
	query_text(&query, service);
	query_text(&query, address);
	return query_run(&query, err);
}

int sqlite_address_dead(struct store *store, size_t limit, struct arena *arena, struct address_health **list,
			size_t *count, struct err *err)
{
	static const char find[] = SELECT_ADDRESS "WHERE dead IS NOT NULL ORDER BY service, address LIMIT ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		*list = arena_grow(arena, *list, *count, sizeof **list);
		get_health(&query, arena, &(*list)[(*count)++]);
	}
	return rc;
}

int sqlite_address_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	static const char forget[] = "DELETE FROM address WHERE (service, address) IN"
				     " (SELECT service, address FROM address WHERE changed < ? ORDER BY changed LIMIT ?)";

	return sql_forget(sqlite_of(store), forget, before, limit, count, err);
}
