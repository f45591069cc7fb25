/*
 * The proofs about workflows: golden files (a rule file and what is found in
 * it, examples and all), sensible workflows in which nothing may be found, and
 * the limits of the exploration.
 *
 * POSTKAMER_GOLDEN_WRITE=1 writes the expected files anew; look at the
 * difference before you believe it.
 */
/* System. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "prove/prove.h"
#include "rule/rule.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define GOLDEN "tests/golden/prove"

/* --- templates, known by how their names begin --- */

static const struct {
	const char *start;
	enum prog_audience audience;
	unsigned needs;
} kinds[] = {
	{ "staf-", AUDIENCE_STAFF, 0 },		    { "kantoor-", AUDIENCE_OFFICE, 0 },
	{ "betaal-", AUDIENCE_PAYER, PROVE_HAS_PAYMENT }, { "afzender-", AUDIENCE_SENDER, 0 },
	{ "klant-", AUDIENCE_CLIENT, 0 },
	{ "antwoord-", AUDIENCE_CORRESPONDENT, PROVE_HAS_ITEM }, { "formulier-", AUDIENCE_CLIENT, PROVE_HAS_FORM },
};

static size_t kind_of(const char *template)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_starts(template, kinds[i].start))
			return i;
	return i;
}

static enum prog_audience audience(void *ctx, const char *template)
{
	size_t kind = kind_of(template);

	(void)ctx;
	return kind < sizeof kinds / sizeof *kinds ? kinds[kind].audience : AUDIENCE_CORRESPONDENT;
}

static bool is_complete(void *ctx, const char *template, unsigned has, struct buf *why)
{
	size_t kind = kind_of(template);

	(void)ctx;
	if (kind == sizeof kinds / sizeof *kinds || (kinds[kind].needs & has) == kinds[kind].needs)
		return true;
	buf_addf(why, "%s.md:1: it is not certain that there is a %s", template,
		 kinds[kind].needs == PROVE_HAS_PAYMENT ? "payment" : kinds[kind].needs == PROVE_HAS_ITEM ? "mail" : "form");
	return false;
}

static const struct prove_lookup lookup = { NULL, audience, is_complete };

static bool template_find(void *ctx, const char *name, const char *language, enum prog_audience *audience_r)
{
	(void)ctx;
	(void)language;
	*audience_r = kind_of(name) < sizeof kinds / sizeof *kinds ? audience(NULL, name) : AUDIENCE_TEMPLATE;
	return true;
}

static const struct rule_lookup rules = { .template_find = template_find, .holidays_find = known_holidays };

/* --- golden files --- */

static struct program *load(const char *name, const struct buf *text, struct diag_list *diags)
{
	struct program *program = rule_load(name, text->data, text->len, &rules, diags);

	tap_ok(program != NULL, "%s can be loaded", name);
	return program;
}

/* What is found, and how much was looked at. */
static bool prove(const char *name, const struct buf *text, size_t limit, struct buf *out, struct prove_report *report)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct program *program = load(name, text, &diags);

	*report = (struct prove_report)PROVE_REPORT_INIT;
	if (program)
		prove_program(program, &lookup, limit, &diags, report);
	diag_list_format(&diags, out);
	program_free(&program);
	diag_list_free(&diags);
	return program != NULL;
}

static void show_difference(const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	printf("#   from line %d:\n#   expected: %.*s\n#   got:      %.*s\n", line, (int)strcspn(want, "\n"), want,
	       (int)strcspn(got, "\n"), got);
}

static void check_golden(const char *name)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE), want = BUF_INIT(BUF_MAX_FILE);
	struct prove_report report;
	char path[300], full[1024], file[300];
	struct err err = ERR_INIT;
	bool same;

	snprintf(path, sizeof path, GOLDEN "/%s.rules", name);
	snprintf(file, sizeof file, "%s.rules", name);
	tree_read(path, &text);
	prove(file, &text, 0, &got, &report);
	snprintf(path, sizeof path, GOLDEN "/%s.expected", name);
	if (getenv("POSTKAMER_GOLDEN_WRITE") &&
	    file_replace(tree_path(full, path), got.data ? got.data : "", got.len, 0644, &err) != 0)
		printf("# %s\n", err.text);
	tree_read(path, &want);
	same = got.len == want.len && memcmp(got.data, want.data, got.len) == 0;
	tap_ok(same, "%s: %s", name, want.len ? "told as expected" : "nothing is wrong");
	if (!same)
		show_difference(got.data, want.data);
	tap_ok(report.whole, "%s is explored whole (%zu situations)", name, report.situations);
	/* A sensible workflow is one in which nothing is found. */
	if (str_starts(name, "sensible-"))
		tap_ok(want.len == 0, "%s: no false alarm", name);
	prove_report_free(&report);
	buf_free(&text);
	buf_free(&got);
	buf_free(&want);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check_goldens(void)
{
	char **names = NULL, path[1024];
	size_t count = 0, cap = 0, i;
	struct dirent *entry;
	DIR *folder = opendir(tree_path(path, GOLDEN));

	while (folder && (entry = readdir(folder)) != NULL) {
		if (!str_ends(entry->d_name, ".rules"))
			continue;
		names = xgrow(names, &cap, count + 1, sizeof *names);
		names[count++] = xstrndup(entry->d_name, strlen(entry->d_name) - 6);
	}
	if (folder)
		closedir(folder);
	qsort(names, count, sizeof *names, by_name);
	tap_ok(count >= 50, "there are golden files (%zu)", count);
	for (i = 0; i < count; i++) {
		check_golden(names[i]);
		free(names[i]);
	}
	free(names);
}

/* --- the shipped workflow, and limits --- */

static void check_shipped(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE), again = BUF_INIT(BUF_MAX_FILE);
	struct prove_report report, second;

	tree_read("rules/inkomensverklaring.rules", &text);
	tap_ok(text.len > 0, "the shipped workflow is there");
	prove("inkomensverklaring.rules", &text, 0, &got, &report);
	tap_ok(report.whole && report.situations > 500 && report.situations < 20000,
	       "the shipped workflow has a manageable number of situations (%zu)", report.situations);
	prove("inkomensverklaring.rules", &text, 0, &again, &second);
	tap_ok(report.situations == second.situations && report.runs == second.runs, "the same again, the same found");
	prove_report_free(&second);

	buf_reset(&again);
	prove("inkomensverklaring.rules", &text, 100, &again, &second);
	tap_ok(!second.whole && second.situations == 100, "a limit is kept");
	tap_ok(strstr(again.data, "explored 100 situations, not all there are") != NULL, "and said");
	tap_ok(!strstr(again.data, "never"), "what was not seen is not said to be impossible");
	prove_report_free(&second);
	prove_report_free(&report);
	buf_free(&text);
	buf_free(&got);
	buf_free(&again);
}

/* What is so by its shape is told of it also where not all could be explored. */
static void check_shape(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE);
	struct prove_report report;

	tree_read(GOLDEN "/planted-tax-return.rules", &text);
	prove("aangifte.rules", &text, 100, &got, &report);
	tap_ok(!report.whole, "a part of a workflow is looked at");
	tap_ok(strstr(got.data, ":60:22: warning: this condition is never true") != NULL,
	       "a condition that contradicts itself is told all the same");
	tap_ok(strstr(got.data, "state 'nooit' is never reached") != NULL, "and a state that only it leads to");
	tap_ok(!strstr(got.data, "payment expired"), "what only a whole exploration shows is not");
	prove_report_free(&report);
	buf_free(&text);
	buf_free(&got);
}

/* More than can be looked at: that is said, and takes no longer. */
static void check_huge(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE);
	struct prove_report report;
	int i;

	buf_adds(&text, "workflow groot \"Groot\"\nlanguage nl\ndocuments {\n");
	for (i = 0; i < 60; i++)
		buf_addf(&text, "    stuk%d \"Stuk %d\" required match /stuk%dx/i\n", i, i, i);
	buf_adds(&text, "}\nstart open\nstate open \"Open\" {\n    uploads open\n    on enter { mail welkom }\n");
	for (i = 0; i < 60; i++)
		buf_addf(&text, "    on staff take if slot stuk%d approved { note \"stuk %d\" }\n", i, i);
	buf_adds(&text, "    on documents complete { mail klaar; goto klaar }\n}\nstate klaar \"Klaar\" final { }\n"
			"keep 7 years after final\n");
	prove("groot.rules", &text, 0, &got, &report);
	tap_ok(!report.whole && report.runs < PROVE_WORK / 4, "what cannot be explored whole is broken off (%zu steps)",
	       report.runs);
	tap_ok(strstr(got.data, "not all there are") != NULL, "and that is said");
	prove_report_free(&report);
	buf_free(&text);
	buf_free(&got);
}

/* A form with more answers together than are tried: what only the last of them leads to is not said to be impossible. */
static void check_many_answers(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE);
	struct prove_report report;
	int i;

	buf_adds(&text, "workflow vragen \"Vragen\"\nlanguage nl\nfacts {\n");
	for (i = 0; i < 12; i++)
		buf_addf(&text, "    feit%c \"Feit\" yes or no\n", 'a' + i);
	buf_adds(&text, "}\nform lijst \"Lijst\" from client {\n");
	for (i = 0; i < 12; i++)
		buf_addf(&text, "    feit%c \"Feit?\" yes or no required\n", 'a' + i);
	buf_adds(&text, "}\nstart open\nstate open \"Open\" {\n    on enter { mail klant-vraag with form lijst }\n"
			"    on form received lijst if not fact feita");
	for (i = 1; i < 12; i++)
		buf_addf(&text, " and not fact feit%c", 'a' + i);
	buf_adds(&text, " { goto niets }\n    on form received lijst { goto klaar }\n}\n"
			"state niets \"Niets\" { on enter { mail staf-niets } on staff finish { goto klaar } }\n"
			"state klaar \"Klaar\" final { on enter { mail klant-klaar } }\nkeep 7 years after final\n");
	prove("vragen.rules", &text, 0, &got, &report);
	tap_ok(!report.whole, "answers that were left out are no whole exploration");
	tap_ok(strstr(got.data, "the answers together in form 'lijst'") != NULL, "and are said to be left out");
	tap_ok(!strstr(got.data, "never"), "what only they lead to is not said to be impossible");
	prove_report_free(&report);
	buf_free(&text);
	buf_free(&got);
}

int main(void)
{
	check_huge();
	check_many_answers();
	check_shape();
	check_shipped();
	check_goldens();
	return tap_done();
}
