/*
 * JSON that comes in, over jansson: strict (RFC 8259, UTF-8, no member twice),
 * read whole, looked at by name. What is looked at lives as long as the root.
 */
#ifndef POSTKAMER_JSON_READ_H
#define POSTKAMER_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "json/json.h"

enum json_kind { JSON_KIND_NONE, JSON_KIND_NULL, JSON_KIND_BOOL, JSON_KIND_NUMBER, JSON_KIND_TEXT, JSON_KIND_ARRAY,
	JSON_KIND_OBJECT };

/* json_free() it. ERR_INPUT with the line and what is wrong there. */
struct json *json_read(const char *text, size_t len, struct err *err);
/* JSON_KIND_NONE for NULL. */
enum json_kind json_kind(const struct json *json);
/* NULL where there is no such member, or it is no object. */
const struct json *json_member(const struct json *object, const char *key);
/* Of an object or an array; 0 for anything else. */
size_t json_count(const struct json *json);
/* The member number 'at' of an object, in the order of the text; its name. */
const char *json_key_at(const struct json *object, size_t at);
const struct json *json_at(const struct json *array, size_t at);
/* Of a text; NULL for anything else. A text never holds a NUL. */
const char *json_text(const struct json *json);
bool json_truth(const struct json *json);
/* A text as it is, a truth as "yes" or "no", a number as decimals; NULL for anything else. */
const char *json_scalar(const struct json *json, struct arena *arena);

#endif
