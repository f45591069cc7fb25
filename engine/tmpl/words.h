/*
 * How a language writes what the engine knows as numbers: dates, amounts,
 * and mailto: links.
 */
#ifndef POSTKAMER_TMPL_WORDS_H
#define POSTKAMER_TMPL_WORDS_H

#include <stdint.h>

#include "base/arena.h"

/* "2 maart 2026", "2 March 2026"; another language: "2026-03-02". */
const char *tmpl_words_date(struct arena *arena, const char *lang, int64_t at, const char *zone);
/* "maandag 2 maart 2026 om 09:00", "Monday 2 March 2026 at 09:00"; another language: "2026-03-02 09:00". */
const char *tmpl_words_time(struct arena *arena, const char *lang, int64_t at, const char *zone);
/* "€ 1.149,00" (nl), "€1,149.00" (en); other currencies and languages: "USD 1149.00". */
const char *tmpl_words_amount(struct arena *arena, const char *lang, int64_t cents, const char *currency);
/* "940 bytes", "1,2 MB" (nl), "1.2 MB" (en); steps of 1000. */
const char *tmpl_words_size(struct arena *arena, const char *lang, int64_t bytes);
/*
 * RFC 6068: "mailto:ADDRESS?subject=…&body=…"; everything but unreserved
 * characters is percent-encoded, line ends as %0D%0A. 'subject' and 'body' may
 * be NULL. The address must be valid (base/addr.h).
 */
const char *tmpl_words_mailto(struct arena *arena, const char *address, const char *subject, const char *body);

#endif
