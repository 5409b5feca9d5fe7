import { HearthError } from "../../../contract/errors.ts";
import type { KvType } from "../../../contract/devices.ts";
import { AbortFlag } from "./AbortFlag.ts";
import { kvParams } from "./kvParams.ts";
import type { Libllama } from "./libllama.ts";
import type { NativeBatch } from "./NativeBatch.ts";
import type { StructValue } from "./structLayouts.ts";
import { StepThreads, type ThreadCounts } from "./StepThreads.ts";
import { createThreadpool, poolPatience } from "./threadpool.ts";

export interface ContextOptions {
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly sequences: number;
  readonly threads: number;
  readonly embeddings: boolean;
  /** How keys and values are kept; `f16` when left out. */
  readonly kvType?: KvType;
  /** -1: what the model says. */
  readonly pooling?: number;
  /** False keeps every operation on the CPU. */
  readonly offload: boolean;
}

/** Rows of output in one step: one for each request, and one for each guess ahead. */
export const mostOutputs = 64;

export type StepOutcome = "done" | "no-room" | "interrupted";

/** A decode that takes longer than this runs on another thread, to keep this one answering. */
const synchronousStepMs = 50;

let threadpool: { readonly threads: number; readonly pointer: bigint | null } | null = null;

/** A llama_context with the checks without which wrong use aborts the process. */
export class LlamaContext implements Disposable {
  readonly pointer: bigint;
  readonly memory: bigint | null;
  /** Tokens that one sequence can hold, and all together; may differ from what was asked for. */
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly sequences: number;
  readonly #library: Libllama;
  readonly #threads: StepThreads;
  readonly #abort = new AbortFlag();
  #interruptible = false;
  #threadsInUse: number;
  /** What the library was told last. */
  #lastThreads: ThreadCounts;
  readonly #embeddings: boolean;
  /** What the last step took, by the power of two of its tokens. */
  readonly #stepMs: number[] = [];

  /** @throws HearthError `out-of-memory` when the library cannot make the context */
  constructor(library: Libllama, model: bigint, options: ContextOptions) {
    this.#library = library;
    this.#embeddings = options.embeddings;
    this.#threads = new StepThreads(options.threads);
    this.#threadsInUse = options.threads;
    this.#lastThreads = { single: options.threads, batch: options.threads };
    const params: StructValue<"llama_context_params"> = {
      ...library.contextDefaultParams(),
      n_ctx: options.contextTokens,
      n_batch: options.batchTokens,
      n_ubatch: options.batchTokens,
      n_seq_max: options.sequences,
      // The buffers for outputs are made for the most there can be: for a whole batch they take 100 MB.
      n_outputs_max: options.embeddings ? 0 : Math.min(mostOutputs, options.batchTokens),
      n_threads: options.threads,
      n_threads_batch: options.threads,
      embeddings: options.embeddings,
      pooling_type: options.pooling ?? -1,
      kv_unified: true,
      offload_kqv: options.offload,
      op_offload: options.offload,
      ...kvParams(options.kvType ?? "f16"),
    };
    const pointer = library.contextInit(model, params);
    if (pointer === null) {
      throw new HearthError({
        code: "out-of-memory",
        title: "There is not enough memory for this context.",
        cause: `A context of ${options.contextTokens} tokens could not be made.`,
        suggestion: "Choose a shorter context or a smaller model, or close other applications.",
      });
    }
    this.pointer = pointer;
    this.memory = library.memory(pointer);
    this.contextTokens = library.contextTokens(pointer);
    this.batchTokens = library.contextBatchTokens(pointer);
    this.sequences = options.sequences;
    if (threadpool?.threads !== options.threads) {
      threadpool = {
        threads: options.threads,
        pointer: createThreadpool(
          library,
          options.threads,
          options.embeddings ? poolPatience.none : poolPatience.betweenTokens,
        ),
      };
    }
    if (threadpool.pointer !== null)
      library.attachThreadpool(pointer, threadpool.pointer, threadpool.pointer);
  }

  /**
   * Runs a batch. A quick step is run at once, which is a tenth faster than through another thread; a
   * slow one leaves the event loop free.
   *
   * @param interruptible whether {@link interrupt} ends it. Asking before each operation whether to
   *   stop makes a step of one token some hundredths slower, so others do not ask.
   * @returns `done`; where nothing was changed, `no-room` when the cache has none for it, `interrupted`
   *   after {@link interrupt}
   */
  async decode(batch: NativeBatch, interruptible = false): Promise<StepOutcome> {
    if (batch.length === 0 || batch.length > this.batchTokens) {
      throw new RangeError(`A step takes 1 to ${this.batchTokens} tokens, not ${batch.length}.`);
    }
    if (batch.outputs > mostOutputs && !this.#embeddings)
      throw new RangeError(`A step has at most ${mostOutputs} rows of output.`);
    const threads = this.#threads.next(batch.length);
    this.#threadsInUse = batch.length === 1 ? threads.single : threads.batch;
    this.#setThreads(threads);
    this.#letInterrupt(interruptible);
    const startedAt = performance.now();
    const size = Math.ceil(Math.log2(batch.length));
    const expectedMs = this.#stepMs[size] ?? Number.POSITIVE_INFINITY;
    const status =
      expectedMs < synchronousStepMs
        ? this.#library.decode(this.pointer, batch.seal())
        : await this.#decodeOnThread(batch);
    const ms = performance.now() - startedAt;
    if (status === 1) return "no-room";
    if (status === 2) return "interrupted";
    this.#stepMs[size] = ms;
    this.#threads.record(batch.length, ms);
    if (status === 0) return "done";
    throw new HearthError({
      code: "internal",
      title: "The model could not be run.",
      cause: `llama_decode returned ${status}.`,
      suggestion: "Try again. If it stays, load the model anew or choose another one.",
    });
  }

  /**
   * Ends a step that is running on another thread at its next operation. Only for models whose state
   * is a list of cells, which can be taken back.
   */
  interrupt(): void {
    this.#abort.set(true);
  }

  #setThreads({ single, batch }: ThreadCounts): void {
    const { single: lastSingle, batch: lastBatch } = this.#lastThreads;
    if (single === lastSingle && batch === lastBatch) return;
    this.#lastThreads = { single, batch };
    this.#library.setThreads(this.pointer, single, batch);
  }

  #letInterrupt(interruptible: boolean): void {
    this.#abort.set(false);
    if (interruptible === this.#interruptible) return;
    this.#interruptible = interruptible;
    const { abortCallback } = this.#library;
    this.#library.setAbortCallback(
      this.pointer,
      interruptible ? abortCallback : null,
      interruptible ? this.#abort.pointer : null,
    );
  }

  /** Whether long steps should be shorter than usual, for another number of threads is being tried. */
  get trying(): boolean {
    return this.#threads.tryingLong;
  }

  /** Threads of the last step. */
  get threadsInUse(): number {
    return this.#threadsInUse;
  }

  /** Waits for the work of the last decode, which a graphics device may still be doing. */
  synchronize(): void {
    this.#library.synchronize(this.pointer);
  }

  [Symbol.dispose](): void {
    this.#library.contextFree(this.pointer);
    this.#abort[Symbol.dispose]();
  }

  #decodeOnThread(batch: NativeBatch): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#library.decode.async(
        this.pointer,
        batch.seal(),
        (error: Error | null, status: number) => {
          if (error) reject(error);
          else resolve(status);
        },
      );
    });
  }
}
