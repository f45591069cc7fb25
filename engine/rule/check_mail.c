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
static bool check_template_audience(struct checker *checker, const struct ast_action *action)
{
	enum prog_audience wanted = AUDIENCE_TEMPLATE;
	const struct element *said = action->audience.text ? audience_find(action->audience.text) : NULL;

	if (!said || !template_audience(checker, action->target.text, &wanted) || wanted == AUDIENCE_TEMPLATE ||
	    (int)wanted == said->value)
		return true;
	check_fault(checker, action->audience.span, "template '%s' is written to: %s, not to: %s",
		    action->target.text, audience_word(wanted), said->words);
	return false;
}

/* --- who may not be there --- */

/* To whom the mail goes: as the rule says, else as the template does. */
static enum prog_audience audience_of(struct checker *checker, const struct ast_action *action)
{
	enum prog_audience audience = AUDIENCE_TEMPLATE;
	const struct element *said = action->audience.text ? audience_find(action->audience.text) : NULL;

	if (said)
		return (enum prog_audience)said->value;
	if (!action->audience.text && checker->lookup->template_find)
		template_audience(checker, action->target.text, &audience);
	return audience;
}

/* Does an event of the clause only come from an office? */
static bool office_speaks(struct checker *checker, const struct ast_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++) {
		const struct ast_event *event = &clause->events[i];
		bool form = event->element->id == ELEMENT_EVENT_FORM;
		int found = event->name.text ? check_find(checker, form ? CHECK_FORMS : CHECK_PHRASES, event->name.text) : -1;

		if (found < 0 || check_roles(form ? &checker->file->forms[found].settings :
						    &checker->file->phrases[found].settings) != 1u << ACTOR_OFFICE)
			return false;
	}
	return clause->event_count > 0;
}

static bool has_office(struct checker *checker, const struct ast_clause *clause)
{
	return (clause->cond && check_cond_office(clause->cond, true)) || office_speaks(checker, clause);
}

/* Whether a dossier may lack its office when the mail is due is proven by running it (prove/); this needs no run. */
static void check_reader(struct checker *checker, const struct ast_clause *clause, const struct ast_action *action)
{
	struct span span = action->audience.text ? action->audience.span : action->target.span;

	if (audience_of(checker, action) == AUDIENCE_OFFICE && clause->cond && check_cond_office(clause->cond, false))
		check_note(checker, check_refuse(checker, span, "this mail goes to nobody: there is no office here"),
			   clause->cond->span, "the condition says so");
}

/* Roles that a mail to that audience reaches; 0 when that cannot be said here. */
static unsigned readers(struct checker *checker, const struct ast_clause *clause, enum prog_audience audience)
{
	switch (audience) {
	case AUDIENCE_CLIENT:
	case AUDIENCE_PAYER: return 1u << ACTOR_CLIENT;
	case AUDIENCE_OFFICE: return 1u << ACTOR_OFFICE;
	case AUDIENCE_STAFF: return 1u << ACTOR_STAFF;
	case AUDIENCE_CORRESPONDENT:
		if (clause->cond && check_cond_office(clause->cond, false))
			return 1u << ACTOR_CLIENT;
		return has_office(checker, clause) ? 1u << ACTOR_OFFICE : 1u << ACTOR_CLIENT | 1u << ACTOR_OFFICE;
	default: return 0;
	}
}

static void check_with_form(struct checker *checker, const struct ast_clause *clause, const struct ast_action *action)
{
	int found = action->form.text ? check_named(checker, CHECK_FORMS, &action->form) : -1;
	const struct ast_form *form = found >= 0 ? &checker->file->forms[found] : NULL;
	unsigned reached, from = form ? check_roles(&form->settings) : 0;
	struct diag *diag;

	reached = from && !form->broken ? readers(checker, clause, audience_of(checker, action)) : 0;
	if (!(reached & ~from))
		return;
	if (reached & from) {
		diag = check_warn(checker, action->form.span, "form '%s' may reach the %s, who cannot send it back",
				  form->name.text, from & 1u << ACTOR_CLIENT ? "office" : "client");
		check_hint(checker, diag, from & 1u << ACTOR_CLIENT ? "say: to client" : "say: to office");
	} else {
		diag = check_refuse(checker, action->form.span, "who gets this mail cannot send form '%s' back",
				   form->name.text);
	}
	check_note(checker, diag, ast_setting_find(&form->settings, ELEMENT_FROM)->span, "it says from whom it comes");
}

void check_mail(struct checker *checker, const struct ast_clause *clause, const struct ast_action *action)
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
	if (checker->lookup->template_find) {
		check_template(checker, &action->target);
		if (!check_template_audience(checker, action))
			return;
	}
	check_reader(checker, clause, action);
	check_with_form(checker, clause, action);
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
