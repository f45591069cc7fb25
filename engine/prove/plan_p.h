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
bool plan_listens_anywhere(const struct prove_plan *plan, enum event_kind kind);

void plan_slots(struct prove_plan *plan);
void plan_facts(struct prove_plan *plan);
void plan_known(struct prove_plan *plan);

#endif
