import type { Libllama } from "./libllama.ts";

/**
 * One sequence of the KV cache and the tokens that it holds, in order. The library has no way to list
 * them, so this is the record; it is changed only together with the cache.
 */
export class KvSequence {
  readonly id: number;
  readonly #library: Libllama;
  readonly #memory: bigint;
  #tokens: number[] = [];

  constructor(library: Libllama, memory: bigint, id: number) {
    this.#library = library;
    this.#memory = memory;
    this.id = id;
  }

  get length(): number {
    return this.#tokens.length;
  }

  /** How many tokens at the start of a prompt are in the cache already. */
  commonPrefix(prompt: Int32Array): number {
    const limit = Math.min(prompt.length, this.#tokens.length);
    let count = 0;
    while (count < limit && prompt[count] === this.#tokens[count]) count += 1;
    return count;
  }

  /**
   * Drops what differs from a prompt and returns how many of its tokens stay. The last one is never
   * kept: it has to be evaluated again for its output. Models with recurrent state cannot drop an
   * end; they start over.
   */
  keepPrefix(prompt: Int32Array): number {
    const keep = Math.min(this.commonPrefix(prompt), prompt.length - 1);
    if (
      keep < this.#tokens.length &&
      !this.#library.memoryRemove(this.#memory, this.id, keep, -1)
    ) {
      this.clear();
      return 0;
    }
    this.#tokens.length = keep;
    return keep;
  }

  /** Records a token whose decode has succeeded. */
  append(token: number): void {
    this.#tokens.push(token);
  }

  clear(): void {
    this.#library.memoryRemove(this.#memory, this.id, -1, -1);
    this.#tokens = [];
  }
}
