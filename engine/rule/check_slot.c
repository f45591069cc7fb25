/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/suggest.h"

/* Pairs of words behind a slot that do not go together, and why. */
static const struct {
	enum element_id first, second;
	const char *why;
} clashes[] = {
	{ ELEMENT_REQUIRED, ELEMENT_OPTIONAL, "a slot is either required or optional" },
	{ ELEMENT_REQUIRED, ELEMENT_FROM_STAFF, "'required' is for what clients deliver, not staff" },
	{ ELEMENT_OPTIONAL, ELEMENT_FROM_STAFF, "'optional' is for what clients deliver, not staff" },
	{ ELEMENT_REQUIRED, ELEMENT_FOR_APPROVAL, "what is for approval is delivered by staff, not required of clients" },
	{ ELEMENT_OPTIONAL, ELEMENT_FOR_APPROVAL, "what is for approval is delivered by staff, not by clients" },
	{ ELEMENT_MAY_BE_ABSENT, ELEMENT_FOR_APPROVAL, "'may be absent' is for what clients deliver, not staff" },
	{ ELEMENT_MAY_BE_ABSENT, ELEMENT_FROM_STAFF, "'may be absent' is for what clients deliver, not staff" },
	{ ELEMENT_MAY_BE_ABSENT, ELEMENT_OPTIONAL, "an optional slot may be left empty without saying so" },
};

static void check_clashes(struct checker *checker, const struct ast_slot *slot)
{
	size_t i;

	for (i = 0; i < sizeof clashes / sizeof *clashes; i++) {
		const struct ast_setting *first = ast_setting_find(&slot->settings, clashes[i].first);
		const struct ast_setting *second = ast_setting_find(&slot->settings, clashes[i].second), *swap;
		struct diag *diag;

		if (!first || !second)
			continue;
		if (first > second) {
			swap = first;
			first = second;
			second = swap;
		}
		diag = check_fault(checker, second->span, "%s", clashes[i].why);
		check_note(checker, diag, first->span, "the other word stands here");
		return;
	}
}

static void check_who(struct checker *checker, const struct ast_slot *slot)
{
	if (slot->broken || check_slot_has(slot, ELEMENT_REQUIRED) || check_slot_has(slot, ELEMENT_OPTIONAL) ||
	    ast_slot_of_staff(slot))
		return;
	check_hint(checker,
		   check_fault(checker, slot->name.span, "slot '%s' does not say who delivers it", slot->name.text),
		   "add: required, optional or from staff");
}

unsigned check_accepts(const struct ast_slot *slot)
{
	const struct ast_setting *setting = ast_setting_find(&slot->settings, ELEMENT_ACCEPT);
	unsigned mask = 0;
	size_t i, used;

	for (i = 0; setting && i < setting->names.count; i++) {
		const struct element *kind = element_find(IN_ACCEPT, &setting->names.items[i].text, 1, &used);

		if (!kind || !kind->value)
			return 0;
		mask |= (unsigned)kind->value;
	}
	return mask;
}

/* A file of CSV is a spreadsheet and text; all other kinds shut each other out. */
bool check_share_kind(const struct ast_slot *a, const struct ast_slot *b)
{
	const unsigned csv = ACCEPT_SPREADSHEET | ACCEPT_TEXT;
	unsigned one = check_accepts(a), other = check_accepts(b);

	return !one || !other || (one & other) || ((one & csv) && (other & csv));
}

static void check_accept(struct checker *checker, const struct ast_slot *slot, const struct ast_setting *setting)
{
	const struct ast_texts *names = &setting->names;
	size_t i, j, used;

	(void)slot;
	for (i = 0; i < names->count; i++) {
		const struct ast_text *name = &names->items[i];
		const char *word;
		struct suggest near;

		for (j = 0; j < i && !str_eq(names->items[j].text, name->text); j++)
			;
		if (j < i)
			check_fault(checker, name->span, "'%s' is named twice", name->text);
		if (element_find(IN_ACCEPT, &name->text, 1, &used)) {
			if (str_eq(name->text, "any") && names->count > 1)
				check_fault(checker, name->span, "'any' stands alone: it takes every kind");
			continue;
		}
		suggest_init(&near, name->text);
		for (j = 0; (word = element_next_word(IN_ACCEPT, NULL, 0, j)) != NULL; j++)
			suggest_offer(&near, word);
		check_hint(checker, check_fault(checker, name->span, "'%s' is no kind of file", name->text),
			   near.best ? "did you mean '%s'?" : "kinds are: %s",
			   near.best ? near.best : "pdf, image, spreadsheet, document, text, any");
	}
}

static void check_files(struct checker *checker, const struct ast_slot *slot, const struct ast_setting *setting)
{
	long least = check_slot_has(slot, ELEMENT_REQUIRED) ? 1 : 0;

	if (setting->number.value < least) {
		check_hint(checker,
			   check_fault(checker, setting->number.span, "a required slot takes at least one file"),
			   "say optional when there may be none");
		return;
	}
	if (!check_range(checker, &setting->until, 1, CHECK_MAX_FILES, "the most files"))
		return;
	if (setting->number.value > setting->until.value)
		check_fault(checker, span_join(setting->number.span, setting->until.span),
			    "the least number of files is more than the most");
}

static void check_per_year(struct checker *checker, const struct ast_slot *slot,
			   const struct ast_setting *setting)
{
	(void)slot;
	check_range(checker, &setting->number, 1, CHECK_MAX_YEARS, "a number of years");
}

/* The same pattern for two slots of clients: no file name could tell them apart, and no kind. */
static void check_same_pattern(struct checker *checker, const struct ast_slot *slot,
			       const struct ast_setting *setting)
{
	const struct ast_slot *slots = checker->file->slots;
	struct diag *diag;
	size_t i, j;

	for (i = 0; &slots[i] != slot; i++)
		for (j = 0; j < slots[i].settings.count; j++) {
			const struct ast_setting *other = &slots[i].settings.items[j];

			if (other->id != ELEMENT_MATCH || !str_eq(other->pattern.text, setting->pattern.text) ||
			    ast_slot_of_staff(&slots[i]) != ast_slot_of_staff(slot) ||
			    !check_share_kind(&slots[i], slot))
				continue;
			diag = check_fault(checker, setting->pattern.span,
					   "slots '%s' and '%s' take the same file names", slots[i].name.text,
					   slot->name.text);
			check_note(checker, diag, other->pattern.span, "the same pattern stands here");
			return;
		}
}

static void check_match(struct checker *checker, const struct ast_slot *slot, const struct ast_setting *setting)
{
	struct match *match;

	check_pattern(checker, &setting->pattern, &match);
	if (match)
		check_same_pattern(checker, slot, setting);
	match_free(&match);
}

static void check_required(struct checker *checker, const struct ast_slot *slot, const struct ast_setting *setting)
{
	(void)slot;
	if (setting->cond)
		check_cond_slot(checker, setting->cond);
}

static const struct {
	enum element_id id;
	void (*check)(struct checker *checker, const struct ast_slot *slot, const struct ast_setting *setting);
} rules[] = {
	{ ELEMENT_REQUIRED, check_required },
	{ ELEMENT_ACCEPT, check_accept },
	{ ELEMENT_FILES, check_files },
	{ ELEMENT_PER_YEAR, check_per_year },
	{ ELEMENT_MATCH, check_match },
};

/* Every word but "match" stands once. */
static bool check_repeated(struct checker *checker, const struct ast_slot *slot, const struct ast_setting *setting)
{
	const struct ast_setting *first = ast_setting_find(&slot->settings, setting->id);
	struct diag *diag;

	if (first == setting || setting->id == ELEMENT_MATCH)
		return false;
	diag = check_fault(checker, setting->span, "'%s' is said twice", element_get(setting->id)->words);
	check_note(checker, diag, first->span, "the first time stands here");
	return true;
}

static void check_slot_settings(struct checker *checker, const struct ast_slot *slot)
{
	size_t i, j;

	for (i = 0; i < slot->settings.count; i++) {
		const struct ast_setting *setting = &slot->settings.items[i];

		if (check_repeated(checker, slot, setting) || setting->broken)
			continue;
		for (j = 0; j < sizeof rules / sizeof *rules; j++)
			if (rules[j].id == setting->id)
				rules[j].check(checker, slot, setting);
	}
}

static void check_slot_title(struct checker *checker, const struct ast_slot *slot)
{
	const struct ast_slot *slots = checker->file->slots;
	struct diag *diag;
	size_t i;

	if (!check_first(checker, CHECK_SLOTS, (size_t)(slot - slots)))
		return; /* told already */
	for (i = 0; &slots[i] != slot; i++) {
		if (slot->title.text && str_ieq(slots[i].title.text, slot->title.text)) {
			diag = check_fault(checker, slot->title.span, "two slots have this title");
			check_note(checker, diag, slots[i].title.span, "the first one stands here");
			return;
		}
	}
}

static void check_slot(struct checker *checker, const struct ast_slot *slot)
{
	const struct ast_setting *per_year = ast_setting_find(&slot->settings, ELEMENT_PER_YEAR);
	bool shows_year;

	check_slot_title(checker, slot);
	check_name(checker, &slot->name);
	shows_year = check_title(checker, &slot->title, "{year}", "the title");
	if (per_year && slot->title.text && !shows_year)
		check_hint(checker,
			   check_fault(checker, slot->title.span, "this title is the same for every year"),
			   "put {year} in it");
	if (!per_year && shows_year && !slot->broken)
		check_hint(checker, check_fault(checker, slot->title.span, "this slot has no {year} to show"),
			   "add: per year last 3");
	check_who(checker, slot);
	check_clashes(checker, slot);
	check_slot_settings(checker, slot);
}

void check_slots(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	size_t i;

	if (file->slot_count > CHECK_MAX_SLOTS) {
		check_fault(checker, file->slots[CHECK_MAX_SLOTS].name.span, "too many slots: %d at most",
			    CHECK_MAX_SLOTS);
		return;
	}
	for (i = 0; i < file->slot_count; i++)
		check_slot(checker, &file->slots[i]);
	check_called(checker);
	check_overlap(checker);
}
