/*
 * A dossier moves to a new version of its rules: each row plays a script under
 * the base text, changes the text, takes the dossier over, plays on, and looks
 * for lines in what came of it.
 */
/* Own. */
#include "tap.h"
#include "flow_play.h"

static const char base[] =
	"workflow zaak \"Zaak\"\n"
	"language nl, en\n"
	"number /\\b20\\d{2}-\\d{5}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"facts {\n"
	"    woning \"Woning\" yes or no default no\n"
	"    soort \"Soort\" one of eenmanszaak, vof, bv\n"
	"    aantal \"Aantal\" number\n"
	"}\n"
	"documents {\n"
	"    bewijs \"Bewijs\" required accept pdf, image match /bewijs/\n"
	"    foto \"Foto {year}\" optional per year last 2 files 0..3 match /foto/\n"
	"    prognose \"Prognose\" required may be absent match /prognose/\n"
	"    bijlage \"Bijlage\" optional files 0..5 match /bijlage/\n"
	"    huur \"Huur\" required if fact woning match /huur/\n"
	"    concept \"Concept\" from staff for approval match /concept/\n"
	"    rapport \"Rapport\" from staff\n"
	"}\n"
	"form vragen \"Vragen\" from client {\n"
	"    soort \"Soort\" one of eenmanszaak, vof, bv\n"
	"    aantal \"Aantal\" number\n"
	"}\n"
	"start open\n"
	"state open \"Open\" {\n"
	"    uploads open\n"
	"    on documents complete, quiet 15 minutes { goto werk }\n"
	"    on document received bijlage, at most 3 times { mail bijlage-binnen }\n"
	"    on slot added, slot reopened, document rejected { mail nodig }\n"
	"    after 2 days, then every 5 days, 4 times { mail herinnering }\n"
	"    after 30 days in dossier { mail vervallen; goto dicht }\n"
	"    on staff take { goto werk }\n"
	"    on staff close { clear fact woning }\n"
	"    on approval asked { mail akkoord }\n"
	"    on approval given, approval refused { mail antwoord to staff }\n"
	"}\n"
	"state werk \"Werk\" {\n"
	"    on enter { request payment 10.00 EUR \"Zaak\" valid 20 days }\n"
	"    on staff finish, payment paid { goto dicht }\n"
	"    every 3 days, 5 times { mail werk to staff }\n"
	"    after 9 days { mail even to staff }\n"
	"    after 9 days { mail even to staff }\n"
	"    on slot reopened { mail nodig; goto open }\n"
	"}\n"
	"state dicht \"Dicht\" final { on slot reopened { mail nodig; goto open } }\n"
	"always {\n"
	"    on client cancel { goto dicht }\n"
	"    every 10 days, 3 times { mail overzicht to staff }\n"
	"    on document received, quiet 30 minutes { mail rustig to staff }\n"
	"    on staff refund { mail terug to staff }\n"
	"}\n"
	"keep 2 years after final\n";

#define OPEN "at 2026-03-02 09:00\nopened\nat 2026-03-02 10:00\n"

static const struct row {
	const char *name;
	const char *before;
	const char *changes; /* lines "FROM => TO"; "\\n" in them is a newline */
	const char *after;
	const char *wanted;  /* lines that the outcome holds; with a '!' in front, that it does not */
} rows[] = {
	{ "nothing has changed", OPEN "doc bewijs bewijs.pdf\n", "", "", "missing: prognose\n"
	  "timer open.4 state due 2026-03-04 09:00 repeat 0\n!cannot" },

	/* What stops it. */
	{ "the state is gone", OPEN "take\n", "state werk \"Werk\" => state bezig \"Werk\"\n"
	  "goto werk => goto bezig", "", "cannot move: state 'werk' is gone\n!==" },
	{ "the state is final now", OPEN "take\n", "state werk \"Werk\" { => state werk \"Werk\" final {", "",
	  "cannot move: state 'werk' is final now" },
	{ "the state is no longer final", OPEN "cancel\n",
	  "state dicht \"Dicht\" final { on => state dicht \"Dicht\" { on staff finish { goto einde } on\n"
	  "always { => state einde \"Einde\" final { }\\nalways {", "",
	  "cannot move: state 'dicht' is no longer final" },
	{ "a slot is gone, though empty", OPEN, "    bijlage \"Bijlage\" => #\n"
	  "on document received bijlage => on document received bewijs", "", "cannot move: slot 'bijlage' is gone" },
	{ "a slot per year is gone: told once", OPEN, "    foto \"Foto => # ", "",
	  "cannot move: slot 'foto' is gone\n!gone\\n  cannot" },
	{ "a slot is called otherwise", OPEN, "    prognose \"Pro => vooruitzicht \"Pro", "",
	  "cannot move: slot 'prognose' is gone" },
	{ "two things stop it: both are told", OPEN "take\n", "state werk \"Werk\" => state bezig \"Werk\"\n"
	  "goto werk => goto bezig\n    prognose \"Pro => vooruitzicht \"Pro", "", "state 'werk' is gone\n"
	  "slot 'prognose' is gone" },
	{ "a slot is per year now", OPEN,
	  "bijlage \"Bijlage\" optional => bijlage \"Bijlage {year}\" optional per year last 2", "",
	  "cannot move: slot 'bijlage' is per year now" },
	{ "a slot is no longer per year", OPEN,
	  "foto \"Foto {year}\" optional per year last 2 => foto \"Foto\" optional", "",
	  "cannot move: slot 'foto' is no longer per year" },
	{ "too many files", OPEN "doc bijlage a.pdf\ndoc bijlage b.pdf\ndoc bijlage c.pdf\n",
	  "files 0..5 => files 0..2", "", "cannot move: slot 'bijlage' has 3 files and takes 2 at most now" },
	{ "so many files as it takes now", OPEN "doc bijlage a.pdf\ndoc bijlage b.pdf\n",
	  "files 0..5 => files 0..2", "doc bijlage c.pdf\n", "held c.pdf: full\n!cannot" },
	{ "an old version does not count", OPEN "doc bijlage a.pdf\ndoc bijlage b.pdf\n"
	  "reject-file bijlage a.pdf slecht\n", "files 0..5 => files 0..1", "", "!cannot" },
	{ "a kind of file is no longer taken", OPEN "doc bijlage a.pdf\n", "files 0..5 => files 0..5 accept image",
	  "", "cannot move: slot 'bijlage' no longer accepts files such as 'a.pdf' (application/pdf)" },
	{ "a rejected file of that kind does not matter", OPEN "doc bijlage a.pdf\nreject bijlage slecht\n",
	  "files 0..5 => files 0..5 accept image", "", "!cannot" },
	{ "declared absent, which it may not be", OPEN "absent prognose nog niet\n",
	  "required may be absent => required", "", "cannot move: slot 'prognose' was declared absent" },
	{ "absent, and optional now", OPEN "absent prognose nog niet\n", "required may be absent => optional", "",
	  "!cannot" },
	{ "may not be absent, and is not", OPEN, "required may be absent => required", "absent prognose nee\n",
	  "may-not-be-absent\n!cannot" },
	{ "a choice that is gone", OPEN "form vragen soort=vof\n", "eenmanszaak, vof, bv => eenmanszaak, bv", "",
	  "cannot move: fact 'soort' is 'vof'" },
	{ "a choice that is not the one", OPEN "form vragen soort=bv\n", "eenmanszaak, vof, bv => eenmanszaak, bv",
	  "", "!cannot\nsoort bv" },
	{ "a fact of another kind", OPEN "form vragen aantal=3\n",
	  "aantal \"Aantal\" number => aantal \"Aantal\" date", "", "cannot move: fact 'aantal' is '3'" },
	{ "a number becomes text", OPEN "form vragen aantal=3\n",
	  "aantal \"Aantal\" number => aantal \"Aantal\" text", "", "aantal 3\n!cannot" },
	{ "a fact that is gone does no harm", OPEN "form vragen aantal=3\n", "    aantal \"Aantal\" number => ", "",
	  "aantal 3\n!cannot" },
	{ "another workflow", OPEN, "workflow zaak => workflow kwestie", "",
	  "cannot move: the workflow is called 'kwestie' now" },

	{ "a pattern for numbers that no longer takes its own", OPEN, "/\\b20 => /\\bPK20\n\"{year}- => \"PK{year}-", "",
	  "cannot move: its number is none of the new pattern" },
	{ "a pattern that takes old numbers as well", OPEN, "/\\b20 => /\\b(?:PK)?20\n\"{year}- => \"PK{year}-", "",
	  "!cannot" },
	{ "the language of its mail is gone", OPEN, "language nl, en => language en", "",
	  "cannot move: its mail is in 'nl', which the workflow no longer speaks\n!speaks\\n  cannot" },
	{ "a language that it does not use is gone", OPEN, "language nl, en => language nl", "", "!cannot" },
	{ "a new required slot, when documents are no longer asked for", OPEN "doc bewijs bewijs.pdf\nabsent prognose\ntake\n",
	  "    concept => paspoort \"Paspoort\" required match /paspoort/\\n concept", "",
	  "cannot move: slot 'paspoort' is required now, and state 'werk' asks for no documents" },
	{ "an optional slot becomes required, too late", OPEN "doc bewijs bewijs.pdf\nabsent prognose\ntake\n",
	  "bijlage \"Bijlage\" optional files 0..5 => bijlage \"Bijlage\" required files 1..5", "",
	  "cannot move: slot 'bijlage' is required now" },
	{ "more files in a slot, too late", OPEN "doc bewijs bewijs.pdf\nabsent prognose\ntake\n",
	  "bewijs \"Bewijs\" required => bewijs \"Bewijs\" required files 2..3", "", "cannot move: slot 'bewijs' is required now" },
	{ "what was missing before is no news", OPEN "take\n",
	  "prognose \"Prognose\" required => prognose \"De prognose\" required", "", "!cannot" },
	{ "a new required slot of a dossier that has ended", OPEN "cancel\n",
	  "    concept => paspoort \"Paspoort\" required match /paspoort/\\n concept", "", "!cannot" },

	/* Slots and facts. */
	{ "a new slot is open, and missing", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "    concept => paspoort \"Paspoort\" required match /paspoort/\\n concept", "", "missing: paspoort\n"
	  "!complete" },
	{ "a new optional slot leaves it complete", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "    concept => paspoort \"Paspoort\" optional match /paspoort/\\n concept", "", ", complete" },
	{ "more years", OPEN, "per year last 2 => per year last 4", "doc foto/2022 foto.jpg\n",
	  "slot foto 2022 delivered" },
	{ "fewer years: what is there stays", OPEN "doc foto/2024 foto.jpg\n", "per year last 2 => per year last 1",
	  "doc foto/2024 foto2.jpg\n", "slot foto 2024 delivered (optional): foto.jpg v1, foto2.jpg v2" },
	{ "an optional slot becomes required", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "bijlage \"Bijlage\" optional files 0..5 => bijlage \"Bijlage\" required files 1..5", "",
	  "missing: bijlage\n!complete" },
	{ "a required slot becomes optional: complete at once", OPEN "doc bewijs bewijs.pdf\n",
	  "prognose \"Prognose\" required may be absent => prognose \"Prognose\" optional", "", ", complete\n"
	  "timer open.1 quiet" },
	{ "what staff asked for stays required", OPEN "extra huur/0\nreopen bijlage\ndoc bewijs bewijs.pdf\n"
	  "absent prognose\n", "bijlage \"Bijlage\" optional => bijlage \"Meer\" optional", "", "missing: bijlage" },
	{ "an extra slot stays", OPEN "extra akte Akte graag\n",
	  "prognose \"Prognose\" required may be absent => prognose \"Prognose\" optional", "doc akte akte.pdf\n",
	  "slot akte delivered" },
	{ "an extra slot becomes one of the rules", OPEN "extra akte Akte graag\ndoc akte akte.pdf\n",
	  "    concept => akte \"De akte\" optional match /akte/\\n concept", "reject akte slecht\n",
	  "slot akte rejected because slecht\n!cannot" },
	{ "an extra slot that the rules have per year", OPEN "extra akte Akte graag\n",
	  "    concept => akte \"De akte {year}\" optional per year last 2 match /akte/\\n concept", "",
	  "cannot move: slot 'akte' is per year now" },
	{ "a new fact has its default", OPEN,
	  "}\\ndocuments => extra \"Extra\" yes or no default yes\\n}\\ndocuments", "", "extra yes" },
	{ "what the rules cleared stays so", OPEN "close\n", "    bijlage => later \"Later\" optional match /later/\\n bijlage", "",
	  "!woning no" },
	{ "another default changes no fact", OPEN, "default no => default yes", "", "facts: woning no" },
	{ "a slot required by a fact", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "required if fact woning => required if not fact woning", "", "missing: huur\n!complete" },
	{ "an approval stays", OPEN "staff-doc concept concept.pdf=C\nask concept\n",
	  "prognose \"Prognose\" required may be absent => prognose \"Prognose\" optional", "give concept C\n",
	  "approval concept C asked\napproval concept C given by jan@example.org" },

	/* Timers. */
	{ "a clause is put in: the timer goes along", OPEN,
	  "    after 2 days, then => on staff close { mail iets }\\n after 2 days, then",
	  "until 2026-03-10 10:00\n", "timer open.5 state due 2026-03-04 09:00 repeat 0\n"
	  "== 2026-03-04 09:00: open\\n  mail herinnering\n!open.4" },
	{ "a clause is taken out", OPEN, "    on slot added, slot reopened, document rejected { mail nodig } => ",
	  "", "timer open.3 state due 2026-03-04 09:00 repeat 0\ntimer open.4 dossier due 2026-04-01 09:00 repeat 0" },
	{ "repeats go on where they were", OPEN "until 2026-03-10 12:00\n",
	  "state open \"Open\" { => state open \"Open\" {\\n on staff close { mail iets }", "",
	  "timer open.5 state due 2026-03-14 09:00 repeat 2" },
	{ "two clauses alike keep their order", OPEN,
	  "    on staff take => after 4 days { mail a }\\n after 4 days { mail a }\\n on staff take", "",
	  "timer open.6 state due 2026-03-06 09:00 repeat 0\ntimer open.7 state due 2026-03-06 09:00 repeat 0" },
	{ "two clauses alike have two timers", OPEN "take\n", "    on staff finish => on staff close { mail iets }\\n on staff finish",
	  "", "timer werk.5 state due 2026-03-11 10:00 repeat 0\ntimer werk.6 state due 2026-03-11 10:00 repeat 0" },
	{ "a reminder reads otherwise: what has passed does not fire", OPEN "until 2026-03-10 12:00\n",
	  "{ mail herinnering } => { mail aanmaning }", "", "timer open.4 state due 2026-03-14 09:00 repeat 2\n"
	  "!mail aanmaning" },
	{ "a shorter term that is over fires once", OPEN "until 2026-03-20 12:00\n",
	  "after 30 days in dossier => after 10 days in dossier", "until 2026-06-01 00:00\n",
	  "== 2026-03-20 12:00: dicht" },
	{ "a term that is over, and not told yet, is told under its new words", OPEN "at 2026-04-20 12:00\n",
	  "{ mail vervallen; goto dicht } => { mail vervallen; note \"t\"; goto dicht }", "until 2026-04-20 13:00\n",
	  "timer open.5 dossier due 2026-04-01 09:00 repeat 0\n: dicht" },
	{ "a term that is over, and under another condition now", OPEN "at 2026-04-20 12:00\n",
	  "after 30 days in dossier { => after 30 days in dossier if not documents complete {",
	  "until 2026-04-20 13:00\n", "== 2026-04-01 09:00: dicht" },
	{ "a reminder that comes sooner now, and is late, comes once", OPEN "until 2026-03-03 12:00\n",
	  "after 2 days, then => after 1 day, then", "until 2026-03-07 12:00\n", "== 2026-03-03 12:00: open\n  mail herinnering\n"
	  "timer open.4 state due 2026-03-08 09:00 repeat 1" },
	{ "a reminder that comes later now waits again", OPEN "at 2026-03-04 12:00\n",
	  "after 2 days, then => after 4 days, then", "", "timer open.4 state due 2026-03-06 09:00 repeat 0\n!mail herinnering" },
	{ "a new term that is over fires once", OPEN "until 2026-03-20 12:00\n",
	  "    on staff take => after 10 days { mail eerder; goto dicht }\\n on staff take", "until 2026-03-20 13:00\n",
	  "== 2026-03-20 12:00: dicht" },
	{ "a reminder that has run its course becomes a term that is over", "at 2026-03-02 09:00\nopened\nat 2026-03-02 10:00\ntake\n"
	  "until 2026-04-20 12:00\n", "after 9 days { mail even to staff } => after 30 days { goto dicht }", "until 2026-04-20 13:00\n",
	  "== 2026-04-20 12:00: dicht" },
	{ "a reminder that has run its course ends the state now", OPEN "take\nuntil 2026-04-20 12:00\n",
	  "after 9 days { mail even to staff } => after 9 days { mail even to staff; goto dicht }", "until 2026-04-20 13:00\n",
	  "== 2026-04-20 12:00: dicht" },
	{ "a new mail that is over does not go", OPEN "until 2026-03-20 12:00\n",
	  "    on staff take => after 10 days { mail eerder }\\n on staff take", "until 2026-03-21 13:00\n",
	  "!mail eerder" },
	{ "a new term of the dossier that was over before the state does not fire", OPEN "until 2026-03-20 12:00\ntake\n",
	  "    on staff finish => after 10 days in dossier { mail eerder; goto dicht }\\n on staff finish",
	  "until 2026-03-20 13:00\n", "!dicht" },
	{ "a longer term fires then", OPEN "until 2026-03-20 12:00\n",
	  "after 30 days in dossier => after 60 days in dossier", "until 2026-05-02 00:00\n",
	  "timer open.5 dossier due 2026-05-01 09:00\n== 2026-05-01 09:00: dicht" },
	{ "what has fired does not fire again", "at 2026-03-02 09:00\nopened\nuntil 2026-03-28 00:00\n",
	  "    on staff take => on staff close { mail iets }\\n on staff take", "until 2026-03-31 09:00\n",
	  "!mail herinnering" },
	{ "a term that is gone ends", OPEN, "    after 30 days in dossier { mail vervallen; goto dicht } => ",
	  "until 2026-06-01 00:00\n", "!dicht\n!vervallen" },
	{ "a term of another state", OPEN, "    after 30 days in dossier { mail vervallen; goto dicht } => \n"
	  "    every 3 days, 5 times => after 30 days in dossier { mail vervallen; goto dicht }\\n every 3 days, 5 times",
	  "", "!dossier due" },
	{ "a new reminder of always", OPEN,
	  "    on client cancel => every 4 days { mail a to staff }\\n on client cancel", "",
	  "timer always.1 state due 2026-03-06 09:00 repeat 0\ntimer always.3 state due 2026-03-12 09:00 repeat 0" },
	{ "a new reminder for a dossier that has ended", OPEN "cancel\n",
	  "    on client cancel => every 4 days { mail a to staff }\\n on client cancel", "", "!always" },
	{ "quiet goes along", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "state open \"Open\" { => state open \"Open\" {\\n on staff close { mail iets }", "",
	  "timer open.2 quiet due 2026-03-02 10:15" },
	{ "quiet that lasts longer now is still waited for", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "quiet 15 minutes => quiet 20 minutes", "until 2026-03-02 11:00\n",
	  "timer open.1 quiet due 2026-03-02 10:15\n== 2026-03-02 10:15: werk" },
	{ "quiet that goes elsewhere now", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "quiet 15 minutes { goto werk } => quiet 15 minutes { goto dicht }", "until 2026-03-02 11:00\n",
	  "== 2026-03-02 10:15: dicht" },
	{ "no quiet any more: complete is told anew", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "on documents complete, quiet 15 minutes => on documents complete", "", "== 2026-03-02 10:00: werk" },
	{ "quiet of always ends with its clause", OPEN "doc bewijs bewijs.pdf\n",
	  "    on document received, quiet 30 minutes { mail rustig to staff } => ", "", "!quiet" },
	{ "quiet ends where something is missing now", OPEN "doc bewijs bewijs.pdf\nabsent prognose\n",
	  "    concept => paspoort \"Paspoort\" required match /paspoort/\\n concept", "", "!open.1 quiet\n"
	  "always.3 quiet" },

	/* Counts, payments, keeping. */
	{ "counts go along", OPEN "doc bijlage a.pdf\n",
	  "state open \"Open\" { => state open \"Open\" {\\n on staff close { mail iets }", "", "count open.3 1" },
	{ "a count of a clause with other actions goes along", OPEN "doc bijlage a.pdf\n",
	  "{ mail bijlage-binnen } => { mail bijlage-ontvangen }", "", "count open.2 1" },
	{ "a count goes along to other numbers", OPEN "doc bijlage a.pdf\n",
	  "on document received bijlage, at most 3 times => on document received bijlage, at most 2 times",
	  "doc bijlage b.pdf\ndoc bijlage c.pdf\n", "count open.2 2" },
	{ "a count ends with its clause", OPEN "doc bijlage a.pdf\n",
	  "    on document received bijlage, at most 3 times { mail bijlage-binnen } => ", "", "!count" },
	{ "a payment and its timer stay", OPEN "take\n", "valid 20 days => valid 40 days", "",
	  "timer payment payment due 2026-03-22 10:00\npaying 1000 requested" },
	{ "another price, and the old one was paid: it is not asked twice", OPEN "take\npaid\nreopen bewijs\n",
	  "request payment 10.00 => request payment 12.00", "take\n",
	  "cannot move: 'Zaak' was paid, 10.00 EUR, and is asked for otherwise now\n!1200" },
	{ "another text for what was paid", OPEN "take\npaid\nreopen bewijs\n",
	  "10.00 EUR \"Zaak\" => 10.00 EUR \"De zaak\"", "take\n",
	  "cannot move: 'Zaak' was paid, 10.00 EUR, and is asked for otherwise now" },
	{ "another price and another text for what was paid", OPEN "take\npaid\nreopen bewijs\n",
	  "10.00 EUR \"Zaak\" => 12.00 EUR \"De zaak\"", "take\n",
	  "cannot move: 'Zaak' was paid, 10.00 EUR, and is asked for otherwise now" },
	{ "paid, and nothing is asked any more", OPEN "take\npaid\nreopen bewijs\n",
	  "on enter { request payment 10.00 EUR \"Zaak\" valid 20 days } => on enter { mail iets }\n"
	  "on staff finish, payment paid => on staff finish", "take\n", "!cannot" },
	{ "paid, then refunded: the new price", OPEN "take\npaid\nreopen bewijs\nrefund\n",
	  "request payment 10.00 => request payment 12.00", "take\n", "!cannot\npaying 1200 requested" },
	{ "another price, and the old one is asked again: for as long as the rules say", OPEN "take\n",
	  "request payment 10.00 => request payment 12.00\n"
	  "    on staff finish, => on payment failed, at most 3 times { request payment again }\\n on staff finish,",
	  "at 2026-03-05 10:00\nfailed\n", "payment 1000 EUR 'Zaak' until 2026-03-25 10:00\n"
	  "timer payment payment due 2026-03-25 10:00" },
	{ "a client's slot becomes the staff's: what is in it was not made by them", OPEN "doc foto/2024 foto.jpg\n",
	  "foto \"Foto {year}\" optional => foto \"Foto {year}\" from staff", "",
	  "cannot move: slot 'foto 2024' holds files, and is from staff now" },
	{ "the other way about", OPEN "staff-doc concept concept.pdf=C\n",
	  "from staff for approval => optional\n"
	  "    on approval asked { mail akkoord } => \n"
	  "    on approval given, approval refused { mail antwoord to staff } => ", "",
	  "cannot move: slot 'concept' holds files, and is from clients now" },
	{ "an empty slot changes hands", OPEN,
	  "foto \"Foto {year}\" optional => foto \"Foto {year}\" from staff", "",
	  "!cannot" },
	{ "what staff approved is for the client to approve now", OPEN "staff-doc rapport r.pdf=R\napprove rapport\n",
	  "rapport \"Rapport\" from staff => rapport \"Rapport\" from staff for approval", "",
	  "cannot move: slot 'rapport' was approved by staff, and is for the client to approve now" },
	{ "what was put to the client is not for approval now", OPEN "staff-doc concept concept.pdf=C\nask concept\n",
	  "from staff for approval => from staff\n    on approval asked { mail akkoord } => \n"
	  "    on approval given, approval refused { mail antwoord to staff } => ", "",
	  "cannot move: slot 'concept' was put to the client for approval, and is not for approval now" },
	{ "what staff put there is for the client to approve now", OPEN "staff-doc rapport r.pdf=R\n",
	  "rapport \"Rapport\" from staff => rapport \"Rapport\" from staff for approval", "ask rapport\ngive rapport R\n",
	  "!cannot\napproval rapport R given by jan@example.org" },
	{ "the term of keeping becomes shorter", OPEN "cancel\n", "keep 2 years => keep 1 years", "",
	  "timer keep keep due 2027-03-02 10:00" },
	{ "the term of keeping becomes longer", OPEN "cancel\n", "keep 2 years => keep 7 years", "",
	  "timer keep keep due 2033-03-02 10:00" },
	{ "a term of keeping that would be over already", OPEN "cancel\nat 2027-06-01 00:00\n",
	  "keep 2 years => keep 1 years", "", "timer keep keep due 2028-03-02 10:00\n!erase" },
	{ "no term of keeping any more", OPEN "cancel\n", "keep 2 years after final => ", "", "!keep keep" },
	{ "not final: no term", OPEN, "keep 2 years => keep 1 years", "", "!keep keep" },
	{ "it goes on under the new rules", OPEN,
	  "{ goto werk }\\n    on document => { goto dicht }\\n    on document", "doc bewijs bewijs.pdf\n"
	  "absent prognose\nuntil 2026-03-02 12:00\n", "== 2026-03-02 10:15: dicht" },
};

/* The text with each "\\n" a newline. */
static char *unescape(struct arena *arena, const char *text, size_t len)
{
	char *out = arena_strndup(arena, text, len), *to = out;
	const char *from = out;

	for (; *from; from++) {
		if (from[0] == '\\' && from[1] == 'n') {
			*to++ = '\n';
			from++;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return out;
}

/* Every place of 'from'; NULL when there is none. */
static const char *replace(struct arena *arena, const char *text, const char *from, const char *to)
{
	const char *hit = strstr(text, from), *rest;

	if (!hit)
		return NULL;
	rest = replace(arena, hit + strlen(from), from, to);
	return arena_printf(arena, "%.*s%s%s", (int)(hit - text), text, to, rest ? rest : hit + strlen(from));
}

/* The base text after the changes; NULL when one finds nothing to change. */
static const char *changed(struct arena *arena, const char *changes)
{
	const char *text = base;

	while (*changes && text) {
		size_t len = strcspn(changes, "\n");
		char *line = arena_strndup(arena, changes, len), *arrow = strstr(line, " => ");

		if (!arrow)
			return NULL;
		text = replace(arena, text, unescape(arena, line, (size_t)(arrow - line)),
			       unescape(arena, arrow + 4, strlen(arrow + 4)));
		changes += len + (changes[len] == '\n');
	}
	return text;
}

static void play_lines(struct play *play, const char *lines)
{
	char *rest = arena_strdup(&play->arena, lines), *line;

	while ((line = strsep(&rest, "\n")))
		script_line(play, line);
	run_item(play);
}

static bool holds(struct play *play, const char *wanted)
{
	bool good = true;

	while (*wanted) {
		size_t len = strcspn(wanted, "\n");
		bool not = *wanted == '!';
		char *line = unescape(&play->arena, wanted + not, len - not);

		if (!strstr(play->out.data, line) != not) {
			printf("# %s: %s\n", not ? "is there" : "is not there", line);
			good = false;
		}
		wanted += len + (wanted[len] == '\n');
	}
	return good;
}

static void test_row(const struct row *row)
{
	struct play play;
	const char *text;
	bool good;

	play_init(&play);
	text = changed(&play.arena, row->changes);
	play.program = program_from("base.rules", base);
	if (!tap_ok(text && play.program, "%s: the rules are there", row->name)) {
		play_free(&play);
		return;
	}
	play_lines(&play, row->before);
	buf_reset(&play.out);
	play_takeover(&play, program_from("changed.rules", text));
	play_lines(&play, row->after);
	good = !play.failed && holds(&play, row->wanted);
	if (!tap_ok(good, "%s", row->name))
		printf("# %s\n", play.out.data);
	play_free(&play);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	return tap_done();
}
