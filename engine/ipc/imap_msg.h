/*
 * What main and an IMAP worker say to each other. One worker serves one folder
 * of one account for as long as its connection lives.
 *
 * Order of things. Main sends SETUP once; the worker connects, logs in, makes
 * the folders and answers READY or FAILED. From then on main gives one order
 * at a time and waits for its last answer before the next, with one
 * exception: WATCH has no end of its own, and any order (WATCH too) ends it.
 *
 *     SETUP  ->  READY
 *     LIST   ->  UIDS … UIDS(last)
 *     FETCH  ->  one of MAIL, GONE, TOOBIG, WITHHELD per uid, in any order, then FETCHED
 *     ACK    ->  ACKED
 *     WATCH  ->  CHANGED, once, when there is mail that came after the last LIST
 *     QUIT   ->  nothing; the worker logs out and exits (so does a closed socket)
 *
 * A CHANGED may cross an order on its way: main takes it at any time as "list
 * again soon". FAILED may come instead of any answer; the worker then exits
 * (status 1, or 2 when main's own message was bad), and main starts a new one
 * after its back-off. Whatever was not answered was not done, or was done and
 * its answer lost: every order can be given again.
 *
 * Each imap_msg_put_*() builds a whole message (to be sent with ipc_send() and
 * freed with ipc_writer_free(), also when it failed to fit). Each
 * imap_msg_get_*() reads one whose type was looked at; it checks every
 * promise below (counts, ranges, no zero uid), because a worker may have been
 * taken over. Strings and arrays live in the arena. Bytes are in host order:
 * both ends are the same program.
 */
#ifndef POSTKAMER_IPC_IMAP_MSG_H
#define POSTKAMER_IPC_IMAP_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "ipc/ipc.h"

enum imap_msg_type {
	/* Main to worker. */
	IMAP_MSG_SETUP = 1,
	IMAP_MSG_LIST,
	IMAP_MSG_FETCH,
	IMAP_MSG_ACK,
	IMAP_MSG_WATCH, /* no fields */
	IMAP_MSG_QUIT,  /* no fields */
	/* Worker to main. */
	IMAP_MSG_READY = 101,
	IMAP_MSG_UIDS,
	IMAP_MSG_MAIL,
	IMAP_MSG_GONE,
	IMAP_MSG_TOOBIG,
	IMAP_MSG_FETCHED,
	IMAP_MSG_ACKED,
	IMAP_MSG_CHANGED, /* no fields */
	IMAP_MSG_FAILED,
	IMAP_MSG_WITHHELD
};

#define IMAP_MSG_FETCH_MAX 50   /* uids in one FETCH */
#define IMAP_MSG_ACK_MAX 1000   /* uids in one ACK and ACKED */
#define IMAP_MSG_UIDS_MAX 1000  /* entries in one UIDS */
#define IMAP_MSG_TEXT_MAX 1024  /* bytes of any text in FAILED */

enum imap_msg_tls {
	IMAP_MSG_TLS_IMPLICIT, /* imaps:// */
	IMAP_MSG_TLS_STARTTLS, /* required: no credential before it succeeded */
	IMAP_MSG_TLS_NONE,     /* plain, as the operator said aloud (or a loopback address) */
	IMAP_MSG_TLS_COUNT
};

enum imap_msg_auth {
	IMAP_MSG_AUTH_LOGIN,   /* user and password: LOGIN, or PLAIN where that is all the server takes */
	IMAP_MSG_AUTH_XOAUTH2, /* user and an access token */
	IMAP_MSG_AUTH_COUNT
};

struct imap_msg_setup {
	const char *host;       /* name or address literal; the certificate must be for it */
	uint32_t port;          /* 1..65535 */
	uint32_t tls;           /* enum imap_msg_tls */
	const char *ca_file;    /* PEM, in place of the system's authorities; or NULL */
	const char *user;
	const char *secret;     /* password or access token; wiped by the worker after use */
	uint32_t auth;          /* enum imap_msg_auth */
	const char *folder;     /* UTF-8, '/' between levels, e.g. "INBOX" */
	const char *processed;  /* the same; made, with its parents, and subscribed when missing */
	const char *quarantine; /* the same */
	uint32_t poll;          /* seconds between looks where there is no IDLE; 1..86400 */
	uint32_t idle_renew;    /* seconds after which an IDLE ends, looks, and starts anew; 1..1500 */
	uint32_t deadline;      /* seconds for a whole command, without bodies; 1..3600 */
	int64_t max_bytes;      /* larger messages are TOOBIG; > 0 */
	bool trace;             /* debug log of the protocol, without credentials and bodies */
};

void imap_msg_put_setup(struct ipc_writer *w, const struct imap_msg_setup *setup);
/* The caller wipes setup_r->secret and the message after use. */
int imap_msg_get_setup(struct ipc_message *m, struct arena *arena, struct imap_msg_setup *setup_r, struct err *err);

/*
 * Asks for the messages whose uid is above 'after_uid', or for all of them
 * when that is 0 or 'uidvalidity' is not what the folder has now.
 */
struct imap_msg_list {
	uint32_t uidvalidity;
	uint32_t after_uid;
};

void imap_msg_put_list(struct ipc_writer *w, const struct imap_msg_list *list);
int imap_msg_get_list(struct ipc_message *m, struct imap_msg_list *list_r, struct err *err);

/*
 * FETCH: 1..IMAP_MSG_FETCH_MAX uids; ones that repeat are answered once. Under
 * another uidvalidity than the folder's every uid is GONE.
 */
struct imap_msg_fetch {
	uint32_t uidvalidity;
	uint32_t *uids; /* from arena when decoded */
	size_t count;
};

void imap_msg_put_fetch(struct ipc_writer *w, const struct imap_msg_fetch *fetch);
int imap_msg_get_fetch(struct ipc_message *m, struct arena *arena, struct imap_msg_fetch *fetch_r, struct err *err);

enum imap_msg_target {
	IMAP_MSG_TO_PROCESSED,
	IMAP_MSG_TO_QUARANTINE,
	IMAP_MSG_TO_COUNT
};

/* ACK: 1..IMAP_MSG_ACK_MAX uids. Uids that are gone count as done. */
struct imap_msg_ack {
	uint32_t uidvalidity;
	uint32_t target; /* enum imap_msg_target */
	uint32_t *uids;  /* from arena when decoded */
	size_t count;
};

void imap_msg_put_ack(struct ipc_writer *w, const struct imap_msg_ack *ack);
int imap_msg_get_ack(struct ipc_message *m, struct arena *arena, struct imap_msg_ack *ack_r, struct err *err);

/* WATCH, QUIT and CHANGED have no fields. */
void imap_msg_put_plain(struct ipc_writer *w, enum imap_msg_type type);
int imap_msg_get_plain(struct ipc_message *m, struct err *err);

/* What the server can do, as far as we use it. */
#define IMAP_MSG_CAN_MOVE 1u
#define IMAP_MSG_CAN_UIDPLUS 2u
#define IMAP_MSG_CAN_IDLE 4u
#define IMAP_MSG_CAN_KEYWORDS 8u /* own keywords may be stored in the folder */
#define IMAP_MSG_CAN_ALL 15u

struct imap_msg_ready {
	uint32_t uidvalidity; /* never 0 */
	uint32_t uidnext;     /* 0 when the server did not say */
	uint32_t exists;      /* messages in the folder */
	uint32_t can;         /* IMAP_MSG_CAN_* */
};

void imap_msg_put_ready(struct ipc_writer *w, const struct imap_msg_ready *ready);
int imap_msg_get_ready(struct ipc_message *m, struct imap_msg_ready *ready_r, struct err *err);

struct imap_msg_uid {
	uint32_t uid;         /* never 0 */
	int64_t size;         /* as the server claims, bytes */
	int64_t internaldate; /* UTC seconds; DATE_NONE when unreadable */
};

/*
 * UIDS: 0..IMAP_MSG_UIDS_MAX messages, oldest first as far as the server keeps
 * order. A uid may be listed twice when others expunge at the same time.
 */
struct imap_msg_uids {
	uint32_t uidvalidity;
	bool last;
	struct imap_msg_uid *list; /* from arena when decoded */
	size_t count;
};

void imap_msg_put_uids(struct ipc_writer *w, const struct imap_msg_uids *uids);
int imap_msg_get_uids(struct ipc_message *m, struct arena *arena, struct imap_msg_uids *uids_r, struct err *err);

/*
 * MAIL: the raw message in a memory file (not sealed yet: main seals, and only
 * then reads). TOOBIG has the same fields without the file; 'size' is then the
 * server's claim, or what had come when the limit was passed. GONE: the server
 * has it no more. WITHHELD: the server lists it but gives no body (NIL, or an
 * error for it alone); not gone, so ask again later, and after some attempts
 * treat it as poison. Both have only uidvalidity and uid.
 */
struct imap_msg_mail {
	uint32_t uidvalidity;
	uint32_t uid;
	int64_t size;         /* MAIL: bytes in the file, 0 is possible */
	int64_t claimed;      /* RFC822.SIZE; may differ, some servers lie */
	int64_t internaldate; /* UTC seconds; DATE_NONE when unreadable */
	int fd;               /* MAIL: the caller's to close after decoding; else -1 */
};

/* 'type' is IMAP_MSG_MAIL, _TOOBIG, _GONE or _WITHHELD. */
void imap_msg_put_mail(struct ipc_writer *w, enum imap_msg_type type, const struct imap_msg_mail *mail);
int imap_msg_get_mail(struct ipc_message *m, struct imap_msg_mail *mail_r, struct err *err);

/* FETCHED: the order is complete. */
struct imap_msg_fetched {
	uint32_t uidvalidity;
	uint32_t mails, gone, toobig, withheld; /* how many of each were sent */
};

void imap_msg_put_fetched(struct ipc_writer *w, const struct imap_msg_fetched *fetched);
int imap_msg_get_fetched(struct ipc_message *m, struct imap_msg_fetched *fetched_r, struct err *err);

/* How messages were acknowledged, best first. */
enum imap_msg_how {
	IMAP_MSG_MOVED,   /* UID MOVE */
	IMAP_MSG_COPIED,  /* UID COPY, \Deleted, UID EXPUNGE */
	IMAP_MSG_FLAGGED, /* keyword $PostkamerDone */
	IMAP_MSG_NONE,    /* the server offers nothing, or the uidvalidity is over: our own record alone */
	IMAP_MSG_HOW_COUNT
};

struct imap_msg_acked {
	uint32_t uidvalidity;
	uint32_t how;   /* enum imap_msg_how */
	uint32_t *uids; /* the uids of the ACK; from arena when decoded */
	size_t count;
};

void imap_msg_put_acked(struct ipc_writer *w, const struct imap_msg_acked *acked);
int imap_msg_get_acked(struct ipc_message *m, struct arena *arena, struct imap_msg_acked *acked_r, struct err *err);

/* Why a worker ended, by what main should do about it. */
enum imap_msg_fail {
	IMAP_MSG_FAIL_NETWORK,  /* name, connect, cut, deadline: back off, try again */
	IMAP_MSG_FAIL_TLS,      /* certificate or handshake refused: back off, tell the operator */
	IMAP_MSG_FAIL_AUTH,     /* credentials refused: at most one try in 15 minutes, tell the operator */
	IMAP_MSG_FAIL_PROTOCOL, /* the server said what it must not say, or more than we take */
	IMAP_MSG_FAIL_SERVER,   /* the server refused (NO, BYE): back off, try again */
	IMAP_MSG_FAIL_CONFIG,   /* asking again changes nothing until the setup does */
	IMAP_MSG_FAIL_EPOCH,    /* UIDVALIDITY changed while connected: start again at once */
	IMAP_MSG_FAIL_COUNT
};

/* "network", "tls", …; "?" for anything else. For logs. */
const char *imap_msg_fail_name(uint32_t fail);
/* "moved", "copied", "flagged", "none"; "?" for anything else. */
const char *imap_msg_how_name(uint32_t how);

struct imap_msg_failed {
	uint32_t fail;     /* enum imap_msg_fail */
	const char *where; /* "connect", "login", "select", "list", "fetch", "ack", "watch", … */
	const char *text;  /* holds words of the server: log_quote() them */
};

void imap_msg_put_failed(struct ipc_writer *w, const struct imap_msg_failed *failed);
int imap_msg_get_failed(struct ipc_message *m, struct arena *arena, struct imap_msg_failed *failed_r,
			struct err *err);

#endif
