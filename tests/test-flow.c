/*
 * The decision core: golden files, events in; state, slots, timers, effects
 * and history out. A golden file is a script (flow_play.h), a line "-- out --",
 * and what came of it. GOLDEN_WRITE=1 writes the outcome anew: look at the
 * difference.
 */
/* System. */
#include <dirent.h>

/* Own. */
#include "tap.h"
#include "flow_play.h"

#define OUT_LINE "-- out --\n"

static void golden_write(const char *name, const char *script, size_t len, const struct buf *out)
{
	const char *top = getenv("top_srcdir");
	struct buf all = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char path[512];

	snprintf(path, sizeof path, "%s/%s", top ? top : ".", name);
	buf_add(&all, script, len);
	buf_adds(&all, OUT_LINE);
	buf_add(&all, out->data, out->len);
	if (file_replace(path, all.data, all.len, 0644, &err) < 0)
		printf("# %s\n", err.text);
	buf_free(&all);
}

static void show_difference(const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	while (line > 1 && got[-1] != '\n') {
		got--;
		want--;
	}
	printf("#   line %d of the outcome\n#   expected: %.*s\n#   got:      %.*s\n", line, (int)strcspn(want, "\n"), want,
	       (int)strcspn(got, "\n"), got);
}

static void test_golden(const char *file)
{
	struct play play;
	char *text, *script, *rest, *line, *cut;
	const char *name, *want = "";
	size_t len;

	play_init(&play);
	name = arena_printf(&play.arena, "tests/golden/flow/%s", file);
	text = source_file(&play.arena, name);
	if (!tap_ok(text != NULL, "%s can be read", file)) {
		play_free(&play);
		return;
	}
	cut = strstr(text, OUT_LINE);
	len = cut ? (size_t)(cut - text) : strlen(text);
	if (cut)
		want = cut + strlen(OUT_LINE);
	script = arena_strndup(&play.arena, text, len);
	for (rest = script; (line = strsep(&rest, "\n"));)
		script_line(&play, str_trim(line));
	run_item(&play);
	if (getenv("GOLDEN_WRITE") && !play.failed && strcmp(play.out.data, want))
		golden_write(name, text, len, &play.out);
	else if (!tap_ok(!play.failed && strcmp(play.out.data, want) == 0, "golden: %s", file))
		show_difference(play.out.data, want);
	play_free(&play);
}

static int is_script(const struct dirent *entry)
{
	return str_ends(entry->d_name, ".txt");
}

static void test_goldens(void)
{
	const char *top = getenv("top_srcdir");
	struct dirent **list = NULL;
	char path[512];
	int i, count;

	snprintf(path, sizeof path, "%s/tests/golden/flow", top ? top : ".");
	count = scandir(path, &list, is_script, alphasort);
	tap_ok(count >= 100, "there are at least 100 golden files: %d", count);
	for (i = 0; i < count; i++) {
		test_golden(list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

int main(void)
{
	test_goldens();
	return tap_done();
}
