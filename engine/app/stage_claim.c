/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "app/stage_judge_p.h"

int judge_fails(struct judging *j, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(j->failure->message, sizeof j->failure->message, fmt, ap);
	va_end(ap);
	return 0;
}

/* ---- words ---- */

/* Case of ASCII letters ignored; 'words' with one space between words, as the text has. */
static bool contains(const char *text, const char *words)
{
	for (; *text; text++)
		if (str_istarts(text, words))
			return true;
	return !*words;
}

const char *judge_who(struct stage *stage, const struct scenario_who *who)
{
	const char *address = stage_address(stage, who);

	switch (who->role) {
	case SCENARIO_ANYBODY: return "anybody";
	case SCENARIO_STAFF: return "staff";
	case SCENARIO_CLIENT: return arena_printf(&stage->arena, "client (%s)", address);
	case SCENARIO_OFFICE: return arena_printf(&stage->arena, "office (%s)", address);
	default: return address;
	}
}

/* "aangifte 2025" */
static const char *slot_text(struct stage *stage, const char *name, int year)
{
	return year ? arena_printf(&stage->arena, "%s %d", name, year) : name;
}

/* ---- mails ---- */

static void add_mail(const struct stage_mail *mail, struct buf *out)
{
	size_t i;
	bool taken = false;

	for (i = 0; i < mail->part_count; i++)
		taken |= mail->taken[i];
	buf_addf(out, "mail %s to %s%s\n  \"%s\"\n", mail->row.template, mail->to, taken ? " (expected before)" : "",
		 mail->row.subject);
}

/* Every mail since the last "when". */
static void add_mails(const struct stage *stage, struct buf *out)
{
	size_t i;

	for (i = stage->window; i < stage->mail_count; i++)
		add_mail(&stage->mails[i], out);
	if (stage->window == stage->mail_count)
		buf_adds(out, "no mail\n");
}

static void add_texts(const char *what, const struct scenario_texts *texts, struct buf *out)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		buf_addf(out, "  %s \"%s\"\n", what, texts->list[i]);
}

static void expected_mail(struct judging *j, const char *what)
{
	const struct scenario_claim *c = j->claim;
	struct buf *out = &j->failure->expected;

	buf_addf(out, "%s%s%s", what, c->template ? " " : "", c->template ? c->template : "");
	buf_addc(out, '\n');
	if (c->who.role != SCENARIO_ANYBODY)
		buf_addf(out, "  to %s\n", judge_who(j->stage, &c->who));
	add_texts("with", &c->with, out);
	add_texts("without", &c->without, out);
	add_texts("attached", &c->attached, out);
}

static size_t part_of(const struct stage_mail *mail, const char *template)
{
	size_t i = 0;

	while (i < mail->part_count && !str_eq(mail->parts[i], template))
		i++;
	return i;
}

static bool has_file(const struct mail *mail, const char *name)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_ATTACHMENT && str_eq(mail->parts[i].name, name))
			return true;
	return false;
}

/* What a mail of the right name lacks; NULL = nothing. */
static const char *lacks(struct judging *j, struct stage_mail *mail)
{
	const struct scenario_claim *c = j->claim;
	struct arena *arena = &j->stage->arena;
	size_t i;

	for (i = 0; i < c->with.count; i++)
		if (!contains(mail->words, c->with.list[i]))
			return arena_printf(arena, "it does not say \"%s\"", c->with.list[i]);
	for (i = 0; i < c->without.count; i++)
		if (contains(mail->words, c->without.list[i]))
			return arena_printf(arena, "it says \"%s\"", c->without.list[i]);
	for (i = 0; i < c->attached.count; i++)
		if (!has_file(mail->read, c->attached.list[i]))
			return arena_printf(arena, "\"%s\" is not attached", c->attached.list[i]);
	return NULL;
}

/* The text of the mail and its files, for whoever wonders what it says instead. */
static void add_text(const struct stage_mail *mail, bool text, struct buf *out)
{
	size_t i;

	add_mail(mail, out);
	for (i = 0; i < mail->read->part_count; i++)
		if (mail->read->parts[i].role == MAIL_PART_ATTACHMENT)
			buf_addf(out, "  attached \"%s\"\n", mail->read->parts[i].name);
	if (text)
		buf_addf(out, "%s\n", mail->read->text);
}

static bool needs_text(const struct scenario_claim *c)
{
	return c->with.count || c->without.count || c->attached.count;
}

/* Takes the part in every mail that fits: staff are several people who get the same. */
static int judge_mail(struct judging *j)
{
	struct stage *stage = j->stage;
	const struct scenario_claim *c = j->claim;
	struct stage_mail *near = NULL;
	const char *lack = NULL, *lacking;
	bool found = false, again = false;
	size_t i, part;

	for (i = stage->window; i < stage->mail_count; i++) {
		struct stage_mail *mail = &stage->mails[i];

		part = part_of(mail, c->template);
		if (part == mail->part_count || !stage_is(stage, &c->who, mail->to) ||
		    (found && c->who.role != SCENARIO_STAFF))
			continue;
		if (mail->taken[part]) {
			again = true;
			continue;
		}
		if (needs_text(c) && stage_read(stage, mail, j->err))
			return -1;
		lacking = needs_text(c) ? lacks(j, mail) : NULL;
		if (lacking && !near) {
			near = mail;
			lack = lacking;
		}
		mail->taken[part] = !lacking;
		found |= !lacking;
	}
	if (found)
		return 1;
	expected_mail(j, "mail");
	if (near)
		add_text(near, c->with.count || c->without.count, &j->failure->got);
	else
		add_mails(stage, &j->failure->got);
	return near ? judge_fails(j, "mail %s to %s came, but %s", c->template, near->to, lack) :
		      judge_fails(j, "expected mail %s to %s%s", c->template, judge_who(stage, &c->who),
			    again ? " once more" : "");
}

static bool any_taken(const struct stage_mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->taken[i])
			return true;
	return false;
}

static int judge_no_mail(struct judging *j)
{
	struct stage *stage = j->stage;
	const struct scenario_claim *c = j->claim;
	bool other = c->kind == CLAIM_NO_OTHER_MAIL;
	size_t i, count = 0;

	for (i = stage->window; i < stage->mail_count; i++) {
		const struct stage_mail *mail = &stage->mails[i];

		if (!stage_is(stage, &c->who, mail->to) || (other && any_taken(mail)) ||
		    (c->template && part_of(mail, c->template) == mail->part_count))
			continue;
		add_mail(mail, &j->failure->got);
		count++;
	}
	if (!count)
		return 1;
	expected_mail(j, other ? "no other mail" : "no mail");
	return judge_fails(j, "expected %s, but %zu came", other ? "no other mail" : "no mail", count);
}

/* ---- the dossier ---- */

static void add_slot(struct stage *stage, const struct slot *slot, struct buf *out)
{
	size_t i;

	buf_addf(out, "slot %s %s", slot_text(stage, slot->name, slot->year), slot_status_word(slot->status));
	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].current)
			buf_addf(out, " \"%s\"", slot->documents[i].name);
	buf_addc(out, '\n');
}

static bool slot_holds(const struct slot *slot, const char *name)
{
	size_t i;

	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].current && str_eq(slot->documents[i].name, name))
			return true;
	return false;
}

static int judge_slot(struct judging *j)
{
	const struct scenario_claim *c = j->claim;
	const struct slot *slot = dossier_slot(j->dossier, c->name, c->year);
	const char *name = slot_text(j->stage, c->name, c->year);
	bool right = slot && slot->status == (enum slot_status)c->word;
	size_t i;

	for (i = 0; right && i < c->files.count; i++)
		right = slot_holds(slot, c->files.list[i]);
	if (right)
		return 1;
	buf_addf(&j->failure->expected, "slot %s %s\n", name, slot_status_word((enum slot_status)c->word));
	add_texts("with", &c->files, &j->failure->expected);
	for (i = 0; i < j->dossier->slot_count; i++)
		if (!slot || &j->dossier->slots[i] == slot)
			add_slot(j->stage, &j->dossier->slots[i], &j->failure->got);
	if (!slot)
		return judge_fails(j, "the dossier has no slot %s", name);
	if (slot->status == (enum slot_status)c->word)
		return judge_fails(j, "slot %s holds other files", name);
	return judge_fails(j, "expected slot %s %s, it is %s", name, slot_status_word((enum slot_status)c->word),
		     slot_status_word(slot->status));
}

static int judge_state(struct judging *j)
{
	if (str_eq(j->dossier->state, j->claim->name))
		return 1;
	buf_addf(&j->failure->expected, "state %s\n", j->claim->name);
	buf_addf(&j->failure->got, "state %s\n", j->dossier->state);
	if (j->stage->window < j->stage->mail_count)
		add_mails(j->stage, &j->failure->got); /* a command that is refused is answered */
	return judge_fails(j, "expected state %s, it is %s", j->claim->name, j->dossier->state);
}

/* The waiting of a shared receipt is the engine's own affair. */
static bool is_ours(const struct timer *timer)
{
	return timer->kind != TIMER_RECEIPT;
}

static void add_timers(struct judging *j, bool keep)
{
	size_t i, count = 0;

	for (i = 0; i < j->dossier->timer_count; i++) {
		const struct timer *timer = &j->dossier->timers[i];

		if (!is_ours(timer) || (!keep && timer->kind == TIMER_KEEP))
			continue;
		buf_addf(&j->failure->got, "timer %s on %s\n", timer->clause, stage_moment_text(j->stage, timer->due));
		count++;
	}
	if (!count)
		buf_adds(&j->failure->got, "no timer\n");
}

static int judge_timer(struct judging *j)
{
	const struct scenario_claim *c = j->claim;
	int64_t at = c->on ? stage_moment(j->stage, &c->moment) : stage_later(j->stage, &c->after);
	struct buf span = BUF_INIT(BUF_MAX_LINE);
	size_t i;

	/* Written to the minute, so judged to the minute. */
	for (i = 0; i < j->dossier->timer_count; i++)
		if (is_ours(&j->dossier->timers[i]) && j->dossier->timers[i].due / 60 == at / 60)
			return 1;
	buf_addf(&j->failure->expected, "timer on %s\n", stage_moment_text(j->stage, at));
	add_timers(j, true);
	scenario_duration_text(&c->after, &span);
	if (c->on)
		judge_fails(j, "expected a timer on %s", stage_moment_text(j->stage, at));
	else
		judge_fails(j, "expected a timer in %s", span.data);
	buf_free(&span);
	return 0;
}

/* The end of the time of keeping is no deed of the workflow. */
static int judge_no_timer(struct judging *j)
{
	size_t i;

	for (i = 0; i < j->dossier->timer_count; i++)
		if (is_ours(&j->dossier->timers[i]) && j->dossier->timers[i].kind != TIMER_KEEP) {
			buf_adds(&j->failure->expected, "no timer\n");
			add_timers(j, false);
			return judge_fails(j, "expected no timer");
		}
	return 1;
}

static int judge_payment(struct judging *j)
{
	const struct dossier *d = j->dossier;
	const char *want = payment_status_word((enum payment_status)j->claim->word);

	if (d->payment_count && d->payments[d->payment_count - 1].status == (enum payment_status)j->claim->word)
		return 1;
	buf_addf(&j->failure->expected, "payment %s\n", want);
	if (d->payment_count)
		buf_addf(&j->failure->got, "payment %s\n", payment_status_word(d->payments[d->payment_count - 1].status));
	else
		buf_adds(&j->failure->got, "no payment\n");
	return judge_fails(j, "expected payment %s", want);
}

static int judge_approval(struct judging *j)
{
	const struct scenario_claim *c = j->claim;
	const struct approval *approval = dossier_approval(j->dossier, c->name, c->year);
	const char *name = slot_text(j->stage, c->name, c->year), *want = approval_state_word((enum approval_state)c->word);

	if (approval && approval->state == (enum approval_state)c->word)
		return 1;
	buf_addf(&j->failure->expected, "approval %s %s\n", name, want);
	buf_addf(&j->failure->got, "approval %s %s\n", name, approval ? approval_state_word(approval->state) : "never asked");
	return judge_fails(j, "expected approval %s %s", name, want);
}

/* Written as people write it: "1.234,50" is 1234.50. */
static bool same_value(struct judging *j, const char *value)
{
	const struct world *world = engine_world(j->stage->engine);
	const struct prog_fact *fact = program_fact(world_program(world, j->stage->file->workflow), j->claim->name);
	struct value_kind kind;
	const char *want;

	if (!value || !j->claim->value)
		return !value && !j->claim->value;
	kind = value_kind_of_fact(fact);
	return !value_read(&kind, j->claim->value, &j->stage->arena, &want) && str_eq(value, want);
}

static int judge_fact(struct judging *j)
{
	const struct scenario_claim *c = j->claim;
	const char *value = dossier_fact(j->dossier, c->name);

	if (same_value(j, value))
		return 1;
	buf_addf(&j->failure->expected, "fact %s %s\n", c->name, c->value ? c->value : "unknown");
	buf_addf(&j->failure->got, "fact %s %s\n", c->name, value ? value : "unknown");
	return judge_fails(j, "expected fact %s %s", c->name, c->value ? c->value : "unknown");
}

/* The newest one, about the dossier or about none; without its messages. NULL = none. */
static int newest_ticket(struct judging *j, const struct ticket **ticket)
{
	struct ticket_filter filter = { .service = j->stage->service->key, .state = -1 };
	struct ticket *list;
	size_t i, count;

	*ticket = NULL;
	do {
		if (store_ticket_list(j->stage->store, &filter, &j->stage->arena, &list, &count, j->err))
			return -1;
		for (i = 0; i < count; i++) {
			if (!*ticket || list[i].id > (*ticket)->id)
				*ticket = &list[i];
			filter.after = list[i].id > filter.after ? list[i].id : filter.after;
		}
	} while (count == 1000);
	return 0;
}

static int judge_ticket(struct judging *j)
{
	bool none = j->claim->kind == CLAIM_NO_TICKET;
	enum ticket_state state = (enum ticket_state)j->claim->word;
	const struct ticket *ticket;

	if (newest_ticket(j, &ticket))
		return -1;
	if (none ? !ticket : ticket && ticket->state == state)
		return 1;
	buf_addf(&j->failure->expected, none ? "no ticket\n" : "ticket %s\n", ticket_state_word(state));
	if (ticket)
		buf_addf(&j->failure->got, "ticket %s, %s, %s\n  \"%s\"\n", ticket->number, ticket_kind_word(ticket->kind),
			 ticket_state_word(ticket->state), ticket->subject);
	else
		buf_adds(&j->failure->got, "no ticket\n");
	if (none)
		return judge_fails(j, "expected no ticket, there is %s", ticket->number);
	if (!ticket)
		return judge_fails(j, "expected ticket %s, there is none", ticket_state_word(state));
	return judge_fails(j, "expected ticket %s, it is %s", ticket_state_word(state), ticket_state_word(ticket->state));
}

static int judge_erased(struct judging *j)
{
	if (!j->dossier)
		return 1;
	buf_adds(&j->failure->expected, "erased\n");
	add_timers(j, true);
	return judge_fails(j, "expected the dossier erased, it is there still");
}

/* Of a dossier that is erased nothing can be told but the mails. */
static bool is_told_without(enum scenario_claim_kind kind)
{
	return kind == CLAIM_MAIL || kind == CLAIM_NO_MAIL || kind == CLAIM_NO_OTHER_MAIL ||
	       kind == CLAIM_TICKET || kind == CLAIM_NO_TICKET || kind == CLAIM_ERASED || kind == CLAIM_HELD_MAIL ||
	       kind == CLAIM_NOTHING_HELD;
}

int stage_judge(struct stage *stage, const struct scenario_claim *claim, struct stage_failure *failure,
		struct err *err)
{
	static int (*const judges[])(struct judging *) = {
		[CLAIM_MAIL] = judge_mail,	   [CLAIM_NO_MAIL] = judge_no_mail, [CLAIM_NO_OTHER_MAIL] = judge_no_mail,
		[CLAIM_SLOT] = judge_slot,	   [CLAIM_STATE] = judge_state,	    [CLAIM_TIMER] = judge_timer,
		[CLAIM_NO_TIMER] = judge_no_timer, [CLAIM_HELD] = judge_held,	    [CLAIM_HELD_MAIL] = judge_held_mail,
		[CLAIM_NOTHING_HELD] = judge_nothing_held,
		[CLAIM_PAYMENT] = judge_payment,   [CLAIM_APPROVAL] = judge_approval, [CLAIM_FACT] = judge_fact,
		[CLAIM_TICKET] = judge_ticket,	   [CLAIM_NO_TICKET] = judge_ticket, [CLAIM_ERASED] = judge_erased,
	};
	struct judging j = { .stage = stage, .claim = claim, .failure = failure, .err = err };
	struct err gone = ERR_INIT;

	if (stage->burst && stage_look(stage, err))
		return -1;
	j.dossier = stage_dossier(stage, &gone);
	if (!j.dossier && gone.code != ERR_NOTFOUND)
		return err_set(err, gone.code, "%s", gone.text);
	failure->place = claim->place;
	if (!j.dossier && !is_told_without(claim->kind))
		return judge_fails(&j, "the dossier is erased: its time of keeping is over");
	return judges[claim->kind](&j);
}

void stage_describe(struct stage *stage, struct buf *out)
{
	struct dossier *dossier = stage_dossier(stage, NULL);
	size_t i, open = 0;

	if (!dossier) {
		buf_addf(out, "%s, no dossier %s\n", stage_moment_text(stage, stage_now(stage)), stage->number);
		return;
	}
	buf_addf(out, "%s, dossier %s in state %s;", stage_moment_text(stage, stage_now(stage)), dossier->number,
		 dossier->state);
	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (slot->status == SLOT_OPEN)
			open += slot->required && !slot->from_staff;
		else
			buf_addf(out, " %s %s,", slot_text(stage, slot->name, slot->year), slot_status_word(slot->status));
	}
	buf_addf(out, " %zu required slot%s open\n", open, open == 1 ? "" : "s");
}
