import { rm } from "node:fs/promises";
import { z } from "zod";
import type { HubState } from "../../../contract/hub.ts";
import { readJson, writeJson } from "../atomicJson.ts";

export interface HubTokenOptions {
  /** Where the sealed token is kept. */
  readonly file: string;
  /** Address of the hub now. */
  readonly endpoint: () => string;
  /** Seals a text with the key store of the system; null where no face has one. */
  readonly seal: (text: string) => Promise<string | null>;
  readonly open: (sealed: string) => Promise<string | null>;
}

const recordSchema = z.object({ endpoint: z.string(), sealed: z.string() });

/**
 * The access token of a hub. It is kept sealed by the system's key store, which a window has; where there
 * is none, it is held in memory until the engine ends. It belongs to the address that it was given for,
 * and goes nowhere else.
 */
export class HubToken {
  readonly #options: HubTokenOptions;
  #held: { endpoint: string; token: string; isKept: boolean } | null = null;

  constructor(options: HubTokenOptions) {
    this.#options = options;
  }

  /** The token for the hub's present address, or null. */
  async get(): Promise<string | null> {
    const endpoint = this.#options.endpoint();
    if (this.#held !== null) return this.#held.endpoint === endpoint ? this.#held.token : null;
    const record = await readJson(this.#options.file, recordSchema);
    if (record === null || record.endpoint !== endpoint) return null;
    const token = await this.#options.open(record.sealed);
    if (token !== null) this.#held = { endpoint, token, isKept: true };
    return token;
  }

  /** @param token null removes it */
  async set(token: string | null): Promise<HubState["token"]> {
    const { file, endpoint, seal } = this.#options;
    this.#held = null;
    await rm(file, { force: true });
    if (token === null) return "none";
    const sealed = await seal(token);
    if (sealed !== null) await writeJson(file, { endpoint: endpoint(), sealed });
    this.#held = { endpoint: endpoint(), token, isKept: sealed !== null };
    return this.state();
  }

  async state(): Promise<HubState["token"]> {
    const endpoint = this.#options.endpoint();
    if (this.#held !== null) {
      if (this.#held.endpoint !== endpoint) return "none";
      return this.#held.isKept ? "kept" : "held";
    }
    const record = await readJson(this.#options.file, recordSchema);
    if (record === null || record.endpoint !== endpoint) return "none";
    return (await this.get()) === null ? "closed" : "kept";
  }
}
