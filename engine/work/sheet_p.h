/* Shared by sheet.c and sheet_request.c only. */
#ifndef POSTKAMER_WORK_SHEET_P_H
#define POSTKAMER_WORK_SHEET_P_H

#include "work/sheet.h"

/* An empty one with room for so many fields; sheet_finish() when they are there. */
struct sheet *sheet_begin(const char *name, size_t most, struct arena *arena);
void sheet_add_own(struct sheet *sheet, const struct prog_form *form, struct arena *arena);
void sheet_finish(struct sheet *sheet, const struct phrases *phrases, struct arena *arena);

#endif
