/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "work/papers.h"
#include "work/receipt.h"

#define TEMPLATE "ontvangst"
#define OUTBOX_PAGE 1000 /* rows that the store lists at most */

static struct timer *sharing(struct dossier *dossier, const char *address)
{
	size_t i;

	for (i = 0; i < dossier->timer_count; i++)
		if (dossier->timers[i].kind == TIMER_RECEIPT && addr_same(dossier->timers[i].clause, address))
			return &dossier->timers[i];
	return NULL;
}

static void timer_add(struct arena *arena, struct dossier *dossier, const struct timer *timer)
{
	struct timer *grown = arena_array(arena, dossier->timer_count + 1, sizeof *grown);

	if (dossier->timer_count)
		memcpy(grown, dossier->timers, dossier->timer_count * sizeof *grown);
	grown[dossier->timer_count++] = *timer;
	dossier->timers = grown;
}

static void timer_remove(struct dossier *dossier, const struct timer *timer)
{
	size_t at = (size_t)(timer - dossier->timers);

	memmove(&dossier->timers[at], &dossier->timers[at + 1],
		(--dossier->timer_count - at) * sizeof *dossier->timers);
}

/* Found a file of these papers its place? */
static bool any_placed(const struct answering *a)
{
	size_t i;

	for (i = 0; i < a->paper_count; i++)
		if (a->papers[i].fate == PAPER_RECEIVED)
			return true;
	return false;
}

/*
 * How long later mails share the next receipt. Somebody who got several today,
 * and whose files still find no place, or come within moments of each mail of
 * ours, is perhaps a machine that answers them (A25): he is told all of it, but
 * not each time.
 */
static int receipt_share(const struct decision *d, const char *address, bool placed, int64_t *share, struct err *err)
{
	struct outbox_tally just_now = { .service = d->service->key, .to = address, .since = d->now - RECEIPT_QUICK };
	struct store *store = d->engine->env->store;
	int64_t told, quick = 0;

	*share = RECEIPT_SHARE;
	if (store_outbox_count(store, d->service->key, address, TEMPLATE, d->dossier->number, d->now - RECEIPT_DAY, &told, err))
		return -1;
	if (told < RECEIPT_TOLD)
		return 0;
	if (placed && store_outbox_tally(store, &just_now, &quick, err))
		return -1;
	if (!placed || quick)
		*share = RECEIPT_LONG;
	return 0;
}

/* Does the rules' own mail of this item go to the sender too? Then the receipt is part of it. */
static bool notice_goes_to(const struct decision *d, const char *address)
{
	const struct dossier *after = d->output.dossier;
	size_t i;

	for (i = 0; i < d->answering.wish_count; i++) {
		enum tmpl_audience audience = d->answering.wishes[i].audience;

		/* A transcript, or an answer to a command. */
		if (audience == TMPL_AUDIENCE_SENDER)
			return true;
		if (audience == TMPL_AUDIENCE_CORRESPONDENT &&
		    addr_same(dossier_correspondent(after)->address, address))
			return true;
		if (audience == TMPL_AUDIENCE_CLIENT && addr_same(after->client.address, address))
			return true;
		if (audience == TMPL_AUDIENCE_OFFICE && addr_same(after->office.address, address))
			return true;
	}
	return false;
}

/* The papers of an answer while they are gathered. */
struct gathering {
	struct answering *a;
	const char *address;   /* whose */
	int64_t since;
	int64_t except;        /* the item at hand, whose papers are known already; 0 = none */
	int64_t told;          /* the last item with a receipt of its own: it may be of the same second */
	struct paper *list;
	size_t count;
};

static void gather(struct gathering *g, const struct paper *paper)
{
	g->list = arena_grow(g->a->arena, g->list, g->count, sizeof *g->list);
	g->list[g->count++] = *paper;
}

static void gather_document(struct gathering *g, const struct document *document, const char *title,
			    const char *reason)
{
	const struct paper paper = { .fate = reason ? PAPER_HELD : PAPER_RECEIVED, .name = document->name,
				     .title = title, .reason = reason };

	if (document->received >= g->since && document->item > g->told && addr_same(document->from, g->address) &&
	    !(g->except && document->item == g->except))
		gather(g, &paper);
}

/* "client jan@client.example": the whole address, not the end of another one. */
static bool is_by(const struct history_line *line, const char *address)
{
	const char *said = line->by ? strrchr(line->by, ' ') : NULL;

	return said && str_eq(said + 1, address);
}

/* What we had already: lines of history are its only trace. */
static int gather_duplicates(struct gathering *g, struct err *err)
{
	struct history_line *lines;
	struct paper paper;
	size_t i, count;

	if (store_history(g->a->engine->env->store, g->a->dossier->number, g->a->arena, &lines, &count, err))
		return -1;
	for (i = 0; i < count; i++)
		if (lines[i].at >= g->since && is_by(&lines[i], g->address) &&
		    papers_duplicate_read(g->a->arena, &lines[i], &paper))
			gather(g, &paper);
	return 0;
}

static int find_told(struct gathering *g, struct err *err)
{
	struct outbox_filter filter = { .all = true, .dossier = g->a->dossier->number };
	struct outbox_row *rows;
	size_t i, count;

	do {
		if (store_outbox_list(g->a->engine->env->store, &filter, g->a->arena, &rows, &count, err))
			return -1;
		for (i = 0; i < count; i++)
			if (rows[i].item && str_starts(rows[i].template, TEMPLATE) && addr_same(rows[i].to, g->address))
				g->told = rows[i].item;
		filter.after = count ? rows[count - 1].id : 0;
	} while (count == OUTBOX_PAGE);
	return 0;
}

/* Puts what came from this address since the waiting began before the papers of the item at hand. */
static int collect(struct answering *a, const char *address, int64_t since, int64_t except, struct err *err)
{
	struct gathering g = { .a = a, .address = address, .since = since, .except = except };
	const struct dossier *dossier = a->dossier;
	size_t s, i;

	if (find_told(&g, err))
		return -1;
	for (s = 0; s < dossier->slot_count; s++)
		for (i = 0; i < dossier->slots[s].document_count; i++)
			gather_document(&g, &dossier->slots[s].documents[i], dossier->slots[s].title, NULL);
	for (i = 0; i < dossier->held_count; i++)
		gather_document(&g, &dossier->held[i].document, NULL, dossier->held[i].reason);
	if (gather_duplicates(&g, err))
		return -1;
	for (i = 0; i < a->paper_count; i++)
		gather(&g, &a->papers[i]);
	a->papers = g.list;
	a->paper_count = g.count;
	a->had_papers = true;
	return 0;
}

int receipt_add(struct decision *d, enum actor_role role, bool automatic, struct err *err)
{
	struct dossier *after = d->output.dossier;
	const char *address = d->answering.sender;
	struct timer fresh = { .kind = TIMER_RECEIPT, .clause = address, .since = DATE_NONE };
	bool placed = any_placed(&d->answering);
	struct timer *timer;
	int64_t share;

	if (automatic || (role != ACTOR_CLIENT && role != ACTOR_OFFICE) || !d->answering.had_papers)
		return 0;
	if (receipt_share(d, address, placed, &share, err))
		return -1;
	fresh.due = d->now + share;
	timer = sharing(after, address);
	if (timer && !notice_goes_to(d, address)) {
		if (timer->since == DATE_NONE)
			timer->since = d->now;
		/* A document that counts is not kept waiting by what came before it. */
		if (share == RECEIPT_LONG && timer->due < fresh.due)
			timer->due = timer->since + RECEIPT_LONG;
		else if (share == RECEIPT_SHARE && placed && timer->due > fresh.due)
			timer->due = fresh.due;
		return 0;
	}
	/* A notice takes the receipt along, and those that wait. */
	if (timer && timer->since != DATE_NONE &&
	    collect(&d->answering, address, timer->since, d->answering.item, err))
		return -1;
	answer_wish_first(&d->answering, TEMPLATE, TMPL_AUDIENCE_SENDER);
	if (timer)
		timer_remove(after, timer);
	timer_add(d->arena, after, &fresh);
	return 0;
}

int receipt_due(struct engine *engine, struct arena *arena, struct dossier *dossier, const char *address,
		int64_t now, struct err *err)
{
	struct decision d;
	struct timer *timer;
	int64_t since, due;

	if (decision_prepare(&d, engine, arena, dossier, now, err))
		return -1;
	if (decision_flow(&d, err))
		return -1;
	timer = sharing(d.output.dossier, address);
	if (!timer || timer->due > now)
		return 0;
	since = timer->since;
	due = timer->due;
	timer_remove(d.output.dossier, timer);
	if (since != DATE_NONE) {
		struct timer fresh = { .kind = TIMER_RECEIPT, .clause = address, .since = DATE_NONE };
		int64_t share;

		d.answering.sender = address;
		d.answering.received = since;
		if (collect(&d.answering, address, since, 0, err) ||
		    receipt_share(&d, address, any_placed(&d.answering), &share, err))
			return -1;
		fresh.due = now + share;
		d.answering.cause = arena_printf(arena, "receipt:%s:%s:%lld", dossier->number, address, (long long)due);
		answer_wish(&d.answering, TEMPLATE, TMPL_AUDIENCE_SENDER);
		timer_add(arena, d.output.dossier, &fresh);
	}
	return decision_take(&d, err);
}

int receipt_empty(struct engine *engine, struct arena *arena, struct dossier *dossier, struct job *job,
		  const struct mail_sender *sender, enum actor_role role, struct item_verdict *verdict,
		  int64_t now, struct err *err)
{
	struct decision d;

	if (decision_prepare(&d, engine, arena, dossier, now, err) || decision_flow(&d, err))
		return -1;
	if (role != ACTOR_STAFF)
		flow_quiet_touch(d.program, d.output.dossier, now);
	d.answering.cause = arena_printf(arena, "item:%lld", (long long)job->item.id);
	d.answering.item = job->item.id;
	d.answering.received = job->item.received;
	d.answering.sender = sender->address;
	d.answering.sender_name = sender->name;
	d.answering.in_reply_to = verdict->message_id;
	if (role == ACTOR_CLIENT || role == ACTOR_OFFICE)
		answer_wish(&d.answering, TEMPLATE, TMPL_AUDIENCE_SENDER);
	verdict->state = ITEM_PROCESSED;
	verdict->reason = REASON_EMPTY;
	verdict->detail = "no words and no files; the sender was told";
	verdict->dossier = dossier->number;
	d.verdict = verdict;
	decision_history(&d, "mail", arena_printf(arena, "%s %s", actor_role_word(role), sender->address),
			 "without words and without files");
	return decision_take(&d, err);
}
