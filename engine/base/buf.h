/*
 * A growing string of bytes. A low-level thing that stays low-level: no
 * knowledge of mail, dossiers or files.
 *
 * 'data' is never NULL and always terminated, so it can be printed at any
 * time; 'len' does not count the terminator. Each buf has a maximum, given
 * when it is made; an append that would pass it adds nothing, sets 'failed'
 * and makes all later appends do nothing: build first, check buf_failed()
 * once at the end.
 */
#ifndef POSTKAMER_BASE_BUF_H
#define POSTKAMER_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* owned, or the shared empty string while nothing was added */
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};

extern char buf_empty[1];

/* The maxima in use, in one place. */
#define BUF_MAX_LINE   (8u << 10)   /* a line, a header, a log line */
#define BUF_MAX_TEXT   (1u << 20)   /* a text body, a rendered mail without attachments */
#define BUF_MAX_FILE   (8u << 20)   /* a rule file, a template, a JSON answer */
#define BUF_MAX_DATA   (64u << 20)  /* decoded bytes that must be whole in memory */

#define BUF_INIT(max_) { buf_empty, 0, 0, (max_), false }

void buf_init(struct buf *buf, size_t max);
void buf_free(struct buf *buf);
/* Forgets the contents and the failure, keeps the memory. */
void buf_reset(struct buf *buf);
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_adds(struct buf *buf, const char *text);
void buf_addc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *buf, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Cuts back to 'len' bytes, which must not be more than there are. */
void buf_truncate(struct buf *buf, size_t len);
bool buf_failed(const struct buf *buf);
/* Hands the terminated bytes over (caller frees); the buf is empty afterwards. */
char *buf_detach(struct buf *buf);

#endif
