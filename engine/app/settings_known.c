/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "app/settings_known.h"

#define TEXT(name, standard) { name, KNOWN_TEXT, standard, 0, 0, false }
#define LIST(name) { name, KNOWN_LIST, NULL, 0, 0, false }
#define NUMBER(name, standard, least, most) { name, KNOWN_NUMBER, standard, least, most, false }
#define FLAG(name) { name, KNOWN_FLAG, "false", 0, 0, false }
#define LATER(name, kind) { name, kind, NULL, 0, 1000000, true }
#define END { NULL, KNOWN_TEXT, NULL, 0, 0, false }

/* Of a mailbox and of smtp: how to log in with tokens (Microsoft 365, Gmail). */
#define OAUTH \
	TEXT("token-url", NULL), TEXT("token-ca", NULL), TEXT("client-id", NULL), TEXT("client-secret-file", NULL), \
		TEXT("refresh-token-file", NULL), TEXT("scope", NULL)

static const struct known_option service_options[] = {
	TEXT("name", NULL),
	TEXT("address", NULL),
	TEXT("phone", ""),
	TEXT("language", "nl"),
	TEXT("timezone", "Europe/Amsterdam"),
	LIST("workflows"),
	LIST("staff"),
	TEXT("question", NULL),
	TEXT("problem", NULL),
	TEXT("request", NULL),
	TEXT("authserv-id", NULL),
	TEXT("boundary", NULL),
	TEXT("authentication", "required"),
	TEXT("recipient-header", NULL),
	FLAG("plus"),
	NUMBER("staff-files", "10", 0, 500),
	TEXT("digest", "08:00"),
	{ "ticket-remind", KNOWN_SPAN, "2 days", 0, 1000000, false },
	LATER("send-window", KNOWN_TEXT),
	END
};

static const struct known_option mailbox_options[] = {
	TEXT("service", NULL),
	TEXT("url", NULL),
	TEXT("user", NULL),
	TEXT("password-file", NULL),
	TEXT("auth", "login"),
	OAUTH,
	TEXT("tls", NULL),
	TEXT("tls-ca", NULL),
	TEXT("processed", "Processed"),
	LATER("processed-keep", KNOWN_SPAN),
	TEXT("quarantine", "Quarantine"),
	NUMBER("poll", "60", 1, 86400),
	NUMBER("idle-renew", "1200", 1, 1500),
	NUMBER("deadline", "120", 1, 3600),
	NUMBER("max-size", "150", 1, 2000),
	FLAG("trace"),
	END
};

static const struct known_option brand_options[] = {
	TEXT("service", NULL), TEXT("name", NULL),  TEXT("sender", NULL), LATER("logo", KNOWN_TEXT),
	TEXT("color", NULL),   TEXT("signature", NULL),
	END
};

static const struct known_option smtp_options[] = {
	TEXT("url", NULL),
	TEXT("user", NULL),
	TEXT("password-file", NULL),
	TEXT("auth", "plain"),
	OAUTH,
	TEXT("tls", NULL),
	TEXT("tls-ca", NULL),
	TEXT("ehlo", NULL),
	NUMBER("connections", "4", 1, 32),
	NUMBER("max-size", "10", 1, 500),
	END
};

static const struct known_option spool_options[] = {
	TEXT("path", NULL), TEXT("service", NULL), NUMBER("still", "5", 1, 3600), LATER("processed-keep", KNOWN_SPAN),
	END
};

static const struct known_option store_options[] = {
	TEXT("path", NULL), TEXT("key-file", NULL), FLAG("trial"),
	{ "ticket-keep", KNOWN_SPAN, "90 days", 0, 0, false },
	{ "mail-keep", KNOWN_SPAN, "90 days", 0, 0, false },
	END
};

static const struct known_option path_options[] = { TEXT("path", NULL), END };

static const struct known_option parse_options[] = { NUMBER("workers", "2", 1, 64), END };

static const struct known_option payment_options[] = {
	TEXT("url", NULL), TEXT("key-file", NULL), TEXT("return", NULL),
	END
};

static const struct known_option scanner_options[] = { TEXT("clamd", NULL), END };

static const struct known_option limits_options[] = {
	NUMBER("stranger", "1", 1, 100),    NUMBER("same-text", "3", 1, 1000), NUMBER("address", "30", 1, 10000),
	NUMBER("dossier", "40", 1, 10000), NUMBER("all", "5000", 1, 1000000),
	END
};

const struct known_section known_sections[] = {
	{ "service", true, false, service_options },
	{ "mailbox", true, false, mailbox_options },
	{ "brand", true, false, brand_options },
	{ "smtp", false, false, smtp_options },
	{ "spool", false, false, spool_options },
	{ "store", false, false, store_options },
	{ "rules", false, false, path_options },
	{ "templates", false, false, path_options },
	{ "parse", false, false, parse_options },
	{ "payment", true, true, payment_options },
	{ "scanner", false, true, scanner_options },
	{ "limits", false, false, limits_options },
	{ NULL, false, false, NULL },
};

const struct known_section *known_section_find(const char *name)
{
	const struct known_section *s;

	for (s = known_sections; s->name; s++)
		if (str_eq(s->name, name))
			return s;
	return NULL;
}

const struct known_option *known_option_find(const struct known_section *section, const char *name)
{
	const struct known_option *o;

	for (o = section->options; o->name; o++)
		if (str_eq(o->name, name))
			return o;
	return NULL;
}

/* A short name must be nearer than a long one to be meant. */
static bool nearer(const char *name, const char *known, unsigned *best)
{
	unsigned distance = str_distance(name, known, 3);

	if (distance >= *best || distance * 2 > strlen(known))
		return false;
	*best = distance;
	return true;
}

const char *known_section_near(const char *name)
{
	const struct known_section *s;
	const char *found = NULL;
	unsigned best = 4;

	for (s = known_sections; s->name; s++)
		if (nearer(name, s->name, &best))
			found = s->name;
	return found;
}

const char *known_option_near(const struct known_section *section, const char *name)
{
	const struct known_option *o;
	const char *found = NULL;
	unsigned best = 4;

	for (o = section->options; o->name; o++)
		if (nearer(name, o->name, &best))
			found = o->name;
	return found;
}

const struct known_section *known_option_home(const char *name)
{
	const struct known_section *s;

	for (s = known_sections; s->name; s++)
		if (known_option_find(s, name))
			return s;
	return NULL;
}
