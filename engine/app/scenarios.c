/* System. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "seal/seal.h"
#include "work/held.h"

/* Own. */
#include "app/command.h"
#include "app/host.h"
#include "app/scenarios.h"
#include "app/stage.h"

/* ---- what scenarios may name ---- */

struct looking {
	const struct settings *settings;
	struct world *world; /* owned */
};

static const struct program *program_find(void *ctx, const char *name)
{
	return world_program(((struct looking *)ctx)->world, name);
}

static const struct program *program_at(void *ctx, size_t index)
{
	const struct world *world = ((struct looking *)ctx)->world;

	return index < world_program_count(world) ? world_program_at(world, index) : NULL;
}

static const char *service_at(void *ctx, size_t index)
{
	const struct settings *settings = ((struct looking *)ctx)->settings;

	return index < settings->service_count ? settings->services[index].key : NULL;
}

static const char *brand_at(void *ctx, size_t index)
{
	const struct settings *settings = ((struct looking *)ctx)->settings;

	return index < settings->brand_count ? settings->brands[index].key : NULL;
}

/* The staff of all services, one after the other. */
static const char *staff_at(void *ctx, size_t index)
{
	const struct settings *settings = ((struct looking *)ctx)->settings;
	size_t i;

	for (i = 0; i < settings->service_count; i++) {
		if (index < settings->services[i].staff_count)
			return settings->services[i].staff[index].address;
		index -= settings->services[i].staff_count;
	}
	return NULL;
}

static bool template_find(void *ctx, const char *name, const char **nearest)
{
	const struct looking *l = ctx;
	const struct tmpl_set *set = world_templates(l->world);
	const char *const *lang;
	size_t i;

	for (lang = tmpl_set_languages(set); *lang; lang++)
		for (i = 0; i < l->settings->service_count; i++) {
			const struct tmpl_where where = { l->settings->services[i].key, NULL, *lang };

			if (tmpl_set_find(set, &where, name, NULL, NULL))
				return true;
		}
	*nearest = tmpl_set_nearest(set, name);
	return false;
}

static const char *reason_at(void *ctx, size_t index)
{
	(void)ctx;
	return held_reason_at(index);
}

/* ---- playing ---- */

static struct scenarios_result *new_result(struct scenarios_results *results, const struct scenario_file *file,
					   const struct scenario *scenario)
{
	struct arena *arena = &results->arena;
	struct scenarios_result *result;

	results->list = arena_grow(arena, results->list, results->count, sizeof *results->list);
	result = &results->list[results->count++];
	*result = (struct scenarios_result){ .file = arena_strdup(arena, file->file),
					     .title = arena_strdup(arena, scenario->title),
					     .line = scenario->place.line,
					     .message = "", .expected = "", .got = "", .where = "", .log = "" };
	return result;
}

static void failed(struct scenarios_results *results, struct scenarios_result *result, struct stage *stage,
		   const struct diag_place *place, const char *message, const char *hint)
{
	struct arena *arena = &results->arena;
	struct buf where = BUF_INIT(BUF_MAX_TEXT);

	result->place = *place;
	result->place.file = result->file;
	result->place.source = arena_strdup(arena, place->source);
	result->message = arena_strdup(arena, message);
	result->hint = hint ? arena_strdup(arena, hint) : NULL;
	if (stage->number[0])
		stage_describe(stage, &where);
	result->where = arena_strdup(arena, where.data);
	result->log = arena_strdup(arena, stage->log.data);
	buf_free(&where);
}

/* One claim after the other; the first that does not hold ends the scenario. */
static bool judge(struct scenarios_results *results, struct scenarios_result *result, struct stage *stage,
		  const struct scenario_step *step)
{
	struct stage_failure failure = { .expected = BUF_INIT(BUF_MAX_TEXT), .got = BUF_INIT(BUF_MAX_TEXT) };
	struct err err = ERR_INIT;
	int rc = 1;
	size_t i;

	for (i = 0; rc > 0 && i < step->claim_count; i++)
		rc = stage_judge(stage, &step->claims[i], &failure, &err);
	if (rc < 0)
		failed(results, result, stage, &step->place, err.text, NULL);
	else if (rc == 0)
		failed(results, result, stage, &failure.place, failure.message, failure.hint);
	result->expected = arena_strdup(&results->arena, failure.expected.data);
	result->got = arena_strdup(&results->arena, failure.got.data);
	buf_free(&failure.expected);
	buf_free(&failure.got);
	return rc > 0;
}

static bool happen(struct scenarios_results *results, struct scenarios_result *result, struct stage *stage,
		   const struct scenario_step *step)
{
	struct stage_failure failure = { .hint = NULL };
	struct err err = ERR_INIT;

	if (!stage_understands(stage, step, &failure)) {
		failed(results, result, stage, &failure.place, failure.message, failure.hint);
		return false;
	}
	if (stage_happen(stage, step, &err)) {
		failed(results, result, stage, &step->place, err.text, NULL);
		return false;
	}
	return true;
}

static bool play_steps(struct scenarios_results *results, struct scenarios_result *result, struct stage *stage)
{
	const struct scenario *scenario = stage->scenario;
	bool (*play)(struct scenarios_results *, struct scenarios_result *, struct stage *, const struct scenario_step *);
	size_t i;

	for (i = 0; i < scenario->step_count; i++) {
		play = scenario->steps[i].kind == STEP_EXPECT ? judge : happen;
		if (!play(results, result, stage, &scenario->steps[i]))
			return false;
	}
	return true;
}

static void play(struct scenarios_results *results, const struct settings *settings,
		 const struct scenario_file *file, const struct scenario *scenario)
{
	struct scenarios_result *result = new_result(results, file, scenario);
	struct stage stage;
	struct err err = ERR_INIT;

	if (stage_open(&stage, settings, file, scenario, &err))
		failed(results, result, &stage, &scenario->dossier.place, err.text, NULL);
	else
		result->passed = play_steps(results, result, &stage);
	stage_close(&stage);
	results->passed += result->passed;
}

static void play_all(const struct settings *settings, struct looking *looking, const char *name, const struct buf *text,
		    struct scenarios_results *results)
{
	const struct scenario_lookup lookup = { looking, program_find, program_at, service_at, brand_at, staff_at,
						template_find, reason_at };
	struct scenario_file *file = scenario_load(name, text->data, text->len, &lookup, &results->diags);
	size_t i;

	results->faulty += !file;
	for (i = 0; file && i < file->count; i++)
		play(results, settings, file, &file->scenarios[i]);
	scenario_free(&file);
}

int scenarios_play_text(const struct settings *settings, const char *name, const struct buf *text,
			struct scenarios_results *results, struct err *err)
{
	struct looking looking = { .settings = settings };
	struct buf found = BUF_INIT(BUF_MAX_FILE);

	looking.world = seal_init(err) ? NULL : host_world(settings, &found, err);
	if (looking.world)
		play_all(settings, &looking, name, text, results);
	else
		(void)!write(STDERR_FILENO, found.data, found.len);
	buf_free(&found);
	if (!looking.world)
		return -1;
	world_free(&looking.world);
	return 0;
}

int scenarios_play(const struct settings *settings, const char *path, struct scenarios_results *results,
		   struct err *err)
{
	const struct diag_place place = { .file = path };
	struct buf text = BUF_INIT(SCENARIO_MAX_TEXT + 1);
	struct err unread = ERR_INIT;
	int rc = 0;

	if (file_read(path, &text, &unread)) {
		diag_add(&results->diags, DIAG_ERROR, &place, "%s", unread.text);
		results->faulty++;
	} else {
		rc = scenarios_play_text(settings, path, &text, results, err);
	}
	buf_free(&text);
	return rc;
}

void scenarios_results_free(struct scenarios_results *results)
{
	diag_list_free(&results->diags);
	arena_free(&results->arena);
	*results = (struct scenarios_results)SCENARIOS_RESULTS_INIT;
}

/* ---- the command ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every *.scenario in the rules folder, in the order of the alphabet. */
static int find_files(const struct settings *settings, struct arena *arena, const char ***files, int *count)
{
	DIR *folder = opendir(settings->rules_path);
	struct dirent *entry;

	if (!folder) {
		fprintf(stderr, "postkamer: test: cannot read the folder '%s'\n", settings->rules_path);
		return -1;
	}
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && str_ends(entry->d_name, ".scenario")) {
			*files = arena_grow(arena, *files, (size_t)*count, sizeof **files);
			(*files)[(*count)++] = arena_printf(arena, "%s/%s", settings->rules_path, entry->d_name);
		}
	closedir(folder);
	if (*count)
		qsort(*files, (size_t)*count, sizeof **files, by_name);
	else
		fprintf(stderr, "postkamer: test: there is no *.scenario in '%s'\n", settings->rules_path);
	return *count ? 0 : -1;
}

static void print(const struct scenarios_results *results, bool json)
{
	struct buf out = BUF_INIT(BUF_MAX_DATA), faults = BUF_INIT(BUF_MAX_FILE);
	size_t i;

	if (json) {
		scenarios_json(results, &out);
	} else {
		diag_list_format(&results->diags, &faults);
		for (i = 0; i < results->count; i++)
			if (!results->list[i].passed)
				scenarios_format(&results->list[i], &out);
		scenarios_summary(results, &out);
	}
	(void)!write(STDERR_FILENO, faults.data, faults.len);
	(void)!write(STDOUT_FILENO, out.data, out.len);
	buf_free(&faults);
	buf_free(&out);
}

int scenarios_run(const struct settings *settings, char *const *given, int count, bool json)
{
	struct scenarios_results results = SCENARIOS_RESULTS_INIT;
	struct arena arena = ARENA_INIT;
	const char **files = NULL;
	struct err err = ERR_INIT;
	int i, rc = 0;

	if (count) {
		files = arena_memdup(&arena, given, (size_t)count * sizeof *given);
	} else {
		rc = find_files(settings, &arena, &files, &count);
	}
	for (i = 0; !rc && i < count; i++)
		if ((rc = scenarios_play(settings, files[i], &results, &err)) != 0)
			fprintf(stderr, "postkamer: test: %s\n", err.text);
	if (!rc)
		print(&results, json);
	rc = rc || results.faulty || results.passed != results.count ? EXIT_FAULT : EXIT_DONE;
	scenarios_results_free(&results);
	arena_free(&arena);
	return rc;
}
