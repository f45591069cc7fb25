/* Own. */
#include "command/phrases.h"
#include "model/event.h"

#define CLIENT (1u << ACTOR_CLIENT)
#define OFFICE (1u << ACTOR_OFFICE)
#define PARTY (CLIENT | OFFICE)
#define STAFF (1u << ACTOR_STAFF)

/* design.md §6, row by row. */
static const struct verb_rule rules[COMMAND_VERBS] = {
	[COMMAND_HELP] = { "help", 0, 0, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_QUESTION] = { "question", 0, 0, 0, 0, SAY_MUST_TEXT, false },
	[COMMAND_PROBLEM] = { "problem", 0, 0, 0, 0, SAY_MUST_TEXT, false },
	[COMMAND_STATUS] = { "status", PARTY, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_OVERVIEW] = { "overview", OFFICE, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_ARCHIVE] = { "archive", PARTY, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_REPORT] = { "report", PARTY, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_THIS_IS] = { "this-is", PARTY | STAFF, 1, SAY_SLOT, 0, SAY_NO_TEXT, false },
	[COMMAND_ABSENT] = { "absent", PARTY, 1, SAY_SLOT, 0, SAY_MAY_TEXT, false },
	[COMMAND_PRESENT] = { "present", PARTY, 1, SAY_SLOT, 0, SAY_NO_TEXT, false },
	[COMMAND_SNOOZE] = { "snooze", PARTY, 1, SAY_DAYS, 0, SAY_NO_TEXT, false },
	[COMMAND_PAYMENT_LINK] = { "payment-link", CLIENT, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_LANGUAGE] = { "language", PARTY, 1, SAY_LANGUAGE, 0, SAY_NO_TEXT, false },
	[COMMAND_COPY_ON] = { "copy-on", CLIENT, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_COPY_OFF] = { "copy-off", CLIENT, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_APPROVE] = { "approve", CLIENT, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_REFUSE] = { "refuse", CLIENT, 2, 0, 0, SAY_MUST_TEXT, false },
	[COMMAND_CHANGE] = { "change", CLIENT, 1, 0, SAY_KIND, SAY_NO_TEXT, true },
	[COMMAND_CANCEL] = { "cancel", PARTY, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_SHARE] = { "share", OFFICE, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_OFFICE_ONLY] = { "office-only", OFFICE, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_OVERVIEW_DAILY] = { "overview-daily", OFFICE, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_OVERVIEW_WEEKLY] = { "overview-weekly", OFFICE, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_OVERVIEW_OFF] = { "overview-off", OFFICE, 1, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_COLLEAGUE_ALWAYS] = { "colleague-always", OFFICE, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_COLLEAGUE_ONCE] = { "colleague-once", OFFICE, 2, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_YES] = { "yes", PARTY | STAFF, 0, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_NO] = { "no", PARTY | STAFF, 0, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_TAKE] = { "take", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_ACCEPT] = { "accept", STAFF, 3, SAY_SLOT, 0, SAY_NO_TEXT, false },
	[COMMAND_REJECT] = { "reject", STAFF, 3, SAY_SLOT, SAY_FILE, SAY_MUST_TEXT, false },
	[COMMAND_EXTRA] = { "extra", STAFF, 3, SAY_SLOT, SAY_TITLE, SAY_MAY_TEXT, false },
	[COMMAND_REOPEN] = { "reopen", STAFF, 3, SAY_SLOT, 0, SAY_NO_TEXT, false },
	[COMMAND_FINISH] = { "finish", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_FOR_APPROVAL] = { "for-approval", STAFF, 3, SAY_SLOT, 0, SAY_NO_TEXT, true },
	[COMMAND_WITHDRAW] = { "withdraw", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_NOTE] = { "note", STAFF, 3, 0, 0, SAY_MUST_TEXT, false },
	[COMMAND_ASSIGN] = { "assign", STAFF, 3, SAY_NAME, 0, SAY_NO_TEXT, false },
	[COMMAND_PAID] = { "paid", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_REFUND] = { "refund", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_OFFICE] = { "office", STAFF, 3, SAY_ADDRESS, SAY_NAME, SAY_NO_TEXT, false },
	[COMMAND_CLOSE] = { "close", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_RELEASE] = { "release", STAFF, 3, SAY_ITEM, 0, SAY_NO_TEXT, false },
	[COMMAND_DECLINE] = { "decline", STAFF, 3, SAY_ITEM, 0, SAY_MAY_TEXT, false },
	[COMMAND_SEND_ANYWAY] = { "send-anyway", STAFF, 3, 0, 0, SAY_NO_TEXT, false },
	[COMMAND_ADDRESS] = { "address", CLIENT, 2, SAY_ADDRESS, 0, SAY_NO_TEXT, false },
	[COMMAND_ADDRESS_ADD] = { "address-add", CLIENT, 2, SAY_ADDRESS, 0, SAY_NO_TEXT, false },
	[COMMAND_ADDRESS_DROP] = { "address-drop", CLIENT, 2, SAY_ADDRESS, 0, SAY_NO_TEXT, false },
	[COMMAND_ADDRESS_OF] = { "address-of", STAFF, 3, SAY_ADDRESS | SAY_NAME, 0, SAY_NO_TEXT, false },
	[COMMAND_PHRASE] = { "", 0, 1, 0, 0, SAY_MAY_TEXT, false },
};

const struct verb_rule *verb_rule(enum command_verb verb)
{
	return &rules[verb];
}
