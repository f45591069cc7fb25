/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "tmpl/schema.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/ticket.h"
#include "work/values.h"

#define NOTES 10       /* notes of staff, the last ones */
#define RECENT 5       /* items of the sender that staff see with a problem */

static void put(const struct making *m, const char *path, const char *text)
{
	if (text)
		tmpl_set_text(m->arena, m->root, path, text);
}

void values_lines(const struct making *m, const char *path, const char *text, size_t most)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, path);
	size_t n;

	for (n = 0; text && *text && n < most; n++) {
		size_t len = strcspn(text, "\n");

		tmpl_list_text(m->arena, list, str_trim(arena_strndup(m->arena, text, len)));
		text += len + (text[len] == '\n');
	}
	if (text && *text)
		tmpl_list_text(m->arena, list, "[...]");
}

static const char *at_words(const struct making *m, int64_t at)
{
	return tmpl_words_time(m->arena, m->to->language, at, m->a->service->timezone);
}

/* ---- what we know of the sender's mail: with a problem, for staff ---- */

static const char *item_line(const struct making *m, const struct item *item)
{
	return arena_printf(m->arena, "%lld: %s, %s%s%s%s%s, %s", (long long)item->id, at_words(m, item->received),
			    item_state_word(item->state), item->reason ? " (" : "", item->reason ? item->reason : "",
			    item->reason ? ")" : "", item->dossier ? arena_printf(m->arena, ", %s", item->dossier) : "",
			    tmpl_words_size(m->arena, m->to->language, item->size));
}

/* The last items of an address, newest last; the list gives them oldest first. */
static void put_recent(const struct making *m, struct tmpl_value *list)
{
	struct item_filter filter = { .state = -1, .service = m->a->service->key, .from = m->a->ticket->address };
	struct item *items, last[RECENT];
	size_t i, count = 0, seen = 0;

	do {
		if (store_item_list(m->a->engine->env->store, &filter, m->arena, &items, &count, NULL))
			return;
		for (i = 0; i < count; i++)
			last[seen++ % RECENT] = items[i];
		filter.after = count ? items[count - 1].id : 0;
	} while (count == 1000);
	for (i = seen > RECENT ? seen - RECENT : 0; i < seen; i++)
		tmpl_list_text(m->arena, list, item_line(m, &last[i % RECENT]));
}

/* Mail of ours that did not reach him. */
static void put_failed(const struct making *m, struct tmpl_value *list)
{
	struct outbox_filter filter = { .limit = 1000 };
	struct outbox_row *rows;
	size_t i, count;

	if (store_outbox_list(m->a->engine->env->store, &filter, m->arena, &rows, &count, NULL))
		return;
	for (i = 0; i < count; i++)
		if (rows[i].state == OUTBOX_FAILED && addr_same(rows[i].to, m->a->ticket->address) &&
		    str_eq(rows[i].service, m->a->service->key))
			tmpl_list_text(m->arena, list, arena_printf(m->arena, "mail %lld, %s: failed: %s", (long long)rows[i].id,
								    at_words(m, rows[i].created),
								    rows[i].reply ? rows[i].reply : "-"));
}

/* ---- the ticket ---- */

static void put_state(const struct making *m, const struct ticket *t)
{
	tmpl_set_bool(m->arena, m->root, "ticket.technical", t->kind == TICKET_PROBLEM);
	tmpl_set_bool(m->arena, m->root, "ticket.fresh", m->a->ticket_fresh);
	tmpl_set_bool(m->arena, m->root, "ticket.reopened", m->a->ticket_reopened);
	tmpl_set_bool(m->arena, m->root, "ticket.assigned", m->a->ticket_assigned && addr_same(m->to->address, t->owner));
	tmpl_set_bool(m->arena, m->root, "ticket.closed", t->state == TICKET_CLOSED);
}

/* What colleagues wrote for each other: without it, a note would be read by nobody. */
static void put_notes(const struct making *m, const struct ticket *t)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "ticket.notes");
	size_t i, seen = 0;

	for (i = 0; i < t->message_count; i++)
		seen += t->messages[i].said == TICKET_NOTED;
	for (i = 0; i < t->message_count; i++) {
		const struct ticket_message *note = &t->messages[i];
		char *shown;

		if (note->said != TICKET_NOTED || seen-- > NOTES)
			continue;
		shown = str_clean(note->text, TICKET_MAX_TEXT);
		tmpl_list_text(m->arena, list, arena_printf(m->arena, "%s, %s: %s", note->by, at_words(m, note->at), shown));
		free(shown);
	}
}

/* What only staff see of it. */
static void put_internal(const struct making *m, const struct ticket *t)
{
	put(m, "ticket.from", *t->name ? t->name : t->address);
	put(m, "ticket.address", t->address);
	tmpl_set_bool(m->arena, m->root, "ticket.unproven", !t->proven);
	values_lines(m, "ticket.left", m->a->ticket_left, TICKET_MAX_LINES);
	put(m, "ticket.owner", ticket_owner(m->a->service, t));
	put(m, "ticket.about", t->dossier);
	put_notes(m, t);
	if (t->kind == TICKET_PROBLEM && m->a->ticket_fresh) {
		struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "ticket.diagnostics");

		put_recent(m, list);
		put_failed(m, list);
	}
}

/* What was said last, by who is answered or by who asked. */
static const struct ticket_message *last_said(const struct answering *a)
{
	size_t i = a->ticket->message_count;

	/* What brings it up again, or gives it to somebody, shows what still waits for an answer. */
	while (i-- > 0)
		if ((a->item && !a->ticket_assigned) || a->ticket->messages[i].said == TICKET_ASKED)
			return &a->ticket->messages[i];
	return NULL;
}

static void put_desk(const struct making *m)
{
	const struct answering *a = m->a;

	if (!a->desk_why)
		return;
	tmpl_set_bool(m->arena, m->root, arena_printf(m->arena, "desk.why.%s", a->desk_why), true);
	values_lines(m, "desk.lines", a->desk_text, RETURNED_LINES);
	values_lines(m, "desk.files", a->returned_files, RETURNED_LINES);
}

void values_ticket(const struct making *m)
{
	const struct ticket *t = m->a->ticket;
	const struct ticket_message *said;

	/* What goes back to its sender is told to nobody else. */
	if (addr_same(m->to->address, m->a->sender))
		put_desk(m);
	if (!t || (!m->to->staff && !addr_same(m->to->address, t->address)))
		return;
	put(m, "ticket.number", t->number);
	put(m, "ticket.subject", *t->subject ? t->subject : t->number);
	put(m, "ticket.opened", at_words(m, t->opened));
	put(m, "ticket.above", str_eq(m->to->language, "nl") ? TICKET_MARK " Schrijf uw antwoord boven deze regel " TICKET_MARK :
							       TICKET_MARK " Write your answer above this line " TICKET_MARK);
	put_state(m, t);
	said = last_said(m->a);
	values_lines(m, "ticket.lines", said ? said->text : NULL, TICKET_MAX_LINES);
	values_lines(m, "ticket.files", said ? said->files : NULL, TICKET_MAX_LINES);
	if (m->to->staff && said && said->said == TICKET_ASKED)
		values_lines(m, "ticket.unattached", m->a->asked_left, TICKET_MAX_LINES);
	if (m->to->staff)
		put_internal(m, t);
}
