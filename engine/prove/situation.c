/*
 * Situations as bytes: opening, state, flags, moment, then each slot, the
 * payments, the clauses that are used up, the timers and the facts. What the
 * plan says makes no difference is left out or made equal on the way.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "prove/prove_p.h"

enum { FLAG_COMPLETE = 1, FLAG_CLIENT = 2, FLAG_STAFF = 4, FLAG_HERE = 8 };

enum { SLOT_MASK = 7, SLOT_PARTIAL = 8, SLOT_REQUIRED = 16, SLOT_THERE = 32 };

enum { TIMER_FIRST = 1, TIMER_AGAIN, TIMER_WAITS };

/* ---- writing ---- */

static void put16(struct buf *key, size_t value)
{
	buf_addc(key, (char)(value & 0xff));
	buf_addc(key, (char)(value >> 8 & 0xff));
}

size_t prove_state_of(const struct prove_plan *plan, const struct dossier *dossier)
{
	const struct prog_state *state = dossier->state ? program_state(plan->program, dossier->state) : NULL;

	return state ? (size_t)(state - plan->program->states) : PROVE_NONE;
}

static size_t level_of(const struct prove_plan *plan, const struct dossier *dossier)
{
	size_t level = 0;

	while (level < plan->moment_count && plan->moments[level] <= PROVE_NOW - dossier->opened)
		level++;
	return level;
}

/* They stand in the order of the plan, but for those that are not there, and the one that was added. */
static const struct slot *next_slot(const struct dossier *dossier, const struct prove_slot *mine, size_t *at)
{
	const char *name = mine->rule ? mine->rule->name : mine->names;

	if (*at < dossier->slot_count && dossier->slots[*at].year == mine->year && str_eq(dossier->slots[*at].name, name))
		return &dossier->slots[(*at)++];
	return dossier_slot(dossier, name, mine->year);
}

struct slot **prove_slots_of(const struct prove_plan *plan, const struct dossier *dossier, struct arena *arena)
{
	struct slot **slots = arena_array(arena, plan->slot_count + 1, sizeof *slots);
	size_t i, at = 0;

	for (i = 0; i < plan->slot_count; i++)
		slots[i] = (struct slot *)next_slot(dossier, &plan->slots[i], &at);
	return slots;
}

/* An extra document that came is as good as none asked for, where another plain one is there to be rejected. */
static bool is_settled(const struct prove_plan *plan, const struct dossier *dossier)
{
	size_t i, at = 0;

	for (i = 0; i < plan->slot_count; i++) {
		const struct prove_slot *mine = &plan->slots[i];
		const struct slot *slot = next_slot(dossier, mine, &at);

		if (slot && mine->rule && !mine->is_named && mine->rule->required && !mine->rule->from_staff &&
		    slot->status == SLOT_DELIVERED && slot_filled(slot))
			return true;
	}
	return false;
}

static enum slot_status status_of(const struct prove_slot *mine, const struct slot *slot)
{
	if (slot->status == SLOT_REJECTED && !mine->status_counts)
		return SLOT_OPEN;
	if (slot->status == SLOT_APPROVED && !mine->approval_counts)
		return SLOT_DELIVERED;
	return slot->status;
}

/* Does it matter from this state on what became of the slot? */
static bool matters(const struct prove_plan *plan, size_t state, const struct prove_slot *mine)
{
	const struct prove_live *live = state == PROVE_NONE ? NULL : &plan->live[state];

	return !live || live->documents || (mine->rule && live->slots[mine->rule - plan->program->slots]);
}

/* Where it does not, it came, so that the commands about it can be given. */
static void put_any_slot(const struct prove_slot *mine, struct buf *key)
{
	if (!mine->rule) {
		buf_addc(key, 0);
		return;
	}
	buf_addc(key, (char)(SLOT_THERE | (mine->rule->required ? SLOT_REQUIRED : 0) | SLOT_DELIVERED));
	if (mine->rule->for_approval)
		buf_addc(key, 0);
}

/* What was refused, or is of a version that is gone, is as good as not asked, where nothing looks at that. */
static unsigned approval_byte(const struct prove_plan *plan, const struct approval *approval, size_t state)
{
	if (!approval || (state != PROVE_NONE && !plan->live[state].refusals &&
			  (approval->state == APPROVAL_REFUSED || approval->state == APPROVAL_VOID)))
		return 0;
	return (unsigned)approval->state + 1;
}

static void put_slot(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
		     const struct prove_slot *mine, const struct slot *slot, struct buf *key)
{
	unsigned byte;

	if (!matters(plan, state, mine)) {
		put_any_slot(mine, key);
		return;
	}
	if (!slot || (!mine->rule && slot_filled(slot) && is_settled(plan, dossier))) {
		buf_addc(key, 0);
		return;
	}
	byte = SLOT_THERE | (slot->required ? SLOT_REQUIRED : 0);
	if (!mine->matters || state == PROVE_NONE || mine->matters[state]) {
		byte |= status_of(mine, slot);
		if (slot->status == SLOT_DELIVERED && !slot_filled(slot))
			byte |= SLOT_PARTIAL;
	}
	buf_addc(key, (char)byte);
	if (!mine->rule || !mine->rule->for_approval)
		return;
	buf_addc(key, (char)approval_byte(plan, dossier_approval(dossier, slot->name, slot->year), state));
}

static size_t request_of(const struct prove_plan *plan, const struct payment *payment)
{
	size_t i;

	for (i = 0; i < plan->request_count; i++)
		if (plan->requests[i]->amount_cents == payment->amount_cents &&
		    str_eq(plan->requests[i]->currency, payment->currency) &&
		    str_eq(plan->requests[i]->text, payment->description))
			return i;
	return 0;
}

static unsigned payment_byte(const struct prove_plan *plan, const struct payment *payment)
{
	enum payment_status status = payment->status;

	if (!plan->payment_counts && (status == PAYMENT_FAILED || status == PAYMENT_CANCELLED))
		status = PAYMENT_EXPIRED;
	return (unsigned)(request_of(plan, payment) << 4 | status);
}

/* By what was asked for: requests before the last one that were paid, and those whose money may still come. */
struct earlier {
	uint64_t paid, unpaid;
};

static struct earlier earlier_payments(const struct prove_plan *plan, const struct dossier *dossier)
{
	struct earlier earlier = { 0, 0 };
	size_t i;

	for (i = 0; i + 1 < dossier->payment_count; i++) {
		uint64_t bit = (uint64_t)1 << request_of(plan, &dossier->payments[i]);

		if (dossier->payments[i].status == PAYMENT_PAID)
			earlier.paid |= bit;
		else if (dossier->payments[i].status != PAYMENT_REFUNDED)
			earlier.unpaid |= bit;
	}
	return earlier;
}

/* What was paid once is not asked again; a link that was replaced may be paid beside the new one. */
static void put_payments(const struct prove_plan *plan, const struct dossier *dossier, struct buf *key)
{
	struct earlier earlier = earlier_payments(plan, dossier);
	size_t i, at = key->len;

	buf_addc(key, 0);
	for (i = 0; i < plan->request_count; i++) {
		if (earlier.unpaid >> i & 1)
			buf_addc(key, (char)(i << 4 | PAYMENT_EXPIRED));
		if (earlier.paid >> i & 1)
			buf_addc(key, (char)(i << 4 | PAYMENT_PAID));
	}
	if (dossier->payment_count)
		buf_addc(key, (char)payment_byte(plan, &dossier->payments[dossier->payment_count - 1]));
	if (!buf_failed(key))
		key->data[at] = (char)(key->len - at - 1);
}

static const struct prog_clause *clause_named(const struct prove_plan *plan, const char *id)
{
	return program_clause(plan->program, id, NULL);
}

/* In the order of the clauses, whatever the order in the dossier is. */
static void put_sorted(size_t *list, size_t count, struct buf *key)
{
	size_t i, j, value;

	for (i = 1; i < count; i++)
		for (j = i; j > 0 && list[j - 1] > list[j]; j--) {
			value = list[j];
			list[j] = list[j - 1];
			list[j - 1] = value;
		}
	put16(key, count);
	for (i = 0; i < count; i++)
		put16(key, list[i]);
}

#define LIST_MAX 256

static void put_counts(const struct prove_plan *plan, const struct dossier *dossier, struct buf *key)
{
	size_t list[LIST_MAX], count = 0, i;

	for (i = 0; i < dossier->count_count && count < LIST_MAX; i++) {
		const struct prog_clause *clause = clause_named(plan, dossier->counts[i].clause);

		if (clause && clause->limit && dossier->counts[i].count >= clause->limit)
			list[count++] = prove_clause_index(plan, clause);
	}
	put_sorted(list, count, key);
}

static void put_timers(const struct prove_plan *plan, const struct dossier *dossier, struct buf *key)
{
	size_t list[LIST_MAX], count = 0, i;

	for (i = 0; i < dossier->timer_count && count < LIST_MAX; i++) {
		const struct timer *timer = &dossier->timers[i];
		const struct prog_clause *clause = clause_named(plan, timer->clause);
		unsigned kind = timer->kind == TIMER_QUIET ? TIMER_WAITS : timer->repeat ? TIMER_AGAIN : TIMER_FIRST;

		if (clause)
			list[count++] = prove_clause_index(plan, clause) << 2 | kind;
	}
	put_sorted(list, count, key);
}

static void put_facts(const struct prove_plan *plan, const struct dossier *dossier, size_t state, struct buf *key)
{
	size_t i;

	for (i = 0; i < plan->fact_count; i++) {
		bool counts = state == PROVE_NONE || plan->live[state].facts[i];
		const char *value = counts ? dossier_fact(dossier, plan->facts[i].fact->name) : NULL;

		buf_addc(key, (char)(value ? prove_value_index(&plan->facts[i], value) + 1 : 0));
	}
}

/* Whom it was told counts where somebody is looked for who does not know (notice.c). */
static unsigned flags_of(const struct prove_plan *plan, const struct dossier *dossier, size_t index,
			 struct prove_told told)
{
	const struct prog_state *state = index == PROVE_NONE ? NULL : &plan->program->states[index];

	if (state && !plan->live[index].listens)
		return FLAG_COMPLETE | FLAG_STAFF | (told.client ? FLAG_CLIENT : 0);
	return (dossier->complete || (state && !plan->live[index].documents) ? FLAG_COMPLETE : 0) |
	       (told.client ? FLAG_CLIENT : 0) |
	       (told.staff || (state && (state->final || state->uploads_open)) ? FLAG_STAFF : 0) |
	       (told.here && !(state && (state->final || state->uploads_open)) ? FLAG_HERE : 0);
}

void prove_encode(const struct prove_plan *plan, const struct dossier *dossier, size_t opening,
		  struct prove_told told, struct buf *key)
{
	size_t state = prove_state_of(plan, dossier), i, at = 0;

	put16(key, opening);
	put16(key, state == PROVE_NONE ? 0xffff : state);
	buf_addc(key, (char)flags_of(plan, dossier, state, told));
	buf_addc(key, (char)level_of(plan, dossier));
	for (i = 0; i < plan->slot_count; i++)
		put_slot(plan, dossier, state, &plan->slots[i], next_slot(dossier, &plan->slots[i], &at), key);
	put_payments(plan, dossier, key);
	put_counts(plan, dossier, key);
	put_timers(plan, dossier, key);
	put_facts(plan, dossier, state, key);
}

/* ---- reading ---- */

struct reader {
	const struct prove_plan *plan;
	struct arena *arena;
	const unsigned char *at;
	struct dossier *dossier;
};

static unsigned get8(struct reader *r)
{
	return *r->at++;
}

static size_t get16(struct reader *r)
{
	size_t low = get8(r);

	return low | (size_t)get8(r) << 8;
}

static struct slot blank_slot(const struct prove_slot *mine)
{
	const struct prog_slot *rule = mine->rule;

	if (!rule)
		return (struct slot){ .name = mine->names, .title = mine->names, .extra = true, .files_min = 1,
				      .files_max = FLOW_EXTRA_FILES };
	return (struct slot){ .name = rule->name, .year = mine->year, .title = rule->title, .required = rule->required,
			      .from_staff = rule->from_staff, .may_be_absent = rule->may_be_absent,
			      .files_min = rule->files_min, .files_max = rule->files_max };
}

static void add_document(struct reader *r, struct slot *slot, size_t index, size_t number)
{
	struct document *document = &slot->documents[slot->document_count++];

	*document = (struct document){ .name = "x.pdf", .type = "application/pdf", .current = true,
				       .version = (int)number, .from_staff = slot->from_staff, .received = PROVE_NOW };
	document->sha256[0] = (unsigned char)(index + 1);
	document->sha256[1] = (unsigned char)number;
	(void)r;
}

static void get_approval(struct reader *r, const struct slot *slot, size_t index)
{
	unsigned byte = get8(r);
	struct approval *approval;

	if (!byte)
		return;
	r->dossier->approvals = arena_grow(r->arena, r->dossier->approvals, r->dossier->approval_count, sizeof *approval);
	approval = &r->dossier->approvals[r->dossier->approval_count++];
	*approval = (struct approval){ .slot = slot->name, .year = slot->year, .asked = PROVE_NOW,
				       .state = (enum approval_state)(byte - 1), .answered = DATE_NONE };
	approval->sha256[0] = (unsigned char)(index + 1);
	/* Void: of a version that is gone. */
	approval->sha256[1] = approval->state == APPROVAL_VOID ? 99 : 1;
}

static void get_slot(struct reader *r, size_t index)
{
	const struct prove_slot *mine = &r->plan->slots[index];
	unsigned byte = get8(r);
	struct slot *slot = &r->dossier->slots[r->dossier->slot_count];
	size_t files, i;

	if (!(byte & SLOT_THERE))
		return;
	r->dossier->slot_count++;
	*slot = blank_slot(mine);
	slot->required = byte & SLOT_REQUIRED;
	slot->status = (enum slot_status)(byte & SLOT_MASK);
	if (slot->status == SLOT_DELIVERED || slot->status == SLOT_APPROVED) {
		files = (size_t)(slot->files_min > 1 ? slot->files_min : 1) - (byte & SLOT_PARTIAL ? 1 : 0);
		slot->documents = arena_array(r->arena, files, sizeof *slot->documents);
		for (i = 0; i < files; i++)
			add_document(r, slot, index, i + 1);
	}
	if (mine->rule && mine->rule->for_approval)
		get_approval(r, slot, index);
}

static void get_payments(struct reader *r)
{
	size_t count = get8(r), i;

	r->dossier->payments = arena_array(r->arena, count + 1, sizeof *r->dossier->payments);
	for (i = 0; i < count; i++) {
		unsigned byte = get8(r);
		const struct prog_action *request = r->plan->requests[byte >> 4];

		r->dossier->payments[i] = (struct payment){ .status = (enum payment_status)(byte & 15),
							    .amount_cents = request->amount_cents,
							    .currency = request->currency,
							    .description = request->text,
							    .expires = DATE_NONE };
	}
	r->dossier->payment_count = count;
}

static void get_counts(struct reader *r)
{
	size_t count = get16(r), i;

	r->dossier->counts = arena_array(r->arena, count + 1, sizeof *r->dossier->counts);
	for (i = 0; i < count; i++) {
		const struct prog_clause *clause = r->plan->clauses[get16(r)].clause;

		r->dossier->counts[i] = (struct clause_count){ clause->id, clause->limit };
	}
	r->dossier->count_count = count;
}

static void get_timers(struct reader *r)
{
	size_t count = get16(r), i;

	r->dossier->timers = arena_array(r->arena, count + 1, sizeof *r->dossier->timers);
	for (i = 0; i < count; i++) {
		size_t word = get16(r);
		const struct prog_clause *clause = r->plan->clauses[word >> 2].clause;
		unsigned kind = word & 3;

		r->dossier->timers[i] = (struct timer){
			.kind = kind == TIMER_WAITS ? TIMER_QUIET : clause->in_dossier ? TIMER_DOSSIER : TIMER_STATE,
			.clause = clause->id,
			.due = PROVE_NOW + 60,
			.repeat = kind == TIMER_AGAIN,
			.since = clause->in_dossier && kind != TIMER_WAITS ? r->dossier->opened : PROVE_NOW,
		};
	}
	r->dossier->timer_count = count;
}

static void get_facts(struct reader *r)
{
	size_t i;

	r->dossier->facts = arena_array(r->arena, r->plan->fact_count + 1, sizeof *r->dossier->facts);
	for (i = 0; i < r->plan->fact_count; i++) {
		unsigned byte = get8(r);

		if (byte)
			r->dossier->facts[r->dossier->fact_count++] = (struct fact){
				r->plan->facts[i].fact->name, r->plan->facts[i].values[byte - 1] };
	}
}

static struct dossier *new_dossier(const struct prove_plan *plan, size_t index, struct arena *arena)
{
	const struct prove_opening *opening = &plan->openings[index];
	struct dossier *dossier = arena_alloc(arena, sizeof *dossier);

	/* A number that leaves the text of a request as it stands in the rules, by which what was paid is known. */
	*dossier = (struct dossier){ .number = "{number}", .service = "prove", .workflow = plan->program->name,
				     .program = plan->program->digest, .office_only = opening->office_only,
				     .brand = opening->brand, .language = opening->language, .opened = PROVE_NOW,
				     .entered = PROVE_NOW };
	dossier->client = (struct party){ "Jan Jansen", "jan@example.org", opening->language, opening->copy };
	if (opening->office)
		dossier->office = (struct party){ "Kantoor", "kantoor@example.nl", opening->language, false };
	dossier->slots = arena_array(arena, plan->slot_count + 1, sizeof *dossier->slots);
	return dossier;
}

struct dossier *prove_decode(const struct prove_plan *plan, const unsigned char *key, size_t len,
			     struct arena *arena, size_t *opening, struct prove_told *told)
{
	struct reader r = { plan, arena, key, NULL };
	const struct prog_state *state;
	unsigned flags, level;
	size_t i;

	(void)len;
	*opening = get16(&r);
	r.dossier = new_dossier(plan, *opening, arena);
	state = &plan->program->states[get16(&r)];
	r.dossier->state = state->name;
	r.dossier->final = state->final;
	flags = get8(&r);
	r.dossier->complete = flags & FLAG_COMPLETE;
	*told = (struct prove_told){ flags & FLAG_CLIENT, flags & FLAG_HERE, flags & FLAG_STAFF };
	level = get8(&r);
	r.dossier->opened = PROVE_NOW - (level ? plan->moments[level - 1] : 0);
	for (i = 0; i < plan->slot_count; i++)
		get_slot(&r, i);
	get_payments(&r);
	get_counts(&r);
	get_timers(&r);
	get_facts(&r);
	return r.dossier;
}

struct dossier *prove_blank(const struct prove_plan *plan, size_t opening, size_t known, struct arena *arena)
{
	struct dossier *dossier = new_dossier(plan, opening, arena);
	size_t i;

	dossier->facts = arena_array(arena, plan->fact_count + 1, sizeof *dossier->facts);
	for (i = 0; i < plan->fact_count; i++) {
		const char *value = plan->known[known][i] ? plan->known[known][i] : plan->facts[i].fact->initial;

		if (value)
			dossier->facts[dossier->fact_count++] = (struct fact){ plan->facts[i].fact->name, value };
	}
	for (i = 0; i < plan->slot_count; i++)
		if (plan->slots[i].rule)
			dossier->slots[dossier->slot_count++] = blank_slot(&plan->slots[i]);
	for (i = 0; i < dossier->slot_count; i++) {
		const struct prog_slot *rule = program_slot(plan->program, dossier->slots[i].name);

		if (rule->required_if)
			dossier->slots[i].required = flow_cond_holds(dossier, rule->required_if);
	}
	return dossier;
}
