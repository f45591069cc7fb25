/* System. */
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/place.h"
#include "tmpl/schema.h"
#include "tmpl/words.h"

/* Own. */
#include "work/answer.h"
#include "work/engine_p.h"
#include "work/orders.h"
#include "work/values.h"

#define COLOR_DEFAULT "#1f4e79"

static void set(const struct making *m, const char *path, const char *text)
{
	tmpl_set_text(m->arena, m->root, path, text);
}

static void set_nonempty(const struct making *m, const char *path, const char *text)
{
	if (text && *text)
		set(m, path, text);
}

static const char *day(const struct making *m, int64_t at)
{
	return tmpl_words_date(m->arena, m->to->language, at, m->a->service->timezone);
}

static void set_always(const struct making *m)
{
	const struct settings_service *service = m->a->service;
	const struct settings_brand *brand =
		m->a->dossier ? settings_brand(m->a->engine->settings, m->a->dossier->brand) : NULL;

	set(m, "lang", m->to->language);
	set(m, "today", day(m, m->a->now));
	set(m, "service.name", service->name);
	set(m, "service.address", service->address);
	set_nonempty(m, "service.phone", service->phone);
	set(m, "brand.name", brand ? brand->name : service->name);
	set(m, "brand.color", brand && brand->color ? brand->color : COLOR_DEFAULT);
	set_nonempty(m, "brand.signature", brand ? brand->signature : NULL);
	set_nonempty(m, "recipient.name", m->to->name);
	set(m, "recipient.address", m->to->address);
	tmpl_set_bool(m->arena, m->root, "recipient.is_office", m->to->office);
	tmpl_set_bool(m->arena, m->root, "recipient.is_copy", m->to->copy);
	tmpl_set_bool(m->arena, m->root, "recipient.is_staff", m->to->staff);
}

static void add_slot(const struct making *m, struct tmpl_value *list, const struct slot *slot)
{
	struct tmpl_value *item = tmpl_list_object(m->arena, list), *files;
	size_t i, shown = 0, count = slot_files(slot);

	tmpl_set_text(m->arena, item, "title", slot->title);
	tmpl_set_bool(m->arena, item, "required", slot->required);
	tmpl_set_bool(m->arena, item, "filled", slot_filled(slot));
	for (i = 0; i < SLOT_STATUSES; i++)
		tmpl_set_bool(m->arena, item, slot_status_word((enum slot_status)i),
			      slot->status == (enum slot_status)i);
	if (slot->reason && *slot->reason)
		tmpl_set_text(m->arena, item, "remark", slot->reason);
	files = tmpl_set_list(m->arena, item, "files.list");
	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].current) {
			struct tmpl_value *file = tmpl_list_object(m->arena, files);

			tmpl_set_text(m->arena, file, "name", slot->documents[i].name);
			tmpl_set_text(m->arena, file, "date", day(m, slot->documents[i].received));
			tmpl_set_bool(m->arena, file, "more", ++shown < count);
		}
}

static void add_missing(const struct making *m, struct tmpl_value *list, const struct slot *slot)
{
	struct tmpl_value *item = tmpl_list_object(m->arena, list);

	tmpl_set_text(m->arena, item, "title", slot->title);
	tmpl_set_bool(m->arena, item, "rejected", slot->status == SLOT_REJECTED);
	tmpl_set_bool(m->arena, item, "extra", slot->extra);
	if (slot->reason && *slot->reason)
		tmpl_set_text(m->arena, item, "remark", slot->reason);
}

static bool is_client(const struct making *m)
{
	return !m->to->office && dossier_client_of(m->a->dossier, m->to->address) >= 0;
}

static void set_slots(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	struct tmpl_value *slots = tmpl_set_list(m->arena, m->root, "slots.list");
	struct tmpl_value *missing = tmpl_set_list(m->arena, m->root, "missing.list");
	int done = 0, total = 0;
	size_t i;

	for (i = 0; i < d->slot_count; i++) {
		const struct slot *slot = &d->slots[i];

		if (slot->from_staff)
			continue;
		add_slot(m, slots, slot);
		total += slot->required;
		done += slot->required && slot_filled(slot);
		if (slot->required && !slot_filled(slot))
			add_missing(m, missing, slot);
	}
	tmpl_set_counts(m->arena, m->root, "missing");
	/* What an office keeps to itself has no status for the client, not even under the payment mail. */
	if (total && !(d->office_only && is_client(m))) {
		tmpl_set_int(m->arena, m->root, "progress.done", done);
		tmpl_set_int(m->arena, m->root, "progress.total", total);
	}
}

static bool payment_waits(const struct dossier *d)
{
	size_t i;

	for (i = 0; i < d->payment_count; i++)
		if (d->payments[i].status == PAYMENT_REQUESTED || d->payments[i].status == PAYMENT_OPEN)
			return true;
	return false;
}

static void set_next(const struct making *m, bool uploads_open)
{
	const struct dossier *d = m->a->dossier;
	const char *name = "next.busy";

	if (d->final)
		name = "next.closed";
	else if (payment_waits(d))
		name = "next.paying";
	else if (dossier_missing(d))
		name = "next.documents";
	else if (uploads_open)
		name = "next.complete";
	tmpl_set_bool(m->arena, m->root, name, true);
	tmpl_set_bool(m->arena, m->root, "uploads.closed", !uploads_open && !d->final);
}

/* When it ends by itself if nothing comes; DATE_NONE = it does not. */
static int64_t closing_day(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	int64_t at = DATE_NONE;
	size_t i;

	for (i = 0; i < d->timer_count; i++) {
		const struct timer *timer = &d->timers[i];

		if ((timer->kind == TIMER_STATE || timer->kind == TIMER_DOSSIER) &&
		    flow_clause_ends(m->a->program, timer->clause) && (at == DATE_NONE || timer->due < at))
			at = timer->due;
	}
	return at;
}

#define NOTES_SHOWN 10 /* the last ones */

static void add_note(const struct making *m, struct tmpl_value *list, const struct history_line *line)
{
	struct tmpl_value *item = tmpl_list_object(m->arena, list), *lines;
	char *text = arena_strdup(m->arena, line->text), *end;

	tmpl_set_text(m->arena, item, "from", line->by);
	tmpl_set_text(m->arena, item, "date",
		      tmpl_words_time(m->arena, m->to->language, line->at, m->a->service->timezone));
	lines = tmpl_set_list(m->arena, item, "lines");
	for (; text; text = end) {
		end = strchr(text, '\n');
		if (end)
			*end++ = '\0';
		if (*text)
			tmpl_list_text(m->arena, lines, text);
	}
}

/* What the parties wrote along with files and commands: for staff only. */
static void set_notes(const struct making *m)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "notes.list");
	struct history_line *lines;
	size_t count, i, seen = 0;

	if (!m->to->staff || !m->a->dossier->id ||
	    store_history(m->a->engine->env->store, m->a->dossier->number, m->arena, &lines, &count, NULL))
		return;
	for (i = 0; i < count; i++)
		seen += str_eq(lines[i].event, ORDERS_NOTE);
	for (i = 0; i < count; i++)
		if (str_eq(lines[i].event, ORDERS_NOTE) && seen-- <= NOTES_SHOWN)
			add_note(m, list, &lines[i]);
	if (m->a->note)
		add_note(m, list, m->a->note);
}

static void set_dossier(const struct making *m)
{
	const struct dossier *d = m->a->dossier;
	const struct prog_state *state = program_state(m->a->program, d->state);

	set(m, "number", d->number);
	set(m, "workflow.title", m->a->program->title);
	set(m, "state.title", state ? state->title : d->state);
	set(m, "dossier.opened", day(m, d->opened));
	if (closing_day(m) != DATE_NONE)
		set(m, "dossier.closes", day(m, closing_day(m)));
	set(m, "client.name", d->client.name);
	set(m, "client.address", d->client.address);
	if (d->office.address) {
		set(m, "office.name", d->office.name && *d->office.name ? d->office.name : d->office.address);
		set(m, "office.address", d->office.address);
	}
	set_slots(m);
	set_next(m, state && state->uploads_open);
	set_notes(m);
	tmpl_set_list(m->arena, m->root, "attached.list");
	tmpl_set_counts(m->arena, m->root, "attached");
}

/* The core's reason for holding a file, in the words of the templates. */
static const char *reason_word(const char *held)
{
	static const struct { const char *held, *word; } words[] = {
		{ HELD_UNPLACED, "unclear" }, { HELD_YEAR, "unclear" },  { HELD_AMBIGUOUS, "several" },
		{ HELD_TYPE, "type" },        { HELD_FULL, "full" },     { HELD_CLOSED, "closed" },
		{ HELD_FINAL, "closed" },     { HELD_EMPTY, "empty" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].held, held))
			return words[i].word;
	return "other";
}

static const char *const fate_lists[] = { "received", "held", "duplicate", "refused", "unavailable" };

static void set_papers(const struct making *m)
{
	struct tmpl_value *lists[5];
	char path[40];
	size_t i;

	for (i = 0; i < 5; i++) {
		snprintf(path, sizeof path, "%s.list", fate_lists[i]);
		lists[i] = tmpl_set_list(m->arena, m->root, path);
	}
	for (i = 0; i < m->a->paper_count; i++) {
		const struct paper *paper = &m->a->papers[i];
		struct tmpl_value *item = tmpl_list_object(m->arena, lists[paper->fate]);

		tmpl_set_text(m->arena, item, "name", paper->name);
		if (paper->title && paper->fate != PAPER_HELD)
			tmpl_set_text(m->arena, item, "title", paper->title);
		if (paper->fate == PAPER_HELD)
			tmpl_set_reason(m->arena, item, reason_word(paper->reason));
	}
	for (i = 0; i < 5; i++)
		tmpl_set_counts(m->arena, m->root, fate_lists[i]);
}

static void set_item(const struct making *m)
{
	const struct answering *a = m->a;
	bool staff = m->to->audience == TMPL_AUDIENCE_STAFF;
	int64_t received = a->received == DATE_NONE ? a->now : a->received; /* a file of the spool is here now */

	set(m, "item.date", tmpl_words_time(m->arena, m->to->language, received, a->service->timezone));
	tmpl_set_bool(m->arena, m->root, "item.empty", !a->had_papers);
	if (!staff)
		return;
	if (a->item)
		set(m, "item.id", arena_printf(m->arena, "%lld", (long long)a->item));
	set_nonempty(m, "item.from", a->item_from);
	set_nonempty(m, "item.subject", a->item_subject);
	set_nonempty(m, "item.reason", a->why);
}

static void set_payment(const struct making *m, size_t index)
{
	const struct payment *p = &m->a->dossier->payments[index];

	set(m, "payment.amount", tmpl_words_amount(m->arena, m->to->language, p->amount_cents, p->currency));
	set(m, "payment.description", p->description);
	set_nonempty(m, "payment.link", p->link);
	if (p->expires != DATE_NONE)
		set(m, "payment.until", day(m, p->expires));
}

static void set_choices(const struct making *m)
{
	const struct answering *a = m->a;
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "dossiers.list");
	size_t i;

	for (i = 0; i < a->choice_count; i++) {
		const struct dossier *d = &a->choices[i];
		const struct program *program = world_program(a->engine->world, d->workflow);
		struct tmpl_value *item = tmpl_list_object(m->arena, list);

		tmpl_set_text(m->arena, item, "number", d->number);
		tmpl_set_text(m->arena, item, "title", program ? program->title : d->workflow);
		tmpl_set_text(m->arena, item, "mailto",
			      tmpl_words_mailto(m->arena, a->service->address, d->number, NULL));
	}
	tmpl_set_counts(m->arena, m->root, "dossiers");
	tmpl_set_bool(m->arena, m->root, "dossiers.unknown", a->unknown_number);
}

static void set_failed(const struct making *m)
{
	const struct outbox_row *row = m->a->failed;

	set(m, "outgoing.id", arena_printf(m->arena, "%lld", (long long)row->id));
	set(m, "outgoing.to", row->to);
	set(m, "outgoing.subject", row->subject);
	set(m, "outgoing.date", tmpl_words_time(m->arena, m->to->language, row->created, m->a->service->timezone));
	set(m, "outgoing.reply", m->a->failed_reply ? m->a->failed_reply : "-");
	tmpl_set_bool(m->arena, m->root, "outgoing.dead", m->a->failed_dead);
}

struct tmpl_value *values_make(const struct answering *a, const struct recipient *to, size_t payment,
			       struct err *err)
{
	struct making m = { a, a->arena, to, tmpl_object(a->arena) };
	struct tmpl_where where = { a->service->key, a->dossier ? a->dossier->brand : NULL, to->language };

	set_always(&m);
	if (a->dossier)
		set_dossier(&m);
	if (a->item || a->received != DATE_NONE) {
		set_item(&m);
		set_papers(&m);
	}
	if (a->dossier && payment != WISH_NO_PAYMENT)
		set_payment(&m, payment);
	set_choices(&m);
	values_orders(&m);
	values_held(&m);
	values_office(&m);
	values_people(&m);
	values_ticket(&m);
	if (a->file_name) {
		set(&m, "file.name", a->file_name);
		set(&m, "file.detail", a->why);
		set(&m, "file.folder", a->file_folder);
	}
	if (a->failed)
		set_failed(&m);
	if (tmpl_set_buttons(world_templates(a->engine->world), &where, a->arena, m.root, a->service->question,
			     a->service->problem, err))
		return NULL;
	return m.root;
}
