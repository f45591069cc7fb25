/*
 * One mail to one recipient over SMTP with libcurl, on a connection that is
 * kept and used again. What became of it is judged from the server's reply
 * lines and from whether the end of data was released; libcurl's own result
 * alone cannot tell (a stale 250, a lost answer and a refusal look alike).
 *
 * Promises:
 * - No credential and no mail leaves before the server's certificate and name
 *   were verified (TLS 1.2 or newer), unless the settings say SEND_TLS_NONE.
 *   With a user set, nothing is sent over a connection that did not take the
 *   credentials (libcurl by itself goes on when AUTH is not offered).
 * - The bytes go out exactly as they are in the file, dot-stuffed; bytes that
 *   are not strict CRLF lines and addresses that are not plain are refused
 *   here, before any network (RFC 5321 §2.3.8, §4.1.1.4; "SMTP smuggling").
 * - Nothing is ever sent a second time after the end of data was released.
 *   A reused connection that turns out dead before any byte of this mail was
 *   asked for is replaced by a new one, once.
 */
#ifndef POSTKAMER_NET_SMTP_H
#define POSTKAMER_NET_SMTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/send.h"

#define SMTP_LINE_MAX 998 /* bytes without CRLF, RFC 5322 §2.1.1 */

struct smtp;

/* Copies the settings; opens nothing yet. NULL (ERR_INPUT) when they make no sense. */
struct smtp *smtp_new(const struct send_settings *settings, struct err *err);
/* Says QUIT where a connection is open. NULL is accepted. */
void smtp_free(struct smtp **smtp);

/* The access token for SEND_AUTH_XOAUTH2, used at the next new connection. Copied. */
void smtp_set_token(struct smtp *smtp, const char *access);

/*
 * Called once all bytes but the last line end were handed over: without it
 * there is no end of data. 0 releases it; any other value closes the connection
 * instead, and the mail is certainly not sent.
 */
typedef int smtp_before_dot_fn(void *ctx);

struct smtp_mail {
	const char *from; /* envelope sender, no brackets; "" = null sender */
	const char *to;
	int fd;           /* borrowed; read by offset from its start, so its position does not matter */
	int64_t size;     /* must be what the file has */
	smtp_before_dot_fn *before_dot; /* may be NULL */
	void *ctx;
};

/* Blocks until the matter is settled or given up; fills 'result_r' always. */
void smtp_send(struct smtp *smtp, const struct smtp_mail *mail, struct send_result *result_r);

/*
 * Are the first 'size' bytes fit for DATA: at least one line, every line ends
 * in CRLF and has at most SMTP_LINE_MAX bytes, no bare CR or LF, no NUL? -1
 * (ERR_INPUT) names the place; ERR_SYSTEM when the file cannot be read.
 */
int smtp_bytes_check(int fd, int64_t size, struct err *err);

/*
 * Whether a server name is this very machine: "localhost", 127.0.0.0/8, ::1.
 * Only there is plain text taken without being asked for.
 */
bool smtp_host_is_loopback(const char *host);

#endif
