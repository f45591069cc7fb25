/* System. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "json/json.h"
#include "prove/prove.h"
#include "seal/seal.h"
#include "store/store.h"
#include "tmpl/diag.h"
#include "work/world.h"

/* Own. */
#include "app/check.h"
#include "app/check_brand.h"
#include "app/check_days.h"
#include "app/check_engine.h"
#include "app/check_live.h"
#include "app/command.h"
#include "app/host.h"
#include "app/proof.h"
#include "app/settings_read.h"

struct checking {
	struct diag_list config, rules, live;
	struct tmpl_diags templates;
	struct buf words; /* what was explored */
	bool wordy;
};

void check_print(const struct diag_list *diags)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);

	diag_list_format(diags, &text);
	(void)!write(STDERR_FILENO, text.data, text.len);
	buf_free(&text);
}

static void found(struct checking *c, const char *file, const struct err *err)
{
	struct diag_place place = { .file = file };

	diag_add(&c->config, DIAG_ERROR, &place, "%s", err->text);
}

static void check_secret(struct checking *c, const char *file, const char *path)
{
	struct buf secret = BUF_INIT(BUF_MAX_LINE);
	struct err err = ERR_INIT;

	if (path && file_read_secret(path, &secret, &err))
		found(c, file, &err);
	seal_wipe(secret.data, secret.len);
	buf_free(&secret);
}

/* What the configuration names must be there to be read. */
static void check_readable(struct checking *c, const char *file, const char *path)
{
	struct err err = ERR_INIT;

	if (!path || access(path, R_OK) == 0)
		return;
	err_sys(&err, "cannot read '%s'", path);
	found(c, file, &err);
}

static void check_oauth(struct checking *c, const char *file, const struct settings_oauth *oauth)
{
	check_secret(c, file, oauth->client_secret_file);
	check_secret(c, file, oauth->refresh_token_file);
	check_readable(c, file, oauth->request.ca_file);
}

/* While it cannot be read no timer fires: see design.md §7. */
static void check_spool(struct checking *c, const struct settings *s)
{
	struct diag_place place = { .file = s->file };
	char path[4096];

	if (!s->spool_path)
		return;
	snprintf(path, sizeof path, "%s/new", s->spool_path);
	if (access(path, R_OK | W_OK | X_OK))
		diag_hint(&c->config, diag_add(&c->config, DIAG_ERROR, &place, "spool: cannot use the folder '%s': %s", path,
					       strerror(errno)),
			  "make it, or leave the section 'spool' out");
}

static void check_files(struct checking *c, const struct settings *s)
{
	size_t i;

	for (i = 0; i < s->mailbox_count; i++) {
		check_secret(c, s->file, s->mailboxes[i].password_file);
		check_oauth(c, s->file, &s->mailboxes[i].oauth);
		check_readable(c, s->file, s->mailboxes[i].ca_file);
	}
	for (i = 0; i < s->brand_count; i++)
		check_readable(c, s->file, s->brands[i].logo);
	check_spool(c, s);
	check_secret(c, s->file, s->smtp_password_file);
	check_oauth(c, s->file, &s->smtp_oauth);
	check_readable(c, s->file, s->smtp.ca_file);
	if (access(s->key_file, F_OK) == 0)
		check_secret(c, s->file, s->key_file);
}

static void check_world(struct checking *c, const struct settings *s)
{
	struct world_source source = world_source_folder(s);
	struct world *world = NULL;
	struct err err = ERR_INIT;
	size_t i;

	/* What is wrong inside the files stands in the lists; only what kept them from being read is told here. */
	if (world_load(s, &source, &world, &c->rules, &c->templates, &err) && !c->rules.errors && !c->templates.errors)
		found(c, s->file, &err);
	if (world) {
		check_engine(s, world, &c->templates);
		for (i = 0; i < world_program_count(world); i++)
			check_brands(s, world_program_at(world, i), &c->rules);
		check_days(world, (int64_t)time(NULL), &c->rules);
		proof_run(s, world, &c->rules, c->wordy ? &c->words : NULL);
		check_live(s, world, &c->live);
	}
	world_free(&world);
}

static struct json *put_place(struct json *list, const char *file, int line, int column, int length)
{
	struct json *object = json_add_object(list);

	json_put_text(object, "file", file);
	json_put_int(object, "line", line);
	json_put_int(object, "column", column);
	json_put_int(object, "length", length);
	return object;
}

static struct json *put_diag(struct json *list, const char *file, int line, int column, int length,
			     const char *severity, const char *message, const char *hint)
{
	struct json *object = put_place(list, file, line, column, length);

	json_put_text(object, "severity", severity);
	json_put_text(object, "message", message);
	json_put_text(object, "hint", hint);
	return object;
}

/* The run that shows it, of what was proven; and other places that have to do with it. */
static void put_notes(struct json *object, const struct diag *d)
{
	struct json *list = json_put_array(object, "notes");
	size_t i;

	for (i = 0; i < d->note_count; i++) {
		const struct diag_note *note = &d->notes[i];
		const struct diag_place *place = &note->place;

		if (str_starts(note->message, PROVE_EXAMPLE))
			json_put_text(object, "example", note->message + strlen(PROVE_EXAMPLE));
		else
			json_put_text(put_place(list, place->file, place->line, place->column, place->length), "message",
				      note->message);
	}
}

static void put_list(struct json *json, const struct diag_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct diag *d = &list->items[i];

		put_notes(put_diag(json, d->place.file, d->place.line, d->place.column, d->place.length,
				   diag_severity_word(d->severity), d->message, d->hint), d);
	}
}

static void print_json(const struct checking *c)
{
	struct json *json = json_new_array();
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	size_t i;

	put_list(json, &c->config);
	put_list(json, &c->rules);
	put_list(json, &c->live);
	for (i = 0; i < c->templates.count; i++) {
		const struct tmpl_diag *d = &c->templates.list[i];

		put_diag(json, d->file, d->line, d->column, d->length, d->severity == TMPL_ERROR ? "error" : "warning",
			 d->message, d->hint);
	}
	json_print(json, &text);
	(void)!write(STDOUT_FILENO, text.data, text.len);
	buf_free(&text);
	json_free(&json);
}

static void print_text(const struct checking *c)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);

	diag_list_format(&c->config, &text);
	diag_list_format(&c->rules, &text);
	tmpl_diags_print(&c->templates, &text);
	diag_list_format(&c->live, &text);
	(void)!write(STDERR_FILENO, text.data, text.len);
	buf_free(&text);
}

int check_run(const char *config, bool json, bool wordy)
{
	struct checking c = { DIAG_LIST_INIT, DIAG_LIST_INIT, DIAG_LIST_INIT, TMPL_DIAGS_INIT, BUF_INIT(BUF_MAX_FILE), wordy };
	struct settings *settings = NULL;
	struct err err = ERR_INIT;
	bool faults;

	if (seal_init(&err) == 0 && settings_read(config, &settings, &c.config) == 0) {
		check_files(&c, settings);
		check_world(&c, settings);
	}
	faults = err.code || c.config.errors || c.rules.errors || c.templates.errors || c.live.errors;
	if (json)
		print_json(&c);
	else
		print_text(&c);
	if (wordy && !json)
		fwrite(c.words.data, 1, c.words.len, stdout);
	if (!faults && !json)
		puts("ok");
	buf_free(&c.words);
	settings_free(&settings);
	diag_list_free(&c.config);
	diag_list_free(&c.rules);
	diag_list_free(&c.live);
	tmpl_diags_free(&c.templates);
	return faults ? EXIT_FAULT : EXIT_DONE;
}

int init_run(const struct settings *settings, int64_t now)
{
	struct seal_key key = { 0 };
	struct err err = ERR_INIT;
	bool fresh = access(settings->key_file, F_OK) != 0;
	int rc;

	if (now == DATE_NONE)
		now = (int64_t)time(NULL);
	rc = seal_init(&err) || host_check_owner(settings->store_path, &err);
	if (!rc)
		rc = fresh ? seal_master_create(settings->key_file, &err) :
			     seal_master_load(settings->key_file, &key, &err);
	if (!rc)
		rc = store_sqlite_create(settings->store_path, settings->trial, now, &err);
	seal_wipe(&key, sizeof key);
	if (rc) {
		fprintf(stderr, "postkamer: init: %s\n", err.text);
		return err.code == ERR_SYSTEM ? EXIT_LATER : EXIT_FAULT;
	}
	printf("store in %s\n%s %s (keep a copy of it elsewhere: without it nothing in the store can be read)\n",
	       settings->store_path, fresh ? "new master key in" : "master key from", settings->key_file);
	return EXIT_DONE;
}
