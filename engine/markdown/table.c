/* System. */
#include <string.h>

/* Base. */
#include "base/arena.h"
#include "base/str.h"

/* Own. */
#include "markdown/markdown.h"
#include "markdown/table_p.h"

#define MAX_COLUMNS 12
#define GAP 2       /* columns of blanks between two cells of the text */
#define LEAST 8     /* a column is never made narrower */

#define HEAD_STYLE "padding:6px 10px 6px 0;text-align:left;vertical-align:top;border-bottom:2px solid #cfd8dc;"
#define CELL_STYLE "padding:6px 10px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid #e0e0e0;"

/* ---- finding tables ---- */

static size_t line_length(const char *text, size_t len)
{
	const char *nl = memchr(text, '\n', len);

	return nl ? (size_t)(nl - text) + 1 : len;
}

static bool is_row(const char *line, size_t len)
{
	return len > 1 && line[0] == '|';
}

static bool is_rule(const char *line, size_t len)
{
	size_t i, dashes = 0;

	for (i = 0; i < len; i++) {
		if (!strchr("|-: \r\n", line[i]))
			return false;
		dashes += line[i] == '-';
	}
	return is_row(line, len) && dashes > 0;
}

/* The bytes of the table that begins here, 0 = none does. */
static size_t table_length(const char *text, size_t len)
{
	size_t first = line_length(text, len), at, line;

	if (!is_row(text, first) || first == len)
		return 0;
	at = first + line_length(text + first, len - first);
	if (!is_rule(text + first, at - first))
		return 0;
	while (at < len && (line = line_length(text + at, len - at)) > 0 && is_row(text + at, line))
		at += line;
	return at;
}

bool table_next(const char *source, size_t len, size_t *at, struct table_piece *piece)
{
	size_t end = *at;

	if (*at >= len)
		return false;
	piece->text = source + *at;
	piece->len = table_length(source + *at, len - *at);
	piece->table = piece->len > 0;
	if (!piece->table) {
		do
			end += line_length(source + end, len - end);
		while (end < len && !table_length(source + end, len - end));
		piece->len = end - *at;
	}
	*at += piece->len;
	return true;
}

/* ---- reading one ---- */

struct cells {
	const char *text[MAX_COLUMNS];
	size_t count;
};

/* A bar behind a backslash is a character. */
static void read_row(struct arena *arena, const char *line, size_t len, struct cells *cells)
{
	size_t i, from = 1;

	cells->count = 0;
	while (len > 1 && strchr(" \r\n", line[len - 1]))
		len--;
	for (i = 1; i <= len && cells->count < MAX_COLUMNS; i++) {
		if (i < len && line[i] == '\\') {
			i++;
			continue;
		}
		if (i < len && line[i] != '|')
			continue;
		if (i < len || i > from)
			cells->text[cells->count++] = str_trim(arena_strndup(arena, line + from, i - from));
		from = i + 1;
	}
}

/* Its rows, the head first; the rule is left out. */
static struct cells *read_table(struct arena *arena, const struct table_piece *piece, size_t *count)
{
	struct cells *rows = NULL;
	size_t at = 0, line, number = 0;

	for (*count = 0; at < piece->len; at += line) {
		line = line_length(piece->text + at, piece->len - at);
		if (number++ == 1)
			continue;
		rows = arena_grow(arena, rows, *count, sizeof *rows);
		read_row(arena, piece->text + at, line, &rows[(*count)++]);
	}
	return rows;
}

/* ---- HTML ---- */

static int cell_html(const char *source, bool head, struct buf *out, struct err *err)
{
	struct buf inner = BUF_INIT(BUF_MAX_FILE);
	const char *text, *end;
	int rc = piece_html(source, strlen(source), &inner, err);

	buf_addf(out, head ? "<th style=\"%s\">" : "<td style=\"%s\">", head ? HEAD_STYLE : CELL_STYLE);
	text = inner.data ? inner.data : "";
	end = text + strlen(text);
	/* One paragraph needs no mark around it. */
	if (str_starts(text, "<p>") && str_ends(text, "</p>\n") && !strstr(text + 3, "<p>")) {
		text += 3;
		end -= 5;
	}
	buf_add(out, text, (size_t)(end - text));
	buf_adds(out, head ? "</th>" : "</td>");
	buf_free(&inner);
	return rc;
}

int table_html(const struct table_piece *piece, struct buf *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct cells *rows;
	size_t count, r, c;
	int rc = 0;

	rows = read_table(&arena, piece, &count);
	buf_adds(out, "<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\" "
		      "style=\"margin:0 0 14px;font-size:14px;line-height:20px;\">\n");
	for (r = 0; r < count && !rc; r++) {
		buf_adds(out, "<tr>");
		for (c = 0; c < rows[0].count && !rc; c++)
			rc = cell_html(c < rows[r].count ? rows[r].text[c] : "", r == 0, out, err);
		buf_adds(out, "</tr>\n");
	}
	buf_adds(out, "</table>\n");
	arena_free(&arena);
	return rc;
}

/* ---- text ---- */

static size_t columns(const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

static int cell_text(struct arena *arena, const char **cell, struct err *err)
{
	struct buf plain = BUF_INIT(BUF_MAX_FILE);
	int rc = piece_text(*cell, strlen(*cell), &plain, err);
	char *text = arena_strdup(arena, plain.data ? plain.data : "");
	size_t i;

	for (i = 0; text[i]; i++)
		if (text[i] == '\n')
			text[i] = ' ';
	*cell = str_trim(text);
	buf_free(&plain);
	return rc;
}

/* How wide each column is: as its longest cell, the widest cut down until all stand side by side. */
static void measure(const struct cells *rows, size_t count, size_t width[MAX_COLUMNS])
{
	size_t r, c, total = 0, widest;

	for (c = 0; c < rows[0].count; c++)
		width[c] = 0;
	for (r = 0; r < count; r++)
		for (c = 0; c < rows[r].count && c < rows[0].count; c++) {
			size_t n = columns(rows[r].text[c], strlen(rows[r].text[c]));

			width[c] = n > width[c] ? n : width[c];
		}
	for (c = 0; c < rows[0].count; c++)
		total += width[c] + (c ? GAP : 0);
	for (; total > MARKDOWN_WIDTH; total--) {
		for (widest = 0, c = 1; c < rows[0].count; c++)
			widest = width[c] >= width[widest] ? c : widest;
		if (width[widest] <= LEAST)
			break;
		width[widest]--;
	}
}

/* The words of '*text' that fit in one line; moves it behind them. */
static size_t take_line(const char **text, size_t width, const char **line)
{
	const char *at = *text, *end, *fits = NULL;

	while (*at == ' ')
		at++;
	*line = at;
	for (end = at; *end;) {
		while (*end == ' ')
			end++;
		while (*end && *end != ' ')
			end++;
		if (fits && columns(at, (size_t)(end - at)) > width)
			break;
		fits = end;
	}
	fits = fits ? fits : at;
	*text = fits;
	while (**text == ' ')
		++*text;
	return (size_t)(fits - at);
}

static void put_row(const struct cells *row, const size_t width[MAX_COLUMNS], size_t count, struct buf *out)
{
	const char *rest[MAX_COLUMNS], *line;
	bool more = true;
	size_t c, i;

	for (c = 0; c < count; c++)
		rest[c] = c < row->count ? row->text[c] : "";
	while (more) {
		size_t blanks = 0;

		more = false;
		for (c = 0; c < count; c++) {
			size_t len = take_line(&rest[c], width[c], &line), used = columns(line, len);

			for (i = 0; len && i < blanks; i++)
				buf_addc(out, ' ');
			blanks = len ? 0 : blanks;
			buf_add(out, line, len);
			blanks += (used < width[c] ? width[c] - used : 0) + GAP;
			more |= *rest[c] != '\0';
		}
		buf_addc(out, '\n');
	}
}

static void put_rule(const size_t width[MAX_COLUMNS], size_t count, struct buf *out)
{
	size_t c, i;

	for (c = 0; c < count; c++) {
		for (i = 0; i < width[c]; i++)
			buf_addc(out, '-');
		for (i = 0; c + 1 < count && i < GAP; i++)
			buf_addc(out, ' ');
	}
	buf_addc(out, '\n');
}

int table_text(const struct table_piece *piece, struct buf *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	size_t width[MAX_COLUMNS], count, r, c;
	struct cells *rows = read_table(&arena, piece, &count);
	int rc = 0;

	for (r = 0; r < count; r++)
		for (c = 0; c < rows[r].count && !rc; c++)
			rc = cell_text(&arena, &rows[r].text[c], err);
	measure(rows, count, width);
	for (r = 0; r < count && !rc; r++) {
		put_row(&rows[r], width, rows[0].count, out);
		if (r == 0)
			put_rule(width, rows[0].count, out);
	}
	arena_free(&arena);
	return rc;
}
