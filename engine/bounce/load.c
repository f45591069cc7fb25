/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

/* At most 'max' bytes from 'offset', as a string; bytes of NUL become spaces. */
static const char *text_of(int fd, int64_t offset, int64_t size, size_t max, struct arena *arena)
{
	size_t len = size < 0 ? 0 : size < (int64_t)max ? (size_t)size : max, i;
	char *text = arena_alloc(arena, len + 1);

	if (!len || file_pread_all(fd, text, len, offset, NULL))
		return NULL;
	for (i = 0; i < len; i++)
		text[i] = text[i] ? text[i] : ' ';
	return text;
}

void bounce_load(const struct mail *mail, int out, int raw, struct arena *arena, struct bounce_source *source)
{
	const char **parts = arena_array(arena, mail->part_count + 1, sizeof *parts);
	size_t i, room = 8 * (size_t)BOUNCE_PART_MAX;

	for (i = 0; i < mail->part_count && out >= 0; i++) {
		const struct mail_part *part = &mail->parts[i];

		if (!bounce_wants(part) || room < BOUNCE_PART_MAX)
			continue;
		parts[i] = text_of(out, part->offset, part->size, BOUNCE_PART_MAX, arena);
		room -= BOUNCE_PART_MAX;
	}
	*source = (struct bounce_source){ mail, parts, NULL };
	if (raw >= 0)
		source->raw = text_of(raw, 0, file_size(raw), BOUNCE_RAW_MAX, arena);
}
