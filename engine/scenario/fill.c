/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "scenario/read_p.h"

/* when WHO fills in form NAME "field" "value", …: what that person mails. */

static const struct prog_form *find_form(struct reader *r, const char *name)
{
	const char *nearest = NULL;
	unsigned best = 3;
	size_t i;

	for (i = 0; i < r->program->form_count; i++) {
		unsigned distance = str_distance(name, r->program->forms[i].name, best);

		if (distance == 0)
			return &r->program->forms[i];
		if (distance < best) {
			best = distance;
			nearest = r->program->forms[i].name;
		}
	}
	reader_wrong(r, nearest, "workflow '%s' has no form '%s'", r->program->name, name);
	return NULL;
}

/* By its name or its title; reported when the form has no such field. */
static const char *field_title(struct reader *r, const struct prog_form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->field_count; i++)
		if (str_eq(form->fields[i].name, name) || str_ieq(form->fields[i].title, name))
			return form->fields[i].title;
	reader_wrong(r, form->field_count ? form->fields[0].name : NULL, "form '%s' has no field '%s'", form->name, name);
	return NULL;
}

static bool read_field(struct reader *r, const struct prog_form *form, struct scenario_letter *letter)
{
	const char *name, *value;

	if (!reader_text(r, "the name of a field, in quotes", &name))
		return false;
	if (form)
		name = field_title(r, form, name);
	if (!name || !reader_text(r, "what is filled in, in quotes", &value))
		return false;
	texts_add(r, &letter->lines, arena_printf(r->arena, "%s: %s", name, value));
	return true;
}

bool reader_fill(struct reader *r, struct scenario_letter *letter)
{
	const struct prog_form *form = NULL;
	const struct token *next;
	const char *name;

	if (!reader_word(r, "the name of a form", &name))
		return false;
	if (r->program && !(form = find_form(r, name)))
		return false;
	texts_add(r, &letter->lines, arena_printf(r->arena, "Formulier: %s", form ? form->title : name));
	do {
		if (!read_field(r, form, letter))
			return false;
		next = reader_peek(r);
	} while (next && next->kind == TOKEN_COMMA && ++r->at);
	return true;
}
