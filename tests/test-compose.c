/* The bytes of outgoing mail: whole messages against golden files, and fields that try to become others. */

/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Engine. */
#include "base/addr.h"
#include "base/file.h"
#include "base/sanitized.h"
#include "base/str.h"
#include "mime/compose.h"

#include "golden.h"
#include "tap.h"

#define AT 1772438400 /* 2026-03-02 09:00 in Amsterdam */

static struct compose_mail small_mail(void)
{
	return (struct compose_mail){
		.from = { "Pentrax", "dossier@example.nl" },
		.to = { "Jan Jansen", "jan@example.org" },
		.subject = "Dossier 2026-00001-A",
		.message_id = "o.1.abc@example.nl",
		.date = AT,
		.zone = "Europe/Amsterdam",
		.automatic = COMPOSE_GENERATED,
		.text = "Beste Jan,\n\nDag.\n",
	};
}

static void golden_case(const char *name, const struct compose_mail *mail)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;

	tap_is_int(compose_buf(mail, &out, &err), 0, "%s is made %s", name, err.text);
	golden_check(name, &out);
	buf_free(&out);
}

static void test_golden(void)
{
	static const unsigned char png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 1 };
	static const char *const references[] = { "root@example.nl", "not an id", "x>\r\nBcc: <y@z",
						  "last:odd@[1.2.3.4]" };
	static const struct compose_address cc[] = { { "Kantoor \"De Hoek\", afd. 2", "info@kantoor.example" },
						     { "Żółć", "z@example.org" } };
	static const struct compose_header extra[] = { { "X-Postkamer-Mail", "stukken-ontbreken" } };
	struct compose_attachment files[] = {
		{ "rapport.pdf", "application/pdf", { "%PDF-1.4\n", -1, 0, 9 } },
		{ "C:\\map\\jaarcijfers é 2025 \xe2\x80\xae.pdf", "application/pdf", { "x", -1, 0, 1 } },
		{ "../../etc/passwd", "not a type", { "", -1, 0, 0 } },
		{ "mail.eml", "message/rfc822", { "From: x\n\ny\n", -1, 0, 11 } },
	};
	struct compose_attachment logo = { "logo.png", "image/png", { png, -1, 0, sizeof png } };
	struct compose_mail mail = small_mail();

	golden_case("compose-text.eml", &mail);
	mail.html = "<p>Beste Jan,</p>\n<p>Dag.</p>\n";
	mail.in_reply_to = "abc@mail.example.org";
	mail.automatic = COMPOSE_REPLIED;
	golden_case("compose-html.eml", &mail);
	mail.logo = &logo;
	mail.logo_cid = "logo@example.nl";
	golden_case("compose-logo.eml", &mail);
	mail.to.name = "René van der Heijden-Ångström met een heel lange naam die niet op één regel past";
	mail.subject = "Dossier 2026-00001-A: uw inkomensverklaring € 149,00 is gereed — "
		       "hartelijk dank voor uw vertrouwen";
	mail.cc = cc;
	mail.cc_count = 2;
	mail.reply_to = "dossier+token@example.nl";
	mail.references = references;
	mail.reference_count = 4;
	mail.lang = "nl";
	mail.extra = extra;
	mail.extra_count = 1;
	mail.attachments = files;
	mail.attachment_count = 4;
	mail.text = "Regel met spatie aan het eind \nFrom hier\n.\n..\nééé €\r\nlosse\rreturn\ttab\x01\n"
		    "een heel lange regel zonder einde een heel lange regel zonder einde een heel lange regel zonder einde";
	golden_case("compose-all.eml", &mail);
	mail.automatic = COMPOSE_PERSON;
	mail.logo = NULL;
	mail.html = NULL;
	mail.attachment_count = 1;
	golden_case("compose-person.eml", &mail);
}

static void test_same(void)
{
	struct compose_mail mail = small_mail();
	struct buf one = BUF_INIT(BUF_MAX_TEXT), two = BUF_INIT(BUF_MAX_TEXT);

	mail.html = "<p>x</p>";
	compose_buf(&mail, &one, NULL);
	compose_buf(&mail, &two, NULL);
	tap_is_str(two.data, one.data, "the same mail twice gives the same bytes");
	buf_reset(&two);
	mail.message_id = "o.2.abc@example.nl";
	compose_buf(&mail, &two, NULL);
	tap_ok(strstr(one.data, "boundary=\"=_pk") && strstr(two.data, "boundary=\"=_pk") &&
	       strncmp(strstr(one.data, "=_pk"), strstr(two.data, "=_pk"), 20) != 0,
	       "boundaries come from the Message-ID");
	buf_free(&one);
	buf_free(&two);
}

/* Does the file name, folded over several lines, end so? */
static bool is_name_end(const char *mail, const char *wanted)
{
	const char *at = strstr(mail, "Content-Disposition:"), *end = at ? strstr(at, "\r\nContent-Transfer") : NULL;
	size_t len = strlen(wanted);

	return end && (size_t)(end - at) > len && memcmp(end - len, wanted, len) == 0;
}

/* A name that is too long is cut, but not its ending: without it nobody can open the file. */
static void test_long_name(void)
{
	static const struct {
		const char *unit, *ending, *wanted;
	} rows[] = {
		{ "a", ".pdf", "aaa.pdf" }, { "\xc3\xa9", ".jpeg", "%A9.jpeg" }, { "a", "", "aaaaaa" },
		{ "a", ".geeneindemaardoor", "aaaaaa" },
	};
	size_t i, k;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf name = BUF_INIT(BUF_MAX_LINE), out = BUF_INIT(BUF_MAX_TEXT);
		struct compose_attachment file = { NULL, "application/pdf", { "x", -1, 0, 1 } };
		struct compose_mail mail = small_mail();

		buf_adds(&name, "/home/");
		for (k = 0; k < 300; k++)
			buf_adds(&name, rows[i].unit);
		buf_adds(&name, rows[i].ending);
		file.name = name.data;
		mail.attachments = &file;
		mail.attachment_count = 1;
		compose_buf(&mail, &out, NULL);
		tap_ok(is_name_end(out.data, rows[i].wanted), "long name ends in '%s'", rows[i].ending);
		buf_free(&name);
		buf_free(&out);
	}
}

static void test_refused(void)
{
	static const struct compose_header bad_name = { "X Y", "z" }, ours = { "bcc", "a@b.org" };
	static const struct compose_header broken = { "X-Y", "a\r\nb: c" }, empty = { "X-Y", "" };
	struct compose_attachment file = { "x", "text/plain", { NULL, -1, 0, 10 } };
	struct {
		const char *name, *want;
		struct compose_mail mail;
	} rows[] = {
		{ "from", "From is not a valid address", small_mail() },
		{ "to with a line end", "To is not a valid address", small_mail() },
		{ "reply-to", "Reply-To is not a valid address", small_mail() },
		{ "message id", "the Message-ID is not one", small_mail() },
		{ "message id with brackets", "the Message-ID is not one", small_mail() },
		{ "header name", "an extra header has a name that cannot be used", small_mail() },
		{ "our own header", "an extra header has a name that cannot be used", small_mail() },
		{ "header value", "the value of header 'X-Y' is not plain text", small_mail() },
		{ "empty header value", "the value of header 'X-Y' is not plain text", small_mail() },
		{ "short file", "the file of an attachment is shorter than it should be", small_mail() },
		{ "logo without id", "the content id of the logo is not one", small_mail() },
	};
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	rows[0].mail.from.addr = "";
	rows[1].mail.to.addr = "jan@example.org>\r\nBcc: x@example.org";
	rows[2].mail.reply_to = "x y@example.org";
	rows[3].mail.message_id = "abc";
	rows[4].mail.message_id = "<a@b>";
	rows[5].mail.extra = &bad_name;
	rows[6].mail.extra = &ours;
	rows[7].mail.extra = &broken;
	rows[8].mail.extra = &empty;
	rows[9].mail.attachments = &file;
	rows[9].mail.attachment_count = 1;
	rows[10].mail.html = "x";
	rows[10].mail.logo = &file;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = ERR_INIT;

		rows[i].mail.extra_count = rows[i].mail.extra ? 1 : 0;
		tap_is_int(compose_buf(&rows[i].mail, &out, &err), -1, "refused: %s", rows[i].name);
		tap_is_str(err.text, rows[i].want, "and says why: %s", rows[i].name);
		tap_is_int((long long)out.len, 0, "and gives nothing: %s", rows[i].name);
	}
	buf_free(&out);
}

/* A large attachment goes from a file to a file and never stands in memory. */
static void test_large(void)
{
	struct err err = ERR_INIT;
	int in = file_memory("in", &err), out = file_memory("out", &err), i;
	struct compose_mail mail = small_mail();
	struct compose_attachment file = { "groot.bin", "application/octet-stream", { NULL, in, 5, 20 << 20 } };
	struct buf small = BUF_INIT(BUF_MAX_TEXT);
	char block[1 << 16];
	int64_t size = 0;

	for (i = 0; i < (int)sizeof block; i++)
		block[i] = (char)(i * 7 + i / 256);
	for (i = 0; i < 321; i++)
		file_write_all(in, block, sizeof block, &err);
	mail.attachments = &file;
	mail.attachment_count = 1;
	tap_is_int(compose_fd(&mail, out, &size, &err), 0, "20 MiB to a file %s", err.text);
	tap_is_int(size, file_size(out), "its size is told");
	tap_ok(size > (20 << 20) / 3 * 4, "all of it is there");
	tap_is_int(compose_buf(&mail, &small, &err), -1, "and it does not fit a small buffer");
	tap_is_int(err.code, ERR_LIMIT, "which is a limit");
	file.bytes.size = file_size(in);
	tap_is_int(compose_fd(&mail, out, &size, &err), -1, "a range beyond the file is refused");
	close(in);
	close(out);
	buf_free(&small);
}

static void test_check(void)
{
	static const struct {
		const char *name, *data;
		size_t len;
		const char *want;
	} rows[] = {
		{ "fine", "a: b\r\n\r\nc\r\n", 11, "" },
		{ "bare LF", "a\nb\r\n", 5, "the message has a bare LF at byte 1" },
		{ "bare CR", "a\rb\r\n", 5, "the message has a bare CR at byte 2" },
		{ "two CR", "a\r\r\n", 4, "the message has a bare CR at byte 2" },
		{ "NUL", "a\0b\r\n", 5, "the message has a NUL at byte 1" },
		{ "8 bit", "a\xe9\r\n", 4, "the message has a byte above 127 at byte 1" },
		{ "no end", "a\r\nb", 4, "the message does not end with CRLF" },
		{ "CR at the end", "a\r", 2, "the message does not end with CRLF" },
		{ "empty", "", 0, "the message is empty" },
	};
	char line[1003];
	size_t i, k;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (k = 0; k < 2; k++) {
			struct compose_check check = COMPOSE_CHECK_INIT;
			struct err err = ERR_INIT;
			size_t at, step = k ? 1 : rows[i].len ? rows[i].len : 1;
			int status = 0;

			for (at = 0; at < rows[i].len && status == 0; at += step)
				status = compose_check_feed(&check, rows[i].data + at, step, &err);
			if (status == 0)
				compose_check_end(&check, &err);
			tap_is_str(err.text, rows[i].want, "check, %s: %s", k ? "byte by byte" : "whole", rows[i].name);
		}
	memset(line, 'x', sizeof line);
	memcpy(line + 998, "\r\n", 2);
	tap_is_int(compose_check_feed(&(struct compose_check)COMPOSE_CHECK_INIT, line, 1000, NULL), 0,
		   "check: 998 bytes");
	memset(line, 'x', sizeof line);
	tap_is_int(compose_check_feed(&(struct compose_check)COMPOSE_CHECK_INIT, line, 999, NULL), -1,
		   "check: 999 bytes");
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Random bytes, with a liking for what breaks headers. */
static const char *hostile(char *out, size_t size, uint32_t *state)
{
	static const char *const pieces[] = {
		"\r\n", "\n", "\r", "\r\nBcc: evil@example.org\r\n", "\r\n\r\n<html>", "\r\n--=_pk", "=?utf-8?q?=0D=0ABcc:?=",
		"<", ">", "\"", "\\", ",", ";", "@", " ", "\t", "\xe2\x80\xa8", "é", "\xff", "a", "example.org", "=_",
		"\x7f", ":",
	};
	size_t len = 0, want = next_random(state) % size;

	while (len + 1 < want) {
		const char *piece = pieces[next_random(state) % (sizeof pieces / sizeof *pieces)];
		char one[2] = { (char)(next_random(state) % 255 + 1), 0 };

		if (next_random(state) % 3 == 0)
			piece = one;
		if (len + strlen(piece) >= size)
			break;
		memcpy(out + len, piece, strlen(piece));
		len += strlen(piece);
	}
	out[len] = '\0';
	return out;
}

/* The names of the fields of a header block, one per line; false at a line that is no field. */
static bool field_names(const char *bytes, struct buf *names)
{
	while (strncmp(bytes, "\r\n", 2) != 0) {
		const char *end = strstr(bytes, "\r\n");
		size_t len = strspn(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

		if (!end)
			return false;
		if (*bytes != ' ' && *bytes != '\t') {
			if (!len || bytes[len] != ':')
				return false;
			buf_add(names, bytes, len);
			buf_addc(names, '\n');
		}
		bytes = end + 2;
	}
	return true;
}

/* All parts begin with fields of their own kind, and nothing else does. */
static bool parts_sound(const char *bytes)
{
	struct buf names = BUF_INIT(BUF_MAX_TEXT);
	bool sound = true;
	const char *name;

	while (sound && (bytes = strstr(bytes, "\r\n--=_pk"))) {
		const char *line = bytes + 2;

		bytes = strstr(line, "\r\n");
		if (bytes[-1] == '-' && bytes[-2] == '-')
			continue;
		buf_reset(&names);
		sound = field_names(bytes + 2, &names);
		for (name = names.data; *name && sound; name = strchr(name, '\n') + 1)
			sound = str_starts(name, "Content-Type\n") || str_starts(name, "Content-Disposition\n") ||
				str_starts(name, "Content-Id\n") || str_starts(name, "Content-Transfer-Encoding\n");
	}
	buf_free(&names);
	return sound;
}

static char fuzz_text[16][600];

/* Fields that are for people: always cleaned, never refused. */
static void hostile_words(struct compose_mail *mail, struct compose_address *cc, const char **references,
			  int i, uint32_t *state)
{
	size_t large = i % 16 ? 60 : 600;

	cc->name = hostile(fuzz_text[0], large, state);
	mail->from.name = hostile(fuzz_text[1], large, state);
	mail->to.name = hostile(fuzz_text[2], large, state);
	mail->subject = hostile(fuzz_text[3], large, state);
	mail->text = hostile(fuzz_text[4], 100, state);
	mail->in_reply_to = hostile(fuzz_text[5], 40, state);
	references[0] = hostile(fuzz_text[6], 60, state);
	references[1] = hostile(fuzz_text[7], 60, state);
}

/* Fields that are for machines: refused when they are not right. */
static void hostile_field(struct compose_mail *mail, struct compose_header *extra, uint32_t *state)
{
	const char *text = hostile(fuzz_text[8], 40, state);

	switch (next_random(state) % 6) {
	case 0: mail->to.addr = text; break;
	case 1: mail->from.addr = text; break;
	case 2: mail->reply_to = text; break;
	case 3: mail->message_id = text; break;
	case 4: extra->name = text; mail->extra_count = 1; break;
	default: extra->value = text; mail->extra_count = 1; break;
	}
}

static bool fields_sound(const char *bytes, const char *optional, bool mixed, struct buf *names, struct buf *want)
{
	buf_reset(names);
	buf_reset(want);
	if (!field_names(bytes, names))
		return false;
	buf_addf(want, "From\nTo\nCc\nSubject\nDate\nMessage-ID\n%s%sAuto-Submitted\nX-Auto-Response-Suppress\n%s"
		 "MIME-Version\nContent-Type\n%s", strstr(names->data, "In-Reply-To\n") ? "In-Reply-To\n" : "",
		 strstr(names->data, "References\n") ? "References\n" : "", optional,
		 mixed ? "" : "Content-Transfer-Encoding\n");
	return strcmp(names->data, want->data) == 0;
}

/* POSTKAMER_COMPOSE_CASES=10000000 for a campaign. */
static int fuzz_cases(void)
{
	const char *text = getenv("POSTKAMER_COMPOSE_CASES");
	uint32_t value;

	return text && str_to_u32(text, &value) ? (int)value : SANITIZED ? 30000 : 120000;
}

/*
 * Random bytes in every field: either refused, or exactly the fields that
 * belong there, in order, in the message and in each of its parts.
 */
static void test_injection(void)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT), names = BUF_INIT(BUF_MAX_TEXT), want = BUF_INIT(BUF_MAX_TEXT);
	uint32_t state = 4711;
	int i, wrong = 0, made = 0, cases = fuzz_cases();

	for (i = 0; i < cases && !wrong; i++) {
		struct compose_mail mail = small_mail();
		struct compose_address cc = { NULL, "cc@example.org" };
		struct compose_header extra = { "X-Y", "z" };
		struct compose_attachment file = { NULL, NULL, { "x", -1, 0, 1 } };
		const char *references[2];
		struct err err = ERR_INIT;
		bool machine = i % 8 == 0, mixed = i % 8 == 1, lang = false;

		hostile_words(&mail, &cc, references, i, &state);
		mail.cc = &cc;
		mail.cc_count = 1;
		mail.references = references;
		mail.reference_count = 2;
		mail.extra = &extra;
		if (machine)
			hostile_field(&mail, &extra, &state);
		if (mixed) {
			file.name = hostile(fuzz_text[9], i % 16 == 1 ? 600 : 60, &state);
			file.type = hostile(fuzz_text[10], 40, &state);
			mail.attachments = &file;
			mail.attachment_count = 1;
			mail.html = hostile(fuzz_text[11], 100, &state);
			mail.lang = hostile(fuzz_text[12], 10, &state);
		}
		buf_reset(&out);
		if (compose_buf(&mail, &out, &err) != 0) {
			wrong = !machine || err.code != ERR_INPUT;
			continue;
		}
		made++;
		if (machine && (mail.reply_to || mail.extra_count))
			continue; /* it happened to be right, and stands there: the checker has seen the bytes */
		lang = strstr(out.data, "\r\nContent-Language: ") != NULL;
		wrong = !fields_sound(out.data, lang ? "Content-Language\n" : "", mixed, &names, &want) ||
			!parts_sound(out.data);
		if (wrong)
			printf("# case %d\n# %s\n# %s\n# %s\n", i, names.data, want.data, out.data);
	}
	tap_ok(!wrong, "A18: %d mails of hostile fields: no field became another", cases);
	tap_ok(made >= cases / 8 * 7, "and %d of them were made", made);
	buf_free(&out);
	buf_free(&names);
	buf_free(&want);
}

int main(void)
{
	test_golden();
	test_same();
	test_long_name();
	test_refused();
	test_large();
	test_check();
	test_injection();
	return tap_done();
}
