/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "net/curl_p.h"
#include "net/oauth.h"
#include "net/oauth_p.h"
#include "net/smtp.h"

#define EXPIRES_DEFAULT 3600
#define EXPIRES_MAX 86400

/* The answer, as far as it fits. */
static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
	struct buf *body = ctx;

	buf_add(body, data, size * count);
	return buf_failed(body) ? 0 : size * count;
}

/* https anywhere, http on this machine only. */
static bool url_allowed(const char *url)
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *host = NULL;
	bool ok = false;

	if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		ok = str_eq(scheme, "https") || (str_eq(scheme, "http") && smtp_host_is_loopback(host));
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parts);
	return ok;
}

static void form_add(CURL *curl, struct buf *form, const char *name, const char *value)
{
	char *escaped;

	if (!value)
		return;
	escaped = curl_easy_escape(curl, value, 0);
	buf_addf(form, "%s%s=%s", form->len ? "&" : "", name, escaped ? escaped : "");
	curl_free(escaped);
}

static void form_fill(CURL *curl, struct buf *form, const struct oauth_request *r)
{
	form_add(curl, form, "grant_type", r->refresh_token ? "refresh_token" : "client_credentials");
	form_add(curl, form, "refresh_token", r->refresh_token);
	form_add(curl, form, "client_id", r->client_id);
	form_add(curl, form, "client_secret", r->client_secret);
	form_add(curl, form, "scope", r->scope);
}

static int post(const struct oauth_request *r, const struct net_trust *trust, struct buf *body, long *status,
		struct err *err)
{
	char detail[CURL_ERROR_SIZE] = "", text[400];
	struct buf form = BUF_INIT(4 * OAUTH_TOKEN_MAX);
	CURL *curl = net_curl_new("https,http", trust, err);
	CURLcode code;

	if (!curl)
		return -1;
	form_fill(curl, &form, r);
	curl_easy_setopt(curl, CURLOPT_URL, r->url);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form.data);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "postkamer");
	net_curl_long(curl, CURLOPT_TIMEOUT_MS, OAUTH_TIMEOUT_MS);
	code = buf_failed(&form) ? CURLE_OUT_OF_MEMORY : curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(curl);
	buf_free(&form);
	if (code == CURLE_OK)
		return 0;
	if (buf_failed(body))
		return err_set(err, ERR_TEMP, "the answer is longer than %u bytes", OAUTH_BODY_MAX);
	net_curl_text(text, sizeof text, code, detail);
	return err_set(err, ERR_TEMP, "%s", text);
}

/* 400 and 401 with one of these: asking again changes nothing (RFC 6749 §5.2). */
static bool is_final(const char *error)
{
	static const char *const names[] = {
		"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope",
		"unsupported_grant_type", "invalid_request",
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(error, names[i]))
			return true;
	return false;
}

static int refusal(const char *body, long status, struct arena *arena, struct err *err)
{
	const char *error = oauth_json_member(body, "error", arena);
	const char *more = oauth_json_member(body, "error_description", arena);
	char *clean;

	if (!error || status / 100 != 4)
		return err_set(err, ERR_TEMP, "HTTP status %ld", status);
	clean = str_clean(arena_printf(arena, "%s%s%s", error, more ? ": " : "", more ? more : ""), 300);
	err_set(err, is_final(error) ? ERR_INPUT : ERR_TEMP, "HTTP status %ld, %s", status, clean);
	free(clean);
	return -1;
}

/* A token goes into a header of IMAP and SMTP logins: printable ASCII only. */
static bool token_valid(const char *token)
{
	size_t len = strlen(token), i;

	for (i = 0; i < len; i++)
		if (token[i] <= ' ' || token[i] > '~')
			return false;
	return len > 0 && len <= OAUTH_TOKEN_MAX;
}

static int64_t expiry(const char *text)
{
	int64_t seconds;

	if (!text || !str_to_i64(text, &seconds) || seconds < 0)
		return EXPIRES_DEFAULT;
	return seconds > EXPIRES_MAX ? EXPIRES_MAX : seconds;
}

static int answer_read(const char *body, struct arena *arena, struct oauth_answer *answer, struct err *err)
{
	const char *access = oauth_json_member(body, "access_token", arena);
	const char *rotated = oauth_json_member(body, "refresh_token", arena);

	if (!access || !token_valid(access) || (rotated && !token_valid(rotated)))
		return err_set(err, ERR_TEMP, "the answer holds no valid token");
	*answer = (struct oauth_answer){
		.access = access,
		.expires_in = expiry(oauth_json_member(body, "expires_in", arena)),
		.rotated = rotated,
	};
	return 0;
}

int oauth_fetch(const struct oauth_request *r, struct arena *arena, struct oauth_answer *answer,
		struct err *err)
{
	struct buf body = BUF_INIT(OAUTH_BODY_MAX);
	struct net_trust trust;
	long status = 0;
	int rc;

	*answer = (struct oauth_answer){ 0 };
	if (!r->url || !r->client_id || !url_allowed(r->url)) {
		buf_free(&body);
		return err_set(err, ERR_INPUT, "the token endpoint must be an https:// address, with a client id");
	}
	rc = net_trust_open(&trust, r->ca_file, err);
	if (rc == 0)
		rc = post(r, &trust, &body, &status, err);
	net_trust_close(&trust);
	if (rc == 0 && status != 200)
		rc = refusal(body.data, status, arena, err);
	else if (rc == 0)
		rc = answer_read(body.data, arena, answer, err);
	if (rc == 0 && answer->rotated && str_eq(answer->rotated, r->refresh_token))
		answer->rotated = NULL;
	buf_free(&body);
	return rc ? err_context(err, "cannot get an access token") : 0;
}
