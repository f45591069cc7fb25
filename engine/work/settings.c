/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "work/settings.h"

const struct settings_service *settings_service(const struct settings *settings, const char *key)
{
	size_t i;

	for (i = 0; i < settings->service_count; i++)
		if (str_eq(settings->services[i].key, key))
			return &settings->services[i];
	return NULL;
}

const struct settings_brand *settings_brand(const struct settings *settings, const char *key)
{
	size_t i;

	for (i = 0; i < settings->brand_count; i++)
		if (str_eq(settings->brands[i].key, key))
			return &settings->brands[i];
	return NULL;
}

/* "dossier+anything@example.nl" of a service at dossier@example.nl. */
static bool is_plus_of(const struct settings_service *service, const char *address)
{
	size_t local = strcspn(service->address, "@"), own = strcspn(address, "@");
	const char *plus = strchr(address, '+');

	return service->plus && plus && plus < address + own && (size_t)(plus - address) == local &&
	       strncasecmp(address, service->address, local) == 0 &&
	       str_ieq(addr_domain(address), addr_domain(service->address));
}

bool settings_own_address(const struct settings *settings, const char *address)
{
	size_t i;

	for (i = 0; i < settings->service_count; i++) {
		const struct settings_service *s = &settings->services[i];

		if (addr_same(s->address, address) || addr_same(s->question, address) ||
		    addr_same(s->problem, address) || addr_same(s->request, address) || is_plus_of(s, address))
			return true;
	}
	return false;
}

bool settings_is_staff(const struct settings_service *service, const char *address)
{
	size_t i;

	for (i = 0; i < service->staff_count; i++)
		if (addr_same(service->staff[i].address, address))
			return true;
	return false;
}
