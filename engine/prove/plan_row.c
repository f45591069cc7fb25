/*
 * Rows of choices: what is known at an opening, what a form holds. All there
 * are, as long as they are not too many; else each column by itself, every two
 * together, and all columns that one condition names. Rows with few choices
 * that differ from the first ones come first, so that examples stay short.
 */
/* System. */
#include <string.h>

/* Own. */
#include "prove/plan_p.h"

static unsigned char *add_row(struct plan_rows *rows)
{
	rows->list = arena_grow(rows->arena, rows->list, rows->count, sizeof *rows->list);
	rows->list[rows->count] = arena_array(rows->arena, rows->width + 1, 1);
	return rows->list[rows->count++];
}

/* In how many columns is the number not 0? The columns are its digits. */
static size_t weight_of(const struct plan_rows *rows, const size_t *columns, size_t count, size_t number)
{
	size_t i, weight = 0;

	for (i = 0; i < count; i++) {
		weight += number % rows->options[columns[i]] != 0;
		number /= rows->options[columns[i]];
	}
	return weight;
}

/* How many ways there are to fill these columns; 'max' + 1 stands for more. */
static size_t ways(const struct plan_rows *rows, const size_t *columns, size_t count, size_t max)
{
	size_t i, product = 1;

	for (i = 0; i < count && product <= max; i++)
		product *= rows->options[columns[i]];
	return product <= max ? product : max + 1;
}

static void add_product(struct plan_rows *rows, const size_t *columns, size_t count, size_t total)
{
	size_t weight, number, i, rest;
	unsigned char *row;

	for (weight = 0; weight <= count; weight++)
		for (number = 0; number < total; number++) {
			if (weight_of(rows, columns, count, number) != weight)
				continue;
			row = add_row(rows);
			for (i = 0, rest = number; i < count; i++) {
				row[columns[i]] = (unsigned char)(rest % rows->options[columns[i]]);
				rest /= rows->options[columns[i]];
			}
		}
}

static bool is_in(const struct plan_rows *rows, const struct prog_cond *cond, size_t column)
{
	return rows->names[column] && plan_any_cond(cond, plan_names_fact, rows->names[column]);
}

static void add_condition(struct plan_rows *rows, const struct prog_cond *cond)
{
	size_t *columns = arena_array(rows->arena, rows->width + 1, sizeof *columns), count = 0, i, total;

	for (i = 0; cond && i < rows->width; i++)
		if (is_in(rows, cond, i))
			columns[count++] = i;
	total = ways(rows, columns, count, PLAN_ROWS_MAX);
	if (count > 2 && total <= PLAN_ROWS_MAX && rows->count + total < 4 * PLAN_ROWS_MAX)
		add_product(rows, columns, count, total);
}

static void add_pairs(struct plan_rows *rows)
{
	size_t columns[2], total;

	for (columns[0] = 0; columns[0] < rows->width; columns[0]++)
		for (columns[1] = columns[0] + 1; columns[1] < rows->width; columns[1]++) {
			total = ways(rows, columns, 2, PLAN_ROWS_MAX);
			if (rows->count + total < 4 * PLAN_ROWS_MAX)
				add_product(rows, columns, 2, total);
		}
}

bool plan_rows_fill(const struct prove_plan *plan, struct plan_rows *rows)
{
	size_t *all = arena_array(rows->arena, rows->width + 1, sizeof *all), i, total;

	for (i = 0; i < rows->width; i++)
		all[i] = i;
	total = ways(rows, all, rows->width, PLAN_ROWS_MAX);
	if (total <= PLAN_ROWS_MAX) {
		add_product(rows, all, rows->width, total);
		return true;
	}
	add_row(rows);
	for (i = 0; i < rows->width; i++)
		add_product(rows, &i, 1, ways(rows, &i, 1, PLAN_ROWS_MAX));
	add_pairs(rows);
	for (i = 0; i < plan->clause_count; i++)
		add_condition(rows, plan->clauses[i].clause->cond);
	for (i = 0; i < plan->program->slot_count; i++)
		add_condition(rows, plan->program->slots[i].required_if);
	return false;
}
