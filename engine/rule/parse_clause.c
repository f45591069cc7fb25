/* Own. */
#include "rule/parse_p.h"

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

/* FORM, PHRASE, [FACT] */
static bool read_event_name(struct parser *parser, struct ast_event *event)
{
	static const struct {
		enum element_id id;
		const char *what;
	} rows[] = { { ELEMENT_EVENT_FORM, "the name of a form" },
		     { ELEMENT_EVENT_PHRASE, "the name of a phrase" },
		     { ELEMENT_EVENT_FACT, "the name of a fact" } };
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].id != event->element->id)
			continue;
		if (rows[i].id == ELEMENT_EVENT_FACT &&
		    (!parse_is(parser, TOKEN_WORD) || parse_element_ahead(parser, IN_HEAD)))
			return true;
		if (!parse_name(parser, rows[i].what, &event->name))
			return false;
		event->span = span_join(event->span, event->name.span);
	}
	return true;
}

/* EVENT [SLOT] */
static bool read_event(struct parser *parser, struct ast_clause *clause)
{
	struct ast_event event = { 0 };

	event.element = parse_element(parser, IN_EVENTS, "an event", &event.span);
	if (!event.element)
		return false;
	if (!read_event_name(parser, &event))
		return false;
	if (event.element->id == ELEMENT_EVENT_SLOT && parse_is(parser, TOKEN_WORD) &&
	    !parse_element_ahead(parser, IN_HEAD) && !parse_element_ahead(parser, IN_EVENTS) &&
	    !(parse_is_word(parser, "and") && parse_peek_at(parser, 1)->kind == TOKEN_WORD)) {
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
	while (parse_skip_assignment(parser), !parse_is(parser, TOKEN_BRACE_OPEN)) {
		const struct element *action = parse_element_ahead(parser, IN_ACTIONS);

		if (parse_actions_end(parser))
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
	const struct token *token;

	do {
		if (clause->event_count && parse_is(parser, TOKEN_WORD) &&
		    parse_element_ahead(parser, IN_HEAD) && !parse_element_ahead(parser, IN_EVENTS))
			return true;
		if (!read_event(parser, clause))
			return false;
	} while (parse_accept(parser, TOKEN_COMMA));
	token = parse_peek(parser);
	/* Each of them sets the clause off: people say "and". */
	if (parse_is_word(parser, "and"))
		parse_next(parser);
	if (!parse_is(parser, TOKEN_WORD) || !parse_element_ahead(parser, IN_EVENTS))
		return true;
	diag_hint(parser->diags, parse_fault(parser, token, "expected ',' between two events"),
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

static void skip_head(struct parser *parser)
{
	while (!parse_actions_end(parser) && !parse_is(parser, TOKEN_BRACE_OPEN))
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
		parse_actions(parser, &clause);
	block->clauses = arena_grow(parser->arena, block->clauses, block->clause_count, sizeof clause);
	block->clauses[block->clause_count++] = clause;
}
