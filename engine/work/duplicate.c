/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"
#include "work/ticket.h"

#define TICKETS_PAGE 1000 /* in one list of the store */

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

/*
 * What we have of the same message, or 0: of copies with so much in doubt at
 * most, or whose very bytes are these.
 */
static int find_same(struct deciding *d, int doubt, int64_t *id)
{
	*id = 0;
	return store_item_find_same(d->engine->env->store, d->service->key, d->job->item.id, d->job->item.raw_hash,
				    d->verdict.content_key, doubt, id, d->err);
}

/* One that a person let through is no copy of one that waits. */
static bool is_let_through(const struct deciding *d)
{
	struct held_accept accept;

	return store_held_accepted(d->engine->env->store, d->job->item.id, d->arena, &accept, NULL) == 0 && !accept.done;
}

/*
 * A copy that proved less must not keep the real mail out, whatever became of it
 * (A28: who can read a mail on its way can send it before its sender does). Of
 * the very same bytes only what waits for want of proof is better now.
 */
static int look_at(struct deciding *d, int64_t id, bool *duplicate)
{
	struct item *same = arena_alloc(d->arena, sizeof *same);

	if (store_item_load(d->engine->env->store, id, d->arena, same, d->err))
		return -1;
	*duplicate = false;
	if (same->doubt > d->verdict.doubt && (same->state == ITEM_HELD || memcmp(same->raw_hash, d->job->item.raw_hash,
										   sizeof same->raw_hash) != 0))
		d->supersedes = same;
	else
		*duplicate = same->state != ITEM_HELD || !is_let_through(d);
	return 0;
}

int duplicate_step(struct deciding *d)
{
	unsigned char *key = arena_alloc(d->arena, SEAL_HASH_SIZE);
	bool duplicate = false;
	int64_t same;

	if (content_key(d, key))
		return -1;
	d->verdict.content_key = key;
	d->verdict.doubt = AUTH_STRONG - d->sender.auth;
	/* The real one, if we have it; else what came before it. */
	if (find_same(d, d->verdict.doubt, &same) || (!same && find_same(d, AUTH_STRONG, &same)) ||
	    (same && look_at(d, same, &duplicate)))
		return -1;
	if (!duplicate)
		return DECIDE_NEXT;
	d->verdict.duplicate_of = same;
	d->verdict.detail = arena_printf(d->arena, "the same message as item %lld", (long long)same);
	return decide_end(d, ITEM_DUPLICATE, "duplicate");
}

/* ---- what the copy came to ---- */

/* The ticket that it opened, while nobody has said anything about it; NULL = none. */
static int find_ticket(struct deciding *d, struct ticket **found)
{
	struct ticket_filter filter = { .service = d->service->key, .address = d->sender.address, .state = TICKET_OPEN };
	struct ticket *list, *ticket;
	size_t i, count;

	*found = NULL;
	do {
		if (store_ticket_list(d->engine->env->store, &filter, d->arena, &list, &count, d->err))
			return -1;
		for (i = 0; i < count && !*found; i++) {
			filter.after = list[i].id;
			if (store_ticket_load(d->engine->env->store, list[i].number, d->arena, &ticket, d->err))
				return -1;
			if (ticket->message_count == 1 && ticket->messages[0].item == d->supersedes->id)
				*found = ticket;
		}
	} while (!*found && count == TICKETS_PAGE);
	return 0;
}

/* Who looks it up reads why. */
static int close_ticket(struct deciding *d)
{
	struct store_take take = { .now = d->now };
	struct ticket *ticket;

	if (find_ticket(d, &ticket))
		return -1;
	if (!ticket)
		return 0;
	ticket_say(d->arena, ticket, TICKET_NOTED, d->service->address,
		   str_eq(d->service->language, "nl") ?
			   "Niets bewees van wie dit was. Dezelfde mail kwam daarna met bewijs van de afzender en is behandeld." :
			   "Nothing proved whose this was. The same mail came after it, proven, and was handled.",
		   d->now)->item = d->verdict.id;
	ticket->state = TICKET_CLOSED;
	ticket->closed = d->now;
	ticket->remind_at = DATE_NONE;
	take.ticket = ticket;
	return store_take(d->engine->env->store, &take, d->err);
}

int duplicate_settle(struct deciding *d)
{
	const struct item *copy = d->supersedes;
	const struct item_verdict verdict = { .id = copy->id, .state = ITEM_DUPLICATE, .reason = "duplicate",
					      .duplicate_of = d->verdict.id,
					      .detail = arena_printf(d->arena, "item %lld is the same message, and proven",
								     (long long)d->verdict.id) };

	/* Files that a dossier took in from it wait on: they are there. */
	if (copy->state == ITEM_HELD && !copy->raw_in_dossier)
		return store_item_end(d->engine->env->store, &verdict, d->err);
	return str_eq(copy->reason, REASON_TICKET) ? close_ticket(d) : 0;
}
