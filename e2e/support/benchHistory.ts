import { randomUUID } from "node:crypto";
import path from "node:path";
import type { BenchRun } from "../../src-main/contract/bench.ts";
import type { ModelId } from "../../src-main/contract/ids.ts";
import { Store } from "../../src-main/engine/store/Store.ts";

/** Median rates of one invented run, in tokens per second. */
interface Rates {
  readonly quantization: string;
  readonly modelBytes: number;
  readonly threads: number;
  readonly prefill: number;
  readonly decode: number;
  /** In 1, 2 and 4 chats at once. */
  readonly chats: readonly [number, number, number];
  readonly disturbed?: boolean;
}

const invented: readonly Rates[] = [
  {
    quantization: "F16",
    modelBytes: 271e6,
    threads: 2,
    prefill: 151,
    decode: 27.4,
    chats: [27.1, 44.2, 70.5],
  },
  {
    quantization: "Q8_0",
    modelBytes: 145e6,
    threads: 2,
    prefill: 262,
    decode: 48.9,
    chats: [48.2, 76.4, 118],
  },
  {
    quantization: "Q8_0",
    modelBytes: 145e6,
    threads: 1,
    prefill: 139,
    decode: 33.6,
    chats: [33.5, 51.8, 76.9],
    disturbed: true,
  },
  {
    quantization: "Q4_1",
    modelBytes: 98e6,
    threads: 2,
    prefill: 288,
    decode: 66.3,
    chats: [65.8, 98.1, 141],
  },
];

/** Puts a few runs of other days into the history of a home whose engine is not running. */
export async function writeBenchHistory(home: string): Promise<void> {
  const store = await Store.open({ path: path.join(home, "hearth.sqlite") });
  for (const [at, rates] of invented.entries()) await store.bench.add(toRun(rates, at));
  await store.close();
}

function toRun(rates: Rates, day: number): BenchRun {
  const around = (rate: number): number[] => [rate * 0.96, rate, rate * 1.02];
  const measure = (
    test: "prefill" | "decode" | "chats",
    chats: number,
    tokens: number,
    rate: number,
  ) => ({
    test,
    chats,
    tokens,
    tokensPerSecond: rate,
    samples: around(rate),
  });
  return {
    id: randomUUID(),
    at: new Date(2026, 9, 12 + 3 * day, 9, 30 + 7 * day).getTime(),
    hearthVersion: "0.1.0",
    libraryVersion: "b7372",
    modelId: `invented-${day}` as ModelId,
    model: "SmolLM2-135M-Instruct",
    quantization: rates.quantization,
    parameters: 135e6,
    modelBytes: rates.modelBytes,
    device: "cpu",
    gpuLayers: 0,
    threads: rates.threads,
    contextTokens: 8192,
    kvType: "f16",
    machine: { processor: "A processor", cores: 2, memoryBytes: 8e9 },
    repeats: 3,
    measures: [
      measure("prefill", 1, 512, rates.prefill),
      measure("decode", 1, 128, rates.decode),
      measure("chats", 1, 64, rates.chats[0]),
      measure("chats", 2, 64, rates.chats[1]),
      measure("chats", 4, 64, rates.chats[2]),
    ],
    disturbed: rates.disturbed ?? false,
  };
}
