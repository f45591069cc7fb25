/*
 * Examples of what a pattern fits: a handful of short texts, made from the
 * pattern's own letters, alternatives and repeats. Enough to see that two
 * patterns take the same names; no proof that they do not.
 */
#ifndef POSTKAMER_RULE_SAMPLE_H
#define POSTKAMER_RULE_SAMPLE_H

#include <stddef.h>

#include "base/arena.h"

#define SAMPLE_MAX 16 /* examples per pattern */

/*
 * Up to SAMPLE_MAX texts from the arena; '*count_r' is 0 for a pattern with
 * something in it that is not understood (back references, properties, …).
 * The caller tries each against the pattern before he believes it: look-around
 * and anchors count for nothing here.
 */
const char *const *sample_pattern(struct arena *arena, const char *pattern, size_t *count_r);

#endif
