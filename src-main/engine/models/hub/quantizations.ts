import { HearthError } from "../../../contract/errors.ts";
import { safePathBelow } from "../download/safeFileName.ts";
import { splitPlace } from "../gguf/listSplitParts.ts";
import type { TreeEntry } from "./hubReplies.ts";

/** One file of a quantization as the hub has it. */
export interface HubFileFacts {
  path: string;
  bytes: number;
  sha256: string;
}

/** One quantization of a repository: a file, or all parts of a split one in order. */
export interface HubQuantization {
  /** Path of its first file in the repository; it names the quantization. */
  key: string;
  /** Such as `Q4_K_M`; the file's name where that tells none. */
  quantization: string;
  /** Of all parts. */
  bytes: number;
  files: HubFileFacts[];
}

/** A GGUF file that cannot be fetched, and why. */
export interface RefusedFile {
  path: string;
  reason: string;
}

const quantizationName =
  /(?:^|[-._/ ])((?:UD-)?(?:I?Q\d(?:_[0-9A-Z]+)*|TQ\d_\d|MXFP4(?:_MOE)?|BF16|F16|F32|FP16|FP32))(?=$|[-._/ ])/giu;
/** Image projectors, importance matrices and the like: they go with a model and are none. */
const accessory = /(?:^|[-._/])(?:mmproj|imatrix)/iu;

/**
 * Sorts a repository's files into quantizations, smallest first. Files whose names could leave the
 * folder of models, or whose SHA-256 the hub does not tell, are refused with a reason.
 */
export function listQuantizations(entries: readonly TreeEntry[]): {
  quantizations: HubQuantization[];
  refused: RefusedFile[];
} {
  const refused: RefusedFile[] = [];
  const whole: HubQuantization[] = [];
  const split = new Map<string, { parts: number; files: Map<number, HubFileFacts> }>();
  for (const entry of entries) {
    if (!/\.gguf$/iu.test(entry.path) || accessory.test(entry.path)) continue;
    const problem = problemWith(entry);
    if (problem !== null || entry.lfs === undefined) {
      refused.push({ path: entry.path, reason: problem ?? noHash });
      continue;
    }
    const file = { path: entry.path, bytes: entry.lfs.size, sha256: entry.lfs.oid };
    const place = splitPlace(entry.path);
    if (place === null) {
      whole.push(describe([file]));
      continue;
    }
    const folder = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
    const key = `${folder}${place.stem}-of-${place.parts}`;
    const parts = split.get(key) ?? { parts: place.parts, files: new Map() };
    parts.files.set(place.part, file);
    split.set(key, parts);
  }
  for (const { parts, files } of split.values()) {
    const ordered = [...files].toSorted(([a], [b]) => a - b).map(([, file]) => file);
    const first = ordered[0];
    if (first === undefined) continue;
    if (files.size === parts && files.has(1) && files.has(parts)) whole.push(describe(ordered));
    else refused.push({ path: first.path, reason: `has ${files.size} of its ${parts} parts` });
  }
  const quantizations = whole.toSorted((a, b) => a.bytes - b.bytes || (a.key < b.key ? -1 : 1));
  return { quantizations, refused };
}

const noHash = "has no SHA-256 at the hub, so that it could not be checked";

function problemWith(entry: TreeEntry): string | null {
  try {
    safePathBelow("models", entry.path);
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    return error.reason;
  }
  return entry.lfs === undefined ? noHash : null;
}

function describe(files: HubFileFacts[]): HubQuantization {
  const key = files[0]?.path ?? "";
  return {
    key,
    quantization: quantizationOf(key),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files,
  };
}

/** The last word of a path that is a quantization's name, else the file's own. */
export function quantizationOf(path: string): string {
  const stem = path.replace(/(?:-\d{5}-of-\d{5})?\.gguf$/iu, "");
  const last = [...stem.matchAll(quantizationName)].at(-1)?.[1];
  return last?.toUpperCase() ?? stem.slice(stem.lastIndexOf("/") + 1);
}
