/*
 * Who gets what, and what people settle for themselves: design.md §2 sentence by
 * sentence, the commands about visibility, archive, report, whose a dossier is,
 * partners, several addresses, and a change of address.
 */
/* Base. */
#include "base/addr.h"

/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"
#define SPF "spf=pass smtp.mailfrom"
#define PIET "piet@pentrax.example"
#define JAN_NEW "jan.jansen@nieuw.example"
#define LIES "lies@client.example"

/* ---- words for what people do ---- */

static void deliver(struct play *p, const char *from, const char *number, const char *file)
{
	play_post(p, &(struct post){ .from = from, .subject = number, .text = "", .files = { { .name = file } } });
}

static void not_told(struct play *p, const char *address, const char *words, const char *what)
{
	const struct virtual_sent *sent = play_last_to(p, address);
	const char *text = sent ? play_text(p, sent) : "";

	if (!tap_ok(strstr(text, words) == NULL, "%s", what))
		printf("#   found: %s\n#   in: %s\n", words, text);
}

/* The names of the files in the last mail to somebody. */
static const char *files_to(struct play *p, const char *address)
{
	const struct mail *mail = play_read(p, play_last_to(p, address));
	const char *list = "";
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_ATTACHMENT)
			list = arena_printf(&p->arena, "%s%s%s", list, *list ? " " : "", mail->parts[i].name);
	return list;
}

static void deliver_all(struct play *p, const char *from, const char *number)
{
	play_post(p, &(struct post){ .from = from, .subject = number, .text = "niet aanwezig prognose",
				     .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" }, { .name = "aangifte 2024.pdf" },
						{ .name = "aangifte 2025.pdf" }, { .name = "jaarcijfers 2023.pdf" },
						{ .name = "jaarcijfers 2024.pdf" }, { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p->v, MINUTES(16));
}

/* Up to the payment; report and invoice are there, and nobody but staff has them. */
static void finish(struct play *p, const char *from, const char *number)
{
	deliver_all(p, from, number);
	play_say(p, ELS, "in behandeling");
	play_post(p, &(struct post){ .from = ELS, .subject = play_subject(p, ELS), .text = "klaar",
				     .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
}

static const struct engine_opening with_office = { .office = OFFICE, .office_name = "Kantoor De Hoek" };

static const char *office_dossier(struct play *p, bool only, bool copy)
{
	struct engine_opening opening = with_office;

	opening.office_only = only;
	opening.copy = copy;
	return play_dossier(p, opening);
}

/* ---- design §2 ---- */

static void test_copies(void)
{
	struct play p;
	const char *number;
	const struct mail *copy, *original;

	play_open(&p, NULL);
	number = office_dossier(&p, false, true);
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info aanvraag-bevestigd>jan", "the office, and a copy for who asked for one");
	copy = play_read(&p, play_last_to(&p, JAN));
	original = play_read(&p, play_last_to(&p, OFFICE));
	tap_ok(!str_eq(copy->message_id, original->message_id), "each its own Message-ID");
	tap_ok(!str_eq(copy->subject, original->subject), "each its own token");
	tap_ok(copy->cc.count == 1 && str_eq(copy->cc.list[0].addr, OFFICE) && str_eq(copy->to.list[0].addr, JAN),
	       "the copy names the office");
	tap_ok(original->cc.count == 1 && str_eq(original->cc.list[0].addr, JAN), "and the other one the client");
	play_told(&p, JAN, "U krijgt deze mail als kopie", "the copy says that it is one");
	deliver(&p, OFFICE, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "ontvangst>info", "receipts are never copied");
	play_say(&p, OFFICE, "status");
	tap_is_str(play_mails(&p), "status>info", "nor are answers");
	play_say(&p, JAN, "kopie uit");
	play_mails(&p);
	deliver_all(&p, OFFICE, number);
	tap_is_str(play_mails(&p), "ontvangst+verslag>info stukken-compleet>info te-behandelen>els", "no copies any more");
	play_say(&p, JAN, "language en");
	play_told(&p, JAN, "language en: done", "each in his own language");
	play_say(&p, OFFICE, "status");
	play_told(&p, OFFICE, "Zo staat het met dossier", "the office in its own");
	play_close(&p);
}

static void test_payment(bool only)
{
	const char *what = only ? "office only" : "shared";
	struct play p;
	const char *number;
	struct err err = ERR_INIT;

	play_open(&p, NULL);
	number = office_dossier(&p, only, !only);
	finish(&p, OFFICE, number);
	play_mails(&p);
	if (engine_payment(p.engine, number, NULL, EVENT_PAYMENT_READY, "https://pay.example/geheim", &err))
		play_bail("payment", &err);
	virtual_settle(p.v);
	tap_is_str(play_mails(&p), "betalen>jan", "%s: payment mail goes to the payer alone", what);
	play_told(&p, JAN, "Kantoor De Hoek", "with the name of his office");
	play_told(&p, JAN, "149,00", "and the amount");
	not_told(&p, JAN, "In behandeling", "and no state");
	not_told(&p, JAN, "Kopie legitimatiebewijs", "and no documents");
	play_say(&p, OFFICE, "status");
	play_told(&p, OFFICE, "Wij wachten op de betaling door de klant", "all the office sees is that we wait");
	not_told(&p, OFFICE, "149", "no amount");
	not_told(&p, OFFICE, "pay.example", "no link");
	play_say(&p, OFFICE, "archief");
	not_told(&p, OFFICE, "betaling", "no payment mail in its archive");
	play_mails(&p);
	virtual_advance(p.v, DAYS(20));
	tap_is_str(play_mails(&p), "betaling-herinnering>jan", "%s: reminders likewise", what);
	play_close(&p);
}

static void test_office_alone(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = office_dossier(&p, true, false);
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info", "what an office keeps to itself: nothing to the client");
	deliver_all(&p, OFFICE, number);
	virtual_advance(p.v, DAYS(10));
	tap_ok(play_last_to(&p, JAN) == NULL, "nothing while it runs");
	play_close(&p);
}

/* What Jan hears about a hidden dossier, and about one that does not exist, word for word. */
static const char *heard(const char *number_of, const char *text, bool file, bool other)
{
	static struct arena kept = ARENA_INIT;
	struct play p;
	const char *number, *answer;
	size_t before, i, heard = 0;

	play_open(&p, &(struct play_options){ .seed = 5 });
	number = office_dossier(&p, true, false);
	if (other)
		play_dossier(&p, (struct engine_opening){ 0 });
	before = virtual_sent_count(p.v);
	play_post(&p, &(struct post){ .from = JAN, .subject = arena_printf(&p.arena, "Dossier %s", number_of ? number_of : number),
				      .text = text, .files = { { .name = file ? "paspoort.pdf" : NULL } } });
	virtual_advance(p.v, DAYS(1));
	answer = "silence";
	for (i = before; i < virtual_sent_count(p.v); i++)
		if (str_eq(virtual_sent_at(p.v, i)->to, JAN))
			answer = arena_printf(&p.arena, "%s|%zu", play_text(&p, virtual_sent_at(p.v, i)), ++heard);
	answer = arena_strdup(&kept, answer);
	play_close(&p);
	return answer;
}

static void test_as_none(void)
{
	static const char *const texts[] = { "status", "archief", "rapport", "hulp", "vraag: hoe staat het?", "kopie aan",
					     "delen met klant", "annuleren", "nieuwe betaallink", "Hoe gaat het ermee?", "" };
	size_t i;
	int other;

	for (other = 0; other < 2; other++)
		for (i = 0; i < sizeof texts / sizeof *texts; i++) {
			const char *hidden = heard(NULL, texts[i], !*texts[i], other), *none = heard("2026-00099-C", texts[i], !*texts[i], other);

			if (!tap_ok(str_eq(hidden, none), "a hidden number is as one that does not exist: '%s'%s", texts[i],
				    other ? ", to a client with another dossier" : ""))
				printf("#   hidden: %s\n#   none:   %s\n", hidden, none);
		}
}

/* ---- sharing and keeping ---- */

static void test_hide(void)
{
	struct play p;
	const char *number, *subject;
	size_t before;

	play_open(&p, NULL);
	number = office_dossier(&p, false, true);
	subject = play_subject(&p, JAN);
	deliver(&p, JAN, number, "paspoort.pdf");
	deliver(&p, JAN, number, "aangifte 2023.pdf");
	play_mails(&p);
	before = virtual_sent_count(p.v);
	play_write(&p, OFFICE, number, "alleen kantoor");
	tap_is_str(play_mails(&p), "bevestigen>info", "without its token it is asked first");
	play_say(&p, OFFICE, "ja");
	tap_is_str(play_mails(&p), "verslag+alleen-kantoor>info", "with it, it is done");
	tap_ok(play_look(&p, number)->office_only, "the dossier is the office's");
	play_told(&p, OFFICE, "Wat uw klant al kreeg", "the office hears what the client has seen");
	play_told(&p, OFFICE, "2 maart 2026: Dossier 2026-00001-T: uw aanvraag is bevestigd", "mail by mail");
	virtual_advance(p.v, MINUTES(30));
	tap_is_str(play_mails(&p), "", "a receipt that waited does not go to the client any more");
	play_post(&p, &(struct post){ .from = JAN, .subject = subject, .text = "status" });
	tap_is_str(play_item(&p), "held stranger", "his old mails are worth nothing");
	play_post(&p, &(struct post){ .from = JAN, .subject = subject, .text = "annuleren" });
	tap_is_str(play_item(&p), "held stranger", "nor his commands");
	tap_ok(virtual_sent_count(p.v) - before <= 3, "he hears the one neutral answer at most");
	play_mails(&p);
	deliver_all(&p, OFFICE, number);
	tap_is_str(play_mails(&p), "ontvangst+verslag>info stukken-compleet>info te-behandelen>els vastgehouden-vraag>info "
		   "vastgehouden>els", "no copies");
	play_say(&p, OFFICE, "alleen kantoor");
	play_told(&p, OFFICE, "dat was al zo", "again: it was so");
	play_say(&p, OFFICE, "delen met klant");
	tap_is_str(play_mails(&p), "gedeeld>jan verslag>info verslag>info", "shared: the client is told");
	play_told(&p, JAN, "Kantoor De Hoek regelt voor u de aanvraag", "who does it");
	play_told(&p, JAN, "Kopie legitimatiebewijs ontvangen - paspoort.pdf", "and how it stands");
	play_say(&p, JAN, "status");
	tap_is_str(play_mails(&p), "status>jan", "and may ask");
	play_well(&p, "hide and share");
	play_close(&p);
}

static void test_share_refused(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_say(&p, JAN, "alleen kantoor");
	play_told(&p, JAN, "deze opdracht kan alleen een ander geven", "a client cannot");
	play_say(&p, JAN, "toewijzen Els");
	tap_ok(!play_look(&p, number)->assigned, "nor give it to one of staff: these are words to him");
	play_close(&p);
}

/* ---- archive, report, payment link ---- */

static void test_archive(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = office_dossier(&p, false, false);
	play_say(&p, OFFICE, "rapport");
	play_told(&p, OFFICE, "er is nog niets verstuurd", "no report yet");
	finish(&p, JAN, number);
	play_say(&p, ELS, "notitie: geheime gedachte");
	play_say(&p, OFFICE, "rapport");
	play_told(&p, OFFICE, "er is nog niets verstuurd", "what was made and not mailed stays here");
	play_say(&p, OFFICE, "archief");
	tap_is_str(files_to(&p, OFFICE), "paspoort.pdf aangifte 2023.pdf aangifte 2024.pdf aangifte 2025.pdf jaarcijfers 2023.pdf "
		   "jaarcijfers 2024.pdf jaarcijfers 2025.pdf", "the archive has the documents, and not what was not mailed");
	play_told(&p, OFFICE, "aangifte 2024.pdf (Aangifte inkomstenbelasting 2024)", "and lists them");
	not_told(&p, OFFICE, "geheime gedachte", "no notes");
	not_told(&p, OFFICE, "factuur", "no invoice before it went out");
	play_say(&p, ELS, "betaald");
	play_mails(&p);
	play_say(&p, OFFICE, "rapport");
	tap_is_str(play_mails(&p), "rapport-opnieuw>info", "the report again");
	tap_is_str(files_to(&p, OFFICE), "rapport.pdf factuur.pdf", "as it was mailed");
	play_write(&p, JAN, number, "rapport");
	tap_is_str(files_to(&p, JAN), "rapport.pdf factuur.pdf", "the client of a shared dossier gets it too");
	play_write(&p, EVE, number, "rapport");
	tap_ok(!play_last_to(&p, EVE) || !strstr(play_text(&p, play_last_to(&p, EVE)), "rapport"), "nobody else does");
	play_say(&p, OFFICE, "status");
	play_told(&p, OFFICE, "Rapport rapport.pdf", "the status names it");
	play_close(&p);
}

/* Mails hold what fits in 1 MB; the rest follows, and what fits in none is named. */
static void test_split(void)
{
	static char big[900000], huge[2000000];
	struct play p;
	const char *number, *said;
	size_t before, i;

	memset(big, 'x', sizeof big - 1);
	memset(huge, 'y', sizeof huge - 1);
	memcpy(big, "%PDF-1.4\n", 9);
	memcpy(huge, "%PDF-1.4\n", 9);
	play_open(&p, NULL);
	p.settings.smtp_max_bytes = 1900000;
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "",
				      .files = { { .name = "paspoort.pdf", .data = big }, { .name = "aangifte 2023.pdf" } } });
	big[100] = 'z';
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "",
				      .files = { { .name = "aangifte 2024.pdf", .data = big }, { .name = "aangifte 2025.pdf", .data = huge } } });
	virtual_advance(p.v, MINUTES(30));
	play_mails(&p);
	before = virtual_sent_count(p.v);
	play_say(&p, JAN, "archief");
	tap_is_str(play_mails(&p), "archief>jan bijlagen>jan", "what does not fit follows");
	said = play_text(&p, virtual_sent_at(p.v, before));
	if (!tap_ok(strstr(said, "mail 1 van 2") && strstr(said, "aangifte 2025.pdf (1,9 MB)"),
		    "the first says so, and names what fits in none"))
		printf("# %s\n", said);
	for (i = before; i < virtual_sent_count(p.v); i++)
		tap_ok(virtual_sent_at(p.v, i)->len < 1900000, "no mail is larger than the server takes");
	tap_is_str(files_to(&p, JAN), "aangifte 2024.pdf", "the second brings the rest");
	play_close(&p);
}

static void test_payment_link(void)
{
	struct engine_person partner = { "Lies Jansen", LIES, "en" };
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .client_name = "Jan Jansen", .client_address = JAN,
							   .partners = &partner, .partner_count = 1 });
	play_say(&p, JAN, "nieuwe betaallink");
	play_told(&p, JAN, "er staat geen betaling open", "nothing to pay");
	finish(&p, JAN, number);
	play_mails(&p);
	play_say(&p, LIES, "nieuwe betaallink");
	play_told(&p, LIES, "only somebody else can give this command", "a partner does not pay");
	play_mails(&p);
	play_say(&p, JAN, "nieuwe betaallink");
	tap_is_str(play_mails(&p), "betaallink-taak>els verslag>jan", "asking for it is a task for staff");
	play_told(&p, JAN, "een medewerker leest dit en antwoordt u", "and the payer hears so");
	play_say(&p, JAN, "nieuwe betaallink");
	tap_is_str(play_mails(&p), "verslag>jan", "one task a day");
	play_say(&p, LIES, "status");
	play_told(&p, LIES, "We are waiting for payment by the client", "a partner sees that we wait");
	play_say(&p, JAN, "status");
	play_told(&p, JAN, "Van u: de betaling", "the payer that it is his turn");
	play_close(&p);
}

/* ---- whose it is ---- */

static void test_assign(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	p.staff[1] = (struct settings_person){ "Piet Post", PIET };
	p.services[0].staff_count = 2;
	number = play_dossier(&p, (struct engine_opening){ 0 });
	deliver_all(&p, JAN, number);
	tap_ok(strstr(play_mails(&p), "te-behandelen>els te-behandelen>piet"), "work goes to all staff");
	play_say(&p, ELS, "toewijzen Karel");
	play_told(&p, ELS, "zo heet geen medewerker, of meer dan een. Dit zijn ze: - Els de Vries - Piet Post", "nobody of that name");
	play_mails(&p);
	play_say(&p, ELS, "toewijzen piet");
	tap_is_str(play_mails(&p), "toegewezen>piet verslag>els", "the first name will do");
	tap_is_str(play_look(&p, number)->assigned, PIET, "it is his");
	play_say(&p, PIET, "in behandeling");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = PIET, .subject = play_subject(&p, PIET), .text = "klaar",
				      .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
	tap_is_str(play_mails(&p), "verslag+betaalverzoek-taak>piet", "mail to staff goes to him alone");
	play_say(&p, PIET, "toewijzen " ELS);
	tap_is_str(play_look(&p, number)->assigned, ELS, "by the address as well");
	p.services[0].staff = &p.staff[1];
	p.services[0].staff_count = 1;
	play_mails(&p);
	play_say(&p, JAN, "nieuwe betaallink");
	tap_is_str(play_mails(&p), "betaallink-taak>piet verslag>jan", "who is no longer among staff gets nothing, the others do");
	play_close(&p);
}

/* ---- partners ---- */

static void test_partners(void)
{
	struct engine_person partner = { "Lies Jansen", LIES, "en" };
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .client_name = "Jan Jansen", .client_address = JAN,
							   .partners = &partner, .partner_count = 1 });
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan aanvraag-bevestigd>lies", "both get what the client gets");
	play_told(&p, LIES, "Dear Lies Jansen", "each in his own language");
	tap_ok(!str_eq(play_subject(&p, JAN), play_subject(&p, LIES)), "with a token of his own");
	deliver(&p, LIES, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "ontvangst>lies", "who mails is answered");
	tap_ok(strstr(play_papers(&p, number), "legitimatie=paspoort.pdf"), "and his document counts");
	play_post(&p, &(struct post){ .from = JAN, .subject = play_subject(&p, LIES), .text = "annuleren" });
	tap_is_str(play_mails(&p), "bevestigen>jan", "the other one's token is as good as none");
	play_say(&p, LIES, "taal nl");
	play_told(&p, LIES, "taal nl: gedaan", "his settings are his own");
	tap_is_str(play_look(&p, number)->client.language, "nl", "and do not change the other's");
	deliver_all(&p, JAN, number);
	tap_ok(strstr(play_mails(&p), "stukken-compleet>jan stukken-compleet>lies"), "notices go to both");
	play_say(&p, LIES, "annuleren");
	tap_is_str(play_look(&p, number)->state, "vervallen", "each may speak for both");
	play_close(&p);
}

static void test_partners_office(void)
{
	struct engine_person partner = { "Lies Jansen", LIES, NULL };
	struct engine_opening opening = with_office;
	struct play p;
	const char *number;
	const struct mail *original;

	opening.client_name = "Jan Jansen";
	opening.client_address = JAN;
	opening.partners = &partner;
	opening.partner_count = 1;
	opening.copy = true;
	play_open(&p, NULL);
	number = play_dossier(&p, opening);
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info aanvraag-bevestigd>jan aanvraag-bevestigd>lies", "copies for both");
	original = play_read(&p, play_last_to(&p, OFFICE));
	tap_is_int((long long)original->cc.count, 2, "the office sees both");
	play_say(&p, LIES, "kopie uit");
	play_mails(&p);
	deliver_all(&p, OFFICE, number);
	tap_ok(strstr(play_mails(&p), "stukken-compleet>info stukken-compleet>jan te-behandelen"), "each decides for himself");
	play_say(&p, OFFICE, "alleen kantoor");
	play_mails(&p);
	play_write(&p, LIES, number, "status");
	tap_is_str(play_item(&p), "held stranger", "hidden from both");
	play_close(&p);
}

/* ---- addresses ---- */

/* Asked from the old one; both are asked. */
static const char *ask_change(struct play *p, const char *command)
{
	const char *number = play_dossier(p, (struct engine_opening){ 0 });

	play_mails(p);
	play_say(p, JAN, command);
	return number;
}

static void test_change(void)
{
	struct play p;
	const char *number, *old;

	play_open(&p, NULL);
	number = ask_change(&p, "nieuw adres " JAN_NEW);
	tap_is_str(play_mails(&p), "adres-bevestigen>jan adres-vraag>jan.jansen verslag>jan", "both addresses are asked");
	not_told(&p, JAN_NEW, number, "the new one learns no number");
	not_told(&p, JAN_NEW, JAN, "nor who asks");
	tap_ok(!strstr(play_read(&p, play_last_to(&p, JAN_NEW))->subject, "2026"), "nor does its subject tell");
	deliver(&p, JAN_NEW, number, "paspoort.pdf");
	tap_is_str(play_item(&p), "held stranger", "it is nobody's yet");
	play_mails(&p);
	play_close(&p);

	play_open(&p, NULL);
	number = ask_change(&p, "nieuw adres " JAN_NEW);
	old = play_subject(&p, JAN);
	play_mails(&p);
	play_say(&p, JAN_NEW, "ja");
	tap_is_str(play_mails(&p), "adres-half>jan.jansen", "one yes is not enough");
	tap_is_str(play_look(&p, number)->client.address, JAN, "nothing has changed");
	play_post(&p, &(struct post){ .from = JAN, .subject = old, .text = "ja" });
	tap_is_str(play_mails(&p), "adres-gewijzigd>jan.jansen adres-oud>jan adres-taak>els", "two are, and all hear of it");
	tap_is_str(play_look(&p, number)->client.address, JAN_NEW, "the address is another");
	not_told(&p, JAN, number, "the old one learns nothing more");
	play_post(&p, &(struct post){ .from = JAN, .subject = old, .text = "status" });
	tap_is_str(play_item(&p), "held stranger", "the old one does not work any more");
	play_say(&p, JAN_NEW, "status");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>jan status>jan.jansen", "the new one does");
	play_well(&p, "change of address");
	play_close(&p);
}

/* A thief in the old mailbox said yes; then the client got another address: what the thief asked for is over. */
static void test_change_overtaken(void)
{
	struct play p;
	const char *number, *old, *eve;

	play_open(&p, NULL);
	number = ask_change(&p, "nieuw adres " EVE);
	old = play_subject(&p, JAN);
	eve = play_subject(&p, EVE);
	play_mails(&p);
	play_post(&p, &(struct post){ .from = JAN, .subject = old, .text = "ja" });
	play_mails(&p);
	play_write(&p, ELS, number, "adres " JAN " " JAN_NEW);
	play_say(&p, ELS, "ja");
	play_mails(&p);
	play_say(&p, JAN_NEW, "ja");
	tap_is_str(play_look(&p, number)->client.address, JAN_NEW, "staff and the new address said yes");
	play_post(&p, &(struct post){ .from = EVE, .subject = eve, .text = "ja" });
	tap_is_str(play_look(&p, number)->client.address, JAN_NEW, "a yes to what the thief asked before changes nothing");
	play_close(&p);
}

static void test_change_refused(void)
{
	struct play p;
	const char *number, *asked;

	play_open(&p, NULL);
	number = ask_change(&p, "nieuw adres " JAN_NEW);
	asked = play_subject(&p, JAN);
	play_mails(&p);
	play_say(&p, JAN_NEW, "ja");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = JAN, .subject = asked, .text = "nee" });
	tap_is_str(play_mails(&p), "adres-gewijzigd>jan adres-taak>els", "a no ends it, and staff hear of it");
	tap_is_str(play_look(&p, number)->client.address, JAN, "nothing has changed");
	play_say(&p, JAN_NEW, "ja");
	tap_is_str(play_look(&p, number)->client.address, JAN, "a yes to what has ended changes nothing");
	play_say(&p, JAN, "nieuw adres " JAN_NEW);
	play_told(&p, JAN, "dit is vandaag al gevraagd", "the same address is not asked all day");
	virtual_advance(p.v, DAYS(1) + 60);
	play_say(&p, JAN, "nieuw adres " JAN_NEW);
	asked = play_subject(&p, JAN);
	play_mails(&p);
	virtual_advance(p.v, DAYS(8));
	play_say(&p, JAN_NEW, "ja");
	play_post(&p, &(struct post){ .from = JAN, .subject = asked, .text = "ja" });
	tap_is_str(play_look(&p, number)->client.address, JAN, "after a week it is too late");
	play_say(&p, JAN, "nieuw adres " ELS);
	play_told(&p, JAN, "dit adres kunnen wij daarvoor niet gebruiken", "not one of staff's");
	play_say(&p, JAN, "nieuw adres " SERVICE);
	play_told(&p, JAN, "dit adres kunnen wij daarvoor niet gebruiken", "nor one of ours");
	play_say(&p, JAN, "nieuw adres " JAN);
	play_told(&p, JAN, "dat was al zo", "his own is his own");
	play_close(&p);
}

/* Somebody who forges the sender, or reads one of the two mailboxes, changes nothing. */
static void test_change_stolen(void)
{
	const char *weak = "Authentication-Results: " MX "; spf=pass smtp.mailfrom=client.example\r\n"
			   "Received: from x by " MX "; now\r\n";
	const char *strong = "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n"
			     "Received: from x by " MX "; now\r\n";
	struct play p;
	const char *number, *asked;

	play_open(&p, &(struct play_options){ .authentication = true });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "nieuw adres " EVE });
	tap_is_str(play_item(&p), "held unauthenticated", "a forged sender: held");
	play_post(&p, &(struct post){ .top = weak, .from = JAN, .subject = number, .text = "nieuw adres " EVE });
	play_mails(&p);
	tap_ok(!play_look(&p, number)->change_count && !play_last_to(&p, EVE), "without its token nobody is asked");
	play_post(&p, &(struct post){ .top = strong, .from = JAN, .subject = play_subject(&p, JAN), .text = "ja" });
	asked = play_subject(&p, JAN);
	tap_ok(play_last_to(&p, EVE) != NULL, "with it they are");
	play_say(&p, EVE, "ja");
	tap_is_str(play_look(&p, number)->client.address, JAN, "the new mailbox alone is not enough");
	play_post(&p, &(struct post){ .from = JAN, .subject = asked, .text = "ja" });
	tap_is_str(play_look(&p, number)->client.address, JAN, "nor the token of the old one without its proof");
	play_post(&p, &(struct post){ .from = EVE, .subject = asked, .text = "ja" });
	tap_is_str(play_look(&p, number)->client.address, JAN, "nor in other hands");
	play_post(&p, &(struct post){ .top = strong, .from = JAN, .subject = asked, .text = "nee" });
	tap_ok(!play_look(&p, number)->change_count, "the owner says no");
	play_close(&p);
}

/* The old address cannot answer: staff stand in for it; it is told, and may still say no. */
static void test_change_by_staff(void)
{
	struct play p;
	const char *number, *other;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	other = play_dossier(&p, (struct engine_opening){ 0 });
	deliver_all(&p, JAN, number);
	play_mails(&p);
	play_say(&p, ELS, "adres " KEES " " JAN_NEW);
	play_told(&p, ELS, "dit adres kunnen wij daarvoor niet gebruiken", "whose is it?");
	play_mails(&p);
	play_say(&p, ELS, "adres " JAN " " JAN_NEW);
	tap_is_str(play_mails(&p), "adres-bevestigen>jan adres-vraag>jan.jansen verslag>els", "the new one is asked, the old one told");
	play_told(&p, JAN, "Een van onze medewerkers wil", "who does it");
	play_say(&p, JAN_NEW, "ja");
	tap_is_str(play_mails(&p), "adres-gewijzigd>jan.jansen adres-oud>jan adres-taak>els", "its yes is enough");
	tap_is_str(play_look(&p, number)->client.address, JAN_NEW, "done");
	tap_is_str(play_look(&p, other)->client.address, JAN_NEW, "in his other dossiers too");
	play_close(&p);
}

/* Two of them are to get the same address: who is first has it. */
static void test_change_twice(void)
{
	struct engine_person partner = { "Lies Jansen", LIES, NULL };
	struct play p;
	const char *number, *first, *second;
	const struct dossier *d;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .client_name = "Jan Jansen", .client_address = JAN,
							   .partners = &partner, .partner_count = 1 });
	play_say(&p, JAN, "nieuw adres " JAN_NEW);
	first = play_subject(&p, JAN_NEW);
	play_say(&p, JAN, "ja");
	virtual_advance(p.v, DAYS(1) + 60);
	play_say(&p, LIES, "nieuw adres " JAN_NEW);
	second = play_subject(&p, JAN_NEW);
	play_post(&p, &(struct post){ .from = LIES, .subject = play_subject(&p, LIES), .text = "ja" });
	play_post(&p, &(struct post){ .from = JAN_NEW, .subject = first, .text = "ja" });
	play_post(&p, &(struct post){ .from = JAN_NEW, .subject = second, .text = "ja" });
	d = play_look(&p, number);
	tap_ok(!addr_same(d->client.address, d->partners[0].address), "no two people have one address");
	tap_ok(addr_same(d->client.address, JAN_NEW), "who was first has it");
	tap_is_int((long long)d->change_count, 0, "and nothing waits any more");
	play_close(&p);
}

/* His own dossiers follow; one where his address is somebody else's second one is not his. */
static void test_change_elsewhere(void)
{
	struct play p;
	const char *of_kees, *other, *number;

	play_open(&p, NULL);
	of_kees = play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	play_say(&p, KEES, "tweede adres " JAN);
	play_post(&p, &(struct post){ .from = KEES, .subject = play_subject(&p, KEES), .text = "ja" });
	play_say(&p, JAN, "ja");
	tap_ok(play_look(&p, of_kees)->alias_count == 1 && str_eq(play_look(&p, of_kees)->aliases[0].address, JAN),
	       "Jan's address is a second one of Kees'");
	other = play_dossier(&p, (struct engine_opening){ 0 });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_say(&p, JAN, "nieuw adres " JAN_NEW);
	play_post(&p, &(struct post){ .from = JAN, .subject = play_subject(&p, JAN), .text = "ja" });
	play_say(&p, JAN_NEW, "ja");
	tap_is_str(play_look(&p, number)->client.address, JAN_NEW, "Jan's address is another");
	tap_is_str(play_look(&p, other)->client.address, JAN_NEW, "in all of his dossiers");
	tap_is_str(play_look(&p, of_kees)->client.address, KEES, "Kees keeps his own");
	tap_is_str(play_look(&p, of_kees)->aliases[0].address, JAN, "and his second one");
	play_mails(&p);
	deliver(&p, JAN_NEW, of_kees, "paspoort.pdf");
	tap_is_str(play_item(&p), "held stranger", "to that dossier the new address is a stranger's");
	play_close(&p);
}

static void test_more_addresses(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = ask_change(&p, "tweede adres " JAN_NEW);
	play_post(&p, &(struct post){ .from = JAN, .subject = play_subject(&p, JAN), .text = "ja" });
	play_say(&p, JAN_NEW, "ja");
	tap_is_str(play_look(&p, number)->client.address, JAN, "the main one stays");
	tap_is_int((long long)play_look(&p, number)->alias_count, 1, "another is there");
	play_mails(&p);
	deliver(&p, JAN_NEW, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "ontvangst>jan.jansen", "answers go to the one that wrote");
	tap_ok(strstr(play_papers(&p, number), "legitimatie=paspoort.pdf"), "and it counts");
	deliver_all(&p, JAN, number);
	tap_is_str(play_mails(&p), "ontvangst+verslag>jan stukken-compleet>jan te-behandelen>els", "notices go to the main one");
	play_say(&p, JAN, "verwijder adres " JAN_NEW);
	play_told(&p, JAN, "verwijder adres " JAN_NEW ": gedaan", "and it can go again");
	deliver(&p, JAN_NEW, number, "aangifte 2025.pdf");
	tap_is_str(play_item(&p), "held stranger", "then it is nobody's");
	play_close(&p);
}

/* ---- status ---- */

static void test_status(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	deliver(&p, JAN, number, "aangifte 2023.pdf");
	play_say(&p, JAN, "niet aanwezig prognose: net begonnen");
	play_say(&p, JAN, "status");
	play_told(&p, JAN, "Aangifte inkomstenbelasting 2023 ontvangen - aangifte 2023.pdf, 2 maart 2026", "delivered: file and day");
	play_told(&p, JAN, "Prognose lopend jaar niet beschikbaar: net begonnen", "absent, with the reason");
	play_told(&p, JAN, "Kopie legitimatiebewijs nog nodig", "open");
	play_told(&p, JAN, "Van u: de documenten die nog nodig zijn, uiterlijk 30 juni 2026", "what is expected, by when");
	play_told(&p, JAN, "schrijven wij op 4 maart 2026 vanzelf nog eens", "and when we write again");
	deliver_all(&p, JAN, number);
	play_say(&p, ELS, "afkeuren aangifte 2023: pagina 2 ontbreekt");
	play_say(&p, JAN, "status");
	play_told(&p, JAN, "niet bruikbaar: pagina 2 ontbreekt. Stuur het opnieuw", "rejected: why, and what to do");
	play_close(&p);
}

int main(void)
{
	test_copies();
	test_payment(false);
	test_payment(true);
	test_office_alone();
	test_as_none();
	test_hide();
	test_share_refused();
	test_archive();
	test_split();
	test_payment_link();
	test_assign();
	test_partners();
	test_partners_office();
	test_change();
	test_change_overtaken();
	test_change_refused();
	test_change_stolen();
	test_change_by_staff();
	test_change_twice();
	test_change_elsewhere();
	test_more_addresses();
	test_status();
	return tap_done();
}
