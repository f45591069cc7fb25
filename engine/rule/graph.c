/*
 * A workflow as a drawing: a box per state with what happens in it, an arrow
 * per clause that leaves it. Made to be read at a glance: what comes from
 * outside stands first and bold, conditions in italics, mails with whom they go
 * to; time is dashed; a state that takes documents in is blue, the first one
 * green, the last ones grey.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/describe_p.h"
#include "rule/rule.h"

#define WIDTH_STATE 44 /* characters of a line in a box */
#define WIDTH_ARROW 30 /* of one beside an arrow */

struct drawing {
	const struct program *program;
	const struct rule_lookup *lookup; /* may be NULL */
	struct buf *out;
};

/* ---- text ---- */

/* Text inside a DOT string. */
static void add_quoted(const char *text, struct buf *out)
{
	buf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
	buf_addc(out, '"');
}

/* Text inside one of DOT's HTML-like labels. */
static void add_escaped(const char *text, size_t len, struct buf *out)
{
	static const struct { char c; const char *as; } marks[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
	};
	size_t i, j;

	for (i = 0; i < len; i++) {
		for (j = 0; j < 4 && marks[j].c != text[i]; j++)
			;
		if (j < 4)
			buf_adds(out, marks[j].as);
		else
			buf_addc(out, text[i]);
	}
}

/* Bytes of the next line: up to 'width' characters, broken at a blank. */
static size_t line_length(const char *text, size_t width)
{
	size_t at, last = 0, shown = 0;

	for (at = 0; text[at]; at++) {
		if (text[at] == ' ')
			last = at;
		shown += ((unsigned char)text[at] & 0xc0) != 0x80;
		if (shown > width && last)
			return last;
	}
	return at;
}

/* The text in lines, each within the marks ("B", "I", NULL = none). */
static void add_lines(const char *text, size_t width, const char *mark, struct buf *out)
{
	while (*text) {
		size_t len = line_length(text, width);

		if (mark)
			buf_addf(out, "<%s>", mark);
		add_escaped(text, len, out);
		if (mark)
			buf_addf(out, "</%s>", mark);
		buf_adds(out, "<BR ALIGN=\"LEFT\"/>");
		text += len;
		while (*text == ' ')
			text++;
	}
}

/* ---- clauses ---- */

static enum prog_audience audience_of(const struct drawing *d, const struct prog_action *action)
{
	enum prog_audience found = AUDIENCE_TEMPLATE;

	if (action->audience == AUDIENCE_TEMPLATE && d->lookup && d->lookup->template_find &&
	    d->program->language_count)
		d->lookup->template_find(d->lookup->ctx, action->template, d->program->languages[0], &found);
	return action->audience == AUDIENCE_TEMPLATE ? found : action->audience;
}

static void add_action(const struct drawing *d, const struct prog_action *action, size_t width, struct buf *out)
{
	struct prog_action known = *action;
	struct buf text = BUF_INIT(BUF_MAX_LINE);

	if (action->kind == ACTION_MAIL)
		known.audience = audience_of(d, action);
	describe_action(d->program, &known, &text);
	add_lines(text.data, width, NULL, out);
	buf_free(&text);
}

/* The head without its condition, which stands on a line of its own. */
static void add_head(const struct drawing *d, const struct prog_clause *clause, size_t width, struct buf *out)
{
	struct prog_clause bare = *clause;
	struct buf text = BUF_INIT(BUF_MAX_LINE);

	bare.cond = NULL;
	describe_head(d->program, &bare, &text);
	add_lines(text.data, width, "B", out);
	if (clause->cond) {
		buf_reset(&text);
		buf_adds(&text, "if ");
		describe_cond(d->program, clause->cond, &text);
		add_lines(text.data, width, "I", out);
	}
	buf_free(&text);
}

static void add_clause(const struct drawing *d, const struct prog_clause *clause, size_t width, struct buf *out)
{
	size_t i;

	add_head(d, clause, width, out);
	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind != ACTION_GOTO)
			add_action(d, &clause->actions[i], width, out);
}

static const struct prog_action *goto_of(const struct prog_clause *clause)
{
	const struct prog_action *last = clause->action_count ? &clause->actions[clause->action_count - 1] : NULL;

	return last && last->kind == ACTION_GOTO ? last : NULL;
}

/* ---- states ---- */

static const char *colour_of(const struct drawing *d, const struct prog_state *state)
{
	if (state->final)
		return "#d9d9d9";
	if (state == &d->program->states[d->program->start])
		return "#c6e5c3";
	return state->uploads_open ? "#bcd9f2" : "#fbe7b5";
}

static void add_badge(const char *word, struct buf *out)
{
	buf_addf(out, "<FONT POINT-SIZE=\"9\">%s</FONT><BR ALIGN=\"LEFT\"/>", word);
}

static void add_state(const struct drawing *d, const struct prog_state *state)
{
	struct buf *out = d->out;
	size_t i;

	buf_adds(out, "    ");
	add_quoted(state->name, out);
	buf_addf(out, " [label=<<TABLE BORDER=\"%d\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"5\" COLOR=\"#555555\">"
		      "<TR><TD BGCOLOR=\"%s\" ALIGN=\"LEFT\" BALIGN=\"LEFT\"><FONT POINT-SIZE=\"14\">",
		 state->final ? 3 : 1, colour_of(d, state));
	add_lines(state->title, WIDTH_STATE, "B", out);
	buf_adds(out, "</FONT><FONT POINT-SIZE=\"9\">");
	add_escaped(state->name, strlen(state->name), out);
	buf_adds(out, "</FONT><BR ALIGN=\"LEFT\"/>");
	if (state == &d->program->states[d->program->start])
		add_badge("the dossier begins here", out);
	if (state->uploads_open)
		add_badge("documents are taken in: uploads open", out);
	if (state->final)
		add_badge("the dossier ends here: final", out);
	buf_adds(out, "</TD></TR>");
	for (i = 0; i < state->clause_count; i++) {
		if (goto_of(&state->clauses[i]))
			continue;
		buf_adds(out, "<HR/><TR><TD ALIGN=\"LEFT\" BALIGN=\"LEFT\">");
		add_clause(d, &state->clauses[i], WIDTH_STATE, out);
		buf_adds(out, "</TD></TR>");
	}
	buf_adds(out, "</TABLE>>];\n");
}

/* ---- arrows ---- */

/* Back to a state that stands above: drawn without pulling it down. */
static bool leads_up(const struct drawing *d, const struct prog_state *from, const struct prog_action *target)
{
	return from && &d->program->states[target->target] <= from;
}

static void add_arrow(const struct drawing *d, const struct prog_state *from, const struct prog_clause *clause)
{
	const struct prog_action *target = goto_of(clause);
	struct buf *out = d->out;

	if (!target)
		return;
	buf_adds(out, "    ");
	add_quoted(from ? from->name : " always", out);
	buf_adds(out, " -> ");
	add_quoted(d->program->states[target->target].name, out);
	buf_adds(out, " [label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLPADDING=\"3\"><TR><TD ALIGN=\"LEFT\" "
		      "BALIGN=\"LEFT\">");
	add_clause(d, clause, WIDTH_ARROW, out);
	buf_addf(out, "</TD></TR></TABLE>>%s%s];\n",
		 clause->trigger != TRIGGER_ON || clause->quiet.count ? ", style=dashed" : "",
		 leads_up(d, from, target) ? ", constraint=false, color=\"#a04000\", fontcolor=\"#a04000\"" : "");
}

static void add_always(const struct drawing *d)
{
	const struct program *program = d->program;
	size_t i;

	if (!program->always_count)
		return;
	buf_adds(d->out, "    \" always\" [label=<<TABLE BORDER=\"1\" STYLE=\"DASHED\" CELLBORDER=\"0\" CELLPADDING=\"5\" "
			 "COLOR=\"#555555\"><TR><TD BALIGN=\"LEFT\"><I>in every state that is not final</I></TD></TR>");
	for (i = 0; i < program->always_count; i++) {
		if (goto_of(&program->always[i]))
			continue;
		buf_adds(d->out, "<HR/><TR><TD ALIGN=\"LEFT\" BALIGN=\"LEFT\">");
		add_clause(d, &program->always[i], WIDTH_STATE, d->out);
		buf_adds(d->out, "</TD></TR>");
	}
	buf_adds(d->out, "</TABLE>>];\n");
	for (i = 0; i < program->always_count; i++)
		add_arrow(d, NULL, &program->always[i]);
}

/* How the times in the drawing are meant. */
static void add_subtitle(const struct program *program, struct buf *out)
{
	if (!program->days_working && program->send_from < 0)
		return;
	buf_adds(out, "<BR/><FONT POINT-SIZE=\"10\">");
	if (program->days_working)
		buf_addf(out, "days are working days%s%s", program->holidays ? ", without the holidays of " : "",
			 program->holidays ? program->holidays : "");
	if (program->send_from >= 0)
		buf_addf(out, "%smail of timers goes out from %02d:%02d to %02d:%02d", program->days_working ? "; " : "",
			 program->send_from / 60, program->send_from % 60, program->send_until / 60,
			 program->send_until % 60);
	buf_adds(out, "</FONT>");
}

void rule_graph(const struct program *program, const struct rule_lookup *lookup, struct buf *out)
{
	struct drawing d = { program, lookup, out };
	size_t i, j;

	buf_adds(out, "digraph ");
	add_quoted(program->name, out);
	buf_adds(out, " {\n    label=<<B>");
	add_escaped(program->title, strlen(program->title), out);
	buf_adds(out, "</B>");
	add_subtitle(program, out);
	buf_adds(out, ">;\n    labelloc=t;\n    fontname=\"sans-serif\";\n    fontsize=18;\n    nodesep=0.6;\n    ranksep=0.5;\n"
		      "    node [shape=plain, fontname=\"sans-serif\", fontsize=10];\n"
		      "    edge [fontname=\"sans-serif\", fontsize=10, color=\"#333333\"];\n");
	for (i = 0; i < program->state_count; i++)
		add_state(&d, &program->states[i]);
	for (i = 0; i < program->state_count; i++)
		for (j = 0; j < program->states[i].clause_count; j++)
			add_arrow(&d, &program->states[i], &program->states[i].clauses[j]);
	add_always(&d);
	buf_adds(out, "}\n");
}
