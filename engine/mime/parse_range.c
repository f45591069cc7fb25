/*
 * Where a body lies in the mail, in the cases in which GMime's word for it
 * would lose something:
 *
 * - the empty line between header and body is missing: GMime takes all up to
 *   the next empty line for faulty fields and drops it, often a whole document;
 * - the boundary of a multipart never occurs (a gateway lost the parameter, the
 *   mail was cut off): GMime keeps the body as a C string, without its CRs.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

/* ---- the start ---- */

/* RFC 2046 §5.1.1: white space may follow, and "--" at the end of the last one. */
static bool is_fence(const struct mime_line *line, const struct mime_fence *fence)
{
	size_t n, at;

	if (line->rest || line->len < 2 || memcmp(line->text, "--", 2) != 0)
		return false;
	for (; fence; fence = fence->up) {
		n = strlen(fence->boundary);
		if (line->len < n + 2 || memcmp(line->text + 2, fence->boundary, n) != 0)
			continue;
		at = n + 2;
		if (line->len >= at + 2 && memcmp(line->text + at, "--", 2) == 0)
			at += 2;
		while (at < line->len && (line->text[at] == ' ' || line->text[at] == '\t'))
			at++;
		if (at == line->len)
			return true;
	}
	return false;
}

static int64_t last_field_of(GMimeObject *object, int64_t last)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(object);
	int i, count = g_mime_header_list_get_count(headers);

	for (i = 0; i < count; i++) {
		int64_t at = g_mime_header_get_offset(g_mime_header_list_get_header_at(headers, i));

		last = at > last ? at : last;
	}
	return last;
}

static bool is_base64(const struct mime_line *line)
{
	size_t i, padding = 0;

	for (i = 0; i < line->len; i++) {
		char c = str_lower(line->text[i]);

		if (c == '=')
			padding++;
		else if (padding || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/'))
			return false;
	}
	return line->len >= 4 && line->len % 4 == 0 && padding <= 2;
}

/* Is the line behind the last field, which is none itself, the first of the body? */
static bool begins_body(const struct mime_line *line, bool base64)
{
	if (line->rest || !line->len || line->text[0] == ' ' || line->text[0] == '\t' || mime_line_is_parameter(line))
		return false;
	return base64 ? is_base64(line) : !(line->len > 6 && memcmp(line->text, ">From ", 6) == 0);
}

int mime_body_start(struct mime_parser *parser, const struct mime_input *in, GMimeObject *object,
		    const struct mime_around *around, bool base64, int64_t *start_r, struct err *err)
{
	int64_t last = last_field_of(object, -1);
	struct mime_lines lines;
	struct mime_line line;
	int rc;

	*start_r = -1;
	if (around->message)
		last = last_field_of(GMIME_OBJECT(around->message), last);
	if (last < 0)
		return 0;
	mime_lines_init(&lines, parser, in, last + (in->mem ? in->start : 0));
	rc = mime_lines_next(&lines, &line, err);
	while (rc > 0 && (rc = mime_lines_next(&lines, &line, err)) > 0) {
		if (line.len && !is_fence(&line, around->fence) && !begins_body(&line, base64))
			continue;
		*start_r = line.len ? line.place : mime_lines_place(&lines);
		return 0;
	}
	*start_r = mime_lines_place(&lines);
	return rc;
}

/* ---- the end ---- */

int mime_body_end(struct mime_parser *parser, const struct mime_input *in, const struct mime_fence *fence,
		  int64_t start, int64_t *end_r, struct err *err)
{
	struct mime_lines lines;
	struct mime_line line;
	int64_t end = start;
	int rc = 0;

	*end_r = in->end;
	if (!fence)
		return 0;
	mime_lines_init(&lines, parser, in, start);
	while ((rc = mime_lines_next(&lines, &line, err)) > 0) {
		if (is_fence(&line, fence)) {
			*end_r = end;
			return 0;
		}
		/* The line end before a delimiter belongs to it. */
		end = line.place + (int64_t)line.len;
	}
	return rc;
}
