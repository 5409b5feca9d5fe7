import type { Device, Devices, KvType } from "../../contract/devices.ts";
import { toErrorData, type HearthError } from "../../contract/errors.ts";
import type { KvVerdict, LoadStep, MemoryEstimate, Model } from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import type { BackendActivity, InferenceBackend, ModelPurpose } from "../llama/InferenceBackend.ts";
import { chooseTarget, roomOf, usableGraphicsShare, type LoadTarget } from "./chooseTarget.ts";
import { chooseDraft, type DraftChoice } from "./chooseDraft.ts";
import { canPack, estimateDraft, estimateMemory, judgeFit } from "./estimateMemory.ts";
import { purposeOf } from "./modelChoice.ts";
import { climbDown, type LadderResult, type LoadShape } from "./loadLadder.ts";

/** Chats get the model's own context up to this many tokens, unless the settings say otherwise. */
const usualContextTokens = 8192;

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
}

export interface LoadRequest {
  readonly model: Model;
  readonly purpose: ModelPurpose;
  /** What it was loaded with before, where it only has to be started again. */
  readonly again?: Pick<LadderResult<unknown>, "shape" | "steps"> | undefined;
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
    const planned = again ?? (await this.#plan(model, purpose, devices));
    const free = await this.#options.freeMemory();
    let draft = this.#chooseDraft(model, planned.shape, devices, free);
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
    return { ...climbed, steps, draft };
  }

  /**
   * What models would need now.
   *
   * @param reclaimable bytes that would be given back before one of them is loaded
   */
  async estimate(models: readonly Model[], reclaimable: number): Promise<MemoryEstimate[]> {
    const devices = await this.#devices(["auto", "own"]);
    const free = (await this.#options.freeMemory()) + reclaimable;
    const estimates: MemoryEstimate[] = [];
    for (const model of models) {
      if (!model.memory || model.kind === "unknown") continue;
      const { shape } = await this.#plan(model, purposeOf(model.kind).purpose, devices);
      const draft = this.#chooseDraft(model, shape, devices, free);
      estimates.push(describeEstimate(model, shape, devices, free, draft.model));
    }
    return estimates;
  }

  /** What there is to choose from; nothing where the choice needs no look. */
  async #devices(lookFor: readonly ("auto" | "own")[]): Promise<readonly Device[]> {
    const { settings, graphicsLikely, devices } = this.#options;
    const choice = settings().device;
    const kind = choice === "auto" ? "auto" : "own";
    const look = choice !== "cpu" && lookFor.includes(kind) && (kind === "own" || graphicsLikely());
    return look ? (await devices()).devices : [];
  }

  async #plan(
    model: Model,
    purpose: ModelPurpose,
    devices: readonly Device[],
  ): Promise<{ shape: LoadShape; steps: LoadStep[] }> {
    const settings = this.#options.settings();
    const wanted = settings.contextTokens ?? usualContextTokens;
    const contextTokens =
      purpose === "chat" ? Math.min(wanted, model.contextLength || wanted) : null;
    const asked = purpose === "chat" ? (settings.kvTypes[model.id] ?? "f16") : "f16";
    const passed = asked === "f16" || (await this.#hasPassed(model, asked));
    const kvType = passed ? asked : "f16";
    const target = chooseTarget(settings.device, devices, {
      memory: model.memory,
      contextTokens: contextTokens ?? 0,
      kvType,
    });
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

/** Whether a model has room with a draft model beside it, on the same device. */
function judgeBoth(
  model: Model,
  draft: Model,
  { target, contextTokens, kvType }: LoadShape,
  devices: readonly Device[],
  freeBytes: number,
): MemoryEstimate["verdict"] {
  if (!model.memory || !draft.memory || contextTokens === null) return "too-large";
  // A device that holds a part of the model is full.
  if (target.backend !== "cpu" && target.gpuLayers >= 0) return "too-large";
  const needed =
    estimateMemory(model.memory, contextTokens, kvType).totalBytes +
    estimateDraft(draft.memory, contextTokens);
  return judgeFit(
    needed,
    target.backend === "cpu" ? freeBytes : usableGraphicsShare * roomOn(devices, target),
  );
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A text to embed has at most so many tokens. */
const embeddingTokens = 512;

function describeEstimate(
  model: Model,
  { target, contextTokens, kvType }: LoadShape,
  devices: readonly Device[],
  freeBytes: number,
  draft: Model | null,
): MemoryEstimate {
  const { memory } = model;
  if (!memory) throw new Error("A model without a known shape cannot be estimated.");
  const tokens = contextTokens ?? Math.min(embeddingTokens, model.contextLength || embeddingTokens);
  const alone = estimateMemory(memory, tokens, kvType);
  const draftBytes = draft?.memory ? estimateDraft(draft.memory, tokens) : 0;
  const need = { ...alone, draftBytes, totalBytes: alone.totalBytes + draftBytes };
  const all = memory.layers + 1;
  const gpuLayers =
    target.backend === "cpu" ? 0 : target.gpuLayers < 0 ? all : Math.min(target.gpuLayers, all);
  const onDevice = deviceOf(devices, target);
  const room = roomOn(devices, target);
  // What is not on the device has to find room beside the processor.
  const share = gpuLayers / all;
  const verdict =
    share === 0 || !onDevice
      ? judgeFit(need.totalBytes, freeBytes)
      : share === 1
        ? judgeFit(need.totalBytes, room)
        : atBestTight(judgeFit((need.weightsBytes + need.kvBytes) * (1 - share), freeBytes));
  return {
    modelId: model.id,
    contextTokens: tokens,
    kvType,
    ...need,
    freeBytes: share === 0 || !onDevice ? freeBytes : share === 1 ? room : freeBytes + room,
    device: share > 0 && onDevice ? onDevice.description : "cpu",
    gpuLayers: onDevice ? gpuLayers : 0,
    layers: memory.layers,
    verdict,
  };
}

function deviceOf(devices: readonly Device[], target: LoadTarget): Device | undefined {
  return devices.find(
    ({ backend, name }) =>
      backend === target.backend && (target.deviceName === null || name === target.deviceName),
  );
}

/** Free memory of the graphics that a target names; 0 where they are not there. */
function roomOn(devices: readonly Device[], target: LoadTarget): number {
  const device = deviceOf(devices, target);
  if (!device) return 0;
  return target.deviceName === null
    ? roomOf(devices, target.backend) || device.freeBytes
    : device.freeBytes;
}

function atBestTight(verdict: MemoryEstimate["verdict"]): MemoryEstimate["verdict"] {
  return verdict === "fits" ? "tight" : verdict;
}
