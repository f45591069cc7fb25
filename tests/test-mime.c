/*
 * Parsing of mails in-process, through the manifest and back: fixtures in
 * tests/eml with what must come out of each, tables for HTML and character
 * sets, generated monsters for the caps, and manifests with every byte bent.
 */

/* System. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "tap.h"

/* Engine. */
#include "ipc/manifest.h"
#include "mime/parse.h"
#include "mime/parse_p.h"
#include "worker/parse.h"

struct taken {
	struct arena arena;
	struct parse_done done;
	struct mail mail;
	int out;
};

static const char *const roles[] = { "body", "file", "message", "related", "container", "machine" };

/* ---- fixtures: one line per part: role depth type[=found if other] size name ---- */

static const struct fixture {
	const char *file;
	enum parse_status status;
	const char *parts; /* or what the reason says */
	const char *text;  /* NULL: not looked at */
} fixtures[] = {
	{ "plain.eml", PARSE_OK, "body 0 text/plain 45\n", "Dag,\n\nHierbij het formulier – ingevuld.\n" },
	{ "attachment.eml", PARSE_OK, "body 0 text/plain 19\nfile 0 application/pdf 77 loonstrook.pdf\n",
	  "Hierbij de stukken." },
	{ "apple-inline-pdf.eml", PARSE_OK,
	  "body 0 text/plain 34\nbody 0 text/html 46\nfile 0 application/pdf 77 loonstrook.pdf\nbody 0 text/html 44\n",
	  "Voor de bijlage.\n\nNa de bijlage." },
	{ "related-logo.eml", PARSE_OK,
	  "body 0 text/html 80\nrelated 0 image/png 70 logo.png\nfile 0 image/png 70 foto.png\n",
	  "Met vriendelijke groet\n" },
	{ "forwarded.eml", PARSE_OK,
	  "body 0 text/plain 26\nmessage 0 message/rfc822 0\nbody 1 text/plain 17\nfile 1 application/pdf 77 brief.pdf\n",
	  "Doorgestuurd, zie bijlage." },
	{ "forwarded-base64.eml", PARSE_OK,
	  "body 0 text/plain 13\nmessage 0 message/rfc822 402 origineel.eml\nbody 1 text/plain 17\n"
	  "file 1 application/pdf 77 brief.pdf\n", "Doorgestuurd." },
	{ "partial.eml", PARSE_OK, "file 0 message/partial=message/rfc822 44\n", "" },
	{ "external-body.eml", PARSE_OK, "body 0 text/plain 19\nfile 0 message/external-body=text/plain 31\n", NULL },
	{ "encrypted-pgp.eml", PARSE_OK,
	  "machine 0 application/pgp-encrypted 10\n"
	  "file 0 application/octet-stream=application/pgp-encrypted 79 encrypted.asc\n"
	  "encrypted\n", "" },
	{ "encrypted-smime.eml", PARSE_OK,
	  "file 0 application/pkcs7-mime=application/octet-stream 13 smime.p7m\nencrypted\n", "" },
	{ "signed.eml", PARSE_OK, "body 0 text/plain 9\nmachine 0 application/pgp-signature 58 signature.asc\n",
	  "Getekend." },
	{ "heic.eml", PARSE_OK, "body 0 text/plain 19\nfile 0 application/octet-stream=image/heic 40 IMG_0001.HEIC\n",
	  NULL },
	{ "wrong-type.eml", PARSE_OK, "file 0 image/jpeg=application/pdf 77 scan.jpg\nfile 0 text/plain 32 notities.txt\n",
	  "" },
	{ "bad-base64.eml", PARSE_OK,
	  "body 0 text/plain 19\nfile 0 application/pdf 77 stuk.pdf\nfile 0 application/pdf 77 twee.pdf\n", NULL },
	{ "nul.eml", PARSE_OK, "body 0 text/plain 18\n", "voorna einde\n" },
	{ "bare-cr.eml", PARSE_OK, "body 0 text/plain 36\n", "Regels met alleen CR.\nTweede regel.\n" },
	{ "mbox-line.eml", PARSE_OK, "body 0 text/plain 55\n", "Een bericht uit een mbox.\nFrom hier is gewoon tekst.\n" },
	{ "two-mails.mbox", PARSE_NOT_MAIL, "several mails", NULL },
	{ "html-only.eml", PARSE_OK, "body 0 text/html 533\n",
	  "Beste mevrouw,\n\nZie de pagina <https://example.nl/x?a=1&b=2> en a@b.nl.\n\n- een\n- twee\nlinks\trechts\n\n"
	  "> Eerder schreef u:\n>\n>> nog eerder\n\nGroet, José €5 — <einde>\n" },
	{ "alternative-blank.eml", PARSE_OK, "body 0 text/plain 5\nbody 0 text/html 22\n", "Alleen in HTML.\n" },
	{ "flowed.eml", PARSE_OK, "body 0 text/plain 107\n",
	  "Dit is een lange regel die doorloopt tot hier.\n> geciteerd dat ook doorloopt\n> > dieper\n-- \nJan\n" },
	{ "charset-koi8-r.eml", PARSE_OK, "body 0 text/plain 7\n", "Привет\n" },
	{ "charset-windows-1252.eml", PARSE_OK, "body 0 text/plain 12\n", "€ café “ja”\n" },
	{ "charset-windows-1251.eml", PARSE_OK, "body 0 text/plain 8\n", "Русский\n" },
	{ "charset-iso-2022-jp.eml", PARSE_OK, "body 0 text/plain 13\n", "日本語\n" },
	{ "charset-gb18030.eml", PARSE_OK, "body 0 text/plain 9\n", "简体中文\n" },
	{ "charset-iso-8859-15.eml", PARSE_OK, "body 0 text/plain 8\n", "€ naïef\n" },
	{ "charset-iso-8859-2.eml", PARSE_OK, "body 0 text/plain 5\n", "Łódź\n" },
	{ "charset-big5.eml", PARSE_OK, "body 0 text/plain 5\n", "繁體\n" },
	{ "charset-shift_jis.eml", PARSE_OK, "body 0 text/plain 5\n", "日本\n" },
	{ "charset-euc-kr.eml", PARSE_OK, "body 0 text/plain 7\n", "한국어\n" },
	{ "charset-utf-16.eml", PARSE_OK, "body 0 text/plain 16\n", "ümlaut\n" },
	{ "charset-utf8-labelled-latin1.eml", PARSE_OK, "body 0 text/plain 25\n", "Één café in Curaçao\n" },
	{ "charset-none-cp1252.eml", PARSE_OK, "body 0 text/plain 22\n", "prijs € 5, café “ja”\n" },
	{ "charset-unknown.eml", PARSE_OK, "body 0 text/plain 16\n", "café en naïef\n" },
	{ "names.eml", PARSE_OK,
	  "file 0 application/pdf=application/octet-stream 1 jaar opgave één.pdf\n"
	  "file 0 application/pdf=application/octet-stream 1 één.pdf\n"
	  "file 0 application/pdf=application/octet-stream 1 café.pdf\n"
	  "file 0 application/pdf=application/octet-stream 1 één.pdf\n"
	  "file 0 application/pdf=application/octet-stream 1 ../../etc/passwd\n"
	  "file 0 application/pdf=application/octet-stream 1 een.pdf\n"
	  "file 0 application/pdf=application/octet-stream 1 met spaties.pdf\n"
	  "file 0 application/pdf=application/octet-stream 1 \"voor\n"
	  "file 0 application/pdf=application/octet-stream 1 a\nb\xE2\x80\xAE" "fdp.exe\n", "" },
	{ "depth-20.eml", PARSE_OK, "body 0 text/plain 4\n", "diep" },
	{ "depth-40.eml", PARSE_LIMIT, "nested more than 32 deep", NULL },
	{ "rfc822-chain-40.eml", PARSE_LIMIT, "nested more than 32 deep", NULL },
	{ "uuencode.eml", PARSE_OK, "body 0 text/plain 97\nfile 0 application/octet-stream=text/plain 12 notitie.txt\n",
	  "Zie hieronder.\n\n\nbegin 644 is geen bestand\n" },
	{ "winmail.eml", PARSE_OK,
	  "body 0 text/plain 16\ncontainer 0 application/ms-tnef 807 winmail.dat\n"
	  "file 0 application/pdf 77 loonstrook één xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf\n"
	  "related 0 image/png 70 logo.png\nfile 0 application/octet-stream=text/plain 7 café.txt\n", "Zie winmail.dat." },
	{ "winmail-broken.eml", PARSE_OK, "body 0 text/plain 19\nfile 0 application/ms-tnef 200 winmail.dat\n", NULL },
	{ "report.eml", PARSE_OK,
	  "body 0 text/plain 13\nmachine 0 message/delivery-status 87\nmachine 0 text/rfc822-headers 12\n",
	  "Niet bezorgd." },
	{ "headers-only.eml", PARSE_OK, "body 0 text/plain 0\n", "" },
	{ "no-boundary.eml", PARSE_OK, "file 0 multipart/mixed=text/plain 24\n", "Toch staat hier tekst.\n" },
	{ "cut-multipart.eml", PARSE_OK,
	  "body 0 text/plain 12\nfile 0 multipart/mixed=application/pdf 29\n"
	  "file 0 multipart/related=application/x-empty 0\n", NULL },
	{ "no-separator.eml", PARSE_OK,
	  "body 0 text/plain 33\nfile 0 application/pdf 77 stuk.pdf\nfile 0 application/pdf 77 twee.pdf\n"
	  "file 0 application/pdf=application/x-empty 0 leeg.pdf\nfile 0 application/pdf 77 drie.pdf\n",
	  "Beste Els,\nhier is het.\n\nGroet" },
	{ "folded-bare.eml", PARSE_OK,
	  "body 0 text/plain 12\nbody 0 text/html 19\nfile 0 application/pdf 77 loonstrook één.pdf\n",
	  "Zie bijlage." },
	{ "two-types.eml", PARSE_OK, "body 0 text/plain 12\nfile 0 application/pdf 77 stuk.pdf\n", "Zie bijlage." },
	{ "message-none.eml", PARSE_OK,
	  "body 0 text/plain 12\nmessage 0 message/rfc822 21\nfile 0 message/rfc822=text/plain 21 stuk.md\n"
	  "file 0 message/rfc822=image/png 70\n", "Zie bijlage." },
	{ "related-none.eml", PARSE_OK,
	  "body 0 text/html 101\nfile 0 image/png=application/pdf 77 scan.png\n"
	  "file 0 application/octet-stream=application/pdf 77 brief.pdf\nrelated 0 application/octet-stream=image/png 70\n",
	  NULL },
	{ "type-unreadable.eml", PARSE_OK,
	  "body 0 text/plain 12\nfile 0 x-be2/unknown=application/pdf 77\n"
	  "file 0 application/octet-stream=application/pdf 77\n"
	  "file 0 application/octet-stream=application/pdf 77\nfile 0 pdf/unknown=application/pdf 77\n",
	  "Zie bijlage." },
	{ "text-kinds.eml", PARSE_OK,
	  "body 0 text/plain 12\nbody 0 text/x-amp-html 6\nbody 0 text/html 19 brief.html\n"
	  "file 0 text/plain 5 bijlage.txt\nfile 0 text/xml 10\nfile 0 text/plain 4\nbody 0 text/plain 9\n",
	  "Zie bijlage.\nNog iets." },
	{ "signed-more.eml", PARSE_OK,
	  "body 0 text/plain 9\nfile 0 application/pdf 77 stuk.pdf\n"
	  "file 0 application/pgp-encrypted=text/plain 3 loon.pdf.pgp\n"
	  "machine 0 application/pgp-signature 3 signature.asc\n", "Getekend." },
	{ "calendar.eml", PARSE_OK, "body 0 text/plain 12\nbody 0 text/calendar 30\n", "Uitnodiging." },
	{ "winmail.tnef", PARSE_NOT_MAIL, "no header field", NULL },
	{ "photo.heic", PARSE_NOT_MAIL, "no header field", NULL },
};

static void take_fd(struct parse_tools *tools, int in, enum parse_kind kind, const char *name, struct taken *t)
{
	struct parse_job job = { .id = 7, .kind = kind, .name = name, .in = in };
	struct err err = ERR_INIT;

	arena_init(&t->arena);
	t->mail = (struct mail){ 0 };
	job.out = t->out = file_memory("test", &err);
	parse_tools_run(tools, &job, &t->arena, &t->done);
	if (t->done.status == PARSE_OK && manifest_read(t->out, t->done.manifest_offset, t->done.manifest_size,
							 &t->arena, &t->mail, &err)) {
		t->done.status = PARSE_ERROR;
		t->done.reason = arena_strdup(&t->arena, err.text);
	}
}

static void take(struct parse_tools *tools, const char *file, enum parse_kind kind, struct taken *t)
{
	const char *source = getenv("srcdir");
	char path[4000];
	int in;

	snprintf(path, sizeof path, "%s/tests/eml/%s", source ? source : ".", file);
	in = open(path, O_RDONLY | O_CLOEXEC);
	take_fd(tools, in, kind, file, t);
	close(in);
}

static void take_text(struct parse_tools *tools, const char *text, size_t len, struct taken *t)
{
	struct err err = ERR_INIT;
	int in = file_memory("mail", &err);

	file_write_all(in, text, len, &err);
	take_fd(tools, in, PARSE_KIND_MAIL, NULL, t);
	close(in);
}

static void taken_free(struct taken *t)
{
	close(t->out);
	arena_free(&t->arena);
}

static const char *summary(struct taken *t)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	const char *text;
	size_t i;

	for (i = 0; i < t->mail.part_count; i++) {
		const struct mail_part *p = &t->mail.parts[i];
		bool same = str_eq(p->type, p->found);

		buf_addf(&out, "%s %d %s%s%s %lld%s%s\n", roles[p->role], p->depth, p->type, same ? "" : "=",
			 same ? "" : p->found, (long long)p->size, p->name ? " " : "", p->name ? p->name : "");
	}
	if (t->mail.encrypted)
		buf_adds(&out, "encrypted\n");
	text = arena_strdup(&t->arena, out.data);
	buf_free(&out);
	return text;
}

static void fixtures_check(struct parse_tools *tools)
{
	size_t i;

	for (i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
		const struct fixture *f = &fixtures[i];
		struct taken t;

		take(tools, f->file, PARSE_KIND_MAIL, &t);
		tap_is_int(t.done.status, f->status, "%s: status (%s)", f->file, t.done.reason);
		if (f->status == PARSE_OK)
			tap_is_str(summary(&t), f->parts, "%s: parts", f->file);
		else
			tap_ok(strstr(t.done.reason, f->parts), "%s: reason '%s'", f->file, t.done.reason);
		if (f->text)
			tap_is_str(t.mail.text, f->text, "%s: text", f->file);
		taken_free(&t);
	}
}

/* ---- files ---- */

static void files_check(struct parse_tools *tools)
{
	static const struct {
		const char *file, *parts;
	} rows[] = {
		{ "late.docx", "file 0 application/octet-stream=application/vnd.openxmlformats-officedocument.wordprocessingml"
			       ".document 468 late.docx\n" },
		{ "late.xlsx", "file 0 application/octet-stream=application/vnd.openxmlformats-officedocument.spreadsheetml"
			       ".sheet 368 late.xlsx\n" },
		{ "sheet.ods",
		  "file 0 application/octet-stream=application/vnd.oasis.opendocument.spreadsheet 262 sheet.ods\n" },
		{ "plain.zip", "file 0 application/octet-stream=application/zip 214 plain.zip\n" },
		{ "mail.msg", "file 0 application/octet-stream=application/vnd.ms-outlook 2048 mail.msg\n" },
		{ "old.doc", "file 0 application/octet-stream=application/msword 1536 old.doc\n" },
		{ "old.xls", "file 0 application/octet-stream=application/vnd.ms-excel 1536 old.xls\n" },
		{ "locked.docx", "file 0 application/octet-stream=application/x-ole-encrypted 1536 locked.docx\n" },
		{ "other.ole", "file 0 application/octet-stream=application/x-ole-storage 1536 other.ole\n" },
		{ "photo.heic", "file 0 application/octet-stream=image/heic 40 photo.heic\n" },
	};
	struct taken t;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		take(tools, rows[i].file, PARSE_KIND_FILE, &t);
		tap_is_str(summary(&t), rows[i].parts, "file %s", rows[i].file);
		taken_free(&t);
	}
	take(tools, "winmail.tnef", PARSE_KIND_FILE, &t);
	tap_is_int((long long)t.mail.part_count, 4, "winmail.tnef as a file: itself and three more");
	tap_is_int(t.mail.parts[0].role, MAIL_PART_CONTAINER, "winmail.tnef as a file: opened");
	taken_free(&t);
}

/* A winmail.dat declares types too, and they are shown and stored. */
static void tnef_type_check(struct parse_tools *tools)
{
	static const char type[] = "image/png";
	struct buf bytes = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char path[4000], *at;
	struct taken t;
	int in;

	snprintf(path, sizeof path, "%s/tests/eml/winmail.tnef", getenv("srcdir") ? getenv("srcdir") : ".");
	file_read(path, &bytes, &err);
	at = memmem(bytes.data, bytes.len, type, strlen(type));
	if (!tap_ok(at != NULL, "winmail.tnef declares a picture %s", err.text))
		return;
	memcpy(at, "text/\"\nx", strlen(type));
	in = file_memory("tnef", &err);
	file_write_all(in, bytes.data, bytes.len, &err);
	take_fd(tools, in, PARSE_KIND_FILE, "winmail.dat", &t);
	close(in);
	tap_is_int((long long)t.mail.part_count, 4, "winmail.tnef with a type that is none: taken");
	tap_is_str(t.mail.parts[2].type, "application/octet-stream", "winmail.tnef with a type that is none: not shown");
	taken_free(&t);
	buf_free(&bytes);
}

/* ---- fields ---- */

static void fields_check(struct parse_tools *tools)
{
	struct taken t;
	struct mail *m = &t.mail;

	take(tools, "addresses.eml", PARSE_KIND_MAIL, &t);
	if (!tap_is_int(t.done.status, PARSE_OK, "addresses: taken %s", t.done.reason))
		return;
	tap_is_int(m->from_fields, 2, "addresses: both From fields are counted");
	tap_is_int((long long)m->from.count, 3, "addresses: all of From");
	tap_is_str(m->from.list[0].name, "Jansen, Jan", "addresses: quoted name");
	tap_is_str(m->from.list[0].addr, "jan@example.nl", "addresses: address");
	tap_is_str(m->from.list[1].addr, "piet@xn--bcher-kva.example", "addresses: domain in A-labels");
	tap_is_str(m->from.list[2].addr, "tweede@example.nl", "addresses: second From field");
	tap_is_int((long long)m->to.count, 3, "addresses: group members and the one behind the group");
	tap_is_str(m->cc.list[0].name, "José Bcc: x@y", "addresses: line end in an encoded word is a space");
	tap_is_str(m->subject, "een é Bcc: x@example.nl vervolg", "subject: encoded line end is a space, unfolded");
	tap_is_str(m->message_id, "id-1@example.nl", "message id");
	tap_is_str(m->in_reply_to, "een@x", "first In-Reply-To");
	tap_is_int((long long)m->reference_count, 20, "at most 20 references");
	tap_is_str(m->references[19], "r24@x", "the newest reference last");
	tap_ok(m->date == DATE_NONE, "unreadable date is none");
	tap_is_str(mail_header_get(m, "received"), "from a by b; x", "headers are unfolded");
	tap_is_str(mail_header_get(m, "subject"), "=?utf-8?Q?een_=C3=A9=0D=0ABcc:_x@example.nl?= vervolg",
		   "headers are not decoded");
	taken_free(&t);
	take(tools, "plain.eml", PARSE_KIND_MAIL, &t);
	tap_is_int(m->date, 1772438400, "date with zone");
	tap_is_int(m->from_fields, 1, "one From field");
	tap_is_int((long long)m->header_count, 8, "all headers, those of the body too");
	taken_free(&t);
}

/* ---- HTML ---- */

static void html_check(void)
{
	static const struct {
		const char *html, *text;
	} rows[] = {
		{ "een<br>twee<br><br>drie", "een\ntwee\n\ndrie\n" },
		{ "<p>een</p><p>twee</p>", "een\n\ntwee\n" },
		{ "<div>een</div><div>twee</div>", "een\ntwee\n" },
		{ "  veel \n\t wit  ", "veel wit\n" },
		{ "<pre>a\n  b</pre>", "a\n  b\n" },
		{ "<blockquote>a<br>b</blockquote>c", "> a\n> b\nc\n" },
		{ "a<blockquote>b<blockquote>c</blockquote>d</blockquote>e", "a\n> b\n>> c\n> d\ne\n" },
		{ "<a href='http://x.nl'>x.nl</a>", "x.nl\n" },
		{ "<a href=\"https://x.nl/y\">klik</a> hier", "klik <https://x.nl/y> hier\n" },
		{ "<a href=\"javascript:x()\">klik</a>", "klik\n" },
		{ "<script>a<b</script>na<style>x</style>", "na\n" },
		{ "<SCRIPT SRC=x>als <p> maar</SCRIPT >na", "na\n" },
		{ "voor<!-- a > b --><!--[if mso]>weg<![endif]-->na", "voorna\n" },
		{ "voor<!-- nooit dicht> na", "voor na\n" },
		{ "<div style='DISPLAY : none'>a<div>b</div>c</div>d", "d\n" },
		{ "<span style=\"font-size:0px\">weg</span><span style=\"font-size:0.9em\">wel</span>", "wel\n" },
		{ "a < b && c > d", "a < b && c > d\n" },
		{ "&eacute;&#233;&#xE9;&euro;&#128;&nbsp;&onbekend;&amp;lt;", "ééé€€ &onbekend;&lt;\n" },
		{ "&#0;&#xD800;&#x110000;&#99999999999;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "99;\n" },
		{ "<ol><li>a<li>b<ul><li>c</ul></ol>", "1. a\n2. b\n- c\n" },
		{ "<table><tr><td>a<td>b</tr><tr><td>c</table>", "a\tb\nc\n" },
		{ "a\xC2\xAD" "b\xE2\x80\x8B" "c", "abc\n" },
		{ "<p>een<b>twee</b>drie <i>vier</i></p>", "eentweedrie vier\n" },
		{ "<img alt='logo'> <img src=x>", "logo\n" },
		{ "<title>weg</title><o:p></o:p>wel", "wel\n" },
		{ "<a href=\"nooit dicht>x<b>y</b>", "xy\n" },
		{ "einde <", "einde <\n" },
		{ "<p", "<p\n" },
		{ "", "" },
		{ "<br><br>", "" },
	};
	struct arena arena = ARENA_INIT;
	struct buf big = BUF_INIT(BUF_MAX_FILE);
	char *text;
	bool cut;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_str(mime_html_text(&arena, rows[i].html, 10000, &cut), rows[i].text, "html: %s", rows[i].html);
	text = mime_html_text(&arena, "<p>één twee drie</p>", 7, &cut);
	tap_ok(cut && strlen(text) <= 7 && str_utf8_valid(text), "html: cut at the maximum, between characters");
	/* Each of these would take minutes if anything were quadratic or recursive. */
	for (i = 0; i < 300000; i++)
		buf_adds(&big, "<a x=\"");
	mime_html_text(&arena, big.data, 1 << 20, &cut);
	buf_reset(&big);
	for (i = 0; i < 500000; i++)
		buf_adds(&big, "<div><!--");
	mime_html_text(&arena, big.data, 1 << 20, &cut);
	buf_reset(&big);
	for (i = 0; i < 300000; i++)
		buf_adds(&big, "<blockquote style='display:");
	mime_html_text(&arena, big.data, 1 << 20, &cut);
	tap_ok(true, "html: endless nesting and open quotes end");
	buf_free(&big);
	arena_free(&arena);
}

/* ---- base64 in pieces ---- */

static void base64_check(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "aGFsbG8=", "hallo" },          { "aGFs\r\nbG8=\r\n", "hallo" }, { "aGFsbG8", "hallo" },
		{ "aG!F*s bG8", "hallo" },        { "aGE=bGxv", "hallo" },           { "", "" },
		{ "a", "" },                      { "====", "" },                    { "aGFsbG8==aGE=", "halloha" },
	};
	size_t i, piece;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (piece = 1; piece < 6; piece++) {
			struct mime_base64 b = { 0, 0 };
			char out[64];
			size_t n = 0, at, len = strlen(rows[i].in);

			for (at = 0; at < len; at += piece)
				n += mime_base64_step(&b, rows[i].in + at, len - at < piece ? len - at : piece, out + n);
			n += mime_base64_end(&b, out + n);
			out[n] = '\0';
			tap_is_str(out, rows[i].out, "base64 '%s' in pieces of %zu", rows[i].in, piece);
		}
}

/* ---- monsters ---- */

static void repeat(struct buf *b, const char *text, size_t times)
{
	while (times--)
		buf_adds(b, text);
}

static void monster(struct parse_tools *tools, struct buf *b, enum parse_status status, const char *reason,
		    const char *what)
{
	struct taken t;

	take_text(tools, b->data, b->len, &t);
	tap_is_int(t.done.status, status, "%s: status (%s)", what, t.done.reason);
	if (reason)
		tap_ok(strstr(t.done.reason, reason), "%s: '%s'", what, t.done.reason);
	taken_free(&t);
	buf_reset(b);
}

static void monsters_check(struct parse_tools *tools)
{
	static const char mixed[] = "From: a@b.nl\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";
	struct buf b = BUF_INIT(64u << 20);

	monster(tools, &b, PARSE_NOT_MAIL, "empty", "empty");
	repeat(&b, "\r\n", 100);
	monster(tools, &b, PARSE_NOT_MAIL, "no header field", "only empty lines");
	repeat(&b, "\0\1\2\3", 1);
	buf_add(&b, "\0\1\2\377\376\0", 6);
	monster(tools, &b, PARSE_NOT_MAIL, "no header field", "binary rubbish");
	buf_adds(&b, "X-Spam: ja\r\nX-Anders: nee\r\n\r\ntekst\r\n");
	monster(tools, &b, PARSE_NOT_MAIL, "no header field", "only unknown fields");
	buf_adds(&b, mixed);
	repeat(&b, "--b\r\n\r\n\r\n", 50000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 parts", "50,000 parts");
	buf_adds(&b, mixed);
	repeat(&b, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", 1001);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 parts", "1,001 parts");
	buf_adds(&b, mixed);
	repeat(&b, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", 1000);
	monster(tools, &b, PARSE_OK, NULL, "1,000 parts");
	buf_adds(&b, "From: a@b.nl\r\n");
	repeat(&b, "X: y\r\n", 1000000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 header fields", "1e6 headers");
	buf_adds(&b, mixed);
	buf_adds(&b, "--b\r\nContent-Type: text/plain\r\n");
	repeat(&b, "X: y\r\n", 1000000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 header fields", "1e6 headers of a part");
	buf_adds(&b, "From: a@b.nl\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n");
	repeat(&b, "X: y\r\n", 1000000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 header fields", "1e6 headers of a message inside");
	buf_adds(&b, "From: a@b.nl\r\nSubject: ");
	repeat(&b, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 300000);
	monster(tools, &b, PARSE_LIMIT, "a header of more than 256 KiB", "a header line of 10 MB");
	buf_adds(&b, "From: a@b.nl\r\nSubject: x\r\n");
	repeat(&b, " vervolg\r\n", 100000);
	monster(tools, &b, PARSE_LIMIT, "a header of more than 256 KiB", "folded over 100,000 lines");
	buf_adds(&b, "From: a@b.nl\r\nTo: ");
	repeat(&b, "a@b.nl,\r\n ", 600);
	monster(tools, &b, PARSE_LIMIT, "more than 500 addresses", "600 recipients");
	buf_adds(&b, "From: a@b.nl\r\nTo: ");
	repeat(&b, ":", 99999);
	monster(tools, &b, PARSE_OK, NULL, "99,999 colons in To");
	buf_adds(&b, "Subject: x\r\nFrom: ");
	repeat(&b, "a:", 100000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 groups", "100,000 groups inside each other in From");
	buf_adds(&b, "Subject: x\r\ngeen veld\r\nCc: ");
	repeat(&b, "a:\r\n ", 40000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 groups", "40,000 groups, folded, behind a line that is no field");
	buf_adds(&b, mixed);
	buf_adds(&b, "--b\r\nContent-Type: message/rfc822\r\n\r\ngeen veld\r\nSubject: x\r\nFrom: ");
	repeat(&b, "a:", 100000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 groups", "100,000 groups in a message inside");
	buf_adds(&b, mixed);
	buf_adds(&b, "--b\r\n\r\n");
	repeat(&b, "post: bedrag\r\n", 5000);
	monster(tools, &b, PARSE_OK, NULL, "a part without a header whose lines look like fields");
	buf_adds(&b, "Subject: x\r\ngeen veld\r\n");
	repeat(&b, "X: y\r\n", 1000000);
	monster(tools, &b, PARSE_LIMIT, "more than 1000 header fields", "1e6 headers behind a line that is no field");
	buf_adds(&b, "From: a@b.nl\r\n");
	repeat(&b, "Content-Type: message/rfc822\r\n\r\n", 50000);
	monster(tools, &b, PARSE_LIMIT, NULL, "50,000 messages inside each other");
	buf_adds(&b, "From: a@b.nl\r\n\r\n");
	repeat(&b, "-- \r\n--- b\r\n\r\nregel: tekst\r\n", 200000);
	monster(tools, &b, PARSE_OK, NULL, "a text full of dashes is a text");
	buf_adds(&b, "From: a@b.nl\r\n\r\n");
	repeat(&b, "zin van precies veertig tekens lang xxx\n", 100000);
	monster(tools, &b, PARSE_OK, NULL, "a text of 4 MB");
	buf_free(&b);
}

/* More than is kept in memory: the window must not change what comes out. */
static void window_check(struct parse_tools *tools)
{
	struct buf b = BUF_INIT(64u << 20);
	struct taken t;
	char line[80], first[16];
	size_t i;

	buf_adds(&b, "From: a@b.nl\r\nSubject: groot\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
		     "--b\r\n\r\ntekst\r\n--b\r\nContent-Type: application/pdf; name=\"groot.pdf\"\r\n"
		     "Content-Transfer-Encoding: base64\r\n\r\n");
	memset(line, 'A', 76);
	memcpy(line + 76, "\r\n", 3);
	buf_adds(&b, "JVBERi0xLjQKCgoK\r\n");
	repeat(&b, line, 200000);
	buf_adds(&b, "--b\r\n\r\nslot\r\n--b--\r\n");
	take_text(tools, b.data, b.len, &t);
	tap_is_str(summary(&t), "body 0 text/plain 5\nfile 0 application/pdf 11400012 groot.pdf\nbody 0 text/plain 4\n",
		   "15 MB through the window");
	tap_is_str(t.mail.text, "tekst\nslot", "15 MB through the window: text");
	file_pread_all(t.out, first, 8, 5, NULL);
	tap_ok(memcmp(first, "%PDF-1.4", 8) == 0, "15 MB through the window: bytes");
	taken_free(&t);
	buf_reset(&b);
	buf_adds(&b, "From: a@b.nl\r\n\r\n");
	for (i = 0; i < 5; i++)
		repeat(&b, line, 20000);
	take_text(tools, b.data, b.len, &t);
	tap_ok(t.mail.text_cut && strlen(t.mail.text) == MAIL_MAX_TEXT, "a text of 8 MB is cut and says so");
	taken_free(&t);
	buf_free(&b);
}

/* ---- manifests from a worker that was taken over ---- */

/* Marks inside the text, messages that are parts. */
static bool marks_sound(const struct mail *mail)
{
	size_t len = strlen(mail->text), i;
	bool sound = true;

	for (i = 0; i < mail->mark_count; i++)
		sound = sound && mail->marks[i].from <= mail->marks[i].to && mail->marks[i].to <= len &&
			mail->marks[i].kind < MAIL_MARK_KINDS;
	for (i = 0; i < mail->message_count; i++)
		sound = sound && mail->messages[i].part < mail->part_count && mail->messages[i].text;
	return sound;
}

static void manifest_check(struct parse_tools *tools)
{
	struct buf good = BUF_INIT(MANIFEST_MAX);
	struct err err = ERR_INIT;
	struct mail_mark marks[2] = { { MAIL_MARK_INTRO, 0, 1 }, { MAIL_MARK_QUOTE, 1, 2 } };
	struct taken t;
	size_t i, accepted = 0, unsafe = 0;
	int bit;

	take(tools, "forwarded.eml", PARSE_KIND_MAIL, &t);
	manifest_encode(&t.mail, &good);
	tap_is_int((long long)good.len, t.done.manifest_size, "manifest: encoding what was decoded gives the same");
	tap_ok(t.mail.message_count > 0, "manifest: of a mail with a message inside");
	t.mail.marks = marks;
	t.mail.mark_count = 2;
	buf_reset(&good);
	manifest_encode(&t.mail, &good);
	for (i = 0; i < good.len; i++)
		for (bit = 0; bit < 8; bit++) {
			struct arena arena = ARENA_INIT;
			struct mail mail;

			good.data[i] = (char)(good.data[i] ^ (1 << bit));
			if (manifest_decode(good.data, good.len, t.done.manifest_offset, &arena, &mail, &err) == 0) {
				size_t k;

				accepted++;
				for (k = 0; k < mail.part_count; k++)
					unsafe += mail.parts[k].offset < 0 || mail.parts[k].size < 0 ||
						  mail.parts[k].offset + mail.parts[k].size > t.done.manifest_offset ||
						  mail.parts[k].role >= MAIL_PART_ROLES;
				unsafe += !marks_sound(&mail);
			}
			good.data[i] = (char)(good.data[i] ^ (1 << bit));
			arena_free(&arena);
		}
	printf("# %zu of %zu bent manifests were still well-formed\n", accepted, good.len * 8);
	tap_is_int((long long)unsafe, 0, "manifest: none with a bit bent gives a part outside the data");
	for (i = 0; i < good.len; i++) {
		struct arena arena = ARENA_INIT;
		struct mail mail;

		accepted = manifest_decode(good.data, i, t.done.manifest_offset, &arena, &mail, &err) == 0;
		arena_free(&arena);
		if (accepted)
			break;
	}
	tap_is_int((long long)i, (long long)good.len, "manifest: none that ends early is taken");
	tap_ok(manifest_read(t.out, t.done.manifest_offset + 1, t.done.manifest_size - 1, &t.arena, &t.mail, &err) < 0,
	       "manifest: not from the wrong place");
	tap_ok(manifest_read(t.out, t.done.manifest_offset, t.done.manifest_size - 1, &t.arena, &t.mail, &err) < 0,
	       "manifest: must reach to the end of the file");
	buf_free(&good);
	taken_free(&t);
}

static void messages_check(void)
{
	struct parse_done done = { .id = -5, .status = PARSE_LIMIT, .reason = "more than 1000 parts" }, got;
	struct parse_job job = { .id = 9, .kind = PARSE_KIND_FILE, .name = "één.pdf" }, got_job;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct ipc_message m;
	struct ipc_writer w;
	int ours, theirs;

	ipc_pair(&ours, &theirs, &err);
	parse_done_put(&w, &done);
	ipc_send(ours, &w, &err);
	ipc_writer_free(&w);
	ipc_receive(theirs, 1000, &m, &err);
	tap_ok(parse_done_get(&m, &arena, &got, &err) == 0 && got.id == -5 && got.status == PARSE_LIMIT &&
	       str_eq(got.reason, done.reason), "answer: there and back");
	ipc_message_free(&m);
	done.manifest_size = 5;
	parse_done_put(&w, &done);
	ipc_send(ours, &w, &err);
	ipc_writer_free(&w);
	ipc_receive(theirs, 1000, &m, &err);
	tap_ok(parse_done_get(&m, &arena, &got, &err) < 0, "answer: a refusal with a manifest is malformed");
	ipc_message_free(&m);
	job.in = job.out = ours;
	parse_job_put(&w, &job);
	ipc_send(ours, &w, &err);
	ipc_writer_free(&w);
	ipc_receive(theirs, 1000, &m, &err);
	tap_ok(parse_job_get(&m, &arena, &got_job, &err) == 0 && got_job.id == 9 && got_job.kind == PARSE_KIND_FILE &&
	       str_eq(got_job.name, job.name) && got_job.in >= 0 && got_job.out >= 0, "job: there and back");
	ipc_message_free(&m);
	close(got_job.in);
	close(got_job.out);
	close(ours);
	close(theirs);
	arena_free(&arena);
}

int main(void)
{
	struct err err = ERR_INIT;
	struct parse_tools *tools = parse_tools_new(&err);

	if (!tap_ok(tools != NULL, "parser starts %s", err.text))
		return tap_done();
	fixtures_check(tools);
	files_check(tools);
	tnef_type_check(tools);
	fields_check(tools);
	html_check();
	base64_check();
	monsters_check(tools);
	window_check(tools);
	manifest_check(tools);
	messages_check();
	parse_tools_free(&tools);
	return tap_done();
}
