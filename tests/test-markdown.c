/* Markdown to HTML and to plain text; values that try to become Markdown. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Engine. */
#include "markdown/markdown.h"
#include "tmpl/render.h"

#include "tap.h"

static const struct row {
	const char *name, *source, *html, *text;
} rows[] = {
	{ "nothing", "", "", "" },
	{ "paragraphs", "a\nb\n\nc\n", "<p>a\nb</p>\n<p>c</p>\n", "a b\n\nc\n" },
	{ "emphasis goes from the text", "**a** _b_", "<p><strong>a</strong> <em>b</em></p>\n", "a b\n" },
	{ "hard break", "a  \nb\\\nc", "<p>a<br />\nb<br />\nc</p>\n", "a\nb\nc\n" },
	{ "tight list", "x\n\n- a\n- b\n\ny", "<p>x</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>y</p>\n",
	  "x\n\n- a\n- b\n\ny\n" },
	{ "loose list", "- a\n\n- b\n", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n", "- a\n\n- b\n" },
	{ "list in a list", "- a\n  - b\n  - c\n- d\n",
	  "<ul>\n<li>a\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n", "- a\n  - b\n  - c\n- d\n" },
	{ "numbered list", "3. a\n4. b\n", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n", "3. a\n4. b\n" },
	{ "empty item", "- \n- b\n", "<ul>\n<li></li>\n<li>b</li>\n</ul>\n", "-\n- b\n" },
	{ "headings", "# Één\n\n## b\nc\n", "<h1>Één</h1>\n<h2>b</h2>\n<p>c</p>\n", "Één\n===\n\nb\n-\n\nc\n" },
	{ "quote", "> a\n> b\n>\n> c\n\nd", "<blockquote>\n<p>a\nb</p>\n<p>c</p>\n</blockquote>\n<p>d</p>\n",
	  "> a b\n>\n> c\n\nd\n" },
	{ "rule", "a\n\n---\n\nb", "<p>a</p>\n<hr />\n<p>b</p>\n",
	  "a\n\n----------------------------------------\n\nb\n" },
	{ "code", "    a  b\n", "<pre><code>a  b\n</code></pre>\n", "    a  b\n" },
	{ "link", "[pay](https://e.org/x)", "<p><a href=\"https://e.org/x\">pay</a></p>\n", "pay (https://e.org/x)\n" },
	{ "link that is its words", "<https://e.org/x>", "<p><a href=\"https://e.org/x\">https://e.org/x</a></p>\n",
	  "https://e.org/x\n" },
	{ "mailto", "[mail](mailto:a@e.org)", "<p><a href=\"mailto:a@e.org\">mail</a></p>\n", "mail (a@e.org)\n" },
	{ "mailto that is its words", "[a@e.org](mailto:a@e.org)",
	  "<p><a href=\"mailto:a@e.org\">a@e.org</a></p>\n", "a@e.org\n" },
	{ "mailto with a subject", "[ask](mailto:a@e.org?subject=Over%20D-1%0D%0ABcc&body=x)",
	  "<p><a href=\"mailto:a@e.org?subject=Over%20D-1%0D%0ABcc&amp;body=x\">ask</a></p>\n",
	  "ask (a@e.org, \"Over D-1 Bcc\")\n" },
	{ "http link", "[x](http://e.org)", "<p>x</p>\n", "x\n" },
	{ "script link", "[x **y**](javascript:alert(1))", "<p>x <strong>y</strong></p>\n", "x y\n" },
	{ "data link", "[x](data:text/html,x)", "<p>x</p>\n", "x\n" },
	{ "relative link", "[x](/y)", "<p>x</p>\n", "x\n" },
	{ "hidden scheme", "[x](&#106;avascript:y)", "<p>x</p>\n", "x\n" },
	{ "image", "![alt](https://e.org/a.png)", "<p>alt</p>\n", "alt\n" },
	{ "image in a link", "[![alt](a.png)](https://e.org)", "<p><a href=\"https://e.org\">alt</a></p>\n",
	  "alt (https://e.org)\n" },
	{ "raw html", "a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n", "a <b>c</b>\n" },
	{ "html block", "<script>\nx\n</script>\n", "<p>&lt;script&gt;\nx\n&lt;/script&gt;\n</p>\n",
	  "<script> x </script>\n" },
	{ "html comment", "a <!-- b -->", "<p>a &lt;!-- b --&gt;</p>\n", "a <!-- b -->\n" },
	{ "entities", "&amp; &euro;", "<p>&amp; €</p>\n", "& €\n" },
	{ "entity of a line break", "a&#10;b", "<p>a\nb</p>\n", "a b\n" },
	{ "escapes", "\\*a\\* \\- 1\\. \\<", "<p>*a* - 1. &lt;</p>\n", "*a* - 1. <\n" },
	{ "bad utf-8", "a\xff" "b", "<p>a\xef\xbf\xbd" "b</p>\n", "a\xef\xbf\xbd" "b\n" },
	{ "wrapped at 72",
	  "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123456 8 10",
	  "<p>1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123456 8 10</p>\n",
	  "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123456\n8 10\n" },
	{ "accents count as one", "ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé éé é",
	  "<p>ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé éé é</p>\n",
	  "ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé ééééééééé éé\né\n" },
};

static void test_rows(void)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_reset(&out);
		tap_is_int(markdown_html(rows[i].source, strlen(rows[i].source), &out, NULL), 0, "html: %s", rows[i].name);
		tap_is_str(out.data, rows[i].html, "html is right: %s", rows[i].name);
		buf_reset(&out);
		tap_is_int(markdown_text(rows[i].source, strlen(rows[i].source), &out, NULL), 0, "text: %s", rows[i].name);
		tap_is_str(out.data, rows[i].text, "text is right: %s", rows[i].name);
	}
	buf_free(&out);
}

/* The words of an HTML fragment: tags out, entities undone. False when there is a tag that 'tags' does not list. */
static bool html_words(const char *html, const char *const *tags, struct buf *out)
{
	while (*html) {
		size_t i;

		if (*html == '<') {
			for (i = 0; tags[i] && strncmp(html, tags[i], strlen(tags[i])) != 0; i++)
				;
			if (!tags[i])
				return false;
			html += strlen(tags[i]);
		} else if (*html == '&') {
			static const char *const entities[] = { "&lt;<", "&gt;>", "&amp;&", "&quot;\"" };

			for (i = 0; i < 4 && strncmp(html, entities[i], strlen(entities[i]) - 1) != 0; i++)
				;
			if (i == 4)
				return false;
			buf_addc(out, entities[i][strlen(entities[i]) - 1]);
			html += strlen(entities[i]) - 1;
		} else {
			buf_addc(out, *html++);
		}
	}
	return true;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static const char *const pieces[] = {
	"<", ">", "&", "&lt;", "*", "**", "_", "`", "```", "~~~", "#", "- ", "1. ", "2) ", "+ ", "> ", "[", "](", ")",
	"![",
	"\\", "\n", "\r\n", "\t", "    ", "  \n", "=", "===", "---", "|", "<!--", "-->", "<script>", "</p>",
	"https://e.org",
	"mailto:a@b", "javascript:", "&#42;", "{{x}}", "a", "b", " ", "é", "\xe2\x80\xa8", "\xff", "\x01", "]: ", "\"",
	"'", ":",
};

/* What a value says, it says: whatever it is made of, the words come out and nothing else does. */
static void test_values(void)
{
	static const char *const tags[] = { "<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", NULL };
	struct buf value = BUF_INIT(BUF_MAX_TEXT), source = BUF_INIT(BUF_MAX_TEXT), html = BUF_INIT(BUF_MAX_TEXT);
	struct buf words = BUF_INIT(BUF_MAX_TEXT), want = BUF_INIT(BUF_MAX_TEXT), text = BUF_INIT(BUF_MAX_TEXT);
	uint32_t state = 20261121;
	int i, n, wrong = 0;

	for (i = 0; i < 30000 && !wrong; i++) {
		buf_reset(&value);
		for (n = (int)(next_random(&state) % 9) + 1; n; n--)
			buf_adds(&value, pieces[next_random(&state) % (sizeof pieces / sizeof *pieces)]);
		buf_reset(&want);
		tmpl_escape(&want, value.data, TMPL_ESCAPE_LINE);
		if (!want.len)
			continue;
		buf_reset(&source);
		buf_adds(&source, "x ");
		tmpl_escape(&source, value.data, TMPL_ESCAPE_MARKDOWN);
		buf_adds(&source, " y\n\n");
		tmpl_escape(&source, value.data, TMPL_ESCAPE_MARKDOWN);
		buf_adds(&source, "\n\n- ");
		tmpl_escape(&source, value.data, TMPL_ESCAPE_MARKDOWN);
		buf_adds(&source, "\n");
		buf_reset(&html);
		buf_reset(&words);
		buf_reset(&text);
		markdown_html(source.data, source.len, &html, NULL);
		markdown_text(source.data, source.len, &text, NULL);
		if (!html_words(html.data, tags, &words)) {
			wrong = 1;
		} else {
			buf_reset(&source);
			buf_addf(&source, "x %s y\n%s\n\n%s\n\n", want.data, want.data, want.data);
			wrong = strcmp(words.data, source.data) != 0;
			buf_reset(&source);
			buf_addf(&source, "x %s y\n\n%s\n\n- %s\n", want.data, want.data, want.data);
			wrong |= strcmp(text.data, source.data) != 0;
		}
		if (wrong)
			printf("# value <%s>\n# html <%s>\n# words <%s>\n# text <%s>\n# want <%s>\n", value.data, html.data,
			       words.data, text.data, source.data);
	}
	tap_ok(!wrong, "30,000 values of hostile pieces stay the words they are");
	buf_free(&value);
	buf_free(&source);
	buf_free(&html);
	buf_free(&words);
	buf_free(&want);
	buf_free(&text);
}

static void check_table(const char *what, const char *source, const char *text, const char *html_part)
{
	struct buf out = BUF_INIT(BUF_MAX_FILE), html = BUF_INIT(BUF_MAX_FILE);

	tap_is_int(markdown_text(source, strlen(source), &out, NULL), 0, "%s: text", what);
	tap_is_str(out.data, text, "%s: reads well", what);
	markdown_html(source, strlen(source), &html, NULL);
	tap_ok(html.data && strstr(html.data, html_part), "%s: html", what);
	buf_free(&out);
	buf_free(&html);
}

static void test_tables(void)
{
	check_table("small", "Above:\n\n| Document | Status |\n|---|---|\n| Copy *of* id | **here** |\n| B | |\n\nBelow.\n",
		    "Above:\n\nDocument    Status\n----------  ------\nCopy of id  here\nB\n\nBelow.\n",
		    "Copy <em>of</em> id</td><td style=");
	check_table("a bar in a value", "| A | B |\n|--|--|\n| x\\|y | \\<b\\> |\n", "A    B\n---  ---\nx|y  <b>\n",
		    ">x|y</td><td style=\"");
	check_table("markup in a value", "| A |\n|--|\n| <b>x</b> |\n", "A\n--------\n<b>x</b>\n", "&lt;b&gt;x&lt;/b&gt;");
	check_table("long cells", "| Document | What happened |\n|---|---|\n"
		    "| Aangifte inkomstenbelasting 2024 | wij konden het bestand niet gebruiken omdat een bladzijde ontbreekt |\n",
		    "Document                          What happened\n"
		    "--------------------------------  --------------------------------------\n"
		    "Aangifte inkomstenbelasting 2024  wij konden het bestand niet gebruiken\n"
		    "                                  omdat een bladzijde ontbreekt\n",
		    "<th style=");
	check_table("no table without its rule", "| a | b |\n| c | d |\n", "| a | b | | c | d |\n", "<p>| a");
	check_table("too few cells", "| A | B |\n|--|--|\n| x |\n", "A  B\n-  -\nx\n", ">x</td><td");
	check_table("nothing but its head", "| A | B |\n|--|--|\n", "A  B\n-  -\n", "<th");
}

static void test_limits(void)
{
	struct buf source = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE), small = BUF_INIT(10);
	struct err err = ERR_INIT;
	int i;

	for (i = 0; i < 20000; i++)
		buf_adds(&source, "> - ");
	buf_adds(&source, "x\n");
	tap_is_int(markdown_text(source.data, source.len, &out, &err), 0, "20,000 quotes and lists within each other");
	tap_ok(strstr(out.data, " x\n"), "and the word is there");
	buf_reset(&source);
	while (source.len <= MARKDOWN_MAX)
		buf_adds(&source, "0123456789 ");
	tap_is_int(markdown_html(source.data, source.len, &out, &err), -1, "html: more than the limit");
	tap_is_int(err.code, ERR_LIMIT, "html: is a limit");
	tap_is_int(markdown_text(source.data, source.len, &out, &err), -1, "text: more than the limit");
	tap_is_int(markdown_text("0123456789 0123456789", 21, &small, &err), -1, "text: more than fits");
	tap_is_str(err.text, "the text is larger than 10 bytes", "text: says so");
	buf_free(&source);
	buf_free(&out);
	buf_free(&small);
}

int main(void)
{
	test_rows();
	test_values();
	test_tables();
	test_limits();
	return tap_done();
}
