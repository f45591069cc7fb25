/* Tokens and commands that wait for an answer. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/sqlite_p.h"

/* 0 for no number; -1 when there is no such dossier. */
static int dossier_id(struct sqlite_store *db, const char *number, int64_t *id, struct err *err)
{
	*id = 0;
	return number ? sqlite_dossier_id(db, number, id, err) : 0;
}

static int check_row(struct sqlite_store *db, const char *sql, int64_t id, bool *there, struct err *err)
{
	struct query query;
	int rc;

	query_begin(&query, db, sql);
	query_int(&query, id);
	rc = query_step(&query, err);
	query_end(&query);
	*there = rc > 0;
	return rc < 0 ? -1 : 0;
}

/* ---- tokens ---- */

static int put_again(struct sqlite_store *db, const struct reply_token *token, struct err *err)
{
	static const char renew[] = "UPDATE token SET expires = max(expires, ?) WHERE hash = ? AND revoked IS NULL";
	struct query query;

	query_begin(&query, db, renew);
	query_int(&query, token->expires);
	query_blob(&query, token->hash, sizeof token->hash);
	return query_run(&query, err);
}

int sqlite_token_put(struct store *store, const struct reply_token *token, struct err *err)
{
	static const char insert[] = "INSERT INTO token(hash, service, dossier, address, purpose, made, expires, outbox)"
				     " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			  outbox[] = "SELECT 1 FROM outbox WHERE id = ?";
	struct sqlite_store *db = sqlite_of(store);
	struct query query;
	int64_t dossier;
	bool there = true;

	if (token->again)
		return put_again(db, token, err);
	if (dossier_id(db, token->dossier, &dossier, err) ||
	    (token->outbox && check_row(db, outbox, token->outbox, &there, err)))
		return -1;
	if (!there)
		return outbox_no_such(token->outbox, err);
	query_begin(&query, db, insert);
	query_blob(&query, token->hash, sizeof token->hash);
	query_text(&query, token->service);
	query_id(&query, dossier);
	query_text(&query, token->address);
	query_text(&query, token->purpose);
	query_int(&query, token->made);
	query_int(&query, token->expires);
	query_id(&query, token->outbox);
	return query_run(&query, err);
}

#define SELECT_TOKEN \
	"SELECT t.hash, t.service, d.number, t.address, t.purpose, t.made, t.expires, t.revoked, t.outbox" \
	" FROM token t LEFT JOIN dossier d ON d.id = t.dossier "

static void get_token(struct query *query, struct arena *arena, struct reply_token *token)
{
	memset(token, 0, sizeof *token);
	token->row = REPLY_NO_ROW;
	query_get_bytes(query, token->hash, sizeof token->hash);
	token->service = query_get_text(query, arena);
	token->dossier = query_get_text(query, arena);
	token->address = query_get_text(query, arena);
	token->purpose = query_get_text(query, arena);
	token->made = query_get_int(query);
	token->expires = query_get_int(query);
	token->revoked = query_get_time(query);
	token->outbox = query_get_int(query);
}

int sqlite_token_find(struct store *store, const unsigned char *hash, struct arena *arena,
		      struct reply_token *token, struct err *err)
{
	static const char find[] = SELECT_TOKEN "WHERE t.hash = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_blob(&query, hash, REPLY_HASH_SIZE);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : token_no_such(err);
	get_token(&query, arena, token);
	query_end(&query);
	return 0;
}

int sqlite_token_newest(struct store *store, const char *service, const char *dossier, const char *address,
			const char *purpose, struct arena *arena, struct reply_token *token, struct err *err)
{
	static const char find[] = SELECT_TOKEN
		"WHERE t.address = ? COLLATE NOCASE AND t.dossier IS (SELECT id FROM dossier WHERE number = ?)"
		" AND (t.dossier IS NULL) = ? AND t.purpose = ? AND t.service = ? AND t.revoked IS NULL"
		" ORDER BY t.made DESC, t.id DESC LIMIT 1";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, address);
	query_text(&query, dossier);
	query_int(&query, !dossier);
	query_text(&query, purpose);
	query_text(&query, service);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : token_no_such(err);
	get_token(&query, arena, token);
	query_end(&query);
	return 0;
}

int sqlite_token_revoke(struct store *store, const char *service, const char *dossier, const char *address,
			int64_t now, size_t *count, struct err *err)
{
	/* One statement for each way in, so that each has its index. */
	static const char by_address[] = "UPDATE token SET revoked = ?1 WHERE address = ?2 COLLATE NOCASE AND service = ?3"
					 " AND revoked IS NULL AND (?4 = 0 OR dossier = ?4)",
			  by_dossier[] = "UPDATE token SET revoked = ?1 WHERE dossier = ?4 AND service = ?3"
					 " AND revoked IS NULL AND ?2 IS NULL";
	struct query query;
	int64_t id;

	if (dossier_id(sqlite_of(store), dossier, &id, err))
		return -1;
	query_begin(&query, sqlite_of(store), address ? by_address : by_dossier);
	query_int(&query, now);
	query_text(&query, address);
	query_text(&query, service);
	query_int(&query, id);
	if (query_run(&query, err))
		return -1;
	*count = (size_t)sql_changed(sqlite_of(store));
	return 0;
}

int sqlite_token_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	static const char tokens[] = "DELETE FROM token WHERE id IN (SELECT id FROM token WHERE expires < ? ORDER BY"
				     " expires LIMIT ?)";

	return sql_forget(sqlite_of(store), tokens, before, limit, count, err);
}

int sqlite_pending_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	static const char waiting[] = "DELETE FROM pending WHERE id IN (SELECT id FROM pending WHERE expires < ? ORDER BY"
				      " expires LIMIT ?)";

	return sql_forget(sqlite_of(store), waiting, before, limit, count, err);
}

/* ---- commands that wait ---- */

int sqlite_pending_put(struct store *store, const struct pending_command *pending, struct err *err)
{
	static const char insert[] = "INSERT INTO pending(hash, service, dossier, address, text, item, asked, expires)"
				     " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			  item[] = "SELECT 1 FROM item WHERE id = ?";
	struct sqlite_store *db = sqlite_of(store);
	struct query query;
	int64_t dossier;
	bool there = true;

	if (dossier_id(db, pending->dossier, &dossier, err) ||
	    (pending->item && check_row(db, item, pending->item, &there, err)))
		return -1;
	if (!there)
		return item_no_such(pending->item, err);
	query_begin(&query, db, insert);
	query_blob(&query, pending->hash, sizeof pending->hash);
	query_text(&query, pending->service);
	query_id(&query, dossier);
	query_text(&query, pending->address);
	query_text(&query, pending->text);
	query_id(&query, pending->item);
	query_int(&query, pending->asked);
	query_int(&query, pending->expires);
	return query_run(&query, err);
}

int sqlite_pending_find(struct store *store, const unsigned char *hash, struct arena *arena,
			struct pending_command *pending, struct err *err)
{
	static const char find[] = "SELECT p.hash, p.service, d.number, p.address, p.text, p.item, p.asked, p.expires,"
				   " p.answered FROM pending p LEFT JOIN dossier d ON d.id = p.dossier WHERE p.hash = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_blob(&query, hash, REPLY_HASH_SIZE);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : pending_no_such(err);
	memset(pending, 0, sizeof *pending);
	query_get_bytes(&query, pending->hash, sizeof pending->hash);
	pending->service = query_get_text(&query, arena);
	pending->dossier = query_get_text(&query, arena);
	pending->address = query_get_text(&query, arena);
	pending->text = query_get_text(&query, arena);
	pending->item = query_get_int(&query);
	pending->asked = query_get_int(&query);
	pending->expires = query_get_int(&query);
	pending->answered = query_get_time(&query);
	query_end(&query);
	return 0;
}

int sqlite_pending_take(struct store *store, const unsigned char *hash, int64_t now, struct err *err)
{
	static const char find[] = "SELECT expires, answered FROM pending WHERE hash = ?",
			  update[] = "UPDATE pending SET answered = ? WHERE hash = ?";
	struct pending_command pending;
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_blob(&query, hash, REPLY_HASH_SIZE);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : pending_no_such(err);
	pending.expires = query_get_int(&query);
	pending.answered = query_get_time(&query);
	query_end(&query);
	if (pending_check_take(&pending, now, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_int(&query, now);
	query_blob(&query, hash, REPLY_HASH_SIZE);
	return query_run(&query, err);
}
