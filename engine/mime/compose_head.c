/*
 * The header block. Written here and not by GMime: it is small, every byte of
 * it is decided by what was cleaned or checked before, and a newer library
 * cannot change it.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "mime/compose.h"
#include "mime/compose_p.h"

#define FOLD 78          /* RFC 5322 §2.1.1: lines should be no longer */
#define WORD_MAX 75      /* RFC 2047 §2: an encoded word, whole */
#define WORD_FRAME 12    /* "=?utf-8?q?" and "?=" */
#define MAX_EXTRA_NAME 60
#define MAX_EXTRA_VALUE 900

/* One header field being written. */
struct field {
	struct buf *out;
	size_t line;     /* columns of the present line */
};

static void field_begin(struct field *f, struct buf *out, const char *name)
{
	f->out = out;
	buf_addf(out, "%s:", name);
	f->line = strlen(name) + 1;
}

static void field_end(struct field *f)
{
	buf_adds(f->out, "\r\n");
}

/* Adds a word behind a space, or on a new line where it would be too long. */
static void field_word(struct field *f, const char *word, size_t len)
{
	/* The first word stays with its name: a line of white space alone is obsolete syntax. */
	bool first = f->out->data[f->out->len - 1] == ':';

	if (!first && f->line + 1 + len > FOLD) {
		buf_adds(f->out, "\r\n");
		f->line = 0;
	}
	buf_addc(f->out, ' ');
	buf_add(f->out, word, len);
	f->line += 1 + len;
}

const char *compose_line(struct arena *arena, const char *text, size_t max)
{
	char *clean, *to, *from;
	const char *line;

	if (!text)
		return "";
	clean = str_clean(text, COMPOSE_MAX_SUBJECT * 8);
	for (from = to = clean; *from; from++)
		if (*from != ' ' || (to > clean && to[-1] != ' '))
			*to++ = *from;
	while (to > clean && to[-1] == ' ')
		to--;
	*to = '\0';
	clean[str_utf8_cut(clean, max)] = '\0';
	line = arena_strdup(arena, clean);
	free(clean);
	return line;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > 127)
			return false;
	return true;
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 2047 §5 (3): these stand for themselves in an encoded word, in a phrase too. */
static bool is_q_plain(char c)
{
	return is_alnum(c) || (c && strchr("!*+-/", c));
}

static size_t q_char(char *out, size_t size, const char *c, size_t len)
{
	size_t i, at = 0;

	for (i = 0; i < len; i++)
		if (is_q_plain(c[i]))
			out[at++] = c[i];
		else if (c[i] == ' ')
			out[at++] = '_';
		else
			at += (size_t)snprintf(out + at, size - at, "=%02X", (unsigned char)c[i]);
	return at;
}

/*
 * Fills 'word' with what of 'text' fits 'room'; returns the bytes of text used.
 * Ends behind a space where it can, for readers that wrongly show a space
 * between two encoded words, and never within a character.
 */
static size_t encoded_fill(struct buf *word, const char *text, size_t room)
{
	size_t at = 0, space_at = 0, space_len = 0;

	while (text[at]) {
		char piece[16];
		size_t len = str_utf8_len(text + at), n;

		if (!len)
			len = 1;
		n = q_char(piece, sizeof piece, text + at, len);
		if (word->len + n > room)
			break;
		buf_add(word, piece, n);
		at += len;
		if (text[at - 1] == ' ') {
			space_at = at;
			space_len = word->len;
		}
	}
	if (!text[at] || !space_at)
		return at;
	buf_truncate(word, space_len);
	return space_at;
}

static void field_encoded(struct field *f, const char *text)
{
	struct buf word = BUF_INIT(WORD_MAX), framed = BUF_INIT(WORD_MAX);

	while (*text) {
		/* A line with an encoded word has 76 columns at most; the first stands behind the name. */
		bool first = f->out->data[f->out->len - 1] == ':';

		buf_reset(&word);
		buf_reset(&framed);
		text += encoded_fill(&word, text, (first ? WORD_MAX - f->line : WORD_MAX) - WORD_FRAME);
		buf_addf(&framed, "=?utf-8?q?%s?=", word.data);
		field_word(f, framed.data, framed.len);
	}
	buf_free(&word);
	buf_free(&framed);
}

/* Words as they are, folded between them. */
static void field_plain(struct field *f, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		field_word(f, text, len);
		text += len;
		while (*text == ' ')
			text++;
	}
}

/* Text that must be seen again as it is: encoded when it is not ASCII, or looks encoded, or cannot be folded. */
static void field_text(struct field *f, const char *text)
{
	const char *word;
	bool fits = true;

	for (word = text; *word; word += strcspn(word, " "), word += *word == ' ')
		fits = fits && strcspn(word, " ") < FOLD - 20;
	if (is_ascii(text) && fits && !strstr(text, "=?"))
		field_plain(f, text);
	else
		field_encoded(f, text);
}

/* A display name: atoms as they are, other ASCII quoted, the rest encoded. */
static void field_phrase(struct field *f, const char *name)
{
	struct buf quoted = BUF_INIT(COMPOSE_MAX_NAME * 2 + 3);
	bool atoms = true;
	const char *c;

	if (!is_ascii(name) || strstr(name, "=?") || strlen(name) > FOLD - 20) {
		field_encoded(f, name);
		return;
	}
	for (c = name; *c; c++)
		atoms = atoms && (is_alnum(*c) || strchr(" !#$%&'*+-/=?^_`{|}~", *c));
	if (atoms) {
		field_plain(f, name);
		return;
	}
	buf_addc(&quoted, '"');
	for (c = name; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_addc(&quoted, '\\');
		buf_addc(&quoted, *c);
	}
	buf_addc(&quoted, '"');
	field_word(f, quoted.data, quoted.len);
	buf_free(&quoted);
}

static int field_address(struct field *f, struct arena *arena, const char *what,
			 const struct compose_address *address, bool more, struct err *err)
{
	const char *name = compose_line(arena, address->name, COMPOSE_MAX_NAME), *spec;

	if (!addr_valid(address->addr))
		return err_set(err, ERR_INPUT, "%s is not a valid address", what);
	if (*name) {
		field_phrase(f, name);
		spec = arena_printf(arena, "<%s>%s", address->addr, more ? "," : "");
	} else {
		spec = arena_printf(arena, "%s%s", address->addr, more ? "," : "");
	}
	field_word(f, spec, strlen(spec));
	return 0;
}

static int addresses_add(struct buf *out, struct arena *arena, const char *name,
			 const struct compose_address *list, size_t count, struct err *err)
{
	struct field f;
	size_t i;

	if (!count)
		return 0;
	field_begin(&f, out, name);
	for (i = 0; i < count; i++)
		if (field_address(&f, arena, name, &list[i], i + 1 < count, err) != 0)
			return -1;
	field_end(&f);
	return 0;
}

bool compose_is_id(const char *text)
{
	size_t i, at = 0;

	if (!text || !*text || strlen(text) > 250)
		return false;
	for (i = 0; text[i]; i++)
		if (text[i] == '@' && i && text[i + 1])
			at++;
		else if (!is_alnum(text[i]) && !strchr("!#$%&'*+-/=?^_`{|}~.", text[i]))
			return false;
	return at == 1;
}

/*
 * An id from a stranger's mail is taken more broadly, since an answer must name
 * it as it is: visible ASCII without what would end it or begin a comment.
 */
static bool is_foreign_id(const char *text)
{
	size_t len = strlen(text), i;

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr("<>(),;\\\"", text[i]))
			return false;
	return len > 0 && len <= 250;
}

/* In-Reply-To and References, without what is no id. The first (the thread's root) and the newest stay. */
static void ids_add(struct buf *out, const char *name, const char *const *list, size_t count)
{
	struct field f;
	size_t i, valid = 0, seen = 0;
	bool begun = false;

	for (i = 0; i < count; i++)
		valid += is_foreign_id(list[i]);
	for (i = 0; i < count; i++) {
		char word[256];

		if (!is_foreign_id(list[i]))
			continue;
		if (seen++ && valid - seen >= COMPOSE_MAX_REFERENCES - 1)
			continue;
		if (!begun)
			field_begin(&f, out, name);
		begun = true;
		field_word(&f, word, (size_t)snprintf(word, sizeof word, "<%s>", list[i]));
	}
	if (begun)
		field_end(&f);
}

/* What a caller may not set by the side door: our own fields, and those that mean something to servers. */
static bool is_reserved(const char *name)
{
	static const char *const names[] = {
		"From", "To", "Cc", "Bcc", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To",
		"References", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Return-Path", "Received",
		"Precedence",
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (str_ieq(names[i], name))
			return true;
	return str_istarts(name, "Content-") || str_istarts(name, "Resent-");
}

static int extra_add(struct buf *out, const struct compose_header *header, struct err *err)
{
	const char *c;

	for (c = header->name; is_alnum(*c) || *c == '-'; c++)
		;
	if (*c || c == header->name || c - header->name > MAX_EXTRA_NAME || is_reserved(header->name))
		return err_set(err, ERR_INPUT, "an extra header has a name that cannot be used");
	for (c = header->value; *c >= ' ' && *c < 0x7f; c++)
		;
	if (*c || c == header->value || c - header->value > MAX_EXTRA_VALUE || header->value[0] == ' ' || c[-1] == ' ')
		return err_set(err, ERR_INPUT, "the value of header '%s' is not plain text", header->name);
	buf_addf(out, "%s: %s\r\n", header->name, header->value);
	return 0;
}

/* A language tag (RFC 5646), as far as we use them. */
static bool is_lang(const char *lang)
{
	size_t len = strlen(lang), i;

	for (i = 0; i < len; i++)
		if (!is_alnum(lang[i]) && lang[i] != '-')
			return false;
	return len >= 2 && len <= 20;
}

static void automatic_add(struct buf *out, enum compose_auto automatic)
{
	if (automatic == COMPOSE_PERSON)
		return;
	buf_addf(out, "Auto-Submitted: %s\r\n", automatic == COMPOSE_GENERATED ? "auto-generated" : "auto-replied");
	/* Never "All": that would silence bounces (MS-OXCMAIL 2.1.3.2.20). */
	buf_adds(out, "X-Auto-Response-Suppress: OOF, AutoReply\r\n");
}

static int people_add(const struct compose_mail *mail, struct arena *arena, struct buf *out, struct err *err)
{
	struct compose_address reply = { NULL, mail->reply_to };

	if (mail->cc_count > COMPOSE_MAX_CC)
		return err_set(err, ERR_LIMIT, "more than %d addresses in Cc", COMPOSE_MAX_CC);
	if (addresses_add(out, arena, "From", &mail->from, 1, err) != 0 ||
	    addresses_add(out, arena, "To", &mail->to, 1, err) != 0 ||
	    addresses_add(out, arena, "Cc", mail->cc, mail->cc_count, err) != 0)
		return -1;
	return addresses_add(out, arena, "Reply-To", &reply, mail->reply_to ? 1 : 0, err);
}

int compose_headers(const struct compose_mail *mail, struct arena *arena, struct buf *out, struct err *err)
{
	char date[DATE_RFC5322_SIZE];
	struct field f;
	size_t i;

	if (!compose_is_id(mail->message_id))
		return err_set(err, ERR_INPUT, "the Message-ID is not one");
	if (people_add(mail, arena, out, err) != 0)
		return -1;
	field_begin(&f, out, "Subject");
	field_text(&f, compose_line(arena, mail->subject, COMPOSE_MAX_SUBJECT));
	field_end(&f);
	buf_addf(out, "Date: %s\r\n", date_rfc5322(date, mail->date, mail->zone));
	buf_addf(out, "Message-ID: <%s>\r\n", mail->message_id);
	ids_add(out, "In-Reply-To", &mail->in_reply_to, mail->in_reply_to ? 1 : 0);
	ids_add(out, "References", mail->references, mail->reference_count);
	automatic_add(out, mail->automatic);
	if (mail->lang && is_lang(mail->lang))
		buf_addf(out, "Content-Language: %s\r\n", mail->lang);
	for (i = 0; i < mail->extra_count; i++)
		if (extra_add(out, &mail->extra[i], err) != 0)
			return -1;
	buf_adds(out, "MIME-Version: 1.0\r\n");
	if (buf_failed(out))
		return err_set(err, ERR_LIMIT, "the header block is larger than %zu bytes", out->max);
	return 0;
}
