import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import { commonPrefix } from "./commonPrefix.ts";

/** The state of one sequence outside of the cache: its tokens and what the library makes of them. */
export interface SavedState {
  readonly tokens: Int32Array;
  readonly bytes: Uint8Array;
}

interface Entry {
  readonly tokens: Int32Array;
  readonly size: number;
  /** Null once it is on disk only. */
  bytes: Uint8Array | null;
  /** Null while it was never written. */
  file: string | null;
  usedAt: number;
}

export interface StateShelfOptions {
  /** Where states outlive the process; null keeps them in memory alone. */
  readonly folder: string | null;
  /** Bytes of states kept in memory; what is more goes to disk, the one not used for longest first. */
  readonly memoryBytes: number;
  /** Bytes of states kept on disk for this model. */
  readonly diskBytes: number;
  /** A shorter state is not worth writing: it is read again in the time of a breath. */
  readonly leastDiskTokens: number;
}

const suffix = ".kv";
const magic = 0x31564b48;
/** Magic, count of tokens, checksum of all behind it, and a spare word. */
const headerBytes = 16;
/** What nobody came back to within so long is erased: it holds the text of a conversation. */
export const mostStateAgeMs = 7 * 24 * 3600 * 1000;

/**
 * Idle conversations as bytes: first in memory, then on disk. A conversation that comes back is copied
 * into the cache instead of being read by the model again, which takes a hundred times longer.
 */
export class StateShelf {
  readonly #options: StateShelfOptions;
  #entries: Entry[] = [];
  #uses = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: StateShelfOptions) {
    this.#options = options;
  }

  /** Opens the folder and learns what is in it. Files that are damaged or too old are deleted. */
  static async open(options: StateShelfOptions): Promise<StateShelf> {
    const shelf = new StateShelf(options);
    if (options.folder !== null) await shelf.#readFolder(options.folder);
    return shelf;
  }

  /** How many states are kept, and the bytes of those in memory. */
  get size(): { states: number; memoryBytes: number } {
    return { states: this.#entries.length, memoryBytes: this.#memoryBytes() };
  }

  /**
   * Keeps a state, instead of those that it is a continuation of.
   *
   * @param fill writes the state into the bytes given; false when that failed, and nothing is kept
   */
  put(tokens: readonly number[], size: number, fill: (bytes: Uint8Array) => boolean): void {
    if (size === 0 || size > this.#options.memoryBytes) return;
    // Another state that holds all of these tokens already says more.
    if (this.#entries.some((entry) => commonPrefix(entry.tokens, tokens) === tokens.length)) return;
    const bytes = new Uint8Array(size);
    if (!fill(bytes)) return;
    for (const entry of this.#entries) {
      if (commonPrefix(entry.tokens, tokens) === entry.tokens.length) this.#remove(entry);
    }
    const usedAt = ++this.#uses;
    this.#entries.push({ tokens: Int32Array.from(tokens), size, bytes, file: null, usedAt });
    this.#moveToDisk();
  }

  /**
   * The state that agrees longest with the start of a prompt. One that the prompt continues leaves the
   * shelf; another one stays.
   *
   * @param least tokens that have to agree for the state to be worth it
   */
  async take(prompt: ArrayLike<number>, least: number): Promise<SavedState | null> {
    const ranked = this.#entries
      .map((entry) => ({ entry, shared: commonPrefix(entry.tokens, prompt) }))
      .filter(({ shared }) => shared >= least)
      .toSorted((a, b) => b.shared - a.shared || a.entry.tokens.length - b.entry.tokens.length);
    for (const { entry, shared } of ranked) {
      const bytes = entry.bytes ?? (await this.#read(entry));
      if (!bytes) {
        this.#remove(entry);
        continue;
      }
      entry.usedAt = ++this.#uses;
      if (shared === entry.tokens.length) this.#remove(entry);
      return { tokens: entry.tokens, bytes };
    }
    return null;
  }

  /** Writes all that is in memory to disk, the newest first, as far as the disk's share goes. */
  async flush(): Promise<void> {
    if (this.#options.folder === null) return;
    const newest = this.#entries.toSorted((a, b) => b.usedAt - a.usedAt);
    let total = 0;
    for (const entry of newest) {
      if (!this.#worthWriting(entry)) continue;
      total += entry.size;
      if (total > this.#options.diskBytes) this.#remove(entry);
      else this.#write(entry);
    }
    await this.#writing;
  }

  #worthWriting({ tokens, file }: Entry): boolean {
    const { folder, leastDiskTokens } = this.#options;
    return folder !== null && (file !== null || tokens.length >= leastDiskTokens);
  }

  #memoryBytes(): number {
    return this.#entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  }

  #moveToDisk(): void {
    const oldest = this.#entries
      .filter(({ bytes }) => bytes !== null)
      .toSorted((a, b) => a.usedAt - b.usedAt);
    for (const entry of oldest) {
      if (this.#memoryBytes() <= this.#options.memoryBytes) return;
      if (!this.#worthWriting(entry)) this.#remove(entry);
      else {
        this.#write(entry);
        entry.bytes = null;
        this.#limitDisk();
      }
    }
  }

  #limitDisk(): void {
    const onDisk = this.#entries
      .filter(({ file }) => file !== null)
      .toSorted((a, b) => b.usedAt - a.usedAt);
    let total = 0;
    for (const entry of onDisk) {
      total += entry.size;
      if (total > this.#options.diskBytes) this.#remove(entry);
    }
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    const { file } = entry;
    if (file !== null) this.#afterWriting(() => rm(file, { force: true }));
  }

  #write(entry: Entry): void {
    const { bytes } = entry;
    const { folder } = this.#options;
    if (bytes === null || entry.file !== null || folder === null) return;
    const file = path.join(folder, `${randomUUID()}${suffix}`);
    entry.file = file;
    this.#afterWriting(async () => {
      const tokens = new Uint8Array(entry.tokens.buffer);
      const header = new Uint32Array([magic, entry.tokens.length, checksum(tokens, bytes), 0]);
      const begun = `${file}.part`;
      const handle = await open(begun, "w", 0o600);
      try {
        await handle.writev([new Uint8Array(header.buffer), tokens, bytes]);
      } finally {
        await handle.close();
      }
      await rename(begun, file);
    });
  }

  /** One file at a time. A state that cannot be written is only read by the model again. */
  #afterWriting(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      process.stderr.write(`A saved conversation state was lost: ${String(error)}\n`);
    });
  }

  async #read(entry: Entry): Promise<Uint8Array | null> {
    await this.#writing;
    if (entry.file === null) return null;
    try {
      const content = await readFile(entry.file);
      const header = readHeader(content);
      const start = headerBytes + entry.tokens.byteLength;
      const bytes = new Uint8Array(content.buffer, content.byteOffset + start, entry.size);
      const tokens = new Uint8Array(entry.tokens.buffer);
      return header?.checksum === checksum(tokens, bytes) ? bytes : null;
    } catch {
      // Deleted or cut short by somebody: then the model reads the text again.
      return null;
    }
  }

  async #readFolder(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const { size, mtimeMs } = statSync(file);
      const entry =
        name.endsWith(suffix) && Date.now() - mtimeMs <= mostStateAgeMs
          ? await readEntry(file, size)
          : null;
      if (entry) this.#entries.push({ ...entry, usedAt: mtimeMs / 1e15 });
      else rmSync(file, { force: true });
    }
    this.#limitDisk();
  }
}

async function readEntry(file: string, fileBytes: number): Promise<Omit<Entry, "usedAt"> | null> {
  const handle = await open(file, "r");
  try {
    const head = new Uint8Array(headerBytes);
    await handle.read(head, 0, headerBytes, 0);
    const header = readHeader(head);
    if (!header) return null;
    const tokens = new Int32Array(header.tokens);
    const size = fileBytes - headerBytes - tokens.byteLength;
    if (size <= 0) return null;
    await handle.read(new Uint8Array(tokens.buffer), 0, tokens.byteLength, headerBytes);
    return { tokens, size, bytes: null, file };
  } finally {
    await handle.close();
  }
}

function readHeader(content: Uint8Array): { tokens: number; checksum: number } | null {
  if (content.length < headerBytes) return null;
  const view = new DataView(content.buffer, content.byteOffset, headerBytes);
  if (view.getUint32(0, true) !== magic) return null;
  return { tokens: view.getUint32(4, true), checksum: view.getUint32(8, true) };
}

function checksum(tokens: Uint8Array, bytes: Uint8Array): number {
  return crc32(bytes, crc32(tokens));
}
