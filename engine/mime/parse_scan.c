/*
 * The look over the lines before GMime builds a tree: is it a mail at all, and
 * would the tree be too large? It follows headers and declared boundaries as
 * far as a single pass can; what it misses meets the worker's memory limit.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

#define BOUNDARY_MAX 200 /* RFC 2046 says 70 */
#define MAX_GROUPS 1000
#define BOUNDARIES 64    /* remembered; deeper nesting is refused anyway */
/* Delimiter lines also come with multiparts and messages, and end ones cost nothing. */
#define DELIMITERS_MAX (4 * MAIL_MAX_PARTS)

/* Fields that make bytes a mail. */
static const char *const known_fields[] = {
	"From", "To", "Subject", "Date", "Message-ID", "Received", "Return-Path", "MIME-Version",
	"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Sender", "Reply-To", "Cc", "Bcc",
	"In-Reply-To", "References", "Delivered-To", "Envelope-To", "X-Original-To", "X-Envelope-From",
	"Delivery-Date", "DKIM-Signature", "ARC-Seal", "ARC-Authentication-Results", "Authentication-Results",
	"Received-SPF", "Resent-From", "Resent-To", "Resent-Date", "Resent-Message-ID", "List-Id",
	"Auto-Submitted", "X-Mailer", "User-Agent", "Errors-To", "Apparently-To", "Newsgroups", "Organization",
};

struct scanner {
	struct mime_lines lines;
	char *whole;        /* of a mail that may be repaired, or NULL */
	struct mime_scan *scan;
	struct {
		char text[BOUNDARY_MAX];
		size_t len;
	} boundaries[BOUNDARIES];
	size_t boundary_count;
	size_t delimiters;
	size_t fields;      /* in this header */
	size_t bytes;
	bool in_header;
	bool in_first;      /* the outermost header */
	bool is_message;    /* this header announces another one behind it */
	bool loose;         /* a line that is no field was there; GMime goes on to an empty line all the same */
	bool is_multipart;  /* this header says so */
	bool has_parameters; /* the field that was begun last */
	bool has_addresses;
	size_t groups;      /* of addresses in it */
	bool open;          /* its last line ends in ';' */
	bool mbox;          /* the file begins with a mbox line */
	bool was_empty;     /* the line before */
	bool was_mbox_line;
	bool several;
};

/* Length of the field name the line begins with, 0 when it begins with none. */
static size_t field_name_len(const struct mime_line *line)
{
	size_t n = 0, len;

	while (n < line->len && line->text[n] > ' ' && line->text[n] < 127 && line->text[n] != ':')
		n++;
	len = n;
	while (n < line->len && (line->text[n] == ' ' || line->text[n] == '\t'))
		n++;
	return n < line->len && line->text[n] == ':' ? len : 0;
}

static bool name_is(const char *text, size_t len, const char *name)
{
	size_t i;

	if (strlen(name) != len)
		return false;
	for (i = 0; i < len; i++)
		if (str_lower(text[i]) != str_lower(name[i]))
			return false;
	return true;
}

static bool field_is_known(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof known_fields / sizeof *known_fields; i++)
		if (name_is(text, len, known_fields[i]))
			return true;
	return false;
}

static bool field_has_addresses(const char *text, size_t len)
{
	static const char *const names[] = { "From", "Sender", "Reply-To", "To", "Cc", "Bcc" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (name_is(text, len, names[i]))
			return true;
	/* Resent-From and the like. */
	return len > 7 && name_is(text, 7, "Resent-");
}

/* Where 'word' (lower case) stands in the text, or NULL. */
static const char *find_word(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word), i, k;

	for (i = 0; i + n <= len; i++) {
		for (k = 0; k < n && str_lower(text[i + k]) == word[k]; k++)
			;
		if (k == n)
			return text + i;
	}
	return NULL;
}

/* Remembers the boundary that a header line declares. */
static void boundary_note(struct scanner *s, const struct mime_line *line)
{
	const char *end = line->text + line->len, *at = find_word(line->text, line->len, "boundary"), *stop;
	size_t slot = s->boundary_count % BOUNDARIES, n;

	if (!at)
		return;
	at += strlen("boundary");
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (at == end || *at++ != '=')
		return;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (at < end && *at == '"') {
		at++;
		stop = memchr(at, '"', (size_t)(end - at));
	} else {
		for (stop = at; stop < end && !strchr(" \t;", *stop); stop++)
			;
	}
	n = (size_t)((stop ? stop : end) - at);
	if (n == 0 || n > BOUNDARY_MAX)
		return;
	memcpy(s->boundaries[slot].text, at, n);
	s->boundaries[slot].len = n;
	s->boundary_count++;
}

/* Is the line a delimiter of a boundary that was declared, and not the closing one? */
static bool is_delimiter(const struct scanner *s, const struct mime_line *line)
{
	size_t i, count = s->boundary_count < BOUNDARIES ? s->boundary_count : BOUNDARIES;

	for (i = 0; i < count; i++) {
		size_t n = s->boundaries[i].len;

		if (line->len >= n + 2 && memcmp(line->text + 2, s->boundaries[i].text, n) == 0)
			return !(line->len >= n + 4 && memcmp(line->text + 2 + n, "--", 2) == 0);
	}
	return false;
}

static void header_begin(struct scanner *s)
{
	s->in_header = true;
	s->loose = false;
	s->is_message = false;
	s->is_multipart = s->has_parameters = s->has_addresses = s->open = false;
	s->fields = 0;
	s->bytes = 0;
}

/*
 * Of several Content-Types GMime takes the last. Where one of them is a
 * multipart that one counts, since the others would make one text of all that
 * is in it; what stands behind it becomes another field.
 */
static void type_second(struct scanner *s, const struct mime_line *line)
{
	bool multipart = find_word(line->text, line->len, "multipart/");

	if (s->whole && s->is_multipart && !multipart)
		s->whole[line->place - s->lines.in->start] = 'X';
	s->is_multipart = s->is_multipart || multipart;
}

static void header_field(struct scanner *s, const struct mime_line *line, size_t name_len)
{
	s->fields++;
	s->groups = 0;
	s->has_addresses = field_has_addresses(line->text, name_len);
	if (s->in_first && !s->scan->is_mail && field_is_known(line->text, name_len))
		s->scan->is_mail = true;
	s->has_parameters = name_is(line->text, name_len, "Content-Type") ||
			    name_is(line->text, name_len, "Content-Disposition");
	if (name_is(line->text, name_len, "Content-Type")) {
		type_second(s, line);
		s->is_message = find_word(line->text, line->len, "message/rfc822") ||
				find_word(line->text, line->len, "message/global");
		boundary_note(s, line);
	}
}

static bool ends_open(const struct mime_line *line)
{
	size_t n = line->len;

	while (n && (line->text[n - 1] == ' ' || line->text[n - 1] == '\t'))
		n--;
	return n && line->text[n - 1] == ';';
}

/* A parameter folded without white space goes on the line of its field, in the room of the line end. */
static bool parameter_join(struct scanner *s, const struct mime_line *line)
{
	size_t at = (size_t)(line->place - s->lines.in->start);

	if (!s->whole || !s->has_parameters || !s->open || line->rest || !mime_line_is_parameter(line))
		return false;
	while (at && (s->whole[at - 1] == '\n' || s->whole[at - 1] == '\r'))
		s->whole[--at] = ' ';
	return true;
}

/* Groups within groups are no mail (RFC 5322 §3.4), and GMime's reader of addresses calls itself for each. */
static void groups_count(struct scanner *s, const struct mime_line *line)
{
	size_t i;

	for (i = 0; s->has_addresses && i < line->len; i++)
		s->groups += line->text[i] == ':' && !(i && line->text[i - 1] == ':');
}

static int header_line(struct scanner *s, const struct mime_line *line, struct err *err)
{
	size_t name_len;
	bool joined = parameter_join(s, line);

	s->bytes += line->len + 1;
	s->open = line->rest ? s->open : ends_open(line);
	if (joined || line->rest || (line->len && (line->text[0] == ' ' || line->text[0] == '\t'))) {
		if (!line->rest)
			boundary_note(s, line);
	} else if (line->len == 0) {
		if (s->is_message) {
			s->in_first = false;
			header_begin(s);
		} else {
			s->in_header = false;
			s->in_first = false;
		}
	} else if ((name_len = field_name_len(line)) > 0) {
		header_field(s, line, name_len);
	} else {
		s->loose = true;
		s->in_first = false;
	}
	groups_count(s, line);
	if (s->groups > MAX_GROUPS)
		return err_set(err, ERR_LIMIT, "more than %d groups in a field of addresses", MAX_GROUPS);
	if (s->fields > MAIL_MAX_HEADERS)
		return err_set(err, ERR_LIMIT, "more than %d header fields", MAIL_MAX_HEADERS);
	if (s->in_header && !s->loose && s->bytes > MAIL_MAX_HEADER_BYTES)
		return err_set(err, ERR_LIMIT, "a header of more than %d KiB", MAIL_MAX_HEADER_BYTES >> 10);
	return 0;
}

/* "From someone Thu Jan  1 00:00:00 1970", as mbox files have between messages. */
static bool is_mbox_line(const struct mime_line *line)
{
	const char *colon;

	if (line->len < 20 || memcmp(line->text, "From ", 5) != 0)
		return false;
	colon = memchr(line->text, ':', line->len);
	return colon && colon > line->text + 2 && colon + 2 < line->text + line->len &&
	       colon[-1] >= '0' && colon[-1] <= '9' && colon[1] >= '0' && colon[1] <= '9';
}

static int scan_line(struct scanner *s, const struct mime_line *line, struct err *err)
{
	bool dashes = line->len > 2 && line->text[0] == '-' && line->text[1] == '-' && !line->rest;

	if (s->mbox) {
		if (s->was_mbox_line && field_name_len(line) > 0)
			s->several = true;
		s->was_mbox_line = s->was_empty && is_mbox_line(line);
		s->was_empty = line->len == 0;
	}
	if (dashes && is_delimiter(s, line)) {
		s->in_first = false;
		header_begin(s);
		if (++s->delimiters > DELIMITERS_MAX)
			return err_set(err, ERR_LIMIT, "more than %d parts", MAIL_MAX_PARTS);
	} else if (s->in_header) {
		return header_line(s, line, err);
	}
	return 0;
}

static bool is_blank(const struct mime_line *line)
{
	size_t i = 0;

	while (i < line->len && (line->text[i] == ' ' || line->text[i] == '\t'))
		i++;
	return i == line->len;
}

/* "Mail content:": what only looks like a field, as copies of mails begin with now and then. */
static bool is_heading(const struct mime_line *line)
{
	const char *colon = memchr(line->text, ':', line->len);

	return colon && colon == line->text + line->len - 1 && memchr(line->text, ' ', line->len);
}

/* Passes over what may stand before the first field. 1 = 'line' is the first of the header, 0 = nothing is. */
static int scan_start(struct scanner *s, struct mime_line *line, struct err *err)
{
	bool heading = false;
	int rc;

	while ((rc = mime_lines_next(&s->lines, line, err)) > 0) {
		if (line->place == s->lines.in->start && line->len >= 3 && memcmp(line->text, "\xEF\xBB\xBF", 3) == 0) {
			line->text += 3;
			line->len -= 3;
			line->place += 3;
		}
		s->scan->start = line->place;
		if (line->len >= 5 && memcmp(line->text, "From ", 5) == 0)
			s->mbox = true;
		else if (line->len >= 6 && memcmp(line->text, ">From ", 6) == 0)
			continue;
		else if (!heading && is_heading(line))
			heading = true;
		else if (!is_blank(line))
			return 1;
	}
	return rc;
}

int mime_scan(struct mime_parser *parser, const struct mime_input *in, struct mime_scan *scan_r, struct err *err)
{
	struct scanner s = { .scan = scan_r, .in_header = true, .in_first = true };
	struct mime_line line;
	int rc;

	*scan_r = (struct mime_scan){ .start = in->start };
	if (in->start == in->end)
		return err_set(err, ERR_INPUT, "not a mail: empty");
	s.whole = in->mem && in->mem == parser->whole ? parser->whole : NULL;
	mime_lines_init(&s.lines, parser, in, in->start);
	rc = scan_start(&s, &line, err);
	while (rc > 0) {
		if (scan_line(&s, &line, err))
			return -1;
		if (!s.in_first && !scan_r->is_mail)
			break;
		rc = mime_lines_next(&s.lines, &line, err);
	}
	if (rc < 0)
		return -1;
	if (!scan_r->is_mail)
		return err_set(err, ERR_INPUT, "not a mail: no header field such as From, To, Subject or Date "
			       "before the first empty line");
	if (s.several)
		return err_set(err, ERR_INPUT, "not a mail but a mailbox file with several mails");
	return 0;
}
