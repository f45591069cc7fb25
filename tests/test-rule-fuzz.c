/*
 * Mutations of rule files and bundles, seeded and bounded: whatever stands in
 * the file, loading it ends with a program or with an error, and its dump
 * loads again. POSTKAMER_FUZZ_RUNS=n does more; POSTKAMER_FUZZ_SEED=n others.
 * (The long hunt is make fuzz-rule.) A file of 10,000 lines, with the time it
 * took; POSTKAMER_BENCH=1 does only that, several times and more kinds of it.
 */
/* System. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Base. */
#include "base/sanitized.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "rule/element.h"
#include "rule/rule.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define RUNS (SANITIZED ? 1000 : 3000)
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
	"include \"kort.part\"\n", "\f", "\fkort.part 3\n",
	"fact woning", " is ", " at least ", "2026-03-01", "-1.00", "yes", "no",
	"facts {", "form x \"X\" from client {", "phrase x from client nl \"x\" en \"y\"\n", " for approval",
	" required if ",
	"set fact woning ", "note \"x\"", " with form verhuizing", "nl \"hulp\"", "0", "99999999", "1.00", "08:00", "/(a+)+/i",
	"{year}", "{serial:99}",
	"always {", "documents {",
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

/* What mutations start from: a workflow that ships, all of the language, and a file with its parts as a bundle. */
static const char *const origins[] = { "rules/inkomensverklaring.rules", "tests/golden/rule/good-full.rules",
				       "tests/golden/rule/good-include.rules" };

#define ORIGINS (sizeof origins / sizeof *origins)

static bool read_origins(struct buf texts[ORIGINS])
{
	size_t i;

	for (i = 0; i < ORIGINS; i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct program *program;

		texts[i] = (struct buf)BUF_INIT(BUF_MAX_FILE);
		if (!tree_read(origins[i], &texts[i]))
			return false;
		program = rule_load(origins[i], texts[i].data, texts[i].len, &parts_lookup, &diags);
		if (program) {
			buf_reset(&texts[i]);
			buf_adds(&texts[i], program->source);
		}
		program_free(&program);
		diag_list_free(&diags);
	}
	return true;
}

static void test_mutations(void)
{
	static const struct rule_lookup *const lookups[] = { NULL, &known_lookup, &parts_lookup, &parts_lookup };
	uint64_t seed = number_from("POSTKAMER_FUZZ_SEED", 20260302), runs = number_from("POSTKAMER_FUZZ_RUNS", RUNS);
	struct buf texts[ORIGINS];
	char *text = xcalloc(1, TEXT_MAX + 1);
	size_t programs = 0, bad = 0;
	uint64_t i;

	if (!tap_ok(read_origins(texts), "the texts to start from are there"))
		return;
	for (i = 0; i < runs; i++) {
		const struct buf *from = &texts[i % ORIGINS];
		size_t len = from->len, steps = 1 + below(&seed, 6);
		uint64_t start = seed;

		memcpy(text, from->data, len);
		while (steps--)
			mutate(text, &len, &seed);
		text[len] = '\0';
		if (try_text(text, len, lookups[i % 4], &programs))
			continue;
		if (bad++ < 3)
			printf("# run %llu (state %llu) went wrong:\n# ---\n%s\n# ---\n", (unsigned long long)i,
			       (unsigned long long)start, text);
	}
	printf("# %llu mutations, %zu of them programs\n", (unsigned long long)runs, programs);
	tap_is_int((long long)bad, 0, "each mutation gives a program or an error");
	tap_ok(programs > 0 && programs < runs, "some of them were programs, some not");
	for (i = 0; i < ORIGINS; i++)
		buf_free(&texts[i]);
	free(text);
}

/* Every piece of the files that ends early. */
static void test_prefixes(void)
{
	struct buf texts[ORIGINS];
	size_t i, len, programs = 0, bad = 0;

	if (!read_origins(texts))
		return;
	for (i = 0; i < ORIGINS; i++) {
		for (len = 0; len < texts[i].len; len += 3)
			bad += !try_text(texts[i].data, len, &parts_lookup, &programs);
		buf_free(&texts[i]);
	}
	tap_is_int((long long)bad, 0, "each beginning of the files gives a program or errors");
}

/* --- large files --- */

static void large_head(struct buf *text)
{
	buf_adds(text, "workflow groot \"Groot\"\nlanguage nl, en\nnumber /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new "
		       "\"{year}-{serial:5}-{check}\"\nstart s0\n"
		       "documents {\n    bewijs \"Bewijs\" required accept pdf match /bewijs/i\n}\n");
}

static void large_states(struct buf *text, int states)
{
	int i;

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
}

/* 500 of each thing that has a name, and conditions and actions of all of them. */
static void large_names(struct buf *text)
{
	int i;

	buf_adds(text, "documents {\n");
	for (i = 0; i < 450; i++)
		buf_addf(text, "    stuk%d \"Stuk %d\" required if fact f%d accept pdf match /stuk%d[a-z]|deel-?%d/i\n", i, i, i, i, i);
	buf_adds(text, "}\nfacts {\n");
	for (i = 0; i < 450; i++)
		buf_addf(text, "    f%d \"Feit %d\" yes or no default no\n", i, i);
	buf_adds(text, "}\n");
	for (i = 0; i < 90; i++)
		buf_addf(text, "form v%d \"Vragen %d\" from client {\n    f%d \"Feit\" yes or no\n}\n", i, i, i);
	for (i = 0; i < 450; i++)
		buf_addf(text, "phrase zin%d from client nl \"zin nummer %d\" en \"phrase number %d\"\n", i, i, i);
	for (i = 0; i < 450; i++)
		buf_addf(text,
			 "state t%d \"Ook %d\" {\n    on phrase zin%d if fact f%d { set fact f%d yes }\n"
			 "    on form received v%d { mail rapport-gereed with form v%d to client }\n    on staff take { goto t%d }\n}\n",
			 i, i, i, i, (i * 7) % 450, i % 90, i % 90, i + 1);
	buf_adds(text, "state t450 \"Laatste\" { on staff take { goto einde } }\nalways { on staff finish { goto t0 } }\n");
}

static void large_end(struct buf *text)
{
	buf_adds(text, "state einde \"Einde\" final { }\nalways { on staff withdraw { goto einde } }\n"
		       "keep 7 years after final\n");
}

/* Nothing in it is right: one name that is nowhere in each line. */
static void large_faulty(struct buf *text)
{
	int i;

	for (i = 0; i < 9900; i++)
		if (i % 10)
			buf_addf(text, "    on staff take if slot gene%d filled { goto nergens%d }\n", i, i);
		else
			buf_addf(text, "%sstate u%d \"Fout %d\" {\n", i ? "}\n" : "", i, i);
}

static double load_timed(const char *name, const struct buf *text, bool right)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct timespec from, until;
	struct program *program;
	double seconds;
	size_t i, lines = 0;

	for (i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	clock_gettime(CLOCK_MONOTONIC, &from);
	program = rule_load("groot.rules", text->data, text->len, &known_lookup, &diags);
	clock_gettime(CLOCK_MONOTONIC, &until);
	seconds = (double)(until.tv_sec - from.tv_sec) + (double)(until.tv_nsec - from.tv_nsec) / 1e9;
	printf("# %s: %zu lines in %.3f s\n", name, lines, seconds);
	for (i = 0; i + 1 < diags.count && diags.items[i].severity != DIAG_ERROR; i++)
		;
	tap_ok((program != NULL) == right, "%s: %s", name, diags.count ? diags.items[i].message : "no faults");
	program_free(&program);
	diag_list_free(&diags);
	return seconds;
}

static void test_large(int rounds)
{
	struct buf states = BUF_INIT(BUF_MAX_FILE), names = BUF_INIT(BUF_MAX_FILE), faulty = BUF_INIT(BUF_MAX_FILE);

	large_head(&states);
	large_states(&states, 1000);
	large_end(&states);
	large_head(&names);
	large_states(&names, 720);
	large_names(&names);
	large_end(&names);
	large_head(&faulty);
	large_faulty(&faulty);
	while (rounds-- > 0) {
		tap_ok(load_timed("a thousand states", &states, true) < 20, "not in minutes");
		tap_ok(load_timed("many names", &names, true) < 20, "not in minutes");
		tap_ok(load_timed("a fault in each line", &faulty, false) < 20, "not in minutes");
	}
	buf_free(&states);
	buf_free(&names);
	buf_free(&faulty);
}

int main(void)
{
	if (getenv("POSTKAMER_BENCH")) {
		test_large(5);
		return tap_done();
	}
	test_mutations();
	test_prefixes();
	test_large(1);
	return tap_done();
}
