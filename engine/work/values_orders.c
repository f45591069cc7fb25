/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */
#include "flow/place.h"
#include "tmpl/schema.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/orders.h"
#include "work/values.h"

/* The core's and our own reasons, in the words of the templates. */
static const char *why_word(const char *why)
{
	static const struct { const char *why, *word; } words[] = {
		{ WHY_FORBIDDEN, "forbidden" },
		{ WHY_NO_SLOT, "slot_missing" },
		{ WHY_UNKNOWN_SLOT, "slot_unknown" },
		{ WHY_SEVERAL_SLOTS, "slot_several" },
		{ WHY_FORMS, "forms" },
		{ WHY_FORM, "form" },
		{ WHY_NO_REASON, "reason" },
		{ WHY_NOT_ALONE, "alone" },
		{ WHY_MIXED, "mixed" },
		{ WHY_NO_OFFICE, "no_office" },
		{ WHY_NO_REMINDER, "no_reminder" },
		{ WHY_NO_FILE, "file" },
		{ WHY_SEVERAL_FILES, "files" },
		{ WHY_TYPE, "type" },
		{ WHY_NOTHING_ASKED, "nothing_asked" },
		{ WHY_TOO_LATE, "late" },
		{ WHY_NO_SHARE, "no_share" },
		{ WHY_NO_DOSSIER, "no_dossier" },
		{ WHY_NOBODY, "nobody" },
		{ WHY_NO_REPORT, "no_report" },
		{ WHY_ADDRESS, "address" },
		{ WHY_OFTEN, "often" },
		{ WHY_WEAK, "weak" },
		{ HELD_FULL, "full" },
		{ FLOW_NO_SLOT, "slot_unknown" },
		{ FLOW_NO_CLAUSE, "state" },
		{ FLOW_GUARD, "condition" },
		{ FLOW_COUNTED, "state" },
		{ FLOW_FINAL, "final" },
		{ FLOW_EXISTS, "exists" },
		{ FLOW_NOTHING, "nothing" },
		{ FLOW_DELIVERED, "delivered" },
		{ FLOW_NOT_ABSENT, "not_absent" },
		{ FLOW_UPLOADS, "closed" },
		{ FLOW_NO_FILE, "no_file" },
		{ FLOW_NO_PAYMENT, "payment" },
		{ FLOW_WHO, "forbidden" },
		{ FLOW_NEWER, "newer" },
		{ FLOW_VOID, "version" },
		{ FLOW_UNKNOWN_VERSION, "version" },
		{ FLOW_ANSWERED, "version" },
		{ FLOW_NOT_ASKED, "not_asked" },
		{ FLOW_NOT_FOR_APPROVAL, "not_asked" },
		{ FLOW_FOR_APPROVAL, "forbidden" },
		{ FLOW_WHICH, "slot_several" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].why, why))
			return words[i].word;
	return "other";
}

/* No payment is one thing to who sends money back, another to who waits for it. */
static const char *why_of(const struct outcome *o)
{
	return o->said->verb == COMMAND_REFUND && str_eq(o->why, FLOW_NO_PAYMENT) ? "unpaid" : why_word(o->why);
}

static const char *const kind_words[OUTCOMES] = { NULL,	   "done",    "already", "answered", "passed",
						  "asked", "dropped", "both",    "later",	 "not_done" };

static void put_outcome(const struct making *m, struct tmpl_value *list, const struct outcome *o)
{
	struct tmpl_value *item = tmpl_list_object(m->arena, list), *choices;
	size_t i;

	tmpl_set_text(m->arena, item, "said", o->line);
	tmpl_set_text(m->arena, item, "form", phrases_shown(m->arena, o->said->form, m->to->language));
	if (kind_words[o->kind])
		tmpl_set_bool(m->arena, item, kind_words[o->kind], true);
	if (o->kind == OUTCOME_REFUSED)
		tmpl_set_bool(m->arena, item, arena_printf(m->arena, "why.%s", why_of(o)), true);
	choices = tmpl_set_list(m->arena, item, "choices.list");
	for (i = 0; i < o->choice_count; i++)
		tmpl_set_text(m->arena, tmpl_list_object(m->arena, choices), "title", o->choices[i]);
	tmpl_set_counts(m->arena, item, "choices");
}

/* Files of staff that wait, and the words that put them to the client. */
static void put_newer(const struct making *m, const struct orders *o)
{
	const char *word = phrases_form(world_phrases(m->a->engine->world), COMMAND_FOR_APPROVAL, m->to->language);
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "newer.list");
	size_t i, len = strcspn(word, "[ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	while (len && word[len - 1] == ' ')
		len--;
	for (i = 0; i < o->newer_count; i++) {
		const struct newer_file *newer = &o->newer[i];
		struct tmpl_value *item = tmpl_list_object(m->arena, list);
		const char *year = newer->year ? arena_printf(m->arena, " %d", newer->year) : "";

		tmpl_set_text(m->arena, item, "name", newer->name);
		tmpl_set_text(m->arena, item, "title", newer->title);
		tmpl_set_bool(m->arena, item, "approved", newer->approved);
		tmpl_set_bool(m->arena, item, "full", newer->full);
		if (newer->again)
			tmpl_set_text(m->arena, item, "say",
				      arena_printf(m->arena, "%.*s %s%s", (int)len, word, newer->slot, year));
	}
	tmpl_set_counts(m->arena, m->root, "newer");
}

static void put_transcript(const struct making *m, const struct orders *o)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "transcript.list");
	struct tmpl_value *near = tmpl_set_list(m->arena, m->root, "near.list");
	size_t i;

	for (i = 0; i < o->count; i++)
		put_outcome(m, list, &o->list[i]);
	for (i = 0; i < o->saying.near_count; i++) {
		struct tmpl_value *item = tmpl_list_object(m->arena, near);

		tmpl_set_text(m->arena, item, "said", o->saying.near[i].line);
		tmpl_set_text(m->arena, item, "form",
			      phrases_shown(m->arena, o->saying.near[i].form, m->to->language));
	}
	put_newer(m, o);
	tmpl_set_counts(m->arena, m->root, "transcript");
	tmpl_set_counts(m->arena, m->root, "near");
	tmpl_set_bool(m->arena, m->root, "transcript.returned", o->returned);
	if (o->returned) {
		values_lines(m, "transcript.lines", m->a->returned_text, RETURNED_LINES);
		values_lines(m, "transcript.files", m->a->returned_files, RETURNED_LINES);
	}
	tmpl_set_bool(m->arena, m->root, "transcript.noted", o->noted);
	tmpl_set_bool(m->arena, m->root, "transcript.unapproved", o->unapproved);
}

/* A button is a mail with one word; its subject holds what a reply would hold. */
static void put_button(const struct making *m, const char *path, enum command_verb verb)
{
	const char *word = phrases_form(world_phrases(m->a->engine->world), verb, m->to->language);
	const char *subject = m->to->tag ? arena_printf(m->arena, "%s %s", m->a->dossier->number, m->to->tag) :
					   m->a->dossier->number;

	tmpl_set_text(m->arena, m->root, path, tmpl_words_mailto(m->arena, m->to->reply, subject, word));
}

static void put_documents(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "confirm.documents.list"), *item;
	size_t i, j;

	for (i = 0; i < d->approval_count; i++) {
		const struct approval *a = &d->approvals[i];
		const struct slot *slot = dossier_slot(d, a->slot, a->year);

		for (j = 0; slot && a->state == APPROVAL_ASKED && j < slot->document_count; j++)
			if (memcmp(slot->documents[j].sha256, a->sha256, sizeof a->sha256) == 0) {
				item = tmpl_list_object(m->arena, list);
				tmpl_set_text(m->arena, item, "title", slot->title);
				tmpl_set_text(m->arena, item, "name", slot->documents[j].name);
				break;
			}
	}
}

static void put_confirm(const struct making *m, const struct orders *o)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "confirm.list");
	bool approves = false;
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->list[i].kind == OUTCOME_ASKED) {
			tmpl_set_text(m->arena, tmpl_list_object(m->arena, list), "said", o->list[i].said->whole);
			approves |= o->list[i].said->verb == COMMAND_APPROVE || o->list[i].said->verb == COMMAND_REFUSE;
		}
	tmpl_set_text(m->arena, m->root, "confirm.until",
		      tmpl_words_time(m->arena, m->to->language, m->a->now + REPLY_CONFIRM_LIFE, m->a->service->timezone));
	put_documents(m);
	tmpl_set_bool(m->arena, m->root, "confirm.approves",
		      approves && reply_versions(m->a->engine, m->a->dossier, m->arena));
	put_button(m, "confirm.yes", COMMAND_YES);
	put_button(m, "confirm.no", COMMAND_NO);
}

void values_orders(const struct making *m)
{
	const struct orders *o = m->a->orders;

	/* What one person asked for is told to nobody else. */
	if (!o || !addr_same(m->to->address, m->a->sender))
		return;
	put_transcript(m, o);
	if (o->pending)
		put_confirm(m, o);
}
