/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/sqlite_p.h"

/* ---- errors ---- */

/* How SQLite's primary codes are sorted: what is broken, and is the store in trouble? */
static const struct {
	int code;
	enum err_code kind;
	bool trouble;
	const char *cure;
} error_kinds[] = {
	{ SQLITE_BUSY, ERR_TEMP, false, "; another program (an sqlite3 shell?) holds the database locked" },
	{ SQLITE_LOCKED, ERR_TEMP, false, "; another program holds the database locked" },
	{ SQLITE_CONSTRAINT, ERR_BUG, false, "" },
	{ SQLITE_ERROR, ERR_BUG, false, "" },
	{ SQLITE_MISUSE, ERR_BUG, false, "" },
	{ SQLITE_RANGE, ERR_BUG, false, "" },
	{ SQLITE_TOOBIG, ERR_LIMIT, false, "" },
	{ SQLITE_FULL, ERR_SYSTEM, true, "; make room on the disk, then start again" },
	{ SQLITE_CORRUPT, ERR_CORRUPT, true, "; stop, run 'postkamer verify', and put back a backup" },
	{ SQLITE_NOTADB, ERR_CORRUPT, true, "; put back a backup" },
};

static int constraint_error(struct sqlite_store *db, int code, struct err *err)
{
	bool same = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;

	return err_set(err, same ? ERR_EXISTS : ERR_BUG, "database: %s", sqlite3_errmsg(db->db));
}

int sql_error(struct sqlite_store *db, int code, struct err *err)
{
	int number = sqlite3_system_errno(db->db);
	size_t i;

	if ((code & 0xff) == SQLITE_CONSTRAINT)
		return constraint_error(db, code, err);
	for (i = 0; i < sizeof error_kinds / sizeof *error_kinds; i++)
		if (error_kinds[i].code == (code & 0xff)) {
			db->base.trouble |= error_kinds[i].trouble;
			return err_set(err, error_kinds[i].kind, "database: %s%s", sqlite3_errmsg(db->db),
				       error_kinds[i].cure);
		}
	db->base.trouble = true;
	return err_set(err, ERR_SYSTEM, "database: %s (code %d%s%s)", sqlite3_errmsg(db->db), code,
		       number ? ", " : "", number ? strerror(number) : "");
}

/* ---- the cache of statements ---- */

static struct sql_cached *cache_find(struct sqlite_store *db, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 4) * 0x9e3779b1u % SQL_STATEMENTS;

	while (db->cache[at].sql && db->cache[at].sql != sql)
		at = (at + 1) % SQL_STATEMENTS;
	return &db->cache[at];
}

void sql_cache_free(struct sqlite_store *db)
{
	size_t i;

	for (i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(db->cache[i].stmt);
	memset(db->cache, 0, sizeof db->cache);
}

void query_begin(struct query *query, struct sqlite_store *db, const char *sql)
{
	struct sql_cached *cached = cache_find(db, sql);

	memset(query, 0, sizeof *query);
	query->db = db;
	if (!cached->stmt) {
		query->rc = sqlite3_prepare_v3(db->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &cached->stmt, NULL);
		cached->sql = query->rc ? NULL : sql;
	}
	query->stmt = cached->stmt;
}

/* ---- binding ---- */

static void bound(struct query *query, int rc)
{
	if (!query->rc)
		query->rc = rc;
}

void query_int(struct query *query, int64_t value)
{
	bound(query, sqlite3_bind_int64(query->stmt, ++query->param, value));
}

void query_text(struct query *query, const char *text)
{
	bound(query, sqlite3_bind_text(query->stmt, ++query->param, text, -1, SQLITE_STATIC));
}

void query_blob(struct query *query, const void *data, size_t len)
{
	bound(query, sqlite3_bind_blob64(query->stmt, ++query->param, data, len, SQLITE_STATIC));
}

void query_key(struct query *query, const struct blob_key *key)
{
	query_blob(query, key && key->present ? key->bytes : NULL, BLOB_KEY_WRAPPED);
}

void query_time(struct query *query, int64_t at)
{
	if (at == DATE_NONE)
		bound(query, sqlite3_bind_null(query->stmt, ++query->param));
	else
		query_int(query, at);
}

void query_id(struct query *query, int64_t id)
{
	query_time(query, id ? id : DATE_NONE);
}

/* ---- running ---- */

int query_step(struct query *query, struct err *err)
{
	int rc = query->rc ? query->rc : sqlite3_step(query->stmt);

	query->column = 0;
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		sql_error(query->db, rc, err);
	query_end(query);
	return rc == SQLITE_DONE ? 0 : -1;
}

int query_run(struct query *query, struct err *err)
{
	int rc;

	do
		rc = query_step(query, err);
	while (rc > 0);
	return rc;
}

void query_end(struct query *query)
{
	if (!query->stmt)
		return;
	sqlite3_reset(query->stmt);
	sqlite3_clear_bindings(query->stmt);
}

/* ---- columns ---- */

int64_t query_get_int(struct query *query)
{
	return sqlite3_column_int64(query->stmt, query->column++);
}

bool query_get_bool(struct query *query)
{
	return query_get_int(query) != 0;
}

int64_t query_get_time(struct query *query)
{
	if (sqlite3_column_type(query->stmt, query->column) == SQLITE_NULL) {
		query->column++;
		return DATE_NONE;
	}
	return query_get_int(query);
}

const char *query_peek_text(struct query *query)
{
	return (const char *)sqlite3_column_text(query->stmt, query->column++);
}

const char *query_get_text(struct query *query, struct arena *arena)
{
	return arena_strdup(arena, query_peek_text(query));
}

const void *query_get_blob(struct query *query, struct arena *arena, size_t *len)
{
	const void *data = sqlite3_column_blob(query->stmt, query->column);

	*len = (size_t)sqlite3_column_bytes(query->stmt, query->column++);
	if (!data)
		*len = 0;
	return data ? arena_memdup(arena, data, *len) : NULL;
}

void query_get_bytes(struct query *query, void *out, size_t len)
{
	const void *data = sqlite3_column_blob(query->stmt, query->column);

	if (data && (size_t)sqlite3_column_bytes(query->stmt, query->column) == len)
		memcpy(out, data, len);
	else
		memset(out, 0, len);
	query->column++;
}

void query_get_key(struct query *query, struct blob_key *key)
{
	key->present = sqlite3_column_type(query->stmt, query->column) != SQLITE_NULL;
	query_get_bytes(query, key->bytes, sizeof key->bytes);
}

void query_skip(struct query *query)
{
	query->column++;
}

/* ---- without the cache ---- */

int sql_exec(struct sqlite_store *db, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(db->db, sql, NULL, NULL, NULL);

	return rc ? sql_error(db, rc, err) : 0;
}

int sql_int(struct sqlite_store *db, const char *sql, int64_t *value, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db->db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	else
		sql_error(db, rc == SQLITE_DONE ? SQLITE_CORRUPT : rc, err);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : -1;
}

int64_t sql_last_id(struct sqlite_store *db)
{
	return sqlite3_last_insert_rowid(db->db);
}

int sql_changed(struct sqlite_store *db)
{
	return sqlite3_changes(db->db);
}

int sql_forget(struct sqlite_store *db, const char *sql, int64_t before, size_t limit, size_t *count, struct err *err)
{
	struct query query;

	query_begin(&query, db, sql);
	query_int(&query, before);
	query_int(&query, (int64_t)limit);
	if (query_run(&query, err))
		return -1;
	*count = (size_t)sql_changed(db);
	return 0;
}
