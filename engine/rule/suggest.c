/* System. */
#include <stdbool.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/suggest.h"

/* Words of a Dutch office, and of other languages of machines, for words of this one; a word may stand for several. */
static const struct {
	const char *dutch, *word;
} dutch[] = {
	{ "klant", "client" },	     { "cliënt", "client" },	  { "kantoor", "office" },
	{ "medewerker", "staff" },   { "medewerkers", "staff" },  { "betaler", "payer" },
	{ "afzender", "sender" },    { "minuut", "minute" },	  { "minuten", "minutes" },
	{ "uur", "hours" },	     { "uren", "hours" },	  { "dag", "day" },
	{ "dagen", "days" },	     { "weken", "weeks" },	  { "jaar", "years" },
	{ "verplicht", "required" }, { "optioneel", "optional" }, { "stuur", "mail" },
	{ "begin", "start" },	     { "toestand", "state" },	  { "status", "state" },
	{ "stukken", "documents" },  { "documenten", "documents" }, { "taal", "language" },
	{ "talen", "language" },     { "nummer", "number" },	  { "altijd", "always" },
	{ "bewaar", "keep" },	     { "bij", "on" },		  { "wanneer", "on" },
	{ "na", "after" },	     { "elke", "every" },	  { "als", "if" },
	{ "niet", "not" },	     { "geleverd", "delivered" }, { "goedgekeurd", "approved" },
	{ "afgekeurd", "rejected" }, { "afwezig", "absent" },	  { "gevuld", "filled" },
	{ "afbeelding", "image" },   { "foto", "image" },	  { "tekst", "text" },
	{ "jpg", "image" },	     { "jpeg", "image" },	  { "png", "image" },
	{ "xlsx", "spreadsheet" },   { "excel", "spreadsheet" },  { "docx", "document" },
	{ "word", "document" },	     { "ja", "yes" },		  { "nee", "no" },
	{ "boolean", "yes" },	     { "bool", "yes" },		  { "true", "yes" },
	{ "keuze", "one" },	     { "getal", "number" },	  { "bedrag", "amount" },
	{ "datum", "date" },	     { "adres", "address" },	  { "email", "address" },
	{ "e-mail", "address" },     { "string", "text" },	  { "integer", "number" },
	{ "feit", "fact" },	     { "feiten", "facts" },	  { "formulier", "form" },
	{ "zin", "phrase" },	     { "standaard", "default" },  { "bekend", "known" },
	{ "maand", "month" },	     { "maanden", "months" },	  { "jaren", "years" },
	{ "betaald", "paid" },	     { "gevraagd", "requested" }, { "gevraagd", "asked" },
	{ "mislukt", "failed" },     { "verlopen", "expired" },	  { "geannuleerd", "cancelled" },
	{ "canceled", "cancelled" }, { "akkoord", "given" },	  { "approved", "given" },
	{ "goedgekeurd", "given" },  { "geweigerd", "refused" },  { "rejected", "refused" },
	{ "afgekeurd", "refused" },  { "false", "no" },		  { "float", "amount" },
	{ "notitie", "note" },	     { "van", "from" },		  { "niveau", "level" },
	{ "merk", "brand" },	     { "betaling", "payment" },	  { "goedkeuring", "approval" },
	{ "laatste", "last" },	     { "wis", "clear" },	  { "then", "expect" },
	{ "dan", "expect" },	     { "verwacht", "expect" },	  { "gegeven", "given" },
	{ "filled", "delivered" },
};

static bool means(const char *typed, const char *word)
{
	size_t i;

	for (i = 0; i < sizeof dutch / sizeof *dutch; i++)
		if (str_eq(dutch[i].word, word) && str_ieq(dutch[i].dutch, typed))
			return true;
	return false;
}

void suggest_init(struct suggest *suggest, const char *typed)
{
	size_t len = strlen(typed);

	suggest->typed = typed;
	suggest->best = NULL;
	suggest->max = len <= 2 ? 0 : len <= 3 ? 1 : len <= 6 ? 2 : 3;
	suggest->score = 0;
}

/* Two letters side by side changed places: one slip, not two. */
static bool swapped(const char *a, const char *b)
{
	while (*a && str_lower(*a) == str_lower(*b))
		a++, b++;
	return *a && a[1] && str_lower(*a) == str_lower(b[0] ? b[1] : '\0') && str_lower(a[1]) == str_lower(*b) &&
	       str_ieq(a + 2, b + 2);
}

/* Of two that are equally far the one that goes on where the typed word stops is meant. */
void suggest_offer(struct suggest *suggest, const char *name)
{
	unsigned distance = means(suggest->typed, name)   ? 0 :
			    swapped(suggest->typed, name) ? 1 :
						      str_distance(suggest->typed, name, suggest->max);
	unsigned score = 2 * distance + !str_istarts(name, suggest->typed);

	if (distance > suggest->max || distance >= strlen(name) || (suggest->best && score >= suggest->score))
		return;
	suggest->best = name;
	suggest->score = score;
}
