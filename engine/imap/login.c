/*
 * Logging in by hand, for three reasons: the secret passes through buffers
 * that we wipe; PLAIN needs no SASL modules installed; and a server that
 * answers XOAUTH2 with a challenge gets its empty line instead of a deadlock.
 */
/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/session_p.h"

#define LINES_MAX 1000 /* of one answer */
#define SECRET_MAX (64u << 10)

/* ---- Commands line by line. */

void imap_tag_next(struct imap_session *s, char tag[IMAP_TAG_SIZE])
{
	snprintf(tag, IMAP_TAG_SIZE, "p%u", ++s->tags);
}

static int send_bytes(struct imap_session *s, const void *data, size_t len, struct err *err)
{
	mailstream *stream = s->imap->imap_stream;

	if (mailstream_write(stream, data, len) < 0 || mailstream_flush(stream) < 0)
		return imap_dead_stream(s, err, "cannot write");
	return 0;
}

int imap_line_send(struct imap_session *s, struct err *err, const char *fmt, ...)
{
	char line[200];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line - 2, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof line - 2)
		return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_LIMIT, "command is too long");
	memcpy(line + n, "\r\n", 2);
	return send_bytes(s, line, (size_t)n + 2, err);
}

const char *imap_line_read(struct imap_session *s, struct err *err)
{
	MMAPString *line = s->imap->imap_stream_buffer;

	if (!mailstream_read_line_remove_eol(s->imap->imap_stream, line)) {
		imap_dead_stream(s, err, "server closed the connection");
		return NULL;
	}
	return line->str;
}

/* ---- Secrets on their way out. */

/* Sends a line that holds a secret, and wipes what we and the library keep of it. */
static int send_secret(struct imap_session *s, struct buf *line, struct err *err)
{
	mailstream *stream = s->imap->imap_stream;
	int rc;

	if (!imap_stream_is_secure(s->stream) && s->setup.tls != IMAP_TLS_NONE)
		rc = imap_dead(s, IMAP_FAIL_TLS, err, ERR_BUG, "refusing to send a credential in the clear");
	else if (buf_failed(line))
		rc = imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_LIMIT, "user name or password is too long");
	else
		rc = send_bytes(s, line->data, line->len, err);
	explicit_bzero(stream->write_buffer, stream->buffer_max_size);
	explicit_bzero(line->data, line->cap);
	buf_free(line);
	return rc;
}

/* A buffer that does not move while it is filled, so that no copy of a secret stays behind. */
static struct buf secret_buf(void)
{
	struct buf b = BUF_INIT(SECRET_MAX);

	b.data = xmalloc(SECRET_MAX + 1);
	b.data[0] = '\0';
	b.cap = SECRET_MAX + 1;
	return b;
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_base64(struct buf *out, const struct buf *in)
{
	for (size_t at = 0; at < in->len; at += 3) {
		size_t left = in->len - at;
		uint32_t bits = (uint32_t)(unsigned char)in->data[at] << 16;

		if (left > 1)
			bits |= (uint32_t)(unsigned char)in->data[at + 1] << 8;
		if (left > 2)
			bits |= (unsigned char)in->data[at + 2];
		buf_addc(out, base64[bits >> 18]);
		buf_addc(out, base64[bits >> 12 & 63]);
		buf_addc(out, left > 1 ? base64[bits >> 6 & 63] : '=');
		buf_addc(out, left > 2 ? base64[bits & 63] : '=');
	}
}

/* ---- Answers. */

/* Bad credentials, or trouble of the server's own (RFC 5530)? */
static enum imap_fail refusal_class(const char *text)
{
	static const char *const own[] = { "[UNAVAILABLE]", "[SERVERBUG]", "[INUSE]", "[LIMIT]", "[CONTACTADMIN]" };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (str_istarts(text, own[i]))
			return IMAP_FAIL_SERVER;
	return IMAP_FAIL_AUTH;
}

/* 0 = the tagged OK came, 1 = the server asks for more ("+"), -1 = refused or broken. */
static int read_answer(struct imap_session *s, const char *tag, const char *how, struct err *err)
{
	size_t len = strlen(tag);

	for (int i = 0; i < LINES_MAX; i++) {
		const char *line = imap_line_read(s, err);

		if (!line)
			return -1;
		if (line[0] == '+')
			return 1;
		if (str_starts(line, "* ")) {
			if (imap_note_line(s, line, err))
				return -1;
			continue;
		}
		if (!str_starts(line, tag) || line[len] != ' ')
			break;
		line += len + 1;
		if (str_istarts(line, "OK"))
			return 0;
		if (str_istarts(line, "NO "))
			return imap_dead(s, refusal_class(line + 3), err, ERR_INPUT, "%s refused: %.300s", how, line + 3);
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "%s: %.300s", how, line);
	}
	return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "%s: no tagged answer", how);
}

static int end_answer(struct imap_session *s, const char *tag, const char *how, struct err *err)
{
	int rc = read_answer(s, tag, how, err);

	if (rc == 1)
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "%s: server asks for more than there is", how);
	return rc;
}

/* ---- LOGIN. */

static bool fits_quotes(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			return false;
	return true;
}

/* Adds a string; one that does not fit in quotes goes as a literal, after the server's "+". */
static int add_string(struct imap_session *s, struct buf *line, const char *tag, const char *text, struct err *err)
{
	if (fits_quotes(text)) {
		buf_addc(line, '"');
		for (; *text; text++) {
			if (*text == '"' || *text == '\\')
				buf_addc(line, '\\');
			buf_addc(line, *text);
		}
		buf_addc(line, '"');
		return 0;
	}
	buf_addf(line, "{%zu}\r\n", strlen(text));
	if (send_secret(s, line, err))
		return -1;
	*line = secret_buf();
	switch (read_answer(s, tag, "LOGIN", err)) {
	case 1:
		buf_adds(line, text);
		return 0;
	case 0:
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "LOGIN: answer to half a command");
	default:
		return -1;
	}
}

static int login_plainly(struct imap_session *s, struct err *err)
{
	struct buf line = secret_buf();
	char tag[IMAP_TAG_SIZE];

	imap_tag_next(s, tag);
	buf_addf(&line, "%s LOGIN ", tag);
	if (add_string(s, &line, tag, s->setup.user, err))
		goto failed;
	buf_addc(&line, ' ');
	if (add_string(s, &line, tag, s->setup.secret, err))
		goto failed;
	buf_adds(&line, "\r\n");
	if (send_secret(s, &line, err))
		return -1;
	return end_answer(s, tag, "LOGIN", err);
failed:
	explicit_bzero(line.data, line.cap);
	buf_free(&line);
	return -1;
}

/* ---- AUTHENTICATE. */

struct mechanism {
	const char *name;
	void (*respond)(const struct imap_setup *setup, struct buf *out);
};

/* RFC 4616. */
static void respond_plain(const struct imap_setup *setup, struct buf *out)
{
	buf_addc(out, '\0');
	buf_adds(out, setup->user);
	buf_addc(out, '\0');
	buf_adds(out, setup->secret);
}

/* https://developers.google.com/gmail/imap/xoauth2-protocol, the same at Microsoft. */
static void respond_xoauth2(const struct imap_setup *setup, struct buf *out)
{
	buf_adds(out, "user=");
	buf_adds(out, setup->user);
	buf_adds(out, "\1auth=Bearer ");
	buf_adds(out, setup->secret);
	buf_adds(out, "\1\1");
}

static const struct mechanism mechanism_plain = { "PLAIN", respond_plain };
static const struct mechanism mechanism_xoauth2 = { "XOAUTH2", respond_xoauth2 };

static int authenticate(struct imap_session *s, const struct mechanism *m, struct err *err)
{
	struct buf response = secret_buf(), line = secret_buf();
	bool at_once = mailimap_has_extension(s->imap, "SASL-IR");
	char tag[IMAP_TAG_SIZE];
	int rc = 1;

	imap_tag_next(s, tag);
	if (at_once) { /* RFC 4959 */
		buf_addf(&line, "%s AUTHENTICATE %s ", tag, m->name);
	} else {
		rc = imap_line_send(s, err, "%s AUTHENTICATE %s", tag, m->name);
		rc = rc ? rc : read_answer(s, tag, m->name, err);
	}
	if (rc == 0)
		rc = imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "%s: accepted without a credential", m->name);
	m->respond(&s->setup, &response);
	add_base64(&line, &response);
	buf_adds(&line, "\r\n");
	line.failed |= response.failed;
	explicit_bzero(response.data, response.cap);
	buf_free(&response);
	if (rc < 0) {
		explicit_bzero(line.data, line.cap);
		buf_free(&line);
		return -1;
	}
	if (send_secret(s, &line, err))
		return -1;
	rc = read_answer(s, tag, m->name, err);
	if (rc == 1) /* the reason of a refusal, as a challenge; an empty answer brings the tagged NO */
		rc = imap_line_send(s, err, "%s", "") ? -1 : end_answer(s, tag, m->name, err);
	return rc;
}

static int choose(struct imap_session *s, struct err *err)
{
	bool login = !mailimap_has_extension(s->imap, "LOGINDISABLED");

	if (s->setup.auth == IMAP_AUTH_XOAUTH2) {
		if (!mailimap_has_authentication(s->imap, "XOAUTH2"))
			return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_INPUT, "server does not offer XOAUTH2");
		return authenticate(s, &mechanism_xoauth2, err);
	}
	if (login)
		return login_plainly(s, err);
	if (mailimap_has_authentication(s->imap, "PLAIN"))
		return authenticate(s, &mechanism_plain, err);
	return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_INPUT, "server takes neither LOGIN nor PLAIN%s",
			 imap_stream_is_secure(s->stream) ? "" : " without TLS");
}

int imap_login(struct imap_session *s, struct err *err)
{
	int rc;

	if (!imap_stream_is_secure(s->stream) && s->setup.tls != IMAP_TLS_NONE)
		return imap_dead(s, IMAP_FAIL_TLS, err, ERR_BUG, "refusing to log in without TLS");
	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	imap_stream_set_private(s->stream, true);
	rc = choose(s, err);
	imap_stream_set_private(s->stream, false);
	if (rc)
		return -1;
	s->imap->imap_state = MAILIMAP_STATE_AUTHENTICATED;
	return 0;
}
