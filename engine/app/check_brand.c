/* Base. */
#include "base/str.h"

/* Engine. */
#include "rule/program.h"
#include "rule/rule.h"
#include "rule/suggest.h"

/* Own. */
#include "app/check_brand.h"

struct looking {
	const struct settings *settings;
	const struct program *program;
	struct diag_list *diags;
};

static bool runs(const struct settings *settings, const char *service, const char *workflow)
{
	const struct settings_service *s = settings_service(settings, service);
	size_t i;

	for (i = 0; s && i < s->workflow_count; i++)
		if (str_eq(s->workflows[i], workflow))
			return true;
	return false;
}

static void check_name(const struct looking *l, const struct prog_cond *cond)
{
	struct diag_place place;
	struct suggest suggest;
	struct diag *diag;
	size_t i;

	suggest_init(&suggest, cond->name);
	for (i = 0; i < l->settings->brand_count; i++) {
		const struct settings_brand *brand = &l->settings->brands[i];

		if (!runs(l->settings, brand->service, l->program->name))
			continue;
		if (str_eq(brand->key, cond->name))
			return;
		suggest_offer(&suggest, brand->key);
	}
	place = rule_place(l->program, &l->diags->arena, cond->span);
	diag = diag_add(l->diags, DIAG_ERROR, &place, "the configuration has no brand '%s' for a service with this workflow",
			cond->name);
	if (suggest.best)
		diag_hint(l->diags, diag, "did you mean '%s'?", suggest.best);
	else
		diag_hint(l->diags, diag, "add to postkamer.conf: brand \"%s\" { service = \"…\" … }", cond->name);
}

static void check_cond(const struct looking *l, const struct prog_cond *cond)
{
	if (!cond)
		return;
	if (cond->op == COND_BRAND)
		check_name(l, cond);
	check_cond(l, cond->left);
	check_cond(l, cond->right);
}

static void check_clauses(const struct looking *l, const struct prog_clause *clauses, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		check_cond(l, clauses[i].cond);
}

void check_brands(const struct settings *settings, const struct program *program, struct diag_list *diags)
{
	struct looking l = { settings, program, diags };
	size_t i;

	for (i = 0; i < program->state_count; i++)
		check_clauses(&l, program->states[i].clauses, program->states[i].clause_count);
	check_clauses(&l, program->always, program->always_count);
}
