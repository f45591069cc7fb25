/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/number.h"

/* Own. */
#include "work/declare.h"
#include "work/papers.h"

#define NAME_SHOWN 200 /* bytes of a file name that are kept for show */

/* A name to show: never a path, never empty. */
static const char *shown_name(struct arena *arena, const struct mail_part *part)
{
	char *clean = str_clean(part->name ? part->name : "", 4096), *slash, *trimmed;
	const char *name;

	while ((slash = strpbrk(clean, "/\\")) != NULL)
		memmove(clean, slash + 1, strlen(slash + 1) + 1);
	trimmed = str_trim(clean);
	name = *trimmed ? arena_strndup(arena, trimmed, str_utf8_cut(trimmed, NAME_SHOWN)) : "(naamloos)";
	free(clean);
	return name;
}

static bool is_paper(const struct mail_part *part)
{
	return part->role == MAIL_PART_ATTACHMENT;
}

static int seal_part(struct decision *d, const struct papers_order *o, const struct seal_key *scope, int index,
		     struct document *document, struct err *err)
{
	const struct mail_part *part = &o->job->mail.parts[index];
	struct seal_hashes hashes = { .sha256 = document->sha256 };

	document->name = shown_name(d->arena, part);
	document->type = part->found;
	document->size = part->size;
	document->from = o->from;
	document->received = d->now;
	document->current = true;
	document->from_staff = o->role == ACTOR_STAFF;
	document->item = o->job->item.id;
	document->part = index;
	return blob_put_fd(d->engine->env->blobs, scope, o->job->out, part->offset, part->size, d->now, &hashes,
			   d->arena, &document->blob, err);
}

static int seal_all(struct decision *d, const struct papers_order *o, struct papers *p, struct err *err)
{
	const struct mail *mail = &o->job->mail;
	struct seal_key scope;
	size_t i;
	int rc = 0;

	if (seal_unwrap(&d->engine->env->master, d->dossier->scope.bytes, &scope, err))
		return -1;
	p->documents = arena_array(d->arena, mail->part_count + 1, sizeof *p->documents);
	for (i = 0; !rc && i < mail->part_count; i++)
		if (is_paper(&mail->parts[i]))
			rc = seal_part(d, o, &scope, (int)i, &p->documents[p->count++], err);
	seal_wipe(&scope, sizeof scope);
	return rc;
}

static int place_all(struct decision *d, const struct papers_order *o, struct papers *p, struct err *err)
{
	struct place_file *files = arena_array(d->arena, p->count + 1, sizeof *files);
	const struct slot *said = NULL;
	const char *subject;
	size_t i;

	if (number_remove(d->program, number_strip_prefixes(o->job->mail.subject), d->arena, &subject, err))
		return -1;
	/* One file and one line that says what it is; with several files the line says too little. */
	if (o->words && p->count == 1)
		declare_find(d->dossier, o->job->mail.text, &said);

	for (i = 0; i < p->count; i++)
		files[i] = (struct place_file){
			.name = p->documents[i].name,
			.type = p->documents[i].type,
			.size = p->documents[i].size,
			.sha256 = p->documents[i].sha256,
			.slot = said ? said->name : o->slot,
			.year = said ? said->year : 0,
			.subject = subject,
			.from_staff = p->documents[i].from_staff,
		};
	return place_files(d->program, d->dossier, files, p->count, d->arena, &p->places, err);
}

static void describe(struct decision *d, const struct papers_order *o, struct papers *p, size_t i)
{
	const struct place *place = &p->places[i];
	struct paper *paper = &p->list[i];
	const struct slot *slot = place->slot != PLACE_NONE ? &d->dossier->slots[place->slot] : NULL;

	paper->name = p->documents[i].name;
	paper->title = slot ? slot->title : NULL;
	paper->reason = place->reason;
	paper->fate = place->kind == PLACE_SLOT      ? PAPER_RECEIVED :
		      place->kind == PLACE_DUPLICATE ? PAPER_DUPLICATE :
						       PAPER_HELD;
	if (place->kind == PLACE_SLOT)
		p->events[p->event_count++] = (struct event){
			.kind = o->role == ACTOR_STAFF ? EVENT_STAFF_DOCUMENT_RECEIVED : EVENT_DOCUMENT_RECEIVED,
			.at = d->now,
			.actor = o->role,
			.by = o->by,
			.slot = slot->name,
			.year = slot->year,
			.document = &p->documents[i],
		};
}

int papers_make(struct decision *d, const struct papers_order *o, struct papers *p, struct err *err)
{
	size_t i;

	*p = (struct papers){ 0 };
	if (seal_all(d, o, p, err) || place_all(d, o, p, err))
		return -1;
	p->list = arena_array(d->arena, p->count + 1, sizeof *p->list);
	p->events = arena_array(d->arena, p->count + 1, sizeof *p->events);
	for (i = 0; i < p->count; i++)
		describe(d, o, p, i);
	return 0;
}

static void keep_held(struct decision *d, const struct papers *p, size_t i)
{
	struct dossier *after = d->output.dossier;
	const struct place *place = &p->places[i];
	struct held_document *held;

	after->held = memcpy(arena_array(d->arena, after->held_count + 1, sizeof *after->held),
			     after->held ? (void *)after->held : (void *)"", after->held_count * sizeof *after->held);
	held = &after->held[after->held_count++];
	*held = (struct held_document){ .document = p->documents[i], .reason = place->reason };
	held->document.version = 1;
	if (place->slot != PLACE_NONE) {
		held->slot = d->dossier->slots[place->slot].name;
		held->year = d->dossier->slots[place->slot].year;
	}
}

void papers_keep(struct decision *d, const struct papers_order *o, const struct papers *p)
{
	const char *who = o->by ? arena_printf(d->arena, "%s %s", actor_role_word(o->role), o->by) :
				  actor_role_word(o->role);
	size_t i;

	for (i = 0; i < p->count; i++) {
		const struct paper *paper = &p->list[i];

		if (paper->fate == PAPER_HELD) {
			keep_held(d, p, i);
			decision_history(d, "document held", who,
					 arena_printf(d->arena, "'%s': %s", paper->name, paper->reason));
		} else if (paper->fate == PAPER_DUPLICATE) {
			decision_history(d, "document duplicate", who,
					 arena_printf(d->arena, "'%s' is there already%s%s", paper->name,
						      paper->title ? " as " : "", paper->title ? paper->title : ""));
		}
	}
}
