/*
 * Words as they are compared: two phrases that read the same on a line of mail
 * are the same, whatever capitals, accents, blanks and marks they are written with.
 */
#ifndef POSTKAMER_RULE_FOLD_H
#define POSTKAMER_RULE_FOLD_H

#include <stdbool.h>

#include "base/arena.h"

/* Small letters without accents and digits, nothing else; from the arena. */
const char *fold_words(struct arena *arena, const char *text);

/*
 * The same, with one blank wherever blanks, hyphens or underscores stand between
 * words: "aangifte_ib" and "Aangifte IB" are called the same.
 */
const char *fold_called(struct arena *arena, const char *text);

/* Does an accent stand loose behind its letter (U+0300 … U+036F), as some programs write it? */
bool fold_has_loose_accent(const char *text);

#endif
