/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "seal/seal.h"

/* Own. */
#include "app/texts.h"

#define HEADER "postkamer texts 1 "
#define DIGEST_SIZE (2 * SEAL_HASH_SIZE)

void texts_free(struct texts *texts)
{
	arena_free(&texts->arena);
	*texts = (struct texts)TEXTS_INIT;
}

void texts_move(struct texts *to, struct texts *from)
{
	texts_free(to);
	*to = *from;
	*from = (struct texts)TEXTS_INIT;
}

static const struct text *find(const struct texts *texts, bool is_template, const char *name)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		if (texts->list[i].is_template == is_template && str_eq(texts->list[i].name, name))
			return &texts->list[i];
	return NULL;
}

static void add(struct texts *texts, bool is_template, const char *name, const char *bytes, size_t len)
{
	texts->list = arena_grow(&texts->arena, texts->list, texts->count, sizeof *texts->list);
	texts->list[texts->count++] = (struct text){ is_template, arena_strdup(&texts->arena, name),
						     arena_memdup(&texts->arena, bytes, len), len };
}

/* ---- putting down ---- */

static int record(struct texts_recording *r, bool is_template, const char *name, struct buf *out, struct err *err)
{
	const struct text *known = find(r->texts, is_template, name);
	const struct world_source *from = r->from;
	size_t before = out->len;
	int rc;

	if (known) {
		buf_add(out, known->bytes, known->len);
		return 0;
	}
	rc = is_template ? from->templates.read(from->templates.ctx, name, out, err) : from->read(from->ctx, name, out, err);
	if (!rc)
		add(r->texts, is_template, name, out->data + before, out->len - before);
	return rc;
}

static int record_rules(void *ctx, const char *name, struct buf *out, struct err *err)
{
	return record(ctx, false, name, out, err);
}

static int record_template(void *ctx, const char *name, struct buf *out, struct err *err)
{
	return record(ctx, true, name, out, err);
}

static int record_list(void *ctx, void (*each)(void *arg, const char *path), void *arg, struct err *err)
{
	const struct world_source *from = ((struct texts_recording *)ctx)->from;

	return from->templates.list(from->templates.ctx, each, arg, err);
}

struct world_source texts_record(struct texts *texts, const struct world_source *from, struct texts_recording *recording)
{
	*recording = (struct texts_recording){ texts, from };
	return (struct world_source){ record_rules, recording, { record_list, record_template, recording } };
}

/* ---- giving again ---- */

static int give(const struct texts *texts, bool is_template, const char *name, struct buf *out, struct err *err)
{
	const struct text *text = find(texts, is_template, name);

	if (!text)
		return err_set(err, ERR_NOTFOUND, "'%s' was not there", name);
	buf_add(out, text->bytes, text->len);
	return 0;
}

static int give_rules(void *ctx, const char *name, struct buf *out, struct err *err)
{
	return give(ctx, false, name, out, err);
}

static int give_template(void *ctx, const char *name, struct buf *out, struct err *err)
{
	return give(ctx, true, name, out, err);
}

static int give_list(void *ctx, void (*each)(void *arg, const char *path), void *arg, struct err *err)
{
	const struct texts *texts = ctx;
	size_t i;

	(void)err;
	for (i = 0; i < texts->count; i++)
		if (texts->list[i].is_template)
			each(arg, texts->list[i].name);
	return 0;
}

struct world_source texts_source(const struct texts *texts)
{
	return (struct world_source){ give_rules, (void *)texts, { give_list, give_template, (void *)texts } };
}

/* ---- comparing ---- */

/* The next one that counts; NULL at the end. */
static const struct text *next(const struct texts *texts, size_t *at, bool templates_only)
{
	while (*at < texts->count && templates_only && !texts->list[*at].is_template)
		(*at)++;
	return *at < texts->count ? &texts->list[(*at)++] : NULL;
}

/* A world is read in the same order each time. */
bool texts_same(const struct texts *a, const struct texts *b, bool templates_only)
{
	const struct text *x, *y;
	size_t at_a = 0, at_b = 0;

	do {
		x = next(a, &at_a, templates_only);
		y = next(b, &at_b, templates_only);
		if (!x || !y)
			return !x && !y;
	} while (x->is_template == y->is_template && str_eq(x->name, y->name) && x->len == y->len &&
		 memcmp(x->bytes, y->bytes, x->len) == 0);
	return false;
}

/* ---- the file ---- */

static void digest_of(const char *bytes, size_t len, char out[DIGEST_SIZE + 1])
{
	unsigned char hash[SEAL_HASH_SIZE];

	seal_sha256(bytes, len, hash);
	str_hex(out, hash, sizeof hash);
}

int texts_write(const struct texts *texts, const char *path, struct err *err)
{
	struct buf body = BUF_INIT(BUF_MAX_DATA), whole = BUF_INIT(BUF_MAX_DATA);
	char digest[DIGEST_SIZE + 1];
	size_t i;
	int rc;

	for (i = 0; i < texts->count; i++) {
		const struct text *t = &texts->list[i];

		buf_addf(&body, "%c %zu %zu\n", t->is_template ? 't' : 'r', strlen(t->name), t->len);
		buf_adds(&body, t->name);
		buf_add(&body, t->bytes, t->len);
		buf_addc(&body, '\n');
	}
	digest_of(body.data, body.len, digest);
	buf_addf(&whole, HEADER "%s\n", digest);
	buf_add(&whole, body.data, body.len);
	if (buf_failed(&body) || buf_failed(&whole))
		rc = err_set(err, ERR_LIMIT, "they are larger than 64 MiB");
	else
		rc = file_replace(path, whole.data, whole.len, 0600, err);
	buf_free(&body);
	buf_free(&whole);
	return rc;
}

/* One text at '*at'; the bytes up to 'end' are whole, their digest says so, but may be of a later program. */
static bool take(struct texts *texts, const char **at, const char *end)
{
	const char *line = memchr(*at, '\n', (size_t)(end - *at));
	size_t name_len, len, left;
	char *name, *stop;

	if (!line || (**at != 't' && **at != 'r'))
		return false;
	name_len = strtoul(*at + 1, &stop, 10);
	len = strtoul(stop, &stop, 10);
	left = (size_t)(end - line - 1);
	if (stop != line || name_len > left || len >= left - name_len || line[1 + name_len + len] != '\n')
		return false;
	name = xstrndup(line + 1, name_len);
	add(texts, **at == 't', name, line + 1 + name_len, len);
	free(name);
	*at = line + 1 + name_len + len + 1;
	return true;
}

int texts_read(struct texts *texts, const char *path, struct err *err)
{
	struct buf whole = BUF_INIT(BUF_MAX_DATA);
	char digest[DIGEST_SIZE + 1];
	const size_t head = strlen(HEADER) + DIGEST_SIZE + 1;
	const char *at, *end;
	int rc = file_read_regular(path, &whole, err);
	bool good = !rc && whole.len >= head && str_starts(whole.data, HEADER);

	if (good) {
		at = whole.data + head;
		end = whole.data + whole.len;
		digest_of(at, (size_t)(end - at), digest);
		good = strncmp(whole.data + strlen(HEADER), digest, DIGEST_SIZE) == 0;
		while (good && at < end)
			good = take(texts, &at, end);
	}
	if (!rc && !good)
		rc = err_set(err, ERR_CORRUPT, "'%s' is damaged", path);
	if (rc)
		texts_free(texts);
	buf_free(&whole);
	return rc;
}
