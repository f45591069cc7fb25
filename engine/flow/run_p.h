/*
 * The decision core's working state while it handles one item, and what its
 * parts offer each other. Private to this folder.
 *
 *   run.c      the item loop: events one by one, derived events, refusals
 *   apply.c    what an event itself does to the dossier, before any clause
 *   document.c documents: delivered, replaced, held
 *   fact.c     facts: set, and which slots they make required
 *   form.c     forms and a workflow's own phrases
 *   cond.c     conditions
 *   approval.c approvals: asked, answered, void
 *   payment.c  payment events and payment requests
 *   clause.c   which clauses an event sets off, their conditions and actions
 *   state.c    leaving one state and entering the next
 *   timer.c    timers: set, put off, fired, ended
 *   wait.c     what a timer would do, and until when it waits
 *   note.c     history and refusals
 */
#ifndef POSTKAMER_FLOW_RUN_P_H
#define POSTKAMER_FLOW_RUN_P_H

#include <stdbool.h>
#include <stddef.h>

#include "flow/flow.h"

struct run {
	const struct flow_input *in;
	struct arena *arena;
	struct dossier *dossier;          /* the working copy */
	struct flow_output *out;
	struct err *err;
	const struct prog_state *state;   /* the present one; NULL before the opening */
	const char *chain[FLOW_MAX_TRANSITIONS + 2]; /* states gone through */
	size_t chain_count;
	unsigned *fresh;                  /* per slot: documents it got in this item */
	bool *put;                        /* per slot: a clause told in this item that it is put to the client */
	struct event *raised;             /* derived events of this item; they wait for the present one to end */
	size_t raised_count, raised_done;
	int handed;                       /* derived events that clauses have seen */
	bool heard;                       /* clauses act, or did, on "documents complete" in this item */
	bool tried;                       /* nothing comes of it: what would it do? (wait.c) */
};

/* What came of handing an event to the clauses. */
enum run_outcome {
	RUN_UNHANDLED,  /* no clause listens to it */
	RUN_GUARDED,    /* those that do have a false condition or are used up */
	RUN_DONE        /* at least one ran or waits for quiet */
};

struct run_answer {
	enum run_outcome outcome;
	const char *why;    /* RUN_GUARDED: FLOW_GUARD or FLOW_COUNTED */
	const char *clause; /* RUN_GUARDED: its id */
};

/* note.c */

/* Adds a history line; 'event' NULL stands for the engine itself. */
void run_note(struct run *run, const struct event *event, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void run_refusal_add(struct run *run, size_t index, const char *why, const char *detail);
/* Adds a refusal of the input's event 'index' and a history line that says so; always false. */
bool run_refuse(struct run *run, const struct event *event, size_t index, const char *why, const char *detail);
/* "aangifte 2024", "legitimatie". */
const char *run_slot_name(struct run *run, const char *name, int year);
/* "inkomensverklaring.rules:41 verzamelen.2". */
const char *run_clause_name(struct run *run, const struct prog_clause *clause);

/* run.c */

/* flow_run(); 'tried': the condition of a clause whose timer fires is taken to hold. */
int run_item(const struct flow_input *input, bool tried, struct arena *arena, struct flow_output *output_r,
	     struct err *err);
/* A derived event: clauses see it once the present one is done. */
void run_raise(struct run *run, const struct event *event);
struct slot run_slot_make(struct arena *arena, const struct prog_slot *rule, int year);
/*
 * After each event, before the clauses see it: no answer holds for bytes that
 * are no longer there; completeness is armed again, and nothing waits for it,
 * while something is missing.
 */
void run_watch(struct run *run);

/* apply.c */

/* Must a clause handle the event, or else nothing changes? (Commands that ask or tell somebody something.) */
bool run_event_asks(const struct run *run, const struct event *event);
/* Does it hold even where all those clauses have a condition that is false? */
bool run_event_stands(const struct event *event);
/* What is wrong with the event whatever the state, or NULL: nobody may do it, or not so. */
const char *run_event_wrong(struct run *run, const struct event *event, const char **detail_r);
/* Is who did it one of 'from' (a mask of 1 << enum actor_role)? The operator may always. */
bool run_may(unsigned from, const struct event *event);
/* The event's own effect on the dossier. False: refused or held (noted), no clause sees it. */
bool run_apply(struct run *run, const struct event *event, size_t index);

/* document.c */
bool run_document_received(struct run *run, const struct event *event, size_t index);
/* Delivers what staff puts to the client. False: refused; true also when the slot has these bytes already. */
bool run_document_put(struct run *run, const struct event *event, size_t index, struct slot *slot);
/* The document of an event that was refused: it is held, unless the dossier has its bytes. */
void run_document_keep(struct run *run, const struct event *event, size_t index);
/* The approved slot for which staff sent another version that waits, or NULL. */
const struct slot *run_document_newer(const struct run *run);

/* payment.c */
bool run_payment_event(struct run *run, const struct event *event, size_t index);
void run_payment_request(struct run *run, const struct prog_clause *clause, const struct prog_action *action);
/* The payment for the same as 'wanted' that was paid, or NULL. */
const struct payment *run_payment_paid(const struct dossier *dossier, const struct payment *wanted);
/* What a request in the rules must have in common with a payment. A mask. */
enum { PAYMENT_SAME_AMOUNT = 1, PAYMENT_SAME_TEXT = 2, PAYMENT_SAME = 3 };
/* The first request of the rules that is so; NULL = none. */
const struct prog_action *run_payment_rule(struct run *run, const struct payment *payment, unsigned same);
/* Does 'to' request anything that 'from' does not? */
bool run_payment_new(const struct program *from, const struct program *to);
bool run_payment_refund(struct run *run, const struct event *event, size_t index);
/* What is still to be paid no longer is. */
void run_payments_cancel(struct run *run);
/* Sets the timer of the request that waits, or ends it. */
void run_payment_timer(struct run *run);
/* The timer fired. -1 on failure. */
int run_payment_expire(struct run *run);
/* The text of a request or a note with {number} filled in. */
const char *run_expand(struct run *run, const char *text);

/* fact.c */

/*
 * The facts that have a value from the start, where the dossier has none. One that had it in the version
 * before ('from', or NULL) and has none was cleared, and stays so.
 */
void run_facts_init(const struct program *program, const struct program *from, struct arena *arena,
		    struct dossier *dossier);
/* NULL = not known any longer. Raises "fact changed" when that is news. */
void run_fact_set(struct run *run, const char *name, const char *value);
/* Must clients deliver it, as facts, office and copy are now? */
bool run_slot_wanted(const struct program *program, const struct dossier *dossier, const struct slot *slot);
/* Makes each slot required or optional as its "required if" says. */
void run_required_judge(struct run *run);

/* form.c */

/* Why the form cannot be taken as it was filled in, NULL when it can; 'detail' is the field, where it is one. */
const char *run_form_wrong(const struct run *run, const struct event *event, const char **detail);
const char *run_phrase_wrong(const struct run *run, const struct event *event);
bool run_form_received(struct run *run, const struct event *event, size_t index);
/* Does the form as it was filled in hold a value for a fact? */
bool run_form_sets_facts(const struct run *run, const struct event *event);
bool run_phrase(struct run *run, const struct event *event, size_t index);

/* approval.c */

/* Fills in the slot where the event leaves it out. NULL, or why that cannot be told. */
const char *run_approval_resolve(struct run *run, struct event *event);
bool run_approval_asked(struct run *run, const struct event *event, size_t index);
/* A clause ran for "approval asked": what is put to the client in this item beside it is in that mail too. */
void run_approval_told(struct run *run, const struct event *event);
bool run_approval_is_told(const struct run *run, const struct event *event);
/* Why the answer cannot be taken, whatever the state: not the client's, void, unknown, answered before. */
const char *run_approval_wrong(struct run *run, const struct event *event, const char **detail_r);
bool run_approval_answered(struct run *run, const struct event *event, size_t index);
/* The action: puts the current documents of a slot to the client, of every year that has some. */
void run_approval_ask(struct run *run, const char *slot);
/* Where the slot stands with the client; false when that is nowhere. */
bool run_approval_state(const struct dossier *dossier, const struct slot *slot, enum approval_state *state_r);
/* Answers, and questions, about bytes that are no longer current become void. */
void run_approvals_watch(struct run *run);

/* clause.c */
bool run_is_handled(const struct run *run, const struct event *event);
int run_dispatch(struct run *run, const struct event *event, struct run_answer *answer_r);
/* Runs a clause whose timer fired, if its condition and count allow, or always when it is but tried. -1 on failure. */
int run_clause_timed(struct run *run, const struct prog_clause *clause, const struct event *event, size_t index);

/* Does it mail anybody but staff by an action of its own? */
bool run_mails_party(const struct prog_clause *clause);

/* state.c */
int run_enter(struct run *run, const struct prog_state *state);

/* timer.c */
void run_timers_set(struct run *run);
/* Sets the timer of a clause that came while the state lasts: moments that have passed do not fire. */
void run_timer_late(struct run *run, const struct prog_clause *clause);
/*
 * Sets the timer of a clause that reads otherwise now, counts from 'since', and of whose moments 'had'
 * have come. When more have passed by now the last of them is due at once; else it waits for the next.
 */
void run_timer_resume(struct run *run, const struct prog_clause *clause, int64_t since, int had);
/* From when it counts: the opening, or the entry of the state. */
int64_t run_timer_since(const struct run *run, const struct prog_clause *clause);
/* How many of a clause's moments had passed when the state was entered, and so never come in it. */
int run_timer_passed(const struct run *run, const struct prog_clause *clause);
/* Ends those of the present state, or all when 'all'. */
void run_timers_end(struct run *run, bool all);
/* The timer of a payment or of keeping: set, moved, or ended where 'due' is DATE_NONE. */
void run_timer_put(struct run *run, enum timer_kind kind, int64_t due);
/* Set in a final state where the workflow says how long to keep; ended in all others. */
void run_keep_timer(struct run *run);
void run_quiet_start(struct run *run, const struct prog_clause *clause);
/* A slot is open again: nothing waits for "documents complete" any longer. */
void run_quiet_cancel(struct run *run);
/* EVENT_TIMER. -1 on failure. */
int run_timer_fire(struct run *run, const struct event *event, size_t index);
/* 'at', or when the send window opens next for mail of firing number 'index' (from 0). */
int64_t run_timer_window(const struct flow_input *in, const struct prog_clause *clause, int index, int64_t at);

#endif
