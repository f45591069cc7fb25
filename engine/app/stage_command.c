/* System. */
#include <stdarg.h>
#include <stdio.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "command/command.h"

/* Own. */
#include "app/stage.h"

/*
 * A slip of the pen in a command does nothing, so all that a scenario expects
 * not to happen holds. What is not understood counts as meant only where the
 * scenario expects that somebody is told so.
 */

/* ---- is it meant? ---- */

static bool is_of(const struct stage *stage, const struct scenario_who *who, const char *address)
{
	return who->role != SCENARIO_ANYBODY && stage_address(stage, who) && stage_is(stage, who, address);
}

/* A mail to who said it is the answer. */
static bool is_answer(const struct stage *stage, const struct scenario_claim *claim, const char *address)
{
	bool staff = settings_is_staff(stage->service, address);

	/* What a party says and is no command becomes a question. */
	if (!staff && (claim->kind == CLAIM_TICKET || (claim->kind == CLAIM_MAIL && str_starts(claim->template, "ticket-"))))
		return true;
	switch (claim->kind) {
	case CLAIM_MAIL: return is_of(stage, &claim->who, address) && !str_eq(claim->template, "ontvangst");
	case CLAIM_NO_MAIL: return claim->template && str_eq(claim->template, "verslag");
	case CLAIM_HELD_MAIL: return claim->who.role == SCENARIO_ANYBODY || is_of(stage, &claim->who, address);
	default: return false;
	}
}

/* Among what is expected before the next thing happens. */
static bool is_expected(const struct stage *stage, const struct scenario_step *step, const char *address)
{
	const struct scenario_step *end = stage->scenario->steps + stage->scenario->step_count;
	bool burst = step->letter.at_once;
	size_t i;

	for (step++; step < end && (burst || step->kind == STEP_EXPECT); step++) {
		for (i = 0; i < step->claim_count; i++)
			if (is_answer(stage, &step->claims[i], address))
				return true;
		burst &= step->letter.at_once;
	}
	return false;
}

/* ---- is it understood? ---- */

__attribute__((format(printf, 4, 5)))
static bool misread(struct stage *stage, struct stage_failure *failure, const char *line, const char *hint, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, hint);
	vsnprintf(text, sizeof text, hint, ap);
	va_end(ap);
	failure->hint = arena_strdup(&stage->arena, text);
	snprintf(failure->message, sizeof failure->message, "'%.200s' is not understood, and no answer that says so is expected",
		 line);
	return true;
}

static bool judge_fault(struct stage *stage, const struct said *said, struct stage_failure *failure)
{
	switch (said->fault) {
	case COMMAND_FINE:
	case COMMAND_FORBIDDEN:
	case COMMAND_NOT_ALONE: return false;
	case COMMAND_UNKNOWN_SLOT:
		return said->choice_count ? misread(stage, failure, said->line, "did you mean '%s'?", said->choices[0]->name) :
					    misread(stage, failure, said->line, "the dossier has no such slot");
	case COMMAND_SEVERAL_SLOTS: return misread(stage, failure, said->line, "several slots fit");
	default: return misread(stage, failure, said->line, "it is said as: %s", said->form);
	}
}

static bool judge_saying(struct stage *stage, const struct saying *saying, bool does, struct stage_failure *failure)
{
	size_t i;

	if (saying->near_count)
		return misread(stage, failure, saying->near[0].line, "did you mean '%s'?", saying->near[0].form);
	for (i = 0; i < saying->count; i++)
		if (judge_fault(stage, &saying->list[i], failure))
			return true;
	return does && saying->text && misread(stage, failure, saying->text, "who does something says commands alone");
}

static enum actor_role role_of(const struct stage *stage, const struct dossier *dossier, const char *address)
{
	return settings_is_staff(stage->service, address) ? ACTOR_STAFF : dossier_role_of(dossier, address);
}

/* Does a line come to nothing because it is misread? Slots that an earlier mail at once asks for are not known yet. */
static bool is_misread(struct stage *stage, const struct scenario_step *step, const char *address,
		       struct stage_failure *failure)
{
	const struct world *world = engine_world(stage->engine);
	struct dossier *dossier = stage->burst ? NULL : stage_dossier(stage, NULL);
	struct saying_order order = { .phrases = world_phrases(world), .files = step->letter.files.count > 0,
				      .program = world_program(world, stage->file->workflow), .dossier = dossier,
				      .slips = true };
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	struct saying saying;
	size_t i;

	if (!dossier || step->letter.form)
		return false;
	for (i = 0; i < step->letter.lines.count; i++)
		buf_addf(&text, "%s\n", step->letter.lines.list[i]);
	order.role = role_of(stage, dossier, address);
	order.text = arena_strdup(&stage->arena, text.data);
	buf_free(&text);
	command_read(&order, &stage->arena, &saying);
	return (order.role != ACTOR_NONE || step->letter.does) &&
	       judge_saying(stage, &saying, step->letter.does, failure);
}

bool stage_understands(struct stage *stage, const struct scenario_step *step, struct stage_failure *failure)
{
	const char *address = step->kind == STEP_LETTER ? stage_address(stage, &step->who) : NULL;

	if (!address || !is_misread(stage, step, address, failure) || is_expected(stage, step, address))
		return true;
	failure->place = step->place;
	return false;
}
