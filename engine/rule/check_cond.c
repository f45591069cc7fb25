/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/suggest.h"

static void check_mixed(struct checker *checker, const struct ast_cond *cond)
{
	const struct ast_cond *sides[] = { cond->left, cond->right };
	size_t i;

	if (cond->op != COND_OR)
		return;
	for (i = 0; i < 2; i++)
		if (sides[i]->op == COND_AND && !sides[i]->grouped)
			check_hint(checker,
				   check_warn(checker, sides[i]->span, "'and' binds before 'or' here"),
				   "put parentheses around what belongs together");
}

static void check_cond_status(struct checker *checker, const struct ast_cond *cond)
{
	const struct ast_slot *slot = check_slot_named(checker, &cond->slot);

	if (slot && !slot->broken && cond->op == COND_SLOT_STATUS && cond->status == SLOT_ABSENT &&
	    !check_slot_has(slot, ELEMENT_MAY_BE_ABSENT))
		check_hint(checker,
			   check_fault(checker, cond->span, "slot '%s' can never be absent", cond->slot.text),
			   "its line in documents does not say: may be absent");
}

static void check_cond_language(struct checker *checker, const struct ast_cond *cond)
{
	struct suggest near;
	struct diag *diag;
	size_t i;

	for (i = 0; i < checker->language_count; i++)
		if (str_eq(checker->languages[i].text, cond->name.text))
			return;
	if (!checker->language_count)
		return;
	diag = check_fault(checker, cond->name.span, "'%s' is no language of this workflow", cond->name.text);
	suggest_init(&near, cond->name.text);
	for (i = 0; i < checker->language_count; i++)
		suggest_offer(&near, checker->languages[i].text);
	if (near.best)
		check_hint(checker, diag, "did you mean '%s'?", near.best);
	check_note(checker, diag, checker->languages[0].span, "its languages stand here");
}

static void check_leaf(struct checker *checker, const struct ast_cond *cond)
{
	switch (cond->op) {
	case COND_SLOT_FILLED:
	case COND_SLOT_STATUS: check_cond_status(checker, cond); break;
	case COND_FACT_IS:
	case COND_FACT_KNOWN:
	case COND_FACT_AT_LEAST:
	case COND_FACT_AT_MOST: check_cond_fact(checker, cond); break;
	case COND_APPROVAL: check_slot_approval(checker, &cond->slot); break;
	case COND_LANGUAGE: check_cond_language(checker, cond); break;
	default: break;
	}
}

void check_cond(struct checker *checker, const struct ast_cond *cond)
{
	if (cond->left)
		check_cond(checker, cond->left);
	if (cond->right) {
		check_cond(checker, cond->right);
		check_mixed(checker, cond);
	}
	if (!cond->left)
		check_leaf(checker, cond);
}

/* What depends on the slots themselves would go round in circles. */
static bool known_before_slots(enum prog_cond_op op)
{
	switch (op) {
	case COND_COMPLETE:
	case COND_SLOT_FILLED:
	case COND_SLOT_STATUS:
	case COND_APPROVAL:
	case COND_PAYMENT: return false;
	default: return true;
	}
}

static void check_slot_leaves(struct checker *checker, const struct ast_cond *cond)
{
	if (cond->left)
		check_slot_leaves(checker, cond->left);
	if (cond->right)
		check_slot_leaves(checker, cond->right);
	if (!known_before_slots(cond->op))
		check_hint(checker,
			   check_fault(checker, cond->span, "'required if' cannot ask this"),
			   "it may ask: fact, office, office only, copy, brand, language");
}

void check_cond_slot(struct checker *checker, const struct ast_cond *cond)
{
	size_t before = checker->diags->errors;

	check_slot_leaves(checker, cond);
	if (checker->diags->errors == before)
		check_cond(checker, cond);
}

/* What follows from the condition being false. */
static bool office_if_false(const struct ast_cond *cond, bool has)
{
	switch (cond->op) {
	case COND_HAS_OFFICE: return !has;
	case COND_NOT: return check_cond_office(cond->left, has);
	case COND_OR: return office_if_false(cond->left, has) || office_if_false(cond->right, has);
	case COND_AND: return office_if_false(cond->left, has) && office_if_false(cond->right, has);
	default: return false;
	}
}

bool check_cond_office(const struct ast_cond *cond, bool has)
{
	switch (cond->op) {
	case COND_HAS_OFFICE:
	case COND_OFFICE_ONLY: return has;
	case COND_NOT: return office_if_false(cond->left, has);
	case COND_AND: return check_cond_office(cond->left, has) || check_cond_office(cond->right, has);
	case COND_OR: return check_cond_office(cond->left, has) && check_cond_office(cond->right, has);
	default: return false;
	}
}
