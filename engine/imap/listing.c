/*
 * Listing by windows of sequence numbers. They have no holes, so a window is a
 * bound on the answer, and the server must announce an EXPUNGE before numbers
 * shift: going back by as many as were announced misses nothing.
 */
/* System. */
#include <stdlib.h>

/* Base. */
#include "base/date.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/session_p.h"
#include "imap/uidset.h"

#define ENTRY_BYTES 512      /* budget per listed message */
#define NEWEST 50u           /* looked at first when only new messages are wanted */
#define WINDOWS_MAX 20000000 /* a server that keeps expunging must not keep us for ever */

/* One window's entries. */
struct window {
	struct imap_entry *list;
	size_t count;
	uint32_t expunged; /* announced while it was read */
};

struct mailimap_fetch_type *imap_entry_attributes(void)
{
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();

	if (!type)
		abort(); /* out of memory */
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_rfc822_size());
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_internaldate());
	return type;
}

struct mailimap_set *imap_set_of(const uint32_t *uids, size_t count)
{
	struct mailimap_set *set = mailimap_set_new_empty();

	if (!set)
		abort(); /* out of memory */
	for (size_t at = 0; at < count;) {
		size_t run = imap_uidset_run(uids + at, count - at);

		mailimap_set_add_interval(set, uids[at], uids[at + run - 1]);
		at += run;
	}
	return set;
}

static int64_t date_of(const struct mailimap_date_time *d)
{
	struct civil c;
	int zone;

	if (!d)
		return DATE_NONE;
	c = (struct civil){ d->dt_year, d->dt_month, d->dt_day, d->dt_hour, d->dt_min, d->dt_sec };
	if (c.second == 60)
		c.second = 59;
	zone = d->dt_zone;
	if (!date_valid(&c) || zone < -2400 || zone > 2400)
		return DATE_NONE;
	return date_from_utc(&c) - (zone / 100 * 60 + zone % 100) * 60;
}

bool imap_entry_read(struct mailimap_msg_att *att, struct imap_entry *entry)
{
	bool sized = false;
	const clistiter *at;

	*entry = (struct imap_entry){ .internaldate = DATE_NONE };
	for (at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		const struct mailimap_msg_att_static *st = item->att_data.att_static;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC || !st)
			continue;
		if (st->att_type == MAILIMAP_MSG_ATT_UID)
			entry->uid = st->att_data.att_uid;
		if (st->att_type == MAILIMAP_MSG_ATT_INTERNALDATE)
			entry->internaldate = date_of(st->att_data.att_internal_date);
		if (st->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
			entry->size = st->att_data.att_rfc822_size;
			sized = true;
		}
	}
	return sized && entry->uid;
}

static int by_uid(const void *a, const void *b)
{
	uint32_t x = ((const struct imap_entry *)a)->uid, y = ((const struct imap_entry *)b)->uid;

	return x < y ? -1 : x > y;
}

static int read_window(struct imap_session *s, uint32_t first, uint32_t last, struct window *w, struct err *err)
{
	struct mailimap_set *set = mailimap_set_new_interval(first, last);
	struct mailimap_fetch_type *type = imap_entry_attributes();
	size_t max = last - first + 1;
	clist *answer = NULL;
	const clistiter *at;
	int rc;

	w->count = 0;
	imap_begin(s, NULL, max * ENTRY_BYTES + IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_fetch(s->imap, set, type, &answer), MAILIMAP_ERROR_FETCH, err);
	mailimap_set_free(set);
	mailimap_fetch_type_free(type);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "listing refused: %s", imap_said(s));
	if (rc < 0)
		return -1;
	w->expunged = (uint32_t)clist_count(s->imap->imap_response_info->rsp_expunged);
	for (at = answer ? clist_begin(answer) : NULL; at && w->count < max; at = clist_next(at))
		if (imap_entry_read(clist_content(at), &w->list[w->count]))
			w->count++;
	if (answer)
		mailimap_fetch_list_free(answer);
	if (w->count)
		qsort(w->list, w->count, sizeof *w->list, by_uid);
	return 0;
}

/*
 * The first sequence number that may hold a uid above 'after', by halving.
 * Numbers that expunges have shifted, or a uid out of order, only make it
 * start too early.
 */
static int find_start(struct imap_session *s, uint32_t after, uint32_t *start, struct err *err)
{
	struct imap_entry one;
	struct window w = { .list = &one };
	uint32_t low = 1, high = s->exists; /* below 'low': not above 'after' */

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (read_window(s, middle, middle, &w, err))
			return -1;
		if (w.expunged || w.count == 0) {
			low = low > w.expunged ? low - w.expunged : 1;
			high = low;
		} else if (one.uid > after) {
			high = middle;
		} else {
			low = middle + 1;
		}
		if (high > s->exists)
			high = s->exists;
	}
	*start = low;
	return 0;
}

/* Drops the entries that were not asked for. */
static void keep_above(struct window *w, uint32_t after)
{
	size_t skip = 0;

	while (skip < w->count && w->list[skip].uid <= after)
		skip++;
	for (size_t i = skip; skip && i < w->count; i++)
		w->list[i - skip] = w->list[i];
	w->count -= skip;
}

/* New messages stand at the end: usually one look shows where they begin. */
static int guess_start(struct imap_session *s, uint32_t after, struct window *w, uint32_t *start, struct err *err)
{
	uint32_t back = s->exists > s->covered ? s->exists - s->covered : 0;

	*start = 1;
	if (back < NEWEST)
		back = NEWEST;
	if (back > IMAP_LIST_BATCH)
		back = IMAP_LIST_BATCH;
	if (!after || s->exists <= back)
		return 0;
	*start = s->exists - back + 1;
	if (read_window(s, *start, *start, w, err))
		return -1;
	if (w->count && !w->expunged && w->list[0].uid <= after)
		return 0;
	return find_start(s, after, start, err);
}

static int walk(struct imap_session *s, uint32_t after, struct window *w, imap_list_call *call, void *ctx,
		struct err *err)
{
	uint32_t next;
	bool last = false;

	if (guess_start(s, after, w, &next, err))
		return -1;
	for (int i = 0; !last && i < WINDOWS_MAX; i++) {
		uint32_t end;

		w->count = w->expunged = 0;
		if (next <= s->exists) {
			end = s->exists - next < IMAP_LIST_BATCH ? s->exists : next + IMAP_LIST_BATCH - 1;
			if (read_window(s, next, end, w, err))
				return -1;
			next = end + 1 > w->expunged ? end + 1 - w->expunged : 1;
		}
		keep_above(w, after);
		last = next > s->exists;
		if (last)
			s->covered = s->exists;
		if (call(ctx, w->list, w->count, last, err))
			return -1;
	}
	return 0;
}

int imap_session_list(struct imap_session *s, uint32_t after, imap_list_call *call, void *ctx, struct err *err)
{
	struct window w = { .list = xcalloc(IMAP_LIST_BATCH, sizeof *w.list) };
	int rc;

	s->where = "list";
	rc = walk(s, after, &w, call, ctx, err);
	free(w.list);
	return rc;
}
