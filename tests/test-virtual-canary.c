/* 200 dossiers of two services: nothing of one is ever found in a mail to somebody who has no part in it (canary.h). */
/* Own. */
#include "base/sanitized.h"
#include "canary.h"
#include "tap.h"

#define ACTS (SANITIZED ? 300 : 1500)

/* The looking itself finds what is hidden in every way that mail has. */
static void test_looking(void)
{
	static const char mail[] =
		"Subject: =?UTF-8?Q?a=5Fkana?= =?utf-8?B?cmllMXg=?=\r\nX: =?utf-8?Q?Kanarie2x?=\r\n"
		"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
		"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nkan=\r\narie3=78\r\n"
		"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding:\r\n base64\r\n\r\nPGI+a2FuYXJpZTR4\r\nPC9iPg==\r\n--b--\r\n"
		"--a\r\nContent-Disposition: attachment; filename=\"kanarie5x.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		"AAECa2FuYXJpZTZ4\r\n--a--\r\n";
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	char word[16];
	size_t i;
	int n;

	canary_open(mail, sizeof mail - 1, &text);
	for (i = 0; i < text.len; i++)
		text.data[i] = text.data[i] ? text.data[i] : ' ';
	for (n = 2; n <= 6; n++) {
		snprintf(word, sizeof word, "kanarie%dx", n);
		tap_ok(strcasestr(text.data, word) != NULL, "%s is found", word);
	}
	tap_ok(strstr(text.data, "a_kanarie1x") != NULL, "as are words in two pieces");
	buf_free(&text);
}

/* (mutants of who gets what: test-canary-hidden.c, test-canary-payer.c) */
static void test_run(uint64_t seed)
{
	struct aviary a;

	aviary_open(&a, seed);
	aviary_run(&a, CANARY_DOSSIERS, ACTS);
	tap_is_int((long long)a.leaks, 0, "no canary of %zu dossiers in %zu mails to who has no part in it", a.count,
		   virtual_sent_count(a.p.v));
	tap_ok(a.found > 5000 && a.tokens > 200 + ACTS / 2, "%zu were found where they belong, and %zu tokens", a.found, a.tokens);
	play_well(&a.p, "the run");
	aviary_close(&a);
}

/* What is right says otherwise than the engine: then it must be seen. */
static void test_wrong(void)
{
	struct aviary a;
	size_t i;

	aviary_open(&a, 3);
	a.quiet = true;
	aviary_run(&a, 40, 0);
	tap_is_int((long long)a.leaks, 0, "all is well");
	for (i = 0; i < a.count; i++) {
		a.list[i].client = EVE;
		a.list[i].partner = NULL;
	}
	for (i = 0; i < 200; i++)
		canary_act(&a);
	tap_ok(a.leaks > 20, "mail to those who should not be clients is seen: %zu times", a.leaks);
	aviary_close(&a);
}

int main(void)
{
	test_looking();
	test_run(1);
	test_wrong();
	return tap_done();
}
