/* What stands in front of every driver: transactions, failure, arguments. store.h is the manual. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"

/* Own. */
#include "store/store_p.h"

/* ---- transactions ---- */

static int refuse_failed(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "the store failed earlier; nothing more is done with it until the program is "
		       "started again");
}

/* A driver in trouble: whatever was open is undone, and that was the end. */
static int check_trouble(struct store *store)
{
	if (!store->trouble || store->failed)
		return -1;
	store->ops->rollback(store);
	store->group = false;
	store->failed = true;
	return -1;
}

int read_begin(const struct store *store, struct err *err)
{
	return store->failed ? refuse_failed(err) : 0;
}

int read_end(struct store *store, int rc)
{
	return rc < 0 ? check_trouble(store) : rc;
}

int verb_begin(struct store *store, struct err *err)
{
	int rc;

	if (store->failed)
		return refuse_failed(err);
	rc = store->group ? store->ops->save(store, err) : store->ops->begin(store, err);
	return rc ? check_trouble(store) : 0;
}

int verb_end(struct store *store, int rc, struct err *err)
{
	if (!rc)
		rc = store->group ? store->ops->release(store, err) : store->ops->commit(store, err);
	if (!rc)
		return 0;
	if (store->trouble)
		return check_trouble(store);
	if (store->group)
		store->ops->restore(store);
	else
		store->ops->rollback(store);
	return -1;
}

int store_begin(struct store *store, struct err *err)
{
	if (store->failed)
		return refuse_failed(err);
	if (store->group)
		return err_set(err, ERR_BUG, "a group is open already");
	if (store->ops->begin(store, err))
		return check_trouble(store);
	store->group = true;
	return 0;
}

int store_commit(struct store *store, struct err *err)
{
	if (store->failed)
		return refuse_failed(err);
	if (!store->group)
		return err_set(err, ERR_BUG, "no group is open");
	store->group = false;
	if (!store->ops->commit(store, err))
		return 0;
	if (!store->trouble)
		store->ops->rollback(store);
	return check_trouble(store);
}

void store_abort(struct store *store)
{
	if (!store->group)
		return;
	store->group = false;
	store->ops->rollback(store);
}

void store_close(struct store **store)
{
	struct store *old = *store;

	if (!old)
		return;
	*store = NULL;
	store_abort(old);
	old->ops->close(old);
}

bool store_failed(const struct store *store)
{
	return store->failed;
}

/* ---- about the store itself ---- */

int store_meta_get(struct store *store, struct store_meta *meta, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->meta_get(store, meta, err));
}

int store_time_seen(struct store *store, int64_t at, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->time_seen(store, at, err), err);
}

int store_time_steady(struct store *store, int64_t at, int64_t since, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->time_steady(store, at, since, err), err);
}

int store_clock_set(struct store *store, int64_t offset, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->clock_set(store, offset, err), err);
}

int store_stats(struct store *store, struct store_stats *stats, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->stats(store, stats, err));
}

int store_verify(struct store *store, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->verify(store, err));
}

int store_program_put(struct store *store, const char *digest, const char *workflow, const char *file,
		      const char *text, int64_t now, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->program_put(store, digest, workflow, file, text, now, err), err);
}

int store_program_get(struct store *store, const char *digest, struct arena *arena, const char **text,
		      const char **file, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->program_get(store, digest, arena, text, file, err));
}

int store_programs_used(struct store *store, struct arena *arena, struct program_use **uses, size_t *count,
			struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*uses = NULL;
	*count = 0;
	return read_end(store, store->ops->programs_used(store, arena, uses, count, err));
}

/* ---- items ---- */

int store_uids_standing(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
			size_t count, enum uid_standing *standing, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->uids_standing(store, mailbox, uidvalidity, uids, count, standing, err));
}

int store_item_reserve(struct store *store, struct item *item, struct err *err)
{
	if (reserve_check(item, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_reserve(store, item, err), err);
}

int store_item_stored(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char hash[32],
		      int64_t size, struct err *err)
{
	int rc;

	if (blob_ref_check(raw, err) || verb_begin(store, err))
		return -1;
	rc = verb_end(store, store->ops->item_stored(store, id, raw, hash, size, err), err);
	if (rc)
		raw->id = 0;
	return rc;
}

int store_item_attempt(struct store *store, int64_t id, int *attempts, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_attempt(store, id, attempts, err), err);
}

int store_item_end(struct store *store, const struct item_verdict *verdict, struct err *err)
{
	if (verdict_check(verdict, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_end(store, verdict, err), err);
}

int store_item_retry(struct store *store, int64_t id, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_retry(store, id, err), err);
}

int store_item_find_same(struct store *store, const char *service, int64_t except, const unsigned char hash[32],
			 const unsigned char *content_key, int doubt, int64_t *id, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*id = 0;
	return read_end(store, store->ops->item_find_same(store, service, except, hash, content_key, doubt, id, err));
}

int store_item_load(struct store *store, int64_t id, struct arena *arena, struct item *item, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->item_load(store, id, arena, item, err));
}

size_t list_limit(size_t limit)
{
	return limit && limit < STORE_LIST_MAX ? limit : STORE_LIST_MAX;
}

int store_item_list(struct store *store, const struct item_filter *filter, struct arena *arena,
		    struct item **items, size_t *count, struct err *err)
{
	struct item_filter limited = *filter;

	if (read_begin(store, err))
		return -1;
	*items = NULL;
	*count = 0;
	limited.limit = list_limit(filter->limit);
	return read_end(store, store->ops->item_list(store, &limited, arena, items, count, err));
}

int store_items_unacked(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			struct arena *arena, struct item **items, size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*items = NULL;
	*count = 0;
	return read_end(store, store->ops->items_unacked(store, mailbox, uidvalidity, limit, arena, items, count, err));
}

int store_items_acked(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		      size_t count, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->items_acked(store, mailbox, uidvalidity, uids, count, err), err);
}

int store_item_acked(struct store *store, int64_t id, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_acked(store, id, err), err);
}

int store_item_parcels(struct store *store, int64_t id, const char *parcels, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_parcels(store, id, parcels, err), err);
}

/* ---- dossiers ---- */

int store_serial_next(struct store *store, int year, int64_t *serial, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->serial_next(store, year, serial, err), err);
}

int store_dossier_load(struct store *store, const char *number, struct arena *arena, struct dossier **dossier,
		       struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*dossier = NULL;
	return read_end(store, store->ops->dossier_load(store, number, arena, dossier, err));
}

bool store_dossier_exists(struct store *store, const char *number)
{
	return !read_begin(store, NULL) && read_end(store, store->ops->dossier_exists(store, number, NULL)) > 0;
}

int store_dossier_list(struct store *store, const struct dossier_filter *filter, struct arena *arena,
		       struct dossier **dossiers, size_t *count, struct err *err)
{
	struct dossier_filter limited = *filter;

	if (read_begin(store, err))
		return -1;
	*dossiers = NULL;
	*count = 0;
	limited.limit = list_limit(filter->limit);
	return read_end(store, store->ops->dossier_list(store, &limited, arena, dossiers, count, err));
}

int store_history(struct store *store, const char *number, struct arena *arena, struct history_line **lines,
		  size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*lines = NULL;
	*count = 0;
	return read_end(store, store->ops->history(store, number, arena, lines, count, err));
}

int store_document_load(struct store *store, const char *number, int64_t id, struct arena *arena,
			struct document *document, struct blob_key *scope, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->document_load(store, number, id, arena, document, scope, err));
}

int store_dossier_erase(struct store *store, const struct erasure *erasure, struct arena *arena,
			struct erasure_left *left, struct err *err)
{
	int rc;

	*left = (struct erasure_left){ 0 };
	if (!erasure->number || !erasure->reason || !erasure->by)
		return err_set(err, ERR_BUG, "an erasure's number, reason or person is missing");
	if (verb_begin(store, err))
		return -1;
	rc = verb_end(store, store->ops->dossier_erase(store, erasure, arena, left, err), err);
	if (rc)
		*left = (struct erasure_left){ 0 };
	return rc;
}

int store_scrub(struct store *store, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	if (store->group)
		return err_set(err, ERR_BUG, "a group is open");
	return read_end(store, store->ops->scrub(store, err));
}

int store_erased_list(struct store *store, const struct erased_filter *filter, struct arena *arena,
		      struct erased_dossier **erased, size_t *count, struct err *err)
{
	struct erased_filter limited = *filter;

	if (read_begin(store, err))
		return -1;
	*erased = NULL;
	*count = 0;
	limited.limit = list_limit(filter->limit);
	return read_end(store, store->ops->erased_list(store, &limited, arena, erased, count, err));
}

bool store_blob_known(struct store *store, const char *name)
{
	return read_begin(store, NULL) || read_end(store, store->ops->blob_known(store, name, NULL)) != 0;
}

/* ---- tokens, and commands that wait for an answer ---- */

int store_token_put(struct store *store, const struct reply_token *token, struct err *err)
{
	if (token_check(token, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->token_put(store, token, err), err);
}

int store_token_find(struct store *store, const unsigned char hash[REPLY_HASH_SIZE], struct arena *arena,
		     struct reply_token *token, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->token_find(store, hash, arena, token, err));
}

int store_token_newest(struct store *store, const char *service, const char *dossier, const char *address,
		       const char *purpose, struct arena *arena, struct reply_token *token, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->token_newest(store, service, dossier, address, purpose, arena, token, err));
}

int store_token_revoke(struct store *store, const char *service, const char *dossier, const char *address,
		       int64_t now, size_t *count_r, struct err *err)
{
	size_t count = 0;

	if (!dossier && !address)
		return err_set(err, ERR_BUG, "tokens of nothing and nobody cannot be revoked");
	if (verb_begin(store, err) ||
	    verb_end(store, store->ops->token_revoke(store, service, dossier, address, now, &count, err), err))
		return -1;
	if (count_r)
		*count_r = count;
	return 0;
}

int store_token_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	*count = 0;
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->token_forget(store, before, list_limit(limit), count, err), err);
}

int store_pending_put(struct store *store, const struct pending_command *pending, struct err *err)
{
	if (pending_check(pending, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->pending_put(store, pending, err), err);
}

int store_pending_find(struct store *store, const unsigned char hash[REPLY_HASH_SIZE], struct arena *arena,
		       struct pending_command *pending, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->pending_find(store, hash, arena, pending, err));
}

int store_pending_take(struct store *store, const unsigned char hash[REPLY_HASH_SIZE], int64_t now,
		       struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->pending_take(store, hash, now, err), err);
}

int store_pending_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	*count = 0;
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->pending_forget(store, before, list_limit(limit), count, err), err);
}

/* ---- timers ---- */

int store_timers_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		     struct due_timer **timers, size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*timers = NULL;
	*count = 0;
	return read_end(store, store->ops->timers_due(store, now, limit, arena, timers, count, err));
}

/* ---- outgoing mail ---- */

int store_outbox_claim(struct store *store, int64_t now, size_t limit, struct arena *arena,
		       struct outbox_row **rows, size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if (verb_begin(store, err))
		return -1;
	rc = verb_end(store, store->ops->outbox_claim(store, now, limit, arena, rows, count, err), err);
	if (rc)
		*count = 0;
	return rc;
}

int store_outbox_in_data(struct store *store, int64_t id, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->outbox_in_data(store, id, err), err);
}

int store_outbox_record(struct store *store, const struct outbox_result *result, struct err *err)
{
	if (result_check(result, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->outbox_record(store, result, err), err);
}

int store_outbox_recover(struct store *store, int64_t now, size_t *unknown, struct err *err)
{
	size_t count = 0;

	if (verb_begin(store, err))
		return -1;
	if (verb_end(store, store->ops->outbox_recover(store, now, &count, err), err))
		return -1;
	if (unknown)
		*unknown = count;
	return 0;
}

int store_outbox_next(struct store *store, int64_t *at, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*at = DATE_NONE;
	return read_end(store, store->ops->outbox_next(store, at, err));
}

int store_outbox_load(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row,
		      struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->outbox_load(store, id, arena, row, err));
}

int store_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena,
			       struct outbox_row *row, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->outbox_by_message_id(store, message_id, arena, row, err));
}

int store_outbox_list(struct store *store, const struct outbox_filter *filter, struct arena *arena,
		      struct outbox_row **rows, size_t *count, struct err *err)
{
	struct outbox_filter limited = *filter;

	if (read_begin(store, err))
		return -1;
	*rows = NULL;
	*count = 0;
	limited.limit = list_limit(filter->limit);
	return read_end(store, store->ops->outbox_list(store, &limited, arena, rows, count, err));
}

int store_outbox_retry(struct store *store, int64_t id, int64_t now, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->outbox_retry(store, id, now, err), err);
}

int store_outbox_cancel(struct store *store, int64_t id, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->outbox_cancel(store, id, err), err);
}

int store_outbox_count(struct store *store, const char *service, const char *to, const char *template,
		       const char *dossier, int64_t since, int64_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*count = 0;
	return read_end(store, store->ops->outbox_count(store, service, to, template, dossier, since, count, err));
}

int store_outbox_thread(struct store *store, const char *dossier, const char *to, struct arena *arena,
			const char **first, const char **last, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*first = NULL;
	*last = NULL;
	return read_end(store, store->ops->outbox_thread(store, dossier, to, arena, first, last, err));
}

/* ---- what waits for a person ---- */

int store_held_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct held_look **looks,
		   size_t *count, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*looks = NULL;
	*count = 0;
	return read_end(store, store->ops->held_due(store, now, list_limit(limit), arena, looks, count, err));
}

int store_held_next(struct store *store, int64_t *at, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*at = DATE_NONE;
	return read_end(store, store->ops->held_next(store, at, err));
}

int store_held_look(struct store *store, const struct held_look *look, struct err *err)
{
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->held_look(store, look, err), err);
}

int store_held_accept(struct store *store, const struct held_accept *accept, struct err *err)
{
	const struct store_take take = { .accepts = accept, .accept_count = 1 };

	if (held_check(&take, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->held_accept(store, accept, err), err);
}

int store_held_accepted(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept,
			struct err *err)
{
	if (read_begin(store, err))
		return -1;
	return read_end(store, store->ops->held_accepted(store, item, arena, accept, err));
}

int store_held_asked(struct store *store, const char *service, const char *dossier, const char *address,
		     struct arena *arena, struct held_asked *asked, struct err *err)
{
	if (read_begin(store, err))
		return -1;
	*asked = (struct held_asked){ service, dossier, address, DATE_NONE, 0 };
	return read_end(store, store->ops->held_asked(store, service, dossier, address, arena, asked, err));
}

int store_held_ask(struct store *store, const struct held_asked *asked, struct err *err)
{
	const struct store_take take = { .asked = asked, .asked_count = 1 };

	if (held_check(&take, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->held_ask(store, asked, err), err);
}

int store_item_erase(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left, struct err *err)
{
	memset(left, 0, sizeof *left);
	if (verb_begin(store, err))
		return -1;
	return verb_end(store, store->ops->item_erase(store, id, arena, left, err), err);
}
