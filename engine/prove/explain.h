/*
 * What an event would do to a dossier, and why: a dry run of the decision core,
 * with what each clause and each part of its condition came to. Pure; the
 * dossier given is not changed, and nothing is kept.
 */
#ifndef POSTKAMER_PROVE_EXPLAIN_H
#define POSTKAMER_PROVE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "flow/flow.h"

/* One part of a condition, as it stood when it was asked for. */
struct explain_part {
	const char *words;        /* "slot rapport filled" */
	bool holds;
	const char *value;        /* "rapport is open" */
};

/* A clause that the event, or one that came of it, came to. */
struct explain_clause {
	const struct prog_clause *clause;
	const char *event;        /* "documents complete" */
	const char *head;         /* "on documents complete, quiet 15 minutes" */
	const char *why;          /* NULL: it runs; else FLOW_QUIET, FLOW_GUARD or FLOW_COUNTED */
	const struct explain_part *parts;
	size_t part_count;
	const char **actions;     /* "mail stukken-nodig", of one that runs */
	size_t action_count;
};

struct explanation {
	const char *event;        /* in the words of the rule language */
	int64_t at;               /* when: now, or when the timer is due and the send window open */
	const struct explain_clause *clauses;
	size_t clause_count;
	struct flow_output output; /* 'dossier' NULL where the core could not decide */
	const char *failed;       /* why it could not; NULL = it could */
};

/*
 * The event that the words say, in the rule language: "staff take", "document
 * received legitimatie", "slot added loonstrook", "phrase haast", "form received
 * verhuizing straat=Laan 1" (a field per word, up to the next), "timer
 * verzamelen.3". A slot with years takes one behind it ("aangifte 2024"). The
 * event is as if who may do that did it. ERR_INPUT with what could be meant.
 */
int explain_event(const struct program *program, const struct dossier *dossier, const char *words, int64_t now,
		  struct arena *arena, struct event *event_r, struct err *err);

/* Runs it; never fails: see 'failed'. A timer runs when it is due, and the send window open, if that is later. */
void explain_run(const struct program *program, const struct dossier *dossier, const struct event *event,
		 int64_t now, const struct calendar *calendar, struct arena *arena, struct explanation *out_r);

/*
 * The words of the index-th thing that could happen to the dossier (events that
 * a clause of its state hears, timers that run, documents it waits for); NULL
 * behind the last.
 */
const char *explain_possible(const struct program *program, const struct dossier *dossier, size_t index,
			     struct arena *arena);

#endif
