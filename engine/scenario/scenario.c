/* System. */
#include <stdlib.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "rule/suggest.h"

/* Own. */
#include "scenario/read_p.h"

/* ---- the head of a file ---- */

static bool read_workflow(struct reader *r)
{
	const struct program *program;
	struct suggest suggest;
	size_t i;

	if (r->file->workflow)
		return reader_wrong(r, NULL, "the workflow of this file was named already");
	r->file->workflow = "";
	if (!reader_word(r, "the name of a workflow", &r->file->workflow))
		return false;
	if (!r->lookup->program_find)
		return true;
	r->program = r->lookup->program_find(r->lookup->ctx, r->file->workflow);
	if (r->program)
		return true;
	suggest_init(&suggest, r->file->workflow);
	for (i = 0; r->lookup->program_at && (program = r->lookup->program_at(r->lookup->ctx, i)) != NULL; i++)
		suggest_offer(&suggest, program->name);
	return reader_wrong(r, suggest.best, "no service of the configuration has a workflow '%s'", r->file->workflow);
}

static bool read_service(struct reader *r)
{
	struct suggest suggest;
	const char *known;
	size_t i;

	if (!reader_word(r, "the key of a service", &r->file->service))
		return false;
	if (!r->lookup->service_at)
		return true;
	suggest_init(&suggest, r->file->service);
	for (i = 0; (known = r->lookup->service_at(r->lookup->ctx, i)) != NULL; i++) {
		if (str_eq(known, r->file->service))
			return true;
		suggest_offer(&suggest, known);
	}
	return reader_wrong(r, suggest.best, "the configuration has no service '%s'", r->file->service);
}

static bool read_language(struct reader *r)
{
	size_t i;

	if (!reader_word(r, "a language", &r->language))
		return false;
	for (i = 0; r->program && i < r->program->language_count; i++)
		if (str_eq(r->program->languages[i], r->language))
			return true;
	return !r->program || reader_wrong(r, NULL, "workflow '%s' has no language '%s'", r->program->name, r->language);
}

static bool read_office(struct reader *r)
{
	return reader_person(r, "the office, as \"Name <address>\"", &r->office_name, &r->office_address);
}

/* ---- scenarios ---- */

/* One that never says what should be is no test. */
static void end_scenario(struct reader *r)
{
	if (r->scenario && !r->story && !r->expects && !r->lost)
		diag_add(r->diags, DIAG_ERROR, &r->scenario->place, "this scenario expects nothing");
	r->scenario = NULL;
	r->story = false;
	r->expects = r->lost = r->vague = false;
}

/* It could not be begun: what follows is read all the same, and told as far as it is wrong by itself. */
static void stand_in(struct reader *r, bool story)
{
	r->scenario = arena_alloc(r->arena, sizeof *r->scenario);
	r->story = story;
	r->vague = r->expects = true;
	r->addresses = (struct scenario_texts){ 0 };
	r->said = (struct scenario_texts){ 0 };
}

static bool read_scenario(struct reader *r)
{
	struct scenario_file *file = r->file;
	const char *title;
	size_t i, from = r->at - 1;

	if (!reader_text(r, "the title of the scenario, in quotes", &title))
		return false;
	if (str_is_blank(title))
		return reader_wrong(r, NULL, "a scenario needs a title that says what it shows");
	for (i = 0; i < file->count; i++)
		if (str_ieq(file->scenarios[i].title, title)) {
			struct diag_place place = reader_place(r, from);
			struct diag *diag = diag_add(r->diags, DIAG_ERROR, &place, "there is a scenario of this title already");

			diag_note(r->diags, diag, &file->scenarios[i].place, "here");
			return false;
		}
	if (file->count == SCENARIO_MAX_COUNT)
		return reader_wrong(r, NULL, "a file takes %d scenarios", SCENARIO_MAX_COUNT);
	file->scenarios = arena_grow(r->arena, file->scenarios, file->count, sizeof *file->scenarios);
	r->scenario = &file->scenarios[file->count++];
	*r->scenario = (struct scenario){ .title = title, .place = reader_place(r, from) };
	r->addresses = (struct scenario_texts){ 0 };
	r->said = (struct scenario_texts){ 0 };
	if (r->office_address)
		texts_add(r, &r->addresses, r->office_address);
	return true;
}

struct scenario_step *reader_step(struct reader *r, enum scenario_step_kind kind, size_t from)
{
	struct scenario *scenario = r->scenario;
	struct scenario_step *step;

	scenario->steps = arena_grow(r->arena, scenario->steps, scenario->step_count, sizeof *scenario->steps);
	step = &scenario->steps[scenario->step_count++];
	*step = (struct scenario_step){ .kind = kind, .place = reader_place(r, from) };
	return step;
}

/* ---- statements ---- */

enum statement { WORKFLOW, SERVICE, LANGUAGE, OFFICE, STORY, SCENARIO, GIVEN, WHEN, EXPECT, STATEMENTS };

static const char *const statement_words[STATEMENTS + 1] = { "workflow", "service", "language", "office", "story",
							     "scenario", "given",   "when",	"expect", NULL };

/* Only one that stands first on its line begins a statement; "office only" goes on with a dossier. */
static enum statement statement_of(const struct token *token)
{
	int i;

	if (token->kind == TOKEN_WORD && str_eq(token->text, "office") && token[1].kind == TOKEN_WORD &&
	    str_eq(token[1].text, "only"))
		return STATEMENTS;
	for (i = 0; token->first && token->kind == TOKEN_WORD && i < STATEMENTS; i++)
		if (str_eq(token->text, statement_words[i]))
			return (enum statement)i;
	return STATEMENTS;
}

static size_t statement_end(const struct reader *r, size_t at)
{
	for (at++; r->tokens[at].kind != TOKEN_END; at++)
		if (statement_of(&r->tokens[at]) != STATEMENTS)
			break;
	return at;
}

bool reader_end(struct reader *r, const char *what)
{
	const struct token *token = reader_peek(r);

	if (!token)
		return true;
	return token->first ? reader_fail(r, "workflow, scenario, story, given, when or expect", statement_words) :
			      reader_fail(r, what, NULL);
}

static bool takes_more(struct reader *r)
{
	if (r->scenario->step_count < SCENARIO_MAX_STEPS)
		return true;
	r->lost = true;
	return reader_wrong(r, NULL, "this becomes longer than %d steps", SCENARIO_MAX_STEPS);
}

/* Where a statement may stand. What follows from a scenario that could not be begun is not told, but it is read. */
static bool in_place(struct reader *r, enum statement statement)
{
	if (statement != WORKFLOW && !r->file->workflow) {
		r->file->workflow = ""; /* told once; what follows is read all the same */
		reader_wrong(r, NULL, "the first line of a scenario file is: workflow NAME");
	}
	if (statement < STORY && r->begun)
		return reader_wrong(r, NULL, "'%s' stands above the first scenario", statement_words[statement]);
	if (statement <= SCENARIO)
		return true;
	if (!r->scenario) {
		reader_wrong(r, NULL, "'%s' belongs in a scenario", statement_words[statement]);
		stand_in(r, false);
	}
	if (r->story)
		return statement == GIVEN ?
			       reader_wrong(r, NULL, "a story has no dossier of its own: it is told of a scenario's") :
			       takes_more(r);
	if (statement > GIVEN && !r->vague && !r->scenario->dossier.client_address) {
		r->vague = true;
		reader_wrong(r, NULL, "a scenario begins with: given a dossier for \"Name <address>\" on DAY TIME");
	}
	return takes_more(r);
}

static void read_statement(struct reader *r, enum statement statement)
{
	static bool (*const readers[STATEMENTS])(struct reader *) = {
		read_workflow, read_service, read_language, read_office, reader_story, read_scenario,
		reader_given,  reader_when,  reader_expectation,
	};

	r->at++;
	if (statement == SCENARIO || statement == STORY)
		end_scenario(r);
	else if (r->lost && (r->missed = true))
		return;
	if (!in_place(r, statement))
		return;
	r->begun |= statement == SCENARIO || statement == STORY;
	r->expects |= statement == EXPECT;
	if (readers[statement](r) && reader_end(r, "the end of the line")) {
		r->vague &= statement != GIVEN || !r->scenario->dossier.on.year;
		return;
	}
	r->missed |= statement == WHEN;
	if (!r->scenario)
		stand_in(r, statement == STORY);
	r->vague |= statement == GIVEN && !r->scenario->dossier.on.year;
	r->expects = true; /* perhaps it was the one that expects something */
}

/* What begins with nothing known can only stand at the top: elsewhere it looks like part of the statement before it. */
static void read_nothing_known(struct reader *r)
{
	reader_fail(r, "'workflow' and its name", statement_words);
	r->file->workflow = "";
}

static void read_all(struct reader *r)
{
	size_t at = 0;

	while (r->tokens[at].kind != TOKEN_END && r->diags->errors - r->errors < DIAG_MAX) {
		enum statement statement = statement_of(&r->tokens[at]);

		r->at = at;
		r->end = statement_end(r, at);
		if (statement == STATEMENTS)
			read_nothing_known(r);
		else
			read_statement(r, statement);
		at = r->end;
	}
	r->at = r->end = at;
	end_scenario(r);
}

/* It is what tests nothing in a file that tests something. */
static void check_told(struct reader *r)
{
	size_t i;

	for (i = 0; i < r->story_count && !r->missed && r->file->count; i++)
		if (!r->story_told[i])
			diag_hint(r->diags,
				  diag_add(r->diags, DIAG_ERROR, &r->stories[i].place, "nobody tells this story"),
				  "a scenario tells it with: when story %s", r->stories[i].title);
}

/* A file that tests nothing is not one that holds. */
static void check_whole(struct reader *r)
{
	struct diag_place place = { .file = r->file->file };

	if (r->tokens[0].kind == TOKEN_END)
		diag_hint(r->diags, diag_add(r->diags, DIAG_ERROR, &place, "this file is empty"),
			  "its first line is: workflow NAME");
	else if (r->diags->errors == r->errors && !r->file->count)
		diag_hint(r->diags, diag_add(r->diags, DIAG_ERROR, &place, "this file has no scenario"),
			  "one begins with: scenario \"Title\"");
}

struct scenario_file *scenario_load(const char *name, const char *text, size_t len,
				    const struct scenario_lookup *lookup, struct diag_list *diags)
{
	struct scenario_file *file = xcalloc(1, sizeof *file);
	struct reader r = { .file = file, .arena = &file->arena, .lookup = lookup, .diags = diags, .errors = diags->errors };
	size_t errors = diags->errors, from = diags->count;

	arena_init(&file->arena);
	file->file = arena_strdup(&file->arena, name);
	source_init(&r.source, &file->arena, name, text, len);
	if (len > SCENARIO_MAX_TEXT) {
		struct diag_place place = { .file = name };

		diag_add(diags, DIAG_ERROR, &place, "this file is too long");
	} else {
		r.tokens = scan_all(&r.source, &file->arena, diags);
		read_all(&r);
		check_told(&r);
		check_whole(&r);
		diag_sort(diags, from);
	}
	if (diags->errors != errors)
		scenario_free(&file);
	return file;
}

void scenario_free(struct scenario_file **file)
{
	if (!*file)
		return;
	arena_free(&(*file)->arena);
	free(*file);
	*file = NULL;
}

void scenario_duration_text(const struct scenario_duration *duration, struct buf *out)
{
	static const char *const units[] = { "minute", "hour", "day", "working day", "week", "month", "year" };

	buf_addf(out, "%d %s%s", duration->count, units[duration->unit], duration->count == 1 ? "" : "s");
}
