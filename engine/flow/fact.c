/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

/* Two canonical values of one kind; numbers and amounts by size, dates by their text. */
static int compare(const char *a, const char *b)
{
	char *end_a, *end_b;
	double x = strtod(a, &end_a), y = strtod(b, &end_b);

	if (*end_a || *end_b)
		return strcmp(a, b);
	return (x > y) - (x < y);
}

bool run_fact_holds(const struct dossier *dossier, const struct prog_cond *cond)
{
	const char *value = dossier_fact(dossier, cond->name);

	if (!value)
		return false;
	switch (cond->op) {
	case COND_FACT_IS: return str_eq(value, cond->value);
	case COND_FACT_AT_LEAST: return compare(value, cond->value) >= 0;
	case COND_FACT_AT_MOST: return compare(value, cond->value) <= 0;
	default: return true;
	}
}

static struct fact *fact_of(struct dossier *dossier, const char *name)
{
	size_t i;

	for (i = 0; i < dossier->fact_count; i++)
		if (str_eq(dossier->facts[i].name, name))
			return &dossier->facts[i];
	return NULL;
}

void run_fact_set(struct run *run, const char *name, const char *value)
{
	struct dossier *dossier = run->dossier;
	struct fact *fact = fact_of(dossier, name);

	if (value ? fact && str_eq(fact->value, value) : !fact)
		return;
	if (!value) {
		*fact = dossier->facts[--dossier->fact_count];
	} else if (fact) {
		fact->value = value;
	} else {
		dossier->facts = flow_list_append(run->arena, dossier->facts, dossier->fact_count,
						  sizeof *dossier->facts);
		dossier->facts[dossier->fact_count++] = (struct fact){ name, value };
	}
	run_raise(run, &(struct event){ .kind = EVENT_FACT_CHANGED, .at = run->in->now, .name = name });
}
