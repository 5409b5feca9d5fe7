import { cancelledError } from "../../../contract/errors.ts";
import type { ByteSource } from "./ByteSource.ts";
import { damagedModel, unsupportedModel } from "./ggufErrors.ts";

const windowBytes = 256 * 1024;
/** The largest header of any known model is about 30 MB; far more is an attack or an accident. */
const maximumHeaderBytes = 512 * 1024 * 1024;

/**
 * Reads little-endian values forward through a file, with every step checked against the size of
 * the file. Call `need` before a group of synchronous reads.
 */
export class FileCursor {
  readonly fileBytes: number;
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  readonly #window = Buffer.allocUnsafe(windowBytes);
  #windowStart = 0;
  #windowLength = 0;
  #position = 0;

  constructor(source: ByteSource, fileBytes: number, signal?: AbortSignal) {
    this.#source = source;
    this.fileBytes = fileBytes;
    this.#signal = signal;
  }

  get position(): number {
    return this.#position;
  }

  /** Bytes from here to the end of the file. */
  get remaining(): number {
    return this.fileBytes - this.#position;
  }

  /** True if the next `bytes` can be read without waiting. */
  has(bytes: number): boolean {
    return (
      this.#position >= this.#windowStart &&
      this.#position + bytes <= this.#windowStart + this.#windowLength
    );
  }

  /** Makes the next `bytes` (at most the window) readable. `what` names them in the error. */
  async need(bytes: number, what: string): Promise<void> {
    if (this.has(bytes)) return;
    if (this.#signal?.aborted) throw cancelledError();
    if (bytes > this.remaining) throw this.#ended(what);
    if (this.#position > maximumHeaderBytes) {
      throw unsupportedModel(`Its header is longer than ${maximumHeaderBytes >> 20} MiB.`);
    }
    const length = Math.min(windowBytes, this.remaining);
    this.#windowLength = await this.#source.read(this.#window, length, this.#position, bytes);
    this.#windowStart = this.#position;
    if (!this.has(bytes)) throw this.#ended(what);
  }

  /** A copy of the next bytes, of any length that the file has. */
  async bytes(length: number, what: string): Promise<Buffer> {
    if (length > this.remaining) throw this.#ended(what);
    if (length <= windowBytes) {
      await this.need(length, what);
      const start = this.#advance(length);
      return Buffer.from(this.#window.subarray(start, start + length));
    }
    const result = Buffer.alloc(length);
    const read = await this.#source.read(result, length, this.#position, length);
    if (read < length) throw this.#ended(what);
    this.#position += length;
    return result;
  }

  /** The first bytes of the file, at most `length`, wherever the cursor stands. */
  async startOfFile(length: number): Promise<Buffer> {
    const result = Buffer.alloc(Math.min(length, this.fileBytes));
    return result.subarray(0, await this.#source.read(result, result.length, 0, result.length));
  }

  /** Steps over bytes without reading them. */
  skip(length: number, what: string): void {
    if (length > this.remaining) throw this.#ended(what);
    this.#position += length;
  }

  uint8(): number {
    return this.#window.readUInt8(this.#advance(1));
  }
  int8(): number {
    return this.#window.readInt8(this.#advance(1));
  }
  uint16(): number {
    return this.#window.readUInt16LE(this.#advance(2));
  }
  int16(): number {
    return this.#window.readInt16LE(this.#advance(2));
  }
  uint32(): number {
    return this.#window.readUInt32LE(this.#advance(4));
  }
  int32(): number {
    return this.#window.readInt32LE(this.#advance(4));
  }
  float32(): number {
    return this.#window.readFloatLE(this.#advance(4));
  }
  float64(): number {
    return this.#window.readDoubleLE(this.#advance(8));
  }
  uint64(): bigint {
    return this.#window.readBigUInt64LE(this.#advance(8));
  }
  int64(): bigint {
    return this.#window.readBigInt64LE(this.#advance(8));
  }

  /**
   * An unsigned 64-bit size as a number. Above 2^53 it is only about right, which is enough to see
   * that no file is that large.
   */
  size(): number {
    const low = this.uint32();
    return low + this.uint32() * 2 ** 32;
  }

  #advance(bytes: number): number {
    const start = this.#position - this.#windowStart;
    this.#position += bytes;
    return start;
  }

  #ended(what: string): Error {
    return damagedModel(
      `It ends too early: ${what} should be at byte ${this.#position}, but the file has ${this.fileBytes} bytes.`,
    );
  }
}
