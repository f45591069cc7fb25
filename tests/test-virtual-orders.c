/* Orders in the spool: what a .json file opens, what is wrong with one, and that each is carried out once. */

/* System. */
#include <fcntl.h>
#include <ftw.h>

/* Own. */
#include "tap.h"
#include "virtual_play.h"
#include "work/office.h"
#include "work/spool_order.h"

/* ---- reading ---- */

#define CLIENT "\"client\":{\"name\":\"Jan\",\"address\":\"jan@client.example\"}"

static const struct {
	const char *name, *text, *error; /* NULL = it is fine */
} reads[] = {
	{ "the least", "{" CLIENT "}", NULL },
	{ "all there can be",
	  "{\"service\":\"pentrax\",\"workflow\":\"w\",\"reference\":\"web-17\",\"client\":{\"name\":\"Jan\","
	  "\"address\":\"Jan@Client.example\",\"language\":\"nl\",\"copy\":true},"
	  "\"office\":\"info@kantoor.example\",\"visibility\":\"shared\","
	  "\"fields\":{\"a\":\"x\",\"b\":true,\"c\":12,\"d\":1.5,\"e\":null},\"documents\":[\"a.pdf\",\"map/b.pdf\"]}", NULL },
	{ "nulls for what may be left out", "{" CLIENT ",\"office\":null,\"fields\":null,"
	  "\"documents\":null,\"visibility\":null}", NULL },
	{ "no JSON", "{" CLIENT, "the order is no JSON: line 1, column" },
	{ "a list", "[]", "the order is no object" },
	{ "no client", "{}", "client: it is missing or no object; write" },
	{ "a client that is a text", "{\"client\":\"Jan\"}", "client: it is missing or no object" },
	{ "no name", "{\"client\":{\"address\":\"a@b.nl\"}}", "client.name: it is missing; put a text there" },
	{ "a blank name", "{\"client\":{\"name\":\" \",\"address\":\"a@b.nl\"}}", "client.name: it is empty; fill it in" },
	{ "a name that is a number", "{\"client\":{\"name\":5,\"address\":\"a@b.nl\"}}",
	  "client.name: it is no text; put it in quotation marks" },
	{ "no address", "{\"client\":{\"name\":\"Jan\"}}", "client.address: it is missing" },
	{ "a bad address", "{\"client\":{\"name\":\"Jan\",\"address\":\"jan\"}}",
	  "client.address: 'jan' is not an e-mail address; write it as" },
	{ "an address with a line end", "{\"client\":{\"name\":\"Jan\",\"address\":\"a@b.nl\\r\\nBcc: x@y.nl\"}}",
	  "is not an e-mail address" },
	{ "a bad copy", "{\"client\":{\"name\":\"J\",\"address\":\"a@b.nl\",\"copy\":\"yes\"}}", "client.copy: write true or false" },
	{ "a copy without an office", "{\"client\":{\"name\":\"J\",\"address\":\"a@b.nl\",\"copy\":true}}",
	  "client.copy: true means nothing without" },
	{ "an unknown member", "{" CLIENT ",\"adress\":\"x\"}", "adress: there is no such member; take it out, or write one of: "
	  "service, workflow" },
	{ "an unknown member of the client", "{\"client\":{\"naam\":\"Jan\"}}", "client.naam: there is no such member" },
	{ "a member twice", "{" CLIENT "," CLIENT "}", "duplicate object key" },
	{ "a bad office", "{" CLIENT ",\"office\":\"kantoor\"}", "office: 'kantoor' is not an e-mail address" },
	{ "a bad visibility", "{" CLIENT ",\"visibility\":\"secret\"}", "visibility: write \"shared\" or \"office\"" },
	{ "office only without one", "{" CLIENT ",\"visibility\":\"office\"}", "visibility: \"office\" means nothing without an office" },
	{ "fields that are a list", "{" CLIENT ",\"fields\":[]}", "fields: it is no object" },
	{ "a field that is an object", "{" CLIENT ",\"fields\":{\"a\":{}}}", "fields.a: it is no text, number" },
	{ "documents that are a text", "{" CLIENT ",\"documents\":\"a.pdf\"}", "documents: it is no list" },
	{ "a path that leads out", "{" CLIENT ",\"documents\":[\"../../etc/passwd\"]}", "documents[0]: it is no safe file name" },
	{ "an absolute path", "{" CLIENT ",\"documents\":[\"/etc/passwd\"]}", "documents[0]: it is no safe file name" },
	{ "a path with dots inside", "{" CLIENT ",\"documents\":[\"a/../b.pdf\"]}", "documents[0]: it is no safe file name" },
	{ "a path out by its second part", "{" CLIENT ",\"documents\":[\"a/..\"]}", "documents[0]: it is no safe file name" },
	{ "a hidden file", "{" CLIENT ",\"documents\":[\".x.pdf\"]}", "documents[0]: it is no safe file name" },
	{ "too deep", "{" CLIENT ",\"documents\":[\"a/b/c.pdf\"]}", "documents[0]: it is no safe file name" },
	{ "a name with a NUL", "{" CLIENT ",\"documents\":[\"a\\u0000.pdf\"]}", "NUL" },
	{ "a name with a line end", "{" CLIENT ",\"documents\":[\"a\\n.pdf\"]}", "documents[0]: it is no safe file name" },
	{ "a document twice", "{" CLIENT ",\"documents\":[\"a.pdf\",\"a.pdf\"]}", "documents[1]: 'a.pdf' is named twice" },
};

static void test_reads(void)
{
	size_t i;

	for (i = 0; i < sizeof reads / sizeof *reads; i++) {
		struct arena arena = ARENA_INIT;
		struct spool_order order;
		struct err err = ERR_INIT;
		int rc = spool_order_read(reads[i].text, strlen(reads[i].text), &arena, &order, &err);

		if (!tap_ok(reads[i].error ? rc && strcasestr(err.text, reads[i].error) : !rc, "%s", reads[i].name))
			printf("#   said: %s\n", err.text);
		arena_free(&arena);
	}
}

/* ---- a spool ---- */

struct spooling {
	struct play p;
	char root[64];
};

static void make_folder(const struct spooling *s, const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", s->root, name);
	if (mkdir(path, 0700))
		exit(1);
}

static void spool_open(struct spooling *s, const struct play_options *options)
{
	play_open(&s->p, options);
	snprintf(s->root, sizeof s->root, "/tmp/pk-orders-XXXXXX");
	if (!mkdtemp(s->root))
		exit(1);
	make_folder(s, "new");
	make_folder(s, "tmp");
	s->p.settings.spool_path = s->root;
	s->p.settings.spool_service = "pentrax";
	s->p.settings.spool_still = -1;
	play_crash(&s->p);
	play_start(&s->p);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void spool_close(struct spooling *s)
{
	play_close(&s->p);
	nftw(s->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const struct spooling *s, const char *name, const char *text)
{
	char path[512];
	int fd;

	snprintf(path, sizeof path, "%s/%s", s->root, name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(1);
	close(fd);
}

static bool lies_in(const struct spooling *s, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", s->root, name);
	return access(path, F_OK) == 0;
}

static const char *reason(struct spooling *s, const char *name)
{
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	char path[512];
	struct err err = ERR_INIT;
	const char *copy;

	snprintf(path, sizeof path, "%s/refused/%s.reason", s->root, name);
	file_read(path, &text, &err);
	copy = arena_strdup(&s->p.arena, text.data);
	buf_free(&text);
	return copy;
}

static void drop(struct spooling *s, const char *name, const char *text)
{
	put(s, arena_printf(&s->p.arena, "new/%s", name), text);
	engine_spool_changed(s->p.engine);
	virtual_advance(s->p.v, 5);
}

static size_t dossiers(struct spooling *s, const char **last)
{
	struct dossier_filter filter = { .final = -1, .limit = 1000 };
	struct dossier *list;
	struct err err = ERR_INIT;
	size_t count;

	if (store_dossier_list(s->p.store, &filter, &s->p.arena, &list, &count, &err))
		play_bail("listing", &err);
	if (last)
		*last = count ? list[count - 1].number : "none";
	return count;
}

static void confirm_office(struct play *p)
{
	struct office office = { .service = "pentrax", .address = OFFICE, .name = "Kantoor", .added = PLAY_START, .by = "operator",
				 .confirmed = PLAY_START, .digest_due = DATE_NONE, .code_made = DATE_NONE };
	struct err err = ERR_INIT;

	if (store_begin(p->store, &err) || store_office_put(p->store, &office, &err) ||
	    office_go_on(p->engine, "pentrax", OFFICE, &err) || store_commit(p->store, &err))
		play_bail("confirming an office", &err);
	engine_poke(p->engine);
	virtual_settle(p->v);
}

#define PDF "%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF"

static void test_whole(void)
{
	struct spooling s;
	const char *number, *second;
	struct err err = ERR_INIT;

	spool_open(&s, NULL);
	make_folder(&s, "tmp/web-17");
	put(&s, "tmp/paspoort.pdf", PDF);
	put(&s, "tmp/web-17/aangifte 2025.pdf", PDF "\n%2");
	drop(&s, "order.json", "{" CLIENT ",\"documents\":[\"paspoort.pdf\",\"web-17/aangifte 2025.pdf\"]}");
	tap_is_int((long long)dossiers(&s, &number), 1, "an order opens a dossier");
	tap_is_str(play_papers(&s.p, number), "verzamelen legitimatie=paspoort.pdf aangifte2025=aangifte 2025.pdf",
		   "with its documents, and not with itself");
	tap_is_str(play_mails(&s.p), "aanvraag-bevestigd>jan", "its client gets the opening mail");
	tap_ok(lies_in(&s, "done/order.json") && !lies_in(&s, "new/order.json"), "the order lies in done/");
	tap_ok(!lies_in(&s, "tmp/paspoort.pdf") && !lies_in(&s, "tmp/web-17/aangifte 2025.pdf"), "its documents left tmp/");
	put(&s, "tmp/paspoort.pdf", PDF);
	put(&s, "tmp/web-17/aangifte 2025.pdf", PDF "\n%2");
	drop(&s, "again.json", "{" CLIENT ",\"documents\":[\"paspoort.pdf\",\"web-17/aangifte 2025.pdf\"]}");
	tap_is_int((long long)dossiers(&s, NULL), 1, "the same order again opens none");
	tap_is_str(play_item(&s.p), "duplicate duplicate", "it is a duplicate");
	tap_is_str(reason(&s, "again.json"),
		   arena_printf(&s.p.arena, "it is the same order as item 1 (dossier %s), with the same documents; it opened nothing, "
				"and its 2 documents were left in tmp/; remove them\n", number),
		   "which lies in refused/, with a reason that names its dossier");
	tap_ok(lies_in(&s, "tmp/paspoort.pdf") && lies_in(&s, "tmp/web-17/aangifte 2025.pdf"), "its documents stay in tmp/");
	tap_is_str(play_mails(&s.p), "spool-geweigerd>els", "staff are told");
	drop(&s, "one.json", "{\"reference\":\"web-18\"," CLIENT "}");
	put(&s, "tmp/nieuw.pdf", PDF "\n%3");
	drop(&s, "two.json", "{\"reference\":\"web-18\",\"client\":{\"name\":\"Jan J.\",\"address\":\"jan@client.example\"},"
	     "\"documents\":[\"nieuw.pdf\"]}");
	tap_is_int((long long)dossiers(&s, &second), 2, "of two orders with one reference the first counts");
	tap_is_str(reason(&s, "two.json"),
		   arena_printf(&s.p.arena, "it has the reference of item 3 (dossier %s), 'web-18'; it opened nothing, and its document "
				"was left in tmp/; deliver what is new under that dossier's number, or give the order another "
				"reference\n", second), "the other one is refused");
	tap_ok(lies_in(&s, "tmp/nieuw.pdf"), "and its document, which nobody has, stays");
	play_mails(&s.p);
	play_restart(&s.p);
	virtual_advance(s.p.v, 120);
	tap_is_int((long long)dossiers(&s, NULL), 2, "a restart opens none");
	tap_is_int(engine_dossier_erase(s.p.engine, second, "asked", &err), 0, "the dossier is erased");
	tap_ok(!lies_in(&s, "tmp/nieuw.pdf") && !lies_in(&s, "refused/two.json") && !lies_in(&s, "refused/two.json.reason"),
	       "with the order that came after it, and what that one brought");
	tap_ok(lies_in(&s, "tmp/paspoort.pdf"), "but nothing of another");
	play_well(&s.p, "orders");
	spool_close(&s);
}

static void test_refused(void)
{
	struct spooling s;
	char link[512];

	spool_open(&s, NULL);
	drop(&s, "a.json", "{\"client\":{\"name\":\"Jan\",\"address\":\"jan\"}}");
	tap_ok(str_starts(reason(&s, "a.json"), "client.address: 'jan' is not an e-mail address; write it as name@example.org"),
	       "the reason stands beside it");
	tap_is_str(play_mails(&s.p), "spool-geweigerd>els", "staff are told");
	drop(&s, "b.json", "{" CLIENT ",\"documents\":[\"weg.pdf\"]}");
	tap_ok(str_starts(reason(&s, "b.json"), "documents: 'weg.pdf' cannot be opened in tmp/; put it there"),
	  "a document that is not there");
	put(&s, "geheim.txt", "geheim");
	snprintf(link, sizeof link, "%s/tmp/link.pdf", s.root);
	if (symlink("../geheim.txt", link))
		exit(1);
	drop(&s, "c.json", "{" CLIENT ",\"documents\":[\"link.pdf\"]}");
	tap_ok(str_starts(reason(&s, "c.json"), "documents: 'link.pdf' cannot be opened"), "a link is never followed");
	snprintf(link, sizeof link, "%s/tmp/map", s.root);
	if (symlink("..", link))
		exit(1);
	drop(&s, "d.json", "{" CLIENT ",\"documents\":[\"map/geheim.txt\"]}");
	tap_ok(str_starts(reason(&s, "d.json"), "documents: 'map/geheim.txt' cannot be opened"), "nor a folder that is one");
	drop(&s, "e.json", "{\"service\":\"ander\"," CLIENT "}");
	tap_ok(str_starts(reason(&s, "e.json"), "service: this spool belongs to service 'pentrax'"), "another service");
	drop(&s, "f.json", "{\"workflow\":\"ander\"," CLIENT "}");
	tap_ok(str_starts(reason(&s, "f.json"), "workflow: service 'pentrax' has no workflow 'ander'"), "another workflow");
	drop(&s, "g.json", "{" CLIENT ",\"fields\":{\"huurt\":true}}");
	tap_ok(str_starts(reason(&s, "g.json"), "fields.huurt: workflow 'inkomensverklaring' has no such field"), "an unknown field");
	drop(&s, "h.json", "{\"client\":{\"name\":\"Els\",\"address\":\"" ELS "\"}}");
	tap_ok(strstr(reason(&s, "h.json"), "is a staff address"), "staff are no clients");
	put(&s, "tmp/a.pdf", PDF);
	drop(&s, "i.json", "{\"workflow\":\"ander\",\"reference\":\"web-1\"," CLIENT ",\"documents\":[\"a.pdf\"]}");
	tap_ok(lies_in(&s, "tmp/a.pdf"), "the documents of a refused order stay");
	tap_is_int((long long)dossiers(&s, NULL), 0, "none of them opens anything");
	drop(&s, "j.json", "{\"reference\":\"web-1\"," CLIENT ",\"documents\":[\"a.pdf\"]}");
	tap_is_int((long long)dossiers(&s, NULL), 1, "put right and dropped again it does");
	play_mails(&s.p);
	drop(&s, "k.json", "{" CLIENT ",\"office\":\"" OFFICE "\"}");
	tap_is_int((long long)dossiers(&s, NULL), 1, "an office that is not confirmed: no dossier");
	tap_ok(!play_last_to(&s.p, OFFICE), "and no mail to it");
	tap_is_str(play_item(&s.p), "held office", "the order waits");
	confirm_office(&s.p);
	tap_is_int((long long)dossiers(&s, NULL), 2, "and goes on by itself when the office is confirmed");
	tap_ok(play_last_to(&s.p, OFFICE) != NULL, "its mail goes to the office");
	play_well(&s.p, "refused orders");
	spool_close(&s);
}

static void test_fields(void)
{
	struct spooling s;
	const struct dossier *d;
	const char *number;

	spool_open(&s, &(struct play_options){
		.rules = "workflow inkomensverklaring \"Inkomensverklaring\"\nlanguage nl, en\n"
			 "number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\ndays calendar\n"
			 "facts { huurt \"Huurt een woning\" yes or no }\n"
			 "form aanvraag \"Aanvraag\" from client, office { huurt \"Huurt u een woning?\" yes or no required }\n"
			 "documents { legitimatie \"Legitimatie\" required\n huurcontract \"Huurcontract\" required if fact huurt }\n"
			 "start verzamelen\nstate verzamelen \"Wacht op stukken\" { uploads open\n on enter { mail aanvraag-bevestigd }\n"
			 " on documents complete { goto klaar } }\nstate klaar \"Klaar\" final { }\nkeep 7 years after final\n" });
	drop(&s, "a.json", "{" CLIENT "}");
	tap_ok(str_starts(reason(&s, "a.json"), "fields.huurt: it is missing"), "a required field");
	drop(&s, "b.json", "{" CLIENT ",\"fields\":{\"huurt\":\"misschien\"}}");
	tap_ok(str_starts(reason(&s, "b.json"), "fields.huurt: it cannot be 'misschien' (not-yes-or-no)"), "a value that is none");
	drop(&s, "c.json", "{" CLIENT ",\"fields\":{\"huurt\":true}}");
	dossiers(&s, &number);
	d = play_look(&s.p, number);
	tap_is_str(dossier_fact(d, "huurt"), "yes", "a field becomes a fact");
	tap_ok(dossier_slot(d, "huurcontract", 0)->required, "that the opening goes by");
	play_well(&s.p, "fields of orders");
	spool_close(&s);
}

static const char *content(struct spooling *s, const char *name)
{
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	char path[512];
	struct err err = ERR_INIT;
	const char *copy;

	snprintf(path, sizeof path, "%s/%s", s->root, name);
	copy = file_read(path, &text, &err) ? "nothing" : arena_strdup(&s->p.arena, text.data ? text.data : "");
	buf_free(&text);
	return copy;
}

/* An order that waits for its office, let through into a dossier that there is: its documents go there, and it opens none. */
static void test_accepted(void)
{
	struct spooling s;
	struct engine_held_order order = { .by = "operator" };
	struct engine_held_result result = { 0 };
	struct err err = ERR_INIT;

	spool_open(&s, NULL);
	order.number = play_dossier(&s.p, (struct engine_opening){ 0 });
	put(&s, "tmp/paspoort.pdf", PDF);
	drop(&s, "a.json", "{" CLIENT ",\"office\":\"" OFFICE "\",\"documents\":[\"paspoort.pdf\"]}");
	tap_is_str(play_item(&s.p), "held office", "an order waits for its office");
	order.item = play_item_last(&s.p)->id;
	tap_is_int(engine_held(s.p.engine, &order, &s.p.arena, &result, &err), 0, "a person lets it through: %s", err.text);
	virtual_settle(s.p.v);
	tap_is_str(play_item(&s.p), "processed released", "it is done with");
	tap_is_str(play_papers(&s.p, order.number), "verzamelen legitimatie=paspoort.pdf", "its documents are where he wanted them");
	tap_is_int((long long)dossiers(&s, NULL), 1, "and it opens none of its own");
	confirm_office(&s.p);
	tap_is_int((long long)dossiers(&s, NULL), 1, "nor later");
	play_well(&s.p, "accepted orders");
	spool_close(&s);
}

/* What is refused has its bytes nowhere else: nothing may be put over it. */
static void test_names_taken(void)
{
	struct spooling s;
	char name[256];

	spool_open(&s, NULL);
	drop(&s, "x.json", "one");
	drop(&s, "3-x.json", "two");
	drop(&s, "x.json", "three");
	tap_is_str(content(&s, "refused/x.json"), "one", "the first of its name keeps it");
	tap_is_str(content(&s, "refused/3-x.json"), "two", "nothing is put over what is called as the next would be");
	tap_is_str(content(&s, "refused/3-3-x.json"), "three", "which gets another name");
	drop(&s, "x.pdf.reason", "four");
	drop(&s, "x.pdf", "five");
	tap_is_str(content(&s, "refused/x.pdf.reason_"), "four", "a file that is called like a reason");
	tap_ok(str_starts(reason(&s, "x.pdf"), "its name does not begin"), "is in no reason's way");
	drop(&s, "map", "six");
	make_folder(&s, "new/map");
	drop(&s, "map/y.pdf", "seven");
	tap_is_str(content(&s, "refused/7-map_y.pdf"), "seven", "a folder that is called like a file");
	tap_ok(!lies_in(&s, "new/map/y.pdf"), "holds nothing up");
	memset(name, 'a', 250);
	memcpy(name + 246, ".pdf", 5);
	drop(&s, name, "eight");
	tap_is_str(content(&s, arena_printf(&s.p.arena, "refused/8-%.100s_%s", name, name + 210)), "eight", "a name that is too long");
	tap_ok(!lies_in(&s, arena_printf(&s.p.arena, "new/%s", name)), "is made shorter");
	play_well(&s.p, "names");
	spool_close(&s);
}

/* Refused, and handled again by hand once the configuration was put right. */
static void test_retried(void)
{
	struct spooling s;
	struct err err = ERR_INIT;
	const char *number;

	spool_open(&s, NULL);
	put(&s, "tmp/paspoort.pdf", PDF);
	drop(&s, "a.json", "{\"client\":{\"name\":\"Els\",\"address\":\"" ELS "\"},\"documents\":[\"paspoort.pdf\"]}");
	tap_ok(lies_in(&s, "refused/a.json") && lies_in(&s, "tmp/paspoort.pdf"), "an order is refused");
	s.p.staff[0].address = "ans@pentrax.example";
	store_item_retry(s.p.store, play_item_last(&s.p)->id, &err);
	engine_poke(s.p.engine);
	virtual_settle(s.p.v);
	tap_is_int((long long)dossiers(&s, &number), 1, "handled again it opens a dossier");
	tap_is_str(play_papers(&s.p, number), "verzamelen legitimatie=paspoort.pdf", "with the document that it took along");
	tap_ok(!lies_in(&s, "tmp/paspoort.pdf"), "which leaves tmp/");
	tap_ok(lies_in(&s, "done/a.json") && !lies_in(&s, "refused/a.json") && !lies_in(&s, "refused/a.json.reason"),
	       "and it moves to done/");
	play_well(&s.p, "retried orders");
	spool_close(&s);
}

/* Puts a file back as a copy of the spool would have it: with its time. */
static void restore(const struct spooling *s, const char *name, const struct stat *was)
{
	const struct timespec times[2] = { was->st_mtim, was->st_mtim };
	char path[512];

	put(s, name, PDF);
	snprintf(path, sizeof path, "%s/%s", s->root, name);
	if (utimensat(AT_FDCWD, path, times, 0))
		exit(1);
}

static void test_erased(void)
{
	struct spooling s;
	struct err err = ERR_INIT;
	const char *number;
	char path[512];
	struct stat st;

	spool_open(&s, NULL);
	put(&s, "tmp/paspoort.pdf", PDF);
	put(&s, "tmp/ander.pdf", PDF);
	snprintf(path, sizeof path, "%s/tmp/paspoort.pdf", s.root);
	if (stat(path, &st))
		exit(1);
	drop(&s, "a.json", "{" CLIENT ",\"documents\":[\"paspoort.pdf\"]}");
	dossiers(&s, &number);
	restore(&s, "tmp/paspoort.pdf", &st);
	tap_is_int(engine_dossier_erase(s.p.engine, number, "asked", &err), 0, "a dossier is erased");
	tap_ok(!lies_in(&s, "tmp/paspoort.pdf") && !lies_in(&s, "done/a.json"), "its order and its documents go, also out of tmp/");
	tap_ok(lies_in(&s, "tmp/ander.pdf"), "what it did not name stays");
	spool_close(&s);
}

/* The process dies at any moment between two turns of its loop: one dossier, with its document. */
static void test_crash(void)
{
	int steps;

	for (steps = 0; steps < 12; steps++) {
		struct spooling s;
		struct err err = ERR_INIT;
		const char *number;
		int64_t mails = 0;
		int i;

		spool_open(&s, NULL);
		put(&s, "tmp/paspoort.pdf", PDF);
		put(&s, "new/order.json", "{" CLIENT ",\"documents\":[\"paspoort.pdf\"]}");
		engine_spool_changed(s.p.engine);
		for (i = 0; i < steps; i++)
			virtual_step(s.p.v, 5);
		play_restart(&s.p);
		virtual_advance(s.p.v, 120);
		store_outbox_count(s.p.store, "pentrax", JAN, NULL, NULL, 0, &mails, &err);
		if (dossiers(&s, &number) != 1 || mails != 1 || !str_eq(play_papers(&s.p, number), "verzamelen legitimatie=paspoort.pdf") ||
		    !lies_in(&s, "done/order.json") || lies_in(&s, "tmp/paspoort.pdf"))
			tap_ok(false, "a crash after %d turns: %zu dossiers", steps, dossiers(&s, NULL));
		spool_close(&s);
	}
	tap_ok(true, "a crash at any moment opens one dossier");
}

int main(void)
{
	test_reads();
	test_whole();
	test_refused();
	test_fields();
	test_accepted();
	test_names_taken();
	test_retried();
	test_erased();
	test_crash();
	return tap_done();
}
