/*
 * Programs started by the deciding process: its workers, which are the same
 * binary with other arguments. posix_spawn(3), so nothing of ours is copied,
 * and no database is ever open across a fork.
 *
 * A child gets: standard input from /dev/null, standard output and error both
 * our standard error, the socket as descriptor 3 (IPC_WORKER_FD) and no other
 * descriptor; no blocked signal; the environment PATH, LANG=C.UTF-8, TZ and
 * HOME where set, whatever starts with POSTKAMER_, and the options of the
 * sanitizers (ASAN_, UBSAN_, LSAN_OPTIONS).
 */
#ifndef POSTKAMER_LOOP_CHILD_H
#define POSTKAMER_LOOP_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct children;

/* The child is gone and reaped; 'status' as of waitpid(2). 'pid' may be used again by the system now. */
typedef void child_fn(void *ctx, pid_t pid, int status);

struct children *children_new(void);
/* Kills and reaps what still runs, without callbacks (not from inside one). NULL is accepted. */
void children_free(struct children **children);

/*
 * Starts 'path' (NULL: this program, /proc/self/exe) with 'argv' (ends with
 * NULL; argv[0] is shown in ps). 'socket' is borrowed: the caller closes its
 * copy afterwards; -1 gives the child no descriptor 3. 'fn' runs from
 * children_reap() when the child has ended, whatever the reason.
 */
int child_start(struct children *children, const char *path, const char *const argv[], int socket,
		child_fn *fn, void *ctx, pid_t *pid_r, struct err *err);
/* SIGKILL; the end comes by children_reap() as usual. A pid that is not, or no longer, ours is accepted. */
void child_kill(struct children *children, pid_t pid);
/* To be called on SIGCHLD: reaps our own children that have ended (no others), one callback each. */
void children_reap(struct children *children);
/* How many have not been reaped yet. */
size_t children_count(const struct children *children);

/*
 * "ended with status 3" / "killed by signal 9 (Killed)"; returns 'out', which
 * takes at least 64 bytes.
 */
const char *child_status_text(char *out, size_t size, int status);

/*
 * For the child, first thing in a worker's main(): SIGKILL when the parent
 * dies; TERM, INT, HUP and PIPE ignored, since the parent decides when a
 * worker ends (a message, or the end of its socket) and a Ctrl-C or a service
 * manager's TERM reaches the whole group. A parent that died before this call
 * shows as the end of the socket.
 */
int child_self_init(struct err *err);

#endif
