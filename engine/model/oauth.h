/*
 * An access token asked of a token endpoint (RFC 6749 §4.4 and §6): what is
 * needed to ask, and what came back. Used for XOAUTH2 by the mailboxes and the
 * SMTP server of Microsoft 365 and Gmail.
 */
#ifndef POSTKAMER_MODEL_OAUTH_H
#define POSTKAMER_MODEL_OAUTH_H

#include <stdint.h>

#define OAUTH_TOKEN_MAX 16384 /* bytes of one token; Microsoft's are about 2,500 */

/* All strings borrowed. */
struct oauth_request {
	const char *url;           /* https://…; http only on a loopback address; NULL = no OAuth at all */
	const char *client_id;
	const char *client_secret; /* NULL for public clients */
	const char *refresh_token; /* NULL: grant_type=client_credentials */
	const char *scope;         /* NULL: not sent */
	const char *ca_file;       /* trusted beside the system's authorities; NULL = those only */
};

struct oauth_answer {
	const char *access;  /* the token */
	int64_t expires_in;  /* seconds from the answer; 3600 where the server did not say, 0..86400 */
	const char *rotated; /* new refresh token that replaces the old one, or NULL */
};

#endif
