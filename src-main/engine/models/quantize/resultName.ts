import path from "node:path";

/** `Name.Q4_1.gguf` becomes `Name.Q8_0.gguf`; a name without its quantization gets one. */
export function resultName(sourceFile: string, quantization: string, type: string): string {
  const stem = path
    .basename(sourceFile)
    .replace(/\.gguf$/iu, "")
    .replace(/-\d{5}-of-\d{5}$/u, "");
  const escaped = quantization.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
  const ending = new RegExp(`([-._])${escaped}$`, "iu").exec(stem);
  return ending && quantization !== ""
    ? `${stem.slice(0, ending.index)}${ending[1]}${type}.gguf`
    : `${stem}.${type}.gguf`;
}
