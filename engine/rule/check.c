/* System. */
#include <stdarg.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/fold.h"

__attribute__((format(printf, 4, 0)))
static struct diag *add(struct checker *checker, enum diag_severity severity, struct span span, const char *fmt,
			va_list ap)
{
	struct diag_place place = source_place(checker->source, checker->arena, span);
	char words[600];

	vsnprintf(words, sizeof words, fmt, ap);
	return diag_add(checker->diags, severity, &place, "%s", words);
}

struct diag *check_fault(struct checker *checker, struct span span, const char *fmt, ...)
{
	struct diag *diag;
	va_list ap;

	va_start(ap, fmt);
	diag = add(checker, DIAG_ERROR, span, fmt, ap);
	va_end(ap);
	return diag;
}

struct diag *check_refuse(struct checker *checker, struct span span, const char *fmt, ...)
{
	struct diag *diag;
	va_list ap;

	va_start(ap, fmt);
	diag = add(checker, checker->kept ? DIAG_WARNING : DIAG_ERROR, span, fmt, ap);
	va_end(ap);
	return diag;
}

struct diag *check_warn(struct checker *checker, struct span span, const char *fmt, ...)
{
	struct diag *diag;
	va_list ap;

	va_start(ap, fmt);
	diag = add(checker, DIAG_WARNING, span, fmt, ap);
	va_end(ap);
	return diag;
}

void check_hint(struct checker *checker, struct diag *diag, const char *fmt, ...)
{
	char words[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	diag_hint(checker->diags, diag, "%s", words);
}

void check_note(struct checker *checker, struct diag *diag, struct span span, const char *words)
{
	struct diag_place place;

	if (!diag)
		return;
	place = source_place(checker->source, checker->arena, span);
	diag_note(checker->diags, diag, &place, "%s", words);
}

const struct ast_slot *check_slot_named(struct checker *checker, const struct ast_text *name)
{
	int found = check_named(checker, CHECK_SLOTS, name);

	return found >= 0 ? &checker->file->slots[found] : NULL;
}

bool check_slot_has(const struct ast_slot *slot, enum element_id id)
{
	return ast_setting_find(&slot->settings, id) != NULL;
}

bool check_range(struct checker *checker, const struct ast_number *number, long min, long max, const char *what)
{
	if (number->value >= min && number->value <= max)
		return true;
	check_fault(checker, number->span, "%s is from %ld to %ld, not %ld", what, min, max, number->value);
	return false;
}

bool check_duration(struct checker *checker, const struct ast_duration *duration)
{
	static const long per_day[] = { [UNIT_MINUTES] = 1440, [UNIT_HOURS] = 24 };
	const struct prog_duration *value = &duration->value;
	long max = value->unit == UNIT_DAYS  ? CHECK_MAX_DAYS :
		   value->unit == UNIT_WEEKS ? CHECK_MAX_DAYS / 7 :
					       CHECK_MAX_DAYS * per_day[value->unit];

	if (value->count < 1) {
		check_fault(checker, duration->span, "a duration of 0 has no meaning");
		return false;
	}
	if (value->count > max) {
		check_fault(checker, duration->span, "this duration is too long: %d days at most", CHECK_MAX_DAYS);
		return false;
	}
	if (value->calendar && value->unit != UNIT_DAYS) {
		check_fault(checker, duration->span, "'calendar' goes with days only");
		return false;
	}
	return true;
}

/* "{…}" at 'text': its length, 0 when it is not closed. */
static size_t field_length(const char *text)
{
	size_t len = strcspn(text, "}");

	return text[len] ? len + 1 : 0;
}

bool check_title(struct checker *checker, const struct ast_text *title, const char *field, const char *what)
{
	const char *text = title->text;
	bool found = false;
	struct diag *diag;

	if (!text)
		return false;
	if (str_is_blank(text))
		check_fault(checker, title->span, "%s is empty", what);
	while ((text = strchr(text, '{')) != NULL) {
		size_t len = field_length(text);

		if (!len) {
			check_fault(checker, title->span, "%s has a '{' without '}'", what);
			return found;
		}
		if (field && strlen(field) == len && str_starts(text, field)) {
			found = true;
		} else {
			diag = check_fault(checker, title->span, "%s has an unknown field '%.*s'", what, (int)len,
					   text);
			if (field)
				check_hint(checker, diag, "only %s is known here", field);
			return found;
		}
		text += len;
	}
	return found;
}

void check_name(struct checker *checker, const struct ast_text *name)
{
	if (name->text && element_reserved(name->text))
		check_fault(checker, name->span, "'%s' is a word of the language and cannot be a name", name->text);
	if (name->text && fold_has_loose_accent(name->text))
		check_hint(checker,
			   check_refuse(checker, name->span, "an accent in the name '%s' is a character of its own",
					name->text),
			   CHECK_LOOSE_ACCENT);
}

void check_pattern(struct checker *checker, const struct ast_pattern *pattern, struct match **match)
{
	struct err err = ERR_INIT;
	struct span span;
	size_t offset = 0;
	int empty;

	*match = NULL;
	if (!pattern->text)
		return;
	if (match_compile(pattern->text, pattern->ignore_case ? MATCH_IGNORE_CASE : 0, match, &offset, &err) < 0) {
		span = (struct span){ .offset = pattern->span.offset + 1 + offset, .length = 1 };
		if (offset && offset >= strlen(pattern->text))
			span.offset--;
		check_fault(checker, span, "this pattern is not right: %s", err.text);
		return;
	}
	empty = match_test(*match, "", &err);
	if (empty > 0) {
		check_fault(checker, pattern->span, "this pattern fits everything, even nothing");
		match_free(match);
	}
}

/* --- states --- */

static void check_state_title(struct checker *checker, size_t index)
{
	const struct ast_state *state = &checker->file->states[index], *other;
	struct diag *diag;
	size_t i;

	if (!check_first(checker, CHECK_STATES, index))
		return; /* told already */
	for (i = 0; i < index; i++) {
		other = &checker->file->states[i];
		if (state->title.text && str_eq(other->title.text, state->title.text)) {
			diag = check_warn(checker, state->title.span, "two states have this title");
			check_note(checker, diag, other->title.span, "the first one stands here");
			return;
		}
	}
}

static void check_state(struct checker *checker, size_t index)
{
	const struct ast_state *state = &checker->file->states[index];
	struct diag *diag;

	check_state_title(checker, index);
	check_name(checker, &state->name);
	check_title(checker, &state->title, NULL, "the title");
	if (state->upload_count > 1) {
		diag = check_fault(checker, state->uploads[1], "'uploads open' is said twice");
		check_note(checker, diag, state->uploads[0], "the first time stands here");
	}
	check_clauses(checker, state, &state->block);
}

/* Required documents need a state that takes them in. */
static void check_uploads(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i;

	if (file->broken || file->loose || !file->state_count)
		return;
	for (i = 0; i < file->state_count; i++)
		if (file->states[i].upload_count || file->states[i].broken)
			return;
	for (i = 0; i < file->slot_count; i++)
		if (check_slot_has(&file->slots[i], ELEMENT_REQUIRED)) {
			check_hint(checker,
				   check_fault(checker, file->slots[i].name.span,
					       "clients cannot deliver '%s': no state takes documents in",
					       file->slots[i].name.text),
				   "say \"uploads open\" in the state that waits for documents");
			return;
		}
}

static void check_states(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i;

	if (file->state_count > CHECK_MAX_STATES) {
		check_fault(checker, file->states[CHECK_MAX_STATES].name.span, "too many states: %d at most",
			    CHECK_MAX_STATES);
		return;
	}
	for (i = 0; i < file->state_count; i++)
		check_state(checker, i);
	check_clauses(checker, NULL, &file->always);
	check_uploads(checker);
}

/* --- forms and phrases that some clause waits for --- */

static void listen_block(struct checker *checker, const struct ast_block *block)
{
	size_t i, j;

	for (i = 0; i < block->clause_count; i++) {
		checker->unheard |= block->clauses[i].broken;
		for (j = 0; j < block->clauses[i].event_count; j++) {
			const struct ast_event *event = &block->clauses[i].events[j];
			bool form = event->element->id == ELEMENT_EVENT_FORM;
			int found;

			if (!event->name.text || (!form && event->element->id != ELEMENT_EVENT_PHRASE))
				continue;
			found = check_find(checker, form ? CHECK_FORMS : CHECK_PHRASES, event->name.text);
			if (found >= 0)
				(form ? checker->forms_heard : checker->phrases_heard)[found] = true;
			else
				checker->unheard = true;
		}
	}
}

static void listen(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i;

	checker->forms_heard = arena_array(checker->arena, file->form_count + 1, sizeof(bool));
	checker->phrases_heard = arena_array(checker->arena, file->phrase_count + 1, sizeof(bool));
	for (i = 0; i < file->state_count; i++)
		listen_block(checker, &file->states[i].block);
	listen_block(checker, &file->always);
}

void check_file(const struct source *source, const struct ast_file *file, const struct rule_lookup *lookup,
		struct arena *arena, struct diag_list *diags)
{
	static const struct rule_lookup nothing;
	struct checker checker = { .source = source, .file = file, .lookup = lookup ? lookup : &nothing,
				   .kept = lookup == NULL, .arena = arena, .diags = diags };

	check_names(&checker);
	check_settings(&checker);
	check_slots(&checker);
	check_facts(&checker);
	listen(&checker);
	check_forms(&checker);
	check_phrases(&checker);
	check_states(&checker);
	check_asking(&checker);
	check_reach(&checker);
}
