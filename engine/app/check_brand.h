/* Brands that rules name and postkamer.conf does not have: such a condition never holds, and nobody would notice. */
#ifndef POSTKAMER_APP_CHECK_BRAND_H
#define POSTKAMER_APP_CHECK_BRAND_H

#include "rule/diag.h"
#include "rule/program.h"
#include "work/settings.h"

/* Adds an error for each 'brand NAME' of a workflow whose services have no brand of that name. */
void check_brands(const struct settings *settings, const struct program *program, struct diag_list *diags);

#endif
