/* System. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "base/step.h"

static int64_t left = -1;
static int log_fd = -1;

void step_init(void)
{
	const char *stop = getenv("POSTKAMER_STOP_AT");
	const char *path = getenv("POSTKAMER_STEP_LOG");

	if (stop && !str_to_i64(stop, &left))
		left = -1;
	if (path)
		log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void step_done(const char *name)
{
	if (log_fd >= 0)
		dprintf(log_fd, "%s\n", name);
	if (left < 0)
		return;
	if (left-- <= 1)
		_exit(STEP_EXIT);
}
