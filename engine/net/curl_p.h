/*
 * What every use of libcurl here has in common.
 */
#ifndef POSTKAMER_NET_CURL_P_H
#define POSTKAMER_NET_CURL_P_H

#include <curl/curl.h>

#include "base/err.h"

/* libcurl passes an option's value through "..."; this keeps its type right. */
#define net_curl_long(curl, option, value) curl_easy_setopt((curl), (option), (long)(value))

/*
 * Who may sign a server's certificate: the system's authorities, and those of
 * one more file. Reading them is most of the cost of a new connection: 13 ms
 * as one file, 40 ms as the folder that is the default of Debian's libcurl.
 */
struct net_trust {
	int fd;        /* owned; -1 = none */
	char path[64]; /* of the file with all of them */
};

/* 'ca_file' (PEM) may be NULL: the system's only. ERR_SYSTEM when it cannot be read. */
int net_trust_open(struct net_trust *trust, const char *ca_file, struct err *err);
void net_trust_close(struct net_trust *trust);

/*
 * A handle that verifies certificates and names, speaks TLS 1.2 or newer, uses
 * no proxy, no signals and no redirects, and nothing but 'protocols' (such as
 * "smtp,smtps"). 'trust' must outlive it. NULL on failure.
 */
CURL *net_curl_new(const char *protocols, const struct net_trust *trust, struct err *err);

/* "could not connect: Connection refused"; 'detail' is the handle's error buffer. Fills 'out', one line. */
void net_curl_text(char *out, size_t size, CURLcode code, const char *detail);

#endif
