/*
 * OLE compound files ([MS-CFB]): the directory only. Old Office files, .msg
 * mails and Office files behind a password all look alike from outside; the
 * entries directly under the root tell them apart.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/xalloc.h"

/* Own. */
#include "unpack/unpack.h"

#define ENTRY_SIZE 128
#define ENTRIES_MAX 4096
#define NO_ENTRY 0xFFFFFFFFu
#define DIFAT_IN_HEADER 109

struct ole {
	const struct unpack_range *range;
	unsigned char header[512];
	size_t sector_size;
	unsigned char *entries; /* owned */
	size_t count;
};

static uint32_t u32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int sector_read(const struct ole *o, uint32_t sector, size_t from, void *out, size_t len)
{
	int64_t at = ((int64_t)sector + 1) * (int64_t)o->sector_size + (int64_t)from;

	if (at + (int64_t)len > o->range->size)
		return -1;
	return file_pread_all(o->range->fd, out, len, o->range->offset + at, NULL);
}

/* The sector behind 'sector' in its chain; NO_ENTRY at its end and where the table goes beyond the header. */
static uint32_t sector_next(const struct ole *o, uint32_t sector)
{
	uint32_t per = (uint32_t)(o->sector_size / 4), table = sector / per;
	unsigned char next[4];

	if (table >= DIFAT_IN_HEADER || sector_read(o, u32(o->header + 76 + 4 * table), sector % per * 4, next, 4))
		return NO_ENTRY;
	return u32(next);
}

static int directory_read(struct ole *o)
{
	static const unsigned char signature[8] = { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 };
	uint32_t sector;
	size_t per;

	if (o->range->size < 512 || file_pread_all(o->range->fd, o->header, 512, o->range->offset, NULL) ||
	    memcmp(o->header, signature, 8) != 0 || (o->header[30] != 9 && o->header[30] != 12))
		return -1;
	o->sector_size = (size_t)1 << o->header[30];
	per = o->sector_size / ENTRY_SIZE;
	o->entries = xmalloc((size_t)ENTRIES_MAX * ENTRY_SIZE);
	for (sector = u32(o->header + 48); sector < 0xFFFFFFFAu && o->count + per <= ENTRIES_MAX;
	     sector = sector_next(o, sector)) {
		if (sector_read(o, sector, 0, o->entries + o->count * ENTRY_SIZE, o->sector_size))
			break;
		o->count += per;
	}
	return o->count ? 0 : -1;
}

/* Is this the entry's name (UTF-16LE there)? */
static bool entry_is(const unsigned char *entry, const char *name)
{
	size_t n = strlen(name), i;

	if (entry[64] != (n + 1) * 2 || entry[65])
		return false;
	for (i = 0; i < n; i++)
		if (entry[2 * i] != (unsigned char)name[i] || entry[2 * i + 1])
			return false;
	return true;
}

static const char *entry_type(const unsigned char *entry)
{
	static const struct {
		const char *name, *type;
	} kinds[] = {
		{ "__properties_version1.0", "application/vnd.ms-outlook" },
		{ "WordDocument", "application/msword" },
		{ "Workbook", "application/vnd.ms-excel" },
		{ "Book", "application/vnd.ms-excel" },
		{ "PowerPoint Document", "application/vnd.ms-powerpoint" },
		{ "EncryptedPackage", "application/x-ole-encrypted" },
	};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (entry_is(entry, kinds[i].name))
			return kinds[i].type;
	return NULL;
}

/* The children of the root are a binary tree; a step per entry at most, since links may run in circles. */
static const char *root_type(const struct ole *o)
{
	uint32_t *todo = xmalloc((2 * o->count + 2) * sizeof *todo);
	const char *type = NULL;
	size_t waiting = 0, steps;

	todo[waiting++] = u32(o->entries + 76);
	for (steps = 0; waiting && !type && steps < o->count; steps++) {
		uint32_t id = todo[--waiting];
		const unsigned char *entry;

		if (id >= o->count)
			continue;
		entry = o->entries + (size_t)id * ENTRY_SIZE;
		type = entry_type(entry);
		todo[waiting++] = u32(entry + 68);
		todo[waiting++] = u32(entry + 72);
	}
	free(todo);
	return type;
}

const char *unpack_ole_type(const struct unpack_range *range)
{
	struct ole o = { .range = range };
	const char *type = directory_read(&o) ? NULL : root_type(&o);

	free(o.entries);
	return type ? type : "application/x-ole-storage";
}
