/*
 * Storms: rounds that go on for ever while nobody does anything, time passes
 * and payments fail, with a mail or a request for money in each. A round is a
 * circle in the graph of situations, of steps that nobody takes and that no
 * count puts an end to.
 */
/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "prove/prove_p.h"

#define DAY 86400
#define LONG_ROUND (180 * (int64_t)DAY) /* what comes back every half year is no storm: a yearly review */
#define WORDS_MAX 6                     /* steps of a round that an example shows */
#define ROUNDS_MAX 50                   /* that are measured: a bound on work */

struct storms {
	struct prove *prove;
	bool fast;          /* only steps that follow within a day */
	bool *skipped;      /* per node: a moment that is set puts an end to its rounds */
	size_t *first;      /* own edges from node n: from[first[n]] to from[first[n + 1]] */
	uint32_t *from;
	uint32_t *part;     /* per node: on one circle with all that have the same number */
	uint32_t part_count;
	size_t measured;
	bool *told;         /* per clause */
};

/* ---- steps that nobody takes ---- */

static struct prove_delay delay_of(const struct prove *prove, uint32_t step)
{
	const struct prog_clause *clause;

	/* A payment may fail at once, and quiet is never long. */
	if (!(step & STEP_TIMER))
		return (struct prove_delay){ .min = 0, .max = 0 };
	clause = prove->plan.clauses[step & STEP_INDEX].clause;
	return clause->trigger == TRIGGER_ON ? (struct prove_delay){ .min = 0, .max = 0 } :
					       prove_delay_of(prove->program, &clause->first);
}

static bool is_own(const struct storms *s, const struct prove_edge *edge)
{
	return (edge->flags & EDGE_TIME) && !(edge->flags & EDGE_ENDS) && !s->skipped[edge->from] &&
	       !s->skipped[edge->to] && (!s->fast || delay_of(s->prove, edge->step).max < DAY);
}

static bool fails(const struct prove *prove, const struct prove_edge *edge)
{
	enum event_kind kind = edge->step & STEP_TIMER ? EVENT_TIMER : prove->moves.list[edge->step & STEP_INDEX].event.kind;

	return kind == EVENT_PAYMENT_FAILED || kind == EVENT_PAYMENT_EXPIRED;
}

static bool is_round(const struct storms *s, const struct prove_edge *edge)
{
	return is_own(s, edge) && s->part[edge->from] == s->part[edge->to];
}

static void edges_init(struct storms *s)
{
	const struct prove *prove = s->prove;
	size_t *fill = xcalloc(prove->node_count + 1, sizeof *fill), i;

	memset(s->first, 0, (prove->node_count + 2) * sizeof *s->first);
	for (i = 0; i < prove->edge_count; i++)
		s->first[prove->edges[i].from + 1] += is_own(s, &prove->edges[i]);
	for (i = 0; i < prove->node_count; i++)
		s->first[i + 1] += s->first[i];
	for (i = 0; i < prove->edge_count; i++) {
		uint32_t from = prove->edges[i].from;

		if (is_own(s, &prove->edges[i]))
			s->from[s->first[from] + fill[from]++] = (uint32_t)i;
	}
	free(fill);
}

/* ---- circles: the strongly connected parts, after Tarjan, without recursion ---- */

struct walk {
	uint32_t *order, *low;    /* 0 = not seen yet */
	uint32_t *stack, *path;
	size_t *next;             /* per node: its next edge */
	size_t stacked, depth;
	uint32_t count;
};

static void enter(struct storms *s, struct walk *w, uint32_t node)
{
	w->order[node] = w->low[node] = ++w->count;
	w->next[node] = s->first[node];
	w->stack[w->stacked++] = node;
	w->path[w->depth++] = node;
}

static void leave(struct storms *s, struct walk *w, uint32_t node)
{
	uint32_t one;

	w->depth--;
	if (w->depth && w->low[node] < w->low[w->path[w->depth - 1]])
		w->low[w->path[w->depth - 1]] = w->low[node];
	if (w->low[node] != w->order[node])
		return;
	s->part_count++;
	do {
		one = w->stack[--w->stacked];
		s->part[one] = s->part_count;
	} while (one != node);
}

static void walk_from(struct storms *s, struct walk *w, uint32_t start)
{
	enter(s, w, start);
	while (w->depth) {
		uint32_t node = w->path[w->depth - 1], to;

		if (w->next[node] == s->first[node + 1]) {
			leave(s, w, node);
			continue;
		}
		to = s->prove->edges[s->from[w->next[node]++]].to;
		if (!w->order[to])
			enter(s, w, to);
		else if (!s->part[to] && w->order[to] < w->low[node])
			w->low[node] = w->order[to];
	}
}

static void find_parts(struct storms *s)
{
	size_t count = s->prove->node_count + 1;
	struct walk w = { xcalloc(count, sizeof *w.order), xcalloc(count, sizeof *w.low), xcalloc(count, sizeof *w.stack),
			  xcalloc(count, sizeof *w.path), xcalloc(count, sizeof *w.next), 0, 0, 0 };
	uint32_t i;

	edges_init(s);
	memset(s->part, 0, count * sizeof *s->part);
	s->part_count = 0;
	for (i = 0; i < s->prove->node_count; i++)
		if (!w.order[i])
			walk_from(s, &w, i);
	free(w.order);
	free(w.low);
	free(w.stack);
	free(w.path);
	free(w.next);
}

/* ---- one round ---- */

/* How long the round through this edge lasts at least: the cheapest way back. */
static int64_t least_round(struct storms *s, const struct prove_edge *through)
{
	const struct prove *prove = s->prove;
	int64_t *least = xcalloc(prove->node_count + 1, sizeof *least), result;
	bool shorter = true;
	size_t i;

	/* 0 = not reached; all else is one more than it is. */
	least[through->to] = 1 + delay_of(prove, through->step).min;
	while (shorter && !least[through->from]) {
		shorter = false;
		for (i = 0; i < prove->edge_count; i++) {
			const struct prove_edge *edge = &prove->edges[i];
			int64_t sum = least[edge->from] + delay_of(prove, edge->step).min;

			if (!is_round(s, edge) || !least[edge->from] || sum - 1 >= LONG_ROUND ||
			    (least[edge->to] && least[edge->to] <= sum))
				continue;
			least[edge->to] = sum;
			shorter = true;
		}
	}
	result = least[through->from] ? least[through->from] - 1 : LONG_ROUND;
	free(least);
	return result;
}

/* The way back in as few steps as there are: per node the edge by which it was reached, from 1. */
static uint32_t *way_back(struct storms *s, const struct prove_edge *through)
{
	const struct prove *prove = s->prove;
	uint32_t *by = xcalloc(prove->node_count + 1, sizeof *by);
	uint32_t *list = xcalloc(prove->node_count + 1, sizeof *list);
	size_t head = 0, tail = 0, i;

	list[tail++] = through->to;
	while (head < tail && !by[through->from] && through->from != through->to) {
		uint32_t node = list[head++];

		for (i = s->first[node]; i < s->first[node + 1]; i++) {
			const struct prove_edge *edge = &prove->edges[s->from[i]];

			if (edge->to == through->to || by[edge->to] || !is_round(s, edge))
				continue;
			by[edge->to] = s->from[i] + 1;
			list[tail++] = edge->to;
		}
	}
	free(list);
	return by;
}

/* "payment expired → payment ready → payment expired …": the edge, the way back to it, and the edge again. */
static const char *round_words(struct storms *s, const struct prove_edge *through)
{
	struct prove *prove = s->prove;
	uint32_t *by = way_back(s, through), node = through->from, steps[WORDS_MAX];
	const char *mine = prove_step_words(prove, through->step), *words = mine;
	size_t count = 0, total = 0;

	for (; node != through->to && by[node]; node = prove->edges[by[node] - 1].from, total++)
		steps[total % WORDS_MAX] = prove->edges[by[node] - 1].step;
	for (count = 0; count < total && count < WORDS_MAX; count++)
		words = arena_printf(&prove->arena, "%s → %s", words,
				     prove_step_words(prove, steps[(total - 1 - count) % WORDS_MAX]));
	free(by);
	return total > WORDS_MAX ? arena_printf(&prove->arena, "%s …", words) :
				   arena_printf(&prove->arena, "%s → %s …", words, mine);
}

/* ---- what is told ---- */

/* 0 = nothing that disturbs anybody; the clause that asks for money again says most. */
static int weight_of(const struct storms *s, const struct prove_edge *edge)
{
	bool disturbs = edge->flags & (EDGE_MAILS | EDGE_ASKS);

	if (edge->clause == UINT32_MAX || !is_round(s, edge))
		return 0;
	if (disturbs)
		return fails(s->prove, edge) ? 3 : 2;
	return s->fast && (edge->flags & EDGE_STAFF) ? 1 : 0;
}

/* Is it a storm that was not told yet? */
static bool is_storm(struct storms *s, const struct prove_edge *edge)
{
	const struct prog_clause *clause = s->prove->plan.clauses[edge->clause].clause;

	/* A timer without end that mails was told by rule_load(). */
	if (s->told[edge->clause] || prove_is_said(s->prove, clause->span, clause->span.line + 3))
		return false;
	return s->fast || (s->measured++ < ROUNDS_MAX && least_round(s, edge) < LONG_ROUND);
}

static void tell(struct storms *s, const struct prove_edge *edge, bool payments)
{
	struct prove *prove = s->prove;
	bool staff = weight_of(s, edge) == 1;
	struct prove_case found = { staff ? DIAG_WARNING : DIAG_ERROR, prove->plan.clauses[edge->clause].clause->span,
				    edge->from, round_words(s, edge),
				    "the same mails, again and again: say how often, or wait for somebody" };

	if (payments) {
		found.hint = "say how often: at most 3 times, or wait for somebody";
		prove_tell(prove, &found, "a payment that fails or expires leads here for ever, and is asked for each time");
	} else {
		prove_tell(prove, &found, "time alone leads here for ever, with a mail %seach time%s", staff ? "to staff " : "",
			   staff ? ", many times a day" : "");
	}
}

/* One finding per circle; what differs only in what lies in some slot is not told again. */
static void tell_parts(struct storms *s)
{
	struct prove *prove = s->prove;
	uint32_t *best = xcalloc(s->part_count + 2, sizeof *best);
	bool *payments = xcalloc(s->part_count + 2, sizeof *payments);
	size_t i, j;

	for (i = 0; i < prove->edge_count; i++) {
		const struct prove_edge *edge = &prove->edges[i];
		uint32_t part = s->part[edge->from];

		if (weight_of(s, edge) > (best[part] ? weight_of(s, &prove->edges[best[part] - 1]) : 0))
			best[part] = (uint32_t)i + 1;
		payments[part] |= is_round(s, edge) && fails(prove, edge);
	}
	for (i = 0; i < prove->edge_count; i++) {
		const struct prove_edge *edge = &prove->edges[i];
		uint32_t part = s->part[edge->from];

		if (best[part] != i + 1 || !is_storm(s, edge))
			continue;
		tell(s, edge, payments[part]);
		for (j = 0; j < prove->edge_count; j++)
			if (s->part[prove->edges[j].from] == part && weight_of(s, &prove->edges[j]))
				s->told[prove->edges[j].clause] = true;
	}
	free(best);
	free(payments);
}

/* A moment counted from the opening comes, and comes but once: a slow round in which it is set does not last. */
static bool skip_bounded(struct storms *s)
{
	struct prove *prove = s->prove;
	struct prove_told told;
	bool circles = false;
	size_t i, j, opening;

	for (i = 0; i < prove->edge_count; i++) {
		const struct prove_edge *edge = &prove->edges[i];
		const struct prove_node *node = &prove->nodes[edge->from];
		const struct dossier *dossier;

		if (!is_round(s, edge) || s->skipped[edge->from])
			continue;
		circles = true;
		arena_free(&prove->scratch);
		arena_init(&prove->scratch);
		dossier = prove_decode(&prove->plan, (const unsigned char *)prove->keys.data + node->key, node->length,
				       &prove->scratch, &opening, &told);
		for (j = 0; j < dossier->timer_count; j++)
			s->skipped[edge->from] |= dossier->timers[j].kind == TIMER_DOSSIER;
	}
	return circles;
}

void prove_find_storms(struct prove *prove)
{
	size_t count = prove->node_count + 2;
	struct storms s = { .prove = prove, .fast = true, .skipped = xcalloc(count, sizeof *s.skipped),
			    .first = xcalloc(count, sizeof *s.first),
			    .from = xcalloc(prove->edge_count + 1, sizeof *s.from),
			    .part = xcalloc(count, sizeof *s.part),
			    .told = xcalloc(prove->plan.clause_count + 1, sizeof *s.told) };

	find_parts(&s);
	tell_parts(&s);
	s.fast = false;
	find_parts(&s);
	if (skip_bounded(&s)) {
		find_parts(&s);
		tell_parts(&s);
	}
	free(s.skipped);
	free(s.first);
	free(s.from);
	free(s.part);
	free(s.told);
}
