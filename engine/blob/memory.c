/* Blobs in memory: for tests and the simulator. Sealed bytes like the others, and names that can be missing. */

/* System. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "blob/blob_p.h"

#define BUCKETS 4096u

struct entry {
	struct entry *next; /* owned: the rest of its bucket */
	char name[BLOB_NAME_SIZE];
	size_t number; /* among those not synced, from 1; 0 = synced */
	size_t len;
	char *data; /* owned */
};

struct memory_blobs {
	struct blobs base;
	struct entry *buckets[BUCKETS];
	size_t pending; /* entries that are not synced */
};

/* A name is random in its last digits. */
static struct entry **bucket_of(struct memory_blobs *memory, const char *name)
{
	size_t len = strlen(name), i;
	unsigned hash = 0;

	for (i = len > 8 ? len - 8 : 0; i < len; i++)
		hash = hash * 31 + (unsigned char)name[i];
	return &memory->buckets[hash % BUCKETS];
}

static struct entry **find(struct memory_blobs *memory, const char *name)
{
	struct entry **at = bucket_of(memory, name);

	while (*at && !str_eq((*at)->name, name))
		at = &(*at)->next;
	return at;
}

static void entry_remove(struct memory_blobs *memory, struct entry **at)
{
	struct entry *entry = *at;

	*at = entry->next;
	memory->pending -= entry->number != 0;
	free(entry->data);
	free(entry);
}

static int memory_make(struct blobs *blobs, struct err *err)
{
	(void)blobs;
	return file_memory("blob", err);
}

static void memory_drop(struct blobs *blobs, int fd)
{
	(void)blobs;
	close(fd);
}

static int memory_keep(struct blobs *blobs, int fd, const char *name, struct err *err)
{
	struct memory_blobs *memory = (struct memory_blobs *)blobs;
	struct entry **at = find(memory, name), *entry;
	int64_t size = file_size(fd);
	int rc;

	if (*at) {
		close(fd);
		return err_set(err, ERR_BUG, "blob '%s' is there already", name);
	}
	entry = xcalloc(1, sizeof *entry);
	snprintf(entry->name, sizeof entry->name, "%s", name);
	entry->len = size > 0 ? (size_t)size : 0;
	entry->data = xmalloc(entry->len);
	entry->number = ++memory->pending;
	*at = entry;
	rc = file_pread_all(fd, entry->data, entry->len, 0, err);
	if (rc)
		entry_remove(memory, at);
	close(fd);
	return rc;
}

static int memory_sync(struct blobs *blobs, struct err *err)
{
	struct memory_blobs *memory = (struct memory_blobs *)blobs;
	size_t i;

	(void)err;
	for (i = 0; memory->pending && i < BUCKETS; i++)
		for (struct entry *entry = memory->buckets[i]; entry; entry = entry->next)
			if (entry->number) {
				entry->number = 0;
				memory->pending--;
			}
	return 0;
}

static size_t memory_count(const struct blobs *blobs)
{
	return ((const struct memory_blobs *)blobs)->pending;
}

static void memory_discard(struct blobs *blobs, size_t keep)
{
	struct memory_blobs *memory = (struct memory_blobs *)blobs;
	struct entry **at;
	size_t i;

	for (i = 0; memory->pending > keep && i < BUCKETS; i++)
		for (at = &memory->buckets[i]; *at;) {
			if ((*at)->number <= keep)
				at = &(*at)->next;
			else
				entry_remove(memory, at);
		}
}

static int memory_open(struct blobs *blobs, const char *name, struct err *err)
{
	struct entry *entry = *find((struct memory_blobs *)blobs, name);
	int fd;

	if (!entry)
		return err_set(err, ERR_CORRUPT, "it is missing");
	fd = file_memory("blob", err);
	if (fd < 0)
		return -1;
	if (file_write_all(fd, entry->data, entry->len, err) || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int memory_remove(struct blobs *blobs, const char *name, struct err *err)
{
	struct memory_blobs *memory = (struct memory_blobs *)blobs;
	struct entry **at = find(memory, name);

	(void)err;
	if (*at && !(*at)->number)
		entry_remove(memory, at);
	return 0;
}

/* There are no file times here: whatever is synced and unknown counts as old. */
static int memory_collect(struct blobs *blobs, int64_t before, int (*is_known)(void *ctx, const char *name),
			  void *ctx, size_t *removed, struct err *err)
{
	struct memory_blobs *memory = (struct memory_blobs *)blobs;
	struct entry **at;
	size_t i;

	(void)before;
	(void)err;
	for (i = 0; i < BUCKETS; i++)
		for (at = &memory->buckets[i]; *at;) {
			if ((*at)->number || is_known(ctx, (*at)->name)) {
				at = &(*at)->next;
				continue;
			}
			entry_remove(memory, at);
			(*removed)++;
		}
	return 0;
}

static void memory_close(struct blobs *blobs)
{
	struct memory_blobs *memory = (struct memory_blobs *)blobs;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		while (memory->buckets[i])
			entry_remove(memory, &memory->buckets[i]);
	free(memory);
}

static const struct blob_ops memory_ops = {
	.make = memory_make,
	.keep = memory_keep,
	.drop = memory_drop,
	.sync = memory_sync,
	.count = memory_count,
	.discard = memory_discard,
	.open = memory_open,
	.remove = memory_remove,
	.collect = memory_collect,
	.close = memory_close,
};

struct blobs *blobs_memory_new(void)
{
	struct memory_blobs *memory = xcalloc(1, sizeof *memory);

	memory->base.ops = &memory_ops;
	memory->base.mark = BLOB_NO_MARK;
	return &memory->base;
}
