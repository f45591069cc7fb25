/* Own. */
#include "flow/flow.h"

bool flow_clause_ends(const struct program *program, const char *id)
{
	const struct prog_clause *clause = program_clause(program, id, NULL);
	const struct prog_action *last;

	if (!clause || clause->action_count == 0)
		return false;
	last = &clause->actions[clause->action_count - 1];
	return last->kind == ACTION_GOTO && program->states[last->target].final;
}
