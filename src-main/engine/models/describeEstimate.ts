import type { Device } from "../../contract/devices.ts";
import type { MemoryEstimate, Model, ModelMemory } from "../../contract/models.ts";
import { roomOf, usableGraphicsShare, type LoadTarget } from "./chooseTarget.ts";
import {
  comfortable,
  estimateDraft,
  estimateMemory,
  judgeFit,
  largestContext,
  mostTextTokens,
  type MemoryUse,
} from "./estimateMemory.ts";
import { speed } from "./fitMemory.ts";
import type { LoadShape } from "./loadLadder.ts";
import { repackedTypesHere } from "./repackedTypes.ts";
import { purposeOf } from "./modelChoice.ts";

export interface EstimateSituation {
  readonly devices: readonly Device[];
  readonly freeBytes: number;
  /** The model that would guess ahead beside it. */
  readonly draft: Model | null;
  /** The graphics device that layers could be put on; null where there is none. */
  readonly graphics: Device | null;
  /** The user said how many layers it gets; else a longer context moves some to the processor. */
  readonly ownLayers: boolean;
  /** Measured against foretold in earlier loads. */
  readonly correction: number;
  /** How fast the processor reads its memory; null where that is not known. */
  readonly bytesPerSecond: number | null;
}

/** What a model would need, whether that is there, and how fast it should be, in the shape it would be loaded in. */
export function describeEstimate(
  model: Model,
  { target, contextTokens, kvType }: LoadShape,
  situation: EstimateSituation,
): MemoryEstimate {
  const { memory } = model;
  if (!memory) throw new Error("A model without a known shape cannot be estimated.");
  const { devices, freeBytes, draft, graphics, ownLayers, correction, bytesPerSecond } = situation;
  const trained = model.contextLength || (contextTokens ?? mostTextTokens);
  const tokens = contextTokens ?? Math.min(mostTextTokens, trained);
  const all = memory.layers + 1;
  const gpuLayers =
    target.backend === "cpu" ? 0 : target.gpuLayers < 0 ? all : Math.min(target.gpuLayers, all);
  const onDevice = deviceOf(devices, target);
  const room = roomOn(devices, target);
  // What is not on the device has to find room beside the processor.
  const share = onDevice ? gpuLayers / all : 0;
  const use = memoryUse(model, share === 0);
  const needAt = (length: number) =>
    corrected(estimateMemory(memory, length, kvType, use), correction);
  const draftAt = (length: number): number =>
    draft?.memory ? estimateDraft(draft.memory, length) : 0;
  const alone = needAt(tokens);
  const draftBytes = draftAt(tokens);
  const need = { ...alone, draftBytes, totalBytes: alone.totalBytes + draftBytes };
  // What the device holds of it, and what the processor holds.
  const onDeviceAt = (length: number): number => {
    const { weightsBytes, kvBytes, workBytes } = needAt(length);
    return share * (weightsBytes + kvBytes) + (share > 0 ? workBytes : 0);
  };
  const keptTwice = share === 0 ? 0 : repackedBytes(memory);
  const besideAt = (length: number): number => {
    const { weightsBytes, kvBytes } = needAt(length);
    return (1 - share) * (weightsBytes + kvBytes + keptTwice);
  };
  const verdict =
    share === 0
      ? judgeFit(need.totalBytes, freeBytes)
      : share === 1
        ? judgeFit(need.totalBytes, room)
        : worse(judgeDevice(onDeviceAt(tokens), room), judgeFit(besideAt(tokens), freeBytes));
  const placeBytes = share === 0 ? freeBytes : share === 1 ? room : freeBytes + room;
  const limit = verdict === "fits" ? comfortable(placeBytes) : placeBytes;
  // Layers that are fixed leave each side its own limit; others go where there is room.
  const isFixed = ownLayers && share > 0 && share < 1;
  const besideLimit = verdict === "fits" ? comfortable(freeBytes) : freeBytes;
  const largestContextTokens = isFixed
    ? largestContext(
        (length) =>
          Math.max(
            onDeviceAt(length) / (usableGraphicsShare * room),
            (besideAt(length) + draftAt(length)) / besideLimit,
          ),
        1,
        trained,
      )
    : largestContext((length) => needAt(length).totalBytes + draftAt(length), limit, trained);
  return {
    modelId: model.id,
    contextTokens: tokens,
    kvType,
    ...need,
    freeBytes: placeBytes,
    device: share > 0 && onDevice ? onDevice.description : "cpu",
    gpuLayers: onDevice ? gpuLayers : 0,
    layers: memory.layers,
    verdict,
    graphics: graphics?.description ?? null,
    largestContextTokens,
    tokensPerSecond:
      verdict === "too-large"
        ? null
        : speed(
            memory,
            { bytesPerSecond, graphics: null, kvType, purpose: use.purpose },
            tokens,
            share,
          ),
  };
}

/** Of what a model was made for, and whether the processor keeps some of its weights twice. */
export function memoryUse(model: Pick<Model, "kind">, onProcessor: boolean): MemoryUse {
  return {
    purpose: purposeOf(model.kind).purpose,
    repacked: onProcessor ? repackedTypesHere() : [],
  };
}

/** What a loaded chat model holds that is not read from its file, and that comes back when it goes. */
export function givenBack(model: Model, { contextTokens, kvType, target }: LoadShape): number {
  if (!model.memory) return 0;
  const use = memoryUse(model, target.backend === "cpu");
  const { kvBytes, workBytes } = estimateMemory(model.memory, contextTokens ?? 0, kvType, use);
  return kvBytes + workBytes;
}

/** Weights and cache are exact by their format; what was measured to be more or less is work space. */
function corrected(
  need: ReturnType<typeof estimateMemory>,
  correction: number,
): ReturnType<typeof estimateMemory> {
  const totalBytes = need.totalBytes * correction;
  const workBytes = Math.max(0, totalBytes - need.weightsBytes - need.kvBytes);
  return { ...need, workBytes, totalBytes };
}

function deviceOf(devices: readonly Device[], target: LoadTarget): Device | undefined {
  return devices.find(
    ({ backend, name }) =>
      backend === target.backend && (target.deviceName === null || name === target.deviceName),
  );
}

/** Free memory of the graphics that a target names; 0 where they are not there. */
export function roomOn(devices: readonly Device[], target: LoadTarget): number {
  const device = deviceOf(devices, target);
  if (!device) return 0;
  return target.deviceName === null
    ? roomOf(devices, target.backend) || device.freeBytes
    : device.freeBytes;
}

/** Whether a model has room with a draft model beside it, on the same device. */
export function judgeBoth(
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
    estimateMemory(model.memory, contextTokens, kvType, memoryUse(model, target.backend === "cpu"))
      .totalBytes + estimateDraft(draft.memory, contextTokens);
  return judgeFit(
    needed,
    target.backend === "cpu" ? freeBytes : usableGraphicsShare * roomOn(devices, target),
  );
}

/** Of weights on the processor so many bytes are there twice. */
function repackedBytes({ repackable = {} }: ModelMemory): number {
  return repackedTypesHere().reduce((sum, type) => sum + (repackable[type] ?? 0), 0);
}

/** Whether a part of a model has room on a device: more of its memory is planned with than of the processor's. */
function judgeDevice(neededBytes: number, room: number): MemoryEstimate["verdict"] {
  if (neededBytes <= usableGraphicsShare * room) return "fits";
  return neededBytes <= room ? "tight" : "too-large";
}

const fromBest = ["fits", "tight", "too-large"] as const;

function worse(
  a: MemoryEstimate["verdict"],
  b: MemoryEstimate["verdict"],
): MemoryEstimate["verdict"] {
  return fromBest[Math.max(fromBest.indexOf(a), fromBest.indexOf(b))] ?? b;
}
