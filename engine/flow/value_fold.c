/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "flow/value.h"

/* Letters of U+00C0 to U+017F without their accents; ' ' = left as it is. */
static const char plain_letters[] =
	"aaaaaa ceeeeiiiidnooooo ouuuuy  " /* U+00C0 */
	"aaaaaa ceeeeiiiidnooooo ouuuuy y" /* U+00E0 */
	"aaaaaaccccccccddddeeeeeeeeeegggg" /* U+0100 */
	"gggghhhhiiiiiiiiii  jjkk lllllll" /* U+0120 */
	"lllnnnnnn   oooooo  rrrrrrssssss" /* U+0140 */
	"ssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* U+0160 */

/* Two letters in one. */
static const struct {
	uint32_t letter;
	const char *plain;
} joined[] = {
	{ 0xc6, "ae" }, { 0xe6, "ae" }, { 0xdf, "ss" }, { 0x132, "ij" }, { 0x133, "ij" }, { 0x152, "oe" }, { 0x153, "oe" },
};

static const char *joined_find(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof joined / sizeof *joined; i++)
		if (joined[i].letter == c)
			return joined[i].plain;
	return NULL;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '-' || c == '_' || c == 0xa0 ||
	       (c >= 0x2000 && c <= 0x2015) || c == 0x202f || c == 0x3000;
}

/* Quotes of any shape, the accents that stand by themselves, and what cannot be seen. */
static bool is_dropped(uint32_t c)
{
	return c == '"' || c == '\'' || c == '`' || c == 0xb4 || c == 0xab || c == 0xbb || c == 0xad ||
	       (c >= 0x300 && c <= 0x36f) || (c >= 0x2018 && c <= 0x201f) || c == 0xfeff;
}

static void add_folded(struct buf *out, const char *text, size_t len, uint32_t c)
{
	const char *both = joined_find(c);

	if (both)
		buf_adds(out, both);
	else if (c >= 0xc0 && c <= 0x17f && plain_letters[c - 0xc0] != ' ')
		buf_addc(out, plain_letters[c - 0xc0]);
	else if (c < 0x80)
		buf_addc(out, str_lower((char)c));
	else
		buf_add(out, text, len);
}

static void fold(const char *text, struct buf *out)
{
	const char *end = text + strnlen(text, VALUE_MAX_TEXT);
	bool pending = false;

	while (text < end && *text) {
		size_t len = str_utf8_len(text);
		uint32_t c = len ? str_utf8_char(text) : (unsigned char)*text;

		len = len ? len : 1;
		if (is_blank(c)) {
			pending = out->len > 0;
		} else if (!is_dropped(c)) {
			if (pending)
				buf_addc(out, ' ');
			pending = false;
			add_folded(out, text, len, c);
		}
		text += len;
	}
}

char *value_fold(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT(2 * VALUE_MAX_TEXT + 8);
	const char *start;
	size_t len;
	char *folded;

	fold(text, &out);
	start = out.data + strspn(out.data, " .!;:,");
	len = strlen(start);
	while (len && strchr(" .!;:,", start[len - 1]))
		len--;
	folded = arena_strndup(arena, start, len);
	buf_free(&out);
	return folded;
}
