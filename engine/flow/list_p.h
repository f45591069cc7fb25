/*
 * Appending to the arrays of a dossier. Those of a copy have room for exactly
 * what is in them (dossier_copy()), so arena_grow() must not be used on them.
 */
#ifndef POSTKAMER_FLOW_LIST_P_H
#define POSTKAMER_FLOW_LIST_P_H

#include <stddef.h>

#include "base/arena.h"

/* A copy of the array in 'arena' with room for one more, zeroed. */
void *flow_list_append(struct arena *arena, const void *items, size_t count, size_t size);

#endif
