/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/letters.h"
#include "work/office.h"
#include "work/ticket.h"

bool letters_is_payment(const struct wish *wish)
{
	return wish->audience == TMPL_AUDIENCE_PAYER;
}

static bool is_ticket(const struct wish *wish)
{
	return str_starts(wish->template, TICKET_PREFIX);
}

bool letters_is_ticket(const struct letter *letter)
{
	size_t i;

	for (i = 0; i < letter->part_count; i++)
		if (is_ticket(letter->parts[i]))
			return true;
	return false;
}

/*
 * May these two be one mail? Payment mail stands with others only where nobody
 * but the payer himself reads this dossier's mail.
 */
static bool may_join(const struct answering *a, const struct letter *letter, const struct wish *wish, bool copy)
{
	bool apart = a->dossier && (a->dossier->office.address || a->dossier->partner_count);

	if (letter->part_count == PARTS_MAX || letter->to.copy != copy || letter->parts[0]->apart || wish->apart)
		return false;
	/* A reply to it must be about one thing: for staff a ticket is a thread of its own. */
	if (letter->to.staff && is_ticket(letter->parts[0]) != is_ticket(wish))
		return false;
	return !apart || letters_is_payment(letter->parts[0]) == letters_is_payment(wish);
}

/* The same text to the same person is said once, in whatever role he would get it. */
static bool says(const struct letter *letter, const struct wish *wish)
{
	size_t i;

	for (i = 0; i < letter->part_count; i++)
		if (str_eq(letter->parts[i]->template, wish->template) && letter->parts[i]->sheet == wish->sheet)
			return true;
	return false;
}

/*
 * The last word on who gets what, whatever made him the recipient: nobody but a
 * party of the dossier gets mail about it, what an office keeps to itself goes
 * to no client, and what is about money to the payer alone.
 */
static bool may_have(const struct answering *a, const struct recipient *to, const struct wish *wish)
{
	const struct dossier *d = a->dossier;
	enum actor_role role = d && to->address ? dossier_role_of(d, to->address) : ACTOR_NONE;

	if (!to->address)
		return false;
	if (!d || to->staff)
		return true;
	if (letters_is_payment(wish))
		return dossier_client_of(d, to->address) == 0;
	return role == ACTOR_OFFICE || (role == ACTOR_CLIENT && !d->office_only);
}

static void add(struct answering *a, struct letters *letters, const struct recipient *to,
		const struct wish *wish)
{
	struct letter *letter;
	size_t i;

	if (!may_have(a, to, wish) || (wish->only && !addr_same(wish->only, to->address)))
		return;
	for (i = 0; i < letters->count; i++)
		if (addr_same(letters->list[i].to.address, to->address) && says(&letters->list[i], wish))
			return;
	for (i = 0; i < letters->count; i++) {
		letter = &letters->list[i];
		if (addr_same(letter->to.address, to->address) && may_join(a, letter, wish, to->copy)) {
			letter->parts[letter->part_count++] = wish;
			return;
		}
	}
	letters->list = arena_grow(a->arena, letters->list, letters->count, sizeof *letters->list);
	letter = &letters->list[letters->count++];
	*letter = (struct letter){ .to = *to, .parts = { wish }, .part_count = 1 };
}

static struct recipient party_of(const struct party *party, bool office, enum tmpl_audience audience)
{
	return (struct recipient){ .name = party->name, .address = party->address, .language = party->language,
				   .office = office, .audience = audience };
}

/* All clients; 'copies' = those who asked for a copy of what goes to the office. */
static void add_clients(struct answering *a, struct letters *letters, const struct wish *wish, bool copies)
{
	size_t i;

	for (i = 0; i < dossier_clients(a->dossier); i++) {
		const struct party *party = dossier_client_const(a->dossier, i);
		struct recipient to = party_of(party, false, wish->audience);

		to.copy = copies;
		if (party->copy || !copies)
			add(a, letters, &to, wish);
	}
}

/* The office, with copies for clients who asked for one; else the clients (design §2). */
static void add_correspondent(struct answering *a, struct letters *letters, const struct wish *wish)
{
	const struct dossier *d = a->dossier;
	struct recipient to = party_of(&d->office, true, wish->audience);

	if (d->office.address)
		add(a, letters, &to, wish);
	add_clients(a, letters, wish, d->office.address != NULL);
}

/* Staff all, or the one to whom the dossier was given, as long as he is one of them. */
static void add_staff(struct answering *a, struct letters *letters, const struct wish *wish)
{
	const char *assigned = a->dossier ? a->dossier->assigned : NULL;
	size_t i;

	if (assigned && !settings_is_staff(a->service, assigned))
		assigned = NULL;
	for (i = 0; i < a->service->staff_count; i++) {
		struct recipient to = { .name = a->service->staff[i].name, .address = a->service->staff[i].address,
					.language = a->service->language, .audience = wish->audience, .staff = true };

		if (is_ticket(wish) && ((a->staff_only && !addr_same(a->staff_only, to.address)) ||
					addr_same(a->staff_except, to.address)))
			continue;
		if (!assigned || addr_same(assigned, to.address) || (is_ticket(wish) && a->staff_only))
			add(a, letters, &to, wish);
	}
}

/* A party is answered at the address that he wrote from, when it is one of his. */
static void add_sender(struct answering *a, struct letters *letters, const struct wish *wish)
{
	const struct party *party = a->dossier && a->sender ? dossier_party_of(a->dossier, a->sender) : NULL;
	struct recipient to = { .name = a->sender_name, .address = a->sender,
				.language = a->language ? a->language : a->service->language,
				.audience = wish->audience };

	if (!a->sender)
		return;
	if (party) {
		to = party_of(party, party == &a->dossier->office, wish->audience);
		to.address = a->sender;
	} else {
		to.staff = settings_is_staff(a->service, a->sender);
	}
	if (a->ticket && addr_same(a->sender, a->ticket->address)) {
		to.language = a->ticket->language;
		to.staff = false;
	}
	add(a, letters, &to, wish);
}

static void add_one(struct answering *a, struct letters *letters, const struct wish *wish, const struct party *party)
{
	struct recipient to = party_of(party, party == &a->dossier->office, wish->audience);

	add(a, letters, &to, wish);
}

/* Mail to an office that is about no dossier. */
static void add_office(struct answering *a, struct letters *letters, const struct wish *wish)
{
	const struct office *office = a->office ? a->office->office : NULL;
	struct recipient to = { .audience = wish->audience, .office = true };

	if (!office)
		return;
	to.name = office->name;
	to.address = office->address;
	to.language = office->language ? office->language : a->service->language;
	add(a, letters, &to, wish);
}

void letters_add(struct answering *a, struct letters *letters, const struct wish *wish)
{
	switch (wish->audience) {
	case TMPL_AUDIENCE_STAFF: add_staff(a, letters, wish); break;
	case TMPL_AUDIENCE_SENDER: add_sender(a, letters, wish); break;
	case TMPL_AUDIENCE_OFFICE:
		if (a->dossier)
			add_one(a, letters, wish, &a->dossier->office);
		else
			add_office(a, letters, wish);
		break;
	case TMPL_AUDIENCE_CLIENT: add_clients(a, letters, wish, false); break;
	case TMPL_AUDIENCE_PAYER: add_one(a, letters, wish, &a->dossier->client); break;
	default: add_correspondent(a, letters, wish);
	}
}

static bool share_text(const struct letter *a, const struct letter *b)
{
	size_t i, j;

	for (i = 0; i < a->part_count; i++)
		for (j = 0; j < b->part_count; j++)
			if (a->parts[i] == b->parts[j])
				return true;
	return false;
}

static void show(struct letter *letter, const struct recipient *other)
{
	if (letter->also_count < COMPOSE_MAX_CC)
		letter->also[letter->also_count++] = other;
}

void letters_pair(struct letters *letters)
{
	size_t i, j;

	for (i = 0; i < letters->count; i++)
		for (j = 0; letters->list[i].to.copy && j < letters->count; j++)
			if (letters->list[j].to.office && share_text(&letters->list[i], &letters->list[j])) {
				show(&letters->list[i], &letters->list[j].to);
				show(&letters->list[j], &letters->list[i].to);
			}
}
