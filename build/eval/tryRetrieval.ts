/**
 * Measures search as `hearth eval retrieval` does, with vectors kept between runs: an experiment with
 * fusion or keyword analysis takes seconds.
 *
 *   node build/eval/tryRetrieval.ts --data DIR --model FILE.gguf --cache FOLDER [--ablate] [--folds N]
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evalText } from "../../src-main/cli/commands/evalRetrieval.ts";
import { chunkTestDocument } from "../../src-main/engine/eval/chunkTestDocument.ts";
import { evaluateRetrieval } from "../../src-main/engine/eval/evaluateRetrieval.ts";
import { loadBeir } from "../../src-main/engine/eval/loadBeir.ts";
import { LlamaProcess } from "../../src-main/engine/llama/LlamaProcess.ts";
import { entryPath, nodeBinary } from "../../src-main/paths/entries.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    model: { type: "string" },
    cache: { type: "string" },
    ablate: { type: "boolean", default: false },
    folds: { type: "string" },
  },
});
const { data, model, cache } = args;
if (!data || !model || !cache) throw new Error("Give --data, --model and --cache.");
await mkdir(cache, { recursive: true });

let llama: LlamaProcess | undefined;
try {
  const result = await evaluateRetrieval({
    dataset: await loadBeir(data),
    chunk: chunkTestDocument,
    embed: (texts) => embedCached(texts, model, cache),
    ablate: args.ablate,
    ...(args.folds === undefined ? {} : { folds: Number(args.folds) }),
  });
  process.stdout.write(evalText(result));
} finally {
  await llama?.[Symbol.asyncDispose]();
}

/** Vectors of one batch of texts are one file, named by model and texts. */
async function embedCached(
  texts: readonly string[],
  modelPath: string,
  folder: string,
): Promise<readonly Float32Array[]> {
  const name = createHash("sha256")
    .update(JSON.stringify([modelPath, texts]))
    .digest("hex");
  const file = join(folder, `${name}.f32`);
  const stored = await readFile(file).catch(() => undefined);
  if (stored) {
    const values = new Float32Array(new Uint8Array(stored).buffer);
    const dimensions = values.length / texts.length;
    return texts.map((_, at) => values.slice(at * dimensions, (at + 1) * dimensions));
  }
  llama ??= await LlamaProcess.start({
    modelPath,
    purpose: "embedding",
    entryPath: entryPath("llama"),
    execPath: nodeBinary(),
  });
  const { vectors } = await llama.embed(texts);
  await writeFile(file, Buffer.concat(vectors.map((vector) => Buffer.from(vector.slice().buffer))));
  return vectors;
}
