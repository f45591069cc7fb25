/*
 * Reading postkamer.conf. Good files are compared with what they were read as,
 * faulty ones with the whole of what is said about them: tests/golden/settings.
 * A row of 'rows' is the good file below with one place changed.
 */

/* System. */
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/arena.h"
#include "base/str.h"

/* Own. */
#include "app/settings_read.h"
#include "golden.h"
#include "tap.h"

static const char good[] =
	"service \"pentrax\" {\n"
	"    address = \"dossier@example.nl\"\n"
	"    workflows = { \"inkomensverklaring\" }\n"
	"    staff = { \"Els de Vries <els@example.nl>\" }\n"
	"    authserv-id = \"mx.example.nl\"\n"
	"}\n"
	"mailbox \"intake\" {\n"
	"    service = \"pentrax\"\n"
	"    url = \"imaps://mail.example.nl/INBOX\"\n"
	"    user = \"dossier\"\n"
	"    password-file = \"imap.password\"\n"
	"}\n"
	"smtp { url = \"smtps://mail.example.nl\" }\n"
	"store { path = \"store\" key-file = \"master.key\" }\n"
	"rules { path = \"rules\" }\n"
	"templates { path = \"mailtemplates\" }\n";

static const struct {
	const char *name, *from, *to;
} rows[] = {
	/* form */
	{ "a section is never closed", "authserv-id = \"mx.example.nl\"\n}", "authserv-id = \"mx.example.nl\"" },
	{ "the last section is never closed", "\"mailtemplates\" }", "\"mailtemplates\"" },
	{ "a closing brace too many", "}\nmailbox", "}\n}\nmailbox" },
	{ "a quote is missing", "\"dossier@example.nl\"", "\"dossier@example.nl" },
	{ "a single quote is missing", "\"dossier@example.nl\"", "'dossier@example.nl" },
	{ "a comment is never closed", "smtp {", "/* smtp {" },
	{ "':' for '='", "user = ", "user: " },
	{ "no '='", "user = ", "user " },
	{ "no value", "user = \"dossier\"", "user =" },
	{ "no value before the brace", "key-file = \"master.key\"", "key-file =" },
	{ "a value with spaces and no quotes", "user = \"dossier\"", "user = Jan van Dijk" },
	{ "';' behind a value", "user = \"dossier\"", "user = dossier;" },
	{ "',' between options", "\"store\" key-file", "\"store\", key-file" },
	{ "a list for one value", "user = \"dossier\"", "user = { \"dossier\" }" },
	{ "a list without comma", "{ \"inkomensverklaring\" }", "{ \"inkomensverklaring\" \"klantportaal\" }" },
	{ "a list that is never closed", "{ \"inkomensverklaring\" }", "{ \"inkomensverklaring\"" },
	{ "an option outside of a section", "smtp { url", "poll = 60\nsmtp { url" },
	{ "a word outside of a section", "smtp { url", "hello\nsmtp { url" },
	{ "a mailbox without a name", "mailbox \"intake\"", "mailbox" },
	{ "smtp with a name", "smtp {", "smtp \"out\" {" },
	{ "a name that cannot be one", "mailbox \"intake\"", "mailbox \"../in\"" },
	{ "a parenthesis", "{ \"inkomensverklaring\" }", "(\"inkomensverklaring\")" },
	{ "a backslash before a digit", "\"imap.password\"", "\"C:\\9\"" },
	{ "an environment variable that is never closed", "\"imap.password\"", "\"${HOME\"" },
	{ "not UTF-8", "dossier@", "\xff@" },
	/* names */
	{ "an unknown section", "smtp {", "stmp {" },
	{ "an unknown section that is like none", "smtp {", "frobnicate {" },
	{ "an unknown option", "user =", "usr =" },
	{ "an option of another section", "user =", "connections =" },
	{ "an unknown option with a list", "user =", "usrs = { \"a\", \"b\" }\n    user =" },
	{ "an option twice", "    user = \"dossier\"\n", "    user = \"dossier\"\n    user = \"piet\"\n" },
	{ "a section twice", "rules {", "smtp { url = \"smtps://other.example.nl\" }\nrules {" },
	{ "two mailboxes of one name", "smtp {", "mailbox \"intake\" { url = \"imaps://x\" }\nsmtp {" },
	/* what is missing */
	{ "no service", "service \"pentrax\" {", "servce \"pentrax\" {" },
	{ "no address", "    address = \"dossier@example.nl\"\n", "" },
	{ "no workflows", "{ \"inkomensverklaring\" }", "{ }" },
	{ "no staff", "    staff = { \"Els de Vries <els@example.nl>\" }\n", "" },
	{ "no authserv-id", "    authserv-id = \"mx.example.nl\"\n", "" },
	{ "no password", "    password-file = \"imap.password\"\n", "" },
	{ "no smtp", "smtp { url = \"smtps://mail.example.nl\" }\n", "" },
	{ "no store", "store { path = \"store\" key-file = \"master.key\" }\n", "" },
	{ "an empty path", "\"rules\"", "\"\"" },
	/* values */
	{ "a bad address", "dossier@example.nl", "dossier@example..nl" },
	{ "a bad member of staff", "Els de Vries <els@example.nl>", "Els de Vries" },
	{ "staff at our own address", "els@example.nl", "dossier@example.nl" },
	{ "staff twice", "{ \"Els", "{ \"els@example.nl\", \"Els" },
	{ "a workflow that is a path", "\"inkomensverklaring\"", "\"../inkomensverklaring\"" },
	{ "an unknown time zone", "authserv-id", "timezone = \"Europe/Nijmegen\" authserv-id" },
	{ "an unknown language", "authserv-id", "language = \"fy\" authserv-id" },
	{ "a bad authentication", "authserv-id", "authentication = \"maybe\" authserv-id" },
	{ "an unknown service", "service = \"pentrax\"", "service = \"pentrex\"" },
	{ "a url of another kind", "imaps://", "https://" },
	{ "a url without a host", "imaps://mail.example.nl/INBOX", "imaps:///INBOX" },
	{ "a port that is none", "mail.example.nl/INBOX", "mail.example.nl:imaps/INBOX" },
	{ "a port out of range", "mail.example.nl/INBOX", "mail.example.nl:70000/INBOX" },
	{ "a user in the url", "imaps://mail", "imaps://dossier@mail" },
	{ "a broken escape in the url", "/INBOX", "/INBOX%2" },
	{ "an unclosed IPv6 address", "mail.example.nl/INBOX", "[::1/INBOX" },
	{ "something behind the smtp host", "smtps://mail.example.nl", "smtps://mail.example.nl/x" },
	{ "a bad tls", "user =", "tls = \"sometimes\" user =" },
	{ "tls that contradicts the url", "user =", "tls = \"none\" user =" },
	{ "a bad auth", "user =", "auth = \"cram-md5\" user =" },
	{ "a number that is none", "user =", "poll = often user =" },
	{ "a number out of range", "user =", "poll = 0 user =" },
	{ "a number that overflows", "user =", "max-size = 99999999999999999999 user =" },
	{ "a flag that is none", "user =", "trace = 2 user =" },
	{ "a span that is none", "user =", "processed-keep = \"a month\" user =" },
	{ "processed is the folder that is read", "user =", "processed = \"INBOX\" user =" },
	{ "processed and quarantine are one", "user =", "processed = \"Apart\" quarantine = \"Apart\" user =" },
	{ "two mailboxes on one folder", "smtp {",
	  "mailbox \"two\" { url = \"imaps://MAIL.example.nl\" user = \"dossier\" password-file = \"p\" }\nsmtp {" },
	{ "the key in the store", "\"master.key\"", "\"store/master.key\"" },
	{ "a term of keeping of nothing", "key-file =", "ticket-keep = \"0 days\" key-file =" },
	{ "the spool in the store", "store {", "spool { path = \"store/spool\" }\nstore {" },
	{ "a password without a user", "smtps://mail.example.nl\"", "smtps://mail.example.nl\" password-file = \"p\"" },
	{ "a bad ehlo", "smtps://mail.example.nl\"", "smtps://mail.example.nl\" ehlo = \"my host\"" },
	{ "xoauth2 without a token endpoint", "password-file = \"imap.password\"", "auth = \"xoauth2\"" },
	{ "xoauth2 over http", "password-file = \"imap.password\"",
	  "auth = \"xoauth2\" token-url = \"http://login.example.com\" client-id = \"x\" client-secret-file = \"y\"" },
	{ "xoauth2 with a password", "user =",
	  "auth = \"xoauth2\" token-url = \"https://x.example\" client-id = \"x\" client-secret-file = \"y\" user =" },
	{ "a token endpoint without xoauth2", "user =", "token-url = \"https://x.example\" user =" },
};

static void write_file(const char *name, const struct buf *text)
{
	struct err err = ERR_INIT;

	if (file_replace(name, text->data, text->len, 0600, &err))
		printf("# %s\n", err.text);
}

/* The good text with 'from' replaced; false when it does not hold it. */
static bool change(size_t row, struct buf *out)
{
	const char *at = strstr(good, rows[row].from);

	if (!at)
		return false;
	buf_add(out, good, (size_t)(at - good));
	buf_adds(out, rows[row].to);
	buf_adds(out, at + strlen(rows[row].from));
	return true;
}

static void test_faults(void)
{
	struct buf all = BUF_INIT(BUF_MAX_FILE);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct settings *settings = NULL;
		struct buf text = BUF_INIT(BUF_MAX_FILE);

		tap_ok(change(i, &text), "%s: the good file has such a place", rows[i].name);
		write_file("postkamer.conf", &text);
		tap_is_int(settings_read("postkamer.conf", &settings, &diags), -1, "%s: is refused", rows[i].name);
		tap_ok(diags.errors > 0 && !settings, "%s: says why", rows[i].name);
		buf_addf(&all, "== %s\n", rows[i].name);
		diag_list_format(&diags, &all);
		diag_list_free(&diags);
		settings_free(&settings);
		buf_free(&text);
	}
	golden_check("../settings/faults.expected", &all);
	buf_free(&all);
}

/* ---- what a file is read as ---- */

static const char *shown(const char *text)
{
	return text ? text : "-";
}

/* Relative paths count from the folder of the file. */
static const char *path(const char *text)
{
	static char here[4096];
	size_t n;

	if (!text || !getcwd(here, sizeof here))
		return "-";
	n = strlen(here);
	return strncmp(text, here, n) == 0 && text[n] == '/' ? text + n + 1 : text;
}

static void dump_service(struct buf *out, const struct settings_service *s)
{
	size_t i;

	buf_addf(out, "service %s\n  name %s\n  address %s\n  phone %s\n  language %s\n  timezone %s\n", s->key, s->name,
		 s->address, s->phone, s->language, s->timezone);
	for (i = 0; i < s->workflow_count; i++)
		buf_addf(out, "  workflow %s\n", s->workflows[i]);
	for (i = 0; i < s->staff_count; i++)
		buf_addf(out, "  staff '%s' %s\n", s->staff[i].name, s->staff[i].address);
	buf_addf(out, "  question %s\n  problem %s\n  request %s\n  recipient-header %s\n", s->question, s->problem,
		 s->request, shown(s->recipient_header));
	buf_addf(out, "  authentication %d %s %s\n", s->authentication, shown(s->authserv_id), shown(s->boundary));
}

static void dump_oauth(struct buf *out, const struct settings_oauth *o)
{
	if (o->request.url)
		buf_addf(out, "  oauth %s %s\n    scope %s\n    secret %s\n    refresh %s\n    ca %s\n", o->request.url,
			 o->request.client_id, shown(o->request.scope), path(o->client_secret_file),
			 path(o->refresh_token_file), path(o->request.ca_file));
}

static void dump_mailbox(struct buf *out, const struct settings_mailbox *m)
{
	buf_addf(out, "mailbox %s\n  service %s\n  %s port %u tls %u auth %u\n  folder '%s'\n  user %s\n  password %s\n",
		 m->key, m->service, m->host, m->port, m->tls, m->auth, m->folder, m->user, path(m->password_file));
	buf_addf(out, "  ca %s\n  processed %s\n  quarantine %s\n", path(m->ca_file), m->processed, m->quarantine);
	buf_addf(out, "  poll %u idle-renew %u deadline %u max %lld trace %d\n", m->poll, m->idle_renew, m->deadline,
		 (long long)m->max_bytes, m->trace);
	dump_oauth(out, &m->oauth);
}

static void dump(struct buf *out, const struct settings *s)
{
	size_t i;

	for (i = 0; i < s->service_count; i++)
		dump_service(out, &s->services[i]);
	for (i = 0; i < s->mailbox_count; i++)
		dump_mailbox(out, &s->mailboxes[i]);
	for (i = 0; i < s->brand_count; i++)
		buf_addf(out, "brand %s\n  %s, %s, %s, %s, %s, %s\n", s->brands[i].key, s->brands[i].service,
			 s->brands[i].name, shown(s->brands[i].sender), path(s->brands[i].logo),
			 shown(s->brands[i].color), shown(s->brands[i].signature));
	buf_addf(out, "smtp\n  %s port %u tls %d auth %d\n  user %s\n  password %s\n  ehlo %s\n  connections %d\n",
		 s->smtp.host, s->smtp.port, (int)s->smtp.tls, (int)s->smtp.auth, shown(s->smtp.user),
		 path(s->smtp_password_file), s->smtp.ehlo, s->smtp_connections);
	dump_oauth(out, &s->smtp_oauth);
	buf_addf(out, "spool\n  %s, %s, still %d\n", path(s->spool_path), shown(s->spool_service), s->spool_still);
	buf_addf(out, "store\n  %s, %s, trial %d, tickets %lld, mail %lld\n", path(s->store_path), path(s->key_file),
		 s->trial, (long long)s->ticket_keep, (long long)s->mail_keep);
	buf_addf(out, "rules %s\ntemplates %s\nparse %d\n", path(s->rules_path), path(s->templates_path),
		 s->parse_workers);
}

/* Reads tests/golden/settings/NAME.conf and compares all that is said and read with NAME.expected. */
static void test_file(const char *source, const char *name, int expected)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE);
	struct diag_list diags = DIAG_LIST_INIT;
	struct settings *settings = NULL;
	struct err err = ERR_INIT;
	char file[4200];

	snprintf(file, sizeof file, "%s/tests/golden/settings/%s.conf", source, name);
	tap_is_int(file_read(file, &text, &err), 0, "%s is there %s", name, err.text);
	snprintf(file, sizeof file, "%s.conf", name);
	write_file(file, &text);
	tap_is_int(settings_read(file, &settings, &diags), expected, "%s is judged", name);
	diag_list_format(&diags, &out);
	if (settings)
		dump(&out, settings);
	snprintf(file, sizeof file, "../settings/%s.expected", name);
	golden_check(file, &out);
	unlink(file);
	settings_free(&settings);
	diag_list_free(&diags);
	buf_free(&text);
	buf_free(&out);
}

/* Any text at all: an answer, and nothing left for libconfuse to say (it knows no places). */
static void test_mutations(void)
{
	static const char pieces[] = "${9}=,\"'#/*\\\n ;:(+)$a-.\t";
	uint32_t seed = 1;
	long placeless = 0, unanswered = 0;
	int round, change;

	for (round = 0; round < 3000; round++) {
		struct buf text = BUF_INIT(BUF_MAX_FILE);
		struct diag_list diags = DIAG_LIST_INIT;
		struct settings *settings = NULL;
		size_t i;
		int rc;

		buf_adds(&text, good);
		for (change = 0; change <= round % 4; change++) {
			seed = seed * 1664525 + 1013904223;
			text.data[(seed >> 8) % text.len] = pieces[(seed >> 4) % (sizeof pieces - 1)];
		}
		write_file("postkamer.conf", &text);
		rc = settings_read("postkamer.conf", &settings, &diags);
		unanswered += (rc == 0) != (diags.errors == 0);
		for (i = 0; i < diags.count; i++)
			if (diags.items[i].place.line && !diags.items[i].place.source && placeless++ < 3)
				printf("# round %d, line %d: %s\n%s", round, diags.items[i].place.line,
				       diags.items[i].message, text.data);
		settings_free(&settings);
		diag_list_free(&diags);
		buf_free(&text);
	}
	tap_is_int(unanswered, 0, "3000 mutations: each is read, or refused with a reason");
	tap_is_int(placeless, 0, "3000 mutations: the scanner found all before libconfuse did");
}

static void test_missing(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct settings *settings = NULL;

	tap_is_int(settings_read("/nonexistent/postkamer.conf", &settings, &diags), -1, "a file that is not there");
	tap_ok(diags.count == 1 && strstr(diags.items[0].message, "No such file") && diags.items[0].hint,
	       "says so, and what to do");
	diag_list_free(&diags);
}

static void test_find(void)
{
	char *found;

	unsetenv("POSTKAMER_CONF");
	unlink("postkamer.conf");
	found = settings_find("x.conf");
	tap_is_str(found, "x.conf", "-c comes first");
	free(found);
	found = settings_find(NULL);
	tap_is_str(found, "/etc/postkamer/postkamer.conf", "without anything: /etc");
	free(found);
	write_file("postkamer.conf", &(struct buf)BUF_INIT(BUF_MAX_LINE));
	found = settings_find(NULL);
	tap_is_str(found, "postkamer.conf", "one in this folder comes before /etc");
	free(found);
	setenv("POSTKAMER_CONF", "env.conf", 1);
	found = settings_find(NULL);
	tap_is_str(found, "env.conf", "the environment comes before the folder");
	free(found);
}

int main(void)
{
	char folder[] = "/tmp/test-settings.XXXXXX", source[4096];
	const char *top = getenv("top_srcdir");

	if (!realpath(top ? top : ".", source) || !mkdtemp(folder) || chdir(folder))
		return tap_skip_all("no temporary folder");
	setenv("top_srcdir", source, 1);
	test_faults();
	test_file(source, "good", 0);
	test_file(source, "least", 0);
	test_file(source, "typos", -1);
	test_mutations();
	test_missing();
	test_find();
	if (unlink("postkamer.conf") || unlink("good.conf") || unlink("least.conf") || unlink("typos.conf") ||
	    chdir("/") || rmdir(folder))
		printf("# %s could not be removed\n", folder);
	return tap_done();
}
