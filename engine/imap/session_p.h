/* Private to the session: what its parts share. */
#ifndef POSTKAMER_IMAP_SESSION_P_H
#define POSTKAMER_IMAP_SESSION_P_H

#include <libetpan/libetpan.h>

#include "imap/session.h"
#include "imap/stream.h"

struct imap_session {
	struct imap_setup setup;
	struct imap_stream *stream; /* owned */
	mailimap *imap;             /* owned */
	bool dead;
	enum imap_fail fail;
	const char *where;
	unsigned tags;              /* of our hand-made commands */

	/* From CAPABILITY after login. */
	bool move, uidplus, idle, namespaces;

	char *folder;               /* owned, as on the wire */
	char *targets[IMAP_TARGETS];
	uint32_t uidvalidity, uidnext;
	bool read_only, keywords;
	uint32_t exists;            /* messages in the folder now */
	uint32_t covered;           /* how many of those the last listing saw */
};

#define IMAP_ANSWER_BYTES (256u << 10) /* budget of a command whose answer is a few lines */

/* Starts a command: deadline and budget. 'where' is a literal; NULL keeps the present one. */
void imap_begin(struct imap_session *s, const char *where, uint64_t bytes);
/* Ends the session for a reason of ours; always -1. */
int imap_dead(struct imap_session *s, enum imap_fail fail, struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Ends it because the stream broke (or 'what' went wrong in the conversation). */
int imap_dead_stream(struct imap_session *s, struct err *err, const char *what);
/*
 * Judges libetpan's result of a command: 0 = done, 1 = the command's own NO
 * ('refused' is its code; the words are in imap_said()), -1 = session over.
 * Takes note of what else the answer told.
 */
int imap_judge(struct imap_session *s, int rc, int refused, struct err *err);
/* The server's words of the last answer, shortened; never NULL. */
const char *imap_said(const struct imap_session *s);

/* Adds a count of EXPUNGE lines, or what EXISTS said, from outside libetpan. */
int imap_note_line(struct imap_session *s, const char *line, struct err *err);

/* ---- login.c: commands that we write and read ourselves, line by line. */

/* A tag that libetpan's numbers cannot meet. */
#define IMAP_TAG_SIZE 16
void imap_tag_next(struct imap_session *s, char tag[IMAP_TAG_SIZE]);
int imap_line_send(struct imap_session *s, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* One line without its end, valid until the next call. NULL = session over. */
const char *imap_line_read(struct imap_session *s, struct err *err);

int imap_login(struct imap_session *s, struct err *err);

/* ---- folders.c. */
int imap_folders_make(struct imap_session *s, struct err *err);
/* Makes one folder if the server lacks it. */
int imap_folder_ensure(struct imap_session *s, const char *wire, struct err *err);

/* ---- listing.c: attributes of messages. */

/* "UID RFC822.SIZE INTERNALDATE"; the caller frees through the fetch. */
struct mailimap_fetch_type *imap_entry_attributes(void);
/* Reads one message's attributes; false when uid or size is not among them (an unsolicited update). */
bool imap_entry_read(struct mailimap_msg_att *att, struct imap_entry *entry_r);
/* A set of sorted uids, to be freed with mailimap_set_free(). */
struct mailimap_set *imap_set_of(const uint32_t *uids, size_t count);

#endif
