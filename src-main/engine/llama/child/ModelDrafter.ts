import { setImmediate as turnOfEventLoop } from "node:timers/promises";
import { commonPrefix } from "./commonPrefix.ts";
import { copyFloats } from "./copyFloats.ts";
import { GuessGain } from "./GuessGain.ts";
import type { Libllama } from "./libllama.ts";
import type { LlamaContext } from "./LlamaContext.ts";
import { NativeBatch } from "./NativeBatch.ts";
import { sureToken } from "./sureToken.ts";
import type { Vocabulary } from "./Vocabulary.ts";

/** Below this the small model's own doubt says that the large one will mostly say something else. */
const leastProbability = 0.75;
const firstDraft = 4;
const mostDraft = 8;
/** Tokens of the first pieces that are read, by which it is learned how fast the small model reads. */
const firstPieceTokens = 32;
/** The first piece also brings the weights into memory and tells little. */
const unsurePieces = 2;
const leastPieceTokens = 16;
/**
 * What is missing beyond so many tokens is read by itself. It is paid once, so it is weighed apart from
 * what each guess costs.
 */
const leastReadTokens = 8;
/** An answer is taken to go on for at most so long, when reading for its sake is weighed. */
const usualAnswerTokens = 256;
/**
 * Of the time that the answer takes, reading for its sake may take so much. Guesses win about a third, and
 * an answer may end at any word.
 */
const mostReadShare = 1 / 8;
/** Steps of the large model that reading may always take: another text may be easier to guess. */
const leastReadSteps = 6;
/** What is left of the memory of slow reading with each text that was thought too long for it. */
const forgetting = 0.998;

export interface DraftPace {
  /** Milliseconds that the large model takes for a single token. */
  readonly stepMs: number;
  /** Tokens that may still come. */
  readonly tokensLeft: number;
  /** Asked between two evaluations: whether somebody else has to be served now. */
  readonly stop: () => boolean;
}

export interface Draft {
  readonly tokens: readonly number[];
  /** Milliseconds that guessing took, 0 where nothing was tried. */
  readonly ms: number;
}

type DraftLibrary = Pick<Libllama, "logitsOfRow" | "memoryClear" | "memoryRemove">;
type DraftContext = Pick<
  LlamaContext,
  "batchTokens" | "contextTokens" | "decode" | "memory" | "pointer"
>;
type DraftVocabulary = Pick<Vocabulary, "isEndOfGeneration" | "size">;

const nothing: Draft = { tokens: [], ms: 0 };

/**
 * Guesses how a text goes on by letting a much smaller model of the same vocabulary write it. One text at
 * a time: what the small model has read of it stays in its cache, and of another text what both have in
 * common at their start. (Speculative decoding: Leviathan et al., 2023; Chen et al., 2023.)
 */
export class ModelDrafter {
  readonly #library: DraftLibrary;
  readonly #context: DraftContext;
  readonly #memory: bigint;
  readonly #vocabulary: DraftVocabulary;
  readonly #now: () => number;
  readonly #batch: NativeBatch;
  readonly #row: Float32Array;
  readonly #gain = new GuessGain();
  /** The tokens in the cache, in order. */
  readonly #read: number[] = [];
  /** Tokens to guess at a time; follows how many were right. */
  #length = firstDraft;
  #drafted = 0;
  /** What reading a token costs, in steps of the large model: neighbours slow both down alike. */
  #readCost = 0;
  #piecesRead = 0;
  #broken = false;

  /** @param context of the small model, with one sequence and a memory */
  constructor(
    library: DraftLibrary,
    context: DraftContext,
    vocabulary: DraftVocabulary,
    now: () => number = () => performance.now(),
  ) {
    if (context.memory === null) throw new Error("A draft model needs a memory.");
    this.#library = library;
    this.#context = context;
    this.#memory = context.memory;
    this.#vocabulary = vocabulary;
    this.#now = now;
    this.#batch = new NativeBatch(context.batchTokens);
    this.#row = new Float32Array(vocabulary.size);
  }

  /**
   * What may come next; nothing where that is in doubt, or while guessing rests. A long text is read in
   * pieces, one for each call, so that the large model writes on meanwhile.
   *
   * @param tokens prompt and answer so far
   * @param most tokens that there is room for
   */
  async draft(tokens: readonly number[], most: number, pace: DraftPace): Promise<Draft> {
    const room = Math.min(most, this.#context.contextTokens - tokens.length);
    if (this.#broken || room < 1 || this.#gain.rests()) return nothing;
    const startedAt = this.#now();
    this.#cut(Math.min(commonPrefix(this.#read, tokens), tokens.length - 1));
    const missing = tokens.length - this.#read.length;
    if (missing > leastReadTokens) {
      if (this.#isWorthReading(missing, pace.tokensLeft))
        await this.#readPiece(tokens, pace.stepMs);
      return nothing;
    }
    const drafted: number[] = [];
    let next = tokens.slice(this.#read.length);
    while (drafted.length < Math.min(room, this.#length)) {
      if (!(await this.#evaluate(next))) break;
      const token = this.#likeliest();
      if (token === null) break;
      drafted.push(token);
      next = [token];
      // For requests and cancellations to come in.
      await turnOfEventLoop();
      if (this.#vocabulary.isEndOfGeneration(token) || pace.stop()) break;
    }
    this.#drafted = drafted.length;
    return { tokens: drafted, ms: this.#now() - startedAt };
  }

  /** To be called when the texts that follow are another request's. */
  startText(): void {
    this.#gain.startText();
  }

  /**
   * Learns what the last draft was worth.
   *
   * @param accepted tokens of it that were right
   * @param cost what guessing and the step took, in steps of a single token
   */
  record(accepted: number, cost: number): void {
    this.#gain.record(accepted, cost);
    if (accepted < this.#drafted)
      this.#length = Math.max(1, Math.ceil((this.#length + accepted) / 2));
    else if (this.#drafted === this.#length) this.#length = Math.min(this.#length + 2, mostDraft);
  }

  #isWorthReading(missing: number, tokensLeft: number): boolean {
    if (this.#piecesRead < unsurePieces) return true;
    const most = mostReadShare * this.#gain.trust * Math.min(tokensLeft, usualAnswerTokens);
    if (missing * this.#readCost <= Math.max(most, leastReadSteps)) return true;
    // What was measured in a bad moment must not hold for ever.
    this.#readCost *= forgetting;
    return false;
  }

  /** Reads on, about as much as takes as long as the large model takes for one token. */
  async #readPiece(tokens: readonly number[], stepMs: number): Promise<void> {
    const from = this.#read.length;
    const fitting =
      this.#piecesRead < unsurePieces ? firstPieceTokens : Math.floor(1 / this.#readCost);
    const most = Math.min(this.#context.batchTokens, tokens.length - 1 - from);
    const piece = tokens.slice(from, from + Math.min(Math.max(fitting, leastPieceTokens), most));
    const startedAt = this.#now();
    if (!(await this.#evaluate(piece))) return;
    const cost = (this.#now() - startedAt) / piece.length / stepMs;
    this.#readCost =
      this.#piecesRead < unsurePieces ? cost : this.#readCost + (cost - this.#readCost) * 0.3;
    this.#piecesRead += 1;
  }

  /** Puts tokens behind what is in the cache, and asks for what follows the last of them. */
  async #evaluate(tokens: readonly number[]): Promise<boolean> {
    const from = this.#read.length;
    this.#batch.clear();
    tokens.forEach((token, index) =>
      this.#batch.add(token, from + index, 0, index === tokens.length - 1),
    );
    try {
      if ((await this.#context.decode(this.#batch)) !== "done") {
        this.#cut(0);
        return false;
      }
    } catch {
      // The request itself does not need the guess, so it goes on without.
      this.#broken = true;
      return false;
    }
    this.#read.push(...tokens);
    return true;
  }

  /** By the last evaluation. */
  #likeliest(): number | null {
    const pointer = this.#library.logitsOfRow(this.#context.pointer, this.#batch.length - 1);
    if (pointer === null) throw new Error("The last token has no output.");
    copyFloats(pointer, this.#row);
    return sureToken(this.#row, leastProbability);
  }

  #cut(length: number): void {
    if (length === this.#read.length && length > 0) return;
    if (length > 0 && this.#library.memoryRemove(this.#memory, 0, length, -1)) {
      this.#read.length = length;
      return;
    }
    this.#library.memoryClear(this.#memory, false);
    this.#read.length = 0;
  }
}
