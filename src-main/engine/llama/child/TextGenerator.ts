import { setImmediate as turnOfEventLoop } from "node:timers/promises";
import { HearthError } from "../../../contract/errors.ts";
import type { EndReason, GenerateEvent, GenerateRequest } from "../InferenceBackend.ts";
import type { KvSequence } from "./KvSequence.ts";
import type { Libllama } from "./libllama.ts";
import type { LlamaContext } from "./LlamaContext.ts";
import { NativeBatch } from "./NativeBatch.ts";
import type { EncodedPrompt, PromptEncoder } from "./PromptEncoder.ts";
import { SamplerChain } from "./SamplerChain.ts";
import { StopMatcher } from "./StopMatcher.ts";
import { Utf8Assembler } from "./Utf8Assembler.ts";
import type { Vocabulary } from "./Vocabulary.ts";

/** A step is kept near this, so that stopping is prompt and another chat could take its turn. */
const stepTargetMs = 100;
const leastChunkTokens = 32;

export interface GenerateControl {
  readonly cancelled: boolean;
  /** When the request arrived, by `performance.now()`. */
  readonly arrivedAt: number;
  emit(event: GenerateEvent): void;
}

interface Progress {
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly generated: number[];
  /** How many of them make up whole characters. */
  tokensOfText: number;
  text: string;
  firstTokenAt: number | null;
  lastTokenAt: number;
}

/** Generates text in a context: prompt in chunks, then one token a step, until something ends it. */
export class TextGenerator implements Disposable {
  readonly #library: Libllama;
  readonly #context: LlamaContext;
  readonly #vocabulary: Vocabulary;
  readonly #encoder: PromptEncoder;
  readonly #batch: NativeBatch;
  /** Tokens of a prompt per step; follows what the machine can do in {@link stepTargetMs}. */
  #chunkTokens = leastChunkTokens;

  constructor(
    library: Libllama,
    context: LlamaContext,
    vocabulary: Vocabulary,
    encoder: PromptEncoder,
  ) {
    this.#library = library;
    this.#context = context;
    this.#vocabulary = vocabulary;
    this.#encoder = encoder;
    this.#batch = new NativeBatch(context.batchTokens);
  }

  /**
   * Runs one request in a sequence whose cached prefix is reused. Emits `prompt` and `text` events and
   * one `end`.
   *
   * @throws HearthError `context-full` when the prompt leaves no room for an answer
   */
  async generate(
    request: GenerateRequest,
    sequence: KvSequence,
    control: GenerateControl,
  ): Promise<void> {
    const encoded = this.#encoder.encode(request.prompt);
    this.#requireRoom(encoded.tokens.length);
    const reusedTokens = sequence.keepPrefix(encoded.tokens);
    const progress: Progress = {
      promptTokens: encoded.tokens.length,
      reusedTokens,
      generated: [],
      tokensOfText: 0,
      text: "",
      firstTokenAt: null,
      lastTokenAt: 0,
    };
    const reason = (await this.#evaluatePrompt(encoded, sequence, reusedTokens, control))
      ? await this.#answer(request, encoded, sequence, progress, control)
      : "cancelled";
    control.emit(endEvent(reason, progress, control.arrivedAt));
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }

  #requireRoom(promptTokens: number): void {
    if (promptTokens === 0)
      throw new HearthError({ code: "bad-input", title: "There is nothing to continue." });
    if (promptTokens < this.#context.contextTokens) return;
    throw new HearthError({
      code: "context-full",
      title: "This conversation is longer than the model's context.",
      cause: `It takes ${promptTokens} tokens; the context holds ${this.#context.contextTokens}.`,
      suggestion:
        "Start a new chat, remove attached text, or load the model with a longer context.",
    });
  }

  /** @returns false when it was cancelled; what was evaluated until then stays in the cache */
  async #evaluatePrompt(
    { tokens, template }: EncodedPrompt,
    sequence: KvSequence,
    reusedTokens: number,
    control: GenerateControl,
  ): Promise<boolean> {
    const report = (evaluatedTokens: number): void =>
      control.emit({
        type: "prompt",
        evaluatedTokens,
        reusedTokens,
        totalTokens: tokens.length,
        ...(template ? { template } : {}),
      });
    report(0);
    let done = reusedTokens;
    while (done < tokens.length) {
      if (control.cancelled) return false;
      const chunk = tokens.subarray(done, done + this.#chunkTokens);
      const startedAt = performance.now();
      await this.#evaluate(chunk, sequence, done + chunk.length === tokens.length);
      this.#adaptChunk(chunk.length, performance.now() - startedAt);
      done += chunk.length;
      report(done - reusedTokens);
    }
    return true;
  }

  #adaptChunk(tokens: number, ms: number): void {
    if (tokens < this.#chunkTokens) return;
    const fitting = Math.floor((tokens * stepTargetMs) / Math.max(ms, 1) / 8) * 8;
    // At most doubled at a time: one quick chunk is no proof.
    this.#chunkTokens = Math.max(
      leastChunkTokens,
      Math.min(fitting, 2 * this.#chunkTokens, this.#context.batchTokens),
    );
  }

  async #evaluate(
    tokens: Int32Array | readonly number[],
    sequence: KvSequence,
    output: boolean,
  ): Promise<void> {
    this.#batch.clear();
    const last = tokens.length - 1;
    tokens.forEach((token, index) =>
      this.#batch.add(token, sequence.length + index, sequence.id, output && index === last),
    );
    if (!(await this.#context.decode(this.#batch))) {
      throw new HearthError({
        code: "context-full",
        title: "The model's context has no room left.",
        cause: `It holds ${this.#context.contextTokens} tokens.`,
        suggestion: "Start a new chat, or load the model with a longer context.",
      });
    }
    for (const token of tokens) sequence.append(token);
  }

  async #answer(
    request: GenerateRequest,
    encoded: EncodedPrompt,
    sequence: KvSequence,
    progress: Progress,
    control: GenerateControl,
  ): Promise<EndReason> {
    using sampler = new SamplerChain(this.#library, this.#vocabulary.size, request.sampling);
    const characters = new Utf8Assembler();
    const stops = new StopMatcher([...(request.stop ?? []), ...encoded.stop]);
    const maxTokens = request.maxTokens ?? Number.POSITIVE_INFINITY;
    let unreported = 0;
    const show = (text: string): void => {
      progress.text += text;
      if (text === "") return;
      control.emit({ type: "text", text, tokens: unreported });
      unreported = 0;
    };
    const finish = (reason: EndReason): EndReason => {
      show(stops.flush());
      // A character that was begun and not finished is left out, and so are its tokens when the answer
      // is continued: then it is written from its beginning.
      this.#encoder.rememberAnswer(
        progress.text,
        Int32Array.from(progress.generated.slice(0, progress.tokensOfText)),
      );
      return reason;
    };
    if (maxTokens <= 0) return "length";
    for (;;) {
      if (control.cancelled) return finish("cancelled");
      const token = this.#sample(sampler);
      if (this.#vocabulary.isEndOfGeneration(token) && !request.ignoreEos) return finish("stop");
      progress.lastTokenAt = performance.now();
      progress.firstTokenAt ??= progress.lastTokenAt;
      progress.generated.push(token);
      unreported += 1;
      const matched = stops.push(characters.push(this.#vocabulary.pieceBytes(token)));
      if (!characters.incomplete) progress.tokensOfText = progress.generated.length;
      show(matched.text);
      if (matched.stopped) return "stop";
      if (progress.generated.length >= maxTokens) return finish("length");
      if (sequence.length >= this.#context.contextTokens) return finish("context-full");
      // A turn of the event loop, for a cancellation to come in and events to go out.
      await turnOfEventLoop();
      if (control.cancelled) return finish("cancelled");
      await this.#evaluate([token], sequence, true);
    }
  }

  #sample(sampler: SamplerChain): number {
    if (this.#context.outputs !== 1) throw new Error("The last step left no output to draw from.");
    return sampler.sample(this.#context.pointer, -1);
  }
}

function endEvent(reason: EndReason, progress: Progress, arrivedAt: number): GenerateEvent {
  const { generated, firstTokenAt, lastTokenAt } = progress;
  const ms = firstTokenAt === null ? 0 : lastTokenAt - firstTokenAt;
  return {
    type: "end",
    reason,
    promptTokens: progress.promptTokens,
    reusedTokens: progress.reusedTokens,
    tokens: generated.length,
    firstTokenMs: firstTokenAt === null ? null : firstTokenAt - arrivedAt,
    tokensPerSecond: generated.length > 1 && ms > 0 ? ((generated.length - 1) / ms) * 1000 : null,
  };
}
