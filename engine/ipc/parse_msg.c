/* System. */
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "ipc/manifest.h"
#include "ipc/parse_msg.h"

void parse_job_put(struct ipc_writer *w, const struct parse_job *job)
{
	ipc_begin(w, PARSE_MSG_JOB);
	ipc_put_i64(w, job->id);
	ipc_put_u32(w, job->kind);
	ipc_put_str(w, job->name);
	ipc_put_fd(w, job->in);
	ipc_put_fd(w, job->out);
}

void parse_done_put(struct ipc_writer *w, const struct parse_done *done)
{
	size_t len = str_utf8_cut(done->reason, PARSE_REASON_MAX);

	ipc_begin(w, PARSE_MSG_DONE);
	ipc_put_i64(w, done->id);
	ipc_put_u32(w, done->status);
	ipc_put_bytes(w, done->reason, len);
	ipc_put_i64(w, done->manifest_offset);
	ipc_put_i64(w, done->manifest_size);
}

static bool text_ok(const char *text, size_t max)
{
	return strlen(text) <= max && str_utf8_valid(text);
}

int parse_job_get(struct ipc_message *m, struct arena *arena, struct parse_job *job_r, struct err *err)
{
	struct parse_job job = { .in = -1, .out = -1 };
	uint32_t kind;

	job.id = ipc_get_i64(m);
	kind = ipc_get_u32(m);
	job.name = ipc_get_str(m, arena);
	job.in = ipc_take_fd(m);
	job.out = ipc_take_fd(m);
	job.kind = kind == PARSE_KIND_FILE ? PARSE_KIND_FILE : PARSE_KIND_MAIL;
	if (ipc_end(m, err) == 0) {
		if (m->type == PARSE_MSG_JOB && kind == (uint32_t)job.kind &&
		    (!job.name || text_ok(job.name, PARSE_NAME_MAX))) {
			*job_r = job;
			return 0;
		}
		err_set(err, ERR_INPUT, "malformed parse job");
	}
	if (job.in >= 0)
		close(job.in);
	if (job.out >= 0)
		close(job.out);
	return -1;
}

static bool done_ok(const struct parse_done *done, uint32_t status)
{
	if (status > PARSE_ERROR || !done->reason || !text_ok(done->reason, PARSE_REASON_MAX))
		return false;
	if (status != PARSE_OK)
		return done->manifest_offset == 0 && done->manifest_size == 0;
	return done->manifest_offset >= 0 && done->manifest_size > 0 && done->manifest_size <= MANIFEST_MAX &&
	       done->manifest_offset <= INT64_MAX - done->manifest_size;
}

int parse_done_get(struct ipc_message *m, struct arena *arena, struct parse_done *done_r, struct err *err)
{
	struct parse_done done = { 0 };
	uint32_t status;

	done.id = ipc_get_i64(m);
	status = ipc_get_u32(m);
	done.reason = ipc_get_str(m, arena);
	done.manifest_offset = ipc_get_i64(m);
	done.manifest_size = ipc_get_i64(m);
	if (ipc_end(m, err))
		return -1;
	if (m->type != PARSE_MSG_DONE || !done_ok(&done, status))
		return err_set(err, ERR_INPUT, "malformed answer from the parse worker");
	done.status = (enum parse_status)status;
	*done_r = done;
	return 0;
}
