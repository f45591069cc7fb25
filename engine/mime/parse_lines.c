/* The lines of a mail, without ever having more than a window of it in memory. */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

void mime_lines_init(struct mime_lines *lines, struct mime_parser *parser, const struct mime_input *in, int64_t from)
{
	*lines = (struct mime_lines){ .in = in, .window = parser->window, .file_at = from };
	if (in->mem) {
		lines->data = in->mem;
		lines->len = (size_t)(in->end - in->start);
		lines->at = (size_t)(from - in->start);
		lines->file_at = in->start;
	}
}

static int lines_refill(struct mime_lines *l, bool *more_r, struct err *err)
{
	size_t keep = l->len - l->at, got;

	if (l->in->mem) {
		*more_r = false;
		return 0;
	}
	if (keep)
		memmove(l->window, l->data + l->at, keep);
	l->file_at += (int64_t)l->at;
	if (mime_input_read(l->in, l->file_at + (int64_t)keep, l->window + keep, MIME_WINDOW - keep, &got, err))
		return -1;
	l->data = l->window;
	l->at = 0;
	l->len = keep + got;
	*more_r = got > 0;
	return 0;
}

int mime_lines_next(struct mime_lines *l, struct mime_line *line, struct err *err)
{
	const char *end;
	size_t n;

	for (;;) {
		bool more;

		end = l->len > l->at ? memchr(l->data + l->at, '\n', l->len - l->at) : NULL;
		if (end || l->len - l->at == MIME_WINDOW)
			break;
		if (lines_refill(l, &more, err))
			return -1;
		if (!more)
			break;
	}
	if (l->at == l->len)
		return 0;
	n = end ? (size_t)(end - (l->data + l->at)) : l->len - l->at;
	*line = (struct mime_line){ l->data + l->at, n, l->file_at + (int64_t)l->at, l->inside };
	l->inside = !end;
	l->at += n + (end ? 1 : 0);
	if (end && line->len && line->text[line->len - 1] == '\r')
		line->len--;
	return 1;
}

int64_t mime_lines_place(const struct mime_lines *lines)
{
	return lines->file_at + (int64_t)lines->at;
}

bool mime_line_is_parameter(const struct mime_line *line)
{
	static const char *const names[] = { "name", "filename", "charset", "boundary", "format", "type", "size",
					     "creation-date", "modification-date", "read-date", "protocol", "micalg" };
	size_t i, n;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		const char *p = line->text;

		for (n = 0; n < line->len && names[i][n] && str_lower(p[n]) == names[i][n]; n++)
			;
		if (names[i][n])
			continue;
		while (n < line->len && (p[n] == ' ' || p[n] == '*' || (p[n] >= '0' && p[n] <= '9')))
			n++;
		if (n < line->len && p[n] == '=')
			return true;
	}
	return false;
}
