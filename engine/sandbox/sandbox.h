/*
 * Taking away from the own process what it will not need: memory and time by
 * resource limits (always), files by Landlock, system calls by seccomp. There
 * is no way back, and what is started from here on inherits it.
 *
 * Linux 5.13 and later have Landlock; where it is missing the parse profile
 * refuses to open any file at all, and whatever needs files (character set
 * converters) must be loaded before; sandbox_landlock_abi() tells beforehand.
 *
 * In builds with AddressSanitizer nothing is done: it needs the address space
 * and calls that are forbidden here.
 */
#ifndef POSTKAMER_SANDBOX_SANDBOX_H
#define POSTKAMER_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum sandbox_calls {
	SANDBOX_CALLS_COMPUTE, /* a short list: read, write, memory; files only to read; no sockets, no processes */
	SANDBOX_CALLS_NETWORK  /* all but exec, new processes, tracing, mounting, modules and the like */
};

struct sandbox_profile {
	const char *name;
	uint64_t memory;      /* bytes of address space; 0 = as it is */
	uint64_t cpu_seconds; /* of the whole process; 0 = as it is */
	uint64_t file_size;   /* bytes of one file; 0 = as it is */
	uint64_t files;       /* open descriptors */
	enum sandbox_calls calls;
	const char *const *readable; /* ends with NULL; these and what is below can be read, nothing else;
					nothing can be written; what does not exist is passed over */
};

/* Parsing and unpacking: no network, no files but converters. */
extern const struct sandbox_profile sandbox_parse;
/*
 * Fetching and sending: network, and the files that names and certificates
 * need. For a CA file elsewhere copy the profile and extend 'readable'.
 */
extern const struct sandbox_profile sandbox_network;

/* What was achieved. */
struct sandbox_report {
	bool limits;
	int landlock; /* ABI version in force; 0 = not in this kernel */
	bool seccomp;
};

/* The kernel's Landlock version, 0 when it has none. */
int sandbox_landlock_abi(void);

/*
 * Enters. A kernel without Landlock or seccomp is no error but shows in the
 * report; everything else that goes wrong is. Descriptors that are open stay
 * usable. SIGXFSZ is ignored from here on (writing too much gives EFBIG).
 */
int sandbox_enter(const struct sandbox_profile *profile, struct sandbox_report *report_r, struct err *err);

#endif
