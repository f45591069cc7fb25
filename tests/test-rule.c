/*
 * The rule language as a whole: golden files (a rule file and the whole text
 * of its diagnostics, or of its program), the shipped workflow, the examples
 * of the element table and of the manual.
 *
 * POSTKAMER_GOLDEN_WRITE=1 writes the expected files anew; look at the
 * difference before you believe it.
 */
/* System. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "match/match.h"
#include "rule/element.h"
#include "rule/format.h"
#include "rule/rule.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define GOLDEN "tests/golden/rule"

/* --- golden files --- */

struct names {
	char **items;
	size_t count, cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct names golden_names(void)
{
	struct names names = { 0 };
	struct dirent *entry;
	char path[1024];
	DIR *folder = opendir(tree_path(path, GOLDEN));

	while (folder && (entry = readdir(folder)) != NULL) {
		if (!str_ends(entry->d_name, ".rules"))
			continue;
		names.items = xgrow(names.items, &names.cap, names.count + 1, sizeof *names.items);
		names.items[names.count++] = xstrndup(entry->d_name, strlen(entry->d_name) - 6);
	}
	if (folder)
		closedir(folder);
	qsort(names.items, names.count, sizeof *names.items, by_name);
	return names;
}

/* What a program keeps of its text is enough to make it again, byte for byte, without a file. */
static void test_bundle(const char *name, const struct program *program)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf first = BUF_INIT(BUF_MAX_FILE), second = BUF_INIT(BUF_MAX_FILE);
	struct program *again = rule_load(name, program->source, strlen(program->source), NULL, &diags);

	rule_dump(program, &first);
	if (again)
		rule_dump(again, &second);
	tap_is_str(second.data, first.data, "%s: its bundle gives the same program", name);
	tap_is_str(again ? again->source : NULL, program->source, "%s: and is its own bundle", name);
	program_free(&again);
	diag_list_free(&diags);
	buf_free(&first);
	buf_free(&second);
}

/* Two things said of one place are one fault told twice, or two names for it. */
static void test_told_once(const char *name, const struct diag_list *diags)
{
	size_t i, j, twice = 0;

	for (i = 0; i < diags->count; i++)
		for (j = 0; j < i; j++) {
			const struct diag_place *a = &diags->items[i].place, *b = &diags->items[j].place;

			if (!a->line || a->order != b->order || a->line != b->line || a->column != b->column)
				continue;
			printf("# %s:%d:%d: '%s' and '%s'\n", a->file, a->line, a->column, diags->items[j].message,
			       diags->items[i].message);
			twice++;
		}
	tap_is_int((long long)twice, 0, "%s: no place is told of twice", name);
}

/* Diagnostics; for "good-" files the program too. */
static bool golden_run(const char *name, const struct buf *text, struct buf *got)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct program *program;
	char file[256];
	bool consistent;

	snprintf(file, sizeof file, "%s.rules", name);
	program = rule_load(file, text->data, text->len, str_starts(name, "lookup-") ? &known_lookup : &parts_lookup, &diags);
	diag_list_format(&diags, got);
	consistent = (program == NULL) == (diags.errors > 0);
	test_told_once(file, &diags);
	if (program)
		test_bundle(file, program);
	if (program && str_starts(name, "good-"))
		rule_dump(program, got);
	program_free(&program);
	diag_list_free(&diags);
	return consistent;
}

static void golden_check(const char *name)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), want = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char path[512], full[1024];

	snprintf(path, sizeof path, GOLDEN "/%s.rules", name);
	tap_ok(tree_read(path, &text), "%s: can be read", name);
	tap_ok(golden_run(name, &text, &got), "%s: a program or errors, never both or neither", name);
	snprintf(path, sizeof path, GOLDEN "/%s.expected", name);
	if (getenv("POSTKAMER_GOLDEN_WRITE"))
		tap_ok(file_replace(tree_path(full, path), got.data, got.len, 0644, &err) == 0, "%s: written", name);
	tap_ok(tree_read(path, &want), "%s: there is an expected text", name);
	tap_is_str(got.data, want.data, "%s: diagnostics", name);
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
}

static void test_golden(void)
{
	struct names names = golden_names();
	size_t i;

	tap_ok(names.count >= 120, "there are golden files (%zu)", names.count);
	for (i = 0; i < names.count; i++) {
		golden_check(names.items[i]);
		free(names.items[i]);
	}
	free(names.items);
}

/* --- loading --- */

/* Loads; prints what is wrong. */
static struct program *load_counted(const char *name, const char *text, size_t *warnings)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf words = BUF_INIT(BUF_MAX_FILE);
	struct program *program = rule_load(name, text, strlen(text), &parts_lookup, &diags);
	char *line, *rest;

	diag_list_format(&diags, &words);
	*warnings = diags.warnings;
	for (line = words.data; *line; line = rest) {
		rest = line + strcspn(line, "\n");
		printf("# %.*s\n", (int)(rest - line), line);
		rest += *rest == '\n';
	}
	buf_free(&words);
	diag_list_free(&diags);
	return program;
}

static struct program *load(const char *name, const char *text)
{
	size_t warnings;

	return load_counted(name, text, &warnings);
}

/* A dump is a rule file that means the same. */
static void test_dump_again(const char *name, const struct program *program)
{
	struct buf first = BUF_INIT(BUF_MAX_FILE), second = BUF_INIT(BUF_MAX_FILE), third = BUF_INIT(BUF_MAX_FILE);
	struct program *again, *last;

	rule_dump(program, &first);
	again = load(name, first.data);
	tap_ok(again != NULL, "%s: its dump loads", name);
	if (again) {
		rule_dump(again, &second);
		last = load(name, second.data);
		if (last)
			rule_dump(last, &third);
		tap_is_str(third.data, second.data, "%s: the dump of a dump stays the same", name);
		tap_is_int((long long)again->state_count, (long long)program->state_count, "%s: states", name);
		tap_is_int((long long)again->slot_count, (long long)program->slot_count, "%s: slots", name);
		program_free(&last);
	}
	program_free(&again);
	buf_free(&first);
	buf_free(&second);
	buf_free(&third);
}

static void check_shipped(const struct program *program)
{
	const struct prog_state *state = NULL;
	const struct prog_clause *clause = program_clause(program, "verzamelen.3", &state);
	const struct prog_slot *slot = program_slot(program, "jaarcijfers");
	struct buf words = BUF_INIT(BUF_MAX_TEXT);

	tap_is_str(program->name, "inkomensverklaring", "name");
	tap_is_str(program->languages[0], "nl", "default language");
	tap_ok(program->has_check && program->number_new_count == 5, "format of numbers");
	tap_ok(program->days_working && str_eq(program->holidays, "nl"), "working days");
	tap_is_int(program->send_from, -1, "no send window");
	tap_is_str(program->states[program->start].name, "aangevraagd", "start");
	tap_is_int(program->keep_count, 7, "retention");
	tap_ok(slot && slot->required && slot->years == 3 && slot->files_min == 1 && slot->files_max == 5 &&
		       slot->accept == (ACCEPT_PDF | ACCEPT_SPREADSHEET) && slot->pattern_count == 1,
	       "slot jaarcijfers");
	tap_is_int(match_test(slot->patterns[0], "Jaarrekening 2025.PDF", NULL), 1, "its pattern");
	tap_ok(program_slot(program, "rapport")->from_staff, "slot rapport is from staff");
	tap_is_int(program_slot(program, "overig")->files_min, 0, "slot overig may stay empty");
	tap_ok(clause && state && str_eq(state->name, "verzamelen") && clause->trigger == TRIGGER_AFTER &&
		       clause->first.count == 2 && clause->first.unit == UNIT_DAYS && !clause->first.calendar &&
		       clause->then_every.count == 5 && clause->times == 4,
	       "clause verzamelen.3");
	rule_describe(program, clause, &words);
	tap_is_str(words.data,
		   "after 2 days, then every 5 days, 4 times if not documents complete: mail stukken-ontbreken",
		   "it is described");
	clause = program_clause(program, "always.1", &state);
	tap_ok(clause && !state && clause->event_count == 2 && clause->events[1].kind == EVENT_CLIENT_CANCEL,
	       "clause always.1");
	tap_ok(program_clause(program, "verzamelen.9", NULL) == NULL, "a clause that is not there");
	tap_ok(program_state(program, "gereed")->final && !program_state(program, "gereed")->uploads_open,
	       "state gereed");
	tap_ok(program_state(program, "Gereed") == NULL, "names are exact");
	buf_free(&words);
}

static void test_shipped(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), graph = BUF_INIT(BUF_MAX_FILE);
	struct program *program;
	size_t warnings;

	if (!tap_ok(tree_read("rules/inkomensverklaring.rules", &text), "the shipped workflow is there"))
		return;
	program = load_counted("inkomensverklaring.rules", text.data, &warnings);
	if (tap_ok(program && !warnings, "the shipped workflow has no faults")) {
		check_shipped(program);
		test_dump_again("shipped", program);
		rule_graph(program, NULL, &graph);
		tap_ok(strstr(graph.data, "\"verzamelen\" -> \"compleet\" [") != NULL, "the graph shows a goto");
		tap_ok(str_ends(graph.data, "}\n"), "the graph is whole");
	}
	program_free(&program);
	buf_free(&text);
	buf_free(&graph);
}

static void test_holidays(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char last[11] = "";
	char *line, *end;
	int days = 0, year, month, day;
	bool ordered = true;

	if (!tap_ok(tree_read("rules/holidays.nl", &text), "the holidays are there"))
		return;
	for (line = text.data; *line; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		if (*line == '#' || *line == '\n')
			continue;
		if (sscanf(line, "%4d-%2d-%2d ", &year, &month, &day) != 3)
			ordered = false;
		ordered = ordered && strncmp(last, line, 10) < 0;
		snprintf(last, sizeof last, "%.10s", line);
		days++;
	}
	tap_ok(ordered, "each line has a date, in order of time");
	tap_is_int(days, 12 * 9 + 3, "twelve years of nine days, and three years of Liberation Day");
	buf_free(&text);
}

/* --- the element table --- */

/* A whole file around the example of one element: what it names is there, unless it stands there itself. */
static void wrap_top(const struct element *element, struct buf *out)
{
	bool fact = element->where & (IN_FACT | IN_FIELD);

	if (element->id != ELEMENT_WORKFLOW)
		buf_adds(out, "workflow proef \"Proef\"\n");
	if (element->id != ELEMENT_LANGUAGE)
		buf_adds(out, "language nl\n");
	if (element->id == ELEMENT_MUST || element->id == ELEMENT_FITS)
		buf_addf(out, "form vragen \"Vragen\" from client {\n%s\n}\n", element->example);
	else if (fact && element->id != ELEMENT_DEFAULT)
		buf_addf(out, "form vragen \"Vragen\" from client {\n%s\n}\nfacts {\n%s\n}\n", element->example,
			 element->example);
	else if (fact)
		buf_addf(out, "facts {\n%s\n}\n", element->example);
	else if (element->id != ELEMENT_FACTS)
		buf_adds(out, "facts {\nwoning \"Eigen woning\" yes or no\nsoort \"Soort\" one of zzp, bv\n"
			      "inkomen \"Inkomen\" amount\ngeboren \"Geboren\" date\nbank \"Bank\" text\n}\n");
	if (element->id != ELEMENT_FORM)
		buf_adds(out, "form verhuizing \"Verhuizing\" from client { straat \"Straat\" text }\n");
	if (!strstr(element->example, "phrase terugbellen from"))
		buf_addf(out, "phrase terugbellen from client nl \"bel mij terug\"%s\n",
			 element->id == ELEMENT_LANGUAGE ? " en \"call me\"" : "");
}

static void wrap_example(const struct element *element, struct buf *out)
{
	bool slot = element->where & (IN_SLOT | IN_ACCEPT);
	bool top = element->where & (IN_FILE | IN_FORM | IN_PHRASE | IN_ROLE | IN_TERM);
	bool clause = !slot && !top && !(element->where & (IN_FACT | IN_FIELD));

	wrap_top(element, out);
	if (element->id != ELEMENT_DOCUMENTS)
		buf_addf(out, "documents {\n%s\nrapport \"Rapport\" from staff\nconcept \"Concept\" for approval\n}\n",
			 slot ? element->example : "bewijs \"Bewijs\" required may be absent");
	if (element->id != ELEMENT_START)
		buf_adds(out, "start open\n");
	buf_addf(out,
		 "state open \"Open\" {\n%s\n%s\non staff take if office { goto bezig }\n"
		 "on staff finish if copy { request payment 1.00 EUR \"x\" }\n"
		 "}\n"
		 "state bezig \"Bezig\" {\non payment ready { mail betalen to payer }\n"
		 "on payment paid { goto gesloten }\n}\n"
		 "state gesloten \"Gesloten\" final { }\n",
		 element->id == ELEMENT_UPLOADS_OPEN ? "" : "uploads open", clause ? element->example : "");
	if (element->id == ELEMENT_STATE)
		buf_adds(out, "always { on staff close { goto klaar } }\n");
	if (top)
		buf_addf(out, "%s\n", element->example);
	if (element->id != ELEMENT_KEEP && !(element->where & IN_TERM))
		buf_adds(out, "keep 7 years after final\n");
}

static void test_elements(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	const struct element *list;
	size_t count, i;

	list = element_list(&count);
	for (i = 0; i < count; i++) {
		struct program *program;

		if (!list[i].explain)
			continue;
		buf_reset(&text);
		wrap_example(&list[i], &text);
		program = load("example", text.data);
		tap_ok(program != NULL, "the example of '%s' (%s) loads", list[i].words, list[i].explain);
		tap_ok(strstr(list[i].example, list[i].words) || list[i].id == ELEMENT_UNIT,
		       "the example of '%s' shows it", list[i].words);
		program_free(&program);
	}
	buf_free(&text);
}

/* --- the manual --- */

/* roff escapes of the manual back to text; one line. */
static void unroff(const char *line, size_t len, struct buf *out)
{
	static const struct {
		const char *roff, *text;
	} escapes[] = { { "\\e", "\\" }, { "\\-", "-" }, { "\\(dq", "\"" }, { "\\(aq", "'" }, { "\\&", "" } };
	size_t at = 0, i;

	while (at < len) {
		for (i = 0; i < sizeof escapes / sizeof *escapes; i++)
			if (line[at] == '\\' && str_starts(line + at, escapes[i].roff))
				break;
		if (i < sizeof escapes / sizeof *escapes) {
			buf_adds(out, escapes[i].text);
			at += strlen(escapes[i].roff);
		} else {
			buf_addc(out, line[at++]);
		}
	}
	buf_addc(out, '\n');
}

/* The last ".\" part NAME" of the manual, for the examples that include it. */
struct shelf {
	char name[64];
	struct buf text;
};

static int shelf_read(void *ctx, const char *name, struct buf *out, struct err *err)
{
	const struct shelf *shelf = ctx;

	if (!str_eq(name, shelf->name))
		return err_set(err, ERR_NOTFOUND, "no such part");
	buf_add(out, shelf->text.data, shelf->text.len);
	return 0;
}

static void load_manual_example(struct shelf *shelf, const struct buf *example, int number)
{
	struct rule_lookup lookup = { .ctx = shelf, .include_read = shelf_read };
	struct diag_list diags = DIAG_LIST_INIT;
	struct program *program = rule_load("manual", example->data, example->len, &lookup, &diags);

	tap_ok(program && !diags.warnings, "example %d of the manual loads: %s", number,
	       diags.count ? diags.items[0].message : "without faults");
	program_free(&program);
	diag_list_free(&diags);
}

/* Each block between ".\" example" and .EE is a rule file that loads; between ".\" part NAME" and .EE a shared part. */
static void test_manual_examples(const char *text)
{
	struct buf example = BUF_INIT(BUF_MAX_FILE), *into = NULL;
	struct shelf shelf = { "", BUF_INIT(BUF_MAX_FILE) };
	int found = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		size_t len = strcspn(text, "\n");

		if (str_starts(text, ".\\\" example")) {
			into = &example;
			buf_reset(into);
		} else if (sscanf(text, ".\\\" part %63s", shelf.name) == 1) {
			into = &shelf.text;
			buf_reset(into);
		} else if (into && str_starts(text, ".EE")) {
			if (into == &example)
				load_manual_example(&shelf, &example, ++found);
			into = NULL;
		} else if (into && *text != '.') {
			unroff(text, len, into);
		}
	}
	tap_ok(found >= 6, "the manual has examples (%d)", found);
	buf_free(&example);
	buf_free(&shelf.text);
}

static void test_manual(void)
{
	static const char begin[] = ".\\\" elements: begin, made by rule_elements_man()\n";
	static const char end[] = ".\\\" elements: end\n";
	struct buf text = BUF_INIT(BUF_MAX_FILE), table = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char *from, *until, path[1024];

	if (!tap_ok(tree_read("man/postkamer-rules.5", &text), "the manual is there"))
		return;
	rule_elements_man(&table);
	from = strstr(text.data, begin);
	until = strstr(text.data, end);
	if (!tap_ok(from && until && from < until, "the manual has the marks of the element table"))
		return;
	from += strlen(begin);
	if (getenv("POSTKAMER_GOLDEN_WRITE")) {
		buf_add(&out, text.data, (size_t)(from - text.data));
		buf_add(&out, table.data, table.len);
		buf_adds(&out, until);
		tap_ok(file_replace(tree_path(path, "man/postkamer-rules.5"), out.data, out.len, 0644, &err) == 0,
		       "the manual is written");
	} else {
		tap_ok((size_t)(until - from) == table.len && memcmp(from, table.data, table.len) == 0,
		       "the element table of the manual is that of the code (POSTKAMER_GOLDEN_WRITE=1 renews it)");
	}
	test_manual_examples(text.data);
	buf_free(&text);
	buf_free(&table);
	buf_free(&out);
}

/* --- numbers --- */

static void test_format(void)
{
	static const struct {
		const char *format;
		int year;
		long serial;
		const char *number; /* NULL: refused */
	} rows[] = {
		{ "{year}-{serial:5}-{check}", 2026, 1, "2026-00001-T" },
		{ "{year}-{serial:5}-{check}", 2026, 42, "2026-00042-M" },
		{ "{year}-{serial:5}-{check}", 2026, 1234567, "2026-1234567-B" },
		{ "D{year}.{serial}", 2026, 7, "D2026.7" },
		{ "{serial:12}/{year}", 2026, 7, "000000000007/2026" },
		{ "", 0, 0, NULL },		  { "{year}", 0, 0, NULL },
		{ "{serial}", 0, 0, NULL },	  { "{year}{serial}", 0, 0, NULL },
		{ "{year}-{serial:0}", 0, 0, NULL }, { "{year}-{serial:13}", 0, 0, NULL },
		{ "{year}-{serial:}", 0, 0, NULL }, { "{year}-{serial:1x}", 0, 0, NULL },
		{ "{year}-{serials}", 0, 0, NULL }, { "{year}-{serial", 0, 0, NULL },
		{ "{year}-{serial}}", 0, 0, NULL }, { "{{year}}-{serial}", 0, 0, NULL },
		{ "{check}{year}-{serial}", 0, 0, NULL }, { "a{year}-{serial}", 0, 0, NULL },
		{ "{year}-{serial}-{serial}", 0, 0, NULL },
	};
	struct prog_number_piece *pieces;
	struct format_fault fault;
	struct arena arena = ARENA_INIT;
	size_t count, i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool taken = format_parse(&arena, rows[i].format, &pieces, &count, &fault);

		tap_is_str(taken ? format_number(&arena, pieces, count, rows[i].year, rows[i].serial) : NULL,
			   rows[i].number, "number format '%s'", rows[i].format);
	}
	tap_is_int(format_letter("0"), 'A', "letter of 0");
	tap_is_int(format_letter("22"), 'Z', "letter of 22");
	tap_is_int(format_letter("2-3"), 'A', "letter of 23, with a dash in it");
	tap_ok(format_letter_right("2026-00042-M") && !format_letter_right("2026-00024-M") && !format_letter_right(""),
	       "a wrong letter shows");
	arena_free(&arena);
}

/* --- odd input --- */

static void test_odd(void)
{
	static const struct {
		const char *name, *text;
		size_t len;
		const char *message;
	} rows[] = {
		{ "zero bytes", "workflow\0x", 10, "the file holds zero bytes: it is not text" },
		{ "nothing", "", 0, "this file names no workflow" },
	};
	struct diag_list diags = DIAG_LIST_INIT;
	char *large = xcalloc(1, RULE_MAX_TEXT + 1);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		tap_ok(rule_load("x", rows[i].text, rows[i].len, NULL, &diags) == NULL, "%s: no program", rows[i].name);
		tap_is_str(diags.items[0].message, rows[i].message, "%s: message", rows[i].name);
		diag_list_free(&diags);
	}
	tap_ok(rule_load("x", large, RULE_MAX_TEXT + 1, NULL, &diags) == NULL, "too long: no program");
	tap_is_str(diags.items[0].message, "the file is too long: 2 MiB at most", "too long: message");
	tap_is_int(diags.items[0].place.line, 0, "too long: no line");
	diag_list_free(&diags);
	memset(large, '{', RULE_MAX_TEXT);
	tap_ok(rule_load("x", large, RULE_MAX_TEXT, NULL, &diags) == NULL && diags.errors > 0, "nothing but braces");
	diag_list_free(&diags);
	free(large);
}

int main(void)
{
	test_golden();
	test_shipped();
	test_holidays();
	test_elements();
	test_manual();
	test_format();
	test_odd();
	return tap_done();
}
