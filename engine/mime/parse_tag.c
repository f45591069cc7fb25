/* The attributes of an HTML tag, and whether they hide what is in the element. */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

bool mime_html_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool mime_tag_attribute(const struct mime_tag *tag, const char *name, const char **value_r, size_t *len_r)
{
	const char *p = tag->start, *end = tag->end;
	size_t want = strlen(name), n, i;

	while (p < end) {
		const char *start, *value = p;
		size_t len = 0;

		while (p < end && (mime_html_is_space(*p) || *p == '/'))
			p++;
		for (start = p; p < end && !mime_html_is_space(*p) && *p != '=' && *p != '/'; p++)
			;
		n = (size_t)(p - start);
		while (p < end && mime_html_is_space(*p))
			p++;
		if (p < end && *p == '=') {
			for (p++; p < end && mime_html_is_space(*p); p++)
				;
			if (p < end && (*p == '"' || *p == '\'')) {
				const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));

				value = p + 1;
				len = (size_t)((close ? close : end) - value);
				p = close ? close + 1 : end;
			} else {
				for (value = p; p < end && !mime_html_is_space(*p); p++)
					;
				len = (size_t)(p - value);
			}
		}
		for (i = 0; i < n && i < want && str_lower(start[i]) == name[i]; i++)
			;
		if (n && i == want && n == want) {
			*value_r = value;
			*len_r = len;
			return true;
		}
	}
	return false;
}

/* Does the style say 'rule' (no spaces, lower case), and nothing longer than it? */
static bool style_has(const char *style, const char *rule)
{
	const char *at = style;
	size_t n = strlen(rule);

	while ((at = strstr(at, rule)) != NULL) {
		bool starts = at == style || at[-1] == ';';
		const char *rest = at + n;

		if (starts && (!*rest || strchr(";!", *rest) || str_starts(rest, "px") || str_starts(rest, "pt")))
			return true;
		at += n;
	}
	return false;
}

bool mime_tag_is_hidden(const struct mime_tag *tag)
{
	static const char *const rules[] = { "display:none", "visibility:hidden", "font-size:0", "mso-hide:all",
					     "max-height:0", "opacity:0" };
	const char *value;
	char style[512];
	size_t len, n = 0, i;

	if (mime_tag_attribute(tag, "hidden", &value, &len))
		return true;
	if (!mime_tag_attribute(tag, "style", &value, &len))
		return false;
	for (i = 0; i < len && n < sizeof style - 1; i++)
		if (!mime_html_is_space(value[i]))
			style[n++] = str_lower(value[i]);
	style[n] = '\0';
	for (i = 0; i < sizeof rules / sizeof *rules; i++)
		if (style_has(style, rules[i]))
			return true;
	return false;
}
