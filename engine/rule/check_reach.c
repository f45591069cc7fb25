/* System. */
#include <string.h>

/* Engine. */
#include "model/event.h"

/* Own. */
#include "rule/check_p.h"

struct edge {
	size_t from, to;
};

/* The states as a graph; told only for a file without loose ends. */
struct graph {
	struct checker *checker;
	const struct ast_file *file;
	struct edge *edges;      /* gotos of the states' own clauses, in the order of their states */
	size_t edge_count;
	bool *seen;              /* per state */
};

static int target_of(struct checker *checker, const struct ast_clause *clause)
{
	const struct ast_action *last = clause->action_count ? &clause->actions[clause->action_count - 1] : NULL;

	return last && last->element->id == ELEMENT_GOTO && last->target.text ?
		       check_find(checker, CHECK_STATES, last->target.text) :
		       -1;
}

static void graph_add_state(struct graph *graph, size_t from)
{
	const struct ast_block *block = &graph->file->states[from].block;
	size_t i;

	for (i = 0; i < block->clause_count; i++) {
		int target = target_of(graph->checker, &block->clauses[i]);

		if (target < 0)
			continue;
		graph->edges = arena_grow(graph->checker->arena, graph->edges, graph->edge_count,
					  sizeof *graph->edges);
		graph->edges[graph->edge_count++] = (struct edge){ from, (size_t)target };
	}
}

static void graph_init(struct graph *graph, struct checker *checker)
{
	size_t i;

	*graph = (struct graph){ .checker = checker, .file = checker->file };
	graph->seen = arena_array(checker->arena, graph->file->state_count, sizeof *graph->seen);
	for (i = 0; i < graph->file->state_count; i++)
		graph_add_state(graph, i);
}

static void graph_forget(struct graph *graph)
{
	memset(graph->seen, 0, graph->file->state_count * sizeof *graph->seen);
}

/* --- can it be reached? --- */

static void mark_always(struct graph *graph)
{
	const struct ast_block *always = &graph->file->always;
	size_t i;

	for (i = 0; i < always->clause_count; i++) {
		int target = target_of(graph->checker, &always->clauses[i]);

		if (target >= 0)
			graph->seen[target] = true;
	}
}

/* Rounds over all edges, until none adds a state. */
static void mark_reached(struct graph *graph)
{
	bool grew = true;
	size_t i;

	while (grew) {
		grew = false;
		for (i = 0; i < graph->edge_count; i++) {
			const struct edge *edge = &graph->edges[i];

			if (graph->seen[edge->from] && !graph->seen[edge->to])
				graph->seen[edge->to] = grew = true;
		}
	}
}

/* Where a state is stuck, that final ones are not reached is the same fault. */
static void check_reached(struct graph *graph, int start, bool stuck)
{
	size_t i;

	if (start < 0)
		return;
	graph_forget(graph);
	graph->seen[start] = true;
	if (!graph->file->states[start].final)
		mark_always(graph);
	mark_reached(graph);
	for (i = 0; i < graph->file->state_count; i++)
		if (!graph->seen[i] && check_first(graph->checker, CHECK_STATES, i) && !(stuck && graph->file->states[i].final))
			check_hint(graph->checker,
				   check_refuse(graph->checker, graph->file->states[i].name.span,
					       "state '%s' is never reached", graph->file->states[i].name.text),
				   "no goto leads to it from the first state");
}

/* --- can it be left, 'always' aside? --- */

/* Marks all states from which a final one can be reached: rounds again, backwards. */
static void mark_ending(struct graph *graph)
{
	bool grew = true;
	size_t i;

	for (i = 0; i < graph->file->state_count; i++)
		graph->seen[i] = graph->file->states[i].final;
	while (grew) {
		grew = false;
		for (i = graph->edge_count; i-- > 0;) {
			const struct edge *edge = &graph->edges[i];

			if (graph->seen[edge->to] && !graph->seen[edge->from])
				graph->seen[edge->from] = grew = true;
		}
	}
}

/* Does a clause of the state itself go anywhere else? */
static bool has_way_out(const struct graph *graph, size_t state)
{
	size_t i;

	for (i = 0; i < graph->edge_count; i++)
		if (graph->edges[i].from == state && graph->edges[i].to != state)
			return true;
	return false;
}

static bool has_final(const struct ast_file *file)
{
	size_t i;

	for (i = 0; i < file->state_count; i++)
		if (file->states[i].final)
			return true;
	return false;
}

/* True when there was nothing to say. */
static bool check_ends(struct graph *graph)
{
	struct checker *checker = graph->checker;
	const struct ast_state *first = NULL;
	size_t i, told = 0;

	if (!has_final(graph->file)) {
		check_hint(checker,
			   check_refuse(checker, graph->file->states[0].span, "no state is final: dossiers never end"),
			   "say: state NAME \"TITLE\" final { ... }");
		return false;
	}
	mark_ending(graph);
	for (i = 0; i < graph->file->state_count; i++) {
		const struct ast_state *state = &graph->file->states[i];

		if (graph->seen[i])
			continue;
		if (!first)
			first = state;
		if (has_way_out(graph, i))
			continue;
		check_hint(checker,
			   check_refuse(checker, state->name.span, "nothing leads out of state '%s'",
				       state->name.text),
			   "add a clause with goto, or make the state final");
		told++;
	}
	if (first && !told)
		check_refuse(checker, first->name.span, "from state '%s' no final state can be reached",
			    first->name.text);
	return !first;
}

/* --- does it run in circles by itself? --- */

static bool on_enter(const struct ast_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].element->value == EVENT_ENTER)
			return !clause->limit.span.length && !clause->quiet.span.length;
	return false;
}

/* Where entering a state leads at once. */
struct step {
	const struct ast_clause *clause; /* NULL: it stays */
	size_t to;
	size_t walk;                     /* the walk that came by first, from 1 */
};

static void step_fill(struct graph *graph, size_t state, struct step *step)
{
	const struct ast_block *block = &graph->file->states[state].block;
	size_t i;

	for (i = 0; i < block->clause_count && !step->clause; i++) {
		int target = on_enter(&block->clauses[i]) ? target_of(graph->checker, &block->clauses[i]) : -1;

		if (target < 0)
			continue;
		step->clause = &block->clauses[i];
		step->to = (size_t)target;
	}
}

/* Where a condition stands on the way, the proofs of `postkamer check` (prove/) know whether it is ever true. */
static void tell_circle(struct graph *graph, const struct step *steps, size_t start)
{
	const struct ast_action *last = &steps[start].clause->actions[steps[start].clause->action_count - 1];
	size_t at = start;
	bool sure = true;

	do {
		sure = sure && !steps[at].clause->cond;
		at = steps[at].to;
	} while (at != start);
	if (sure)
		check_hint(graph->checker,
			   check_refuse(graph->checker, last->span, "entering this state leads back to it, for ever"),
			   "nothing from outside is waited for on the way");
}

/* Walks on from each state that no walk has come by; a walk that meets itself went in a circle. */
static void check_circles(struct graph *graph)
{
	size_t count = graph->file->state_count, i, at;
	struct step *steps = arena_array(graph->checker->arena, count, sizeof *steps);

	for (i = 0; i < count; i++)
		step_fill(graph, i, &steps[i]);
	for (i = 0; i < count; i++) {
		for (at = i; steps[at].clause && !steps[at].walk; at = steps[at].to)
			steps[at].walk = i + 1;
		if (steps[at].clause && steps[at].walk == i + 1)
			tell_circle(graph, steps, at);
	}
}

/* on enter { goto … } in always leaves each state as soon as it is entered. */
static void check_always_enter(struct graph *graph)
{
	const struct ast_block *block = &graph->file->always;
	size_t i;

	for (i = 0; i < block->clause_count; i++) {
		const struct ast_clause *clause = &block->clauses[i];
		int target = on_enter(clause) && !clause->cond ? target_of(graph->checker, clause) : -1;

		if (target < 0)
			continue;
		check_refuse(graph->checker, clause->actions[clause->action_count - 1].span,
			    graph->file->states[target].final ? "no state would ever be stayed in" :
								"entering this state leads back to it, for ever");
	}
}

static bool any_broken(const struct ast_file *file)
{
	size_t i, j;

	for (i = 0; i < file->state_count; i++) {
		if (file->states[i].broken)
			return true;
		for (j = 0; j < file->states[i].block.clause_count; j++)
			if (file->states[i].block.clauses[j].broken)
				return true;
	}
	for (j = 0; j < file->always.clause_count; j++)
		if (file->always.clauses[j].broken)
			return true;
	return file->broken || file->states_broken || file->loose;
}

void check_reach(struct checker *checker)
{
	const struct ast_setting *start = ast_setting_find(&checker->file->settings, ELEMENT_START);
	struct graph graph;
	bool stuck;

	if (!checker->file->state_count || checker->file->state_count > CHECK_MAX_STATES ||
	    checker->loose_gotos || any_broken(checker->file))
		return;
	graph_init(&graph, checker);
	check_circles(&graph);
	check_always_enter(&graph);
	stuck = !check_ends(&graph);
	if (start && start->names.count)
		check_reached(&graph, check_find(checker, CHECK_STATES, start->names.items[0].text), stuck);
}
