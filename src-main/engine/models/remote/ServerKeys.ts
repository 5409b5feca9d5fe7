import { readFile } from "node:fs/promises";
import { HearthError } from "../../../contract/errors.ts";
import type { KeyPlace, ServerId } from "../../../contract/servers.ts";
import { type KeyStore, SecretKeeper } from "../SecretKeeper.ts";
import type { ServerRecord } from "./serverRecord.ts";

type Kept = Pick<ServerRecord, "id" | "name" | "sealedKey" | "keyFile">;

const longestKey = 4096;

/** The keys of servers: kept by the key store, or read from a file that the user keeps. */
export class ServerKeys {
  readonly #keeper: SecretKeeper<ServerId>;

  constructor(store: KeyStore) {
    this.#keeper = new SecretKeeper(store);
  }

  /** Takes a key; what is answered is to be kept in the record. Null forgets it. */
  async take(id: ServerId, key: string | null): Promise<string | null> {
    if (key !== null) return await this.#keeper.take(id, key);
    this.#keeper.forget(id);
    return null;
  }

  /**
   * The key of a server, or null where it needs none.
   * @throws HearthError `unavailable` where it has one that cannot be had now
   */
  async get({ id, name, sealedKey, keyFile }: Kept): Promise<string | null> {
    if (keyFile !== null) return await readKeyFile(keyFile);
    const key = await this.#keeper.get(id, sealedKey);
    if (key === null && sealedKey !== null) throw keyClosed(name);
    return key;
  }

  place({ id, sealedKey, keyFile }: Kept): KeyPlace {
    return keyFile === null ? this.#keeper.place(id, sealedKey) : "file";
  }

  forget(id: ServerId): void {
    this.#keeper.forget(id);
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
