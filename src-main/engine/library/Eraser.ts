import fs from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../store/Store.ts";
import type { PassageIndex } from "./PassageIndex.ts";

/** Removals that come one after the other are erased together, this long after the last. */
const quietMs = 1_000;

/**
 * Takes what was removed from the library off the disk: databases only mark what is deleted, and keep
 * older states of themselves. That it is still to be done is noted in a file, so that an engine that is
 * killed before leaves it to the next one.
 */
export class Eraser implements AsyncDisposable {
  readonly #store: Pick<Store, "documents">;
  readonly #passages: Pick<PassageIndex, "stamp" | "erase">;
  readonly #note: string;
  readonly #uploads: string;
  readonly #onFault: (error: unknown) => void;
  readonly #end = new AbortController();
  readonly #since = Date.now();
  #asked = 0;
  #running: Promise<void> | undefined;

  constructor(options: {
    home: string;
    store: Pick<Store, "documents">;
    passages: Pick<PassageIndex, "stamp" | "erase">;
    onFault: (error: unknown) => void;
  }) {
    this.#store = options.store;
    this.#passages = options.passages;
    this.#note = path.join(options.home, "erase-removed");
    this.#uploads = path.join(options.home, "uploads");
    this.#onFault = options.onFault;
  }

  /** To be called before anything is removed. */
  async begin(): Promise<void> {
    await fs.writeFile(this.#note, "");
  }

  /** Documents were removed. The copies of files that a browser sent go with them. */
  async removed(files: readonly string[]): Promise<void> {
    await this.#removeCopies(
      files.filter((file) => {
        const inside = path.relative(this.#uploads, file);
        return !inside.startsWith("..") && !path.isAbsolute(inside);
      }),
    );
    this.#ask();
  }

  async #removeCopies(files: readonly string[]): Promise<void> {
    for (const file of files) {
      await fs.rm(file, { force: true });
      // Another name for the same content lies in the same folder.
      await fs.rmdir(path.dirname(file)).catch(() => {});
    }
  }

  /** Whether an earlier engine left something to do. */
  async isLeft(): Promise<boolean> {
    return await fs.stat(this.#note).then(
      () => true,
      () => false,
    );
  }

  /** Does what an earlier engine left to do. */
  async resume(): Promise<void> {
    if (!(await this.isLeft())) return;
    await this.#sweepUploads();
    this.#ask();
  }

  /** Copies whose documents are gone: an engine that was killed did not come to remove them. */
  async #sweepUploads(): Promise<void> {
    const kept = new Set((await this.#store.documents.list()).map((record) => record.path));
    const entries = await fs
      .readdir(this.#uploads, { withFileTypes: true, recursive: true })
      // No browser has sent anything.
      .catch(() => []);
    const orphans: string[] = [];
    for (const entry of entries) {
      const file = path.join(entry.parentPath, entry.name);
      if (!entry.isFile() || kept.has(file)) continue;
      // What a browser has sent since is on its way into the library.
      if ((await fs.stat(file)).ctimeMs < this.#since) orphans.push(file);
    }
    await this.#removeCopies(orphans);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  #ask(): void {
    this.#asked += 1;
    this.#running ??= this.#run()
      .catch((error: unknown) => {
        if (!this.#end.signal.aborted) this.#onFault(error);
      })
      .finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    for (let done = -1; done !== this.#asked;) {
      done = this.#asked;
      await sleep(quietMs, undefined, { signal });
      if (done !== this.#asked) continue;
      await this.#store.documents.emptyLog();
      // Without an embedder the index cannot be opened; the note stays until there is one.
      if (this.#passages.stamp() === undefined) continue;
      await this.#passages.erase(signal);
      await fs.rm(this.#note, { force: true });
      // What was removed while this went on is still to be done, also by another engine.
      if (done !== this.#asked) await this.begin();
    }
  }
}
