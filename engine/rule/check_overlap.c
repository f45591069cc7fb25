/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/sample.h"

#define TRIES_MAX 100000 /* of one name against one pattern, in a file */

/* One "match" of a slot. */
struct taker {
	const struct ast_slot *slot;
	const struct ast_pattern *pattern;
	struct match *match;          /* owned */
	const char *const *samples;   /* names that it takes */
	size_t sample_count;
	bool from_staff;
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

/* A name that both take, made from the pattern of 'one'; NULL when none was found. */
static const char *shared_name(struct takers *takers, const struct taker *one, const struct taker *other)
{
	size_t i;

	for (i = 0; i < one->sample_count && takers->tries < TRIES_MAX; i++) {
		takers->tries++;
		if (*one->samples[i] && match_test(other->match, one->samples[i], NULL) == 1 &&
		    match_test(one->match, one->samples[i], NULL) == 1)
			return one->samples[i];
	}
	return NULL;
}

static void compare(struct checker *checker, struct takers *takers, const struct taker *first,
		    const struct taker *second)
{
	const char *name;
	struct diag *diag;

	if (first->slot == second->slot || first->from_staff != second->from_staff ||
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
		for (j = 0; j < i; j++)
			compare(checker, &takers, &takers.items[j], &takers.items[i]);
	for (i = 0; i < takers.count; i++)
		match_free(&takers.items[i].match);
}
