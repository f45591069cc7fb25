/* System. */
#include <stddef.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "model/office.h"

static const char *const digest_words[OFFICE_DIGESTS] = { "off", "daily", "weekly" };
static const char *const answer_words[COLLEAGUE_ANSWERS] = { "asked", "accepted", "once", "refused" };

static bool word_index(const char *const *words, int count, const char *word, int *index)
{
	for (*index = 0; *index < count; ++*index)
		if (str_eq(words[*index], word))
			return true;
	return false;
}

const char *office_digest_word(enum office_digest digest)
{
	return digest_words[digest];
}

bool office_digest_from_word(const char *word, enum office_digest *digest)
{
	int i;

	if (!word_index(digest_words, OFFICE_DIGESTS, word, &i))
		return false;
	*digest = (enum office_digest)i;
	return true;
}

const char *colleague_answer_word(enum colleague_answer answer)
{
	return answer_words[answer];
}

bool colleague_answer_from_word(const char *word, enum colleague_answer *answer)
{
	int i;

	if (!word_index(answer_words, COLLEAGUE_ANSWERS, word, &i))
		return false;
	*answer = (enum colleague_answer)i;
	return true;
}
