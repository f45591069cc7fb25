/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"
#include "rule/suggest.h"

/* The condition being read: how deep, how many terms so far. */
struct reader {
	struct parser *parser;
	int depth, terms;
	bool in_slot; /* behind "required if": other words of the slot may follow */
};

static struct ast_cond *read_or(struct reader *reader);

static struct ast_cond *new_cond(struct reader *reader, enum prog_cond_op op, struct span span)
{
	struct ast_cond *cond = arena_alloc(reader->parser->arena, sizeof *cond);

	cond->op = op;
	cond->span = span;
	return cond;
}

/* What people write between a slot and its status. */
static bool is_status(struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	if (parse_is(parser, TOKEN_NUMBER))
		diag_hint(parser->diags, parse_fault(parser, token, "a condition is not about one year"),
			  "leave it out: it holds when it does for each year");
	else if (parse_is_word(parser, "not"))
		diag_hint(parser->diags, parse_fault(parser, token, "'not' has no place here"),
			  "it stands in front: not slot …");
	else
		return true;
	return false;
}

/* slot NAME STATUS */
static struct ast_cond *read_slot(struct reader *reader, struct span word)
{
	struct parser *parser = reader->parser;
	struct ast_cond *cond = new_cond(reader, COND_SLOT_STATUS, word);
	const struct element *status;
	struct span span;

	if (!parse_name(parser, "the name of a slot", &cond->slot) || !is_status(parser))
		return NULL;
	status = parse_element(parser, IN_STATUS, "a status: filled, open, delivered, absent, approved or rejected",
			       &span);
	if (!status)
		return NULL;
	if (status->id == ELEMENT_FILLED)
		cond->op = COND_SLOT_FILLED;
	else
		cond->status = (enum slot_status)status->value;
	cond->span = span_join(word, span);
	return cond;
}

/* Is the word the last one of the test: does "and", "or" or the end follow? */
static bool word_alone(const struct parser *parser)
{
	const struct token *next = parse_peek_at(parser, 1);
	struct suggest near;

	if (parse_element_ahead(parser, IN_TEST) || !parse_is(parser, TOKEN_WORD) || parse_is_word(parser, "and") ||
	    parse_is_word(parser, "or"))
		return false;
	suggest_init(&near, parse_peek(parser)->text);
	suggest_offer(&near, "known");
	return !near.best && (next->kind == TOKEN_BRACE_OPEN || next->kind == TOKEN_PAREN_CLOSE ||
			      (next->kind == TOKEN_WORD && (str_eq(next->text, "and") || str_eq(next->text, "or"))));
}

/* Does a value stand where "is" was forgotten? */
static bool at_bare_value(const struct reader *reader)
{
	const struct parser *parser = reader->parser;
	const struct token *token = parse_peek(parser);

	if (token->first)
		return false;
	return (!reader->in_slot && word_alone(parser)) || token->kind == TOKEN_NUMBER ||
	       token->kind == TOKEN_DECIMAL || token->kind == TOKEN_DATE || token->kind == TOKEN_STRING ||
	       parse_is_word(parser, "yes") || parse_is_word(parser, "no");
}

/* May the condition go on, or end, without a test of the fact? */
static bool test_left_out(const struct reader *reader)
{
	const struct parser *parser = reader->parser;

	return !parse_is(parser, TOKEN_WORD) || parse_is_word(parser, "and") || parse_is_word(parser, "or") ||
	       parse_peek(parser)->first || parse_element_ahead(parser, IN_HEAD) ||
	       (reader->in_slot && parse_element_ahead(parser, IN_SLOT));
}

/* Behind "is", "at least" or "at most". */
static struct ast_cond *read_test_value(struct reader *reader, struct ast_cond *cond, struct span word)
{
	struct parser *parser = reader->parser;

	if (cond->op == COND_FACT_IS && parse_is_word(parser, "known")) {
		diag_hint(parser->diags,
			  parse_fault(parser, parse_peek(parser), "'is' has no place before 'known'"),
			  "write: fact %s known", cond->name.text);
		parse_next(parser);
		cond->op = COND_FACT_KNOWN;
		return cond;
	}
	if (parse_is_word(parser, "not") && parse_peek_at(parser, 1)->kind == TOKEN_WORD) {
		diag_hint(parser->diags,
			  parse_fault(parser, parse_peek(parser), "'not' stands in front of the condition"),
			  "write: not fact %s is %s", cond->name.text, parse_peek_at(parser, 1)->text);
		return NULL;
	}
	if (!parse_value(parser, "a value: yes, no, a choice, a number, 1234.50, 2026-03-01 or \"text\"",
			 &cond->value))
		return NULL;
	cond->span = span_join(word, cond->value.span);
	return cond;
}

/* fact NAME [is VALUE | known | at least VALUE | at most VALUE] */
static struct ast_cond *read_fact(struct reader *reader, struct span word)
{
	struct parser *parser = reader->parser;
	struct ast_cond *cond = new_cond(reader, COND_FACT_IS, word);
	const struct element *test;
	struct span span;

	if (!parse_name(parser, "the name of a fact", &cond->name))
		return NULL;
	cond->span = span_join(word, cond->name.span);
	if (at_bare_value(reader)) {
		diag_hint(parser->diags, parse_fault(parser, parse_peek(parser), "expected 'is' before the value"),
			  "write: fact %s is %.*s", cond->name.text, (int)parse_peek(parser)->span.length,
			  parser->source->text + parse_peek(parser)->span.offset);
		return NULL;
	}
	if (parse_is(parser, TOKEN_EQUALS)) {
		diag_hint(parser->diags, parse_fault(parser, parse_peek(parser), "'=' has no place here"), "write: is");
		parse_next(parser);
		return read_test_value(reader, cond, word);
	}
	if (!parse_element_ahead(parser, IN_TEST) && test_left_out(reader))
		return cond;
	test = parse_element(parser, IN_TEST, "is, known, at least, at most, and, or, or '{'", &span);
	if (!test)
		return NULL;
	cond->op = (enum prog_cond_op)test->value;
	cond->span = span_join(word, span);
	if (cond->op == COND_FACT_KNOWN)
		return cond;
	return read_test_value(reader, cond, word);
}

/* approval SLOT asked|given|refused|void */
static struct ast_cond *read_approval(struct reader *reader, struct span word)
{
	struct parser *parser = reader->parser;
	struct ast_cond *cond = new_cond(reader, COND_APPROVAL, word);
	const struct element *answer;
	struct span span;

	if (!parse_name(parser, "the name of a slot", &cond->slot))
		return NULL;
	answer = parse_element(parser, IN_ANSWER, "an answer: asked, given, refused or void", &span);
	if (!answer)
		return NULL;
	cond->word = answer->value;
	cond->span = span_join(word, span);
	return cond;
}

/* payment requested|open|… */
static struct ast_cond *read_payment(struct reader *reader, struct span word)
{
	struct ast_cond *cond = new_cond(reader, COND_PAYMENT, word);
	const struct element *status;
	struct span span;

	status = parse_element(reader->parser, IN_PAYMENT,
			       "a status: requested, open, paid, failed, expired or cancelled", &span);
	if (!status)
		return NULL;
	cond->word = status->value;
	cond->span = span_join(word, span);
	return cond;
}

/* brand NAME, language NAME */
static struct ast_cond *read_named(struct reader *reader, enum prog_cond_op op, const char *what, struct span word)
{
	struct ast_cond *cond = new_cond(reader, op, word);

	if (!parse_name(reader->parser, what, &cond->name))
		return NULL;
	cond->span = span_join(word, cond->name.span);
	return cond;
}

static struct ast_cond *read_group(struct reader *reader)
{
	struct parser *parser = reader->parser;
	struct span open = parse_next(parser)->span;
	struct ast_cond *cond = read_or(reader);
	struct diag *diag;

	if (!cond)
		return NULL;
	if (!parse_is(parser, TOKEN_PAREN_CLOSE)) {
		const struct token *token = parse_peek(parser);

		diag = parse_fault(parser, token, "expected ')', 'and' or 'or', found %s",
				   token_describe(token, parser->source, parser->arena));
		parse_note(parser, diag, open, "the parenthesis was opened here");
		return NULL;
	}
	cond->grouped = true;
	cond->span = span_join(open, parse_next(parser)->span);
	return cond;
}

static struct ast_cond *read_not(struct reader *reader, struct span word);

/* NAME filled, for slot NAME filled */
static bool said_bare_slot(struct parser *parser)
{
	const struct token *name = parse_peek(parser), *status = parse_peek_at(parser, 1);
	size_t used;

	if (parse_element_ahead(parser, IN_CONDITION) || name->kind != TOKEN_WORD || status->kind != TOKEN_WORD ||
	    !element_find(IN_STATUS, &status->text, 1, &used))
		return false;
	diag_hint(parser->diags, parse_fault(parser, name, "expected 'slot' in front of a slot's name"),
		  "write: slot %s %s", name->text, status->text);
	return true;
}

static struct ast_cond *read_element(struct reader *reader)
{
	const struct element *element;
	struct span span;

	if (said_bare_slot(reader->parser))
		return NULL;
	element = parse_element(reader->parser, IN_CONDITION,
				"a condition: documents complete, slot NAME filled, fact NAME, approval SLOT given, "
				"payment paid, office, copy, brand NAME, language NAME, not, or '('",
				&span);
	if (!element)
		return NULL;
	switch (element->id) {
	case ELEMENT_NOT: return read_not(reader, span);
	case ELEMENT_SLOT: return read_slot(reader, span);
	case ELEMENT_FACT: return read_fact(reader, span);
	case ELEMENT_APPROVAL: return read_approval(reader, span);
	case ELEMENT_PAYMENT_IS: return read_payment(reader, span);
	case ELEMENT_BRAND: return read_named(reader, COND_BRAND, "the name of a brand", span);
	case ELEMENT_SPEAKS: return read_named(reader, COND_LANGUAGE, "a language such as nl", span);
	case ELEMENT_OFFICE: return new_cond(reader, COND_HAS_OFFICE, span);
	case ELEMENT_OFFICE_ONLY: return new_cond(reader, COND_OFFICE_ONLY, span);
	case ELEMENT_COPY: return new_cond(reader, COND_COPY, span);
	default: return new_cond(reader, COND_COMPLETE, span);
	}
}

static struct ast_cond *read_primary(struct reader *reader)
{
	struct parser *parser = reader->parser;
	struct ast_cond *cond;

	if (++reader->terms > PARSE_MAX_TERMS || reader->depth > PARSE_MAX_NESTING) {
		parse_fault(parser, parse_peek(parser),
			    reader->terms > PARSE_MAX_TERMS ? "this condition is too long: %d terms at most" :
							      "this condition is nested too deep: %d levels at most",
			    reader->terms > PARSE_MAX_TERMS ? PARSE_MAX_TERMS : PARSE_MAX_NESTING);
		return NULL;
	}
	reader->depth++;
	cond = parse_is(parser, TOKEN_PAREN_OPEN) ? read_group(reader) : read_element(reader);
	reader->depth--;
	return cond;
}

static struct ast_cond *read_not(struct reader *reader, struct span word)
{
	struct ast_cond *inner = read_primary(reader), *cond;

	if (!inner)
		return NULL;
	cond = new_cond(reader, COND_NOT, span_join(word, inner->span));
	cond->left = inner;
	return cond;
}

/* LEFT WORD RIGHT WORD RIGHT … of one kind. */
static struct ast_cond *read_chain(struct reader *reader, const char *word, enum prog_cond_op op,
				   struct ast_cond *(*read_side)(struct reader *reader))
{
	struct ast_cond *left = read_side(reader);

	while (left && parse_accept_word(reader->parser, word)) {
		struct ast_cond *right = read_side(reader), *both;

		if (!right)
			return NULL;
		both = new_cond(reader, op, span_join(left->span, right->span));
		both->left = left;
		both->right = right;
		left = both;
	}
	return left;
}

static struct ast_cond *read_and(struct reader *reader)
{
	return read_chain(reader, "and", COND_AND, read_primary);
}

static struct ast_cond *read_or(struct reader *reader)
{
	return read_chain(reader, "or", COND_OR, read_and);
}

struct ast_cond *parse_cond(struct parser *parser)
{
	struct reader reader = { .parser = parser };
	struct ast_cond *cond = read_or(&reader);

	if (!cond || parse_is(parser, TOKEN_BRACE_OPEN))
		return cond;
	if (parse_is(parser, TOKEN_PAREN_CLOSE))
		parse_fault(parser, parse_peek(parser), "this ')' closes nothing");
	else if (parse_element_ahead(parser, IN_HEAD) || parse_is(parser, TOKEN_COMMA))
		parse_fault(parser, parse_peek(parser), "nothing but '{' stands behind a condition");
	else
		parse_expected(parser, "'and', 'or', or '{' with the actions");
	return NULL;
}

struct ast_cond *parse_cond_slot(struct parser *parser)
{
	struct reader reader = { .parser = parser, .in_slot = true };
	struct ast_cond *cond = read_or(&reader);

	if (cond && parse_is(parser, TOKEN_PAREN_CLOSE)) {
		parse_fault(parser, parse_peek(parser), "this ')' closes nothing");
		return NULL;
	}
	return cond;
}
