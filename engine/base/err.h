/*
 * The error object: a code a caller may act on and words a person can act on.
 *
 * Contract, for every function that takes a 'struct err *' as last argument:
 * it returns 0 (or a documented positive value) when it did its work and then
 * leaves the object untouched; it returns -1 when it failed and then has
 * filled it. Outer layers put context in front with err_context() and never
 * drop the inner text. Texts are lower case, without full stop, what failed
 * first: "cannot open 'x': permission denied".
 */
#ifndef POSTKAMER_BASE_ERR_H
#define POSTKAMER_BASE_ERR_H

enum err_code {
	ERR_NONE = 0,
	ERR_INPUT,    /* what was given is wrong; asking again changes nothing */
	ERR_NOTFOUND, /* the thing named does not exist */
	ERR_EXISTS,   /* it is there already */
	ERR_LIMIT,    /* a limit of ours was reached */
	ERR_TEMP,     /* may go better later: network, busy, lock */
	ERR_SYSTEM,   /* the operating system refused; errno text is included */
	ERR_CORRUPT,  /* stored data is not what was stored */
	ERR_BUG       /* a promise inside the program was broken */
};

struct err {
	enum err_code code;
	char text[768];
};

#define ERR_INIT { ERR_NONE, "" }

/* Fills 'err' (may be NULL); always returns -1, so that 'return err_set(…)' reads well. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno behind it; code ERR_SYSTEM. */
int err_sys(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " in front of the text that is there; returns -1. */
int err_context(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
