/*
 * The store: what is known about items, dossiers, timers and outgoing mail.
 * Its verbs are whole decisions (take an item in, claim what is due, record an
 * attempt), never rows or cursors; no caller knows that SQL exists. Two
 * drivers stand behind it, SQLite and memory, and pass the same contract tests.
 *
 * Who may call: one thread of the one deciding process. Nothing here blocks
 * longer than a disk does.
 *
 * Writing. Every verb marked [w] works inside a group: store_begin(), any
 * number of verbs, store_commit(). A verb that fails leaves the group as it was
 * before that verb; the others stand. Committing makes all of them durable at
 * once; only then may the world be told. A [w] verb outside a group opens and
 * commits one of its own. Reads see the group's own writes.
 *
 * Errors: ERR_NOTFOUND, ERR_EXISTS and ERR_INPUT are about the request.
 * ERR_SYSTEM and ERR_CORRUPT mean that the store itself is in trouble (disk
 * full, input/output error): the group is rolled back, store_failed() is true
 * from then on, and the process has to stop taking work.
 *
 * Memory: what is read is put in the arena given and belongs to it. What is
 * passed in stays the caller's. When a verb fails, ids it had filled in are 0
 * again; after a commit that failed or an abort they are the caller's to forget.
 *
 * Bytes of small blobs ('inline_data') come only with what is loaded by itself:
 * store_item_load(), store_document_load(), store_outbox_load(), _claim() and
 * _by_message_id(). In lists, and in the documents of a loaded dossier, a blob
 * that has neither name nor inline data has to be loaded that way before
 * blob_get() (a dossier may have hundreds).
 */
#ifndef POSTKAMER_STORE_STORE_H
#define POSTKAMER_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "model/held.h"
#include "model/item.h"
#include "model/office.h"
#include "model/outbox.h"
#include "model/reply.h"
#include "model/ticket.h"

struct store;

/* ---- opening ---- */

/*
 * Makes a new store in the folder 'path' (made when missing, mode 0700; it must
 * be empty but for lost+found: ERR_EXISTS). Nothing else ever makes one. The
 * database appears under its name when it is whole.
 */
int store_sqlite_create(const char *path, bool trial, int64_t now, struct err *err);
/*
 * Opens the store in 'path'. A folder without a store is refused with the cure
 * ("is the disk mounted? … postkamer init"), as are a database that is not
 * ours, one of a newer version, and one whose first checks fail. Migrations run
 * here, in one transaction. Starting writes nothing else; opening and closing a
 * store that was closed well leaves its file as it was, bytes and time.
 */
int store_sqlite_open(const char *path, struct store **store_r, struct err *err);
/*
 * Opens it to be read only, beside whichever process holds it; a verb
 * marked [w] fails, and that was its end. Nothing is migrated: a store of another version is ERR_INPUT.
 */
int store_sqlite_look(const char *path, struct store **store_r, struct err *err);
/* Its times 'created' and 'seen' begin at 0. */
struct store *store_memory_new(bool trial);
void store_close(struct store **store);
bool store_failed(const struct store *store);

/*
 * The lock that makes its holder the one deciding process: flock on
 * 'path'/lock. 0 with '*fd_r' (held until closed), -1 ERR_TEMP when another
 * process has it (its pid is in the text). A folder without a store is refused
 * as store_sqlite_open() does, and not written to.
 */
int store_lock(const char *path, int *fd_r, struct err *err);

/* ---- groups ---- */

int store_begin(struct store *store, struct err *err);
/*
 * Durable when it returns 0; when it fails the group is gone. A group that
 * changed nothing writes nothing. Step (base/step.h): store.commit.
 */
int store_commit(struct store *store, struct err *err);
void store_abort(struct store *store);

/* ---- about the store itself ---- */

struct store_meta {
	char uuid[37];
	bool trial;
	int64_t created;
	int64_t seen;         /* highest time the store has seen */
	int64_t clock_offset; /* seconds; trial stores only */
	int64_t steady;       /* the last look at the clock (work/steady.c) */
	int64_t steady_since; /* since when the looks follow each other in ordinary steps; 0 = always */
};

int store_meta_get(struct store *store, struct store_meta *meta_r, struct err *err);
/* [w] Remembers a time, if later than what it has. */
int store_time_seen(struct store *store, int64_t at, struct err *err);
/* [w] Remembers a look at the clock; of a new store 'steady' is when it was made. */
int store_time_steady(struct store *store, int64_t at, int64_t since, struct err *err);
/* [w] Trial stores only; ERR_INPUT otherwise. */
int store_clock_set(struct store *store, int64_t offset, struct err *err);

struct store_stats {
	int64_t items[ITEM_STATES];
	int64_t outbox[OUTBOX_STATES];
	int64_t dossiers_open, dossiers_final, dossiers_erased;
	int64_t unscrubbed;      /* erasures that no store_scrub() has followed yet */
	int64_t dead;            /* addresses that take no mail */
	int64_t oldest_waiting;  /* created time of the oldest waiting outbox row; DATE_NONE = none */
	int64_t oldest_stored;   /* received time of the oldest stored item; DATE_NONE = none */
	int64_t next_timer;      /* DATE_NONE = none */
};

int store_stats(struct store *store, struct store_stats *stats_r, struct err *err);
/*
 * Slow, whole check of the database (integrity, foreign keys, unique keys), and
 * that the rules of every dossier are kept. The text names the first fault.
 */
int store_verify(struct store *store, struct err *err);

/* ---- rule programs in use ---- */

/* [w] Keeps a rule text under its digest; the same again changes nothing. */
int store_program_put(struct store *store, const char *digest, const char *workflow, const char *file,
		      const char *text, int64_t now, struct err *err);
/* ERR_NOTFOUND when no such digest is kept. */
int store_program_get(struct store *store, const char *digest, struct arena *arena, const char **text_r,
		      const char **file_r, struct err *err);

struct program_use {
	const char *digest, *workflow;
	int64_t live;         /* dossiers that are not final */
	int64_t all;
};
/* The digests that dossiers run under, in order of workflow and of when they were first kept. */
int store_programs_used(struct store *store, struct arena *arena, struct program_use **uses_r, size_t *count_r,
			struct err *err);

/* ---- items: what came in ---- */

enum uid_standing {
	UID_NEW,       /* never seen */
	UID_RESERVED,  /* seen, bytes not here (also of an item that seemed gone): fetch */
	UID_HAVE,      /* bytes are here, not decided yet */
	UID_DONE,      /* decided; to be acknowledged (again) */
	UID_ACKED      /* decided and acknowledged */
};

/* The standing of each of 'count' UIDs, into 'standing_r'. */
int store_uids_standing(struct store *store, const char *mailbox, uint32_t uidvalidity,
			const uint32_t *uids, size_t count, enum uid_standing *standing_r, struct err *err);

/*
 * [w] Makes (or finds, by mailbox/uidvalidity/uid or by spool key) the item and
 * sets 'item->id', and 'item->state', 'attempts', 'scope' when it was there.
 * The caller gives service, source, origin, keys, received, internal_date, size and a fresh scope key.
 */
int store_item_reserve(struct store *store, struct item *item, struct err *err);
/*
 * [w] Its raw bytes are durable: reserved (or gone) → stored, attempts back to
 * zero. Fills 'raw->id'. ERR_EXISTS when it has its bytes.
 */
int store_item_stored(struct store *store, int64_t id, struct blob_ref *raw, const unsigned char hash[32],
		      int64_t size, struct err *err);
/*
 * [w] Which files in the spool's tmp/ an order took along: until they are
 * removed, and for the erasure of its item. With store_item_stored() in a group.
 */
int store_item_parcels(struct store *store, int64_t id, const char *parcels, struct err *err);
/* [w] It is about to be parsed, or (while reserved) could not be fetched: attempts + 1, returned. */
int store_item_attempt(struct store *store, int64_t id, int *attempts_r, struct err *err);
/*
 * [w] Ends an item without events: held, quarantined, duplicate, gone, or
 * processed with nothing to decide. Held and quarantined items may get another
 * verdict later; ERR_EXISTS for one that is processed or a duplicate.
 */
struct item_verdict {
	int64_t id;
	enum item_state state;
	const char *reason, *detail;
	const char *from, *subject, *message_id; /* NULL = leave as it is; so for 'content_key' and 'dossier' */
	const unsigned char *content_key;        /* 32 bytes or NULL */
	int doubt;                               /* goes with 'content_key': without it, it stays what it is */
	int64_t duplicate_of;                    /* what was found to be the same as this one before is the same as that too */
	const char *dossier;                     /* number it seems to belong to, or NULL */
};
int store_item_end(struct store *store, const struct item_verdict *verdict, struct err *err);
/*
 * [w] Quarantined or held → stored (reserved when its bytes never came),
 * attempts back to zero: it will be handled again. ERR_INPUT for any other.
 */
int store_item_retry(struct store *store, int64_t id, struct err *err);
/*
 * An earlier decided item (of the same service) with the same raw hash, or,
 * where 'content_key' is not NULL, the same content key; a duplicate is nobody's
 * original, nor is what was refused before anybody looked into it (reasons
 * "spool-refused", "loop"): it may be put right and come again. Nor, by its content
 * alone, is one that left more in doubt than 'doubt': it may be a copy that somebody
 * else sent first. The lowest id; '*id_r' 0 = none.
 */
int store_item_find_same(struct store *store, const char *service, int64_t except,
			 const unsigned char hash[32], const unsigned char *content_key, int doubt, int64_t *id_r,
			 struct err *err);
int store_item_load(struct store *store, int64_t id, struct arena *arena, struct item *item_r,
		    struct err *err);

struct item_filter {
	int state;            /* enum item_state, or -1 = any */
	const char *service;  /* NULL = any */
	const char *mailbox;  /* NULL = any */
	const char *from;     /* address, NULL = any */
	const char *dossier;  /* number, NULL = any */
	int64_t after;        /* ids above this, for paging */
	size_t limit;         /* at most 1000; 0 = 1000 */
};
int store_item_list(struct store *store, const struct item_filter *filter, struct arena *arena,
		    struct item **items_r, size_t *count_r, struct err *err);
/* Decided items of a mailbox that are not acknowledged yet: uid and state only are filled. */
int store_items_unacked(struct store *store, const char *mailbox, uint32_t uidvalidity, size_t limit,
			struct arena *arena, struct item **items_r, size_t *count_r, struct err *err);
/* [w] Those that are decided; others and unknown ones are passed over. */
int store_items_acked(struct store *store, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		      size_t count, struct err *err);
/* [w] The same for a spool or ingest item. */
int store_item_acked(struct store *store, int64_t id, struct err *err);

/* ---- the one commit point ---- */

/*
 * [w] Takes a decision in: the dossier as it is after (new when its id is 0:
 * the number must be free, ERR_EXISTS), its new documents and held documents
 * (those with id 0; their blobs are durable already), timers, counts,
 * payments, facts, approvals, history, outgoing mail, tokens, commands that
 * wait for an answer, and the end of the item. All of it or nothing. Fills the
 * new ids in the structures given.
 *
 * Of a known dossier number, service, opening time and key stay as they were.
 * Slots are known by id, else by name and year. Of a known document only its
 * slot, version, 'current' and 'shown' can change; one that was held and stands in a
 * slot now is no longer held; nor is one that is left out while its bytes stand
 * in a slot as another document (its row goes). Of a known approval only state, answer and reason
 * can change. What is left out stays, except that timers, counts, facts, partners,
 * aliases and changes of address are replaced as a whole.
 *
 * The item's dossier is that of the decision, unless the verdict names another.
 * A row of outgoing mail whose key or Message-ID is there already is ERR_EXISTS.
 * It waits, or is held when its state says OUTBOX_HELD. Its blob belongs to the
 * dossier or the item whose wrapped key its 'scope' equals; else the row keeps
 * that key itself.
 */
struct store_take {
	struct dossier *dossier;          /* NULL = none touched */
	const struct item_verdict *item;  /* NULL = no item (timer, command) */
	const struct blob_key *raw_key;   /* raw blob's key under the dossier's scope; NULL = leave */
	const struct history_line *history;
	size_t history_count;
	struct outbox_row *outbox;        /* id, state, attempts are set here; next_at DATE_NONE = now */
	size_t outbox_count;
	struct reply_token *tokens;       /* as for store_token_put(); 'outbox' is set here from 'row' */
	size_t token_count;
	const struct pending_command *pending; /* as for store_pending_put() */
	size_t pending_count;
	const char *const *revoked;       /* addresses whose tokens about the dossier are worth nothing from now on */
	size_t revoked_count;
	const unsigned char *answers;     /* hash of the waiting command that this answers, with ja or nee; NULL = none.
	                                     As for store_pending_take(): when that refuses, nothing is taken in */
	const struct office *offices;     /* as for store_office_put() */
	size_t office_count;
	const struct office_colleague *colleagues; /* as for store_colleague_put(), after the offices */
	size_t colleague_count;
	const struct item_verdict *ends;  /* further items that end with it, as for store_item_end() */
	size_t end_count;
	const struct held_accept *accepts; /* as for store_held_accept(), _look() and _ask() */
	size_t accept_count;
	const struct held_look *looks;
	size_t look_count;
	const struct held_asked *asked;
	size_t asked_count;
	struct ticket *ticket;            /* new when its id is 0 (the number must be free, ERR_EXISTS), with its messages
	                                     that have id 0; NULL = none. Of a known one state, owner, proven and the
	                                     times can change. Its dossier is there, or NULL */
	const struct address_health *addresses; /* as for store_address_put() */
	size_t address_count;
	const struct outbox_result *returned; /* as for store_outbox_returned(); NULL = none */
	int64_t now;
};
int store_take(struct store *store, struct store_take *take, struct err *err);

/* ---- dossiers ---- */

#define STORE_SERIAL_TICKETS 10000 /* is added to the year: tickets are counted apart from dossiers */

/* [w] The next serial number of a year, from 1; each is given once. */
int store_serial_next(struct store *store, int year, int64_t *serial_r, struct err *err);
/* ERR_NOTFOUND when there is none of that number. */
int store_dossier_load(struct store *store, const char *number, struct arena *arena,
		       struct dossier **dossier_r, struct err *err);
/* Is the number taken? That of an erased dossier stays so for ever. */
bool store_dossier_exists(struct store *store, const char *number);

struct dossier_filter {
	const char *service;  /* NULL = any */
	const char *workflow; /* NULL = any */
	const char *not_program; /* a digest: only those that run under another; NULL = any */
	const char *address;  /* a party with this address, his own or one more; NULL = any */
	int final;            /* 1 final, 0 open, -1 both */
	int64_t after;        /* ids above this, for paging */
	size_t limit;         /* at most 1000 */
};
/* Without what belongs to it: slots, timers, payments and the like are empty; partners and aliases are there. */
int store_dossier_list(struct store *store, const struct dossier_filter *filter, struct arena *arena,
		       struct dossier **dossiers_r, size_t *count_r, struct err *err);
int store_history(struct store *store, const char *number, struct arena *arena,
		  struct history_line **lines_r, size_t *count_r, struct err *err);
/* A document by id, with its scope key; ERR_NOTFOUND. */
int store_document_load(struct store *store, const char *number, int64_t id, struct arena *arena,
			struct document *document_r, struct blob_key *scope_r, struct err *err);

/*
 * [w] Erases a dossier: its documents, parties, mails, history, tokens and its
 * key; of its items (and of their duplicates) only that something came in and
 * where it lay is left, so that it is not fetched again. One line stays, without
 * personal data (struct erased_dossier), and the number is never given again.
 *
 * 'reason' is a word or a sentence of the operator's that names nobody; 'by' a
 * role ("operator", "system"), not an address. ERR_NOTFOUND; ERR_EXISTS when it
 * was erased before; ERR_TEMP while a mail of it is being sent, an item of it
 * waits for its decision, or a file of it still lies in the spool's new/: a
 * little later it goes.
 *
 * What lies outside the database is handed back in 'left_r', for the caller to
 * remove once the commit is durable. What a crash then leaves of the blobs is
 * unreadable, because its key is gone, and blob_collect() finds it. Call
 * store_scrub() after the commit.
 */
struct erasure {
	const char *number, *reason, *by;
	int64_t now;
};
struct erasure_left {
	struct blob_ref *blobs; /* files: name and id */
	size_t blob_count;
	struct item *items;     /* as they were: id, source, origin, spool_key, uidvalidity, uid,
	                           message_id, state, acked, parcels */
	size_t item_count;
};
int store_dossier_erase(struct store *store, const struct erasure *erasure, struct arena *arena,
			struct erasure_left *left_r, struct err *err);
/*
 * Overwrites what deleted rows left behind in the database's files: the log is
 * written back and emptied, the free space of the pages is zeroed. It reads the
 * whole database (1 GB in a second or two). Not in a group. ERR_TEMP when another
 * program reads at this moment; 'unscrubbed' of store_stats() tells, also after a
 * restart, that it is still to be done.
 */
int store_scrub(struct store *store, struct err *err);

struct erased_dossier {
	int64_t id;
	const char *number, *service, *workflow;
	int64_t opened, erased;
	const char *reason, *by;
};
struct erased_filter {
	const char *service;  /* NULL = any */
	const char *number;   /* NULL = any */
	int64_t after;        /* ids above this, for paging */
	size_t limit;         /* at most 1000 */
};
int store_erased_list(struct store *store, const struct erased_filter *filter, struct arena *arena,
		      struct erased_dossier **erased_r, size_t *count_r, struct err *err);

/* Does any row name that blob file? True also when it cannot be found out, so that nothing is removed then. */
bool store_blob_known(struct store *store, const char *name);

/* ---- tokens, and commands that wait for an answer (model/reply.h) ---- */

/*
 * [w] ERR_EXISTS for a hash that is there; ERR_NOTFOUND for an unknown dossier or
 * outgoing mail. One that is mailed 'again' expires later from now on; one that was
 * revoked meanwhile, or is gone, stays so.
 */
int store_token_put(struct store *store, const struct reply_token *token, struct err *err);
/* Expired and revoked ones too: they route. ERR_NOTFOUND. */
int store_token_find(struct store *store, const unsigned char hash[REPLY_HASH_SIZE], struct arena *arena,
		     struct reply_token *token_r, struct err *err);
/*
 * The one made last of those not revoked, for that service, dossier (NULL = about
 * none), address and purpose; ERR_NOTFOUND. Whether it is fresh enough to be
 * used in one more mail is the caller's to say.
 */
int store_token_newest(struct store *store, const char *service, const char *dossier, const char *address,
		       const char *purpose, struct arena *arena, struct reply_token *token_r, struct err *err);
/* [w] Those of a dossier, of an address, or of both; one of them is given (ERR_BUG). '*count_r' may be NULL. */
int store_token_revoke(struct store *store, const char *service, const char *dossier, const char *address,
		       int64_t now, size_t *count_r, struct err *err);
/*
 * [w] Forgets tokens that expired before a time, at most 'limit' of them.
 * '*count_r' says how many; fewer than 'limit' (or than 1000) = none are left.
 */
int store_token_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

/* [w] ERR_EXISTS for a hash that is there. */
int store_pending_put(struct store *store, const struct pending_command *pending, struct err *err);
/* Answered and expired ones too; ERR_NOTFOUND. */
int store_pending_find(struct store *store, const unsigned char hash[REPLY_HASH_SIZE], struct arena *arena,
		       struct pending_command *pending_r, struct err *err);
/*
 * [w] It is answered now: once only. ERR_NOTFOUND; ERR_EXISTS when it was
 * answered before; ERR_INPUT when its time is over. For a decision that runs the
 * command use 'answers' of store_take(), so that both happen or neither.
 */
int store_pending_take(struct store *store, const unsigned char hash[REPLY_HASH_SIZE], int64_t now,
		       struct err *err);

/* [w] As store_token_forget(), for commands whose time is over, answered or not. */
int store_pending_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

/* ---- timers ---- */

struct due_timer {
	const char *dossier;  /* number */
	enum timer_kind kind;
	const char *clause;
	int64_t due;
};
/* In due order; ties by dossier (in the order they were opened), then in its order. */
int store_timers_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		     struct due_timer **timers_r, size_t *count_r, struct err *err);

/* ---- outgoing mail ---- */

/* [w] Claims what is due (waiting or unknown, next_at <= now), in that order: state sending, attempt + 1. */
int store_outbox_claim(struct store *store, int64_t now, size_t limit, struct arena *arena,
		       struct outbox_row **rows_r, size_t *count_r, struct err *err);
/* [w] All bytes of this attempt may be on the wire from now on. */
int store_outbox_in_data(struct store *store, int64_t id, struct err *err);
/*
 * [w] What came of a claimed row (ERR_INPUT for one that is not being sent).
 * Each is also kept in an append-only list of attempts, for people who look.
 */
int store_outbox_record(struct store *store, const struct outbox_result *result, struct err *err);
/*
 * [w] After a crash: rows that were being sent go back to waiting, or to
 * unknown where their bytes may have been on the wire; due at 'now'. Writes
 * nothing when there are none.
 */
int store_outbox_recover(struct store *store, int64_t now, size_t *unknown_r, struct err *err);
/* When the next row is due; DATE_NONE = none. */
int store_outbox_next(struct store *store, int64_t *at_r, struct err *err);
int store_outbox_load(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row_r,
		      struct err *err);
/* The row with that Message-ID; ERR_NOTFOUND. */
int store_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena,
			       struct outbox_row *row_r, struct err *err);

struct outbox_filter {
	bool all;             /* sent and cancelled ones too */
	const char *dossier;  /* number, NULL = any */
	int64_t after;
	size_t limit;         /* at most 1000 */
};
int store_outbox_list(struct store *store, const struct outbox_filter *filter, struct arena *arena,
		      struct outbox_row **rows_r, size_t *count_r, struct err *err);
/*
 * [w] Failed, unknown, held or waiting → waiting, due now, with as long a life as
 * it had when it was made; ERR_INPUT for one that is or was sent, or cancelled.
 */
int store_outbox_retry(struct store *store, int64_t id, int64_t now, struct err *err);
/* [w] ERR_INPUT for one that is or was sent, or cancelled. */
int store_outbox_cancel(struct store *store, int64_t id, struct err *err);
/*
 * Rows of a service to an address (NULL = any) made since a time, of templates
 * that start with 'template' (NULL = any), about a dossier (NULL = any). Held and
 * cancelled ones were not sent and do not count.
 */
int store_outbox_count(struct store *store, const char *service, const char *to, const char *template,
		       const char *dossier, int64_t since, int64_t *count_r, struct err *err);
/*
 * The first and the latest Message-ID sent or queued to an address about a
 * dossier, for threading; NULL when none. Failed, held and cancelled ones are
 * not in anybody's mailbox, and left out.
 */
int store_outbox_thread(struct store *store, const char *dossier, const char *to, struct arena *arena,
			const char **first_r, const char **last_r, struct err *err);

/* ---- offices (model/office.h) ---- */

/*
 * [w] Keeps an office under its service and address (compared without case),
 * whole: what was known of that address is replaced, its id and its colleagues
 * stay. It is kept until it is removed; it belongs to no dossier, and is not
 * erased with one.
 */
int store_office_put(struct store *store, const struct office *office, struct err *err);
/* ERR_NOTFOUND. */
int store_office_find(struct store *store, const char *service, const char *address, struct arena *arena,
		      struct office *office_r, struct err *err);

struct office_filter {
	const char *service;  /* NULL = any */
	const char *domain;   /* of its address, lower case; with a service; NULL = any */
	int64_t due;          /* only those whose digest is due by then, the longest due first; DATE_NONE = any */
	int64_t after;        /* ids above this, for paging; not with 'due' */
	size_t limit;         /* at most 1000; 0 = 1000 */
};
/* In the order in which they were added, or due. */
int store_office_list(struct store *store, const struct office_filter *filter, struct arena *arena,
		      struct office **offices_r, size_t *count_r, struct err *err);
/* [w] With all that is known of its colleagues. ERR_NOTFOUND. Its dossiers go on naming its address. */
int store_office_remove(struct store *store, const char *service, const char *address, struct err *err);

/* The dossiers of an office in the order in which they wait: those that are not final first, of these the one
 * that has been longest in its state. An index gives them so: a page costs what is on it. */
struct office_case_filter {
	const char *service, *address;
	int final;            /* 1 final, 0 open, -1 both */
	bool after;           /* behind this one, for paging: */
	bool after_final;
	int64_t after_entered, after_id;
	size_t limit;         /* at most 1000; 0 = 1000 */
};
int store_office_cases(struct store *store, const struct office_case_filter *filter, struct arena *arena,
		       struct office_case **cases_r, size_t *count_r, struct err *err);

/*
 * [w] Keeps what is known of a colleague of an office: the one row there is
 * for his address. ERR_NOTFOUND for an office that is not known.
 */
int store_colleague_put(struct store *store, const struct office_colleague *colleague, struct err *err);
/* ERR_NOTFOUND: nothing was ever asked about him. */
int store_colleague_find(struct store *store, const char *service, const char *office, const char *address,
			 struct arena *arena, struct office_colleague *colleague_r, struct err *err);
/* Those of an office, ids above 'after'; ERR_NOTFOUND for an office that is not known. */
int store_colleague_list(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			 struct arena *arena, struct office_colleague **colleagues_r, size_t *count_r,
			 struct err *err);
/*
 * [w] Forgets those about whom the general address was asked before a time and
 * who are not accepted or refused for good: nobody's address is kept for a
 * question that was never answered. As store_token_forget().
 */
int store_colleague_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
/* ---- what waits for a person (model/held.h) ---- */

/*
 * An item that ends held is looked at HELD_WAIT after it came; one that is
 * refused ("refused") and has no dossier HELD_KEEP after it came. Any other end
 * takes it off this list. Those due at 'now', in that order.
 */
int store_held_due(struct store *store, int64_t now, size_t limit, struct arena *arena, struct held_look **looks_r,
		   size_t *count_r, struct err *err);
/* When the first is due; DATE_NONE = none. */
int store_held_next(struct store *store, int64_t *at_r, struct err *err);
/* [w] When it is looked at next, and whether staff were told. Nothing for an item that is not on the list. */
int store_held_look(struct store *store, const struct held_look *look, struct err *err);
/*
 * [w] Held → stored, to be decided again. ERR_EXISTS when it was let through
 * before and does not wait again; ERR_INPUT when it never waited, or its bytes
 * are not here; ERR_NOTFOUND.
 */
int store_held_accept(struct store *store, const struct held_accept *accept, struct err *err);
/* ERR_NOTFOUND when nobody ever let it through. */
int store_held_accepted(struct store *store, int64_t item, struct arena *arena, struct held_accept *accept_r,
			struct err *err);
/* Zeros and DATE_NONE where nobody was asked yet. 'dossier' NULL and 'address' "": staff. */
int store_held_asked(struct store *store, const char *service, const char *dossier, const char *address,
		     struct arena *arena, struct held_asked *asked_r, struct err *err);
/* [w] Replaces what was known. */
int store_held_ask(struct store *store, const struct held_asked *asked, struct err *err);
/*
 * [w] Empties an item that has no dossier, and its duplicates: of each only that
 * something came in and where it lay is left. ERR_INPUT for one of a dossier, or
 * that is not decided; ERR_TEMP while a mail about it is being sent. 'left_r' as
 * for store_dossier_erase(). Both also erase what staff were told of all that
 * waits (mails "vastgehouden" without dossier and item): it names everybody.
 */
int store_item_erase(struct store *store, int64_t id, struct arena *arena, struct erasure_left *left_r,
		     struct err *err);

/* ---- tickets (model/ticket.h) ---- */

/*
 * They are written by store_take(). One about a dossier is erased with it; one
 * about none is kept for a term after it was closed, or after the last word
 * about it where it was answered and never closed (store_tickets_forget()). One
 * that is open waits for its answer, however long that takes.
 */

/* With its messages; ERR_NOTFOUND. */
int store_ticket_load(struct store *store, const char *number, struct arena *arena, struct ticket **ticket_r,
		      struct err *err);
/* The number of the ticket that a mail of ours is about, by its Message-ID; ERR_NOTFOUND. */
int store_ticket_of_mail(struct store *store, const char *message_id, struct arena *arena, const char **number_r,
			 struct err *err);

struct ticket_filter {
	const char *service;  /* NULL = any */
	const char *dossier;  /* number, NULL = any */
	const char *address;  /* who opened it, NULL = any */
	int state;            /* enum ticket_state, or -1 = any */
	int64_t after;        /* ids above this, for paging */
	size_t limit;         /* at most 1000; 0 = 1000 */
};
/* Without their messages. */
int store_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
		      struct ticket **tickets_r, size_t *count_r, struct err *err);
/* Those that staff are to be told of again by then, the longest due first; without their messages. */
int store_tickets_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		      struct ticket **tickets_r, size_t *count_r, struct err *err);
/* When the next of these is due; DATE_NONE = none. */
int store_tickets_next(struct store *store, int64_t *at_r, struct err *err);
/*
 * The first and the latest Message-ID sent or queued to an address about a
 * ticket, for threading; NULL when none. As store_outbox_thread(), which leaves
 * out what went to staff about the tickets of a dossier: each ticket is a thread
 * of its own for them.
 */
int store_ticket_thread(struct store *store, const char *number, const char *to, struct arena *arena,
			const char **first_r, const char **last_r, struct err *err);
/*
 * [w] Erases tickets about no dossier that were closed before a time, or are
 * answered and did not change since it, at most 'limit' of them, with their
 * mails and tokens; of their items only that
 * something came in is left. One that is sending mail stays until the next time.
 * '*count_r' says how many went. What lies outside the database is handed back as
 * by store_dossier_erase().
 */
int store_tickets_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
			 struct erasure_left *left_r, size_t *count_r, struct err *err);

/* ---- mail that belongs to nothing ---- */

/*
 * [w] Erases what was decided and belongs to no dossier and no ticket, at most
 * 'limit' of it: mail that came in before a time (thanks, automatic replies,
 * what staff got back, bounces), with its duplicates and the mails about it; and
 * mails of ours, made before that time and done with, that are about no item
 * either (overviews, what staff were told). Of an item only that something came
 * in is left. Not what brought a document, a ticket or a mail of a dossier: that
 * goes with the dossier; not what a mail still waits about, nor what the clock
 * will look at (store_held_due()); nor files of the spool, which somebody may
 * still have to take out of its folders. '*count_r' says how many items and
 * mails went, duplicates not counted; 'left_r' as for store_dossier_erase().
 */
int store_mail_forget(struct store *store, int64_t before, size_t limit, struct arena *arena,
		      struct erasure_left *left_r, size_t *count_r, struct err *err);

/* ---- addresses that mail goes to ---- */

/*
 * What is known of an address, by service: that it takes no mail, that its owner
 * is away. Kept while it is of use: forgotten a year after it last changed
 * (store_address_forget()), and with the last dossier that has this address
 * as a party when that is erased.
 */
struct address_health {
	const char *service, *address;
	int64_t dead;       /* since when mail to it comes back; DATE_NONE = it does not */
	int failures;       /* days on which mail came back for a reason that may pass, since it was last heard from */
	int64_t failed;     /* the last of these; DATE_NONE */
	int64_t first;      /* the first of these; DATE_NONE */
	int64_t away;       /* until when its owner is away; DATE_NONE */
	const char *reason; /* what the other server said last; NULL */
	int64_t changed;
};

/* Of an address that nothing is known of all is empty. */
int store_address_load(struct store *store, const char *service, const char *address, struct arena *arena,
		       struct address_health *health_r, struct err *err);
/* [w] Replaces what is known of it; one that is neither dead nor away and has no failures is forgotten. */
int store_address_put(struct store *store, const struct address_health *health, struct err *err);
/* The dead ones of all services, in order, at most 'limit' (0 = 1000). */
int store_address_dead(struct store *store, size_t limit, struct arena *arena, struct address_health **list_r,
		       size_t *count_r, struct err *err);
/* [w] As store_token_forget(), for those that did not change since 'before'. */
int store_address_forget(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);

/* ---- mail that comes back, mail that is too much ---- */

/* The latest row with this envelope sender; ERR_NOTFOUND. */
int store_outbox_by_sender(struct store *store, const char *from, struct arena *arena, struct outbox_row *row_r,
			   struct err *err);
/* [w] A mail that was sent, or perhaps sent, came back: failed, with 'reply'. ERR_INPUT for any other. */
int store_outbox_returned(struct store *store, const struct outbox_result *result, struct err *err);

/* Rows that went, or are to go, since a time. What is held, cancelled or for staff does not count. */
struct outbox_tally {
	const char *service; /* NULL = any; the same for the others */
	const char *to;
	const char *dossier;
	const char *text;
	int64_t since;
};
int store_outbox_tally(struct store *store, const struct outbox_tally *tally, int64_t *count_r, struct err *err);
/* Rows that are held for that reason (a HELD_FOR_ word), in order; to an address, or NULL = to any. */
int store_outbox_held(struct store *store, const char *held, const char *service, const char *to, int64_t after,
		      size_t limit, struct arena *arena, struct outbox_row **rows_r, size_t *count_r, struct err *err);

#endif
