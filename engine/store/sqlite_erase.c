/* Erasing a dossier: what goes, what is emptied because others refer to it, and the line that stays. */

/* System. */
#include <string.h>

/* Own. */
#include "store/sqlite_p.h"

/* One erasure on its way. */
struct erasing {
	struct sqlite_store *db;
	int64_t dossier;
	struct arena *arena;
	struct erasure_left *left;
};

static int run_id(struct sqlite_store *db, const char *sql, int64_t id, struct err *err)
{
	struct query query;

	query_begin(&query, db, sql);
	query_int(&query, id);
	return query_run(&query, err);
}

/* ---- what it is about ---- */

/* What the caller has to know of an item that goes: ten columns of the row at hand. */
static struct item *item_read(struct erasing *e, struct query *query)
{
	struct erasure_left *left = e->left;
	struct item *item;

	left->items = arena_grow(e->arena, left->items, left->item_count, sizeof *left->items);
	item = &left->items[left->item_count++];
	memset(item, 0, sizeof *item);
	item->id = query_get_int(query);
	item_source_from_word(query_peek_text(query), &item->source);
	item->origin = query_get_text(query, e->arena);
	item->spool_key = query_get_text(query, e->arena);
	item->uidvalidity = (uint32_t)query_get_int(query);
	item->uid = (uint32_t)query_get_int(query);
	item->message_id = query_get_text(query, e->arena);
	item_state_from_word(query_peek_text(query), &item->state);
	item->acked = query_get_bool(query);
	item->parcels = query_get_text(query, e->arena);
	return item;
}

#define ITEM_COLUMNS \
	"i.id, i.source, i.origin, i.spool_key, i.uidvalidity, i.uid, i.message_id, i.state, i.acked, i.parcels"

static int get_items(struct erasing *e, struct query *query, struct err *err)
{
	int rc;

	while ((rc = query_step(query, err)) > 0)
		item_read(e, query);
	return rc;
}

/*
 * Its items: those that belong to it, those that brought something of it, and
 * the duplicates of all of them. What belongs to another dossier stays, though
 * it may have brought something of this one.
 */
static int find_items(struct erasing *e, const char *number, struct err *err)
{
	static const char find[] =
		"WITH brought(id) AS (SELECT id FROM item WHERE dossier = ?2"
		" UNION SELECT item FROM document WHERE dossier = ?1 AND item IS NOT NULL"
		" UNION SELECT item FROM outbox WHERE dossier = ?1 AND item IS NOT NULL"
		" UNION SELECT item FROM pending WHERE dossier = ?1 AND item IS NOT NULL"
		" UNION SELECT m.item FROM ticket t JOIN ticket_message m ON m.ticket = t.id WHERE t.dossier = ?1"
		"  AND m.item IS NOT NULL"
		" UNION SELECT i.id FROM blob b JOIN item i ON i.raw = b.id WHERE b.dossier = ?1),"
		" all_of(id) AS (SELECT id FROM brought UNION SELECT i.id FROM item i JOIN brought b ON i.duplicate_of = b.id)"
		" SELECT " ITEM_COLUMNS " FROM all_of a"
		" JOIN item i ON i.id = a.id WHERE i.dossier IS NULL OR i.dossier = ?2 ORDER BY i.id";
	struct query query;

	query_begin(&query, e->db, find);
	query_int(&query, e->dossier);
	query_text(&query, number);
	return get_items(e, &query, err);
}

static int check_sending(struct erasing *e, const char *sql, int64_t id, const char *number, struct err *err)
{
	struct query query;
	int64_t row = 0;
	int rc;

	query_begin(&query, e->db, sql);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc > 0)
		row = query_get_int(&query);
	query_end(&query);
	return rc <= 0 ? rc : erase_busy(number, "it is sending mail", row, err);
}

/* Nothing that somebody holds in his hands at this moment. */
static int check_idle(struct erasing *e, const char *number, struct err *err)
{
	static const char of_dossier[] = "SELECT id FROM outbox WHERE dossier = ? AND state = 'sending'",
			  of_item[] = "SELECT id FROM outbox WHERE item = ? AND state = 'sending'";
	size_t i;

	if (check_sending(e, of_dossier, e->dossier, number, err))
		return -1;
	for (i = 0; i < e->left->item_count; i++) {
		const struct item *item = &e->left->items[i];

		if (item_check_erasable(number, item, err) || check_sending(e, of_item, item->id, number, err))
			return -1;
	}
	return 0;
}

/* ---- blobs and mails ---- */

static int collect_blobs(struct erasing *e, const char *sql, int64_t id, struct err *err)
{
	struct erasure_left *left = e->left;
	struct query query;
	int rc;

	query_begin(&query, e->db, sql);
	query_int(&query, id);
	while ((rc = query_step(&query, err)) > 0) {
		struct blob_ref *ref;
		const char *name;

		left->blobs = arena_grow(e->arena, left->blobs, left->blob_count, sizeof *left->blobs);
		ref = &left->blobs[left->blob_count++];
		memset(ref, 0, sizeof *ref);
		ref->id = query_get_int(&query);
		name = query_peek_text(&query);
		snprintf(ref->name, sizeof ref->name, "%s", name ? name : "");
	}
	return rc;
}

static int delete_mail(struct erasing *e, int64_t id, int64_t blob, struct err *err)
{
	static const char attempts[] = "DELETE FROM attempt WHERE outbox = ?",
			  tokens[] = "UPDATE token SET outbox = NULL WHERE outbox = ?",
			  tickets[] = "DELETE FROM ticket_mail WHERE outbox = ?",
			  mail[] = "DELETE FROM outbox WHERE id = ?",
			  names[] = "SELECT id, name FROM blob WHERE id = ? AND name IS NOT NULL",
			  bytes[] = "DELETE FROM blob WHERE id = ?";

	return run_id(e->db, attempts, id, err) || run_id(e->db, tokens, id, err) ||
	       run_id(e->db, tickets, id, err) || run_id(e->db, mail, id, err) || collect_blobs(e, names, blob, err) ||
	       run_id(e->db, bytes, blob, err) ? -1 : 0;
}

/* One at a time: each is gone when the next is asked for. */
static int delete_mails(struct erasing *e, const char *sql, int64_t id, struct err *err)
{
	struct query query;
	int64_t mail, blob;
	int rc;

	for (;;) {
		query_begin(&query, e->db, sql);
		query_int(&query, id);
		query_int(&query, e->dossier);
		rc = query_step(&query, err);
		if (rc <= 0)
			return rc;
		mail = query_get_int(&query);
		blob = query_get_int(&query);
		query_end(&query);
		if (delete_mail(e, mail, blob, err))
			return -1;
	}
}

/*
 * What staff were told of all that waits, and offices of all their dossiers, names
 * people of many dossiers and belongs to none: it goes with the first that is
 * erased. It is told again where something still waits.
 */
static int delete_tellings(struct erasing *e, struct err *err)
{
	static const char find[] = "SELECT id, blob FROM outbox INDEXED BY outbox_loose"
				   " WHERE dossier IS NULL AND ?1 = ?1 AND ?2 = ?2"
				   " AND ((item IS NULL AND template LIKE 'vastgehouden%') OR template LIKE 'overzicht%')"
				   " AND state <> 'sending' LIMIT 1";

	return delete_mails(e, find, 0, err);
}

/* ---- items ---- */

/*
 * The row stays, so that what it stands for is not taken in a second time, and
 * because duplicates refer to it; its raw bytes become none, under no key.
 */
static int empty_item(struct erasing *e, const struct item *item, struct err *err)
{
	static const char mails[] = "SELECT id, blob FROM outbox WHERE item = ?1 AND (dossier IS NULL OR dossier = ?2) LIMIT 1",
			  waiting[] = "DELETE FROM pending WHERE item = ?",
			  looked[] = "DELETE FROM held WHERE item = ?", accepted[] = "DELETE FROM held_accept WHERE item = ?",
			  names[] = "SELECT b.id, b.name FROM blob b JOIN item i ON i.raw = b.id"
				    " WHERE i.id = ? AND b.name IS NOT NULL",
			  bytes[] = "UPDATE blob SET name = NULL, sealed = zeroblob(0), size = 0, key = zeroblob(72),"
				    " item = ?1, dossier = NULL, scope = NULL WHERE id = (SELECT raw FROM item WHERE id = ?1)",
			  empty[] = "UPDATE item SET sender = NULL, subject = NULL, message_id = NULL, detail = NULL,"
				    " raw_hash = NULL, content_key = NULL, parcels = NULL, size = 0, reason = 'erased',"
				    " origin = CASE source WHEN 'spool' THEN '' ELSE origin END,"
				    " spool_key = CASE source WHEN 'spool' THEN 'erased ' || id END,"
				    " state = CASE WHEN state NOT IN ('held', 'quarantined') THEN state"
				    "  WHEN raw IS NULL THEN 'gone' ELSE 'processed' END,"
				    " scope = CASE WHEN raw IS NULL OR EXISTS(SELECT 1 FROM blob WHERE item = ?1 AND id <> raw)"
				    "  THEN scope END"
				    " WHERE id = ?1";

	return delete_mails(e, mails, item->id, err) || run_id(e->db, waiting, item->id, err) ||
	       run_id(e->db, looked, item->id, err) || run_id(e->db, accepted, item->id, err) ||
	       collect_blobs(e, names, item->id, err) || run_id(e->db, bytes, item->id, err) ||
	       run_id(e->db, empty, item->id, err) ? -1 : 0;
}

/* ---- the dossier ---- */

static int delete_parts(struct erasing *e, struct err *err)
{
	/* Children before parents. */
	static const char *const parts[] = {
		"DELETE FROM token WHERE dossier = ?",	   "DELETE FROM pending WHERE dossier = ?",
		/* What is known of its parties' addresses, unless another dossier needs it. */
		"DELETE FROM address WHERE EXISTS (SELECT 1 FROM dossier d WHERE d.id = ?1 AND d.service = address.service"
		" AND (d.client_address = address.address COLLATE NOCASE OR d.office_address = address.address COLLATE NOCASE"
		" OR EXISTS (SELECT 1 FROM partner p WHERE p.dossier = d.id AND p.address = address.address COLLATE NOCASE)"
		" OR EXISTS (SELECT 1 FROM alias a WHERE a.dossier = d.id AND a.address = address.address COLLATE NOCASE)))"
		" AND NOT EXISTS (SELECT 1 FROM dossier d WHERE d.id <> ?1 AND d.service = address.service"
		" AND (d.client_address = address.address COLLATE NOCASE OR d.office_address = address.address COLLATE NOCASE"
		" OR EXISTS (SELECT 1 FROM partner p WHERE p.dossier = d.id AND p.address = address.address COLLATE NOCASE)"
		" OR EXISTS (SELECT 1 FROM alias a WHERE a.dossier = d.id AND a.address = address.address COLLATE NOCASE)))",
		"DELETE FROM held_accept WHERE dossier = ?", "DELETE FROM held_asked WHERE dossier = ?",
		"DELETE FROM document WHERE dossier = ?",  "DELETE FROM blob WHERE dossier = ?",
		"DELETE FROM slot WHERE dossier = ?",	   "DELETE FROM timer WHERE dossier = ?",
		"DELETE FROM clause_count WHERE dossier = ?", "DELETE FROM fact WHERE dossier = ?",
		"DELETE FROM approval WHERE dossier = ?",  "DELETE FROM payment WHERE dossier = ?",
		"DELETE FROM ticket_message WHERE ticket IN (SELECT id FROM ticket WHERE dossier = ?)",
		"DELETE FROM ticket_mail WHERE ticket IN (SELECT id FROM ticket WHERE dossier = ?)",
		"DELETE FROM ticket WHERE dossier = ?",
		"DELETE FROM partner WHERE dossier = ?",   "DELETE FROM alias WHERE dossier = ?",
		"DELETE FROM address_change WHERE dossier = ?",
		"DELETE FROM history WHERE dossier = ?",   "DELETE FROM dossier WHERE id = ?",
	};
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		if (run_id(e->db, parts[i], e->dossier, err))
			return -1;
	return 0;
}

static int keep_line(struct erasing *e, const struct erasure *erasure, struct err *err)
{
	static const char insert[] = "INSERT INTO erased(number, service, workflow, opened, erased, reason, actor)"
				     " SELECT number, service, workflow, opened, ?2, ?3, ?4 FROM dossier WHERE id = ?1";
	struct query query;

	query_begin(&query, e->db, insert);
	query_int(&query, e->dossier);
	query_int(&query, erasure->now);
	query_text(&query, erasure->reason);
	query_text(&query, erasure->by);
	return query_run(&query, err);
}

/* 0 with its id. */
static int find_dossier(struct sqlite_store *db, const char *number, int64_t *id, struct err *err)
{
	struct err why = ERR_INIT;
	int there;

	if (sqlite_dossier_id(db, number, id, &why) == 0)
		return 0;
	if (why.code != ERR_NOTFOUND) {
		if (err)
			*err = why;
		return -1;
	}
	there = sqlite_dossier_exists(&db->base, number, err);
	return there < 0 ? -1 : erase_refused(number, there > 0, err);
}

int sqlite_dossier_erase(struct store *store, const struct erasure *erasure, struct arena *arena,
			 struct erasure_left *left, struct err *err)
{
	static const char mails[] = "SELECT id, blob FROM outbox WHERE dossier = ?1 AND dossier = ?2 LIMIT 1",
			  names[] = "SELECT id, name FROM blob WHERE dossier = ? AND name IS NOT NULL";
	struct erasing e = { .db = sqlite_of(store), .arena = arena, .left = left };
	size_t i;

	if (find_dossier(e.db, erasure->number, &e.dossier, err) || find_items(&e, erasure->number, err) ||
	    check_idle(&e, erasure->number, err) || keep_line(&e, erasure, err))
		return -1;
	for (i = 0; i < left->item_count; i++)
		if (empty_item(&e, &left->items[i], err))
			return err_context(err, "item %lld", (long long)left->items[i].id);
	if (delete_mails(&e, mails, e.dossier, err) || delete_tellings(&e, err) || collect_blobs(&e, names, e.dossier, err) ||
	    delete_parts(&e, err))
		return err_context(err, "dossier '%s'", erasure->number);
	return 0;
}

/* ---- an item without a dossier ---- */

static int find_loose(struct erasing *e, int64_t id, struct err *err)
{
	static const char find[] = "SELECT id, source, origin, spool_key, uidvalidity, uid, message_id, state, acked, parcels,"
				   " dossier FROM item WHERE id = ?1 OR (duplicate_of = ?1 AND dossier IS NULL) ORDER BY id";
	struct query query;
	int rc;

	query_begin(&query, e->db, find);
	query_int(&query, id);
	while ((rc = query_step(&query, err)) > 0) {
		struct item *item = item_read(e, &query);

		item->dossier = query_get_text(&query, e->arena);
	}
	return rc;
}

static int check_loose_sending(struct erasing *e, int64_t id, struct err *err)
{
	static const char find[] = "SELECT 1 FROM outbox WHERE item = ? AND state = 'sending'";
	struct query query;
	int rc;

	query_begin(&query, e->db, find);
	query_int(&query, id);
	rc = query_step(&query, err);
	query_end(&query);
	if (rc > 0)
		return err_set(err, ERR_TEMP, "mail about item %lld is being sent", (long long)id);
	return rc;
}

int sqlite_item_erase(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left, struct err *err)
{
	struct erasing e = { .db = sqlite_of(store), .dossier = -1, .arena = arena, .left = left };
	size_t i;

	if (find_loose(&e, id, err))
		return -1;
	if (!left->item_count)
		return item_no_such(id, err);
	for (i = 0; i < left->item_count; i++)
		if (item_check_loose(&left->items[i], err) || check_loose_sending(&e, left->items[i].id, err))
			return -1;
	for (i = 0; i < left->item_count; i++)
		if (empty_item(&e, &left->items[i], err))
			return err_context(err, "item %lld", (long long)left->items[i].id);
	return delete_tellings(&e, err);
}

/* ---- tickets about no dossier ---- */

/* What came with it and belongs to nothing else. */
static int find_ticket_items(struct erasing *e, int64_t ticket, struct err *err)
{
	static const char find[] =
		"WITH brought(id) AS (SELECT item FROM ticket_message WHERE ticket = ?1 AND item IS NOT NULL),"
		" all_of(id) AS (SELECT id FROM brought UNION SELECT i.id FROM item i JOIN brought b ON i.duplicate_of = b.id)"
		" SELECT " ITEM_COLUMNS " FROM all_of a JOIN item i ON i.id = a.id WHERE i.dossier IS NULL"
		" AND NOT EXISTS (SELECT 1 FROM ticket_message m WHERE m.item = i.id AND m.ticket <> ?1) ORDER BY i.id";
	struct query query;

	query_begin(&query, e->db, find);
	query_int(&query, ticket);
	return get_items(e, &query, err);
}

static int delete_ticket(struct erasing *e, int64_t ticket, const char *number, size_t first, struct err *err)
{
	static const char mails[] = "SELECT o.id, o.blob FROM ticket_mail m JOIN outbox o ON o.id = m.outbox"
				    " WHERE m.ticket = ?1 AND ?2 = 0 LIMIT 1",
			  tokens[] = "DELETE FROM token INDEXED BY token_loose WHERE dossier IS NULL AND purpose = 'ticket-' || ?",
			  messages[] = "DELETE FROM ticket_message WHERE ticket = ?",
			  itself[] = "DELETE FROM ticket WHERE id = ?";
	struct query query;
	size_t i;

	for (i = first; i < e->left->item_count; i++)
		if (empty_item(e, &e->left->items[i], err))
			return -1;
	query_begin(&query, e->db, tokens);
	query_text(&query, number);
	return query_run(&query, err) || delete_mails(e, mails, ticket, err) || run_id(e->db, messages, ticket, err) ||
	       run_id(e->db, itself, ticket, err) ? -1 : 0;
}

/* Does somebody hold something of it in his hands? 1 = yes. */
static int is_busy(struct erasing *e, int64_t ticket, const char *number, size_t first, struct err *err)
{
	static const char of_ticket[] = "SELECT o.id FROM ticket_mail m JOIN outbox o ON o.id = m.outbox"
					" WHERE m.ticket = ? AND o.state = 'sending'",
			  of_item[] = "SELECT id FROM outbox WHERE item = ? AND state = 'sending'";
	struct err why = ERR_INIT;
	int rc = check_sending(e, of_ticket, ticket, number, &why);
	size_t i;

	for (i = first; !rc && i < e->left->item_count; i++)
		rc = item_check_erasable(number, &e->left->items[i], &why) ||
		     check_sending(e, of_item, e->left->items[i].id, number, &why);
	if (rc && why.code != ERR_TEMP) {
		if (err)
			*err = why;
		return -1;
	}
	return rc != 0;
}

int sqlite_tickets_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			  struct erasure_left *left, size_t *count, struct err *err)
{
	static const char find[] = "SELECT id, number FROM ticket WHERE dossier IS NULL AND state <> 'open'"
				   " AND coalesce(closed, changed) < ?1 AND id > ?2 ORDER BY id LIMIT 1";
	struct erasing e = { .db = sqlite_of(store), .arena = arena, .left = left };
	const char *number;
	struct query query;
	int64_t id = 0;
	size_t first;
	int rc;

	while (*count < limit) {
		query_begin(&query, e.db, find);
		query_int(&query, before);
		query_int(&query, id);
		rc = query_step(&query, err);
		if (rc <= 0)
			return rc;
		id = query_get_int(&query);
		number = query_get_text(&query, arena);
		query_end(&query);
		first = left->item_count;
		rc = find_ticket_items(&e, id, err);
		if (!rc)
			rc = is_busy(&e, id, number, first, err);
		if (rc > 0)
			left->item_count = first;
		else if (rc || delete_ticket(&e, id, number, first, err))
			return -1;
		else
			++*count;
	}
	return 0;
}

/* ---- mail that belongs to nothing ---- */

static int find_old_items(struct erasing *e, int64_t before, size_t limit, struct err *err)
{
	static const char find[] =
		"SELECT " ITEM_COLUMNS " FROM item i INDEXED BY item_loose"
		" WHERE i.dossier IS NULL AND i.state = 'processed' AND i.source <> 'spool'"
		" AND i.received < ?1 AND i.reason IS NOT 'erased'"
		" AND NOT EXISTS (SELECT 1 FROM held h WHERE h.item = i.id AND h.look IS NOT NULL)"
		" AND NOT EXISTS (SELECT 1 FROM ticket_message m WHERE m.item = i.id)"
		" AND NOT EXISTS (SELECT 1 FROM document d WHERE d.item = i.id)"
		" AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.item = i.id)"
		" AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.item = i.id AND (o.dossier IS NOT NULL"
		"  OR o.state NOT IN ('sent', 'failed', 'cancelled')))"
		" AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = i.raw AND b.dossier IS NOT NULL)"
		" ORDER BY i.received LIMIT ?2";
	struct query query;

	query_begin(&query, e->db, find);
	query_int(&query, before);
	query_int(&query, (int64_t)limit);
	return get_items(e, &query, err);
}

static int find_copies(struct erasing *e, int64_t item, struct err *err)
{
	static const char find[] = "SELECT " ITEM_COLUMNS " FROM item i WHERE i.duplicate_of = ? AND i.dossier IS NULL"
				   " AND i.reason IS NOT 'erased'";
	struct query query;

	query_begin(&query, e->db, find);
	query_int(&query, item);
	return get_items(e, &query, err);
}

static int forget_items(struct erasing *e, int64_t before, size_t limit, size_t *count, struct err *err)
{
	size_t i;

	if (find_old_items(e, before, limit, err))
		return -1;
	*count = e->left->item_count;
	for (i = 0; i < *count; i++)
		if (find_copies(e, e->left->items[i].id, err))
			return -1;
	for (i = 0; i < e->left->item_count; i++)
		if (empty_item(e, &e->left->items[i], err))
			return err_context(err, "item %lld", (long long)e->left->items[i].id);
	return 0;
}

int sqlite_mail_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
		       struct erasure_left *left, size_t *count, struct err *err)
{
	static const char find[] = "SELECT o.id, o.blob FROM outbox o INDEXED BY outbox_loose"
				   " WHERE o.dossier IS NULL AND o.item IS NULL"
				   " AND o.created < ?1 AND o.state IN ('sent', 'failed', 'cancelled')"
				   " AND NOT EXISTS (SELECT 1 FROM ticket_mail m WHERE m.outbox = o.id)"
				   " ORDER BY o.created LIMIT 1";
	/* The dossier of an erasing that has none: no mail is of it. */
	struct erasing e = { .db = sqlite_of(store), .dossier = -1, .arena = arena, .left = left };
	struct query query;

	if (forget_items(&e, before, limit, count, err))
		return -1;
	for (; *count < limit; ++*count) {
		int64_t mail, blob;
		int rc;

		query_begin(&query, e.db, find);
		query_int(&query, before);
		rc = query_step(&query, err);
		if (rc <= 0)
			return rc;
		mail = query_get_int(&query);
		blob = query_get_int(&query);
		query_end(&query);
		if (delete_mail(&e, mail, blob, err))
			return err_context(err, "outgoing mail %lld", (long long)mail);
	}
	return 0;
}

/* ---- the lines that stay ---- */

int sqlite_erased_list(struct store *store, const struct erased_filter *filter, struct arena *arena,
		       struct erased_dossier **erased, size_t *count, struct err *err)
{
	static const char find[] =
		"SELECT id, number, service, workflow, opened, erased, reason, actor FROM erased WHERE id > ?1"
		" AND (?2 IS NULL OR service = ?2) AND (?3 IS NULL OR number = ?3) ORDER BY id LIMIT ?4";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, filter->after);
	query_text(&query, filter->service);
	query_text(&query, filter->number);
	query_int(&query, (int64_t)filter->limit);
	while ((rc = query_step(&query, err)) > 0) {
		struct erased_dossier *line;

		*erased = arena_grow(arena, *erased, *count, sizeof **erased);
		line = &(*erased)[(*count)++];
		line->id = query_get_int(&query);
		line->number = query_get_text(&query, arena);
		line->service = query_get_text(&query, arena);
		line->workflow = query_get_text(&query, arena);
		line->opened = query_get_int(&query);
		line->erased = query_get_int(&query);
		line->reason = query_get_text(&query, arena);
		line->by = query_get_text(&query, arena);
	}
	return rc;
}
