/*
 * What all steps together show. The graph has the situations as its nodes and
 * the steps as its edges; both questions are asked of it with plain, linear
 * walks.
 */
/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "prove/prove_p.h"

/* ---- dead ends ---- */

/* Edge numbers by where they lead to: those to node n stand from first[n] to first[n + 1]. */
struct incoming {
	uint32_t *edges;
	size_t *first;
};

static bool counts(const struct prove_edge *edge)
{
	return !(edge->flags & EDGE_ASIDE);
}

static void incoming_init(struct incoming *in, const struct prove *prove)
{
	size_t i, *fill;

	in->first = xcalloc(prove->node_count + 2, sizeof *in->first);
	in->edges = xcalloc(prove->edge_count + 1, sizeof *in->edges);
	for (i = 0; i < prove->edge_count; i++)
		in->first[prove->edges[i].to + 1] += counts(&prove->edges[i]);
	for (i = 0; i < prove->node_count; i++)
		in->first[i + 1] += in->first[i];
	fill = xcalloc(prove->node_count + 1, sizeof *fill);
	for (i = 0; i < prove->edge_count; i++) {
		uint32_t to = prove->edges[i].to;

		if (counts(&prove->edges[i]))
			in->edges[in->first[to] + fill[to]++] = (uint32_t)i;
	}
	free(fill);
}

/* Marks all from which a final state can be reached, always aside. */
static bool *mark_ending(const struct prove *prove)
{
	struct incoming in;
	bool *ends = xcalloc(prove->node_count + 1, sizeof *ends);
	uint32_t *list = xcalloc(prove->node_count + 1, sizeof *list), node;
	size_t i, count = 0;

	incoming_init(&in, prove);
	for (i = 0; i < prove->node_count; i++)
		if (prove->program->states[prove->nodes[i].state].final) {
			ends[i] = true;
			list[count++] = (uint32_t)i;
		}
	while (count > 0) {
		node = list[--count];
		for (i = in.first[node]; i < in.first[node + 1]; i++) {
			uint32_t from = prove->edges[in.edges[i]].from;

			if (ends[from])
				continue;
			ends[from] = true;
			list[count++] = from;
		}
	}
	free(in.first);
	free(in.edges);
	free(list);
	return ends;
}

struct stuck {
	uint32_t first;   /* situation in this state that never ends */
	size_t count;
	bool leaves;      /* some of them go on to other states that never end */
};

static void tell_stuck(struct prove *prove, size_t index, const struct stuck *stuck)
{
	const struct prog_state *state = &prove->program->states[index];
	struct prove_case found = { DIAG_ERROR, state->span, stuck->first, NULL,
				    "no final state can be reached from there, 'always' left aside" };

	prove_tell(prove, &found, stuck->count == prove->seen[index] ? "a dossier never gets out of state '%s'" :
									 "a dossier can get stuck in state '%s'",
		   state->name);
}

/* Told where it ends: a state from which the dossier goes on to another one that is stuck is not told. */
static void tell_all_stuck(struct prove *prove, struct stuck *list)
{
	size_t i, told = 0, first = PROVE_NONE;

	for (i = 0; i < prove->program->state_count; i++) {
		if (!list[i].count)
			continue;
		if (first == PROVE_NONE || list[i].first < list[first].first)
			first = i;
		if (list[i].leaves)
			continue;
		tell_stuck(prove, i, &list[i]);
		told++;
	}
	if (!told && first != PROVE_NONE)
		tell_stuck(prove, first, &list[first]);
}

void prove_find_dead_ends(struct prove *prove)
{
	struct stuck *list = arena_array(&prove->arena, prove->program->state_count + 1, sizeof *list);
	bool *ends;
	size_t i;

	if (!prove->report->whole || prove->looped)
		return;
	ends = mark_ending(prove);
	for (i = 0; i < prove->node_count; i++) {
		struct stuck *stuck = &list[prove->nodes[i].state];

		if (!ends[i] && stuck->count++ == 0)
			stuck->first = (uint32_t)i;
	}
	for (i = 0; i < prove->edge_count; i++) {
		const struct prove_edge *edge = &prove->edges[i];

		if (counts(edge) && !ends[edge->from] && prove->nodes[edge->from].state != prove->nodes[edge->to].state)
			list[prove->nodes[edge->from].state].leaves = true;
	}
	tell_all_stuck(prove, list);
	free(ends);
}

/* ---- storms ---- */

static bool is_own(const struct prove_edge *edge)
{
	return (edge->flags & EDGE_TIME) && !(edge->flags & EDGE_ENDS);
}

/*
 * A situation that time alone never leads out of: what lies on no circle of
 * own steps is peeled off, from both sides, until only circles (and ways
 * between them) are left.
 */
static bool *mark_circles(const struct prove *prove)
{
	bool *left = xcalloc(prove->node_count + 1, sizeof *left), grew = true;
	uint32_t *in = xcalloc(prove->node_count + 1, sizeof *in), *out = xcalloc(prove->node_count + 1, sizeof *out);
	size_t i;

	memset(left, true, prove->node_count);
	while (grew) {
		grew = false;
		memset(in, 0, prove->node_count * sizeof *in);
		memset(out, 0, prove->node_count * sizeof *out);
		for (i = 0; i < prove->edge_count; i++) {
			const struct prove_edge *edge = &prove->edges[i];

			if (is_own(edge) && left[edge->from] && left[edge->to]) {
				out[edge->from]++;
				in[edge->to]++;
			}
		}
		for (i = 0; i < prove->node_count; i++)
			if (left[i] && (!in[i] || !out[i])) {
				left[i] = false;
				grew = true;
			}
	}
	free(in);
	free(out);
	return left;
}

/* Can 'to' be left and come back to, on circles? The lists are short: circles are rare. */
static bool leads_back(const struct prove *prove, const bool *circle, uint32_t from, uint32_t to)
{
	bool *seen = xcalloc(prove->node_count + 1, sizeof *seen), grew = true, found;
	size_t i;

	seen[from] = true;
	while (grew && !seen[to]) {
		grew = false;
		for (i = 0; i < prove->edge_count; i++) {
			const struct prove_edge *edge = &prove->edges[i];

			if (is_own(edge) && circle[edge->from] && circle[edge->to] && seen[edge->from] && !seen[edge->to])
				seen[edge->to] = grew = true;
		}
	}
	found = seen[to];
	free(seen);
	return found;
}

void prove_find_storms(struct prove *prove)
{
	bool *circle = mark_circles(prove);
	const struct prove_edge *told = NULL;
	size_t i;

	for (i = 0; i < prove->edge_count; i++) {
		const struct prove_edge *edge = &prove->edges[i];
		const struct prog_clause *clause;
		struct prove_case found = { DIAG_ERROR, { 0, 0, 0, 0 }, edge->from, NULL,
					    "the same mails, again and again: say how often, or wait for somebody" };

		if (!is_own(edge) || !(edge->flags & EDGE_MAILS) || !circle[edge->from] || !circle[edge->to] ||
		    edge->clause == UINT32_MAX)
			continue;
		clause = prove->plan.clauses[edge->clause].clause;
		/* A timer without end that mails was told by rule_load(). */
		if (prove_is_said(prove, clause->span, clause->span.line + 3) ||
		    !leads_back(prove, circle, edge->to, edge->from) ||
		    (told && leads_back(prove, circle, told->to, edge->from) &&
		     leads_back(prove, circle, edge->to, told->from)))
			continue;
		told = edge;
		found.span = clause->span;
		found.more = prove_step_words(prove, edge->step);
		prove_tell(prove, &found, "time alone leads here for ever, with a mail each time");
	}
	free(circle);
}
