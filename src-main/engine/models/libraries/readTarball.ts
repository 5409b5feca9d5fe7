import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** Why an archive is refused, as a sentence. */
export class BadTarball extends Error {
  override readonly name = "BadTarball";
}

/** A regular file of an archive. */
export interface TarEntry {
  /** Plain names with `/` between them. */
  readonly path: string;
  readonly bytes: number;
}

/** Takes the content of one entry. `end` follows the last piece. */
export interface EntrySink {
  write(piece: Buffer): Promise<void>;
  end(): Promise<void>;
}

export interface TarballLimits {
  /** Of the whole archive, unpacked. */
  readonly bytes: number;
  readonly entries: number;
}

const blockBytes = 512;
const segment = /^(?!\.{1,2}$)[A-Za-z0-9._+@-]{1,100}$/u;

/**
 * Reads a gzipped tar archive as npm makes them, and nothing beyond: regular files with plain relative
 * names, each once. Links, devices, folders, names of more than 100 bytes, sizes beyond the limits, and
 * archives that are cut off or go on after their end are refused. Nothing is written here: `open` says
 * where an entry goes, null passes it over.
 *
 * @throws BadTarball, what `open` and its sinks throw, the signal's AbortError
 */
export async function readTarball(
  file: string,
  limits: TarballLimits,
  open: (entry: TarEntry) => Promise<EntrySink | null>,
  signal?: AbortSignal,
): Promise<void> {
  const reader = new TarReader(limits, open);
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: 256 * 1024 }),
      createGunzip(),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) await reader.take(piece);
        reader.finish();
      },
      signal ? { signal } : {},
    );
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code.startsWith("Z_")) throw new BadTarball("It is no gzip archive, or it is damaged.");
    throw error;
  }
}

class TarReader {
  readonly #limits: TarballLimits;
  readonly #open: (entry: TarEntry) => Promise<EntrySink | null>;
  readonly #seen = new Set<string>();
  /** What is left over of a header. */
  #rest = Buffer.alloc(0);
  #sink: EntrySink | null = null;
  /** Of the entry that is read. */
  #bytesLeft = 0;
  /** Filling up its last block. */
  #paddingLeft = 0;
  #emptyBlocks = 0;
  #total = 0;

  constructor(limits: TarballLimits, open: (entry: TarEntry) => Promise<EntrySink | null>) {
    this.#limits = limits;
    this.#open = open;
  }

  async take(piece: Buffer): Promise<void> {
    this.#total += piece.length;
    if (this.#total > this.#limits.bytes)
      throw new BadTarball("It unpacks to more than it should.");
    let at = 0;
    while (at < piece.length) {
      if (this.#bytesLeft > 0) {
        const part = piece.subarray(at, at + this.#bytesLeft);
        await this.#sink?.write(part);
        at += part.length;
        this.#bytesLeft -= part.length;
        if (this.#bytesLeft === 0) await this.#endEntry();
      } else if (this.#paddingLeft > 0) {
        const skipped = Math.min(this.#paddingLeft, piece.length - at);
        at += skipped;
        this.#paddingLeft -= skipped;
      } else {
        const part = piece.subarray(at, at + blockBytes - this.#rest.length);
        at += part.length;
        this.#rest = Buffer.concat([this.#rest, part]);
        if (this.#rest.length < blockBytes) return;
        const header = this.#rest;
        this.#rest = Buffer.alloc(0);
        await this.#header(header);
      }
    }
  }

  /** @throws BadTarball where the end has not come */
  finish(): void {
    const isWhole = this.#bytesLeft === 0 && this.#paddingLeft === 0 && this.#rest.length === 0;
    if (!isWhole || this.#emptyBlocks < 2) throw new BadTarball("It is cut off.");
  }

  async #header(block: Buffer): Promise<void> {
    if (block.every((byte) => byte === 0)) {
      this.#emptyBlocks++;
      return;
    }
    if (this.#emptyBlocks > 0) throw new BadTarball("It goes on after its end.");
    const entry = parseHeader(block);
    if (this.#seen.size >= this.#limits.entries) throw new BadTarball("It has too many files.");
    // Some disks do not tell letters' case apart.
    const key = entry.path.toLowerCase();
    if (this.#seen.has(key)) throw new BadTarball(`It has ${entry.path} twice.`);
    this.#seen.add(key);
    if (entry.bytes > this.#limits.bytes) throw new BadTarball(`${entry.path} is too large.`);
    this.#sink = await this.#open(entry);
    this.#bytesLeft = entry.bytes;
    this.#paddingLeft = (blockBytes - (entry.bytes % blockBytes)) % blockBytes;
    if (entry.bytes === 0) await this.#endEntry();
  }

  async #endEntry(): Promise<void> {
    await this.#sink?.end();
    this.#sink = null;
  }
}

function parseHeader(block: Buffer): TarEntry {
  const stated = octal(block, 148, 8);
  // The sum counts its own field as spaces.
  const sum = block.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (stated !== sum || text(block, 257, 5) !== "ustar")
    throw new BadTarball("It is no tar archive, or it is damaged.");
  const prefix = text(block, 345, 155);
  const path = prefix === "" ? text(block, 0, 100) : `${prefix}/${text(block, 0, 100)}`;
  const type = block[156];
  if (type !== 0x30 && type !== 0)
    throw new BadTarball(`“${printable(path)}” in it is no plain file.`);
  const segments = path.split("/");
  if (segments.length > 8 || !segments.every((each) => segment.test(each)))
    throw new BadTarball(`“${printable(path)}” in it is no plain name.`);
  return { path, bytes: octal(block, 124, 12) };
}

/** Up to the first zero byte. */
function text(block: Buffer, from: number, length: number): string {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString("latin1", 0, end === -1 ? length : end);
}

/** @throws BadTarball, also for the binary numbers that other programs write for huge files */
function octal(block: Buffer, from: number, length: number): number {
  const digits = text(block, from, length).trim();
  if (!/^[0-7]+$/u.test(digits)) throw new BadTarball("It is no tar archive, or it is damaged.");
  return Number.parseInt(digits, 8);
}

function printable(name: string): string {
  return name.replace(/[^\u0020-\u007e]/gu, "?").slice(0, 80);
}
