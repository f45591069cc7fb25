/* Mustache: the public specification's own tests where they lie about, and a table that always runs. */

/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Libraries. */
#include <jansson.h>

/* Engine. */
#include "base/file.h"
#include "base/str.h"
#include "tmpl/render.h"

#include "tap.h"

#define MAX_PARTIALS 8

struct partial_set {
	const char *names[MAX_PARTIALS];
	struct tmpl_template *templates[MAX_PARTIALS];
	size_t count;
};

static const struct tmpl_template *partial_find(void *ctx, const char *name)
{
	const struct partial_set *set = ctx;
	size_t i;

	for (i = 0; i < set->count; i++)
		if (str_eq(set->names[i], name))
			return set->templates[i];
	return NULL;
}

static void partial_add(struct partial_set *set, const char *name, const char *text)
{
	struct tmpl_diags diags = TMPL_DIAGS_INIT;

	set->names[set->count] = name;
	set->templates[set->count++] = tmpl_template_parse(name, text, strlen(text), TMPL_FORM_PLAIN, &diags);
	tmpl_diags_free(&diags);
}

static void partials_free(struct partial_set *set)
{
	while (set->count)
		tmpl_template_free(&set->templates[--set->count]);
}

static struct tmpl_value *from_json(struct arena *arena, json_t *json)
{
	struct tmpl_value *value;
	const char *key;
	json_t *inner;
	size_t i;

	switch (json_typeof(json)) {
	case JSON_OBJECT:
		value = tmpl_object(arena);
		json_object_foreach(json, key, inner) /* one of them has a dot in its name */
			tmpl_set(arena, value, "name", from_json(arena, inner))->key = arena_strdup(arena, key);
		return value;
	case JSON_ARRAY:
		value = tmpl_list(arena);
		json_array_foreach(json, i, inner)
			tmpl_list_add(value, from_json(arena, inner));
		return value;
	case JSON_STRING: return tmpl_text(arena, json_string_value(json));
	case JSON_INTEGER: return tmpl_int(arena, json_integer_value(json));
	case JSON_REAL: return tmpl_text(arena, arena_printf(arena, "%.12g", json_real_value(json)));
	case JSON_TRUE: return tmpl_bool(arena, true);
	case JSON_FALSE: return tmpl_bool(arena, false);
	default: return tmpl_null(arena);
	}
}

/* Renders loosely, as the specification wants; NULL with the words in 'out' when something failed. */
static const char *render(const char *text, const struct tmpl_value *values, const struct partial_set *partials,
			  enum tmpl_escape escape, bool strict, struct buf *out)
{
	struct tmpl_options options = { escape, strict, partial_find, (void *)partials };
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	struct tmpl_template *template = tmpl_template_parse("t", text, strlen(text), TMPL_FORM_PLAIN, &diags);
	struct err err = ERR_INIT;

	buf_reset(out);
	if (!template) {
		tmpl_diags_print(&diags, out);
	} else if (tmpl_expand(template->body, values, &options, out, &err) != 0) {
		buf_reset(out);
		buf_adds(out, err.text);
	}
	tmpl_template_free(&template);
	tmpl_diags_free(&diags);
	return out->data;
}

static void spec_case(const char *module, json_t *test)
{
	struct partial_set partials = { .count = 0 };
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct arena arena = ARENA_INIT;
	const char *name;
	json_t *text;

	json_object_foreach(json_object_get(test, "partials"), name, text)
		partial_add(&partials, name, json_string_value(text));
	tap_is_str(render(json_string_value(json_object_get(test, "template")),
			  from_json(&arena, json_object_get(test, "data")), &partials, TMPL_ESCAPE_HTML, false, &out),
		   json_string_value(json_object_get(test, "expected")), "spec %s: %s", module,
		   json_string_value(json_object_get(test, "name")));
	partials_free(&partials);
	arena_free(&arena);
	buf_free(&out);
}

static void test_spec(void)
{
	static const char *const modules[] = { "comments", "delimiters", "interpolation", "inverted", "partials", "sections" };
	const char *top = getenv("top_srcdir");
	struct buf path = BUF_INIT(BUF_MAX_LINE);
	size_t m, i;

	for (m = 0; m < sizeof modules / sizeof *modules; m++) {
		json_t *root, *test;

		buf_reset(&path);
		buf_addf(&path, "%s/../shared/mustache-spec/%s.json", top ? top : ".", modules[m]);
		root = json_load_file(path.data, 0, NULL);
		if (!root) {
			tap_ok(true, "spec %s # SKIP %s is not there", modules[m], path.data);
			continue;
		}
		json_array_foreach(json_object_get(root, "tests"), i, test)
			spec_case(modules[m], test);
		json_decref(root);
	}
	buf_free(&path);
}

/* Our own table: values are a = "x", b = "<&>", list = [{n:1},{n:2}], no = false, zero = 0, none = "". */
static const struct row {
	const char *name, *text, *want;
} rows[] = {
	{ "plain text", "hello\nworld\n", "hello\nworld\n" },
	{ "variable", "[{{a}}]", "[x]" },
	{ "spaces in the tag", "[{{  a  }}]", "[x]" },
	{ "escaped", "{{b}}", "&lt;&amp;&gt;" },
	{ "three braces", "{{{b}}}", "<&>" },
	{ "ampersand", "{{& b}}", "<&>" },
	{ "a value is not looked at again", "{{tag}}", "{{a}}" },
	{ "dotted", "{{deep.er.est}}", "bottom" },
	{ "dotted, missing part", "[{{deep.no.est}}]", "[]" },
	{ "section over a list", "{{#list}}({{n}}){{/list}}", "(1)(2)" },
	{ "outer name inside a list", "{{#list}}{{a}}{{n}}{{/list}}", "x1x2" },
	{ "list of texts", "{{#texts}}<{{.}}>{{/texts}}", "<p><q>" },
	{ "section over a text", "{{#a}}[{{.}}]{{/a}}", "[x]" },
	{ "number 0 is false", "{{#zero}}yes{{/zero}}{{^zero}}no{{/zero}}", "no" },
	{ "number 0 is a text", "{{zero}}", "0" },
	{ "empty text is false", "{{#none}}yes{{/none}}{{^none}}no{{/none}}", "no" },
	{ "empty list is false", "{{^empty}}no{{/empty}}", "no" },
	{ "standalone tags leave no line", "1\n{{#list}}\n- {{n}}\n{{/list}}\n2\n", "1\n- 1\n- 2\n2\n" },
	{ "standalone with DOS line ends", "1\r\n{{#a}}\r\n2\r\n{{/a}}\r\n", "1\r\n2\r\n" },
	{ "two tags on a line stand not alone", "{{#a}}{{/a}}\nx", "\nx" },
	{ "comment over lines", "1\n{{!\n two\n}}\n3\n", "1\n3\n" },
	{ "comment with braces", "a{{! } }}{{a}}", "ax" },
	{ "delimiters", "{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{a}}", "x{{a}}x" },
	{ "delimiters do not reach into partials", "{{=<% %>=}}<%>p%>", "[x]" },
	{ "indented partial", " {{>lines}}\nend", " 1\n x\nend" },
	{ "indented partial twice", "  {{>outer}}\n", "   1\n   x\n" },
	{ "partial with a section at the line start", "  {{>sect}}\n", "  y\n  z\n" },
	{ "missing partial", "[{{>nowhere}}]", "[]" },
	{ "nested same name", "{{#deep}}{{#er}}{{est}}{{/er}}{{/deep}}", "bottom" },
	{ "single braces are text", "{a} { {b} }", "{a} { {b} }" },
	{ "utf-8", "é{{a}}€", "éx€" },
	{ "error: never closed", "{{#a}}\nx", "t:1:1: error: section 'a' is never closed\n" },
	{ "error: wrong close", "{{#a}}{{/b}}", "t:1:7: error: 'b' is closed here, but 'a' of line 1 is open\n" },
	{ "error: close without open", "x{{/b}}", "t:1:2: error: 'b' is closed here but not open\n" },
	{ "error: tag never ends", "ok\n  {{a", "t:2:3: error: a tag opens here and never ends\n" },
	{ "error: no name", "é{{ }}", "t:1:2: error: a tag without a name\n" },
	{ "error: bad name", "{{a b}}", "t:1:1: error: 'a b' is not a name\n" },
	{ "error: bad dots", "{{a..b}}", "t:1:1: error: 'a..b' is not a name\n" },
	{ "error: delimiters", "{{=x=}}", "t:1:1: error: new delimiters are two words of 1 to 7 characters without '=' "
					  "(such as {{=<% %>=}})\n" },
	{ "error: not utf-8", "a\xff", "t:1:2: error: this is not UTF-8 text (save the file as UTF-8)\n" },
	{ "two errors at once", "{{a b}}{{#c}}", "t:1:1: error: 'a b' is not a name\n"
						 "t:1:8: error: section 'c' is never closed\n" },
};

static struct tmpl_value *row_values(struct arena *arena)
{
	struct tmpl_value *root = tmpl_object(arena), *list;

	tmpl_set_text(arena, root, "a", "x");
	tmpl_set_text(arena, root, "b", "<&>");
	tmpl_set_text(arena, root, "tag", "{{a}}");
	tmpl_set_text(arena, root, "none", "");
	tmpl_set_text(arena, root, "deep.er.est", "bottom");
	tmpl_set_int(arena, root, "zero", 0);
	tmpl_set_list(arena, root, "empty");
	list = tmpl_set_list(arena, root, "list");
	tmpl_set_int(arena, tmpl_list_object(arena, list), "n", 1);
	tmpl_set_int(arena, tmpl_list_object(arena, list), "n", 2);
	list = tmpl_set_list(arena, root, "texts");
	tmpl_list_text(arena, list, "p");
	tmpl_list_text(arena, list, "q");
	return root;
}

static void test_rows(void)
{
	struct partial_set partials = { .count = 0 };
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct arena arena = ARENA_INIT;
	struct tmpl_value *values = row_values(&arena);
	size_t i;

	partial_add(&partials, "p", "[{{a}}]");
	partial_add(&partials, "lines", "1\n{{a}}\n");
	partial_add(&partials, "outer", " {{>lines}}\n");
	partial_add(&partials, "sect", "{{#a}}y{{/a}}\n{{#a}}\nz\n{{/a}}\n");
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_str(render(rows[i].text, values, &partials, TMPL_ESCAPE_HTML, false, &out), rows[i].want, "%s",
			   rows[i].name);
	partials_free(&partials);
	arena_free(&arena);
	buf_free(&out);
}

static const struct row strict_rows[] = {
	{ "text", "{{a}}", "x" },
	{ "section over nothing is false", "{{#gone}}x{{/gone}}", "" },
	{ "missing text", "a\n b {{gone}}", "t:2:4: 'gone' has no value" },
	{ "missing part", "{{deep.gone}}", "t:1:1: 'deep.gone' has no value" },
	{ "a list is no text", "{{list}}", "t:1:1: 'list' is not a text" },
	{ "an object is no text", "{{deep}}", "t:1:1: 'deep' is not a text" },
	{ "missing partial", "{{>gone}}", "t:1:1: 'gone' is not a partial" },
	{ "endless partials", "{{>loop}}", "loop:1:1: 'loop' leads to too many partials within partials" },
};

static void test_strict(void)
{
	struct partial_set partials = { .count = 0 };
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct arena arena = ARENA_INIT;
	struct tmpl_value *values = row_values(&arena);
	size_t i;

	partial_add(&partials, "loop", "{{>loop}}");
	for (i = 0; i < sizeof strict_rows / sizeof *strict_rows; i++)
		tap_is_str(render(strict_rows[i].text, values, &partials, TMPL_ESCAPE_HTML, true, &out),
			   strict_rows[i].want, "strict: %s", strict_rows[i].name);
	partials_free(&partials);
	arena_free(&arena);
	buf_free(&out);
}

static void test_limits(void)
{
	struct partial_set none = { .count = 0 };
	struct buf text = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(100), line = BUF_INIT(BUF_MAX_TEXT);
	struct arena arena = ARENA_INIT;
	struct tmpl_value *values = row_values(&arena);
	int i;

	for (i = 0; i < TMPL_MAX_NEST; i++)
		buf_adds(&text, "{{#a}}");
	for (i = 0; i < TMPL_MAX_NEST; i++)
		buf_adds(&text, "{{/a}}");
	tap_is_str(render(text.data, values, &none, TMPL_ESCAPE_HTML, true, &line), "", "deepest nesting");
	buf_reset(&text);
	for (i = 0; i < 100000; i++)
		buf_adds(&text, "{{#a}}");
	buf_truncate(&text, 200000);
	tap_ok(strstr(render(text.data, values, &none, TMPL_ESCAPE_HTML, true, &line), "more than 32 deep"),
	       "nesting beyond it is an error");
	buf_reset(&text);
	for (i = 0; i < 60; i++)
		buf_adds(&text, "{{a}}{{a}}");
	tap_is_str(render(text.data, values, &none, TMPL_ESCAPE_HTML, true, &out),
		   "the rendered text is larger than 100 bytes", "output has a limit");
	buf_reset(&text);
	while (text.len <= TMPL_MAX_FILE)
		buf_adds(&text, "0123456789");
	tap_is_str(render(text.data, values, &none, TMPL_ESCAPE_HTML, true, &line),
		   "t: error: larger than 262144 bytes\n", "source has a limit");
	buf_free(&text);
	buf_free(&out);
	buf_free(&line);
	arena_free(&arena);
}

static void test_values(void)
{
	struct arena arena = ARENA_INIT;
	struct tmpl_value *root = tmpl_object(&arena), *list = tmpl_set_list(&arena, root, "m.list"), *copy;

	tmpl_set_counts(&arena, root, "m");
	tap_is_str(tmpl_get(root, "m.count")->text, "0", "count of none");
	tap_ok(!tmpl_get(root, "m.one")->truth && !tmpl_get(root, "m.more")->truth, "none is neither one nor more");
	tmpl_list_object(&arena, list);
	tmpl_set_counts(&arena, root, "m");
	tap_ok(tmpl_get(root, "m.one")->truth && !tmpl_get(root, "m.more")->truth, "one");
	tmpl_list_object(&arena, list);
	tmpl_set_counts(&arena, root, "m");
	tap_ok(!tmpl_get(root, "m.one")->truth && tmpl_get(root, "m.more")->truth, "more");
	tmpl_set_text(&arena, root, "a", "1");
	tmpl_set_text(&arena, root, "b", "1");
	tmpl_set_text(&arena, root, "a", "2");
	tmpl_set_text(&arena, root, "a", NULL);
	tap_is_str(tmpl_get(root, "a")->text, "2", "set again replaces; NULL sets nothing");
	tap_is_int((long long)tmpl_length(root), 3, "and stands there once");
	copy = tmpl_copy(&arena, root);
	tmpl_set_text(&arena, copy, "b", "9");
	tap_is_str(tmpl_get(root, "b")->text, "1", "a copy does not touch the original");
	tap_is_str(tmpl_get(copy, "b")->text, "9", "the copy changed");
	tap_ok(!tmpl_get(root, "a.b") && !tmpl_get(root, "zz"), "nothing there");
	arena_free(&arena);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Pieces of templates in any order: parsed or refused with words, rendered or refused with words. */
static void test_random(void)
{
	static const char *const pieces[] = {
		"{{", "}}", "{{{", "}}}", "{{#a}}", "{{/a}}", "{{^a}}", "{{/b}}", "{{#list}}", "{{/list}}", "{{n}}", "{{a}}", "{{.}}",
		"{{>p}}", "{{>loop}}", "{{!", "{{=", "=}}", "{{=<% %>=}}", "<%", "%>", "<%a%>", "<%={{ }}=%>", "\n", "\r\n", " ", "\t",
		"x", "é", "---\n", "subject: ", "audience: staff\n", "\xff", "#", "/", "&", ">", "{{deep.er.est}}", "{{a.b.c.d}}",
	};
	struct partial_set partials = { .count = 0 };
	struct buf text = BUF_INIT(BUF_MAX_TEXT), out = BUF_INIT(BUF_MAX_TEXT);
	struct arena arena = ARENA_INIT;
	struct tmpl_value *values = row_values(&arena);
	uint32_t state = 1867;
	int i, n, silent = 0;

	partial_add(&partials, "p", "[{{a}}\n{{>q}}]");
	partial_add(&partials, "loop", "{{#a}}{{>loop}}{{/a}}");
	for (i = 0; i < 50000; i++) {
		struct tmpl_diags diags = TMPL_DIAGS_INIT;
		struct tmpl_template *template;

		buf_reset(&text);
		for (n = (int)(next_random(&state) % 20); n; n--)
			buf_adds(&text, pieces[next_random(&state) % (sizeof pieces / sizeof *pieces)]);
		render(text.data, values, &partials, (enum tmpl_escape)(i % 4), i % 2, &out);
		template = tmpl_template_parse("t", text.data, text.len, TMPL_FORM_MAIL, &diags);
		silent += !template && !diags.errors;
		tmpl_template_free(&template);
		tmpl_diags_free(&diags);
	}
	tap_is_int(silent, 0, "50,000 random templates: none is refused without a word");
	partials_free(&partials);
	arena_free(&arena);
	buf_free(&text);
	buf_free(&out);
}

static const struct escape_row {
	const char *name, *text, *html, *markdown, *line;
} escapes[] = {
	{ "plain", "Jan de Wit", "Jan de Wit", "Jan de Wit", "Jan de Wit" },
	{ "html", "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;", "\\<b\\>\\&\\\"\\'", "<b>&\"'" },
	{ "emphasis", "*a* _b_", "*a* _b_", "\\*a\\* \\_b\\_", "*a* _b_" },
	{ "link", "[x](http://e)", "[x](http://e)", "\\[x\\]\\(http\\:\\/\\/e\\)", "[x](http://e)" },
	{ "list at a line start", "- x", "- x", "\\- x", "- x" },
	{ "number at a line start", "1. x", "1. x", "1\\. x", "1. x" },
	{ "heading", "# x", "# x", "\\# x", "# x" },
	{ "entity", "&lt;", "&amp;lt;", "\\&lt\\;", "&lt;" },
	{ "table", "a|b", "a|b", "a\\|b", "a|b" },
	{ "backslash", "a\\b", "a\\b", "a\\\\b", "a\\b" },
	{ "line breaks", "a\r\nb\n\nc", "a\r\nb\n\nc", "a b c", "a b c" },
	{ "indent of code", "    x", "    x", "x", "x" },
	{ "tabs and spaces", "\ta \t b  ", "\ta \t b  ", "a b", "a b" },
	{ "controls", "a\x01" "b\x7f", "ab", "a b", "a b" },
	{ "line separator", "a\xe2\x80\xa8" "b", "ab", "a b", "a b" },
	{ "right-to-left override", "x\xe2\x80\xae" "fdp.exe", "xfdp.exe", "x fdp\\.exe", "x fdp.exe" },
	{ "bad utf-8", "a\xff" "b", "a\xef\xbf\xbd" "b", "a\xef\xbf\xbd" "b", "a\xef\xbf\xbd" "b" },
	{ "accents", "é€😀", "é€😀", "é€😀", "é€😀" },
	{ "header injection", "x\r\nBcc: a@b", "x\r\nBcc: a@b", "x Bcc\\: a\\@b", "x Bcc: a@b" },
	{ "empty", "", "", "", "" },
};

static void test_escapes(void)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		const struct escape_row *row = &escapes[i];

		buf_reset(&out);
		tmpl_escape(&out, row->text, TMPL_ESCAPE_HTML);
		tap_is_str(out.data, row->html, "html: %s", row->name);
		buf_reset(&out);
		tmpl_escape(&out, row->text, TMPL_ESCAPE_MARKDOWN);
		tap_is_str(out.data, row->markdown, "markdown: %s", row->name);
		buf_reset(&out);
		tmpl_escape(&out, row->text, TMPL_ESCAPE_LINE);
		tap_is_str(out.data, row->line, "line: %s", row->name);
	}
	buf_free(&out);
}

int main(void)
{
	test_spec();
	test_rows();
	test_strict();
	test_limits();
	test_values();
	test_random();
	test_escapes();
	return tap_done();
}
