/* What staff look at comes along with the mail that asks them to, as far as the settings let it. */
/* Own. */
#include "tap.h"
#include "virtual_desk.h"

static const char *const all[] = { "paspoort.pdf", "aangifte 2023.pdf", "aangifte 2024.pdf", "aangifte 2025.pdf",
				   "jaarcijfers 2023.pdf", "jaarcijfers 2024.pdf", "jaarcijfers 2025.pdf", "prognose.pdf" };

/* "paspoort.pdf, prognose.pdf": the files of a mail. */
static const char *names(struct play *p, const struct virtual_sent *sent)
{
	const struct mail *mail = sent ? play_read(p, sent) : NULL;
	const char *text = "";
	size_t i;

	for (i = 0; mail && i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_ATTACHMENT)
			text = arena_printf(&p->arena, "%s%s%s", text, *text ? ", " : "", mail->parts[i].name);
	return text;
}

static size_t files_to(struct play *p, const char *address)
{
	size_t i, count = 0;

	for (i = 0; i < virtual_sent_count(p->v); i++)
		count += str_ieq(virtual_sent_at(p->v, i)->to, address) && *names(p, virtual_sent_at(p->v, i));
	return count;
}

/* A complete dossier of which one file more is held. */
static const char *open_complete(struct play *p, int64_t staff_files)
{
	struct post post = { .top = "", .from = JAN, .text = "Hierbij." };
	const char *number;
	size_t i;

	play_open(p, &(struct play_options){ .authentication = true });
	p->services[0].staff_files = staff_files;
	number = play_dossier(p, (struct engine_opening){ 0 });
	post.top = desk_trace(p, DESK_PASS, JAN);
	post.subject = number;
	for (i = 0; i < sizeof all / sizeof *all; i++)
		post.files[i] = (struct post_file){ .name = all[i] };
	post.files[i] = (struct post_file){ .name = "leeg.pdf", .data = "" };
	play_post(p, &post);
	virtual_advance(p->v, MINUTES(30));
	return number;
}

static void test_dossier(void)
{
	static const struct {
		const char *name;
		int64_t bytes;
		const char *files, *says;
	} rows[] = {
		{ "ten megabytes", 10000000,
		  "paspoort.pdf, aangifte 2023.pdf, aangifte 2024.pdf, aangifte 2025.pdf, jaarcijfers 2023.pdf, jaarcijfers "
		  "2024.pdf, jaarcijfers 2025.pdf, prognose.pdf", "prognose.pdf (application/pdf, " },
		{ "room for two", 1600, "paspoort.pdf, aangifte 2023.pdf", "aangifte 2024.pdf (application/pdf, 55 bytes), niet bijgevoegd" },
		{ "nothing comes along", 0, "", "paspoort.pdf (application/pdf, 50 bytes), niet bijgevoegd" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const struct virtual_sent *sent;

		open_complete(&p, rows[i].bytes);
		sent = desk_last(&p, ELS, "te-behandelen");
		tap_is_str(names(&p, sent), rows[i].files, "%s: the files", rows[i].name);
		if (!tap_ok(sent && strstr(play_text(&p, sent), rows[i].says), "%s: what is said of them", rows[i].name))
			printf("#   %s\n", sent ? play_text(&p, sent) : "no mail");
		tap_is_int((long long)files_to(&p, JAN), 0, "%s: the client gets none", rows[i].name);
		play_close(&p);
	}
}

/* What was judged is not there again. */
static void test_again(void)
{
	struct play p;
	const char *number = open_complete(&p, 10000000);

	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, ELS), .from = ELS,
				      .subject = play_read(&p, desk_last(&p, ELS, "te-behandelen"))->subject,
				      .answers = play_id_to(&p, ELS), .text = "goedkeuren aangifte 2025\nafkeuren prognose: onleesbaar" });
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, JAN), .from = JAN, .subject = number, .text = "Hierbij.",
				      .files = { { .name = "prognose nieuw.pdf" } } });
	virtual_advance(p.v, MINUTES(30));
	tap_is_str(names(&p, desk_last(&p, ELS, "te-behandelen")),
		   "paspoort.pdf, aangifte 2023.pdf, aangifte 2024.pdf, jaarcijfers 2023.pdf, jaarcijfers 2024.pdf, jaarcijfers "
		   "2025.pdf, prognose nieuw.pdf", "what was accepted or rejected does not come along again");
	play_close(&p);
}

static void test_ticket(void)
{
	static const struct {
		const char *name, *found;
		int64_t bytes;
		const char *files, *says;
	} rows[] = {
		{ "of a proven sender", DESK_PASS, 10000000, "offerte.pdf, scan.gif", "Niet bijgevoegd: setup.exe" },
		{ "nothing comes along", DESK_PASS, 0, "", "Niet bijgevoegd: offerte.pdf" },
		{ "of nobody knows whom", "dmarc=fail header.from", 10000000, "", "Niet bijgevoegd: offerte.pdf" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const struct virtual_sent *sent;

		play_open(&p, &(struct play_options){ .authentication = true });
		p.services[0].staff_files = rows[i].bytes;
		play_post(&p, &(struct post){ .top = desk_trace(&p, rows[i].found, STEVE), .from = STEVE, .subject = "Technisch probleem",
					      .text = "Het lukt niet.",
					      .files = { { .name = "../../offerte.pdf" },
							 { .name = "setup.exe", .data = "MZ not a program", .type = "application/x-dosexec" },
							 { .name = "scan.gif", .type = "image/gif",
							   .data = "GIF89a\x01\x01\x01\x01\x01\x01\x01" } } });
		sent = desk_last(&p, ELS, "ticket-bericht");
		tap_is_str(names(&p, sent), rows[i].files, "%s: the files", rows[i].name);
		if (!tap_ok(sent && strstr(play_text(&p, sent), rows[i].says), "%s: the others are named", rows[i].name))
			printf("#   %s\n", sent ? play_text(&p, sent) : "no mail");
		tap_is_int((long long)files_to(&p, STEVE), 0, "%s: none goes back", rows[i].name);
		play_close(&p);
	}
}

/* In a dossier: what it took, and nothing that is held. */
static void test_question(void)
{
	struct play p;
	const char *number;

	play_open(&p, &(struct play_options){ .authentication = true });
	p.services[0].staff_files = 10000000;
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, JAN), .from = JAN, .subject = number,
				      .text = "vraag: is dit genoeg?",
				      .files = { { .name = "paspoort.pdf" }, { .name = "leeg.pdf", .data = "" } } });
	tap_is_str(names(&p, desk_last(&p, ELS, "ticket-bericht")), "paspoort.pdf", "a question with documents");
	tap_ok(desk_says(&p, ELS, "ticket-bericht", "Niet bijgevoegd: leeg.pdf"), "of which one is held");
	play_close(&p);
}

int main(void)
{
	test_dossier();
	test_again();
	test_ticket();
	test_question();
	return tap_done();
}
