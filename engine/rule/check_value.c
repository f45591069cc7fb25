/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/suggest.h"
#include "rule/value.h"

static const char *written(const struct checker *checker, const struct ast_value *value)
{
	const char *text = checker->source->text + value->span.offset;

	if (value->kind != AST_WORD)
		return arena_strndup(checker->arena, text, value->span.length);
	return arena_printf(checker->arena, "'%.*s'", (int)value->span.length, text);
}

static void hint_choice(struct checker *checker, struct diag *diag, const struct ast_texts *choices,
			const char *typed)
{
	struct buf list = BUF_INIT(BUF_MAX_TEXT);
	struct suggest near;
	size_t i;

	suggest_init(&near, typed);
	for (i = 0; i < choices->count; i++) {
		suggest_offer(&near, choices->items[i].text);
		buf_addf(&list, "%s%s", i ? ", " : "", choices->items[i].text);
	}
	if (near.best)
		check_hint(checker, diag, "did you mean '%s'?", near.best);
	else if (list.len)
		check_hint(checker, diag, "choices are: %s", list.data);
	buf_free(&list);
}

static bool is_choice(const struct ast_texts *choices, const struct ast_value *value)
{
	size_t i;

	if (value->kind != AST_WORD && value->kind != AST_STRING)
		return false;
	for (i = 0; i < choices->count; i++)
		if (str_eq(choices->items[i].text, value->text))
			return true;
	return false;
}

static bool fits(enum prog_value kind, const struct ast_texts *choices, const struct ast_value *value)
{
	switch (kind) {
	case VALUE_YES_NO:
		return value->kind == AST_WORD && (str_eq(value->text, "yes") || str_eq(value->text, "no"));
	case VALUE_CHOICE: return is_choice(choices, value);
	case VALUE_NUMBER: return value->kind == AST_NUMBER;
	case VALUE_AMOUNT: return value->kind == AST_AMOUNT;
	case VALUE_DATE: return value->kind == AST_DATE;
	case VALUE_ADDRESS: return value->kind == AST_STRING && addr_valid(value->text);
	case VALUE_TEXT: return value->kind == AST_STRING;
	}
	return false;
}

/* What to write instead, when that is clear. */
static void hint_value(struct checker *checker, struct diag *diag, const struct ast_setting *kind,
		       const struct ast_value *value)
{
	struct suggest near;

	switch ((enum prog_value)kind->element->value) {
	case VALUE_YES_NO:
		if (value->kind != AST_WORD && value->kind != AST_STRING)
			break;
		suggest_init(&near, value->text);
		suggest_offer(&near, "yes");
		suggest_offer(&near, "no");
		if (near.best)
			check_hint(checker, diag, "write: %s", near.best);
		break;
	case VALUE_CHOICE:
		if (value->kind == AST_WORD || value->kind == AST_STRING)
			hint_choice(checker, diag, &kind->names, value->text);
		break;
	case VALUE_AMOUNT:
		if (value->kind == AST_NUMBER)
			check_hint(checker, diag, "write: %ld.00", value->number);
		break;
	case VALUE_DATE: check_hint(checker, diag, "a date is written as 2026-03-01"); break;
	case VALUE_TEXT:
	case VALUE_ADDRESS:
		if (value->kind == AST_WORD)
			check_hint(checker, diag, "write: \"%s\"", value->text);
		break;
	default: break;
	}
}

bool check_value(struct checker *checker, const struct ast_field *fact, const struct ast_value *value)
{
	const struct ast_setting *kind = value_setting(fact), *own = ast_setting_find(&fact->settings, ELEMENT_DEFAULT);
	struct diag *diag;

	if (!kind || kind->broken || fact->broken || fits((enum prog_value)kind->element->value, &kind->names, value))
		return true;
	if (kind->element->value == VALUE_CHOICE)
		diag = check_fault(checker, value->span, "%s is no choice of fact '%s'", written(checker, value),
				   fact->name.text);
	else
		diag = check_fault(checker, value->span, "fact '%s' is %s, not %s", fact->name.text,
				   value_kind_words((enum prog_value)kind->element->value), written(checker, value));
	hint_value(checker, diag, kind, value);
	if (!own || value != &own->value)
		check_note(checker, diag, fact->name.span, "the fact stands here");
	return false;
}

/* The fact that a condition or action names, and that could be read; else NULL. */
static const struct ast_field *fact_of(struct checker *checker, const struct ast_text *name)
{
	int found = name->text ? check_named(checker, CHECK_FACTS, name) : -1;
	const struct ast_field *fact = found >= 0 ? &checker->file->facts[found] : NULL;

	return fact && !fact->broken && value_setting(fact) ? fact : NULL;
}

static void check_order_test(struct checker *checker, const struct ast_cond *cond, const struct ast_field *fact)
{
	enum prog_value kind = (enum prog_value)value_setting(fact)->element->value;
	const char *words = cond->op == COND_FACT_AT_LEAST ? "at least" : "at most";
	struct diag *diag;

	if (kind == VALUE_NUMBER || kind == VALUE_AMOUNT || kind == VALUE_DATE) {
		check_value(checker, fact, &cond->value);
		return;
	}
	diag = check_fault(checker, cond->span, "'%s' goes with numbers, amounts and dates, and fact '%s' is none", words,
			   cond->name.text);
	check_hint(checker, diag, "write: fact %s is VALUE", cond->name.text);
	check_note(checker, diag, fact->name.span, "the fact stands here");
}

void check_cond_fact(struct checker *checker, const struct ast_cond *cond)
{
	const struct ast_field *fact = fact_of(checker, &cond->name);
	struct diag *diag;
	enum prog_value kind;

	if (!fact || cond->op == COND_FACT_KNOWN)
		return;
	kind = (enum prog_value)value_setting(fact)->element->value;
	if (cond->op != COND_FACT_IS) {
		check_order_test(checker, cond, fact);
	} else if (cond->value.span.length) {
		check_value(checker, fact, &cond->value);
	} else if (kind != VALUE_YES_NO) {
		diag = check_fault(checker, cond->span, "fact '%s' is not yes or no: a test is missing",
				   cond->name.text);
		check_hint(checker, diag, "write: fact %s known, or fact %s is VALUE", cond->name.text,
			   cond->name.text);
		check_note(checker, diag, fact->name.span, "the fact stands here");
	}
}

void check_set_fact(struct checker *checker, const struct ast_action *action)
{
	const struct ast_field *fact = fact_of(checker, &action->target);

	if (fact && action->element->id == ELEMENT_SET_FACT)
		check_value(checker, fact, &action->value);
}
