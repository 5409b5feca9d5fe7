import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BenchProgress } from "../../contract/bench.ts";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { modelSchema, modelsStateSchema } from "../../contract/models.ts";
import { Cell } from "../core/Cell.ts";
import { idleActivity } from "../llama/InferenceBackend.ts";
import { Store } from "../store/Store.ts";
import { textOf, wordsOf } from "./benchPrompts.ts";
import { BenchService } from "./BenchService.ts";
import { median } from "./median.ts";
import { ScriptedBackend } from "./testing/ScriptedBackend.ts";

const model = modelSchema.parse({
  id: "small",
  name: "Small",
  path: "small.gguf",
  kind: "chat",
  architecture: "llama",
  parameters: 135e6,
  quantization: "Q4_1",
  bytes: 98e6,
  contextLength: 2048,
  hasChatTemplate: true,
  source: "",
});

const modelsState = modelsStateSchema.parse({
  models: [model],
  loaded: [
    {
      modelId: model.id,
      status: "ready",
      progress: 1,
      pid: 1,
      contextTokens: 2048,
      kvType: "q8_0",
      gpuLayers: 0,
      layers: 30,
      threads: 2,
      device: "cpu",
      template: { source: "model", name: "model" },
      draftModel: null,
      draftRefusal: null,
      steps: [],
      memoryBytes: null,
      unloadsAt: null,
    },
  ],
  transfers: [],
  chatModelId: model.id,
  embeddingModelId: null,
  rerankerModelId: null,
  starter: [],
});

let folder: string;
let store: Store;
let backend: ScriptedBackend;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-bench-"));
  store = await Store.open({ path: path.join(folder, "hearth.sqlite") });
  backend = new ScriptedBackend();
});
afterEach(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<BenchService> {
  return await BenchService.open({
    store,
    hearthVersion: "0.1.0",
    models: {
      find: (_kind, id) => {
        if (id === null || id === model.id) return model;
        throw new HearthError({ code: "model-missing", title: "This model is not here." });
      },
      state: new Cell(modelsState),
      use: (_model, _purpose, work) => work(backend),
    },
  });
}

const never = new AbortController().signal;

describe("median", () => {
  it("is the middle, or halfway between the two in the middle", () => {
    expect(median([3])).toBe(3);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("textOf", () => {
  it("comes within a few tokens of the length, whatever a token is", async () => {
    for (const perWord of [0.4, 1, 1.7, 3.3]) {
      const count = async (text: string): Promise<number> =>
        Math.ceil(text.split(" ").length * perWord);
      const got = await count(await textOf(7, 512, count));
      expect(got).toBeLessThanOrEqual(512);
      expect(got).toBeGreaterThan(500);
    }
  });

  it("gives the same text for a seed, and another from the first word on for another seed", () => {
    expect(wordsOf(1, 50)).toBe(wordsOf(1, 50));
    expect(wordsOf(1, 50).split(" ")[0]).not.toBe(wordsOf(2, 50).split(" ")[0]);
    expect(new Set(wordsOf(3, 400).split(" ")).size).toBeGreaterThan(30);
  });
});

describe("BenchService", () => {
  it("measures each test so many times, tells how far it is, and keeps the run", async () => {
    await using bench = await open();
    const told: BenchProgress[] = [];
    const run = await bench.run(null, 2, (progress) => told.push(progress), never);
    expect(run.measures.map(({ test, chats, tokens }) => [test, chats, tokens])).toEqual([
      ["prefill", 1, 512],
      ["decode", 1, 128],
      ["chats", 1, 64],
      ["chats", 2, 64],
      ["chats", 4, 64],
    ]);
    for (const { samples, tokensPerSecond } of run.measures) {
      expect(samples).toHaveLength(2);
      expect(tokensPerSecond).toBe(median(samples));
    }
    // 100 tokens in 10 ms, whatever was reused.
    expect(run.measures[0]?.tokensPerSecond).toBeCloseTo(10_000);
    expect(run.measures[1]?.tokensPerSecond).toBe(500);
    expect(run).toMatchObject({ model: "Small", quantization: "Q4_1", threads: 2, device: "cpu" });
    expect(run.kvType).toBe("q8_0");
    expect(run.disturbed).toBe(false);
    expect(backend.mostAtOnce).toBe(4);
    expect(told.map(({ stage }) => stage).filter((s, n, all) => s !== all[n - 1])).toEqual([
      "loading",
      "warming-up",
      "prefill",
      "decode",
      "chats",
    ]);
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1);
    expect(bench.state.get()).toEqual({ current: null, runs: [run] });
    await using again = await open();
    expect(again.state.get().runs).toEqual([run]);
  });

  it("asks for greedy text beyond the model's end, from prompts that share nothing", async () => {
    await using bench = await open();
    await bench.run(null, 2, () => {}, never);
    const texts = backend.requests.map(({ prompt }) => (prompt.kind === "text" ? prompt.text : ""));
    expect(new Set(texts.map((text) => text.slice(0, 24))).size).toBe(texts.length);
    for (const request of backend.requests) {
      expect(request).toMatchObject({ ignoreEos: true, sampling: { temperature: 0 } });
    }
  });

  it("runs one at a time, and keeps nothing of one that was cancelled", async () => {
    await using bench = await open();
    const reading = Promise.withResolvers<void>();
    const onProgress = (): void => {
      if (bench.state.get().current?.stage === "prefill") reading.resolve();
    };
    const first = bench.run(null, 20, onProgress, never);
    await expect(bench.run(null, 1, () => {}, never)).rejects.toMatchObject({ code: "conflict" });
    await reading.promise;
    await Promise.all([bench.cancel(), expect(first).rejects.toMatchObject({ code: "cancelled" })]);
    expect(backend.running).toBe(0);
    expect(bench.state.get()).toEqual({ current: null, runs: [] });
    const own = new AbortController();
    const second = bench.run(null, 20, () => own.abort(cancelledError()), own.signal);
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    await expect(bench.run(null, 1, () => {}, never)).resolves.toBeDefined();
  });

  it("ends all chats when one of them fails, and tells why", async () => {
    await using bench = await open();
    backend.onToken = () => {
      if (backend.running === 4) {
        throw new HearthError({ code: "model-died", title: "The model stopped." });
      }
    };
    await expect(bench.run(null, 1, () => {}, never)).rejects.toMatchObject({ code: "model-died" });
    expect(backend.running).toBe(0);
    expect(bench.state.get()).toEqual({ current: null, runs: [] });
  });

  it("marks a run that others disturbed", async () => {
    await using bench = await open();
    backend.activity = { ...idleActivity, running: 4 };
    expect((await bench.run(null, 1, () => {}, never)).disturbed).toBe(true);
  });

  it("says what is missing before anything runs", async () => {
    await using bench = await open();
    const unknown = bench.run("other" as typeof model.id, 1, () => {}, never);
    await expect(unknown).rejects.toMatchObject({ code: "model-missing" });
    expect(bench.state.get().current).toBeNull();
  });

  it("hides runs, brings them back, and forgets them with the next engine", async () => {
    const bench = await open();
    const one = await bench.run(null, 1, () => {}, never);
    const two = await bench.run(null, 1, () => {}, never);
    await bench.delete([one.id, two.id]);
    expect(bench.state.get().runs).toEqual([]);
    await bench.restore([two.id]);
    expect(bench.state.get().runs).toEqual([two]);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const next = await open();
    await next.restore([one.id]);
    expect(next.state.get().runs).toEqual([two]);
  });
});
