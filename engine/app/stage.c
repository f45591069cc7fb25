/* System. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "flow/calendar.h"
#include "ipc/manifest.h"
#include "seal/seal.h"
#include "tmpl/diag.h"
#include "worker/parse.h"

/* Own. */
#include "app/host.h"
#include "app/stage.h"
#include "app/virtual.h"

#define SERVER "mx.scenario.invalid" /* our own receiving server, whose findings count */
#define MAX_PASS (INT64_C(36525) * 86400)      /* what the engine does every day takes its time */

/* ---- setting up ---- */

/* The scenario's letters are proven by that server, whatever the configuration says of real ones. */
static void take_services(struct stage *stage, const struct settings *settings)
{
	struct settings_service *services = arena_array(&stage->arena, settings->service_count, sizeof *services);
	size_t i;

	memcpy(services, settings->services, settings->service_count * sizeof *services);
	for (i = 0; i < settings->service_count; i++) {
		services[i].authentication = true;
		services[i].authserv_id = services[i].boundary = SERVER;
	}
	stage->settings = (struct settings){
		.file = settings->file, .services = services, .service_count = settings->service_count,
		.brands = settings->brands, .brand_count = settings->brand_count,
		.smtp = { .host = "smtp.scenario.invalid", .port = 465, .tls = SEND_TLS_IMPLICIT, .ehlo = SERVER },
		.smtp_connections = 1, .parse_workers = 1, .trial = true,
		.rules_path = settings->rules_path, .templates_path = settings->templates_path,
	};
}

static bool has_workflow(const struct settings_service *service, const char *workflow)
{
	size_t i;

	for (i = 0; i < service->workflow_count; i++)
		if (str_eq(service->workflows[i], workflow))
			return true;
	return false;
}

static int choose_service(struct stage *stage, struct err *err)
{
	const struct scenario_file *file = stage->file;
	size_t i, fits = 0;

	for (i = 0; i < stage->settings.service_count; i++) {
		struct settings_service *service = &stage->settings.services[i];

		if (file->service ? str_eq(service->key, file->service) : has_workflow(service, file->workflow)) {
			stage->service = service;
			fits++;
		}
	}
	if (fits == 1)
		return 0;
	return err_set(err, ERR_INPUT, fits ? "several services have this workflow; say which: service KEY" :
					      "no service has this workflow");
}

static bool uses_spool(const struct scenario *scenario)
{
	size_t i;

	for (i = 0; i < scenario->step_count; i++)
		if (scenario->steps[i].kind == STEP_DROP)
			return true;
	return false;
}

static int make_spool(struct stage *stage, struct err *err)
{
	static const char *const folders[] = { "new", "done", "refused", "tmp" };
	char path[96];
	size_t i;

	if (!uses_spool(stage->scenario))
		return 0;
	snprintf(stage->spool, sizeof stage->spool, "/tmp/postkamer-scenario-XXXXXX");
	if (!mkdtemp(stage->spool)) {
		err_sys(err, "cannot make the folder '%s'", stage->spool);
		stage->spool[0] = '\0';
		return -1;
	}
	for (i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/%s", stage->spool, folders[i]);
		if (mkdir(path, 0700))
			return err_sys(err, "cannot make the folder '%s'", path);
	}
	stage->settings.spool_path = stage->spool;
	stage->settings.spool_service = stage->service->key;
	stage->settings.spool_still = -1; /* the virtual clock cannot age a real file */
	return 0;
}

static void engine_failed(void *ctx, const char *why)
{
	struct stage *stage = ctx;

	snprintf(stage->failed, sizeof stage->failed, "%s", why);
}

static int start_engine(struct stage *stage, struct err *err)
{
	struct engine_options options = { .env = stage->env, .settings = &stage->settings, .failed = engine_failed,
					  .ctx = stage };
	struct buf found = BUF_INIT(BUF_MAX_FILE);

	options.world = host_world(&stage->settings, &found, err);
	buf_free(&found);
	if (!options.world)
		return -1;
	stage->engine = engine_new(&options);
	return engine_start(stage->engine, err);
}

static void keep_warning(void *ctx, enum log_level level, const char *line)
{
	struct stage *stage = ctx;

	if (level >= LOG_LEVEL_WARN)
		buf_addf(&stage->log, "%s\n", line);
}

/* ---- time ---- */

int64_t stage_now(const struct stage *stage)
{
	return env_now(stage->env);
}

int64_t stage_moment(const struct stage *stage, const struct civil *moment)
{
	return zone_to_utc(stage->service->timezone, moment);
}

/* The same day of another month, or its last one. */
static int64_t months_later(const struct stage *stage, int count)
{
	struct civil at;
	int month;

	zone_local(stage->service->timezone, stage_now(stage), &at, NULL);
	month = at.month - 1 + count;
	at.year += month / 12;
	at.month = month % 12 + 1;
	while (at.day > 28 && !date_valid(&at))
		at.day--;
	return zone_to_utc(stage->service->timezone, &at);
}

int64_t stage_later(struct stage *stage, const struct scenario_duration *duration)
{
	static const enum prog_unit units[] = { UNIT_MINUTES, UNIT_HOURS, UNIT_DAYS, UNIT_DAYS, UNIT_WEEKS };
	const struct world *world = engine_world(stage->engine);
	struct prog_duration span = { .count = duration->count, .calendar = duration->unit != SCENARIO_WORKING_DAYS };
	struct calendar calendar;

	if (duration->unit == SCENARIO_MONTHS || duration->unit == SCENARIO_YEARS)
		return months_later(stage, duration->count * (duration->unit == SCENARIO_YEARS ? 12 : 1));
	span.unit = units[duration->unit];
	world_calendar(world, world_program(world, stage->file->workflow), stage->service->timezone, &calendar);
	return calendar_add(&calendar, stage_now(stage), &span, 1, true);
}

const char *stage_moment_text(struct stage *stage, int64_t at)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	struct civil local;

	zone_local(stage->service->timezone, at, &local, NULL);
	return arena_printf(&stage->arena, "%s %04d-%02d-%02d %02d:%02d",
			    days[date_weekday(date_days(local.year, local.month, local.day))], local.year, local.month,
			    local.day, local.hour, local.minute);
}

/* ---- people ---- */

bool stage_is(const struct stage *stage, const struct scenario_who *who, const char *address)
{
	if (who->role == SCENARIO_ANYBODY)
		return true;
	if (who->role == SCENARIO_STAFF)
		return settings_is_staff(stage->service, address);
	return addr_same(stage_address(stage, who), address);
}

const char *stage_address(const struct stage *stage, const struct scenario_who *who)
{
	switch (who->role) {
	case SCENARIO_CLIENT: return stage->scenario->dossier.client_address;
	case SCENARIO_OFFICE: return stage->scenario->dossier.office_address;
	case SCENARIO_STAFF: return stage->service->staff_count ? stage->service->staff[0].address : NULL;
	default: return who->address;
	}
}

/* ---- what was sent ---- */

static void split_parts(struct stage *stage, struct stage_mail *mail)
{
	const char *name = mail->row.template;

	while (*name) {
		size_t len = strcspn(name, "+");

		mail->parts = arena_grow(&stage->arena, mail->parts, mail->part_count, sizeof *mail->parts);
		mail->parts[mail->part_count++] = arena_strndup(&stage->arena, name, len);
		name += len + (name[len] == '+');
	}
	mail->taken = arena_array(&stage->arena, mail->part_count + 1, sizeof *mail->taken);
}

/* As soon as it is sent: when the dossier's time of keeping is over nobody knows any more what it was. */
static void take_up(void *ctx)
{
	struct stage *stage = ctx;
	const struct virtual_sent *sent = virtual_sent_at(stage->virtual, stage->mail_count);
	struct stage_mail *mail;
	struct err err = ERR_INIT;

	stage->mails = arena_grow(&stage->arena, stage->mails, stage->mail_count, sizeof *stage->mails);
	mail = &stage->mails[stage->mail_count++];
	*mail = (struct stage_mail){ .to = sent->to, .data = sent->data, .len = sent->len };
	if (store_outbox_load(stage->store, sent->row, &stage->arena, &mail->row, &err)) {
		mail->row.template = mail->row.subject = mail->row.from = "";
		snprintf(stage->failed, sizeof stage->failed, "%s", err.text);
	}
	split_parts(stage, mail);
}

int stage_look(struct stage *stage, struct err *err)
{
	virtual_settle(stage->virtual);
	stage->burst = false;
	return stage->failed[0] ? err_set(err, ERR_BUG, "the engine gave up: %s", stage->failed) : 0;
}

/* Subject and text, each run of white space one space, so that words are found over the ends of lines. */
static const char *fold(struct stage *stage, const struct mail *mail)
{
	char *text = arena_printf(&stage->arena, "%s %s", mail->subject, mail->text), *to = text;
	const char *from = text;

	for (; *from; from++)
		if (!strchr(" \n\r\t", *from))
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	*to = '\0';
	return text;
}

int stage_read(struct stage *stage, struct stage_mail *sent, struct err *err)
{
	struct parse_job job = { .id = 1, .kind = PARSE_KIND_MAIL, .in = -1, .out = -1 };
	struct mail *mail = arena_alloc(&stage->arena, sizeof *mail);
	struct parse_done done = { 0 };
	int rc = -1;

	if (sent->read)
		return 0;
	job.in = file_memory("in", err);
	job.out = job.in < 0 ? -1 : file_memory("out", err);
	if (job.out >= 0 && file_write_all(job.in, sent->data, sent->len, err) == 0) {
		parse_tools_run(stage->tools, &job, &stage->arena, &done);
		rc = done.status == PARSE_OK ?
			     manifest_read(job.out, done.manifest_offset, done.manifest_size, &stage->arena, mail, err) :
			     err_set(err, ERR_BUG, "a mail that was sent cannot be read");
	}
	if (job.in >= 0)
		close(job.in);
	if (job.out >= 0)
		close(job.out);
	if (rc)
		return -1;
	sent->read = mail;
	sent->words = fold(stage, mail);
	return 0;
}

struct dossier *stage_dossier(struct stage *stage, struct err *err)
{
	struct dossier *dossier = NULL;

	return store_dossier_load(stage->store, stage->number, &stage->arena, &dossier, err) ? NULL : dossier;
}

/* ---- what happens ---- */

static int pass(struct stage *stage, int64_t until, struct err *err)
{
	int64_t now = stage_now(stage);

	if (until < now)
		return err_set(err, ERR_INPUT, "that moment is over: it is %s already", stage_moment_text(stage, now));
	if (until - now > MAX_PASS)
		return err_set(err, ERR_INPUT, "that is more than a hundred years; it is %s", stage_moment_text(stage, now));
	virtual_advance(stage->virtual, until - now);
	return stage_look(stage, err);
}

/* The process ends where it stands, and starts again over what is durable. */
static int restart(struct stage *stage, struct err *err)
{
	virtual_crash(stage->virtual);
	engine_free(&stage->engine);
	return start_engine(stage, err) ? -1 : stage_look(stage, err);
}

/* Its provider tells a thing twice when it was not sure that we heard it: nothing may come of it. */
static int pay_again(struct stage *stage, const struct scenario_step *step, const char *link, struct err *err)
{
	struct err refused = ERR_INIT;

	if (!stage->payment || stage->payment_told != step->payment)
		return err_set(err, ERR_INPUT, "that is not what was told last of a payment");
	if (!engine_payment(stage->engine, stage->number, &stage->payment, step->payment, link, &refused) ||
	    refused.code == ERR_INPUT)
		return 0;
	return err_set(err, refused.code, "%s", refused.text);
}

/* The newest request before the last one that nobody paid; 0 = none. */
static int64_t older_payment(struct stage *stage)
{
	const struct dossier *dossier = stage_dossier(stage, NULL);
	size_t i = dossier ? dossier->payment_count : 0;

	for (i = i ? i - 1 : 0; i-- > 0;)
		if (dossier->payments[i].status != PAYMENT_PAID && dossier->payments[i].status != PAYMENT_REFUNDED)
			return dossier->payments[i].id;
	return 0;
}

static int pay(struct stage *stage, const struct scenario_step *step, struct err *err)
{
	const char *link = NULL;
	int64_t payment = 0;

	if (step->payment == EVENT_PAYMENT_READY)
		link = arena_printf(&stage->arena, "https://pay.scenario.invalid/%s", stage->number);
	if (step->paying == PAYING_AGAIN)
		return pay_again(stage, step, link, err);
	if (step->paying == PAYING_OLDER && !(payment = older_payment(stage)))
		return err_set(err, ERR_INPUT, "there is no older link that could be paid by");
	if (engine_payment(stage->engine, stage->number, &payment, step->payment, link, err))
		return -1;
	stage->payment = payment;
	stage->payment_told = step->payment;
	return 0;
}

int stage_happen(struct stage *stage, const struct scenario_step *step, struct err *err)
{
	int rc = 0;

	if (!stage->burst)
		stage->window = stage->mail_count;
	stage->burst = false;
	switch (step->kind) {
	case STEP_PASS: return pass(stage, stage_later(stage, &step->span), err);
	case STEP_UNTIL: return pass(stage, stage_moment(stage, &step->until), err);
	case STEP_RESTART: return restart(stage, err);
	case STEP_LETTER: rc = stage_letter(stage, step, err); break;
	case STEP_BOUNCE: rc = stage_bounce(stage, step, err); break;
	case STEP_REPEAT: rc = stage_repeat(stage, step, err); break;
	case STEP_DROP: rc = stage_drop(stage, step, err); break;
	case STEP_PAYMENT: rc = pay(stage, step, err); break;
	default: return err_set(err, ERR_BUG, "nobody knows how to play this");
	}
	if (rc)
		return -1;
	if (step->letter.at_once) {
		stage->burst = true;
		return 0;
	}
	return stage_look(stage, err);
}

/* ---- opening and closing ---- */

static int open_dossier(struct stage *stage, struct err *err)
{
	const struct scenario_dossier *d = &stage->scenario->dossier;
	struct event_field *facts = arena_array(&stage->arena, d->fact_count + 1, sizeof *facts);
	struct engine_opening opening = {
		.service = stage->service->key, .workflow = stage->file->workflow, .number = d->number,
		.client_name = d->client_name, .client_address = d->client_address, .office = d->office_address,
		.office_name = d->office_name, .language = d->language, .brand = d->brand, .copy = d->copy,
		.office_only = d->office_only, .actor = ACTOR_OPERATOR, .facts = facts, .fact_count = d->fact_count,
	};
	struct engine_person partners[SCENARIO_PARTNERS];
	size_t i;

	for (i = 0; i < d->partner_count; i++)
		partners[i] = (struct engine_person){ .name = d->partner_names[i], .address = d->partner_addresses[i],
						      .language = d->language };
	opening.partners = partners;
	opening.partner_count = d->partner_count;
	for (i = 0; i < d->fact_count; i++)
		facts[i] = (struct event_field){ d->facts[i].name, d->facts[i].value };
	return engine_dossier_open(stage->engine, &opening, stage->number, err);
}

int stage_open(struct stage *stage, const struct settings *settings, const struct scenario_file *file,
	       const struct scenario *scenario, struct err *err)
{
	*stage = (struct stage){ .file = file, .scenario = scenario, .log = BUF_INIT(BUF_MAX_TEXT) };
	arena_init(&stage->arena);
	log_set_sink(keep_warning, stage);
	take_services(stage, settings);
	if (choose_service(stage, err) || make_spool(stage, err))
		return -1;
	stage->virtual = virtual_new(stage_moment(stage, &scenario->dossier.on), 1, err);
	stage->tools = stage->virtual ? parse_tools_new(err) : NULL;
	if (!stage->tools)
		return -1;
	stage->store = store_memory_new(true);
	stage->blobs = blobs_memory_new();
	virtual_on_sent(stage->virtual, take_up, stage);
	stage->env = virtual_table(stage->virtual);
	stage->env->store = stage->store;
	stage->env->blobs = stage->blobs;
	memset(&stage->env->master, 7, sizeof stage->env->master);
	if (start_engine(stage, err))
		return -1;
	virtual_settle(stage->virtual);
	if (open_dossier(stage, err))
		return -1;
	return stage_look(stage, err);
}

static void remove_folder(const char *path, int depth)
{
	DIR *folder = depth ? opendir(path) : NULL;
	struct dirent *entry;
	char below[512];

	while (folder && (entry = readdir(folder)) != NULL) {
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		snprintf(below, sizeof below, "%s/%.255s", path, entry->d_name);
		if (unlink(below))
			remove_folder(below, depth - 1);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

void stage_close(struct stage *stage)
{
	if (stage->virtual)
		virtual_crash(stage->virtual);
	engine_free(&stage->engine);
	virtual_free(&stage->virtual);
	if (stage->blobs)
		blobs_close(&stage->blobs);
	if (stage->store)
		store_close(&stage->store);
	parse_tools_free(&stage->tools);
	if (stage->spool[0])
		remove_folder(stage->spool, 3);
	log_set_sink(NULL, NULL);
	buf_free(&stage->log);
	arena_free(&stage->arena);
}
