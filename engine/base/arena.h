/*
 * Memory for one unit of work (one mail, one rule file, one decision): made at
 * its start, handed down, dropped whole at its end. Nothing in an arena is
 * freed by itself; nothing long-lived points into one.
 */
#ifndef POSTKAMER_BASE_ARENA_H
#define POSTKAMER_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* owned; newest first */
	size_t used;                /* bytes handed out, for limits and tests */
};

#define ARENA_INIT { NULL, 0 }

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);
/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/* Zeroed memory for 'count' elements; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* NULL in gives NULL out. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
void *arena_memdup(struct arena *arena, const void *data, size_t len);
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Growth of an array inside an arena: room for 'count' + 1 elements of 'size'
 * bytes. 'count' is the number in use; capacity is the next power of two (at
 * least 4), so no capacity has to be kept. Returns the (possibly moved) array;
 * the old one stays in the arena until that is dropped.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t size);

#endif
