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

const char *fold_words(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *at = out;

	while (*text) {
		size_t len = str_utf8_len(text);
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
		text += len ? len : 1;
	}
	*at = '\0';
	return out;
}
