/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/flow.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/values.h"

static const char *day(const struct making *m, int64_t at)
{
	return tmpl_words_date(m->arena, m->to->language, at, m->a->service->timezone);
}

static void flag(const struct making *m, const char *path, bool truth)
{
	tmpl_set_bool(m->arena, m->root, path, truth);
}

/* ---- what is expected, from whom, by when ---- */

static bool is_payer(const struct making *m)
{
	return dossier_client_of(m->a->dossier, m->to->address) == 0 && !m->to->office;
}

static bool is_waiting(enum payment_status status)
{
	return status == PAYMENT_REQUESTED || status == PAYMENT_OPEN;
}

/* When we write again by ourselves if nothing comes; DATE_NONE = we do not. */
static int64_t reminder(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	int64_t at = DATE_NONE;
	size_t i;

	for (i = 0; i < d->timer_count; i++) {
		const struct timer *timer = &d->timers[i];

		if (timer->kind == TIMER_STATE && flow_clause_mails_party(m->a->program, timer->clause) &&
		    !flow_clause_ends(m->a->program, timer->clause) && (at == DATE_NONE || timer->due < at))
			at = timer->due;
	}
	return at;
}

static size_t put_approvals(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "expect.approvals.list");
	size_t i, count = 0;

	for (i = 0; i < d->approval_count; i++) {
		const struct approval *a = &d->approvals[i];
		const struct slot *slot = dossier_slot(d, a->slot, a->year);

		if (a->state != APPROVAL_ASKED || !slot)
			continue;
		tmpl_set_text(m->arena, tmpl_list_object(m->arena, list), "title", slot->title);
		count++;
	}
	tmpl_set_counts(m->arena, m->root, "expect.approvals");
	return count;
}

/*
 * The payer alone hears about his payment; all that others see is that we wait
 * for it. A reminder of it is his affair, too.
 */
static void put_expected(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	bool missing = dossier_missing(d) > 0, paying = false, asked;
	int64_t again = reminder(m);
	size_t i;

	for (i = 0; i < d->payment_count; i++)
		paying |= is_waiting(d->payments[i].status);
	asked = put_approvals(m) > 0;
	flag(m, "expect.documents", missing && !d->final);
	flag(m, "expect.pay", paying && is_payer(m) && !d->final);
	flag(m, "expect.paying", paying && !is_payer(m) && !d->final);
	flag(m, "expect.us", !missing && !paying && !asked && !d->final);
	flag(m, "expect.nothing", d->final);
	if (again != DATE_NONE && !d->final && (missing || asked || (paying && is_payer(m))))
		tmpl_set_text(m->arena, m->root, "expect.reminder", day(m, again));
}

/* ---- what we made, as far as it went out to him ---- */

static bool was_shown(const struct making *m, const struct document *document)
{
	unsigned shown = is_payer(m) ? DOCUMENT_SHOWN | DOCUMENT_SHOWN_PAYER : DOCUMENT_SHOWN;

	return document->current && (document->shown & shown);
}

static void put_ours(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "ours.list"), *item;
	size_t s, i;

	for (s = 0; s < d->slot_count; s++) {
		const struct slot *slot = &d->slots[s];
		const struct approval *approval = dossier_approval(d, slot->name, slot->year);

		for (i = 0; slot->from_staff && i < slot->document_count; i++) {
			if (!was_shown(m, &slot->documents[i]))
				continue;
			item = tmpl_list_object(m->arena, list);
			tmpl_set_text(m->arena, item, "title", slot->title);
			tmpl_set_text(m->arena, item, "name", slot->documents[i].name);
			tmpl_set_text(m->arena, item, "date", day(m, slot->documents[i].received));
			tmpl_set_bool(m->arena, item, "asked", approval && approval->state == APPROVAL_ASKED);
			tmpl_set_bool(m->arena, item, "approved", approval && approval->state == APPROVAL_GIVEN);
			tmpl_set_bool(m->arena, item, "turned_down", approval && approval->state == APPROVAL_REFUSED);
		}
	}
	tmpl_set_counts(m->arena, m->root, "ours");
}

/* ---- lists of what was sent and received ---- */

static void put_entries(const struct making *m)
{
	const struct answering *a = m->a;
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "archive.list"), *item;
	size_t i;

	/* What one person asked for is told to nobody else. */
	if (!addr_same(m->to->address, a->sender))
		return;
	for (i = 0; i < a->entry_count; i++) {
		item = tmpl_list_object(m->arena, list);
		tmpl_set_text(m->arena, item, "date", day(m, a->entries[i].at));
		tmpl_set_text(m->arena, item, "text", a->entries[i].text);
		tmpl_set_text(m->arena, item, "title", a->entries[i].title);
		tmpl_set_text(m->arena, item, "from", a->entries[i].from);
		tmpl_set_bool(m->arena, item, "out", a->entries[i].sent);
		tmpl_set_bool(m->arena, item, "in", !a->entries[i].sent);
	}
	tmpl_set_counts(m->arena, m->root, "archive");
	if (a->entries_left)
		tmpl_set_int(m->arena, m->root, "archive.left", (int64_t)a->entries_left);
}

/* ---- a change of address ---- */

static void put_button(const struct making *m, const char *path, enum command_verb verb)
{
	const char *word = phrases_form(world_phrases(m->a->engine->world), verb, m->to->language);

	tmpl_set_text(m->arena, m->root, path,
		      tmpl_words_mailto(m->arena, m->to->reply, m->to->tag ? m->to->tag : m->a->service->name, word));
}

static void put_change(const struct making *m)
{
	const struct address_change *change = m->a->change;

	/* Who is no party is not told who else there is. */
	tmpl_set_text(m->arena, m->root, "address.from", m->a->dossier ? change->from : change->to);
	tmpl_set_text(m->arena, m->root, "address.to", change->to);
	tmpl_set_text(m->arena, m->root, "address.until",
		      tmpl_words_time(m->arena, m->to->language, change->expires, m->a->service->timezone));
	flag(m, "address.add", change->add);
	flag(m, "address.by_staff", str_starts(change->by, "staff") || str_starts(change->by, "operator"));
	flag(m, "address.done", str_eq(m->a->change_word, "done"));
	flag(m, "address.dropped", str_eq(m->a->change_word, "dropped"));
	put_button(m, "address.yes", COMMAND_YES);
	put_button(m, "address.no", COMMAND_NO);
}

void values_people(const struct making *m)
{
	if (m->a->dossier) {
		put_expected(m);
		put_ours(m);
		put_entries(m);
	}
	if (m->a->change)
		put_change(m);
}
