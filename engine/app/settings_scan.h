/*
 * Where everything stands in postkamer.conf. libconfuse reads the values but
 * keeps no places, stops at the first fault, and trips over comments inside a
 * list. So this scanner goes over the text first: it finds all that is not
 * known or not well formed, remembers the place of each section and value, and
 * blanks in the text what libconfuse must not see.
 */
#ifndef POSTKAMER_APP_SETTINGS_SCAN_H
#define POSTKAMER_APP_SETTINGS_SCAN_H

#include "app/settings_known.h"
#include "base/arena.h"
#include "rule/diag.h"

struct scan_option {
	const struct known_option *known;
	struct diag_place name, value; /* of a list: its first value */
};

struct scan_section {
	const struct known_section *known;
	const char *title;             /* NULL = none */
	struct diag_place place;       /* of its name and title */
	struct scan_option *options;
	size_t count;
	const char **meant;            /* options that unknown names in it were probably meant to be */
	size_t meant_count;
};

struct scan {
	struct arena *arena;
	struct scan_section *sections; /* known ones, in the order of the file */
	size_t count;
	bool unknown;                  /* there were sections of unknown name */
	bool broken;                   /* the text is not well formed: its values cannot be read */
};

/* Goes over 'text' (and changes it, see above); faults go to 'diags'. All that is kept is in 'arena'. */
void settings_scan(const char *file, char *text, struct arena *arena, struct scan *scan_r, struct diag_list *diags);

/* The n-th section of that name; NULL when there are not so many. */
const struct scan_section *scan_section_find(const struct scan *scan, const char *name, size_t n);
/* NULL when the option is not there. 'section' may be NULL. */
const struct scan_option *scan_option_find(const struct scan_section *section, const char *name);
/* Was an unknown name of the section told to be that option, so that nobody has to hear that it is missing? */
bool scan_option_meant(const struct scan_section *section, const char *name);

#endif
