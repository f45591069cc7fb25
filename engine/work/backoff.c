/* Own. */
#include "work/backoff.h"

int64_t backoff_delay(int attempts, int64_t row)
{
	int64_t delay = BACKOFF_FIRST;
	int i;

	for (i = 1; i < attempts && delay < BACKOFF_MAX; i++)
		delay *= 2;
	if (delay > BACKOFF_MAX)
		delay = BACKOFF_MAX;
	/* Knuth's multiplicative hash: the same row always gets the same share of the spread. */
	return delay + delay * (int64_t)((uint64_t)row * 2654435761u % 21) / 100;
}

int64_t backoff_host(int troubles)
{
	int64_t delay = 30;

	for (; troubles > 1 && delay < 900; troubles--)
		delay *= 2;
	return delay > 900 ? 900 : delay;
}
