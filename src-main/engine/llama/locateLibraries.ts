import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { HearthError } from "../../contract/errors.ts";

/** Where to run. `auto` takes a graphics device if there is one and Hearth has the library for it. */
export type DeviceChoice = "cpu" | "auto" | "metal" | "cuda" | "vulkan";

export interface LibraryLocation {
  readonly folder: string;
  /** Name of the prebuilt package without its scope; key of the table of pinned hashes. */
  readonly platform: string;
  /** Layers to hand to a graphics device: -1 all, 0 none. */
  readonly gpuLayers: number;
}

export interface LocateOptions {
  readonly device: DeviceChoice;
  readonly os?: string;
  readonly cpu?: string;
  /** `HEARTH_LLAMA_LIBS` of a packaged app: a folder that holds the prebuilt packages' folders. */
  readonly root?: string | null;
  readonly exists?: (path: string) => boolean;
}

/**
 * Finds the folder of native libraries for a device. Which device then really does the work is known
 * only after loading: `LoadedModelInfo.device`.
 *
 * @throws HearthError `library-mismatch` when no package fits this machine or the device asked for
 */
export function locateLibraries(options: LocateOptions): LibraryLocation {
  const {
    device,
    os = process.platform,
    cpu = process.arch,
    root = process.env["HEARTH_LLAMA_LIBS"] ?? null,
    exists = existsSync,
  } = options;
  for (const candidate of candidatesFor(device, os, cpu, exists)) {
    const folder =
      root === null
        ? packageFolder(candidate.platform, exists)
        : rootFolder(root, candidate.platform, exists);
    if (folder !== null && exists(folder)) return { ...candidate, folder };
  }
  throw new HearthError({
    code: "library-mismatch",
    title:
      device === "cpu" || device === "auto"
        ? "Hearth has no llama.cpp library for this computer."
        : `Hearth has no llama.cpp library for ${device} on this computer.`,
    cause: `Looked for a build for ${os} on ${cpu}${root === null ? "" : ` in ${root}`}.`,
    suggestion:
      device === "cpu"
        ? "Install Hearth again for this kind of computer."
        : "Choose the processor (CPU).",
  });
}

/** Packages to try, best first. Exported for its table test. */
export function candidatesFor(
  device: DeviceChoice,
  os: string,
  cpu: string,
  exists: (path: string) => boolean,
): { platform: string; gpuLayers: number }[] {
  const name = { darwin: "mac", win32: "win" }[os] ?? os;
  const arch = cpu === "arm" ? "armv7l" : cpu;
  const processor = { platform: `${name}-${arch}`, gpuLayers: 0 };
  if (os === "darwin") {
    // On Apple silicon one package serves both; on Intel Macs there is only the processor.
    if (cpu !== "arm64") return device === "cpu" || device === "auto" ? [processor] : [];
    if (device === "cuda" || device === "vulkan") return [];
    return [{ platform: "mac-arm64-metal", gpuLayers: device === "cpu" ? 0 : -1 }];
  }
  const cuda = { platform: `${name}-${arch}-cuda`, gpuLayers: -1 };
  const vulkan = { platform: `${name}-${arch}-vulkan`, gpuLayers: -1 };
  const fitting = {
    cpu: [processor],
    cuda: [cuda],
    vulkan: [vulkan],
    metal: [],
    auto: [
      ...(hasNvidia(os, exists) ? [cuda] : []),
      ...(hasVulkan(os, exists) ? [vulkan] : []),
      processor,
    ],
  };
  return fitting[device];
}

function hasNvidia(os: string, exists: (path: string) => boolean): boolean {
  return os === "win32" ? exists("C:\\Windows\\System32\\nvcuda.dll") : exists("/dev/nvidiactl");
}

function hasVulkan(os: string, exists: (path: string) => boolean): boolean {
  return os === "win32"
    ? exists("C:\\Windows\\System32\\vulkan-1.dll")
    : exists("/dev/dri/renderD128");
}

/** Folder of the libraries in an installed package, or null where it is not installed. */
function packageFolder(platform: string, exists: (path: string) => boolean): string | null {
  // Where Node would look for packages from here: beside the source, a bundle, or a packaged app.
  const places = createRequire(import.meta.url).resolve.paths("@node-llama-cpp/any") ?? [];
  const folders = places.map((place) => join(place, "@node-llama-cpp", platform, "bins", platform));
  return folders.find((folder) => exists(folder)) ?? null;
}

/** Below a given root: laid out as the packages are, or the root itself when it holds the libraries. */
function rootFolder(root: string, platform: string, exists: (path: string) => boolean): string {
  const nested = [join(root, platform, "bins", platform), join(root, platform)].find((folder) =>
    exists(folder),
  );
  return nested ?? root;
}
