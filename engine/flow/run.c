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

static struct slot slot_make(struct arena *arena, const struct prog_slot *rule, int year)
{
	return (struct slot){
		.name = rule->name,
		.year = year,
		.title = slot_title(arena, rule->title, year),
		.required = rule->required,
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
			dossier->slots[dossier->slot_count++] = slot_make(arena, rule, 0);
		for (back = rule->years; back > 0; back--)
			dossier->slots[dossier->slot_count++] = slot_make(arena, rule, year - back);
	}
}

/* After each event: completeness is armed again, and nothing waits for it, while something is missing. */
static void watch_complete(struct run *run)
{
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

/* What the core raises by itself: only clauses see it. */
static int raise_derived(struct run *run, enum event_kind kind, const char *text)
{
	struct event event = { .kind = kind, .at = run->in->now };
	struct run_answer ignored;

	run_note(run, NULL, event_kind_words(kind), "%s", text);
	return run_dispatch(run, &event, &ignored);
}

void run_raise(struct run *run, const struct event *event)
{
	run->raised = arena_grow(run->arena, run->raised, run->raised_count, sizeof *run->raised);
	run->raised[run->raised_count++] = *event;
}

static int hand_raised(struct run *run)
{
	struct run_answer ignored;

	while (run->raised_done < run->raised_count) {
		struct event event = run->raised[run->raised_done++];

		if (run->raised_done > FLOW_MAX_RAISED)
			return err_set(run->err, ERR_LIMIT, "%s: more than %d derived events in one item",
				       run->in->program->name, FLOW_MAX_RAISED);
		run_note(run, NULL, event_kind_words(event.kind), "%s", event.name ? event.name : event.slot);
		watch_complete(run);
		if (run_dispatch(run, &event, &ignored) < 0)
			return -1;
	}
	return 0;
}

static int raise_paid(struct run *run)
{
	if (hand_raised(run) < 0)
		return -1;
	if (!run->paid_pending || run->paid_raised)
		return 0;
	run->paid_raised = true;
	return raise_derived(run, EVENT_PAYMENT_PAID, "paid before");
}

/* A command that no clause answers changes nothing, since nobody would be told. */
static bool unheard(struct run *run, const struct event *event, size_t index)
{
	if (!run_event_asks(event) || run_is_handled(run, event))
		return false;
	run_refuse(run, event, index, run->dossier->final ? FLOW_FINAL : FLOW_NO_CLAUSE, run->dossier->state);
	return true;
}

static int handle(struct run *run, const struct event *event, size_t index)
{
	struct dossier *before = NULL;
	size_t history = run->out->history_count;
	struct run_answer answer;

	if (unheard(run, event, index))
		return 0;
	if (run_event_asks(event))
		before = dossier_copy(run->arena, run->dossier);
	if (!run_apply(run, event, index))
		return 0;
	watch_complete(run);
	if (run_dispatch(run, event, &answer) < 0)
		return -1;
	if (before && answer.outcome != RUN_DONE) {
		run->dossier = before;
		run->out->history_count = history;
		run_refuse(run, event, index, answer.outcome == RUN_GUARDED ? answer.why : FLOW_NO_CLAUSE,
			   answer.clause);
	}
	return raise_paid(run);
}

static int handle_one(struct run *run, const struct event *event, size_t index)
{
	if (event->kind == EVENT_OPENED)
		return open_dossier(run, event, index) < 0 ? -1 : raise_paid(run);
	if (!run->state)
		return err_set(run->err, ERR_INPUT, "'%s' before the dossier was opened",
			       event_kind_words(event->kind));
	if (event->kind == EVENT_TIMER)
		return run_timer_fire(run, event, index) < 0 ? -1 : raise_paid(run);
	return handle(run, event, index);
}

static int finish_item(struct run *run)
{
	if (!run->state || run->state->final || run->dossier->complete || dossier_missing(run->dossier) > 0)
		return 0;
	run->dossier->complete = true;
	if (raise_derived(run, EVENT_DOCUMENTS_COMPLETE, "no required document is missing") < 0)
		return -1;
	return raise_paid(run);
}

static int start(struct run *run)
{
	const struct flow_input *in = run->in;
	bool from_party = false;
	size_t i;

	run->dossier = dossier_copy(run->arena, in->dossier);
	run->fresh = arena_array(run->arena, in->dossier->slot_count + in->event_count + 1, sizeof *run->fresh);
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
	return 0;
}

int flow_run(const struct flow_input *input, struct arena *arena, struct flow_output *output_r, struct err *err)
{
	struct flow_output out = { 0 };
	struct run run = { .in = input, .arena = arena, .out = &out, .err = err };
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
