/* What the parts of the plan share: plan.c, plan_slot.c, plan_fact.c. */
#ifndef POSTKAMER_PROVE_PLAN_P_H
#define POSTKAMER_PROVE_PLAN_P_H

#include "prove/prove_p.h"

void plan_each_clause(const struct prove_plan *plan, void (*each)(void *ctx, const struct prog_clause *clause),
		      void *ctx);
/* Is the test true of the condition, or of one inside it? */
bool plan_any_cond(const struct prog_cond *cond, bool (*test)(const void *ctx, const struct prog_cond *cond),
		   const void *ctx);
/* Of a condition anywhere in the program? */
bool plan_asks(const struct prove_plan *plan, bool (*test)(const void *ctx, const struct prog_cond *cond),
	       const void *ctx);

/* What is left out, in words for the report: "the values of fact 'x'". */
void plan_cut(struct prove_plan *plan, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- plan_row.c: one choice of each column ---- */

#define PLAN_ROWS_MAX 1024 /* up to here all rows there are */

struct plan_rows {
	struct arena *arena;
	size_t width;
	size_t *options;         /* how many choices each column has */
	const char **names;      /* the fact of a column; NULL = of none */
	unsigned char **list;    /* the rows: a choice for each column, 0 the first */
	size_t count;
};

/* False where these are not all. */
bool plan_rows_fill(const struct prove_plan *plan, struct plan_rows *rows);

/* ---- plan_value.c ---- */

/* Is it a condition of that fact (by name)? */
bool plan_names_fact(const void *ctx, const struct prog_cond *cond);
void plan_fact_values(struct prove_plan *plan, struct prove_fact *fact);

/* Which slots clauses name; which conditions need not be looked at (plan_merge.c). */
void plan_named(struct prove_plan *plan);
void plan_merge(struct prove_plan *plan);
bool plan_conds_alike(const struct prove_plan *plan, size_t a, size_t b);
bool plan_slots_alike(const struct prove_plan *plan, size_t a, size_t b);
void plan_slots(struct prove_plan *plan);
void plan_live(struct prove_plan *plan);
void plan_facts(struct prove_plan *plan);
void plan_known(struct prove_plan *plan);

#endif
