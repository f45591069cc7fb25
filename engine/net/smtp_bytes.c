/* System. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "net/smtp.h"
#include "net/smtp_p.h"

#define CHUNK 65536

struct scan {
	int64_t line;   /* from 1 */
	int64_t length; /* of the running line, without its CR */
	bool cr;        /* the byte before was a CR */
	int64_t dots;   /* lines that begin with a dot */
};

static int scan_byte(struct scan *s, unsigned char c, struct err *err)
{
	if (c == '\n') {
		if (!s->cr)
			return err_set(err, ERR_INPUT, "line %lld ends in a bare LF", (long long)s->line);
		*s = (struct scan){ .line = s->line + 1, .dots = s->dots };
		return 0;
	}
	if (s->cr)
		return err_set(err, ERR_INPUT, "line %lld has a bare CR", (long long)s->line);
	if (c == '\r') {
		s->cr = true;
		return 0;
	}
	if (c == '\0')
		return err_set(err, ERR_INPUT, "line %lld has a NUL byte", (long long)s->line);
	if (++s->length > SMTP_LINE_MAX)
		return err_set(err, ERR_INPUT, "line %lld is longer than %d bytes", (long long)s->line,
			       SMTP_LINE_MAX);
	return 0;
}

/* Most bytes are no line end and no NUL: they are counted in strides. */
static int scan_chunk(struct scan *s, const char *data, size_t len, struct err *err)
{
	size_t at = 0;

	while (at < len) {
		const char *end = memchr(data + at, '\r', len - at);
		size_t run = (end ? (size_t)(end - data) : len) - at;

		if (s->length == 0 && data[at] == '.')
			s->dots++;
		if (!s->cr && run && !memchr(data + at, '\n', run) && !memchr(data + at, '\0', run) &&
		    s->length + (int64_t)run <= SMTP_LINE_MAX) {
			s->length += (int64_t)run;
			at += run;
		} else if (scan_byte(s, (unsigned char)data[at++], err)) {
			return -1;
		}
	}
	return 0;
}

int smtp_bytes_measure(int fd, int64_t size, int64_t *wire, struct err *err)
{
	struct scan s = { .line = 1 };
	char *chunk = xmalloc(CHUNK);
	int64_t at;
	int rc = 0;

	if (size <= 0)
		rc = err_set(err, ERR_INPUT, "the mail is empty");
	for (at = 0; rc == 0 && at < size;) {
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		rc = file_pread_all(fd, chunk, n, at, err);
		if (rc == 0)
			rc = scan_chunk(&s, chunk, n, err);
		at += (int64_t)n;
	}
	free(chunk);
	if (rc == 0 && (s.length || s.cr))
		rc = err_set(err, ERR_INPUT, "the last line does not end in CRLF");
	*wire = size + s.dots + 3;
	return rc;
}

int smtp_bytes_check(int fd, int64_t size, struct err *err)
{
	int64_t wire;

	return smtp_bytes_measure(fd, size, &wire, err);
}

bool smtp_host_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (str_ieq(host, "localhost"))
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}
