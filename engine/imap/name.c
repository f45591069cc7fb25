/* System. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "imap/name.h"

/* Modified base64: ',' for '/', no padding (RFC 3501 §5.1.3). */
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* One shift sequence under way. */
struct shift {
	bool open;
	uint32_t bits;
	int count;
};

static void shift_unit(struct shift *s, struct buf *out, uint32_t unit)
{
	if (!s->open)
		buf_addc(out, '&');
	s->open = true;
	s->bits = s->bits << 16 | unit;
	s->count += 16;
	while (s->count >= 6) {
		s->count -= 6;
		buf_addc(out, digits[s->bits >> s->count & 63]);
	}
}

static void shift_end(struct shift *s, struct buf *out)
{
	if (!s->open)
		return;
	if (s->count)
		buf_addc(out, digits[s->bits << (6 - s->count) & 63]);
	buf_addc(out, '-');
	*s = (struct shift){ 0 };
}

static void add_char(struct shift *s, struct buf *out, uint32_t c)
{
	if (c < 0x7f) {
		shift_end(s, out);
		buf_addc(out, (char)c);
		if (c == '&')
			buf_addc(out, '-');
	} else if (c >= 0x10000) {
		shift_unit(s, out, 0xd800 + ((c - 0x10000) >> 10));
		shift_unit(s, out, 0xdc00 + ((c - 0x10000) & 0x3ff));
	} else {
		shift_unit(s, out, c);
	}
}

int imap_name_encode(const char *name, char **wire, struct err *err)
{
	struct buf out = BUF_INIT(IMAP_NAME_MAX);
	struct shift s = { 0 };
	const char *at;

	for (at = name; *at; at += str_utf8_len(at)) {
		unsigned char c = (unsigned char)*at;

		if (!str_utf8_len(at) || c < 0x20 || c == 0x7f) {
			buf_free(&out);
			return err_set(err, ERR_INPUT, "folder name holds a control character or is not UTF-8");
		}
		add_char(&s, &out, str_utf8_char(at));
	}
	shift_end(&s, &out);
	if (buf_failed(&out) || out.len == 0) {
		buf_free(&out);
		return err_set(err, ERR_INPUT, "folder name is %s", *name ? "too long" : "empty");
	}
	*wire = buf_detach(&out);
	return 0;
}

/* The namespaces' "INBOX." is the same in any case; all else is exact. */
static bool has_prefix(const char *wire, const char *prefix)
{
	if (!*prefix)
		return false;
	return str_istarts(prefix, "INBOX") ? str_istarts(wire, prefix) : str_starts(wire, prefix);
}

static bool is_complete(const char *wire, const struct imap_namespace *space)
{
	if (has_prefix(wire, space->prefix))
		return true;
	for (size_t i = 0; i < space->foreign_count; i++)
		if (has_prefix(wire, space->foreign[i]))
			return true;
	return false;
}

int imap_name_to_wire(const char *name, const struct imap_namespace *space, char **wire, struct err *err)
{
	struct buf out = BUF_INIT(IMAP_NAME_MAX);
	char *encoded;

	if (imap_name_encode(name, &encoded, err))
		return -1;
	if (str_ieq(encoded, "INBOX"))
		memcpy(encoded, "INBOX", 5);
	/* Safe on the encoded form: its base64 has ',' where '/' would be. */
	for (char *at = encoded; space->delimiter && *at; at++)
		if (*at == '/')
			*at = space->delimiter;
	if (!str_eq(encoded, "INBOX") && !is_complete(encoded, space))
		buf_adds(&out, space->prefix);
	buf_adds(&out, encoded);
	free(encoded);
	if (buf_failed(&out)) {
		buf_free(&out);
		return err_set(err, ERR_INPUT, "folder name is too long");
	}
	*wire = buf_detach(&out);
	return 0;
}
