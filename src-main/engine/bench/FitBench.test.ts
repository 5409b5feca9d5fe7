import { describe, expect, it } from "vitest";
import { modelIdSchema } from "../../contract/ids.ts";
import type { FitProgress } from "../../contract/fitBench.ts";
import type { Model } from "../../contract/models.ts";
import type { GenerateEvent, InferenceBackend } from "../llama/InferenceBackend.ts";
import { estimateMemory } from "../models/estimateMemory.ts";
import type { BackendStart } from "../models/ModelLoader.ts";
import { FitBench } from "./FitBench.ts";

const memory = {
  weightsBytes: 1e8,
  layers: 2,
  keyValues: 128,
  valueValues: 128,
  rowLength: 64,
  stepValues: 1000,
  vocabulary: 1000,
};
const model = (name: string, kind: Model["kind"], contextLength: number): Model => ({
  id: modelIdSchema.parse(name),
  name,
  path: `/m/${name}.gguf`,
  kind,
  architecture: "llama",
  parameters: 1,
  quantization: "Q8_0",
  bytes: 1e8,
  contextLength,
  hasChatTemplate: true,
  source: "",
  memory,
});

const ended: GenerateEvent = {
  type: "end",
  reason: "length",
  promptTokens: 1,
  reusedTokens: 0,
  tokens: 1,
  firstTokenMs: 1,
  tokensPerSecond: null,
};

/** What a load is told, and a process that takes as much as a measure says. */
function open(models: readonly Model[], change: { freeBytes?: number; factor?: number } = {}) {
  const started: BackendStart[] = [];
  const work: string[] = [];
  let running = 0;
  const bench = new FitBench({
    models: () => models,
    threads: () => 2,
    fitRecords: { correction: () => Promise.resolve(1) },
    kvTypes: () => Promise.resolve(["q8_0"]),
    freeMemory: () => Promise.resolve(change.freeBytes ?? 1e12),
    peak: () => {
      const { contextTokens, kvType, purpose } = started.at(-1) ?? {};
      const tokens = contextTokens ?? 512;
      const use = { purpose: purpose ?? "chat", repacked: [] } as const;
      return (change.factor ?? 1) * estimateMemory(memory, tokens, kvType ?? "f16", use).totalBytes;
    },
    startBackend: (start) => {
      started.push(start);
      running++;
      const backend = {
        info: { pid: 1, purpose: start.purpose },
        async *generate() {
          work.push("generate");
          yield ended;
        },
        embed: () => {
          work.push("embed");
          return Promise.resolve({ vectors: [], truncatedTexts: 0, tokens: 0 });
        },
        [Symbol.asyncDispose]: () => {
          running--;
          return Promise.resolve();
        },
      };
      return Promise.resolve(backend as unknown as InferenceBackend);
    },
  });
  return { bench, started, work, running: () => running };
}

const never = new AbortController().signal;

describe("FitBench", () => {
  it("loads chats at doubled contexts in each type they bear, embedders once, and nothing else", async () => {
    const { bench, started, work, running } = open([
      model("chat", "chat", 1500),
      model("embed", "embedding", 512),
      model("other", "unknown", 512),
      {
        ...model("bad", "chat", 512),
        error: { code: "model-damaged", title: "", cause: "", suggestion: "" },
      },
    ]);
    const seen: FitProgress[] = [];
    const points = await bench.run((item) => seen.push(item), never);
    expect(
      points.map(({ modelId, contextTokens, kvType }) => `${modelId} ${contextTokens} ${kvType}`),
    ).toEqual([
      "chat 512 f16",
      "chat 1024 f16",
      "chat 1500 f16",
      "chat 512 q8_0",
      "chat 1024 q8_0",
      "chat 1500 q8_0",
      "embed 512 f16",
    ]);
    expect(points.every(({ error }) => Math.abs(error ?? 1) < 1e-9)).toBe(true);
    expect(seen.map(({ point, points: all }) => `${point}/${all}`)).toEqual(
      Array.from({ length: 7 }, (_, at) => `${at + 1}/7`),
    );
    // Each did its work, on the processor, and is gone.
    expect(work).toEqual([...Array.from({ length: 6 }, () => "generate"), "embed"]);
    expect(started.every(({ target }) => target.backend === "cpu")).toBe(true);
    expect(running()).toBe(0);
  });

  it("tells by how much it was wrong, and leaves out what has no room", async () => {
    const wrong = await open([model("chat", "chat", 512)], { factor: 1.25 }).bench.run(
      () => {},
      never,
    );
    expect(wrong[0]?.error).toBeCloseTo(-0.2);
    const { bench, started } = open([model("chat", "chat", 512)], { freeBytes: 1e6 });
    expect((await bench.run(() => {}, never))[0]).toMatchObject({
      measuredBytes: null,
      error: null,
    });
    expect(started).toEqual([]);
  });

  it("stops between two loads", async () => {
    const stop = new AbortController();
    const { bench, running } = open([model("chat", "chat", 4096)]);
    const run = bench.run(({ point }) => point === 2 && stop.abort(), stop.signal);
    await expect(run).rejects.toThrow();
    expect(running()).toBe(0);
  });
});
