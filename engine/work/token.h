/*
 * Access tokens for XOAUTH2. A mailbox that logs in with one has it fetched by
 * a send worker (the process that may speak HTTPS) for each connection; the
 * SMTP lanes fetch their own. Secrets are read from their files each time, so
 * that a new one counts at once, and a refresh token that the server replaces
 * is written back before the new one is used.
 */
#ifndef POSTKAMER_WORK_TOKEN_H
#define POSTKAMER_WORK_TOKEN_H

#include "base/buf.h"
#include "base/err.h"
#include "work/env.h"
#include "work/settings.h"

/* A request with its secrets, until token_secrets_wipe(). */
struct token_secrets {
	struct oauth_request request; /* points into the two below and into the settings */
	struct buf client_secret, refresh_token;
};

/* Both may be called again after a failure; errors name the file and the cure. */
int token_secrets_load(const struct settings_oauth *oauth, struct token_secrets *secrets_r, struct err *err);
void token_secrets_wipe(struct token_secrets *secrets);

/* The server gave a new refresh token: keeps it, durably. What goes wrong is logged. */
void token_rotated(const struct settings_oauth *oauth, const char *refresh_token);

struct token_fetch;

/* Called once, from the loop: 'access' is the token, or NULL and 'why' says what went wrong. */
typedef void token_fn(void *ctx, const char *access, const char *why);

/* Begins; NULL when it cannot even begin. It is over, and its pointer no longer valid, when 'done' is called. */
struct token_fetch *token_fetch_start(const struct env *env, const char *name, const struct settings_oauth *oauth,
				      token_fn *done, void *ctx, struct err *err);
/* Ends it without a call. */
void token_fetch_stop(struct token_fetch **fetch);

#endif
