import { readFile } from "node:fs/promises";
import { HearthError } from "../../../contract/errors.ts";
import type { KeyPlace, ServerId } from "../../../contract/servers.ts";
import type { ServerRecord } from "./serverRecord.ts";

export interface ServerKeysOptions {
  /** Seals a text with the key store of the system; null where no face has one. */
  readonly seal: (text: string) => Promise<string | null>;
  readonly open: (sealed: string) => Promise<string | null>;
}

type Kept = Pick<ServerRecord, "id" | "name" | "sealedKey" | "keyFile">;

const longestKey = 4096;

/**
 * The keys of servers. A key is kept sealed by the system's key store, which a window has. Where there is
 * none it is held in memory until the engine ends, or read from a file that the user keeps.
 */
export class ServerKeys {
  readonly #options: ServerKeysOptions;
  readonly #held = new Map<ServerId, string>();
  /** Sealed keys that no face could open when they were last wanted. */
  readonly #closed = new Set<ServerId>();

  constructor(options: ServerKeysOptions) {
    this.#options = options;
  }

  /** Takes a key; what is answered is to be kept in the record. Null forgets it. */
  async take(id: ServerId, key: string | null): Promise<string | null> {
    this.forget(id);
    if (key === null) return null;
    this.#held.set(id, key);
    return await this.#options.seal(key);
  }

  /**
   * The key of a server, or null where it needs none.
   * @throws HearthError `unavailable` where it has one that cannot be had now
   */
  async get({ id, name, sealedKey, keyFile }: Kept): Promise<string | null> {
    if (keyFile !== null) return await readKeyFile(keyFile);
    const held = this.#held.get(id);
    if (held !== undefined) return held;
    if (sealedKey === null) return null;
    const key = await this.#options.open(sealedKey);
    if (key === null) {
      this.#closed.add(id);
      throw keyClosed(name);
    }
    this.#closed.delete(id);
    this.#held.set(id, key);
    return key;
  }

  place({ id, sealedKey, keyFile }: Kept): KeyPlace {
    if (keyFile !== null) return "file";
    if (sealedKey !== null) return this.#closed.has(id) ? "closed" : "kept";
    return this.#held.has(id) ? "held" : "none";
  }

  forget(id: ServerId): void {
    this.#held.delete(id);
    this.#closed.delete(id);
  }
}

/** The key in a file: its first line. */
export async function readKeyFile(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new HearthError(
      {
        code: "file-unreadable",
        title: "The file with the key cannot be read.",
        cause: error instanceof Error ? error.message : String(error),
        suggestion: "Check its path and whether Hearth may read it.",
      },
      { cause: error },
    );
  }
  const key = text.split(/\r?\n/u)[0]?.trim() ?? "";
  if (key !== "" && key.length <= longestKey && /^[\x21-\x7e]+$/u.test(key)) return key;
  throw new HearthError({
    code: "bad-input",
    title: "The file with the key holds no key.",
    cause: `The first line of ${file} is not one word of letters, digits and signs.`,
    suggestion: "Put the key on the first line, and nothing else.",
  });
}

function keyClosed(name: string): HearthError {
  return new HearthError({
    code: "unavailable",
    title: `The key of ${name} is locked away.`,
    cause: "The system's key store keeps it, and only Hearth's window can open that.",
    suggestion:
      "Open Hearth's window once, or give the key again here; it is then held until the engine ends.",
  });
}
