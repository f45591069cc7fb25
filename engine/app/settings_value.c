/* System. */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "app/settings_value.h"

/* ---- faults ---- */

static struct diag_place place_of(const struct reading *r, const char *option)
{
	const struct scan_option *o = option ? scan_option_find(r->section, option) : NULL;
	struct diag_place file = { .file = r->settings->file };

	if (o)
		return o->value;
	return r->section ? r->section->place : file;
}

__attribute__((format(printf, 5, 0)))
static void report(struct reading *r, enum diag_severity severity, const char *option, const char *hint,
		   const char *fmt, va_list ap)
{
	struct diag_place place = place_of(r, option);
	char message[600];
	struct diag *diag;

	vsnprintf(message, sizeof message, fmt, ap);
	diag = r->what ? diag_add(r->diags, severity, &place, "%s: %s", r->what, message) :
			 diag_add(r->diags, severity, &place, "%s", message);
	if (hint)
		diag_hint(r->diags, diag, "%s", hint);
}

void value_fault(struct reading *r, const char *option, const char *hint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(r, DIAG_ERROR, option, hint, fmt, ap);
	va_end(ap);
}

void value_warn(struct reading *r, const char *option, const char *hint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(r, DIAG_WARNING, option, hint, fmt, ap);
	va_end(ap);
}

void value_missing(struct reading *r, const char *option, const char *hint, const char *fmt, ...)
{
	va_list ap;

	if (scan_option_meant(r->section, option))
		return;
	va_start(ap, fmt);
	report(r, DIAG_ERROR, option, hint, fmt, ap);
	va_end(ap);
}

/* ---- plain values ---- */

const char *value_text(struct reading *r, const char *option)
{
	const char *value = r->cfg ? cfg_getstr(r->cfg, option) : NULL;

	return value ? arena_strdup(&r->settings->arena, value) : NULL;
}

const char *value_needed(struct reading *r, const char *option)
{
	const char *value = value_text(r, option);

	if (!value)
		value_missing(r, option, NULL, "'%s' is missing", option);
	else if (!*value)
		value_fault(r, option, NULL, "'%s' is empty", option);
	return value ? value : "";
}

static const char *from_folder(struct reading *r, const char *value)
{
	if (!value || !*value || value[0] == '/')
		return value;
	return arena_printf(&r->settings->arena, "%s/%s", r->folder, value);
}

const char *value_path(struct reading *r, const char *option)
{
	return from_folder(r, value_text(r, option));
}

const char *value_path_needed(struct reading *r, const char *option)
{
	return from_folder(r, value_needed(r, option));
}

const char *value_address(struct reading *r, const char *option, const char *otherwise)
{
	const char *value = value_text(r, option);

	if (!value)
		return otherwise;
	if (!addr_valid(value))
		value_fault(r, option, "such as dossier@example.nl", "'%s' = \"%s\" is not an e-mail address", option,
			    value);
	return value;
}

uint32_t value_number(struct reading *r, const char *option)
{
	const char *text = value_text(r, option);
	uint32_t number = 0;

	return text && str_to_u32(text, &number) ? number : 0;
}

static int flag_of(const char *text)
{
	static const char *const words[][3] = { { "false", "no", "off" }, { "true", "yes", "on" } };
	size_t i;

	for (i = 0; text && i < 3; i++) {
		if (str_ieq(text, words[0][i]))
			return 0;
		if (str_ieq(text, words[1][i]))
			return 1;
	}
	return -1;
}

int64_t value_span(struct reading *r, const char *option)
{
	const char *text = value_text(r, option);
	int64_t seconds = 0;

	/* What is wrong with it is told by value_check_all(). */
	return text && date_parse_span(text, &seconds, NULL) == 0 ? seconds : 0;
}

bool value_flag(struct reading *r, const char *option)
{
	return flag_of(value_text(r, option)) == 1;
}

const char *value_service(struct reading *r)
{
	const struct settings *s = r->settings;
	const char *key = value_text(r, "service"), *near = NULL, *hint;
	size_t i;

	if (!key && s->service_count == 1)
		return s->services[0].key;
	if (!key || settings_service(s, key)) {
		if (!key)
			value_missing(r, "service", NULL, "'service' is missing");
		return key ? key : "";
	}
	for (i = 0; i < s->service_count; i++)
		if (!near || str_distance(key, s->services[i].key, 3) < str_distance(key, near, 3))
			near = s->services[i].key;
	if (!near)
		return key; /* it is told once that there is no service at all */
	hint = arena_printf(&r->settings->arena, "there is '%s'", near);
	value_fault(r, "service", hint, "there is no service '%s'", key);
	return key;
}

bool value_is_key(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", text[i]))
			return false;
	return i > 0 && i <= 64 && text[0] != '.' && text[0] != '-';
}

/* ---- what the table of options says ---- */

static void check_kind(struct reading *r, const struct known_option *o)
{
	const char *text = value_text(r, o->name);
	struct err err = ERR_INIT;
	int64_t value;

	if (o->kind == KNOWN_NUMBER && (!str_to_i64(text, &value) || value < o->least || value > o->most))
		value_fault(r, o->name, NULL, "'%s' = \"%s\" must be a number from %ld to %ld", o->name, text, o->least,
			    o->most);
	else if (o->kind == KNOWN_FLAG && flag_of(text) < 0)
		value_fault(r, o->name, NULL, "'%s' = \"%s\" must be true or false", o->name, text);
	else if (o->kind == KNOWN_SPAN && date_parse_span(text, &value, &err))
		value_fault(r, o->name, NULL, "'%s': %s", o->name, err.text);
}

void value_check_all(struct reading *r)
{
	size_t i;

	if (r->section && r->section->known->later)
		value_warn(r, NULL, NULL, "understood, but without effect in this version");
	for (i = 0; r->section && i < r->section->count; i++) {
		const struct known_option *o = r->section->options[i].known;

		if (o->kind != KNOWN_LIST)
			check_kind(r, o);
		if (o->later && !r->section->known->later)
			value_warn(r, o->name, NULL, "'%s' is understood, but without effect in this version", o->name);
	}
}

/* ---- urls ---- */

static bool is_loopback(const char *host)
{
	struct in_addr v4;

	if (str_ieq(host, "localhost") || str_eq(host, "::1"))
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

static bool split_host(struct reading *r, char *rest, struct value_url *url)
{
	char *end, *port = NULL;

	if (*rest == '[') {
		end = strchr(++rest, ']');
		if (!end)
			return false;
		*end++ = '\0';
		if (*end == ':')
			port = end + 1;
		else if (*end)
			return false;
	} else if ((end = strchr(rest, ':')) != NULL) {
		*end = '\0';
		port = end + 1;
	}
	if (port && (!str_to_u32(port, &url->port) || url->port == 0 || url->port > 65535))
		return false;
	if (!*rest || strpbrk(rest, " @%?#"))
		return false;
	url->host = arena_strdup(&r->settings->arena, rest);
	return true;
}

/* "Postvak%20IN" → "Postvak IN"; false for what is no escape. */
static bool decode(char *text)
{
	char *out = text;

	for (; *text; text++) {
		unsigned char byte;
		char hex[3] = "";

		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		memcpy(hex, text + 1, strnlen(text + 1, 2));
		if (!str_unhex(&byte, 1, hex) || byte < 0x20)
			return false;
		*out++ = (char)byte;
		text += 2;
	}
	*out = '\0';
	return true;
}

static void split_url(struct reading *r, const char *given, char *rest, struct value_url *url)
{
	char *slash = strchr(rest, '/');

	if (slash)
		*slash++ = '\0';
	if (strchr(rest, '@'))
		value_fault(r, "url", "the user name goes into 'user'", "'url' = \"%s\" holds a user name", given);
	else if (!split_host(r, rest, url))
		value_fault(r, "url", NULL, "'url' = \"%s\" has no usable host or port", given);
	else if (slash && !decode(slash))
		value_fault(r, "url", "a '%' in a folder's name is written %25",
			    "'url' = \"%s\" has a broken %% escape", given);
	else if (slash)
		url->path = arena_strdup(&r->settings->arena, slash);
}

/* Implicit, or required STARTTLS; in the clear on loopback, or where the operator says so aloud. */
static void choose_tls(struct reading *r, struct value_url *url)
{
	const char *tls = value_text(r, "tls");
	bool none = str_eq(tls, "none");

	if (tls && !str_eq(tls, "required") && !none)
		value_fault(r, "tls", NULL, "'tls' = \"%s\" must be \"required\" or \"none\"", tls);
	else if (none && url->implicit)
		value_fault(r, "tls", NULL, "'tls' = \"none\" contradicts the 'url', which asks for TLS");
	url->plain = !url->implicit && url->host && (none || (!tls && is_loopback(url->host)));
	if (url->plain && !is_loopback(url->host))
		value_warn(r, "tls", NULL, "everything, the password too, goes to '%s' in the clear (tls = \"none\")",
			   url->host);
}

void value_url(struct reading *r, const char *scheme, uint32_t port_tls, uint32_t port_plain, struct value_url *url)
{
	const char *given = value_text(r, "url");
	size_t n = strlen(scheme);
	char *copy;

	*url = (struct value_url){ .path = "" };
	if (!given || !*given) {
		value_missing(r, "url", NULL, "'url' is missing: %ss://host or %s://host", scheme, scheme);
		return;
	}
	url->implicit = str_starts(given, scheme) && given[n] == 's';
	if (!str_starts(given, scheme) || !str_starts(given + n + url->implicit, "://")) {
		value_fault(r, "url", NULL, "'url' = \"%s\" must begin with %ss:// or %s://", given, scheme, scheme);
		return;
	}
	url->port = url->implicit ? port_tls : port_plain;
	copy = xstrdup(given + n + url->implicit + 3);
	split_url(r, given, copy, url);
	free(copy);
	choose_tls(r, url);
}

/* ---- tokens ---- */

static void check_token_url(struct reading *r, const char *url)
{
	char host[256] = "";

	if (str_starts(url, "https://") && url[8])
		return;
	if (sscanf(url, "http://%255[^:/]", host) == 1 && is_loopback(host))
		return;
	value_fault(r, "token-url", NULL, "'token-url' = \"%s\" must begin with https://", url);
}

void value_oauth(struct reading *r, bool wanted, struct settings_oauth *oauth)
{
	static const char *const options[] = { "token-url", "token-ca", "client-id", "client-secret-file",
					       "refresh-token-file", "scope" };
	size_t i;

	*oauth = (struct settings_oauth){ 0 };
	for (i = 0; !wanted && i < sizeof options / sizeof *options; i++)
		if (scan_option_find(r->section, options[i]))
			value_fault(r, options[i], NULL, "'%s' goes with auth = \"xoauth2\" only", options[i]);
	if (!wanted)
		return;
	oauth->request.url = value_needed(r, "token-url");
	if (*oauth->request.url)
		check_token_url(r, oauth->request.url);
	oauth->request.client_id = value_needed(r, "client-id");
	oauth->request.scope = value_text(r, "scope");
	oauth->request.ca_file = value_path(r, "token-ca");
	oauth->client_secret_file = value_path(r, "client-secret-file");
	oauth->refresh_token_file = value_path(r, "refresh-token-file");
	if (!oauth->client_secret_file && !oauth->refresh_token_file)
		value_fault(r, "auth", "a refresh token for a mailbox of a person, a client secret for an application",
			    "auth = \"xoauth2\" needs 'refresh-token-file', 'client-secret-file' or both");
	if (scan_option_find(r->section, "password-file"))
		value_fault(r, "password-file", NULL, "'password-file' does not go with auth = \"xoauth2\"");
}
