/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/answer.h"
#include "work/engine_p.h"
#include "work/office.h"
#include "work/office_p.h"
#include "work/route.h"

/* ---- who is known ---- */

int office_standing(struct engine *engine, const char *service, const char *address, struct arena *arena,
		    enum office_standing *standing, struct office *office_r, struct err *err)
{
	struct err found = ERR_INIT;
	struct office office;

	*standing = OFFICE_UNKNOWN;
	if (store_office_find(engine->env->store, service, address, arena, &office, &found)) {
		if (found.code == ERR_NOTFOUND)
			return 0;
		*err = found;
		return -1;
	}
	*standing = office.confirmed == DATE_NONE ? OFFICE_UNCONFIRMED : OFFICE_CONFIRMED;
	if (office_r)
		*office_r = office;
	return 0;
}

void office_wish_wanted(struct answering *a, const char *address, const char *name, enum office_standing standing)
{
	struct office_letter *letter = arena_alloc(a->arena, sizeof *letter);
	char folded[ADDR_MAX + 1];

	addr_fold(folded, address);
	*letter = (struct office_letter){ .wanted_address = arena_strdup(a->arena, folded), .wanted_name = name,
					  .wanted = standing };
	a->office = letter;
	answer_wish(a, "kantoor-gevraagd", TMPL_AUDIENCE_SENDER);
	if (standing == OFFICE_UNKNOWN)
		answer_wish(a, "kantoor-taak", TMPL_AUDIENCE_STAFF);
}

/* ---- what waits for it ---- */

static bool waits_for(const struct item *item, const char *reason, const char *address)
{
	return str_eq(item->reason, reason) && item->detail && addr_same(item->detail, address);
}

/* A process that ends by itself decides them before it does; one that only carries out a command, at its end. */
static void poke(void *ctx)
{
	struct engine *engine = ctx;
	struct err err = ERR_INIT;

	if (engine->mode != ENGINE_ONCE && engine->mode != ENGINE_SETTLE)
		engine_poke(engine);
	else if (!engine->dead && !engine->stopping && intake_recover(engine, &err))
		engine_fail(engine, &err);
}

int office_retry(struct engine *engine, const char *service, const char *reason, const char *address, size_t *count,
		 struct err *err)
{
	struct item_filter filter = { .state = ITEM_HELD, .service = service, .limit = 500 };
	struct store *store = engine->env->store;
	struct arena arena = ARENA_INIT;
	struct item *items;
	size_t found = 0, i;
	int rc;

	*count = 0;
	do {
		rc = store_item_list(store, &filter, &arena, &items, &found, err);
		for (i = 0; !rc && i < found; i++) {
			filter.after = items[i].id;
			if (!waits_for(&items[i], reason, address))
				continue;
			rc = store_item_retry(store, items[i].id, err);
			++*count;
		}
	} while (!rc && found == filter.limit);
	arena_free(&arena);
	/* Once this group is durable; a process that ends before finds them when it starts. */
	if (!rc && *count)
		env_defer(engine->env, poke, engine);
	return rc;
}

int office_go_on(struct engine *engine, const char *service, const char *address, struct err *err)
{
	size_t count;

	if (office_retry(engine, service, REASON_OFFICE, address, &count, err))
		return -1;
	if (count)
		log_line(LOG_LEVEL_INFO, "office.goes-on", "service=%s items=%zu", service, count);
	return 0;
}

/* ---- its code ---- */

/* The code of an office is made, never kept: the same one again as long as it is the same code. */
void office_code(const struct engine *engine, const struct office *office, char code[OFFICE_CODE_SIZE])
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char bits[SEAL_HASH_SIZE];
	char text[64];
	int i;

	buf_addf(&material, "office|%s|%s|%lld", office->service, office->address, (long long)office->code_made);
	seal_hash(&engine->reply_key, material.data, material.len, bits);
	str_base32(text, bits, 8);
	for (i = 0; i < 12; i++)
		code[i + i / 4] = text[i];
	code[4] = code[9] = '-';
	code[14] = '\0';
	seal_wipe(bits, sizeof bits);
	buf_free(&material);
}

void office_code_hash(const struct engine *engine, const struct office *office, const char *code,
		      unsigned char hash[OFFICE_HASH_SIZE])
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);

	buf_addf(&material, "office-code|%s|%s|%s", office->service, office->address, code);
	seal_hash(&engine->reply_key, material.data, material.len, hash);
	buf_free(&material);
}

static void new_code(const struct engine *engine, struct office *office, int64_t now)
{
	char code[OFFICE_CODE_SIZE];

	/* Two codes of one second would be one. */
	office->code_made = office->code_made != DATE_NONE && office->code_made >= now ? office->code_made + 1 : now;
	office->code_wrong = 0;
	office->has_code = true;
	office_code(engine, office, code);
	office_code_hash(engine, office, code, office->code);
}

/* ---- sending ---- */

static void own_scope(struct engine *engine, struct blob_key *scope)
{
	struct seal_key key;

	seal_key_new(&key);
	seal_wrap(&engine->env->master, &key, scope->bytes);
	scope->present = 1;
	seal_wipe(&key, sizeof key);
}

static int scope_of(struct engine *engine, struct arena *arena, int64_t id, struct blob_key *scope, struct err *err)
{
	struct item item;

	if (!id) {
		own_scope(engine, scope);
		return 0;
	}
	if (store_item_load(engine->env->store, id, arena, &item, err))
		return -1;
	*scope = item.scope;
	return 0;
}

int office_send(struct engine *engine, struct arena *arena, const struct office_sending *s, struct err *err)
{
	struct answering a = { .engine = engine, .arena = arena, .service = s->service, .now = engine_now(engine),
			       .cause = s->cause, .item = s->item, .received = DATE_NONE, .office = s->letter };
	struct store_take take = { .item = s->verdict, .now = a.now, .offices = s->change, .office_count = s->change != NULL,
				   .colleagues = s->colleagues, .colleague_count = s->colleague_count };
	size_t i;

	if (s->in_reply_to) {
		a.in_reply_to = s->in_reply_to;
		a.sender = s->letter->office->address;
	}
	if (s->template) {
		if (scope_of(engine, arena, s->item, &a.scope, err))
			return -1;
		answer_wish(&a, s->template, TMPL_AUDIENCE_OFFICE);
		if (answer_render(&a, err))
			return -1;
	}
	for (i = 0; i < a.row_count; i++)
		a.rows[i].dossier = s->dossier;
	answer_into(&a, &take);
	return store_take(engine->env->store, &take, err) || store_time_seen(engine->env->store, a.now, err) ? -1 : 0;
}

/* ---- adding ---- */

static bool has_language(struct engine *engine, const struct settings_service *service, const char *language)
{
	struct tmpl_where where = { service->key, NULL, language };
	enum tmpl_audience audience;

	return tmpl_set_find(world_templates(engine->world), &where, "kantoor-welkom", &audience, NULL);
}

static int check(struct engine *engine, const struct settings_service *service, const struct office_adding *adding,
		 struct err *err)
{
	const struct settings_brand *brand = adding->brand ? settings_brand(engine->settings, adding->brand) : NULL;

	if (!service)
		return err_set(err, ERR_INPUT, "there is no service '%s' in the configuration", adding->service);
	if (!addr_valid(adding->address))
		return err_set(err, ERR_INPUT, "'%s' is not an e-mail address", adding->address);
	if (settings_own_address(engine->settings, adding->address))
		return err_set(err, ERR_INPUT, "'%s' is one of our own addresses", adding->address);
	if (settings_is_staff(service, adding->address))
		return err_set(err, ERR_INPUT, "'%s' is a staff address of service '%s'", adding->address, service->key);
	if (adding->brand && !brand)
		return err_set(err, ERR_INPUT, "there is no brand '%s' in the configuration", adding->brand);
	if (brand && !str_eq(brand->service, service->key))
		return err_set(err, ERR_INPUT, "brand '%s' belongs to service '%s'", brand->key, brand->service);
	if (adding->language && !has_language(engine, service, adding->language))
		return err_set(err, ERR_INPUT, "there are no mail templates in the language '%s'", adding->language);
	return 0;
}

static bool put(const char **value, const char *wanted)
{
	if (!wanted || str_eq(*value, wanted))
		return false;
	*value = wanted;
	return true;
}

/* What is said now goes over what was known. */
static void merge(const struct office_adding *adding, struct arena *arena, int64_t now, struct office_added *added)
{
	struct office *office = &added->office;
	char *name = adding->name && *adding->name ? str_clean(adding->name, 200) : NULL;

	added->changed = put(&office->name, name ? arena_strdup(arena, name) : NULL);
	added->changed |= put(&office->brand, adding->brand);
	added->changed |= put(&office->language, adding->language);
	free(name);
	if (adding->confirmed && office->confirmed == DATE_NONE) {
		office->confirmed = now;
		office->has_code = false;
		office->code_made = DATE_NONE;
		added->changed = true;
	}
}

/* It has none, or too many wrong ones came back. */
static bool needs_code(const struct office *office)
{
	return office->confirmed == DATE_NONE && (!office->has_code || office->code_wrong >= OFFICE_CODE_WRONG);
}

/* Adding it twice mails one welcome; whoever lost it is mailed the same code an hour later, or when he asks for that. */
static int is_welcomed(struct engine *engine, const struct office_adding *adding, const struct office_added *added,
		       int64_t now, bool *welcomed, struct err *err)
{
	int64_t count = 0;

	*welcomed = adding->silent || (!added->fresh && added->office.confirmed != DATE_NONE);
	if (*welcomed || added->fresh || adding->again || needs_code(&added->office))
		return 0;
	if (store_outbox_count(engine->env->store, added->office.service, added->office.address, "kantoor-welkom", NULL,
			       now - OFFICE_WELCOME_EVERY, &count, err))
		return -1;
	*welcomed = count > 0;
	return 0;
}

static int welcome(struct engine *engine, struct arena *arena, const struct settings_service *service,
		   const struct office_adding *adding, struct office_added *added, int64_t now, struct err *err)
{
	char code[OFFICE_CODE_SIZE];
	int64_t before;
	struct office_letter letter = { .office = &added->office, .code = code };
	struct office_sending s = { .service = service, .letter = &letter, .template = "kantoor-welkom",
				    .item = adding->item, .change = &added->office };

	/* How many there were before tells two welcomes of one second apart; those that are old are forgotten. */
	if (store_outbox_count(engine->env->store, service->key, added->office.address, "kantoor-", NULL, 0, &before, err))
		return -1;
	s.cause = arena_printf(arena, "office:%s:%s:%lld:%lld", service->key, added->office.address, (long long)now,
			       (long long)before);
	if (added->office.confirmed != DATE_NONE)
		s.template = "kantoor-bevestigd";
	else if (needs_code(&added->office))
		new_code(engine, &added->office, now);
	if (added->office.has_code)
		office_code(engine, &added->office, code);
	added->mailed = true;
	return office_send(engine, arena, &s, err);
}

int office_add(struct engine *engine, struct arena *arena, const struct office_adding *adding,
	       struct office_added *added, struct err *err)
{
	const struct settings_service *service = settings_service(engine->settings, adding->service);
	enum office_standing standing;
	char folded[ADDR_MAX + 1];
	int64_t now = engine_now(engine);
	bool welcomed;

	*added = (struct office_added){ 0 };
	if (check(engine, service, adding, err))
		return -1;
	addr_fold(folded, adding->address);
	if (office_standing(engine, service->key, folded, arena, &standing, &added->office, err))
		return -1;
	added->fresh = standing == OFFICE_UNKNOWN;
	if (added->fresh)
		added->office = (struct office){ .service = service->key, .address = arena_strdup(arena, folded), .added = now,
						 .by = adding->by, .confirmed = DATE_NONE, .code_made = DATE_NONE,
						 .digest_due = DATE_NONE };
	merge(adding, arena, now, added);
	if (is_welcomed(engine, adding, added, now, &welcomed, err) ||
	    (!welcomed && welcome(engine, arena, service, adding, added, now, err)) ||
	    (welcomed && (added->fresh || added->changed) && store_office_put(engine->env->store, &added->office, err)))
		return -1;
	if (added->office.confirmed == now && office_go_on(engine, service->key, folded, err))
		return -1;
	if (added->fresh)
		added->changed = false;
	log_line(LOG_LEVEL_INFO, "office.added", "service=%s address=%s new=%d mailed=%d confirmed=%d", service->key, folded,
		 added->fresh, added->mailed, added->office.confirmed != DATE_NONE);
	return 0;
}

/* ---- groups of their own ---- */

static int end_group(struct engine *engine, int rc, struct err *err)
{
	const struct env *env = engine->env;

	if (!rc && !blob_sync(env->blobs, err) && !store_commit(env->store, err))
		return 0;
	store_abort(env->store);
	blob_discard(env->blobs);
	if (store_failed(env->store))
		engine_fail(engine, err);
	return -1;
}

int engine_office_add(struct engine *engine, struct arena *arena, const struct office_adding *adding,
		      struct office_added *added, struct err *err)
{
	if (store_begin(engine->env->store, err))
		return -1;
	blob_mark(engine->env->blobs);
	if (end_group(engine, office_add(engine, arena, adding, added, err), err))
		return -1;
	engine_poke(engine);
	return 0;
}

int engine_office_remove(struct engine *engine, const char *service, const char *address, struct err *err)
{
	if (store_office_remove(engine->env->store, service, address, err)) {
		if (store_failed(engine->env->store))
			engine_fail(engine, err);
		return -1;
	}
	log_line(LOG_LEVEL_INFO, "office.removed", "service=%s address=%s", service, address);
	return 0;
}

int engine_office_colleague(struct engine *engine, const char *service, const char *office, const char *address,
			    enum colleague_answer answer, struct err *err)
{
	int64_t now = engine_now(engine);
	char folded[ADDR_MAX + 1];
	struct office_colleague colleague = { .service = service, .office = office, .address = folded, .answer = answer,
					      .asked = now, .answered = now };
	size_t count = 0;
	int rc;

	if (!addr_valid(address) || !addr_fold(folded, address) || !str_ieq(addr_domain(folded), addr_domain(office)))
		return err_set(err, ERR_INPUT, "'%s' is not an address at %s", address, addr_domain(office));
	if (store_begin(engine->env->store, err))
		return -1;
	blob_mark(engine->env->blobs);
	rc = store_colleague_put(engine->env->store, &colleague, err);
	if (!rc && answer == COLLEAGUE_ACCEPTED)
		rc = office_retry(engine, service, REASON_COLLEAGUE, folded, &count, err);
	if (end_group(engine, rc, err))
		return -1;
	log_line(LOG_LEVEL_INFO, "office.colleague", "service=%s answer=%s items=%zu by=operator", service,
		 colleague_answer_word(answer), count);
	engine_poke(engine);
	return 0;
}
