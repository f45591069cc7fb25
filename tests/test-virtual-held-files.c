/*
 * Files that a dossier holds, through the whole engine: each is the file of the
 * mail that brought it; what letting through and refusing do to it, and to no
 * other; whose it is, and whose dossier's.
 */
/* System. */
#include <string.h>
#include <unistd.h>

/* Own. */
#include "tap.h"
#include "virtual_held.h"

static void test_files(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .top = trace(&p, PASS, "client.example"), .subject = number,
				      .files = { { .name = "aangifte 2018.pdf" }, { .name = "aangifte 2019.pdf" } } });
	play_mails(&p);
	tap_is_int((long long)play_look(&p, number)->held_count, 2, "two files wait");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1 }), "not slot", "they fit nowhere by themselves");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .document = held_id(&p, number, 1), .slot = "aangifte 2024" }),
		   "done", "a person says where one goes");
	tap_is_str(play_mails(&p), "ontvangst>jan", "its sender hears of it");
	says(&p, JAN, "aangifte 2019.pdf: genoteerd als Aangifte inkomstenbelasting 2024", "as what");
	tap_is_str(state(&p, 1), "held year", "the other one waits on");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true }), "not reason", "who sent it is told why");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true, .reason = "niet te lezen" }), "done", "refused");
	tap_is_str(play_mails(&p), "stuk-geweigerd>jan", "its sender is told");
	says(&p, JAN, "De reden: niet te lezen", "with the reason");
	tap_is_str(state(&p, 1), "processed released", "nothing of it waits");
	tap_is_str(play_papers(&p, number), "verzamelen aangifte2024=aangifte 2019.pdf held:aangifte 2018.pdf(refused)",
		   "it is kept all the same");
	play_post(&p, &(struct post){ .top = trace(&p, PASS, "client.example"), .subject = number, .text = "nog eens",
				      .files = { { .name = "aangifte 2018.pdf" } } });
	tap_is_str(state(&p, 2), "held year", "sent once more it waits again");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .slot = "legitimatie" }), "done", "and can be placed");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=aangifte 2018.pdf aangifte2024=aangifte 2019.pdf", "once");
	tap_is_str(state(&p, 2), "processed released", "and waits no more");
	play_well(&p, "files");
	play_close(&p);
}

/* What was refused and comes again is the file of its own mail: seen, placed and refused as that. */
static void test_again(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true, .reason = "te oud" }), "done",
		   "a file is refused");
	virtual_advance(p.v, HOURS(1));
	play_mails(&p);
	send_file(&p, number, "nu goed", "aangifte 2017.pdf");
	tap_is_str(waiting(&p), "2:year aangifte 2017.pdf(year)", "sent again it waits as the file of the second mail, with its name");
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte 2018.pdf(refused) held:aangifte 2017.pdf(year)",
		   "and what was said of the first stays");
	tap_ok(strstr(play_mails(&p), "ontvangst>jan") != NULL, "its sender gets a receipt");
	says(&p, JAN, "aangifte 2017.pdf", "that names it");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true, .reason = "x" }), "not gone",
		   "the first is done with");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .refuse = true, .reason = "nog steeds te oud" }), "done",
		   "the second is refused by itself");
	tap_is_str(state(&p, 2), "processed released", "and waits no more");
	tap_is_str(play_mails(&p), "stuk-geweigerd>jan", "he is told again");
	says(&p, JAN, "nog steeds te oud", "with the new reason");
	send_file(&p, number, "echt", "aangifte 2016.pdf");
	tap_is_str(waiting(&p), "3:year aangifte 2016.pdf(year)", "a third time");
	tap_is_int((long long)play_look(&p, number)->held_count, 3, "each is kept");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 3, .slot = "legitimatie" }), "done", "and is let through");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=aangifte 2016.pdf", "as it came then; the bytes are there once");
	tap_is_str(state(&p, 3), "processed released", "it waits no more");
	tap_is_int((long long)dossier_slot(play_look(&p, number), "legitimatie", 0)->documents[0].item, 3,
		   "it counts as of the third mail");
	play_well(&p, "again");
	play_close(&p);
}

/* The same while the first still waits: each mail by itself, and a place for the bytes settles both. */
static void test_twice(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	send_file(&p, number, "y", "aangifte 2017.pdf");
	tap_is_str(waiting(&p), "1:year aangifte 2018.pdf(year) 2:year aangifte 2017.pdf(year)", "each mail has its file");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2 }), "not slot",
		   "nobody is done with the second without a place for it");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true, .reason = "te oud" }), "done", "the first is refused");
	tap_is_str(waiting(&p), "2:year aangifte 2017.pdf(year)", "the second waits on");
	send_file(&p, number, "z", "aangifte 2015.pdf");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .slot = "legitimatie" }), "done", "that is placed");
	tap_is_str(waiting(&p), "", "and the same bytes need nobody any more");
	tap_is_str(state(&p, 3), "processed released", "in whatever mail they came");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=aangifte 2017.pdf", "once");
	play_well(&p, "twice");
	play_close(&p);
}

/* "dit is" means the bytes: that they came twice makes it no question which. */
static void test_twice_said(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	send_file(&p, number, "y", "aangifte 2018.pdf");
	mail(&p, PASS, JAN, number, "dit is legitimatie", NULL);
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=aangifte 2018.pdf", "its sender says what it is");
	tap_is_str(waiting(&p), "", "and neither mail waits");
	play_well(&p, "twice, and said");
	play_close(&p);
}

static void heard(void *ctx, const struct engine_reply *reply, const char *why)
{
	(void)ctx;
	tap_ok(reply != NULL, "the operator delivers for him%s%s", why ? ": " : "", why ? why : "");
}

/* A file that fits nowhere, by hand: it came with no mail. */
static void deliver(struct play *p, const char *number)
{
	struct engine_file file = { .name = "aangifte 2018.pdf" };
	const struct engine_order o = { .number = number, .role = ACTOR_CLIENT, .files = &file, .file_count = 1 };
	struct err err = ERR_INIT;

	file.fd = file_memory("test", &err);
	if (file.fd < 0 || file_write_all(file.fd, SENT_AGAIN, strlen(SENT_AGAIN), &err) ||
	    engine_command(p->engine, &o, heard, NULL, &err))
		play_bail("delivering", &err);
	virtual_settle(p->v);
	close(file.fd);
}

/* What waits for its words acts on nobody else's files: not on one without a mail, nor on one of another mail. */
static void test_words(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	deliver(&p, number);
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte 2018.pdf(year)", "it waits");
	mail(&p, FAIL, JAN, number, "Wanneer is het klaar?", NULL);
	virtual_advance(p.v, MINUTES(11));
	answer(&p, FAIL, JAN, "ja");
	tap_is_str(waiting(&p), "1:message", "a mail that waits for its words shows no file");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .document = held_id(&p, number, 0), .slot = "legitimatie" }),
		   "not file", "nor can it be let through with one");
	play_mails(&p);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true, .reason = "al beantwoord" }), "done", "it is refused");
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte 2018.pdf(year)", "the file is not");
	tap_is_str(play_mails(&p), "", "and nobody hears that it was");
	play_well(&p, "words");
	play_close(&p);
}

/* "dit is" of the client ends what waited, too. */
static void test_placed_by_client(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, PASS, JAN, number, "x", "aangifte 2018.pdf");
	tap_is_str(state(&p, 1), "held year", "a file waits");
	mail(&p, PASS, JAN, number, "dit is legitimatie", NULL);
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=aangifte 2018.pdf", "its sender says what it is");
	tap_is_str(state(&p, 1), "processed released", "and nobody has to look at it any more");
	play_close(&p);
}

/* A number of a file that is not there is no word about the rest of its mail. */
static void test_no_such_file(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	play_mails(&p);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .document = 99, .refuse = true, .reason = "weg" }), "not file",
		   "a file that is not there is not refused");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .document = 1, .refuse = true, .reason = "weg" }), "not file",
		   "nor one of a mail that nobody has looked into");
	tap_is_str(waiting(&p), "1:year aangifte 2018.pdf(year) 2:unauthenticated", "both wait as before");
	play_close(&p);
}

/* Words have no place: who says one means something else. */
static void test_no_place(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "Wanneer is het klaar?", NULL);
	virtual_advance(p.v, MINUTES(11));
	answer(&p, FAIL, JAN, "ja");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .slot = "legitimatie" }), "not file",
		   "words are let through as no document");
	tap_is_str(waiting(&p), "1:message", "they wait as before");
	play_close(&p);
}

/* How often the rules heard of that. */
static int heard_of(struct play *p, const char *number, const char *event)
{
	struct history_line *lines;
	struct err err = ERR_INIT;
	size_t count = 0, i;
	int n = 0;

	store_history(p->store, number, &p->arena, &lines, &count, &err);
	for (i = 0; i < count; i++)
		n += str_eq(lines[i].event, event) && strstr(lines[i].text, " as version ");
	return n;
}

/* Whose a file is does not change with who says what it is. */
static void test_said_by_staff(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	mail(&p, PASS, ELS, number, "dit is legitimatie", NULL);
	answer(&p, PASS, ELS, "ja");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=aangifte 2018.pdf", "staff say what a client's file is");
	tap_is_int(heard_of(&p, number, "document received"), 1, "the rules hear of a document of the client");
	tap_is_int(heard_of(&p, number, "staff document received"), 0, "and of none of staff");
	play_close(&p);
}

/* A file of staff is theirs, wherever it goes: its clients read nothing of it, and cannot ask for it. */
static void test_of_staff(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .top = trace(&p, PASS, "pentrax.example"), .from = ELS, .subject = number,
				      .files = { { .name = "memo over fraude.pdf" }, { .name = "tweede memo.pdf" } } });
	tap_is_str(waiting(&p), "1:unplaced memo over fraude.pdf(unplaced) tweede memo.pdf(unplaced)", "files of staff wait");
	play_mails(&p);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .document = held_id(&p, number, 0), .refuse = true,
						       .reason = "hoort bij een ander" }), "done", "one is refused");
	tap_is_str(play_mails(&p), "", "staff: no client hears that a file of theirs was refused");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .slot = "overig" }), "done", "another finds a place");
	tap_is_str(play_mails(&p), "", "staff: nor that one was taken in");
	tap_ok(dossier_slot(play_look(&p, number), "overig", 0)->documents[0].from_staff, "staff: it is known as theirs");
	tap_is_int(heard_of(&p, number, "staff document received"), 1, "staff: the rules hear of it as theirs");
	tap_is_int(heard_of(&p, number, "document received"), 0, "staff: and not as a client's");
	mail(&p, PASS, JAN, number, "archief", NULL);
	tap_ok(strstr(play_mails(&p), "archief>jan") != NULL, "he asks for all there is");
	tap_ok(play_last_to(&p, JAN) && !memmem(play_last_to(&p, JAN)->data, play_last_to(&p, JAN)->len, "tweede memo", 11),
	       "staff: what they never mailed him is not in it");
	play_well(&p, "of staff");
	play_close(&p);
}

/*
 * What a dossier has taken in stays there, whoever says otherwise; and nobody
 * lets anything through to a dossier that is not his service's, or is gone.
 */
static void test_elsewhere(void)
{
	struct play p;
	const char *number, *other;
	struct err err = ERR_INIT;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	other = play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	mail(&p, FAIL, JAN, number, "Wanneer is het klaar?", NULL);
	virtual_advance(p.v, MINUTES(11));
	answer(&p, FAIL, JAN, "ja");
	tap_is_str(waiting(&p), "1:year aangifte 2018.pdf(year) 2:message", "a file and words wait in a dossier");
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	play_mails(&p);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = other, .slot = "legitimatie" }), "not dossier",
		   "elsewhere: a file that a dossier holds does not go to another");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = other, .document = held_id(&p, number, 0),
						       .slot = "legitimatie" }), "not dossier", "elsewhere: nor when it is named");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = "2026-09999-X" }), "not dossier",
		   "elsewhere: nor to one that is none");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .number = other }), "not dossier",
		   "elsewhere: nor do the words that are its");
	tap_is_str(play_papers(&p, other), "verzamelen", "elsewhere: nothing went there");
	tap_is_str(play_mails(&p), "", "elsewhere: nobody hears of it");
	tap_is_str(state(&p, 1), "held year", "elsewhere: it waits as before");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = number, .slot = "legitimatie" }), "done",
		   "its own dossier may be named");
	if (engine_dossier_erase(p.engine, other, "gevraagd", &err))
		play_bail("erasing", &err);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 4, .number = other }), "not dossier",
		   "elsewhere: nor to one that was erased");
	tap_is_str(state(&p, 4), "held unauthenticated", "elsewhere: it waits as before");
	play_well(&p, "elsewhere");
	play_close(&p);
}

/* The same, as staff say it by mail. */
static void test_elsewhere_desk(void)
{
	struct play p;
	const char *number, *other;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	other = play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	send_file(&p, number, "x", "aangifte 2018.pdf");
	virtual_advance(p.v, MINUTES(11));
	play_mails(&p);
	answer(&p, PASS, ELS, arena_printf(&p.arena, "vrijgeven 1 %s", other));
	tap_is_str(play_mails(&p), "vastgehouden-verslag>els", "elsewhere: staff get it back");
	says(&p, ELS, "niet uitgevoerd", "elsewhere: not done");
	silent(&p, ELS, "gedaan", "elsewhere: nothing of it");
	tap_is_str(play_papers(&p, other), "verzamelen", "elsewhere: nothing went there");
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte 2018.pdf(year)", "elsewhere: it stays where it is");
	play_close(&p);
}

/* Nor to one of another service, of which nobody hears that it exists. */
static void test_elsewhere_service(void)
{
	const char *other;
	struct play p;

	play_open(&p, &(struct play_options){ .two_services = true });
	other = play_dossier(&p, (struct engine_opening){ .service = "ander", .workflow = "inkomensverklaring" });
	play_post(&p, &(struct post){ .from = EVE, .subject = "hallo", .files = { { .name = "paspoort.pdf" } } });
	play_mails(&p);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = other }), "not dossier",
		   "elsewhere: another service's dossier is none");
	tap_is_str(play_papers(&p, other), "verzamelen", "elsewhere: nothing crosses");
	tap_is_str(state(&p, 1), "held no-number", "elsewhere: it waits as before");
	play_close(&p);
}

int main(void)
{
	test_files();
	test_again();
	test_twice();
	test_twice_said();
	test_words();
	test_placed_by_client();
	test_no_such_file();
	test_no_place();
	test_said_by_staff();
	test_of_staff();
	test_elsewhere();
	test_elsewhere_desk();
	test_elsewhere_service();
	return tap_done();
}
