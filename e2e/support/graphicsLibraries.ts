import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { publishedPackages } from "../../src-main/engine/models/libraries/libraryCatalog.ts";
import { repackPackage, sha512Of } from "../../src-main/engine/models/testing/tarballs.ts";

export const vulkan = "linux-x64-vulkan";
const packages = path.resolve(import.meta.dirname, "../../node_modules/@node-llama-cpp");

/** Why there is no package to add here; null where there is one. */
export function noPackageHere(): string | null {
  if (process.platform !== "linux" || process.arch !== "x64") return "Only Linux x64 has one.";
  return existsSync(path.join(packages, vulkan)) ? null : "npm has brought no Vulkan libraries.";
}

/**
 * Has engines that are started from now on find the processor's library alone, as a packaged app does,
 * although npm has brought the others for tests.
 */
export async function withoutGraphicsLibraries(): Promise<AsyncDisposable & { root: string }> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-shipped-"));
  await fs.symlink(path.join(packages, "linux-x64"), path.join(root, "linux-x64"));
  const before = process.env["HEARTH_LLAMA_LIBS"];
  process.env["HEARTH_LLAMA_LIBS"] = root;
  return {
    root,
    [Symbol.asyncDispose]: async () => {
      if (before === undefined) delete process.env["HEARTH_LLAMA_LIBS"];
      else process.env["HEARTH_LLAMA_LIBS"] = before;
      await fs.rm(root, { recursive: true, force: true });
    },
  };
}

/** The package's file as it was published, byte for byte. @throws Error where it comes out otherwise */
export async function publishedVulkan(): Promise<Buffer> {
  const packed = await repackPackage(path.join(packages, vulkan), vulkan);
  const known = publishedPackages.find(({ name }) => name === vulkan)?.file?.sha512;
  if (sha512Of(packed) !== known) throw new Error("The package could not be packed as npm did.");
  return packed;
}
