/* Tickets, what was said about them, and the mails that are about them. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/sqlite_p.h"

/* ---- writing ---- */

static int ticket_id(struct sqlite_store *db, const char *number, int64_t *id, struct err *err)
{
	static const char find[] = "SELECT id FROM ticket WHERE number = ?";
	struct query query;
	int rc;

	*id = 0;
	query_begin(&query, db, find);
	query_text(&query, number);
	rc = query_step(&query, err);
	if (rc > 0)
		*id = query_get_int(&query);
	query_end(&query);
	return rc < 0 ? -1 : 0;
}

static int ticket_insert(struct sqlite_store *db, struct ticket *ticket, struct id_log *log, struct err *err)
{
	static const char insert[] =
		"INSERT INTO ticket(number, service, kind, state, dossier, address, name, language, subject, proven, owner,"
		" opened, changed, closed, remind_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query query;
	int64_t dossier = 0, there;

	if (ticket_id(db, ticket->number, &there, err) ||
	    (ticket->dossier && sqlite_dossier_id(db, ticket->dossier, &dossier, err)))
		return -1;
	if (there)
		return err_set(err, ERR_EXISTS, "ticket '%s' is there already", ticket->number);
	query_begin(&query, db, insert);
	query_text(&query, ticket->number);
	query_text(&query, ticket->service);
	query_text(&query, ticket_kind_word(ticket->kind));
	query_text(&query, ticket_state_word(ticket->state));
	query_id(&query, dossier);
	query_text(&query, ticket->address);
	query_text(&query, ticket->name);
	query_text(&query, ticket->language);
	query_text(&query, ticket->subject);
	query_int(&query, ticket->proven);
	query_text(&query, ticket->owner);
	query_int(&query, ticket->opened);
	query_int(&query, ticket->changed);
	query_time(&query, ticket->closed);
	query_time(&query, ticket->remind_at);
	if (query_run(&query, err))
		return -1;
	id_log_set(log, &ticket->id, sql_last_id(db));
	return 0;
}

static int ticket_update(struct sqlite_store *db, const struct ticket *ticket, struct err *err)
{
	static const char update[] = "UPDATE ticket SET state = ?, proven = ?, owner = ?, changed = ?, closed = ?, remind_at = ?"
				     " WHERE id = ? AND number = ? AND service = ?";
	struct query query;

	query_begin(&query, db, update);
	query_text(&query, ticket_state_word(ticket->state));
	query_int(&query, ticket->proven);
	query_text(&query, ticket->owner);
	query_int(&query, ticket->changed);
	query_time(&query, ticket->closed);
	query_time(&query, ticket->remind_at);
	query_int(&query, ticket->id);
	query_text(&query, ticket->number);
	query_text(&query, ticket->service);
	if (query_run(&query, err))
		return -1;
	return sql_changed(db) ? 0 : ticket_no_such(ticket->number, err);
}

static int message_insert(struct sqlite_store *db, int64_t ticket, struct ticket_message *message, struct id_log *log,
			  struct err *err)
{
	static const char insert[] = "INSERT INTO ticket_message(ticket, at, said, actor, text, files, item, message_id)"
				     " VALUES(?, ?, ?, ?, ?, ?, (SELECT id FROM item WHERE id = ?), ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_int(&query, ticket);
	query_int(&query, message->at);
	query_text(&query, ticket_said_word(message->said));
	query_text(&query, message->by);
	query_text(&query, message->text);
	query_text(&query, message->files);
	query_int(&query, message->item);
	query_text(&query, message->message_id);
	if (query_run(&query, err))
		return -1;
	id_log_set(log, &message->id, sql_last_id(db));
	return 0;
}

int sqlite_take_ticket(struct store *store, struct store_take *take, struct id_log *log, struct err *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct ticket *ticket = take->ticket;
	size_t i;

	if (!ticket)
		return 0;
	if (ticket->id ? ticket_update(db, ticket, err) : ticket_insert(db, ticket, log, err))
		return -1;
	for (i = 0; i < ticket->message_count; i++)
		if (!ticket->messages[i].id && message_insert(db, ticket->id, &ticket->messages[i], log, err))
			return err_context(err, "ticket '%s'", ticket->number);
	return 0;
}

int sqlite_ticket_mail(struct store *store, const char *number, int64_t outbox, struct err *err)
{
	static const char insert[] = "INSERT INTO ticket_mail(outbox, ticket) VALUES(?, ?)";
	struct query query;
	int64_t id;

	if (ticket_id(sqlite_of(store), number, &id, err))
		return -1;
	if (!id)
		return ticket_no_such(number, err);
	query_begin(&query, sqlite_of(store), insert);
	query_int(&query, outbox);
	query_int(&query, id);
	return query_run(&query, err);
}

/* ---- reading ---- */

#define SELECT_TICKET \
	"SELECT t.id, t.number, t.service, t.kind, t.state, d.number, t.address, t.name, t.language, t.subject, t.proven," \
	" t.owner, t.opened, t.changed, t.closed, t.remind_at FROM ticket t LEFT JOIN dossier d ON d.id = t.dossier "

static void get_ticket(struct query *query, struct arena *arena, struct ticket *ticket)
{
	memset(ticket, 0, sizeof *ticket);
	ticket->id = query_get_int(query);
	ticket->number = query_get_text(query, arena);
	ticket->service = query_get_text(query, arena);
	ticket_kind_from_word(query_peek_text(query), &ticket->kind);
	ticket_state_from_word(query_peek_text(query), &ticket->state);
	ticket->dossier = query_get_text(query, arena);
	ticket->address = query_get_text(query, arena);
	ticket->name = query_get_text(query, arena);
	ticket->language = query_get_text(query, arena);
	ticket->subject = query_get_text(query, arena);
	ticket->proven = query_get_bool(query);
	ticket->owner = query_get_text(query, arena);
	ticket->opened = query_get_int(query);
	ticket->changed = query_get_int(query);
	ticket->closed = query_get_time(query);
	ticket->remind_at = query_get_time(query);
}

static int get_messages(struct sqlite_store *db, struct ticket *ticket, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT id, at, said, actor, text, files, item, message_id FROM ticket_message"
				   " WHERE ticket = ? ORDER BY id";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, ticket->id);
	while ((rc = query_step(&query, err)) > 0) {
		struct ticket_message *message;

		ticket->messages = arena_grow(arena, ticket->messages, ticket->message_count, sizeof *ticket->messages);
		message = &ticket->messages[ticket->message_count++];
		memset(message, 0, sizeof *message);
		message->id = query_get_int(&query);
		message->at = query_get_int(&query);
		ticket_said_from_word(query_peek_text(&query), &message->said);
		message->by = query_get_text(&query, arena);
		message->text = query_get_text(&query, arena);
		message->files = query_get_text(&query, arena);
		message->item = query_get_int(&query);
		message->message_id = query_get_text(&query, arena);
	}
	return rc;
}

int sqlite_ticket_load(struct store *store, const char *number, struct arena *arena, struct ticket **ticket,
		       struct err *err)
{
	static const char find[] = SELECT_TICKET "WHERE t.number = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, number);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : ticket_no_such(number, err);
	*ticket = arena_alloc(arena, sizeof **ticket);
	get_ticket(&query, arena, *ticket);
	query_end(&query);
	return get_messages(sqlite_of(store), *ticket, arena, err);
}

int sqlite_ticket_of_mail(struct store *store, const char *message_id, struct arena *arena, const char **number,
			  struct err *err)
{
	static const char find[] = "SELECT t.number FROM outbox o JOIN ticket_mail m ON m.outbox = o.id"
				   " JOIN ticket t ON t.id = m.ticket WHERE o.message_id = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, message_id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : err_set(err, ERR_NOTFOUND, "no mail of that Message-ID is about a ticket");
	*number = query_get_text(&query, arena);
	query_end(&query);
	return 0;
}

static int get_list(struct query *query, struct arena *arena, struct ticket **tickets, size_t *count, struct err *err)
{
	int rc;

	while ((rc = query_step(query, err)) > 0) {
		*tickets = arena_grow(arena, *tickets, *count, sizeof **tickets);
		get_ticket(query, arena, &(*tickets)[(*count)++]);
	}
	return rc;
}

int sqlite_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
		       struct ticket **tickets, size_t *count, struct err *err)
{
	static const char find[] = SELECT_TICKET
		"WHERE t.id > ?1 AND (?2 IS NULL OR t.service = ?2) AND (?3 IS NULL OR d.number = ?3)"
		" AND (?4 IS NULL OR t.address = ?4 COLLATE NOCASE) AND (?5 IS NULL OR t.state = ?5) ORDER BY t.id LIMIT ?6";
	struct query query;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, filter->after);
	query_text(&query, filter->service);
	query_text(&query, filter->dossier);
	query_text(&query, filter->address);
	query_text(&query, filter->state < 0 ? NULL : ticket_state_word((enum ticket_state)filter->state));
	query_int(&query, (int64_t)filter->limit);
	return get_list(&query, arena, tickets, count, err);
}

int sqlite_tickets_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct ticket **tickets,
		       size_t *count, struct err *err)
{
	static const char find[] = SELECT_TICKET "WHERE t.remind_at <= ? ORDER BY t.remind_at, t.id LIMIT ?";
	struct query query;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, now);
	query_int(&query, (int64_t)limit);
	return get_list(&query, arena, tickets, count, err);
}

int sqlite_tickets_next(struct store *store, int64_t *at, struct err *err)
{
	static const char find[] = "SELECT remind_at FROM ticket WHERE remind_at IS NOT NULL ORDER BY remind_at LIMIT 1";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	rc = query_step(&query, err);
	if (rc > 0)
		*at = query_get_int(&query);
	query_end(&query);
	return rc < 0 ? -1 : 0;
}

#define SELECT_THREAD \
	"SELECT o.message_id FROM ticket_mail m JOIN outbox o ON o.id = m.outbox" \
	" WHERE m.ticket = (SELECT id FROM ticket WHERE number = ?) AND o.recipient = ? COLLATE NOCASE" \
	" AND o.state IN ('waiting', 'sending', 'sent', 'unknown') ORDER BY m.outbox "

int sqlite_ticket_thread(struct store *store, const char *number, const char *to, struct arena *arena,
			 const char **first, const char **last, struct err *err)
{
	static const struct sqlite_thread sql = { SELECT_THREAD "LIMIT 1", SELECT_THREAD "DESC LIMIT 1" };

	return sqlite_thread_find(sqlite_of(store), &sql, number, to, arena, first, last, err);
}
