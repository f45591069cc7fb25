/* Outgoing mail that came back, that is held, and how much of it there is. */

/* System. */
#include <stdio.h>

/* Own. */
#include "store/sqlite_p.h"

int sqlite_outbox_by_sender(struct store *store, const char *from, struct arena *arena, struct outbox_row *row,
			    struct err *err)
{
	static const char find[] = "SELECT max(id) FROM outbox WHERE sender = ?";
	struct query query;
	int64_t id;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, from);
	if (query_step(&query, err) <= 0)
		return -1;
	id = query_get_int(&query);
	query_end(&query);
	if (!id)
		return err_set(err, ERR_NOTFOUND, "no mail of ours was sent from '%s'", from);
	return sqlite_outbox_load(store, id, arena, row, err);
}

static int add_attempt(struct sqlite_store *db, const struct outbox_result *result, struct err *err)
{
	static const char insert[] = "INSERT INTO attempt(outbox, at, state, stage, code, reply)"
				     " VALUES(?, ?, 'failed', 'bounce', ?, ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_int(&query, result->id);
	query_int(&query, result->at);
	query_int(&query, result->code);
	query_text(&query, result->reply);
	return query_run(&query, err);
}

int sqlite_outbox_returned(struct store *store, const struct outbox_result *result, struct err *err)
{
	static const char update[] = "UPDATE outbox SET state = 'failed', next_at = NULL, reply = coalesce(?, reply)"
				     " WHERE id = ? AND state IN ('sent', 'unknown')";
	struct query query;

	query_begin(&query, sqlite_of(store), update);
	query_text(&query, result->reply);
	query_int(&query, result->id);
	if (query_run(&query, err))
		return -1;
	if (!sql_changed(sqlite_of(store)))
		return outbox_not_sent(result->id, err);
	return add_attempt(sqlite_of(store), result, err);
}

#define TALLY_FILTER \
	" AND o.audience <> 'staff' AND o.counted >= ?1" \
	" AND (?2 IS NULL OR o.service = ?2) AND (?3 IS NULL OR o.text = ?3)"

int sqlite_outbox_tally(struct store *store, const struct outbox_tally *tally, int64_t *count, struct err *err)
{
	static const char all[] = "SELECT count(*) FROM outbox WHERE audience <> 'staff' AND counted >= ?1",
			  any[] = "SELECT count(*) FROM outbox o WHERE ?4 IS NULL" TALLY_FILTER,
			  to[] = "SELECT count(*) FROM outbox o INDEXED BY outbox_counted_to"
			       " WHERE o.recipient = ?4 COLLATE NOCASE" TALLY_FILTER,
			  dossier[] = "SELECT count(*) FROM outbox o WHERE o.dossier = (SELECT id FROM dossier WHERE"
				      " number = ?4)" TALLY_FILTER;
	/* Of all mail within the hour there may be thousands, and it is asked for each: answered from its index alone. */
	bool whole = !tally->to && !tally->dossier && !tally->service && !tally->text;
	struct query query;

	query_begin(&query, sqlite_of(store), whole ? all : tally->to ? to : tally->dossier ? dossier : any);
	query_int(&query, tally->since);
	if (!whole) {
		query_text(&query, tally->service);
		query_text(&query, tally->text);
		query_text(&query, tally->to ? tally->to : tally->dossier);
	}
	if (query_step(&query, err) <= 0)
		return -1;
	*count = query_get_int(&query);
	query_end(&query);
	return 0;
}

int sqlite_outbox_held(struct store *store, const char *held, const char *service, const char *to, int64_t after,
		       size_t limit, struct arena *arena, struct outbox_row **rows, size_t *count, struct err *err)
{
	static const char find[] = "SELECT id FROM outbox WHERE state = 'held' AND held = ? AND (?2 IS NULL OR service = ?2)"
				   " AND (?3 IS NULL OR recipient = ?3 COLLATE NOCASE) AND id > ? ORDER BY id LIMIT ?";
	int64_t *ids = NULL;
	struct query query;
	size_t i, n = 0;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, held);
	query_text(&query, service);
	query_text(&query, to);
	query_int(&query, after);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		ids = arena_grow(arena, ids, n, sizeof *ids);
		ids[n++] = query_get_int(&query);
	}
	*rows = n ? arena_array(arena, n, sizeof **rows) : NULL;
	for (i = 0; !rc && i < n; i++)
		rc = sqlite_outbox_load(store, ids[i], arena, &(*rows)[i], err);
	*count = rc ? 0 : n;
	return rc;
}
