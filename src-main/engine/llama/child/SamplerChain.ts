import { defaultSampling, type SamplingOptions } from "../InferenceBackend.ts";
import type { Libllama } from "./libllama.ts";

/** How many generated tokens the penalties look back. */
const penaltyTokens = 64;

/** Draws tokens: greedy at temperature 0, else penalties, top-k, top-p, min-p, temperature, chance. */
export class SamplerChain implements Disposable {
  readonly #library: Libllama;
  readonly #chain: bigint;

  constructor(library: Libllama, vocabSize: number, options: SamplingOptions = {}) {
    this.#library = library;
    const chain = library.samplerChainInit(library.samplerChainDefaultParams());
    if (chain === null) throw new Error("llama_sampler_chain_init returned null.");
    this.#chain = chain;
    const settings = { ...defaultSampling, ...withoutUndefined(options) };
    const add = (sampler: bigint): void => library.samplerChainAdd(chain, sampler);
    const { frequencyPenalty, presencePenalty } = settings;
    // Greedy is for facts, which may have to be said twice in the same words.
    const repeatPenalty = settings.temperature <= 0 ? 1 : Math.max(settings.repeatPenalty, 0.01);
    if (repeatPenalty !== 1 || frequencyPenalty !== 0 || presencePenalty !== 0) {
      add(
        library.samplerPenalties(
          vocabSize,
          penaltyTokens,
          repeatPenalty,
          frequencyPenalty,
          presencePenalty,
        ),
      );
    }
    if (settings.temperature <= 0) {
      add(library.samplerGreedy());
      return;
    }
    if (settings.topK > 0) add(library.samplerTopK(Math.floor(settings.topK)));
    if (settings.topP < 1) add(library.samplerTopP(settings.topP, 1));
    if (settings.minP > 0) add(library.samplerMinP(settings.minP, 1));
    add(library.samplerTemperature(settings.temperature));
    add(library.samplerDist((options.seed ?? Math.floor(Math.random() * 0xffff_fffe)) >>> 0));
  }

  /** Draws from an output row of the last decode. The row must exist: the caller has checked. */
  sample(context: bigint, row: number): number {
    return this.#library.samplerSample(this.#chain, context, row);
  }

  /** Orders and selects among candidates without taking the choice as made. */
  apply(candidates: bigint): void {
    this.#library.samplerApply(this.#chain, candidates);
  }

  /** Takes a token as drawn, which the penalties remember. */
  accept(token: number): void {
    this.#library.samplerAccept(this.#chain, token);
  }

  [Symbol.dispose](): void {
    this.#library.samplerFree(this.#chain);
  }
}

function withoutUndefined(options: SamplingOptions): SamplingOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
