import type { EmbedderRow } from "../../../contract/quantBench.ts";
import { chunkTestDocument } from "../../eval/chunkTestDocument.ts";
import { spreadEvenly } from "../../eval/answers/sets/spreadEvenly.ts";
import { evaluateRetrieval } from "../../eval/evaluateRetrieval.ts";
import type { BeirDataset } from "../../eval/loadBeir.ts";
import type { InferenceBackend } from "../../llama/InferenceBackend.ts";
import { median } from "../median.ts";

/** Texts whose vectors are compared; half of them questions, half passages, as far as there are so many. */
const comparedTexts = 128;
const timedTexts = 32;

export interface EmbedderMeasure extends Pick<
  EmbedderRow,
  "embedding" | "queryMs" | "vector" | "hybrid"
> {
  /** Of the compared texts, in their order. */
  readonly vectors: readonly Float32Array[];
}

/** How fast a loaded file makes vectors, and what search finds by them. @throws HearthError */
export async function measureEmbedderFile(
  backend: InferenceBackend,
  dataset: BeirDataset,
  options: {
    readonly repeats: number;
    readonly onStep: (stage: "vectors" | "search", done: number, total: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<EmbedderMeasure> {
  const { repeats, onStep, signal } = options;
  const { passages, questions } = sampleOf(dataset);
  const timed = passages.slice(0, timedTexts);
  // The first call fills its buffers.
  const vectors = (await backend.embed([...passages, ...questions], { signal })).vectors;
  const rates: number[] = [];
  const times: number[] = [];
  for (let n = 0; n < repeats; n++) {
    onStep("vectors", n, repeats);
    const begun = performance.now();
    const { tokens } = await backend.embed(timed, { signal });
    rates.push((1000 * tokens) / (performance.now() - begun));
    for (const question of questions.slice(n, n + 3)) {
      const asked = performance.now();
      await backend.embed([question], { signal, priority: "chat" });
      times.push(performance.now() - asked);
    }
  }
  const { arms } = await evaluateRetrieval({
    dataset,
    chunk: (document) => chunkTestDocument(document),
    embed: async (texts) => [...(await backend.embed(texts, { signal })).vectors],
    onProgress: ({ stage, done, total }) =>
      stage === "indexing" ? onStep("search", done, total) : undefined,
    signal,
  });
  return {
    vectors,
    embedding: { median: median(rates), samples: rates },
    queryMs: { median: median(times), samples: times },
    vector: arms.vector,
    hybrid: arms.hybrid,
  };
}

/** Cosine of each pair; the vectors have length 1. */
export function similarityOf(
  vectors: readonly Float32Array[],
  finest: readonly Float32Array[],
): { texts: number; mean: number; least: number } {
  const cosines = vectors.map((vector, at) =>
    vector.reduce((sum, value, k) => sum + value * (finest[at]?.[k] ?? 0), 0),
  );
  return {
    texts: cosines.length,
    mean: cosines.reduce((sum, value) => sum + value, 0) / Math.max(1, cosines.length),
    least: Math.min(...cosines),
  };
}

function sampleOf({ documents, queries }: BeirDataset): {
  passages: string[];
  questions: string[];
} {
  const half = comparedTexts / 2;
  return {
    passages: spreadEvenly(documents, half).flatMap((document) =>
      chunkTestDocument(document)
        .slice(0, 1)
        .map(({ embedText }) => embedText),
    ),
    questions: spreadEvenly(queries, half).map(({ text }) => text),
  };
}
