/*
 * A mutant: the engine with another letters.c, in which what an office keeps to itself is no secret any more.
 * The canaries must find out. The linker takes this object's functions, not the
 * library's.
 */
/* Engine. */
#include "work/engine_p.h"
#include "work/letters.h"

/* Own. */
#include "canary.h"
#include "tap.h"

#define office_only final
#include "../engine/work/letters.c"
#undef office_only

int main(void)
{
	struct aviary a;
	size_t i;

	aviary_open(&a, 4);
	a.quiet = true;
	aviary_run(&a, 60, 0);
	for (i = 0; i < a.count; i++) {
		if (a.list[i].hidden)
			canary_turn(&a, i);
		canary_say(&a, &a.list[i], a.list[i].client, "kopie aan");
		canary_turn(&a, i);
		canary_complete(&a, i);
	}
	tap_ok(a.leaks > 10, "mail about hidden dossiers is seen: %zu times", a.leaks);
	aviary_close(&a);
	return tap_done();
}
