/*
 * A whole dossier of the shipped workflow in the virtual environment: from the
 * opening to "everything is there", without a socket, a file that is written,
 * or a moment of real time. A filter of the kernel kills the process where it
 * would open a socket, write to the file system or wait.
 */

/* System. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* Own. */
#include "tap.h"
#include "virtual_play.h"

static const char *const all_papers[] = {
	"paspoort.pdf",      "aangifte 2023.pdf",	 "aangifte 2024.pdf",	 "aangifte 2025.pdf",
	"jaarcijfers 2023.pdf", "jaarcijfers 2024.pdf", "jaarcijfers 2025.pdf", "prognose.pdf",
};

static void post_papers(struct play *p, const char *number, size_t from, size_t to)
{
	struct post post = { .subject = arena_printf(&p->arena, "Stukken %s", number), .text = "Hierbij." };
	size_t i;

	for (i = from; i < to; i++)
		post.files[i - from].name = all_papers[i];
	play_post(p, &post);
}

/* Two documents, a receipt, two working days of silence, a reminder. */
static void collect_some(struct play *p, const char *number)
{
	const char *text;

	tap_is_str(play_mails(p), "aanvraag-bevestigd>jan", "the opening is confirmed, once");
	virtual_advance(p->v, HOURS(1));
	post_papers(p, number, 0, 2);
	tap_is_str(play_mails(p), "ontvangst>jan", "two documents: one receipt");
	text = play_text(p, play_last_sent(p));
	tap_ok(strstr(text, "paspoort.pdf") && strstr(text, "aangifte 2023.pdf"), "it names both");
	tap_ok(strstr(text, "Nog 6 documenten ontbreken"), "and what is missing");
	tap_is_str(play_papers(p, number), "verzamelen legitimatie=paspoort.pdf aangifte2023=aangifte 2023.pdf",
		   "both stand in their slots");
	tap_is_int((long long)virtual_processed(p->v, "intake"), 1, "the mail was acknowledged");
	tap_is_int((long long)virtual_inbox(p->v, "intake"), 0, "and lies no longer in the inbox");
	virtual_advance(p->v, DAYS(2) - HOURS(1) - 60);
	tap_is_str(play_mails(p), "", "until two working days have passed nothing happens");
	virtual_advance(p->v, 120);
	tap_is_str(play_mails(p), "stukken-ontbreken>jan", "then the reminder comes");
}

static void complete(struct play *p, const char *number)
{
	virtual_advance(p->v, DAYS(1));
	post_papers(p, number, 2, 8);
	tap_is_str(play_mails(p), "ontvangst>jan", "the rest: a receipt");
	tap_is_str(play_look(p, number)->state, "verzamelen", "the quiet time keeps the state");
	virtual_advance(p->v, MINUTES(14));
	tap_is_str(play_mails(p), "", "14 minutes: nothing yet");
	virtual_advance(p->v, MINUTES(2));
	tap_is_str(play_mails(p), "stukken-compleet>jan te-behandelen>els", "then correspondent and staff hear it");
	tap_is_str(play_look(p, number)->state, "compleet", "and the state is 'compleet'");
	virtual_advance(p->v, DAYS(60));
	tap_is_str(play_mails(p), "", "after that no reminder comes any more");
}

static void check_bytes(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	size_t s, good = 0;

	for (s = 0; s < d->slot_count; s++) {
		const struct slot *slot = &d->slots[s];

		if (slot->document_count == 1 &&
		    strstr(play_bytes(p, number, slot->documents[0].id), slot->documents[0].name))
			good++;
	}
	tap_is_int((long long)good, 8, "eight documents come back with the bytes that were sent");
}

static void whole_dossier(struct play *p)
{
	const char *number = play_dossier(p, (struct engine_opening){ 0 });

	tap_ok(str_starts(number, "2026-00001-"), "a number was issued: %s", number);
	collect_some(p, number);
	complete(p, number);
	check_bytes(p, number);
	play_well(p, "at the end");
}

/* ---- the filter ---- */

#define DENY(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

/* No sockets, no names made or changed, nothing opened for writing, no waiting. */
static bool filter_set(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		DENY(socket), DENY(connect), DENY(socketpair), DENY(renameat), DENY(renameat2), DENY(mkdirat),
		DENY(unlinkat), DENY(linkat), DENY(symlinkat), DENY(nanosleep), DENY(clock_nanosleep), DENY(ppoll),
		DENY(epoll_pwait), DENY(execve),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Shows that the filter bites: a child that opens a socket does not live. */
static void filter_bites(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		(void)!socket(AF_INET, SOCK_STREAM, 0);
		_exit(0);
	}
	waitpid(child, &status, 0);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "a socket would end this process");
}

int main(void)
{
	struct play p;
	struct timespec before, after;

	play_open(&p, NULL);
	if (filter_set())
		filter_bites();
	else
		printf("# no seccomp here: %s\n", strerror(errno));
	clock_gettime(CLOCK_MONOTONIC, &before);
	whole_dossier(&p);
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("# two months in %.3f seconds\n",
	       (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9);
	play_close(&p);
	return tap_done();
}
