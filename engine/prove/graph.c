/*
 * What all steps together show. The graph has the situations as its nodes and
 * the steps as its edges. (Storms: storm.c.)
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
