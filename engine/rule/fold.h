/*
 * Words as they are compared: two phrases that read the same on a line of mail
 * are the same, whatever capitals, accents, blanks and marks they are written with.
 */
#ifndef POSTKAMER_RULE_FOLD_H
#define POSTKAMER_RULE_FOLD_H

#include "base/arena.h"

/* Small letters without accents and digits, nothing else; from the arena. */
const char *fold_words(struct arena *arena, const char *text);

#endif
