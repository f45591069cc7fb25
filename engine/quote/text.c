/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

#define LINE_KEPT 2000 /* bytes of a line that are compared */

/* A row of a table: it ends with the bar that it begins with. */
static bool is_row(const char *at, const char *end)
{
	while (end > at && strchr(" \t\r", end[-1]))
		end--;
	return *at == '|' && end - at > 1 && end[-1] == '|';
}

/* Marks of quotation: "> > ", ">>", "| "; '*body_r' is what stands behind them. */
static size_t depth_of(const char *line, size_t len, const char **body)
{
	const char *at = line, *end = line + len, *mark;
	size_t depth = 0;

	for (;;) {
		for (mark = at; mark < end && (*mark == ' ' || *mark == '\t'); mark++)
			;
		if (mark >= end || (*mark != '>' && *mark != '|') || depth >= QUOTE_MAX_DEPTH || is_row(mark, end))
			break;
		depth++;
		at = mark + 1;
	}
	*body = depth && at < end && *at == ' ' ? at + 1 : at;
	return depth;
}

static bool is_blank(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] > ' ' && !(i + 1 < len && !memcmp(text + i, "\xc2\xa0", 2) && ++i))
			return false;
	return true;
}

static void add(struct text *t, const char *raw, size_t len)
{
	struct text_line line = { .raw = raw, .len = len };
	size_t rest;

	/* A byte order mark belongs to no word. */
	if (len >= 3 && !memcmp(raw, "\xef\xbb\xbf", 3)) {
		line.raw += 3;
		line.len -= 3;
	}
	line.depth = depth_of(line.raw, line.len, &line.body);
	rest = line.len - (size_t)(line.body - line.raw);
	line.blank = is_blank(line.body, rest);
	line.text = "";
	line.folded = "";
	if (!line.blank) {
		char *copy = arena_strndup(t->arena, line.body, rest < LINE_KEPT ? rest : LINE_KEPT);

		line.text = str_trim(copy);
		line.folded = quote_fold(t->arena, line.text);
		line.blank = !*line.folded;
	}
	t->lines = arena_grow(t->arena, t->lines, t->count, sizeof *t->lines);
	t->lines[t->count++] = line;
}

void text_init(struct text *t, const struct quote_order *order, struct arena *arena)
{
	const char *at = order->text ? order->text : "";

	*t = (struct text){ .arena = arena, .start = at, .order = order };
	lexicon_init(&t->words, order->extra, order->extra_count, arena);
	while (*at && t->count < QUOTE_MAX_LINES) {
		size_t len = strcspn(at, "\n");

		add(t, at, len && at[len - 1] == '\r' ? len - 1 : len);
		at += len + (at[len] == '\n');
	}
}

size_t text_next(const struct text *t, size_t at)
{
	while (at < t->count && t->lines[at].blank)
		at++;
	return at;
}

bool text_is_rule(const struct text_line *line)
{
	size_t len = strlen(line->folded);

	return len >= 5 && (strspn(line->folded, "_") == len || strspn(line->folded, "-") == len ||
			    strspn(line->folded, "=") == len || strspn(line->folded, "*") == len);
}

bool text_is_between(const struct text *t, size_t at)
{
	size_t next = at + 1;

	return at > 0 && next < t->count && !t->lines[at].blank && !t->lines[at].depth && t->lines[at - 1].depth &&
	       t->lines[next].depth;
}

bool text_marked(const struct text *t, size_t at, enum mail_mark_kind kind)
{
	size_t i, place = (size_t)(t->lines[at].raw - t->start);

	for (i = 0; i < t->order->mark_count; i++) {
		const struct mail_mark *mark = &t->order->marks[i];

		if (mark->kind == kind && place >= mark->from && place < mark->to)
			return true;
	}
	return false;
}

/* The line without its first 'depth' marks of quotation. */
static const char *unquoted(const struct text_line *line, size_t depth, size_t *len)
{
	const char *at = line->raw, *end = line->raw + line->len, *mark;

	for (; depth; depth--) {
		for (mark = at; mark < end && (*mark == ' ' || *mark == '\t'); mark++)
			;
		if (mark >= end || (*mark != '>' && *mark != '|'))
			break;
		at = mark + 1;
		if (at < end && *at == ' ')
			at++;
	}
	*len = (size_t)(end - at);
	return at;
}

char *text_join(const struct text *t, size_t from, size_t to, size_t depth, struct arena *arena)
{
	struct buf out = BUF_INIT(MAIL_MAX_TEXT);
	size_t len;
	char *joined;

	while (from < to && t->lines[from].blank && t->lines[from].depth <= depth)
		from++;
	for (; from < to; from++) {
		const char *line = unquoted(&t->lines[from], depth, &len);

		while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
			len--;
		buf_add(&out, line, len);
		buf_addc(&out, '\n');
	}
	while (out.len && strchr(" \t\n", out.data[out.len - 1]))
		buf_truncate(&out, out.len - 1);
	joined = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return joined;
}
