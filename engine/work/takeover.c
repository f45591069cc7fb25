/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "flow/takeover.h"

/* Own. */
#include "work/decide.h"
#include "work/engine_p.h"
#include "work/takeover.h"

#define AT_ONCE 20   /* dossiers in one commit, in one turn of the loop */
#define PAUSE_MS 5   /* between two: mail goes first */

/* How far the moving has come: the workflow, and within it the dossier. */
struct takeover {
	struct engine *engine;
	uint64_t timer;
	size_t program;
	int64_t after;
	size_t moved, stayed;
	char **told; /* owned: "NUMBER DIGEST" of those that stay, each told once */
	size_t told_count, told_cap;
};

/* ---- one dossier ---- */

static const char *join(struct arena *arena, const struct flow_reasons *reasons)
{
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *joined;
	size_t i;

	for (i = 0; i < reasons->count; i++)
		buf_addf(&text, "%s%s", i ? "; " : "", reasons->list[i]);
	joined = arena_strdup(arena, text.data ? text.data : "");
	buf_free(&text);
	return joined;
}

int takeover_judge(const struct takeover_question *q, struct arena *arena, struct dossier **moved, const char **why,
		   struct err *err)
{
	const struct settings_service *service = settings_service(q->settings, q->dossier->service);
	struct flow_reasons reasons = { 0 };
	struct calendar calendar;
	struct flow_takeover takeover = { .to = q->to, .dossier = q->dossier, .calendar = &calendar, .now = q->now };
	struct err rules = ERR_INIT;

	if (!service) {
		*why = arena_printf(arena, "the configuration has no service '%s'", q->dossier->service);
		return 0;
	}
	if (world_program_pinned(q->world, q->store, q->dossier->program, &takeover.from, &rules)) {
		*why = arena_strdup(arena, rules.text);
		if (!store_failed(q->store))
			return 0;
		if (err)
			*err = rules;
		return -1;
	}
	world_calendar(q->world, q->to, service->timezone, &calendar);
	if (flow_takeover(&takeover, arena, moved, &reasons)) {
		(*moved)->program = q->to->digest;
		return 1;
	}
	*why = join(arena, &reasons);
	return 0;
}

/* Judged once by the new rules: a slot may have become required, or optional. */
static int take(struct takeover *t, const char *from, struct dossier *moved, const struct program *to,
		struct arena *arena, struct err *err)
{
	struct engine *engine = t->engine;
	int64_t now = engine_now(engine);
	struct decision d;

	if (store_program_put(engine->env->store, to->digest, to->name, to->file, to->source, now, err) ||
	    decision_prepare(&d, engine, arena, moved, now, err))
		return -1;
	d.answering.cause = arena_printf(arena, "takeover:%s:%s", moved->number, to->digest);
	if (decision_flow(&d, err))
		return -1;
	decision_history(&d, "rules changed", "system",
			 arena_printf(arena, "from version %.12s to %.12s of '%s'", from, to->digest, to->file));
	return decision_take(&d, err);
}

/* Each is told once, however often the rules are loaded again. */
static void stays(struct takeover *t, const char *number, const struct program *to, const char *why)
{
	char key[160], quoted[600];
	size_t i;

	t->stayed++;
	snprintf(key, sizeof key, "%s %s", number, to->digest);
	for (i = 0; i < t->told_count; i++)
		if (str_eq(t->told[i], key))
			return;
	t->told = xgrow(t->told, &t->told_cap, t->told_count + 1, sizeof *t->told);
	t->told[t->told_count++] = xstrdup(key);
	log_line(LOG_LEVEL_WARN, "takeover.stays", "dossier=%s rules=%s why=%s", number, to->file,
		 log_quote(quoted, sizeof quoted, why));
}

static int take_over(struct takeover *t, const char *number, const struct program *to, struct err *err)
{
	struct engine *engine = t->engine;
	struct takeover_question q = { .world = engine->world, .store = engine->env->store, .to = to,
				       .settings = engine->settings, .now = engine_now(engine) };
	struct arena arena = ARENA_INIT;
	struct dossier *dossier, *moved;
	const char *why = NULL;
	int rc = store_dossier_load(q.store, number, &arena, &dossier, err);

	q.dossier = dossier;
	if (!rc)
		rc = takeover_judge(&q, &arena, &moved, &why, err);
	if (rc > 0) {
		rc = take(t, dossier->program, moved, to, &arena, err);
		t->moved += !rc;
	} else if (rc == 0 && !dossier->final) {
		stays(t, number, to, why);
	}
	arena_free(&arena);
	return rc;
}

/* ---- a batch ---- */

static int take_group(struct takeover *t, const struct dossier *list, size_t count, const struct program *to,
		      struct err *err)
{
	const struct env *env = t->engine->env;
	size_t i, moved = t->moved, stayed = t->stayed;
	int rc;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	for (i = 0, rc = 0; !rc && i < count; i++)
		rc = take_over(t, list[i].number, to, err);
	if (rc || blob_sync(env->blobs, err) || store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		t->moved = moved;
		t->stayed = stayed;
		return -1;
	}
	return 0;
}

/* One whose rules cannot decide (a loop in them, say) stays, and stops no other. */
static int take_apart(struct takeover *t, const struct dossier *list, size_t count, const struct program *to,
		      struct err *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct err one = ERR_INIT;

		if (take_group(t, &list[i], 1, to, &one) == 0)
			continue;
		if (engine_is_trouble(t->engine, &one)) {
			*err = one;
			return -1;
		}
		stays(t, list[i].number, to, one.text);
	}
	return 0;
}

/* 1 = there may be more of this workflow, 0 = that was all. */
static int take_batch(struct takeover *t, const struct program *to, struct err *err)
{
	struct dossier_filter filter = { .workflow = to->name, .not_program = to->digest, .final = -1,
					 .after = t->after, .limit = AT_ONCE };
	struct arena arena = ARENA_INIT;
	struct dossier *list;
	size_t count;
	int rc = store_dossier_list(t->engine->env->store, &filter, &arena, &list, &count, err);

	if (!rc && count) {
		t->after = list[count - 1].id;
		rc = take_group(t, list, count, to, err);
		if (rc && !engine_is_trouble(t->engine, err))
			rc = take_apart(t, list, count, to, err);
	}
	arena_free(&arena);
	return rc ? -1 : count == AT_ONCE;
}

static bool offers(const struct settings_service *service, const char *workflow)
{
	size_t i;

	for (i = 0; i < service->workflow_count; i++)
		if (str_eq(service->workflows[i], workflow))
			return true;
	return false;
}

/* Who stays needs what was there before: without it his mail never goes. */
static void tell_lacks(struct takeover *t)
{
	struct engine *engine = t->engine;
	struct arena arena = ARENA_INIT;
	const char *template, *language;
	const struct program *own;
	struct program_use *uses;
	size_t count, i, s;

	if (store_programs_used(engine->env->store, &arena, &uses, &count, NULL))
		count = 0;
	for (i = 0; i < count; i++)
		for (s = 0; uses[i].live && s < engine->settings->service_count; s++) {
			const struct settings_service *service = &engine->settings->services[s];

			if (offers(service, uses[i].workflow) &&
			    world_program_pinned(engine->world, engine->env->store, uses[i].digest, &own, NULL) == 0 &&
			    world_lacks_template(engine->world, service, own, &template, &language))
				log_line(LOG_LEVEL_ERROR, "takeover.template", "service=%s version=%.12s dossiers=%lld "
					 "template=%s language=%s why=\"it is gone, and they cannot move\"", service->key,
					 uses[i].digest, (long long)uses[i].live, template, language);
		}
	arena_free(&arena);
}

static void ready(struct takeover *t)
{
	if (t->stayed)
		tell_lacks(t);
	if (t->moved || t->stayed)
		log_line(LOG_LEVEL_INFO, "takeover.done", "moved=%zu stayed=%zu", t->moved, t->stayed);
	if (t->moved && t->engine->mode == ENGINE_DAEMON) {
		sender_kick(t->engine->sender);
		clock_check(t->engine);
	}
}

/* Does one batch; false when all is done, or nothing more can be. */
static bool step(struct takeover *t)
{
	struct engine *engine = t->engine;
	struct err err = ERR_INIT;
	int rc;

	if (engine->dead || engine->stopping || t->program >= world_program_count(engine->world))
		return false;
	rc = take_batch(t, world_program_at(engine->world, t->program), &err);
	if (rc < 0) {
		engine_fail(engine, &err);
		return false;
	}
	if (rc == 0) {
		t->program++;
		t->after = 0;
	}
	if (t->program < world_program_count(engine->world))
		return true;
	ready(t);
	return false;
}

static void step_on(void *ctx)
{
	struct takeover *t = ctx;

	t->timer = step(t) ? env_timer_add(t->engine->env, PAUSE_MS, step_on, t) : 0;
}

/* ---- the whole ---- */

struct takeover *takeover_new(struct engine *engine)
{
	struct takeover *t = xcalloc(1, sizeof *t);

	t->engine = engine;
	return t;
}

void takeover_free(struct takeover **tp)
{
	struct takeover *t = *tp;
	size_t i;

	if (!t)
		return;
	*tp = NULL;
	env_timer_cancel(t->engine->env, t->timer);
	for (i = 0; i < t->told_count; i++)
		free(t->told[i]);
	free(t->told);
	free(t);
}

void takeover_start(struct takeover *t)
{
	env_timer_cancel(t->engine->env, t->timer);
	t->timer = 0;
	t->program = t->moved = t->stayed = 0;
	t->after = 0;
	if (t->engine->mode == ENGINE_DAEMON)
		t->timer = env_timer_add(t->engine->env, 0, step_on, t);
	else
		while (step(t))
			;
}
