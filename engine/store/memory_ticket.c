/* Tickets, in memory. Each step does what its statements in sqlite_ticket.c do. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

/* ---- copies ---- */

static void put_message(struct arena *arena, struct ticket_message *to, const struct ticket_message *from)
{
	*to = *from;
	to->by = arena_strdup(arena, from->by);
	to->text = arena_strdup(arena, from->text);
	to->files = arena_strdup(arena, from->files);
	to->message_id = arena_strdup(arena, from->message_id);
}

/* Without its messages. */
static void put_ticket(struct arena *arena, struct ticket *to, const struct ticket *from)
{
	*to = *from;
	to->number = arena_strdup(arena, from->number);
	to->service = arena_strdup(arena, from->service);
	to->dossier = NULL;
	to->address = arena_strdup(arena, from->address);
	to->name = arena_strdup(arena, from->name);
	to->language = arena_strdup(arena, from->language);
	to->subject = arena_strdup(arena, from->subject);
	to->owner = arena_strdup(arena, from->owner);
	to->messages = NULL;
	to->message_count = 0;
}

static void add_message(struct arena *arena, struct ticket *to, const struct ticket_message *message)
{
	to->messages = arena_grow(arena, to->messages, to->message_count, sizeof *to->messages);
	put_message(arena, &to->messages[to->message_count++], message);
}

static void add_messages(struct arena *arena, struct ticket *to, const struct ticket *from)
{
	size_t i;

	for (i = 0; i < from->message_count; i++)
		add_message(arena, to, &from->messages[i]);
}

static struct row_ticket *find_ticket(struct memory_store *memory, const char *number, int64_t *id)
{
	struct row_ticket *row;

	for (*id = 0; (row = memory_next(memory, TABLE_TICKET, id)) != NULL;)
		if (str_eq(row->ticket.number, number))
			return row;
	return NULL;
}

/* ---- writing ---- */

static struct row_ticket *ticket_new(struct memory_store *memory, struct ticket *given, struct id_log *log,
				     struct err *err)
{
	struct row_ticket *row;
	int64_t id, dossier = 0;

	if (find_ticket(memory, given->number, &id)) {
		err_set(err, ERR_EXISTS, "ticket '%s' is there already", given->number);
		return NULL;
	}
	if (given->dossier && !memory_dossier_find(memory, given->dossier, &dossier)) {
		dossier_no_such(given->dossier, err);
		return NULL;
	}
	row = memory_row_new(sizeof *row);
	put_ticket(&row->base.arena, &row->ticket, given);
	row->dossier = dossier;
	id_log_set(log, &given->id, memory_append(memory, TABLE_TICKET, row));
	row->ticket.id = given->id;
	return row;
}

static struct row_ticket *ticket_change(struct memory_store *memory, const struct ticket *given, struct err *err)
{
	const struct row_ticket *old = memory_row(memory, TABLE_TICKET, given->id);
	struct row_ticket *row;

	if (!old || !str_eq(old->ticket.number, given->number) || !str_eq(old->ticket.service, given->service)) {
		ticket_no_such(given->number, err);
		return NULL;
	}
	row = memory_row_new(sizeof *row);
	put_ticket(&row->base.arena, &row->ticket, &old->ticket);
	add_messages(&row->base.arena, &row->ticket, &old->ticket);
	row->dossier = old->dossier;
	row->ticket.state = given->state;
	row->ticket.proven = given->proven;
	row->ticket.owner = arena_strdup(&row->base.arena, given->owner);
	row->ticket.changed = given->changed;
	row->ticket.closed = given->closed;
	row->ticket.remind_at = given->remind_at;
	memory_replace(memory, TABLE_TICKET, given->id, row);
	return row;
}

int memory_take_ticket(struct store *store, struct store_take *take, struct id_log *log, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct ticket *given = take->ticket;
	struct row_ticket *row;
	size_t i;

	if (!given)
		return 0;
	row = given->id ? ticket_change(memory, given, err) : ticket_new(memory, given, log, err);
	for (i = 0; row && i < given->message_count; i++) {
		struct ticket_message *message = &given->messages[i], *kept;

		if (message->id)
			continue;
		add_message(&row->base.arena, &row->ticket, message);
		kept = &row->ticket.messages[row->ticket.message_count - 1];
		if (!memory_row(memory, TABLE_ITEM, kept->item))
			kept->item = 0;
		id_log_set(log, &message->id, ++memory->last_message);
		kept->id = message->id;
	}
	return row ? 0 : -1;
}

/* ---- reading ---- */

static void get_ticket(struct memory_store *memory, const struct row_ticket *row, struct arena *arena,
		       struct ticket *ticket)
{
	const struct row_dossier *dossier = memory_row(memory, TABLE_DOSSIER, row->dossier);

	put_ticket(arena, ticket, &row->ticket);
	ticket->dossier = dossier ? arena_strdup(arena, dossier->dossier.number) : NULL;
}

int memory_ticket_load(struct store *store, const char *number, struct arena *arena, struct ticket **ticket,
		       struct err *err)
{
	int64_t id;
	const struct row_ticket *row = find_ticket(memory_of(store), number, &id);

	if (!row)
		return ticket_no_such(number, err);
	*ticket = arena_alloc(arena, sizeof **ticket);
	get_ticket(memory_of(store), row, arena, *ticket);
	add_messages(arena, *ticket, &row->ticket);
	return 0;
}

int memory_ticket_of_mail(struct store *store, const char *message_id, struct arena *arena, const char **number,
			  struct err *err)
{
	const struct row_outbox *row;
	int64_t id = 0;

	while ((row = memory_next(memory_of(store), TABLE_OUTBOX, &id)) != NULL)
		if (row->row.ticket && str_eq(row->row.message_id, message_id)) {
			*number = arena_strdup(arena, row->row.ticket);
			return 0;
		}
	return err_set(err, ERR_NOTFOUND, "no mail of that Message-ID is about a ticket");
}

static bool is_wanted(const struct ticket_filter *filter, const struct row_ticket *row, int64_t dossier)
{
	return (!filter->service || str_eq(filter->service, row->ticket.service)) &&
	       (!filter->dossier || (dossier && row->dossier == dossier)) &&
	       (!filter->address || addr_same(filter->address, row->ticket.address)) &&
	       (filter->state < 0 || row->ticket.state == (enum ticket_state)filter->state);
}

static struct ticket *list_add(struct arena *arena, struct ticket **tickets, size_t *count)
{
	*tickets = arena_grow(arena, *tickets, *count, sizeof **tickets);
	return &(*tickets)[(*count)++];
}

int memory_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
		       struct ticket **tickets, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_ticket *row;
	int64_t id = filter->after < 0 ? 0 : filter->after, dossier = 0;

	(void)err;
	if (filter->dossier)
		memory_dossier_find(memory, filter->dossier, &dossier);
	while (*count < filter->limit && (row = memory_next(memory, TABLE_TICKET, &id)) != NULL)
		if (is_wanted(filter, row, dossier))
			get_ticket(memory, row, arena, list_add(arena, tickets, count));
	return 0;
}

/* The one due first of those that come after (due, id). */
static const struct row_ticket *next_due(struct memory_store *memory, int64_t due, int64_t after)
{
	const struct row_ticket *row, *best = NULL;
	int64_t id = 0;

	while ((row = memory_next(memory, TABLE_TICKET, &id)) != NULL) {
		int64_t at = row->ticket.remind_at;

		if (at == DATE_NONE || at < due || (at == due && row->ticket.id <= after))
			continue;
		if (!best || at < best->ticket.remind_at)
			best = row;
	}
	return best;
}

int memory_tickets_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct ticket **tickets,
		       size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_ticket *row;
	int64_t due = DATE_NONE, after = 0;

	(void)err;
	while (*count < limit && (row = next_due(memory, due, after)) != NULL && row->ticket.remind_at <= now) {
		get_ticket(memory, row, arena, list_add(arena, tickets, count));
		due = row->ticket.remind_at;
		after = row->ticket.id;
	}
	return 0;
}

int memory_tickets_next(struct store *store, int64_t *at, struct err *err)
{
	const struct row_ticket *row = next_due(memory_of(store), DATE_NONE, 0);

	(void)err;
	if (row)
		*at = row->ticket.remind_at;
	return 0;
}

int memory_ticket_thread(struct store *store, const char *number, const char *to, struct arena *arena,
			 const char **first, const char **last, struct err *err)
{
	const struct row_outbox *row;
	int64_t id = 0;

	(void)err;
	while ((row = memory_next(memory_of(store), TABLE_OUTBOX, &id)) != NULL) {
		if (!str_eq(row->row.ticket, number) || !addr_same(row->row.to, to) || row->row.state == OUTBOX_FAILED ||
		    row->row.state == OUTBOX_HELD || row->row.state == OUTBOX_CANCELLED)
			continue;
		if (!*first)
			*first = arena_strdup(arena, row->row.message_id);
		*last = row->row.message_id;
	}
	*last = arena_strdup(arena, *last);
	return 0;
}

bool memory_ticket_for_staff(struct memory_store *memory, const struct outbox_row *row)
{
	int64_t id;
	const struct row_ticket *ticket = row->ticket ? find_ticket(memory, row->ticket, &id) : NULL;

	return ticket && !addr_same(ticket->ticket.address, row->to);
}
