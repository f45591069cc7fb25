/* System. */
#include <stdint.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "quote/quote.h"

/* U+00C0..U+017F without their accents. */
static const char latin[] = "aaaaaaaceeeeiiiidnoooooxouuuuyts" /* 00C0 */
			    "aaaaaaaceeeeiiiidnooooo/ouuuuyty" /* 00E0 */
			    "aaaaaaccccccccddddeeeeeeeeeegggg" /* 0100 */
			    "gggghhhhiiiiiiiiiiiijjkkklllllll" /* 0120 */
			    "lllnnnnnnnnnoooooooorrrrrrssssss" /* 0140 */
			    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* 0160 */

static bool is_blank(uint32_t c)
{
	return c <= 0x20 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	       c == 0x3000;
}

/* Nothing to be seen: soft hyphens, combining accents, marks of direction and width. */
static bool is_nothing(uint32_t c)
{
	return c == 0xad || (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f);
}

/* The plain character for one; 0 = it stays as it is. */
static char plain(uint32_t c)
{
	if (c < 0x80)
		return str_lower((char)c);
	if (c >= 0xc0 && c < 0xc0 + sizeof latin - 1)
		return latin[c - 0xc0];
	if (c == 0x218 || c == 0x219)
		return 's';
	if (c == 0x21a || c == 0x21b)
		return 't';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	if ((c >= 0x2018 && c <= 0x201b) || c == 0xb4 || c == 0x2032)
		return '\'';
	if ((c >= 0x201c && c <= 0x201f) || c == 0xab || c == 0xbb || c == 0x2033)
		return '"';
	return c == 0xff1a ? ':' : 0;
}

/* Greek and Cyrillic capitals as small letters; other characters as they are. All of two bytes in UTF-8. */
static uint32_t lower(uint32_t c)
{
	if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

static void add(struct buf *out, const char *text, size_t len, uint32_t c)
{
	uint32_t small = len ? lower(c) : c;

	if (len && plain(c)) {
		buf_addc(out, plain(c));
	} else if (len && small != c) {
		buf_addc(out, (char)(0xc0 | small >> 6));
		buf_addc(out, (char)(0x80 | (small & 0x3f)));
	} else {
		buf_add(out, text, len ? len : 1);
	}
}

char *quote_fold(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	bool gap = false;
	char *folded;

	while (*text) {
		size_t len = str_utf8_len(text);
		uint32_t c = len ? str_utf8_char(text) : (unsigned char)*text;

		if (is_blank(c)) {
			gap = out.len > 0;
		} else if (!is_nothing(c)) {
			if (gap)
				buf_addc(&out, ' ');
			gap = false;
			add(&out, text, len, c);
		}
		text += len ? len : 1;
	}
	folded = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return folded;
}
