/* What the parts of the moves share: move.c, move_form.c. */
#ifndef POSTKAMER_PROVE_MOVE_P_H
#define POSTKAMER_PROVE_MOVE_P_H

#include "prove/prove_p.h"

struct move_making {
	struct prove_moves *moves;
	struct prove_plan *plan;
	struct arena *arena;
};

struct prove_move *move_add(struct move_making *m, enum event_kind kind, enum actor_role actor);

void move_add_forms(struct move_making *m);
void move_add_phrases(struct move_making *m);
/* Can sending this form, in this state, change anything that no other move does? */
bool move_form_possible(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
			const struct prove_move *move);

#endif
