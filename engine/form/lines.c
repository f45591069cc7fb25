/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "form/form_p.h"

#define DEPTH_MAX 30
#define HEAD_LINES 8    /* lines in which the head of a quotation shows itself */
#define WROTE_LINES 3   /* "Op … schreef …:" may be wrapped */
#define CLOSING_WORDS 8 /* a longer line says something */
#define RULE_MIN 3

/* ---- marks ---- */

static void fold_marks(struct form_job *job)
{
	size_t i;

	job->marks = arena_array(job->arena, job->order->mark_count + 1, sizeof *job->marks);
	for (i = 0; i < job->order->mark_count; i++)
		job->marks[i] = value_fold(job->arena, job->order->marks[i].text);
}

size_t form_mark_at(const struct form_job *job, enum form_mark_kind kind, const char *folded)
{
	size_t i, len, best = 0;

	for (i = 0; i < job->order->mark_count; i++) {
		if (job->order->marks[i].kind != kind || !str_starts(folded, job->marks[i]))
			continue;
		len = strlen(job->marks[i]);
		if (len > best && !isalnum((unsigned char)folded[len]))
			best = len;
	}
	return best;
}

/* The same anywhere in the line. */
static bool has_mark(const struct form_job *job, enum form_mark_kind kind, const char *folded)
{
	const char *at;

	for (at = folded; *at; at++)
		if ((at == folded || at[-1] == ' ') && form_mark_at(job, kind, at))
			return true;
	return false;
}

static const char *folded(const struct form_job *job, const struct form_line *line)
{
	return value_fold(job->arena, line->text + strspn(line->text, "*_-= "));
}

/* ---- cutting ---- */

/* Three or more of one mark, and nothing else: "-----", "_ _ _ _". */
static bool is_rule(const char *text)
{
	size_t count = 0;
	char mark = *text;

	if (!mark || !strchr("-_=*~#.", mark))
		return false;
	for (; *text; text++) {
		if (*text != mark && *text != ' ')
			return false;
		count += *text == mark;
	}
	return count >= RULE_MIN;
}

/* No-break spaces and the like as blanks, what cannot be seen left out. */
static char *plain_blanks(struct arena *arena, const char *text, size_t len)
{
	char *out = arena_alloc(arena, len + 1), *to = out;
	const char *end = text + len;

	while (text < end) {
		size_t n = str_utf8_len(text);
		uint32_t c = n ? str_utf8_char(text) : (unsigned char)*text;

		n = n ? n : 1;
		if (c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000)
			*to++ = ' ';
		else if (c != 0xad && c != 0xfeff && c != '\r' && !(c >= 0x200b && c <= 0x200f) && n <= (size_t)(end - text))
			to = (char *)memcpy(to, text, n) + n;
		text += n;
	}
	return out;
}

static void add_line(struct form_job *job, const char *raw, size_t len)
{
	struct form_line line = { .raw = arena_strndup(job->arena, raw, len) };
	char *at = str_trim(plain_blanks(job->arena, raw, len));

	for (; *at == '>' || *at == ' ' || *at == '\t'; at++)
		line.depth += *at == '>' && line.depth < DEPTH_MAX;
	line.text = at;
	line.blank = !*at;
	line.rule = is_rule(at);
	job->lines = arena_grow(job->arena, job->lines, job->line_count, sizeof *job->lines);
	job->lines[job->line_count++] = line;
}

static void cut(struct form_job *job)
{
	const char *text = job->order->text ? job->order->text : "";
	const char *end = text + str_utf8_cut(text, FORM_MAX_TEXT);

	while (text < end && job->line_count < FORM_MAX_LINES) {
		size_t len = strcspn(text, "\n");

		if (len > (size_t)(end - text))
			len = (size_t)(end - text);
		add_line(job, text, len);
		text += len + (text[len] == '\n');
	}
}

/* ---- heads of quotations ---- */

/* "Van: …" with two more such fields below it: the line behind the last of them, 0 = no head. */
static size_t field_head(const struct form_job *job, size_t at)
{
	const char *line = folded(job, &job->lines[at]);
	size_t len = form_mark_at(job, FORM_MARK_FROM, line), i, seen = 0, last = at;
	int depth = job->lines[at].depth;

	if (!len || !strchr(job->lines[at].text, ':') || line[len + strspn(line + len, " ")] != ':')
		return 0;
	for (i = at + 1; i < job->line_count && i <= at + HEAD_LINES && job->lines[i].depth == depth; i++) {
		line = folded(job, &job->lines[i]);
		len = form_mark_at(job, FORM_MARK_SENT, line);
		if (len && line[len + strspn(line + len, " ")] == ':') {
			seen++;
			last = i;
		}
	}
	return seen >= 2 ? last + 1 : 0;
}

static bool is_dated(const char *text)
{
	size_t digits = 0;

	for (; *text; text++) {
		if (*text == '@')
			return true;
		digits += isdigit((unsigned char)*text) != 0;
	}
	return digits >= 3;
}

/* "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <…>:" over up to three lines: the line behind it, 0 = none. */
static size_t wrote_head(const struct form_job *job, size_t at)
{
	bool wrote = false, dated = false;
	int depth = job->lines[at].depth;
	size_t i;

	for (i = at; i < job->line_count && i < at + WROTE_LINES; i++) {
		const struct form_line *line = &job->lines[i];
		size_t len = strlen(line->text);

		if (line->blank || line->depth != depth)
			return 0;
		wrote |= has_mark(job, FORM_MARK_WROTE, folded(job, line));
		dated |= is_dated(line->text);
		if (line->text[len - 1] == ':')
			return wrote && dated ? i + 1 : 0;
	}
	return 0;
}

/* "-----Oorspronkelijk bericht-----": nothing else on the line. */
static bool is_original(const struct form_job *job, const struct form_line *line)
{
	const char *text = folded(job, line);
	size_t len = form_mark_at(job, FORM_MARK_ORIGINAL, text);

	return len && !text[len + strspn(text + len, " -_*=:")] && (strchr("-_*", *line->text) || strchr(line->text, ':'));
}

static bool deeper_follows(const struct form_job *job, size_t at, int depth)
{
	while (at < job->line_count && job->lines[at].blank && job->lines[at].depth <= depth)
		at++;
	return at < job->line_count && job->lines[at].depth > depth;
}

/* Behind a head of its own the text is one deeper, with no mark on its lines (Outlook). */
static void find_heads(struct form_job *job)
{
	size_t i = 0, to;
	int more = 0;

	while (i < job->line_count) {
		struct form_line *line = &job->lines[i];
		bool original = is_original(job, line);

		to = original ? i + 1 : field_head(job, i);
		if (!to)
			to = wrote_head(job, i);
		if (!to) {
			line->depth += more;
			i++;
			continue;
		}
		if (!original && !deeper_follows(job, to, line->depth))
			more += more < DEPTH_MAX;
		for (; i < to; i++) {
			job->lines[i].depth += more;
			job->lines[i].head = true;
		}
	}
}

/* ---- signatures ---- */

static size_t words_of(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text != ' ' && (text[1] == ' ' || !text[1]);
	return count;
}

static bool is_closing(const struct form_job *job, const struct form_line *line)
{
	const char *text;

	if (str_eq(line->text, "--"))
		return true;
	text = folded(job, line);
	return form_mark_at(job, FORM_MARK_CLOSING, text) && words_of(text) <= CLOSING_WORDS && !strchr(text, ':');
}

static void find_signatures(struct form_job *job)
{
	bool inside = false;
	int depth = 0;
	size_t i;

	for (i = 0; i < job->line_count; i++) {
		struct form_line *line = &job->lines[i];

		if (inside && (line->head || (!line->blank && line->depth != depth)))
			inside = false;
		if (!inside && !line->head && !line->blank && is_closing(job, line)) {
			inside = true;
			depth = line->depth;
		}
		line->signature = inside;
		if (!line->blank && form_mark_at(job, FORM_MARK_DEVICE, folded(job, line)))
			line->head = true;
	}
}

void form_lines_read(struct form_job *job)
{
	fold_marks(job);
	cut(job);
	find_heads(job);
	find_signatures(job);
}
