import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { ApiKey, ApiKeysState } from "../../contract/apiKeys.ts";
import { HearthError } from "../../contract/errors.ts";
import { Cell } from "../core/Cell.ts";
import type { Store } from "../store/Store.ts";

/** Use is written down at most so often. */
const usedEveryMs = 60_000;

/**
 * The keys of programs. A key is 256 random bits, so its plain SHA-256 hash is as hard to turn back
 * as the key is to guess; only the hash is stored.
 */
export class ApiKeyService {
  readonly cell: Cell<ApiKeysState>;
  readonly #store: Pick<Store, "apiKeys">;
  readonly #now: () => number;

  private constructor(
    store: Pick<Store, "apiKeys">,
    apiKeys: readonly ApiKey[],
    now: () => number,
  ) {
    this.#store = store;
    this.#now = now;
    this.cell = new Cell<ApiKeysState>({ apiKeys: [...apiKeys] });
  }

  static async open(
    store: Pick<Store, "apiKeys">,
    now: () => number = () => Date.now(),
  ): Promise<ApiKeyService> {
    return new ApiKeyService(store, await store.apiKeys.list(), now);
  }

  /** @throws HearthError `conflict` where the name is taken */
  async add(name: string): Promise<{ apiKey: ApiKey; secret: string }> {
    const trimmed = name.trim();
    if (trimmed === "") throw new HearthError({ code: "bad-input", title: "A key needs a name." });
    const secret = `hearth-${randomBytes(32).toString("base64url")}`;
    const apiKey: ApiKey = {
      id: randomUUID(),
      name: trimmed,
      hint: secret.slice(-4),
      createdAt: this.#now(),
      usedAt: null,
    };
    if (!(await this.#store.apiKeys.add(apiKey, hashOf(secret)))) {
      throw new HearthError({
        code: "conflict",
        title: `There is a key named “${trimmed}” already.`,
        suggestion: "Choose another name, or remove that key first.",
      });
    }
    this.#change((apiKeys) => [...apiKeys, apiKey]);
    return { apiKey, secret };
  }

  get list(): readonly ApiKey[] {
    return this.cell.get().apiKeys;
  }

  /** @throws HearthError `not-found` */
  async remove(name: string): Promise<ApiKey> {
    const removed = await this.#store.apiKeys.remove(name.trim());
    if (removed) {
      this.#change((apiKeys) => apiKeys.filter(({ id }) => id !== removed.id));
      return removed;
    }
    throw new HearthError({
      code: "not-found",
      title: `There is no key named “${name}”.`,
      suggestion: "“hearth keys list” shows the keys.",
    });
  }

  /** The name of the key; null where it is nobody's. */
  async check(secret: string): Promise<string | null> {
    const found = await this.#store.apiKeys.findByHash(hashOf(secret));
    if (!found) return null;
    const now = this.#now();
    if (found.usedAt === null || Math.abs(now - found.usedAt) >= usedEveryMs) {
      await this.#store.apiKeys.touch(found.id, now);
      this.#change((apiKeys) =>
        apiKeys.map((apiKey) => (apiKey.id === found.id ? { ...apiKey, usedAt: now } : apiKey)),
      );
    }
    return found.name;
  }

  #change(change: (apiKeys: readonly ApiKey[]) => ApiKey[]): void {
    this.cell.update(({ apiKeys }) => ({ apiKeys: change(apiKeys) }));
  }
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
