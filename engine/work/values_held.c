/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/flow.h"
#include "flow/place.h"
#include "tmpl/schema.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/held.h"
#include "work/values.h"

static const char *when(const struct making *m, int64_t at)
{
	return tmpl_words_time(m->arena, m->to->language, at, m->a->service->timezone);
}

/* A mail with these words; its subject holds the tag where tokens stand there. */
static void put_words(const struct making *m, struct tmpl_value *where, const char *path, const char *words)
{
	const struct dossier *dossier = m->a->dossier;
	const char *number = dossier ? dossier->number : "";
	const char *subject = m->to->tag ? arena_printf(m->arena, "%s%s%s", number, *number ? " " : "", m->to->tag) : number;

	tmpl_set_text(m->arena, where, path, tmpl_words_mailto(m->arena, m->to->reply, *subject ? subject : NULL, words));
}

static const char *said(const struct making *m, enum command_verb verb)
{
	const char *form = phrases_form(world_phrases(m->a->engine->world), verb, m->to->language);

	/* The words before the first place: "vrijgeven". */
	return arena_strndup(m->arena, form, strcspn(form, " :"));
}

/* ---- what waits ---- */

static void put_files(const struct making *m, struct tmpl_value *item, const struct engine_held *h)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, item, "files.list");
	size_t i;

	for (i = 0; i < h->file_count; i++) {
		const struct engine_held_file *f = &h->files[i];
		struct tmpl_value *file = tmpl_list_object(m->arena, list);
		const char *id = arena_printf(m->arena, "%lld/%lld", (long long)h->item.id, (long long)f->id);

		tmpl_set_text(m->arena, file, "id", id);
		tmpl_set_text(m->arena, file, "name", f->name);
		if (f->title)
			tmpl_set_text(m->arena, file, "title", f->title);
		put_words(m, file, "accept", arena_printf(m->arena, "%s %s%s", said(m, COMMAND_RELEASE), id,
							  f->title ? "" : str_eq(m->to->language, "nl") ? " als " : " as "));
		put_words(m, file, "decline", arena_printf(m->arena, "%s %s: ", said(m, COMMAND_DECLINE), id));
	}
}

static void put_item(const struct making *m, struct tmpl_value *item, const struct engine_held *h)
{
	const char *id = arena_printf(m->arena, "%lld", (long long)h->item.id);
	const char *subject = h->item.subject && *h->item.subject ? h->item.subject : NULL;

	tmpl_set_text(m->arena, item, "id", id);
	tmpl_set_text(m->arena, item, "date", when(m, h->item.received));
	tmpl_set_text(m->arena, item, "from", h->item.from && *h->item.from ? h->item.from : "?");
	if (subject)
		tmpl_set_text(m->arena, item, "subject", subject);
	if (h->item.dossier)
		tmpl_set_text(m->arena, item, "about", h->item.dossier);
	tmpl_set_bool(m->arena, item, arena_printf(m->arena, "why.%s", h->why), true);
	tmpl_set_bool(m->arena, item, "doubt", !h->proven && !str_eq(h->why, "unproven") && !str_eq(h->why, "sender"));
	tmpl_set_bool(m->arena, item, arena_printf(m->arena, "standing.%s", h->standing), true);
	put_words(m, item, "accept",
		  arena_printf(m->arena, "%s %s%s", said(m, COMMAND_RELEASE), id, h->item.dossier ? "" : " "));
	put_words(m, item, "decline", arena_printf(m->arena, "%s %s: ", said(m, COMMAND_DECLINE), id));
	put_files(m, item, h);
}

static void put_waiting(const struct making *m, const struct held_telling *t)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "waiting.list");
	size_t i;

	for (i = 0; i < t->count; i++)
		put_item(m, tmpl_list_object(m->arena, list), &t->list[i]);
	tmpl_set_counts(m->arena, m->root, "waiting");
	tmpl_set_int(m->arena, m->root, "waiting.rest", (int64_t)t->rest);
}

/* ---- the question: when, and who it claims to be from; nothing else of what a stranger may have written ---- */

static void put_question(const struct making *m, const struct held_telling *t)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "claimed.list");
	const struct phrases *phrases = world_phrases(m->a->engine->world);
	size_t i;

	for (i = 0; i < t->count; i++) {
		struct tmpl_value *item = tmpl_list_object(m->arena, list);

		tmpl_set_text(m->arena, item, "date", when(m, t->list[i].item.received));
		tmpl_set_text(m->arena, item, "from", t->list[i].item.from ? t->list[i].item.from : "?");
	}
	tmpl_set_counts(m->arena, m->root, "claimed");
	tmpl_set_text(m->arena, m->root, "claimed.until", when(m, t->until));
	put_words(m, m->root, "claimed.yes", phrases_form(phrases, COMMAND_YES, m->to->language));
	put_words(m, m->root, "claimed.no", phrases_form(phrases, COMMAND_NO, m->to->language));
}

/* ---- what came of it ---- */

static const char *why_word(const char *why)
{
	static const struct { const char *why, *word; } words[] = {
		{ "unknown", "unknown" }, { "gone", "gone" },	  { "which", "which" },	   { "dossier", "dossier" },
		{ "slot", "slot" },	  { "file", "file" },	  { "reason", "reason" },  { "rules", "rules" },
		{ "form", "form" },	  { "mixed", "mixed" },	  { "late", "late" },	   { "weak", "weak" },
		{ "several", "several" }, { "replaced", "replaced" }, { "first", "first" },
		{ FLOW_NO_CLAUSE, "state" }, { FLOW_GUARD, "state" },
		{ HELD_FULL, "full" },	  { HELD_FINAL, "final" }, { FLOW_DUPLICATE, "duplicate" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].why, why))
			return words[i].word;
	return "other";
}

/* The words that put it in the place of each file that is there, and a mail that says them. */
static void put_choices(const struct making *m, struct tmpl_value *item, const struct engine_held_result *result)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, item, "choices.list"), *choice;
	bool dutch = str_eq(m->to->language, "nl");
	const char *as = result->slot ? arena_printf(m->arena, " %s %s", dutch ? "als" : "as", result->slot) : "", *words;
	size_t i;

	for (i = 0; i < result->choice_count; i++) {
		choice = tmpl_list_object(m->arena, list);
		words = arena_printf(m->arena, "%s %s%s %s %s", said(m, COMMAND_RELEASE), result->which, as,
				     dutch ? "in plaats van" : "in place of", result->choices[i]);
		tmpl_set_text(m->arena, choice, "say", words);
		put_words(m, choice, "accept", words);
	}
	tmpl_set_counts(m->arena, item, "choices");
}

static void put_said(const struct making *m, const struct held_telling *t)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "outcome.list");
	size_t i;

	for (i = 0; i < t->said_count; i++) {
		const struct held_said *s = &t->said[i];
		struct tmpl_value *item = tmpl_list_object(m->arena, list);

		tmpl_set_text(m->arena, item, "said", s->line);
		tmpl_set_bool(m->arena, item, "done", s->result.fate == HELD_DONE);
		tmpl_set_bool(m->arena, item, "already", s->result.fate == HELD_ALREADY);
		if (s->result.fate == HELD_NOT && !str_eq(s->result.why, "asked"))
			tmpl_set_bool(m->arena, item, arena_printf(m->arena, "why.%s", why_word(s->result.why)), true);
		put_choices(m, item, &s->result);
	}
	tmpl_set_bool(m->arena, m->root, "outcome.returned", t->returned);
}

void values_held(const struct making *m)
{
	const struct held_telling *t = m->a->held;

	if (!t)
		return;
	if (m->to->staff)
		put_waiting(m, t);
	else
		tmpl_set_list(m->arena, m->root, "waiting.list");
	if (m->to->staff)
		put_said(m, t);
	if (t->pending)
		put_question(m, t);
	if (t->file) {
		tmpl_set_text(m->arena, m->root, "declined.files", t->file);
		tmpl_set_text(m->arena, m->root, "declined.reason", t->reason);
	}
}
