/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "work/sheet.h"
#include "work/sheet_p.h"

/* ---- making ---- */

/* The words of the phrase files that tell what a line of a mail is. */
static const struct form_mark *marks_of(const struct phrases *phrases, struct arena *arena, size_t *count)
{
	static const struct { enum phrase_words words; enum form_mark_kind mark; } kinds[] = {
		{ WORDS_CLOSING, FORM_MARK_CLOSING },	{ WORDS_DEVICE, FORM_MARK_DEVICE }, { WORDS_WROTE, FORM_MARK_WROTE },
		{ WORDS_ORIGINAL, FORM_MARK_ORIGINAL }, { WORDS_FROM, FORM_MARK_FROM },	    { WORDS_SENT, FORM_MARK_SENT },
		{ WORDS_FORM, FORM_MARK_TITLE },
	};
	struct form_mark *marks = arena_array(arena, phrases->line_count + 1, sizeof *marks);
	size_t i, k, w;

	*count = 0;
	for (i = 0; i < phrases->line_count; i++)
		for (k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			const struct phrase_line *line = &phrases->lines[i];
			const char *text = "";

			if (line->kind != kinds[k].words)
				continue;
			for (w = 0; w < line->count; w++)
				text = arena_printf(arena, "%s%s%s", text, w ? " " : "", line->words[w]);
			marks[(*count)++] = (struct form_mark){ kinds[k].mark, text };
		}
	return marks;
}

struct sheet *sheet_begin(const char *name, size_t most, struct arena *arena)
{
	struct sheet *sheet = arena_alloc(arena, sizeof *sheet);

	sheet->name = name;
	sheet->fields = arena_array(arena, most, sizeof *sheet->fields);
	sheet->shown = arena_array(arena, most, sizeof *sheet->shown);
	return sheet;
}

void sheet_finish(struct sheet *sheet, const struct phrases *phrases, struct arena *arena)
{
	struct form_order *order = &sheet->order;

	order->fields = sheet->fields;
	order->field_count = sheet->count;
	order->titles = sheet->titles;
	order->title_count = SHEET_LANGUAGES;
	order->marks = marks_of(phrases, arena, &order->mark_count);
}

/* "gehuwd, ongehuwd of samenwonend". */
static const char *list_choices(const struct prog_field *field, const char *or, struct arena *arena)
{
	const char *list = "";
	size_t i;

	for (i = 0; i < field->choice_count; i++)
		list = arena_printf(arena, "%s%s%s", list, i == 0 ? "" : i + 1 < field->choice_count ? ", " : or,
				    field->choices[i]);
	return list;
}

static void set_hints(struct sheet_field *shown, const struct prog_field *field, struct arena *arena)
{
	const char *nl = NULL, *en = NULL;

	if (field->kind == VALUE_YES_NO) {
		nl = "ja of nee";
		en = "yes or no";
	} else if (field->kind == VALUE_CHOICE) {
		nl = list_choices(field, " of ", arena);
		en = list_choices(field, " or ", arena);
	}
	if (!field->required) {
		nl = nl ? arena_printf(arena, "%s; mag leeg blijven", nl) : "mag leeg blijven";
		en = en ? arena_printf(arena, "%s; may stay empty", en) : "may stay empty";
	}
	shown->hints[SHEET_NL] = nl;
	shown->hints[SHEET_EN] = en;
}

void sheet_add_own(struct sheet *sheet, const struct prog_form *form, struct arena *arena)
{
	size_t i;

	for (i = 0; i < form->field_count; i++) {
		struct sheet_field *shown = &sheet->shown[sheet->count];

		sheet->fields[sheet->count++] = (struct form_field){ .field = form->fields[i] };
		shown->titles[SHEET_NL] = shown->titles[SHEET_EN] = form->fields[i].title;
		set_hints(shown, &form->fields[i], arena);
	}
}

struct sheet *sheet_make(const struct phrases *phrases, const struct prog_form *form, struct arena *arena)
{
	struct sheet *sheet = sheet_begin(form->name, form->field_count + 1, arena);

	sheet->titles[SHEET_NL] = sheet->titles[SHEET_EN] = form->title;
	sheet_add_own(sheet, form, arena);
	sheet_finish(sheet, phrases, arena);
	return sheet;
}

/* ---- reading ---- */

int sheet_read(struct sheet *sheet, const char *text, struct arena *arena, struct err *err)
{
	sheet->order.text = text;
	return form_reply_read(&sheet->order, arena, &sheet->reading, err);
}

bool sheet_is_filled(const struct sheet *sheet)
{
	return form_is_filled(&sheet->order, &sheet->reading);
}

struct form_answer *sheet_answer(const struct sheet *sheet, const char *name)
{
	size_t i;

	for (i = 0; i < sheet->count; i++)
		if (str_eq(sheet->fields[i].field.name, name))
			return &sheet->reading.answers[i];
	return NULL;
}

const char *sheet_value(const struct sheet *sheet, const char *name)
{
	const struct form_answer *answer = sheet_answer(sheet, name);

	return answer && answer->state == FORM_FILLED ? answer->value : NULL;
}

void sheet_doubt(struct sheet *sheet, const char *name, const char *why)
{
	struct form_answer *answer = sheet_answer(sheet, name);

	if (!answer)
		return;
	answer->state = FORM_UNCLEAR;
	answer->why = why;
	answer->value = NULL;
}

bool sheet_is_whole(const struct sheet *sheet)
{
	size_t i;

	for (i = 0; i < sheet->count; i++) {
		const struct form_answer *answer = &sheet->reading.answers[i];

		if (answer->state == FORM_UNCLEAR || (answer->state == FORM_EMPTY && sheet->fields[i].field.required))
			return false;
	}
	return true;
}

struct event_field *sheet_fields(const struct sheet *sheet, struct arena *arena, size_t *count)
{
	struct event_field *fields = arena_array(arena, sheet->count + 1, sizeof *fields);
	size_t i;

	*count = 0;
	for (i = 0; i < sheet->count; i++) {
		const struct form_answer *answer = &sheet->reading.answers[i];

		if (*sheet->fields[i].field.name != '.' && answer->state == FORM_FILLED)
			fields[(*count)++] = (struct event_field){ sheet->fields[i].field.name, answer->value };
	}
	return fields;
}
