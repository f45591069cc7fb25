/*
 * Shared parts: include "NAME" puts the text of a file beside the rule file in
 * its place. Here their texts are found and cut into tokens; the parser goes
 * into them where they are included.
 */
#ifndef POSTKAMER_RULE_INCLUDE_H
#define POSTKAMER_RULE_INCLUDE_H

#include <stdbool.h>

#include "rule/diag.h"
#include "rule/rule.h"
#include "rule/source.h"

#define INCLUDE_MAX_PARTS 64
#define INCLUDE_MAX_DEPTH 8
#define INCLUDE_MAX_NAME 64 /* bytes */

/* A plain file name: no folders, nothing hidden, nothing that a terminal should not see. */
bool include_name_right(const char *name);

/*
 * Cuts the file itself and all parts that it includes, directly or not, into
 * tokens; parts that the text does not hold as a bundle are asked of the
 * look-up, and their text is added. What was not found says why ('missing').
 */
void include_load(struct source *source, const struct rule_lookup *lookup, struct arena *arena,
		  struct diag_list *diags);

#endif
