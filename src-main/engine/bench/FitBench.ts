import type { KvType } from "../../contract/devices.ts";
import { cancelledError } from "../../contract/errors.ts";
import type { FitPoint, FitProgress } from "../../contract/fitBench.ts";
import type { Model } from "../../contract/models.ts";
import { processorTarget } from "../models/chooseTarget.ts";
import { memoryUse } from "../models/describeEstimate.ts";
import { estimateMemory, mostTextTokens } from "../models/estimateMemory.ts";
import type { FitRecords } from "../models/FitRecords.ts";
import { peakMemory } from "../models/freeMemory.ts";
import type { BackendStart } from "../models/ModelLoader.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";

export interface FitBenchOptions {
  readonly models: () => readonly Model[];
  readonly threads: () => number;
  readonly startBackend: (start: BackendStart) => Promise<InferenceBackend>;
  readonly fitRecords: Pick<FitRecords, "correction">;
  /** The types other than f16 that a model has been shown to bear. */
  readonly kvTypes: (model: Model) => Promise<KvType[]>;
  readonly freeMemory: () => Promise<number>;
  readonly peak?: (pid: number) => number | null;
}

const firstContext = 512;
/** One step of a chat in full, so that all its buffers are used. */
const promptWords = 700;
/** An embedder's batch in full. */
const embedTexts = 24;
const textWords = 600;

interface Shape {
  readonly model: Model;
  readonly contextTokens: number;
  readonly kvType: KvType;
}

/** Loads every model at contexts from 512 tokens to what it was trained for, and compares memory with forecast. */
export class FitBench {
  readonly #options: FitBenchOptions;

  constructor(options: FitBenchOptions) {
    this.#options = options;
  }

  /** Points that have no room are told with `measuredBytes` null. @throws HearthError as loading does, `cancelled` */
  async run(onProgress: (progress: FitProgress) => void, signal: AbortSignal): Promise<FitPoint[]> {
    const shapes = await this.#shapes();
    const points: FitPoint[] = [];
    for (const [at, shape] of shapes.entries()) {
      if (signal.aborted) throw cancelledError();
      const { model, contextTokens, kvType } = shape;
      onProgress({
        modelId: model.id,
        contextTokens,
        kvType,
        point: at + 1,
        points: shapes.length,
      });
      points.push(await this.#measure(shape, signal));
    }
    return points;
  }

  async #shapes(): Promise<Shape[]> {
    const shapes: Shape[] = [];
    for (const model of this.#options.models()) {
      if (model.error || !model.memory) continue;
      if (model.kind === "embedding") {
        const contextTokens = Math.min(mostTextTokens, model.contextLength || mostTextTokens);
        shapes.push({ model, contextTokens, kvType: "f16" });
      }
      if (model.kind !== "chat") continue;
      const types: KvType[] = ["f16", ...(await this.#options.kvTypes(model))];
      for (const kvType of types) {
        for (const contextTokens of contextsOf(model))
          shapes.push({ model, contextTokens, kvType });
      }
    }
    return shapes;
  }

  async #measure(shape: Shape, signal: AbortSignal): Promise<FitPoint> {
    const { model, contextTokens, kvType } = shape;
    const { fitRecords, startBackend, threads, freeMemory, peak = peakMemory } = this.#options;
    const purpose = model.kind === "embedding" ? "embedding" : "chat";
    if (!model.memory) throw new Error("A model without a known shape is not measured.");
    const use = memoryUse(model, true);
    const { totalBytes } = estimateMemory(model.memory, contextTokens, kvType, use);
    const correction = purpose === "chat" ? await fitRecords.correction(model) : 1;
    const facts = {
      modelId: model.id,
      kind: model.kind,
      contextTokens,
      kvType,
      formulaBytes: totalBytes,
      predictedBytes: totalBytes * correction,
    };
    if (totalBytes > (await freeMemory())) return { ...facts, measuredBytes: null, error: null };
    const backend = await startBackend({
      modelPath: model.path,
      purpose,
      contextTokens: purpose === "chat" ? contextTokens : null,
      kvType,
      target: processorTarget,
      draftPath: null,
      threads: threads(),
      signal,
      onProgress: () => {},
      onActivity: () => {},
      onDied: () => {},
    });
    try {
      await fill(backend, contextTokens, signal);
      const measuredBytes = peak(backend.info.pid);
      const error = measuredBytes === null ? null : facts.predictedBytes / measuredBytes - 1;
      return { ...facts, measuredBytes, error };
    } finally {
      await backend[Symbol.asyncDispose]();
    }
  }
}

/** Has the model do what takes it most memory: read a whole step, and write a little. */
async function fill(
  backend: InferenceBackend,
  contextTokens: number,
  signal: AbortSignal,
): Promise<void> {
  if (backend.info.purpose === "embedding") {
    const text = "word ".repeat(textWords);
    await backend.embed(
      Array.from({ length: embedTexts }, () => text),
      { signal },
    );
    return;
  }
  // A word is a token or little more; what is left is room to write.
  const text = "word ".repeat(Math.min(promptWords, Math.floor(contextTokens / 2)));
  const request = {
    prompt: { kind: "text", text },
    maxTokens: 16,
    sampling: { temperature: 0 },
    ignoreEos: true,
    guessAhead: false,
  } as const;
  for await (const event of backend.generate(request, { signal })) {
    if (event.type === "end") return;
  }
}

/** 512, doubled up to what the model was trained for, and that itself. */
function contextsOf(model: Model): number[] {
  const trained = model.contextLength || firstContext;
  const contexts: number[] = [];
  for (let tokens = firstContext; tokens < trained; tokens *= 2) contexts.push(tokens);
  return [...contexts, trained];
}
