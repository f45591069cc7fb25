/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "work/handle.h"
#include "work/office_p.h"
#include "work/receipt.h"
#include "work/route.h"
#include "work/ticket.h"

bool handle_has_files(const struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_ATTACHMENT)
			return true;
	return false;
}

static size_t count_files(const struct mail *mail)
{
	size_t i, count = 0;

	for (i = 0; i < mail->part_count; i++)
		count += mail->parts[i].role == MAIL_PART_ATTACHMENT;
	return count;
}

/*
 * The text of a mail that was let through is a note, whatever its lines say. A
 * party that let it through has not answered it: what asks something waits on.
 */
static void read_note(struct handling *h)
{
	struct saying_order order = { .phrases = world_phrases(h->engine->world), .role = h->standing.role,
				      .text = h->job->mail.text, .files = count_files(&h->job->mail) > 0 };
	struct saying *s = &h->orders.saying;
	const char *text = "", *words;
	struct saying said;
	size_t i;

	command_read(&order, h->arena, &said);
	words = command_words(&said, h->arena);
	for (i = 0; i < said.count; i++)
		text = arena_printf(h->arena, "%s%s\n", text, said.list[i].whole);
	*s = (struct saying){ .kind = SAID_NOTE };
	if (said.count || words)
		s->text = arena_printf(h->arena, "%s%s", text, words ? words : "");
	if (said.kind == SAID_QUESTION && !str_starts(h->accepted->by, "staff") && !str_eq(h->accepted->by, "operator"))
		s->kind = SAID_QUESTION;
	h->orders.said_slot = h->accepted->slot ? dossier_slot(h->dossier, h->accepted->slot, h->accepted->year) : NULL;
}

int handle_begin(struct handling *h, struct err *err)
{
	struct orders_order order = { .phrases = world_phrases(h->engine->world), .question = h->question,
				      .name = h->sender_name, .files = count_files(&h->job->mail) };

	h->orders = (struct orders){ .standing = &h->standing, .by = h->by, .told = h->sender };
	if (decision_prepare(&h->decision, h->engine, h->arena, h->dossier, h->now, err))
		return -1;
	if (h->accepted)
		read_note(h);
	else if (h->words && !h->text && filled_read(h, err))
		return -1;
	order.beside = h->text != NULL;
	order.text = h->text ? h->text : h->job->mail.text;
	order.marks = h->job->mail.marks;
	order.mark_count = h->text ? 0 : h->job->mail.mark_count;
	return h->words ? orders_plan(&h->decision, &order, &h->orders, err) : 0;
}

/* The item's side of the answers. */
static void prepare_answers(struct handling *h, const struct papers *papers)
{
	struct answering *a = &h->decision.answering;

	a->cause = h->cause;
	a->item = h->job->item.id;
	a->received = h->job->item.received;
	a->sender = h->sender;
	a->sender_name = h->sender_name;
	a->in_reply_to = h->sender ? h->in_reply_to : NULL;
	if (a->in_reply_to) {
		a->thread_index = mail_header_get(&h->job->mail, "Thread-Index");
		a->thread_sender = h->sender;
	}
	if (h->orders.returned) {
		a->returned_text = ticket_words(&h->job->mail, h->arena);
		a->returned_files = ticket_files(&h->job->mail, h->decision.service->language, h->arena);
	}
	a->papers = papers->list;
	a->paper_count = papers->count;
	a->had_papers = papers->count > 0;
}

static struct event *put_events(struct event *to, const struct event *events, size_t count)
{
	if (count)
		memcpy(to, events, count * sizeof *events);
	return to + count;
}

/* The opening, documents, forms, commands, each in their order (design §4). */
static void join_events(struct handling *h, const struct papers *papers)
{
	struct decision *d = &h->decision;
	const struct orders *o = &h->orders;
	size_t count = h->before_count + papers->event_count + o->put_count + h->form_count + o->event_count;
	struct event *events = arena_array(h->arena, count + 1, sizeof *events), *to = events;

	to = put_events(to, h->before, h->before_count);
	to = put_events(to, papers->events, papers->event_count);
	to = put_events(to, o->puts, o->put_count);
	to = put_events(to, h->forms, h->form_count);
	put_events(to, o->events, o->event_count);
	d->events = events;
	d->event_count = count;
}

/* The item that a document of these bytes came with, 0 when there is none. */
static int64_t item_of(const struct dossier *dossier, const unsigned char sha256[32])
{
	size_t s, i;

	for (s = 0; s < dossier->slot_count; s++)
		for (i = 0; i < dossier->slots[s].document_count; i++)
			if (!memcmp(dossier->slots[s].documents[i].sha256, sha256, 32))
				return dossier->slots[s].documents[i].item;
	return 0;
}

/*
 * The same bytes may be meant for two dossiers, so a spool file is a duplicate
 * only of what its own dossier holds. The item it repeats, or 0.
 */
static int64_t file_repeats(const struct handling *h, const struct papers *papers)
{
	if (h->job->kind != PARSE_KIND_FILE || papers->count != 1 || papers->list[0].fate != PAPER_DUPLICATE)
		return 0;
	return item_of(h->dossier, papers->documents[0].sha256);
}

/*
 * Words that nobody has read yet: a question, a wish that cannot be done by
 * mail, text of staff that could not become a note for want of its token.
 */
static bool waits_for_person(const struct handling *h)
{
	const struct orders *o = &h->orders;

	if (o->returned)
		return false;
	if (h->standing.role == ACTOR_STAFF)
		return o->passed || (o->saying.text && !o->noted && !h->standing.forced);
	return o->passed || h->filled.stuck || o->saying.kind == SAID_QUESTION;
}

static void held(struct item_verdict *v, const char *reason, const char *detail)
{
	v->state = ITEM_HELD;
	v->reason = reason;
	v->detail = detail;
}

/* What waits for a person makes the item one that waits: it is found in the one list of such things. */
static void judge(struct handling *h, const struct papers *papers)
{
	struct item_verdict *v = h->verdict;
	const char *reason = NULL;
	size_t i, count = 0;

	for (i = 0; i < papers->count; i++)
		if (papers->list[i].fate == PAPER_HELD) {
			reason = papers->list[i].reason;
			count++;
		}
	v->dossier = h->dossier->number;
	v->duplicate_of = file_repeats(h, papers);
	v->state = v->duplicate_of ? ITEM_DUPLICATE : ITEM_PROCESSED;
	v->reason = v->duplicate_of ? "duplicate" :
		    h->orders.returned ? REASON_RETURNED :
		    h->orders.asked_before ? REASON_ASKED :
		    h->accepted ? REASON_RELEASED :
				  NULL;
	if (count)
		held(v, reason, arena_printf(h->arena, "%zu of %zu files wait for a person; 'dossier show %s' names them",
					     count, papers->count, h->dossier->number));
	else if ((h->orders.returned || h->orders.vain) && h->orders.hushed)
		held(v, REASON_RETURNED, "nothing of it was done, and its sender was not told: too many went back to him today");
	else if (!h->ticket && waits_for_person(h))
		held(v, REASON_MESSAGE, "words that a person has to answer, beside files or commands");
}

static int rewrap_raw(struct handling *h, struct blob_key *key, struct err *err)
{
	struct seal_key from, to;
	int rc;

	if (intake_raw_scope(h->job, &from, err))
		return -1;
	rc = seal_unwrap(&h->engine->env->master, h->dossier->scope.bytes, &to, err);
	if (!rc)
		rc = blob_rewrap(&h->job->item.raw, &from, &to, key, err);
	seal_wipe(&from, sizeof from);
	seal_wipe(&to, sizeof to);
	return rc;
}

static int take(struct handling *h, const struct papers *papers, struct err *err)
{
	struct decision *d = &h->decision;
	struct blob_key raw_key;

	d->answers = h->orders.answers;
	if (h->verdict) {
		judge(h, papers);
		d->verdict = h->verdict;
	}
	if (h->verdict && h->job->item.raw.id) {
		if (rewrap_raw(h, &raw_key, err))
			return -1;
		d->raw_key = &raw_key;
	}
	return decision_take(d, err);
}

static bool is_party(const struct handling *h)
{
	return h->standing.role == ACTOR_CLIENT || h->standing.role == ACTOR_OFFICE || h->standing.role == ACTOR_SCANNER;
}

int handle_finish(struct handling *h, struct err *err)
{
	struct papers_order order = { .job = h->job, .role = h->standing.role, .slot = h->job->slot, .from = h->from,
				      .by = h->by, .said = h->orders.said_slot, .files = h->files,
				      .file_count = h->file_count, .said_of_all = h->accepted != NULL };
	struct decision *d = &h->decision;
	struct papers papers = { 0 };
	size_t files;

	order.asked = orders_put_slot(d, &h->orders);
	if (!h->orders.returned && papers_make(d, &order, &papers, err))
		return -1;
	orders_put(d, &h->orders, &papers);
	files = h->before_count + papers.event_count + h->orders.put_count;
	prepare_answers(h, &papers);
	join_events(h, &papers);
	if (decision_flow(d, err))
		return -1;
	filled_settle(h, files);
	papers.first = h->before_count;
	papers_settle(d, &order, &papers);
	forwarded_note(h);
	if (office_orders(d, &h->orders, h->job->item.id, err))
		return -1;
	if (h->words && orders_newer(d, &h->orders, &papers, err))
		return -1;
	orders_settle(d, &h->orders, files + h->form_count, h->sender != NULL);
	if (decision_rejudge(d, err))
		return -1;
	/* The core does this where there are events; a mail that repeats what we have is a sign of life too. */
	if (h->accepted)
		decision_history(d, "held released", h->accepted->by,
				 arena_printf(h->arena, "item %lld was let through", (long long)h->job->item.id));
	if (!d->event_count && is_party(h))
		flow_quiet_touch(d->program, d->output.dossier, h->now);
	if (ticket_of_handling(h, err))
		return -1;
	/* What a stranger sent is not gathered with what the registered address sent itself. */
	if (h->accepted && h->sender && !addr_same(h->from, h->sender)) {
		if (papers.count)
			answer_wish_first(&d->answering, "ontvangst", TMPL_AUDIENCE_SENDER);
	} else if (receipt_add(d, h->standing.role, !h->sender, err)) {
		return -1;
	}
	return take(h, &papers, err);
}
