/* Base. */
#include "base/str.h"

/* Engine. */
#include "model/dossier.h"
#include "model/event.h"

/* Own. */
#include "rule/describe_p.h"
#include "rule/rule.h"

/* Text in quotes, as the lexer reads it. */
void describe_text(const char *text, struct buf *out)
{
	buf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
	buf_addc(out, '"');
}

void describe_duration(const struct prog_duration *duration, struct buf *out)
{
	static const char *const units[] = { "minute", "hour", "day", "week" };

	buf_addf(out, "%d %s%s%s", duration->count, duration->calendar ? "calendar " : "", units[duration->unit],
		 duration->count == 1 ? "" : "s");
}

static void describe_times(int times, struct buf *out)
{
	if (times)
		buf_addf(out, ", %d time%s", times, times == 1 ? "" : "s");
}

static void describe_events(const struct prog_clause *clause, struct buf *out)
{
	size_t i;

	buf_adds(out, "on ");
	for (i = 0; i < clause->event_count; i++) {
		buf_addf(out, "%s%s", i ? ", " : "", event_kind_words(clause->events[i].kind));
		if (clause->events[i].slot)
			buf_addf(out, " %s", clause->events[i].slot);
		if (clause->events[i].name)
			buf_addf(out, " %s", clause->events[i].name);
	}
	if (clause->quiet.count) {
		buf_adds(out, ", quiet ");
		describe_duration(&clause->quiet, out);
	}
	if (clause->limit)
		buf_addf(out, ", at most %d time%s", clause->limit, clause->limit == 1 ? "" : "s");
}

static void describe_after(const struct prog_clause *clause, struct buf *out)
{
	buf_adds(out, "after ");
	describe_duration(&clause->first, out);
	if (clause->in_dossier)
		buf_adds(out, " in dossier");
	if (!clause->then_every.count)
		return;
	buf_adds(out, ", then every ");
	describe_duration(&clause->then_every, out);
	describe_times(clause->times, out);
}

void describe_value(enum prog_value kind, const char *value, struct buf *out)
{
	if (kind == VALUE_TEXT || kind == VALUE_ADDRESS)
		describe_text(value, out);
	else
		buf_adds(out, value);
}

static enum prog_value kind_of(const struct program *program, const char *fact)
{
	const struct prog_fact *found = program_fact(program, fact);

	return found ? found->kind : VALUE_TEXT;
}

static void describe_fact(const struct program *program, const struct prog_cond *cond, struct buf *out)
{
	static const char *const tests[] = { [COND_FACT_IS] = "is", [COND_FACT_KNOWN] = "known",
					     [COND_FACT_AT_LEAST] = "at least", [COND_FACT_AT_MOST] = "at most" };
	enum prog_value kind = kind_of(program, cond->name);

	buf_addf(out, "fact %s", cond->name);
	if (cond->op == COND_FACT_IS && kind == VALUE_YES_NO && str_eq(cond->value, "yes"))
		return;
	buf_addf(out, " %s", tests[cond->op]);
	if (cond->op == COND_FACT_KNOWN)
		return;
	buf_addc(out, ' ');
	describe_value(kind, cond->value, out);
}

/* 'inner' as a side of 'outer': in parentheses where the reader would else read it otherwise. */
static void describe_side(const struct program *program, const struct prog_cond *inner,
			  const struct prog_cond *outer, struct buf *out)
{
	bool group = (inner->op == COND_AND || inner->op == COND_OR) && inner->op != outer->op;

	if (group)
		buf_addc(out, '(');
	describe_cond(program, inner, out);
	if (group)
		buf_addc(out, ')');
}

void describe_cond(const struct program *program, const struct prog_cond *cond, struct buf *out)
{
	switch (cond->op) {
	case COND_AND:
	case COND_OR:
		describe_side(program, cond->left, cond, out);
		buf_adds(out, cond->op == COND_AND ? " and " : " or ");
		describe_side(program, cond->right, cond, out);
		break;
	case COND_NOT:
		buf_adds(out, "not ");
		describe_side(program, cond->left, cond, out);
		break;
	case COND_COMPLETE: buf_adds(out, "documents complete"); break;
	case COND_SLOT_FILLED: buf_addf(out, "slot %s filled", cond->slot); break;
	case COND_SLOT_STATUS: buf_addf(out, "slot %s %s", cond->slot, slot_status_word(cond->status)); break;
	case COND_HAS_OFFICE: buf_adds(out, "office"); break;
	case COND_OFFICE_ONLY: buf_adds(out, "office only"); break;
	case COND_COPY: buf_adds(out, "copy"); break;
	case COND_FACT_IS:
	case COND_FACT_KNOWN:
	case COND_FACT_AT_LEAST:
	case COND_FACT_AT_MOST: describe_fact(program, cond, out); break;
	case COND_APPROVAL:
		buf_addf(out, "approval %s %s", cond->slot, approval_state_word((enum approval_state)cond->word));
		break;
	case COND_PAYMENT:
		buf_addf(out, "payment %s", payment_status_word((enum payment_status)cond->word));
		break;
	case COND_BRAND: buf_addf(out, "brand %s", cond->name); break;
	case COND_LANGUAGE: buf_addf(out, "language %s", cond->name); break;
	}
}

const char *describe_term(enum prog_term term)
{
	static const char *const words[] = { "days", "months", "years" };

	return words[term];
}

const char *describe_audience(enum prog_audience audience)
{
	static const char *const words[] = { "", "correspondent", "client", "office", "payer", "staff", "sender" };

	return words[audience];
}

static void describe_mail(const struct prog_action *action, struct buf *out)
{
	size_t i;

	buf_addf(out, "mail %s", action->template);
	for (i = 0; i < action->attach_count; i++)
		buf_addf(out, "%s %s", i ? "," : " attach", action->attach[i]);
	if (action->form)
		buf_addf(out, " with form %s", action->form);
	if (action->audience != AUDIENCE_TEMPLATE)
		buf_addf(out, " to %s", describe_audience(action->audience));
}

void describe_action(const struct program *program, const struct prog_action *action, struct buf *out)
{
	switch (action->kind) {
	case ACTION_MAIL: describe_mail(action, out); break;
	case ACTION_GOTO: buf_addf(out, "goto %s", program->states[action->target].name); break;
	case ACTION_PAYMENT_AGAIN: buf_adds(out, "request payment again"); break;
	case ACTION_PAYMENT_CANCEL: buf_adds(out, "cancel payment"); break;
	case ACTION_APPROVAL: buf_addf(out, "request approval %s", action->slot); break;
	case ACTION_FACT:
		buf_addf(out, "%s fact %s%s", action->value ? "set" : "clear", action->fact,
			 action->value ? " " : "");
		if (action->value)
			describe_value(kind_of(program, action->fact), action->value, out);
		break;
	case ACTION_NOTE:
		buf_adds(out, "note ");
		describe_text(action->text, out);
		break;
	case ACTION_PAYMENT:
		buf_addf(out, "request payment %lld.%02d %s ", (long long)(action->amount_cents / 100),
			 (int)(action->amount_cents % 100), action->currency);
		describe_text(action->text, out);
		if (action->valid.count) {
			buf_adds(out, " valid ");
			describe_duration(&action->valid, out);
		}
		break;
	}
}

void describe_head(const struct program *program, const struct prog_clause *clause, struct buf *out)
{
	switch (clause->trigger) {
	case TRIGGER_ON: describe_events(clause, out); break;
	case TRIGGER_AFTER: describe_after(clause, out); break;
	case TRIGGER_EVERY:
		buf_adds(out, "every ");
		describe_duration(&clause->first, out);
		describe_times(clause->times, out);
		break;
	}
	if (clause->cond) {
		buf_adds(out, " if ");
		describe_cond(program, clause->cond, out);
	}
}

void rule_describe_head(const struct program *program, const struct prog_clause *clause, struct buf *out)
{
	describe_head(program, clause, out);
}

void rule_describe_cond(const struct program *program, const struct prog_cond *cond, struct buf *out)
{
	describe_cond(program, cond, out);
}

void rule_describe_action(const struct program *program, const struct prog_action *action, struct buf *out)
{
	describe_action(program, action, out);
}

void rule_describe(const struct program *program, const struct prog_clause *clause, struct buf *out)
{
	size_t i;

	describe_head(program, clause, out);
	for (i = 0; i < clause->action_count; i++) {
		buf_adds(out, i ? "; " : ": ");
		describe_action(program, &clause->actions[i], out);
	}
}
