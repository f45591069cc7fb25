/* System. */
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "ipc/imap_msg.h"

static const char *const fail_names[IMAP_MSG_FAIL_COUNT] = {
	[IMAP_MSG_FAIL_NETWORK] = "network", [IMAP_MSG_FAIL_TLS] = "tls",
	[IMAP_MSG_FAIL_AUTH] = "auth", [IMAP_MSG_FAIL_PROTOCOL] = "protocol",
	[IMAP_MSG_FAIL_SERVER] = "server", [IMAP_MSG_FAIL_CONFIG] = "config",
	[IMAP_MSG_FAIL_EPOCH] = "epoch"
};

static const char *const how_names[IMAP_MSG_HOW_COUNT] = {
	[IMAP_MSG_MOVED] = "moved", [IMAP_MSG_COPIED] = "copied",
	[IMAP_MSG_FLAGGED] = "flagged", [IMAP_MSG_NONE] = "none"
};

const char *imap_msg_fail_name(uint32_t fail)
{
	return fail < IMAP_MSG_FAIL_COUNT ? fail_names[fail] : "?";
}

const char *imap_msg_how_name(uint32_t how)
{
	return how < IMAP_MSG_HOW_COUNT ? how_names[how] : "?";
}

/* A number that must lie between 'low' and 'high'; otherwise the message is bad. */
static uint32_t get_range(struct ipc_message *m, uint32_t low, uint32_t high)
{
	uint32_t value = ipc_get_u32(m);

	if (value < low || value > high)
		m->bad = true;
	return value;
}

static int64_t get_size(struct ipc_message *m)
{
	int64_t value = ipc_get_i64(m);

	if (value < 0)
		m->bad = true;
	return value;
}

/* A string that must be there. */
static const char *get_text(struct ipc_message *m, struct arena *arena)
{
	const char *text = ipc_get_str(m, arena);

	if (!text)
		m->bad = true;
	return text ? text : "";
}

static void put_uids(struct ipc_writer *w, const uint32_t *uids, size_t count)
{
	ipc_put_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		ipc_put_u32(w, uids[i]);
}

static uint32_t *get_uids(struct ipc_message *m, struct arena *arena, uint32_t max, size_t *count_r)
{
	uint32_t count = get_range(m, 1, max), i, *uids;

	*count_r = 0;
	if (m->bad || (m->len - m->at) / sizeof *uids < count) {
		m->bad = true;
		return NULL;
	}
	uids = arena_array(arena, count, sizeof *uids);
	for (i = 0; i < count; i++)
		uids[i] = get_range(m, 1, UINT32_MAX);
	*count_r = count;
	return uids;
}

void imap_msg_put_setup(struct ipc_writer *w, const struct imap_msg_setup *s)
{
	ipc_begin(w, IMAP_MSG_SETUP);
	ipc_put_str(w, s->host);
	ipc_put_u32(w, s->port);
	ipc_put_u32(w, s->tls);
	ipc_put_str(w, s->ca_file);
	ipc_put_str(w, s->user);
	ipc_put_str(w, s->secret);
	ipc_put_u32(w, s->auth);
	ipc_put_str(w, s->folder);
	ipc_put_str(w, s->processed);
	ipc_put_str(w, s->quarantine);
	ipc_put_u32(w, s->poll);
	ipc_put_u32(w, s->idle_renew);
	ipc_put_u32(w, s->deadline);
	ipc_put_i64(w, s->max_bytes);
	ipc_put_u32(w, s->trace);
}

int imap_msg_get_setup(struct ipc_message *m, struct arena *arena, struct imap_msg_setup *s, struct err *err)
{
	*s = (struct imap_msg_setup){ 0 };
	s->host = get_text(m, arena);
	s->port = get_range(m, 1, 65535);
	s->tls = get_range(m, 0, IMAP_MSG_TLS_COUNT - 1);
	s->ca_file = ipc_get_str(m, arena);
	s->user = get_text(m, arena);
	s->secret = get_text(m, arena);
	s->auth = get_range(m, 0, IMAP_MSG_AUTH_COUNT - 1);
	s->folder = get_text(m, arena);
	s->processed = get_text(m, arena);
	s->quarantine = get_text(m, arena);
	s->poll = get_range(m, 1, 86400);
	s->idle_renew = get_range(m, 1, 1500);
	s->deadline = get_range(m, 1, 3600);
	s->max_bytes = ipc_get_i64(m);
	if (s->max_bytes <= 0)
		m->bad = true;
	s->trace = get_range(m, 0, 1);
	return ipc_end(m, err);
}

void imap_msg_put_list(struct ipc_writer *w, const struct imap_msg_list *list)
{
	ipc_begin(w, IMAP_MSG_LIST);
	ipc_put_u32(w, list->uidvalidity);
	ipc_put_u32(w, list->after_uid);
}

int imap_msg_get_list(struct ipc_message *m, struct imap_msg_list *list, struct err *err)
{
	list->uidvalidity = ipc_get_u32(m);
	list->after_uid = ipc_get_u32(m);
	return ipc_end(m, err);
}

void imap_msg_put_fetch(struct ipc_writer *w, const struct imap_msg_fetch *fetch)
{
	ipc_begin(w, IMAP_MSG_FETCH);
	ipc_put_u32(w, fetch->uidvalidity);
	put_uids(w, fetch->uids, fetch->count);
}

int imap_msg_get_fetch(struct ipc_message *m, struct arena *arena, struct imap_msg_fetch *fetch, struct err *err)
{
	fetch->uidvalidity = ipc_get_u32(m);
	fetch->uids = get_uids(m, arena, IMAP_MSG_FETCH_MAX, &fetch->count);
	return ipc_end(m, err);
}

void imap_msg_put_ack(struct ipc_writer *w, const struct imap_msg_ack *ack)
{
	ipc_begin(w, IMAP_MSG_ACK);
	ipc_put_u32(w, ack->uidvalidity);
	ipc_put_u32(w, ack->target);
	put_uids(w, ack->uids, ack->count);
}

int imap_msg_get_ack(struct ipc_message *m, struct arena *arena, struct imap_msg_ack *ack, struct err *err)
{
	ack->uidvalidity = ipc_get_u32(m);
	ack->target = get_range(m, 0, IMAP_MSG_TO_COUNT - 1);
	ack->uids = get_uids(m, arena, IMAP_MSG_ACK_MAX, &ack->count);
	return ipc_end(m, err);
}

void imap_msg_put_plain(struct ipc_writer *w, enum imap_msg_type type)
{
	ipc_begin(w, type);
}

int imap_msg_get_plain(struct ipc_message *m, struct err *err)
{
	return ipc_end(m, err);
}

void imap_msg_put_ready(struct ipc_writer *w, const struct imap_msg_ready *ready)
{
	ipc_begin(w, IMAP_MSG_READY);
	ipc_put_u32(w, ready->uidvalidity);
	ipc_put_u32(w, ready->uidnext);
	ipc_put_u32(w, ready->exists);
	ipc_put_u32(w, ready->can);
}

int imap_msg_get_ready(struct ipc_message *m, struct imap_msg_ready *ready, struct err *err)
{
	ready->uidvalidity = get_range(m, 1, UINT32_MAX);
	ready->uidnext = ipc_get_u32(m);
	ready->exists = ipc_get_u32(m);
	ready->can = get_range(m, 0, IMAP_MSG_CAN_ALL);
	return ipc_end(m, err);
}

void imap_msg_put_uids(struct ipc_writer *w, const struct imap_msg_uids *uids)
{
	ipc_begin(w, IMAP_MSG_UIDS);
	ipc_put_u32(w, uids->uidvalidity);
	ipc_put_u32(w, uids->last);
	ipc_put_u32(w, (uint32_t)uids->count);
	for (size_t i = 0; i < uids->count; i++) {
		ipc_put_u32(w, uids->list[i].uid);
		ipc_put_i64(w, uids->list[i].size);
		ipc_put_i64(w, uids->list[i].internaldate);
	}
}

int imap_msg_get_uids(struct ipc_message *m, struct arena *arena, struct imap_msg_uids *uids, struct err *err)
{
	const size_t entry = sizeof(uint32_t) + 2 * sizeof(int64_t);
	uint32_t count;

	*uids = (struct imap_msg_uids){ 0 };
	uids->uidvalidity = get_range(m, 1, UINT32_MAX);
	uids->last = get_range(m, 0, 1);
	count = get_range(m, 0, IMAP_MSG_UIDS_MAX);
	if (m->bad || (m->len - m->at) / entry < count) {
		m->bad = true;
		return ipc_end(m, err);
	}
	uids->list = arena_array(arena, count, sizeof *uids->list);
	uids->count = count;
	for (uint32_t i = 0; i < count; i++) {
		uids->list[i].uid = get_range(m, 1, UINT32_MAX);
		uids->list[i].size = get_size(m);
		uids->list[i].internaldate = ipc_get_i64(m);
	}
	return ipc_end(m, err);
}

void imap_msg_put_mail(struct ipc_writer *w, enum imap_msg_type type, const struct imap_msg_mail *mail)
{
	ipc_begin(w, type);
	ipc_put_u32(w, mail->uidvalidity);
	ipc_put_u32(w, mail->uid);
	if (type == IMAP_MSG_GONE || type == IMAP_MSG_WITHHELD)
		return;
	ipc_put_i64(w, mail->size);
	ipc_put_i64(w, mail->claimed);
	ipc_put_i64(w, mail->internaldate);
	if (type == IMAP_MSG_MAIL)
		ipc_put_fd(w, mail->fd);
}

int imap_msg_get_mail(struct ipc_message *m, struct imap_msg_mail *mail, struct err *err)
{
	*mail = (struct imap_msg_mail){ .fd = -1, .internaldate = DATE_NONE };
	mail->uidvalidity = ipc_get_u32(m);
	mail->uid = get_range(m, 1, UINT32_MAX);
	if (m->type == IMAP_MSG_MAIL || m->type == IMAP_MSG_TOOBIG) {
		mail->size = get_size(m);
		mail->claimed = get_size(m);
		mail->internaldate = ipc_get_i64(m);
	}
	if (m->type == IMAP_MSG_MAIL)
		mail->fd = ipc_take_fd(m);
	if (ipc_end(m, err) == 0)
		return 0;
	if (mail->fd >= 0)
		close(mail->fd);
	mail->fd = -1;
	return -1;
}

void imap_msg_put_fetched(struct ipc_writer *w, const struct imap_msg_fetched *fetched)
{
	ipc_begin(w, IMAP_MSG_FETCHED);
	ipc_put_u32(w, fetched->uidvalidity);
	ipc_put_u32(w, fetched->mails);
	ipc_put_u32(w, fetched->gone);
	ipc_put_u32(w, fetched->toobig);
	ipc_put_u32(w, fetched->withheld);
}

int imap_msg_get_fetched(struct ipc_message *m, struct imap_msg_fetched *fetched, struct err *err)
{
	fetched->uidvalidity = ipc_get_u32(m);
	fetched->mails = get_range(m, 0, IMAP_MSG_FETCH_MAX);
	fetched->gone = get_range(m, 0, IMAP_MSG_FETCH_MAX);
	fetched->toobig = get_range(m, 0, IMAP_MSG_FETCH_MAX);
	fetched->withheld = get_range(m, 0, IMAP_MSG_FETCH_MAX);
	return ipc_end(m, err);
}

void imap_msg_put_acked(struct ipc_writer *w, const struct imap_msg_acked *acked)
{
	ipc_begin(w, IMAP_MSG_ACKED);
	ipc_put_u32(w, acked->uidvalidity);
	ipc_put_u32(w, acked->how);
	put_uids(w, acked->uids, acked->count);
}

int imap_msg_get_acked(struct ipc_message *m, struct arena *arena, struct imap_msg_acked *acked, struct err *err)
{
	acked->uidvalidity = ipc_get_u32(m);
	acked->how = get_range(m, 0, IMAP_MSG_HOW_COUNT - 1);
	acked->uids = get_uids(m, arena, IMAP_MSG_ACK_MAX, &acked->count);
	return ipc_end(m, err);
}

/* Cut between characters; a NUL cannot be inside. */
static void put_cut(struct ipc_writer *w, const char *text)
{
	ipc_put_bytes(w, text, str_utf8_cut(text, IMAP_MSG_TEXT_MAX));
}

static const char *get_cut(struct ipc_message *m, struct arena *arena)
{
	const char *text = get_text(m, arena);

	if (strlen(text) > IMAP_MSG_TEXT_MAX)
		m->bad = true;
	return text;
}

void imap_msg_put_failed(struct ipc_writer *w, const struct imap_msg_failed *failed)
{
	ipc_begin(w, IMAP_MSG_FAILED);
	ipc_put_u32(w, failed->fail);
	put_cut(w, failed->where);
	put_cut(w, failed->text);
}

int imap_msg_get_failed(struct ipc_message *m, struct arena *arena, struct imap_msg_failed *failed, struct err *err)
{
	failed->fail = get_range(m, 0, IMAP_MSG_FAIL_COUNT - 1);
	failed->where = get_cut(m, arena);
	failed->text = get_cut(m, arena);
	return ipc_end(m, err);
}
