import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatId, DocumentId } from "../../contract/ids.ts";
import { fillDatabase } from "./fixtures/fillDatabase.ts";
import {
  apiKey,
  benchRun,
  evalCase,
  evalRun,
  evalSet,
  message,
  quantRun,
  storedValue,
} from "./fixtures/samples.ts";
import { checkMigrations, migrations, type Migration } from "./migrations/index.ts";
import { backupPath, openDatabase } from "./openDatabase.ts";
import { apiKeyRepository } from "./repositories/apiKeys.ts";
import { benchRepository } from "./repositories/benchRuns.ts";
import { evalRepository } from "./repositories/evals.ts";
import { chatRepository } from "./repositories/chats.ts";
import { checkpointRepository } from "./repositories/checkpoints.ts";
import { documentRepository } from "./repositories/documents.ts";
import { quantRunRepository } from "./repositories/quantRuns.ts";
import { settingsRepository } from "./repositories/settings.ts";
import { fromSqlite } from "./sqliteError.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-store-"));
  file = path.join(folder, "hearth.sqlite");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const next: Migration = {
  number: migrations.length + 1,
  name: "next",
  sql: "ALTER TABLE chats ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;",
};
const broken: Migration = {
  number: migrations.length + 1,
  name: "broken",
  sql: "ALTER TABLE chats ADD COLUMN half INTEGER; CREATE TABLE chats (x);",
};

function create(): void {
  const db = openDatabase(file);
  fillDatabase(db);
  db.close();
}

function filesOf(dir: string): Record<string, string> {
  return Object.fromEntries(
    fs.readdirSync(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), "base64")]),
  );
}

describe("openDatabase", () => {
  it("makes a database with durable settings", () => {
    const db = openDatabase(file);
    expect(db.get("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
    expect(db.get("PRAGMA synchronous")).toEqual({ synchronous: 2 });
    expect(db.get("PRAGMA foreign_keys")).toEqual({ foreign_keys: 1 });
    expect(db.get("PRAGMA busy_timeout")).toEqual({ timeout: 5000 });
    expect(db.get("PRAGMA user_version")).toEqual({ user_version: migrations.length });
    db.close();
  });

  it.skipIf(process.platform === "win32")("lets only the user read it", () => {
    const db = openDatabase(file);
    db.run("INSERT INTO settings VALUES ('theme', '1')");
    for (const name of fs.readdirSync(folder)) {
      expect([name, fs.statSync(path.join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    db.close();
  });

  it("backs the database up before a migration of existing data, and not before the first", () => {
    create();
    expect(fs.existsSync(backupPath(file, 0))).toBe(false);
    const db = openDatabase(file, { migrations: [...migrations, next] });
    expect(db.get("SELECT pinned FROM chats WHERE id = 'kept'")).toEqual({ pinned: 0 });
    db.close();
    const backup = openDatabase(backupPath(file, migrations.length));
    expect(chatRepository(backup).list()).toHaveLength(1);
    backup.close();
  });

  it("leaves a failed migration undone as a whole, and tries it again the next time", () => {
    create();
    expect(() => openDatabase(file, { migrations: [...migrations, broken] })).toThrow(
      /already exists/u,
    );
    const db = openDatabase(file);
    expect(() => db.get("SELECT half FROM chats")).toThrow(/no such column/u);
    db.close();
    openDatabase(file, { migrations: [...migrations, next] }).close();
    expect(fs.existsSync(backupPath(file, migrations.length))).toBe(true);
  });

  it("refuses a newer schema and touches nothing", () => {
    openDatabase(file, { migrations: [...migrations, next] }).close();
    const before = filesOf(folder);
    const { mtimeMs } = fs.statSync(file);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: "home-too-new" }));
    expect(filesOf(folder)).toEqual(before);
    expect(fs.statSync(file).mtimeMs).toBe(mtimeMs);
  });

  it("refuses a newer schema that is only in the log of a crash", () => {
    create();
    const other = new DatabaseSync(file);
    other.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = ${migrations.length + 1}`);
    const copy = path.join(folder, "crashed");
    fs.mkdirSync(copy);
    for (const end of ["", "-wal"]) fs.copyFileSync(file + end, path.join(copy, `h.sqlite${end}`));
    other.close();
    const crashed = path.join(copy, "h.sqlite");
    const before = filesOf(copy);
    expect(() => openDatabase(crashed)).toThrow(expect.objectContaining({ code: "home-too-new" }));
    const after = filesOf(copy);
    expect(after["h.sqlite"]).toBe(before["h.sqlite"]);
    expect(after["h.sqlite-wal"]).toBe(before["h.sqlite-wal"]);
  });

  it.each([
    ["a text file", (): void => fs.writeFileSync(file, "x".repeat(5000))],
    ["a short file", (): void => fs.writeFileSync(file, "SQLite format 3\0")],
    ["a torn page", (): void => overwrite(4096 * 4, 3000)],
    ["a cut file", (): void => fs.truncateSync(file, 4096 * 3)],
  ])("says that %s is damaged and leaves it", (_name, damage) => {
    create();
    damage();
    const before = fs.readFileSync(file);
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ code: "home-unusable", title: "Hearth's database is damaged." }),
    );
    expect(fs.readFileSync(file).equals(before)).toBe(true);
    expect(fs.existsSync(file)).toBe(true);
  });

  it("names the backup that can be put back", () => {
    create();
    openDatabase(file, { migrations: [...migrations, next] }).close();
    fs.writeFileSync(file, "x".repeat(5000));
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({
        suggestion: expect.stringContaining(backupPath(file, migrations.length)) as string,
      }),
    );
  });

  it("refuses a database that another program made", () => {
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE things (x); PRAGMA user_version = 1");
    other.close();
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ title: "A file of another program is in Hearth's place." }),
    );
  });

  it("starts in an empty file that an interrupted first start left", () => {
    fs.writeFileSync(file, "");
    const db = openDatabase(file);
    expect(chatRepository(db).list()).toEqual([]);
    db.close();
  });

  it("undoes a write that the disk has no room for, says so, and goes on once there is room", () => {
    const db = openDatabase(file);
    fillDatabase(db);
    const chats = chatRepository(db);
    const pages = db.get("PRAGMA page_count")?.["page_count"] as number;
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const write = (): void => {
      const long = message("kept", "long", "a", { text: "no room ".repeat(20_000) });
      chats.addMessages([message("kept", "short", "a"), long], long.id);
    };
    let error: unknown;
    try {
      write();
    } catch (thrown) {
      error = fromSqlite(thrown, file);
    }
    expect(error).toMatchObject({ code: "disk-full", title: "The disk is full." });
    expect(chats.get("kept" as ChatId)?.messages).toHaveLength(2);
    db.exec(`PRAGMA max_page_count = ${pages * 100}`);
    write();
    expect(chats.get("kept" as ChatId)?.messages).toHaveLength(4);
    db.close();
  });

  it("says which folder cannot be used", () => {
    expect(() => openDatabase(path.join(folder, "missing", "hearth.sqlite"))).toThrow(
      expect.objectContaining({ code: "home-unusable" }),
    );
  });

  function overwrite(at: number, length: number): void {
    const handle = fs.openSync(file, "r+");
    fs.writeSync(handle, Buffer.alloc(length, 0xee), 0, length, at);
    fs.closeSync(handle);
  }
});

describe("migrations", () => {
  it("count without gaps", () => {
    expect(() => checkMigrations([{ number: 2, name: "x", sql: "" }])).toThrow(/where 1 is due/u);
    expect(() => checkMigrations([...migrations, { ...next, number: 1 }])).toThrow(/is due/u);
  });

  const fixture = (number: number): string =>
    path.join(import.meta.dirname, "fixtures", `schema-${String(number).padStart(4, "0")}.sqlite`);

  it.each(migrations.map((migration) => migration.number))(
    "open the stored database of schema %i with all that is in it",
    (number) => {
      fs.copyFileSync(fixture(number), file);
      const db = openDatabase(file);
      const chats = chatRepository(db);
      expect(chats.list().map((row) => row.title)).toEqual(["Ångström"]);
      const kept = chats.get("kept" as ChatId);
      expect(kept?.messages.map((m) => m.text)).toEqual(["a\0b \ud83d 東京都", "Text of a"]);
      expect(kept?.chat.documentIds).toEqual(["paper"]);
      expect(chats.search("angstrom 京都", 5)).toHaveLength(1);
      expect(chats.restore("gone" as ChatId).title).toBe("Chat gone");
      const documents = documentRepository(db);
      expect(documents.readyVersions()).toEqual([
        { documentId: "paper", version: 1, fingerprint: "f1" },
      ]);
      expect(documents.getPages("paper" as DocumentId, 1, 9)[0]?.text).toBe("Page one.");
      expect(settingsRepository(db).get()).toMatchObject({ theme: "dark", threads: 2 });
      expect(apiKeyRepository(db).list()).toEqual(number < 3 ? [] : [apiKey("editor")]);
      expect(benchRepository(db).list()).toEqual(number < 2 ? [] : [benchRun("measured")]);
      expect(quantRunRepository(db).list()).toEqual(number < 11 ? [] : [quantRun("compared")]);
      const checkpoint = checkpointRepository(db).get("thread", "");
      expect(checkpoint?.values).toEqual(
        number < 8 ? undefined : [{ channel: "question", value: storedValue("Who?") }],
      );
      expect(checkpoint?.writes.map((write) => write.channel)).toEqual(
        number < 8 ? undefined : ["answer"],
      );
      const evals = evalRepository(db);
      expect(evals.runs()).toEqual(number < 9 ? [] : [evalRun("evaluated")]);
      expect(evals.cases("evaluated")).toEqual(number < 9 ? [] : [evalCase()]);
      expect(evals.sets()).toEqual(number < 9 ? [] : [evalSet("own")]);
      db.close();
    },
  );

  it("have not been edited since their fixture was stored", () => {
    openDatabase(file).close();
    const schema = (at: string): unknown[] => {
      const db = new DatabaseSync(at, { readOnly: true });
      const rows = db.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all();
      db.close();
      return rows;
    };
    const stored = path.join(folder, "stored.sqlite");
    fs.copyFileSync(fixture(migrations.length), stored);
    expect(schema(file)).toEqual(schema(stored));
  });
});
