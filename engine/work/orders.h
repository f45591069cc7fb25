/*
 * Commands of one item, carried out: what was said (command/command.h) becomes
 * events for the core, answers, and changes of the party's own settings; what
 * the core refused becomes lines of the transcript.
 */
#ifndef POSTKAMER_WORK_ORDERS_H
#define POSTKAMER_WORK_ORDERS_H

#include "command/command.h"
#include "work/decide.h"
#include "work/reply.h"

#define ORDERS_NOTE "note" /* event of the line of history that keeps what a party wrote */

/* What became of one command. */
enum outcome_kind {
	OUTCOME_PLANNED,  /* waits for the core */
	OUTCOME_DONE,
	OUTCOME_ALREADY,  /* it was so */
	OUTCOME_ANSWERED, /* by a mail of its own, joined with this one */
	OUTCOME_PASSED,   /* a person answers */
	OUTCOME_ASKED,    /* waits for "ja" */
	OUTCOME_DROPPED,  /* "nee" */
	OUTCOME_BOTH,     /* waits for "ja" from two addresses */
	OUTCOME_LATER,    /* cannot be done by mail */
	OUTCOME_REFUSED,
	OUTCOMES
};

/* Reasons of refusals beside the FLOW_ words of flow/flow.h. */
#define WHY_FORBIDDEN "forbidden"
#define WHY_NO_SLOT "slot-missing"
#define WHY_UNKNOWN_SLOT "slot-unknown"
#define WHY_SEVERAL_SLOTS "slot-several"
#define WHY_FORMS "forms"         /* "wijziging": which of the workflow's forms */
#define WHY_FORM "form"           /* days, language, address or name is not right; the form says how */
#define WHY_NO_REASON "reason"
#define WHY_NOT_ALONE "not-alone"
#define WHY_MIXED "mixed"         /* staff: commands and text in one mail */
#define WHY_NO_OFFICE "no-office"
#define WHY_NO_REMINDER "no-reminder"
#define WHY_NO_FILE "file"        /* "dit is" without a file that waits */
#define WHY_SEVERAL_FILES "files"
#define WHY_TYPE "type"           /* "dit is": the document does not accept this kind of file */
#define WHY_NOTHING_ASKED "nothing-asked"
#define WHY_TOO_LATE "too-late"   /* "ja" after a day */
#define WHY_NO_SHARE "no-share"   /* the dossier has no office that could share it or keep it */
#define WHY_NO_DOSSIER "no-dossier" /* staff: in a ticket about no dossier, what can be done to a dossier only */
#define WHY_NOBODY "nobody"       /* no member of staff of that name, or several; the choices say who there are */
#define WHY_NO_REPORT "no-report" /* nothing was mailed yet that could be mailed again */
#define WHY_ADDRESS "address"     /* that address cannot be his */
#define WHY_OFTEN "often"         /* not so often in a day */
#define WHY_WEAK "weak"           /* nothing proves the address but SPF */

struct outcome {
	const struct said *said;
	const char *line;          /* as it was written */
	enum outcome_kind kind;
	const char *why;           /* OUTCOME_REFUSED */
	const char *detail;        /* of the core: a slot, a clause, a state; may be NULL */
	const char **choices;      /* titles of what would be right */
	size_t choice_count;
	size_t first, count;       /* its events */
	const struct sheet *sheet; /* the form that was asked for, or NULL */
};

/* A file of staff that waits because the client has approved another one, or because no more fit. */
struct newer_file {
	const char *name, *title;
	const char *slot;          /* and its year: what "ter accordering" is said of */
	int year;
	bool approved;             /* what stands there is approved, and stays so */
	bool full;                 /* no more files fit: it can only take the place of one */
	bool again;                /* that command would put it to the client */
};

struct orders {
	const struct standing *standing;
	const char *by;            /* of the events */
	const char *told;          /* who is asked and answered: of a colleague's mail his office; NULL = nobody */
	struct saying saying;
	struct outcome *list;
	size_t count;
	struct event *events;
	size_t event_count;
	const char *pending;       /* commands that wait for "ja", one a line; NULL = none */
	bool asked_before;         /* they wait since an earlier mail: nobody is asked again */
	const unsigned char *answers; /* hash of the waiting commands that this item answers; NULL = none */
	const struct slot *said_slot; /* "dit is SLOT", for the one file of the mail */
	bool passed;               /* a person has to answer */
	bool returned;             /* staff's mail goes back whole: nothing of it was done */
	bool unapproved;           /* it looked like an approval and is none */
	bool noted;                /* staff's text was kept as a note */
	const char *passed_on;     /* whose mail was passed on and what it says: part of the party's note; NULL = none */
	bool vain;                 /* commands, and every one of them refused */
	bool hushed;               /* it was told so often today that it is not told again */
	struct event *puts;        /* files that wait and are put to the client now: they go before all commands */
	size_t put_count;
	struct newer_file *newer;
	size_t newer_count;
};

struct orders_order {
	const struct phrases *phrases;
	const char *text;          /* of the mail */
	const char *name;          /* of who speaks, with which he may sign; NULL = unknown */
	const struct mail_mark *marks; /* of that text */
	size_t mark_count;
	bool question;             /* it came to the address for questions */
	size_t files;              /* that are attached */
	bool beside;               /* the text stands beside a form that was filled in: by itself it asks nothing */
};

/*
 * Reads the text and decides, before the core runs, what each command comes to:
 * events, a refusal, a question whether it is meant. 'orders_r->standing' and
 * 'by' are set by the caller. Fails only when the store does.
 */
int orders_plan(struct decision *decision, const struct orders_order *order, struct orders *orders, struct err *err);
/* Commands, a note, or something that the sender has to be told? False: the text is all there is, or nothing. */
bool orders_any(const struct orders *orders);
/*
 * After the core: 'first' is the place of the first event of these among those
 * of the decision. Fills in what became of each, changes the party's settings,
 * and wishes for the answers.
 */
void orders_settle(struct decision *decision, struct orders *orders, size_t first, bool tell);
/*
 * Before the core: would the last of these events, those of the outcome, change
 * anything? True also where nobody can tell; else the outcome says why not.
 */
bool orders_try(struct decision *decision, const struct orders *orders, struct outcome *outcome);
/* The one document that "ter accordering" in this mail is about; NULL = none, or several. */
const struct slot *orders_put_slot(const struct decision *decision, const struct orders *orders);
struct papers;
/* Before the core: "ter accordering" takes files of the mail, or such as wait, to where an approved one stands. */
void orders_put(struct decision *decision, struct orders *orders, struct papers *papers);
/* After the core: which files of staff wait all the same. Fails only when the store does. */
int orders_newer(struct decision *decision, struct orders *orders, const struct papers *papers, struct err *err);
/* What became of each, in English, a line for each; for the operator. */
const char *orders_text(const struct orders *orders, struct arena *arena);
/* Done or answered, and refused. */
void orders_count(const struct orders *orders, size_t *done_r, size_t *refused_r);

#endif
