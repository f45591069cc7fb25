/*
 * The parse worker: takes mails and files of strangers apart, in a process
 * that can do nothing else (sandbox/). Also usable in-process, without any
 * sandbox, by tests and the simulator.
 */
#ifndef POSTKAMER_WORKER_PARSE_H
#define POSTKAMER_WORKER_PARSE_H

#include "base/arena.h"
#include "base/err.h"
#include "ipc/parse_msg.h"

#define PARSE_JOBS_MAX 500            /* after so many the worker ends, to be started afresh */
#define PARSE_RESIDENT_MAX (48 << 20) /* … or when it holds this much memory after a job */
#define PARSE_JOB_CPU_SECONDS 30      /* one job; beyond it the process is killed by SIGPROF */

/* Parser, content types and buffers; made once. */
struct parse_tools;

/* Fails when the database of content types cannot be loaded. */
struct parse_tools *parse_tools_new(struct err *err);
void parse_tools_free(struct parse_tools **tools);

/*
 * Does one job: decoded bytes and manifest into job->out. Always fills
 * 'done_r'; its reason lives in 'arena'. Descriptors stay the caller's.
 */
void parse_tools_run(struct parse_tools *tools, const struct parse_job *job, struct arena *arena,
		     struct parse_done *done_r);

/* `postkamer worker parse`: serves jobs at IPC_WORKER_FD until the other side closes; exit status. */
int worker_parse_main(void);

#endif
