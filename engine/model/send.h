/*
 * Sending one mail: where to, how, and what became of it. Plain data shared by
 * the SMTP client, the messages between the processes, and the outbox.
 */
#ifndef POSTKAMER_MODEL_SEND_H
#define POSTKAMER_MODEL_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "model/oauth.h"

/* What became of one attempt. The numbers are stored in the outbox: never renumber. */
enum send_outcome {
	SEND_SENT = 1,    /* the server took responsibility: 2xx after the final dot */
	SEND_RETRY = 2,   /* certainly not sent; may go later */
	SEND_REFUSED = 3, /* certainly not sent; this mail to this recipient never will be (5xx) */
	SEND_UNKNOWN = 4, /* the final dot was released and no answer came: perhaps sent */
	SEND_LOCAL = 5    /* not tried: bytes or address are not fit to be sent; a fault of ours */
};

/* How far the attempt came. */
enum send_stage {
	SEND_STAGE_LOCAL = 0, /* checks before any network */
	SEND_STAGE_CONNECT,   /* name, TCP, greeting, EHLO */
	SEND_STAGE_TLS,
	SEND_STAGE_AUTH,      /* also the token of XOAUTH2 */
	SEND_STAGE_MAIL,
	SEND_STAGE_RCPT,
	SEND_STAGE_DATA,      /* DATA command and the bytes */
	SEND_STAGE_DOT,       /* the end of data was released */
	SEND_STAGE_COUNT
};

#define SEND_REPLY_MAX 500   /* bytes of reply text kept */
#define SEND_ENHANCED_MAX 16 /* "5.1.1" and its terminator (RFC 3463) */

struct send_result {
	enum send_outcome outcome;
	enum send_stage stage;
	unsigned code;                    /* last SMTP reply code seen in this attempt, 0 = none */
	char enhanced[SEND_ENHANCED_MAX]; /* of that reply, "" = none */
	char text[SEND_REPLY_MAX + 1];    /* that reply, or what went wrong here; one clean UTF-8 line */
	/*
	 * The fault lies with the server or the way to it, not with this mail:
	 * charge the attempt to the host's circuit breaker, not to the row.
	 * Only ever set with SEND_RETRY.
	 */
	bool host_problem;
	bool new_connection; /* this attempt had to open one */
};

enum send_tls {
	SEND_TLS_IMPLICIT = 1, /* smtps:// */
	SEND_TLS_STARTTLS = 2, /* smtp://, STARTTLS required */
	SEND_TLS_NONE = 3      /* smtp:// in the clear: the settings allow that on loopback, or when said aloud */
};

enum send_auth {
	SEND_AUTH_NONE = 0,
	SEND_AUTH_PLAIN = 1,
	SEND_AUTH_LOGIN = 2,
	SEND_AUTH_XOAUTH2 = 3
};

/* All strings borrowed. Numbers that are 0 mean the default behind them. */
struct send_settings {
	const char *host;      /* name or address, no brackets around IPv6 */
	uint32_t port;         /* 1..65535 */
	enum send_tls tls;
	const char *ehlo;      /* our name in EHLO */
	const char *ca_file;   /* PEM, trusted beside the system's authorities; NULL = those only */
	enum send_auth auth;
	const char *user;      /* NULL with SEND_AUTH_NONE */
	const char *secret;    /* password; NULL with XOAUTH2 */
	struct oauth_request oauth; /* url NULL: with XOAUTH2 main must send TOKEN first */
	uint32_t connect_ms;   /* until the server is ready for MAIL (30,000) */
	uint32_t reply_ms;     /* one reply, also the one to the final dot; also no byte moving (600,000) */
	uint32_t whole_ms;     /* one attempt (3,600,000) */
};

#endif
