/*
 * The virtual environment: the whole engine in one process, without a socket,
 * a file or a moment of waiting. The clock stands still until it is moved;
 * workers are functions; mailboxes and the mail that was sent are lists in
 * memory. Store and blobs are the memory variants, or whatever the caller sets.
 *
 * Bytes still travel as memory files and messages still pass through the codecs
 * of ipc/, so that what runs here is what runs outside.
 */
#ifndef POSTKAMER_APP_VIRTUAL_H
#define POSTKAMER_APP_VIRTUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/send.h"
#include "work/env.h"

struct virtual_env;

/* 'start' is the first event time; 'seed' makes the randomness. */
struct virtual_env *virtual_new(int64_t start, uint64_t seed, struct err *err);
void virtual_free(struct virtual_env **v);
/* The table for the engine; the caller sets store, blobs and master key. */
struct env *virtual_table(struct virtual_env *v);

/* Lets everything happen that can happen now. */
void virtual_settle(struct virtual_env *v);
/* Moves the clock, firing what falls due on the way, in order. */
void virtual_advance(struct virtual_env *v, int64_t seconds);
/* Lets one thing happen that falls due within 'seconds', moving the clock to it; false when there is none. */
bool virtual_step(struct virtual_env *v, int64_t seconds);
/*
 * The process ends here and now: what was on its way in memory is gone, workers
 * are gone; mailboxes, sent mail and clock stay. Free the engine after this.
 */
void virtual_crash(struct virtual_env *v);

/* A message arrives in a mailbox (by the worker's name); returns its uid. Bytes are copied. */
uint32_t virtual_mail(struct virtual_env *v, const char *mailbox, const void *data, size_t len);
/* How many messages lie in the inbox, and how many were acknowledged to processed or quarantine. */
size_t virtual_inbox(const struct virtual_env *v, const char *mailbox);
size_t virtual_processed(const struct virtual_env *v, const char *mailbox);
/* While it is down, connections to the mailbox fail. */
void virtual_mailbox_down(struct virtual_env *v, const char *mailbox, bool down);
/* While it is closed, nothing can be moved out of it: the session ends over the attempt. */
void virtual_mailbox_closed(struct virtual_env *v, const char *mailbox, bool closed);
/* What happens to whoever fetches a message that lies in an inbox. */
enum virtual_bane { VIRTUAL_NO_BANE, VIRTUAL_ENDS_SESSION, VIRTUAL_WITHHELD };
void virtual_bane(struct virtual_env *v, const char *mailbox, uint32_t uid, enum virtual_bane bane);
/* All workers of a kind that run now say nothing any more, nor end. */
void virtual_freeze(struct virtual_env *v, enum env_worker_kind kind);

/* Mail that was sent, in order. */
struct virtual_sent {
	const char *from, *to;
	const char *data;     /* the message, terminated */
	size_t len;
	int64_t at;
	int64_t row;
};
size_t virtual_sent_count(const struct virtual_env *v);
const struct virtual_sent *virtual_sent_at(const struct virtual_env *v, size_t index);
/* Calls back at each of them, while all that is known of it is there still; NULL = nobody. */
void virtual_on_sent(struct virtual_env *v, void (*fn)(void *ctx), void *ctx);
/* What the next attempts come to; default: sent. */
void virtual_outcome(struct virtual_env *v, enum send_outcome outcome, unsigned code, const char *text);
/* The next attempts do not reach the server at all, until another outcome is set. */
void virtual_server_down(struct virtual_env *v);
/* Nor does the server let them in. */
void virtual_login_refused(struct virtual_env *v);
/* The server closes the connection on each mail to this address, before it takes any of it. */
void virtual_server_cuts(struct virtual_env *v, const char *to);
/* How many workers of a kind were started so far. */
int virtual_starts(const struct virtual_env *v, enum env_worker_kind kind);
/* The next parse jobs kill their worker. */
void virtual_parse_crashes(struct virtual_env *v, int count);
/* How they end; default: "killed by signal 11 (Segmentation fault)". Borrowed. */
void virtual_parse_end(struct virtual_env *v, const char *why);
/* The next so many workers, of any kind, cannot be started. */
void virtual_starts_fail(struct virtual_env *v, int count);

#endif
