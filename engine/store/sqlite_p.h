/* Private to store/: the SQLite driver's own tools. */
#ifndef POSTKAMER_STORE_SQLITE_P_H
#define POSTKAMER_STORE_SQLITE_P_H

#include <sqlite3.h>

#include "store/store_p.h"

#define STORE_FILE "postkamer.db"
#define STORE_APPLICATION_ID 0x506b616d /* "Pkam"; in the header of the file */

#define SQL_STATEMENTS 1024 /* far more than there are (some 230): a full table would be searched for ever */

/* A prepared statement, found by the address of its constant text. */
struct sql_cached {
	const char *sql;
	sqlite3_stmt *stmt; /* owned */
};

struct sqlite_store {
	struct store base;
	sqlite3 *db;         /* owned */
	sqlite3_int64 mark;  /* changes counted when the transaction began */
	struct sql_cached cache[SQL_STATEMENTS];
};

static inline struct sqlite_store *sqlite_of(struct store *store)
{
	return (struct sqlite_store *)store;
}

extern const struct store_ops sqlite_ops;

/* ---- sqlite_query.c: statements ---- */

/*
 * One use of a statement. Parameters are bound in order, columns read in order:
 *
 *     query_begin(&query, db, "SELECT id, number FROM dossier WHERE service = ?");
 *     query_text(&query, service);
 *     while ((rc = query_step(&query, err)) > 0) { id = query_get_int(&query); … }
 *
 * A query that has given its last row (0) or failed (-1) is over; one that is
 * left before needs query_end(). 'sql' must be a constant: its address is the
 * key of the cache. What is bound must stay until the query is over.
 */
struct query {
	struct sqlite_store *db; /* borrowed */
	sqlite3_stmt *stmt;      /* borrowed from the cache */
	int param, column;
	int rc;                  /* first failure of SQLite's, SQLITE_OK = none */
};

void query_begin(struct query *query, struct sqlite_store *db, const char *sql);
void query_int(struct query *query, int64_t value);
/* NULL binds NULL, in these three. */
void query_text(struct query *query, const char *text);
void query_blob(struct query *query, const void *data, size_t len);
void query_key(struct query *query, const struct blob_key *key);
/* DATE_NONE binds NULL. */
void query_time(struct query *query, int64_t at);
/* 0 binds NULL: an id that refers to nothing. */
void query_id(struct query *query, int64_t id);
/* 1 = a row, 0 = no more, -1 = failed. */
int query_step(struct query *query, struct err *err);
/* Runs it to its end, whatever rows it gives; 0 or -1. */
int query_run(struct query *query, struct err *err);
void query_end(struct query *query);

int64_t query_get_int(struct query *query);
bool query_get_bool(struct query *query);
int64_t query_get_time(struct query *query);
/* A copy in the arena, or NULL. */
const char *query_get_text(struct query *query, struct arena *arena);
/* Valid until the next step; NULL for NULL. */
const char *query_peek_text(struct query *query);
const void *query_get_blob(struct query *query, struct arena *arena, size_t *len_r);
/* Exactly 'len' bytes, or zeros when there are not that many. */
void query_get_bytes(struct query *query, void *out, size_t len);
void query_get_key(struct query *query, struct blob_key *key_r);
void query_skip(struct query *query);

/* Runs constant text without rows or parameters, not cached. */
int sql_exec(struct sqlite_store *db, const char *sql, struct err *err);
/* One integer of a one-row query that is not cached (a pragma). */
int sql_int(struct sqlite_store *db, const char *sql, int64_t *value_r, struct err *err);
/* Fills 'err' from SQLite's code, and marks the store when it is in trouble; -1. */
int sql_error(struct sqlite_store *db, int code, struct err *err);
void sql_cache_free(struct sqlite_store *db);
/* Id of the row last inserted; number of rows the last statement changed. */
int64_t sql_last_id(struct sqlite_store *db);
int sql_changed(struct sqlite_store *db);
/* Runs a DELETE with two parameters, a time and a limit. */
int sql_forget(struct sqlite_store *db, const char *sql, int64_t before, size_t limit, size_t *count_r, struct err *err);

/* ---- sqlite_schema.c ---- */

#define STORE_SCHEMA_VERSION 4
/* What leads from version n to n + 1. */
extern const char *const sqlite_migrations[STORE_SCHEMA_VERSION];

/* ---- sqlite_open.c ---- */

/* ERR_NOTFOUND with the cure when there is no store in the folder. */
int sqlite_check_there(const char *path, struct err *err);

/* ---- sqlite_blob.c ---- */

/* Inserts a row for a blob that is durable already; fills 'ref->id' by way of 'log'. */
int sqlite_blob_put(struct sqlite_store *db, struct blob_ref *ref, const struct blob_scope *scope,
		    struct id_log *log, struct err *err);
/*
 * Reads the five columns id, name, size, key, sealed. 'arena' gets the inline
 * bytes; a statement that is not to load them selects NULL for the last.
 */
void sqlite_blob_get(struct query *query, struct arena *arena, struct blob_ref *ref_r);
int sqlite_blob_known(struct store *store, const char *name, struct err *err);

/* ---- the verbs, by file ---- */

int sqlite_meta_get(struct store *store, struct store_meta *meta_r, struct err *err);
int sqlite_time_seen(struct store *store, int64_t at, struct err *err);
int sqlite_time_steady(struct store *store, int64_t at, int64_t since, struct err *err);
int sqlite_clock_set(struct store *store, int64_t offset, struct err *err);
int sqlite_stats(struct store *store, struct store_stats *stats_r, struct err *err);
int sqlite_verify(struct store *store, struct err *err);
int sqlite_program_put(struct store *store, const char *digest, const char *workflow, const char *file,
		       const char *text, int64_t now, struct err *err);
int sqlite_program_get(struct store *store, const char *digest, struct arena *arena, const char **text_r,
		       const char **file_r, struct err *err);
int sqlite_serial_next(struct store *store, int year, int64_t *serial_r, struct err *err);

int sqlite_uids_standing(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
			 size_t count, enum uid_standing *standing_r, struct err *err);
int sqlite_item_reserve(struct store *store, struct item *item, struct err *err);
int sqlite_item_stored(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char *hash,
		       int64_t size, struct err *err);
int sqlite_item_attempt(struct store *store, int64_t id, int *attempts_r, struct err *err);
int sqlite_item_end(struct store *store, const struct item_verdict *verdict, struct err *err);
int sqlite_item_retry(struct store *store, int64_t id, struct err *err);
int sqlite_items_acked(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		       size_t count, struct err *err);
int sqlite_item_acked(struct store *store, int64_t id, struct err *err);
int sqlite_item_parcels(struct store *store, int64_t id, const char *parcels, struct err *err);

int sqlite_item_find_same(struct store *store, const char *service, int64_t except, const unsigned char *hash,
			  const unsigned char *content_key, int doubt, int64_t *id_r, struct err *err);
int sqlite_item_load(struct store *store, int64_t id, struct arena *arena, struct item *item_r, struct err *err);
int sqlite_item_list(struct store *store, const struct item_filter *filter, struct arena *arena,
		     struct item **items_r, size_t *count_r, struct err *err);
int sqlite_items_unacked(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			 struct arena *arena, struct item **items_r, size_t *count_r, struct err *err);

int sqlite_take(struct store *store, struct store_take *take, struct err *err);
/* All that belongs to a dossier, which has its id. */
int sqlite_dossier_put_parts(struct sqlite_store *db, struct dossier *dossier, struct id_log *log,
			     struct err *err);

int sqlite_dossier_load(struct store *store, const char *number, struct arena *arena,
			struct dossier **dossier_r, struct err *err);
int sqlite_dossier_id(struct sqlite_store *db, const char *number, int64_t *id_r, struct err *err);
int sqlite_dossier_exists(struct store *store, const char *number, struct err *err);
int sqlite_dossier_list(struct store *store, const struct dossier_filter *filter, struct arena *arena,
			struct dossier **dossiers_r, size_t *count_r, struct err *err);
int sqlite_dossier_get_parts(struct sqlite_store *db, struct dossier *dossier, struct arena *arena,
			     struct err *err);
int sqlite_timers_get(struct sqlite_store *db, int64_t dossier, struct arena *arena, struct timer **timers_r,
		      size_t *count_r, struct err *err);
int sqlite_counts_get(struct sqlite_store *db, int64_t dossier, struct arena *arena,
		      struct clause_count **counts_r, size_t *count_r, struct err *err);
int sqlite_facts_get(struct sqlite_store *db, int64_t dossier, struct arena *arena, struct fact **facts_r,
		     size_t *count_r, struct err *err);
/* Partners, aliases and changes of address of the dossier with that id; written where they differ. */
int sqlite_people_get(struct sqlite_store *db, struct dossier *dossier, struct arena *arena, struct err *err);
int sqlite_people_put(struct sqlite_store *db, const struct dossier *dossier, struct err *err);
int sqlite_history(struct store *store, const char *number, struct arena *arena,
		   struct history_line **lines_r, size_t *count_r, struct err *err);
int sqlite_document_load(struct store *store, const char *number, int64_t id, struct arena *arena,
			 struct document *document_r, struct blob_key *scope_r, struct err *err);
int sqlite_timers_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		      struct due_timer **timers_r, size_t *count_r, struct err *err);

int sqlite_outbox_claim(struct store *store, int64_t now, size_t limit, struct arena *arena,
			struct outbox_row **rows_r, size_t *count_r, struct err *err);
int sqlite_outbox_in_data(struct store *store, int64_t id, struct err *err);
int sqlite_outbox_record(struct store *store, const struct outbox_result *result, struct err *err);
int sqlite_outbox_recover(struct store *store, int64_t now, size_t *unknown_r, struct err *err);
int sqlite_outbox_retry(struct store *store, int64_t id, int64_t now, struct err *err);
int sqlite_outbox_cancel(struct store *store, int64_t id, struct err *err);

int sqlite_outbox_next(struct store *store, int64_t *at_r, struct err *err);
int sqlite_outbox_load(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row_r,
		       struct err *err);
int sqlite_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena,
				struct outbox_row *row_r, struct err *err);
int sqlite_outbox_list(struct store *store, const struct outbox_filter *filter, struct arena *arena,
		       struct outbox_row **rows_r, size_t *count_r, struct err *err);
int sqlite_outbox_count(struct store *store, const char *service, const char *to, const char *template,
			const char *dossier, int64_t since, int64_t *count_r, struct err *err);
int sqlite_outbox_thread(struct store *store, const char *dossier, const char *to, struct arena *arena,
			 const char **first_r, const char **last_r, struct err *err);

/* The mails of one thread: statements with a number and an address, each of which yields a Message-ID or nothing. */
struct sqlite_thread {
	const char *oldest, *latest;
};
/* What is not found is left as it is. */
int sqlite_thread_find(struct sqlite_store *db, const struct sqlite_thread *sql, const char *number, const char *to,
		       struct arena *arena, const char **first_r, const char **last_r, struct err *err);

int sqlite_token_put(struct store *store, const struct reply_token *token, struct err *err);
int sqlite_token_find(struct store *store, const unsigned char *hash, struct arena *arena,
		   struct reply_token *token_r, struct err *err);
int sqlite_token_newest(struct store *store, const char *service, const char *dossier, const char *address,
		     const char *purpose, struct arena *arena, struct reply_token *token_r, struct err *err);
int sqlite_token_revoke(struct store *store, const char *service, const char *dossier, const char *address,
		     int64_t now, size_t *count_r, struct err *err);
int sqlite_token_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
int sqlite_pending_put(struct store *store, const struct pending_command *pending, struct err *err);
int sqlite_pending_find(struct store *store, const unsigned char *hash, struct arena *arena,
		     struct pending_command *pending_r, struct err *err);
int sqlite_pending_take(struct store *store, const unsigned char *hash, int64_t now, struct err *err);
int sqlite_pending_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

int sqlite_office_put(struct store *store, const struct office *office, struct err *err);
int sqlite_office_find(struct store *store, const char *service, const char *address, struct arena *arena,
		       struct office *office_r, struct err *err);
int sqlite_office_list(struct store *store, const struct office_filter *filter, struct arena *arena,
		       struct office **offices_r, size_t *count_r, struct err *err);
int sqlite_office_remove(struct store *store, const char *service, const char *address, struct err *err);
int sqlite_office_cases(struct store *store, const struct office_case_filter *filter, struct arena *arena,
			struct office_case **cases_r, size_t *count_r, struct err *err);
int sqlite_colleague_put(struct store *store, const struct office_colleague *colleague, struct err *err);
int sqlite_colleague_find(struct store *store, const char *service, const char *office, const char *address,
			  struct arena *arena, struct office_colleague *colleague_r, struct err *err);
int sqlite_colleague_list(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			  struct arena *arena, struct office_colleague **colleagues_r, size_t *count_r,
			  struct err *err);
int sqlite_colleague_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

int sqlite_programs_used(struct store *store, struct arena *arena, struct program_use **uses_r, size_t *count_r,
		      struct err *err);
int sqlite_dossier_erase(struct store *store, const struct erasure *erasure, struct arena *arena,
		      struct erasure_left *left_r, struct err *err);
int sqlite_scrub(struct store *store, struct err *err);
int sqlite_erased_list(struct store *store, const struct erased_filter *filter, struct arena *arena,
		    struct erased_dossier **erased_r, size_t *count_r, struct err *err);

/* After an item ended: on the list of what waits, or off it. */
int sqlite_held_ended(struct sqlite_store *db, int64_t id, enum item_state state, struct err *err);
int sqlite_held_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct held_look **looks_r,
	       size_t *count_r, struct err *err);
int sqlite_held_next(struct store *store, int64_t *at_r, struct err *err);
int sqlite_held_look(struct store *store, const struct held_look *look, struct err *err);
int sqlite_held_accept(struct store *store, const struct held_accept *accept, struct err *err);
int sqlite_held_accepted(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept_r,
		    struct err *err);
int sqlite_held_asked(struct store *store, const char *service, const char *dossier, const char *address,
		 struct arena *arena, struct held_asked *asked_r, struct err *err);
int sqlite_held_ask(struct store *store, const struct held_asked *asked, struct err *err);
int sqlite_item_erase(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left_r,
		 struct err *err);
/* The ticket of a decision, whose dossier and item have their ids; before its mails. */
int sqlite_take_ticket(struct store *store, struct store_take *take, struct id_log *log, struct err *err);
/* A new mail of the outbox is about that ticket. */
int sqlite_ticket_mail(struct store *store, const char *number, int64_t outbox, struct err *err);
int sqlite_ticket_load(struct store *store, const char *number, struct arena *arena, struct ticket **ticket_r,
		       struct err *err);
int sqlite_ticket_of_mail(struct store *store, const char *message_id, struct arena *arena, const char **number_r,
			  struct err *err);
int sqlite_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
		       struct ticket **tickets_r, size_t *count_r, struct err *err);
int sqlite_tickets_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		       struct ticket **tickets_r, size_t *count_r, struct err *err);
int sqlite_tickets_next(struct store *store, int64_t *at_r, struct err *err);
int sqlite_ticket_thread(struct store *store, const char *number, const char *to, struct arena *arena,
			 const char **first_r, const char **last_r, struct err *err);
int sqlite_mail_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			struct erasure_left *left_r, size_t *count_r, struct err *err);
int sqlite_tickets_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			  struct erasure_left *left_r, size_t *count_r, struct err *err);

int sqlite_address_load(struct store *store, const char *service, const char *address, struct arena *arena,
		     struct address_health *health_r, struct err *err);
int sqlite_address_put(struct store *store, const struct address_health *health, struct err *err);
int sqlite_address_remove(struct store *store, const char *service, const char *address, struct err *err);
int sqlite_address_dead(struct store *store, size_t limit, struct arena *arena, struct address_health **list_r,
		     size_t *count_r, struct err *err);
int sqlite_address_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
int sqlite_outbox_by_sender(struct store *store, const char *from, struct arena *arena, struct outbox_row *row_r,
			 struct err *err);
int sqlite_outbox_returned(struct store *store, const struct outbox_result *result, struct err *err);
int sqlite_outbox_tally(struct store *store, const struct outbox_tally *tally, int64_t *count_r, struct err *err);
int sqlite_outbox_held(struct store *store, const char *held, const char *service, const char *to, int64_t after,
		    size_t limit, struct arena *arena, struct outbox_row **rows_r, size_t *count_r, struct err *err);

#endif
