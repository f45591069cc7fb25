/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/session_p.h"
#include "imap/uidset.h"

#define MARKED_BYTES 512 /* budget per message whose flags are asked */

/* Some uids of one command, sorted. */
struct uids {
	uint32_t *list;
	size_t count;
};

/* ---- What is there, and what is marked already. */

static bool has_mark(const struct mailimap_msg_att_item *item)
{
	const clist *flags = item->att_data.att_dyn ? item->att_data.att_dyn->att_list : NULL;
	const clistiter *at;

	for (at = flags ? clist_begin(flags) : NULL; at; at = clist_next(at)) {
		const struct mailimap_flag_fetch *flag = clist_content(at);

		if (flag->fl_flag && flag->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
		    str_ieq(flag->fl_flag->fl_data.fl_keyword, IMAP_DONE_KEYWORD))
			return true;
	}
	return false;
}

/* The message's uid (0 = not told), and whether it carries our keyword. */
static uint32_t read_mark(struct mailimap_msg_att *att, bool *marked)
{
	const clistiter *at;
	uint32_t uid = 0;

	*marked = false;
	for (at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		const struct mailimap_msg_att_static *st = item->att_data.att_static;

		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC)
			*marked |= has_mark(item);
		else if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC && st && st->att_type == MAILIMAP_MSG_ATT_UID)
			uid = st->att_data.att_uid;
	}
	return uid;
}

/* Keeps in 'there' those of 'asked' that the server has, in 'unmarked' those without our keyword. */
static int ask_marks(struct imap_session *s, const struct uids *asked, struct uids *there, struct uids *unmarked,
		     struct err *err)
{
	struct mailimap_set *set = imap_set_of(asked->list, asked->count);
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
	clist *answer = NULL;
	const clistiter *at;
	int rc;

	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_flags());
	imap_begin(s, NULL, asked->count * MARKED_BYTES + IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_uid_fetch(s->imap, set, type, &answer), MAILIMAP_ERROR_UID_FETCH, err);
	mailimap_set_free(set);
	mailimap_fetch_type_free(type);
	there->count = unmarked->count = 0;
	for (at = rc == 0 && answer ? clist_begin(answer) : NULL; at; at = clist_next(at)) {
		bool marked;
		uint32_t uid = read_mark(clist_content(at), &marked);

		if (!imap_uidset_has(asked->list, asked->count, uid, NULL) || there->count == asked->count)
			continue;
		there->list[there->count++] = uid;
		if (!marked)
			unmarked->list[unmarked->count++] = uid;
	}
	if (rc == 0 && answer)
		mailimap_fetch_list_free(answer);
	there->count = imap_uidset_sort(there->list, there->count);
	unmarked->count = imap_uidset_sort(unmarked->list, unmarked->count);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "server refuses to show flags: %s", imap_said(s));
	return rc;
}

/* ---- Single commands: 0, 1 = NO, -1 = session over. */

static int run_on_set(struct imap_session *s, const struct uids *uids, const char *folder,
		      int (*command)(mailimap *imap, struct mailimap_set *set, const char *folder), int refused,
		      struct err *err)
{
	struct mailimap_set *set = imap_set_of(uids->list, uids->count);
	int rc;

	/* Each message may bring an EXPUNGE line, and a COPYUID its number. */
	imap_begin(s, NULL, uids->count * 64 + IMAP_ANSWER_BYTES);
	rc = imap_judge(s, command(s->imap, set, folder), refused, err);
	mailimap_set_free(set);
	return rc;
}

static int expunge_set(mailimap *imap, struct mailimap_set *set, const char *folder)
{
	(void)folder;
	return mailimap_uid_expunge(imap, set);
}

/* Adds \Deleted, our keyword, or both. */
static int mark(struct imap_session *s, const struct uids *uids, bool deleted, bool keyword, struct err *err)
{
	struct mailimap_set *set = imap_set_of(uids->list, uids->count);
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	struct mailimap_store_att_flags *store;
	int rc;

	if (deleted)
		mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
	if (keyword) /* freed by the library */
		mailimap_flag_list_add(flags, mailimap_flag_new_flag_keyword(xstrdup(IMAP_DONE_KEYWORD)));
	store = mailimap_store_att_flags_new_add_flags_silent(flags);
	imap_begin(s, NULL, uids->count * MARKED_BYTES + IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_uid_store(s->imap, set, store), MAILIMAP_ERROR_UID_STORE, err);
	mailimap_store_att_flags_free(store);
	mailimap_set_free(set);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "marking refused: %s", imap_said(s));
	return rc;
}

/*
 * MOVE or COPY of those that are there. A NO may mean that all of them are
 * gone, that the folder was removed, or a real refusal; only the last is one.
 */
static int transfer(struct imap_session *s, struct uids *uids, const char *folder,
		    int (*command)(mailimap *imap, struct mailimap_set *set, const char *folder), int refused,
		    struct err *err)
{
	struct uids there = { xcalloc(uids->count, sizeof(uint32_t)), 0 };
	struct uids unmarked = { xcalloc(uids->count, sizeof(uint32_t)), 0 };
	int rc = run_on_set(s, uids, folder, command, refused, err);

	if (rc > 0)
		rc = ask_marks(s, uids, &there, &unmarked, err) ? -1 : there.count > 0;
	if (rc > 0 && imap_folder_ensure(s, folder, err) == 0)
		rc = run_on_set(s, &there, folder, command, refused, err);
	else if (rc > 0)
		rc = -1;
	if (rc > 0)
		rc = imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "cannot put messages into '%s': %s", folder,
			       imap_said(s));
	free(there.list);
	free(unmarked.list);
	return rc;
}

/* ---- The ways, each for the uids of one command. */

static int by_move(struct imap_session *s, struct uids *uids, const char *folder, struct err *err)
{
	return transfer(s, uids, folder, mailimap_uid_move, MAILIMAP_ERROR_UID_MOVE, err);
}

static int by_copy(struct imap_session *s, struct uids *uids, const char *folder, struct err *err)
{
	struct uids there = { xcalloc(uids->count, sizeof(uint32_t)), 0 };
	struct uids unmarked = { xcalloc(uids->count, sizeof(uint32_t)), 0 };
	int rc = ask_marks(s, uids, &there, &unmarked, err);

	/* The mark says "copied": after a crash between the two nothing is copied twice. */
	if (!rc && unmarked.count)
		rc = transfer(s, &unmarked, folder, mailimap_uid_copy, MAILIMAP_ERROR_UID_COPY, err);
	if (!rc && there.count)
		rc = mark(s, &there, true, s->keywords, err);
	if (!rc && there.count) {
		rc = run_on_set(s, &there, NULL, expunge_set, MAILIMAP_ERROR_EXPUNGE, err);
		if (rc > 0)
			rc = imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "expunge refused: %s", imap_said(s));
	}
	free(there.list);
	free(unmarked.list);
	return rc;
}

static int by_keyword(struct imap_session *s, struct uids *uids, const char *folder, struct err *err)
{
	(void)folder;
	return mark(s, uids, false, true, err);
}

static int by_nothing(struct imap_session *s, struct uids *uids, const char *folder, struct err *err)
{
	(void)s;
	(void)uids;
	(void)folder;
	(void)err;
	return 0;
}

/* Best first; the last always works. */
static const struct way {
	enum imap_how how;
	unsigned needs; /* IMAP_CAN_* */
	int (*run)(struct imap_session *s, struct uids *uids, const char *folder, struct err *err);
} ways[] = {
	{ IMAP_MOVED, IMAP_CAN_MOVE, by_move },
	{ IMAP_COPIED, IMAP_CAN_UIDPLUS, by_copy },
	{ IMAP_FLAGGED, IMAP_CAN_KEYWORDS, by_keyword },
	{ IMAP_NONE, 0, by_nothing },
};

int imap_session_ack(struct imap_session *s, enum imap_target target, uint32_t *uids, size_t count,
		     enum imap_how *how, struct err *err)
{
	const struct way *way = ways;
	struct imap_folder folder;

	s->where = "ack";
	imap_session_folder(s, &folder);
	while ((folder.can & way->needs) != way->needs)
		way++;
	count = imap_uidset_sort(uids, count);
	for (size_t at = 0; at < count;) {
		struct uids some = { uids + at, imap_uidset_fit(uids + at, count - at, IMAP_UIDSET_BYTES) };

		if (way->run(s, &some, s->targets[target], err))
			return -1;
		at += some.count;
	}
	*how = way->how;
	return 0;
}
