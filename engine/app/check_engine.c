/* Own. */
#include "app/check_engine.h"

/* Who has no dossier is answered in the language of his words. */
static const char *const always[] = { "nl", "en" };

static size_t check(const struct settings_service *service, const struct world *world, const char *language,
		    struct tmpl_diags *diags)
{
	const struct tmpl_where where = { service->key, NULL, language };

	return tmpl_set_check_engine(world_templates(world), &where, diags);
}

size_t check_engine(const struct settings *settings, const struct world *world, struct tmpl_diags *diags)
{
	size_t s, w, l, errors = 0;

	for (s = 0; s < settings->service_count; s++) {
		const struct settings_service *service = &settings->services[s];

		for (l = 0; l < sizeof always / sizeof *always; l++)
			errors += check(service, world, always[l], diags);
		for (w = 0; w < service->workflow_count; w++) {
			const struct program *program = world_program(world, service->workflows[w]);

			for (l = 0; program && l < program->language_count; l++)
				errors += check(service, world, program->languages[l], diags);
		}
	}
	return errors;
}
