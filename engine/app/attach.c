/* System. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "app/attach.h"

/* "NAME\0SLOT\0SIZE\0", then the bytes; one such for each file. */
#define HEAD_MAX 4096

/* ---- packing ---- */

static int copy_bytes(int from, int to, int64_t *size, struct err *err)
{
	char chunk[65536];
	ssize_t n;

	*size = 0;
	while ((n = read(from, chunk, sizeof chunk)) > 0) {
		*size += n;
		if (*size > ATTACH_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "it is larger than 512 MiB");
		if (file_write_all(to, chunk, (size_t)n, err))
			return -1;
	}
	return n < 0 ? err_sys(err, "cannot read it") : 0;
}

static int pack_file(int to, const char *path, const char *slot, struct err *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct buf head = BUF_INIT(HEAD_MAX);
	int from = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), whole, rc = -1;
	int64_t size;

	if (from < 0)
		return err_sys(err, "cannot open '%s'", path);
	whole = file_memory("attached", err);
	if (whole >= 0 && copy_bytes(from, whole, &size, err) == 0) {
		buf_add(&head, name, strlen(name) + 1);
		buf_add(&head, slot, strlen(slot) + 1);
		buf_addf(&head, "%lld", (long long)size);
		rc = buf_failed(&head) ? err_set(err, ERR_LIMIT, "its name is too long") :
					 file_write_all(to, head.data, head.len + 1, err);
		if (!rc && lseek(whole, 0, SEEK_SET) == 0)
			rc = file_copy(whole, to, NULL, err);
	}
	if (whole >= 0)
		close(whole);
	close(from);
	buf_free(&head);
	return rc ? err_context(err, "'%s'", path) : 0;
}

/* "rapport.pdf:rapport"; a colon that belongs to the name of a file that is there is none. */
static int pack_one(int to, const char *given, struct arena *arena, struct err *err)
{
	const char *colon = strrchr(given, ':');

	if (!colon || access(given, F_OK) == 0)
		return pack_file(to, given, "", err);
	return pack_file(to, arena_strndup(arena, given, (size_t)(colon - given)), colon + 1, err);
}

bool attach_pack(struct request *r, int *fd)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	const char *given;
	int count = 0;

	*fd = -1;
	while (!err.code && (given = request_option(r, "--attach")) != NULL) {
		if (++count > ATTACH_MAX)
			err_set(&err, ERR_LIMIT, "more than %d files", ATTACH_MAX);
		else if (*fd < 0 && (*fd = file_memory("attachments", &err)) < 0)
			break;
		else
			pack_one(*fd, given, &arena, &err);
	}
	if (!err.code && *fd >= 0)
		file_memory_seal(*fd, &err);
	if (err.code) {
		request_fail(r, EXIT_FAULT, "%s: --attach: %s", r->command->words, err.text);
		if (*fd >= 0)
			close(*fd);
		*fd = -1;
	}
	arena_free(&arena);
	return !err.code;
}

/* ---- unpacking ---- */

/* The text at 'offset', in the arena; its length with the terminator is added to 'offset'. */
static const char *read_text(int fd, int64_t *offset, struct arena *arena)
{
	char head[HEAD_MAX];
	ssize_t n = pread(fd, head, sizeof head, *offset);
	const char *end = n > 0 ? memchr(head, '\0', (size_t)n) : NULL;

	if (!end)
		return NULL;
	*offset += end - head + 1;
	return arena_strdup(arena, head);
}

static int read_bytes(int fd, int64_t offset, int64_t size, struct err *err)
{
	int memory = file_memory("attached", err);
	char chunk[65536];

	while (memory >= 0 && size > 0) {
		ssize_t n = pread(fd, chunk, size < (int64_t)sizeof chunk ? (size_t)size : sizeof chunk, offset);

		if (n <= 0 || file_write_all(memory, chunk, (size_t)n, err)) {
			close(memory);
			return err->code ? -1 : err_set(err, ERR_INPUT, "the attached files are cut short");
		}
		offset += n;
		size -= n;
	}
	return memory;
}

int attach_unpack(int fd, struct arena *arena, struct engine_file **files, size_t *count, struct err *err)
{
	int64_t offset = 0, whole = fd >= 0 ? file_size(fd) : 0, size;

	*count = 0;
	*files = arena_array(arena, ATTACH_MAX, sizeof **files);
	while (offset < whole) {
		const char *name = read_text(fd, &offset, arena), *slot = name ? read_text(fd, &offset, arena) : NULL;
		const char *digits = slot ? read_text(fd, &offset, arena) : NULL;
		int memory = -1;

		if (!digits || !str_to_i64(digits, &size) || size < 0 || size > whole - offset || *count == ATTACH_MAX)
			err_set(err, ERR_INPUT, "the attached files are malformed");
		else
			memory = read_bytes(fd, offset, size, err);
		if (memory < 0) {
			attach_close(*files, *count);
			return -1;
		}
		(*files)[(*count)++] = (struct engine_file){ name, *slot ? slot : NULL, memory };
		offset += size;
	}
	return 0;
}

void attach_close(struct engine_file *files, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		close(files[i].fd);
}
