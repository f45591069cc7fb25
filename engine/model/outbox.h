/*
 * One outgoing mail: rendered once, inside the transaction that wanted it;
 * every attempt sends the identical bytes to its one recipient.
 */
#ifndef POSTKAMER_MODEL_OUTBOX_H
#define POSTKAMER_MODEL_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/blob.h"

enum outbox_state {
	OUTBOX_WAITING,
	OUTBOX_SENDING,   /* claimed for an attempt */
	OUTBOX_SENT,
	OUTBOX_UNKNOWN,   /* all bytes were sent, no answer was seen: sent again, identical */
	OUTBOX_FAILED,
	OUTBOX_HELD,
	OUTBOX_CANCELLED,
	OUTBOX_STATES
};

#define HELD_FOR_RATE "rate" /* over a limit: goes when there is room again */
#define HELD_FOR_TEXT "text" /* the same words to the same address, too often: a person decides */
#define HELD_FOR_DEAD "dead" /* its address takes no mail: goes when somebody writes from it again */

struct outbox_row {
	int64_t id;
	const char *key;         /* effect key, unique: the same effect is never queued twice */
	const char *service;
	const char *dossier;     /* number, or NULL */
	const char *ticket;      /* for store_take(): number of the ticket that it is about; NULL = none, and when read */
	int64_t item;            /* that caused it; 0 = none */
	const char *template;    /* name of the template, "ontvangst+stukken-compleet" when joined */
	const char *audience;    /* "correspondent", "client", "office", "payer", "staff", "sender" */
	const char *to;          /* the one recipient */
	const char *from;        /* envelope sender */
	const char *subject;
	const char *message_id;  /* without angle brackets, unique */
	enum outbox_state state;
	bool in_data;            /* OUTBOX_SENDING: all bytes may have been sent */
	int attempts;
	int64_t created;
	int64_t next_at;         /* when it is due; DATE_NONE when it is not */
	int64_t expires;         /* after this no further attempt */
	const char *reply;       /* last reply or reason, cleaned; NULL = none yet */
	const char *held;        /* OUTBOX_HELD: why, a HELD_FOR_ word below; NULL = by hand, or not held */
	const char *text;        /* one word for what it says: the same words, the same word; NULL = unknown */
	struct blob_key scope;   /* scope key of the blob (dossier's or item's), wrapped by the master key */
	struct blob_ref blob;    /* the message as it goes out */
};

/* What one attempt came to. */
struct outbox_result {
	int64_t id;
	enum outbox_state state; /* WAITING (again later), SENT, UNKNOWN or FAILED */
	bool counted;            /* an attempt of the row; false when the host could not be reached at all */
	int64_t at;
	int64_t next_at;         /* WAITING, UNKNOWN */
	const char *stage;       /* "connect", "tls", "auth", "mail", "rcpt", "data", "dot" */
	int code;                /* SMTP reply code, 0 = none */
	const char *reply;
};

const char *outbox_state_word(enum outbox_state state);
bool outbox_state_from_word(const char *word, enum outbox_state *state_r);

#endif
