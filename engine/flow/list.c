/* System. */
#include <string.h>

/* Own. */
#include "flow/list_p.h"

void *flow_list_append(struct arena *arena, const void *items, size_t count, size_t size)
{
	void *copy = arena_array(arena, count + 1, size);

	if (count)
		memcpy(copy, items, count * size);
	return copy;
}
