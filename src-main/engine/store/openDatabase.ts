import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import path from "node:path";
import { HearthError } from "../../contract/errors.ts";
import { Database } from "./Database.ts";
import { migrations as ownMigrations, type Migration } from "./migrations/index.ts";
import { databaseDamaged, fromSqlite } from "./sqliteError.ts";

/** "HRTH": tells Hearth's database from any other that may lie under the same name. */
const applicationId = 0x48525448;
const busyTimeoutMs = 5_000;
/** Up to this size the whole file is checked at each start; it takes well under a second. */
const fullCheckBytes = 64 * 1024 * 1024;

export interface OpenDatabaseOptions {
  migrations?: readonly Migration[];
  onDamage?: (place: string) => void;
}

/**
 * Opens the database and brings its schema up to date. A database that is not Hearth's, is newer
 * than this Hearth or is damaged is refused and left as it is.
 * @throws HearthError `home-too-new`, `home-unusable`, `home-in-use`, `disk-full`
 */
export function openDatabase(file: string, options: OpenDatabaseOptions = {}): Database {
  const migrations = options.migrations ?? ownMigrations;
  const existing = fs.existsSync(file) && fs.statSync(file).size > 0;
  let connection: DatabaseSync | undefined;
  try {
    if (existing) examine(file, migrations.length);
    connection = new DatabaseSync(file, { timeout: busyTimeoutMs });
    // Only the user may read chats and documents; the log and its index take over these rights.
    fs.chmodSync(file, 0o600);
    connection.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      -- What is deleted is overwritten, so that an erased document is in no free part of the file.
      PRAGMA secure_delete = ON;
    `);
    if (existing && fs.statSync(file).size <= fullCheckBytes) check(connection, file);
    migrate(connection, file, migrations);
    return new Database(connection, options.onDamage);
  } catch (error) {
    connection?.close();
    throw fromSqlite(error, file);
  }
}

/** Reads what the database says of itself before anything may change it. */
function examine(file: string, newestKnown: number): void {
  const header = readHeader(file);
  if (!header) throw databaseDamaged(file, "it is not a database", {}, backupsOf(file));
  let { version, application } = header;
  const log = `${file}-wal`;
  if (fs.existsSync(log) && fs.statSync(log).size > 0) {
    // After a crash the newest state is in the log. Reading only leaves the log in place.
    const reader = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
    try {
      version = pragma(reader, "user_version");
      application = pragma(reader, "application_id");
    } finally {
      reader.close();
    }
  }
  if (version > 0 && application !== applicationId) {
    throw new HearthError({
      code: "home-unusable",
      title: "A file of another program is in Hearth's place.",
      cause: `${file} is a database that Hearth did not make.`,
      suggestion: "Move the file to another folder, or choose another home folder.",
    });
  }
  if (version > newestKnown) throw tooNew(file, version, newestKnown);
}

/** Fields of SQLite's file header: big-endian numbers at fixed places. */
function readHeader(file: string): { version: number; application: number } | undefined {
  const header = Buffer.alloc(100);
  const handle = fs.openSync(file, "r");
  try {
    if (fs.readSync(handle, header, 0, 100, 0) < 100) return undefined;
  } finally {
    fs.closeSync(handle);
  }
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0") return undefined;
  return { version: header.readUInt32BE(60), application: header.readUInt32BE(68) };
}

function check(connection: DatabaseSync, file: string): void {
  const row = connection.prepare("PRAGMA quick_check(1)").get();
  const finding = String(Object.values(row ?? {})[0]);
  if (finding !== "ok") throw databaseDamaged(file, finding, {}, backupsOf(file));
}

function migrate(connection: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  const from = pragma(connection, "user_version");
  if (from > migrations.length) throw tooNew(file, from, migrations.length);
  for (const migration of migrations.slice(from)) {
    // A database that is only now made holds nothing to keep.
    if (from > 0) backUp(connection, file, migration.number - 1);
    connection.exec("BEGIN IMMEDIATE");
    try {
      connection.exec(migration.sql);
      connection.exec(`PRAGMA application_id = ${applicationId}`);
      connection.exec(`PRAGMA user_version = ${migration.number}`);
      connection.exec("COMMIT");
    } catch (error) {
      if (connection.isTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }
}

/**
 * Copies the database as it is before a migration. An older copy of the same schema is replaced
 * only once the new one is whole and on the disk.
 */
function backUp(connection: DatabaseSync, file: string, version: number): void {
  const backup = backupPath(file, version);
  const unfinished = `${backup}.part`;
  fs.rmSync(unfinished, { force: true });
  connection.prepare("VACUUM INTO ?").run(unfinished);
  const handle = fs.openSync(unfinished, "r+");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.chmodSync(unfinished, 0o600);
  fs.renameSync(unfinished, backup);
}

/** The copy that is made before a database of the given schema is changed. */
export function backupPath(file: string, version: number): string {
  return `${file}.schema-${String(version).padStart(4, "0")}.backup`;
}

function backupsOf(file: string): string[] {
  const start = `${path.basename(file)}.schema-`;
  return fs
    .readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(start) && name.endsWith(".backup"))
    .sort()
    .map((name) => path.join(path.dirname(file), name));
}

function pragma(connection: DatabaseSync, name: string): number {
  return Number(Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

function tooNew(file: string, version: number, newestKnown: number): HearthError {
  return new HearthError({
    code: "home-too-new",
    title: "This home folder belongs to a newer Hearth.",
    cause: `${file} has schema ${version}; this Hearth knows schemas up to ${newestKnown}. Nothing was changed.`,
    suggestion: "Update Hearth, or choose another home folder.",
  });
}
