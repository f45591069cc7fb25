/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "form/form_p.h"

#define LABEL_MAX 300   /* bytes in which a label ends */
#define LIKE_MAX 80     /* the same for one that is only like a title */
#define LIKE_WORDS 8

/* ---- what stands around a label ---- */

static const struct {
	const char *box;
	bool on;
} boxes[] = {
	{ "[x]", true },  { "[X]", true },  { "[v]", true },  { "[V]", true },	{ "(x)", true },  { "(X)", true },
	{ "[*]", true },  { "[ ]", false }, { "[]", false },  { "( )", false }, { "()", false }, { "[  ]", false },
	{ "[_]", false }, { "[ x ]", true }, { "[ X ]", true }, { "[x ]", true }, { "[ x]", true },
	{ "\xe2\x98\x91", true }, { "\xe2\x98\x92", true }, { "\xe2\x98\x90", false }, { "\xe2\x9c\x93", true },
	{ "\xe2\x9c\x94", true }, { "\xe2\x9c\x85", true }, { "\xe2\x96\xa1", false }, { "\xe2\x96\xa2", false },
	{ "\xe2\x97\x8b", false }, { "\xe2\x97\x8f", true }, { "\xe2\x96\xa0", true },
};

size_t form_box_at(const char *text, bool *on)
{
	size_t i;

	for (i = 0; i < sizeof boxes / sizeof *boxes; i++)
		if (str_starts(text, boxes[i].box)) {
			*on = boxes[i].on;
			return strlen(boxes[i].box);
		}
	return 0;
}

/* "1.", "2)", "a)" and the blank behind it. */
static size_t number_at(const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (!n)
		n = isalpha((unsigned char)text[0]) && text[1] == ')';
	return n && n <= 2 && strchr(".)", text[n]) && text[n + 1] == ' ' ? n + 2 : 0;
}

static size_t bullet_at(const char *text)
{
	static const char *const bullets[] = { "\xe2\x80\xa2", "\xc2\xb7", "\xe2\x97\xa6", "\xe2\x80\x93", "\xe2\x80\x94",
					       "\xe2\x96\xaa", "*", "-", "+", "_", "#", "|", "\"", " ", "\t" };
	size_t i;

	for (i = 0; i < sizeof bullets / sizeof *bullets; i++)
		if (str_starts(text, bullets[i]))
			return strlen(bullets[i]);
	return 0;
}

/* Past bullets, numbers and boxes. */
static const char *skip_front(const char *text, struct form_match *match)
{
	size_t n;
	bool on;

	for (;;) {
		n = form_box_at(text, &on);
		if (n) {
			match->box = true;
			match->ticked = on;
		}
		if (!n)
			n = bullet_at(text);
		if (!n)
			n = number_at(text);
		if (!n)
			return text;
		text += n;
	}
}

/* ---- comparing ---- */

char *form_plain(struct arena *arena, const char *text, size_t len)
{
	char *plain = value_fold(arena, arena_strndup(arena, text, len)), *end;

	plain += strspn(plain, " ?*()[]|/");
	end = plain + strlen(plain);
	while (end > plain && strchr(" ?*()[]|/", end[-1]))
		*--end = '\0';
	return plain;
}

/* Words that people add to a label or leave out of it. */
static bool is_small(const char *word, size_t len)
{
	static const char *const small[] = { "uw", "u", "jouw", "je", "mijn", "your", "my", "de", "het", "een", "the", "a",
					     "an", "van", "of", "svp", "please", "hier", "here", "verplicht", "required",
					     "optioneel", "optional", "volledige", "full" };
	size_t i;

	for (i = 0; i < sizeof small / sizeof *small; i++)
		if (strlen(small[i]) == len && memcmp(small[i], word, len) == 0)
			return true;
	return false;
}

static char *core_of(struct arena *arena, const char *plain)
{
	char *core = arena_alloc(arena, strlen(plain) + 2), *to = core;

	while (*plain) {
		size_t len = strcspn(plain, " ");

		if (len && !is_small(plain, len)) {
			if (to > core)
				*to++ = ' ';
			memcpy(to, plain, len);
			to += len;
		}
		plain += len + strspn(plain + len, " ");
	}
	return core;
}

static void add_label(struct form_labels *labels, struct arena *arena, size_t field, const char *title, size_t len)
{
	const char *plain = form_plain(arena, title, len);
	size_t i;

	for (i = 0; i < labels->count; i++)
		if (labels->list[i].field == field && str_eq(labels->list[i].plain, plain))
			return;
	if (!*plain)
		return;
	labels->list = arena_grow(arena, labels->list, labels->count, sizeof *labels->list);
	labels->list[labels->count++] = (struct form_label){ field, plain, core_of(arena, plain) };
}

/* A title, and the same without the hint in brackets behind it. */
static void add_title(struct form_labels *labels, struct arena *arena, size_t field, const char *title)
{
	const char *hint = strchr(title, '(');

	add_label(labels, arena, field, title, strlen(title));
	if (hint && hint > title)
		add_label(labels, arena, field, title, (size_t)(hint - title));
}

void form_labels_make(const struct form_order *order, struct arena *arena, struct form_labels *labels)
{
	size_t i, j;

	*labels = (struct form_labels){ .field_count = order->field_count };
	for (i = 0; i < order->field_count; i++) {
		if (order->fields[i].field.title)
			add_title(labels, arena, i, order->fields[i].field.title);
		for (j = 0; j < order->fields[i].label_count; j++)
			add_title(labels, arena, i, order->fields[i].labels[j]);
	}
}

/* The field with exactly this label; none where two have it. */
static size_t field_exact(const struct form_labels *labels, const char *plain)
{
	size_t i, found = FORM_NO_FIELD;

	for (i = 0; i < labels->count; i++) {
		if (!str_eq(labels->list[i].plain, plain) || labels->list[i].field == found)
			continue;
		if (found != FORM_NO_FIELD)
			return FORM_NO_FIELD;
		found = labels->list[i].field;
	}
	return found;
}

/* "bedrag" for "bedrag per maand": the first words of it. */
static bool is_beginning(const char *part, const char *whole)
{
	size_t len = strlen(part);

	return len >= 3 && str_starts(whole, part) && whole[len] == ' ';
}

/* Letters that may differ. */
static unsigned slips(const char *core)
{
	size_t len = strlen(core);

	return len < 4 ? 0 : len < 9 ? 1 : 2;
}

static bool is_like(const struct form_label *label, const char *core, int how)
{
	switch (how) {
	case 0: return str_eq(label->core, core);
	case 1: return str_distance(label->core, core, slips(core)) <= slips(core);
	default: return is_beginning(core, label->core);
	}
}

/* The one field whose label is nearly this: the same words, then a slip of the pen, then its first words. */
static size_t field_like(const struct form_labels *labels, struct arena *arena, const char *plain)
{
	const char *core = core_of(arena, plain);
	size_t i, found;
	int how;

	for (how = 0; how < 3 && *core; how++) {
		found = FORM_NO_FIELD;
		for (i = 0; i < labels->count; i++) {
			if (!is_like(&labels->list[i], core, how) || labels->list[i].field == found)
				continue;
			if (found != FORM_NO_FIELD)
				return FORM_NO_FIELD;
			found = labels->list[i].field;
		}
		if (found != FORM_NO_FIELD)
			return found;
	}
	return FORM_NO_FIELD;
}

/* ---- finding ---- */

/* A place where a label may end: its length, 0 = none. */
static size_t border_at(const char *at)
{
	static const char *const borders[] = { ":", "?", "=", "\t", "|", "(", "\xef\xbc\x9a", " - ",
						" \xe2\x80\x93 ", " \xe2\x80\x94 " };
	size_t i;

	for (i = 0; i < sizeof borders / sizeof *borders; i++)
		if (str_starts(at, borders[i]))
			return strlen(borders[i]);
	return 0;
}

/* What may stand between a label and its value. */
static const char *skip_borders(const char *at)
{
	const char *start = at;

	for (;;) {
		/* A question mark belongs to the label, or is all that was answered. */
		size_t n = *at == '(' || (*at == '?' && at > start) ? 0 : border_at(at);

		if (!n)
			n = strspn(at, " *_.;");
		if (!n)
			return at;
		at += n;
	}
}

/*
 * Behind a label: a hint in brackets is no answer where a colon follows it, nor
 * where something else does; by itself it is one: "Kopie (ja)".
 */
static const char *value_at(const char *at)
{
	const char *close;

	at = skip_borders(at);
	if (*at != '(')
		return at;
	close = strchr(at, ')');
	if (!close || !close[1 + strspn(close + 1, " ")])
		return at;
	return skip_borders(close + 1);
}

static bool found(struct form_match *match, size_t field, const char *at, bool exact)
{
	match->field = field;
	match->exact = exact;
	match->value = value_at(at);
	return true;
}

/* Is there a colon at the end of it already? What follows then is the answer. */
static bool ends_before(const char *text, size_t len)
{
	while (len && text[len - 1] == ' ')
		len--;
	return len && strchr(":=", text[len - 1]);
}

static bool find_exact(const struct form_labels *labels, struct arena *arena, const char *text, struct form_match *match)
{
	const char *best = NULL;
	size_t field = FORM_NO_FIELD, i;

	for (i = 1; i <= LABEL_MAX && text[i - 1]; i++) {
		size_t here;

		if (text[i] && (!border_at(text + i) || ends_before(text, i)))
			continue;
		here = field_exact(labels, form_plain(arena, text, i));
		if (here != FORM_NO_FIELD) {
			field = here;
			best = text + i;
		}
	}
	return best && found(match, field, best, true);
}

static size_t words_in(const char *plain)
{
	size_t count = 0;

	for (; *plain; plain++)
		count += *plain != ' ' && (plain[1] == ' ' || !plain[1]);
	return count;
}

static bool find_like(const struct form_labels *labels, struct arena *arena, const char *text, struct form_match *match)
{
	size_t len = strcspn(text, ":?=\t|"), head = strcspn(text, "(:?=\t|"), field;
	const char *plain;

	if (!text[len] || len > LIKE_MAX || !head)
		return false;
	plain = form_plain(arena, text, head);
	if (words_in(plain) > LIKE_WORDS || strchr(plain, '@'))
		return false;
	field = field_like(labels, arena, plain);
	return field != FORM_NO_FIELD && found(match, field, text + head, false);
}

bool form_label_at(const struct form_labels *labels, struct arena *arena, const char *text, struct form_match *match)
{
	*match = (struct form_match){ .field = FORM_NO_FIELD };
	text = skip_front(text, match);
	return *text && (find_exact(labels, arena, text, match) || find_like(labels, arena, text, match));
}
