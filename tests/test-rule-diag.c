/* How diagnostics look: places, carets, notes, limits. */
/* System. */
#include <string.h>

/* Engine. */
#include "rule/diag.h"

/* Tests. */
#include "tap.h"

static void test_format(void)
{
	static const struct {
		const char *name, *source, *hint;
		int column, length;
		const char *text;
	} rows[] = {
		{ "plain", "goto waitng", "did you mean 'waiting'?", 6, 6,
		  "f:3:6: error: m\n    goto waitng\n         ^~~~~~  did you mean 'waiting'?\n" },
		{ "one character", "abc", NULL, 2, 1, "f:3:2: error: m\n    abc\n     ^\n" },
		{ "behind the end", "abc", NULL, 4, 1, "f:3:4: error: m\n    abc\n       ^\n" },
		{ "far behind the end", "abc", NULL, 40, 5, "f:3:40: error: m\n    abc\n       ^\n" },
		{ "longer than the line", "abc", NULL, 2, 50, "f:3:2: error: m\n    abc\n     ^~\n" },
		{ "a tab before", "\tab", NULL, 2, 2, "f:3:2: error: m\n            ab\n            ^~\n" },
		{ "a tab in the middle", "a\tb", NULL, 3, 1, "f:3:3: error: m\n    a       b\n            ^\n" },
		{ "a tab itself", "a\tb", NULL, 2, 1, "f:3:2: error: m\n    a       b\n     ^\n" },
		{ "accents", "één twee", NULL, 5, 4, "f:3:5: error: m\n    één twee\n        ^~~~\n" },
		{ "combining marks", "e\xcc\x81" "n twee", NULL, 5, 4, "f:3:5: error: m\n    e\xcc\x81" "n twee\n       ^~~~\n" },
		{ "wide characters", "文書 x", NULL, 4, 1, "f:3:4: error: m\n    文書 x\n         ^\n" },
		{ "under wide characters", "文書 x", NULL, 1, 2, "f:3:1: error: m\n    文書 x\n    ^~~~\n" },
		{ "bytes that are not UTF-8", "a\xff" "b", NULL, 3, 1, "f:3:3: error: m\n    a\xef\xbf\xbd" "b\n      ^\n" },
		{ "control characters", "a\x1b[31mb", NULL, 1, 1, "f:3:1: error: m\n    a\xef\xbf\xbd[31mb\n    ^\n" },
		{ "direction marks", "a\xe2\x80\xae" "b", NULL, 3, 1, "f:3:3: error: m\n    a\xef\xbf\xbd" "b\n      ^\n" },
		{ "an empty line", "", NULL, 1, 1, "f:3:1: error: m\n\n    ^\n" },
		{ "no line", NULL, "add one", 1, 1, "f:3:1: error: m\n    add one\n" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct diag_place place = { "f", 3, rows[i].column, rows[i].length, rows[i].source, 0 };
		struct diag_list list = DIAG_LIST_INIT;
		struct buf out = BUF_INIT(BUF_MAX_TEXT);
		struct diag *diag = diag_add(&list, DIAG_ERROR, &place, "m");

		if (rows[i].hint)
			diag_hint(&list, diag, "%s", rows[i].hint);
		diag_list_format(&list, &out);
		tap_is_str(out.data, rows[i].text, "%s", rows[i].name);
		buf_free(&out);
		diag_list_free(&list);
	}
}

static void test_long_lines(void)
{
	char line[6001];
	struct diag_place place = { "f", 1, 1, 4, line, 0 };
	struct diag_list list = DIAG_LIST_INIT;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	int columns[] = { 1, 140, 160, 500, 990, 2000, 5999 }, i;

	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	for (i = 0; i < 7; i++) {
		char *end;

		place.column = columns[i];
		buf_reset(&out);
		diag_format(diag_add(&list, DIAG_ERROR, &place, "m"), &out);
		end = strchr(out.data, '\n') + 1;
		tap_ok(strcspn(end, "\n") < 170, "a line of 6000 is cut around column %d", columns[i]);
		tap_ok(strstr(out.data, "^~~~\n") || columns[i] > 900, "the caret at column %d is there", columns[i]);
	}
	buf_free(&out);
	diag_list_free(&list);
}

static void test_notes(void)
{
	struct diag_place here = { "f", 9, 2, 1, "xyz", 0 }, there = { "g", 4, 1, 2, "ab", 0 }, whole = { .file = "h" };
	struct diag_list list = DIAG_LIST_INIT;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct diag *diag;
	int i;

	diag = diag_add(&list, DIAG_WARNING, &here, "%s twice", "said");
	diag_note(&list, diag, &there, "the first");
	for (i = 0; i < 20; i++)
		diag_note(&list, diag, &whole, "more");
	diag_list_format(&list, &out);
	tap_is_str(out.data,
		   "f:9:2: warning: said twice\n    xyz\n     ^\n"
		   "g:4:1: note: the first\n    ab\n    ^~\nh: note: more\nh: note: more\nh: note: more\n"
		   "h: note: more\nh: note: more\nh: note: more\nh: note: more\nh: note: more\nh: note: more\n",
		   "notes stand behind, ten at most");
	tap_ok(list.warnings == 1 && list.errors == 0, "counted");
	buf_free(&out);
	diag_list_free(&list);
}

static void test_limits(void)
{
	struct diag_place place = { "f", 1, 1, 1, "x", 0 };
	struct diag_list list = DIAG_LIST_INIT;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	int i;

	for (i = 0; i < 100; i++)
		diag_add(&list, DIAG_WARNING, &place, "w%d", i);
	diag_add(&list, DIAG_WARNING, &place, "w3");
	tap_is_int((long long)list.count, DIAG_MAX / 2, "warnings fill half of the list");
	for (i = 0; i < 100; i++) {
		struct diag *diag = diag_add(&list, DIAG_ERROR, &place, "e%d", i);

		diag_hint(&list, diag, "h");
		diag_note(&list, diag, &place, "n");
	}
	tap_is_int((long long)list.count, DIAG_MAX, "the list is full");
	tap_is_int((long long)list.errors, 100, "errors are counted");
	tap_is_int((long long)list.warnings, 100, "warnings are counted");
	diag_list_format(&list, &out);
	tap_ok(strstr(out.data, "\n150 more not shown: correct the ones above first\n") != NULL, "the rest is told");
	buf_free(&out);
	diag_list_free(&list);
}

static void test_sort(void)
{
	static const int lines[] = { 5, 3, 9, 3, 0, 5 };
	struct diag_list list = DIAG_LIST_INIT;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < 6; i++) {
		struct diag_place place = { .file = "f", .line = lines[i], .column = 1 };

		diag_add(&list, DIAG_ERROR, &place, "%zu", i);
	}
	diag_sort(&list, 1);
	for (i = 0; i < 6; i++)
		buf_addf(&out, "%s ", list.items[i].message);
	tap_is_str(out.data, "0 4 1 3 5 2 ", "in order of place, from the second on; equals stay");
	buf_free(&out);
	diag_list_free(&list);
}

/* The list outlives what it was told about. */
static void test_copies(void)
{
	char file[] = "file", line[] = "source";
	struct diag_place place = { file, 1, 1, 1, line, 0 };
	struct diag_list list = DIAG_LIST_INIT;
	struct diag *diag = diag_add(&list, DIAG_ERROR, &place, "m");

	memset(file, 'z', 4);
	memset(line, 'z', 6);
	tap_is_str(diag->place.file, "file", "the file's name is copied");
	tap_is_str(diag->place.source, "source", "the line is copied");
	tap_is_str(diag_severity_word(DIAG_NOTE), "note", "severity");
	diag_list_free(&list);
	tap_ok(list.count == 0 && !list.items, "an emptied list");
}

int main(void)
{
	test_format();
	test_long_lines();
	test_notes();
	test_limits();
	test_sort();
	test_copies();
	return tap_done();
}
