/*
 * The decision core: (program, dossier, events, time) → (dossier, effects). A
 * pure function: no file, clock, network, database, log or state of its own;
 * the same input gives the same output, byte for byte. Everything lives in the
 * caller's arena; the dossier given is not changed. Strings of the outcome may
 * be those of the program, the dossier and the events: keep these as long.
 *
 * What the parts of the rule language mean stands in design.md §7; the code
 * follows its "Meaning" list line by line. What that list leaves open is
 * decided so:
 *
 * - Documents. An event with a slot (and year) delivers the event's document
 *   there. With 'name' set to a HELD_ word of flow/place.h the document is held
 *   for that reason; with slot NULL it is held as "unplaced". The core holds it
 *   as well where uploads are closed, the dossier has ended, or the slot is full
 *   or approved; a document whose bytes are already current in the dossier
 *   changes nothing ("duplicate"). What staff or the operator does is not bound
 *   to open uploads. A held document raises no clause; bytes are held once for
 *   each item that brought them, also where they were refused before;
 *   delivering bytes that are on the held list takes all of these off it.
 * - A slot of one file that has one gets a new version; an approved slot is
 *   locked. A document of staff's hand with the 'sha256' of a current one of its
 *   slot takes the place of that, also where the slot is full, or approved by
 *   staff; what the client approved only with "approval asked".
 *   EVENT_DOCUMENT_REJECTED with 'name' rejects the file of that name only. A
 *   client's slot that staff rejects or reopens counts as asked for: it is
 *   required from then on.
 * - "documents complete" is also armed again when staff rejects, adds or
 *   reopens a slot that is not the client's ("heropenen rapport"): a dossier
 *   that goes back to collecting with nothing missing must be able to go on.
 *   So it is when another event leaves or re-enters the state while a clause waits
 *   for quiet to act on it: nobody else would tell that nothing is missing.
 * - A moment "in dossier" that lies before the entering of the state does not
 *   fire; the repeats that are still to come do.
 * - The k-th repeat counts from the first firing as it was due by the rules,
 *   not from when it really ran, and goes on from the clock time of that, before
 *   spring or the send window moved it. Repeats that were missed count as done;
 *   only the last of them runs.
 * - The condition of a quiet clause is judged when the waiting is over.
 * - A payment that was paid is not asked twice: a request for the same amount
 *   and text raises "payment paid" at once; not so once it was refunded. A new
 *   request cancels an open one; so does entering a final state. A request that
 *   is valid for some time expires by itself then, in whatever state the dossier
 *   is. Money that comes after all counts as paid, and the history says late; a
 *   newer request for the same is then cancelled, and "payment paid" holds.
 *   Only a provider can know of money that came twice: of what was paid and does
 *   not wait any more "betaald" of staff is no news.
 * - Derived events ("fact changed", what "request approval" and a payment that
 *   was paid before raise) are handed to the clauses right after the event that
 *   caused them, in order, until none is left; "documents complete" at the end
 *   of the item, again where a clause opened a slot and closed it.
 * - Facts. A value that a fact has already is no change. "required if" is judged
 *   when the dossier opens, whenever a fact changes, and at the start of each
 *   item: whoever changes the office, the copy, the language or the brand runs
 *   one without events then (work/decision.c). A slot that staff rejected, reopened or asked for stays
 *   required. A field of a form that was left empty leaves its fact as it was.
 * - A form is refused whole when a field is not as the form says. Where no
 *   clause handles it, it still counts if it holds a value for a fact and the
 *   dossier has not ended. Each answer is a line of history.
 * - Approvals. What is put to the client is the bytes: a row for each current
 *   document, void as soon as that is no longer current. An answer holds also
 *   where the clauses for it have a condition that is false (of two files one is
 *   answered first), but not where none listens. The slot is approved when each
 *   file in it is, and no refused one waits to be replaced. Who has approved may
 *   still refuse; what was refused needs a new version. Staff cannot approve
 *   such a slot, and a document that staff mails does not replace an approved
 *   one unless it comes with "approval asked": then that is void, "approval
 *   asked" is handed to the clauses, and after it "staff document received".
 *   Where no clause takes it all stays as it was and the document is held.
 *   While such a version of staff is held, "staff finish" and their phrases are
 *   refused. What is put to the client after a clause told of that slot in the
 *   same item needs no clause. A request for what is approved
 *   already raises "approval given" at once; for what is still asked,
 *   "approval asked" again. Of several years a condition looks at those that
 *   were ever put to the client.
 * - The term of keeping counts from the last final state that was entered and
 *   yields FLOW_ERASE; a day that does not exist is the next one. Whether the
 *   clock is to be believed is the engine's to say (work/steady.c).
 */
#ifndef POSTKAMER_FLOW_FLOW_H
#define POSTKAMER_FLOW_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "flow/calendar.h"
#include "model/dossier.h"
#include "model/event.h"
#include "rule/program.h"

#define FLOW_MAX_TRANSITIONS 32 /* per item; one more and the item is rolled back */
#define FLOW_MAX_RAISED 64      /* derived events of one item, likewise */
#define FLOW_QUIET_MAX 3600     /* seconds that a quiet clause waits at most */
#define FLOW_EXTRA_FILES 20     /* files that a slot asked for by staff takes */

/* Why an event changed nothing: the words of flow_refusal.why, beside the HELD_ words of flow/place.h. */
#define FLOW_NO_SLOT "no-such-slot"
#define FLOW_NO_CLAUSE "state"         /* no clause of the present state handles it; detail: the state */
#define FLOW_GUARD "guard"             /* a clause does, but its condition is false; detail: the clause */
#define FLOW_COUNTED "count"           /* a clause does, but "at most n times" is used up; detail: the clause */
#define FLOW_FINAL "final"             /* the dossier has ended */
#define FLOW_ALREADY "already"         /* it was so already; detail: the slot, if any */
#define FLOW_EXISTS "exists"           /* an extra slot by the name of one that exists */
#define FLOW_DUPLICATE "duplicate"     /* these bytes are in the dossier; detail: the slot */
#define FLOW_NOTHING "nothing-delivered" /* nothing in the slot to approve or reject */
#define FLOW_DELIVERED "delivered"     /* not absent: there are documents in it */
#define FLOW_NOT_ABSENT "may-not-be-absent"
#define FLOW_UPLOADS "closed"          /* uploads are closed */
#define FLOW_NO_FILE "no-such-file"    /* rejecting one file: it is not in the slot */
#define FLOW_NO_PAYMENT "no-payment"
#define FLOW_STALE "stale"             /* a timer that is no longer there, or whose clause is gone */
#define FLOW_NOT_DUE "not-due"         /* a timer that was put off meanwhile */
#define FLOW_EMPTY "empty"             /* a note without text */
#define FLOW_WHO "not-for-you"         /* not who may say so; detail: the form, phrase or slot */
#define FLOW_NO_FORM "no-such-form"
#define FLOW_FIELD "field"             /* a form with a value that is none, or a required one missing; detail: the field */
#define FLOW_NO_PHRASE "no-such-phrase"
#define FLOW_WHICH "which"             /* no slot or version was named, and several fit */
#define FLOW_FOR_APPROVAL "for-approval" /* staff approves what only the client can */
#define FLOW_NOT_FOR_APPROVAL "not-for-approval" /* the slot (or, without one, the workflow) has nothing to approve */
#define FLOW_NOT_ASKED "not-asked"     /* an answer, and nothing was put to the client */
#define FLOW_UNKNOWN_VERSION "unknown-version" /* an answer about bytes that were never put to the client */
#define FLOW_VOID "void-version"       /* an answer about a version that another one has replaced */
#define FLOW_NEWER "newer-version" /* staff goes on, and another version of what is approved waits; detail: the slot */
#define FLOW_ANSWERED "answered"       /* an approval of what was refused before: that needs a new version */

/* timer.clause of what no clause sets */
#define FLOW_CLAUSE_PAYMENT "payment"
#define FLOW_CLAUSE_KEEP "keep"

#define FLOW_QUIET "quiet"             /* flow_moment.why only: the clause waits for quiet from now on */

enum flow_effect_kind {
	FLOW_MAIL,            /* render a template for its audience */
	FLOW_PAYMENT,         /* ask the provider for a link; without one: a task for staff */
	FLOW_ERASE            /* the term of keeping is over: erase the dossier in this transaction */
};

struct flow_effect {
	enum flow_effect_kind kind;
	const char *clause;   /* id of the clause that wanted it, or a FLOW_CLAUSE_ word */
	int line;             /* of that clause in the rule file; 0 = it stands in none */
	const char *template; /* FLOW_MAIL; with one audience and one form at most once per item */
	enum prog_audience audience;
	const char **attach;
	size_t attach_count;
	const char *form;     /* FLOW_MAIL: the form that goes along, or NULL */
	size_t payment;       /* FLOW_PAYMENT: index into the dossier's payments */
};

/* An event that changed nothing, and why: for the transcript. A document that was held is one too. */
struct flow_refusal {
	size_t event;         /* index into the input's events */
	const char *why;      /* a FLOW_ word above or a HELD_ word */
	const char *detail;   /* the slot, the clause, the state; may be NULL */
};

/*
 * For those who ask why (postkamer check): each clause that an event or a timer
 * came to, with the dossier as it stood when the clause was judged.
 */
struct flow_moment {
	const struct prog_clause *clause;
	const struct event *event;
	const struct dossier *dossier;
	const char *why;      /* NULL: it runs now; else FLOW_QUIET, FLOW_GUARD or FLOW_COUNTED */
};

/* The function may look; what it is shown is gone after the call. */
struct flow_trace {
	void (*clause)(void *ctx, const struct flow_moment *moment);
	void *ctx;
};

struct flow_input {
	const struct program *program;
	const struct dossier *dossier; /* before; state NULL for one that is being opened */
	const struct event *events;    /* of one item, in the order of design.md §4 */
	size_t event_count;
	int64_t now;
	const struct calendar *calendar;
	const struct flow_trace *trace; /* NULL = nobody asks */
	bool silent;                   /* no history is written: for whoever tries things out */
};

struct flow_output {
	struct dossier *dossier; /* after */
	struct flow_effect *effects;
	size_t effect_count;
	struct history_line *history;
	size_t history_count;
	struct flow_refusal *refusals;
	size_t refusal_count;
	int transitions;
};

/*
 * Makes the slots of a new dossier (for 'per year last n': the n years before
 * the opening year, local to the calendar's zone) in 'dossier', whose other
 * fields the caller has filled. Facts that it has already (canonical ones, of an
 * order) stay; the others get their defaults.
 */
void flow_dossier_init(const struct program *program, const struct calendar *calendar, struct arena *arena,
		       struct dossier *dossier);

/*
 * Handles the events of one item; none is fine too: what has become required,
 * optional or complete since the last one is then told. 0 = done. -1 with ERR_LIMIT: more than
 * FLOW_MAX_TRANSITIONS (the text shows the chain) or FLOW_MAX_RAISED: the caller rolls the item
 * back and holds it for staff. -1 with ERR_INPUT: the dossier's state is not in
 * the program, or an event comes before the opening.
 */
int flow_run(const struct flow_input *input, struct arena *arena, struct flow_output *output_r,
	     struct err *err);

/* Does the condition hold for the dossier as it stands? */
bool flow_cond_holds(const struct dossier *dossier, const struct prog_cond *cond);

/*
 * An item from a party came in that gave no events (flow_run() does this for
 * one that did): puts the dossier's quiet timers off, 60 minutes after the
 * waiting began at most. True when one changed.
 */
bool flow_quiet_touch(const struct program *program, struct dossier *dossier, int64_t now);

/*
 * Does the clause of that id mail anybody but staff by an action of its own, as a
 * reminder does? (What a timer may come to in all: flow/wait.h.) False when the
 * clause is gone.
 */
bool flow_clause_mails_party(const struct program *program, const char *clause);

/*
 * Does the clause of that id lead to a final state? A timer of such a clause is
 * no reminder but the day on which the dossier lapses: people are told it, and
 * no "uitstel" puts it off.
 */
bool flow_clause_ends(const struct program *program, const char *clause);

/* Is it the client who approves what stands there? */
bool flow_slot_for_approval(const struct program *program, const struct slot *slot);

#endif
