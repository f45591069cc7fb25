/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "work/decide.h"
#include "work/filled.h"
#include "work/held.h"

int decision_prepare(struct decision *d, struct engine *engine, struct arena *arena, struct dossier *dossier,
		     int64_t now, struct err *err)
{
	*d = (struct decision){ .engine = engine, .arena = arena, .dossier = dossier, .now = now };
	d->service = settings_service(engine->settings, dossier->service);
	if (!d->service)
		return err_set(err, ERR_INPUT, "dossier %s belongs to service '%s', which the configuration no longer has",
			       dossier->number, dossier->service);
	if (world_program_pinned(engine->world, engine->env->store, dossier->program, &d->program, err))
		return err_context(err, "dossier %s", dossier->number);
	d->answering = (struct answering){ .engine = engine, .arena = arena, .service = d->service,
					   .program = d->program, .scope = dossier->scope, .now = now,
					   .received = DATE_NONE };
	return 0;
}

static struct decision_read read_of(const struct dossier *dossier)
{
	return (struct decision_read){ .office = dossier->office.address, .language = dossier->client.language,
				       .brand = dossier->brand, .office_only = dossier->office_only,
				       .copy = dossier->client.copy };
}

static bool same_read(const struct decision_read *a, const struct decision_read *b)
{
	return !a->office == !b->office && str_eq(a->language, b->language) && str_eq(a->brand, b->brand) &&
	       a->office_only == b->office_only && a->copy == b->copy;
}

/* The rules over these events, and the mails that they want. */
static int run_rules(struct decision *d, const struct dossier *dossier, const struct event *events, size_t count,
		     struct flow_output *output, struct err *err)
{
	struct calendar calendar;
	struct flow_input input = { .program = d->program, .dossier = dossier, .events = events, .event_count = count,
				    .now = d->now, .calendar = &calendar };
	size_t i;

	world_calendar(d->engine->world, d->program, d->service->timezone, &calendar);
	if (flow_run(&input, d->arena, output, err))
		return -1;
	d->answering.dossier = output->dossier;
	answer_effects(&d->answering, output);
	for (i = 0; i < output->effect_count; i++)
		if (output->effects[i].kind == FLOW_MAIL && output->effects[i].form)
			filled_along(d, output->effects[i].form, output->effects[i].template);
	d->read = read_of(output->dossier);
	return 0;
}

int decision_flow(struct decision *d, struct err *err)
{
	return run_rules(d, d->dossier, d->events, d->event_count, &d->output, err);
}

int decision_rejudge(struct decision *d, struct err *err)
{
	const struct decision_read now = read_of(d->output.dossier);
	struct flow_output after;
	size_t i;

	if (same_read(&d->read, &now))
		return 0;
	if (run_rules(d, d->output.dossier, NULL, 0, &after, err))
		return -1;
	d->output.dossier = after.dossier;
	d->output.transitions += after.transitions;
	for (i = 0; i < after.history_count; i++)
		decision_history(d, after.history[i].event, after.history[i].by, after.history[i].text);
	return 0;
}

void decision_history(struct decision *d, const char *event, const char *by, const char *text)
{
	struct flow_output *o = &d->output;
	struct history_line *grown = arena_array(d->arena, o->history_count + 1, sizeof *grown);
	size_t i;

	for (i = 0; i < o->history_count; i++)
		grown[i] = o->history[i];
	grown[o->history_count++] = (struct history_line){ d->now, event, by, text };
	o->history = grown;
}

/* What went out to a party may be mailed to him again. */
static void mark_shown(struct decision *d)
{
	struct dossier *dossier = d->output.dossier;
	size_t i, s, n;

	for (i = 0; i < d->answering.shown_count; i++)
		for (s = 0; s < dossier->slot_count; s++)
			for (n = 0; n < dossier->slots[s].document_count; n++)
				if (&dossier->slots[s].documents[n] == d->answering.shown[i].document)
					dossier->slots[s].documents[n].shown |= d->answering.shown[i].as;
}

int decision_take(struct decision *d, struct err *err)
{
	struct store *store = d->engine->env->store;
	struct store_take take = { .dossier = d->output.dossier, .item = d->verdict, .raw_key = d->raw_key,
				   .now = d->now };

	if (answer_render(&d->answering, err))
		return -1;
	mark_shown(d);
	take.history = d->output.history;
	take.history_count = d->output.history_count;
	answer_into(&d->answering, &take);
	take.revoked = d->revoked;
	take.revoked_count = d->revoked_count;
	take.answers = d->answers;
	if (held_settle(d, err))
		return -1;
	take.ends = d->ends;
	take.end_count = d->end_count;
	take.accepts = d->accepts;
	take.accept_count = d->accept_count;
	take.asked = d->asked;
	take.asked_count = d->asked_count;
	d->engine->released |= d->accept_count > 0;
	take.ticket = d->ticket;
	return store_take(store, &take, err) || store_time_seen(store, d->now, err) ? -1 : 0;
}
