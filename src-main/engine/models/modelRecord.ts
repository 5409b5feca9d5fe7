import { z } from "zod";
import { readJson, writeJson } from "./atomicJson.ts";

const recordSchema = z.object({
  /** Where the file came from: an address, or words such as `converted from …`. */
  source: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  bytes: z.int().nonnegative(),
});

/** What is known of an installed model file beyond its content; kept beside it as `<file>.json`. */
export type ModelRecord = z.infer<typeof recordSchema>;

function recordFile(modelFile: string): string {
  return `${modelFile}.json`;
}

/** The record of a model file, or null if there is none that fits a file of `bytes`. */
export async function readModelRecord(
  modelFile: string,
  bytes: number,
): Promise<ModelRecord | null> {
  const record = await readJson(recordFile(modelFile), recordSchema);
  return record !== null && record.bytes === bytes ? record : null;
}

export async function writeModelRecord(modelFile: string, record: ModelRecord): Promise<void> {
  await writeJson(recordFile(modelFile), record);
}
