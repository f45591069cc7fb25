/*
 * Reading postkamer.conf (libconfuse) into work/settings.h: defaults, relative
 * paths, checks. postkamer.conf(5) says what each option means.
 */
#ifndef POSTKAMER_APP_SETTINGS_READ_H
#define POSTKAMER_APP_SETTINGS_READ_H

#include "base/err.h"
#include "rule/diag.h"
#include "work/settings.h"

/*
 * Reads and checks everything. 0: '*settings_r' is complete (free with
 * settings_free()); warnings may stand in 'diags'. -1: all that was found
 * stands in 'diags'.
 */
int settings_read(const char *path, struct settings **settings_r, struct diag_list *diags);
void settings_free(struct settings **settings);

/* The file that -c, $POSTKAMER_CONF, ./postkamer.conf or /etc/postkamer/postkamer.conf names; a copy. */
char *settings_find(const char *given);

#endif
