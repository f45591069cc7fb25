/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/sample.h"

#define TRIES_MAX 2000000 /* of one name against one pattern, in a file: a fifth of a second */

/* One "match" of a slot. */
struct taker {
	const struct ast_slot *slot;
	const struct ast_pattern *pattern;
	struct match *match;          /* owned */
	const char *const *samples;   /* names that it takes */
	size_t sample_count;
	bool from_staff;
	unsigned kinds;               /* a mask; all bits where it takes every kind */
};

struct takers {
	struct taker *items;
	size_t count;
	int tries;
};

static void add_taker(struct checker *checker, struct takers *takers, const struct ast_slot *slot,
		      const struct ast_pattern *pattern)
{
	struct taker *taker;

	takers->items = arena_grow(checker->arena, takers->items, takers->count, sizeof *takers->items);
	taker = &takers->items[takers->count];
	*taker = (struct taker){ .slot = slot, .pattern = pattern };
	if (match_compile(pattern->text, pattern->ignore_case ? MATCH_IGNORE_CASE : 0, &taker->match, NULL, NULL) < 0)
		return; /* told already */
	taker->samples = sample_pattern(checker->arena, pattern->text, &taker->sample_count);
	taker->from_staff = ast_slot_of_staff(slot);
	taker->kinds = check_accepts(slot) ? check_accepts(slot) : ~0u;
	takers->count++;
}

static void collect(struct checker *checker, struct takers *takers)
{
	const struct ast_file *file = checker->file;
	size_t i, j;

	for (i = 0; i < file->slot_count; i++)
		for (j = 0; j < file->slots[i].settings.count; j++) {
			const struct ast_setting *setting = &file->slots[i].settings.items[j];

			if (setting->id == ELEMENT_MATCH && setting->pattern.text)
				add_taker(checker, takers, &file->slots[i], &setting->pattern);
		}
}

/* Kinds that a file has whose name ends so. */
static const struct {
	const char *ending;
	unsigned kinds;
} endings[] = {
	{ ".pdf", ACCEPT_PDF },		 { ".jpg", ACCEPT_IMAGE },	   { ".jpeg", ACCEPT_IMAGE },
	{ ".png", ACCEPT_IMAGE },	 { ".heic", ACCEPT_IMAGE },	   { ".gif", ACCEPT_IMAGE },
	{ ".tif", ACCEPT_IMAGE },	 { ".tiff", ACCEPT_IMAGE },	   { ".webp", ACCEPT_IMAGE },
	{ ".bmp", ACCEPT_IMAGE },	 { ".xlsx", ACCEPT_SPREADSHEET }, { ".xls", ACCEPT_SPREADSHEET },
	{ ".ods", ACCEPT_SPREADSHEET }, { ".docx", ACCEPT_DOCUMENT },	   { ".doc", ACCEPT_DOCUMENT },
	{ ".odt", ACCEPT_DOCUMENT },	 { ".rtf", ACCEPT_DOCUMENT | ACCEPT_TEXT },
	{ ".csv", ACCEPT_SPREADSHEET | ACCEPT_TEXT },			   { ".txt", ACCEPT_TEXT | ACCEPT_SPREADSHEET },
};

/* May a file of that name be of a kind that the mask has? Where the name does not say, it may. */
static bool may_be(const char *name, unsigned mask)
{
	size_t i, len = strlen(name);

	for (i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t end = strlen(endings[i].ending);

		if (len >= end && str_ieq(name + len - end, endings[i].ending))
			return endings[i].kinds & mask;
	}
	return true;
}

/* A name that both take, made from the pattern of 'one'; NULL when none was found. */
static const char *shared_name(struct takers *takers, const struct taker *one, const struct taker *other)
{
	size_t i;

	for (i = 0; i < one->sample_count && takers->tries < TRIES_MAX; i++) {
		takers->tries++;
		if (*one->samples[i] && may_be(one->samples[i], one->kinds) && may_be(one->samples[i], other->kinds) &&
		    match_test(other->match, one->samples[i], NULL) == 1 &&
		    match_test(one->match, one->samples[i], NULL) == 1)
			return one->samples[i];
	}
	return NULL;
}

/* --- patterns that no file fits --- */

/* Nothing in it but letters, groups, repeats, ^ and $: then what fits it is among its examples. */
static bool is_plain(const char *pattern)
{
	return !strstr(pattern, "(?") && !strstr(pattern, "[^") && !strstr(pattern, "\\b") && !strstr(pattern, "\\B");
}

static void check_possible(struct checker *checker, const struct taker *taker)
{
	const char *wrong = NULL;
	size_t i;

	/* So many examples may not be all. */
	if (taker->sample_count == SAMPLE_MAX)
		return;
	for (i = 0; i < taker->sample_count; i++) {
		if (match_test(taker->match, taker->samples[i], NULL) != 1)
			continue;
		if (may_be(taker->samples[i], taker->kinds))
			return;
		wrong = taker->samples[i];
	}
	if (wrong)
		check_hint(checker,
			   check_warn(checker, taker->pattern->span,
				      "a file named '%s' is of no kind that slot '%s' takes", wrong, taker->slot->name.text),
			   "see 'accept' in the same line; the end of a name need not be in the pattern");
	else if (taker->sample_count && is_plain(taker->pattern->text))
		check_hint(checker, check_warn(checker, taker->pattern->span, "no name fits this pattern"),
			   "^ is the begin of a name and $ its end; write \\$ for the sign itself");
}

/* --- names that fit two --- */

static void compare(struct checker *checker, struct takers *takers, const struct taker *first,
		    const struct taker *second)
{
	const char *name;
	struct diag *diag;

	if (first->slot == second->slot || first->from_staff != second->from_staff ||
	    !check_share_kind(first->slot, second->slot) ||
	    str_eq(first->pattern->text, second->pattern->text)) /* the same pattern was told as an error */
		return;
	name = shared_name(takers, first, second);
	if (!name)
		name = shared_name(takers, second, first);
	if (!name)
		return;
	diag = check_warn(checker, second->pattern->span, "a file named '%s' fits slot '%s' and slot '%s'", name,
			  first->slot->name.text, second->slot->name.text);
	check_hint(checker, diag, "the sender will be asked which one is meant");
	check_note(checker, diag, first->pattern->span, "the other pattern stands here");
}

void check_overlap(struct checker *checker)
{
	struct takers takers = { NULL, 0, 0 };
	size_t i, j;

	collect(checker, &takers);
	for (i = 0; i < takers.count; i++)
		check_possible(checker, &takers.items[i]);
	for (i = 0; i < takers.count; i++)
		for (j = 0; j < i; j++)
			compare(checker, &takers, &takers.items[j], &takers.items[i]);
	if (takers.tries >= TRIES_MAX)
		check_warn(checker, checker->file->slots[0].name.span,
			   "there are too many patterns to compare all of them: some may take the same names");
	for (i = 0; i < takers.count; i++)
		match_free(&takers.items[i].match);
}
