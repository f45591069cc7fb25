/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

bool run_approval_holds(const struct dossier *dossier, const struct prog_cond *cond)
{
	size_t i, seen = 0;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct approval *approval;

		if (!str_eq(dossier->slots[i].name, cond->slot))
			continue;
		approval = dossier_approval(dossier, cond->slot, dossier->slots[i].year);
		if (!approval)
			continue;
		if ((int)approval->state != cond->word)
			return false;
		seen++;
	}
	return seen > 0;
}

static bool is_asked(const struct dossier *dossier, const struct slot *slot, const struct document *document)
{
	size_t i;

	for (i = 0; i < dossier->approval_count; i++) {
		const struct approval *approval = &dossier->approvals[i];

		if (approval->year == slot->year && str_eq(approval->slot, slot->name) &&
		    approval->state != APPROVAL_VOID &&
		    memcmp(approval->sha256, document->sha256, sizeof approval->sha256) == 0)
			return true;
	}
	return false;
}

static bool ask(struct run *run, const struct slot *slot, const struct document *document)
{
	struct dossier *dossier = run->dossier;
	struct approval *approval;

	if (is_asked(dossier, slot, document))
		return false;
	dossier->approvals = flow_list_append(run->arena, dossier->approvals, dossier->approval_count,
					      sizeof *dossier->approvals);
	approval = &dossier->approvals[dossier->approval_count++];
	*approval = (struct approval){ .slot = slot->name,
				       .year = slot->year,
				       .state = APPROVAL_ASKED,
				       .asked = run->in->now,
				       .answered = DATE_NONE };
	memcpy(approval->sha256, document->sha256, sizeof approval->sha256);
	return true;
}

void run_approval_ask(struct run *run, const char *name)
{
	size_t i, j;

	for (i = 0; i < run->dossier->slot_count; i++) {
		const struct slot *slot = &run->dossier->slots[i];
		bool asked = false;

		for (j = 0; j < slot->document_count && str_eq(slot->name, name); j++)
			if (slot->documents[j].current)
				asked |= ask(run, slot, &slot->documents[j]);
		if (asked)
			run_raise(run, &(struct event){ .kind = EVENT_APPROVAL_ASKED, .at = run->in->now,
							.slot = slot->name, .year = slot->year });
	}
}
