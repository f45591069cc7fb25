/* System. */
#include <sys/prctl.h>

/* Base. */
#include "base/log.h"

/* Engine. */
#include "sandbox/sandbox.h"

/* Own. */
#include "worker/confine.h"

#define READABLE_MAX 64

int worker_confine(const char *ca_file, struct err *err)
{
	struct sandbox_profile profile = sandbox_network;
	const char *readable[READABLE_MAX + 2];
	struct sandbox_report report;
	size_t n = 0;

	while (profile.readable[n] && n < READABLE_MAX) {
		readable[n] = profile.readable[n];
		n++;
	}
	readable[n] = ca_file;
	readable[n + (ca_file != NULL)] = NULL;
	profile.readable = readable;
	prctl(PR_SET_DUMPABLE, 0);
	if (sandbox_enter(&profile, &report, err))
		return -1;
	if (!report.landlock || !report.seccomp)
		log_line(LOG_LEVEL_DEBUG, "worker.confined", "landlock=%d seccomp=%d", report.landlock, report.seccomp);
	return 0;
}
