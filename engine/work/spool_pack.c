/* System. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "base/str.h"

/* Engine. */
#include "mime/compose.h"

/* Own. */
#include "work/spool_order.h"
#include "work/spool_p.h"

#define PACK_MAX (100 << 20) /* bytes of all documents together */

static int open_tmp(const struct engine *engine)
{
	struct buf path = BUF_INIT(BUF_MAX_LINE);
	int fd;

	buf_addf(&path, "%s/tmp", engine->settings->spool_path);
	fd = open(path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	buf_free(&path);
	return fd;
}

/* The folder that a document lies in, and its name there: never through a link. */
static int open_folder(int tmp, const char *path, const char **name)
{
	const char *slash = strchr(path, '/');
	char folder[512];

	*name = slash ? slash + 1 : path;
	if (!slash)
		return fcntl(tmp, F_DUPFD_CLOEXEC, 0);
	snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
	return openat(tmp, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A memory file with its bytes, the same before and after. */
static int read_document(int tmp, const char *path, struct stat *st, struct err *err)
{
	const char *name, *unfit;
	struct stat after;
	int64_t size;
	int folder = open_folder(tmp, path, &name), fd, memory;

	fd = folder < 0 ? -1 : openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (folder >= 0)
		close(folder);
	if (fd < 0 || fstat(fd, st)) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_INPUT, "documents: '%s' cannot be opened in tmp/; put it there, then drop the order "
			"again", path);
	}
	unfit = spool_unfit(st, PACK_MAX);
	if (unfit) {
		close(fd);
		return err_set(err, ERR_INPUT, "documents: '%s' cannot be taken: %s", path, unfit);
	}
	memory = file_memory("document", err);
	if (memory >= 0 && (file_copy(fd, memory, &size, err) || fstat(fd, &after) || size != st->st_size ||
			    after.st_mtim.tv_sec != st->st_mtim.tv_sec || after.st_mtim.tv_nsec != st->st_mtim.tv_nsec)) {
		close(memory);
		memory = err_set(err, ERR_INPUT, "documents: '%s' changed while it was read; drop the order when it is whole", path);
	}
	close(fd);
	return memory;
}

/* What makes a document this document. */
static const char *key_of(struct arena *arena, const struct stat *st)
{
	return arena_printf(arena, "%llu-%lld.%09ld-%lld", (unsigned long long)st->st_ino, (long long)st->st_mtim.tv_sec,
			    st->st_mtim.tv_nsec, (long long)st->st_size);
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The order first, then its documents; the same order with the same documents gives the same bytes. */
static int compose(struct job *job, const struct compose_attachment *list, size_t count, struct err *err)
{
	const struct settings_service *service = settings_service(job->engine->settings, job->item.service);
	struct compose_mail mail = { .from = { NULL, service->address }, .to = { NULL, service->address }, .subject = "",
				     .message_id = "order@localhost", .date = 0, .automatic = COMPOSE_PERSON, .text = "",
				     .attachments = list, .attachment_count = count };
	int out = file_memory("order", err);
	int64_t size;

	if (out < 0)
		return -1;
	if (compose_fd(&mail, out, &size, err) || file_memory_seal(out, err)) {
		close(out);
		return -1;
	}
	close(job->raw);
	job->raw = out;
	job->item.size = size;
	return 0;
}

static int collect(struct job *job, const struct spool_order *order, struct compose_attachment *list, size_t *count,
		   struct err *err)
{
	int tmp = order->document_count ? open_tmp(job->engine) : -1;
	const char *parcels = "";
	int64_t total = 0;
	size_t i;
	int rc = 0;

	if (order->document_count && tmp < 0)
		return err_set(err, ERR_INPUT, "documents: the spool has no folder tmp/ to take them from; make it");
	for (i = 0; !rc && i < order->document_count; i++) {
		const char *path = order->documents[i];
		struct stat st;
		int fd = read_document(tmp, path, &st, err);

		total += fd < 0 ? 0 : st.st_size;
		if (fd < 0 || total > PACK_MAX)
			rc = fd < 0 ? -1 : err_set(err, ERR_INPUT, "documents: they are larger than 100 MiB together; send some later");
		if (fd >= 0)
			list[(*count)++] = (struct compose_attachment){ last_name(path), "application/octet-stream",
									{ NULL, fd, 0, st.st_size } };
		if (!rc)
			parcels = arena_printf(&job->arena, "%s%s %s\n", parcels, key_of(&job->arena, &st), path);
	}
	job->item.parcels = rc || !*parcels ? NULL : parcels;
	if (tmp >= 0)
		close(tmp);
	return rc;
}

int spool_order_pack(struct job *job, struct err *err)
{
	struct compose_attachment list[ORDER_MAX_DOCUMENTS + 1];
	struct buf text = BUF_INIT(ORDER_MAX + 1);
	struct spool_order order;
	size_t count = 1, i;
	int rc;

	if (lseek(job->raw, 0, SEEK_SET) < 0 || job->item.size > ORDER_MAX || file_read_fd(job->raw, &text, err)) {
		buf_free(&text);
		return err_set(err, ERR_INPUT, "the order is larger than 1 MiB; documents are named in it, not put in it");
	}
	rc = spool_order_read(text.data ? text.data : "", text.len, &job->arena, &order, err);
	list[0] = (struct compose_attachment){ "order.json", "application/json", { NULL, job->raw, 0, (int64_t)text.len } };
	if (!rc)
		rc = collect(job, &order, list, &count, err) || compose(job, list, count, err) ? -1 : 0;
	for (i = 1; i < count; i++)
		close(list[i].bytes.fd);
	buf_free(&text);
	return rc;
}

/* ---- leaving tmp/ ---- */

/*
 * Is it still the file that was taken? 'was' is its line. Copying or restoring
 * the spool changes the inode, and what is erased is so under any.
 */
static bool is_same(int folder, const char *name, const char *was, size_t len, bool strict, struct arena *arena)
{
	struct stat st;
	const char *is;
	size_t skip = 0, skip_was = 0;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return false;
	is = key_of(arena, &st);
	if (!strict) {
		skip = strcspn(is, "-");
		skip_was = strcspn(was, "-");
	}
	return len > skip_was && strlen(is + skip) == len - skip_was && !memcmp(is + skip, was + skip_was, len - skip_was);
}

/* One line of them. */
static void remove_one(const struct item *item, int tmp, const char *line, size_t len, bool strict, struct arena *arena)
{
	size_t key = strcspn(line, " ");
	const char *name, *path = arena_strndup(arena, line + key + 1, len > key ? len - key - 1 : 0);
	int folder = open_folder(tmp, path, &name);

	if (folder < 0)
		return;
	if (is_same(folder, name, line, key, strict, arena)) {
		step_done("spool.document");
		if (unlinkat(folder, name, 0))
			log_line(LOG_LEVEL_WARN, "spool.leave", "item=%lld a document stays in tmp/: %s", (long long)item->id,
				 strerror(errno));
		/* Before the order goes: afterwards nobody looks any more. */
		fsync(folder);
		step_done("spool.document");
	}
	close(folder);
}

static void remove_parcels(struct engine *engine, const struct item *item, bool strict)
{
	struct arena arena = ARENA_INIT;
	const char *line = item->parcels;
	int tmp = line ? open_tmp(engine) : -1;

	while (tmp >= 0 && *line) {
		size_t len = strcspn(line, "\n");

		remove_one(item, tmp, line, len, strict, &arena);
		line += len + (line[len] == '\n');
	}
	if (tmp >= 0)
		close(tmp);
	arena_free(&arena);
}

void spool_order_leave(struct engine *engine, const struct item *item)
{
	remove_parcels(engine, item, true);
}

void spool_order_erase(struct engine *engine, const struct item *item)
{
	remove_parcels(engine, item, false);
}
