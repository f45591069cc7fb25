/* System. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/diag.h"

static bool same(const struct tmpl_diag *diag, const struct tmpl_place *place, const char *message)
{
	return diag->line == place->line && diag->column == place->column && str_eq(diag->file, place->file) &&
	       str_eq(diag->message, message);
}

void tmpl_diag_add(struct tmpl_diags *diags, enum tmpl_severity severity, struct tmpl_place place,
		   const char *hint, const char *fmt, ...)
{
	struct buf message = BUF_INIT(BUF_MAX_LINE);
	struct tmpl_diag *diag;
	va_list ap;
	size_t i;

	va_start(ap, fmt);
	buf_addv(&message, fmt, ap);
	va_end(ap);
	for (i = 0; i < diags->count; i++)
		if (same(&diags->list[i], &place, message.data))
			goto out;
	if (severity == TMPL_ERROR)
		diags->errors++;
	if (diags->count == TMPL_MAX_DIAGS)
		goto out;
	diags->list = arena_grow(&diags->arena, diags->list, diags->count, sizeof *diags->list);
	diag = &diags->list[diags->count++];
	diag->severity = severity;
	diag->file = arena_strdup(&diags->arena, place.file);
	diag->line = place.line;
	diag->column = place.column;
	diag->length = place.length;
	diag->message = arena_strdup(&diags->arena, message.data);
	diag->hint = arena_strdup(&diags->arena, hint);
out:
	buf_free(&message);
}

static int compare(const void *left, const void *right)
{
	const struct tmpl_diag *a = left, *b = right;
	int order = strcmp(a->file, b->file);

	if (!order)
		order = a->line - b->line;
	if (!order)
		order = a->column - b->column;
	return order ? order : strcmp(a->message, b->message);
}

void tmpl_diags_sort(struct tmpl_diags *diags)
{
	if (diags->count)
		qsort(diags->list, diags->count, sizeof *diags->list, compare);
}

void tmpl_diags_print(const struct tmpl_diags *diags, struct buf *out)
{
	size_t i;

	for (i = 0; i < diags->count; i++) {
		const struct tmpl_diag *diag = &diags->list[i];

		buf_adds(out, diag->file);
		if (diag->line)
			buf_addf(out, ":%d:%d", diag->line, diag->column);
		buf_addf(out, ": %s: %s", diag->severity == TMPL_ERROR ? "error" : "warning", diag->message);
		if (diag->hint)
			buf_addf(out, " (%s)", diag->hint);
		buf_addc(out, '\n');
	}
}

void tmpl_diags_free(struct tmpl_diags *diags)
{
	arena_free(&diags->arena);
	*diags = (struct tmpl_diags)TMPL_DIAGS_INIT;
}
