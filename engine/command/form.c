/* System. */
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "command/command_p.h"

#define SLOT_WORDS 12 /* more words behind a verb are a sentence */
#define TITLE_WORDS 4 /* of a title, that name it where nothing else does */
#define KIND_WORDS 3
#define NAME_WORDS 5
#define FILE_WORDS 128 /* of a name of 255 bytes */
#define TEXT_TRIES 4  /* colons that may belong to a title */

/* A line taken apart by one form. */
struct taking {
	const struct form_order *f;
	const struct form *form;
	const struct phrase *phrase;
	struct arena *arena;
	struct said *said;
	const char *quoted;        /* what stands in quotation marks, NULL = nothing */
	const struct word *middle; /* words at the places */
	size_t count;
};

/* ---- cutting ---- */

/* Length of the quotation mark at 'at', 0 = it is none. */
static size_t quote_at(const char *at)
{
	static const char *const marks[] = { "\"", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e", "\xc2\xab", "\xc2\xbb" };
	size_t i;

	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(at, marks[i]))
			return strlen(marks[i]);
	return 0;
}

/* The colon number 'nth' that stands outside quotation marks, not too far into the line, or NULL. */
static const char *colon_at(const char *line, int nth, size_t *len)
{
	const char *end = line + COMMAND_MAX_LINE;
	bool inside = false;

	for (; *line && line < end; line++) {
		inside ^= quote_at(line) > 0;
		*len = *line == ':' ? 1 : str_starts(line, "\xef\xbc\x9a") ? 3 : 0;
		if (*len && !inside && nth-- == 0)
			return line;
	}
	return NULL;
}

/* Takes "…" out of the head; blanks stand in its place. */
static const char *take_quoted(struct arena *arena, char *head)
{
	char *open = head, *close;
	const char *inside;
	size_t n = 0, m = 0;

	while (*open && !(n = quote_at(open)))
		open++;
	if (!*open)
		return NULL;
	for (close = open + n; *close && !(m = quote_at(close)); close++)
		;
	if (!*close)
		return NULL;
	inside = arena_strndup(arena, open + n, (size_t)(close - open) - n);
	memset(open, ' ', (size_t)(close - open) + m);
	return str_trim(arena_strdup(arena, inside));
}

static const char *text_of(struct arena *arena, const char *first, const char *more)
{
	char *line = str_trim(arena_strdup(arena, first));
	const char *text = !*more ? line : !*line ? more : arena_printf(arena, "%s\n%s", line, more);

	return *text ? arena_strndup(arena, text, str_utf8_cut(text, COMMAND_MAX_TEXT)) : NULL;
}

/* ---- places ---- */

static bool fault(struct taking *t, enum command_fault fault)
{
	t->said->fault = fault;
	return true;
}

static bool is_staff(const struct taking *t)
{
	return t->f->order->role == ACTOR_STAFF;
}

static bool no_slot(struct taking *t, enum command_fault why, const char *words)
{
	t->said->choice_count = slots_near(t->f->order->dossier, words, is_staff(t), t->arena, &t->said->choices);
	return fault(t, why);
}

/* "alle jaren" off the end of the words. */
static bool take_all_years(struct taking *t)
{
	size_t i;

	for (i = 1; i < t->count; i++)
		if (words_kind(t->f->order->phrases, WORDS_ALL_YEARS, t->middle + i, t->count - i) == t->count - i) {
			t->count = i;
			return true;
		}
	return false;
}

/* Does the name nearly fit one slot? Then "dit is …" was no mere sentence. */
static bool comes_near(const struct taking *t, const char *words)
{
	const struct slot **near;
	size_t count = slots_near(t->f->order->dossier, words, is_staff(t), t->arena, &near), i;

	for (i = 0; i < count; i++)
		if (str_distance(words, near[i]->name, 2) <= 2 || str_istarts(words, near[i]->name))
			return true;
	return false;
}

static bool read_slot(struct taking *t)
{
	struct said *said = t->said;
	bool all = (said->verb == COMMAND_ABSENT || said->verb == COMMAND_PRESENT) && take_all_years(t);
	const char *words = words_join(t->arena, t->middle, t->count);

	if (t->count > SLOT_WORDS)
		return false;
	said->slot_count = command_slots(t->f->order->dossier, words, t->arena, &said->slots);
	if (said->slot_count == 0)
		return (said->verb != COMMAND_THIS_IS || comes_near(t, words)) && no_slot(t, COMMAND_UNKNOWN_SLOT, words);
	if (said->slot_count > 1 && !all) {
		said->choices = said->slots;
		said->choice_count = said->slot_count;
		said->slot_count = 0;
		return fault(t, COMMAND_SEVERAL_SLOTS);
	}
	return true;
}

/* "afkeuren aangifte 2024 ib.pdf: …": the longest beginning that is a slot; the rest is a file. */
static bool read_slot_file(struct taking *t)
{
	struct said *said = t->said;
	size_t n;

	for (n = t->count; n > 0 && t->count <= SLOT_WORDS; n--) {
		said->slot_count = command_slots(t->f->order->dossier, words_join(t->arena, t->middle, n), t->arena,
						 &said->slots);
		if (said->slot_count == 1)
			break;
	}
	if (!n || said->slot_count != 1) {
		said->slot_count = 0;
		return read_slot(t);
	}
	said->file = t->quoted ? t->quoted : n < t->count ? words_join_raw(t->arena, t->middle + n, t->count - n) : NULL;
	return true;
}

/* "Loonstrook januari" → "loonstrook-januari". */
static const char *slug(struct arena *arena, const char *folded)
{
	char name[COMMAND_MAX_NAME + 1];
	size_t n = 0;

	for (; *folded && n < COMMAND_MAX_NAME; folded++) {
		bool letter = (*folded >= 'a' && *folded <= 'z') || (*folded >= '0' && *folded <= '9');

		if (letter)
			name[n++] = *folded;
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	}
	while (n && name[n - 1] == '-')
		n--;
	return n ? arena_strndup(arena, name, n) : NULL;
}

static bool read_new_slot(struct taking *t)
{
	struct said *said = t->said;
	const char *words;

	/* 'extra "Polis": reason': the title says what it is, and the reason is no name. */
	if (!t->count) {
		t->middle = words_split(t->arena, t->quoted, &t->count);
		t->count = t->count < TITLE_WORDS ? t->count : TITLE_WORDS;
	}
	words = words_join(t->arena, t->middle, t->count);
	if (t->count > SLOT_WORDS)
		return false;
	if (command_slots(t->f->order->dossier, words, t->arena, &said->slots) == 1)
		said->slot_count = 1;
	said->name = slug(t->arena, words);
	said->title = t->quoted && *t->quoted ? t->quoted : words_join_raw(t->arena, t->middle, t->count);
	return said->name ? true : no_slot(t, COMMAND_NO_SLOT, NULL);
}

static bool read_slots(struct taking *t)
{
	if (!t->count && (t->phrase->optional & SAY_SLOT))
		return true;
	if (!t->count && !(t->said->verb == COMMAND_EXTRA && t->quoted && *t->quoted))
		return t->said->verb != COMMAND_THIS_IS && no_slot(t, COMMAND_NO_SLOT, NULL);
	if (t->said->verb == COMMAND_EXTRA)
		return read_new_slot(t);
	return t->phrase->places & SAY_FILE ? read_slot_file(t) : read_slot(t);
}

static bool read_days(struct taking *t)
{
	uint32_t days;

	if (t->count != 1 || !str_to_u32(t->middle[0].folded, &days) || days < 1 || days > COMMAND_MAX_DAYS)
		return t->count <= 1 && fault(t, COMMAND_NO_DAYS);
	t->said->days = (int)days;
	return true;
}

static bool has_language(const struct program *program, const char *language)
{
	size_t i;

	for (i = 0; program && i < program->language_count; i++)
		if (str_eq(program->languages[i], language))
			return true;
	return !program;
}

static bool read_language(struct taking *t)
{
	static const struct { const char *word, *code; } names[] = {
		{ "nederlands", "nl" }, { "dutch", "nl" }, { "engels", "en" }, { "english", "en" },
	};
	const char *word = t->count == 1 ? words_join(t->arena, t->middle, 1) : "";
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(names[i].word, word))
			word = names[i].code;
	if (!has_language(t->f->order->program, word) || strlen(word) != 2)
		return t->count <= 1 && fault(t, COMMAND_NO_LANGUAGE);
	t->said->language = word;
	return true;
}

static bool read_address(struct taking *t)
{
	char folded[ADDR_MAX + 1];
	const char *word = t->count ? t->middle[0].raw : "";
	char *bare = arena_strdup(t->arena, word + (*word == '<'));

	if (str_ends(bare, ">"))
		bare[strlen(bare) - 1] = '\0';
	if (!addr_valid(bare) || !addr_fold(folded, bare))
		return t->count <= 2 && fault(t, COMMAND_NO_ADDRESS);
	t->said->address = arena_strdup(t->arena, folded);
	t->said->name = t->quoted ? t->quoted : t->count > 1 ? words_join_raw(t->arena, t->middle + 1, t->count - 1) : NULL;
	return t->count <= 1 + NAME_WORDS;
}

static bool read_name(struct taking *t)
{
	t->said->name = t->quoted ? t->quoted : t->count ? words_join_raw(t->arena, t->middle, t->count) : NULL;
	if (t->said->name)
		return t->count <= NAME_WORDS;
	return fault(t, COMMAND_NO_NAME);
}

static bool read_kind(struct taking *t)
{
	if (t->count)
		t->said->name = words_join(t->arena, t->middle, t->count);
	return t->count <= KIND_WORDS;
}

/* "12", "#12", "12/57". */
static bool read_item_number(const char *word, struct said *said)
{
	const char *slash = strchr(word, '/');
	char number[12];
	uint32_t item, document = 0;

	word += *word == '#';
	snprintf(number, sizeof number, "%.*s", slash ? (int)(slash - word) : 11, word);
	if (!str_to_u32(number, &item) || !item || (slash && (!str_to_u32(slash + 1, &document) || !document)))
		return false;
	said->item = item;
	said->document = document;
	return true;
}

static bool is_as(const struct word *word)
{
	return str_eq(word->folded, "als") || str_eq(word->folded, "as");
}

/* Where "in plaats van" begins, or the number of words. */
static size_t find_instead(const struct taking *t)
{
	static const char *const ways[][3] = { { "in", "plaats", "van" }, { "in", "place", "of" }, { "instead", "of", NULL } };
	size_t i, w;

	for (i = 1; i < t->count; i++)
		for (w = 0; w < sizeof ways / sizeof *ways; w++)
			if (words_begin(t->middle + i, t->count - i, ways[w], ways[w][2] ? 3 : 2))
				return i;
	return t->count;
}

/* The words behind that: a file of the document. False when there are none. */
static bool read_instead(struct taking *t, size_t at)
{
	size_t from = at + (str_eq(t->middle[at].folded, "in") ? 3 : 2);
	const char *quoted;
	char *words, *beside;

	if (from >= t->count || t->count > from + FILE_WORDS)
		return false;
	words = words_join_raw(t->arena, t->middle + from, t->count - from);
	/* Marks round the whole of it are no part of the name. */
	beside = arena_strdup(t->arena, words);
	quoted = take_quoted(t->arena, beside);
	t->said->file = quoted && *quoted && !beside[strspn(beside, " .,;!")] ? quoted : words;
	t->count = at;
	return true;
}

/*
 * "12 2026-00001-A als aangifte 2024 in plaats van oud.pdf": which, for which
 * dossier, as which document, in whose place.
 */
static bool read_item(struct taking *t)
{
	size_t as = 1, instead;

	if (!t->count || !read_item_number(t->middle[0].raw, t->said))
		return t->count <= 1 && fault(t, COMMAND_NO_ITEM);
	if (t->said->verb == COMMAND_DECLINE)
		return t->count == 1;
	instead = find_instead(t);
	if (instead < t->count && !read_instead(t, instead))
		return false;
	while (as < t->count && !is_as(&t->middle[as]))
		as++;
	if (as > 1 + NAME_WORDS || t->count > as + SLOT_WORDS || as + 1 == t->count)
		return false;
	t->said->name = as > 1 ? words_join_raw(t->arena, t->middle + 1, as - 1) : NULL;
	t->said->title = as < t->count ? words_join_raw(t->arena, t->middle + as + 1, t->count - as - 1) : NULL;
	return true;
}

static bool read_places(struct taking *t)
{
	static const struct { unsigned place; bool (*read)(struct taking *t); } readers[] = {
		{ SAY_SLOT, read_slots },       { SAY_DAYS, read_days }, { SAY_LANGUAGE, read_language },
		{ SAY_ADDRESS, read_address },  { SAY_NAME, read_name }, { SAY_KIND, read_kind },
		{ SAY_ITEM, read_item },
	};
	size_t i;

	for (i = 0; i < sizeof readers / sizeof *readers; i++)
		if (t->phrase->places & readers[i].place)
			return readers[i].read(t);
	return t->count == 0;
}

/* ---- one line ---- */

/* What lies between the first words and the last ones; false when these are not there. */
static bool take_words(struct taking *t, const char *head)
{
	const struct phrase *p = t->phrase;
	char *copy = arena_strdup(t->arena, head);
	struct word *words;
	size_t count;

	if (p->places & (SAY_TITLE | SAY_NAME | SAY_FILE))
		t->quoted = take_quoted(t->arena, copy);
	words = words_split(t->arena, copy, &count);
	if (!words_begin(words, count, p->words, p->word_count))
		return false;
	t->middle = words + p->word_count;
	t->count = count - p->word_count;
	if (!p->tail_count || !t->count)
		return true;
	if (t->count < p->tail_count)
		return false;
	t->count -= p->tail_count;
	return words_begin(t->middle + t->count, p->tail_count, p->tail, p->tail_count);
}

/* A command of others: only what can be nothing else is taken for one. */
static bool judge_role(struct taking *t)
{
	struct said *said = t->said;
	bool sure = t->phrase->text != SAY_MUST_TEXT && said->verb != COMMAND_EXTRA &&
		    (!t->phrase->places || said->slot_count > 0);

	if (form_is_for(t->form, t->f->order->role))
		return true;
	return t->f->order->role != ACTOR_NONE && sure && fault(t, COMMAND_FORBIDDEN);
}

static bool try_at(struct taking *t, const char *colon, size_t len)
{
	const struct phrase *p = t->phrase;
	struct said *said = t->said;
	const char *raw = t->f->raw, *shown = raw;

	if (strlen(raw) > COMMAND_MAX_LINE) {
		if (!colon)
			return false;
		shown = arena_strndup(t->arena, raw, str_utf8_cut(raw, COMMAND_MAX_LINE));
	}
	*said = (struct said){ .verb = p->verb, .line = shown, .form = p->form, .phrase = t->form->own,
			       .who = t->form->own ? t->form->own->from : verb_rule(p->verb)->who,
			       .level = t->form->own ? t->form->own->level : verb_rule(p->verb)->level };
	if (!take_words(t, colon ? arena_strndup(t->arena, raw, (size_t)(colon - raw)) : raw) || !read_places(t))
		return false;
	if (colon)
		said->text = text_of(t->arena, colon + len, t->f->more);
	if (said->fault == COMMAND_FINE && p->text == SAY_MUST_TEXT && !said->text)
		said->fault = p->reason ? COMMAND_NO_REASON : COMMAND_NO_TEXT;
	return judge_role(t);
}

bool form_may_begin(const struct form *form, const char *folded)
{
	const char *first = form->phrase->word_count ? form->phrase->words[0] : "";

	/* A title in quotation marks may stand before all else. */
	return quote_at(folded) || strncmp(folded, first, word_bare(first)) == 0;
}

bool form_read(const struct form_order *f, const struct form *form, struct said *said)
{
	struct taking t = { .f = f, .form = form, .phrase = form->phrase, .arena = f->arena, .said = said };
	const char *colon;
	struct said first;
	size_t len = 0;
	bool found = false;
	int i;

	if (form->phrase->text == SAY_NO_TEXT)
		return try_at(&t, NULL, 0);
	/* A title may hold a colon: the first one behind which all is well, or none; else the first one. */
	for (i = 0; i < TEXT_TRIES; i++) {
		colon = colon_at(f->raw, i, &len);
		if (try_at(&t, colon, len)) {
			if (said->fault == COMMAND_FINE)
				return true;
			if (!found)
				first = *said;
			found = true;
		}
		if (!colon)
			break;
	}
	if (found)
		*said = first;
	return found;
}

/* ---- what can be said ---- */

bool form_is_for(const struct form *form, enum actor_role role)
{
	unsigned who = form->own ? form->own->from : verb_rule(form->phrase->verb)->who;

	return !who || (who & (1u << role));
}

static const struct phrase *own_phrase(const struct prog_phrase *rule, const struct prog_words *words,
				       struct arena *arena)
{
	struct phrase *phrase = arena_alloc(arena, sizeof *phrase);
	struct word *split;
	const char **folded;
	size_t i;

	*phrase = (struct phrase){ .verb = COMMAND_PHRASE, .language = words->language, .form = words->text,
				   .text = rule->with_text ? SAY_MAY_TEXT : SAY_NO_TEXT };
	split = words_split(arena, words->text, &phrase->word_count);
	folded = arena_array(arena, phrase->word_count + 1, sizeof *folded);
	for (i = 0; i < phrase->word_count; i++)
		folded[i] = split[i].folded;
	phrase->words = folded;
	return phrase;
}

struct form *form_list(const struct phrases *phrases, const struct program *program, struct arena *arena,
		       size_t *count)
{
	struct form *list = NULL;
	size_t i, j;

	*count = 0;
	for (i = 0; i < phrases->count; i++) {
		list = arena_grow(arena, list, *count, sizeof *list);
		list[(*count)++] = (struct form){ &phrases->list[i], NULL };
	}
	for (i = 0; program && i < program->phrase_count; i++)
		for (j = 0; j < program->phrases[i].word_count; j++) {
			list = arena_grow(arena, list, *count, sizeof *list);
			list[(*count)++] = (struct form){
				own_phrase(&program->phrases[i], &program->phrases[i].words[j], arena), &program->phrases[i]
			};
		}
	return list;
}
