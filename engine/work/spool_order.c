/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */
#include "json/read.h"

/* Own. */
#include "work/spool_order.h"

#define TEXT_MAX 2000

/* What is being read, and where in it. */
struct reading {
	struct arena *arena;
	struct spool_order *order;
	struct err *err;
};

static int fault(struct reading *r, const char *member, const char *what)
{
	return err_set(r->err, ERR_INPUT, "%s: %s", member, what);
}

/* Only members that are known: a slip of the pen must not be left out silently. */
static int check_members(struct reading *r, const struct json *object, const char *where, const char *const *known)
{
	size_t i, k;

	for (i = 0; i < json_count(object); i++) {
		const char *key = json_key_at(object, i), *list = "";

		for (k = 0; known[k] && !str_eq(known[k], key); k++)
			;
		if (known[k])
			continue;
		for (k = 0; known[k]; k++)
			list = arena_printf(r->arena, "%s%s%s", list, k ? ", " : "", known[k]);
		return err_set(r->err, ERR_INPUT, "%s%s: there is no such member; take it out, or write one of: %s", where, key,
			       list);
	}
	return 0;
}

static int read_text(struct reading *r, const struct json *object, const char *key, const char *name, bool required,
		     const char **text)
{
	const struct json *json = json_member(object, key);
	const char *value = json_text(json);
	char *clean;

	*text = NULL;
	if (json_kind(json) == JSON_KIND_NONE || json_kind(json) == JSON_KIND_NULL)
		return required ? fault(r, name, "it is missing; put a text there") : 0;
	if (!value)
		return fault(r, name, "it is no text; put it in quotation marks");
	if (strlen(value) > TEXT_MAX)
		return fault(r, name, "it is longer than 2000 bytes; shorten it");
	clean = str_trim(arena_strdup(r->arena, value));
	if (!*clean)
		return required ? fault(r, name, "it is empty; fill it in") : 0;
	*text = clean;
	return 0;
}

static int read_address(struct reading *r, const struct json *object, const char *key, const char *name, bool required,
			const char **address)
{
	char folded[ADDR_MAX + 1];

	if (read_text(r, object, key, name, required, address))
		return -1;
	if (!*address)
		return 0;
	if (!addr_valid(*address) || !addr_fold(folded, *address))
		return err_set(r->err, ERR_INPUT, "%s: '%s' is not an e-mail address; write it as name@example.org", name, *address);
	*address = arena_strdup(r->arena, folded);
	return 0;
}

static int read_client(struct reading *r, const struct json *root)
{
	static const char *const known[] = { "name", "address", "language", "copy", NULL };
	const struct json *client = json_member(root, "client"), *copy = json_member(client, "copy");
	struct spool_order *o = r->order;

	if (json_kind(client) != JSON_KIND_OBJECT)
		return fault(r, "client", "it is missing or no object; write {\"name\": …, \"address\": …}");
	if (check_members(r, client, "client.", known) || read_text(r, client, "name", "client.name", true, &o->client_name) ||
	    read_address(r, client, "address", "client.address", true, &o->client_address) ||
	    read_text(r, client, "language", "client.language", false, &o->language))
		return -1;
	if (json_kind(copy) > JSON_KIND_BOOL)
		return fault(r, "client.copy", "write true or false, without quotation marks");
	o->copy = json_truth(copy);
	return 0;
}

static int read_visibility(struct reading *r, const struct json *root)
{
	struct spool_order *o = r->order;
	const char *word;

	if (read_address(r, root, "office", "office", false, &o->office) ||
	    read_text(r, root, "visibility", "visibility", false, &word))
		return -1;
	if (word && !str_eq(word, "shared") && !str_eq(word, "office"))
		return fault(r, "visibility", "write \"shared\" or \"office\"");
	o->office_only = word && str_eq(word, "office");
	if (o->office_only && !o->office)
		return fault(r, "visibility", "\"office\" means nothing without an office; name one, or leave it out");
	if (o->copy && !o->office)
		return fault(r, "client.copy", "true means nothing without an office; leave it out");
	if (o->copy && o->office_only)
		return fault(r, "client.copy", "true contradicts visibility \"office\"; leave one of them out");
	return 0;
}

static int read_fields(struct reading *r, const struct json *root)
{
	const struct json *fields = json_member(root, "fields");
	struct spool_order *o = r->order;
	size_t i;

	if (json_kind(fields) <= JSON_KIND_NULL)
		return 0;
	if (json_kind(fields) != JSON_KIND_OBJECT)
		return fault(r, "fields", "it is no object; write {\"name\": value, …}");
	if (json_count(fields) > ORDER_MAX_FIELDS)
		return fault(r, "fields", "there are more than 60; leave some out");
	o->fields = arena_array(r->arena, json_count(fields) + 1, sizeof *o->fields);
	for (i = 0; i < json_count(fields); i++) {
		const char *key = json_key_at(fields, i);
		const struct json *value = json_member(fields, key);
		const char *text = json_scalar(value, r->arena);

		if (json_kind(value) == JSON_KIND_NULL)
			continue;
		if (!text || strlen(text) > TEXT_MAX)
			return err_set(r->err, ERR_INPUT,
				       "fields.%s: it is no text, number, true or false of at most 2000 bytes; write one", key);
		o->fields[o->field_count++] = (struct event_field){ arena_strdup(r->arena, key), text };
	}
	return 0;
}

/* A name, or a folder and a name: nothing that leads out of tmp/, nothing hidden. */
static bool is_safe(const char *path)
{
	const char *slash = strchr(path, '/'), *name = slash ? slash + 1 : path, *at;

	if (!*path || *path == '.' || *path == '/' || !*name || *name == '.' || strchr(name, '/') || strlen(path) > 400)
		return false;
	for (at = path; *at; at++)
		if ((unsigned char)*at < ' ' || *at == '\\' || *at == 0x7f || str_utf8_is_control(at))
			return false;
	return true;
}

static int read_documents(struct reading *r, const struct json *root)
{
	const struct json *list = json_member(root, "documents");
	struct spool_order *o = r->order;
	size_t i, k;

	if (json_kind(list) <= JSON_KIND_NULL)
		return 0;
	if (json_kind(list) != JSON_KIND_ARRAY)
		return fault(r, "documents", "it is no list; write [\"file.pdf\", …]");
	if (json_count(list) > ORDER_MAX_DOCUMENTS)
		return fault(r, "documents", "there are more than 100; send the others later");
	o->documents = arena_array(r->arena, json_count(list) + 1, sizeof *o->documents);
	for (i = 0; i < json_count(list); i++) {
		const char *path = json_text(json_at(list, i));

		if (!path || !is_safe(path))
			return err_set(r->err, ERR_INPUT,
				       "documents[%zu]: it is no safe file name; write the name of a file in tmp/, or FOLDER/NAME", i);
		for (k = 0; k < i; k++)
			if (str_eq(o->documents[k], path))
				return err_set(r->err, ERR_INPUT, "documents[%zu]: '%s' is named twice; name it once", i, path);
		o->documents[o->document_count++] = arena_strdup(r->arena, path);
	}
	return 0;
}

static int read_root(struct reading *r, const struct json *root)
{
	static const char *const known[] = { "service", "workflow", "reference", "client", "office", "visibility", "fields",
					     "documents", NULL };
	struct spool_order *o = r->order;

	if (json_kind(root) != JSON_KIND_OBJECT)
		return err_set(r->err, ERR_INPUT, "the order is no object; write {\"client\": {…}, …}");
	if (check_members(r, root, "", known) || read_text(r, root, "service", "service", false, &o->service) ||
	    read_text(r, root, "workflow", "workflow", false, &o->workflow) ||
	    read_text(r, root, "reference", "reference", false, &o->reference) || read_client(r, root) ||
	    read_visibility(r, root) || read_fields(r, root))
		return -1;
	return read_documents(r, root);
}

int spool_order_read(const char *text, size_t len, struct arena *arena, struct spool_order *order, struct err *err)
{
	struct reading r = { arena, order, err };
	struct json *root;
	int rc;

	*order = (struct spool_order){ 0 };
	if (len > ORDER_MAX)
		return err_set(err, ERR_INPUT, "the order is larger than 1 MiB; documents are named in it, not put in it");
	root = json_read(text, len, err);
	if (!root)
		return err_context(err, "the order is no JSON");
	rc = read_root(&r, root);
	json_free(&root);
	return rc;
}
