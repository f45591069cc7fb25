/* Examples made from patterns: each must fit the pattern it was made from. */
/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "match/match.h"
#include "rule/sample.h"

/* Tests. */
#include "tap.h"

static void test_samples(void)
{
	static const struct {
		const char *pattern, *samples;
	} rows[] = {
		{ "legitimatie|paspoort|id-?kaart", "legitimatie paspoort id-kaart idkaart" },
		{ "jaar(cijfers|rekening)", "jaarcijfers jaarrekening" },
		{ "\\bib\\b", "ib" },
		{ "a+b*", "ab a" },
		{ "a{3}", "aaa" },
		{ "a{2,}", "aa" },
		{ "a{0,2}b", "ab b" },
		{ "a{x", "a{x" },
		{ "[abc]\\d[\\d]", "a11" },
		{ "(?:een|twee)-(?<n>x)", "een-x twee-x" },
		{ "^één$", "één" },
		{ "a.c", "axc" },
		{ "a\\.pdf", "a.pdf" },
		{ "a??b+?", "ab b" },
		{ "(a|b)(c|d)", "ac bc ad bd" },
		{ "(?=b)b", "b" },
		{ "(?<!huur)contract(?!ueel)", "contract" },
		{ "(a)\\1", "" },
		{ "[^a]", "x" },
		{ "[^]x]", "1" },
		{ "[^x1-]", " " },
		{ "[^[:alpha:]]", "" },
		{ "[[:alpha:]]", "" },
		{ "\\p{L}", "" },
		{ "a{99}", "" },
	};
	size_t i, j, count;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena arena = ARENA_INIT;
		struct buf got = BUF_INIT(BUF_MAX_TEXT);
		const char *const *samples = sample_pattern(&arena, rows[i].pattern, &count);
		struct match *match = NULL;

		tap_is_int(match_compile(rows[i].pattern, 0, &match, NULL, NULL), 0, "/%s/ compiles", rows[i].pattern);
		for (j = 0; j < count; j++) {
			buf_addf(&got, "%s%s", j ? " " : "", samples[j]);
			tap_is_int(match_test(match, samples[j], NULL), 1, "/%s/ fits its example '%s'", rows[i].pattern,
				   samples[j]);
		}
		tap_is_str(got.data, rows[i].samples, "examples of /%s/", rows[i].pattern);
		match_free(&match);
		buf_free(&got);
		arena_free(&arena);
	}
}

static void test_bounds(void)
{
	static const char *const patterns[] = {
		"(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)", "((((((((((((((((((((((((a))))))))))))))))))))))))",
		"(a{20}){20}", "((((a{20}){20}){20}){20}){20}", "(", "[", "\\", "a|", "(?<", "a{", "a{1", "*", "\xff",
	};
	size_t i, count;

	for (i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct arena arena = ARENA_INIT;

		sample_pattern(&arena, patterns[i], &count);
		tap_ok(count <= SAMPLE_MAX, "/%s/ gives %zu examples", patterns[i], count);
		arena_free(&arena);
	}
}

int main(void)
{
	test_samples();
	test_bounds();
	return tap_done();
}
