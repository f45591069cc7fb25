/* System. */
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/manifest.h"
#include "mime/parse.h"
#include "sandbox/sandbox.h"
#include "sniff/sniff.h"
#include "unpack/unpack.h"

/* Own. */
#include "worker/parse.h"

#define TNEF_DEPTH_MAX 4

struct parse_tools {
	struct mime_parser *parser; /* owned */
	struct sniffer *sniffer;    /* owned */
	char head[SNIFF_HEAD];
};

/* One job's parts as they grow. */
struct examination {
	struct parse_tools *tools;
	struct arena *arena;
	int out;
	struct mail_part *parts;
	size_t count;
};

struct parse_tools *parse_tools_new(struct err *err)
{
	struct parse_tools *tools = xcalloc(1, sizeof *tools);

	tools->sniffer = sniff_open(err);
	if (!tools->sniffer) {
		free(tools);
		return NULL;
	}
	tools->parser = mime_parser_new();
	return tools;
}

void parse_tools_free(struct parse_tools **tools)
{
	if (!*tools)
		return;
	mime_parser_free(&(*tools)->parser);
	sniff_close(&(*tools)->sniffer);
	free(*tools);
	*tools = NULL;
}

/* ---- what each part is, and what is inside ---- */

/* The type by content of bytes in the output file. */
static int found_type(struct examination *x, struct mail_part *part, struct err *err)
{
	struct unpack_range range = { x->out, part->offset, part->size };
	size_t len = part->size > SNIFF_HEAD ? SNIFF_HEAD : (size_t)part->size;
	char type[SNIFF_TYPE_SIZE];
	const char *found;

	if (file_pread_all(x->out, x->tools->head, len, part->offset, err))
		return -1;
	found = sniff_type(x->tools->sniffer, x->tools->head, len, part->type, type);
	switch (sniff_container(found)) {
	case SNIFF_ZIP:
		found = unpack_zip_type(&range);
		break;
	case SNIFF_OLE:
		found = unpack_ole_type(&range);
		break;
	default:
		break;
	}
	part->found = str_eq(found, part->type) ? part->type : arena_strdup(x->arena, found);
	return 0;
}

static int part_add(struct examination *x, const struct mail_part *part, int tnef_depth, struct err *err);

/* RFC 6838 §4.2: nothing else may stand in a type that is shown and stored. */
static bool type_is_valid(const char *type)
{
	size_t slashes = 0, i;

	for (i = 0; type[i]; i++)
		if (type[i] == '/')
			slashes++;
		else if (!((type[i] >= 'a' && type[i] <= 'z') || (type[i] >= '0' && type[i] <= '9') ||
			   strchr("!#$&-^_.+", type[i])))
			return false;
	return slashes == 1 && type[0] != '/' && type[i - 1] != '/' && i < 128;
}

/* The files of a winmail.dat become parts behind it. One that cannot be read stays a file. */
static int tnef_open(struct examination *x, size_t number, int tnef_depth, struct err *err)
{
	struct mail_part container = x->parts[number];
	struct unpack_range range = { x->out, container.offset, container.size };
	struct err why = ERR_INIT;
	struct unpack_file *files;
	size_t count, i;

	if (unpack_tnef(&range, x->arena, &files, &count, &why))
		return why.code == ERR_LIMIT ? err_set(err, ERR_LIMIT, "%s", why.text) : 0;
	if (count == 0)
		return 0;
	x->parts[number].role = MAIL_PART_CONTAINER;
	for (i = 0; i < count; i++) {
		struct mail_part part = { .role = MAIL_PART_ATTACHMENT, .depth = container.depth };

		part.type = files[i].message ? "application/ms-tnef" : "application/octet-stream";
		if (files[i].type && type_is_valid(files[i].type))
			part.type = files[i].type;
		part.name = files[i].name;
		if (files[i].content_id && strlen(files[i].content_id) < 998)
			part.content_id = files[i].content_id;
		if (files[i].shown && part.content_id && str_starts(part.type, "image/"))
			part.role = MAIL_PART_RELATED;
		part.offset = files[i].offset;
		part.size = files[i].size;
		if (part_add(x, &part, tnef_depth + 1, err))
			return -1;
	}
	return 0;
}

/*
 * A photo of a passport that was pasted into the text is a document; a logo or
 * the banner under a signature is not, and is smaller than a camera's photo or
 * a scan of a page ever is.
 */
#define PHOTO_BYTES (200 * 1000)

static bool is_photo(const struct mail_part *part)
{
	return part->size >= PHOTO_BYTES && str_starts(part->found, "image/") && !str_eq(part->found, "image/gif");
}

/*
 * What a sender declares as a picture in the text may be a document, and only
 * pictures may be left out of the documents.
 */
static bool is_shown(const struct mail_part *part)
{
	static const char *const kinds[] = { "image/", "audio/", "video/", "font/", "text/css", NULL };
	const char *const *kind, *type = part->found;

	if (is_photo(part))
		return false;
	if (str_eq(type, "application/octet-stream"))
		type = part->type;
	for (kind = kinds; *kind; kind++)
		if (str_starts(type, *kind))
			return true;
	return str_eq(type, "application/x-empty");
}

static bool wants_look(const struct mail_part *part)
{
	return part->role == MAIL_PART_ATTACHMENT || part->role == MAIL_PART_RELATED;
}

static int part_add(struct examination *x, const struct mail_part *part, int tnef_depth, struct err *err)
{
	size_t number = x->count;

	if (number == MAIL_MAX_PARTS)
		return err_set(err, ERR_LIMIT, "more than %d parts", MAIL_MAX_PARTS);
	x->parts = arena_grow(x->arena, x->parts, number, sizeof *x->parts);
	x->parts[x->count++] = *part;
	if (!wants_look(part))
		return 0;
	if (found_type(x, &x->parts[number], err))
		return -1;
	if (part->role == MAIL_PART_RELATED && !is_shown(&x->parts[number]))
		x->parts[number].role = MAIL_PART_ATTACHMENT;
	if (sniff_container(x->parts[number].found) == SNIFF_TNEF && tnef_depth < TNEF_DEPTH_MAX)
		return tnef_open(x, number, tnef_depth, err);
	return 0;
}

static int parts_examine(struct parse_tools *tools, int out, struct arena *arena, struct mail *mail, struct err *err)
{
	struct examination x = { .tools = tools, .arena = arena, .out = out };
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (part_add(&x, &mail->parts[i], 0, err))
			return -1;
	mail->parts = x.parts;
	mail->part_count = x.count;
	return 0;
}

/* ---- jobs ---- */

/* What a file's name suggests, for types that content does not tell (text kinds). */
static const char *type_by_name(const char *name)
{
	static const struct {
		const char *ending, *type;
	} endings[] = {
		{ ".csv", "text/csv" }, { ".txt", "text/plain" }, { ".html", "text/html" }, { ".htm", "text/html" },
		{ ".ics", "text/calendar" }, { ".vcf", "text/vcard" }, { ".pdf", "application/pdf" },
		{ ".eml", "message/rfc822" }, { ".dat", "application/ms-tnef" },
	};
	const char *dot = name ? strrchr(name, '.') : NULL;
	size_t i;

	for (i = 0; dot && i < sizeof endings / sizeof *endings; i++)
		if (str_ieq(dot, endings[i].ending))
			return endings[i].type;
	return "application/octet-stream";
}

/* A file as a mail with one part, so that whoever asked treats both alike. */
static int file_examine(const struct parse_job *job, struct arena *arena, struct mail *mail, int64_t *size_r,
			struct err *err)
{
	struct mail_part *part = arena_alloc(arena, sizeof *part);

	if (lseek(job->out, 0, SEEK_SET) != 0)
		return err_sys(err, "cannot write decoded data");
	if (file_copy(job->in, job->out, size_r, err))
		return -1;
	*part = (struct mail_part){ .role = MAIL_PART_ATTACHMENT, .size = *size_r };
	part->name = arena_strdup(arena, job->name);
	part->type = part->found = type_by_name(job->name);
	*mail = (struct mail){ .subject = "", .date = INT64_MIN, .text = "", .parts = part, .part_count = 1 };
	return 0;
}

static int manifest_write(int out, const struct mail *mail, struct parse_done *done, struct err *err)
{
	struct buf buf = BUF_INIT(MANIFEST_MAX);
	int rc = 0;

	manifest_encode(mail, &buf);
	if (buf_failed(&buf))
		rc = err_set(err, ERR_LIMIT, "names and headers of more than %d MiB", MANIFEST_MAX >> 20);
	else if (lseek(out, done->manifest_offset, SEEK_SET) < 0)
		rc = err_sys(err, "cannot write the manifest");
	else
		rc = file_write_all(out, buf.data, buf.len, err);
	done->manifest_size = (int64_t)buf.len;
	buf_free(&buf);
	return rc;
}

static enum parse_status status_of(enum err_code code)
{
	return code == ERR_INPUT ? PARSE_NOT_MAIL : code == ERR_LIMIT ? PARSE_LIMIT : PARSE_ERROR;
}

void parse_tools_run(struct parse_tools *tools, const struct parse_job *job, struct arena *arena,
		     struct parse_done *done_r)
{
	struct parse_done done = { .id = job->id, .status = PARSE_OK, .reason = "" };
	struct mail mail = { 0 };
	struct err err = ERR_INIT;
	int64_t size = 0;
	int rc;

	if (job->kind == PARSE_KIND_FILE)
		rc = file_examine(job, arena, &mail, &size, &err);
	else
		rc = mime_parse(tools->parser, job->in, job->out, arena, &mail, &size, &err);
	if (!rc)
		rc = parts_examine(tools, job->out, arena, &mail, &err);
	done.manifest_offset = size;
	if (!rc)
		rc = manifest_write(job->out, &mail, &done, &err);
	if (rc) {
		done.status = status_of(err.code);
		done.reason = arena_strdup(arena, err.text);
		done.manifest_offset = done.manifest_size = 0;
	}
	*done_r = done;
}

/* ---- the process ---- */

static void cpu_alarm(int seconds)
{
	struct itimerval timer = { .it_value = { .tv_sec = seconds } };

	/* The default action of SIGPROF ends the process, wherever it is stuck. */
	setitimer(ITIMER_PROF, &timer, NULL);
}

static int job_serve(struct parse_tools *tools, struct ipc_message *m, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct parse_job job;
	struct parse_done done;
	struct ipc_writer w;
	int rc = parse_job_get(m, &arena, &job, err);

	if (!rc) {
		cpu_alarm(PARSE_JOB_CPU_SECONDS);
		parse_tools_run(tools, &job, &arena, &done);
		cpu_alarm(0);
		close(job.in);
		close(job.out);
		parse_done_put(&w, &done);
		rc = ipc_send(IPC_WORKER_FD, &w, err);
		ipc_writer_free(&w);
	}
	arena_free(&arena);
	return rc;
}

/* Bytes the allocator holds; what leaked or fragmented shows here. */
static bool grown_too_large(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.arena + info.hblkhd > PARSE_RESIDENT_MAX;
}

static int serve(struct parse_tools *tools, struct err *err)
{
	int jobs;

	for (jobs = 0; jobs < PARSE_JOBS_MAX && !grown_too_large(); jobs++) {
		struct ipc_message m;
		int rc = ipc_receive(IPC_WORKER_FD, -1, &m, err);

		if (rc == 0)
			rc = job_serve(tools, &m, err);
		ipc_message_free(&m);
		if (rc == 2)
			break;
		if (rc)
			return -1;
	}
	return 0;
}

static int enter(struct parse_tools *tools, struct err *err)
{
	struct sandbox_report report;

	if (!sandbox_landlock_abi())
		mime_parser_preload(tools->parser);
	if (sandbox_enter(&sandbox_parse, &report, err))
		return -1;
	if (!report.landlock || !report.seccomp)
		log_line(LOG_LEVEL_WARN, "parse.sandbox", "limits=%d landlock=%d seccomp=%d", report.limits,
			 report.landlock, report.seccomp);
	return 0;
}

int worker_parse_main(void)
{
	struct err err = ERR_INIT;
	struct parse_tools *tools;
	char q[400];
	int rc;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	setlocale(LC_CTYPE, "C.UTF-8");
	tools = parse_tools_new(&err);
	rc = tools ? enter(tools, &err) : -1;
	if (!rc)
		rc = serve(tools, &err);
	if (rc)
		log_line(LOG_LEVEL_ERROR, "parse.failed", "why=%s", log_quote(q, sizeof q, err.text));
	parse_tools_free(&tools);
	return rc ? 1 : 0;
}
