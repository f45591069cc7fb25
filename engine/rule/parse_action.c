/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"
#include "rule/suggest.h"

/* The clause is over: a '}', or (one was forgotten) a line that begins with what begins a clause or more. */
bool parse_actions_end(const struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	return token->kind == TOKEN_END || token->kind == TOKEN_BRACE_CLOSE ||
	       (token->first && parse_element_ahead(parser, IN_STATE | IN_ALWAYS)) ||
	       parse_at_file_element(parser);
}

/* mail stukken nodig: what stands before an end, or before what follows a name, was meant as part of it. */
static void read_rest_of_name(struct parser *parser, struct ast_text *name)
{
	static const char *const behind[] = { "attach", "with", "to" };
	const struct token *token = parse_peek(parser), *next = parse_peek_at(parser, 1);
	bool ends = next->kind == TOKEN_SEMICOLON || next->kind == TOKEN_BRACE_CLOSE;
	size_t i;

	if (!parse_is(parser, TOKEN_WORD) || token->first || parse_element_ahead(parser, IN_ACTIONS))
		return;
	for (i = 0; i < sizeof behind / sizeof *behind; i++) {
		if (str_ieq(token->text, behind[i]))
			return;
		ends |= next->kind == TOKEN_WORD && str_eq(next->text, behind[i]);
	}
	if (!ends)
		return;
	name->text = arena_printf(parser->arena, "%s-%s", name->text, token->text);
	name->span = span_join(name->span, token->span);
	diag_hint(parser->diags, parse_fault(parser, token, "a name is one word"), "write: %s", name->text);
	parse_next(parser);
}

static bool read_mail(struct parser *parser, struct ast_action *action)
{
	if (!parse_name(parser, "the name of a template", &action->target))
		return false;
	read_rest_of_name(parser, &action->target);
	if (parse_accept_word(parser, "attach") &&
	    !parse_names(parser, "the name of a slot", &action->attach))
		return false;
	if (parse_accept_word(parser, "with") &&
	    (!parse_word(parser, "form", "'with'") || !parse_name(parser, "the name of a form", &action->form)))
		return false;
	if (parse_accept_word(parser, "to"))
		return parse_name(parser, "an audience: correspondent, client, office, payer, staff or sender",
				  &action->audience);
	return true;
}

static bool read_amount(struct parser *parser, struct ast_number *amount)
{
	const struct token *token = parse_peek(parser);
	struct diag *diag;

	if (token->kind == TOKEN_NUMBER) {
		diag = parse_fault(parser, token, "an amount has two digits behind a point");
		diag_hint(parser->diags, diag, "write: %ld.00", token->number);
		parse_next(parser);
		if (parse_is(parser, TOKEN_COMMA) && parse_peek_at(parser, 1)->kind == TOKEN_NUMBER) {
			parse_next(parser);
			diag_hint(parser->diags, diag, "write: %ld.%02ld", token->number,
				  parse_next(parser)->number % 100);
		}
		amount->value = token->number * 100;
		amount->span = token->span;
		return true;
	}
	if (token->kind == TOKEN_GARBAGE && token[1].kind == TOKEN_DECIMAL) {
		diag = parse_fault(parser, parse_next(parser), "the currency stands behind the amount");
		diag_hint(parser->diags, diag, "write: %s EUR", token[1].text);
		return false;
	}
	if (!parse_token(parser, TOKEN_DECIMAL, "an amount such as 149.00", &token))
		return false;
	amount->value = token->number;
	amount->span = token->span;
	return true;
}

static bool read_payment(struct parser *parser, struct ast_action *action)
{
	if (!read_amount(parser, &action->amount) ||
	    !parse_name(parser, "a currency such as EUR", &action->currency) ||
	    !parse_string(parser, "what the payer reads, in double quotes", &action->text))
		return false;
	return !parse_accept_word(parser, "valid") || parse_duration(parser, &action->valid);
}

/* set fact X to V, set fact X is V */
static void skip_needless(struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	if ((!parse_is_word(parser, "to") && !parse_is_word(parser, "is")) ||
	    parse_peek_at(parser, 1)->kind == TOKEN_SEMICOLON || parse_peek_at(parser, 1)->kind == TOKEN_BRACE_CLOSE)
		return;
	diag_hint(parser->diags, parse_fault(parser, token, "'%s' has no place here", token->text), "leave it out");
	parse_next(parser);
}

static bool read_action(struct parser *parser, struct ast_action *action)
{
	action->element = parse_element(parser, IN_ACTIONS, "an action: mail, goto, request payment, request approval, "
					"cancel payment, set fact, clear fact or note",
					&action->span);
	if (!action->element)
		return false;
	switch (action->element->id) {
	case ELEMENT_MAIL: return read_mail(parser, action);
	case ELEMENT_GOTO:
		if (parse_is_word(parser, "to") && parse_peek_at(parser, 1)->kind == TOKEN_WORD)
			diag_hint(parser->diags, parse_fault(parser, parse_next(parser), "'to' has no place here"),
				  "leave it out");
		return parse_name(parser, "the name of a state", &action->target);
	case ELEMENT_PAYMENT: return read_payment(parser, action);
	case ELEMENT_REQUEST_APPROVAL: return parse_name(parser, "the name of a slot", &action->target);
	case ELEMENT_SET_FACT:
		if (!parse_name(parser, "the name of a fact", &action->target))
			return false;
		skip_needless(parser);
		return parse_value(parser, "a value behind the fact", &action->value);
	case ELEMENT_CLEAR_FACT: return parse_name(parser, "the name of a fact", &action->target);
	case ELEMENT_NOTE: return parse_string(parser, "the text of the note in double quotes", &action->text);
	default: return true;
	}
}

static void skip_action(struct parser *parser)
{
	while (!parse_actions_end(parser) && !parse_is(parser, TOKEN_SEMICOLON))
		parse_next(parser);
}

/* A word behind an action that says neither "attach", "to" nor "valid", but nearly. */
static void hint_word(struct parser *parser, struct diag *diag, const struct ast_action *action, const char *word)
{
	struct suggest near;

	suggest_init(&near, word);
	suggest_offer(&near, action->element->id == ELEMENT_PAYMENT ? "valid" : "attach");
	if (near.best)
		diag_hint(parser->diags, diag, "did you mean '%s'?", near.best);
	else if (action->attach.count)
		diag_hint(parser->diags, diag, "names in a list are separated by ','");
}

/* What stands between two actions; false when the rest of the action is to be skipped. */
static bool read_separator(struct parser *parser, const struct ast_action *action)
{
	const struct token *token = parse_peek(parser);
	const char *found = token_describe(token, parser->source, parser->arena);
	struct diag *diag;

	if (parse_accept(parser, TOKEN_SEMICOLON) || parse_actions_end(parser))
		return true;
	if (parse_element_ahead(parser, IN_ACTIONS)) {
		parse_fault(parser, token, "expected ';' before the next action");
		return true;
	}
	if (token->kind == TOKEN_COMMA) {
		parse_next(parser);
		if (parse_element_ahead(parser, IN_ACTIONS)) {
			parse_fault(parser, token, "actions are separated by ';', not by ','");
			return true;
		}
	}
	diag = parse_fault(parser, token, "expected ';' or '}' behind the action, found %s", found);
	if (action->audience.text && token->kind == TOKEN_COMMA)
		diag_hint(parser->diags, diag, "one audience for each mail: write the mail twice");
	else if (action->audience.text && (parse_is_word(parser, "attach") || parse_is_word(parser, "with")))
		diag_hint(parser->diags, diag, "'%s' stands before 'to'", token->text);
	else if (action->form.text && parse_is_word(parser, "attach"))
		diag_hint(parser->diags, diag, "'attach' stands before 'with form'");
	else if (token->kind == TOKEN_WORD)
		hint_word(parser, diag, action, token->text);
	return false;
}

static void read_one(struct parser *parser, struct ast_clause *clause)
{
	struct ast_action action = { 0 };

	action.broken = !read_action(parser, &action);
	clause->broken |= action.broken;
	if (action.element) {
		clause->actions = arena_grow(parser->arena, clause->actions, clause->action_count, sizeof action);
		clause->actions[clause->action_count++] = action;
	}
	if (action.broken || !read_separator(parser, &action)) {
		clause->broken = true;
		skip_action(parser);
	}
}

/* Behind '{' and ';' an action is expected; elsewhere a '}' was forgotten before the include. */
static bool refuse_include(struct parser *parser)
{
	enum token_kind before = parser->tokens[parser->at - 1].kind;

	return (before == TOKEN_BRACE_OPEN || before == TOKEN_SEMICOLON) &&
	       parse_include_refused(parser, "between actions");
}

void parse_actions(struct parser *parser, struct ast_clause *clause)
{
	struct span open = parse_next(parser)->span;

	for (;;) {
		if (refuse_include(parser))
			clause->broken = true;
		else if (parse_actions_end(parser))
			break;
		else if (!parse_accept(parser, TOKEN_SEMICOLON))
			read_one(parser, clause);
	}
	parse_block_end(parser, open, "the actions");
}
