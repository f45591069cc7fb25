/* Documents and what is said about them: slots, held ones, receipts, joined mails, copies, payment, staff. */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

#define PDF(name) "%PDF-1.4\n% " name "\n1 0 obj\n<< >>\nendobj\n%%EOF"

/* ---- where documents go ---- */

struct paper_row {
	const char *name;
	struct post_file files[POST_FILES];
	const char *papers; /* as play_papers(), without the state */
	const char *says;   /* words of the receipt */
};

static const struct paper_row paper_rows[] = {
	{ "a passport", { { .name = "paspoort.pdf" } }, " legitimatie=paspoort.pdf",
	  "paspoort.pdf: genoteerd als Kopie legitimatiebewijs" },
	{ "a year in the name", { { .name = "Aangifte IB 2024.pdf" } }, " aangifte2024=Aangifte IB 2024.pdf",
	  "Aangifte inkomstenbelasting 2024" },
	{ "no year, three are missing", { { .name = "aangifte.pdf" } }, " held:aangifte.pdf(ambiguous)",
	  "Hier kijkt eerst een medewerker naar" },
	{ "a year that is not asked for", { { .name = "aangifte 2019.pdf" } }, " held:aangifte 2019.pdf(year)",
	  "Hier kijkt eerst een medewerker naar" },
	{ "the wrong kind of file", { { .name = "paspoort.xyz", .data = "word\001\002", .type = "application/octet-stream" } },
	  " held:paspoort.xyz(type)", "Hier kijkt eerst een medewerker naar" },
	{ "nothing in it", { { .name = "paspoort.pdf", .data = "" } }, " held:paspoort.pdf(empty)", "paspoort.pdf" },
	{ "fits nothing in particular", { { .name = "brief van de bank.pdf" } }, " overig=brief van de bank.pdf",
	  "Overige stukken" },
	{ "two for a slot of one, in one mail",
	  { { .name = "paspoort voor.pdf", .data = PDF("voor") }, { .name = "paspoort achter.pdf", .data = PDF("achter") } },
	  " legitimatie=paspoort voor.pdf held:paspoort achter.pdf(full)",
	  "Hier kijkt eerst een medewerker naar, u hoeft niets te doen: - paspoort achter.pdf" },
	{ "the same bytes twice, in one mail",
	  { { .name = "paspoort.pdf", .data = PDF("x") }, { .name = "paspoort kopie.pdf", .data = PDF("x") } },
	  " legitimatie=paspoort.pdf", "Dit hadden wij al, u hoeft er niets mee te doen: - paspoort kopie.pdf" },
	{ "the same bytes twice, and they fit nowhere",
	  { { .name = "aangifte.pdf", .data = PDF("x") }, { .name = "aangifte kopie.pdf", .data = PDF("x") } },
	  " held:aangifte.pdf(ambiguous)", "aangifte kopie.pdf" },
	{ "a path for a name", { { .name = "../../etc/paspoort.pdf" } }, " legitimatie=paspoort.pdf", "- paspoort.pdf:" },
	{ "six for a slot of five",
	  { { .name = "jaarcijfers 2024 1.pdf" }, { .name = "jaarcijfers 2024 2.pdf" }, { .name = "jaarcijfers 2024 3.pdf" },
	    { .name = "jaarcijfers 2024 4.pdf" }, { .name = "jaarcijfers 2024 5.pdf" }, { .name = "jaarcijfers 2024 6.pdf" } },
	  " jaarcijfers2024=jaarcijfers 2024 1.pdf jaarcijfers2024=jaarcijfers 2024 2.pdf"
	  " jaarcijfers2024=jaarcijfers 2024 3.pdf jaarcijfers2024=jaarcijfers 2024 4.pdf"
	  " jaarcijfers2024=jaarcijfers 2024 5.pdf held:jaarcijfers 2024 6.pdf(full)",
	  "Hier kijkt eerst een medewerker naar, u hoeft niets te doen: - jaarcijfers 2024 6.pdf" },
};

static size_t held_readable(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	size_t i, good = 0;

	for (i = 0; i < d->held_count; i++)
		good += d->held[i].document.size == 0 || *play_bytes(p, number, d->held[i].document.id) != '\0';
	return d->held_count - good;
}

/* The same bytes, held first, then mailed under a name that says what they are: no longer held. */
static void check_held_then_placed(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "aangifte.pdf", .data = "%PDF-1.4 dezelfde" } } });
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte.pdf(ambiguous)", "which year? held");
	play_post(&p, &(struct post){ .subject = number,
				      .files = { { .name = "aangifte 2024.pdf", .data = "%PDF-1.4 dezelfde" } } });
	tap_is_str(play_papers(&p, number), "verzamelen aangifte2024=aangifte 2024.pdf", "the same file with its year: placed");
	play_well(&p, "held, then placed");
	play_close(&p);
}

static void check_paper(const struct paper_row *row)
{
	struct play p;
	struct post post = { 0 };
	const char *number, *want, *text;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post.subject = number;
	memcpy(post.files, row->files, sizeof post.files);
	play_post(&p, &post);
	want = arena_printf(&p.arena, "verzamelen%s", row->papers);
	tap_ok(str_starts(play_item(&p), strstr(row->papers, "held:") ? "held " : "processed"),
	       "%s: held where a file waits for a person, else processed", row->name);
	tap_is_str(play_papers(&p, number), want, "%s: the dossier", row->name);
	tap_is_str(play_mails(&p), "ontvangst>jan", "%s: one receipt", row->name);
	text = play_text(&p, play_last_sent(&p));
	if (!tap_ok(strstr(text, row->says) != NULL, "%s: it says so", row->name))
		printf("# %s\n", text);
	tap_is_int((long long)held_readable(&p, number), 0, "%s: the bytes of what is held are there", row->name);
	play_well(&p, row->name);
	play_close(&p);
}

/* The same mail and the same file again, and a mail that only looks the same. */
static void check_duplicates(void)
{
	struct play p;
	const char *number;
	struct post post = { .message_id = "<same@client.example>", .files = { { .name = "paspoort.pdf" } } };

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	post.subject = number;
	play_post(&p, &post);
	play_mails(&p);
	play_post(&p, &post);
	tap_is_str(play_item(&p), "duplicate duplicate", "the same bytes again");
	tap_is_int(play_item_last(&p)->duplicate_of, 1, "and it says of which");
	post.top = "Received: from elsewhere by " MX "\r\n";
	play_post(&p, &post);
	tap_is_str(play_item(&p), "duplicate duplicate", "the same mail by another way");
	tap_is_str(play_mails(&p), "", "neither is answered");
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "both are acknowledged");
	post.files[0].data = PDF("another passport");
	play_post(&p, &post);
	tap_is_str(play_item(&p), "processed", "the same Message-ID with other contents is another mail");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=old:paspoort.pdf legitimatie=paspoort.pdf",
		   "its document is a new version, and the old one stays");
	virtual_advance(p.v, HOURS(1));
	play_mails(&p);
	post.message_id = NULL;
	play_post(&p, &post);
	tap_is_str(play_item(&p), "processed", "the same file in another mail: processed");
	tap_ok(strstr(play_text(&p, play_last_sent(&p)), "Dit hadden wij al") != NULL, "the receipt says we had it");
	play_close(&p);
}

static void complete(struct play *p, const char *number)
{
	static const char *const names[] = { "paspoort.pdf", "aangifte 2023.pdf", "aangifte 2024.pdf", "aangifte 2025.pdf",
					     "jaarcijfers 2023.pdf", "jaarcijfers 2024.pdf", "jaarcijfers 2025.pdf",
					     "prognose.pdf" };
	struct post post = { .subject = number };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		post.files[i].name = names[i];
	play_post(p, &post);
	virtual_advance(p->v, HOURS(1));
}

/* Documents that come too late, and a dossier that has ended. */
static void check_closed(void)
{
	struct play p;
	const char *number;
	const struct dossier *d;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	complete(&p, number);
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort nieuw.pdf" } } });
	d = play_look(&p, number);
	tap_is_str(d->state, "compleet", "uploads are closed");
	tap_ok(d->held_count == 1 && str_eq(d->held[0].reason, "closed"), "a document that comes now is held");
	tap_ok(strstr(play_text(&p, play_last_sent(&p)), "nemen wij op dit moment geen nieuwe stukken meer aan") != NULL,
	       "and the sender is told");
	tap_is_int((long long)held_readable(&p, number), 0, "its bytes are there");
	play_close(&p);

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	virtual_advance(p.v, DAYS(125));
	tap_is_str(play_look(&p, number)->state, "vervallen", "after 120 days the dossier lapses");
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } });
	d = play_look(&p, number);
	tap_ok(d->held_count == 1 && str_eq(d->held[0].reason, "final"), "a document for it is held");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and the sender is told");
	play_close(&p);
}

/* ---- receipts ---- */

static void post_one(struct play *p, const char *number, const char *name)
{
	play_post(p, &(struct post){ .subject = number, .files = { { .name = name } } });
}

/* Nine mails from a phone: the first receipt at once, one for all others. */
static void check_shared(void)
{
	struct play p;
	const char *number, *text;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post_one(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "ontvangst>jan", "the first receipt goes at once");
	virtual_advance(p.v, 60);
	post_one(&p, number, "aangifte 2023.pdf");
	virtual_advance(p.v, 60);
	post_one(&p, number, "aangifte 2019.pdf");
	post_one(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "", "what follows within ten minutes waits");
	virtual_advance(p.v, MINUTES(10));
	tap_is_str(play_mails(&p), "ontvangst>jan vastgehouden>els", "and shares one receipt; staff hear of what is held");
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(strstr(text, "aangifte 2023.pdf: genoteerd") != NULL, "it names what was received");
	tap_ok(strstr(text, "aangifte 2019.pdf") != NULL, "and what is held");
	tap_ok(!strstr(text, "paspoort.pdf: genoteerd"), "not what the first one named");
	if (!tap_ok(strstr(text, "Dit hadden wij al, u hoeft er niets mee te doen: - paspoort.pdf") != NULL,
		    "and what we had already"))
		printf("# %s\n", text);
	virtual_advance(p.v, HOURS(1));
	tap_is_str(play_mails(&p), "", "and that is all");
	post_one(&p, number, "aangifte 2024.pdf");
	tap_is_str(play_mails(&p), "ontvangst>jan", "an hour later the next one goes at once");
	play_well(&p, "shared receipts");
	play_close(&p);
}

#define PICTURE_IN_TEXT \
	"From: " JAN "\r\nTo: " SERVICE "\r\nSubject: %s\r\nMessage-ID: <photo@x>\r\nMIME-Version: 1.0\r\n" \
	"Content-Type: multipart/related; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/html\r\n\r\n" \
	"<html><body><img src=\"cid:photo\"></body></html>\r\n--cut\r\nContent-Type: image/gif\r\nContent-ID: <photo>\r\n" \
	"Content-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n--cut--\r\n"

/* A mail with nothing in it; one with words only. */
static void check_empty(void)
{
	struct play p;
	const char *number, *picture;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .text = "  \r\n" });
	tap_is_str(play_item(&p), "processed empty", "an empty mail is processed");
	tap_is_str(play_mails(&p), "ontvangst>jan", "its sender is told");
	tap_ok(strstr(play_text(&p, play_last_sent(&p)), "Er zaten geen bestanden bij uw mail") != NULL,
	       "that there was nothing in it");
	play_post(&p, &(struct post){ .subject = number, .text = "Wanneer is het klaar?" });
	tap_is_str(play_item(&p), "processed", "words only: a ticket");
	tap_is_str(play_mails(&p), "ticket-bericht>els ticket-ontvangen>jan", "and its sender hears its number");
	picture = arena_printf(&p.arena, PICTURE_IN_TEXT, number);
	play_post_raw(&p, picture, strlen(picture));
	tap_is_str(play_item(&p), "held message", "a picture in the text and no words: held, not empty");
	tap_is_str(play_mails(&p), "", "nobody says that nothing was attached");
	play_post(&p, &(struct post){ .subject = number, .headers = "Auto-Submitted: auto-replied\r\n" });
	tap_is_str(play_item(&p), "processed automatic", "an empty automatic mail");
	tap_is_str(play_mails(&p), "", "is not answered");
	play_post_raw(&p, "\001\002\003", 3);
	tap_is_str(play_item(&p), "quarantined not-a-mail", "three bytes are no mail");
	tap_is_str(play_mails(&p), "quarantaine>els", "staff are told");
	play_post_raw(&p, "", 0);
	tap_is_str(play_item(&p), "quarantined not-a-mail", "nor is nothing at all");
	play_well(&p, "bad input");
	play_close(&p);
}

/* A mail that shows a JPEG of 'lines' base64 lines (57 bytes each) in its text. */
static void post_photo(struct play *p, const char *number, const char *id, int lines)
{
	struct buf mail = BUF_INIT(BUF_MAX_FILE);

	buf_addf(&mail, "From: " JAN "\r\nTo: " SERVICE "\r\nSubject: %s\r\nMessage-ID: <%s@x>\r\nMIME-Version: 1.0\r\n",
		 number, id);
	buf_adds(&mail, "Content-Type: multipart/related; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/html\r\n\r\n"
			"<p>Hierbij.</p><img src=\"cid:photo\">\r\n--cut\r\nContent-Type: image/jpeg; name=paspoort.jpg\r\n"
			"Content-ID: <photo>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
			"/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkI\r\n");
	while (lines-- > 1)
		buf_adds(&mail, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n");
	buf_adds(&mail, "--cut--\r\n");
	play_post_raw(p, mail.data, mail.len);
	buf_free(&mail);
}

/* A photo that a phone put into the text is a document; the picture of a signature is not. */
static void check_pasted(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post_photo(&p, number, "small", 100);
	tap_is_str(play_papers(&p, number), "verzamelen", "a small picture in the text is no document");
	play_mails(&p);
	post_photo(&p, number, "large", 4000);
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.jpg", "a photo in the text is one");
	play_well(&p, "pasted photos");
	play_close(&p);
}

/* ---- who gets what ---- */

#define AT_ONCE(body) \
	"workflow inkomensverklaring \"Inkomensverklaring\"\n" \
	"language nl\n" \
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n" \
	"days working\n" \
	"documents {\n" \
	"    legitimatie \"Kopie legitimatiebewijs\" required accept pdf match /paspoort/i\n" \
	"    jaarcijfers \"Jaarcijfers\" optional accept pdf files 0..5 match /jaarcijfers/i\n" \
	"}\n" \
	"start verzamelen\n" \
	"state verzamelen \"Wacht op stukken\" {\n" \
	"    uploads open\n" \
	"    on documents complete { goto compleet }\n" \
	"}\n" \
	"state compleet \"Stukken compleet\" final {\n" \
	"    on enter " body "\n" \
	"}\n"

static void open_at_once(struct play *p, const char *rules, struct engine_opening opening, const char **number)
{
	play_open(p, &(struct play_options){ .rules = rules });
	*number = play_dossier(p, opening);
	tap_is_str(play_mails(p), "", "the opening says nothing");
}

/* Receipt and notice to one person are one mail. */
static void check_joined(void)
{
	struct play p;
	const char *number, *text;

	open_at_once(&p, AT_ONCE("{ mail stukken-compleet; mail te-behandelen to staff }"), (struct engine_opening){ 0 },
		     &number);
	post_one(&p, number, "jaarcijfers.pdf");
	tap_is_str(play_mails(&p), "ontvangst>jan", "a receipt by itself");
	virtual_advance(p.v, 60);
	post_one(&p, number, "jaarcijfers 2.pdf");
	tap_is_str(play_mails(&p), "", "the second waits");
	virtual_advance(p.v, 60);
	post_one(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "ontvangst+stukken-compleet>jan te-behandelen>els", "receipt and notice are one mail");
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(strstr(text, "paspoort.pdf: genoteerd") != NULL, "it names the document");
	tap_ok(strstr(text, "jaarcijfers 2.pdf: genoteerd") != NULL, "and the one whose receipt was still waiting");
	tap_ok(strstr(text, "alle stukken ontvangen") != NULL, "and tells the news");
	virtual_advance(p.v, HOURS(1));
	tap_is_str(play_mails(&p), "", "nothing is said twice");
	play_well(&p, "joined");
	play_close(&p);
}

/* Did a mail to somebody show that one other person got it too? */
static bool cc_is(struct play *p, const char *to, const char *address)
{
	size_t i;

	for (i = 0; i < virtual_sent_count(p->v); i++)
		if (str_eq(virtual_sent_at(p->v, i)->to, to)) {
			const struct mail *mail = play_read(p, virtual_sent_at(p->v, i));

			if (mail->cc.count == 1 && str_eq(mail->cc.list[0].addr, address))
				return true;
		}
	return false;
}

/* Mails to one person go out in the order in which they were written. */
static bool in_order(struct play *p, const char *to)
{
	int64_t last = 0;
	size_t i;

	for (i = 0; i < virtual_sent_count(p->v); i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);

		if (!str_eq(sent->to, to))
			continue;
		if (sent->row < last)
			return false;
		last = sent->row;
	}
	return last > 0;
}

/* An office, whose client asked for copies. */
static void check_copy(const char *sender)
{
	const struct engine_opening opening = { .client_name = "Jan", .client_address = JAN, .office = OFFICE,
						.office_name = "Kantoor", .copy = true };
	bool from_office = str_eq(sender, OFFICE);
	struct play p;
	const char *number;

	open_at_once(&p, AT_ONCE("{ mail stukken-compleet }"), opening, &number);
	play_post(&p, &(struct post){ .from = sender, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), from_office ? "ontvangst+stukken-compleet>info stukken-compleet>jan" :
						 "ontvangst>jan stukken-compleet>info stukken-compleet>jan",
		   "from %s: the receipt to the sender, the notice to both", sender);
	tap_ok(cc_is(&p, OFFICE, JAN), "from %s: the office sees that the client got it", sender);
	tap_ok(cc_is(&p, JAN, OFFICE), "from %s: and the client that the office did", sender);
	tap_ok(!str_eq(play_id_to(&p, JAN), play_id_to(&p, OFFICE)), "from %s: two Message-IDs", sender);
	tap_ok(in_order(&p, JAN) && in_order(&p, OFFICE), "from %s: each gets his mails in order", sender);
	play_close(&p);
}

/* Nothing of an office's own dossier reaches the client, but the payment mail. */
static void check_hidden(void)
{
	struct engine_person partner = { "Kees", KEES, NULL };
	static const char rules[] = AT_ONCE("{ mail stukken-compleet; "
					    " request payment 149.00 EUR \"Inkomensverklaring {number}\" valid 60 days;"
					    " mail betalen to payer }");
	struct engine_opening opening = { .client_name = "Jan", .client_address = JAN, .office = OFFICE,
					  .office_name = "Kantoor", .office_only = true };
	struct play p;
	const char *number, *text;

	open_at_once(&p, rules, opening, &number);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), "betaalverzoek-taak>els betalen>jan ontvangst+stukken-compleet>info",
		   "an office's own dossier: the client gets the payment mail and nothing else");
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(strstr(text, "149") != NULL, "it holds the amount");
	if (!tap_ok(!strstr(text, "stukken binnen") && !strstr(text, "legitimatiebewijs"), "and no status"))
		printf("# %s\n", text);
	play_close(&p);

	opening.office_only = false;
	open_at_once(&p, rules, opening, &number);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), "betaalverzoek-taak>els betalen>jan ontvangst+stukken-compleet>info",
		   "a shared one: the payment mail stands by itself");
	tap_ok(!strstr(play_text(&p, virtual_sent_at(p.v, 0)), "149") || !str_eq(virtual_sent_at(p.v, 0)->to, OFFICE),
	       "the amount is not the office's to see");
	play_close(&p);

	open_at_once(&p, rules, (struct engine_opening){ 0 }, &number);
	post_one(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "betaalverzoek-taak>els ontvangst+stukken-compleet+betalen>jan",
		   "without an office all is one mail");
	play_close(&p);

	opening = (struct engine_opening){ .client_name = "Jan", .client_address = JAN, .partners = &partner, .partner_count = 1 };
	open_at_once(&p, rules, opening, &number);
	post_one(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "betaalverzoek-taak>els betalen>jan ontvangst+stukken-compleet>jan stukken-compleet>kees",
		   "with a second client the payment mail stands by itself");
	tap_ok(!strstr(play_text(&p, play_last_to(&p, KEES)), "149"), "and that one does not read the amount");
	play_close(&p);
}

/* The office must not read the amount, whatever the order of the mails. */
static void check_amount(void)
{
	struct play p;
	const char *number;
	size_t i;

	open_at_once(&p, AT_ONCE("{ request payment 149.00 EUR \"x {number}\" valid 60 days; mail stukken-compleet;"
				 " mail betalen to payer }"),
		     (struct engine_opening){ .client_name = "Jan", .client_address = JAN, .office = OFFICE, .copy = true },
		     &number);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	for (i = 0; i < virtual_sent_count(p.v); i++) {
		const struct virtual_sent *sent = virtual_sent_at(p.v, i);

		if (str_eq(sent->to, OFFICE))
			tap_ok(!strstr(play_text(&p, sent), "149") && !strstr(sent->data, "149"), "no amount for the office");
	}
	play_close(&p);
}

/* The same text to the same person once, though two clauses of one item want it. */
static void check_once(void)
{
	struct play p;
	const char *number;

	open_at_once(&p, AT_ONCE("{ mail stukken-compleet; mail te-behandelen to staff; mail stukken-compleet }"),
		     (struct engine_opening){ .client_name = "Jan", .client_address = JAN, .office = OFFICE, .copy = true },
		     &number);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), "ontvangst+stukken-compleet>info stukken-compleet>jan te-behandelen>els",
		   "copy and notice of the same text are one mail");
	play_well(&p, "the same text twice");
	play_close(&p);
}

/* Who stands among the staff twice reads each text once. */
static void check_staff_twice(void)
{
	struct play p;
	const char *number, *text, *first;

	play_open(&p, &(struct play_options){ .rules = AT_ONCE("{ mail te-behandelen to staff }"), .staff_twice = true });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	post_one(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "ontvangst>jan te-behandelen>els", "one mail");
	text = play_text(&p, play_last_to(&p, ELS));
	first = strstr(text, "wacht op een van ons");
	tap_ok(first && !strstr(first + 1, "wacht op een van ons"), "with the text in it once");
	play_close(&p);
}

/* What a stranger writes into names lands in our mails as plain words. */
static void check_hostile_names(void)
{
	static const char *const from[] = {
		"=?utf-8?q?Jan=0D=0ABcc=3A_boss=40evil.example=0D=0A?= <" EVE ">",
		"=?utf-8?b?8J+YgCDigK7wn5iA?= <" EVE ">",
		"\"Jan \\\"x\\\" <script>\" <" EVE ">",
		"\"{{service.name}} [klik](http://evil.example)\" <" EVE ">",
	};
	static const char *const files[] = {
		"<script>alert(1)</script>.pdf", "![x](http:__evil.example_x.png).pdf", "{{number}}{{{number}}}.pdf",
		"=?utf-8?q?a=0D=0ABcc:_x@evil.example?=.pdf", "-rf.pdf", "a%00.exe",
	};
	struct play p;
	const char *number;
	size_t i;

	/* A bare colon makes a group of it, whatever stands around it: nobody is answered. */
	play_open(&p, NULL);
	play_post(&p, &(struct post){ .from = "=?utf-8?q?Jan=0D=0ABcc:_boss@evil.example=0D=0A?= <" EVE ">", .subject = "hallo",
				      .files = { { .name = "a.pdf" } } });
	tap_is_str(play_item(&p), "held several-senders", "what reads as a group in From is no sender");
	play_close(&p);
	for (i = 0; i < sizeof from / sizeof *from; i++) {
		const struct virtual_sent *sent;
		const char *body;

		play_open(&p, NULL);
		play_post(&p, &(struct post){ .from = from[i], .subject = "hallo", .files = { { .name = "a.pdf" } } });
		tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "name %zu in From: answered", i + 1);
		sent = play_last_sent(&p);
		body = sent ? strstr(sent->data, "Content-Type: text/html") : NULL;
		tap_ok(body && !strstr(sent->data, "\nBcc:") && !strstr(body, "<script>") &&
		       !strstr(body, "href=\"http://evil"), "name %zu in From: only words", i + 1);
		play_close(&p);
	}
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		play_open(&p, NULL);
		number = play_dossier(&p, (struct engine_opening){ 0 });
		play_mails(&p);
		post_one(&p, number, files[i]);
		tap_is_str(play_mails(&p), "ontvangst>jan", "file '%s': a receipt", files[i]);
		tap_ok(!strstr(play_last_sent(&p)->data, "<script>") && !strstr(play_last_sent(&p)->data, "<img src=\"http") &&
		       !strstr(play_last_sent(&p)->data, "\nBcc:"), "file '%s': only words", files[i]);
		tap_is_str(p.failed, "", "file '%s': the engine goes on", files[i]);
		play_close(&p);
	}
}

/* Documents from staff are theirs: no receipt, and not the client's slots by accident. */
static void check_staff(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .from = ELS, .subject = number, .files = { { .name = "rapport.pdf" } } });
	tap_is_str(play_papers(&p, number), "verzamelen rapport=rapport.pdf", "a report from staff");
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "rapport.pdf", .data = PDF("valse rapport") } } });
	tap_ok(!strstr(play_papers(&p, number), "rapport=old:"), "a client's file never takes the place of the report: %s",
	       play_papers(&p, number));
	tap_is_str(play_mails(&p), "ontvangst>jan", "only the client gets a receipt");
	play_close(&p);
}

/* A Message-ID that nobody should have written does not stop the answer. */
static void check_message_ids(void)
{
	static const char *const ids[] = { "<>", "<a b@c>", "<\xc3\xa9@x.example>", "plain", "<a@b> <c@d>", "<a@[1.2.3.4]>",
					   "<a..b@c>", "<\"q\"@x>" };
	struct play p;
	struct buf longest = BUF_INIT(BUF_MAX_LINE);
	const char *number;
	size_t i;

	play_open(&p, NULL);
	for (i = 0; i < 1200; i++)
		buf_addc(&longest, 'm');
	for (i = 0; i <= sizeof ids / sizeof *ids; i++) {
		number = play_dossier(&p, (struct engine_opening){ 0 });
		play_mails(&p);
		play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } },
					      .message_id = i < sizeof ids / sizeof *ids ? ids[i] :
							    arena_printf(&p.arena, "<%s@x>", longest.data) });
		tap_is_str(play_mails(&p), "ontvangst>jan", "Message-ID %.20s: a receipt",
			   i < sizeof ids / sizeof *ids ? ids[i] : longest.data);
		tap_is_str(p.failed, "", "and the engine goes on");
	}
	buf_free(&longest);
	play_close(&p);
}

/* What is shown of a name: its end tells what kind of file it is; a file without one is called so in the client's language. */
static void check_shown_names(void)
{
	struct play p;
	char name[401];
	const char *number, *shown;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .language = "en" });
	memset(name, 'a', sizeof name);
	memcpy(name, "paspoort ", 9);
	memcpy(name + sizeof name - 5, ".pdf", 5);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = name } } });
	shown = play_papers(&p, number);
	tap_ok(str_ends(shown, "a.pdf") && strlen(shown) < 260, "a long name keeps its extension: %s", shown);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = " " } } });
	shown = play_papers(&p, number);
	tap_ok(strstr(shown, "(no name)") && !strstr(shown, "naamloos"), "no name, in English: %s", shown);
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof paper_rows / sizeof *paper_rows; i++)
		check_paper(&paper_rows[i]);
	check_held_then_placed();
	check_duplicates();
	check_closed();
	check_shared();
	check_empty();
	check_pasted();
	check_joined();
	check_copy(OFFICE);
	check_copy(JAN);
	check_hidden();
	check_amount();
	check_once();
	check_staff_twice();
	check_hostile_names();
	check_staff();
	check_shown_names();
	check_message_ids();
	return tap_done();
}
