/* Templates that no rule names and the engine itself mails, or puts around each mail: without them nothing goes out. */
#ifndef POSTKAMER_APP_CHECK_ENGINE_H
#define POSTKAMER_APP_CHECK_ENGINE_H

#include "tmpl/diag.h"
#include "work/world.h"

/* Adds an error for each that is missing, for any service and in any language that somebody may be written to in. */
size_t check_engine(const struct settings *settings, const struct world *world, struct tmpl_diags *diags);

#endif
