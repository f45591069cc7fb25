/*
 * Private to store/: the memory driver. Tables of rows that are never changed
 * in place: a change puts a new row where the old one was and remembers the old
 * one, so that undoing is putting it back. A row owns its arena, with
 * everything it points to.
 */
#ifndef POSTKAMER_STORE_MEMORY_P_H
#define POSTKAMER_STORE_MEMORY_P_H

#include "store/store_p.h"

enum memory_table {
	TABLE_META,
	TABLE_PROGRAM,
	TABLE_SERIAL,
	TABLE_ITEM,
	TABLE_BLOB,
	TABLE_DOSSIER,
	TABLE_HISTORY,
	TABLE_OUTBOX,
	TABLE_TOKEN,
	TABLE_PENDING,
	TABLE_ERASED,
	TABLE_OFFICE,
	TABLE_COLLEAGUE,
	TABLE_ASKED,
	TABLE_TICKET,
	TABLE_ADDRESS,
	TABLES
};

/* Every row begins with this. Its id is its place in the table, from 1; a row that is removed leaves a gap. */
struct row {
	struct arena arena; /* owned */
};

struct row_meta {
	struct row base;
	struct store_meta meta;
};

struct row_program {
	struct row base;
	const char *digest, *workflow, *file, *text;
	int64_t added;
};

struct row_serial {
	struct row base;
	int year;
	int64_t last;
};

struct row_blob {
	struct row base;
	struct blob_ref ref; /* with its inline bytes */
	int64_t item, dossier; /* its scope: one of them, or 'own' */
	struct blob_key own;
};

struct row_item {
	struct row base;
	struct item item; /* 'raw' and 'raw_in_dossier' are not used */
	int64_t raw;      /* blob id, 0 = none */
	bool has_hash, has_content_key;
	bool waits;       /* on the list of what is looked at: */
	int64_t look, told;
	struct held_accept accept; /* dossier NULL = nobody let it through */
};

struct row_asked {
	struct row base;
	struct held_asked asked; /* 'dossier' is not used */
	int64_t dossier;
};

struct row_address {
	struct row base;
	struct address_health health;
};

/* A document in a slot (slot is its id) or held (slot is 0). */
struct memory_document {
	struct document document; /* 'blob' is not used */
	int64_t slot, blob;
	const char *held_reason, *held_slot;
	int held_year;
};

struct row_dossier {
	struct row base;
	struct dossier dossier; /* slots without documents; 'held' is not used */
	struct memory_document *documents;
	size_t document_count;
};

struct row_history {
	struct row base;
	int64_t dossier;
	struct history_line line;
};

struct row_outbox {
	struct row base;
	struct outbox_row row; /* 'dossier', 'scope' and 'blob' are not used */
	int64_t dossier, blob;
	int64_t counted;       /* when it counts for limits; DATE_NONE while it never went */
};

struct row_token {
	struct row base;
	struct reply_token token; /* 'dossier' is not used */
	int64_t dossier;
};

struct row_pending {
	struct row base;
	struct pending_command pending; /* the same */
	int64_t dossier;
};

struct row_ticket {
	struct row base;
	struct ticket ticket; /* with its messages; 'dossier' is not used */
	int64_t dossier;
};

struct row_erased {
	struct row base;
	struct erased_dossier erased;
	bool scrubbed;
};

struct row_office {
	struct row base;
	struct office office;
};

struct row_colleague {
	struct row base;
	struct office_colleague colleague;
	int64_t office;
};

struct table {
	struct row **rows; /* owned; NULL where one was removed */
	size_t count, cap;
};

/* Finds rows of a table by a text of theirs that never changes. Each row has one entry, in order. */
struct index {
	uint32_t *heads; /* owned; ids, 0 = none; 'buckets' of them */
	uint32_t *next;  /* owned; for each id less 1 */
	uint32_t *hashes;
	size_t buckets, count, cap, hash_cap;
};

enum memory_index { INDEX_ITEM, INDEX_DOSSIER, INDEX_KEY, INDEX_MESSAGE_ID, INDEXES };

struct undo {
	enum memory_table table;
	int64_t id;
	struct row *old; /* owned; NULL: the row was added */
};

struct memory_store {
	struct store base;
	struct table tables[TABLES];
	struct index indexes[INDEXES];
	struct undo *undo; /* owned */
	size_t undo_count, undo_cap;
	size_t saved;      /* undo_count at save() */
	int64_t last_slot, last_document, last_payment, last_approval, last_message; /* ids given */
	int64_t outbox_from; /* all outbox rows before this one are over */
};

static inline struct memory_store *memory_of(struct store *store)
{
	return (struct memory_store *)store;
}

/* ---- memory.c: rows ---- */

void *memory_row_new(size_t size);
/* Appends; the id. The row is the store's from then on. */
int64_t memory_append(struct memory_store *memory, enum memory_table table, void *row);
void memory_replace(struct memory_store *memory, enum memory_table table, int64_t id, void *row);
void memory_remove(struct memory_store *memory, enum memory_table table, int64_t id);
/* NULL when there is none. */
void *memory_row(struct memory_store *memory, enum memory_table table, int64_t id);
/* The first row after '*id', NULL when there is none; '*id' becomes its id. */
void *memory_next(struct memory_store *memory, enum memory_table table, int64_t *id);
/* The last id given. */
int64_t memory_count(struct memory_store *memory, enum memory_table table);

/* ---- memory_index.c ---- */

uint32_t index_hash(const char *text, uint64_t number);
/* For the row just appended. */
void index_add(struct index *index, uint32_t hash);
/* The row last added is gone. */
void index_pop(struct index *index);
/* Ids with that hash, latest first; 0 = no more. */
int64_t index_first(const struct index *index, uint32_t hash);
int64_t index_next(const struct index *index, int64_t id);
void index_free(struct index *index);

/* ---- memory_copy.c: whole copies into an arena ---- */

struct row_item *memory_copy_item(const struct row_item *row);
struct row_outbox *memory_copy_outbox(const struct row_outbox *row);
struct row_dossier *memory_copy_dossier(const struct row_dossier *row);
struct row_token *memory_copy_token(const struct row_token *row);
void memory_put_item(struct arena *arena, struct item *to, const struct item *from);
void memory_put_outbox(struct arena *arena, struct outbox_row *to, const struct outbox_row *from);
void memory_put_document(struct arena *arena, struct document *to, const struct document *from);
void memory_put_slot(struct arena *arena, struct slot *to, const struct slot *from);
void memory_put_payment(struct arena *arena, struct payment *to, const struct payment *from);
void memory_put_approval(struct arena *arena, struct approval *to, const struct approval *from);
/* All of a dossier but slots, documents, payments, approvals and held documents. */
void memory_put_dossier(struct arena *arena, struct dossier *to, const struct dossier *from);
/* Partners, aliases, changes of address, and whose it is. */
void memory_put_people(struct arena *arena, struct dossier *to, const struct dossier *from);

/* ---- memory_blob.c ---- */

void memory_blob_put(struct memory_store *memory, struct blob_ref *ref, const struct blob_scope *scope,
		     struct id_log *log);
/* Fills 'ref_r'; 'arena' NULL = without the bytes. */
void memory_blob_get(struct memory_store *memory, int64_t id, struct arena *arena, struct blob_ref *ref_r);
/* The wrapped scope key of a blob. */
void memory_blob_scope(struct memory_store *memory, int64_t id, struct blob_key *scope_r);
int memory_blob_known(struct store *store, const char *name, struct err *err);

/* ---- the verbs, by file ---- */

int memory_uids_standing(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
			 size_t count, enum uid_standing *standing_r, struct err *err);
int memory_item_reserve(struct store *store, struct item *item, struct err *err);
int memory_item_stored(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char *hash,
		       int64_t size, struct err *err);
int memory_item_attempt(struct store *store, int64_t id, int *attempts_r, struct err *err);
int memory_item_end(struct store *store, const struct item_verdict *verdict, struct err *err);
int memory_item_retry(struct store *store, int64_t id, struct err *err);
int memory_item_find_same(struct store *store, const char *service, int64_t except, const unsigned char *hash,
			  const unsigned char *content_key, int doubt, int64_t *id_r, struct err *err);
int memory_item_load(struct store *store, int64_t id, struct arena *arena, struct item *item_r, struct err *err);
int memory_item_list(struct store *store, const struct item_filter *filter, struct arena *arena,
		     struct item **items_r, size_t *count_r, struct err *err);
int memory_items_unacked(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			 struct arena *arena, struct item **items_r, size_t *count_r, struct err *err);
int memory_items_acked(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		       size_t count, struct err *err);
int memory_item_acked(struct store *store, int64_t id, struct err *err);
int memory_item_parcels(struct store *store, int64_t id, const char *parcels, struct err *err);

int memory_take(struct store *store, struct store_take *take, struct err *err);

/* The dossier with that number, or NULL; its id. */
struct row_dossier *memory_dossier_find(struct memory_store *memory, const char *number, int64_t *id_r);
int memory_dossier_load(struct store *store, const char *number, struct arena *arena,
			struct dossier **dossier_r, struct err *err);
int memory_dossier_exists(struct store *store, const char *number, struct err *err);
int memory_dossier_list(struct store *store, const struct dossier_filter *filter, struct arena *arena,
			struct dossier **dossiers_r, size_t *count_r, struct err *err);
int memory_history(struct store *store, const char *number, struct arena *arena,
		   struct history_line **lines_r, size_t *count_r, struct err *err);
int memory_document_load(struct store *store, const char *number, int64_t id, struct arena *arena,
			 struct document *document_r, struct blob_key *scope_r, struct err *err);
int memory_timers_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		      struct due_timer **timers_r, size_t *count_r, struct err *err);

int memory_outbox_claim(struct store *store, int64_t now, size_t limit, struct arena *arena,
			struct outbox_row **rows_r, size_t *count_r, struct err *err);
int memory_outbox_in_data(struct store *store, int64_t id, struct err *err);
int memory_outbox_record(struct store *store, const struct outbox_result *result, struct err *err);
int memory_outbox_recover(struct store *store, int64_t now, size_t *unknown_r, struct err *err);
int memory_outbox_next(struct store *store, int64_t *at_r, struct err *err);
int memory_outbox_load(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row_r,
		       struct err *err);
int memory_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena,
				struct outbox_row *row_r, struct err *err);
int memory_outbox_list(struct store *store, const struct outbox_filter *filter, struct arena *arena,
		       struct outbox_row **rows_r, size_t *count_r, struct err *err);
int memory_outbox_retry(struct store *store, int64_t id, int64_t now, struct err *err);
int memory_outbox_cancel(struct store *store, int64_t id, struct err *err);
int memory_outbox_count(struct store *store, const char *service, const char *to, const char *template,
			const char *dossier, int64_t since, int64_t *count_r, struct err *err);
int memory_outbox_thread(struct store *store, const char *dossier, const char *to, struct arena *arena,
			 const char **first_r, const char **last_r, struct err *err);

int memory_token_put(struct store *store, const struct reply_token *token, struct err *err);
int memory_token_find(struct store *store, const unsigned char *hash, struct arena *arena,
		   struct reply_token *token_r, struct err *err);
int memory_token_newest(struct store *store, const char *service, const char *dossier, const char *address,
		     const char *purpose, struct arena *arena, struct reply_token *token_r, struct err *err);
int memory_token_revoke(struct store *store, const char *service, const char *dossier, const char *address,
		     int64_t now, size_t *count_r, struct err *err);
int memory_token_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
int memory_pending_put(struct store *store, const struct pending_command *pending, struct err *err);
int memory_pending_find(struct store *store, const unsigned char *hash, struct arena *arena,
		     struct pending_command *pending_r, struct err *err);
int memory_pending_take(struct store *store, const unsigned char *hash, int64_t now, struct err *err);
int memory_pending_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

int memory_office_put(struct store *store, const struct office *office, struct err *err);
int memory_office_find(struct store *store, const char *service, const char *address, struct arena *arena,
		       struct office *office_r, struct err *err);
int memory_office_list(struct store *store, const struct office_filter *filter, struct arena *arena,
		       struct office **offices_r, size_t *count_r, struct err *err);
int memory_office_remove(struct store *store, const char *service, const char *address, struct err *err);
int memory_office_cases(struct store *store, const struct office_case_filter *filter, struct arena *arena,
			struct office_case **cases_r, size_t *count_r, struct err *err);
int memory_colleague_put(struct store *store, const struct office_colleague *colleague, struct err *err);
int memory_colleague_find(struct store *store, const char *service, const char *office, const char *address,
			  struct arena *arena, struct office_colleague *colleague_r, struct err *err);
int memory_colleague_list(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			  struct arena *arena, struct office_colleague **colleagues_r, size_t *count_r,
			  struct err *err);
int memory_colleague_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

int memory_programs_used(struct store *store, struct arena *arena, struct program_use **uses_r, size_t *count_r,
		      struct err *err);
int memory_dossier_erase(struct store *store, const struct erasure *erasure, struct arena *arena,
		      struct erasure_left *left_r, struct err *err);
int memory_scrub(struct store *store, struct err *err);
int memory_erased_list(struct store *store, const struct erased_filter *filter, struct arena *arena,
		    struct erased_dossier **erased_r, size_t *count_r, struct err *err);
bool memory_erased_exists(struct memory_store *memory, const char *number);

/* After an item ended: on the list of what waits, or off it. */
void memory_held_ended(struct row_item *row);
void memory_put_accept(struct arena *arena, struct held_accept *to, const struct held_accept *from);
int memory_held_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct held_look **looks_r,
	       size_t *count_r, struct err *err);
int memory_held_next(struct store *store, int64_t *at_r, struct err *err);
int memory_held_look(struct store *store, const struct held_look *look, struct err *err);
int memory_held_accept(struct store *store, const struct held_accept *accept, struct err *err);
int memory_held_accepted(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept_r,
		    struct err *err);
int memory_held_asked(struct store *store, const char *service, const char *dossier, const char *address,
		 struct arena *arena, struct held_asked *asked_r, struct err *err);
int memory_held_ask(struct store *store, const struct held_asked *asked, struct err *err);
int memory_item_erase(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left_r,
		 struct err *err);
/* Went a mail about a ticket to another than who opened it? */
bool memory_ticket_for_staff(struct memory_store *memory, const struct outbox_row *row);
/* The ticket of a decision, whose dossier and item have their ids; before its mails. */
int memory_take_ticket(struct store *store, struct store_take *take, struct id_log *log, struct err *err);
int memory_ticket_load(struct store *store, const char *number, struct arena *arena, struct ticket **ticket_r,
		       struct err *err);
int memory_ticket_of_mail(struct store *store, const char *message_id, struct arena *arena, const char **number_r,
			  struct err *err);
int memory_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
		       struct ticket **tickets_r, size_t *count_r, struct err *err);
int memory_tickets_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		       struct ticket **tickets_r, size_t *count_r, struct err *err);
int memory_tickets_next(struct store *store, int64_t *at_r, struct err *err);
int memory_ticket_thread(struct store *store, const char *number, const char *to, struct arena *arena,
			 const char **first_r, const char **last_r, struct err *err);
int memory_mail_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			struct erasure_left *left_r, size_t *count_r, struct err *err);
int memory_tickets_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			  struct erasure_left *left_r, size_t *count_r, struct err *err);

int memory_address_load(struct store *store, const char *service, const char *address, struct arena *arena,
		     struct address_health *health_r, struct err *err);
int memory_address_put(struct store *store, const struct address_health *health, struct err *err);
int memory_address_remove(struct store *store, const char *service, const char *address, struct err *err);
int memory_address_dead(struct store *store, size_t limit, struct arena *arena, struct address_health **list_r,
		     size_t *count_r, struct err *err);
int memory_address_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
int memory_outbox_by_sender(struct store *store, const char *from, struct arena *arena, struct outbox_row *row_r,
			 struct err *err);
int memory_outbox_returned(struct store *store, const struct outbox_result *result, struct err *err);
int memory_outbox_tally(struct store *store, const struct outbox_tally *tally, int64_t *count_r, struct err *err);
int memory_outbox_held(struct store *store, const char *held, const char *service, const char *to, int64_t after,
		    size_t limit, struct arena *arena, struct outbox_row **rows_r, size_t *count_r, struct err *err);

#endif
