/*
 * A new dossier inside the transaction of what asks for it: a form that came by
 * mail, an order in the spool. The same checks and the same code as for
 * 'dossier new' (engine_dossier_open()).
 */
#ifndef POSTKAMER_WORK_OPEN_H
#define POSTKAMER_WORK_OPEN_H

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "model/event.h"
#include "work/engine.h"

/*
 * Inside a group: checks what is asked, issues the number, makes the dossier
 * with its slots and facts. It is not in the store yet: the decision whose first
 * event is '*opened_r' takes it in. ERR_INPUT or ERR_EXISTS for what is wrong
 * with the order: the text names field and cure, nothing was made.
 */
int open_make(struct engine *engine, const struct engine_opening *asked, struct arena *arena,
	      struct dossier **dossier_r, struct event *opened_r, struct err *err);
/* One line for the log, once it is taken in. */
void open_log(const struct dossier *dossier);

#endif
