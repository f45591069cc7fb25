/* System. */
#include <arpa/inet.h>
#include <confuse.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/imap_msg.h"

/* Own. */
#include "app/settings_read.h"

/* ---- what may stand in the file ---- */

static cfg_opt_t service_options[] = {
	CFG_STR("name", NULL, CFGF_NONE),
	CFG_STR("address", NULL, CFGF_NONE),
	CFG_STR("phone", "", CFGF_NONE),
	CFG_STR("language", "nl", CFGF_NONE),
	CFG_STR("timezone", "Europe/Amsterdam", CFGF_NONE),
	CFG_STR_LIST("workflows", "{}", CFGF_NONE),
	CFG_STR_LIST("staff", "{}", CFGF_NONE),
	CFG_STR("question", NULL, CFGF_NONE),
	CFG_STR("problem", NULL, CFGF_NONE),
	CFG_STR("request", NULL, CFGF_NONE),
	CFG_STR("recipient-header", NULL, CFGF_NONE),
	CFG_STR("authserv-id", NULL, CFGF_NONE),
	CFG_STR("boundary", NULL, CFGF_NONE),
	CFG_STR("authentication", "required", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t mailbox_options[] = {
	CFG_STR("service", NULL, CFGF_NONE),
	CFG_STR("url", NULL, CFGF_NONE),
	CFG_STR("user", NULL, CFGF_NONE),
	CFG_STR("password-file", NULL, CFGF_NONE),
	CFG_STR("auth", "login", CFGF_NONE),
	CFG_STR("tls", NULL, CFGF_NONE),
	CFG_STR("tls-ca", NULL, CFGF_NONE),
	CFG_STR("processed", "Processed", CFGF_NONE),
	CFG_STR("processed-keep", "35 days", CFGF_NONE),
	CFG_STR("quarantine", "Quarantine", CFGF_NONE),
	CFG_INT("poll", 60, CFGF_NONE),
	CFG_INT("idle-renew", 1200, CFGF_NONE),
	CFG_INT("deadline", 120, CFGF_NONE),
	CFG_INT("max-size", 150, CFGF_NONE),
	CFG_BOOL("trace", cfg_false, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t brand_options[] = {
	CFG_STR("service", NULL, CFGF_NONE),
	CFG_STR("name", NULL, CFGF_NONE),
	CFG_STR("sender", NULL, CFGF_NONE),
	CFG_STR("logo", NULL, CFGF_NONE),
	CFG_STR("color", NULL, CFGF_NONE),
	CFG_STR("signature", NULL, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t smtp_options[] = {
	CFG_STR("url", NULL, CFGF_NONE),
	CFG_STR("user", NULL, CFGF_NONE),
	CFG_STR("password-file", NULL, CFGF_NONE),
	CFG_STR("auth", "plain", CFGF_NONE),
	CFG_STR("tls", NULL, CFGF_NONE),
	CFG_STR("tls-ca", NULL, CFGF_NONE),
	CFG_STR("ehlo", NULL, CFGF_NONE),
	CFG_INT("connections", 4, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t spool_options[] = {
	CFG_STR("path", NULL, CFGF_NONE),
	CFG_STR("service", NULL, CFGF_NONE),
	CFG_INT("still", 5, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t store_options[] = {
	CFG_STR("path", NULL, CFGF_NONE),
	CFG_STR("key-file", NULL, CFGF_NONE),
	CFG_BOOL("trial", cfg_false, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t path_options[] = {
	CFG_STR("path", NULL, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t parse_options[] = {
	CFG_INT("workers", 2, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t file_options[] = {
	CFG_SEC("service", service_options, CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES),
	CFG_SEC("mailbox", mailbox_options, CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES),
	CFG_SEC("brand", brand_options, CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES),
	CFG_SEC("smtp", smtp_options, CFGF_NONE),
	CFG_SEC("spool", spool_options, CFGF_NONE),
	CFG_SEC("store", store_options, CFGF_NONE),
	CFG_SEC("rules", path_options, CFGF_NONE),
	CFG_SEC("templates", path_options, CFGF_NONE),
	CFG_SEC("parse", parse_options, CFGF_NONE),
	CFG_END()
};

/* ---- reading ---- */

struct reading {
	struct settings *settings;
	struct diag_list *diags;
	const char *folder;     /* of the file; relative paths count from it */
	cfg_t *cfg;             /* the section being read */
	const char *what;       /* "mailbox 'intake'" */
};

/* libconfuse gives its error function no context. */
static struct reading *parsing;

static void fault(struct reading *r, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void fault(struct reading *r, const char *hint, const char *fmt, ...)
{
	struct diag_place place = { .file = r->settings->file, .line = r->cfg ? r->cfg->line : 0, .column = 1,
				    .length = 1 };
	char message[600];
	struct diag *diag;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	diag = r->what ? diag_add(r->diags, DIAG_ERROR, &place, "%s: %s", r->what, message) :
			 diag_add(r->diags, DIAG_ERROR, &place, "%s", message);
	if (hint)
		diag_hint(r->diags, diag, "%s", hint);
}

static void parse_fault(cfg_t *cfg, const char *fmt, va_list ap)
{
	char message[600];

	vsnprintf(message, sizeof message, fmt, ap);
	parsing->cfg = cfg;
	fault(parsing, NULL, "%s", message);
}

static const char *copied(struct reading *r, const char *text)
{
	return text ? arena_strdup(&r->settings->arena, text) : NULL;
}

static const char *text(struct reading *r, const char *option)
{
	return copied(r, cfg_getstr(r->cfg, option));
}

static const char *needed(struct reading *r, const char *option)
{
	const char *value = text(r, option);

	if (!value || !*value)
		fault(r, NULL, "'%s' is missing", option);
	return value ? value : "";
}

static const char *path_of(struct reading *r, const char *value)
{
	if (!value || !*value || value[0] == '/')
		return value;
	return arena_printf(&r->settings->arena, "%s/%s", r->folder, value);
}

static uint32_t number(struct reading *r, const char *option, long least, long most)
{
	long value = cfg_getint(r->cfg, option);

	if (value < least || value > most) {
		fault(r, NULL, "'%s' is %ld; it must be from %ld to %ld", option, value, least, most);
		return (uint32_t)least;
	}
	return (uint32_t)value;
}

static const char *address(struct reading *r, const char *option, const char *otherwise)
{
	const char *value = text(r, option);

	if (!value)
		return otherwise;
	if (!addr_valid(value))
		fault(r, NULL, "'%s' = \"%s\" is not an e-mail address", option, value);
	return value;
}

/* ---- urls ---- */

struct url {
	bool implicit;
	const char *host;
	uint32_t port;
	const char *path;   /* without the slash; "" when there is none */
};

static bool is_loopback(const char *host)
{
	struct in_addr v4;

	if (str_ieq(host, "localhost") || str_eq(host, "::1"))
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

static bool split_host(struct reading *r, char *rest, struct url *url)
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
	url->host = copied(r, rest);
	return *rest != '\0';
}

/* "imaps://host[:port]/folder"; 'scheme' is "imap" or "smtp". */
static bool split_url(struct reading *r, const char *scheme, uint32_t port_tls, uint32_t port_plain, struct url *url)
{
	const char *given = needed(r, "url"), *rest;
	char *copy, *slash;
	size_t n = strlen(scheme);
	bool ok;

	*url = (struct url){ .path = "" };
	if (!*given)
		return false;
	url->implicit = str_starts(given, scheme) && given[n] == 's';
	rest = given + n + url->implicit;
	if (!str_starts(given, scheme) || !str_starts(rest, "://")) {
		fault(r, NULL, "'url' = \"%s\" must begin with %ss:// or %s://", given, scheme, scheme);
		return false;
	}
	url->port = url->implicit ? port_tls : port_plain;
	copy = xstrdup(rest + 3);
	slash = strchr(copy, '/');
	if (slash) {
		*slash = '\0';
		url->path = copied(r, slash + 1);
	}
	ok = split_host(r, copy, url);
	free(copy);
	if (!ok)
		fault(r, NULL, "'url' = \"%s\" has no usable host or port", given);
	return ok;
}

enum tls_choice { TLS_IMPLICIT, TLS_STARTTLS, TLS_NONE };

/* Implicit or required STARTTLS; in the clear on loopback, or where the operator says so aloud. */
static enum tls_choice choose_tls(struct reading *r, const struct url *url)
{
	const char *tls = cfg_getstr(r->cfg, "tls");

	if (tls && !str_eq(tls, "required") && !str_eq(tls, "none"))
		fault(r, NULL, "'tls' = \"%s\" must be \"required\" or \"none\"", tls);
	if (url->implicit)
		return TLS_IMPLICIT;
	if (str_eq(tls, "none") || (!tls && is_loopback(url->host)))
		return TLS_NONE;
	return TLS_STARTTLS;
}

/* ---- sections ---- */

static void read_staff(struct reading *r, struct settings_service *s)
{
	unsigned i, n = cfg_size(r->cfg, "staff");

	s->staff = arena_array(&r->settings->arena, n + 1, sizeof *s->staff);
	for (i = 0; i < n; i++) {
		const char *given = cfg_getnstr(r->cfg, "staff", i);
		char *name, *addr;

		if (!addr_split(given, &name, &addr)) {
			fault(r, NULL, "staff: \"%s\" is not \"Name <address>\"", given);
			continue;
		}
		s->staff[s->staff_count++] = (struct settings_person){ copied(r, name), copied(r, addr) };
		free(name);
		free(addr);
	}
	if (!n)
		fault(r, NULL, "'staff' is missing: somebody has to hear of problems");
}

static void read_workflows(struct reading *r, struct settings_service *s)
{
	unsigned i, n = cfg_size(r->cfg, "workflows");

	s->workflows = arena_array(&r->settings->arena, n + 1, sizeof *s->workflows);
	for (i = 0; i < n; i++)
		s->workflows[s->workflow_count++] = copied(r, cfg_getnstr(r->cfg, "workflows", i));
	if (!n)
		fault(r, NULL, "'workflows' is missing: name at least one");
}

static void read_authentication(struct reading *r, struct settings_service *s)
{
	const char *mode = cfg_getstr(r->cfg, "authentication");

	s->authentication = !str_eq(mode, "none");
	s->authserv_id = text(r, "authserv-id");
	s->boundary = text(r, "boundary");
	if (!s->boundary)
		s->boundary = s->authserv_id;
	if (!str_eq(mode, "none") && !str_eq(mode, "required"))
		fault(r, NULL, "'authentication' = \"%s\" must be \"required\" or \"none\"", mode);
	else if (s->authentication && !s->authserv_id)
		fault(r, "or say authentication = \"none\" for a closed or trial system",
		      "'authserv-id' is missing: it names your mail server in Authentication-Results");
}

static void read_service(struct reading *r, const char *key)
{
	struct settings *settings = r->settings;
	struct settings_service *s;
	struct err err = ERR_INIT;

	settings->services = arena_grow(&settings->arena, settings->services, settings->service_count, sizeof *s);
	s = &settings->services[settings->service_count++];
	s->key = copied(r, key);
	s->address = needed(r, "address");
	if (*s->address && !addr_valid(s->address))
		fault(r, NULL, "'address' = \"%s\" is not an e-mail address", s->address);
	s->name = text(r, "name");
	if (!s->name)
		s->name = s->key;
	s->phone = text(r, "phone");
	s->language = text(r, "language");
	s->timezone = text(r, "timezone");
	if (zone_check(s->timezone, &err))
		fault(r, NULL, "%s", err.text);
	s->question = address(r, "question", s->address);
	s->problem = address(r, "problem", s->address);
	s->request = address(r, "request", s->address);
	s->recipient_header = text(r, "recipient-header");
	read_workflows(r, s);
	read_staff(r, s);
	read_authentication(r, s);
}

static uint32_t imap_auth(struct reading *r)
{
	const char *auth = cfg_getstr(r->cfg, "auth");

	if (!str_eq(auth, "login") && !str_eq(auth, "plain") && !str_eq(auth, "xoauth2"))
		fault(r, NULL, "'auth' = \"%s\" must be \"login\" or \"xoauth2\"", auth);
	return str_eq(auth, "xoauth2") ? IMAP_MSG_AUTH_XOAUTH2 : IMAP_MSG_AUTH_LOGIN;
}

static void read_mailbox(struct reading *r, const char *key)
{
	static const uint32_t tls[] = { IMAP_MSG_TLS_IMPLICIT, IMAP_MSG_TLS_STARTTLS, IMAP_MSG_TLS_NONE };
	struct settings *settings = r->settings;
	struct settings_mailbox *m;
	struct url url;

	settings->mailboxes = arena_grow(&settings->arena, settings->mailboxes, settings->mailbox_count, sizeof *m);
	m = &settings->mailboxes[settings->mailbox_count++];
	m->key = copied(r, key);
	m->service = needed(r, "service");
	if (split_url(r, "imap", 993, 143, &url)) {
		m->host = url.host;
		m->port = url.port;
		m->tls = tls[choose_tls(r, &url)];
		m->folder = *url.path ? url.path : "INBOX";
	}
	m->user = needed(r, "user");
	m->password_file = path_of(r, needed(r, "password-file"));
	m->auth = imap_auth(r);
	m->ca_file = path_of(r, text(r, "tls-ca"));
	m->processed = text(r, "processed");
	m->quarantine = text(r, "quarantine");
	m->poll = number(r, "poll", 1, 86400);
	m->idle_renew = number(r, "idle-renew", 1, 1500);
	m->deadline = number(r, "deadline", 1, 3600);
	m->max_bytes = (int64_t)number(r, "max-size", 1, 2000) << 20;
	m->trace = cfg_getbool(r->cfg, "trace");
}

static void read_brand(struct reading *r, const char *key)
{
	struct settings *settings = r->settings;
	struct settings_brand *b;

	settings->brands = arena_grow(&settings->arena, settings->brands, settings->brand_count, sizeof *b);
	b = &settings->brands[settings->brand_count++];
	*b = (struct settings_brand){ copied(r, key), needed(r, "service"), needed(r, "name"), text(r, "sender"),
				      path_of(r, text(r, "logo")), text(r, "color"), text(r, "signature") };
}

static enum send_auth smtp_auth(struct reading *r)
{
	const char *auth = cfg_getstr(r->cfg, "auth");

	if (str_eq(auth, "xoauth2"))
		return SEND_AUTH_XOAUTH2;
	if (!str_eq(auth, "plain") && !str_eq(auth, "login"))
		fault(r, NULL, "'auth' = \"%s\" must be \"plain\", \"login\" or \"xoauth2\"", auth);
	return str_eq(auth, "login") ? SEND_AUTH_LOGIN : SEND_AUTH_PLAIN;
}

/* Our name in EHLO: what was said, else the domain mail is sent from. */
static const char *ehlo_name(struct reading *r)
{
	const char *name = text(r, "ehlo");

	if (name)
		return name;
	return r->settings->service_count ? addr_domain(r->settings->services[0].address) : "localhost";
}

static void read_smtp(struct reading *r)
{
	static const enum send_tls tls[] = { SEND_TLS_IMPLICIT, SEND_TLS_STARTTLS, SEND_TLS_NONE };
	struct send_settings *s = &r->settings->smtp;
	struct url url;

	if (!cfg_getstr(r->cfg, "url")) {
		fault(r, NULL, "'url' is missing: smtps://host or smtp://host");
		return;
	}
	if (!split_url(r, "smtp", 465, 587, &url))
		return;
	s->host = url.host;
	s->port = url.port;
	s->tls = tls[choose_tls(r, &url)];
	s->ca_file = path_of(r, text(r, "tls-ca"));
	s->ehlo = ehlo_name(r);
	s->user = text(r, "user");
	r->settings->smtp_connections = (int)number(r, "connections", 1, 32);
	if (!s->user)
		return;
	s->auth = smtp_auth(r);
	r->settings->smtp_password_file = path_of(r, needed(r, "password-file"));
}

static void read_singles(struct reading *r, cfg_t *file)
{
	struct settings *s = r->settings;

	r->what = "smtp";
	r->cfg = cfg_getsec(file, "smtp");
	read_smtp(r);
	r->what = "spool";
	r->cfg = cfg_getsec(file, "spool");
	s->spool_path = path_of(r, text(r, "path"));
	s->spool_service = text(r, "service");
	s->spool_still = (int)number(r, "still", 1, 3600);
	r->what = "store";
	r->cfg = cfg_getsec(file, "store");
	s->store_path = path_of(r, needed(r, "path"));
	s->key_file = path_of(r, needed(r, "key-file"));
	s->trial = cfg_getbool(r->cfg, "trial");
	r->what = "rules";
	r->cfg = cfg_getsec(file, "rules");
	s->rules_path = path_of(r, needed(r, "path"));
	r->what = "templates";
	r->cfg = cfg_getsec(file, "templates");
	s->templates_path = path_of(r, needed(r, "path"));
	r->what = "parse";
	r->cfg = cfg_getsec(file, "parse");
	s->parse_workers = (int)number(r, "workers", 1, 64);
}

static void read_titled(struct reading *r, cfg_t *file, const char *section,
			void (*read_one)(struct reading *r, const char *key))
{
	unsigned i;

	for (i = 0; i < cfg_size(file, section); i++) {
		r->cfg = cfg_getnsec(file, section, i);
		r->what = arena_printf(&r->settings->arena, "%s '%s'", section, cfg_title(r->cfg));
		read_one(r, cfg_title(r->cfg));
	}
}

/* ---- what must fit together ---- */

static void check_service_of(struct reading *r, const char *what, const char *key, const char *service)
{
	if (!settings_service(r->settings, service)) {
		r->what = arena_printf(&r->settings->arena, "%s%s%s%s", what, key ? " '" : "", key ? key : "",
				       key ? "'" : "");
		fault(r, NULL, "there is no service '%s'", service);
	}
}

static void check_together(struct reading *r)
{
	struct settings *s = r->settings;
	size_t i;

	r->cfg = NULL;
	r->what = NULL;
	if (!s->service_count)
		fault(r, NULL, "no service is configured");
	for (i = 0; i < s->mailbox_count; i++)
		check_service_of(r, "mailbox", s->mailboxes[i].key, s->mailboxes[i].service);
	for (i = 0; i < s->brand_count; i++)
		check_service_of(r, "brand", s->brands[i].key, s->brands[i].service);
	if (s->spool_path && !s->spool_service && s->service_count == 1)
		s->spool_service = s->services[0].key;
	if (s->spool_path)
		check_service_of(r, "spool", NULL, s->spool_service ? s->spool_service : "");
}

static int read_file(struct reading *r, const char *path)
{
	cfg_t *file = cfg_init(file_options, CFGF_NONE);
	int rc;

	cfg_set_error_function(file, parse_fault);
	parsing = r;
	if (access(path, R_OK))
		rc = CFG_FILE_ERROR;
	else
		rc = cfg_parse(file, path);
	parsing = NULL;
	if (rc == CFG_FILE_ERROR) {
		r->cfg = NULL;
		fault(r, "say which file with -c, or make one: see postkamer.conf(5)", "cannot read: %s", strerror(errno));
	} else if (rc == CFG_SUCCESS) {
		read_titled(r, file, "service", read_service);
		read_titled(r, file, "mailbox", read_mailbox);
		read_titled(r, file, "brand", read_brand);
		read_singles(r, file);
		check_together(r);
	}
	cfg_free(file);
	return rc;
}

int settings_read(const char *path, struct settings **settings_r, struct diag_list *diags)
{
	struct settings *settings = xcalloc(1, sizeof *settings);
	struct reading r = { .settings = settings, .diags = diags };
	char *copy = realpath(path, NULL);

	arena_init(&settings->arena);
	settings->file = arena_strdup(&settings->arena, path);
	r.folder = arena_strdup(&settings->arena, copy ? dirname(copy) : ".");
	free(copy);
	if (read_file(&r, path) || diags->errors) {
		settings_free(&settings);
		return -1;
	}
	*settings_r = settings;
	return 0;
}

void settings_free(struct settings **settings)
{
	if (!*settings)
		return;
	arena_free(&(*settings)->arena);
	free(*settings);
	*settings = NULL;
}

char *settings_find(const char *given)
{
	const char *env = getenv("POSTKAMER_CONF");

	if (given)
		return xstrdup(given);
	if (env && *env)
		return xstrdup(env);
	if (access("postkamer.conf", F_OK) == 0)
		return xstrdup("postkamer.conf");
	return xstrdup("/etc/postkamer/postkamer.conf");
}
