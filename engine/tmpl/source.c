/* System. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Base. */
#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "tmpl/source.h"

#define MAX_DEPTH 4 /* brands/BRAND/LANG is 3 */

struct listing {
	const char *root;
	struct arena arena;
	void (*each)(void *arg, const char *path);
	void *arg;
};

static bool is_wanted(const char *name)
{
	return name[0] != '.' && name[0] != '#' && !str_ends(name, "~") && !str_ends(name, ".dpkg-dist") &&
	       !str_ends(name, ".dpkg-old") && !str_ends(name, ".dpkg-new");
}

static int folder_walk(struct listing *l, const char *relative, int depth, struct err *err)
{
	const char *path = arena_printf(&l->arena, "%s/%s", l->root, relative);
	DIR *dir = opendir(path);
	struct dirent *entry;
	int status = 0;

	if (!dir)
		return err_sys(err, "cannot open folder '%s'", path);
	while (status == 0 && (entry = readdir(dir))) {
		const char *inner = arena_printf(&l->arena, "%s%s%s", relative, *relative ? "/" : "", entry->d_name);
		struct stat st;

		if (!is_wanted(entry->d_name))
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st, 0) != 0)
			status = err_sys(err, "cannot look at '%s/%s'", l->root, inner);
		else if (S_ISDIR(st.st_mode) && depth < MAX_DEPTH)
			status = folder_walk(l, inner, depth + 1, err);
		else if (S_ISREG(st.st_mode))
			l->each(l->arg, inner);
	}
	closedir(dir);
	return status;
}

static int folder_list(void *ctx, void (*each)(void *arg, const char *path), void *arg, struct err *err)
{
	struct listing l = { ctx, ARENA_INIT, each, arg };
	int status = folder_walk(&l, "", 1, err);

	arena_free(&l.arena);
	return status;
}

static int folder_read(void *ctx, const char *path, struct buf *out, struct err *err)
{
	struct buf full = BUF_INIT(BUF_MAX_LINE);
	int status;

	buf_addf(&full, "%s/%s", (const char *)ctx, path);
	status = file_read_regular(full.data, out, err);
	buf_free(&full);
	return status;
}

struct tmpl_source tmpl_source_folder(const char *path)
{
	return (struct tmpl_source){ folder_list, folder_read, (void *)path };
}

static int memory_list(void *ctx, void (*each)(void *arg, const char *path), void *arg, struct err *err)
{
	const struct tmpl_file *file;

	(void)err;
	for (file = ctx; file->path; file++)
		each(arg, file->path);
	return 0;
}

static int memory_read(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct tmpl_file *file;

	for (file = ctx; file->path; file++)
		if (str_eq(file->path, path)) {
			buf_adds(out, file->text);
			return 0;
		}
	return err_set(err, ERR_NOTFOUND, "no file '%s'", path);
}

struct tmpl_source tmpl_source_memory(const struct tmpl_file *files)
{
	return (struct tmpl_source){ memory_list, memory_read, (void *)files };
}
