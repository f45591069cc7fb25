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
		program->keep_unit = TERM_YEARS;
		break;
	default: break;
	}
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
	case ELEMENT_REQUIRED: slot->required = true; break;
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

/* --- clauses --- */

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
	cond->span = place(builder, from->span);
	return cond;
}

static const struct prog_event *build_events(struct builder *builder, const struct ast_clause *from)
{
	struct prog_event *events = arena_array(builder->arena, from->event_count, sizeof *events);
	size_t i;

	for (i = 0; i < from->event_count; i++) {
		events[i].kind = (enum event_kind)from->events[i].element->value;
		events[i].slot = copy(builder, &from->events[i].slot);
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
	states = arena_array(&program->arena, file->state_count, sizeof *states);
	for (i = 0; i < file->state_count; i++)
		states[i] = build_state(&builder, &file->states[i]);
	program->states = states;
	program->state_count = file->state_count;
	program->always = build_block(&builder, &file->always, "always");
	program->always_count = file->always.clause_count;
	return program;
}
