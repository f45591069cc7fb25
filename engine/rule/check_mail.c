/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "model/event.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/suggest.h"

static const struct element *audience_find(const char *name)
{
	size_t used;

	return element_find(IN_AUDIENCE, &name, 1, &used);
}

static const char *audience_word(enum prog_audience audience)
{
	size_t count, i;
	const struct element *list = element_list(&count);

	for (i = 0; i < count; i++)
		if (list[i].id == ELEMENT_AUDIENCE && list[i].value == (int)audience)
			return list[i].words;
	return "?";
}

static void check_audience(struct checker *checker, const struct ast_text *name)
{
	struct suggest near;
	const char *word;
	size_t i;

	if (audience_find(name->text))
		return;
	suggest_init(&near, name->text);
	for (i = 0; (word = element_next_word(IN_AUDIENCE, NULL, 0, i)) != NULL; i++)
		suggest_offer(&near, word);
	check_hint(checker, check_fault(checker, name->span, "'%s' is nobody that mail goes to", name->text),
		   near.best ? "did you mean '%s'?" : "mail goes to: %s",
		   near.best ? near.best : "correspondent, client, office, payer, staff or sender");
}

/* --- templates --- */

/* The template's own audience, from the first language that has it; false when none does. */
static bool template_audience(const struct checker *checker, const char *name, enum prog_audience *audience)
{
	const struct rule_lookup *lookup = checker->lookup;
	size_t i;

	for (i = 0; i < checker->language_count; i++)
		if (lookup->template_find(lookup->ctx, name, checker->languages[i].text, audience))
			return true;
	return false;
}

static bool told_missing(struct checker *checker, const struct ast_text *name)
{
	struct ast_texts *missing = &checker->missing;
	size_t i;

	for (i = 0; i < missing->count; i++)
		if (str_eq(missing->items[i].text, name->text))
			return true;
	missing->items = arena_grow(checker->arena, missing->items, missing->count, sizeof *name);
	missing->items[missing->count++] = *name;
	return false;
}

static void suggest_template(struct checker *checker, struct diag *diag, const char *name)
{
	const struct rule_lookup *lookup = checker->lookup;
	struct suggest near;
	const char *known;
	size_t i;

	if (!lookup->template_name)
		return;
	suggest_init(&near, name);
	for (i = 0; (known = lookup->template_name(lookup->ctx, i)) != NULL; i++)
		suggest_offer(&near, known);
	if (near.best)
		check_hint(checker, diag, "did you mean '%s'?", near.best);
}

/* Each language of the file needs it. */
static void check_template(struct checker *checker, const struct ast_text *name)
{
	const struct rule_lookup *lookup = checker->lookup;
	struct buf absent = BUF_INIT(BUF_MAX_LINE);
	enum prog_audience audience;
	size_t i, n = 0;

	for (i = 0; i < checker->language_count; i++)
		if (!lookup->template_find(lookup->ctx, name->text, checker->languages[i].text, &audience))
			buf_addf(&absent, "%s%s", n++ ? ", " : "", checker->languages[i].text);
	if (n && !told_missing(checker, name)) {
		struct diag *diag = check_fault(checker, name->span, "there is no template '%s' in language %s",
						name->text, absent.data);

		if (n == checker->language_count)
			suggest_template(checker, diag, name->text);
	}
	buf_free(&absent);
}

/* The rule may repeat what the template says of its audience, not contradict it. */
static void check_template_audience(struct checker *checker, const struct ast_action *action)
{
	enum prog_audience wanted = AUDIENCE_TEMPLATE;
	const struct element *said = action->audience.text ? audience_find(action->audience.text) : NULL;

	if (!said || !template_audience(checker, action->target.text, &wanted) || wanted == AUDIENCE_TEMPLATE ||
	    (int)wanted == said->value)
		return;
	check_fault(checker, action->audience.span, "template '%s' is written to: %s, not to: %s",
		    action->target.text, audience_word(wanted), said->words);
}

void check_mail(struct checker *checker, const struct ast_action *action)
{
	size_t i, j;

	if (action->audience.text)
		check_audience(checker, &action->audience);
	for (i = 0; i < action->attach.count; i++) {
		const struct ast_text *name = &action->attach.items[i];

		check_slot_named(checker, name);
		for (j = 0; j < i && !str_eq(action->attach.items[j].text, name->text); j++)
			;
		if (j < i)
			check_fault(checker, name->span, "'%s' is attached twice", name->text);
	}
	if (!checker->lookup->template_find)
		return;
	check_template(checker, &action->target);
	check_template_audience(checker, action);
}

bool check_action_disturbs(struct checker *checker, const struct ast_action *action)
{
	enum prog_audience audience = AUDIENCE_TEMPLATE;

	if (action->broken)
		return false;
	if (action->element->id == ELEMENT_PAYMENT || action->element->id == ELEMENT_PAYMENT_AGAIN)
		return true;
	if (action->element->id != ELEMENT_MAIL)
		return false;
	if (action->audience.text)
		return !str_eq(action->audience.text, "staff");
	if (checker->lookup->template_find)
		template_audience(checker, action->target.text, &audience);
	return audience != AUDIENCE_STAFF;
}

/* --- payments --- */

/* The first action of that kind, and whether some clause handles the event. */
struct payments {
	const struct ast_action *request, *again;
	bool ready, paid;
};

static void look_at_block(const struct ast_block *block, struct payments *payments)
{
	size_t i, j;

	for (i = 0; i < block->clause_count; i++) {
		const struct ast_clause *clause = &block->clauses[i];

		for (j = 0; j < clause->event_count; j++) {
			payments->ready |= clause->events[j].element->value == EVENT_PAYMENT_READY;
			payments->paid |= clause->events[j].element->value == EVENT_PAYMENT_PAID;
		}
		for (j = 0; j < clause->action_count; j++) {
			const struct ast_action *action = &clause->actions[j];

			if (action->element->id == ELEMENT_PAYMENT && !payments->request)
				payments->request = action;
			if (action->element->id == ELEMENT_PAYMENT_AGAIN && !payments->again)
				payments->again = action;
		}
	}
}

void check_payments(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	struct payments payments = { 0 };
	size_t i;

	for (i = 0; i < file->state_count; i++) {
		look_at_block(&file->states[i].block, &payments);
		if (file->states[i].broken)
			return;
	}
	look_at_block(&file->always, &payments);
	if (file->broken)
		return;
	if (payments.again && !payments.request)
		check_fault(checker, payments.again->span, "no payment is requested anywhere: nothing to do again");
	if (payments.request && !payments.ready)
		check_hint(checker,
			   check_warn(checker, payments.request->span, "the payer never hears of this payment"),
			   "add a clause: on payment ready { mail TEMPLATE to payer }");
	if (payments.request && !payments.paid)
		check_hint(checker, check_warn(checker, payments.request->span, "nothing happens when this is paid"),
			   "add a clause: on payment paid { goto STATE }");
}
