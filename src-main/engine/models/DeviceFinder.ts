import os from "node:os";
import type { Device, Devices, LibraryPackage } from "../../contract/devices.ts";
import { isCancelled, toErrorData } from "../../contract/errors.ts";
import type { ChildAnswer, ChildQuestion } from "../llama/child/protocol.ts";
import type { LibraryPackageLocation } from "../llama/locateLibraries.ts";
import { preferredGraphics } from "./chooseTarget.ts";
import { freeMemory } from "./freeMemory.ts";

export interface DeviceFinderOptions {
  packages: () => readonly LibraryPackageLocation[];
  ask: (question: ChildQuestion, signal?: AbortSignal) => Promise<ChildAnswer>;
}

const noDevice =
  "No device was found: its driver is not installed, or there is no such graphics processor here.";
/** The package links against this runtime and does not bring it; the driver alone is not enough. */
const noCudaDevice =
  "No device was found: NVIDIA's driver or the runtime of CUDA 13 (cudart and cuBLAS) is not installed, or there is no such graphics processor here. The Vulkan library needs no such runtime.";

/**
 * Finds what models can run on. Each graphics package is asked in a process of its own, because its
 * driver may crash, and because a driver once loaded stays in memory.
 */
export class DeviceFinder {
  readonly #options: DeviceFinderOptions;
  #looking: Promise<Devices> | null = null;

  constructor(options: DeviceFinderOptions) {
    this.#options = options;
  }

  /** What is there now. Those who ask at the same time get one answer. */
  list(): Promise<Devices> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<Devices> {
    const devices = [await processor(this.#options.packages())];
    const packages: LibraryPackage[] = [];
    for (const { platform: name, backend, folder } of this.#options.packages()) {
      if (backend === "cpu" || folder === null) {
        packages.push({ name, backend, installed: folder !== null, problem: null });
        continue;
      }
      const { found, problem } = await this.#askPackage(name, folder, backend);
      devices.push(...found);
      packages.push({ name, backend, installed: true, problem });
    }
    return { devices, packages, auto: preferredGraphics(devices)[0]?.id ?? "cpu" };
  }

  async #askPackage(
    libraryPlatform: string,
    libraryFolder: string,
    backend: Device["backend"],
  ): Promise<{ found: Device[]; problem: string | null }> {
    try {
      const answer = await this.#options.ask({ kind: "devices", libraryFolder, libraryPlatform });
      const all = answer.kind === "devices" ? answer.devices : [];
      const found = all
        .filter((device) => device.backend === backend)
        .map((device): Device => ({
          ...device,
          id: `${backend}:${device.name}`,
          package: libraryPlatform,
        }));
      return {
        found,
        problem: found.length > 0 ? null : backend === "cuda" ? noCudaDevice : noDevice,
      };
    } catch (error) {
      if (isCancelled(error)) throw error;
      const { title, cause } = toErrorData(error);
      return { found: [], problem: `${title} ${cause}`.trim() };
    }
  }
}

async function processor(packages: readonly LibraryPackageLocation[]): Promise<Device> {
  return {
    id: "cpu",
    backend: "cpu",
    name: "CPU",
    description: os.cpus()[0]?.model.trim() ?? os.arch(),
    kind: "processor",
    memoryBytes: os.totalmem(),
    freeBytes: await freeMemory(),
    package: packages.find(({ backend }) => backend === "cpu")?.platform ?? "",
  };
}
