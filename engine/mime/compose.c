/* What stands in the parts of a mail, and giving it out. */

/* System. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Libraries. */
#include <gmime/gmime.h>

/* Base. */
#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "mime/compose.h"
#include "mime/compose_p.h"

#define NAME_GIVEN_MAX 3000 /* bytes of a file name that are looked at */
#define NAME_ENDING_MAX 10  /* ".jpeg", ".pages" */

/* FNV-1a, 64 bits: enough to tell one mail's boundaries from another's. */
static uint64_t fingerprint(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash;
}

/*
 * "=_" can stand in no quoted-printable or base64 line (RFC 2045 §6.7), and all
 * our parts are one of these, so no part can hold a boundary.
 */
static GMimeMultipart *multipart_new(const char *subtype, const struct compose_mail *mail, int number)
{
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(subtype);
	char boundary[40];

	snprintf(boundary, sizeof boundary, "=_pk%016" PRIx64 "-%d", fingerprint(mail->message_id), number);
	g_mime_multipart_set_boundary(multipart, boundary);
	return multipart;
}

static void multipart_add(GMimeMultipart *multipart, GMimeObject *part)
{
	g_mime_multipart_add(multipart, part);
	g_object_unref(part);
}

static void part_content(GMimePart *part, GMimeStream *stream, GMimeContentEncoding encoding)
{
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(stream);
}

static size_t plain_run(const char *text)
{
	size_t len = 0;

	while (text[len] >= ' ' && text[len] <= '~')
		len++;
	return len;
}

/* Valid UTF-8 with '\n' line ends, a line end at the end, and no controls but tabs. */
static void text_clean(struct buf *out, const char *text)
{
	size_t len;

	for (; *text; text += len ? len : 1) {
		len = plain_run(text);
		if (len) {
			buf_add(out, text, len);
			continue;
		}
		len = str_utf8_len(text);
		if (!len)
			buf_adds(out, "\xef\xbf\xbd");
		else if (*text == '\n' || *text == '\t')
			buf_addc(out, *text);
		else if (*text == '\r')
			buf_adds(out, text[1] == '\n' ? "" : "\n");
		else if (str_utf8_is_control(text))
			buf_addc(out, ' ');
		else
			buf_add(out, text, len);
	}
	if (out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
}

/*
 * A text part, always utf-8 and quoted-printable: GMime's own text part would
 * choose a charset by the letters that occur.
 */
static GMimeObject *text_part(const char *subtype, const char *text, struct err *err)
{
	struct buf clean = BUF_INIT(BUF_MAX_FILE);
	GMimePart *part;

	text_clean(&clean, text);
	if (buf_failed(&clean)) {
		err_set(err, ERR_LIMIT, "the text/%s part is larger than %zu bytes", subtype, clean.max);
		buf_free(&clean);
		return NULL;
	}
	part = g_mime_part_new_with_type("text", subtype);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	part_content(part, g_mime_stream_mem_new_with_buffer(clean.data, clean.len),
		     GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	buf_free(&clean);
	return GMIME_OBJECT(part);
}

static bool is_token(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') ||
		      (text[i] >= '0' && text[i] <= '9') || strchr("!#$&-^_.+", text[i])))
			return false;
	return len > 0 && len <= 64;
}

/* RFC 6838 §4.2 names; and none that would make the attachment a part of the structure. */
static bool type_usable(const char *type)
{
	const char *slash = type ? strchr(type, '/') : NULL;

	return slash && is_token(type, (size_t)(slash - type)) && is_token(slash + 1, strlen(slash + 1)) &&
	       !str_istarts(type, "message/") && !str_istarts(type, "multipart/");
}

/* At most COMPOSE_MAX_NAME bytes; the ending, which tells what to open it with, stays. */
static const char *name_shorten(struct arena *arena, char *name)
{
	size_t len = strlen(name), end;
	const char *dot = strrchr(name, '.');

	if (len <= COMPOSE_MAX_NAME)
		return name;
	end = dot && strlen(dot) <= NAME_ENDING_MAX ? strlen(dot) : 0;
	return arena_printf(arena, "%.*s%s", (int)str_utf8_cut(name, COMPOSE_MAX_NAME - end), name, end ? dot : "");
}

/* One line, no folders, no characters that file systems or mail programs stumble over. */
static const char *file_name(struct arena *arena, const char *name)
{
	const char *line = compose_line(arena, name, NAME_GIVEN_MAX), *c;
	char *out, *o;

	for (c = line; *c; c++)
		if (*c == '/' || *c == '\\')
			line = c + 1;
	out = o = arena_strdup(arena, line);
	for (; *o; o++)
		if (strchr("\"<>:|?*", *o))
			*o = '_';
	while (*out == '.' || *out == ' ')
		out++;
	return *out ? name_shorten(arena, out) : "document";
}

static GMimeStream *bytes_stream(const struct compose_bytes *bytes)
{
	GMimeStream *stream;

	if (bytes->data || !bytes->size)
		return g_mime_stream_mem_new_with_buffer(bytes->size ? bytes->data : "", (size_t)bytes->size);
	stream = g_mime_stream_fs_new_with_bounds(bytes->fd, bytes->offset, bytes->offset + bytes->size);
	g_mime_stream_fs_set_owner((GMimeStreamFs *)stream, FALSE);
	return stream;
}

/* GMime would choose the charset of a parameter by the letters that occur. */
static void parameter_utf8(GMimeParamList *list, const char *name)
{
	GMimeParam *param = list ? g_mime_param_list_get_parameter(list, name) : NULL;

	if (param)
		g_mime_param_set_charset(param, "utf-8");
}

static GMimeObject *file_part(struct arena *arena, const struct compose_attachment *file, const char *cid)
{
	const char *type = type_usable(file->type) ? file->type : "application/octet-stream";
	size_t len = strcspn(type, "/");
	GMimePart *part = g_mime_part_new_with_type(arena_strndup(arena, type, len), type + len + 1);
	GMimeObject *object = GMIME_OBJECT(part);
	GMimeContentDisposition *disposition;

	g_mime_object_set_disposition(object, cid ? "inline" : "attachment");
	g_mime_part_set_filename(part, file_name(arena, file->name));
	disposition = g_mime_object_get_content_disposition(object);
	parameter_utf8(g_mime_content_disposition_get_parameters(disposition), "filename");
	parameter_utf8(g_mime_content_type_get_parameters(g_mime_object_get_content_type(object)), "name");
	if (cid)
		g_mime_part_set_content_id(part, cid);
	part_content(part, bytes_stream(&file->bytes), GMIME_CONTENT_ENCODING_BASE64);
	return object;
}

static GMimeObject *html_part(struct arena *arena, const struct compose_mail *mail, struct err *err)
{
	GMimeObject *html = text_part("html", mail->html, err);
	GMimeMultipart *related;

	if (!html || !mail->logo)
		return html;
	related = multipart_new("related", mail, 3);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(related), "type", "text/html");
	multipart_add(related, html);
	multipart_add(related, file_part(arena, mail->logo, mail->logo_cid));
	return GMIME_OBJECT(related);
}

static GMimeObject *words_part(struct arena *arena, const struct compose_mail *mail, struct err *err)
{
	GMimeObject *text = text_part("plain", mail->text, err), *html;
	GMimeMultipart *alternative;

	if (!text || !mail->html)
		return text;
	html = html_part(arena, mail, err);
	if (!html) {
		g_object_unref(text);
		return NULL;
	}
	alternative = multipart_new("alternative", mail, 2);
	multipart_add(alternative, text);
	multipart_add(alternative, html);
	return GMIME_OBJECT(alternative);
}

static GMimeObject *body_part(struct arena *arena, const struct compose_mail *mail, struct err *err)
{
	GMimeObject *words = words_part(arena, mail, err);
	GMimeMultipart *mixed;
	size_t i;

	if (!words || !mail->attachment_count)
		return words;
	mixed = multipart_new("mixed", mail, 1);
	multipart_add(mixed, words);
	for (i = 0; i < mail->attachment_count; i++)
		multipart_add(mixed, file_part(arena, &mail->attachments[i], NULL));
	return GMIME_OBJECT(mixed);
}

/*
 * Headers in front, then what GMime says of the body; returns the bytes
 * written, by the stream's own count (GMime returns the size of an attachment
 * before its encoding), or -1.
 */
static int64_t message_write(const struct buf *headers, GMimeObject *body, GMimeStream *stream)
{
	GMimeFormatOptions *format = g_mime_format_options_new();
	bool done;

	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	done = g_mime_stream_write(stream, headers->data, headers->len) == (ssize_t)headers->len &&
	       g_mime_object_write_to_stream(body, format, stream) >= 0 && g_mime_stream_flush(stream) == 0;
	g_mime_format_options_free(format);
	return done ? g_mime_stream_tell(stream) : -1;
}

static int bytes_check(const struct compose_bytes *bytes, const char *what, struct err *err)
{
	if (bytes->size < 0 || bytes->offset < 0 || bytes->size > INT64_MAX - bytes->offset)
		return err_set(err, ERR_BUG, "the size of %s is out of range", what);
	/* GMime takes an early end of file for the end of the part. */
	if (!bytes->data && bytes->size && file_size(bytes->fd) < bytes->offset + bytes->size)
		return err_set(err, ERR_CORRUPT, "the file of %s is shorter than it should be", what);
	return 0;
}

static int mail_check(const struct compose_mail *mail, struct err *err)
{
	size_t i;

	if (mail->attachment_count > COMPOSE_MAX_ATTACHMENTS)
		return err_set(err, ERR_LIMIT, "more than %d attachments", COMPOSE_MAX_ATTACHMENTS);
	for (i = 0; i < mail->attachment_count; i++)
		if (bytes_check(&mail->attachments[i].bytes, "an attachment", err) != 0)
			return -1;
	if (!mail->html || !mail->logo)
		return 0;
	if (!compose_is_id(mail->logo_cid))
		return err_set(err, ERR_INPUT, "the content id of the logo is not one");
	return bytes_check(&mail->logo->bytes, "the logo", err);
}

static int compose(const struct compose_mail *mail, GMimeStream *stream, int64_t *size, struct err *err)
{
	struct buf headers = BUF_INIT(BUF_MAX_TEXT);
	struct arena arena = ARENA_INIT;
	GMimeObject *body = NULL;
	int status;

	g_mime_init();
	status = mail_check(mail, err);
	if (status == 0)
		status = compose_headers(mail, &arena, &headers, err);
	if (status == 0) {
		body = body_part(&arena, mail, err);
		status = body ? 0 : -1;
	}
	if (status == 0) {
		*size = message_write(&headers, body, stream);
		if (*size < 0)
			status = err_sys(err, "cannot write the message");
	}
	if (body)
		g_object_unref(body);
	arena_free(&arena);
	buf_free(&headers);
	return status;
}

/* What the encoded files will take at least, so that a limit is met before the work. */
static int64_t least_size(const struct compose_mail *mail)
{
	int64_t size = 0;
	size_t i;

	for (i = 0; i < mail->attachment_count && size < INT64_MAX / 4; i++)
		size += mail->attachments[i].bytes.size / 3 * 4;
	return size;
}

int compose_buf(const struct compose_mail *mail, struct buf *out, struct err *err)
{
	struct compose_check check = COMPOSE_CHECK_INIT;
	GMimeStream *stream;
	GByteArray *bytes;
	int64_t size = 0;
	int status;

	if (least_size(mail) > (int64_t)out->max)
		return err_set(err, ERR_LIMIT, "the message is larger than %zu bytes", out->max);
	stream = g_mime_stream_mem_new();
	bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
	status = compose(mail, stream, &size, err);
	if (status == 0)
		status = compose_check_feed(&check, bytes->data, bytes->len, err);
	if (status == 0)
		status = compose_check_end(&check, err);
	if (status == 0) {
		buf_add(out, bytes->data, bytes->len);
		if (buf_failed(out))
			status = err_set(err, ERR_LIMIT, "the message is larger than %zu bytes", out->max);
	}
	g_object_unref(stream);
	return status;
}

static int fd_check(int fd, int64_t size, struct err *err)
{
	struct compose_check check = COMPOSE_CHECK_INIT;
	char piece[64 << 10];

	while (check.offset < size) {
		ssize_t n = pread(fd, piece, sizeof piece, check.offset);

		if (n < 0)
			return err_sys(err, "cannot read the message back");
		if (n == 0)
			return err_set(err, ERR_SYSTEM, "the message is shorter than what was written");
		if (compose_check_feed(&check, piece, (size_t)n, err) != 0)
			return -1;
	}
	return compose_check_end(&check, err);
}

int compose_fd(const struct compose_mail *mail, int fd, int64_t *size, struct err *err)
{
	GMimeStream *stream = g_mime_stream_fs_new_with_bounds(fd, 0, -1);
	GMimeStream *buffered = g_mime_stream_buffer_new(stream, GMIME_STREAM_BUFFER_BLOCK_WRITE);
	int status;

	g_mime_stream_fs_set_owner((GMimeStreamFs *)stream, FALSE);
	status = compose(mail, buffered, size, err);
	g_object_unref(buffered);
	g_object_unref(stream);
	return status == 0 ? fd_check(fd, *size, err) : -1;
}
