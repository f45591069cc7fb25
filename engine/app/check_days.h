/* Holiday files that run out: from then on a timer is due on a holiday, and nobody would notice. */
#ifndef POSTKAMER_APP_CHECK_DAYS_H
#define POSTKAMER_APP_CHECK_DAYS_H

#include <stdint.h>

#include "rule/diag.h"
#include "work/world.h"

/* Adds a warning for each file, from a year before its last day on. */
void check_days(const struct world *world, int64_t now, struct diag_list *diags);

#endif
