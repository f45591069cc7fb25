/*
 * The conversation between main and a send worker (`postkamer worker send`).
 * One worker holds one SMTP connection and sends one mail at a time.
 *
 *   main → worker                          worker → main
 *   SETUP  settings, once                  READY
 *   SEND   row, attempt, from, to, fd
 *                                          DOT    row: all is handed over but the last line end and the dot
 *   GO     row: 'in DATA' is durable
 *                                          DONE   row, result
 *
 * DOT comes once per SEND at most; the worker then waits, and releases the end
 * of data only on GO. STOP (or QUIT, or the end of the socket, or 60 s without
 * an answer) closes the SMTP connection without it: the mail is not sent, and
 * DONE says SEND_RETRY at SEND_STAGE_DATA. So:
 *   - a row for which GO was never sent has certainly not been sent, whatever
 *     happens to the worker;
 *   - a worker that dies between GO and DONE leaves its row unknown.
 * Several SENDs may be sent ahead (SEND_MSG_AHEAD); they are answered in order.
 * STOP for a row that still waits answers it with DONE, SEND_RETRY at
 * SEND_STAGE_LOCAL. A SEND can be answered with DONE without a DOT.
 *
 * OAUTH has the worker fetch a token for somebody else (a mailbox); the answer
 * is TOKEN with the same id. A worker whose settings hold a token endpoint
 * fetches its own tokens; when the server replaced the refresh token on the
 * way it says TOKEN_ROTATED, and main keeps the new one. OAUTH may come before,
 * or without, SETUP.
 *
 * Writers: send_msg_put_*() begins a message; the caller gives it to
 * ipc_send() and then to ipc_writer_free(). Readers: send_msg_get_*() take a
 * message of that type, put strings in 'arena', return -1 (ERR_INPUT) for one
 * that is malformed; the caller frees the message afterwards.
 */
#ifndef POSTKAMER_IPC_SEND_MSG_H
#define POSTKAMER_IPC_SEND_MSG_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "ipc/ipc.h"
#include "model/send.h"

#define SEND_MSG_AHEAD 64       /* SENDs that may wait in one worker */
#define SEND_MSG_GO_MS 60000    /* how long a worker waits for GO */

enum send_msg {
	/* main → worker */
	SEND_MSG_SETUP = 1,
	SEND_MSG_SEND = 2,
	SEND_MSG_GO = 3,
	SEND_MSG_STOP = 4,
	SEND_MSG_QUIT = 5,  /* no fields: finish the mail that has its GO, leave the rest untried, end with 0 */
	SEND_MSG_OAUTH = 6,
	/* both ways */
	SEND_MSG_TOKEN = 7, /* main → worker: use this access token from now on (id 0) */
	/* worker → main */
	SEND_MSG_READY = 32, /* no fields */
	SEND_MSG_DOT = 33,
	SEND_MSG_DONE = 34,
	SEND_MSG_TOKEN_ROTATED = 35
};

void send_msg_put_setup(struct ipc_writer *w, const struct send_settings *settings);
/* Refuses what no configuration should give: empty host, port 0, unknown numbers. */
int send_msg_get_setup(struct ipc_message *m, struct arena *arena, struct send_settings *settings_r,
		       struct err *err);

/* One mail for one recipient. Addresses without angle brackets; 'from' "" is the null sender. */
struct send_order {
	int64_t row;
	uint32_t attempt; /* from 1; for the log */
	const char *from;
	const char *to;
	int64_t size;     /* of the bytes in 'fd', from its start */
	int fd;           /* put: borrowed. got: the receiver's to close */
};

void send_msg_put_send(struct ipc_writer *w, const struct send_order *order);
int send_msg_get_send(struct ipc_message *m, struct arena *arena, struct send_order *order_r,
		      struct err *err);

/* GO, STOP and DOT carry the row only. */
void send_msg_put_row(struct ipc_writer *w, enum send_msg type, int64_t row);
int send_msg_get_row(struct ipc_message *m, int64_t *row_r, struct err *err);

/* QUIT and READY carry nothing. */
void send_msg_put_plain(struct ipc_writer *w, enum send_msg type);
int send_msg_get_plain(struct ipc_message *m, struct err *err);

void send_msg_put_done(struct ipc_writer *w, int64_t row, const struct send_result *result);
/* The text comes out clean (see struct send_result) whatever the worker sent. */
int send_msg_get_done(struct ipc_message *m, int64_t *row_r, struct send_result *result_r, struct err *err);

void send_msg_put_oauth(struct ipc_writer *w, int64_t id, const struct oauth_request *request);
int send_msg_get_oauth(struct ipc_message *m, struct arena *arena, int64_t *id_r,
		       struct oauth_request *request_r, struct err *err);

/* 'error' NULL: 'answer' holds a token. Else 'answer' is empty and 'error' says why. */
void send_msg_put_token(struct ipc_writer *w, int64_t id, const struct oauth_answer *answer,
			const char *error);
int send_msg_get_token(struct ipc_message *m, struct arena *arena, int64_t *id_r,
		       struct oauth_answer *answer_r, const char **error_r, struct err *err);

void send_msg_put_rotated(struct ipc_writer *w, const char *refresh_token);
int send_msg_get_rotated(struct ipc_message *m, struct arena *arena, const char **refresh_token_r,
			 struct err *err);

#endif
