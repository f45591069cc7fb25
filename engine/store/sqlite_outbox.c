/* Outgoing mail: the verbs that change rows. */

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/sqlite_p.h"

/* What the verbs need to know before they change a row. */
struct standing {
	enum outbox_state state;
	int64_t created, expires;
};

static int find_standing(struct sqlite_store *db, int64_t id, struct standing *standing, struct err *err)
{
	static const char find[] = "SELECT state, created, expires FROM outbox WHERE id = ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : outbox_no_such(id, err);
	outbox_state_from_word(query_peek_text(&query), &standing->state);
	standing->created = query_get_int(&query);
	standing->expires = query_get_time(&query);
	query_end(&query);
	return 0;
}

/* ---- claiming ---- */

static int find_due(struct sqlite_store *db, int64_t now, size_t limit, struct arena *arena, int64_t **ids,
		    size_t *count, struct err *err)
{
	static const char find[] = "SELECT id FROM outbox INDEXED BY outbox_due"
				   " WHERE state IN ('waiting', 'unknown') AND next_at <= ? ORDER BY next_at, id LIMIT ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, now);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		*ids = arena_grow(arena, *ids, *count, sizeof **ids);
		(*ids)[(*count)++] = query_get_int(&query);
	}
	return rc;
}

static int claim(struct sqlite_store *db, int64_t id, struct err *err)
{
	static const char update[] = "UPDATE outbox SET state = 'sending', in_data = 0, attempts = attempts + 1,"
				     " next_at = NULL WHERE id = ?";
	struct query query;

	query_begin(&query, db, update);
	query_int(&query, id);
	return query_run(&query, err);
}

int sqlite_outbox_claim(struct store *store, int64_t now, size_t limit, struct arena *arena,
			struct outbox_row **rows, size_t *count, struct err *err)
{
	int64_t *ids = NULL;
	size_t i, due = 0;

	if (find_due(sqlite_of(store), now, limit, arena, &ids, &due, err))
		return -1;
	*rows = due ? arena_array(arena, due, sizeof **rows) : NULL;
	for (i = 0; i < due; i++)
		if (claim(sqlite_of(store), ids[i], err) ||
		    sqlite_outbox_load(store, ids[i], arena, &(*rows)[i], err))
			return -1;
	*count = due;
	return 0;
}

int sqlite_outbox_in_data(struct store *store, int64_t id, struct err *err)
{
	static const char update[] = "UPDATE outbox SET in_data = 1 WHERE id = ? AND in_data = 0";
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), id, &standing, err) || outbox_check_sending(id, standing.state, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_int(&query, id);
	return query_run(&query, err);
}

/* ---- what came of it ---- */

static int add_attempt(struct sqlite_store *db, const struct outbox_result *result, struct err *err)
{
	static const char insert[] = "INSERT INTO attempt(outbox, at, state, stage, code, reply) VALUES(?, ?, ?, ?, ?, ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_int(&query, result->id);
	query_int(&query, result->at);
	query_text(&query, outbox_state_word(result->state));
	query_text(&query, result->stage);
	query_int(&query, result->code);
	query_text(&query, result->reply);
	return query_run(&query, err);
}

int sqlite_outbox_record(struct store *store, const struct outbox_result *result, struct err *err)
{
	static const char update[] = "UPDATE outbox SET state = ?, in_data = 0, attempts = max(attempts - ?, 0),"
				     " next_at = ?, reply = coalesce(?, reply) WHERE id = ?";
	bool again = result->state == OUTBOX_WAITING || result->state == OUTBOX_UNKNOWN;
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), result->id, &standing, err) ||
	    outbox_check_sending(result->id, standing.state, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_text(&query, outbox_state_word(result->state));
	query_int(&query, result->counted ? 0 : 1);
	query_time(&query, again ? result->next_at : DATE_NONE);
	query_text(&query, result->reply);
	query_int(&query, result->id);
	if (query_run(&query, err))
		return -1;
	return add_attempt(sqlite_of(store), result, err);
}

static int record_crash(struct sqlite_store *db, int64_t now, struct err *err)
{
	static const char insert[] = "INSERT INTO attempt(outbox, at, state, stage, code, reply) SELECT id, ?,"
				     " CASE in_data WHEN 1 THEN 'unknown' ELSE 'waiting' END,"
				     " CASE in_data WHEN 1 THEN 'data' ELSE 'connect' END, 0,"
				     " 'the program ended during this attempt' FROM outbox WHERE state = 'sending'"
				     " ORDER BY id";
	struct query query;

	query_begin(&query, db, insert);
	query_int(&query, now);
	return query_run(&query, err);
}

int sqlite_outbox_recover(struct store *store, int64_t now, size_t *unknown, struct err *err)
{
	static const char count[] = "SELECT count(*) FROM outbox WHERE state = 'sending' AND in_data = 1",
			  update[] = "UPDATE outbox SET state = CASE in_data WHEN 1 THEN 'unknown' ELSE 'waiting' END,"
				     " in_data = 0, next_at = ? WHERE state = 'sending'";
	struct query query;

	query_begin(&query, sqlite_of(store), count);
	if (query_step(&query, err) <= 0)
		return -1;
	*unknown = (size_t)query_get_int(&query);
	query_end(&query);
	if (record_crash(sqlite_of(store), now, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_int(&query, now);
	return query_run(&query, err);
}

/* ---- by hand ---- */

int sqlite_outbox_retry(struct store *store, int64_t id, int64_t now, struct err *err)
{
	static const char update[] = "UPDATE outbox SET state = 'waiting', next_at = ?1, expires = ?2,"
				     " counted = ?1, held = NULL WHERE id = ?3";
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), id, &standing, err) || outbox_check_retry(id, standing.state, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_int(&query, now);
	query_time(&query, outbox_new_expiry(standing.created, standing.expires, now));
	query_int(&query, id);
	return query_run(&query, err);
}

int sqlite_outbox_cancel(struct store *store, int64_t id, struct err *err)
{
	static const char update[] = "UPDATE outbox SET state = 'cancelled', next_at = NULL, counted = NULL WHERE id = ?";
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), id, &standing, err) || outbox_check_cancel(id, standing.state, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_int(&query, id);
	return query_run(&query, err);
}
