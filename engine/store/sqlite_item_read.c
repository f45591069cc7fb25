/* Items: reading them. */

/* System. */
#include <string.h>

/* Own. */
#include "store/sqlite_p.h"

/* The columns that get_item() reads; 'sealed' is "b.sealed" or "NULL". */
#define SELECT_ITEM(sealed) \
	"SELECT i.id, i.service, i.source, i.origin, i.uidvalidity, i.uid, i.spool_key, i.parcels, i.state, i.attempts," \
	" i.reason, i.detail, i.sender, i.subject, i.message_id, i.received, i.internal_date, i.dossier," \
	" i.duplicate_of, i.acked, i.size, i.raw_hash, i.content_key, i.doubt, i.scope, b.dossier IS NOT NULL," \
	" CASE WHEN b.id IS NOT NULL THEN coalesce(bd.scope, b.scope, i.scope) END," \
	" b.id, b.name, b.size, b.key, " sealed " FROM item i LEFT JOIN blob b ON b.id = i.raw" \
	/* No bytes: they were erased. */ \
	" AND (b.name IS NOT NULL OR length(b.sealed) > 0) LEFT JOIN dossier bd ON bd.id = b.dossier "

static void get_item(struct query *query, struct arena *arena, struct item *item)
{
	memset(item, 0, sizeof *item);
	item->id = query_get_int(query);
	item->service = query_get_text(query, arena);
	item_source_from_word(query_peek_text(query), &item->source);
	item->origin = query_get_text(query, arena);
	item->uidvalidity = (uint32_t)query_get_int(query);
	item->uid = (uint32_t)query_get_int(query);
	item->spool_key = query_get_text(query, arena);
	item->parcels = query_get_text(query, arena);
	item_state_from_word(query_peek_text(query), &item->state);
	item->attempts = (int)query_get_int(query);
	item->reason = query_get_text(query, arena);
	item->detail = query_get_text(query, arena);
	item->from = query_get_text(query, arena);
	item->subject = query_get_text(query, arena);
	item->message_id = query_get_text(query, arena);
	item->received = query_get_int(query);
	item->internal_date = query_get_time(query);
	item->dossier = query_get_text(query, arena);
	item->duplicate_of = query_get_int(query);
	item->acked = query_get_bool(query);
	item->size = query_get_int(query);
	query_get_bytes(query, item->raw_hash, sizeof item->raw_hash);
	query_get_bytes(query, item->content_key, sizeof item->content_key);
	item->doubt = (int)query_get_int(query);
	query_get_key(query, &item->scope);
	item->raw_in_dossier = query_get_bool(query);
	query_get_key(query, &item->raw_scope);
	sqlite_blob_get(query, arena, &item->raw);
}

int sqlite_item_load(struct store *store, int64_t id, struct arena *arena, struct item *item, struct err *err)
{
	static const char find[] = SELECT_ITEM("b.sealed") "WHERE i.id = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : item_no_such(id, err);
	get_item(&query, arena, item);
	query_end(&query);
	return 0;
}

static int get_items(struct query *query, struct arena *arena, struct item **items, size_t *count,
		     struct err *err)
{
	int rc;

	while ((rc = query_step(query, err)) > 0) {
		*items = arena_grow(arena, *items, *count, sizeof **items);
		get_item(query, arena, &(*items)[(*count)++]);
	}
	return rc;
}

/* With a dossier or a state an index of its own serves, without either the order of ids does. */
#define ITEM_FILTER \
	" AND i.id > ?1 AND (?2 IS NULL OR i.service = ?2)" \
	" AND (?3 IS NULL OR (i.source = 'mail' AND i.origin = ?3))" \
	" AND (?4 IS NULL OR i.sender = ?4 COLLATE NOCASE) AND (?6 IS NULL OR i.state = ?6)" \
	" AND (?7 IS NULL OR i.dossier = ?7) ORDER BY i.id LIMIT ?5"

int sqlite_item_list(struct store *store, const struct item_filter *filter, struct arena *arena,
		     struct item **items, size_t *count, struct err *err)
{
	static const char all[] = SELECT_ITEM("NULL") "WHERE 1" ITEM_FILTER,
			  by_state[] = SELECT_ITEM("NULL") "WHERE i.state = ?6" ITEM_FILTER,
			  by_dossier[] = SELECT_ITEM("NULL") "WHERE i.dossier = ?7" ITEM_FILTER;
	bool any = filter->state < 0;
	struct query query;

	query_begin(&query, sqlite_of(store), filter->dossier ? by_dossier : any ? all : by_state);
	query_int(&query, filter->after);
	query_text(&query, filter->service);
	query_text(&query, filter->mailbox);
	query_text(&query, filter->from);
	query_int(&query, (int64_t)filter->limit);
	query_text(&query, any ? NULL : item_state_word((enum item_state)filter->state));
	query_text(&query, filter->dossier);
	return get_items(&query, arena, items, count, err);
}

int sqlite_items_unacked(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			 struct arena *arena, struct item **items, size_t *count, struct err *err)
{
	static const char find[] = "SELECT id, uid, state FROM item WHERE acked = 0 AND source = 'mail'"
				   " AND origin = ? AND uidvalidity = ?"
				   " AND state IN ('processed', 'duplicate', 'held', 'quarantined') ORDER BY id LIMIT ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, mailbox);
	query_int(&query, uidvalidity);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		struct item *item;

		*items = arena_grow(arena, *items, *count, sizeof **items);
		item = &(*items)[(*count)++];
		memset(item, 0, sizeof *item);
		item->id = query_get_int(&query);
		item->uid = (uint32_t)query_get_int(&query);
		item_state_from_word(query_peek_text(&query), &item->state);
	}
	return rc;
}

int sqlite_item_find_same(struct store *store, const char *service, int64_t except, const unsigned char *hash,
			  const unsigned char *content_key, int doubt, int64_t *id, struct err *err)
{
	static const char find[] = "SELECT id FROM item WHERE (raw_hash = ? OR (content_key = ? AND doubt <= ?))"
				   " AND service = ?"
				   " AND id <> ? AND (state IN ('processed', 'held') OR"
				   " (state = 'quarantined' AND reason IS NOT 'spool-refused' AND reason IS NOT 'loop'))"
				   " ORDER BY id LIMIT 1";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_blob(&query, hash, 32);
	query_blob(&query, content_key, 32);
	query_int(&query, doubt);
	query_text(&query, service);
	query_int(&query, except);
	rc = query_step(&query, err);
	if (rc > 0)
		*id = query_get_int(&query);
	query_end(&query);
	return rc < 0 ? -1 : 0;
}
