/*
 * The inside of deciding, shared by the files that each take a step of it.
 *
 *     decide.c      the order of things: who looks at an item, one after the other
 *     ending.c      how an item ends: its verdict, and the mails about it
 *     duplicate.c   have we got it already?
 *     bounced.c     mail of ours that came back, or was read
 *     looped.c      what goes round in circles; who is alive, who is away
 *     held.c        what waits for a person
 *     held_accepted.c  what a person let through
 *     held_desk.c   what staff say about it
 *     stranger.c    what somebody hears who is no party of a dossier
 *     forwarded.c   the mails that it passes on
 *     standing.c    what the sender of a mail is to its dossier
 *     request.c     mail that asks for a dossier to be opened
 *     address.c     answers about a change of address
 *     ticket_….c    questions and problems (ticket.h)
 *
 * Whoever adds a kind of mail writes a file of his own with a step, and one
 * line in a table of decide.c.
 */
#ifndef POSTKAMER_WORK_DECIDE_P_H
#define POSTKAMER_WORK_DECIDE_P_H

#include "work/decide.h"
#include "work/handle.h"
#include "work/route.h"

#define DECIDE_DAY 86400 /* a stranger hears from us, and a known sender is asked, once in so long */

/* One item under decision. */
struct deciding {
	struct engine *engine;
	struct job *job;
	struct arena *arena;
	const struct settings_service *service;
	struct mail_sender sender;
	struct reply reply;
	struct forwards forwards;    /* the mails that it passes on */
	struct route route;
	struct item_verdict verdict;
	struct ticket *ticket;       /* that its sender goes on with; NULL = none */
	struct dossier *dossier;     /* in the steps of a dossier */
	struct handling handling;    /* the same; prepared by standing_step() */
	const struct item *supersedes; /* a copy of it that came before it, and proved less; NULL = none */
	int64_t now;
	struct err *err;
};

/*
 * A step looks at the item and says whether that was the end of it. One that
 * ends it says so with what the decide_end… calls return.
 */
enum { DECIDE_NEXT = 0, DECIDE_ENDED = 1 }; /* -1: the store or the blobs failed */
typedef int decide_step(struct deciding *d);

/* Does what they do in turn, until one of them ends the item. The list ends in NULL. */
int decide_steps(struct deciding *d, decide_step *const *steps);

/* ---- ending.c ---- */

/* Where the store has its end already: says so in the log. */
int decide_ended(struct deciding *d);
/* Without a mail. */
int decide_end(struct deciding *d, enum item_state state, const char *reason);
/* With what the verdict says; the mail is about an item that changes no dossier. 'template' NULL = none. */
int decide_end_with_mail(struct deciding *d, const char *template, enum tmpl_audience audience);
/* The same with what the caller puts into the answer: begun by the first, ended by the second. */
void decide_answering(struct deciding *d, struct answering *answering_r);
int decide_end_answering(struct deciding *d, struct answering *answering);
/* What handle.c came to: a rule that cannot decide (ERR_LIMIT) holds the item. */
int decide_end_handled(struct deciding *d, int rc, const struct err *why);
/* Staff are told. */
int decide_end_quarantined(struct deciding *d, const char *reason, const char *detail);
/* What the item is called in lists and logs: from, subject, Message-ID into the verdict. */
void decide_describe(struct deciding *d);
/* Did the sender hear this from us within a day? */
int decide_said_today(struct deciding *d, const char *template, bool *said);

/* ---- duplicate.c, bounced.c ---- */

int duplicate_step(struct deciding *d);
/* The item was decided, and a copy of it that nothing proved is there: that does nothing any more. */
int duplicate_settle(struct deciding *d);
int bounced_step(struct deciding *d);

/* ---- looped.c ---- */

/* It went through too many servers, or is a mail of ours as it left. */
int looped_step(struct deciding *d);
/* Its sender is alive; an out-of-office reply may say until when he is away. */
int heard_step(struct deciding *d);

/* ---- held.c ---- */

/*
 * Held for a person. 'reason' one of REASON_…, 'detail' for the operator. Whom
 * to tell: a known sender is asked which dossier he meant; a stranger gets what
 * stranger.c says; an unauthenticated or automatic sender gets nothing.
 */
int held_keep(struct deciding *d, const char *reason, const char *detail);
/* The rules could not decide (too many transitions, a pattern at its limit): a person does, nothing is lost. */
int held_rule_error(struct deciding *d, const struct err *why);
/* For the operator: a rule gave up on this item. Nothing of what the item says. */
void held_rule_log(const struct deciding *d, const char *why);

/* ---- held_accepted.c, held_desk.c ---- */

/* Somebody let this one through. */
int accepted_step(struct deciding *d);
/* The same of a file of the spool. */
int accepted_file_step(struct deciding *d);
/* Staff say what to do with what waits. */
int desk_step(struct deciding *d);

/* ---- stranger.c ---- */

/* "hulp" and nothing else, from somebody who has no dossier, or named none that he may know of. */
int stranger_help_step(struct deciding *d);
/*
 * The one neutral acknowledgement a day, the same whether or not what he named
 * exists: its template, or NULL when he hears nothing.
 */
int stranger_hears(struct deciding *d, const char **template_r);

/* ---- request.c ---- */

/*
 * Mail to the request address, mail whose subject asks for it, and the request
 * form that came back: the form goes out, or a dossier is opened. Behind the
 * route: what names a dossier is for that one.
 */
int request_step(struct deciding *d);

/* ---- forwarded.c ---- */

/* Reads them: d->forwards. */
int forwarded_step(struct deciding *d);
/* Do they say something in words? Then thanks above them are not all there is. */
bool forwarded_says(const struct deciding *d);

/* ---- standing.c ---- */

/* Loads the dossier of the route: d->dossier, d->handling. */
int standing_step(struct deciding *d);
/* Somebody who is no party of it: not a word about whether it exists. */
int standing_stranger_step(struct deciding *d);
/* d->handling for what comes from this item; its standing is still empty. */
void standing_begin(struct deciding *d, struct dossier *dossier);

/* ---- address.c ---- */

/* ja or nee to a question about an address: from one that is nobody's yet, too. */
int address_step(struct deciding *d);

#endif
