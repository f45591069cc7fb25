/* Making a store, and opening one: what is refused, and what is never done by itself. */

/* System. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "seal/seal.h"

/* Own. */
#include "store/sqlite_p.h"

#define BUSY_TIMEOUT_MS 30000
#define HEADER_SIZE 100 /* of an SQLite file: https://www.sqlite.org/fileformat.html §1.3 */

static char *path_of(const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = xmalloc(size);

	snprintf(path, size, "%s/%s", folder, name);
	return path;
}

int sqlite_check_there(const char *path, struct err *err)
{
	char *file = path_of(path, STORE_FILE);
	int rc = access(file, F_OK), code = errno;

	free(file);
	if (!rc)
		return 0;
	if (code == ENOENT || code == ENOTDIR)
		return err_set(err, ERR_NOTFOUND, "there is no store in '%s': is the disk mounted? to make a new store, "
			       "run: postkamer init", path);
	errno = code;
	return err_sys(err, "cannot reach the store in '%s'", path);
}

/* ---- a connection ---- */

/* What SQLite leaves open for the sake of old programs, closed. */
static int harden(struct sqlite_store *db, struct err *err)
{
	static const struct {
		int option, value;
	} options[] = {
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};
	size_t i;
	int rc;

	sqlite3_busy_timeout(db->db, BUSY_TIMEOUT_MS);
	sqlite3_limit(db->db, SQLITE_LIMIT_ATTACHED, 0);
	for (i = 0; i < sizeof options / sizeof *options; i++) {
		rc = sqlite3_db_config(db->db, options[i].option, options[i].value, NULL);
		if (rc)
			return sql_error(db, rc, err);
	}
	return 0;
}

/*
 * FULL: in WAL mode NORMAL may lose the last commits when the power goes.
 * 4000 pages of 4 KiB: a checkpoint for each 16 MiB of log, so that its syncs
 * are few beside those of the commits.
 */
static int set_up(struct sqlite_store *db, struct err *err)
{
	return sql_exec(db,
			"PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
			"PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;"
			"PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8192;",
			err);
}

static int connect_file(const char *file, struct sqlite_store **db_r, struct err *err)
{
	struct sqlite_store *db = xcalloc(1, sizeof *db);
	int rc = sqlite3_open_v2(file, &db->db,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	db->base.ops = &sqlite_ops;
	if (rc)
		sql_error(db, rc, err);
	else
		rc = harden(db, err);
	if (rc) {
		db->base.ops->close(&db->base);
		return -1;
	}
	*db_r = db;
	return 0;
}

/* ---- versions ---- */

static int migrate_steps(struct sqlite_store *db, int64_t from, struct err *err)
{
	char pragma[64];
	int64_t version;

	for (version = from; version < STORE_SCHEMA_VERSION; version++)
		if (sql_exec(db, sqlite_migrations[version], err))
			return err_context(err, "schema %lld", (long long)version + 1);
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", STORE_SCHEMA_VERSION);
	return sql_exec(db, pragma, err);
}

/* All steps in one transaction: user_version and tables change together or not at all. */
static int migrate(struct sqlite_store *db, int64_t from, struct err *err)
{
	if (sql_exec(db, "BEGIN IMMEDIATE", err))
		return -1;
	if (migrate_steps(db, from, err)) {
		sql_exec(db, "ROLLBACK", NULL);
		return -1;
	}
	step_done("store.migrate");
	if (sql_exec(db, "COMMIT", err))
		return -1;
	step_done("store.migrate");
	return 0;
}

static int check_version(struct sqlite_store *db, int64_t *version, struct err *err)
{
	int64_t application;

	if (sql_int(db, "PRAGMA application_id", &application, err) ||
	    sql_int(db, "PRAGMA user_version", version, err))
		return -1;
	if (application != STORE_APPLICATION_ID)
		return err_set(err, ERR_INPUT, "it is a database of another program");
	if (*version > STORE_SCHEMA_VERSION)
		return err_set(err, ERR_INPUT, "it was made by a newer postkamer (schema %lld, this one knows %d); "
			       "install that version again", (long long)*version, STORE_SCHEMA_VERSION);
	if (*version < 1)
		return err_set(err, ERR_CORRUPT, "its version number %lld cannot be; put back a backup",
			       (long long)*version);
	return 0;
}

/* ---- making ---- */

static bool may_be_there(const char *name)
{
	/* 'lost+found' is every new disk's own; what begins with our name and ends in .new a crash left. */
	return str_eq(name, ".") || str_eq(name, "..") || str_eq(name, "lost+found") ||
	       str_starts(name, STORE_FILE ".new");
}

static int check_empty(const char *path, struct err *err)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (!folder)
		return err_sys(err, "cannot read folder '%s'", path);
	if (sqlite_check_there(path, NULL) == 0)
		rc = err_set(err, ERR_EXISTS, "there is a store in '%s' already", path);
	while (!rc && (entry = readdir(folder))) {
		if (!may_be_there(entry->d_name))
			rc = err_set(err, ERR_EXISTS, "the folder '%s' is not empty (it holds '%s'): name an empty one",
				     path, entry->d_name);
	}
	closedir(folder);
	return rc;
}

static int make_folder(const char *path, struct err *err)
{
	char *copy;
	int rc = 0;

	if (mkdir(path, 0700) == 0) {
		copy = xstrdup(path);
		rc = file_sync_folder(dirname(copy), err);
		free(copy);
	} else if (errno != EEXIST) {
		rc = err_sys(err, "cannot create folder '%s'", path);
	}
	return rc ? -1 : check_empty(path, err);
}

/* RFC 4122 version 4. */
static void make_uuid(char uuid[37])
{
	unsigned char bytes[16];
	char hex[33];

	seal_random(bytes, sizeof bytes);
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	str_hex(hex, bytes, sizeof bytes);
	snprintf(uuid, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static int fill(struct sqlite_store *db, bool trial, int64_t now, struct err *err)
{
	static const char insert[] = "INSERT INTO meta(id, uuid, trial, created, seen, steady) VALUES(1, ?, ?, ?, ?, ?)";
	struct query query;
	char uuid[37], pragma[96];

	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d; PRAGMA journal_mode = WAL", STORE_APPLICATION_ID);
	if (sql_exec(db, pragma, err) || set_up(db, err) || migrate(db, 0, err))
		return -1;
	make_uuid(uuid);
	query_begin(&query, db, insert);
	query_text(&query, uuid);
	query_int(&query, trial);
	query_int(&query, now);
	query_int(&query, now);
	query_int(&query, now);
	return query_run(&query, err);
}

static int make_file(const char *file, bool trial, int64_t now, struct err *err)
{
	static const char *const beside[] = { "", "-wal", "-shm", "-journal" };
	struct sqlite_store *db = NULL;
	size_t i;
	int fd, rc;

	for (i = 0; i < sizeof beside / sizeof *beside; i++) {
		char *left = xmalloc(strlen(file) + 16);

		snprintf(left, strlen(file) + 16, "%s%s", file, beside[i]);
		unlink(left);
		free(left);
	}
	fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, "cannot create '%s'", file);
	close(fd);
	if (connect_file(file, &db, err))
		return -1;
	rc = fill(db, trial, now, err);
	db->base.ops->close(&db->base);
	return rc;
}

int store_sqlite_create(const char *path, bool trial, int64_t now, struct err *err)
{
	char *made, *file;
	int rc = make_folder(path, err);

	if (rc)
		return -1;
	made = path_of(path, STORE_FILE ".new");
	file = path_of(path, STORE_FILE);
	rc = make_file(made, trial, now, err);
	step_done("store.create");
	if (!rc && renameat2(AT_FDCWD, made, AT_FDCWD, file, RENAME_NOREPLACE))
		rc = err_sys(err, "cannot rename '%s'", made);
	if (!rc)
		rc = file_sync_folder(path, err);
	step_done("store.create");
	free(made);
	free(file);
	return rc ? err_context(err, "cannot make a store in '%s'", path) : 0;
}

/* ---- opening ---- */

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Before SQLite touches it: another program's database is not to be recovered or changed by us. */
static int check_header(const char *file, struct err *err)
{
	unsigned char header[HEADER_SIZE];
	int fd = open(file, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_sys(err, "cannot open it");
	rc = file_pread_all(fd, header, sizeof header, 0, NULL);
	close(fd);
	if (rc || memcmp(header, "SQLite format 3", 16))
		return err_set(err, ERR_CORRUPT, "it is no database (empty, cut or overwritten); put back a backup");
	if (big_endian(header + 68) != STORE_APPLICATION_ID)
		return err_set(err, ERR_INPUT, "it is a database of another program");
	return 0;
}

static int check_journal_mode(struct sqlite_store *db, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db->db, "PRAGMA journal_mode", -1, &stmt, NULL);
	bool wal;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	wal = rc == SQLITE_ROW && str_eq((const char *)sqlite3_column_text(stmt, 0), "wal");
	sqlite3_finalize(stmt);
	if (rc != SQLITE_ROW)
		return sql_error(db, rc, err);
	/* Only somebody's tool can have changed it. */
	return wal ? 0 : sql_exec(db, "PRAGMA journal_mode = WAL", err);
}

static int check_first(struct sqlite_store *db, struct err *err)
{
	struct store_meta meta;
	int64_t version;

	if (check_version(db, &version, err) ||
	    (version < STORE_SCHEMA_VERSION && migrate(db, version, err)) || check_journal_mode(db, err) ||
	    set_up(db, err))
		return -1;
	return db->base.ops->meta_get(&db->base, &meta, err);
}

static int check_look(struct sqlite_store *db, struct err *err)
{
	struct store_meta meta;
	int64_t version;

	if (check_version(db, &version, err))
		return -1;
	if (version < STORE_SCHEMA_VERSION)
		return err_set(err, ERR_INPUT, "it was made by an older postkamer (schema %lld); this one moves it on when "
			       "it is started", (long long)version);
	if (set_up(db, err) || sql_exec(db, "PRAGMA query_only = ON", err))
		return -1;
	return db->base.ops->meta_get(&db->base, &meta, err);
}

static int open_file(const char *path, int (*check)(struct sqlite_store *db, struct err *err),
		     struct store **store_r, struct err *err)
{
	struct sqlite_store *db = NULL;
	char *file;
	int rc = sqlite_check_there(path, err);

	if (rc)
		return -1;
	file = path_of(path, STORE_FILE);
	rc = check_header(file, err);
	if (!rc)
		rc = connect_file(file, &db, err);
	if (!rc && check(db, err)) {
		db->base.ops->close(&db->base);
		rc = -1;
	}
	if (!rc)
		*store_r = &db->base;
	else
		err_context(err, "cannot open the store '%s'", file);
	free(file);
	return rc;
}

int store_sqlite_open(const char *path, struct store **store_r, struct err *err)
{
	return open_file(path, check_first, store_r, err);
}

int store_sqlite_look(const char *path, struct store **store_r, struct err *err)
{
	return open_file(path, check_look, store_r, err);
}
