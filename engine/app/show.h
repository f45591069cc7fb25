/* How commands show times, sizes and lists; private to app/. */
#ifndef POSTKAMER_APP_SHOW_H
#define POSTKAMER_APP_SHOW_H

#include "app/command.h"
#include "json/json.h"

/* Prints 'json' (which is freed) as the request's output. */
void show_json(struct request *request, struct json *json);
/*
 * A list of any length: begin, rows, end. With --json each row is an object
 * (freed here); else the caller prints lines to request->out and calls
 * show_list_row() with NULL after each.
 */
void show_list_begin(struct request *request);
void show_list_row(struct request *request, struct json *row);
void show_list_end(struct request *request);
/* "2026-03-02T08:00:00Z" or "-", and a text or "-", for columns. */
const char *show_time(char out[32], int64_t at);
const char *show_text(const char *text);
/* A ticket as it stands in lists. */
void show_ticket(struct json *object, const struct ticket *ticket);
/* "149.00" */
const char *show_amount(char out[32], int64_t cents);
/* "--after ID" and the paging limit. False (and the request failed) when it is no number. */
bool show_after(struct request *request, int64_t *after_r);
/* A number as argument 'what'; false (and the request failed) when it is none. */
bool show_id(struct request *request, const char *text, const char *what, int64_t *id_r);

#endif
