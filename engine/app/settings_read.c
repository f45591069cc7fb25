/* System. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/imap_msg.h"

/* Own. */
#include "app/settings_read.h"
#include "app/settings_value.h"

/* ---- services ---- */

static void read_staff(struct reading *r, struct settings_service *s)
{
	unsigned i, n = cfg_size(r->cfg, "staff");

	s->staff = arena_array(&r->settings->arena, n + 1, sizeof *s->staff);
	for (i = 0; i < n; i++) {
		const char *given = cfg_getnstr(r->cfg, "staff", i);
		char *name, *addr;

		if (!addr_split(given, &name, &addr)) {
			value_fault(r, "staff", NULL, "staff: \"%s\" is not \"Name <address>\"", given);
			continue;
		}
		if (settings_is_staff(s, addr))
			value_fault(r, "staff", NULL, "staff: %s stands there twice", addr);
		s->staff[s->staff_count++] = (struct settings_person){ arena_strdup(&r->settings->arena, name),
								       arena_strdup(&r->settings->arena, addr) };
		free(name);
		free(addr);
	}
	if (!n)
		value_missing(r, "staff", NULL, "'staff' is missing: somebody has to hear of problems");
}

static void read_workflows(struct reading *r, struct settings_service *s)
{
	unsigned i, n = cfg_size(r->cfg, "workflows");

	s->workflows = arena_array(&r->settings->arena, n + 1, sizeof *s->workflows);
	for (i = 0; i < n; i++) {
		const char *name = cfg_getnstr(r->cfg, "workflows", i);

		if (!value_is_key(name))
			value_fault(r, "workflows", "the name of a file in the rules folder, without '.rules'",
				    "\"%s\" cannot be a workflow", name);
		s->workflows[s->workflow_count++] = arena_strdup(&r->settings->arena, name);
	}
	if (!n)
		value_missing(r, "workflows", NULL, "'workflows' is missing: name at least one");
}

static void read_authentication(struct reading *r, struct settings_service *s)
{
	const char *mode = value_text(r, "authentication");

	s->authentication = !str_eq(mode, "none");
	s->authserv_id = value_text(r, "authserv-id");
	s->boundary = value_text(r, "boundary");
	if (!s->boundary)
		s->boundary = s->authserv_id;
	if (!str_eq(mode, "none") && !str_eq(mode, "required"))
		value_fault(r, "authentication", NULL, "'authentication' = \"%s\" must be \"required\" or \"none\"", mode);
	else if (s->authentication && !s->authserv_id)
		value_missing(r, "authserv-id", "or say authentication = \"none\" for a closed or trial system",
			      "'authserv-id' is missing: it names your mail server in Authentication-Results");
}

static void read_locale(struct reading *r, struct settings_service *s)
{
	struct err err = ERR_INIT;

	s->language = value_text(r, "language");
	if (!str_eq(s->language, "nl") && !str_eq(s->language, "en"))
		value_fault(r, "language", NULL, "'language' = \"%s\" must be \"nl\" or \"en\"", s->language);
	s->timezone = value_text(r, "timezone");
	if (zone_check(s->timezone, &err))
		value_fault(r, "timezone", "such as Europe/Amsterdam", "%s", err.text);
}

/* "08:00": minutes of the day. */
static int read_minute(struct reading *r, const char *option)
{
	const char *text = value_text(r, option);
	uint32_t hour, minute;
	char at[3] = "";

	if (strlen(text) == 5 && text[2] == ':') {
		memcpy(at, text, 2);
		if (str_to_u32(at, &hour) && str_to_u32(text + 3, &minute) && hour < 24 && minute < 60)
			return (int)(hour * 60 + minute);
	}
	value_fault(r, option, NULL, "'%s' = \"%s\" must be a time of the day such as \"08:00\"", option, text);
	return 0;
}

static void read_service(struct reading *r, const char *key)
{
	struct settings *settings = r->settings;
	struct settings_service *s;

	settings->services = arena_grow(&settings->arena, settings->services, settings->service_count, sizeof *s);
	s = &settings->services[settings->service_count++];
	*s = (struct settings_service){ .key = arena_strdup(&settings->arena, key) };
	s->address = value_address(r, "address", "");
	if (!*s->address)
		value_missing(r, "address", NULL, "'address' is missing");
	s->name = value_text(r, "name");
	if (!s->name)
		s->name = s->key;
	s->phone = value_text(r, "phone");
	s->question = value_address(r, "question", s->address);
	s->problem = value_address(r, "problem", s->address);
	s->request = value_address(r, "request", s->address);
	s->recipient_header = value_text(r, "recipient-header");
	s->plus = value_flag(r, "plus");
	s->digest = read_minute(r, "digest");
	s->staff_files = (int64_t)value_number(r, "staff-files") * 1000000;
	s->ticket_remind = value_span(r, "ticket-remind");
	read_locale(r, s);
	read_workflows(r, s);
	read_staff(r, s);
	read_authentication(r, s);
}

/* ---- mailboxes ---- */

static uint32_t imap_auth(struct reading *r)
{
	const char *auth = value_text(r, "auth");

	if (str_eq(auth, "xoauth2"))
		return IMAP_MSG_AUTH_XOAUTH2;
	if (!str_eq(auth, "login") && !str_eq(auth, "plain"))
		value_fault(r, "auth", NULL, "'auth' = \"%s\" must be \"login\" or \"xoauth2\"", auth);
	return IMAP_MSG_AUTH_LOGIN;
}

/* What was handled must leave the folder that is read. */
static void read_folders(struct reading *r, struct settings_mailbox *m)
{
	m->processed = value_needed(r, "processed");
	m->quarantine = value_needed(r, "quarantine");
	if (m->folder && str_eq(m->processed, m->folder))
		value_fault(r, "processed", NULL, "'processed' is the folder that is read");
	if (m->folder && str_eq(m->quarantine, m->folder))
		value_fault(r, "quarantine", NULL, "'quarantine' is the folder that is read");
	if (str_eq(m->quarantine, m->processed))
		value_fault(r, "quarantine", NULL, "'quarantine' and 'processed' are the same folder");
}

static void read_mailbox(struct reading *r, const char *key)
{
	struct settings *settings = r->settings;
	struct settings_mailbox *m;
	struct value_url url;

	settings->mailboxes = arena_grow(&settings->arena, settings->mailboxes, settings->mailbox_count, sizeof *m);
	m = &settings->mailboxes[settings->mailbox_count++];
	*m = (struct settings_mailbox){ .key = arena_strdup(&settings->arena, key), .service = value_service(r) };
	value_url(r, "imap", 993, 143, &url);
	m->host = url.host;
	m->port = url.port;
	m->tls = url.implicit ? IMAP_MSG_TLS_IMPLICIT : url.plain ? IMAP_MSG_TLS_NONE : IMAP_MSG_TLS_STARTTLS;
	m->folder = *url.path ? url.path : "INBOX";
	m->user = value_needed(r, "user");
	m->auth = imap_auth(r);
	if (m->auth != IMAP_MSG_AUTH_XOAUTH2)
		m->password_file = value_path_needed(r, "password-file");
	value_oauth(r, m->auth == IMAP_MSG_AUTH_XOAUTH2, &m->oauth);
	m->ca_file = value_path(r, "tls-ca");
	read_folders(r, m);
	m->poll = value_number(r, "poll");
	m->idle_renew = value_number(r, "idle-renew");
	m->deadline = value_number(r, "deadline");
	m->max_bytes = (int64_t)value_number(r, "max-size") << 20;
	m->trace = value_flag(r, "trace");
}

/* ---- the others ---- */

static void read_brand(struct reading *r, const char *key)
{
	struct settings *settings = r->settings;
	struct settings_brand *b;

	settings->brands = arena_grow(&settings->arena, settings->brands, settings->brand_count, sizeof *b);
	b = &settings->brands[settings->brand_count++];
	*b = (struct settings_brand){ arena_strdup(&settings->arena, key), value_service(r), value_needed(r, "name"),
				      value_text(r, "sender"), value_path(r, "logo"), value_text(r, "color"),
				      value_text(r, "signature") };
}

static enum send_auth smtp_auth(struct reading *r)
{
	const char *auth = value_text(r, "auth");

	if (str_eq(auth, "xoauth2"))
		return SEND_AUTH_XOAUTH2;
	if (!str_eq(auth, "plain") && !str_eq(auth, "login"))
		value_fault(r, "auth", NULL, "'auth' = \"%s\" must be \"plain\", \"login\" or \"xoauth2\"", auth);
	return str_eq(auth, "login") ? SEND_AUTH_LOGIN : SEND_AUTH_PLAIN;
}

/* Our name in EHLO: what was said, else the domain mail is sent from. */
static const char *ehlo_name(struct reading *r)
{
	const char *name = value_text(r, "ehlo");

	if (name && (!*name || strcspn(name, " \t\r\n<>()\"\\,;@") != strlen(name)))
		value_fault(r, "ehlo", "the full host name of this machine", "'ehlo' = \"%s\" is not a host name", name);
	if (name)
		return name;
	return r->settings->service_count ? addr_domain(r->settings->services[0].address) : "localhost";
}

static void read_smtp_login(struct reading *r)
{
	struct settings *settings = r->settings;
	struct send_settings *s = &settings->smtp;
	enum send_auth auth = smtp_auth(r);

	s->user = value_text(r, "user");
	value_oauth(r, auth == SEND_AUTH_XOAUTH2, &settings->smtp_oauth);
	if (auth == SEND_AUTH_XOAUTH2)
		s->user = value_needed(r, "user");
	else if (s->user)
		settings->smtp_password_file = value_path_needed(r, "password-file");
	else if (value_text(r, "password-file"))
		value_fault(r, "password-file", NULL, "'user' is missing: whose password is it?");
	if (s->user)
		s->auth = auth;
}

static void read_smtp(struct reading *r)
{
	struct send_settings *s = &r->settings->smtp;
	struct value_url url;

	value_url(r, "smtp", 465, 587, &url);
	if (*url.path)
		value_fault(r, "url", NULL, "'url' has something behind the host: \"/%s\"", url.path);
	s->host = url.host;
	s->port = url.port;
	s->tls = url.implicit ? SEND_TLS_IMPLICIT : url.plain ? SEND_TLS_NONE : SEND_TLS_STARTTLS;
	s->ca_file = value_path(r, "tls-ca");
	s->ehlo = ehlo_name(r);
	r->settings->smtp_connections = (int)value_number(r, "connections");
	r->settings->smtp_max_bytes = (int64_t)value_number(r, "max-size") * 1000000;
	read_smtp_login(r);
}

static void read_spool(struct reading *r)
{
	struct settings *s = r->settings;

	if (!r->section)
		return;
	s->spool_path = value_path_needed(r, "path");
	s->spool_service = value_service(r);
	s->spool_still = (int)value_number(r, "still");
}

/* Is 'path' the folder itself, or in it? */
static bool is_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	while (n > 1 && folder[n - 1] == '/')
		n--;
	return n && strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* What is erased by itself is kept for a day at least: "0 days" would be all of it, and is what a slip looks like. */
static int64_t keep_term(struct reading *r, const char *option)
{
	int64_t term = value_span(r, option);

	if (term < 86400)
		value_fault(r, option, "for instance \"90 days\"", "'%s' must be at least 1 day", option);
	return term;
}

static void read_store(struct reading *r)
{
	struct settings *s = r->settings;

	s->store_path = value_path_needed(r, "path");
	s->key_file = value_path_needed(r, "key-file");
	s->trial = value_flag(r, "trial");
	s->ticket_keep = keep_term(r, "ticket-keep");
	s->mail_keep = keep_term(r, "mail-keep");
	if (is_inside(s->key_file, s->store_path))
		value_fault(r, "key-file", "who copies the store must not get the key with it",
			    "the master key must be a file outside of the store");
	if (s->spool_path && is_inside(s->spool_path, s->store_path))
		value_fault(r, "path", NULL, "the spool must be a folder outside of the store");
}

static void read_rules(struct reading *r)
{
	r->settings->rules_path = value_path_needed(r, "path");
}

static void read_templates(struct reading *r)
{
	r->settings->templates_path = value_path_needed(r, "path");
}

static void read_parse(struct reading *r)
{
	r->settings->parse_workers = (int)value_number(r, "workers");
}

static void read_limits(struct reading *r)
{
	r->settings->limits = (struct settings_limits){
		.stranger = value_number(r, "stranger"), .same_text = value_number(r, "same-text"),
		.address = value_number(r, "address"),	 .dossier = value_number(r, "dossier"),
		.all = value_number(r, "all"),
	};
}

/* ---- the whole ---- */

/* In this order: what comes later refers to what came before. */
static const struct {
	const char *name;
	void (*titled)(struct reading *r, const char *key);
	void (*single)(struct reading *r);
	bool needed;
} readers[] = {
	{ "service", read_service, NULL, true },
	{ "mailbox", read_mailbox, NULL, false },
	{ "brand", read_brand, NULL, false },
	{ "payment", NULL, NULL, false },
	{ "smtp", NULL, read_smtp, true },
	{ "spool", NULL, read_spool, false },
	{ "store", NULL, read_store, true },
	{ "rules", NULL, read_rules, true },
	{ "templates", NULL, read_templates, true },
	{ "parse", NULL, read_parse, false },
	{ "scanner", NULL, NULL, false },
	{ "limits", NULL, read_limits, false },
};

static void read_section(struct reading *r, cfg_t *file, size_t reader, unsigned n)
{
	const char *name = readers[reader].name;

	r->cfg = cfg_getnsec(file, name, n);
	r->section = scan_section_find(&r->scan, name, n);
	r->what = name;
	if (r->section && r->section->title)
		r->what = arena_printf(&r->settings->arena, "%s '%s'", name, r->section->title);
	value_check_all(r);
	if (readers[reader].titled)
		readers[reader].titled(r, r->section->title);
	else if (readers[reader].single)
		readers[reader].single(r);
}

/* Addresses decide to which service a mail belongs, and who is asked: no two things may share one. */
static void check_addresses(struct reading *r)
{
	struct settings *s = r->settings;
	size_t i, j;

	for (i = 0; i < s->service_count; i++) {
		r->section = scan_section_find(&r->scan, "service", i);
		r->what = arena_printf(&s->arena, "service '%s'", s->services[i].key);
		for (j = 0; j < i; j++)
			if (*s->services[i].address && addr_same(s->services[i].address, s->services[j].address))
				value_fault(r, "address", NULL, "service '%s' has the same address", s->services[j].key);
		for (j = 0; j < s->services[i].staff_count; j++)
			if (settings_own_address(s, s->services[i].staff[j].address))
				value_fault(r, "staff", "mail to staff would come back in as a new mail",
					    "staff: %s is one of our own addresses", s->services[i].staff[j].address);
	}
}

static void check_mailboxes(struct reading *r)
{
	struct settings *s = r->settings;
	size_t i, j;

	for (i = 0; i < s->mailbox_count; i++)
		for (j = 0; j < i; j++) {
			const struct settings_mailbox *a = &s->mailboxes[i], *b = &s->mailboxes[j];

			if (!a->host || !b->host || !str_ieq(a->host, b->host) || a->port != b->port ||
			    !str_eq(a->user, b->user) || !str_eq(a->folder, b->folder))
				continue;
			r->section = scan_section_find(&r->scan, "mailbox", i);
			r->what = arena_printf(&s->arena, "mailbox '%s'", a->key);
			value_fault(r, "url", NULL, "mailbox '%s' reads the same folder", b->key);
		}
}

static void read_all(struct reading *r, cfg_t *file)
{
	size_t i;
	unsigned n;

	for (i = 0; i < sizeof readers / sizeof *readers; i++) {
		r->section = NULL;
		r->what = NULL;
		if (readers[i].needed && !scan_section_find(&r->scan, readers[i].name, 0)) {
			/* A name that nobody knows may have been meant to be it. */
			if (!r->scan.unknown)
				value_fault(r, NULL, "see postkamer.conf(5)", "there is no section '%s'",
					    readers[i].name);
			continue;
		}
		for (n = 0; n < cfg_size(file, readers[i].name); n++)
			read_section(r, file, i, n);
	}
	check_addresses(r);
	check_mailboxes(r);
}

/* ---- libconfuse ---- */

/* All values as text: what kind they must be is said by our own table, with the place. */
static void fill_options(cfg_opt_t *out, const struct known_option *o)
{
	for (; o->name; o++, out++) {
		cfg_opt_t text = CFG_STR(o->name, o->standard, CFGF_NONE);
		cfg_opt_t list = CFG_STR_LIST(o->name, "{}", CFGF_NONE);

		*out = o->kind == KNOWN_LIST ? list : text;
	}
	*out = (cfg_opt_t)CFG_END();
}

static cfg_t *make_reader(struct arena *arena)
{
	size_t sections = 0, i;
	cfg_opt_t *all;

	while (known_sections[sections].name)
		sections++;
	all = arena_array(arena, sections + 1, sizeof *all);
	for (i = 0; i < sections; i++) {
		const struct known_section *k = &known_sections[i];
		size_t count = 0;
		cfg_opt_t *options;

		while (k->options[count].name)
			count++;
		options = arena_array(arena, count + 1, sizeof *options);
		fill_options(options, k->options);
		all[i] = (cfg_opt_t)CFG_SEC(k->name, options, k->titled ? CFGF_TITLE | CFGF_MULTI : CFGF_NONE);
	}
	all[sections] = (cfg_opt_t)CFG_END();
	return cfg_init(all, CFGF_NONE);
}

/* libconfuse gives its error function no context; what the scanner let through should leave it nothing to say. */
static struct reading *parsing;

__attribute__((format(printf, 2, 0)))
static void parse_fault(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct diag_place place = { .file = parsing->settings->file, .line = cfg->line, .column = 1, .length = 1 };
	char message[400];

	vsnprintf(message, sizeof message, fmt, ap);
	diag_add(parsing->diags, DIAG_ERROR, &place, "%s", message);
}

static void read_text(struct reading *r, char *text)
{
	cfg_t *file;

	settings_scan(r->settings->file, text, &r->settings->arena, &r->scan, r->diags);
	if (r->scan.broken)
		return;
	file = make_reader(&r->settings->arena);
	cfg_set_error_function(file, parse_fault);
	parsing = r;
	if (cfg_parse_buf(file, text) == CFG_SUCCESS)
		read_all(r, file);
	parsing = NULL;
	cfg_free(file);
}

static void read_file(struct reading *r, const char *path)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;

	if (file_read(path, &text, &err))
		value_fault(r, NULL, "say which file with -c, or make one: see postkamer.conf(5)", "%s", err.text);
	else if (strlen(text.data) != text.len || !str_utf8_valid(text.data))
		value_fault(r, NULL, NULL, "it is no text in UTF-8");
	else
		read_text(r, text.data);
	buf_free(&text);
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
	read_file(&r, path);
	diag_sort(diags, 0);
	if (diags->errors) {
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
