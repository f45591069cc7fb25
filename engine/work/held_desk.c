/*
 * What staff say about what waits: "vrijgeven 12", "weigeren 12: reason", in a
 * mail of their own, whatever dossier it is about. Level 3, as all that staff
 * command: without a token of ours the mail is repeated to them and "ja" runs it.
 */

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"
#include "work/held.h"
#include "work/letters.h"

#define DESK "desk:\n" /* begins what waits for a ja without a dossier */

struct desk {
	struct deciding *d;
	const struct reply_token *token; /* that proves he is who he claims to be; NULL = none */
	struct saying saying;
	struct pending_command pending;  /* what the mail that he answers asked */
	bool answers;
	struct held_telling *telling;
};

/* Of any mail of ours to this address: a dossier's too. One that asked something comes first. */
static const struct reply_token *find_token(const struct deciding *d)
{
	const struct reply_token *found = NULL;
	size_t i;

	for (i = 0; i < d->reply.count; i++) {
		const struct reply_token *token = &d->reply.list[i];

		if (addr_same(token->address, d->sender.address) && d->now < token->expires && token->revoked == DATE_NONE &&
		    (!found || (reply_is_confirm(token) && !token->dossier)))
			found = token;
	}
	return found;
}

static bool is_held_verb(enum command_verb verb)
{
	return verb == COMMAND_RELEASE || verb == COMMAND_DECLINE;
}

static bool is_answer(const struct saying *s)
{
	return s->count == 1 && (s->list[0].verb == COMMAND_YES || s->list[0].verb == COMMAND_NO);
}

/* Was one of these meant, in whatever language? */
static bool nearly(const struct phrases *phrases, const char *form)
{
	size_t i;

	for (i = 0; i < phrases->count; i++)
		if (is_held_verb(phrases->list[i].verb) && str_eq(phrases->list[i].form, form))
			return true;
	return false;
}

/* Is one of its lines for us, or meant to be? */
static bool speaks_of_held(const struct phrases *phrases, const struct saying *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (is_held_verb(s->list[i].verb))
			return true;
	for (i = 0; i < s->near_count; i++)
		if (nearly(phrases, s->near[i].form))
			return true;
	return false;
}

/* Anything beside the lines that are for us: then nothing is done, as with all mixed mail of staff. */
static bool is_mixed(const struct desk *k)
{
	const struct saying *s = &k->saying;
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!is_held_verb(s->list[i].verb))
			return true;
	return s->near_count || s->kind == SAID_NOTE || s->kind == SAID_QUESTION || handle_has_files(&k->d->job->mail);
}

static void read_text(struct desk *k, const char *text, struct saying *saying)
{
	struct saying_order order = { .phrases = world_phrases(k->d->engine->world), .role = ACTOR_STAFF, .text = text,
				      .files = handle_has_files(&k->d->job->mail) };

	command_read(&order, k->d->arena, saying);
}

/* ---- what comes of it ---- */

static void add_said(struct desk *k, const char *line, struct engine_held_result result)
{
	struct held_said *list = arena_array(k->d->arena, k->telling->said_count + 1, sizeof *list);
	size_t i;

	for (i = 0; i < k->telling->said_count; i++)
		list[i] = k->telling->said[i];
	list[k->telling->said_count++] = (struct held_said){ line, result };
	k->telling->said = list;
}

static int run_one(struct desk *k, const struct said *said)
{
	struct deciding *d = k->d;
	const struct engine_held_order order = { .item = said->item, .document = said->document, .number = said->name,
					  .slot = said->title, .replaces = said->verb == COMMAND_RELEASE ? said->file : NULL,
					  .refuse = said->verb == COMMAND_DECLINE,
					  .reason = said->text, .service = d->service->key,
					  .by = arena_printf(d->arena, "staff %s", d->sender.address) };
	struct engine_held_result result = { .fate = HELD_NOT, .why = "form", .text = said->form };

	if (said->fault == COMMAND_FINE && held_order(d->engine, d->arena, &order, &result, d->err))
		return -1;
	add_said(k, said->line, result);
	return 0;
}

static int run_all(struct desk *k, const struct saying *saying)
{
	size_t i;

	for (i = 0; i < saying->count; i++)
		if (is_held_verb(saying->list[i].verb) && run_one(k, &saying->list[i]))
			return -1;
	return 0;
}

static void return_all(struct desk *k)
{
	size_t i;

	k->telling->returned = true;
	for (i = 0; i < k->saying.count; i++)
		add_said(k, k->saying.list[i].line, (struct engine_held_result){ .fate = HELD_NOT, .why = "mixed", .text = "" });
	for (i = 0; i < k->saying.near_count; i++)
		add_said(k, k->saying.near[i].line,
			 (struct engine_held_result){ .fate = HELD_NOT, .why = "form", .text = k->saying.near[i].form });
}

/* ---- the mail back ---- */

static int answer(struct desk *k, const char *template)
{
	struct deciding *d = k->d;
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service,
			       .scope = d->job->item.scope, .now = d->now, .item = d->job->item.id,
			       .received = d->job->item.received, .sender = d->sender.address,
			       .sender_name = d->sender.name, .in_reply_to = d->verdict.message_id, .held = k->telling,
			       .desk = true };
	struct store_take take = { .item = &d->verdict, .now = d->now };

	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = template ? REASON_DESK : REASON_ASKED;
	a.cause = arena_printf(d->arena, "item:%lld", (long long)a.item);
	if (template)
		answer_wish(&a, template, TMPL_AUDIENCE_SENDER);
	if (answer_render(&a, d->err))
		return -1;
	answer_into(&a, &take);
	take.answers = k->answers ? k->pending.hash : NULL;
	if (store_take(d->engine->env->store, &take, d->err) ||
	    store_time_seen(d->engine->env->store, d->now, d->err))
		return -1;
	return decide_ended(d);
}

/* The lines once more, to the registered address; once for the same lines. */
static int ask_first(struct desk *k)
{
	struct deciding *d = k->d;
	const char *text = DESK;
	bool asked = false;
	size_t i;

	for (i = 0; i < k->saying.count; i++) {
		text = arena_printf(d->arena, "%s%s\n\n", text, k->saying.list[i].whole);
		add_said(k, k->saying.list[i].whole, (struct engine_held_result){ .fate = HELD_NOT, .why = "asked", .text = "" });
	}
	k->telling->pending = text;
	k->telling->until = d->now + held_question_life(text);
	if (reply_asked(d->engine, d->service->key, NULL, d->sender.address, reply_confirm(d->engine, text, d->arena), d->now,
			d->arena, &asked, d->err))
		return -1;
	return answer(k, asked ? NULL : LETTER_DESK);
}

/* ---- ja and nee ---- */

/* 1 = the mail answers a question of ours about what waits. */
static int find_pending(struct desk *k)
{
	struct err why = ERR_INIT;

	if (!k->token || k->token->dossier || !reply_is_confirm(k->token))
		return 0;
	if (store_pending_find(k->d->engine->env->store, k->token->hash, k->d->arena, &k->pending, &why)) {
		if (why.code == ERR_NOTFOUND)
			return 0;
		*k->d->err = why;
		return -1;
	}
	return str_starts(k->pending.text, DESK) && addr_same(k->pending.address, k->d->sender.address);
}

static int run_answer(struct desk *k)
{
	const struct said *said = &k->saying.list[0];
	struct engine_held_result result = { .fate = HELD_DONE, .text = "" };
	struct saying before;

	if (said->fault != COMMAND_FINE)
		result = (struct engine_held_result){ .fate = HELD_NOT, .why = "mixed", .text = "" };
	else if (k->pending.answered != DATE_NONE)
		result = (struct engine_held_result){ .fate = HELD_ALREADY, .text = "" };
	else if (k->d->now >= k->pending.expires)
		result = (struct engine_held_result){ .fate = HELD_NOT, .why = "late", .text = "" };
	else if (said->verb == COMMAND_YES && k->d->sender.auth != AUTH_STRONG)
		result = (struct engine_held_result){ .fate = HELD_NOT, .why = "weak", .text = "" };
	else
		k->answers = true;
	if (!k->answers || said->verb == COMMAND_NO) {
		add_said(k, said->line, result);
		return 0;
	}
	read_text(k, k->pending.text + sizeof DESK - 1, &before);
	return run_all(k, &before);
}

int desk_step(struct deciding *d)
{
	struct desk k = { .d = d };
	int asked;

	if (!settings_is_staff(d->service, d->sender.address) || d->sender.automatic)
		return DECIDE_NEXT;
	k.token = find_token(d);
	read_text(&k, d->job->mail.text, &k.saying);
	asked = is_answer(&k.saying) ? find_pending(&k) : 0;
	if (asked < 0)
		return -1;
	if (!asked && !speaks_of_held(world_phrases(d->engine->world), &k.saying))
		return DECIDE_NEXT;
	if (!d->sender.authenticated && !k.token)
		return held_keep(d, REASON_UNAUTHENTICATED, "nothing proves that the mail is from the address it claims");
	k.telling = arena_alloc(d->arena, sizeof *k.telling);
	if (asked) {
		if (run_answer(&k))
			return -1;
	} else if (is_mixed(&k)) {
		return_all(&k);
	} else if (d->sender.auth != AUTH_STRONG || !k.token) {
		return ask_first(&k);
	} else if (run_all(&k, &k.saying)) {
		return -1;
	}
	return answer(&k, "vastgehouden-verslag");
}
