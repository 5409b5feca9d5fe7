import { askFaces } from "../core/askFaces.ts";
import type { Face } from "../../rpc/RpcServer.ts";

export interface KeyStore {
  /** Seals a text with the key store of the system; null where no face has one. */
  readonly seal: (text: string) => Promise<string | null>;
  readonly open: (sealed: string) => Promise<string | null>;
}

/** The key store of whichever face has one. */
export function keyStoreOf(faces: () => readonly Face[]): KeyStore {
  return {
    seal: (text) =>
      askFaces(
        faces(),
        (face) => face.ask("secrets.seal", { text }),
        ({ sealed }) => sealed,
      ),
    open: (sealed) =>
      askFaces(
        faces(),
        (face) => face.ask("secrets.open", { sealed }),
        ({ text }) => text,
      ),
  };
}

/**
 * Where a secret is: there is none; sealed by the system's key store; in memory until the engine ends,
 * because no face has a key store; sealed, but no face is there that can open it.
 */
export type SecretPlace = "none" | "kept" | "held" | "closed";

/**
 * Keeps secrets by the key store of the system, which a window has. The sealed text is kept by the caller.
 * Where there is no key store a secret is held in memory until the engine ends.
 */
export class SecretKeeper<Id extends string> {
  readonly #store: KeyStore;
  readonly #held = new Map<Id, string>();
  /** Sealed ones that no face could open when they were last wanted. */
  readonly #closed = new Set<Id>();

  constructor(store: KeyStore) {
    this.#store = store;
  }

  /** Takes a secret in place of the one before. @returns the sealed text for the caller to keep, or null */
  async take(id: Id, secret: string): Promise<string | null> {
    this.forget(id);
    this.#held.set(id, secret);
    return await this.#store.seal(secret);
  }

  /** @param sealed what the caller kept @returns null where there is none, or it cannot be opened now */
  async get(id: Id, sealed: string | null): Promise<string | null> {
    const held = this.#held.get(id);
    if (held !== undefined || sealed === null) return held ?? null;
    const secret = await this.#store.open(sealed);
    if (secret === null) {
      this.#closed.add(id);
      return null;
    }
    this.#closed.delete(id);
    this.#held.set(id, secret);
    return secret;
  }

  place(id: Id, sealed: string | null): SecretPlace {
    if (sealed !== null) return this.#closed.has(id) ? "closed" : "kept";
    return this.#held.has(id) ? "held" : "none";
  }

  forget(id: Id): void {
    this.#held.delete(id);
    this.#closed.delete(id);
  }
}
