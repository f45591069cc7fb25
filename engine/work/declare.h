/*
 * What a mail itself says its file is: a line "dit is SLOT" or "this is SLOT"
 * (design.md §6), alone on its line, among the first lines that are neither
 * quoted nor a signature.
 */
#ifndef POSTKAMER_WORK_DECLARE_H
#define POSTKAMER_WORK_DECLARE_H

#include <stdbool.h>

#include "model/dossier.h"

#define DECLARE_LINES 20 /* unquoted lines that are looked at */

/*
 * True when the text names exactly one slot of the dossier, by name (with the
 * year where it has one; without, when only one year of it exists) or by title.
 */
bool declare_find(const struct dossier *dossier, const char *text, const struct slot **slot_r);

#endif
