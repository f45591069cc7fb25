/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "command/command.h"
#include "flow/number.h"

/* Own. */
#include "work/papers.h"

#define NAME_SHOWN 200 /* bytes of a file name that are kept for show */
#define EXTENSION_SHOWN 16
#define THERE_ALREADY " is there already"

/* Cut in the middle where it is too long: its end tells what kind of file it is. */
static const char *short_name(struct arena *arena, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t end = dot && strlen(dot) <= EXTENSION_SHOWN ? strlen(dot) : 0;

	if (strlen(name) <= NAME_SHOWN)
		return arena_strdup(arena, name);
	return arena_printf(arena, "%.*s%s", (int)str_utf8_cut(name, NAME_SHOWN - end), name, end ? dot : "");
}

/* A name to show: never a path, never empty. */
static const char *shown_name(struct arena *arena, const struct mail_part *part, const char *language)
{
	char *clean = str_clean(part->name ? part->name : "", 4096), *slash, *trimmed;
	const char *name;

	while ((slash = strpbrk(clean, "/\\")) != NULL)
		memmove(clean, slash + 1, strlen(slash + 1) + 1);
	trimmed = str_trim(clean);
	name = *trimmed ? short_name(arena, trimmed) : str_eq(language, "nl") ? "(naamloos)" : "(no name)";
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

	document->name = shown_name(d->arena, part, d->dossier->language);
	document->type = part->found;
	document->size = part->size;
	document->from = o->from;
	document->received = d->now;
	document->current = true;
	document->version = 1;
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

/*
 * The slot that an operator named for file number 'at', or NULL. Where one of his
 * files was an archive the places no longer tell which is which, but the names do.
 */
static const struct slot *ordered_slot(struct decision *d, const struct papers_order *o, const struct papers *p,
				       size_t at)
{
	const struct slot **slots;
	size_t i;

	for (i = 0; i < o->file_count; i++) {
		bool same = p->count == o->file_count ? i == at : str_eq(o->files[i].name, p->documents[at].name);

		if (same && o->files[i].slot && command_slots(d->dossier, o->files[i].slot, d->arena, &slots) == 1)
			return slots[0];
	}
	return NULL;
}

/*
 * The subject of our own mails about a dossier ends in the workflow's title, and so
 * does that of an answer: it says nothing of what is attached, whatever a slot matches.
 */
static const char *without_title(struct arena *arena, const char *subject, const char *title)
{
	const char *ours = arena_printf(arena, ": %s", title), *at = *title ? strcasestr(subject, ours) : NULL;

	return at ? arena_printf(arena, "%.*s %s", (int)(at - subject), subject, at + strlen(ours)) : subject;
}

static int place_all(struct decision *d, const struct papers_order *o, struct papers *p, struct err *err)
{
	struct place_file *files = arena_array(d->arena, p->count + 1, sizeof *files);
	const char *subject = without_title(d->arena, number_strip_prefixes(o->job->mail.subject), d->program->title);
	size_t i;

	if (number_remove(d->program, subject, d->arena, &subject, err))
		return -1;
	for (i = 0; i < p->count; i++) {
		const struct slot *said = (p->count == 1 || o->said_of_all) && o->said ? o->said : ordered_slot(d, o, p, i);

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
	}
	if (place_files(d->program, d->dossier, files, p->count, d->arena, &p->places, err))
		return -1;
	if (p->count != 1 || !o->asked || !str_eq(p->places[0].reason, HELD_UNPLACED))
		return 0;
	files[0].slot = o->asked->name;
	files[0].year = o->asked->year;
	return place_files(d->program, d->dossier, files, p->count, d->arena, &p->places, err);
}

/* What the placing says of it; the rules have the last word (papers_settle()). */
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
	if (place->kind == PLACE_DUPLICATE)
		return;
	p->event_papers[p->event_count] = i;
	p->events[p->event_count++] = (struct event){
		.kind = o->role == ACTOR_STAFF ? EVENT_STAFF_DOCUMENT_RECEIVED : EVENT_DOCUMENT_RECEIVED,
		.at = d->now,
		.actor = o->role,
		.by = o->by,
		.slot = slot ? slot->name : NULL,
		.year = slot ? slot->year : 0,
		.name = place->reason,
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
	p->event_papers = arena_array(d->arena, p->count + 1, sizeof *p->event_papers);
	for (i = 0; i < p->count; i++)
		describe(d, o, p, i);
	return 0;
}

/* What the receipt says must be what the dossier holds: the rules may have held what the placing let in. */
static void obey_refusals(struct decision *d, const struct papers *p)
{
	size_t i;

	for (i = 0; i < d->output.refusal_count; i++) {
		const struct flow_refusal *refusal = &d->output.refusals[i];
		struct paper *paper;

		/* Behind the events of the files stand those of commands. */
		if (refusal->event < p->first || refusal->event - p->first >= p->event_count)
			continue;
		paper = &p->list[p->event_papers[refusal->event - p->first]];
		if (str_eq(refusal->why, FLOW_DUPLICATE)) {
			paper->fate = PAPER_DUPLICATE;
		} else {
			paper->fate = PAPER_HELD;
			paper->reason = refusal->why;
		}
	}
}

void papers_settle(struct decision *d, const struct papers_order *o, const struct papers *p)
{
	const char *who = o->by ? arena_printf(d->arena, "%s %s", actor_role_word(o->role), o->by) :
				  actor_role_word(o->role);
	size_t i;

	obey_refusals(d, p);
	for (i = 0; i < p->count; i++)
		if (p->list[i].fate == PAPER_DUPLICATE)
			decision_history(d, PAPERS_DUPLICATE, who,
					 arena_printf(d->arena, "'%s'" THERE_ALREADY "%s%s", p->list[i].name,
						      p->list[i].title ? " as " : "",
						      p->list[i].title ? p->list[i].title : ""));
}

bool papers_duplicate_read(struct arena *arena, const struct history_line *line, struct paper *paper)
{
	const char *at = str_eq(line->event, PAPERS_DUPLICATE) ? strstr(line->text, "'" THERE_ALREADY) : NULL;
	const char *title = at ? at + strlen("'" THERE_ALREADY) : NULL;

	if (!at || line->text[0] != '\'' || at == line->text)
		return false;
	*paper = (struct paper){ .fate = PAPER_DUPLICATE };
	paper->name = arena_strndup(arena, line->text + 1, (size_t)(at - line->text) - 1);
	paper->title = str_starts(title, " as ") ? title + strlen(" as ") : NULL;
	return true;
}
