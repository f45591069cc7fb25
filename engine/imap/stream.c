/* System. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/stream_p.h"

#define BUFFER_SIZE 16384 /* one TLS record */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int imap_stream_broke(struct imap_stream *s, enum imap_fail fail, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (s->failed)
		return -1;
	s->failed = true;
	s->fail = fail;
	s->fault.code = code;
	va_start(ap, fmt);
	vsnprintf(s->fault.text, sizeof s->fault.text, fmt, ap);
	va_end(ap);
	return -1;
}

/* Milliseconds left for this command, rounded up; 0 = over. */
static int64_t time_left(const struct imap_stream *s)
{
	int64_t allowed = (int64_t)s->setup.deadline * 1000 + (int64_t)(s->got * 1000 / IMAP_STREAM_RATE);
	int64_t left = s->started + allowed - now_ms();

	return left > 0 ? left : 0;
}

static int poll_fd(int fd, short events, int64_t ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, ms > 600000 ? 600000 : (int)ms);
	while (n < 0 && errno == EINTR);
	return n;
}

int imap_stream_wait(struct imap_stream *s, short events)
{
	for (;;) {
		int64_t left = time_left(s);

		if (left == 0 && s->got > 0)
			return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "answer took longer than %u seconds "
						 "(%llu bytes had come)", s->setup.deadline, (unsigned long long)s->got);
		if (left == 0)
			return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "no answer within %u seconds",
						 s->setup.deadline);
		if (poll_fd(s->fd, events, left) > 0)
			return 0;
	}
}

/* ---- Lines seen on the way. */

static void trace(struct imap_stream *s, const char *way, const char *line, size_t len)
{
	char shown[IMAP_LINE_KEPT + 1], q[3 * IMAP_LINE_KEPT + 8];
	size_t n = imap_lines_public(line, len);

	memcpy(shown, line, n);
	shown[n] = '\0';
	log_line(LOG_LEVEL_DEBUG, "imap.trace", "host=%s %s=%s%s", s->setup.host, way,
		 log_quote(q, sizeof q, shown), n < len || len == IMAP_LINE_KEPT ? " cut=yes" : "");
}

static void saw_in(void *ctx, const char *line, size_t len)
{
	struct imap_stream *s = ctx;

	if (str_istarts(line, "* BYE"))
		memcpy(s->bye, line, len + 1);
	if (s->setup.trace)
		trace(s, "server", line, len);
}

static void saw_out(void *ctx, const char *line, size_t len)
{
	trace(ctx, "client", line, len);
}

static void trace_out(struct imap_stream *s, const void *data, size_t len)
{
	if (!s->setup.trace)
		return;
	if (s->is_private)
		log_line(LOG_LEVEL_DEBUG, "imap.trace", "host=%s client=private bytes=%zu", s->setup.host, len);
	else
		imap_lines_feed(&s->out, data, len, UINT64_MAX, NULL);
}

/* ---- Transfer. */

static ssize_t raw_read(struct imap_stream *s, void *data, size_t size)
{
	ssize_t n;

	if (s->tls)
		return imap_tls_read(s, data, size);
	n = recv(s->fd, data, size, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot read: %s", strerror(errno));
	if (n == 0)
		return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "server closed the connection");
	return n;
}

static ssize_t raw_write(struct imap_stream *s, const void *data, size_t size)
{
	ssize_t n;

	if (s->tls)
		return imap_tls_write(s, data, size);
	n = send(s->fd, data, size, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot write: %s", strerror(errno));
	return n;
}

ssize_t imap_stream_try_read(struct imap_stream *s, void *data, size_t size)
{
	struct err err = ERR_INIT;
	ssize_t n;

	if (s->failed)
		return -1;
	if (s->budget == 0)
		return imap_stream_broke(s, IMAP_FAIL_PROTOCOL, ERR_LIMIT, "server sends more than was asked "
					 "(%llu bytes)", (unsigned long long)s->got);
	n = raw_read(s, data, size < s->budget ? size : (size_t)s->budget);
	if (n <= 0)
		return n;
	s->got += (uint64_t)n;
	s->budget -= (uint64_t)n;
	/* What the library is not to see must not reach it even in part. */
	if (imap_lines_feed(&s->in, data, (size_t)n, s->budget + (uint64_t)n, &err))
		return imap_stream_broke(s, IMAP_FAIL_PROTOCOL, err.code, "%s", err.text);
	return n;
}

/* ---- libetpan's driver. */

static ssize_t low_read(mailstream_low *low, void *data, size_t size)
{
	struct imap_stream *s = low->data;
	ssize_t n;

	do
		n = imap_stream_try_read(s, data, size);
	while (n == 0 && imap_stream_wait(s, POLLIN) == 0);
	return n > 0 ? n : -1;
}

static ssize_t low_write(mailstream_low *low, const void *data, size_t size)
{
	struct imap_stream *s = low->data;
	ssize_t n;

	if (s->failed)
		return -1;
	do
		n = raw_write(s, data, size);
	while (n == 0 && imap_stream_wait(s, POLLOUT) == 0);
	if (n > 0)
		trace_out(s, data, (size_t)n);
	return n > 0 ? n : -1;
}

static int low_close(mailstream_low *low)
{
	struct imap_stream *s = low->data;

	imap_tls_end(s);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return 0;
}

static int low_get_fd(mailstream_low *low)
{
	return imap_stream_fd(low->data);
}

static void low_free(mailstream_low *low)
{
	free(low);
}

static void low_cancel(mailstream_low *low)
{
	(void)low;
}

static struct mailstream_cancel *low_get_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static const mailstream_low_driver driver = {
	.mailstream_read = low_read, .mailstream_write = low_write, .mailstream_close = low_close,
	.mailstream_get_fd = low_get_fd, .mailstream_free = low_free, .mailstream_cancel = low_cancel,
	.mailstream_get_cancel = low_get_cancel
};

mailstream *imap_stream_attach(struct imap_stream *s)
{
	/* The library only reads it, but its parameter has no const. */
	mailstream_low *low = mailstream_low_new(s, (mailstream_low_driver *)(uintptr_t)&driver);
	mailstream *stream = low ? mailstream_new(low, BUFFER_SIZE) : NULL;

	if (!stream)
		abort(); /* out of memory, where our own allocator would have ended us too */
	return stream;
}

/* ---- Opening. */

/*
 * getaddrinfo() may block for longer than any deadline of ours, so glibc's
 * thread does it; when it is late the request is left to that thread.
 */
static int look_up(struct imap_stream *s, struct addrinfo **list_r)
{
	struct addrinfo *hints = xcalloc(1, sizeof *hints);
	struct gaicb *request = xcalloc(1, sizeof *request);
	const struct gaicb *wait[1] = { request };
	struct timespec limit = { .tv_sec = s->setup.deadline };
	char port[16];
	int rc;

	snprintf(port, sizeof port, "%u", s->setup.port);
	hints->ai_socktype = SOCK_STREAM;
	hints->ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	rc = getaddrinfo(s->setup.host, port, hints, list_r);
	if (rc == EAI_NONAME) {
		hints->ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
		request->ar_name = xstrdup(s->setup.host);
		request->ar_service = xstrdup(port);
		request->ar_request = hints;
		rc = getaddrinfo_a(GAI_NOWAIT, &request, 1, NULL);
		if (rc == 0)
			gai_suspend(wait, 1, &limit);
		rc = rc ? rc : gai_error(request);
		if (rc == EAI_INPROGRESS)
			return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot look up '%s': no answer within "
						 "%u seconds", s->setup.host, s->setup.deadline);
		*list_r = request->ar_result;
		free((char *)(uintptr_t)request->ar_name);
		free((char *)(uintptr_t)request->ar_service);
	}
	free(hints);
	free(request);
	if (rc)
		return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot look up '%s': %s", s->setup.host,
					 gai_strerror(rc));
	return 0;
}

/* 0 or an errno value. */
static int connect_one(const struct addrinfo *a, int64_t ms, int *fd_r)
{
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
	int on = 1, error = 0;
	socklen_t len = sizeof error;

	if (fd < 0)
		return errno;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, a->ai_addr, a->ai_addrlen)) {
		error = errno;
		if (error == EINPROGRESS) {
			if (poll_fd(fd, POLLOUT, ms) <= 0)
				error = ETIMEDOUT;
			else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
				error = errno;
		}
	}
	if (error) {
		close(fd);
		return error;
	}
	*fd_r = fd;
	return 0;
}

static int connect_any(struct imap_stream *s, const struct addrinfo *list)
{
	const struct addrinfo *a;
	int count = 0, error = ETIMEDOUT;

	for (a = list; a; a = a->ai_next)
		count++;
	for (a = list; a; a = a->ai_next, count--) {
		int64_t left = time_left(s);

		if (!left)
			break;
		error = connect_one(a, left / count, &s->fd);
		if (!error)
			return 0;
	}
	return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot connect to '%s' port %u: %s",
				 s->setup.host, s->setup.port, strerror(error));
}

int imap_stream_open(const struct imap_stream_setup *setup, struct imap_stream **stream, struct err *err)
{
	struct imap_stream *s = xcalloc(1, sizeof *s);
	struct addrinfo *list = NULL;
	int rc;

	*stream = s;
	s->setup = *setup;
	s->fd = -1;
	imap_lines_init(&s->in, saw_in, s);
	imap_lines_init(&s->out, saw_out, s);
	imap_stream_allow(s, 0);
	rc = look_up(s, &list);
	if (!rc)
		rc = connect_any(s, list);
	if (list)
		freeaddrinfo(list);
	if (rc && err)
		*err = s->fault;
	return rc;
}

void imap_stream_free(struct imap_stream **stream)
{
	struct imap_stream *s = *stream;

	if (!s)
		return;
	*stream = NULL;
	imap_tls_end(s);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

int imap_stream_secure(struct imap_stream *s, struct err *err)
{
	if (!s->failed && imap_tls_start(s) == 0)
		return 0;
	if (err)
		*err = s->fault;
	return -1;
}

bool imap_stream_is_secure(const struct imap_stream *s)
{
	return s->tls != NULL;
}

void imap_stream_allow(struct imap_stream *s, uint64_t bytes)
{
	s->started = now_ms();
	s->paused = 0;
	s->got = 0;
	s->budget = bytes;
}

void imap_stream_pause(struct imap_stream *s)
{
	s->paused = now_ms();
}

void imap_stream_resume(struct imap_stream *s)
{
	if (s->paused)
		s->started += now_ms() - s->paused;
	s->paused = 0;
}

void imap_stream_set_private(struct imap_stream *s, bool is_private)
{
	s->is_private = is_private;
}

int imap_stream_fd(const struct imap_stream *s)
{
	return s->fd;
}

bool imap_stream_fault(const struct imap_stream *s, enum imap_fail *fail, struct err *err)
{
	if (!s->failed)
		return false;
	*fail = s->fail;
	if (err)
		*err = s->fault;
	return true;
}

const char *imap_stream_bye(const struct imap_stream *s)
{
	return s->bye[0] ? s->bye : NULL;
}
