/* Own. */
#include "rule/parse_p.h"

/* The condition being read: how deep, how many terms so far. */
struct reader {
	struct parser *parser;
	int depth, terms;
};

static struct ast_cond *read_or(struct reader *reader);

static struct ast_cond *new_cond(struct reader *reader, enum prog_cond_op op, struct span span)
{
	struct ast_cond *cond = arena_alloc(reader->parser->arena, sizeof *cond);

	cond->op = op;
	cond->span = span;
	return cond;
}

/* slot NAME STATUS */
static struct ast_cond *read_slot(struct reader *reader, struct span word)
{
	struct parser *parser = reader->parser;
	struct ast_cond *cond = new_cond(reader, COND_SLOT_STATUS, word);
	const struct element *status;
	struct span span;

	if (!parse_name(parser, "the name of a slot", &cond->slot))
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
				"a condition: documents complete, slot NAME filled, office, copy, not, or '('",
				&span);
	if (!element)
		return NULL;
	switch (element->id) {
	case ELEMENT_NOT: return read_not(reader, span);
	case ELEMENT_SLOT: return read_slot(reader, span);
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
