/* System. */
#include <stdbool.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "net/oauth_p.h"

#define DEPTH_MAX 16

/* A place in the text; every reader below moves it, or fails and leaves it anywhere. */
struct cursor {
	const char *at;
	int depth;
};

static bool skip_value(struct cursor *c);

static void skip_space(struct cursor *c)
{
	while (*c->at && strchr(" \t\r\n", *c->at))
		c->at++;
}

static bool take(struct cursor *c, char want)
{
	skip_space(c);
	if (*c->at != want)
		return false;
	c->at++;
	return true;
}

static bool read_unicode(struct cursor *c, uint32_t *unit)
{
	unsigned char raw[2];
	char digits[5] = "";

	if (strlen(c->at) < 4)
		return false;
	memcpy(digits, c->at, 4);
	if (!str_unhex(raw, 2, digits))
		return false;
	c->at += 4;
	*unit = (uint32_t)raw[0] << 8 | raw[1];
	return true;
}

/* Behind "\u". No surrogates and no NUL: tokens and error names are ASCII. */
static bool read_escape_unicode(struct cursor *c, struct buf *out)
{
	uint32_t u;

	if (!read_unicode(c, &u) || u == 0 || (u >= 0xd800 && u <= 0xdfff))
		return false;
	if (u < 0x80) {
		buf_addc(out, (char)u);
	} else if (u < 0x800) {
		buf_addc(out, (char)(0xc0 | u >> 6));
		buf_addc(out, (char)(0x80 | (u & 0x3f)));
	} else {
		buf_addc(out, (char)(0xe0 | u >> 12));
		buf_addc(out, (char)(0x80 | (u >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (u & 0x3f)));
	}
	return true;
}

static bool read_escape(struct cursor *c, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (*c->at == 'u') {
		c->at++;
		return read_escape_unicode(c, out);
	}
	found = *c->at ? strchr(from, *c->at) : NULL;
	if (!found)
		return false;
	buf_addc(out, to[found - from]);
	c->at++;
	return true;
}

static bool read_string(struct cursor *c, struct buf *out)
{
	if (!take(c, '"'))
		return false;
	while (*c->at != '"') {
		if ((unsigned char)*c->at < ' ')
			return false;
		if (*c->at == '\\') {
			c->at++;
			if (!read_escape(c, out))
				return false;
		} else {
			buf_addc(out, *c->at++);
		}
	}
	c->at++;
	return true;
}

static bool skip_string(struct cursor *c)
{
	struct buf ignored = BUF_INIT(BUF_MAX_TEXT);
	bool ok = read_string(c, &ignored);

	buf_free(&ignored);
	return ok;
}

/* A number, true, false, null: the letters of one word. */
static bool read_word(struct cursor *c, struct buf *out)
{
	size_t start = out->len;

	skip_space(c);
	while (*c->at && strchr("+-.0123456789Eabcdefghijklmnopqrstuvwxyz", *c->at))
		buf_addc(out, *c->at++);
	return out->len > start;
}

static bool skip_word(struct cursor *c)
{
	struct buf word = BUF_INIT(64);
	bool ok = read_word(c, &word) && !buf_failed(&word);

	buf_free(&word);
	return ok;
}

/* Behind the opening bracket; 'close' is ']' or '}'. */
static bool skip_list(struct cursor *c, char close)
{
	if (take(c, close))
		return true;
	do {
		if (close == '}' && (!skip_string(c) || !take(c, ':')))
			return false;
		if (!skip_value(c))
			return false;
	} while (take(c, ','));
	return take(c, close);
}

static bool skip_value(struct cursor *c)
{
	bool ok;

	skip_space(c);
	if (*c->at == '"')
		return skip_string(c);
	if (*c->at != '{' && *c->at != '[')
		return skip_word(c);
	if (++c->depth > DEPTH_MAX)
		return false;
	ok = *c->at++ == '{' ? skip_list(c, '}') : skip_list(c, ']');
	c->depth--;
	return ok;
}

/* The value of the wanted member; a list or an object there is a failure. */
static bool read_value(struct cursor *c, struct buf *out)
{
	skip_space(c);
	return *c->at == '"' ? read_string(c, out) : read_word(c, out);
}

static bool read_members(struct cursor *c, const char *name, struct buf *value, int *found)
{
	struct buf key = BUF_INIT(BUF_MAX_LINE);
	bool ok;

	do {
		buf_reset(&key);
		ok = read_string(c, &key) && !buf_failed(&key) && take(c, ':');
		if (ok && str_eq(key.data, name)) {
			++*found;
			ok = read_value(c, value);
		} else if (ok) {
			ok = skip_value(c);
		}
	} while (ok && take(c, ','));
	buf_free(&key);
	return ok;
}

const char *oauth_json_member(const char *text, const char *name, struct arena *arena)
{
	struct cursor c = { text, 0 };
	struct buf value = BUF_INIT(BUF_MAX_TEXT);
	const char *result = NULL;
	int found = 0;
	bool ok = take(&c, '{') && read_members(&c, name, &value, &found) && take(&c, '}');

	skip_space(&c);
	if (ok && *c.at == '\0' && found == 1 && !buf_failed(&value))
		result = arena_strdup(arena, value.data);
	buf_free(&value);
	return result;
}
