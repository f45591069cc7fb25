/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */
#include "mime/thread_index.h"

/* Own. */
#include "work/engine_p.h"
#include "work/thread.h"

#define LEAD 40       /* bytes of a subject before the number, such as "Dossier " */
#define TOPIC_MAX 300 /* bytes of a Thread-Topic */

enum about { ABOUT_NOTHING, ABOUT_DOSSIER, ABOUT_TICKET };

/* Who asked has one conversation about his dossier, with his questions in it; for staff each ticket is one. */
static enum about about(const struct answering *a, const struct letter *letter)
{
	if (a->ticket && letters_is_ticket(letter) && (letter->to.staff || !a->dossier))
		return ABOUT_TICKET;
	return a->dossier ? ABOUT_DOSSIER : ABOUT_NOTHING;
}

static const char *number_of(const struct answering *a, enum about kind)
{
	return kind == ABOUT_TICKET ? a->ticket->number : a->dossier->number;
}

/* ---- subject ---- */

/* "Dossier 2026-00001-A: uw mail is ontvangen" without what the thread's subject says already. */
static const char *without_number(struct arena *arena, const char *subject, const char *number)
{
	const char *at = strstr(subject, number);
	char *rest;

	if (!at || at - subject > LEAD || !str_starts(at + strlen(number), ": "))
		return subject;
	rest = arena_strdup(arena, at + strlen(number) + 2);
	if (*rest >= 'a' && *rest <= 'z')
		*rest = (char)(*rest - 'a' + 'A');
	return *rest ? rest : subject;
}

int thread_subject(const struct answering *a, const struct letter *letter, const struct tmpl_where *where,
		   const struct tmpl_mail *mail, const struct tmpl_value *values, struct thread *thread, struct err *err)
{
	enum about kind = about(a, letter);

	*thread = (struct thread){ .subject = mail->subject };
	if (kind == ABOUT_NOTHING)
		return 0;
	if (tmpl_thread_render(world_templates(a->engine->world), where, kind == ABOUT_TICKET ? "ticket" : "dossier", mail,
			       values, a->arena, &thread->subject, err))
		return -1;
	if (!str_eq(thread->subject, mail->subject))
		thread->about = without_number(a->arena, mail->subject, number_of(a, kind));
	return 0;
}

/* ---- ids ---- */

/* One that this decision made before, which the store does not know yet. */
static bool is_of_thread(const struct answering *a, enum about kind, const struct letter *letter,
			 const struct outbox_row *row)
{
	if (!addr_same(row->to, letter->to.address) || row->state != OUTBOX_WAITING)
		return false;
	if (kind == ABOUT_TICKET)
		return str_eq(row->ticket, a->ticket->number);
	/* Of who asked his questions are in the thread of his dossier. */
	return str_eq(row->dossier, a->dossier->number) && (!row->ticket || !letter->to.staff);
}

static int find(const struct answering *a, const struct letter *letter, enum about kind, const char **first,
		const char **last, struct err *err)
{
	struct store *store = a->engine->env->store;
	const char *to = letter->to.address;
	size_t i;

	*first = *last = NULL;
	if (kind == ABOUT_TICKET) {
		if (store_ticket_thread(store, a->ticket->number, to, a->arena, first, last, err))
			return -1;
	} else if (a->dossier->id && store_outbox_thread(store, a->dossier->number, to, a->arena, first, last, err)) {
		return -1;
	}
	for (i = 0; i < a->row_count; i++)
		if (is_of_thread(a, kind, letter, &a->rows[i])) {
			*last = a->rows[i].message_id;
			*first = *first ? *first : *last;
		}
	return 0;
}

static void refer(struct thread *thread, const char *first, const char *last)
{
	if (first)
		thread->references[thread->reference_count++] = first;
	if (last && !str_eq(first, last))
		thread->references[thread->reference_count++] = last;
	if (thread->in_reply_to)
		thread->references[thread->reference_count++] = thread->in_reply_to;
	else
		thread->in_reply_to = last;
}

/* ---- Outlook ---- */

static bool is_plain(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return i && i <= TOPIC_MAX && text[0] != ' ' && text[i - 1] != ' ';
}

/* Our own conversation with that address: the same first mail whichever of its mails this is. */
static const char *own_index(const struct answering *a, const struct letter *letter, enum about kind)
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char hash[SEAL_HASH_SIZE];
	char folded[ADDR_MAX + 1];

	addr_fold(folded, letter->to.address);
	buf_addf(&material, "thread|%s|%s|%s", a->service->key, number_of(a, kind), folded);
	seal_hash(&a->engine->effect_key, material.data, material.len, hash);
	buf_free(&material);
	return thread_index_make(a->arena, hash, kind == ABOUT_TICKET ? a->ticket->opened : a->dossier->opened);
}

static void head(struct thread *thread, const char *name, const char *value)
{
	thread->headers[thread->header_count++] = (struct compose_header){ name, value };
}

static void outlook(const struct answering *a, const struct letter *letter, enum about kind, bool begun,
		    struct thread *thread)
{
	const char *index = NULL, *own;
	/* Two mails of one moment are not told apart by their times. */
	unsigned char salt = (unsigned char)a->row_count;

	if (a->thread_index && addr_same(a->thread_sender, letter->to.address))
		index = thread_index_extend(a->arena, a->thread_index, a->now, salt);
	if (!index && kind != ABOUT_NOTHING) {
		own = own_index(a, letter, kind);
		index = begun ? thread_index_extend(a->arena, own, a->now, salt) : own;
	}
	if (!index)
		return;
	if (is_plain(thread->subject))
		head(thread, "Thread-Topic", thread->subject);
	head(thread, "Thread-Index", index);
}

int thread_ids(const struct answering *a, const struct letter *letter, struct thread *thread, struct err *err)
{
	enum about kind = about(a, letter);
	const char *first = NULL, *last = NULL;

	if (a->in_reply_to && addr_same(a->sender, letter->to.address))
		thread->in_reply_to = a->in_reply_to;
	if (kind != ABOUT_NOTHING && find(a, letter, kind, &first, &last, err))
		return -1;
	refer(thread, first, last);
	outlook(a, letter, kind, first || thread->in_reply_to, thread);
	return 0;
}
