/*
 * Dossier numbers in what people write, by the patterns of all workflows and of
 * every version that a dossier runs under: what stood in our mail once is found
 * for as long as its dossier is there.
 */
#ifndef POSTKAMER_WORK_NUMBERS_H
#define POSTKAMER_WORK_NUMBERS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct engine;

struct numbers {
	const char **list;
	size_t count;
	const char *unread; /* why a pattern could not be tried on the text (a limit of PCRE2), NULL = all were: then
			       there may be more of them, and one of the list may be a part of a longer one */
};

/*
 * The distinct numbers that 'text' (a subject, a file name, a sentence) seems to
 * hold, in canonical form (flow/number.h), from the arena. What only stands there
 * as a part of a longer one ("2026-00001-K" in "IV-2026-00001-K") is none. -1
 * where the store fails.
 */
int numbers_find(struct engine *engine, const char *text, struct arena *arena, struct numbers *numbers_r,
		 struct err *err);

#endif
