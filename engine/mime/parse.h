/*
 * From the bytes of one mail to a 'struct mail' (model/mail.h) and the decoded
 * bytes of its parts. GMime does the parsing; nothing of it shows here. To be
 * called where a stranger's bytes may do harm to nobody: in the parse worker.
 *
 * What is a mail: bytes whose header block (everything before the first empty
 * line) holds at least one field of a known name: From, To, Subject, Date,
 * Message-ID, Received, MIME-Version, Content-Type and the other names in the
 * table of parse_scan.c. Passed over before it: a mbox "From " line, a byte
 * order mark, blank lines, one heading with a space in its name. A mail of
 * headers only is a mail without text. Bytes with several messages in mbox form
 * are not *a* mail. Lines that end in CR alone are read as lines (mails up to
 * 4 MiB); files uuencoded in a text become parts. Where the empty line between
 * a header and its body is missing, the body is found nevertheless. A multipart
 * whose boundary never occurs is one file, and text of the mail as well.
 *
 * Not done here: types by content and the unpacking of winmail.dat (the worker
 * does, after mime_parse). Never done: decrypting, joining message/partial,
 * following message/external-body or any link.
 */
#ifndef POSTKAMER_MIME_PARSE_H
#define POSTKAMER_MIME_PARSE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/mail.h"

/* Buffers and conversion tables that are kept from one mail to the next. One thread. */
struct mime_parser;

struct mime_parser *mime_parser_new(void);
void mime_parser_free(struct mime_parser **parser);

/*
 * Loads the converters of all usual character sets and keeps them, for a
 * process that will not be able to open files any more.
 */
void mime_parser_preload(struct mime_parser *parser);

/*
 * Parses the mail in 'in' (a regular or memory file, read from its start; not
 * changed meanwhile) and writes the decoded bytes of every leaf to 'out' (a
 * file, written from its start), one after another; '*out_size_r' is how many.
 * Of a large mail only a window is in memory. 'mail_r' lives in 'arena'; each
 * part's 'found' equals its 'type'.
 *
 * Fails with ERR_INPUT: not a mail; ERR_LIMIT: beyond a cap of model/mail.h or
 * decoded data beyond 4 times the mail's size (encoded mails in mails); other
 * codes: reading or writing failed. The text is fit for staff: "more than 1000
 * parts".
 */
int mime_parse(struct mime_parser *parser, int in, int out, struct arena *arena, struct mail *mail_r,
	       int64_t *out_size_r, struct err *err);

/*
 * Bytes in 'charset' (a label from a stranger; may be NULL, unknown or wrong)
 * as UTF-8 without NUL, in 'arena'. Bytes that are valid UTF-8 are taken as
 * such unless the label names a charset that is not one byte per character;
 * what cannot be converted is read as Windows-1252.
 */
char *mime_text_decode(struct mime_parser *parser, struct arena *arena, const char *data, size_t len,
		       const char *charset);

/*
 * Plain text of an HTML body, at most 'max' bytes; '*cut_r' tells whether
 * there was more. Scripts, styles, comments and what is hidden are left out;
 * quoted blocks have "> " before each line; a link's address follows its text
 * in angle brackets. 'html' is UTF-8.
 */
char *mime_html_text(struct arena *arena, const char *html, size_t max, bool *cut_r);

/* Ranges of such a text of which the HTML said what they are (model/mail.h). */
struct mime_marks {
	struct mail_mark list[MAIL_MAX_MARKS];
	size_t count;
};

/* The same, and the marks; what goes beyond MAIL_MAX_MARKS is not marked. */
char *mime_html_marked(struct arena *arena, const char *html, size_t max, bool *cut_r, struct mime_marks *marks_r);

#endif
