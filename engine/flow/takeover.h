/*
 * A dossier moves to a new version of its rule file (design.md §7). Pure, as
 * the rest of the core.
 *
 * It moves when its state and all its slots exist in the new version: the state
 * final or not as before; each slot per year or not as before, taking the files
 * that are in it, and absent only where it may be; each fact of a kind that
 * takes its value. Its number must be one of the new pattern too, and its
 * languages spoken. Nor does it move where a slot that holds files goes from
 * clients to staff or back, where staff approved what is for the client to
 * approve now, where the client was asked to approve what is not for approval
 * now, where what was paid is asked for at another price or by another text (it
 * would be asked for twice), or where a slot is newly required behind the
 * states in which documents are asked for. Then
 *
 * - titles and all else that the rule file says of a slot are those of the new
 *   version; what staff asked for stays required; slots and facts that are new
 *   are added; extra slots stay, unless the new version has one of that name;
 * - ids shift when a clause is put in, so timers and counts go to the clause of
 *   the same state that reads the same (rule_describe()); failing that to one
 *   with the same moments or events, to one with the same actions, or to the
 *   only timer that is left over on either side. What waits for moments that
 *   are the same goes on waiting. At other moments it counts anew from where
 *   it began, and what has passed by now, and had not yet, happens once;
 * - timers of new clauses count from where they always do. Moments that have
 *   passed do not fire, the repeats that are still to come do; a clause that
 *   leaves the state fires once, or the dossier would stay there for ever;
 * - a clause that waits for quiet goes to one that does so for the same events,
 *   or "documents complete" is raised anew;
 * - the term of keeping is that of the new version, but where that would be
 *   over already the old one stays.
 *
 * Nothing is raised here. Who takes a dossier over runs it once without events
 * (flow_run()), for slots may have become required or optional.
 */
#ifndef POSTKAMER_FLOW_TAKEOVER_H
#define POSTKAMER_FLOW_TAKEOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "flow/calendar.h"
#include "model/dossier.h"
#include "rule/program.h"

struct flow_takeover {
	const struct program *from;    /* the version it runs under */
	const struct program *to;
	const struct dossier *dossier; /* opened; not changed */
	const struct calendar *calendar; /* of the new version */
	int64_t now;
};

/* Why it cannot move, for an operator: "state 'betaling' is gone". Lives in the arena. */
struct flow_reasons {
	const char **list;
	size_t count;
};

/*
 * True: '*dossier_r' is the dossier under the new version, its 'program' the new
 * digest where that is known. False: it cannot, 'reasons_r' has at least one reason.
 */
bool flow_takeover(const struct flow_takeover *takeover, struct arena *arena, struct dossier **dossier_r,
		   struct flow_reasons *reasons_r);

#endif
