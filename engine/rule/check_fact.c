/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/value.h"

/* --- facts and fields --- */

static void check_choices(struct checker *checker, const struct ast_setting *kind)
{
	const struct ast_texts *names = &kind->names;
	size_t i, j;

	if (kind->element->value != VALUE_CHOICE || kind->broken)
		return;
	if (names->count < 2)
		check_hint(checker, check_fault(checker, kind->span, "'one of' needs at least two choices"),
			   "for something that is so or not, write: yes or no");
	for (i = 0; i < names->count; i++)
		for (j = 0; j < i; j++)
			if (str_ieq(names->items[j].text, names->items[i].text)) {
				check_fault(checker, names->items[i].span, "choice '%s' is named twice",
					    names->items[i].text);
				break;
			}
}

/* A word said twice, or a second kind. */
static bool check_again(struct checker *checker, const struct ast_field *field, const struct ast_setting *setting)
{
	const struct ast_setting *first = ast_setting_find(&field->settings, setting->id);
	struct diag *diag;

	if (first == setting)
		return false;
	if (first->element != setting->element)
		diag = check_fault(checker, setting->span, "'%s' holds one kind of value, not two", field->name.text);
	else
		diag = check_fault(checker, setting->span, "'%s' is said twice", setting->element->words);
	check_note(checker, diag, first->span, "the first one stands here");
	return true;
}

static void check_fits(struct checker *checker, const struct ast_field *field, const struct ast_setting *setting)
{
	const struct ast_setting *kind = value_setting(field);
	struct match *match;

	check_pattern(checker, &setting->pattern, &match);
	match_free(&match);
	if (kind && kind->element->value != VALUE_TEXT)
		check_note(checker,
			   check_fault(checker, setting->span, "'match' goes with text: '%s' is %s", field->name.text,
				       value_kind_words((enum prog_value)kind->element->value)),
			   kind->span, "its kind stands here");
}

static void check_field(struct checker *checker, const struct ast_field *field, const char *what)
{
	size_t i;

	check_name(checker, &field->name);
	check_title(checker, &field->title, NULL, "the title");
	if (!field->broken && !value_setting(field))
		check_hint(checker,
			   check_fault(checker, field->name.span, "%s '%s' does not say what it holds", what,
				       field->name.text),
			   "add: yes or no, one of A, B, number, amount, date, text or address");
	for (i = 0; i < field->settings.count; i++) {
		const struct ast_setting *setting = &field->settings.items[i];

		if (check_again(checker, field, setting) || setting->broken)
			continue;
		if (setting->id == ELEMENT_KIND)
			check_choices(checker, setting);
		else if (setting->id == ELEMENT_DEFAULT)
			check_value(checker, field, &setting->value);
		else if (setting->id == ELEMENT_FITS)
			check_fits(checker, field, setting);
	}
}

void check_facts(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i;

	if (file->fact_count > CHECK_MAX_FACTS) {
		check_fault(checker, file->facts[CHECK_MAX_FACTS].name.span, "too many facts: %d at most",
			    CHECK_MAX_FACTS);
		return;
	}
	for (i = 0; i < file->fact_count; i++)
		check_field(checker, &file->facts[i], "fact");
}

/* --- forms --- */

static bool same_kind(const struct ast_setting *a, const struct ast_setting *b)
{
	size_t i;

	if (a->element->value != b->element->value || a->names.count != b->names.count)
		return false;
	for (i = 0; i < a->names.count; i++)
		if (!str_eq(a->names.items[i].text, b->names.items[i].text))
			return false;
	return true;
}

/* A field with the name of a fact sets that fact. */
static void check_field_fact(struct checker *checker, const struct ast_field *field)
{
	int found = check_find(checker, CHECK_FACTS, field->name.text);
	const struct ast_field *fact = found >= 0 ? &checker->file->facts[found] : NULL;
	const struct ast_setting *mine = value_setting(field), *kind = fact ? value_setting(fact) : NULL;
	struct diag *diag;

	if (!mine || !kind || fact->broken || field->broken || same_kind(mine, kind))
		return;
	diag = check_fault(checker, mine->span, "this field sets fact '%s', which is of another kind", field->name.text);
	check_hint(checker, diag, "give both the same kind, or the field another name");
	check_note(checker, diag, fact->name.span, "the fact stands here");
}

static void check_fields(struct checker *checker, const struct ast_form *form)
{
	size_t i, j;

	if (!form->field_count && !form->broken)
		check_hint(checker, check_fault(checker, form->name.span, "form '%s' asks nothing", form->name.text),
			   "put a line for each question between { and }");
	if (form->field_count > CHECK_MAX_FIELDS) {
		check_fault(checker, form->fields[CHECK_MAX_FIELDS].name.span, "too many fields: %d at most",
			    CHECK_MAX_FIELDS);
		return;
	}
	for (i = 0; i < form->field_count; i++) {
		const struct ast_field *field = &form->fields[i];

		for (j = 0; j < i && !str_ieq(form->fields[j].name.text, field->name.text); j++)
			;
		if (j < i)
			check_note(checker,
				   check_fault(checker, field->name.span, "there are two fields '%s' in this form",
					       field->name.text),
				   form->fields[j].name.span, "the first one stands here");
		check_field(checker, field, "field");
		check_field_fact(checker, field);
	}
}

/* Does anything come of it: a fact that it sets, or a clause that hears of it? */
static void check_form_used(struct checker *checker, const struct ast_form *form, size_t index)
{
	size_t i;

	if (form->broken || checker->file->broken || checker->file->loose || checker->unheard ||
	    checker->forms_heard[index] || !check_first(checker, CHECK_FORMS, index))
		return;
	for (i = 0; i < form->field_count; i++)
		if (check_find(checker, CHECK_FACTS, form->fields[i].name.text) >= 0)
			return;
	check_hint(checker,
		   check_warn(checker, form->name.span, "nothing comes of form '%s': it sets no fact and no clause waits for it",
			      form->name.text),
		   "add a clause: on form received %s { ... }", form->name.text);
}

void check_forms(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i;

	if (file->form_count > CHECK_MAX_FORMS) {
		check_fault(checker, file->forms[CHECK_MAX_FORMS].name.span, "too many forms: %d at most",
			    CHECK_MAX_FORMS);
		return;
	}
	for (i = 0; i < file->form_count; i++) {
		const struct ast_form *form = &file->forms[i];

		check_name(checker, &form->name);
		check_title(checker, &form->title, NULL, "the title");
		check_senders(checker, &form->name, &form->settings, form->broken, "form");
		check_fields(checker, form);
		check_form_used(checker, form, i);
	}
}
