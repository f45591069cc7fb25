/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "ipc/manifest.h"

#define MAGIC 0x32464D50u /* "PMF2" */
#define STRING_NULL UINT32_MAX

/* Longest strings, in bytes; headers have a total as well. */
#define SHORT_MAX 1024
#define NAME_MAX_BYTES 4096
#define HEADERS_TOTAL_MAX (4 * MAIL_MAX_HEADER_BYTES) /* Windows-1252 may triple */
#define REFERENCES_MAX 20

/* ---- writing ---- */

static void put_u32(struct buf *out, uint32_t v)
{
	unsigned char b[4] = { (unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
			       (unsigned char)(v >> 24) };

	buf_add(out, b, sizeof b);
}

static void put_i64(struct buf *out, int64_t v)
{
	put_u32(out, (uint32_t)v);
	put_u32(out, (uint32_t)((uint64_t)v >> 32));
}

static void put_str(struct buf *out, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	put_u32(out, text ? (uint32_t)len : STRING_NULL);
	buf_add(out, text ? text : "", len);
}

static void put_addresses(struct buf *out, const struct mail_addresses *list)
{
	size_t i;

	put_u32(out, (uint32_t)list->count);
	for (i = 0; i < list->count; i++) {
		put_str(out, list->list[i].name);
		put_str(out, list->list[i].addr);
	}
}

static void put_part(struct buf *out, const struct mail_part *part)
{
	put_u32(out, part->role);
	put_u32(out, (uint32_t)part->depth);
	put_str(out, part->type);
	put_str(out, part->found);
	put_str(out, part->name);
	put_str(out, part->disposition);
	put_str(out, part->content_id);
	put_i64(out, part->offset);
	put_i64(out, part->size);
}

static void put_message(struct buf *out, const struct mail_message *m)
{
	put_u32(out, (uint32_t)m->part);
	put_addresses(out, &m->from);
	put_addresses(out, &m->to);
	put_str(out, m->subject);
	put_str(out, m->message_id);
	put_str(out, m->in_reply_to);
	put_i64(out, m->date);
	put_str(out, m->text);
}

static void put_mark(struct buf *out, const struct mail_mark *mark)
{
	put_u32(out, mark->kind);
	put_u32(out, (uint32_t)mark->from);
	put_u32(out, (uint32_t)mark->to);
}

void manifest_encode(const struct mail *mail, struct buf *out)
{
	size_t i;

	put_u32(out, MAGIC);
	put_addresses(out, &mail->from);
	put_addresses(out, &mail->sender);
	put_addresses(out, &mail->reply_to);
	put_addresses(out, &mail->to);
	put_addresses(out, &mail->cc);
	put_str(out, mail->subject);
	put_str(out, mail->message_id);
	put_str(out, mail->in_reply_to);
	put_u32(out, (uint32_t)mail->reference_count);
	for (i = 0; i < mail->reference_count; i++)
		put_str(out, mail->references[i]);
	put_i64(out, mail->date);
	put_u32(out, (uint32_t)mail->from_fields);
	put_u32(out, (uint32_t)mail->header_count);
	for (i = 0; i < mail->header_count; i++) {
		put_str(out, mail->headers[i].name);
		put_str(out, mail->headers[i].value);
	}
	put_str(out, mail->text ? mail->text : "");
	put_u32(out, (mail->text_from_html ? 1u : 0u) | (mail->text_cut ? 2u : 0u) | (mail->encrypted ? 4u : 0u));
	put_u32(out, (uint32_t)mail->part_count);
	for (i = 0; i < mail->part_count; i++)
		put_part(out, &mail->parts[i]);
	put_u32(out, (uint32_t)mail->message_count);
	for (i = 0; i < mail->message_count; i++)
		put_message(out, &mail->messages[i]);
	put_u32(out, (uint32_t)mail->mark_count);
	for (i = 0; i < mail->mark_count; i++)
		put_mark(out, &mail->marks[i]);
}

/* ---- reading: after the first fault every getter gives zeros ---- */

struct reader {
	const unsigned char *at;
	size_t left;
	struct arena *arena;
	const char *fault; /* what was wrong first, or NULL */
};

static void fault(struct reader *r, const char *what)
{
	if (!r->fault)
		r->fault = what;
	r->left = 0;
}

static uint32_t get_u32(struct reader *r)
{
	uint32_t v;

	if (r->fault || r->left < 4) {
		fault(r, "it ends early");
		return 0;
	}
	v = r->at[0] | (uint32_t)r->at[1] << 8 | (uint32_t)r->at[2] << 16 | (uint32_t)r->at[3] << 24;
	r->at += 4;
	r->left -= 4;
	return v;
}

static int64_t get_i64(struct reader *r)
{
	uint64_t low = get_u32(r);

	return (int64_t)(low | (uint64_t)get_u32(r) << 32);
}

static size_t get_count(struct reader *r, size_t max)
{
	uint32_t n = get_u32(r);

	/* Whatever is counted takes at least four bytes. */
	if (n > max || n > r->left / 4) {
		fault(r, "a count is out of range");
		return 0;
	}
	return n;
}

static const char *get_opt_str(struct reader *r, size_t max)
{
	uint32_t len = get_u32(r);
	char *text;

	if (r->fault || len == STRING_NULL)
		return NULL;
	if (len > r->left || len > max) {
		fault(r, "a string is too long");
		return NULL;
	}
	if (memchr(r->at, '\0', len)) {
		fault(r, "a string holds a NUL");
		return NULL;
	}
	text = arena_strndup(r->arena, (const char *)r->at, len);
	r->at += len;
	r->left -= len;
	if (!str_utf8_valid(text)) {
		fault(r, "a string is not UTF-8");
		return NULL;
	}
	return text;
}

static const char *get_str(struct reader *r, size_t max)
{
	const char *text = get_opt_str(r, max);

	if (!text)
		fault(r, "a string is missing");
	return text ? text : "";
}

static void get_addresses(struct reader *r, struct mail_addresses *list)
{
	size_t count = get_count(r, MAIL_MAX_RECIPIENTS), i;

	list->list = arena_array(r->arena, count, sizeof *list->list);
	for (i = 0; i < count && !r->fault; i++) {
		list->list[i].name = get_str(r, SHORT_MAX);
		list->list[i].addr = get_str(r, SHORT_MAX);
	}
	list->count = count;
}

static void get_references(struct reader *r, struct mail *mail)
{
	size_t count = get_count(r, REFERENCES_MAX), i;

	mail->references = arena_array(r->arena, count, sizeof *mail->references);
	for (i = 0; i < count && !r->fault; i++)
		mail->references[i] = get_str(r, SHORT_MAX);
	mail->reference_count = count;
}

static void get_headers(struct reader *r, struct mail *mail)
{
	size_t count = get_count(r, MAIL_MAX_HEADERS), i, total = 0;

	mail->headers = arena_array(r->arena, count, sizeof *mail->headers);
	for (i = 0; i < count && !r->fault; i++) {
		mail->headers[i].name = get_str(r, SHORT_MAX);
		mail->headers[i].value = get_str(r, HEADERS_TOTAL_MAX);
		total += strlen(mail->headers[i].name) + strlen(mail->headers[i].value);
		if (total > HEADERS_TOTAL_MAX)
			fault(r, "the header is too long");
	}
	mail->header_count = count;
}

static void get_part(struct reader *r, int64_t data_size, struct mail_part *part)
{
	uint32_t role = get_u32(r), depth = get_u32(r);

	if (role >= MAIL_PART_ROLES || depth > MAIL_MAX_DEPTH + 1)
		fault(r, "a part is of no known kind");
	part->role = role < MAIL_PART_ROLES ? (enum mail_part_role)role : MAIL_PART_ATTACHMENT;
	part->depth = (int)depth;
	part->type = get_str(r, SHORT_MAX);
	part->found = get_str(r, SHORT_MAX);
	part->name = get_opt_str(r, NAME_MAX_BYTES);
	part->disposition = get_opt_str(r, SHORT_MAX);
	part->content_id = get_opt_str(r, SHORT_MAX);
	part->offset = get_i64(r);
	part->size = get_i64(r);
	if (part->offset < 0 || part->size < 0 || part->offset > data_size || part->size > data_size - part->offset)
		fault(r, "a part lies outside the data");
	if (part->disposition && !str_eq(part->disposition, "inline") && !str_eq(part->disposition, "attachment"))
		fault(r, "a disposition is unknown");
}

static void get_parts(struct reader *r, int64_t data_size, struct mail *mail)
{
	size_t count = get_count(r, MAIL_MAX_PARTS), i;

	mail->parts = arena_array(r->arena, count, sizeof *mail->parts);
	for (i = 0; i < count && !r->fault; i++)
		get_part(r, data_size, &mail->parts[i]);
	mail->part_count = count;
}

static void get_message(struct reader *r, const struct mail *mail, struct mail_message *m)
{
	m->part = get_u32(r);
	if (m->part >= mail->part_count)
		fault(r, "a message is no part");
	get_addresses(r, &m->from);
	get_addresses(r, &m->to);
	m->subject = get_str(r, NAME_MAX_BYTES);
	m->message_id = get_opt_str(r, SHORT_MAX);
	m->in_reply_to = get_opt_str(r, SHORT_MAX);
	m->date = get_i64(r);
	m->text = get_str(r, MAIL_MAX_MESSAGE_TEXT);
}

static void get_messages(struct reader *r, struct mail *mail)
{
	size_t count = get_count(r, MAIL_MAX_MESSAGES), i;

	mail->messages = arena_array(r->arena, count, sizeof *mail->messages);
	for (i = 0; i < count && !r->fault; i++) {
		get_message(r, mail, &mail->messages[i]);
		if (i && mail->messages[i].part <= mail->messages[i - 1].part)
			fault(r, "the messages are out of order");
	}
	mail->message_count = count;
}

static void get_marks(struct reader *r, struct mail *mail)
{
	size_t count = get_count(r, MAIL_MAX_MARKS), len = strlen(mail->text), i;

	mail->marks = arena_array(r->arena, count, sizeof *mail->marks);
	for (i = 0; i < count && !r->fault; i++) {
		uint32_t kind = get_u32(r);
		size_t from = get_u32(r), to = get_u32(r);

		if (kind >= MAIL_MARK_KINDS || from > to || to > len)
			fault(r, "a mark lies outside the text");
		else
			mail->marks[i] = (struct mail_mark){ (enum mail_mark_kind)kind, from, to };
	}
	mail->mark_count = count;
}

static void get_mail(struct reader *r, int64_t data_size, struct mail *mail)
{
	uint32_t flags;

	if (get_u32(r) != MAGIC)
		fault(r, "it does not begin as one");
	get_addresses(r, &mail->from);
	get_addresses(r, &mail->sender);
	get_addresses(r, &mail->reply_to);
	get_addresses(r, &mail->to);
	get_addresses(r, &mail->cc);
	mail->subject = get_str(r, NAME_MAX_BYTES);
	mail->message_id = get_opt_str(r, SHORT_MAX);
	mail->in_reply_to = get_opt_str(r, SHORT_MAX);
	get_references(r, mail);
	mail->date = get_i64(r);
	mail->from_fields = (int)get_u32(r);
	if (mail->from_fields < 0 || mail->from_fields > MAIL_MAX_HEADERS)
		fault(r, "a count is out of range");
	get_headers(r, mail);
	mail->text = get_str(r, MAIL_MAX_TEXT);
	flags = get_u32(r);
	if (flags > 7)
		fault(r, "a flag is unknown");
	mail->text_from_html = flags & 1;
	mail->text_cut = flags & 2;
	mail->encrypted = flags & 4;
	get_parts(r, data_size, mail);
	get_messages(r, mail);
	get_marks(r, mail);
	if (!r->fault && r->left)
		fault(r, "something is left over");
}

int manifest_decode(const void *data, size_t len, int64_t data_size, struct arena *arena, struct mail *mail_r,
		    struct err *err)
{
	struct reader r = { .at = data, .left = len, .arena = arena };
	struct mail mail = { 0 };

	get_mail(&r, data_size, &mail);
	if (r.fault)
		return err_set(err, ERR_INPUT, "malformed manifest from the parse worker: %s", r.fault);
	*mail_r = mail;
	return 0;
}

int manifest_read(int out, int64_t offset, int64_t size, struct arena *arena, struct mail *mail_r, struct err *err)
{
	int64_t total = file_size(out);
	char *data;
	int rc;

	if (size <= 0 || size > MANIFEST_MAX || offset < 0 || offset > total || size != total - offset)
		return err_set(err, ERR_INPUT, "the parse worker's manifest is not where it says");
	data = xmalloc((size_t)size);
	rc = file_pread_all(out, data, (size_t)size, offset, err);
	if (!rc)
		rc = manifest_decode(data, (size_t)size, offset, arena, mail_r, err);
	free(data);
	return rc;
}
