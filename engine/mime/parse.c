/* System. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/xalloc.h"

/* Own. */
#include "mime/parse_p.h"

/* Encoded mails in mails are written decoded and then once more in parts. */
#define OUTPUT_TIMES 4
#define OUTPUT_EXTRA (1 << 20)

struct mime_parser *mime_parser_new(void)
{
	static const char *const fallback[] = { "utf-8", "cp1252", NULL };
	struct mime_parser *parser = xcalloc(1, sizeof *parser);

	g_mime_init();
	parser->options = g_mime_parser_options_new();
	g_mime_parser_options_set_fallback_charsets(parser->options, (const char **)(uintptr_t)fallback);
	parser->whole = xmalloc(MIME_IN_MEMORY);
	parser->window = xmalloc(MIME_WINDOW);
	parser->pending = xmalloc(MIME_WINDOW);
	return parser;
}

void mime_parser_free(struct mime_parser **parser_p)
{
	struct mime_parser *parser = *parser_p;
	size_t i;

	*parser_p = NULL;
	if (!parser)
		return;
	for (i = 0; i < parser->converter_count; i++)
		if (parser->converters[i].cd != (iconv_t)-1)
			iconv_close(parser->converters[i].cd);
	g_mime_parser_options_free(parser->options);
	free(parser->whole);
	free(parser->window);
	free(parser->pending);
	free(parser);
}

GMimeMessage *mime_tree_new(struct mime_parser *parser, const struct mime_input *in, int64_t start)
{
	GMimeStream *stream;
	GMimeParser *gmime;
	GMimeMessage *message;

	if (in->mem) {
		/* Neither copied nor owned by the stream. */
		stream = g_mime_stream_mem_new();
		g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), (GByteArray *)(uintptr_t)&in->bytes);
		g_mime_stream_seek(stream, start - in->start, GMIME_STREAM_SEEK_SET);
	} else {
		stream = g_mime_stream_fs_new_with_bounds(in->fd, start, in->end);
		g_mime_stream_fs_set_owner(GMIME_STREAM_FS(stream), FALSE);
	}
	gmime = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(gmime, TRUE);
	message = g_mime_parser_construct_message(gmime, parser->options);
	g_object_unref(gmime);
	g_object_unref(stream);
	return message;
}

/* A message whose lines end in CR alone (old Macs, broken gateways) has no line at all for a parser. */
static void bare_cr_repair(char *data, size_t len)
{
	size_t i;

	if (memchr(data, '\n', len) || !memchr(data, '\r', len))
		return;
	for (i = 0; i < len; i++)
		if (data[i] == '\r')
			data[i] = '\n';
}

static int input_open(struct mime_parser *parser, int fd, struct mime_input *in, struct err *err)
{
	int64_t size = file_size(fd);

	if (size < 0)
		return err_sys(err, "cannot examine the mail");
	*in = (struct mime_input){ .fd = fd, .end = size };
	if (size > (int64_t)MIME_IN_MEMORY)
		return 0;
	if (file_pread_all(fd, parser->whole, (size_t)size, 0, err))
		return -1;
	bare_cr_repair(parser->whole, (size_t)size);
	in->mem = parser->whole;
	in->bytes = (GByteArray){ (guint8 *)parser->whole, (guint)size };
	return 0;
}

int mime_parse(struct mime_parser *parser, int in_fd, int out_fd, struct arena *arena, struct mail *mail_r,
	       int64_t *out_size_r, struct err *err)
{
	struct mime_output out = { .fd = out_fd, .pending = parser->pending };
	struct mime_input in;
	struct mime_scan scan;
	GMimeMessage *message;
	int rc;

	*mail_r = (struct mail){ .subject = "" };
	if (input_open(parser, in_fd, &in, err) || mime_scan(parser, &in, &scan, err))
		return -1;
	out.limit = OUTPUT_TIMES * in.end + OUTPUT_EXTRA;
	message = mime_tree_new(parser, &in, scan.start);
	if (!message)
		return err_set(err, ERR_INPUT, "not a mail: no header that can be read");
	mail_r->subject = NULL;
	rc = mime_fields_read(parser, message, arena, mail_r, err);
	if (!rc)
		rc = mime_parts_read(parser, &in, message, &out, arena, mail_r, err);
	if (!rc)
		rc = mime_output_flush(&out, err);
	g_object_unref(message);
	*out_size_r = out.at;
	return rc;
}
