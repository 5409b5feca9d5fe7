import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

export interface Measured {
  readonly bytes: number;
  readonly files: number;
}

export const nothing: Measured = { bytes: 0, files: 0 };

export function plus(one: Measured, other: Measured): Measured {
  return { bytes: one.bytes + other.bytes, files: one.files + other.files };
}

/**
 * What a file, or all files below a folder, take. Links count as themselves; what is gone, or goes
 * meanwhile, counts nothing.
 */
export async function measure(place: string): Promise<Measured> {
  const info = await lstat(place).catch(() => null);
  if (info === null) return nothing;
  if (!info.isDirectory()) return { bytes: info.isFile() ? info.size : 0, files: 1 };
  let sum = nothing;
  // A folder that may not be read is not Hearth's own.
  for (const name of await readdir(place).catch(() => []))
    sum = plus(sum, await measure(path.join(place, name)));
  return sum;
}
