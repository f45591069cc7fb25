/* System. */
#include <string.h>

/* Own. */
#include "mime/thread_index.h"

#define HEAD 22
#define ANSWER 5
#define READ_ANSWERS 200     /* of an index that is read; Outlook's own threads stay far below it */
#define READ_MAX (HEAD + READ_ANSWERS * ANSWER)
#define UNIX_EPOCH 11644473600 /* in seconds since 1601, as FILETIME counts */
#define TICKS 10000000

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint64_t filetime(int64_t at)
{
	return at > -UNIX_EPOCH ? (uint64_t)(at + UNIX_EPOCH) * TICKS : 0;
}

static const char *encode(struct arena *arena, const unsigned char *data, size_t len)
{
	char *text = arena_array(arena, len / 3 * 4 + 5, 1), *to = text;
	size_t i, j;

	for (i = 0; i < len; i += 3) {
		uint32_t bits = 0;

		for (j = 0; j < 3; j++)
			bits = bits << 8 | (i + j < len ? data[i + j] : 0);
		for (j = 0; j < 4; j++)
			*to++ = i + j < len + 1 ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
	}
	*to = '\0';
	return text;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Strict but for white space; the bytes, or 0 when it is no base64 or too long. */
static size_t decode(const char *text, unsigned char data[READ_MAX])
{
	size_t len = 0, chars = 0, padding = 0;
	uint32_t bits = 0;

	for (; *text; text++) {
		const char *at;

		if (is_space(*text))
			continue;
		if (*text == '=') {
			padding++;
			continue;
		}
		at = strchr(alphabet, *text);
		if (!at || padding)
			return 0;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		/* The first character of four completes no byte. */
		if (chars++ % 4) {
			if (len == READ_MAX)
				return 0;
			data[len++] = (unsigned char)(bits >> (6 - 2 * ((chars - 1) % 4)));
		}
	}
	return (chars + padding) % 4 || padding > 2 || chars % 4 == 1 ? 0 : len;
}

const char *thread_index_make(struct arena *arena, const unsigned char guid[THREAD_INDEX_GUID], int64_t at)
{
	unsigned char data[HEAD];
	uint64_t time = filetime(at);
	size_t i;

	/* The highest byte of the time is the 1 that every index begins with, until 2057. */
	for (i = 0; i < 6; i++)
		data[i] = (unsigned char)(time >> (56 - 8 * i));
	data[0] = 1;
	memcpy(data + 6, guid, THREAD_INDEX_GUID);
	return encode(arena, data, sizeof data);
}

/* How much later the answer was, as precisely as 31 bits tell it, and four bits of chance. */
static void add_answer(unsigned char *to, uint64_t later, unsigned char salt)
{
	bool coarse = later >> 49;
	uint32_t delta = (uint32_t)(later >> (coarse ? 23 : 18)) & 0x7fffffff;
	size_t i;

	if (coarse)
		delta |= 0x80000000;
	for (i = 0; i < 4; i++)
		to[i] = (unsigned char)(delta >> (24 - 8 * i));
	to[4] = (unsigned char)(salt << 4);
}

const char *thread_index_extend(struct arena *arena, const char *value, int64_t at, unsigned char salt)
{
	unsigned char data[READ_MAX + ANSWER];
	size_t len = value ? decode(value, data) : 0, i;
	uint64_t begun = 0, now = filetime(at);

	if (len < HEAD || (len - HEAD) % ANSWER || data[0] != 1)
		return NULL;
	for (i = 0; i < 6; i++)
		begun = begun << 8 | data[i];
	begun <<= 16;
	if ((len - HEAD) / ANSWER >= THREAD_INDEX_MAX_ANSWERS)
		len = HEAD;
	add_answer(data + len, now > begun ? now - begun : 0, salt);
	return encode(arena, data, len + ANSWER);
}
