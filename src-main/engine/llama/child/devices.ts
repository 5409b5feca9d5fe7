import type { Backend, Device } from "../../../contract/devices.ts";
import type { Libllama } from "./libllama.ts";

/** A device as the loaded libraries name it. */
export interface FoundDevice {
  readonly name: string;
  readonly description: string;
  readonly kind: Device["kind"];
  readonly backend: Backend;
  readonly memoryBytes: number;
  readonly freeBytes: number;
}

/** In the order of `ggml_backend_dev_type`. */
const kinds = ["processor", "graphics", "integrated", "accelerator"] as const;

/** All devices that the libraries of a folder have found, in their order. Load the backends first. */
export function findDevices(library: Libllama): FoundDevice[] {
  return pointers(library).map((device) => describeDevice(library, device));
}

/**
 * The graphics device to put layers on: the named one, or the first. Null where there is none.
 *
 * @param name as {@link FoundDevice.name} tells it, such as `Vulkan0`
 */
export function pickGraphicsDevice(
  library: Libllama,
  name: string | null,
): { pointer: bigint; device: FoundDevice } | null {
  for (const pointer of pointers(library)) {
    const device = describeDevice(library, pointer);
    if (device.kind !== "graphics" && device.kind !== "integrated") continue;
    if (name === null || device.name === name) return { pointer, device };
  }
  return null;
}

function pointers(library: Libllama): bigint[] {
  return Array.from({ length: Number(library.deviceCount()) }, (_, index) => library.device(index));
}

function describeDevice(library: Libllama, device: bigint): FoundDevice {
  const free = new BigUint64Array(1);
  const total = new BigUint64Array(1);
  library.deviceMemory(device, free, total);
  const name = library.deviceName(device) ?? "";
  return {
    name,
    description: library.deviceDescription(device)?.trim() || name,
    kind: kinds[library.deviceType(device)] ?? "accelerator",
    backend: backendOf(library.backendName(library.deviceBackend(device)) ?? ""),
    memoryBytes: Number(total[0] ?? 0n),
    freeBytes: Number(free[0] ?? 0n),
  };
}

function backendOf(registration: string): Backend {
  const name = registration.toLowerCase();
  if (name.startsWith("cuda")) return "cuda";
  if (name.startsWith("vulkan")) return "vulkan";
  return name.startsWith("metal") || name.startsWith("mtl") ? "metal" : "cpu";
}
