/*
 * Tickets: the two buttons, and the desk behind them (design.md §6). A question
 * or a technical problem becomes a ticket with a number; staff get it as mail,
 * one thread for each ticket, and a plain reply of theirs is the answer, which
 * goes out as a new mail that holds nothing but their own words.
 *
 *     ticket.c         numbers; which ticket a mail is about
 *     ticket_ask.c     who asks: a stranger, a party, an answer to our answer
 *     ticket_staff.c   who answers: staff, and what goes back to them
 *     ticket_words.c   the words of theirs that go out
 *     ticket_files.c   the files that go along with them
 *     ticket_guard.c   what those must not hold; "toch sturen"
 *     ticket_due.c     unanswered ones are brought up again, old ones erased
 *     values_ticket.c  what the templates say of one
 */
#ifndef POSTKAMER_WORK_TICKET_H
#define POSTKAMER_WORK_TICKET_H

#include "model/ticket.h"
#include "work/decide_p.h"

#define TICKET_PREFIX "ticket-"     /* of purposes of tokens, and of names of templates */
#define TICKET_MARK "-#-"           /* begins the line above which staff answer */
#define TICKET_MAX_TEXT 20000       /* bytes of one message that are kept */
#define TICKET_MAX_LINES 400        /* lines of one that are shown */
#define TICKET_KEPT (90 * 86400)    /* one about no dossier, after it was closed or the last answer; see settings.h */

/* Why a mail of staff goes back whole, as the templates have it under ticket.why. */
#define DESK_NONE "none"         /* it answers no ticket */
#define DESK_TWO "two"           /* it names more than one */
#define DESK_UNPROVEN "unproven" /* not at level 3: no token, a token of another, SPF only */
#define DESK_MIXED "mixed"       /* commands and text, or a near-miss */
#define DESK_FILES "files"       /* commands, and a file that they can do nothing with */
#define DESK_EMPTY "empty"       /* nothing stands above the line */
#define DESK_BELOW "below"       /* own words stand among or below quoted ones */
#define DESK_INTERNAL "internal" /* it names a member of staff */
#define DESK_OTHER "other"       /* it names another's dossier, party or ticket, or holds a piece of our mail to staff */
#define DESK_CLOSING "closing"   /* more than a signature stands below the closing phrase */
#define DESK_STRANGER "stranger" /* nothing proves the address that asked */
#define DESK_GONE "gone"         /* who asked has no part in the dossier any more */
#define DESK_LONG "long"         /* more than is read, or can be sent */
#define DESK_MESSAGE "message"   /* a mail is attached to it */

/* ---- ticket.c ---- */

/* The ticket that a mail is about, by three ways that are looked at apart. */
struct ticket_named {
	const char *number;  /* NULL = none */
	bool two;            /* they name more than one, or a mail about something else beside it */
	bool token;          /* a token brought it back */
	bool thread;         /* In-Reply-To or References name a mail of ours about it */
	bool subject;        /* its number stands in the subject */
};

int ticket_named(struct deciding *d, struct ticket_named *named_r);
/* Does a token of this ticket that was mailed to this address still prove something? */
const struct reply_token *ticket_token(const struct deciding *d, const char *number);
/* "ticket-T26-00012-K". */
const char *ticket_purpose(struct arena *arena, const char *number);
/* The first ticket number in a text that is another than 'except' (may be NULL); NULL = none. */
const char *ticket_number_find(struct arena *arena, const char *text, const char *except);

/*
 * What a ticket is called: its mail's subject, or the first words of what is
 * asked where that is one of ours, as of each answer to our mail, or says nothing.
 */
int ticket_title(struct engine *engine, const struct mail *mail, const struct saying *saying, struct arena *arena,
		 const char **title_r, struct err *err);
/* A new one of whoever sends the mail at hand, open, with its number; without messages. */
int ticket_new(struct engine *engine, const struct settings_service *service, enum ticket_kind kind, const char *subject,
	       int64_t now, struct arena *arena, struct ticket **ticket_r, struct err *err);
/* Adds what was said; the message, whose fields the caller may still fill. */
struct ticket_message *ticket_say(struct arena *arena, struct ticket *ticket, enum ticket_said said, const char *by,
				  const char *text, int64_t now);
/* When staff are told of it again, DATE_NONE = never. */
int64_t ticket_remind_at(const struct engine *engine, const struct settings_service *service, int64_t now);
/* Own words of a mail, as people read them: without quotation and signature; what it quotes where there are none. */
const char *ticket_words(const struct mail *mail, struct arena *arena);
/* Lines without what is not seen, controls and marks of direction; no blank ones at either end. */
const char *ticket_clean(const char *text, struct arena *arena);
/* Names and sizes of the files of a mail, one a line; NULL = none. */
const char *ticket_files(const struct mail *mail, const char *language, struct arena *arena);
/* The staff of a ticket: its owner while he is one of the staff, else NULL = all. */
const char *ticket_owner(const struct settings_service *service, const struct ticket *ticket);

/* ---- ticket_words.c ---- */

/* What a mail of staff says to who asked. Strings in d->arena. */
struct desk_words {
	const char *text;     /* without closing phrase and signature */
	const char *whole;    /* with them, but for what the mail program marked as a signature */
	const char *closing;  /* the line of the closing phrase; "" = none */
	const char *above;    /* the mail's text above our line, with what is quoted in it, */
	size_t above_marks;   /* and how many of the mail's marks are about that */
	bool among;           /* some stand among or below what is quoted */
	bool more;            /* 'whole' says more than 'text' does, below the closing phrase or a "--" */
	bool command;         /* one of staff stands there */
	bool too_long;        /* for what is read, kept or shown */
	bool anyway;          /* "toch sturen" stood above; it is taken off */
};

void ticket_words_read(struct deciding *d, struct desk_words *words_r);
/* Their first line is "toch sturen". */
void ticket_words_anyway(struct deciding *d, struct desk_words *words);

/* ---- ticket_files.c ---- */

struct compose_attachment;

/* Strings in d->arena. */
struct desk_files {
	struct compose_attachment *list; /* that go along; their 'fd' is the job's */
	size_t count;
	const char *sent, *left; /* names and sizes of these and of those that do not, one a line; NULL = none */
	int64_t bytes;           /* of a mail that they take */
	bool doubtful;           /* one that is left out may have been meant to go */
	bool message;            /* a mail is attached, other than ours that he answers */
	bool too_much;           /* for one mail */
};

int ticket_files_sort(struct deciding *d, const struct desk_words *words, struct desk_files *files_r);

/* ---- ticket_guard.c ---- */

/* Guards that "toch sturen" takes away, each where it was named to him who says so. */
#define DESK_WAIVABLE { DESK_CLOSING, DESK_INTERNAL, DESK_BELOW, DESK_STRANGER, NULL }
/* In front of the list of guards in the detail of an item that was sent back: those waived before, and the one it failed. */
#define DESK_DETAIL "an answer of staff that was not sent: "

/*
 * The guards that the mails name which this one answers: mails of ours to its
 * sender, about this ticket, that sent an answer back. "a, b"; "" = none.
 */
int ticket_waived(struct deciding *d, const struct ticket *ticket, const char **waived_r);
/* Is it in such a list? */
bool ticket_is_waived(const char *waived, const char *why);
/*
 * What must never go out to who asked about this ticket (A15): our own mail to
 * staff, the number of another's dossier or of another ticket, the address of a
 * party of another's dossier. '*why_r': DESK_OTHER, DESK_LONG where the words are
 * more than a number pattern gets through, or NULL.
 */
int ticket_names_others(struct deciding *d, const struct ticket *ticket, const struct dossier *dossier, const char *words,
			const char **why_r);
/* An address of staff. */
bool ticket_names_staff(const struct settings_service *service, const char *words);

/* ---- steps of decide.c ---- */

/* Before the dossier is looked for: answers of staff, and of who asked. */
int ticket_thread_step(struct deciding *d);
/* A problem from whoever it is, a question by its button from a stranger: needs no dossier. */
int ticket_marked_step(struct deciding *d);
/* No dossier was found: words that are all there is ask something too. */
int ticket_general_step(struct deciding *d);
/* No dossier, no ticket, and it is from staff: it goes back. */
int ticket_lost_step(struct deciding *d);
/* A staff mail about a ticket, from ticket_thread_step(). */
int ticket_staff_step(struct deciding *d, const struct ticket_named *named);

/* ---- in a dossier (handle.c) ---- */

/* Came it to the address for problems, or by that button? */
bool ticket_is_problem(struct deciding *d);

/* After the core and the commands: a question or a problem opens a ticket, or goes on in the one that is answered. */
/* Before it: will it? */
bool ticket_asked(const struct handling *h);
int ticket_of_handling(struct handling *h, struct err *err);

#endif
