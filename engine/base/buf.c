/* System. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "base/buf.h"

char buf_empty[1] = "";

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf)BUF_INIT(max);
}

void buf_free(struct buf *buf)
{
	if (buf->cap)
		free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->cap)
		buf->data[0] = '\0';
}

/* Room for 'more' bytes and the terminator; false when the maximum forbids it. */
static bool buf_room(struct buf *buf, size_t more)
{
	size_t want;

	if (buf->failed)
		return false;
	if (more > buf->max || buf->len > buf->max - more) {
		buf->failed = true;
		return false;
	}
	if (buf->len + more < buf->cap)
		return true;
	want = buf->cap ? buf->cap * 2 : 64;
	while (want <= buf->len + more)
		want *= 2;
	if (want > buf->max + 1)
		want = buf->max + 1;
	buf->data = buf->cap ? xrealloc(buf->data, want) : xmalloc(want);
	buf->cap = want;
	return true;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (!len || !buf_room(buf, len))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_addv(struct buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int need;

	va_copy(again, ap);
	need = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(need >= 0);
	/* As in buf_add(): room without bytes in it would not be terminated. */
	if (need == 0 || !buf_room(buf, (size_t)need))
		return;
	vsnprintf(buf->data + buf->len, (size_t)need + 1, fmt, ap);
	buf->len += (size_t)need;
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(buf, fmt, ap);
	va_end(ap);
}

void buf_truncate(struct buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
	if (buf->cap)
		buf->data[len] = '\0';
}

bool buf_failed(const struct buf *buf)
{
	return buf->failed;
}

char *buf_detach(struct buf *buf)
{
	char *data = buf->cap ? buf->data : xstrdup("");

	buf_init(buf, buf->max);
	return data;
}
