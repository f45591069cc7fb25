/*
 * Mail about a dossier of an office from another address at its domain: held,
 * and the general address is asked, once. Not where anybody can get such an
 * address, or where the domain is not the office's alone.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/office_p.h"

#define ASKED_AGAIN 5 /* colleagues about whom one mail asks again */

/* ---- whose domain is it? ---- */

static bool is_ours(const struct settings_service *service, const char *domain)
{
	const char *const own[] = { service->address, service->question, service->problem, service->request };
	size_t i;

	for (i = 0; i < sizeof own / sizeof *own; i++)
		if (str_ieq(addr_domain(own[i]), domain))
			return true;
	for (i = 0; i < service->staff_count; i++)
		if (str_ieq(addr_domain(service->staff[i].address), domain))
			return true;
	return false;
}

/* Only letter for letter: one that looks like it, or a part of it, is somebody else's. */
static int shares_domain(const struct deciding *d, const char *general, bool *shares)
{
	struct office_filter filter = { .service = d->service->key, .due = DATE_NONE, .limit = 2 };
	char mine[ADDR_MAX + 1], theirs[ADDR_MAX + 1];
	struct office *offices;
	size_t count;

	*shares = false;
	if (!addr_valid(d->sender.address) || !addr_fold(mine, d->sender.address) || !addr_fold(theirs, general) ||
	    !str_eq(addr_domain(mine), addr_domain(theirs)) || is_ours(d->service, addr_domain(mine)) ||
	    world_is_public_provider(d->engine->world, addr_domain(mine)))
		return 0;
	filter.domain = addr_domain(mine);
	if (store_office_list(d->engine->env->store, &filter, d->arena, &offices, &count, d->err))
		return -1;
	*shares = count == 1;
	return 0;
}

/* What the only office at the sender's domain said of him; COLLEAGUE_ASKED = nothing yet. */
static int find_answer(struct deciding *d, struct office *office, enum colleague_answer *answer)
{
	struct office_filter filter = { .service = d->service->key, .due = DATE_NONE, .limit = 2 };
	struct office_colleague colleague;
	char folded[ADDR_MAX + 1];
	struct err found = ERR_INIT;
	struct office *offices;
	size_t count;
	bool shares;

	*answer = COLLEAGUE_ASKED;
	if (!addr_valid(d->sender.address) || !addr_fold(folded, d->sender.address))
		return 0;
	filter.domain = addr_domain(folded);
	if (store_office_list(d->engine->env->store, &filter, d->arena, &offices, &count, d->err))
		return -1;
	if (count != 1 || offices[0].confirmed == DATE_NONE)
		return 0;
	if (shares_domain(d, offices[0].address, &shares))
		return -1;
	if (shares && store_colleague_find(d->engine->env->store, d->service->key, offices[0].address, folded, d->arena,
					   &colleague, &found) == 0)
		*answer = colleague.answer;
	*office = offices[0];
	if (!found.code || found.code == ERR_NOTFOUND)
		return 0;
	*d->err = found;
	return -1;
}

int office_colleague_find(struct deciding *d, struct office *office, bool *accepted)
{
	enum colleague_answer answer;
	int rc = find_answer(d, office, &answer);

	*accepted = !rc && answer == COLLEAGUE_ACCEPTED;
	return rc;
}

int office_colleague_acts(struct deciding *d, const char **general)
{
	enum colleague_answer answer;
	struct office office;

	*general = NULL;
	if (!d->sender.authenticated || find_answer(d, &office, &answer))
		return d->sender.authenticated ? -1 : 0;
	if (answer == COLLEAGUE_ACCEPTED || answer == COLLEAGUE_ONCE)
		*general = office.address;
	return 0;
}

/* ---- asking ---- */

const char *office_colleague_purpose(struct engine *engine, struct arena *arena, const char *address)
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char hash[SEAL_HASH_SIZE];
	char text[33];

	buf_addf(&material, "colleague|%s", address);
	seal_hash(&engine->reply_key, material.data, material.len, hash);
	str_hex(text, hash, 16);
	buf_free(&material);
	return arena_printf(arena, "%s-%s", OFFICE_COLLEAGUE, text);
}

static int ask(struct deciding *d, const struct office *office, const struct office_colleague *colleague, int64_t at,
	       const char *about)
{
	struct office_letter letter = { .office = office, .colleague = colleague->address, .colleague_at = at,
					.colleague_about = about };
	struct office_sending s = { .service = d->service, .letter = &letter, .template = "collega-vraag",
				    .item = d->job->item.id, .dossier = about, .colleagues = colleague,
				    .colleague_count = 1 };

	letter.purpose = office_colleague_purpose(d->engine, d->arena, colleague->address);
	s.cause = arena_printf(d->arena, "item:%lld:%s", (long long)d->job->item.id, letter.purpose);
	log_line(LOG_LEVEL_INFO, "office.asked", "item=%lld service=%s", (long long)d->job->item.id, d->service->key);
	return office_send(d->engine, d->arena, &s, d->err);
}

/* ---- the step ---- */

/* What is known of him; asked about now when nothing is. */
static int look_up(struct deciding *d, const struct office *office, struct office_colleague *colleague)
{
	struct err found = ERR_INIT;
	bool known = true, over;

	if (store_colleague_find(d->engine->env->store, d->service->key, office->address, d->sender.address, d->arena,
				 colleague, &found)) {
		if (found.code != ERR_NOTFOUND) {
			*d->err = found;
			return -1;
		}
		known = false;
		*colleague = (struct office_colleague){ .service = d->service->key, .office = office->address,
							.address = d->sender.address };
	}
	over = known && colleague->answer == COLLEAGUE_ONCE && d->job->item.received > colleague->answered;
	if (known && !over)
		return 0;
	colleague->answer = COLLEAGUE_ASKED;
	colleague->asked = d->now;
	colleague->answered = DATE_NONE;
	return ask(d, office, colleague, d->job->item.received, d->dossier->number);
}

/* He may deliver, and ask what an office may ask; what we answer goes to the general address alone. */
static void stand_in(struct deciding *d, const struct office *office)
{
	struct handling *h = &d->handling;

	h->standing = standing_of(ACTOR_OFFICE, d->sender.auth, NULL);
	if (h->sender) {
		h->sender = office->address;
		h->sender_name = office->name;
		h->in_reply_to = NULL;
	}
}

int office_colleague_step(struct deciding *d)
{
	const char *general = d->dossier->office.address;
	struct office_colleague colleague;
	enum office_standing standing;
	struct office office;
	bool shares;

	if (d->handling.standing.role != ACTOR_NONE || !general || !d->sender.authenticated || !d->sender.address ||
	    d->sender.automatic)
		return DECIDE_NEXT;
	if (shares_domain(d, general, &shares))
		return -1;
	if (!shares)
		return DECIDE_NEXT;
	if (office_standing(d->engine, d->service->key, general, d->arena, &standing, &office, d->err))
		return -1;
	if (standing != OFFICE_CONFIRMED || dossier_role_of(d->dossier, d->sender.address) != ACTOR_NONE)
		return DECIDE_NEXT;
	if (look_up(d, &office, &colleague))
		return -1;
	if (colleague.answer == COLLEAGUE_ACCEPTED || colleague.answer == COLLEAGUE_ONCE) {
		stand_in(d, &office);
		return DECIDE_NEXT;
	}
	/* To him it is as if the number did not exist. */
	d->route.unknown_number = d->route.named;
	return held_keep(d, REASON_COLLEAGUE, colleague.address);
}

/* ---- what the general address says ---- */

/* Calls 'take' for each colleague until it says that this was the one. */
static int each_colleague(struct deciding *d, const struct office *office,
			  int (*take)(struct deciding *d, const struct office *office,
				      const struct office_colleague *colleague, void *ctx), void *ctx)
{
	struct office_colleague *list;
	int64_t after = 0;
	size_t count, i;
	int rc = 0;

	do {
		if (store_colleague_list(d->engine->env->store, office->service, office->address, after, 500, d->arena, &list,
					 &count, d->err))
			return -1;
		for (i = 0; !rc && i < count; i++) {
			after = list[i].id;
			rc = take(d, office, &list[i], ctx);
		}
	} while (!rc && count == 500);
	return rc;
}

struct finding {
	const struct reply_token *token;
	struct office_colleague *found;
};

static int match(struct deciding *d, const struct office *office, const struct office_colleague *colleague, void *ctx)
{
	struct finding *f = ctx;

	(void)office;
	if (!str_eq(office_colleague_purpose(d->engine, d->arena, colleague->address), f->token->purpose))
		return 0;
	*f->found = *colleague;
	return 1;
}

int office_colleague_answer(struct deciding *d, const struct office *office, const struct reply_token *token,
			    enum colleague_answer answer)
{
	struct office_colleague colleague;
	struct finding finding = { token, &colleague };
	struct office_letter letter = { .office = office, .answer = answer };
	struct office_sending s = { .service = d->service, .letter = &letter, .template = "collega-antwoord",
				    .item = d->job->item.id, .in_reply_to = d->verdict.message_id,
				    .colleagues = &colleague, .colleague_count = 1, .verdict = &d->verdict };
	int found = each_colleague(d, office, match, &finding);
	size_t count = 0;

	if (found <= 0)
		return found < 0 ? -1 : DECIDE_NEXT;
	colleague.answer = answer;
	colleague.answered = d->now;
	letter.colleague = colleague.address;
	letter.colleague_at = colleague.asked;
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = "office";
	s.cause = arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
	if (office_send(d->engine, d->arena, &s, d->err) ||
	    (answer != COLLEAGUE_REFUSED &&
	     office_retry(d->engine, d->service->key, REASON_COLLEAGUE, colleague.address, &count, d->err)))
		return -1;
	log_line(LOG_LEVEL_INFO, "office.colleague", "service=%s answer=%s items=%zu", d->service->key,
		 colleague_answer_word(answer), count);
	return decide_ended(d);
}

static int ask_again(struct deciding *d, const struct office *office, const struct office_colleague *colleague, void *ctx)
{
	struct office_colleague asked = *colleague;
	int *left = ctx;

	if (colleague->answer != COLLEAGUE_ASKED)
		return 0;
	asked.asked = d->now;
	if (ask(d, office, &asked, colleague->asked, NULL))
		return -1;
	return --*left == 0;
}

int office_colleague_again(struct deciding *d, const struct office *office)
{
	int left = ASKED_AGAIN;

	if (each_colleague(d, office, ask_again, &left) < 0)
		return -1;
	return left == ASKED_AGAIN ? DECIDE_NEXT : decide_end(d, ITEM_PROCESSED, REASON_ASKED);
}
