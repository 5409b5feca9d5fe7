import { rm } from "node:fs/promises";
import { z } from "zod";
import type { HubState } from "../../../contract/hub.ts";
import { readJson, writeJson } from "../atomicJson.ts";
import { type KeyStore, SecretKeeper } from "../SecretKeeper.ts";

export interface HubTokenOptions extends KeyStore {
  /** Where the sealed token is kept. */
  readonly file: string;
  /** Address of the hub now. */
  readonly endpoint: () => string;
}

const recordSchema = z.object({ endpoint: z.string(), sealed: z.string() });

/** The access token of a hub. It belongs to the address that it was given for, and goes nowhere else. */
export class HubToken {
  readonly #options: HubTokenOptions;
  readonly #keeper: SecretKeeper<string>;
  /** The address that the token of this engine's life was given for. */
  #givenFor: string | null = null;

  constructor(options: HubTokenOptions) {
    this.#options = options;
    this.#keeper = new SecretKeeper(options);
  }

  /** The token for the hub's present address, or null. */
  async get(): Promise<string | null> {
    const endpoint = this.#options.endpoint();
    return await this.#keeper.get(endpoint, await this.#sealedFor(endpoint));
  }

  /** @param token null removes it */
  async set(token: string | null): Promise<HubState["token"]> {
    const { file } = this.#options;
    const endpoint = this.#options.endpoint();
    // There is one token: the one for an address of before goes with it.
    for (const before of [this.#givenFor, endpoint])
      if (before !== null) this.#keeper.forget(before);
    await rm(file, { force: true });
    if (token === null) return "none";
    this.#givenFor = endpoint;
    const sealed = await this.#keeper.take(endpoint, token);
    if (sealed !== null) await writeJson(file, { endpoint, sealed });
    return this.#keeper.place(endpoint, sealed);
  }

  async state(): Promise<HubState["token"]> {
    const endpoint = this.#options.endpoint();
    const sealed = await this.#sealedFor(endpoint);
    // Whether it can be opened is known once somebody has tried.
    await this.#keeper.get(endpoint, sealed);
    return this.#keeper.place(endpoint, sealed);
  }

  async #sealedFor(endpoint: string): Promise<string | null> {
    const record = await readJson(this.#options.file, recordSchema);
    return record?.endpoint === endpoint ? record.sealed : null;
  }
}
