/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/describe_p.h"
#include "rule/element.h"
#include "rule/rule.h"

/*
 * The dump is a rule file itself: with all defaults written out and each
 * clause's id and line as a comment. Loading it gives the same program.
 */

static void dump_pattern(const struct match *match, struct buf *out)
{
	buf_addf(out, "/%s/%s", match_pattern(match), match_flags(match) & MATCH_IGNORE_CASE ? "i" : "");
}

static void dump_number(const struct program *program, struct buf *out)
{
	size_t i;

	if (!program->number)
		return;
	buf_adds(out, "number ");
	dump_pattern(program->number, out);
	if (program->number_new_count) {
		buf_adds(out, " new \"");
		for (i = 0; i < program->number_new_count; i++) {
			const struct prog_number_piece *piece = &program->number_new[i];

			switch (piece->kind) {
			case NUMBER_TEXT: buf_adds(out, piece->text); break;
			case NUMBER_YEAR: buf_adds(out, "{year}"); break;
			case NUMBER_SERIAL: buf_addf(out, "{serial:%d}", piece->width); break;
			case NUMBER_CHECK: buf_adds(out, "{check}"); break;
			}
		}
		buf_addc(out, '"');
	}
	buf_addc(out, '\n');
}

static void dump_settings(const struct program *program, struct buf *out)
{
	size_t i;

	buf_addf(out, "workflow %s ", program->name);
	describe_text(program->title, out);
	buf_adds(out, "\nlanguage ");
	for (i = 0; i < program->language_count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", program->languages[i]);
	buf_addc(out, '\n');
	dump_number(program, out);
	if (program->days_working)
		buf_addf(out, "days working holidays %s\n", program->holidays);
	else
		buf_adds(out, "days calendar\n");
	if (program->send_from >= 0)
		buf_addf(out, "send window %02d:%02d-%02d:%02d\n", program->send_from / 60,
			 program->send_from % 60, program->send_until / 60, program->send_until % 60);
}

static void dump_accept(unsigned mask, struct buf *out)
{
	const struct element *list;
	size_t i, count, n = 0;

	list = element_list(&count);
	buf_adds(out, " accept ");
	if (!mask)
		buf_adds(out, "any");
	for (i = 0; i < count; i++)
		if (list[i].id == ELEMENT_MEDIA && (mask & (unsigned)list[i].value))
			buf_addf(out, "%s%s", n++ ? ", " : "", list[i].words);
}

static void dump_slot(const struct program *program, const struct prog_slot *slot, struct buf *out)
{
	size_t i;

	buf_addf(out, "    %s ", slot->name);
	describe_text(slot->title, out);
	buf_adds(out, slot->from_staff ? " from staff" : slot->required ? " required" : " optional");
	if (slot->required_if) {
		buf_adds(out, " if ");
		describe_cond(program, slot->required_if, out);
	}
	if (slot->for_approval)
		buf_adds(out, " for approval");
	if (slot->years)
		buf_addf(out, " per year last %d", slot->years);
	dump_accept(slot->accept, out);
	buf_addf(out, " files %d..%d", slot->files_min, slot->files_max);
	if (slot->may_be_absent)
		buf_adds(out, " may be absent");
	for (i = 0; i < slot->pattern_count; i++) {
		buf_adds(out, " match ");
		dump_pattern(slot->patterns[i], out);
	}
	buf_addf(out, " # line %d\n", slot->span.line);
}

/* --- facts, forms, phrases --- */

static void dump_kind(enum prog_value kind, const char *const *choices, size_t count, struct buf *out)
{
	static const char *const words[] = {
		[VALUE_TEXT] = "text",	   [VALUE_YES_NO] = "yes or no", [VALUE_CHOICE] = "one of",
		[VALUE_NUMBER] = "number", [VALUE_AMOUNT] = "amount",	 [VALUE_DATE] = "date",
		[VALUE_ADDRESS] = "address",
	};
	size_t i;

	buf_addf(out, " %s", words[kind]);
	for (i = 0; i < count; i++)
		buf_addf(out, "%s %s", i ? "," : "", choices[i]);
}

static void dump_facts(const struct program *program, struct buf *out)
{
	size_t i;

	if (!program->fact_count)
		return;
	buf_adds(out, "facts {\n");
	for (i = 0; i < program->fact_count; i++) {
		const struct prog_fact *fact = &program->facts[i];

		buf_addf(out, "    %s ", fact->name);
		describe_text(fact->title, out);
		dump_kind(fact->kind, fact->choices, fact->choice_count, out);
		if (fact->initial) {
			buf_adds(out, " default ");
			describe_value(fact->kind, fact->initial, out);
		}
		buf_addf(out, " # line %d\n", fact->span.line);
	}
	buf_adds(out, "}\n");
}

/* " from client, office level 2" */
static void dump_senders(unsigned from, int level, struct buf *out)
{
	int role;
	size_t n = 0;

	buf_adds(out, " from");
	for (role = 0; role < ACTOR_ROLES; role++)
		if (from & 1u << role)
			buf_addf(out, "%s %s", n++ ? "," : "", actor_role_word((enum actor_role)role));
	buf_addf(out, " level %d", level);
}

static void dump_form(const struct prog_form *form, struct buf *out)
{
	size_t i;

	buf_addf(out, "form %s ", form->name);
	describe_text(form->title, out);
	dump_senders(form->from, form->level, out);
	buf_addf(out, " { # line %d\n", form->span.line);
	for (i = 0; i < form->field_count; i++) {
		const struct prog_field *field = &form->fields[i];

		buf_addf(out, "    %s ", field->name);
		describe_text(field->title, out);
		dump_kind(field->kind, field->choices, field->choice_count, out);
		if (field->required)
			buf_adds(out, " required");
		if (field->pattern) {
			buf_adds(out, " match ");
			dump_pattern(field->pattern, out);
		}
		buf_addf(out, " # line %d%s\n", field->span.line, field->fact >= 0 ? ", sets the fact" : "");
	}
	buf_adds(out, "}\n");
}

static void dump_phrase(const struct prog_phrase *phrase, struct buf *out)
{
	const char *language = NULL;
	size_t i;

	buf_addf(out, "phrase %s", phrase->name);
	dump_senders(phrase->from, phrase->level, out);
	for (i = 0; i < phrase->word_count; i++) {
		if (str_eq(language, phrase->words[i].language))
			buf_adds(out, ", ");
		else
			buf_addf(out, " %s ", phrase->words[i].language);
		language = phrase->words[i].language;
		describe_text(phrase->words[i].text, out);
	}
	buf_addf(out, "%s # line %d\n", phrase->with_text ? " with text" : "", phrase->span.line);
}

static void dump_clauses(const struct program *program, const struct prog_clause *clauses, size_t count,
			 struct buf *out)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		buf_adds(out, "    ");
		describe_head(program, &clauses[i], out);
		buf_adds(out, " { ");
		for (j = 0; j < clauses[i].action_count; j++) {
			buf_adds(out, j ? "; " : "");
			describe_action(program, &clauses[i].actions[j], out);
		}
		buf_addf(out, " } # %s, line %d\n", clauses[i].id, clauses[i].span.line);
	}
}

static void dump_state(const struct program *program, const struct prog_state *state, struct buf *out)
{
	buf_addf(out, "state %s ", state->name);
	describe_text(state->title, out);
	buf_addf(out, "%s { # line %d\n", state->final ? " final" : "", state->span.line);
	if (state->uploads_open)
		buf_adds(out, "    uploads open\n");
	dump_clauses(program, state->clauses, state->clause_count, out);
	buf_adds(out, "}\n");
}

void rule_dump(const struct program *program, struct buf *out)
{
	size_t i;

	dump_settings(program, out);
	dump_facts(program, out);
	if (program->slot_count) {
		buf_adds(out, "documents {\n");
		for (i = 0; i < program->slot_count; i++)
			dump_slot(program, &program->slots[i], out);
		buf_adds(out, "}\n");
	}
	for (i = 0; i < program->form_count; i++)
		dump_form(&program->forms[i], out);
	for (i = 0; i < program->phrase_count; i++)
		dump_phrase(&program->phrases[i], out);
	buf_addf(out, "start %s\n", program->states[program->start].name);
	for (i = 0; i < program->state_count; i++)
		dump_state(program, &program->states[i], out);
	if (program->always_count) {
		buf_adds(out, "always {\n");
		dump_clauses(program, program->always, program->always_count, out);
		buf_adds(out, "}\n");
	}
	if (program->keep_count)
		buf_addf(out, "keep %d %s after final\n", program->keep_count, describe_term(program->keep_unit));
}
