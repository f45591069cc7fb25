/* Base. */
#include "base/str.h"

/* Own. */
#include "work/sheet_p.h"
#include "work/world.h"

#define OWN_FIELDS 7 /* of the request form */
#define LABELS 6

/* What a field of the request form is called, and what is understood as its label or its choices. */
struct ask {
	const char *name;
	enum prog_value kind;
	const char *nl, *en;
	const char *hint_nl, *hint_en;
	const char *labels[LABELS]; /* further ones */
	const char *choices[3];
	struct form_word words[9];
};

static const struct ask asks[] = {
	{ .name = SHEET_NAME, .kind = VALUE_TEXT, .nl = "Naam", .en = "Name", .hint_nl = "van de klant",
	  .hint_en = "of the client",
	  .labels = { "Naam klant", "Naam aanvrager", "Voor- en achternaam", "Client name", "Full name" } },
	{ .name = SHEET_ADDRESS, .kind = VALUE_ADDRESS, .nl = "E-mailadres", .en = "E-mail address", .hint_nl = "van de klant",
	  .hint_en = "of the client", .labels = { "E-mail", "Mailadres", "E-mailadres klant", "Email", "Email address" } },
	{ .name = SHEET_LANGUAGE, .kind = VALUE_CHOICE, .nl = "Taal", .en = "Language", .hint_nl = "Nederlands of Engels",
	  .hint_en = "Dutch or English", .choices = { "nl", "en" },
	  .words = { { "nl", "Nederlands" }, { "nl", "Dutch" }, { "en", "Engels" }, { "en", "English" } } },
	{ .name = SHEET_OFFICE, .kind = VALUE_ADDRESS, .nl = "Algemeen e-mailadres van uw kantoor",
	  .en = "General e-mail address of your office", .hint_nl = "als u dat hebt",
	  .hint_en = "if you have one",
	  .labels = { "Kantoor", "Adviseur", "E-mailadres kantoor", "Office", "Adviser", "Office address" } },
	{ .name = SHEET_SHARE, .kind = VALUE_CHOICE, .nl = "Wie mag het dossier zien", .en = "Who may see the dossier",
	  .hint_nl = "klant en kantoor / alleen kantoor",
	  .hint_en = "client and office / office only",
	  .choices = { "shared", "office" },
	  .words = { { "shared", "klant en kantoor" }, { "shared", "client and office" }, { "office", "alleen kantoor" },
		     { "office", "office only" }, { "shared", "kantoor en klant" }, { "shared", "beide" }, { "shared", "both" },
		     { "office", "alleen het kantoor" } } },
	{ .name = SHEET_COPY, .kind = VALUE_YES_NO, .nl = "Kopie aan de klant", .en = "Copy to the client",
	  .hint_nl = "ja of nee", .hint_en = "yes or no",
	  .labels = { "Houd mij op de hoogte", "Keep me informed", "Op de hoogte houden", "Kopie", "Copy" } },
};

static size_t filled(const char *const *list, size_t most)
{
	size_t count = 0;

	while (count < most && list[count])
		count++;
	return count;
}

static size_t filled_words(const struct form_word *list, size_t most)
{
	size_t count = 0;

	while (count < most && list[count].word)
		count++;
	return count;
}

static void add_ask(struct sheet *sheet, const struct ask *ask, bool required, struct arena *arena)
{
	struct form_field *field = &sheet->fields[sheet->count];
	const char **labels = arena_array(arena, LABELS + 1, sizeof *labels);
	size_t count = filled(ask->labels, LABELS), i;

	for (i = 0; i < count; i++)
		labels[i] = ask->labels[i];
	labels[count] = ask->en;
	*field = (struct form_field){ .labels = labels, .label_count = count + 1, .words = ask->words,
				      .word_count = filled_words(ask->words, sizeof ask->words / sizeof *ask->words) };
	field->field = (struct prog_field){ .name = ask->name, .title = ask->nl, .kind = ask->kind, .required = required,
					    .choices = (const char **)ask->choices, .choice_count = filled(ask->choices, 3),
					    .fact = -1 };
	sheet->shown[sheet->count++] = (struct sheet_field){ { ask->nl, ask->en }, { ask->hint_nl, ask->hint_en } };
}

/* Which of the service's workflows. */
static void add_workflows(struct sheet *sheet, const struct world *world, const struct settings_service *service,
			  struct arena *arena)
{
	struct form_field *field = &sheet->fields[sheet->count];
	const char **names = arena_array(arena, service->workflow_count, sizeof *names), *hint = "";
	struct form_word *words = arena_array(arena, service->workflow_count, sizeof *words);
	static const char *const labels[] = { "What for", "Kind of request", "Aanvraag", "Soort" };
	size_t i;

	for (i = 0; i < service->workflow_count; i++) {
		const struct program *program = world_program(world, service->workflows[i]);

		names[i] = service->workflows[i];
		words[i] = (struct form_word){ names[i], program ? program->title : names[i] };
		hint = arena_printf(arena, "%s%s%s", hint, i ? " / " : "", words[i].word);
	}
	*field = (struct form_field){ .labels = labels, .label_count = sizeof labels / sizeof *labels, .words = words,
				      .word_count = service->workflow_count };
	field->field = (struct prog_field){ .name = SHEET_WORKFLOW, .title = "Soort aanvraag", .kind = VALUE_CHOICE,
					    .required = true, .choices = names, .choice_count = service->workflow_count,
					    .fact = -1 };
	sheet->shown[sheet->count++] = (struct sheet_field){ { "Soort aanvraag", "What for" }, { hint, hint } };
}

/* Is there anything to choose? */
static bool has_languages(const struct program *program)
{
	return !program || program->language_count > 1;
}

struct sheet *sheet_request(const struct world *world, const struct settings_service *service,
			    const struct program *program, bool office, struct arena *arena)
{
	const struct prog_form *own = program ? program_form(program, SHEET_REQUEST_FORM) : NULL;
	struct sheet *sheet = sheet_begin("", OWN_FIELDS + (own ? own->field_count : 0), arena);
	const struct program *title = program && service->workflow_count == 1 ? program : NULL;
	size_t i;

	sheet->titles[SHEET_NL] = title ? arena_printf(arena, "Aanvraag %s", title->title) : "Aanvraag";
	sheet->titles[SHEET_EN] = title ? arena_printf(arena, "Request %s", title->title) : "Request";
	if (service->workflow_count > 1)
		add_workflows(sheet, world, service, arena);
	for (i = 0; i < sizeof asks / sizeof *asks; i++)
		if (!str_eq(asks[i].name, SHEET_LANGUAGE) || has_languages(program))
			add_ask(sheet, &asks[i], str_eq(asks[i].name, SHEET_NAME) || (office && str_eq(asks[i].name, SHEET_ADDRESS)),
				arena);
	if (own)
		sheet_add_own(sheet, own, arena);
	sheet_finish(sheet, world_phrases(world), arena);
	return sheet;
}
