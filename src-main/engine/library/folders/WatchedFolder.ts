import path from "node:path";
import type { FolderRow } from "../../../contract/folders.ts";
import type { DocumentId } from "../../../contract/ids.ts";
import { Wakeup } from "../../core/Wakeup.ts";
import type { DocumentRecord } from "../../store/records.ts";
import { isGone, type FileState } from "../identifyFile.ts";
import { beginningOf } from "./beginningOf.ts";
import { FolderWatchers } from "./FolderWatchers.ts";
import { IgnoreRules } from "./IgnoreRules.ts";
import { isKnown, statAll, walkFolder, type FoundFile, type Walked } from "./walkFolder.ts";

/** Changes that come one after the other are looked at together. */
const debounceMs = 300;
/** After a look a folder rests for so many times as long as the look took. */
const restFactor = 4;
/** A file that was written to within this time may still be being written. */
const settleMs = 1_500;
/** A file that is gone may turn up under another name. */
const graceMs = 4_000;
/** All is compared again this often: not every change is told, least of all on network drives. */
const wholeMs = 10 * 60_000;
/** The same where it cannot be watched, or is not there. */
const unwatchedMs = 15_000;

/** What a watched folder asks of the library. */
export interface FolderLibrary {
  /** Documents whose file lies below a folder. */
  below(folder: string): Promise<DocumentRecord[]>;
  get(documentId: DocumentId): Promise<DocumentRecord | undefined>;
  /** Resolves when all have been taken in or have failed. */
  take(files: readonly string[]): Promise<unknown>;
  remove(documentIds: readonly DocumentId[]): Promise<void>;
}

/**
 * Keeps the library in step with one folder: takes in what is new or changed, and removes what is gone.
 * What the system tells of changes only says where to look; what is there decides.
 */
export class WatchedFolder implements AsyncDisposable {
  readonly path: string;
  readonly ignore: readonly string[];
  status: FolderRow["status"] = "checking";
  readonly #rules: IgnoreRules;
  readonly #library: FolderLibrary;
  readonly #onStatus: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #watchers: FolderWatchers;
  readonly #changed = new Wakeup();
  readonly #end = new AbortController();
  /** When to look into a folder, by `performance.now()`. */
  readonly #due = new Map<string, number>();
  /** Folders that have been looked into. */
  readonly #seen = new Set<string>();
  /** The state in which a file was last handed over. */
  readonly #tried = new Map<string, FileState>();
  readonly #missing = new Map<DocumentId, number>();
  readonly #running: Promise<void>;
  /** Whether what the rules pass over is still to be taken out. */
  #sweeps: boolean;
  #taking = 0;
  #lookMs = 0;
  #wholeAt = 0;
  #wholeEveryMs = wholeMs;

  /**
   * @param options.never folders in it that are not looked at
   * @param options.sweeps whether the rules are new, and documents that they pass over have to go
   */
  constructor(options: {
    path: string;
    ignore: readonly string[];
    never: readonly string[];
    sweeps: boolean;
    library: FolderLibrary;
    onStatus: () => void;
    onFault: (error: unknown) => void;
  }) {
    this.path = options.path;
    this.ignore = options.ignore;
    this.#rules = new IgnoreRules(options.path, options.ignore, options.never);
    this.#sweeps = options.sweeps;
    this.#library = options.library;
    this.#onStatus = options.onStatus;
    this.#onFault = options.onFault;
    this.#watchers = new FolderWatchers({
      root: options.path,
      onChange: (folder) => this.#mark(folder, debounceMs),
      onFailed: () => (this.#wholeEveryMs = unwatchedMs),
    });
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#watchers[Symbol.dispose]();
    await this.#running;
  }

  #mark(folder: string, inMs: number): void {
    if (this.#due.has(folder) || this.status === "missing" || !this.#rules.reaches(folder)) return;
    // A large folder in which something goes on all the time must not be looked into all the time.
    this.#due.set(folder, performance.now() + Math.max(inMs, restFactor * this.#lookMs));
    this.#changed.wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        await this.#turn();
      } catch (error) {
        if (signal.aborted) return;
        this.#onFault(error);
        this.#wholeAt = performance.now() + unwatchedMs;
      }
    }
  }

  async #turn(): Promise<void> {
    const { signal } = this.#end;
    const now = performance.now();
    if (now >= this.#wholeAt) {
      await this.#lookAtAll();
      return;
    }
    for (const [folder, at] of this.#due) {
      if (at > now) continue;
      this.#due.delete(folder);
      await this.#lookInto(folder);
      this.#lookMs = performance.now() - now;
      return;
    }
    // A file that was moved is known by its content once the new place has been read.
    const over = this.#taking > 0 ? [] : this.#missing;
    for (const [documentId, since] of over) {
      if (since + graceMs > now) continue;
      this.#missing.delete(documentId);
      await this.#removeIfGone(documentId);
      return;
    }
    const graces = this.#taking > 0 ? [] : [...this.#missing.values()].map((at) => at + graceMs);
    const next = Math.min(this.#wholeAt, ...this.#due.values(), ...graces);
    await this.#changed.sleep({ signal, ms: Math.max(1, next - now) });
  }

  async #lookAtAll(): Promise<void> {
    if (this.status !== "missing") this.#show("checking");
    const known = await this.#library.below(this.path);
    let walked: Walked;
    try {
      walked = await this.#walk(this.path, () => true);
    } catch {
      this.#end.signal.throwIfAborted();
      this.#setMissing();
      return;
    }
    // An empty folder in place of a full one is most likely a drive that is not mounted.
    if (walked.isEmpty && known.length > 1) {
      this.#setMissing();
      return;
    }
    this.#wholeAt = performance.now() + this.#wholeEveryMs;
    this.#show("checking");
    await this.#removePassedOver(known);
    await this.#compare(known, walked, () => false);
    this.#show("watching");
  }

  /** Looks into a folder, and into those in it that are new. */
  async #lookInto(folder: string): Promise<void> {
    const known = await this.#library.below(folder);
    let walked: Walked;
    try {
      walked = await this.#walk(folder, (child) => !this.#seen.has(child));
    } catch {
      this.#end.signal.throwIfAborted();
      this.#watchers.removeBelow(folder);
      for (const seen of this.#seen) {
        if (seen === folder || seen.startsWith(beginningOf(folder))) this.#seen.delete(seen);
      }
      if (folder === this.path) this.#wholeAt = 0;
      else this.#mark(path.dirname(folder), debounceMs);
      return;
    }
    if (folder === this.path && walked.isEmpty && known.length > 1) {
      this.#setMissing();
      return;
    }
    const looked = new Set(walked.folders);
    const others = walked.children.filter((child) => !looked.has(child));
    await this.#compare(known, walked, (file) =>
      others.some((other) => file.startsWith(beginningOf(other))),
    );
    this.#onStatus();
  }

  async #walk(folder: string, deep: (child: string) => boolean): Promise<Walked> {
    return await walkFolder(folder, this.#rules, this.#end.signal, {
      deep,
      // Watched before it is read, so that nothing falls between.
      onFolder: (child) => {
        this.#watchers.add(child);
        this.#seen.add(child);
      },
    });
  }

  /** @param elsewhere whether a file lies where nobody has looked */
  async #compare(
    known: readonly DocumentRecord[],
    walked: Walked,
    elsewhere: (file: string) => boolean,
  ): Promise<void> {
    const files = await statAll(walked.files, this.#end.signal);
    const byPath = new Map(known.map((record) => [record.path, record]));
    this.#take(files.filter((file) => this.#isNew(byPath.get(file.path), file)));
    const found = new Set(files.map((file) => file.path));
    for (const record of known) {
      if (found.has(record.path) || elsewhere(record.path)) continue;
      if (!(await isGone(record.path))) continue;
      if (!this.#missing.has(record.id)) this.#missing.set(record.id, performance.now());
    }
  }

  /** Takes out what the rules pass over. Later on somebody may add such a file by hand: it stays. */
  async #removePassedOver(known: readonly DocumentRecord[]): Promise<void> {
    if (!this.#sweeps) return;
    const passedOver = known.filter(({ path: file }) => this.#rules.excludes(file));
    await this.#library.remove(passedOver.map(({ id }) => id));
    this.#sweeps = false;
  }

  #isNew(record: DocumentRecord | undefined, file: FoundFile): boolean {
    if (isKnown(this.#tried.get(file.path), file)) return false;
    if (record && isKnown(record, file)) return false;
    const ageMs = Date.now() - file.state.mtimeMs;
    // A date in the future says nothing of when it was written.
    if (ageMs >= settleMs || ageMs < 0) return true;
    this.#mark(path.dirname(file.path), settleMs - ageMs + debounceMs);
    return false;
  }

  #take(files: readonly FoundFile[]): void {
    if (files.length === 0) return;
    for (const { path: file, state } of files) this.#tried.set(file, state);
    this.#taking += 1;
    this.#library
      .take(files.map((file) => file.path))
      .catch(this.#onFault)
      .finally(() => {
        this.#taking -= 1;
        this.#onStatus();
        this.#changed.wake();
      });
  }

  async #removeIfGone(documentId: DocumentId): Promise<void> {
    const record = await this.#library.get(documentId);
    const isHere = record?.path.startsWith(beginningOf(this.path)) ?? false;
    if (!record || !isHere || !(await isGone(record.path))) return;
    // With the folder itself gone, nothing is known of its files.
    if (await isGone(this.path)) {
      this.#setMissing();
      return;
    }
    this.#tried.delete(record.path);
    await this.#library.remove([documentId]);
    this.#onStatus();
  }

  #setMissing(): void {
    this.#watchers.removeBelow(this.path);
    this.#seen.clear();
    this.#due.clear();
    this.#missing.clear();
    this.#wholeAt = performance.now() + unwatchedMs;
    this.#show("missing");
  }

  #show(status: FolderRow["status"]): void {
    this.status = status;
    this.#onStatus();
  }
}
