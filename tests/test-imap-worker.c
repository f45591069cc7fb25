/* The IMAP worker alone, for tests/imap-*.py: they speak to it over descriptor 3. */
#include "worker/imap.h"

int main(void)
{
	return worker_imap_main();
}
