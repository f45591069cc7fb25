/*
 * Small string helpers: comparison without locale, UTF-8 steps, numbers.
 * A low-level thing that stays low-level.
 */
#ifndef POSTKAMER_BASE_STR_H
#define POSTKAMER_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Equal; NULL equals only NULL. */
bool str_eq(const char *a, const char *b);
/* Equal but for the case of ASCII letters. */
bool str_ieq(const char *a, const char *b);
bool str_starts(const char *text, const char *prefix);
bool str_istarts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);
bool str_is_blank(const char *text);
/* ASCII only, whatever the locale. */
char str_lower(char c);
char str_upper(char c);
void str_lower_all(char *text);
/* Removes white space at both ends in place; returns the new start. */
char *str_trim(char *text);

/*
 * Length in bytes of the UTF-8 character at 'text' (1..4), or 0 at a byte that
 * starts no valid character (overlong forms and surrogates are not valid) and
 * at the terminator.
 */
size_t str_utf8_len(const char *text);
bool str_utf8_valid(const char *text);
/* The code point at 'text', which str_utf8_len() found valid. */
uint32_t str_utf8_char(const char *text);
/* C1 controls, bidirectional overrides, zero-width characters and line separators. */
bool str_utf8_is_control(const char *text);
/* Length of the longest prefix of at most 'max' bytes that ends between characters. */
size_t str_utf8_cut(const char *text, size_t max);

/*
 * A copy (caller frees) that is safe to show and to put in a header: valid
 * UTF-8, bad bytes as U+FFFD, every control or invisible directional character
 * as a space, at most 'max' bytes.
 */
char *str_clean(const char *text, size_t max);

/* Whole-string decimal numbers; false when anything else stands there or it overflows. */
bool str_to_i64(const char *text, int64_t *value_r);
bool str_to_u32(const char *text, uint32_t *value_r);

/* Lower-case hexadecimal; 'out' has room for 2 * len + 1. */
void str_hex(char *out, const void *data, size_t len);
/* The reverse; false unless 'text' is exactly 2 * len hexadecimal digits. */
bool str_unhex(void *out, size_t len, const char *text);
/* Lower-case base32 (a-z2-7) without padding; 'out' has room for (len * 8 + 4) / 5 + 1. */
void str_base32(char *out, const void *data, size_t len);

/* Levenshtein distance of two ASCII-folded words, at most 'max' + 1. */
unsigned str_distance(const char *a, const char *b, unsigned max);

#endif
