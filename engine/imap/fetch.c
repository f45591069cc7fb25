/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/session_p.h"
#include "imap/uidset.h"

/* A message of this order. */
struct wanted {
	struct imap_entry entry;
	bool there;    /* the server knows it */
	bool answered; /* one call of the sink was made */
};

/* The order under way, and the body that is just coming in. */
struct job {
	struct imap_session *session;
	const struct imap_sink *sink;
	struct wanted list[IMAP_FETCH_MAX];
	size_t count;
	struct wanted *single; /* fetched in pieces, or NULL in a batch */

	int fd;                /* of the present body, -1 before its first byte */
	int64_t size;          /* of the message so far */
	int64_t piece;         /* of this piece */
	bool over;             /* larger than we take: the rest is not kept */
	bool bodied;           /* a body came with the last message's attributes */
	struct err fault;      /* what our side could not do, or the server must not */
	bool failed;
};

static bool job_fail(struct job *j, const char *why)
{
	if (!j->failed)
		err_set(&j->fault, ERR_TEMP, "%s", why);
	j->failed = true;
	return false;
}

static struct wanted *find(struct job *j, uint32_t uid)
{
	for (size_t i = 0; i < j->count; i++)
		if (j->list[i].entry.uid == uid)
			return &j->list[i];
	return NULL;
}

static void drop_body(struct job *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	j->size = j->piece = 0;
	j->over = false;
}

/* ---- Bytes as libetpan hands them over, before the uid is known. */

static bool keep_bytes(struct job *j, const char *bytes, size_t len)
{
	j->size += (int64_t)len;
	j->piece += (int64_t)len;
	if (j->size > j->session->setup.max_bytes) {
		if (!j->over && ftruncate(j->fd, 0))
			return job_fail(j, "cannot cut a memory file");
		j->over = true;
		return true;
	}
	if (file_write_all(j->fd, bytes, len, &j->fault))
		j->failed = true;
	return !j->failed;
}

/* False makes the library give up, and us the session. */
static bool on_bytes(int type, struct mailimap_msg_att_body_section *section, const char *bytes, size_t len,
		     void *ctx)
{
	struct job *j = ctx;

	if (j->failed)
		return false;
	/* No section is "[]", the whole message. */
	if (type != MAILIMAP_MSG_ATT_BODY_SECTION || !section ||
	    (section->sec_section && section->sec_section->sec_spec))
		return job_fail(j, "server sent a body that was not asked for");
	if (section->sec_origin_octet != (j->single ? (uint64_t)(j->size - j->piece) : 0))
		return job_fail(j, "server sent another piece than was asked for");
	if (j->fd < 0) {
		j->fd = file_memory("mail", &j->fault);
		if (j->fd < 0) {
			j->failed = true;
			return false;
		}
	}
	return keep_bytes(j, bytes, len);
}

/* ---- A message is complete. */

static void deliver(struct job *j, struct wanted *w)
{
	const struct imap_sink *sink = j->sink;
	int fd = j->fd, rc;

	w->answered = true;
	imap_stream_pause(j->session->stream);
	if (j->over) {
		rc = sink->toobig(sink->ctx, &w->entry, j->size, &j->fault);
	} else {
		j->fd = -1;
		rc = sink->mail(sink->ctx, &w->entry, j->size, fd, &j->fault);
	}
	imap_stream_resume(j->session->stream);
	if (rc)
		j->failed = true;
	drop_body(j);
}

/* Uid and number of whole bodies (not NIL) among the attributes. */
static int count_bodies(struct mailimap_msg_att *att, uint32_t *uid)
{
	const clistiter *at;
	int bodies = 0;

	*uid = 0;
	for (at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		const struct mailimap_msg_att_static *st = item->att_data.att_static;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC || !st)
			continue;
		if (st->att_type == MAILIMAP_MSG_ATT_UID)
			*uid = st->att_data.att_uid;
		if (st->att_type == MAILIMAP_MSG_ATT_BODY_SECTION && st->att_data.att_body_section->sec_body_part)
			bodies++;
	}
	return bodies;
}

static void on_message(struct mailimap_msg_att *att, void *ctx)
{
	struct job *j = ctx;
	struct wanted *w;
	uint32_t uid;
	int bodies = count_bodies(att, &uid);

	if (j->failed || (bodies == 0 && j->piece == 0))
		return; /* flags that changed meanwhile, or NIL */
	w = find(j, uid);
	if (bodies != 1 || !w || w->answered || (j->single && (w != j->single || j->bodied))) {
		job_fail(j, "server sent a message that was not asked for");
		return;
	}
	j->bodied = true;
	if (j->single)
		return;
	if (j->fd < 0) /* "{0}" */
		j->fd = file_memory("mail", &j->fault);
	if (j->fd < 0)
		j->failed = true;
	else
		deliver(j, w);
}

/* libetpan calls on_message only when it has progress to report to someone. */
static void no_progress(size_t at, size_t max, void *ctx)
{
	(void)at;
	(void)max;
	(void)ctx;
}

static void handlers_set(struct job *j)
{
	mailimap *imap = j->session->imap;

	mailimap_set_progress_callback(imap, NULL, no_progress, j);
	mailimap_set_msg_att_handler(imap, on_message, j);
	mailimap_set_msg_body_handler(imap, on_bytes, j);
}

static void handlers_clear(struct job *j)
{
	mailimap *imap = j->session->imap;

	mailimap_set_progress_callback(imap, NULL, NULL, NULL);
	mailimap_set_msg_att_handler(imap, NULL, NULL);
	mailimap_set_msg_body_handler(imap, NULL, NULL);
}

/* ---- Commands. */

/* 0 = answered, 1 = NO, -1 = session over. Takes 'body'. */
static int ask_bodies(struct job *j, const uint32_t *uids, size_t count, struct mailimap_fetch_att *body,
		      uint64_t bytes, struct err *err)
{
	struct imap_session *s = j->session;
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_set *set = imap_set_of(uids, count);
	clist *answer = NULL;
	int rc;

	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(type, body);
	imap_begin(s, NULL, bytes + IMAP_ANSWER_BYTES);
	j->bodied = false;
	handlers_set(j);
	rc = mailimap_uid_fetch(s->imap, set, type, &answer);
	handlers_clear(j);
	mailimap_set_free(set);
	mailimap_fetch_type_free(type);
	if (rc == MAILIMAP_NO_ERROR && answer)
		mailimap_fetch_list_free(answer);
	if (j->failed && !imap_stream_bye(s->stream))
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, j->fault.code, "%s", j->fault.text);
	return imap_judge(s, rc, MAILIMAP_ERROR_UID_FETCH, err);
}

/* Several small messages at once. */
static int fetch_batch(struct job *j, const uint32_t *uids, size_t count, int64_t claimed, struct err *err)
{
	struct mailimap_section *whole = mailimap_section_new(NULL);
	struct mailimap_fetch_att *body = mailimap_fetch_att_new_body_peek_section(whole);
	int rc;

	j->single = NULL;
	rc = ask_bodies(j, uids, count, body, (uint64_t)claimed + IMAP_FETCH_SLACK, err);
	drop_body(j);
	return rc < 0 ? -1 : 0; /* who got no body is asked for again alone */
}

enum piece { PIECE_CAME, PIECE_NONE, PIECE_REFUSED };

/* -1 = session over. An empty piece has come as well. */
static int fetch_piece(struct job *j, enum piece *piece, struct err *err)
{
	struct mailimap_section *whole = mailimap_section_new(NULL);
	struct mailimap_fetch_att *body =
		mailimap_fetch_att_new_body_peek_section_partial(whole, (uint32_t)j->size, IMAP_FETCH_PIECE);
	int rc;

	j->piece = 0;
	rc = ask_bodies(j, &j->single->entry.uid, 1, body, IMAP_FETCH_PIECE, err);
	if (rc < 0)
		return -1;
	if (j->piece > IMAP_FETCH_PIECE)
		return imap_dead(j->session, IMAP_FAIL_PROTOCOL, err, ERR_LIMIT, "server sent more than a piece");
	*piece = rc == 1 ? PIECE_REFUSED : j->bodied ? PIECE_CAME : PIECE_NONE;
	return 0;
}

/*
 * Is a mail whole when the server gives no further piece of it? Not when it
 * refuses one, or when it claimed more than has come: half a mail is none.
 */
static bool is_whole(const struct job *j, enum piece last, int64_t claimed)
{
	return last == PIECE_CAME || j->size == claimed || (last == PIECE_NONE && j->size > claimed);
}

/*
 * In pieces until an empty one: the claimed size decides nothing, except that
 * a piece shorter than asked that ends exactly there saves the last question.
 * 0 = delivered, 1 = the server gives no body, or not all of it.
 */
static int fetch_single(struct job *j, struct wanted *w, struct err *err)
{
	enum piece piece;

	drop_body(j);
	j->single = w;
	do {
		if (fetch_piece(j, &piece, err))
			return -1;
		if (piece != PIECE_CAME && (j->size == 0 || !is_whole(j, piece, w->entry.size))) {
			drop_body(j);
			return 1;
		}
	} while (piece == PIECE_CAME && j->piece > 0 && !j->over &&
		 !(j->piece < IMAP_FETCH_PIECE && j->size == w->entry.size));
	if (j->fd < 0)
		j->fd = file_memory("mail", &j->fault);
	if (j->fd >= 0)
		deliver(j, w);
	else
		j->failed = true;
	if (j->failed)
		return imap_dead(j->session, IMAP_FAIL_PROTOCOL, err, j->fault.code, "%s", j->fault.text);
	return 0;
}

/* Asks which of them the server still has, and how large it says they are. */
static int ask_entries(struct job *j, const uint32_t *uids, size_t count, struct err *err)
{
	struct imap_session *s = j->session;
	struct mailimap_set *set = imap_set_of(uids, count);
	struct mailimap_fetch_type *type = imap_entry_attributes();
	clist *answer = NULL;
	const clistiter *at;
	int rc;

	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_uid_fetch(s->imap, set, type, &answer), MAILIMAP_ERROR_UID_FETCH, err);
	mailimap_set_free(set);
	mailimap_fetch_type_free(type);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "fetching refused: %s", imap_said(s));
	if (rc < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		find(j, uids[i])->there = false;
	for (at = answer ? clist_begin(answer) : NULL; at; at = clist_next(at)) {
		struct imap_entry entry;
		struct wanted *w = imap_entry_read(clist_content(at), &entry) ? find(j, entry.uid) : NULL;

		if (w) {
			w->entry = entry;
			w->there = true;
		}
	}
	if (answer)
		mailimap_fetch_list_free(answer);
	return 0;
}

/* ---- The order. */

static int finish(struct job *j, struct wanted *w, int (*call)(void *ctx, uint32_t uid, struct err *err),
		  struct err *err)
{
	w->answered = true;
	return call(j->sink->ctx, w->entry.uid, err);
}

/* Says what needs no body: gone, or larger than we take by its own claim. */
static int settle_early(struct job *j, struct err *err)
{
	for (size_t i = 0; i < j->count; i++) {
		struct wanted *w = &j->list[i];

		if (!w->there) {
			if (finish(j, w, j->sink->gone, err))
				return -1;
		} else if (w->entry.size > j->session->setup.max_bytes) {
			w->answered = true;
			if (j->sink->toobig(j->sink->ctx, &w->entry, w->entry.size, err))
				return -1;
		}
	}
	return 0;
}

/* Small ones together, as many as fit; a batch of one is better fetched in pieces. */
static int fetch_small(struct job *j, struct err *err)
{
	uint32_t uids[IMAP_FETCH_MAX];
	size_t count = 0;
	int64_t claimed = 0;

	for (size_t i = 0; i <= j->count; i++) {
		const struct wanted *w = i < j->count ? &j->list[i] : NULL;

		if (w && (w->answered || w->entry.size > IMAP_FETCH_PIECE))
			continue;
		if (count > 1 && (!w || claimed + w->entry.size > IMAP_FETCH_BATCH_BYTES)) {
			if (fetch_batch(j, uids, count, claimed, err))
				return -1;
			count = 0;
			claimed = 0;
		}
		if (w) {
			uids[count++] = w->entry.uid;
			claimed += w->entry.size;
		}
	}
	return 0;
}

static int fetch_rest(struct job *j, struct err *err)
{
	for (size_t i = 0; i < j->count; i++) {
		struct wanted *w = &j->list[i];
		int rc = w->answered ? 0 : fetch_single(j, w, err);

		/* No body: gone meanwhile, or there but withheld? */
		if (rc > 0)
			rc = ask_entries(j, &w->entry.uid, 1, err) ? -1 :
				finish(j, w, w->there ? j->sink->withheld : j->sink->gone, err);
		if (rc)
			return -1;
	}
	return 0;
}

int imap_session_fetch(struct imap_session *s, uint32_t *uids, size_t count, const struct imap_sink *sink,
		       struct err *err)
{
	struct job j = { .session = s, .sink = sink, .fd = -1 };
	int rc;

	s->where = "fetch";
	if (count > IMAP_FETCH_MAX)
		return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_BUG, "more than %d messages in one order", IMAP_FETCH_MAX);
	j.count = imap_uidset_sort(uids, count);
	for (size_t i = 0; i < j.count; i++)
		j.list[i].entry.uid = uids[i];
	rc = ask_entries(&j, uids, j.count, err);
	if (!rc)
		rc = settle_early(&j, err);
	if (!rc)
		rc = fetch_small(&j, err);
	if (!rc)
		rc = fetch_rest(&j, err);
	drop_body(&j);
	return rc;
}
