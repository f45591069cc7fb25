/*
 * Files that people in a scenario mail: real bytes of the kind that the ending
 * of the name promises, with the name inside, so that no two are the same.
 */
#ifndef POSTKAMER_APP_STAGE_FILE_H
#define POSTKAMER_APP_STAGE_FILE_H

#include "base/buf.h"

/* Appends the bytes; 'version' makes another file of the same name. Returns its media type. */
const char *stage_file_make(const char *name, int version, struct buf *out);

#endif
