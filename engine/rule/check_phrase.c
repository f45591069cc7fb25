/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "model/event.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/fold.h"
#include "rule/suggest.h"

#define WORDS_MAX 80 /* characters of a phrase: it stands on one line of a mail */

/* --- who sends a form or phrase --- */

unsigned check_roles(const struct ast_settings *settings)
{
	const struct ast_setting *from = ast_setting_find(settings, ELEMENT_FROM);
	unsigned mask = 0;
	size_t i, used;

	for (i = 0; from && i < from->names.count; i++) {
		const struct element *role = element_find(IN_ROLE, &from->names.items[i].text, 1, &used);

		if (role)
			mask |= 1u << role->value;
	}
	return mask;
}

static void check_role(struct checker *checker, const struct ast_text *name, const char *what)
{
	struct suggest near;
	const char *word;
	size_t i, used;

	if (element_find(IN_ROLE, &name->text, 1, &used)) {
		if (str_eq(what, "form") && str_eq(name->text, "staff"))
			check_hint(checker, check_fault(checker, name->span, "staff fill in no forms"),
				   "forms come from client, office, or both");
		return;
	}
	suggest_init(&near, name->text);
	for (i = 0; (word = element_next_word(IN_ROLE, NULL, 0, i)) != NULL; i++)
		suggest_offer(&near, word);
	check_hint(checker, check_fault(checker, name->span, "'%s' is nobody who sends mail here", name->text),
		   near.best ? "did you mean '%s'?" : "write: %s", near.best ? near.best : "client, office or staff");
}

static void check_from(struct checker *checker, const struct ast_setting *from, const char *what)
{
	size_t i, j;

	for (i = 0; i < from->names.count; i++) {
		check_role(checker, &from->names.items[i], what);
		for (j = 0; j < i; j++)
			if (str_eq(from->names.items[j].text, from->names.items[i].text)) {
				check_fault(checker, from->names.items[i].span, "'%s' is named twice",
					    from->names.items[i].text);
				break;
			}
	}
}

static void check_level(struct checker *checker, const struct ast_settings *settings, const struct ast_setting *level)
{
	struct diag *diag;

	if (check_roles(settings) == 1u << ACTOR_STAFF) {
		if (level->number.value != 3)
			check_hint(checker,
				   check_fault(checker, level->number.span, "what is for staff only is always level 3"),
				   "leave it out");
		return;
	}
	if (level->number.value >= 1 && level->number.value <= 2)
		return;
	diag = check_fault(checker, level->number.span, "a level is 1 or 2, not %ld", level->number.value);
	check_hint(checker, diag, "1: a known address; 2: in reply to mail of ours");
}

void check_senders(struct checker *checker, const struct ast_text *name, const struct ast_settings *settings,
		   bool broken, const char *what)
{
	size_t i;

	if (!broken && !ast_setting_find(settings, ELEMENT_FROM))
		check_hint(checker,
			   check_fault(checker, name->span, "%s '%s' does not say who may send it", what, name->text),
			   "add: from client, office");
	for (i = 0; i < settings->count; i++) {
		const struct ast_setting *setting = &settings->items[i], *first;

		first = ast_setting_find(settings, setting->id);
		if (setting->id != ELEMENT_WORDS && first != setting) {
			check_note(checker, check_fault(checker, setting->span, "'%s' is said twice", setting->element->words),
				   first->span, "the first time stands here");
			continue;
		}
		if (setting->broken)
			continue;
		if (setting->id == ELEMENT_FROM)
			check_from(checker, setting, what);
		else if (setting->id == ELEMENT_LEVEL)
			check_level(checker, settings, setting);
	}
}

/* --- words --- */

static bool is_language(const struct checker *checker, const char *name)
{
	size_t i;

	for (i = 0; i < checker->language_count; i++)
		if (str_eq(checker->languages[i].text, name))
			return true;
	return false;
}

static void check_words_language(struct checker *checker, const struct ast_phrase *phrase,
				 const struct ast_setting *words)
{
	const struct ast_setting *other;
	struct diag *diag;

	if (checker->language_count && !is_language(checker, words->text.text)) {
		diag = check_refuse(checker, words->text.span, "'%s' is no language of this workflow", words->text.text);
		check_note(checker, diag, checker->languages[0].span, "its languages stand here");
	}
	for (other = phrase->settings.items; other < words; other++)
		if (other->id == ELEMENT_WORDS && str_eq(other->text.text, words->text.text)) {
			diag = check_refuse(checker, words->text.span, "'%s' is said twice", words->text.text);
			check_hint(checker, diag, "put all words of a language in one list: %s \"A\", \"B\"",
				   words->text.text);
			check_note(checker, diag, other->text.span, "the first time stands here");
			return;
		}
}

static size_t characters(const char *text)
{
	size_t n = 0, step;

	for (; *text; text += step, n++) {
		step = str_utf8_len(text);
		step = step ? step : 1;
	}
	return n;
}

/* Could a line of a mail hold it at all? */
static bool check_words_text(struct checker *checker, const struct ast_text *text, const char *folded)
{
	if (!*folded)
		check_refuse(checker, text->span, "a phrase has letters or digits");
	else if (strchr(text->text, ':'))
		check_hint(checker, check_refuse(checker, text->span, "a phrase holds no colon"),
			   "what may follow behind one is said by: with text");
	else if (characters(text->text) > WORDS_MAX)
		check_refuse(checker, text->span, "a phrase is one line of a mail: %d characters at most", WORDS_MAX);
	else
		return true;
	return false;
}

/* All words so far, as they are compared, in a table of hashes. */
struct said {
	const char **folded;
	const struct ast_text **text;
	const char **phrase;
	size_t mask;
};

static size_t said_place(const struct said *said, const char *folded)
{
	size_t at = 5381;
	const char *c;

	for (c = folded; *c; c++)
		at = at * 33 + (unsigned char)*c;
	for (at &= said->mask; said->folded[at] && !str_eq(said->folded[at], folded);)
		at = (at + 1) & said->mask;
	return at;
}

static void check_words(struct checker *checker, struct said *said, const struct ast_phrase *phrase,
			const struct ast_text *text)
{
	const struct rule_lookup *lookup = checker->lookup;
	const char *folded = fold_words(checker->arena, text->text), *does;
	size_t at;
	struct diag *diag;

	if (!check_words_text(checker, text, folded))
		return;
	does = lookup->phrase_find ? lookup->phrase_find(lookup->ctx, text->text) : NULL;
	if (does) {
		check_hint(checker, check_refuse(checker, text->span, "these words are a command of every dossier: %s", does),
			   "choose other words");
		return;
	}
	at = said_place(said, folded);
	if (!said->folded[at]) {
		said->folded[at] = folded;
		said->text[at] = text;
		said->phrase[at] = phrase->name.text;
		return;
	}
	diag = check_refuse(checker, text->span, "these words already mean phrase '%s'", said->phrase[at]);
	check_hint(checker, diag, "capitals, accents, blanks and marks make no difference, nor does the language");
	check_note(checker, diag, said->text[at]->span, "there they stand");
}

static void check_missing(struct checker *checker, const struct ast_phrase *phrase)
{
	const struct ast_settings *settings = &phrase->settings;
	size_t i, j;

	for (i = 0; i < checker->language_count && !phrase->broken; i++) {
		const char *language = checker->languages[i].text;

		for (j = 0; j < settings->count; j++)
			if (settings->items[j].id == ELEMENT_WORDS && str_eq(settings->items[j].text.text, language))
				break;
		if (j < settings->count)
			continue;
		check_hint(checker,
			   check_refuse(checker, phrase->name.span, "phrase '%s' has no words in language %s",
				       phrase->name.text, language),
			   "add: %s \"...\"", language);
	}
}

static void check_phrase(struct checker *checker, struct said *said, size_t index)
{
	const struct ast_phrase *phrase = &checker->file->phrases[index];
	size_t i, j;

	check_name(checker, &phrase->name);
	check_senders(checker, &phrase->name, &phrase->settings, phrase->broken, "phrase");
	for (i = 0; i < phrase->settings.count; i++) {
		const struct ast_setting *words = &phrase->settings.items[i];

		if (words->id != ELEMENT_WORDS)
			continue;
		check_words_language(checker, phrase, words);
		for (j = 0; j < words->names.count; j++)
			check_words(checker, said, phrase, &words->names.items[j]);
	}
	check_missing(checker, phrase);
	if (!phrase->broken && !checker->file->broken && !checker->file->loose && !checker->unheard &&
	    !checker->phrases_heard[index] && check_first(checker, CHECK_PHRASES, index))
		check_hint(checker,
			   check_warn(checker, phrase->name.span, "nothing happens on phrase '%s': it is refused everywhere",
				      phrase->name.text),
			   "add a clause: on phrase %s { ... }", phrase->name.text);
}

void check_phrases(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i, j, count = 0, size = 8;
	struct said said;

	if (file->phrase_count > CHECK_MAX_PHRASES) {
		check_fault(checker, file->phrases[CHECK_MAX_PHRASES].name.span, "too many phrases: %d at most",
			    CHECK_MAX_PHRASES);
		return;
	}
	for (i = 0; i < file->phrase_count; i++)
		for (j = 0; j < file->phrases[i].settings.count; j++)
			count += file->phrases[i].settings.items[j].names.count;
	while (size < 2 * count + 1)
		size *= 2;
	said.mask = size - 1;
	said.folded = arena_array(checker->arena, size, sizeof *said.folded);
	said.text = arena_array(checker->arena, size, sizeof(struct ast_text *));
	said.phrase = arena_array(checker->arena, size, sizeof *said.phrase);
	for (i = 0; i < file->phrase_count; i++)
		check_phrase(checker, &said, i);
}
