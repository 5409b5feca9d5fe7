import type { Device, Devices, KvType } from "../../contract/devices.ts";
import { toErrorData, type HearthError } from "../../contract/errors.ts";
import type { KvVerdict, LoadStep, MemoryEstimate, Model } from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import type { BackendActivity, InferenceBackend, ModelPurpose } from "../llama/InferenceBackend.ts";
import { chooseDraft, type DraftChoice } from "./chooseDraft.ts";
import { chooseTarget, graphicsFor, type LoadTarget } from "./chooseTarget.ts";
import { describeEstimate, judgeBoth, memoryUse, roomOn } from "./describeEstimate.ts";
import { canPack, estimateDraft, estimateMemory, mostTextTokens } from "./estimateMemory.ts";
import type { FitSituation } from "./fitMemory.ts";
import type { FitRecords } from "./FitRecords.ts";
import { peakMemory } from "./freeMemory.ts";
import { purposeOf } from "./modelChoice.ts";
import { repackedTypesHere } from "./repackedTypes.ts";
import { climbDown, type LadderResult, type LoadShape } from "./loadLadder.ts";

/** Chats get the model's own context up to this many tokens, unless the settings say otherwise. */
const usualContextTokens = 8192;

/** Settings that a model is loaded with. */
export const loadSettings = [
  "threads",
  "contextTokens",
  "device",
  "kvTypes",
  "gpuLayers",
  "draftModel",
] as const satisfies readonly (keyof Settings)[];

export interface BackendStart {
  modelPath: string;
  purpose: ModelPurpose;
  contextTokens: number | null;
  kvType: KvType;
  target: LoadTarget;
  /** A small model that guesses ahead, in the same process; null for none. */
  draftPath: string | null;
  threads: number;
  signal?: AbortSignal;
  onProgress: (fraction: number) => void;
  onActivity: (activity: BackendActivity) => void;
  /** Told once when the process ended without having been asked to. */
  onDied: (error: HearthError) => void;
}

export interface ModelLoaderOptions {
  readonly settings: () => Settings;
  readonly threads: () => number;
  /** The models on this computer, of which one may guess ahead for another. */
  readonly models: () => readonly Model[];
  readonly startBackend: (start: BackendStart) => Promise<InferenceBackend>;
  /** Looks for devices; asked only where graphics may be there. */
  readonly devices: () => Promise<Devices>;
  readonly graphicsLikely: () => boolean;
  readonly freeMemory: () => Promise<number>;
  /** The verdicts on record. */
  readonly kvVerdicts: (model: Model) => Promise<KvVerdict[]>;
  /** Compares and records, where that was not done yet. */
  readonly checkKv: (model: Model, signal: AbortSignal | undefined) => Promise<KvVerdict[]>;
  /** What loads were foretold to take and took; nothing is learned where there are none. */
  readonly fitRecords?: FitRecords;
  /** How fast the processor reads its memory, in bytes per second; null where that is not known. */
  readonly memorySpeed?: () => Promise<number | null>;
}

export interface LoadRequest {
  readonly model: Model;
  readonly purpose: ModelPurpose;
  /** What it was loaded with before, where it only has to be started again. */
  readonly again?: Pick<LadderResult<unknown>, "shape" | "steps"> | undefined;
  /** Without a small model that guesses ahead, whatever the settings say: for measuring. */
  readonly withoutDraft?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress: (fraction: number) => void;
  readonly onStep: (steps: readonly LoadStep[]) => void;
  readonly onActivity: (activity: BackendActivity) => void;
  readonly onDied: (error: HearthError) => void;
}

export interface LoadResult extends LadderResult<InferenceBackend> {
  /** The small model that guesses ahead, or why there is none. */
  readonly draft: DraftChoice;
}

const withoutDraft: DraftChoice = { model: null, refusal: null };

/** Decides how a model is loaded on this machine, and loads it: by the settings, or with what fits. */
export class ModelLoader {
  readonly #options: ModelLoaderOptions;

  constructor(options: ModelLoaderOptions) {
    this.#options = options;
  }

  /** @throws HearthError as starting a backend does, when the last step of the ladder failed too */
  async load(request: LoadRequest): Promise<LoadResult> {
    const { model, purpose, signal, again } = request;
    const { draftModel } = this.#options.settings();
    const mayDraft = chooseDraft(draftModel, model, this.#options.models(), () => "fits").model;
    const devices = await this.#devices(mayDraft ? ["auto", "own"] : ["auto"]);
    const planned = again ?? (await this.#plan(model, purpose, devices, this.#ownLayers(model)));
    const free = await this.#options.freeMemory();
    let draft = request.withoutDraft
      ? withoutDraft
      : this.#chooseDraft(model, planned.shape, devices, free);
    const earlier = planned.steps;
    const tell = (steps: readonly LoadStep[]): void => request.onStep([...earlier, ...steps]);
    tell([]);
    const climbed = await climbDown({
      first: planned.shape,
      layers: model.memory?.layers ?? 0,
      allowsKv: (kvType) => this.#allowsKv(request, kvType),
      predict: (shape) => predictShortage(model, shape, free),
      onProgress: request.onProgress,
      onStep: tell,
      start: async (shape, onProgress) => {
        const start = (draftPath: string | null): Promise<InferenceBackend> =>
          this.#options.startBackend({
            modelPath: model.path,
            purpose,
            ...shape,
            draftPath,
            threads: this.#options.threads(),
            ...(signal ? { signal } : {}),
            onProgress,
            onActivity: request.onActivity,
            onDied: request.onDied,
          });
        // Where the model itself has to make do with less, there is no room for another.
        if (shape !== planned.shape && draft.model) draft = { model: null, refusal: "memory" };
        if (!draft.model) return await start(null);
        try {
          return await start(draft.model.path);
        } catch (error) {
          if (signal?.aborted) throw error;
          // Whatever it was: the model must not be given less for the sake of another one.
          const short = toErrorData(error).code === "out-of-memory";
          draft = { model: null, refusal: short ? "memory" : "failed" };
          return await start(null);
        }
      },
    });
    const steps = [...earlier, ...climbed.steps, ...silentFall(climbed)];
    const refusal = climbed.result.info.draft?.refusal ?? null;
    if (refusal !== null) draft = { model: null, refusal };
    await this.#learn(request, climbed, draft.model);
    return { ...climbed, steps, draft };
  }

  /** Notes what a load took. An embedder's peak comes only with its first full batch. */
  async #learn(
    { model, purpose }: LoadRequest,
    { shape, result }: LadderResult<InferenceBackend>,
    draft: Model | null,
  ): Promise<void> {
    const { fitRecords } = this.#options;
    const { contextTokens, kvType, target } = shape;
    const measured = peakMemory(result.info.pid);
    if (!fitRecords || !model.memory || contextTokens === null || measured === null) return;
    if (purpose !== "chat" || target.backend !== "cpu") return;
    const draftBytes = draft?.memory ? estimateDraft(draft.memory, contextTokens) : 0;
    const use = memoryUse(model, true);
    const { totalBytes } = estimateMemory(model.memory, contextTokens, kvType, use);
    try {
      await fitRecords.add(model, totalBytes + draftBytes, measured);
    } catch {
      // A full disk is told by what needs it; a load does not fail for the sake of its record.
    }
  }

  /**
   * What models would need now.
   *
   * @param reclaimable bytes that would be given back before one of them is loaded
   * @param gpuLayers as many layers on the graphics device, or null for Hearth's choice; by the settings
   *   where it is left out
   */
  async estimate(
    models: readonly Model[],
    reclaimable: number,
    gpuLayers?: number | null,
  ): Promise<MemoryEstimate[]> {
    const devices = await this.#devices(["auto", "own"]);
    const free = (await this.#options.freeMemory()) + reclaimable;
    const { fitRecords, memorySpeed } = this.#options;
    const bytesPerSecond = (await memorySpeed?.()) ?? null;
    const estimates: MemoryEstimate[] = [];
    for (const model of models) {
      if (!model.memory || model.kind === "unknown") continue;
      const { purpose } = purposeOf(model.kind);
      const ownLayers = gpuLayers === undefined ? this.#ownLayers(model) : gpuLayers;
      const { shape } = await this.#plan(model, purpose, devices, ownLayers);
      const draft = this.#chooseDraft(model, shape, devices, free);
      estimates.push(
        describeEstimate(model, shape, {
          devices,
          freeBytes: free,
          draft: draft.model,
          graphics: graphicsFor(this.#options.settings().device, devices),
          ownLayers: ownLayers !== null,
          correction: model.kind === "chat" && fitRecords ? await fitRecords.correction(model) : 1,
          bytesPerSecond,
        }),
      );
    }
    return estimates;
  }

  /**
   * What there is on this machine for a model that need not be here yet, by the settings as they are.
   *
   * @param reclaimable as for {@link estimate}
   */
  async situation(purpose: FitSituation["purpose"], reclaimable: number): Promise<FitSituation> {
    const { settings, freeMemory, fitRecords, memorySpeed } = this.#options;
    const devices = await this.#devices(["auto", "own"]);
    const { contextTokens, device: choice } = settings();
    const graphics = graphicsFor(choice, devices);
    return {
      contextTokens: purpose === "chat" ? (contextTokens ?? usualContextTokens) : mostTextTokens,
      kvType: "f16",
      purpose,
      freeBytes: (await freeMemory()) + reclaimable,
      bytesPerSecond: (await memorySpeed?.()) ?? null,
      graphics: graphics && {
        name: graphics.description,
        freeBytes: roomOn(devices, {
          backend: graphics.backend,
          deviceName: choice === graphics.id ? graphics.name : null,
          gpuLayers: -1,
        }),
        shared: graphics.kind === "integrated",
        bytesPerSecond: null,
      },
      repacked: repackedTypesHere(),
      correction: (purpose === "chat" ? await fitRecords?.correction(null) : 1) ?? 1,
    };
  }

  /** What there is to choose from; nothing where the choice needs no look. */
  async #devices(lookFor: readonly ("auto" | "own")[]): Promise<readonly Device[]> {
    const { settings, graphicsLikely, devices } = this.#options;
    const choice = settings().device;
    const kind = choice === "auto" ? "auto" : "own";
    const look = choice !== "cpu" && lookFor.includes(kind) && (kind === "own" || graphicsLikely());
    return look ? (await devices()).devices : [];
  }

  /** Layers that the user wants on the graphics device; null leaves them to Hearth. */
  #ownLayers(model: Model): number | null {
    return this.#options.settings().gpuLayers[model.id] ?? null;
  }

  async #plan(
    model: Model,
    purpose: ModelPurpose,
    devices: readonly Device[],
    ownLayers: number | null,
  ): Promise<{ shape: LoadShape; steps: LoadStep[] }> {
    const settings = this.#options.settings();
    const wanted = settings.contextTokens ?? usualContextTokens;
    const contextTokens =
      purpose === "chat" ? Math.min(wanted, model.contextLength || wanted) : null;
    const asked = purpose === "chat" ? (settings.kvTypes[model.id] ?? "f16") : "f16";
    const passed = asked === "f16" || (await this.#hasPassed(model, asked));
    const kvType = passed ? asked : "f16";
    const need = { memory: model.memory, contextTokens: contextTokens ?? 0, kvType };
    const target = chooseTarget(settings.device, devices, need, ownLayers);
    const reason = "This file has not passed the comparison with f16.";
    return {
      shape: { target, contextTokens, kvType },
      steps: passed ? [] : [{ change: "kv-type", from: asked, to: "f16", reason }],
    };
  }

  #chooseDraft(
    target: Model,
    shape: LoadShape,
    devices: readonly Device[],
    freeBytes: number,
  ): DraftChoice {
    const { settings, models } = this.#options;
    return chooseDraft(settings().draftModel, target, models(), (draft) =>
      judgeBoth(target, draft, shape, devices, freeBytes),
    );
  }

  async #hasPassed(model: Model, kvType: KvType): Promise<boolean> {
    const verdicts = await this.#options.kvVerdicts(model);
    return verdicts.some((verdict) => verdict.kvType === kvType && verdict.passed);
  }

  async #allowsKv({ model, signal }: LoadRequest, kvType: KvType): Promise<boolean> {
    if (!canPack(model.memory, kvType)) return false;
    const known = await this.#options.kvVerdicts(model);
    if (known.length > 0) return await this.#hasPassed(model, kvType);
    try {
      const verdicts = await this.#options.checkKv(model, signal);
      return verdicts.some((verdict) => verdict.kvType === kvType && verdict.passed);
    } catch (error) {
      if (signal?.aborted) throw error;
      // Where not even the comparison has room, there is nothing to offer.
      return false;
    }
  }
}

/** Asking for a graphics device and getting the processor is never kept quiet. */
function silentFall({ result, shape }: LadderResult<InferenceBackend>): LoadStep[] {
  const { target } = shape;
  if (target.backend === "cpu" || result.info.device !== "cpu") return [];
  const from = target.deviceName ?? target.backend;
  const reason = `The library for ${target.backend} found no ${
    target.deviceName === null ? "device" : `device of that name`
  }: its driver may be missing.`;
  return [{ change: "device", from, to: "cpu", reason }];
}

/**
 * Memory of the processor is promised by the system whether it is there or not, and a process that
 * then uses it is ended. So what surely has no room is not tried. Weights are read from the file as
 * they are used and do not count here; a graphics device says by itself when it is full.
 */
function predictShortage(model: Model, shape: LoadShape, freeBytes: number): string | null {
  if (!model.memory || shape.target.backend !== "cpu" || shape.contextTokens === null) return null;
  const { kvBytes, workBytes } = estimateMemory(model.memory, shape.contextTokens, shape.kvType);
  const needed = kvBytes + workBytes;
  if (needed <= freeBytes) return null;
  return `A context of ${shape.contextTokens} tokens takes ${inWords(needed)}; ${inWords(freeBytes)} are free.`;
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
