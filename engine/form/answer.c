/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "form/form_p.h"

#define AFTER_WORDS 3   /* "ja, graag", "2 kinderen": words behind a value that say nothing else */
#define CHOICE_WORDS 5  /* "liever in het Engels" */
#define CHOICES_MAX 40

/* ---- cleaning ---- */

/* "jan@example.org <mailto:jan@example.org>": what programs put behind an address. */
static void drop_links(char *words)
{
	char *open, *close;

	while ((open = strstr(words, "<mailto:")) || (open = strstr(words, "[mailto:")) || (open = strstr(words, "<http")) ||
	       (open = strstr(words, "<tel:"))) {
		close = strpbrk(open, ">]");
		if (!close)
			break;
		/* Where the link is all there is, its address is the answer. */
		if (open == words + strspn(words, " ") && str_is_blank(close + 1) && strchr(open, ':') < close) {
			*close = '\0';
			memmove(words, strchr(open, ':') + 1, strlen(strchr(open, ':') + 1) + 1);
			break;
		}
		memmove(open, close + 1, strlen(close + 1) + 1);
	}
}

/* One pair of marks around all of it. */
static bool unwrap(char **words)
{
	static const struct { const char *open, *close; } pairs[] = {
		{ "\"", "\"" }, { "'", "'" }, { "*", "*" }, { "_", "_" }, { "[", "]" }, { "<", ">" }, { "(", ")" },
		{ "{", "}" }, { "\xe2\x80\x9c", "\xe2\x80\x9d" }, { "\xe2\x80\x98", "\xe2\x80\x99" }, { "\xc2\xab", "\xc2\xbb" },
	};
	size_t i, len = strlen(*words), open, close;
	bool on;

	if (form_box_at(*words, &on))
		return false;
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		open = strlen(pairs[i].open);
		close = strlen(pairs[i].close);
		if (len < open + close || !str_starts(*words, pairs[i].open) || !str_ends(*words, pairs[i].close))
			continue;
		(*words)[len - close] = '\0';
		*words = str_trim(*words + open);
		return true;
	}
	return false;
}

/* Lines to write on: "____", "....", and stars that were half of a pair. */
static char *drop_edges(char *words)
{
	size_t len;

	for (;;) {
		size_t n = strspn(words, "_*|:;=\t ");

		if (!n && *words == '?' && words[1] == ' ')
			n = 2;
		if (!n && str_starts(words, ".."))
			n = strspn(words, ".");
		if (!n && str_starts(words, "\xe2\x80\xa6"))
			n = 3;
		if (!n && str_starts(words, "- ") && !isdigit((unsigned char)words[2]))
			n = 2;
		if (!n)
			break;
		words += n;
	}
	for (len = strlen(words); len; len--) {
		if (strchr("_*|;= \t", words[len - 1]))
			continue;
		if (words[len - 1] == '.' && len > 1 && words[len - 2] == '.')
			continue;
		if (len >= 3 && str_eq(words + len - 3, "\xe2\x80\xa6")) {
			len -= 2;
			words[len - 1] = '\0';
			continue;
		}
		break;
	}
	words[len] = '\0';
	return words;
}

char *form_words_clean(struct arena *arena, const char *words)
{
	char *copy = arena_strdup(arena, words), *at;

	drop_links(copy);
	do
		at = drop_edges(str_trim(copy));
	while (unwrap(&at) && (copy = at));
	return str_trim(at);
}

/* ---- nothing ---- */

/* "n.v.t.", "-": said to be empty. */
static bool is_nothing(const struct form_field *field, const char *folded, const char *words)
{
	static const char *const nothing[] = { "nvt", "n.v.t", "niet van toepassing", "n/a", "na", "not applicable" };
	static const char *const none[] = { "geen", "nee", "none", "no", "niet", "0", "onbekend", "unknown" };
	size_t i;

	if (!*folded || words[strspn(words, "-\xe2\x80\x93\x94 /")] == '\0')
		return true;
	for (i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (str_eq(folded, nothing[i]))
			return true;
	for (i = 0; field->field.kind == VALUE_ADDRESS && i < sizeof none / sizeof *none; i++)
		if (str_eq(folded, none[i]))
			return true;
	return false;
}

/* ---- choices ---- */

struct choice {
	const char *value;
	const char *word;     /* folded */
};

struct choices {
	struct choice list[CHOICES_MAX + 12];
	size_t count;
};

static void add_choice(struct choices *c, struct arena *arena, const char *value, const char *word)
{
	if (c->count < sizeof c->list / sizeof *c->list)
		c->list[c->count++] = (struct choice){ value, form_plain(arena, word, strlen(word)) };
}

static void choices_of(const struct form_field *field, struct arena *arena, struct choices *c)
{
	static const struct form_word plain[] = { { "yes", "ja" }, { "yes", "jawel" }, { "yes", "yes" }, { "yes", "y" },
						  { "yes", "j" }, { "yes", "x" }, { "yes", "v" },
						  { "no", "nee" }, { "no", "neen" }, { "no", "no" }, { "no", "n" } };
	size_t i;

	c->count = 0;
	for (i = 0; i < field->word_count && i < CHOICES_MAX; i++)
		add_choice(c, arena, field->words[i].value, field->words[i].word);
	for (i = 0; field->field.kind == VALUE_CHOICE && i < field->field.choice_count && i < CHOICES_MAX; i++)
		add_choice(c, arena, field->field.choices[i], field->field.choices[i]);
	for (i = 0; field->field.kind == VALUE_YES_NO && i < sizeof plain / sizeof *plain; i++)
		add_choice(c, arena, plain[i].value, plain[i].word);
}

static const char *choice_is(const struct choices *c, const char *folded)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (str_eq(c->list[i].word, folded))
			return c->list[i].value;
	return NULL;
}

static bool is_edge(char c)
{
	return !isalnum((unsigned char)c) && !((unsigned char)c & 0x80);
}

static bool has_word(const char *folded, const char *word)
{
	const char *at = folded;
	size_t len = strlen(word);

	while (len && (at = strstr(at, word))) {
		if ((at == folded || is_edge(at[-1])) && is_edge(at[len]))
			return true;
		at++;
	}
	return false;
}

static size_t count_words(const char *folded)
{
	size_t count = 0;

	for (; *folded; folded++)
		count += is_edge(*folded) == false && is_edge(folded[1]);
	return count;
}

/* Words that turn an answer round or put it off. */
static bool is_reserved(const char *folded)
{
	static const char *const words[] = { "niet", "geen", "maar", "mits", "tenzij", "behalve", "of", "tot", "not",
					     "misschien", "but", "unless", "except", "or", "to", "maybe", "perhaps",
					     "weet", "know", "ongeveer", "about" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (has_word(folded, words[i]))
			return true;
	return strchr(folded, '?') != NULL;
}

/* The choices that are named: NULL = none, or several (then '*several_r'). The longest name counts: "niet delen". */
static const char *choice_named(const struct choices *c, const char *folded, bool *several)
{
	const char *found = NULL, *longest = "";
	size_t i;

	*several = false;
	for (i = 0; i < c->count; i++) {
		const struct choice *choice = &c->list[i];

		if (strlen(choice->word) < 2 || !has_word(folded, choice->word) || has_word(longest, choice->word))
			continue;
		if (found && !str_eq(found, choice->value) && !has_word(choice->word, longest))
			*several = true;
		found = choice->value;
		longest = choice->word;
	}
	return *several ? NULL : found;
}

/* ---- boxes ---- */

/* "[ ] ja [x] nee": the texts behind ticked boxes, one a line; NULL = there is no box. */
static char *ticked_text(struct arena *arena, const char *words, size_t *ticks)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	bool on = false, inside = false, any = false;
	char *text;

	*ticks = 0;
	while (*words) {
		bool now = false;
		size_t n = form_box_at(words, &now);

		if (n) {
			any = true;
			on = now;
			*ticks += on;
			if (inside)
				buf_addc(&out, '\n');
			inside = false;
			words += n;
			continue;
		}
		if (on) {
			buf_addc(&out, *words);
			inside = true;
		}
		words++;
	}
	text = any ? arena_strndup(arena, out.data, out.len) : NULL;
	buf_free(&out);
	return text;
}

/* ---- reading ---- */

static int unclear(struct form_answer *a, const char *why)
{
	a->state = FORM_UNCLEAR;
	a->why = why;
	a->value = NULL;
	return 0;
}

static int fill(struct form_answer *a, const char *value)
{
	a->state = *value ? FORM_FILLED : FORM_EMPTY;
	a->value = *value ? value : NULL;
	return 0;
}

static bool is_named(const struct choices *c, const char *folded, const char *value)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (str_eq(c->list[i].value, value) && has_word(folded, c->list[i].word))
			return true;
	return false;
}

/* All the choices, with "of" and strokes between them: the form's own hint. */
static bool is_hint(const struct choices *c, const char *folded)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (!is_named(c, folded, c->list[i].value))
			return false;
	return c->count > 1 && (strpbrk(folded, "/,|") || has_word(folded, "of") || has_word(folded, "or"));
}

static int read_choice(const struct form_field *field, const char *words, struct arena *arena, struct form_answer *a)
{
	const char *why = field->field.kind == VALUE_YES_NO ? VALUE_NOT_YES_NO : VALUE_NOT_CHOICE;
	const char *folded = form_plain(arena, words, strlen(words)), *value;
	struct choices choices;
	bool several;

	choices_of(field, arena, &choices);
	value = choice_is(&choices, folded);
	if (value)
		return fill(a, value);
	if (is_hint(&choices, folded))
		return fill(a, "");
	value = choice_named(&choices, folded, &several);
	if (several)
		return unclear(a, FORM_SEVERAL);
	if (!value || is_reserved(folded) || count_words(folded) > CHOICE_WORDS)
		return unclear(a, why);
	return fill(a, value);
}

static int read_ticks(const struct form_field *field, const char *ticked, size_t ticks, struct arena *arena,
		      struct form_answer *a)
{
	if (!ticks)
		return fill(a, "");
	if (ticks > 1 && field->field.kind != VALUE_TEXT)
		return unclear(a, FORM_SEVERAL);
	/* A tick and no word behind it says yes to the question. */
	if (str_is_blank(ticked) && field->field.kind == VALUE_YES_NO)
		return fill(a, "yes");
	return read_choice(field, form_words_clean(arena, ticked), arena, a);
}

/* "2 kinderen", "3 in totaal": a number with words behind it that hold no other. */
static const char *number_alone(struct arena *arena, const char *words)
{
	size_t len = strcspn(words, " ");
	const char *rest = words + len, *folded;

	if (!isdigit((unsigned char)*words) || !*rest)
		return words;
	folded = value_fold(arena, rest);
	if (strpbrk(folded, "0123456789%") || is_reserved(folded) || count_words(folded) > AFTER_WORDS)
		return words;
	return arena_strndup(arena, words, len);
}

static int read_plain(const struct form_field *field, const char *words, struct arena *arena, struct form_answer *a,
		      struct err *err)
{
	struct prog_field plain = field->field;
	const char *value, *why;

	plain.required = false;
	if (plain.kind == VALUE_NUMBER)
		words = number_alone(arena, words);
	if (value_read_field(&plain, words, arena, &value, &why, err))
		return -1;
	return why ? unclear(a, why) : fill(a, value);
}

static const char *one_line(struct arena *arena, const char *words)
{
	char *copy = arena_strndup(arena, words, str_utf8_cut(words, FORM_MAX_WORDS)), *at;

	for (at = copy; *at; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return str_trim(copy);
}

int form_answer_read(const struct form_field *field, const char *words, struct arena *arena,
		     struct form_answer *a, struct err *err)
{
	bool choice = field->field.kind == VALUE_CHOICE || field->field.kind == VALUE_YES_NO;
	char *clean = form_words_clean(arena, words), *ticked;
	const char *folded;
	size_t ticks;

	*a = (struct form_answer){ .state = FORM_EMPTY };
	ticked = choice ? ticked_text(arena, clean, &ticks) : NULL;
	folded = value_fold(arena, clean);
	if (!*clean || (field->example && str_eq(folded, value_fold(arena, field->example))))
		return 0;
	a->words = one_line(arena, clean);
	if (ticked) {
		read_ticks(field, ticked, ticks, arena, a);
	} else if (is_nothing(field, folded, clean)) {
		a->words = NULL;
	} else if (choice) {
		read_choice(field, clean, arena, a);
	} else if (read_plain(field, one_line(arena, clean), arena, a, err)) {
		return -1;
	}
	if (a->state == FORM_EMPTY)
		a->words = NULL;
	return 0;
}

bool form_answer_same(struct arena *arena, const struct form_answer *a, const struct form_answer *b)
{
	if (a->state != b->state)
		return false;
	if (a->state == FORM_FILLED)
		return str_eq(value_fold(arena, a->value), value_fold(arena, b->value));
	return str_eq(value_fold(arena, a->words ? a->words : ""), value_fold(arena, b->words ? b->words : ""));
}
