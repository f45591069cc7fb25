/* System. */
#include <stdlib.h>

/* Own. */
#include "prove/prove_p.h"

static void answers_init(struct prove *prove)
{
	struct prove_report *report = prove->report;
	size_t s, m;

	report->answers = arena_array(&report->arena, prove->program->state_count * prove->moves.commands + 1,
				      sizeof *report->answers);
	for (s = 0; s < prove->program->state_count; s++)
		for (m = 0; m < prove->moves.count; m++) {
			struct prove_answer *answer;

			if (!prove->moves.list[m].command)
				continue;
			answer = &report->answers[report->answer_count++];
			answer->state = prove->program->states[s].name;
			answer->event = arena_strdup(&report->arena, prove->moves.list[m].command);
		}
}

/* Only rows of commands that somebody can give in a state that is ever stayed in. */
static void answers_tidy(struct prove_report *report)
{
	size_t i, kept = 0;

	for (i = 0; i < report->answer_count; i++)
		if (report->answers[i].handled + report->answers[i].refused)
			report->answers[kept++] = report->answers[i];
	report->answer_count = kept;
}

/* Behind a run that goes round for ever is what was not looked at: states, clauses, ends. */
static void say_looped(struct prove *prove)
{
	struct diag_place place = { .file = prove->program->file };

	if (prove->looped)
		diag_hint(prove->diags,
			  diag_add(prove->diags, DIAG_NOTE, &place,
				   "what never happens, and whether dossiers can end, was not looked at"),
			  "check again when nothing goes round for ever");
}

static void say_cut(struct prove *prove)
{
	struct diag_place place = { .file = prove->program->file };

	if (prove->report->whole)
		return;
	diag_hint(prove->diags,
		  diag_add(prove->diags, DIAG_NOTE, &place, "explored %zu situations, not all there are%s%s%s",
			   prove->node_count, prove->plan.cut ? " (left out: some of " : "",
			   prove->plan.cut ? prove->plan.cut : "", prove->plan.cut ? ")" : ""),
		  "what is told above is so; what is not told may still be wrong");
}

void prove_program(const struct program *program, const struct prove_lookup *lookup, size_t limit,
		   struct diag_list *diags, struct prove_report *report)
{
	struct prove prove = { .program = program, .lookup = lookup, .diags = diags, .known = diags->count,
			       .report = report, .limit = limit ? limit : PROVE_SITUATIONS };

	*report = (struct prove_report)PROVE_REPORT_INIT;
	arena_init(&prove.arena);
	arena_init(&prove.scratch);
	buf_init(&prove.keys, BUF_MAX_DATA);
	buf_init(&prove.key, PROVE_KEY_MAX);
	prove_plan_init(&prove.plan, program, lookup, &prove.arena);
	prove_moves_init(&prove.moves, &prove.plan, &prove.arena);
	prove.seen = arena_array(&prove.arena, program->state_count + 1, sizeof *prove.seen);
	prove.passed = arena_array(&prove.arena, program->state_count + 1, sizeof *prove.passed);
	answers_init(&prove);
	prove_explore(&prove);
	prove_find_unseen(&prove);
	prove_find_dead_ends(&prove);
	prove_find_storms(&prove);
	diag_sort(diags, prove.known);
	say_cut(&prove);
	say_looped(&prove);
	answers_tidy(report);
	free(prove.nodes);
	free(prove.edges);
	free(prove.buckets);
	buf_free(&prove.keys);
	buf_free(&prove.key);
	arena_free(&prove.scratch);
	arena_free(&prove.arena);
}

void prove_report_free(struct prove_report *report)
{
	arena_free(&report->arena);
}
