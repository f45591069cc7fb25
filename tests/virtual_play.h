/*
 * What the tests of the whole engine share: the engine in the virtual
 * environment, with the shipped rules and templates, stores in memory, a few
 * people, and short words for what they mail and what came of it.
 * POSTKAMER_PLAY_STORE=FOLDER plays on SQLite instead, in folders of their own there.
 *
 *     struct play p;
 *     play_open(&p, NULL);
 *     play_post(&p, &(struct post){ .from = JAN, .subject = number, .files = { { "paspoort.pdf" } } });
 *     tap_is_str(play_mails(&p), "ontvangst>jan", "…");
 */
#ifndef POSTKAMER_TESTS_VIRTUAL_PLAY_H
#define POSTKAMER_TESTS_VIRTUAL_PLAY_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/virtual.h"
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "blob/blob.h"
#include "ipc/manifest.h"
#include "seal/seal.h"
#include "store/store.h"
#include "tap.h"
#include "work/engine.h"
#include "worker/parse.h"

#define PLAY_START 1772438400 /* Monday 2026-03-02 09:00 in Amsterdam */
#define SERVICE "dossier@pentrax.example"
#define OTHER_SERVICE "post@ander.example"
#define MX "mx.pentrax.example"
#define JAN "jan@client.example"
#define KEES "kees@client.example"
#define OFFICE "info@kantoor.example"
#define ELS "els@pentrax.example"
#define EVE "eve@evil.example"

#define MINUTES(n) ((n) * 60)
#define HOURS(n) ((n) * 3600)
#define DAYS(n) ((n) * 86400)

struct play_options {
	bool authentication; /* required; else a bare From is believed */
	const char *rules;   /* text of the workflow instead of the shipped file */
	const char *second;  /* text of a second workflow of the same service, named 'tweede' */
	bool two_services;   /* a second one beside it, with a mailbox of its own */
	bool staff_twice;    /* the same person stands among the staff twice */
	bool live;           /* no trial store: its clock is guarded */
	uint64_t seed;
};

struct play {
	struct play_options options;
	struct settings settings;
	struct settings_service services[2];
	struct settings_mailbox mailboxes[2];
	struct settings_brand brand;
	struct settings_person staff[2];
	const char *workflows[2];
	char rules_path[512], templates_path[512], password[64];
	int password_fd;
	struct virtual_env *v;
	struct env *env;
	struct store *store;
	char folder[128];     /* of a store on SQLite; "" = it is in memory */
	struct blobs *blobs;
	struct engine *engine;
	struct parse_tools *tools;
	struct arena arena;
	size_t seen;          /* mails that play_mails() has told of */
	int letters;
	char failed[200];     /* what the engine gave up for, "" = it goes on */
};

static inline void play_bail(const char *what, const struct err *err)
{
	printf("Bail out! %s: %s\n", what, err->text);
	exit(1);
}

/* ---- setting up ---- */

static inline int play_rules(void *ctx, const char *name, struct buf *out, struct err *err)
{
	struct play *p = ctx;
	struct world_source folder = world_source_folder(&p->settings);

	if (p->options.second && str_eq(name, "tweede.rules")) {
		buf_adds(out, p->options.second);
		return 0;
	}
	if (p->options.rules && str_ends(name, ".rules")) {
		buf_adds(out, p->options.rules);
		return 0;
	}
	return folder.read(folder.ctx, name, out, err);
}

static inline struct world *play_world(struct play *p)
{
	struct world_source source = world_source_folder(&p->settings);
	struct diag_list rules = DIAG_LIST_INIT;
	struct tmpl_diags templates = TMPL_DIAGS_INIT;
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct world *world = NULL;
	struct err err = ERR_INIT;

	source.read = play_rules;
	source.ctx = p;
	if (world_load(&p->settings, &source, &world, &rules, &templates, &err)) {
		diag_list_format(&rules, &text);
		tmpl_diags_print(&templates, &text);
		printf("# %s\n", text.data ? text.data : "");
		play_bail("rules and templates", &err);
	}
	diag_list_free(&rules);
	tmpl_diags_free(&templates);
	buf_free(&text);
	return world;
}

/* The password is read from a file even here: a memory file has a path too. */
static inline void play_password(struct play *p)
{
	p->password_fd = memfd_create("password", MFD_CLOEXEC);
	if (p->password_fd < 0 || fchmod(p->password_fd, 0600) || write(p->password_fd, "secret\n", 7) != 7)
		exit(1);
	snprintf(p->password, sizeof p->password, "/proc/self/fd/%d", p->password_fd);
}

static inline void play_settings(struct play *p)
{
	const char *top = getenv("top_srcdir");

	snprintf(p->rules_path, sizeof p->rules_path, "%s/rules", top && *top ? top : ".");
	snprintf(p->templates_path, sizeof p->templates_path, "%s/mailtemplates", top && *top ? top : ".");
	play_password(p);
	p->workflows[0] = "inkomensverklaring";
	p->workflows[1] = "tweede";
	p->staff[0] = p->staff[1] = (struct settings_person){ "Els de Vries", ELS };
	p->services[0] = (struct settings_service){
		.key = "pentrax", .name = "Pentrax", .address = SERVICE, .phone = "024-833 00 00", .language = "nl",
		.timezone = "Europe/Amsterdam",
		.workflows = p->workflows, .workflow_count = 1 + (p->options.second != NULL), .staff = p->staff,
		.staff_count = 1 + p->options.staff_twice, .question = "vraag@pentrax.example", .problem = "storing@pentrax.example",
		.request = SERVICE, .authserv_id = MX, .boundary = MX, .authentication = p->options.authentication,
		.digest = 8 * 60,
	};
	p->mailboxes[0] = (struct settings_mailbox){
		.key = "intake", .service = "pentrax", .host = "imap.example", .port = 993, .folder = "INBOX",
		.user = "dossier", .password_file = p->password, .processed = "Verwerkt", .quarantine = "Apart",
		.poll = 60, .idle_renew = 900, .deadline = 60, .max_bytes = 100 << 20,
		.tls = 1, .auth = 1,
	};
	p->services[1] = p->services[0];
	p->services[1].key = "ander";
	p->services[1].name = "Ander";
	p->services[1].address = p->services[1].request = OTHER_SERVICE;
	p->services[1].question = p->services[1].problem = OTHER_SERVICE;
	p->mailboxes[1] = p->mailboxes[0];
	p->mailboxes[1].key = "tweede";
	p->mailboxes[1].service = "ander";
	p->brand = (struct settings_brand){ .key = "jansen", .service = "ander", .name = "Kantoor Jansen" };
	p->settings = (struct settings){
		.file = "virtual", .services = p->services, .service_count = 1 + p->options.two_services,
		.mailboxes = p->mailboxes, .mailbox_count = 1 + p->options.two_services, .brands = &p->brand,
		.brand_count = 1, .smtp_connections = 2, .rules_path = p->rules_path,
		.templates_path = p->templates_path, .parse_workers = 2, .trial = true,
		.smtp = { .host = "smtp.example", .port = 465, .tls = SEND_TLS_IMPLICIT, .ehlo = "pentrax.example" },
	};
}

/* Shown by POSTKAMER_TEST_LOG=1, for whoever looks for a fault. */
static inline void play_log(void *ctx, enum log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	if (getenv("POSTKAMER_TEST_LOG"))
		printf("# log: %s\n", line);
}

static inline void play_failed(void *ctx, const char *why)
{
	struct play *p = ctx;

	snprintf(p->failed, sizeof p->failed, "%.190s", why);
}

/* A new engine over whatever store and mailboxes there are: the process starts. */
static inline void play_start(struct play *p)
{
	struct engine_options options = { .env = p->env, .settings = &p->settings, .world = play_world(p),
					  .failed = play_failed, .ctx = p };
	struct err err = ERR_INIT;

	p->failed[0] = '\0';
	p->engine = engine_new(&options);
	if (engine_start(p->engine, &err))
		play_bail("start", &err);
}

/* The process is killed between two turns of its loop. */
static inline void play_crash(struct play *p)
{
	virtual_crash(p->v);
	engine_free(&p->engine);
}

static inline void play_restart(struct play *p)
{
	play_crash(p);
	play_start(p);
	virtual_settle(p->v);
}

static inline void play_store(struct play *p)
{
	const char *parent = getenv("POSTKAMER_PLAY_STORE"), *path;
	struct err err = ERR_INIT;

	if (!parent) {
		p->store = store_memory_new(!p->options.live);
		return;
	}
	snprintf(p->folder, sizeof p->folder, "%s/play-XXXXXX", parent);
	if (!mkdtemp(p->folder))
		err_sys(&err, "cannot make '%s'", p->folder);
	path = arena_printf(&p->arena, "%s/store", p->folder);
	if (err.code || store_sqlite_create(path, !p->options.live, 0, &err) || store_sqlite_open(path, &p->store, &err))
		play_bail("store", &err);
}

static inline int play_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void play_open(struct play *p, const struct play_options *options)
{
	struct err err = ERR_INIT;

	memset(p, 0, sizeof *p);
	if (options)
		p->options = *options;
	log_set_sink(play_log, NULL);
	if (seal_init(&err))
		play_bail("seal", &err);
	play_settings(p);
	p->v = virtual_new(PLAY_START, p->options.seed, &err);
	p->tools = parse_tools_new(&err);
	if (!p->v || !p->tools)
		play_bail("virtual environment", &err);
	play_store(p);
	if (p->options.live && store_time_steady(p->store, PLAY_START, 0, &err))
		play_bail("clock", &err);
	p->blobs = blobs_memory_new();
	p->env = virtual_table(p->v);
	p->env->store = p->store;
	p->env->blobs = p->blobs;
	memset(&p->env->master, 7, sizeof p->env->master);
	play_start(p);
	virtual_settle(p->v);
}

static inline void play_close(struct play *p)
{
	play_crash(p);
	virtual_free(&p->v);
	blobs_close(&p->blobs);
	store_close(&p->store);
	if (p->folder[0])
		nftw(p->folder, play_remove, 16, FTW_DEPTH | FTW_PHYS);
	parse_tools_free(&p->tools);
	arena_free(&p->arena);
	close(p->password_fd);
}

/* ---- what people do ---- */

/* A new dossier for Jan unless said otherwise; its number. */
static inline const char *play_dossier(struct play *p, struct engine_opening opening)
{
	char number[ENGINE_NUMBER_SIZE];
	struct err err = ERR_INIT;

	if (!opening.client_address) {
		opening.client_name = "Jan Jansen";
		opening.client_address = JAN;
	}
	opening.actor = ACTOR_OPERATOR;
	if (engine_dossier_open(p->engine, &opening, number, &err))
		play_bail("opening a dossier", &err);
	virtual_settle(p->v);
	return arena_strdup(&p->arena, number);
}

#define POST_FILES 12

struct post_file {
	const char *name;
	const char *data; /* NULL = a PDF that holds its own name */
	const char *type; /* NULL = application/pdf */
};

struct post {
	const char *top;        /* header lines above all others, each with CRLF: traces of servers */
	const char *from;       /* the whole value of From; "" = no such field */
	const char *subject;    /* NULL = none */
	const char *message_id; /* with angle brackets; NULL = one of its own, "" = none */
	const char *answers;    /* Message-ID it answers, without brackets */
	const char *references; /* the whole value */
	const char *date;
	const char *headers;    /* more lines, each with CRLF */
	const char *text;       /* NULL = no text part at all */
	struct post_file files[POST_FILES];
};

static inline void post_header(struct buf *out, const char *name, const char *value)
{
	if (value && *value)
		buf_addf(out, "%s: %s\r\n", name, value);
}

static inline void post_file(struct buf *out, const struct post_file *file)
{
	buf_addf(out, "--cut\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename=\"%s\"\r\n\r\n",
		 file->type ? file->type : "application/pdf", file->name);
	if (file->data)
		buf_adds(out, file->data);
	else
		buf_addf(out, "%%PDF-1.4\n%% %s\n1 0 obj\n<< >>\nendobj\n%%%%EOF", file->name);
	buf_adds(out, "\r\n");
}

static inline void post_write(struct play *p, const struct post *post, struct buf *out)
{
	const struct post_file *file = post->files;

	buf_adds(out, post->top ? post->top : "");
	post_header(out, "From", post->from ? post->from : JAN);
	post_header(out, "To", SERVICE);
	post_header(out, "Subject", post->subject);
	post_header(out, "Date", post->date ? post->date : "Mon, 02 Mar 2026 09:00:00 +0100");
	if (post->message_id)
		post_header(out, "Message-ID", post->message_id);
	else
		buf_addf(out, "Message-ID: <letter%d@client.example>\r\n", ++p->letters);
	if (post->answers)
		buf_addf(out, "In-Reply-To: <%s>\r\n", post->answers);
	post_header(out, "References", post->references);
	buf_adds(out, post->headers ? post->headers : "");
	buf_adds(out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n");
	if (post->text)
		buf_addf(out, "--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", post->text);
	while (file->name)
		post_file(out, file++);
	buf_adds(out, "--cut--\r\n");
}

static inline void play_post_raw(struct play *p, const void *data, size_t len)
{
	virtual_mail(p->v, "intake", data, len);
	virtual_settle(p->v);
}

/* The same into another mailbox. */
static inline void play_post_to(struct play *p, const char *mailbox, const struct post *post)
{
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

	post_write(p, post, &raw);
	virtual_mail(p->v, mailbox, raw.data, raw.len);
	virtual_settle(p->v);
	buf_free(&raw);
}

/* Mails it and lets everything happen. */
static inline void play_post(struct play *p, const struct post *post)
{
	play_post_to(p, "intake", post);
}

/* ---- what came of it ---- */

/* "jan" of "jan@client.example". */
static inline const char *play_who(struct play *p, const char *address)
{
	return arena_strndup(&p->arena, address, strcspn(address, "@"));
}

static inline int play_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Mails sent since the last time, in the order of the alphabet: "template>who template>who"; "" = none. */
static inline const char *play_mails(struct play *p)
{
	size_t total = virtual_sent_count(p->v) - p->seen, i;
	const char **words = arena_array(&p->arena, total + 1, sizeof *words), *list = "";

	for (i = 0; i < total; i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, p->seen++);
		struct outbox_row row = { .template = "?" };

		store_outbox_load(p->store, sent->row, &p->arena, &row, NULL);
		words[i] = arena_printf(&p->arena, "%s>%s", row.template, play_who(p, sent->to));
	}
	qsort(words, total, sizeof *words, play_by_text);
	for (i = 0; i < total; i++)
		list = arena_printf(&p->arena, "%s%s%s", list, i ? " " : "", words[i]);
	return list;
}

static inline const struct virtual_sent *play_last_sent(struct play *p)
{
	return virtual_sent_at(p->v, virtual_sent_count(p->v) - 1);
}

/* The last mail to somebody, or NULL. */
static inline const struct virtual_sent *play_last_to(struct play *p, const char *address)
{
	size_t i = virtual_sent_count(p->v);

	while (i > 0 && !str_ieq(virtual_sent_at(p->v, i - 1)->to, address))
		i--;
	return i ? virtual_sent_at(p->v, i - 1) : NULL;
}

/* A mail as its reader sees it. */
static inline const struct mail *play_read(struct play *p, const struct virtual_sent *sent)
{
	struct parse_job job = { .id = 1, .kind = PARSE_KIND_MAIL };
	struct mail *mail = arena_alloc(&p->arena, sizeof *mail);
	struct parse_done done;
	struct err err = ERR_INIT;

	job.in = file_memory("in", &err);
	job.out = file_memory("out", &err);
	if (!sent || file_write_all(job.in, sent->data, sent->len, &err))
		play_bail("reading a mail", &err);
	parse_tools_run(p->tools, &job, &p->arena, &done);
	if (done.status != PARSE_OK || manifest_read(job.out, done.manifest_offset, done.manifest_size, &p->arena, mail, &err))
		play_bail("reading a mail", &err);
	close(job.in);
	close(job.out);
	return mail;
}

/* Its text with each run of white space as one space, so that tests can look for sentences. */
static inline const char *play_text(struct play *p, const struct virtual_sent *sent)
{
	const char *text = play_read(p, sent)->text, *from = text;
	char *out = arena_strdup(&p->arena, text), *to = out;

	for (; *from; from++)
		if (!strchr(" \n\r\t", *from))
			*to++ = *from;
		else if (to > out && to[-1] != ' ')
			*to++ = ' ';
	*to = '\0';
	return out;
}

/* Message-ID of the last mail sent to somebody. */
static inline const char *play_id_to(struct play *p, const char *address)
{
	const struct virtual_sent *sent = play_last_to(p, address);

	return sent ? play_read(p, sent)->message_id : NULL;
}

static inline struct item *play_items(struct play *p, size_t *count)
{
	struct item_filter filter = { .state = -1 };
	struct item *items;
	struct err err = ERR_INIT;

	if (store_item_list(p->store, &filter, &p->arena, &items, count, &err))
		play_bail("listing items", &err);
	return items;
}

static inline size_t play_item_count(struct play *p)
{
	size_t count;

	play_items(p, &count);
	return count;
}

/* The last item: "held two-numbers", "processed". */
static inline const char *play_item(struct play *p)
{
	size_t count;
	const struct item *items = play_items(p, &count), *last;

	if (!count)
		return "none";
	last = &items[count - 1];
	return last->reason ? arena_printf(&p->arena, "%s %s", item_state_word(last->state), last->reason) :
			      item_state_word(last->state);
}

static inline const struct item *play_item_last(struct play *p)
{
	size_t count;
	const struct item *items = play_items(p, &count);

	return count ? &items[count - 1] : NULL;
}

static inline struct dossier *play_look(struct play *p, const char *number)
{
	struct dossier *dossier;
	struct err err = ERR_INIT;

	if (store_dossier_load(p->store, number, &p->arena, &dossier, &err))
		play_bail(number, &err);
	return dossier;
}

/* What a dossier holds: "verzamelen: legitimatie=paspoort.pdf aangifte2024=ib.pdf held: x.zip(unplaced)". */
static inline const char *play_papers(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	const char *list = d->state;
	size_t s, i;

	for (s = 0; s < d->slot_count; s++)
		for (i = 0; i < d->slots[s].document_count; i++) {
			const struct slot *slot = &d->slots[s];
			const char *year = slot->year ? arena_printf(&p->arena, "%d", slot->year) : "";

			list = arena_printf(&p->arena, "%s %s%s=%s%s", list, slot->name, year,
					    slot->documents[i].current ? "" : "old:", slot->documents[i].name);
		}
	for (i = 0; i < d->held_count; i++)
		list = arena_printf(&p->arena, "%s held:%s(%s)", list, d->held[i].document.name, d->held[i].reason);
	return list;
}

/* The bytes of a document as text; "" when they cannot be had. */
static inline const char *play_bytes(struct play *p, const char *number, int64_t id)
{
	struct buf bytes = BUF_INIT(BUF_MAX_DATA);
	struct err err = ERR_INIT;
	int fd = engine_document(p->engine, number, id, &err);
	const char *text = "";

	if (fd >= 0 && file_read_fd(fd, &bytes, &err) == 0 && bytes.data)
		text = arena_strdup(&p->arena, bytes.data);
	else
		printf("# %s\n", err.text);
	if (fd >= 0)
		close(fd);
	buf_free(&bytes);
	return text;
}

/* The engine goes on, and nothing lies about that should not. */
static inline void play_well(struct play *p, const char *what)
{
	struct store_stats stats;
	struct err err = ERR_INIT;

	tap_is_str(p->failed, "", "%s: the engine goes on", what);
	if (store_verify(p->store, &err) || store_stats(p->store, &stats, &err)) {
		tap_ok(false, "%s: the store is whole: %s", what, err.text);
		return;
	}
	tap_is_int(stats.items[ITEM_RESERVED] + stats.items[ITEM_STORED], 0, "%s: every item is decided", what);
}

#endif
