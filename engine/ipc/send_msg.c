/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "ipc/send_msg.h"

/* Fields shared by SETUP and OAUTH. */

static void put_oauth(struct ipc_writer *w, const struct oauth_request *r)
{
	ipc_put_str(w, r->url);
	ipc_put_str(w, r->client_id);
	ipc_put_str(w, r->client_secret);
	ipc_put_str(w, r->refresh_token);
	ipc_put_str(w, r->scope);
	ipc_put_str(w, r->ca_file);
}

static void get_oauth(struct ipc_message *m, struct arena *arena, struct oauth_request *r)
{
	r->url = ipc_get_str(m, arena);
	r->client_id = ipc_get_str(m, arena);
	r->client_secret = ipc_get_str(m, arena);
	r->refresh_token = ipc_get_str(m, arena);
	r->scope = ipc_get_str(m, arena);
	r->ca_file = ipc_get_str(m, arena);
}

/* What all getters end with: the message was whole, and what it says is 'sane'. */
static int finish(struct ipc_message *m, bool sane, struct err *err)
{
	if (!sane)
		m->bad = true;
	return ipc_end(m, err);
}

void send_msg_put_setup(struct ipc_writer *w, const struct send_settings *s)
{
	ipc_begin(w, SEND_MSG_SETUP);
	ipc_put_str(w, s->host);
	ipc_put_u32(w, s->port);
	ipc_put_u32(w, s->tls);
	ipc_put_str(w, s->ehlo);
	ipc_put_str(w, s->ca_file);
	ipc_put_u32(w, s->auth);
	ipc_put_str(w, s->user);
	ipc_put_str(w, s->secret);
	put_oauth(w, &s->oauth);
	ipc_put_u32(w, s->connect_ms);
	ipc_put_u32(w, s->reply_ms);
	ipc_put_u32(w, s->whole_ms);
}

static bool setup_sane(const struct send_settings *s)
{
	if (!s->host || !*s->host || !s->ehlo || s->port < 1 || s->port > 65535)
		return false;
	return s->tls >= SEND_TLS_IMPLICIT && s->tls <= SEND_TLS_NONE && s->auth <= SEND_AUTH_XOAUTH2;
}

int send_msg_get_setup(struct ipc_message *m, struct arena *arena, struct send_settings *s, struct err *err)
{
	*s = (struct send_settings){ 0 };
	s->host = ipc_get_str(m, arena);
	s->port = ipc_get_u32(m);
	s->tls = ipc_get_u32(m);
	s->ehlo = ipc_get_str(m, arena);
	s->ca_file = ipc_get_str(m, arena);
	s->auth = ipc_get_u32(m);
	s->user = ipc_get_str(m, arena);
	s->secret = ipc_get_str(m, arena);
	get_oauth(m, arena, &s->oauth);
	s->connect_ms = ipc_get_u32(m);
	s->reply_ms = ipc_get_u32(m);
	s->whole_ms = ipc_get_u32(m);
	return finish(m, setup_sane(s), err);
}

void send_msg_put_send(struct ipc_writer *w, const struct send_order *o)
{
	ipc_begin(w, SEND_MSG_SEND);
	ipc_put_i64(w, o->row);
	ipc_put_u32(w, o->attempt);
	ipc_put_str(w, o->from);
	ipc_put_str(w, o->to);
	ipc_put_i64(w, o->size);
	ipc_put_fd(w, o->fd);
}

int send_msg_get_send(struct ipc_message *m, struct arena *arena, struct send_order *o, struct err *err)
{
	*o = (struct send_order){ .fd = -1 };
	o->row = ipc_get_i64(m);
	o->attempt = ipc_get_u32(m);
	o->from = ipc_get_str(m, arena);
	o->to = ipc_get_str(m, arena);
	o->size = ipc_get_i64(m);
	o->fd = ipc_take_fd(m);
	if (finish(m, o->from && o->to, err) == 0)
		return 0;
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	return -1;
}

void send_msg_put_row(struct ipc_writer *w, enum send_msg type, int64_t row)
{
	ipc_begin(w, type);
	ipc_put_i64(w, row);
}

int send_msg_get_row(struct ipc_message *m, int64_t *row, struct err *err)
{
	*row = ipc_get_i64(m);
	return finish(m, true, err);
}

void send_msg_put_plain(struct ipc_writer *w, enum send_msg type)
{
	ipc_begin(w, type);
}

int send_msg_get_plain(struct ipc_message *m, struct err *err)
{
	return finish(m, true, err);
}

void send_msg_put_done(struct ipc_writer *w, int64_t row, const struct send_result *r)
{
	ipc_begin(w, SEND_MSG_DONE);
	ipc_put_i64(w, row);
	ipc_put_u32(w, r->outcome);
	ipc_put_u32(w, r->stage);
	ipc_put_u32(w, r->code);
	ipc_put_str(w, r->enhanced);
	ipc_put_str(w, r->text);
	ipc_put_u32(w, r->host_problem);
	ipc_put_u32(w, r->new_connection);
}

/* Into a field of fixed size; a string that was not sent becomes "". */
static void clean_into(char *out, size_t size, const char *text)
{
	char *clean = str_clean(text ? text : "", size - 1);

	snprintf(out, size, "%s", clean);
	free(clean);
}

static bool result_sane(const struct send_result *r)
{
	bool reached_dot = r->stage == SEND_STAGE_DOT;

	if (r->outcome < SEND_SENT || r->outcome > SEND_LOCAL || r->stage >= SEND_STAGE_COUNT || r->code > 999)
		return false;
	/* Only a released end of data can have been accepted or lost. */
	if ((r->outcome == SEND_SENT || r->outcome == SEND_UNKNOWN) && !reached_dot)
		return false;
	return !r->host_problem || r->outcome == SEND_RETRY;
}

int send_msg_get_done(struct ipc_message *m, int64_t *row, struct send_result *r, struct err *err)
{
	struct arena arena = ARENA_INIT;

	*r = (struct send_result){ 0 };
	*row = ipc_get_i64(m);
	r->outcome = ipc_get_u32(m);
	r->stage = ipc_get_u32(m);
	r->code = ipc_get_u32(m);
	clean_into(r->enhanced, sizeof r->enhanced, ipc_get_str(m, &arena));
	clean_into(r->text, sizeof r->text, ipc_get_str(m, &arena));
	r->host_problem = ipc_get_u32(m) != 0;
	r->new_connection = ipc_get_u32(m) != 0;
	arena_free(&arena);
	return finish(m, result_sane(r), err);
}

void send_msg_put_oauth(struct ipc_writer *w, int64_t id, const struct oauth_request *request)
{
	ipc_begin(w, SEND_MSG_OAUTH);
	ipc_put_i64(w, id);
	put_oauth(w, request);
}

int send_msg_get_oauth(struct ipc_message *m, struct arena *arena, int64_t *id, struct oauth_request *request,
		       struct err *err)
{
	*id = ipc_get_i64(m);
	get_oauth(m, arena, request);
	return finish(m, request->url && request->client_id, err);
}

void send_msg_put_token(struct ipc_writer *w, int64_t id, const struct oauth_answer *answer,
			const char *error)
{
	ipc_begin(w, SEND_MSG_TOKEN);
	ipc_put_i64(w, id);
	ipc_put_str(w, error ? NULL : answer->access);
	ipc_put_i64(w, error ? 0 : answer->expires_in);
	ipc_put_str(w, error ? NULL : answer->rotated);
	ipc_put_str(w, error);
}

int send_msg_get_token(struct ipc_message *m, struct arena *arena, int64_t *id, struct oauth_answer *answer,
		       const char **error, struct err *err)
{
	*id = ipc_get_i64(m);
	answer->access = ipc_get_str(m, arena);
	answer->expires_in = ipc_get_i64(m);
	answer->rotated = ipc_get_str(m, arena);
	*error = ipc_get_str(m, arena);
	/* Exactly one of the two. */
	return finish(m, !answer->access != !*error, err);
}

void send_msg_put_rotated(struct ipc_writer *w, const char *refresh_token)
{
	ipc_begin(w, SEND_MSG_TOKEN_ROTATED);
	ipc_put_str(w, refresh_token);
}

int send_msg_get_rotated(struct ipc_message *m, struct arena *arena, const char **refresh_token,
			 struct err *err)
{
	*refresh_token = ipc_get_str(m, arena);
	return finish(m, *refresh_token && **refresh_token, err);
}
