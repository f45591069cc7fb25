/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/build.h"
#include "rule/format.h"
#include "rule/value.h"

struct builder {
	const struct source *source;
	const struct ast_file *file;
	struct program *program;
	struct arena *arena; /* the program's */
};

static const char *copy(struct builder *builder, const struct ast_text *text)
{
	return arena_strdup(builder->arena, text->text);
}

static const char **copy_all(struct builder *builder, const struct ast_texts *texts)
{
	const char **list = arena_array(builder->arena, texts->count, sizeof *list);
	size_t i;

	for (i = 0; i < texts->count; i++)
		list[i] = copy(builder, &texts->items[i]);
	return list;
}

static struct prog_span place(const struct builder *builder, struct span span)
{
	return source_span(builder->source, span);
}

/* The checks compiled it before; it compiles again. */
static const struct match *compile(const struct ast_pattern *pattern)
{
	struct match *match = NULL;

	match_compile(pattern->text, pattern->ignore_case ? MATCH_IGNORE_CASE : 0, &match, NULL, NULL);
	return match;
}

/* --- settings --- */

static void build_number(struct builder *builder, const struct ast_setting *setting)
{
	struct program *program = builder->program;
	struct prog_number_piece *pieces;
	struct format_fault fault;
	size_t count;

	program->number = compile(&setting->pattern);
	if (!setting->text.text ||
	    !format_parse(builder->arena, setting->text.text, &pieces, &count, &fault))
		return;
	program->number_new = pieces;
	program->number_new_count = count;
	program->has_check = pieces[count - 1].kind == NUMBER_CHECK;
}

static void build_days(struct builder *builder, const struct ast_setting *setting)
{
	builder->program->days_working = setting->working;
	if (setting->working)
		builder->program->holidays = setting->names.count ? copy(builder, &setting->names.items[0]) : "nl";
}

static int state_index(const struct builder *builder, const char *name)
{
	size_t i;

	for (i = 0; i < builder->file->state_count; i++)
		if (str_eq(builder->file->states[i].name.text, name))
			return (int)i;
	return -1;
}

static void build_setting(struct builder *builder, const struct ast_setting *setting)
{
	struct program *program = builder->program;

	switch (setting->id) {
	case ELEMENT_WORKFLOW:
		program->name = copy(builder, &setting->names.items[0]);
		program->title = copy(builder, &setting->text);
		break;
	case ELEMENT_LANGUAGE:
		program->languages = copy_all(builder, &setting->names);
		program->language_count = setting->names.count;
		break;
	case ELEMENT_NUMBER: build_number(builder, setting); break;
	case ELEMENT_DAYS: build_days(builder, setting); break;
	case ELEMENT_SEND_WINDOW:
		program->send_from = (int)setting->number.value;
		program->send_until = (int)setting->until.value;
		break;
	case ELEMENT_START: program->start = state_index(builder, setting->names.items[0].text); break;
	case ELEMENT_KEEP:
		program->keep_count = (int)setting->number.value;
		program->keep_unit = setting->term;
		break;
	default: break;
	}
}

/* --- facts --- */

/* The canonical text of a value for that fact. */
static const char *fact_value(struct builder *builder, const char *fact, const struct ast_value *value)
{
	const struct ast_file *file = builder->file;
	size_t i;

	for (i = 0; i < file->fact_count; i++)
		if (str_eq(file->facts[i].name.text, fact))
			return value_canonical(builder->arena,
					       (enum prog_value)value_setting(&file->facts[i])->element->value, value);
	return NULL;
}

static const struct prog_cond *build_cond(struct builder *builder, const struct ast_cond *from)
{
	struct prog_cond *cond;

	if (!from)
		return NULL;
	cond = arena_alloc(builder->arena, sizeof *cond);
	cond->op = from->op;
	cond->left = build_cond(builder, from->left);
	cond->right = build_cond(builder, from->right);
	cond->slot = copy(builder, &from->slot);
	cond->status = from->status;
	cond->name = copy(builder, &from->name);
	cond->word = from->word;
	if (from->op == COND_FACT_IS || from->op == COND_FACT_AT_LEAST || from->op == COND_FACT_AT_MOST)
		cond->value = fact_value(builder, from->name.text, &from->value);
	cond->span = place(builder, from->span);
	return cond;
}

/* --- slots --- */

static unsigned accept_mask(const struct ast_texts *names)
{
	unsigned mask = 0;
	size_t i, used;

	for (i = 0; i < names->count; i++)
		mask |= (unsigned)element_find(IN_ACCEPT, &names->items[i].text, 1, &used)->value;
	return mask;
}

static void build_slot_setting(struct builder *builder, struct prog_slot *slot, const struct ast_setting *setting)
{
	switch (setting->id) {
	case ELEMENT_REQUIRED:
		slot->required = true;
		slot->required_if = build_cond(builder, setting->cond);
		break;
	case ELEMENT_FOR_APPROVAL: slot->for_approval = slot->from_staff = true; break;
	case ELEMENT_FROM_STAFF: slot->from_staff = true; break;
	case ELEMENT_MAY_BE_ABSENT: slot->may_be_absent = true; break;
	case ELEMENT_PER_YEAR: slot->years = (int)setting->number.value; break;
	case ELEMENT_ACCEPT: slot->accept = accept_mask(&setting->names); break;
	case ELEMENT_FILES:
		slot->files_min = (int)setting->number.value;
		slot->files_max = (int)setting->until.value;
		break;
	case ELEMENT_MATCH:
		slot->patterns = arena_grow(builder->arena, slot->patterns, slot->pattern_count,
					    sizeof *slot->patterns);
		slot->patterns[slot->pattern_count++] = compile(&setting->pattern);
		break;
	default: break;
	}
}

static struct prog_slot build_slot(struct builder *builder, const struct ast_slot *from)
{
	struct prog_slot slot = { .name = copy(builder, &from->name), .title = copy(builder, &from->title),
				  .files_min = 1, .files_max = 1, .span = place(builder, from->name.span) };
	size_t i;

	if (ast_setting_find(&from->settings, ELEMENT_OPTIONAL))
		slot.files_min = 0;
	for (i = 0; i < from->settings.count; i++)
		build_slot_setting(builder, &slot, &from->settings.items[i]);
	return slot;
}

/* --- facts, forms, phrases --- */

static void build_facts(struct builder *builder)
{
	const struct ast_file *file = builder->file;
	struct prog_fact *facts = arena_array(builder->arena, file->fact_count, sizeof *facts);
	size_t i;

	for (i = 0; i < file->fact_count; i++) {
		const struct ast_field *from = &file->facts[i];
		const struct ast_setting *kind = value_setting(from);
		const struct ast_setting *initial = ast_setting_find(&from->settings, ELEMENT_DEFAULT);

		facts[i].name = copy(builder, &from->name);
		facts[i].title = copy(builder, &from->title);
		facts[i].kind = (enum prog_value)kind->element->value;
		facts[i].choices = copy_all(builder, &kind->names);
		facts[i].choice_count = kind->names.count;
		if (initial)
			facts[i].initial = value_canonical(builder->arena, facts[i].kind, &initial->value);
		facts[i].span = place(builder, from->name.span);
	}
	builder->program->facts = facts;
	builder->program->fact_count = file->fact_count;
}

static int fact_index(const struct builder *builder, const char *name)
{
	size_t i;

	for (i = 0; i < builder->file->fact_count; i++)
		if (str_eq(builder->file->facts[i].name.text, name))
			return (int)i;
	return -1;
}

static struct prog_field build_field(struct builder *builder, const struct ast_field *from)
{
	const struct ast_setting *kind = value_setting(from);
	const struct ast_setting *fits = ast_setting_find(&from->settings, ELEMENT_FITS);
	struct prog_field field = { .name = copy(builder, &from->name), .title = copy(builder, &from->title),
				    .kind = (enum prog_value)kind->element->value,
				    .choices = copy_all(builder, &kind->names), .choice_count = kind->names.count,
				    .required = ast_setting_find(&from->settings, ELEMENT_MUST) != NULL,
				    .fact = fact_index(builder, from->name.text),
				    .span = place(builder, from->name.span) };

	if (fits)
		field.pattern = compile(&fits->pattern);
	return field;
}

/* As the file says, else the usual one; staff alone are always level 3. */
static int level_of(const struct ast_settings *settings, unsigned from, int usual)
{
	const struct ast_setting *level = ast_setting_find(settings, ELEMENT_LEVEL);

	if (from == 1u << ACTOR_STAFF)
		return 3;
	return level ? (int)level->number.value : usual;
}

static unsigned roles_of(const struct ast_settings *settings)
{
	const struct ast_texts *names = &ast_setting_find(settings, ELEMENT_FROM)->names;
	unsigned mask = 0;
	size_t i, used;

	for (i = 0; i < names->count; i++)
		mask |= 1u << element_find(IN_ROLE, &names->items[i].text, 1, &used)->value;
	return mask;
}

static void build_forms(struct builder *builder)
{
	const struct ast_file *file = builder->file;
	struct prog_form *forms = arena_array(builder->arena, file->form_count, sizeof *forms);
	size_t i, j;

	for (i = 0; i < file->form_count; i++) {
		const struct ast_form *from = &file->forms[i];
		struct prog_field *fields = arena_array(builder->arena, from->field_count, sizeof *fields);

		for (j = 0; j < from->field_count; j++)
			fields[j] = build_field(builder, &from->fields[j]);
		forms[i].name = copy(builder, &from->name);
		forms[i].title = copy(builder, &from->title);
		forms[i].from = roles_of(&from->settings);
		forms[i].level = level_of(&from->settings, forms[i].from, 2);
		forms[i].fields = fields;
		forms[i].field_count = from->field_count;
		forms[i].span = place(builder, from->name.span);
	}
	builder->program->forms = forms;
	builder->program->form_count = file->form_count;
}

static void build_words(struct builder *builder, const struct ast_phrase *from, struct prog_phrase *phrase)
{
	struct prog_words *words = NULL;
	size_t i, j;

	for (i = 0; i < from->settings.count; i++) {
		const struct ast_setting *setting = &from->settings.items[i];

		for (j = 0; setting->id == ELEMENT_WORDS && j < setting->names.count; j++) {
			words = arena_grow(builder->arena, words, phrase->word_count, sizeof *words);
			words[phrase->word_count++] =
				(struct prog_words){ copy(builder, &setting->text), copy(builder, &setting->names.items[j]),
						     place(builder, setting->names.items[j].span) };
		}
	}
	phrase->words = words;
}

static void build_phrases(struct builder *builder)
{
	const struct ast_file *file = builder->file;
	struct prog_phrase *phrases = arena_array(builder->arena, file->phrase_count, sizeof *phrases);
	size_t i;

	for (i = 0; i < file->phrase_count; i++) {
		const struct ast_phrase *from = &file->phrases[i];

		phrases[i].name = copy(builder, &from->name);
		phrases[i].from = roles_of(&from->settings);
		phrases[i].level = level_of(&from->settings, phrases[i].from, 1);
		phrases[i].with_text = ast_setting_find(&from->settings, ELEMENT_WITH_TEXT) != NULL;
		build_words(builder, from, &phrases[i]);
		phrases[i].span = place(builder, from->name.span);
	}
	builder->program->phrases = phrases;
	builder->program->phrase_count = file->phrase_count;
}

/* --- clauses --- */

static const struct prog_event *build_events(struct builder *builder, const struct ast_clause *from)
{
	struct prog_event *events = arena_array(builder->arena, from->event_count, sizeof *events);
	size_t i;

	for (i = 0; i < from->event_count; i++) {
		events[i].kind = (enum event_kind)from->events[i].element->value;
		events[i].slot = copy(builder, &from->events[i].slot);
		events[i].name = copy(builder, &from->events[i].name);
	}
	return events;
}

static enum prog_audience audience_of(const struct ast_text *name)
{
	size_t used;

	if (!name->text)
		return AUDIENCE_TEMPLATE;
	return (enum prog_audience)element_find(IN_AUDIENCE, &name->text, 1, &used)->value;
}

static struct prog_action build_action(struct builder *builder, const struct ast_action *from)
{
	struct prog_action action = { .span = place(builder, from->span), .target = -1 };

	switch (from->element->id) {
	case ELEMENT_MAIL:
		action.kind = ACTION_MAIL;
		action.template = copy(builder, &from->target);
		action.form = copy(builder, &from->form);
		action.audience = audience_of(&from->audience);
		action.attach = copy_all(builder, &from->attach);
		action.attach_count = from->attach.count;
		break;
	case ELEMENT_GOTO:
		action.kind = ACTION_GOTO;
		action.target = state_index(builder, from->target.text);
		break;
	case ELEMENT_PAYMENT:
		action.kind = ACTION_PAYMENT;
		action.amount_cents = from->amount.value;
		action.currency = copy(builder, &from->currency);
		action.text = copy(builder, &from->text);
		action.valid = from->valid.value;
		action.valid.calendar = action.valid.count > 0 && action.valid.unit == UNIT_DAYS;
		break;
	case ELEMENT_PAYMENT_CANCEL: action.kind = ACTION_PAYMENT_CANCEL; break;
	case ELEMENT_REQUEST_APPROVAL:
		action.kind = ACTION_APPROVAL;
		action.slot = copy(builder, &from->target);
		break;
	case ELEMENT_SET_FACT:
	case ELEMENT_CLEAR_FACT:
		action.kind = ACTION_FACT;
		action.fact = copy(builder, &from->target);
		if (from->element->id == ELEMENT_SET_FACT)
			action.value = fact_value(builder, action.fact, &from->value);
		break;
	case ELEMENT_NOTE:
		action.kind = ACTION_NOTE;
		action.text = copy(builder, &from->text);
		break;
	default: action.kind = ACTION_PAYMENT_AGAIN; break;
	}
	return action;
}

static struct prog_clause build_clause(struct builder *builder, const struct ast_clause *from, const char *owner,
				       size_t number)
{
	struct prog_clause clause = { .trigger = from->trigger, .span = place(builder, from->span) };
	struct prog_action *actions = arena_array(builder->arena, from->action_count, sizeof *actions);
	size_t i;

	for (i = 0; i < from->action_count; i++)
		actions[i] = build_action(builder, &from->actions[i]);
	clause.id = arena_printf(builder->arena, "%s.%zu", owner, number);
	clause.events = build_events(builder, from);
	clause.event_count = from->event_count;
	clause.quiet = from->quiet.value;
	clause.limit = (int)from->limit.value;
	clause.first = from->first.value;
	clause.in_dossier = from->in_dossier;
	clause.then_every = from->then_every.value;
	clause.times = (int)from->times.value;
	clause.cond = build_cond(builder, from->cond);
	clause.actions = actions;
	clause.action_count = from->action_count;
	return clause;
}

static const struct prog_clause *build_block(struct builder *builder, const struct ast_block *block,
					     const char *owner)
{
	struct prog_clause *clauses = arena_array(builder->arena, block->clause_count, sizeof *clauses);
	size_t i;

	for (i = 0; i < block->clause_count; i++)
		clauses[i] = build_clause(builder, &block->clauses[i], owner, i + 1);
	return clauses;
}

static struct prog_state build_state(struct builder *builder, const struct ast_state *from)
{
	struct prog_state state = { .name = copy(builder, &from->name), .title = copy(builder, &from->title),
				    .uploads_open = from->upload_count > 0, .final = from->final,
				    .span = place(builder, from->name.span) };

	state.clauses = build_block(builder, &from->block, state.name);
	state.clause_count = from->block.clause_count;
	return state;
}

struct program *build_program(const struct source *source, const struct ast_file *file)
{
	struct program *program = xcalloc(1, sizeof *program);
	struct builder builder = { .source = source, .file = file, .program = program,
				   .arena = &program->arena };
	struct prog_slot *slots;
	struct prog_state *states;
	size_t i;

	arena_init(&program->arena);
	program->file = arena_strdup(&program->arena, source->file);
	program->source = arena_strndup(&program->arena, source->text, source->len);
	program->send_from = program->send_until = -1;
	for (i = 0; i < file->settings.count; i++)
		build_setting(&builder, &file->settings.items[i]);
	slots = arena_array(&program->arena, file->slot_count, sizeof *slots);
	for (i = 0; i < file->slot_count; i++)
		slots[i] = build_slot(&builder, &file->slots[i]);
	program->slots = slots;
	program->slot_count = file->slot_count;
	build_facts(&builder);
	build_forms(&builder);
	build_phrases(&builder);
	states = arena_array(&program->arena, file->state_count, sizeof *states);
	for (i = 0; i < file->state_count; i++)
		states[i] = build_state(&builder, &file->states[i]);
	program->states = states;
	program->state_count = file->state_count;
	program->always = build_block(&builder, &file->always, "always");
	program->always_count = file->always.clause_count;
	program_index(program);
	return program;
}
