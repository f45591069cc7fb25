/* The part of `postkamer check` that looks at the dossiers in the store. */
#ifndef POSTKAMER_APP_CHECK_LIVE_H
#define POSTKAMER_APP_CHECK_LIVE_H

#include "rule/diag.h"
#include "work/settings.h"
#include "work/world.h"

/*
 * Names the live dossiers that cannot move to the rules as they stand now, and
 * why: warnings, for they go on under the version they have. One whose version
 * cannot be used any more is an error. Reads the store beside a daemon that
 * holds it; where there is no store yet there is nothing to look at.
 */
void check_live(const struct settings *settings, struct world *world, struct diag_list *list);

#endif
