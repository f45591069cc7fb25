/* System. */
#include <stdio.h>
#include <unistd.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "rule/diag.h"
#include "tmpl/diag.h"

/* Own. */
#include "app/check_brand.h"
#include "app/check_engine.h"
#include "app/proof.h"
#include "app/rules.h"

/* One try at making a world of the files on disk. */
struct trial {
	struct rules *rules;
	const struct world *running; /* NULL at a start */
	bool wary;
	struct world *world;
	struct texts texts;
	bool templates_same;         /* as those that run */
	struct diag_list diags;
	struct tmpl_diags templates;
};

void rules_close(struct rules *rules)
{
	texts_free(&rules->running);
}

/* ---- what counts as a reason ---- */

/* The first error from index 'from' on, with its place. False when there is none. */
static bool first_error(const struct diag_list *diags, size_t from, struct err *err)
{
	size_t i;

	for (i = from; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		if (d->severity != DIAG_ERROR)
			continue;
		err_set(err, ERR_INPUT, "%s:%d: %s", d->place.file, d->place.line, d->message);
		return true;
	}
	return false;
}

/* What is wrong with one program beside what its loading finds. */
static size_t prove(const struct rules *rules, const struct world *world, const struct program *program,
		    struct diag_list *diags)
{
	size_t before = diags->errors;

	check_brands(rules->settings, program, diags);
	proof_program(rules->settings, world, program, diags, NULL);
	return diags->errors - before;
}

/* ---- one program ---- */

static bool store_knows(const struct rules *rules, const struct program *program)
{
	struct arena arena = ARENA_INIT;
	const char *text, *file;
	int rc = store_program_get(rules->store, program->digest, &arena, &text, &file, NULL);

	arena_free(&arena);
	return rc == 0;
}

static const struct program *running_program(const struct trial *t, const struct program *program)
{
	const struct program *own = world_program(t->running, program->name);

	return own && str_eq(own->digest, program->digest) ? own : NULL;
}

/* Has this version run? Then what is wrong with it does no harm that it has not done yet. */
static bool is_excused(const struct trial *t, const struct program *program)
{
	struct diag_list diags = DIAG_LIST_INIT;
	const struct program *own;
	size_t errors;

	if (!t->running)
		return store_knows(t->rules, program);
	own = running_program(t, program);
	errors = own ? prove(t->rules, t->running, own, &diags) : 0;
	diag_list_free(&diags);
	return errors > 0;
}

static bool needs_proof(const struct trial *t, const struct program *program)
{
	if (t->running)
		return !t->templates_same || !running_program(t, program);
	return t->wary || !store_knows(t->rules, program);
}

static int judge(struct trial *t, const struct program *program, struct err *err)
{
	struct err why = ERR_INIT;
	char quoted[600];
	size_t from = t->diags.count, errors;

	if (!needs_proof(t, program) || (errors = prove(t->rules, t->world, program, &t->diags)) == 0)
		return 0;
	if (!first_error(&t->diags, from, &why))
		err_set(&why, ERR_INPUT, "%s: %zu errors", program->file, errors);
	if (is_excused(t, program)) {
		log_line(LOG_LEVEL_WARN, "rules.faulty", "why=%s it has run before and goes on",
			 log_quote(quoted, sizeof quoted, why.text));
		return 0;
	}
	*err = why;
	return -1;
}

/* ---- the whole ---- */

/* What the engine mails by itself. */
static int check_templates(struct trial *t, struct err *err)
{
	const struct tmpl_diag *first;
	size_t from = t->templates.count, errors = check_engine(t->rules->settings, t->world, &t->templates);

	if (!errors)
		return 0;
	if (from == t->templates.count)
		return err_set(err, ERR_INPUT, "%zu templates are missing", errors);
	first = &t->templates.list[from];
	return err_set(err, ERR_INPUT, "%s: %s", first->file, first->message);
}

static int load(struct trial *t, struct err *err)
{
	struct world_source folder = world_source_folder(t->rules->settings), source;
	struct texts_recording recording;
	int rc = 0;
	size_t i;

	source = texts_record(&t->texts, &folder, &recording);
	if (world_load(t->rules->settings, &source, &t->world, &t->diags, &t->templates, err)) {
		first_error(&t->diags, 0, err);
		return -1;
	}
	if (check_templates(t, err))
		return -1;
	t->templates_same = texts_same(&t->texts, &t->rules->running, true);
	for (i = 0; i < world_program_count(t->world); i++)
		if (judge(t, world_program_at(t->world, i), rc ? NULL : err))
			rc = -1;
	return rc;
}

static struct world *try_files(struct rules *rules, const struct world *running, bool wary, struct buf *found,
			       struct err *err)
{
	struct trial t = { rules, running, wary, NULL, TEXTS_INIT, false, DIAG_LIST_INIT, TMPL_DIAGS_INIT };

	if (load(&t, err)) {
		world_free(&t.world);
		rules->refused = *err;
	} else {
		rules->refused = (struct err)ERR_INIT;
		rules->unkept |= !texts_same(&t.texts, &rules->running, false);
		texts_move(&rules->running, &t.texts);
	}
	diag_list_format(&t.diags, found);
	tmpl_diags_print(&t.templates, found);
	texts_free(&t.texts);
	diag_list_free(&t.diags);
	tmpl_diags_free(&t.templates);
	return t.world;
}

struct world *rules_reload(struct rules *rules, const struct world *running, struct buf *found, struct err *err)
{
	return try_files(rules, running, false, found, err);
}

/* ---- what ran last ---- */

static char *kept_path(const struct rules *rules, char out[4096])
{
	snprintf(out, 4096, "%s/rules.last", rules->settings->store_path);
	return out;
}

static void unkept(struct rules *rules, const struct err *err)
{
	char quoted[600];

	rules->unkept = true;
	log_line(LOG_LEVEL_WARN, "rules.unkept", "why=%s", log_quote(quoted, sizeof quoted, err->text));
}

/* A store that nothing has run on yet has none. */
static void read_kept(struct rules *rules)
{
	struct err err = ERR_INIT;
	char path[4096];

	if (access(kept_path(rules, path), F_OK) == 0 && texts_read(&rules->running, path, &err))
		unkept(rules, &err);
}

static struct world *last_world(struct rules *rules)
{
	struct world_source source = texts_source(&rules->running);
	struct diag_list diags = DIAG_LIST_INIT;
	struct tmpl_diags templates = TMPL_DIAGS_INIT;
	struct world *world = NULL;
	struct err err = ERR_INIT;
	char quoted[600];

	if (!rules->running.count)
		return NULL;
	if (world_load(rules->settings, &source, &world, &diags, &templates, &err) == 0)
		log_line(LOG_LEVEL_ERROR, "rules.refused", "why=%s the rules and templates that ran last stay",
			 log_quote(quoted, sizeof quoted, rules->refused.text));
	else
		unkept(rules, &err);
	diag_list_free(&diags);
	tmpl_diags_free(&templates);
	return world;
}

struct world *rules_start(struct rules *rules, bool wary, struct buf *found, struct err *err)
{
	struct world *world;

	read_kept(rules);
	world = try_files(rules, NULL, wary, found, err);
	return world ? world : last_world(rules);
}

int rules_keep(struct rules *rules, const struct world *world, int64_t now, struct err *err)
{
	struct err why = ERR_INIT;
	char path[4096];
	size_t i;

	for (i = 0; i < world_program_count(world); i++) {
		const struct program *p = world_program_at(world, i);

		if (store_program_put(rules->store, p->digest, p->name, p->file, p->source, now, err))
			return -1;
	}
	if (rules->unkept) {
		rules->unkept = false;
		if (texts_write(&rules->running, kept_path(rules, path), &why))
			unkept(rules, &why);
	}
	return 0;
}
