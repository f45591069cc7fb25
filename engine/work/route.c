/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */
#include "bounce/bounce.h"
#include "flow/number.h"

/* Own. */
#include "work/auth.h"
#include "work/engine_p.h"
#include "work/numbers.h"
#include "work/route.h"
#include "work/route_p.h"

#define MAX_OPEN 50 /* open dossiers of one sender that are offered as a choice */

/* ---- the sender ---- */

void route_sender(const struct settings *settings, const struct settings_service *service,
		  const struct mail *mail, struct arena *arena, struct mail_sender *s)
{
	char folded[ADDR_MAX + 1];
	char *name;

	*s = (struct mail_sender){ .name = "" };
	if (mail->from_fields != 1 || mail->from.count != 1 || !addr_valid(mail->from.list[0].addr) ||
	    !addr_fold(folded, mail->from.list[0].addr)) {
		s->reason = REASON_SENDERS;
		s->automatic = bounce_automatic(mail) != BOUNCE_AUTO_NO;
		return;
	}
	s->address = arena_strdup(arena, folded);
	name = str_clean(mail->from.list[0].name, 200);
	s->name = arena_strdup(arena, str_trim(name));
	free(name);
	s->automatic = bounce_automatic(mail) != BOUNCE_AUTO_NO;
	s->auth = service->authentication ? auth_judge(service, mail, s->address) : AUTH_STRONG;
	s->authenticated = s->auth >= AUTH_SPF;
	if (settings_own_address(settings, s->address))
		s->reason = REASON_OWN;
}

/* ---- the dossier ---- */

void route_found(struct finding *f, const char *number)
{
	size_t i;

	for (i = 0; i < f->found_count; i++)
		if (str_eq(f->found[i], number))
			return;
	if (f->found_count < 2)
		f->found[f->found_count++] = number;
}

bool route_knows(const struct finding *f, const struct dossier *dossier)
{
	const char *address = f->sender->address;
	enum actor_role role = address ? dossier_role_of(dossier, address) : ACTOR_NONE;

	return role == ACTOR_OFFICE || (role == ACTOR_CLIENT && !dossier->office_only) ||
	       addr_same(dossier->office.address, f->sender->acts_for) ||
	       (address && settings_is_staff(f->service, address));
}

/* Another service's numbers are as unknown as invented ones. */
static enum route_whose whose_is(struct finding *f, const char *number)
{
	struct arena arena = ARENA_INIT;
	enum route_whose whose = ROUTE_NOT_OURS;
	struct dossier *dossier;

	if (store_dossier_load(f->engine->env->store, number, &arena, &dossier, NULL) == 0 &&
	    str_eq(dossier->service, f->service->key))
		whose = route_knows(f, dossier) ? ROUTE_HIS : ROUTE_OTHERS;
	arena_free(&arena);
	return whose;
}

/* The patterns of all workflows are tried; the number found in the store decides. */
int route_find_numbers(struct finding *f, const char *text, enum route_whose least, struct err *err)
{
	struct numbers numbers;
	size_t i;

	if (numbers_find(f->engine, text, f->arena, &numbers, err))
		return -1;
	if (numbers.unread)
		f->unread = numbers.unread;
	for (i = 0; i < numbers.count; i++) {
		enum route_whose whose = whose_is(f, numbers.list[i]);

		f->several |= i > 0;
		f->candidate = true;
		f->looked_like = numbers.list[i];
		f->his |= whose == ROUTE_HIS;
		if (whose >= least)
			route_found(f, numbers.list[i]);
	}
	return 0;
}

const char *route_dossier_of_mail(struct finding *f, const char *id)
{
	struct outbox_row row;

	if (!str_starts(id, "p.") || !str_ieq(addr_domain(id), addr_domain(f->service->address)) ||
	    store_outbox_by_message_id(f->engine->env->store, id, f->arena, &row, NULL) ||
	    !str_eq(row.service, f->service->key))
		return NULL;
	return row.dossier;
}

/*
 * The dossier of the mails of ours that this one answers, by their tokens or
 * their ids; in '*other_r' a second one, where these do not agree.
 */
static const char *find_thread(struct finding *f, const struct mail *mail, const struct reply *reply,
			       const char **other_r)
{
	const char *thread = reply_dossier(reply, other_r);
	const char *answered = mail->in_reply_to ? route_dossier_of_mail(f, mail->in_reply_to) : NULL;
	size_t i;

	if (answered && !thread)
		thread = answered;
	else if (answered && !str_eq(answered, thread))
		*other_r = answered;
	for (i = 0; i < mail->reference_count; i++) {
		const char *number = route_dossier_of_mail(f, mail->references[i]);

		if (number && !thread)
			thread = number;
		else if (number && !str_eq(number, thread))
			*other_r = number;
	}
	return thread;
}

/*
 * Dates and invoice numbers in file names look like ours too often to make
 * anything of those that are none. Somebody else's number counts as none, lest
 * the answer tell whether it exists.
 */
static int find_in_names(struct finding *f, const struct mail *mail, struct err *err)
{
	size_t i;

	for (i = 0; i < mail->part_count && !f->unread; i++)
		if (mail->parts[i].name && route_find_numbers(f, mail->parts[i].name, ROUTE_HIS, err))
			return -1;
	return 0;
}

/* The sender's open dossiers, without those that an office keeps from him. */
static int find_open(struct finding *f, const struct mail_sender *sender, struct route *route, struct err *err)
{
	struct dossier_filter filter = { .service = f->service->key, .address = sender->address, .final = 0,
					 .limit = MAX_OPEN };
	struct dossier *list;
	size_t i, count, kept = 0;

	if (!sender->address)
		return 0;
	if (store_dossier_list(f->engine->env->store, &filter, f->arena, &list, &count, err))
		return -1;
	for (i = 0; i < count; i++)
		if (!list[i].office_only || dossier_role_of(&list[i], sender->address) == ACTOR_OFFICE)
			list[kept++] = list[i];
	route->choices = list;
	route->choice_count = kept;
	return 0;
}

void route_held(struct route *route, const char *reason, const char *detail)
{
	route->reason = reason;
	route->detail = detail;
}

/*
 * What thread and subject (of the mail, or of one inside it) say, put together;
 * true when that settles it. A text that was not read may hold the number of any
 * dossier: then only the mail that is answered says which it is.
 */
static bool settle(struct finding *f, const char *thread, const char *other, struct route *route)
{
	bool unknown = f->candidate && !f->found_count;

	route->named = f->candidate || f->unread;
	route->unknown_number = f->candidate && !f->his;
	if (f->unread)
		route->unread = f->unread;
	/* Whether the second one exists makes no difference: the answer must not tell. */
	if (f->found_count > 1 || (f->found_count && f->several)) {
		route_held(route, REASON_TWO_NUMBERS,
		     arena_printf(f->arena, "%s names %s and another number", f->place, f->found[0]));
	} else if (other) {
		route_held(route, REASON_TWO_ANSWERS,
		     arena_printf(f->arena, "it answers mails about %s and %s", thread, other));
	} else if (thread && ((f->found_count && !str_eq(thread, f->found[0])) || unknown)) {
		route_held(route, REASON_TWO_ANSWERS,
		     arena_printf(f->arena, "it answers a mail about %s, but %s names %s", thread, f->place,
				  f->found_count ? f->found[0] : f->looked_like));
	} else if (f->unread && !thread) {
		route_held(route, REASON_RULE, f->unread);
	} else if (thread || f->found_count) {
		route->number = thread ? thread : f->found[0];
	} else if (unknown) {
		route_held(route, REASON_UNKNOWN_NUMBER,
		     arena_printf(f->arena, "%s names %s, which is no dossier here", f->place, f->looked_like));
	} else {
		return false;
	}
	return true;
}

/* The rest of the order: names of files, then the sender's only open dossier. */
static int route_by_files(struct finding *f, const struct mail *mail, const struct forwards *forwards,
			  struct route *route, struct err *err)
{
	if (find_in_names(f, mail, err))
		return -1;
	route->how = f->found_count || f->unread ? ROUTE_FILES : route->choice_count == 1 ? ROUTE_ONLY : ROUTE_NOTHING;
	route->unread = f->unread;
	if (f->unread)
		route_held(route, REASON_RULE, f->unread);
	else if (f->found_count > 1)
		route_held(route, REASON_TWO_NUMBERS, "the names of the files name two dossiers");
	else if (f->found_count == 1)
		forwarded_whose(f, forwards, f->found[0], route);
	else if (route->choice_count == 1 && forwarded_fits(f, forwards, route))
		route->number = route->choices[0].number;
	else if (route->choice_count > 1)
		route_held(route, REASON_SEVERAL, arena_printf(f->arena, "no number, and the sender has %zu open dossiers",
							       route->choice_count));
	else if (!route->reason)
		route_held(route, REASON_NO_NUMBER, "no number, and the sender has no open dossier");
	return 0;
}

int route_mail(struct engine *engine, const struct settings_service *service, const struct mail *mail,
	       const struct mail_sender *sender, const struct reply *reply, const struct forwards *forwards,
	       struct arena *arena, struct route *route, struct err *err)
{
	struct finding f = { .engine = engine, .service = service, .arena = arena, .sender = sender,
			     .place = "the subject" }, inside = f;
	const char *thread, *other, *inside_thread;

	*route = (struct route){ 0 };
	thread = find_thread(&f, mail, reply, &other);
	if (route_find_numbers(&f, number_strip_prefixes(mail->subject), ROUTE_OTHERS, err) ||
	    find_open(&f, sender, route, err) || forwarded_find(&inside, mail, forwards, &inside_thread, err))
		return -1;
	if (settle(&f, thread, other, route)) {
		forwarded_compare(&inside, inside_thread, route);
		/* Mail programs repeat the subject and the references inside: then it is what that one's sender said. */
		if (route->number && (inside.found_count || !f.found_count))
			forwarded_whose(&f, forwards, route->number, route);
		route->how = ROUTE_SAID;
		return 0;
	}
	if (!inside.candidate && !inside.unread && !inside_thread && forwarded_find_words(&inside, forwards, err))
		return -1;
	if (settle(&inside, inside_thread, NULL, route)) {
		route->how = ROUTE_SAID;
		forwarded_check(&inside, forwards, route);
		return 0;
	}
	return route_by_files(&f, mail, forwards, route, err);
}
