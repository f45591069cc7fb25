/*
 * The staff desk: a reply of staff to a ticket is the answer, or commands about
 * it; else it goes back whole, and nothing goes out.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "mime/compose.h"

/* Own. */
#include "work/engine_p.h"
#include "work/people.h"
#include "work/ticket.h"

#define ANSWER "ticket-antwoord"
#define ANSWERED "ticket-beantwoord"
#define GIVEN "ticket-bericht"
#define REPORT "ticket-verslag"
#define RETURNED "ticket-retour"
#define ANSWERS_MAX 6   /* answers to one person … */
#define ANSWERS_WITHIN 3600 /* … within an hour */
#define RETURNS_TOLD 20 /* mails that go back to one person in a day; what is over waits for a person */

/* One mail of staff about a ticket. */
struct desk {
	struct deciding *d;
	struct ticket *ticket;
	struct dossier *dossier; /* of the ticket; NULL = none */
	const struct program *program; /* the same */
	struct desk_words words;
	struct desk_files files; /* of an answer */
	const char *waived;      /* guards that "toch sturen" takes away; "" = none */
	struct saying saying;
	struct orders orders;    /* what its commands came to */
	bool assigned;           /* one of them gave it to somebody */
};

static void answering_init(struct desk *k, struct answering *a)
{
	struct deciding *d = k->d;

	*a = (struct answering){ .engine = d->engine, .arena = d->arena, .service = d->service, .scope = d->job->item.scope,
				 .now = d->now, .item = d->job->item.id, .received = d->job->item.received,
				 .sender = d->sender.address, .sender_name = d->sender.name,
				 .in_reply_to = d->verdict.message_id, .ticket = k->ticket };
	a->cause = arena_printf(d->arena, "item:%lld", (long long)a->item);
	if (k->dossier) {
		a->dossier = k->dossier;
		a->program = k->program;
		a->scope = k->dossier->scope;
	}
}

/* ---- the end of it ---- */

static int take(struct desk *k, struct answering *a, const char *history)
{
	struct deciding *d = k->d;
	struct store *store = d->engine->env->store;
	struct history_line line = { d->now, "ticket", arena_printf(d->arena, "staff %s", d->sender.address), history };
	struct store_take take = { .item = &d->verdict, .ticket = history ? k->ticket : NULL, .now = d->now };

	if (answer_render(a, d->err))
		return -1;
	if (k->dossier && history) {
		take.dossier = k->dossier;
		take.history = &line;
		take.history_count = 1;
	}
	/* A mail that only goes back changes no ticket, and still belongs to its thread. */
	if (!take.ticket && a->row_count && a->rows[0].ticket)
		take.ticket = k->ticket;
	answer_into(a, &take);
	d->verdict.dossier = k->ticket ? k->ticket->dossier : NULL;
	if (store_take(store, &take, d->err) || store_time_seen(store, d->now, d->err))
		return -1;
	return decide_ended(d);
}

/* Back whole, with the reason; nothing of it was done and nothing goes out. */
static int send_back(struct desk *k, const char *why)
{
	struct deciding *d = k->d;
	const char *template = k->ticket ? REPORT : RETURNED;
	struct answering a;
	int64_t count = 0;

	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_RETURNED;
	d->verdict.detail = arena_printf(d->arena, DESK_DETAIL "%s%s%s", k->waived, *k->waived ? ", " : "", why);
	if (store_outbox_count(d->engine->env->store, d->service->key, d->sender.address, template, NULL, d->now - DECIDE_DAY,
			       &count, d->err))
		return -1;
	if (count >= RETURNS_TOLD)
		return decide_end(d, ITEM_HELD, REASON_RETURNED);
	answering_init(k, &a);
	a.desk_why = why;
	a.desk_text = d->job->mail.text ? d->job->mail.text : "";
	a.returned_files = ticket_files(&d->job->mail, d->service->language, d->arena);
	k->orders.saying = k->saying;
	k->orders.returned = true;
	a.orders = &k->orders;
	answer_wish(&a, template, TMPL_AUDIENCE_SENDER);
	return take(k, &a, NULL);
}

/* ---- the answer ---- */

/* May he who asked still know of the dossier? */
static bool has_part(const struct desk *k)
{
	enum actor_role role;

	if (!k->ticket->dossier)
		return true;
	role = dossier_role_of(k->dossier, k->ticket->address);
	return role == ACTOR_OFFICE || (role == ACTOR_CLIENT && !k->dossier->office_only);
}

static const char *last_asked(const struct ticket *ticket)
{
	size_t i = ticket->message_count;

	while (i-- > 0)
		if (ticket->messages[i].said == TICKET_ASKED)
			return ticket->messages[i].message_id;
	return NULL;
}

static int answer(struct desk *k)
{
	struct deciding *d = k->d;
	struct ticket *t = k->ticket;
	struct answering a;
	struct ticket_message *message;

	answering_init(k, &a);
	a.files = k->files.list;
	a.file_count = k->files.count;
	a.ticket_left = k->files.left;
	/* It goes to who asked, in his thread; the others of staff see it in theirs. */
	a.in_reply_to = last_asked(t);
	a.sender = t->address;
	a.sender_name = t->name;
	/* He too, where something of his was left out that he may have meant to send. */
	a.staff_except = k->files.doubtful ? NULL : d->sender.address;
	message = ticket_say(d->arena, t, TICKET_REPLIED, d->sender.address, k->words.text, d->now);
	message->item = d->job->item.id;
	message->files = k->files.sent;
	t->state = TICKET_ANSWERED;
	t->closed = t->remind_at = DATE_NONE;
	if (!ticket_owner(d->service, t))
		t->owner = d->sender.address;
	answer_wish(&a, ANSWER, TMPL_AUDIENCE_SENDER);
	answer_wish(&a, ANSWERED, TMPL_AUDIENCE_STAFF);
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_TICKET;
	d->verdict.detail = arena_printf(d->arena, "answer to ticket %s%s", t->number,
					 k->files.left ? ", without some of its pictures" : "");
	return take(k, &a, arena_printf(d->arena, "%s %s answered", ticket_kind_word(t->kind), t->number));
}

/* So many answers to one person in an hour are written by no hand: a responder that does not say what it is (A25). */
static int is_too_many(struct desk *k, bool *many)
{
	struct deciding *d = k->d;
	int64_t count = 0;

	if (store_outbox_count(d->engine->env->store, d->service->key, k->ticket->address, ANSWER, NULL, d->now - ANSWERS_WITHIN,
			       &count, d->err))
		return -1;
	*many = count >= ANSWERS_MAX;
	return 0;
}

/* The first guard that it fails, of those that nobody can take away; NULL = none. */
static int check_always(struct desk *k, const char **why)
{
	const char *words = ticket_is_waived(k->waived, DESK_CLOSING) ? k->words.whole : k->words.text;

	*why = str_is_blank(k->words.text)		? DESK_EMPTY :
	       k->words.too_long || k->files.too_much	? DESK_LONG :
	       k->files.message				? DESK_MESSAGE :
	       !has_part(k)				? DESK_GONE : NULL;
	if (*why)
		return 0;
	return ticket_names_others(k->d, k->ticket, k->dossier, words, why);
}

/*
 * The first that was not waived. Of who proves nothing each mail about his
 * ticket says so, and what to do: that needs no refusal before it.
 */
static const char *check_waivable(const struct desk *k)
{
	const struct desk_words *w = &k->words;
	const struct { bool fails; const char *why; } guards[] = {
		{ w->more, DESK_CLOSING },
		{ ticket_names_staff(k->d->service, w->text), DESK_INTERNAL },
		{ w->among, DESK_BELOW },
		{ !k->ticket->proven && !(w->anyway && k->ticket->state != TICKET_CLOSED), DESK_STRANGER },
	};
	size_t i;

	for (i = 0; i < sizeof guards / sizeof *guards; i++)
		if (guards[i].fails && !ticket_is_waived(k->waived, guards[i].why))
			return guards[i].why;
	return NULL;
}

static int answer_checked(struct desk *k)
{
	const char *why;
	bool many = false;

	if (ticket_files_sort(k->d, &k->words, &k->files))
		return -1;
	/* What a waiver was asked for is another's to judge when the ticket was closed since. */
	if (k->words.anyway && k->ticket->state != TICKET_CLOSED && ticket_waived(k->d, k->ticket, &k->waived))
		return -1;
	if (check_always(k, &why))
		return -1;
	if (ticket_is_waived(k->waived, DESK_CLOSING))
		k->words.text = k->words.whole;
	if (!why)
		why = check_waivable(k);
	if (why)
		return send_back(k, why);
	if (is_too_many(k, &many))
		return -1;
	if (many) {
		k->d->verdict.detail = "so many answers to one address within the hour that this one waits for a person";
		return decide_end(k->d, ITEM_HELD, REASON_LIMIT);
	}
	return answer(k);
}

/* ---- commands ---- */

/* Where there is a dossier, that is what is given to somebody. */
static bool is_about_ticket(const struct desk *k, const struct said *said)
{
	return said->verb == COMMAND_CLOSE || said->verb == COMMAND_NOTE || said->verb == COMMAND_TAKE ||
	       (said->verb == COMMAND_ASSIGN && !k->dossier);
}

static void assign(struct desk *k, struct outcome *out)
{
	const struct settings_person *person = people_staff(k->d->service, out->said->name, k->d->arena, out);

	if (!person)
		return;
	out->kind = addr_same(k->ticket->owner, person->address) ? OUTCOME_ALREADY : OUTCOME_DONE;
	k->assigned |= out->kind == OUTCOME_DONE;
	k->ticket->owner = person->address;
}

static enum outcome_kind run(struct desk *k, const struct said *said)
{
	struct ticket *t = k->ticket;
	struct deciding *d = k->d;

	if (said->verb == COMMAND_NOTE) {
		ticket_say(d->arena, t, TICKET_NOTED, d->sender.address, said->text, d->now)->item = d->job->item.id;
		return OUTCOME_DONE;
	}
	if (said->verb == COMMAND_TAKE) {
		if (addr_same(t->owner, d->sender.address))
			return OUTCOME_ALREADY;
		t->owner = d->sender.address;
		return OUTCOME_DONE;
	}
	if (t->state == TICKET_CLOSED)
		return OUTCOME_ALREADY;
	t->state = TICKET_CLOSED;
	t->closed = t->changed = d->now;
	t->remind_at = DATE_NONE;
	return OUTCOME_DONE;
}

static int run_all(struct desk *k)
{
	struct deciding *d = k->d;
	struct answering a;
	const char *done = "";
	size_t i;

	for (i = 0; i < k->saying.count; i++) {
		const struct said *said = &k->saying.list[i];
		struct outcome *out;

		k->orders.list = arena_grow(d->arena, k->orders.list, k->orders.count, sizeof *k->orders.list);
		out = &k->orders.list[k->orders.count++];
		*out = (struct outcome){ .said = said, .line = said->line, .kind = OUTCOME_REFUSED };
		if (!is_about_ticket(k, said))
			out->why = WHY_NO_DOSSIER;
		else if (said->fault != COMMAND_FINE)
			out->why = said->fault == COMMAND_NO_TEXT ? WHY_NO_REASON : WHY_FORM;
		else if (said->verb == COMMAND_ASSIGN)
			assign(k, out);
		else
			out->kind = run(k, said);
		if (out->kind == OUTCOME_DONE)
			done = arena_printf(d->arena, "%s%s%s", done, *done ? ", " : "", said->line);
	}
	answering_init(k, &a);
	k->orders.saying = k->saying;
	a.orders = &k->orders;
	answer_wish(&a, REPORT, TMPL_AUDIENCE_SENDER);
	/* Who gave it to himself knows. */
	a.ticket_assigned = k->assigned && k->ticket->state != TICKET_CLOSED && !addr_same(k->ticket->owner, d->sender.address);
	if (a.ticket_assigned) {
		a.staff_only = k->ticket->owner;
		answer_wish(&a, GIVEN, TMPL_AUDIENCE_STAFF);
	}
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_TICKET;
	d->verdict.detail = arena_printf(d->arena, "commands about ticket %s", k->ticket->number);
	return take(k, &a, arena_printf(d->arena, "%s %s: %s", ticket_kind_word(k->ticket->kind), k->ticket->number,
					*done ? done : "nothing done"));
}

/* ---- reading it ---- */

static void read_words(struct desk *k)
{
	struct deciding *d = k->d;
	struct saying_order read = { .phrases = world_phrases(d->engine->world), .role = ACTOR_STAFF,
				     .name = d->sender.name };

	ticket_words_read(d, &k->words);
	read.text = k->words.text;
	if (k->dossier) {
		read.dossier = k->dossier;
		read.program = k->program;
	}
	command_read(&read, d->arena, &k->saying);
	if (k->saying.count && k->saying.list[0].verb == COMMAND_SEND_ANYWAY &&
	    str_starts(k->words.text, k->saying.list[0].line)) {
		ticket_words_anyway(d, &k->words);
		read.text = k->words.text;
		command_read(&read, d->arena, &k->saying);
	}
}

/* Level 3 for this ticket, and a sign beside the token that it is the one he means (A14). */
static bool is_proven(const struct desk *k, const struct ticket_named *named)
{
	const struct deciding *d = k->d;

	return d->sender.auth == AUTH_STRONG && ticket_token(d, k->ticket->number) && (named->thread || named->subject);
}

static int load(struct desk *k, const char *number)
{
	struct deciding *d = k->d;
	struct store *store = d->engine->env->store;
	struct err err = ERR_INIT;
	struct ticket *ticket = NULL;

	if (store_ticket_load(store, number, d->arena, &ticket, &err) && err.code != ERR_NOTFOUND) {
		*d->err = err;
		return -1;
	}
	if (!ticket || !str_eq(ticket->service, d->service->key))
		return 0;
	k->ticket = ticket;
	if (!ticket->dossier)
		return 0;
	if (store_dossier_load(store, ticket->dossier, d->arena, &k->dossier, d->err))
		return -1;
	return world_program_pinned(d->engine->world, store, k->dossier->program, &k->program, d->err);
}

static size_t count_others(const struct desk *k)
{
	size_t i, others = 0;

	for (i = 0; i < k->saying.count; i++)
		others += !is_about_ticket(k, &k->saying.list[i]);
	return others;
}

/* As of the answer to a ticket, what stands below our line is none of his, marked as quoted or not. */
static int pass_on(struct desk *k)
{
	struct mail *mail = &k->d->job->mail;

	mail->text = k->words.above;
	mail->mark_count = k->words.above_marks;
	return DECIDE_NEXT;
}

int ticket_staff_step(struct deciding *d, const struct ticket_named *named)
{
	struct desk k = { .d = d, .waived = "" };
	size_t others;

	if (d->sender.automatic)
		return decide_end(d, handle_has_files(&d->job->mail) ? ITEM_HELD : ITEM_PROCESSED, REASON_AUTOMATIC);
	if (!d->sender.authenticated)
		return held_keep(d, REASON_UNAUTHENTICATED, "nothing proves that this answer is from the member of staff it claims");
	if (d->job->mail.encrypted)
		return held_keep(d, REASON_ENCRYPTED, "it is encrypted, and nothing here decrypts mail");
	if (!named->two && load(&k, named->number))
		return -1;
	if (!k.ticket)
		return send_back(&k, named->two ? DESK_TWO : DESK_NONE);
	if (!is_proven(&k, named))
		return send_back(&k, DESK_UNPROVEN);
	read_words(&k);
	others = count_others(&k);
	if (k.words.command || k.saying.near_count ||
	    (k.saying.count && (k.saying.kind == SAID_NOTE || k.saying.kind == SAID_QUESTION)) ||
	    (k.saying.count && k.words.anyway && !others))
		return send_back(&k, DESK_MIXED);
	if (!k.saying.count)
		return answer_checked(&k);
	/* Commands about its dossier are given to that; both kinds in one mail are too easily misread. */
	if (others && k.dossier)
		return others == k.saying.count && !k.words.anyway ? pass_on(&k) : send_back(&k, DESK_MIXED);
	return handle_has_files(&d->job->mail) ? send_back(&k, DESK_FILES) : run_all(&k);
}

int ticket_lost_step(struct deciding *d)
{
	struct desk k = { .d = d, .waived = "" };

	if (!settings_is_staff(d->service, d->sender.address) || !d->sender.authenticated || d->sender.automatic)
		return DECIDE_NEXT;
	/* Files that are for some dossier are kept until somebody says for which. */
	if (handle_has_files(&d->job->mail) || d->route.named || d->route.choice_count || str_is_blank(d->job->mail.text))
		return DECIDE_NEXT;
	return send_back(&k, DESK_NONE);
}
