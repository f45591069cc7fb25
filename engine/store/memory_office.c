/* Offices, their colleagues and their dossiers, in memory. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

/* ---- offices ---- */

static void put_office(struct arena *arena, struct office *to, const struct office *from)
{
	*to = *from;
	to->service = arena_strdup(arena, from->service);
	to->address = arena_strdup(arena, from->address);
	to->name = arena_strdup(arena, from->name);
	to->brand = arena_strdup(arena, from->brand);
	to->language = arena_strdup(arena, from->language);
	to->by = arena_strdup(arena, from->by);
	if (!from->has_code) {
		memset(to->code, 0, sizeof to->code);
		to->code_made = DATE_NONE;
	}
	if (!from->has_seen)
		memset(to->seen, 0, sizeof to->seen);
}

static struct row_office *find_office(struct memory_store *memory, const char *service, const char *address, int64_t *id)
{
	struct row_office *row;

	for (*id = 0; (row = memory_next(memory, TABLE_OFFICE, id)) != NULL;)
		if (str_eq(row->office.service, service) && addr_same(row->office.address, address))
			return row;
	return NULL;
}

int memory_office_put(struct store *store, const struct office *office, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id;
	const struct row_office *old = find_office(memory, office->service, office->address, &id);
	struct row_office *row = memory_row_new(sizeof *row);

	(void)err;
	put_office(&row->base.arena, &row->office, office);
	if (old) {
		row->office.id = id;
		row->office.address = arena_strdup(&row->base.arena, old->office.address);
		memory_replace(memory, TABLE_OFFICE, id, row);
	} else {
		row->office.id = memory_append(memory, TABLE_OFFICE, row);
	}
	return 0;
}

int memory_office_find(struct store *store, const char *service, const char *address, struct arena *arena,
		       struct office *office, struct err *err)
{
	int64_t id;
	const struct row_office *row = find_office(memory_of(store), service, address, &id);

	if (!row)
		return office_no_such(address, err);
	put_office(arena, office, &row->office);
	return 0;
}

static bool is_listed(const struct office_filter *filter, const struct office *office)
{
	char folded[ADDR_MAX + 1];

	return (!filter->service || str_eq(filter->service, office->service)) &&
	       (!filter->domain || (addr_fold(folded, office->address) && str_eq(addr_domain(folded), filter->domain))) &&
	       (filter->due == DATE_NONE || (office->digest_due != DATE_NONE && office->digest_due <= filter->due));
}

static int by_due(const void *a, const void *b)
{
	const struct office *x = a, *y = b;

	if (x->digest_due != y->digest_due)
		return x->digest_due < y->digest_due ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

int memory_office_list(struct store *store, const struct office_filter *filter, struct arena *arena,
		       struct office **offices, size_t *count, struct err *err)
{
	bool due = filter->due != DATE_NONE;
	const struct row_office *row;
	int64_t id = due || filter->after < 0 ? 0 : filter->after;

	(void)err;
	while ((due || *count < filter->limit) && (row = memory_next(memory_of(store), TABLE_OFFICE, &id)) != NULL) {
		if (!is_listed(filter, &row->office))
			continue;
		*offices = arena_grow(arena, *offices, *count, sizeof **offices);
		put_office(arena, &(*offices)[(*count)++], &row->office);
	}
	if (due && *count)
		qsort(*offices, *count, sizeof **offices, by_due);
	if (*count > filter->limit)
		*count = filter->limit;
	return 0;
}

int memory_office_remove(struct store *store, const char *service, const char *address, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_colleague *colleague;
	int64_t office, id = 0;

	if (!find_office(memory, service, address, &office))
		return office_no_such(address, err);
	while ((colleague = memory_next(memory, TABLE_COLLEAGUE, &id)) != NULL)
		if (colleague->office == office)
			memory_remove(memory, TABLE_COLLEAGUE, id);
	memory_remove(memory, TABLE_OFFICE, office);
	return 0;
}

/* ---- its dossiers ---- */

static int by_waiting(const void *a, const void *b)
{
	const struct office_case *x = a, *y = b;

	if (x->final != y->final)
		return x->final ? 1 : -1;
	if (x->entered != y->entered)
		return x->entered < y->entered ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* The files that count, which the row keeps apart from its slots. */
static bool is_filled(const struct row_dossier *row, const struct slot *slot)
{
	size_t i;
	int files = 0;

	if (slot->status == SLOT_ABSENT || slot->status == SLOT_APPROVED)
		return true;
	for (i = 0; i < row->document_count; i++)
		files += row->documents[i].slot == slot->id && row->documents[i].document.current;
	return slot->status == SLOT_DELIVERED && files >= slot->files_min;
}

static void put_case(struct arena *arena, struct office_case *c, int64_t id, const struct row_dossier *row)
{
	const struct dossier *d = &row->dossier;
	size_t i;

	*c = (struct office_case){ .id = id, .final = d->final, .opened = d->opened, .entered = d->entered };
	c->number = arena_strdup(arena, d->number);
	c->workflow = arena_strdup(arena, d->workflow);
	c->program = arena_strdup(arena, d->program);
	c->state = arena_strdup(arena, d->state);
	c->client = arena_strdup(arena, d->client.name);
	c->client_address = arena_strdup(arena, d->client.address);
	for (i = 0; i < d->slot_count; i++) {
		const struct slot *slot = &d->slots[i];
		const char *title = slot->title ? slot->title : slot->name;

		if (!slot->required || slot->from_staff || is_filled(row, slot))
			continue;
		c->missing++;
		c->titles = c->titles ? arena_printf(arena, "%s\n%s", c->titles, title) : arena_strdup(arena, title);
	}
	if (d->payment_count) {
		enum payment_status status = d->payments[d->payment_count - 1].status;

		c->unpaid = status == PAYMENT_REQUESTED || status == PAYMENT_OPEN;
	}
}

static bool is_behind(const struct office_case_filter *filter, const struct dossier *d, int64_t id)
{
	struct office_case at = { .final = filter->after_final, .entered = filter->after_entered, .id = filter->after_id },
			   this = { .final = d->final, .entered = d->entered, .id = id };

	return !filter->after || by_waiting(&this, &at) > 0;
}

int memory_office_cases(struct store *store, const struct office_case_filter *filter, struct arena *arena,
			struct office_case **cases, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_dossier *row;
	int64_t id = 0;
	size_t i;

	(void)err;
	while ((row = memory_next(memory, TABLE_DOSSIER, &id)) != NULL) {
		const struct dossier *d = &row->dossier;

		if (!str_eq(d->service, filter->service) || !d->office.address ||
		    !addr_same(d->office.address, filter->address) || !is_behind(filter, d, id) ||
		    (filter->final >= 0 && filter->final != d->final))
			continue;
		*cases = arena_grow(arena, *cases, *count, sizeof **cases);
		(*cases)[(*count)++] = (struct office_case){ .id = id, .final = d->final, .entered = d->entered };
	}
	if (*count)
		qsort(*cases, *count, sizeof **cases, by_waiting);
	if (*count > filter->limit)
		*count = filter->limit;
	for (i = 0; i < *count; i++)
		put_case(arena, &(*cases)[i], (*cases)[i].id, memory_row(memory, TABLE_DOSSIER, (*cases)[i].id));
	return 0;
}

/* ---- colleagues ---- */

static void put_colleague(struct arena *arena, struct office_colleague *to, const struct office_colleague *from)
{
	*to = *from;
	to->service = arena_strdup(arena, from->service);
	to->office = arena_strdup(arena, from->office);
	to->address = arena_strdup(arena, from->address);
}

static struct row_colleague *find_colleague(struct memory_store *memory, int64_t office, const char *address, int64_t *id)
{
	struct row_colleague *row;

	for (*id = 0; (row = memory_next(memory, TABLE_COLLEAGUE, id)) != NULL;)
		if (row->office == office && addr_same(row->colleague.address, address))
			return row;
	return NULL;
}

int memory_colleague_put(struct store *store, const struct office_colleague *colleague, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_office *office;
	struct row_colleague *row;
	int64_t office_id, id;

	office = find_office(memory, colleague->service, colleague->office, &office_id);
	if (!office)
		return office_no_such(colleague->office, err);
	row = memory_row_new(sizeof *row);
	put_colleague(&row->base.arena, &row->colleague, colleague);
	row->colleague.office = arena_strdup(&row->base.arena, office->office.address);
	row->office = office_id;
	if (find_colleague(memory, office_id, colleague->address, &id)) {
		const struct row_colleague *old = memory_row(memory, TABLE_COLLEAGUE, id);

		row->colleague.address = arena_strdup(&row->base.arena, old->colleague.address);
		row->colleague.id = id;
		memory_replace(memory, TABLE_COLLEAGUE, id, row);
	} else {
		row->colleague.id = memory_append(memory, TABLE_COLLEAGUE, row);
	}
	return 0;
}

int memory_colleague_find(struct store *store, const char *service, const char *office, const char *address,
			  struct arena *arena, struct office_colleague *colleague, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_colleague *row;
	int64_t office_id, id;

	if (!find_office(memory, service, office, &office_id))
		return office_no_such(office, err);
	row = find_colleague(memory, office_id, address, &id);
	if (!row)
		return colleague_no_such(address, err);
	put_colleague(arena, colleague, &row->colleague);
	return 0;
}

int memory_colleague_list(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			  struct arena *arena, struct office_colleague **colleagues, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_colleague *row;
	int64_t office_id, id = after < 0 ? 0 : after;

	if (!find_office(memory, service, office, &office_id))
		return office_no_such(office, err);
	while (*count < limit && (row = memory_next(memory, TABLE_COLLEAGUE, &id)) != NULL) {
		if (row->office != office_id)
			continue;
		*colleagues = arena_grow(arena, *colleagues, *count, sizeof **colleagues);
		put_colleague(arena, &(*colleagues)[(*count)++], &row->colleague);
	}
	return 0;
}

int memory_colleague_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	const struct row_colleague *row;
	int64_t id = 0;

	(void)err;
	while (*count < limit && (row = memory_next(memory, TABLE_COLLEAGUE, &id)) != NULL)
		if (row->colleague.asked < before &&
		    (row->colleague.answer == COLLEAGUE_ASKED || row->colleague.answer == COLLEAGUE_ONCE)) {
			memory_remove(memory, TABLE_COLLEAGUE, id);
			++*count;
		}
	return 0;
}
