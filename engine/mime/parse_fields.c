/* The header of the outermost message: addresses, ids, date, subject, and all fields as they are. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

#define REFERENCES_MAX 20
#define ID_MAX 998         /* RFC 5322 line */
#define SUBJECT_MAX 4096
#define NAME_MAX_BYTES 1024
#define GROUP_DEPTH_MAX 4  /* groups do not nest by RFC 5322; some mails try */

struct fields {
	struct mime_parser *parser;
	struct arena *arena;
	struct mail *mail;
	size_t recipients;
};

/* One line, without the white space around. */
static char *unfold(struct arena *arena, const char *raw)
{
	char *text = mime_header_text(arena, raw, MAIL_MAX_HEADER_BYTES), *out, *p;

	for (out = p = text; *p; p++)
		if (*p != '\r' && *p != '\n')
			*out++ = *p;
	*out = '\0';
	return str_trim(text);
}

/* Controls and line ends as spaces (encoded words can hold any), and one space for several. */
static char *one_line(struct arena *arena, const char *text, size_t max)
{
	char *clean = mime_header_text(arena, text, max), *p, *out;

	for (out = p = clean; *p; p++) {
		char c = (unsigned char)*p < ' ' || *p == 127 ? ' ' : *p;

		if (c != ' ' || (out > clean && out[-1] != ' '))
			*out++ = c;
	}
	*out = '\0';
	return str_trim(clean);
}

static int address_add(struct fields *f, struct mail_addresses *list, InternetAddress *address, struct err *err)
{
	const char *addr = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(address));
	const char *name = internet_address_get_name(address);
	struct mail_address *a;

	if (!addr)
		addr = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
	if (++f->recipients > 5 * MAIL_MAX_RECIPIENTS || list->count == MAIL_MAX_RECIPIENTS)
		return err_set(err, ERR_LIMIT, "more than %d addresses in one header field", MAIL_MAX_RECIPIENTS);
	list->list = arena_grow(f->arena, list->list, list->count, sizeof *list->list);
	a = &list->list[list->count++];
	a->name = one_line(f->arena, name ? name : "", NAME_MAX_BYTES);
	a->addr = one_line(f->arena, addr ? addr : "", ID_MAX);
	return 0;
}

static int addresses_add(struct fields *f, struct mail_addresses *list, InternetAddressList *from, int depth,
			 struct err *err)
{
	int i, count = from ? internet_address_list_length(from) : 0, rc = 0;

	for (i = 0; i < count && !rc; i++) {
		InternetAddress *address = internet_address_list_get_address(from, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(address))
			rc = address_add(f, list, address, err);
		else if (depth < GROUP_DEPTH_MAX)
			rc = addresses_add(f, list, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)),
					   depth + 1, err);
	}
	return rc;
}

static int field_addresses(struct fields *f, struct mail_addresses *list, const char *value, struct err *err)
{
	InternetAddressList *parsed = internet_address_list_parse(f->parser->options, value);
	int rc;

	if (!parsed)
		return 0;
	rc = addresses_add(f, list, parsed, 0, err);
	g_object_unref(parsed);
	return rc;
}

/* A group has no writer, and a route (RFC 5322 §4.4) two addresses in one. */
static bool is_odd(struct fields *f, const char *value)
{
	InternetAddressList *parsed = internet_address_list_parse(f->parser->options, value);
	int i, count = parsed ? internet_address_list_length(parsed) : 0;
	bool odd = strstr(value, "<@") != NULL;

	for (i = 0; i < count; i++)
		odd |= !INTERNET_ADDRESS_IS_MAILBOX(internet_address_list_get_address(parsed, i));
	if (parsed)
		g_object_unref(parsed);
	return odd;
}

/* "Jansen, Jan <jan@example.org>", unquoted: two addresses by the letter, of which only one is one. */
static void drop_bare(struct mail_addresses *list)
{
	size_t i, at = 0, whole = 0;

	for (i = 0; i < list->count; i++)
		if (strchr(list->list[i].addr, '@')) {
			at = i;
			whole++;
		}
	if (whole != 1)
		return;
	list->list[0] = list->list[at];
	list->count = 1;
}

static int field_from(struct fields *f, const char *value, struct err *err)
{
	if (f->mail->from_fields < 2)
		f->mail->from_fields += is_odd(f, value) ? 2 : 1;
	if (field_addresses(f, &f->mail->from, value, err))
		return -1;
	drop_bare(&f->mail->from);
	return 0;
}

static int field_sender(struct fields *f, const char *value, struct err *err)
{
	return field_addresses(f, &f->mail->sender, value, err);
}

static int field_reply_to(struct fields *f, const char *value, struct err *err)
{
	return field_addresses(f, &f->mail->reply_to, value, err);
}

static int field_to(struct fields *f, const char *value, struct err *err)
{
	return field_addresses(f, &f->mail->to, value, err);
}

static int field_cc(struct fields *f, const char *value, struct err *err)
{
	return field_addresses(f, &f->mail->cc, value, err);
}

/* The first one counts, here and below. */
static int field_subject(struct fields *f, const char *value, struct err *err)
{
	char *decoded;

	(void)err;
	if (f->mail->subject)
		return 0;
	decoded = g_mime_utils_header_decode_text(f->parser->options, value);
	f->mail->subject = one_line(f->arena, decoded ? decoded : value, SUBJECT_MAX);
	g_free(decoded);
	return 0;
}

static int field_message_id(struct fields *f, const char *value, struct err *err)
{
	char *id;

	(void)err;
	if (f->mail->message_id)
		return 0;
	id = g_mime_utils_decode_message_id(value);
	if (id && *id)
		f->mail->message_id = one_line(f->arena, id, ID_MAX);
	g_free(id);
	return 0;
}

static int field_in_reply_to(struct fields *f, const char *value, struct err *err)
{
	GMimeReferences *ids;

	(void)err;
	if (f->mail->in_reply_to)
		return 0;
	ids = g_mime_references_parse(f->parser->options, value);
	if (ids && g_mime_references_length(ids) > 0)
		f->mail->in_reply_to = one_line(f->arena, g_mime_references_get_message_id(ids, 0), ID_MAX);
	if (ids)
		g_mime_references_free(ids);
	return 0;
}

static int field_references(struct fields *f, const char *value, struct err *err)
{
	GMimeReferences *ids;
	int count, i;

	(void)err;
	if (f->mail->references)
		return 0;
	ids = g_mime_references_parse(f->parser->options, value);
	count = ids ? g_mime_references_length(ids) : 0;
	f->mail->references = arena_array(f->arena, REFERENCES_MAX, sizeof *f->mail->references);
	for (i = count > REFERENCES_MAX ? count - REFERENCES_MAX : 0; i < count; i++)
		f->mail->references[f->mail->reference_count++] =
			one_line(f->arena, g_mime_references_get_message_id(ids, i), ID_MAX);
	if (ids)
		g_mime_references_free(ids);
	return 0;
}

static int field_date(struct fields *f, const char *value, struct err *err)
{
	GDateTime *date;

	(void)err;
	if (f->mail->date != DATE_NONE)
		return 0;
	date = g_mime_utils_header_decode_date(value);
	if (date) {
		f->mail->date = g_date_time_to_unix(date);
		g_date_time_unref(date);
	}
	return 0;
}

static const struct field {
	const char *name;
	int (*read)(struct fields *f, const char *value, struct err *err);
} known[] = {
	{ "From", field_from },
	{ "Sender", field_sender },
	{ "Reply-To", field_reply_to },
	{ "To", field_to },
	{ "Cc", field_cc },
	{ "Subject", field_subject },
	{ "Message-ID", field_message_id },
	{ "In-Reply-To", field_in_reply_to },
	{ "References", field_references },
	{ "Date", field_date },
};

static int field_read(struct fields *f, GMimeHeader *header, struct err *err)
{
	const char *name = g_mime_header_get_name(header), *raw = g_mime_header_get_raw_value(header);
	struct mail *mail = f->mail;
	struct mail_header *h;
	size_t i;

	if (!name || !raw)
		return 0;
	if (mail->header_count == MAIL_MAX_HEADERS)
		return err_set(err, ERR_LIMIT, "more than %d header fields", MAIL_MAX_HEADERS);
	mail->headers = arena_grow(f->arena, mail->headers, mail->header_count, sizeof *mail->headers);
	h = &mail->headers[mail->header_count++];
	h->name = one_line(f->arena, name, NAME_MAX_BYTES);
	h->value = unfold(f->arena, raw);
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (str_ieq(known[i].name, name))
			return known[i].read(f, raw, err);
	return 0;
}

static int header_read(struct fields *f, GMimeObject *object, struct err *err)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(object);
	int i, count = g_mime_header_list_get_count(headers);

	for (i = 0; i < count; i++)
		if (field_read(f, g_mime_header_list_get_header_at(headers, i), err))
			return -1;
	return 0;
}

int mime_fields_read(struct mime_parser *parser, GMimeMessage *message, struct arena *arena, struct mail *mail,
		     struct err *err)
{
	/* GMime keeps the Content- fields with the body. */
	GMimeObject *body = g_mime_message_get_mime_part(message);
	struct fields f = { .parser = parser, .arena = arena, .mail = mail };

	mail->date = DATE_NONE;
	if (header_read(&f, GMIME_OBJECT(message), err) || (body && header_read(&f, body, err)))
		return -1;
	if (!mail->subject)
		mail->subject = "";
	return 0;
}
