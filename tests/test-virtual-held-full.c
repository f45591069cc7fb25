/*
 * A file for a document that has all the files it takes: it waits, is let
 * through in the place of one that is there, which is kept as an older version,
 * or is refused. What the client approved is replaced by asking him again.
 */
/* Own. */
#include "tap.h"
#include "virtual_held.h"

static const char rules[] =
	"workflow inkomensverklaring \"Akkoord\"\nlanguage nl, en\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n"
	"  bundel \"Bundel\" from staff for approval accept pdf files 0..2 match /bundel/i\n"
	"  cijfers \"Cijfers\" required files 1..2 match /cijfers/i\n"
	"  bonnen \"Bonnen\" optional files 0..2 match /bonnen/i\n"
	"  paspoort \"Paspoort\" optional match /paspoort/i\n"
	"  foto \"Foto\" required match /foto/i\n"
	"}\n"
	"start a\n"
	"state a \"A\" {\n  uploads open\n"
	"  on approval asked bundel { mail in-behandeling attach bundel }\n"
	"  on approval given bundel if approval bundel given { mail te-behandelen to staff }\n"
	"  on approval refused { mail te-behandelen to staff }\n"
	"  on staff take { goto c }\n  after 300 days { goto b }\n}\n"
	"state c \"C\" {\n  uploads open\n  on staff close { goto a }\n  after 300 days { goto b }\n}\n"
	"state b \"B\" final { on enter { mail stukken-compleet } }\n";

static const char *begin(struct play *p)
{
	static const struct play_options options = { .rules = rules, .authentication = true };
	const char *number;

	play_open(p, &options);
	number = play_dossier(p, (struct engine_opening){ 0 });
	play_mails(p);
	return number;
}

static void send(struct play *p, const char *from, const char *subject, const char *text, const char *file, const char *second)
{
	play_post(p, &(struct post){ .top = trace(p, PASS, strchr(from, '@') + 1), .from = from, .subject = subject, .text = text,
				     .files = { { .name = file }, { .name = second } } });
}

/* What the dossier holds, older versions too, and how its approvals stand. */
static const char *standing(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	const char *list = play_papers(p, number);
	size_t i;

	for (i = 0; i < d->approval_count; i++)
		list = arena_printf(&p->arena, "%s %s", list, approval_state_word(d->approvals[i].state));
	return list;
}

/* Three files where two fit; the third waits as item 2. */
static const char *begin_full(struct play *p)
{
	const char *number = begin(p);

	send(p, JAN, number, "x", "cijfers 1.pdf", "cijfers 2.pdf");
	send(p, JAN, number, "x", "cijfers 3.pdf", NULL);
	tap_is_str(standing(p, number), "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf held:cijfers 3.pdf(full)", "a third file waits");
	virtual_advance(p->v, MINUTES(11));
	play_mails(p);
	return number;
}

/* ---- by mail ---- */

static const struct row {
	const char *name, *text, *standing, *mails, *told, *state;
} rows[] = {
	{ "without a word of that", "vrijgeven 2", "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf held:cijfers 3.pdf(full)",
	  "vastgehouden-verslag>els", "vrijgeven 2/3 in plaats van cijfers 1.pdf", "held full" },
	{ "in the place of one", "vrijgeven 2 in plaats van cijfers 2.pdf",
	  "a cijfers=cijfers 1.pdf cijfers=old:cijfers 2.pdf cijfers=cijfers 3.pdf", "ontvangst>jan vastgehouden-verslag>els",
	  "gedaan", "processed released" },
	{ "by its numbers, as people type names", "Vrijgeven 2/3 in plaats van CIJFERS  1.pdf.",
	  "a cijfers=old:cijfers 1.pdf cijfers=cijfers 2.pdf cijfers=cijfers 3.pdf", "ontvangst>jan vastgehouden-verslag>els",
	  "gedaan", "processed released" },
	{ "in English", "release 2 instead of cijfers 1.pdf",
	  "a cijfers=old:cijfers 1.pdf cijfers=cijfers 2.pdf cijfers=cijfers 3.pdf", "ontvangst>jan vastgehouden-verslag>els",
	  "gedaan", "processed released" },
	{ "by the number of the older one", "vrijgeven 2 in plaats van 2",
	  "a cijfers=cijfers 1.pdf cijfers=old:cijfers 2.pdf cijfers=cijfers 3.pdf", "ontvangst>jan vastgehouden-verslag>els",
	  "gedaan", "processed released" },
	{ "in the place of none that is there", "vrijgeven 2 in plaats van cijfers 9.pdf",
	  "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf held:cijfers 3.pdf(full)", "vastgehouden-verslag>els",
	  "geen bestand met die naam", "held full" },
	{ "in the place of itself", "vrijgeven 2 in plaats van cijfers 3.pdf",
	  "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf held:cijfers 3.pdf(full)", "vastgehouden-verslag>els",
	  "geen bestand met die naam", "held full" },
	{ "as another document", "vrijgeven 2 als foto", "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf foto=cijfers 3.pdf",
	  "ontvangst>jan vastgehouden-verslag>els", "gedaan", "processed released" },
	{ "as another document, in the place of what is elsewhere", "vrijgeven 2 als foto in plaats van cijfers 1.pdf",
	  "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf held:cijfers 3.pdf(full)", "vastgehouden-verslag>els",
	  "laat in plaats van weg", "held full" },
	{ "refused", "weigeren 2: te veel", "a cijfers=cijfers 1.pdf cijfers=cijfers 2.pdf held:cijfers 3.pdf(refused)",
	  "stuk-geweigerd>jan vastgehouden-verslag>els", "gedaan", "processed released" },
};

static void test_row(const struct row *row)
{
	const char *number;
	struct play p;

	number = begin_full(&p);
	answer(&p, PASS, ELS, row->text);
	tap_is_str(standing(&p, number), row->standing, "%s: what stands", row->name);
	tap_is_str(play_mails(&p), row->mails, "%s: what is mailed", row->name);
	says(&p, ELS, row->told, row->name);
	tap_is_str(state(&p, 2), row->state, "%s: the item", row->name);
	play_well(&p, row->name);
	play_close(&p);
}

/* Who is not proven is asked, and the words that he is asked about are those that run. */
static void test_confirmed(void)
{
	const char *number;
	struct play p;

	number = begin_full(&p);
	mail(&p, PASS, ELS, "post", "vrijgeven 2/3 in plaats van cijfers 1.pdf", NULL);
	says(&p, ELS, "vrijgeven 2/3 in plaats van cijfers 1.pdf", "he is asked");
	tap_is_str(state(&p, 2), "held full", "and nothing is done");
	answer(&p, PASS, ELS, "ja");
	tap_is_str(standing(&p, number), "a cijfers=old:cijfers 1.pdf cijfers=cijfers 2.pdf cijfers=cijfers 3.pdf", "until ja");
	play_close(&p);
}

/* Two that are called the same are told apart by their numbers; the bytes of the older version can still be had. */
static void test_same_names(void)
{
	const struct slot *slot;
	const char *number;
	struct play p;

	number = begin(&p);
	send(&p, JAN, number, "x", "cijfers.pdf", NULL);
	play_post(&p, &(struct post){ .top = trace(&p, PASS, "client.example"), .subject = number, .text = "x",
				      .files = { { .name = "cijfers.pdf", .data = SENT_AGAIN } } });
	send(&p, JAN, number, "x", "cijfers 3.pdf", NULL);
	virtual_advance(p.v, MINUTES(11));
	answer(&p, PASS, ELS, "vrijgeven 3 in plaats van cijfers.pdf");
	says(&p, ELS, "vrijgeven 3/3 in plaats van 1", "each by its number");
	says(&p, ELS, "vrijgeven 3/3 in plaats van 2", "the other too");
	answer(&p, PASS, ELS, "vrijgeven 3/3 in plaats van 2");
	tap_is_str(standing(&p, number), "a cijfers=cijfers.pdf cijfers=old:cijfers.pdf cijfers=cijfers 3.pdf", "and that one goes");
	slot = dossier_slot(play_look(&p, number), "cijfers", 0);
	tap_is_str(play_bytes(&p, number, slot->documents[1].id), SENT_AGAIN, "what it held is kept");
	tap_is_int(slot->documents[2].version, 3, "as an older version");
	play_well(&p, "same names");
	play_close(&p);
}

/* Several at once have no one place. */
static void test_several(void)
{
	const char *number;
	struct play p;

	number = begin(&p);
	send(&p, JAN, number, "x", "cijfers 1.pdf", "cijfers 2.pdf");
	send(&p, JAN, number, "x", "cijfers 3.pdf", "cijfers 4.pdf");
	virtual_advance(p.v, MINUTES(11));
	play_mails(&p);
	answer(&p, PASS, ELS, "vrijgeven 2 in plaats van cijfers 1.pdf");
	says(&p, ELS, "er wachten meer bestanden; zeg welk", "not done");
	answer(&p, PASS, ELS, "vrijgeven 2/3 in plaats van cijfers 1.pdf\nvrijgeven 2/4 in plaats van cijfers 2.pdf");
	tap_is_str(standing(&p, number),
		   "a cijfers=old:cijfers 1.pdf cijfers=old:cijfers 2.pdf cijfers=cijfers 3.pdf cijfers=cijfers 4.pdf", "each by itself");
	tap_is_str(state(&p, 2), "processed released", "and the item waits no more");
	play_well(&p, "several");
	play_close(&p);
}

static void send_as(struct play *p, const char *number, const char *text, const char *name, const char *bytes)
{
	play_post(p, &(struct post){ .top = trace(p, PASS, "client.example"), .subject = number, .text = text,
				     .files = { { .name = name, .data = bytes } } });
}

/* The words that are offered keep what he said it is: where it would go by itself there may be a file of that name, too. */
static void test_other_document(void)
{
	const char *number;
	struct play p;

	number = begin(&p);
	send_as(&p, number, "dit is cijfers", "scan.pdf", SENT_AGAIN);
	send(&p, JAN, number, "x", "cijfers 2.pdf", NULL);
	send_as(&p, number, "dit is bonnen", "scan.pdf", SENT_AGAIN "\n");
	send(&p, JAN, number, "x", "bonnen 2.pdf", NULL);
	send(&p, JAN, number, "x", "bonnen 3.pdf", NULL);
	virtual_advance(p.v, MINUTES(11));
	answer(&p, PASS, ELS, "vrijgeven 5 als cijfers");
	says(&p, ELS, "vrijgeven 5/5 als cijfers in plaats van scan.pdf", "another document: the words name it");
	answer(&p, PASS, ELS, "vrijgeven 5/5 als cijfers in plaats van scan.pdf");
	tap_is_str(standing(&p, number),
		   "a cijfers=old:scan.pdf cijfers=cijfers 2.pdf cijfers=bonnen 3.pdf bonnen=scan.pdf bonnen=bonnen 2.pdf",
		   "another document: the file of that one makes room");
	play_well(&p, "another document");
	play_close(&p);
}

/* The words that are offered are understood, however a file is called. */
static void test_names(void)
{
	static const char *const names[] = {
		("Jaarstukken van de besloten vennootschap De Vries Holding over het jaar 2024 met alle bijlagen en toelichting, "
		"definitief, versie 3 (goed).pdf"),
		"oud\xc2\xa0stuk  1.pdf", "als dit in plaats van dat.pdf", "wel of niet?!.", "\\\"oud\\\".pdf", "12:30 stuk.pdf", " ",
	};
	const char *number, *words;
	struct play p;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		number = begin(&p);
		send_as(&p, number, "dit is cijfers", names[i], SENT_AGAIN);
		send(&p, JAN, number, "x", "cijfers 2.pdf", NULL);
		send(&p, JAN, number, "x", "cijfers 3.pdf", NULL);
		virtual_advance(p.v, MINUTES(11));
		answer(&p, PASS, ELS, "vrijgeven 3");
		words = strstr(told(&p, ELS), "- vrijgeven 3/3");
		answer(&p, PASS, ELS, words ? arena_strndup(&p.arena, words + 2, (size_t)(strstr(words, " (dossier@") - words - 2)) : "");
		tap_is_str(play_item(&p), "processed desk", "'%s' is understood", names[i]);
		tap_ok(!dossier_slot(play_look(&p, number), "cijfers", 0)->documents[0].current, "'%s' makes room", names[i]);
		play_close(&p);
	}
}

/* ---- what staff, and the client, approved ---- */

static void test_approved_by_staff(void)
{
	const char *number;
	struct play p;

	number = begin(&p);
	send(&p, JAN, number, "x", "paspoort.pdf", NULL);
	mail(&p, PASS, ELS, number, "goedkeuren paspoort", NULL);
	answer(&p, PASS, ELS, "ja");
	send(&p, JAN, number, "x", "paspoort nieuw.pdf", NULL);
	tap_is_str(standing(&p, number), "a paspoort=paspoort.pdf held:paspoort nieuw.pdf(full)", "A35 what staff approved is locked");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(order(&p, (struct engine_held_order){ .item = 4 }), "not full", "A35 also for who lets it through without a word");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 4, .replaces = "paspoort.pdf" }), "done",
		   "A35 staff say in the place of which");
	tap_is_str(standing(&p, number), "a paspoort=old:paspoort.pdf paspoort=paspoort nieuw.pdf", "A35 and the older one is kept");
	tap_is_int(dossier_slot(play_look(&p, number), "paspoort", 0)->status, SLOT_DELIVERED, "A35 the new one is not approved yet");
	play_well(&p, "approved by staff");
	play_close(&p);
}

/* A bundle of two that the client approved, and a third file that waits. */
static const char *begin_bundle(struct play *p)
{
	const char *number = begin(p);

	mail(p, PASS, ELS, number, "notitie: begin", NULL);
	answer(p, PASS, ELS, "ja");
	send(p, ELS, subject_to(p, ELS), "ter accordering bundel", "bundel 1.pdf", "bundel 2.pdf");
	answer(p, PASS, JAN, "akkoord");
	send(p, ELS, subject_to(p, ELS), "ter accordering bundel", "bundel 3.pdf", NULL);
	tap_is_str(standing(p, number), "a bundel=bundel 1.pdf bundel=bundel 2.pdf held:bundel 3.pdf(full) given given",
		   "what the client approved stays, and the third file waits");
	says(p, ELS, "zeg in uw antwoord daarop in de plaats van welk bestand het komt", "staff are told how to go on");
	virtual_advance(p->v, HOURS(2));
	play_mails(p);
	return number;
}

static void test_approved_by_client(void)
{
	const char *number;
	int64_t item;
	struct play p;

	number = begin_bundle(&p);
	item = play_look(&p, number)->held[0].document.item;
	answer(&p, PASS, ELS, arena_printf(&p.arena, "vrijgeven %lld in plaats van bundel 2.pdf", (long long)item));
	tap_is_str(standing(&p, number), "a bundel=bundel 1.pdf bundel=old:bundel 2.pdf bundel=bundel 3.pdf given void asked",
		   "it is put to the client in the place of one");
	tap_is_str(play_mails(&p), "in-behandeling>jan vastgehouden-verslag>els", "who is asked for that");
	answer(&p, PASS, JAN, "akkoord");
	tap_is_str(standing(&p, number), "a bundel=bundel 1.pdf bundel=old:bundel 2.pdf bundel=bundel 3.pdf given void given",
		   "and approves it");
	tap_is_int(dossier_slot(play_look(&p, number), "bundel", 0)->status, SLOT_APPROVED, "all of it");
	tap_is_str(state(&p, item), "processed released", "nothing waits");
	play_well(&p, "approved by the client");
	play_close(&p);
}

/* What he was asked about and has not answered: he would approve what is not there any more, and never see this one. */
static void test_asked(void)
{
	const char *number, *words;
	struct play p;

	number = begin(&p);
	mail(&p, PASS, ELS, number, "notitie: begin", NULL);
	answer(&p, PASS, ELS, "ja");
	send(&p, ELS, subject_to(&p, ELS), "ter accordering bundel", "bundel 1.pdf", "bundel 2.pdf");
	send(&p, ELS, subject_to(&p, ELS), "ter accordering bundel", "bundel 3.pdf", NULL);
	virtual_advance(p.v, HOURS(2));
	play_mails(&p);
	words = arena_printf(&p.arena, "vrijgeven %lld in plaats van bundel 2.pdf", (long long)item_at(&p, 3)->id);
	answer(&p, PASS, ELS, words);
	tap_is_str(standing(&p, number), "a bundel=bundel 1.pdf bundel=old:bundel 2.pdf bundel=bundel 3.pdf asked void asked",
		   "asked, not answered: the new one is put to him, too");
	tap_is_str(play_mails(&p), "in-behandeling>jan vastgehouden-verslag>els", "asked, not answered: he is told");
	answer(&p, PASS, JAN, "akkoord");
	tap_is_int(dossier_slot(play_look(&p, number), "bundel", 0)->status, SLOT_APPROVED, "asked, not answered: he approves it");
	play_well(&p, "asked");
	play_close(&p);
}

/* Where nobody would hear of it his approval stays as it is. */
static void test_unheard(void)
{
	const char *number, *before;
	int64_t item;
	struct play p;

	number = begin_bundle(&p);
	item = play_look(&p, number)->held[0].document.item;
	mail(&p, PASS, ELS, number, "in behandeling", NULL);
	answer(&p, PASS, ELS, "ja");
	before = standing(&p, number);
	tap_is_str(order(&p, (struct engine_held_order){ .item = item, .replaces = "bundel 2.pdf" }), "not state", "it is refused");
	tap_is_str(standing(&p, number), before, "what he approved stays, and the file waits");
	tap_is_str(state(&p, item), "held full", "as before");
	play_close(&p);
}

/* What no dossier has taken in yet takes nobody's place: it is not let through by half. */
static void test_not_taken_in(void)
{
	const char *number;
	struct play p;

	number = begin(&p);
	mail(&p, FAIL, JAN, number, "x", "cijfers 1.pdf");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .replaces = "cijfers 2.pdf" }), "not first", "not done");
	tap_is_str(state(&p, 1), "held unauthenticated", "it waits as before");
	virtual_advance(p.v, MINUTES(11));
	play_mails(&p);
	answer(&p, PASS, ELS, "vrijgeven 1 in plaats van cijfers 2.pdf");
	says(&p, ELS, "deze post is nog niet doorgelaten; zeg eerst alleen vrijgeven en het nummer", "staff read what comes first");
	tap_is_str(state(&p, 1), "held unauthenticated", "and it waits");
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	test_confirmed();
	test_same_names();
	test_several();
	test_other_document();
	test_names();
	test_asked();
	test_approved_by_staff();
	test_approved_by_client();
	test_unheard();
	test_not_taken_in();
	return tap_done();
}
