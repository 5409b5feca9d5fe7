import type {
  QuantBenchProgress,
  QuantBenchState,
  QuantRun,
} from "../../../contract/quantBench.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { ModelId } from "../../../contract/ids.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import type { Store } from "../../store/Store.ts";
import { Cell } from "../../core/Cell.ts";
import { OneAtATime } from "../../core/OneAtATime.ts";
import { compareChatFiles, type ChatFileTools } from "./compareChatFiles.ts";
import { compareEmbedders } from "./compareEmbedders.ts";
import { orderFiles } from "./orderFiles.ts";

export interface QuantBenchOptions extends Omit<ChatFileTools, "models"> {
  readonly store: Pick<Store, "quants">;
  readonly models: ChatFileTools["models"] & Pick<ModelManager, "find" | "rescan" | "reloadIdle">;
}

export interface QuantRequest {
  readonly kind: "chat" | "embedding";
  readonly modelIds: readonly ModelId[];
  readonly repeats: number;
  readonly questions: number;
  readonly seed: number;
  readonly dataDir: string | null;
}

/** Compares quantizations on this machine, and keeps what was measured. */
export class QuantBenchService implements AsyncDisposable {
  readonly state: Cell<QuantBenchState>;
  readonly #options: QuantBenchOptions;
  readonly #one = new OneAtATime(alreadyRunning);

  /** Reads the history; what was deleted under an earlier engine is erased. */
  static async open(options: QuantBenchOptions): Promise<QuantBenchService> {
    await options.store.quants.purgeDeleted(Date.now());
    return new QuantBenchService(options, await options.store.quants.list());
  }

  private constructor(options: QuantBenchOptions, runs: QuantRun[]) {
    this.#options = options;
    this.state = new Cell<QuantBenchState>({ current: null, runs });
  }

  /**
   * Measures files in the same way, one after the other, and keeps the result.
   *
   * @throws HearthError `conflict` while another comparison runs, `cancelled`, `model-missing`, `bad-input`,
   *   or what kept a file from running; then nothing is kept
   */
  async run(
    request: QuantRequest,
    onProgress: (progress: QuantBenchProgress) => void,
    caller: AbortSignal,
  ): Promise<QuantRun> {
    return await this.#one.run(caller, async (signal) => {
      try {
        return await this.#measure(request, onProgress, signal);
      } finally {
        this.state.update((state) => ({ ...state, current: null }));
      }
    });
  }

  /** Ends the comparison that runs, if there is one. */
  async cancel(): Promise<void> {
    await this.#one.cancel();
  }

  async delete(ids: readonly string[]): Promise<void> {
    await this.#options.store.quants.delete([...ids]);
    await this.#readHistory();
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.#options.store.quants.restore([...ids]);
    await this.#readHistory();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  async #measure(
    request: QuantRequest,
    onProgress: (progress: QuantBenchProgress) => void,
    signal: AbortSignal,
  ): Promise<QuantRun> {
    const { models, store } = this.#options;
    const listed = await models.rescan();
    const inUse = models.find(request.kind);
    const groups = orderFiles(listed, request.kind, request.modelIds, inUse);
    // What rests in memory would make less of it free, and comes back when it is needed.
    await models.reloadIdle();
    const tell = (progress: QuantBenchProgress): void => {
      this.state.update((state) => ({ ...state, current: progress }));
      onProgress(progress);
    };
    const run =
      request.kind === "chat"
        ? await compareChatFiles(groups, request, this.#options, tell, signal)
        : await compareEmbedders(groups, request, this.#options, tell, signal);
    await store.quants.add(run);
    await this.#readHistory();
    return run;
  }

  async #readHistory(): Promise<void> {
    const runs = await this.#options.store.quants.list();
    this.state.update((state) => ({ ...state, runs }));
  }
}

function alreadyRunning(): HearthError {
  return new HearthError({
    code: "conflict",
    title: "Quantizations are being compared already.",
    cause: "Two comparisons at once would slow each other down.",
    suggestion: "Wait until it is done, or cancel it.",
  });
}
