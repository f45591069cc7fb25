/*
 * The tree: every leaf and every message inside becomes one part, in order.
 * Recursion follows the nesting, which is capped at MAIL_MAX_DEPTH.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

#define TYPE_MAX 127          /* RFC 6838 §4.2 for both halves and the slash, roughly */
#define FILE_NAME_MAX 4096
#define CONTENT_ID_MAX 998
#define UU_TEXT_MAX (8u << 20) /* of one text that is searched for uuencoded files */

struct walk {
	struct mime_parser *parser;
	const struct mime_input *in; /* of the tree being walked */
	struct mime_output *out;
	struct arena *arena;
	struct mail *mail;
	struct mime_bodies bodies;
};

/* Where in the tree an object stands. */
struct place {
	int nesting;     /* multiparts and messages around it */
	int messages;
	size_t message;  /* the one it is of, as in struct mime_body */
	bool unread;     /* that is beyond those whose text is read */
	bool in_alternative;
	bool in_encrypted;
	bool is_signature; /* where that of a multipart/signed stands */
	bool is_root;      /* nothing but messages around it */
	struct mime_around around;
};

static int walk_object(struct walk *w, GMimeObject *object, struct place place, struct err *err);

/* Of "X-BE2; 12" the first word, which GMime drops; NULL when the field has a subtype, or nothing to read. */
static const char *type_word(struct arena *arena, GMimeObject *object)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), "Content-Type");
	const char *raw = header ? g_mime_header_get_raw_value(header) : NULL, *end;

	if (!raw)
		return NULL;
	raw += strspn(raw, " \t\r\n");
	end = raw + strcspn(raw, " \t\r\n;/\"=,");
	if (end == raw || end - raw > TYPE_MAX / 2 || end[strspn(end, " \t\r\n")] == '/')
		return NULL;
	return arena_strndup(arena, raw, (size_t)(end - raw));
}

static const char *type_text(struct arena *arena, GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *media = type ? g_mime_content_type_get_media_type(type) : NULL;
	const char *sub = type ? g_mime_content_type_get_media_subtype(type) : NULL;
	const char *word;
	char *text, *p;

	if (!media || !sub || !*media || !*sub)
		return "text/plain";
	/* A type that nobody can read is not text that everybody can. */
	if (strlen(media) + strlen(sub) >= TYPE_MAX)
		return "application/octet-stream";
	if (str_eq(media, "application") && str_eq(sub, "octet-stream") && (word = type_word(arena, object)) != NULL &&
	    !str_ieq(word, media)) {
		media = word;
		sub = "unknown";
	}
	text = arena_printf(arena, "%s/%s", media, sub);
	for (p = text; *p; p++) {
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 127)
			return "application/octet-stream";
		*p = str_lower(*p);
	}
	return text;
}

static const char *disposition_text(GMimeObject *object)
{
	GMimeContentDisposition *d = g_mime_object_get_content_disposition(object);
	const char *value = d ? g_mime_content_disposition_get_disposition(d) : NULL;

	if (!value || !*value)
		return NULL;
	/* RFC 2183 §2.8: anything unknown is to be treated as an attachment. */
	return str_ieq(value, "inline") ? "inline" : "attachment";
}

static const char *file_name(struct arena *arena, GMimeObject *object)
{
	GMimeContentDisposition *d = g_mime_object_get_content_disposition(object);
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *name = d ? g_mime_content_disposition_get_parameter(d, "filename") : NULL;

	if ((!name || !*name) && type)
		name = g_mime_content_type_get_parameter(type, "name");
	return name && *name ? mime_header_text(arena, name, FILE_NAME_MAX) : NULL;
}

/* From the field itself: GMime cuts identifiers that are not by the book. */
static const char *content_id(struct arena *arena, GMimeObject *object)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), "Content-Id");
	const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
	char *id;

	if (!raw || strlen(raw) > CONTENT_ID_MAX)
		return NULL;
	id = str_trim(mime_header_text(arena, raw, CONTENT_ID_MAX));
	if (*id == '<')
		id++;
	id[strcspn(id, ">\r\n")] = '\0';
	return *id ? id : NULL;
}

static struct mail_part *part_new(struct walk *w, const struct place *place, struct err *err)
{
	struct mail *mail = w->mail;
	struct mail_part *part;

	if (mail->part_count == MAIL_MAX_PARTS) {
		err_set(err, ERR_LIMIT, "more than %d parts", MAIL_MAX_PARTS);
		return NULL;
	}
	mail->parts = arena_grow(w->arena, mail->parts, mail->part_count, sizeof *mail->parts);
	part = &mail->parts[mail->part_count++];
	*part = (struct mail_part){ .depth = place->messages, .offset = w->out->at };
	return part;
}

static struct mail_part *part_add(struct walk *w, GMimeObject *object, const struct place *place, struct err *err)
{
	struct mail_part *part = part_new(w, place, err);

	if (!part)
		return NULL;
	part->type = part->found = type_text(w->arena, object);
	part->disposition = disposition_text(object);
	part->name = file_name(w->arena, object);
	part->content_id = content_id(w->arena, object);
	return part;
}

static bool type_is_among(const char *type, const char *const *types)
{
	for (; *types; types++)
		if (strcmp(*types, type) == 0)
			return true;
	return false;
}

/* For programs? By type and by place: a document may be declared as anything, and stand anywhere. */
static bool is_machine(const struct mail_part *part, const struct place *place)
{
	static const char *const anywhere[] = { "message/delivery-status", "message/global-delivery-status",
						"message/disposition-notification",
						"message/global-disposition-notification", "message/feedback-report",
						"text/rfc822-headers", "message/tracking-status", NULL };
	static const char *const signatures[] = { "application/pgp-signature", "application/pkcs7-signature",
						  "application/x-pkcs7-signature", "application/pkcs7-mime",
						  "application/x-pkcs7-mime", "application/moss-signature", NULL };

	return type_is_among(part->type, anywhere) ||
	       (place->is_signature && type_is_among(part->type, signatures)) ||
	       (place->in_encrypted && strcmp(part->type, "application/pgp-encrypted") == 0);
}

/*
 * Encoded in a way of somebody's own ("x-gzip64"; RFC 2045 §6.4): then the
 * bytes are not what the type says. Other unknown words are slips.
 */
static bool is_encoded_privately(GMimeObject *object)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object),
							    "Content-Transfer-Encoding");
	const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;

	return raw && str_istarts(raw + strspn(raw, " \t\r\n"), "x-") &&
	       g_mime_part_get_content_encoding(GMIME_PART(object)) == GMIME_CONTENT_ENCODING_DEFAULT;
}

/* Which of the roles of mail.h a leaf plays; MAIL_PART_RELATED is found out later. */
static enum mail_part_role leaf_role(const struct mail_part *part, GMimeObject *object, const struct place *place)
{
	bool attached = str_eq(part->disposition, "attachment");
	bool shown = strcmp(part->type, "text/plain") == 0 || strcmp(part->type, "text/html") == 0;

	if (is_machine(part, place))
		return MAIL_PART_MACHINE;
	if (attached || !str_starts(part->type, "text/") || is_encoded_privately(object))
		return MAIL_PART_ATTACHMENT;
	/* What is shown nowhere (text/xml) would get lost, if nothing beside it says the same. */
	if (!shown)
		return part->name || !place->in_alternative ? MAIL_PART_ATTACHMENT : MAIL_PART_BODY;
	/* A name alone does not make the only text of a mail, or the HTML beside the text, a file. */
	return part->name && !place->is_root && !place->in_alternative ? MAIL_PART_ATTACHMENT : MAIL_PART_BODY;
}

static const char *type_parameter(struct walk *w, GMimeObject *object, const char *name)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *value = type ? g_mime_content_type_get_parameter(type, name) : NULL;

	return value ? mime_header_text(w->arena, value, 80) : NULL;
}

static bool all_blank(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] > ' ')
			return false;
	return true;
}

static struct mime_body *body_new(struct walk *w, size_t number, const struct place *place)
{
	struct mime_bodies *b = &w->bodies;

	b->texts = arena_grow(w->arena, b->texts, b->text_count, sizeof *b->texts);
	b->texts[b->text_count] = (struct mime_body){ .part = number, .message = place->message };
	return &b->texts[b->text_count++];
}

/* Remembers a body for mail->text, and HTML for the pictures it shows. */
static int text_note(struct walk *w, GMimeObject *object, size_t number, const struct place *place, struct err *err)
{
	const struct mail_part *part = &w->mail->parts[number];
	bool html = strcmp(part->type, "text/html") == 0;
	struct mime_bodies *b = &w->bodies;
	struct mime_body *t;
	char *start;
	size_t len;

	if (html) {
		b->html_parts = arena_grow(w->arena, b->html_parts, b->html_count, sizeof *b->html_parts);
		b->html_parts[b->html_count++] = number;
	}
	if (place->unread || (!html && strcmp(part->type, "text/plain") != 0))
		return 0;
	start = mime_output_read(w->out, w->arena, part->offset, part->size, 4096, &len, err);
	if (!start)
		return -1;
	t = body_new(w, number, place);
	t->html = html;
	t->blank = all_blank(start, len);
	t->charset = type_parameter(w, object, "charset");
	t->flowed = !html && str_ieq(type_parameter(w, object, "format"), "flowed");
	t->delsp = t->flowed && str_ieq(type_parameter(w, object, "delsp"), "yes");
	return 0;
}

static int uu_file(struct walk *w, const struct mime_uu *uu, const struct place *place, struct err *err)
{
	struct mail_part *part = part_new(w, place, err);

	if (!part || mime_uu_write(uu, w->out, err))
		return -1;
	part->role = MAIL_PART_ATTACHMENT;
	part->type = part->found = "application/octet-stream";
	part->name = mime_header_text(w->arena, arena_strndup(w->arena, uu->name, uu->name_len), FILE_NAME_MAX);
	part->size = w->out->at - part->offset;
	return 0;
}

/* Files that stand uuencoded in a text become parts behind it; mail->text leaves them out. */
static int uu_files(struct walk *w, size_t number, const struct place *place, struct err *err)
{
	const struct mail_part part = w->mail->parts[number];
	struct arena scratch = ARENA_INIT;
	struct mime_uu uu;
	char *text, *end;
	size_t len;
	int rc;

	if (strcmp(part.type, "text/plain") != 0 || part.size < 20)
		return 0;
	text = mime_output_read(w->out, &scratch, part.offset, part.size, UU_TEXT_MAX, &len, err);
	rc = text ? 0 : -1;
	end = text ? text + len : NULL;
	while (!rc && mime_uu_find(text, end, &uu)) {
		rc = uu_file(w, &uu, place, err);
		text += uu.end - text;
	}
	arena_free(&scratch);
	return rc;
}

/* Encrypted by S/MIME? Without a word on it, it is: the other kinds always say so. */
static bool is_smime_encrypted(struct walk *w, GMimeObject *object, const char *type)
{
	const char *kind;

	if (strcmp(type, "application/pkcs7-mime") != 0 && strcmp(type, "application/x-pkcs7-mime") != 0)
		return false;
	kind = type_parameter(w, object, "smime-type");
	return !kind || str_ieq(kind, "enveloped-data") || str_ieq(kind, "authEnveloped-data");
}

/* What the message at part 'number' says of itself; beyond MAIL_MAX_MESSAGES only its files count. */
static void message_enter(struct walk *w, GMimeMessage *message, size_t number, struct place *place)
{
	struct mail fields = { 0 }, *mail = w->mail;

	place->unread = mail->message_count == MAIL_MAX_MESSAGES;
	if (place->unread)
		return;
	/* Too many recipients of a message inside are no reason to refuse the mail around it. */
	mime_fields_read(w->parser, message, w->arena, &fields, NULL);
	mail->messages = arena_grow(w->arena, mail->messages, mail->message_count, sizeof *mail->messages);
	mail->messages[mail->message_count++] = (struct mail_message){
		.part = number, .from = fields.from, .to = fields.to, .subject = fields.subject ? fields.subject : "",
		.message_id = fields.message_id, .in_reply_to = fields.in_reply_to, .date = fields.date, .text = "",
	};
	place->message = mail->message_count;
}

/* A mail that was encoded as a whole, so that GMime saw a leaf: parsed from its decoded bytes. */
static int walk_encoded_message(struct walk *w, size_t number, struct place place, struct err *err)
{
	const struct mail_part copy = w->mail->parts[number], *part = &copy;
	struct mime_input inner = { .fd = w->out->fd, .start = part->offset, .end = part->offset + part->size };
	const struct mime_input *outer = w->in;
	struct mime_scan scan;
	struct err not_mail = ERR_INIT;
	GMimeMessage *message;
	int rc;

	if (mime_output_flush(w->out, err))
		return -1;
	if (mime_scan(w->parser, &inner, &scan, &not_mail)) {
		return not_mail.code == ERR_INPUT ? 1 : err_set(err, not_mail.code, "%s", not_mail.text);
	}
	message = mime_tree_new(w->parser, &inner, scan.start);
	if (!message)
		return 1;
	w->in = &inner;
	place.around.message = message;
	place.around.fence = NULL;
	message_enter(w, message, number, &place);
	rc = g_mime_message_get_mime_part(message) ?
	     walk_object(w, g_mime_message_get_mime_part(message), place, err) : 0;
	w->in = outer;
	g_object_unref(message);
	return rc;
}

static int walk_leaf(struct walk *w, GMimeObject *object, struct place place, struct err *err)
{
	struct mail_part *part = part_add(w, object, &place, err);
	size_t number = w->mail->part_count - 1;

	if (!part || mime_leaf_write(w->parser, w->in, GMIME_PART(object), &place.around, w->out, err))
		return -1;
	part->size = w->out->at - part->offset;
	part->role = leaf_role(part, object, &place);
	if (place.in_encrypted || is_smime_encrypted(w, object, part->type))
		w->mail->encrypted = true;
	if (part->role == MAIL_PART_BODY)
		return text_note(w, object, number, &place, err) || uu_files(w, number, &place, err) ? -1 : 0;
	if (strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0) {
		int rc;

		place.messages++;
		place.nesting++;
		place.is_root = true;
		place.in_alternative = false;
		rc = walk_encoded_message(w, number, place, err);
		/* By number: the array may have moved. */
		w->mail->parts[number].role = rc == 1 ? MAIL_PART_ATTACHMENT : MAIL_PART_MESSAGE;
		return rc < 0 ? -1 : 0;
	}
	return 0;
}

static bool has_fields(GMimeMessage *message)
{
	GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;

	return message && (g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(message))) > 0 ||
			   (root && g_mime_header_list_get_count(g_mime_object_get_header_list(root)) > 0));
}

/* Declared a message, but without any field: kept as it is; a file, when it has a name or is no text. */
static int message_not_one(struct walk *w, GMimeObject *object, const struct place *place, struct err *err)
{
	struct mail_part *part = &w->mail->parts[w->mail->part_count - 1];
	int64_t start, end;
	size_t len, i;
	char *head;

	if (mime_body_start(w->parser, w->in, object, &place->around, false, &start, err))
		return -1;
	if (start < 0)
		return 0;
	if (mime_body_end(w->parser, w->in, place->around.fence, start, &end, err) ||
	    (start < end && mime_range_write(w->parser, w->in, start, end, w->out, err)))
		return -1;
	part->size = w->out->at - part->offset;
	head = mime_output_read(w->out, w->arena, part->offset, part->size, 4096, &len, err);
	if (!head)
		return -1;
	for (i = 0; i < len && ((unsigned char)head[i] >= ' ' || strchr("\t\r\n\f", head[i])) && head[i]; i++)
		;
	if (part->size && (part->name || i < len))
		part->role = MAIL_PART_ATTACHMENT;
	return 0;
}

static int walk_message(struct walk *w, GMimeObject *object, struct place place, struct err *err)
{
	GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
	struct mail_part *part = part_add(w, object, &place, err);
	GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;
	size_t number = w->mail->part_count - 1;

	if (!part)
		return -1;
	part->role = MAIL_PART_MESSAGE;
	if (!has_fields(message))
		return message_not_one(w, object, &place, err);
	place.messages++;
	place.nesting++;
	place.is_root = true;
	place.around.message = message;
	place.in_alternative = place.is_signature = false;
	message_enter(w, message, number, &place);
	return root ? walk_object(w, root, place, err) : 0;
}

/*
 * Of the alternatives that begin at 'starts', one speaks: the first with plain
 * text that is not blank, else the last with anything. The others leave the list.
 */
static void alternative_choose(struct walk *w, const size_t *starts, size_t count)
{
	size_t chosen = count, i, k;

	for (i = 0; i < count && chosen == count; i++)
		for (k = starts[i]; k < starts[i + 1]; k++)
			if (!w->bodies.texts[k].html && !w->bodies.texts[k].blank)
				chosen = i;
	for (i = count; i-- > 0 && chosen == count; )
		if (starts[i + 1] > starts[i])
			chosen = i;
	if (chosen == count)
		return;
	memmove(w->bodies.texts + starts[0], w->bodies.texts + starts[chosen],
		(starts[chosen + 1] - starts[chosen]) * sizeof *w->bodies.texts);
	w->bodies.text_count = starts[0] + starts[chosen + 1] - starts[chosen];
}

/* As the parser used it; g_mime_multipart_get_boundary() would make one up. */
static const char *boundary_of(GMimeObject *object)
{
	return g_mime_object_get_content_type_parameter(object, "boundary");
}

/*
 * A multipart whose boundary never occurs is one file, to the byte: nobody can
 * tell what stands in it, and a document may. As far as it can be read it is
 * also text of the mail. Returns 1 when GMime does not know where it stood.
 */
static int walk_whole(struct walk *w, GMimeObject *object, const struct place *place, struct err *err)
{
	int64_t start, end;
	struct mail_part *part;

	if (mime_body_start(w->parser, w->in, object, &place->around, false, &start, err))
		return -1;
	if (start < 0)
		return 1;
	if (mime_body_end(w->parser, w->in, place->around.fence, start, &end, err))
		return -1;
	/* A header and nothing else is a mail without text. */
	if (start >= end && place->is_root)
		return 0;
	part = part_add(w, object, place, err);
	if (!part || mime_range_write(w->parser, w->in, start, end, w->out, err))
		return -1;
	part->role = MAIL_PART_ATTACHMENT;
	part->size = w->out->at - part->offset;
	if (!place->unread && part->size)
		body_new(w, w->mail->part_count - 1, place);
	return 0;
}

/* Only the last boundary is there: what stands before it is a text, as far as anybody can tell. */
static int walk_partless(struct walk *w, GMimeMultipart *multipart, const struct place *place, struct err *err)
{
	const char *text = g_mime_multipart_get_prologue(multipart);
	struct mail_part *part;
	int rc;

	/* GMime notes here that it saw the last boundary, if it knew what to look for. */
	if (!boundary_of(GMIME_OBJECT(multipart)) || !multipart->write_end_boundary) {
		rc = walk_whole(w, GMIME_OBJECT(multipart), place, err);
		if (rc <= 0)
			return rc;
	}
	if (!text || all_blank(text, strlen(text)))
		return 0;
	part = part_new(w, place, err);
	if (!part || mime_output_add(w->out, text, strlen(text), err))
		return -1;
	part->role = MAIL_PART_BODY;
	part->type = part->found = "text/plain";
	part->size = w->out->at - part->offset;
	if (!place->unread)
		body_new(w, w->mail->part_count - 1, place);
	return 0;
}

static int walk_multipart(struct walk *w, GMimeObject *object, struct place place, struct err *err)
{
	GMimeMultipart *multipart = GMIME_MULTIPART(object);
	GMimeContentType *type = g_mime_object_get_content_type(object);
	bool alternative = g_mime_content_type_is_type(type, "multipart", "alternative");
	bool sign = g_mime_content_type_is_type(type, "multipart", "signed");
	bool related = g_mime_content_type_is_type(type, "multipart", "related");
	int i, count = g_mime_multipart_get_count(multipart);
	struct mime_fence fence = { boundary_of(object), place.around.fence };
	size_t *starts;

	if (count > MAIL_MAX_PARTS)
		return err_set(err, ERR_LIMIT, "more than %d parts", MAIL_MAX_PARTS);
	if (count == 0)
		return walk_partless(w, multipart, &place, err);
	starts = arena_array(w->arena, (size_t)count + 1, sizeof *starts);
	place.nesting++;
	place.is_root = false;
	place.around.message = NULL;
	place.around.fence = fence.boundary ? &fence : place.around.fence;
	if (g_mime_content_type_is_type(type, "multipart", "mixed"))
		place.in_alternative = false;
	place.in_alternative = place.in_alternative || alternative;
	if (g_mime_content_type_is_type(type, "multipart", "encrypted"))
		w->mail->encrypted = place.in_encrypted = true;
	for (i = 0; i < count; i++) {
		starts[i] = w->bodies.text_count;
		place.is_signature = sign && i > 0;
		/* Only the first of a multipart/related is a way to say it (RFC 2387 §3.2). */
		if (related && i > 0)
			place.in_alternative = false;
		if (walk_object(w, g_mime_multipart_get_part(multipart, i), place, err))
			return -1;
	}
	starts[count] = w->bodies.text_count;
	if (alternative)
		alternative_choose(w, starts, (size_t)count);
	return 0;
}

static int walk_object(struct walk *w, GMimeObject *object, struct place place, struct err *err)
{
	if (place.nesting > MAIL_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "nested more than %d deep", MAIL_MAX_DEPTH);
	if (GMIME_IS_MULTIPART(object))
		return walk_multipart(w, object, place, err);
	if (GMIME_IS_MESSAGE_PART(object))
		return walk_message(w, object, place, err);
	return GMIME_IS_PART(object) ? walk_leaf(w, object, place, err) : 0;
}

int mime_parts_read(struct mime_parser *parser, const struct mime_input *in, GMimeMessage *message,
		    struct mime_output *out, struct arena *arena, struct mail *mail, struct err *err)
{
	struct walk w = { .parser = parser, .in = in, .out = out, .arena = arena, .mail = mail };
	GMimeObject *root = g_mime_message_get_mime_part(message);
	struct place place = { .is_root = true, .around.message = message };

	if (root && walk_object(&w, root, place, err))
		return -1;
	return mime_bodies_read(parser, &w.bodies, out, arena, mail, err);
}
