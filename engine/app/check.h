/* `postkamer check` and `postkamer init`: what works without a store. */
#ifndef POSTKAMER_APP_CHECK_H
#define POSTKAMER_APP_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "rule/diag.h"
#include "work/settings.h"

/*
 * Everything that is wrong with configuration, secrets, rules and templates; the
 * exit status. 'wordy': how much of each workflow was explored, and which
 * command does something in which state.
 */
int check_run(const char *config, bool json, bool wordy);
/* Makes the store and, when there is none yet, the master key; the exit status. */
int init_run(const struct settings *settings, int64_t now);
/* Prints what was found in a configuration to standard error. */
void check_print(const struct diag_list *diags);

#endif
