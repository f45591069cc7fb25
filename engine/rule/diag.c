/* System. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/diag.h"

#define LINE_WIDTH 150  /* columns of a source line shown; a longer one is cut around the caret */
#define TEXT_MAX 1000   /* bytes of a message or hint */
#define SOURCE_MAX 4000 /* bytes of a source line kept */

void diag_list_init(struct diag_list *list)
{
	*list = (struct diag_list)DIAG_LIST_INIT;
}

void diag_list_free(struct diag_list *list)
{
	arena_free(&list->arena);
	diag_list_init(list);
}

__attribute__((format(printf, 2, 0)))
static void format_text(char text[TEXT_MAX], const char *fmt, va_list ap)
{
	vsnprintf(text, TEXT_MAX, fmt, ap);
	text[str_utf8_cut(text, TEXT_MAX - 1)] = '\0';
}

/*
 * A line longer than is kept is cut behind the span where possible; where the
 * span itself lies behind, the line is left out: place and message stay true.
 */
static struct diag_place place_copy(struct diag_list *list, const struct diag_place *place)
{
	struct diag_place copy = *place;

	copy.file = arena_strdup(&list->arena, place->file);
	if (!place->source)
		return copy;
	if (strlen(place->source) > SOURCE_MAX && place->column + place->length > SOURCE_MAX / 4)
		copy.source = NULL;
	else
		copy.source = arena_strndup(&list->arena, place->source,
					    str_utf8_cut(place->source, SOURCE_MAX));
	return copy;
}

static bool has_room(const struct diag_list *list, enum diag_severity severity)
{
	size_t max = severity == DIAG_ERROR ? DIAG_MAX : DIAG_MAX / 2;

	return list->count < max;
}

static bool told_already(const struct diag_list *list, const struct diag_place *place, const char *message)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct diag_place *other = &list->items[i].place;

		if (other->line == place->line && other->column == place->column && str_eq(other->file, place->file) &&
		    str_eq(list->items[i].message, message))
			return true;
	}
	return false;
}

struct diag *diag_add(struct diag_list *list, enum diag_severity severity, const struct diag_place *place,
		      const char *fmt, ...)
{
	struct diag *diag;
	char message[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	format_text(message, fmt, ap);
	va_end(ap);
	if (told_already(list, place, message))
		return NULL;
	list->errors += severity == DIAG_ERROR;
	list->warnings += severity == DIAG_WARNING;
	if (!has_room(list, severity)) {
		list->left_out++;
		return NULL;
	}
	if (!list->items)
		list->items = arena_array(&list->arena, DIAG_MAX, sizeof *list->items);
	diag = &list->items[list->count++];
	diag->severity = severity;
	diag->place = place_copy(list, place);
	diag->message = arena_strdup(&list->arena, message);
	return diag;
}

void diag_hint(struct diag_list *list, struct diag *diag, const char *fmt, ...)
{
	char hint[TEXT_MAX];
	va_list ap;

	if (!diag)
		return;
	va_start(ap, fmt);
	format_text(hint, fmt, ap);
	va_end(ap);
	diag->hint = arena_strdup(&list->arena, hint);
}

void diag_note(struct diag_list *list, struct diag *diag, const struct diag_place *place, const char *fmt,
	       ...)
{
	struct diag_note *note;
	char message[TEXT_MAX];
	va_list ap;

	if (!diag || diag->note_count == DIAG_NOTES_MAX)
		return;
	note = &diag->notes[diag->note_count++];
	note->place = place_copy(list, place);
	va_start(ap, fmt);
	format_text(message, fmt, ap);
	va_end(ap);
	note->message = arena_strdup(&list->arena, message);
}

const char *diag_severity_word(enum diag_severity severity)
{
	static const char *const words[] = { "error", "warning", "note" };

	return words[severity];
}

static bool stands_before(const struct diag *a, const struct diag *b)
{
	if (a->place.order != b->place.order)
		return a->place.order < b->place.order;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line;
	return a->place.column < b->place.column;
}

void diag_sort(struct diag_list *list, size_t from)
{
	size_t i, j;

	for (i = from + 1; i < list->count; i++) {
		struct diag moved = list->items[i];

		for (j = i; j > from && stands_before(&moved, &list->items[j - 1]); j--)
			list->items[j] = list->items[j - 1];
		list->items[j] = moved;
	}
}

/* Columns that a character takes on a terminal: marks that combine 0, East Asian wide ones 2. */
static int char_width(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		int width;
	} ranges[] = {
		{ 0x300, 0x36f, 0 },	 { 0x1100, 0x115f, 2 },	  { 0x200b, 0x200f, 0 },   { 0x2e80, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 },	 { 0xf900, 0xfaff, 2 },	  { 0xfe00, 0xfe0f, 0 },   { 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },	 { 0xffe0, 0xffe6, 2 },	  { 0x1f300, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].width;
	return 1;
}

/* One character of a source line as it is shown: tabs as spaces, what cannot be shown as U+FFFD. */
struct glyph {
	const char *bytes;
	size_t len; /* in the source */
	int width;  /* columns */
	bool tab, bad;
};

static struct glyph glyph_at(const char *text, int column)
{
	struct glyph glyph = { .bytes = text, .len = str_utf8_len(text), .width = 1 };

	if (!glyph.len) {
		glyph.len = 1;
		glyph.bad = true;
	} else if (*text == '\t') {
		glyph.tab = true;
		glyph.width = 8 - column % 8;
	} else if (str_utf8_is_control(text)) {
		glyph.bad = true;
	} else {
		glyph.width = char_width(str_utf8_char(text));
	}
	return glyph;
}

static void add_spaces(struct buf *out, int count)
{
	while (count-- > 0)
		buf_addc(out, ' ');
}

/* Columns in front of, and of, the span. */
static void caret_columns(const struct diag_place *place, int *start, int *end)
{
	const char *text = place->source;
	int column = 0, i;

	*start = *end = -1;
	for (i = 1; *text; i++) {
		struct glyph glyph = glyph_at(text, column);

		if (i == place->column)
			*start = column;
		if (i == place->column + place->length)
			*end = column;
		column += glyph.width;
		text += glyph.len;
	}
	if (*start < 0)
		*start = column;
	if (*end <= *start)
		*end = column > *start ? column : *start + 1;
	if (place->length == 1 && *end - *start > 2)
		*end = *start + 1;
}

/* The columns [from, until) of the line. */
static void add_source(const char *text, int from, int until, struct buf *out)
{
	int column = 0;

	while (*text && column < until) {
		struct glyph glyph = glyph_at(text, column);

		if (column + glyph.width > from) {
			if (glyph.tab)
				add_spaces(out, column + glyph.width - (column > from ? column : from));
			else if (glyph.bad)
				buf_adds(out, "\xef\xbf\xbd");
			else
				buf_add(out, glyph.bytes, glyph.len);
		}
		column += glyph.width;
		text += glyph.len;
	}
	if (*text)
		buf_adds(out, "...");
}

static void add_excerpt(const struct diag_place *place, const char *hint, struct buf *out)
{
	int start, end, from = 0, lead = 4;

	if (!place->source)
		return;
	caret_columns(place, &start, &end);
	add_spaces(out, lead);
	if (end > LINE_WIDTH) {
		from = start > LINE_WIDTH / 2 ? start - LINE_WIDTH / 2 : 0;
		if (from) {
			buf_adds(out, "...");
			lead += 3;
		}
	}
	add_source(place->source, from, from + LINE_WIDTH, out);
	while (out->len && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
	add_spaces(out, lead + start - from);
	buf_addc(out, '^');
	for (start++; start < end && start < from + LINE_WIDTH; start++)
		buf_addc(out, '~');
	if (hint)
		buf_addf(out, "  %s", hint);
	buf_addc(out, '\n');
}

static void add_entry(const struct diag_place *place, enum diag_severity severity, const char *message,
		      const char *hint, struct buf *out)
{
	buf_adds(out, place->file);
	if (place->line)
		buf_addf(out, ":%d:%d", place->line, place->column);
	buf_addf(out, ": %s: %s\n", diag_severity_word(severity), message);
	if (hint && !place->source)
		buf_addf(out, "    %s\n", hint);
	add_excerpt(place, hint, out);
}

void diag_format(const struct diag *diag, struct buf *out)
{
	size_t i;

	add_entry(&diag->place, diag->severity, diag->message, diag->hint, out);
	for (i = 0; i < diag->note_count; i++)
		add_entry(&diag->notes[i].place, DIAG_NOTE, diag->notes[i].message, NULL, out);
}

void diag_list_format(const struct diag_list *list, struct buf *out)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		diag_format(&list->items[i], out);
	if (list->left_out)
		buf_addf(out, "%zu more not shown: correct the ones above first\n", list->left_out);
}
