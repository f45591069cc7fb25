/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "model/dossier.h"
#include "model/event.h"

/* Own. */
#include "rule/element.h"
#include "rule/program.h"

#define CLAUSE (IN_STATE | IN_ALWAYS)

static const struct element elements[] = {
	/* Settings. */
	{ ELEMENT_WORKFLOW, "workflow", IN_FILE, 0, "NAME \"TITLE\"",
	  "names the workflow; every rule file has one such line",
	  "workflow voorbeeld \"Voorbeeld\"" },
	{ ELEMENT_LANGUAGE, "language", IN_FILE, 0, "CODE[, CODE...]",
	  "the languages that its mail is written in; the first is the default", "language nl, en" },
	{ ELEMENT_NUMBER, "number", IN_FILE, 0, "/PATTERN/ [new \"FORMAT\"]",
	  "how a dossier number looks in a subject, and how a new one is made from {year}, {serial:WIDTH} and "
	  "{check}",
	  "number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"" },
	{ ELEMENT_DAYS, "days", IN_FILE, 0, "working [holidays COUNTRY] | calendar",
	  "whether the days of timers leave out weekends and the days of the file holidays.COUNTRY (nl "
	  "when none is named)",
	  "days working holidays nl" },
	{ ELEMENT_SEND_WINDOW, "send window", IN_FILE, 0, "HH:MM-HH:MM",
	  "mail that a timer asks for waits for these hours", "send window 08:00-19:00" },
	{ ELEMENT_DOCUMENTS, "documents", IN_FILE, 0, "{ SLOT... }",
	  "the slots of a dossier: each a NAME, a \"TITLE\" and the words of the next table",
	  "documents {\n    bewijs \"Bewijs\" required accept pdf\n}" },
	{ ELEMENT_START, "start", IN_FILE, 0, "STATE", "the state in which a dossier begins", "start open" },
	{ ELEMENT_STATE, "state", IN_FILE, 0, "NAME \"TITLE\" [final] { ... }",
	  "a state and its clauses; a dossier in a final one is done",
	  "state klaar \"Klaar\" final { }" },
	{ ELEMENT_ALWAYS, "always", IN_FILE, 0, "{ CLAUSE... }",
	  "clauses that hold in every state that is not final, after the state's own",
	  "always {\n    on staff withdraw { goto gesloten }\n}" },
	{ ELEMENT_KEEP, "keep", IN_FILE, 0, "N years after final",
	  "how long documents and mail stay once a final state was reached", "keep 7 years after final" },

	/* Slots. */
	{ ELEMENT_REQUIRED, "required", IN_SLOT, 0, "", "clients must deliver it before the documents are complete",
	  "bewijs \"Bewijs\" required" },
	{ ELEMENT_OPTIONAL, "optional", IN_SLOT, 0, "", "clients may deliver it", "bewijs \"Bewijs\" optional" },
	{ ELEMENT_FROM_STAFF, "from staff", IN_SLOT, 0, "", "staff deliver it", "bewijs \"Bewijs\" from staff" },
	{ ELEMENT_PER_YEAR, "per year last", IN_SLOT, 0, "N",
	  "one slot for each of the N years before the year of opening; the title shows the {year}",
	  "bewijs \"Bewijs {year}\" required per year last 3" },
	{ ELEMENT_ACCEPT, "accept", IN_SLOT, 0, "KIND[, KIND...]", "kinds of files it takes; without it, any",
	  "bewijs \"Bewijs\" required accept pdf, image" },
	{ ELEMENT_FILES, "files", IN_SLOT, 0, "N..M",
	  "least and most files; without it 1..1, for an optional slot 0..1",
	  "bewijs \"Bewijs\" required files 1..5" },
	{ ELEMENT_MAY_BE_ABSENT, "may be absent", IN_SLOT, 0, "",
	  "a client may say \"niet aanwezig\", and the slot then counts as filled",
	  "bewijs \"Bewijs\" required may be absent" },
	{ ELEMENT_MATCH, "match", IN_SLOT, 0, "/PATTERN/[i]",
	  "file names that belong here; may be given more than once; i ignores case",
	  "bewijs \"Bewijs\" required match /bewijs|proof/i" },

	/* Kinds of files. */
	{ ELEMENT_MEDIA, "pdf", IN_ACCEPT, ACCEPT_PDF, "", "PDF documents", "bewijs \"Bewijs\" required accept pdf" },
	{ ELEMENT_MEDIA, "image", IN_ACCEPT, ACCEPT_IMAGE, "", "photos and scans",
	  "bewijs \"Bewijs\" required accept image" },
	{ ELEMENT_MEDIA, "spreadsheet", IN_ACCEPT, ACCEPT_SPREADSHEET, "", "xlsx, ods, csv",
	  "bewijs \"Bewijs\" required accept spreadsheet" },
	{ ELEMENT_MEDIA, "document", IN_ACCEPT, ACCEPT_DOCUMENT, "", "docx, odt, rtf",
	  "bewijs \"Bewijs\" required accept document" },
	{ ELEMENT_MEDIA, "text", IN_ACCEPT, ACCEPT_TEXT, "", "plain text", "bewijs \"Bewijs\" required accept text" },
	{ ELEMENT_MEDIA, "any", IN_ACCEPT, 0, "", "every kind; stands alone",
	  "bewijs \"Bewijs\" required accept any" },

	/* Clauses. */
	{ ELEMENT_UPLOADS_OPEN, "uploads open", IN_STATE, 0, "",
	  "documents are taken in; without it they are held for staff", "uploads open" },
	{ ELEMENT_ON, "on", CLAUSE, 0, "EVENT[, EVENT...] { ACTION; ... }", "acts when one of the events happens",
	  "on staff take { goto bezig }" },
	{ ELEMENT_AFTER, "after", CLAUSE, 0, "DURATION { ACTION; ... }",
	  "acts when the dossier has been in the state that long", "after 2 days { mail herinnering }" },
	{ ELEMENT_EVERY, "every", CLAUSE, 0, "DURATION[, N times] { ACTION; ... }",
	  "acts again and again while the dossier is in the state",
	  "every 2 weeks, 3 times { mail herinnering }" },
	{ ELEMENT_QUIET, "quiet", IN_HEAD, 0, "DURATION",
	  "waits until nothing new came from a party for that long, 60 minutes at most",
	  "on documents complete, quiet 15 minutes { goto bezig }" },
	{ ELEMENT_AT_MOST, "at most", IN_HEAD, 0, "N times", "how often the clause may act in one dossier",
	  "on mail failed, at most 3 times { mail melding to staff }" },
	{ ELEMENT_IN_DOSSIER, "in dossier", IN_HEAD, 0, "", "counts from the opening of the dossier",
	  "after 120 calendar days in dossier { goto gesloten }" },
	{ ELEMENT_THEN_EVERY, "then every", IN_HEAD, 0, "DURATION[, N times]",
	  "repeats an \"after\" clause; N counts the repeats",
	  "after 2 days, then every 5 days, 4 times { mail herinnering }" },
	{ ELEMENT_IF, "if", IN_HEAD, 0, "CONDITION",
	  "acts only if the condition holds after the event; conditions take and, or, not and parentheses",
	  "on staff finish if documents complete { goto bezig }" },

	/* Durations. */
	{ ELEMENT_UNIT, "minutes", IN_DURATION, UNIT_MINUTES, "", "by the clock; also: minute",
	  "after 45 minutes { mail herinnering }" },
	{ ELEMENT_UNIT, "minute", IN_DURATION, UNIT_MINUTES, "", NULL, NULL },
	{ ELEMENT_UNIT, "hours", IN_DURATION, UNIT_HOURS, "", "by the clock; also: hour",
	  "after 6 hours { mail herinnering }" },
	{ ELEMENT_UNIT, "hour", IN_DURATION, UNIT_HOURS, "", NULL, NULL },
	{ ELEMENT_UNIT, "days", IN_DURATION, UNIT_DAYS, "",
	  "to the same time of day; working days where the file says so, \"calendar days\" are all days; also: day",
	  "after 3 calendar days { mail herinnering }" },
	{ ELEMENT_UNIT, "day", IN_DURATION, UNIT_DAYS, "", NULL, NULL },
	{ ELEMENT_UNIT, "weeks", IN_DURATION, UNIT_WEEKS, "", "seven calendar days each; also: week",
	  "after 2 weeks { mail herinnering }" },
	{ ELEMENT_UNIT, "week", IN_DURATION, UNIT_WEEKS, "", NULL, NULL },

	/* Events. */
	{ ELEMENT_EVENT, "enter", IN_EVENTS, EVENT_ENTER, "", "the state was entered",
	  "on enter { mail welkom }" },
	{ ELEMENT_EVENT_SLOT, "document received", IN_EVENTS, EVENT_DOCUMENT_RECEIVED, "[SLOT]",
	  "a client or an office delivered a document", "on document received bewijs { mail melding to staff }" },
	{ ELEMENT_EVENT_SLOT, "staff document received", IN_EVENTS, EVENT_STAFF_DOCUMENT_RECEIVED, "[SLOT]",
	  "staff delivered a document", "on staff document received rapport { mail melding to staff }" },
	{ ELEMENT_EVENT_SLOT, "document rejected", IN_EVENTS, EVENT_DOCUMENT_REJECTED, "[SLOT]",
	  "staff rejected the documents of a slot", "on document rejected { mail herinnering }" },
	{ ELEMENT_EVENT_SLOT, "document approved", IN_EVENTS, EVENT_DOCUMENT_APPROVED, "[SLOT]",
	  "staff accepted the documents of a slot", "on document approved bewijs { mail melding }" },
	{ ELEMENT_EVENT, "documents complete", IN_EVENTS, EVENT_DOCUMENTS_COMPLETE, "",
	  "the last required slot of the client was filled", "on documents complete { goto bezig }" },
	{ ELEMENT_EVENT_SLOT, "slot absent", IN_EVENTS, EVENT_SLOT_ABSENT, "[SLOT]",
	  "a slot was declared not available", "on slot absent { mail melding to staff }" },
	{ ELEMENT_EVENT_SLOT, "slot present", IN_EVENTS, EVENT_SLOT_PRESENT, "[SLOT]", "that was taken back",
	  "on slot present { mail melding to staff }" },
	{ ELEMENT_EVENT, "slot added", IN_EVENTS, EVENT_SLOT_ADDED, "", "staff asked for something extra",
	  "on slot added { mail herinnering }" },
	{ ELEMENT_EVENT_SLOT, "slot reopened", IN_EVENTS, EVENT_SLOT_REOPENED, "[SLOT]",
	  "staff cleared a slot and opened it again", "on slot reopened { mail herinnering }" },
	{ ELEMENT_EVENT, "staff take", IN_EVENTS, EVENT_STAFF_TAKE, "", "staff took the dossier into processing",
	  "on staff take { goto bezig }" },
	{ ELEMENT_EVENT, "staff finish", IN_EVENTS, EVENT_STAFF_FINISH, "", "staff said it is ready",
	  "on staff finish { goto gesloten }" },
	{ ELEMENT_EVENT, "staff withdraw", IN_EVENTS, EVENT_STAFF_WITHDRAW, "", "staff withdrew the dossier",
	  "on staff withdraw { goto gesloten }" },
	{ ELEMENT_EVENT, "staff close", IN_EVENTS, EVENT_STAFF_CLOSE, "", "staff closed the dossier",
	  "on staff close { goto gesloten }" },
	{ ELEMENT_EVENT, "client cancel", IN_EVENTS, EVENT_CLIENT_CANCEL, "",
	  "the client or the office cancelled the request", "on client cancel { goto gesloten }" },
	{ ELEMENT_EVENT_SLOT, "approval asked", IN_EVENTS, EVENT_APPROVAL_ASKED, "[SLOT]",
	  "staff sent a document for approval", "on approval asked rapport { mail melding }" },
	{ ELEMENT_EVENT_SLOT, "approval given", IN_EVENTS, EVENT_APPROVAL_GIVEN, "[SLOT]",
	  "the client approved it", "on approval given { mail melding to staff }" },
	{ ELEMENT_EVENT_SLOT, "approval refused", IN_EVENTS, EVENT_APPROVAL_REFUSED, "[SLOT]",
	  "the client refused it", "on approval refused { mail melding to staff }" },
	{ ELEMENT_EVENT, "payment ready", IN_EVENTS, EVENT_PAYMENT_READY, "", "the payment link is there",
	  "on payment ready { mail betalen to payer }" },
	{ ELEMENT_EVENT, "payment paid", IN_EVENTS, EVENT_PAYMENT_PAID, "", "the money came",
	  "on payment paid { goto gesloten }" },
	{ ELEMENT_EVENT, "payment failed", IN_EVENTS, EVENT_PAYMENT_FAILED, "", "the payment went wrong for good",
	  "on payment failed, at most 3 times { mail betalen to payer }" },
	{ ELEMENT_EVENT, "payment expired", IN_EVENTS, EVENT_PAYMENT_EXPIRED, "", "the link can no longer be paid",
	  "on payment expired, at most 3 times { mail betalen to payer }" },
	{ ELEMENT_EVENT, "mail failed", IN_EVENTS, EVENT_MAIL_FAILED, "", "a mail of ours came back",
	  "on mail failed { mail melding to staff }" },

	/* Conditions. */
	{ ELEMENT_COMPLETE, "documents complete", IN_CONDITION, 0, "", "all required slots of the client are filled",
	  "on staff finish if documents complete { goto bezig }" },
	{ ELEMENT_SLOT, "slot", IN_CONDITION, 0, "SLOT STATUS",
	  "every year of the slot has that status (next table)",
	  "on staff finish if slot rapport filled { goto bezig }" },
	{ ELEMENT_OFFICE, "office", IN_CONDITION, 0, "", "the dossier has an office",
	  "on enter if office { mail welkom to office }" },
	{ ELEMENT_OFFICE_ONLY, "office only", IN_CONDITION, 0, "", "the office keeps it to itself",
	  "on enter if not office only { mail welkom to client }" },
	{ ELEMENT_COPY, "copy", IN_CONDITION, 0, "", "the client asked to be kept informed",
	  "on enter if office and copy { mail welkom to client }" },
	{ ELEMENT_NOT, "not", IN_CONDITION, 0, "CONDITION", "the opposite",
	  "on staff finish if not (slot bewijs open or slot bewijs rejected) { goto bezig }" },

	/* Status of a slot. */
	{ ELEMENT_FILLED, "filled", IN_STATUS, 0, "",
	  "absent or approved, or delivered with its least number of files",
	  "on staff finish if slot bewijs filled { goto bezig }" },
	{ ELEMENT_STATUS, "open", IN_STATUS, SLOT_OPEN, "", "nothing there yet",
	  "on staff finish if slot bewijs open { goto bezig }" },
	{ ELEMENT_STATUS, "delivered", IN_STATUS, SLOT_DELIVERED, "", "a document came, staff said nothing yet",
	  "on staff finish if slot bewijs delivered { goto bezig }" },
	{ ELEMENT_STATUS, "absent", IN_STATUS, SLOT_ABSENT, "", "declared not available",
	  "on staff finish if slot bewijs absent { goto bezig }" },
	{ ELEMENT_STATUS, "approved", IN_STATUS, SLOT_APPROVED, "", "accepted by staff",
	  "on staff finish if slot bewijs approved { goto bezig }" },
	{ ELEMENT_STATUS, "rejected", IN_STATUS, SLOT_REJECTED, "", "rejected by staff",
	  "on staff finish if slot bewijs rejected { goto bezig }" },

	/* Actions. */
	{ ELEMENT_MAIL, "mail", IN_ACTIONS, 0, "TEMPLATE [attach SLOT[, SLOT...]] [to AUDIENCE]",
	  "sends the template of that name; without \"to\", to whom its header says",
	  "on staff finish { mail rapport-gereed attach rapport to client }" },
	{ ELEMENT_GOTO, "goto", IN_ACTIONS, 0, "STATE",
	  "leaves for another state, at once; the last action of a clause", "on staff take { goto bezig }" },
	{ ELEMENT_PAYMENT, "request payment", IN_ACTIONS, 0, "AMOUNT CURRENCY \"TEXT\" [valid DURATION]",
	  "asks for a payment link; the text may hold {number}",
	  "on staff finish { request payment 149.00 EUR \"Rapport {number}\" valid 60 days }" },
	{ ELEMENT_PAYMENT_AGAIN, "request payment again", IN_ACTIONS, 0, "",
	  "asks for a new link for the same payment",
	  "on payment expired, at most 3 times { request payment again }" },

	/* Audiences. */
	{ ELEMENT_AUDIENCE, "correspondent", IN_AUDIENCE, AUDIENCE_CORRESPONDENT, "",
	  "the office when the dossier has one, else the client", "on enter { mail welkom to correspondent }" },
	{ ELEMENT_AUDIENCE, "client", IN_AUDIENCE, AUDIENCE_CLIENT, "", "the client",
	  "on enter { mail welkom to client }" },
	{ ELEMENT_AUDIENCE, "office", IN_AUDIENCE, AUDIENCE_OFFICE, "", "the office; nobody when there is none",
	  "on enter { mail welkom to office }" },
	{ ELEMENT_AUDIENCE, "payer", IN_AUDIENCE, AUDIENCE_PAYER, "", "the client, about money",
	  "on payment ready { mail betalen to payer }" },
	{ ELEMENT_AUDIENCE, "staff", IN_AUDIENCE, AUDIENCE_STAFF, "", "the member it is assigned to, else all",
	  "on enter { mail melding to staff }" },
	{ ELEMENT_AUDIENCE, "sender", IN_AUDIENCE, AUDIENCE_SENDER, "", "who sent the mail that this answers",
	  "on document received { mail melding to sender }" },
};

static const char *const reserved[] = { "if", "and", "or", "not", "to", "attach", "valid", "quiet", "at", "in",
					"then", "always" };

#define ELEMENTS (sizeof elements / sizeof *elements)

const struct element *element_list(size_t *count)
{
	*count = ELEMENTS;
	return elements;
}

const struct element *element_get(enum element_id id)
{
	size_t i;

	for (i = 0; i < ELEMENTS; i++)
		if (elements[i].id == id)
			return &elements[i];
	return NULL;
}

/* The word at place 'index' of a blank-separated list; its length, 0 after the last. */
static size_t word_at(const char *words, size_t index, const char **word)
{
	size_t len;

	for (;;) {
		len = strcspn(words, " ");
		*word = words;
		if (!index || !len)
			return len;
		words += len + (words[len] == ' ');
		index--;
	}
}

/* How many of 'words' the element begins with; '*whole' says whether it is all there. */
static size_t words_shared(const struct element *element, const char *const *words, size_t count, bool *whole)
{
	const char *word;
	size_t i, len;

	for (i = 0; (len = word_at(element->words, i, &word)) != 0; i++)
		if (i == count || strlen(words[i]) != len || memcmp(words[i], word, len) != 0)
			break;
	*whole = len == 0;
	return i;
}

const struct element *element_find(unsigned where, const char *const *words, size_t count, size_t *used)
{
	const struct element *best = NULL;
	size_t i, begun = 0;

	*used = 0;
	for (i = 0; i < ELEMENTS; i++) {
		bool whole;
		size_t n;

		if (!(elements[i].where & where))
			continue;
		n = words_shared(&elements[i], words, count, &whole);
		if (whole && n > *used) {
			best = &elements[i];
			*used = n;
		}
		if (n > begun)
			begun = n;
	}
	if (!best)
		*used = begun;
	return best;
}

const char *element_next_word(unsigned where, const char *const *words, size_t at, size_t index)
{
	const char *word, *found;
	size_t i, j;

	for (i = 0; i < ELEMENTS; i++) {
		bool whole, again = false;

		if (!(elements[i].where & where) || words_shared(&elements[i], words, at, &whole) < at ||
		    !word_at(elements[i].words, at, &word))
			continue;
		for (j = 0; j < i && !again; j++)
			again = (elements[j].where & where) &&
				words_shared(&elements[j], words, at, &whole) >= at &&
				word_at(elements[j].words, at, &found) == strcspn(word, " ") &&
				memcmp(found, word, strcspn(word, " ")) == 0;
		if (again)
			continue;
		if (!index--)
			return word;
	}
	return NULL;
}

bool element_reserved(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (str_eq(reserved[i], word))
			return true;
	return false;
}
