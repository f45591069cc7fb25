/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/send_msg.h"
#include "seal/seal.h"

/* Own. */
#include "work/token.h"

#define STUCK_MS 300000 /* a worker gives up by itself long before (net/oauth.h) */

/* ---- secrets ---- */

int token_secrets_load(const struct settings_oauth *oauth, struct token_secrets *secrets, struct err *err)
{
	secrets->request = oauth->request;
	buf_init(&secrets->client_secret, OAUTH_TOKEN_MAX);
	buf_init(&secrets->refresh_token, OAUTH_TOKEN_MAX);
	if ((oauth->client_secret_file && file_read_secret(oauth->client_secret_file, &secrets->client_secret, err)) ||
	    (oauth->refresh_token_file && file_read_secret(oauth->refresh_token_file, &secrets->refresh_token, err))) {
		token_secrets_wipe(secrets);
		return -1;
	}
	if (oauth->client_secret_file)
		secrets->request.client_secret = secrets->client_secret.data;
	if (oauth->refresh_token_file)
		secrets->request.refresh_token = secrets->refresh_token.data;
	return 0;
}

void token_secrets_wipe(struct token_secrets *secrets)
{
	seal_wipe(secrets->client_secret.data, secrets->client_secret.len);
	seal_wipe(secrets->refresh_token.data, secrets->refresh_token.len);
	buf_free(&secrets->client_secret);
	buf_free(&secrets->refresh_token);
}

void token_rotated(const struct settings_oauth *oauth, const char *refresh_token)
{
	struct err err = ERR_INIT;
	char quoted[300];

	if (!oauth->refresh_token_file)
		return;
	if (file_replace(oauth->refresh_token_file, refresh_token, strlen(refresh_token), 0600, &err))
		log_line(LOG_LEVEL_ERROR, "token.rotated",
			 "why=%s the new refresh token is lost at the next start: make the folder of the file writable",
			 log_quote(quoted, sizeof quoted, err.text));
	else
		log_line(LOG_LEVEL_INFO, "token.rotated", "file=%s",
			 log_quote(quoted, sizeof quoted, oauth->refresh_token_file));
}

/* ---- fetching ---- */

struct token_fetch {
	const struct env *env;
	const struct settings_oauth *oauth;
	struct env_worker *worker;
	uint64_t watchdog;
	token_fn *done;
	void *ctx;
};

void token_fetch_stop(struct token_fetch **fetchp)
{
	struct token_fetch *fetch = *fetchp;

	if (!fetch)
		return;
	*fetchp = NULL;
	env_timer_cancel(fetch->env, fetch->watchdog);
	if (fetch->worker)
		env_worker_stop(fetch->env, fetch->worker);
	free(fetch);
}

static void finish(struct token_fetch *fetch, const char *access, const char *why)
{
	token_fn *done = fetch->done;
	void *ctx = fetch->ctx;

	token_fetch_stop(&fetch);
	done(ctx, access, why);
}

static void fetch_message(void *ctx, struct ipc_message *message)
{
	struct token_fetch *fetch = ctx;
	struct arena arena = ARENA_INIT;
	struct oauth_answer answer = { 0 };
	const char *why = NULL;
	struct err err = ERR_INIT;
	int64_t id;

	if (message->type != SEND_MSG_TOKEN)
		err_set(&err, ERR_INPUT, "the worker said something unknown (%u)", (unsigned)message->type);
	else
		send_msg_get_token(message, &arena, &id, &answer, &why, &err);
	if (err.code)
		why = err.text;
	if (!why && answer.rotated)
		token_rotated(fetch->oauth, answer.rotated);
	finish(fetch, why ? NULL : answer.access, why);
	arena_free(&arena);
}

static void fetch_ended(void *ctx, const char *why)
{
	struct token_fetch *fetch = ctx;

	fetch->worker = NULL;
	finish(fetch, NULL, why);
}

static void watchdog_bites(void *ctx)
{
	struct token_fetch *fetch = ctx;

	fetch->watchdog = 0;
	finish(fetch, NULL, "the worker that asks for the token says nothing");
}

static const struct env_worker_calls fetch_calls = { fetch_message, fetch_ended };

static int fetch_ask(struct token_fetch *fetch, const char *name, const struct token_secrets *secrets,
		     struct err *err)
{
	struct ipc_writer message;

	fetch->worker = env_worker_start(fetch->env, ENV_WORKER_SEND, name, &fetch_calls, fetch, err);
	if (!fetch->worker)
		return -1;
	fetch->watchdog = env_timer_add(fetch->env, STUCK_MS, watchdog_bites, fetch);
	send_msg_put_oauth(&message, 1, &secrets->request);
	return env_worker_send(fetch->env, fetch->worker, &message, err);
}

struct token_fetch *token_fetch_start(const struct env *env, const char *name, const struct settings_oauth *oauth,
				      token_fn *done, void *ctx, struct err *err)
{
	struct token_fetch *fetch;
	struct token_secrets secrets;

	if (token_secrets_load(oauth, &secrets, err))
		return NULL;
	fetch = xcalloc(1, sizeof *fetch);
	*fetch = (struct token_fetch){ .env = env, .oauth = oauth, .done = done, .ctx = ctx };
	if (fetch_ask(fetch, name, &secrets, err))
		token_fetch_stop(&fetch);
	token_secrets_wipe(&secrets);
	return fetch;
}
