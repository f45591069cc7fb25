/*
 * What may stand in postkamer.conf: sections, options, and what kind of value
 * each takes. One table serves the scanner (unknown names, places), libconfuse
 * (which reads the values) and the warnings about what has no effect yet.
 * postkamer.conf(5) says what each option means. Private to app/settings_*.
 */
#ifndef POSTKAMER_APP_SETTINGS_KNOWN_H
#define POSTKAMER_APP_SETTINGS_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

enum known_kind {
	KNOWN_TEXT,
	KNOWN_LIST,   /* { "a", "b" } */
	KNOWN_NUMBER, /* from 'least' to 'most' */
	KNOWN_FLAG,   /* true or false */
	KNOWN_SPAN    /* "35 days" */
};

struct known_option {
	const char *name;
	enum known_kind kind;
	const char *standard; /* value when it is left out; NULL = none */
	long least, most;
	bool later;           /* understood, but without effect in this version */
};

struct known_section {
	const char *name;
	bool titled;          /* mailbox "intake" { … }; there may be several */
	bool later;
	const struct known_option *options; /* ends with a NULL name */
};

/* The sections, ending with a NULL name. */
extern const struct known_section known_sections[];

const struct known_section *known_section_find(const char *name);
const struct known_option *known_option_find(const struct known_section *section, const char *name);
/* The name in the table that was probably meant; NULL when none is near. */
const char *known_section_near(const char *name);
const char *known_option_near(const struct known_section *section, const char *name);
/* The first section that has an option of that name; NULL when none has. */
const struct known_section *known_option_home(const char *name);

#endif
