/*
 * JSON for output, over jansson. Values are made, put together and printed;
 * a value put into another belongs to it. Text that is not UTF-8 is cleaned.
 */
#ifndef POSTKAMER_JSON_JSON_H
#define POSTKAMER_JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json; /* an object, an array or a scalar */

struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json **json);

/* In an object. NULL text and DATE_NONE become null. */
void json_put_text(struct json *object, const char *key, const char *text);
void json_put_int(struct json *object, const char *key, int64_t value);
void json_put_bool(struct json *object, const char *key, bool value);
void json_put_null(struct json *object, const char *key);
/* RFC 3339 in UTC. */
void json_put_time(struct json *object, const char *key, int64_t at);
/* Makes and returns a member; it belongs to 'object'. */
struct json *json_put_object(struct json *object, const char *key);
struct json *json_put_array(struct json *object, const char *key);
/* Makes and returns an element of an array; it belongs to 'array'. */
struct json *json_add_object(struct json *array);
void json_add_text(struct json *array, const char *text);

/* Appends the text, indented by two spaces, with a line end. */
void json_print(const struct json *json, struct buf *out);
/* The same as an element of an array that the caller writes itself: two spaces deeper, no line end. */
void json_print_element(const struct json *json, struct buf *out);

#endif
