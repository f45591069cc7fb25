/*
 * One message as the parse worker found it: plain data, no library types.
 * Everything in it was written by a stranger: names are not paths, types are
 * claims, text may say anything. All strings are valid UTF-8 without NUL; they
 * live in the arena the mail was decoded into.
 */
#ifndef POSTKAMER_MODEL_MAIL_H
#define POSTKAMER_MODEL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Caps that the parse worker keeps; a message beyond one is reported, not cut. */
#define MAIL_MAX_DEPTH 32
#define MAIL_MAX_PARTS 1000
#define MAIL_MAX_HEADERS 1000
#define MAIL_MAX_HEADER_BYTES (256 << 10)
#define MAIL_MAX_TEXT (1 << 20) /* of body text kept; the raw mail keeps all */
#define MAIL_MAX_RECIPIENTS 500
#define MAIL_MAX_MESSAGES 20           /* messages inside of which fields and text are read; their files all are */
#define MAIL_MAX_MESSAGE_TEXT (64 << 10)

struct mail_address {
	const char *name; /* decoded display name, "" when there is none */
	const char *addr; /* addr-spec as written, domain in A-labels */
};

struct mail_addresses {
	struct mail_address *list;
	size_t count;
};

/*
 * A header field of the outermost message, in order from the top but for the
 * Content- fields, which come last; unfolded, not decoded.
 */
struct mail_header {
	const char *name;
	const char *value;
};

enum mail_part_role {
	MAIL_PART_BODY,       /* text or HTML that a reader shows as the message itself */
	MAIL_PART_ATTACHMENT, /* a file: named, declared an attachment, or not text */
	MAIL_PART_MESSAGE,    /* message/rfc822; what is in it follows as parts of its own; has bytes only where
				 it was encoded as a whole */
	MAIL_PART_RELATED,    /* an image or the like that the HTML shows by Content-ID */
	MAIL_PART_CONTAINER,  /* a winmail.dat that was opened; the files in it follow as parts of their own */
	MAIL_PART_MACHINE     /* for programs, no document: a detached signature, the control part of an
				 encrypted mail, a delivery status, a read receipt */
};
#define MAIL_PART_ROLES 6

/* A leaf, or a message inside the message; in order of appearance. */
struct mail_part {
	enum mail_part_role role;
	int depth;               /* messages around it: 0 = of the outermost one */
	const char *type;        /* declared, lower case; "text/plain" where nothing was, "application/octet-stream"
				    where it cannot be read, "x/unknown" for a lone word "x" */
	const char *found;       /* by content; equals 'type' for text that was not looked at */
	const char *name;        /* decoded file name, NULL when none; not a path */
	const char *disposition; /* "attachment", "inline" or NULL */
	const char *content_id;  /* without angle brackets, or NULL */
	int64_t offset;          /* of its decoded bytes in the worker's output file */
	int64_t size;
};

/* A message inside the message (message/rfc822), as far as it is read; its files are parts. */
struct mail_message {
	size_t part;             /* number of its part; those inside follow it, one deeper */
	struct mail_addresses from, to;
	const char *subject;     /* as in struct mail; "" when there is none */
	const char *message_id;  /* or NULL */
	const char *in_reply_to; /* or NULL */
	int64_t date;            /* DATE_NONE when missing or unreadable */
	const char *text;        /* at most MAIL_MAX_MESSAGE_TEXT bytes */
};

/*
 * What the HTML of which mail->text was made says of a range of it, in bytes:
 * what a plain text only hints at. A claim of the sender's program, like all else.
 */
enum mail_mark_kind {
	MAIL_MARK_INTRO,    /* the line above a quotation: "Op … schreef …:" */
	MAIL_MARK_QUOTE,    /* from here on it is the mail that is answered or passed on */
	MAIL_MARK_SIGNATURE
};
#define MAIL_MARK_KINDS 3
#define MAIL_MAX_MARKS 100

struct mail_mark {
	enum mail_mark_kind kind;
	size_t from, to;         /* from <= to <= strlen(text) */
};

struct mail {
	struct mail_addresses from; /* every address of every From field; names with an unquoted comma are none */
	struct mail_addresses sender, reply_to, to, cc;
	const char *subject;     /* decoded, runs of white space and controls as one space; "" when there is none */
	const char *message_id;  /* without angle brackets; NULL when none */
	const char *in_reply_to; /* first id, or NULL */
	const char **references; /* at most 20, newest last */
	size_t reference_count;
	int64_t date;            /* DATE_NONE when missing or unreadable */
	int from_fields;         /* 2 stands for more, and for a group or a route in one: no sole writer */
	struct mail_header *headers;
	size_t header_count;
	const char *text;        /* the message's own words as plain text; from HTML when there is no plain part */
	bool text_from_html;
	bool text_cut;           /* there was more than MAIL_MAX_TEXT */
	struct mail_mark *marks; /* of a text made of HTML, in its order */
	size_t mark_count;
	bool encrypted;          /* a part is encrypted (PGP/MIME, S/MIME); it is left as it is */
	struct mail_part *parts;
	size_t part_count;
	struct mail_message *messages; /* inside it, in order; those that are there only by name are not */
	size_t message_count;
};

/* The first header of that name (case ignored), or NULL. */
const char *mail_header_get(const struct mail *mail, const char *name);

#endif
