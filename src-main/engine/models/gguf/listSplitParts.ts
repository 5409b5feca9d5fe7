import { access } from "node:fs/promises";
import path from "node:path";
import { damagedModel, unsupportedModel } from "./ggufErrors.ts";
import type { GgufHeader } from "./readGgufHeader.ts";

const maximumParts = 1000;

/** The place of a file in a split model, from its name: `x-00002-of-00003.gguf`; part counts from 1. */
export function splitPlace(file: string): { stem: string; part: number; parts: number } | null {
  const match = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/iu.exec(path.basename(file));
  if (match === null) return null;
  return { stem: match[1] ?? "", part: Number(match[2]), parts: Number(match[3]) };
}

/**
 * All files of the model that `file` begins, in order; only `file` for one that is not split.
 * @throws HearthError `model-damaged` if a part is missing or `file` is not the first,
 * `model-unsupported` if its parts cannot be found by name.
 */
export async function listSplitParts(file: string, header: GgufHeader): Promise<string[]> {
  const parts = header.metadata.get("split.count") ?? 1;
  if (typeof parts !== "number" || parts <= 1) return [file];
  if (parts > maximumParts) throw damagedModel(`It claims to be split into ${parts} parts.`);
  const place = splitPlace(file);
  if (place === null || place.parts !== parts) {
    throw unsupportedModel(
      `It is one of ${parts} parts, but its name does not end in -00001-of-${digits(parts)}.gguf.`,
    );
  }
  const files = Array.from({ length: parts }, (_, index) =>
    path.join(
      path.dirname(file),
      `${place.stem}-${digits(index + 1)}-of-${digits(parts)}${path.extname(file)}`,
    ),
  );
  for (const [index, each] of files.entries()) {
    if (!(await exists(each))) {
      throw damagedModel(`Part ${index + 1} of ${parts} is missing: ${path.basename(each)}.`);
    }
  }
  const number = header.metadata.get("split.no");
  if (place.part !== 1 || number !== 0) {
    throw damagedModel(`It is part ${place.part} of ${parts}; a model is opened by its first.`);
  }
  return files;
}

function digits(number: number): string {
  return String(number).padStart(5, "0");
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
