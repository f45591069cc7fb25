/* System. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/xalloc.h"

/* Own. */
#include "work/spool_p.h"

#define LIST_MAX 100000 /* files in one listing; those left out come with the next */

void spool_list_clear(struct spool_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->entries[i].origin);
	free(list->entries);
	*list = (struct spool_list){ 0 };
}

/* 'sub' NULL: a file in the folder itself. */
static void add(struct spool_list *list, const char *sub, const char *name, const struct stat *st)
{
	struct buf origin = BUF_INIT(BUF_MAX_LINE);
	struct spool_entry *entry;

	buf_addf(&origin, "%s%s%s", sub ? sub : "", sub ? "/" : "", name);
	list->entries = xgrow(list->entries, &list->cap, list->count + 1, sizeof *list->entries);
	entry = &list->entries[list->count++];
	*entry = (struct spool_entry){ buf_detach(&origin), st->st_mtim };
}

static void read_folder(struct spool_list *list, DIR *dir, const char *sub);

static void read_sub(struct spool_list *list, int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	/* Gone, or no folder any more: the next look sees what it is. Else its files were not read. */
	if (!dir && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		list->unread = true;
	if (dir) {
		read_folder(list, dir, name);
		closedir(dir);
	} else if (fd >= 0) {
		close(fd);
	}
}

static void read_folder(struct spool_list *list, DIR *dir, const char *sub)
{
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		struct stat st;

		if (spool_ignored(entry->d_name))
			continue;
		if (list->count >= LIST_MAX) {
			list->cut = true;
			return;
		}
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (!sub && S_ISDIR(st.st_mode))
			read_sub(list, dirfd(dir), entry->d_name);
		else
			add(list, sub, entry->d_name, &st);
	}
}

static int by_age(const void *a, const void *b)
{
	const struct spool_entry *x = a, *y = b;

	if (x->written.tv_sec != y->written.tv_sec)
		return x->written.tv_sec < y->written.tv_sec ? -1 : 1;
	if (x->written.tv_nsec != y->written.tv_nsec)
		return x->written.tv_nsec < y->written.tv_nsec ? -1 : 1;
	return strcmp(x->origin, y->origin);
}

int spool_list_read(struct spool_list *list, const char *folder)
{
	DIR *dir;

	spool_list_clear(list);
	dir = opendir(folder);
	if (!dir)
		return -1;
	read_folder(list, dir, NULL);
	closedir(dir);
	if (list->count)
		qsort(list->entries, list->count, sizeof *list->entries, by_age);
	return 0;
}
