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
	{ ELEMENT_KEEP, "keep", IN_FILE, 0, "N TERM after final",
	  "how long documents and mail stay once a final state was reached", "keep 7 years after final" },
	{ ELEMENT_FACTS, "facts", IN_FILE, 0, "{ FACT... }",
	  "what is known of a dossier beside its documents: each a NAME, a \"TITLE\" and a kind",
	  "facts {\n    woning \"Eigen woning\" yes or no\n}" },
	{ ELEMENT_FORM, "form", IN_FILE, 0, "NAME \"TITLE\" from WHO [level N] { FIELD... }",
	  "questions that a person answers by replying: each a NAME, a \"TITLE\" and a kind",
	  "form verhuizing \"Verhuizing\" from client, office level 2 {\n    straat \"Straat\" text required\n"
	  "    woning \"Is de woning van u?\" yes or no\n}" },
	{ ELEMENT_PHRASE, "phrase", IN_FILE, 0, "NAME from WHO LANGUAGE \"WORDS\"[, \"WORDS\"...] ... [with text] [level N]",
	  "words of the workflow's own that a person may write on a line of a mail; at least one in each language",
	  "phrase afspraak from client, office nl \"afspraak maken\", \"bel mij\" with text level 1" },
	{ ELEMENT_INCLUDE, "include", IN_FILE | IN_DOCUMENTS | IN_STATE | IN_ALWAYS, 0, "\"FILE\"",
	  "the text of a file beside this one stands here; also in documents, a state and always",
	  "include \"gedeeld.part\"" },

	/* Terms of keeping. */
	{ ELEMENT_TERM, "years", IN_TERM, TERM_YEARS, "", "to the same day of the year; also: year",
	  "keep 7 years after final" },
	{ ELEMENT_TERM, "year", IN_TERM, TERM_YEARS, "", NULL, NULL },
	{ ELEMENT_TERM, "months", IN_TERM, TERM_MONTHS, "", "to the same day of the month; also: month",
	  "keep 18 months after final" },
	{ ELEMENT_TERM, "month", IN_TERM, TERM_MONTHS, "", NULL, NULL },
	{ ELEMENT_TERM, "days", IN_TERM, TERM_DAYS, "", "calendar days; also: day", "keep 90 days after final" },
	{ ELEMENT_TERM, "day", IN_TERM, TERM_DAYS, "", NULL, NULL },

	/* Slots. */
	{ ELEMENT_REQUIRED, "required", IN_SLOT, 0, "[if CONDITION]",
	  "clients must deliver it before the documents are complete; with a condition (of facts, office, office "
	  "only, copy, brand, language) only while that holds, else it is optional",
	  "bewijs \"Bewijs\" required if not fact woning" },
	{ ELEMENT_OPTIONAL, "optional", IN_SLOT, 0, "", "clients may deliver it", "bewijs \"Bewijs\" optional" },
	{ ELEMENT_FROM_STAFF, "from staff", IN_SLOT, 0, "", "staff deliver it", "bewijs \"Bewijs\" from staff" },
	{ ELEMENT_FOR_APPROVAL, "for approval", IN_SLOT, 0, "",
	  "staff deliver it, and it is put to the client, who approves or refuses",
	  "bewijs \"Bewijs\" from staff for approval" },
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

	/* Kinds of values. */
	{ ELEMENT_KIND, "yes or no", IN_FACT | IN_FIELD, VALUE_YES_NO, "", "yes or no", "woning \"Eigen woning\" yes or no" },
	{ ELEMENT_KIND, "one of", IN_FACT | IN_FIELD, VALUE_CHOICE, "NAME, NAME[, NAME...]", "one of these words",
	  "soort \"Soort onderneming\" one of eenmanszaak, vof, bv" },
	{ ELEMENT_KIND, "number", IN_FACT | IN_FIELD, VALUE_NUMBER, "", "a whole number",
	  "kinderen \"Aantal kinderen\" number" },
	{ ELEMENT_KIND, "amount", IN_FACT | IN_FIELD, VALUE_AMOUNT, "", "an amount of money, with two decimals",
	  "inkomen \"Inkomen\" amount" },
	{ ELEMENT_KIND, "date", IN_FACT | IN_FIELD, VALUE_DATE, "", "a date", "geboren \"Geboortedatum\" date" },
	{ ELEMENT_KIND, "text", IN_FACT | IN_FIELD, VALUE_TEXT, "", "a line of text", "bank \"Bank\" text" },
	{ ELEMENT_KIND, "address", IN_FACT | IN_FIELD, VALUE_ADDRESS, "", "an e-mail address",
	  "adviseur \"Adres van de adviseur\" address" },
	{ ELEMENT_DEFAULT, "default", IN_FACT, 0, "VALUE",
	  "its value at the opening; a fact without one is not known then",
	  "woning \"Eigen woning\" yes or no default no" },
	{ ELEMENT_MUST, "required", IN_FIELD, 0, "", "the form is not taken while this is empty",
	  "straat \"Straat en huisnummer\" text required" },
	{ ELEMENT_FITS, "match", IN_FIELD, 0, "/PATTERN/[i]", "what is filled in must fit; only for text",
	  "postcode \"Postcode\" text required match /^\\d{4} ?[A-Z]{2}$/i" },

	/* Forms and phrases. */
	{ ELEMENT_FROM, "from", IN_FORM | IN_PHRASE, 0, "WHO[, WHO...]", "who may send it",
	  "phrase terugbellen from client, office nl \"bel mij\"" },
	{ ELEMENT_LEVEL, "level", IN_FORM | IN_PHRASE, 0, "N",
	  "how sure we must be who sends it: 1 a known address, 2 in reply to mail of ours; without it 2 for a form "
	  "and 1 for a phrase; what is for staff only is always 3",
	  "phrase opzeggen from client nl \"ik zeg op\" level 2" },
	{ ELEMENT_WITH_TEXT, "with text", IN_PHRASE, 0, "",
	  "words may follow behind a colon; they become the reason in mail and history",
	  "phrase terugbellen from client nl \"bel mij\" with text" },
	{ ELEMENT_ROLE, "client", IN_ROLE, ACTOR_CLIENT, "", "the client", "phrase terugbellen from client nl \"bel mij\"" },
	{ ELEMENT_ROLE, "office", IN_ROLE, ACTOR_OFFICE, "", "the office of the dossier",
	  "phrase terugbellen from office nl \"bel mij\"" },
	{ ELEMENT_ROLE, "staff", IN_ROLE, ACTOR_STAFF, "", "staff; for phrases only",
	  "phrase archiveren from staff nl \"naar archief\"" },

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
	  "a client, an office or the spool delivered a document", "on document received bewijs { mail melding to staff }" },
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
	{ ELEMENT_EVENT, "staff refund", IN_EVENTS, EVENT_STAFF_REFUND, "", "staff want the payer to get his money back",
	  "on staff refund { mail melding to staff }" },
	{ ELEMENT_EVENT, "client cancel", IN_EVENTS, EVENT_CLIENT_CANCEL, "",
	  "the client or the office cancelled the request", "on client cancel { goto gesloten }" },
	{ ELEMENT_EVENT_SLOT, "approval asked", IN_EVENTS, EVENT_APPROVAL_ASKED, "[SLOT]",
	  "staff sent a document for approval", "on approval asked concept { mail melding }" },
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
	{ ELEMENT_EVENT_FORM, "form received", IN_EVENTS, EVENT_FORM_RECEIVED, "FORM",
	  "somebody filled in that form; its answers are facts already where they have the name of one",
	  "on form received verhuizing { mail melding to staff }" },
	{ ELEMENT_EVENT_FACT, "fact changed", IN_EVENTS, EVENT_FACT_CHANGED, "[FACT]", "a fact got another value",
	  "on fact changed woning { mail melding to staff }" },
	{ ELEMENT_EVENT_PHRASE, "phrase", IN_EVENTS, EVENT_PHRASE, "PHRASE", "somebody wrote that phrase",
	  "on phrase terugbellen { mail melding to staff }" },
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
	{ ELEMENT_FACT, "fact", IN_CONDITION, 0, "FACT [TEST]",
	  "what is known satisfies the test (a table below); without one: the fact is yes; a fact that is not known "
	  "satisfies none",
	  "on staff take if fact woning { goto bezig }" },
	{ ELEMENT_APPROVAL, "approval", IN_CONDITION, 0, "SLOT ANSWER",
	  "what became of the last time that the slot was put to the client (a table below)",
	  "on staff finish if approval concept given { goto bezig }" },
	{ ELEMENT_PAYMENT_IS, "payment", IN_CONDITION, 0, "STATUS",
	  "how the last payment request stands (a table below)",
	  "on staff withdraw if payment paid { mail melding to staff }" },
	{ ELEMENT_BRAND, "brand", IN_CONDITION, 0, "NAME", "the dossier has that brand of postkamer.conf",
	  "on enter if brand jansen { mail welkom }" },
	{ ELEMENT_SPEAKS, "language", IN_CONDITION, 0, "CODE", "the client's language",
	  "on enter if language nl { mail welkom }" },
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

	/* Tests of a fact. */
	{ ELEMENT_TEST, "is", IN_TEST, COND_FACT_IS, "VALUE",
	  "the fact has that value: yes, no, a choice, 12, 1234.50, 2026-03-01 or \"text\"",
	  "on staff take if fact soort is bv { goto bezig }" },
	{ ELEMENT_TEST, "known", IN_TEST, COND_FACT_KNOWN, "", "the fact has a value",
	  "on staff take if fact bank known { goto bezig }" },
	{ ELEMENT_TEST, "at least", IN_TEST, COND_FACT_AT_LEAST, "VALUE", "a number, amount or date that is not less",
	  "on staff take if fact inkomen at least 1234.50 { goto bezig }" },
	{ ELEMENT_TEST, "at most", IN_TEST, COND_FACT_AT_MOST, "VALUE", "a number, amount or date that is not more",
	  "on staff take if fact geboren at most 2008-01-01 { goto bezig }" },

	/* Answers to an approval. */
	{ ELEMENT_ANSWER, "asked", IN_ANSWER, APPROVAL_ASKED, "", "no answer yet",
	  "after 5 days if approval concept asked { mail herinnering }" },
	{ ELEMENT_ANSWER, "given", IN_ANSWER, APPROVAL_GIVEN, "", "the client approved",
	  "on staff finish if approval concept given { goto bezig }" },
	{ ELEMENT_ANSWER, "refused", IN_ANSWER, APPROVAL_REFUSED, "", "the client refused",
	  "on staff finish if approval concept refused { mail melding to staff }" },
	{ ELEMENT_ANSWER, "void", IN_ANSWER, APPROVAL_VOID, "", "a newer version came, which was not put to him yet",
	  "on staff finish if approval concept void { mail melding to staff }" },

	/* Status of a payment. */
	{ ELEMENT_PAYMENT_STATUS, "requested", IN_PAYMENT, PAYMENT_REQUESTED, "", "asked for, no link yet",
	  "on staff withdraw if payment requested { cancel payment }" },
	{ ELEMENT_PAYMENT_STATUS, "open", IN_PAYMENT, PAYMENT_OPEN, "", "the link is there",
	  "on staff withdraw if payment open { cancel payment }" },
	{ ELEMENT_PAYMENT_STATUS, "paid", IN_PAYMENT, PAYMENT_PAID, "", "the money came",
	  "on staff withdraw if payment paid { mail melding to staff }" },
	{ ELEMENT_PAYMENT_STATUS, "failed", IN_PAYMENT, PAYMENT_FAILED, "", "it went wrong for good",
	  "on staff take if payment failed { mail melding to staff }" },
	{ ELEMENT_PAYMENT_STATUS, "expired", IN_PAYMENT, PAYMENT_EXPIRED, "", "the link can no longer be paid",
	  "on staff take if payment expired { mail melding to staff }" },
	{ ELEMENT_PAYMENT_STATUS, "cancelled", IN_PAYMENT, PAYMENT_CANCELLED, "", "we withdrew it",
	  "on staff take if payment cancelled { mail melding to staff }" },

	/* Actions. */
	{ ELEMENT_MAIL, "mail", IN_ACTIONS, 0, "TEMPLATE [attach SLOT[, SLOT...]] [with form FORM] [to AUDIENCE]",
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

	{ ELEMENT_PAYMENT_CANCEL, "cancel payment", IN_ACTIONS, 0, "", "withdraws what is still to be paid",
	  "on client cancel { cancel payment; goto gesloten }" },
	{ ELEMENT_REQUEST_APPROVAL, "request approval", IN_ACTIONS, 0, "SLOT",
	  "puts the present documents of the slot to the client, as staff do with \"ter accordering\"",
	  "on staff finish { request approval concept }" },
	{ ELEMENT_SET_FACT, "set fact", IN_ACTIONS, 0, "FACT VALUE", "gives a fact a value",
	  "on staff take { set fact woning yes }" },
	{ ELEMENT_CLEAR_FACT, "clear fact", IN_ACTIONS, 0, "FACT", "makes a fact not known",
	  "on staff take { clear fact woning }" },
	{ ELEMENT_NOTE, "note", IN_ACTIONS, 0, "\"TEXT\"", "writes a line in the dossier's history",
	  "on staff take { note \"nagekeken\" }" },

	/* Audiences. */
	{ ELEMENT_AUDIENCE, "correspondent", IN_AUDIENCE, AUDIENCE_CORRESPONDENT, "",
	  "the office when the dossier has one, with copies for clients who want them; else the clients",
	  "on enter { mail welkom to correspondent }" },
	{ ELEMENT_AUDIENCE, "client", IN_AUDIENCE, AUDIENCE_CLIENT, "", "the client and his partners",
	  "on enter { mail welkom to client }" },
	{ ELEMENT_AUDIENCE, "office", IN_AUDIENCE, AUDIENCE_OFFICE, "", "the office; nobody when there is none",
	  "on enter { mail welkom to office }" },
	{ ELEMENT_AUDIENCE, "payer", IN_AUDIENCE, AUDIENCE_PAYER, "", "the first client, about money",
	  "on payment ready { mail betalen to payer }" },
	{ ELEMENT_AUDIENCE, "staff", IN_AUDIENCE, AUDIENCE_STAFF, "", "the member it is assigned to, else all",
	  "on enter { mail melding to staff }" },
	{ ELEMENT_AUDIENCE, "sender", IN_AUDIENCE, AUDIENCE_SENDER, "", "who sent the mail that this answers",
	  "on document received { mail melding to sender }" },
};

static const char *const reserved[] = { "if", "and", "or", "not", "to", "attach", "valid", "quiet", "at", "in",
					"then", "always", "with", "include" };

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
