/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/run_p.h"

#define NOTE_MAX 4096 /* bytes of one line: an answer in a form stands nowhere else in the dossier */

static const char *who(struct run *run, const struct event *event)
{
	if (!event)
		return actor_role_word(ACTOR_NONE);
	if (!event->by)
		return actor_role_word(event->actor);
	return arena_printf(run->arena, "%s %s", actor_role_word(event->actor), event->by);
}

void run_note(struct run *run, const struct event *event, const char *what, const char *fmt, ...)
{
	struct flow_output *out = run->out;
	struct history_line *line;
	char text[NOTE_MAX + 4];
	va_list ap;
	int len;

	if (run->in->silent)
		return;
	va_start(ap, fmt);
	len = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (len > NOTE_MAX)
		text[str_utf8_cut(text, NOTE_MAX)] = '\0';
	out->history = arena_grow(run->arena, out->history, out->history_count, sizeof *out->history);
	line = &out->history[out->history_count++];
	line->at = event && event->at ? event->at : run->in->now;
	line->event = what;
	line->by = who(run, event);
	line->text = arena_strdup(run->arena, text);
}

void run_refusal_add(struct run *run, size_t index, const char *why, const char *detail)
{
	struct flow_output *out = run->out;

	out->refusals = arena_grow(run->arena, out->refusals, out->refusal_count, sizeof *out->refusals);
	out->refusals[out->refusal_count++] = (struct flow_refusal){ index, why, detail };
}

bool run_refuse(struct run *run, const struct event *event, size_t index, const char *why, const char *detail)
{
	run_note(run, event, event_kind_words(event->kind), "changed nothing: %s%s%s", why, detail ? ": " : "",
		 detail ? detail : "");
	run_refusal_add(run, index, why, detail);
	return false;
}

const char *run_slot_name(struct run *run, const char *name, int year)
{
	if (!name)
		return "(no slot)";
	return year ? arena_printf(run->arena, "%s %d", name, year) : name;
}

const char *run_clause_name(struct run *run, const struct prog_clause *clause)
{
	const char *file = run->in->program->file ? run->in->program->file : "rules";
	const char *slash = strrchr(file, '/');

	if (run->in->silent)
		return clause->id;
	return arena_printf(run->arena, "%s:%d %s", slash ? slash + 1 : file, clause->span.line, clause->id);
}
