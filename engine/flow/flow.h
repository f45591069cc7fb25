/*
 * The decision core: (program, dossier, events, time) → (dossier, effects). A
 * pure function: no file, clock, network, database, log or state of its own;
 * the same input gives the same output, byte for byte. Everything lives in the
 * caller's arena; the dossier given is not changed.
 *
 * What the parts of the rule language mean stands in design.md §7; the code
 * follows its "Meaning" list line by line.
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

enum flow_effect_kind {
	FLOW_MAIL,            /* render a template for its audience */
	FLOW_PAYMENT          /* ask the provider for a link; without one: a task for staff */
};

struct flow_effect {
	enum flow_effect_kind kind;
	const char *clause;   /* id of the clause that wanted it */
	int line;             /* of that clause in the rule file */
	const char *template; /* FLOW_MAIL */
	enum prog_audience audience;
	const char **attach;
	size_t attach_count;
	size_t payment;       /* FLOW_PAYMENT: index into the dossier's payments */
};

/* An event that changed nothing, and why: for the transcript. */
struct flow_refusal {
	size_t event;         /* index into the input's events */
	const char *why;      /* a word of the list in flow.c: "no-such-slot", "state", "guard", "final" … */
	const char *detail;   /* the slot, the clause, the state */
};

struct flow_input {
	const struct program *program;
	const struct dossier *dossier; /* before; state NULL for one that is being opened */
	const struct event *events;    /* of one item, in the order of design.md §4 */
	size_t event_count;
	int64_t now;
	const struct calendar *calendar;
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
 * the opening year) in 'dossier', whose other fields the caller has filled.
 */
void flow_dossier_init(const struct program *program, struct arena *arena, struct dossier *dossier);

/*
 * Handles the events of one item. 0 = done. -1 with ERR_LIMIT: more than
 * FLOW_MAX_TRANSITIONS (the text shows the chain), or a PCRE2 limit was hit:
 * the caller rolls the item back and holds it for staff.
 */
int flow_run(const struct flow_input *input, struct arena *arena, struct flow_output *output_r,
	     struct err *err);

#endif
