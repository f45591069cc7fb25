/* Own. */
#include "rule/ast.h"

const struct ast_setting *ast_setting_find(const struct ast_settings *settings, enum element_id id)
{
	size_t i;

	for (i = 0; i < settings->count; i++)
		if (settings->items[i].id == id)
			return &settings->items[i];
	return NULL;
}

bool ast_slot_of_staff(const struct ast_slot *slot)
{
	return ast_setting_find(&slot->settings, ELEMENT_FROM_STAFF) ||
	       ast_setting_find(&slot->settings, ELEMENT_FOR_APPROVAL);
}
