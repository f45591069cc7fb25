/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/render.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void html_char(struct buf *out, const char *c, size_t len)
{
	static const struct { char c; const char *entity; } table[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" },
	};
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].c == *c) {
			buf_adds(out, table[i].entity);
			return;
		}
	buf_add(out, c, len);
}

/* CommonMark 0.30 §2.4: any ASCII punctuation may be escaped so, and then is only itself. */
static void markdown_char(struct buf *out, const char *c, size_t len)
{
	if (len == 1 && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", *c))
		buf_addc(out, '\\');
	buf_add(out, c, len);
}

static void line_char(struct buf *out, const char *c, size_t len)
{
	buf_add(out, c, len);
}

/*
 * Walks over the characters of 'text'; with 'one_line' white space and
 * controls at both ends go, and each run of them inside becomes one space.
 */
static void each_char(struct buf *out, const char *text, bool one_line,
		      void (*add)(struct buf *out, const char *c, size_t len))
{
	size_t len;
	bool space = false, begun = false;

	for (; *text; text += len ? len : 1) {
		len = str_utf8_len(text);
		if (len && (is_space(*text) ? one_line : str_utf8_is_control(text))) {
			space = one_line && begun;
			continue;
		}
		if (space)
			buf_addc(out, ' ');
		space = false;
		begun = true;
		if (len)
			add(out, text, len);
		else
			buf_adds(out, "\xef\xbf\xbd");
	}
}

void tmpl_escape(struct buf *out, const char *text, enum tmpl_escape escape)
{
	if (escape == TMPL_ESCAPE_NONE)
		buf_adds(out, text);
	else if (escape == TMPL_ESCAPE_HTML)
		each_char(out, text, false, html_char);
	else
		each_char(out, text, true, escape == TMPL_ESCAPE_MARKDOWN ? markdown_char : line_char);
}
