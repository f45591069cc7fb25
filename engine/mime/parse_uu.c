/*
 * Files in the old uuencode form inside plain text: "begin 644 name", lines
 * whose first character tells how many bytes they hold, "end". Only a block
 * that is whole and well-formed counts, so that a sentence beginning with
 * "begin 644" stays a sentence.
 */

/* System. */
#include <string.h>

/* Own. */
#include "mime/parse_p.h"

static size_t line_len(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	return (size_t)((lf ? lf : end) - p);
}

static size_t without_cr(const char *p, size_t len)
{
	return len && p[len - 1] == '\r' ? len - 1 : len;
}

static unsigned value(char c)
{
	return ((unsigned char)c - 32u) & 63u;
}

/* Bytes that a data line holds, or -1 when it is none. */
static int data_line(const char *p, size_t len)
{
	size_t i, bytes;

	if (len == 0 || p[0] < 32 || p[0] > 96)
		return -1;
	for (i = 1; i < len; i++)
		if (p[i] < 32 || p[i] > 96)
			return -1;
	bytes = value(p[0]);
	/* Some writers leave trailing spaces away, others add a checksum character. */
	return bytes <= 45 && len <= 1 + (bytes + 2) / 3 * 4 + 2 ? (int)bytes : -1;
}

/* "begin MODE NAME"; false when the line is something else. */
static bool begin_line(const char *p, size_t len, struct mime_uu *uu)
{
	size_t i = 6;

	if (len < 11 || memcmp(p, "begin ", 6) != 0)
		return false;
	while (i < len && p[i] >= '0' && p[i] <= '7')
		i++;
	if (i < 9 || i > 10 || i + 1 >= len || p[i] != ' ')
		return false;
	uu->name = p + i + 1;
	uu->name_len = len - i - 1;
	return true;
}

/* The lines behind "begin": fills data_end and end when they are a whole block. */
static bool block_follows(const char *p, const char *end, struct mime_uu *uu)
{
	bool any = false;

	uu->data = p;
	while (p < end) {
		size_t whole = line_len(p, end), len = without_cr(p, whole);

		if (len == 3 && memcmp(p, "end", 3) == 0) {
			uu->data_end = p;
			uu->end = p + whole < end ? p + whole + 1 : end;
			return any;
		}
		if (data_line(p, len) < 0)
			return false;
		any = true;
		p += whole + 1;
	}
	return false;
}

bool mime_uu_find(const char *text, const char *end, struct mime_uu *uu)
{
	const char *p = text;

	while (p < end) {
		size_t whole = line_len(p, end), len = without_cr(p, whole);
		const char *next = p + whole < end ? p + whole + 1 : end;

		if (begin_line(p, len, uu) && block_follows(next, end, uu)) {
			uu->start = p;
			return true;
		}
		p = memmem(next, (size_t)(end - next), "begin ", 6);
		/* On to the start of a line that begins so. */
		while (p && p[-1] != '\n')
			p = memmem(p + 1, (size_t)(end - p - 1), "begin ", 6);
		if (!p)
			return false;
	}
	return false;
}

int mime_uu_write(const struct mime_uu *uu, struct mime_output *out, struct err *err)
{
	const char *p = uu->data;

	while (p < uu->data_end) {
		size_t whole = line_len(p, uu->data_end), len = without_cr(p, whole), i, k;
		size_t bytes = (size_t)data_line(p, len);
		char text[64], data[48];

		memset(text, ' ', sizeof text);
		memcpy(text, p + 1, len - 1 < sizeof text ? len - 1 : sizeof text);
		for (i = k = 0; i < bytes; i += 3, k += 4) {
			unsigned bits = value(text[k]) << 18 | value(text[k + 1]) << 12 | value(text[k + 2]) << 6 |
					value(text[k + 3]);

			data[i] = (char)(bits >> 16);
			data[i + 1] = (char)(bits >> 8);
			data[i + 2] = (char)bits;
		}
		if (mime_output_add(out, data, bytes, err))
			return -1;
		p += whole + 1;
	}
	return 0;
}
