/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/run_p.h"

static const char *slot_title(struct arena *arena, const char *title, int year)
{
	static const char field[] = "{year}";
	const char *hit = title ? strstr(title, field) : NULL;

	if (!hit || !year)
		return title;
	return arena_printf(arena, "%.*s%d%s", (int)(hit - title), title, year,
			    slot_title(arena, hit + sizeof field - 1, year));
}

struct slot run_slot_make(struct arena *arena, const struct prog_slot *rule, int year)
{
	return (struct slot){
		.name = rule->name,
		.year = year,
		.title = slot_title(arena, rule->title, year),
		.required = rule->required && !rule->required_if,
		.from_staff = rule->from_staff,
		.may_be_absent = rule->may_be_absent,
		.files_min = rule->files_min,
		.files_max = rule->files_max,
	};
}

void flow_dossier_init(const struct program *program, const struct calendar *calendar, struct arena *arena,
		       struct dossier *dossier)
{
	int year = calendar_year(calendar, dossier->opened), back;
	size_t i, count = 0;

	for (i = 0; i < program->slot_count; i++)
		count += program->slots[i].years > 0 ? (size_t)program->slots[i].years : 1;
	dossier->slots = arena_array(arena, count, sizeof *dossier->slots);
	dossier->slot_count = 0;
	for (i = 0; i < program->slot_count; i++) {
		const struct prog_slot *rule = &program->slots[i];

		if (rule->years <= 0)
			dossier->slots[dossier->slot_count++] = run_slot_make(arena, rule, 0);
		for (back = rule->years; back > 0; back--)
			dossier->slots[dossier->slot_count++] = run_slot_make(arena, rule, year - back);
	}
	run_facts_init(program, NULL, arena, dossier);
	for (i = 0; i < dossier->slot_count; i++)
		dossier->slots[i].required = run_slot_wanted(program, dossier, &dossier->slots[i]);
}

void run_watch(struct run *run)
{
	run_approvals_watch(run);
	if (dossier_missing(run->dossier) == 0)
		return;
	run->dossier->complete = false;
	run_quiet_cancel(run);
}

static int open_dossier(struct run *run, const struct event *event, size_t index)
{
	const struct program *program = run->in->program;
	struct run_answer ignored;

	if (run->state) {
		run_refuse(run, event, index, FLOW_ALREADY, run->dossier->state);
		return 0;
	}
	run_note(run, event, event_kind_words(EVENT_OPENED), "%s",
		 run->dossier->number ? run->dossier->number : "");
	if (!run->dossier->opened)
		run->dossier->opened = run->in->now;
	if (run_enter(run, &program->states[program->start]) < 0)
		return -1;
	return run_dispatch(run, event, &ignored);
}

void run_raise(struct run *run, const struct event *event)
{
	run->raised = arena_grow(run->arena, run->raised, run->raised_count, sizeof *run->raised);
	run->raised[run->raised_count++] = *event;
}

/* What a derived event says of itself in the history; a fact told its news when it was set. */
static const char *raised_text(struct run *run, const struct event *event)
{
	if (event->reason)
		return event->reason;
	return event->slot ? run_slot_name(run, event->slot, event->year) : NULL;
}

/* What the core raises by itself: only clauses see it. */
static int hand_one(struct run *run, const struct event *event)
{
	const char *text = raised_text(run, event);
	struct run_answer answer;

	if (++run->handed > FLOW_MAX_RAISED)
		return err_set(run->err, ERR_LIMIT, "%s: more than %d derived events in one item, the last one '%s'",
			       run->in->program->name, FLOW_MAX_RAISED, event_kind_words(event->kind));
	if (text)
		run_note(run, NULL, event_kind_words(event->kind), "%s", text);
	run_watch(run);
	if (run_dispatch(run, event, &answer) < 0)
		return -1;
	if (answer.outcome == RUN_DONE)
		run_approval_told(run, event);
	return 0;
}

static int hand_raised(struct run *run)
{
	while (run->raised_done < run->raised_count) {
		struct event event = run->raised[run->raised_done++];

		if (hand_one(run, &event) < 0)
			return -1;
	}
	run_watch(run);
	return 0;
}

/* A command that no clause answers changes nothing, since nobody would be told. */
static bool is_unheard(const struct run *run, const struct event *event)
{
	return run_event_asks(run, event) && !run_is_handled(run, event);
}

/* False: it changed nothing, and why was said. */
static int handle(struct run *run, const struct event *event, size_t index)
{
	bool told = run_approval_is_told(run, event);
	bool may_end = run_event_asks(run, event) && !run_event_stands(event) && !told;
	struct dossier *before = may_end ? dossier_copy(run->arena, run->dossier) : NULL;
	size_t history = run->out->history_count, raised = run->raised_count;
	struct run_answer answer;
	const char *detail, *wrong = run_event_wrong(run, event, &detail);

	if (wrong)
		return run_refuse(run, event, index, wrong, detail);
	if (!told && is_unheard(run, event))
		return run_refuse(run, event, index, run->dossier->final ? FLOW_FINAL : FLOW_NO_CLAUSE,
				  run->dossier->state);
	if (!run_apply(run, event, index))
		return 0;
	run_watch(run);
	/* The mail that was wanted then shows the dossier as it is when the item ends. */
	if (told)
		return 1;
	if (run_dispatch(run, event, &answer) < 0)
		return -1;
	if (answer.outcome == RUN_DONE)
		run_approval_told(run, event);
	if (before && answer.outcome != RUN_DONE) {
		run->dossier = before;
		run->out->history_count = history;
		run->raised_count = raised;
		return run_refuse(run, event, index, answer.outcome == RUN_GUARDED ? answer.why : FLOW_NO_CLAUSE,
				  answer.clause);
	}
	return 1;
}

/* An event about approval may leave the slot out; a document that came with it is never lost. */
static int handle_approval(struct run *run, const struct event *given, size_t index)
{
	struct event event = *given;
	const char *why = run_approval_resolve(run, &event);
	int done = why ? run_refuse(run, &event, index, why, NULL) : handle(run, &event, index);

	if (done == 0 && event.document)
		run_document_keep(run, &event, index);
	return done;
}

static int handle_one(struct run *run, const struct event *event, size_t index)
{
	int done;

	if (event->kind == EVENT_OPENED)
		return open_dossier(run, event, index) < 0 ? -1 : hand_raised(run);
	if (!run->state)
		return err_set(run->err, ERR_INPUT, "'%s' before the dossier was opened",
			       event_kind_words(event->kind));
	if (event->kind == EVENT_TIMER)
		return run_timer_fire(run, event, index) < 0 ? -1 : hand_raised(run);
	if (event->kind == EVENT_APPROVAL_ASKED || event->kind == EVENT_APPROVAL_GIVEN ||
	    event->kind == EVENT_APPROVAL_REFUSED)
		done = handle_approval(run, event, index);
	else
		done = handle(run, event, index);
	return done < 0 ? -1 : hand_raised(run);
}

/* A fact that a clause sets may open a slot and close it again: each time is news, up to a limit. */
static int finish_item(struct run *run)
{
	struct event event = { .kind = EVENT_DOCUMENTS_COMPLETE, .at = run->in->now,
			       .reason = "no required document is missing" };

	while (run->state && !run->state->final && !run->dossier->complete && dossier_missing(run->dossier) == 0) {
		run->dossier->complete = true;
		run->heard = true;
		if (hand_one(run, &event) < 0 || hand_raised(run) < 0)
			return -1;
	}
	return 0;
}

static int start(struct run *run)
{
	const struct flow_input *in = run->in;
	bool from_party = false;
	size_t i;

	run->dossier = dossier_copy(run->arena, in->dossier);
	run->fresh = arena_array(run->arena, in->dossier->slot_count + in->event_count + 1, sizeof *run->fresh);
	run->put = arena_array(run->arena, in->dossier->slot_count + in->event_count + 1, sizeof *run->put);
	if (in->dossier->state) {
		run->state = program_state(in->program, in->dossier->state);
		if (!run->state)
			return err_set(run->err, ERR_INPUT, "dossier %s: state '%s' is not in workflow %s",
				       in->dossier->number ? in->dossier->number : "(new)", in->dossier->state,
				       in->program->name);
		run->chain[run->chain_count++] = run->state->name;
	}
	for (i = 0; i < in->event_count; i++)
		from_party |= event_from_party(&in->events[i]);
	if (from_party)
		flow_quiet_touch(in->program, run->dossier, in->now);
	/* An office, a copy or a version of the rules may have come since the last item. */
	run_required_judge(run);
	if (run->state) {
		run_payment_timer(run);
		run_watch(run);
	}
	return 0;
}

int run_item(const struct flow_input *input, bool tried, struct arena *arena, struct flow_output *output_r,
	     struct err *err)
{
	struct flow_output out = { 0 };
	struct run run = { .in = input, .arena = arena, .out = &out, .err = err, .tried = tried };
	size_t i;

	if (start(&run) < 0)
		return -1;
	for (i = 0; i < input->event_count; i++)
		if (handle_one(&run, &input->events[i], i) < 0)
			return -1;
	if (finish_item(&run) < 0)
		return -1;
	out.dossier = run.dossier;
	*output_r = out;
	return 0;
}

int flow_run(const struct flow_input *input, struct arena *arena, struct flow_output *output_r, struct err *err)
{
	return run_item(input, false, arena, output_r, err);
}
