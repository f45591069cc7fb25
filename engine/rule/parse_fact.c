/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"

/* --- facts and fields --- */

/* one of NAME, NAME, … */
static bool read_choices(struct parser *parser, struct ast_setting *setting)
{
	const struct token *token;

	if (!parse_names(parser, "a choice", &setting->names))
		return false;
	token = parse_peek(parser);
	if (token->kind != TOKEN_WORD || token->first || parse_element_ahead(parser, IN_FACT | IN_FIELD) ||
	    parse_peek_at(parser, 1)->kind == TOKEN_STRING)
		return true;
	diag_hint(parser->diags, parse_fault(parser, token, "expected ',' between two choices"),
		  "write: one of %s, %s", setting->names.items[setting->names.count - 1].text,
		  parse_is_word(parser, "or") || parse_is_word(parser, "of") ? parse_peek_at(parser, 1)->text :
									       token->text);
	return false;
}

static bool read_field_setting(struct parser *parser, struct ast_setting *setting)
{
	switch (setting->id) {
	case ELEMENT_KIND:
		return setting->element->value != VALUE_CHOICE || read_choices(parser, setting);
	case ELEMENT_DEFAULT: return parse_value(parser, "a value", &setting->value);
	case ELEMENT_FITS: return parse_pattern(parser, &setting->pattern);
	default: return true;
	}
}

static bool read_field(struct parser *parser, unsigned where, const char *name, const char *what,
		       struct ast_field *field)
{
	if (parse_include_refused(parser, "in facts and forms"))
		return false;
	if (!parse_name(parser, name, &field->name)) {
		parse_skip_entry(parser);
		return false;
	}
	if (!parse_string(parser, "its title in double quotes", &field->title) ||
	    !parse_entry(parser, where, what, &field->settings, read_field_setting)) {
		field->broken = true;
		if (!parse_entry_end(parser, where))
			parse_skip_entry(parser);
	}
	return true;
}

static void read_fact(struct parser *parser)
{
	struct ast_file *file = parser->file;
	struct ast_field fact = { 0 };

	if (!read_field(parser, IN_FACT, "the name of a fact",
			"yes or no, one of, number, amount, date, text, address or default", &fact)) {
		file->facts_broken = true;
		return;
	}
	file->facts = arena_grow(parser->arena, file->facts, file->fact_count, sizeof fact);
	file->facts[file->fact_count++] = fact;
}

void parse_facts(struct parser *parser, struct span word)
{
	if (!parse_lines(parser, word, "'facts'", "the facts", read_fact))
		parser->file->facts_broken = true;
}

/* --- forms --- */

/* A comma before a language and its words, where a list is over: people write it. */
static bool stray_comma(struct parser *parser)
{
	const struct token *language = parse_peek_at(parser, 1);

	if (!parse_is(parser, TOKEN_COMMA) || language->kind != TOKEN_WORD || strlen(language->text) != 2 ||
	    parse_peek_at(parser, 2)->kind != TOKEN_STRING)
		return false;
	diag_hint(parser->diags, parse_fault(parser, parse_next(parser), "',' has no place before a language"),
		  "leave it out");
	return true;
}

static bool read_from(struct parser *parser, struct ast_setting *setting)
{
	struct ast_texts *names = &setting->names;

	do {
		struct ast_text name;

		if (names->count >= PARSE_MAX_TERMS)
			return parse_expected(parser, "fewer senders");
		if (!parse_name(parser, "who sends it: client, office or staff", &name))
			return false;
		names->items = arena_grow(parser->arena, names->items, names->count, sizeof name);
		names->items[names->count++] = name;
	} while (!stray_comma(parser) && parse_accept(parser, TOKEN_COMMA));
	return true;
}

static bool read_form_setting(struct parser *parser, struct ast_setting *setting)
{
	return setting->id == ELEMENT_FROM ? read_from(parser, setting) :
					     parse_number(parser, "a level: 1 or 2", &setting->number);
}

/* The form being read is the last one. */
static void read_form_field(struct parser *parser)
{
	struct ast_form *form = &parser->file->forms[parser->file->form_count - 1];
	struct ast_field field = { 0 };

	if (!read_field(parser, IN_FIELD, "the name of a field",
			"yes or no, one of, number, amount, date, text, address, required or match", &field)) {
		form->broken = true;
		return;
	}
	form->fields = arena_grow(parser->arena, form->fields, form->field_count, sizeof field);
	form->fields[form->field_count++] = field;
}

/* A head that cannot be read is skipped up to its '{', when that stands on the same line. */
static void skip_to_brace(struct parser *parser)
{
	while (!parse_is(parser, TOKEN_END) && !parse_is(parser, TOKEN_BRACE_OPEN) &&
	       !parse_is(parser, TOKEN_BRACE_CLOSE) && !parse_peek(parser)->first)
		parse_next(parser);
}

/* NAME "TITLE" from WHO [level N] */
static bool read_form_head(struct parser *parser, struct ast_form *form)
{
	return parse_string(parser, "the form's title in double quotes", &form->title) &&
	       parse_entry(parser, IN_FORM, "from, level or '{'", &form->settings, read_form_setting);
}

void parse_form(struct parser *parser, struct span word)
{
	struct ast_file *file = parser->file;
	struct ast_form form = { 0 };
	size_t index = file->form_count;

	if (!parse_name(parser, "the form's name", &form.name)) {
		file->forms_broken = file->broken = true;
		parse_skip_to_line(parser, IN_FILE);
		return;
	}
	if (!read_form_head(parser, &form)) {
		form.broken = true;
		skip_to_brace(parser);
	}
	file->forms = arena_grow(parser->arena, file->forms, file->form_count, sizeof form);
	file->forms[file->form_count++] = form;
	if (form.broken && !parse_is(parser, TOKEN_BRACE_OPEN))
		parse_skip_to_line(parser, IN_FILE);
	else if (!parse_lines(parser, word, "the form", "the form", read_form_field))
		file->forms[index].broken = true;
}

/* --- phrases --- */

/* nl "…", "…" */
static bool read_words(struct parser *parser, struct ast_phrase *phrase)
{
	struct ast_settings *settings = &phrase->settings;
	struct ast_setting setting = { .id = ELEMENT_WORDS, .span = parse_peek(parser)->span };

	if (!parse_name(parser, "a language such as nl", &setting.text))
		return false;
	do {
		struct ast_text text;

		if (setting.names.count >= PARSE_MAX_TERMS) {
			parse_fault(parser, parse_peek(parser), "this list is too long: %d at most", PARSE_MAX_TERMS);
			return false;
		}
		if (!parse_string(parser, "the words in double quotes", &text))
			return false;
		setting.names.items = arena_grow(parser->arena, setting.names.items, setting.names.count, sizeof text);
		setting.names.items[setting.names.count++] = text;
	} while (!stray_comma(parser) && parse_accept(parser, TOKEN_COMMA));
	settings->items = arena_grow(parser->arena, settings->items, settings->count, sizeof setting);
	settings->items[settings->count++] = setting;
	return true;
}

static bool read_phrase_setting(struct parser *parser, struct ast_phrase *phrase)
{
	struct ast_settings *settings = &phrase->settings;
	struct ast_setting setting = { 0 };
	const struct token *token = parse_peek(parser);

	if (token->kind == TOKEN_WORD && strlen(token->text) == 2 && !parse_element_ahead(parser, IN_PHRASE))
		return read_words(parser, phrase);
	if (token->kind == TOKEN_STRING) {
		diag_hint(parser->diags, parse_fault(parser, token, "expected a language before the words"),
			  "write: nl %s", token_describe(token, parser->source, parser->arena) + strlen("the text "));
		return false;
	}
	setting.element = parse_element(parser, IN_PHRASE, "from, a language and words, with text, or level",
					&setting.span);
	if (!setting.element)
		return false;
	setting.id = setting.element->id;
	if (setting.id == ELEMENT_FROM)
		setting.broken = !read_from(parser, &setting);
	else if (setting.id == ELEMENT_LEVEL)
		setting.broken = !parse_number(parser, "a level: 1 or 2", &setting.number);
	settings->items = arena_grow(parser->arena, settings->items, settings->count, sizeof setting);
	settings->items[settings->count++] = setting;
	return !setting.broken;
}

/* A phrase goes on over several lines, as long as they begin with words of its own. */
static bool at_phrase_end(const struct parser *parser)
{
	const struct token *token = parse_peek(parser);

	if (token->kind == TOKEN_END || token->kind == TOKEN_BRACE_CLOSE)
		return true;
	if (!token->first)
		return false;
	return !(token->kind == TOKEN_WORD && (parse_element_ahead(parser, IN_PHRASE) ||
					       (strlen(token->text) == 2 &&
						!parse_element_ahead(parser, IN_FILE | IN_STATE))));
}

void parse_phrase(struct parser *parser)
{
	struct ast_file *file = parser->file;
	struct ast_phrase phrase = { 0 };

	if (!parse_name(parser, "the phrase's name", &phrase.name)) {
		file->phrases_broken = file->broken = true;
		parse_skip_to_line(parser, IN_FILE);
		return;
	}
	while (!phrase.broken && !at_phrase_end(parser))
		phrase.broken = !read_phrase_setting(parser, &phrase);
	if (phrase.broken)
		parse_skip_to_line(parser, IN_FILE);
	file->phrases = arena_grow(parser->arena, file->phrases, file->phrase_count, sizeof phrase);
	file->phrases[file->phrase_count++] = phrase;
}
