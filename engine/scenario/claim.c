/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "rule/suggest.h"

/* Own. */
#include "scenario/read_p.h"

/* ---- mails ---- */

enum wording { WORD_WITH, WORD_WITHOUT, WORD_ATTACHED };

/* Any white space between words is one space, as in the mail it is looked for in. */
static const char *fold(struct reader *r, const char *text)
{
	char *out = arena_strdup(r->arena, text), *to = out;

	for (; *text; text++)
		if (!strchr(" \n\r\t", *text))
			*to++ = *text;
		else if (to > out && to[-1] != ' ')
			*to++ = ' ';
	while (to > out && to[-1] == ' ')
		to--;
	*to = '\0';
	return out;
}

/* Every mail holds no words at all: who asks for these asks for nothing. */
static bool read_words(struct reader *r, const char *what, struct scenario_texts *texts)
{
	size_t i = texts->count;

	if (!reader_texts(r, what, texts))
		return false;
	for (; i < texts->count; i++) {
		texts->list[i] = fold(r, texts->list[i]);
		if (!*texts->list[i])
			return reader_wrong(r, NULL, "there are no words in this text");
	}
	return true;
}

/* A comma in front of "with words" reads better in a long line; it says nothing. */
static bool read_wordings(struct reader *r, struct scenario_claim *claim)
{
	for (;;) {
		if (reader_accept(r, "with")) {
			if (!read_words(r, "words of the mail, in quotes", &claim->with))
				return false;
		} else if (reader_accept(r, "without")) {
			if (!read_words(r, "words, in quotes", &claim->without))
				return false;
		} else if (reader_accept(r, "attached")) {
			if (!reader_texts(r, "the name of a file, in quotes", &claim->attached))
				return false;
		} else {
			return true;
		}
	}
}

static bool read_mail(struct reader *r, struct scenario_claim *claim)
{
	const struct token *token = reader_peek(r);

	if (token && str_eq(token->text, "to"))
		return reader_fail(r, "the name of a mail", NULL);
	if (!reader_template(r, &claim->template))
		return false;
	if (!reader_accept(r, "to"))
		return reader_fail(r, "'to' and who gets it", NULL);
	return reader_who(r, true, &claim->who) && read_wordings(r, claim);
}

static bool ends_claim(const struct reader *r)
{
	const struct token *token = reader_peek(r);

	return !token || (token->kind == TOKEN_WORD && str_eq(token->text, "and"));
}

/* no mail [NAME] [to WHO] */
static bool read_no_mail(struct reader *r, struct scenario_claim *claim)
{
	const struct token *token = reader_peek(r);

	if (!ends_claim(r) && !str_eq(token->text, "to") && !reader_template(r, &claim->template))
		return false;
	return !reader_accept(r, "to") || reader_who(r, true, &claim->who);
}

static bool read_no_other_mail(struct reader *r, struct scenario_claim *claim)
{
	return !reader_accept(r, "to") || reader_who(r, true, &claim->who);
}

/* ---- the dossier ---- */

static bool read_slot(struct reader *r, struct scenario_claim *claim)
{
	static const struct reader_choice words[] = {
		{ "open", SLOT_OPEN },	       { "delivered", SLOT_DELIVERED }, { "absent", SLOT_ABSENT },
		{ "approved", SLOT_APPROVED }, { "rejected", SLOT_REJECTED },	{ NULL, 0 },
	};

	return reader_slot(r, true, &claim->name, &claim->year) &&
	       reader_choose(r, words, "open, delivered, absent, approved or rejected", &claim->word) &&
	       (!reader_accept(r, "with") || reader_texts(r, "the name of a file, in quotes", &claim->files));
}

static bool read_state(struct reader *r, struct scenario_claim *claim)
{
	struct suggest suggest;
	size_t i;

	if (!reader_word(r, "the name of a state", &claim->name))
		return false;
	if (!r->program || program_state(r->program, claim->name))
		return true;
	suggest_init(&suggest, claim->name);
	for (i = 0; i < r->program->state_count; i++)
		suggest_offer(&suggest, r->program->states[i].name);
	return reader_wrong(r, suggest.best, "workflow '%s' has no state '%s'", r->program->name, claim->name);
}

static bool read_timer(struct reader *r, struct scenario_claim *claim)
{
	static const struct reader_choice forms[] = { { "in", 0 }, { "on", 1 }, { NULL, 0 } };
	int form;

	if (!reader_choose(r, forms, "'in' and a time from now, or 'on' and a moment", &form))
		return false;
	claim->on = form == 1;
	return claim->on ? reader_moment(r, &claim->moment) : reader_duration(r, &claim->after);
}

static bool read_held(struct reader *r, struct scenario_claim *claim)
{
	static const char *const names[] = { "mail", NULL };
	const struct token *token = reader_peek(r);

	if (token && token->kind == TOKEN_WORD)
		return reader_fail(r, "'mail', or the name of a file, in quotes", names);
	return reader_texts(r, "the name of a file, in quotes", &claim->files);
}

static bool read_reason(struct reader *r, const char **reason)
{
	struct suggest suggest;
	const char *known;
	size_t i;

	if (!reader_word(r, "why it waits", reason))
		return false;
	if (!r->lookup->reason_at)
		return true;
	suggest_init(&suggest, *reason);
	for (i = 0; (known = r->lookup->reason_at(r->lookup->ctx, i)) != NULL; i++) {
		if (str_eq(known, *reason))
			return true;
		suggest_offer(&suggest, known);
	}
	return reader_wrong(r, suggest.best, "no mail waits because of '%s'", *reason);
}

/* held mail [of WHO] [because REASON] */
static bool read_held_mail(struct reader *r, struct scenario_claim *claim)
{
	if (reader_accept(r, "of") && !reader_who(r, true, &claim->who))
		return false;
	return !reader_accept(r, "because") || read_reason(r, &claim->name);
}

static bool read_payment(struct reader *r, struct scenario_claim *claim)
{
	static const struct reader_choice words[] = {
		{ "requested", PAYMENT_REQUESTED }, { "open", PAYMENT_OPEN },	    { "paid", PAYMENT_PAID },
		{ "failed", PAYMENT_FAILED },	    { "expired", PAYMENT_EXPIRED }, { "cancelled", PAYMENT_CANCELLED },
		{ "refunded", PAYMENT_REFUNDED },   { NULL, 0 },
	};

	return reader_choose(r, words, "requested, open, paid, failed, expired, cancelled or refunded", &claim->word);
}

static bool read_approval(struct reader *r, struct scenario_claim *claim)
{
	static const struct reader_choice words[] = {
		{ "asked", APPROVAL_ASKED }, { "given", APPROVAL_GIVEN }, { "refused", APPROVAL_REFUSED },
		{ "void", APPROVAL_VOID },   { NULL, 0 },
	};

	return reader_slot(r, true, &claim->name, &claim->year) &&
	       reader_choose(r, words, "asked, given, refused or void", &claim->word);
}

static bool read_fact(struct reader *r, struct scenario_claim *claim)
{
	const struct prog_fact *fact;
	const struct token *token;

	if (!reader_fact(r, &fact, &claim->name))
		return false;
	if (reader_accept(r, "unknown"))
		return true;
	token = reader_peek(r);
	if (!token || (token->kind != TOKEN_WORD && token->kind != TOKEN_STRING))
		return reader_fail(r, "the value of the fact, or 'unknown'", NULL);
	claim->value = token->text;
	r->at++;
	return true;
}

static bool read_ticket(struct reader *r, struct scenario_claim *claim)
{
	static const struct reader_choice words[] = {
		{ "open", TICKET_OPEN }, { "answered", TICKET_ANSWERED }, { "closed", TICKET_CLOSED }, { NULL, 0 },
	};

	return reader_choose(r, words, "open, answered or closed", &claim->word);
}

static bool read_nothing(struct reader *r, struct scenario_claim *claim)
{
	(void)r;
	(void)claim;
	return true;
}

/* ---- expect … and … ---- */

static bool read_claim(struct reader *r, struct scenario_claim *claim)
{
	static const struct reader_choice kinds[] = {
		{ "mail", CLAIM_MAIL },		    { "no other mail", CLAIM_NO_OTHER_MAIL },
		{ "no mail", CLAIM_NO_MAIL },	    { "no timer", CLAIM_NO_TIMER },
		{ "slot", CLAIM_SLOT },		    { "state", CLAIM_STATE },
		{ "timer", CLAIM_TIMER },	    { "held mail", CLAIM_HELD_MAIL },
		{ "held", CLAIM_HELD },		    { "nothing held", CLAIM_NOTHING_HELD },
		{ "payment", CLAIM_PAYMENT },	    { "approval", CLAIM_APPROVAL },
		{ "fact", CLAIM_FACT },		    { "ticket", CLAIM_TICKET },
		{ "no ticket", CLAIM_NO_TICKET },   { "erased", CLAIM_ERASED },
		{ NULL, 0 },
	};
	static bool (*const readers[])(struct reader *, struct scenario_claim *) = {
		[CLAIM_MAIL] = read_mail,	[CLAIM_NO_MAIL] = read_no_mail,
		[CLAIM_NO_OTHER_MAIL] = read_no_other_mail, [CLAIM_SLOT] = read_slot,
		[CLAIM_STATE] = read_state,	[CLAIM_TIMER] = read_timer,
		[CLAIM_NO_TIMER] = read_nothing, [CLAIM_HELD] = read_held,
		[CLAIM_HELD_MAIL] = read_held_mail,
		[CLAIM_NOTHING_HELD] = read_nothing, [CLAIM_PAYMENT] = read_payment,
		[CLAIM_APPROVAL] = read_approval, [CLAIM_FACT] = read_fact,
		[CLAIM_TICKET] = read_ticket,	[CLAIM_NO_TICKET] = read_nothing,
		[CLAIM_ERASED] = read_nothing,
	};
	static const char what[] =
		"mail, no mail, no other mail, slot, state, timer, no timer, held, held mail, nothing held, payment, "
		"approval, fact, ticket, no ticket or erased";
	size_t from = r->at;
	int kind;

	if (!reader_choose(r, kinds, what, &kind))
		return false;
	claim->kind = (enum scenario_claim_kind)kind;
	if (!readers[kind](r, claim))
		return false;
	claim->place = reader_place(r, from);
	return true;
}

bool reader_expectation(struct reader *r)
{
	struct scenario_claim *claims = NULL, claim;
	struct scenario_step *step;
	size_t count = 0, from = r->at;

	do {
		claim = (struct scenario_claim){ 0 };
		if (!read_claim(r, &claim))
			return false;
		claims = arena_grow(r->arena, claims, count, sizeof *claims);
		claims[count++] = claim;
	} while (reader_accept(r, "and"));
	if (reader_peek(r))
		return reader_end(r, "'and' or the end of the line");
	step = reader_step(r, STEP_EXPECT, from);
	step->claims = claims;
	step->claim_count = count;
	return true;
}
