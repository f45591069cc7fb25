/* Items, in memory. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

static uint32_t hash_mail(const char *mailbox, uint32_t uidvalidity, uint32_t uid)
{
	return index_hash(mailbox, (uint64_t)uidvalidity << 32 | uid);
}

static struct row_item *find_mail(struct memory_store *memory, const char *mailbox, uint32_t uidvalidity,
				  uint32_t uid, int64_t *id)
{
	const struct index *index = &memory->indexes[INDEX_ITEM];

	for (*id = index_first(index, hash_mail(mailbox, uidvalidity, uid)); *id; *id = index_next(index, *id)) {
		struct row_item *row = memory_row(memory, TABLE_ITEM, *id);

		if (row->item.source == SOURCE_MAIL && row->item.uid == uid &&
		    row->item.uidvalidity == uidvalidity && str_eq(row->item.origin, mailbox))
			return row;
	}
	return NULL;
}

static struct row_item *find_spool(struct memory_store *memory, const char *key, int64_t *id)
{
	const struct index *index = &memory->indexes[INDEX_ITEM];

	for (*id = index_first(index, index_hash(key, 0)); *id; *id = index_next(index, *id)) {
		struct row_item *row = memory_row(memory, TABLE_ITEM, *id);

		if (row->item.source == SOURCE_SPOOL && str_eq(row->item.spool_key, key))
			return row;
	}
	return NULL;
}

int memory_uids_standing(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
			 size_t count, enum uid_standing *standing, struct err *err)
{
	int64_t id;
	size_t i;

	(void)err;
	for (i = 0; i < count; i++) {
		const struct row_item *row = find_mail(memory_of(store), mailbox, uidvalidity, uids[i], &id);

		standing[i] = row ? item_standing(row->item.state, row->item.acked) : UID_NEW;
	}
	return 0;
}

static void reserve_new(struct memory_store *memory, struct item *item)
{
	struct row_item *row = memory_row_new(sizeof *row);
	uint32_t hash = item->source == SOURCE_MAIL ? hash_mail(item->origin, item->uidvalidity, item->uid) :
						      index_hash(item->spool_key, 0);

	item->state = ITEM_RESERVED;
	item->attempts = 0;
	row->item.service = arena_strdup(&row->base.arena, item->service);
	row->item.source = item->source;
	row->item.origin = arena_strdup(&row->base.arena, item->origin);
	if (item->source == SOURCE_MAIL) {
		row->item.uidvalidity = item->uidvalidity;
		row->item.uid = item->uid;
	}
	row->item.spool_key = arena_strdup(&row->base.arena, item->spool_key);
	row->item.received = item->received;
	row->item.internal_date = item->internal_date;
	row->item.size = item->size;
	row->item.scope = item->scope;
	item->id = memory_append(memory, TABLE_ITEM, row);
	row->item.id = item->id;
	index_add(&memory->indexes[INDEX_ITEM], hash);
}

int memory_item_reserve(struct store *store, struct item *item, struct err *err)
{
	struct row_item *row = NULL;
	int64_t id = 0;

	(void)err;
	if (item->source == SOURCE_MAIL)
		row = find_mail(memory_of(store), item->origin, item->uidvalidity, item->uid, &id);
	else if (item->source == SOURCE_SPOOL)
		row = find_spool(memory_of(store), item->spool_key, &id);
	if (!row) {
		reserve_new(memory_of(store), item);
		return 0;
	}
	item->id = id;
	item->state = row->item.state;
	item->attempts = row->item.attempts;
	item->scope = row->item.scope;
	return 0;
}

/* A copy that may be changed, in place of the row. */
static struct row_item *change(struct memory_store *memory, int64_t id)
{
	struct row_item *row = memory_copy_item(memory_row(memory, TABLE_ITEM, id));

	memory_replace(memory, TABLE_ITEM, id, row);
	return row;
}

int memory_item_stored(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char *hash,
		       int64_t size, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_item *row = memory_row(memory, TABLE_ITEM, id);
	const struct blob_scope scope = { id, 0, NULL };
	struct id_log log = { NULL, 0, 0 };

	if (!row)
		return item_no_such(id, err);
	if (item_check_storable(id, row->item.state, err))
		return -1;
	row = change(memory, id);
	memory_blob_put(memory, raw, &scope, &log);
	row->raw = raw->id;
	row->item.state = ITEM_STORED;
	row->item.attempts = 0;
	row->item.size = size;
	memcpy(row->item.raw_hash, hash, sizeof row->item.raw_hash);
	row->has_hash = true;
	return id_log_end(&log, 0);
}

int memory_item_attempt(struct store *store, int64_t id, int *attempts, struct err *err)
{
	if (!memory_row(memory_of(store), TABLE_ITEM, id))
		return item_no_such(id, err);
	*attempts = ++change(memory_of(store), id)->item.attempts;
	return 0;
}

static void set_text(struct row_item *row, const char **field, const char *text)
{
	if (text)
		*field = arena_strdup(&row->base.arena, text);
}

/* The duplicates of what is one itself are of the same. */
static void copies_of(struct memory_store *memory, int64_t copy, int64_t original)
{
	const struct row_item *row;
	int64_t id = 0;

	while ((row = memory_next(memory, TABLE_ITEM, &id)) != NULL)
		if (row->item.duplicate_of == copy && id != original)
			change(memory, id)->item.duplicate_of = original;
}

int memory_item_end(struct store *store, const struct item_verdict *verdict, struct err *err)
{
	struct row_item *row = memory_row(memory_of(store), TABLE_ITEM, verdict->id);

	if (!row)
		return item_no_such(verdict->id, err);
	if (item_check_end(verdict->id, row->item.state, row->raw, verdict->state, err))
		return -1;
	if (verdict->duplicate_of && !memory_row(memory_of(store), TABLE_ITEM, verdict->duplicate_of))
		return err_set(err, ERR_BUG, "there is no item %lld to be a duplicate of",
			       (long long)verdict->duplicate_of);
	row = change(memory_of(store), verdict->id);
	row->item.state = verdict->state;
	row->item.reason = arena_strdup(&row->base.arena, verdict->reason);
	row->item.detail = arena_strdup(&row->base.arena, verdict->detail);
	set_text(row, &row->item.from, verdict->from);
	set_text(row, &row->item.subject, verdict->subject);
	set_text(row, &row->item.message_id, verdict->message_id);
	set_text(row, &row->item.dossier, verdict->dossier);
	row->item.duplicate_of = verdict->duplicate_of;
	if (verdict->content_key) {
		memcpy(row->item.content_key, verdict->content_key, sizeof row->item.content_key);
		row->has_content_key = true;
		row->item.doubt = verdict->doubt;
	}
	memory_held_ended(row);
	if (verdict->duplicate_of)
		copies_of(memory_of(store), verdict->id, verdict->duplicate_of);
	return 0;
}

int memory_item_retry(struct store *store, int64_t id, struct err *err)
{
	struct row_item *row = memory_row(memory_of(store), TABLE_ITEM, id);
	enum item_state next;

	if (!row)
		return item_no_such(id, err);
	if (item_check_retry(id, row->item.state, row->raw, &next, err))
		return -1;
	row = change(memory_of(store), id);
	row->item.state = next;
	row->item.attempts = 0;
	row->item.reason = NULL;
	row->item.detail = NULL;
	return 0;
}

static bool is_same(const struct row_item *row, const char *service, const unsigned char *hash,
		    const unsigned char *content_key, int doubt)
{
	const char *reason = row->item.reason;

	if (!item_state_is_original(row->item.state) || !str_eq(row->item.service, service))
		return false;
	if (row->item.state == ITEM_QUARANTINED && (str_eq(reason, "spool-refused") || str_eq(reason, "loop")))
		return false;
	if (row->has_hash && !memcmp(row->item.raw_hash, hash, sizeof row->item.raw_hash))
		return true;
	return content_key && row->has_content_key && row->item.doubt <= doubt &&
	       !memcmp(row->item.content_key, content_key, sizeof row->item.content_key);
}

int memory_item_find_same(struct store *store, const char *service, int64_t except, const unsigned char *hash,
			  const unsigned char *content_key, int doubt, int64_t *id, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t at;

	(void)err;
	for (at = 1; at <= memory_count(memory, TABLE_ITEM); at++)
		if (at != except && is_same(memory_row(memory, TABLE_ITEM, at), service, hash, content_key, doubt)) {
			*id = at;
			break;
		}
	return 0;
}

static void get_item(struct memory_store *memory, const struct row_item *row, bool bytes, struct arena *arena,
		     struct item *item)
{
	const struct row_blob *blob = memory_row(memory, TABLE_BLOB, row->raw);

	memory_put_item(arena, item, &row->item);
	memory_blob_get(memory, row->raw, bytes ? arena : NULL, &item->raw);
	if (blob && !blob->ref.name[0] && !blob->ref.inline_data)
		item->raw.id = 0; /* erased */
	memset(&item->raw_scope, 0, sizeof item->raw_scope);
	if (item->raw.id)
		memory_blob_scope(memory, row->raw, &item->raw_scope);
	item->raw_in_dossier = blob && blob->dossier;
}

int memory_item_load(struct store *store, int64_t id, struct arena *arena, struct item *item, struct err *err)
{
	const struct row_item *row = memory_row(memory_of(store), TABLE_ITEM, id);

	if (!row)
		return item_no_such(id, err);
	get_item(memory_of(store), row, true, arena, item);
	return 0;
}

static bool passes(const struct item_filter *filter, const struct item *item)
{
	return (filter->state < 0 || item->state == (enum item_state)filter->state) &&
	       (!filter->service || str_eq(item->service, filter->service)) &&
	       (!filter->mailbox || (item->source == SOURCE_MAIL && str_eq(item->origin, filter->mailbox))) &&
	       (!filter->from || addr_same(item->from, filter->from)) &&
	       (!filter->dossier || str_eq(item->dossier, filter->dossier));
}

int memory_item_list(struct store *store, const struct item_filter *filter, struct arena *arena,
		     struct item **items, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id = filter->after < 0 ? 0 : filter->after;

	(void)err;
	while (++id <= memory_count(memory, TABLE_ITEM) && *count < filter->limit) {
		const struct row_item *row = memory_row(memory, TABLE_ITEM, id);

		if (!passes(filter, &row->item))
			continue;
		*items = arena_grow(arena, *items, *count, sizeof **items);
		get_item(memory, row, false, arena, &(*items)[(*count)++]);
	}
	return 0;
}

static bool waits_for_ack(const struct item *item, const char *mailbox, uint32_t uidvalidity)
{
	return item->source == SOURCE_MAIL && !item->acked && item_state_is_decided(item->state) &&
	       item->uidvalidity == uidvalidity && str_eq(item->origin, mailbox);
}

int memory_items_unacked(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			 struct arena *arena, struct item **items, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id;

	(void)err;
	for (id = 1; id <= memory_count(memory, TABLE_ITEM) && *count < limit; id++) {
		const struct row_item *row = memory_row(memory, TABLE_ITEM, id);

		if (!waits_for_ack(&row->item, mailbox, uidvalidity))
			continue;
		*items = arena_grow(arena, *items, *count, sizeof **items);
		(*items)[(*count)++] = (struct item){ .id = id, .uid = row->item.uid, .state = row->item.state };
	}
	return 0;
}

int memory_items_acked(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		       size_t count, struct err *err)
{
	int64_t id;
	size_t i;

	(void)err;
	for (i = 0; i < count; i++) {
		const struct row_item *row = find_mail(memory_of(store), mailbox, uidvalidity, uids[i], &id);

		if (row && waits_for_ack(&row->item, mailbox, uidvalidity))
			change(memory_of(store), id)->item.acked = true;
	}
	return 0;
}

int memory_item_acked(struct store *store, int64_t id, struct err *err)
{
	const struct row_item *row = memory_row(memory_of(store), TABLE_ITEM, id);

	if (!row)
		return item_no_such(id, err);
	if (!item_state_is_decided(row->item.state))
		return err_set(err, ERR_INPUT, "item %lld is not decided yet: %s", (long long)id,
			       item_state_word(row->item.state));
	if (!row->item.acked)
		change(memory_of(store), id)->item.acked = true;
	return 0;
}

int memory_item_parcels(struct store *store, int64_t id, const char *parcels, struct err *err)
{
	struct row_item *row;

	if (!memory_row(memory_of(store), TABLE_ITEM, id))
		return item_no_such(id, err);
	row = change(memory_of(store), id);
	row->item.parcels = arena_strdup(&row->base.arena, parcels);
	return 0;
}
