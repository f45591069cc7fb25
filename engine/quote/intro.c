/*
 * The heads that mail programs set above what is answered or passed on: the
 * fields of the mail (Van, Verzonden, Aan, Onderwerp), a line between dashes,
 * or both, on lines of their own or (Yahoo) on one.
 */

/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

#define LABEL_MAX 40    /* bytes of "Envoyé le" */
#define WRAP_MAX 6      /* lines that a list of recipients may go on over */
#define HEAD_MAX 40     /* lines of a head in all */
#define COLONS_MAX 30   /* on a line that holds a whole head */

enum { FIELD_FROM, FIELD_SENT, FIELD_TO, FIELD_CC, FIELD_SUBJECT, FIELD_OTHER, FIELDS };

static const enum quote_word_kind field_words[FIELDS] = { QUOTE_WORD_FROM, QUOTE_WORD_SENT,    QUOTE_WORD_TO,
							  QUOTE_WORD_CC,   QUOTE_WORD_SUBJECT, QUOTE_WORD_FIELD };

struct fields {
	const char *value[FIELDS];
	size_t seen;             /* kinds of fields but the last */
	size_t lines;
};

/* ---- one field ---- */

/* Which field "Van: …", "*From:* …", "De : …" is; -1 = none. '*value_r' is in the text of the line. */
static int field_of(const struct text *t, const struct text_line *line, const char **value_r)
{
	const char *start = line->folded + strspn(line->folded, "*_ "), *colon = strchr(start, ':'), *value;
	size_t len;
	int i;

	if (line->blank || !colon || colon == start || colon - start > LABEL_MAX)
		return -1;
	for (len = (size_t)(colon - start); len && strchr(" *_", start[len - 1]); len--)
		;
	for (i = 0; i < FIELDS; i++)
		if (lexicon_is(&t->words, field_words[i], start, len))
			break;
	if (i == FIELDS)
		return -1;
	value = strpbrk(line->text, ":") ? strpbrk(line->text, ":") + 1 : line->text;
	if (strstr(line->text, "：") && (!strchr(line->text, ':') || strstr(line->text, "：") < value))
		value = strstr(line->text, "：") + 3;
	value += strspn(value, "*_ \t");
	if (value_r)
		*value_r = value;
	return i;
}

/* Lines from 'at' on that go on with the field above them: the next field comes within a few lines, none blank. */
static size_t wrapped_lines(const struct text *t, size_t at, size_t depth)
{
	size_t i;

	for (i = at; i < t->count && i <= at + WRAP_MAX; i++) {
		if (t->lines[i].blank || t->lines[i].depth != depth)
			return 0;
		if (field_of(t, &t->lines[i], NULL) >= 0)
			return i - at;
	}
	return 0;
}

/* A value that cannot end here: "a@example.nl;", "Company <". */
static bool goes_on(const char *value)
{
	size_t len = strlen(value);

	while (len && value[len - 1] == ' ')
		len--;
	return len && strchr(",;<", value[len - 1]);
}

static void field_add(const struct text *t, struct fields *f, int field, const char *value, size_t at, size_t more)
{
	for (; more; more--)
		value = arena_printf(t->arena, "%s %s", value, t->lines[++at].text);
	if (f->value[field])
		return;
	f->value[field] = value;
	f->seen += field != FIELD_OTHER;
}

/* The fields from 'at' on, with at most one blank line between two; '*f' is empty when there are none. */
static void fields_read(const struct text *t, size_t at, size_t depth, struct fields *f)
{
	size_t start = at, next;
	const char *value;
	int field;

	*f = (struct fields){ 0 };
	while (at < t->count && at < start + HEAD_MAX && t->lines[at].depth == depth) {
		field = field_of(t, &t->lines[at], &value);
		if (field < 0)
			break;
		/* A second From begins the next head. */
		if (field == FIELD_FROM && f->value[FIELD_FROM])
			break;
		next = wrapped_lines(t, at + 1, depth);
		if (!next && goes_on(value) && at + 1 < t->count && !t->lines[at + 1].blank)
			next = 1;
		field_add(t, f, field, value, at, next);
		at += next + 1;
		f->lines = at - start;
		if (at < t->count && t->lines[at].blank && at + 1 < t->count && t->lines[at + 1].depth == depth &&
		    field_of(t, &t->lines[at + 1], NULL) >= 0)
			at++;
	}
}

/* ---- whether fields are a head ---- */

static bool any_address(const struct fields *f)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (f->value[i] && strchr(f->value[i], '@'))
			return true;
	return false;
}

static bool has_digit(const char *text)
{
	for (; text && *text; text++)
		if (isdigit((unsigned char)*text))
			return true;
	return false;
}

/*
 * Without a line between dashes above them they must say enough: people write
 * "Van: … Aan: … Datum: …" of journeys too.
 */
static bool fields_are_head(const struct fields *f, bool marked)
{
	if (!f->value[FIELD_FROM] || !*f->value[FIELD_FROM] || f->seen < 2)
		return false;
	if (marked || (f->value[FIELD_SENT] && f->value[FIELD_TO] && f->value[FIELD_SUBJECT]))
		return true;
	return f->seen >= 3 && (f->value[FIELD_SUBJECT] || any_address(f)) &&
	       (has_digit(f->value[FIELD_SENT]) || (f->value[FIELD_SUBJECT] && any_address(f)));
}

static void fields_take(const struct fields *f, struct intro *intro)
{
	intro->head = true;
	intro->from = f->value[FIELD_FROM] ? f->value[FIELD_FROM] : "";
	intro->sent = f->value[FIELD_SENT] ? f->value[FIELD_SENT] : "";
	intro->to = f->value[FIELD_TO] ? f->value[FIELD_TO] : "";
	intro->subject = f->value[FIELD_SUBJECT] ? f->value[FIELD_SUBJECT] : "";
}

/* ---- a head on one line ---- */

/* How many bytes before 'colon' fold to the last 'want' bytes of 'folded'; 0 = none. */
static size_t raw_length(const struct text *t, const char *start, const char *colon, const char *label)
{
	const char *from;

	for (from = start; from < colon; from++) {
		if (((unsigned char)*from & 0xc0) == 0x80 || *from == ' ')
			continue;
		if (str_eq(quote_fold(t->arena, arena_strndup(t->arena, from, (size_t)(colon - from))), label))
			return (size_t)(colon - from);
	}
	return 0;
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The label that ends at the colon, perhaps glued to what stands before it; its length, 0 = none. */
static size_t label_before(const struct text *t, const char *start, const char *colon, int *field)
{
	const char *from = colon - start > LABEL_MAX ? colon - LABEL_MAX : start, *folded, *first;
	size_t best = 0, len, n;
	int i;

	while (from < colon && ((unsigned char)*from & 0xc0) == 0x80)
		from++;
	folded = quote_fold(t->arena, arena_strndup(t->arena, from, (size_t)(colon - from)));
	len = strlen(folded);
	for (i = 0; i < FIELDS; i++) {
		n = lexicon_ends(&t->words, field_words[i], folded, len);
		if (n <= best)
			continue;
		best = n;
		*field = i;
	}
	if (!best)
		return 0;
	n = raw_length(t, from, colon, folded + len - best);
	first = colon - n;
	/* Glued to letters ("CETOnderwerp:") it begins with a capital. */
	if (n && first > start && is_letter(first[-1]) && (is_letter(*first) && !isupper((unsigned char)*first) &&
							   (unsigned char)*first < 0x80))
		return 0;
	return n;
}

static bool fields_on_one_line(const struct text *t, const char *line, struct fields *f)
{
	const char *at = line, *colon, *value = NULL;
	int field = -1, last = -1, colons = 0;

	*f = (struct fields){ .lines = 0 };
	while (colons++ < COLONS_MAX && (colon = strchr(at, ':')) != NULL) {
		size_t label = label_before(t, value ? value : line, colon, &field);

		if (label) {
			if (last >= 0)
				field_add(t, f, last, arena_strndup(t->arena, value, (size_t)(colon - label - value)), 0, 0);
			last = field;
			value = colon + 1 + strspn(colon + 1, " ");
			/* Nothing behind a subject is a field. */
			if (last == FIELD_SUBJECT)
				break;
		}
		at = colon + 1;
	}
	if (last >= 0)
		field_add(t, f, last, value, 0, 0);
	return fields_are_head(f, true);
}

/* ---- a line between dashes ---- */

/*
 * "-----Oorspronkelijk bericht-----", "Begin doorgestuurd bericht:"; behind the
 * dashes there may be more. '*dashed_r' tells whether there were any.
 */
static enum intro_kind marker_of(const struct text *t, const struct text_line *line, bool *dashed_r,
				 const char **tail_r)
{
	const char *start = line->folded + strspn(line->folded, "-_*=> "), *end = strstr(start, "--");
	size_t len = end ? (size_t)(end - start) : strlen(start);
	const char *raw = line->text + strspn(line->text, "-_*=> ");

	*dashed_r = start - line->folded >= 3 && end;
	*tail_r = NULL;
	if (*dashed_r) {
		raw = strstr(raw, "--");
		raw = raw ? raw + strspn(raw, "- ") : "";
		*tail_r = *raw ? raw : NULL;
	} else if (!len || start[len - 1] != ':') {
		return INTRO_NONE;
	}
	while (len && strchr("-_*=: ", start[len - 1]))
		len--;
	if (lexicon_is(&t->words, QUOTE_WORD_FORWARDED, start, len))
		return INTRO_FORWARDED;
	return lexicon_is(&t->words, QUOTE_WORD_ORIGINAL, start, len) ? INTRO_ORIGINAL : INTRO_NONE;
}

/* The lines behind the marker: fields, or what is quoted one level deeper. */
static bool marker_at(const struct text *t, size_t at, struct intro *intro)
{
	const struct text_line *line = &t->lines[at];
	const char *tail;
	bool dashed;
	enum intro_kind kind = marker_of(t, line, &dashed, &tail);
	size_t next = text_next(t, at + 1);
	struct fields f;

	if (kind == INTRO_NONE)
		return false;
	intro->kind = kind;
	intro->lines = 1;
	intro->strong = true;
	if (tail && fields_on_one_line(t, tail, &f)) {
		fields_take(&f, intro);
		return true;
	}
	if (next < t->count && t->lines[next].depth >= line->depth) {
		fields_read(t, next, t->lines[next].depth, &f);
		if (fields_are_head(&f, true)) {
			fields_take(&f, intro);
			intro->depth = t->lines[next].depth;
			intro->lines = next - at + f.lines;
			return true;
		}
	}
	/* "Doorgestuurd bericht:" above nothing of the kind is somebody's own line. */
	return dashed && !tail;
}

/* ---- all of them ---- */

static bool head_at(const struct text *t, size_t at, struct intro *intro)
{
	struct fields f;

	/* Nothing but the sender stands first where there is no line between dashes. */
	if (field_of(t, &t->lines[at], NULL) != FIELD_FROM)
		return false;
	fields_read(t, at, t->lines[at].depth, &f);
	if (!fields_are_head(&f, false))
		return false;
	intro->kind = INTRO_HEAD;
	intro->lines = f.lines;
	intro->strong = true;
	fields_take(&f, intro);
	return true;
}

/* A line across the page right above a head belongs to it. */
static bool ruled_at(const struct text *t, size_t at, struct intro *intro)
{
	size_t next = text_next(t, at + 1);

	if (!text_is_rule(&t->lines[at]) || next >= t->count || next > at + 3 || t->lines[next].depth != t->lines[at].depth)
		return false;
	if (!head_at(t, next, intro) && !marker_at(t, next, intro))
		return false;
	intro->lines += next - at;
	return true;
}

bool intro_at(const struct text *t, size_t at, struct intro *intro)
{
	const struct text_line *line = &t->lines[at];

	*intro = (struct intro){ .depth = line->depth, .from = "", .sent = "", .to = "", .subject = "" };
	if (line->blank)
		return false;
	if (ruled_at(t, at, intro) || marker_at(t, at, intro) || head_at(t, at, intro))
		return true;
	intro->lines = wrote_at(t, at, intro);
	if (!intro->lines)
		return false;
	intro->kind = INTRO_WROTE;
	return true;
}
