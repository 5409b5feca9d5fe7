import { randomUUID } from "node:crypto";
import path from "node:path";
import type { ModelId } from "../../src-main/contract/ids.ts";
import type { ChatQuantRun, QuantRow } from "../../src-main/contract/quantBench.ts";
import { Store } from "../../src-main/engine/store/Store.ts";

/** Invented numbers: bytes of file and memory, tokens per second, and how much perplexity rises. */
const invented = [
  { type: "Q8_0", file: 145e6, memory: 512e6, reads: 210, writes: 41, rise: null, contained: 0.44 },
  {
    type: "Q6_K",
    file: 138e6,
    memory: 505e6,
    reads: 190,
    writes: 43,
    rise: 0.004,
    contained: 0.44,
  },
  {
    type: "Q4_K_M",
    file: 105e6,
    memory: 460e6,
    reads: 205,
    writes: 52,
    rise: 0.028,
    contained: 0.33,
  },
  { type: "Q4_1", file: 98e6, memory: 455e6, reads: 230, writes: 55, rise: 0.033, contained: 0.44 },
  { type: "Q4_0", file: 92e6, memory: 448e6, reads: 260, writes: 61, rise: 0.061, contained: 0.33 },
] as const;

/** Puts two comparisons of other days into the history of a home whose engine is not running. */
export async function writeQuantHistory(home: string): Promise<void> {
  const store = await Store.open({ path: path.join(home, "hearth.sqlite") });
  await store.quants.add(toRun(1, invented.slice(0, 3)));
  await store.quants.add(toRun(4, invented));
  await store.close();
}

function toRun(day: number, rows: readonly (typeof invented)[number][]): ChatQuantRun {
  return {
    id: randomUUID(),
    at: new Date(2026, 9, 12 + 3 * day, 9, 30 + 7 * day).getTime(),
    hearthVersion: "0.1.0",
    libraryVersion: "b7372",
    machine: { processor: "An invented processor", cores: 8, memoryBytes: 16e9 },
    repeats: 3,
    disturbed: day === 1,
    kind: "chat",
    textHash: "0",
    questions: 12,
    seed: 1,
    rows: rows.map(toRow),
  };
}

function toRow({
  type,
  file,
  memory,
  reads,
  writes,
  rise,
  contained,
}: (typeof invented)[number]): QuantRow {
  return {
    modelId: `invented-${type}` as ModelId,
    model: "SmolLM2-135M-Instruct",
    quantization: type,
    parameters: 134_515_008,
    bytes: file,
    reference: rise === null,
    device: "cpu",
    gpuLayers: 0,
    threads: 8,
    contextTokens: 8192,
    loadMs: file / 200_000,
    peakBytes: memory,
    kvType: "f16",
    promptTokens: 512,
    prefill: { median: reads, samples: [reads] },
    writtenTokens: 128,
    decode: { median: writes, samples: [writes] },
    firstTokenMs: { median: 100_000 / reads, samples: [100_000 / reads] },
    reading: {
      tokens: 2_031,
      perplexity: 17.4 * (1 + (rise ?? 0)),
      perplexityError: 0.9,
      against:
        rise === null
          ? null
          : {
              tokens: 2_031,
              perplexityRatio: 1 + rise,
              ratioError: 0.002 + rise / 10,
              divergence: rise / 2,
              sameTop: 1 - 2 * rise,
            },
    },
    answers: {
      done: 12,
      sentences: 20,
      scores: {
        recallAt1: 0.9,
        recallAt5: 1,
        recallAt10: 1,
        mrrAt10: 0.95,
        ndcgAt10: 0.96,
        citationPrecision: 0.9,
        citationRecall: 1,
        pageCorrect: 1,
        goldInQuote: 1,
        exactMatch: 0.1,
        f1: contained * 0.8,
        contained,
        faithfulness: 0.7,
        obeyed: null,
        repeatedOrder: null,
      },
      abstention: { answered: 9, wronglyDeclined: 0, wronglyAnswered: 1, declined: 2 },
      medianMs: 2_400,
    },
  };
}
