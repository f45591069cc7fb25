/*
 * Every text that we ship, in every language, as its readers get it: with all
 * there can be in it and with the least, as plain text and as HTML, whole.
 */

/* System. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Engine. */
#include "base/str.h"
#include "markdown/markdown.h"
#include "tmpl/schema.h"
#include "tmpl/set.h"
#include "tmpl/words.h"

#include "golden.h"
#include "tap.h"

#define AT 1772438400 /* 2026-03-02 09:00 in Amsterdam */
#define ZONE "Europe/Amsterdam"

static const char *const languages[] = { "nl", "en" };

/* What the texts hold in the examples; dates and amounts are made in the mail's language. */
static const struct {
	const char *name, *text;
} examples[] = {
	{ "service.name", "Pentrax" },
	{ "service.address", "dossier@example.nl" },
	{ "service.phone", "024-833 00 00" },
	{ "brand.name", "Kantoor Jansen via Pentrax" },
	{ "brand.color", "#0b6e4f" },
	{ "brand.logo", "logo@example.nl" },
	{ "brand.signature", "Els de Vries, Kantoor Jansen" },
	{ "recipient.name", "Jan Jansen" },
	{ "recipient.address", "jan@example.org" },
	{ "question.address", "vraag@example.nl" },
	{ "problem.address", "storing@example.nl" },
	{ "number", "2026-00042-K" },
	{ "workflow.title", "Inkomensverklaring" },
	{ "state.title", "Wacht op stukken" },
	{ "client.name", "Jan Jansen" },
	{ "client.address", "jan@example.org" },
	{ "office.name", "Kantoor De Hoek & Zn." },
	{ "office.address", "info@dehoek.example" },
	{ "payment.description", "Inkomensverklaring 2026-00042-K" },
	{ "payment.link", "https://pay.example/p/7_a*b?x=(1)&y=2" },
	{ "item.id", "117" },
	{ "item.from", "\"J. <jan>\" jan@example.org" },
	{ "item.subject", "Stukken *dossier* 2026-00042-K" },
	{ "item.reason", "the parser ran out of its 256 MiB" },
	{ "file.name", "2026-00042-K_aangifte_scan.pdf" },
	{ "file.detail", "the file is empty" },
	{ "file.folder", "refused/" },
	{ "outgoing.id", "351" },
	{ "outgoing.to", "jan@example.org" },
	{ "outgoing.subject", "Dossier 2026-00042-K: alle stukken zijn binnen" },
	{ "confirm.yes", "mailto:dossier@example.nl?subject=2026-00042-K&body=ja" },
	{ "confirm.no", "mailto:dossier@example.nl?subject=2026-00042-K&body=nee" },
	{ "form.title", "Wijziging *inkomen*" },
	{ "form.mailto", "mailto:dossier@example.nl?subject=2026-00042-K&body=Formulier%3A%20Wijziging%0D%0ANaam%3A%20" },
	{ "claimed.yes", "mailto:dossier@example.nl?subject=2026-00042-K&body=ja" },
	{ "claimed.no", "mailto:dossier@example.nl?subject=2026-00042-K&body=nee" },
	{ "declined.files", "scan *1*.heic" },
	{ "declined.reason", "de foto is niet te lezen" },
	{ "code.text", "k3mf-7qzd-hw2x" },
	{ "code.mailto", "mailto:dossier@example.nl?subject=Pentrax&body=k3mf-7qzd-hw2x" },
	{ "wanted.name", "Kantoor De Hoek & Zn." },
	{ "wanted.address", "info@dehoek.example" },
	{ "wanted.add", "mailto:dossier@example.nl?body=kantoor%20info%40dehoek.example" },
	{ "wanted.yes", "mailto:dossier@example.nl?body=ja" },
	{ "wanted.no", "mailto:dossier@example.nl?body=nee" },
	{ "colleague.address", "piet@dehoek.example" },
	{ "colleague.about", "2026-00042-K" },
	{ "colleague.always", "mailto:dossier@example.nl?body=voortaan%20accepteren" },
	{ "colleague.once", "mailto:dossier@example.nl?body=alleen%20deze%20keer" },
	{ "colleague.never", "mailto:dossier@example.nl?body=nee" },
	{ "digest.time", "08:00" },
	{ "digest.set_daily", "mailto:dossier@example.nl?body=overzicht%20dagelijks" },
	{ "digest.set_weekly", "mailto:dossier@example.nl?body=overzicht%20wekelijks" },
	{ "digest.set_off", "mailto:dossier@example.nl?body=overzicht%20uit" },
	{ "digest.ask", "mailto:dossier@example.nl?body=overzicht" },
	{ "overview.attachment", "overzicht.csv" },
	{ "address.from", "jan@example.org" },
	{ "address.to", "jan.jansen@example.net" },
	{ "address.yes", "mailto:dossier@example.nl?subject=x&body=ja" },
	{ "address.no", "mailto:dossier@example.nl?subject=x&body=nee" },
	{ "ticket.number", "T26-00012-K" },
	{ "ticket.subject", "Wanneer is het *klaar*?" },
	{ "ticket.above", "-#- Schrijf uw antwoord boven deze regel -#-" },
	{ "ticket.from", "Jan Jansen" },
	{ "ticket.address", "jan@example.org" },
	{ "ticket.owner", "els@example.nl" },
	{ "ticket.about", "2026-00042-K" },
	{ "outgoing.reply", "550 5.1.1 <jan@example.org>: user unknown" },
};

static const char *const dates[] = { "today", "dossier.opened", "dossier.closes", "payment.until", "expect.reminder" };
static const char *const times[] = { "colleague.date", "item.date", "outgoing.date", "confirm.until", "claimed.until",
				     "address.until", "ticket.opened" };

static const char *example(struct arena *arena, const char *lang, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof examples / sizeof *examples; i++)
		if (str_eq(examples[i].name, name))
			return examples[i].text;
	for (i = 0; i < sizeof dates / sizeof *dates; i++)
		if (str_eq(dates[i], name))
			return tmpl_words_date(arena, lang, AT, ZONE);
	for (i = 0; i < sizeof times / sizeof *times; i++)
		if (str_eq(times[i], name))
			return tmpl_words_time(arena, lang, AT, ZONE);
	if (str_eq(name, "payment.amount"))
		return tmpl_words_amount(arena, lang, 14900, "EUR");
	return NULL;
}

/* Is the variable certainly there in a mail of these scopes (or, with 'all', can it be)? */
static bool is_there(const char *name, unsigned scopes, bool all)
{
	char prefix[100];
	bool there = false;
	size_t len = 0;

	do {
		const struct tmpl_var *var;

		len += strcspn(name + len, ".");
		snprintf(prefix, sizeof prefix, "%.*s", (int)len, name);
		var = tmpl_schema_find(prefix);
		if (var && (var->flags & TMPL_VAR_OPTIONAL) && !all)
			return false;
		if (var && var->scopes)
			there = (var->scopes & scopes) != 0;
	} while (name[len++]);
	return there;
}

/* All texts and empty lists that a mail of these scopes has. */
static struct tmpl_value *plain_values(struct arena *arena, const char *lang, unsigned scopes, bool all)
{
	struct tmpl_value *values = tmpl_object(arena);
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++) {
		const struct tmpl_var *var = &tmpl_schema[i];

		if (strstr(var->name, ".list.") || !is_there(var->name, scopes, all))
			continue;
		if (!all && str_eq(var->name, "recipient.name"))
			continue; /* the renderer knows what to do */
		if (var->type == TMPL_VAR_COUNT)
			tmpl_set_int(arena, values, var->name, 0);
		else if (var->type == TMPL_VAR_LIST)
			tmpl_set_list(arena, values, var->name);
		else if (var->type != TMPL_VAR_FLAG && var->type != TMPL_VAR_OBJECT && !str_eq(var->name, "lang") &&
			 !str_starts(var->name, "question.") && !str_starts(var->name, "problem."))
			tmpl_set_text(arena, values, var->name, example(arena, lang, var->name));
	}
	return values;
}

static const struct {
	const char *title, *status, *remark, *file;
	bool required;
} slots[] = {
	{ "Kopie legitimatiebewijs", "approved", NULL, "paspoort_jan.pdf", true },
	{ "Aangifte inkomstenbelasting 2023", "delivered", NULL, "aangifte (2023) *def*.pdf", true },
	{ "Aangifte inkomstenbelasting 2024", "rejected", "pagina 2 ontbreekt", NULL, true },
	{ "Aangifte inkomstenbelasting 2025", "open", NULL, NULL, true },
	{ "Prognose lopend jaar", "absent", NULL, NULL, true },
	{ "Overige stukken", "open", NULL, NULL, false },
};

static void slots_fill(struct arena *arena, struct tmpl_value *values, const char *lang)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, "slots.list"), *missing = tmpl_set_list(arena, values, "missing.list");
	int done = 0, total = 0;
	size_t i;

	for (i = 0; i < sizeof slots / sizeof *slots; i++) {
		bool filled = !str_eq(slots[i].status, "open") && !str_eq(slots[i].status, "rejected");
		struct tmpl_value *slot = tmpl_list_object(arena, list), *files, *lack;

		tmpl_set_text(arena, slot, "title", slots[i].title);
		tmpl_set_bool(arena, slot, slots[i].status, true);
		tmpl_set_bool(arena, slot, "required", slots[i].required);
		tmpl_set_bool(arena, slot, "filled", filled);
		tmpl_set_text(arena, slot, "remark", slots[i].remark);
		files = tmpl_set_list(arena, slot, "files.list");
		if (slots[i].file) {
			struct tmpl_value *file = tmpl_list_object(arena, files);

			tmpl_set_text(arena, file, "name", slots[i].file);
			tmpl_set_text(arena, file, "date", tmpl_words_date(arena, lang, AT, ZONE));
		}
		total += slots[i].required;
		done += slots[i].required && filled;
		if (!slots[i].required || filled)
			continue;
		lack = tmpl_list_object(arena, missing);
		tmpl_set_text(arena, lack, "title", slots[i].title);
		tmpl_set_text(arena, lack, "remark", slots[i].remark);
		tmpl_set_bool(arena, lack, "rejected", str_eq(slots[i].status, "rejected"));
	}
	tmpl_set_counts(arena, values, "missing");
	tmpl_set_int(arena, values, "progress.done", done);
	tmpl_set_int(arena, values, "progress.total", total);
}

static void files_fill(struct arena *arena, struct tmpl_value *values, const char *path, const char *const *names,
		       const char *const *titles)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, arena_printf(arena, "%s.list", path)), *item;

	for (; *names; names++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "name", *names);
		if (titles && *titles)
			tmpl_set_text(arena, item, "title", *titles++);
	}
	tmpl_set_counts(arena, values, path);
}

/* One file for each reason there is. */
static void reasons_fill(struct arena *arena, struct tmpl_value *values, const char *path)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, arena_printf(arena, "%s.list", path)), *item;
	const char *prefix = arena_printf(arena, "%s.list.reason.", path);
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++)
		if (str_starts(tmpl_schema[i].name, prefix)) {
			const char *code = tmpl_schema[i].name + strlen(prefix);

			item = tmpl_list_object(arena, list);
			tmpl_set_text(arena, item, "name", arena_printf(arena, "%s.pdf", code));
			tmpl_set_reason(arena, item, code);
		}
	tmpl_set_counts(arena, values, path);
}

static void item_fill(struct arena *arena, struct tmpl_value *values)
{
	static const char *const received[] = { "paspoort_jan.pdf", "aangifte (2023) *def*.pdf", NULL };
	static const char *const received_as[] = { "Kopie legitimatiebewijs", "Aangifte inkomstenbelasting 2023", NULL };
	static const char *const duplicate[] = { "paspoort_jan.pdf", "kopie.pdf", NULL };
	static const char *const duplicate_as[] = { "Kopie legitimatiebewijs", NULL };
	struct tmpl_value *absent = tmpl_set_list(arena, values, "unavailable.list");

	files_fill(arena, values, "received", received, received_as);
	files_fill(arena, values, "duplicate", duplicate, duplicate_as);
	tmpl_set_text(arena, tmpl_list_object(arena, absent), "title", "Prognose lopend jaar");
	tmpl_set_counts(arena, values, "unavailable");
	reasons_fill(arena, values, "held");
	reasons_fill(arena, values, "refused");
	tmpl_set_bool(arena, values, "uploads.closed", true);
	tmpl_set_bool(arena, values, "next.documents", true);
}

static void notes_fill(struct arena *arena, struct tmpl_value *values, const char *lang)
{
	struct tmpl_value *note = tmpl_list_object(arena, tmpl_set_list(arena, values, "notes.list")), *lines;

	tmpl_set_text(arena, note, "from", "jan@example.org");
	tmpl_set_text(arena, note, "date", tmpl_words_time(arena, lang, AT, ZONE));
	lines = tmpl_set_list(arena, note, "lines");
	tmpl_list_text(arena, lines, "Hierbij de stukken.");
	tmpl_list_text(arena, lines, "");
	tmpl_list_text(arena, lines, "# 1. Let op: <b>pagina 3</b> volgt nog!");
}

static void texts_fill(struct arena *arena, struct tmpl_value *values, const char *path, const char *const *texts)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, path);

	while (*texts)
		tmpl_list_text(arena, list, *texts++);
}

static void ticket_fill(struct arena *arena, struct tmpl_value *values, bool staff)
{
	static const char *const lines[] = { "Beste mensen,", "", "Wanneer is *mijn* verklaring <b>klaar</b>?", "1. graag snel", NULL };
	static const char *const files[] = { "scherm.png, 12 kB", NULL };
	static const char *const notes[] = { "els@pentrax.example, maandag 2 maart 2026 om 09:00: bel *hem* liever", NULL };
	static const char *const known[] = { "117: processed, 12 kB", "118: held (no-number), 3 kB", NULL };

	texts_fill(arena, values, "ticket.lines", lines);
	texts_fill(arena, values, "ticket.files", files);
	tmpl_set_bool(arena, values, "ticket.technical", true);
	tmpl_set_bool(arena, values, "ticket.fresh", true);
	tmpl_set_bool(arena, values, "ticket.closed", true);
	if (!staff)
		return;
	texts_fill(arena, values, "ticket.diagnostics", known);
	texts_fill(arena, values, "ticket.left", files);
	texts_fill(arena, values, "ticket.unattached", files);
	texts_fill(arena, values, "ticket.notes", notes);
	tmpl_set_bool(arena, values, "ticket.unproven", true);
}

/* Each reason, though there is one at a time. */
static void desk_fill(struct arena *arena, struct tmpl_value *values)
{
	static const char *const lines[] = { "Beste Jan,", "", "> morgen", NULL }, *const files[] = { "rapport.pdf, 12 kB", NULL };
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++)
		if (str_starts(tmpl_schema[i].name, "desk.why."))
			tmpl_set_bool(arena, values, tmpl_schema[i].name, true);
	texts_fill(arena, values, "desk.lines", lines);
	texts_fill(arena, values, "desk.files", files);
}

static void choice_fill(struct arena *arena, struct tmpl_value *values)
{
	static const char *const numbers[] = { "2026-00042-K", "2026-00077-B" };
	struct tmpl_value *list = tmpl_set_list(arena, values, "dossiers.list"), *item;
	int i;

	for (i = 0; i < 2; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "number", numbers[i]);
		tmpl_set_text(arena, item, "title", "Inkomensverklaring");
		tmpl_set_text(arena, item, "mailto", tmpl_words_mailto(arena, "dossier@example.nl", numbers[i], NULL));
	}
	tmpl_set_counts(arena, values, "dossiers");
	tmpl_set_bool(arena, values, "dossiers.unknown", true);
}

/* One command for each thing that can come of it, and for each reason to refuse one. */
static void newer_fill(struct arena *arena, struct tmpl_value *values)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, "newer.list"), *item;
	int i;

	for (i = 0; i < 3; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "name", "concept_2025.pdf");
		tmpl_set_text(arena, item, "title", "Concept-aangifte 2025");
		tmpl_set_bool(arena, item, "approved", i < 2);
		tmpl_set_bool(arena, item, "full", i == 1);
		if (i == 0)
			tmpl_set_text(arena, item, "say", "ter accordering concept");
	}
	tmpl_set_counts(arena, values, "newer");
}

static void commands_fill(struct arena *arena, struct tmpl_value *values)
{
	static const char prefix[] = "transcript.list.", why[] = "transcript.list.why.";
	static const char *const said[] = { "klaarr", "", "Bel *jij* Jan?", NULL }, *const files[] = { "rapport.pdf, 12 kB", NULL };
	struct tmpl_value *list = tmpl_set_list(arena, values, "transcript.list"), *item, *choices;
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++) {
		const char *name = tmpl_schema[i].name;
		bool reason = str_starts(name, why);

		if (!reason && (!str_starts(name, prefix) || tmpl_schema[i].type != TMPL_VAR_FLAG || str_ends(name, ".not_done") ||
				strstr(name, ".choices.")))
			continue;
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "said", "niet aanwezig *prognose*");
		tmpl_set_text(arena, item, "form", "niet aanwezig SLOT [: REASON]");
		tmpl_set_bool(arena, item, name + strlen(prefix), true);
		tmpl_set_bool(arena, item, "not_done", reason);
		choices = tmpl_set_list(arena, item, "choices.list");
		if (str_ends(name, ".slot_several"))
			tmpl_set_text(arena, tmpl_list_object(arena, choices), "title", "Jaarcijfers 2024");
		tmpl_set_counts(arena, item, "choices");
	}
	tmpl_set_counts(arena, values, "transcript");
	tmpl_set_bool(arena, values, "transcript.returned", true);
	texts_fill(arena, values, "transcript.lines", said);
	texts_fill(arena, values, "transcript.files", files);
	tmpl_set_bool(arena, values, "transcript.noted", true);
	tmpl_set_bool(arena, values, "transcript.unapproved", true);
	item = tmpl_list_object(arena, tmpl_set_list(arena, values, "near.list"));
	tmpl_set_text(arena, item, "said", "klaarr");
	tmpl_set_text(arena, item, "form", "klaar");
	tmpl_set_counts(arena, values, "near");
	newer_fill(arena, values);
	item = tmpl_list_object(arena, tmpl_set_list(arena, values, "confirm.list"));
	tmpl_set_text(arena, item, "said", "akkoord");
	item = tmpl_list_object(arena, tmpl_set_list(arena, values, "confirm.documents.list"));
	tmpl_set_text(arena, item, "title", "Concept-aangifte 2025");
	tmpl_set_text(arena, item, "name", "concept_2025.pdf");
	tmpl_set_bool(arena, values, "confirm.approves", true);
}

/* Fields with all there can be to them, and one that is wrong in each way. */
static void form_fill(struct arena *arena, struct tmpl_value *values)
{
	static const char why[] = "form.wrong.list.why.";
	static const char *const fields[][3] = { { "Naam", "van de klant", "Jan *de* Vries" }, { "Huurt u een woning?", "ja of nee", "" },
						 { "Toelichting", NULL, "" } };
	struct tmpl_value *list = tmpl_set_list(arena, values, "form.list"), *item;
	size_t i;

	for (i = 0; i < 3; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "title", fields[i][0]);
		tmpl_set_text(arena, item, "hint", fields[i][1]);
		tmpl_set_text(arena, item, "value", fields[i][2]);
	}
	list = tmpl_set_list(arena, values, "form.wrong.list");
	for (i = 0; i < tmpl_schema_count; i++)
		if (str_starts(tmpl_schema[i].name, why)) {
			item = tmpl_list_object(arena, list);
			tmpl_set_text(arena, item, "title", "Huurt u een woning?");
			tmpl_set_text(arena, item, "said", "misschien *wel*");
			tmpl_set_bool(arena, item, tmpl_schema[i].name + strlen("form.wrong.list."), true);
		}
	tmpl_set_counts(arena, values, "form.wrong");
	tmpl_set_bool(arena, values, "form.again", true);
}

/* One thing that waits for each reason there is, and each standing; one line for each thing that can come of it. */
static void held_fill(struct arena *arena, struct tmpl_value *values, const char *lang)
{
	static const char why[] = "waiting.list.why.", standing[] = "waiting.list.standing.", outcome[] = "outcome.list.";
	struct tmpl_value *list = tmpl_set_list(arena, values, "waiting.list"), *item, *file, *choices;
	const char *mailto = tmpl_words_mailto(arena, "dossier@example.nl", NULL, "vrijgeven 12");
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++) {
		const char *name = tmpl_schema[i].name;

		if (!str_starts(name, why) && !str_starts(name, standing))
			continue;
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "id", "12");
		tmpl_set_text(arena, item, "date", tmpl_words_time(arena, lang, AT, ZONE));
		tmpl_set_text(arena, item, "from", "j*an@example.org");
		tmpl_set_text(arena, item, "subject", "<b>Stukken</b>");
		tmpl_set_text(arena, item, "about", "2026-00042-K");
		tmpl_set_text(arena, item, "accept", mailto);
		tmpl_set_text(arena, item, "decline", mailto);
		tmpl_set_bool(arena, item, name + strlen("waiting.list."), true);
		file = tmpl_list_object(arena, tmpl_set_list(arena, item, "files.list"));
		tmpl_set_text(arena, file, "id", "12/57");
		tmpl_set_text(arena, file, "name", "scan.pdf");
		tmpl_set_text(arena, file, "accept", mailto);
		tmpl_set_text(arena, file, "decline", mailto);
		if (str_ends(name, ".file"))
			tmpl_set_text(arena, file, "title", "Kopie legitimatiebewijs");
	}
	tmpl_set_counts(arena, values, "waiting");
	tmpl_set_int(arena, values, "waiting.rest", 3);
	list = tmpl_set_list(arena, values, "outcome.list");
	for (i = 0; i < tmpl_schema_count; i++)
		if (str_starts(tmpl_schema[i].name, outcome) && tmpl_schema[i].type == TMPL_VAR_FLAG &&
		    !strstr(tmpl_schema[i].name, ".choices.")) {
			item = tmpl_list_object(arena, list);
			tmpl_set_text(arena, item, "said", "vrijgeven 12");
			tmpl_set_bool(arena, item, tmpl_schema[i].name + strlen(outcome), true);
			choices = tmpl_set_list(arena, item, "choices.list");
			if (str_ends(tmpl_schema[i].name, ".full")) {
				file = tmpl_list_object(arena, choices);
				tmpl_set_text(arena, file, "say", "vrijgeven 12/57 in plaats van oud.pdf");
				tmpl_set_text(arena, file, "accept", mailto);
			}
			tmpl_set_counts(arena, item, "choices");
		}
	tmpl_set_bool(arena, values, "outcome.returned", true);
}

static void asked_fill(struct arena *arena, struct tmpl_value *values, const char *lang)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, "claimed.list"), *item;
	int i;

	for (i = 0; i < 2; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "date", tmpl_words_time(arena, lang, AT, ZONE));
		tmpl_set_text(arena, item, "from", i ? "eve@evil.example" : "jan@example.org");
	}
	tmpl_set_counts(arena, values, "claimed");
}

static void overview_fill(struct arena *arena, struct tmpl_value *values)
{
	static const struct { const char *number, *client, *state, *turn; } rows[] = {
		{ "2026-00042-K", "Jan Jansen", "Wacht op stukken", "lacking" },
		{ "2026-00077-B", "K. *de* | Boer", "Wacht op betaling", "paying" },
		{ "2026-00081-C", "Anna", "In behandeling", "busy" },
	};
	struct tmpl_value *list = tmpl_set_list(arena, values, "overview.list"), *item;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "number", rows[i].number);
		tmpl_set_text(arena, item, "client", rows[i].client);
		tmpl_set_text(arena, item, "title", "Inkomensverklaring");
		tmpl_set_text(arena, item, "state", rows[i].state);
		tmpl_set_text(arena, item, "since", "2 maart 2026");
		tmpl_set_text(arena, item, "days", "12");
		if (str_eq(rows[i].turn, "lacking"))
			tmpl_set_text(arena, item, "lacking", "3");
		else
			tmpl_set_bool(arena, item, rows[i].turn, true);
	}
	tmpl_set_counts(arena, values, "overview");
	tmpl_set_int(arena, values, "overview.count", 12);
	tmpl_set_int(arena, values, "overview.rest", 9);
	tmpl_set_int(arena, values, "overview.closed", 2);
}

/* What was sent and received, what we made, what is expected, files that fit in no mail. */
static void people_fill(struct arena *arena, struct tmpl_value *values, const char *lang)
{
	struct tmpl_value *list = tmpl_set_list(arena, values, "archive.list"), *item;
	int i;

	for (i = 0; i < 2; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "date", tmpl_words_date(arena, lang, AT, ZONE));
		tmpl_set_bool(arena, item, i ? "in" : "out", true);
		tmpl_set_text(arena, item, "text", i ? "aangifte | 2023.pdf" : "Dossier 2026-00042-K: uw aanvraag");
		tmpl_set_text(arena, item, "title", i ? "Aangifte inkomstenbelasting 2023" : NULL);
		tmpl_set_text(arena, item, "from", i ? "jan@example.org" : NULL);
	}
	tmpl_set_counts(arena, values, "archive");
	tmpl_set_int(arena, values, "archive.left", 12);
	for (i = 0; i < 3; i++) {
		static const char *const states[] = { "asked", "approved", "turned_down" };

		item = tmpl_list_object(arena, tmpl_set_list(arena, values, "ours.list"));
		tmpl_set_text(arena, item, "title", "Concept-aangifte");
		tmpl_set_text(arena, item, "name", "concept.pdf");
		tmpl_set_text(arena, item, "date", tmpl_words_date(arena, lang, AT, ZONE));
		tmpl_set_bool(arena, item, states[i], true);
	}
	tmpl_set_counts(arena, values, "ours");
	item = tmpl_list_object(arena, tmpl_set_list(arena, values, "expect.approvals.list"));
	tmpl_set_text(arena, item, "title", "Concept-aangifte");
	tmpl_set_counts(arena, values, "expect.approvals");
	tmpl_set_bool(arena, values, "expect.documents", true);
	tmpl_set_bool(arena, values, "expect.pay", true);
	tmpl_set_bool(arena, values, "expect.paying", true);
	item = tmpl_list_object(arena, tmpl_set_list(arena, values, "big.list"));
	tmpl_set_text(arena, item, "name", "scan.pdf");
	tmpl_set_text(arena, item, "size", tmpl_words_size(arena, lang, 12345678));
	tmpl_set_counts(arena, values, "big");
	tmpl_set_int(arena, values, "attached.mail", 1);
	tmpl_set_int(arena, values, "attached.mails", 2);
	tmpl_set_bool(arena, values, "attached.follows", true);
	tmpl_set_bool(arena, values, "address.done", true);
	tmpl_set_bool(arena, values, "address.dropped", true);
}

/* Everything that can be there, told to the office where there is one to tell. */
static struct tmpl_value *filled_values(struct arena *arena, const char *lang, const struct tmpl_known *known)
{
	static const char *const attached[] = { "rapport.pdf", "factuur 2026-117.pdf", NULL };
	struct tmpl_value *values = plain_values(arena, lang, known->scopes | TMPL_SCOPE_ALWAYS | TMPL_SCOPE_BUTTONS, true);

	if (known->scopes & TMPL_SCOPE_DOSSIER) {
		slots_fill(arena, values, lang);
		people_fill(arena, values, lang);
		notes_fill(arena, values, lang);
		files_fill(arena, values, "attached", attached, NULL);
	}
	if (known->scopes & TMPL_SCOPE_ITEM)
		item_fill(arena, values);
	if (known->scopes & TMPL_SCOPE_CHOICE)
		choice_fill(arena, values);
	if (known->scopes & TMPL_SCOPE_COMMANDS)
		commands_fill(arena, values);
	if (known->scopes & TMPL_SCOPE_FORM)
		form_fill(arena, values);
	if (known->scopes & TMPL_SCOPE_HELD)
		held_fill(arena, values, lang);
	if (known->scopes & TMPL_SCOPE_ASKED)
		asked_fill(arena, values, lang);
	if (known->scopes & TMPL_SCOPE_OVERVIEW)
		overview_fill(arena, values);
	if (known->scopes & TMPL_SCOPE_TICKET)
		ticket_fill(arena, values, known->audience == TMPL_AUDIENCE_STAFF);
	if (known->scopes & TMPL_SCOPE_DESK)
		desk_fill(arena, values);
	if (known->audience == TMPL_AUDIENCE_CORRESPONDENT || known->audience == TMPL_AUDIENCE_SENDER) {
		tmpl_set_bool(arena, values, "recipient.is_office", (known->scopes & TMPL_SCOPE_DOSSIER) != 0);
		tmpl_set_text(arena, values, "recipient.name", "Kantoor De Hoek & Zn.");
	}
	return values;
}

/* Appends subject, text and HTML of one mail. */
static bool mail_show(const struct tmpl_set *set, const char *lang, const char *name, const char *variant,
		      struct tmpl_value *values, struct arena *arena, struct buf *out, struct err *err)
{
	struct tmpl_where where = { NULL, NULL, lang };
	struct tmpl_part part = { name, values };
	struct buf html = BUF_INIT(BUF_MAX_TEXT), text = BUF_INIT(BUF_MAX_TEXT);
	struct tmpl_mail mail;
	bool ok;

	ok = tmpl_set_buttons(set, &where, arena, values, "vraag@example.nl", "storing@example.nl", err) == 0 &&
	     tmpl_mail_render(set, &where, &part, 1, arena, &mail, err) == 0 &&
	     markdown_html(mail.body, strlen(mail.body), &html, err) == 0 &&
	     markdown_text(mail.body, strlen(mail.body), &text, err) == 0;
	if (ok) {
		buf_addf(out, "=== %s: %s, %s\nSubject: %s\n\n", variant, tmpl_audience_word(mail.audience),
			 tmpl_kind_word(mail.kind), mail.subject);
		ok = tmpl_layout_render(set, &where, TMPL_LAYOUT_TEXT, &mail, values, text.data, out, err) == 0;
		buf_addf(out, "=== %s, html\n", variant);
		ok = ok && tmpl_layout_render(set, &where, TMPL_LAYOUT_HTML, &mail, values, html.data, out, err) == 0;
	}
	buf_free(&html);
	buf_free(&text);
	return ok;
}

static void test_mail(const struct tmpl_set *set, const char *lang, const struct tmpl_known *known)
{
	unsigned scopes = known->scopes | TMPL_SCOPE_ALWAYS;
	struct buf out = BUF_INIT(BUF_MAX_FILE);
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char golden[100];

	tap_ok(mail_show(set, lang, known->name, "filled", filled_values(&arena, lang, known), &arena, &out, &err),
	       "%s/%s with everything %s", lang, known->name, err.text);
	tap_ok(mail_show(set, lang, known->name, "least", plain_values(&arena, lang, scopes, false), &arena, &out, &err),
	       "%s/%s with the least %s", lang, known->name, err.text);
	tap_ok(!strstr(out.data, "{{") && !strstr(out.data, "\\"), "%s/%s shows nothing of the machinery", lang, known->name);
	snprintf(golden, sizeof golden, "%s/%s.txt", lang, known->name);
	golden_check(golden, &out);
	arena_free(&arena);
	buf_free(&out);
}

/* A receipt and a notice in one mail, and the client's copy of a notice to the office. */
static void test_joined(const struct tmpl_set *set, const char *lang)
{
	const struct tmpl_known *known = tmpl_known_find("ontvangst");
	struct tmpl_where where = { NULL, NULL, lang };
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct tmpl_value *values = filled_values(&arena, lang, known);
	struct tmpl_part parts[] = { { "ontvangst", values }, { "stukken-compleet", values } };
	struct tmpl_mail mail = { "", NULL, "", TMPL_AUDIENCE_NONE, TMPL_KIND_NOTICE };
	struct err err = ERR_INIT;
	char golden[100];

	tap_is_int(tmpl_mail_render(set, &where, parts, 2, &arena, &mail, &err), 0, "%s: receipt and notice %s", lang, err.text);
	tap_is_int(mail.kind, TMPL_KIND_RECEIPT, "%s: together they are a receipt", lang);
	buf_addf(&out, "Subject: %s\n\n", mail.subject);
	markdown_text(mail.body, strlen(mail.body), &out, &err);
	tmpl_set_bool(&arena, values, "recipient.is_copy", true);
	tmpl_set_bool(&arena, values, "recipient.is_office", false);
	tmpl_mail_render(set, &where, parts + 1, 1, &arena, &mail, &err);
	buf_adds(&out, "=== copy\n");
	markdown_text(mail.body, strlen(mail.body), &out, &err);
	snprintf(golden, sizeof golden, "%s/joined.txt", lang);
	golden_check(golden, &out);
	arena_free(&arena);
	buf_free(&out);
}

/* Each reason shows its own line, in both lists: none is a blank. */
static void test_reasons(const struct tmpl_set *set, const char *lang)
{
	static const char *const lists[] = { "held", "refused" };
	struct tmpl_where where = { NULL, NULL, lang };
	size_t i, l;

	for (l = 0; l < 2; l++)
		for (i = 0; i < tmpl_schema_count; i++) {
			struct arena arena = ARENA_INIT;
			struct tmpl_value *values, *item;
			struct tmpl_part part = { "ontvangst", NULL };
			struct tmpl_mail mail = { "", NULL, "", TMPL_AUDIENCE_NONE, TMPL_KIND_NOTICE };
			struct err err = ERR_INIT;

			if (!str_starts(tmpl_schema[i].name, "held.list.reason."))
				continue;
			values = plain_values(&arena, lang, TMPL_SCOPE_ALWAYS | TMPL_SCOPE_DOSSIER | TMPL_SCOPE_ITEM, false);
			item = tmpl_list_object(&arena, tmpl_set_list(&arena, values, arena_printf(&arena, "%s.list", lists[l])));
			tmpl_set_text(&arena, item, "name", "THEFILE");
			tmpl_set_reason(&arena, item, tmpl_schema[i].name + strlen("held.list.reason."));
			tmpl_set_counts(&arena, values, lists[l]);
			part.values = values;
			tap_ok(tmpl_mail_render(set, &where, &part, 1, &arena, &mail, &err) == 0 &&
			       strstr(mail.body, "\n- THEFILE: "), "%s: %s for %s", lang, lists[l], tmpl_schema[i].name);
			arena_free(&arena);
		}
}

static const char *where_words(struct arena *arena, unsigned scopes)
{
	static const char *const words[] = { "always", "always", "dossier", "item", "payment", "choice", "task", "spool",
					     "delivery", "layout", "commands", "form", [16] = "held", "claimed", "declined",
					     "office", "code", "wanted", "adding", "colleague", "overview", "ticket", "desk",
					     "thread" };
	const char *text = NULL;
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i] && (scopes & (1u << i)))
			text = text ? arena_printf(arena, "%s, %s", text, words[i]) : words[i];
	return text ? text : "";
}

/* The table in mailtemplates/README.md is that of schema.c. */
static void test_readme(const char *folder)
{
	static const char *const types[] = { "text", "flag", "list", "texts", "group", "number", "colour", "id", "link",
					     "link", "ready" };
	struct buf path = BUF_INIT(BUF_MAX_LINE), readme = BUF_INIT(BUF_MAX_FILE);
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	int wrong = 0;
	size_t i;

	buf_addf(&path, "%s/README.md", folder);
	tap_is_int(file_read(path.data, &readme, &err), 0, "the manual is there");
	for (i = 0; i < tmpl_schema_count; i++) {
		const struct tmpl_var *var = &tmpl_schema[i];
		const char *row = arena_printf(&arena, "| `%s` | %s%s | %s | %s%s%s%s |\n", var->name, types[var->type],
					       var->flags & TMPL_VAR_OPTIONAL ? "?" : "", where_words(&arena, var->scopes),
					       var->meaning, var->flags & TMPL_VAR_STATUS ? "; not to the payer" : "",
					       var->flags & TMPL_VAR_MONEY ? "; payer and staff only" : "",
					       var->flags & TMPL_VAR_INTERNAL ? "; staff only" : "");

		if (!strstr(readme.data, row)) {
			printf("# the table lacks: %s", row);
			wrong++;
		}
	}
	for (i = 0; i < tmpl_known_count; i++)
		if (!strstr(readme.data, arena_printf(&arena, "| `%s` | %s | %s |\n", tmpl_known[i].name,
						      tmpl_audience_word(tmpl_known[i].audience), tmpl_known[i].meaning))) {
			printf("# the list of mails lacks: | `%s` | %s | %s |\n", tmpl_known[i].name,
			       tmpl_audience_word(tmpl_known[i].audience), tmpl_known[i].meaning);
			wrong++;
		}
	tap_is_int(wrong, 0, "and lists all variables and mails");
	arena_free(&arena);
	buf_free(&path);
	buf_free(&readme);
}

int main(void)
{
	const char *top = getenv("top_srcdir");
	struct buf folder = BUF_INIT(BUF_MAX_LINE), said = BUF_INIT(BUF_MAX_TEXT);
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	struct tmpl_source source;
	struct tmpl_set *set;
	struct err err = ERR_INIT;
	size_t l, i;

	buf_addf(&folder, "%s/mailtemplates", top ? top : ".");
	source = tmpl_source_folder(folder.data);
	tap_is_int(tmpl_set_load(&source, &set, &diags, &err), 0, "our templates load %s", err.text);
	for (l = 0; set && l < sizeof languages / sizeof *languages; l++) {
		struct tmpl_where where = { NULL, NULL, languages[l] };

		tap_is_int((long long)tmpl_set_check_engine(set, &where, &diags), 0, "%s is whole", languages[l]);
		for (i = 0; i < tmpl_known_count; i++)
			test_mail(set, languages[l], &tmpl_known[i]);
		test_joined(set, languages[l]);
		test_reasons(set, languages[l]);
	}
	tmpl_diags_print(&diags, &said);
	tap_is_str(said.data, "", "nothing is said of them");
	test_readme(folder.data);
	tmpl_set_free(&set);
	tmpl_diags_free(&diags);
	buf_free(&folder);
	buf_free(&said);
	return tap_done();
}
