/* System. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "rule/rule.h"
#include "seal/seal.h"

/* Own. */
#include "work/world.h"

#define PROVIDERS "public-mail-providers"

struct holidays {
	const char *country;
	const int64_t *days;
	size_t count;
};

struct world {
	struct arena arena;
	const struct settings *settings;
	struct tmpl_set *templates;      /* owned */
	struct phrases phrases;
	struct program **programs;       /* owned; of the services' workflows */
	size_t program_count, program_cap;
	struct program **pinned;         /* owned; older versions, compiled when first needed */
	size_t pinned_count, pinned_cap;
	const struct program **versions; /* of the arena; NULL until asked for */
	size_t version_count;
	struct holidays *holidays;
	size_t holiday_count;
	const char **providers;          /* domains, lower case */
	size_t provider_count;
	bool has_providers;
};

/* ---- the folder as a source ---- */

/* A pipe would keep whoever reads it waiting. */
static int read_regular(const char *path, struct buf *out, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "'%s' is no file", path);
	return file_read(path, out, err);
}

static int folder_read(void *ctx, const char *name, struct buf *out, struct err *err)
{
	const struct settings *settings = ctx;
	size_t size = strlen(settings->rules_path) + strlen(name) + 2;
	char *path = xmalloc(size);
	int rc;

	snprintf(path, size, "%s/%s", settings->rules_path, name);
	rc = read_regular(path, out, err);
	if (rc && err && access(path, F_OK) && errno == ENOENT)
		err->code = ERR_NOTFOUND;
	free(path);
	return rc;
}

struct world_source world_source_folder(const struct settings *settings)
{
	return (struct world_source){ folder_read, (void *)settings, tmpl_source_folder(settings->templates_path) };
}

/* ---- what the rule checker wants to know ---- */

struct looking {
	struct world *world;
	const struct world_source *source;
	const struct settings_service *service;
};

enum prog_audience world_audience(enum tmpl_audience audience)
{
	static const enum prog_audience map[TMPL_AUDIENCES] = {
		[TMPL_AUDIENCE_NONE] = AUDIENCE_TEMPLATE,     [TMPL_AUDIENCE_CORRESPONDENT] = AUDIENCE_CORRESPONDENT,
		[TMPL_AUDIENCE_CLIENT] = AUDIENCE_CLIENT,     [TMPL_AUDIENCE_OFFICE] = AUDIENCE_OFFICE,
		[TMPL_AUDIENCE_PAYER] = AUDIENCE_PAYER,	      [TMPL_AUDIENCE_STAFF] = AUDIENCE_STAFF,
		[TMPL_AUDIENCE_SENDER] = AUDIENCE_SENDER,
	};

	return map[audience];
}

static bool template_find(void *ctx, const char *name, const char *language, enum prog_audience *audience)
{
	const struct looking *l = ctx;
	struct tmpl_where where = { l->service->key, NULL, language };
	enum tmpl_audience found;

	if (!tmpl_set_find(l->world->templates, &where, name, &found, NULL))
		return false;
	*audience = world_audience(found);
	return true;
}

static bool holidays_find(void *ctx, const char *country)
{
	const struct looking *l = ctx;
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char name[64];
	bool found;

	snprintf(name, sizeof name, "holidays.%s", country);
	found = l->source->read(l->source->ctx, name, &text, NULL) == 0;
	buf_free(&text);
	return found;
}

/* Shared parts lie in the folder of the rule files. */
static int include_read(void *ctx, const char *name, struct buf *out, struct err *err)
{
	const struct looking *l = ctx;

	return l->source->read(l->source->ctx, name, out, err);
}

static const char *phrase_find(void *ctx, const char *text)
{
	const struct looking *l = ctx;
	const struct phrase *phrase = phrases_taking(&l->world->phrases, text);

	return phrase ? phrase->form : NULL;
}

/* ---- loading ---- */

static void set_digest(struct program *program)
{
	unsigned char hash[SEAL_HASH_SIZE];

	seal_sha256(program->source, strlen(program->source), hash);
	str_hex(program->digest, hash, sizeof hash);
}

static const struct holidays *find_holidays(const struct world *world, const char *country)
{
	size_t i;

	for (i = 0; i < world->holiday_count; i++)
		if (str_eq(world->holidays[i].country, country))
			return &world->holidays[i];
	return NULL;
}

/* A list, one thing a line: what stood behind a zero byte would be left out without a word. */
static int read_list(const struct world_source *source, const char *name, struct buf *text, struct err *err)
{
	if (source->read(source->ctx, name, text, err))
		return -1;
	if (memchr(text->data, '\0', text->len))
		return err_set(err, ERR_INPUT, "'%s' holds zero bytes: it is not text", name);
	return 0;
}

static int load_holidays(struct world *world, const struct world_source *source, const char *country,
			 struct err *err)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct holidays fresh = { .country = arena_strdup(&world->arena, country) };
	char name[64];
	int rc;

	if (!country || find_holidays(world, country))
		return 0;
	snprintf(name, sizeof name, "holidays.%s", country);
	rc = read_list(source, name, &text, err);
	if (!rc)
		rc = calendar_parse_holidays(text.data, name, &world->arena, &fresh.days, &fresh.count, err);
	if (!rc) {
		world->holidays = arena_grow(&world->arena, world->holidays, world->holiday_count,
					     sizeof *world->holidays);
		world->holidays[world->holiday_count++] = fresh;
	}
	buf_free(&text);
	return rc;
}

static struct program *compile(struct looking *l, const char *file, const struct buf *text,
			       struct diag_list *diags)
{
	struct rule_lookup lookup = { .ctx = l, .template_find = template_find,
				      .include_read = include_read, .phrase_find = phrase_find,
				      .holidays_find = holidays_find };
	struct program *program = rule_load(file, text->data, text->len, l->source ? &lookup : NULL, diags);

	if (program)
		set_digest(program);
	return program;
}

/* One workflow of a service: NAME.rules, which must hold a workflow of that name. */
static int load_workflow(struct looking *l, const char *workflow, struct diag_list *diags, struct err *err)
{
	struct world *world = l->world;
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct program *program = NULL;
	const char *file = arena_printf(&world->arena, "%s.rules", workflow);
	int rc = -1;

	if (l->source->read(l->source->ctx, file, &text, err)) {
		err_context(err, "service '%s', workflow '%s'", l->service->key, workflow);
	} else if ((program = compile(l, file, &text, diags)) == NULL) {
		err_set(err, ERR_INPUT, "'%s' has faults", file);
	} else if (!str_eq(program->name, workflow)) {
		err_set(err, ERR_INPUT, "'%s' holds a workflow named '%s'; the name must be that of the file", file,
			program->name);
	} else {
		rc = load_holidays(world, l->source, program->holidays, err);
	}
	buf_free(&text);
	if (rc) {
		program_free(&program);
		return -1;
	}
	world->programs = xgrow(world->programs, &world->program_cap, world->program_count + 1,
				sizeof(struct program *));
	world->programs[world->program_count++] = program;
	return 0;
}

/* All faults of all files are looked for, not only the first. */
static int load_all(struct world *world, const struct world_source *source, struct diag_list *diags,
		    struct err *err)
{
	int rc = 0;
	size_t s, w;

	for (s = 0; s < world->settings->service_count; s++) {
		struct looking l = { world, source, &world->settings->services[s] };

		for (w = 0; w < l.service->workflow_count; w++)
			if (!world_program(world, l.service->workflows[w]) &&
			    load_workflow(&l, l.service->workflows[w], diags, rc ? NULL : err))
				rc = -1;
	}
	return rc;
}

/* Both languages are always understood, whatever the workflows speak. */
static int load_phrases(struct world *world, const struct world_source *source, struct err *err)
{
	static const char *const languages[] = { "nl", "en" };
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char name[32];
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < sizeof languages / sizeof *languages; i++) {
		snprintf(name, sizeof name, "phrases.%s", languages[i]);
		buf_reset(&text);
		rc = source->read(source->ctx, name, &text, err);
		if (!rc)
			rc = phrases_parse(&world->phrases, name, text.data, text.len, err);
		if (!rc)
			rc = phrases_complete(&world->phrases, languages[i], err);
	}
	buf_free(&text);
	return rc;
}

static void add_provider(struct world *world, const char *line, size_t len)
{
	char *domain = str_trim(arena_strndup(&world->arena, line, len));

	if (!*domain || *domain == '#')
		return;
	str_lower_all(domain);
	world->providers = arena_grow(&world->arena, world->providers, world->provider_count, sizeof *world->providers);
	world->providers[world->provider_count++] = domain;
}

static void tell_providers(const struct world *world, bool missing)
{
	if (!world->has_providers)
		log_line(LOG_LEVEL_WARN, "rules.providers", "file=%s %s: no office is asked about its colleagues", PROVIDERS,
			 missing ? "is missing" : "names nobody");
}

/*
 * A folder of rules that is older than the list goes without: then no domain is
 * an office's own. So it is with a list that says nothing: it was emptied.
 */
static int load_providers(struct world *world, const struct world_source *source, struct err *err)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct err why = ERR_INIT;
	const char *at, *end;
	int rc = read_list(source, PROVIDERS, &text, &why);

	for (at = text.data; !rc && *at; at = *end ? end + 1 : end) {
		end = at + strcspn(at, "\n");
		add_provider(world, at, (size_t)(end - at));
	}
	buf_free(&text);
	world->has_providers = world->provider_count > 0;
	if (!rc || why.code == ERR_NOTFOUND)
		tell_providers(world, rc);
	if (!rc || why.code == ERR_NOTFOUND)
		return 0;
	*err = why;
	return -1;
}

bool world_is_public_provider(const struct world *world, const char *domain)
{
	size_t i;

	for (; world->has_providers && domain && *domain; domain = strchr(domain, '.') ? strchr(domain, '.') + 1 : NULL)
		for (i = 0; i < world->provider_count; i++)
			if (str_eq(world->providers[i], domain))
				return true;
	return !world->has_providers;
}

int world_load(const struct settings *settings, const struct world_source *source, struct world **world_r,
	       struct diag_list *rules, struct tmpl_diags *templates, struct err *err)
{
	struct world *world = xcalloc(1, sizeof *world);

	arena_init(&world->arena);
	world->settings = settings;
	phrases_init(&world->phrases);
	if (tmpl_set_load(&source->templates, &world->templates, templates, err) ||
	    load_phrases(world, source, err) || load_providers(world, source, err) || load_all(world, source, rules, err)) {
		world_free(&world);
		return -1;
	}
	*world_r = world;
	return 0;
}

void world_free(struct world **worldp)
{
	struct world *world = *worldp;
	size_t i;

	if (!world)
		return;
	*worldp = NULL;
	for (i = 0; i < world->program_count; i++)
		program_free(&world->programs[i]);
	for (i = 0; i < world->pinned_count; i++)
		program_free(&world->pinned[i]);
	free(world->programs);
	free(world->pinned);
	tmpl_set_free(&world->templates);
	phrases_free(&world->phrases);
	arena_free(&world->arena);
	free(world);
}

/* ---- asking ---- */

const struct phrases *world_phrases(const struct world *world)
{
	return &world->phrases;
}

const struct tmpl_set *world_templates(const struct world *world)
{
	return world->templates;
}

const struct program *world_program(const struct world *world, const char *workflow)
{
	size_t i;

	for (i = 0; i < world->program_count; i++)
		if (str_eq(world->programs[i]->name, workflow))
			return world->programs[i];
	return NULL;
}

size_t world_program_count(const struct world *world)
{
	return world->program_count;
}

const struct program *world_program_at(const struct world *world, size_t index)
{
	return world->programs[index];
}

static const struct program *with_digest(struct program *const *list, size_t count, const char *digest)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (str_eq(list[i]->digest, digest))
			return list[i];
	return NULL;
}

/* An older version: it was checked when it was current, so only its own text has to be right. */
static int compile_pinned(struct world *world, struct store *store, const char *digest,
			  const struct program **program_r, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct diag_list diags = DIAG_LIST_INIT;
	struct looking l = { .world = world };
	struct buf source = BUF_INIT(BUF_MAX_FILE);
	struct program *program = NULL;
	const char *text, *file;
	int rc = store_program_get(store, digest, &arena, &text, &file, err);

	if (!rc) {
		buf_adds(&source, text);
		program = compile(&l, arena_strdup(&world->arena, file), &source, &diags);
		if (!program || !str_eq(program->digest, digest))
			rc = err_set(err, ERR_CORRUPT, "rule version %.12s of '%s' no longer compiles", digest, file);
	}
	if (!rc) {
		world->pinned = xgrow(world->pinned, &world->pinned_cap, world->pinned_count + 1,
				      sizeof(struct program *));
		world->pinned[world->pinned_count++] = program;
		*program_r = program;
	} else {
		program_free(&program);
	}
	buf_free(&source);
	diag_list_free(&diags);
	arena_free(&arena);
	return rc;
}

int world_program_pinned(struct world *world, struct store *store, const char *digest,
			 const struct program **program_r, struct err *err)
{
	*program_r = with_digest(world->programs, world->program_count, digest);
	if (!*program_r)
		*program_r = with_digest(world->pinned, world->pinned_count, digest);
	return *program_r ? 0 : compile_pinned(world, store, digest, program_r, err);
}

/* No version comes into use behind this: a dossier only ever moves to a loaded program. */
static int find_versions(struct world *world, const struct program_use *uses, size_t count, struct store *store,
			 struct err *err)
{
	const struct program **list = arena_array(&world->arena, world->program_count + count + 1, sizeof *list);
	size_t i, n;

	for (n = 0; n < world->program_count; n++)
		list[n] = world->programs[n];
	for (i = 0; i < count; i++) {
		if (with_digest(world->programs, world->program_count, uses[i].digest))
			continue;
		if (world_program_pinned(world, store, uses[i].digest, &list[n], err) == 0)
			n++;
		else if (store_failed(store))
			return -1;
	}
	world->versions = list;
	world->version_count = n;
	return 0;
}

int world_versions(struct world *world, struct store *store, const struct program *const **list_r, size_t *count_r,
		   struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct program_use *uses;
	size_t count;
	int rc = 0;

	if (!world->versions) {
		rc = store_programs_used(store, &arena, &uses, &count, err);
		if (!rc)
			rc = find_versions(world, uses, count, store, err);
		arena_free(&arena);
	}
	*list_r = world->versions;
	*count_r = world->version_count;
	return rc;
}

static bool lacks_language(const struct world *world, const struct settings_service *service,
			   const struct program *program, const char *template, const char **language)
{
	struct tmpl_where where = { service->key, NULL, NULL };
	enum tmpl_audience found;
	size_t i;

	for (i = 0; i < program->language_count; i++) {
		where.lang = *language = program->languages[i];
		if (!tmpl_set_find(world->templates, &where, template, &found, NULL))
			return true;
	}
	return false;
}

static bool lacks_in(const struct world *world, const struct settings_service *service, const struct program *program,
		     const struct prog_clause *clauses, size_t count, const char **template, const char **language)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].action_count; j++) {
			*template = clauses[i].actions[j].template;
			if (clauses[i].actions[j].kind == ACTION_MAIL &&
			    lacks_language(world, service, program, *template, language))
				return true;
		}
	return false;
}

bool world_lacks_template(const struct world *world, const struct settings_service *service,
			  const struct program *program, const char **template, const char **language)
{
	size_t i;

	for (i = 0; i < program->state_count; i++)
		if (lacks_in(world, service, program, program->states[i].clauses, program->states[i].clause_count, template,
			     language))
			return true;
	return lacks_in(world, service, program, program->always, program->always_count, template, language);
}

void world_calendar(const struct world *world, const struct program *program, const char *zone,
		    struct calendar *calendar)
{
	const struct holidays *holidays = program->holidays ? find_holidays(world, program->holidays) : NULL;

	*calendar = (struct calendar){ .zone = zone };
	if (holidays) {
		calendar->holidays = holidays->days;
		calendar->holiday_count = holidays->count;
	}
}
