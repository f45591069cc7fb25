/*
 * A mutant: the engine with another letters.c, in which the office is the payer.
 * The canaries must find out. The linker takes this object's functions, not the
 * library's.
 */
/* Engine. */
#include "work/engine_p.h"
#include "work/letters.h"

/* Own. */
#include "canary.h"
#include "tap.h"

#define client office
#define dossier_client_of(d, address) 0
#include "../engine/work/letters.c"
#undef client
#undef dossier_client_of

int main(void)
{
	struct aviary a;
	size_t i;

	aviary_open(&a, 4);
	a.quiet = true;
	aviary_run(&a, 60, 0);
	for (i = 0; i < a.count; i++)
		canary_complete(&a, i);
	tap_ok(a.leaks > 10, "payment mail to others is seen: %zu times", a.leaks);
	aviary_close(&a);
	return tap_done();
}
