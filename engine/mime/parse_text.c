/*
 * Characters: whatever a stranger labels them as, to valid UTF-8. Mail lies
 * about its charset in a few well-known ways, which the rules here follow (as
 * the WHATWG encoding standard does for pages): Latin-1 means Windows-1252,
 * GB2312 means GB18030, UTF-8 under a one-byte label is UTF-8.
 */

/* System. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "mime/parse_p.h"

#define DECODED_MAX (16u << 20) /* UTF-8 of one body */

enum charset_kind {
	CHARSET_UTF8,      /* and everything unknown: valid sequences stay, other bytes are Windows-1252 */
	CHARSET_CP1252,
	CHARSET_ONE_BYTE,  /* through a converter, unless the bytes are UTF-8 */
	CHARSET_MANY_BYTES
};

/* Labels as they come, lower case, and the converter for them. */
static const struct charset {
	const char *label;
	const char *converter;
	enum charset_kind kind;
} charsets[] = {
	{ "us-ascii", NULL, CHARSET_CP1252 },      { "ascii", NULL, CHARSET_CP1252 },
	{ "iso-8859-1", NULL, CHARSET_CP1252 },    { "iso8859-1", NULL, CHARSET_CP1252 },
	{ "iso_8859-1", NULL, CHARSET_CP1252 },    { "latin1", NULL, CHARSET_CP1252 },
	{ "windows-1252", NULL, CHARSET_CP1252 },  { "cp1252", NULL, CHARSET_CP1252 },
	{ "cp-1252", NULL, CHARSET_CP1252 },       { "ansi_x3.4-1968", NULL, CHARSET_CP1252 },
	{ "utf-8", NULL, CHARSET_UTF8 },           { "utf8", NULL, CHARSET_UTF8 },
	{ "unicode-1-1-utf-8", NULL, CHARSET_UTF8 },
	{ "gb2312", "GB18030", CHARSET_MANY_BYTES },  { "gbk", "GB18030", CHARSET_MANY_BYTES },
	{ "x-gbk", "GB18030", CHARSET_MANY_BYTES },   { "gb18030", "GB18030", CHARSET_MANY_BYTES },
	{ "gb_2312-80", "GB18030", CHARSET_MANY_BYTES },
	{ "hz-gb-2312", "HZ", CHARSET_MANY_BYTES },
	{ "big5", "BIG5-HKSCS", CHARSET_MANY_BYTES },
	{ "big5-hkscs", "BIG5-HKSCS", CHARSET_MANY_BYTES },
	{ "ks_c_5601-1987", "CP949", CHARSET_MANY_BYTES }, { "euc-kr", "CP949", CHARSET_MANY_BYTES },
	{ "cp949", "CP949", CHARSET_MANY_BYTES },     { "iso-2022-kr", "ISO-2022-KR", CHARSET_MANY_BYTES },
	{ "shift_jis", "CP932", CHARSET_MANY_BYTES }, { "shift-jis", "CP932", CHARSET_MANY_BYTES },
	{ "x-sjis", "CP932", CHARSET_MANY_BYTES },    { "sjis", "CP932", CHARSET_MANY_BYTES },
	{ "euc-jp", "EUC-JP-MS", CHARSET_MANY_BYTES },
	{ "iso-2022-jp", "ISO-2022-JP-2", CHARSET_MANY_BYTES },
	{ "iso-2022-jp-2", "ISO-2022-JP-2", CHARSET_MANY_BYTES },
	{ "iso-2022-cn", "ISO-2022-CN", CHARSET_MANY_BYTES },
	{ "utf-7", "UTF-7", CHARSET_MANY_BYTES },     { "unicode-1-1-utf-7", "UTF-7", CHARSET_MANY_BYTES },
	{ "utf-16", "UTF-16", CHARSET_MANY_BYTES },   { "utf-16le", "UTF-16LE", CHARSET_MANY_BYTES },
	{ "utf-16be", "UTF-16BE", CHARSET_MANY_BYTES }, { "utf-32", "UTF-32", CHARSET_MANY_BYTES },
	{ "unicode", "UTF-16", CHARSET_MANY_BYTES },  { "ucs-2", "UTF-16", CHARSET_MANY_BYTES },
	{ "iso-8859-2", "ISO-8859-2", CHARSET_ONE_BYTE },   { "iso-8859-3", "ISO-8859-3", CHARSET_ONE_BYTE },
	{ "iso-8859-4", "ISO-8859-4", CHARSET_ONE_BYTE },   { "iso-8859-5", "ISO-8859-5", CHARSET_ONE_BYTE },
	{ "iso-8859-6", "ISO-8859-6", CHARSET_ONE_BYTE },   { "iso-8859-7", "ISO-8859-7", CHARSET_ONE_BYTE },
	{ "iso-8859-8", "ISO-8859-8", CHARSET_ONE_BYTE },   { "iso-8859-8-i", "ISO-8859-8", CHARSET_ONE_BYTE },
	{ "iso-8859-9", "CP1254", CHARSET_ONE_BYTE },       { "iso-8859-10", "ISO-8859-10", CHARSET_ONE_BYTE },
	{ "iso-8859-13", "ISO-8859-13", CHARSET_ONE_BYTE }, { "iso-8859-14", "ISO-8859-14", CHARSET_ONE_BYTE },
	{ "iso-8859-15", "ISO-8859-15", CHARSET_ONE_BYTE }, { "iso-8859-16", "ISO-8859-16", CHARSET_ONE_BYTE },
	{ "windows-1250", "CP1250", CHARSET_ONE_BYTE }, { "windows-1251", "CP1251", CHARSET_ONE_BYTE },
	{ "windows-1253", "CP1253", CHARSET_ONE_BYTE }, { "windows-1254", "CP1254", CHARSET_ONE_BYTE },
	{ "windows-1255", "CP1255", CHARSET_ONE_BYTE }, { "windows-1256", "CP1256", CHARSET_ONE_BYTE },
	{ "windows-1257", "CP1257", CHARSET_ONE_BYTE }, { "windows-1258", "CP1258", CHARSET_ONE_BYTE },
	{ "windows-874", "CP874", CHARSET_ONE_BYTE },   { "tis-620", "CP874", CHARSET_ONE_BYTE },
	{ "koi8-r", "KOI8-R", CHARSET_ONE_BYTE },       { "koi8-u", "KOI8-U", CHARSET_ONE_BYTE },
	{ "macintosh", "MACINTOSH", CHARSET_ONE_BYTE }, { "x-mac-roman", "MACINTOSH", CHARSET_ONE_BYTE },
	{ "ibm850", "IBM850", CHARSET_ONE_BYTE },       { "cp850", "IBM850", CHARSET_ONE_BYTE },
	{ "ibm437", "IBM437", CHARSET_ONE_BYTE },       { "cp866", "CP866", CHARSET_ONE_BYTE },
};
#define CHARSETS (sizeof charsets / sizeof *charsets)

/* Code points of Windows-1252 from 0x80 to 0x9F; those it leaves open are C1 controls there. */
static const unsigned short cp1252_high[32] = {
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
	0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
	0x0153, 0x9D, 0x017E, 0x0178,
};


char *mime_put_cp1252(char *out, unsigned char c)
{
	unsigned code = c >= 0x80 && c < 0xA0 ? cp1252_high[c - 0x80] : c;

	if (code < 0x80) {
		*out++ = (char)code;
	} else if (code < 0x800) {
		*out++ = (char)(0xC0 | code >> 6);
		*out++ = (char)(0x80 | (code & 63));
	} else {
		*out++ = (char)(0xE0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 63));
		*out++ = (char)(0x80 | (code & 63));
	}
	return out;
}

static size_t ascii_len(const char *data, size_t len)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + 8 <= len; i += 8) {
		memcpy(&eight, data + i, 8);
		/* Stops at bytes beyond ASCII and, by borrowing, at NUL. */
		if ((eight | (eight - 0x0101010101010101u)) & 0x8080808080808080u)
			break;
	}
	while (i < len && data[i] > 0)
		i++;
	return i;
}

/* Length of the UTF-8 character at 'p' if it is whole before 'end', else 0. */
static size_t utf8_at(const char *p, const char *end)
{
	char four[5] = { 0 };
	size_t left = (size_t)(end - p);

	memcpy(four, p, left < 4 ? left : 4);
	return str_utf8_len(four);
}

static bool utf8_valid(const char *data, size_t len)
{
	const char *p = data, *end = data + len;

	while (p < end) {
		size_t n = ascii_len(p, (size_t)(end - p));

		p += n;
		if (p == end)
			break;
		n = *p ? utf8_at(p, end) : 1;
		if (!n)
			return false;
		p += n;
	}
	return true;
}

/* Valid UTF-8 as it is, any other byte as Windows-1252; with 'bytes', all bytes are. NUL is dropped. */
static char *decode_mixed(struct arena *arena, const char *data, size_t len, bool bytes)
{
	const char *p = data, *end = data + len;
	char *text, *out;
	size_t high = 0;

	for (p = data; p < end; p++)
		high += (unsigned char)*p >= 0x80;
	out = text = arena_alloc(arena, len + 2 * high + 1);
	for (p = data; p < end; ) {
		size_t n = ascii_len(p, (size_t)(end - p));

		memcpy(out, p, n);
		out += n;
		p += n;
		if (p == end)
			break;
		n = bytes || !*p ? 0 : utf8_at(p, end);
		memcpy(out, p, n);
		out += n;
		p += n;
		if (!n && *p)
			out = mime_put_cp1252(out, (unsigned char)*p);
		p += !n;
	}
	*out = '\0';
	return text;
}

static iconv_t converter_load(struct mime_parser *parser, const char *label)
{
	struct mime_converter *c;
	size_t i;

	for (i = 0; i < parser->converter_count; i++)
		if (strcmp(parser->converters[i].label, label) == 0)
			return parser->converters[i].cd;
	if (strlen(label) >= sizeof c->label)
		return (iconv_t)-1;
	if (parser->converter_count < MIME_CONVERTERS) {
		c = &parser->converters[parser->converter_count++];
	} else {
		c = &parser->converters[parser->converter_next++ % MIME_CONVERTERS];
		if (c->cd != (iconv_t)-1)
			iconv_close(c->cd);
	}
	memcpy(c->label, label, strlen(label) + 1);
	c->cd = iconv_open("UTF-8", label);
	return c->cd;
}

void mime_parser_preload(struct mime_parser *parser)
{
	size_t i;

	for (i = 0; i < CHARSETS && parser->converter_count < MIME_CONVERTERS; i++)
		if (charsets[i].converter)
			converter_load(parser, charsets[i].converter);
}

/* Bytes that do not convert come out as Windows-1252. */
static char *decode_iconv(struct arena *arena, const char *data, size_t len, iconv_t cd)
{
	char piece[8192], *in = (char *)(uintptr_t)data;
	struct buf text = BUF_INIT(DECODED_MAX);
	size_t left = len;
	char *result;

	iconv(cd, NULL, NULL, NULL, NULL);
	while (left && !buf_failed(&text)) {
		char *out = piece;
		size_t room = sizeof piece - 8, rc = iconv(cd, &in, &left, &out, &room);

		if (rc == (size_t)-1 && errno != E2BIG && left) {
			out = mime_put_cp1252(out, (unsigned char)*in);
			in++;
			left--;
		}
		buf_add(&text, piece, (size_t)(out - piece));
	}
	text.failed = false;
	/* Once more for NUL, which some charsets can express. */
	result = decode_mixed(arena, text.data, text.len, false);
	buf_free(&text);
	return result;
}

static void label_fold(char out[40], const char *charset)
{
	size_t n = 0;

	while (charset && (*charset == ' ' || *charset == '"' || *charset == '\''))
		charset++;
	/* No '/', which has a meaning for iconv_open(). */
	for (; charset && *charset && n < 39; charset++) {
		char c = str_lower(*charset);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !strchr("-_.:+()", c))
			break;
		out[n++] = c;
	}
	out[n] = '\0';
}

static struct charset charset_find(const char *label)
{
	size_t i;

	for (i = 0; i < CHARSETS; i++)
		if (strcmp(charsets[i].label, label) == 0)
			return charsets[i];
	/* Unknown to us; perhaps not to the C library. Assume that UTF-8 is a better guess than it. */
	return (struct charset){ label, *label ? label : NULL, *label ? CHARSET_ONE_BYTE : CHARSET_UTF8 };
}

char *mime_text_decode(struct mime_parser *parser, struct arena *arena, const char *data, size_t len,
		       const char *charset)
{
	char label[40];
	struct charset found;
	iconv_t cd = (iconv_t)-1;

	label_fold(label, charset);
	found = charset_find(label);
	if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
		data += 3;
		len -= 3;
		found.kind = CHARSET_UTF8;
	}
	if (found.kind != CHARSET_MANY_BYTES && utf8_valid(data, len))
		found.kind = CHARSET_UTF8;
	if (found.kind == CHARSET_ONE_BYTE || found.kind == CHARSET_MANY_BYTES)
		cd = converter_load(parser, found.converter);
	if (cd != (iconv_t)-1)
		return decode_iconv(arena, data, len, cd);
	return decode_mixed(arena, data, len, found.kind == CHARSET_CP1252);
}

char *mime_header_text(struct arena *arena, const char *raw, size_t max)
{
	char *text = decode_mixed(arena, raw, strlen(raw), false);

	text[str_utf8_cut(text, max)] = '\0';
	return text;
}

void mime_text_tidy(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (*text == '\r') {
			*out++ = '\n';
			text += text[1] == '\n';
		} else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t') {
			if (*text != 127)
				*out++ = *text;
		}
	}
	*out = '\0';
}

static size_t quote_depth(const char *line)
{
	size_t n = 0;

	while (line[n] == '>')
		n++;
	return n;
}

void mime_text_unflow(char *text, bool delsp)
{
	char *out = text, *line = text;
	size_t joined_depth = 0;
	bool joining = false;

	while (*line) {
		char *end = line + strcspn(line, "\n"), *body = line + quote_depth(line), *next = *end ? end + 1 : end;
		size_t depth = (size_t)(body - line), len;
		bool signature, soft;

		body += *body == ' ';
		len = (size_t)(end - body);
		signature = len == 3 && memcmp(body, "-- ", 3) == 0;
		soft = len && body[len - 1] == ' ' && !signature;
		if (joining && (depth != joined_depth || signature)) {
			*out++ = '\n';
			joining = false;
		}
		if (!joining) {
			memmove(out, line, (size_t)(body - line));
			out += body - line;
		}
		memmove(out, body, len);
		out += len - (soft && delsp ? 1 : 0);
		if (!soft && *end)
			*out++ = '\n';
		joining = soft;
		joined_depth = depth;
		line = next;
	}
	*out = '\0';
}
