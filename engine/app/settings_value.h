/*
 * Values of one section of postkamer.conf, with the faults that are found in
 * them. Private to app/settings_*.
 */
#ifndef POSTKAMER_APP_SETTINGS_VALUE_H
#define POSTKAMER_APP_SETTINGS_VALUE_H

#include <confuse.h>

#include "app/settings_scan.h"
#include "work/settings.h"

struct reading {
	struct settings *settings;
	struct diag_list *diags;
	const char *folder;                 /* of the file; relative paths count from it */
	struct scan scan;
	cfg_t *cfg;                         /* the section being read; NULL = the file as a whole */
	const struct scan_section *section; /* its place; NULL when the file does not have it */
	const char *what;                   /* "mailbox 'intake'" */
};

/*
 * A fault in the value of 'option'; NULL (or an option that is not there): in
 * the section as a whole. 'hint' may be NULL.
 */
void value_fault(struct reading *r, const char *option, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A needed option is not there; silent when an unknown name was told to be that option. */
void value_missing(struct reading *r, const char *option, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A fault as a warning: the configuration is taken, but somebody should know. */
void value_warn(struct reading *r, const char *option, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* NULL when it is not given and has no standard. Strings live as long as the settings. */
const char *value_text(struct reading *r, const char *option);
/* "" and a fault when it is missing or empty. */
const char *value_needed(struct reading *r, const char *option);
/* A path, relative ones from the folder of the file. */
const char *value_path(struct reading *r, const char *option);
const char *value_path_needed(struct reading *r, const char *option);
/* An e-mail address; 'otherwise' when it is not given. */
const char *value_address(struct reading *r, const char *option, const char *otherwise);
/* Kinds and ranges were checked by value_check_all(). */
uint32_t value_number(struct reading *r, const char *option);
bool value_flag(struct reading *r, const char *option);
/* Seconds; 0 when it is not given and has no standard. */
int64_t value_span(struct reading *r, const char *option);
/* The key of a service that exists; the only one when it is not given. */
const char *value_service(struct reading *r);

/* Numbers, flags and spans of the present section; and says which options have no effect yet. */
void value_check_all(struct reading *r);

struct value_url {
	bool implicit;      /* imaps, smtps */
	bool plain;         /* no TLS: on loopback, or because tls = "none" says so */
	const char *host;   /* NULL when it could not be read */
	uint32_t port;
	const char *path;   /* without the slash, decoded; "" when there is none */
};

/* 'url' and 'tls'; 'scheme' is "imap" or "smtp". */
void value_url(struct reading *r, const char *scheme, uint32_t port_tls, uint32_t port_plain,
	       struct value_url *url_r);
/* The options of a token endpoint, when auth = "xoauth2"; else they must not be there. */
void value_oauth(struct reading *r, bool wanted, struct settings_oauth *oauth_r);
/* A name made of letters, digits, '.', '_' and '-' (it becomes part of a path). */
bool value_is_key(const char *text);

#endif
