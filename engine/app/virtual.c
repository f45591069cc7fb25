/* System. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/imap_msg.h"
#include "ipc/send_msg.h"
#include "worker/parse.h"

/* Own. */
#include "app/virtual.h"

/* Something that will happen: a timer, a deferred call, a message to the engine. */
struct happening {
	struct happening *next;
	uint64_t id;
	int64_t at_ms;
	env_fn *fn;
	void *ctx;
};

struct letter {
	uint32_t uid;
	char *data;
	size_t len;
	int place; /* -1 = inbox, else enum imap_msg_target */
	enum virtual_bane bane;
};

struct inbox {
	char *name;
	struct letter *letters;
	size_t count, cap;
	uint32_t next_uid;
	uint32_t listed; /* highest uid the engine was told of */
	bool down, closed; /* closed: nothing can be moved out of it */
};

/* A worker: takes messages at once, answers through the queue. */
struct env_worker {
	struct virtual_env *v;
	struct env_worker *next;
	enum env_worker_kind kind;
	char *name;
	const struct env_worker_calls *calls;
	void *ctx;
	struct inbox *inbox;
	bool watching, gone, killed, frozen;
	int64_t row;               /* between DOT and GO */
	struct virtual_sent pending;
};

/* An answer on its way. */
struct reply {
	struct env_worker *worker;
	struct ipc_message message;
};

struct virtual_env {
	struct env env;
	int64_t start, now_ms;
	uint64_t random, next_id;
	struct happening *queue;   /* by time, then by order of adding */
	struct env_worker *workers;
	struct inbox **inboxes;
	size_t inbox_count, inbox_cap;
	struct virtual_sent *sent;
	void (*on_sent)(void *ctx);
	void *on_sent_ctx;
	size_t sent_count, sent_cap;
	struct parse_tools *tools;
	struct send_result outcome;
	char *cuts; /* mail to this address ends the connection */
	int crashes, starts_fail;
	int starts[3]; /* of each kind of worker */
	const char *parse_end;
};

/* ---- time ---- */

static int64_t v_now(void *self)
{
	const struct virtual_env *v = self;

	return v->start + v->now_ms / 1000;
}

static int64_t v_monotonic(void *self)
{
	return ((struct virtual_env *)self)->now_ms;
}

/* SplitMix64: the same seed gives the same run. */
static uint64_t next_random(struct virtual_env *v)
{
	uint64_t z = (v->random += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void v_random(void *self, void *out, size_t len)
{
	unsigned char *bytes = out;

	while (len--)
		*bytes++ = (unsigned char)next_random(self);
}

static uint64_t v_timer_add(void *self, int64_t delay_ms, env_fn *fn, void *ctx)
{
	struct virtual_env *v = self;
	struct happening *h = xcalloc(1, sizeof *h), **at = &v->queue;

	*h = (struct happening){ .id = ++v->next_id, .at_ms = v->now_ms + delay_ms, .fn = fn, .ctx = ctx };
	while (*at && (*at)->at_ms <= h->at_ms)
		at = &(*at)->next;
	h->next = *at;
	*at = h;
	return h->id;
}

static void v_timer_cancel(void *self, uint64_t id)
{
	struct happening **at = &((struct virtual_env *)self)->queue;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	if (*at) {
		struct happening *h = *at;

		*at = h->next;
		free(h);
	}
}

static void v_defer(void *self, env_fn *fn, void *ctx)
{
	v_timer_add(self, 0, fn, ctx);
}

static bool happen(struct virtual_env *v, int64_t until_ms)
{
	struct happening *h = v->queue;

	if (!h || h->at_ms > until_ms)
		return false;
	v->queue = h->next;
	if (h->at_ms > v->now_ms)
		v->now_ms = h->at_ms;
	h->fn(h->ctx);
	free(h);
	return true;
}

void virtual_settle(struct virtual_env *v)
{
	virtual_advance(v, 0);
}

void virtual_advance(struct virtual_env *v, int64_t seconds)
{
	int64_t until = v->now_ms + seconds * 1000;

	while (happen(v, until))
		;
	v->now_ms = until;
}

bool virtual_step(struct virtual_env *v, int64_t seconds)
{
	return happen(v, v->now_ms + seconds * 1000);
}

/* ---- messages ---- */

static void message_of(struct ipc_message *m, struct ipc_writer *w)
{
	int i;

	*m = (struct ipc_message){ 0 };
	m->body = w->body;
	m->data = (const unsigned char *)m->body.data;
	m->len = m->body.len;
	for (i = 0; i < w->fd_count; i++)
		m->fds[m->fd_count++] = dup(w->fds[i]);
	m->type = ipc_get_u32(m);
	w->fd_count = 0;
}

static void deliver(void *ctx)
{
	struct reply *reply = ctx;

	if (!reply->worker->gone)
		reply->worker->calls->message(reply->worker->ctx, &reply->message);
	ipc_message_free(&reply->message);
	free(reply);
}

static void answer(struct env_worker *w, struct ipc_writer *message)
{
	struct reply *reply = xcalloc(1, sizeof *reply);

	reply->worker = w;
	message_of(&reply->message, message);
	v_timer_add(w->v, 0, deliver, reply);
}

static void end_worker(void *ctx)
{
	struct env_worker *w = ctx;

	if (w->gone)
		return;
	w->gone = true;
	w->calls->ended(w->ctx, w->kind == ENV_WORKER_PARSE ? w->v->parse_end : "ended with status 0");
}

/* ---- parse ---- */

static void parse_take(struct env_worker *w, struct ipc_message *m)
{
	struct arena arena = ARENA_INIT;
	struct parse_job job;
	struct parse_done done;
	struct ipc_writer reply;

	if (w->killed || parse_job_get(m, &arena, &job, NULL)) {
		arena_free(&arena);
		return;
	}
	if (w->v->crashes > 0) {
		w->v->crashes--;
		w->killed = true;
		v_timer_add(w->v, 0, end_worker, w);
	} else {
		parse_tools_run(w->v->tools, &job, &arena, &done);
		parse_done_put(&reply, &done);
		answer(w, &reply);
	}
	close(job.in);
	close(job.out);
	arena_free(&arena);
}

/* ---- mailbox ---- */

static struct inbox *inbox_of(struct virtual_env *v, const char *name)
{
	struct inbox *inbox;
	size_t i;

	for (i = 0; i < v->inbox_count; i++)
		if (str_eq(v->inboxes[i]->name, name))
			return v->inboxes[i];
	inbox = xcalloc(1, sizeof *inbox);
	inbox->name = xstrdup(name);
	inbox->next_uid = 1;
	v->inboxes = xgrow(v->inboxes, &v->inbox_cap, v->inbox_count + 1, sizeof(struct inbox *));
	v->inboxes[v->inbox_count++] = inbox;
	return inbox;
}

static struct letter *letter_of(struct inbox *inbox, uint32_t uid)
{
	size_t i;

	for (i = 0; i < inbox->count; i++)
		if (inbox->letters[i].uid == uid && inbox->letters[i].place < 0)
			return &inbox->letters[i];
	return NULL;
}

#define EPOCH 7

static void imap_fail(struct env_worker *w, enum imap_msg_fail fail, const char *where, const char *text)
{
	struct imap_msg_failed failed = { .fail = fail, .where = where, .text = text };
	struct ipc_writer reply;

	imap_msg_put_failed(&reply, &failed);
	answer(w, &reply);
	v_timer_add(w->v, 0, end_worker, w);
}

static void imap_ready(struct env_worker *w)
{
	struct imap_msg_ready ready = { EPOCH, w->inbox->next_uid, (uint32_t)w->inbox->count, IMAP_MSG_CAN_ALL };
	struct ipc_writer reply;

	imap_msg_put_ready(&reply, &ready);
	answer(w, &reply);
}

static void imap_list(struct env_worker *w, struct ipc_message *m)
{
	struct imap_msg_list list;
	struct imap_msg_uid *found;
	struct imap_msg_uids uids = { .uidvalidity = EPOCH, .last = true };
	struct ipc_writer reply;
	size_t i;

	if (imap_msg_get_list(m, &list, NULL))
		return;
	found = xcalloc(w->inbox->count + 1, sizeof *found);
	for (i = 0; i < w->inbox->count && uids.count < IMAP_MSG_UIDS_MAX; i++) {
		const struct letter *l = &w->inbox->letters[i];

		if (l->place < 0 && l->uid > list.after_uid)
			found[uids.count++] = (struct imap_msg_uid){ l->uid, (int64_t)l->len, v_now(w->v) };
	}
	w->inbox->listed = w->inbox->next_uid - 1;
	uids.list = found;
	imap_msg_put_uids(&reply, &uids);
	answer(w, &reply);
	free(found);
}

static void imap_fetch(struct env_worker *w, struct ipc_message *m)
{
	struct arena arena = ARENA_INIT;
	struct imap_msg_fetched fetched = { .uidvalidity = EPOCH };
	struct imap_msg_fetch fetch;
	struct ipc_writer reply;
	struct err err = ERR_INIT;
	size_t i;

	if (imap_msg_get_fetch(m, &arena, &fetch, &err))
		fetch.count = 0;
	for (i = 0; i < fetch.count; i++) {
		const struct letter *l = letter_of(w->inbox, fetch.uids[i]);
		struct imap_msg_mail mail = { .uidvalidity = EPOCH, .uid = fetch.uids[i], .fd = -1,
					      .internaldate = v_now(w->v) };

		if (l && l->bane == VIRTUAL_ENDS_SESSION) {
			imap_fail(w, IMAP_MSG_FAIL_NETWORK, "fetch", "server closed the connection");
			arena_free(&arena);
			return;
		}
		if (l && l->bane == VIRTUAL_WITHHELD) {
			imap_msg_put_mail(&reply, IMAP_MSG_WITHHELD, &mail);
			answer(w, &reply);
			fetched.withheld++;
			continue;
		}
		if (l) {
			mail.size = mail.claimed = (int64_t)l->len;
			mail.fd = file_memory("virtual", &err);
			file_write_all(mail.fd, l->data, l->len, &err);
		}
		imap_msg_put_mail(&reply, l ? IMAP_MSG_MAIL : IMAP_MSG_GONE, &mail);
		answer(w, &reply);
		if (l) {
			close(mail.fd);
			fetched.mails++;
		} else {
			fetched.gone++;
		}
	}
	imap_msg_put_fetched(&reply, &fetched);
	answer(w, &reply);
	arena_free(&arena);
}

static void imap_ack(struct env_worker *w, struct ipc_message *m)
{
	struct arena arena = ARENA_INIT;
	struct imap_msg_acked acked = { .uidvalidity = EPOCH, .how = IMAP_MSG_MOVED };
	struct imap_msg_ack ack;
	struct ipc_writer reply;
	size_t i;

	if (w->inbox->closed) {
		imap_fail(w, IMAP_MSG_FAIL_SERVER, "ack", "cannot put messages into 'Verwerkt': over quota");
		return;
	}
	if (imap_msg_get_ack(m, &arena, &ack, NULL) == 0) {
		for (i = 0; i < ack.count; i++) {
			struct letter *l = letter_of(w->inbox, ack.uids[i]);

			if (l)
				l->place = (int)ack.target;
		}
		acked.uids = ack.uids;
		acked.count = ack.count;
		imap_msg_put_acked(&reply, &acked);
		answer(w, &reply);
	}
	arena_free(&arena);
}

static void imap_changed(struct env_worker *w)
{
	struct ipc_writer reply;

	w->watching = false;
	imap_msg_put_plain(&reply, IMAP_MSG_CHANGED);
	answer(w, &reply);
}

static void imap_take(struct env_worker *w, struct ipc_message *m)
{
	w->watching = false;
	switch (m->type) {
	case IMAP_MSG_SETUP:
		if (w->inbox->down)
			imap_fail(w, IMAP_MSG_FAIL_NETWORK, "connect", "connection refused");
		else
			imap_ready(w);
		break;
	case IMAP_MSG_LIST: imap_list(w, m); break;
	case IMAP_MSG_FETCH: imap_fetch(w, m); break;
	case IMAP_MSG_ACK: imap_ack(w, m); break;
	case IMAP_MSG_WATCH:
		w->watching = true;
		if (w->inbox->listed + 1 < w->inbox->next_uid)
			imap_changed(w);
		break;
	default: break;
	}
}

/* ---- sending ---- */

static void sent_free(struct virtual_sent *sent)
{
	free((char *)(uintptr_t)sent->from);
	free((char *)(uintptr_t)sent->to);
	free((char *)(uintptr_t)sent->data);
	*sent = (struct virtual_sent){ 0 };
}

static const struct send_result *outcome_of(const struct env_worker *w)
{
	static const struct send_result cut = { .outcome = SEND_RETRY, .stage = SEND_STAGE_RCPT, .host_problem = true,
						.text = "the server closed the connection" };

	return str_eq(w->v->cuts, w->pending.to) ? &cut : &w->v->outcome;
}

static void send_done(struct env_worker *w, int64_t row)
{
	struct virtual_env *v = w->v;
	const struct send_result outcome = *outcome_of(w);
	struct ipc_writer reply;

	if (outcome.outcome == SEND_SENT || outcome.outcome == SEND_UNKNOWN) {
		v->sent = xgrow(v->sent, &v->sent_cap, v->sent_count + 1, sizeof *v->sent);
		v->sent[v->sent_count++] = w->pending;
		w->pending = (struct virtual_sent){ 0 };
		if (v->on_sent)
			v->on_sent(v->on_sent_ctx);
	}
	sent_free(&w->pending);
	w->row = 0;
	send_msg_put_done(&reply, row, &outcome);
	answer(w, &reply);
}

static void send_order(struct env_worker *w, struct ipc_message *m)
{
	struct arena arena = ARENA_INIT;
	struct send_order order;
	struct buf bytes = BUF_INIT(BUF_MAX_DATA);
	struct ipc_writer reply;

	if (send_msg_get_send(m, &arena, &order, NULL)) {
		arena_free(&arena);
		return;
	}
	file_read_fd(order.fd, &bytes, NULL);
	close(order.fd);
	sent_free(&w->pending);
	w->pending = (struct virtual_sent){ .from = xstrdup(order.from), .to = xstrdup(order.to), .len = bytes.len,
					    .at = v_now(w->v), .row = order.row };
	w->pending.data = buf_detach(&bytes);
	w->row = order.row;
	send_msg_put_row(&reply, SEND_MSG_DOT, order.row);
	if (outcome_of(w)->stage >= SEND_STAGE_DOT || outcome_of(w)->outcome == SEND_SENT) {
		answer(w, &reply);
	} else {
		ipc_writer_free(&reply);
		send_done(w, order.row);
	}
	arena_free(&arena);
}

/* Several orders may wait; one at a time is between DOT and GO. */
struct waiting {
	struct waiting *next;
	struct ipc_message message;
	struct env_worker *worker;
};

static void send_take(struct env_worker *w, struct ipc_message *m);

static void send_later(void *ctx)
{
	struct waiting *later = ctx;

	if (!later->worker->gone)
		send_take(later->worker, &later->message);
	ipc_message_free(&later->message);
	free(later);
}

static void send_take(struct env_worker *w, struct ipc_message *m)
{
	struct ipc_writer reply;
	int64_t row;

	switch (m->type) {
	case SEND_MSG_SETUP:
		send_msg_put_plain(&reply, SEND_MSG_READY);
		answer(w, &reply);
		break;
	case SEND_MSG_SEND:
		if (w->row) {
			struct waiting *later = xcalloc(1, sizeof *later);

			later->worker = w;
			later->message = *m;
			*m = (struct ipc_message){ 0 };
			buf_init(&m->body, IPC_MESSAGE_MAX);
			v_timer_add(w->v, 0, send_later, later);
			break;
		}
		send_order(w, m);
		break;
	case SEND_MSG_GO:
		if (send_msg_get_row(m, &row, NULL) == 0 && row == w->row)
			send_done(w, row);
		break;
	default: break;
	}
}

/* ---- workers ---- */

static struct env_worker *v_worker_start(void *self, enum env_worker_kind kind, const char *name,
					 const struct env_worker_calls *calls, void *ctx, struct err *err)
{
	struct virtual_env *v = self;
	struct env_worker *w;

	if (v->starts_fail > 0) {
		v->starts_fail--;
		err_set(err, ERR_SYSTEM, "cannot start a worker: Resource temporarily unavailable");
		return NULL;
	}
	v->starts[kind]++;
	w = xcalloc(1, sizeof *w);
	*w = (struct env_worker){ .v = v, .kind = kind, .name = xstrdup(name), .calls = calls, .ctx = ctx,
				  .next = v->workers };
	if (kind == ENV_WORKER_IMAP)
		w->inbox = inbox_of(v, name);
	v->workers = w;
	return w;
}

static int v_worker_send(void *self, struct env_worker *w, struct ipc_writer *writer, struct err *err)
{
	static void (*const take[])(struct env_worker *, struct ipc_message *) = { imap_take, parse_take, send_take };
	struct ipc_message message;

	(void)self;
	if (buf_failed(&writer->body)) {
		ipc_writer_free(writer);
		return err_set(err, ERR_BUG, "a message for a worker is too large");
	}
	message_of(&message, writer);
	if (!w->gone && !w->frozen)
		take[w->kind](w, &message);
	ipc_message_free(&message);
	return 0;
}

static void v_worker_stop(void *self, struct env_worker *w)
{
	(void)self;
	w->gone = true;
}

static const struct env_ops virtual_ops = {
	.now = v_now,
	.monotonic = v_monotonic,
	.random = v_random,
	.timer_add = v_timer_add,
	.timer_cancel = v_timer_cancel,
	.defer = v_defer,
	.worker_start = v_worker_start,
	.worker_send = v_worker_send,
	.worker_stop = v_worker_stop,
};

/* ---- life ---- */

struct virtual_env *virtual_new(int64_t start, uint64_t seed, struct err *err)
{
	struct virtual_env *v = xcalloc(1, sizeof *v);

	v->env.ops = &virtual_ops;
	v->env.self = v;
	v->start = start;
	v->random = seed;
	virtual_parse_end(v, "killed by signal 11 (Segmentation fault)");
	virtual_outcome(v, SEND_SENT, 250, "250 2.0.0 taken");
	v->tools = parse_tools_new(err);
	if (!v->tools)
		virtual_free(&v);
	return v;
}

static void inbox_free(struct inbox *inbox)
{
	size_t i;

	for (i = 0; i < inbox->count; i++)
		free(inbox->letters[i].data);
	free(inbox->letters);
	free(inbox->name);
	free(inbox);
}

/* What is still to be delivered or taken up holds memory of its own. */
static void queue_free(struct virtual_env *v)
{
	while (v->queue) {
		struct happening *h = v->queue;

		v->queue = h->next;
		if (h->fn == deliver) {
			ipc_message_free(&((struct reply *)h->ctx)->message);
			free(h->ctx);
		} else if (h->fn == send_later) {
			ipc_message_free(&((struct waiting *)h->ctx)->message);
			free(h->ctx);
		}
		free(h);
	}
}

void virtual_crash(struct virtual_env *v)
{
	struct env_worker *w;

	queue_free(v);
	for (w = v->workers; w; w = w->next) {
		w->gone = true;
		w->watching = false;
	}
}

void virtual_free(struct virtual_env **vp)
{
	struct virtual_env *v = *vp;
	size_t i;

	if (!v)
		return;
	*vp = NULL;
	queue_free(v);
	while (v->workers) {
		struct env_worker *w = v->workers;

		v->workers = w->next;
		sent_free(&w->pending);
		free(w->name);
		free(w);
	}
	for (i = 0; i < v->inbox_count; i++)
		inbox_free(v->inboxes[i]);
	for (i = 0; i < v->sent_count; i++)
		sent_free(&v->sent[i]);
	free(v->inboxes);
	free(v->sent);
	free(v->cuts);
	parse_tools_free(&v->tools);
	free(v);
}

struct env *virtual_table(struct virtual_env *v)
{
	return &v->env;
}

/* ---- for the player ---- */

uint32_t virtual_mail(struct virtual_env *v, const char *mailbox, const void *data, size_t len)
{
	struct inbox *inbox = inbox_of(v, mailbox);
	struct env_worker *w;
	struct letter *l;

	inbox->letters = xgrow(inbox->letters, &inbox->cap, inbox->count + 1, sizeof *inbox->letters);
	l = &inbox->letters[inbox->count++];
	*l = (struct letter){ inbox->next_uid++, xmemdup(data, len), len, -1, VIRTUAL_NO_BANE };
	for (w = v->workers; w; w = w->next)
		if (w->inbox == inbox && w->watching && !w->gone)
			imap_changed(w);
	return l->uid;
}

static size_t count_at(const struct virtual_env *v, const char *mailbox, bool inbox)
{
	const struct inbox *box = inbox_of((struct virtual_env *)(uintptr_t)v, mailbox);
	size_t i, n = 0;

	for (i = 0; i < box->count; i++)
		n += (box->letters[i].place < 0) == inbox;
	return n;
}

size_t virtual_inbox(const struct virtual_env *v, const char *mailbox)
{
	return count_at(v, mailbox, true);
}

size_t virtual_processed(const struct virtual_env *v, const char *mailbox)
{
	return count_at(v, mailbox, false);
}

void virtual_mailbox_down(struct virtual_env *v, const char *mailbox, bool down)
{
	struct inbox *inbox = inbox_of(v, mailbox);
	struct env_worker *w;

	inbox->down = down;
	for (w = v->workers; down && w; w = w->next)
		if (w->inbox == inbox && !w->gone)
			v_timer_add(v, 0, end_worker, w);
}

size_t virtual_sent_count(const struct virtual_env *v)
{
	return v->sent_count;
}

const struct virtual_sent *virtual_sent_at(const struct virtual_env *v, size_t index)
{
	return index < v->sent_count ? &v->sent[index] : NULL;
}

void virtual_on_sent(struct virtual_env *v, void (*fn)(void *ctx), void *ctx)
{
	v->on_sent = fn;
	v->on_sent_ctx = ctx;
}

void virtual_outcome(struct virtual_env *v, enum send_outcome outcome, unsigned code, const char *text)
{
	v->outcome = (struct send_result){ .outcome = outcome, .code = code };
	v->outcome.stage = outcome == SEND_SENT || outcome == SEND_UNKNOWN ? SEND_STAGE_DOT : SEND_STAGE_RCPT;
	snprintf(v->outcome.text, sizeof v->outcome.text, "%.*s", SEND_REPLY_MAX, text);
}

void virtual_parse_end(struct virtual_env *v, const char *why)
{
	v->parse_end = why;
}

void virtual_server_down(struct virtual_env *v)
{
	virtual_outcome(v, SEND_RETRY, 0, "connection refused");
	v->outcome.stage = SEND_STAGE_CONNECT;
	v->outcome.host_problem = true;
}

void virtual_login_refused(struct virtual_env *v)
{
	virtual_outcome(v, SEND_RETRY, 535, "535 5.7.8 wrong password");
	v->outcome.stage = SEND_STAGE_AUTH;
	v->outcome.host_problem = true;
}

void virtual_server_cuts(struct virtual_env *v, const char *to)
{
	free(v->cuts);
	v->cuts = xstrdup(to);
}

int virtual_starts(const struct virtual_env *v, enum env_worker_kind kind)
{
	return v->starts[kind];
}

void virtual_starts_fail(struct virtual_env *v, int count)
{
	v->starts_fail = count;
}

void virtual_parse_crashes(struct virtual_env *v, int count)
{
	v->crashes = count;
}

void virtual_mailbox_closed(struct virtual_env *v, const char *mailbox, bool closed)
{
	inbox_of(v, mailbox)->closed = closed;
}

void virtual_bane(struct virtual_env *v, const char *mailbox, uint32_t uid, enum virtual_bane bane)
{
	struct letter *letter = letter_of(inbox_of(v, mailbox), uid);

	if (letter)
		letter->bane = bane;
}

void virtual_freeze(struct virtual_env *v, enum env_worker_kind kind)
{
	struct env_worker *w;

	for (w = v->workers; w; w = w->next)
		w->frozen |= w->kind == kind;
}
