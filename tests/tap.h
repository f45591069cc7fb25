/*
 * Unit tests in the Test Anything Protocol: a failing check prints where it
 * stands, what was expected and what came. Checks in a loop over a table name
 * the row in their text.
 */
#ifndef POSTKAMER_TESTS_TAP_H
#define POSTKAMER_TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

#define tap_ok(cond, ...) tap_check((cond), __FILE__, __LINE__, #cond, __VA_ARGS__)
#define tap_is_int(got, want, ...) tap_check_int((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define tap_is_str(got, want, ...) tap_check_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

#define TAP_NAME(fmt) \
	do { \
		va_list tap_ap_; \
		va_start(tap_ap_, fmt); \
		vprintf(fmt, tap_ap_); \
		va_end(tap_ap_); \
		putchar('\n'); \
	} while (0)

#include <stdarg.h>

__attribute__((unused, format(printf, 5, 6)))
static bool tap_check(bool ok, const char *file, int line, const char *cond, const char *fmt, ...)
{
	printf("%s %d - ", ok ? "ok" : "not ok", ++tap_count);
	TAP_NAME(fmt);
	if (!ok) {
		tap_failures++;
		printf("#   at %s:%d\n#   not true: %s\n", file, line, cond);
	}
	fflush(stdout);
	return ok;
}

__attribute__((unused, format(printf, 5, 6)))
static bool tap_check_int(long long got, long long want, const char *file, int line, const char *fmt, ...)
{
	bool ok = got == want;

	printf("%s %d - ", ok ? "ok" : "not ok", ++tap_count);
	TAP_NAME(fmt);
	if (!ok) {
		tap_failures++;
		printf("#   at %s:%d\n#   expected: %lld\n#   got:      %lld\n", file, line, want, got);
	}
	fflush(stdout);
	return ok;
}

__attribute__((unused, format(printf, 5, 6)))
static bool tap_check_str(const char *got, const char *want, const char *file, int line, const char *fmt, ...)
{
	bool ok = got == want || (got && want && strcmp(got, want) == 0);

	printf("%s %d - ", ok ? "ok" : "not ok", ++tap_count);
	TAP_NAME(fmt);
	if (!ok) {
		tap_failures++;
		printf("#   at %s:%d\n#   expected: %s\n#   got:      %s\n", file, line,
		       want ? want : "(null)", got ? got : "(null)");
	}
	fflush(stdout);
	return ok;
}

/* Prints the plan; the value for main() to return. */
__attribute__((unused))
static int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures ? 1 : 0;
}

/* The whole test cannot run here; says why. */
__attribute__((unused))
static int tap_skip_all(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	return 0;
}

#endif
