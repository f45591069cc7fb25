/*
 * Shared by the files of the mail parser: where bytes come from, where they
 * go, and the steps in between. See parse.h for the whole.
 */
#ifndef POSTKAMER_MIME_PARSE_P_H
#define POSTKAMER_MIME_PARSE_P_H

#include <gmime/gmime.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "mime/parse.h"
#include "model/mail.h"

#define MIME_WINDOW (256u << 10)      /* of a large mail in memory at a time */
#define MIME_IN_MEMORY (4u << 20)     /* mails up to this size are read whole */
#define MIME_CONVERTERS 48

/* An open converter; kept, since loading one costs more than most texts. */
struct mime_converter {
	char label[40];
	iconv_t cd; /* (iconv_t)-1: nothing of that name exists */
};

struct mime_parser {
	GMimeParserOptions *options;
	char *whole;       /* MIME_IN_MEMORY bytes; a small mail */
	char *window;      /* MIME_WINDOW bytes; for reading */
	char *pending;     /* MIME_WINDOW bytes; for writing */
	struct mime_converter converters[MIME_CONVERTERS];
	size_t converter_count;
	size_t converter_next; /* the one to give way */
};

/* Bytes of one message: a range of a file, and the same in memory when it is small. */
struct mime_input {
	int fd;
	int64_t start;
	int64_t end;
	const char *mem; /* of 'start' to 'end', or NULL */
	GByteArray bytes; /* the same for GMime */
};

/* Fills 'out' with up to 'len' bytes from 'at' (a place in the file); less only at the end. */
int mime_input_read(const struct mime_input *in, int64_t at, char *out, size_t len, size_t *got_r,
		    struct err *err);

/* parse_lines.c: lines one after another, from memory or through the parser's window. */
struct mime_lines {
	const struct mime_input *in;
	char *window;
	const char *data; /* what is at hand */
	size_t len;
	size_t at;
	int64_t file_at;  /* place of data[0] in the file */
	bool inside;      /* the last piece given was not the end of its line */
};

struct mime_line {
	const char *text; /* without line end */
	size_t len;
	int64_t place;
	bool rest; /* goes on with a line that was longer than the window */
};

/* From the place 'from' in the file. The window is nobody else's until the last line was read. */
void mime_lines_init(struct mime_lines *lines, struct mime_parser *parser, const struct mime_input *in, int64_t from);
/* 1 = a line, 0 = the end. */
int mime_lines_next(struct mime_lines *lines, struct mime_line *line, struct err *err);
/* Where the line that would come next begins. */
int64_t mime_lines_place(const struct mime_lines *lines);
/* Is it a parameter ("name=x") of the field before it, that lost the white space it was folded with? */
bool mime_line_is_parameter(const struct mime_line *line);

/* The output file; bytes wait in 'pending' until mime_output_flush(). */
struct mime_output {
	int fd;
	int64_t at; /* including what waits */
	int64_t limit;
	char *pending;
	size_t waiting;
};

int mime_output_add(struct mime_output *out, const char *data, size_t len, struct err *err);
int mime_output_flush(struct mime_output *out, struct err *err);
/* Up to 'max' of the bytes written at 'offset', in the arena, terminated. */
char *mime_output_read(struct mime_output *out, struct arena *arena, int64_t offset, int64_t size,
		       size_t max, size_t *len_r, struct err *err);

/* parse_scan.c: a look over the lines before any tree is built. */
struct mime_scan {
	int64_t start;   /* behind a mbox line, byte order mark, empty lines */
	bool is_mail;    /* a known field was there */
};

/*
 * Refuses (ERR_LIMIT) headers and part counts beyond the caps, since GMime
 * spends a kilobyte on each part and half on each field; ERR_INPUT for
 * what is no mail. In a mail in parser->whole, parameters that were folded
 * without white space are put back to their field, and a second Content-Type
 * does not stand in the way of a multipart.
 */
int mime_scan(struct mime_parser *parser, const struct mime_input *in, struct mime_scan *scan_r,
	      struct err *err);

/* The bytes from 'from' up to 'to' of the mail, as they are. */
int mime_range_write(struct mime_parser *parser, const struct mime_input *in, int64_t from, int64_t to,
		     struct mime_output *out, struct err *err);

/* parse_range.c: the boundary of a multipart around an object, and of those around that. */
struct mime_fence {
	const char *boundary;
	const struct mime_fence *up; /* or NULL */
};

/* What is around a multipart or a leaf. */
struct mime_around {
	GMimeMessage *message;          /* whose root it is (they share the header), or NULL */
	const struct mime_fence *fence; /* or NULL */
};

/*
 * Where the body behind an object's header begins, which may be without an
 * empty line between them; -1 when that cannot be told. With 'base64', only
 * such a line counts as a body's first.
 */
int mime_body_start(struct mime_parser *parser, const struct mime_input *in, GMimeObject *object,
		    const struct mime_around *around, bool base64, int64_t *start_r, struct err *err);
/* Where the body that begins at 'start' is ended by a boundary around it, or else the input. */
int mime_body_end(struct mime_parser *parser, const struct mime_input *in, const struct mime_fence *fence,
		  int64_t start, int64_t *end_r, struct err *err);

/* parse_decode.c: the decoded bytes of a leaf to the output. */
int mime_leaf_write(struct mime_parser *parser, const struct mime_input *in, GMimePart *part,
		    const struct mime_around *around, struct mime_output *out, struct err *err);

/* Base64 (RFC 2045 §6.8), forgiving: foreign bytes are skipped, padding in the middle starts anew. */
struct mime_base64 {
	uint32_t bits;
	unsigned count; /* of characters in 'bits' */
};
/* Decodes 'len' bytes; 'out' has room for len / 4 * 3 + 6. Returns how many were written. */
size_t mime_base64_step(struct mime_base64 *b, const char *in, size_t len, char *out);
size_t mime_base64_end(struct mime_base64 *b, char *out);

/* parse_uu.c: a uuencoded file in plain text; all pointers into the text. */
struct mime_uu {
	const char *name;
	size_t name_len;
	const char *start; /* of its "begin" line */
	const char *data;
	const char *data_end;
	const char *end; /* behind its "end" line */
};

/* The first one in the text, which is terminated. */
bool mime_uu_find(const char *text, const char *end, struct mime_uu *uu);
int mime_uu_write(const struct mime_uu *uu, struct mime_output *out, struct err *err);

/* parse_text.c. */
/* A header value as valid UTF-8 in the arena, at most 'max' bytes. */
char *mime_header_text(struct arena *arena, const char *raw, size_t max);
/* Appends one byte of Windows-1252 as UTF-8 (at most three bytes); returns the new end. */
char *mime_put_cp1252(char *out, unsigned char c);
/* Line ends to LF, controls but tab dropped; in place. */
void mime_text_tidy(char *text);
/* Joins the soft line breaks of format=flowed (RFC 3676); in place. */
void mime_text_unflow(char *text, bool delsp);

/* parse_entity.c: the character at 'p', a reference or not, into 'out'; returns the bytes it takes at 'p'. */
size_t mime_html_character(const char *p, const char *end, char out[4], size_t *len_r);

/* parse_tag.c: what stands between a tag's name and its '>'. */
struct mime_tag {
	const char *start;
	const char *end;
};

bool mime_html_is_space(char c);
/* The value of an attribute, raw; false when the tag has none of that name. */
bool mime_tag_attribute(const struct mime_tag *tag, const char *name, const char **value_r, size_t *len_r);
/* By 'hidden' or by its style. */
bool mime_tag_is_hidden(const struct mime_tag *tag);

/* parse_mark.c: what the tags say of whose words they hold. */
#define MIME_MARKED_NAME 20

struct mime_marking {
	struct mime_marks *marks;     /* NULL = nobody wants to know */
	char name[MIME_MARKED_NAME];  /* of the element whose mark is open, "" = none */
	size_t depth;                 /* elements of that name open in it, itself counted */
};

/* At a tag outside blockquotes, with 'len' bytes of text before it. */
void mime_marking_tag(struct mime_marking *m, const char *name, bool closing, const struct mime_tag *inside, size_t len);
/* At the end of a text of 'len' bytes. */
void mime_marking_end(struct mime_marking *m, size_t len);

/* parse_fields.c: the outermost header into 'mail'. */
int mime_fields_read(struct mime_parser *parser, GMimeMessage *message, struct arena *arena,
		     struct mail *mail, struct err *err);

/* A text leaf that may become part of mail->text, or of a message inside. */
struct mime_body {
	size_t part;
	size_t message; /* 0 = of the outermost one, else of mail->messages[message - 1] */
	bool html;
	bool blank;
	bool flowed;
	bool delsp;
	const char *charset; /* or NULL */
};

/* The bodies among the parts, as the walk over the tree found and chose them. */
struct mime_bodies {
	struct mime_body *texts;
	size_t text_count;
	size_t *html_parts; /* HTML bodies at any depth, by part number */
	size_t html_count;
};

/* parse_body.c: mail->text, and which files are pictures that the HTML shows. */
int mime_bodies_read(struct mime_parser *parser, const struct mime_bodies *bodies, struct mime_output *out,
		     struct arena *arena, struct mail *mail, struct err *err);

/* parse_part.c: the tree into mail->parts, mail->text and the output. */
int mime_parts_read(struct mime_parser *parser, const struct mime_input *in, GMimeMessage *message,
		    struct mime_output *out, struct arena *arena, struct mail *mail, struct err *err);

/* parse.c: the tree of a message, or NULL. 'in' must live as long as it does. */
GMimeMessage *mime_tree_new(struct mime_parser *parser, const struct mime_input *in, int64_t start);

#endif
