import { readFileSync } from "node:fs";

const always = ["Q4_0", "Q4_K", "IQ4_NL", "MXFP4"];

/**
 * The types of weights that the library keeps a second time on this kind of processor, in an order that its
 * instructions take many rows of at once. The mapped file stays in memory beside them.
 *
 * @param flags the processor's own list of what it can do; empty where the system does not tell
 */
export function repackedTypes(arch: string, flags: string): readonly string[] {
  if (arch === "arm64") return [...always, "Q5_K", "Q6_K", "Q8_0"];
  if (arch !== "x64") return [];
  // Where it is not told, the processor is taken for one of the last ten years.
  if (flags !== "" && !/\bavx2\b/u.test(flags)) return [];
  return /\bavx512f\b/u.test(flags) ? [...always, "Q2_K"] : always;
}

let here: readonly string[] | null = null;

export function repackedTypesHere(): readonly string[] {
  here ??= repackedTypes(process.arch, process.platform === "linux" ? readFlags() : "");
  return here;
}

function readFlags(): string {
  try {
    return /^flags\s*:(.*)$/mu.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  } catch {
    // Some sandboxes hide it.
    return "";
  }
}
