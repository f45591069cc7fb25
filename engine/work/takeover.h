/*
 * Dossiers move to a new version of their rule file (design.md §7): all that
 * can, by themselves, in the background, after each start and each reload.
 */
#ifndef POSTKAMER_WORK_TAKEOVER_H
#define POSTKAMER_WORK_TAKEOVER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "rule/program.h"
#include "store/store.h"
#include "work/settings.h"
#include "work/world.h"

struct takeover_question {
	struct world *world;
	struct store *store;            /* has the text of the version it runs under */
	const struct settings *settings;
	const struct dossier *dossier;  /* as loaded */
	const struct program *to;
	int64_t now;
};

/*
 * 1 = it moves: '*moved_r' is the dossier under the new version. 0 = it stays:
 * '*why_r' has the reasons ("state 'betaling' is gone; …"). -1: the store fails.
 */
int takeover_judge(const struct takeover_question *question, struct arena *arena, struct dossier **moved_r,
		   const char **why_r, struct err *err);

#endif
