/* The proofs of `postkamer check`: prove/ over every workflow, with the templates of its service. */
#ifndef POSTKAMER_APP_PROOF_H
#define POSTKAMER_APP_PROOF_H

#include <stdbool.h>

#include "base/buf.h"
#include "rule/diag.h"
#include "work/settings.h"
#include "work/world.h"

/*
 * Adds what is wrong with the workflows to 'diags'. 'words' gets a line per
 * workflow on how much was explored in what time, and the table of which
 * command is handled in which state; NULL: nobody wants to know.
 */
void proof_run(const struct settings *settings, const struct world *world, struct diag_list *diags,
	       struct buf *words);

/* The same of one of its programs, in the service that has it. */
void proof_program(const struct settings *settings, const struct world *world, const struct program *program,
		   struct diag_list *diags, struct buf *words);

#endif
