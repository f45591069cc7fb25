/* System. */
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"

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

/* What it repeats, with its state and reason. */
static int load_same(struct deciding *d, int64_t id, struct item *same)
{
	return store_item_load(d->engine->env->store, id, d->arena, same, d->err);
}

/*
 * A copy that nothing proved must not keep the real mail out (A28: who can read
 * a mail on its way can send it before its sender does): it waits, and this one
 * is proven. Nor is one that a person let through a copy of one that waits.
 */
static bool is_better(struct deciding *d, const struct item *same)
{
	struct held_accept accept;

	if (same->state != ITEM_HELD)
		return false;
	if (str_eq(same->reason, REASON_UNAUTHENTICATED) && d->sender.authenticated) {
		d->supersedes = same->id;
		return true;
	}
	return store_held_accepted(d->engine->env->store, d->job->item.id, d->arena, &accept, NULL) == 0 && !accept.done;
}

int duplicate_step(struct deciding *d)
{
	struct item held;
	unsigned char *key = arena_alloc(d->arena, SEAL_HASH_SIZE);
	int64_t same = 0;

	if (content_key(d, key))
		return -1;
	d->verdict.content_key = key;
	if (store_item_find_same(d->engine->env->store, d->service->key, d->job->item.id, d->job->item.raw_hash, key,
				 &same, d->err))
		return -1;
	if (!same)
		return DECIDE_NEXT;
	if (load_same(d, same, &held))
		return -1;
	if (is_better(d, &held))
		return DECIDE_NEXT;
	d->verdict.duplicate_of = same;
	d->verdict.detail = arena_printf(d->arena, "the same message as item %lld", (long long)same);
	return decide_end(d, ITEM_DUPLICATE, "duplicate");
}
