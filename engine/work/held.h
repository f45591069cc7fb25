/*
 * What waits for a person, as a place of its own (design.md §5): letting
 * through and refusing, whole items and single files; who is told and asked.
 *
 *     held.c           an item is held
 *     held_order.c     let through, refused: for the command line and for mail
 *     held_accepted.c  what was let through is decided again
 *     held_watch.c     the clock: staff are told, the registered address is asked,
 *                      what nobody wanted is erased
 *     held_desk.c      what staff answer
 *     held_question.c  what the registered address answers
 *     held_show.c      what is said of it, in lists and mails
 */
#ifndef POSTKAMER_WORK_HELD_H
#define POSTKAMER_WORK_HELD_H

#include "work/decide.h"
#include "work/orders.h"

/* ---- held_show.c ---- */

/* The index-th reason why mail waits, as lists show it; NULL after the last. */
const char *held_reason_at(size_t index);
/* Fails only when the store does. */
int held_describe(struct engine *engine, const struct item *item, struct arena *arena, struct engine_held *item_r,
		  struct err *err);
/*
 * The slot that a file would go to, when nothing but its being closed, full or
 * of the wrong kind keeps it out; where it fits nowhere, or perhaps elsewhere,
 * NULL: somebody has to say.
 */
const struct slot *held_slot(const struct dossier *dossier, const struct held_document *held);
/* The files of a dossier that wait and came with this item: no order about it is about any other. */
void held_files(const struct dossier *dossier, int64_t item, struct arena *arena, const struct held_document ***files_r,
		size_t *count_r);

/* What a mail about it shows. */
struct held_telling {
	const struct engine_held *list;
	size_t count;
	size_t rest;             /* that are not in the list */
	const char *pending;     /* the mail asks for ja or nee about this; NULL = it does not */
	const struct held_said *said; /* what staff said, and what came of it */
	size_t said_count;
	bool returned;           /* nothing of it was done */
	const char *file, *reason; /* a file that was refused, and why */
	int64_t until;           /* until when an answer counts */
};

/* ---- held_order.c ---- */

struct held_said {
	const char *line;        /* as it was written */
	struct engine_held_result result;
};

/* Inside a group. -1 when the store fails; whatever is wrong with the order is in the result. */
int held_order(struct engine *engine, struct arena *arena, const struct engine_held_order *order,
	       struct engine_held_result *result_r, struct err *err);
/*
 * A decision is about to be taken in: items whose last waiting file found its
 * place, or was refused, wait no longer.
 */
int held_settle(struct decision *decision, struct err *err);

/* ---- held_question.c ---- */

/* Is this what a question about held mail waits with? */
bool held_is_question(const char *pending);
const char *held_question_text(struct arena *arena, const struct engine_held *list, size_t count);
/* The answer of who was asked: exactly what was listed is let through, or refused. */
int held_answered(struct decision *decision, const struct orders *orders, const struct pending_command *pending,
		  bool yes, struct err *err);
/* How long it may be answered. */
int64_t held_question_life(const char *pending);

/* ---- held_watch.c ---- */

/* All that is due now. */
void held_watch(struct engine *engine);
/* When the next is due; DATE_NONE = never. */
int64_t held_watch_next(struct engine *engine);

#endif
