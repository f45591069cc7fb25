/*
 * Proofs about a workflow: every run that people and the world can make of it
 * is tried out with the decision core itself, and what goes wrong in one of
 * them is told at the place in the rule file, with the shortest run that shows
 * it ("open → document received legitimatie → staff take").
 *
 * What is explored are situations, not dossiers. A situation is the state, the
 * statuses of the slots, what is asked and paid, which timers run, which facts
 * are known: all that decides what can happen next. Left out is what decides
 * nothing. So
 *   - slots that behave alike and that no clause names stand for each other;
 *   - a clause with "at most n times" is used up or it is not;
 *   - a timer is at its first firing or in its repeats; it may fire when no
 *     other timer of the state is certainly due before it;
 *   - a report that staff deliver counts where something looks at it;
 *   - office, copy, brand and language are what they are at the opening, and
 *     differ only where a clause asks for them;
 *   - numbers, amounts, dates and texts of facts take one value of each stretch
 *     between those that conditions compare them with; any may be known at the
 *     opening, all together;
 *   - forms are sent with all answers that conditions ask for, together, and
 *     with optional ones blank; one that nobody waits for changes one fact;
 *   - what only an office may send is sent where there is one;
 *   - what nothing looks at from a state on is no part of a situation there;
 *   - documents required by facts of their own, of which nothing else is asked,
 *     stand for each other where two more are required anyway.
 * What it finds has really been run. Whatever is never seen by it does not
 * happen, as long as the report says that it was whole: where there are more
 * values, answers together or situations than are tried, that is said, and only
 * what is so whatever they come to is told of what never happens (shape.c).
 * It does not look at: what stands in documents, two items at the same moment, a
 * change of office, copy or language on the way, mail that does not arrive, and
 * templates of brands.
 *
 * Pure: no file, clock, network or log.
 */
#ifndef POSTKAMER_PROVE_PROVE_H
#define POSTKAMER_PROVE_PROVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rule/diag.h"
#include "rule/program.h"

#define PROVE_EXAMPLE "for example: " /* how the note begins that shows a finding */
#define PROVE_SITUATIONS 200000 /* explored at most, when nothing else is said */
#define PROVE_WORK 3000000      /* units of work at most, about a second: a step of a small workflow takes 6 */

/* What is certainly there when a mail goes out. A mask. */
enum prove_has { PROVE_HAS_PAYMENT = 1, PROVE_HAS_ITEM = 2, PROVE_HAS_FORM = 4 };

/* What a rule file names but does not hold; each function may be NULL. */
struct prove_lookup {
	void *ctx;
	/* To whom the template's header says it goes; AUDIENCE_TEMPLATE where it does not say. */
	enum prog_audience (*audience)(void *ctx, const char *template);
	/*
	 * Has every variable of the template a value, in every language of the
	 * workflow, in a mail that has just this? False with the reason in 'why'.
	 */
	bool (*is_complete)(void *ctx, const char *template, unsigned has, struct buf *why);
};

/* What came of giving an event in a state, over all situations in it. */
struct prove_answer {
	const char *state;
	const char *event;    /* "staff take", "document rejected rapport" */
	size_t handled;       /* situations in which a clause ran, or the dossier took it in */
	size_t refused;       /* in which it changed nothing */
	const char *why;      /* of the first refusal: a FLOW_ word of flow/flow.h; NULL = never refused */
};

struct prove_report {
	size_t situations;    /* that are different */
	size_t runs;          /* of the decision core */
	bool whole;           /* all there are; false: a limit was reached, or something left out */
	struct prove_answer *answers; /* state by state, in the order of the rule file */
	size_t answer_count;
	struct arena arena;   /* owned; holds the answers */
};

#define PROVE_REPORT_INIT { 0, 0, true, NULL, 0, ARENA_INIT }

/*
 * Explores at most 'limit' situations (0 = PROVE_SITUATIONS) and adds what is
 * wrong to 'diags'. What is said there already of a clause (by rule_load()) is
 * not said again. The caller frees 'report_r' with prove_report_free().
 */
void prove_program(const struct program *program, const struct prove_lookup *lookup, size_t limit,
		   struct diag_list *diags, struct prove_report *report_r);
void prove_report_free(struct prove_report *report);

#endif
