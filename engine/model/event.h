/*
 * What can happen to a dossier. An item (a mail, a spool drop, a due timer, an
 * operator's command) becomes a list of events; the decision core handles them
 * one by one, to completion.
 *
 * The names in event_kind_words() are the words of the rule language and of
 * the history: "document received", "staff take".
 */
#ifndef POSTKAMER_MODEL_EVENT_H
#define POSTKAMER_MODEL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct document;

enum event_kind {
	EVENT_OPENED,             /* the dossier was made; the start state is entered */
	EVENT_ENTER,              /* a state was entered (derived, by goto) */
	EVENT_DOCUMENT_RECEIVED,  /* from client, office or scanner: slot, document */
	EVENT_STAFF_DOCUMENT_RECEIVED,
	EVENT_DOCUMENT_REJECTED,  /* slot, reason */
	EVENT_DOCUMENT_APPROVED,  /* slot */
	EVENT_DOCUMENTS_COMPLETE, /* derived: number of unfilled required slots became zero */
	EVENT_SLOT_ABSENT,        /* slot declared "not available"; reason */
	EVENT_SLOT_PRESENT,       /* that was undone */
	EVENT_SLOT_ADDED,         /* staff asks for something extra: slot (its name), title, reason */
	EVENT_SLOT_REOPENED,      /* slot; its documents stay as versions */
	EVENT_STAFF_TAKE,
	EVENT_STAFF_FINISH,
	EVENT_STAFF_WITHDRAW,
	EVENT_STAFF_CLOSE,
	EVENT_STAFF_REFUND,       /* staff sent the money back to the payer */
	EVENT_STAFF_NOTE,         /* reason = an internal note: history only */
	EVENT_CLIENT_CANCEL,
	EVENT_APPROVAL_ASKED,     /* slot (NULL = the only one for approval): its documents are put to the client;
				     'document', when there is one, is delivered there first */
	EVENT_APPROVAL_GIVEN,     /* slot (may be NULL); sha256 of the version that was shown to who answers. NULL
				     = all that is asked now: only for who has just seen it listed */
	EVENT_APPROVAL_REFUSED,   /* the same, and reason */
	EVENT_PAYMENT_READY,      /* the link is there: name = link. All of these: payment = which one */
	EVENT_PAYMENT_PAID,
	EVENT_PAYMENT_FAILED,
	EVENT_PAYMENT_EXPIRED,
	EVENT_FORM_RECEIVED,      /* name = form; fields in canonical form (flow/value.h) */
	EVENT_FACT_CHANGED,       /* derived: name = fact, when its value became another */
	EVENT_PHRASE,             /* a workflow's own words: name = phrase, reason = the text behind it */
	EVENT_MAIL_FAILED,        /* a mail of ours came back: name = address */
	EVENT_TIMER,              /* name = clause id */
	EVENT_KINDS               /* number of kinds */
};

enum actor_role {
	ACTOR_NONE,     /* the engine itself: timers, derived events */
	ACTOR_CLIENT,
	ACTOR_OFFICE,
	ACTOR_STAFF,
	ACTOR_SCANNER,  /* the upload spool */
	ACTOR_OPERATOR, /* the command line */
	ACTOR_PROVIDER, /* a payment provider */
	ACTOR_ROLES
};

/* One filled-in field of a form. */
struct event_field {
	const char *name;   /* of the field */
	const char *value;  /* canonical; "" = left empty */
};

struct event {
	enum event_kind kind;
	int64_t at;
	enum actor_role actor;
	const char *by;     /* address or name of who did it, for the history; may be NULL */
	const char *slot;   /* slot name where the kind has one */
	int year;           /* its year, 0 when the slot has none */
	const char *name;   /* phrase, form, clause, link: see the kind */
	const char *title;  /* EVENT_SLOT_ADDED */
	const char *reason; /* free text of a person, may be NULL */
	const struct event_field *fields; /* EVENT_FORM_RECEIVED */
	size_t field_count;
	const unsigned char *sha256; /* EVENT_APPROVAL_*: the version meant, or NULL */
	int64_t payment;    /* EVENT_PAYMENT_*, EVENT_STAFF_REFUND: id of the payment; 0 = the newest it can be about */
	const struct document *document; /* EVENT_(STAFF_)DOCUMENT_RECEIVED, EVENT_APPROVAL_ASKED; copied by who keeps it */
};

/* "document received"; never NULL. */
const char *event_kind_words(enum event_kind kind);
/* "client", "office", …; "system" for ACTOR_NONE. */
const char *actor_role_word(enum actor_role role);
/* Does the event come from a party of the dossier (client, office, scanner)? */
bool event_from_party(const struct event *event);

#endif
