/* The SQLite driver's table, its transactions and its end. */

/* System. */
#include <stdlib.h>

/* Base. */
#include "base/step.h"

/* Own. */
#include "store/sqlite_p.h"

static int run(struct sqlite_store *db, const char *sql, struct err *err)
{
	struct query query;

	query_begin(&query, db, sql);
	return query_run(&query, err);
}

/* IMMEDIATE, because a transaction that begins as a reader can be refused later without waiting (libraries.md §6). */
static int sqlite_begin(struct store *store, struct err *err)
{
	static const char begin[] = "BEGIN IMMEDIATE";
	struct sqlite_store *db = sqlite_of(store);

	db->mark = sqlite3_total_changes64(db->db);
	return run(db, begin, err);
}

/* A commit of nothing writes nothing, and is no durable step. */
static int sqlite_commit(struct store *store, struct err *err)
{
	static const char commit[] = "COMMIT";
	struct sqlite_store *db = sqlite_of(store);
	bool writes = sqlite3_total_changes64(db->db) != db->mark;
	int rc;

	if (writes)
		step_done("store.commit");
	rc = run(db, commit, err);
	if (writes && !rc)
		step_done("store.commit");
	return rc ? err_context(err, "cannot commit") : 0;
}

/* Some failures (disk full, input/output) have ended the transaction already. */
static void sqlite_rollback(struct store *store)
{
	static const char rollback[] = "ROLLBACK";
	struct sqlite_store *db = sqlite_of(store);

	if (!sqlite3_get_autocommit(db->db))
		run(db, rollback, NULL);
}

static int sqlite_save(struct store *store, struct err *err)
{
	static const char save[] = "SAVEPOINT verb";

	return run(sqlite_of(store), save, err);
}

static int sqlite_release(struct store *store, struct err *err)
{
	static const char release[] = "RELEASE verb";

	return run(sqlite_of(store), release, err);
}

static void sqlite_restore(struct store *store)
{
	static const char restore[] = "ROLLBACK TO verb", release[] = "RELEASE verb";

	if (run(sqlite_of(store), restore, NULL) || run(sqlite_of(store), release, NULL))
		store->trouble = true;
}

/* The last connection's close writes the log back into the database, when there is something in it. */
static void sqlite_close(struct store *store)
{
	struct sqlite_store *db = sqlite_of(store);

	sql_cache_free(db);
	sqlite3_close(db->db);
	free(db);
}

const struct store_ops sqlite_ops = {
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.save = sqlite_save,
	.release = sqlite_release,
	.restore = sqlite_restore,
	.close = sqlite_close,
	.meta_get = sqlite_meta_get,
	.time_seen = sqlite_time_seen,
	.time_steady = sqlite_time_steady,
	.clock_set = sqlite_clock_set,
	.stats = sqlite_stats,
	.verify = sqlite_verify,
	.program_put = sqlite_program_put,
	.program_get = sqlite_program_get,
	.uids_standing = sqlite_uids_standing,
	.item_reserve = sqlite_item_reserve,
	.item_stored = sqlite_item_stored,
	.item_attempt = sqlite_item_attempt,
	.item_end = sqlite_item_end,
	.item_retry = sqlite_item_retry,
	.item_find_same = sqlite_item_find_same,
	.item_load = sqlite_item_load,
	.item_list = sqlite_item_list,
	.items_unacked = sqlite_items_unacked,
	.items_acked = sqlite_items_acked,
	.item_acked = sqlite_item_acked,
	.item_parcels = sqlite_item_parcels,
	.take = sqlite_take,
	.serial_next = sqlite_serial_next,
	.dossier_load = sqlite_dossier_load,
	.dossier_exists = sqlite_dossier_exists,
	.dossier_list = sqlite_dossier_list,
	.history = sqlite_history,
	.document_load = sqlite_document_load,
	.blob_known = sqlite_blob_known,
	.timers_due = sqlite_timers_due,
	.outbox_claim = sqlite_outbox_claim,
	.outbox_in_data = sqlite_outbox_in_data,
	.outbox_record = sqlite_outbox_record,
	.outbox_recover = sqlite_outbox_recover,
	.outbox_next = sqlite_outbox_next,
	.outbox_load = sqlite_outbox_load,
	.outbox_by_message_id = sqlite_outbox_by_message_id,
	.outbox_list = sqlite_outbox_list,
	.outbox_retry = sqlite_outbox_retry,
	.outbox_cancel = sqlite_outbox_cancel,
	.outbox_count = sqlite_outbox_count,
	.outbox_thread = sqlite_outbox_thread,
	.programs_used = sqlite_programs_used,
	.dossier_erase = sqlite_dossier_erase,
	.scrub = sqlite_scrub,
	.erased_list = sqlite_erased_list,
	.token_put = sqlite_token_put,
	.token_find = sqlite_token_find,
	.token_newest = sqlite_token_newest,
	.token_revoke = sqlite_token_revoke,
	.token_forget = sqlite_token_forget,
	.pending_put = sqlite_pending_put,
	.pending_find = sqlite_pending_find,
	.pending_take = sqlite_pending_take,
	.pending_forget = sqlite_pending_forget,
	.office_put = sqlite_office_put,
	.office_find = sqlite_office_find,
	.office_list = sqlite_office_list,
	.office_remove = sqlite_office_remove,
	.office_cases = sqlite_office_cases,
	.colleague_put = sqlite_colleague_put,
	.colleague_find = sqlite_colleague_find,
	.colleague_list = sqlite_colleague_list,
	.colleague_forget = sqlite_colleague_forget,
	.address_load = sqlite_address_load,
	.address_put = sqlite_address_put,
	.address_remove = sqlite_address_remove,
	.address_dead = sqlite_address_dead,
	.address_forget = sqlite_address_forget,
	.outbox_by_sender = sqlite_outbox_by_sender,
	.outbox_returned = sqlite_outbox_returned,
	.outbox_tally = sqlite_outbox_tally,
	.outbox_held = sqlite_outbox_held,
	.held_due = sqlite_held_due,
	.held_next = sqlite_held_next,
	.held_look = sqlite_held_look,
	.held_accept = sqlite_held_accept,
	.held_accepted = sqlite_held_accepted,
	.held_asked = sqlite_held_asked,
	.held_ask = sqlite_held_ask,
	.item_erase = sqlite_item_erase,
	.ticket_load = sqlite_ticket_load,
	.ticket_of_mail = sqlite_ticket_of_mail,
	.ticket_list = sqlite_ticket_list,
	.tickets_due = sqlite_tickets_due,
	.tickets_next = sqlite_tickets_next,
	.ticket_thread = sqlite_ticket_thread,
	.tickets_forget = sqlite_tickets_forget,
	.mail_forget = sqlite_mail_forget,
};
