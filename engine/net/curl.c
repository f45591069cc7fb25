/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "net/curl_p.h"

#define SYSTEM_CA_FILE "/etc/ssl/certs/ca-certificates.crt"
#define CA_MAX (8u << 20)

/* A machine may have no list of its own; then the one given is all there is. */
static int collect(struct buf *all, const char *ca_file, struct err *err)
{
	if (access(SYSTEM_CA_FILE, R_OK) == 0 && file_read(SYSTEM_CA_FILE, all, err))
		return -1;
	buf_addc(all, '\n');
	return file_read(ca_file, all, err);
}

int net_trust_open(struct net_trust *trust, const char *ca_file, struct err *err)
{
	struct buf all = BUF_INIT(CA_MAX);
	int rc;

	trust->fd = -1;
	snprintf(trust->path, sizeof trust->path, "%s", SYSTEM_CA_FILE);
	if (!ca_file)
		return 0;
	rc = collect(&all, ca_file, err);
	if (rc == 0)
		trust->fd = file_memory("authorities", err);
	if (rc == 0 && trust->fd >= 0)
		rc = file_write_all(trust->fd, all.data, all.len, err);
	buf_free(&all);
	if (rc || trust->fd < 0) {
		net_trust_close(trust);
		return err_context(err, "cannot use the certificate file '%s'", ca_file);
	}
	/* libcurl takes a name only; the one in memory saves it from two lists. */
	snprintf(trust->path, sizeof trust->path, "/proc/self/fd/%d", trust->fd);
	return 0;
}

void net_trust_close(struct net_trust *trust)
{
	if (trust->fd >= 0)
		close(trust->fd);
	trust->fd = -1;
}

CURL *net_curl_new(const char *protocols, const struct net_trust *trust, struct err *err)
{
	CURL *curl = NULL;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) || !(curl = curl_easy_init())) {
		err_set(err, ERR_SYSTEM, "cannot start libcurl");
		return NULL;
	}
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CAINFO, trust->path);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	return curl;
}

void net_curl_text(char *out, size_t size, CURLcode code, const char *detail)
{
	char line[CURL_ERROR_SIZE + 128];
	char *clean;

	if (*detail)
		snprintf(line, sizeof line, "%s: %s", curl_easy_strerror(code), detail);
	else
		snprintf(line, sizeof line, "%s", curl_easy_strerror(code));
	clean = str_clean(line, size - 1);
	snprintf(out, size, "%s", str_trim(clean));
	free(clean);
}
