/*
 * What the parts of the proofs share. Private to this folder.
 *
 *   plan.c       what of a program decides anything: slots that stand for others,
 *                facts, payments, parties, timers; plan_slot.c, plan_fact.c,
 *                plan_value.c, plan_row.c, plan_merge.c, plan_live.c are parts
 *   order.c      which timer is certainly due before which
 *   situation.c  a dossier as a few bytes, and back
 *   move.c       what can happen: events and their words; move_form.c
 *   explore.c    all situations, breadth first
 *   notice.c     what one step shows: mails, loops
 *   rest.c       what resting shows: untold clients, unanswered payments
 *   graph.c      what all steps together show: dead ends
 *   storm.c      and mails that go round for ever
 *   find.c       clauses and states that were never seen
 *   shape.c      what holds also where not all was seen
 *   tell.c       findings as diagnostics, with their example
 */
#ifndef POSTKAMER_PROVE_PROVE_P_H
#define POSTKAMER_PROVE_PROVE_P_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/flow.h"
#include "prove/prove.h"

#define PROVE_NOW 1772442000      /* every step happens at this moment, a Monday 09:00: 2026-03-02 */
#define PROVE_NONE ((size_t)-1)
#define PROVE_NO_NODE UINT32_MAX
#define PROVE_VALUES_MAX 250      /* of one fact */
#define PROVE_KEY_MAX 4096        /* bytes of one situation */

/* ---- plan.c: what counts ---- */

/* A slot of the dossiers that are explored: itself, or one for several that behave alike. */
struct prove_slot {
	const struct prog_slot *rule; /* NULL: the one that staff add */
	int year;
	const char *names;            /* "legitimatie, aangifte": all it stands for */
	size_t stands_for;            /* how many */
	bool is_named;                /* by a clause */
	bool status_counts;           /* a condition asks for its status, not only whether it is filled */
	bool approval_counts;         /* that it is approved can be told from delivered */
	bool *matters;                /* per state; NULL = everywhere */
};

struct prove_fact {
	const struct prog_fact *fact;
	const char **values;
	size_t value_count;
	int64_t *cuts;                /* of numbers, amounts and dates: where conditions begin to differ */
	size_t cut_count;
	bool heard;                   /* a clause hears that it changed */
};

/*
 * How long after its base (state or opening) a timer is due: seconds, at least
 * and at most; and where it is counted in days of one kind only, how many.
 */
struct prove_delay {
	int64_t min, max;
	int days;                   /* 0 = not in days of one kind, 1 = in working days, 2 = in all days */
	int64_t days_min, days_max;
};

struct prove_clause {
	const struct prog_clause *clause;
	size_t state;                 /* PROVE_NONE: of always */
	struct prove_delay first, again; /* of timers: the first firing, and all repeats together */
	int firings;                  /* 0 = without end */
	bool was_offered, was_run;    /* an event came to it; and it ran */
	uint32_t offered, offered_by; /* the node and the step with which one first came; PROVE_NO_NODE: the opening */
	uint64_t events;              /* bits of clause.events that came */
};

/* What still matters from a state on (plan_live.c). */
struct prove_live {
	uint64_t listens;             /* mask of event kinds */
	bool documents;               /* which there are, beside those that are named */
	bool refusals;                /* that an approval was refused or is void can be told from none */
	bool *slots;                  /* per slot of the program: it is named */
	bool *facts;                  /* per fact of the plan */
};

/* What a dossier is opened with. */
struct prove_opening {
	bool office, office_only, copy;
	const char *brand, *language;
};

struct prove_plan {
	const struct program *program;
	struct arena *arena;
	struct prove_slot *slots;
	size_t slot_count;
	bool *named;                  /* per slot of the program: by a clause or a condition */
	const char **own;             /* per slot: the fact that it is required by, and that is for nothing else */
	bool *left_out;               /* per slot: another such one stands for it and its fact */
	struct prove_clause *clauses; /* state by state, then always */
	size_t clause_count;
	size_t *first_clause;         /* per state; the last entry: of always */
	struct prove_clause **by_address; /* the same, in the order of their clauses in memory */
	uint64_t *listens;            /* per state: mask of event kinds, with those of always */
	uint64_t listens_anywhere;
	struct prove_live *live;      /* per state */
	struct prove_fact *facts;     /* that a condition or an event names */
	size_t fact_count;
	const struct prog_action **requests; /* payments that clauses request */
	size_t request_count;
	bool mixed;                   /* a document is required by several facts together */
	bool payment_counts;          /* a condition asks how a payment stands */
	struct prove_opening *openings;
	size_t opening_count;
	const char ***known;          /* what may be known at the opening: per row a value per fact, NULL = the default */
	size_t known_count;
	int64_t *moments;             /* seconds since the opening after which a clause "in dossier" is past */
	size_t *moment_clause;
	size_t moment_count;
	struct calendar calendar;
	const char *cut;              /* what is not looked at, in words; NULL = nothing is left out */
};

void prove_plan_init(struct prove_plan *plan, const struct program *program, const struct prove_lookup *lookup,
		     struct arena *arena);
/* Index into plan.clauses. */
size_t prove_clause_index(const struct prove_plan *plan, const struct prog_clause *clause);
bool prove_listens(const struct prove_plan *plan, size_t state, enum event_kind kind);
bool prove_listens_anywhere(const struct prove_plan *plan, enum event_kind kind);
/* Whom the action's mail goes to, as the template says where the clause does not. */
enum prog_audience prove_audience(const struct prove_lookup *lookup, const char *template,
				  enum prog_audience audience);
/* Which of the fact's values stands for this one. */
size_t prove_value_index(const struct prove_fact *fact, const char *value);
/* The state that a clause goes to, PROVE_NONE = it stays. */
size_t prove_target(const struct prog_clause *clause);

/* ---- order.c ---- */

struct prove_delay prove_delay_of(const struct program *program, const struct prog_duration *duration);
void prove_order_fill(const struct program *program, struct prove_clause *clause);
/* May this timer of the dossier fire now: is no other one certainly due before it? */
bool prove_may_fire(const struct prove_plan *plan, const struct dossier *dossier, size_t timer);
/* How many seconds have certainly passed when this timer of a state fires. */
int64_t prove_least_wait(const struct prove_plan *plan, const struct timer *timer);

/* ---- situation.c ---- */

/* What goes with the dossier that it does not hold itself. */
struct prove_told {
	bool client;                  /* somebody on the client's side was written to since it last mattered */
	bool here;                    /* and that while the dossier came into its state, or was in it */
	bool staff;                   /* staff know that the dossier is where it is */
};

/* A situation as a key: equal bytes, equal future. */
void prove_encode(const struct prove_plan *plan, const struct dossier *dossier, size_t opening,
		  struct prove_told told, struct buf *key);
struct dossier *prove_decode(const struct prove_plan *plan, const unsigned char *key, size_t len,
			     struct arena *arena, size_t *opening_r, struct prove_told *told_r);
/* The dossier before it is opened, with the facts of one row of plan.known. */
struct dossier *prove_blank(const struct prove_plan *plan, size_t opening, size_t known, struct arena *arena);
/* The slots of a dossier in the order of plan.slots; NULL = it has not got it. */
struct slot **prove_slots_of(const struct prove_plan *plan, const struct dossier *dossier, struct arena *arena);
size_t prove_state_of(const struct prove_plan *plan, const struct dossier *dossier);

/* ---- move.c ---- */

enum prove_move_flag {
	MOVE_BY_HAND = 1,             /* staff place a document that was held: possible, but no way to count on */
	MOVE_TIME = 2                 /* happens without anybody: time passes, or a payment fails */
};

/* Something that can happen, whatever the situation. */
struct prove_move {
	struct event event;
	size_t slot;                  /* index into plan.slots, or PROVE_NONE */
	unsigned flags;
	const char *words;            /* for examples: "document received legitimatie" */
	const char *command;          /* for the table; NULL: not a person's */
	size_t number;                /* of those with a command */
	const struct prog_form *form; /* of EVENT_FORM_RECEIVED */
	const unsigned char *row;     /* which answer to each of its questions: 0 the first */
};

struct prove_moves {
	struct prove_move *list;
	size_t count;
	size_t commands;
};

void prove_moves_init(struct prove_moves *moves, struct prove_plan *plan, struct arena *arena);
/* Can it change anything here? Decides by looking what the core would find out by running. */
bool prove_is_possible(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
		       struct slot *const *slots, const struct prove_move *move);
/* The event with a document that is new to the dossier, where it needs one. */
struct event prove_event(const struct prove_plan *plan, const struct dossier *dossier, const struct prove_move *move,
			 struct arena *arena);
/* "2 days later (verzamelen.3)", "quiet 15 minutes". */
const char *prove_timer_words(const struct prove_plan *plan, const struct prog_clause *clause, bool last,
			      struct arena *arena);

/* ---- explore.c ---- */

enum prove_edge_flag {
	EDGE_ASIDE = 1,               /* a clause of always left the state, or it went by hand */
	EDGE_TIME = 2,                /* nobody did anything */
	EDGE_ENDS = 4,                /* cannot be repeated for ever: a count or a repeat was used */
	EDGE_MAILS = 8,               /* somebody who is not staff was written to */
	EDGE_ASKS = 16,               /* a payment was requested */
	EDGE_STAFF = 32               /* staff were written to */
};

struct prove_edge {
	uint32_t from, to;
	uint32_t step;                /* as in struct prove_node */
	uint32_t clause;              /* the first that mailed or left; UINT32_MAX = none */
	unsigned char flags;
};

/* How a step is kept: a move, or a timer, with how it was meant. */
#define STEP_TIMER 0x80000000u
#define STEP_LAST 0x40000000u    /* the repeats or the count were used up with it */
#define STEP_INDEX 0x3fffffffu

struct prove_node {
	size_t key;                   /* offset in keys */
	uint32_t length;
	uint32_t parent;              /* PROVE_NO_NODE: an opening */
	uint32_t step;                /* from the parent; of an opening: its number times known_count, and what is known */
	uint16_t state;
};

struct prove_mail_use {
	const char *template;
	unsigned has;
};

struct prove {
	const struct program *program;
	const struct prove_lookup *lookup;
	struct diag_list *diags;
	size_t known;                 /* diagnostics that were there before */
	struct prove_report *report;
	size_t limit;
	struct arena arena;
	struct prove_plan plan;
	struct prove_moves moves;

	struct buf keys;              /* of all nodes, one behind the other */
	struct buf key;               /* of the step at hand */
	struct prove_node *nodes;
	size_t node_count, node_cap;
	uint32_t *buckets;
	size_t bucket_count;
	struct prove_edge *edges;
	size_t edge_count, edge_cap;
	size_t work;                  /* units spent */
	size_t *seen;                 /* per state: situations at rest in it */
	size_t *passed;               /* per state: times it was entered */

	/* the step at hand */
	struct arena scratch;
	uint32_t at;                  /* node */
	uint32_t step;
	const struct event *event;
	const struct prog_clause *left;  /* the clause that left the state, NULL = none did */
	const struct prog_clause *first, *last; /* the first and the last that ran */
	bool counted;                 /* a clause with "at most" ran */
	bool looped;                  /* some step went round for ever */
	size_t *said;                 /* per kind of finding and state or clause: told once (notice.c) */
	struct prove_mail_use *uses;
	size_t use_count;
};

void prove_explore(struct prove *prove);

/* ---- notice.c ---- */

/* What one step came to. */
struct prove_step {
	const struct dossier *before, *after;
	const struct flow_output *output;
	size_t opening;
	size_t state;                 /* after */
	bool moved;                   /* a state was entered */
	bool mails_client, mails_staff, asks;
	struct prove_told told;       /* after */
};

/* What is told once of each state or clause. */
enum prove_said {
	SAID_LOOP, SAID_OFFICE, SAID_SENDER, SAID_TEMPLATE, SAID_ATTACH, SAID_MANY, SAID_CLIENT, SAID_STAFF,
	SAID_WAITING, SAID_CLOSED, SAID_UNASKED, SAID_PAID, SAID_FAILED, SAID_DEAD, SAID_APPROVAL, SAID_COMPLETE,
	SAID_KINDS
};

/* False the second time. */
bool prove_once(struct prove *prove, enum prove_said kind, size_t index);
bool prove_was_said(const struct prove *prove, enum prove_said kind, size_t index);
/* The step at hand in words; NULL = the opening. */
const char *prove_this_step(struct prove *prove);

void prove_notice_mails(struct prove *prove, struct prove_step *step, struct prove_told before);
/* rest.c: what the step shows, and what resting in a situation shows that is new. */
void prove_notice_step(struct prove *prove, const struct prove_step *step);
void prove_notice_rest(struct prove *prove, const struct prove_step *step, uint32_t node);
void prove_notice_loop(struct prove *prove, const struct err *err);

/* ---- graph.c, storm.c, find.c ---- */

void prove_find_dead_ends(struct prove *prove);
void prove_find_storms(struct prove *prove);
void prove_find_unseen(struct prove *prove);
/* What is so whatever was not explored (shape.c). */
void prove_find_by_shape(struct prove *prove);

/* ---- tell.c ---- */

/* Adds one, at a span of the rule file, with the run that leads to a node and one more step (0 = none). */
struct prove_case {
	enum diag_severity severity;
	struct prog_span span;
	uint32_t node;                /* PROVE_NO_NODE = no example */
	const char *more;             /* the step that goes wrong, in words; NULL = being there is enough */
	const char *hint;             /* NULL = none */
};
void prove_tell(struct prove *prove, const struct prove_case *found, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Was something said before of what stands in these lines? */
bool prove_is_said(const struct prove *prove, struct prog_span from, int to);
/* The step in words. */
const char *prove_step_words(struct prove *prove, uint32_t step);

#endif
