/*
 * Who is who where that is hard to tell: two people at one address, an address
 * that is client here and office there, an office's many clients whose mail it
 * passes on.
 */
/* Own. */
#include "tap.h"
#include "virtual_play.h"

#define PIET "piet@kantoor.example" /* works at the office */
#define BERT "bert@client.example"
#define LIES "lies@client.example"
#define FAMILY "gezin@client.example"
#define FAMILY_NEW "jan@nieuw.example"
#define MANY 60 /* open dossiers of one office: more than it is asked to choose from */

/* ---- words for what people do ---- */

static void write_to(struct play *p, const char *from, const char *subject, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = subject, .text = text });
}

/* An answer to the last mail that he got. */
static void say(struct play *p, const char *from, const char *text)
{
	const struct virtual_sent *sent = play_last_to(p, from);

	write_to(p, from, sent ? arena_printf(&p->arena, "Re: %s", play_read(p, sent)->subject) : "Re:", text);
}

static bool hears(struct play *p, const char *address, const char *words)
{
	const struct virtual_sent *sent = play_last_to(p, address);

	return sent && strstr(play_text(p, sent), words);
}

static const char *of_office(struct play *p, const char *name, const char *address)
{
	return play_dossier(p, (struct engine_opening){ .client_name = name, .client_address = address, .office = OFFICE,
							.office_name = "Kantoor" });
}

/* Files of all slots of a dossier, and those that wait for one. */
static int files_in(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	size_t i, n = d->held_count;

	for (i = 0; i < d->slot_count; i++)
		n += slot_files(&d->slots[i]);
	return (int)n;
}

/* ---- what an office passes on ---- */

/* What an office writes above Bert's mail about 'subject', and that mail. */
static const char *bert_mail(struct play *p, const char *subject)
{
	return arena_printf(&p->arena, "Zie onder.\r\n\r\n________________________________\r\nVan: Bert <" BERT ">\r\n"
			    "Verzonden: maandag 2 maart 2026 08:45\r\nAan: Kantoor <" OFFICE ">\r\nOnderwerp: %s\r\n\r\n"
			    "Hierbij.", subject);
}

/* It is passed on under 'outer'. */
static void pass_on(struct play *p, const char *from, const char *outer, const char *subject, const char *file)
{
	play_post(p, &(struct post){ .from = from, .subject = outer, .text = bert_mail(p, subject),
				     .files = { { .name = file } } });
}

/* Mail clients put the subject of what is passed on into the new one: the number is Bert's word, not the office's. */
static void test_subject_copied(void)
{
	struct play p;
	const char *jan, *bert, *about_jan;

	play_open(&p, NULL);
	jan = of_office(&p, "Jan Jansen", JAN);
	about_jan = play_id_to(&p, OFFICE);
	bert = of_office(&p, "Bert", BERT);
	pass_on(&p, OFFICE, arena_printf(&p.arena, "FW: %s", jan), jan, "paspoort.pdf");
	tap_is_str(play_item(&p), "held forwarded", "Bert's mail with Jan's number, the subject copied: a person decides");
	tap_is_int(files_in(&p, jan), 0, "nothing of Bert's is in Jan's dossier");
	pass_on(&p, OFFICE, arena_printf(&p.arena, "FW: %s", bert), bert, "paspoort.pdf");
	tap_is_int(files_in(&p, bert), 1, "with his own number it goes where it belongs");
	pass_on(&p, OFFICE, arena_printf(&p.arena, "stukken voor %s", jan), "paspoort", "paspoort jan.pdf");
	tap_is_int(files_in(&p, jan), 1, "what the office itself says is taken at its word");
	pass_on(&p, OFFICE, "FW: stukken", "stukken", arena_printf(&p.arena, "%s aangifte 2025.pdf", jan));
	tap_is_str(play_item(&p), "held forwarded", "Jan's number in the name of Bert's file: a person decides");
	play_post(&p, &(struct post){ .from = OFFICE, .subject = "FW: paspoort", .answers = about_jan,
				      .text = bert_mail(&p, "paspoort"), .files = { { .name = "legitimatie.pdf" } } });
	tap_is_str(play_item(&p), "held forwarded", "a mail about Jan among the references of Bert's: a person decides");
	tap_is_int(files_in(&p, jan), 1, "it is not in Jan's dossier");
	play_close(&p);
}

static void test_passed_on_twice(void)
{
	struct play p;
	const char *jan;

	play_open(&p, NULL);
	jan = of_office(&p, "Jan Jansen", JAN);
	of_office(&p, "Bert", BERT);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = "FW: stukken", .files = { { .name = "paspoort.pdf" } },
		.text = arena_printf(&p.arena, "Zie onder.\r\n\r\n________________________________\r\nVan: Piet <" PIET ">\r\n"
				     "Verzonden: maandag 2 maart 2026 08:50\r\nAan: Kantoor <" OFFICE ">\r\n"
				     "Onderwerp: FW: stukken\r\n\r\nVoor ons.\r\n\r\n________________________________\r\n"
				     "Van: Bert <" BERT ">\r\nVerzonden: maandag 2 maart 2026 08:45\r\nAan: Piet <" PIET ">\r\n"
				     "Onderwerp: %s\r\n\r\nHierbij.", jan) });
	tap_is_str(play_item(&p), "held forwarded", "passed on twice: whose mail it was first counts");
	tap_is_int(files_in(&p, jan), 0, "nothing of Bert's is in Jan's dossier");
	play_close(&p);
}

/* A big office: Bert's dossier is not among the first that are looked at. */
static void test_many(void)
{
	struct play p;
	const char *jan;
	int i;

	play_open(&p, NULL);
	jan = of_office(&p, "Jan Jansen", JAN);
	for (i = 0; i < MANY; i++)
		of_office(&p, "Klant", arena_printf(&p.arena, "klant%d@client.example", i));
	of_office(&p, "Bert", BERT);
	pass_on(&p, OFFICE, "FW: stukken", jan, "paspoort.pdf");
	tap_is_str(play_item(&p), "held forwarded", "Bert's mail with Jan's number, of an office with many: a person decides");
	tap_is_int(files_in(&p, jan), 0, "nothing of Bert's is in Jan's dossier");
	play_close(&p);
}

static void test_colleague(void)
{
	struct play p;
	const char *jan, *bert;

	play_open(&p, NULL);
	jan = of_office(&p, "Jan Jansen", JAN);
	bert = of_office(&p, "Bert", BERT);
	write_to(&p, PIET, jan, "status");
	say(&p, OFFICE, "voortaan accepteren");
	play_mails(&p);
	pass_on(&p, PIET, "FW: stukken", jan, "paspoort.pdf");
	tap_is_str(play_item(&p), "held forwarded", "a colleague passes on Bert's mail with Jan's number: a person decides");
	tap_is_int(files_in(&p, jan), 0, "nothing of Bert's is in Jan's dossier");
	pass_on(&p, PIET, "FW: stukken", bert, "paspoort.pdf");
	tap_is_int(files_in(&p, bert), 1, "with his own number it goes where it belongs");
	play_close(&p);
}

/* What he may not do by himself is asked of the general address, once. */
static void test_colleague_asks(void)
{
	struct play p;
	const char *jan;

	play_open(&p, NULL);
	jan = of_office(&p, "Jan Jansen", JAN);
	write_to(&p, PIET, jan, "status");
	say(&p, OFFICE, "voortaan accepteren");
	play_mails(&p);
	write_to(&p, PIET, jan, "annuleren");
	tap_is_str(play_mails(&p), "bevestigen>info", "a colleague cancels: the general address is asked");
	write_to(&p, PIET, jan, "annuleren");
	tap_is_str(play_mails(&p), "", "and not a second time");
	tap_is_str(play_item(&p), "processed asked-before", "for it was asked");
	say(&p, OFFICE, "ja");
	tap_is_str(play_look(&p, jan)->state, "vervallen", "its yes does it");
	play_close(&p);
}

/* Whose clients somebody is, is for his office to know: another office learns nothing of it. */
static void test_other_office(void)
{
	struct play p;
	const char *jan, *other;
	int i;

	play_open(&p, NULL);
	jan = of_office(&p, "Jan Jansen", JAN);
	for (i = 0; i < 2; i++) {
		if (i)
			play_dossier(&p, (struct engine_opening){ .client_name = "Bert", .client_address = BERT,
								  .office = "info@ander.example", .office_name = "Ander" });
		other = arena_printf(&p.arena, "paspoort %d.pdf", i);
		pass_on(&p, OFFICE, "FW: stukken", jan, other);
		tap_is_str(play_item(&p), "processed", "A1: mail of somebody who is %s client elsewhere", i ? "a" : "no");
	}
	play_close(&p);
}

/* ---- two people at one address ---- */

static void test_family(void)
{
	struct play p;
	const char *jan, *also, *lies;

	play_open(&p, NULL);
	jan = play_dossier(&p, (struct engine_opening){ .client_name = "Jan Jansen", .client_address = FAMILY });
	also = play_dossier(&p, (struct engine_opening){ .client_name = "jan  jansen", .client_address = FAMILY });
	lies = play_dossier(&p, (struct engine_opening){ .client_name = "Lies Jansen", .client_address = FAMILY });
	write_to(&p, FAMILY, jan, "nieuw adres " FAMILY_NEW);
	say(&p, FAMILY, "ja");
	say(&p, FAMILY, "ja");
	say(&p, FAMILY_NEW, "ja");
	tap_is_str(play_look(&p, jan)->client.address, FAMILY_NEW, "Jan has an address of his own now");
	tap_is_str(play_look(&p, also)->client.address, FAMILY_NEW, "in his other dossier too");
	tap_is_str(play_look(&p, lies)->client.address, FAMILY, "Lies, who shared the old one, keeps it");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = FAMILY, .subject = lies, .files = { { .name = "paspoort.pdf" } } });
	tap_is_int(files_in(&p, lies), 1, "and delivers from it");
	tap_is_str(play_mails(&p), "ontvangst>gezin", "and is answered there");
	play_close(&p);
}

/* ---- partners ---- */

static void test_partner_asks(void)
{
	struct engine_person partner = { "Lies Smit", LIES, "en" };
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .client_name = "Jan Jansen", .client_address = JAN,
							   .partners = &partner, .partner_count = 1 });
	play_mails(&p);
	write_to(&p, LIES, number, "question: when is it ready?");
	tap_is_str(play_mails(&p), "ticket-bericht>els verslag+ticket-ontvangen>lies", "a partner asks");
	tap_ok(hears(&p, LIES, "Dear Lies Smit"), "she is answered by her name, in her language");
	tap_ok(hears(&p, ELS, "Lies Smit"), "and staff read who asks");
	say(&p, ELS, "Volgende week.");
	tap_ok(hears(&p, LIES, "Volgende week."), "the answer goes to her");
	tap_ok(hears(&p, LIES, "Kind regards") && !hears(&p, LIES, "Jan Jansen"), "in her language");
	play_close(&p);
}

/* ---- one address, two roles ---- */

static void test_client_and_office(void)
{
	struct play p;
	const char *own, *client;

	play_open(&p, NULL);
	client = of_office(&p, "Bert", BERT);
	own = play_dossier(&p, (struct engine_opening){ .client_name = "Kantoor zelf", .client_address = OFFICE });
	play_mails(&p);
	write_to(&p, "INFO@Kantoor.Example", "", "overzicht");
	tap_is_str(play_mails(&p), "overzicht>info", "an office that is a client itself asks for its overview");
	tap_ok(hears(&p, OFFICE, client) && !hears(&p, OFFICE, own), "its own dossier is none of its clients'");
	write_to(&p, OFFICE, own, "kopie aan");
	write_to(&p, OFFICE, own, "status");
	tap_ok(hears(&p, OFFICE, own) && !hears(&p, OFFICE, "van uw klant"), "in its own dossier it is the client");
	write_to(&p, OFFICE, client, "status");
	tap_ok(hears(&p, OFFICE, "van uw klant"), "in the other one the office");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = "stukken", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "held several-dossiers", "without a number it is asked which one it means");
	tap_is_int(files_in(&p, own) + files_in(&p, client), 0, "nothing is filed by guess");
	play_close(&p);
}

/* Somebody who came to work here keeps his own dossier, as the client that he is in it. */
static void test_staff_and_client(void)
{
	struct play p;
	const char *own, *other;

	play_open(&p, &(struct play_options){ .staff_twice = true });
	own = play_dossier(&p, (struct engine_opening){ 0 });
	other = play_dossier(&p, (struct engine_opening){ .client_name = "Bert", .client_address = BERT });
	p.staff[1] = (struct settings_person){ "Jan Jansen", JAN };
	play_restart(&p);
	play_mails(&p);
	play_post(&p, &(struct post){ .from = JAN, .subject = own, .files = { { .name = "paspoort.pdf" } } });
	tap_is_int(files_in(&p, own), 1, "who came to work here delivers to his own dossier");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and gets a receipt as any client");
	write_to(&p, JAN, own, "goedkeuren legitimatie");
	play_mails(&p);
	say(&p, JAN, "goedkeuren legitimatie");
	tap_is_int(dossier_slot(play_look(&p, own), "legitimatie", 0)->status, SLOT_DELIVERED, "he approves nothing in it");
	play_mails(&p);
	write_to(&p, JAN, other, "notitie: gebeld");
	tap_is_str(play_mails(&p), "bevestigen>jan", "in others' he is staff");
	play_close(&p);
}

int main(void)
{
	test_subject_copied();
	test_passed_on_twice();
	test_many();
	test_colleague();
	test_colleague_asks();
	test_other_office();
	test_family();
	test_partner_asks();
	test_client_and_office();
	test_staff_and_client();
	return tap_done();
}
