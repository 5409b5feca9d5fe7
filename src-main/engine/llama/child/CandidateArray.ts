import koffi from "koffi";

/** Words of a `llama_token_data`: id, logit, p. */
const words = 3;

/** The `llama_token_data_array` of one output row, in native memory that samplers work on. */
export class CandidateArray implements Disposable {
  readonly #size: number;
  readonly #ids: Int32Array;
  readonly #logits: Float32Array;
  readonly #data: bigint;
  readonly #array: bigint;

  constructor(vocabSize: number) {
    this.#size = vocabSize;
    const buffer = new ArrayBuffer(vocabSize * words * 4);
    this.#ids = new Int32Array(buffer);
    this.#logits = new Float32Array(buffer);
    this.#data = koffi.alloc("int32_t", vocabSize * words);
    this.#array = koffi.alloc("uint64_t", 4);
  }

  /** Fills it with a whole row. @returns the address of the array */
  fill(logits: Float32Array): bigint {
    for (let token = 0; token < this.#size; token++) {
      this.#ids[token * words] = token;
      this.#logits[token * words + 1] = logits[token] ?? Number.NEGATIVE_INFINITY;
      this.#ids[token * words + 2] = 0;
    }
    return this.#seal(this.#size);
  }

  /** Fills it with one token, to ask a sampler about it alone. @returns the address of the array */
  fillOne(token: number): bigint {
    this.#ids[0] = token;
    this.#logits[1] = 0;
    this.#ids[2] = 0;
    return this.#seal(1);
  }

  /** What the samplers have selected, or null where nothing is possible. */
  get selected(): number | null {
    const array: unknown = koffi.decode(this.#array, "uint64_t", 4);
    const [data, size, selected] = Array.from(array as ArrayLike<bigint | number>, BigInt);
    if (data === undefined || size === undefined || selected === undefined || selected >= size)
      return null;
    const at = data + selected * BigInt(words * 4);
    const logit: unknown = koffi.decode(at + 4n, "float");
    const token: unknown = koffi.decode(at, "int32_t");
    return typeof token === "number" && logit !== Number.NEGATIVE_INFINITY ? token : null;
  }

  /** Whether the token of {@link fillOne} is still possible. */
  get onePossible(): boolean {
    return koffi.decode(this.#data + 4n, "float") !== Number.NEGATIVE_INFINITY;
  }

  [Symbol.dispose](): void {
    koffi.free(this.#data);
    koffi.free(this.#array);
  }

  #seal(size: number): bigint {
    koffi.encode(this.#data, "int32_t", this.#ids.subarray(0, size * words), size * words);
    // Nothing is selected, and nothing is sorted.
    const array = new BigUint64Array([this.#data, BigInt(size), 0xffff_ffff_ffff_ffffn, 0n]);
    koffi.encode(this.#array, "uint64_t", array, 4);
    return this.#array;
  }
}
