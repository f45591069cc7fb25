/* Base. */
#include "base/buf.h"

/* Own. */
#include "flow/run_p.h"

/* The way gone, as "a → b → a": enough of its start to show the loop. */
static int too_many(struct run *run)
{
	struct buf chain = BUF_INIT(500);
	size_t i;

	for (i = 0; i < run->chain_count && chain.len < 400; i++)
		buf_addf(&chain, "%s%.60s", i ? " → " : "", run->chain[i]);
	if (i < run->chain_count)
		buf_adds(&chain, " → …");
	err_set(run->err, ERR_LIMIT, "%s: more than %d transitions in one item: %s", run->in->program->name,
		FLOW_MAX_TRANSITIONS, chain.data);
	buf_free(&chain);
	return -1;
}

int run_enter(struct run *run, const struct prog_state *state)
{
	struct dossier *dossier = run->dossier;
	struct event enter = { .kind = EVENT_ENTER, .at = run->in->now };
	struct run_answer ignored;

	if (run->state) {
		if (run->out->transitions == FLOW_MAX_TRANSITIONS)
			return too_many(run);
		run->out->transitions++;
		run_timers_end(run, state->final);
		run_note(run, NULL, event_kind_words(EVENT_ENTER), "from %s to %s", run->state->name, state->name);
	} else {
		run_note(run, NULL, event_kind_words(EVENT_ENTER), "%s", state->name);
	}
	run->chain[run->chain_count++] = state->name;
	run->state = state;
	dossier->state = state->name;
	dossier->final = state->final;
	dossier->entered = run->in->now;
	if (state->final)
		run_payments_cancel(run);
	run_keep_timer(run);
	run_timers_set(run);
	return run_dispatch(run, &enter, &ignored);
}
