/*
 * Waiting for mail. IDLE (RFC 2177) is spoken by hand: the library's call
 * loses its place when a server reports news before its "+", and sleeps on
 * bytes that are in its buffer already.
 */
/* System. */
#include <errno.h>
#include <poll.h>
#include <time.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "imap/session_p.h"

#define LINES_MAX 100000 /* between "IDLE" and its "+" or end; a 10,000-message expunge is legal */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool has_news(const struct imap_session *s)
{
	return s->exists > s->covered;
}

enum wake { WAKE_TIME, WAKE_SERVER, WAKE_CALLER };

/* Sleeps until the server or the caller has something, or the time is over. */
static enum wake nap(struct imap_session *s, int wake_fd, int64_t until)
{
	struct pollfd p[2] = {
		{ .fd = wake_fd, .events = POLLIN }, { .fd = imap_stream_fd(s->stream), .events = POLLIN }
	};
	int64_t left = until - now_ms();
	int n;

	if (left < 0)
		left = 0;
	n = poll(p, 2, left > 600000 ? 600000 : (int)left);
	if (n > 0 && p[0].revents)
		return WAKE_CALLER;
	return n > 0 && p[1].revents ? WAKE_SERVER : WAKE_TIME;
}

/*
 * Fills the library's empty buffer with what is there, without waiting: a
 * readable descriptor may hold nothing but a TLS message, and data may wait
 * inside GnuTLS behind a quiet descriptor.
 */
static int fill(struct imap_session *s, struct err *err)
{
	mailstream *stream = s->imap->imap_stream;
	ssize_t n;

	if (stream->read_buffer_len)
		return 0;
	n = imap_stream_try_read(s->stream, stream->read_buffer, stream->buffer_max_size);
	if (n < 0)
		return imap_dead_stream(s, err, "server closed the connection");
	stream->read_buffer_len = (size_t)n;
	return 0;
}

/* What a line during IDLE is. */
enum idle_line { LINE_NOTE, LINE_PLUS, LINE_OK, LINE_REFUSED, LINE_BAD };

static enum idle_line judge_line(const char *line, const char *tag)
{
	size_t len = 0;

	if (line[0] == '+')
		return LINE_PLUS;
	if (str_starts(line, "* "))
		return LINE_NOTE;
	while (tag[len] && line[len] == tag[len])
		len++;
	if (tag[len] || line[len] != ' ')
		return LINE_BAD;
	return str_istarts(line + len, " OK") ? LINE_OK : LINE_REFUSED;
}

/* Reads lines, taking note of news, up to one that is something else. */
static int read_until(struct imap_session *s, const char *tag, enum idle_line *what, struct err *err)
{
	for (int i = 0; i < LINES_MAX; i++) {
		const char *line = imap_line_read(s, err);

		if (!line)
			return -1;
		*what = judge_line(line, tag);
		if (*what == LINE_BAD)
			return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "unexpected line in IDLE: %.200s", line);
		if (*what != LINE_NOTE)
			return 0;
		if (imap_note_line(s, line, err))
			return -1;
	}
	return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_LIMIT, "more than %d lines in answer to IDLE", LINES_MAX);
}

/* 0 = idling, 1 = the server will not. */
static int idle_start(struct imap_session *s, char tag[IMAP_TAG_SIZE], struct err *err)
{
	enum idle_line what;
	char q[300];

	imap_tag_next(s, tag);
	imap_begin(s, "watch", IMAP_ANSWER_BYTES);
	if (imap_line_send(s, err, "%s IDLE", tag) || read_until(s, tag, &what, err))
		return -1;
	if (what == LINE_PLUS)
		return 0;
	if (what == LINE_OK)
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "server ends IDLE before it began");
	log_line(LOG_LEVEL_WARN, "imap.no-idle", "host=%s reason=%s", s->setup.host,
		 log_quote(q, sizeof q, s->imap->imap_stream_buffer->str));
	s->idle = false;
	return 1;
}

static int idle_end(struct imap_session *s, const char *tag, struct err *err)
{
	enum idle_line what;

	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	if (imap_line_send(s, err, "DONE") || read_until(s, tag, &what, err))
		return -1;
	if (what != LINE_OK)
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "server ends IDLE with an error");
	return 0;
}

/* Takes the lines that came; "still here" and the like are no news. */
static int idle_lines(struct imap_session *s, struct err *err)
{
	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	if (fill(s, err))
		return -1;
	while (s->imap->imap_stream->read_buffer_len && !has_news(s)) {
		const char *line = imap_line_read(s, err);

		if (!line)
			return -1;
		if (!str_starts(line, "* "))
			return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "unexpected line in IDLE: %.200s", line);
		if (imap_note_line(s, line, err) || fill(s, err))
			return -1;
	}
	return 0;
}

/* One IDLE, until news, the caller, or its time is over. 1 = refused, '*wake_r' else. */
static int idle_once(struct imap_session *s, int wake_fd, enum wake *wake, struct err *err)
{
	int64_t until = now_ms() + (int64_t)s->setup.idle_renew * 1000;
	char tag[IMAP_TAG_SIZE];
	int rc = idle_start(s, tag, err);

	*wake = WAKE_SERVER;
	if (rc)
		return rc;
	while (!has_news(s)) {
		if (idle_lines(s, err))
			return -1;
		if (has_news(s))
			break;
		*wake = nap(s, wake_fd, until);
		if (*wake == WAKE_CALLER || (*wake == WAKE_TIME && now_ms() >= until))
			break;
	}
	return idle_end(s, tag, err);
}

/* Lets the server tell what is new (RFC 3501 §6.1.2). */
static int look(struct imap_session *s, struct err *err)
{
	imap_begin(s, "watch", IMAP_ANSWER_BYTES);
	if (imap_judge(s, mailimap_noop(s->imap), MAILIMAP_ERROR_NOOP, err) < 0)
		return -1;
	return 0;
}

static int poll_once(struct imap_session *s, int wake_fd, enum wake *wake, struct err *err)
{
	int64_t until = now_ms() + (int64_t)s->setup.poll * 1000;

	do
		*wake = nap(s, wake_fd, until);
	while (*wake == WAKE_TIME && now_ms() < until);
	return *wake == WAKE_CALLER ? 0 : look(s, err);
}

int imap_session_watch(struct imap_session *s, int wake_fd, bool *changed, struct err *err)
{
	enum wake wake = WAKE_TIME;

	s->where = "watch";
	*changed = false;
	/* Where a server's notices are lost, each renewal still finds the mail. */
	if (!has_news(s) && look(s, err))
		return -1;
	while (!has_news(s) && wake != WAKE_CALLER) {
		int rc = s->idle ? idle_once(s, wake_fd, &wake, err) : poll_once(s, wake_fd, &wake, err);

		if (rc < 0)
			return -1;
		if (s->idle && wake == WAKE_TIME && !has_news(s) && look(s, err))
			return -1;
	}
	*changed = has_news(s);
	return 0;
}
