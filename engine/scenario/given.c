/* Base. */
#include "base/str.h"

/* Engine. */
#include "rule/suggest.h"

/* Own. */
#include "scenario/read_p.h"

/* ---- given a dossier … ---- */

static bool read_language(struct reader *r, const char **language)
{
	struct suggest suggest;
	size_t i;

	if (!reader_word(r, "a language", language))
		return false;
	if (!r->program)
		return true;
	suggest_init(&suggest, *language);
	for (i = 0; i < r->program->language_count; i++) {
		if (str_eq(r->program->languages[i], *language))
			return true;
		suggest_offer(&suggest, r->program->languages[i]);
	}
	return reader_wrong(r, suggest.best, "workflow '%s' has no language '%s'", r->program->name, *language);
}

static bool read_brand(struct reader *r, const char **brand)
{
	struct suggest suggest;
	const char *known;
	size_t i;

	if (!reader_word(r, "the key of a brand", brand))
		return false;
	if (!r->lookup->brand_at)
		return true;
	suggest_init(&suggest, *brand);
	for (i = 0; (known = r->lookup->brand_at(r->lookup->ctx, i)) != NULL; i++) {
		if (str_eq(known, *brand))
			return true;
		suggest_offer(&suggest, known);
	}
	return reader_wrong(r, suggest.best, "the configuration has no brand '%s'", *brand);
}

enum option { OPTION_OFFICE, OPTION_OFFICE_ONLY, OPTION_COPY, OPTION_LANGUAGE, OPTION_NUMBER, OPTION_BRAND,
	      OPTION_PARTNER, OPTION_ON };

static bool read_partner(struct reader *r, struct scenario_dossier *d)
{
	size_t i = d->partner_count;

	if (i == SCENARIO_PARTNERS)
		return reader_wrong(r, NULL, "a dossier has at most %d partners", SCENARIO_PARTNERS);
	if (!reader_person(r, "the partner, as \"Name <address>\"", &d->partner_names[i], &d->partner_addresses[i]))
		return false;
	d->partner_count++;
	return true;
}

static bool read_option(struct reader *r, struct scenario_dossier *d, enum option option)
{
	switch (option) {
	case OPTION_OFFICE:
		return reader_person(r, "the office, as \"Name <address>\"", &d->office_name, &d->office_address);
	case OPTION_PARTNER:
		return read_partner(r, d);
	case OPTION_LANGUAGE:
		return read_language(r, &d->language);
	case OPTION_NUMBER:
		return reader_word(r, "a dossier number", &d->number);
	case OPTION_BRAND:
		return read_brand(r, &d->brand);
	case OPTION_OFFICE_ONLY:
		d->office_only = true;
		return d->office_address || reader_wrong(r, NULL, "\"office only\" without an office");
	case OPTION_COPY:
		d->copy = true;
		return d->office_address || reader_wrong(r, NULL, "\"with copy\" without an office: he gets the mail itself");
	default:
		return reader_moment(r, &d->on);
	}
}

static bool read_dossier(struct reader *r, struct scenario_dossier *d, size_t from)
{
	static const struct reader_choice options[] = {
		{ "with office", OPTION_OFFICE }, { "office only", OPTION_OFFICE_ONLY }, { "with copy", OPTION_COPY },
		{ "with partner", OPTION_PARTNER },
		{ "in", OPTION_LANGUAGE }, { "number", OPTION_NUMBER }, { "brand", OPTION_BRAND }, { "on", OPTION_ON },
		{ NULL, 0 },
	};
	int option;

	d->language = r->language;
	d->office_name = r->office_name;
	d->office_address = r->office_address;
	if (!reader_expect(r, "for") ||
	    !reader_person(r, "the client, as \"Name <address>\"", &d->client_name, &d->client_address))
		return false;
	do {
		if (!reader_choose(r, options, "'with office', 'with partner', 'with copy', 'in', 'number', or 'on' and a moment",
				   &option) ||
		    !read_option(r, d, (enum option)option))
			return false;
	} while (option != OPTION_ON);
	d->place = reader_place(r, from);
	return true;
}

/* ---- given fact … ---- */

static bool read_fact(struct reader *r)
{
	struct scenario_dossier *d = &r->scenario->dossier;
	const struct prog_fact *fact;
	struct scenario_fact given;
	const struct token *token;

	if (!reader_fact(r, &fact, &given.name))
		return false;
	token = reader_peek(r);
	if (!token || (token->kind != TOKEN_WORD && token->kind != TOKEN_STRING))
		return reader_fail(r, "the value of the fact", NULL);
	given.value = token->text;
	r->at++;
	d->facts = arena_grow(r->arena, d->facts, d->fact_count, sizeof *d->facts);
	d->facts[d->fact_count++] = given;
	return true;
}

bool reader_given(struct reader *r)
{
	static const struct reader_choice forms[] = { { "a dossier", 0 }, { "fact", 1 }, { NULL, 0 } };
	size_t from = r->at;
	int form;

	if (!reader_choose(r, forms, "'a dossier for', or 'fact'", &form))
		return false;
	if (form == 0 && r->scenario->dossier.client_address)
		return reader_wrong(r, NULL, "this scenario has its dossier already");
	if (form == 1 && !r->vague && !r->scenario->dossier.client_address)
		return reader_wrong(r, NULL, "a fact of what? A scenario begins with its dossier");
	if (form == 1 && r->scenario->step_count)
		return reader_wrong(r, NULL, "a fact is given before anything happens");
	return form == 0 ? read_dossier(r, &r->scenario->dossier, from) : read_fact(r);
}
