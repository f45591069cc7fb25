/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/address.h"
#include "work/decide_p.h"
#include "work/engine_p.h"

#define HASH_BYTES 12

/* ---- the question ---- */

/* Ties the answers to this very change: another one of the same addresses has another word. */
static const char *purpose_of(struct engine *engine, const struct address_change *change, struct arena *arena)
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char hash[SEAL_HASH_SIZE];
	char text[2 * HASH_BYTES + 1];

	buf_addf(&material, "address|%d|%d|%s|%s|%lld", change->person, change->add, change->from, change->to,
		 (long long)change->asked);
	seal_hash(&engine->reply_key, material.data, material.len, hash);
	str_hex(text, hash, HASH_BYTES);
	buf_free(&material);
	return arena_printf(arena, "%s-%s", ADDRESS_PURPOSE, text);
}

/*
 * A mail that shows nothing of the dossier, to an address that is none of its
 * parties' (yet, or any more). Its rows go with the decision.
 */
static int mail_outside(struct decision *d, const char *template, const char *to, const struct address_change *change,
			const char *word, const char *purpose, struct err *err)
{
	struct answering *inside = &d->answering;
	struct answering a = { .engine = d->engine, .arena = d->arena, .service = d->service, .scope = inside->scope,
			       .now = d->now, .received = DATE_NONE, .cause = inside->cause, .item = inside->item,
			       .sender = to, .sender_name = "", .about = d->output.dossier->number, .change = change,
			       .change_word = word, .rows = inside->rows, .row_count = inside->row_count,
			       .tokens = inside->tokens, .token_count = inside->token_count };

	answer_wish(&a, template, TMPL_AUDIENCE_SENDER)->purpose = purpose;
	if (answer_render(&a, err))
		return -1;
	inside->rows = a.rows;
	inside->row_count = a.row_count;
	inside->tokens = a.tokens;
	inside->token_count = a.token_count;
	return 0;
}

/* Only what still waits is kept; the same question again takes the place of the one before. */
static void keep_change(struct decision *d, const struct address_change *change)
{
	struct dossier *dossier = d->output.dossier;
	size_t i, kept = 0;

	for (i = 0; i < dossier->change_count; i++) {
		const struct address_change *old = &dossier->changes[i];
		bool same = change && old->person == change->person && addr_same(old->to, change->to);

		if (d->now < old->expires && !same)
			dossier->changes[kept++] = *old;
	}
	dossier->change_count = kept;
	if (!change)
		return;
	dossier->changes = arena_grow(d->arena, dossier->changes, dossier->change_count, sizeof *dossier->changes);
	dossier->changes[dossier->change_count++] = *change;
}

/* Could it be an address of that person? NULL, or why not. */
static const char *what_is_wrong(const struct decision *d, const struct dossier *dossier, const char *address, int person,
				 bool add)
{
	int whose = dossier_client_of(dossier, address);

	if (!addr_valid(address) || settings_own_address(d->engine->settings, address) ||
	    settings_is_staff(d->service, address) || addr_same(dossier->office.address, address))
		return WHY_ADDRESS;
	if (whose >= 0 && (whose != person || add || addr_same(dossier_client_const(dossier, (size_t)whose)->address, address)))
		return whose == person ? FLOW_ALREADY : WHY_ADDRESS;
	return add && dossier->alias_count >= ADDRESS_MORE ? WHY_ADDRESS : NULL;
}

/* Nobody makes us write to strangers all day. */
static bool is_often(struct decision *d, const char *to)
{
	struct store *store = d->engine->env->store;
	const char *service = d->service->key, *number = d->output.dossier->number;
	int64_t here = 0, there = 0;

	return store_outbox_count(store, service, NULL, "adres-vraag", number, d->now - 86400, &here, NULL) ||
	       store_outbox_count(store, service, to, "adres-vraag", NULL, d->now - 86400, &there, NULL) ||
	       here >= ADDRESS_OFTEN || there > 0;
}

static void wish_change(struct decision *d, const char *template, enum tmpl_audience audience, const char *only,
			const char *purpose)
{
	struct wish *wish = answer_wish(&d->answering, template, audience);

	wish->only = only;
	wish->purpose = purpose;
	wish->apart = purpose != NULL;
}

static void ask(struct decision *d, const struct orders *o, struct outcome *out, int person, const char *to)
{
	bool staff = o->standing->role == ACTOR_STAFF;
	struct address_change change = { .person = person, .add = out->said->verb == COMMAND_ADDRESS_ADD, .to = to,
					 .from = dossier_client_const(d->output.dossier, (size_t)person)->address,
					 .asked = d->now, .expires = d->now + ADDRESS_LIFE,
					 .from_at = staff ? d->now : DATE_NONE, .to_at = DATE_NONE };
	const char *why = what_is_wrong(d, d->output.dossier, to, person, change.add), *purpose;
	struct err err = ERR_INIT;

	if (why && str_eq(why, FLOW_ALREADY)) {
		out->kind = OUTCOME_ALREADY;
		return;
	}
	if (why || is_often(d, to)) {
		people_refuse(out, why ? why : WHY_OFTEN);
		return;
	}
	change.by = arena_printf(d->arena, "%s %s", actor_role_word(o->standing->role), o->by ? o->by : "");
	keep_change(d, &change);
	d->answering.change = arena_memdup(d->arena, &change, sizeof change);
	d->answering.change_word = "asked";
	purpose = purpose_of(d->engine, &change, d->arena);
	if (mail_outside(d, "adres-vraag", to, d->answering.change, "asked", purpose, &err)) {
		log_line(LOG_LEVEL_ERROR, "address.mail", "dossier=%s why=\"%s\"", d->output.dossier->number, err.text);
		keep_change(d, NULL);
		people_refuse(out, WHY_ADDRESS);
		return;
	}
	wish_change(d, "adres-bevestigen", TMPL_AUDIENCE_CLIENT, change.from, purpose);
	people_note(d, o, "address",
		    arena_printf(d->arena, "%s: %s is asked%s", change.add ? "one more address" : "another address", to,
				 staff ? "" : ", and the present one"));
	out->kind = OUTCOME_BOTH;
}

/* ---- taking one away ---- */

static bool remove_alias(struct dossier *dossier, int person, const char *address)
{
	size_t i, kept = 0, before = dossier->alias_count;

	for (i = 0; i < before; i++)
		if (dossier->aliases[i].person != person || !addr_same(dossier->aliases[i].address, address))
			dossier->aliases[kept++] = dossier->aliases[i];
	dossier->alias_count = kept;
	return kept < before;
}

static void drop(struct decision *d, const struct orders *o, struct outcome *out, int person)
{
	const char *address = out->said->address;

	if (!remove_alias(d->output.dossier, person, address)) {
		people_refuse(out, WHY_ADDRESS);
		return;
	}
	people_revoke(d, address);
	people_note(d, o, "address", arena_printf(d->arena, "%s is no address of the client any more", address));
	out->kind = OUTCOME_DONE;
}

void address_settle(struct decision *d, const struct orders *o, struct outcome *out)
{
	bool staff = out->said->verb == COMMAND_ADDRESS_OF;
	const char *whose = staff ? out->said->address : o->by, *to = staff ? out->said->name : out->said->address;
	int person = whose ? dossier_client_of(d->output.dossier, whose) : -1;
	char folded[ADDR_MAX + 1];

	if (person < 0 || !addr_fold(folded, to))
		people_refuse(out, WHY_ADDRESS);
	else if (out->said->verb == COMMAND_ADDRESS_DROP)
		drop(d, o, out, person);
	else
		ask(d, o, out, person, arena_strdup(d->arena, folded));
}

/* ---- the answers ---- */

struct answering_address {
	struct handling *h;
	struct address_change *change; /* of the dossier after */
	size_t place;
	const char *sender;
	bool yes;
	struct err *err;
};

static const struct reply_token *find_token(const struct handling *h, const struct reply *reply, const char *sender)
{
	size_t i;

	for (i = 0; i < reply->count; i++) {
		const struct reply_token *token = &reply->list[i];

		if (str_starts(token->purpose, ADDRESS_PURPOSE "-") && str_eq(token->dossier, h->dossier->number) &&
		    addr_same(token->address, sender) && h->now < token->expires && token->revoked == DATE_NONE)
			return token;
	}
	return NULL;
}

/* What it says, where it says nothing else; COMMAND_VERBS = something else. */
static enum command_verb read_answer(const struct handling *h)
{
	struct saying_order order = { .phrases = world_phrases(h->engine->world), .role = ACTOR_CLIENT,
				      .text = h->job->mail.text };
	struct saying saying;

	if (handle_has_files(&h->job->mail))
		return COMMAND_VERBS;
	command_read(&order, h->arena, &saying);
	if (saying.count != 1 || saying.list[0].fault != COMMAND_FINE ||
	    (saying.list[0].verb != COMMAND_YES && saying.list[0].verb != COMMAND_NO))
		return COMMAND_VERBS;
	return saying.list[0].verb;
}

static void swap_address(struct dossier *dossier, const struct address_change *change)
{
	struct party *party = dossier_client(dossier, (size_t)change->person);

	remove_alias(dossier, change->person, change->to);
	party->address = change->to;
}

static void add_alias(struct dossier *dossier, const struct address_change *change, struct arena *arena)
{
	struct alias *grown = arena_array(arena, dossier->alias_count + 1, sizeof *grown);

	if (dossier->alias_count)
		memcpy(grown, dossier->aliases, dossier->alias_count * sizeof *grown);
	grown[dossier->alias_count] = (struct alias){ change->person, change->to };
	dossier->aliases = grown;
	dossier->alias_count++;
}

static const char *words_of(const struct address_change *change, struct arena *arena)
{
	return change->add ? arena_printf(arena, "%s is one more address of %s", change->to, change->from) :
			     arena_printf(arena, "%s in the place of %s", change->to, change->from);
}

static void apply(struct decision *d, const struct address_change *change)
{
	if (change->add)
		add_alias(d->output.dossier, change, d->arena);
	else
		swap_address(d->output.dossier, change);
	if (!change->add)
		people_revoke(d, change->from);
	decision_history(d, "address", change->by, words_of(change, d->arena));
}

/* Two people may share an address: the name tells them apart. */
static bool is_called(struct arena *arena, const struct party *party, const char *name)
{
	return str_eq(command_fold(arena, party->name ? party->name : ""), command_fold(arena, name ? name : ""));
}

/* His other dossiers with this service follow, silently: it is the person who has another address. */
static int apply_to_others(struct handling *h, const struct address_change *change, struct err *err)
{
	struct dossier_filter filter = { .service = h->dossier->service, .address = change->from, .final = -1, .limit = 1000 };
	struct store *store = h->engine->env->store;
	const char *name = dossier_client_const(h->dossier, (size_t)change->person)->name;
	struct dossier *list;
	size_t count, i;

	if (store_dossier_list(store, &filter, h->arena, &list, &count, err))
		return -1;
	for (i = 0; i < count; i++) {
		struct address_change here = *change;
		struct store_take take = { .now = h->now };
		struct decision d = { .engine = h->engine, .arena = h->arena, .now = h->now, .service = h->decision.service };
		struct dossier *dossier;

		here.person = dossier_client_of(&list[i], change->from);
		/* Where it is somebody's second address only, that somebody was not asked. */
		if (str_eq(list[i].number, h->dossier->number) || here.person < 0 ||
		    !addr_same(dossier_client_const(&list[i], here.person)->address, change->from) ||
		    !is_called(h->arena, dossier_client_const(&list[i], here.person), name) ||
		    what_is_wrong(&h->decision, &list[i], change->to, here.person, change->add))
			continue;
		if (store_dossier_load(store, list[i].number, h->arena, &dossier, err))
			return -1;
		d.output.dossier = dossier;
		apply(&d, &here);
		take.dossier = dossier;
		take.history = d.output.history;
		take.history_count = d.output.history_count;
		take.revoked = d.revoked;
		take.revoked_count = d.revoked_count;
		if (store_take(store, &take, err))
			return err_context(err, "dossier '%s'", list[i].number);
	}
	return 0;
}

static int finish_change(struct answering_address *w, struct address_change *change)
{
	struct decision *d = &w->h->decision;

	apply(d, change);
	d->answering.change_word = "done";
	wish_change(d, "adres-gewijzigd", TMPL_AUDIENCE_CLIENT, change->add ? change->from : change->to, NULL);
	wish_change(d, "adres-taak", TMPL_AUDIENCE_STAFF, NULL, NULL);
	if (!change->add && mail_outside(d, "adres-oud", change->from, change, "done", NULL, w->err))
		return -1;
	return apply_to_others(w->h, change, w->err);
}

static int settle_yes(struct answering_address *w, struct address_change *change)
{
	if (addr_same(w->sender, change->from))
		change->from_at = w->h->now;
	else
		change->to_at = w->h->now;
	if (change->from_at != DATE_NONE && change->to_at != DATE_NONE)
		return finish_change(w, change);
	w->h->decision.output.dossier->changes = arena_grow(w->h->arena, w->h->decision.output.dossier->changes,
							    w->h->decision.output.dossier->change_count, sizeof *change);
	w->h->decision.output.dossier->changes[w->h->decision.output.dossier->change_count++] = *change;
	return mail_outside(&w->h->decision, "adres-half", w->sender, change, "half", NULL, w->err);
}

/* Somebody says no: staff hear of it, for it may be that somebody tried what he should not. */
static int settle_no(struct answering_address *w, struct address_change *change)
{
	struct decision *d = &w->h->decision;

	d->answering.change_word = "dropped";
	decision_history(d, "address", w->sender, arena_printf(d->arena, "no to: %s", words_of(change, d->arena)));
	wish_change(d, "adres-taak", TMPL_AUDIENCE_STAFF, NULL, NULL);
	wish_change(d, "adres-gewijzigd", TMPL_AUDIENCE_CLIENT, change->from, NULL);
	return 0;
}

static int take_answer(struct answering_address *w)
{
	struct handling *h = w->h;
	struct decision *d = &h->decision;
	struct address_change *change;
	struct dossier *after;

	if (decision_prepare(d, h->engine, h->arena, h->dossier, h->now, w->err) || decision_flow(d, w->err))
		return -1;
	after = d->output.dossier;
	change = arena_memdup(h->arena, &after->changes[w->place], sizeof *change);
	after->change_count--;
	memmove(&after->changes[w->place], &after->changes[w->place + 1], (after->change_count - w->place) * sizeof *change);
	d->answering.cause = h->cause;
	d->answering.item = h->job->item.id;
	d->answering.received = h->job->item.received;
	d->answering.change = change;
	/*
	 * What was nobody's when it was asked may be a party's by now; and what it
	 * should replace may have been replaced since, because its mailbox was stolen.
	 */
	w->yes = w->yes && !what_is_wrong(d, after, change->to, change->person, change->add) &&
		 addr_same(dossier_client_const(after, change->person)->address, change->from);
	if (w->yes ? settle_yes(w, change) : settle_no(w, change))
		return -1;
	h->verdict->state = ITEM_PROCESSED;
	h->verdict->dossier = h->dossier->number;
	d->verdict = h->verdict;
	return decision_take(d, w->err);
}

/* The change that this token asks about; its place in '*place'. */
static bool find_change(const struct handling *h, const struct reply_token *token, size_t *place)
{
	for (*place = 0; *place < h->dossier->change_count; ++*place) {
		const struct address_change *change = &h->dossier->changes[*place];

		if (h->now < change->expires && str_eq(purpose_of(h->engine, change, h->arena), token->purpose))
			return true;
	}
	return false;
}

int address_step(struct deciding *d)
{
	struct handling *h = &d->handling;
	const char *sender = d->sender.automatic ? NULL : d->sender.address;
	const struct reply_token *token = sender ? find_token(h, &d->reply, sender) : NULL;
	enum command_verb verb = token ? read_answer(h) : COMMAND_VERBS;
	struct err why = ERR_INIT;
	struct answering_address w = { .h = h, .sender = sender, .yes = verb == COMMAND_YES, .err = &why };

	if (verb == COMMAND_VERBS || !find_change(h, token, &w.place))
		return DECIDE_NEXT;
	/* The old one proves more than that its mail was read; the new one can prove no more. */
	if (w.yes && addr_same(sender, h->dossier->changes[w.place].from) && h->standing.level < 2)
		return DECIDE_NEXT;
	if (!take_answer(&w))
		return decide_ended(d);
	if (why.code == ERR_LIMIT)
		return held_rule_error(d, &why);
	*d->err = why;
	return -1;
}
