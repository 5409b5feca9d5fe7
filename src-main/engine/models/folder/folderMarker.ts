import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../atomicJson.ts";
import { syncFolderOf } from "../download/durableFile.ts";

/**
 * Lies in a folder of models outside of the home. Where a disk is not mounted there is often an empty
 * folder in its place; the file tells it from the real one.
 */
export const markerName = ".hearth-models.json";

const markerSchema = z.object({ version: z.literal(1), home: z.string() });

/** The home that a folder belongs to; null where it has no marker. */
export async function markerOf(folder: string): Promise<string | null> {
  return (await readJson(path.join(folder, markerName), markerSchema))?.home ?? null;
}

export async function hasMarker(folder: string): Promise<boolean> {
  return (await markerOf(folder)) !== null;
}

/** @throws what the system says where it cannot be written */
export async function writeMarker(folder: string, home: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, markerName);
  await writeJson(file, { version: 1, home });
  await syncFolderOf(file);
}

export async function removeMarker(folder: string): Promise<void> {
  await rm(path.join(folder, markerName), { force: true });
}
