/* Own. */
#include "model/event.h"

static const char *const kind_words[EVENT_KINDS] = {
	[EVENT_OPENED] = "opened",
	[EVENT_ENTER] = "enter",
	[EVENT_DOCUMENT_RECEIVED] = "document received",
	[EVENT_STAFF_DOCUMENT_RECEIVED] = "staff document received",
	[EVENT_DOCUMENT_REJECTED] = "document rejected",
	[EVENT_DOCUMENT_APPROVED] = "document approved",
	[EVENT_DOCUMENTS_COMPLETE] = "documents complete",
	[EVENT_SLOT_ABSENT] = "slot absent",
	[EVENT_SLOT_PRESENT] = "slot present",
	[EVENT_SLOT_ADDED] = "slot added",
	[EVENT_SLOT_REOPENED] = "slot reopened",
	[EVENT_STAFF_TAKE] = "staff take",
	[EVENT_STAFF_FINISH] = "staff finish",
	[EVENT_STAFF_WITHDRAW] = "staff withdraw",
	[EVENT_STAFF_CLOSE] = "staff close",
	[EVENT_CLIENT_CANCEL] = "client cancel",
	[EVENT_STAFF_REFUND] = "staff refund",
	[EVENT_STAFF_NOTE] = "staff note",
	[EVENT_APPROVAL_ASKED] = "approval asked",
	[EVENT_APPROVAL_GIVEN] = "approval given",
	[EVENT_APPROVAL_REFUSED] = "approval refused",
	[EVENT_PAYMENT_READY] = "payment ready",
	[EVENT_PAYMENT_PAID] = "payment paid",
	[EVENT_PAYMENT_FAILED] = "payment failed",
	[EVENT_PAYMENT_EXPIRED] = "payment expired",
	[EVENT_FORM_RECEIVED] = "form received",
	[EVENT_FACT_CHANGED] = "fact changed",
	[EVENT_PHRASE] = "phrase",
	[EVENT_MAIL_FAILED] = "mail failed",
	[EVENT_TIMER] = "timer",
};

static const char *const role_words[ACTOR_ROLES] = {
	[ACTOR_NONE] = "system",     [ACTOR_CLIENT] = "client",     [ACTOR_OFFICE] = "office",
	[ACTOR_STAFF] = "staff",     [ACTOR_SCANNER] = "scanner",   [ACTOR_OPERATOR] = "operator",
	[ACTOR_PROVIDER] = "provider",
};

const char *event_kind_words(enum event_kind kind)
{
	return kind < EVENT_KINDS ? kind_words[kind] : "?";
}

const char *actor_role_word(enum actor_role role)
{
	return role < ACTOR_ROLES ? role_words[role] : "?";
}

bool event_from_party(const struct event *event)
{
	return event->actor == ACTOR_CLIENT || event->actor == ACTOR_OFFICE || event->actor == ACTOR_SCANNER;
}
