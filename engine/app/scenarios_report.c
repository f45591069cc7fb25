/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "json/json.h"

/* Own. */
#include "app/scenarios.h"

#define LEFT_WIDTH 44 /* columns of what was expected */
#define GOT_LINES 40  /* of what came instead */
#define LOG_LINES 5

/* Length of the line at 'text', and where the next begins. */
static size_t take_line(const char **text)
{
	size_t len = strcspn(*text, "\n");

	*text += len + ((*text)[len] == '\n');
	return len;
}

static int columns(const char *text, size_t len)
{
	size_t i, step;
	int n = 0;

	for (i = 0; i < len; i += step ? step : 1, n++)
		step = str_utf8_len(text + i);
	return n;
}

static void add_row(const char *left, size_t left_len, const char *right, size_t right_len, struct buf *out)
{
	int fill = LEFT_WIDTH - columns(left, left_len);

	buf_addf(out, "    %.*s", (int)left_len, left);
	if (right_len)
		buf_addf(out, "%*s%.*s", fill > 0 ? fill : 1, "", (int)right_len, right);
	while (out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
}

/* A line of what was expected that is too wide gets its row to itself. */
static void add_columns(const char *left, const char *right, struct buf *out)
{
	int rows = 0;

	add_row("expected", 8, "got", 3, out);
	add_row("--------", 8, "---", 3, out);
	while (*left || (*right && rows < GOT_LINES)) {
		const char *l = left, *r = right;
		size_t left_len = take_line(&left);

		if (columns(l, left_len) >= LEFT_WIDTH) {
			add_row(l, left_len, "", 0, out);
			continue;
		}
		rows++;
		add_row(l, left_len, r, rows <= GOT_LINES ? take_line(&right) : 0, out);
	}
	if (*right)
		add_row("", 0, "...", 3, out);
}

static void add_log(const char *log, struct buf *out)
{
	int lines = 0;

	while (*log && lines++ < LOG_LINES) {
		const char *line = log;
		size_t len = take_line(&log);

		buf_addf(out, "    log: %.*s\n", (int)len, line);
	}
}

void scenarios_format(const struct scenarios_result *result, struct buf *out)
{
	struct diag diag = { .severity = DIAG_ERROR, .place = result->place, .message = result->message,
			     .hint = result->hint };

	buf_addf(out, "FAILED \"%s\"\n", result->title);
	diag_format(&diag, out);
	if (*result->expected || *result->got)
		add_columns(result->expected, result->got, out);
	if (*result->where)
		buf_addf(out, "    %s", result->where);
	add_log(result->log, out);
	buf_addc(out, '\n');
}

void scenarios_summary(const struct scenarios_results *results, struct buf *out)
{
	size_t failed = results->count - results->passed;

	buf_addf(out, "%zu scenario%s, %zu passed", results->count, results->count == 1 ? "" : "s", results->passed);
	if (failed)
		buf_addf(out, ", %zu failed", failed);
	if (results->faulty)
		buf_addf(out, "; %zu file%s could not be read", results->faulty, results->faulty == 1 ? "" : "s");
	buf_addc(out, '\n');
}

/* ---- json ---- */

static void put_failure(struct json *object, const struct scenarios_result *result)
{
	json_put_int(object, "line", result->place.line);
	json_put_int(object, "column", result->place.column);
	json_put_int(object, "length", result->place.length);
	json_put_text(object, "message", result->message);
	json_put_text(object, "hint", result->hint);
	json_put_text(object, "expected", result->expected);
	json_put_text(object, "got", result->got);
	json_put_text(object, "where", result->where);
	json_put_text(object, "log", result->log);
}

static void put_diags(struct json *json, const struct diag_list *diags)
{
	struct json *list = json_put_array(json, "diagnostics");
	size_t i;

	for (i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];
		struct json *object = json_add_object(list);

		json_put_text(object, "file", d->place.file);
		json_put_int(object, "line", d->place.line);
		json_put_int(object, "column", d->place.column);
		json_put_int(object, "length", d->place.length);
		json_put_text(object, "severity", diag_severity_word(d->severity));
		json_put_text(object, "message", d->message);
		json_put_text(object, "hint", d->hint);
	}
}

void scenarios_json(const struct scenarios_results *results, struct buf *out)
{
	struct json *json = json_new_object(), *list;
	size_t i;

	json_put_int(json, "scenarios", (int64_t)results->count);
	json_put_int(json, "passed", (int64_t)results->passed);
	json_put_int(json, "failed", (int64_t)(results->count - results->passed));
	json_put_int(json, "faulty", (int64_t)results->faulty);
	list = json_put_array(json, "results");
	for (i = 0; i < results->count; i++) {
		const struct scenarios_result *result = &results->list[i];
		struct json *object = json_add_object(list);

		json_put_text(object, "file", result->file);
		json_put_int(object, "line", result->line);
		json_put_text(object, "title", result->title);
		json_put_bool(object, "passed", result->passed);
		if (result->passed)
			json_put_null(object, "failure");
		else
			put_failure(json_put_object(object, "failure"), result);
	}
	put_diags(json, &results->diags);
	json_print(json, out);
	json_free(&json);
}
