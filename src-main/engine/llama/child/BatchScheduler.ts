import { setImmediate as turnOfEventLoop } from "node:timers/promises";
import { HearthError } from "../../../contract/errors.ts";
import type { BackendActivity } from "../InferenceBackend.ts";
import { ActivityMeter } from "./ActivityMeter.ts";
import { commonPrefix } from "./commonPrefix.ts";
import type { Generation } from "./Generation.ts";
import type { KvCache } from "./KvCache.ts";
import type { KvSequence } from "./KvSequence.ts";
import { mostOutputs, type LlamaContext } from "./LlamaContext.ts";
import type { ModelDrafter } from "./ModelDrafter.ts";
import { NativeBatch } from "./NativeBatch.ts";
import { shareChunk } from "./shareChunk.ts";
import { noGuess, Speculator, type Guess } from "./Speculator.ts";
import { StepPace } from "./StepPace.ts";

/** How many of the steps are shared with background work while somebody waits for an answer. */
const backgroundEvery = 8;
/** Telling it wakes the engine, which takes a core from the model. */
const activityMs = 500;
/** Cells that a request needs beside its prompt to be let in beside others. */
const spareCells = 16;
/** It pays to wait for so many tokens that another request is reading too. */
const leastSharedTokens = 16;
/** Idle conversations may fill so many cells before they are put aside. */
const idleCells = 512;

export interface BatchSchedulerOptions {
  readonly context: LlamaContext;
  readonly cache: KvCache;
  /** Most requests in one batch. */
  readonly places: number;
  /** A small model that guesses ahead; null where there is none. */
  readonly drafter: ModelDrafter | null;
  readonly kvBytesPerCell: number;
  readonly onActivity: (activity: BackendActivity) => void;
}

/** What one request does in a step. */
interface Share {
  readonly generation: Generation;
  readonly sequence: KvSequence;
  /** Tokens that are evaluated: the next ones of the request, and guesses behind them. */
  readonly tokens: readonly number[];
  /** The last of them. */
  readonly guess: Guess;
  /** Row of the first token in the batch. */
  readonly row: number;
}

/**
 * Continuous batching: each step runs the next token of every request that writes, and fills up with
 * pieces of prompts that are still to be read. Requests join and leave between two steps.
 *
 * After Orca (Yu et al., 2022; scheduling by iteration) and Sarathi-Serve (Agrawal et al., 2024; prompts
 * in chunks, so that reading never halts those who write).
 */
export class BatchScheduler implements Disposable {
  readonly #options: BatchSchedulerOptions;
  readonly #batch: NativeBatch;
  readonly #speculator: Speculator;
  readonly #pace: StepPace;
  readonly #written = new ActivityMeter();
  readonly #read = new ActivityMeter();
  #running: Generation[] = [];
  #waiting: Generation[] = [];
  #loop: Promise<void> | null = null;
  #stopping = false;
  #steps = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Whether the step that is running may be cut short: nobody's next token is in it. */
  #interruptible = false;

  constructor(options: BatchSchedulerOptions) {
    this.#options = options;
    this.#batch = new NativeBatch(options.context.batchTokens);
    this.#speculator = new Speculator(options.drafter);
    this.#pace = new StepPace(options.context.batchTokens);
  }

  /** Runs a request to its end. Rejects with what made it fail. */
  async run(generation: Generation): Promise<void> {
    const { length } = this.#waiting;
    const behind = this.#waiting.findIndex(
      ({ priority }) => generation.priority === "chat" && priority === "background",
    );
    this.#waiting.splice(behind < 0 ? length : behind, 0, generation);
    if (generation.priority === "chat" && this.#running.length < this.#options.places)
      this.#interrupt();
    this.#loop ??= this.#steppingUntilRest();
    await generation.ended.promise;
  }

  /** To be called when a request was cancelled, so that the step in which it is does not go on. */
  noticeCancelled(): void {
    if (this.#running.some(({ cancelled }) => cancelled)) this.#interrupt();
  }

  /** Ends all at once and waits for the last step. Requests that it ends fail with `unavailable`. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#interrupt();
    await this.#loop;
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }

  #interrupt(): void {
    if (this.#interruptible) this.#options.context.interrupt();
  }

  async #steppingUntilRest(): Promise<void> {
    while (this.#running.length + this.#waiting.length > 0) {
      try {
        await this.#step();
      } catch (error) {
        this.#failAll(error);
      }
      this.#tellActivity();
      // A turn of the event loop, for requests and cancellations to come in and events to go out.
      await turnOfEventLoop();
    }
    this.#loop = null;
    this.#tellActivity();
  }

  async #step(): Promise<void> {
    if (this.#stopping) {
      this.#failAll(new HearthError({ code: "unavailable", title: "The model was unloaded." }));
      return;
    }
    for (const generation of [...this.#waiting, ...this.#running]) {
      if (generation.cancelled) this.#finish(generation, () => generation.end("cancelled"));
    }
    await this.#admit();
    const served = this.#served();
    const guess = await this.#guess(served);
    // Guessing takes a while; whom it was for may have gone.
    if (this.#stopping || (guess.ms > 0 && served.some(({ cancelled }) => cancelled))) return;
    const shares = this.#share(served, guess);
    if (shares.length === 0) return;
    const startedAt = performance.now();
    this.#interruptible =
      this.#options.cache.divisible && shares.every(({ generation }) => !generation.writing);
    const outcome = await this.#options.context.decode(this.#batch, this.#interruptible);
    this.#interruptible = false;
    if (outcome === "interrupted") return;
    if (outcome === "no-room") {
      // The count of cells said otherwise; without the youngest the rest will fit.
      this.#suspendYoungest();
      return;
    }
    const ms = performance.now() - startedAt;
    this.#learn(shares, ms);
    for (const share of shares) this.#advance(share, ms);
  }

  /** Gives free places to those who wait, in order. */
  async #admit(): Promise<void> {
    const { cache, places } = this.#options;
    for (const next of [...this.#waiting]) {
      if (this.#running.length >= places) break;
      if (this.#readsTheSame(next)) continue;
      const sequence = await cache.acquire(next.tokens);
      if (!sequence) break;
      // Beside others it has to fit as a whole, with room for all to go on; alone it may try.
      const others = this.#running.length;
      const wanted = next.tokens.length - sequence.length + (others + 1) * spareCells;
      if (!cache.ensureRoom(wanted) && others > 0) {
        cache.release(sequence);
        break;
      }
      this.#waiting = this.#waiting.filter((other) => other !== next);
      next.sequence = sequence;
      this.#running.push(next);
      next.reportPrompt();
      cache.shelveIdle(idleCells);
    }
    if (this.#running.length < places) return;
    this.#waiting.forEach((generation, index) => generation.reportPlace(index + 1));
  }

  /** Whether a running request is just reading the same text: what it has read need not be read again. */
  #readsTheSame(waiting: Generation): boolean {
    return this.#running.some(({ tokens, sequence, writing }) => {
      if (writing || !sequence || !this.#options.cache.divisible) return false;
      const shared = Math.min(commonPrefix(tokens, waiting.tokens), waiting.tokens.length - 1);
      return shared - sequence.length >= leastSharedTokens;
    });
  }

  /** Fills the batch: writers first, then prompts in order, those that somebody waits for before others. */
  #share(served: readonly Generation[], guess: Guess): Share[] {
    const { cache } = this.#options;
    const writers = served.filter((generation) => generation.writing);
    const readers = served
      .filter((generation) => !generation.writing)
      .toSorted((a, b) => Number(a.priority !== "chat") - Number(b.priority !== "chat"));
    for (;;) {
      this.#batch.clear();
      const shares = writers.map((generation) => this.#add(generation, 1, guess));
      const pending = readers.map((reader) => reader.pending);
      const counts = shareChunk(pending, this.#chunk(writers.length, pending));
      for (const [index, generation] of readers.entries()) {
        const count = counts[index] ?? 0;
        if (count > 0) shares.push(this.#add(generation, count, noGuess));
      }
      if (this.#batch.length === 0 || cache.ensureRoom(this.#batch.length)) return shares;
      const dropped = this.#suspendYoungest();
      for (const list of [writers, readers]) {
        const index = dropped ? list.indexOf(dropped) : -1;
        if (index >= 0) list.splice(index, 1);
      }
    }
  }

  /** Who takes part in this step: background work rarely, while somebody waits for an answer. */
  #served(): Generation[] {
    this.#steps += 1;
    const chats = this.#running.filter(({ priority }) => priority === "chat");
    const all = chats.length === 0 || this.#steps % backgroundEvery === 0;
    return all ? [...this.#running] : chats;
  }

  /** How the text of the only request that is served, and that writes, may go on. */
  async #guess(served: readonly Generation[]): Promise<Guess> {
    const [alone, ...others] = served;
    if (!alone?.writing || others.length > 0) return noGuess;
    const room = Math.min(alone.tokensLeft, this.#batch.capacity, mostOutputs) - 1;
    const waiting = this.#waiting.length;
    return await this.#speculator.guess(
      alone,
      room,
      this.#pace.writeMs(1),
      () => alone.cancelled || this.#stopping || this.#waiting.length > waiting,
    );
  }

  #add(generation: Generation, count: number, guess: Guess): Share {
    const { sequence, tokens: all } = generation;
    if (!sequence) throw new Error("A request without a sequence is in a step.");
    const from = sequence.length;
    const tokens = [...all.slice(from, from + count), ...guess.tokens];
    const row = this.#batch.length;
    const firstOutput = from + count === all.length ? count - 1 : Number.POSITIVE_INFINITY;
    tokens.forEach((token, index) =>
      this.#batch.add(token, from + index, sequence.id, index >= firstOutput),
    );
    return { generation, sequence, tokens, guess, row };
  }

  /** Takes what a step has computed into the cache's record, and draws where an output was asked for. */
  #advance(share: Share, ms: number): void {
    const { generation, sequence, tokens, guess, row } = share;
    const { cache, context } = this.#options;
    const guesses = guess.tokens.length;
    const certain = tokens.length - guesses;
    for (const token of tokens) cache.append(sequence, token);
    const length = sequence.length - guesses;
    const read = length === generation.tokens.length;
    if (!read || generation.generated === 0) {
      this.#read.add(certain, ms);
      generation.reportPrompt();
    }
    if (!read) return;
    const first = certain - 1;
    let right = 0;
    for (;;) {
      const drawn = generation.sampler.draw(context.pointer, row + first + right);
      this.#written.add(1, ms);
      const reason = generation.accept(drawn);
      const guessed = drawn.token !== null && drawn.token === tokens[certain + right];
      if (reason !== null) {
        cache.cut(sequence, length + right);
        generation.countGuess(guess, guessed ? right + 1 : right);
        this.#finish(generation, () => generation.report(reason));
        return;
      }
      if (!guessed) break;
      right += 1;
    }
    cache.cut(sequence, length + right);
    generation.countGuess(guess, right);
    this.#speculator.record(
      generation,
      guess,
      right,
      (ms + guess.ms) / (this.#pace.writeMs(1) ?? ms),
    );
  }

  /** Tokens of prompts in a step. */
  #chunk(writers: number, pending: readonly number[]): number {
    const { context } = this.#options;
    if (writers > 0) return Math.min(this.#pace.beside(writers), this.#batch.capacity - writers);
    return this.#pace.alone(sum(pending), context.trying);
  }

  #learn(shares: readonly Share[], ms: number): void {
    // A step with guesses is like none of the others.
    if (shares.some(({ guess }) => guess.tokens.length > 0)) return;
    const rows = sum(shares.map(({ tokens }) => tokens.length));
    const writers = shares.filter(({ generation }) => generation.writing).length;
    this.#pace.record(rows - writers, writers, ms);
  }

  /**
   * Makes room: the one that came last, of background work first, gives up its place until there is
   * room again. What it had is kept aside.
   *
   * @returns who that was, or null when it was alone and has ended for want of room
   */
  #suspendYoungest(): Generation | null {
    const youngest =
      this.#running.findLast(({ priority }) => priority === "background") ?? this.#running.at(-1);
    if (!youngest) return null;
    if (this.#running.length === 1) {
      this.#finish(youngest, () => youngest.end("context-full"));
      return youngest;
    }
    this.#running = this.#running.filter((other) => other !== youngest);
    if (youngest.sequence) this.#options.cache.suspend(youngest.sequence);
    youngest.sequence = null;
    this.#waiting.unshift(youngest);
    return youngest;
  }

  #failAll(error: unknown): void {
    for (const generation of [...this.#waiting, ...this.#running])
      this.#finish(generation, () => generation.ended.reject(error));
  }

  #finish(generation: Generation, tell: () => void): void {
    this.#running = this.#running.filter((other) => other !== generation);
    this.#waiting = this.#waiting.filter((other) => other !== generation);
    if (generation.sequence) this.#options.cache.release(generation.sequence);
    generation.sequence = null;
    tell();
    generation[Symbol.dispose]();
  }

  #tellActivity(): void {
    const now = performance.now();
    const resting = this.#loop === null;
    if (!resting && now - this.#toldAt < activityMs) return;
    this.#toldAt = now;
    const { cache, context, places, kvBytesPerCell, onActivity } = this.#options;
    onActivity({
      running: this.#running.length,
      waiting: this.#waiting.length,
      places,
      tokensPerSecond: resting ? 0 : this.#written.perSecond,
      promptTokensPerSecond: resting ? 0 : this.#read.perSecond,
      promptTokensLeft: [...this.#running, ...this.#waiting]
        .filter((generation) => !generation.writing)
        .reduce((sum, generation) => sum + generation.pending, 0),
      kvCellsUsed: cache.usedCells,
      kvCells: cache.cells,
      kvBytesPerCell,
      longestTokens: Math.max(0, ...this.#running.map(({ tokens }) => tokens.length)),
      threads: context.threadsInUse,
    });
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
