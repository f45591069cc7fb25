/* What general addresses and staff mail about offices, beside any dossier. */

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
#include "work/overview.h"

#define DONE_CONFIRMED "office-confirmed"
#define DONE_OFFICE "office"

static const char *cause_of(const struct deciding *d)
{
	return arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
}

static void read_words(const struct deciding *d, enum actor_role role, const char *text, struct saying *saying)
{
	struct saying_order order = { .phrases = world_phrases(d->engine->world), .role = role, .text = text };

	if (text == d->job->mail.text) {
		order.marks = d->job->mail.marks;
		order.mark_count = d->job->mail.mark_count;
	}
	command_read(&order, d->arena, saying);
}

static struct office_sending sending_of(const struct deciding *d, const struct office_letter *letter)
{
	return (struct office_sending){ .service = d->service, .letter = letter, .cause = cause_of(d),
					.in_reply_to = d->verdict.message_id, .item = d->job->item.id };
}

static int end_done(struct deciding *d, const char *reason, bool text)
{
	if (text) {
		d->verdict.detail = "words beside what an office asked for; a person has to read them";
		return decide_end(d, ITEM_HELD, REASON_MESSAGE);
	}
	return decide_end(d, ITEM_PROCESSED, reason);
}

/* ---- the code ---- */

/* Letters and digits of a text in lower case; what people mistake for letters as those. */
static char *plain(struct arena *arena, const char *text)
{
	char *out = arena_strdup(arena, text ? text : ""), *to = out;

	for (; text && *text; text++) {
		char c = str_lower(*text);

		if ((c >= 'a' && c <= 'z') || (c >= '2' && c <= '9'))
			*to++ = c;
		else if (c == '0' || c == '1')
			*to++ = c == '0' ? 'o' : 'l';
	}
	*to = '\0';
	return out;
}

static bool is_sign(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_group(const char *at)
{
	return is_sign(at[0]) && is_sign(at[1]) && is_sign(at[2]) && is_sign(at[3]);
}

/* Three groups of four with dashes between, by themselves: it wants to be a code. */
static bool looks_like_code(const char *text)
{
	const char *at;

	for (at = text; at && *at; at++)
		if ((at == text || (!is_sign(at[-1]) && at[-1] != '-')) && is_group(at) && at[4] == '-' && is_group(at + 5) &&
		    at[9] == '-' && is_group(at + 10) && !is_sign(at[14]) && at[14] != '-')
			return true;
	return false;
}

enum code_found { CODE_NONE, CODE_WRONG, CODE_RIGHT };

static enum code_found judge(const struct deciding *d, const struct office *office, const char *text)
{
	char code[OFFICE_CODE_SIZE];
	unsigned char hash[OFFICE_HASH_SIZE];
	enum code_found found = looks_like_code(text) ? CODE_WRONG : CODE_NONE;

	if (!text || !office->has_code || office->code_wrong >= OFFICE_CODE_WRONG)
		return found;
	office_code(d->engine, office, code);
	office_code_hash(d->engine, office, code, hash);
	if (seal_compare(hash, office->code, sizeof hash) == 0 && strstr(plain(d->arena, text), plain(d->arena, code)))
		found = CODE_RIGHT;
	seal_wipe(code, sizeof code);
	return found;
}

/* In the subject, or in the words of the mail itself: what it quotes says nothing. */
static enum code_found find_code(const struct deciding *d, const struct office *office)
{
	enum code_found subject = judge(d, office, d->job->mail.subject), text;
	struct saying saying;

	read_words(d, ACTOR_OFFICE, d->job->mail.text, &saying);
	text = judge(d, office, saying.text);
	return text > subject ? text : subject;
}

static int confirm(struct deciding *d, struct office *office)
{
	struct office_letter letter = { .office = office };
	struct office_sending s = sending_of(d, &letter);
	struct saying saying;

	read_words(d, ACTOR_OFFICE, d->job->mail.text, &saying);
	letter.code_files = handle_has_files(&d->job->mail);
	letter.code_words = saying.count || (saying.text && strchr(saying.text, '?'));
	office->confirmed = d->now;
	office->has_code = false;
	office->code_made = DATE_NONE;
	office->code_wrong = 0;
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = DONE_CONFIRMED;
	if (letter.code_files || letter.code_words) {
		/* What came along with the code is for a person: nobody may think that it was dealt with. */
		d->verdict.state = ITEM_HELD;
		d->verdict.reason = REASON_MESSAGE;
		d->verdict.detail = letter.code_files ? "the mail that confirmed the office holds files too" :
							"the mail that confirmed the office asks for something too";
	}
	s.template = "kantoor-bevestigd";
	s.change = office;
	s.verdict = &d->verdict;
	if (office_send(d->engine, d->arena, &s, d->err) ||
	    office_go_on(d->engine, d->service->key, office->address, d->err))
		return -1;
	log_line(LOG_LEVEL_INFO, "office.confirmed", "service=%s address=%s", d->service->key, office->address);
	return decide_ended(d);
}

/* Staff hear of it once, when the code stops to be worth anything. */
static int tell_blocked(struct deciding *d, const struct office *office)
{
	struct office_letter letter = { .wanted_address = office->address, .wanted_name = office->name,
					.wanted = OFFICE_UNCONFIRMED };
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service, .now = d->now,
			       .cause = cause_of(d), .item = d->job->item.id, .received = DATE_NONE, .office = &letter,
			       .scope = d->job->item.scope };
	struct store_take take = { .now = d->now };

	answer_wish(&a, "kantoor-code-taak", TMPL_AUDIENCE_STAFF);
	if (answer_render(&a, d->err))
		return -1;
	answer_into(&a, &take);
	return store_take(d->engine->env->store, &take, d->err);
}

static int refuse_code(struct deciding *d, struct office *office)
{
	struct office_letter letter = { .office = office, .code_wrong = true };
	struct office_sending s = sending_of(d, &letter);
	bool said = true;

	if (office->code_wrong < OFFICE_CODE_WRONG && ++office->code_wrong == OFFICE_CODE_WRONG && tell_blocked(d, office))
		return -1;
	letter.code_blocked = office->code_wrong >= OFFICE_CODE_WRONG;
	if (decide_said_today(d, "kantoor-code", &said))
		return -1;
	d->verdict.state = ITEM_HELD;
	d->verdict.reason = REASON_OFFICE;
	d->verdict.detail = office->address;
	s.template = said && !letter.code_blocked ? NULL : "kantoor-code";
	s.change = office;
	s.verdict = &d->verdict;
	log_line(LOG_LEVEL_WARN, "office.code", "service=%s address=%s wrong=%d", d->service->key, office->address,
		 office->code_wrong);
	return office_send(d->engine, d->arena, &s, d->err) ? -1 : decide_ended(d);
}

static int code_step(struct deciding *d, struct office *office)
{
	switch (find_code(d, office)) {
	case CODE_RIGHT: return confirm(d, office);
	case CODE_WRONG: return refuse_code(d, office);
	default: return DECIDE_NEXT;
	}
}

int office_lost_step(struct deciding *d)
{
	enum office_standing standing;
	struct office office;
	struct office_letter letter = { .office = &office };
	struct office_sending s;
	bool said = true;

	if (!d->sender.authenticated || d->sender.automatic || !d->sender.address)
		return DECIDE_NEXT;
	if (office_standing(d->engine, d->service->key, d->sender.address, d->arena, &standing, &office, d->err))
		return -1;
	if (standing != OFFICE_UNCONFIRMED)
		return DECIDE_NEXT;
	if (decide_said_today(d, "kantoor-code", &said))
		return -1;
	s = sending_of(d, &letter);
	letter.code_blocked = !office.has_code || office.code_wrong >= OFFICE_CODE_WRONG;
	d->verdict.state = ITEM_HELD;
	d->verdict.reason = REASON_OFFICE;
	d->verdict.detail = office.address;
	s.template = said ? NULL : "kantoor-code";
	s.verdict = &d->verdict;
	return office_send(d->engine, d->arena, &s, d->err) ? -1 : decide_ended(d);
}

/* ---- overviews ---- */

static int send_overview(struct engine *engine, struct arena *arena, struct office_sending *s, const struct office *office,
			 int64_t now, struct err *err)
{
	struct office_letter letter = { .office = office };
	struct overview overview;

	if (overview_make(engine, office, now, arena, &overview, err))
		return -1;
	letter.overview = &overview;
	s->letter = &letter;
	s->template = "overzicht";
	return office_send(engine, arena, s, err);
}

static int set_digest(struct engine *engine, struct arena *arena, struct office_sending *s, const struct office *office,
		      enum office_digest digest, int64_t now, struct err *err)
{
	struct office changed = *office;
	struct office_letter letter = { .office = &changed };
	struct calendar calendar;

	overview_calendar(engine, office->service, &calendar);
	changed.digest = digest;
	changed.digest_due = overview_next(&calendar, digest, s->service->digest, now);
	s->letter = &letter;
	s->template = "kantoor-instelling";
	s->change = &changed;
	return office_send(engine, arena, s, err);
}

static bool is_desk(enum command_verb verb)
{
	return verb == COMMAND_OVERVIEW || verb == COMMAND_OVERVIEW_DAILY || verb == COMMAND_OVERVIEW_WEEKLY ||
	       verb == COMMAND_OVERVIEW_OFF;
}

/* 's' holds how it is sent; what is sent is filled in here. */
static int do_desk(struct engine *engine, struct arena *arena, enum command_verb verb, struct office_sending *s,
		   const struct office *office, int64_t now, struct err *err)
{
	switch (verb) {
	case COMMAND_OVERVIEW_DAILY: return set_digest(engine, arena, s, office, OFFICE_DIGEST_DAILY, now, err);
	case COMMAND_OVERVIEW_WEEKLY: return set_digest(engine, arena, s, office, OFFICE_DIGEST_WEEKLY, now, err);
	case COMMAND_OVERVIEW_OFF: return set_digest(engine, arena, s, office, OFFICE_DIGEST_OFF, now, err);
	default: return send_overview(engine, arena, s, office, now, err);
	}
}

/* ---- a confirmed office ---- */

/* The token of a question about a colleague that this mail answers; NULL = none, or it proves nothing. */
static const struct reply_token *colleague_token(const struct deciding *d)
{
	size_t i;

	for (i = 0; i < d->reply.count; i++) {
		const struct reply_token *t = &d->reply.list[i];

		if (!t->dossier && str_starts(t->purpose, OFFICE_COLLEAGUE "-") && addr_same(t->address, d->sender.address) &&
		    t->revoked == DATE_NONE && d->now < t->expires)
			return t;
	}
	return NULL;
}

static bool says_only(const struct saying *saying, bool (*is)(enum command_verb verb))
{
	size_t i;

	for (i = 0; i < saying->count; i++)
		if (!is(saying->list[i].verb) || saying->list[i].fault != COMMAND_FINE)
			return false;
	return saying->count > 0;
}

static int answer_colleague(struct deciding *d, const struct office *office, const struct saying *saying)
{
	static const struct { enum command_verb verb; enum colleague_answer answer; } answers[] = {
		{ COMMAND_COLLEAGUE_ALWAYS, COLLEAGUE_ACCEPTED },
		{ COMMAND_COLLEAGUE_ONCE, COLLEAGUE_ONCE },
		{ COMMAND_NO, COLLEAGUE_REFUSED },
	};
	const struct reply_token *token = colleague_token(d);
	size_t i;

	for (i = 0; saying->count == 1 && i < sizeof answers / sizeof *answers; i++) {
		if (answers[i].verb != saying->list[0].verb)
			continue;
		if (token && d->sender.auth == AUTH_STRONG)
			return office_colleague_answer(d, office, token, answers[i].answer);
		if (answers[i].verb != COMMAND_NO)
			return office_colleague_again(d, office);
	}
	return DECIDE_NEXT;
}

static int office_desk(struct deciding *d, struct office *office)
{
	struct saying saying;
	size_t i;
	int rc;

	if (handle_has_files(&d->job->mail))
		return DECIDE_NEXT;
	read_words(d, ACTOR_OFFICE, d->job->mail.text, &saying);
	rc = answer_colleague(d, office, &saying);
	if (rc != DECIDE_NEXT || !says_only(&saying, is_desk))
		return rc;
	for (i = 0; i < saying.count; i++) {
		struct office_sending s = sending_of(d, NULL);

		if (do_desk(d->engine, d->arena, saying.list[i].verb, &s, office, d->now, d->err) ||
		    store_office_find(d->engine->env->store, office->service, office->address, d->arena, office, d->err))
			return -1;
	}
	return end_done(d, DONE_OFFICE, saying.kind == SAID_NOTE || saying.kind == SAID_QUESTION);
}

/* ---- staff: kantoor ADDRESS "Name" ---- */

const char *office_command(struct arena *arena, const struct phrases *phrases, const char *language, const char *address,
			   const char *name)
{
	const char *form = phrases_form(phrases, COMMAND_OFFICE, language);
	int words = (int)strcspn(form, "ABCDEFGHIJKLMNOPQRSTUVWXYZ[");
	char *quoted = arena_strdup(arena, name ? name : ""), *at;

	for (at = quoted; *at; at++)
		if (*at == '"')
			*at = '\'';
	return *quoted ? arena_printf(arena, "%.*s%s \"%s\"", words, form, address, quoted) :
			 arena_printf(arena, "%.*s%s", words, form, address);
}

static bool is_office_verb(enum command_verb verb)
{
	return verb == COMMAND_OFFICE;
}

static int tell_staff(struct deciding *d, const struct office_letter *letter, const char *template, const char *cause)
{
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service, .now = d->now, .cause = cause,
			       .item = d->job->item.id, .received = DATE_NONE, .office = letter,
			       .scope = d->job->item.scope, .sender = d->sender.address, .sender_name = d->sender.name,
			       .in_reply_to = d->verdict.message_id };
	struct store_take take = { .now = d->now };

	answer_wish(&a, template, TMPL_AUDIENCE_SENDER);
	if (answer_render(&a, d->err))
		return -1;
	answer_into(&a, &take);
	return store_take(d->engine->env->store, &take, d->err);
}

int office_end_wanted(struct deciding *d, const char *address, const char *name, enum office_standing standing)
{
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service, .now = d->now,
			       .cause = cause_of(d), .item = d->job->item.id, .received = DATE_NONE,
			       .scope = d->job->item.scope, .sender = d->sender.automatic ? NULL : d->sender.address,
			       .sender_name = d->sender.name, .in_reply_to = d->verdict.message_id };
	struct store_take take = { .item = &d->verdict, .now = d->now };

	office_wish_wanted(&a, address, name, standing);
	if (answer_render(&a, d->err))
		return -1;
	answer_into(&a, &take);
	d->verdict.state = ITEM_HELD;
	d->verdict.reason = REASON_OFFICE;
	d->verdict.detail = a.office->wanted_address;
	if (store_take(d->engine->env->store, &take, d->err) || store_time_seen(d->engine->env->store, d->now, d->err))
		return -1;
	return decide_ended(d);
}

static int add_one(struct deciding *d, const struct said *said, size_t number)
{
	struct office_adding adding = { .service = d->service->key, .address = said->address,
					.name = said->name, .item = d->job->item.id,
					.by = arena_printf(d->arena, "staff %s", d->sender.address) };
	struct office_letter letter = { .wanted_address = said->address, .wanted_name = adding.name };
	struct office_added added;
	struct err why = ERR_INIT;

	if (office_add(d->engine, d->arena, &adding, &added, &why)) {
		if (why.code != ERR_INPUT) {
			*d->err = why;
			return -1;
		}
		letter.ours = true;
	} else {
		letter.wanted_name = added.office.name;
		letter.wanted = added.office.confirmed == DATE_NONE ? OFFICE_UNCONFIRMED : OFFICE_CONFIRMED;
		letter.fresh = added.fresh;
		letter.mailed = added.mailed;
	}
	return tell_staff(d, &letter, "kantoor-toegevoegd", arena_printf(d->arena, "%s:%zu", cause_of(d), number));
}

static int add_all(struct deciding *d, const struct saying *saying)
{
	size_t i;

	for (i = 0; i < saying->count; i++)
		if (add_one(d, &saying->list[i], i))
			return -1;
	return end_done(d, DONE_OFFICE, saying->kind == SAID_NOTE || saying->kind == SAID_QUESTION);
}

/* Is it an answer to any mail of ours to him? */
static bool has_token(const struct deciding *d)
{
	size_t i;

	for (i = 0; i < d->reply.count; i++) {
		const struct reply_token *t = &d->reply.list[i];

		if (addr_same(t->address, d->sender.address) && t->revoked == DATE_NONE && d->now < t->expires)
			return true;
	}
	return false;
}

/* The command is repeated to his address, and "ja" runs it. */
static int ask_staff(struct deciding *d, const struct saying *saying)
{
	struct office_letter letter = { .wanted_address = saying->list[0].address };
	bool asked = false;

	letter.wanted_name = saying->list[0].name;
	letter.pending = saying->list[0].whole;
	letter.purpose = reply_confirm(d->engine, letter.pending, d->arena);
	if (reply_asked(d->engine, d->service->key, NULL, d->sender.address, letter.purpose, d->now, d->arena, &asked, d->err) ||
	    (!asked && tell_staff(d, &letter, "kantoor-klopt", cause_of(d))))
		return -1;
	return decide_end(d, ITEM_PROCESSED, REASON_ASKED);
}

/* "ja" or "nee" to that question. */
static int answer_staff(struct deciding *d, enum command_verb verb)
{
	struct pending_command pending;
	struct saying saying;
	struct err why = ERR_INIT;
	size_t i;

	for (i = 0; i < d->reply.count; i++)
		if (!d->reply.list[i].dossier && reply_is_confirm(&d->reply.list[i]) &&
		    addr_same(d->reply.list[i].address, d->sender.address))
			break;
	if (i == d->reply.count || d->sender.auth != AUTH_STRONG)
		return DECIDE_NEXT;
	if (store_pending_find(d->engine->env->store, d->reply.list[i].hash, d->arena, &pending, &why) ||
	    store_pending_take(d->engine->env->store, pending.hash, d->now, &why)) {
		if (why.code == ERR_NOTFOUND)
			return DECIDE_NEXT;
		if (why.code == ERR_EXISTS || why.code == ERR_INPUT)
			return decide_end(d, ITEM_PROCESSED, why.code == ERR_EXISTS ? REASON_ASKED : "too-late");
		*d->err = why;
		return -1;
	}
	if (verb == COMMAND_NO)
		return decide_end(d, ITEM_PROCESSED, DONE_OFFICE);
	read_words(d, ACTOR_STAFF, pending.text, &saying);
	return says_only(&saying, is_office_verb) ? add_all(d, &saying) : DECIDE_NEXT;
}

static int staff_desk(struct deciding *d)
{
	struct saying saying;

	if (handle_has_files(&d->job->mail))
		return DECIDE_NEXT;
	read_words(d, ACTOR_STAFF, d->job->mail.text, &saying);
	if (saying.count == 1 && (saying.list[0].verb == COMMAND_YES || saying.list[0].verb == COMMAND_NO))
		return answer_staff(d, saying.list[0].verb);
	/* Beside text it goes back whole, as any mail of staff does that mixes the two. */
	if (!says_only(&saying, is_office_verb) || saying.near_count || saying.kind == SAID_NOTE || saying.kind == SAID_QUESTION)
		return DECIDE_NEXT;
	if (d->sender.auth == AUTH_STRONG && has_token(d))
		return add_all(d, &saying);
	return saying.count == 1 ? ask_staff(d, &saying) : DECIDE_NEXT;
}

/* An accepted colleague asks for what the office may: the answer goes to its general address. */
static int colleague_desk(struct deciding *d)
{
	struct saying saying;
	struct office office;
	bool accepted;

	if (handle_has_files(&d->job->mail))
		return DECIDE_NEXT;
	read_words(d, ACTOR_OFFICE, d->job->mail.text, &saying);
	if (!says_only(&saying, is_desk))
		return DECIDE_NEXT;
	if (office_colleague_find(d, &office, &accepted))
		return -1;
	return accepted ? office_desk(d, &office) : DECIDE_NEXT;
}

/* ---- the step ---- */

int office_step(struct deciding *d)
{
	enum office_standing standing;
	struct office office;

	if (!d->sender.authenticated || d->sender.automatic || !d->sender.address || d->job->mail.encrypted)
		return DECIDE_NEXT;
	if (settings_is_staff(d->service, d->sender.address))
		return staff_desk(d);
	if (office_standing(d->engine, d->service->key, d->sender.address, d->arena, &standing, &office, d->err))
		return -1;
	if (standing == OFFICE_UNKNOWN)
		return colleague_desk(d);
	return standing == OFFICE_CONFIRMED ? office_desk(d, &office) : code_step(d, &office);
}

/* ---- in a mail about a dossier ---- */

static void refuse(struct outcome *out, const char *why)
{
	out->kind = OUTCOME_REFUSED;
	out->why = why;
}

static int order_desk(struct decision *d, struct outcome *out, int64_t item, struct err *err)
{
	struct office_sending s = { .service = d->service, .cause = d->answering.cause, .item = item };
	const char *address = d->dossier->office.address;
	enum office_standing standing = OFFICE_UNKNOWN;
	struct office office;

	if (address && office_standing(d->engine, d->service->key, address, d->arena, &standing, &office, err))
		return -1;
	if (standing != OFFICE_CONFIRMED) {
		refuse(out, WHY_FORBIDDEN);
		return 0;
	}
	if (do_desk(d->engine, d->arena, out->said->verb, &s, &office, d->now, err))
		return -1;
	out->kind = OUTCOME_ANSWERED;
	return 0;
}

static int order_add(struct decision *d, const struct orders *o, struct outcome *out, int64_t item, struct err *err)
{
	struct office_adding adding = { .service = d->service->key, .address = out->said->address,
					.name = out->said->name, .item = item,
					.by = o->by ? arena_printf(d->arena, "staff %s", o->by) : "staff" };
	struct office_added added;
	struct err why = ERR_INIT;

	if (office_add(d->engine, d->arena, &adding, &added, &why) == 0) {
		out->kind = added.fresh || added.changed || added.mailed ? OUTCOME_DONE : OUTCOME_ALREADY;
		return 0;
	}
	if (why.code == ERR_INPUT) {
		refuse(out, WHY_FORM);
		return 0;
	}
	*err = why;
	return -1;
}

int office_orders(struct decision *d, struct orders *o, int64_t item, struct err *err)
{
	size_t i;

	for (i = 0; i < o->count; i++) {
		struct outcome *out = &o->list[i];
		int rc = 0;

		if (out->kind != OUTCOME_PLANNED)
			continue;
		if (is_desk(out->said->verb))
			rc = order_desk(d, out, item, err);
		else if (out->said->verb == COMMAND_OFFICE)
			rc = order_add(d, o, out, item, err);
		if (rc)
			return -1;
	}
	return 0;
}
