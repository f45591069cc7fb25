/*
 * What the words of staff must not hold before they go out (A15), and which of
 * the guards "toch sturen" takes away: no other than one that was named to who
 * says so, in the mail that he answers.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */

/* Own. */
#include "work/engine_p.h"
#include "work/numbers.h"
#include "work/ticket.h"

#define AROUND_ADDRESS "<>()[]{}\"',;:| \t\r\n"

/* ---- what was waived ---- */

/* -1 when the store fails; what is not there, or not for him, adds nothing. */
static int add_waived(struct deciding *d, const struct ticket *ticket, const char *id, const char **waived)
{
	struct store *store = d->engine->env->store;
	struct err err = ERR_INIT;
	struct outbox_row row;
	struct item item;
	const char *number;

	if (!id)
		return 0;
	if (store_outbox_by_message_id(store, id, d->arena, &row, &err) == 0 && row.item &&
	    addr_same(row.to, d->sender.address) && store_ticket_of_mail(store, id, d->arena, &number, &err) == 0 &&
	    str_eq(number, ticket->number) && store_item_load(store, row.item, d->arena, &item, &err) == 0 &&
	    str_eq(item.reason, REASON_RETURNED) && item.detail && str_starts(item.detail, DESK_DETAIL))
		*waived = arena_printf(d->arena, "%s%s%s", *waived, **waived ? ", " : "", item.detail + strlen(DESK_DETAIL));
	if (!err.code || err.code == ERR_NOTFOUND)
		return 0;
	*d->err = err;
	return -1;
}

bool ticket_is_waived(const char *waived, const char *why)
{
	size_t len = strlen(why);

	for (; *waived; waived += strspn(waived, ", ")) {
		size_t word = strcspn(waived, ", ");

		if (word == len && strncmp(waived, why, len) == 0)
			return true;
		waived += word;
	}
	return false;
}

int ticket_waived(struct deciding *d, const struct ticket *ticket, const char **waived)
{
	static const char *const may[] = DESK_WAIVABLE;
	const struct mail *mail = &d->job->mail;
	const char *all = "";
	size_t i;

	*waived = "";
	if (add_waived(d, ticket, mail->in_reply_to, &all))
		return -1;
	for (i = 0; i < mail->reference_count; i++)
		if (add_waived(d, ticket, mail->references[i], &all))
			return -1;
	for (i = 0; may[i]; i++)
		if (ticket_is_waived(all, may[i]))
			*waived = arena_printf(d->arena, "%s%s%s", *waived, **waived ? ", " : "", may[i]);
	return 0;
}

/* ---- what is another's ---- */

/* May who asked know of it? Of a dossier of his own he does. */
static bool may_know(const struct ticket *ticket, const struct dossier *dossier)
{
	enum actor_role role = dossier_role_of(dossier, ticket->address);

	return ticket->proven && str_eq(dossier->service, ticket->service) &&
	       (role == ACTOR_OFFICE || (role == ACTOR_CLIENT && !dossier->office_only));
}

static int names_dossier(struct deciding *d, const struct ticket *ticket, const char *number, bool *found)
{
	struct store *store = d->engine->env->store;
	struct err err = ERR_INIT;
	struct dossier *dossier;

	if (*found || str_eq(number, ticket->dossier) || !store_dossier_exists(store, number))
		return 0;
	*found = true;
	if (store_dossier_load(store, number, d->arena, &dossier, &err) == 0)
		*found = !may_know(ticket, dossier);
	if (!err.code || err.code == ERR_NOTFOUND)
		return 0;
	*d->err = err;
	return -1;
}

static int names_dossiers(struct deciding *d, const struct ticket *ticket, const char *words, bool *found, bool *unread)
{
	struct numbers numbers;
	size_t i;

	if (numbers_find(d->engine, words, d->arena, &numbers, d->err))
		return -1;
	for (i = 0; i < numbers.count; i++)
		if (names_dossier(d, ticket, numbers.list[i], found))
			return -1;
	*unread = numbers.unread;
	if (numbers.unread)
		held_rule_log(d, numbers.unread);
	return 0;
}

/* Is it the address of a party, and only of dossiers that he who asked may not know of? */
static int names_party(struct deciding *d, const struct ticket *ticket, const char *address, bool *found)
{
	struct dossier_filter filter = { .service = d->service->key, .address = address, .final = -1, .limit = 1000 };
	struct dossier *list;
	bool known = false;
	size_t i, count;

	if (store_dossier_list(d->engine->env->store, &filter, d->arena, &list, &count, d->err))
		return -1;
	for (i = 0; i < count && !known; i++)
		known = may_know(ticket, &list[i]);
	*found |= count && !known;
	return 0;
}

static int names_parties(struct deciding *d, const struct ticket *ticket, const struct dossier *dossier, const char *words,
			 bool *found)
{
	while (*words && !*found) {
		size_t len = strcspn(words, AROUND_ADDRESS);
		char *word = arena_strndup(d->arena, words, len);

		words += len;
		words += strspn(words, AROUND_ADDRESS);
		while (len && strchr(".!?*_", word[len - 1]))
			word[--len] = '\0';
		if (!strchr(word, '@') || !addr_valid(word) || addr_same(word, ticket->address) ||
		    settings_own_address(d->engine->settings, word) || settings_is_staff(d->service, word) ||
		    (dossier && dossier_role_of(dossier, word) != ACTOR_NONE))
			continue;
		if (names_party(d, ticket, word, found))
			return -1;
	}
	return 0;
}

int ticket_names_others(struct deciding *d, const struct ticket *ticket, const struct dossier *dossier, const char *words,
			const char **why)
{
	/* Where our own line stands, our mail to staff stands below it. */
	bool found = strstr(words, TICKET_MARK) || ticket_number_find(d->arena, words, ticket->number);
	bool unread = false;

	if (names_dossiers(d, ticket, words, &found, &unread) || names_parties(d, ticket, dossier, words, &found))
		return -1;
	*why = found ? DESK_OTHER : unread ? DESK_LONG : NULL;
	return 0;
}

/* ---- staff ---- */

static bool holds(const char *text, const char *address)
{
	size_t len = strlen(address);

	for (; *text; text++)
		if (strncasecmp(text, address, len) == 0)
			return true;
	return false;
}

bool ticket_names_staff(const struct settings_service *service, const char *words)
{
	size_t i;

	for (i = 0; i < service->staff_count; i++)
		if (holds(words, service->staff[i].address))
			return true;
	return false;
}
