/*
 * Forms that people send: all answers that can make a difference, together and
 * with the optional ones left blank. An answer that no condition asks for is
 * always the same.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "prove/move_p.h"
#include "prove/plan_p.h"

static const char *any_value(const struct prog_field *field)
{
	switch (field->kind) {
	case VALUE_YES_NO: return "yes";
	case VALUE_CHOICE: return field->choice_count ? field->choices[0] : "";
	case VALUE_NUMBER: return "7";
	case VALUE_AMOUNT: return "7.00";
	case VALUE_DATE: return "2026-01-15";
	case VALUE_ADDRESS: return "iemand@example.org";
	default: return "iets";
	}
}

static const struct prove_fact *fact_set_by(const struct prove_plan *plan, const struct prog_field *field)
{
	size_t i;

	for (i = 0; i < plan->fact_count && field->fact >= 0; i++)
		if (plan->facts[i].fact == &plan->program->facts[field->fact])
			return &plan->facts[i];
	return NULL;
}

/* Fills the answers to one question; how many there are. Blank stands last. */
static size_t answers_of(struct move_making *m, const struct prog_field *field, const char ***answers)
{
	const struct prove_fact *fact = fact_set_by(m->plan, field);
	size_t count = 0, i, j;

	*answers = arena_array(m->arena, (fact ? fact->value_count : 0) + 2, sizeof **answers);
	for (i = 0; fact && i < fact->value_count; i++) {
		for (j = 0; j < field->choice_count && !str_eq(field->choices[j], fact->values[i]); j++)
			;
		if (field->kind != VALUE_CHOICE || j < field->choice_count)
			(*answers)[count++] = fact->values[i];
	}
	if (!count)
		(*answers)[count++] = any_value(field);
	if (fact && !field->required)
		(*answers)[count++] = "";
	return count;
}

/* "form received gegevens with huurt 'yes'": the answers that count. */
static const char *words_of(struct move_making *m, const struct prog_form *form, const struct plan_rows *rows,
			    const struct event_field *fields)
{
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *words, *between = " with ";
	size_t i;

	buf_addf(&text, "form received %s", form->name);
	for (i = 0; i < form->field_count; i++) {
		if (!rows->names[i])
			continue;
		if (*fields[i].value)
			buf_addf(&text, "%s%s '%s'", between, fields[i].name, fields[i].value);
		else
			buf_addf(&text, "%sno %s", between, fields[i].name);
		between = ", ";
	}
	words = arena_strdup(m->arena, text.data);
	buf_free(&text);
	return words;
}

/* Who sends it: all that differs is that an office must be there. */
static enum actor_role sender_of(unsigned from)
{
	return from & 1u << ACTOR_CLIENT ? ACTOR_CLIENT : from & 1u << ACTOR_STAFF ? ACTOR_STAFF : ACTOR_OFFICE;
}

static struct prove_move *add_row(struct move_making *m, const struct prog_form *form, const struct plan_rows *rows,
				  const char ***answers, size_t row)
{
	struct event_field *fields = arena_array(m->arena, form->field_count + 1, sizeof *fields);
	struct prove_move *move = move_add(m, EVENT_FORM_RECEIVED, sender_of(form->from));
	size_t i;

	for (i = 0; i < form->field_count; i++)
		fields[i] = (struct event_field){ form->fields[i].name, answers[i][rows->list[row][i]] };
	move->event.name = form->name;
	move->event.fields = fields;
	move->event.field_count = form->field_count;
	move->form = form;
	move->row = rows->list[row];
	move->words = words_of(m, form, rows, fields);
	if (!row)
		move->command = arena_printf(m->arena, "form %s", form->name);
	return move;
}

static void add_form(struct move_making *m, const struct prog_form *form)
{
	struct plan_rows rows = { .arena = m->arena, .width = form->field_count };
	const char ***answers = arena_array(m->arena, rows.width + 1, sizeof *answers);
	size_t i;

	rows.options = arena_array(m->arena, rows.width + 1, sizeof *rows.options);
	rows.names = arena_array(m->arena, rows.width + 1, sizeof *rows.names);
	for (i = 0; i < rows.width; i++) {
		const struct prove_fact *fact = fact_set_by(m->plan, &form->fields[i]);

		rows.names[i] = fact ? fact->fact->name : NULL;
		rows.options[i] = answers_of(m, &form->fields[i], &answers[i]);
	}
	if (!plan_rows_fill(m->plan, &rows))
		plan_cut(m->plan, "the answers together in form '%s'", form->name);
	for (i = 0; i < rows.count; i++)
		add_row(m, form, &rows, answers, i);
}

void move_add_forms(struct move_making *m)
{
	size_t i;

	for (i = 0; i < m->plan->program->form_count; i++)
		add_form(m, &m->plan->program->forms[i]);
}

void move_add_phrases(struct move_making *m)
{
	const struct program *program = m->plan->program;
	size_t i;

	for (i = 0; i < program->phrase_count; i++) {
		struct prove_move *move = move_add(m, EVENT_PHRASE, sender_of(program->phrases[i].from));

		move->event.name = program->phrases[i].name;
		move->words = arena_printf(m->arena, "phrase %s", move->event.name);
		move->command = move->event.name;
	}
}

/* ---- what is possible ---- */

/*
 * A form that nobody waits for only sets facts: it is enough that one of them
 * changes at a time, those whose changes are heard all at once, and that what
 * was not known becomes known.
 */
static bool is_small_step(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
			  const struct prove_move *move)
{
	size_t i, silent = 0, heard = 0, fresh = 0;

	for (i = 0; i < move->event.field_count; i++) {
		const struct event_field *field = &move->event.fields[i];
		const struct prove_fact *fact = fact_set_by(plan, &move->form->fields[i]);
		const char *now;

		if (!fact || !*field->value || !plan->live[state].facts[fact - plan->facts])
			continue;
		now = dossier_fact(dossier, field->name);
		if (now && str_eq(now, field->value))
			continue;
		if (!now && move->form->fields[i].required && !move->row[i])
			fresh++;
		else if (fact->heard)
			heard++;
		else
			silent++;
	}
	return silent + (heard > 0) == 1 || (!silent && !heard && fresh);
}

bool move_form_possible(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
			const struct prove_move *move)
{
	if (move->event.actor == ACTOR_OFFICE && !dossier->office.address)
		return false;
	if (move->command || prove_listens(plan, state, EVENT_FORM_RECEIVED))
		return true;
	if (dossier->final)
		return false;
	return (plan->mixed && prove_listens(plan, state, EVENT_DOCUMENTS_COMPLETE)) ||
	       is_small_step(plan, dossier, state, move);
}
