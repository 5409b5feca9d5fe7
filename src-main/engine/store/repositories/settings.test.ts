import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settingsSchema } from "../../../contract/settings.ts";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { requestRepository } from "./requests.ts";
import { settingsRepository } from "./settings.ts";

let db: Database;
let damage: string[];

beforeEach(() => {
  damage = [];
  db = memoryDatabase((place) => damage.push(place));
});
afterEach(() => db.close());

describe("settings", () => {
  it("start as defaults and change one by one", () => {
    const settings = settingsRepository(db);
    expect(settings.get()).toEqual(settingsSchema.parse({}));
    settings.update({ theme: "dark", threads: 4, systemPrompt: "\ud83d\0" });
    expect(settings.update({ threads: null, theme: undefined })).toEqual({
      ...settingsSchema.parse({}),
      theme: "dark",
      systemPrompt: "\ud83d\0",
    });
    expect(db.get("SELECT count(*) AS n FROM settings")).toEqual({ n: 3 });
  });

  it("lose only the value that is no longer allowed", () => {
    const settings = settingsRepository(db);
    settings.update({ theme: "light", contextTokens: 4096, offline: true });
    db.run(`UPDATE settings SET value_json = '"neon"' WHERE name = 'theme'`);
    db.run(`UPDATE settings SET value_json = '{' WHERE name = 'offline'`);
    db.run(`INSERT INTO settings VALUES ('of-another-version', '1'), ('__proto__', '{"x":1}')`);
    expect(settings.get()).toEqual({ ...settingsSchema.parse({}), contextTokens: 4096 });
    expect(damage.sort()).toEqual(["settings/offline", "settings/theme"]);
  });

  it("refuse a bad value and change nothing", () => {
    const settings = settingsRepository(db);
    expect(() => settings.update({ theme: "dark", threads: 0 })).toThrow(/threads/u);
    expect(settings.get().theme).toBe("system");
  });
});

describe("network requests", () => {
  const request = {
    at: 1,
    process: "engine",
    method: "GET",
    url: "https://example.org/\ud83d",
    reason: "Download",
    outcome: "allowed",
    status: null,
    bytes: 0,
  } as const;

  it("are listed newest first and counted", () => {
    const requests = requestRepository(db);
    const first = requests.add(request);
    const second = requests.add({ ...request, outcome: "refused", status: 403 });
    expect(requests.list(10)).toEqual([second, first]);
    expect(requests.list(1)).toEqual([second]);
    expect(requests.count()).toBe(2);
  });

  it("replace their start by their end", () => {
    const requests = requestRepository(db);
    const start = requests.add(request, "k1");
    requests.add(request, "k2");
    const end = requests.add({ ...request, status: 200, bytes: 5e9 }, "k1");
    expect(end.id).toBe(start.id);
    expect(requests.count()).toBe(2);
    expect(requests.list(10)[1]).toEqual({ ...request, id: start.id, status: 200, bytes: 5e9 });
  });
});
