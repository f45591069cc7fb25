/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/place.h"
#include "flow/place_p.h"

/* One search: which slots are still in the running. */
struct search {
	const struct program *program;
	const struct dossier *dossier;
	const struct place_file *file;
	struct arena *arena;
	const unsigned *taken;  /* per slot: files of this item it has got; NULL = none */
	struct words name, subject, text;
	bool *fits;             /* per slot */
	size_t wrong_year;      /* a slot that fits but for its year, or PLACE_NONE */
	bool by_missing;        /* what is missing had to settle it */
	struct place *place;
};

static const struct slot *slot_at(const struct search *search, size_t i)
{
	return &search->dossier->slots[i];
}

static const struct prog_slot *rule_at(const struct search *search, size_t i)
{
	const struct slot *slot = slot_at(search, i);

	return slot->extra ? NULL : program_slot(search->program, slot->name);
}

static bool same_group(const struct search *search, size_t i, size_t j)
{
	return str_eq(slot_at(search, i)->name, slot_at(search, j)->name);
}

static size_t count_fits(const struct search *search, size_t *first)
{
	size_t i, count = 0;

	*first = PLACE_NONE;
	for (i = 0; i < search->dossier->slot_count; i++)
		if (search->fits[i] && count++ == 0)
			*first = i;
	return count;
}

/* Keeps those for which 'keep' holds, unless that would leave none. */
static bool narrow(struct search *search, bool (*keep)(const struct search *, size_t))
{
	size_t i, kept = 0;

	for (i = 0; i < search->dossier->slot_count; i++)
		kept += search->fits[i] && keep(search, i);
	if (kept == 0)
		return false;
	for (i = 0; i < search->dossier->slot_count; i++)
		search->fits[i] = search->fits[i] && keep(search, i);
	return true;
}

static bool accepts(const struct search *search, size_t i)
{
	const struct prog_slot *rule = rule_at(search, i);

	return !rule || !rule->accept || (rule->accept & place_kinds(search->file->type, search->file->name));
}

static bool is_taken(const struct search *search, size_t i)
{
	return search->taken && search->taken[i] >= (unsigned)slot_at(search, i)->files_max;
}

/* Locked, or it has all the files it takes; a slot of one file takes a new version. */
static bool is_full(const struct search *search, size_t i)
{
	const struct slot *slot = slot_at(search, i);

	if (slot->status == SLOT_APPROVED || is_taken(search, i))
		return true;
	return slot->files_max > 1 && slot_files(slot) >= (size_t)slot->files_max;
}

static bool is_missing(const struct search *search, size_t i)
{
	return !slot_filled(slot_at(search, i)) && !is_full(search, i);
}

static bool has_room(const struct search *search, size_t i)
{
	const struct slot *slot = slot_at(search, i);

	return !is_full(search, i) && slot_files(slot) < (size_t)slot->files_max;
}

/* Of the group of slot 'i' (one name, several years), which years do the words name? */
static size_t group_years(const struct search *search, size_t i, const struct words *words, bool apply)
{
	size_t j, named = 0;

	for (j = i; j < search->dossier->slot_count; j++) {
		bool is_named;

		if (!search->fits[j] || !same_group(search, i, j))
			continue;
		is_named = words_have_year(words, slot_at(search, j)->year);
		named += is_named;
		if (apply)
			search->fits[j] = is_named;
	}
	return named;
}

static void group_drop(struct search *search, size_t i, int except_year)
{
	size_t j;

	search->wrong_year = i;
	for (j = i; j < search->dossier->slot_count; j++)
		if (search->fits[j] && same_group(search, i, j)) {
			search->fits[j] = except_year && slot_at(search, j)->year == except_year;
			if (search->fits[j])
				search->wrong_year = PLACE_NONE;
		}
}

/*
 * The year of each group "per year" that fits: said, else as 'by' (the words that found it) and
 * the file's name say, else as subject or text say. Groups without the year that is named go.
 */
static void narrow_years(struct search *search, const struct words *by)
{
	const struct words *sources[] = { by, &search->name, &search->subject, &search->text };
	size_t i, s;

	for (i = 0; i < search->dossier->slot_count; i++) {
		bool first = search->fits[i] && slot_at(search, i)->year != 0;
		size_t j;

		for (j = 0; j < i && first; j++)
			first = !search->fits[j] || !same_group(search, i, j);
		if (!first)
			continue;
		if (search->file->year) {
			group_drop(search, i, search->file->year);
			continue;
		}
		for (s = 0; s < 4; s++) {
			if (!sources[s] || !sources[s]->year_count)
				continue;
			if (group_years(search, i, sources[s], false) > 0) {
				group_years(search, i, sources[s], true);
				break;
			}
			if (s < 2) {
				group_drop(search, i, 0);
				break;
			}
		}
	}
}

static void hold(struct search *search, const char *reason, size_t slot)
{
	search->place->kind = PLACE_HELD;
	search->place->reason = reason;
	search->place->slot = slot;
}

static void hold_ambiguous(struct search *search, size_t count)
{
	size_t *choices = arena_array(search->arena, count, sizeof *choices);
	size_t i, n = 0;

	for (i = 0; i < search->dossier->slot_count; i++)
		if (search->fits[i])
			choices[n++] = i;
	hold(search, HELD_AMBIGUOUS, PLACE_NONE);
	search->place->choices = choices;
	search->place->choice_count = n;
}

/* Makes the answer from what fits; false when nothing does. */
static bool settle(struct search *search, const char *how)
{
	size_t first, count = count_fits(search, &first);

	if (count == 0)
		return false;
	search->place->how = how;
	if (!narrow(search, accepts)) {
		hold(search, HELD_TYPE, first);
		return true;
	}
	count = count_fits(search, &first);
	if (count > 1) {
		search->by_missing = true;
		if (!narrow(search, is_missing))
			narrow(search, has_room);
		count = count_fits(search, &first);
	}
	if (count > 1) {
		hold_ambiguous(search, count);
	} else if (is_full(search, first)) {
		hold(search, HELD_FULL, first);
	} else {
		search->place->kind = PLACE_SLOT;
		search->place->slot = first;
		search->place->replaces = !has_room(search, first);
	}
	return true;
}

static bool eligible(const struct search *search, size_t i, bool from_staff)
{
	return slot_at(search, i)->from_staff == from_staff;
}

static bool search_said(struct search *search)
{
	size_t i;

	if (!search->file->slot)
		return false;
	for (i = 0; i < search->dossier->slot_count; i++)
		search->fits[i] = str_ieq(slot_at(search, i)->name, search->file->slot) &&
				  (search->file->from_staff || eligible(search, i, false));
	narrow_years(search, NULL);
	if (!settle(search, PLACED_SAID))
		hold(search, search->wrong_year != PLACE_NONE ? HELD_YEAR : HELD_UNPLACED, search->wrong_year);
	return true;
}

/* 1 = settled, 0 = the words fit nothing, -1 = a rule is at fault. */
static int search_words(struct search *search, const struct words *words, const char *how, bool from_staff,
			struct err *err)
{
	size_t i;

	for (i = 0; i < search->dossier->slot_count; i++) {
		int fit = 0;

		if (i > 0 && same_group(search, i - 1, i) && eligible(search, i, from_staff))
			fit = search->fits[i - 1];
		else if (eligible(search, i, from_staff))
			fit = words_fit(words, rule_at(search, i), slot_at(search, i), err);
		if (fit < 0)
			return -1;
		search->fits[i] = fit;
	}
	narrow_years(search, words);
	return settle(search, how);
}

static int search_sources(struct search *search, bool from_staff, struct err *err)
{
	const struct {
		const struct words *words;
		const char *how;
	} sources[] = {
		{ &search->name, PLACED_NAME }, { &search->subject, PLACED_SUBJECT }, { &search->text, PLACED_TEXT },
	};
	size_t i;

	for (i = 0; i < sizeof sources / sizeof *sources; i++) {
		int ret = search_words(search, sources[i].words, sources[i].how, from_staff, err);

		if (ret != 0)
			return ret;
		if (search->wrong_year != PLACE_NONE) {
			hold(search, HELD_YEAR, search->wrong_year);
			return 1;
		}
	}
	return 0;
}

static bool is_rest(const struct search *search, size_t i)
{
	const struct prog_slot *rule = rule_at(search, i);

	return rule && !rule->required && !rule->from_staff && rule->pattern_count == 0 && rule->years == 0;
}

/* The optional slot without patterns. */
static bool search_rest(struct search *search)
{
	size_t i;

	for (i = 0; i < search->dossier->slot_count; i++)
		search->fits[i] = is_rest(search, i) && accepts(search, i);
	return settle(search, PLACED_REST);
}

static bool find_duplicate(struct search *search)
{
	size_t i, j;

	for (i = 0; i < search->dossier->slot_count; i++) {
		const struct slot *slot = slot_at(search, i);

		for (j = 0; j < slot->document_count; j++)
			if (slot->documents[j].current &&
			    memcmp(slot->documents[j].sha256, search->file->sha256, 32) == 0) {
				search->place->kind = PLACE_DUPLICATE;
				search->place->slot = i;
				return true;
			}
	}
	return false;
}

static int find_slot(struct search *search, struct err *err)
{
	int ret;

	if (search_said(search))
		return 0;
	ret = search_sources(search, search->file->from_staff, err);
	if (ret == 0 && search->file->from_staff)
		ret = search_sources(search, false, err);
	if (ret < 0)
		return err_context(err, "%s", search->program->file);
	if (ret == 0 && (search->file->from_staff || !search_rest(search)))
		hold(search, HELD_UNPLACED, PLACE_NONE);
	return 0;
}

/* What keeps any file out, whatever it is; NULL when nothing does. */
static const char *gate(const struct search *search)
{
	const struct prog_state *state =
		search->dossier->state ? program_state(search->program, search->dossier->state) : NULL;

	if (search->file->size == 0)
		return HELD_EMPTY;
	if (search->dossier->final)
		return HELD_FINAL;
	if (search->dossier->state && !search->file->from_staff && !(state && state->uploads_open))
		return HELD_CLOSED;
	return NULL;
}

static int search_run(struct search *search, struct err *err)
{
	const char *closed = gate(search);

	*search->place = (struct place){ .slot = PLACE_NONE };
	search->wrong_year = PLACE_NONE;
	search->by_missing = false;
	if (search->file->size > 0 && find_duplicate(search))
		return 0;
	search->fits = arena_array(search->arena, search->dossier->slot_count + 1, sizeof *search->fits);
	words_init(&search->text, search->arena, search->file->text);
	if (words_init_line(&search->name, search->arena, search->program, search->file->name, err) < 0 ||
	    words_init_line(&search->subject, search->arena, search->program, search->file->subject, err) < 0 ||
	    find_slot(search, err) < 0)
		return -1;
	if (closed) {
		hold(search, closed, search->place->slot);
		search->place->replaces = false;
	}
	return 0;
}

int place_file(const struct program *program, const struct dossier *dossier, const struct place_file *file,
	       struct arena *arena, struct place *place_r, struct err *err)
{
	struct search search = {
		.program = program, .dossier = dossier, .file = file, .arena = arena, .place = place_r,
	};

	return search_run(&search, err);
}

/* Notes in the working copy that the file has gone where it was placed. */
static void assume(struct search *search, struct dossier *dossier, unsigned *taken)
{
	struct slot *slot = &dossier->slots[search->place->slot];
	struct document *document;
	size_t i;

	for (i = 0; i < slot->document_count && search->place->replaces; i++)
		slot->documents[i].current = false;
	slot->documents = flow_list_append(search->arena, slot->documents, slot->document_count,
					   sizeof *slot->documents);
	document = &slot->documents[slot->document_count++];
	*document = (struct document){ .name = search->file->name, .size = search->file->size, .current = true };
	memcpy(document->sha256, search->file->sha256, sizeof document->sha256);
	slot->status = SLOT_DELIVERED;
	taken[search->place->slot]++;
}

int place_files(const struct program *program, const struct dossier *dossier, const struct place_file *files,
		size_t count, struct arena *arena, struct place **places_r, struct err *err)
{
	struct dossier *copy = dossier_copy(arena, dossier);
	struct place *places = arena_array(arena, count + 1, sizeof *places);
	unsigned *taken = arena_array(arena, dossier->slot_count + 1, sizeof *taken);
	bool *done = arena_array(arena, count + 1, sizeof *done);
	struct search search = { .program = program, .dossier = copy, .arena = arena, .taken = taken };
	size_t i, turn;

	for (turn = 0; turn < 2; turn++)
		for (i = 0; i < count; i++) {
			if (done[i])
				continue;
			search.file = &files[i];
			search.place = &places[i];
			if (search_run(&search, err) < 0)
				return -1;
			if (turn == 0 && (places[i].kind != PLACE_SLOT || search.by_missing))
				continue;
			done[i] = true;
			if (places[i].kind == PLACE_SLOT)
				assume(&search, copy, taken);
		}
	*places_r = places;
	return 0;
}
