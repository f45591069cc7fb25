/* System. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "base/file.h"

int file_read_fd(int fd, struct buf *out, struct err *err)
{
	char chunk[65536];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read");
		if (n == 0)
			return 0;
		buf_add(out, chunk, (size_t)n);
		if (buf_failed(out))
			return err_set(err, ERR_LIMIT, "larger than the limit of %zu bytes", out->max);
	}
}

int file_read(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_sys(err, "cannot open '%s'", path);
	rc = file_read_fd(fd, out, err);
	close(fd);
	return rc ? err_context(err, "'%s'", path) : 0;
}

int file_read_regular(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;
	struct stat st;

	if (fd < 0)
		return err_sys(err, "cannot open '%s'", path);
	if (fstat(fd, &st))
		rc = err_sys(err, "cannot examine");
	else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		rc = err_set(err, ERR_INPUT, "this is not a regular file");
	else
		rc = file_read_fd(fd, out, err); /* which tells of a folder */
	close(fd);
	return rc ? err_context(err, "'%s'", path) : 0;
}

int file_write_all(int fd, const void *data, size_t len, struct err *err)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot write");
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_pread_all(int fd, void *data, size_t len, int64_t offset, struct err *err)
{
	char *at = data;

	while (len) {
		ssize_t n = pread(fd, at, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read");
		if (n == 0)
			return err_set(err, ERR_CORRUPT, "file ends %zu bytes early", len);
		at += n;
		offset += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_copy(int from, int to, int64_t *bytes, struct err *err)
{
	char chunk[65536];
	int64_t done = 0;

	for (;;) {
		ssize_t n = pread(from, chunk, sizeof chunk, done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read");
		if (n == 0)
			break;
		if (file_write_all(to, chunk, (size_t)n, err))
			return -1;
		done += n;
	}
	if (bytes)
		*bytes = done;
	return 0;
}

int64_t file_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? (int64_t)st.st_size : -1;
}

int file_sync_folder(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "cannot open folder '%s'", path);
	if (fsync(fd)) {
		err_sys(err, "cannot sync folder '%s'", path);
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

static int write_synced(const char *path, const void *data, size_t len, mode_t mode, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	int rc;

	if (fd < 0)
		return err_sys(err, "cannot create '%s'", path);
	rc = file_write_all(fd, data, len, err);
	if (!rc && fsync(fd))
		rc = err_sys(err, "cannot sync");
	close(fd);
	if (rc)
		unlink(path);
	return rc ? err_context(err, "'%s'", path) : 0;
}

int file_replace(const char *path, const void *data, size_t len, mode_t mode, struct err *err)
{
	size_t size = strlen(path) + 16;
	char *tmp = xmalloc(size), *folder = xstrdup(path);
	int rc;

	snprintf(tmp, size, "%s.new", path);
	rc = write_synced(tmp, data, len, mode, err);
	if (!rc && rename(tmp, path))
		rc = err_sys(err, "cannot rename '%s'", tmp);
	if (!rc)
		rc = file_sync_folder(dirname(folder), err);
	free(folder);
	free(tmp);
	return rc;
}

/* Who could read this secret besides us? */
static int secret_check(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_sys(err, "cannot examine '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "'%s' holds a secret and must be a regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(err, ERR_INPUT, "'%s' holds a secret but belongs to user %u; chown it to the user "
			       "postkamer runs as", path, (unsigned)st.st_uid);
	if (st.st_mode & 077)
		return err_set(err, ERR_INPUT, "'%s' holds a secret but others can read it (mode %03o); run: chmod 600 %s",
			       path, (unsigned)(st.st_mode & 0777), path);
	return 0;
}

int file_read_secret(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;

	if (fd < 0)
		return err_sys(err, "cannot open '%s'", path);
	rc = secret_check(fd, path, err);
	if (!rc)
		rc = file_read_fd(fd, out, err);
	close(fd);
	while (!rc && out->len && strchr("\r\n", out->data[out->len - 1]))
		buf_truncate(out, out->len - 1);
	return rc;
}

int file_memory(const char *name, struct err *err)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return fd < 0 ? err_sys(err, "cannot create a memory file") : fd;
}

int file_memory_seal(int fd, struct err *err)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) && errno != EPERM)
		return err_sys(err, "cannot seal a memory file");
	if (!(fcntl(fd, F_GET_SEALS) & F_SEAL_WRITE))
		return err_set(err, ERR_SYSTEM, "cannot seal a memory file");
	return 0;
}
