/* Base. */
#include "base/str.h"

/* Engine. */
#include "rule/suggest.h"

/* Own. */
#include "scenario/read_p.h"

static const struct scenario *find_story(const struct reader *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->story_count; i++)
		if (str_eq(r->stories[i].title, name))
			return &r->stories[i];
	return NULL;
}

static const char *nearest_story(const struct reader *r, const char *name)
{
	struct suggest suggest;
	size_t i;

	suggest_init(&suggest, name);
	for (i = 0; i < r->story_count; i++)
		suggest_offer(&suggest, r->stories[i].title);
	return suggest.best;
}

bool reader_story(struct reader *r)
{
	const struct scenario *known;
	const char *name;
	size_t from = r->at - 1;

	if (!reader_word(r, "the name of the story", &name))
		return false;
	known = find_story(r, name);
	if (known) {
		struct diag_place place = reader_place(r, from);

		diag_note(r->diags, diag_add(r->diags, DIAG_ERROR, &place, "there is a story of this name already"),
			  &known->place, "here");
		return false;
	}
	if (r->story_count == SCENARIO_MAX_COUNT)
		return reader_wrong(r, NULL, "a file takes %d stories", SCENARIO_MAX_COUNT);
	r->story_told = arena_grow(r->arena, r->story_told, r->story_count, sizeof *r->story_told);
	r->story_told[r->story_count] = false;
	r->stories = arena_grow(r->arena, r->stories, r->story_count, sizeof *r->stories);
	r->scenario = &r->stories[r->story_count++];
	*r->scenario = (struct scenario){ .title = name, .place = reader_place(r, from) };
	r->story = true;
	r->said = (struct scenario_texts){ 0 };
	return true;
}

/* ---- telling it ---- */

/* A story is read without a dossier: whom it names is known where it is told. */
static bool told_of(struct reader *r, const struct scenario_who *who, const struct diag_place *there)
{
	const char *nearest = NULL;
	struct diag_place place;
	struct diag *diag;

	if (r->story || r->vague || (who->role == SCENARIO_OFFICE && r->scenario->dossier.office_address) ||
	    (who->role == SCENARIO_ADDRESS && reader_knows(r, who->address, &nearest)) ||
	    (who->role != SCENARIO_OFFICE && who->role != SCENARIO_ADDRESS))
		return true;
	place = source_place(&r->source, r->arena, r->tokens[r->at - 1].span);
	if (who->role == SCENARIO_OFFICE)
		diag = diag_add(r->diags, DIAG_ERROR, &place, "the story is about an office, and this scenario's dossier has none");
	else
		diag = diag_add(r->diags, DIAG_ERROR, &place, "the story is about %s, and nobody in this scenario has this address",
				who->address);
	if (nearest)
		diag_hint(r->diags, diag, "did you mean '%s'?", nearest);
	diag_note(r->diags, diag, there, "here");
	return false;
}

/* What the lines of the story name, and what lines below it may name because of them. */
static bool told_step(struct reader *r, const struct scenario_step *step)
{
	size_t i;

	if (step->kind == STEP_LETTER) {
		reader_said(r, &step->letter.lines);
		if (step->who.role == SCENARIO_ADDRESS)
			texts_add(r, &r->addresses, step->who.address);
	}
	if (!told_of(r, &step->who, &step->place))
		return false;
	for (i = 0; i < step->claim_count; i++)
		if (!told_of(r, &step->claims[i].who, &step->claims[i].place))
			return false;
	return true;
}

/* The steps of a story, as if they stood here. */
bool reader_tell(struct reader *r)
{
	struct scenario *into = r->scenario;
	const struct scenario *story;
	const char *name;
	size_t i;

	if (!reader_word(r, "the name of a story", &name))
		return false;
	story = find_story(r, name);
	if (!story)
		return reader_wrong(r, nearest_story(r, name), "there is no story '%s' above this line", name);
	r->story_told[story - r->stories] |= story != into;
	if (story == into)
		return reader_wrong(r, NULL, "a story cannot tell itself");
	if (into->step_count + story->step_count > SCENARIO_MAX_STEPS)
		return reader_wrong(r, NULL, "this becomes longer than %d steps", SCENARIO_MAX_STEPS);
	r->told += story->step_count;
	if (r->told > SCENARIO_MAX_TOLD)
		return reader_wrong(r, NULL, "the stories of this file are told too often: that makes more than %d steps",
				    SCENARIO_MAX_TOLD);
	for (i = 0; i < story->step_count; i++) {
		if (!told_step(r, &story->steps[i]))
			return false;
		into->steps = arena_grow(r->arena, into->steps, into->step_count, sizeof *into->steps);
		into->steps[into->step_count++] = story->steps[i];
		r->expects |= story->steps[i].kind == STEP_EXPECT;
	}
	return true;
}
