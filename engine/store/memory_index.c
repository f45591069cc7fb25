/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "store/memory_p.h"

/* FNV-1a. */
uint32_t index_hash(const char *text, uint64_t number)
{
	uint32_t hash = 2166136261u;

	for (; text && *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	for (; number; number >>= 8)
		hash = (hash ^ (unsigned char)number) * 16777619u;
	return hash;
}

/* In order, so that the latest of a bucket stands in front: index_pop() relies on it. */
static void index_rebuild(struct index *index)
{
	size_t i;

	free(index->heads);
	index->buckets = index->buckets ? index->buckets * 4 : 256;
	index->heads = xcalloc(index->buckets, sizeof *index->heads);
	for (i = 0; i < index->count; i++) {
		uint32_t *head = &index->heads[index->hashes[i] % index->buckets];

		index->next[i] = *head;
		*head = (uint32_t)i + 1;
	}
}

void index_add(struct index *index, uint32_t hash)
{
	index->next = xgrow(index->next, &index->cap, index->count + 1, sizeof *index->next);
	index->hashes = xgrow(index->hashes, &index->hash_cap, index->count + 1, sizeof *index->hashes);
	if (index->count >= index->buckets)
		index_rebuild(index);
	index->hashes[index->count] = hash;
	index->next[index->count] = index->heads[hash % index->buckets];
	index->heads[hash % index->buckets] = (uint32_t)++index->count;
}

void index_pop(struct index *index)
{
	index->count--;
	index->heads[index->hashes[index->count] % index->buckets] = index->next[index->count];
}

static int64_t index_match(const struct index *index, uint32_t id, uint32_t hash)
{
	while (id && index->hashes[id - 1] != hash)
		id = index->next[id - 1];
	return id;
}

int64_t index_first(const struct index *index, uint32_t hash)
{
	return index->buckets ? index_match(index, index->heads[hash % index->buckets], hash) : 0;
}

int64_t index_next(const struct index *index, int64_t id)
{
	return index_match(index, index->next[id - 1], index->hashes[id - 1]);
}

void index_free(struct index *index)
{
	free(index->heads);
	free(index->next);
	free(index->hashes);
}
