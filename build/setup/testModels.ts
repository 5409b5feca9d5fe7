import fs from "node:fs/promises";
import path from "node:path";
import { minilmToGguf } from "../../src-main/engine/models/convert/minilmToGguf.ts";
import { ensureStarterSources } from "./starterSources.ts";

/**
 * Lays out the models that tests run: the starter models and both quantizations of the embedder,
 * made by Hearth's own converter.
 * @returns the folder; tests find it by default, or by `HEARTH_TEST_MODELS`
 */
export async function ensureTestModels(log: (line: string) => void): Promise<string> {
  const folder = await ensureStarterSources(log);
  for (const quantization of ["F16", "Q8_0"] as const) {
    const target = path.join(folder, `all-MiniLM-L6-v2.${quantization}.gguf`);
    const there = await fs.access(target).then(
      () => true,
      () => false,
    );
    if (there) continue;
    log(`Converting ${path.basename(target)}`);
    await minilmToGguf({ sourceDir: path.join(folder, "minilm-source"), target, quantization });
  }
  return folder;
}

if (import.meta.main) await ensureTestModels(console.log);
