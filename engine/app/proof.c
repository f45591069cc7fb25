/* System. */
#include <string.h>
#include <time.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "prove/prove.h"
#include "tmpl/schema.h"
#include "tmpl/set.h"

/* Own. */
#include "app/proof.h"

/* One workflow as one service runs it. */
struct proving {
	const struct world *world;
	const struct program *program;
	const struct settings_service *service;
};

static enum prog_audience template_audience(void *ctx, const char *template)
{
	const struct proving *p = ctx;
	struct tmpl_where where = { p->service->key, NULL, p->program->languages[0] };
	enum tmpl_audience found = TMPL_AUDIENCE_NONE;

	tmpl_set_find(world_templates(p->world), &where, template, &found, NULL);
	return world_audience(found);
}

static unsigned scopes_of(unsigned has)
{
	return TMPL_SCOPE_ALWAYS | TMPL_SCOPE_DOSSIER | (has & PROVE_HAS_PAYMENT ? TMPL_SCOPE_PAYMENT : 0) |
	       (has & PROVE_HAS_ITEM ? TMPL_SCOPE_ITEM : 0);
}

static bool template_complete(void *ctx, const char *template, unsigned has, struct buf *why)
{
	const struct proving *p = ctx;
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	size_t i, faults = 0;

	for (i = 0; i < p->program->language_count && !faults; i++) {
		struct tmpl_where where = { p->service->key, NULL, p->program->languages[i] };

		faults = tmpl_set_check_use(world_templates(p->world), &where, template, scopes_of(has), &diags);
	}
	if (faults && diags.count)
		buf_addf(why, "%s:%d: %s", diags.list[0].file, diags.list[0].line, diags.list[0].message);
	tmpl_diags_free(&diags);
	return !faults;
}

/* ---- words ---- */

static void add_table(const struct prove_report *report, struct buf *words)
{
	const char *state = NULL;
	size_t i;

	for (i = 0; i < report->answer_count; i++) {
		const struct prove_answer *answer = &report->answers[i];

		if (!str_eq(state, answer->state))
			buf_addf(words, "    %s\n", answer->state);
		state = answer->state;
		buf_addf(words, "        %-32s %s%s%s\n", answer->event,
			 !answer->refused ? "handled" : answer->handled ? "handled, or refused: " : "refused: ",
			 answer->refused ? answer->why : "", "");
	}
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void prove_one(struct proving *p, struct diag_list *diags, struct buf *words)
{
	struct prove_lookup lookup = { p, template_audience, template_complete };
	struct prove_report report = PROVE_REPORT_INIT;
	int64_t start = milliseconds();

	prove_program(p->program, &lookup, 0, diags, &report);
	if (words) {
		buf_addf(words, "%s: %zu situations%s, %zu steps tried, %lld ms\n", p->program->name,
			 report.situations, report.whole ? "" : " (not all there are)", report.runs,
			 (long long)(milliseconds() - start));
		add_table(&report, words);
	}
	prove_report_free(&report);
}

static const struct settings_service *service_of(const struct settings *settings, const char *workflow)
{
	size_t s, w;

	for (s = 0; s < settings->service_count; s++)
		for (w = 0; w < settings->services[s].workflow_count; w++)
			if (str_eq(settings->services[s].workflows[w], workflow))
				return &settings->services[s];
	return NULL;
}

void proof_program(const struct settings *settings, const struct world *world, const struct program *program,
		   struct diag_list *diags, struct buf *words)
{
	struct proving p = { world, program, service_of(settings, program->name) };

	if (p.service)
		prove_one(&p, diags, words);
}

void proof_run(const struct settings *settings, const struct world *world, struct diag_list *diags,
	       struct buf *words)
{
	size_t i;

	for (i = 0; i < world_program_count(world); i++)
		proof_program(settings, world, world_program_at(world, i), diags, words);
}
