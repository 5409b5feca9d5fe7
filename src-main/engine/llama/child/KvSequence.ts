/**
 * One sequence of the KV cache: its tokens in order and the cells that hold them. The library has no
 * way to list either, so this is the record; {@link KvCache} changes it only together with the cache.
 */
export class KvSequence {
  readonly id: number;
  readonly tokens: number[] = [];
  /** For each token the number of its cell; sequences with a common start share numbers. */
  readonly cells: number[] = [];
  /** Whether a request is using it. */
  busy = false;
  /** Rises with every use: the least is the one to give up first. */
  usedAt = 0;

  constructor(id: number) {
    this.id = id;
  }

  get length(): number {
    return this.tokens.length;
  }
}
