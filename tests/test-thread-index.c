/* Thread-Index: made, extended, and what is none. */

/* System. */
#include <string.h>

/* Base. */
#include "base/arena.h"
#include "base/str.h"

/* Engine. */
#include "mime/thread_index.h"

/* Own. */
#include "tap.h"

#define MARCH 1772438400 /* 2026-03-02 08:00 UTC */

static const unsigned char guid[THREAD_INDEX_GUID] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

/* Worked out by hand: FILETIME of that moment is 0x01dcaa1a916d4000. */
#define HEAD "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEA=="

static const struct {
	const char *name, *value;
	int64_t at;
	const char *extended; /* NULL = it is none */
} rows[] = {
	{ "an answer at once", HEAD, MARCH, "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAAAAAw" },
	/* 60 s = 600,000,000 ticks (and 0x4000 that the head leaves off) >> 18 = 2288 = 0x8f0 */
	{ "an answer after a minute", HEAD, MARCH + 60, "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAACPAw" },
	/* Three years = 946,080,000,000,000 ticks >> 23 = 0x6b8e8d4, with the top bit */
	{ "an answer after three years", HEAD, MARCH + 3LL * 365 * 86400, "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEIa46NQw" },
	{ "an answer before its question", HEAD, MARCH - 86400, "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAAAAAw" },
	{ "an answer to an answer", "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAACPAw", MARCH + 60,
	  "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAACPAwAAAI8DA=" },
	{ "folded", "AdyqGpFtAQIDBAUG\r\n\t BwgJCgsMDQ4PEA==", MARCH, "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAAAAAw" },
	{ "nothing", "", MARCH, NULL },
	{ "no base64", "AdyqGpFtAQIDBAUG!wgJCgsMDQ4PEA==", MARCH, NULL },
	{ "base64 that ends early", "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEA", MARCH, NULL },
	{ "something behind its end", HEAD "AAAA", MARCH, NULL },
	{ "a byte short", "AdyqGpFtAQIDBAUGBwgJCgsMDQ4P", MARCH, NULL },
	{ "no whole answer", "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEAAACA==", MARCH, NULL },
	{ "begins with another byte", "AtyqGsiFAQIDBAUGBwgJCgsMDQ4PEA==", MARCH, NULL },
	{ "a header of another kind", "\" onload=\"x", MARCH, NULL },
};

static void test_rows(struct arena *arena)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_str(thread_index_extend(arena, rows[i].value, rows[i].at, 3), rows[i].extended, "%s", rows[i].name);
	tap_is_str(thread_index_extend(arena, NULL, MARCH, 3), NULL, "no header at all");
}

/* However long a thread goes on, the header stays within its bound and keeps its conversation. */
static void test_long(struct arena *arena)
{
	const char *index = thread_index_make(arena, guid, MARCH);
	size_t longest = 0;
	bool same = true;
	char *huge;
	int i;

	for (i = 0; i < 500; i++) {
		index = thread_index_extend(arena, index, MARCH + i * 60, (unsigned char)i);
		longest = index && strlen(index) > longest ? strlen(index) : longest;
		same = same && index && strncmp(index, HEAD, 28) == 0;
	}
	tap_ok(same, "500 answers are one conversation");
	tap_ok(longest == (22 + 5 * THREAD_INDEX_MAX_ANSWERS + 2) / 3 * 4, "and none has a longer index: %zu", longest);
	huge = arena_array(arena, 20001, 1);
	memset(huge, 'A', 20000);
	huge[1] = 'd';
	tap_is_str(thread_index_extend(arena, huge, MARCH, 0), NULL, "20,000 characters are none");
}

int main(void)
{
	struct arena arena = ARENA_INIT;

	tap_is_str(thread_index_make(&arena, guid, MARCH), HEAD, "a first mail");
	test_rows(&arena);
	test_long(&arena);
	arena_free(&arena);
	return tap_done();
}
