/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "imap/lines.h"

void imap_lines_init(struct imap_lines *lines, imap_lines_seen *seen, void *ctx)
{
	*lines = (struct imap_lines){ .seen = seen, .ctx = ctx };
}

/* Keeps the last IMAP_LINE_TAIL bytes. */
static void keep_tail(struct imap_lines *l, const char *data, size_t len)
{
	size_t keep;

	if (len >= sizeof l->tail) {
		memcpy(l->tail, data + len - sizeof l->tail, sizeof l->tail);
		l->tail_len = sizeof l->tail;
		return;
	}
	keep = l->tail_len + len > sizeof l->tail ? sizeof l->tail - len : l->tail_len;
	memmove(l->tail, l->tail + l->tail_len - keep, keep);
	memcpy(l->tail + keep, data, len);
	l->tail_len = keep + len;
}

/* Text for people ("* OK …", "7 NO …", "+ …") holds no literal, whatever it ends with. */
static bool is_status(const char *line)
{
	static const char *const words[] = { " OK ", " NO ", " BAD ", " BYE ", " PREAUTH " };
	const char *space = strchr(line, ' ');

	if (line[0] == '+')
		return true;
	for (size_t i = 0; space && i < sizeof words / sizeof *words; i++)
		if (str_istarts(space, words[i]))
			return true;
	return false;
}

/* The size in a literal's announcement at the end of the line; 0 when there is none. */
static uint64_t announced(const struct imap_lines *l)
{
	size_t at = l->tail_len;
	uint64_t size = 0, unit = 1;

	while (at && strchr("\r\n", l->tail[at - 1]))
		at--;
	if (!at || l->tail[--at] != '}' || is_status(l->start))
		return 0;
	if (at && l->tail[at - 1] == '+')
		at--;
	for (; at && l->tail[at - 1] >= '0' && l->tail[at - 1] <= '9'; at--, unit *= 10)
		size += (uint64_t)(l->tail[at - 1] - '0') * unit;
	if (!at)
		return UINT64_MAX; /* more digits than any sane size has */
	if (l->tail[at - 1] == '-') /* the parser reads "{-5}" as an empty literal */
		return 0;
	return l->tail[at - 1] == '{' ? size : 0;
}

static int count_depth(struct imap_lines *l, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '(')
			l->depth++;
		else if (data[i] == ')' && l->depth > 0)
			l->depth--;
		if (l->depth > IMAP_LINE_DEPTH)
			return -1;
	}
	return 0;
}

static int end_line(struct imap_lines *l, uint64_t room, struct err *err)
{
	size_t shown = l->len < IMAP_LINE_KEPT ? l->len : IMAP_LINE_KEPT;

	while (shown && strchr("\r\n", l->start[shown - 1]))
		shown--;
	l->start[shown] = '\0';
	l->literal = announced(l);
	if (l->seen)
		l->seen(l->ctx, l->start, shown);
	l->tail_len = 0;
	l->len = 0;
	/* A literal does not end the response, but what follows it starts a new line of text. */
	if (!l->literal)
		l->depth = 0;
	if (l->literal > room)
		return err_set(err, ERR_LIMIT, "server announces a literal of %llu bytes where at most %llu can come",
			       (unsigned long long)l->literal, (unsigned long long)room);
	return 0;
}

static int add_text(struct imap_lines *l, const char *data, size_t len, struct err *err)
{
	if (l->len < IMAP_LINE_KEPT) {
		size_t n = IMAP_LINE_KEPT - l->len < len ? IMAP_LINE_KEPT - l->len : len;

		memcpy(l->start + l->len, data, n);
		l->start[l->len + n] = '\0';
	}
	keep_tail(l, data, len);
	l->len += len;
	if (l->len > IMAP_LINE_MAX)
		return err_set(err, ERR_LIMIT, "server sends a line of more than %u bytes", IMAP_LINE_MAX);
	if (count_depth(l, data, len))
		return err_set(err, ERR_LIMIT, "server nests more than %d parentheses", IMAP_LINE_DEPTH);
	return 0;
}

int imap_lines_feed(struct imap_lines *l, const void *data, size_t len, uint64_t room, struct err *err)
{
	const char *at = data, *end = at + len;

	while (at < end) {
		const char *eol;
		size_t n = (size_t)(end - at);

		if (l->literal) {
			n = l->literal < n ? (size_t)l->literal : n;
			l->literal -= n;
			at += n;
			continue;
		}
		eol = memchr(at, '\n', n);
		if (eol)
			n = (size_t)(eol - at) + 1;
		if (add_text(l, at, n, err) || (eol && end_line(l, room, err)))
			return -1;
		at += n;
	}
	return 0;
}

size_t imap_lines_public(const char *start, size_t len)
{
	for (size_t at = 0; at < len; at++) {
		const char *close;

		if (!str_istarts(start + at, "BODY["))
			continue;
		close = memchr(start + at, ']', len - at);
		return close ? (size_t)(close - start) + 1 : len;
	}
	return len;
}
