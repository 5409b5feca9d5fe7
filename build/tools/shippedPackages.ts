import fs from "node:fs/promises";
import path from "node:path";
import { root } from "./run.ts";

/** The parts of a package's manifest that say what it needs. */
interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** A package as it lies in `node_modules`. */
export interface ShippedPackage {
  name: string;
  version: string;
  license: string;
  /** Absolute. */
  folder: string;
}

/** Packages that are types alone, or serve a feature that Hearth does not use. */
const notNeeded = [/^@types\//, /^undici-types$/, /^openai$/, /^@huggingface\/transformers$/];

/**
 * Follows what packages need, as Node would find it, each once.
 * Of optional dependencies only the native parts for this platform are taken.
 * @throws Error when a dependency that is not optional is missing
 */
export async function packagesWithNeeds(names: readonly string[]): Promise<ShippedPackage[]> {
  const found = new Map<string, ShippedPackage>();
  const visit = async (name: string, from: string, optional: boolean): Promise<void> => {
    if (notNeeded.some((pattern) => pattern.test(name))) return;
    const folder = await locate(name, from);
    if (folder === undefined) {
      if (optional) return;
      throw new Error(`${name} is not installed, and ${path.relative(root, from)} needs it`);
    }
    if (found.has(folder)) return;
    const manifest = await readManifest(folder);
    found.set(folder, {
      name,
      version: manifest.version,
      license: manifest.license ?? "see its licence file",
      folder,
    });
    const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
      (peer) => manifest.peerDependenciesMeta?.[peer]?.optional !== true,
    );
    for (const need of Object.keys(manifest.optionalDependencies ?? {})) {
      if (isForThisPlatform(need)) await visit(need, folder, true);
    }
    const optionals = manifest.optionalDependencies ?? {};
    for (const need of [...Object.keys(manifest.dependencies ?? {}), ...peers]) {
      if (!(need in optionals)) await visit(need, folder, false);
    }
  };
  for (const name of names) await visit(name, root, false);
  return [...found.values()];
}

/** Reads the manifest of a package's folder. */
export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await fs.readFile(path.join(folder, "package.json"), "utf8")) as Manifest;
}

/** The package with llama.cpp's libraries for this platform, without CUDA or Vulkan. */
export function llamaLibrariesPackage(): string {
  const system = { darwin: "mac", win32: "win" }[process.platform as string] ?? process.platform;
  const metal = system === "mac" && process.arch === "arm64" ? "-metal" : "";
  return `@node-llama-cpp/${system}-${process.arch}${metal}`;
}

function isForThisPlatform(name: string): boolean {
  return name.includes(`${process.platform}-${process.arch}`) && !name.endsWith("-musl");
}

async function locate(name: string, from: string): Promise<string | undefined> {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, "node_modules", name);
    if ((await fs.stat(folder).catch(() => undefined))?.isDirectory() === true) return folder;
    if (at === root || at === path.dirname(at)) return undefined;
  }
}
