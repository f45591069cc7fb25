/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"

bool parse_at_include(const struct parser *parser)
{
	return parse_is_word(parser, "include") && parse_peek_at(parser, 1)->kind == TOKEN_STRING;
}

bool parse_include_refused(struct parser *parser, const char *where)
{
	if (!parse_at_include(parser))
		return false;
	diag_hint(parser->diags,
		  parse_fault(parser, parse_next(parser), "a shared part has no place %s", where),
		  "it stands at the top of a file, in documents, in a state or in always");
	parse_next(parser);
	return true;
}

static bool goes_round(const struct parser *parser, size_t part)
{
	size_t i;

	for (i = 0; i <= parser->depth; i++)
		if (parser->path[i] == part)
			return true;
	return false;
}

/* States of one file, and states themselves, take a part once; two states may share one. */
static bool stands_twice(struct parser *parser, enum include_place place, size_t part)
{
	size_t block = place == INCLUDE_STATE ? parser->block : 1;
	bool twice = parser->seen[place][part] == block;

	parser->seen[place][part] = block;
	return twice;
}

/* May it be gone into here? */
static bool check_part(struct parser *parser, enum include_place place, const struct source_part *part,
		       struct span name)
{
	size_t index = (size_t)(part - parser->source->parts);

	if (part->missing)
		parse_fault_at(parser, name, "%s", part->missing);
	else if (goes_round(parser, index))
		diag_hint(parser->diags, parse_fault_at(parser, name, "this part includes itself"),
			  "shared parts cannot go round in a circle");
	else if (parser->depth == INCLUDE_MAX_DEPTH)
		parse_fault_at(parser, name, "parts are included too deep: %d levels at most", INCLUDE_MAX_DEPTH);
	else if (stands_twice(parser, place, index))
		parse_fault_at(parser, name, "this part is included already in the same place");
	else if (parser->read + part->token_count > LEX_MAX_TOKENS)
		parse_fault_at(parser, name, "with its shared parts the file is too long: %d words and signs at most",
			       LEX_MAX_TOKENS);
	else
		return true;
	return false;
}

bool parse_include_begin(struct parser *parser, enum include_place place, struct include_back *back)
{
	const struct source_part *part;
	struct ast_text name;

	if (parse_is(parser, TOKEN_WORD) && !parse_peek(parser)->first) {
		diag_hint(parser->diags,
			  parse_fault(parser, parse_peek(parser), "expected the name of a file in double quotes, found a name"),
			  "write: include \"%s.part\"", parse_peek(parser)->text);
		parse_next(parser);
		parser->file->loose = true;
		return false;
	}
	if (!parse_string(parser, "the name of a file in double quotes", &name)) {
		parser->file->loose = true;
		return false;
	}
	part = include_name_right(name.text) ? source_part(parser->source, name.text) : NULL;
	/* The word before it was misspelled, and so told of: nobody read that part. */
	if (include_name_right(name.text) && !(part && (part->tokens || part->missing))) {
		parser->file->loose = true;
		return false;
	}
	if (!part)
		diag_hint(parser->diags, parse_fault_at(parser, name.span, "this is not the name of a shared part"),
			  "a part is a file beside this one: no folders, no point in front, %d bytes at most",
			  INCLUDE_MAX_NAME);
	if (!part || !check_part(parser, place, part, name.span)) {
		parser->file->loose = true;
		return false;
	}
	*back = (struct include_back){ parser->tokens, parser->count, parser->at };
	parser->tokens = part->tokens;
	parser->count = part->token_count;
	parser->at = 0;
	parser->read += part->token_count;
	parser->path[++parser->depth] = (size_t)(part - parser->source->parts);
	return true;
}

void parse_include_end(struct parser *parser, enum include_place place, const struct include_back *back)
{
	static const char *const blocks[] = {
		[INCLUDE_FILE] = "this file", [INCLUDE_DOCUMENTS] = "the documents",
		[INCLUDE_STATE] = "a state",  [INCLUDE_ALWAYS] = "'always'",
	};
	const struct token *token = parse_peek(parser);

	if (token->kind != TOKEN_END) {
		parser->file->broken = true;
		if (token->kind == TOKEN_BRACE_CLOSE)
			diag_hint(parser->diags, parse_fault(parser, token, "this '}' closes nothing"),
				  "a part closes only what it opens itself");
		else
			diag_hint(parser->diags,
				  parse_fault(parser, token, "%s has no place in a part that is included in %s",
					      token_describe(token, parser->source, parser->arena), blocks[place]),
				  "it stands at the top of a file");
	}
	parser->tokens = back->tokens;
	parser->count = back->count;
	parser->at = back->at;
	parser->depth--;
}
