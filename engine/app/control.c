/* System. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/ipc.h"

/* Own. */
#include "app/control.h"

#define CLIENTS_MAX 64   /* more wait in the socket's queue */
#define BACKLOG 256
#define PATIENCE_MS 5000 /* for a client that says nothing; and after a lack of descriptors */
#define ARGS_MAX 64
#define ASK_MS 600000

enum { CONTROL_REQUEST = 0x6001, CONTROL_ANSWER = 0x6002 };

struct client {
	struct control *control;
	struct client *next;
	int fd;
	bool busy;
	uint64_t timer;
	struct request request;
};

struct control {
	struct host *host;
	const struct settings *settings;
	char *path;
	int fd;
	struct client *clients;
	size_t count;
	uint64_t timer;    /* 0 = new clients are accepted */
};

/* ---- the socket's place ---- */

/* A socket's path may have 107 bytes; through the folder's descriptor any store fits. */
static int socket_address(const char *store_path, struct sockaddr_un *address, int *folder, struct err *err)
{
	*folder = open(store_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return err_sys(err, "cannot open folder '%s'", store_path);
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/control.sock", *folder);
	return 0;
}

/* ---- serving ---- */

static void accept_again(void *ctx)
{
	struct control *control = ctx;
	struct loop *loop = real_loop(control->host->real);

	loop_timer_cancel(loop, control->timer);
	control->timer = 0;
	loop_fd_change(loop, control->fd, LOOP_READ);
}

/* Leaves new clients waiting in the socket's queue, until one goes or some time has passed. */
static void accept_rest(struct control *control)
{
	struct loop *loop = real_loop(control->host->real);

	loop_fd_change(loop, control->fd, 0);
	if (!control->timer)
		control->timer = loop_timer_add(loop, PATIENCE_MS, accept_again, control);
}

static void client_free(struct client *c)
{
	struct client **at = &c->control->clients;
	struct loop *loop = real_loop(c->control->host->real);

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->control->count--;
	if (c->control->timer)
		accept_again(c->control);
	loop_timer_cancel(loop, c->timer);
	loop_fd_remove(loop, c->fd);
	close(c->fd);
	if (c->busy)
		request_free(&c->request);
	free(c);
}

static int memory_of(const struct buf *text, struct err *err)
{
	int fd = file_memory("answer", err);

	if (fd >= 0 && file_write_all(fd, text->data, text->len, err)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void answer(struct request *r)
{
	struct client *c = r->finished_ctx;
	struct ipc_writer message;
	struct err err = ERR_INIT;
	int out = request_output(r, &err), text;

	if (out < 0) {
		request_fail(r, EXIT_LATER, "%s: %s", r->command->words, err.text);
		out = memory_of(&(struct buf)BUF_INIT(0), &err);
	}
	text = memory_of(&r->err, &err);
	ipc_begin(&message, CONTROL_ANSWER);
	ipc_put_u32(&message, (uint32_t)r->status);
	ipc_put_fd(&message, out);
	ipc_put_fd(&message, text);
	if (out >= 0 && text >= 0)
		ipc_send(c->fd, &message, &err); /* whoever is gone by now hears nothing */
	ipc_writer_free(&message);
	if (out >= 0 && out != r->bulk)
		close(out);
	if (text >= 0)
		close(text);
	client_free(c);
}

static int read_request(struct client *c, struct ipc_message *m, struct err *err)
{
	struct arena arena = ARENA_INIT;
	char *argv[ARGS_MAX];
	uint32_t argc = ipc_get_u32(m), has_input = ipc_get_u32(m), i;
	const struct command *command;
	int used, input = -1, rc = -1;

	for (i = 0; i < argc && argc <= ARGS_MAX; i++)
		argv[i] = ipc_get_str(m, &arena);
	if (has_input)
		input = ipc_take_fd(m);
	if (argc > ARGS_MAX || ipc_end(m, err)) {
		err_set(err, ERR_INPUT, "malformed request");
	} else if ((command = command_find((int)argc, argv, &used)) == NULL) {
		err_set(err, ERR_INPUT, "the daemon knows no such command; is it an older version?");
	} else {
		request_init(&c->request, command, (int)argc - used, argv + used);
		c->busy = true;
		c->request.input = input;
		input = -1;
		rc = 0;
	}
	if (input >= 0)
		close(input);
	arena_free(&arena);
	return rc;
}

static void serve(struct client *c)
{
	struct request *r = &c->request;

	r->running = true;
	r->engine = c->control->host->engine;
	r->env = real_env(c->control->host->real);
	r->real = c->control->host->real;
	r->settings = c->control->settings;
	r->refused = &c->control->host->rules.refused;
	r->finished = answer;
	r->finished_ctx = c;
	loop_timer_cancel(real_loop(r->real), c->timer);
	loop_fd_change(real_loop(r->real), c->fd, 0);
	request_run(r);
	if (!r->pending)
		answer(r);
}

static void client_event(void *ctx, int fd, unsigned events)
{
	struct client *c = ctx;
	struct ipc_message message;
	struct err err = ERR_INIT;
	int rc = ipc_receive(fd, -1, &message, &err);

	(void)events;
	if (rc == 1) {
		ipc_message_free(&message);
		return;
	}
	if (rc == 0 && message.type == CONTROL_REQUEST && read_request(c, &message, &err) == 0) {
		ipc_message_free(&message);
		serve(c);
		return;
	}
	if (err.code)
		log_line(LOG_LEVEL_WARN, "control.request", "why=\"%s\"", err.text);
	ipc_message_free(&message);
	client_free(c);
}

static void client_silent(void *ctx)
{
	struct client *c = ctx;

	c->timer = 0;
	client_free(c);
}

static void client_new(struct control *control, int conn)
{
	struct client *c = xcalloc(1, sizeof *c);
	struct loop *loop = real_loop(control->host->real);
	int size = 4 * IPC_MESSAGE_MAX;

	setsockopt(conn, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	c->control = control;
	c->fd = conn;
	c->next = control->clients;
	control->clients = c;
	control->count++;
	c->timer = loop_timer_add(loop, PATIENCE_MS, client_silent, c);
	loop_fd_add(loop, conn, LOOP_READ, client_event, c);
}

static void accept_event(void *ctx, int fd, unsigned events)
{
	struct control *control = ctx;
	int conn;

	(void)events;
	if (control->count == CLIENTS_MAX) {
		accept_rest(control);
		return;
	}
	conn = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (conn >= 0)
		client_new(control, conn);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		accept_rest(control); /* it stays readable: without a rest the loop would spin */
}

static int listen_at(struct control *control, struct err *err)
{
	struct sockaddr_un address;
	int folder, rc = 0;
	mode_t mask;

	if (socket_address(control->settings->store_path, &address, &folder, err))
		return -1;
	control->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	unlink(address.sun_path);
	mask = umask(0177);
	if (control->fd < 0 || bind(control->fd, (struct sockaddr *)&address, sizeof address) ||
	    listen(control->fd, BACKLOG))
		rc = err_sys(err, "cannot listen at '%s'", control->path);
	umask(mask);
	close(folder);
	return rc;
}

struct control *control_new(struct host *host, const struct settings *settings, struct err *err)
{
	struct control *control = xcalloc(1, sizeof *control);
	size_t size = strlen(settings->store_path) + 32;

	control->host = host;
	control->settings = settings;
	control->fd = -1;
	control->path = xmalloc(size);
	snprintf(control->path, size, "%s/control.sock", settings->store_path);
	if (listen_at(control, err)) {
		control_free(&control);
		return NULL;
	}
	loop_fd_add(real_loop(host->real), control->fd, LOOP_READ, accept_event, control);
	return control;
}

void control_free(struct control **controlp)
{
	struct control *control = *controlp;

	if (!control)
		return;
	*controlp = NULL;
	while (control->clients)
		client_free(control->clients);
	if (control->fd >= 0) {
		loop_timer_cancel(real_loop(control->host->real), control->timer);
		loop_fd_remove(real_loop(control->host->real), control->fd);
		close(control->fd);
		unlink(control->path);
	}
	free(control->path);
	free(control);
}

/* ---- running a request ---- */

/* --now for one command: event time for as long as it runs, never earlier than the store has seen. */
static bool fix_clock(struct request *r, const char *now)
{
	const char *zone = r->settings->service_count ? r->settings->services[0].timezone : NULL;
	struct store_meta meta;
	struct err err = ERR_INIT;
	char seen[DATE_RFC3339_SIZE];
	int64_t at;

	if (date_parse(now, zone, &at, &err)) {
		request_fail(r, EXIT_USAGE, "--now: %s", err.text);
		return false;
	}
	if (store_meta_get(r->env->store, &meta, &err)) {
		request_fail_err(r, "--now", &err);
		return false;
	}
	if (meta.seen != DATE_NONE && at < meta.seen) {
		request_fail(r, EXIT_USAGE, "--now '%s' is earlier than %s, which the store has seen", now,
			     date_rfc3339(seen, meta.seen));
		return false;
	}
	real_clock_fix(r->real, at);
	return true;
}

/* A daemon's clock goes on from the highest time that the store has seen by now. */
static void release_clock(struct request *r)
{
	struct store_meta meta;
	struct err err = ERR_INIT;

	real_clock_fix(r->real, DATE_NONE);
	if (store_meta_get(r->env->store, &meta, &err) == 0)
		real_clock_set(r->real, meta.clock_offset, meta.seen);
}

void request_run(struct request *r)
{
	const char *now = request_option(r, "--now");
	struct err err = ERR_INIT;

	r->json = request_flag(r, "--json");
	if (now && !r->command->writes)
		request_fail(r, EXIT_USAGE, "%s: --now means nothing here", r->command->words);
	else if (!now || fix_clock(r, now))
		r->command->run(r);
	if (now && !r->status && store_time_seen(r->env->store, env_now(r->env), &err))
		request_fail_err(r, "--now", &err);
	if (now && r->running)
		release_clock(r);
}

/* ---- asking ---- */

static int connect_to(const char *store_path, struct err *err)
{
	struct sockaddr_un address;
	int folder, fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), size = 4 * IPC_MESSAGE_MAX;

	if (fd < 0)
		return err_sys(err, "cannot make a socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	if (socket_address(store_path, &address, &folder, err)) {
		close(fd);
		return -1;
	}
	if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
		err_sys(err, "cannot reach the daemon");
		close(fd);
		fd = -1;
	}
	close(folder);
	return fd;
}

static int await(int fd, struct control_answer *answer_r, struct err *err)
{
	struct ipc_message message;
	int rc = ipc_receive(fd, ASK_MS, &message, err);

	if (rc == 0) {
		answer_r->status = (int)ipc_get_u32(&message);
		answer_r->out = ipc_take_fd(&message);
		answer_r->err = ipc_take_fd(&message);
		rc = ipc_end(&message, err);
	} else if (rc > 0) {
		rc = err_set(err, ERR_TEMP, "the daemon ended, or gave no answer");
	}
	ipc_message_free(&message);
	return rc;
}

bool control_listens(const char *store_path)
{
	struct err err = ERR_INIT;
	int fd = connect_to(store_path, &err);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int control_ask(const char *store_path, int argc, char **argv, int input, struct control_answer *answer_r,
		struct err *err)
{
	struct ipc_writer message;
	int fd = connect_to(store_path, err), i, rc;

	if (fd < 0)
		return 1;
	ipc_begin(&message, CONTROL_REQUEST);
	ipc_put_u32(&message, (uint32_t)argc);
	ipc_put_u32(&message, input >= 0);
	for (i = 0; i < argc; i++)
		ipc_put_str(&message, argv[i]);
	if (input >= 0)
		ipc_put_fd(&message, input);
	rc = ipc_send(fd, &message, err);
	ipc_writer_free(&message);
	if (!rc)
		rc = await(fd, answer_r, err);
	close(fd);
	return rc ? -1 : 0;
}
