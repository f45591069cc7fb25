/*
 * Whole outputs against files in tests/golden/: a test that differs shows the
 * first line that does. GOLDEN_WRITE=1 writes the files anew; look at the
 * difference before you commit it.
 */
#ifndef POSTKAMER_TESTS_GOLDEN_H
#define POSTKAMER_TESTS_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

#include "tap.h"

static void golden_difference(const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	printf("#   differs in line %d\n#   expected: %.*s\n#   got:      %.*s\n", line, (int)strcspn(want, "\n"), want,
	       (int)strcspn(got, "\n"), got);
}

/* Compares 'got' with tests/golden/tmpl/NAME. */
__attribute__((unused))
static void golden_check(const char *name, const struct buf *got)
{
	const char *top = getenv("top_srcdir");
	struct buf path = BUF_INIT(BUF_MAX_LINE), want = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	bool same;

	buf_addf(&path, "%s/tests/golden/tmpl/%s", top ? top : ".", name);
	if (getenv("GOLDEN_WRITE")) {
		if (file_replace(path.data, got->data, got->len, 0644, &err) != 0)
			printf("# %s\n", err.text);
	}
	if (file_read(path.data, &want, &err) != 0)
		printf("# %s\n", err.text);
	same = want.len == got->len && memcmp(want.data, got->data, got->len) == 0;
	tap_ok(same, "%s is as it should be", name);
	if (!same)
		golden_difference(got->data, want.data);
	buf_free(&path);
	buf_free(&want);
}

#endif
