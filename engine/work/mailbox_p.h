/*
 * One mailbox of the configuration; private to the files that make it up:
 *
 *     mailbox.c        its session: worker, connection, back-off, what comes first
 *     mailbox_fetch.c  listing and fetching
 *     mailbox_reach.c  mails that cannot be fetched
 *     mailbox_ack.c    acknowledging
 */
#ifndef POSTKAMER_WORK_MAILBOX_P_H
#define POSTKAMER_WORK_MAILBOX_P_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/imap_msg.h"
#include "work/engine_p.h"
#include "work/token.h"

#define MAILBOX_BACKOFF_FIRST_MS 5000

enum mailbox_order { ORDER_NONE, ORDER_SETUP, ORDER_LIST, ORDER_FETCH, ORDER_ACK, ORDER_WATCH };

struct mailbox_wanted {
	uint32_t uid;
	int64_t size, internal_date;
};

/* A mail that could not be fetched once: from then on it goes last and alone. */
struct mailbox_suspect {
	uint32_t uid;
	int troubles;     /* in this process */
	int64_t again_at; /* monotonic; not before then */
	bool given_up;    /* on its way to quarantine; until then it must not be queued again */
};

/* A mail that lies in quarantine without its bytes, and in the mailbox: asked for again now and then. */
struct mailbox_unreachable {
	uint32_t uid;
	int attempts;
	int64_t received; /* event time at which it was first seen */
};

struct mailbox_uids {
	uint32_t *list;
	size_t count, cap;
};

struct mailbox {
	struct engine *engine;
	const struct settings_mailbox *settings;
	struct env_worker *worker;  /* NULL = down */
	struct token_fetch *token;  /* on its way, before the worker is started */
	enum mailbox_order order;   /* what the worker was told and has not finished */
	uint64_t watchdog;          /* ends a worker that says nothing at all */
	uint32_t uidvalidity;
	uint32_t last_uid;          /* highest listed in this epoch */
	unsigned listings;
	bool list_wanted, listed;   /* listed: this round's listing is complete */
	bool left_out;              /* of this listing something was not taken in that has to be … */
	int64_t left_out_ms;        /* … and is tried again after so long */
	int64_t list_at, read_at;   /* event time at which the listing was asked; of the last whole look */
	struct mailbox_wanted *queue; /* to be fetched, from 'head' on */
	size_t head, queued, queue_cap;
	struct job **batch;         /* of the running FETCH */
	size_t batch_count;
	int64_t batch_bytes;        /* claimed */
	int in_work;
	struct mailbox_suspect *suspects; /* outlive sessions of one epoch */
	size_t suspect_count, suspect_cap;
	uint32_t suspect_epoch;
	struct mailbox_unreachable *unreachable; /* of this epoch, as the store has them */
	size_t unreachable_count, unreachable_cap;
	size_t careful;             /* mails still to be fetched one by one, after a batch that failed */
	struct mailbox_uids acks[IMAP_MSG_TO_COUNT];
	int64_t ack_rest_until;     /* monotonic; no ACK before it */
	int ack_troubles;           /* sessions in a row that ended over an ACK */
	uint64_t ack_timer;
	char ack_trouble[320];
	int64_t ack_failing_since;
	uint64_t timer;             /* back-off or next look */
	int64_t backoff_ms;
	enum imap_msg_fail fail;    /* of the worker that is about to end */
	bool failed_said;
	char trouble[320];
	int64_t failing_since;
	int deaths;                 /* sessions of a round that ended over an order */
	bool gave_up;
};

/* ---- mailbox.c ---- */

/* Gives an order to the worker; takes the message. */
void mailbox_give(struct mailbox *mb, enum mailbox_order order, struct ipc_writer *message);
/* The next order, if the worker has none. One place decides what comes first. */
void mailbox_next(struct mailbox *mb);
/* Looks again after so many milliseconds, in place of whatever look was planned. */
void mailbox_look_later(struct mailbox *mb, int64_t ms);

/* ---- mailbox_fetch.c ---- */

void mailbox_give_list(struct mailbox *mb);
void mailbox_give_fetch(struct mailbox *mb);
bool mailbox_queue_empty(const struct mailbox *mb);
/* Is the next of the queue one that may end the session? What can be done before is done before. */
bool mailbox_queue_risky(struct mailbox *mb);
void mailbox_queue_add(struct mailbox *mb, const struct mailbox_wanted *wanted);
void mailbox_batch_remove(struct mailbox *mb, size_t index);
void mailbox_batch_drop(struct mailbox *mb);
/* One of the batch ends without bytes: on to its decision. */
void mailbox_batch_decide(struct mailbox *mb, size_t index);
/* Answers of the worker; 'err' is its fault, ours goes to engine_fail(). */
int mailbox_got_uids(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err);
int mailbox_got_mail(struct mailbox *mb, struct ipc_message *message, struct err *err);
int mailbox_got_missing(struct mailbox *mb, struct ipc_message *message, struct err *err);
int mailbox_got_fetched(struct mailbox *mb, struct ipc_message *message, struct err *err);

/* ---- mailbox_reach.c ---- */

struct mailbox_suspect *mailbox_suspect_find(struct mailbox *mb, uint32_t uid);
struct mailbox_suspect *mailbox_suspect_note(struct mailbox *mb, uint32_t uid);
/* The session ended: was a FETCH running, and which mail was it? */
void mailbox_fetch_died(struct mailbox *mb);
/* One of the batch could not be fetched, once more. True when it was given up and has left the batch. */
bool mailbox_reach_failed(struct mailbox *mb, size_t index, const char *why);
/* Reads those of this epoch from the store. */
int mailbox_reach_load(struct mailbox *mb, struct err *err);
struct mailbox_unreachable *mailbox_reach_find(struct mailbox *mb, uint32_t uid);
void mailbox_reach_drop(struct mailbox *mb, uint32_t uid);
/* Could it not be fetched a moment ago? Then it is left out of this listing. */
bool mailbox_reach_rests(struct mailbox *mb, uint32_t uid);
/* Is it time to ask for one again that was given up? */
bool mailbox_reach_due(struct mailbox *mb, uint32_t uid);
/* An item was committed: does its mail stay where it is, unacknowledged? */
bool mailbox_reach_stays(struct mailbox *mb, const struct item *item);

/* ---- mailbox_ack.c ---- */

/* Gives an ACK if it is time for one. */
bool mailbox_ack_give(struct mailbox *mb);
/* Is anything left to acknowledge, and not resting? */
bool mailbox_ack_pending(const struct mailbox *mb);
bool mailbox_ack_resting(const struct mailbox *mb);
int mailbox_ack_begin(struct mailbox *mb, struct arena *arena, struct err *err);
void mailbox_ack_forget(struct mailbox *mb);
/* The session ended: if over an ACK, then no further one for a while. */
void mailbox_ack_died(struct mailbox *mb);
int mailbox_got_acked(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err);

#endif
