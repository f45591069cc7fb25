/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Own. */
#include "work/mailbox_p.h"

#define FETCH_COUNT IMAP_MSG_FETCH_MAX
#define FETCH_BYTES (16 << 20)   /* claimed bytes in one order, unless one mail alone is larger */
#define FULL_EVERY 20            /* each so many-th listing looks at all UIDs (reliability §2.3 step 2) */
#define LOOK_EVERY_MS 1800000    /* a look without news from the server: it may not tell, or its worker be stuck */

/* ---- listing ---- */

void mailbox_give_list(struct mailbox *mb)
{
	bool full = mb->listings++ % FULL_EVERY == 0 || mb->left_out;
	struct imap_msg_list list = { mb->uidvalidity, full ? 0 : mb->last_uid };
	struct ipc_writer message;

	mb->list_wanted = false;
	mb->listed = mb->left_out = false;
	mb->list_at = engine_now(mb->engine);
	imap_msg_put_list(&message, &list);
	mailbox_give(mb, ORDER_LIST, &message);
}

bool mailbox_queue_empty(const struct mailbox *mb)
{
	return mb->head == mb->queued;
}

bool mailbox_queue_risky(struct mailbox *mb)
{
	return !mailbox_queue_empty(mb) && mailbox_suspect_find(mb, mb->queue[mb->head].uid);
}

void mailbox_queue_add(struct mailbox *mb, const struct mailbox_wanted *wanted)
{
	const struct mailbox_wanted copy = *wanted; /* it may stand in the queue itself */

	if (mailbox_queue_empty(mb))
		mb->head = mb->queued = 0;
	mb->queue = xgrow(mb->queue, &mb->queue_cap, mb->queued + 1, sizeof *mb->queue);
	mb->queue[mb->queued++] = copy;
}

/* What could not be fetched before must not stand in the way of the others. */
static void suspects_last(struct mailbox *mb)
{
	size_t i, kept = mb->head, moved = 0;
	struct mailbox_wanted *later;

	if (!mb->suspect_count || mailbox_queue_empty(mb))
		return;
	later = xcalloc(mb->queued - mb->head, sizeof *later);
	for (i = mb->head; i < mb->queued; i++) {
		if (mailbox_suspect_find(mb, mb->queue[i].uid))
			later[moved++] = mb->queue[i];
		else
			mb->queue[kept++] = mb->queue[i];
	}
	memcpy(mb->queue + kept, later, moved * sizeof *later);
	free(later);
}

/* Is a listed mail to be fetched? */
static bool is_wanted(struct mailbox *mb, uint32_t uid, enum uid_standing standing)
{
	if (mailbox_reach_due(mb, uid)) {
		mailbox_suspect_note(mb, uid);
		return true;
	}
	return (standing == UID_NEW || standing == UID_RESERVED) && !mailbox_reach_rests(mb, uid);
}

int mailbox_got_uids(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_uids uids;
	enum uid_standing *standing;
	uint32_t *list;
	size_t i;

	if (imap_msg_get_uids(message, arena, &uids, err))
		return -1;
	if (uids.uidvalidity != mb->uidvalidity)
		return err_set(err, ERR_INPUT, "listed uids of another uidvalidity");
	list = arena_array(arena, uids.count + 1, sizeof *list);
	standing = arena_array(arena, uids.count + 1, sizeof *standing);
	for (i = 0; i < uids.count; i++)
		list[i] = uids.list[i].uid;
	if (store_uids_standing(mb->engine->env->store, mb->settings->key, uids.uidvalidity, list, uids.count,
				standing, err))
		return -1;
	for (i = 0; i < uids.count; i++) {
		const struct mailbox_wanted wanted = { list[i], uids.list[i].size, uids.list[i].internaldate };

		if (list[i] > mb->last_uid)
			mb->last_uid = list[i];
		if (is_wanted(mb, list[i], standing[i]))
			mailbox_queue_add(mb, &wanted);
	}
	if (uids.last) {
		suspects_last(mb);
		mb->listed = true;
		mb->order = ORDER_NONE;
		if (mailbox_queue_empty(mb))
			mb->backoff_ms = MAILBOX_BACKOFF_FIRST_MS;
		mailbox_look_later(mb, mb->left_out ? mb->left_out_ms : LOOK_EVERY_MS);
		log_line(LOG_LEVEL_DEBUG, "mailbox.listed", "mailbox=%s new=%zu", mb->settings->key,
			 mb->queued - mb->head);
	}
	return 0;
}

/* ---- fetching ---- */

void mailbox_batch_drop(struct mailbox *mb)
{
	size_t i;

	for (i = 0; i < mb->batch_count; i++)
		job_free(&mb->batch[i]);
	mb->batch_count = 0;
}

void mailbox_batch_remove(struct mailbox *mb, size_t index)
{
	mb->batch[index] = mb->batch[--mb->batch_count];
}

void mailbox_batch_decide(struct mailbox *mb, size_t index)
{
	struct job *job = mb->batch[index];

	mailbox_batch_remove(mb, index);
	mailbox_in_work(mb, 1);
	job->counted = true;
	commit_add(mb->engine, job);
}

static struct job *job_for(struct mailbox *mb, const struct mailbox_wanted *wanted)
{
	struct job *job = job_new(mb->engine);

	job->item.source = SOURCE_MAIL;
	job->item.service = mb->settings->service;
	job->item.origin = mb->settings->key;
	job->item.uidvalidity = mb->uidvalidity;
	job->item.uid = wanted->uid;
	job->item.internal_date = wanted->internal_date;
	job->item.size = wanted->size;
	return job;
}

/* May it be fetched together with what the batch holds? */
static bool fits(struct mailbox *mb, const struct mailbox_wanted *wanted)
{
	if (!mb->batch_count)
		return true;
	return mb->batch_count < FETCH_COUNT && mb->batch_bytes + wanted->size <= FETCH_BYTES && !mb->careful &&
	       !mailbox_suspect_find(mb, wanted->uid) && !mailbox_suspect_find(mb, mb->batch[0]->item.uid);
}

/* Reserved; does it stay in the batch? */
static bool stays(struct mailbox *mb, const struct job *job, const struct mailbox_wanted *wanted)
{
	enum item_state state = job->item.state;

	if (state == ITEM_RESERVED && job->item.attempts && !mailbox_suspect_find(mb, job->item.uid)) {
		/* An earlier process could not fetch it: behind the others. */
		mailbox_suspect_note(mb, job->item.uid);
		mailbox_queue_add(mb, wanted);
		return false;
	}
	/* Others were listed twice (imap_msg.h), and taken in since the first time. */
	return state == ITEM_RESERVED || state == ITEM_GONE ||
	       (state == ITEM_QUARANTINED && mailbox_reach_find(mb, job->item.uid));
}

/* Reserves the next mails of the queue, as one group; fills the batch. */
static int batch_reserve(struct mailbox *mb, struct err *err)
{
	struct store *store = mb->engine->env->store;

	mb->batch_bytes = 0;
	if (store_begin(store, err))
		return -1;
	while (mb->head < mb->queued && fits(mb, &mb->queue[mb->head])) {
		const struct mailbox_wanted wanted = mb->queue[mb->head++];
		struct job *job = mb->batch[mb->batch_count++] = job_for(mb, &wanted);

		if (intake_reserve(mb->engine, job, err)) {
			store_abort(store);
			return -1;
		}
		if (stays(mb, job, &wanted)) {
			mb->batch_bytes += wanted.size;
		} else {
			mailbox_batch_remove(mb, mb->batch_count - 1);
			job_free(&job);
		}
	}
	return store_commit(store, err);
}

void mailbox_give_fetch(struct mailbox *mb)
{
	uint32_t uids[FETCH_COUNT];
	struct imap_msg_fetch fetch = { mb->uidvalidity, uids, 0 };
	struct ipc_writer message;
	struct err err = ERR_INIT;
	size_t i;

	if (batch_reserve(mb, &err)) {
		mailbox_batch_drop(mb);
		engine_fail(mb->engine, &err);
		return;
	}
	if (!mb->batch_count) {
		mailbox_next(mb);
		return;
	}
	for (i = 0; i < mb->batch_count; i++)
		uids[i] = mb->batch[i]->item.uid;
	fetch.count = mb->batch_count;
	imap_msg_put_fetch(&message, &fetch);
	mailbox_give(mb, ORDER_FETCH, &message);
}

static struct job *batch_job(struct mailbox *mb, uint32_t uid, size_t *index)
{
	for (*index = 0; *index < mb->batch_count; (*index)++)
		if (mb->batch[*index]->item.uid == uid)
			return mb->batch[*index];
	return NULL;
}

/* Sealing starts as each mail comes; the whole batch is made durable at FETCHED. */
int mailbox_got_mail(struct mailbox *mb, struct ipc_message *message, struct err *err)
{
	struct imap_msg_mail mail;
	struct err ours = ERR_INIT;
	struct job *job;
	size_t index;

	if (imap_msg_get_mail(message, &mail, err))
		return -1;
	job = batch_job(mb, mail.uid, &index);
	if (!job || job->raw >= 0 || mail.uidvalidity != mb->uidvalidity) {
		close(mail.fd);
		return err_set(err, ERR_INPUT, "uid %u was not asked for", mail.uid);
	}
	job->raw = mail.fd;
	job->item.internal_date = mail.internaldate;
	/* What cannot be sealed is no memory file: the worker's doing, not the store's. */
	if (file_memory_seal(job->raw, err))
		return -1;
	if (intake_blob(mb->engine, job, &job->item.raw, &ours))
		engine_fail(mb->engine, &ours);
	return 0;
}

int mailbox_got_missing(struct mailbox *mb, struct ipc_message *message, struct err *err)
{
	struct imap_msg_mail mail;
	struct job *job;
	size_t index;

	if (imap_msg_get_mail(message, &mail, err))
		return -1;
	job = batch_job(mb, mail.uid, &index);
	if (!job)
		return err_set(err, ERR_INPUT, "uid %u was not asked for", mail.uid);
	if (message->type == IMAP_MSG_WITHHELD) {
		/* Stays in the batch without bytes; a whole listing brings it again. */
		if (!mailbox_reach_failed(mb, index, "the mail server lists it but does not give its contents") && mb->left_out)
			mailbox_look_later(mb, mb->left_out_ms);
		return 0;
	}
	if (message->type == IMAP_MSG_TOOBIG) {
		job->item.size = mail.size;
		job->status = PARSE_LIMIT;
		job->reason = arena_printf(&job->arena, "the mail has %lld bytes; the limit of mailbox '%s' is %lld",
					   (long long)mail.size, mb->settings->key,
					   (long long)mb->settings->max_bytes);
		mailbox_reach_drop(mb, mail.uid);
	} else {
		job->gone = true;
	}
	mailbox_batch_decide(mb, index);
	return 0;
}

/* One that was given up has come after all: it starts anew. */
static int job_store(struct mailbox *mb, struct job *job, struct err *err)
{
	if (job->item.state == ITEM_QUARANTINED && store_item_retry(mb->engine->env->store, job->item.id, err))
		return -1;
	return intake_stored(mb->engine, job, &job->item.raw, err);
}

static int batch_store(struct mailbox *mb, struct err *err)
{
	const struct env *env = mb->engine->env;
	size_t i;

	if (blob_sync(env->blobs, err) || store_begin(env->store, err))
		return -1;
	for (i = 0; i < mb->batch_count; i++)
		if (mb->batch[i]->raw >= 0 && job_store(mb, mb->batch[i], err)) {
			store_abort(env->store);
			return -1;
		}
	return store_commit(env->store, err);
}

int mailbox_got_fetched(struct mailbox *mb, struct ipc_message *message, struct err *err)
{
	struct imap_msg_fetched fetched;
	size_t i, count;

	if (imap_msg_get_fetched(message, &fetched, err))
		return -1;
	if (batch_store(mb, err)) {
		mailbox_batch_drop(mb);
		engine_fail(mb->engine, err);
		return 0;
	}
	mb->order = ORDER_NONE;
	mb->backoff_ms = MAILBOX_BACKOFF_FIRST_MS;
	if (mb->careful)
		mb->careful--;
	count = mb->batch_count;
	mb->batch_count = 0;
	for (i = 0; i < count; i++) {
		struct job *job = mb->batch[i];

		if (job->raw >= 0) {
			mailbox_reach_drop(mb, job->item.uid);
			intake_parse(mb->engine, job);
		} else {
			job_free(&job);
		}
	}
	return 0;
}
