/* System. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"

/* Own. */
#include "base/str.h"

bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

char str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

char str_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

void str_lower_all(char *text)
{
	for (; *text; text++)
		*text = str_lower(*text);
}

bool str_ieq(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && str_lower(*a) == str_lower(*b))
		a++, b++;
	return *a == *b;
}

bool str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_istarts(const char *text, const char *prefix)
{
	for (; *prefix; text++, prefix++)
		if (str_lower(*text) != str_lower(*prefix))
			return false;
	return true;
}

bool str_ends(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n >= m && memcmp(text + n - m, suffix, m) == 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool str_is_blank(const char *text)
{
	while (is_space(*text))
		text++;
	return !*text;
}

char *str_trim(char *text)
{
	size_t len;

	while (is_space(*text))
		text++;
	len = strlen(text);
	while (len && is_space(text[len - 1]))
		text[--len] = '\0';
	return text;
}

size_t str_utf8_len(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n, i;

	if (s[0] == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

bool str_utf8_valid(const char *text)
{
	while (*text) {
		size_t n = str_utf8_len(text);

		if (!n)
			return false;
		text += n;
	}
	return true;
}

uint32_t str_utf8_char(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	switch (str_utf8_len(text)) {
	case 2: return ((uint32_t)(s[0] & 0x1f) << 6) | (s[1] & 0x3f);
	case 3: return ((uint32_t)(s[0] & 0x0f) << 12) | ((uint32_t)(s[1] & 0x3f) << 6) | (s[2] & 0x3f);
	case 4:
		return ((uint32_t)(s[0] & 0x07) << 18) | ((uint32_t)(s[1] & 0x3f) << 12) |
		       ((uint32_t)(s[2] & 0x3f) << 6) | (s[3] & 0x3f);
	default: return s[0];
	}
}

bool str_utf8_is_control(const char *text)
{
	uint32_t c = str_utf8_char(text);

	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

size_t str_utf8_cut(const char *text, size_t max)
{
	size_t at = 0;

	while (text[at]) {
		size_t n = str_utf8_len(text + at);

		if (!n)
			n = 1;
		if (at + n > max)
			break;
		at += n;
	}
	return at;
}

char *str_clean(const char *text, size_t max)
{
	struct buf out = BUF_INIT(max);

	while (*text && !buf_failed(&out)) {
		size_t n = str_utf8_len(text);

		if (!n) {
			buf_adds(&out, "\xef\xbf\xbd");
			n = 1;
		} else if (str_utf8_is_control(text)) {
			buf_addc(&out, ' ');
		} else {
			buf_add(&out, text, n);
		}
		text += n;
	}
	return buf_detach(&out);
}

bool str_to_i64(const char *text, int64_t *value_r)
{
	char *end;
	long long value;

	if (!text || !(*text == '-' || (*text >= '0' && *text <= '9')))
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		return false;
	*value_r = value;
	return true;
}

bool str_to_u32(const char *text, uint32_t *value_r)
{
	int64_t value;

	if (!str_to_i64(text, &value) || value < 0 || value > UINT32_MAX)
		return false;
	*value_r = (uint32_t)value;
	return true;
}

void str_hex(char *out, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *s = data;
	size_t i;

	for (i = 0; i < len; i++) {
		out[2 * i] = digits[s[i] >> 4];
		out[2 * i + 1] = digits[s[i] & 15];
	}
	out[2 * len] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = str_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool str_unhex(void *out, size_t len, const char *text)
{
	unsigned char *dst = out;
	size_t i;

	if (strlen(text) != 2 * len)
		return false;
	for (i = 0; i < len; i++) {
		int hi = hex_value(text[2 * i]), lo = hex_value(text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		dst[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

void str_base32(char *out, const void *data, size_t len)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	const unsigned char *s = data;
	uint32_t bits = 0;
	unsigned have = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		bits = bits << 8 | s[i];
		for (have += 8; have >= 5; have -= 5)
			*out++ = digits[bits >> (have - 5) & 31];
	}
	if (have)
		*out++ = digits[bits << (5 - have) & 31];
	*out = '\0';
}

#define DISTANCE_WORD 64

unsigned str_distance(const char *a, const char *b, unsigned max)
{
	unsigned row[DISTANCE_WORD + 1];
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > DISTANCE_WORD || m > DISTANCE_WORD)
		return max + 1;
	for (j = 0; j <= m; j++)
		row[j] = (unsigned)j;
	for (i = 1; i <= n; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (j = 1; j <= m; j++) {
			unsigned old = row[j];
			unsigned best = diagonal + (str_lower(a[i - 1]) != str_lower(b[j - 1]));

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diagonal = old;
		}
	}
	return row[m] > max ? max + 1 : row[m];
}
