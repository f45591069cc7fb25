/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/letters.h"
#include "work/office.h"

bool letters_is_payment(const struct wish *wish)
{
	return wish->audience == TMPL_AUDIENCE_PAYER;
}

/*
 * May these two be one mail? Payment mail stands with others only where nobody
 * but the payer himself reads this dossier's mail.
 */
static bool may_join(const struct answering *a, const struct letter *letter, const struct wish *wish, bool copy)
{
	bool apart = a->dossier && a->dossier->office.address;

	if (letter->part_count == PARTS_MAX || letter->to.copy != copy)
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

static void add(struct answering *a, struct letters *letters, const struct recipient *to,
		const struct wish *wish)
{
	struct letter *letter;
	size_t i;

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

/* The correspondent, and the client's copy where he asked for one (design §2). */
static void add_correspondent(struct answering *a, struct letters *letters, const struct wish *wish)
{
	const struct dossier *d = a->dossier;
	bool office = d->office.address != NULL;
	struct recipient to = party_of(dossier_correspondent(d), office, wish->audience), copy;

	add(a, letters, &to, wish);
	if (!office || !d->client.copy || d->office_only)
		return;
	copy = party_of(&d->client, false, wish->audience);
	copy.copy = true;
	add(a, letters, &copy, wish);
}

static void add_staff(struct answering *a, struct letters *letters, const struct wish *wish)
{
	size_t i;

	for (i = 0; i < a->service->staff_count; i++) {
		struct recipient to = { .name = a->service->staff[i].name, .address = a->service->staff[i].address,
					.language = a->service->language, .audience = wish->audience, .staff = true };

		add(a, letters, &to, wish);
	}
}

static void add_sender(struct answering *a, struct letters *letters, const struct wish *wish)
{
	struct recipient to = { .name = a->sender_name, .address = a->sender,
				.language = a->language ? a->language : a->service->language,
				.audience = wish->audience, .staff = settings_is_staff(a->service, a->sender) };
	enum actor_role role = a->dossier ? dossier_role_of(a->dossier, a->sender) : ACTOR_NONE;

	if (!a->sender)
		return;
	if (role == ACTOR_OFFICE)
		to = party_of(&a->dossier->office, true, wish->audience);
	else if (role == ACTOR_CLIENT)
		to = party_of(&a->dossier->client, false, wish->audience);
	add(a, letters, &to, wish);
}

static void add_party(struct answering *a, struct letters *letters, const struct wish *wish, bool office)
{
	const struct party *party = office ? &a->dossier->office : &a->dossier->client;
	struct recipient to = party_of(party, office, wish->audience);

	/* What an office keeps to itself is invisible to the client; only payment mail still goes to him. */
	if (!party->address || (!office && a->dossier->office_only && !letters_is_payment(wish)))
		return;
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
			add_party(a, letters, wish, true);
		else
			add_office(a, letters, wish);
		break;
	case TMPL_AUDIENCE_CLIENT:
	case TMPL_AUDIENCE_PAYER: add_party(a, letters, wish, false); break;
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

void letters_pair(struct letters *letters)
{
	size_t i, j;

	for (i = 0; i < letters->count; i++)
		for (j = 0; letters->list[i].to.copy && j < letters->count; j++)
			if (letters->list[j].to.office && share_text(&letters->list[i], &letters->list[j])) {
				letters->list[i].also = &letters->list[j].to;
				letters->list[j].also = &letters->list[i].to;
			}
}
