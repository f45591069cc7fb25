/*
 * The kinds of values that take more than a few lines to read. Private to this
 * folder: value.h is what others use.
 */
#ifndef POSTKAMER_FLOW_VALUE_P_H
#define POSTKAMER_FLOW_VALUE_P_H

#include "flow/value.h"

/* Each is a reader as value_read(); 'text' is not blank. */
const char *value_read_number(const char *text, struct arena *arena, const char **value_r);
const char *value_read_amount(const char *text, struct arena *arena, const char **value_r);
const char *value_read_date(const char *text, struct arena *arena, const char **value_r);

/* A canonical number or amount in hundredths; false when it is none. */
bool value_to_cents(const char *value, int64_t *cents_r);
/* A canonical date as a day; false when it is none. */
bool value_to_day(const char *value, int64_t *day_r);

/* The month's name (1..12), "nl" or else English. */
const char *value_month(int month, const char *language);

#endif
