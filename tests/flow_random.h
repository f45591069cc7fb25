/*
 * Random workflows as rule text: valid ones, with something of everything the
 * language has. The same seed gives the same text.
 */
#ifndef POSTKAMER_TESTS_FLOW_RANDOM_H
#define POSTKAMER_TESTS_FLOW_RANDOM_H

/* System. */
#include <stdint.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* xorshift64*: small, and the same everywhere. */
struct dice {
	uint64_t state;
};

static struct dice dice_new(uint64_t seed)
{
	return (struct dice){ seed * 0x9e3779b97f4a7c15u + 0x1234567 };
}

/* 0 … sides - 1. */
static unsigned roll(struct dice *dice, unsigned sides)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (unsigned)((dice->state * 0x2545f4914f6cdd1du >> 33) % sides);
}

/* True once in 'of' times. */
static bool chance(struct dice *dice, unsigned of)
{
	return roll(dice, of) == 0;
}

#define PICK(dice_, list_) ((list_)[roll((dice_), sizeof(list_) / sizeof *(list_))])

enum { MAX_PARTS = 8 };

/* What has been declared so far: clauses name nothing else. */
struct rules {
	struct dice *dice;
	struct buf *out;
	unsigned facts, slots, forms, phrases, states;
	int fact_kinds[MAX_PARTS];
	enum slot_kind { CLIENT_SLOT, ABSENT_SLOT, STAFF_SLOT, APPROVAL_SLOT } slot_kinds[MAX_PARTS];
	bool late;    /* an event of this clause needs a count: failed payments, requests again */
	bool asked;   /* it has requested a payment, and may not again */
	bool guarded; /* it has a condition, which may say that there is no office */
};

static const char *fact_value(struct rules *rules, unsigned fact)
{
	static const char *const values[][4] = {
		{ "yes", "no", "yes", "no" },
		{ "een", "twee", "drie", "een" },
		{ "0", "2", "3", "12" },
		{ "0.50", "99.99", "100.00", "1234.50" },
		{ "2026-03-01", "1999-12-31", "2026-04-30", "2030-01-01" },
		{ "\"kort\"", "\"een tekst\"", "\"\xc3\xa9\xc3\xa9n\"", "\"x\"" },
		{ "\"jan@example.org\"", "\"piet@example.org\"", "\"k@example.com\"", "\"a@b.example\"" },
	};

	return values[rules->fact_kinds[fact]][roll(rules->dice, 4)];
}

static void write_fact(struct rules *rules, unsigned fact)
{
	static const char *const kinds[] = { "yes or no", "one of een, twee, drie", "number", "amount", "date",
					     "text", "address" };
	int kind = rules->fact_kinds[fact] = (int)roll(rules->dice, 7);

	buf_addf(rules->out, "    f%u \"Feit %u\" %s", fact, fact, kinds[kind]);
	if (chance(rules->dice, 3))
		buf_addf(rules->out, " default %s", fact_value(rules, fact));
	buf_addc(rules->out, '\n');
}

/* A condition about facts and parties only: what "required if" may say. */
static void write_plain_cond(struct rules *rules)
{
	static const char *const relations[] = { "is", "at least", "at most" };
	unsigned fact;

	if (chance(rules->dice, 4))
		buf_adds(rules->out, "not ");
	if (!rules->facts || chance(rules->dice, 4)) {
		static const char *const words[] = { "office", "copy", "office only", "language nl", "brand jansen" };

		buf_adds(rules->out, PICK(rules->dice, words));
		return;
	}
	fact = roll(rules->dice, rules->facts);
	buf_addf(rules->out, "fact f%u", fact);
	if (rules->fact_kinds[fact] == 0 && chance(rules->dice, 2))
		return;
	if (chance(rules->dice, 5)) {
		buf_adds(rules->out, " known");
		return;
	}
	buf_addf(rules->out, " %s %s",
		 rules->fact_kinds[fact] >= 2 && rules->fact_kinds[fact] <= 4 ? PICK(rules->dice, relations) : "is",
		 fact_value(rules, fact));
}

static void write_cond(struct rules *rules, int depth)
{
	static const char *const statuses[] = { "filled", "open", "delivered", "approved", "rejected" };
	static const char *const answers[] = { "asked", "given", "refused", "void" };
	static const char *const payments[] = { "requested", "open", "paid", "failed", "expired", "cancelled" };
	unsigned slot = roll(rules->dice, rules->slots);

	if (depth && chance(rules->dice, 3)) {
		buf_adds(rules->out, "(");
		write_cond(rules, depth - 1);
		buf_adds(rules->out, chance(rules->dice, 2) ? " and " : " or ");
		write_cond(rules, depth - 1);
		buf_adds(rules->out, ")");
		return;
	}
	switch (roll(rules->dice, 5)) {
	case 0: buf_adds(rules->out, chance(rules->dice, 2) ? "documents complete" : "not documents complete"); break;
	case 1:
		if (rules->slot_kinds[slot] == APPROVAL_SLOT)
			buf_addf(rules->out, "approval s%u %s", slot, PICK(rules->dice, answers));
		else
			buf_addf(rules->out, "slot s%u %s", slot, PICK(rules->dice, statuses));
		break;
	case 2: buf_addf(rules->out, "not payment %s", PICK(rules->dice, payments)); break;
	default: write_plain_cond(rules);
	}
}

static void write_slot(struct rules *rules, unsigned slot)
{
	static const char *const accepts[] = { "", "", " accept pdf", " accept pdf, image", " accept any" };
	bool years = chance(rules->dice, 4);
	unsigned most = 1 + roll(rules->dice, 3);

	buf_addf(rules->out, "    s%u \"Stuk %u%s\"", slot, slot, years ? " {year}" : "");
	switch (roll(rules->dice, 7)) {
	case 0: buf_adds(rules->out, " required"); break;
	case 1: buf_adds(rules->out, " optional"); break;
	case 2:
		rules->slot_kinds[slot] = ABSENT_SLOT;
		buf_adds(rules->out, " required may be absent");
		break;
	case 3:
		buf_adds(rules->out, " required if ");
		write_plain_cond(rules);
		break;
	case 4:
		rules->slot_kinds[slot] = STAFF_SLOT;
		buf_adds(rules->out, " from staff");
		break;
	default:
		rules->slot_kinds[slot] = APPROVAL_SLOT;
		buf_adds(rules->out, " from staff for approval");
	}
	if (years)
		buf_addf(rules->out, " per year last %u", 1 + roll(rules->dice, 3));
	buf_adds(rules->out, PICK(rules->dice, accepts));
	if (chance(rules->dice, rules->slot_kinds[slot] == APPROVAL_SLOT ? 1 : 3))
		buf_addf(rules->out, " files 1..%u", most);
	buf_addf(rules->out, " match /stuk%u/\n", slot);
}

static void write_forms(struct rules *rules)
{
	unsigned i, j;

	for (i = 0; i < rules->forms; i++) {
		buf_addf(rules->out, "form g%u \"Formulier %u\" from client, office {\n", i, i);
		buf_addf(rules->out, "    los \"Los\" text%s\n", chance(rules->dice, 2) ? " required" : "");
		for (j = 0; j < rules->facts; j++) {
			static const char *const kinds[] = { "yes or no", "one of een, twee, drie", "number", "amount",
							     "date", "text", "address" };

			if (chance(rules->dice, 2))
				buf_addf(rules->out, "    f%u \"Vraag %u\" %s\n", j, j, kinds[rules->fact_kinds[j]]);
		}
		buf_adds(rules->out, "}\n");
	}
	for (i = 0; i < rules->phrases; i++)
		buf_addf(rules->out, "phrase p%u from client%s nl \"eigen woord %u\"%s\n", i,
			 chance(rules->dice, 2) ? ", office, staff" : "", i, chance(rules->dice, 2) ? " with text" : "");
}

/* A slot of the kinds wanted (a mask), or -1. */
static int slot_of(struct rules *rules, unsigned kinds)
{
	unsigned i, first = roll(rules->dice, rules->slots);

	for (i = 0; i < rules->slots; i++) {
		unsigned slot = (first + i) % rules->slots;

		if (kinds & 1u << rules->slot_kinds[slot])
			return (int)slot;
	}
	return -1;
}

static void write_event(struct rules *rules)
{
	static const struct {
		const char *words;
		unsigned slots; /* kinds of slots that may be named behind it */
		bool late;
	} events[] = {
		{ "document received", 3, false }, { "staff document received", 12, false }, { "document rejected", 15, false },
		{ "document approved", 7, false }, { "slot absent", 2, false }, { "slot present", 2, false },
		{ "slot added", 0, false }, { "slot reopened", 0, false }, { "staff take", 0, false },
		{ "staff finish", 0, false }, { "staff withdraw", 0, false }, { "staff close", 0, false },
		{ "staff refund", 0, false }, { "client cancel", 0, false }, { "approval asked", 8, false },
		{ "approval given", 8, false }, { "approval refused", 8, false }, { "payment ready", 0, false },
		{ "payment paid", 0, false }, { "payment failed", 0, true }, { "payment expired", 0, true },
		{ "fact changed", 0, false }, { "mail failed", 0, false }, { "documents complete", 0, false },
	};
	unsigned kind = roll(rules->dice, 26);
	int slot;

	if (kind == 24 && rules->forms) {
		buf_addf(rules->out, "form received g%u", roll(rules->dice, rules->forms));
		return;
	}
	if (kind >= 24 && rules->phrases) {
		buf_addf(rules->out, "phrase p%u", roll(rules->dice, rules->phrases));
		return;
	}
	kind = chance(rules->dice, 5) ? 14 + kind % 3 : kind % 24;
	rules->late |= events[kind].late;
	slot = events[kind].slots ? slot_of(rules, events[kind].slots) : -1;
	if ((kind >= 14 && kind <= 16 && slot < 0) || (kind == 1 && slot < 0) || ((kind == 4 || kind == 5) && slot < 0)) {
		buf_adds(rules->out, "staff close");
		return;
	}
	buf_adds(rules->out, events[kind].words);
	if (slot >= 0 && chance(rules->dice, 2))
		buf_addf(rules->out, " s%d", slot);
	if (str_eq(events[kind].words, "fact changed") && rules->facts && chance(rules->dice, 2))
		buf_addf(rules->out, " f%u", roll(rules->dice, rules->facts));
}

static void write_mail(struct rules *rules)
{
	static const char *const to[] = { "", "", " to client", " to staff", " to correspondent", " to sender", " to office" };
	unsigned form = rules->forms && chance(rules->dice, 4) ? 1 + roll(rules->dice, rules->forms) : 0;

	buf_addf(rules->out, "mail m%u", roll(rules->dice, 6));
	if (chance(rules->dice, 3))
		buf_addf(rules->out, " attach s%u", roll(rules->dice, rules->slots));
	if (form)
		buf_addf(rules->out, " with form g%u to %s", form - 1, chance(rules->dice, 2) ? "client" : "correspondent");
	else
		buf_adds(rules->out, to[roll(rules->dice, rules->guarded ? 6 : 7)]);
}

static void write_action(struct rules *rules, bool again)
{
	unsigned fact = rules->facts ? roll(rules->dice, rules->facts) : 0;
	int slot;

	switch (roll(rules->dice, 9)) {
	case 0:
		if (rules->asked)
			buf_adds(rules->out, "note \"een verzoek\"");
		else if (again)
			buf_adds(rules->out, "request payment again");
		else
			buf_addf(rules->out, "request payment %u.50 EUR \"Nota {number}\"%s", 10 + roll(rules->dice, 3),
				 chance(rules->dice, 3) ? "" : " valid 20 days");
		rules->asked = true;
		break;
	case 1: buf_adds(rules->out, "cancel payment"); break;
	case 2:
		slot = slot_of(rules, 8);
		if (slot >= 0)
			buf_addf(rules->out, "request approval s%d", slot);
		else
			buf_adds(rules->out, "note \"niets\"");
		break;
	case 3:
		if (rules->facts)
			buf_addf(rules->out, "set fact f%u %s", fact, fact_value(rules, fact));
		else
			buf_adds(rules->out, "note \"{number}\"");
		break;
	case 4:
		if (rules->facts)
			buf_addf(rules->out, "clear fact f%u", fact);
		else
			buf_adds(rules->out, "note \"klaar\"");
		break;
	case 5: buf_adds(rules->out, "note \"een regel\""); break;
	default: write_mail(rules);
	}
}

static void write_actions(struct rules *rules, bool again, int target)
{
	unsigned left = 1 + roll(rules->dice, 3);

	rules->asked = false;
	buf_adds(rules->out, " { ");
	while (left-- > 0) {
		write_action(rules, again);
		buf_adds(rules->out, "; ");
	}
	if (target >= 0)
		buf_addf(rules->out, "goto a%d", target);
	buf_adds(rules->out, " }\n");
}

static void write_duration(struct rules *rules)
{
	static const char *const units[] = { "minutes", "hours", "days", "days", "calendar days", "weeks" };

	buf_addf(rules->out, "%u %s", 2 + roll(rules->dice, 20), PICK(rules->dice, units));
}

static void write_timed(struct rules *rules, int target)
{
	buf_adds(rules->out, chance(rules->dice, 2) ? "    every " : "    after ");
	if (str_ends(rules->out->data, "every ")) {
		write_duration(rules);
		if (chance(rules->dice, 2))
			buf_addf(rules->out, ", %u times", 2 + roll(rules->dice, 4));
	} else {
		write_duration(rules);
		if (chance(rules->dice, 3))
			buf_adds(rules->out, " in dossier");
		if (chance(rules->dice, 2)) {
			buf_adds(rules->out, ", then every ");
			write_duration(rules);
			buf_addf(rules->out, ", %u times", 2 + roll(rules->dice, 4));
		}
	}
	rules->guarded = chance(rules->dice, 3);
	if (rules->guarded) {
		buf_adds(rules->out, " if ");
		write_cond(rules, 1);
	}
	write_actions(rules, false, target);
}

/* Does the last of the events stand before it already, alone or in part? */
static bool is_named_twice(const char *events)
{
	const char *last = strrchr(events, ','), *hit, *end;

	for (hit = events, end = last; last && hit < last; hit = end + 2) {
		size_t a, b = strlen(last + 2);

		end = strchr(hit, ',');
		a = (size_t)(end - hit);
		if (strncmp(hit, last + 2, a < b ? a : b) == 0)
			return true;
	}
	return false;
}

static void write_on(struct rules *rules, int target)
{
	unsigned count = 1 + roll(rules->dice, 3);
	size_t start;
	bool limit;

	rules->late = false;
	buf_adds(rules->out, "    on ");
	for (start = rules->out->len; count > 0; count--) {
		size_t before = rules->out->len;

		buf_adds(rules->out, before > start ? ", " : "");
		write_event(rules);
		if (is_named_twice(rules->out->data + start))
			buf_truncate(rules->out, before);
	}
	if (chance(rules->dice, 6))
		buf_addf(rules->out, ", quiet %u minutes", 5 + roll(rules->dice, 50));
	limit = rules->late || chance(rules->dice, 6);
	if (limit)
		buf_addf(rules->out, ", at most %u times", 2 + roll(rules->dice, 3));
	rules->guarded = chance(rules->dice, 3);
	if (rules->guarded) {
		buf_adds(rules->out, " if ");
		write_cond(rules, 2);
	}
	write_actions(rules, limit, target);
}

/* Entering leads forward only: a cycle needs something from outside. */
static void write_enter(struct rules *rules, unsigned state)
{
	buf_adds(rules->out, "    on enter");
	rules->guarded = chance(rules->dice, 2);
	if (rules->guarded) {
		buf_adds(rules->out, " if ");
		write_cond(rules, 1);
		write_actions(rules, false, chance(rules->dice, 3) && state + 1 < rules->states ? (int)state + 1 : -1);
	} else {
		write_actions(rules, false, -1);
	}
}

static void write_state(struct rules *rules, unsigned state, bool grown)
{
	bool final = state + 1 == rules->states;
	unsigned clauses = 2 + roll(rules->dice, 6);

	buf_addf(rules->out, "state a%u \"Staat %u\"%s {\n%s", state, state, final ? " final" : "",
		 !final && (!state || chance(rules->dice, 2)) ? "    uploads open\n" : "");
	if (grown)
		buf_addf(rules->out, "    on staff close { mail gegroeid%u to staff }\n", state);
	if (chance(rules->dice, 2))
		write_enter(rules, state);
	while (clauses-- > 0) {
		int target = chance(rules->dice, 4) ? (int)roll(rules->dice, rules->states) : -1;

		if (chance(rules->dice, 3))
			write_timed(rules, target);
		else
			write_on(rules, target);
	}
	if (final && rules->forms && chance(rules->dice, 2)) {
		buf_addf(rules->out, "    on form received g%u if ", roll(rules->dice, rules->forms));
		write_plain_cond(rules);
		buf_adds(rules->out, " { note \"toch nog\" }\n");
	}
	if (final)
		buf_adds(rules->out, "    on slot reopened { goto a0 }\n}\n");
	else
		buf_addf(rules->out, "    on staff take { goto a%u }\n}\n", state + 1);
}

/*
 * A whole workflow. 'grown': the same one with a clause in front of all others
 * in each state, and an optional slot more, as a later version might have.
 */
static void random_rules(uint64_t seed, bool grown, struct buf *out)
{
	struct dice dice = dice_new(seed);
	struct rules rules = { .dice = &dice, .out = out };
	unsigned i;

	rules.facts = roll(&dice, 5);
	rules.slots = 1 + roll(&dice, 6);
	rules.forms = roll(&dice, 3);
	rules.phrases = roll(&dice, 3);
	rules.states = 2 + roll(&dice, 4);
	buf_addf(out, "workflow toeval \"Toeval\"\nlanguage nl\n%s%s", chance(&dice, 2) ? "days working\n" : "",
		 chance(&dice, 3) ? "send window 08:00-19:00\n" : "");
	if (rules.facts)
		buf_adds(out, "facts {\n");
	for (i = 0; i < rules.facts; i++)
		write_fact(&rules, i);
	buf_addf(out, "%sdocuments {\n", rules.facts ? "}\n" : "");
	for (i = 0; i < rules.slots; i++)
		write_slot(&rules, i);
	if (grown)
		buf_adds(out, "    later \"Later erbij\" optional match /later/\n");
	buf_adds(out, "}\n");
	write_forms(&rules);
	buf_adds(out, "start a0\n");
	for (i = 0; i < rules.states; i++)
		write_state(&rules, i, grown);
	buf_adds(out, "always {\n    on client cancel { mail m0 }\n"
		      "    on staff refund { request payment 10.50 EUR \"Nota {number}\" valid 20 days }\n");
	for (i = roll(&dice, 4); i > 0; i--) {
		if (chance(&dice, 2))
			write_timed(&rules, chance(&dice, 4) ? (int)rules.states - 1 : -1);
		else
			write_on(&rules, chance(&dice, 4) ? (int)rules.states - 1 : -1);
	}
	buf_addf(out, "}\nkeep %u months after final\n", 2 + roll(&dice, 12));
}

#endif
