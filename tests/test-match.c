/* Base. */
#include "base/buf.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "match/match.h"

/* System. */
#include <stdlib.h>

/* Tests. */
#include "tap.h"

static struct match *compile(const char *pattern, unsigned flags)
{
	struct match *match = NULL;
	struct err err = ERR_INIT;

	if (match_compile(pattern, flags, &match, NULL, &err) < 0)
		printf("# /%s/: %s\n", pattern, err.text);
	return match;
}

static void test_compile(void)
{
	static const struct {
		const char *pattern;
		bool good;
		size_t offset;
	} rows[] = {
		{ "abc", true, 0 },	  { "", true, 0 },
		{ "a(b", false, 3 },	  { "a)b", false, 1 },
		{ "[z-a]", false, 3 },	  { "a\\Cb", false, 3 },
		{ "(?<naam>x)", true, 0 }, { "\\p{L}+", true, 0 },
		{ "\xff", false, 0 },	  { "*", false, 0 },
		{ "(((a{1,999}){1,999}){1,999}){1,999}", false, 35 },
	};
	struct err err;
	size_t i, offset;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct match *match = NULL;
		int ret;

		offset = 99;
		err = (struct err)ERR_INIT;
		ret = match_compile(rows[i].pattern, 0, &match, &offset, &err);
		tap_is_int(ret, rows[i].good ? 0 : -1, "compile /%s/", rows[i].pattern);
		tap_ok((match != NULL) == rows[i].good, "/%s/: a result only when good", rows[i].pattern);
		if (!rows[i].good) {
			tap_is_int((long long)offset, (long long)rows[i].offset, "/%s/: offset (%s)", rows[i].pattern,
				   err.text);
			tap_ok(err.code == ERR_INPUT && *err.text, "/%s/: error", rows[i].pattern);
		}
		match_free(&match);
	}
}

static void test_compile_limits(void)
{
	struct buf pattern = BUF_INIT(BUF_MAX_TEXT);
	struct match *match = NULL;
	struct err err = ERR_INIT;
	int i;

	for (i = 0; i < MATCH_MAX_PATTERN + 1; i++)
		buf_addc(&pattern, 'a');
	tap_is_int(match_compile(pattern.data, 0, &match, NULL, &err), -1, "a pattern that is too long");
	buf_truncate(&pattern, MATCH_MAX_PATTERN);
	tap_is_int(match_compile(pattern.data, 0, &match, NULL, &err), 0, "the longest pattern");
	match_free(&match);
	buf_reset(&pattern);
	for (i = 0; i < 200; i++)
		buf_addc(&pattern, '(');
	for (i = 0; i < 200; i++)
		buf_addc(&pattern, ')');
	tap_is_int(match_compile(pattern.data, 0, &match, NULL, &err), -1, "a pattern nested too deep");
	buf_free(&pattern);
}

static void test_find(void)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		const char *text;
		int found;
		size_t start, end;
	} rows[] = {
		{ "b+", 0, "abbbc", 1, 1, 4 },
		{ "x", 0, "abbbc", 0, 0, 0 },
		{ "PASPOORT", 0, "paspoort.pdf", 0, 0, 0 },
		{ "PASPOORT", MATCH_IGNORE_CASE, "mijn paspoort.pdf", 1, 5, 13 },
		{ "één", MATCH_IGNORE_CASE, "ÉÉN", 1, 0, 5 },
		{ "\\bib\\b", MATCH_IGNORE_CASE, "IB 2025.pdf", 1, 0, 2 },
		{ "\\bib\\b", MATCH_IGNORE_CASE, "bijlage.pdf", 0, 0, 0 },
		{ "\\bib\\b", MATCH_IGNORE_CASE, "éib", 0, 0, 0 },
		{ "^$", 0, "", 1, 0, 0 },
		{ "a", 0, "\xff\xfe" "a", 1, 2, 3 },
		{ "a.b", 0, "a\xff" "b", 0, 0, 0 },
		{ "b", 0, "a\xc3", 0, 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct match *match = compile(rows[i].pattern, rows[i].flags);
		struct match_hit hit = { 0 };
		struct err err = ERR_INIT;
		int found = match ? match_find(match, rows[i].text, strlen(rows[i].text), 0, &hit, &err) : -2;

		tap_is_int(found, rows[i].found, "/%s/ in '%s'", rows[i].pattern, rows[i].text);
		if (found == 1) {
			tap_is_int((long long)hit.groups[0].start, (long long)rows[i].start, "/%s/: start",
				   rows[i].pattern);
			tap_is_int((long long)hit.groups[0].end, (long long)rows[i].end, "/%s/: end", rows[i].pattern);
		}
		match_free(&match);
	}
}

static void test_groups(void)
{
	struct match *match = compile("(?<jaar>20\\d{2})-(x)?(\\d+)", 0);
	struct match_hit hit;

	tap_is_int(match_group(match, "jaar"), 1, "a named group");
	tap_is_int(match_group(match, "maand"), -1, "a group that is not there");
	tap_is_int(match_find(match, "nr 2026-55", 10, 0, &hit, NULL), 1, "found");
	tap_is_int((long long)hit.count, 4, "groups");
	tap_ok(hit.groups[1].start == 3 && hit.groups[1].end == 7, "the year");
	tap_ok(hit.groups[2].start == MATCH_NONE && hit.groups[2].end == MATCH_NONE, "a group that took no part");
	tap_ok(hit.groups[3].start == 8 && hit.groups[3].end == 10, "the rest");
	tap_is_str(match_pattern(match), "(?<jaar>20\\d{2})-(x)?(\\d+)", "the pattern's text");
	match_free(&match);
	match = compile("(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)", 0);
	tap_is_int(match_find(match, "aaaaaaaaaaaaaaaaaaaa", 20, 0, &hit, NULL), 1, "many groups");
	tap_is_int((long long)hit.count, MATCH_MAX_GROUPS, "no more groups than there is room for");
	match_free(&match);
}

/* All hits as "start-end start-end". */
static void all_hits(const struct match *match, const char *text, struct buf *out)
{
	size_t len = strlen(text), steps = 0;
	struct match_hit hit;
	int found;

	for (found = match_find(match, text, len, 0, &hit, NULL); found == 1 && steps++ < 100;
	     found = match_next(match, text, len, &hit, NULL))
		buf_addf(out, "%s%zu-%zu", out->len ? " " : "", hit.groups[0].start, hit.groups[0].end);
}

static void test_walk(void)
{
	static const struct {
		const char *pattern, *text, *hits;
	} rows[] = {
		{ "\\d+", "1 22 333", "0-1 2-4 5-8" },
		{ "x*", "axb", "0-0 1-2 2-2 3-3" },
		{ "\\b", "ab cd", "0-0 2-2 3-3 5-5" },
		{ "", "é€", "0-0 2-2 5-5" },
		{ "z", "abc", "" },
		{ "$", "", "0-0" },
		{ "(?(DEFINE)(?<s>\\Ka))(?<=(?&s))", "aaa", NULL }, /* ends, whatever it finds */
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct match *match = compile(rows[i].pattern, 0);
		struct buf out = BUF_INIT(BUF_MAX_TEXT);

		if (match)
			all_hits(match, rows[i].text, &out);
		if (rows[i].hits)
			tap_is_str(out.data, rows[i].hits, "all hits of /%s/ in '%s'", rows[i].pattern, rows[i].text);
		else
			tap_ok(out.len < 100, "the walk of /%s/ ends (%s)", rows[i].pattern, out.data);
		buf_free(&out);
		match_free(&match);
	}
}

static void test_whole(void)
{
	struct match *match = compile("20\\d{2}-\\d{5,7}-[A-Z]|X", 0);

	tap_is_int(match_whole(match, "2026-00042-N", NULL), 1, "the whole text");
	tap_is_int(match_whole(match, "2026-00042-N ", NULL), 0, "with something behind it");
	tap_is_int(match_whole(match, "a2026-00042-N", NULL), 0, "with something before it");
	tap_is_int(match_whole(match, "X", NULL), 1, "the other branch");
	tap_is_int(match_whole(match, "X\n", NULL), 0, "a newline counts");
	match_free(&match);
}

/* Bad patterns end soon, and as a fault of the rule, not as "no match". */
static void test_limits(void)
{
	static const char *const patterns[] = { "(a+)+$", "(a|aa)+$", "(.*)*(.*)*(.*)*x", "(?:(?:a?)*)*b",
						"^(a|b|ab)*c$", "(?R)?a(?R)?b" };
	char *text = xcalloc(1, 20001);
	size_t i;

	memset(text, 'a', 20000);
	for (i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct match *match = compile(patterns[i], 0);
		struct err err = ERR_INIT;
		char shorter[41] = "";
		int found;

		memset(shorter, 'a', 39);
		shorter[39] = '!';
		found = match ? match_test(match, shorter, &err) : -1;
		tap_ok(found == 0 || (found == -1 && (!match || err.code == ERR_LIMIT)), "/%s/ on 40 bytes: %d %s",
		       patterns[i], found, err.text);
		found = match ? match_test(match, text, &err) : -1;
		tap_ok(found >= 0 || !match || (err.code == ERR_LIMIT && strstr(err.text, patterns[i])),
		       "/%s/ on 20000 bytes: %d", patterns[i], found);
		match_free(&match);
	}
	free(text);
}

static void test_known_bomb(void)
{
	struct match *match = compile("^(a+)+$", 0);
	struct err err = ERR_INIT;
	char text[64] = "";

	memset(text, 'a', 40);
	text[40] = '!';
	tap_is_int(match_test(match, text, &err), -1, "a bomb is a fault");
	tap_is_int(err.code, ERR_LIMIT, "of the kind limit");
	tap_is_str(err.text, "pattern /^(a+)+$/ takes too much work: match limit exceeded", "in words");
	match_free(&match);
}

static void test_long_text(void)
{
	char *text = xcalloc(1, MATCH_MAX_TEXT + 2);
	struct match *match = compile("b", 0);
	struct err err = ERR_INIT;

	memset(text, 'a', MATCH_MAX_TEXT + 1);
	tap_is_int(match_find(match, text, MATCH_MAX_TEXT, 0, NULL, &err), 0, "the longest text");
	tap_is_int(match_find(match, text, MATCH_MAX_TEXT + 1, 0, NULL, &err), -1, "a text that is too long");
	tap_is_int(err.code, ERR_LIMIT, "is over a limit");
	tap_is_int(match_find(match, text, 10, 11, NULL, &err), 0, "a start behind the end finds nothing");
	match_free(&match);
	match_free(&match);
	free(text);
}

int main(void)
{
	test_compile();
	test_compile_limits();
	test_find();
	test_groups();
	test_walk();
	test_whole();
	test_limits();
	test_known_bomb();
	test_long_text();
	return tap_done();
}
