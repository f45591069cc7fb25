/*
 * The inside of the engine, shared by the files of this folder only.
 *
 *     mailbox.c, spool.c, engine_ingest()  →  intake.c   raw bytes durable
 *                                             pool.c     parsed in workers
 *                                             commit.c   decided in groups, one commit
 *     decide.c ← route.c, papers.c            one mail   → events → flow → dossier
 *     answer.c ← values.c                     effects    → rendered rows
 *     clock.c                                 due timers, the same way
 *     sender.c                                rows       → SMTP
 */
#ifndef POSTKAMER_WORK_ENGINE_P_H
#define POSTKAMER_WORK_ENGINE_P_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "ipc/parse_msg.h"
#include "model/item.h"
#include "model/mail.h"
#include "work/engine.h"

#define ENGINE_MAX_ATTEMPTS 3      /* then an item is quarantined */
#define ENGINE_GROUP 50            /* items in one commit */
#define ENGINE_PARSE_WALL_MS 60000 /* one job in a parse worker */

/* An item on its way from durable bytes to decision. */
struct job {
	struct job *next;          /* in whichever queue it stands */
	struct job *next_in_work, **link_in_work; /* in engine.in_work */
	struct arena arena;        /* owned; all of this job */
	struct item item;
	struct seal_key scope;     /* of the item, open */
	enum parse_kind kind;
	const char *name;          /* file name of a spool drop */
	const char *number;        /* spool: dossier the path names */
	const char *slot;          /* spool: slot the path names, or NULL */
	bool order;                /* spool: it is an order (spool_order.h) */
	int raw;                   /* memory file with the raw bytes; -1 = get them from the blob */
	int out;                   /* memory file of the worker; -1 */
	enum parse_status status;
	const char *reason;        /* of a status that is not PARSE_OK, or of a dead worker */
	bool worker_died;
	int64_t parsed_at;         /* monotonic: since when it waits for its decision */
	bool counted;              /* its mailbox or the spool counts it as in work */
	bool again;                /* to be parsed once more after the commit */
	bool gone;                 /* vanished from the mailbox before it was fetched */
	bool unreachable;          /* lies in the mailbox and could not be fetched (work/mailbox_reach.c) */
	struct mail mail;
	const char *subject;       /* of the mail as it came, once decide.c took the tokens off */
	void (*looked)(struct job *job); /* instead of deciding: for engine_item_look() */
	engine_mail_fn *look_done;
	void *look_ctx;
	struct engine *engine;
};

struct mailbox;
struct erased;
struct pool;
struct sender;
struct spool;
struct takeover;

enum engine_mode { ENGINE_IDLE, ENGINE_DAEMON, ENGINE_ONCE, ENGINE_SETTLE };

struct engine {
	const struct env *env;
	const struct settings *settings;
	struct world *world;                 /* owned */
	void (*failed)(void *ctx, const char *why);
	void *failed_ctx;
	enum engine_mode mode;
	bool stopping, dead;
	struct seal_key hash_key;            /* raw hashes and content keys */
	struct seal_key effect_key;          /* Message-IDs and effect keys */
	struct seal_key reply_key;           /* tokens (reply.h) */

	struct mailbox **mailboxes;          /* owned */
	size_t mailbox_count;
	struct spool *spool;                 /* owned; NULL = none */
	struct pool *pool;                   /* owned */
	struct sender *sender;               /* owned */

	struct job *in_work;                 /* every job there is */
	struct job *parsed;                  /* jobs that wait for a commit, by item number */
	size_t parsed_count;
	bool commit_planned;
	uint64_t commit_timer;

	bool timers_running;
	bool mail_held;                      /* for which there was no room (limits.h), */
	int64_t held_look;                   /* and when that was seen */
	bool timers_stuck;                   /* one could not be handled; do not try again at once */
	bool unsteady;                       /* the clock leapt not long ago: nothing goes because it is old (steady.c) */
	bool released;                       /* items were let through in the group that is open: they are decided next */
	bool unsteady_told;                  /* that erasing waits */
	uint64_t clock_timer;
	bool once_clock;                     /* the timers of this round were fired */
	bool progress_planned;
	uint64_t patience;
	uint64_t collect_timer;
	struct takeover *takeover;           /* owned */
	struct waits *waits;                 /* owned */
	struct erased *erased;               /* owned; in the group that is open, see erase.c */
	void (*done)(void *ctx, int status);
	void *done_ctx;
};

/* ---- engine.c ---- */

/* Is the store, the disk or the system in trouble? Then no item or timer is at fault, and no further one can be taken. */
bool engine_is_trouble(const struct engine *engine, const struct err *err);
/* The store is in trouble: no further work. */
void engine_fail(struct engine *engine, const struct err *err);
/* Something ended: in the modes that end by themselves, look whether all is done. */
void engine_progress(struct engine *engine);
int64_t engine_now(const struct engine *engine);

/* ---- intake.c ---- */

struct job *job_new(struct engine *engine);
void job_free(struct job **job);
/* Is the item between durable bytes and decision right now? */
bool job_in_work(const struct engine *engine, int64_t id);
/*
 * Reserves 'job->item' (its source fields are set) in the store, with a new
 * scope key; opens the key of one that was there already.
 */
int intake_reserve(struct engine *engine, struct job *job, struct err *err);
/* Seals job->raw into a blob; not durable before blob_sync(). */
int intake_blob(struct engine *engine, struct job *job, struct blob_ref *ref_r, struct err *err);
/* After blob_sync(), inside a group: stored, and its first attempt counted. */
int intake_stored(struct engine *engine, struct job *job, struct blob_ref *ref, struct err *err);
/* Sends it on to the parser; takes the job over. */
void intake_parse(struct engine *engine, struct job *job);
/* Items that were stored but not decided when the process ended; and those of a retry. */
int intake_recover(struct engine *engine, struct err *err);
/* An earlier process crashed over this item: one of its attempts (base/crash.h). */
int intake_blame(struct engine *engine, int64_t id, struct err *err);
/* The key that wraps the raw blob's: the item's, or its dossier's once that was decided. Wipe it. */
int intake_raw_scope(const struct job *job, struct seal_key *scope_r, struct err *err);
/* A new job for an item of the store, its scope key opened; raw stays -1. */
int intake_load(struct engine *engine, int64_t id, struct job **job_r, struct err *err);

/* ---- pool.c ---- */

struct pool *pool_new(struct engine *engine, int workers);
void pool_free(struct pool **pool);
/* Takes the job over; gives it back to commit_add() (or job->looked). */
void pool_add(struct pool *pool, struct job *job);
size_t pool_pending(const struct pool *pool);
/* The lowest item number it has in hand, of those to be decided; INT64_MAX when there is none. */
int64_t pool_oldest(const struct pool *pool);

/* ---- commit.c ---- */

void commit_add(struct engine *engine, struct job *job);
/* Decides and commits all that wait, now. */
void commit_flush(struct engine *engine);

/* ---- steady.c ---- */

/* Looks at the clock, once for all that is due at 'now': sets engine->unsteady. */
void steady_look(struct engine *engine, int64_t now);

/* ---- mailbox.c and its like (mailbox_p.h) ---- */

struct mailbox *mailbox_new(struct engine *engine, const struct settings_mailbox *settings);
void mailbox_free(struct mailbox **mailbox);
void mailbox_start(struct mailbox *mailbox);
/* Asks for a new listing, soon; for timers that wait for a look at the mailbox. */
void mailbox_look(struct mailbox *mailbox);
/* Something was done by hand: perhaps `quarantine retry` of a mail that lies in the mailbox. */
void mailbox_poke(struct mailbox *mailbox);
/* Items of this mailbox were committed and can be acknowledged. */
void mailbox_committed(struct mailbox *mailbox, const struct item *item);
/* One of its items went to the parser (+1) or was decided (-1). */
void mailbox_in_work(struct mailbox *mailbox, int change);
/* Listed and drained, nothing on its way; or given up for this round. */
bool mailbox_idle(const struct mailbox *mailbox);
/* Not all that lies in it was read, or could be acknowledged. */
bool mailbox_gave_up(const struct mailbox *mailbox);
void mailbox_describe(const struct mailbox *mailbox, struct engine_source *source_r);
struct mailbox *mailbox_find(struct engine *engine, const char *key);

/* ---- spool.c ---- */

struct spool *spool_new(struct engine *engine);
void spool_free(struct spool **spool);
void spool_scan(struct spool *spool);
/*
 * What the path in job->item.origin says: name, kind, and by the names of
 * known dossiers and their slots, number and slot. False when it names none.
 */
bool spool_route(struct job *job);
/* One of its items went to the parser; spool_committed() says when it was decided. */
void spool_in_work(struct spool *spool);
void spool_committed(struct spool *spool, const struct job *job);
bool spool_idle(const struct spool *spool);
bool spool_gave_up(const struct spool *spool);
void spool_describe(const struct spool *spool, struct engine_source *source_r);

/* A decided file of its dossier, wherever it was put away: removed, with its reason. */
void spool_erase(struct engine *engine, const struct item *item);

/* ---- erase.c ---- */

/* Inside a group; 'by' a role. Afterwards, when the group is durable, erase_finish(); when it is not, erase_forget(). */
int erase_in_group(struct engine *engine, const char *number, const char *reason, const char *by, struct err *err);
/* The same of an item without a dossier. */
int erase_item_in_group(struct engine *engine, int64_t id, struct err *err);
/* The same of decided mail that belongs to nothing and came before a time, at most 'limit' of it; how much went. */
int erase_old_in_group(struct engine *engine, int64_t before, size_t limit, size_t *count_r, struct err *err);
void erase_finish(struct engine *engine);
void erase_forget(struct engine *engine);
/* What an earlier process or a reader kept from being overwritten. */
void erase_scrub(struct engine *engine);
/* Erases some such mail whose term is over (settings.mail_keep), in groups of its own; true when there may be more. */
bool erase_old(struct engine *engine);

/* ---- takeover.c ---- */

struct takeover *takeover_new(struct engine *engine);
void takeover_free(struct takeover **takeover);
/* Looks at all live dossiers from the first on; the daemon does so bit by bit, else it is done on return. */
void takeover_start(struct takeover *takeover);

/* ---- clock.c ---- */

/* Fires what is due, if the sources were read since; plans the next look. */
void clock_check(struct engine *engine);
/* Nothing more to fire now. */
bool clock_idle(const struct engine *engine);

/* ---- ticket_due.c ---- */

/* Inside a group: staff are told of it once more, and the next time is set. */
int ticket_remind(struct engine *engine, const char *number, int64_t now, struct err *err);
/* Erases old tickets about no dossier, in groups of its own. */
void ticket_forget_old(struct engine *engine);

/* ---- sender.c ---- */

struct sender *sender_new(struct engine *engine);
void sender_free(struct sender **sender);
int sender_recover(struct sender *sender, struct err *err);
/* There may be rows to send. */
void sender_kick(struct sender *sender);
bool sender_idle(const struct sender *sender);
/* No new rows; what is between GO and its answer may still finish. */
void sender_drain(struct sender *sender);
bool sender_drained(const struct sender *sender);
const char *sender_trouble(const struct sender *sender);

#endif
