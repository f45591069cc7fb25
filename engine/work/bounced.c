/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "bounce/bounce.h"

/* Own. */
#include "work/decide_p.h"
#include "work/health.h"
#include "work/loop.h"

#define LATE (14 * 86400) /* other servers give up within five days: what comes later is no report */

/* A mail of ours that came back. */
struct returned {
	struct outbox_row row;
	const struct bounce_recipient *why;
	struct outbox_result result;
	struct address_health health;
	enum health_news news;
};

/* ---- which mail ---- */

/* Is an address among those that the report came to, as its headers and our server's say? */
static bool came_to(const struct deciding *d, const char *address)
{
	static const char *const names[] = { "Delivered-To", "X-Original-To", "Envelope-To" };
	const struct mail *mail = &d->job->mail;
	size_t i, j;

	for (i = 0; i < mail->to.count; i++)
		if (addr_same(mail->to.list[i].addr, address))
			return true;
	for (i = 0; i < mail->header_count; i++) {
		const struct mail_header *h = &mail->headers[i];
		bool wanted = d->service->recipient_header && str_ieq(h->name, d->service->recipient_header);
		const char *value = h->value + strspn(h->value, " \t<");
		size_t len = strlen(address);

		for (j = 0; j < sizeof names / sizeof *names; j++)
			wanted |= str_ieq(h->name, names[j]);
		if (wanted && str_istarts(value, address) && strcspn(value, ">, \t\r\n;") == len)
			return true;
	}
	return false;
}

/* The recipient that the report names, by either address; NULL = another. */
static const struct bounce_recipient *recipient(const struct bounce_report *report, const char *address)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		if (addr_same(report->list[i].address, address) ||
		    (report->list[i].original && addr_same(report->list[i].original, address)))
			return &report->list[i];
	return NULL;
}

/*
 * Does this row answer to the report (A27)? One that was sent with an address
 * of its own only where the report came to that address: nobody but servers on
 * the way has seen it. Another by its Message-ID and its recipient, together.
 */
static bool is_about(const struct deciding *d, const struct bounce_report *report, struct returned *r)
{
	bool tagged = !addr_same(r->row.from, d->service->address);

	if (!str_eq(r->row.service, d->service->key) || d->now - r->row.created > LATE)
		return false;
	if (tagged && !came_to(d, r->row.from))
		return false;
	r->why = recipient(report, r->row.to);
	/* Behind a forwarding the report names another address, but it is about this mail. */
	if (!r->why && tagged && report->count == 1)
		r->why = &report->list[0];
	return r->why != NULL;
}

static bool try_tag(struct deciding *d, const struct bounce_report *report, const char *address, struct returned *r)
{
	return strstr(address, ENVELOPE_MARK) &&
	       store_outbox_by_sender(d->engine->env->store, address, d->arena, &r->row, NULL) == 0 && is_about(d, report, r);
}

/* "dossier+b-…@" among the recipients of the report. */
static bool find_by_tag(struct deciding *d, const struct bounce_report *report, struct returned *r)
{
	const struct mail *mail = &d->job->mail;
	size_t i;

	for (i = 0; i < mail->to.count; i++)
		if (try_tag(d, report, mail->to.list[i].addr, r))
			return true;
	for (i = 0; i < mail->header_count; i++) {
		const char *value = mail->headers[i].value + strspn(mail->headers[i].value, " \t<");

		if (strstr(value, ENVELOPE_MARK) &&
		    try_tag(d, report, arena_strndup(d->arena, value, strcspn(value, "> \t\r\n,;")), r))
			return true;
	}
	return false;
}

static bool find_by_id(struct deciding *d, const struct bounce_report *report, struct returned *r)
{
	size_t i;

	for (i = 0; i < report->id_count; i++)
		if (str_starts(report->ids[i], "p.") &&
		    store_outbox_by_message_id(d->engine->env->store, report->ids[i], d->arena, &r->row, NULL) == 0 &&
		    is_about(d, report, r))
			return true;
	return false;
}

/* ---- what follows ---- */

static int end_quietly(struct deciding *d, const char *detail)
{
	d->verdict.detail = detail;
	return decide_end(d, ITEM_PROCESSED, REASON_BOUNCE);
}

static void fill(struct deciding *d, struct returned *r, struct answering *a)
{
	a->cause = arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
	a->item = d->job->item.id;
	a->received = d->job->item.received;
	a->failed = &r->row;
	a->failed_reply = r->why->text;
	a->failed_dead = r->news == HEALTH_DIED;
	a->returned = &r->result;
	if (!str_eq(r->row.audience, "staff")) {
		a->addresses = &r->health;
		a->address_count = 1;
	}
	/* A failure notice is never followed by another, and what staff know they are not told again. */
	if (!str_eq(r->row.audience, "staff") && r->news != HEALTH_NOTHING)
		answer_wish(a, "aflevering-mislukt", TMPL_AUDIENCE_STAFF);
}

/* Outside any dossier. */
static int end_outside(struct deciding *d, struct returned *r)
{
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service,
			       .scope = d->job->item.scope, .now = d->now };

	fill(d, r, &a);
	return decide_end_answering(d, &a);
}

/* A mail of a dossier: the rules hear of it too. */
static int end_in_dossier(struct deciding *d, struct returned *r)
{
	struct event event = { .kind = EVENT_MAIL_FAILED, .at = d->now, .name = r->row.to, .reason = r->why->text };
	struct decision decision;
	struct dossier *dossier;
	struct err rule = ERR_INIT;

	d->route.number = r->row.dossier;
	if (store_dossier_load(d->engine->env->store, d->route.number, d->arena, &dossier, d->err) ||
	    decision_prepare(&decision, d->engine, d->arena, dossier, d->now, d->err))
		return -1;
	decision.events = &event;
	decision.event_count = 1;
	if (decision_flow(&decision, &rule))
		return held_rule_error(d, &rule);
	fill(d, r, &decision.answering);
	d->verdict.dossier = dossier->number;
	decision.verdict = &d->verdict;
	return decision_take(&decision, d->err) ? -1 : decide_ended(d);
}

static int end_failed(struct deciding *d, struct returned *r)
{
	char to[160], reply[300];

	if (health_failed(d->engine, &r->row, r->why, d->now, d->arena, &r->health, &r->news, d->err))
		return -1;
	r->result = (struct outbox_result){ .id = r->row.id, .state = OUTBOX_FAILED, .at = d->now, .code = r->why->code,
					    .reply = r->why->text };
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_BOUNCE;
	d->verdict.dossier = r->row.dossier;
	d->verdict.detail = arena_printf(d->arena, "mail %lld to %s came back", (long long)r->row.id, r->row.to);
	log_line(LOG_LEVEL_WARN, "outbox.returned", "outbox=%lld to=%s dead=%d reply=%s", (long long)r->row.id,
		 log_quote(to, sizeof to, r->row.to), r->health.dead != DATE_NONE,
		 log_quote(reply, sizeof reply, r->why->text));
	return r->row.dossier && !str_eq(r->row.audience, "staff") ? end_in_dossier(d, r) : end_outside(d, r);
}

static int end_report(struct deciding *d, const struct bounce_report *report)
{
	struct returned r = { .why = NULL };

	if (!find_by_tag(d, report, &r) && !find_by_id(d, report, &r)) {
		/* A person looks at it: nothing of ours is touched by what anybody can write. */
		d->sender.reason = REASON_BOUNCE;
		return DECIDE_NEXT;
	}
	if (r.why->fate == BOUNCE_ARRIVED)
		return end_quietly(d, arena_printf(d->arena, "mail %lld arrived", (long long)r.row.id));
	if (r.why->fate == BOUNCE_DELAYED)
		return end_quietly(d, arena_printf(d->arena, "mail %lld to %s is delayed; the other server tries on",
						   (long long)r.row.id, r.row.to));
	if (r.row.state != OUTBOX_SENT && r.row.state != OUTBOX_UNKNOWN)
		return end_quietly(d, arena_printf(d->arena, "mail %lld is %s already", (long long)r.row.id,
						   outbox_state_word(r.row.state)));
	return end_failed(d, &r);
}

int bounced_step(struct deciding *d)
{
	const struct job *job = d->job;
	struct bounce_source source;
	struct bounce_report report;

	if (!bounce_suspect(&job->mail))
		return DECIDE_NEXT;
	bounce_load(&job->mail, job->out, job->raw, d->arena, &source);
	if (!bounce_read(&source, d->arena, &report))
		return DECIDE_NEXT;
	d->sender.bounce = d->sender.automatic = true;
	if (report.kind == BOUNCE_COMPLAINT) {
		d->sender.reason = REASON_BOUNCE;
		return held_keep(d, REASON_BOUNCE, "a complaint: its recipient calls a mail of ours unwanted");
	}
	if (report.kind == BOUNCE_DELIVERY)
		return end_report(d, &report);
	/* That somebody read a mail is nobody's business (A45); a file beside it is a file. */
	if (handle_has_files(&job->mail))
		return DECIDE_NEXT;
	d->verdict.detail = "a read receipt";
	return decide_end(d, ITEM_PROCESSED, REASON_AUTOMATIC);
}
