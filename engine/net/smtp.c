/* System. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "net/curl_p.h"
#include "net/smtp.h"
#include "net/smtp_p.h"

#define CONNECT_MS 30000
#define REPLY_MS 600000
#define WHOLE_MS 3600000
/* A connection idle for longer is not used again: servers close theirs at 300 s, some sooner. */
#define IDLE_S 100

/* The last line end. */
#define HELD_BACK 2

/* Open at the same time: one in use, one kept, tries over IPv4 and IPv6. */
#define SOCKETS_MAX 8

/* One transfer of libcurl; an attempt has two at most. */
struct transfer {
	const struct smtp_mail *mail;
	struct smtp_dialog dialog;
	int64_t at;      /* bytes handed over */
	int64_t wire;    /* bytes on the wire, of smtp_bytes_measure() */
	bool stopped;    /* by 'before_dot' */
	bool unreadable; /* the file could not be read */
	bool no_auth;    /* the server does not offer what the settings need */
	bool fresh;      /* over a connection made for it */
	CURLcode code;
};

struct smtp {
	struct arena arena;
	struct send_settings settings; /* strings in 'arena' */
	char *token;                   /* owned, NULL = none yet */
	struct net_trust trust;
	CURL *curl;                    /* owned */
	int sockets[SOCKETS_MAX];      /* libcurl's open ones; -1 = free */
	char detail[CURL_ERROR_SIZE];
};

/* Set-up. */

/* Host and EHLO name become parts of a URL: only what needs no escaping there. */
static bool name_valid(const char *name)
{
	static const char more[] = ".-:[]_";

	if (!name || !*name || strlen(name) > 255)
		return false;
	for (; *name; name++) {
		char c = str_lower(*name);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !strchr(more, c))
			return false;
	}
	return true;
}

static bool login_valid(const struct send_settings *s)
{
	if (s->auth == SEND_AUTH_NONE)
		return true;
	if (!s->user || !*s->user)
		return false;
	return s->auth == SEND_AUTH_XOAUTH2 || (s->secret && *s->secret);
}

static int settings_check(const struct send_settings *s, struct err *err)
{
	if (!name_valid(s->host))
		return err_set(err, ERR_INPUT, "the name of the SMTP server is not valid");
	if (s->port < 1 || s->port > 65535)
		return err_set(err, ERR_INPUT, "%u is no port number", (unsigned)s->port);
	if (!name_valid(s->ehlo))
		return err_set(err, ERR_INPUT, "the name to say in EHLO is not valid");
	if (s->tls != SEND_TLS_IMPLICIT && s->tls != SEND_TLS_STARTTLS && s->tls != SEND_TLS_NONE)
		return err_set(err, ERR_BUG, "unknown kind of TLS %d", (int)s->tls);
	if (!login_valid(s))
		return err_set(err, ERR_INPUT, "user or password for the SMTP server is missing");
	return 0;
}

static void settings_copy(struct smtp *m, const struct send_settings *s)
{
	m->settings = *s;
	m->settings.host = arena_strdup(&m->arena, s->host);
	m->settings.ehlo = arena_strdup(&m->arena, s->ehlo);
	m->settings.ca_file = arena_strdup(&m->arena, s->ca_file);
	m->settings.user = arena_strdup(&m->arena, s->user);
	m->settings.secret = arena_strdup(&m->arena, s->secret);
	m->settings.oauth = (struct oauth_request){ 0 }; /* the caller's matter */
	if (!m->settings.connect_ms)
		m->settings.connect_ms = CONNECT_MS;
	if (!m->settings.reply_ms)
		m->settings.reply_ms = REPLY_MS;
	if (!m->settings.whole_ms)
		m->settings.whole_ms = WHOLE_MS;
}

static void set_url(struct smtp *m)
{
	const struct send_settings *s = &m->settings;
	const char *scheme = s->tls == SEND_TLS_IMPLICIT ? "smtps" : "smtp";
	bool v6 = strchr(s->host, ':') && *s->host != '[';

	curl_easy_setopt(m->curl, CURLOPT_URL,
			 arena_printf(&m->arena, "%s://%s%s%s:%u/%s", scheme, v6 ? "[" : "", s->host,
				      v6 ? "]" : "", (unsigned)s->port, s->ehlo));
	net_curl_long(m->curl, CURLOPT_USE_SSL, s->tls == SEND_TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL);
}

static void set_login(struct smtp *m)
{
	static const char *const mechanisms[] = {
		[SEND_AUTH_PLAIN] = "AUTH=PLAIN",
		[SEND_AUTH_LOGIN] = "AUTH=LOGIN",
		[SEND_AUTH_XOAUTH2] = "AUTH=XOAUTH2",
	};
	const struct send_settings *s = &m->settings;

	if (s->auth == SEND_AUTH_NONE)
		return;
	curl_easy_setopt(m->curl, CURLOPT_USERNAME, s->user);
	curl_easy_setopt(m->curl, CURLOPT_LOGIN_OPTIONS, mechanisms[s->auth]);
	if (s->auth != SEND_AUTH_XOAUTH2)
		curl_easy_setopt(m->curl, CURLOPT_PASSWORD, s->secret);
}

static void set_times(struct smtp *m)
{
	const struct send_settings *s = &m->settings;
	long reply_s = (long)(s->reply_ms + 999) / 1000;

	net_curl_long(m->curl, CURLOPT_CONNECTTIMEOUT_MS, s->connect_ms);
	net_curl_long(m->curl, CURLOPT_TIMEOUT_MS, s->whole_ms);
	/* libcurl's own limit for one reply is 120 s; RFC 5321 §4.5.3.2.6 wants 10 minutes after the dot. */
	net_curl_long(m->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, reply_s);
	/* This one also runs while a reply is awaited, so it must not be the shorter. */
	net_curl_long(m->curl, CURLOPT_LOW_SPEED_TIME, reply_s);
	net_curl_long(m->curl, CURLOPT_LOW_SPEED_LIMIT, 1);
	net_curl_long(m->curl, CURLOPT_MAXAGE_CONN, IDLE_S);
	net_curl_long(m->curl, CURLOPT_MAXCONNECTS, 1);
}

/*
 * The sockets, to be able to shut them. libcurl keeps a connection on which an
 * answer is overdue, and would take the late answer for that to the next
 * command; and it waits for the answer to QUIT as long as for any other.
 */

static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct smtp *m = ctx;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	size_t i;

	(void)purpose;
	for (i = 0; i < SOCKETS_MAX && fd >= 0; i++) {
		if (m->sockets[i] < 0) {
			m->sockets[i] = fd;
			return fd;
		}
	}
	if (fd >= 0)
		close(fd);
	return CURL_SOCKET_BAD;
}

static int on_close(void *ctx, curl_socket_t fd)
{
	struct smtp *m = ctx;
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		if (m->sockets[i] == fd)
			m->sockets[i] = -1;
	return close(fd);
}

static void sockets_shut(struct smtp *m, int how)
{
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		if (m->sockets[i] >= 0)
			shutdown(m->sockets[i], how);
}

static void set_sockets(struct smtp *m)
{
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		m->sockets[i] = -1;
	curl_easy_setopt(m->curl, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(m->curl, CURLOPT_OPENSOCKETDATA, m);
	curl_easy_setopt(m->curl, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(m->curl, CURLOPT_CLOSESOCKETDATA, m);
}

/* What libcurl tells while a transfer runs. */

struct hook {
	struct smtp *smtp;
	struct transfer *transfer;
};

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t len, void *ctx)
{
	struct hook *h = ctx;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT)
		return 0;
	smtp_dialog_command(&h->transfer->dialog, data, len);
	if (h->transfer->dialog.over)
		sockets_shut(h->smtp, SHUT_RD);
	return 0;
}

static size_t on_reply(char *data, size_t size, size_t count, void *ctx)
{
	struct hook *h = ctx;
	struct smtp_dialog *d = &h->transfer->dialog;
	bool needs_auth = h->smtp->settings.auth != SEND_AUTH_NONE;
	size_t len = size * count;

	smtp_dialog_reply(d, data, len);
	/* Without an offer libcurl would go on and send the mail as a stranger's. */
	if (needs_auth && d->ehlo && d->tls_up && d->final && d->code / 100 == 2 && !d->auth_offered) {
		h->transfer->no_auth = true;
		return 0;
	}
	return len;
}

/*
 * Whether libcurl asks for the end of the mail before it sends the final dot,
 * or goes by the announced size, depends on its version. So the gate stands
 * before the last bytes: without them it does not send the dot by itself.
 */
static int pass_gate(struct transfer *t)
{
	if (t->dialog.released)
		return 0;
	if (t->mail->before_dot && t->mail->before_dot(t->mail->ctx)) {
		t->stopped = true;
		return -1;
	}
	smtp_dialog_release(&t->dialog);
	return 0;
}

static size_t on_read(char *out, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	int64_t left = t->mail->size - t->at, n = (int64_t)(size * count);

	t->dialog.asked_bytes = true;
	if (left <= HELD_BACK && pass_gate(t))
		return CURL_READFUNC_ABORT;
	if (left > HELD_BACK)
		left -= HELD_BACK;
	if (n > left)
		n = left;
	/* A short read would be taken for the end of the mail, and the mail for complete. */
	if (n && file_pread_all(t->mail->fd, out, (size_t)n, t->at, NULL)) {
		t->unreadable = true;
		return CURL_READFUNC_ABORT;
	}
	t->at += n;
	return (size_t)n;
}

struct smtp *smtp_new(const struct send_settings *settings, struct err *err)
{
	struct smtp *m;

	if (settings_check(settings, err))
		return NULL;
	m = xcalloc(1, sizeof *m);
	settings_copy(m, settings);
	if (net_trust_open(&m->trust, m->settings.ca_file, err) == 0)
		m->curl = net_curl_new("smtp,smtps", &m->trust, err);
	if (!m->curl) {
		smtp_free(&m);
		return NULL;
	}
	set_url(m);
	set_login(m);
	set_times(m);
	set_sockets(m);
	curl_easy_setopt(m->curl, CURLOPT_ERRORBUFFER, m->detail);
	curl_easy_setopt(m->curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(m->curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(m->curl, CURLOPT_HEADERFUNCTION, on_reply);
	/* The only way to learn which command a reply answers. */
	curl_easy_setopt(m->curl, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(m->curl, CURLOPT_VERBOSE, 1L);
	return m;
}

void smtp_free(struct smtp **smtp)
{
	struct smtp *m = *smtp;

	if (!m)
		return;
	*smtp = NULL;
	if (m->curl) {
		/* QUIT is said in there, and its answer not waited for; the callbacks must not see what is gone. */
		sockets_shut(m, SHUT_RD);
		curl_easy_setopt(m->curl, CURLOPT_VERBOSE, 0L);
		curl_easy_setopt(m->curl, CURLOPT_HEADERFUNCTION, NULL);
		curl_easy_setopt(m->curl, CURLOPT_HEADERDATA, NULL);
		curl_easy_cleanup(m->curl);
	}
	net_trust_close(&m->trust);
	free(m->token);
	arena_free(&m->arena);
	free(m);
}

void smtp_set_token(struct smtp *m, const char *access)
{
	free(m->token);
	m->token = xstrdup(access);
	curl_easy_setopt(m->curl, CURLOPT_XOAUTH2_BEARER, m->token);
}

/* One attempt. */

static int mail_check(const struct smtp_mail *mail, int64_t *wire, struct err *err)
{
	if (*mail->from && !addr_valid(mail->from))
		return err_set(err, ERR_INPUT, "the sender is no plain address");
	if (!addr_valid(mail->to))
		return err_set(err, ERR_INPUT, "the recipient is no plain address");
	if (file_size(mail->fd) != mail->size)
		return err_set(err, ERR_INPUT, "the file does not have the size that was said");
	return smtp_bytes_measure(mail->fd, mail->size, wire, err);
}

/*
 * The number for SIZE=, and libcurl's idea of when it is done. libcurl 7 counts
 * the stuffed dots among the bytes it sent, and ends the mail in the middle when
 * the count meets the announced size there; the size on the wire is met by
 * nothing but the end. libcurl 8.7 counts the bytes it was given.
 */
static curl_off_t announced_size(const struct transfer *t)
{
#if LIBCURL_VERSION_NUM >= 0x080700
	return (curl_off_t)t->mail->size;
#else
	return (curl_off_t)t->wire;
#endif
}

static void set_envelope(struct smtp *m, const struct transfer *t, struct curl_slist **to)
{
	const struct smtp_mail *mail = t->mail;
	char path[ADDR_MAX + 3];

	snprintf(path, sizeof path, "<%s>", mail->from);
	curl_easy_setopt(m->curl, CURLOPT_MAIL_FROM, path);
	snprintf(path, sizeof path, "<%s>", mail->to);
	*to = curl_slist_append(NULL, path);
	curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, *to);
	curl_easy_setopt(m->curl, CURLOPT_INFILESIZE_LARGE, announced_size(t));
}

static void transfer_run(struct smtp *m, struct transfer *t, bool fresh)
{
	struct hook hook = { m, t };
	struct curl_slist *to;
	long connects = 0;

	smtp_dialog_start(&t->dialog, m->settings.tls != SEND_TLS_STARTTLS);
	m->detail[0] = '\0';
	set_envelope(m, t, &to);
	curl_easy_setopt(m->curl, CURLOPT_READDATA, t);
	curl_easy_setopt(m->curl, CURLOPT_DEBUGDATA, &hook);
	curl_easy_setopt(m->curl, CURLOPT_HEADERDATA, &hook);
	net_curl_long(m->curl, CURLOPT_FRESH_CONNECT, fresh);
	t->code = curl_easy_perform(m->curl);
	if (t->code != CURLE_OK)
		sockets_shut(m, SHUT_RDWR);
	curl_easy_getinfo(m->curl, CURLINFO_NUM_CONNECTS, &connects);
	t->fresh = connects > 0;
	curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(to);
}

/* The server had closed, or was about to close, a connection that we held open. */
static bool was_stale(const struct transfer *t)
{
	const struct smtp_dialog *d = &t->dialog;
	bool cut = t->code == CURLE_SEND_ERROR || t->code == CURLE_RECV_ERROR || t->code == CURLE_GOT_NOTHING;

	if (t->fresh || d->asked_bytes || d->stage >= SEND_STAGE_DATA)
		return false;
	return d->final ? d->code == 421 : cut;
}

static bool is_tls_failure(CURLcode code)
{
	static const CURLcode codes[] = {
		CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR,
		CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
		CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
	};
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == code)
			return true;
	return false;
}

static void set_text(struct send_result *result, const char *text)
{
	snprintf(result->text, sizeof result->text, "%s", text);
}

/* What the dialog cannot know: failures without a word from the server. */
static void explain(struct smtp *m, const struct transfer *t, struct send_result *result)
{
	bool told = result->code >= 400 || result->outcome == SEND_SENT;

	if (result->stage == SEND_STAGE_CONNECT && is_tls_failure(t->code))
		result->stage = SEND_STAGE_TLS;
	if (t->no_auth || (t->code == CURLE_LOGIN_DENIED && result->stage < SEND_STAGE_AUTH))
		result->stage = SEND_STAGE_AUTH;
	if (t->unreadable) {
		result->outcome = SEND_LOCAL;
		result->host_problem = false;
		set_text(result, "the bytes of the mail cannot be read");
	} else if (t->stopped) {
		result->host_problem = false;
		set_text(result, "stopped before the end of data");
	} else if (t->no_auth) {
		set_text(result, "the server does not offer authentication");
	} else if (!told && t->code == CURLE_LOGIN_DENIED) {
		set_text(result, "the server does not offer this way to log in");
	} else if (!told && t->code == CURLE_USE_SSL_FAILED) {
		set_text(result, "the server does not offer STARTTLS");
	} else if (!told) {
		net_curl_text(result->text, sizeof result->text, t->code, m->detail);
	}
}

void smtp_send(struct smtp *m, const struct smtp_mail *mail, struct send_result *result)
{
	struct transfer t = { .mail = mail };
	struct err err = ERR_INIT;

	if (mail_check(mail, &t.wire, &err)) {
		*result = (struct send_result){ .outcome = SEND_LOCAL, .stage = SEND_STAGE_LOCAL };
		set_text(result, err.text);
		return;
	}
	transfer_run(m, &t, false);
	if (was_stale(&t)) {
		t = (struct transfer){ .mail = mail, .wire = t.wire };
		transfer_run(m, &t, true);
	}
	/* A promise of libcurl that did not hold: the mail went out without our word. It went out. */
	if (t.code == CURLE_OK && !t.dialog.released)
		t.dialog.released = true, t.dialog.stage = SEND_STAGE_DOT;
	smtp_dialog_judge(&t.dialog, result);
	result->new_connection = t.fresh;
	explain(m, &t, result);
}
