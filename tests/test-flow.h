/*
 * What the tests of the decision core share: programs from rule text, dossiers
 * with slots in a wanted condition.
 */
#ifndef POSTKAMER_TESTS_TEST_FLOW_H
#define POSTKAMER_TESTS_TEST_FLOW_H

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "flow/calendar.h"
#include "model/dossier.h"
#include "rule/rule.h"

/* Own. */
#include "tap.h"

/* A program from rule text; what is wrong with it goes to the TAP output. */
__attribute__((unused))
static struct program *program_from(const char *file, const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct program *program = rule_load(file, text, strlen(text), NULL, &diags);

	if (!program) {
		diag_list_format(&diags, &out);
		printf("# %s\n", out.data);
	}
	buf_free(&out);
	diag_list_free(&diags);
	return program;
}

/* The file 'name' below the source tree, in the arena; NULL (said in the TAP output) when it cannot be read. */
__attribute__((unused))
static char *source_file(struct arena *arena, const char *name)
{
	const char *top = getenv("top_srcdir");
	struct buf data = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char *path = arena_printf(arena, "%s/%s", top ? top : ".", name), *text = NULL;

	if (file_read(path, &data, &err) == 0)
		text = arena_strndup(arena, data.data, data.len);
	else
		printf("# %s\n", err.text);
	buf_free(&data);
	return text;
}

/* "aangifte 2024" or "aangifte/2024" into name and year; 'text' is cut. */
__attribute__((unused))
static const char *slot_and_year(char *text, int *year)
{
	char *year_at = strpbrk(text, "/ ");
	uint32_t value = 0;

	*year = 0;
	if (year_at && str_to_u32(year_at + 1, &value)) {
		*year_at = '\0';
		*year = (int)value;
	}
	return text;
}

#endif
