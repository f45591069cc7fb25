/* What the store knows about itself, the rule texts it keeps, and serial numbers. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/sqlite_p.h"

int sqlite_meta_get(struct store *store, struct store_meta *meta, struct err *err)
{
	static const char find[] =
		"SELECT uuid, trial, created, seen, clock_offset, steady, steady_since FROM meta WHERE id = 1";
	struct query query;
	const char *uuid;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : err_set(err, ERR_CORRUPT, "the store has no identity; put back a backup");
	uuid = query_peek_text(&query);
	snprintf(meta->uuid, sizeof meta->uuid, "%s", uuid ? uuid : "");
	meta->trial = query_get_bool(&query);
	meta->created = query_get_int(&query);
	meta->seen = query_get_int(&query);
	meta->clock_offset = query_get_int(&query);
	meta->steady = query_get_int(&query);
	meta->steady_since = query_get_int(&query);
	query_end(&query);
	return 0;
}

int sqlite_time_seen(struct store *store, int64_t at, struct err *err)
{
	static const char update[] = "UPDATE meta SET seen = ?1 WHERE id = 1 AND seen < ?1";
	struct query query;

	query_begin(&query, sqlite_of(store), update);
	query_int(&query, at);
	return query_run(&query, err);
}

int sqlite_time_steady(struct store *store, int64_t at, int64_t since, struct err *err)
{
	static const char update[] = "UPDATE meta SET steady = ?1, steady_since = ?2 WHERE id = 1";
	struct query query;

	query_begin(&query, sqlite_of(store), update);
	query_int(&query, at);
	query_int(&query, since);
	return query_run(&query, err);
}

int sqlite_clock_set(struct store *store, int64_t offset, struct err *err)
{
	static const char update[] = "UPDATE meta SET clock_offset = ? WHERE id = 1 AND trial = 1";
	struct query query;

	query_begin(&query, sqlite_of(store), update);
	query_int(&query, offset);
	if (query_run(&query, err))
		return -1;
	if (!sql_changed(sqlite_of(store)))
		return err_set(err, ERR_INPUT, "the clock can be moved in a trial store only");
	return 0;
}


static int count_items(struct sqlite_store *db, struct store_stats *stats, struct err *err)
{
	static const char find[] = "SELECT state, count(*) FROM item GROUP BY state";
	struct query query;
	enum item_state state;
	int rc;

	query_begin(&query, db, find);
	while ((rc = query_step(&query, err)) > 0)
		if (item_state_from_word(query_peek_text(&query), &state))
			stats->items[state] = query_get_int(&query);
	return rc;
}

static int count_outbox(struct sqlite_store *db, struct store_stats *stats, struct err *err)
{
	static const char find[] = "SELECT state, count(*) FROM outbox GROUP BY state";
	struct query query;
	enum outbox_state state;
	int rc;

	query_begin(&query, db, find);
	while ((rc = query_step(&query, err)) > 0)
		if (outbox_state_from_word(query_peek_text(&query), &state))
			stats->outbox[state] = query_get_int(&query);
	return rc;
}

int sqlite_stats(struct store *store, struct store_stats *stats, struct err *err)
{
	static const char find[] =
		"SELECT (SELECT count(*) FROM dossier WHERE final = 0), (SELECT count(*) FROM dossier WHERE final = 1),"
		" (SELECT min(created) FROM outbox WHERE state = 'waiting'),"
		" (SELECT min(received) FROM item WHERE state = 'stored'), (SELECT min(due) FROM timer),"
		" (SELECT count(*) FROM erased), (SELECT count(*) FROM erased WHERE scrubbed = 0),"
		" (SELECT count(*) FROM address WHERE dead IS NOT NULL)";
	struct query query;
	int rc;

	memset(stats, 0, sizeof *stats);
	if (count_items(sqlite_of(store), stats, err) || count_outbox(sqlite_of(store), stats, err))
		return -1;
	query_begin(&query, sqlite_of(store), find);
	rc = query_step(&query, err);
	if (rc <= 0)
		return -1;
	stats->dossiers_open = query_get_int(&query);
	stats->dossiers_final = query_get_int(&query);
	stats->oldest_waiting = query_get_time(&query);
	stats->oldest_stored = query_get_time(&query);
	stats->next_timer = query_get_time(&query);
	stats->dossiers_erased = query_get_int(&query);
	stats->unscrubbed = query_get_int(&query);
	stats->dead = query_get_int(&query);
	query_end(&query);
	return 0;
}

static int verify_text(struct sqlite_store *db, const char *sql, const char *what, struct err *err)
{
	struct query query;
	const char *text;
	char *line;
	int rc;

	query_begin(&query, db, sql);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc;
	text = query_peek_text(&query);
	if (text && strcmp(text, "ok") == 0) {
		query_end(&query);
		return 0;
	}
	/* SQLite reports on several lines; a message has one. */
	line = str_clean(text ? text : "?", 300);
	query_end(&query);
	err_set(err, ERR_CORRUPT, "%s: %s", what, line);
	free(line);
	return -1;
}


int sqlite_verify(struct store *store, struct err *err)
{
	static const char integrity[] = "PRAGMA integrity_check(1)", keys[] = "PRAGMA foreign_key_check",
			  programs[] = "SELECT number FROM dossier WHERE program NOT IN (SELECT digest FROM program)";
	struct sqlite_store *db = sqlite_of(store);

	if (verify_text(db, integrity, "the database is damaged", err) ||
	    verify_text(db, keys, "the database has a row that refers to nothing, in table", err)) {
		store->trouble = true;
		return -1;
	}
	/* Such a dossier cannot go on, but the database is sound. */
	return verify_text(db, programs, "the rules are missing that this dossier runs under", err);
}

int sqlite_program_put(struct store *store, const char *digest, const char *workflow, const char *file,
		       const char *text, int64_t now, struct err *err)
{
	static const char insert[] = "INSERT INTO program(digest, workflow, file, text, added) VALUES(?, ?, ?, ?, ?) "
				     "ON CONFLICT(digest) DO NOTHING";
	struct query query;

	query_begin(&query, sqlite_of(store), insert);
	query_text(&query, digest);
	query_text(&query, workflow);
	query_text(&query, file);
	query_text(&query, text);
	query_int(&query, now);
	return query_run(&query, err);
}

int sqlite_program_get(struct store *store, const char *digest, struct arena *arena, const char **text,
		       const char **file, struct err *err)
{
	static const char find[] = "SELECT text, file FROM program WHERE digest = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, digest);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : err_set(err, ERR_NOTFOUND, "no rules are kept under the digest %s", digest);
	*text = query_get_text(&query, arena);
	*file = query_get_text(&query, arena);
	query_end(&query);
	return 0;
}

int sqlite_serial_next(struct store *store, int year, int64_t *serial, struct err *err)
{
	static const char next[] = "INSERT INTO serial(year, last) VALUES(?, 1) "
				   "ON CONFLICT(year) DO UPDATE SET last = last + 1 RETURNING last";
	struct query query;

	query_begin(&query, sqlite_of(store), next);
	query_int(&query, year);
	if (query_step(&query, err) <= 0)
		return -1;
	*serial = query_get_int(&query);
	return query_run(&query, err);
}

int sqlite_programs_used(struct store *store, struct arena *arena, struct program_use **uses, size_t *count,
			 struct err *err)
{
	static const char find[] =
		"SELECT d.program, d.workflow, total(d.final = 0), count(*) FROM dossier d LEFT JOIN program p"
		" ON p.digest = d.program GROUP BY d.program ORDER BY d.workflow, p.added, d.program";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	while ((rc = query_step(&query, err)) > 0) {
		struct program_use *use;

		*uses = arena_grow(arena, *uses, *count, sizeof **uses);
		use = &(*uses)[(*count)++];
		use->digest = query_get_text(&query, arena);
		use->workflow = query_get_text(&query, arena);
		use->live = query_get_int(&query);
		use->all = query_get_int(&query);
	}
	return rc;
}
