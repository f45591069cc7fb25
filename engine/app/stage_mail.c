/* System. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "mime/compose.h"

/* Own. */
#include "app/stage.h"
#include "app/stage_file.h"

#define QUOTED_LINES 10 /* of the mail that is answered */

/* ---- what was there before ---- */

static struct stage_past *past(struct stage *stage, struct stage_past **list, size_t *count, const char *key)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (str_ieq((*list)[i].key, key))
			return &(*list)[i];
	*list = arena_grow(&stage->arena, *list, *count, sizeof **list);
	(*list)[*count] = (struct stage_past){ .key = key };
	return &(*list)[(*count)++];
}

/* The newest mail about the dossier that somebody got; NULL = none. */
static struct stage_mail *newest_to(struct stage *stage, const char *address)
{
	size_t i = stage->mail_count;

	while (i > 0 && !(addr_same(stage->mails[i - 1].to, address) &&
			  str_eq(stage->mails[i - 1].row.dossier, stage->number)))
		i--;
	return i ? &stage->mails[i - 1] : NULL;
}

/* The newest about a ticket, of this dossier or of none; what goes back to staff is none. */
static struct stage_mail *newest_ticket_to(struct stage *stage, const char *address)
{
	size_t i = stage->mail_count, part;

	while (i-- > 0) {
		struct stage_mail *mail = &stage->mails[i];

		for (part = 0; addr_same(mail->to, address) && part < mail->part_count; part++)
			if (str_starts(mail->parts[part], "ticket-") && !str_eq(mail->parts[part], "ticket-retour"))
				return mail;
	}
	return NULL;
}

/* ---- taking in ---- */

static int take_in(struct stage *stage, const void *data, size_t len, struct err *err)
{
	int fd = file_memory("letter", err), rc = -1;
	int64_t item;

	if (fd < 0)
		return -1;
	if (file_write_all(fd, data, len, err) == 0)
		rc = engine_ingest(stage->engine, stage->service->key, fd, &item, err);
	close(fd);
	return rc;
}

/* What our own server wrote above the message (RFC 8601). */
static void add_trace(struct stage *stage, const char *address, bool proven, struct buf *out)
{
	char date[DATE_RFC5322_SIZE];
	const char *domain = addr_domain(address), *server = stage->service->authserv_id;

	buf_addf(out, "Authentication-Results: %s; spf=%s smtp.mailfrom=%s; dmarc=%s header.from=%s\r\n", server,
		 proven ? "pass" : "fail", domain, proven ? "pass" : "fail", domain);
	buf_addf(out, "Received: from mail.%s by %s with ESMTPS; %s\r\n", domain, server,
		 date_rfc5322(date, stage_now(stage), stage->service->timezone));
}

/* ---- a letter ---- */

static void add_lines(const struct scenario_texts *lines, struct buf *out)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		buf_addf(out, "%s\n", lines->list[i]);
}

/* Mail programs put the mail that is answered below. */
static void add_quoted(const char *text, struct buf *out)
{
	int lines = 0;

	buf_addc(out, '\n');
	while (*text && lines++ < QUOTED_LINES) {
		size_t len = strcspn(text, "\n");

		buf_addf(out, "> %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static const char *person_name(const struct stage *stage, const char *address)
{
	const struct scenario_dossier *d = &stage->scenario->dossier;
	size_t i;

	if (addr_same(d->client_address, address))
		return d->client_name;
	if (d->office_address && addr_same(d->office_address, address))
		return d->office_name;
	for (i = 0; i < stage->service->staff_count; i++)
		if (addr_same(stage->service->staff[i].address, address))
			return stage->service->staff[i].name;
	for (i = 0; i < d->partner_count; i++)
		if (addr_same(d->partner_addresses[i], address))
			return d->partner_names[i];
	return "";
}

/* Addressed as mail programs address an answer, or a new mail. */
static int address_letter(struct stage *stage, const struct scenario_letter *letter, const char *address,
			  struct compose_mail *mail, const char **quoted, struct err *err)
{
	struct stage_mail *answered = letter->fresh  ? NULL :
				      letter->ticket ? newest_ticket_to(stage, address) :
						       newest_to(stage, address);

	mail->from = (struct compose_address){ person_name(stage, address), address };
	mail->to = (struct compose_address){ stage->service->name, stage->service->address };
	mail->subject = letter->subject ? letter->subject : stage->number;
	mail->message_id = arena_printf(&stage->arena, "letter%d@%s", ++stage->letters, addr_domain(address));
	mail->date = stage_now(stage);
	mail->zone = stage->service->timezone;
	mail->automatic = COMPOSE_PERSON;
	*quoted = "";
	if (!answered && letter->ticket && !letter->fresh)
		return err_set(err, ERR_INPUT, "%s got no mail about a question or a problem", address);
	if (!answered)
		return 0;
	if (stage_read(stage, answered, err))
		return -1;
	if (answered->read->reply_to.count)
		mail->to.addr = answered->read->reply_to.list[0].addr;
	mail->subject = arena_printf(&stage->arena, "Re: %s", answered->read->subject);
	mail->in_reply_to = answered->read->message_id;
	mail->references = &mail->in_reply_to;
	mail->reference_count = 1;
	*quoted = answered->read->text;
	return 0;
}

static int attach_files(struct stage *stage, const struct scenario_letter *letter, struct compose_mail *mail,
			struct err *err)
{
	struct compose_attachment *list = arena_array(&stage->arena, letter->files.count + 1, sizeof *list);
	size_t i;

	for (i = 0; i < letter->files.count; i++) {
		const char *name = letter->files.list[i];
		struct stage_past *before = past(stage, &stage->files, &stage->file_count, name);
		struct buf bytes = BUF_INIT(BUF_MAX_TEXT);

		if (letter->again && !before->version)
			return err_set(err, ERR_INPUT, "\"%s\" was not sent before", name);
		before->version += !letter->again;
		list[i].name = name;
		list[i].type = stage_file_make(name, before->version, &bytes);
		list[i].bytes.data = arena_memdup(&stage->arena, bytes.data, bytes.len);
		list[i].bytes.size = (int64_t)bytes.len;
		buf_free(&bytes);
	}
	mail->attachments = list;
	mail->attachment_count = letter->files.count;
	return 0;
}

int stage_letter(struct stage *stage, const struct scenario_step *step, struct err *err)
{
	const struct scenario_letter *letter = &step->letter;
	const char *address = stage_address(stage, &step->who), *quoted;
	struct buf raw = BUF_INIT(BUF_MAX_DATA), text = BUF_INIT(BUF_MAX_TEXT);
	struct compose_mail mail = { 0 };
	struct stage_past *sent;
	int rc = -1;

	if (!address)
		return err_set(err, ERR_INPUT, "there is nobody who could do that");
	if (address_letter(stage, letter, address, &mail, &quoted, err) || attach_files(stage, letter, &mail, err))
		return -1;
	add_lines(&letter->lines, &text);
	if (*quoted)
		add_quoted(quoted, &text);
	mail.text = text.data;
	add_trace(stage, address, !letter->unproven, &raw);
	if (compose_buf(&mail, &raw, err) == 0) {
		sent = past(stage, &stage->sent, &stage->sent_count, address);
		sent->data = arena_memdup(&stage->arena, raw.data, raw.len);
		sent->len = raw.len;
		rc = take_in(stage, raw.data, raw.len, err);
	}
	buf_free(&raw);
	buf_free(&text);
	return rc;
}

int stage_repeat(struct stage *stage, const struct scenario_step *step, struct err *err)
{
	const char *address = stage_address(stage, &step->who);
	struct stage_past *sent = past(stage, &stage->sent, &stage->sent_count, address ? address : "");

	if (!sent->data)
		return err_set(err, ERR_INPUT, "%s mailed nothing yet", address ? address : "nobody");
	return take_in(stage, sent->data, sent->len, err);
}

/* ---- a bounce (RFC 3464) ---- */

static void write_bounce(struct stage *stage, const struct stage_mail *mail, struct buf *out)
{
	const char *domain = addr_domain(mail->to), *head_end = strstr(mail->data, "\r\n\r\n");
	size_t head = head_end ? (size_t)(head_end - mail->data) + 2 : mail->len;
	char date[DATE_RFC5322_SIZE];

	date_rfc5322(date, stage_now(stage), stage->service->timezone);
	add_trace(stage, mail->to, true, out);
	buf_addf(out, "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@%s>\r\nTo: %s\r\n", domain, mail->row.from);
	buf_addf(out, "Subject: Undelivered Mail Returned to Sender\r\nDate: %s\r\n", date);
	buf_addf(out, "Message-ID: <bounce%d@%s>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n", ++stage->letters,
		 domain);
	buf_adds(out, "Content-Type: multipart/report; report-type=delivery-status; boundary=bounce\r\n\r\n");
	buf_addf(out, "--bounce\r\nContent-Type: text/plain\r\n\r\nYour message to %s could not be delivered.\r\n", mail->to);
	buf_addf(out, "--bounce\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.%s\r\n", domain);
	buf_addf(out, "Arrival-Date: %s\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n", date,
		 mail->to);
	buf_adds(out, "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n");
	buf_adds(out, "--bounce\r\nContent-Type: text/rfc822-headers\r\n\r\n");
	buf_add(out, mail->data, head);
	buf_adds(out, "\r\n--bounce--\r\n");
}

int stage_bounce(struct stage *stage, const struct scenario_step *step, struct err *err)
{
	const char *address = stage_address(stage, &step->who);
	struct stage_mail *mail = address ? newest_to(stage, address) : NULL;
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	int rc;

	if (!mail)
		return err_set(err, ERR_INPUT, "%s got no mail that could bounce", address ? address : "nobody");
	write_bounce(stage, mail, &raw);
	rc = take_in(stage, raw.data, raw.len, err);
	buf_free(&raw);
	return rc;
}

/* ---- the upload spool ---- */

int stage_drop(struct stage *stage, const struct scenario_step *step, struct err *err)
{
	struct stage_past *before = past(stage, &stage->files, &stage->file_count, step->name);
	struct buf path = BUF_INIT(BUF_MAX_LINE), bytes = BUF_INIT(BUF_MAX_TEXT);
	int rc;

	stage_file_make(step->name, ++before->version, &bytes);
	buf_addf(&path, "%s/new/%s", stage->spool, stage->number);
	if (step->value)
		buf_addf(&path, "_%s_%s", step->value, step->name);
	else if (mkdir(path.data, 0700) == 0 || access(path.data, W_OK) == 0)
		buf_addf(&path, "/%s", step->name);
	rc = file_replace(path.data, bytes.data, bytes.len, 0600, err);
	buf_free(&path);
	buf_free(&bytes);
	if (rc == 0)
		engine_spool_changed(stage->engine);
	return rc;
}
