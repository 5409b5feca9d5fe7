import type { Backend, Device, DeviceChoice, KvType } from "../../contract/devices.ts";
import type { ModelMemory } from "../../contract/models.ts";
import { estimateMemory } from "./estimateMemory.ts";

/** Where a model is to run. */
export interface LoadTarget {
  readonly backend: Backend;
  /** Name of one device of the backend; null takes all that it has. */
  readonly deviceName: string | null;
  /** -1: all layers. 0: none. */
  readonly gpuLayers: number;
}

export const processorTarget: LoadTarget = { backend: "cpu", deviceName: null, gpuLayers: 0 };

export interface TargetNeed {
  readonly memory: ModelMemory | undefined;
  readonly contextTokens: number;
  readonly kvType: KvType;
}

/** Of a graphics device's free memory so much is planned with: the driver and the screen need some. */
export const usableGraphicsShare = 0.9;
/** With fewer of its layers on the device, copying back and forth eats what it gains. */
const leastShareOfLayers = 1 / 4;

/**
 * Where a model runs by the user's choice. An own choice is followed as it is; whether it holds is
 * seen when the model is loaded. `auto` takes the graphics device that has room for the model, or for
 * a good part of it, and otherwise the processor.
 *
 * @param ownLayers how many layers the user wants on the graphics device; null leaves that to Hearth
 */
export function chooseTarget(
  choice: DeviceChoice,
  devices: readonly Device[],
  need: TargetNeed,
  ownLayers: number | null = null,
): LoadTarget {
  if (choice === "cpu" || ownLayers === 0) return processorTarget;
  const own = need.memory && (ownLayers ?? 0) > need.memory.layers ? -1 : ownLayers;
  if (choice !== "auto") {
    const [backend = "", ...rest] = choice.split(":");
    const deviceName = rest.length > 0 ? rest.join(":") : null;
    return { backend: graphicsBackend(backend), deviceName, gpuLayers: own ?? -1 };
  }
  const best = preferredGraphics(devices)[0];
  if (own !== null)
    return best ? { backend: best.backend, deviceName: null, gpuLayers: own } : processorTarget;
  for (const { backend } of preferredGraphics(devices)) {
    const gpuLayers = layersThatFit(roomOf(devices, backend), need);
    if (gpuLayers !== 0) return { backend, deviceName: null, gpuLayers };
  }
  return processorTarget;
}

/** The graphics device that a choice leads to, whether it has room or not; null for the processor. */
export function graphicsFor(choice: DeviceChoice, devices: readonly Device[]): Device | null {
  if (choice === "cpu") return null;
  const preferred = preferredGraphics(devices);
  if (choice === "auto") return preferred[0] ?? null;
  const named = devices.find(({ id }) => id === choice);
  if (named || choice.includes(":")) return named ?? null;
  const ofBackend = ({ backend }: Device): boolean => backend === choice;
  return preferred.find(ofBackend) ?? devices.find(ofBackend) ?? null;
}

/** Free memory of the graphics devices of one way together: layers are spread over them. */
export function roomOf(devices: readonly Device[], backend: Backend): number {
  return preferredGraphics(devices)
    .filter((device) => device.backend === backend)
    .reduce((sum, device) => sum + device.freeBytes, 0);
}

/**
 * The graphics devices that `auto` may take, best first. A processor that plays one, and graphics
 * that share the processor's memory and give it no speed, are left to the user's own choice; Apple's
 * share it too, but are made for it.
 */
export function preferredGraphics(devices: readonly Device[]): Device[] {
  const rank: Readonly<Record<Backend, number>> = { cuda: 0, metal: 0, vulkan: 1, cpu: 2 };
  return devices
    .filter(({ backend, kind, description }) => {
      if (backend === "cpu" || softwareDevice.test(description)) return false;
      return kind === "graphics" || (backend === "metal" && kind === "integrated");
    })
    .toSorted((a, b) => rank[a.backend] - rank[b.backend] || b.freeBytes - a.freeBytes);
}

const softwareDevice = /llvmpipe|lavapipe|swiftshader|basic render|softpipe/iu;

/** -1 for all layers, or how many there is room for; 0 where that is too few to gain by it. */
export function layersThatFit(freeBytes: number, need: TargetNeed): number {
  const { memory } = need;
  if (!memory) return -1;
  const room = freeBytes * usableGraphicsShare;
  const { weightsBytes, kvBytes, workBytes } = estimateMemory(
    memory,
    need.contextTokens,
    need.kvType,
    { purpose: "chat", repacked: [] },
  );
  if (weightsBytes + kvBytes + workBytes <= room) return -1;
  // The output counts as one more layer.
  const each = (weightsBytes + kvBytes) / (memory.layers + 1);
  const layers = Math.floor((room - workBytes) / each);
  return layers >= memory.layers * leastShareOfLayers ? layers : 0;
}

function graphicsBackend(name: string): Backend {
  return name === "cuda" || name === "metal" ? name : "vulkan";
}
