import { isCancelled } from "../../contract/errors.ts";
import type { Model } from "../../contract/models.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import type { Rerank, RerankScores, RerankStop } from "./rerank.ts";

/** What reranking may add to a search, in milliseconds. */
const budgetMs = 1_000;
/** Passages for one call: after each the clock is looked at. */
const passagesPerCall = 4;

/** The reranker that is installed, where one is. */
export class ModelReranker {
  readonly #models: Pick<ModelManager, "state" | "use">;
  readonly #budgetMs: number;

  constructor(models: Pick<ModelManager, "state" | "use">, options: { budgetMs?: number } = {}) {
    this.#models = models;
    this.#budgetMs = options.budgetMs ?? budgetMs;
  }

  /** Undefined where there is none, or it is switched off. */
  get current(): Rerank | undefined {
    const { models, rerankerModelId } = this.#models.state.get();
    const model = models.find(({ id }) => id === rerankerModelId);
    return (
      model && ((question, passages, options) => this.#run(model, question, passages, options))
    );
  }

  /**
   * Reads as many passages as the time allows. A model that is not loaded yet is loaded meanwhile; if
   * that takes longer, this search does without it and the next one has it. One that fails is passed
   * over: search goes on as without it, and the model's own state says why.
   */
  async #run(
    model: Model,
    question: string,
    passages: readonly string[],
    { signal }: { readonly signal?: AbortSignal },
  ): Promise<RerankScores> {
    const endsAt = performance.now() + this.#budgetMs;
    // Also ends the waiting for cores that a running answer has.
    const stop = AbortSignal.any([
      AbortSignal.timeout(this.#budgetMs),
      ...(signal ? [signal] : []),
    ]);
    const scores: number[] = [];
    let begun = false;
    const read = async (backend: InferenceBackend): Promise<RerankStop | null> => {
      begun = true;
      let lastMs = 0;
      while (scores.length < passages.length) {
        const from = performance.now();
        // What is begun is waited for, so a call that would end too late is not begun.
        if (stop.aborted || from + lastMs > endsAt) return "time";
        const next = passages.slice(scores.length, scores.length + passagesPerCall);
        const result = await backend.rank(question, next, { signal: stop });
        scores.push(...result.scores);
        lastMs = performance.now() - from;
      }
      return null;
    };
    const tooLate = Promise.withResolvers<RerankStop>();
    const noticeStop = (): void => {
      if (!begun) tooLate.resolve("loading");
    };
    stop.addEventListener("abort", noticeStop, { once: true });
    try {
      // The load is not stopped with the search: it serves the next one.
      const reading = this.#models.use(model, "reranking", read);
      // Where the load comes too late, nobody waits for how it ends; the model's state tells it.
      reading.catch(() => {});
      return { scores, stopped: await Promise.race([reading, tooLate.promise]) };
    } catch (error) {
      return { scores, stopped: isCancelled(error) ? "time" : "failed" };
    } finally {
      stop.removeEventListener("abort", noticeStop);
    }
  }
}
