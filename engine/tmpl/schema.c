/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/schema.h"

#define ALWAYS TMPL_SCOPE_ALWAYS
#define BUTTONS TMPL_SCOPE_BUTTONS
#define DOSSIER TMPL_SCOPE_DOSSIER
#define ITEM TMPL_SCOPE_ITEM
#define PAYMENT TMPL_SCOPE_PAYMENT
#define CHOICE TMPL_SCOPE_CHOICE
#define TASK TMPL_SCOPE_TASK
#define SPOOL TMPL_SCOPE_SPOOL
#define DELIVERY TMPL_SCOPE_DELIVERY
#define LAYOUT TMPL_SCOPE_LAYOUT
#define COMMANDS TMPL_SCOPE_COMMANDS
#define FORM TMPL_SCOPE_FORM
#define HELD TMPL_SCOPE_HELD
#define ASKED TMPL_SCOPE_ASKED
#define DECLINED TMPL_SCOPE_DECLINED
#define OFFICE TMPL_SCOPE_OFFICE
#define CODE TMPL_SCOPE_CODE
#define WANTED TMPL_SCOPE_WANTED
#define ADDING TMPL_SCOPE_ADDING
#define COLLEAGUE TMPL_SCOPE_COLLEAGUE
#define OVERVIEW TMPL_SCOPE_OVERVIEW
#define TICKET TMPL_SCOPE_TICKET
#define DESK TMPL_SCOPE_DESK
#define THREAD TMPL_SCOPE_THREAD
#define OPTIONAL TMPL_VAR_OPTIONAL
#define STATUS TMPL_VAR_STATUS
#define MONEY TMPL_VAR_MONEY
#define INTERNAL TMPL_VAR_INTERNAL

/* How long a list is, in words a text can use. */
#define COUNTS(name, flags) \
	{ name ".count", TMPL_VAR_COUNT, 0, flags, "how many there are" }, \
	{ name ".one", TMPL_VAR_FLAG, 0, flags, "there is exactly one" }, \
	{ name ".more", TMPL_VAR_FLAG, 0, flags, "there are two or more" }

/* Why a file was held or refused; exactly one is true. */
#define REASONS(name) \
	{ name ".reason.unclear", TMPL_VAR_FLAG, 0, STATUS, "nothing says which document it is" }, \
	{ name ".reason.several", TMPL_VAR_FLAG, 0, STATUS, "it may be one of several documents" }, \
	{ name ".reason.type", TMPL_VAR_FLAG, 0, STATUS, "this kind of file is not accepted for that document" }, \
	{ name ".reason.full", TMPL_VAR_FLAG, 0, STATUS, "that document has all the files it can have" }, \
	{ name ".reason.closed", TMPL_VAR_FLAG, 0, STATUS, "documents are not taken in at this stage" }, \
	{ name ".reason.empty", TMPL_VAR_FLAG, 0, STATUS, "the file is empty" }, \
	{ name ".reason.big", TMPL_VAR_FLAG, 0, STATUS, "the file is too large" }, \
	{ name ".reason.locked", TMPL_VAR_FLAG, 0, STATUS, "the file needs a password" }, \
	{ name ".reason.unreadable", TMPL_VAR_FLAG, 0, STATUS, "the file is damaged" }, \
	{ name ".reason.dangerous", TMPL_VAR_FLAG, 0, STATUS, "a program, or something else that is never taken in" }, \
	{ name ".reason.link", TMPL_VAR_FLAG, 0, STATUS, "a link came instead of a file" }, \
	{ name ".reason.other", TMPL_VAR_FLAG, 0, STATUS, "none of the others" }

const struct tmpl_var tmpl_schema[] = {
	{ "lang", TMPL_VAR_TEXT, ALWAYS, 0, "language of this mail: nl, en" },
	{ "today", TMPL_VAR_TEXT, ALWAYS, 0, "the date of this mail, in words" },
	{ "service.name", TMPL_VAR_TEXT, ALWAYS, 0, "name of the service" },
	{ "service.address", TMPL_VAR_TEXT, ALWAYS, 0, "its e-mail address" },
	{ "service.phone", TMPL_VAR_TEXT, ALWAYS, OPTIONAL, "its telephone number" },
	{ "brand.name", TMPL_VAR_TEXT, ALWAYS, 0, "name the mail is sent under: of the brand, else of the service" },
	{ "brand.color", TMPL_VAR_COLOR, ALWAYS, 0, "its colour, #rrggbb" },
	{ "brand.logo", TMPL_VAR_ID, ALWAYS, OPTIONAL, "Content-ID of the inline logo" },
	{ "brand.signature", TMPL_VAR_TEXT, ALWAYS, OPTIONAL, "line under the closing, instead of the service's name" },
	{ "recipient.name", TMPL_VAR_TEXT, ALWAYS, 0, "name of who gets this mail; the address where we know no name" },
	{ "recipient.is_named", TMPL_VAR_FLAG, ALWAYS, 0, "set by the renderer: we know the name" },
	{ "recipient.address", TMPL_VAR_TEXT, ALWAYS, 0, "the address it goes to" },
	{ "recipient.is_office", TMPL_VAR_FLAG, ALWAYS, 0, "the mail goes to the dossier's office" },
	{ "recipient.is_staff", TMPL_VAR_FLAG, ALWAYS, 0, "the mail goes to one of the staff" },
	{ "recipient.is_copy", TMPL_VAR_FLAG, ALWAYS, 0, "this is the client's copy of a mail to the office" },
	{ "part.first", TMPL_VAR_FLAG, ALWAYS, 0, "set by the renderer: first text of this mail, so it greets" },
	{ "part.last", TMPL_VAR_FLAG, ALWAYS, 0, "set by the renderer: last text of this mail, so it closes" },

	{ "question.address", TMPL_VAR_TEXT, BUTTONS, 0, "where the button 'ask a question' writes to" },
	{ "question.subject", TMPL_VAR_TEXT, BUTTONS, 0, "the subject it fills in" },
	{ "question.mailto", TMPL_VAR_MAILTO, BUTTONS, 0, "the whole link" },
	{ "problem.address", TMPL_VAR_TEXT, BUTTONS, 0, "where the button 'report a technical problem' writes to" },
	{ "problem.subject", TMPL_VAR_TEXT, BUTTONS, 0, "the subject it fills in" },
	{ "problem.mailto", TMPL_VAR_MAILTO, BUTTONS, 0, "the whole link" },

	{ "number", TMPL_VAR_TEXT, DOSSIER, 0, "the dossier's number" },
	{ "workflow.title", TMPL_VAR_TEXT, DOSSIER, 0, "what the dossier is about: 'Inkomensverklaring'" },
	{ "state.title", TMPL_VAR_TEXT, DOSSIER, STATUS, "its state: 'Wacht op stukken'" },
	{ "dossier.opened", TMPL_VAR_TEXT, DOSSIER, 0, "the day it was opened, in words" },
	{ "dossier.closes", TMPL_VAR_TEXT, DOSSIER, OPTIONAL | STATUS, "the day it lapses if nothing comes, in words" },
	{ "client", TMPL_VAR_OBJECT, DOSSIER, 0, "the client" },
	{ "client.name", TMPL_VAR_TEXT, 0, 0, "the client's name" },
	{ "client.address", TMPL_VAR_TEXT, 0, 0, "the client's address" },
	{ "office", TMPL_VAR_OBJECT, DOSSIER, OPTIONAL, "the office (intermediary), when there is one" },
	{ "office.name", TMPL_VAR_TEXT, 0, 0, "the office's name" },
	{ "office.address", TMPL_VAR_TEXT, 0, 0, "the office's address" },

	{ "progress", TMPL_VAR_OBJECT, DOSSIER, OPTIONAL | STATUS, "left out where the mail shows no progress" },
	{ "progress.done", TMPL_VAR_COUNT, 0, STATUS, "required documents that are there" },
	{ "progress.total", TMPL_VAR_COUNT, 0, STATUS, "required documents" },
	{ "review.list", TMPL_VAR_LIST, DOSSIER, STATUS | INTERNAL,
	  "documents that staff are to judge; see 'documents: review'" },
	{ "review.list.title", TMPL_VAR_TEXT, 0, STATUS | INTERNAL, "title of the document" },
	{ "review.list.name", TMPL_VAR_TEXT, 0, STATUS | INTERNAL, "name of the file" },
	{ "review.list.type", TMPL_VAR_TEXT, 0, STATUS | INTERNAL, "what it is by its content: application/pdf" },
	{ "review.list.size", TMPL_VAR_TEXT, 0, STATUS | INTERNAL, "its size, in words" },
	{ "review.list.along", TMPL_VAR_FLAG, 0, STATUS | INTERNAL, "it comes along with the mail" },
	COUNTS("review", STATUS | INTERNAL),
	{ "slots.list", TMPL_VAR_LIST, DOSSIER, STATUS, "the client's documents, in the order of the rule file" },
	{ "slots.list.title", TMPL_VAR_TEXT, 0, STATUS, "its title, with the year in it" },
	{ "slots.list.required", TMPL_VAR_FLAG, 0, STATUS, "it is required" },
	{ "slots.list.filled", TMPL_VAR_FLAG, 0, STATUS, "nothing more is needed" },
	{ "slots.list.open", TMPL_VAR_FLAG, 0, STATUS, "status open" },
	{ "slots.list.delivered", TMPL_VAR_FLAG, 0, STATUS, "status delivered" },
	{ "slots.list.absent", TMPL_VAR_FLAG, 0, STATUS, "status absent" },
	{ "slots.list.approved", TMPL_VAR_FLAG, 0, STATUS, "status approved" },
	{ "slots.list.rejected", TMPL_VAR_FLAG, 0, STATUS, "status rejected" },
	{ "slots.list.remark", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "why it is absent, or was rejected" },
	{ "slots.list.files.list", TMPL_VAR_LIST, 0, STATUS, "its files that count" },
	{ "slots.list.files.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	{ "slots.list.files.list.date", TMPL_VAR_TEXT, 0, STATUS, "the day it came, in words" },
	{ "slots.list.files.list.more", TMPL_VAR_FLAG, 0, STATUS, "another one follows" },
	{ "ours", TMPL_VAR_OBJECT, DOSSIER, STATUS, "what we made, as far as it was mailed to who reads this" },
	COUNTS("ours", STATUS),
	{ "ours.list", TMPL_VAR_LIST, 0, STATUS, "each file" },
	{ "ours.list.title", TMPL_VAR_TEXT, 0, STATUS, "the document" },
	{ "ours.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	{ "ours.list.date", TMPL_VAR_TEXT, 0, STATUS, "the day it was made, in words" },
	{ "ours.list.asked", TMPL_VAR_FLAG, 0, STATUS, "it waits for an approval" },
	{ "ours.list.approved", TMPL_VAR_FLAG, 0, STATUS, "it was approved" },
	{ "ours.list.turned_down", TMPL_VAR_FLAG, 0, STATUS, "it was refused" },
	{ "expect", TMPL_VAR_OBJECT, DOSSIER, STATUS, "what is expected, and from whom" },
	{ "expect.documents", TMPL_VAR_FLAG, 0, STATUS, "documents are missing" },
	{ "expect.approvals", TMPL_VAR_OBJECT, 0, STATUS, "documents that wait for an approval" },
	COUNTS("expect.approvals", STATUS),
	{ "expect.approvals.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "expect.approvals.list.title", TMPL_VAR_TEXT, 0, STATUS, "its title" },
	{ "expect.pay", TMPL_VAR_FLAG, 0, STATUS, "who reads this has to pay" },
	{ "expect.paying", TMPL_VAR_FLAG, 0, STATUS, "we wait for payment by the client, who is another" },
	{ "expect.us", TMPL_VAR_FLAG, 0, STATUS, "nothing from the reader: we are at work" },
	{ "expect.nothing", TMPL_VAR_FLAG, 0, STATUS, "nothing: the dossier is closed" },
	{ "expect.reminder", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "the day on which we write again if nothing comes, in words" },
	{ "archive", TMPL_VAR_OBJECT, DOSSIER, STATUS, "what was sent and received; empty in other mails" },
	COUNTS("archive", STATUS),
	{ "archive.left", TMPL_VAR_COUNT, 0, OPTIONAL | STATUS, "how many older ones are not listed" },
	{ "archive.list", TMPL_VAR_LIST, 0, STATUS, "each of them, oldest first" },
	{ "archive.list.date", TMPL_VAR_TEXT, 0, STATUS, "the day, in words" },
	{ "archive.list.out", TMPL_VAR_FLAG, 0, STATUS, "we sent it" },
	{ "archive.list.in", TMPL_VAR_FLAG, 0, STATUS, "we received it" },
	{ "archive.list.text", TMPL_VAR_TEXT, 0, STATUS, "subject of the mail, or name of the file" },
	{ "archive.list.title", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "the document that the file was taken as" },
	{ "archive.list.from", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "who sent the file" },
	{ "address", TMPL_VAR_OBJECT, ALWAYS, OPTIONAL, "in mails about a change of address" },
	{ "address.from", TMPL_VAR_TEXT, 0, 0, "the present one; to who is no party: the new one" },
	{ "address.to", TMPL_VAR_TEXT, 0, 0, "the new one" },
	{ "address.until", TMPL_VAR_TEXT, 0, 0, "until when a yes counts, in words" },
	{ "address.add", TMPL_VAR_FLAG, 0, 0, "it comes beside the present one" },
	{ "address.by_staff", TMPL_VAR_FLAG, 0, 0, "staff asked for it" },
	{ "address.done", TMPL_VAR_FLAG, 0, 0, "it is so now" },
	{ "address.dropped", TMPL_VAR_FLAG, 0, 0, "somebody said no" },
	{ "address.yes", TMPL_VAR_MAILTO, 0, 0, "a mail that says yes" },
	{ "address.no", TMPL_VAR_MAILTO, 0, 0, "a mail that says no" },
	{ "missing", TMPL_VAR_OBJECT, DOSSIER, STATUS, "required documents that are not there" },
	COUNTS("missing", STATUS),
	{ "missing.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "missing.list.title", TMPL_VAR_TEXT, 0, STATUS, "its title, with the year in it" },
	{ "missing.list.rejected", TMPL_VAR_FLAG, 0, STATUS, "what was sent could not be used" },
	{ "missing.list.extra", TMPL_VAR_FLAG, 0, STATUS, "staff asked for it later" },
	{ "missing.list.remark", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "what staff wrote about it" },
	{ "attached", TMPL_VAR_OBJECT, DOSSIER, 0, "files that go along with this mail" },
	COUNTS("attached", 0),
	{ "attached.list", TMPL_VAR_LIST, 0, 0, "each of them" },
	{ "attached.list.name", TMPL_VAR_TEXT, 0, 0, "name of the file" },
	{ "attached.mail", TMPL_VAR_COUNT, 0, 0, "which of its mails this is, where the files need several" },
	{ "attached.mails", TMPL_VAR_COUNT, 0, 0, "how many mails that are" },
	{ "attached.follows", TMPL_VAR_FLAG, 0, 0, "another mail brings the rest" },
	{ "big", TMPL_VAR_OBJECT, DOSSIER, 0, "files that fit in no mail" },
	COUNTS("big", 0),
	{ "big.list", TMPL_VAR_LIST, 0, 0, "each of them" },
	{ "big.list.name", TMPL_VAR_TEXT, 0, 0, "name of the file" },
	{ "big.list.size", TMPL_VAR_TEXT, 0, 0, "its size, in words" },
	{ "notes.list", TMPL_VAR_LIST, DOSSIER, INTERNAL, "text that came along with documents" },
	{ "notes.list.from", TMPL_VAR_TEXT, 0, INTERNAL, "who wrote it" },
	{ "notes.list.date", TMPL_VAR_TEXT, 0, INTERNAL, "when" },
	{ "notes.list.lines", TMPL_VAR_TEXTS, 0, INTERNAL, "its lines" },

	{ "item", TMPL_VAR_OBJECT, ITEM | TASK, 0, "the mail or file that came in" },
	{ "item.date", TMPL_VAR_TEXT, 0, 0, "when it came, in words" },
	{ "item.empty", TMPL_VAR_FLAG, 0, STATUS, "no file came with it" },
	{ "item.id", TMPL_VAR_TEXT, TASK, OPTIONAL | INTERNAL, "our number for it" },
	{ "item.from", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "the address it claims to be from" },
	{ "item.subject", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "its subject" },
	{ "item.reason", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "why it could not be handled" },
	{ "received", TMPL_VAR_OBJECT, ITEM, STATUS, "files taken in" },
	COUNTS("received", STATUS),
	{ "received.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "received.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	{ "received.list.title", TMPL_VAR_TEXT, 0, STATUS, "the document it was taken as" },
	{ "held", TMPL_VAR_OBJECT, ITEM, STATUS, "files kept until a person has looked at them" },
	COUNTS("held", STATUS),
	{ "held.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "held.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	REASONS("held.list"),
	{ "refused", TMPL_VAR_OBJECT, ITEM, STATUS, "files not taken in; the sender must do something" },
	COUNTS("refused", STATUS),
	{ "refused.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "refused.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	REASONS("refused.list"),
	{ "duplicate", TMPL_VAR_OBJECT, ITEM, STATUS, "files that were there already" },
	COUNTS("duplicate", STATUS),
	{ "duplicate.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "duplicate.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	{ "duplicate.list.title", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "the document it was taken as, earlier" },
	{ "unavailable", TMPL_VAR_OBJECT, ITEM, STATUS, "documents declared not available in this item" },
	COUNTS("unavailable", STATUS),
	{ "unavailable.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "unavailable.list.title", TMPL_VAR_TEXT, 0, STATUS, "its title" },
	{ "uploads.closed", TMPL_VAR_FLAG, 0, STATUS, "documents are not taken in at this stage" },
	{ "next.documents", TMPL_VAR_FLAG, 0, STATUS, "next: we wait for what is missing" },
	{ "next.complete", TMPL_VAR_FLAG, 0, STATUS, "next: all is there, we start on it" },
	{ "next.busy", TMPL_VAR_FLAG, 0, STATUS, "next: staff are at work" },
	{ "next.paying", TMPL_VAR_FLAG, 0, STATUS, "next: we wait for payment by the client" },
	{ "next.closed", TMPL_VAR_FLAG, 0, STATUS, "next: nothing, the dossier is closed" },

	{ "payment", TMPL_VAR_OBJECT, PAYMENT, MONEY, "what is to be paid, or was" },
	{ "payment.amount", TMPL_VAR_TEXT, 0, MONEY, "the amount, in words: € 149,00" },
	{ "payment.description", TMPL_VAR_TEXT, 0, MONEY, "what for" },
	{ "payment.link", TMPL_VAR_LINK, 0, OPTIONAL | MONEY, "where to pay, when a payment provider is configured" },
	{ "payment.until", TMPL_VAR_TEXT, 0, OPTIONAL | MONEY, "last day of the link, in words" },

	{ "dossiers", TMPL_VAR_OBJECT, CHOICE, STATUS, "the sender's open dossiers; an empty list when he has none" },
	COUNTS("dossiers", STATUS),
	{ "dossiers.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "dossiers.list.number", TMPL_VAR_TEXT, 0, STATUS, "its number" },
	{ "dossiers.list.title", TMPL_VAR_TEXT, 0, STATUS, "what it is about" },
	{ "dossiers.list.mailto", TMPL_VAR_MAILTO, 0, STATUS, "a mail that answers with this number" },
	{ "dossiers.unknown", TMPL_VAR_FLAG, 0, STATUS, "the mail named a number that is not one of the sender's" },

	{ "transcript", TMPL_VAR_OBJECT, COMMANDS, STATUS, "what became of the commands in a mail" },
	COUNTS("transcript", STATUS),
	{ "transcript.returned", TMPL_VAR_FLAG, 0, STATUS, "staff: the mail goes back whole, nothing of it was done" },
	{ "transcript.lines", TMPL_VAR_TEXTS, 0, STATUS, "of such a mail: its own words, by lines" },
	{ "transcript.files", TMPL_VAR_TEXTS, 0, STATUS, "names and sizes of its files, that went nowhere" },
	{ "transcript.noted", TMPL_VAR_FLAG, 0, STATUS, "staff: the text was kept as an internal note" },
	{ "transcript.unapproved", TMPL_VAR_FLAG, 0, STATUS, "it looked like an approval, and nothing is approved yet" },
	{ "transcript.list", TMPL_VAR_LIST, 0, STATUS, "each command, in the order of the mail" },
	{ "transcript.list.said", TMPL_VAR_TEXT, 0, STATUS, "the line as it was written" },
	{ "transcript.list.form", TMPL_VAR_TEXT, 0, STATUS, "how it is to be said" },
	{ "transcript.list.done", TMPL_VAR_FLAG, 0, STATUS, "it was done" },
	{ "transcript.list.already", TMPL_VAR_FLAG, 0, STATUS, "it was so already" },
	{ "transcript.list.answered", TMPL_VAR_FLAG, 0, STATUS, "the answer stands in the same mail" },
	{ "transcript.list.passed", TMPL_VAR_FLAG, 0, STATUS, "a person answers it" },
	{ "transcript.list.asked", TMPL_VAR_FLAG, 0, STATUS, "it waits for a yes" },
	{ "transcript.list.dropped", TMPL_VAR_FLAG, 0, STATUS, "it was not meant" },
	{ "transcript.list.both", TMPL_VAR_FLAG, 0, STATUS, "it waits for a yes from two addresses" },
	{ "transcript.list.later", TMPL_VAR_FLAG, 0, STATUS, "it cannot be done by mail" },
	{ "transcript.list.not_done", TMPL_VAR_FLAG, 0, STATUS, "it was not done; exactly one of 'why' is true" },
	{ "transcript.list.why.forbidden", TMPL_VAR_FLAG, 0, STATUS, "this command is not for who gave it" },
	{ "transcript.list.why.slot_missing", TMPL_VAR_FLAG, 0, STATUS, "no document was named" },
	{ "transcript.list.why.slot_unknown", TMPL_VAR_FLAG, 0, STATUS, "there is no document of that name" },
	{ "transcript.list.why.slot_several", TMPL_VAR_FLAG, 0, STATUS, "several documents fit" },
	{ "transcript.list.why.forms", TMPL_VAR_FLAG, 0, STATUS, "there is more than one form, or none of that name: the "
		"choices" },
	{ "transcript.list.why.form", TMPL_VAR_FLAG, 0, STATUS, "something in the command is not right" },
	{ "transcript.list.why.reason", TMPL_VAR_FLAG, 0, STATUS, "the text behind the colon is missing" },
	{ "transcript.list.why.alone", TMPL_VAR_FLAG, 0, STATUS, "it counts only by itself, without other text and files" },
	{ "transcript.list.why.mixed", TMPL_VAR_FLAG, 0, STATUS, "commands and text stood in one mail" },
	{ "transcript.list.why.no_dossier", TMPL_VAR_FLAG, 0, STATUS, "the ticket is about no dossier" },
	{ "transcript.list.why.no_office", TMPL_VAR_FLAG, 0, STATUS, "there is no office in this dossier" },
	{ "transcript.list.why.no_reminder", TMPL_VAR_FLAG, 0, STATUS, "there is no reminder to put off" },
	{ "transcript.list.why.file", TMPL_VAR_FLAG, 0, STATUS, "no file waits to be put in its place" },
	{ "transcript.list.why.files", TMPL_VAR_FLAG, 0, STATUS, "there are several files" },
	{ "transcript.list.why.type", TMPL_VAR_FLAG, 0, STATUS, "the document does not accept this kind of file" },
	{ "transcript.list.why.nothing_asked", TMPL_VAR_FLAG, 0, STATUS, "we did not ask for a yes or a no" },
	{ "transcript.list.why.late", TMPL_VAR_FLAG, 0, STATUS, "the answer came too late" },
	{ "transcript.list.why.no_share", TMPL_VAR_FLAG, 0, STATUS, "there is no office that shares it or keeps it" },
	{ "transcript.list.why.nobody", TMPL_VAR_FLAG, 0, STATUS, "no member of staff is called so: the choices" },
	{ "transcript.list.why.no_report", TMPL_VAR_FLAG, 0, STATUS, "nothing was mailed yet that could be mailed again" },
	{ "transcript.list.why.address", TMPL_VAR_FLAG, 0, STATUS, "that address cannot be used" },
	{ "transcript.list.why.often", TMPL_VAR_FLAG, 0, STATUS, "not so often in a day" },
	{ "transcript.list.why.weak", TMPL_VAR_FLAG, 0, STATUS, "the mail does not prove well enough from whom it is" },
	{ "transcript.list.why.state", TMPL_VAR_FLAG, 0, STATUS, "the dossier is at a stage where this is not possible" },
	{ "transcript.list.why.condition", TMPL_VAR_FLAG, 0, STATUS, "something else is needed first: the choices, if any" },
	{ "transcript.list.why.final", TMPL_VAR_FLAG, 0, STATUS, "the dossier is closed" },
	{ "transcript.list.why.exists", TMPL_VAR_FLAG, 0, STATUS, "there is such a document already" },
	{ "transcript.list.why.nothing", TMPL_VAR_FLAG, 0, STATUS, "nothing was delivered there" },
	{ "transcript.list.why.delivered", TMPL_VAR_FLAG, 0, STATUS, "it was delivered already" },
	{ "transcript.list.why.not_absent", TMPL_VAR_FLAG, 0, STATUS, "this document cannot be left out" },
	{ "transcript.list.why.closed", TMPL_VAR_FLAG, 0, STATUS, "documents are not taken in at this stage" },
	{ "transcript.list.why.no_file", TMPL_VAR_FLAG, 0, STATUS, "there is no file of that name" },
	{ "transcript.list.why.payment", TMPL_VAR_FLAG, 0, STATUS, "there is no payment for it" },
	{ "transcript.list.why.unpaid", TMPL_VAR_FLAG, 0, STATUS, "nothing was paid that could be paid back" },
	{ "transcript.list.why.version", TMPL_VAR_FLAG, 0, STATUS, "another version has come since" },
	{ "transcript.list.why.newer", TMPL_VAR_FLAG, 0, STATUS, "a file of staff waits in the place of an approved one: the "
	  "choices" },
	{ "transcript.list.why.full", TMPL_VAR_FLAG, 0, STATUS, "no more files fit there" },
	{ "transcript.list.why.not_asked", TMPL_VAR_FLAG, 0, STATUS, "nothing waits for approval" },
	{ "transcript.list.why.other", TMPL_VAR_FLAG, 0, STATUS, "none of the others" },
	{ "transcript.list.choices", TMPL_VAR_OBJECT, 0, STATUS, "documents that would be right, or are needed first" },
	COUNTS("transcript.list.choices", STATUS),
	{ "transcript.list.choices.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "transcript.list.choices.list.title", TMPL_VAR_TEXT, 0, STATUS, "its title" },
	{ "newer", TMPL_VAR_OBJECT, COMMANDS, STATUS, "staff: files for what the client approves that wait" },
	COUNTS("newer", STATUS),
	{ "newer.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "newer.list.name", TMPL_VAR_TEXT, 0, STATUS, "name of the file" },
	{ "newer.list.title", TMPL_VAR_TEXT, 0, STATUS, "title of the document" },
	{ "newer.list.approved", TMPL_VAR_FLAG, 0, STATUS, "the client has approved another version; else no more files fit" },
	{ "newer.list.full", TMPL_VAR_FLAG, 0, STATUS, "no more files fit: it can only take the place of one" },
	{ "newer.list.say", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "the words that put it to the client" },
	{ "near", TMPL_VAR_OBJECT, COMMANDS, STATUS, "staff: lines that nearly are a command" },
	COUNTS("near", STATUS),
	{ "near.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "near.list.said", TMPL_VAR_TEXT, 0, STATUS, "the line as it was written" },
	{ "near.list.form", TMPL_VAR_TEXT, 0, STATUS, "what was probably meant" },
	{ "confirm", TMPL_VAR_OBJECT, COMMANDS, STATUS, "commands that we ask to confirm" },
	{ "confirm.list", TMPL_VAR_LIST, 0, STATUS, "each of them" },
	{ "confirm.list.said", TMPL_VAR_TEXT, 0, STATUS, "the line as it was written" },
	{ "confirm.until", TMPL_VAR_TEXT, 0, STATUS, "until when a yes counts, in words" },
	{ "confirm.approves", TMPL_VAR_FLAG, 0, STATUS, "one of them approves or refuses the documents in confirm.documents" },
	{ "confirm.documents.list", TMPL_VAR_LIST, 0, STATUS, "what is put to the client now" },
	{ "confirm.documents.list.title", TMPL_VAR_TEXT, 0, STATUS, "the document" },
	{ "confirm.documents.list.name", TMPL_VAR_TEXT, 0, STATUS, "its file" },
	{ "confirm.yes", TMPL_VAR_MAILTO, 0, STATUS, "a mail that says yes" },
	{ "confirm.no", TMPL_VAR_MAILTO, 0, STATUS, "a mail that says no" },

	{ "form", TMPL_VAR_OBJECT, FORM, 0, "fields to be filled in by answering the mail" },
	{ "form.title", TMPL_VAR_TEXT, 0, 0, "what the form is called" },
	{ "form.mailto", TMPL_VAR_MAILTO, 0, 0, "a mail with the form in it, to be filled in" },
	{ "form.again", TMPL_VAR_FLAG, 0, 0, "it came back, and something of it is not clear or not there" },
	{ "form.unproven", TMPL_VAR_FLAG, 0, 0, "it came back without the proof that it takes: it has to be sent once more" },
	{ "form.late", TMPL_VAR_FLAG, 0, 0, "it came back at a stage where it cannot be used" },
	{ "form.list", TMPL_VAR_LIST, 0, 0, "its fields, in their order" },
	{ "form.list.title", TMPL_VAR_TEXT, 0, 0, "the question" },
	{ "form.list.hint", TMPL_VAR_TEXT, 0, OPTIONAL, "what can be answered, in a few words" },
	{ "form.list.value", TMPL_VAR_TEXT, 0, 0, "what was answered before and understood, or nothing" },
	{ "form.wrong", TMPL_VAR_OBJECT, 0, 0, "fields that are asked again" },
	COUNTS("form.wrong", 0),
	{ "form.wrong.list", TMPL_VAR_LIST, 0, 0, "each of them; exactly one of 'why' is true" },
	{ "form.wrong.list.title", TMPL_VAR_TEXT, 0, 0, "the question" },
	{ "form.wrong.list.said", TMPL_VAR_TEXT, 0, 0, "what was answered, or nothing" },
	{ "form.wrong.list.why.missing", TMPL_VAR_FLAG, 0, 0, "nothing was answered" },
	{ "form.wrong.list.why.yes_no", TMPL_VAR_FLAG, 0, 0, "it is neither yes nor no" },
	{ "form.wrong.list.why.choice", TMPL_VAR_FLAG, 0, 0, "it is none of the choices" },
	{ "form.wrong.list.why.several", TMPL_VAR_FLAG, 0, 0, "it is more than one of the choices" },
	{ "form.wrong.list.why.number", TMPL_VAR_FLAG, 0, 0, "it is no number" },
	{ "form.wrong.list.why.amount", TMPL_VAR_FLAG, 0, 0, "it is no amount" },
	{ "form.wrong.list.why.date", TMPL_VAR_FLAG, 0, 0, "it is no date" },
	{ "form.wrong.list.why.address", TMPL_VAR_FLAG, 0, 0, "it is no e-mail address" },
	{ "form.wrong.list.why.size", TMPL_VAR_FLAG, 0, 0, "it is too long or too large" },
	{ "form.wrong.list.why.twice", TMPL_VAR_FLAG, 0, 0, "it was answered twice, differently" },
	{ "form.wrong.list.why.sender", TMPL_VAR_FLAG, 0, 0, "it is not the address that the mail came from" },
	{ "form.wrong.list.why.unusable", TMPL_VAR_FLAG, 0, 0, "this address cannot be used here" },
	{ "form.wrong.list.why.no_office", TMPL_VAR_FLAG, 0, 0, "it means something only with an office" },
	{ "form.wrong.list.why.contrary", TMPL_VAR_FLAG, 0, 0, "it contradicts another answer" },
	{ "form.wrong.list.why.other", TMPL_VAR_FLAG, 0, 0, "none of the others" },
	{ "waiting", TMPL_VAR_OBJECT, HELD, INTERNAL, "what waits for a person" },
	COUNTS("waiting", INTERNAL),
	{ "waiting.rest", TMPL_VAR_COUNT, 0, INTERNAL, "how many more there are than the list shows" },
	{ "waiting.list", TMPL_VAR_LIST, 0, INTERNAL, "each of them" },
	{ "waiting.list.id", TMPL_VAR_TEXT, 0, INTERNAL, "our number for it" },
	{ "waiting.list.date", TMPL_VAR_TEXT, 0, INTERNAL, "when it came, in words" },
	{ "waiting.list.from", TMPL_VAR_TEXT, 0, INTERNAL, "the address it claims to be from" },
	{ "waiting.list.subject", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "its subject" },
	{ "waiting.list.about", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "the dossier it names" },
	{ "waiting.list.accept", TMPL_VAR_MAILTO, 0, INTERNAL, "a mail that lets it through" },
	{ "waiting.list.decline", TMPL_VAR_MAILTO, 0, INTERNAL, "a mail that refuses it" },
	{ "waiting.list.why.unproven", TMPL_VAR_FLAG, 0, INTERNAL, "nothing proves that it is from that address" },
	{ "waiting.list.why.stranger", TMPL_VAR_FLAG, 0, INTERNAL, "its sender is no party of the dossier" },
	{ "waiting.list.why.number", TMPL_VAR_FLAG, 0, INTERNAL, "no dossier can be told from it" },
	{ "waiting.list.why.two", TMPL_VAR_FLAG, 0, INTERNAL, "it names two dossiers, or answers a mail about another" },
	{ "waiting.list.why.sender", TMPL_VAR_FLAG, 0, INTERNAL, "it has no sender, several, or one of our own" },
	{ "waiting.list.why.encrypted", TMPL_VAR_FLAG, 0, INTERNAL, "it is encrypted" },
	{ "waiting.list.why.words", TMPL_VAR_FLAG, 0, INTERNAL, "words that a person has to answer" },
	{ "waiting.list.why.rules", TMPL_VAR_FLAG, 0, INTERNAL, "the rules could not decide" },
	{ "waiting.list.why.file", TMPL_VAR_FLAG, 0, INTERNAL, "a file that fits nowhere, or is not taken in now" },
	{ "waiting.list.why.colleague", TMPL_VAR_FLAG, 0, INTERNAL, "no office has said yet that he may mail for it" },
	{ "waiting.list.why.unconfirmed", TMPL_VAR_FLAG, 0, INTERNAL, "it waits for an office that is not confirmed" },
	{ "waiting.list.why.other", TMPL_VAR_FLAG, 0, INTERNAL, "none of the others" },
	{ "waiting.list.doubt", TMPL_VAR_FLAG, 0, INTERNAL, "beside the reason: nothing proves its address" },
	{ "waiting.list.standing.client", TMPL_VAR_FLAG, 0, INTERNAL, "its address is the client's" },
	{ "waiting.list.standing.office", TMPL_VAR_FLAG, 0, INTERNAL, "its address is the office's" },
	{ "waiting.list.standing.staff", TMPL_VAR_FLAG, 0, INTERNAL, "its address is one of staff" },
	{ "waiting.list.standing.stranger", TMPL_VAR_FLAG, 0, INTERNAL, "its address is nobody's of the dossier" },
	{ "waiting.list.standing.nobody", TMPL_VAR_FLAG, 0, INTERNAL, "it has no usable sender" },
	{ "waiting.list.standing.scanner", TMPL_VAR_FLAG, 0, INTERNAL, "it came by the spool" },
	{ "waiting.list.files.list", TMPL_VAR_LIST, 0, INTERNAL, "its files that wait, where the rest was taken in" },
	{ "waiting.list.files.list.id", TMPL_VAR_TEXT, 0, INTERNAL, "our number for it: 12/57" },
	{ "waiting.list.files.list.name", TMPL_VAR_TEXT, 0, INTERNAL, "name of the file" },
	{ "waiting.list.files.list.title", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "the document it would be" },
	{ "waiting.list.files.list.accept", TMPL_VAR_MAILTO, 0, INTERNAL, "a mail that takes it in" },
	{ "waiting.list.files.list.decline", TMPL_VAR_MAILTO, 0, INTERNAL, "a mail that refuses it" },

	{ "outcome", TMPL_VAR_OBJECT, HELD, 0, "what staff said about it" },
	{ "outcome.returned", TMPL_VAR_FLAG, 0, 0, "nothing of it was done: other commands or text stood beside it" },
	{ "outcome.list", TMPL_VAR_LIST, 0, 0, "each line" },
	{ "outcome.list.said", TMPL_VAR_TEXT, 0, 0, "the line as it was written" },
	{ "outcome.list.done", TMPL_VAR_FLAG, 0, 0, "it was done" },
	{ "outcome.list.already", TMPL_VAR_FLAG, 0, 0, "it was done before" },
	{ "outcome.list.why.unknown", TMPL_VAR_FLAG, 0, 0, "nothing has that number" },
	{ "outcome.list.why.gone", TMPL_VAR_FLAG, 0, 0, "it does not wait (any more)" },
	{ "outcome.list.why.which", TMPL_VAR_FLAG, 0, 0, "it names no dossier, so the line has to" },
	{ "outcome.list.why.dossier", TMPL_VAR_FLAG, 0, 0, "there is no such dossier" },
	{ "outcome.list.why.slot", TMPL_VAR_FLAG, 0, 0, "as which document?" },
	{ "outcome.list.why.file", TMPL_VAR_FLAG, 0, 0, "it has no such file" },
	{ "outcome.list.why.reason", TMPL_VAR_FLAG, 0, 0, "a refused file needs a reason" },
	{ "outcome.list.why.rules", TMPL_VAR_FLAG, 0, 0, "the rules could not decide" },
	{ "outcome.list.why.form", TMPL_VAR_FLAG, 0, 0, "not as it should be said" },
	{ "outcome.list.why.mixed", TMPL_VAR_FLAG, 0, 0, "something else stood beside it" },
	{ "outcome.list.why.late", TMPL_VAR_FLAG, 0, 0, "the answer came too late" },
	{ "outcome.list.why.weak", TMPL_VAR_FLAG, 0, 0, "the address is not proven well enough" },
	{ "outcome.list.why.full", TMPL_VAR_FLAG, 0, 0, "the document has all the files it can have, or is approved" },
	{ "outcome.list.why.replaced", TMPL_VAR_FLAG, 0, 0, "the document has no file of that name" },
	{ "outcome.list.why.first", TMPL_VAR_FLAG, 0, 0, "no dossier has it yet: it is to be let through first" },
	{ "outcome.list.why.several", TMPL_VAR_FLAG, 0, 0, "several files wait, and only one can come in the place of another" },
	{ "outcome.list.why.state", TMPL_VAR_FLAG, 0, 0, "the dossier is at a stage where this is not possible" },
	{ "outcome.list.choices", TMPL_VAR_OBJECT, 0, 0, "files of the document in whose place it can come" },
	COUNTS("outcome.list.choices", 0),
	{ "outcome.list.choices.list", TMPL_VAR_LIST, 0, 0, "each of them" },
	{ "outcome.list.choices.list.say", TMPL_VAR_TEXT, 0, 0, "the words for it" },
	{ "outcome.list.choices.list.accept", TMPL_VAR_MAILTO, 0, 0, "a mail that says them" },
	{ "outcome.list.why.final", TMPL_VAR_FLAG, 0, 0, "the dossier has ended" },
	{ "outcome.list.why.duplicate", TMPL_VAR_FLAG, 0, 0, "these bytes are there already" },
	{ "outcome.list.why.other", TMPL_VAR_FLAG, 0, 0, "none of the others" },

	{ "claimed", TMPL_VAR_OBJECT, ASKED, 0, "what we ask ja or nee about" },
	COUNTS("claimed", 0),
	{ "claimed.list", TMPL_VAR_LIST, 0, 0, "each mail that waits: when it came, and who it claims to be from" },
	{ "claimed.list.date", TMPL_VAR_TEXT, 0, 0, "when it came, in words" },
	{ "claimed.list.from", TMPL_VAR_TEXT, 0, 0, "the address it claims to be from" },
	{ "claimed.until", TMPL_VAR_TEXT, 0, 0, "until when an answer counts, in words" },
	{ "claimed.yes", TMPL_VAR_MAILTO, 0, 0, "a mail that says yes" },
	{ "claimed.no", TMPL_VAR_MAILTO, 0, 0, "a mail that says no" },

	{ "declined", TMPL_VAR_OBJECT, DECLINED, STATUS, "files that staff refused" },
	{ "declined.files", TMPL_VAR_TEXT, 0, STATUS, "their names" },
	{ "declined.reason", TMPL_VAR_TEXT, 0, STATUS, "why, as staff wrote it" },
	{ "ticket", TMPL_VAR_OBJECT, TICKET, 0, "a question or a technical problem" },
	{ "ticket.number", TMPL_VAR_TEXT, 0, 0, "its number" },
	{ "ticket.subject", TMPL_VAR_TEXT, 0, 0, "what its opener wrote as a subject, or first in the mail" },
	{ "ticket.technical", TMPL_VAR_FLAG, 0, 0, "it is a technical problem, not a question" },
	{ "ticket.opened", TMPL_VAR_TEXT, 0, 0, "when it was opened, in words" },
	{ "ticket.fresh", TMPL_VAR_FLAG, 0, 0, "it was opened by the mail that this one is about" },
	{ "ticket.reopened", TMPL_VAR_FLAG, 0, 0, "it was closed before that mail" },
	{ "ticket.assigned", TMPL_VAR_FLAG, 0, INTERNAL, "the mail that this one is about gave it to who reads this" },
	{ "ticket.closed", TMPL_VAR_FLAG, 0, 0, "it is closed" },
	{ "ticket.lines", TMPL_VAR_TEXTS, 0, 0, "what was said last: its lines" },
	{ "ticket.files", TMPL_VAR_TEXTS, 0, 0, "names and sizes of the files that came with that" },
	{ "ticket.unattached", TMPL_VAR_TEXTS, 0, INTERNAL, "names of those files that do not come along" },
	{ "ticket.above", TMPL_VAR_TEXT, 0, 0, "the line above which staff answer; begins with -#-" },
	{ "ticket.from", TMPL_VAR_TEXT, 0, INTERNAL, "who opened it" },
	{ "ticket.address", TMPL_VAR_TEXT, 0, INTERNAL, "his address" },
	{ "ticket.unproven", TMPL_VAR_FLAG, 0, INTERNAL, "nothing proves that the address is his" },
	{ "ticket.left", TMPL_VAR_TEXTS, 0, INTERNAL, "files of an answer that did not go along with it" },
	{ "ticket.notes", TMPL_VAR_TEXTS, 0, INTERNAL, "notes of staff about it, the last ten: who, when, what" },
	{ "ticket.owner", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "address of the member of staff who has it" },
	{ "ticket.about", TMPL_VAR_TEXT, 0, OPTIONAL | INTERNAL, "number of the dossier that it is about" },
	{ "ticket.diagnostics", TMPL_VAR_TEXTS, 0, INTERNAL, "with a new problem: what we know of his mail" },
	{ "desk", TMPL_VAR_OBJECT, DESK, OPTIONAL | STATUS, "staff: why their mail was not sent on" },
	{ "desk.lines", TMPL_VAR_TEXTS, 0, STATUS, "what the mail said, its lines" },
	{ "desk.files", TMPL_VAR_TEXTS, 0, STATUS, "names and sizes of its files, that went nowhere" },
	{ "desk.why.none", TMPL_VAR_FLAG, 0, STATUS, "it answers no ticket" },
	{ "desk.why.two", TMPL_VAR_FLAG, 0, STATUS, "it names more than one" },
	{ "desk.why.unproven", TMPL_VAR_FLAG, 0, STATUS, "it brings no proof from our mail to this address" },
	{ "desk.why.mixed", TMPL_VAR_FLAG, 0, STATUS, "commands and text stood in one mail" },
	{ "desk.why.files", TMPL_VAR_FLAG, 0, STATUS, "commands that need no file came with one, and it can go nowhere" },
	{ "desk.why.empty", TMPL_VAR_FLAG, 0, STATUS, "nothing was written above the line" },
	{ "desk.why.below", TMPL_VAR_FLAG, 0, STATUS, "text stands among or below what is quoted" },
	{ "desk.why.internal", TMPL_VAR_FLAG, 0, STATUS, "it names a member of staff" },
	{ "desk.why.other", TMPL_VAR_FLAG, 0, STATUS, "it holds what is another's, or a piece of our mail to staff" },
	{ "desk.why.closing", TMPL_VAR_FLAG, 0, STATUS, "more than a signature stands below its closing phrase" },
	{ "desk.why.message", TMPL_VAR_FLAG, 0, STATUS, "a mail is attached to it, which cannot be sent on" },
	{ "desk.why.stranger", TMPL_VAR_FLAG, 0, STATUS, "nothing proves the address that it would go to" },
	{ "desk.why.gone", TMPL_VAR_FLAG, 0, STATUS, "who asked has no part in the dossier any more" },
	{ "desk.why.long", TMPL_VAR_FLAG, 0, STATUS, "it is longer, or has more files, than can be sent on" },

	{ "file.name", TMPL_VAR_TEXT, SPOOL, INTERNAL, "name of the file in the spool" },
	{ "file.detail", TMPL_VAR_TEXT, SPOOL, INTERNAL, "why it was refused" },
	{ "file.folder", TMPL_VAR_TEXT, SPOOL, INTERNAL, "the folder it lies in now" },

	{ "outgoing.dead", TMPL_VAR_FLAG, DELIVERY, INTERNAL, "no mail reaches that address any more" },
	{ "outgoing.id", TMPL_VAR_TEXT, DELIVERY, INTERNAL, "our number for the mail that failed" },
	{ "outgoing.to", TMPL_VAR_TEXT, DELIVERY, INTERNAL, "its recipient" },
	{ "outgoing.subject", TMPL_VAR_TEXT, DELIVERY, INTERNAL, "its subject" },
	{ "outgoing.date", TMPL_VAR_TEXT, DELIVERY, INTERNAL, "when it was made, in words" },
	{ "outgoing.reply", TMPL_VAR_TEXT, DELIVERY, INTERNAL, "what the receiving server said" },

	{ "code", TMPL_VAR_OBJECT, OFFICE, 0, "the access code of an office" },
	{ "code.text", TMPL_VAR_TEXT, CODE, 0, "the code: abcd-efgh-ijkl" },
	{ "code.mailto", TMPL_VAR_MAILTO, CODE, 0, "a mail that sends it back" },
	{ "code.wrong", TMPL_VAR_FLAG, 0, 0, "the code that came back is not the right one" },
	{ "code.files", TMPL_VAR_FLAG, 0, 0, "files came along with the code, and wait for a person" },
	{ "code.words", TMPL_VAR_FLAG, 0, 0, "so for a question or command beside it" },
	{ "code.blocked", TMPL_VAR_FLAG, 0, 0, "too many wrong ones came: the code is worth nothing now" },
	{ "wanted", TMPL_VAR_OBJECT, WANTED, 0, "an office that somebody named, or that is added" },
	{ "wanted.name", TMPL_VAR_TEXT, 0, 0, "its name, or its address where we know none" },
	{ "wanted.address", TMPL_VAR_TEXT, 0, 0, "its general address" },
	{ "wanted.known", TMPL_VAR_FLAG, 0, 0, "we know it; it did not confirm its address yet" },
	{ "wanted.confirmed", TMPL_VAR_FLAG, 0, 0, "its address is confirmed" },
	{ "wanted.fresh", TMPL_VAR_FLAG, 0, 0, "it was added just now" },
	{ "wanted.mailed", TMPL_VAR_FLAG, 0, 0, "a welcome with the code goes to it" },
	{ "wanted.add", TMPL_VAR_MAILTO, ADDING, 0, "staff: a mail that adds it" },
	{ "wanted.yes", TMPL_VAR_MAILTO, ADDING, 0, "staff: a mail that says yes" },
	{ "wanted.no", TMPL_VAR_MAILTO, ADDING, 0, "staff: a mail that says no" },
	{ "wanted.barred", TMPL_VAR_FLAG, 0, 0, "it cannot be added: the address is one of our own" },
	{ "colleague", TMPL_VAR_OBJECT, COLLEAGUE, 0, "somebody who mailed from an address of his own" },
	{ "colleague.address", TMPL_VAR_TEXT, 0, 0, "that address" },
	{ "colleague.date", TMPL_VAR_TEXT, 0, 0, "when he mailed, in words" },
	{ "colleague.about", TMPL_VAR_TEXT, 0, OPTIONAL, "the dossier he mailed about" },
	{ "colleague.always", TMPL_VAR_MAILTO, 0, 0, "a mail that accepts him from now on" },
	{ "colleague.once", TMPL_VAR_MAILTO, 0, 0, "a mail that accepts him this time" },
	{ "colleague.never", TMPL_VAR_MAILTO, 0, 0, "a mail that says no" },
	{ "colleague.accepted", TMPL_VAR_FLAG, 0, 0, "he is accepted from now on" },
	{ "colleague.accepted_once", TMPL_VAR_FLAG, 0, 0, "what he mailed is accepted, this time" },
	{ "colleague.unwanted", TMPL_VAR_FLAG, 0, 0, "he is not accepted" },
	{ "digest", TMPL_VAR_OBJECT, OFFICE, 0, "when the overview comes by itself" },
	{ "digest.off", TMPL_VAR_FLAG, 0, 0, "never" },
	{ "digest.daily", TMPL_VAR_FLAG, 0, 0, "each working day" },
	{ "digest.weekly", TMPL_VAR_FLAG, 0, 0, "once a week" },
	{ "digest.time", TMPL_VAR_TEXT, 0, 0, "at this time: 08:00" },
	{ "digest.set_daily", TMPL_VAR_MAILTO, 0, 0, "a mail that asks for it each working day" },
	{ "digest.set_weekly", TMPL_VAR_MAILTO, 0, 0, "a mail that asks for it once a week" },
	{ "digest.set_off", TMPL_VAR_MAILTO, 0, 0, "a mail that wants it no more" },
	{ "digest.ask", TMPL_VAR_MAILTO, 0, 0, "a mail that asks for the overview now" },
	{ "overview", TMPL_VAR_OBJECT, OVERVIEW, STATUS, "the open dossiers of an office, the longest waiting first" },
	COUNTS("overview", STATUS),
	{ "overview.unasked", TMPL_VAR_FLAG, 0, STATUS, "it comes by itself: nobody asked for it now" },
	{ "overview.rest", TMPL_VAR_COUNT, 0, STATUS, "those not closed that stand in the file only" },
	{ "overview.closed", TMPL_VAR_COUNT, 0, STATUS, "closed ones: in the file" },
	{ "overview.attachment", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "name of the file with all of them" },
	{ "overview.list", TMPL_VAR_LIST, 0, STATUS, "each that stands in the mail" },
	{ "overview.list.number", TMPL_VAR_TEXT, 0, STATUS, "its number" },
	{ "overview.list.client", TMPL_VAR_TEXT, 0, STATUS, "the client's name" },
	{ "overview.list.title", TMPL_VAR_TEXT, 0, STATUS, "what it is about" },
	{ "overview.list.state", TMPL_VAR_TEXT, 0, STATUS, "its state" },
	{ "overview.list.since", TMPL_VAR_TEXT, 0, STATUS, "the day since when, in words" },
	{ "overview.list.days", TMPL_VAR_TEXT, 0, STATUS, "for how many days" },
	{ "overview.list.lacking", TMPL_VAR_TEXT, 0, OPTIONAL | STATUS, "how many documents we wait for" },
	{ "overview.list.lacks_one", TMPL_VAR_FLAG, 0, STATUS, "it is one" },
	{ "overview.list.paying", TMPL_VAR_FLAG, 0, STATUS, "we wait for payment by the client" },
	{ "overview.list.busy", TMPL_VAR_FLAG, 0, STATUS, "it is our turn" },

	{ "content", TMPL_VAR_RAW, LAYOUT, 0, "the ready body; {{{content}}}, in a layout only" },
	{ "mail.subject", TMPL_VAR_TEXT, LAYOUT | THREAD, 0, "the mail's own subject: what it is about" },
	{ "mail.about", TMPL_VAR_TEXT, LAYOUT, OPTIONAL,
	  "the same without the number, where the mail goes out with the subject of its thread" },
};
const size_t tmpl_schema_count = sizeof tmpl_schema / sizeof *tmpl_schema;

#define CORRESPONDENT TMPL_AUDIENCE_CORRESPONDENT
#define PAYER TMPL_AUDIENCE_PAYER
#define STAFF TMPL_AUDIENCE_STAFF
#define SENDER TMPL_AUDIENCE_SENDER

const struct tmpl_known tmpl_known[] = {
	{ "aanvraag-bevestigd", DOSSIER, CORRESPONDENT, false, "the request came in; which documents we need" },
	{ "stukken-nodig", DOSSIER, CORRESPONDENT, false, "a document was rejected, added or reopened" },
	{ "stukken-ontbreken", DOSSIER, CORRESPONDENT, false, "reminder: documents are still missing" },
	{ "stukken-compleet", DOSSIER, CORRESPONDENT, false, "all documents are there" },
	{ "te-behandelen", DOSSIER, STAFF, false, "a complete dossier waits for staff" },
	{ "in-behandeling", DOSSIER, CORRESPONDENT, false, "staff have started" },
	{ "betalen", DOSSIER | PAYMENT, PAYER, false, "please pay" },
	{ "betaling-herinnering", DOSSIER | PAYMENT, PAYER, false, "reminder: please pay" },
	{ "betaling-uitgebleven", DOSSIER | PAYMENT, STAFF, false, "the client has not paid" },
	{ "betaling-nakijken", DOSSIER | PAYMENT, STAFF, false, "money came that the dossier does not wait for" },
	{ "betaling-vervallen", DOSSIER | PAYMENT, PAYER, false, "withdrawn or lapsed: no need to pay any more" },
	{ "terugbetaald", DOSSIER | PAYMENT, PAYER, false, "the payer gets his money back" },
	{ "rapport-gereed", DOSSIER, CORRESPONDENT, false, "report and invoice are attached" },
	{ "betaald", DOSSIER | PAYMENT, PAYER, false, "the payment came in; invoice attached" },
	{ "dossier-vervallen", DOSSIER, CORRESPONDENT, false, "the dossier lapsed" },
	{ "ingetrokken", DOSSIER, CORRESPONDENT, false, "the request was withdrawn" },
	{ "ontvangst", DOSSIER | ITEM, SENDER, true, "receipt for documents" },
	{ "verslag", DOSSIER | ITEM | COMMANDS, SENDER, true, "transcript: what became of the commands in a mail" },
	{ "bevestigen", DOSSIER | ITEM | COMMANDS, SENDER, true, "we ask whether commands were meant: ja or nee" },
	{ "status", DOSSIER, SENDER, true, "answer to the command: how the dossier stands" },
	{ "hulp", DOSSIER, SENDER, true, "answer to the command: what can be said" },
	{ "aanvraagformulier", FORM, SENDER, true, "the request form, and what is unclear in the one that came back" },
	{ "aanvraag-ontvangen", DOSSIER, SENDER, true, "the dossier is open; its mail goes to the office" },
	{ "aanvraag-bestaat", DOSSIER, SENDER, true, "the same request came before" },
	{ "formulier", DOSSIER | FORM | ITEM, SENDER, true, "the fields of a workflow's form: with a rule's mail, or alone" },
	{ "formulier-ontvangen", DOSSIER | FORM, SENDER, true, "a workflow's form came back: what was noted, or that late" },
	{ "archief", DOSSIER, SENDER, true, "answer to the command: what was sent and received, with the documents" },
	{ "rapport-opnieuw", DOSSIER, SENDER, true, "answer to the command: report and invoice once more" },
	{ "bijlagen", DOSSIER, CORRESPONDENT, true, "the attachments that did not fit in the mail before" },
	{ "gedeeld", DOSSIER, TMPL_AUDIENCE_CLIENT, true, "the office shares the dossier with the client" },
	{ "alleen-kantoor", DOSSIER, SENDER, true, "the office keeps the dossier to itself: what that means" },
	{ "toegewezen", DOSSIER, STAFF, true, "a dossier was given to one of the staff" },
	{ "betaallink-taak", DOSSIER | PAYMENT, STAFF, true, "the payer asks for a new payment link" },
	{ "adres-bevestigen", DOSSIER, TMPL_AUDIENCE_CLIENT, true, "asks the present address whether another one is right" },
	{ "adres-vraag", 0, SENDER, true, "asks a new address whether it is right; names no dossier" },
	{ "adres-half", 0, SENDER, true, "one of two addresses said yes" },
	{ "adres-gewijzigd", DOSSIER, TMPL_AUDIENCE_CLIENT, true, "what became of a change of address" },
	{ "adres-oud", 0, SENDER, true, "tells an address that another one took its place; names no dossier" },
	{ "adres-taak", DOSSIER, STAFF, true, "staff hear what became of a change of address" },
	{ "vraag-dossier", CHOICE, SENDER, true, "which dossier is this mail for?" },
	{ "ontvangst-algemeen", 0, SENDER, true, "the one neutral acknowledgement to a stranger" },
	{ "hulp-algemeen", 0, SENDER, true, "answer to the command of somebody without a dossier: what can be mailed" },
	{ "ticket-ontvangen", ITEM | TICKET, SENDER, true, "a question or a problem came in: its number" },
	{ "ticket-bericht", ITEM | TICKET, STAFF, true, "a question or a problem, for staff to answer" },
	{ "ticket-antwoord", ITEM | TICKET, SENDER, true, "what staff answered" },
	{ "ticket-beantwoord", ITEM | TICKET, STAFF, true, "a colleague answered" },
	{ "ticket-verslag", ITEM | TICKET | COMMANDS | DESK, SENDER, true, "what became of a mail of staff about a ticket" },
	{ "ticket-retour", ITEM | COMMANDS | DESK, SENDER, true, "a mail of staff that answers nothing goes back" },
	{ "ticket-herinnering", TICKET, STAFF, true, "a question or a problem still waits for an answer" },
	{ "betaalverzoek-taak", DOSSIER | PAYMENT, STAFF, true, "no payment provider: ask the client for the money" },
	{ "vastgehouden", HELD, STAFF, true, "once a day: what waits for a person" },
	{ "vastgehouden-verslag", HELD, SENDER, true, "transcript: what came of what staff said about it" },
	{ "vastgehouden-bevestigen", HELD | ASKED, SENDER, true, "we ask staff whether that was meant: ja or nee" },
	{ "vastgehouden-vraag", DOSSIER | ASKED, SENDER, true, "mail waits that nothing proves: is it yours? ja or nee" },
	{ "vastgehouden-nee", DOSSIER | HELD, STAFF, true, "a party says that a mail is not to be taken in" },
	{ "stuk-geweigerd", DOSSIER | ITEM | DECLINED, SENDER, true, "staff refused a file that waited" },
	{ "quarantaine", TASK, STAFF, true, "an item could not be handled" },
	{ "spool-geweigerd", SPOOL, STAFF, true, "a file in the spool was refused" },
	{ "kantoor-welkom", OFFICE | CODE, TMPL_AUDIENCE_OFFICE, true, "to a new office: its access code, and what it can do" },
	{ "kantoor-bevestigd", OFFICE, TMPL_AUDIENCE_OFFICE, true, "to an office: its address is confirmed" },
	{ "kantoor-code", OFFICE, TMPL_AUDIENCE_OFFICE, true, "to an office: its mail held no code, or a wrong one" },
	{ "kantoor-code-taak", WANTED | ADDING, STAFF, true, "an office sent back too many wrong codes" },
	{ "kantoor-gevraagd", WANTED, SENDER, true, "a request names an office that we do not know, or that is not confirmed" },
	{ "kantoor-taak", WANTED | ADDING, STAFF, true, "a request names an office that we do not know" },
	{ "kantoor-klopt", WANTED | ADDING, SENDER, true, "to staff who wants to add an office: was that meant?" },
	{ "kantoor-toegevoegd", WANTED, SENDER, true, "to staff: what became of adding an office" },
	{ "kantoor-instelling", OFFICE, TMPL_AUDIENCE_OFFICE, true, "to an office: when its overview comes" },
	{ "collega-antwoord", OFFICE | COLLEAGUE, TMPL_AUDIENCE_OFFICE, true, "what it said of a colleague is done" },
	{ "collega-vraag", OFFICE | COLLEAGUE, TMPL_AUDIENCE_OFFICE, true, "may somebody mail for it from his own address?" },
	{ "overzicht", OFFICE | OVERVIEW, TMPL_AUDIENCE_OFFICE, true, "to an office: all its dossiers" },
	{ "aflevering-mislukt", DELIVERY, STAFF, true, "an outgoing mail failed for good" },
	{ "verzending-vastgehouden", DELIVERY, STAFF, true, "mail is held because a limit is reached" },
};
const size_t tmpl_known_count = sizeof tmpl_known / sizeof *tmpl_known;

const struct tmpl_var *tmpl_schema_find(const char *name)
{
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++)
		/* The first letter first: every value of every mail comes by here. */
		if (tmpl_schema[i].name[0] == name[0] && str_eq(tmpl_schema[i].name, name))
			return &tmpl_schema[i];
	return NULL;
}

bool tmpl_schema_type(const char *name, enum tmpl_var_type *type)
{
	const struct tmpl_var *var = tmpl_schema_find(name);
	size_t i, len = strlen(name);

	if (var) {
		*type = var->type;
		return true;
	}
	for (i = 0; i < tmpl_schema_count; i++)
		if (tmpl_schema[i].name[0] == name[0] && strncmp(tmpl_schema[i].name, name, len) == 0 &&
		    tmpl_schema[i].name[len] == '.') {
			*type = TMPL_VAR_OBJECT;
			return true;
		}
	return false;
}

const char *tmpl_schema_nearest(const char *name)
{
	const char *best = NULL;
	unsigned distance, least = 3;
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++) {
		distance = str_distance(tmpl_schema[i].name, name, least);
		if (distance < least) {
			least = distance;
			best = tmpl_schema[i].name;
		}
	}
	return best;
}

const struct tmpl_known *tmpl_known_find(const char *name)
{
	size_t i;

	for (i = 0; i < tmpl_known_count; i++)
		if (str_eq(tmpl_known[i].name, name))
			return &tmpl_known[i];
	return NULL;
}

void tmpl_set_reason(struct arena *arena, struct tmpl_value *item, const char *code)
{
	const char *path = arena_printf(arena, "held.list.reason.%s", code);

	if (!tmpl_schema_find(path))
		path = "held.list.reason.other";
	tmpl_set_bool(arena, item, path + strlen("held.list."), true);
}
