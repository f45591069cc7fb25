/*
 * Messages between the deciding process and its workers: typed, bounded
 * records over a SOCK_SEQPACKET pair, so that one receive is one whole
 * message. Bulk (a mail, a document) never travels inside one: it goes as a
 * memory file whose descriptor rides along.
 *
 * Both ends are ours, but a worker reads hostile bytes and may be taken over:
 * what the deciding process receives is checked as strictly as mail. Every
 * getter is bounds-checked; after the first failure all further getters return
 * zero values and ipc_end() reports the message as bad.
 */
#ifndef POSTKAMER_IPC_IPC_H
#define POSTKAMER_IPC_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define IPC_MESSAGE_MAX 65536
#define IPC_FDS_MAX 2

/* A message under construction. */
struct ipc_writer {
	uint32_t type;
	struct buf body;
	int fds[IPC_FDS_MAX]; /* borrowed; the receiver gets duplicates */
	int fd_count;
};

void ipc_begin(struct ipc_writer *w, uint32_t type);
void ipc_put_u32(struct ipc_writer *w, uint32_t value);
void ipc_put_i64(struct ipc_writer *w, int64_t value);
/* NULL is sent as NULL. */
void ipc_put_str(struct ipc_writer *w, const char *text);
void ipc_put_bytes(struct ipc_writer *w, const void *data, size_t len);
void ipc_put_fd(struct ipc_writer *w, int fd);
void ipc_writer_free(struct ipc_writer *w);

/* A received message; getters read its fields in the order they were put. */
struct ipc_message {
	uint32_t type;
	const unsigned char *data; /* owned through 'body' */
	size_t len;
	size_t at;
	bool bad;
	int fds[IPC_FDS_MAX]; /* owned until taken by ipc_take_fd() */
	int fd_count;
	struct buf body;
};

uint32_t ipc_get_u32(struct ipc_message *m);
int64_t ipc_get_i64(struct ipc_message *m);
/* A terminated copy in 'arena'; NULL where NULL was sent. A string with a NUL inside is bad. */
char *ipc_get_str(struct ipc_message *m, struct arena *arena);
/* Points into the message. */
const void *ipc_get_bytes(struct ipc_message *m, size_t *len_r);
/* The next descriptor, now the caller's to close; -1 (and bad) when there is none. */
int ipc_take_fd(struct ipc_message *m);
/* 0 when every field was there and nothing is left over; else ERR_INPUT. */
int ipc_end(struct ipc_message *m, struct err *err);
/* Frees the body, closes descriptors that were not taken. */
void ipc_message_free(struct ipc_message *m);

/* A connected pair; 'ours' is non-blocking and close-on-exec, 'theirs' blocking and inherited. */
int ipc_pair(int *ours_r, int *theirs_r, struct err *err);

/*
 * Sends one message. Blocking descriptor: waits. Non-blocking: returns 1 when
 * the peer is not reading now (nothing was sent; try when writable).
 */
int ipc_send(int fd, struct ipc_writer *w, struct err *err);

/*
 * Receives one message into 'm' (caller frees). 0 = received, 1 = nothing now
 * (non-blocking) or time over, 2 = the peer has closed, -1 = error.
 * 'timeout_ms' < 0 waits without limit (blocking descriptors only).
 */
int ipc_receive(int fd, int timeout_ms, struct ipc_message *m, struct err *err);

/* The descriptor a worker finds its socket at. */
#define IPC_WORKER_FD 3

#endif
