/* `postkamer run`: the daemon, and one round of it (--once). */
#ifndef POSTKAMER_APP_DAEMON_H
#define POSTKAMER_APP_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "work/settings.h"

struct daemon_options {
	const struct settings *settings;
	bool once;
	int64_t now; /* DATE_NONE = the clock */
};

/* The exit status. */
int daemon_run(const struct daemon_options *options);

#endif
