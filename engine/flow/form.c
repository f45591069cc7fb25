/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/run_p.h"
#include "flow/value.h"

static const struct prog_field *field_of(const struct prog_form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->field_count; i++)
		if (str_eq(form->fields[i].name, name))
			return &form->fields[i];
	return NULL;
}

static const char *value_of(const struct event *event, const char *name)
{
	size_t i;

	for (i = 0; i < event->field_count; i++)
		if (str_eq(event->fields[i].name, name))
			return event->fields[i].value ? event->fields[i].value : "";
	return "";
}

static bool is_filled(const struct event *event, const char *name)
{
	return *value_of(event, name) != '\0';
}

/* The first field that is not what the form asks for, or NULL: whoever reads the mail should have seen to it. */
static const char *wrong_field(const struct prog_form *form, const struct event *event)
{
	size_t i;

	for (i = 0; i < event->field_count; i++) {
		const struct prog_field *field = field_of(form, event->fields[i].name);
		struct value_kind kind = { 0 };

		if (!field)
			return event->fields[i].name;
		kind = value_kind_of_field(field);
		if (is_filled(event, field->name) && !value_is_canonical(&kind, value_of(event, field->name)))
			return field->name;
	}
	for (i = 0; i < form->field_count; i++)
		if (form->fields[i].required && !is_filled(event, form->fields[i].name))
			return form->fields[i].name;
	return NULL;
}

bool run_form_sets_facts(const struct run *run, const struct event *event)
{
	const struct prog_form *form = program_form(run->in->program, event->name);
	size_t i;

	for (i = 0; form && i < form->field_count; i++)
		if (form->fields[i].fact >= 0 && is_filled(event, form->fields[i].name))
			return true;
	return false;
}

const char *run_form_wrong(const struct run *run, const struct event *event, const char **detail)
{
	const struct prog_form *form = program_form(run->in->program, event->name);
	const char *wrong = form ? wrong_field(form, event) : NULL;

	if (!form)
		return FLOW_NO_FORM;
	if (!run_may(form->from, event))
		return FLOW_WHO;
	if (wrong)
		*detail = wrong;
	return wrong ? FLOW_FIELD : NULL;
}

const char *run_phrase_wrong(const struct run *run, const struct event *event)
{
	const struct prog_phrase *phrase = program_phrase(run->in->program, event->name);

	if (!phrase)
		return FLOW_NO_PHRASE;
	return run_may(phrase->from, event) ? NULL : FLOW_WHO;
}

bool run_form_received(struct run *run, const struct event *event, size_t index)
{
	const struct prog_form *form = program_form(run->in->program, event->name);
	size_t i;

	(void)index;
	run_note(run, event, event_kind_words(event->kind), "%s", form->name);
	for (i = 0; i < form->field_count; i++) {
		const struct prog_field *field = &form->fields[i];

		/* One line for each answer: what no fact keeps stands nowhere else in the dossier. */
		if (!is_filled(event, field->name))
			continue;
		run_note(run, event, event_kind_words(event->kind), "%s: %s: %s", form->name, field->name,
			 value_of(event, field->name));
		if (field->fact >= 0)
			run_fact_set(run, field->name, value_of(event, field->name));
	}
	return true;
}

bool run_phrase(struct run *run, const struct event *event, size_t index)
{
	(void)index;
	run_note(run, event, event_kind_words(event->kind), "%s%s%s", event->name, event->reason ? ": " : "",
		 event->reason ? event->reason : "");
	return true;
}
