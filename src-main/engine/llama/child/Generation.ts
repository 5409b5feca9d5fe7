import type {
  ComputePriority,
  EndReason,
  GenerateEvent,
  GenerateRequest,
  GuessCount,
} from "../InferenceBackend.ts";
import type { KvSequence } from "./KvSequence.ts";
import type { LookupDrafter } from "./LookupDrafter.ts";
import type { EncodedPrompt, PromptEncoder } from "./PromptEncoder.ts";
import type { Guess } from "./Speculator.ts";
import { StopMatcher } from "./StopMatcher.ts";
import type { DrawnToken, TokenSampler } from "./TokenSampler.ts";
import { Utf8Assembler } from "./Utf8Assembler.ts";
import type { Vocabulary } from "./Vocabulary.ts";

export interface GenerateControl {
  readonly cancelled: boolean;
  /** When the request arrived, by `performance.now()`. */
  readonly arrivedAt: number;
  emit(event: GenerateEvent): void;
}

export interface GenerationParts {
  readonly request: GenerateRequest;
  readonly priority: ComputePriority;
  readonly control: GenerateControl;
  readonly prompt: EncodedPrompt;
  readonly encoder: PromptEncoder;
  readonly vocabulary: Vocabulary;
  readonly sampler: TokenSampler;
  /** Null where nothing may be guessed, by whatever way. */
  readonly drafter: LookupDrafter | null;
  /** Tokens that the whole conversation can hold. */
  readonly contextTokens: number;
}

/** Progress of the prompt is told no more often: while others write, its chunks are small. */
const promptReportMs = 100;

/**
 * One request on its way: its prompt, what was written, and how far both are in the cache. The
 * scheduler decides when it moves; this decides what a drawn token means.
 */
export class Generation implements Disposable {
  readonly priority: ComputePriority;
  readonly drafter: LookupDrafter | null;
  /** The prompt, and behind it what was generated. All but the last were or will be evaluated. */
  readonly tokens: number[];
  readonly promptTokens: number;
  /** The place in the cache; null while it waits for one. */
  sequence: KvSequence | null = null;
  /** Resolves when it has ended, rejects when it failed. */
  readonly ended = Promise.withResolvers<void>();
  readonly #parts: GenerationParts;
  readonly #characters = new Utf8Assembler();
  readonly #stops: StopMatcher;
  readonly #logprobs: NonNullable<DrawnToken["logprob"]>[] = [];
  readonly #guesses = {
    lookup: { drafted: 0, accepted: 0 },
    draftModel: { drafted: 0, accepted: 0 },
  } satisfies Record<string, GuessCount>;
  #reusedTokens: number | null = null;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #reportedPlace = 0;
  /** How many of the generated tokens make up whole characters. */
  #tokensOfText = 0;
  #text = "";
  #unreported = 0;
  #firstTokenAt: number | null = null;
  #lastTokenAt = 0;

  constructor(parts: GenerationParts) {
    this.#parts = parts;
    this.priority = parts.priority;
    this.drafter = parts.drafter;
    this.tokens = [...parts.prompt.tokens];
    this.promptTokens = this.tokens.length;
    this.#stops = new StopMatcher([...(parts.request.stop ?? []), ...parts.prompt.stop]);
  }

  get cancelled(): boolean {
    return this.#parts.control.cancelled;
  }

  get sampler(): TokenSampler {
    return this.#parts.sampler;
  }

  /** Tokens that have to be evaluated before the next one can be drawn. */
  get pending(): number {
    return this.tokens.length - (this.sequence?.length ?? 0);
  }

  /** Whether it writes: all but its newest token is in the cache. */
  get writing(): boolean {
    return this.tokens.length > this.promptTokens && this.pending === 1;
  }

  get generated(): number {
    return this.tokens.length - this.promptTokens;
  }

  /** Tokens that may still come, for whoever guesses ahead. */
  get tokensLeft(): number {
    const { request, contextTokens } = this.#parts;
    return Math.min(
      (request.maxTokens ?? Number.POSITIVE_INFINITY) - this.generated,
      contextTokens - this.tokens.length,
    );
  }

  /** @param place in the queue, 1 is next */
  reportPlace(place: number): void {
    if (place === this.#reportedPlace) return;
    this.#reportedPlace = place;
    this.#parts.control.emit({ type: "queued", place });
  }

  /** Tells how far the prompt is: at its begin, at its end, and now and then between. */
  reportPrompt(): void {
    const { length } = this.sequence ?? { length: 0 };
    const isFirst = this.#reusedTokens === null;
    this.#reusedTokens ??= Math.min(length, this.promptTokens);
    const now = performance.now();
    const isLast = length >= this.promptTokens;
    if (!isFirst && !isLast && now - this.#reportedAt < promptReportMs) return;
    this.#reportedAt = now;
    const { template, opensThought } = this.#parts.prompt;
    this.#parts.control.emit({
      type: "prompt",
      evaluatedTokens: Math.max(0, Math.min(length, this.promptTokens) - this.#reusedTokens),
      reusedTokens: this.#reusedTokens,
      totalTokens: this.promptTokens,
      ...(template ? { template } : {}),
      ...(opensThought ? { opensThought } : {}),
    });
  }

  /**
   * Takes in what was drawn: shows the text that is certain by now.
   *
   * @returns why the answer ends with it, or null
   */
  accept({ token, logprob }: DrawnToken): EndReason | null {
    const { request, vocabulary, contextTokens } = this.#parts;
    if (token === null) return this.#finish("stop");
    // A grammar allows the end where the answer is complete; behind it there is nothing to say.
    const passesEnd = request.ignoreEos === true && request.grammar === undefined;
    if (vocabulary.isEndOfGeneration(token) && !passesEnd) return this.#finish("stop");
    this.#lastTokenAt = performance.now();
    this.#firstTokenAt ??= this.#lastTokenAt;
    this.tokens.push(token);
    this.#unreported += 1;
    if (logprob) this.#logprobs.push(logprob);
    const matched = this.#stops.push(this.#characters.push(vocabulary.pieceBytes(token)));
    if (!this.#characters.incomplete) this.#tokensOfText = this.generated;
    this.#show(matched.text);
    if (matched.stopped) return "stop";
    if (this.generated >= (request.maxTokens ?? Number.POSITIVE_INFINITY))
      return this.#finish("length");
    if (this.tokens.length > contextTokens) return this.#finish("context-full");
    return null;
  }

  /** @param accepted tokens of the guess that were right */
  countGuess({ source, tokens }: Guess, accepted: number): void {
    if (source === null) return;
    this.#guesses[source].drafted += tokens.length;
    this.#guesses[source].accepted += accepted;
  }

  /** Ends it from outside: cancelled, or without room. Text that was held back is shown. */
  end(reason: EndReason): void {
    this.report(this.#finish(reason));
  }

  /** Tells the end. */
  report(reason: EndReason): void {
    const ms = this.#firstTokenAt === null ? 0 : this.#lastTokenAt - this.#firstTokenAt;
    const { control, request } = this.#parts;
    const { arrivedAt } = control;
    const stopString = this.#stops.matched;
    control.emit({
      type: "end",
      reason,
      ...(stopString !== null && request.stop?.includes(stopString) ? { stopString } : {}),
      promptTokens: this.promptTokens,
      reusedTokens: this.#reusedTokens ?? 0,
      tokens: this.generated,
      firstTokenMs: this.#firstTokenAt === null ? null : this.#firstTokenAt - arrivedAt,
      tokensPerSecond: this.generated > 1 && ms > 0 ? ((this.generated - 1) / ms) * 1000 : null,
      guesses: this.#guesses,
    });
    this.ended.resolve();
  }

  [Symbol.dispose](): void {
    this.sampler[Symbol.dispose]();
  }

  #show(text: string): void {
    this.#text += text;
    if (text === "") return;
    this.#parts.control.emit({
      type: "text",
      text,
      tokens: this.#unreported,
      ...(this.#logprobs.length > 0 ? { logprobs: this.#logprobs.splice(0) } : {}),
    });
    this.#unreported = 0;
  }

  #finish(reason: EndReason): EndReason {
    this.#show(this.#stops.flush());
    // A character that was begun and not finished is left out, and so are its tokens when the answer
    // is continued: then it is written from its beginning.
    const tokens = this.tokens.slice(this.promptTokens, this.promptTokens + this.#tokensOfText);
    this.#parts.encoder.rememberAnswer(this.#text, Int32Array.from(tokens));
    return reason;
  }
}
