import { HearthError } from "../../../contract/errors.ts";
import type { QuantPlan } from "./planQuantization.ts";
import { formatBytes } from "../download/downloadErrors.ts";

export function cannotQuantize(name: string, { type, refusal, fallbacks }: QuantPlan): HearthError {
  const causes = {
    "importance-data": `In ${type} some of its weights turn into noise without importance data, which Hearth does not have.`,
    rows: `Some of its rows do not divide into the blocks of ${type}, and there is no other type for them.`,
    same: `It already is ${type}, down to each tensor.`,
  };
  return new HearthError({
    code: "model-unsupported",
    title: `${name} cannot be made into ${type}.`,
    cause: causes[refusal ?? (fallbacks.length > 0 ? "rows" : "same")],
    suggestion: "Choose another quantization.",
  });
}

export function fileExists(file: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: "There is a file of this name already.",
    cause: `${file} is not overwritten.`,
    suggestion: "Give another name, or move that file away.",
  });
}

export function badTarget(cause: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "The new file cannot be written there.",
    cause,
    suggestion: "Give the full path of a new file that ends in .gguf, in a folder that is there.",
  });
}

export function notEnoughRoom(type: string, neededBytes: number, freeBytes: number): HearthError {
  return new HearthError({
    code: "disk-full",
    title: `There is not enough room for ${type}.`,
    cause: `It needs ${formatBytes(neededBytes)}; ${formatBytes(freeBytes)} are free.`,
    suggestion: `Free ${formatBytes(Math.max(neededBytes - freeBytes, 1))}, or choose a smaller quantization or another folder.`,
  });
}

export function wrongResult(cause: string): HearthError {
  return new HearthError({
    code: "model-damaged",
    title: "The new file is not what it should be, and was removed.",
    cause,
    suggestion: "Try again. If it happens twice, check the disk.",
  });
}

/** @param line what the library said last about a failure, if anything */
export function quantizerFailed(line: string | undefined): HearthError {
  const said = line?.replace(/^.*failed to quantize:\s*/u, "").trim();
  // Writing is the library's own; of a full disk it says no more than that its stream failed.
  const isWrite = said !== undefined && /basic_ios|iostream|write|space/iu.test(said);
  return new HearthError({
    code: isWrite ? "disk-full" : "model-load-failed",
    title: isWrite ? "The new file could not be written." : "The model could not be quantized.",
    cause: said ? `llama.cpp said: ${said}` : "llama.cpp gave up without a reason.",
    suggestion: isWrite
      ? "Free space on the disk and try again."
      : "Choose another quantization, or make it from another file.",
  });
}
