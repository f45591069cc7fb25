/*
 * The words of a staff mail that are meant for who asked: what stands above our
 * line and is his own, without the closing phrase and the signature below it.
 * Nothing that says something is left out in silence: where the signature seems
 * to be more than one, the desk asks.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "quote/quote.h"

/* Own. */
#include "work/engine_p.h"
#include "work/ticket.h"

/* The line at the top of what we sent, and all below it that is not quoted by marks. */
static const char *above_mark(const char *text, struct arena *arena)
{
	const char *line = text;

	while (*line) {
		size_t len = strcspn(line, "\n"), skip = strspn(line, "> |*\t\xc2\xa0");

		if (skip < len && str_starts(line + skip, TICKET_MARK))
			return memchr(line, '>', skip) ? text : arena_strndup(arena, text, (size_t)(line - text));
		line += len + (line[len] == '\n');
	}
	return text;
}

static bool is_dashes(const struct quote_line *line)
{
	return line->len >= 2 && strncmp(line->text, "--", 2) == 0 && strspn(line->text, "- \r") >= line->len;
}

/*
 * Own lines, and those below a "--" by itself. With the blank behind it that
 * mail programs set ("-- ", RFC 3676 §4.3) it is the program that says where the
 * signature begins; without it people also draw it above a second subject.
 */
static const char *with_signature(const struct quote *quote, struct arena *arena, const char **signature)
{
	struct buf all = BUF_INIT(BUF_MAX_FILE), below = BUF_INIT(BUF_MAX_FILE);
	bool bare = false, block = false;
	const char *text;
	size_t i;

	for (i = 0; i < quote->count; i++) {
		const struct quote_line *line = &quote->lines[i];

		if (line->kind == QUOTE_QUOTED || line->kind == QUOTE_INTRO) {
			block = false;
			continue;
		}
		if (line->kind == QUOTE_SIGNATURE && is_dashes(line) && !block) {
			block = true;
			bare = line->len == 2;
		}
		if (line->kind == QUOTE_SIGNATURE && !(block && bare))
			continue;
		buf_add(&all, line->text, line->len);
		buf_addc(&all, '\n');
		if (line->kind == QUOTE_OWN || is_dashes(line))
			continue;
		buf_add(&below, line->text, line->len);
		buf_addc(&below, '\n');
	}
	*signature = arena_strndup(arena, below.data ? below.data : "", below.len);
	text = arena_strndup(arena, all.data ? all.data : "", all.len);
	buf_free(&all);
	buf_free(&below);
	return text;
}

static size_t count_lines(const char *text)
{
	size_t lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* Does it hold a command that staff may give? */
static bool has_command(const struct deciding *d, const char *text)
{
	struct saying_order read = { .phrases = world_phrases(d->engine->world), .role = ACTOR_STAFF, .text = text };
	struct saying saying;
	size_t i;

	command_read(&read, d->arena, &saying);
	for (i = 0; i < saying.count; i++)
		if (saying.list[i].fault != COMMAND_FORBIDDEN)
			return true;
	return false;
}

void ticket_words_read(struct deciding *d, struct desk_words *w)
{
	const struct phrases *phrases = world_phrases(d->engine->world);
	const struct mail *mail = &d->job->mail;
	const char *text = above_mark(mail->text ? mail->text : "", d->arena), *closing, *signature;
	struct quote_order order = { .text = text, .marks = mail->marks };
	struct quote quote;

	/* Marks of the HTML count from the start: those in what was cut off are none. */
	while (order.mark_count < mail->mark_count && mail->marks[order.mark_count].to <= strlen(text))
		order.mark_count++;
	quote_read(&order, d->arena, &quote);
	*w = (struct desk_words){ .among = quote.among, .above = text, .above_marks = order.mark_count };
	/* What he points at is not there any more. */
	w->among |= mail->text && strlen(text) < strlen(mail->text) && quote_points_below(quote.own, d->arena);
	w->whole = ticket_clean(with_signature(&quote, d->arena, &signature), d->arena);
	w->text = command_above_closing(phrases, ticket_clean(quote.own, d->arena), d->arena, &closing);
	w->closing = arena_strndup(d->arena, closing, strcspn(closing, "\n"));
	w->more = command_says_more(phrases, closing, d->arena) || command_says_more(phrases, signature, d->arena);
	w->command = has_command(d, closing + strcspn(closing, "\n")) || has_command(d, signature);
	/* "Groet, Els" and nothing else is what he wrote. */
	if (str_is_blank(w->text)) {
		w->text = ticket_clean(quote.own, d->arena);
		w->more &= str_is_blank(closing);
	}
	w->too_long = mail->text_cut || count_lines(text) > QUOTE_MAX_LINES || strlen(w->whole) > TICKET_MAX_TEXT ||
		      count_lines(w->whole) > TICKET_MAX_LINES;
}

/* The same without its first line. */
static const char *below_first(const char *words, struct arena *arena)
{
	const char *end = strchr(words, '\n');
	char *rest = arena_strdup(arena, end ? end + 1 : "");

	return str_trim(rest);
}

void ticket_words_anyway(struct deciding *d, struct desk_words *w)
{
	w->anyway = true;
	w->text = below_first(w->text, d->arena);
	w->whole = below_first(w->whole, d->arena);
}
