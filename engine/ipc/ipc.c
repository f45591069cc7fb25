/* System. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "ipc/ipc.h"

#define FIELD_NULL UINT32_MAX

void ipc_begin(struct ipc_writer *w, uint32_t type)
{
	*w = (struct ipc_writer){ .type = type };
	buf_init(&w->body, IPC_MESSAGE_MAX);
	ipc_put_u32(w, type);
}

void ipc_put_u32(struct ipc_writer *w, uint32_t value)
{
	buf_add(&w->body, &value, sizeof value);
}

void ipc_put_i64(struct ipc_writer *w, int64_t value)
{
	buf_add(&w->body, &value, sizeof value);
}

void ipc_put_str(struct ipc_writer *w, const char *text)
{
	if (text)
		ipc_put_bytes(w, text, strlen(text));
	else
		ipc_put_u32(w, FIELD_NULL);
}

void ipc_put_bytes(struct ipc_writer *w, const void *data, size_t len)
{
	if (len > IPC_MESSAGE_MAX) {
		w->body.failed = true;
		return;
	}
	ipc_put_u32(w, (uint32_t)len);
	buf_add(&w->body, data, len);
}

void ipc_put_fd(struct ipc_writer *w, int fd)
{
	if (w->fd_count == IPC_FDS_MAX)
		w->body.failed = true;
	else
		w->fds[w->fd_count++] = fd;
}

void ipc_writer_free(struct ipc_writer *w)
{
	buf_free(&w->body);
}

static void get_raw(struct ipc_message *m, void *out, size_t len)
{
	if (m->bad || m->len - m->at < len) {
		m->bad = true;
		memset(out, 0, len);
		return;
	}
	memcpy(out, m->data + m->at, len);
	m->at += len;
}

uint32_t ipc_get_u32(struct ipc_message *m)
{
	uint32_t value;

	get_raw(m, &value, sizeof value);
	return value;
}

int64_t ipc_get_i64(struct ipc_message *m)
{
	int64_t value;

	get_raw(m, &value, sizeof value);
	return value;
}

const void *ipc_get_bytes(struct ipc_message *m, size_t *len)
{
	uint32_t n = ipc_get_u32(m);
	const void *data;

	*len = 0;
	if (m->bad || n == FIELD_NULL)
		return NULL;
	if (m->len - m->at < n) {
		m->bad = true;
		return NULL;
	}
	data = m->data + m->at;
	m->at += n;
	*len = n;
	return data;
}

char *ipc_get_str(struct ipc_message *m, struct arena *arena)
{
	size_t len;
	const char *data = ipc_get_bytes(m, &len);

	if (!data)
		return NULL;
	if (memchr(data, '\0', len)) {
		m->bad = true;
		return NULL;
	}
	return arena_strndup(arena, data, len);
}

int ipc_take_fd(struct ipc_message *m)
{
	int fd, i;

	if (m->fd_count == 0) {
		m->bad = true;
		return -1;
	}
	fd = m->fds[0];
	m->fd_count--;
	for (i = 0; i < m->fd_count; i++)
		m->fds[i] = m->fds[i + 1];
	return fd;
}

int ipc_end(struct ipc_message *m, struct err *err)
{
	if (m->bad || m->at != m->len)
		return err_set(err, ERR_INPUT, "malformed message of type %u from the other process",
			       (unsigned)m->type);
	return 0;
}

void ipc_message_free(struct ipc_message *m)
{
	int i;

	for (i = 0; i < m->fd_count; i++)
		close(m->fds[i]);
	m->fd_count = 0;
	buf_free(&m->body);
}

int ipc_pair(int *ours, int *theirs, struct err *err)
{
	int fds[2], size = 4 * IPC_MESSAGE_MAX;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return err_sys(err, "cannot make a socket pair");
	for (int i = 0; i < 2; i++)
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*ours = fds[0];
	*theirs = fds[1];
	return 0;
}

int ipc_send(int fd, struct ipc_writer *w, struct err *err)
{
	char control[CMSG_SPACE(sizeof(int) * IPC_FDS_MAX)] = { 0 };
	struct iovec iov = { w->body.data, w->body.len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (buf_failed(&w->body))
		return err_set(err, ERR_BUG, "message of type %u is too large", (unsigned)w->type);
	if (w->fd_count) {
		size_t bytes = sizeof(int) * (size_t)w->fd_count;
		struct cmsghdr *c;

		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(bytes);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(bytes);
		memcpy(CMSG_DATA(c), w->fds, bytes);
	}
	do
		n = sendmsg(fd, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 1;
	if (n < 0)
		return err_sys(err, "cannot send to the other process");
	return 0;
}

/* Keeps the descriptors that came with a message; closes what is too many. */
static void collect_fds(struct msghdr *msg, struct ipc_message *m)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t count, i;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
			if (m->fd_count < IPC_FDS_MAX)
				m->fds[m->fd_count++] = fd;
			else
				close(fd);
		}
	}
}

static int wait_readable(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, timeout_ms);
	while (n < 0 && errno == EINTR);
	return n;
}

int ipc_receive(int fd, int timeout_ms, struct ipc_message *m, struct err *err)
{
	static char packet[IPC_MESSAGE_MAX];
	char control[CMSG_SPACE(sizeof(int) * IPC_FDS_MAX)];
	struct iovec iov = { packet, sizeof packet };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof control };
	ssize_t n;

	*m = (struct ipc_message){ 0 };
	buf_init(&m->body, IPC_MESSAGE_MAX);
	if (timeout_ms >= 0 && wait_readable(fd, timeout_ms) == 0)
		return 1;
	do
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 1;
	if (n < 0 && errno == ECONNRESET)
		return 2;
	if (n < 0)
		return err_sys(err, "cannot receive from the other process");
	collect_fds(&msg, m);
	if (n == 0)
		return 2;
	buf_add(&m->body, packet, (size_t)n);
	explicit_bzero(packet, (size_t)n); /* it may have held a secret */
	m->data = (const unsigned char *)m->body.data;
	m->len = m->body.len;
	if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		m->bad = true;
	m->type = ipc_get_u32(m);
	return 0;
}
