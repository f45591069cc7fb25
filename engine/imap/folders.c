/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/name.h"
#include "imap/session_p.h"

#define FOREIGN_MAX 16

/* What the server told about its namespaces; strings owned. */
struct spaces {
	char *prefix;
	char delimiter;
	char *foreign[FOREIGN_MAX];
	size_t count;
};

static void spaces_free(struct spaces *spaces)
{
	free(spaces->prefix);
	for (size_t i = 0; i < spaces->count; i++)
		free(spaces->foreign[i]);
}

static const struct mailimap_namespace_info *first_info(const struct mailimap_namespace_item *item)
{
	return item && clist_begin(item->ns_data_list) ? clist_content(clist_begin(item->ns_data_list)) : NULL;
}

static void take_foreign(struct spaces *spaces, const struct mailimap_namespace_item *item)
{
	const clistiter *at;

	for (at = item ? clist_begin(item->ns_data_list) : NULL; at; at = clist_next(at)) {
		const struct mailimap_namespace_info *info = clist_content(at);

		if (spaces->count < FOREIGN_MAX && info->ns_prefix && *info->ns_prefix)
			spaces->foreign[spaces->count++] = xstrdup(info->ns_prefix);
	}
}

/* RFC 2342. 1 = the server says nothing useful. */
static int ask_namespace(struct imap_session *s, struct spaces *spaces, struct err *err)
{
	struct mailimap_namespace_data *data = NULL;
	const struct mailimap_namespace_info *own;
	int rc;

	if (!s->namespaces)
		return 1;
	imap_begin(s, "folders", IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_namespace(s->imap, &data), MAILIMAP_ERROR_EXTENSION, err);
	if (rc || !data)
		return rc < 0 ? -1 : 1;
	own = first_info(data->ns_personal);
	if (own) {
		spaces->prefix = xstrdup(own->ns_prefix ? own->ns_prefix : "");
		spaces->delimiter = own->ns_delimiter;
		take_foreign(spaces, data->ns_other);
		take_foreign(spaces, data->ns_shared);
	}
	mailimap_namespace_data_free(data);
	return own ? 0 : 1;
}

/* LIST "" "" names the delimiter (RFC 3501 §6.3.8). */
static int ask_delimiter(struct imap_session *s, struct spaces *spaces, struct err *err)
{
	clist *list = NULL;
	int rc;

	imap_begin(s, "folders", IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_list(s->imap, "", "", &list), MAILIMAP_ERROR_LIST, err);
	spaces->prefix = xstrdup("");
	spaces->delimiter = '/';
	if (rc == 0 && list && clist_begin(list)) {
		const struct mailimap_mailbox_list *first = clist_content(clist_begin(list));

		spaces->delimiter = first->mb_delimiter;
	}
	if (list)
		mailimap_list_result_free(list);
	return rc < 0 ? -1 : 0;
}

static bool same_name(const char *a, const char *b)
{
	return str_eq(a, b) || (str_ieq(a, "INBOX") && str_ieq(b, "INBOX"));
}

/* May it be selected? */
static bool is_real(const struct mailimap_mailbox_list *box)
{
	const clistiter *at;

	if (!box->mb_flag)
		return true;
	if (box->mb_flag->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG &&
	    box->mb_flag->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT)
		return false;
	for (at = box->mb_flag->mbf_oflags ? clist_begin(box->mb_flag->mbf_oflags) : NULL; at; at = clist_next(at)) {
		const struct mailimap_mbx_list_oflag *flag = clist_content(at);

		if (flag->of_flag_ext && str_ieq(flag->of_flag_ext, "NonExistent"))
			return false;
	}
	return true;
}

/* 1 = it is there, 0 = not, -1 = session over. */
static int is_there(struct imap_session *s, const char *wire, struct err *err)
{
	clist *list = NULL;
	const clistiter *at;
	int rc, found = 0;

	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_list(s->imap, "", wire, &list), MAILIMAP_ERROR_LIST, err);
	for (at = list ? clist_begin(list) : NULL; at; at = clist_next(at)) {
		const struct mailimap_mailbox_list *box = clist_content(at);

		if (box->mb_name && same_name(box->mb_name, wire) && is_real(box))
			found = 1;
	}
	if (list)
		mailimap_list_result_free(list);
	return rc < 0 ? -1 : found;
}

int imap_folder_ensure(struct imap_session *s, const char *wire, struct err *err)
{
	char said[300];
	int rc = is_there(s, wire, err);

	if (rc)
		return rc < 0 ? -1 : 0;
	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_create(s->imap, wire), MAILIMAP_ERROR_CREATE, err);
	if (rc <= 0)
		return rc;
	snprintf(said, sizeof said, "%s", imap_said(s));
	rc = is_there(s, wire, err); /* another client may have been faster */
	if (rc == 0)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "cannot create folder '%s': %s", wire, said);
	return rc < 0 ? -1 : 0;
}

/* So that staff see it in their mail program; a server that refuses is no obstacle. */
static int subscribe(struct imap_session *s, const char *wire, struct err *err)
{
	char q[300];
	int rc;

	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_subscribe(s->imap, wire), MAILIMAP_ERROR_SUBSCRIBE, err);
	if (rc > 0)
		log_line(LOG_LEVEL_WARN, "imap.not-subscribed", "folder=%s reason=%s", wire,
			 log_quote(q, sizeof q, imap_said(s)));
	return rc < 0 ? -1 : 0;
}

static int translate(struct imap_session *s, const struct spaces *spaces, struct err *err)
{
	struct imap_namespace space = {
		.prefix = spaces->prefix, .delimiter = spaces->delimiter,
		.foreign = (const char *const *)spaces->foreign, .foreign_count = spaces->count
	};
	struct err why = ERR_INIT;

	if (imap_name_to_wire(s->setup.folder, &space, &s->folder, &why))
		return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_INPUT, "folder: %s", why.text);
	for (int i = 0; i < IMAP_TARGETS; i++) {
		if (imap_name_to_wire(s->setup.targets[i], &space, &s->targets[i], &why))
			return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_INPUT, "target folder: %s", why.text);
		if (same_name(s->targets[i], s->folder))
			return imap_dead(s, IMAP_FAIL_CONFIG, err, ERR_INPUT, "folder '%s' cannot be the place for "
					 "what was taken from it", s->setup.targets[i]);
	}
	return 0;
}

int imap_folders_make(struct imap_session *s, struct err *err)
{
	struct spaces spaces = { 0 };
	int rc;

	s->where = "folders";
	rc = ask_namespace(s, &spaces, err);
	if (rc > 0)
		rc = ask_delimiter(s, &spaces, err);
	if (!rc)
		rc = translate(s, &spaces, err);
	spaces_free(&spaces);
	for (int i = 0; !rc && i < IMAP_TARGETS; i++) {
		rc = imap_folder_ensure(s, s->targets[i], err);
		if (!rc)
			rc = subscribe(s, s->targets[i], err);
	}
	return rc;
}
