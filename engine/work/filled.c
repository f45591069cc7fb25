/* Base. */
#include "base/str.h"

/* Own. */
#include "work/handle.h"
#include "work/route.h"
#include "work/sheet.h"

#define ASKED_DAY 5 /* times a form is asked again in a day; then a person looks at it */

static bool is_for(const struct prog_form *form, enum actor_role role)
{
	return (form->from & (1u << role)) && !str_eq(form->name, SHEET_REQUEST_FORM);
}

/* ---- coming back ---- */

/* The form that most of the text is about; the one that it names before all others. */
static int find_form(struct handling *h, const struct prog_form **form, struct sheet **sheet, struct err *err)
{
	const struct program *program = h->decision.program;
	const char *text = h->job->mail.text;
	size_t i;

	*sheet = NULL;
	for (i = 0; text && i < program->form_count; i++) {
		struct sheet *read;

		if (!is_for(&program->forms[i], h->standing.role))
			continue;
		read = sheet_make(world_phrases(h->engine->world), &program->forms[i], h->arena);
		if (sheet_read(read, text, h->arena, err))
			return -1;
		/* What only stands in a quotation is an answer where that is the form, not our receipt of one. */
		if (!sheet_is_filled(read) || (!read->reading.own && !read->reading.named) ||
		    (*sheet && !read->reading.named && read->reading.exact <= (*sheet)->reading.exact))
			continue;
		*sheet = read;
		*form = &program->forms[i];
		if (read->reading.named)
			break;
	}
	return 0;
}

/* Too often is for a person: perhaps a machine answers. */
static int ask_again(struct handling *h, struct sheet *sheet, struct err *err)
{
	int64_t count = 0;

	if (!h->sender)
		return 0;
	if (store_outbox_count(h->engine->env->store, h->dossier->service, h->sender, FILLED_FORM, h->dossier->number,
			       h->now - 86400, &count, err))
		return -1;
	if (count >= ASKED_DAY)
		h->filled.stuck = true;
	else
		answer_wish_sheet(&h->decision.answering, FILLED_FORM, TMPL_AUDIENCE_SENDER, sheet);
	return 0;
}

int filled_read(struct handling *h, struct err *err)
{
	const struct prog_form *form = NULL;
	struct sheet *sheet;
	struct event *event = &h->filled.event;

	if (h->standing.role != ACTOR_CLIENT && h->standing.role != ACTOR_OFFICE)
		return 0;
	if (find_form(h, &form, &sheet, err))
		return -1;
	if (!sheet)
		return 0;
	h->filled.sheet = sheet;
	h->text = sheet->reading.rest;
	sheet->again = !sheet_is_whole(sheet);
	sheet->unproven = !sheet->again && !h->standing.forced && h->standing.level < form->level;
	if (sheet->again || sheet->unproven)
		return ask_again(h, sheet, err);
	*event = (struct event){ .kind = EVENT_FORM_RECEIVED, .at = h->now, .actor = h->standing.role, .by = h->by,
				 .name = form->name };
	event->fields = sheet_fields(sheet, h->arena, &event->field_count);
	h->forms = event;
	h->form_count = 1;
	return 0;
}

void filled_settle(struct handling *h, size_t at)
{
	const struct flow_output *output = &h->decision.output;
	size_t i;

	if (!h->filled.sheet || !h->form_count || !h->sender)
		return;
	for (i = 0; i < output->refusal_count; i++)
		h->filled.sheet->refused |= output->refusals[i].event == at;
	answer_wish_sheet(&h->decision.answering, FILLED_RECEIVED, TMPL_AUDIENCE_SENDER, h->filled.sheet);
}

/* ---- going out ---- */

void filled_along(struct decision *d, const char *name, const char *template)
{
	const struct prog_form *form = program_form(d->program, name);
	struct answering *a = &d->answering;
	size_t i, count = a->wish_count;

	for (i = 0; form && i < count; i++)
		if (str_eq(a->wishes[i].template, template) && !a->wishes[i].sheet) {
			answer_wish_sheet(a, FILLED_FORM, a->wishes[i].audience,
					  sheet_make(world_phrases(d->engine->world), form, d->arena));
			return;
		}
}

/* "wijziging inkomen" names the form "inkomen", and "wijziging-inkomen", and the one called "Wijziging inkomen". */
static bool is_meant(struct arena *arena, const struct prog_form *form, const char *kind)
{
	const char *folded = command_fold(arena, kind), *title = command_fold(arena, form->title);

	return str_eq(folded, form->name) || str_eq(folded, title) || str_ends(form->name, arena_printf(arena, "-%s", folded)) ||
	       str_ends(title, arena_printf(arena, " %s", folded));
}

const struct sheet *filled_change(struct decision *d, enum actor_role role, const char *kind, const char ***choices,
				  size_t *count)
{
	const struct prog_form *found = NULL;
	size_t i, fits = 0;

	*choices = arena_array(d->arena, d->program->form_count + 1, sizeof **choices);
	*count = 0;
	for (i = 0; i < d->program->form_count; i++) {
		const struct prog_form *form = &d->program->forms[i];

		if (!is_for(form, role))
			continue;
		(*choices)[(*count)++] = form->title;
		if (!kind || !*kind || is_meant(d->arena, form, kind)) {
			found = form;
			fits++;
		}
	}
	return fits == 1 ? sheet_make(world_phrases(d->engine->world), found, d->arena) : NULL;
}
