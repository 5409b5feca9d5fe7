import { randomUUID } from "node:crypto";
import type {
  BenchMeasure,
  BenchProgress,
  BenchRun,
  BenchState,
  BenchTest,
} from "../../contract/bench.ts";
import { HearthError } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { Model } from "../../contract/models.ts";
import { Cell } from "../core/Cell.ts";
import { OneAtATime } from "../core/OneAtATime.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import type { Store } from "../store/Store.ts";
import { machineHere } from "./machine.ts";
import { measureChats, measureDecode, measurePrefill } from "./measure.ts";
import { median } from "./median.ts";

export interface BenchServiceOptions {
  readonly store: Pick<Store, "bench">;
  readonly models: Pick<ModelManager, "find" | "use" | "state">;
  readonly hearthVersion: string;
}

interface Step {
  readonly test: BenchTest;
  readonly chats: number;
  readonly tokens: number;
  /** Its share of the work of one repetition, as far as it can be told beforehand. */
  readonly weight: number;
}

/** In this order the count of chats only rises: a late word of the step before never looks like a stranger. */
const steps: readonly Step[] = [
  // A prompt is read several times as fast as an answer is written.
  { test: "prefill", chats: 1, tokens: 512, weight: 128 },
  { test: "decode", chats: 1, tokens: 128, weight: 128 },
  { test: "chats", chats: 1, tokens: 64, weight: 64 },
  { test: "chats", chats: 2, tokens: 64, weight: 96 },
  { test: "chats", chats: 4, tokens: 64, weight: 160 },
];
/** Enough for the weights to be in memory and the threads to be running. */
const warmUpTokens = 32;
/** Room that a prompt leaves in a small context. */
const spareTokens = 16;
/** Telling more often would take time from what is measured. */
const tellEveryMs = 250;

/** Measures how fast models are on this machine, and keeps what was measured. */
export class BenchService implements AsyncDisposable {
  readonly state: Cell<BenchState>;
  readonly #options: BenchServiceOptions;
  readonly #one = new OneAtATime(alreadyRunning);
  #seed = Math.floor(Date.now() / 1000) % 1_000_000;

  /** Reads the history; what was deleted under an earlier engine is erased. */
  static async open(options: BenchServiceOptions): Promise<BenchService> {
    await options.store.bench.purgeDeleted(Date.now());
    return new BenchService(options, await options.store.bench.list());
  }

  private constructor(options: BenchServiceOptions, runs: BenchRun[]) {
    this.#options = options;
    this.state = new Cell<BenchState>({ current: null, runs });
  }

  /**
   * Measures a model, a few repetitions of each test, and keeps the result.
   *
   * @param modelId the model for new chats when null
   * @throws HearthError `conflict` while another benchmark runs, `cancelled`, or what kept the model
   *   from running; then nothing is kept
   */
  async run(
    modelId: ModelId | null,
    repeats: number,
    onProgress: (progress: BenchProgress) => void,
    signal: AbortSignal,
  ): Promise<BenchRun> {
    const model = this.#options.models.find("chat", modelId);
    return await this.#one.run(signal, async (either) => {
      try {
        return await this.#measure(model, repeats, onProgress, either);
      } finally {
        this.state.update((state) => ({ ...state, current: null }));
      }
    });
  }

  /** Ends the benchmark that runs, if there is one. */
  async cancel(): Promise<void> {
    await this.#one.cancel();
  }

  async delete(ids: readonly string[]): Promise<void> {
    await this.#options.store.bench.delete([...ids]);
    await this.#readHistory();
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.#options.store.bench.restore([...ids]);
    await this.#readHistory();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  async #readHistory(): Promise<void> {
    const runs = await this.#options.store.bench.list();
    this.state.update((state) => ({ ...state, runs }));
  }

  async #measure(
    model: Model,
    repeats: number,
    onProgress: (progress: BenchProgress) => void,
    signal: AbortSignal,
  ): Promise<BenchRun> {
    let progress: BenchProgress = {
      modelId: model.id,
      model: model.name,
      quantization: model.quantization,
      startedAt: Date.now(),
      stage: "loading",
      chats: 1,
      repeat: 1,
      repeats: 1,
      fraction: 0,
      measures: [],
    };
    let toldAt = 0;
    const tell = (change: Partial<BenchProgress>, now = true): void => {
      progress = { ...progress, ...change };
      if (!now && performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      this.state.update((state) => ({ ...state, current: progress }));
      onProgress(progress);
    };
    tell({});
    return await this.#options.models.use(
      model,
      "chat",
      async (backend) => {
        tell({ stage: "warming-up" });
        await this.#warmUp(backend, signal);
        const watch = watchStrangers(backend);
        const measures = await this.#runSteps(backend, repeats, signal, (change, now) => {
          watch.look(change.chats ?? progress.chats);
          tell(change, now);
        });
        const run = toRun(model, backend, {
          repeats,
          measures,
          disturbed: watch.seen,
          hearthVersion: this.#options.hearthVersion,
          kvType: this.#kvTypeOf(model.id),
        });
        await this.#options.store.bench.add(run);
        await this.#readHistory();
        return run;
      },
      signal,
    );
  }

  async #warmUp(backend: InferenceBackend, signal: AbortSignal): Promise<void> {
    const options = { backend, tokens: warmUpTokens, signal, onTokens: () => {} };
    await measurePrefill({ ...options, seed: this.#nextSeed() });
    await measureDecode({ ...options, seed: this.#nextSeed() });
  }

  async #runSteps(
    backend: InferenceBackend,
    repeats: number,
    signal: AbortSignal,
    tell: (change: Partial<BenchProgress>, now: boolean) => void,
  ): Promise<BenchMeasure[]> {
    const total = steps.reduce((sum, step) => sum + step.weight, 0) * repeats;
    const measures: BenchMeasure[] = [];
    let before = 0;
    for (const step of steps) {
      const { test, chats, weight } = step;
      const tokens = Math.min(step.tokens, backend.info.contextTokens - spareTokens);
      const samples: number[] = [];
      for (let repeat = 1; repeat <= repeats; repeat++) {
        let done = 0;
        const fraction = (): number =>
          (before + weight * Math.min(1, done / (tokens * chats))) / total;
        tell({ stage: test, chats, repeat, repeats, fraction: fraction() }, true);
        const options = {
          backend,
          tokens,
          signal,
          seed: this.#nextSeed(),
          onTokens: (more: number) => {
            done += more;
            tell({ fraction: fraction() }, false);
          },
        };
        if (test === "prefill") samples.push(await measurePrefill(options));
        else if (test === "decode") samples.push(await measureDecode(options));
        else samples.push(await measureChats(options, chats));
        before += weight;
      }
      measures.push({ test, chats, tokens, tokensPerSecond: median(samples), samples });
      tell({ measures: [...measures], fraction: before / total }, true);
    }
    return measures;
  }

  #kvTypeOf(modelId: ModelId): string | null {
    const { loaded } = this.#options.models.state.get();
    return loaded.find((entry) => entry.modelId === modelId)?.kvType ?? null;
  }

  #nextSeed(): number {
    return ++this.#seed;
  }
}

/** Notices requests of others on the same model. */
function watchStrangers(backend: InferenceBackend): {
  look(ownChats: number): void;
  readonly seen: boolean;
} {
  let seen = false;
  return {
    look: (ownChats) => {
      const { running, waiting } = backend.activity;
      if (running + waiting > ownChats) seen = true;
    },
    get seen() {
      return seen;
    },
  };
}

function toRun(
  model: Model,
  { info }: InferenceBackend,
  rest: Pick<BenchRun, "repeats" | "measures" | "disturbed" | "hearthVersion" | "kvType">,
): BenchRun {
  return {
    id: randomUUID(),
    at: Date.now(),
    libraryVersion: info.library.version,
    modelId: model.id,
    model: model.name,
    quantization: model.quantization,
    parameters: model.parameters,
    modelBytes: info.modelBytes,
    device: info.device,
    gpuLayers: info.gpuLayers,
    threads: info.threads,
    contextTokens: info.contextTokens,
    machine: machineHere(),
    ...rest,
  };
}

function alreadyRunning(): HearthError {
  return new HearthError({
    code: "conflict",
    title: "A benchmark is already running.",
    cause: "Two at once would slow each other down.",
    suggestion: "Wait until it is done, or cancel it.",
  });
}
