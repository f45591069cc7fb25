/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"

#define TOP                                                                                                      \
	"workflow, language, number, days, send window, facts, documents, form, phrase, start, state, always, keep "  \
	"or include"

/* --- settings --- */

static struct ast_setting *add_setting(struct parser *parser, enum element_id id, struct span span)
{
	struct ast_settings *settings = &parser->file->settings;
	struct ast_setting *setting;

	settings->items = arena_grow(parser->arena, settings->items, settings->count, sizeof *setting);
	setting = &settings->items[settings->count++];
	*setting = (struct ast_setting){ .id = id, .span = span };
	return setting;
}

static bool read_one_name(struct parser *parser, const char *what, struct ast_setting *setting)
{
	struct ast_text *name = arena_alloc(parser->arena, sizeof *name);

	if (!parse_name(parser, what, name))
		return false;
	setting->names.items = name;
	setting->names.count = 1;
	return true;
}

/* workflow NAME "TITLE" */
static bool read_workflow(struct parser *parser, struct ast_setting *setting)
{
	return read_one_name(parser, "the workflow's name", setting) &&
	       parse_string(parser, "the workflow's title in double quotes", &setting->text);
}

static bool read_language(struct parser *parser, struct ast_setting *setting)
{
	return parse_names(parser, "a language such as nl", &setting->names);
}

/* number /PATTERN/ [new "FORMAT"] */
static bool read_number(struct parser *parser, struct ast_setting *setting)
{
	if (!parse_pattern(parser, &setting->pattern))
		return false;
	if (!parse_accept_word(parser, "new"))
		return true;
	return parse_string(parser, "the format of new numbers in double quotes", &setting->text);
}

/* days working [holidays COUNTRY] | days calendar */
static bool read_days(struct parser *parser, struct ast_setting *setting)
{
	if (parse_accept_word(parser, "calendar"))
		return true;
	if (!parse_is_word(parser, "working"))
		return parse_expected(parser, "'working' or 'calendar' behind 'days'");
	parse_next(parser);
	setting->working = true;
	return !parse_accept_word(parser, "holidays") ||
	       read_one_name(parser, "a country such as nl", setting);
}

static bool read_time(struct parser *parser, struct ast_number *number)
{
	const struct token *token;

	if (!parse_token(parser, TOKEN_TIME, "a time of day such as 08:00", &token))
		return false;
	number->value = token->number;
	number->span = token->span;
	return true;
}

/* send window HH:MM-HH:MM */
static bool read_window(struct parser *parser, struct ast_setting *setting)
{
	const struct token *token;

	return read_time(parser, &setting->number) &&
	       parse_token(parser, TOKEN_DASH, "'-' between the two times", &token) &&
	       read_time(parser, &setting->until);
}

static bool read_start(struct parser *parser, struct ast_setting *setting)
{
	return read_one_name(parser, "the name of the first state", setting);
}

/* keep N years|months|days after final */
static bool read_keep(struct parser *parser, struct ast_setting *setting)
{
	const struct element *term;
	struct span span;

	if (!parse_number(parser, "a number of years, months or days", &setting->number))
		return false;
	term = parse_element(parser, IN_TERM, "years, months or days", &span);
	if (!term)
		return false;
	setting->term = (enum prog_term)term->value;
	return parse_word(parser, "after", arena_printf(parser->arena, "'%s'", term->words)) &&
	       parse_word(parser, "final", "'after'");
}

static const struct {
	enum element_id id;
	bool (*read)(struct parser *parser, struct ast_setting *setting);
} readers[] = {
	{ ELEMENT_WORKFLOW, read_workflow }, { ELEMENT_LANGUAGE, read_language },
	{ ELEMENT_NUMBER, read_number },     { ELEMENT_DAYS, read_days },
	{ ELEMENT_SEND_WINDOW, read_window }, { ELEMENT_START, read_start },
	{ ELEMENT_KEEP, read_keep },
};

/* Behind a setting the line is at its end. */
static bool read_line_end(struct parser *parser, enum element_id id)
{
	const struct token *token = parse_peek(parser);

	if (parse_is(parser, TOKEN_SEMICOLON)) {
		diag_hint(parser->diags, parse_fault(parser, token, "';' has no place here"),
			  "a line of settings ends by itself");
		parse_next(parser);
		return true;
	}
	if (parse_is(parser, TOKEN_END) || token->first || parse_element_ahead(parser, IN_FILE))
		return true;
	if (id == ELEMENT_LANGUAGE && token->kind == TOKEN_WORD) {
		diag_hint(parser->diags, parse_fault(parser, token, "expected ',' between two languages"),
			  "write: language nl, en");
		return false;
	}
	return parse_expected(parser, "the end of the line");
}

/* A part has no name of its own. */
static void refuse_workflow(struct parser *parser, struct span span)
{
	diag_hint(parser->diags, parse_fault_at(parser, span, "a shared part has no 'workflow' line"),
		  "it stands in each file that includes the part");
	parser->file->broken = true;
	parse_skip_to_line(parser, IN_FILE);
}

static void read_setting(struct parser *parser, const struct element *element, struct span span)
{
	struct ast_setting *setting;
	size_t i;

	if (element->id == ELEMENT_WORKFLOW && parser->depth) {
		refuse_workflow(parser, span);
		return;
	}
	setting = add_setting(parser, element->id, span);

	for (i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i].id == element->id)
			setting->broken = !readers[i].read(parser, setting);
	if (setting->broken || !read_line_end(parser, element->id)) {
		parser->file->broken = true;
		parse_skip_to_line(parser, IN_FILE);
	}
}

/* --- states --- */

static void add_uploads(struct parser *parser, struct ast_state *state, struct span span)
{
	state->uploads = arena_grow(parser->arena, state->uploads, state->upload_count, sizeof span);
	state->uploads[state->upload_count++] = span;
}

static void read_lines(struct parser *parser, struct ast_state *state, struct ast_block *block);

static void read_block_include(struct parser *parser, struct ast_state *state, struct ast_block *block)
{
	enum include_place place = state ? INCLUDE_STATE : INCLUDE_ALWAYS;
	struct include_back back;

	if (!parse_include_begin(parser, place, &back)) {
		if (state)
			state->broken = true;
		return;
	}
	read_lines(parser, state, block);
	parse_include_end(parser, place, &back);
}

/* Lines of a state, or of always when 'state' is NULL. */
static void read_lines(struct parser *parser, struct ast_state *state, struct ast_block *block)
{
	unsigned where = state ? IN_STATE : IN_ALWAYS;

	while (!parse_is(parser, TOKEN_END) && !parse_is(parser, TOKEN_BRACE_CLOSE) &&
	       !parse_at_file_element(parser)) {
		const struct element *element;
		struct span span;

		element = parse_element(parser, where,
					state ? "uploads open, on, after, every, include or '}'" :
						"on, after, every, include or '}'",
					&span);
		if (!element) {
			if (state)
				state->broken = true;
			parser->file->broken = true;
			parse_next(parser);
			parse_skip_to_line(parser, where);
		} else if (element->id == ELEMENT_UPLOADS_OPEN) {
			add_uploads(parser, state, span);
		} else if (element->id == ELEMENT_INCLUDE) {
			read_block_include(parser, state, block);
		} else {
			parse_clause(parser, element, span, block);
		}
	}
}

/* What stands behind the '{' at 'open' of a state, or of always when 'state' is NULL, up to its '}'. */
static void read_block(struct parser *parser, struct ast_state *state, struct ast_block *block,
		       struct span open, const char *what)
{
	parser->block += state != NULL;
	read_lines(parser, state, block);
	parse_block_end(parser, open, what);
}

/* NAME "TITLE" [final] */
static bool read_state_head(struct parser *parser, struct ast_state *state)
{
	static const char *const words[] = { "final", NULL };

	if (!parse_name(parser, "the state's name", &state->name)) {
		parser->file->states_broken = true;
		return false;
	}
	parse_one_word(parser, &state->name, words);
	if (!parse_string(parser, "the state's title in double quotes", &state->title))
		return false;
	if (parse_is(parser, TOKEN_WORD) && !parse_peek(parser)->first)
		state->final = parse_word(parser, "final", "the title");
	/* Another word than 'final' was told of. */
	if (!state->final && parse_is(parser, TOKEN_WORD) && !parse_peek(parser)->first)
		return false;
	if (!parse_is(parser, TOKEN_BRACE_OPEN))
		return parse_expected(parser, state->final ? "'{' behind 'final'" :
							     "'final' or '{' behind the title");
	return true;
}

/* A head that cannot be read is skipped up to its '{', when that stands on the same line. */
static void skip_to_brace(struct parser *parser)
{
	while (!parse_is(parser, TOKEN_END) && !parse_is(parser, TOKEN_BRACE_OPEN) &&
	       !parse_is(parser, TOKEN_BRACE_CLOSE) && !parse_peek(parser)->first)
		parse_next(parser);
}

/*
 * Steps over the '{' and puts its place in '*span'. When it was forgotten, or
 * swallowed by a fault, and lines of a block follow all the same, they are read.
 */
static bool at_block(struct parser *parser, unsigned where, struct span *span)
{
	if (parse_is(parser, TOKEN_BRACE_OPEN)) {
		*span = parse_next(parser)->span;
		return true;
	}
	return parse_peek(parser)->first && parse_element_ahead(parser, where);
}

static void read_state(struct parser *parser, struct span span)
{
	struct ast_file *file = parser->file;
	struct ast_state state = { .span = span };

	if (!read_state_head(parser, &state)) {
		state.broken = true;
		file->broken = true;
		skip_to_brace(parser);
	}
	if (at_block(parser, IN_STATE, &span))
		read_block(parser, &state, &state.block, span,
			   state.name.text ? arena_printf(parser->arena, "state '%s'", state.name.text) :
					     "the state");
	else
		parse_skip_to_line(parser, IN_FILE);
	if (!state.name.text)
		return;
	file->states = arena_grow(parser->arena, file->states, file->state_count, sizeof state);
	file->states[file->state_count++] = state;
}

static void read_always(struct parser *parser, struct span span)
{
	const struct token *open;

	if (!parse_is(parser, TOKEN_BRACE_OPEN)) {
		parser->file->broken = true;
		parse_token(parser, TOKEN_BRACE_OPEN, "'{' behind 'always'", &open);
		skip_to_brace(parser);
	}
	if (at_block(parser, IN_ALWAYS, &span))
		read_block(parser, NULL, &parser->file->always, span, "'always'");
	else
		parse_skip_to_line(parser, IN_FILE);
}

/* --- the file --- */

/* A line at the top that begins with nothing that may begin one. */
static void read_other(struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	parser->file->broken = true;
	if (token->kind == TOKEN_BRACE_CLOSE) {
		diag_hint(parser->diags, parse_fault(parser, token, "this '}' closes nothing"),
			  "is there one too many, or was a '{' forgotten?");
		parse_next(parser);
		return;
	}
	if (parse_element_ahead(parser, IN_STATE))
		diag_hint(parser->diags, parse_fault(parser, token, "'%s' stands outside of a state", token->text),
			  "clauses stand between the '{' and '}' of a state or of always");
	else
		parse_expected_here(parser, TOP);
	parse_next(parser);
	parse_skip_to_line(parser, IN_FILE);
}

static void read_top(struct parser *parser);

/* Whatever stands there, the parser goes on. */
static void read_all(struct parser *parser)
{
	while (!parse_is(parser, TOKEN_END)) {
		size_t at = parser->at;

		read_top(parser);
		if (parser->at == at)
			parse_next(parser);
	}
}

static void read_include(struct parser *parser)
{
	struct include_back back;

	if (!parse_include_begin(parser, INCLUDE_FILE, &back))
		return;
	read_all(parser);
	parse_include_end(parser, INCLUDE_FILE, &back);
}

static void read_top(struct parser *parser)
{
	const struct element *element;
	struct span span;
	size_t at = parser->at;

	element = parse_element_ahead(parser, IN_STATE);
	if (!parse_is(parser, TOKEN_WORD) || (element && element->id != ELEMENT_INCLUDE)) {
		read_other(parser);
		return;
	}
	element = parse_element(parser, IN_FILE, TOP, &span);
	if (!element) {
		parser->file->broken = true;
		if (parser->at == at)
			parse_next(parser);
		parse_skip_to_line(parser, IN_FILE);
		return;
	}
	switch (element->id) {
	case ELEMENT_DOCUMENTS: parse_documents(parser, span); break;
	case ELEMENT_FACTS: parse_facts(parser, span); break;
	case ELEMENT_FORM: parse_form(parser, span); break;
	case ELEMENT_PHRASE: parse_phrase(parser); break;
	case ELEMENT_STATE: read_state(parser, span); break;
	case ELEMENT_INCLUDE: read_include(parser); break;
	case ELEMENT_ALWAYS: read_always(parser, span); break;
	default: read_setting(parser, element, span); break;
	}
}

struct ast_file *parse_file(const struct source *source, struct arena *arena, struct diag_list *diags)
{
	struct parser parser = { .source = source, .tokens = source->parts[0].tokens,
				 .count = source->parts[0].token_count, .arena = arena, .diags = diags };
	size_t i;

	parser.file = arena_alloc(arena, sizeof *parser.file);
	for (i = 0; i < INCLUDE_PLACES; i++)
		parser.seen[i] = arena_array(arena, source->part_count, sizeof *parser.seen[i]);
	read_all(&parser);
	return parser.file;
}
