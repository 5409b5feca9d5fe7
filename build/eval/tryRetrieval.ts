/**
 * Measures search as `hearth eval retrieval` does, with vectors kept between runs: an experiment with
 * fusion or keyword analysis takes seconds.
 *
 *   node build/eval/tryRetrieval.ts --data DIR --model FILE.gguf --cache FOLDER
 *     [--reranker FILE.gguf] [--ablate] [--folds N]
 *
 * A reranker reads all passages that it is given, however long that takes.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evalText } from "../../src-main/cli/commands/evalRetrieval.ts";
import { chunkTestDocument } from "../../src-main/engine/eval/chunkTestDocument.ts";
import { evaluateRetrieval } from "../../src-main/engine/eval/evaluateRetrieval.ts";
import { loadBeir } from "../../src-main/engine/eval/loadBeir.ts";
import type { ModelPurpose } from "../../src-main/engine/llama/InferenceBackend.ts";
import { LlamaProcess } from "../../src-main/engine/llama/LlamaProcess.ts";
import type { Rerank } from "../../src-main/engine/retrieval/rerank.ts";
import { entryPath, nodeBinary } from "../../src-main/paths/entries.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    model: { type: "string" },
    cache: { type: "string" },
    reranker: { type: "string" },
    ablate: { type: "boolean", default: false },
    folds: { type: "string" },
  },
});
const { data, model, cache } = args;
if (!data || !model || !cache) throw new Error("Give --data, --model and --cache.");
await mkdir(cache, { recursive: true });

let llama: LlamaProcess | undefined;
let ranker: LlamaProcess | undefined;
try {
  const result = await evaluateRetrieval({
    dataset: await loadBeir(data),
    chunk: chunkTestDocument,
    embed: (texts) => embedCached(texts, model, cache),
    ...(args.reranker === undefined ? {} : { rerank: await openReranker(args.reranker) }),
    ablate: args.ablate,
    ...(args.folds === undefined ? {} : { folds: Number(args.folds) }),
  });
  process.stdout.write(evalText(result));
} finally {
  await llama?.[Symbol.asyncDispose]();
  await ranker?.[Symbol.asyncDispose]();
}

async function openReranker(modelPath: string): Promise<Rerank> {
  const opened = await startLlama(modelPath, "reranking");
  ranker = opened;
  return async (question, passages) => {
    const { scores } = await opened.rank(question, passages);
    return { scores, stopped: null };
  };
}

function startLlama(modelPath: string, purpose: ModelPurpose): Promise<LlamaProcess> {
  return LlamaProcess.start({
    modelPath,
    purpose,
    entryPath: entryPath("llama"),
    execPath: nodeBinary(),
  });
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
  const stored = await readCached(file);
  if (stored) {
    const values = new Float32Array(new Uint8Array(stored).buffer);
    const dimensions = values.length / texts.length;
    if (!Number.isInteger(dimensions)) throw new Error(`${file} is cut off. Remove it.`);
    return texts.map((_, at) => values.slice(at * dimensions, (at + 1) * dimensions));
  }
  llama ??= await startLlama(modelPath, "embedding");
  const { vectors } = await llama.embed(texts);
  // Under another name until it is whole: a run that is stopped leaves nothing half written.
  const part = `${file}.part`;
  await writeFile(part, Buffer.concat(vectors.map((vector) => Buffer.from(vector.slice().buffer))));
  await rename(part, file);
  return vectors;
}

/** Undefined where there is none; anything else that goes wrong is told. */
async function readCached(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
