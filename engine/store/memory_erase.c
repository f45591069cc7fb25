/* Erasing a dossier, in memory. Each step does what its statements in sqlite_erase.c do. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

/* One erasure on its way. */
struct erasing {
	struct memory_store *memory;
	int64_t dossier;
	const char *number;
	struct arena *arena;
	struct erasure_left *left;
	bool *is_of; /* for each item less 1: does it go with the dossier? */
};

/* ---- its items ---- */

static void mark_brought(struct erasing *e)
{
	struct memory_store *memory = e->memory;
	const struct row_dossier *dossier = memory_row(memory, TABLE_DOSSIER, e->dossier);
	const struct row_outbox *mail;
	const struct row_pending *pending;
	const struct row_ticket *ticket;
	const struct row_item *item;
	int64_t id = 0;
	size_t i;

	for (i = 0; i < dossier->document_count; i++)
		if (dossier->documents[i].document.item)
			e->is_of[dossier->documents[i].document.item - 1] = true;
	while ((mail = memory_next(memory, TABLE_OUTBOX, &id)) != NULL)
		if (mail->dossier == e->dossier && mail->row.item)
			e->is_of[mail->row.item - 1] = true;
	for (id = 0; (pending = memory_next(memory, TABLE_PENDING, &id)) != NULL;)
		if (pending->dossier == e->dossier && pending->pending.item)
			e->is_of[pending->pending.item - 1] = true;
	for (id = 0; (ticket = memory_next(memory, TABLE_TICKET, &id)) != NULL;)
		for (i = 0; ticket->dossier == e->dossier && i < ticket->ticket.message_count; i++)
			if (ticket->ticket.messages[i].item)
				e->is_of[ticket->ticket.messages[i].item - 1] = true;
	for (id = 0; (item = memory_next(memory, TABLE_ITEM, &id)) != NULL;) {
		const struct row_blob *raw = memory_row(memory, TABLE_BLOB, item->raw);

		e->is_of[id - 1] |= str_eq(item->item.dossier, e->number) || (raw && raw->dossier == e->dossier);
	}
}

static void add_item(struct erasing *e, int64_t id, const struct row_item *row)
{
	struct erasure_left *left = e->left;
	struct item *item;

	left->items = arena_grow(e->arena, left->items, left->item_count, sizeof *left->items);
	item = &left->items[left->item_count++];
	*item = (struct item){ .id = id, .source = row->item.source, .uidvalidity = row->item.uidvalidity,
			       .uid = row->item.uid, .state = row->item.state, .acked = row->item.acked };
	item->origin = arena_strdup(e->arena, row->item.origin);
	item->spool_key = arena_strdup(e->arena, row->item.spool_key);
	item->parcels = arena_strdup(e->arena, row->item.parcels);
	item->message_id = arena_strdup(e->arena, row->item.message_id);
}

static void find_items(struct erasing *e)
{
	const struct row_item *row;
	int64_t id = 0;
	bool *duplicate;

	e->is_of = arena_array(e->arena, (size_t)memory_count(e->memory, TABLE_ITEM) + 1, sizeof *e->is_of);
	duplicate = arena_array(e->arena, (size_t)memory_count(e->memory, TABLE_ITEM) + 1, sizeof *duplicate);
	mark_brought(e);
	while ((row = memory_next(e->memory, TABLE_ITEM, &id)) != NULL)
		duplicate[id - 1] = row->item.duplicate_of && e->is_of[row->item.duplicate_of - 1];
	for (id = 0; (row = memory_next(e->memory, TABLE_ITEM, &id)) != NULL;)
		if ((e->is_of[id - 1] || duplicate[id - 1]) &&
		    (!row->item.dossier || str_eq(row->item.dossier, e->number)))
			add_item(e, id, row);
}

static int check_idle(struct erasing *e, struct err *err)
{
	const struct row_outbox *mail;
	int64_t id = 0;
	size_t i;

	for (i = 0; i < e->left->item_count; i++)
		if (item_check_erasable(e->number, &e->left->items[i], err))
			return -1;
	while ((mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL) {
		bool of = mail->dossier == e->dossier;

		for (i = 0; i < e->left->item_count; i++)
			of |= mail->row.item == e->left->items[i].id;
		if (of && mail->row.state == OUTBOX_SENDING)
			return erase_busy(e->number, "it is sending mail", id, err);
	}
	return 0;
}

/* ---- blobs and mails ---- */

static void collect_blob(struct erasing *e, int64_t id)
{
	struct erasure_left *left = e->left;
	const struct row_blob *row = memory_row(e->memory, TABLE_BLOB, id);
	struct blob_ref *ref;

	if (!row || !row->ref.name[0])
		return;
	left->blobs = arena_grow(e->arena, left->blobs, left->blob_count, sizeof *left->blobs);
	ref = &left->blobs[left->blob_count++];
	memset(ref, 0, sizeof *ref);
	ref->id = id;
	memcpy(ref->name, row->ref.name, sizeof ref->name);
}

static void remove_blob(struct erasing *e, int64_t id)
{
	collect_blob(e, id);
	if (memory_row(e->memory, TABLE_BLOB, id))
		memory_remove(e->memory, TABLE_BLOB, id);
}

static void remove_mail(struct erasing *e, int64_t mail, int64_t blob)
{
	const struct row_token *token;
	int64_t id = 0;

	while ((token = memory_next(e->memory, TABLE_TOKEN, &id)) != NULL)
		if (token->token.outbox == mail) {
			struct row_token *loose = memory_copy_token(token);

			loose->token.outbox = 0;
			memory_replace(e->memory, TABLE_TOKEN, id, loose);
		}
	memory_remove(e->memory, TABLE_OUTBOX, mail);
	remove_blob(e, blob);
}

static void remove_tellings(struct erasing *e)
{
	const struct row_outbox *mail;
	int64_t id = 0;

	while ((mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL)
		if (!mail->dossier && mail->row.state != OUTBOX_SENDING &&
		    ((!mail->row.item && str_starts(mail->row.template, "vastgehouden")) ||
		     str_starts(mail->row.template, "overzicht")))
			remove_mail(e, id, mail->blob);
}

/* ---- items ---- */

static void empty_raw(struct erasing *e, int64_t item, int64_t raw)
{
	struct row_blob *row;

	if (!raw)
		return;
	collect_blob(e, raw);
	row = memory_row_new(sizeof *row);
	row->ref.id = raw;
	row->ref.key.present = 1;
	row->item = item;
	memory_replace(e->memory, TABLE_BLOB, raw, row);
}

static bool has_other_blobs(struct erasing *e, int64_t item, int64_t raw)
{
	const struct row_blob *row;
	int64_t id = 0;

	while ((row = memory_next(e->memory, TABLE_BLOB, &id)) != NULL)
		if (row->item == item && id != raw)
			return true;
	return false;
}

static void clear_item(struct erasing *e, int64_t id)
{
	struct row_item *row = memory_copy_item(memory_row(e->memory, TABLE_ITEM, id));
	struct item *item = &row->item;

	item->from = item->subject = item->message_id = item->detail = NULL;
	memset(item->raw_hash, 0, sizeof item->raw_hash);
	item->parcels = NULL;
	memset(item->content_key, 0, sizeof item->content_key);
	row->has_hash = row->has_content_key = false;
	item->size = 0;
	item->reason = "erased";
	if (item->source == SOURCE_SPOOL) {
		item->origin = "";
		item->spool_key = arena_printf(&row->base.arena, "erased %lld", (long long)id);
	}
	if (item->state == ITEM_HELD || item->state == ITEM_QUARANTINED)
		item->state = row->raw ? ITEM_PROCESSED : ITEM_GONE;
	row->waits = false;
	memset(&row->accept, 0, sizeof row->accept);
	if (row->raw && !has_other_blobs(e, id, row->raw))
		memset(&item->scope, 0, sizeof item->scope);
	memory_replace(e->memory, TABLE_ITEM, id, row);
}

static void empty_item(struct erasing *e, int64_t item)
{
	const struct row_outbox *mail;
	const struct row_pending *pending;
	int64_t id = 0;

	while ((mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL)
		if (mail->row.item == item && (!mail->dossier || mail->dossier == e->dossier))
			remove_mail(e, id, mail->blob);
	for (id = 0; (pending = memory_next(e->memory, TABLE_PENDING, &id)) != NULL;)
		if (pending->pending.item == item)
			memory_remove(e->memory, TABLE_PENDING, id);
	empty_raw(e, item, ((struct row_item *)memory_row(e->memory, TABLE_ITEM, item))->raw);
	clear_item(e, item);
}

/* ---- the dossier ---- */

static void keep_line(struct erasing *e, const struct erasure *erasure)
{
	const struct row_dossier *dossier = memory_row(e->memory, TABLE_DOSSIER, e->dossier);
	struct row_erased *row = memory_row_new(sizeof *row);
	struct arena *arena = &row->base.arena;

	row->erased = (struct erased_dossier){ .opened = dossier->dossier.opened, .erased = erasure->now };
	row->erased.number = arena_strdup(arena, e->number);
	row->erased.service = arena_strdup(arena, dossier->dossier.service);
	row->erased.workflow = arena_strdup(arena, dossier->dossier.workflow);
	row->erased.reason = arena_strdup(arena, erasure->reason);
	row->erased.by = arena_strdup(arena, erasure->by);
	row->erased.id = memory_append(e->memory, TABLE_ERASED, row);
}

/* That somebody was asked about it, or let an item of another dossier through to it. */
static void remove_held(struct erasing *e)
{
	const struct row_asked *asked;
	const struct row_item *item;
	int64_t id = 0;

	while ((asked = memory_next(e->memory, TABLE_ASKED, &id)) != NULL)
		if (asked->dossier == e->dossier)
			memory_remove(e->memory, TABLE_ASKED, id);
	for (id = 0; (item = memory_next(e->memory, TABLE_ITEM, &id)) != NULL;)
		if (str_eq(item->accept.dossier, e->number)) {
			struct row_item *copy = memory_copy_item(item);

			memset(&copy->accept, 0, sizeof copy->accept);
			memory_replace(e->memory, TABLE_ITEM, id, copy);
		}
}

static bool has_party(const struct row_dossier *row, const struct address_health *health)
{
	const struct dossier *d = &row->dossier;
	size_t i;

	if (!str_eq(d->service, health->service))
		return false;
	for (i = 0; i < dossier_clients(d); i++)
		if (addr_same(dossier_client_const(d, i)->address, health->address))
			return true;
	for (i = 0; i < d->alias_count; i++)
		if (addr_same(d->aliases[i].address, health->address))
			return true;
	return d->office.address && addr_same(d->office.address, health->address);
}

/* What is known of its parties' addresses, unless another dossier needs it. */
static void remove_addresses(struct erasing *e)
{
	const struct row_dossier *own = memory_row(e->memory, TABLE_DOSSIER, e->dossier), *other;
	const struct row_address *row;
	int64_t id = 0, at;

	while ((row = memory_next(e->memory, TABLE_ADDRESS, &id)) != NULL) {
		if (!has_party(own, &row->health))
			continue;
		for (at = 0; (other = memory_next(e->memory, TABLE_DOSSIER, &at)) != NULL;)
			if (at != e->dossier && has_party(other, &row->health))
				break;
		if (!other)
			memory_remove(e->memory, TABLE_ADDRESS, id);
	}
}

static void remove_parts(struct erasing *e)
{
	const struct row_outbox *mail;
	const struct row_blob *blob;
	const struct row_token *token;
	const struct row_pending *pending;
	const struct row_history *history;
	const struct row_ticket *ticket;
	int64_t id = 0;

	while ((mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL)
		if (mail->dossier == e->dossier)
			remove_mail(e, id, mail->blob);
	for (id = 0; (blob = memory_next(e->memory, TABLE_BLOB, &id)) != NULL;)
		if (blob->dossier == e->dossier)
			remove_blob(e, id);
	for (id = 0; (token = memory_next(e->memory, TABLE_TOKEN, &id)) != NULL;)
		if (token->dossier == e->dossier)
			memory_remove(e->memory, TABLE_TOKEN, id);
	for (id = 0; (pending = memory_next(e->memory, TABLE_PENDING, &id)) != NULL;)
		if (pending->dossier == e->dossier)
			memory_remove(e->memory, TABLE_PENDING, id);
	for (id = 0; (history = memory_next(e->memory, TABLE_HISTORY, &id)) != NULL;)
		if (history->dossier == e->dossier)
			memory_remove(e->memory, TABLE_HISTORY, id);
	remove_held(e);
	for (id = 0; (ticket = memory_next(e->memory, TABLE_TICKET, &id)) != NULL;)
		if (ticket->dossier == e->dossier)
			memory_remove(e->memory, TABLE_TICKET, id);
	remove_addresses(e);
	memory_remove(e->memory, TABLE_DOSSIER, e->dossier);
}

int memory_dossier_erase(struct store *store, const struct erasure *erasure, struct arena *arena,
			 struct erasure_left *left, struct err *err)
{
	struct erasing e = { .memory = memory_of(store), .number = erasure->number, .arena = arena, .left = left };
	size_t i;

	if (!memory_dossier_find(e.memory, e.number, &e.dossier))
		return erase_refused(e.number, memory_erased_exists(e.memory, e.number), err);
	find_items(&e);
	if (check_idle(&e, err))
		return -1;
	keep_line(&e, erasure);
	for (i = 0; i < left->item_count; i++)
		empty_item(&e, left->items[i].id);
	remove_parts(&e);
	remove_tellings(&e);
	return 0;
}

/* ---- an item without a dossier ---- */

static bool goes_with(const struct row_item *row, int64_t id, int64_t item)
{
	return id == item || (row->item.duplicate_of == item && !row->item.dossier);
}

int memory_item_erase(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left, struct err *err)
{
	struct erasing e = { .memory = memory_of(store), .dossier = -1, .arena = arena, .left = left };
	const struct row_outbox *mail;
	const struct row_item *row;
	int64_t at = 0;
	size_t i;

	if (!memory_row(e.memory, TABLE_ITEM, id))
		return item_no_such(id, err);
	while ((row = memory_next(e.memory, TABLE_ITEM, &at)) != NULL) {
		if (!goes_with(row, at, id))
			continue;
		if (item_check_loose(&row->item, err))
			return -1;
		add_item(&e, at, row);
		for (int64_t n = 0; (mail = memory_next(e.memory, TABLE_OUTBOX, &n)) != NULL;)
			if (mail->row.item == at && mail->row.state == OUTBOX_SENDING)
				return err_set(err, ERR_TEMP, "mail about item %lld is being sent", (long long)at);
	}
	for (i = 0; i < left->item_count; i++)
		empty_item(&e, left->items[i].id);
	remove_tellings(&e);
	return 0;
}

/* ---- tickets about no dossier ---- */

/* Did it come with this ticket alone, and belongs to nothing else? */
static bool is_ticket_item(struct erasing *e, int64_t ticket, int64_t item)
{
	const struct row_item *row = memory_row(e->memory, TABLE_ITEM, item);
	const struct row_ticket *other;
	bool own = false;
	int64_t id = 0;
	size_t i;

	if (!row || row->item.dossier)
		return false;
	while ((other = memory_next(e->memory, TABLE_TICKET, &id)) != NULL)
		for (i = 0; i < other->ticket.message_count; i++) {
			if (other->ticket.messages[i].item == item && id != ticket)
				return false;
			own |= other->ticket.messages[i].item == item;
		}
	return own || (row->item.duplicate_of && is_ticket_item(e, ticket, row->item.duplicate_of));
}

/* Does somebody hold something of it in his hands? */
static bool is_busy(struct erasing *e, const char *number, size_t first)
{
	const struct row_outbox *mail;
	int64_t id = 0;
	size_t i;

	for (i = first; i < e->left->item_count; i++)
		if (item_check_erasable(number, &e->left->items[i], NULL))
			return true;
	while ((mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL) {
		bool of = str_eq(mail->row.ticket, number);

		for (i = first; i < e->left->item_count; i++)
			of |= mail->row.item == e->left->items[i].id;
		if (of && mail->row.state == OUTBOX_SENDING)
			return true;
	}
	return false;
}

static void remove_ticket(struct erasing *e, int64_t ticket, const char *number, size_t first)
{
	const char *purpose = arena_printf(e->arena, "ticket-%s", number);
	const struct row_outbox *mail;
	const struct row_token *token;
	int64_t id = 0;
	size_t i;

	for (i = first; i < e->left->item_count; i++)
		empty_item(e, e->left->items[i].id);
	while ((token = memory_next(e->memory, TABLE_TOKEN, &id)) != NULL)
		if (!token->dossier && str_eq(token->token.purpose, purpose))
			memory_remove(e->memory, TABLE_TOKEN, id);
	for (id = 0; (mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL;)
		if (str_eq(mail->row.ticket, number))
			remove_mail(e, id, mail->blob);
	memory_remove(e->memory, TABLE_TICKET, ticket);
}

/* Since when nobody has to do anything about it. */
static int64_t done_at(const struct ticket *ticket)
{
	return ticket->closed != DATE_NONE ? ticket->closed : ticket->changed;
}

int memory_tickets_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			  struct erasure_left *left, size_t *count, struct err *err)
{
	struct erasing e = { .memory = memory_of(store), .arena = arena, .left = left };
	const struct row_ticket *row;
	const struct row_item *item;
	int64_t id = 0, i;

	(void)err;
	while (*count < limit && (row = memory_next(e.memory, TABLE_TICKET, &id)) != NULL) {
		size_t first = left->item_count;

		if (row->dossier || row->ticket.state == TICKET_OPEN || done_at(&row->ticket) >= before)
			continue;
		for (i = 0; (item = memory_next(e.memory, TABLE_ITEM, &i)) != NULL;)
			if (is_ticket_item(&e, id, i))
				add_item(&e, i, item);
		if (is_busy(&e, row->ticket.number, first)) {
			left->item_count = first;
			continue;
		}
		remove_ticket(&e, id, arena_strdup(arena, row->ticket.number), first);
		++*count;
	}
	return 0;
}

/* ---- mail that belongs to nothing ---- */

static bool is_done(const struct row_outbox *mail)
{
	return mail->row.state == OUTBOX_SENT || mail->row.state == OUTBOX_FAILED || mail->row.state == OUTBOX_CANCELLED;
}

/* Does something need this item that has a term of its own? */
static bool is_needed(struct erasing *e, int64_t item, const struct row_item *row)
{
	const struct row_blob *raw = memory_row(e->memory, TABLE_BLOB, row->raw);
	const struct row_dossier *dossier;
	const struct row_pending *pending;
	const struct row_outbox *mail;
	const struct row_ticket *ticket;
	int64_t id = 0;
	size_t i;

	while ((ticket = memory_next(e->memory, TABLE_TICKET, &id)) != NULL)
		for (i = 0; i < ticket->ticket.message_count; i++)
			if (ticket->ticket.messages[i].item == item)
				return true;
	for (id = 0; (dossier = memory_next(e->memory, TABLE_DOSSIER, &id)) != NULL;)
		for (i = 0; i < dossier->document_count; i++)
			if (dossier->documents[i].document.item == item)
				return true;
	for (id = 0; (pending = memory_next(e->memory, TABLE_PENDING, &id)) != NULL;)
		if (pending->pending.item == item)
			return true;
	for (id = 0; (mail = memory_next(e->memory, TABLE_OUTBOX, &id)) != NULL;)
		if (mail->row.item == item && (mail->dossier || !is_done(mail)))
			return true;
	return (row->waits && row->look != DATE_NONE) || (raw && raw->dossier);
}

static bool is_old(struct erasing *e, int64_t id, const struct row_item *row, int64_t before)
{
	return !row->item.dossier && row->item.state == ITEM_PROCESSED && row->item.source != SOURCE_SPOOL &&
	       row->item.received < before && !str_eq(row->item.reason, "erased") && !is_needed(e, id, row);
}

static void forget_items(struct erasing *e, int64_t before, size_t limit, size_t *count)
{
	struct erasure_left *left = e->left;
	const struct row_item *row;
	int64_t id = 0;
	size_t i;

	while (left->item_count < limit && (row = memory_next(e->memory, TABLE_ITEM, &id)) != NULL)
		if (is_old(e, id, row, before))
			add_item(e, id, row);
	*count = left->item_count;
	for (i = 0; i < *count; i++)
		for (id = 0; (row = memory_next(e->memory, TABLE_ITEM, &id)) != NULL;)
			if (row->item.duplicate_of == left->items[i].id && !row->item.dossier &&
			    !str_eq(row->item.reason, "erased"))
				add_item(e, id, row);
	for (i = 0; i < left->item_count; i++)
		empty_item(e, left->items[i].id);
}

int memory_mail_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
		       struct erasure_left *left, size_t *count, struct err *err)
{
	struct erasing e = { .memory = memory_of(store), .dossier = -1, .arena = arena, .left = left };
	const struct row_outbox *mail;
	int64_t id = 0;

	(void)err;
	forget_items(&e, before, limit, count);
	while (*count < limit && (mail = memory_next(e.memory, TABLE_OUTBOX, &id)) != NULL)
		if (!mail->dossier && !mail->row.item && !mail->row.ticket && mail->row.created < before && is_done(mail)) {
			remove_mail(&e, id, mail->blob);
			++*count;
		}
	return 0;
}

int memory_scrub(struct store *store, struct err *err)
{
	struct row_erased *row;
	int64_t id = 0;

	(void)err;
	while ((row = memory_next(memory_of(store), TABLE_ERASED, &id)) != NULL)
		row->scrubbed = true;
	return 0;
}

/* ---- the lines that stay ---- */

bool memory_erased_exists(struct memory_store *memory, const char *number)
{
	const struct row_erased *row;
	int64_t id = 0;

	while ((row = memory_next(memory, TABLE_ERASED, &id)) != NULL)
		if (str_eq(row->erased.number, number))
			return true;
	return false;
}

int memory_erased_list(struct store *store, const struct erased_filter *filter, struct arena *arena,
		       struct erased_dossier **erased, size_t *count, struct err *err)
{
	const struct row_erased *row;
	int64_t id = filter->after < 0 ? 0 : filter->after;

	(void)err;
	while (*count < filter->limit && (row = memory_next(memory_of(store), TABLE_ERASED, &id)) != NULL) {
		struct erased_dossier *line;

		if ((filter->service && !str_eq(filter->service, row->erased.service)) ||
		    (filter->number && !str_eq(filter->number, row->erased.number)))
			continue;
		*erased = arena_grow(arena, *erased, *count, sizeof **erased);
		line = &(*erased)[(*count)++];
		*line = row->erased;
		line->number = arena_strdup(arena, line->number);
		line->service = arena_strdup(arena, line->service);
		line->workflow = arena_strdup(arena, line->workflow);
		line->reason = arena_strdup(arena, line->reason);
		line->by = arena_strdup(arena, line->by);
	}
	return 0;
}
