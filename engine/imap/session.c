/* System. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/session_p.h"

/* ---- One command's beginning and end. */

void imap_begin(struct imap_session *s, const char *where, uint64_t bytes)
{
	if (where)
		s->where = where;
	imap_stream_allow(s->stream, bytes);
}

int imap_dead(struct imap_session *s, enum imap_fail fail, struct err *err, enum err_code code, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	s->dead = true;
	s->fail = fail;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(err, code, "%s", text);
}

const char *imap_said(const struct imap_session *s)
{
	return s->imap && s->imap->imap_response ? s->imap->imap_response : "";
}

int imap_dead_stream(struct imap_session *s, struct err *err, const char *what)
{
	const char *bye = imap_stream_bye(s->stream);
	struct err fault = ERR_INIT;
	enum imap_fail fail;

	if (bye)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "server ended the connection: %s", bye);
	if (imap_stream_fault(s->stream, &fail, &fault))
		return imap_dead(s, fail, err, fault.code, "%s", fault.text);
	return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "%s", what);
}

/* The counts that libetpan keeps went below zero and round? */
#define EXISTS_WRAPPED 0xf0000000u

static int note_state(struct imap_session *s, size_t expunged, struct err *err)
{
	const struct mailimap_selection_info *sel = s->imap->imap_selection_info;

	if (!sel || !s->uidvalidity)
		return 0;
	if (sel->sel_exists >= EXISTS_WRAPPED)
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "server expunges more messages than there are");
	if (sel->sel_uidvalidity != s->uidvalidity)
		return imap_dead(s, IMAP_FAIL_EPOCH, err, ERR_TEMP, "uidvalidity changed from %u to %u",
				 s->uidvalidity, sel->sel_uidvalidity);
	s->exists = sel->sel_exists;
	s->covered -= expunged < s->covered ? (uint32_t)expunged : s->covered;
	return 0;
}

int imap_judge(struct imap_session *s, int rc, int refused, struct err *err)
{
	const struct mailimap_response_info *info = s->imap->imap_response_info;
	char what[300];

	if (rc != MAILIMAP_NO_ERROR && rc != refused) {
		snprintf(what, sizeof what, "unusable answer (libetpan code %d%s%s)", rc, *imap_said(s) ? "): " : ")",
			 imap_said(s));
		return imap_dead_stream(s, err, what);
	}
	if (imap_stream_bye(s->stream))
		return imap_dead_stream(s, err, "");
	if (note_state(s, info && info->rsp_expunged ? (size_t)clist_count(info->rsp_expunged) : 0, err))
		return -1;
	return rc == refused;
}

/* Digits at '*at', which moves behind them; capped, so that nothing wraps. */
static uint32_t read_number(const char **at)
{
	uint64_t number = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		if (number < UINT32_MAX)
			number = number * 10 + (uint64_t)(**at - '0');
	return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

int imap_note_line(struct imap_session *s, const char *line, struct err *err)
{
	static const char epoch[] = "* OK [UIDVALIDITY ";
	struct mailimap_selection_info *sel = s->imap->imap_selection_info;
	const char *at = line + 2;
	size_t expunged = 0;
	uint32_t number;

	if (str_istarts(line, "* BYE"))
		return imap_dead_stream(s, err, line);
	if (!str_starts(line, "* ") || !sel)
		return 0;
	if (str_istarts(line, epoch)) {
		at = line + strlen(epoch);
		sel->sel_uidvalidity = read_number(&at);
		return note_state(s, 0, err);
	}
	number = read_number(&at);
	if (at == line + 2)
		return 0;
	if (str_ieq(at, " EXISTS"))
		sel->sel_exists = number;
	else if (str_ieq(at, " EXPUNGE"))
		sel->sel_exists -= (uint32_t)(expunged = 1);
	return note_state(s, expunged, err);
}

/* ---- Connecting, step by step. */

static int step_connect(struct imap_session *s, struct err *err)
{
	struct imap_stream_setup setup = {
		.host = s->setup.host, .port = s->setup.port, .ca_file = s->setup.ca_file,
		.deadline = s->setup.deadline, .trace = s->setup.trace
	};

	s->where = "connect";
	if (imap_stream_open(&setup, &s->stream, err))
		return imap_dead_stream(s, err, "cannot connect");
	if (s->setup.tls == IMAP_TLS_IMPLICIT && imap_stream_secure(s->stream, err))
		return imap_dead_stream(s, err, "no TLS");
	return 0;
}

/* Greets; '*preauth_r' when the server takes us for logged in. */
static int step_greet(struct imap_session *s, bool *preauth, struct err *err)
{
	int rc;

	s->imap = mailimap_new(0, NULL);
	if (!s->imap)
		abort(); /* out of memory */
	imap_begin(s, "greeting", IMAP_ANSWER_BYTES);
	rc = mailimap_connect(s->imap, imap_stream_attach(s->stream));
	if (rc == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_TEMP, "server refuses: %s", imap_said(s));
	if (rc != MAILIMAP_NO_ERROR_AUTHENTICATED && rc != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return imap_dead_stream(s, err, "this is no IMAP greeting");
	*preauth = rc == MAILIMAP_NO_ERROR_AUTHENTICATED;
	return 0;
}

/* Asks afresh: what was said before TLS or login does not count (RFC 3501 §6.2.1, §6.1.1). */
static int ask_capabilities(struct imap_session *s, struct err *err)
{
	struct mailimap_connection_info *info = s->imap->imap_connection_info;
	struct mailimap_capability_data *list = NULL;
	int rc;

	if (info && info->imap_capability) {
		mailimap_capability_data_free(info->imap_capability);
		info->imap_capability = NULL;
	}
	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_capability(s->imap, &list), MAILIMAP_ERROR_CAPABILITY, err);
	if (list)
		mailimap_capability_data_free(list);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "server refuses CAPABILITY: %s", imap_said(s));
	return rc;
}

static int step_starttls(struct imap_session *s, bool preauth, struct err *err)
{
	int rc;

	s->where = "starttls";
	if (preauth)
		return imap_dead(s, IMAP_FAIL_TLS, err, ERR_INPUT, "server takes us for logged in (PREAUTH) before "
				 "TLS; this connection cannot be secured");
	if (ask_capabilities(s, err))
		return -1;
	if (!mailimap_has_extension(s->imap, "STARTTLS"))
		return imap_dead(s, IMAP_FAIL_TLS, err, ERR_INPUT, "server offers no STARTTLS; use imaps://, or say "
				 "tls = \"none\" if the password may go in the clear");
	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	rc = mailimap_starttls(s->imap);
	/* The library's own check for injected text (CVE-2020-15953) has the same code as a refusal. */
	if (s->imap->imap_stream->read_buffer_len != 0)
		return imap_dead(s, IMAP_FAIL_TLS, err, ERR_INPUT, "server (or someone between) sent text behind its "
				 "answer to STARTTLS");
	rc = imap_judge(s, rc, MAILIMAP_ERROR_STARTTLS, err);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_TLS, err, ERR_TEMP, "STARTTLS refused: %s", imap_said(s));
	if (rc)
		return -1;
	if (imap_stream_secure(s->stream, err))
		return imap_dead_stream(s, err, "no TLS");
	return 0;
}

static int step_login(struct imap_session *s, bool preauth, struct err *err)
{
	s->where = "login";
	if (ask_capabilities(s, err))
		return -1;
	if (!preauth && (imap_login(s, err) || ask_capabilities(s, err)))
		return -1;
	s->move = mailimap_has_extension(s->imap, "MOVE");
	s->uidplus = mailimap_has_extension(s->imap, "UIDPLUS");
	s->idle = mailimap_has_extension(s->imap, "IDLE");
	s->namespaces = mailimap_has_extension(s->imap, "NAMESPACE");
	return 0;
}

/* May new keywords be stored? Only if PERMANENTFLAGS says "\*" (or names ours already). */
static bool takes_keywords(const clist *flags)
{
	const clistiter *at;

	for (at = flags ? clist_begin(flags) : NULL; at; at = clist_next(at)) {
		const struct mailimap_flag_perm *flag = clist_content(at);

		if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL)
			return true;
		if (flag->fl_flag && flag->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
		    str_ieq(flag->fl_flag->fl_data.fl_keyword, IMAP_DONE_KEYWORD))
			return true;
	}
	return false;
}

static int step_select(struct imap_session *s, struct err *err)
{
	const struct mailimap_selection_info *sel;
	int rc;

	imap_begin(s, "select", IMAP_ANSWER_BYTES);
	rc = imap_judge(s, mailimap_select(s->imap, s->folder), MAILIMAP_ERROR_SELECT, err);
	if (rc > 0)
		return imap_dead(s, IMAP_FAIL_SERVER, err, ERR_NOTFOUND, "cannot open folder '%s': %s", s->folder,
				 imap_said(s));
	if (rc)
		return -1;
	sel = s->imap->imap_selection_info;
	if (!sel || !sel->sel_uidvalidity)
		return imap_dead(s, IMAP_FAIL_PROTOCOL, err, ERR_TEMP, "server gives no UIDVALIDITY for '%s'",
				 s->folder);
	s->uidvalidity = sel->sel_uidvalidity;
	s->uidnext = sel->sel_uidnext;
	s->read_only = sel->sel_perm == MAILIMAP_MAILBOX_READONLY;
	s->keywords = !s->read_only && takes_keywords(sel->sel_perm_flags);
	return note_state(s, 0, err);
}

/* ---- The session as an object. */

struct imap_session *imap_session_new(const struct imap_setup *setup)
{
	struct imap_session *s = xcalloc(1, sizeof *s);

	s->setup = *setup;
	/* A piece's offset is a 32-bit number in the library. */
	if (s->setup.max_bytes > UINT32_MAX - (int64_t)IMAP_FETCH_PIECE)
		s->setup.max_bytes = UINT32_MAX - (int64_t)IMAP_FETCH_PIECE;
	s->where = "connect";
	return s;
}

int imap_session_connect(struct imap_session *s, struct err *err)
{
	bool preauth = false;

	if (step_connect(s, err) || step_greet(s, &preauth, err))
		return -1;
	if (s->setup.tls == IMAP_TLS_STARTTLS && step_starttls(s, preauth, err))
		return -1;
	if (step_login(s, preauth, err) || imap_folders_make(s, err))
		return -1;
	return step_select(s, err);
}

void imap_session_logout(struct imap_session *s)
{
	if (s->dead || !s->imap || !s->imap->imap_stream)
		return;
	imap_begin(s, NULL, IMAP_ANSWER_BYTES);
	mailimap_logout(s->imap);
}

void imap_session_free(struct imap_session **session)
{
	struct imap_session *s = *session;

	if (!s)
		return;
	*session = NULL;
	if (s->imap) {
		/* The library would say LOGOUT on a stream that may hang. */
		if (s->imap->imap_stream)
			mailstream_close(s->imap->imap_stream);
		s->imap->imap_stream = NULL;
		mailimap_free(s->imap);
	}
	imap_stream_free(&s->stream);
	free(s->folder);
	for (int i = 0; i < IMAP_TARGETS; i++)
		free(s->targets[i]);
	free(s);
}

enum imap_fail imap_session_fail(const struct imap_session *s)
{
	return s->fail;
}

const char *imap_session_where(const struct imap_session *s)
{
	return s->where;
}

void imap_session_folder(const struct imap_session *s, struct imap_folder *folder)
{
	unsigned can = s->idle ? IMAP_CAN_IDLE : 0;

	if (!s->read_only)
		can |= (s->move ? IMAP_CAN_MOVE : 0) | (s->uidplus ? IMAP_CAN_UIDPLUS : 0);
	if (s->keywords)
		can |= IMAP_CAN_KEYWORDS;
	*folder = (struct imap_folder){ s->uidvalidity, s->uidnext, s->exists, can };
}
