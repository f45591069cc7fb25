/*
 * Which dossier a mail is for (design.md §5), and whether its sender may be
 * believed. Routing is a hint and gives no rights: who may do what is decided
 * from the dossier found.
 */
#ifndef POSTKAMER_WORK_ROUTE_H
#define POSTKAMER_WORK_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "model/mail.h"
#include "quote/quote.h"
#include "work/auth.h"
#include "work/engine.h"
#include "work/reply.h"

/* Why an item waits for a person: the words in item.reason. */
#define REASON_SENDERS "several-senders" /* no From, or more than one */
#define REASON_OWN "own-mail"            /* from one of our own addresses */
#define REASON_UNAUTHENTICATED "unauthenticated"
#define REASON_NO_NUMBER "no-number"     /* and the sender has no dossier */
#define REASON_UNKNOWN_NUMBER "unknown-number"
#define REASON_TWO_NUMBERS "two-numbers"
#define REASON_TWO_ANSWERS "two-answers" /* thread, subject and what was passed on name different dossiers */
#define REASON_SEVERAL "several-dossiers"
#define REASON_FORWARDED "forwarded"     /* whose mail was passed on, or to which dossier it belongs, is not certain */
#define REASON_STRANGER "stranger"       /* the sender is no party of the dossier */
#define REASON_COLLEAGUE "colleague"     /* at an office's domain; its general address is asked. Detail: whose it is */
#define REASON_EMPTY "empty"             /* no words and no files */
#define REASON_MESSAGE "message"         /* words without files: a person answers */
#define REASON_THANKS "thanks"           /* processed: thanks, and nothing else */
#define REASON_REQUEST "request"         /* processed: it asked for the request form, or brought it back incomplete */
#define REASON_HELP "help"               /* processed: somebody without a dossier asked what can be said */
#define REASON_ASKED "asked-before"      /* processed: its commands wait for an answer that was asked for before */
#define REASON_RETURNED "returned"       /* staff got it back, nothing of it was done; held: too many went back today */
#define REASON_TICKET "ticket"           /* processed: it opened a ticket, or went on in one */
#define REASON_ENCRYPTED "encrypted"
#define REASON_AUTOMATIC "automatic"     /* processed: an automatic reply without a file */
#define REASON_RULE "rule-error"         /* the rules could not decide */
#define REASON_NOT_MAIL "not-a-mail"
#define REASON_LIMIT "limit"             /* beyond a cap */
#define REASON_CRASH "parser-failed"
#define REASON_UNREACHABLE "unreachable" /* lies in the mailbox and cannot be fetched */
#define REASON_ENGINE "engine-error"     /* could not be decided although all is well */
#define REASON_RELEASED "released"       /* processed: a person let it through */
#define REASON_REFUSED "refused"         /* processed: a person did not */
#define REASON_DESK "desk"               /* processed: what staff said about what waits */
#define REASON_LOOP "loop"               /* it went through too many servers */
#define REASON_BOUNCE "bounce"           /* a delivery report */

struct mail_sender {
	const char *address;     /* folded; NULL when there is not exactly one */
	const char *name;        /* cleaned */
	bool automatic;          /* RFC 3834: no answers to it, no words of it count */
	bool bounce;             /* a report about mail (bounced.c finds out) */
	enum auth_level auth;    /* what is proven of the address; AUTH_STRONG where nothing has to be */
	bool authenticated;      /* at least AUTH_SPF */
	const char *reason;      /* why there is no usable sender, or NULL */
	const char *acts_for;   /* general address of the office that lets his mail in as its own; NULL = none */
};

void route_sender(const struct settings *settings, const struct settings_service *service,
		  const struct mail *mail, struct arena *arena, struct mail_sender *sender_r);

/* What says which dossier it is. */
enum route_how {
	ROUTE_NOTHING,
	ROUTE_SAID,    /* the mail it answers, or its subject */
	ROUTE_FILES,   /* the name of a file */
	ROUTE_ONLY     /* its sender has no other */
};

struct route {
	const char *number;      /* NULL: none */
	enum route_how how;      /* ROUTE_SAID with number NULL: more than one thing was said, or something unknown */
	const char *reason;      /* number NULL: why */
	const char *detail;      /* for the operator */
	bool named;              /* the subject holds something like a number */
	bool unknown_number;     /* and the sender knows no dossier of that number */
	const char *unread;      /* why a number pattern could not be tried on some of it; NULL = all were */
	const struct dossier *choices; /* the sender's open dossiers that he may see */
	size_t choice_count;
};

/*
 * 'reply': the tokens that the mail brought back; an expired one, or another's,
 * still routes. 'forwards': the mails that it passes on.
 */
int route_mail(struct engine *engine, const struct settings_service *service, const struct mail *mail,
	       const struct mail_sender *sender, const struct reply *reply, const struct forwards *forwards,
	       struct arena *arena, struct route *route_r, struct err *err);

#endif
