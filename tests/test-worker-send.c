/*
 * The send worker alone, for the scripts that drive it over descriptor 3
 * (tests/smtp-*.py) without the rest of the program. Run by hand it does
 * nothing.
 */
/* Base. */
#include "base/str.h"

/* Engine. */
#include "loop/child.h"
#include "worker/send.h"

/* Own. */
#include "tap.h"

int main(int argc, char **argv)
{
	if (argc != 3 || !str_eq(argv[1], "worker") || !str_eq(argv[2], "send"))
		return tap_skip_all("a helper of tests/smtp-*.py");
	if (child_self_init(NULL))
		return 70;
	return worker_send_main();
}
