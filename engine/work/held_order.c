/* System. */
#include <string.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "command/command.h"
#include "flow/place.h"

/* Own. */
#include "work/engine_p.h"
#include "work/held.h"
#include "work/route.h"

/* One order on its way. */
struct ordering {
	struct engine *engine;
	struct arena *arena;
	const struct engine_held_order *order;
	struct engine_held_result *result;
	struct item item;
	struct dossier *dossier;            /* its own, or the one that was named; NULL = none */
	const struct held_document **files; /* of it, that wait and are meant */
	size_t file_count;
	struct err *err;
};

static int not_done(struct ordering *o, const char *why, const char *text)
{
	*o->result = (struct engine_held_result){ .fate = HELD_NOT, .why = why, .text = text };
	return 0;
}

static int done(struct ordering *o, const char *text)
{
	*o->result = (struct engine_held_result){ .fate = HELD_DONE, .text = text };
	return 0;
}

static const char *which(const struct ordering *o)
{
	return arena_printf(o->arena, "item %lld", (long long)o->order->item);
}

static int no_file(struct ordering *o)
{
	if (!o->order->document)
		return not_done(o, "file", arena_printf(o->arena, "%s has no file that waits", which(o)));
	return not_done(o, "file", arena_printf(o->arena, "%s has no file %lld that waits", which(o),
						(long long)o->order->document));
}

/* A fault of the order is told; one of the store is an error. */
static int judge(struct ordering *o, const struct err *why)
{
	if (why->code == ERR_EXISTS) {
		*o->result = (struct engine_held_result){ .fate = HELD_ALREADY, .text = arena_strdup(o->arena, why->text) };
		return 0;
	}
	if (why->code == ERR_NOTFOUND || why->code == ERR_INPUT)
		return not_done(o, "other", arena_strdup(o->arena, why->text));
	if (why->code == ERR_LIMIT)
		return not_done(o, "rules", arena_strdup(o->arena, why->text));
	*o->err = *why;
	return -1;
}

/* ---- what it is about ---- */

/* Another service's items and dossiers are as unknown as invented ones. */
static bool is_ours(const struct ordering *o, const char *service)
{
	return str_eq(service, o->order->service ? o->order->service : o->item.service);
}

/* 1 = found, 0 = the result says why not. */
static int find_item(struct ordering *o)
{
	struct err why = ERR_INIT;

	if (store_item_load(o->engine->env->store, o->order->item, o->arena, &o->item, &why)) {
		if (why.code != ERR_NOTFOUND)
			return judge(o, &why);
		return not_done(o, "unknown", arena_printf(o->arena, "there is no %s", which(o)));
	}
	if (!is_ours(o, o->item.service))
		return not_done(o, "unknown", arena_printf(o->arena, "there is no %s", which(o)));
	return 1;
}

static int find_dossier(struct ordering *o, const char *number)
{
	struct err why = ERR_INIT;
	char *folded = arena_strdup(o->arena, number), *at;

	for (at = folded; *at; at++)
		*at = str_upper(*at);
	if (store_dossier_load(o->engine->env->store, folded, o->arena, &o->dossier, &why) == 0 &&
	    str_eq(o->dossier->service, o->item.service))
		return 1;
	o->dossier = NULL;
	if (why.code && why.code != ERR_NOTFOUND)
		return judge(o, &why);
	return not_done(o, "dossier", arena_printf(o->arena, "there is no dossier '%s'", number));
}

/* Those of the item that are meant; an item that was never taken in has none here. */
static int find_files(struct ordering *o)
{
	size_t i, kept = 0;

	if (!o->item.dossier || !o->item.raw_in_dossier)
		return 1;
	if (find_dossier(o, o->item.dossier) < 0)
		return -1;
	if (!o->dossier)
		return 0;
	held_files(o->dossier, o->item.id, o->arena, &o->files, &o->file_count);
	for (i = 0; i < o->file_count; i++)
		if (!o->order->document || o->files[i]->document.id == o->order->document)
			o->files[kept++] = o->files[i];
	o->file_count = kept;
	return 1;
}

/* ---- files that a dossier holds ---- */

/* The slot that was said, or the one that the file would go to. 1 = found. */
static int find_slot(struct ordering *o, const struct held_document *file, const struct slot **slot)
{
	const struct slot **slots;

	*slot = file ? held_slot(o->dossier, file) : NULL;
	if (o->order->slot) {
		if (command_slots(o->dossier, o->order->slot, o->arena, &slots) != 1)
			return not_done(o, "slot", arena_printf(o->arena, "'%s' is not the name of one document of dossier %s",
								o->order->slot, o->dossier->number));
		*slot = slots[0];
	}
	if (file && !*slot)
		return not_done(o, "slot", arena_printf(o->arena, "'%s' fits nowhere by itself: say as which document",
							file->document.name));
	return 1;
}

/* Who delivered it, if he may hear of this dossier; else the correspondent. */
static const char *receiver(const struct dossier *dossier, const char *from)
{
	enum actor_role role = from ? dossier_role_of(dossier, from) : ACTOR_NONE;

	if (role == ACTOR_OFFICE || (role == ACTOR_CLIENT && !dossier->office_only))
		return from;
	return dossier_correspondent(dossier)->address;
}

static int begin(struct ordering *o, struct decision *d)
{
	struct err why = ERR_INIT;
	struct answering *a = &d->answering;

	if (decision_prepare(d, o->engine, o->arena, o->dossier, engine_now(o->engine), &why))
		return judge(o, &why) ? -1 : 0;
	a->cause = arena_printf(o->arena, "held:%lld:%lld", (long long)o->item.id,
				(long long)o->files[0]->document.id);
	a->item = o->item.id;
	a->received = o->item.received;
	a->sender = receiver(o->dossier, o->files[0]->document.from);
	a->sender_name = "";
	return 1;
}

/* ---- in the place of another ---- */

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || str_starts(at, "\xc2\xa0"))
		at += *at == ' ' ? 1 : 2;
	return at;
}

/* As people copy them: case and blanks do not count, nor what ends a sentence. */
static bool same_name(const char *a, const char *b)
{
	while (a && b) {
		a = skip_blanks(a);
		b = skip_blanks(b);
		if (!a[strspn(a, ".,!;: ")] && !b[strspn(b, ".,!;: ")])
			return true;
		if (str_lower(*a) != str_lower(*b))
			return false;
		a++;
		b++;
	}
	return false;
}

/* Current files of the slot by that name; '*found_r' the last of them. */
static size_t count_named(const struct slot *slot, const char *name, const struct document **found)
{
	size_t i, count = 0;

	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].current && same_name(slot->documents[i].name, name)) {
			*found = &slot->documents[i];
			count++;
		}
	return count;
}

static const struct document *find_numbered(const struct slot *slot, const char *words)
{
	uint32_t number;
	size_t i;

	for (i = 0; str_to_u32(words, &number) && i < slot->document_count; i++)
		if (slot->documents[i].current && slot->documents[i].id == number)
			return &slot->documents[i];
	return NULL;
}

/* What the words name: by its number where they name several, or none. NULL = nothing. */
static const struct document *find_replaced(const struct slot *slot, const char *words)
{
	const struct document *found = NULL;

	return count_named(slot, words, &found) == 1 ? found : find_numbered(slot, words);
}

/* Not done, and in whose place it can come. */
static int not_placed(struct ordering *o, const char *why, const struct held_document *file, const struct slot *slot,
		      const char *text)
{
	struct engine_held_result *result = o->result;
	const struct document *same;
	size_t i;

	not_done(o, why, text);
	result->which = arena_printf(o->arena, "%lld/%lld", (long long)o->item.id, (long long)file->document.id);
	result->slot = o->order->slot;
	result->choices = arena_array(o->arena, slot->document_count + 1, sizeof *result->choices);
	for (i = 0; i < slot->document_count; i++) {
		const struct document *there = &slot->documents[i];

		if (!there->current)
			continue;
		result->choices[result->choice_count++] =
			there->name && count_named(slot, there->name, &same) == 1 ?
				there->name : arena_printf(o->arena, "%lld", (long long)there->id);
	}
	for (i = 0; i < result->choice_count; i++)
		result->text = arena_printf(o->arena, "%s%s%s", result->text, i ? ", " : "; in place of which one? ",
					    result->choices[i]);
	return 0;
}

/* Has the client approved the slot, or been asked about this file of it? */
static bool is_before_client(const struct decision *d, const struct slot *slot, const struct document *document)
{
	size_t i;

	if (slot->status == SLOT_APPROVED)
		return true;
	for (i = 0; i < d->dossier->approval_count; i++) {
		const struct approval *a = &d->dossier->approvals[i];

		if (a->year == slot->year && str_eq(a->slot, slot->name) && memcmp(a->sha256, document->sha256, 32) == 0 &&
		    (a->state == APPROVAL_ASKED || a->state == APPROVAL_GIVEN))
			return true;
	}
	return false;
}

/*
 * The one file takes the place of one that is there. What the client approved, or
 * is asked about, stays until he is asked again, lest his word be about what is gone
 * and nobody show him this: a file of staff is put to him by that very order.
 */
static int replace(struct ordering *o, struct decision *d, struct event *event)
{
	const struct slot *slot = dossier_slot(o->dossier, event->slot, event->year);
	const struct document *replaced;

	if (!o->order->replaces)
		return 1;
	if (o->file_count > 1)
		return not_done(o, "several", arena_printf(o->arena, "%s has several files that wait: say which one", which(o)));
	replaced = find_replaced(slot, o->order->replaces);
	if (!replaced)
		return not_placed(o, "replaced", o->files[0], slot,
				  arena_printf(o->arena, "'%s' is no file of '%s'", o->order->replaces, slot->title));
	event->sha256 = replaced->sha256;
	if (o->files[0]->document.from_staff && flow_slot_for_approval(d->program, slot) && is_before_client(d, slot, replaced))
		event->kind = EVENT_APPROVAL_ASKED;
	return 1;
}

static int place_events(struct ordering *o, struct event *events)
{
	const char *by = str_starts(o->order->by, "staff ") ? o->order->by + strlen("staff ") : o->order->by;
	const struct slot *slot;
	size_t i;
	int rc;

	for (i = 0; i < o->file_count; i++) {
		rc = find_slot(o, o->files[i], &slot);
		if (rc <= 0)
			return rc;
		events[i] = (struct event){ .kind = o->files[i]->document.from_staff ? EVENT_STAFF_DOCUMENT_RECEIVED :
										      EVENT_DOCUMENT_RECEIVED,
					    .at = engine_now(o->engine),
					    .actor = ACTOR_STAFF, .by = by, .slot = slot->name,
					    .year = slot->year, .document = &o->files[i]->document };
	}
	return 1;
}

/* What staff sent is theirs: no party hears what became of it, and they read it where they said so. */
static bool is_of_staff(const struct ordering *o)
{
	return o->files[0]->document.from_staff;
}

static void wish_receipt(struct ordering *o, struct decision *d)
{
	struct paper *papers = arena_array(o->arena, o->file_count + 1, sizeof *papers);
	size_t i;

	if (is_of_staff(o))
		return;
	for (i = 0; i < o->file_count; i++) {
		const struct slot *slot = dossier_slot(d->output.dossier, d->events[i].slot, d->events[i].year);

		papers[i] = (struct paper){ PAPER_RECEIVED, o->files[i]->document.name, slot ? slot->title : NULL, NULL };
	}
	d->answering.papers = papers;
	d->answering.paper_count = o->file_count;
	d->answering.had_papers = true;
	answer_wish_first(&d->answering, "ontvangst", TMPL_AUDIENCE_SENDER);
}

static int take(struct ordering *o, struct decision *d, const char *text)
{
	struct err why = ERR_INIT;

	if (decision_take(d, &why))
		return judge(o, &why);
	return done(o, text);
}

static int not_taken(struct ordering *o, const struct event *events, const struct flow_refusal *refusal)
{
	const struct event *event = &events[refusal->event];
	const struct slot *slot = dossier_slot(o->dossier, event->slot, event->year);
	const char *text = arena_printf(o->arena, "dossier %s does not take it: %s", o->dossier->number, refusal->why);

	if (!str_eq(refusal->why, HELD_FULL) || event->sha256)
		return not_done(o, refusal->why, text);
	return not_placed(o, HELD_FULL, o->files[refusal->event], slot, text);
}

/* All of them, or none: what the rules refuse is told, and nothing was done. */
static int place_files_held(struct ordering *o)
{
	struct event *events = arena_array(o->arena, o->file_count + 1, sizeof *events);
	struct decision d;
	struct err why = ERR_INIT;
	int rc = place_events(o, events);

	if (rc > 0)
		rc = begin(o, &d);
	if (rc > 0)
		rc = replace(o, &d, events);
	if (rc <= 0)
		return rc;
	d.events = events;
	d.event_count = o->file_count;
	if (decision_flow(&d, &why))
		return judge(o, &why);
	if (d.output.refusal_count)
		return not_taken(o, events, &d.output.refusals[0]);
	wish_receipt(o, &d);
	return take(o, &d, arena_printf(o->arena, "%zu files of %s are in dossier %s", o->file_count, which(o),
					o->dossier->number));
}

static void mark_refused(struct ordering *o, struct decision *d)
{
	struct dossier *after = d->output.dossier;
	size_t i, j;

	for (i = 0; i < o->file_count; i++)
		for (j = 0; j < after->held_count; j++)
			if (after->held[j].document.id == o->files[i]->document.id) {
				after->held[j].reason = HELD_REFUSED;
				decision_history(d, "held refused", o->order->by,
						 arena_printf(o->arena, "'%s': %s", o->files[i]->document.name,
							      o->order->reason));
			}
}

static int refuse_files(struct ordering *o)
{
	struct decision d;
	struct held_telling *telling = arena_alloc(o->arena, sizeof *telling);
	struct err why = ERR_INIT;
	size_t i;
	int rc;

	if (!o->order->reason)
		return not_done(o, "reason", "who sent the file is told why: a reason is wanted");
	rc = begin(o, &d);
	if (rc <= 0)
		return rc;
	if (decision_flow(&d, &why))
		return judge(o, &why);
	mark_refused(o, &d);
	telling->file = o->files[0]->document.name;
	for (i = 1; i < o->file_count; i++)
		telling->file = arena_printf(o->arena, "%s, %s", telling->file, o->files[i]->document.name);
	telling->reason = o->order->reason;
	d.answering.held = telling;
	if (!is_of_staff(o))
		answer_wish(&d.answering, "stuk-geweigerd", TMPL_AUDIENCE_SENDER);
	return take(o, &d, arena_printf(o->arena, "%zu files of %s were refused", o->file_count, which(o)));
}

/* ---- whole items ---- */

static int end_item(struct ordering *o, const char *reason, const char *text)
{
	const struct item_verdict verdict = { .id = o->item.id, .state = ITEM_PROCESSED, .reason = reason,
					      .detail = arena_printf(o->arena, "by %s%s%s", o->order->by,
								     o->order->reason ? ": " : "",
								     o->order->reason ? o->order->reason : "") };
	struct err why = ERR_INIT;

	if (store_item_end(o->engine->env->store, &verdict, &why))
		return judge(o, &why);
	return done(o, text);
}

static int refuse(struct ordering *o)
{
	if (o->item.state != ITEM_HELD && str_eq(o->item.reason, REASON_REFUSED)) {
		*o->result = (struct engine_held_result){ .fate = HELD_ALREADY, .text =
							  arena_printf(o->arena, "%s was refused before", which(o)) };
		return 0;
	}
	if (o->item.state != ITEM_HELD)
		return not_done(o, "gone", arena_printf(o->arena, "%s is %s, not held", which(o), item_state_word(o->item.state)));
	if (o->file_count)
		return refuse_files(o);
	if (o->order->document)
		return no_file(o);
	return end_item(o, REASON_REFUSED, arena_printf(o->arena, "%s was refused", which(o)));
}

static int let_through(struct ordering *o)
{
	struct held_accept accept = { .item = o->item.id, .by = o->order->by, .at = engine_now(o->engine) };
	const struct slot *slot = NULL;
	struct err why = ERR_INIT;
	const char *number = o->order->number ? o->order->number : o->item.dossier;
	int rc;

	if (!number)
		return not_done(o, "which", arena_printf(o->arena, "%s names no dossier: say for which one it is", which(o)));
	rc = find_dossier(o, number);
	if (rc > 0)
		rc = find_slot(o, NULL, &slot);
	if (rc <= 0)
		return rc;
	accept.dossier = o->dossier->number;
	accept.slot = slot ? slot->name : NULL;
	accept.year = slot ? slot->year : 0;
	if (store_held_accept(o->engine->env->store, &accept, &why))
		return judge(o, &why);
	o->engine->released = true;
	return done(o, arena_printf(o->arena, "%s is let through to dossier %s", which(o), accept.dossier));
}

/* What was let through, or ended otherwise, says so itself. */
static int accept_ended(struct ordering *o)
{
	struct held_accept before;
	struct err why = ERR_INIT;

	if (store_held_accepted(o->engine->env->store, o->item.id, o->arena, &before, &why)) {
		if (why.code != ERR_NOTFOUND)
			return judge(o, &why);
		if (str_eq(o->item.reason, REASON_RELEASED)) {
			*o->result = (struct engine_held_result){ .fate = HELD_ALREADY, .text =
							   arena_printf(o->arena, "%s was let through before", which(o)) };
			return 0;
		}
		return not_done(o, "gone", arena_printf(o->arena, "%s is %s, not held", which(o), item_state_word(o->item.state)));
	}
	err_set(&why, ERR_EXISTS, "%s was let through before, by %s, for dossier %s", which(o), before.by, before.dossier);
	return judge(o, &why);
}

static int accept(struct ordering *o)
{
	int rc;

	if (o->item.state != ITEM_HELD)
		return accept_ended(o);
	/* What a dossier has taken in, and told its parties of, does not go to another one without a word. */
	if (o->order->number && o->item.raw_in_dossier) {
		rc = find_dossier(o, o->order->number);
		if (rc <= 0)
			return rc;
		if (!str_eq(o->dossier->number, o->item.dossier))
			return not_done(o, "dossier", arena_printf(o->arena, "%s belongs to dossier %s already", which(o),
								   o->item.dossier));
	}
	if (o->file_count)
		return place_files_held(o);
	if (o->order->replaces && !o->order->document && !o->item.raw_in_dossier)
		return not_done(o, "first", arena_printf(o->arena, "%s is in no dossier yet: let it through first; what does not "
							 "fit there waits, and can then take the place of a file", which(o)));
	/* A dossier has taken it in: what it has no file for has no place either. What none has is in no place of it yet. */
	if (o->order->document || o->order->replaces || (o->order->slot && o->item.raw_in_dossier))
		return no_file(o);
	if (o->item.raw_in_dossier)
		return end_item(o, REASON_RELEASED, arena_printf(o->arena, "%s is done with", which(o)));
	return let_through(o);
}

int held_order(struct engine *engine, struct arena *arena, const struct engine_held_order *order,
	       struct engine_held_result *result, struct err *err)
{
	struct ordering o = { .engine = engine, .arena = arena, .order = order, .result = result, .err = err };
	char by[200];
	int rc;

	*result = (struct engine_held_result){ .fate = HELD_NOT, .why = "other", .text = "" };
	rc = find_item(&o);
	if (rc > 0 && o.item.state == ITEM_HELD)
		rc = find_files(&o);
	if (rc > 0)
		rc = order->refuse ? refuse(&o) : accept(&o);
	if (!rc)
		log_line(LOG_LEVEL_INFO, "held.order", "item=%lld order=%s by=%s done=%d why=%s", (long long)order->item,
			 order->refuse ? "refuse" : "accept", log_quote(by, sizeof by, order->by),
			 result->fate == HELD_DONE, result->why ? result->why : "-");
	return rc;
}

static int order_in_group(struct engine *engine, const struct engine_held_order *order, struct arena *arena,
			  struct engine_held_result *result, struct err *err)
{
	const struct env *env = engine->env;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	if (held_order(engine, arena, order, result, err) || store_time_seen(env->store, engine_now(engine), err) ||
	    blob_sync(env->blobs, err) || store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		return -1;
	}
	return 0;
}

int engine_held(struct engine *engine, const struct engine_held_order *order, struct arena *arena,
		struct engine_held_result *result, struct err *err)
{
	if (order_in_group(engine, order, arena, result, err)) {
		if (store_failed(engine->env->store))
			engine_fail(engine, err);
		return -1;
	}
	/* What was let through is decided by intake_recover(): here in the daemon, else when the command settles. */
	engine->released = false;
	engine_poke(engine);
	return 0;
}

/* ---- what waits no longer ---- */

static bool brings(const struct dossier *dossier, int64_t item)
{
	size_t i;

	for (i = 0; i < dossier->held_count; i++)
		if (dossier->held[i].document.item == item && !str_eq(dossier->held[i].reason, HELD_REFUSED))
			return true;
	return false;
}

static bool ends_already(const struct decision *d, int64_t item)
{
	size_t i;

	for (i = 0; i < d->end_count; i++)
		if (d->ends[i].id == item)
			return true;
	return d->verdict && d->verdict->id == item;
}

int held_settle(struct decision *d, struct err *err)
{
	const struct dossier *before = d->dossier, *after = d->output.dossier;
	struct item item;
	size_t i;

	for (i = 0; i < before->held_count; i++) {
		int64_t id = before->held[i].document.item;

		if (!id || !brings(before, id) || brings(after, id) || ends_already(d, id))
			continue;
		if (store_item_load(d->engine->env->store, id, d->arena, &item, err))
			return -1;
		if (item.state != ITEM_HELD)
			continue;
		d->ends = arena_grow(d->arena, d->ends, d->end_count, sizeof *d->ends);
		d->ends[d->end_count++] = (struct item_verdict){ .id = id, .state = ITEM_PROCESSED, .reason = REASON_RELEASED,
								 .detail = "none of its files waits any more" };
	}
	return 0;
}
