/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/source.h"

static void add_lines(struct source *source, struct arena *arena, size_t from)
{
	size_t i;

	for (i = from; i < source->len; i++)
		if (source->text[i] == '\n') {
			source->lines = arena_grow(arena, source->lines, source->line_count, sizeof *source->lines);
			source->lines[source->line_count++] = i + 1;
		}
}

static struct source_part *add_part(struct source *source, struct arena *arena)
{
	source->parts = arena_grow(arena, source->parts, source->part_count, sizeof *source->parts);
	source->parts[source->part_count] = (struct source_part){ 0 };
	return &source->parts[source->part_count++];
}

void source_init(struct source *source, struct arena *arena, const char *file, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);
	struct source_part *part;

	memcpy(copy, text, len);
	*source = (struct source){ .file = arena_strdup(arena, file), .text = copy, .len = len };
	source->lines = arena_grow(arena, NULL, 0, sizeof *source->lines);
	source->lines[source->line_count++] = 0;
	add_lines(source, arena, 0);
	part = add_part(source, arena);
	part->file = source->file;
	part->len = len;
	part->used = true;
}

/* --- parts --- */

/* The name of a file that lies beside the one given. */
static const char *beside(struct arena *arena, const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	return slash ? arena_printf(arena, "%.*s%s", (int)(slash - file + 1), file, name) : arena_strdup(arena, name);
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

/* "\f" NAME " " BYTES "\n" at 'at': false when it is not that, or its text does not fit or ends within the next. */
static bool read_header(const struct source *source, struct arena *arena, size_t at, struct source_part *part)
{
	const char *head = source->text + at + 1, *end = memchr(head, '\n', source->len - at - 1), *blank = end;
	int64_t bytes;

	while (blank && blank > head && blank[-1] != ' ')
		blank--;
	if (!blank || blank == head || !str_to_i64(arena_strndup(arena, blank, (size_t)(end - blank)), &bytes))
		return false;
	part->name = arena_strndup(arena, head, (size_t)(blank - head) - 1);
	part->start = (size_t)(end + 1 - source->text);
	if (!*part->name || bytes < 0 || (uint64_t)bytes > source->len - part->start)
		return false;
	part->len = (size_t)bytes;
	if (part->start + part->len < source->len && source->text[part->start + part->len] != '\f')
		return false;
	return !memchr(source->text + part->start, '\f', part->len);
}

bool source_split(struct source *source, struct arena *arena)
{
	const char *feed = memchr(source->text, '\f', source->len);
	size_t at = feed ? (size_t)(feed - source->text) : source->len, root = at, old = source->part_count;

	while (at < source->len) {
		struct source_part part = { 0 };

		if (!read_header(source, arena, at, &part) || source_part(source, part.name)) {
			source->part_count = old;
			return false;
		}
		part.file = beside(arena, source->file, part.name);
		part.first_line = line_of(source, part.start);
		*add_part(source, arena) = part;
		at = part.start + part.len;
	}
	source->parts[0].len = root;
	return true;
}

bool source_append(struct source *source, struct arena *arena, const char *name, const char *text, size_t len,
		   size_t *index)
{
	const char *header = arena_printf(arena, "\f%s %zu\n", name, len);
	size_t head = strlen(header), old = source->len;
	struct source_part *part;
	char *copy;

	if (len > SOURCE_MAX || old + head + len > SOURCE_MAX)
		return false;
	copy = arena_alloc(arena, old + head + len + 1);
	memcpy(copy, source->text, old);
	memcpy(copy + old, header, head);
	memcpy(copy + old + head, text, len);
	source->text = copy;
	source->len = old + head + len;
	add_lines(source, arena, old);
	*index = source->part_count;
	part = add_part(source, arena);
	part->name = arena_strdup(arena, name);
	part->file = beside(arena, source->file, name);
	part->start = old + head;
	part->len = len;
	part->first_line = line_of(source, part->start);
	return true;
}

size_t source_append_missing(struct source *source, struct arena *arena, const char *name, const char *why)
{
	struct source_part *part = add_part(source, arena);

	part->name = arena_strdup(arena, name);
	part->file = beside(arena, source->file, name);
	part->missing = arena_strdup(arena, why);
	part->start = source->len + 1; /* no byte of the text is its */
	return source->part_count - 1;
}

struct source_part *source_part(const struct source *source, const char *name)
{
	size_t i;

	for (i = 1; i < source->part_count; i++)
		if (str_eq(source->parts[i].name, name))
			return &source->parts[i];
	return NULL;
}

size_t source_part_at(const struct source *source, size_t offset)
{
	size_t i, found = 0;

	for (i = 1; i < source->part_count; i++)
		if (source->parts[i].start <= offset && !source->parts[i].missing)
			found = i;
	return found;
}

/* --- places --- */

struct span span_join(struct span first, struct span last)
{
	size_t end = last.offset + last.length;

	if (end > first.offset)
		first.length = end - first.offset;
	return first;
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
	size_t index = source_part_at(source, offset);
	const struct source_part *part = &source->parts[index];
	size_t line = line_of(source, offset), end = line_end(source, line);

	if (end > part->start + part->len)
		end = part->start + part->len;
	if (offset > end)
		offset = end;
	if (offset + span.length < end)
		end = offset + span.length;
	result.part = (int)index;
	result.line = (int)(line - part->first_line) + 1;
	result.column = count_chars(source->text, source->lines[line], offset) + 1;
	result.length = count_chars(source->text, offset, end);
	if (result.length < 1)
		result.length = 1;
	return result;
}

struct diag_place source_place(const struct source *source, struct arena *arena, struct span span)
{
	struct prog_span at = source_span(source, span);
	const struct source_part *part = &source->parts[at.part];
	size_t line = part->first_line + (size_t)at.line - 1, start = source->lines[line], len = line_end(source, line);
	struct diag_place place = { .file = part->file, .line = at.line, .column = at.column,
				    .length = at.length, .order = at.part };
	char *text;
	size_t i;

	if (len > part->start + part->len)
		len = part->start + part->len;
	len -= start;
	text = arena_memdup(arena, source->text + start, len + 1);
	text[len] = '\0';
	for (i = 0; i < len; i++)
		if (text[i] == '\0' || text[i] == '\f')
			text[i] = ' ';
	place.source = text;
	return place;
}
