/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "bounce/bounce.h"

/* Own. */
#include "work/answer.h"
#include "work/engine_p.h"
#include "work/health.h"

static const struct settings_service *service_of(struct engine *engine, const struct outbox_row *row)
{
	return settings_service(engine->settings, row->service);
}

/* What the failure of an attempt says about the address; false where the fault is ours or the way's. */
static bool blames_address(const struct outbox_result *result, struct bounce_recipient *why)
{
	if (!str_eq(result->stage, "rcpt") && !str_eq(result->stage, "data") && !str_eq(result->stage, "dot"))
		return false;
	bounce_judge(result->reply ? result->reply : "", result->code, why);
	return true;
}

/* Staff are told, and what is known of the address is kept. */
static int tell_failed(struct answering *a, const struct outbox_row *row, const struct outbox_result *result,
		       struct err *err)
{
	struct address_health health;
	struct bounce_recipient why;
	enum health_news news = HEALTH_FAILED;
	struct store_take take = { .now = a->now };
	size_t i;

	if (blames_address(result, &why)) {
		if (health_failed(a->engine, row, &why, a->now, a->arena, &health, &news, err))
			return -1;
		a->addresses = &health;
		a->address_count = 1;
	}
	a->failed_dead = news == HEALTH_DIED;
	if (news != HEALTH_NOTHING)
		answer_wish(a, "aflevering-mislukt", TMPL_AUDIENCE_STAFF);
	if (answer_render(a, err))
		return -1;
	for (i = 0; i < a->row_count; i++) {
		a->rows[i].dossier = row->dossier;
		a->rows[i].item = row->item;
	}
	answer_into(a, &take);
	return store_take(a->engine->env->store, &take, err);
}

int answer_delivery_failed(struct engine *engine, const struct outbox_row *row, const struct outbox_result *result,
			   struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct answering a = { .engine = engine, .arena = &arena, .service = service_of(engine, row),
			       .now = engine_now(engine), .received = DATE_NONE, .scope = row->scope,
			       .failed = row, .failed_reply = result->reply };
	int rc;

	if (!a.service || str_eq(row->audience, "staff"))
		return 0;
	a.cause = arena_printf(&arena, "failed:%lld:%d", (long long)row->id, row->attempts);
	rc = tell_failed(&a, row, result, err);
	arena_free(&arena);
	return rc;
}
