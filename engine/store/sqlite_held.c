/* What waits for a person. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/sqlite_p.h"

/* ---- the list ---- */

int sqlite_held_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct held_look **looks,
		    size_t *count, struct err *err)
{
	static const char find[] = "SELECT h.item, i.service, h.look, h.told FROM held h JOIN item i ON i.id = h.item"
				   " WHERE h.look <= ? ORDER BY h.look, h.item LIMIT ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, now);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		struct held_look *look;

		*looks = arena_grow(arena, *looks, *count, sizeof **looks);
		look = &(*looks)[(*count)++];
		look->item = query_get_int(&query);
		look->service = query_get_text(&query, arena);
		look->look = query_get_int(&query);
		look->told = query_get_time(&query);
	}
	return rc;
}

int sqlite_held_next(struct store *store, int64_t *at, struct err *err)
{
	static const char find[] = "SELECT min(look) FROM held WHERE look IS NOT NULL";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	rc = query_step(&query, err);
	if (rc < 0)
		return -1;
	if (rc)
		*at = query_get_time(&query);
	query_end(&query);
	return 0;
}

int sqlite_held_look(struct store *store, const struct held_look *look, struct err *err)
{
	static const char update[] = "UPDATE held SET look = ?, told = ? WHERE item = ?";
	struct query query;

	query_begin(&query, sqlite_of(store), update);
	query_time(&query, look->look);
	query_time(&query, look->told);
	query_int(&query, look->item);
	return query_run(&query, err);
}

static int run_item(struct sqlite_store *db, const char *sql, int64_t id, struct err *err)
{
	struct query query;

	query_begin(&query, db, sql);
	query_int(&query, id);
	return query_run(&query, err);
}

int sqlite_held_ended(struct sqlite_store *db, int64_t id, enum item_state state, struct err *err)
{
	static const char done[] = "UPDATE held_accept SET done = 1 WHERE item = ? AND done = 0",
			  off[] = "DELETE FROM held WHERE item = ?",
			  find[] = "SELECT reason, dossier, received FROM item WHERE id = ?",
			  on[] = "INSERT INTO held(item, look) VALUES(?, ?)"
				 " ON CONFLICT(item) DO UPDATE SET look = excluded.look, told = NULL";
	struct query query;
	int64_t look = DATE_NONE;
	int rc;

	if (run_item(db, done, id, err))
		return -1;
	query_begin(&query, db, find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc < 0)
		return -1;
	if (rc) {
		struct arena arena = ARENA_INIT;
		const char *reason = query_get_text(&query, &arena), *dossier = query_get_text(&query, &arena);

		look = held_first_look(state, reason, dossier, query_get_int(&query));
		arena_free(&arena);
	}
	query_end(&query);
	if (look == DATE_NONE)
		return run_item(db, off, id, err);
	query_begin(&query, db, on);
	query_int(&query, id);
	query_int(&query, look);
	return query_run(&query, err);
}

/* ---- letting through ---- */

int sqlite_held_accepted(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept,
			 struct err *err)
{
	static const char find[] = "SELECT a.item, d.number, a.slot, a.year, a.actor, a.at, a.done"
				   " FROM held_accept a JOIN dossier d ON d.id = a.dossier WHERE a.item = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, item);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : held_not_accepted(item, err);
	accept->item = query_get_int(&query);
	accept->dossier = query_get_text(&query, arena);
	accept->slot = query_get_text(&query, arena);
	accept->year = (int)query_get_int(&query);
	accept->by = query_get_text(&query, arena);
	accept->at = query_get_int(&query);
	accept->done = query_get_bool(&query);
	query_end(&query);
	return 0;
}

static int put_accept(struct sqlite_store *db, const struct held_accept *accept, int64_t dossier, struct err *err)
{
	static const char insert[] =
		"INSERT INTO held_accept(item, dossier, slot, year, actor, at) VALUES(?, ?, ?, ?, ?, ?)"
		" ON CONFLICT(item) DO UPDATE SET dossier = excluded.dossier, slot = excluded.slot,"
		" year = excluded.year, actor = excluded.actor, at = excluded.at, done = 0";
	struct query query;

	query_begin(&query, db, insert);
	query_int(&query, accept->item);
	query_int(&query, dossier);
	query_text(&query, accept->slot);
	query_int(&query, accept->year);
	query_text(&query, accept->by);
	query_int(&query, accept->at);
	return query_run(&query, err);
}

static int find_state(struct sqlite_store *db, int64_t id, enum item_state *state, bool *has_raw, struct err *err)
{
	static const char find[] = "SELECT state, raw IS NOT NULL FROM item WHERE id = ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : item_no_such(id, err);
	item_state_from_word(query_peek_text(&query), state);
	*has_raw = query_get_bool(&query);
	query_end(&query);
	return 0;
}

int sqlite_held_accept(struct store *store, const struct held_accept *accept, struct err *err)
{
	static const char again[] = "UPDATE item SET state = 'stored', attempts = 0, reason = NULL, detail = NULL WHERE id = ?",
			  off[] = "DELETE FROM held WHERE item = ?";
	struct sqlite_store *db = sqlite_of(store);
	struct arena arena = ARENA_INIT;
	struct held_accept before;
	struct err none = ERR_INIT;
	enum item_state state = ITEM_RESERVED;
	bool has_raw = false;
	int64_t dossier;
	int rc = find_state(db, accept->item, &state, &has_raw, err);

	if (!rc) {
		bool was = sqlite_held_accepted(store, accept->item, &arena, &before, &none) == 0;

		rc = held_check_accept(accept->item, state, has_raw, was ? &before : NULL, err);
	}
	arena_free(&arena);
	if (rc || sqlite_dossier_id(db, accept->dossier, &dossier, err))
		return -1;
	return put_accept(db, accept, dossier, err) || run_item(db, again, accept->item, err) ||
	       run_item(db, off, accept->item, err) ? -1 : 0;
}

/* ---- asking ---- */

/* 0 for no number; -1 when there is no such dossier. */
static int dossier_id(struct sqlite_store *db, const char *number, int64_t *id, struct err *err)
{
	*id = 0;
	return number ? sqlite_dossier_id(db, number, id, err) : 0;
}

int sqlite_held_asked(struct store *store, const char *service, const char *dossier, const char *address,
		      struct arena *arena, struct held_asked *asked, struct err *err)
{
	static const char find[] = "SELECT asked, unanswered FROM held_asked WHERE service = ? AND dossier IS ?"
				   " AND address = ? COLLATE NOCASE";
	struct query query;
	int64_t id;
	int rc;

	(void)arena;
	if (dossier_id(sqlite_of(store), dossier, &id, err))
		return -1;
	query_begin(&query, sqlite_of(store), find);
	query_text(&query, service);
	query_id(&query, id);
	query_text(&query, address);
	rc = query_step(&query, err);
	if (rc < 0)
		return -1;
	if (rc) {
		asked->asked = query_get_time(&query);
		asked->unanswered = (int)query_get_int(&query);
	}
	query_end(&query);
	return 0;
}

int sqlite_held_ask(struct store *store, const struct held_asked *asked, struct err *err)
{
	static const char forget[] = "DELETE FROM held_asked WHERE service = ? AND dossier IS ? AND address = ? COLLATE NOCASE",
			  insert[] = "INSERT INTO held_asked(service, dossier, address, asked, unanswered)"
				     " VALUES(?, ?, ?, ?, ?)";
	struct sqlite_store *db = sqlite_of(store);
	struct query query;
	int64_t id;

	if (dossier_id(db, asked->dossier, &id, err))
		return -1;
	query_begin(&query, db, forget);
	query_text(&query, asked->service);
	query_id(&query, id);
	query_text(&query, asked->address);
	if (query_run(&query, err))
		return -1;
	query_begin(&query, db, insert);
	query_text(&query, asked->service);
	query_id(&query, id);
	query_text(&query, asked->address);
	query_time(&query, asked->asked);
	query_int(&query, asked->unanswered);
	return query_run(&query, err);
}
