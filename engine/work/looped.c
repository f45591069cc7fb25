/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "bounce/bounce.h"

/* Own. */
#include "work/decide_p.h"
#include "work/health.h"
#include "work/loop.h"

#define HOPS_MAX 30      /* servers that a mail passed (RFC 5321 §6.3 asks for a limit; loops have no other sign) */
#define MARK_CHARS 24    /* of base32 */

static void mark_of(const struct engine *engine, const char *message_id, char mark[MARK_CHARS + 1])
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char hash[SEAL_HASH_SIZE];
	char text[64];

	buf_addf(&material, "loop|%s", message_id);
	seal_hash(&engine->effect_key, material.data, material.len, hash);
	str_base32(text, hash, 20);
	memcpy(mark, text, MARK_CHARS);
	mark[MARK_CHARS] = '\0';
	buf_free(&material);
}

const char *loop_header(const struct engine *engine, const char *message_id, struct arena *arena)
{
	char mark[MARK_CHARS + 1];

	mark_of(engine, message_id, mark);
	return arena_printf(arena, "%s %s", message_id, mark);
}

const char *loop_envelope(const struct engine *engine, const struct settings_service *service, const char *message_id,
			  struct arena *arena)
{
	const char *domain = addr_domain(service->address);
	char mark[MARK_CHARS + 1];

	if (!service->plus)
		return service->address;
	mark_of(engine, arena_printf(arena, "envelope|%s", message_id), mark);
	return arena_printf(arena, "%.*s" ENVELOPE_MARK "%s@%s", (int)(domain - service->address - 1), service->address,
			    mark, domain);
}

/* Is it a mail as we sent it? Nobody else can write this header. */
static bool is_ours(const struct deciding *d)
{
	const char *value = mail_header_get(&d->job->mail, LOOP_HEADER), *space;
	char mark[MARK_CHARS + 1];

	if (!value)
		return false;
	value += strspn(value, " \t");
	space = strchr(value, ' ');
	if (!space || strlen(space + 1) < MARK_CHARS)
		return false;
	mark_of(d->engine, arena_strndup(d->arena, value, (size_t)(space - value)), mark);
	return seal_compare((const unsigned char *)space + 1, (const unsigned char *)mark, MARK_CHARS) == 0;
}

static size_t hops(const struct mail *mail)
{
	size_t i, count = 0;

	for (i = 0; i < mail->header_count; i++)
		count += str_ieq(mail->headers[i].name, "Received");
	return count;
}

int looped_step(struct deciding *d)
{
	size_t passed = hops(&d->job->mail);

	if (passed >= HOPS_MAX)
		return decide_end_quarantined(d, REASON_LOOP,
					      arena_printf(d->arena, "it passed %zu servers: it goes round in circles", passed));
	if (!is_ours(d))
		return DECIDE_NEXT;
	/* A mirror, or a forwarding that leads back here: whatever it says, we said it. */
	d->sender.automatic = true;
	d->sender.reason = REASON_OWN;
	return held_keep(d, REASON_OWN, "a mail of ours came back to us as it left");
}

/* ---- who is alive, who is away ---- */

static int note_absence(struct deciding *d)
{
	struct civil today, back;

	zone_local(d->service->timezone, d->now, &today, NULL);
	if (!bounce_back(d->job->mail.subject, d->job->mail.text ? d->job->mail.text : "", &today, &back))
		return 0;
	return health_away(d->engine, d->service->key, d->sender.address, zone_to_utc(d->service->timezone, &back), d->now,
			   d->err);
}

/* Did he send back what we mailed to his address not long ago? Then that address is read. */
static bool has_token(const struct deciding *d)
{
	size_t i;

	for (i = 0; i < d->reply.count; i++) {
		const struct reply_token *token = &d->reply.list[i];

		if (addr_same(token->address, d->sender.address) && token->revoked == DATE_NONE && d->now < token->expires)
			return true;
	}
	return false;
}

int heard_step(struct deciding *d)
{
	bool reply = bounce_automatic(&d->job->mail) == BOUNCE_AUTO_REPLY;

	/* What anybody can write in somebody's name says nothing about him. */
	if (!d->sender.address || d->sender.reason || d->sender.bounce || (!d->sender.authenticated && !has_token(d)))
		return DECIDE_NEXT;
	if (health_heard(d->engine, d->service->key, d->sender.address, d->sender.automatic, d->now, d->err))
		return -1;
	return reply && note_absence(d) ? -1 : DECIDE_NEXT;
}
