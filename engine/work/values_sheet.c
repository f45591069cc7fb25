/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"
#include "tmpl/words.h"

/* Own. */
#include "work/answer.h"
#include "work/engine_p.h"
#include "work/sheet.h"

/* Why a field is asked again, in the words of the templates. */
static const char *why_word(const char *why)
{
	static const struct { const char *why, *word; } words[] = {
		{ VALUE_NOT_YES_NO, "yes_no" },	   { VALUE_NOT_CHOICE, "choice" },	{ VALUE_NOT_NUMBER, "number" },
		{ VALUE_NOT_AMOUNT, "amount" },	   { VALUE_NOT_DATE, "date" },		{ VALUE_NOT_ADDRESS, "address" },
		{ VALUE_TOO_LONG, "size" },	   { VALUE_TOO_LARGE, "size" },		{ FORM_TWICE, "twice" },
		{ FORM_SEVERAL, "several" },	   { SHEET_OTHER_ADDRESS, "sender" },	{ SHEET_UNUSABLE, "unusable" },
		{ SHEET_NEEDS_OFFICE, "no_office" }, { SHEET_CONTRARY, "contrary" },
		{ VALUE_MISSING, "missing" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].why, why))
			return words[i].word;
	return "other";
}

/* A value as its reader would write it. */
static const char *shown_value(const struct form_field *field, const char *value, const char *language, struct arena *arena)
{
	bool dutch = str_eq(language, "nl");
	size_t i, seen = 0;
	const char *word = NULL;

	/* Of the words of a choice the first is Dutch, the second English. */
	for (i = 0; i < field->word_count; i++)
		if (str_eq(field->words[i].value, value) && (!word || (seen == 1 && !dutch))) {
			word = field->words[i].word;
			seen++;
		}
	return word ? word : value_show(field->field.kind, value, language, arena);
}

static void put_wrong(struct arena *arena, struct tmpl_value *list, const char *title, const struct form_answer *answer)
{
	struct tmpl_value *item = tmpl_list_object(arena, list);
	const char *why = answer->state == FORM_UNCLEAR ? why_word(answer->why) : "missing";

	tmpl_set_text(arena, item, "title", title);
	tmpl_set_text(arena, item, "said", answer->words ? answer->words : "");
	tmpl_set_bool(arena, item, arena_printf(arena, "why.%s", why), true);
}

struct tmpl_value *sheet_values(const struct answering *a, const struct recipient *to, const struct sheet *sheet,
				const struct tmpl_value *values)
{
	struct tmpl_value *root = tmpl_copy(a->arena, values), *list, *wrong;
	const char *language = to->language ? to->language : a->service->language, *title, *subject;
	int lang = str_eq(language, "nl") ? SHEET_NL : SHEET_EN;
	struct buf body = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	title = sheet->titles[lang];
	list = tmpl_set_list(a->arena, root, "form.list");
	wrong = tmpl_set_list(a->arena, root, "form.wrong.list");
	tmpl_set_text(a->arena, root, "form.title", title);
	tmpl_set_bool(a->arena, root, "form.again", sheet->again);
	tmpl_set_bool(a->arena, root, "form.unproven", sheet->unproven);
	tmpl_set_bool(a->arena, root, "form.late", sheet->refused);
	buf_addf(&body, "%s: %s\n\n", lang == SHEET_NL ? "Formulier" : "Form", title);
	for (i = 0; i < sheet->count; i++) {
		const struct form_answer *answer = sheet->reading.answers ? &sheet->reading.answers[i] : NULL;
		const struct sheet_field *shown = &sheet->shown[i];
		struct tmpl_value *item = tmpl_list_object(a->arena, list);
		const char *value = answer && answer->state == FORM_FILLED ?
					    shown_value(&sheet->fields[i], answer->value, language, a->arena) : "";

		tmpl_set_text(a->arena, item, "title", shown->titles[lang]);
		tmpl_set_text(a->arena, item, "hint", shown->hints[lang]);
		bool wrong_one = sheet->again && answer && (answer->state == FORM_UNCLEAR ||
					    (answer->state == FORM_EMPTY && sheet->fields[i].field.required));

		/* What is not proven to be his is not put back where a "no, not me" would return it. */
		tmpl_set_text(a->arena, item, "value", wrong_one ? "?" : sheet->unproven ? "" : value);
		buf_addf(&body, "%s: %s\n", shown->titles[lang], value);
		if (wrong_one)
			put_wrong(a->arena, wrong, shown->titles[lang], answer);
	}
	tmpl_set_counts(a->arena, root, "form.wrong");
	subject = a->dossier ? arena_printf(a->arena, "%s %s", a->dossier->number, title) : title;
	if (to->tag)
		subject = arena_printf(a->arena, "%s %s", subject, to->tag);
	tmpl_set_text(a->arena, root, "form.mailto", tmpl_words_mailto(a->arena, to->reply, subject, body.data));
	buf_free(&body);
	return root;
}
