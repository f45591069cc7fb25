/* System. */
#include <stdint.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/fold.h"

/* U+00C0 … U+017F without their marks, a blank for what is no letter. */
static const char latin[] =
	"aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
	"lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* The character at 'text' as it is compared, behind 'at'; nothing for what is left out. */
static char *fold_char(char *at, const char *text, size_t len)
{
	uint32_t c = len ? str_utf8_char(text) : 0;

	if (len == 1 && ((*text >= '0' && *text <= '9') || (str_lower(*text) >= 'a' && str_lower(*text) <= 'z'))) {
		*at++ = str_lower(*text);
	} else if (c >= 0xc0 && c - 0xc0 < sizeof latin - 1) {
		if (latin[c - 0xc0] != ' ')
			*at++ = latin[c - 0xc0];
	} else if (c >= 0x370 && c < 0x2000) { /* letters of other scripts: as they are */
		memcpy(at, text, len);
		at += len;
	}
	return at;
}

static const char *fold(struct arena *arena, const char *text, bool spread)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *at = out;

	while (*text) {
		size_t len = str_utf8_len(text);

		if (!spread || !strchr(" \t-_", *text))
			at = fold_char(at, text, len);
		else if (at > out && at[-1] != ' ')
			*at++ = ' ';
		text += len ? len : 1;
	}
	at -= spread && at > out && at[-1] == ' ';
	*at = '\0';
	return out;
}

const char *fold_words(struct arena *arena, const char *text)
{
	return fold(arena, text, false);
}

const char *fold_called(struct arena *arena, const char *text)
{
	return fold(arena, text, true);
}

bool fold_has_loose_accent(const char *text)
{
	size_t len;

	for (; *text; text += len ? len : 1) {
		uint32_t c;

		len = str_utf8_len(text);
		c = len > 1 ? str_utf8_char(text) : 0;
		if (c >= 0x300 && c <= 0x36f)
			return true;
	}
	return false;
}
