/* Own. */
#include "rule/parse_p.h"
#include "rule/suggest.h"

static bool add_part(struct parser *parser, struct ast_clause *clause, enum element_id id, struct span span)
{
	if (clause->part_count == AST_PARTS) {
		parse_fault_at(parser, span, "this clause has too many parts");
		return false;
	}
	clause->parts[clause->part_count].id = id;
	clause->parts[clause->part_count++].span = span;
	return true;
}

/* --- heads --- */

/* The clause is over: a '}', or (one was forgotten) a line that begins with what begins a clause or more. */
static bool at_actions_end(const struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	return token->kind == TOKEN_END || token->kind == TOKEN_BRACE_CLOSE ||
	       (token->first && parse_element_ahead(parser, IN_STATE | IN_ALWAYS)) ||
	       parse_at_file_element(parser);
}

/* EVENT [SLOT] */
static bool read_event(struct parser *parser, struct ast_clause *clause)
{
	struct ast_event event = { 0 };

	event.element = parse_element(parser, IN_EVENTS, "an event", &event.span);
	if (!event.element)
		return false;
	if (event.element->id == ELEMENT_EVENT_SLOT && parse_is(parser, TOKEN_WORD) &&
	    !parse_element_ahead(parser, IN_HEAD)) {
		parse_name(parser, "the name of a slot", &event.slot);
		event.span = span_join(event.span, event.slot.span);
	}
	if (clause->event_count >= PARSE_MAX_TERMS) {
		parse_fault_at(parser, event.span, "this clause has too many events: %d at most", PARSE_MAX_TERMS);
		return false;
	}
	clause->events = arena_grow(parser->arena, clause->events, clause->event_count, sizeof event);
	clause->events[clause->event_count++] = event;
	return true;
}

/* [, N times] */
static bool read_times(struct parser *parser, struct ast_clause *clause)
{
	if (parse_is(parser, TOKEN_NUMBER)) {
		parse_fault(parser, parse_peek(parser), "expected ',' before the number of times");
		return parse_times(parser, &clause->times);
	}
	if (!parse_is(parser, TOKEN_COMMA) || parse_peek_at(parser, 1)->kind != TOKEN_NUMBER)
		return true;
	parse_next(parser);
	return parse_times(parser, &clause->times);
}

static bool read_part(struct parser *parser, struct ast_clause *clause)
{
	static const char *const expected[] = {
		[TRIGGER_ON] = "',', quiet, at most, if, or '{' with the actions",
		[TRIGGER_AFTER] = "in dossier, then every, if, or '{' with the actions",
		[TRIGGER_EVERY] = "if, or '{' with the actions",
	};
	const struct element *element;
	struct span span;

	element = parse_element(parser, IN_HEAD, expected[clause->trigger], &span);
	if (!element || !add_part(parser, clause, element->id, span))
		return false;
	switch (element->id) {
	case ELEMENT_QUIET: return parse_duration(parser, &clause->quiet);
	case ELEMENT_AT_MOST: return parse_times(parser, &clause->limit);
	case ELEMENT_IN_DOSSIER: clause->in_dossier = true; return true;
	case ELEMENT_THEN_EVERY:
		return parse_duration(parser, &clause->then_every) && read_times(parser, clause);
	default:
		clause->cond = parse_cond(parser);
		return clause->cond != NULL;
	}
}

/* What stands behind the events or the delay, each with or without a comma in front. */
static bool read_parts(struct parser *parser, struct ast_clause *clause)
{
	while (!parse_is(parser, TOKEN_BRACE_OPEN)) {
		const struct element *action = parse_element_ahead(parser, IN_ACTIONS);

		if (at_actions_end(parser))
			return parse_expected(parser, "'{' and the actions");
		parse_accept(parser, TOKEN_COMMA);
		if (action && !parse_element_ahead(parser, IN_HEAD)) {
			diag_hint(parser->diags,
				  parse_fault(parser, parse_peek(parser), "expected '{' before the actions"),
				  "actions stand in braces: { %s ... }", action->words);
			return false;
		}
		if (!read_part(parser, clause))
			return false;
	}
	return true;
}

/* Behind an event: a comma and another event, or the rest of the head. */
static bool read_events(struct parser *parser, struct ast_clause *clause)
{
	do {
		if (clause->event_count && parse_is(parser, TOKEN_WORD) &&
		    parse_element_ahead(parser, IN_HEAD) && !parse_element_ahead(parser, IN_EVENTS))
			return true;
		if (!read_event(parser, clause))
			return false;
	} while (parse_accept(parser, TOKEN_COMMA));
	if (!parse_is(parser, TOKEN_WORD) || !parse_element_ahead(parser, IN_EVENTS))
		return true;
	diag_hint(parser->diags, parse_fault(parser, parse_peek(parser), "expected ',' between two events"),
		  "write: on %s, %s", clause->events[clause->event_count - 1].element->words,
		  parse_element_ahead(parser, IN_EVENTS)->words);
	return read_events(parser, clause);
}

static bool read_head(struct parser *parser, struct ast_clause *clause)
{
	switch (clause->trigger) {
	case TRIGGER_ON:
		return read_events(parser, clause) && read_parts(parser, clause);
	case TRIGGER_AFTER:
		return parse_duration(parser, &clause->first) && read_parts(parser, clause);
	default:
		return parse_duration(parser, &clause->first) && read_times(parser, clause) &&
		       read_parts(parser, clause);
	}
}

/* --- actions --- */

static bool read_mail(struct parser *parser, struct ast_action *action)
{
	if (!parse_name(parser, "the name of a template", &action->target))
		return false;
	if (parse_accept_word(parser, "attach") &&
	    !parse_names(parser, "the name of a slot", &action->attach))
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

static bool read_action(struct parser *parser, struct ast_action *action)
{
	action->element = parse_element(parser, IN_ACTIONS, "an action: mail, goto or request payment",
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
	default: return true;
	}
}

static void skip_action(struct parser *parser)
{
	while (!at_actions_end(parser) && !parse_is(parser, TOKEN_SEMICOLON))
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

	if (parse_accept(parser, TOKEN_SEMICOLON) || at_actions_end(parser))
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
	else if (action->audience.text && parse_is_word(parser, "attach"))
		diag_hint(parser->diags, diag, "'attach' stands before 'to'");
	else if (token->kind == TOKEN_WORD)
		hint_word(parser, diag, action, token->text);
	return false;
}

static void read_actions(struct parser *parser, struct ast_clause *clause)
{
	struct span open = parse_next(parser)->span;

	while (!at_actions_end(parser)) {
		struct ast_action action = { 0 };

		if (parse_accept(parser, TOKEN_SEMICOLON))
			continue;
		action.broken = !read_action(parser, &action);
		clause->broken |= action.broken;
		if (action.element) {
			clause->actions = arena_grow(parser->arena, clause->actions, clause->action_count,
						     sizeof action);
			clause->actions[clause->action_count++] = action;
		}
		if (action.broken || !read_separator(parser, &action)) {
			clause->broken = true;
			skip_action(parser);
		}
	}
	parse_block_end(parser, open, "the actions");
}

static void skip_head(struct parser *parser)
{
	while (!at_actions_end(parser) && !parse_is(parser, TOKEN_BRACE_OPEN))
		parse_next(parser);
}

void parse_clause(struct parser *parser, const struct element *element, struct span word,
		  struct ast_block *block)
{
	struct ast_clause clause = { .span = word };

	clause.trigger = element->id == ELEMENT_ON	? TRIGGER_ON :
			 element->id == ELEMENT_AFTER	? TRIGGER_AFTER :
							  TRIGGER_EVERY;
	if (!read_head(parser, &clause)) {
		clause.broken = true;
		skip_head(parser);
	}
	if (parse_is(parser, TOKEN_BRACE_OPEN))
		read_actions(parser, &clause);
	block->clauses = arena_grow(parser->arena, block->clauses, block->clause_count, sizeof clause);
	block->clauses[block->clause_count++] = clause;
}
