/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

#define LINE_MAX_BYTES 2000
#define TEXT_MAX 300
#define LOOK_AT 4000       /* bytes of a text in which a report has said what it is */
#define WORDS_MAX (32 << 10) /* … and whom it is about */

const char *reading_clean(struct arena *arena, const char *text)
{
	char *clean = str_clean(text, TEXT_MAX);
	const char *copy = arena_strdup(arena, str_trim(clean));

	free(clean);
	return copy;
}

char *reading_line(struct arena *arena, const char *text)
{
	size_t len = strcspn(text, "\r\n");

	return arena_strndup(arena, text, len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES);
}

struct bounce_recipient *reading_recipient(struct reading *r, const char *address)
{
	struct bounce_report *report = r->report;
	size_t i;

	for (i = 0; i < report->count; i++)
		if (addr_same(report->list[i].address, address))
			return &report->list[i];
	if (report->count == BOUNCE_RECIPIENTS_MAX)
		return NULL;
	report->list = arena_grow(r->arena, report->list, report->count, sizeof *report->list);
	report->list[report->count] = (struct bounce_recipient){ .address = arena_strdup(r->arena, address), .text = "" };
	return &report->list[report->count++];
}

/* ---- the parts ---- */

static bool is_status(const char *type)
{
	return str_eq(type, "message/delivery-status") || str_eq(type, "message/global-delivery-status");
}

bool bounce_wants(const struct mail_part *part)
{
	if (is_status(part->type))
		return part->depth <= 1;
	return part->depth == 0 && (str_eq(part->type, "text/rfc822-headers") || str_eq(part->type, "text/plain"));
}

static bool has_part(const struct mail *mail, const char *one, const char *other)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].depth == 0 && (str_eq(mail->parts[i].type, one) || str_eq(mail->parts[i].type, other)))
			return true;
	return false;
}

static const char *part_text(const struct reading *r, size_t i)
{
	return r->source->parts && r->source->parts[i] ? r->source->parts[i] : "";
}

/* The machine-readable parts of the outermost mail (0), or of one in it. */
static bool read_status_parts(struct reading *r, int depth)
{
	size_t i, groups = 0;

	for (i = 0; i < r->mail->part_count; i++)
		if (r->mail->parts[i].depth == depth && is_status(r->mail->parts[i].type))
			groups += report_fields(r, part_text(r, i));
	return groups > 0;
}

/* ---- what makes a prose report one ---- */

static const char *header(const struct reading *r, const char *name)
{
	const char *value = mail_header_get(r->mail, name);

	return value ? value + strspn(value, " \t") : "";
}

/* Written by a mail system, as far as its address and name say? */
static bool from_daemon(const struct reading *r)
{
	const char *from = header(r, "From");
	const char *address = r->mail->from.count ? r->mail->from.list[0].addr : from;
	const char *name = r->mail->from.count ? r->mail->from.list[0].name : "";

	return said_begin(address, words_daemons) || said_begin(from, words_daemons) || said_begin(name, words_daemons) ||
	       said_in(name, words_daemon_names) || said_in(from, words_daemon_names);
}

/* Somebody who passes a report on. */
static bool is_forward(const struct reading *r)
{
	static const char *const prefixes[] = { "fwd:", "fw:", "doorst", "wg:", "tr:", NULL };

	return said_begin(r->mail->subject, prefixes) > 0;
}

/* An answer: a person, who speaks of a report. */
static bool is_answer(const struct reading *r)
{
	return mail_header_get(r->mail, "In-Reply-To") || is_forward(r);
}

/*
 * A daemon that speaks of delivery; nobody's sender, and words of failure; or
 * anybody at all whose subject and words both say so.
 */
static bool is_prose(const struct reading *r, const char *words)
{
	char *look = arena_strndup(r->arena, words, strnlen(words, LOOK_AT));
	bool subject = said_in(r->mail->subject, words_subjects), failure = said_in(look, words_failures);
	bool nobody = str_starts(header(r, "Return-Path"), "<>");

	if (mail_header_get(r->mail, "X-Failed-Recipients"))
		return true;
	if (from_daemon(r))
		return (subject || failure) && !is_forward(r);
	if (nobody && failure && !is_answer(r))
		return true;
	if (strstr(look, "otificationType") && failure)
		return true;
	return subject && failure && !is_answer(r);
}

static void read_header_recipients(struct reading *r)
{
	char *list = arena_strdup(r->arena, header(r, "X-Failed-Recipients")), *next;
	struct bounce_recipient *to;

	for (; *list; list = next) {
		next = list + strcspn(list, ", \t\r\n");
		if (*next)
			*next++ = '\0';
		if (!addr_valid(list) || (to = reading_recipient(r, list)) == NULL)
			continue;
		to->fate = r->delayed ? BOUNCE_DELAYED : BOUNCE_FAILED;
	}
}

/* Addresses that headers name, with what the words say of each. */
static void read_named(struct reading *r, const char *words)
{
	struct bounce_report *report = r->report;
	size_t i;

	read_header_recipients(r);
	for (i = 0; i < report->count; i++) {
		struct bounce_recipient *to = &report->list[i];
		const char *at = strstr(words, to->address);

		if (!code_status(at ? at : words, to->status))
			code_status(words, to->status);
		to->code = code_reply(at ? at : words);
		to->text = reading_clean(r->arena, reading_line(r->arena, at ? at : words));
		code_judge(to, at ? at : words);
	}
}

/* The fields of a report in plain sight ("Technical report: …"). */
static bool read_fields_in_words(struct reading *r, const char *words)
{
	const char *at = strstr(words, "Final-Recipient:");
	const char *action = strstr(words, "Action:");

	if (!at)
		return false;
	return report_fields(r, action && action < at ? action : at) > 0;
}

/* The text of the outermost mail, up to the mail returned. */
static const char *own_words(struct reading *r)
{
	const char *words = r->mail->text ? r->mail->text : "";
	size_t i;

	for (i = 0; str_is_blank(words) && i < r->mail->part_count; i++)
		if (r->mail->parts[i].depth == 0 && str_eq(r->mail->parts[i].type, "text/plain"))
			words = part_text(r, i);
	words = prose_own_words(r->arena, arena_strndup(r->arena, words, strnlen(words, WORDS_MAX)));
	r->delayed = said_in(arena_strndup(r->arena, words, strnlen(words, LOOK_AT)), words_delays) ||
		     said_in(r->mail->subject, words_delays);
	return words;
}

static bool read_prose(struct reading *r)
{
	const char *words = own_words(r);
	struct bounce_recipient *to;

	if (!is_prose(r, words))
		return false;
	/* A gateway wraps the report of another system in a mail of its own. */
	if (!read_fields_in_words(r, words) && !(from_daemon(r) && read_status_parts(r, 1))) {
		read_named(r, words);
		if (!r->report->count)
			prose_recipients(r, words);
	}
	if (!r->report->count && (to = reading_recipient(r, "")) != NULL) {
		to->fate = r->delayed ? BOUNCE_DELAYED : BOUNCE_FAILED;
		code_status(words, to->status);
		to->code = code_reply(words);
		to->text = reading_clean(r->arena, reading_line(r->arena, words + strspn(words, " \t\r\n*-=")));
		code_judge(to, words);
	}
	return true;
}

/*
 * A report whose fields leave out what its words say: netscape's empty parts,
 * or an address that only stands in the words.
 */
static void fill_from_words(struct reading *r)
{
	const char *words = own_words(r);
	struct bounce_recipient first;

	if (r->report->count == 1 && !*r->report->list[0].address) {
		first = r->report->list[0];
		r->report->count = 0;
		prose_recipients(r, words);
		if (!r->report->count)
			r->report->list[r->report->count++] = first;
	} else if (!r->report->count) {
		prose_recipients(r, words);
	}
}

/* ---- the mail that is returned ---- */

static void id_add(struct reading *r, const char *id)
{
	struct bounce_report *report = r->report;
	size_t i;

	for (i = 0; i < report->id_count; i++)
		if (str_eq(report->ids[i], id))
			return;
	report->ids = arena_grow(r->arena, report->ids, report->id_count, sizeof *report->ids);
	report->ids[report->id_count++] = id;
}

/* Every Message-ID field in a text. */
static void find_ids(struct reading *r, const char *text)
{
	while (*text && r->report->id_count < BOUNCE_IDS_MAX) {
		size_t len = strcspn(text, "\n"), lead = strspn(text, " \t>");
		const char *open, *line = text + lead;

		if (str_istarts(line, "message-id:") && (open = strchr(line, '<')) != NULL &&
		    (size_t)(open - text) < len + 80) {
			size_t size = strcspn(open + 1, "> \r\n");

			if (open[1 + size] == '>' && size < 500)
				id_add(r, arena_strndup(r->arena, open + 1, size));
		}
		text += len + (text[len] == '\n');
	}
}

static void read_ids(struct reading *r)
{
	const char *own = r->mail->message_id, *raw = r->source->raw;
	struct bounce_report *report = r->report;
	size_t i, kept = 0;

	for (i = 0; i < r->mail->part_count; i++)
		find_ids(r, part_text(r, i));
	find_ids(r, r->mail->text ? r->mail->text : "");
	if (raw)
		find_ids(r, raw);
	for (i = 0; i < report->id_count; i++)
		if (!own || !str_eq(report->ids[i], own))
			report->ids[kept++] = report->ids[i];
	report->id_count = kept;
}

/* ---- the whole ---- */

static bool is_complaint(const struct mail *mail)
{
	return has_part(mail, "message/feedback-report", "message/feedback-report") ||
	       (mail->from.count && str_istarts(mail->from.list[0].addr, "staff@") &&
		str_ieq(addr_domain(mail->from.list[0].addr), "hotmail.com") &&
		str_istarts(mail->subject, "complaint about message"));
}

static enum bounce_kind kind_of(struct reading *r)
{
	const struct mail *mail = r->mail;

	if (is_complaint(mail))
		return BOUNCE_COMPLAINT;
	if (has_part(mail, "message/disposition-notification", "message/global-disposition-notification"))
		return BOUNCE_RECEIPT;
	if (has_part(mail, "message/delivery-status", "message/global-delivery-status")) {
		read_status_parts(r, 0);
		fill_from_words(r);
		return r->report->count ? BOUNCE_DELIVERY : BOUNCE_NONE;
	}
	return read_prose(r) ? BOUNCE_DELIVERY : BOUNCE_NONE;
}

bool bounce_suspect(const struct mail *mail)
{
	const struct bounce_source source = { mail, NULL, NULL };
	const struct reading r = { &source, mail, NULL, NULL, false };
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_MACHINE && mail->parts[i].depth == 0)
			return true;
	return bounce_automatic(mail) != BOUNCE_AUTO_NO || from_daemon(&r) || said_in(mail->subject, words_subjects) ||
	       is_complaint(mail);
}

void bounce_judge(const char *reply, int code, struct bounce_recipient *to)
{
	*to = (struct bounce_recipient){ .address = "", .fate = BOUNCE_FAILED, .code = code, .text = reply };
	code_status(reply, to->status);
	code_judge(to, reply);
}

bool bounce_read(const struct bounce_source *source, struct arena *arena, struct bounce_report *report)
{
	struct reading r = { source, source->mail, arena, report, false };

	*report = (struct bounce_report){ .kind = BOUNCE_NONE };
	report->kind = kind_of(&r);
	if (report->kind != BOUNCE_NONE)
		read_ids(&r);
	return report->kind != BOUNCE_NONE;
}

bool bounce_failed(const struct bounce_report *report)
{
	size_t i;

	for (i = 0; report->kind == BOUNCE_DELIVERY && i < report->count; i++)
		if (report->list[i].fate != BOUNCE_ARRIVED)
			return true;
	return false;
}
