/* A watched folder: what is seen, what becomes of folders that come, go and are replaced. */
/* System. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Engine. */
#include "watch/watch.h"

/* Own. */
#include "tap.h"

static char base[] = "/tmp/pk-watch-XXXXXX";

static const char *in(const char *name)
{
	static char paths[4][300];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof paths[next], "%s/%s", base, name);
	return paths[next];
}

static void put(const char *name)
{
	int fd = open(in(name), O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || write(fd, "x", 1) != 1)
		abort();
	close(fd);
}

static void move(const char *from, const char *to)
{
	if (rename(in(from), in(to)))
		abort();
}

static void folder(const char *name)
{
	if (mkdir(in(name), 0700))
		abort();
}

static void make_file(void) { put("new/a"); }
static void make_file_in_sub(void) { put("new/old/b"); }
static void rename_in(void) { move("outside", "new/c"); }
static void rename_into_sub(void) { move("outside2", "new/old/c"); }
static void folder_with_file(void) { move("ready", "new/ready"); }
static void file_in_moved_folder(void) { put("new/ready/e"); }
static void new_folder(void) { folder("new/fresh"); }
static void file_in_new_folder(void) { put("new/fresh/f"); }

static void link_in(void)
{
	if (link(in("linked"), in("new/linked")))
		abort();
}

static void remove_file(void) { unlink(in("new/a")); }
static void rename_out(void) { move("new/c", "gone-out"); }
static void nothing(void) { }

static void folder_leaves(void)
{
	move("new/ready", "left");
}

static void file_in_left_folder(void) { put("left/g"); }

static const struct row {
	const char *name;
	void (*act)(void);
	bool changed;
} rows[] = {
	{ "nothing happened", nothing, false },
	{ "a file is written", make_file, true },
	{ "and nothing after", nothing, false },
	{ "a file is written in a sub-folder", make_file_in_sub, true },
	{ "a file is renamed in", rename_in, true },
	{ "a file is renamed into a sub-folder", rename_into_sub, true },
	{ "a hard link", link_in, true },
	{ "a folder is moved in", folder_with_file, true },
	{ "a file in the folder moved in", file_in_moved_folder, true },
	{ "a new folder", new_folder, true },
	{ "a file in the new folder", file_in_new_folder, true },
	{ "a file is removed", remove_file, false },
	{ "a file is renamed out", rename_out, false },
	{ "a folder is moved out", folder_leaves, true },
	{ "a file in the folder moved out", file_in_left_folder, false },
};

static void test_events(void)
{
	struct err err = ERR_INIT;
	struct watch *w;
	size_t i;

	folder("new");
	folder("new/old");
	folder("ready");
	put("ready/d");
	put("outside");
	put("outside2");
	put("linked");
	w = watch_new(in("new"), &err);
	tap_ok(w != NULL, "watch %s", err.text);
	tap_ok(!watch_missing(w), "the folder is there");
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		rows[i].act();
		tap_is_int(watch_drain(w), rows[i].changed, "%s", rows[i].name);
		tap_is_int(watch_drain(w), false, "%s: drained", rows[i].name);
	}
	watch_free(&w);
	tap_ok(w == NULL, "freed pointer is cleared");
}

static void test_missing(void)
{
	struct err err = ERR_INIT;
	struct watch *w = watch_new(in("later"), &err);

	tap_ok(w && watch_missing(w), "a missing folder is told, not an error");
	tap_ok(!watch_drain(w), "nothing to see there");
	folder("later");
	folder("later/sub");
	watch_refresh(w);
	tap_ok(!watch_missing(w), "it is picked up when it comes");
	put("later/sub/x");
	tap_ok(watch_drain(w), "with its sub-folders");
	watch_free(&w);

	put("plainfile");
	w = watch_new(in("plainfile"), &err);
	tap_ok(w && watch_missing(w), "a file is no folder");
	watch_free(&w);
	watch_free(&w);
}

static void test_replaced(void)
{
	struct watch *w;

	folder("swap");
	folder("swap-new");
	w = watch_new(in("swap"), NULL);
	move("swap", "swap-old");
	move("swap-new", "swap");
	tap_ok(watch_drain(w), "a folder replaced by another is told");
	tap_ok(!watch_missing(w), "and the new one is watched");
	put("swap/y");
	tap_ok(watch_drain(w), "a file in the new one");
	put("swap-old/y");
	tap_ok(!watch_drain(w), "not in the old one");

	unlink(in("swap/y"));
	rmdir(in("swap"));
	watch_drain(w);
	tap_ok(watch_missing(w), "a removed folder is missing");
	folder("swap");
	watch_refresh(w);
	put("swap/z");
	tap_ok(watch_drain(w) && !watch_missing(w), "and is found again");
	watch_free(&w);
}

/* More events than the kernel keeps. */
static void test_overflow(void)
{
	struct watch *w;
	char name[40];
	int i;

	folder("many");
	w = watch_new(in("many"), NULL);
	for (i = 0; i < 9000; i++) {
		snprintf(name, sizeof name, "many/%d", i);
		put(name);
	}
	folder("many/unseen");
	tap_ok(watch_drain(w), "an overflow is a change");
	put("many/unseen/x");
	tap_ok(watch_drain(w), "a folder made during the overflow is watched after it");
	watch_free(&w);
}

int main(void)
{
	char command[100];

	alarm(60);
	if (!mkdtemp(base))
		return tap_skip_all("no temporary folder");
	test_events();
	test_missing();
	test_replaced();
	test_overflow();
	snprintf(command, sizeof command, "rm -rf '%s'", base);
	if (system(command))
		puts("# could not clean up");
	return tap_done();
}
