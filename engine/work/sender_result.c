/* System. */
#include <stdlib.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Own. */
#include "work/answer.h"
#include "work/backoff.h"
#include "work/sender_p.h"

/* What an attempt means for its row: when again, or never. */
static void verdict_judge(struct verdict *v, const struct send_result *result, int64_t now)
{
	const struct outbox_row *row = &v->delivery->row;
	struct outbox_result *r = &v->result;

	static const enum outbox_state states[] = {
		[SEND_SENT] = OUTBOX_SENT,       [SEND_RETRY] = OUTBOX_WAITING, [SEND_REFUSED] = OUTBOX_FAILED,
		[SEND_UNKNOWN] = OUTBOX_UNKNOWN, [SEND_LOCAL] = OUTBOX_FAILED,
	};
	static const char *const stages[SEND_STAGE_COUNT] = { "local", "connect", "tls",  "auth",
							      "mail",  "rcpt",    "data", "dot" };

	r->id = row->id;
	r->at = now;
	r->state = states[result->outcome];
	r->stage = stages[result->stage];
	r->code = (int)result->code;
	r->reply = arena_strdup(&v->delivery->arena, result->text);
	r->counted = !result->host_problem;
	r->next_at = now + backoff_delay(row->attempts > 0 ? row->attempts : 1, row->id);
	if ((r->state == OUTBOX_WAITING || r->state == OUTBOX_UNKNOWN) && r->next_at >= row->expires) {
		r->state = OUTBOX_FAILED;
		r->reply = arena_printf(&v->delivery->arena, "given up after five days: %s", result->text);
	}
	v->failed = r->state == OUTBOX_FAILED;
}

static void verdict_log(const struct verdict *v)
{
	const struct outbox_row *row = &v->delivery->row;
	char reply[300], to[120];

	log_line(v->result.state == OUTBOX_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "outbox.attempt",
		 "outbox=%lld state=%s attempt=%d stage=%s code=%d dossier=%s to=%s message-id=%s reply=%s",
		 (long long)row->id, outbox_state_word(v->result.state), row->attempts, v->result.stage,
		 v->result.code, row->dossier ? row->dossier : "-", log_quote(to, sizeof to, row->to),
		 row->message_id, log_quote(reply, sizeof reply, v->result.reply));
}

/* The way to the server is at fault, not the mail: rest, and leave the rows their attempts. */
static void host_trouble(struct sender *sender, const char *text)
{
	snprintf(sender->trouble, sizeof sender->trouble, "%.*s", (int)sizeof sender->trouble - 1, text);
	sender->rest_until = engine_now(sender->engine) + backoff_host(++sender->troubles);
}

/*
 * The connection failed over this mail before, and others have gone since: then
 * the server works, and it is this mail that it hangs up on (or that our worker
 * dies of). It is charged like any other attempt, so that it waits longer and
 * longer, and the others go.
 */
static bool is_to_blame(struct sender *sender, int64_t row, enum send_stage stage)
{
	size_t i;

	if (stage < SEND_STAGE_MAIL) /* the server did not even hear of it */
		return false;
	for (i = 0; i < SENDER_BLAMED; i++)
		if (sender->blamed[i].row == row)
			return sender->blamed[i].went < sender->went;
	sender->blamed[sender->blamed_at] = (struct blamed){ row, sender->went };
	sender->blamed_at = (sender->blamed_at + 1) % SENDER_BLAMED;
	return false;
}

static struct verdict *verdict_add(struct sender *sender, struct delivery *d, const struct send_result *result)
{
	struct verdict *v = xcalloc(1, sizeof *v);

	v->delivery = d;
	verdict_judge(v, result, engine_now(sender->engine));
	*sender->verdict_tail = v;
	sender->verdict_tail = &v->next;
	sender_plan_flush(sender);
	return v;
}

void delivery_return(struct sender *sender, struct delivery *d, const char *why)
{
	struct send_result result = { .outcome = SEND_RETRY, .stage = SEND_STAGE_LOCAL, .host_problem = true };
	struct verdict *v;

	snprintf(result.text, sizeof result.text, "%.*s", SEND_REPLY_MAX, why);
	v = verdict_add(sender, d, &result);
	v->result.next_at = v->result.at;
}

void delivery_end(struct sender *sender, struct delivery *d, const struct send_result *result)
{
	struct verdict *v = verdict_add(sender, d, result);

	if (result->host_problem && sender->draining) {
		v->result.next_at = v->result.at; /* our own doing: nothing to rest for at the next start */
	} else if (result->host_problem && is_to_blame(sender, d->row.id, result->stage)) {
		v->result.counted = true;
	} else if (result->host_problem) {
		host_trouble(sender, result->text);
		v->result.next_at = sender->rest_until;
	} else {
		sender->went++;
		sender->troubles = 0;
		sender->trouble[0] = '\0';
	}
}

int verdicts_record(struct sender *sender, struct err *err)
{
	struct verdict *v;

	for (v = sender->verdicts; v; v = v->next) {
		if (store_outbox_record(sender->engine->env->store, &v->result, err))
			return -1;
		if (v->failed && answer_delivery_failed(sender->engine, &v->delivery->row, &v->result, err))
			return -1;
	}
	return 0;
}

void verdicts_done(struct sender *sender)
{
	struct verdict *v = sender->verdicts, *next;

	sender->verdicts = NULL;
	sender->verdict_tail = &sender->verdicts;
	for (; v; v = next) {
		next = v->next;
		verdict_log(v);
		sender->wanted |= v->failed;
		delivery_free(v->delivery);
		free(v);
	}
}

void verdicts_drop(struct sender *sender)
{
	while (sender->verdicts) {
		struct verdict *next = sender->verdicts->next;

		delivery_free(sender->verdicts->delivery);
		free(sender->verdicts);
		sender->verdicts = next;
	}
	sender->verdict_tail = &sender->verdicts;
}
