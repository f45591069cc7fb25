/* Reading and writing, and the transfer encodings in between. */

/* System. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"

/* Own. */
#include "mime/parse_p.h"

int mime_input_read(const struct mime_input *in, int64_t at, char *out, size_t len, size_t *got_r, struct err *err)
{
	int64_t left = in->end - at;

	*got_r = 0;
	if (left <= 0)
		return 0;
	if ((int64_t)len > left)
		len = (size_t)left;
	*got_r = len;
	if (in->mem) {
		memcpy(out, in->mem + (at - in->start), len);
		return 0;
	}
	return file_pread_all(in->fd, out, len, at, err);
}

static int write_at(int fd, const char *data, size_t len, int64_t at, struct err *err)
{
	while (len) {
		ssize_t n = pwrite(fd, data, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot write decoded data");
		data += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int mime_output_flush(struct mime_output *out, struct err *err)
{
	size_t n = out->waiting;

	out->waiting = 0;
	return n ? write_at(out->fd, out->pending, n, out->at - (int64_t)n, err) : 0;
}

int mime_output_add(struct mime_output *out, const char *data, size_t len, struct err *err)
{
	if ((int64_t)len > out->limit - out->at)
		return err_set(err, ERR_LIMIT, "much more decoded data than the mail is long");
	if (len > MIME_WINDOW - out->waiting && mime_output_flush(out, err))
		return -1;
	if (len > MIME_WINDOW) {
		if (write_at(out->fd, data, len, out->at, err))
			return -1;
	} else {
		memcpy(out->pending + out->waiting, data, len);
		out->waiting += len;
	}
	out->at += (int64_t)len;
	return 0;
}

char *mime_output_read(struct mime_output *out, struct arena *arena, int64_t offset, int64_t size, size_t max,
		       size_t *len_r, struct err *err)
{
	size_t len = size > (int64_t)max ? max : (size_t)size;
	int64_t waiting_from = out->at - (int64_t)out->waiting;
	char *text = arena_alloc(arena, len + 1);

	*len_r = len;
	if (offset >= waiting_from) {
		memcpy(text, out->pending + (offset - waiting_from), len);
		return text;
	}
	if (mime_output_flush(out, err) || file_pread_all(out->fd, text, len, offset, err))
		return NULL;
	return text;
}

/* Values of base64 characters with this bit set; padding is another; 0 is none. */
#define B64_VALUE 0x80
#define B64_PADDING 0x40
#define V(n) (B64_VALUE | (n))

static const unsigned char base64[256] = {
	['A'] = V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7), V(8), V(9), V(10), V(11), V(12), V(13), V(14),
	V(15), V(16), V(17), V(18), V(19), V(20), V(21), V(22), V(23), V(24), V(25),
	['a'] = V(26), V(27), V(28), V(29), V(30), V(31), V(32), V(33), V(34), V(35), V(36), V(37), V(38), V(39),
	V(40), V(41), V(42), V(43), V(44), V(45), V(46), V(47), V(48), V(49), V(50), V(51),
	['0'] = V(52), V(53), V(54), V(55), V(56), V(57), V(58), V(59), V(60), V(61),
	['+'] = V(62), ['/'] = V(63), ['='] = B64_PADDING,
};
#undef V

/* Three bytes; writes a fourth behind them, for which the caller has room. */
static size_t base64_put(uint32_t bits, char *out)
{
	uint32_t big = htobe32(bits << 8);

	memcpy(out, &big, sizeof big);
	return 3;
}

size_t mime_base64_end(struct mime_base64 *b, char *out)
{
	uint32_t bits = b->count ? b->bits << (6 * (4 - b->count)) : 0;
	size_t n = b->count > 1 ? b->count - 1 : 0;
	char four[4] = { 0 };

	base64_put(bits, four);
	memcpy(out, four, n);
	*b = (struct mime_base64){ 0, 0 };
	return n;
}

size_t mime_base64_step(struct mime_base64 *b, const char *in, size_t len, char *out)
{
	const unsigned char *p = (const unsigned char *)in, *end = p + len;
	char *start = out;

	while (p < end) {
		unsigned v;

		/* Whole groups of four, as nearly all are. */
		while (b->count == 0 && end - p >= 4) {
			unsigned c0 = base64[p[0]], c1 = base64[p[1]], c2 = base64[p[2]], c3 = base64[p[3]];

			if (!(c0 & c1 & c2 & c3 & B64_VALUE))
				break;
			out += base64_put((c0 & 63) << 18 | (c1 & 63) << 12 | (c2 & 63) << 6 | (c3 & 63), out);
			p += 4;
		}
		if (p == end)
			break;
		v = base64[*p++];
		if (v & B64_PADDING) {
			out += mime_base64_end(b, out);
		} else if (v & B64_VALUE) {
			b->bits = b->bits << 6 | (v & 63);
			if (++b->count == 4) {
				out += base64_put(b->bits, out);
				*b = (struct mime_base64){ 0, 0 };
			}
		}
	}
	return (size_t)(out - start);
}

/* The range of the mail that holds the encoded content; false when it is not a plain range. */
static bool content_range(const struct mime_input *in, GMimeStream *stream, int64_t *from_r, int64_t *to_r)
{
	int64_t base = in->mem ? in->start : 0;

	if (in->mem ? !GMIME_IS_STREAM_MEM(stream) : !GMIME_IS_STREAM_FS(stream))
		return false;
	*from_r = base + stream->bound_start;
	*to_r = stream->bound_end < 0 ? in->end : base + stream->bound_end;
	return *from_r >= in->start && *to_r <= in->end && *from_r <= *to_r;
}

/* State of one leaf's decoding. */
struct decoder {
	GMimeContentEncoding encoding;
	struct mime_base64 base64;
	GMimeEncoding state; /* quoted-printable */
	char out[(32u << 10) + 64];
};

#define DECODE_PIECE (32u << 10) /* decoders give at most as much as they get, plus a few bytes */

static int decode_piece(struct decoder *d, const char *data, size_t len, struct mime_output *out, struct err *err)
{
	size_t n;

	while (len) {
		size_t piece = len < DECODE_PIECE ? len : DECODE_PIECE;

		if (d->encoding == GMIME_CONTENT_ENCODING_BASE64)
			n = mime_base64_step(&d->base64, data, piece, d->out);
		else
			n = g_mime_encoding_step(&d->state, data, piece, d->out);
		if (mime_output_add(out, d->out, n, err))
			return -1;
		data += piece;
		len -= piece;
	}
	return 0;
}

static int decode_end(struct decoder *d, struct mime_output *out, struct err *err)
{
	size_t n = 0;

	if (d->encoding == GMIME_CONTENT_ENCODING_BASE64)
		n = mime_base64_end(&d->base64, d->out);
	else if (d->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
		n = g_mime_encoding_flush(&d->state, "", 0, d->out);
	return mime_output_add(out, d->out, n, err);
}

static int leaf_piece(struct decoder *d, const char *data, size_t len, struct mime_output *out, struct err *err)
{
	if (d->encoding == GMIME_CONTENT_ENCODING_BASE64 || d->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
		return decode_piece(d, data, len, out, err);
	return mime_output_add(out, data, len, err);
}

static int leaf_range(struct mime_parser *parser, const struct mime_input *in, int64_t from, int64_t to,
		      GMimeContentEncoding encoding, struct mime_output *out, struct err *err)
{
	struct decoder d;

	d.encoding = encoding;
	d.base64 = (struct mime_base64){ 0, 0 };
	g_mime_encoding_init_decode(&d.state, encoding);
	if (in->mem) {
		if (leaf_piece(&d, in->mem + (from - in->start), (size_t)(to - from), out, err))
			return -1;
		return decode_end(&d, out, err);
	}
	while (from < to) {
		size_t len = to - from > MIME_WINDOW ? MIME_WINDOW : (size_t)(to - from), got;

		if (mime_input_read(in, from, parser->window, len, &got, err) ||
		    leaf_piece(&d, parser->window, got, out, err))
			return -1;
		from += (int64_t)len;
	}
	return decode_end(&d, out, err);
}

/* Through GMime's own filters: uuencode, and whatever is no plain range. */
static int leaf_filtered(struct mime_parser *parser, GMimeDataWrapper *content, struct mime_output *out,
			 struct err *err)
{
	GMimeStream *stream = g_mime_data_wrapper_get_stream(content);
	GMimeStream *filtered = g_mime_stream_filter_new(stream);
	GMimeFilter *filter = g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(content), FALSE);
	int rc = 0;

	g_mime_stream_reset(stream);
	g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), filter);
	while (!rc) {
		ssize_t n = g_mime_stream_read(filtered, parser->window, MIME_WINDOW);

		if (n < 0)
			rc = err_sys(err, "cannot read a part");
		if (n <= 0)
			break;
		rc = mime_output_add(out, parser->window, (size_t)n, err);
	}
	g_object_unref(filter);
	g_object_unref(filtered);
	return rc;
}

int mime_range_write(struct mime_parser *parser, const struct mime_input *in, int64_t from, int64_t to,
		     struct mime_output *out, struct err *err)
{
	return leaf_range(parser, in, from, to, GMIME_CONTENT_ENCODING_DEFAULT, out, err);
}

/*
 * Corrects the range where the body's first lines were taken for faulty
 * fields; GMime gives no range at all where that took all of them.
 */
static int range_correct(struct mime_parser *parser, const struct mime_input *in, GMimePart *part,
			 const struct mime_around *around, int64_t *from, int64_t *to, struct err *err)
{
	bool is_base64 = g_mime_part_get_content_encoding(part) == GMIME_CONTENT_ENCODING_BASE64;
	bool none = *from == *to;
	struct mime_input before = *in;
	int64_t start;

	if (!none)
		before.end = *from;
	if (mime_body_start(parser, &before, GMIME_OBJECT(part), around, is_base64, &start, err))
		return -1;
	if (start < 0)
		return 0;
	if (none && mime_body_end(parser, in, around->fence, start, to, err))
		return -1;
	if (none || start < *from)
		*from = start;
	return 0;
}

int mime_leaf_write(struct mime_parser *parser, const struct mime_input *in, GMimePart *part,
		    const struct mime_around *around, struct mime_output *out, struct err *err)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeContentEncoding encoding = g_mime_part_get_content_encoding(part);
	int64_t from = 0, to = 0;

	if (content && (encoding == GMIME_CONTENT_ENCODING_UUENCODE ||
			!content_range(in, g_mime_data_wrapper_get_stream(content), &from, &to)))
		return leaf_filtered(parser, content, out, err);
	if (range_correct(parser, in, part, around, &from, &to, err))
		return -1;
	return from < to ? leaf_range(parser, in, from, to, encoding, out, err) : 0;
}
