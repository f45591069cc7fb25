/* Base. */
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"

static bool asks_help(const struct deciding *d)
{
	struct saying_order order = { .phrases = world_phrases(d->engine->world), .role = ACTOR_NONE,
				      .text = d->job->mail.text, .marks = d->job->mail.marks,
				      .mark_count = d->job->mail.mark_count };
	struct saying saying;

	if (!d->sender.authenticated || d->sender.automatic || handle_has_files(&d->job->mail))
		return false;
	command_read(&order, d->arena, &saying);
	return saying.count == 1 && saying.list[0].verb == COMMAND_HELP && !saying.text;
}

int stranger_help_step(struct deciding *d)
{
	bool said = true;

	if (!asks_help(d))
		return DECIDE_NEXT;
	d->verdict.state = ITEM_PROCESSED;
	d->verdict.reason = REASON_HELP;
	d->verdict.dossier = NULL;
	if (decide_said_today(d, "hulp-algemeen", &said))
		return -1;
	return decide_end_with_mail(d, said ? NULL : "hulp-algemeen", TMPL_AUDIENCE_SENDER);
}

int stranger_hears(struct deciding *d, const char **template)
{
	bool said = true, acknowledged = true;

	/* One answer a day, of whichever kind. */
	if (decide_said_today(d, "ontvangst-algemeen", &said) || decide_said_today(d, "ticket-ontvangen", &acknowledged))
		return -1;
	*template = said || acknowledged ? NULL : "ontvangst-algemeen";
	return 0;
}
