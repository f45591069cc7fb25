/*
 * Mutations of the shipped workflow, seeded and bounded: whatever stands in
 * the file, loading it ends with a program or with an error, and its dump
 * loads again. POSTKAMER_FUZZ_RUNS=n does more; POSTKAMER_FUZZ_SEED=n others.
 * A file of 10,000 lines, with the time it took.
 */
/* System. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "rule/element.h"
#include "rule/rule.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define RUNS 3000
#define TEXT_MAX 60000

/* xorshift64*: the same on every machine. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ull;
}

static size_t below(uint64_t *state, size_t limit)
{
	return limit ? (size_t)(next_random(state) >> 33) % limit : 0;
}

static void splice(char *text, size_t *len, size_t at, size_t cut, const char *add, size_t add_len)
{
	if (cut > *len - at)
		cut = *len - at;
	if (*len - cut + add_len >= TEXT_MAX)
		return;
	memmove(text + at + add_len, text + at + cut, *len - at - cut);
	memcpy(text + at, add, add_len);
	*len += add_len - cut;
}

static const char *const pieces[] = {
	"{", "}", "(", ")", ";", ",", "\"", "/", "..", "-", ":", "=", "#", "\n", "\r", "\t", "\\", "\xff", "\xe2\x80\x9c", "€",
	"\xef\xbb\xbf", "if ", "not ", " and ", " or ", "goto verzamelen", "state x \"X\" {\n", "on enter { goto verzamelen }\n",
	"0", "99999999", "1.00", "08:00", "/(a+)+/i", "{year}", "{serial:99}", "always {", "documents {",
};

static void mutate(char *text, size_t *len, uint64_t *seed)
{
	const struct element *list;
	size_t at = below(seed, *len + 1), count, from;
	char copy[200];

	list = element_list(&count);
	switch (below(seed, 7)) {
	case 0: splice(text, len, at, 1 + below(seed, 30), "", 0); break;
	case 1: splice(text, len, at, 0, at % 2 ? " " : "\n", 1); break;
	case 2: {
		const char *piece = pieces[below(seed, sizeof pieces / sizeof *pieces)];

		splice(text, len, at, below(seed, 3), piece, strlen(piece));
		break;
	}
	case 3: {
		const char *words = list[below(seed, count)].words;

		splice(text, len, at, below(seed, 10), words, strlen(words));
		break;
	}
	case 4:
		if (at < *len)
			text[at] = (char)(1 + below(seed, 255));
		break;
	case 5: splice(text, len, at, *len - at < 400 ? *len - at : 0, "", 0); break;
	default:
		from = below(seed, *len + 1);
		count = below(seed, sizeof copy);
		if (count > *len - from)
			count = *len - from;
		memcpy(copy, text + from, count);
		splice(text, len, at, below(seed, 40), copy, count);
		break;
	}
}

/* Is all well? Everything is used that the program or the list offers. */
static bool try_text(const char *text, size_t len, const struct rule_lookup *lookup, size_t *programs)
{
	struct diag_list diags = DIAG_LIST_INIT, again = DIAG_LIST_INIT;
	struct buf out = BUF_INIT(BUF_MAX_FILE), dump = BUF_INIT(BUF_MAX_FILE);
	struct program *program = rule_load("fuzz.rules", text, len, lookup, &diags), *second = NULL;
	bool good = (program == NULL) == (diags.errors > 0);

	diag_list_format(&diags, &out);
	good = good && !buf_failed(&out) && str_utf8_valid(out.data);
	if (program) {
		(*programs)++;
		rule_dump(program, &dump);
		second = rule_load("dump.rules", dump.data, dump.len, lookup, &again);
		rule_graph(program, NULL, &out);
		good = good && second != NULL;
	}
	program_free(&program);
	program_free(&second);
	diag_list_free(&diags);
	diag_list_free(&again);
	buf_free(&out);
	buf_free(&dump);
	return good;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);
	int64_t number;

	return value && str_to_i64(value, &number) && number > 0 ? (uint64_t)number : otherwise;
}

static void test_mutations(void)
{
	uint64_t seed = number_from("POSTKAMER_FUZZ_SEED", 20260302), runs = number_from("POSTKAMER_FUZZ_RUNS", RUNS);
	struct buf shipped = BUF_INIT(BUF_MAX_FILE);
	char *text = xcalloc(1, TEXT_MAX + 1);
	size_t programs = 0, bad = 0;
	uint64_t i;

	if (!tap_ok(tree_read("rules/inkomensverklaring.rules", &shipped), "the shipped workflow is there"))
		return;
	for (i = 0; i < runs; i++) {
		size_t len = shipped.len, steps = 1 + below(&seed, 6);
		uint64_t start = seed;

		memcpy(text, shipped.data, len);
		while (steps--)
			mutate(text, &len, &seed);
		text[len] = '\0';
		if (try_text(text, len, i % 4 ? NULL : &known_lookup, &programs))
			continue;
		if (bad++ < 3)
			printf("# run %llu (state %llu) went wrong:\n# ---\n%s\n# ---\n", (unsigned long long)i,
			       (unsigned long long)start, text);
	}
	printf("# %llu mutations, %zu of them programs\n", (unsigned long long)runs, programs);
	tap_is_int((long long)bad, 0, "each mutation gives a program or an error");
	tap_ok(programs > 0 && programs < runs, "some of them were programs, some not");
	buf_free(&shipped);
	free(text);
}

/* Every piece of the file that ends early. */
static void test_prefixes(void)
{
	struct buf shipped = BUF_INIT(BUF_MAX_FILE);
	size_t len, programs = 0, bad = 0;

	tree_read("rules/inkomensverklaring.rules", &shipped);
	for (len = 0; len < shipped.len; len += 3)
		bad += !try_text(shipped.data, len, NULL, &programs);
	tap_is_int((long long)bad, 0, "each beginning of the file gives a program or errors");
	buf_free(&shipped);
}

static void large_file(struct buf *text, int states)
{
	int i;

	buf_adds(text, "workflow groot \"Groot\"\nlanguage nl\nstart s0\n"
		       "documents {\n    bewijs \"Bewijs\" required accept pdf match /bewijs/i\n}\n");
	for (i = 0; i < states; i++)
		buf_addf(text,
			 "state s%d \"Toestand %d\" {\n"
			 "    uploads open\n"
			 "    on enter { mail welkom }\n"
			 "    on document rejected, slot added if not slot bewijs filled and office { mail welkom }\n"
			 "    on staff take { goto s%d }\n"
			 "    on staff finish if documents complete { mail welkom attach bewijs; goto s%d }\n"
			 "    after 2 days, then every 5 days, 4 times { mail welkom }\n"
			 "    every 2 weeks, 3 times { mail melding to staff }\n"
			 "    on client cancel { goto einde }\n"
			 "}\n",
			 i, i, i + 1 < states ? i + 1 : 0, (i * 7) % states);
	buf_adds(text, "state einde \"Einde\" final { }\nkeep 7 years after final\n");
}

static void test_large(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct diag_list diags = DIAG_LIST_INIT;
	struct timespec from, until;
	struct program *program;
	double seconds;

	large_file(&text, 1000);
	clock_gettime(CLOCK_MONOTONIC, &from);
	program = rule_load("groot.rules", text.data, text.len, &known_lookup, &diags);
	clock_gettime(CLOCK_MONOTONIC, &until);
	seconds = (double)(until.tv_sec - from.tv_sec) + (double)(until.tv_nsec - from.tv_nsec) / 1e9;
	printf("# 10,000 lines in %.3f s\n", seconds);
	tap_ok(program != NULL, "a file of 10,000 lines loads");
	tap_ok(seconds < 20, "not in minutes");
	program_free(&program);
	diag_list_free(&diags);
	buf_free(&text);
}

int main(void)
{
	test_mutations();
	test_prefixes();
	test_large();
	return tap_done();
}
