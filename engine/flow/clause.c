/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

static bool is_matching(const struct prog_event *wanted, const struct event *event)
{
	return wanted->kind == event->kind && (!wanted->slot || str_eq(wanted->slot, event->slot)) &&
	       (!wanted->name || str_eq(wanted->name, event->name));
}

static bool is_listening(const struct prog_clause *clause, const struct event *event)
{
	size_t i;

	if (clause->trigger != TRIGGER_ON)
		return false;
	for (i = 0; i < clause->event_count; i++)
		if (is_matching(&clause->events[i], event))
			return true;
	return false;
}

static bool any_listens(const struct prog_clause *clauses, size_t count, const struct event *event)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_listening(&clauses[i], event))
			return true;
	return false;
}

bool run_is_handled(const struct run *run, const struct event *event)
{
	const struct program *program = run->in->program;

	return any_listens(run->state->clauses, run->state->clause_count, event) ||
	       (!run->state->final && any_listens(program->always, program->always_count, event));
}

static struct clause_count *count_of(const struct run *run, const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < run->dossier->count_count; i++)
		if (str_eq(run->dossier->counts[i].clause, clause->id))
			return &run->dossier->counts[i];
	return NULL;
}

static bool is_used_up(const struct run *run, const struct prog_clause *clause)
{
	const struct clause_count *count = clause->limit ? count_of(run, clause) : NULL;

	return count && count->count >= clause->limit;
}

static void count_run(struct run *run, const struct prog_clause *clause)
{
	struct dossier *dossier = run->dossier;
	struct clause_count *count;

	if (!clause->limit)
		return;
	count = count_of(run, clause);
	if (!count) {
		dossier->counts = flow_list_append(run->arena, dossier->counts, dossier->count_count,
						   sizeof *dossier->counts);
		count = &dossier->counts[dossier->count_count++];
		count->clause = clause->id;
	}
	count->count++;
}

/* NULL when the clause may run, else why not. */
static const char *why_not(const struct run *run, const struct prog_clause *clause)
{
	if (is_used_up(run, clause))
		return FLOW_COUNTED;
	if (clause->cond && !flow_cond_holds(run->dossier, clause->cond))
		return FLOW_GUARD;
	return NULL;
}

static bool has_word(const char **words, size_t count, const char *word)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (str_eq(words[i], word))
			return true;
	return false;
}

/* The same mail with the same form to the same person from one item is sent once: its attachments are joined. */
static bool join_mail(struct run *run, const struct prog_action *action)
{
	struct flow_output *out = run->out;
	size_t i, j;

	for (i = 0; i < out->effect_count; i++) {
		struct flow_effect *effect = &out->effects[i];

		if (effect->kind != FLOW_MAIL || effect->audience != action->audience ||
		    !str_eq(effect->template, action->template) || !str_eq(effect->form, action->form))
			continue;
		for (j = 0; j < action->attach_count; j++) {
			if (has_word(effect->attach, effect->attach_count, action->attach[j]))
				continue;
			effect->attach = flow_list_append(run->arena, effect->attach, effect->attach_count,
						    sizeof *effect->attach);
			effect->attach[effect->attach_count++] = action->attach[j];
		}
		return true;
	}
	return false;
}

static void mail(struct run *run, const struct prog_clause *clause, const struct prog_action *action)
{
	struct flow_output *out = run->out;

	if (join_mail(run, action))
		return;
	out->effects = arena_grow(run->arena, out->effects, out->effect_count, sizeof *out->effects);
	out->effects[out->effect_count++] = (struct flow_effect){
		.kind = FLOW_MAIL,
		.clause = clause->id,
		.line = clause->span.line,
		.template = action->template,
		.audience = action->audience,
		.attach = action->attach,
		.attach_count = action->attach_count,
		.form = action->form,
	};
}

static void do_action(struct run *run, const struct prog_clause *clause, const struct prog_action *action)
{
	switch (action->kind) {
	case ACTION_MAIL: mail(run, clause, action); break;
	case ACTION_PAYMENT:
	case ACTION_PAYMENT_AGAIN: run_payment_request(run, clause, action); break;
	case ACTION_PAYMENT_CANCEL: run_payments_cancel(run); break;
	case ACTION_APPROVAL: run_approval_ask(run, action->slot); break;
	case ACTION_FACT: run_fact_set(run, action->fact, action->value); break;
	case ACTION_NOTE: run_note(run, NULL, "note", "%s", run_expand(run, action->text)); break;
	case ACTION_GOTO: break;
	}
}

static const char *audience_word(enum prog_audience audience)
{
	static const char *const words[] = {
		[AUDIENCE_CORRESPONDENT] = " to correspondent", [AUDIENCE_CLIENT] = " to client",
		[AUDIENCE_OFFICE] = " to office",               [AUDIENCE_PAYER] = " to payer",
		[AUDIENCE_STAFF] = " to staff",                 [AUDIENCE_SENDER] = " to sender",
	};

	return audience < sizeof words / sizeof *words && words[audience] ? words[audience] : "";
}

static void describe_action(const struct program *program, const struct prog_action *action, struct buf *out)
{
	switch (action->kind) {
	case ACTION_MAIL:
		buf_addf(out, "mail %s%s%s%s", action->template, action->form ? " with form " : "",
			 action->form ? action->form : "", audience_word(action->audience));
		break;
	case ACTION_GOTO:
		buf_addf(out, "goto %s", program->states[action->target].name);
		break;
	case ACTION_PAYMENT:
		buf_addf(out, "request payment %lld.%02d %s", (long long)(action->amount_cents / 100),
			 (int)(action->amount_cents % 100), action->currency);
		break;
	case ACTION_PAYMENT_AGAIN:
		buf_adds(out, "request payment again");
		break;
	case ACTION_PAYMENT_CANCEL: buf_adds(out, "cancel payment"); break;
	case ACTION_APPROVAL: buf_addf(out, "request approval %s", action->slot); break;
	case ACTION_FACT: buf_addf(out, "%s fact %s", action->value ? "set" : "clear", action->fact); break;
	case ACTION_NOTE: buf_adds(out, "note"); break;
	}
}

static void note_clause(struct run *run, const struct prog_clause *clause, const struct event *event)
{
	struct buf text = BUF_INIT(1000);
	size_t i;

	for (i = 0; i < clause->action_count && !run->in->silent; i++) {
		buf_adds(&text, i ? "; " : "");
		describe_action(run->in->program, &clause->actions[i], &text);
	}
	run_note(run, NULL, event_kind_words(event->kind), "%s: %s", run_clause_name(run, clause), text.data);
	buf_free(&text);
}

/* 1 = a goto ended it, 0 = it ran to its end, -1 = failed. */
static int run_clause(struct run *run, const struct prog_clause *clause, const struct event *event)
{
	size_t i;

	count_run(run, clause);
	note_clause(run, clause, event);
	for (i = 0; i < clause->action_count; i++) {
		const struct prog_action *action = &clause->actions[i];

		if (action->kind == ACTION_GOTO)
			return run_enter(run, &run->in->program->states[action->target]) < 0 ? -1 : 1;
		do_action(run, clause, action);
	}
	return 0;
}

static void trace(const struct run *run, const struct prog_clause *clause, const struct event *event,
		  const char *why)
{
	const struct flow_trace *asked = run->in->trace;

	if (asked)
		asked->clause(asked->ctx, &(struct flow_moment){ clause, event, run->dossier, why });
}

/* 1 = a goto ended the event, 0 = go on, -1 = failed. */
static int offer(struct run *run, const struct prog_clause *clause, const struct event *event,
		 struct run_answer *answer)
{
	const char *why;

	if (!is_listening(clause, event))
		return 0;
	why = clause->quiet.count && !is_used_up(run, clause) ? NULL : why_not(run, clause);
	trace(run, clause, event, why || !clause->quiet.count ? why : FLOW_QUIET);
	if (why) {
		run_note(run, NULL, event_kind_words(event->kind), "%s did not run: %s", run_clause_name(run, clause),
			 why);
		if (answer->outcome == RUN_UNHANDLED)
			*answer = (struct run_answer){ RUN_GUARDED, why, clause->id };
		return 0;
	}
	answer->outcome = RUN_DONE;
	if (clause->quiet.count) {
		run_quiet_start(run, clause);
		return 0;
	}
	return run_clause(run, clause, event);
}

int run_dispatch(struct run *run, const struct event *event, struct run_answer *answer_r)
{
	const struct program *program = run->in->program;
	const struct prog_state *state = run->state;
	size_t i;
	int ret = 0;

	*answer_r = (struct run_answer){ RUN_UNHANDLED, NULL, NULL };
	for (i = 0; i < state->clause_count && ret == 0; i++)
		ret = offer(run, &state->clauses[i], event, answer_r);
	for (i = 0; i < program->always_count && ret == 0 && !state->final; i++)
		ret = offer(run, &program->always[i], event, answer_r);
	return ret < 0 ? -1 : 0;
}

int run_clause_timed(struct run *run, const struct prog_clause *clause, const struct event *event, size_t index)
{
	const char *why = run->tried ? NULL : why_not(run, clause);

	trace(run, clause, event, why);
	if (why) {
		run_refuse(run, event, index, why, clause->id);
		return 0;
	}
	return run_clause(run, clause, event) < 0 ? -1 : 0;
}

bool run_mails_party(const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_MAIL && clause->actions[i].audience != AUDIENCE_STAFF)
			return true;
	return false;
}

bool flow_clause_mails_party(const struct program *program, const char *id)
{
	const struct prog_clause *clause = program_clause(program, id, NULL);

	return clause && run_mails_party(clause);
}
