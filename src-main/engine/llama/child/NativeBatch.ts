import koffi from "koffi";
import type { StructValue } from "./structLayouts.ts";

/**
 * Tokens on their way into one `llama_decode`. The arrays live in native memory that V8 never moves;
 * they are filled from JavaScript copies, because views of native memory are not portable.
 */
export class NativeBatch implements Disposable {
  readonly capacity: number;
  #count = 0;
  #outputs = 0;
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #sequences: Int32Array;
  readonly #outputFlags: Int8Array;
  readonly #native: Readonly<
    Record<"token" | "pos" | "count" | "sequence" | "sequencePointers" | "output", bigint>
  >;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#tokens = new Int32Array(capacity);
    this.#positions = new Int32Array(capacity);
    this.#sequences = new Int32Array(capacity);
    this.#outputFlags = new Int8Array(capacity);
    this.#native = {
      token: koffi.alloc("int32_t", capacity),
      pos: koffi.alloc("int32_t", capacity),
      count: koffi.alloc("int32_t", capacity),
      sequence: koffi.alloc("int32_t", capacity),
      sequencePointers: koffi.alloc("uint64_t", capacity),
      output: koffi.alloc("int8_t", capacity),
    };
    koffi.encode(this.#native.count, "int32_t", new Int32Array(capacity).fill(1), capacity);
    const sequence = this.#native.sequence;
    const pointers = BigUint64Array.from(
      { length: capacity },
      (_, index) => sequence + BigInt(index * 4),
    );
    koffi.encode(this.#native.sequencePointers, "uint64_t", pointers, capacity);
  }

  get length(): number {
    return this.#count;
  }

  /** How many tokens ask for an output row. Sampling without one aborts the process. */
  get outputs(): number {
    return this.#outputs;
  }

  clear(): void {
    this.#count = 0;
    this.#outputs = 0;
  }

  /** Adds a token; more than the capacity aborts the process in native code, so it throws here. */
  add(token: number, position: number, sequence: number, output: boolean): void {
    const index = this.#count;
    if (index >= this.capacity) throw new RangeError(`A batch holds ${this.capacity} tokens.`);
    this.#count = index + 1;
    this.#tokens[index] = token;
    this.#positions[index] = position;
    this.#sequences[index] = sequence;
    this.#outputFlags[index] = output ? 1 : 0;
    if (output) this.#outputs += 1;
  }

  /** Copies the tokens into native memory and returns the struct to pass on. */
  seal(): StructValue<"llama_batch"> {
    const count = this.#count;
    const native = this.#native;
    koffi.encode(native.token, "int32_t", this.#tokens, count);
    koffi.encode(native.pos, "int32_t", this.#positions, count);
    koffi.encode(native.sequence, "int32_t", this.#sequences, count);
    koffi.encode(native.output, "int8_t", this.#outputFlags, count);
    return {
      n_tokens: count,
      token: native.token,
      embd: null,
      pos: native.pos,
      n_seq_id: native.count,
      seq_id: native.sequencePointers,
      logits: native.output,
    };
  }

  [Symbol.dispose](): void {
    for (const pointer of Object.values(this.#native)) koffi.free(pointer);
  }
}
