/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/run_p.h"
#include "flow/value.h"

/* Every year of the slot must satisfy the condition; a slot that is not there satisfies none. */
static bool slots_hold(const struct dossier *dossier, const struct prog_cond *cond)
{
	size_t i, seen = 0;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (!str_eq(slot->name, cond->slot))
			continue;
		seen++;
		if (cond->op == COND_SLOT_FILLED ? !slot_filled(slot) : slot->status != cond->status)
			return false;
	}
	return seen > 0;
}

/* Of the last request; it counts as paid also where the money came by an older link for the same. */
static bool payment_holds(const struct dossier *dossier, const struct prog_cond *cond)
{
	const struct payment *last = dossier->payment_count ? &dossier->payments[dossier->payment_count - 1] : NULL;

	if (!last)
		return false;
	if (last->status != PAYMENT_PAID && run_payment_paid(dossier, last))
		return cond->word == PAYMENT_PAID;
	return (int)last->status == cond->word;
}

/* A fact that is not known satisfies none. */
static bool fact_holds(const struct dossier *dossier, const struct prog_cond *cond)
{
	const char *value = dossier_fact(dossier, cond->name);

	if (!value)
		return false;
	switch (cond->op) {
	case COND_FACT_IS: return str_eq(value, cond->value);
	case COND_FACT_AT_LEAST: return value_compare(value, cond->value) >= 0;
	case COND_FACT_AT_MOST: return value_compare(value, cond->value) <= 0;
	default: return true;
	}
}

/*
 * Every year that was ever put to the client must be so; the years that were
 * not have no say, for a return is approved year by year.
 */
static bool approval_holds(const struct dossier *dossier, const struct prog_cond *cond)
{
	enum approval_state state;
	size_t i, seen = 0;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (!str_eq(slot->name, cond->slot) || !dossier_approval(dossier, slot->name, slot->year))
			continue;
		if (!run_approval_state(dossier, slot, &state) || (int)state != cond->word)
			return false;
		seen++;
	}
	return seen > 0;
}

bool flow_cond_holds(const struct dossier *dossier, const struct prog_cond *cond)
{
	switch (cond->op) {
	case COND_AND: return flow_cond_holds(dossier, cond->left) && flow_cond_holds(dossier, cond->right);
	case COND_OR: return flow_cond_holds(dossier, cond->left) || flow_cond_holds(dossier, cond->right);
	case COND_NOT: return !flow_cond_holds(dossier, cond->left);
	case COND_COMPLETE: return dossier_missing(dossier) == 0;
	case COND_SLOT_FILLED:
	case COND_SLOT_STATUS: return slots_hold(dossier, cond);
	case COND_HAS_OFFICE: return dossier->office.address != NULL;
	case COND_OFFICE_ONLY: return dossier->office_only;
	case COND_COPY: return dossier->client.copy;
	case COND_FACT_IS:
	case COND_FACT_KNOWN:
	case COND_FACT_AT_LEAST:
	case COND_FACT_AT_MOST: return fact_holds(dossier, cond);
	case COND_APPROVAL: return approval_holds(dossier, cond);
	case COND_PAYMENT: return payment_holds(dossier, cond);
	case COND_BRAND: return str_eq(dossier->brand, cond->name);
	case COND_LANGUAGE: return str_eq(dossier->client.language, cond->name);
	}
	return false;
}
