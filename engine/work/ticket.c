/* System. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/calendar.h"
#include "flow/number.h"
#include "quote/quote.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/numbers.h"
#include "work/ticket.h"

#define NUMBER_SERIAL_MIN 5
#define NUMBER_SERIAL_MAX 9
#define TITLE_BYTES 60 /* of a question that stand for a subject */

const char *ticket_purpose(struct arena *arena, const char *number)
{
	return arena_printf(arena, TICKET_PREFIX "%s", number);
}

/* ---- numbers ---- */

/*
 * Nowhere in one is the number of a dossier. "T26-00012-K" at the start of 'at',
 * which follows no letter or digit: its length, 0 = none.
 */
static size_t number_at(const char *at)
{
	size_t i = 3, digits = 0;

	if (str_upper(*at) != 'T' || strspn(at + 1, "0123456789") != 2 || at[i] != '-')
		return 0;
	for (i++; isdigit((unsigned char)at[i]); i++)
		digits++;
	if (digits < NUMBER_SERIAL_MIN || digits > NUMBER_SERIAL_MAX || at[i] != '-' || !isalpha((unsigned char)at[i + 1]) ||
	    isalnum((unsigned char)at[i + 2]))
		return 0;
	return i + 2;
}

const char *ticket_number_find(struct arena *arena, const char *text, const char *except)
{
	const char *at;

	for (at = text; *at; at++) {
		size_t len = at == text || !isalnum((unsigned char)at[-1]) ? number_at(at) : 0;
		char *number;

		if (!len)
			continue;
		number = arena_strndup(arena, at, len);
		number[0] = 'T';
		number[len - 1] = str_upper(number[len - 1]);
		if (number_check_valid(number) && !str_eq(number, except))
			return number;
	}
	return NULL;
}

static const char *number_make(struct arena *arena, int year, int64_t serial)
{
	const char *digits = arena_printf(arena, "T%02d-%05lld-", year % 100, (long long)serial);

	return arena_printf(arena, "%s%c", digits, number_check_letter(digits));
}

/* ---- which ticket ---- */

static void name(struct ticket_named *n, const char *number, bool *way)
{
	if (n->number && !str_eq(n->number, number))
		n->two = true;
	else
		n->number = number;
	*way = true;
}

static void name_by_tokens(struct deciding *d, struct ticket_named *n)
{
	size_t i;

	for (i = 0; i < d->reply.count; i++) {
		const char *purpose = d->reply.list[i].purpose;

		if (str_starts(purpose, TICKET_PREFIX))
			name(n, purpose + strlen(TICKET_PREFIX), &n->token);
	}
}

/* A mail of ours about something else beside it is as good as a second ticket. */
static int name_by_id(struct deciding *d, const char *id, struct ticket_named *n, bool *elsewhere)
{
	struct store *store = d->engine->env->store;
	struct err err = ERR_INIT;
	struct outbox_row row;
	const char *number;

	if (!id || !str_ieq(addr_domain(id) ? addr_domain(id) : "", addr_domain(d->service->address)))
		return 0;
	if (store_outbox_by_message_id(store, id, d->arena, &row, &err) == 0 && str_eq(row.service, d->service->key)) {
		if (store_ticket_of_mail(store, id, d->arena, &number, &err) == 0) {
			name(n, number, &n->thread);
			return 0;
		}
		*elsewhere |= err.code == ERR_NOTFOUND;
	}
	if (!err.code || err.code == ERR_NOTFOUND)
		return 0;
	*d->err = err;
	return -1;
}

static int name_by_thread(struct deciding *d, struct ticket_named *n, bool *elsewhere)
{
	const struct mail *mail = &d->job->mail;
	size_t i;

	if (name_by_id(d, mail->in_reply_to, n, elsewhere))
		return -1;
	/* The thread of who asked holds all his questions: what he answers says which, not what stands before it. */
	if ((n->thread || *elsewhere) && !settings_is_staff(d->service, d->sender.address))
		return 0;
	for (i = 0; i < mail->reference_count; i++)
		if (name_by_id(d, mail->references[i], n, elsewhere))
			return -1;
	return 0;
}

int ticket_named(struct deciding *d, struct ticket_named *n)
{
	const char *number = ticket_number_find(d->arena, d->job->mail.subject, NULL);
	bool elsewhere = false;
	size_t i;

	*n = (struct ticket_named){ 0 };
	name_by_tokens(d, n);
	if (name_by_thread(d, n, &elsewhere))
		return -1;
	if (number)
		name(n, number, &n->subject);
	if (number && ticket_number_find(d->arena, d->job->mail.subject, number))
		n->two = true;
	for (i = 0; i < d->reply.count; i++)
		elsewhere |= !str_starts(d->reply.list[i].purpose, TICKET_PREFIX);
	/* For who asked, the thread of a dossier holds the mails about his question. */
	n->two |= n->number && elsewhere && settings_is_staff(d->service, d->sender.address);
	return 0;
}

const struct reply_token *ticket_token(const struct deciding *d, const char *number)
{
	size_t i, len = strlen(TICKET_PREFIX);

	for (i = 0; d->sender.address && i < d->reply.count; i++) {
		const struct reply_token *token = &d->reply.list[i];

		if (str_starts(token->purpose, TICKET_PREFIX) && str_eq(token->purpose + len, number) &&
		    addr_same(token->address, d->sender.address) && d->now < token->expires && token->revoked == DATE_NONE)
			return token;
	}
	return NULL;
}

/* ---- new ones ---- */

int64_t ticket_remind_at(const struct engine *engine, const struct settings_service *service, int64_t now)
{
	const struct prog_duration by = { .count = (int)(service->ticket_remind / 86400), .unit = UNIT_DAYS };
	const struct program *program = service->workflow_count ? world_program(engine->world, service->workflows[0]) : NULL;
	struct calendar calendar = { .zone = service->timezone };

	if (service->ticket_remind <= 0)
		return DATE_NONE;
	if (service->ticket_remind % 86400)
		return now + service->ticket_remind;
	if (program)
		world_calendar(engine->world, program, service->timezone, &calendar);
	return calendar_add(&calendar, now, &by, 1, true);
}

/* What somebody wrote as a subject, without what would name a ticket of ours. */
static const char *clean_subject(const char *subject, struct arena *arena)
{
	char *clean = str_clean(number_strip_prefixes(subject), 150), *at;
	const char *kept;

	for (at = clean; *at; at++)
		if (at == clean || !isalnum((unsigned char)at[-1])) {
			size_t len = number_at(at);

			if (len)
				memset(at, ' ', len);
		}
	kept = arena_strdup(arena, str_trim(clean));
	free(clean);
	return kept;
}

/* ---- what they are called ---- */

/* Does it look like the number of a dossier of ours? What was not read may. */
static int names_dossier(struct engine *engine, const char *text, struct arena *arena, bool *names, struct err *err)
{
	struct numbers numbers = { 0 };
	int rc = numbers_find(engine, text, arena, &numbers, err);

	*names = numbers.count > 0 || numbers.unread;
	return rc;
}

/* What the buttons write there, and what stands in each of our mails about a dossier. */
static bool is_our_subject(const char *subject, bool dossier)
{
	static const char *const buttons[] = { "vraag", "question", "technisch probleem", "technical problem", NULL };
	const char *rest = number_strip_prefixes(subject);
	size_t i;

	for (i = 0; buttons[i]; i++)
		if (str_ieq(rest, buttons[i]) || (dossier && str_istarts(rest, buttons[i])))
			return true;
	return str_is_blank(rest) || (dossier && quote_subject(subject, NULL) == QUOTE_SUBJECT_REPLY);
}

/* As many whole words of its first line as a subject has room for. */
static const char *first_words(struct arena *arena, const char *text)
{
	char *line = arena_strndup(arena, text, strcspn(text, "\n"));
	size_t cut = str_utf8_cut(line, TITLE_BYTES), word = cut;

	if (!line[cut])
		return line;
	while (word && line[word] != ' ')
		word--;
	return arena_printf(arena, "%.*s …", (int)(word ? word : cut), line);
}

/* His question, by its word or without; NULL = he said it in none of these ways. */
static const char *asked_words(const struct saying *saying)
{
	size_t i;

	for (i = 0; i < saying->count; i++)
		if ((saying->list[i].verb == COMMAND_QUESTION || saying->list[i].verb == COMMAND_PROBLEM) && saying->list[i].text)
			return saying->list[i].text;
	return saying->text ? saying->text : saying->below;
}

int ticket_title(struct engine *engine, const struct mail *mail, const struct saying *saying, struct arena *arena,
		 const char **title, struct err *err)
{
	const char *words = asked_words(saying), *first;
	bool dossier;

	*title = mail->subject;
	if (names_dossier(engine, mail->subject, arena, &dossier, err))
		return -1;
	if (!words || !is_our_subject(mail->subject, dossier))
		return 0;
	first = first_words(arena, words);
	/* A subject of ours with a number that he names would lead answers there. */
	if (names_dossier(engine, first, arena, &dossier, err))
		return -1;
	if (!dossier)
		*title = first;
	return 0;
}

/* ---- a new one ---- */

int ticket_new(struct engine *engine, const struct settings_service *service, enum ticket_kind kind, const char *subject,
	       int64_t now, struct arena *arena, struct ticket **ticket, struct err *err)
{
	const struct calendar calendar = { .zone = service->timezone };
	int year = calendar_year(&calendar, now);
	int64_t serial;
	struct ticket *t;

	if (store_serial_next(engine->env->store, STORE_SERIAL_TICKETS + year, &serial, err))
		return -1;
	t = arena_alloc(arena, sizeof *t);
	*t = (struct ticket){ .number = number_make(arena, year, serial), .service = service->key, .kind = kind,
			      .name = "", .language = service->language, .subject = clean_subject(subject, arena),
			      .opened = now, .changed = now, .closed = DATE_NONE,
			      .remind_at = ticket_remind_at(engine, service, now) };
	*ticket = t;
	return 0;
}

struct ticket_message *ticket_say(struct arena *arena, struct ticket *ticket, enum ticket_said said, const char *by,
				  const char *text, int64_t now)
{
	struct ticket_message *grown = arena_array(arena, ticket->message_count + 1, sizeof *grown);
	size_t len = str_utf8_cut(text, TICKET_MAX_TEXT);

	if (ticket->message_count)
		memcpy(grown, ticket->messages, ticket->message_count * sizeof *grown);
	ticket->messages = grown;
	grown += ticket->message_count++;
	*grown = (struct ticket_message){ .at = now, .said = said, .by = by,
					  .text = text[len] ? arena_printf(arena, "%.*s\n[...]", (int)len, text) : text };
	ticket->changed = now;
	return grown;
}

const char *ticket_clean(const char *text, struct arena *arena)
{
	struct buf out = BUF_INIT(BUF_MAX_FILE);
	const char *clean;
	size_t blank = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = arena_strndup(arena, text, len), *shown = str_clean(line, len + 1);

		if (str_is_blank(shown)) {
			blank++;
		} else {
			for (; out.len && blank; blank--)
				buf_addc(&out, '\n');
			blank = 0;
			buf_adds(&out, shown);
			buf_addc(&out, '\n');
		}
		free(shown);
		text += len + (text[len] == '\n');
	}
	while (out.len && out.data[out.len - 1] == '\n')
		out.len--;
	clean = arena_strndup(arena, out.data ? out.data : "", out.len);
	buf_free(&out);
	return clean;
}

const char *ticket_words(const struct mail *mail, struct arena *arena)
{
	struct quote_order order = { .text = mail->text, .marks = mail->marks, .mark_count = mail->mark_count };
	struct quote quote;

	quote_read(&order, arena, &quote);
	return ticket_clean(str_is_blank(quote.own) ? quote.shown : quote.own, arena);
}

const char *ticket_files(const struct mail *mail, const char *language, struct arena *arena)
{
	const char *list = NULL;
	size_t i;

	for (i = 0; i < mail->part_count; i++) {
		const struct mail_part *part = &mail->parts[i];
		char *shown;

		if (part->role != MAIL_PART_ATTACHMENT && part->role != MAIL_PART_RELATED)
			continue;
		shown = str_clean(part->name ? part->name : part->type, 200);
		list = arena_printf(arena, "%s%s%s, %s", list ? list : "", list ? "\n" : "", shown,
				    tmpl_words_size(arena, language, part->size));
		free(shown);
	}
	return list;
}

const char *ticket_owner(const struct settings_service *service, const struct ticket *ticket)
{
	return ticket->owner && settings_is_staff(service, ticket->owner) ? ticket->owner : NULL;
}
