import yauzl, { type Entry, type ZipFile as Yauzl } from "yauzl";
import { HearthError } from "../../../../contract/errors.ts";
import { damagedError, encryptedError, tooMuchError } from "../formatErrors.ts";

/** Bounds against archives that grow out of proportion when they are unpacked. */
export const zipLimits = {
  entries: 100_000,
  /** Of one entry, unpacked. */
  entryBytes: 400 * 1024 * 1024,
  /** Of all that is read of one archive, unpacked. */
  totalBytes: 1024 * 1024 * 1024,
  /** Unpacked to packed; XML of real documents stays below 100. */
  ratio: 250,
  /** Below this much, no ratio is suspicious. */
  ratioFromBytes: 16 * 1024 * 1024,
};

/** A ZIP container in memory, of which entries are unpacked one by one and within bounds. */
export class ZipFile {
  readonly #zip: Yauzl;
  readonly #entries: ReadonlyMap<string, Entry>;
  #total = 0;

  private constructor(zip: Yauzl, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws HearthError file-damaged, file-too-large. */
  static async open(bytes: Uint8Array): Promise<ZipFile> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return await new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(asDamaged(error));
      // Names are only keys here, never paths on a disk, so odd ones need not be refused.
      const options = { lazyEntries: true, decodeStrings: false, validateEntrySizes: true };
      yauzl.fromBuffer(buffer, options, (error, zip) => {
        if (error) return fail(error);
        const entries = new Map<string, Entry>();
        zip.on("entry", (entry: Entry) => {
          if (entries.size >= zipLimits.entries) {
            return reject(tooMuchError(`Its container has more than ${zipLimits.entries} parts.`));
          }
          const name = Buffer.from(entry.fileNameRaw).toString("utf8").replaceAll("\\", "/");
          if (!entries.has(name)) entries.set(name, entry);
          zip.readEntry();
        });
        zip.on("error", fail);
        zip.on("end", () => resolve(new ZipFile(zip, entries)));
        zip.readEntry();
      });
    });
  }

  get names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * The unpacked bytes of an entry, piece by piece.
   *
   * @throws HearthError file-damaged (also if there is no such entry), file-encrypted,
   *   file-too-large.
   */
  async *stream(name: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name);
    if (!entry) throw damagedError(`Its part “${name}” is missing.`);
    if (entry.isEncrypted()) throw encryptedError("It opens only with a password.");
    const source = await this.#open(entry);
    let size = 0;
    try {
      for await (const piece of source) {
        const buffer = piece as Buffer;
        size += buffer.length;
        this.#total += buffer.length;
        this.#check(name, entry, size);
        yield buffer;
      }
    } catch (error) {
      throw asDamaged(error);
    } finally {
      source.destroy();
    }
  }

  /** All of an entry; for parts that are small by nature. Throws as {@link stream}. */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Buffer[] = [];
    for await (const piece of this.stream(name)) pieces.push(piece);
    return Uint8Array.from(Buffer.concat(pieces));
  }

  #open(entry: Entry): Promise<NodeJS.ReadableStream & { destroy(): void }> {
    return new Promise((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, stream) => {
        if (error) reject(asDamaged(error));
        else resolve(stream);
      });
    });
  }

  #check(name: string, entry: Entry, size: number): void {
    const ratio = size / Math.max(1, entry.compressedSize);
    if (
      size > zipLimits.entryBytes ||
      this.#total > zipLimits.totalBytes ||
      (size > zipLimits.ratioFromBytes && ratio > zipLimits.ratio)
    ) {
      throw tooMuchError(
        `Its part “${name}” unpacks to more than ${Math.round(size / 1e6)} MB, out of proportion to the file.`,
      );
    }
  }
}

function asDamaged(error: unknown): HearthError {
  if (error instanceof HearthError) return error;
  return damagedError("Its ZIP container is cut off or broken.", error);
}
