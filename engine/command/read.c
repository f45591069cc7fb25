/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "command/command_p.h"

#define NEAR_WORDS 4   /* behind the verb; a longer line is a sentence */
#define NEAR_LINE 300  /* bytes */

struct hit {
	const struct form *form; /* NULL = no command */
	const char *near;        /* nearly one: how that is said */
	bool taken;              /* belongs to the text of the command above it */
};

struct reader {
	const struct saying_order *order;
	struct arena *arena;
	struct form *forms;
	size_t form_count;
	struct lines lines;
	struct hit *hits;
	struct saying *saying;
};

/* ---- which lines are commands ---- */

/* The better of two readings of one line: without a fault, one's own, the longer one. */
static bool is_better(const struct said *a, const struct form *a_form, const struct said *b, const struct form *b_form)
{
	int a_fault = a->fault == COMMAND_FORBIDDEN ? 2 : a->fault != COMMAND_FINE;
	int b_fault = b->fault == COMMAND_FORBIDDEN ? 2 : b->fault != COMMAND_FINE;

	if (a_fault != b_fault)
		return a_fault < b_fault;
	return a_form->phrase->word_count > b_form->phrase->word_count;
}

static const struct form *find_form(struct reader *r, const struct line *line, const char *more, struct said *said)
{
	struct form_order order = { r->order, r->arena, line->raw, more };
	const struct form *best = NULL;
	struct said tried;
	size_t i;

	for (i = 0; i < r->form_count; i++)
		if (form_may_begin(&r->forms[i], line->folded) && form_read(&order, &r->forms[i], &tried) &&
		    (!best || is_better(&tried, &r->forms[i], said, best))) {
			best = &r->forms[i];
			*said = tried;
		}
	return best;
}

static unsigned near_limit(size_t len)
{
	return len >= 5 ? 2 : len == 4 ? 1 : 0;
}

/* How far the words are from those of a phrase, which are so many bytes; more than two is too far. */
static unsigned words_apart(const struct reader *r, const struct phrase *p, const struct word *words, size_t count,
			    size_t *len)
{
	struct buf verb = BUF_INIT(BUF_MAX_LINE);
	unsigned apart;
	size_t i;

	for (i = 0; i < p->word_count; i++)
		buf_addf(&verb, "%s%s", i ? " " : "", p->words[i]);
	*len = verb.len;
	apart = (unsigned)str_distance(words_join(r->arena, words, count), verb.data, 2);
	buf_free(&verb);
	return apart;
}

static bool is_near(const struct reader *r, const struct form *form, const struct word *words, size_t count)
{
	const struct phrase *p = form->phrase;
	size_t n = p->word_count, len;
	bool loose = p->places || p->text != SAY_NO_TEXT;

	if (!form_is_for(form, ACTOR_STAFF) || (loose ? count < n || count > n + NEAR_WORDS : count > n + 1))
		return false;
	return words_apart(r, p, words, loose ? n : count, &len) <= near_limit(len);
}

/*
 * The same of a party, who may write what he likes: only what can hardly be
 * anything else. "dat is mijn paspoort" is a sentence, and no slip of "dit is".
 */
static bool is_slip(const struct reader *r, const struct form *form, const struct word *words, size_t count, bool colon)
{
	const struct phrase *p = form->phrase;
	size_t n = p->word_count, len;
	bool takes = p->places & ~p->optional;
	unsigned apart;

	if (!form_is_for(form, r->order->role) || p->verb == COMMAND_THIS_IS || (p->text == SAY_MUST_TEXT && !colon) ||
	    (takes ? count <= n || count > n + NEAR_WORDS : count != n && count != n + 1))
		return false;
	apart = words_apart(r, p, words, takes ? n : count, &len);
	return apart && apart <= (len >= 8 ? 2 : len >= 5 ? 1 : 0);
}

/* A slip of the pen in a command of staff must not pass for text. */
static const char *find_near(struct reader *r, const struct line *line)
{
	size_t head = strcspn(line->folded, ":"), count, i;
	bool staff = r->order->role == ACTOR_STAFF;
	struct word *words;

	if ((!staff && (!r->order->slips || line_asks(line->folded))) || strlen(line->folded) > NEAR_LINE ||
	    line->kind != LINE_WORDS)
		return NULL;
	words = words_split(r->arena, arena_strndup(r->arena, line->folded, head), &count);
	for (i = 0; i < r->form_count; i++)
		if (staff ? is_near(r, &r->forms[i], words, count) :
			    is_slip(r, &r->forms[i], words, count, line->folded[head] == ':'))
			return r->forms[i].phrase->form;
	return NULL;
}

static void find_commands(struct reader *r)
{
	struct said said;
	size_t i;

	r->hits = arena_array(r->arena, r->lines.count + 1, sizeof *r->hits);
	for (i = 0; i < r->lines.count && i < COMMAND_LINES; i++) {
		if (r->lines.list[i].kind == LINE_GREETING)
			continue;
		r->hits[i].form = find_form(r, &r->lines.list[i], "", &said);
		if (!r->hits[i].form)
			r->hits[i].near = find_near(r, &r->lines.list[i]);
	}
}

/* ---- their texts ---- */

static bool goes_on(const struct reader *r, const struct form *form, size_t at, bool empty)
{
	enum command_verb verb = form->phrase->verb;

	if (at >= r->lines.count || r->hits[at].form || r->hits[at].near)
		return false;
	return empty || !r->lines.list[at].gap || verb == COMMAND_QUESTION || verb == COMMAND_PROBLEM;
}

/* The lines below a command that belong to its text. */
static const char *take_more(struct reader *r, size_t at)
{
	const struct form *form = r->hits[at].form;
	const char *raw = r->lines.list[at].raw, *more = "";
	bool empty;

	if (form->phrase->text == SAY_NO_TEXT || !strchr(r->lines.list[at].folded, ':'))
		return "";
	empty = str_ends(raw, ":");
	while (goes_on(r, form, ++at, empty) && strlen(more) < COMMAND_MAX_TEXT) {
		more = *more ? arena_printf(r->arena, "%s\n%s%s", more, r->lines.list[at].gap ? "\n" : "",
					    r->lines.list[at].raw) :
			       r->lines.list[at].raw;
		r->hits[at].taken = true;
		empty = false;
	}
	return more;
}

/* The same line twice is said once. */
static bool said_already(const struct saying *s, const struct said *said)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->list[i].verb == said->verb && str_ieq(s->list[i].line, said->line) &&
		    str_eq(s->list[i].text, said->text))
			return true;
	return false;
}

static void take_commands(struct reader *r)
{
	struct saying *s = r->saying;
	struct said said;
	const char *more;
	size_t i;

	for (i = 0; i < r->lines.count; i++) {
		if (r->hits[i].near) {
			s->near = arena_grow(r->arena, s->near, s->near_count, sizeof *s->near);
			s->near[s->near_count++] = (struct said_near){ r->lines.list[i].raw, r->hits[i].near };
		}
		if (!r->hits[i].form)
			continue;
		more = take_more(r, i);
		if (!find_form(r, &r->lines.list[i], more, &said) || said_already(s, &said))
			continue;
		said.whole = *more ? arena_printf(r->arena, "%s\n%s", r->lines.list[i].raw, more) : r->lines.list[i].raw;
		s->list = arena_grow(r->arena, s->list, s->count, sizeof *s->list);
		s->list[s->count++] = said;
	}
}

/* ---- the rest ---- */

static bool is_text(const struct reader *r, size_t at)
{
	return !r->hits[at].form && !r->hits[at].near && !r->hits[at].taken && r->lines.list[at].kind != LINE_GREETING;
}

/* "akkoord?", "Akkoord, mits …". */
static bool begins_as_approval(const struct reader *r, const char *folded)
{
	size_t i, j;

	for (i = 0; i < r->form_count; i++) {
		const struct phrase *p = r->forms[i].phrase;
		const char *at = folded;

		for (j = 0; p->verb == COMMAND_APPROVE && j < p->word_count; j++) {
			if (!str_starts(at, p->words[j]))
				break;
			at += strlen(p->words[j]);
			if (j + 1 == p->word_count && !(*at >= 'a' && *at <= 'z') && *at != '-')
				return true;
			at += *at == ' ';
		}
	}
	return false;
}

static void add_text(struct reader *r, struct buf *text, const struct line *line)
{
	size_t room = text->len + 2 < COMMAND_MAX_TEXT ? COMMAND_MAX_TEXT - text->len - 2 : 0;

	if (room && text->len)
		buf_adds(text, line->gap ? "\n\n" : "\n");
	buf_add(text, line->raw, str_utf8_cut(line->raw, room));
	r->saying->approval_meant |= begins_as_approval(r, line->folded);
}

/*
 * Words below a closing phrase are kept, and a question there is one. Whether
 * they are more than what stands below each of his mails is a guess, so they
 * are in no command's way: not in that of staff, nor where there is no dossier
 * that a question could be about. Offices have slogans there: thanks of theirs
 * are thanks, unless a postscript or a question follows.
 */
static void judge_below(struct reader *r)
{
	struct saying *s = r->saying;

	s->below = r->lines.below;
	if (!s->below || r->order->role == ACTOR_STAFF || (s->count && !r->order->dossier))
		return;
	if (r->lines.asks_below)
		s->kind = SAID_QUESTION;
	else if (!s->count && (s->kind == SAID_THANKS || s->kind == SAID_NOTHING) &&
		 (r->lines.adds_below || r->order->role != ACTOR_OFFICE))
		s->kind = r->order->files ? SAID_NOTE : SAID_QUESTION;
}

static void take_text(struct reader *r)
{
	struct saying *s = r->saying;
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	size_t i, words = 0, thanks = 0;
	bool question = r->order->question;

	for (i = 0; i < r->lines.count; i++) {
		const struct line *line = &r->lines.list[i];

		if (!is_text(r, i))
			continue;
		words += line->kind == LINE_WORDS;
		thanks += line->kind != LINE_WORDS;
		question |= line_asks(line->folded);
		add_text(r, &text, line);
	}
	question |= s->approval_meant || (!s->count && !r->order->files);
	s->kind = words ? (question ? SAID_QUESTION : SAID_NOTE) : thanks ? SAID_THANKS : SAID_NOTHING;
	s->text = words ? arena_strndup(r->arena, text.data, text.len) : NULL;
	buf_free(&text);
	judge_below(r);
}

/* Is there text beside thanks in so many words? */
static bool stands_alone(const struct reader *r)
{
	size_t i;

	if (r->saying->count > 1 || r->saying->near_count || r->order->files || r->lines.reserved)
		return false;
	for (i = 0; i < r->lines.count; i++)
		if (is_text(r, i) && r->lines.list[i].kind != LINE_THANKS)
			return false;
	return true;
}

/* An approval counts only where nothing else is said; what stands beside it may be a condition. */
static void judge_approval(struct reader *r)
{
	struct saying *s = r->saying;
	bool alone = stands_alone(r);
	size_t i;

	for (i = 0; i < s->count; i++) {
		struct said *said = &s->list[i];

		if ((said->verb != COMMAND_APPROVE && said->verb != COMMAND_YES) || said->fault != COMMAND_FINE || alone)
			continue;
		said->fault = COMMAND_NOT_ALONE;
		if (said->verb == COMMAND_APPROVE && s->kind == SAID_NOTE)
			s->kind = SAID_QUESTION;
	}
}

void command_read(const struct saying_order *order, struct arena *arena, struct saying *saying)
{
	struct reader r = { .order = order, .arena = arena, .saying = saying };
	struct lines_text text = { order->text, order->name, order->marks, order->mark_count };

	*saying = (struct saying){ 0 };
	r.forms = form_list(order->phrases, order->program, arena, &r.form_count);
	lines_read(order->phrases, &text, arena, &r.lines);
	saying->among = r.lines.among;
	find_commands(&r);
	take_commands(&r);
	take_text(&r);
	judge_approval(&r);
}

const char *command_words(const struct saying *s, struct arena *arena)
{
	return s->text && s->below ? arena_printf(arena, "%s\n\n%s", s->text, s->below) : s->text ? s->text : s->below;
}
