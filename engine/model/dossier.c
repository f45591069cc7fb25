/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "model/dossier.h"

static const char *const slot_words[SLOT_STATUSES] = { "open", "delivered", "absent", "approved", "rejected" };
static const char *const payment_words[PAYMENT_STATUSES] = { "requested", "open",      "paid",    "failed",
							     "expired",   "cancelled", "refunded" };
static const char *const approval_words[APPROVAL_STATES] = { "asked", "given", "refused", "void" };
static const char *const timer_words[TIMER_KINDS] = { "state", "dossier", "quiet", "payment", "keep", "receipt" };

static bool word_index(const char *const *words, int count, const char *word, int *index)
{
	int i;

	for (i = 0; i < count; i++)
		if (str_eq(words[i], word)) {
			*index = i;
			return true;
		}
	return false;
}

const char *slot_status_word(enum slot_status status)
{
	return slot_words[status];
}

bool slot_status_from_word(const char *word, enum slot_status *status)
{
	int i;

	if (!word_index(slot_words, SLOT_STATUSES, word, &i))
		return false;
	*status = (enum slot_status)i;
	return true;
}

const char *payment_status_word(enum payment_status status)
{
	return payment_words[status];
}

bool payment_status_from_word(const char *word, enum payment_status *status)
{
	int i;

	if (!word_index(payment_words, PAYMENT_STATUSES, word, &i))
		return false;
	*status = (enum payment_status)i;
	return true;
}

const char *approval_state_word(enum approval_state state)
{
	return approval_words[state];
}

bool approval_state_from_word(const char *word, enum approval_state *state)
{
	int i;

	if (!word_index(approval_words, APPROVAL_STATES, word, &i))
		return false;
	*state = (enum approval_state)i;
	return true;
}

const char *timer_kind_word(enum timer_kind kind)
{
	return timer_words[kind];
}

bool timer_kind_from_word(const char *word, enum timer_kind *kind)
{
	int i;

	if (!word_index(timer_words, TIMER_KINDS, word, &i))
		return false;
	*kind = (enum timer_kind)i;
	return true;
}

size_t slot_files(const struct slot *slot)
{
	size_t i, n = 0;

	for (i = 0; i < slot->document_count; i++)
		n += slot->documents[i].current;
	return n;
}

bool slot_filled(const struct slot *slot)
{
	switch (slot->status) {
	case SLOT_ABSENT:
	case SLOT_APPROVED: return true;
	case SLOT_DELIVERED: return slot_files(slot) >= (size_t)(slot->files_min > 0 ? slot->files_min : 1);
	default: return false;
	}
}

bool slot_has_later(const struct slot *slot, const struct document *document)
{
	size_t i;

	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].item > document->item)
			return true;
	return false;
}

bool dossier_slot_missing(const struct slot *slot)
{
	return slot->required && !slot->from_staff && !slot_filled(slot);
}

size_t dossier_missing(const struct dossier *dossier)
{
	size_t i, n = 0;

	for (i = 0; i < dossier->slot_count; i++)
		n += dossier_slot_missing(&dossier->slots[i]);
	return n;
}

struct slot *dossier_slot(const struct dossier *dossier, const char *name, int year)
{
	size_t i;

	for (i = 0; i < dossier->slot_count; i++)
		if (dossier->slots[i].year == year && str_eq(dossier->slots[i].name, name))
			return &dossier->slots[i];
	return NULL;
}

const char *dossier_fact(const struct dossier *dossier, const char *name)
{
	size_t i;

	for (i = 0; i < dossier->fact_count; i++)
		if (str_eq(dossier->facts[i].name, name))
			return dossier->facts[i].value;
	return NULL;
}

struct approval *dossier_approval(const struct dossier *dossier, const char *slot, int year)
{
	size_t i;

	for (i = dossier->approval_count; i-- > 0;)
		if (dossier->approvals[i].year == year && str_eq(dossier->approvals[i].slot, slot))
			return &dossier->approvals[i];
	return NULL;
}

const struct party *dossier_correspondent(const struct dossier *dossier)
{
	return dossier->office.address ? &dossier->office : &dossier->client;
}

enum actor_role dossier_role_of(const struct dossier *dossier, const char *address)
{
	if (addr_same(dossier->office.address, address))
		return ACTOR_OFFICE;
	return dossier_client_of(dossier, address) >= 0 ? ACTOR_CLIENT : ACTOR_NONE;
}

size_t dossier_clients(const struct dossier *dossier)
{
	return 1 + dossier->partner_count;
}

struct party *dossier_client(struct dossier *dossier, size_t person)
{
	return person ? &dossier->partners[person - 1] : &dossier->client;
}

const struct party *dossier_client_const(const struct dossier *dossier, size_t person)
{
	return person ? &dossier->partners[person - 1] : &dossier->client;
}

int dossier_client_of(const struct dossier *dossier, const char *address)
{
	size_t i;

	for (i = 0; i < dossier_clients(dossier); i++)
		if (addr_same(dossier_client_const(dossier, i)->address, address))
			return (int)i;
	for (i = 0; i < dossier->alias_count; i++)
		if (addr_same(dossier->aliases[i].address, address))
			return dossier->aliases[i].person;
	return -1;
}

const struct party *dossier_party_of(const struct dossier *dossier, const char *address)
{
	int person = dossier_client_of(dossier, address);

	if (addr_same(dossier->office.address, address))
		return &dossier->office;
	return person < 0 ? NULL : dossier_client_const(dossier, (size_t)person);
}

static void *copy_array(struct arena *arena, const void *items, size_t count, size_t size)
{
	return count ? arena_memdup(arena, items, count * size) : NULL;
}

struct dossier *dossier_copy(struct arena *arena, const struct dossier *dossier)
{
	struct dossier *copy = arena_memdup(arena, dossier, sizeof *dossier);
	size_t i;

	copy->slots = copy_array(arena, dossier->slots, dossier->slot_count, sizeof *copy->slots);
	for (i = 0; i < copy->slot_count; i++) {
		struct slot *slot = &copy->slots[i];

		slot->documents = copy_array(arena, slot->documents, slot->document_count,
					     sizeof *slot->documents);
	}
	copy->timers = copy_array(arena, dossier->timers, dossier->timer_count, sizeof *copy->timers);
	copy->counts = copy_array(arena, dossier->counts, dossier->count_count, sizeof *copy->counts);
	copy->payments = copy_array(arena, dossier->payments, dossier->payment_count, sizeof *copy->payments);
	copy->held = copy_array(arena, dossier->held, dossier->held_count, sizeof *copy->held);
	copy->partners = copy_array(arena, dossier->partners, dossier->partner_count, sizeof *copy->partners);
	copy->aliases = copy_array(arena, dossier->aliases, dossier->alias_count, sizeof *copy->aliases);
	copy->changes = copy_array(arena, dossier->changes, dossier->change_count, sizeof *copy->changes);
	copy->facts = copy_array(arena, dossier->facts, dossier->fact_count, sizeof *copy->facts);
	copy->approvals = copy_array(arena, dossier->approvals, dossier->approval_count, sizeof *copy->approvals);
	return copy;
}
