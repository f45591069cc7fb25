/*
 * One IMAP connection to one folder: the low level, without knowledge of
 * dossiers or of the other processes. Calls block, each within the setup's
 * deadlines (imap/stream.h).
 *
 * Whatever the server does that is not plainly the answer asked for ends the
 * session: a function then returns -1 with the words in 'err', its class from
 * imap_session_fail() and the step from imap_session_where(); the caller frees
 * the session and opens a new one. Nothing is retried inside.
 *
 * Messages are named by uid only; \Seen is neither read nor set; envelopes and
 * body structures are never asked for (senders shape them, and libetpan's
 * parser recurses on them).
 */
#ifndef POSTKAMER_IMAP_SESSION_H
#define POSTKAMER_IMAP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "imap/fail.h"

enum imap_tls { IMAP_TLS_IMPLICIT, IMAP_TLS_STARTTLS, IMAP_TLS_NONE };
enum imap_auth { IMAP_AUTH_LOGIN, IMAP_AUTH_XOAUTH2 };
enum imap_target { IMAP_TO_PROCESSED, IMAP_TO_QUARANTINE, IMAP_TARGETS };

/* All strings are borrowed until imap_session_connect() returns; host and ca_file for the session's life. */
struct imap_setup {
	const char *host, *ca_file;  /* see imap/stream.h */
	unsigned port;
	enum imap_tls tls;           /* with IMAP_TLS_NONE alone credentials may go in the clear */
	enum imap_auth auth;
	const char *user;
	const char *secret;          /* password, or access token for XOAUTH2 */
	const char *folder;          /* see imap/name.h */
	const char *targets[IMAP_TARGETS];
	unsigned poll;               /* seconds between looks without IDLE */
	unsigned idle_renew;         /* seconds one IDLE lasts at most; servers may cut it after 30 minutes */
	unsigned deadline;           /* seconds per command */
	int64_t max_bytes;           /* of one message */
	bool trace;
};

struct imap_session;

struct imap_session *imap_session_new(const struct imap_setup *setup);
void imap_session_free(struct imap_session **session);

/* Connects, secures, logs in, makes the target folders, selects the folder. */
int imap_session_connect(struct imap_session *session, struct err *err);
/* Says goodbye; for an intact session only. */
void imap_session_logout(struct imap_session *session);

/* After a -1. */
enum imap_fail imap_session_fail(const struct imap_session *session);
/* "connect", "greeting", "starttls", "login", "folders", "select", "list", "fetch", "ack" or "watch". */
const char *imap_session_where(const struct imap_session *session);

#define IMAP_CAN_MOVE 1u
#define IMAP_CAN_UIDPLUS 2u
#define IMAP_CAN_IDLE 4u
#define IMAP_CAN_KEYWORDS 8u

struct imap_folder {
	uint32_t uidvalidity; /* never 0 */
	uint32_t uidnext;     /* 0 = not said */
	uint32_t exists;
	unsigned can;         /* IMAP_CAN_* */
};

/* As selected; 'exists' as of now. */
void imap_session_folder(const struct imap_session *session, struct imap_folder *folder_r);

struct imap_entry {
	uint32_t uid;
	int64_t size;         /* as claimed */
	int64_t internaldate; /* UTC, or DATE_NONE */
};

#define IMAP_LIST_BATCH 1000

/* Receives up to IMAP_LIST_BATCH entries, ascending within the batch. Not 0 stops with -1 (err filled). */
typedef int imap_list_call(void *ctx, const struct imap_entry *list, size_t count, bool last, struct err *err);

/*
 * Lists the messages with a uid above 'after' (0 = all). Memory is bounded
 * whatever the folder holds: it walks by sequence numbers, which have no
 * holes, and goes back by as many as others expunge meanwhile (a message may
 * then be listed twice). The last call may be empty.
 */
int imap_session_list(struct imap_session *session, uint32_t after, imap_list_call *call, void *ctx,
		      struct err *err);

/* Where fetched messages go. Each returns 0, or -1 (err filled) to end the session. */
struct imap_sink {
	void *ctx;
	/* 'fd': memory file with 'size' bytes, the callee's to close. */
	int (*mail)(void *ctx, const struct imap_entry *entry, int64_t size, int fd, struct err *err);
	/* 'size': what had come, or the claim when that was too much already. */
	int (*toobig)(void *ctx, const struct imap_entry *entry, int64_t size, struct err *err);
	int (*gone)(void *ctx, uint32_t uid, struct err *err);
	/* There, but the server gives no body for it. */
	int (*withheld)(void *ctx, uint32_t uid, struct err *err);
};

#define IMAP_FETCH_MAX 50

/*
 * Fetches 1..IMAP_FETCH_MAX messages (sorted in place): each ends in exactly
 * one call of the sink, as it comes. Several small ones travel in one command,
 * a single one and large ones in pieces of IMAP_FETCH_PIECE.
 */
int imap_session_fetch(struct imap_session *session, uint32_t *uids, size_t count, const struct imap_sink *sink,
		       struct err *err);

#define IMAP_FETCH_PIECE (1u << 20)
#define IMAP_FETCH_BATCH_BYTES (8u << 20) /* claimed bytes asked for in one command */
#define IMAP_FETCH_SLACK (16u << 20)      /* what a batch may exceed its claims by */

enum imap_how { IMAP_MOVED, IMAP_COPIED, IMAP_FLAGGED, IMAP_NONE };

/* The keyword where messages can be neither moved nor copied away. */
#define IMAP_DONE_KEYWORD "$PostkamerDone"

/*
 * Takes messages (sorted in place) out of the way by the best means the server
 * has. Uids that are gone count as done, so it can be repeated; where it must
 * copy and dies before the expunge, a repetition does not copy those already
 * marked.
 */
int imap_session_ack(struct imap_session *session, enum imap_target target, uint32_t *uids, size_t count,
		     enum imap_how *how_r, struct err *err);

/*
 * Waits until the folder holds messages that the last listing did not cover
 * ('*changed_r' true) or 'wake_fd' becomes readable (false). Uses IDLE where
 * the server has it and takes it, else looks every 'poll' seconds.
 */
int imap_session_watch(struct imap_session *session, int wake_fd, bool *changed_r, struct err *err);

#endif
