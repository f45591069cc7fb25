/*
 * Forms as they go out and come back: the request form, whose fields are the
 * engine's own, and the forms of workflows. Reading is form/form.h's; here is
 * what the fields are called, and how they are shown.
 */
#ifndef POSTKAMER_WORK_SHEET_H
#define POSTKAMER_WORK_SHEET_H

#include "base/arena.h"
#include "base/err.h"
#include "command/phrases.h"
#include "form/form.h"
#include "rule/program.h"
#include "tmpl/value.h"
#include "work/settings.h"

struct answering;
struct recipient;
struct world;

#define SHEET_REQUEST_FORM "aanvraag" /* a workflow's form of this name goes along with the request form */

/* Fields of the request form. No field of a rule file begins with a dot. */
#define SHEET_WORKFLOW ".workflow"
#define SHEET_NAME ".name"
#define SHEET_ADDRESS ".address"
#define SHEET_LANGUAGE ".language"
#define SHEET_OFFICE ".office"
#define SHEET_SHARE ".share"       /* "shared", "office" */
#define SHEET_COPY ".copy"

/* Why a field has to be filled in again, beside the VALUE_ and FORM_ words. */
#define SHEET_OTHER_ADDRESS "other-address" /* not the address that the mail came from */
#define SHEET_UNUSABLE "unusable"           /* an address of ours, of staff, or the same one twice */
#define SHEET_NEEDS_OFFICE "needs-office"   /* an answer that means nothing without an office */
#define SHEET_CONTRARY "contrary"           /* two answers that exclude each other */

enum { SHEET_NL, SHEET_EN, SHEET_LANGUAGES };

struct sheet_field {
	const char *titles[SHEET_LANGUAGES];
	const char *hints[SHEET_LANGUAGES];  /* NULL = none */
};

struct sheet {
	const char *name;          /* of the workflow's form; "" = the request form */
	const char *titles[SHEET_LANGUAGES];
	struct form_field *fields; /* as they are read */
	struct sheet_field *shown; /* and shown */
	size_t count;
	struct form_order order;
	struct form_reading reading; /* what came back, after sheet_read(); no answers = nothing did */
	bool again;                /* it is asked again */
	bool unproven;             /* it came without the proof that it takes */
	bool refused;              /* the workflow could not use it now */
};

/* A form of a workflow. */
struct sheet *sheet_make(const struct phrases *phrases, const struct prog_form *form, struct arena *arena);
/*
 * The request form of a service. 'program' is the workflow that it is for; NULL =
 * there are several, and one has to be chosen first. 'office': it comes from one.
 */
struct sheet *sheet_request(const struct world *world, const struct settings_service *service,
			    const struct program *program, bool office, struct arena *arena);
/* As form_reply_read(). */
int sheet_read(struct sheet *sheet, const char *text, struct arena *arena, struct err *err);
bool sheet_is_filled(const struct sheet *sheet);

/* The answer to a field of that name; NULL when there is no such field. Only after sheet_read(). */
struct form_answer *sheet_answer(const struct sheet *sheet, const char *name);
/* Its value, NULL when it is empty or unclear. */
const char *sheet_value(const struct sheet *sheet, const char *name);
/* The field has to be filled in again, for this reason. */
void sheet_doubt(struct sheet *sheet, const char *name, const char *why);
/* Is every required field there, and none unclear? */
bool sheet_is_whole(const struct sheet *sheet);

/* The answers that belong to the form's own fields, as the core takes them: those without a dot. */
struct event_field *sheet_fields(const struct sheet *sheet, struct arena *arena, size_t *count_r);

/* A copy of the values of a mail with the form.… of this sheet among them. */
struct tmpl_value *sheet_values(const struct answering *a, const struct recipient *to, const struct sheet *sheet,
				const struct tmpl_value *values);

#endif
