/*
 * "Did you mean": of all names offered, the one nearest to what was typed. A
 * Dutch word stands for its English one ("klant": client).
 */
#ifndef POSTKAMER_RULE_SUGGEST_H
#define POSTKAMER_RULE_SUGGEST_H

struct suggest {
	const char *typed; /* borrowed, as is 'best' */
	const char *best;  /* NULL while nothing was near enough */
	unsigned score;
	unsigned max;      /* farthest distance that counts; grows with the length of the word */
};

void suggest_init(struct suggest *suggest, const char *typed);
void suggest_offer(struct suggest *suggest, const char *name);

#endif
