/* System. */
#include <string.h>

/* Own. */
#include "rule/build.h"
#include "rule/check.h"
#include "rule/include.h"
#include "rule/parse.h"
#include "rule/rule.h"
#include "rule/source.h"

static void refuse(struct diag_list *diags, const char *file, const char *why)
{
	struct diag_place place = { .file = file };

	diag_add(diags, DIAG_ERROR, &place, "%s", why);
}

/* What makes each line wrong is told once. */
static bool is_text(const char *text, size_t len, struct diag_list *diags, const char *file)
{
	bool wide = len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
	const char *why = NULL;

	if (wide)
		why = "the file is UTF-16: save it as UTF-8";
	else if (memchr(text, '\0', len))
		why = "the file holds zero bytes: it is not text";
	else if (memchr(text, '\r', len) && !memchr(text, '\n', len))
		why = "the lines of this file end as on an old Mac (CR): save it with line ends of Unix (LF) or Windows";
	if (why)
		refuse(diags, file, why);
	return !why;
}

/* What is wrong in a shared part is followed by where it is included, up to the file itself. */
static void note_includes(const struct source *source, struct arena *arena, struct diag_list *diags, size_t from)
{
	size_t i, index;

	for (i = from; i < diags->count; i++)
		for (index = (size_t)diags->items[i].place.order; index; index = source->parts[index].parent) {
			const struct source_part *part = &source->parts[index];
			struct diag_place place = source_place(source, arena, part->included);

			diag_note(diags, &diags->items[i], &place, "'%s' is included here", part->name);
		}
}

struct program *rule_load(const char *file, const char *text, size_t len, const struct rule_lookup *lookup,
			  struct diag_list *diags)
{
	size_t errors = diags->errors, first = diags->count;
	struct arena arena = ARENA_INIT;
	struct program *program = NULL;
	struct source source;
	struct ast_file *tree;

	if (len > RULE_MAX_TEXT) {
		refuse(diags, file, "the file is too long: 2 MiB at most");
		return NULL;
	}
	if (!is_text(text, len, diags, file))
		return NULL;
	source_init(&source, &arena, file, text, len);
	include_load(&source, lookup, &arena, diags);
	tree = parse_file(&source, &arena, diags);
	check_file(&source, tree, lookup, &arena, diags);
	diag_sort(diags, first);
	note_includes(&source, &arena, diags, first);
	if (diags->errors == errors)
		program = build_program(&source, tree);
	arena_free(&arena);
	return program;
}

struct diag_place rule_place(const struct program *program, struct arena *arena, struct prog_span span)
{
	struct diag_place place = { .file = program->file, .line = span.line, .column = span.column,
				    .length = span.length, .order = span.part };
	const struct source_part *part;
	struct source source;
	size_t line, end;

	source_init(&source, arena, program->file, program->source, strlen(program->source));
	source_split(&source, arena);
	if (span.part < 0 || (size_t)span.part >= source.part_count)
		return place;
	part = &source.parts[span.part];
	line = part->first_line + (size_t)span.line - 1;
	if (span.line < 1 || line >= source.line_count)
		return place;
	end = part->start + part->len;
	place.file = part->file;
	place.source = arena_strndup(arena, source.text + source.lines[line],
				     strcspn(source.text + source.lines[line], "\r\n\f"));
	if (source.lines[line] > end)
		place.source = NULL;
	return place;
}
