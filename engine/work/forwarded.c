/*
 * A mail that was passed on, by an office mostly (design.md §4, §13): which
 * dossier the mail inside belongs to, and what is kept of it. The one who
 * passed it on delivers; what the one inside says is a note and never a command.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/number.h"
#include "tmpl/words.h"

/* Own. */
#include "work/decide_p.h"
#include "work/route_p.h"

#define WORDS_KEPT 4000 /* bytes of what the mail inside says, in the note */

/* ---- reading ---- */

int forwarded_step(struct deciding *d)
{
	struct forwards *all = &d->forwards;
	const struct forward *first;

	forward_read(&d->job->mail, true, d->arena, all);
	first = all->count ? &all->list[0] : NULL;
	/* Under a subject of his own somebody answers a mail of ours. */
	if (all->found == FORWARD_UNSURE && first && !first->attached && first->addr &&
	    settings_own_address(d->engine->settings, first->addr))
		*all = (struct forwards){ 0 };
	return DECIDE_NEXT;
}

/* ---- which dossier ---- */

/* The number stands in the subject of the mail that was passed on, else in that of one inside it. */
static int find_subjects(struct finding *f, const struct forwards *forwards, struct err *err)
{
	size_t i;
	int level;

	for (level = 1; level <= MAIL_MAX_DEPTH && !f->candidate && !f->unread; level++)
		for (i = 0; i < forwards->count; i++)
			if (forwards->list[i].level == level &&
			    route_find_numbers(f, number_strip_prefixes(forwards->list[i].subject), ROUTE_OTHERS, err))
				return -1;
	return 0;
}

int forwarded_find(struct finding *f, const struct mail *mail, const struct forwards *forwards, const char **thread,
		   struct err *err)
{
	size_t i;

	f->place = "the mail that was passed on";
	*thread = NULL;
	if (forwards->found == FORWARD_NONE)
		return 0;
	for (i = 0; i < mail->message_count && !*thread; i++)
		if (mail->messages[i].in_reply_to)
			*thread = route_dossier_of_mail(f, mail->messages[i].in_reply_to);
	return find_subjects(f, forwards, err);
}

int forwarded_find_words(struct finding *f, const struct forwards *forwards, struct err *err)
{
	struct finding words = { .engine = f->engine, .service = f->service, .arena = f->arena, .sender = f->sender };
	size_t i;

	for (i = 0; i < forwards->count; i++)
		if (forwards->list[i].level == 1 && !words.unread &&
		    route_find_numbers(&words, forwards->list[i].text, ROUTE_HIS, err))
			return -1;
	for (i = 0; i < words.found_count; i++)
		route_found(f, words.found[i]);
	if (words.unread)
		f->unread = words.unread;
	f->candidate |= words.found_count > 0;
	f->his |= words.found_count > 0;
	return 0;
}

/* Whether what the mail inside names exists makes no difference: the outcome must not tell. */
void forwarded_compare(const struct finding *f, const char *thread, struct route *route)
{
	const char *named = route->number, *inside = NULL;

	if (!named)
		return;
	if (thread && !str_eq(thread, named))
		inside = thread;
	else if (f->candidate && (f->several || f->found_count != 1 || !str_eq(f->found[0], named)))
		inside = f->looked_like;
	if (!inside && f->unread && !thread) {
		route->number = NULL;
		route->unread = f->unread;
		route_held(route, REASON_RULE, f->unread);
	}
	if (!inside)
		return;
	route->number = NULL;
	route_held(route, REASON_TWO_ANSWERS,
		   arena_printf(f->arena, "it names %s, but the mail that was passed on names %s", named, inside));
}

/* A mail of the office's own, or of ours, says nothing of whose it is. */
static bool is_own(const struct finding *f, const char *addr)
{
	return addr_same(addr, f->sender->address) || addr_same(addr, f->sender->acts_for) ||
	       settings_own_address(f->engine->settings, addr);
}

bool forwarded_fits(const struct finding *f, const struct forwards *forwards, struct route *route)
{
	const struct dossier *only = &route->choices[0];
	const char *why = NULL;
	size_t i;

	if (forwards->found == FORWARD_NONE || dossier_role_of(only, f->sender->address) != ACTOR_OFFICE)
		return true;
	if (forwards->found == FORWARD_UNSURE)
		why = forwards->why;
	for (i = 0; i < forwards->count && !why; i++) {
		const struct forward *inside = &forwards->list[i];

		if (inside->level == 1 && inside->addr && !is_own(f, inside->addr) &&
		    dossier_role_of(only, inside->addr) == ACTOR_NONE)
			why = "the mail that was passed on is of somebody who is no client of the only open dossier";
	}
	if (!why)
		return true;
	route_held(route, REASON_FORWARDED, why);
	return false;
}

/*
 * Is it the address of a party of another open dossier that the sender knows,
 * and of no party of this one, which he knows too? Of what he may not know the
 * outcome tells nothing.
 */
static bool is_others(const struct finding *f, const char *number, const char *addr)
{
	struct dossier_filter filter = { .service = f->service->key, .address = addr, .final = 0, .limit = 1000 };
	struct store *store = f->engine->env->store;
	struct dossier *named, *list;
	bool other = false;
	size_t i, count;

	if (store_dossier_load(store, number, f->arena, &named, NULL) || !route_knows(f, named) ||
	    dossier_role_of(named, addr) != ACTOR_NONE ||
	    store_dossier_list(store, &filter, f->arena, &list, &count, NULL))
		return false;
	for (i = 0; i < count; i++)
		other |= !str_eq(list[i].number, number) && route_knows(f, &list[i]);
	return other;
}

/* Passed on more than once: whoever's it was first counts as well. */
void forwarded_whose(const struct finding *f, const struct forwards *forwards, const char *number, struct route *route)
{
	size_t i;

	route->number = number;
	for (i = 0; forwards->found != FORWARD_NONE && i < forwards->count; i++) {
		const char *addr = forwards->list[i].addr;

		if (!addr || is_own(f, addr) || !is_others(f, number, addr))
			continue;
		route->number = NULL;
		route_held(route, REASON_FORWARDED,
			   "the mail that was passed on names a dossier of another client than its sender");
		return;
	}
}

void forwarded_check(const struct finding *f, const struct forwards *forwards, struct route *route)
{
	if (forwards->found == FORWARD_UNSURE) {
		route->number = NULL;
		route_held(route, REASON_FORWARDED, forwards->why);
	} else if (route->number) {
		forwarded_whose(f, forwards, route->number, route);
	}
}

/* ---- what is kept of it ---- */

static bool is_party(enum actor_role role)
{
	return role == ACTOR_CLIENT || role == ACTOR_OFFICE;
}

/* Its own words, without what it quotes in turn. */
static const char *words_of(const struct forward *f, struct arena *arena)
{
	struct quote_order order = { .text = f->text };
	struct quote quote;
	size_t len;

	quote_read(&order, arena, &quote);
	len = str_utf8_cut(quote.own, WORDS_KEPT);
	return quote.own[len] ? arena_printf(arena, "%.*s [...]", (int)len, quote.own) : quote.own;
}

static void add_field(struct buf *out, const char *name, const char *text)
{
	char *clean;

	if (!text || !*text)
		return;
	clean = str_clean(text, 400);
	buf_addf(out, "%s%s: %s", out->len ? "\n" : "", name, clean);
	free(clean);
}

/* Whose it was, when, about what: as the head of a mail, in the dossier's language. */
static void add_head(struct buf *out, const struct forward *f, const struct handling *h)
{
	const char *language = h->dossier->language, *zone = h->decision.answering.service->timezone;
	bool nl = str_eq(language, "nl");
	const char *from = !f->addr ? f->name :
			   *f->name ? arena_printf(h->arena, "%s <%s>", f->name, f->addr) : f->addr;
	const char *date = f->date != DATE_NONE ? tmpl_words_time(h->arena, language, f->date, zone) : f->date_text;

	if (out->len)
		buf_adds(out, "\n\n");
	buf_adds(out, nl ? "Doorgestuurd bericht" : "Forwarded message");
	add_field(out, nl ? "Van" : "From", from);
	add_field(out, nl ? "Datum" : "Date", date);
	add_field(out, nl ? "Onderwerp" : "Subject", f->subject);
	if (*f->text)
		buf_addf(out, "\n%s", words_of(f, h->arena));
}

static const char *describe(const struct handling *h)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	const char *text;
	size_t i;

	for (i = 0; i < h->forwards->count; i++)
		if (h->forwards->list[i].level == 1)
			add_head(&out, &h->forwards->list[i], h);
	text = arena_strndup(h->arena, out.data, out.len);
	buf_free(&out);
	return text;
}

void forwarded_note(struct handling *h)
{
	if (h->forwards && h->forwards->found != FORWARD_NONE && is_party(h->standing.role))
		h->orders.passed_on = describe(h);
}

bool forwarded_says(const struct deciding *d)
{
	size_t i;

	for (i = 0; i < d->forwards.count; i++)
		if (d->forwards.list[i].level == 1 && *words_of(&d->forwards.list[i], d->arena))
			return true;
	return false;
}
