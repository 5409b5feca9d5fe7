import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../store/Database.ts";
import { migrations } from "../store/migrations/index.ts";
import { apiKeyRepository } from "../store/repositories/apiKeys.ts";
import type { Store } from "../store/Store.ts";
import { ApiKeyService } from "./ApiKeyService.ts";

let db: Database;

beforeEach(() => {
  const connection = new DatabaseSync(":memory:");
  for (const migration of migrations) connection.exec(migration.sql);
  db = new Database(connection);
});
afterEach(() => db.close());

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
