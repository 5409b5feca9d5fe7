import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiKeyService } from "../../core/ApiKeyService.ts";
import { Database } from "../Database.ts";
import { apiKey } from "../fixtures/samples.ts";
import { migrations } from "../migrations/index.ts";
import type { Store } from "../Store.ts";
import { apiKeyRepository } from "./apiKeys.ts";

let db: Database;

beforeEach(() => {
  const connection = new DatabaseSync(":memory:");
  for (const migration of migrations) connection.exec(migration.sql);
  db = new Database(connection);
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

describe("ApiKeyService", () => {
  let now = 0;
  function service(): ApiKeyService {
    now = 1_000_000;
    const apiKeys = apiKeyRepository(db);
    // The store answers later; the methods are the same.
    return new ApiKeyService({ apiKeys } as unknown as Pick<Store, "apiKeys">, () => now);
  }

  it("tells a key once, keeps only its hash, and knows it again", async () => {
    const keys = service();
    const { apiKey: made, secret } = await keys.add(" editor ");
    expect(secret).toMatch(/^hearth-[\w-]{43}$/);
    expect(made).toMatchObject({ name: "editor", hint: secret.slice(-4) });
    expect(JSON.stringify(db.all("SELECT * FROM api_keys"))).not.toContain(secret.slice(7, -4));
    expect(await keys.check(secret)).toBe("editor");
    expect(await keys.check(`${secret}x`)).toBeNull();
    expect(await keys.check("")).toBeNull();
  });

  it("notes the use once a minute", async () => {
    const keys = service();
    const { secret } = await keys.add("a");
    const used = async (): Promise<number | null | undefined> => {
      await keys.check(secret);
      return (await keys.list())[0]?.usedAt;
    };
    expect(await used()).toBe(1_000_000);
    now += 59_000;
    expect(await used()).toBe(1_000_000);
    now += 1_000;
    expect(await used()).toBe(1_060_000);
  });

  it("refuses a second key of a name, an empty name, and to remove what is not there", async () => {
    const keys = service();
    await keys.add("a");
    await expect(keys.add("a")).rejects.toMatchObject({ code: "conflict" });
    await expect(keys.add("  ")).rejects.toMatchObject({ code: "bad-input" });
    await expect(keys.remove("b")).rejects.toMatchObject({ code: "not-found" });
  });
});
