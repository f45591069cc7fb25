/*
 * A dossier and what belongs to it, as plain data in an arena. The store reads
 * and writes it whole; the decision core turns one into the next; nobody else
 * changes one.
 */
#ifndef POSTKAMER_MODEL_DOSSIER_H
#define POSTKAMER_MODEL_DOSSIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/blob.h"
#include "model/event.h"

enum slot_status { SLOT_OPEN, SLOT_DELIVERED, SLOT_ABSENT, SLOT_APPROVED, SLOT_REJECTED, SLOT_STATUSES };

/* What was mailed to a party may be mailed to him again; what was not, not yet. */
enum document_shown {
	DOCUMENT_SHOWN = 1,      /* in a mail to correspondent, client or office */
	DOCUMENT_SHOWN_PAYER = 2 /* in a mail to the payer alone */
};

/* The bytes in a slot: a version, never overwritten. */
struct document {
	int64_t id;            /* 0 until the store has it */
	const char *name;      /* as the sender called it, cleaned for show; not a path */
	const char *type;      /* media type by content */
	int64_t size;
	unsigned char sha256[32];
	const char *from;      /* address of who delivered it, or "scanner" */
	int64_t received;
	int version;           /* 1.. within the slot, in order of arrival */
	bool current;          /* counts for the slot; false once rejected, reopened or replaced */
	bool from_staff;
	unsigned shown;        /* mask of enum document_shown: in whose mail it went out */
	int64_t item;          /* the item it came with */
	int part;              /* new documents: index of the part in that item, else -1 */
	struct blob_ref blob;  /* filled by whoever stores the bytes, before the commit */
};

/* A place for one kind of document; a slot 'per year' is one of these for each year. */
struct slot {
	int64_t id;            /* 0 until the store has it */
	const char *name;      /* as in the rule file, or made for an extra slot */
	int year;              /* 0 when it has none */
	const char *title;     /* with the year filled in */
	bool required;
	bool from_staff;
	bool extra;            /* asked for by staff; not in the rule file */
	bool asked;            /* staff wants it: required whatever the rule file's "required if" says */
	bool may_be_absent;
	int files_min, files_max;
	enum slot_status status;
	const char *reason;    /* of absence or rejection, or NULL */
	struct document *documents;
	size_t document_count;
};

struct party {
	const char *name;
	const char *address;   /* NULL = there is no such party */
	const char *language;  /* "nl", "en" */
	bool copy;             /* client: asked to be kept informed */
};

/* One more address of a client, confirmed by him; mail from it is his. */
struct alias {
	int person;            /* 0 = the client, 1… = partners[person - 1] */
	const char *address;   /* folded */
};

/*
 * A client's address is to become another, or to get another beside it: both
 * are asked, and it happens when both said yes.
 */
struct address_change {
	int person;            /* as in struct alias */
	bool add;              /* beside the old one, not in its place */
	const char *from, *to; /* folded */
	const char *by;        /* who wants it, for the history: "client x@y", "staff x@y" */
	int64_t asked;         /* also tells two changes of the same addresses apart */
	int64_t expires;
	int64_t from_at, to_at; /* when each said yes; DATE_NONE = not yet. Staff may stand in for 'from' */
};

enum timer_kind {
	TIMER_STATE,           /* ends when its state is left */
	TIMER_DOSSIER,         /* counts from the opening ("in dossier") */
	TIMER_QUIET,           /* waits until no item has come for a while */
	TIMER_PAYMENT,         /* a payment request runs out; 'clause' is "payment" */
	TIMER_KEEP,            /* the term after the final state is over: the dossier is erased; 'clause' is "keep" */
	TIMER_RECEIPT,         /* the engine's own: a shared receipt; 'clause' is the address. The core leaves it alone */
	TIMER_KINDS
};

struct timer {
	enum timer_kind kind;
	const char *clause;    /* id of the clause it fires */
	int64_t due;
	int repeat;            /* 0 for the first firing, then 1, 2, … */
	int64_t since;         /* what it counts from; TIMER_QUIET: when the waiting began */
};

/* How often a clause with "at most n times" has run. */
struct clause_count {
	const char *clause;
	int count;
};

enum payment_status { PAYMENT_REQUESTED, PAYMENT_OPEN, PAYMENT_PAID, PAYMENT_FAILED, PAYMENT_EXPIRED,
		      PAYMENT_CANCELLED,
		      PAYMENT_REFUNDED, /* it was paid, and staff sent the money back */
		      PAYMENT_STATUSES };

struct payment {
	int64_t id;            /* 0 until the store has it */
	enum payment_status status;
	int64_t amount_cents;
	const char *currency;  /* "EUR" */
	const char *description;
	int64_t expires;       /* DATE_NONE when it does not */
	const char *link;      /* NULL until the provider gave one */
};

/* What the workflow knows beside documents ("facts"); a fact without a row is not known. */
struct fact {
	const char *name;      /* as in the rule file */
	const char *value;     /* canonical: "yes", "no", a choice, "12", "1234.50", "2026-03-01", text */
};

enum approval_state { APPROVAL_ASKED, APPROVAL_GIVEN, APPROVAL_REFUSED, APPROVAL_VOID, APPROVAL_STATES };

/*
 * A version of a document that was put to the client; his answer holds for
 * exactly these bytes. Another version makes it void.
 */
struct approval {
	int64_t id;            /* 0 until the store has it */
	const char *slot;
	int year;              /* 0 when the slot has none */
	unsigned char sha256[32];
	enum approval_state state;
	int64_t asked;
	int64_t answered;      /* DATE_NONE while nobody did */
	const char *by;        /* who answered, or NULL */
	const char *reason;    /* of a refusal, or NULL */
};

/* A document that fits nowhere or came while uploads are closed: kept, for a person to place. */
struct held_document {
	struct document document;
	const char *reason;    /* one of the HELD_* words of flow/place.h */
	const char *slot;      /* the slot it would have gone to, or NULL */
	int year;
};

struct history_line {
	int64_t at;
	const char *event;     /* event_kind_words() or a word of the engine's */
	const char *by;        /* role, or role and address */
	const char *text;      /* what it did, in words an operator reads; no document contents */
};

struct dossier {
	int64_t id;            /* 0 until the store has it */
	const char *number;
	const char *service;
	const char *workflow;
	const char *program;   /* digest of the rule text it runs under (64 hex digits) */
	const char *state;
	bool final;            /* the state is a final one */
	bool office_only;      /* visibility: the office keeps it to itself */
	const char *brand;     /* NULL = the service's own */
	const char *language;  /* of the client; parties have their own */
	int64_t opened;
	int64_t entered;       /* when the present state was entered */
	bool complete;         /* "documents complete" was raised and still holds */
	struct party client;   /* the payer, too */
	struct party office;   /* address NULL = none */
	struct party *partners; /* further clients: they get what the client gets, but for payment mail */
	size_t partner_count;
	struct alias *aliases; /* further addresses of client and partners */
	size_t alias_count;
	struct address_change *changes; /* that wait for a yes */
	size_t change_count;
	const char *assigned;  /* address of the member of staff whose it is; NULL = everybody's */
	struct blob_key scope; /* key of its blobs, wrapped by the master key */

	struct slot *slots;
	size_t slot_count;
	struct timer *timers;
	size_t timer_count;
	struct clause_count *counts;
	size_t count_count;
	struct payment *payments;
	size_t payment_count;
	struct held_document *held;
	size_t held_count;
	struct fact *facts;
	size_t fact_count;
	struct approval *approvals; /* in the order they were asked */
	size_t approval_count;
};

const char *slot_status_word(enum slot_status status);
bool slot_status_from_word(const char *word, enum slot_status *status_r);
const char *payment_status_word(enum payment_status status);
bool payment_status_from_word(const char *word, enum payment_status *status_r);
const char *approval_state_word(enum approval_state state);
bool approval_state_from_word(const char *word, enum approval_state *state_r);
const char *timer_kind_word(enum timer_kind kind);
bool timer_kind_from_word(const char *word, enum timer_kind *kind_r);

/* Files that count (current ones). */
size_t slot_files(const struct slot *slot);
/* Did a later item bring a file of the slot, of whatever version? */
bool slot_has_later(const struct slot *slot, const struct document *document);
/* Absent or approved, or delivered with its least number of files (design: "filled"). */
bool slot_filled(const struct slot *slot);
/* A slot of clients that is required and not filled. */
bool dossier_slot_missing(const struct slot *slot);
/* How many of these there are. */
size_t dossier_missing(const struct dossier *dossier);
struct slot *dossier_slot(const struct dossier *dossier, const char *name, int year);
/* Its correspondent: the office when it has one, else the client (design §2). */
const struct party *dossier_correspondent(const struct dossier *dossier);
/* Is the address one of its parties'? ACTOR_CLIENT, ACTOR_OFFICE or ACTOR_NONE. */
enum actor_role dossier_role_of(const struct dossier *dossier, const char *address);
/* The client and his partners: 0 ≤ person < dossier_clients(). */
size_t dossier_clients(const struct dossier *dossier);
struct party *dossier_client(struct dossier *dossier, size_t person);
const struct party *dossier_client_const(const struct dossier *dossier, size_t person);
/* Which of them has the address, as his own or one more; -1 = none. */
int dossier_client_of(const struct dossier *dossier, const char *address);
/* The party whose address it is; NULL = nobody's. */
const struct party *dossier_party_of(const struct dossier *dossier, const char *address);
/* The value of a fact, NULL when it is not known. */
const char *dossier_fact(const struct dossier *dossier, const char *name);
/* The last approval asked for a slot; NULL when none was. */
struct approval *dossier_approval(const struct dossier *dossier, const char *slot, int year);
/* A deep copy of all that can change, so that the original stays as it was. Strings are shared. */
struct dossier *dossier_copy(struct arena *arena, const struct dossier *dossier);

#endif
