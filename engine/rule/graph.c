/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/describe_p.h"
#include "rule/rule.h"

/* Text inside a DOT string. */
static void add_quoted(const char *text, struct buf *out)
{
	buf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(out, '\\');
		if (*text == '\n')
			buf_adds(out, "\\n");
		else
			buf_addc(out, *text);
	}
	buf_addc(out, '"');
}

/* Head and what is done besides the goto, a line each. */
static void add_label(const struct program *program, const struct prog_clause *clause, struct buf *label)
{
	size_t i;

	describe_head(program, clause, label);
	for (i = 0; i < clause->action_count; i++) {
		if (clause->actions[i].kind == ACTION_GOTO)
			continue;
		buf_adds(label, "\n  ");
		describe_action(program, &clause->actions[i], label);
	}
}

static const struct prog_action *goto_of(const struct prog_clause *clause)
{
	const struct prog_action *last = &clause->actions[clause->action_count - 1];

	return last->kind == ACTION_GOTO ? last : NULL;
}

/* The state as a box, with the clauses that stay in it. */
static void add_state(const struct program *program, const struct prog_state *state, struct buf *out)
{
	struct buf label = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	buf_addf(&label, "%s\n%s%s", state->title, state->name, state->uploads_open ? ", uploads open" : "");
	for (i = 0; i < state->clause_count; i++)
		if (!goto_of(&state->clauses[i])) {
			buf_adds(&label, "\n");
			add_label(program, &state->clauses[i], &label);
		}
	buf_adds(out, "    ");
	add_quoted(state->name, out);
	buf_adds(out, " [label=");
	add_quoted(label.data, out);
	buf_addf(out, "%s];\n", state->final ? ", peripheries=2, style=\"rounded,filled\", fillcolor=\"#e8e8e8\"" : "");
	buf_free(&label);
}

static void add_edge(const struct program *program, const char *from, const struct prog_clause *clause,
		     struct buf *out)
{
	const struct prog_action *target = goto_of(clause);
	struct buf label = BUF_INIT(BUF_MAX_TEXT);

	if (target) {
		add_label(program, clause, &label);
		buf_adds(out, "    ");
		add_quoted(from, out);
		buf_adds(out, " -> ");
		add_quoted(program->states[target->target].name, out);
		buf_adds(out, " [label=");
		add_quoted(label.data, out);
		buf_addf(out, "%s];\n", clause->trigger == TRIGGER_ON ? "" : ", style=dashed");
	}
	buf_free(&label);
}

void rule_graph(const struct program *program, struct buf *out)
{
	size_t i, j;

	buf_adds(out, "digraph ");
	add_quoted(program->name, out);
	buf_adds(out, " {\n    label=");
	add_quoted(program->title, out);
	buf_adds(out, ";\n    node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n"
		      "    edge [fontname=\"sans-serif\", fontsize=9];\n"
		      "    \" start\" [shape=point];\n    \" start\" -> ");
	add_quoted(program->states[program->start].name, out);
	buf_adds(out, ";\n");
	for (i = 0; i < program->state_count; i++)
		add_state(program, &program->states[i], out);
	for (i = 0; i < program->state_count; i++)
		for (j = 0; j < program->states[i].clause_count; j++)
			add_edge(program, program->states[i].name, &program->states[i].clauses[j], out);
	if (program->always_count)
		buf_adds(out, "    \" always\" [label=\"in every state\\nthat is not final\", style=dotted];\n");
	for (j = 0; j < program->always_count; j++)
		add_edge(program, " always", &program->always[j], out);
	buf_adds(out, "}\n");
}
