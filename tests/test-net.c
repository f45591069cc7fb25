/* Sending without a network: bytes, reply lines and what they mean, token answers, messages. */
/* System. */
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "ipc/ipc.h"
#include "ipc/send_msg.h"
#include "net/oauth.h"
#include "net/oauth_p.h"
#include "net/smtp.h"
#include "net/smtp_p.h"

/* Own. */
#include "tap.h"

static int memory_file(const char *data, size_t len)
{
	int fd = file_memory("test", NULL);

	if (fd < 0 || file_write_all(fd, data, len, NULL))
		abort();
	return fd;
}

/* Bytes. */

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *name;
	const char *data;
	size_t len;
	const char *error; /* NULL = fit */
} bytes_rows[] = {
	{ "a plain mail", BYTES("From: a@b\r\n\r\nhello\r\n"), NULL },
	{ "a single line", BYTES("x\r\n"), NULL },
	{ "empty lines", BYTES("\r\n\r\n"), NULL },
	{ "dots", BYTES(".\r\n..\r\n"), NULL },
	{ "8-bit", BYTES("caf\xc3\xa9\r\n"), NULL },
	{ "nothing", BYTES(""), "the mail is empty" },
	{ "bare LF", BYTES("a\r\nb\nc\r\n"), "line 2 ends in a bare LF" },
	{ "bare LF first", BYTES("\n"), "line 1 ends in a bare LF" },
	{ "smuggling with bare LF", BYTES("a\r\n\n.\n"), "line 2 ends in a bare LF" },
	{ "smuggling with mixed ends", BYTES("a\r\n.\n\r\n"), "line 2 ends in a bare LF" },
	{ "bare CR", BYTES("a\rb\r\n"), "line 1 has a bare CR" },
	{ "CR CR LF", BYTES("a\r\r\n"), "line 1 has a bare CR" },
	{ "smuggling with bare CR", BYTES("a\r\n.\r\r\n"), "line 2 has a bare CR" },
	{ "CR at the end", BYTES("a\r\nb\r"), "the last line does not end in CRLF" },
	{ "no last line end", BYTES("a\r\nb"), "the last line does not end in CRLF" },
	{ "NUL", BYTES("a\r\nb\0c\r\n"), "line 2 has a NUL byte" },
	{ "NUL behind CR", BYTES("a\r\0\n"), "line 1 has a bare CR" },
};

static void test_bytes(void)
{
	size_t i;

	for (i = 0; i < sizeof bytes_rows / sizeof *bytes_rows; i++) {
		struct err err = ERR_INIT;
		int fd = memory_file(bytes_rows[i].data, bytes_rows[i].len);
		int rc = smtp_bytes_check(fd, (int64_t)bytes_rows[i].len, &err);

		tap_is_int(rc, bytes_rows[i].error ? -1 : 0, "bytes: %s", bytes_rows[i].name);
		tap_is_str(err.text, bytes_rows[i].error ? bytes_rows[i].error : "", "bytes: %s: text",
			   bytes_rows[i].name);
		close(fd);
	}
}

/* Lines of every length around the limit, and line ends around the borders of chunks. */
static void test_line_length(void)
{
	static const size_t lengths[] = { 997, 998, 999, 1000, 70000 };
	size_t i;

	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct buf text = BUF_INIT(BUF_MAX_TEXT);
		size_t n;
		int fd;

		for (n = 0; n < lengths[i]; n++)
			buf_addc(&text, 'x');
		buf_adds(&text, "\r\n");
		fd = memory_file(text.data, text.len);
		tap_is_int(smtp_bytes_check(fd, (int64_t)text.len, NULL), lengths[i] > 998 ? -1 : 0,
			   "a line of %zu bytes", lengths[i]);
		close(fd);
		buf_free(&text);
	}
}

static void test_chunk_borders(void)
{
	int shift, bad = 0;

	for (shift = 0; shift < 80; shift++) {
		struct buf text = BUF_INIT(BUF_MAX_TEXT);
		int fd;

		for (int n = 0; n < shift; n++)
			buf_addc(&text, 'x');
		buf_adds(&text, "\r\n");
		while (text.len < 66000)
			buf_adds(&text, "0123456789012345678901234567890123456789012345678901234567890123456\r\n");
		fd = memory_file(text.data, text.len);
		bad += smtp_bytes_check(fd, (int64_t)text.len, NULL) != 0;
		bad += smtp_bytes_check(fd, (int64_t)text.len - 1, NULL) == 0;
		close(fd);
		buf_free(&text);
	}
	tap_is_int(bad, 0, "line ends at every place around a chunk border");
}

static void test_loopback(void)
{
	static const struct {
		const char *host;
		bool loopback;
	} rows[] = {
		{ "localhost", true }, { "LOCALHOST", true }, { "127.0.0.1", true }, { "127.9.9.9", true },
		{ "::1", true }, { "128.0.0.1", false }, { "localhost.example.nl", false },
		{ "127.0.0.1.example.nl", false }, { "::2", false }, { "mail.example.nl", false }, { "", false },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_int(smtp_host_is_loopback(rows[i].host), rows[i].loopback, "loopback: '%s'", rows[i].host);
}

/* Dialogs: lines "> command" of ours, "< reply" of the server, "!" = the end of data was released. */

static const struct {
	const char *name;
	const char *lines;
	enum send_outcome outcome;
	enum send_stage stage;
	unsigned code;
	bool host;
	const char *enhanced;
	const char *text;
} dialog_rows[] = {
	{ "accepted",
	  "> MAIL FROM:<a@b>|< 250 ok|> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|< 250 2.0.0 queued as A1",
	  SEND_SENT, SEND_STAGE_DOT, 250, false, "2.0.0", "250 2.0.0 queued as A1" },
	{ "nothing at all", "", SEND_RETRY, SEND_STAGE_CONNECT, 0, true, "", "" },
	{ "greeting 554", "< 554 no service", SEND_RETRY, SEND_STAGE_CONNECT, 554, true, "", "554 no service" },
	{ "greeting 421", "< 421 4.3.2 busy", SEND_RETRY, SEND_STAGE_CONNECT, 421, true, "4.3.2", "421 4.3.2 busy" },
	{ "EHLO 550", "< 220 hi|> EHLO x|< 550 5.7.1 not you", SEND_RETRY, SEND_STAGE_CONNECT, 550, true, "5.7.1",
	  "550 5.7.1 not you" },
	{ "STARTTLS 454",
	  "< 220 hi|> EHLO x|< 250 STARTTLS|> STARTTLS|< 454 4.7.0 no", SEND_RETRY, SEND_STAGE_TLS, 454,
	  true, "4.7.0", "454 4.7.0 no" },
	{ "login refused", "> EHLO x|< 250 AUTH PLAIN|> AUTH PLAIN eA==|< 535 5.7.8 bad", SEND_RETRY,
	  SEND_STAGE_AUTH, 535, true, "5.7.8", "535 5.7.8 bad" },
	{ "login: base64 that reads DATA", "> EHLO x|< 250 AUTH LOGIN|> AUTH LOGIN|< 334 Vx|> DATA|< 535 5.7.8 bad",
	  SEND_RETRY, SEND_STAGE_AUTH, 535, true, "5.7.8", "535 5.7.8 bad" },
	{ "MAIL 550 sender unknown",
	  "> MAIL FROM:<a@b>|< 550 5.1.8 no such sender", SEND_REFUSED, SEND_STAGE_MAIL, 550,
	  false, "5.1.8", "550 5.1.8 no such sender" },
	{ "MAIL 530 log in first",
	  "> MAIL FROM:<a@b>|< 530 5.7.0 log in", SEND_RETRY, SEND_STAGE_MAIL, 530, true, "5.7.0",
	  "530 5.7.0 log in" },
	{ "MAIL 553 policy",
	  "> MAIL FROM:<a@b>|< 553 5.7.1 not yours", SEND_RETRY, SEND_STAGE_MAIL, 553, true, "5.7.1",
	  "553 5.7.1 not yours" },
	{ "MAIL 552 too big",
	  "> MAIL FROM:<a@b> SIZE=9|< 552 5.3.4 too big", SEND_REFUSED, SEND_STAGE_MAIL, 552, false,
	  "5.3.4", "552 5.3.4 too big" },
	{ "MAIL 451", "> MAIL FROM:<a@b>|< 451 4.3.0 later", SEND_RETRY, SEND_STAGE_MAIL, 451, false, "4.3.0",
	  "451 4.3.0 later" },
	{ "MAIL cut", "> MAIL FROM:<a@b>", SEND_RETRY, SEND_STAGE_MAIL, 0, true, "", "" },
	{ "RCPT 550", "> MAIL FROM:<a@b>|< 250 ok|> RCPT TO:<c@d>|< 550 5.1.1 no such user", SEND_REFUSED,
	  SEND_STAGE_RCPT, 550, false, "5.1.1", "550 5.1.1 no such user" },
	{ "RCPT 450 greylisted", "> MAIL FROM:<a@b>|< 250 ok|> RCPT TO:<c@d>|< 450 4.7.1 grey", SEND_RETRY,
	  SEND_STAGE_RCPT, 450, false, "4.7.1", "450 4.7.1 grey" },
	{ "RCPT 421",
	  "> MAIL FROM:<a@b>|< 250 ok|> RCPT TO:<c@d>|< 421 4.3.2 bye", SEND_RETRY, SEND_STAGE_RCPT, 421, true,
	  "4.3.2", "421 4.3.2 bye" },
	{ "RCPT cut behind a 250",
	  "> MAIL FROM:<a@b>|< 250 ok|> RCPT TO:<c@d>", SEND_RETRY, SEND_STAGE_RCPT, 0, true, "", "" },
	{ "DATA 554",
	  "> RCPT TO:<c@d>|< 250 ok|> DATA|< 554 no", SEND_REFUSED, SEND_STAGE_DATA, 554, false, "", "554 no" },
	{ "DATA 421",
	  "> RCPT TO:<c@d>|< 250 ok|> DATA|< 421 bye", SEND_RETRY, SEND_STAGE_DATA, 421, false, "", "421 bye" },
	{ "cut in the bytes", "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go", SEND_RETRY, SEND_STAGE_DATA, 354, false, "",
	  "354 go" },
	{ "dot 554",
	  "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|< 554 5.7.1 spam", SEND_REFUSED, SEND_STAGE_DOT, 554, false,
	  "5.7.1", "554 5.7.1 spam" },
	{ "dot 421",
	  "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|< 421 4.3.2 bye", SEND_RETRY, SEND_STAGE_DOT, 421, false,
	  "4.3.2", "421 4.3.2 bye" },
	{ "dot silent",
	  "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!", SEND_UNKNOWN, SEND_STAGE_DOT, 0, false, "", "" },
	{ "dot half an answer", "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|< 250-2.0.0 nearly", SEND_UNKNOWN,
	  SEND_STAGE_DOT, 0, false, "", "" },
	{ "dot rubbish", "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|< ok then|< 25 x|< 250x", SEND_UNKNOWN,
	  SEND_STAGE_DOT, 0, false, "", "" },
	{ "dot 354 once more",
	  "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|< 354 go on", SEND_UNKNOWN, SEND_STAGE_DOT, 354,
	  false, "", "354 go on" },
	{ "QUIT behind a refusal",
	  "> RCPT TO:<c@d>|< 550 5.1.1 no|> QUIT|< 221 2.0.0 bye", SEND_REFUSED, SEND_STAGE_RCPT, 550,
	  false, "5.1.1", "550 5.1.1 no" },
	{ "QUIT behind a silent dot", "> RCPT TO:<c@d>|< 250 ok|> DATA|< 354 go|!|> QUIT|< 250 late", SEND_UNKNOWN,
	  SEND_STAGE_DOT, 0, false, "", "" },
	{ "login: base64 that reads QUIT", "> EHLO x|< 250 AUTH LOGIN|> AUTH LOGIN|< 334 Vx|> QUIT|< 535 5.7.8 bad",
	  SEND_RETRY, SEND_STAGE_AUTH, 535, true, "5.7.8", "535 5.7.8 bad" },
	{ "several lines", "> RCPT TO:<c@d>|< 550-5.1.1 one|< 550-5.1.1 two|< 550 5.1.1 three", SEND_REFUSED,
	  SEND_STAGE_RCPT, 550, false, "5.1.1", "550 5.1.1 one two three" },
	{ "controls and bad bytes in a reply", "> RCPT TO:<c@d>|< 550 a\x01\x1b[31m\xff\xe2\x80\xae z", SEND_REFUSED,
	  SEND_STAGE_RCPT, 550, false, "", "550 a  [31m\xef\xbf\xbd  z" },
	{ "no enhanced code",
	  "> RCPT TO:<c@d>|< 550 5.1 x", SEND_REFUSED, SEND_STAGE_RCPT, 550, false, "", "550 5.1 x" },
	{ "code alone", "> RCPT TO:<c@d>|< 550", SEND_REFUSED, SEND_STAGE_RCPT, 550, false, "", "550" },
};

static void dialog_play(struct smtp_dialog *d, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "|");

		if (*lines == '!')
			smtp_dialog_release(d);
		else if (*lines == '>')
			smtp_dialog_command(d, lines + 2, len - 2);
		else
			smtp_dialog_reply(d, lines + 2, len - 2);
		lines += len + (lines[len] == '|');
	}
}

static void test_dialogs(void)
{
	size_t i;

	for (i = 0; i < sizeof dialog_rows / sizeof *dialog_rows; i++) {
		const char *name = dialog_rows[i].name;
		struct smtp_dialog d;
		struct send_result r;

		smtp_dialog_start(&d, true);
		dialog_play(&d, dialog_rows[i].lines);
		smtp_dialog_judge(&d, &r);
		tap_is_int(r.outcome, dialog_rows[i].outcome, "dialog: %s: outcome", name);
		tap_is_int(r.stage, dialog_rows[i].stage, "dialog: %s: stage", name);
		tap_is_int(r.code, dialog_rows[i].code, "dialog: %s: code", name);
		tap_is_int(r.host_problem, dialog_rows[i].host, "dialog: %s: host problem", name);
		tap_is_str(r.enhanced, dialog_rows[i].enhanced, "dialog: %s: enhanced", name);
		tap_is_str(r.text, dialog_rows[i].text, "dialog: %s: text", name);
	}
}

static void test_long_reply(void)
{
	struct smtp_dialog d;
	struct send_result r;
	char line[3000];
	int i;

	memset(line, 'x', sizeof line);
	memcpy(line, "550-", 4);
	smtp_dialog_start(&d, true);
	for (i = 0; i < 1000; i++)
		smtp_dialog_reply(&d, line, sizeof line);
	smtp_dialog_reply(&d, "550 end", 7);
	smtp_dialog_judge(&d, &r);
	tap_is_int((long long)strlen(r.text), SEND_REPLY_MAX, "three million bytes of reply are cut");
	tap_is_int(r.code, 550, "and still understood");
}

static void test_auth_offer(void)
{
	struct smtp_dialog d;

	smtp_dialog_start(&d, false);
	dialog_play(&d, "< 220 hi|> EHLO x|< 250-x|< 250 AUTH PLAIN");
	tap_ok(!d.auth_offered, "AUTH offered before TLS does not count");
	dialog_play(&d, "> STARTTLS|< 220 go|> EHLO x|< 250-x");
	tap_ok(!d.auth_offered && d.tls_up, "the second EHLO is over TLS");
	dialog_play(&d, "< 250-auth PLAIN LOGIN");
	tap_ok(d.auth_offered, "AUTH offered over TLS counts");
	smtp_dialog_start(&d, true);
	dialog_play(&d, "< 220 AUTH PLAIN");
	tap_ok(!d.auth_offered, "a greeting offers nothing");
}

/* Token answers. */

static const struct {
	const char *text;
	const char *name;
	const char *want; /* NULL = none */
} json_rows[] = {
	{ "{\"a\":\"x\"}", "a", "x" },
	{ " { \"b\" : [1, {\"a\":2}, \"]\"] , \"a\" : \"x\" } ", "a", "x" },
	{ "{\"a\":3600}", "a", "3600" },
	{ "{\"a\":\"\\u0041\\n\\/\\\\\\\"\\u00e9\\u20ac\"}", "a", "A\n/\\\"\xc3\xa9\xe2\x82\xac" },
	{ "{\"b\":\"x\"}", "a", NULL },
	{ "{}", "a", NULL },
	{ "", "a", NULL },
	{ "[]", "a", NULL },
	{ "{\"a\":\"x\"", "a", NULL },
	{ "{\"a\":\"x\"}}", "a", NULL },
	{ "{\"a\":\"x\" \"b\":1}", "a", NULL },
	{ "{\"a\":\"x\",}", "a", NULL },
	{ "{\"a\":\"x\",\"a\":\"y\"}", "a", NULL },
	{ "{\"a\":{\"a\":\"x\"}}", "a", NULL },
	{ "{\"a\":\"x", "a", NULL },
	{ "{\"a\":\"x\\", "a", NULL },
	{ "{\"a\":\"\\u00", "a", NULL },
	{ "{\"a\":\"\\u0000\"}", "a", NULL },
	{ "{\"a\":\"\\ud83d\\ude00\"}", "a", NULL },
	{ "{\"a\":\"x\ny\"}", "a", NULL },
	{ "{\"b\":[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]],\"a\":\"x\"}", "a", NULL },
	{ "<html>no</html>", "a", NULL },
};

static void test_json(void)
{
	struct arena arena = ARENA_INIT;
	size_t i;

	for (i = 0; i < sizeof json_rows / sizeof *json_rows; i++)
		tap_is_str(oauth_json_member(json_rows[i].text, json_rows[i].name, &arena), json_rows[i].want,
			   "json: row %zu %.40s", i, json_rows[i].text);
	arena_free(&arena);
}

static void test_oauth_requests(void)
{
	static const char *const urls[] = {
		"http://login.example.com/token", "ftp://127.0.0.1/", "file:///etc/passwd", "", "https://",
		"http://127.0.0.1.example.com/",
	};
	struct arena arena = ARENA_INIT;
	struct oauth_answer answer;
	size_t i;

	for (i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct oauth_request r = { .url = urls[i], .client_id = "id" };
		struct err err = ERR_INIT;

		tap_is_int(oauth_fetch(&r, &arena, &answer, &err), -1, "token endpoint '%s'", urls[i]);
		tap_is_int(err.code, ERR_INPUT, "token endpoint '%s' is refused at once", urls[i]);
	}
	arena_free(&arena);
}

static void test_settings(void)
{
	static const struct send_settings good = {
		.host = "127.0.0.1", .port = 25, .tls = SEND_TLS_STARTTLS, .ehlo = "client.example",
		.auth = SEND_AUTH_PLAIN, .user = "u", .secret = "s",
	};
	struct send_settings s = good;
	struct err err = ERR_INIT;
	struct smtp *smtp = smtp_new(&s, &err);

	tap_ok(smtp != NULL, "good settings %s", err.text);
	smtp_free(&smtp);
	s = good, s.host = "a/b";
	tap_ok(!smtp_new(&s, &err), "a host with a slash");
	s = good, s.host = "u@evil";
	tap_ok(!smtp_new(&s, &err), "a host with an at sign");
	s = good, s.ehlo = "x\r\nRSET";
	tap_ok(!smtp_new(&s, &err), "an EHLO name with a line break");
	s = good, s.port = 65536;
	tap_ok(!smtp_new(&s, &err), "a port that is none");
	s = good, s.secret = NULL;
	tap_ok(!smtp_new(&s, &err), "a user without a password");
	s = good, s.ca_file = "/nonexistent/ca.pem";
	tap_ok(!smtp_new(&s, &err) && strstr(err.text, "/nonexistent/ca.pem"), "a CA file that is not there");
}

static void test_local_refusals(void)
{
	static const struct {
		const char *name, *from, *to;
		int64_t size_off;
	} rows[] = {
		{ "a line break in the sender", "a@b.nl>\r\nRCPT TO:<x@y", "c@d.nl", 0 },
		{ "a line break in the recipient", "a@b.nl", "c@d.nl>\r\nRSET", 0 },
		{ "parameters in the recipient", "a@b.nl", "c@d.nl> NOTIFY=NEVER", 0 },
		{ "no recipient", "a@b.nl", "", 0 },
		{ "a size too small", "a@b.nl", "c@d.nl", -1 },
		{ "a size too large", "a@b.nl", "c@d.nl", 1 },
	};
	/* Nobody listens on port 1: had it been tried, the stage would be another. */
	struct send_settings s = { .host = "127.0.0.1", .port = 1, .tls = SEND_TLS_NONE, .ehlo = "client.example" };
	struct smtp *smtp = smtp_new(&s, NULL);
	int fd = memory_file(BYTES("x\r\n"));
	struct send_result r;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_mail mail = { rows[i].from, rows[i].to, fd, 3 + rows[i].size_off, NULL, NULL };

		smtp_send(smtp, &mail, &r);
		tap_is_int(r.outcome, SEND_LOCAL, "local: %s", rows[i].name);
		tap_is_int(r.stage, SEND_STAGE_LOCAL, "local: %s: nothing was tried", rows[i].name);
	}
	smtp_send(smtp, &(struct smtp_mail){ "a@b.nl", "c@d.nl", fd, 3, NULL, NULL }, &r);
	tap_is_int(r.outcome, SEND_RETRY, "nobody there: later");
	tap_is_int(r.stage, SEND_STAGE_CONNECT, "nobody there: stage");
	tap_ok(r.host_problem, "nobody there: not the mail's fault");
	tap_ok(strstr(r.text, "connect") != NULL, "nobody there: '%s'", r.text);
	smtp_free(&smtp);
	close(fd);
}

/* Messages: there and back, and cut at every byte. */

static int ours, theirs;

/* Sends 'w', cut to 'len' bytes of body where that is less, and receives it at the other end. */
static void pass(struct ipc_writer *w, size_t len, struct ipc_message *m)
{
	if (len < w->body.len)
		buf_truncate(&w->body, len);
	if (ipc_send(ours, w, NULL) || ipc_receive(theirs, 1000, m, NULL))
		abort();
	ipc_writer_free(w);
}

static const struct send_settings settings_full = {
	.host = "mail.example.nl", .port = 465, .tls = SEND_TLS_IMPLICIT, .ehlo = "client.example",
	.ca_file = "/ca.pem", .auth = SEND_AUTH_XOAUTH2, .user = "user", .secret = NULL,
	.oauth = { "https://login/", "id", "secret", "refresh", "scope", NULL },
	.connect_ms = 1, .reply_ms = 2, .whole_ms = 3,
};

static void test_setup_message(void)
{
	struct arena arena = ARENA_INIT;
	struct send_settings got;
	struct ipc_message m;
	struct ipc_writer w;
	size_t cut, whole, refused = 0;

	send_msg_put_setup(&w, &settings_full);
	whole = w.body.len;
	pass(&w, whole, &m);
	tap_is_int(send_msg_get_setup(&m, &arena, &got, NULL), 0, "SETUP arrives");
	ipc_message_free(&m);
	tap_is_str(got.host, "mail.example.nl", "SETUP: host");
	tap_is_str(got.oauth.scope, "scope", "SETUP: scope");
	tap_ok(!got.secret && !got.oauth.ca_file, "SETUP: NULL stays NULL");
	tap_is_int(got.whole_ms, 3, "SETUP: last field");
	for (cut = 4; cut < whole; cut++) {
		send_msg_put_setup(&w, &settings_full);
		pass(&w, cut, &m);
		refused += send_msg_get_setup(&m, &arena, &got, NULL) == -1;
		ipc_message_free(&m);
	}
	tap_is_int((long long)refused, (long long)whole - 4, "SETUP cut anywhere is refused");
	arena_free(&arena);
}

static void test_setup_nonsense(void)
{
	struct arena arena = ARENA_INIT;
	struct send_settings rows[4], got;
	struct ipc_message m;
	struct ipc_writer w;
	int i;

	for (i = 0; i < 4; i++)
		rows[i] = settings_full;
	rows[0].port = 0;
	rows[1].tls = (enum send_tls)9;
	rows[2].auth = (enum send_auth)9;
	rows[3].host = "";
	for (i = 0; i < 4; i++) {
		send_msg_put_setup(&w, &rows[i]);
		pass(&w, SIZE_MAX, &m);
		tap_is_int(send_msg_get_setup(&m, &arena, &got, NULL), -1, "SETUP with nonsense %d", i);
		ipc_message_free(&m);
	}
	arena_free(&arena);
}

static void test_send_message(void)
{
	struct arena arena = ARENA_INIT;
	int fd = memory_file(BYTES("abc"));
	struct send_order order = { 77, 2, "a@b.nl", "c@d.nl", 3, fd }, got;
	struct ipc_message m;
	struct ipc_writer w;

	send_msg_put_send(&w, &order);
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_send(&m, &arena, &got, NULL), 0, "SEND arrives");
	ipc_message_free(&m);
	tap_ok(got.row == 77 && got.attempt == 2 && got.size == 3, "SEND: numbers");
	tap_is_str(got.to, "c@d.nl", "SEND: recipient");
	tap_is_int(file_size(got.fd), 3, "SEND: the file came along");
	close(got.fd);
	send_msg_put_send(&w, &order);
	w.fd_count = 0;
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_send(&m, &arena, &got, NULL), -1, "SEND without a file");
	ipc_message_free(&m);
	order.to = NULL;
	send_msg_put_send(&w, &order);
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_send(&m, &arena, &got, NULL), -1, "SEND without a recipient");
	tap_is_int(got.fd, -1, "and its file is closed");
	ipc_message_free(&m);
	close(fd);
	arena_free(&arena);
}

static void test_done_message(void)
{
	static const struct {
		const char *name;
		struct send_result result;
		int rc;
	} rows[] = {
		{ "sent", { SEND_SENT, SEND_STAGE_DOT, 250, "2.0.0", "250 ok", false, true }, 0 },
		{ "host problem", { SEND_RETRY, SEND_STAGE_CONNECT, 0, "", "x", true, true }, 0 },
		{ "sent, but not at the dot", { SEND_SENT, SEND_STAGE_DATA, 250, "", "", false, false }, -1 },
		{ "unknown, but not at the dot", { SEND_UNKNOWN, SEND_STAGE_RCPT, 0, "", "", false, false }, -1 },
		{ "no such outcome", { (enum send_outcome)6, SEND_STAGE_DOT, 250, "", "", false, false }, -1 },
		{ "no outcome", { (enum send_outcome)0, SEND_STAGE_DOT, 250, "", "", false, false }, -1 },
		{ "no such stage", { SEND_RETRY, SEND_STAGE_COUNT, 0, "", "", false, false }, -1 },
		{ "refused and a host problem", { SEND_REFUSED, SEND_STAGE_RCPT, 550, "", "", true, false }, -1 },
	};
	struct send_result got;
	struct ipc_message m;
	struct ipc_writer w;
	int64_t row;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		send_msg_put_done(&w, 5, &rows[i].result);
		pass(&w, SIZE_MAX, &m);
		tap_is_int(send_msg_get_done(&m, &row, &got, NULL), rows[i].rc, "DONE: %s", rows[i].name);
		tap_is_str(got.text, rows[i].result.text, "DONE: %s: text", rows[i].name);
		ipc_message_free(&m);
	}
}

static void test_token_messages(void)
{
	struct arena arena = ARENA_INIT;
	struct oauth_answer answer = { "token", 3600, "new" }, got;
	struct oauth_request request;
	const char *error, *rotated;
	struct ipc_message m;
	struct ipc_writer w;
	int64_t id;

	send_msg_put_token(&w, 9, &answer, NULL);
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_token(&m, &arena, &id, &got, &error, NULL), 0, "TOKEN arrives");
	tap_ok(id == 9 && !error && str_eq(got.access, "token") && str_eq(got.rotated, "new"), "TOKEN: fields");
	ipc_message_free(&m);
	send_msg_put_token(&w, 9, &answer, "no");
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_token(&m, &arena, &id, &got, &error, NULL), 0, "TOKEN with an error");
	tap_ok(str_eq(error, "no") && !got.access, "TOKEN: error only");
	ipc_message_free(&m);
	send_msg_put_oauth(&w, 4, &settings_full.oauth);
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_oauth(&m, &arena, &id, &request, NULL), 0, "OAUTH arrives");
	tap_is_str(request.refresh_token, "refresh", "OAUTH: refresh token");
	ipc_message_free(&m);
	send_msg_put_rotated(&w, "newer");
	pass(&w, SIZE_MAX, &m);
	tap_is_int(send_msg_get_rotated(&m, &arena, &rotated, NULL), 0, "TOKEN_ROTATED arrives");
	tap_is_str(rotated, "newer", "TOKEN_ROTATED: token");
	ipc_message_free(&m);
	arena_free(&arena);
}

int main(void)
{
	alarm(60);
	test_bytes();
	test_line_length();
	test_chunk_borders();
	test_loopback();
	test_dialogs();
	test_long_reply();
	test_auth_offer();
	test_json();
	test_oauth_requests();
	test_settings();
	test_local_refusals();
	if (ipc_pair(&ours, &theirs, NULL))
		return 1;
	test_setup_message();
	test_setup_nonsense();
	test_send_message();
	test_done_message();
	test_token_messages();
	close(ours);
	close(theirs);
	return tap_done();
}
