/*
 * Where a file of the spool goes when its item is decided, and how it is erased
 * there. Each step may be done again: after a crash the file lies in new/ still,
 * and is put away then.
 */

/* System. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "work/spool_order.h"
#include "work/spool_p.h"

/* A folder of the spool, or a path in it. */
static const char *below(const struct engine *engine, const char *folder, const char *name, struct arena *arena)
{
	return arena_printf(arena, "%s/%s%s%s", engine->settings->spool_path, folder, name ? "/" : "", name ? name : "");
}

#define NAMES 6      /* that are tried for one file */
#define NAME_LONG 200 /* bytes; room for what is put around it */

/* "map/name.pdf" as one name: "map_name.pdf"; of a long one the beginning and the end. */
static const char *flattened(const char *origin, struct arena *arena)
{
	char *flat = arena_strdup(arena, origin), *at;
	size_t len = strlen(flat), tail;

	while ((at = strchr(flat, '/')) != NULL)
		*at = '_';
	if (len <= NAME_LONG / 2)
		return flat;
	for (tail = len - 40; ((unsigned char)flat[tail] & 0xc0) == 0x80; tail++)
		;
	return arena_printf(arena, "%.*s_%s", (int)str_utf8_cut(flat, NAME_LONG / 2), flat, flat + tail);
}

/*
 * What a file is called in done/ or refused/: as it was; else with the item's
 * number in front, as often as that is needed. No file there ends in ".reason".
 */
static const char *name_of(const struct item *item, int n, struct arena *arena)
{
	const char *origin = item->origin, *slash = strrchr(origin, '/'), *mark = str_ends(origin, ".reason") ? "_" : "";
	const char *name;
	int head = slash ? (int)(slash - origin) + 1 : 0;

	if (n == 0)
		return arena_printf(arena, "%s%s", origin, mark);
	if (n == 1)
		return arena_printf(arena, "%.*s%lld-%s%s", head, origin, (long long)item->id, origin + head, mark);
	name = arena_printf(arena, "%s%s", flattened(origin, arena), mark);
	while (n-- > 1)
		name = arena_printf(arena, "%lld-%s", (long long)item->id, name);
	return name;
}

/* Nothing has that name, and something can. */
static bool is_free(const char *path)
{
	struct stat st;

	return strlen(strrchr(path, '/')) <= NAME_LONG && lstat(path, &st) && errno == ENOENT;
}

/*
 * "NUMBER/x.pdf" → the same below 'folder', which is made. What was refused has
 * its bytes nowhere else: nothing is put over it.
 */
static const char *place_in(const struct engine *engine, const char *folder, const struct item *item, struct arena *arena)
{
	const char *slash = strrchr(item->origin, '/'), *path;
	int n = 0;

	mkdir(below(engine, folder, NULL, arena), 0700);
	if (slash)
		mkdir(below(engine, folder, arena_strndup(arena, item->origin, (size_t)(slash - item->origin)), arena), 0700);
	do
		path = below(engine, folder, name_of(item, n++, arena), arena);
	while (!is_free(path) && n < NAMES);
	return path;
}

/* Another file may have got its name meanwhile, or it was written again: that one was not taken yet. */
static bool is_same(struct engine *engine, const char *path, const struct item *item)
{
	struct stat st;
	struct job *now;
	bool same;

	if (lstat(path, &st))
		return false;
	now = spool_job(engine, item->origin, &st);
	same = str_eq(now->item.spool_key, item->spool_key);
	job_free(&now);
	return same;
}

/*
 * The same, of one that was put away. By when it was written: neither putting it
 * away changes that, nor moving the spool to another disk or restoring it from a
 * copy. With its name that is enough.
 */
static bool is_that_file(struct engine *engine, const char *path, const struct item *item)
{
	const char *was = item->spool_key, *is;
	struct stat st;
	struct job *now;
	bool same;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	now = spool_job(engine, item->origin, &st);
	is = now->item.spool_key + strcspn(now->item.spool_key, "-");
	was += strcspn(was, "-");
	same = *was && strncmp(is, was, strcspn(was + 1, "-") + 2) == 0;
	job_free(&now);
	return same;
}

/* Where it lies in done/ or refused/, or NULL; the names that nothing else is given come first. */
static const char *find_in(struct engine *engine, const char *folder, const struct item *item, struct arena *arena)
{
	int n;

	for (n = 1; n <= NAMES; n++) {
		const char *path = below(engine, folder, name_of(item, n % NAMES, arena), arena);

		if (is_that_file(engine, path, item))
			return path;
	}
	return NULL;
}

/* ---- leaving ---- */

static const char *reason_of(const char *path, struct arena *arena)
{
	return arena_printf(arena, "%s.reason", path);
}

static int move(const char *from, const char *to, const struct item *item)
{
	char quoted[200];

	step_done("spool.leave");
	/* Not every file system can tell; then what place_in() saw has to do. */
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) && (errno != EINVAL || rename(from, to))) {
		log_line(LOG_LEVEL_ERROR, "spool.leave", "file=%s why=\"%s\"", log_quote(quoted, sizeof quoted, item->origin),
			 strerror(errno));
		return -1;
	}
	step_done("spool.left");
	return 1;
}

/* The words come first: a file in refused/ never lies there without them. */
static int to_refused(struct engine *engine, const struct item *item, const char *from, struct arena *arena)
{
	const char *to = place_in(engine, "refused", item, arena);
	const char *reason = arena_printf(arena, "%s\n", item->detail ? item->detail : item->reason);
	struct err err = ERR_INIT;

	if (file_replace(reason_of(to, arena), reason, strlen(reason), 0600, &err)) {
		log_line(LOG_LEVEL_ERROR, "spool.reason", "why=\"%s\"", err.text);
		return -1;
	}
	return move(from, to, item);
}

/* An order that came twice too: its documents may not be those of the first. */
static bool is_refused(const struct item *item)
{
	return item->state == ITEM_QUARANTINED || (item->state == ITEM_DUPLICATE && spool_order_is(item->origin));
}

/* 1 = moved, 0 = it does not lie in new/ any more, -1 = it does, and stays for the next look. */
static int put_away(struct engine *engine, const struct item *item, struct arena *arena)
{
	bool refused = is_refused(item);
	const char *from = below(engine, "new", item->origin, arena), *was;

	if (!refused)
		spool_order_leave(engine, item);
	if (is_same(engine, from, item))
		return refused ? to_refused(engine, item, from, arena) : move(from, place_in(engine, "done", item, arena), item);
	/* It was refused before, and somebody had it looked at again. */
	was = refused ? NULL : find_in(engine, "refused", item, arena);
	if (was && move(was, place_in(engine, "done", item, arena), item) > 0)
		unlink(reason_of(was, arena));
	return 0;
}

int spool_leave(struct engine *engine, int64_t id, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct item item;
	int rc;

	rc = store_item_load(engine->env->store, id, &arena, &item, err);
	if (!rc) {
		rc = put_away(engine, &item, &arena);
		if (rc >= 0 && !item.acked && store_item_acked(engine->env->store, id, err))
			rc = -1;
		else if (rc < 0)
			rc = 0;
	}
	arena_free(&arena);
	return rc;
}

/* ---- erasing ---- */

void spool_erase(struct engine *engine, const struct item *item)
{
	static const char *const folders[] = { "done", "refused" };
	struct arena arena = ARENA_INIT;
	char quoted[200];
	size_t i;

	/* Twice, as the same file may have been dropped twice, under both names. */
	for (i = 0; engine->settings->spool_path && i < 2 * (sizeof folders / sizeof *folders); i++) {
		const char *path = find_in(engine, folders[i / 2], item, &arena);

		if (!path)
			continue;
		if (unlink(path))
			log_line(LOG_LEVEL_ERROR, "spool.erase", "file=%s why=\"%s\" remove it by hand",
				 log_quote(quoted, sizeof quoted, path), strerror(errno));
		unlink(reason_of(path, &arena));
	}
	if (engine->settings->spool_path)
		spool_order_erase(engine, item);
	arena_free(&arena);
}
