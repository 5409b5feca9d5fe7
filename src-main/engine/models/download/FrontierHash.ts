import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

const pieceBytes = 1024 * 1024;

/**
 * Hashes a file while its parts arrive in any order: it follows what is there without a gap, reading it
 * back from the disk, so that what is hashed is what was stored.
 */
export class FrontierHash {
  readonly #file: FileHandle;
  readonly #hash: Hash;
  readonly #piece = Buffer.allocUnsafe(pieceBytes);
  #position = 0;
  #target = 0;
  #running: Promise<void> | null = null;
  #stopped = false;
  #failure: unknown;

  constructor(file: FileHandle, algorithm: "sha256" | "sha512") {
    this.#file = file;
    this.#hash = createHash(algorithm);
  }

  /** Bytes that have been hashed. */
  get position(): number {
    return this.#position;
  }

  /** The file is there up to this byte. */
  follow(prefix: number): void {
    this.#target = Math.max(this.#target, prefix);
    if (this.#running !== null || this.#stopped || this.#position >= this.#target) return;
    this.#running = this.#run()
      .catch((error: unknown) => {
        // Told by `finish`; nobody waits for this promise meanwhile.
        this.#failure ??= error;
      })
      .finally(() => {
        this.#running = null;
      });
  }

  /** The hash of the first `total` bytes, in hex. @throws what reading the file threw */
  async finish(total: number, onBytes: (bytes: number) => void): Promise<string> {
    while (this.#position < total && this.#failure === undefined && !this.#stopped) {
      this.follow(total);
      await this.#running;
      onBytes(this.#position);
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#hash.digest("hex");
  }

  /** Ends the reading; the file may be closed after. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // A few pieces at a time, so that whoever waits can tell how far it is.
    for (let count = 0; count < 16 && this.#position < this.#target && !this.#stopped; count++) {
      const length = Math.min(pieceBytes, this.#target - this.#position);
      const { bytesRead } = await this.#file.read(this.#piece, 0, length, this.#position);
      if (bytesRead === 0) throw new Error("The file is shorter than what was written to it.");
      this.#hash.update(this.#piece.subarray(0, bytesRead));
      this.#position += bytesRead;
    }
  }
}
