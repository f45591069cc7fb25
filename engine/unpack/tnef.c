/*
 * winmail.dat. A TNEF stream is a list of attributes: level, id, length, data,
 * checksum. An attachment begins with attAttachRendData; what we want of it is
 * in attAttachTitle, attAttachData and the MAPI properties of attAttachment.
 * Nothing is copied but names: files are told by their place.
 */

/* System. */
#include <iconv.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "unpack/unpack.h"

#define SIGNATURE 0x223E9F78u
#define LEVEL_ATTACHMENT 2

enum { /* [MS-OXTNEF] 2.1.3.1, without the type half */
	ATT_TITLE = 0x8010,
	ATT_DATA = 0x800F,
	ATT_RENDDATA = 0x9002,
	ATT_MAPI = 0x9005,
	ATT_CODEPAGE = 0x9007
};

enum { /* MAPI property types and ids */
	PT_SHORT = 0x02, PT_DOUBLE = 0x05, PT_MONEY = 0x06, PT_APPTIME = 0x07, PT_BOOL = 0x0B, PT_OBJ = 0x0D,
	PT_INT64 = 0x14, PT_STRING = 0x1E, PT_WIDE = 0x1F, PT_TIME = 0x40, PT_GUID = 0x48, PT_BIN = 0x102,
	PT_NOTHING = 0x01, PT_MULTIPLE = 0x1000,
	ID_DATA = 0x3701, ID_SHORT_NAME = 0x3704, ID_METHOD = 0x3705, ID_LONG_NAME = 0x3707, ID_TYPE = 0x370E,
	ID_CONTENT_ID = 0x3712, ID_FLAGS = 0x3714, ID_HIDDEN = 0x7FFE, ID_DISPLAY_NAME = 0x3001
};

#define FLAG_SHOWN_IN_TEXT 4

#define METHOD_EMBEDDED 5
#define OBJECT_ID_SIZE 16   /* in front of the data of an object */
#define STRING_MAX_BYTES 2048
#define PROPERTIES_MAX 1000
#define VALUES_MAX 10000

struct cursor {
	const struct unpack_range *range;
	int64_t at;
	int64_t end;
	bool bad;
};

/* The names an attachment may have, best last. */
enum name_rank { NAME_NONE, NAME_TITLE, NAME_SHORT, NAME_DISPLAY, NAME_LONG };

struct reader {
	struct cursor c;
	struct arena *arena;
	struct unpack_file **files;
	size_t *count;
	unsigned codepage;
	enum name_rank rank; /* of the current file's name */
};

static void get(struct cursor *c, void *out, size_t len)
{
	memset(out, 0, len);
	if (c->bad || (int64_t)len > c->end - c->at ||
	    file_pread_all(c->range->fd, out, len, c->range->offset + c->at, NULL)) {
		c->bad = true;
		return;
	}
	c->at += (int64_t)len;
}

static uint32_t get_le(struct cursor *c, size_t bytes)
{
	unsigned char b[4] = { 0 };

	get(c, b, bytes);
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void skip(struct cursor *c, int64_t len)
{
	if (c->bad || len > c->end - c->at)
		c->bad = true;
	else
		c->at += len;
}

static char *convert(struct arena *arena, char *raw, size_t len, const char *charset)
{
	size_t room = 4 * len;
	char *text = arena_alloc(arena, room + 1), *out = text;
	iconv_t cd = iconv_open("UTF-8", charset);

	if (cd == (iconv_t)-1)
		return NULL;
	iconv(cd, &raw, &len, &out, &room);
	iconv_close(cd);
	*out = '\0';
	return *text && str_utf8_valid(text) ? text : NULL;
}

/* The string in the next 'len' bytes, in UTF-8, up to its NUL; NULL when it is empty or cannot be converted. */
static char *get_string(struct reader *r, uint32_t len, bool wide)
{
	size_t n = len < STRING_MAX_BYTES ? len : STRING_MAX_BYTES;
	char *raw = arena_alloc(r->arena, n + 2), charset[16];

	get(&r->c, raw, n);
	skip(&r->c, (int64_t)(len - n));
	if (r->c.bad)
		return NULL;
	if (wide) {
		size_t units = 0;

		while (2 * units + 1 < n && (raw[2 * units] || raw[2 * units + 1]))
			units++;
		return units ? convert(r->arena, raw, 2 * units, "UTF-16LE") : NULL;
	}
	n = strlen(raw);
	if (n == 0 || str_utf8_valid(raw))
		return n ? raw : NULL;
	snprintf(charset, sizeof charset, "CP%u", r->codepage ? r->codepage : 1252);
	return convert(r->arena, raw, n, charset);
}

static struct unpack_file *current(struct reader *r)
{
	return *r->count ? &(*r->files)[*r->count - 1] : NULL;
}

static void name_offer(struct reader *r, const char *name, enum name_rank rank)
{
	struct unpack_file *f = current(r);

	if (f && name && rank > r->rank) {
		f->name = name;
		r->rank = rank;
	}
}

static void string_take(struct reader *r, unsigned id, char *text)
{
	struct unpack_file *f = current(r);

	if (!f || !text)
		return;
	if (id == ID_LONG_NAME)
		name_offer(r, text, NAME_LONG);
	else if (id == ID_DISPLAY_NAME)
		name_offer(r, text, NAME_DISPLAY);
	else if (id == ID_SHORT_NAME)
		name_offer(r, text, NAME_SHORT);
	else if (id == ID_CONTENT_ID)
		f->content_id = text;
	else if (id == ID_TYPE) {
		str_lower_all(text);
		f->type = text;
	}
}

/* One value of variable length; the cursor ends behind its padding. */
static void variable_value(struct reader *r, unsigned type, unsigned id)
{
	uint32_t len = get_le(&r->c, 4);
	int64_t next = r->c.at + (int64_t)len + (4 - len % 4) % 4;
	struct unpack_file *f = current(r);

	/* The padding of the last one may be missing, its bytes may not. */
	if (r->c.bad || (int64_t)len > r->c.end - r->c.at) {
		r->c.bad = true;
		return;
	}
	if (type == PT_STRING || type == PT_WIDE) {
		string_take(r, id, get_string(r, len, type == PT_WIDE));
	} else if (id == ID_DATA && f && (type == PT_BIN || len > OBJECT_ID_SIZE)) {
		uint32_t id_size = type == PT_OBJ ? OBJECT_ID_SIZE : 0;

		f->offset = r->c.range->offset + r->c.at + id_size;
		f->size = (int64_t)len - id_size;
		skip(&r->c, len);
	}
	if (!r->c.bad)
		r->c.at = next < r->c.end ? next : r->c.end;
}

static unsigned fixed_size(unsigned type)
{
	switch (type) {
	case PT_NOTHING:
		return 0;
	case PT_DOUBLE:
	case PT_MONEY:
	case PT_APPTIME:
	case PT_INT64:
	case PT_TIME:
		return 8;
	case PT_GUID:
		return 16;
	default:
		return 4; /* shorter ones are padded */
	}
}

static bool is_variable(unsigned type)
{
	return type == PT_STRING || type == PT_WIDE || type == PT_OBJ || type == PT_BIN;
}

static void named_property_skip(struct reader *r)
{
	uint32_t len;

	skip(&r->c, 16);
	if (get_le(&r->c, 4) == 0) {
		skip(&r->c, 4);
	} else {
		len = get_le(&r->c, 4);
		skip(&r->c, (int64_t)len + (4 - len % 4) % 4);
	}
}

static void number_take(struct reader *r, unsigned id, uint32_t value)
{
	struct unpack_file *f = current(r);

	if (!f)
		return;
	if (id == ID_METHOD)
		f->message = value == METHOD_EMBEDDED;
	else if ((id == ID_FLAGS && (value & FLAG_SHOWN_IN_TEXT)) || (id == ID_HIDDEN && (value & 0xFFFF)))
		f->shown = true;
}

static void property(struct reader *r)
{
	unsigned type = get_le(&r->c, 2), id = get_le(&r->c, 2), base = type & ~(unsigned)PT_MULTIPLE;
	uint32_t values = 1, i;

	if (id >= 0x8000)
		named_property_skip(r);
	if (base != type || is_variable(base))
		values = get_le(&r->c, 4);
	if (values > VALUES_MAX)
		r->c.bad = true;
	for (i = 0; i < values && !r->c.bad; i++) {
		if (is_variable(base))
			variable_value(r, base, id);
		else if (fixed_size(base) == 4)
			number_take(r, id, get_le(&r->c, 4));
		else
			skip(&r->c, fixed_size(base));
	}
}

/* The properties of the current attachment. What cannot be read of them is left; its file may still be there. */
static void properties(struct reader *r, int64_t end)
{
	struct cursor outer = r->c;
	uint32_t count, i;

	r->c.end = end;
	count = get_le(&r->c, 4);
	for (i = 0; i < count && i < PROPERTIES_MAX && !r->c.bad; i++)
		property(r);
	r->c = outer;
}

static int attribute(struct reader *r, unsigned level, unsigned id, uint32_t len, struct err *err)
{
	struct unpack_file *f;
	int64_t end = r->c.at + (int64_t)len;

	if (id == ATT_CODEPAGE && len >= 4) {
		r->codepage = get_le(&r->c, 4);
	} else if (level == LEVEL_ATTACHMENT && id == ATT_RENDDATA) {
		if (*r->count == UNPACK_TNEF_FILES_MAX)
			return err_set(err, ERR_LIMIT, "more than %d files in a winmail.dat", UNPACK_TNEF_FILES_MAX);
		*r->files = arena_grow(r->arena, *r->files, *r->count, sizeof **r->files);
		f = &(*r->files)[(*r->count)++];
		*f = (struct unpack_file){ .offset = r->c.range->offset };
		r->rank = NAME_NONE;
	} else if (level == LEVEL_ATTACHMENT && id == ATT_TITLE) {
		name_offer(r, get_string(r, len, false), NAME_TITLE);
	} else if (level == LEVEL_ATTACHMENT && id == ATT_DATA && (f = current(r)) != NULL) {
		f->offset = r->c.range->offset + r->c.at;
		f->size = len;
	} else if (level == LEVEL_ATTACHMENT && id == ATT_MAPI) {
		properties(r, end);
	}
	r->c.at = end;
	return 0;
}

int unpack_tnef(const struct unpack_range *range, struct arena *arena, struct unpack_file **files_r,
		size_t *count_r, struct err *err)
{
	struct reader r = { .c = { .range = range, .end = range->size }, .arena = arena, .files = files_r,
			    .count = count_r };

	*files_r = NULL;
	*count_r = 0;
	if (get_le(&r.c, 4) != SIGNATURE)
		return err_set(err, ERR_INPUT, "a winmail.dat that is none");
	skip(&r.c, 2);
	while (!r.c.bad && r.c.at < r.c.end) {
		unsigned level = get_le(&r.c, 1), id = get_le(&r.c, 2);
		uint32_t len;

		skip(&r.c, 2);
		len = get_le(&r.c, 4);
		/* Trailing rubbish behind a readable stream is common; a broken length is not. */
		if (r.c.bad || (level != 1 && level != LEVEL_ATTACHMENT))
			break;
		if ((int64_t)len > r.c.end - r.c.at)
			return err_set(err, ERR_INPUT, "a winmail.dat that ends early");
		if (attribute(&r, level, id, len, err))
			return -1;
		skip(&r.c, 2);
	}
	return 0;
}
