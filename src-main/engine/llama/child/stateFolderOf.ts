import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import type { ChildLoadOptions } from "./protocol.ts";

/**
 * The folder for states of one model, or null where none are to be kept. States fit one file, loaded by
 * one release in one way; anything else gets a folder of its own.
 */
export function stateFolderOf(options: ChildLoadOptions, version: string): string | null {
  const { stateFolder, modelPath, gpuLayers, kvType = "f16" } = options;
  if (stateFolder === null) return null;
  const { size, mtimeMs } = statSync(modelPath);
  const key = JSON.stringify([modelPath, size, mtimeMs, gpuLayers, kvType, version]);
  return path.join(stateFolder, createHash("sha256").update(key).digest("hex").slice(0, 16));
}
