/*
 * Calls the house does without, as compile errors with a speaking name. The
 * build includes this before every file of ours.
 */
#ifndef POSTKAMER_BASE_BANNED_H
#define POSTKAMER_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* glibc makes macros of these two for clang, which will not poison a macro silently. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#pragma GCC poison gmtime localtime ctime asctime atoi atol atoll popen

#endif
