/*
 * The language of scenarios: golden files (a scenario file and the whole text
 * of its diagnostics), and the table of its elements in the manual.
 * POSTKAMER_GOLDEN_WRITE=1 writes both anew; read the difference.
 */
/* System. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/xalloc.h"

/* Engine. */
#include "scenario/scenario.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define GOLDEN "tests/golden/scenario"

static struct program *shipped;

/* --- what the scenarios may name --- */

static const struct program *find_program(void *ctx, const char *name)
{
	(void)ctx;
	return str_eq(name, shipped->name) ? shipped : NULL;
}

static const struct program *program_at(void *ctx, size_t index)
{
	(void)ctx;
	return index ? NULL : shipped;
}

static const char *service_at(void *ctx, size_t index)
{
	(void)ctx;
	return index ? NULL : "pentrax";
}

static const char *brand_at(void *ctx, size_t index)
{
	(void)ctx;
	return index ? NULL : "jansen";
}

static const char *staff_at(void *ctx, size_t index)
{
	(void)ctx;
	return index ? NULL : "els@example.nl";
}

static bool template_find(void *ctx, const char *name, const char **nearest)
{
	(void)ctx;
	*nearest = "stukken-ontbreken";
	return str_eq(name, "stukken-ontbreken") || str_eq(name, "aanvraag-bevestigd") || str_eq(name, "stukken-nodig");
}

static const char *reason_at(void *ctx, size_t index)
{
	(void)ctx;
	return index ? NULL : "unknown-number";
}

static const struct scenario_lookup lookup = { NULL, find_program, program_at, service_at, brand_at, staff_at,
					       template_find, reason_at };

/* --- golden files --- */

static void golden_check(const char *name)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), want = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE);
	struct diag_list diags = DIAG_LIST_INIT;
	struct scenario_file *file;
	struct err err = ERR_INIT;
	char path[512], full[1024];

	snprintf(path, sizeof path, GOLDEN "/%s.scenario", name);
	tap_ok(tree_read(path, &text), "%s: can be read", name);
	snprintf(path, sizeof path, "%s.scenario", name);
	file = scenario_load(path, text.data, text.len, &lookup, &diags);
	tap_ok((file == NULL) == (diags.errors > 0), "%s: a file or errors, never both or neither", name);
	tap_ok((file != NULL) == str_starts(name, "good-"), "%s: is what its name says", name);
	diag_list_format(&diags, &got);
	snprintf(path, sizeof path, GOLDEN "/%s.expected", name);
	if (getenv("POSTKAMER_GOLDEN_WRITE"))
		tap_ok(file_replace(tree_path(full, path), got.data, got.len, 0644, &err) == 0, "%s: written", name);
	tap_ok(tree_read(path, &want), "%s: there is an expected text", name);
	tap_is_str(got.data, want.data, "%s: diagnostics", name);
	scenario_free(&file);
	diag_list_free(&diags);
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_scenario(const struct dirent *entry)
{
	return str_ends(entry->d_name, ".scenario");
}

static void test_golden(void)
{
	struct dirent **list = NULL;
	char path[1024];
	int i, count = scandir(tree_path(path, GOLDEN), &list, is_scenario, by_name);

	tap_ok(count >= 60, "there are golden files (%d)", count);
	for (i = 0; i < count; i++) {
		char *name = xstrndup(list[i]->d_name, strlen(list[i]->d_name) - strlen(".scenario"));

		golden_check(name);
		free(name);
		free(list[i]);
	}
	free(list);
}

/* --- the tree --- */

static void test_tree(void)
{
	static const char text[] =
		"workflow inkomensverklaring\nlanguage en\noffice \"Kantoor Bos <info@bos.example>\"\n"
		"scenario \"One\" # a remark\n"
		"  given a dossier for \"Jan <Jan@Example.org>\" with copy number 2026-00042-M on 2026-03-02 09:05\n"
		"  when jan@example.org says \"a\\nb\", \"c\" at once\n"
		"  when 3 working days pass\n"
		"  expect slot aangifte 2025 rejected and mail stukken-nodig\n    to office with \"x#y\"\n";
	struct diag_list diags = DIAG_LIST_INIT;
	struct scenario_file *file = scenario_load("t", text, strlen(text), &lookup, &diags);
	const struct scenario *s;

	if (!tap_ok(file && file->count == 1, "a file is read"))
		return;
	s = &file->scenarios[0];
	tap_is_str(s->dossier.client_address, "jan@example.org", "addresses are in small letters");
	tap_is_str(s->dossier.office_address, "info@bos.example", "the office of the file is that of the dossier");
	tap_is_str(s->dossier.language, "en", "and the language");
	tap_is_str(s->dossier.number, "2026-00042-M", "the number");
	tap_ok(s->dossier.copy && !s->dossier.office_only, "copy");
	tap_ok(s->dossier.on.day == 2 && s->dossier.on.hour == 9 && s->dossier.on.minute == 5, "the moment");
	tap_is_int((long long)s->step_count, 3, "steps");
	tap_is_str(s->steps[0].letter.lines.list[0], "a\nb", "the end of a line in a text");
	tap_ok(s->steps[0].letter.at_once && s->steps[0].letter.lines.count == 2, "a letter");
	tap_ok(s->steps[1].span.count == 3 && s->steps[1].span.unit == SCENARIO_WORKING_DAYS, "working days");
	tap_is_int((long long)s->steps[2].claim_count, 2, "claims");
	tap_ok(s->steps[2].claims[0].year == 2025 && s->steps[2].claims[0].word == SLOT_REJECTED, "a slot");
	tap_is_str(s->steps[2].claims[1].with.list[0], "x#y", "a sign for people means nothing in a text");
	tap_is_int(s->steps[2].claims[1].place.line, 8, "a claim knows its line");
	scenario_free(&file);
	diag_list_free(&diags);
}

/* --- the manual --- */

static void test_manual(void)
{
	static const char begin[] = ".\\\" elements: begin, made by scenario_elements_man()\n";
	static const char end[] = ".\\\" elements: end\n";
	struct buf text = BUF_INIT(BUF_MAX_FILE), table = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char *from, *until, path[1024];

	if (!tap_ok(tree_read("man/postkamer-scenario.5", &text), "the manual is there"))
		return;
	scenario_elements_man(&table);
	from = strstr(text.data, begin);
	until = strstr(text.data, end);
	if (!tap_ok(from && until && from < until, "the manual has the marks of the element table"))
		return;
	from += strlen(begin);
	if (getenv("POSTKAMER_GOLDEN_WRITE")) {
		buf_add(&out, text.data, (size_t)(from - text.data));
		buf_add(&out, table.data, table.len);
		buf_adds(&out, until);
		tap_ok(file_replace(tree_path(path, "man/postkamer-scenario.5"), out.data, out.len, 0644, &err) == 0,
		       "the manual is written");
	} else {
		tap_ok((size_t)(until - from) == table.len && memcmp(from, table.data, table.len) == 0,
		       "the element table of the manual is that of the code (POSTKAMER_GOLDEN_WRITE=1 renews it)");
	}
	buf_free(&text);
	buf_free(&table);
	buf_free(&out);
}

static void test_limits(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char *text = xmalloc(SCENARIO_MAX_TEXT + 2);
	struct scenario_file *file;

	memset(text, 'x', SCENARIO_MAX_TEXT + 1);
	text[SCENARIO_MAX_TEXT + 1] = '\0';
	file = scenario_load("t", text, SCENARIO_MAX_TEXT + 1, &lookup, &diags);
	tap_ok(!file && diags.errors == 1, "a file that is too long is refused");
	file = scenario_load("t", text, SCENARIO_MAX_TEXT, &lookup, &diags);
	tap_ok(!file, "one long word is no scenario");
	memset(text, '"', SCENARIO_MAX_TEXT);
	file = scenario_load("t", text, SCENARIO_MAX_TEXT, &lookup, &diags);
	tap_ok(!file, "nor are a million empty texts");
	memset(text, 0, SCENARIO_MAX_TEXT);
	file = scenario_load("t", text, 1000, &lookup, &diags);
	tap_ok(!file, "nor a thousand NULs");
	free(text);
	diag_list_free(&diags);
}

/* Bytes turned, taken out and doubled at random: whatever comes of it, a file or errors. */
static void test_mutations(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	unsigned seed = 7, round, odd = 0;

	tree_read(GOLDEN "/good-all.scenario", &text);
	for (round = 0; round < 3000; round++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct scenario_file *file;
		char *copy = xmemdup(text.data, text.len + 1);
		size_t len = text.len, at, n;
		int i;

		for (i = 0; i < 4; i++) {
			seed = seed * 1103515245 + 12345;
			at = (seed >> 8) % len;
			n = (seed >> 20) % 12;
			if (seed & 64)
				copy[at] = "\"\\,\n #x\xc3\0" "7"[n % 10];
			else if (at + n < len && len > 100)
				memmove(copy + at, copy + at + n, len - at - n), len -= n;
		}
		file = scenario_load("t", copy, len, &lookup, &diags);
		odd += (file == NULL) != (diags.errors > 0);
		scenario_free(&file);
		diag_list_free(&diags);
		free(copy);
	}
	tap_is_int(odd, 0, "of 3000 spoilt files each is a file or has errors");
	buf_free(&text);
}

int main(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct diag_list diags = DIAG_LIST_INIT;

	tree_read("rules/inkomensverklaring.rules", &text);
	shipped = rule_load("inkomensverklaring.rules", text.data, text.len, NULL, &diags);
	if (tap_ok(shipped != NULL, "the shipped workflow loads")) {
		test_golden();
		test_tree();
		test_manual();
		test_limits();
		test_mutations();
	}
	program_free(&shipped);
	diag_list_free(&diags);
	buf_free(&text);
	return tap_done();
}
