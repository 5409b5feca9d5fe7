import { commonPrefix } from "./commonPrefix.ts";
import { KvSequence } from "./KvSequence.ts";
import type { Libllama } from "./libllama.ts";
import type { StateShelf } from "./StateShelf.ts";

export interface KvCacheOptions {
  readonly library: Libllama;
  readonly context: bigint;
  readonly memory: bigint;
  /** Cells of the cache over all sequences. */
  readonly cells: number;
  /** Sequences that can be told apart. */
  readonly sequences: number;
  /**
   * False for a model whose state is no list of cells (recurrent, hybrid): it can neither be cut at
   * the end nor shared in part.
   */
  readonly divisible: boolean;
  /** Where idle sequences go when their cells are wanted. */
  readonly shelf: StateShelf;
}

/** An idle sequence shorter than this is not worth keeping: it is read again as quickly. */
const leastKeptTokens = 64;
/** A state from the shelf has to spare at least so many tokens more than what the cache has. */
const leastGainTokens = 64;

/**
 * The KV cache of one context, cut into sequences that grow cell by cell out of one pool. Nothing is
 * set aside for a sequence; tokens that prompts have in common at their start are stored once, by
 * letting sequences share cells; idle sequences give their cells up.
 *
 * After the idea of paged attention (Kwon et al., 2023) with cells as pages of one token, as llama.cpp's
 * unified cache keeps them.
 */
export class KvCache {
  readonly #options: KvCacheOptions;
  readonly #sequences: readonly KvSequence[];
  /** How many sequences hold a cell, by its number. */
  readonly #holders = new Map<number, number>();
  #nextCell = 0;
  #uses = 0;

  constructor(options: KvCacheOptions) {
    this.#options = options;
    this.#sequences = Array.from({ length: options.sequences }, (_, id) => new KvSequence(id));
  }

  get cells(): number {
    return this.#options.cells;
  }

  /** Cells that hold a token; a shared one counts once. */
  get usedCells(): number {
    return this.#holders.size;
  }

  get divisible(): boolean {
    return this.#options.divisible;
  }

  /**
   * Gives a sequence whose start agrees with a prompt as far as anything known does: an idle sequence,
   * a copy of another one's start, or a state from the shelf. Its last token is never kept, since it
   * has to be evaluated for its output.
   *
   * @returns null while all sequences are in use
   */
  async acquire(prompt: ArrayLike<number>): Promise<KvSequence | null> {
    const idle = this.#sequences.filter((sequence) => !sequence.busy);
    if (idle.length === 0) return null;
    const best = this.#longestPrefix(this.#sequences, prompt);
    const shared = best ? commonPrefix(best.tokens, prompt) : 0;
    const target = best && this.#canContinue(best, shared) ? best : this.#leastUsed(idle, best);
    target.busy = true;
    target.usedAt = ++this.#uses;
    if (target !== best) {
      this.#shelve(target);
      if (best && shared > 0 && this.#options.divisible) this.#share(best, target, shared);
    }
    await this.#takeFromShelf(target, prompt, shared);
    this.#cut(target, Math.min(commonPrefix(target.tokens, prompt), prompt.length - 1));
    return target;
  }

  /** A request is done with a sequence. What it holds stays until somebody needs the cells. */
  release(sequence: KvSequence): void {
    sequence.busy = false;
    sequence.usedAt = ++this.#uses;
  }

  /**
   * Sees to it that so many more cells are free, giving up idle sequences where needed.
   *
   * @returns false when the sequences in use leave no room
   */
  ensureRoom(cells: number): boolean {
    while (this.usedCells + cells > this.#options.cells) {
      const victim = this.#sequences
        .filter((sequence) => !sequence.busy && sequence.length > 0)
        .toSorted((a, b) => a.usedAt - b.usedAt)[0];
      if (!victim) return false;
      this.#shelve(victim);
    }
    return true;
  }

  /**
   * Puts idle sequences aside. Each step looks at all cells up to the last one in use, so what an idle
   * chat holds slows every other one down; taking it back costs a thousandth of reading it again.
   *
   * @param limit cells that idle sequences may keep
   */
  shelveIdle(limit: number): void {
    const inUse = new Set(this.#sequences.flatMap(({ busy, cells }) => (busy ? cells : [])));
    if (this.usedCells - inUse.size <= limit) return;
    for (const sequence of this.#sequences) {
      if (!sequence.busy && sequence.length >= leastKeptTokens) this.#shelve(sequence);
    }
  }

  /** Puts all sequences aside: the context is about to be closed. */
  shelveAll(): void {
    for (const sequence of this.#sequences) this.#shelve(sequence);
  }

  /** Takes the cells of a running sequence; the next {@link acquire} for its tokens finds them again. */
  suspend(sequence: KvSequence): void {
    this.#shelve(sequence);
    sequence.busy = false;
  }

  /** Records a token whose decode has succeeded. */
  append(sequence: KvSequence, token: number): void {
    sequence.tokens.push(token);
    const cell = this.#nextCell++;
    sequence.cells.push(cell);
    this.#holders.set(cell, 1);
  }

  /**
   * Drops the end of a sequence.
   *
   * @returns false where the model's state cannot be cut; the sequence is empty then
   */
  cut(sequence: KvSequence, length: number): boolean {
    this.#cut(sequence, length);
    return sequence.length === length;
  }

  #cut(sequence: KvSequence, length: number): void {
    if (length >= sequence.length) return;
    const { library, memory } = this.#options;
    const keep = library.memoryRemove(memory, sequence.id, length, -1) ? length : 0;
    if (keep === 0) library.memoryRemove(memory, sequence.id, -1, -1);
    for (const cell of sequence.cells.splice(keep)) {
      const holders = (this.#holders.get(cell) ?? 1) - 1;
      if (holders === 0) this.#holders.delete(cell);
      else this.#holders.set(cell, holders);
    }
    sequence.tokens.length = keep;
  }

  #longestPrefix(
    sequences: readonly KvSequence[],
    prompt: ArrayLike<number>,
  ): KvSequence | undefined {
    let best: KvSequence | undefined;
    let longest = 0;
    for (const sequence of sequences) {
      const length = commonPrefix(sequence.tokens, prompt);
      // Of equals an idle one: it can be gone on with and need not be shared.
      if (length < longest || length === 0 || (length === longest && sequence.busy)) continue;
      best = sequence;
      longest = length;
    }
    return best;
  }

  /** Whether going on in an idle sequence loses next to nothing of what it holds. */
  #canContinue(sequence: KvSequence, shared: number): boolean {
    if (sequence.busy) return false;
    if (!this.#options.divisible) return true;
    const lost = sequence.length - shared;
    return lost <= Math.max(leastKeptTokens / 4, sequence.length / 16);
  }

  /** The idle sequence to give up: an empty one, else the one not used for longest. */
  #leastUsed(idle: readonly KvSequence[], spared: KvSequence | undefined): KvSequence {
    const order = idle.toSorted(
      (a, b) =>
        Number(a === spared) - Number(b === spared) ||
        Number(a.length > 0) - Number(b.length > 0) ||
        a.usedAt - b.usedAt,
    );
    const first = order[0];
    if (!first) throw new Error("There is no idle sequence.");
    return first;
  }

  #share(source: KvSequence, target: KvSequence, length: number): void {
    const { library, memory } = this.#options;
    library.memoryCopy(memory, source.id, target.id, 0, length);
    for (let index = 0; index < length; index++) {
      const token = source.tokens[index];
      const cell = source.cells[index];
      if (token === undefined || cell === undefined) throw new Error("A sequence is out of step.");
      target.tokens.push(token);
      target.cells.push(cell);
      this.#holders.set(cell, (this.#holders.get(cell) ?? 0) + 1);
    }
  }

  #shelve(sequence: KvSequence): void {
    const { library, context, shelf } = this.#options;
    if (sequence.length >= leastKeptTokens) {
      const size = Number(library.stateSize(context, sequence.id));
      shelf.put(sequence.tokens, size, (bytes) => {
        return Number(library.stateRead(context, bytes, size, sequence.id)) === size;
      });
    }
    this.#cut(sequence, 0);
  }

  async #takeFromShelf(
    target: KvSequence,
    prompt: ArrayLike<number>,
    shared: number,
  ): Promise<void> {
    const { library, context, shelf } = this.#options;
    const state = await shelf.take(prompt, shared + leastGainTokens);
    if (!state) return;
    this.#cut(target, 0);
    if (!this.ensureRoom(state.tokens.length)) return;
    const { bytes, tokens } = state;
    if (Number(library.stateWrite(context, bytes, bytes.length, target.id)) !== bytes.length) {
      library.memoryRemove(this.#options.memory, target.id, -1, -1);
      return;
    }
    for (const token of tokens) this.append(target, token);
  }
}
