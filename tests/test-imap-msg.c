/* Messages between main and an IMAP worker: there and back, and everything that must be refused. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "ipc/imap_msg.h"
#include "tap.h"

/* The other end's view of what was built; takes the writer. */
static struct ipc_message receive(struct ipc_writer *w)
{
	struct ipc_message m = { 0 };
	struct err err = ERR_INIT;
	int ours, theirs;

	ipc_pair(&ours, &theirs, &err);
	if (ipc_send(theirs, w, &err) || ipc_receive(ours, 0, &m, &err))
		tap_ok(false, "sending works: %s", err.text);
	ipc_writer_free(w);
	close(ours);
	close(theirs);
	return m;
}

static const struct imap_msg_setup good = {
	.host = "mail.example.nl", .port = 993, .tls = IMAP_MSG_TLS_IMPLICIT, .ca_file = NULL, .user = "intake",
	.secret = "geheim", .auth = IMAP_MSG_AUTH_LOGIN, .folder = "INBOX", .processed = "Verwerkt",
	.quarantine = "Apart", .poll = 60, .idle_renew = 300, .deadline = 120, .max_bytes = 100 << 20, .trace = true
};

static int setup_there_and_back(const struct imap_msg_setup *in, struct imap_msg_setup *out, struct arena *arena)
{
	struct ipc_writer w;
	struct ipc_message m;
	struct err err = ERR_INIT;
	int rc;

	imap_msg_put_setup(&w, in);
	m = receive(&w);
	tap_is_int(m.type, IMAP_MSG_SETUP, "setup: type");
	rc = imap_msg_get_setup(&m, arena, out, &err);
	ipc_message_free(&m);
	return rc;
}

static void test_setup(void)
{
	struct arena arena = ARENA_INIT;
	struct imap_msg_setup out, bad;

	tap_is_int(setup_there_and_back(&good, &out, &arena), 0, "setup: good");
	tap_is_str(out.host, good.host, "setup: host");
	tap_is_int(out.port, 993, "setup: port");
	tap_is_str(out.ca_file, NULL, "setup: no authority file");
	tap_is_str(out.secret, "geheim", "setup: secret");
	tap_is_str(out.quarantine, "Apart", "setup: quarantine");
	tap_is_int(out.deadline, 120, "setup: deadline");
	tap_is_int(out.max_bytes, 100 << 20, "setup: maximum");
	tap_ok(out.trace, "setup: trace");
#define REFUSED(field, value) \
	do { \
		bad = good; \
		bad.field = value; \
		tap_is_int(setup_there_and_back(&bad, &out, &arena), -1, "setup: %s = %s is refused", #field, #value); \
	} while (0)
	REFUSED(host, NULL);
	REFUSED(secret, NULL);
	REFUSED(folder, NULL);
	REFUSED(port, 0);
	REFUSED(port, 65536);
	REFUSED(tls, IMAP_MSG_TLS_COUNT);
	REFUSED(auth, IMAP_MSG_AUTH_COUNT);
	REFUSED(poll, 0);
	REFUSED(idle_renew, 1501);
	REFUSED(deadline, 0);
	REFUSED(max_bytes, 0);
	REFUSED(max_bytes, -1);
	arena_free(&arena);
}

static void test_orders(void)
{
	struct arena arena = ARENA_INIT;
	uint32_t uids[IMAP_MSG_ACK_MAX + 1];
	struct imap_msg_list list = { 7, 12 }, list_out;
	struct imap_msg_fetch fetch = { 7, uids, IMAP_MSG_FETCH_MAX }, fetch_out;
	struct imap_msg_ack ack = { 7, IMAP_MSG_TO_QUARANTINE, uids, IMAP_MSG_ACK_MAX }, ack_out;
	struct ipc_writer w;
	struct ipc_message m;

	for (uint32_t i = 0; i <= IMAP_MSG_ACK_MAX; i++)
		uids[i] = UINT32_MAX - i;
	imap_msg_put_list(&w, &list);
	m = receive(&w);
	tap_ok(imap_msg_get_list(&m, &list_out, NULL) == 0 && list_out.uidvalidity == 7 && list_out.after_uid == 12,
	       "list");
	ipc_message_free(&m);
	imap_msg_put_fetch(&w, &fetch);
	m = receive(&w);
	tap_ok(imap_msg_get_fetch(&m, &arena, &fetch_out, NULL) == 0 && fetch_out.count == IMAP_MSG_FETCH_MAX &&
	       memcmp(fetch_out.uids, uids, sizeof(uint32_t) * fetch_out.count) == 0, "fetch");
	ipc_message_free(&m);
	imap_msg_put_ack(&w, &ack);
	m = receive(&w);
	tap_ok(imap_msg_get_ack(&m, &arena, &ack_out, NULL) == 0 && ack_out.count == IMAP_MSG_ACK_MAX &&
	       ack_out.target == IMAP_MSG_TO_QUARANTINE &&
	       memcmp(ack_out.uids, uids, sizeof(uint32_t) * ack_out.count) == 0, "ack");
	ipc_message_free(&m);
	fetch.count++;
	imap_msg_put_fetch(&w, &fetch);
	m = receive(&w);
	tap_is_int(imap_msg_get_fetch(&m, &arena, &fetch_out, NULL), -1, "fetch: too many uids");
	ipc_message_free(&m);
	fetch.count = 0;
	imap_msg_put_fetch(&w, &fetch);
	m = receive(&w);
	tap_is_int(imap_msg_get_fetch(&m, &arena, &fetch_out, NULL), -1, "fetch: no uids");
	ipc_message_free(&m);
	uids[3] = 0;
	ack.count = 5;
	imap_msg_put_ack(&w, &ack);
	m = receive(&w);
	tap_is_int(imap_msg_get_ack(&m, &arena, &ack_out, NULL), -1, "ack: uid 0");
	ipc_message_free(&m);
	imap_msg_put_plain(&w, IMAP_MSG_WATCH);
	m = receive(&w);
	tap_ok(imap_msg_get_plain(&m, NULL) == 0 && m.type == IMAP_MSG_WATCH, "watch");
	ipc_message_free(&m);
	arena_free(&arena);
}

static void test_uids(void)
{
	struct arena arena = ARENA_INIT;
	struct imap_msg_uid *entries = xcalloc(IMAP_MSG_UIDS_MAX + 1, sizeof *entries);
	struct imap_msg_uids uids = { 7, true, entries, IMAP_MSG_UIDS_MAX }, out;
	struct ipc_writer w;
	struct ipc_message m;

	for (uint32_t i = 0; i <= IMAP_MSG_UIDS_MAX; i++)
		entries[i] = (struct imap_msg_uid){ i + 1, (int64_t)i << 33, i ? i : DATE_NONE };
	imap_msg_put_uids(&w, &uids);
	m = receive(&w);
	tap_ok(imap_msg_get_uids(&m, &arena, &out, NULL) == 0 && out.count == IMAP_MSG_UIDS_MAX && out.last &&
	       out.list[0].internaldate == DATE_NONE && out.list[999].uid == 1000 &&
	       out.list[999].size == (int64_t)999 << 33, "uids: a full batch fits into one message");
	ipc_message_free(&m);
	uids.count = 0;
	imap_msg_put_uids(&w, &uids);
	m = receive(&w);
	tap_ok(imap_msg_get_uids(&m, &arena, &out, NULL) == 0 && out.count == 0, "uids: an empty one");
	ipc_message_free(&m);
	uids.count = IMAP_MSG_UIDS_MAX + 1;
	imap_msg_put_uids(&w, &uids);
	m = receive(&w);
	tap_is_int(imap_msg_get_uids(&m, &arena, &out, NULL), -1, "uids: too many");
	ipc_message_free(&m);
	entries[1].size = -1;
	uids.count = 3;
	imap_msg_put_uids(&w, &uids);
	m = receive(&w);
	tap_is_int(imap_msg_get_uids(&m, &arena, &out, NULL), -1, "uids: negative size");
	ipc_message_free(&m);
	free(entries);
	arena_free(&arena);
}

static void test_mail(void)
{
	struct err err = ERR_INIT;
	struct imap_msg_mail mail = { 7, 12, 3, 4, 1772438400, file_memory("test", &err) }, out;
	struct ipc_writer w;
	struct ipc_message m;
	char bytes[4] = "";

	file_write_all(mail.fd, "abc", 3, &err);
	imap_msg_put_mail(&w, IMAP_MSG_MAIL, &mail);
	m = receive(&w);
	tap_is_int(imap_msg_get_mail(&m, &out, &err), 0, "mail");
	tap_ok(out.uid == 12 && out.size == 3 && out.claimed == 4 && out.internaldate == 1772438400, "mail: fields");
	tap_ok(pread(out.fd, bytes, 3, 0) == 3 && strcmp(bytes, "abc") == 0, "mail: the file came along");
	close(out.fd);
	ipc_message_free(&m);
	imap_msg_put_mail(&w, IMAP_MSG_TOOBIG, &mail);
	m = receive(&w);
	tap_ok(imap_msg_get_mail(&m, &out, &err) == 0 && out.fd == -1 && out.claimed == 4, "too big");
	ipc_message_free(&m);
	imap_msg_put_mail(&w, IMAP_MSG_GONE, &mail);
	m = receive(&w);
	tap_ok(imap_msg_get_mail(&m, &out, &err) == 0 && out.fd == -1 && out.uid == 12, "gone");
	ipc_message_free(&m);
	imap_msg_put_mail(&w, IMAP_MSG_WITHHELD, &mail);
	m = receive(&w);
	tap_ok(imap_msg_get_mail(&m, &out, &err) == 0 && out.fd == -1 && out.uid == 12, "withheld");
	ipc_message_free(&m);
	imap_msg_put_mail(&w, IMAP_MSG_MAIL, &mail);
	w.fd_count = 0;
	m = receive(&w);
	tap_ok(imap_msg_get_mail(&m, &out, &err) == -1 && out.fd == -1, "mail: without its file");
	ipc_message_free(&m);
	mail.uid = 0;
	imap_msg_put_mail(&w, IMAP_MSG_MAIL, &mail);
	m = receive(&w);
	tap_ok(imap_msg_get_mail(&m, &out, &err) == -1 && out.fd == -1, "mail: uid 0 (and the file is closed)");
	ipc_message_free(&m);
	close(mail.fd);
}

static void test_answers(void)
{
	struct arena arena = ARENA_INIT;
	uint32_t list[2] = { 3, 4 };
	struct imap_msg_ready ready = { 7, 8, 9, IMAP_MSG_CAN_ALL }, ready_out;
	struct imap_msg_fetched fetched = { 7, 1, 2, 3, 4 }, fetched_out;
	struct imap_msg_acked acked = { 7, IMAP_MSG_FLAGGED, list, 2 }, acked_out;
	struct imap_msg_failed failed = { IMAP_MSG_FAIL_TLS, "connect", NULL }, failed_out;
	struct ipc_writer w;
	struct ipc_message m;
	char text[3000];

	imap_msg_put_ready(&w, &ready);
	m = receive(&w);
	tap_ok(imap_msg_get_ready(&m, &ready_out, NULL) == 0 && !memcmp(&ready, &ready_out, sizeof ready), "ready");
	ipc_message_free(&m);
	ready.can = IMAP_MSG_CAN_ALL + 1;
	imap_msg_put_ready(&w, &ready);
	m = receive(&w);
	tap_is_int(imap_msg_get_ready(&m, &ready_out, NULL), -1, "ready: unknown capability");
	ipc_message_free(&m);
	ready = (struct imap_msg_ready){ 0, 8, 9, 0 };
	imap_msg_put_ready(&w, &ready);
	m = receive(&w);
	tap_is_int(imap_msg_get_ready(&m, &ready_out, NULL), -1, "ready: uidvalidity 0");
	ipc_message_free(&m);
	imap_msg_put_fetched(&w, &fetched);
	m = receive(&w);
	tap_ok(imap_msg_get_fetched(&m, &fetched_out, NULL) == 0 && !memcmp(&fetched, &fetched_out, sizeof fetched),
	       "fetched");
	ipc_message_free(&m);
	imap_msg_put_acked(&w, &acked);
	m = receive(&w);
	tap_ok(imap_msg_get_acked(&m, &arena, &acked_out, NULL) == 0 && acked_out.how == IMAP_MSG_FLAGGED &&
	       acked_out.count == 2 && acked_out.uids[1] == 4, "acked");
	ipc_message_free(&m);
	memset(text, 'x', sizeof text);
	memcpy(text + 1023, "é", 2);
	text[2999] = '\0';
	failed.text = text;
	imap_msg_put_failed(&w, &failed);
	m = receive(&w);
	tap_is_int(imap_msg_get_failed(&m, &arena, &failed_out, NULL), 0, "failed");
	tap_is_int((long long)strlen(failed_out.text), 1023, "failed: a long text is cut between characters");
	ipc_message_free(&m);
	arena_free(&arena);
}

/* Every message cut at every byte is refused, and one with a byte too many. */
static void test_cut(void)
{
	struct arena arena = ARENA_INIT;
	struct imap_msg_setup out;
	struct ipc_writer w;
	size_t whole, passed = 0;

	imap_msg_put_setup(&w, &good);
	whole = w.body.len;
	for (size_t len = 4; len <= whole + 1; len++) {
		struct ipc_writer cut;
		struct ipc_message m;

		ipc_begin(&cut, IMAP_MSG_SETUP);
		buf_add(&cut.body, w.body.data + 4, (len < whole ? len : whole) - 4);
		if (len > whole)
			buf_addc(&cut.body, 0);
		m = receive(&cut);
		if (imap_msg_get_setup(&m, &arena, &out, NULL) == 0)
			passed++;
		ipc_message_free(&m);
	}
	tap_is_int((long long)passed, 1, "setup: only the whole message passes");
	ipc_writer_free(&w);
	arena_free(&arena);
}

/* A count that promises more than there is must not be believed. */
static void test_counts(void)
{
	struct arena arena = ARENA_INIT;
	struct imap_msg_uids uids;
	struct imap_msg_fetch fetch;
	struct ipc_writer w;
	struct ipc_message m;

	ipc_begin(&w, IMAP_MSG_UIDS);
	ipc_put_u32(&w, 7);
	ipc_put_u32(&w, 1);
	ipc_put_u32(&w, 1000);
	m = receive(&w);
	tap_is_int(imap_msg_get_uids(&m, &arena, &uids, NULL), -1, "uids: a thousand promised, none there");
	ipc_message_free(&m);
	ipc_begin(&w, IMAP_MSG_FETCH);
	ipc_put_u32(&w, 7);
	ipc_put_u32(&w, 50);
	ipc_put_u32(&w, 1);
	m = receive(&w);
	tap_is_int(imap_msg_get_fetch(&m, &arena, &fetch, NULL), -1, "fetch: fifty promised, one there");
	ipc_message_free(&m);
	tap_is_int((long long)arena.used, 0, "nothing was allocated for them");
	arena_free(&arena);
}

static void test_words(void)
{
	tap_is_str(imap_msg_fail_name(IMAP_MSG_FAIL_EPOCH), "epoch", "name of a failure");
	tap_is_str(imap_msg_fail_name(IMAP_MSG_FAIL_COUNT), "?", "name of an unknown failure");
	tap_is_str(imap_msg_how_name(IMAP_MSG_MOVED), "moved", "name of a way");
	tap_is_str(imap_msg_how_name(99), "?", "name of an unknown way");
}

int main(void)
{
	test_setup();
	test_orders();
	test_uids();
	test_mail();
	test_answers();
	test_cut();
	test_counts();
	test_words();
	return tap_done();
}
