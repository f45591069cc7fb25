/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "form/form_p.h"

#define LABEL_LINES 3    /* over which a long question may be wrapped */
#define BELOW_LINES 6    /* of an answer below its label */
#define BELOW_BLANK 3    /* blank lines between a label and its answer */
#define WRAPPED 55       /* a line of so many bytes may go on in the next one */
#define STRAY_WORDS 8    /* a longer line that is no value is text, not an answer */
#define SIGNED_LABELS 3  /* labels below a closing phrase that make it a form and no signature */

/* A label in the text, with its answer. */
struct spot {
	size_t line;
	size_t field;
	bool exact, box, ticked;
	const char *inline_value;
	size_t next_line;        /* behind the label */
	struct form_answer answer;
	int depth;               /* of the answer */
	bool signature;
};

struct reader {
	struct form_job job;
	struct form_labels labels;
	struct form_reading *reading;
	struct spot *spots;
	size_t spot_count;
	size_t *spot_of;         /* the first spot of each line, or FORM_NO_FIELD */
	struct err *err;
};

/* ---- where labels stand ---- */

static void add_spot(struct reader *r, size_t line, const struct form_match *match, const char *value, size_t next)
{
	r->spots = arena_grow(r->job.arena, r->spots, r->spot_count, sizeof *r->spots);
	if (r->spot_of[line] == FORM_NO_FIELD)
		r->spot_of[line] = r->spot_count;
	r->spots[r->spot_count++] = (struct spot){ .line = line, .field = match->field, .exact = match->exact,
						   .box = match->box, .ticked = match->ticked, .inline_value = value,
						   .next_line = next, .depth = r->job.lines[line].depth,
						   .signature = r->job.lines[line].signature };
}

/* Another label further on in the line: a whole title, with a colon: cells of a table that ran together. */
static const char *next_label(struct reader *r, const char *value, struct form_match *match)
{
	const char *at;

	for (at = value; *at; at++)
		if ((at == value || strchr(" \t;,|.", at[-1])) && *at != ' ' && form_label_at(&r->labels, r->job.arena, at, match) &&
		    match->exact && match->value > at && memchr(at, ':', (size_t)(match->value - at)))
			return at;
	return NULL;
}

static void add_spots(struct reader *r, size_t line, struct form_match *match, size_t next)
{
	struct form_match further;
	const char *at;

	while ((at = next_label(r, match->value, &further))) {
		add_spot(r, line, match, arena_strndup(r->job.arena, match->value, (size_t)(at - match->value)), next);
		*match = further;
	}
	add_spot(r, line, match, match->value, next);
}

/* A question that was wrapped: this line and the next ones together are a whole title. */
static size_t wrapped_label(struct reader *r, size_t line, struct form_match *match)
{
	const struct form_line *first = &r->job.lines[line];
	const char *text = first->text;
	size_t i;

	for (i = line + 1; i < r->job.line_count && i < line + LABEL_LINES; i++) {
		const struct form_line *more = &r->job.lines[i];
		size_t before = strlen(text);

		if (more->blank || more->rule || more->head || more->depth != first->depth)
			return 0;
		text = arena_printf(r->job.arena, "%s %s", text, more->text);
		if (form_label_at(&r->labels, r->job.arena, text, match) && match->exact && match->value > text + before)
			return i + 1;
	}
	return 0;
}

/* "Taal (Nederlands of": the rest of the hint stands in the next line. */
static bool is_cut_hint(const char *value)
{
	return *value == '(' && !strchr(value, ')');
}

static void find_spots(struct reader *r)
{
	size_t i, k;

	r->spot_of = arena_array(r->job.arena, r->job.line_count + 1, sizeof *r->spot_of);
	for (i = 0; i < r->job.line_count; i++)
		r->spot_of[i] = FORM_NO_FIELD;
	for (i = 0; i < r->job.line_count; i++) {
		struct form_line *line = &r->job.lines[i];
		struct form_match match;
		size_t next = i + 1;

		if (line->blank || line->rule || line->head || line->taken)
			continue;
		if (!form_label_at(&r->labels, r->job.arena, line->text, &match) || !match.exact || is_cut_hint(match.value)) {
			struct form_match whole;
			size_t to = strlen(line->text) > 30 ? wrapped_label(r, i, &whole) : 0;

			if (to) {
				match = whole;
				next = to;
			} else if (match.field == FORM_NO_FIELD) {
				continue;
			}
		}
		add_spots(r, i, &match, next);
		for (k = i; k < next; k++)
			r->job.lines[k].taken = true;
		i = next - 1;
	}
}

/* Telephone numbers and addresses below a closing phrase are no answers, unless the form itself stands there. */
static void drop_signatures(struct reader *r)
{
	size_t i, kept = 0, seen = 0;
	bool field[FORM_MAX_FIELDS] = { false };

	for (i = 0; i < r->spot_count; i++)
		if (r->spots[i].signature && r->spots[i].exact && !field[r->spots[i].field]) {
			field[r->spots[i].field] = true;
			seen++;
		}
	if (seen >= SIGNED_LABELS || (seen > 1 && seen >= r->labels.field_count))
		return;
	for (i = 0; i < r->job.line_count; i++)
		r->spot_of[i] = FORM_NO_FIELD;
	for (i = 0; i < r->spot_count; i++) {
		struct spot *spot = &r->spots[i];

		if (spot->signature) {
			r->job.lines[spot->line].taken = false;
			continue;
		}
		if (r->spot_of[spot->line] == FORM_NO_FIELD)
			r->spot_of[spot->line] = kept;
		r->spots[kept++] = *spot;
	}
	r->spot_count = kept;
}

/* ---- the title ---- */

/* What we wrote above a form that is quoted is about its fields, and answers none of them. */
static void pass_over(struct reader *r, size_t title)
{
	size_t i;

	for (i = 0; i < title; i++)
		if (r->job.lines[i].depth == r->job.lines[title].depth)
			r->job.lines[i].head = true;
}

/* "Formulier: TITLE": which form it is. The nearest one counts. */
static void find_title(struct reader *r)
{
	int depth = -1;
	size_t i, j;

	for (i = 0; i < r->job.line_count; i++) {
		struct form_line *line = &r->job.lines[i];
		const char *folded = form_plain(r->job.arena, line->text, strlen(line->text)), *title;
		size_t len = line->blank || line->head ? 0 : form_mark_at(&r->job, FORM_MARK_TITLE, folded);

		if (!len || folded[len + strspn(folded + len, " *")] != ':')
			continue;
		title = strchr(folded, ':') + 1;
		title = form_plain(r->job.arena, title, strlen(title));
		if (*title && line->depth)
			pass_over(r, i);
		if (!*title || (depth >= 0 && line->depth >= depth))
			continue;
		depth = line->depth;
		line->taken = true;
		r->reading->named = false;
		r->reading->other = title;
		for (j = 0; j < r->job.order->title_count; j++) {
			const char *own = r->job.order->titles[j];

			if (str_eq(form_plain(r->job.arena, own, strlen(own)), title)) {
				r->reading->named = true;
				r->reading->other = NULL;
			}
		}
	}
}

/* ---- answers ---- */

static const struct form_field *field_of(const struct reader *r, const struct spot *spot)
{
	return &r->job.order->fields[spot->field];
}

static bool is_choice(const struct form_field *field)
{
	return field->field.kind == VALUE_CHOICE || field->field.kind == VALUE_YES_NO;
}

/* May this line be part of an answer to a label that stands so deep? */
static bool may_answer(const struct reader *r, size_t at, int depth, bool signature)
{
	const struct form_line *line;

	if (at >= r->job.line_count)
		return false;
	line = &r->job.lines[at];
	return !line->rule && !line->head && r->spot_of[at] == FORM_NO_FIELD && !line->taken && line->depth <= depth &&
	       (signature || !line->signature);
}

static bool begins_with_box(const char *text)
{
	bool on;

	return form_box_at(text + strspn(text, "-* \t"), &on) > 0;
}

/* The lines below: from 'at' on, as many as belong to the answer; the line behind them. */
static size_t below(const struct reader *r, const struct spot *spot, size_t at, struct buf *out)
{
	const struct form_line *lines = r->job.lines;
	bool boxes = is_choice(field_of(r, spot)) && begins_with_box(lines[at].text);
	size_t most = field_of(r, spot)->field.kind == VALUE_TEXT ? BELOW_LINES : 1, count = 0, end = at;
	int depth = lines[at].depth;

	for (; may_answer(r, at, spot->depth, spot->signature); at++) {
		if (lines[at].blank && boxes)
			continue;
		if (lines[at].blank || lines[at].depth != depth || (boxes && !begins_with_box(lines[at].text)) ||
		    (!boxes && count == most))
			break;
		if (out->len)
			buf_addc(out, boxes ? '\n' : ' ');
		buf_adds(out, lines[at].text);
		count++;
		end = at + 1;
	}
	return end;
}

static void take_lines(struct reader *r, size_t from, size_t to)
{
	for (; from < to; from++)
		r->job.lines[from].taken = true;
}

static size_t count_words(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text != ' ' && (text[1] == ' ' || !text[1]);
	return count;
}

/* Far below the label, long, or a question, and no value: text between the fields. */
static bool is_stray(const struct form_answer *answer)
{
	return answer->state == FORM_UNCLEAR &&
	       (count_words(answer->words) > STRAY_WORDS || strchr(answer->words, '?') != NULL);
}

static int read_words(struct reader *r, const struct spot *spot, const char *words, struct form_answer *answer)
{
	return form_answer_read(field_of(r, spot), words, r->job.arena, answer, r->err);
}

static int answer_below(struct reader *r, struct spot *spot)
{
	struct buf words = BUF_INIT(BUF_MAX_TEXT);
	size_t at = spot->next_line, end;
	int rc;

	while (at < r->job.line_count && at < spot->next_line + BELOW_BLANK && r->job.lines[at].blank)
		at++;
	if (!may_answer(r, at, spot->depth, spot->signature) || r->job.lines[at].blank)
		return 0;
	end = below(r, spot, at, &words);
	rc = read_words(r, spot, arena_strndup(r->job.arena, words.data, words.len), &spot->answer);
	buf_free(&words);
	if (rc)
		return -1;
	if (is_stray(&spot->answer)) {
		spot->answer = (struct form_answer){ 0 };
		return 0;
	}
	spot->depth = r->job.lines[at].depth;
	take_lines(r, at, end);
	return 0;
}

/* An answer behind its label that goes on in the next lines. */
static const char *continued(struct reader *r, const struct spot *spot)
{
	const struct form_field *field = field_of(r, spot);
	const char *words = spot->inline_value;
	size_t at = spot->next_line, last = strlen(r->job.lines[at - 1].text);

	while (may_answer(r, at, spot->depth, spot->signature) && !r->job.lines[at].blank &&
	       r->job.lines[at].depth == spot->depth) {
		const char *text = r->job.lines[at].text;
		bool box = is_choice(field) && begins_with_box(text);

		if (!box && (field->field.kind != VALUE_TEXT || last < WRAPPED))
			break;
		words = arena_printf(r->job.arena, box ? "%s\n%s" : "%s %s", words, text);
		last = strlen(text);
		take_lines(r, at, at + 1);
		at++;
	}
	return words;
}

/*
 * Somebody who answers between quoted lines may write below a value that stands
 * there already. Only what can be read as one counts as that.
 */
static int answer_over(struct reader *r, struct spot *spot)
{
	size_t at = spot->next_line;
	struct form_answer over;

	if (!spot->depth || field_of(r, spot)->field.kind == VALUE_TEXT ||
	    !may_answer(r, at, spot->depth - 1, spot->signature) || r->job.lines[at].blank)
		return 0;
	if (read_words(r, spot, r->job.lines[at].text, &over))
		return -1;
	if (over.state != FORM_FILLED)
		return 0;
	spot->answer = over;
	spot->depth = r->job.lines[at].depth;
	take_lines(r, at, at + 1);
	return 0;
}

static bool is_last_of_line(const struct reader *r, const struct spot *spot)
{
	size_t next = (size_t)(spot - r->spots) + 1;

	return next >= r->spot_count || r->spots[next].line != spot->line;
}

/* "?": what we put where an answer is still wanted; it must not pass for an answer left out. */
static bool is_open(const char *words)
{
	return !words[strspn(words, "? ")];
}

static int answer_open(struct reader *r, struct spot *spot)
{
	if (is_last_of_line(r, spot) && answer_below(r, spot))
		return -1;
	if (spot->answer.state == FORM_EMPTY)
		spot->answer = (struct form_answer){ .state = FORM_UNCLEAR, .why = VALUE_MISSING, .words = "?" };
	return 0;
}

static int answer_spot(struct reader *r, struct spot *spot)
{
	const char *clean = form_words_clean(r->job.arena, spot->inline_value);

	if (!*clean && spot->box && field_of(r, spot)->field.kind == VALUE_YES_NO) {
		if (spot->ticked)
			spot->answer = (struct form_answer){ .state = FORM_FILLED, .value = "yes", .words = "[x]" };
		return 0;
	}
	if (!*clean)
		return is_last_of_line(r, spot) ? answer_below(r, spot) : 0;
	if (is_open(clean))
		return answer_open(r, spot);
	if (read_words(r, spot, is_last_of_line(r, spot) ? continued(r, spot) : clean, &spot->answer))
		return -1;
	/* Nothing but the hint or the example stood there. */
	if (spot->answer.state == FORM_EMPTY && is_last_of_line(r, spot) && !begins_with_box(clean))
		return answer_below(r, spot);
	return answer_over(r, spot);
}

/* ---- the nearest answer ---- */

static int rank(const struct spot *spot)
{
	return 4 * spot->depth + 2 * spot->signature + !spot->exact;
}

static void choose(struct reader *r, size_t field)
{
	struct form_answer *answer = &r->reading->answers[field];
	const struct spot *best = NULL;
	size_t i;

	for (i = 0; i < r->spot_count; i++) {
		const struct spot *spot = &r->spots[i];

		if (spot->field == field && spot->answer.state != FORM_EMPTY && (!best || rank(spot) < rank(best)))
			best = spot;
	}
	if (!best)
		return;
	*answer = best->answer;
	answer->own = best->depth == 0;
	for (i = 0; i < r->spot_count; i++) {
		const struct spot *spot = &r->spots[i];

		if (spot->field != field || spot->answer.state == FORM_EMPTY || rank(spot) != rank(best) ||
		    form_answer_same(r->job.arena, &spot->answer, &best->answer))
			continue;
		answer->state = FORM_UNCLEAR;
		answer->value = NULL;
		answer->why = FORM_TWICE;
		answer->words = arena_printf(r->job.arena, "%s / %s", best->answer.words, spot->answer.words);
		return;
	}
}

static void count(struct reader *r)
{
	struct form_reading *reading = r->reading;
	size_t f, i;

	for (f = 0; f < r->labels.field_count; f++) {
		const struct form_answer *answer = &reading->answers[f];
		bool seen = false, exact = false;

		for (i = 0; i < r->spot_count; i++) {
			seen |= r->spots[i].field == f;
			exact |= r->spots[i].field == f && r->spots[i].exact;
		}
		reading->seen += seen;
		reading->exact += exact;
		reading->filled += answer->state == FORM_FILLED;
		reading->unclear += answer->state == FORM_UNCLEAR;
		reading->own += answer->state != FORM_EMPTY && answer->own;
		reading->missing += answer->state == FORM_EMPTY && r->job.order->fields[f].field.required;
	}
}

static const char *rest_of(struct reader *r)
{
	struct buf out = BUF_INIT(FORM_MAX_TEXT + FORM_MAX_LINES);
	const char *rest;
	size_t i;

	for (i = 0; i < r->job.line_count; i++)
		if (!r->job.lines[i].taken) {
			buf_adds(&out, r->job.lines[i].raw);
			buf_addc(&out, '\n');
		}
	rest = arena_strndup(r->job.arena, out.data, out.len);
	buf_free(&out);
	return rest;
}

int form_reply_read(const struct form_order *order, struct arena *arena, struct form_reading *reading, struct err *err)
{
	struct reader r = { .job = { .order = order, .arena = arena }, .reading = reading, .err = err };
	size_t i;

	*reading = (struct form_reading){ .answers = arena_array(arena, order->field_count + 1, sizeof *reading->answers) };
	form_labels_make(order, arena, &r.labels);
	form_lines_read(&r.job);
	find_title(&r);
	find_spots(&r);
	drop_signatures(&r);
	for (i = 0; i < r.spot_count; i++)
		if (answer_spot(&r, &r.spots[i]))
			return -1;
	for (i = 0; i < order->field_count; i++)
		choose(&r, i);
	count(&r);
	reading->rest = rest_of(&r);
	return 0;
}

bool form_is_filled(const struct form_order *order, const struct form_reading *reading)
{
	size_t enough = order->field_count < 2 ? order->field_count : 2;

	return reading->filled + reading->unclear > 0 && !reading->other &&
	       (reading->named || (order->field_count == 1 ? reading->exact : reading->seen) >= enough);
}
