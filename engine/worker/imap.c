/* System. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sanitized.h"

/* Engine. */
#include "imap/session.h"
#include "ipc/imap_msg.h"
#include "ipc/ipc.h"

/* Own. */
#include "worker/confine.h"
#include "worker/imap.h"

#define MEMORY_MAX (512u << 20) /* address space; libetpan may ask for whatever a server announces */

enum status { STATUS_QUIT = 0, STATUS_FAILED = 1, STATUS_CONFUSED = 2, STATUS_RUNNING = -1 };

struct worker {
	struct imap_session *session;
	uint32_t uidvalidity;
	bool watching;
	bool main_gone;                  /* nobody is there to be told */
	struct imap_msg_fetched fetched; /* of the present FETCH */
	struct arena arena;              /* of the present order */
};

/* ---- Towards main. */

/* Takes the writer. -1 = main has gone. */
static int send_message(struct worker *w, struct ipc_writer *m, struct err *err)
{
	const struct timespec moment = { .tv_nsec = 20000000 };
	int rc;

	do {
		errno = 0;
		rc = ipc_send(IPC_WORKER_FD, m, err);
		/* Too many descriptors of ours are still unread (the system's limit is per user). */
	} while (rc < 0 && errno == ETOOMANYREFS && nanosleep(&moment, NULL) == 0);
	if (rc)
		w->main_gone = true;
	ipc_writer_free(m);
	return rc;
}

static enum imap_msg_fail fail_class(enum imap_fail fail)
{
	static const enum imap_msg_fail classes[] = {
		[IMAP_FAIL_NETWORK] = IMAP_MSG_FAIL_NETWORK, [IMAP_FAIL_TLS] = IMAP_MSG_FAIL_TLS,
		[IMAP_FAIL_AUTH] = IMAP_MSG_FAIL_AUTH, [IMAP_FAIL_PROTOCOL] = IMAP_MSG_FAIL_PROTOCOL,
		[IMAP_FAIL_SERVER] = IMAP_MSG_FAIL_SERVER, [IMAP_FAIL_CONFIG] = IMAP_MSG_FAIL_CONFIG,
		[IMAP_FAIL_EPOCH] = IMAP_MSG_FAIL_EPOCH
	};

	return classes[fail];
}

/* The session is over: says why. */
static enum status give_up(struct worker *w, const struct err *why)
{
	struct imap_msg_failed failed = {
		.fail = fail_class(imap_session_fail(w->session)), .where = imap_session_where(w->session),
		.text = why->text
	};
	struct ipc_writer m;

	if (w->main_gone)
		return STATUS_QUIT;
	imap_msg_put_failed(&m, &failed);
	return send_message(w, &m, NULL) ? STATUS_QUIT : STATUS_FAILED;
}

static enum status confused(const struct err *why)
{
	char q[800];

	log_line(LOG_LEVEL_ERROR, "imap.confused", "reason=%s", log_quote(q, sizeof q, why->text));
	return STATUS_CONFUSED;
}

static enum status send_ready(struct worker *w)
{
	struct imap_folder folder;
	struct imap_msg_ready ready;
	struct ipc_writer m;

	imap_session_folder(w->session, &folder);
	w->uidvalidity = folder.uidvalidity;
	ready = (struct imap_msg_ready){ folder.uidvalidity, folder.uidnext, folder.exists, folder.can };
	imap_msg_put_ready(&m, &ready);
	return send_message(w, &m, NULL) ? STATUS_QUIT : STATUS_RUNNING;
}

/* ---- LIST. */

static int on_list(void *ctx, const struct imap_entry *list, size_t count, bool last, struct err *err)
{
	struct worker *w = ctx;
	struct imap_msg_uid entries[IMAP_LIST_BATCH];
	struct imap_msg_uids uids = { .uidvalidity = w->uidvalidity, .last = last, .list = entries, .count = count };
	struct ipc_writer m;

	if (count == 0 && !last)
		return 0;
	for (size_t i = 0; i < count; i++)
		entries[i] = (struct imap_msg_uid){ list[i].uid, list[i].size, list[i].internaldate };
	imap_msg_put_uids(&m, &uids);
	return send_message(w, &m, err);
}

static enum status do_list(struct worker *w, struct ipc_message *m)
{
	struct imap_msg_list list;
	struct err err = ERR_INIT;
	uint32_t after;

	if (imap_msg_get_list(m, &list, &err))
		return confused(&err);
	after = list.uidvalidity == w->uidvalidity ? list.after_uid : 0;
	return imap_session_list(w->session, after, on_list, w, &err) ? give_up(w, &err) : STATUS_RUNNING;
}

/* ---- FETCH. */

static int tell_mail(struct worker *w, enum imap_msg_type type, const struct imap_entry *entry, int64_t size, int fd,
		     struct err *err)
{
	struct imap_msg_mail mail = {
		.uidvalidity = w->fetched.uidvalidity, .uid = entry->uid, .size = size, .claimed = entry->size,
		.internaldate = entry->internaldate, .fd = fd
	};
	struct ipc_writer m;
	int rc;

	imap_msg_put_mail(&m, type, &mail);
	rc = send_message(w, &m, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int on_mail(void *ctx, const struct imap_entry *entry, int64_t size, int fd, struct err *err)
{
	struct worker *w = ctx;

	w->fetched.mails++;
	return tell_mail(w, IMAP_MSG_MAIL, entry, size, fd, err);
}

static int on_toobig(void *ctx, const struct imap_entry *entry, int64_t size, struct err *err)
{
	struct worker *w = ctx;

	w->fetched.toobig++;
	return tell_mail(w, IMAP_MSG_TOOBIG, entry, size, -1, err);
}

static int on_gone(void *ctx, uint32_t uid, struct err *err)
{
	struct worker *w = ctx;
	struct imap_entry entry = { .uid = uid };

	w->fetched.gone++;
	return tell_mail(w, IMAP_MSG_GONE, &entry, 0, -1, err);
}

static int on_withheld(void *ctx, uint32_t uid, struct err *err)
{
	struct worker *w = ctx;
	struct imap_entry entry = { .uid = uid };

	w->fetched.withheld++;
	return tell_mail(w, IMAP_MSG_WITHHELD, &entry, 0, -1, err);
}

static enum status do_fetch(struct worker *w, struct ipc_message *m)
{
	const struct imap_sink sink = { w, on_mail, on_toobig, on_gone, on_withheld };
	struct imap_msg_fetch fetch;
	struct err err = ERR_INIT;
	struct ipc_writer out;
	int rc = 0;

	if (imap_msg_get_fetch(m, &w->arena, &fetch, &err))
		return confused(&err);
	w->fetched = (struct imap_msg_fetched){ .uidvalidity = fetch.uidvalidity };
	if (fetch.uidvalidity == w->uidvalidity)
		rc = imap_session_fetch(w->session, fetch.uids, fetch.count, &sink, &err);
	else
		for (size_t i = 0; !rc && i < fetch.count; i++)
			rc = on_gone(w, fetch.uids[i], &err);
	if (rc)
		return give_up(w, &err);
	imap_msg_put_fetched(&out, &w->fetched);
	return send_message(w, &out, NULL) ? STATUS_QUIT : STATUS_RUNNING;
}

/* ---- ACK. */

static enum imap_msg_how how_of(enum imap_how how)
{
	static const enum imap_msg_how hows[] = {
		[IMAP_MOVED] = IMAP_MSG_MOVED, [IMAP_COPIED] = IMAP_MSG_COPIED,
		[IMAP_FLAGGED] = IMAP_MSG_FLAGGED, [IMAP_NONE] = IMAP_MSG_NONE
	};

	return hows[how];
}

static enum status do_ack(struct worker *w, struct ipc_message *m)
{
	struct imap_msg_ack ack;
	struct imap_msg_acked acked;
	enum imap_how how = IMAP_NONE;
	struct err err = ERR_INIT;
	struct ipc_writer out;
	enum imap_target target;

	if (imap_msg_get_ack(m, &w->arena, &ack, &err))
		return confused(&err);
	target = ack.target == IMAP_MSG_TO_QUARANTINE ? IMAP_TO_QUARANTINE : IMAP_TO_PROCESSED;
	if (ack.uidvalidity == w->uidvalidity &&
	    imap_session_ack(w->session, target, ack.uids, ack.count, &how, &err))
		return give_up(w, &err);
	acked = (struct imap_msg_acked){ ack.uidvalidity, how_of(how), ack.uids, ack.count };
	imap_msg_put_acked(&out, &acked);
	return send_message(w, &out, NULL) ? STATUS_QUIT : STATUS_RUNNING;
}

/* ---- WATCH and QUIT. */

static enum status do_watch(struct worker *w, struct ipc_message *m)
{
	struct err err = ERR_INIT;

	if (imap_msg_get_plain(m, &err))
		return confused(&err);
	w->watching = true;
	return STATUS_RUNNING;
}

static enum status do_quit(struct worker *w, struct ipc_message *m)
{
	struct err err = ERR_INIT;

	if (imap_msg_get_plain(m, &err))
		return confused(&err);
	imap_session_logout(w->session);
	return STATUS_QUIT;
}

/* Until there is news (which is told) or main has something to say. */
static enum status watch(struct worker *w)
{
	struct err err = ERR_INIT;
	struct ipc_writer m;
	bool changed;

	w->watching = false;
	if (imap_session_watch(w->session, IPC_WORKER_FD, &changed, &err))
		return give_up(w, &err);
	if (!changed)
		return STATUS_RUNNING;
	imap_msg_put_plain(&m, IMAP_MSG_CHANGED);
	return send_message(w, &m, NULL) ? STATUS_QUIT : STATUS_RUNNING;
}

/* ---- Orders. */

static const struct order {
	uint32_t type;
	enum status (*run)(struct worker *w, struct ipc_message *m);
} orders[] = {
	{ IMAP_MSG_LIST, do_list },   { IMAP_MSG_FETCH, do_fetch }, { IMAP_MSG_ACK, do_ack },
	{ IMAP_MSG_WATCH, do_watch }, { IMAP_MSG_QUIT, do_quit },
};

static enum status obey(struct worker *w, struct ipc_message *m)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		if (orders[i].type == m->type)
			return orders[i].run(w, m);
	err_set(&err, ERR_BUG, "order of type %u", (unsigned)m->type);
	return confused(&err);
}

/* The next message from main; STATUS_RUNNING when there is one. */
static enum status receive(struct ipc_message *m)
{
	struct err err = ERR_INIT;

	switch (ipc_receive(IPC_WORKER_FD, -1, m, &err)) {
	case 0:
		return STATUS_RUNNING;
	case 2:
		return STATUS_QUIT;
	default:
		return confused(&err);
	}
}

static enum status serve(struct worker *w)
{
	enum status status = STATUS_RUNNING;

	while (status == STATUS_RUNNING) {
		struct ipc_message m;

		if (w->watching) {
			status = watch(w);
			if (status != STATUS_RUNNING)
				break;
		}
		status = receive(&m);
		if (status == STATUS_RUNNING)
			status = obey(w, &m);
		ipc_message_free(&m);
		arena_free(&w->arena);
	}
	return status;
}

/* ---- Beginning. */

static struct imap_setup setup_of(const struct imap_msg_setup *s)
{
	static const enum imap_tls modes[] = {
		[IMAP_MSG_TLS_IMPLICIT] = IMAP_TLS_IMPLICIT, [IMAP_MSG_TLS_STARTTLS] = IMAP_TLS_STARTTLS,
		[IMAP_MSG_TLS_NONE] = IMAP_TLS_NONE
	};

	return (struct imap_setup){
		.host = s->host, .ca_file = s->ca_file, .port = s->port, .tls = modes[s->tls],
		.auth = s->auth == IMAP_MSG_AUTH_XOAUTH2 ? IMAP_AUTH_XOAUTH2 : IMAP_AUTH_LOGIN,
		.user = s->user, .secret = s->secret, .folder = s->folder,
		.targets = { [IMAP_TO_PROCESSED] = s->processed, [IMAP_TO_QUARANTINE] = s->quarantine },
		.poll = s->poll, .idle_renew = s->idle_renew, .deadline = s->deadline, .max_bytes = s->max_bytes,
		.trace = s->trace
	};
}

/* Connects as the first message says; the secret is gone from our memory afterwards. */
static enum status begin(struct worker *w, struct ipc_message *m, struct arena *kept)
{
	struct imap_msg_setup s;
	struct imap_setup setup;
	struct err err = ERR_INIT;
	int rc;

	if (m->type != IMAP_MSG_SETUP) {
		err_set(&err, ERR_BUG, "first message has type %u", (unsigned)m->type);
		return confused(&err);
	}
	rc = imap_msg_get_setup(m, kept, &s, &err);
	explicit_bzero(m->body.data, m->body.len);
	if (rc)
		return confused(&err);
	if (s.trace)
		log_set_level(LOG_LEVEL_DEBUG);
	if (worker_confine(s.ca_file, &err))
		return give_up(w, &err);
	setup = setup_of(&s);
	w->session = imap_session_new(&setup);
	rc = imap_session_connect(w->session, &err);
	explicit_bzero((char *)(uintptr_t)s.secret, strlen(s.secret));
	return rc ? give_up(w, &err) : send_ready(w);
}

static void limit_self(void)
{
	const struct rlimit none = { 0, 0 };
#if !SANITIZED
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

	setrlimit(RLIMIT_AS, &memory);
#endif
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	signal(SIGPIPE, SIG_IGN);
}

int worker_imap_main(void)
{
	struct worker w = { .arena = ARENA_INIT };
	struct arena kept = ARENA_INIT;
	struct ipc_message m;
	enum status status;

	limit_self();
	status = receive(&m);
	if (status == STATUS_RUNNING)
		status = begin(&w, &m, &kept);
	ipc_message_free(&m);
	if (status == STATUS_RUNNING)
		status = serve(&w);
	imap_session_free(&w.session);
	arena_free(&w.arena);
	arena_free(&kept);
	return (int)status;
}
