import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { apiKey } from "../fixtures/samples.ts";
import { apiKeyRepository } from "./apiKeys.ts";

let db: Database;

beforeEach(() => {
  db = memoryDatabase();
});
afterEach(() => db.close());

describe("keys of programs", () => {
  it("are found by their hash, and each name is there once", () => {
    const keys = apiKeyRepository(db);
    expect(keys.add(apiKey("a"), "ha")).toBe(true);
    expect(keys.add(apiKey("b"), "hb")).toBe(true);
    expect(keys.add(apiKey("a", { id: "other" }), "hc")).toBe(false);
    expect(keys.findByHash("hb")).toEqual(apiKey("b"));
    expect(keys.findByHash("hc")).toBeNull();
    keys.touch("id-b", 7);
    expect(keys.list()).toEqual([apiKey("a"), apiKey("b", { usedAt: 7 })]);
  });

  it("are gone once removed, by name or id", () => {
    const keys = apiKeyRepository(db);
    for (const name of ["a", "b"]) keys.add(apiKey(name), `h${name}`);
    expect(keys.remove("a")?.id).toBe("id-a");
    expect(keys.remove("id-b")?.name).toBe("b");
    expect(keys.remove("a")).toBeNull();
    expect(keys.findByHash("ha")).toBeNull();
  });
});
