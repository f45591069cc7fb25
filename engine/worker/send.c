/* System. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/ipc.h"
#include "ipc/send_msg.h"
#include "net/oauth.h"
#include "net/smtp.h"

/* Own. */
#include "worker/confine.h"
#include "worker/send.h"

#define EXIT_BROKEN 70      /* EX_SOFTWARE */
#define IDLE_CLOSE_MS 60000 /* an idle connection is closed politely after that */
#define TOKEN_SPARE_MS 60000 /* a token that ends sooner is renewed first */

/* Something to do, in order of arrival. */
struct job {
	struct job *next;
	struct arena arena; /* its strings */
	bool stopped;
	bool is_oauth;
	struct send_order order; /* owns its descriptor */
	int64_t oauth_id;
	struct oauth_request request;
};

struct sender {
	int fd;
	struct arena arena; /* settings */
	struct send_settings settings;
	bool ready, confined;
	struct smtp *smtp; /* owned; NULL while idle */
	char *token;       /* owned */
	int64_t token_until;
	char *refresh_token; /* owned; the newest one */
	struct job *jobs, **jobs_end;
	size_t waiting;
	bool quit;
	bool broken;
};

/* The job whose end of data waits for main's word. */
struct turnstile {
	struct sender *sender;
	int64_t row;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fail(struct sender *s, const struct err *err)
{
	char text[600];

	log_line(LOG_LEVEL_ERROR, "worker.broken", "kind=send error=%s", log_quote(text, sizeof text, err->text));
	s->broken = s->quit = true;
}

/* A main that is gone is the end of the work, like the end of its messages. */
static void give(struct sender *s, struct ipc_writer *w)
{
	struct err err = ERR_INIT;

	if (ipc_send(s->fd, w, &err)) {
		if (errno == EPIPE || errno == ECONNRESET)
			s->quit = true;
		else
			fail(s, &err);
	}
	ipc_writer_free(w);
}

/* Jobs. */

static struct job *job_new(void)
{
	return xcalloc(1, sizeof(struct job));
}

static void job_free(struct job *job)
{
	if (!job->is_oauth && job->order.fd >= 0)
		close(job->order.fd);
	arena_free(&job->arena);
	free(job);
}

static void job_add(struct sender *s, struct job *job)
{
	*s->jobs_end = job;
	s->jobs_end = &job->next;
	s->waiting++;
}

static struct job *job_take(struct sender *s)
{
	struct job *job = s->jobs;

	s->jobs = job->next;
	if (!s->jobs)
		s->jobs_end = &s->jobs;
	s->waiting--;
	return job;
}

/* Messages from main: each handler reads its fields; -1 = malformed. */

/* With the first order that needs the network, for it names the one file to be read later. */
static int confine(struct sender *s, const char *ca_file, struct err *err)
{
	if (s->confined)
		return 0;
	s->confined = true;
	return worker_confine(ca_file, err);
}

static int on_setup(struct sender *s, struct ipc_message *m, struct err *err)
{
	struct ipc_writer w;

	if (s->ready)
		return err_set(err, ERR_BUG, "a second SETUP");
	if (send_msg_get_setup(m, &s->arena, &s->settings, err))
		return -1;
	if (s->settings.oauth.refresh_token)
		s->refresh_token = xstrdup(s->settings.oauth.refresh_token);
	if (confine(s, s->settings.ca_file, err))
		return -1;
	s->ready = true;
	send_msg_put_plain(&w, SEND_MSG_READY);
	give(s, &w);
	return 0;
}

static int on_send(struct sender *s, struct ipc_message *m, struct err *err)
{
	struct job *job = job_new();

	job->order.fd = -1;
	if (send_msg_get_send(m, &job->arena, &job->order, err) == 0) {
		if (s->ready && s->waiting < SEND_MSG_AHEAD) {
			job_add(s, job);
			return 0;
		}
		err_set(err, ERR_BUG, s->ready ? "too many SENDs at once" : "SEND before SETUP");
	}
	job_free(job);
	return -1;
}

static int on_stop(struct sender *s, struct ipc_message *m, struct err *err)
{
	struct job *job;
	int64_t row;

	if (send_msg_get_row(m, &row, err))
		return -1;
	for (job = s->jobs; job; job = job->next)
		if (!job->is_oauth && job->order.row == row)
			job->stopped = true;
	return 0;
}

/* A GO that nobody waits for any more: its mail was answered with DONE already. */
static int on_go(struct sender *s, struct ipc_message *m, struct err *err)
{
	int64_t row;

	(void)s;
	return send_msg_get_row(m, &row, err);
}

static int on_quit(struct sender *s, struct ipc_message *m, struct err *err)
{
	s->quit = true;
	return send_msg_get_plain(m, err);
}

static int on_oauth(struct sender *s, struct ipc_message *m, struct err *err)
{
	struct job *job = job_new();

	job->is_oauth = true;
	if (send_msg_get_oauth(m, &job->arena, &job->oauth_id, &job->request, err) ||
	    confine(s, job->request.ca_file, err)) {
		job_free(job);
		return -1;
	}
	job_add(s, job);
	return 0;
}

static void token_set(struct sender *s, const struct oauth_answer *answer)
{
	free(s->token);
	s->token = xstrdup(answer->access);
	s->token_until = now_ms() + 1000 * answer->expires_in;
	if (s->smtp)
		smtp_set_token(s->smtp, s->token);
}

static int on_token(struct sender *s, struct ipc_message *m, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct oauth_answer answer;
	const char *error;
	int64_t id;
	int rc = send_msg_get_token(m, &arena, &id, &answer, &error, err);

	if (rc == 0 && answer.access)
		token_set(s, &answer);
	arena_free(&arena);
	return rc;
}

static const struct {
	enum send_msg type;
	int (*handle)(struct sender *s, struct ipc_message *m, struct err *err);
} handlers[] = {
	{ SEND_MSG_SETUP, on_setup }, { SEND_MSG_SEND, on_send },   { SEND_MSG_GO, on_go },
	{ SEND_MSG_STOP, on_stop },   { SEND_MSG_QUIT, on_quit },   { SEND_MSG_OAUTH, on_oauth },
	{ SEND_MSG_TOKEN, on_token },
};

static void handle(struct sender *s, struct ipc_message *m)
{
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof handlers / sizeof *handlers; i++) {
		if (handlers[i].type == m->type) {
			if (handlers[i].handle(s, m, &err))
				fail(s, &err);
			return;
		}
	}
	err_set(&err, ERR_BUG, "unknown message %u", (unsigned)m->type);
	fail(s, &err);
}

/* GO or STOP for 'row'? */
static bool is_word_about(const struct ipc_message *m, int64_t row)
{
	struct ipc_message copy = *m; /* reading moves its place only */
	int64_t which;

	if (m->type != SEND_MSG_GO && m->type != SEND_MSG_STOP)
		return false;
	return send_msg_get_row(&copy, &which, NULL) == 0 && which == row;
}

/*
 * Waits for one message. What is the word about the row of 'turnstile' (NULL:
 * none is awaited) is left to the caller in '*word_r', the rest is handled.
 * False when nothing came in time, or nothing will come any more.
 */
static bool receive(struct sender *s, int timeout_ms, const struct turnstile *turnstile, uint32_t *word)
{
	struct ipc_message m;
	struct err err = ERR_INIT;
	int rc = ipc_receive(s->fd, timeout_ms, &m, &err);

	if (rc < 0)
		fail(s, &err);
	else if (rc == 2)
		s->quit = true;
	else if (rc == 0 && turnstile && is_word_about(&m, turnstile->row))
		*word = m.type;
	else if (rc == 0)
		handle(s, &m);
	ipc_message_free(&m);
	return rc == 0;
}

/* Called by the SMTP client when all but the end of data is over. */
static int await_go(void *ctx)
{
	struct turnstile *t = ctx;
	int64_t until = now_ms() + SEND_MSG_GO_MS;
	struct ipc_writer w;
	uint32_t word = 0;

	send_msg_put_row(&w, SEND_MSG_DOT, t->row);
	give(t->sender, &w);
	while (word == 0 && !t->sender->quit) {
		int64_t left = until - now_ms();

		if (left <= 0)
			return -1;
		receive(t->sender, (int)left, t, &word);
	}
	return word == SEND_MSG_GO ? 0 : -1;
}

/* Work. */

static void set_result(struct send_result *r, enum send_stage stage, bool host_problem, const char *text)
{
	char *clean = str_clean(text, SEND_REPLY_MAX);

	*r = (struct send_result){ .outcome = SEND_RETRY, .stage = stage, .host_problem = host_problem };
	snprintf(r->text, sizeof r->text, "%s", clean);
	free(clean);
}

/* Main keeps a refresh token that replaces the one it gave us. */
static void token_rotated(struct sender *s, const char *refresh_token)
{
	struct ipc_writer w;

	free(s->refresh_token);
	s->refresh_token = xstrdup(refresh_token);
	send_msg_put_rotated(&w, refresh_token);
	give(s, &w);
}

static int token_fetch(struct sender *s, struct err *err)
{
	struct oauth_request request = s->settings.oauth;
	struct arena arena = ARENA_INIT;
	struct oauth_answer answer;
	int rc;

	request.refresh_token = s->refresh_token;
	rc = oauth_fetch(&request, &arena, &answer, err);
	if (rc == 0) {
		token_set(s, &answer);
		if (answer.rotated)
			token_rotated(s, answer.rotated);
	}
	arena_free(&arena);
	return rc;
}

static int token_ensure(struct sender *s, struct err *err)
{
	if (s->settings.auth != SEND_AUTH_XOAUTH2)
		return 0;
	if (s->token && (!s->settings.oauth.url || now_ms() + TOKEN_SPARE_MS < s->token_until))
		return 0;
	if (!s->settings.oauth.url)
		return err_set(err, ERR_TEMP, "there is no access token yet");
	return token_fetch(s, err);
}

static int smtp_ensure(struct sender *s, struct err *err)
{
	if (s->smtp)
		return 0;
	s->smtp = smtp_new(&s->settings, err);
	if (!s->smtp)
		return -1;
	if (s->token)
		smtp_set_token(s->smtp, s->token);
	return 0;
}

static void send_one(struct sender *s, const struct send_order *order, struct send_result *result)
{
	struct turnstile t = { s, order->row };
	struct smtp_mail mail = {
		.from = order->from, .to = order->to, .fd = order->fd, .size = order->size,
		.before_dot = await_go, .ctx = &t,
	};
	struct err err = ERR_INIT;

	if (token_ensure(s, &err)) {
		set_result(result, SEND_STAGE_AUTH, true, err.text);
		return;
	}
	if (smtp_ensure(s, &err)) {
		set_result(result, SEND_STAGE_CONNECT, true, err.text);
		return;
	}
	smtp_send(s->smtp, &mail, result);
	/*
	 * A refused token may have been withdrawn early: the next attempt asks for
	 * a new one. The refusal of XOAUTH2 is a 334 with the reason.
	 */
	if (result->stage == SEND_STAGE_AUTH && (result->code / 100 == 5 || result->code == 334))
		s->token_until = 0;
}

static void do_send(struct sender *s, const struct job *job)
{
	struct send_result result;
	struct ipc_writer w;

	if (job->stopped)
		set_result(&result, SEND_STAGE_LOCAL, false, "stopped before it was tried");
	else
		send_one(s, &job->order, &result);
	send_msg_put_done(&w, job->order.row, &result);
	give(s, &w);
}

static void do_oauth(struct sender *s, struct job *job)
{
	struct oauth_answer answer;
	struct err err = ERR_INIT;
	struct ipc_writer w;
	int rc = oauth_fetch(&job->request, &job->arena, &answer, &err);

	send_msg_put_token(&w, job->oauth_id, &answer, rc ? err.text : NULL);
	give(s, &w);
}

/*
 * All that main has said so far, then one job. Without a job it waits, and
 * closes a connection that nobody needed for a while.
 */
static void step(struct sender *s)
{
	struct job *job;

	if (!s->jobs && !receive(s, s->smtp ? IDLE_CLOSE_MS : -1, NULL, NULL))
		smtp_free(&s->smtp);
	while (!s->quit && receive(s, 0, NULL, NULL))
		;
	if (s->quit || !s->jobs)
		return;
	job = job_take(s);
	if (job->is_oauth)
		do_oauth(s, job);
	else
		do_send(s, job);
	job_free(job);
}

int worker_send_main(void)
{
	struct sender s = { .fd = IPC_WORKER_FD };

	s.jobs_end = &s.jobs;
	while (!s.quit)
		step(&s);
	while (s.jobs)
		job_free(job_take(&s));
	smtp_free(&s.smtp);
	free(s.token);
	free(s.refresh_token);
	arena_free(&s.arena);
	return s.broken ? EXIT_BROKEN : 0;
}
