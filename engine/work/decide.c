/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"
#include "work/office_p.h"
#include "work/receipt.h"
#include "work/spool_order.h"
#include "work/ticket.h"

#define EMPTY_TOLD 3 /* receipts about one dossier in a day, after which an empty mail gets none */

int decide_steps(struct deciding *d, decide_step *const *steps)
{
	int rc = DECIDE_NEXT;

	while (rc == DECIDE_NEXT && *steps)
		rc = (*steps++)(d);
	return rc;
}

/* ---- mail of a party of its dossier ---- */

/* A photo in the text of the mail is perhaps all there is: somebody has to look at it. */
static bool has_pictures(const struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_RELATED)
			return true;
	return false;
}

/* The outcome of a step of handling: a rule that cannot decide holds the item. */
int decide_end_handled(struct deciding *d, int rc, const struct err *why)
{
	if (!rc)
		return decide_ended(d);
	if (why->code == ERR_LIMIT)
		return held_rule_error(d, why);
	*d->err = *why;
	return -1;
}

/* Was it mailed to the address for questions, where that is one of its own? */
static bool is_question(const struct deciding *d)
{
	const struct mail_addresses *lists[] = { &d->job->mail.to, &d->job->mail.cc };
	size_t i, j;

	for (i = 0; i < 2 && !addr_same(d->service->question, d->service->address); i++)
		for (j = 0; j < lists[i]->count; j++)
			if (addr_same(lists[i]->list[j].addr, d->service->question))
				return true;
	return false;
}

static int unproven_step(struct deciding *d)
{
	if (d->handling.standing.level >= 1)
		return DECIDE_NEXT;
	return held_keep(d, REASON_UNAUTHENTICATED, "nothing proves that the mail is from the address it claims");
}

static int encrypted_step(struct deciding *d)
{
	if (!d->job->mail.encrypted)
		return DECIDE_NEXT;
	return held_keep(d, REASON_ENCRYPTED, "it is encrypted, and nothing here decrypts mail");
}

/* Who may do what is settled: its words are read. */
static int words_step(struct deciding *d)
{
	struct err why = ERR_INIT;
	int rc;

	d->handling.words = !d->sender.automatic;
	d->handling.question = is_question(d);
	d->handling.problem = d->handling.words && ticket_is_problem(d);
	d->handling.ticket = d->ticket;
	rc = handle_begin(&d->handling, &why);
	return rc ? decide_end_handled(d, rc, &why) : DECIDE_NEXT;
}

/* Files, or something that was asked for. */
static int orders_step(struct deciding *d)
{
	struct err why = ERR_INIT;
	int rc;

	if (!handle_has_files(&d->job->mail) && !orders_any(&d->handling.orders) && !d->handling.filled.sheet &&
	    !ticket_asked(&d->handling))
		return DECIDE_NEXT;
	rc = handle_finish(&d->handling, &why);
	return decide_end_handled(d, rc, &why);
}

/* An out-of-office reply asks nothing of anybody, nor do thanks. */
static int nothing_asked_step(struct deciding *d)
{
	if (d->sender.automatic)
		return decide_end(d, ITEM_PROCESSED, REASON_AUTOMATIC);
	if (d->handling.orders.saying.kind == SAID_THANKS && !has_pictures(&d->job->mail) && !forwarded_says(d))
		return decide_end(d, ITEM_PROCESSED, REASON_THANKS);
	return DECIDE_NEXT;
}

/*
 * Neither words nor files: its sender is told so, unless that was done so often
 * today that he is probably a responder that does not say what it is (A25).
 */
static int empty_step(struct deciding *d)
{
	int64_t count = 0;

	if (!str_is_blank(d->job->mail.text) || has_pictures(&d->job->mail))
		return DECIDE_NEXT;
	if (store_outbox_count(d->engine->env->store, d->service->key, d->sender.address, "ontvangst", d->dossier->number,
			       d->now - DECIDE_DAY, &count, d->err))
		return -1;
	if (count >= EMPTY_TOLD) {
		d->verdict.detail = "no words and no files; the sender was told often enough today";
		return decide_end(d, ITEM_HELD, REASON_EMPTY);
	}
	return receipt_empty(d->engine, d->arena, d->dossier, d->job, &d->sender, d->handling.standing.role, &d->verdict,
			     d->now, d->err) ? -1 : decide_ended(d);
}

static int message_step(struct deciding *d)
{
	return held_keep(d, REASON_MESSAGE, "words without a file");
}

/* A mail that belongs to a dossier: what its sender may do with it, then what it asks. */
static decide_step *const dossier_steps[] = {
	standing_step, address_step, office_colleague_step, ticket_marked_step, standing_stranger_step, unproven_step,
	encrypted_step, words_step, orders_step,
	nothing_asked_step, empty_step, message_step, NULL
};

/* ---- any mail ---- */

static int sender_step(struct deciding *d)
{
	route_sender(d->engine->settings, d->service, &d->job->mail, d->arena, &d->sender);
	return DECIDE_NEXT;
}

static int senderless_step(struct deciding *d)
{
	return d->sender.reason ? held_keep(d, d->sender.reason, "no sender that can be answered") : DECIDE_NEXT;
}

static int route_step(struct deciding *d)
{
	/* Whose clients he passes mail on of. */
	if (d->forwards.found != FORWARD_NONE && office_colleague_acts(d, &d->sender.acts_for))
		return -1;
	if (route_mail(d->engine, d->service, &d->job->mail, &d->sender, &d->reply, &d->forwards, d->arena, &d->route,
		       d->err))
		return -1;
	if (d->route.unread)
		held_rule_log(d, d->route.unread);
	return DECIDE_NEXT;
}

static int dossier_step(struct deciding *d)
{
	return d->route.number ? decide_steps(d, dossier_steps) : DECIDE_NEXT;
}

static int lost_step(struct deciding *d)
{
	return held_keep(d, d->route.reason, d->route.detail);
}

/* In this order: who has it already, who may be believed, which dossier; then without one. */
static decide_step *const mail_steps[] = {
	sender_step, duplicate_step, accepted_step, looped_step, bounced_step, heard_step, senderless_step, ticket_thread_step,
	desk_step, office_step, forwarded_step, route_step, request_step, dossier_step, stranger_help_step, office_lost_step,
	ticket_marked_step, ticket_general_step, ticket_lost_step, lost_step, NULL
};

static int decide_mail(struct deciding *d)
{
	int rc;

	/* A group that failed is decided again, item by item: with all that the mail brought. */
	if (d->job->subject)
		d->job->mail.subject = d->job->subject;
	d->job->subject = d->job->mail.subject;
	if (reply_find(d->engine, d->service, &d->job->mail, d->arena, &d->reply, d->err))
		return -1;
	decide_describe(d);
	rc = decide_steps(d, mail_steps);
	return rc == DECIDE_ENDED && d->supersedes && duplicate_settle(d) ? -1 : rc;
}

/* ---- other items ---- */

/* A file from the spool: its path says which dossier, and who may write there may deliver (level 1). */
static int decide_file(struct deciding *d)
{
	struct dossier *dossier;
	struct err why = ERR_INIT;
	int rc;

	d->route.number = d->job->number;
	d->verdict.subject = d->job->item.origin;
	d->verdict.from = "scanner";
	d->sender.authenticated = true;
	rc = accepted_file_step(d);
	if (rc)
		return rc;
	if (!d->route.number)
		return held_keep(d, REASON_UNKNOWN_NUMBER, "the path names no dossier");
	if (store_dossier_load(d->engine->env->store, d->route.number, d->arena, &dossier, d->err))
		return -1;
	standing_begin(d, dossier);
	d->handling.standing = (struct standing){ .role = ACTOR_SCANNER, .level = 1 };
	rc = handle_begin(&d->handling, &why) || handle_finish(&d->handling, &why);
	return decide_end_handled(d, rc, &why);
}

/* The parser could not do it: again, or never. */
static enum decided decide_unparsed(struct deciding *d)
{
	struct job *job = d->job;
	const char *reason = job->unreachable		   ? REASON_UNREACHABLE :
			     job->status == PARSE_NOT_MAIL ? REASON_NOT_MAIL :
			     job->status == PARSE_LIMIT	   ? REASON_LIMIT :
							     REASON_CRASH;

	if (job->status == PARSE_ERROR && job->item.attempts < ENGINE_MAX_ATTEMPTS) {
		if (store_item_attempt(d->engine->env->store, job->item.id, &job->item.attempts, d->err))
			return DECIDED_ERROR;
		log_line(LOG_LEVEL_WARN, "item.attempt", "item=%lld attempts=%d why=\"%s\"", (long long)job->item.id,
			 job->item.attempts, job->reason);
		if (job->item.attempts < ENGINE_MAX_ATTEMPTS)
			return DECIDED_AGAIN;
	}
	return decide_end_quarantined(d, reason, job->reason) < 0 ? DECIDED_ERROR : DECIDED_DONE;
}

static void deciding_begin(struct deciding *d, struct engine *engine, struct job *job, struct err *err)
{
	*d = (struct deciding){ .engine = engine, .job = job, .arena = &job->arena, .err = err,
				.now = engine_now(engine),
				.service = settings_service(engine->settings, job->item.service) };
	d->verdict.id = job->item.id;
}

int decide_set_apart(struct engine *engine, struct job *job, const char *why, bool tell, struct err *err)
{
	struct deciding d;

	deciding_begin(&d, engine, job, err);
	d.verdict.state = ITEM_QUARANTINED;
	d.verdict.reason = REASON_ENGINE;
	d.verdict.detail = arena_strdup(d.arena, why);
	if (!tell || !d.service)
		return decide_end(&d, ITEM_QUARANTINED, REASON_ENGINE) < 0 ? -1 : 0;
	if (job->status == PARSE_OK && job->kind == PARSE_KIND_MAIL) {
		reply_strip(&job->mail, d.arena);
		decide_describe(&d);
	}
	return decide_end_with_mail(&d, "quarantaine", TMPL_AUDIENCE_STAFF) < 0 ? -1 : 0;
}

enum decided decide_job(struct engine *engine, struct job *job, struct err *err)
{
	struct deciding d;
	int rc;

	deciding_begin(&d, engine, job, err);
	if (job->gone)
		return decide_end(&d, ITEM_GONE, "gone") < 0 ? DECIDED_ERROR : DECIDED_DONE;
	if (!d.service) {
		/* Never in the name of another service: nothing crosses. */
		err_set(err, ERR_INPUT, "it came in for service '%s', which the configuration no longer has",
			job->item.service);
		return DECIDED_ERROR;
	}
	if (job->status != PARSE_OK)
		return decide_unparsed(&d);
	rc = job->order ? spool_order_decide(&d) : job->kind == PARSE_KIND_FILE ? decide_file(&d) : decide_mail(&d);
	return rc < 0 ? DECIDED_ERROR : DECIDED_DONE;
}
