/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/place.h"

/* Own. */
#include "work/engine_p.h"
#include "work/filled.h"
#include "work/held.h"
#include "work/orders.h"

#define TOLD_WITHIN 86400
#define NOTES_TOLD 5    /* transcripts to one person about one dossier, after which a note is kept without one */
#define VAIN_TOLD 3    /* the same, after which a mail with nothing but wrong commands waits for a person */
#define RETURNS_TOLD 20 /* the same, after which a mail of staff waits for a person instead of going back */

enum how {
	HOW_EVENT,
	HOW_ANSWER,   /* a mail answers it */
	HOW_SETTING,  /* of the party, or of its reminders */
	HOW_PASS,     /* a person answers it */
	HOW_FILE,     /* "dit is" */
	HOW_APPROVAL,
	HOW_REPLY,    /* ja, nee */
	HOW_FORM,     /* "wijziging": the form is mailed */
	HOW_OFFICE,   /* about offices, beside any dossier: office_mail.c does it */
	HOW_LATER
};

static const struct {
	enum how how;
	enum event_kind event;
	const char *template;
} ways[COMMAND_VERBS] = {
	[COMMAND_HELP] = { HOW_ANSWER, EVENT_KINDS, "hulp" },
	[COMMAND_QUESTION] = { HOW_PASS, EVENT_KINDS, NULL },
	[COMMAND_PROBLEM] = { HOW_PASS, EVENT_KINDS, NULL },
	[COMMAND_STATUS] = { HOW_ANSWER, EVENT_KINDS, "status" },
	[COMMAND_OVERVIEW] = { HOW_OFFICE, EVENT_KINDS, NULL },
	[COMMAND_ARCHIVE] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_REPORT] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_THIS_IS] = { HOW_FILE, EVENT_KINDS, NULL },
	[COMMAND_ABSENT] = { HOW_EVENT, EVENT_SLOT_ABSENT, NULL },
	[COMMAND_PRESENT] = { HOW_EVENT, EVENT_SLOT_PRESENT, NULL },
	[COMMAND_SNOOZE] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_PAYMENT_LINK] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_LANGUAGE] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_COPY_ON] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_COPY_OFF] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_APPROVE] = { HOW_APPROVAL, EVENT_APPROVAL_GIVEN, NULL },
	[COMMAND_REFUSE] = { HOW_APPROVAL, EVENT_APPROVAL_REFUSED, NULL },
	[COMMAND_CHANGE] = { HOW_FORM, EVENT_KINDS, NULL },
	[COMMAND_CANCEL] = { HOW_EVENT, EVENT_CLIENT_CANCEL, NULL },
	[COMMAND_SHARE] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_OFFICE_ONLY] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_OVERVIEW_DAILY] = { HOW_OFFICE, EVENT_KINDS, NULL },
	[COMMAND_OVERVIEW_WEEKLY] = { HOW_OFFICE, EVENT_KINDS, NULL },
	[COMMAND_OVERVIEW_OFF] = { HOW_OFFICE, EVENT_KINDS, NULL },
	[COMMAND_COLLEAGUE_ALWAYS] = { HOW_REPLY, EVENT_KINDS, NULL },
	[COMMAND_COLLEAGUE_ONCE] = { HOW_REPLY, EVENT_KINDS, NULL },
	[COMMAND_YES] = { HOW_REPLY, EVENT_KINDS, NULL },
	[COMMAND_NO] = { HOW_REPLY, EVENT_KINDS, NULL },
	[COMMAND_TAKE] = { HOW_EVENT, EVENT_STAFF_TAKE, NULL },
	[COMMAND_ACCEPT] = { HOW_EVENT, EVENT_DOCUMENT_APPROVED, NULL },
	[COMMAND_REJECT] = { HOW_EVENT, EVENT_DOCUMENT_REJECTED, NULL },
	[COMMAND_EXTRA] = { HOW_EVENT, EVENT_SLOT_ADDED, NULL },
	[COMMAND_REOPEN] = { HOW_EVENT, EVENT_SLOT_REOPENED, NULL },
	[COMMAND_FINISH] = { HOW_EVENT, EVENT_STAFF_FINISH, NULL },
	[COMMAND_FOR_APPROVAL] = { HOW_EVENT, EVENT_APPROVAL_ASKED, NULL },
	[COMMAND_WITHDRAW] = { HOW_EVENT, EVENT_STAFF_WITHDRAW, NULL },
	[COMMAND_NOTE] = { HOW_EVENT, EVENT_STAFF_NOTE, NULL },
	[COMMAND_ASSIGN] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_PAID] = { HOW_EVENT, EVENT_PAYMENT_PAID, NULL },
	[COMMAND_REFUND] = { HOW_EVENT, EVENT_STAFF_REFUND, NULL },
	[COMMAND_OFFICE] = { HOW_OFFICE, EVENT_KINDS, NULL },
	[COMMAND_CLOSE] = { HOW_EVENT, EVENT_STAFF_CLOSE, NULL },
	[COMMAND_RELEASE] = { HOW_LATER, EVENT_KINDS, NULL },
	[COMMAND_DECLINE] = { HOW_LATER, EVENT_KINDS, NULL },
	[COMMAND_SEND_ANYWAY] = { HOW_LATER, EVENT_KINDS, NULL },
	[COMMAND_ADDRESS] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_ADDRESS_ADD] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_ADDRESS_DROP] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_ADDRESS_OF] = { HOW_SETTING, EVENT_KINDS, NULL },
	[COMMAND_PHRASE] = { HOW_EVENT, EVENT_PHRASE, NULL },
};

struct planning {
	struct decision *d;
	struct orders *o;
	const struct orders_order *order;
	const char *versions;      /* that the client is asked to approve now, as one word; NULL = none */
	struct buf pending;
	bool confirmed;            /* these were asked about, and "ja" was said */
	struct err *err;
};

static bool may(const struct planning *p, int level)
{
	return p->o->standing->forced || p->o->standing->level >= level;
}

/* ---- what is wrong with it ---- */

static const char *why_of(enum command_fault fault)
{
	static const char *const whys[COMMAND_FAULTS] = {
		[COMMAND_FORBIDDEN] = WHY_FORBIDDEN,         [COMMAND_NO_SLOT] = WHY_NO_SLOT,
		[COMMAND_UNKNOWN_SLOT] = WHY_UNKNOWN_SLOT,   [COMMAND_SEVERAL_SLOTS] = WHY_SEVERAL_SLOTS,
		[COMMAND_NO_REASON] = WHY_NO_REASON,         [COMMAND_NO_TEXT] = WHY_NO_REASON,
		[COMMAND_NO_DAYS] = WHY_FORM,                [COMMAND_NO_LANGUAGE] = WHY_FORM,
		[COMMAND_NO_ADDRESS] = WHY_FORM,             [COMMAND_NO_NAME] = WHY_FORM,
		[COMMAND_NO_ITEM] = WHY_FORM,
		[COMMAND_NOT_ALONE] = WHY_NOT_ALONE,
	};

	return whys[fault];
}

static void refuse(struct outcome *out, const char *why, const char *detail)
{
	out->kind = OUTCOME_REFUSED;
	out->why = why;
	out->detail = detail;
}

static void add_choice(struct planning *p, struct outcome *out, const char *title)
{
	out->choices = arena_grow(p->d->arena, out->choices, out->choice_count, sizeof *out->choices);
	out->choices[out->choice_count++] = title;
}

static void refuse_fault(struct planning *p, struct outcome *out)
{
	size_t i;

	refuse(out, why_of(out->said->fault), NULL);
	for (i = 0; i < out->said->choice_count; i++)
		add_choice(p, out, out->said->choices[i]->title);
}

/* ---- events ---- */

static struct event *add_event(struct planning *p, struct outcome *out, enum event_kind kind)
{
	struct orders *o = p->o;
	struct event *event;

	o->events = arena_grow(p->d->arena, o->events, o->event_count, sizeof *o->events);
	if (!out->count)
		out->first = o->event_count;
	out->count++;
	event = &o->events[o->event_count++];
	*event = (struct event){ .kind = kind, .at = p->d->now, .actor = o->standing->role, .by = o->by,
				 .reason = out->said->text };
	return event;
}

static void plan_event(struct planning *p, struct outcome *out)
{
	const struct said *said = out->said;
	struct event *event;
	size_t i;

	for (i = 0; i < said->slot_count || i == 0; i++) {
		event = add_event(p, out, ways[said->verb].event);
		if (said->slot_count) {
			event->slot = said->slots[i]->name;
			event->year = said->slots[i]->year;
		} else if (said->verb == COMMAND_EXTRA) {
			event->slot = said->name;
		}
		event->title = said->title;
		event->name = said->phrase ? said->phrase->name : said->file;
	}
}

/*
 * The answer holds for the versions that the mail showed which it answers. Who
 * has seen nothing of the kind is asked first, with the list.
 */
static void plan_approval(struct planning *p, struct outcome *out)
{
	const struct dossier *dossier = p->d->dossier;
	struct event *event;
	size_t i;

	for (i = 0; p->versions && i < dossier->approval_count; i++) {
		const struct approval *a = &dossier->approvals[i];

		if (a->state != APPROVAL_ASKED)
			continue;
		event = add_event(p, out, ways[out->said->verb].event);
		event->slot = a->slot;
		event->year = a->year;
		event->sha256 = a->sha256;
	}
	if (!out->count)
		add_event(p, out, ways[out->said->verb].event);
}

/* Does the mail answer one that showed what is asked now? '*stale_r': it showed something else. */
static bool has_seen(const struct planning *p, bool *stale)
{
	const struct reply_token *token = p->o->standing->token;
	const char *seen = token ? reply_purpose_versions(token->purpose) : NULL;

	*stale = seen && p->versions && !str_eq(seen, p->versions);
	return !p->versions || p->o->standing->forced || (seen && str_eq(seen, p->versions));
}

/* ---- "dit is" without a file in the mail: what waits since an earlier one ---- */

static bool waits_for_slot(const struct planning *p, const struct held_document *held)
{
	return (p->o->standing->role == ACTOR_STAFF || addr_same(held->document.from, p->o->by)) &&
	       (str_eq(held->reason, HELD_UNPLACED) || str_eq(held->reason, HELD_AMBIGUOUS) ||
		str_eq(held->reason, HELD_YEAR));
}

/* A file that waits because nothing named its place may be of a kind that this place does not take. */
static bool is_accepted(const struct planning *p, const struct document *document, const struct slot *slot)
{
	struct place_file file = { .name = document->name, .type = document->type, .size = document->size,
				   .sha256 = document->sha256, .slot = slot->name, .year = slot->year,
				   .from_staff = p->o->standing->role == ACTOR_STAFF };
	struct err err = ERR_INIT;
	struct place place;

	if (place_file(p->d->program, p->d->dossier, &file, p->d->arena, &place, &err))
		return false;
	return place.kind != PLACE_HELD || !str_eq(place.reason, HELD_TYPE);
}

static void plan_file(struct planning *p, struct outcome *out)
{
	const struct dossier *dossier = p->d->dossier;
	const struct held_document *found = NULL;
	struct event *event;
	size_t i, count = 0;

	if (p->order->files) {
		/* One file and one such line; with several the line says too little. */
		if (p->order->files > 1 || (p->o->said_slot && p->o->said_slot != out->said->slots[0])) {
			refuse(out, WHY_SEVERAL_FILES, NULL);
			p->o->said_slot = p->order->files > 1 ? p->o->said_slot : NULL;
			return;
		}
		p->o->said_slot = out->said->slots[0];
		out->kind = OUTCOME_DONE;
		return;
	}
	for (i = 0; i < dossier->held_count; i++)
		if (waits_for_slot(p, &dossier->held[i])) {
			/* That it was sent twice makes it no second file. */
			count += !found || memcmp(found->document.sha256, dossier->held[i].document.sha256, 32) != 0;
			found = &dossier->held[i];
		}
	if (count != 1) {
		refuse(out, count ? WHY_SEVERAL_FILES : WHY_NO_FILE, NULL);
		return;
	}
	if (!is_accepted(p, &found->document, out->said->slots[0])) {
		refuse(out, WHY_TYPE, NULL);
		return;
	}
	/* Whose it is does not change with who says what it is. */
	event = add_event(p, out, found->document.from_staff ? EVENT_STAFF_DOCUMENT_RECEIVED : EVENT_DOCUMENT_RECEIVED);
	event->slot = out->said->slots[0]->name;
	event->year = out->said->slots[0]->year;
	event->document = &found->document;
}

/* ---- "wijziging" ---- */

/* Where the workflow has no such form a person sees to it; where it has several they are named. */
static void plan_form(struct planning *p, struct outcome *out)
{
	const char **choices;
	size_t count, i;

	out->sheet = filled_change(p->d, p->o->standing->role, out->said->name, &choices, &count);
	out->kind = out->sheet ? OUTCOME_ANSWERED : OUTCOME_LATER;
	if (out->sheet || !count)
		return;
	refuse(out, WHY_FORMS, NULL);
	for (i = 0; i < count; i++)
		add_choice(p, out, choices[i]);
}

/* ---- a command that has to be confirmed ---- */

static void ask_first(struct planning *p, struct outcome *out)
{
	const struct said *said = out->said;

	if (p->pending.len)
		buf_adds(&p->pending, "\n\n");
	buf_adds(&p->pending, said->whole);
	out->kind = OUTCOME_ASKED;
}

/* What ends a dossier or moves money is asked about first, whatever proves who says it (A36). */
static bool is_grave(enum command_verb verb)
{
	return verb == COMMAND_WITHDRAW || verb == COMMAND_REFUND;
}

/* Has it to be confirmed by somebody of whom all is proven? '*stale_r': he answers what another version has replaced. */
static bool is_doubtful(const struct planning *p, const struct said *said, bool *stale)
{
	*stale = false;
	if (ways[said->verb].how == HOW_APPROVAL && p->versions)
		return !has_seen(p, stale);
	return is_grave(said->verb) && !p->confirmed && !p->o->standing->forced;
}

/*
 * Nobody is asked whether he means what the rules refuse anyway: they are tried,
 * after the commands above it in the mail, and then the outcome says why not.
 * What the mail's files and forms, or files that wait, come to is not known yet:
 * then he is asked.
 */
static bool would_be_done(struct planning *p, struct outcome *out)
{
	struct orders tried = *p->o;
	struct planning try = *p;
	struct outcome trial = *out;

	if (p->order->files || p->order->beside || orders_put_slot(p->d, p->o))
		return true;
	try.o = &tried;
	if (ways[out->said->verb].how == HOW_APPROVAL)
		plan_approval(&try, &trial);
	else
		plan_event(&try, &trial);
	if (orders_try(p->d, &tried, &trial))
		return true;
	*out = trial;
	out->first = out->count = 0;
	return false;
}

static void plan_one(struct planning *p, struct outcome *out)
{
	const struct said *said = out->said;
	bool stale;

	if (said->fault != COMMAND_FINE) {
		refuse_fault(p, out);
		p->o->unapproved |= said->fault == COMMAND_NOT_ALONE && said->verb == COMMAND_APPROVE;
		return;
	}
	/* Who is not proven learns nothing of what the rules would say. */
	if (!may(p, said->level)) {
		ask_first(p, out);
		return;
	}
	if (is_doubtful(p, said, &stale)) {
		if (stale)
			refuse(out, FLOW_VOID, NULL);
		else if (would_be_done(p, out))
			ask_first(p, out);
		return;
	}
	switch (ways[said->verb].how) {
	case HOW_EVENT: plan_event(p, out); break;
	case HOW_APPROVAL: plan_approval(p, out); break;
	case HOW_FILE: plan_file(p, out); break;
	case HOW_FORM: plan_form(p, out); break;
	case HOW_ANSWER: out->kind = OUTCOME_ANSWERED; break;
	case HOW_PASS: out->kind = OUTCOME_PASSED; break;
	case HOW_LATER: out->kind = OUTCOME_LATER; break;
	case HOW_REPLY: refuse(out, WHY_NOTHING_ASKED, NULL); break;
	case HOW_SETTING: break;
	case HOW_OFFICE: break;
	}
	/* Nobody's wish is lost because it cannot be done by mail: a person sees it. */
	p->o->passed |= out->kind == OUTCOME_PASSED || (out->kind == OUTCOME_LATER && p->o->standing->role != ACTOR_STAFF);
}

/* ---- ja and nee ---- */

static struct outcome *add_outcome(struct planning *p, const struct said *said)
{
	struct orders *o = p->o;
	struct outcome *out;

	o->list = arena_grow(p->d->arena, o->list, o->count, sizeof *o->list);
	out = &o->list[o->count++];
	*out = (struct outcome){ .said = said, .line = said->line, .kind = OUTCOME_PLANNED };
	return out;
}

static void read_text(struct planning *p, const char *text, bool mail, struct saying *saying)
{
	struct saying_order order = { .phrases = p->order->phrases, .program = p->d->program,
				      .dossier = p->d->dossier, .role = p->o->standing->role, .text = text };

	if (mail) {
		order.name = p->order->name;
		order.files = p->order->files > 0 || p->order->beside;
		order.question = p->order->question;
		order.marks = p->order->marks;
		order.mark_count = p->order->mark_count;
	}
	command_read(&order, p->d->arena, saying);
}

/* The commands as they were written before, now with the level that they ask for. */
static void run_pending(struct planning *p, const struct pending_command *pending)
{
	struct saying saying;
	size_t i;

	p->confirmed = true;
	read_text(p, pending->text, false, &saying);
	for (i = 0; i < saying.count; i++) {
		struct said *said = arena_memdup(p->d->arena, &saying.list[i], sizeof *said);
		struct outcome *out = add_outcome(p, said);

		if (said->fault == COMMAND_FINE && said->level > p->o->standing->level && !p->o->standing->forced)
			refuse(out, WHY_WEAK, NULL);
		else
			plan_one(p, out);
	}
}

/* What the mail that is answered asked about; NULL when it asked nothing that is still open, and why. */
static int find_pending(struct planning *p, struct pending_command *pending, const char **why)
{
	const struct reply_token *token = p->o->standing->token;
	struct err err = ERR_INIT;

	*why = WHY_NOTHING_ASKED;
	if (!token || !reply_is_confirm(token))
		return 0;
	if (store_pending_find(p->d->engine->env->store, token->hash, p->d->arena, pending, &err)) {
		if (err.code == ERR_NOTFOUND)
			return 0;
		*p->err = err;
		return -1;
	}
	*why = !addr_same(pending->address, token->address) ? WHY_NOTHING_ASKED :
	       pending->answered != DATE_NONE		    ? FLOW_ALREADY :
	       p->d->now >= pending->expires		    ? WHY_TOO_LATE :
							      NULL;
	return 0;
}

static int plan_reply(struct planning *p, const struct said *said)
{
	struct pending_command *pending = arena_alloc(p->d->arena, sizeof *pending);
	const char *why;
	int needed = p->o->standing->role == ACTOR_STAFF ? 3 : 2;
	bool held;

	if (said->fault != COMMAND_FINE) {
		refuse_fault(p, add_outcome(p, said));
		return 0;
	}
	if (find_pending(p, pending, &why))
		return -1;
	/* Whether held mail was his own he may say at level 1: the token is the proof that was asked for. */
	held = !why && held_is_question(pending->text);
	if (!why && !held && said->verb == COMMAND_YES && !may(p, needed))
		why = WHY_WEAK;
	if (why) {
		struct outcome *out = add_outcome(p, said);

		if (str_eq(why, FLOW_ALREADY))
			out->kind = OUTCOME_ALREADY;
		else
			refuse(out, why, NULL);
		return 0;
	}
	p->o->answers = pending->hash;
	if (held) {
		add_outcome(p, said)->kind = said->verb == COMMAND_YES ? OUTCOME_DONE : OUTCOME_DROPPED;
		return held_answered(p->d, p->o, pending, said->verb == COMMAND_YES, p->err);
	}
	if (said->verb == COMMAND_YES)
		run_pending(p, pending);
	else
		add_outcome(p, said)->kind = OUTCOME_DROPPED;
	return 0;
}

/* ---- all of them ---- */

/* A reply of staff that is neither commands nor an answer goes back whole. */
static bool is_mixed(const struct orders *o)
{
	const struct saying *s = &o->saying;

	return o->standing->role == ACTOR_STAFF &&
	       (s->near_count || (s->count && (s->kind == SAID_NOTE || s->kind == SAID_QUESTION)));
}

static void return_whole(struct planning *p)
{
	size_t i;

	p->o->returned = true;
	for (i = 0; i < p->o->saying.count; i++)
		refuse(add_outcome(p, &p->o->saying.list[i]), WHY_MIXED, NULL);
}

/* Text of staff about a dossier is for the file, never for the client. */
static void plan_staff_text(struct planning *p)
{
	struct said *said = arena_alloc(p->d->arena, sizeof *said);
	struct outcome out = { .said = said };

	if (p->o->standing->role != ACTOR_STAFF || p->o->saying.count || !p->o->saying.text || !may(p, 3))
		return;
	said->text = command_words(&p->o->saying, p->d->arena);
	add_event(p, &out, EVENT_STAFF_NOTE);
	p->o->noted = true;
}

static int plan_all(struct planning *p)
{
	struct saying *s = &p->o->saying;
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (ways[s->list[i].verb].how != HOW_REPLY)
			plan_one(p, add_outcome(p, &s->list[i]));
		else if (plan_reply(p, &s->list[i]))
			return -1;
	}
	return 0;
}

/*
 * Will "ja" run what is asked, and nothing else? Lines that were too far down
 * the mail to be commands, or words that were no signature there, may be here.
 */
static bool reads_back(struct planning *p)
{
	const struct orders *o = p->o;
	struct saying again;
	size_t i, n = 0;

	read_text(p, p->pending.data, false, &again);
	for (i = 0; i < o->count; i++) {
		const struct said *said = o->list[i].said;

		if (o->list[i].kind != OUTCOME_ASKED)
			continue;
		if (n == again.count || again.list[n].verb != said->verb || !str_eq(again.list[n].text, said->text))
			return false;
		n++;
	}
	return n == again.count;
}

static void refuse_asked(struct orders *o)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->list[i].kind == OUTCOME_ASKED)
			refuse(&o->list[i], WHY_FORM, NULL);
}

static const char *told(const struct orders *o)
{
	return o->told ? o->told : o->by;
}

/* Commands that wait for "ja": is the question out already? */
static int keep_pending(struct planning *p)
{
	struct decision *d = p->d;
	const char *what;

	if (!p->pending.len)
		return 0;
	if (!reads_back(p)) {
		refuse_asked(p->o);
		return 0;
	}
	p->o->pending = arena_strdup(d->arena, p->pending.data);
	what = reply_purpose(d->arena, reply_confirm(d->engine, p->o->pending, d->arena), p->versions);
	return reply_asked(d->engine, d->service->key, d->dossier->number, told(p->o), what, d->now, d->arena,
			   &p->o->asked_before, p->err);
}

/* Of somebody who is no staff: those hear of every mistake. */
static bool is_vain(const struct orders *o)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->list[i].kind != OUTCOME_REFUSED)
			return false;
	return o->count > 0 && o->standing->role != ACTOR_STAFF;
}

/*
 * A vacation responder that does not say what it is must not be answered for
 * ever (A25), and any text that it writes is a note, or goes back.
 */
static int hush(struct planning *p)
{
	struct orders *o = p->o;
	int64_t count = 0;

	o->vain = is_vain(o);
	if (o->standing->forced || !(o->returned || o->vain || (o->noted && !o->count)))
		return 0;
	if (store_outbox_count(p->d->engine->env->store, p->d->service->key, told(o), "verslag", p->d->dossier->number,
			       p->d->now - TOLD_WITHIN, &count, p->err))
		return -1;
	o->hushed = count >= (o->returned ? RETURNS_TOLD : o->vain ? VAIN_TOLD : NOTES_TOLD);
	return 0;
}

int orders_plan(struct decision *d, const struct orders_order *order, struct orders *o, struct err *err)
{
	struct planning p = { .d = d, .o = o, .order = order, .err = err };
	int rc = 0;

	buf_init(&p.pending, BUF_MAX_TEXT);
	p.versions = reply_versions(d->engine, d->dossier, d->arena);
	read_text(&p, order->text, true, &o->saying);
	if (is_mixed(o))
		return_whole(&p);
	else
		rc = plan_all(&p);
	o->unapproved |= o->saying.approval_meant && p.versions && o->standing->role == ACTOR_CLIENT;
	if (!o->returned)
		plan_staff_text(&p);
	if (!rc)
		rc = keep_pending(&p) || hush(&p) ? -1 : 0;
	buf_free(&p.pending);
	return rc;
}

bool orders_any(const struct orders *o)
{
	return o->count || o->returned || o->noted || o->unapproved;
}

void orders_count(const struct orders *o, size_t *done, size_t *refused)
{
	size_t i;

	*done = *refused = 0;
	for (i = 0; i < o->count; i++) {
		bool failed = o->list[i].kind == OUTCOME_REFUSED || o->list[i].kind == OUTCOME_LATER;

		*refused += failed;
		*done += !failed;
	}
}
