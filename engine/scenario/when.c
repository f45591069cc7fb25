/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "scenario/read_p.h"

#define MAX_FILE_NAME 200 /* bytes; Linux takes 255, of which the spool needs some for number and slot */

/* ---- what people mail ---- */

enum verb { VERB_MAILS, VERB_SAYS, VERB_DOES, VERB_FILLS, VERB_ASKS, VERB_REPORTS, VERB_ANSWERS };
enum wording { WORD_SAYING, WORD_WITH, WORD_SUBJECT, WORD_AGAIN, WORD_AT_ONCE, WORD_FRESH, WORD_UNPROVEN };

static bool read_wording(struct reader *r, struct scenario_letter *letter, enum wording word)
{
	static const char lines[] = "what the mail says, in quotes", files[] = "the name of a file, in quotes";

	switch (word) {
	case WORD_SAYING: return reader_texts(r, lines, &letter->lines);
	case WORD_WITH: return reader_texts(r, files, &letter->files);
	case WORD_SUBJECT: letter->fresh = true; return reader_text(r, "a subject, in quotes", &letter->subject);
	case WORD_AGAIN: letter->again = true; return true;
	case WORD_AT_ONCE: letter->at_once = true; return true;
	case WORD_FRESH: letter->fresh = true; return true;
	default: letter->unproven = true; return true;
	}
}

/* A file name is not a path; its ending says what is made. */
static bool check_files(struct reader *r, const struct scenario_texts *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		if (!*files->list[i] || strpbrk(files->list[i], "/\\\n") || str_eq(files->list[i], ".") ||
		    str_eq(files->list[i], "..") || strlen(files->list[i]) > MAX_FILE_NAME)
			return reader_wrong(r, NULL, "'%s' is not the name of a file", files->list[i]);
	return true;
}

/* What the verb says of it; the two buttons write something before what somebody asks or reports. */
static void set_verb(struct reader *r, struct scenario_letter *letter, enum verb verb)
{
	if (verb == VERB_ASKS)
		letter->lines.list[0] = arena_printf(r->arena, "vraag: %s", letter->lines.list[0]);
	if (verb == VERB_REPORTS)
		letter->lines.list[0] = arena_printf(r->arena, "probleem: %s", letter->lines.list[0]);
	letter->ticket = verb == VERB_ANSWERS;
	letter->does = verb == VERB_DOES;
	letter->form = verb == VERB_FILLS;
}

static bool read_letter(struct reader *r, const struct scenario_who *who, size_t from)
{
	static const struct reader_choice verbs[] = {
		{ "mails", VERB_MAILS }, { "says", VERB_SAYS }, { "does", VERB_DOES },
		{ "fills in form", VERB_FILLS }, { "asks", VERB_ASKS }, { "reports", VERB_REPORTS },
		{ "answers", VERB_ANSWERS }, { NULL, 0 },
	};
	static const struct reader_choice wordings[] = {
		{ "saying", WORD_SAYING },   { "with", WORD_WITH },	    { "subject", WORD_SUBJECT },
		{ "again", WORD_AGAIN },     { "at once", WORD_AT_ONCE }, { "in a new mail", WORD_FRESH },
		{ "unproven", WORD_UNPROVEN }, { NULL, 0 },
	};
	struct scenario_letter letter = { 0 };
	struct scenario_step *step;
	int verb, word;

	if (!reader_choose(r, verbs, "'mails', 'says', 'does', 'asks', 'reports', 'answers' or 'fills in form'", &verb))
		return false;
	if (verb == VERB_FILLS ? !reader_fill(r, &letter) :
				 !read_wording(r, &letter, verb == VERB_MAILS ? WORD_WITH : WORD_SAYING))
		return false;
	set_verb(r, &letter, (enum verb)verb);
	while (reader_goes_on(r, wordings))
		if (!reader_choose(r, wordings, "'saying', 'with', 'again', 'at once', 'in a new mail' or the end of the line",
				   &word) ||
		    !read_wording(r, &letter, (enum wording)word))
			return false;
	if (!check_files(r, &letter.files))
		return false;
	reader_said(r, &letter.lines);
	if (who->role == SCENARIO_ADDRESS)
		texts_add(r, &r->addresses, who->address);
	step = reader_step(r, STEP_LETTER, from);
	step->who = *who;
	step->letter = letter;
	return true;
}

/* ---- everything else that happens ---- */

static bool read_drop(struct reader *r, size_t from)
{
	struct scenario_texts file = { 0 };
	const char *name, *slot = NULL;
	struct scenario_step *step;
	int year;

	if (!reader_expect(r, "drops") || !reader_text(r, "the name of a file, in quotes", &name))
		return false;
	texts_add(r, &file, name);
	if (!check_files(r, &file) || (reader_accept(r, "as") && !reader_slot(r, false, &slot, &year)))
		return false;
	step = reader_step(r, STEP_DROP, from);
	step->name = name;
	step->value = slot;
	return true;
}

static bool read_payment(struct reader *r, size_t from)
{
	static const struct reader_choice outcomes[] = {
		{ "ready", EVENT_PAYMENT_READY },   { "paid", EVENT_PAYMENT_PAID },
		{ "failed", EVENT_PAYMENT_FAILED }, { "expired", EVENT_PAYMENT_EXPIRED }, { NULL, 0 },
	};
	enum scenario_paying paying = PAYING_NEWEST;
	struct scenario_step *step;
	int outcome;

	if (!reader_choose(r, outcomes, "ready, paid, failed or expired", &outcome))
		return false;
	if (reader_accept(r, "again"))
		paying = PAYING_AGAIN;
	else if (outcome == EVENT_PAYMENT_PAID && reader_accept(r, "by an older link"))
		paying = PAYING_OLDER;
	step = reader_step(r, STEP_PAYMENT, from);
	step->payment = (enum event_kind)outcome;
	step->paying = paying;
	return true;
}

static bool read_repeat(struct reader *r, const struct scenario_who *who, size_t from)
{
	if (!reader_expect(r, "arrives again"))
		return false;
	reader_step(r, STEP_REPEAT, from)->who = *who;
	return true;
}

/* the mail to WHO bounces, the mail of WHO arrives again, the engine restarts */
static bool read_the(struct reader *r, size_t from)
{
	static const struct reader_choice forms[] = {
		{ "mail to", STEP_BOUNCE }, { "mail of", STEP_REPEAT }, { "engine restarts", STEP_RESTART }, { NULL, 0 },
	};
	struct scenario_who who = { 0 };
	int form;

	if (!reader_choose(r, forms, "'the mail to', 'the mail of' or 'the engine restarts'", &form))
		return false;
	if (form == STEP_RESTART) {
		reader_step(r, STEP_RESTART, from);
		return true;
	}
	if (!reader_who(r, true, &who))
		return false;
	if (form == STEP_REPEAT)
		return read_repeat(r, &who, from);
	if (!reader_expect(r, "bounces"))
		return false;
	reader_step(r, STEP_BOUNCE, from)->who = who;
	return true;
}

static bool read_pass(struct reader *r, size_t from)
{
	struct scenario_duration span;

	if (!reader_duration(r, &span))
		return false;
	if (!reader_accept(r, "passes") && !reader_expect(r, "pass"))
		return false;
	reader_step(r, STEP_PASS, from)->span = span;
	return true;
}

static bool read_until(struct reader *r, size_t from)
{
	struct civil until;

	if (!reader_moment(r, &until))
		return false;
	reader_step(r, STEP_UNTIL, from)->until = until;
	return true;
}

static bool begins_with_number(const struct token *token)
{
	return token && token->kind == TOKEN_WORD && token->text[0] >= '0' && token->text[0] <= '9' &&
	       !strchr(token->text, '@');
}

bool reader_when(struct reader *r)
{
	static const char *const names[] = { "until", "scanner", "payment", "the", "story", "client", "office", "staff", NULL };
	static const char what[] =
		"what happens: '2 days pass', 'until', who 'mails', 'says', 'does', 'asks', 'reports' or 'answers', "
		"'scanner', 'payment', 'the' or 'story'";
	const struct token *token = reader_peek(r);
	struct scenario_who who = { 0 };
	size_t from = r->at;
	bool ok;

	if (begins_with_number(token))
		ok = read_pass(r, from);
	else if (reader_accept(r, "until"))
		ok = read_until(r, from);
	else if (reader_accept(r, "scanner"))
		ok = read_drop(r, from);
	else if (reader_accept(r, "payment"))
		ok = read_payment(r, from);
	else if (reader_accept(r, "story"))
		ok = reader_tell(r);
	else if (reader_accept(r, "the"))
		ok = read_the(r, from);
	else if (!token || token->kind != TOKEN_WORD ||
		 (!strchr(token->text, '@') && !str_eq(token->text, "client") && !str_eq(token->text, "office") &&
		  !str_eq(token->text, "staff")))
		return reader_fail(r, what, names);
	else
		ok = reader_who(r, false, &who) && read_letter(r, &who, from);
	return ok;
}
