/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "command/phrases.h"

#define MAX_FILE (64u << 10)
#define MAX_LINE 300
#define MAX_PHRASES 2000
#define MAX_TOKENS 24

static const struct {
	const char *word;
	unsigned place;
} places[] = {
	{ "SLOT", SAY_SLOT },       { "FILE", SAY_FILE },       { "\"TITLE\"", SAY_TITLE }, { "DAYS", SAY_DAYS },
	{ "LANGUAGE", SAY_LANGUAGE }, { "ADDRESS", SAY_ADDRESS }, { "NAME", SAY_NAME },       { "\"NAME\"", SAY_NAME },
	{ "KIND", SAY_KIND },       { "ITEM", SAY_ITEM },
};

static const char *const kinds[WORDS_KINDS] = { "all-years", "greeting", "closing", "thanks", "device",
						"wrote",     "original", "from",    "sent",   "but",
						"request",   "form" };

void phrases_init(struct phrases *phrases)
{
	*phrases = (struct phrases){ .arena = ARENA_INIT };
}

void phrases_free(struct phrases *phrases)
{
	arena_free(&phrases->arena);
	phrases_init(phrases);
}

/* One line of a file while it is read. */
struct reading {
	struct phrases *phrases;
	const char *name;          /* of the file */
	const char *language;
	int line;
	char *tokens[MAX_TOKENS];  /* behind the verb */
	size_t token_count;
	struct err *err;
};

static int fault(struct reading *r, const char *what, const char *detail)
{
	return err_set(r->err, ERR_INPUT, "%s:%d: %s%s%s%s", r->name, r->line, what, detail ? " '" : "",
		       detail ? detail : "", detail ? "'" : "");
}

/* Brackets and the colon are tokens of their own; the text is cut up in place. */
static int split(struct reading *r, char *text)
{
	r->token_count = 0;
	while (*text) {
		size_t len = strcspn(text, " \t[]:");

		if (!len && (*text == ' ' || *text == '\t')) {
			text++;
			continue;
		}
		if (!len)
			len = 1;
		if (r->token_count == MAX_TOKENS)
			return fault(r, "too long a phrase", NULL);
		r->tokens[r->token_count++] = arena_strndup(&r->phrases->arena, text, len);
		text += len;
	}
	return 0;
}

/* A place stands in capitals. */
static bool is_place(const char *token)
{
	for (; *token; token++)
		if (islower((unsigned char)*token) || isdigit((unsigned char)*token) || (*token & 0x80))
			return false;
	return true;
}

static unsigned place_of(const char *token)
{
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++)
		if (str_eq(places[i].word, token))
			return places[i].place;
	return 0;
}

static const char *const *words_add(struct reading *r, const char *const *words, size_t *count, const char *token)
{
	struct arena *arena = &r->phrases->arena;
	const char **grown = arena_array(arena, *count + 1, sizeof *grown);

	if (*count)
		memcpy(grown, words, *count * sizeof *grown);
	grown[(*count)++] = command_fold(arena, token);
	return grown;
}

/* The text behind the colon: the last token but a closing bracket. */
static int read_text(struct reading *r, struct phrase *phrase, size_t *at, bool optional)
{
	const char *token = *at + 1 < r->token_count ? r->tokens[++*at] : "";

	if (!str_eq(token, "TEXT") && !str_eq(token, "REASON"))
		return fault(r, "behind the colon stands TEXT or REASON, not", token);
	phrase->text = optional ? SAY_MAY_TEXT : SAY_MUST_TEXT;
	phrase->reason = str_eq(token, "REASON");
	return 0;
}

static int read_place(struct reading *r, struct phrase *phrase, const char *token, bool optional)
{
	unsigned place = place_of(token);

	if (!place)
		return fault(r, "there is no place", token);
	if (phrase->tail_count)
		return fault(r, "a place behind the last words:", token);
	phrase->places |= place;
	if (optional)
		phrase->optional |= place;
	return 0;
}

static int read_word(struct reading *r, struct phrase *phrase, const char *token)
{
	if (!phrase->places && phrase->word_count < PHRASES_MAX_WORDS) {
		phrase->words = words_add(r, phrase->words, &phrase->word_count, token);
		return 0;
	}
	if (!phrase->places || phrase->tail_count == 2)
		return fault(r, "too many words at", token);
	phrase->tail = words_add(r, phrase->tail, &phrase->tail_count, token);
	return 0;
}

static int read_form(struct reading *r, struct phrase *phrase)
{
	bool open = false;
	size_t i;

	for (i = 0; i < r->token_count; i++) {
		const char *token = r->tokens[i];
		int rc = 0;

		if (str_eq(token, "[") || str_eq(token, "]")) {
			if (open == (*token == '['))
				return fault(r, "a bracket too many", NULL);
			open = !open;
		} else if (phrase->text != SAY_NO_TEXT) {
			return fault(r, "nothing can stand behind the text:", token);
		} else if (str_eq(token, ":")) {
			rc = read_text(r, phrase, &i, open);
		} else if (is_place(token)) {
			rc = read_place(r, phrase, token, open);
		} else if (open) {
			return fault(r, "only places can be left out, not", token);
		} else {
			rc = read_word(r, phrase, token);
		}
		if (rc)
			return rc;
	}
	return open ? fault(r, "the bracket is not closed", NULL) : 0;
}

/* Does the form fit what the verb does? */
static int check_form(struct reading *r, const struct phrase *phrase, const struct verb_rule *rule)
{
	if (!phrase->word_count)
		return fault(r, "a phrase begins with words", NULL);
	if (rule->places & ~phrase->places)
		return fault(r, "it lacks a place that this verb needs:", rule->name);
	if (phrase->places & ~(rule->places | rule->allowed))
		return fault(r, "it has a place that this verb has no use for:", rule->name);
	if (!rule->loose && (rule->places & phrase->optional))
		return fault(r, "a place that this verb needs cannot be left out:", rule->name);
	if (phrase->text != rule->text)
		return fault(r,
			     rule->text == SAY_NO_TEXT	? "this verb has no text:" :
			     rule->text == SAY_MUST_TEXT ? "this verb needs a text behind a colon (': TEXT'):" :
							   "the text of this verb can be left out ('[: REASON]'):",
			     rule->name);
	return 0;
}

static bool same_words(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
	size_t i;

	for (i = 0; a_count == b_count && i < a_count; i++)
		if (!str_eq(a[i], b[i]))
			return false;
	return a_count == b_count;
}

/* The same words for two verbs would leave it to chance which one is done. */
static int check_double(struct reading *r, const struct phrase *phrase)
{
	const struct phrases *p = r->phrases;
	size_t i;

	for (i = 0; i < p->count; i++)
		if (p->list[i].verb != phrase->verb &&
		    same_words(p->list[i].words, p->list[i].word_count, phrase->words, phrase->word_count) &&
		    same_words(p->list[i].tail, p->list[i].tail_count, phrase->tail, phrase->tail_count))
			return fault(r, "these words mean something else already:",
				     verb_rule(p->list[i].verb)->name);
	return 0;
}

static int add_phrase(struct reading *r, enum command_verb verb, const char *form)
{
	struct phrases *p = r->phrases;
	struct phrase phrase = { .verb = verb, .language = r->language, .form = form };

	if (p->count == MAX_PHRASES)
		return fault(r, "too many phrases", NULL);
	if (read_form(r, &phrase) || check_form(r, &phrase, verb_rule(verb)) || check_double(r, &phrase))
		return -1;
	p->list = arena_grow(&p->arena, p->list, p->count, sizeof *p->list);
	p->list[p->count++] = phrase;
	return 0;
}

static int add_words(struct reading *r, enum phrase_words kind, const char *form)
{
	struct phrases *p = r->phrases;
	struct phrase_line line = { .kind = kind };
	const char *folded = command_fold(&p->arena, form);

	while (*folded) {
		size_t len = strcspn(folded, " ");

		line.words = words_add(r, line.words, &line.count, arena_strndup(&p->arena, folded, len));
		folded += len + (folded[len] == ' ');
	}
	if (!line.count || line.count > PHRASES_MAX_WORDS)
		return fault(r, "one to six words are wanted", NULL);
	if (p->line_count == MAX_PHRASES)
		return fault(r, "too many phrases", NULL);
	p->lines = arena_grow(&p->arena, p->lines, p->line_count, sizeof *p->lines);
	p->lines[p->line_count++] = line;
	return 0;
}

static int unknown(struct reading *r, const char *name)
{
	const char *near = NULL;
	unsigned best = 3, distance;
	int i;

	for (i = 0; i < COMMAND_PHRASE; i++) {
		distance = str_distance(name, verb_rule((enum command_verb)i)->name, best);
		if (distance < best) {
			best = distance;
			near = verb_rule((enum command_verb)i)->name;
		}
	}
	return err_set(r->err, ERR_INPUT, "%s:%d: there is no verb '%s'%s%s%s", r->name, r->line, name,
		       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int read_line(struct reading *r, char *line)
{
	char *name = str_trim(line), *form = name + strcspn(name, " \t");
	int i;

	if (!*name || *name == '#')
		return 0;
	if (*form)
		*form++ = '\0';
	form = arena_strdup(&r->phrases->arena, str_trim(form));
	if (!str_utf8_valid(form))
		return fault(r, "this is not UTF-8", NULL);
	for (i = 0; i < WORDS_KINDS; i++)
		if (str_eq(name, kinds[i]))
			return add_words(r, (enum phrase_words)i, form);
	for (i = 0; i < COMMAND_PHRASE; i++)
		if (str_eq(name, verb_rule((enum command_verb)i)->name))
			return split(r, form) ? -1 : add_phrase(r, (enum command_verb)i, form);
	return unknown(r, name);
}

int phrases_parse(struct phrases *phrases, const char *name, const char *text, size_t len, struct err *err)
{
	const char *dot = strrchr(name, '.');
	struct reading r = { .phrases = phrases, .err = err };
	const char *end = text + len;
	char line[MAX_LINE + 1];

	r.name = arena_strdup(&phrases->arena, name);
	r.language = arena_strdup(&phrases->arena, dot ? dot + 1 : name);
	if (len > MAX_FILE || memchr(text, '\0', len))
		return err_set(err, ERR_INPUT, "%s: it is too long, or no text", name);
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);

		r.line++;
		if (n > MAX_LINE)
			return fault(&r, "the line is too long", NULL);
		memcpy(line, text, n);
		line[n] = '\0';
		if (read_line(&r, line))
			return -1;
		text += n + 1;
	}
	return 0;
}

static const struct phrase *first_of(const struct phrases *phrases, enum command_verb verb, const char *language)
{
	size_t i;

	for (i = 0; i < phrases->count; i++)
		if (phrases->list[i].verb == verb && (!language || str_eq(phrases->list[i].language, language)))
			return &phrases->list[i];
	return NULL;
}

int phrases_complete(const struct phrases *phrases, const char *language, struct err *err)
{
	int i;

	for (i = 0; i < COMMAND_PHRASE; i++)
		if (!first_of(phrases, (enum command_verb)i, language))
			return err_set(err, ERR_INPUT, "phrases.%s: nothing says '%s'", language,
				       verb_rule((enum command_verb)i)->name);
	return 0;
}

const char *phrases_form(const struct phrases *phrases, enum command_verb verb, const char *language)
{
	const struct phrase *phrase = first_of(phrases, verb, language);

	if (!phrase)
		phrase = first_of(phrases, verb, NULL);
	return phrase ? phrase->form : "";
}

const char *phrases_shown(struct arena *arena, const char *form, const char *language)
{
	static const struct { const char *place, *nl, *en; } words[] = {
		{ "SLOT", "DOCUMENT", "DOCUMENT" }, { "FILE", "bestand", "file" },      { "TITLE", "titel", "title" },
		{ "DAYS", "3", "3" },               { "LANGUAGE", "nl", "en" },         { "ADDRESS", "adres", "address" },
		{ "NAME", "naam", "name" },         { "KIND", "soort", "kind" },        { "TEXT", "tekst", "text" },
		{ "REASON", "reden", "reason" },
	};
	struct buf out = BUF_INIT(BUF_MAX_LINE);
	const char *shown;
	size_t i;

	while (*form) {
		size_t len = strspn(form, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		for (i = 0; len && i < sizeof words / sizeof *words; i++)
			if (strlen(words[i].place) == len && strncmp(form, words[i].place, len) == 0)
				break;
		if (len && i < sizeof words / sizeof *words)
			buf_adds(&out, str_eq(language, "nl") ? words[i].nl : words[i].en);
		else
			buf_add(&out, form, len ? len : 1);
		form += len ? len : 1;
	}
	shown = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return shown;
}

/* ---- phrases that others may not take ---- */

/* The next run of letters and digits of folded text; its length, 0 at the end. */
static size_t next_run(const char **text)
{
	const char *at = *text;
	size_t len = 0;

	while (*at && !((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || (unsigned char)*at >= 0x80))
		at++;
	while ((at[len] >= 'a' && at[len] <= 'z') || (at[len] >= '0' && at[len] <= '9') || (unsigned char)at[len] >= 0x80)
		len++;
	*text = at;
	return len;
}

/* Steps over 'words' in the folded text; false when it begins with something else. */
static bool step_words(const char **text, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *word = words[i];
		size_t len;

		while ((len = next_run(&word)) != 0) {
			if (next_run(text) != len || memcmp(*text, word, len) != 0)
				return false;
			*text += len;
			word += len;
		}
	}
	return true;
}

static bool could_be(const struct phrase *phrase, const char *folded)
{
	static const unsigned special = SAY_DAYS | SAY_LANGUAGE | SAY_ADDRESS; /* stand out by themselves */

	if (!step_words(&folded, phrase->words, phrase->word_count))
		return false;
	return next_run(&folded) == 0 || (phrase->places && !(phrase->places & special));
}

const struct phrase *phrases_taking(const struct phrases *phrases, const char *text)
{
	struct arena arena = ARENA_INIT;
	const char *folded = command_fold(&arena, text);
	const struct phrase *found = NULL;
	size_t i;

	for (i = 0; i < phrases->count && !found; i++)
		if (could_be(&phrases->list[i], folded))
			found = &phrases->list[i];
	arena_free(&arena);
	return found;
}
