/*
 * The tables. States and kinds are words, as model/ spells them: an operator
 * with an sqlite3 shell can read them, and their numbers may change. Times are
 * seconds since 1970 in UTC, NULL for none. Ids that people see are never given
 * twice (AUTOINCREMENT). A migration, once released, is never changed.
 */

/* Own. */
#include "store/sqlite_p.h"

#define VERSION_1_META \
	"CREATE TABLE meta(" \
	" id INTEGER PRIMARY KEY CHECK(id = 1)," \
	" uuid TEXT NOT NULL CHECK(length(uuid) = 36)," \
	" trial INTEGER NOT NULL CHECK(trial IN (0, 1))," \
	" created INTEGER NOT NULL," \
	" seen INTEGER NOT NULL," \
	" clock_offset INTEGER NOT NULL DEFAULT 0 CHECK(clock_offset = 0 OR trial = 1)) STRICT;" \
	"CREATE TABLE program(" \
	" digest TEXT PRIMARY KEY," \
	" workflow TEXT NOT NULL," \
	" file TEXT NOT NULL," \
	" text TEXT NOT NULL," \
	" added INTEGER NOT NULL) STRICT, WITHOUT ROWID;" \
	"CREATE TABLE serial(" \
	" year INTEGER PRIMARY KEY," \
	" last INTEGER NOT NULL CHECK(last >= 1)) STRICT;"

/* A blob's key is wrapped by that of its one scope: an item, a dossier, or a key of its own. */
#define VERSION_1_ITEM \
	"CREATE TABLE item(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" service TEXT NOT NULL," \
	" source TEXT NOT NULL CHECK(source IN ('mail', 'spool', 'ingest'))," \
	" origin TEXT NOT NULL," \
	" uidvalidity INTEGER," \
	" uid INTEGER," \
	" spool_key TEXT," \
	" state TEXT NOT NULL CHECK(state IN" \
	"  ('reserved', 'stored', 'processed', 'duplicate', 'held', 'quarantined', 'gone'))," \
	" attempts INTEGER NOT NULL DEFAULT 0 CHECK(attempts >= 0)," \
	" reason TEXT," \
	" detail TEXT," \
	" sender TEXT," \
	" subject TEXT," \
	" message_id TEXT," \
	" received INTEGER NOT NULL," \
	" internal_date INTEGER," \
	" dossier TEXT," \
	" duplicate_of INTEGER REFERENCES item(id)," \
	" acked INTEGER NOT NULL DEFAULT 0 CHECK(acked IN (0, 1))," \
	" size INTEGER NOT NULL DEFAULT 0," \
	" raw_hash BLOB CHECK(length(raw_hash) = 32)," \
	" content_key BLOB CHECK(length(content_key) = 32)," \
	" scope BLOB CHECK(length(scope) = 72)," \
	" raw INTEGER REFERENCES blob(id)," \
	" CHECK((source = 'mail') = (uid IS NOT NULL))," \
	" CHECK((source = 'mail') = (uidvalidity IS NOT NULL))," \
	" CHECK((source = 'spool') = (spool_key IS NOT NULL))," \
	" CHECK((state = 'duplicate') = (duplicate_of IS NOT NULL))," \
	" CHECK(state NOT IN ('stored', 'processed', 'duplicate') OR raw IS NOT NULL)) STRICT;" \
	"CREATE UNIQUE INDEX item_uid ON item(origin, uidvalidity, uid) WHERE source = 'mail';" \
	"CREATE UNIQUE INDEX item_spool ON item(spool_key) WHERE source = 'spool';" \
	"CREATE INDEX item_state ON item(state, id);" \
	"CREATE INDEX item_unacked ON item(origin, uidvalidity, id) WHERE acked = 0 AND source = 'mail';" \
	"CREATE INDEX item_raw_hash ON item(raw_hash) WHERE raw_hash IS NOT NULL;" \
	"CREATE INDEX item_content_key ON item(content_key) WHERE content_key IS NOT NULL;" \
	"CREATE INDEX item_dossier ON item(dossier) WHERE dossier IS NOT NULL;" \
	"CREATE TABLE blob(" \
	" id INTEGER PRIMARY KEY," \
	" name TEXT UNIQUE," \
	" size INTEGER NOT NULL CHECK(size >= 0)," \
	" key BLOB NOT NULL CHECK(length(key) = 72)," \
	" item INTEGER REFERENCES item(id)," \
	" dossier INTEGER REFERENCES dossier(id)," \
	" scope BLOB CHECK(length(scope) = 72)," \
	" sealed BLOB," \
	" CHECK((name IS NULL) <> (sealed IS NULL))," \
	" CHECK((item IS NOT NULL) + (dossier IS NOT NULL) + (scope IS NOT NULL) = 1)) STRICT;" \
	"CREATE INDEX blob_item ON blob(item) WHERE item IS NOT NULL;" \
	"CREATE INDEX blob_dossier ON blob(dossier) WHERE dossier IS NOT NULL;"

#define VERSION_1_DOSSIER \
	"CREATE TABLE dossier(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" number TEXT NOT NULL UNIQUE," \
	" service TEXT NOT NULL," \
	" workflow TEXT NOT NULL," \
	" program TEXT NOT NULL," \
	" state TEXT NOT NULL," \
	" final INTEGER NOT NULL CHECK(final IN (0, 1))," \
	" office_only INTEGER NOT NULL CHECK(office_only IN (0, 1))," \
	" brand TEXT," \
	" language TEXT," \
	" opened INTEGER NOT NULL," \
	" entered INTEGER NOT NULL," \
	" complete INTEGER NOT NULL CHECK(complete IN (0, 1))," \
	" client_name TEXT," \
	" client_address TEXT," \
	" client_language TEXT," \
	" client_copy INTEGER NOT NULL CHECK(client_copy IN (0, 1))," \
	" office_name TEXT," \
	" office_address TEXT," \
	" office_language TEXT," \
	" office_copy INTEGER NOT NULL CHECK(office_copy IN (0, 1))," \
	" scope BLOB CHECK(length(scope) = 72)) STRICT;" \
	"CREATE INDEX dossier_client ON dossier(client_address COLLATE NOCASE) WHERE client_address IS NOT NULL;" \
	"CREATE INDEX dossier_office ON dossier(office_address COLLATE NOCASE) WHERE office_address IS NOT NULL;" \
	"CREATE INDEX dossier_final ON dossier(final, id);" \
	"CREATE TABLE slot(" \
	" id INTEGER PRIMARY KEY," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" name TEXT NOT NULL," \
	" year INTEGER NOT NULL," \
	" place INTEGER NOT NULL," \
	" title TEXT," \
	" required INTEGER NOT NULL CHECK(required IN (0, 1))," \
	" from_staff INTEGER NOT NULL CHECK(from_staff IN (0, 1))," \
	" extra INTEGER NOT NULL CHECK(extra IN (0, 1))," \
	" may_be_absent INTEGER NOT NULL CHECK(may_be_absent IN (0, 1))," \
	" files_min INTEGER NOT NULL," \
	" files_max INTEGER NOT NULL," \
	" status TEXT NOT NULL CHECK(status IN ('open', 'delivered', 'absent', 'approved', 'rejected'))," \
	" reason TEXT," \
	" UNIQUE(dossier, name, year)) STRICT;" \
	"CREATE TABLE document(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" slot INTEGER REFERENCES slot(id)," \
	" version INTEGER NOT NULL," \
	" current INTEGER NOT NULL CHECK(current IN (0, 1))," \
	" name TEXT NOT NULL," \
	" type TEXT NOT NULL," \
	" size INTEGER NOT NULL CHECK(size >= 0)," \
	" sha256 BLOB NOT NULL CHECK(length(sha256) = 32)," \
	" sender TEXT," \
	" received INTEGER NOT NULL," \
	" from_staff INTEGER NOT NULL CHECK(from_staff IN (0, 1))," \
	" item INTEGER REFERENCES item(id)," \
	" part INTEGER NOT NULL," \
	" blob INTEGER NOT NULL REFERENCES blob(id)," \
	" held_reason TEXT," \
	" held_slot TEXT," \
	" held_year INTEGER NOT NULL DEFAULT 0," \
	" CHECK((slot IS NULL) = (held_reason IS NOT NULL))) STRICT;" \
	"CREATE UNIQUE INDEX document_version ON document(slot, version) WHERE slot IS NOT NULL;" \
	"CREATE INDEX document_dossier ON document(dossier, id);" \
	"CREATE INDEX document_item ON document(item) WHERE item IS NOT NULL;" \
	"CREATE INDEX document_blob ON document(blob);"

#define VERSION_1_COURSE \
	"CREATE TABLE timer(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" kind TEXT NOT NULL CHECK(kind IN ('state', 'dossier', 'quiet', 'receipt'))," \
	" clause TEXT NOT NULL," \
	" due INTEGER NOT NULL," \
	" repeat INTEGER NOT NULL," \
	" since INTEGER," \
	" PRIMARY KEY(dossier, place)) STRICT, WITHOUT ROWID;" \
	"CREATE INDEX timer_due ON timer(due, dossier, place);" \
	"CREATE TABLE clause_count(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" clause TEXT NOT NULL," \
	" count INTEGER NOT NULL," \
	" PRIMARY KEY(dossier, place)) STRICT, WITHOUT ROWID;" \
	"CREATE TABLE payment(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" status TEXT NOT NULL CHECK(status IN" \
	"  ('requested', 'open', 'paid', 'failed', 'expired', 'cancelled'))," \
	" amount_cents INTEGER NOT NULL," \
	" currency TEXT NOT NULL," \
	" description TEXT," \
	" expires INTEGER," \
	" link TEXT) STRICT;" \
	"CREATE INDEX payment_dossier ON payment(dossier, id);" \
	"CREATE TABLE history(" \
	" id INTEGER PRIMARY KEY," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" at INTEGER NOT NULL," \
	" event TEXT NOT NULL," \
	" actor TEXT," \
	" text TEXT) STRICT;" \
	"CREATE INDEX history_dossier ON history(dossier, id);" \
	"CREATE TRIGGER history_is_final BEFORE UPDATE ON history BEGIN" \
	" SELECT RAISE(ABORT, 'history is only ever added to'); END;"

#define VERSION_1_OUTBOX \
	"CREATE TABLE outbox(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" key TEXT NOT NULL UNIQUE," \
	" service TEXT NOT NULL," \
	" dossier INTEGER REFERENCES dossier(id)," \
	" item INTEGER REFERENCES item(id)," \
	" template TEXT NOT NULL," \
	" audience TEXT NOT NULL," \
	" recipient TEXT NOT NULL," \
	" sender TEXT NOT NULL," \
	" subject TEXT," \
	" message_id TEXT NOT NULL UNIQUE," \
	" state TEXT NOT NULL CHECK(state IN" \
	"  ('waiting', 'sending', 'sent', 'unknown', 'failed', 'held', 'cancelled'))," \
	" in_data INTEGER NOT NULL DEFAULT 0 CHECK(in_data IN (0, 1))," \
	" attempts INTEGER NOT NULL DEFAULT 0 CHECK(attempts >= 0)," \
	" created INTEGER NOT NULL," \
	" next_at INTEGER," \
	" expires INTEGER," \
	" reply TEXT," \
	" blob INTEGER NOT NULL REFERENCES blob(id)," \
	" CHECK((state IN ('waiting', 'unknown')) = (next_at IS NOT NULL))) STRICT;" \
	"CREATE INDEX outbox_due ON outbox(next_at, id) WHERE state IN ('waiting', 'unknown');" \
	"CREATE INDEX outbox_state ON outbox(state, id);" \
	"CREATE INDEX outbox_recipient ON outbox(recipient COLLATE NOCASE, created);" \
	"CREATE INDEX outbox_created ON outbox(created);" \
	"CREATE INDEX outbox_dossier ON outbox(dossier, id) WHERE dossier IS NOT NULL;" \
	"CREATE INDEX outbox_item ON outbox(item) WHERE item IS NOT NULL;" \
	"CREATE INDEX outbox_blob ON outbox(blob);" \
	"CREATE TABLE attempt(" \
	" id INTEGER PRIMARY KEY," \
	" outbox INTEGER NOT NULL REFERENCES outbox(id)," \
	" at INTEGER NOT NULL," \
	" state TEXT NOT NULL," \
	" stage TEXT," \
	" code INTEGER NOT NULL," \
	" reply TEXT) STRICT;" \
	"CREATE INDEX attempt_outbox ON attempt(outbox, id);"

/* More kinds of timers. A CHECK cannot be altered: the table is made anew; nothing refers to it. */
#define VERSION_2_TIMER \
	"CREATE TABLE timer_new(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" kind TEXT NOT NULL CHECK(kind IN ('state', 'dossier', 'quiet', 'payment', 'keep', 'receipt'))," \
	" clause TEXT NOT NULL," \
	" due INTEGER NOT NULL," \
	" repeat INTEGER NOT NULL," \
	" since INTEGER," \
	" PRIMARY KEY(dossier, place)) STRICT, WITHOUT ROWID;" \
	"INSERT INTO timer_new(dossier, place, kind, clause, due, repeat, since)" \
	" SELECT dossier, place, kind, clause, due, repeat, since FROM timer;" \
	"DROP TABLE timer;" \
	"ALTER TABLE timer_new RENAME TO timer;" \
	"CREATE INDEX timer_due ON timer(due, dossier, place);"

/* A payment may be sent back; a slot that staff asked for stays required whatever its condition says. */
#define VERSION_2_PARTS \
	"ALTER TABLE slot ADD COLUMN asked INTEGER NOT NULL DEFAULT 0 CHECK(asked IN (0, 1));" \
	"CREATE TABLE payment_new(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" status TEXT NOT NULL CHECK(status IN" \
	"  ('requested', 'open', 'paid', 'failed', 'expired', 'cancelled', 'refunded'))," \
	" amount_cents INTEGER NOT NULL," \
	" currency TEXT NOT NULL," \
	" description TEXT," \
	" expires INTEGER," \
	" link TEXT) STRICT;" \
	"INSERT INTO payment_new(id, dossier, status, amount_cents, currency, description, expires, link)" \
	" SELECT id, dossier, status, amount_cents, currency, description, expires, link FROM payment;" \
	"DROP TABLE payment;" \
	"ALTER TABLE payment_new RENAME TO payment;" \
	"CREATE INDEX payment_dossier ON payment(dossier, id);"

#define VERSION_2_COURSE \
	"CREATE TABLE fact(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" name TEXT NOT NULL," \
	" value TEXT NOT NULL," \
	" PRIMARY KEY(dossier, place)," \
	" UNIQUE(dossier, name)) STRICT, WITHOUT ROWID;" \
	"CREATE TABLE approval(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" slot TEXT NOT NULL," \
	" year INTEGER NOT NULL," \
	" sha256 BLOB NOT NULL CHECK(length(sha256) = 32)," \
	" state TEXT NOT NULL CHECK(state IN ('asked', 'given', 'refused', 'void'))," \
	" asked INTEGER NOT NULL," \
	" answered INTEGER," \
	" actor TEXT," \
	" reason TEXT) STRICT;" \
	"CREATE INDEX approval_dossier ON approval(dossier, id);"

/* Tokens by their hash only. A command that waits for a "ja" goes by the token in the mail that asked. */
#define VERSION_2_REPLY \
	"CREATE TABLE token(" \
	" id INTEGER PRIMARY KEY," \
	" hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32)," \
	" service TEXT NOT NULL," \
	" dossier INTEGER REFERENCES dossier(id)," \
	" address TEXT NOT NULL," \
	" purpose TEXT NOT NULL," \
	" made INTEGER NOT NULL," \
	" expires INTEGER NOT NULL," \
	" revoked INTEGER," \
	" outbox INTEGER REFERENCES outbox(id)) STRICT;" \
	"CREATE INDEX token_for ON token(address COLLATE NOCASE, dossier, purpose, made);" \
	"CREATE INDEX token_dossier ON token(dossier) WHERE dossier IS NOT NULL;" \
	"CREATE INDEX token_outbox ON token(outbox) WHERE outbox IS NOT NULL;" \
	"CREATE INDEX token_expires ON token(expires);" \
	"CREATE TABLE pending(" \
	" id INTEGER PRIMARY KEY," \
	" hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32)," \
	" service TEXT NOT NULL," \
	" dossier INTEGER REFERENCES dossier(id)," \
	" address TEXT NOT NULL," \
	" text TEXT NOT NULL," \
	" item INTEGER REFERENCES item(id)," \
	" asked INTEGER NOT NULL," \
	" expires INTEGER NOT NULL," \
	" answered INTEGER) STRICT;" \
	"CREATE INDEX pending_dossier ON pending(dossier) WHERE dossier IS NOT NULL;" \
	"CREATE INDEX pending_item ON pending(item) WHERE item IS NOT NULL;" \
	"CREATE INDEX pending_expires ON pending(expires);"

/* The line that stays of an erased dossier: nothing in it says whose it was. */
#define VERSION_2_ERASED \
	"CREATE TABLE erased(" \
	" id INTEGER PRIMARY KEY," \
	" number TEXT NOT NULL UNIQUE," \
	" service TEXT NOT NULL," \
	" workflow TEXT NOT NULL," \
	" opened INTEGER NOT NULL," \
	" erased INTEGER NOT NULL," \
	" reason TEXT NOT NULL," \
	" actor TEXT NOT NULL," \
	" scrubbed INTEGER NOT NULL DEFAULT 0 CHECK(scrubbed IN (0, 1))) STRICT;" \
	"CREATE INDEX erased_unscrubbed ON erased(id) WHERE scrubbed = 0;" \
	"CREATE INDEX item_duplicate ON item(duplicate_of) WHERE duplicate_of IS NOT NULL;" \
	"CREATE INDEX item_raw ON item(raw) WHERE raw IS NOT NULL;" \
	"CREATE INDEX dossier_program ON dossier(program, id);"

/* What a store has seen is the last that is known of its clock. */
#define VERSION_3_STEADY \
	"ALTER TABLE meta ADD COLUMN steady INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE meta ADD COLUMN steady_since INTEGER NOT NULL DEFAULT 0;" \
	"UPDATE meta SET steady = seen;"

/*
 * Offices that are known, and what their general address answered about
 * colleagues. Those that dossiers name already have long had their mail: they
 * are known, and their address is theirs.
 */
#define VERSION_4_OFFICE \
	"CREATE TABLE office(" \
	" id INTEGER PRIMARY KEY AUTOINCREMENT," \
	" service TEXT NOT NULL," \
	" address TEXT NOT NULL," \
	" domain TEXT NOT NULL," \
	" name TEXT," \
	" brand TEXT," \
	" language TEXT," \
	" added INTEGER NOT NULL," \
	" actor TEXT," \
	" confirmed INTEGER," \
	" code BLOB CHECK(length(code) = 32)," \
	" code_made INTEGER," \
	" code_wrong INTEGER NOT NULL DEFAULT 0 CHECK(code_wrong >= 0)," \
	" digest TEXT NOT NULL DEFAULT 'off' CHECK(digest IN ('off', 'daily', 'weekly'))," \
	" digest_due INTEGER," \
	" seen BLOB CHECK(length(seen) = 32)," \
	" CHECK((code IS NULL) = (code_made IS NULL))) STRICT;" \
	"CREATE UNIQUE INDEX office_address ON office(service, address COLLATE NOCASE);" \
	"CREATE INDEX office_domain ON office(service, domain, id);" \
	"CREATE INDEX office_digest ON office(digest_due, id) WHERE digest_due IS NOT NULL;" \
	"CREATE TABLE colleague(" \
	" id INTEGER PRIMARY KEY," \
	" office INTEGER NOT NULL REFERENCES office(id)," \
	" address TEXT NOT NULL," \
	" answer TEXT NOT NULL CHECK(answer IN ('asked', 'accepted', 'once', 'refused'))," \
	" asked INTEGER NOT NULL," \
	" answered INTEGER) STRICT;" \
	"CREATE UNIQUE INDEX colleague_address ON colleague(office, address COLLATE NOCASE);" \
	"CREATE INDEX colleague_asked ON colleague(asked) WHERE answer IN ('asked', 'once');" \
	"CREATE INDEX dossier_cases ON dossier(service, office_address COLLATE NOCASE, final, entered, id)" \
	" WHERE office_address IS NOT NULL;" \
	"INSERT INTO office(service, address, domain, name, language, added, actor, confirmed)" \
	" SELECT service, lower(office_address), substr(lower(office_address), instr(office_address, '@') + 1)," \
	" max(office_name), max(office_language), min(opened), 'dossier', min(opened) FROM dossier" \
	" WHERE office_address IS NOT NULL GROUP BY service, lower(office_address) ORDER BY min(id);"

/*
 * Further clients and addresses, addresses that are to change, whose the dossier
 * is among staff, and which documents went out. A report that was there when a
 * dossier ended had been mailed by then.
 */
#define VERSION_4_PEOPLE \
	"ALTER TABLE dossier ADD COLUMN assigned TEXT;" \
	"ALTER TABLE document ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;" \
	"UPDATE document SET shown = 1 WHERE from_staff AND current" \
	" AND dossier IN (SELECT id FROM dossier WHERE final);" \
	"CREATE TABLE partner(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" name TEXT," \
	" address TEXT NOT NULL," \
	" language TEXT," \
	" copy INTEGER NOT NULL CHECK(copy IN (0, 1))," \
	" PRIMARY KEY(dossier, place)) STRICT, WITHOUT ROWID;" \
	"CREATE INDEX partner_address ON partner(address COLLATE NOCASE);" \
	"CREATE TABLE alias(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" person INTEGER NOT NULL," \
	" address TEXT NOT NULL," \
	" PRIMARY KEY(dossier, place)) STRICT, WITHOUT ROWID;" \
	"CREATE INDEX alias_address ON alias(address COLLATE NOCASE);" \
	"CREATE TABLE address_change(" \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" place INTEGER NOT NULL," \
	" person INTEGER NOT NULL," \
	" addition INTEGER NOT NULL CHECK(addition IN (0, 1))," \
	" old TEXT NOT NULL," \
	" new TEXT NOT NULL," \
	" actor TEXT NOT NULL," \
	" asked INTEGER NOT NULL," \
	" expires INTEGER NOT NULL," \
	" old_at INTEGER," \
	" new_at INTEGER," \
	" PRIMARY KEY(dossier, place)) STRICT, WITHOUT ROWID;"

/* Questions and technical problems, and what was said about them. */
#define VERSION_4_TICKET \
	"CREATE TABLE ticket(" \
	" id INTEGER PRIMARY KEY," \
	" number TEXT NOT NULL UNIQUE," \
	" service TEXT NOT NULL," \
	" kind TEXT NOT NULL CHECK(kind IN ('question', 'problem'))," \
	" state TEXT NOT NULL CHECK(state IN ('open', 'answered', 'closed'))," \
	" dossier INTEGER REFERENCES dossier(id)," \
	" address TEXT NOT NULL," \
	" name TEXT NOT NULL," \
	" language TEXT NOT NULL," \
	" subject TEXT NOT NULL," \
	" proven INTEGER NOT NULL CHECK(proven IN (0, 1))," \
	" owner TEXT," \
	" opened INTEGER NOT NULL," \
	" changed INTEGER NOT NULL," \
	" closed INTEGER," \
	" remind_at INTEGER) STRICT;" \
	"CREATE INDEX ticket_state ON ticket(state, id);" \
	"CREATE INDEX ticket_dossier ON ticket(dossier, id) WHERE dossier IS NOT NULL;" \
	"CREATE INDEX ticket_address ON ticket(address COLLATE NOCASE, id);" \
	"CREATE INDEX ticket_remind ON ticket(remind_at) WHERE remind_at IS NOT NULL;" \
	"CREATE INDEX ticket_done ON ticket(coalesce(closed, changed)) WHERE dossier IS NULL AND state <> 'open';" \
	"CREATE TABLE ticket_message(" \
	" id INTEGER PRIMARY KEY," \
	" ticket INTEGER NOT NULL REFERENCES ticket(id)," \
	" at INTEGER NOT NULL," \
	" said TEXT NOT NULL CHECK(said IN ('asked', 'replied', 'noted'))," \
	" actor TEXT NOT NULL," \
	" text TEXT NOT NULL," \
	" files TEXT," \
	" item INTEGER REFERENCES item(id)," \
	" message_id TEXT) STRICT;" \
	"CREATE INDEX ticket_message_of ON ticket_message(ticket, id);" \
	"CREATE INDEX ticket_message_item ON ticket_message(item) WHERE item IS NOT NULL;" \
	"CREATE TABLE ticket_mail(" \
	" outbox INTEGER PRIMARY KEY REFERENCES outbox(id)," \
	" ticket INTEGER NOT NULL REFERENCES ticket(id)) STRICT;" \
	"CREATE INDEX ticket_mail_of ON ticket_mail(ticket, outbox);"

/* What is known of an address that mail goes to: that it is dead, that its owner is away. */
#define VERSION_4_MAILBOX \
	"CREATE TABLE address(" \
	" service TEXT NOT NULL," \
	" address TEXT NOT NULL COLLATE NOCASE," \
	" dead INTEGER," \
	" failures INTEGER NOT NULL CHECK(failures >= 0)," \
	" failed INTEGER," \
	" first INTEGER," \
	" away INTEGER," \
	" reason TEXT," \
	" changed INTEGER NOT NULL," \
	" PRIMARY KEY(service, address)) STRICT, WITHOUT ROWID;" \
	"CREATE INDEX address_dead ON address(service, address) WHERE dead IS NOT NULL;" \
	"CREATE INDEX address_changed ON address(changed);" \
	"ALTER TABLE outbox ADD COLUMN held TEXT;" \
	"ALTER TABLE outbox ADD COLUMN text TEXT;" \
	"ALTER TABLE outbox ADD COLUMN counted INTEGER;" \
	"UPDATE outbox SET counted = created WHERE state NOT IN ('held', 'cancelled');" \
	"CREATE INDEX outbox_sender ON outbox(sender);" \
	"CREATE INDEX outbox_counted ON outbox(counted) WHERE audience <> 'staff' AND counted IS NOT NULL;" \
	"CREATE INDEX outbox_counted_to ON outbox(recipient COLLATE NOCASE, counted) WHERE audience <> 'staff'" \
	" AND counted IS NOT NULL;" \
	"CREATE INDEX outbox_held ON outbox(held, id) WHERE state = 'held';"

/* What waits for a person, and who was asked about it. */
#define VERSION_4_HELD \
	"CREATE TABLE held(" \
	" item INTEGER PRIMARY KEY REFERENCES item(id)," \
	" look INTEGER," \
	" told INTEGER) STRICT;" \
	"CREATE INDEX held_look ON held(look) WHERE look IS NOT NULL;" \
	"INSERT INTO held(item, look) SELECT id, received + 600 FROM item WHERE state = 'held';" \
	"ALTER TABLE item ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0 CHECK(doubt >= 0);" \
	"UPDATE item SET doubt = 2 WHERE state = 'held' AND reason = 'unauthenticated';" \
	"CREATE TABLE held_accept(" \
	" item INTEGER PRIMARY KEY REFERENCES item(id)," \
	" dossier INTEGER NOT NULL REFERENCES dossier(id)," \
	" slot TEXT," \
	" year INTEGER NOT NULL DEFAULT 0," \
	" actor TEXT NOT NULL," \
	" at INTEGER NOT NULL," \
	" done INTEGER NOT NULL DEFAULT 0 CHECK(done IN (0, 1))) STRICT;" \
	"CREATE INDEX held_accept_dossier ON held_accept(dossier);" \
	"CREATE TABLE held_asked(" \
	" service TEXT NOT NULL," \
	" dossier INTEGER REFERENCES dossier(id)," \
	" address TEXT NOT NULL COLLATE NOCASE," \
	" asked INTEGER," \
	" unanswered INTEGER NOT NULL) STRICT;" \
	"CREATE UNIQUE INDEX held_asked_of ON held_asked(dossier, address, service) WHERE dossier IS NOT NULL;" \
	"CREATE UNIQUE INDEX held_asked_staff ON held_asked(service, address) WHERE dossier IS NULL;"

/* Files in the spool's tmp/ that an order took along. */
#define VERSION_4_SPOOL "ALTER TABLE item ADD COLUMN parcels TEXT;"

/* What is forgotten because it is old. */
#define VERSION_4_FORGET \
	"CREATE INDEX item_loose ON item(received) WHERE dossier IS NULL AND state = 'processed' AND source <> 'spool'" \
	" AND reason IS NOT 'erased';" \
	"CREATE INDEX outbox_loose ON outbox(item, created) WHERE dossier IS NULL;" \
	"CREATE INDEX token_loose ON token(purpose) WHERE dossier IS NULL;"

const char *const sqlite_migrations[STORE_SCHEMA_VERSION] = {
	VERSION_1_META VERSION_1_ITEM VERSION_1_DOSSIER VERSION_1_COURSE VERSION_1_OUTBOX,
	VERSION_2_TIMER VERSION_2_PARTS VERSION_2_COURSE VERSION_2_REPLY VERSION_2_ERASED,
	VERSION_3_STEADY,
	VERSION_4_OFFICE VERSION_4_PEOPLE VERSION_4_TICKET VERSION_4_MAILBOX VERSION_4_HELD VERSION_4_SPOOL VERSION_4_FORGET,
};
