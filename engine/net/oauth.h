/*
 * Access tokens by OAuth 2.0: one POST to the token endpoint with a refresh
 * token, or with client credentials (RFC 6749 §6, §4.4). HTTPS with verified
 * certificate; plain http only to a loopback address (tests). No redirect is
 * followed, no more than OAUTH_BODY_MAX bytes are read.
 */
#ifndef POSTKAMER_NET_OAUTH_H
#define POSTKAMER_NET_OAUTH_H

#include "base/arena.h"
#include "base/err.h"
#include "model/oauth.h"

#define OAUTH_BODY_MAX (64u << 10)
#define OAUTH_TIMEOUT_MS 30000

/*
 * Blocks up to OAUTH_TIMEOUT_MS. Strings of the answer in 'arena'. Errors:
 * ERR_INPUT the request itself is not fit (URL, missing id), or the endpoint
 * said the grant is no good (a person has to consent again); ERR_TEMP anything
 * that may go better later.
 */
int oauth_fetch(const struct oauth_request *request, struct arena *arena, struct oauth_answer *answer_r,
		struct err *err);

#endif
