/* System. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "base/arena.h"

#define ARENA_BLOCK 4096u
#define ARENA_ALIGN 16u

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	_Alignas(16) char data[];
};

void arena_init(struct arena *arena)
{
	arena->blocks = NULL;
	arena->used = 0;
}

void arena_free(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	arena_init(arena);
}

static struct arena_block *arena_block_new(size_t size)
{
	struct arena_block *block = xcalloc(1, sizeof *block + size);

	block->size = size;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t need = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	struct arena_block *block = arena->blocks;
	void *ptr;

	if (need < size)
		return xmalloc(SIZE_MAX);
	if (!block || block->size - block->used < need) {
		block = arena_block_new(need > ARENA_BLOCK ? need : ARENA_BLOCK);
		block->next = arena->blocks;
		arena->blocks = block;
	}
	ptr = block->data + block->used;
	block->used += need;
	arena->used += need;
	return ptr;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		return xmalloc(SIZE_MAX);
	return arena_alloc(arena, count * size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	size_t n = strnlen(text, len);
	char *copy = arena_alloc(arena, n + 1);

	memcpy(copy, text, n);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

void *arena_memdup(struct arena *arena, const void *data, size_t len)
{
	void *copy = arena_alloc(arena, len);

	if (len)
		memcpy(copy, data, len);
	return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int need;

	va_start(ap, fmt);
	va_copy(again, ap);
	need = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = arena_alloc(arena, (size_t)need + 1);
	vsnprintf(text, (size_t)need + 1, fmt, ap);
	va_end(ap);
	return text;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t size)
{
	size_t cap = 4;
	void *moved;

	if (count >= 4 && (count & (count - 1)) != 0)
		return items;
	if (count > 0 && count < 4)
		return items;
	while (cap <= count)
		cap *= 2;
	moved = arena_array(arena, cap, size);
	if (count)
		memcpy(moved, items, count * size);
	return moved;
}
