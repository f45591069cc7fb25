/* System. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "app/stage_file.h"

/* What stands in the file: the name in plain letters, and which version it is. */
static void label(char *out, size_t size, const char *name, int version)
{
	size_t i, len;

	snprintf(out, size, "%.120s, version %d", name, version);
	for (i = 0, len = strlen(out); i < len; i++)
		if (strchr("()\\<>&\"", out[i]) || (unsigned char)out[i] < ' ' || (unsigned char)out[i] > '~')
			out[i] = '_';
}

/* ---- pdf ---- */

static void make_pdf(const char *text, struct buf *out)
{
	static const char *const objects[] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		NULL, /* the page's contents */
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	};
	size_t offsets[5], start = out->len, table, i;
	char stream[300];
	int len = snprintf(stream, sizeof stream, "BT /F1 14 Tf 72 770 Td (%s) Tj ET", text);

	buf_adds(out, "%PDF-1.4\n");
	for (i = 0; i < 5; i++) {
		offsets[i] = out->len - start;
		if (objects[i])
			buf_addf(out, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
		else
			buf_addf(out, "%zu 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n", i + 1, len, stream);
	}
	table = out->len - start;
	buf_adds(out, "xref\n0 6\n0000000000 65535 f \n");
	for (i = 0; i < 5; i++)
		buf_addf(out, "%010zu 00000 n \n", offsets[i]);
	buf_addf(out, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", table);
}

/* ---- pictures ---- */

static void add_u32(struct buf *out, uint32_t value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
					(unsigned char)(value >> 8), (unsigned char)value };

	buf_add(out, bytes, sizeof bytes);
}

/* ISO 3309, as PNG and zip use it. */
static uint32_t crc32_of(const void *data, size_t len)
{
	const unsigned char *bytes = data;
	uint32_t crc = 0xffffffff;
	int bit;

	while (len--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void png_chunk(struct buf *out, const char *kind, const void *data, size_t len)
{
	size_t from;

	add_u32(out, (uint32_t)len);
	from = out->len;
	buf_adds(out, kind);
	buf_add(out, data, len);
	add_u32(out, crc32_of(out->data + from, out->len - from));
}

/* One grey dot, and the text as a comment. */
static void make_png(const char *text, struct buf *out)
{
	static const unsigned char head[] = { 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0 };
	static const unsigned char dot[] = { 0x78, 1, 1, 2, 0, 0xfd, 0xff, 0, 0, 0, 2, 0, 1 };
	char comment[200] = "Comment";
	size_t len = (size_t)snprintf(comment + 8, sizeof comment - 8, "%s", text) + 8;

	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	png_chunk(out, "IHDR", head, sizeof head);
	png_chunk(out, "tEXt", comment, len);
	png_chunk(out, "IDAT", dot, sizeof dot);
	png_chunk(out, "IEND", "", 0);
}

static void make_jpeg(const char *text, struct buf *out)
{
	static const unsigned char start[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0 };
	static const unsigned char frame[] = { 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0 };
	static const unsigned char scan[] = { 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x3f, 0xff, 0xd9 };
	const unsigned char comment[] = { 0xff, 0xfe, 0, (unsigned char)(strlen(text) + 2) };
	unsigned char table[22] = { 0xff, 0xc4, 0, 20, 0, 1 };
	int i;

	buf_add(out, start, sizeof start);
	buf_add(out, comment, sizeof comment);
	buf_adds(out, text);
	buf_add(out, "\xff\xdb\0\x43\0", 5);
	for (i = 0; i < 64; i++)
		buf_addc(out, 1);
	buf_add(out, frame, sizeof frame);
	buf_add(out, table, sizeof table);
	table[4] = 0x10;
	buf_add(out, table, sizeof table);
	buf_add(out, scan, sizeof scan);
}

/* ---- office documents: a zip of stored parts ---- */

struct zip_part {
	const char *name, *text;
};

static void add_u16(struct buf *out, unsigned value)
{
	buf_addc(out, (char)(value & 255));
	buf_addc(out, (char)(value >> 8 & 255));
}

static void add_u32_low(struct buf *out, uint32_t value)
{
	add_u16(out, value & 0xffff);
	add_u16(out, value >> 16);
}

/* What local header and directory say alike: version to size of the extra field. */
static void zip_fields(struct buf *out, const struct zip_part *part)
{
	size_t len = strlen(part->text);

	add_u16(out, 20);
	add_u16(out, 0);
	add_u16(out, 0);
	add_u32_low(out, 0x5c620000); /* 2026-03-02 00:00 */
	add_u32_low(out, crc32_of(part->text, len));
	add_u32_low(out, (uint32_t)len);
	add_u32_low(out, (uint32_t)len);
	add_u16(out, (unsigned)strlen(part->name));
	add_u16(out, 0);
}

static void make_zip(const struct zip_part *parts, size_t count, struct buf *out)
{
	size_t start = out->len, offsets[8] = { 0 }, directory, i;

	for (i = 0; i < count; i++) {
		offsets[i] = out->len - start;
		buf_add(out, "PK\3\4", 4);
		zip_fields(out, &parts[i]);
		buf_adds(out, parts[i].name);
		buf_adds(out, parts[i].text);
	}
	directory = out->len - start;
	for (i = 0; i < count; i++) {
		buf_add(out, "PK\1\2", 4);
		add_u16(out, 20);
		zip_fields(out, &parts[i]);
		buf_add(out, "\0\0\0\0\0\0\0\0\0\0", 10);
		add_u32_low(out, (uint32_t)offsets[i]);
		buf_adds(out, parts[i].name);
	}
	i = out->len - start - directory;
	buf_add(out, "PK\5\6\0\0\0", 8);
	add_u16(out, (unsigned)count);
	add_u16(out, (unsigned)count);
	add_u32_low(out, (uint32_t)i);
	add_u32_low(out, (uint32_t)directory);
	add_u16(out, 0);
}

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OOXML "http://schemas.openxmlformats.org/package/2006/"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN_TYPE "application/vnd.openxmlformats-officedocument."
#define TYPES(parts) \
	XML "<Types xmlns=\"" OOXML "content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-" \
	    "package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>" parts "</Types>"
#define PART(name, type) "<Override PartName=\"" name "\" ContentType=\"" MAIN_TYPE type "+xml\"/>"
#define RELATION(kind, target) \
	XML "<Relationships xmlns=\"" OOXML "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE "/" kind \
	    "\" Target=\"" target "\"/></Relationships>"

static void make_xlsx(const char *text, struct buf *out)
{
	char sheet[700];
	const struct zip_part parts[] = {
		{ "[Content_Types].xml", TYPES(PART("/xl/workbook.xml", "spreadsheetml.sheet.main")
					       PART("/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet")) },
		{ "_rels/.rels", RELATION("officeDocument", "xl/workbook.xml") },
		{ "xl/workbook.xml",
		  XML "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" OFFICE
		      "\"><sheets><sheet name=\"Blad1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels", RELATION("worksheet", "worksheets/sheet1.xml") },
		{ "xl/worksheets/sheet1.xml", sheet },
	};

	snprintf(sheet, sizeof sheet,
		 XML "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">"
		     "<c r=\"A1\" t=\"inlineStr\"><is><t>%s</t></is></c></row></sheetData></worksheet>", text);
	make_zip(parts, sizeof parts / sizeof *parts, out);
}

static void make_docx(const char *text, struct buf *out)
{
	char body[500];
	const struct zip_part parts[] = {
		{ "[Content_Types].xml", TYPES(PART("/word/document.xml", "wordprocessingml.document.main")) },
		{ "_rels/.rels", RELATION("officeDocument", "word/document.xml") },
		{ "word/document.xml", body },
	};

	snprintf(body, sizeof body,
		 XML "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r>"
		     "<w:t>%s</w:t></w:r></w:p></w:body></w:document>", text);
	make_zip(parts, sizeof parts / sizeof *parts, out);
}

static void make_archive(const char *text, struct buf *out)
{
	const struct zip_part parts[] = { { "inhoud.txt", text } };

	make_zip(parts, 1, out);
}

static void make_text(const char *text, struct buf *out)
{
	buf_addf(out, "%s\r\n", text);
}

static void make_csv(const char *text, struct buf *out)
{
	buf_addf(out, "jaar;omschrijving;bedrag\r\n2025;%s;1000,00\r\n", text);
}

const char *stage_file_make(const char *name, int version, struct buf *out)
{
	static const struct {
		const char *ending, *type;
		void (*make)(const char *, struct buf *);
	} kinds[] = {
		{ "pdf", "application/pdf", make_pdf },	   { "png", "image/png", make_png },
		{ "jpg", "image/jpeg", make_jpeg },	   { "jpeg", "image/jpeg", make_jpeg },
		{ "xlsx", MAIN_TYPE "spreadsheetml.sheet", make_xlsx },
		{ "docx", MAIN_TYPE "wordprocessingml.document", make_docx },
		{ "zip", "application/zip", make_archive }, { "txt", "text/plain", make_text },
		{ "csv", "text/csv", make_csv },
	};
	const char *ending = strrchr(name, '.');
	char text[160];
	size_t i;

	label(text, sizeof text, name, version);
	for (i = 0; ending && i < sizeof kinds / sizeof *kinds; i++)
		if (str_ieq(ending + 1, kinds[i].ending)) {
			kinds[i].make(text, out);
			return kinds[i].type;
		}
	make_text(text, out);
	return "application/octet-stream";
}
