import { open, rm, stat, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { readJson, writeJson } from "../atomicJson.ts";
import { Intervals } from "./Intervals.ts";

const journalSchema = z.object({
  version: z.literal(1),
  url: z.string(),
  /** The stated hash; so called since it was always this one. */
  sha256: z.string(),
  totalBytes: z.number(),
  /** Strong validator that the parts were sent with, or null. */
  etag: z.string().nullable(),
  done: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
});

/** What a partial file belongs to. */
export interface PartIdentity {
  url: string;
  /** In hex; which hash it is, its length tells. */
  hash: string;
  totalBytes: number;
}

/**
 * A file of which parts have arrived: `<target>.part`, and `<target>.part.json` which says which. The
 * journal is written after the bytes are on the disk, so it never claims more than there is.
 */
export class RangeJournal {
  readonly #part: string;
  readonly #journal: string;
  readonly #identity: PartIdentity;
  done = new Intervals();
  etag: string | null = null;

  constructor(target: string, identity: PartIdentity) {
    this.#part = `${target}.part`;
    this.#journal = `${target}.part.json`;
    this.#identity = identity;
  }

  get partFile(): string {
    return this.#part;
  }

  /** Opens the partial file, with what an earlier run has left if it belongs to the same file. */
  async open(): Promise<FileHandle> {
    const known = await readJson(this.#journal, journalSchema);
    const { url, hash, totalBytes } = this.#identity;
    const size = (await stat(this.#part).catch(() => null))?.size ?? 0;
    const done = new Intervals(known?.done ?? []);
    // The same content may come from another address: a mirror, or another revision.
    const belongs =
      known !== null &&
      known.sha256 === hash &&
      known.totalBytes === totalBytes &&
      done.end <= Math.min(size, totalBytes);
    if (!belongs) await this.discard();
    this.done = belongs ? done : new Intervals();
    this.etag = belongs && known.url === url ? known.etag : null;
    return open(this.#part, belongs ? "r+" : "w+");
  }

  /** Puts on record what has arrived, after it is on the disk. */
  async save(file: FileHandle): Promise<void> {
    const done = [...this.done.toJSON()];
    await file.datasync();
    const { url, hash: sha256, totalBytes } = this.#identity;
    await writeJson(this.#journal, { version: 1, url, sha256, totalBytes, etag: this.etag, done });
  }

  /** Nothing that has arrived counts any more. */
  async forget(file: FileHandle): Promise<void> {
    this.done = new Intervals();
    this.etag = null;
    await file.truncate(0);
    await rm(this.#journal, { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.#part, { force: true });
    await this.forgetJournal();
  }

  async forgetJournal(): Promise<void> {
    await rm(this.#journal, { force: true });
  }
}
