/* System. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "unpack/unpack.h"

#define PIECE (64u << 10)

/* The range as libarchive reads it. */
struct source {
	const struct unpack_range *range;
	int64_t at;
	char piece[PIECE];
};

static la_ssize_t source_read(struct archive *a, void *ctx, const void **data_r)
{
	struct source *s = ctx;
	int64_t left = s->range->size - s->at;
	size_t len = left > (int64_t)PIECE ? PIECE : (size_t)left;

	if (len && file_pread_all(s->range->fd, s->piece, len, s->range->offset + s->at, NULL)) {
		archive_set_error(a, EIO, "cannot read");
		return -1;
	}
	s->at += (int64_t)len;
	*data_r = s->piece;
	return (la_ssize_t)len;
}

static la_int64_t source_seek(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
	struct source *s = ctx;
	int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? s->at : s->range->size;

	(void)a;
	if (offset > s->range->size - from || offset < -from)
		return ARCHIVE_FATAL;
	s->at = from + offset;
	return s->at;
}

static la_int64_t source_skip(struct archive *a, void *ctx, la_int64_t want)
{
	struct source *s = ctx;
	int64_t left = s->range->size - s->at, n = want < left ? want : left;

	(void)a;
	s->at += n;
	return n;
}

/* What the first members say: OpenDocument names its type in a file of its own. */
static const char *opendocument_type(struct archive *a)
{
	static const char *const types[] = {
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.graphics",
		"application/vnd.oasis.opendocument.text-template", "application/epub+zip",
	};
	char text[100];
	la_ssize_t n = archive_read_data(a, text, sizeof text - 1);
	size_t i;

	if (n <= 0)
		return NULL;
	text[n] = '\0';
	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(str_trim(text), types[i]) == 0)
			return types[i];
	return NULL;
}

static const char *member_type(const char *name)
{
	static const struct {
		const char *start, *type;
	} kinds[] = {
		{ "word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ "xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		{ "ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_starts(name, kinds[i].start))
			return kinds[i].type;
	return NULL;
}

/* Goes through the members until the type is clear. */
static const char *members_type(struct archive *a)
{
	struct archive_entry *entry;
	const char *office = NULL, *open;
	bool content_types = false;
	int n, rc;

	for (n = 0; n < UNPACK_MEMBERS_MAX; n++) {
		const char *name;

		/* A warning is about a name's characters, no reason to stop. */
		rc = archive_read_next_header(a, &entry);
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			break;
		name = archive_entry_pathname(entry);
		if (!name)
			continue;
		if (strcmp(name, "mimetype") == 0 && (open = opendocument_type(a)) != NULL)
			return open;
		if (strcmp(name, "[Content_Types].xml") == 0)
			content_types = true;
		office = office ? office : member_type(name);
		if (content_types && office)
			return office;
	}
	return NULL;
}

const char *unpack_zip_type(const struct unpack_range *range)
{
	struct source source = { .range = range };
	struct archive *a = archive_read_new();
	const char *type = NULL;

	archive_read_support_format_zip(a);
	archive_read_set_read_callback(a, source_read);
	archive_read_set_seek_callback(a, source_seek);
	archive_read_set_skip_callback(a, source_skip);
	archive_read_set_callback_data(a, &source);
	if (archive_read_open1(a) == ARCHIVE_OK)
		type = members_type(a);
	archive_read_free(a);
	return type ? type : "application/zip";
}
