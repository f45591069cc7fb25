/* Outgoing mail: reading rows. */

/* System. */
#include <string.h>

/* Own. */
#include "store/sqlite_p.h"

/* The columns that get_row() reads; 'sealed' is "b.sealed" or "NULL". */
#define SELECT_ROW(sealed) \
	"SELECT o.id, o.key, o.service, d.number, o.item, o.template, o.audience, o.recipient, o.sender, o.subject," \
	" o.message_id, o.state, o.in_data, o.attempts, o.created, o.next_at, o.expires, o.reply, o.held, o.text," \
	" coalesce(bd.scope, bi.scope, b.scope), b.id, b.name, b.size, b.key, " sealed \
	" FROM outbox o JOIN blob b ON b.id = o.blob LEFT JOIN dossier d ON d.id = o.dossier" \
	" LEFT JOIN dossier bd ON bd.id = b.dossier LEFT JOIN item bi ON bi.id = b.item "

static void get_row(struct query *query, struct arena *arena, struct outbox_row *row)
{
	memset(row, 0, sizeof *row);
	row->id = query_get_int(query);
	row->key = query_get_text(query, arena);
	row->service = query_get_text(query, arena);
	row->dossier = query_get_text(query, arena);
	row->item = query_get_int(query);
	row->template = query_get_text(query, arena);
	row->audience = query_get_text(query, arena);
	row->to = query_get_text(query, arena);
	row->from = query_get_text(query, arena);
	row->subject = query_get_text(query, arena);
	row->message_id = query_get_text(query, arena);
	outbox_state_from_word(query_peek_text(query), &row->state);
	row->in_data = query_get_bool(query);
	row->attempts = (int)query_get_int(query);
	row->created = query_get_int(query);
	row->next_at = query_get_time(query);
	row->expires = query_get_time(query);
	row->reply = query_get_text(query, arena);
	row->held = query_get_text(query, arena);
	row->text = query_get_text(query, arena);
	query_get_key(query, &row->scope);
	sqlite_blob_get(query, arena, &row->blob);
}

int sqlite_outbox_next(struct store *store, int64_t *at, struct err *err)
{
	static const char find[] = "SELECT min(next_at) FROM outbox INDEXED BY outbox_due WHERE state IN ('waiting', 'unknown')";
	struct query query;

	query_begin(&query, sqlite_of(store), find);
	if (query_step(&query, err) <= 0)
		return -1;
	*at = query_get_time(&query);
	query_end(&query);
	return 0;
}

int sqlite_outbox_load(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row,
		       struct err *err)
{
	static const char find[] = SELECT_ROW("b.sealed") "WHERE o.id = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : outbox_no_such(id, err);
	get_row(&query, arena, row);
	query_end(&query);
	return 0;
}

int sqlite_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena,
				struct outbox_row *row, struct err *err)
{
	static const char find[] = SELECT_ROW("b.sealed") "WHERE o.message_id = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, message_id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : err_set(err, ERR_NOTFOUND, "no mail of ours has that Message-ID");
	get_row(&query, arena, row);
	query_end(&query);
	return 0;
}

int sqlite_outbox_list(struct store *store, const struct outbox_filter *filter, struct arena *arena,
		       struct outbox_row **rows, size_t *count, struct err *err)
{
	static const char all[] = SELECT_ROW("NULL") "WHERE o.id > ? ORDER BY o.id LIMIT ?",
			  open[] = SELECT_ROW("NULL") "WHERE o.id > ? AND o.state IN"
		" ('waiting', 'sending', 'unknown', 'failed', 'held') ORDER BY o.id LIMIT ?",
			  dossier[] = SELECT_ROW("NULL") "WHERE o.id > ? AND d.number = ? AND"
		" (? OR o.state IN ('waiting', 'sending', 'unknown', 'failed', 'held')) ORDER BY o.id LIMIT ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), filter->dossier ? dossier : filter->all ? all : open);
	query_int(&query, filter->after);
	if (filter->dossier) {
		query_text(&query, filter->dossier);
		query_int(&query, filter->all);
	}
	query_int(&query, (int64_t)filter->limit);
	while ((rc = query_step(&query, err)) > 0) {
		*rows = arena_grow(arena, *rows, *count, sizeof **rows);
		get_row(&query, arena, &(*rows)[(*count)++]);
	}
	return rc;
}

/* What was held or cancelled was not sent, and does not count. */
#define COUNT_FILTER \
	" AND o.state NOT IN ('held', 'cancelled') AND o.created >= ?1 AND o.service = ?4" \
	" AND (?2 IS NULL OR substr(o.template, 1, length(?2)) = ?2)" \
	" AND (?3 IS NULL OR o.dossier = (SELECT id FROM dossier WHERE number = ?3))"

int sqlite_outbox_count(struct store *store, const char *service, const char *to, const char *template,
			const char *dossier, int64_t since, int64_t *count, struct err *err)
{
	static const char all[] = "SELECT count(*) FROM outbox o WHERE 1" COUNT_FILTER,
			  by_recipient[] = "SELECT count(*) FROM outbox o WHERE o.recipient = ?5 COLLATE NOCASE" COUNT_FILTER;
	struct query query;

	query_begin(&query, sqlite_of(store), to ? by_recipient : all);
	query_int(&query, since);
	query_text(&query, template);
	query_text(&query, dossier);
	query_text(&query, service);
	if (to)
		query_text(&query, to);
	if (query_step(&query, err) <= 0)
		return -1;
	*count = query_get_int(&query);
	query_end(&query);
	return 0;
}

static int find_thread(struct sqlite_store *db, const char *sql, const char *number, const char *to,
		       struct arena *arena, const char **message_id, struct err *err)
{
	struct query query;
	int rc;

	query_begin(&query, db, sql);
	query_text(&query, number);
	query_text(&query, to);
	rc = query_step(&query, err);
	if (rc > 0)
		*message_id = query_get_text(&query, arena);
	query_end(&query);
	return rc < 0 ? -1 : 0;
}

int sqlite_thread_find(struct sqlite_store *db, const struct sqlite_thread *sql, const char *number, const char *to,
		       struct arena *arena, const char **first, const char **last, struct err *err)
{
	return find_thread(db, sql->oldest, number, to, arena, first, err) ||
	       find_thread(db, sql->latest, number, to, arena, last, err) ? -1 : 0;
}

#define SELECT_THREAD \
	"SELECT message_id FROM outbox WHERE dossier = (SELECT id FROM dossier WHERE number = ?)" \
	" AND recipient = ? COLLATE NOCASE AND state IN ('waiting', 'sending', 'sent', 'unknown')" \
	" AND NOT EXISTS (SELECT 1 FROM ticket_mail m JOIN ticket t ON t.id = m.ticket" \
	"  WHERE m.outbox = outbox.id AND t.address <> outbox.recipient COLLATE NOCASE) ORDER BY id "

int sqlite_outbox_thread(struct store *store, const char *dossier, const char *to, struct arena *arena,
			 const char **first, const char **last, struct err *err)
{
	static const struct sqlite_thread sql = { SELECT_THREAD "LIMIT 1", SELECT_THREAD "DESC LIMIT 1" };

	return sqlite_thread_find(sqlite_of(store), &sql, dossier, to, arena, first, last, err);
}
