import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Backend } from "../../contract/devices.ts";
import { HearthError } from "../../contract/errors.ts";

/** Where to run. `auto` takes a graphics device if there is one and Hearth has the library for it. */
export type DeviceChoice = "auto" | Backend;

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
  /** Folder of the packages that the user has added to a home; see {@link addedFolderOf}. */
  readonly added?: string | null;
  readonly exists?: (path: string) => boolean;
  /** Names in a folder; none where it cannot be read. */
  readonly list?: (folder: string) => readonly string[];
}

/** One package of native libraries that fits this kind of computer. */
export interface LibraryPackageLocation {
  readonly platform: string;
  readonly backend: Backend;
  /** Null where it is not installed. */
  readonly folder: string | null;
}

/**
 * Finds the folder of native libraries for a device. Which device then really does the work is known
 * only after loading: `LoadedModelInfo.device`.
 *
 * @throws HearthError `library-mismatch` when no package fits this machine or the device asked for
 */
export function locateLibraries(options: LocateOptions): LibraryLocation {
  const { device, os, cpu, root, added, exists, list } = { ...defaults(), ...options };
  const candidates = candidatesFor(device, os, cpu, exists);
  for (const candidate of candidates) {
    const folder = folderOf(candidate.platform, { root, added, exists, list });
    if (folder !== null) return { ...candidate, folder };
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
        : candidates.length > 0
          ? "Get it under Settings, “Graphics libraries”, or choose the processor (CPU)."
          : "Choose the processor (CPU).",
  });
}

/** The packages that fit this kind of computer, by the backend that each is for; installed or not. */
export function libraryPackages(
  options: Omit<LocateOptions, "device"> = {},
): LibraryPackageLocation[] {
  const { os, cpu, root, added, exists, list } = { ...defaults(), ...options };
  const backends: readonly Backend[] = ["cpu", "cuda", "vulkan", "metal"];
  return backends.flatMap((backend) =>
    candidatesFor(backend, os, cpu, exists).map(({ platform }) => ({
      platform,
      backend,
      folder: folderOf(platform, { root, added, exists, list }),
    })),
  );
}

/** Whether it is worth asking a graphics package for devices: what its driver leaves in the system. */
export function graphicsLikely(
  os: string = process.platform,
  cpu: string = process.arch,
  exists: (path: string) => boolean = existsSync,
): boolean {
  return candidatesFor("auto", os, cpu, exists).some(({ gpuLayers }) => gpuLayers !== 0);
}

/** Whether the system has a driver that a graphics package could work with. */
export function hasDriver(
  backend: Backend,
  os: string = process.platform,
  exists: (path: string) => boolean = existsSync,
): boolean {
  if (backend === "cuda") return hasNvidia(os, exists);
  return backend === "vulkan" && hasVulkan(os, exists);
}

/** Where the libraries of an added package lie, whether they do or not. */
export function addedFolderOf(added: string, platform: string): string {
  return join(added, platform, "bins", platform);
}

function defaults(): Required<Omit<LocateOptions, "device">> {
  return {
    os: process.platform,
    cpu: process.arch,
    root: process.env["HEARTH_LLAMA_LIBS"] ?? null,
    added: null,
    exists: existsSync,
    list: namesIn,
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that cannot be read holds nothing for us.
    return [];
  }
}

type Lookup = Pick<Required<LocateOptions>, "root" | "added" | "exists" | "list">;

function folderOf(platform: string, { root, added, exists, list }: Lookup): string | null {
  const shipped =
    root === null ? packageFolder(platform, exists) : rootFolder(root, platform, exists, list);
  if (shipped !== null || added === null) return shipped;
  const folder = addedFolderOf(added, platform);
  return exists(folder) ? folder : null;
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
  // Elsewhere there are builds for the processor only.
  const graphics = cpu === "x64";
  const fitting = {
    cpu: [processor],
    cuda: graphics ? [cuda] : [],
    vulkan: graphics ? [vulkan] : [],
    metal: [],
    auto: [
      ...(graphics && hasNvidia(os, exists) ? [cuda] : []),
      ...(graphics && hasVulkan(os, exists) ? [vulkan] : []),
      processor,
    ],
  };
  return fitting[device];
}

function hasNvidia(os: string, exists: (path: string) => boolean): boolean {
  if (os === "win32") return exists("C:\\Windows\\System32\\nvcuda.dll");
  // Linux inside of Windows reaches the driver another way.
  return exists("/dev/nvidiactl") || exists("/usr/lib/wsl/lib/libcuda.so.1");
}

function hasVulkan(os: string, exists: (path: string) => boolean): boolean {
  return os === "win32"
    ? exists("C:\\Windows\\System32\\vulkan-1.dll")
    : [128, 129, 130, 131].some((index) => exists(`/dev/dri/renderD${index}`));
}

/** Folder of the libraries in an installed package, or null where it is not installed. */
function packageFolder(platform: string, exists: (path: string) => boolean): string | null {
  // Where Node would look for packages from here: beside the source, a bundle, or a packaged app.
  const places = createRequire(import.meta.url).resolve.paths("@node-llama-cpp/any") ?? [];
  const folders = places.map((place) => join(place, "@node-llama-cpp", platform, "bins", platform));
  return folders.find((folder) => exists(folder)) ?? null;
}

/** Below a given root: laid out as the packages are, or the root itself when it holds the libraries. */
function rootFolder(
  root: string,
  platform: string,
  exists: (path: string) => boolean,
  list: (folder: string) => readonly string[],
): string | null {
  const nested = [join(root, platform, "bins", platform), join(root, platform)].find((folder) =>
    exists(folder),
  );
  if (nested !== undefined) return nested;
  // The names tell which backend a bare folder of libraries was built for.
  const backend = /-(cuda|vulkan)$/.exec(platform)?.[1];
  const pattern = new RegExp(
    `^(?:lib)?llama${backend === undefined ? "" : `\\.${backend}`}(?:\\.v[\\d.]+)?\\.(?:so|dylib|dll)$`,
  );
  return list(root).some((name) => pattern.test(name)) ? root : null;
}
