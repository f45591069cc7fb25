/* System. */
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/step.h"
#include "base/xalloc.h"

/* Own. */
#include "work/mailbox_p.h"

#define ACK_MANY IMAP_MSG_FETCH_MAX /* so many together are worth a command while there is other work */
#define UNACKED_MAX 100000
#define REST_FIRST_MS 60000
#define REST_MAX_MS 3600000

bool mailbox_ack_resting(const struct mailbox *mb)
{
	return mb->ack_troubles && env_monotonic(mb->engine->env) < mb->ack_rest_until;
}

bool mailbox_ack_pending(const struct mailbox *mb)
{
	return (mb->acks[IMAP_MSG_TO_PROCESSED].count || mb->acks[IMAP_MSG_TO_QUARANTINE].count) &&
	       !mailbox_ack_resting(mb);
}

/* In large sets, or when there is nothing better to do; never before the listing, which must not wait for it. */
static bool is_time(struct mailbox *mb, enum imap_msg_target target)
{
	size_t n = mb->acks[target].count;

	if (!n || !mb->listed || mailbox_ack_resting(mb))
		return false;
	if (n >= ACK_MANY && !mb->ack_troubles)
		return true;
	return mb->in_work == 0 && (mailbox_queue_empty(mb) || mailbox_queue_risky(mb));
}

static void give_ack(struct mailbox *mb, enum imap_msg_target target)
{
	struct mailbox_uids *acks = &mb->acks[target];
	size_t n = acks->count < IMAP_MSG_ACK_MAX ? acks->count : IMAP_MSG_ACK_MAX;
	struct imap_msg_ack ack = { mb->uidvalidity, target, acks->list, n };
	struct ipc_writer message;

	imap_msg_put_ack(&message, &ack);
	memmove(acks->list, acks->list + n, (acks->count - n) * sizeof *acks->list);
	acks->count -= n;
	step_done("mailbox.ack");
	mailbox_give(mb, ORDER_ACK, &message);
}

bool mailbox_ack_give(struct mailbox *mb)
{
	enum imap_msg_target target;

	for (target = 0; target < IMAP_MSG_TO_COUNT; target++)
		if (is_time(mb, target)) {
			give_ack(mb, target);
			return true;
		}
	return false;
}

/* Committed before a crash, perhaps not acknowledged: again, it does no harm (W9, W10). */
int mailbox_ack_begin(struct mailbox *mb, struct arena *arena, struct err *err)
{
	struct item *items;
	size_t count, i;

	/* What was decided while the worker connected may be of another epoch; the store knows all of this one. */
	mailbox_ack_forget(mb);
	if (store_items_unacked(mb->engine->env->store, mb->settings->key, mb->uidvalidity, UNACKED_MAX, arena, &items,
				&count, err))
		return -1;
	for (i = 0; i < count; i++) {
		items[i].uidvalidity = mb->uidvalidity; /* the list holds uid and state only */
		mailbox_committed(mb, &items[i]);
	}
	return 0;
}

void mailbox_ack_forget(struct mailbox *mb)
{
	mb->acks[IMAP_MSG_TO_PROCESSED].count = mb->acks[IMAP_MSG_TO_QUARANTINE].count = 0;
}

static void rest_over(void *ctx)
{
	struct mailbox *mb = ctx;

	mb->ack_timer = 0;
	mailbox_next(mb);
}

/*
 * A processed folder that is full or closed must not keep new mail from being
 * read: the next sessions do all else first, and try this again ever later.
 */
void mailbox_ack_died(struct mailbox *mb)
{
	int64_t rest = REST_FIRST_MS;
	int i;

	if (mb->order != ORDER_ACK || mb->fail == IMAP_MSG_FAIL_EPOCH)
		return;
	for (i = 0; i < mb->ack_troubles && rest < REST_MAX_MS; i++)
		rest *= 2;
	if (rest > REST_MAX_MS)
		rest = REST_MAX_MS;
	mb->ack_troubles++;
	mb->deaths++;
	mb->ack_rest_until = env_monotonic(mb->engine->env) + rest;
	if (mb->ack_failing_since == DATE_NONE)
		mb->ack_failing_since = engine_now(mb->engine);
	snprintf(mb->ack_trouble, sizeof mb->ack_trouble, "%s", mb->trouble);
	env_timer_cancel(mb->engine->env, mb->ack_timer);
	mb->ack_timer = env_timer_add(mb->engine->env, rest, rest_over, mb);
}

int mailbox_got_acked(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_acked acked;

	if (imap_msg_get_acked(message, arena, &acked, err))
		return -1;
	step_done("mailbox.acked");
	if (store_items_acked(mb->engine->env->store, mb->settings->key, mb->uidvalidity, acked.uids, acked.count,
			      err)) {
		engine_fail(mb->engine, err);
		return 0;
	}
	mb->order = ORDER_NONE;
	mb->ack_troubles = 0;
	mb->ack_trouble[0] = '\0';
	mb->ack_failing_since = DATE_NONE;
	log_line(LOG_LEVEL_INFO, "mailbox.acknowledged", "mailbox=%s mails=%zu how=%s", mb->settings->key,
		 acked.count, imap_msg_how_name(acked.how));
	return 0;
}

void mailbox_committed(struct mailbox *mb, const struct item *item)
{
	enum imap_msg_target target =
		item->state == ITEM_QUARANTINED ? IMAP_MSG_TO_QUARANTINE : IMAP_MSG_TO_PROCESSED;
	struct mailbox_uids *acks = &mb->acks[target];

	if (item->uidvalidity != mb->uidvalidity || mailbox_reach_stays(mb, item))
		return;
	if (!mb->worker || item->state == ITEM_GONE)
		return;
	acks->list = xgrow(acks->list, &acks->cap, acks->count + 1, sizeof *acks->list);
	acks->list[acks->count++] = item->uid;
}
