/* System. */
#include <stdio.h>
#include <stdlib.h>

/* Own. */
#include "imap/uidset.h"

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

size_t imap_uidset_sort(uint32_t *uids, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(uids, count, sizeof *uids, compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || uids[kept - 1] != uids[i])
			uids[kept++] = uids[i];
	return kept;
}

bool imap_uidset_has(const uint32_t *uids, size_t count, uint32_t uid, size_t *at)
{
	const uint32_t *found = count ? bsearch(&uid, uids, count, sizeof *uids, compare) : NULL;

	if (found && at)
		*at = (size_t)(found - uids);
	return found != NULL;
}

size_t imap_uidset_run(const uint32_t *uids, size_t count)
{
	size_t n = count ? 1 : 0;

	while (n < count && uids[n] == uids[n - 1] + 1)
		n++;
	return n;
}

static size_t written(const uint32_t *uids, size_t run)
{
	char text[32];
	int n = run == 1 ? snprintf(text, sizeof text, "%u,", uids[0])
			 : snprintf(text, sizeof text, "%u:%u,", uids[0], uids[run - 1]);

	return (size_t)n;
}

size_t imap_uidset_fit(const uint32_t *uids, size_t count, size_t bytes)
{
	size_t taken = 0, used = 0;

	while (taken < count) {
		size_t run = imap_uidset_run(uids + taken, count - taken);

		used += written(uids + taken, run);
		if (used > bytes && taken)
			break;
		taken += run;
	}
	return taken;
}
