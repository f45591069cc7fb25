/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "rule/rule.h"

/* Own. */
#include "prove/prove_p.h"

#define STEPS_MAX 40 /* of one example */

bool prove_is_said(const struct prove *prove, struct prog_span from, int to)
{
	size_t i;

	for (i = 0; i < prove->known; i++) {
		const struct diag_place *place = &prove->diags->items[i].place;

		if (place->order == from.part && place->line >= from.line && place->line < to)
			return true;
	}
	return false;
}

static const char *opening_words(struct prove *prove, size_t index)
{
	const struct prove_plan *plan = &prove->plan;
	const struct prove_opening *opening = &plan->openings[index / plan->known_count];
	const char *const *known = plan->known[index % plan->known_count];
	const char *words = "open";
	size_t i;

	if (opening->office)
		words = arena_printf(&prove->arena, "%s for an office%s", words, opening->office_only ? ", office only" : "");
	if (opening->copy)
		words = arena_printf(&prove->arena, "%s, copy on", words);
	if (opening->brand)
		words = arena_printf(&prove->arena, "%s, brand %s", words, opening->brand);
	if (!str_eq(opening->language, plan->openings[0].language))
		words = arena_printf(&prove->arena, "%s, language %s", words, opening->language);
	for (i = 0; i < plan->fact_count; i++)
		if (known[i])
			words = arena_printf(&prove->arena, "%s, %s '%s'", words, plan->facts[i].fact->name, known[i]);
	return words;
}

const char *prove_step_words(struct prove *prove, uint32_t step)
{
	bool last = step & STEP_LAST;
	const char *words;

	if (step & STEP_TIMER)
		return prove_timer_words(&prove->plan, prove->plan.clauses[step & STEP_INDEX].clause, last,
					 &prove->arena);
	words = prove->moves.list[step & STEP_INDEX].words;
	return last ? arena_printf(&prove->arena, "%s, the last time", words) : words;
}

/* "open → document received legitimatie → staff take". */
static const char *example(struct prove *prove, uint32_t node, const char *more)
{
	const char *steps[STEPS_MAX];
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *result;
	size_t count = 0;

	for (; node != PROVE_NO_NODE && count < STEPS_MAX; node = prove->nodes[node].parent)
		steps[count++] = prove->nodes[node].parent == PROVE_NO_NODE ?
					 opening_words(prove, prove->nodes[node].step & STEP_INDEX) :
					 prove_step_words(prove, prove->nodes[node].step);
	if (!count)
		buf_adds(&text, "open");
	while (count-- > 0)
		buf_addf(&text, "%s%s", text.len ? " → " : "", steps[count]);
	if (more)
		buf_addf(&text, " → %s", more);
	result = arena_strdup(&prove->arena, text.data);
	buf_free(&text);
	return result;
}

void prove_tell(struct prove *prove, const struct prove_case *found, const char *fmt, ...)
{
	struct diag_place place = rule_place(prove->program, &prove->arena, found->span);
	struct diag_place whole = { .file = prove->program->file };
	char words[800];
	struct diag *diag;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	diag = diag_add(prove->diags, found->severity, &place, "%s", words);
	if (found->hint)
		diag_hint(prove->diags, diag, "%s", found->hint);
	if (found->node != PROVE_NO_NODE || found->more)
		diag_note(prove->diags, diag, &whole, PROVE_EXAMPLE "%s", example(prove, found->node, found->more));
}
