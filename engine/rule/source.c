/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/source.h"

static size_t count_lines(const char *text, size_t len)
{
	size_t i, n = 1;

	for (i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

void source_init(struct source *source, struct arena *arena, const char *file, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);
	size_t *lines, i, n = 0;

	memcpy(copy, text, len);
	source->file = arena_strdup(arena, file);
	source->text = copy;
	source->len = len;
	source->line_count = count_lines(text, len);
	lines = arena_array(arena, source->line_count, sizeof *lines);
	lines[n++] = 0;
	for (i = 0; i < len; i++)
		if (text[i] == '\n')
			lines[n++] = i + 1;
	source->lines = lines;
}

struct span span_join(struct span first, struct span last)
{
	size_t end = last.offset + last.length;

	if (end > first.offset)
		first.length = end - first.offset;
	return first;
}

/* Index of the line that holds the byte. */
static size_t line_of(const struct source *source, size_t offset)
{
	size_t low = 0, high = source->line_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (source->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Offset behind the last byte of the line, its end (LF, CR LF) left out. */
static size_t line_end(const struct source *source, size_t line)
{
	size_t start = source->lines[line];
	size_t end = line + 1 < source->line_count ? source->lines[line + 1] - 1 : source->len;

	if (end > start && source->text[end - 1] == '\r')
		end--;
	return end;
}

static int count_chars(const char *text, size_t from, size_t to)
{
	int n = 0;

	while (from < to) {
		size_t step = str_utf8_len(text + from);

		from += step ? step : 1;
		n++;
	}
	return n;
}

struct prog_span source_span(const struct source *source, struct span span)
{
	struct prog_span result;
	size_t offset = span.offset < source->len ? span.offset : source->len;
	size_t line = line_of(source, offset);
	size_t end = line_end(source, line);

	if (offset > end)
		offset = end;
	if (offset + span.length < end)
		end = offset + span.length;
	result.line = (int)line + 1;
	result.column = count_chars(source->text, source->lines[line], offset) + 1;
	result.length = count_chars(source->text, offset, end);
	if (result.length < 1)
		result.length = 1;
	return result;
}

struct diag_place source_place(const struct source *source, struct arena *arena, struct span span)
{
	struct prog_span at = source_span(source, span);
	size_t line = (size_t)at.line - 1, start = source->lines[line];
	struct diag_place place = { .file = source->file, .line = at.line, .column = at.column,
				    .length = at.length };
	size_t i, len = line_end(source, line) - start;
	char *text = arena_memdup(arena, source->text + start, len + 1);

	text[len] = '\0';
	for (i = 0; i < len; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	place.source = text;
	return place;
}
