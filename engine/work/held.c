/* Base. */
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"

/* The dossier that he meant, of those he has: asked once a day. */
static int which_dossier(struct deciding *d, const char **template)
{
	bool said = true;

	if (decide_said_today(d, "vraag-dossier", &said))
		return -1;
	*template = said ? NULL : "vraag-dossier";
	return 0;
}

/* May anything be said to who sent it? Not without proof of the address, and never to a machine. */
static bool may_hear(const struct deciding *d)
{
	return d->sender.address && d->sender.authenticated && !d->sender.automatic && !d->sender.reason;
}

int held_keep(struct deciding *d, const char *reason, const char *detail)
{
	const char *template = NULL;
	/* Rules that cannot decide are nothing that he could mend, unless all they missed is the number. */
	bool about_dossier = !str_eq(reason, REASON_MESSAGE) &&
			     (!str_eq(reason, REASON_RULE) || str_eq(d->route.reason, REASON_RULE));

	d->verdict.state = ITEM_HELD;
	d->verdict.reason = reason;
	d->verdict.detail = detail;
	if (may_hear(d) && about_dossier &&
	    (d->route.choice_count ? which_dossier(d, &template) : stranger_hears(d, &template)))
		return -1;
	return decide_end_with_mail(d, template, TMPL_AUDIENCE_SENDER);
}

void held_rule_log(const struct deciding *d, const char *why)
{
	char quoted[300];

	log_line(LOG_LEVEL_ERROR, "rule.error", "item=%lld dossier=%s why=%s", (long long)d->job->item.id,
		 d->route.number ? d->route.number : "-", log_quote(quoted, sizeof quoted, why));
}

int held_rule_error(struct deciding *d, const struct err *why)
{
	held_rule_log(d, why->text);
	return held_keep(d, REASON_RULE, arena_strdup(d->arena, why->text));
}
