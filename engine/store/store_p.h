/*
 * Private to store/: what a driver has to do, and what both drivers share.
 *
 * store.c stands in front of every driver. It opens and ends transactions, so
 * that a verb's slot is called inside one, does its work or fails, and never
 * thinks of groups; it also checks arguments that need no data.
 */
#ifndef POSTKAMER_STORE_STORE_P_H
#define POSTKAMER_STORE_STORE_P_H

#include "store/store.h"

#define STORE_LIST_MAX 1000

struct store {
	const struct store_ops *ops; /* borrowed, constant */
	bool group;   /* between store_begin() and store_commit() or store_abort() */
	bool trouble; /* set by a driver: what it works on cannot be trusted any more */
	bool failed;  /* trouble was seen; nothing is done from then on */
};

/*
 * All slots but those of the first part are as the function of store.h with the
 * same name: same arguments, ownership and errors. Slots of verbs marked [w]
 * there are called inside begin()/commit(), those within a group also inside
 * save()/release(); when one fails, whatever it did is undone by its caller.
 * What it put in the caller's structures it takes back itself (struct id_log).
 */
struct store_ops {
	/* Opens a transaction: all or nothing. May fail with ERR_TEMP when another process holds the store. */
	int (*begin)(struct store *store, struct err *err);
	/* Makes it durable; blocks as long as the disk does. A failure leaves it open, to be rolled back. */
	int (*commit)(struct store *store, struct err *err);
	/* Undoes everything since begin(). Cannot fail; harmless when the transaction has ended by itself. */
	void (*rollback)(struct store *store);
	/* Marks a point within the transaction; there is one at most. May fail. */
	int (*save)(struct store *store, struct err *err);
	/* Forgets the point, keeping what was done. May fail. */
	int (*release)(struct store *store, struct err *err);
	/* Undoes everything since save(), and forgets the point. */
	void (*restore)(struct store *store);
	/* Frees everything, 'store' itself too. No transaction is open. Cannot fail. */
	void (*close)(struct store *store);

	int (*meta_get)(struct store *store, struct store_meta *meta_r, struct err *err);
	int (*time_seen)(struct store *store, int64_t at, struct err *err);
	int (*time_steady)(struct store *store, int64_t at, int64_t since, struct err *err);
	int (*clock_set)(struct store *store, int64_t offset, struct err *err);
	int (*stats)(struct store *store, struct store_stats *stats_r, struct err *err);
	int (*verify)(struct store *store, struct err *err);

	int (*program_put)(struct store *store, const char *digest, const char *workflow, const char *file,
			   const char *text, int64_t now, struct err *err);
	int (*program_get)(struct store *store, const char *digest, struct arena *arena, const char **text_r,
			   const char **file_r, struct err *err);

	int (*uids_standing)(struct store *store, const char *mailbox, uint32_t uidvalidity,
			     const uint32_t *uids, size_t count, enum uid_standing *standing_r,
			     struct err *err);
	int (*item_reserve)(struct store *store, struct item *item, struct err *err);
	int (*item_stored)(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char *hash,
			   int64_t size, struct err *err);
	int (*item_attempt)(struct store *store, int64_t id, int *attempts_r, struct err *err);
	int (*item_end)(struct store *store, const struct item_verdict *verdict, struct err *err);
	int (*item_retry)(struct store *store, int64_t id, struct err *err);
	int (*item_find_same)(struct store *store, const char *service, int64_t except,
			      const unsigned char *hash, const unsigned char *content_key, int doubt, int64_t *id_r,
			      struct err *err);
	int (*item_load)(struct store *store, int64_t id, struct arena *arena, struct item *item_r,
			 struct err *err);
	int (*item_list)(struct store *store, const struct item_filter *filter, struct arena *arena,
			 struct item **items_r, size_t *count_r, struct err *err);
	int (*items_unacked)(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			     struct arena *arena, struct item **items_r, size_t *count_r, struct err *err);
	int (*items_acked)(struct store *store, const char *mailbox, uint32_t uidvalidity,
			   const uint32_t *uids, size_t count, struct err *err);
	int (*item_acked)(struct store *store, int64_t id, struct err *err);
	int (*item_parcels)(struct store *store, int64_t id, const char *parcels, struct err *err);

	int (*take)(struct store *store, struct store_take *take, struct err *err);

	int (*programs_used)(struct store *store, struct arena *arena, struct program_use **uses_r, size_t *count_r,
			     struct err *err);
	int (*serial_next)(struct store *store, int year, int64_t *serial_r, struct err *err);
	int (*dossier_load)(struct store *store, const char *number, struct arena *arena,
			    struct dossier **dossier_r, struct err *err);
	/* 1 = the number is taken, 0 = it is free. */
	int (*dossier_exists)(struct store *store, const char *number, struct err *err);
	int (*dossier_list)(struct store *store, const struct dossier_filter *filter, struct arena *arena,
			    struct dossier **dossiers_r, size_t *count_r, struct err *err);
	int (*history)(struct store *store, const char *number, struct arena *arena,
		       struct history_line **lines_r, size_t *count_r, struct err *err);
	int (*document_load)(struct store *store, const char *number, int64_t id, struct arena *arena,
			     struct document *document_r, struct blob_key *scope_r, struct err *err);
	int (*dossier_erase)(struct store *store, const struct erasure *erasure, struct arena *arena,
			     struct erasure_left *left_r, struct err *err);
	int (*scrub)(struct store *store, struct err *err);
	int (*erased_list)(struct store *store, const struct erased_filter *filter, struct arena *arena,
			   struct erased_dossier **erased_r, size_t *count_r, struct err *err);
	/* 1 = a row names it, 0 = none does. */
	int (*blob_known)(struct store *store, const char *name, struct err *err);

	int (*token_put)(struct store *store, const struct reply_token *token, struct err *err);
	int (*token_find)(struct store *store, const unsigned char *hash, struct arena *arena,
			  struct reply_token *token_r, struct err *err);
	int (*token_newest)(struct store *store, const char *service, const char *dossier, const char *address,
			    const char *purpose, struct arena *arena, struct reply_token *token_r,
			    struct err *err);
	int (*token_revoke)(struct store *store, const char *service, const char *dossier, const char *address,
			    int64_t now, size_t *count_r, struct err *err);
	int (*token_forget)(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
	int (*pending_put)(struct store *store, const struct pending_command *pending, struct err *err);
	int (*pending_find)(struct store *store, const unsigned char *hash, struct arena *arena,
			    struct pending_command *pending_r, struct err *err);
	int (*pending_take)(struct store *store, const unsigned char *hash, int64_t now, struct err *err);
	int (*pending_forget)(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

	int (*office_put)(struct store *store, const struct office *office, struct err *err);
	int (*office_find)(struct store *store, const char *service, const char *address, struct arena *arena,
			   struct office *office_r, struct err *err);
	int (*office_list)(struct store *store, const struct office_filter *filter, struct arena *arena,
			   struct office **offices_r, size_t *count_r, struct err *err);
	int (*office_remove)(struct store *store, const char *service, const char *address, struct err *err);
	int (*office_cases)(struct store *store, const struct office_case_filter *filter, struct arena *arena,
			    struct office_case **cases_r, size_t *count_r, struct err *err);
	int (*colleague_put)(struct store *store, const struct office_colleague *colleague, struct err *err);
	int (*colleague_find)(struct store *store, const char *service, const char *office, const char *address,
			      struct arena *arena, struct office_colleague *colleague_r, struct err *err);
	int (*colleague_list)(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			      struct arena *arena, struct office_colleague **colleagues_r, size_t *count_r,
			      struct err *err);
	int (*colleague_forget)(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
	int (*address_load)(struct store *store, const char *service, const char *address, struct arena *arena,
			     struct address_health *health_r, struct err *err);
	int (*address_put)(struct store *store, const struct address_health *health, struct err *err);
	int (*address_remove)(struct store *store, const char *service, const char *address, struct err *err);
	int (*address_dead)(struct store *store, size_t limit, struct arena *arena, struct address_health **list_r,
			     size_t *count_r, struct err *err);
	int (*address_forget)(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
	int (*outbox_by_sender)(struct store *store, const char *from, struct arena *arena, struct outbox_row *row_r,
				 struct err *err);
	int (*outbox_returned)(struct store *store, const struct outbox_result *result, struct err *err);
	int (*outbox_tally)(struct store *store, const struct outbox_tally *tally, int64_t *count_r, struct err *err);
	int (*outbox_held)(struct store *store, const char *held, const char *service, const char *to, int64_t after,
			    size_t limit, struct arena *arena, struct outbox_row **rows_r, size_t *count_r, struct err *err);

	int (*timers_due)(struct store *store, int64_t now, size_t limit, struct arena *arena,
			  struct due_timer **timers_r, size_t *count_r, struct err *err);

	int (*outbox_claim)(struct store *store, int64_t now, size_t limit, struct arena *arena,
			    struct outbox_row **rows_r, size_t *count_r, struct err *err);
	int (*outbox_in_data)(struct store *store, int64_t id, struct err *err);
	int (*outbox_record)(struct store *store, const struct outbox_result *result, struct err *err);
	int (*outbox_recover)(struct store *store, int64_t now, size_t *unknown_r, struct err *err);
	int (*outbox_next)(struct store *store, int64_t *at_r, struct err *err);
	int (*outbox_load)(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row_r,
			   struct err *err);
	int (*outbox_by_message_id)(struct store *store, const char *message_id, struct arena *arena,
				    struct outbox_row *row_r, struct err *err);
	int (*outbox_list)(struct store *store, const struct outbox_filter *filter, struct arena *arena,
			   struct outbox_row **rows_r, size_t *count_r, struct err *err);
	int (*outbox_retry)(struct store *store, int64_t id, int64_t now, struct err *err);
	int (*outbox_cancel)(struct store *store, int64_t id, struct err *err);
	int (*outbox_count)(struct store *store, const char *service, const char *to, const char *template,
			    const char *dossier, int64_t since, int64_t *count_r, struct err *err);
	int (*outbox_thread)(struct store *store, const char *dossier, const char *to, struct arena *arena,
			     const char **first_r, const char **last_r, struct err *err);

	int (*held_due)(struct store *store, int64_t now, size_t limit, struct arena *arena,
			struct held_look **looks_r, size_t *count_r, struct err *err);
	int (*held_next)(struct store *store, int64_t *at_r, struct err *err);
	int (*held_look)(struct store *store, const struct held_look *look, struct err *err);
	int (*held_accept)(struct store *store, const struct held_accept *accept, struct err *err);
	int (*held_accepted)(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept_r,
			     struct err *err);
	int (*held_asked)(struct store *store, const char *service, const char *dossier, const char *address,
			  struct arena *arena, struct held_asked *asked_r, struct err *err);
	int (*held_ask)(struct store *store, const struct held_asked *asked, struct err *err);
	int (*item_erase)(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left_r,
			  struct err *err);
	int (*ticket_load)(struct store *store, const char *number, struct arena *arena, struct ticket **ticket_r,
			   struct err *err);
	int (*ticket_of_mail)(struct store *store, const char *message_id, struct arena *arena,
			      const char **number_r, struct err *err);
	int (*ticket_list)(struct store *store, const struct ticket_filter *filter, struct arena *arena,
			   struct ticket **tickets_r, size_t *count_r, struct err *err);
	int (*tickets_due)(struct store *store, int64_t now, size_t limit, struct arena *arena,
			   struct ticket **tickets_r, size_t *count_r, struct err *err);
	int (*tickets_next)(struct store *store, int64_t *at_r, struct err *err);
	int (*ticket_thread)(struct store *store, const char *number, const char *to, struct arena *arena,
			     const char **first_r, const char **last_r, struct err *err);
	int (*tickets_forget)(struct store *store, int64_t before, size_t limit, struct arena *arena,
			      struct erasure_left *left_r, size_t *count_r, struct err *err);
	int (*mail_forget)(struct store *store, int64_t before, size_t limit, struct arena *arena,
			   struct erasure_left *left_r, size_t *count_r, struct err *err);
};

/* ---- what every verb goes through (store.c) ---- */

/* 0 = go on. */
int read_begin(const struct store *store, struct err *err);
/* Returns 'rc'; a driver in trouble ends the store. */
int read_end(struct store *store, int rc);
int verb_begin(struct store *store, struct err *err);
int verb_end(struct store *store, int rc, struct err *err);
/* How many a list may give at once. */
size_t list_limit(size_t limit);

/* ---- parts of a decision that both drivers take in alike (store_take.c) ---- */

/* The tokens, the waiting commands and the answer, whose mails have their ids. */
int take_replies(struct store *store, struct store_take *take, struct err *err);
int take_offices(struct store *store, const struct store_take *take, struct err *err);

/* ---- meaning that both drivers share (check.c) ---- */

/* Decided, and therefore to be acknowledged. */
bool item_state_is_decided(enum item_state state);
/* Can it be what a later item is a duplicate of? */
bool item_state_is_original(enum item_state state);
enum uid_standing item_standing(enum item_state state, bool acked);
/*
 * May the item in this state end in 'next'? ERR_EXISTS when it has ended for
 * good, ERR_INPUT when it is to be processed or a duplicate without its bytes.
 */
int item_check_end(int64_t id, enum item_state state, bool has_raw, enum item_state next, struct err *err);
/* May its raw bytes come in? */
int item_check_storable(int64_t id, enum item_state state, struct err *err);
/* The state that a retry leads to. */
int item_check_retry(int64_t id, enum item_state state, bool has_raw, enum item_state *state_r,
		     struct err *err);
int item_no_such(int64_t id, struct err *err);
int dossier_no_such(const char *number, struct err *err);
int dossier_number_taken(const char *number, struct err *err);
/* The dossier is not there; 'erased' says that it was. */
int erase_refused(const char *number, bool erased, struct err *err);
/* May the item go with its dossier now? */
int item_check_erasable(const char *number, const struct item *item, struct err *err);
/* Something of it is on its way. */
int erase_busy(const char *number, const char *what, int64_t id, struct err *err);
/* Can an item that nobody's dossier has be emptied now? */
int item_check_loose(const struct item *item, struct err *err);
/* May it be let through? 'before' = it was, once. */
int held_check_accept(int64_t id, enum item_state state, bool has_raw, const struct held_accept *before,
		      struct err *err);
int held_not_accepted(int64_t id, struct err *err);
/* When an item that ended so is looked at; DATE_NONE = it is taken off the list. */
int64_t held_first_look(enum item_state state, const char *reason, const char *dossier, int64_t received);
int outbox_no_such(int64_t id, struct err *err);
int outbox_not_sent(int64_t id, struct err *err);
int token_no_such(struct err *err);
int pending_no_such(struct err *err);
int office_no_such(const char *address, struct err *err);
int colleague_no_such(const char *address, struct err *err);
int ticket_no_such(const char *number, struct err *err);
/* May it be answered now? */
int pending_check_take(const struct pending_command *pending, int64_t now, struct err *err);
/* Is a claimed row what is reported about? */
int outbox_check_sending(int64_t id, enum outbox_state state, struct err *err);
int outbox_check_retry(int64_t id, enum outbox_state state, struct err *err);
int outbox_check_cancel(int64_t id, enum outbox_state state, struct err *err);
/* A row that is tried again by hand gets as long a life as it had when it was made. */
int64_t outbox_new_expiry(int64_t created, int64_t expires, int64_t now);
/* The state and the due time of a new row. */
enum outbox_state outbox_first_state(const struct outbox_row *row);
int64_t outbox_first_due(const struct outbox_row *row, int64_t now);
/* What the caller of store_take() reads back, once all rows are in. */
void outbox_settle(struct outbox_row *row, int64_t now);
bool blob_key_same(const struct blob_key *a, const struct blob_key *b);

/*
 * Is everything there that has to be? ERR_BUG names what is not. Called by
 * store.c before the driver.
 */
int take_check(const struct store_take *take, struct err *err);
int verdict_check(const struct item_verdict *verdict, struct err *err);
int reserve_check(const struct item *item, struct err *err);
int result_check(const struct outbox_result *result, struct err *err);
int held_check(const struct store_take *take, struct err *err);
int token_check(const struct reply_token *token, struct err *err);
int pending_check(const struct pending_command *pending, struct err *err);
int office_check(const struct office *office, struct err *err);
int colleague_check(const struct office_colleague *colleague, struct err *err);
int ticket_check(const struct ticket *ticket, struct err *err);
int blob_ref_check(const struct blob_ref *ref, struct err *err);

/* Whose key wraps a blob's: one of the three. */
struct blob_scope {
	int64_t item;
	int64_t dossier;
	const struct blob_key *own; /* neither: the wrapped key itself */
};

/*
 * The scope of a new outbox row's blob: the dossier or the item whose key it
 * was sealed under (the same wrapped bytes), so that erasing those erases it.
 * 'dossier_id' and 'item_id' may be 0, their keys then are not looked at.
 */
struct blob_scope outbox_scope(const struct outbox_row *row, int64_t dossier_id, const struct blob_key *dossier,
			       int64_t item_id, const struct blob_key *item);

/* Ids written into a caller's structures: taken back when the verb fails. */
struct id_log {
	int64_t **filled; /* owned array; borrowed pointers */
	size_t count, cap;
};

void id_log_set(struct id_log *log, int64_t *where, int64_t id);
/* Ends it: keeps the ids when 'rc' is 0, else puts 0 back. Returns 'rc'. */
int id_log_end(struct id_log *log, int rc);

/* ---- store_address.c ---- */

/* A row for what is left to be known; none where that is nothing. */
int address_put(struct store *store, const struct address_health *health, struct err *err);

#endif
