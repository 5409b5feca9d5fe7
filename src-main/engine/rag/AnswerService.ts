import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { Sampling } from "../../contract/chat.ts";
import { HearthError, isCancelled } from "../../contract/errors.ts";
import type { ChunkId, DocumentId, ModelId } from "../../contract/ids.ts";
import type { AskEvent, GroundedAnswer } from "../../contract/search.ts";
import { forbidTracing } from "./graph/noTracing.ts";
import { PassageBox } from "./graph/PassageBox.ts";
import { say } from "./graph/runNode.ts";
import type { State } from "./graph/state.ts";
import type { AnswerTools, Ask, Run } from "./graph/types.ts";
import type { Turn } from "./graph/understand/standalone.ts";
import { receiptOf } from "./receipt.ts";

export interface AskRequest {
  question: string;
  documentIds?: readonly DocumentId[] | undefined;
  modelId?: ModelId | null | undefined;
  sampling?: Sampling | undefined;
  /** Passages that stand in the evidence whatever is found, and first. */
  pinned?: readonly ChunkId[] | undefined;
  /** The conversation before the question, oldest first. */
  history?: readonly Turn[] | undefined;
  /** Passages in the prompt of the answer before, in its order. */
  previous?: readonly ChunkId[] | undefined;
  /** Under which name the run is kept, so that it can go on after it was cut off; without one it is not. */
  threadId?: string | undefined;
}

export interface AnswerServiceOptions extends AnswerTools {
  /** Keeps the states of runs. It is asked for with the first one that has a name. */
  openSaver: () => Promise<BaseCheckpointSaver>;
}

type Emit = (event: AskEvent) => void;

/** A run has as many steps as its documents have parts; the graph itself bounds every cycle. */
const mostSteps = 100_000;

/**
 * Answers from documents by the graph of `graph/SPEC.md`: understand, retrieve, grade in code, and
 * only then let a model speak. The answer opens with the best sentence, word for word; what the model
 * adds is checked sentence by sentence.
 */
export class AnswerService {
  readonly #options: AnswerServiceOptions;
  #saver: Promise<BaseCheckpointSaver> | undefined;

  constructor(options: AnswerServiceOptions) {
    this.#options = options;
  }

  async answer(request: AskRequest, emit: Emit, signal: AbortSignal): Promise<GroundedAnswer> {
    const run = this.#newRun(emit, signal, request.history ?? []);
    const ask: Ask = {
      question: request.question,
      documentIds: request.documentIds ?? null,
      pinned: request.pinned ?? [],
      previous: request.previous ?? [],
      modelId: request.modelId ?? null,
      maxTokens: request.sampling?.maxTokens ?? null,
    };
    return await this.#go(run, { ask }, request.threadId);
  }

  /** Whether an answer was cut off that can go on without being begun again. */
  async canResume(threadId: string): Promise<boolean> {
    const saver = await this.#openSaver();
    return (await saver.getTuple(toConfig(threadId))) !== undefined;
  }

  /**
   * Goes on with an answer that was cut off, from its last finished step: what was retrieved and read
   * then is not retrieved and read again.
   *
   * @param said what the answer says already
   * @throws HearthError `not-found` where there is nothing to go on with
   */
  async resume(
    threadId: string,
    said: string,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<GroundedAnswer> {
    const run = this.#newRun(emit, signal, []);
    run.said = said;
    const graph = await this.#graph(run, threadId);
    const { values, next } = await graph.getState(toConfig(threadId));
    const state = values as Partial<State>;
    if (next.length === 0 || !state.ask) {
      throw new HearthError({
        code: "not-found",
        title: "This answer cannot be continued.",
        cause: "Hearth has kept nothing of how far it came.",
        suggestion: "Ask for another answer instead.",
      });
    }
    if (state.citations && state.opening !== undefined) {
      emit({ type: "evidence", citations: [...state.citations] });
      say(run, state.opening);
    }
    return await this.#go(run, null, threadId);
  }

  /** Drops what was kept of a run. */
  async forget(threadId: string): Promise<void> {
    const saver = await this.#openSaver();
    await saver.deleteThread(threadId);
  }

  async #go(run: Run, input: { ask: Ask } | null, threadId?: string): Promise<GroundedAnswer> {
    const graph = await this.#graph(run, threadId);
    let state: State;
    try {
      const config = { ...(threadId === undefined ? {} : toConfig(threadId)) };
      state = await graph.invoke(input, { ...config, recursionLimit: mostSteps });
    } catch (error) {
      // One that was stopped can be continued; one that failed would only fail again.
      if (threadId !== undefined && !run.signal.aborted && !isCancelled(error)) {
        await this.forget(threadId);
      }
      throw error;
    }
    if (threadId !== undefined) await this.forget(threadId);
    const { outcome } = state;
    return {
      answer: outcome.answer,
      abstained: outcome.abstained,
      sentences: [...outcome.sentences],
      citations: [...outcome.citations],
      nearest: [...outcome.nearest],
      receipt: await receiptOf(state, run.box, {
        wholeMs: performance.now() - run.begun,
        firstTextMs: run.firstTextMs ?? 0,
      }),
    };
  }

  async #graph(run: Run, threadId: string | undefined) {
    forbidTracing();
    // The library takes its time to load, so the engine's start does without it.
    const { buildGraph } = await import("./graph/buildGraph.ts");
    return buildGraph(run, threadId === undefined ? undefined : await this.#openSaver());
  }

  async #openSaver(): Promise<BaseCheckpointSaver> {
    this.#saver ??= this.#options.openSaver();
    return await this.#saver;
  }

  #newRun(emit: Emit, signal: AbortSignal, history: readonly Turn[]): Run {
    return {
      tools: this.#options,
      box: new PassageBox(this.#options.retriever),
      emit,
      signal,
      history,
      said: "",
      firstTextMs: null,
      begun: performance.now(),
    };
  }
}

function toConfig(threadId: string): { configurable: { thread_id: string } } {
  return { configurable: { thread_id: threadId } };
}
