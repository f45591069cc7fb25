/* Tokens and commands that wait for an answer, in memory. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

/* 0 for no number; -1 when there is no such dossier. */
static int dossier_id(struct memory_store *memory, const char *number, int64_t *id, struct err *err)
{
	*id = 0;
	if (number && !memory_dossier_find(memory, number, id))
		return dossier_no_such(number, err);
	return 0;
}

static const char *dossier_number(struct memory_store *memory, int64_t id, struct arena *arena)
{
	const struct row_dossier *row = memory_row(memory, TABLE_DOSSIER, id);

	return row ? arena_strdup(arena, row->dossier.number) : NULL;
}

/* ---- tokens ---- */

static struct row_token *find_token(struct memory_store *memory, const unsigned char *hash, int64_t *id)
{
	struct row_token *row;

	for (*id = 0; (row = memory_next(memory, TABLE_TOKEN, id)) != NULL;)
		if (!memcmp(row->token.hash, hash, REPLY_HASH_SIZE))
			return row;
	return NULL;
}

static void put_token(struct arena *arena, struct reply_token *to, const struct reply_token *from)
{
	*to = *from;
	to->service = arena_strdup(arena, from->service);
	to->dossier = NULL;
	to->address = arena_strdup(arena, from->address);
	to->purpose = arena_strdup(arena, from->purpose);
	to->row = REPLY_NO_ROW;
}

static struct row_token *copy_token(const struct reply_token *from, int64_t dossier)
{
	struct row_token *row = memory_row_new(sizeof *row);

	put_token(&row->base.arena, &row->token, from);
	row->dossier = dossier;
	return row;
}

struct row_token *memory_copy_token(const struct row_token *row)
{
	return copy_token(&row->token, row->dossier);
}

static int get_token(struct memory_store *memory, const struct row_token *row, struct arena *arena,
		     struct reply_token *token, struct err *err)
{
	if (!row)
		return token_no_such(err);
	put_token(arena, token, &row->token);
	token->dossier = dossier_number(memory, row->dossier, arena);
	return 0;
}

static int put_again(struct memory_store *memory, const struct reply_token *token)
{
	int64_t id = 0;
	const struct row_token *there = find_token(memory, token->hash, &id);
	struct row_token *row;

	if (!there || there->token.revoked != DATE_NONE || there->token.expires >= token->expires)
		return 0;
	row = copy_token(&there->token, there->dossier);
	row->token.expires = token->expires;
	memory_replace(memory, TABLE_TOKEN, id, row);
	return 0;
}

int memory_token_put(struct store *store, const struct reply_token *token, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_token *row;
	int64_t dossier, id;

	if (token->again)
		return put_again(memory, token);
	if (dossier_id(memory, token->dossier, &dossier, err))
		return -1;
	if (token->outbox && !memory_row(memory, TABLE_OUTBOX, token->outbox))
		return outbox_no_such(token->outbox, err);
	if (find_token(memory, token->hash, &id))
		return err_set(err, ERR_EXISTS, "the token is there already");
	row = copy_token(token, dossier);
	row->token.revoked = DATE_NONE;
	memory_append(memory, TABLE_TOKEN, row);
	return 0;
}

int memory_token_find(struct store *store, const unsigned char *hash, struct arena *arena,
		      struct reply_token *token, struct err *err)
{
	int64_t id;

	return get_token(memory_of(store), find_token(memory_of(store), hash, &id), arena, token, err);
}

int memory_token_newest(struct store *store, const char *service, const char *dossier, const char *address,
			const char *purpose, struct arena *arena, struct reply_token *token, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_token *row, *newest = NULL;
	int64_t wanted, id = 0;

	if (dossier_id(memory, dossier, &wanted, NULL))
		return token_no_such(err);
	while ((row = memory_next(memory, TABLE_TOKEN, &id)) != NULL)
		if (row->dossier == wanted && row->token.revoked == DATE_NONE && str_eq(row->token.service, service) &&
		    str_eq(row->token.purpose, purpose) && addr_same(row->token.address, address) &&
		    (!newest || row->token.made >= newest->token.made))
			newest = row;
	return get_token(memory, newest, arena, token, err);
}

int memory_token_revoke(struct store *store, const char *service, const char *dossier, const char *address,
			int64_t now, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_token *row;
	int64_t wanted, id = 0;

	if (dossier_id(memory, dossier, &wanted, err))
		return -1;
	while ((row = memory_next(memory, TABLE_TOKEN, &id)) != NULL) {
		struct row_token *revoked;

		if (row->token.revoked != DATE_NONE || !str_eq(row->token.service, service) ||
		    (dossier && row->dossier != wanted) || (address && !addr_same(row->token.address, address)))
			continue;
		revoked = copy_token(&row->token, row->dossier);
		revoked->token.revoked = now;
		memory_replace(memory, TABLE_TOKEN, id, revoked);
		++*count;
	}
	return 0;
}

int memory_token_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_token *token;
	int64_t id = 0;

	(void)err;
	while (*count < limit && (token = memory_next(memory, TABLE_TOKEN, &id)) != NULL)
		if (token->token.expires < before) {
			memory_remove(memory, TABLE_TOKEN, id);
			++*count;
		}
	return 0;
}

int memory_pending_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_pending *pending;
	int64_t id = 0;

	(void)err;
	while (*count < limit && (pending = memory_next(memory, TABLE_PENDING, &id)) != NULL)
		if (pending->pending.expires < before) {
			memory_remove(memory, TABLE_PENDING, id);
			++*count;
		}
	return 0;
}

/* ---- commands that wait ---- */

static struct row_pending *find_pending(struct memory_store *memory, const unsigned char *hash, int64_t *id)
{
	struct row_pending *row;

	for (*id = 0; (row = memory_next(memory, TABLE_PENDING, id)) != NULL;)
		if (!memcmp(row->pending.hash, hash, REPLY_HASH_SIZE))
			return row;
	return NULL;
}

static void put_pending(struct arena *arena, struct pending_command *to, const struct pending_command *from)
{
	*to = *from;
	to->service = arena_strdup(arena, from->service);
	to->dossier = NULL;
	to->address = arena_strdup(arena, from->address);
	to->text = arena_strdup(arena, from->text);
}

static struct row_pending *copy_pending(const struct pending_command *from, int64_t dossier)
{
	struct row_pending *row = memory_row_new(sizeof *row);

	put_pending(&row->base.arena, &row->pending, from);
	row->dossier = dossier;
	return row;
}

int memory_pending_put(struct store *store, const struct pending_command *pending, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	struct row_pending *row;
	int64_t dossier, id;

	if (dossier_id(memory, pending->dossier, &dossier, err))
		return -1;
	if (pending->item && !memory_row(memory, TABLE_ITEM, pending->item))
		return item_no_such(pending->item, err);
	if (find_pending(memory, pending->hash, &id))
		return err_set(err, ERR_EXISTS, "the command is there already");
	row = copy_pending(pending, dossier);
	row->pending.answered = DATE_NONE;
	memory_append(memory, TABLE_PENDING, row);
	return 0;
}

int memory_pending_find(struct store *store, const unsigned char *hash, struct arena *arena,
			struct pending_command *pending, struct err *err)
{
	int64_t id;
	const struct row_pending *row = find_pending(memory_of(store), hash, &id);

	if (!row)
		return pending_no_such(err);
	put_pending(arena, pending, &row->pending);
	pending->dossier = dossier_number(memory_of(store), row->dossier, arena);
	return 0;
}

int memory_pending_take(struct store *store, const unsigned char *hash, int64_t now, struct err *err)
{
	int64_t id;
	const struct row_pending *row = find_pending(memory_of(store), hash, &id);
	struct row_pending *taken;

	if (!row)
		return pending_no_such(err);
	if (pending_check_take(&row->pending, now, err))
		return -1;
	taken = copy_pending(&row->pending, row->dossier);
	taken->pending.answered = now;
	memory_replace(memory_of(store), TABLE_PENDING, id, taken);
	return 0;
}
