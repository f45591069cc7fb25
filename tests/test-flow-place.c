/*
 * Which slot a file belongs in: the slots of the shipped workflow, plus what
 * they do not show (an office's own odd ones).
 */
/* Engine. */
#include "flow/flow.h"
#include "flow/place.h"

/* Own. */
#include "tap.h"
#include "test-flow.h"

#define PDF "application/pdf"
#define JPEG "image/jpeg"
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

static const char rules[] =
	"workflow proef \"Proef\"\n"
	"language nl\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n"
	"    legitimatie \"Legitimatie\" required accept pdf, image match /legitimatie|paspoort|id-?kaart/i\n"
	"    aangifte \"Aangifte {year}\" required per year last 3 accept pdf match /aangifte|\\bib\\b/i\n"
	"    jaarcijfers \"Jaarcijfers {year}\" required per year last 3 accept pdf, spreadsheet files 1..2"
	" match /jaar(cijfers|rekening)/i\n"
	"    prognose \"Prognose\" required may be absent match /prognose/i\n"
	"    loonstrook \"Loonstrook\" optional accept pdf match /loon/i\n"
	"    loonlijst \"Loonlijst\" optional accept spreadsheet match /loon|salaris/i\n"
	"    overig \"Overig\" optional files 0..2\n"
	"    rapport \"Rapport\" from staff accept pdf match /rapport/i\n"
	"}\n"
	"start verzamelen\n"
	"state verzamelen \"V\" { uploads open\n on staff finish { goto dicht } }\n"
	"state dicht \"D\" { on staff close { goto klaar } }\n"
	"state klaar \"K\" final { }\n";

static const struct row {
	const char *name;
	const char *setup;   /* "slot[/year]=status[xfiles] …"; "state=dicht" */
	const char *file, *type;
	const char *said, *subject, *text;
	/* "slot[/year] how" ("+" when it replaces), "held reason [slot]", "dup slot", "? choices" */
	const char *want;
} rows[] = {
	/* Names. */
	{ "its name", "", "legitimatie.pdf", PDF, NULL, NULL, NULL, "legitimatie name" },
	{ "a pattern", "", "mijn paspoort.jpg", JPEG, NULL, NULL, NULL, "legitimatie name" },
	{ "capitals", "", "PASPOORT.JPG", JPEG, NULL, NULL, NULL, "legitimatie name" },
	{ "a dash in the pattern, none in the name", "", "id kaart.jpg", JPEG, NULL, NULL, NULL, "legitimatie name" },
	{ "underscores", "", "scan_id_kaart_voor.jpg", JPEG, NULL, NULL, NULL, "legitimatie name" },
	{ "a word in underscores", "", "IB_2024.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "a word with the year against it", "", "IB2024.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "not part of another word", "", "bibliotheek.pdf", PDF, NULL, NULL, NULL, "overig rest" },
	{ "dots", "", "aangifte.2025.definitief.pdf", PDF, NULL, NULL, NULL, "aangifte/2025 name" },
	{ "no name", "", NULL, PDF, NULL, NULL, NULL, "overig rest" },
	{ "empty name", "", "", PDF, NULL, NULL, NULL, "overig rest" },
	{ "fits nothing goes to the rest", "", "IMG_0012.jpg", JPEG, NULL, NULL, NULL, "overig rest" },
	{ "the rest is full", "overig=deliveredx2", "IMG_0012.jpg", JPEG, NULL, NULL, NULL, "held full overig" },
	{ "a single open slot swallows nothing",
	  "aangifte/2023=delivered aangifte/2024=delivered aangifte/2025=delivered jaarcijfers/2023=delivered "
	  "jaarcijfers/2024=delivered jaarcijfers/2025=delivered prognose=absent", "IMG_0012.jpg", JPEG, NULL, NULL, NULL,
	  "overig rest" },
	{ "not in a slot of staff", "", "rapport.pdf", PDF, NULL, NULL, NULL, "overig rest" },
	{ "bad bytes in the name", "", "paspoort\xff.pdf", PDF, NULL, NULL, NULL, "legitimatie name" },
	/* Years. */
	{ "a year in full", "", "aangifte 2023.pdf", PDF, NULL, NULL, NULL, "aangifte/2023 name" },
	{ "a year in short", "", "aangifte '24.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "a year in short, typeset", "", "aangifte \xe2\x80\x99" "24.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "a year beyond those asked", "", "aangifte 2019.pdf", PDF, NULL, NULL, NULL, "held year aangifte/2023" },
	{ "a date is no year", "", "aangifte 2024 20260302.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "nor with dashes", "", "2026-03-02 aangifte 2024.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "nor in Dutch order", "", "aangifte 2024 (02-03-2025).pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "no year, three missing", "", "aangifte.pdf", PDF, NULL, NULL, NULL,
	  "? aangifte/2023 aangifte/2024 aangifte/2025" },
	{ "no year, one missing", "aangifte/2023=delivered aangifte/2025=absent", "aangifte.pdf", PDF, NULL, NULL, NULL,
	  "aangifte/2024 name" },
	{ "no year, one rejected", "aangifte/2023=delivered aangifte/2024=rejected aangifte/2025=delivered",
	  "aangifte.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "no year, none missing", "aangifte/2023=delivered aangifte/2024=delivered aangifte/2025=delivered",
	  "aangifte.pdf", PDF, NULL, NULL, NULL, "? aangifte/2023 aangifte/2024 aangifte/2025" },
	{ "two years, one missing", "aangifte/2024=delivered", "aangifte 2024-2025.pdf", PDF, NULL, NULL, NULL,
	  "aangifte/2025 name" },
	{ "two years, both missing", "", "aangifte 2024 2025.pdf", PDF, NULL, NULL, NULL,
	  "? aangifte/2024 aangifte/2025" },
	{ "the year in the subject", "", "aangifte.pdf", PDF, NULL, "stukken 2024", NULL, "aangifte/2024 name" },
	{ "the year in the document", "", "aangifte.pdf", PDF, NULL, NULL, "Aangifte over het jaar 2023",
	  "aangifte/2023 name" },
	{ "the year in the name stands above that", "", "aangifte 2024.pdf", PDF, NULL, "2025", "2023",
	  "aangifte/2024 name" },
	{ "the year of a dossier number in the name is none", "aangifte/2023=delivered aangifte/2025=delivered",
	  "2026-00001-K_aangifte.pdf", PDF, NULL, NULL, NULL, "aangifte/2024 name" },
	{ "nor with a year behind it", "", "2024-00001-K aangifte 2025.pdf", PDF, NULL, NULL, NULL,
	  "aangifte/2025 name" },
	{ "nor in the subject", "aangifte/2023=delivered aangifte/2025=delivered", "scan.pdf", PDF, NULL,
	  "Re: dossier 2026 00001 k: aangifte", NULL, "aangifte/2024 subject" },
	{ "a serial of another kind is a year", "", "aangifte 2024-123.pdf", PDF, NULL, NULL, NULL,
	  "aangifte/2024 name" },
	{ "a year that another slot cannot have", "", "prognose jaarcijfers 2026.xlsx", XLSX, NULL, NULL, NULL,
	  "prognose name" },
	/* Kinds. */
	{ "a kind it does not accept", "", "paspoort.docx", DOCX, NULL, NULL, NULL, "held type legitimatie" },
	{ "the kind decides between equals", "", "loon.xlsx", XLSX, NULL, NULL, NULL, "loonlijst name" },
	{ "and the other way", "", "loon.pdf", PDF, NULL, NULL, NULL, "loonstrook name" },
	{ "neither accepts it", "", "loon.jpg", JPEG, NULL, NULL, NULL, "held type loonstrook" },
	{ "a slot without kinds takes any", "", "prognose.docx", DOCX, NULL, NULL, NULL, "prognose name" },
	{ "csv that came as plain text", "", "jaarcijfers 2024.csv", "text/plain", NULL, NULL, NULL,
	  "jaarcijfers/2024 name" },
	/* Two that fit. */
	{ "two names: what is missing decides", "legitimatie=delivered", "paspoort en prognose.pdf", PDF, NULL, NULL, NULL,
	  "prognose name" },
	{ "two names, both missing", "", "paspoort en prognose.pdf", PDF, NULL, NULL, NULL, "? legitimatie prognose" },
	/* Room. */
	{ "a delivered slot of one gets a new version", "legitimatie=delivered", "paspoort.pdf", PDF, NULL, NULL, NULL,
	  "legitimatie+ name" },
	{ "a rejected one is open for it", "legitimatie=rejected", "paspoort.pdf", PDF, NULL, NULL, NULL,
	  "legitimatie name" },
	{ "an absent one too", "prognose=absent", "prognose.pdf", PDF, NULL, NULL, NULL, "prognose name" },
	{ "an approved one is locked", "legitimatie=approved", "paspoort.pdf", PDF, NULL, NULL, NULL,
	  "held full legitimatie" },
	{ "a second file of two", "jaarcijfers/2024=delivered", "jaarcijfers 2024.pdf", PDF, NULL, NULL, NULL,
	  "jaarcijfers/2024 name" },
	{ "a third file of two", "jaarcijfers/2024=deliveredx2", "jaarcijfers 2024.pdf", PDF, NULL, NULL, NULL,
	  "held full jaarcijfers/2024" },
	/* Said. */
	{ "said", "", "IMG_1.jpg", JPEG, "legitimatie", NULL, NULL, "legitimatie said" },
	{ "said in capitals", "", "IMG_1.jpg", JPEG, "LEGITIMATIE", NULL, NULL, "legitimatie said" },
	{ "said against the name", "", "prognose.pdf", PDF, "legitimatie", NULL, NULL, "legitimatie said" },
	{ "said with the year", "", "x.pdf", PDF, "aangifte/2024", NULL, NULL, "aangifte/2024 said" },
	{ "said with a year it does not have", "", "x.pdf", PDF, "aangifte/2019", NULL, NULL,
	  "held year aangifte/2023" },
	{ "said without, the name has it", "", "scan 2025.pdf", PDF, "aangifte", NULL, NULL, "aangifte/2025 said" },
	{ "said without, one missing", "aangifte/2023=delivered aangifte/2025=delivered", "x.pdf", PDF, "aangifte", NULL,
	  NULL, "aangifte/2024 said" },
	{ "said without, three missing", "", "x.pdf", PDF, "aangifte", NULL, NULL,
	  "? aangifte/2023 aangifte/2024 aangifte/2025" },
	{ "said, wrong kind", "", "x.docx", DOCX, "legitimatie", NULL, NULL, "held type legitimatie" },
	{ "said, no such slot", "", "paspoort.pdf", PDF, "rijbewijs", NULL, NULL, "held unplaced" },
	{ "said, a slot of staff", "", "x.pdf", PDF, "rapport", NULL, NULL, "held unplaced" },
	/* Subject and text. */
	{ "one subject word", "", "IMG_1.jpg", JPEG, NULL, "paspoort", NULL, "legitimatie subject" },
	{ "the name stands above the subject", "", "prognose.pdf", PDF, NULL, "paspoort", NULL, "prognose name" },
	{ "the document's words", "", "scan.pdf", PDF, NULL, NULL, "Aangifte inkomstenbelasting over 2024",
	  "aangifte/2024 text" },
	{ "the subject stands above them", "", "scan.pdf", PDF, NULL, "prognose", "jaarrekening 2024",
	  "prognose subject" },
	{ "words that fit nothing", "", "scan.pdf", PDF, NULL, "stukken", "geachte heer", "overig rest" },
	/* Gates. */
	{ "uploads closed: the slot is known", "state=dicht", "paspoort.pdf", PDF, NULL, NULL, NULL,
	  "held closed legitimatie" },
	{ "uploads closed: no slot", "state=dicht", "x.exe", "application/x-dosexec", NULL, NULL, NULL,
	  "held closed overig" },
	{ "uploads closed stands above full", "state=dicht legitimatie=approved", "paspoort.pdf", PDF, NULL, NULL, NULL,
	  "held closed legitimatie" },
	{ "final", "state=klaar", "paspoort.pdf", PDF, NULL, NULL, NULL, "held final legitimatie" },
	{ "no bytes", "", "leeg.pdf", PDF, NULL, NULL, NULL, "held empty overig" },
	{ "the same bytes", "prognose=deliveredx1", "dubbel prognose.pdf", PDF, NULL, NULL, NULL, "dup prognose" },
	{ "the same bytes, said elsewhere", "prognose=delivered", "dubbel prognose.pdf", PDF, "overig", NULL, NULL,
	  "dup prognose" },
	{ "the same bytes as a rejected file", "prognose=rejected", "dubbel prognose.pdf", PDF, NULL, NULL, NULL,
	  "prognose name" },
	/* Staff. */
	{ "staff's slot", "state=dicht", "Rapport 2026.pdf", PDF, "@staff", NULL, NULL, "rapport name" },
	{ "staff for a client", "state=dicht", "paspoort.pdf", PDF, "@staff", NULL, NULL, "legitimatie name" },
	{ "staff's odd file is not put with the rest", "", "x.pdf", PDF, "@staff", NULL, NULL, "held unplaced" },
	/* Slots that staff asked for. */
	{ "an extra slot by its name", "extra=open", "extra.pdf", PDF, NULL, NULL, NULL, "extra name" },
	{ "an extra slot by its title", "extra=open", "de akte van levering.docx", DOCX, NULL, NULL, NULL, "extra name" },
};

static void digest(unsigned char sha256[32], const char *text)
{
	memset(sha256, 0, 32);
	memcpy(sha256, text, strlen(text) < 32 ? strlen(text) : 32);
}

static void fill(struct arena *arena, struct slot *slot, enum slot_status status, uint32_t files)
{
	uint32_t i;

	slot->status = status;
	if (status == SLOT_OPEN || status == SLOT_ABSENT)
		return;
	slot->documents = arena_array(arena, files, sizeof *slot->documents);
	slot->document_count = files;
	for (i = 0; i < files; i++) {
		slot->documents[i].current = status != SLOT_REJECTED;
		digest(slot->documents[i].sha256, arena_printf(arena, "%s %d %u", slot->name, slot->year, i));
	}
}

static void setup_one(struct arena *arena, struct dossier *dossier, char *word)
{
	char *value = strchr(word, '='), *count;
	enum slot_status status = SLOT_OPEN;
	uint32_t files = 1;
	struct slot *slot;
	int year;

	*value++ = '\0';
	if (str_eq(word, "state")) {
		dossier->state = value;
		dossier->final = str_eq(value, "klaar");
		return;
	}
	count = strchr(value, 'x');
	if (count) {
		*count = '\0';
		str_to_u32(count + 1, &files);
	}
	slot_and_year(word, &year);
	slot = dossier_slot(dossier, word, year);
	if (!tap_ok(slot && slot_status_from_word(value, &status), "the setup '%s=%s' is one", word, value))
		return;
	fill(arena, slot, status, files);
}

static void setup(struct arena *arena, const struct program *program, struct dossier *dossier, const char *text)
{
	struct calendar calendar = { .zone = "Europe/Amsterdam" };
	struct slot *slots;
	char *words = arena_strdup(arena, text), *word, *rest = words;

	*dossier = (struct dossier){ .state = "verzamelen", .opened = 1772438400 };
	flow_dossier_init(program, &calendar, arena, dossier);
	slots = arena_array(arena, dossier->slot_count + 1, sizeof *slots);
	memcpy(slots, dossier->slots, dossier->slot_count * sizeof *slots);
	slots[dossier->slot_count] = (struct slot){
		.name = "extra", .title = "Akte van levering", .extra = true, .required = true, .files_min = 1,
		.files_max = 20,
	};
	dossier->slots = slots;
	dossier->slot_count += strstr(text, "extra=") != NULL;
	while ((word = strsep(&rest, " ")))
		if (*word)
			setup_one(arena, dossier, word);
}

static void name_slot(struct buf *out, const struct dossier *dossier, size_t i)
{
	buf_adds(out, dossier->slots[i].name);
	if (dossier->slots[i].year)
		buf_addf(out, "/%d", dossier->slots[i].year);
}

static void show(struct buf *out, const struct dossier *dossier, const struct place *place)
{
	size_t i;

	buf_reset(out);
	if (place->kind == PLACE_SLOT) {
		name_slot(out, dossier, place->slot);
		buf_addf(out, "%s %s", place->replaces ? "+" : "", place->how);
	} else if (place->kind == PLACE_DUPLICATE) {
		buf_adds(out, "dup ");
		name_slot(out, dossier, place->slot);
	} else if (str_eq(place->reason, HELD_AMBIGUOUS)) {
		buf_adds(out, "?");
		for (i = 0; i < place->choice_count; i++) {
			buf_addc(out, ' ');
			name_slot(out, dossier, place->choices[i]);
		}
	} else {
		buf_addf(out, "held %s", place->reason);
		if (place->slot != PLACE_NONE) {
			buf_addc(out, ' ');
			name_slot(out, dossier, place->slot);
		}
	}
}

static void test_row(const struct program *program, const struct row *row)
{
	struct arena arena = ARENA_INIT;
	struct dossier dossier;
	struct place place = { 0 };
	struct err err = ERR_INIT;
	struct buf got = BUF_INIT(BUF_MAX_LINE);
	unsigned char sha256[32];
	struct place_file file = {
		.name = row->file, .type = row->type, .size = 100, .sha256 = sha256, .subject = row->subject,
		.text = row->text,
	};

	setup(&arena, program, &dossier, row->setup);
	digest(sha256, row->name);
	if (row->file && strstr(row->file, "dubbel"))
		digest(sha256, "prognose 0 0");
	if (row->file && strstr(row->file, "leeg"))
		file.size = 0;
	if (str_eq(row->said, "@staff"))
		file.from_staff = true;
	else if (row->said)
		file.slot = slot_and_year(arena_strdup(&arena, row->said), &file.year);
	tap_is_int(place_file(program, &dossier, &file, &arena, &place, &err), 0, "placed: %s: %s", row->name, err.text);
	show(&got, &dossier, &place);
	tap_is_str(got.data, row->want, "place: %s", row->name);
	buf_free(&got);
	arena_free(&arena);
}

/* Several files of one mail, parted by "|"; what becomes of each. */
static const struct {
	const char *name, *setup, *files, *want;
} mails[] = {
	{ "one each", "", "paspoort.pdf|aangifte 2024.pdf|prognose.pdf",
	  "legitimatie name|aangifte/2024 name|prognose name" },
	{ "the year that is left", "aangifte/2023=delivered", "aangifte.pdf|aangifte 2024.pdf",
	  "aangifte/2025 name|aangifte/2024 name" },
	{ "front and back: the second does not replace the first", "", "paspoort voor.jpg|paspoort achter.jpg",
	  "legitimatie name|held full legitimatie" },
	{ "a delivered slot gets one new version", "legitimatie=delivered", "paspoort a.pdf|paspoort b.pdf",
	  "legitimatie+ name|held full legitimatie" },
	{ "more files than it takes", "", "jaarrekening 2024 a.pdf|jaarrekening 2024 b.pdf|jaarrekening 2024 c.pdf",
	  "jaarcijfers/2024 name|jaarcijfers/2024 name|held full jaarcijfers/2024" },
	{ "the same bytes twice", "", "=a=paspoort.pdf|=a=prognose.pdf", "legitimatie name|dup legitimatie" },
	{ "the same bytes twice, the clear one goes first", "", "=a=aangifte.pdf|=a=aangifte 2024.pdf",
	  "dup aangifte/2024|aangifte/2024 name" },
	{ "none", "", "", "" },
};

static void test_mail(const struct program *program, size_t row)
{
	struct arena arena = ARENA_INIT;
	struct dossier dossier;
	struct place_file files[8] = { 0 };
	struct place *places = NULL;
	struct buf got = BUF_INIT(BUF_MAX_LINE), one = BUF_INIT(BUF_MAX_LINE);
	char *rest = arena_strdup(&arena, mails[row].files), *name;
	size_t count = 0, i;

	setup(&arena, program, &dossier, mails[row].setup);
	while (*mails[row].files && (name = strsep(&rest, "|"))) {
		unsigned char *sha256 = arena_alloc(&arena, 32);

		digest(sha256, *name == '=' ? "same" : name);
		files[count++] = (struct place_file){
			.name = *name == '=' ? name + 3 : name, .type = PDF, .size = 9, .sha256 = sha256,
		};
	}
	tap_is_int(place_files(program, &dossier, files, count, &arena, &places, NULL), 0, "mail: %s: placed",
		   mails[row].name);
	for (i = 0; i < count; i++) {
		show(&one, &dossier, &places[i]);
		buf_addf(&got, "%s%s", i ? "|" : "", one.data);
	}
	tap_is_str(got.data, mails[row].want, "mail: %s", mails[row].name);
	buf_free(&got);
	buf_free(&one);
	arena_free(&arena);
}

static const struct {
	const char *type, *name;
	unsigned want;
} kinds[] = {
	{ PDF, NULL, ACCEPT_PDF },
	{ "APPLICATION/PDF", "x", ACCEPT_PDF },
	{ "image/heic", "x.heic", ACCEPT_IMAGE },
	{ "image/svg+xml", "x.svg", 0 },
	{ XLSX, "x.xlsx", ACCEPT_SPREADSHEET },
	{ "application/vnd.oasis.opendocument.spreadsheet", "x.ods", ACCEPT_SPREADSHEET },
	{ "application/vnd.ms-excel", "x.xls", ACCEPT_SPREADSHEET },
	{ "application/zip", "x.xlsx", ACCEPT_SPREADSHEET },
	{ "application/zip", "x.zip", 0 },
	{ "application/zip", ".xlsx", 0 },
	{ "text/csv", "x", ACCEPT_SPREADSHEET | ACCEPT_TEXT },
	{ "text/plain", "x.CSV", ACCEPT_SPREADSHEET | ACCEPT_TEXT },
	{ "text/plain", "x.txt", ACCEPT_TEXT },
	{ "text/html", NULL, ACCEPT_TEXT },
	{ DOCX, "x", ACCEPT_DOCUMENT },
	{ "text/rtf", "x", ACCEPT_DOCUMENT },
	{ "application/x-dosexec", "paspoort.pdf", 0 },
	{ "application/octet-stream", "x.pdf", 0 },
	{ "", "x.pdf", 0 },
	{ NULL, "x.pdf", 0 },
};

static void test_fault(struct arena *arena)
{
	static const char text[] = "workflow x \"X\"\nlanguage nl\ndocuments {\n"
				   "    a \"A\" required match /(a+)+$/\n}\nstart s\n"
				   "state s \"S\" { uploads open\n on staff close { goto e } }\nstate e \"E\" final { }\n";
	struct program *program = program_from("x.rules", text);
	struct dossier dossier = { .state = "s" };
	struct calendar calendar = { 0 };
	unsigned char sha256[32] = { 0 };
	struct place_file file = { .type = PDF, .size = 1, .sha256 = sha256 };
	struct err err = ERR_INIT;
	struct place place;
	char *name = arena_alloc(arena, 4000);

	if (!tap_ok(program != NULL, "a workflow with a runaway pattern loads"))
		return;
	flow_dossier_init(program, &calendar, arena, &dossier);
	memset(name, 'a', 3000);
	name[3000] = '!';
	file.name = name;
	tap_is_int(place_file(program, &dossier, &file, arena, &place, &err), -1, "a runaway pattern fails");
	tap_is_int(err.code, ERR_LIMIT, "as a limit: %s", err.text);
	tap_ok(strstr(err.text, "slot a") != NULL, "and names the slot");
	program_free(&program);
}

int main(void)
{
	struct program *program = program_from("proef.rules", rules);
	struct arena arena = ARENA_INIT;
	size_t i;

	if (!program)
		return 1;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(program, &rows[i]);
	for (i = 0; i < sizeof mails / sizeof *mails; i++)
		test_mail(program, i);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		tap_is_int(place_kinds(kinds[i].type, kinds[i].name), kinds[i].want, "kind: %s %s",
			   kinds[i].type ? kinds[i].type : "(none)", kinds[i].name ? kinds[i].name : "(none)");
	test_fault(&arena);
	arena_free(&arena);
	program_free(&program);
	return tap_done();
}
