/*
 * Shared parts: how a rule file and its parts become one text and are read
 * again from it, what a damaged one gives, where pieces say they stand, and
 * the limits.
 */
/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "rule/rule.h"

/* Tests. */
#include "tap.h"

#define TOP "workflow proef \"Proef\"\nlanguage nl\n"
#define STATES "start open\nstate open \"Open\" { on staff take { goto klaar } }\nkeep 7 years after final\n"
#define FINAL "state klaar \"Klaar\" final { }\n"

struct part {
	const char *name, *text;
};

/* Parts from a table that ends with NULL; counts how often it was asked. */
struct shelf {
	const struct part *parts;
	int asked;
};

static int shelf_read(void *ctx, const char *name, struct buf *out, struct err *err)
{
	struct shelf *shelf = ctx;
	const struct part *part;

	shelf->asked++;
	for (part = shelf->parts; part->name; part++)
		if (str_eq(part->name, name)) {
			buf_adds(out, part->text);
			return 0;
		}
	return err_set(err, ERR_NOTFOUND, "none");
}

static struct program *load(const char *text, const struct part *parts, struct shelf *shelf, struct diag_list *diags)
{
	struct rule_lookup lookup = { .ctx = shelf, .include_read = shelf_read };

	*shelf = (struct shelf){ parts, 0 };
	return rule_load("map/proef.rules", text, strlen(text), &lookup, diags);
}

static const struct part two[] = { { "a.part", "include \"b.part\"\n" }, { "b.part", FINAL }, { NULL, NULL } };

static void test_bundle(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct shelf shelf;
	struct program *program = load(TOP "include \"a.part\"\n" STATES, two, &shelf, &diags), *again;

	tap_ok(program != NULL, "a file with two parts loads");
	tap_is_int(shelf.asked, 2, "each part is asked for once");
	if (!program)
		return;
	tap_is_str(program->source,
		   TOP "include \"a.part\"\n" STATES "\fa.part 17\ninclude \"b.part\"\n\fb.part 30\n" FINAL,
		   "the bundle: the file, then each part behind its header");
	again = load(program->source, two, &shelf, &diags);
	tap_is_int(shelf.asked, 0, "what a bundle holds is not asked for");
	tap_is_str(again ? again->source : NULL, program->source, "a bundle is its own bundle");
	program_free(&again);
	program_free(&program);
	program = load(TOP STATES FINAL, two, &shelf, &diags);
	tap_is_str(program ? program->source : NULL, TOP STATES FINAL, "a file without includes is its own bundle");
	program_free(&program);
	diag_list_free(&diags);
}

static void test_damaged(void)
{
	static const struct {
		const char *name, *tail;
	} rows[] = {
		{ "too many bytes", "\fb.part 31\n" FINAL },	 { "too few", "\fb.part 29\n" FINAL },
		{ "no number", "\fb.part x\n" FINAL },		 { "no name", "\f 30\n" FINAL },
		{ "no line end", "\fb.part 0" },		 { "twice", "\fb.part 0\n\fb.part 30\n" FINAL },
		{ "less than nothing", "\fb.part -1\n" FINAL }, { "a feed alone", "\f" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct buf text = BUF_INIT(BUF_MAX_TEXT);
		struct shelf shelf;

		buf_addf(&text, "%sinclude \"b.part\"\n%s%s", TOP, STATES, rows[i].tail);
		tap_ok(load(text.data, two, &shelf, &diags) == NULL && diags.count &&
			       strstr(diags.items[0].message, "form feed"),
		       "%s: is no bundle, and the form feed is told", rows[i].name);
		diag_list_free(&diags);
		buf_free(&text);
	}
}

/* Found by the fuzzer: the parser knew the word that was meant, and went into a part that nobody had read. */
static void test_misspelled(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct shelf shelf;

	tap_ok(load(TOP "inclule \"b.part\"\n" STATES "\fb.part 30\n" FINAL, two, &shelf, &diags) == NULL &&
		       strstr(diags.items[0].message, "inclule") && strstr(diags.items[0].hint, "include"),
	       "a misspelled include of a part that the bundle holds is told as that");
	diag_list_free(&diags);
}

static void test_places(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct arena arena = ARENA_INIT;
	struct shelf shelf;
	struct program *program = load(TOP "include \"a.part\"\n" STATES, two, &shelf, &diags);
	struct prog_span odd = { 99, 1, 1, 2 }, none = { 1, 1, 1, 9 };
	struct diag_place place;

	if (!tap_ok(program && program->state_count == 2, "loads"))
		return;
	place = rule_place(program, &arena, program_state(program, "klaar")->span);
	tap_is_str(place.file, "map/b.part", "a piece of a part stands in the part, beside the file");
	tap_is_str(place.source, "state klaar \"Klaar\" final { }", "its line");
	tap_ok(place.line == 1 && place.column == 7 && place.length == 5, "its place");
	place = rule_place(program, &arena, program_state(program, "open")->span);
	tap_is_str(place.file, "map/proef.rules", "a piece of the file itself");
	tap_is_str(place.source, "state open \"Open\" { on staff take { goto klaar } }", "its line");
	tap_ok(rule_place(program, &arena, odd).source == NULL, "a line that is not there has no text");
	tap_ok(rule_place(program, &arena, none).source == NULL, "nor has a part that is not there");
	program_free(&program);
	diag_list_free(&diags);
	arena_free(&arena);
}

/* What is kept was right once: checks that came later are no reason to refuse it. */
static void test_kept(void)
{
	static const char text[] = TOP "start open\nstate open \"Open\" {\n    on payment failed { mail betalen to payer }\n"
				       "    on staff take { goto klaar }\n}\n" FINAL;
	struct rule_lookup lookup = { 0 };
	struct diag_list diags = DIAG_LIST_INIT, kept = DIAG_LIST_INIT;
	struct program *fresh = rule_load("x.rules", text, strlen(text), &lookup, &diags);
	struct program *old = rule_load("x.rules", text, strlen(text), NULL, &kept);

	tap_ok(!fresh && diags.errors == 1, "a fresh file is refused");
	tap_ok(old && kept.errors == 0 && kept.warnings == diags.warnings + 1, "a kept one is told of, and loads");
	program_free(&old);
	program_free(&fresh);
	diag_list_free(&diags);
	diag_list_free(&kept);
}

static int endless_read(void *ctx, const char *name, struct buf *out, struct err *err)
{
	(void)ctx;
	(void)err;
	buf_addf(out, "include \"x%s\"\n", name);
	return 0;
}

static int large_read(void *ctx, const char *name, struct buf *out, struct err *err)
{
	(void)ctx;
	(void)name;
	(void)err;
	while (out->len < RULE_MAX_TEXT / 3 * 2)
		buf_adds(out, "# niets dan een opmerking die steeds weer terugkomt, tot het te veel wordt\n");
	return 0;
}

static void test_limits(void)
{
	static const struct {
		const char *name, *text, *message;
		int (*read)(void *ctx, const char *name, struct buf *out, struct err *err);
	} rows[] = {
		{ "parts without end", TOP "include \"a\"\n" STATES FINAL, "parts are included too deep", endless_read },
		{ "a part of 2 MiB", TOP "include \"a\"\ninclude \"b\"\n" STATES FINAL, "2 MiB at most", large_read },
		{ "nobody to ask", TOP "include \"a\"\n" STATES FINAL, "shared parts cannot be read here", NULL },
	};
	struct buf out = BUF_INIT(BUF_MAX_FILE);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct rule_lookup lookup = { .include_read = rows[i].read };
		struct program *program = rule_load("x.rules", rows[i].text, strlen(rows[i].text), &lookup, &diags);

		buf_reset(&out);
		diag_list_format(&diags, &out);
		tap_ok(!program && diags.errors == 1 && strstr(out.data, rows[i].message), "%s: %s", rows[i].name,
		       diags.count ? diags.items[0].message : "nothing");
		diag_list_free(&diags);
	}
	buf_free(&out);
}

/* Many states that share a part of many clauses: bounded. */
static void test_blow_up(void)
{
	struct buf part = BUF_INIT(BUF_MAX_FILE), text = BUF_INIT(BUF_MAX_FILE);
	struct part parts[] = { { "groot", NULL }, { NULL, NULL } };
	struct diag_list diags = DIAG_LIST_INIT;
	struct shelf shelf;
	int i;

	for (i = 0; i < 400; i++)
		buf_addf(&part, "after %d days { mail a%d; mail b; mail c; mail d }\n", i + 1, i);
	parts[0].text = part.data;
	buf_adds(&text, TOP "start s0\n" FINAL);
	for (i = 0; i < 500; i++)
		buf_addf(&text, "state s%d \"S %d\" {\n    include \"groot\"\n    on staff take { goto s%d }\n}\n", i, i, i + 1);
	tap_ok(load(text.data, parts, &shelf, &diags) == NULL, "500 states with 400 clauses each are refused");
	tap_ok(diags.count && strstr(diags.items[0].message, "with its shared parts the file is too long"), "as too long: %s",
	       diags.count ? diags.items[0].message : "nothing");
	diag_list_free(&diags);
	buf_free(&part);
	buf_free(&text);
}

int main(void)
{
	test_bundle();
	test_damaged();
	test_misspelled();
	test_places();
	test_kept();
	test_limits();
	test_blow_up();
	return tap_done();
}
