/*
 * What slots are called: people name them in their commands by name or by
 * title, without capitals and accents. Two slots that answer to the same words
 * are not wrong, but whoever uses these words is asked which one he means.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/fold.h"

struct called {
	const char *name, *title; /* folded; NULL = it has none */
};

/* The title without its year. */
static const char *yearless(struct arena *arena, const char *title)
{
	const char *year = strstr(title, "{year}");

	if (!year)
		return title;
	return arena_printf(arena, "%.*s%s", (int)(year - title), title, year + strlen("{year}"));
}

static struct called called_as(struct arena *arena, const struct ast_slot *slot)
{
	const char *name = slot->name.text, *title = slot->title.text;

	/* A loose accent is told as an error. */
	return (struct called){ name && !fold_has_loose_accent(name) ? fold_called(arena, name) : NULL,
				title ? fold_called(arena, yearless(arena, title)) : NULL };
}

static bool same(const char *a, const char *b)
{
	return a && b && *a && str_eq(a, b);
}

static void tell(struct checker *checker, const struct ast_text *mine, const struct ast_text *other)
{
	struct diag *diag = check_warn(checker, mine->span, "people's commands cannot tell this slot from another: '%s'",
				       mine->text);

	check_hint(checker, diag, "names and titles are compared without capitals and accents; who says it is asked which "
				  "one he means");
	check_note(checker, diag, other->span, "the other one stands here");
}

static void compare(struct checker *checker, const struct ast_slot *slots, const struct called *called, size_t i,
		    size_t j)
{
	/* What is the same but for capitals was told as an error. */
	if (str_ieq(slots[i].name.text, slots[j].name.text) || str_ieq(slots[i].title.text, slots[j].title.text))
		return;
	if (same(called[i].name, called[j].name))
		tell(checker, &slots[i].name, &slots[j].name);
	else if (same(called[i].name, called[j].title))
		tell(checker, &slots[i].name, &slots[j].title);
	else if (same(called[i].title, called[j].name))
		tell(checker, &slots[i].title, &slots[j].name);
	else if (same(called[i].title, called[j].title))
		tell(checker, &slots[i].title, &slots[j].title);
}

void check_called(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	struct called *called = arena_array(checker->arena, file->slot_count + 1, sizeof *called);
	size_t i, j;

	for (i = 0; i < file->slot_count; i++) {
		called[i] = called_as(checker->arena, &file->slots[i]);
		for (j = 0; j < i; j++)
			compare(checker, file->slots, called, i, j);
	}
}
