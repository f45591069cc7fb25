/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/bounce.h"
#include "work/decide.h"
#include "work/handle.h"
#include "work/receipt.h"
#include "work/route.h"

#define ACK_EVERY 86400 /* a stranger hears from us, and a known sender is asked, once a day */
#define EMPTY_TOLD 5    /* receipts about one dossier in that time, after which an empty mail gets none */

/* One item under decision. */
struct deciding {
	struct engine *engine;
	struct job *job;
	struct arena *arena;
	const struct settings_service *service;
	struct mail_sender sender;
	struct reply reply;
	struct route route;
	struct item_verdict verdict;
	const struct bounce *bounce; /* the item reports it; NULL = none */
	int64_t now;
	struct err *err;
};

static int ended(struct deciding *d)
{
	char from[160], subject[200];
	const struct item_verdict *v = &d->verdict;

	d->job->item.state = v->state;
	log_line(LOG_LEVEL_INFO, "item.decided", "item=%lld state=%s reason=%s source=%s dossier=%s from=%s subject=%s",
		 (long long)v->id, item_state_word(v->state), v->reason ? v->reason : "-",
		 item_source_word(d->job->item.source), v->dossier ? v->dossier : "-",
		 log_quote(from, sizeof from, v->from), log_quote(subject, sizeof subject, v->subject));
	return 0;
}

/* ---- items without a decision: held, quarantined, duplicate, gone ---- */

/* Mails about an item that changes no dossier; 'template' NULL = none. */
static int end_with_mail(struct deciding *d, const char *template, enum tmpl_audience audience)
{
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service,
			       .scope = d->job->item.scope, .now = d->now, .item = d->job->item.id,
			       .received = d->job->item.received, .sender = d->sender.address,
			       .sender_name = d->sender.name, .in_reply_to = d->verdict.message_id,
			       .why = d->verdict.detail ? d->verdict.detail : d->verdict.reason,
			       .item_from = d->verdict.from, .item_subject = d->verdict.subject,
			       .choices = d->route.choices, .choice_count = d->route.choice_count,
			       .unknown_number = d->route.unknown_number };
	struct store_take take = { .item = &d->verdict, .now = d->now };

	a.cause = arena_printf(d->arena, "item:%lld", (long long)a.item);
	if (d->bounce) {
		a.failed = &d->bounce->row;
		a.failed_reply = d->bounce->reply;
	}
	if (template)
		answer_wish(&a, template, audience);
	if (answer_render(&a, d->err))
		return -1;
	take.outbox = a.rows;
	take.outbox_count = a.row_count;
	if (store_take(d->engine->env->store, &take, d->err) ||
	    store_time_seen(d->engine->env->store, d->now, d->err))
		return -1;
	return ended(d);
}

static int quarantine(struct deciding *d, const char *reason, const char *detail)
{
	d->verdict.state = ITEM_QUARANTINED;
	d->verdict.reason = reason;
	d->verdict.detail = detail;
	return end_with_mail(d, "quarantaine", TMPL_AUDIENCE_STAFF);
}

/* How often did this address hear this from us today? */
static int said_today(struct deciding *d, const char *template, bool *said)
{
	int64_t count = 0;

	if (store_outbox_count(d->engine->env->store, d->sender.address, template, NULL, d->now - ACK_EVERY, &count,
			       d->err))
		return -1;
	*said = count > 0;
	return 0;
}

/*
 * Held for a person. Whom to tell: a known sender is asked which dossier he
 * meant; a stranger gets one neutral acknowledgement a day, the same whether or
 * not the number exists; an unauthenticated or automatic sender gets nothing.
 */
static int hold(struct deciding *d, const char *reason, const char *detail)
{
	bool known = d->route.choice_count > 0, said = true;
	const char *template = known ? "vraag-dossier" : "ontvangst-algemeen";
	bool about_dossier = !str_eq(reason, REASON_MESSAGE) && !str_eq(reason, REASON_RULE);

	d->verdict.state = ITEM_HELD;
	d->verdict.reason = reason;
	d->verdict.detail = detail;
	if (d->sender.address && d->sender.authenticated && !d->sender.automatic && !d->sender.reason &&
	    about_dossier && said_today(d, template, &said))
		return -1;
	return end_with_mail(d, said ? NULL : template, TMPL_AUDIENCE_SENDER);
}

/*
 * "hulp" and nothing else, from somebody who has no dossier, or named none that
 * he may know of: answered in the same words whatever exists, once a day.
 */
static bool asks_help(const struct deciding *d)
{
	struct saying_order order = { .phrases = world_phrases(d->engine->world), .role = ACTOR_NONE,
				      .text = d->job->mail.text };
	struct saying saying;

	if (!d->sender.authenticated || d->sender.automatic || handle_has_files(&d->job->mail))
		return false;
	command_read(&order, d->arena, &saying);
	return saying.count == 1 && saying.list[0].verb == COMMAND_HELP && !saying.text;
}

static int end_help(struct deciding *d)
{
	bool said = true;

	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_HELP;
	d->verdict.dossier = NULL;
	if (said_today(d, "hulp-algemeen", &said))
		return -1;
	return end_with_mail(d, said ? NULL : "hulp-algemeen", TMPL_AUDIENCE_SENDER);
}

static int end_plain(struct deciding *d, enum item_state state, const char *reason)
{
	d->verdict.state = state;
	d->verdict.reason = reason;
	if (store_item_end(d->engine->env->store, &d->verdict, d->err))
		return -1;
	return ended(d);
}

/* ---- duplicates ---- */

static void key_add(struct buf *material, const char *text)
{
	buf_adds(material, text ? text : "");
	buf_addc(material, '\n');
}

/*
 * What makes a message this message (reliability §2.3 step 7): the same
 * Message-ID with other contents is another message.
 */
static int content_key(struct deciding *d, unsigned char key[SEAL_HASH_SIZE])
{
	const struct mail *mail = &d->job->mail;
	struct buf material = BUF_INIT(BUF_MAX_FILE);
	int64_t bytes = 0;
	unsigned char parts[SEAL_HASH_SIZE];
	size_t i;

	key_add(&material, mail->from.count ? mail->from.list[0].addr : "");
	key_add(&material, mail->message_id);
	key_add(&material, mail->subject);
	buf_addf(&material, "%lld\n", (long long)mail->date);
	for (i = 0; i < mail->part_count; i++) {
		const struct mail_part *part = &mail->parts[i];

		buf_addf(&material, "%s %lld\n", part->type, (long long)part->size);
		if (part->offset + part->size > bytes)
			bytes = part->offset + part->size;
	}
	if (seal_hash_fd(&d->engine->hash_key, d->job->out, 0, bytes, parts, d->err)) {
		buf_free(&material);
		return -1;
	}
	buf_add(&material, parts, sizeof parts);
	seal_hash(&d->engine->hash_key, material.data, material.len, key);
	buf_free(&material);
	return 0;
}

/* 1 = it is one and was ended as such, 0 = it is not. */
static int check_duplicate(struct deciding *d, const unsigned char *key)
{
	int64_t same = 0;

	if (store_item_find_same(d->engine->env->store, d->service->key, d->job->item.id, d->job->item.raw_hash, key,
				 &same, d->err))
		return -1;
	if (!same)
		return 0;
	d->verdict.duplicate_of = same;
	d->verdict.detail = arena_printf(d->arena, "the same message as item %lld", (long long)same);
	return end_plain(d, ITEM_DUPLICATE, "duplicate") ? -1 : 1;
}

/* ---- items with a dossier ---- */

/* A photo in the text of the mail is perhaps all there is: somebody has to look at it. */
static bool has_pictures(const struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_RELATED)
			return true;
	return false;
}

/* The rules could not decide (too many transitions, a pattern at its limit): a person does, nothing is lost. */
static int hold_rule_error(struct deciding *d, const struct err *why)
{
	char quoted[300];

	log_line(LOG_LEVEL_ERROR, "rule.error", "item=%lld dossier=%s why=%s", (long long)d->job->item.id,
		 d->route.number, log_quote(quoted, sizeof quoted, why->text));
	return hold(d, REASON_RULE, arena_strdup(d->arena, why->text));
}

/* The outcome of a step of handling: a rule that cannot decide holds the item. */
static int end_handled(struct deciding *d, int rc, const struct err *why)
{
	if (!rc)
		return ended(d);
	if (why->code == ERR_LIMIT)
		return hold_rule_error(d, why);
	*d->err = *why;
	return -1;
}

static void handling_init(struct deciding *d, struct handling *h, struct dossier *dossier)
{
	*h = (struct handling){ .engine = d->engine, .arena = d->arena, .job = d->job, .dossier = dossier,
				.from = d->sender.address ? d->sender.address : "scanner", .by = d->sender.address,
				.verdict = &d->verdict, .now = d->now };
	h->cause = arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
	/* Automatic mail is never answered: nobody is its sender, whatever the rules want to say to him. */
	if (!d->sender.automatic) {
		h->sender = d->sender.address;
		h->sender_name = d->sender.name;
		h->in_reply_to = d->verdict.message_id;
	}
}

/* What the sender is to this dossier; ACTOR_NONE where he may do nothing with it. */
static enum actor_role role_in(const struct deciding *d, const struct dossier *dossier)
{
	enum actor_role role = d->sender.address ? dossier_role_of(dossier, d->sender.address) : ACTOR_NONE;

	if (role == ACTOR_NONE && d->sender.address && settings_is_staff(d->service, d->sender.address))
		role = ACTOR_STAFF;
	if (role == ACTOR_CLIENT && dossier->office_only)
		role = ACTOR_NONE;
	return role;
}

static int load_dossier(struct deciding *d, struct dossier **dossier)
{
	return store_dossier_load(d->engine->env->store, d->route.number, d->arena, dossier, d->err);
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

/*
 * Neither words nor files: its sender is told so, unless that was done so often
 * today that he is probably a responder that does not say what it is (A25).
 */
static int end_empty(struct deciding *d, const struct handling *h)
{
	int64_t count = 0;

	if (store_outbox_count(d->engine->env->store, d->sender.address, "ontvangst", h->dossier->number,
			       d->now - ACK_EVERY, &count, d->err))
		return -1;
	if (count >= EMPTY_TOLD) {
		d->verdict.detail = "no words and no files; the sender was told often enough today";
		return end_plain(d, ITEM_HELD, REASON_EMPTY);
	}
	return receipt_empty(d->engine, d->arena, h->dossier, d->job, &d->sender, h->standing.role, &d->verdict, d->now,
			     d->err) ? -1 : ended(d);
}

/* Who may do what is settled: its words, its files, or a person. */
static int decide_handled(struct deciding *d, struct handling *h)
{
	const struct mail *mail = &d->job->mail;
	struct err why = ERR_INIT;
	int rc;

	h->words = !d->sender.automatic;
	h->question = is_question(d);
	rc = handle_begin(h, &why);
	if (rc)
		return end_handled(d, rc, &why);
	if (handle_has_files(mail) || orders_any(&h->orders)) {
		rc = handle_finish(h, &why);
		return end_handled(d, rc, &why);
	}
	/* An out-of-office reply asks nothing of anybody. */
	if (d->sender.automatic)
		return end_plain(d, ITEM_PROCESSED, REASON_AUTOMATIC);
	if (h->orders.saying.kind == SAID_THANKS && !has_pictures(mail))
		return end_plain(d, ITEM_PROCESSED, REASON_THANKS);
	if (str_is_blank(mail->text) && !has_pictures(mail))
		return end_empty(d, h);
	return hold(d, REASON_MESSAGE, "words without a file");
}

static int decide_for_dossier(struct deciding *d)
{
	struct dossier *dossier;
	struct handling h;

	if (load_dossier(d, &dossier))
		return -1;
	handling_init(d, &h, dossier);
	h.standing = standing_of(role_in(d, dossier), d->sender.auth,
				 reply_valid(&d->reply, dossier->number, d->sender.address, d->now));
	d->verdict.dossier = dossier->number;
	if (h.standing.role == ACTOR_NONE && asks_help(d))
		return end_help(d);
	if (h.standing.role == ACTOR_NONE) {
		/* Not a word to the sender about whether this number exists: the same answer as where it does not. */
		d->route.unknown_number = d->route.named;
		return hold(d, REASON_STRANGER, "the sender is no party of the dossier that the mail names");
	}
	if (h.standing.level < 1)
		return hold(d, REASON_UNAUTHENTICATED, "nothing proves that the mail is from the address it claims");
	if (d->job->mail.encrypted)
		return hold(d, REASON_ENCRYPTED, "it is encrypted, and nothing here decrypts mail");
	return decide_handled(d, &h);
}

static void describe_mail(struct deciding *d)
{
	const struct mail *mail = &d->job->mail;
	char *clean = str_clean(mail->subject, 400);

	d->verdict.subject = arena_strdup(d->arena, clean);
	free(clean);
	clean = str_clean(mail->from.count ? mail->from.list[0].addr : "", 300);
	d->verdict.from = arena_strdup(d->arena, clean);
	free(clean);
	d->verdict.message_id = mail->message_id;
}

/* A mail that came back, outside any dossier: staff are told, unless it was for them. */
static int end_bounce(struct deciding *d, const struct bounce *bounce)
{
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_BOUNCE;
	d->verdict.detail = arena_printf(d->arena, "mail %lld to %s came back", (long long)bounce->row.id, bounce->row.to);
	d->verdict.dossier = bounce->row.dossier;
	d->bounce = bounce;
	return end_with_mail(d, str_eq(bounce->row.audience, "staff") ? NULL : "aflevering-mislukt", TMPL_AUDIENCE_STAFF);
}

/* A mail of a dossier came back: the rules hear of it too. */
static int take_bounce(struct deciding *d, const struct bounce *bounce)
{
	struct event event = { .kind = EVENT_MAIL_FAILED, .at = d->now, .name = bounce->row.to, .reason = bounce->reply };
	struct decision decision;
	struct dossier *dossier;
	struct err rule = ERR_INIT;

	d->route.number = bounce->row.dossier;
	if (!bounce->row.dossier || str_eq(bounce->row.audience, "staff"))
		return end_bounce(d, bounce);
	if (load_dossier(d, &dossier) || decision_prepare(&decision, d->engine, d->arena, dossier, d->now, d->err))
		return -1;
	decision.events = &event;
	decision.event_count = 1;
	if (decision_flow(&decision, &rule))
		return hold_rule_error(d, &rule);
	decision.answering.cause = arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
	decision.answering.item = d->job->item.id;
	decision.answering.received = d->job->item.received;
	decision.answering.failed = &bounce->row;
	decision.answering.failed_reply = bounce->reply;
	answer_wish(&decision.answering, "aflevering-mislukt", TMPL_AUDIENCE_STAFF);
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_BOUNCE;
	d->verdict.dossier = dossier->number;
	decision.verdict = &d->verdict;
	return decision_take(&decision, d->err) ? -1 : ended(d);
}

static int decide_mail(struct deciding *d)
{
	struct bounce bounce;
	unsigned char key[SEAL_HASH_SIZE];
	int same;
	struct err rule = ERR_INIT;

	/* A group that failed is decided again, item by item: with all that the mail brought. */
	if (d->job->subject)
		d->job->mail.subject = d->job->subject;
	d->job->subject = d->job->mail.subject;
	if (reply_find(d->engine, d->service, &d->job->mail, d->arena, &d->reply, d->err))
		return -1;
	describe_mail(d);
	if (content_key(d, key))
		return -1;
	d->verdict.content_key = key;
	same = check_duplicate(d, key);
	if (same)
		return same < 0 ? -1 : 0;
	route_sender(d->engine->settings, d->service, &d->job->mail, d->arena, &d->sender);
	if (d->sender.bounce && bounce_find(d->service, d->job, d->arena, &bounce))
		return take_bounce(d, &bounce);
	if (d->sender.reason)
		return hold(d, d->sender.reason, "no sender that can be answered");
	if (route_mail(d->engine, d->service, &d->job->mail, &d->sender, &d->reply, d->arena, &d->route, &rule)) {
		if (rule.code == ERR_LIMIT)
			return hold_rule_error(d, &rule);
		*d->err = rule;
		return -1;
	}
	if (d->route.number)
		return decide_for_dossier(d);
	return asks_help(d) ? end_help(d) : hold(d, d->route.reason, d->route.detail);
}

/* A file from the spool: its path says which dossier, and who may write there may deliver (level 1). */
static int decide_file(struct deciding *d)
{
	struct dossier *dossier;
	struct handling h;
	struct err why = ERR_INIT;
	int rc;

	d->route.number = d->job->number;
	d->verdict.subject = d->job->item.origin;
	d->verdict.from = "scanner";
	d->sender.authenticated = true;
	if (!d->route.number)
		return hold(d, REASON_UNKNOWN_NUMBER, "the path names no dossier");
	if (load_dossier(d, &dossier))
		return -1;
	handling_init(d, &h, dossier);
	h.standing = (struct standing){ .role = ACTOR_SCANNER, .level = 1 };
	rc = handle_begin(&h, &why) || handle_finish(&h, &why);
	return end_handled(d, rc, &why);
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
	return quarantine(d, reason, job->reason) ? DECIDED_ERROR : DECIDED_DONE;
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
		return end_plain(&d, ITEM_QUARANTINED, REASON_ENGINE);
	if (job->status == PARSE_OK && job->kind == PARSE_KIND_MAIL) {
		reply_strip(&job->mail, d.arena);
		describe_mail(&d);
	}
	return end_with_mail(&d, "quarantaine", TMPL_AUDIENCE_STAFF);
}

enum decided decide_job(struct engine *engine, struct job *job, struct err *err)
{
	struct deciding d;
	int rc;

	deciding_begin(&d, engine, job, err);
	if (job->gone)
		return end_plain(&d, ITEM_GONE, "gone") ? DECIDED_ERROR : DECIDED_DONE;
	if (!d.service) {
		/* Never in the name of another service: nothing crosses. */
		err_set(err, ERR_INPUT, "it came in for service '%s', which the configuration no longer has",
			job->item.service);
		return DECIDED_ERROR;
	}
	if (job->status != PARSE_OK)
		return decide_unparsed(&d);
	rc = job->kind == PARSE_KIND_FILE ? decide_file(&d) : decide_mail(&d);
	return rc ? DECIDED_ERROR : DECIDED_DONE;
}
