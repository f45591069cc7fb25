/*
 * Outgoing mail: from what a decision wants to say to rendered outbox rows.
 *
 * Who gets what is decided here and nowhere else (design.md §2): audience →
 * addresses, copies, one mail for one person from one item, payment mail to
 * the payer alone. Rendering happens once; the rows are committed with the
 * decision that wanted them.
 */
#ifndef POSTKAMER_WORK_ANSWER_H
#define POSTKAMER_WORK_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "flow/flow.h"
#include "model/outbox.h"
#include "model/ticket.h"
#include "tmpl/template.h"
#include "tmpl/value.h"
#include "work/engine.h"

/* What happened to one file of an item: for the receipt and the history. */
enum paper_fate { PAPER_RECEIVED, PAPER_HELD, PAPER_DUPLICATE };

struct paper {
	enum paper_fate fate;
	const char *name;    /* cleaned, never NULL */
	const char *title;   /* of the slot, or NULL */
	const char *reason;  /* PAPER_HELD: a HELD_ word of flow/place.h */
};

struct held_telling;
struct office_letter;
struct compose_attachment;
struct orders;
struct pending_command;
struct reply_token;
struct sheet;

#define WISH_NO_PAYMENT ((size_t)-1)

/* One mail that a decision wants. */
struct wish {
	const char *template;
	enum tmpl_audience audience; /* NONE: as the template's header says */
	const char **attach;         /* slots whose current documents go along */
	size_t attach_count;
	size_t payment;              /* index into the dossier's payments, or WISH_NO_PAYMENT */
	const struct sheet *sheet;   /* the form whose fields this text shows (work/sheet.h); NULL = none */
	const struct document **documents; /* of the dossier, which go along too */
	size_t document_count;
	const char *only;            /* the one address of its audience that it is for; NULL = all of them */
	const char *purpose;         /* of its token, where that is another than of any mail about a dossier */
	bool apart;                  /* a mail of its own: joined with no other */
};

/* A document that goes out, and to whom: a mask of enum document_shown. */
struct answer_shown {
	const struct document *document;
	unsigned as;
};

/* One thing that was sent or received, for a list of them. */
struct answer_entry {
	int64_t at;
	bool sent;               /* by us; else received */
	const char *text;        /* the file's name, the mail's subject */
	const char *title;       /* of the document, or NULL */
	const char *from;        /* who delivered it, or NULL */
};

struct answering {
	struct engine *engine;
	struct arena *arena;
	const struct settings_service *service;
	const struct program *program;  /* NULL without dossier */
	const struct dossier *dossier;  /* as it stands at the end of the item; NULL = none */
	struct blob_key scope;          /* of the dossier, else of the item; wrapped */
	int64_t now;
	const char *cause;              /* unique and stable: the effect keys come from it */
	int64_t item;                   /* 0 = none */
	int64_t received;               /* of the item, for its date in words */
	const char *sender;             /* address the item came from, for TMPL_AUDIENCE_SENDER; NULL = none */
	const char *sender_name;
	const char *language;           /* of a sender without a dossier; NULL = the service's */
	const char *in_reply_to;        /* Message-ID of the item's mail, for answers to its sender */
	const char *thread_index;       /* its Thread-Index, as it came; NULL = none */
	const char *thread_sender;      /* who wrote that mail: nobody else's goes on from it */
	const struct paper *papers;
	size_t paper_count;
	bool had_papers;                /* false: nothing was attached */
	const char *why;                /* staff mails about an item: reason in words */
	const char *item_from, *item_subject; /* the same */
	const struct dossier *choices;  /* vraag-dossier */
	size_t choice_count;
	bool unknown_number;
	const char *file_name, *file_folder; /* spool-geweigerd */
	const struct orders *orders;    /* verslag, bevestigen */
	const struct history_line *note; /* what a party wrote in this item; NULL = nothing */
	const struct ticket *ticket;         /* ticket-…: as it stands at the end of the item; NULL = none */
	bool ticket_fresh, ticket_reopened;  /* opened by this item; it was closed */
	bool ticket_assigned;                /* given to a member of staff by this item */
	const char *ticket_left;             /* names of files of the answer that did not go along, one a line; NULL = none */
	const char *staff_only, *staff_except; /* of the staff who get ticket-…; NULL = all, nobody */
	const char *desk_why, *desk_text;    /* a mail of staff that goes back: why (ticket.h), and all it said */
	const char *returned_text;           /* verslag: own words of a mail of staff that goes back whole */
	const char *returned_files;          /* names of the files of either, one a line: they went nowhere; NULL = none */
	const struct compose_attachment *files; /* that go along with ticket-antwoord; their 'fd' is borrowed */
	size_t file_count;
	struct compose_attachment *asked;    /* that staff get with ticket-bericht (review.h); their 'fd' is borrowed */
	size_t asked_count;
	const char *asked_left;              /* names of those that do not go along, one a line; NULL = none */
	int64_t scope_item;                  /* whose key 'scope' is, where that is not 'item'; 0 = none */
	const struct outbox_row *failed;     /* aflevering-mislukt */
	const char *failed_reply;
	const struct held_telling *held; /* mails about what waits for a person */
	bool reminder;                   /* by a timer whose clause comes again */
	bool desk;                       /* without a dossier, to staff: what they answer are commands all the same */
	const struct office_letter *office;  /* office.h: to or about an office; NULL = neither */
	const char *about;              /* number of the dossier that a mail without dossier belongs to; not shown */
	const struct address_change *change; /* the mails about a change of address */
	const char *change_word;        /* what became of it: "asked", "half", "done", "dropped"; a flag address.WORD */
	const struct answer_entry *entries; /* archief, alleen-kantoor */
	size_t entry_count, entries_left; /* and how many more there are */
	bool failed_dead;               /* and no mail to its address will arrive any more */
	const struct address_health *addresses; /* with it: what is known of addresses from now on */
	size_t address_count;
	const struct outbox_result *returned;   /* with it: a mail that came back; NULL = none */
	struct wish *wishes;            /* from the arena */
	size_t wish_count;
	struct outbox_row *rows;        /* result: blobs put, not synced */
	size_t row_count;
	struct reply_token *tokens;     /* result: new ones that these mails carry */
	size_t token_count;
	struct answer_shown *shown;      /* result: documents of the dossier that parties get */
	size_t shown_count;
	struct pending_command *pending; /* result: commands that wait for an answer to one of them */
	size_t pending_count;
};

/* Adds a wish; the same template for the same audience is wanted once. */
struct wish *answer_wish(struct answering *a, const char *template, enum tmpl_audience audience);
/* The same, before all others: answers stand before the notices of the rules. */
void answer_wish_first(struct answering *a, const char *template, enum tmpl_audience audience);
/* The text 'template' with the fields of a form; the same form for the same audience is wanted once. */
void answer_wish_sheet(struct answering *a, const char *template, enum tmpl_audience audience,
		       const struct sheet *sheet);
/* The mails and payment requests of a decision as wishes. */
void answer_effects(struct answering *a, const struct flow_output *output);
/* Renders all wishes. The caller syncs the blobs and commits the rows. */
int answer_render(struct answering *a, struct err *err);
struct store_take;
/* All that answer_render() made, and what goes with it, into a decision to be taken in. */
void answer_into(const struct answering *a, struct store_take *take);

/*
 * Inside a group: staff are told that an outgoing mail failed for good, unless
 * it was itself for staff (a failure notice is never followed by another), or
 * they know that its address takes none.
 */
int answer_delivery_failed(struct engine *engine, const struct outbox_row *row, const struct outbox_result *result,
			   struct err *err);

/* ---- values.c ---- */

struct recipient {
	const char *name, *address, *language;
	enum tmpl_audience audience;
	bool copy;               /* the client's copy of a mail to the office */
	bool office, staff;
	const char *reply;       /* the address that an answer goes to, token and all */
	const char *tag;         /* what its subject has to hold, or NULL */
};

/* All values of tmpl/schema.h that this mail may need. */
struct tmpl_value *values_make(const struct answering *a, const struct recipient *to, size_t payment,
			       struct err *err);

#endif
