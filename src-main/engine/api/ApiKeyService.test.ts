import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../store/Database.ts";
import { memoryDatabase } from "../store/fixtures/memoryDatabase.ts";
import { apiKeyRepository } from "../store/repositories/apiKeys.ts";
import type { Store } from "../store/Store.ts";
import { ApiKeyService } from "./ApiKeyService.ts";

let db: Database;

beforeEach(() => {
  db = memoryDatabase();
});
afterEach(() => db.close());

describe("ApiKeyService", () => {
  let now = 0;
  function service(): Promise<ApiKeyService> {
    now = 1_000_000;
    const apiKeys: unknown = apiKeyRepository(db);
    // The store answers later; the methods are the same.
    return ApiKeyService.open({ apiKeys } as Pick<Store, "apiKeys">, () => now);
  }

  it("tells a key once, keeps only its hash, and knows it again", async () => {
    const keys = await service();
    const { apiKey: made, secret } = await keys.add(" editor ");
    expect(secret).toMatch(/^hearth-[\w-]{43}$/);
    expect(made).toMatchObject({ name: "editor", hint: secret.slice(-4) });
    expect(JSON.stringify(db.all("SELECT * FROM api_keys"))).not.toContain(secret.slice(7, -4));
    expect(await keys.check(secret)).toBe("editor");
    expect(await keys.check(`${secret}x`)).toBeNull();
    expect(await keys.check("")).toBeNull();
  });

  it("notes the use once a minute", async () => {
    const keys = await service();
    const { secret } = await keys.add("a");
    const used = async (): Promise<number | null | undefined> => {
      await keys.check(secret);
      return keys.list[0]?.usedAt;
    };
    expect(await used()).toBe(1_000_000);
    now += 59_000;
    expect(await used()).toBe(1_000_000);
    now += 1_000;
    expect(await used()).toBe(1_060_000);
  });

  it("refuses a second key of a name, an empty name, and to remove what is not there", async () => {
    const keys = await service();
    await keys.add("a");
    await expect(keys.add("a")).rejects.toMatchObject({ code: "conflict" });
    await expect(keys.add("  ")).rejects.toMatchObject({ code: "bad-input" });
    await expect(keys.remove("b")).rejects.toMatchObject({ code: "not-found" });
  });

  it("tells of each change what is on record, and opens with it", async () => {
    const keys = await service();
    let told = 0;
    keys.cell.subscribe(() => told++);
    const { secret } = await keys.add("a");
    await keys.add("b");
    await keys.check(secret);
    await keys.remove("b");
    expect(told).toBe(4);
    expect(keys.list.map(({ name, usedAt }) => [name, usedAt])).toEqual([["a", 1_000_000]]);
    expect((await service()).list).toEqual(keys.list);
  });
});
