/*
 * What our own receiving server found out about who sent a mail: RFC 8601
 * Authentication-Results, trusted only where it can be ours (design.md §5).
 */
#ifndef POSTKAMER_WORK_AUTH_H
#define POSTKAMER_WORK_AUTH_H

#include "model/mail.h"
#include "work/settings.h"

enum auth_level {
	AUTH_NONE,   /* nothing proven */
	AUTH_SPF,    /* aligned SPF only: enough for level 1 */
	AUTH_STRONG  /* dmarc=pass, or aligned DKIM: enough for level 2 with a token */
};

/*
 * Only fields with the service's authserv-id count, and only those above the
 * first Received field written by its boundary: anybody can write one further
 * down. 'address' is the sole From address; alignment is relaxed on the
 * organisational domain as far as that can be told without a public suffix
 * list: equal domains, or one a sub-domain of the other. A dmarc=fail for the
 * domain in From stands against all that passes beside it: its owner may want
 * strict alignment. ARC counts for nothing: what was forwarded and lost its
 * proof on the way is held, and asked about.
 */
enum auth_level auth_judge(const struct settings_service *service, const struct mail *mail,
			   const char *address);

#endif
