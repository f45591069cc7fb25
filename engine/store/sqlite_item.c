/* Items: the verbs that change them. */

/* Own. */
#include "store/sqlite_p.h"

/* What the verbs need to know before they change an item. */
struct standing {
	enum item_state state;
	bool has_raw;
	bool acked;
};

static int find_standing(struct sqlite_store *db, int64_t id, struct standing *standing, struct err *err)
{
	static const char find[] = "SELECT state, raw IS NOT NULL, acked FROM item WHERE id = ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : item_no_such(id, err);
	item_state_from_word(query_peek_text(&query), &standing->state);
	standing->has_raw = query_get_bool(&query);
	standing->acked = query_get_bool(&query);
	query_end(&query);
	return 0;
}

int sqlite_uids_standing(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
			 size_t count, enum uid_standing *standing, struct err *err)
{
	static const char find[] = "SELECT state, acked FROM item "
				   "WHERE source = 'mail' AND origin = ? AND uidvalidity = ? AND uid = ?";
	struct query query;
	enum item_state state;
	size_t i;
	int rc;

	for (i = 0; i < count; i++) {
		query_begin(&query, sqlite_of(store), find);
		query_text(&query, mailbox);
		query_int(&query, uidvalidity);
		query_int(&query, uids[i]);
		rc = query_step(&query, err);
		if (rc < 0)
			return -1;
		standing[i] = UID_NEW;
		if (rc && item_state_from_word(query_peek_text(&query), &state))
			standing[i] = item_standing(state, query_get_bool(&query));
		query_end(&query);
	}
	return 0;
}

/* 1 = it was there, and its fields are filled in. */
static int reserve_find(struct query *query, struct item *item, struct err *err)
{
	int rc = query_step(query, err);

	if (rc <= 0)
		return rc;
	item->id = query_get_int(query);
	item_state_from_word(query_peek_text(query), &item->state);
	item->attempts = (int)query_get_int(query);
	query_get_key(query, &item->scope);
	query_end(query);
	return 1;
}

static int reserve_find_mail(struct sqlite_store *db, struct item *item, struct err *err)
{
	static const char find[] = "SELECT id, state, attempts, scope FROM item "
				   "WHERE source = 'mail' AND origin = ? AND uidvalidity = ? AND uid = ?";
	struct query query;

	query_begin(&query, db, find);
	query_text(&query, item->origin);
	query_int(&query, item->uidvalidity);
	query_int(&query, item->uid);
	return reserve_find(&query, item, err);
}

static int reserve_find_spool(struct sqlite_store *db, struct item *item, struct err *err)
{
	static const char find[] = "SELECT id, state, attempts, scope FROM item "
				   "WHERE source = 'spool' AND spool_key = ?";
	struct query query;

	query_begin(&query, db, find);
	query_text(&query, item->spool_key);
	return reserve_find(&query, item, err);
}

static int reserve_insert(struct sqlite_store *db, struct item *item, struct err *err)
{
	static const char insert[] =
		"INSERT INTO item(service, source, origin, uidvalidity, uid, spool_key, state, received,"
		" internal_date, size, scope) VALUES(?, ?, ?, ?, ?, ?, 'reserved', ?, ?, ?, ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_text(&query, item->service);
	query_text(&query, item_source_word(item->source));
	query_text(&query, item->origin);
	if (item->source == SOURCE_MAIL) {
		query_int(&query, item->uidvalidity);
		query_int(&query, item->uid);
	} else {
		query_id(&query, 0);
		query_id(&query, 0);
	}
	query_text(&query, item->spool_key);
	query_int(&query, item->received);
	query_time(&query, item->internal_date);
	query_int(&query, item->size);
	query_key(&query, &item->scope);
	if (query_run(&query, err))
		return -1;
	item->id = sql_last_id(db);
	item->state = ITEM_RESERVED;
	item->attempts = 0;
	return 0;
}

int sqlite_item_reserve(struct store *store, struct item *item, struct err *err)
{
	int rc = 0;

	if (item->source == SOURCE_MAIL)
		rc = reserve_find_mail(sqlite_of(store), item, err);
	else if (item->source == SOURCE_SPOOL)
		rc = reserve_find_spool(sqlite_of(store), item, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	return reserve_insert(sqlite_of(store), item, err);
}

int sqlite_item_stored(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char *hash,
		       int64_t size, struct err *err)
{
	static const char update[] =
		"UPDATE item SET state = 'stored', attempts = 0, raw = ?, raw_hash = ?, size = ? WHERE id = ?";
	const struct blob_scope scope = { id, 0, NULL };
	struct id_log log = { NULL, 0, 0 };
	struct standing standing;
	struct query query;
	int rc;

	if (find_standing(sqlite_of(store), id, &standing, err) || item_check_storable(id, standing.state, err))
		return -1;
	rc = sqlite_blob_put(sqlite_of(store), raw, &scope, &log, err);
	if (!rc) {
		query_begin(&query, sqlite_of(store), update);
		query_int(&query, raw->id);
		query_blob(&query, hash, 32);
		query_int(&query, size);
		query_int(&query, id);
		rc = query_run(&query, err);
	}
	return id_log_end(&log, rc);
}

int sqlite_item_attempt(struct store *store, int64_t id, int *attempts, struct err *err)
{
	static const char update[] = "UPDATE item SET attempts = attempts + 1 WHERE id = ? RETURNING attempts";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), update);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : item_no_such(id, err);
	*attempts = (int)query_get_int(&query);
	return query_run(&query, err);
}

int sqlite_item_end(struct store *store, const struct item_verdict *verdict, struct err *err)
{
	static const char update[] =
		"UPDATE item SET state = ?, reason = ?, detail = ?, sender = coalesce(?, sender),"
		" subject = coalesce(?, subject), message_id = coalesce(?, message_id),"
		" content_key = coalesce(?7, content_key), doubt = iif(?7 IS NULL, doubt, ?),"
		" duplicate_of = ?, dossier = coalesce(?, dossier) WHERE id = ?",
		copies[] = "UPDATE item SET duplicate_of = ?1 WHERE duplicate_of = ?2 AND id <> ?1";
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), verdict->id, &standing, err) ||
	    item_check_end(verdict->id, standing.state, standing.has_raw, verdict->state, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_text(&query, item_state_word(verdict->state));
	query_text(&query, verdict->reason);
	query_text(&query, verdict->detail);
	query_text(&query, verdict->from);
	query_text(&query, verdict->subject);
	query_text(&query, verdict->message_id);
	query_blob(&query, verdict->content_key, 32);
	query_int(&query, verdict->doubt);
	query_id(&query, verdict->duplicate_of);
	query_text(&query, verdict->dossier);
	query_int(&query, verdict->id);
	if (query_run(&query, err))
		return -1;
	if (verdict->duplicate_of) {
		query_begin(&query, sqlite_of(store), copies);
		query_int(&query, verdict->duplicate_of);
		query_int(&query, verdict->id);
		if (query_run(&query, err))
			return -1;
	}
	return sqlite_held_ended(sqlite_of(store), verdict->id, verdict->state, err);
}

int sqlite_item_retry(struct store *store, int64_t id, struct err *err)
{
	static const char update[] = "UPDATE item SET state = ?, attempts = 0, reason = NULL, detail = NULL WHERE id = ?";
	struct standing standing;
	enum item_state next;
	struct query query;

	if (find_standing(sqlite_of(store), id, &standing, err) ||
	    item_check_retry(id, standing.state, standing.has_raw, &next, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_text(&query, item_state_word(next));
	query_int(&query, id);
	return query_run(&query, err);
}

int sqlite_items_acked(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		       size_t count, struct err *err)
{
	static const char update[] =
		"UPDATE item SET acked = 1 WHERE source = 'mail' AND origin = ? AND uidvalidity = ? AND uid = ?"
		" AND acked = 0 AND state IN ('processed', 'duplicate', 'held', 'quarantined')";
	struct query query;
	size_t i;

	for (i = 0; i < count; i++) {
		query_begin(&query, sqlite_of(store), update);
		query_text(&query, mailbox);
		query_int(&query, uidvalidity);
		query_int(&query, uids[i]);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

int sqlite_item_acked(struct store *store, int64_t id, struct err *err)
{
	static const char update[] = "UPDATE item SET acked = 1 WHERE id = ? AND acked = 0";
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), id, &standing, err))
		return -1;
	if (!item_state_is_decided(standing.state))
		return err_set(err, ERR_INPUT, "item %lld is not decided yet: %s", (long long)id,
			       item_state_word(standing.state));
	query_begin(&query, sqlite_of(store), update);
	query_int(&query, id);
	return query_run(&query, err);
}

int sqlite_item_parcels(struct store *store, int64_t id, const char *parcels, struct err *err)
{
	static const char update[] = "UPDATE item SET parcels = ? WHERE id = ?";
	struct standing standing;
	struct query query;

	if (find_standing(sqlite_of(store), id, &standing, err))
		return -1;
	query_begin(&query, sqlite_of(store), update);
	query_text(&query, parcels);
	query_int(&query, id);
	return query_run(&query, err);
}
