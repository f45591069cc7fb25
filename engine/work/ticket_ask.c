/* Who asks: a stranger, a party of a dossier, and the answer to our answer. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/number.h"

/* Own. */
#include "work/engine_p.h"
#include "work/review.h"
#include "work/ticket.h"

#define ACKNOWLEDGED "ticket-ontvangen"
#define TO_STAFF "ticket-bericht"
#define PARTY_ACKS 3     /* answers to a party in a day, after which a question is taken without a word */
#define STRANGER_MAX 10  /* tickets of one address without a dossier in a day; what is over waits for a person */

/* ---- the two buttons ---- */

enum mark { MARK_NONE, MARK_QUESTION, MARK_PROBLEM };

static bool is_mailed_to(const struct deciding *d, const char *address)
{
	const struct mail_addresses *lists[] = { &d->job->mail.to, &d->job->mail.cc };
	size_t i, j;

	for (i = 0; i < 2 && !addr_same(address, d->service->address); i++)
		for (j = 0; j < lists[i]->count; j++)
			if (addr_same(lists[i]->list[j].addr, address))
				return true;
	return false;
}

/* What the buttons write there (mailtemplates/LANG/button-….txt), or the verb by itself or with a colon. */
static enum mark subject_mark(struct deciding *d)
{
	static const struct { const char *begin; enum mark mark; } buttons[] = {
		{ "technisch probleem", MARK_PROBLEM }, { "technical problem", MARK_PROBLEM },
		{ "vraag over dossier", MARK_QUESTION }, { "question about dossier", MARK_QUESTION },
	};
	const char *subject = number_strip_prefixes(d->job->mail.subject);
	struct saying_order order = { .phrases = world_phrases(d->engine->world), .role = ACTOR_NONE, .text = subject };
	struct saying saying;
	size_t i;

	for (i = 0; i < sizeof buttons / sizeof *buttons; i++)
		if (str_istarts(subject, buttons[i].begin))
			return buttons[i].mark;
	command_read(&order, d->arena, &saying);
	if (!saying.count)
		return MARK_NONE;
	return saying.list[0].verb == COMMAND_PROBLEM  ? MARK_PROBLEM :
	       saying.list[0].verb == COMMAND_QUESTION ? MARK_QUESTION :
							 MARK_NONE;
}

/* Whatever its commands are: which of the buttons was pressed, or written. */
static enum mark mark_of(struct deciding *d)
{
	struct saying_order order = { .phrases = world_phrases(d->engine->world), .role = ACTOR_NONE,
				      .text = d->job->mail.text, .marks = d->job->mail.marks,
				      .mark_count = d->job->mail.mark_count };
	struct saying saying;
	enum mark mark = subject_mark(d);
	size_t i;

	if (is_mailed_to(d, d->service->problem) || mark == MARK_PROBLEM)
		return MARK_PROBLEM;
	command_read(&order, d->arena, &saying);
	for (i = 0; i < saying.count; i++) {
		if (saying.list[i].verb == COMMAND_PROBLEM)
			return MARK_PROBLEM;
		if (saying.list[i].verb == COMMAND_QUESTION && saying.list[i].fault == COMMAND_FINE)
			mark = MARK_QUESTION;
	}
	return is_mailed_to(d, d->service->question) ? MARK_QUESTION : mark;
}

bool ticket_is_problem(struct deciding *d)
{
	return mark_of(d) == MARK_PROBLEM;
}

/* ---- what was said ---- */

/* His words and the names of his files, from the mail at hand; 'words' NULL = all it says. */
static struct ticket_message *say(struct arena *arena, struct ticket *ticket, const struct job *job, const char *words,
				  int64_t now)
{
	struct ticket_message *message = ticket_say(arena, ticket, TICKET_ASKED, ticket->address,
						    words ? words : ticket_words(&job->mail, arena), now);

	message->item = job->item.id;
	message->message_id = job->mail.message_id;
	message->files = ticket_files(&job->mail, ticket->language, arena);
	return message;
}

/* Somebody has to look at it again. True when it was closed. */
static bool open_again(const struct engine *engine, const struct settings_service *service, struct ticket *ticket,
		       int64_t now)
{
	bool closed = ticket->state == TICKET_CLOSED;

	/* What waits already goes on waiting from when it began. */
	if (ticket->state != TICKET_OPEN || ticket->remind_at == DATE_NONE)
		ticket->remind_at = ticket_remind_at(engine, service, now);
	ticket->state = TICKET_OPEN;
	ticket->closed = DATE_NONE;
	return closed;
}

/* ---- without a dossier ---- */

static void answering_init(struct deciding *d, struct answering *a, const struct ticket *ticket)
{
	*a = (struct answering){ .engine = d->engine, .arena = d->arena, .service = d->service, .scope = d->job->item.scope,
				 .now = d->now, .item = d->job->item.id, .received = d->job->item.received,
				 .sender = d->sender.address, .sender_name = d->sender.name,
				 .in_reply_to = d->verdict.message_id,
				 .thread_index = mail_header_get(&d->job->mail, "Thread-Index"),
				 .thread_sender = d->sender.address, .ticket = ticket };
	a->cause = arena_printf(d->arena, "item:%lld", (long long)a->item);
}

/* May we write to who sent it (A26), and has he not heard from us today? */
static int may_acknowledge(struct deciding *d, bool *may)
{
	bool acknowledged = true, heard = true;

	*may = false;
	if (!d->sender.authenticated || d->sender.automatic)
		return 0;
	if (decide_said_today(d, ACKNOWLEDGED, &acknowledged) || decide_said_today(d, "ontvangst-algemeen", &heard))
		return -1;
	*may = !acknowledged && !heard;
	return 0;
}

static int end_with_ticket(struct deciding *d, struct answering *a, struct ticket *ticket)
{
	struct store *store = d->engine->env->store;
	struct store_take take = { .item = &d->verdict, .ticket = ticket, .now = d->now };

	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_TICKET;
	d->verdict.detail = arena_printf(d->arena, "ticket %s", ticket->number);
	d->verdict.dossier = ticket->dossier;
	if (answer_render(a, d->err))
		return -1;
	answer_into(a, &take);
	if (store_take(store, &take, d->err) || store_time_seen(store, d->now, d->err))
		return -1;
	return decide_ended(d);
}

/* So many of one address in a day are a machine's, or meant to be a burden (A24). */
static int is_too_many(struct deciding *d, bool *many)
{
	struct ticket_filter filter = { .service = d->service->key, .address = d->sender.address, .state = -1 };
	struct ticket *list;
	size_t i, count, today = 0;

	if (store_ticket_list(d->engine->env->store, &filter, d->arena, &list, &count, d->err))
		return -1;
	for (i = 0; i < count; i++)
		today += !list[i].dossier && list[i].opened > d->now - DECIDE_DAY;
	*many = today >= STRANGER_MAX;
	return 0;
}

static void read_as(const struct deciding *d, enum actor_role role, struct saying *saying)
{
	struct saying_order order = { .phrases = world_phrases(d->engine->world), .role = role,
				      .text = d->job->mail.text, .marks = d->job->mail.marks,
				      .mark_count = d->job->mail.mark_count };

	command_read(&order, d->arena, saying);
}

static int open_general(struct deciding *d, enum ticket_kind kind)
{
	struct answering a;
	struct ticket *ticket;
	const char *words = NULL, *title;
	struct saying saying;
	bool many, acknowledge;

	if (is_too_many(d, &many))
		return -1;
	if (many) {
		d->verdict.detail = "so many tickets of one address today that this one waits for a person";
		return decide_end(d, ITEM_HELD, REASON_MESSAGE);
	}
	read_as(d, ACTOR_NONE, &saying);
	if (ticket_title(d->engine, &d->job->mail, &saying, d->arena, &title, d->err) ||
	    ticket_new(d->engine, d->service, kind, title, d->now, d->arena, &ticket, d->err) ||
	    may_acknowledge(d, &acknowledge))
		return -1;
	ticket->address = d->sender.address;
	ticket->name = d->sender.name;
	ticket->proven = d->sender.authenticated;
	/* A number that he names is for staff to read, and in no subject of ours. */
	if (d->route.named) {
		words = arena_printf(d->arena, "%s\n\n%s", d->job->mail.subject, ticket_words(&d->job->mail, d->arena));
		ticket->subject = "";
	}
	say(d->arena, ticket, d->job, words, d->now);
	answering_init(d, &a, ticket);
	a.ticket_fresh = true;
	review_asked(&a, d->job, ticket->proven);
	if (acknowledge)
		answer_wish(&a, ACKNOWLEDGED, TMPL_AUDIENCE_SENDER);
	answer_wish(&a, TO_STAFF, TMPL_AUDIENCE_STAFF);
	return end_with_ticket(d, &a, ticket);
}

/* What its words are, if somebody of that role had said them. */
static enum said_text text_kind(const struct deciding *d, enum actor_role role)
{
	struct saying saying;

	read_as(d, role, &saying);
	return saying.kind;
}

/* A command that is not for him to give asks nothing of anybody. */
static bool asks_something(const struct deciding *d)
{
	return text_kind(d, ACTOR_NONE) == SAID_QUESTION && text_kind(d, ACTOR_OFFICE) == SAID_QUESTION &&
	       text_kind(d, ACTOR_CLIENT) == SAID_QUESTION && text_kind(d, ACTOR_STAFF) == SAID_QUESTION;
}

/* An answer to what staff wrote about a ticket without a dossier. */
static int go_on(struct deciding *d)
{
	struct answering a;
	struct ticket *ticket = d->ticket;

	/* Thanks for an answer open nothing again. */
	if (text_kind(d, ACTOR_NONE) == SAID_THANKS && !handle_has_files(&d->job->mail))
		return decide_end(d, ITEM_PROCESSED, REASON_THANKS);
	say(d->arena, ticket, d->job, NULL, d->now);
	ticket->proven |= d->sender.authenticated;
	answering_init(d, &a, ticket);
	a.ticket_reopened = open_again(d->engine, d->service, ticket, d->now);
	a.staff_only = ticket_owner(d->service, ticket);
	review_asked(&a, d->job, ticket->proven);
	answer_wish(&a, TO_STAFF, TMPL_AUDIENCE_STAFF);
	return end_with_ticket(d, &a, ticket);
}

/* His address, or what he brings back of our mail to him about the ticket or its dossier. */
static bool is_proven(const struct deciding *d, const struct ticket *ticket)
{
	return d->sender.authenticated || ticket_token(d, ticket->number) ||
	       (ticket->dossier && reply_valid(&d->reply, ticket->dossier, d->sender.address, d->now));
}

/* The ticket that its opener goes on with: his address, proven, and one ticket. */
static int find_followed(struct deciding *d, const struct ticket_named *named)
{
	struct err err = ERR_INIT;
	struct ticket *ticket;

	if (store_ticket_load(d->engine->env->store, named->number, d->arena, &ticket, &err)) {
		if (err.code == ERR_NOTFOUND)
			return 0;
		*d->err = err;
		return -1;
	}
	if (str_eq(ticket->service, d->service->key) && addr_same(ticket->address, d->sender.address) &&
	    (named->token || named->thread) && is_proven(d, ticket))
		d->ticket = ticket;
	return 0;
}

int ticket_thread_step(struct deciding *d)
{
	struct ticket_named named;

	if (ticket_named(d, &named))
		return -1;
	if (!named.number)
		return DECIDE_NEXT;
	if (!named.two && find_followed(d, &named))
		return -1;
	if (!d->ticket)
		return settings_is_staff(d->service, d->sender.address) ? ticket_staff_step(d, &named) : DECIDE_NEXT;
	if (d->sender.automatic)
		return handle_has_files(&d->job->mail) ? DECIDE_NEXT : decide_end(d, ITEM_PROCESSED, REASON_AUTOMATIC);
	/* Files may be for a dossier that he has; what is about one is handled with it. */
	return d->ticket->dossier || handle_has_files(&d->job->mail) ? DECIDE_NEXT : go_on(d);
}

int ticket_marked_step(struct deciding *d)
{
	enum mark mark;

	if (d->sender.automatic || !d->sender.address || d->ticket || settings_is_staff(d->service, d->sender.address))
		return DECIDE_NEXT;
	/* In a dossier of his it is about that; what he does not prove is asked back, but for a problem. */
	if (d->dossier && d->handling.standing.level >= 1)
		return DECIDE_NEXT;
	mark = mark_of(d);
	if (mark == MARK_NONE || (d->dossier && d->handling.standing.role != ACTOR_NONE && mark == MARK_QUESTION))
		return DECIDE_NEXT;
	return open_general(d, mark == MARK_PROBLEM ? TICKET_PROBLEM : TICKET_QUESTION);
}

int ticket_general_step(struct deciding *d)
{
	const struct mail *mail = &d->job->mail;

	if (d->sender.automatic || !d->sender.address)
		return DECIDE_NEXT;
	if (d->ticket && !d->ticket->dossier)
		return go_on(d);
	/* Words with a number in the subject are about a dossier; without proof they are held. */
	if (!d->sender.authenticated || d->route.named || !str_eq(d->route.reason, REASON_NO_NUMBER) ||
	    handle_has_files(mail) || mail->encrypted || !asks_something(d) ||
	    settings_is_staff(d->service, d->sender.address))
		return DECIDE_NEXT;
	return open_general(d, TICKET_QUESTION);
}

/* ---- in a dossier ---- */

/* Does it ask something that a person answers? */
bool ticket_asked(const struct handling *h)
{
	const struct orders *o = &h->orders;

	if (!h->words || !h->sender || o->returned || !h->job->item.id ||
	    (h->standing.role != ACTOR_CLIENT && h->standing.role != ACTOR_OFFICE))
		return false;
	return o->passed || o->saying.kind == SAID_QUESTION || h->problem ||
	       (h->ticket && o->saying.kind == SAID_NOTE);
}

static bool is_problem(const struct handling *h)
{
	size_t i;

	for (i = 0; i < h->orders.count; i++)
		if (h->orders.list[i].said->verb == COMMAND_PROBLEM)
			return true;
	return h->problem;
}

/*
 * Answers of today to one person about one dossier that a machine gets as well as
 * a person: with the acknowledgements they have one budget (A25).
 */
static int count_answers(const struct handling *h, const char *dossier, int64_t *told, struct err *err)
{
	static const char *const templates[] = { ACKNOWLEDGED, "status", "hulp" };
	size_t i;

	for (i = 0; i < sizeof templates / sizeof *templates; i++) {
		int64_t count = 0;

		if (store_outbox_count(h->engine->env->store, h->decision.service->key, h->sender, templates[i], dossier,
				       h->now - DECIDE_DAY, &count, err))
			return -1;
		*told += count;
	}
	return 0;
}

static int open_for_dossier(struct handling *h, struct err *err)
{
	const struct dossier *dossier = h->decision.output.dossier;
	const struct party *party = dossier_party_of(dossier, h->sender);
	struct decision *d = &h->decision;
	const char *title;
	int64_t told = 0;

	if (ticket_title(h->engine, &h->job->mail, &h->orders.saying, h->arena, &title, err) ||
	    ticket_new(h->engine, d->service, is_problem(h) ? TICKET_PROBLEM : TICKET_QUESTION, title, h->now, h->arena,
		       &h->ticket, err) ||
	    count_answers(h, dossier->number, &told, err))
		return -1;
	if (!party)
		party = h->standing.role == ACTOR_OFFICE ? &dossier->office : &dossier->client;
	h->ticket->dossier = dossier->number;
	h->ticket->address = h->sender;
	h->ticket->name = party->name && *party->name ? party->name : h->sender_name ? h->sender_name : "";
	h->ticket->language = party->language ? party->language : h->ticket->language;
	h->ticket->proven = true;
	d->answering.ticket_fresh = true;
	if (told < PARTY_ACKS)
		answer_wish(&d->answering, ACKNOWLEDGED, TMPL_AUDIENCE_SENDER);
	return 0;
}

int ticket_of_handling(struct handling *h, struct err *err)
{
	struct decision *d = &h->decision;
	bool fresh;

	/* What is said about a dossier goes with that dossier, whatever ticket it answers. */
	if (h->ticket && !str_eq(h->ticket->dossier, d->output.dossier->number))
		h->ticket = NULL;
	fresh = !h->ticket;
	if (!ticket_asked(h)) {
		h->ticket = NULL;
		return 0;
	}
	if (fresh && open_for_dossier(h, err))
		return -1;
	/* Of a mail with a form only what is no part of that. */
	say(h->arena, h->ticket, h->job, h->text ? ticket_clean(h->text, h->arena) : NULL, h->now);
	if (!fresh) {
		d->answering.ticket_reopened = open_again(h->engine, d->service, h->ticket, h->now);
		d->answering.staff_only = ticket_owner(d->service, h->ticket);
	}
	d->answering.ticket = h->ticket;
	d->ticket = h->ticket;
	review_asked(&d->answering, h->job, true);
	answer_wish(&d->answering, TO_STAFF, TMPL_AUDIENCE_STAFF);
	decision_history(d, "ticket", arena_printf(h->arena, "%s %s", actor_role_word(h->standing.role), h->by),
			 arena_printf(h->arena, "%s %s%s", ticket_kind_word(h->ticket->kind), h->ticket->number,
				      fresh ? "" : ", goes on"));
	return 0;
}
