/* System. */
#include <stdio.h>
#include <stdlib.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "app/show.h"

void show_json(struct request *r, struct json *json)
{
	json_print(json, &r->out);
	json_free(&json);
}

void show_list_begin(struct request *r)
{
	r->rows = 0;
	if (r->json)
		buf_addc(&r->out, '[');
}

void show_list_row(struct request *r, struct json *row)
{
	if (row) {
		buf_adds(&r->out, r->rows ? ",\n" : "\n");
		json_print_element(row, &r->out);
		json_free(&row);
	}
	r->rows++;
	request_spill(r);
}

void show_list_end(struct request *r)
{
	if (r->json)
		buf_adds(&r->out, r->rows ? "\n]\n" : "]\n");
}

const char *show_time(char out[32], int64_t at)
{
	return at == DATE_NONE ? "-" : date_rfc3339(out, at);
}

const char *show_text(const char *text)
{
	return text && *text ? text : "-";
}

const char *show_amount(char out[32], int64_t cents)
{
	snprintf(out, 32, "%lld.%02lld", (long long)(cents / 100), (long long)llabs(cents % 100));
	return out;
}

bool show_id(struct request *r, const char *text, const char *what, int64_t *id)
{
	if (text && str_to_i64(text, id) && *id > 0)
		return true;
	request_fail(r, EXIT_USAGE, "%s: %s is not %s", r->command->words, text ? text : "nothing", what);
	return false;
}

bool show_after(struct request *r, int64_t *after)
{
	const char *text = request_option(r, "--after");

	*after = 0;
	if (!text || str_to_i64(text, after))
		return true;
	request_fail(r, EXIT_USAGE, "%s: --after '%s' is not a number", r->command->words, text);
	return false;
}
