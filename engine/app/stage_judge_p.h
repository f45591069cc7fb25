/*
 * Judging expectations: what the files that do it share (stage_claim.c,
 * stage_held.c). A judge returns what stage_judge() does.
 */
#ifndef POSTKAMER_APP_STAGE_JUDGE_P_H
#define POSTKAMER_APP_STAGE_JUDGE_P_H

#include "app/stage.h"

struct judging {
	struct stage *stage;
	const struct scenario_claim *claim;
	struct stage_failure *failure;
	const struct dossier *dossier; /* NULL = erased */
	struct err *err;
};

/* Says why it does not hold; 0. */
__attribute__((format(printf, 2, 3)))
int judge_fails(struct judging *j, const char *fmt, ...);
/* "client (jan@example.org)" */
const char *judge_who(struct stage *stage, const struct scenario_who *who);

/* ---- stage_held.c ---- */

int judge_held(struct judging *j);
int judge_held_mail(struct judging *j);
int judge_nothing_held(struct judging *j);

#endif
