/* System. */
#include <stdint.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/fold.h"
#include "rule/suggest.h"

static const struct ast_text *slot_name(const struct ast_file *file, size_t index)
{
	return &file->slots[index].name;
}

static const struct ast_text *state_name(const struct ast_file *file, size_t index)
{
	return &file->states[index].name;
}

static const struct ast_text *fact_name(const struct ast_file *file, size_t index)
{
	return &file->facts[index].name;
}

static const struct ast_text *form_name(const struct ast_file *file, size_t index)
{
	return &file->forms[index].name;
}

static const struct ast_text *phrase_name(const struct ast_file *file, size_t index)
{
	return &file->phrases[index].name;
}

static const struct {
	const char *what, *plural;
	const struct ast_text *(*name)(const struct ast_file *file, size_t index);
	const char *none; /* hint when the file has none of them */
} lists[CHECK_LISTS] = {
	[CHECK_SLOTS] = { "slot", "slots", slot_name, "slots are declared in documents { }" },
	[CHECK_STATES] = { "state", "states", state_name, NULL },
	[CHECK_FACTS] = { "fact", "facts", fact_name, "facts are declared in facts { }" },
	[CHECK_FORMS] = { "form", "forms", form_name, "a form is declared by: form NAME \"TITLE\" from client { ... }" },
	[CHECK_PHRASES] = { "phrase", "phrases", phrase_name,
			    "a phrase is declared by: phrase NAME from client nl \"WORDS\"" },
};

static size_t list_count(const struct ast_file *file, enum check_list list)
{
	const size_t counts[CHECK_LISTS] = {
		[CHECK_SLOTS] = file->slot_count,     [CHECK_STATES] = file->state_count,
		[CHECK_FACTS] = file->fact_count,     [CHECK_FORMS] = file->form_count,
		[CHECK_PHRASES] = file->phrase_count,
	};

	return counts[list];
}

/* Could one be missing because its name was not read? */
static bool list_broken(const struct ast_file *file, enum check_list list)
{
	const bool broken[CHECK_LISTS] = {
		[CHECK_SLOTS] = file->slots_broken,     [CHECK_STATES] = file->states_broken,
		[CHECK_FACTS] = file->facts_broken,     [CHECK_FORMS] = file->forms_broken,
		[CHECK_PHRASES] = file->phrases_broken,
	};

	return broken[list] || file->loose;
}

/* FNV-1a of the name in small letters. */
static size_t hash_of(const char *name)
{
	uint64_t hash = 14695981039346656037ull;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)str_lower(*name)) * 1099511628211ull;
	return (size_t)(hash ^ hash >> 32);
}

/* The place of a name in the table: where it is, or where it would stand. */
static size_t *place_of(struct checker *checker, enum check_list list, const char *name)
{
	const struct check_index *index = &checker->indexes[list];
	size_t at = hash_of(name) & index->mask;

	while (index->table[at] &&
	       !str_ieq(lists[list].name(checker->file, index->table[at] - 1)->text, name))
		at = (at + 1) & index->mask;
	return &index->table[at];
}

/* The first of each name stands in the table; later ones are told here. */
static void index_list(struct checker *checker, enum check_list list)
{
	struct check_index *index = &checker->indexes[list];
	size_t count = list_count(checker->file, list), size = 8, i;

	while (size < 2 * count)
		size *= 2;
	index->mask = size - 1;
	index->table = arena_array(checker->arena, size, sizeof *index->table);
	for (i = 0; i < count; i++) {
		const struct ast_text *name = lists[list].name(checker->file, i);
		size_t *place = place_of(checker, list, name->text);

		if (!*place) {
			*place = i + 1;
			continue;
		}
		check_note(checker,
			   check_fault(checker, name->span, "there are two %s '%s'", lists[list].plural, name->text),
			   lists[list].name(checker->file, *place - 1)->span, "the first one stands here");
	}
}

void check_names(struct checker *checker)
{
	int list;

	for (list = 0; list < CHECK_LISTS; list++)
		index_list(checker, (enum check_list)list);
}

int check_find(struct checker *checker, enum check_list list, const char *name)
{
	size_t place = *place_of(checker, list, name);

	if (!place || !str_eq(lists[list].name(checker->file, place - 1)->text, name))
		return -1;
	return (int)place - 1;
}

bool check_first(struct checker *checker, enum check_list list, size_t index)
{
	return *place_of(checker, list, lists[list].name(checker->file, index)->text) == index + 1;
}

int check_named(struct checker *checker, enum check_list list, const struct ast_text *name)
{
	const struct ast_file *file = checker->file;
	int found = check_find(checker, list, name->text);
	size_t i, count = list_count(file, list);
	struct suggest near;
	struct diag *diag;

	if (found >= 0 || list_broken(file, list))
		return found;
	diag = check_fault(checker, name->span, "there is no %s '%s'", lists[list].what, name->text);
	if (!diag) /* the list is full: the search is not worth its time */
		return -1;
	if (fold_has_loose_accent(name->text)) {
		check_hint(checker, diag, CHECK_LOOSE_ACCENT);
		return -1;
	}
	suggest_init(&near, name->text);
	for (i = 0; i < count; i++)
		suggest_offer(&near, lists[list].name(file, i)->text);
	if (near.best) {
		check_hint(checker, diag, "did you mean '%s'?", near.best);
		check_note(checker, diag, lists[list].name(file, (size_t)check_find(checker, list, near.best))->span,
			   "it stands here");
	} else if (!count && lists[list].none) {
		check_hint(checker, diag, "%s", lists[list].none);
	}
	return -1;
}
