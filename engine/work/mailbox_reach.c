/*
 * Mails that cannot be fetched. A session that ends while one mail is fetched
 * is laid at that mail's door, and so is a body that the server lists and does
 * not give. Such a mail goes last and alone, so that all others are read, and
 * rests between two tries, so that the session can be had for them. When
 * it failed REACH_TRIES times over at least REACH_AFTER seconds it is
 * quarantined without its bytes, so that the mailbox counts as read and people
 * know of it. It stays where it is, and is asked for again at twice the age
 * each time, or at once after `quarantine retry`: what comes then is taken in.
 *
 * Both counts are in the store, for rounds that end by themselves and daemons
 * that are started often.
 */
/* System. */
#include <stdlib.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "work/mailbox_p.h"
#include "work/route.h"

#define REACH_TRIES 4
#define REACH_AFTER 900
#define REACH_DOUBLINGS_MAX 30
#define REST_FIRST_MS 60000 /* between two tries in one process */
#define REST_MAX_MS 300000
#define PAGE 1000

/* ---- suspects ---- */

struct mailbox_suspect *mailbox_suspect_find(struct mailbox *mb, uint32_t uid)
{
	size_t i;

	for (i = 0; mb->suspect_epoch == mb->uidvalidity && i < mb->suspect_count; i++)
		if (mb->suspects[i].uid == uid)
			return &mb->suspects[i];
	return NULL;
}

struct mailbox_suspect *mailbox_suspect_note(struct mailbox *mb, uint32_t uid)
{
	struct mailbox_suspect *s = mailbox_suspect_find(mb, uid);

	if (s)
		return s;
	if (mb->suspect_epoch != mb->uidvalidity)
		mb->suspect_count = 0;
	mb->suspect_epoch = mb->uidvalidity;
	mb->suspects = xgrow(mb->suspects, &mb->suspect_cap, mb->suspect_count + 1, sizeof *mb->suspects);
	s = &mb->suspects[mb->suspect_count++];
	*s = (struct mailbox_suspect){ .uid = uid };
	return s;
}

/* ---- giving up ---- */

/* When it was first seen; the reservation of today found it there. */
static int first_seen(struct mailbox *mb, int64_t id, int64_t *at, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct item item;
	int rc = store_item_load(mb->engine->env->store, id, &arena, &item, err);

	if (!rc)
		*at = item.received;
	arena_free(&arena);
	return rc;
}

static void rest(struct mailbox *mb, struct mailbox_suspect *s)
{
	int64_t ms = s->troubles ? (int64_t)REST_FIRST_MS << (s->troubles < 8 ? s->troubles : 8) : REST_FIRST_MS;

	if (ms > REST_MAX_MS)
		ms = REST_MAX_MS;
	s->troubles++;
	s->again_at = env_monotonic(mb->engine->env) + ms;
}

bool mailbox_reach_rests(struct mailbox *mb, uint32_t uid)
{
	const struct mailbox_suspect *s = mailbox_suspect_find(mb, uid);
	int64_t ms = s ? s->again_at - env_monotonic(mb->engine->env) : 0;

	if (s && s->given_up)
		return true;
	if (ms <= 0)
		return false;
	if (!mb->left_out || ms < mb->left_out_ms)
		mb->left_out_ms = ms;
	mb->left_out = true;
	return true;
}

/* Tries before it is given up count up to the limit, each later one counts. */
static int count_try(struct mailbox *mb, struct job *job, bool given_up, struct err *err)
{
	if (!given_up && job->item.attempts >= REACH_TRIES)
		return 0;
	return store_item_attempt(mb->engine->env->store, job->item.id, &job->item.attempts, err);
}

bool mailbox_reach_failed(struct mailbox *mb, size_t index, const char *why)
{
	struct job *job = mb->batch[index];
	struct mailbox_unreachable *known = mailbox_reach_find(mb, job->item.uid);
	struct mailbox_suspect *suspect = mailbox_suspect_note(mb, job->item.uid);
	struct err err = ERR_INIT;
	int64_t since;

	if (count_try(mb, job, known != NULL, &err) || first_seen(mb, job->item.id, &since, &err)) {
		engine_fail(mb->engine, &err);
		return false;
	}
	log_line(LOG_LEVEL_WARN, "mailbox.unreachable", "mailbox=%s uid=%u item=%lld attempts=%d", mb->settings->key,
		 job->item.uid, (long long)job->item.id, job->item.attempts);
	if (known) {
		known->attempts = job->item.attempts;
		return false;
	}
	rest(mb, suspect);
	mailbox_reach_rests(mb, job->item.uid);
	if (job->item.attempts < REACH_TRIES || engine_now(mb->engine) - since < REACH_AFTER)
		return false;
	suspect->given_up = true;
	job->unreachable = true;
	job->status = PARSE_LIMIT;
	job->reason = arena_printf(&job->arena, "%s; it stays in the mailbox (uid %u) and is asked for again now and then",
				   why, job->item.uid);
	mailbox_batch_decide(mb, index);
	return true;
}

void mailbox_fetch_died(struct mailbox *mb)
{
	struct arena arena = ARENA_INIT;

	if (mb->order != ORDER_FETCH || !mb->batch_count || mb->fail == IMAP_MSG_FAIL_EPOCH)
		return;
	mb->deaths++;
	/* Alone: that one. Else find out one by one. */
	if (mb->batch_count > 1)
		mb->careful = mb->batch_count;
	else
		mailbox_reach_failed(mb, 0, arena_printf(&arena, "the connection ends each time it is fetched: %s",
							 mb->trouble));
	arena_free(&arena);
}

/* ---- those that were given up ---- */

static bool is_unreachable(const struct mailbox *mb, const struct item *item)
{
	return item->uidvalidity == mb->uidvalidity && !item->raw.id && str_eq(item->reason, REASON_UNREACHABLE);
}

static void reach_add(struct mailbox *mb, const struct item *item)
{
	mb->unreachable = xgrow(mb->unreachable, &mb->unreachable_cap, mb->unreachable_count + 1,
				sizeof *mb->unreachable);
	mb->unreachable[mb->unreachable_count++] =
		(struct mailbox_unreachable){ item->uid, item->attempts, item->received };
}

int mailbox_reach_load(struct mailbox *mb, struct err *err)
{
	struct item_filter filter = { .state = ITEM_QUARANTINED, .mailbox = mb->settings->key, .limit = PAGE };
	struct item *items;
	size_t count, i;
	int rc;

	mb->unreachable_count = 0;
	do {
		struct arena arena = ARENA_INIT;

		rc = store_item_list(mb->engine->env->store, &filter, &arena, &items, &count, err);
		for (i = 0; !rc && i < count; i++) {
			filter.after = items[i].id;
			if (is_unreachable(mb, &items[i]))
				reach_add(mb, &items[i]);
		}
		arena_free(&arena);
	} while (!rc && count == PAGE);
	return rc;
}

struct mailbox_unreachable *mailbox_reach_find(struct mailbox *mb, uint32_t uid)
{
	size_t i;

	for (i = 0; i < mb->unreachable_count; i++)
		if (mb->unreachable[i].uid == uid)
			return &mb->unreachable[i];
	return NULL;
}

void mailbox_reach_drop(struct mailbox *mb, uint32_t uid)
{
	struct mailbox_unreachable *u = mailbox_reach_find(mb, uid);

	if (u)
		*u = mb->unreachable[--mb->unreachable_count];
}

bool mailbox_reach_due(struct mailbox *mb, uint32_t uid)
{
	const struct mailbox_unreachable *u = mailbox_reach_find(mb, uid);
	int doublings = u ? u->attempts - REACH_TRIES + 1 : 0;

	if (!u)
		return false;
	if (doublings < 0)
		doublings = 0;
	if (doublings > REACH_DOUBLINGS_MAX)
		doublings = REACH_DOUBLINGS_MAX;
	return engine_now(mb->engine) - u->received >= (int64_t)REACH_AFTER << doublings;
}

bool mailbox_reach_stays(struct mailbox *mb, const struct item *item)
{
	struct mailbox_suspect *s = mailbox_suspect_find(mb, item->uid);
	struct err err = ERR_INIT;

	if (item->state != ITEM_QUARANTINED) {
		mailbox_reach_drop(mb, item->uid);
		return false;
	}
	if (s && s->given_up) {
		s->given_up = false;
		if (mailbox_reach_load(mb, &err))
			engine_fail(mb->engine, &err);
	}
	return mailbox_reach_find(mb, item->uid) != NULL;
}
