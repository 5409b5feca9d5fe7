import { afterEach, describe, expect, it, vi } from "vitest";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { modelSchema, type KvVerdict, type Model } from "../../contract/models.ts";
import { settingsSchema } from "../../contract/settings.ts";
import { Cell } from "../core/Cell.ts";
import { NoticeBoard } from "../core/NoticeBoard.ts";
import {
  idleActivity,
  type InferenceBackend,
  type LoadedModelInfo,
} from "../llama/InferenceBackend.ts";
import { ModelLoader, type BackendStart, type ModelLoaderOptions } from "./ModelLoader.ts";
import { ModelManager } from "./ModelManager.ts";

function model(id: string, kind: Model["kind"], parameters: number): Model {
  return modelSchema.parse({
    id,
    name: id,
    path: `${id}.gguf`,
    kind,
    architecture: "llama",
    parameters,
    quantization: "Q8_0",
    bytes: 1,
    contextLength: 2048,
    hasChatTemplate: kind === "chat",
    source: "",
  });
}

const small = model("small", "chat", 1);
const large = model("large", "chat", 2);
const embedder = model("embedder", "embedding", 1);
const slowRanker = model("slow", "reranker", 2);
const quickRanker = model("quick", "reranker", 1);

/** A manager whose processes are told to start, end and die by the test. */
function setUp(
  models: Model[] = [small, large, embedder],
  options: Partial<ModelLoaderOptions> & { beforeStart?: (start: BackendStart) => unknown } = {},
) {
  const starts: BackendStart[] = [];
  const ended: string[] = [];
  const notices = new NoticeBoard();
  const settings = new Cell(settingsSchema.parse({}));
  const loader = new ModelLoader({
    settings: () => settings.get(),
    threads: () => 2,
    models: () => models,
    devices: async () => ({ devices: [], packages: [], auto: "cpu" }),
    graphicsLikely: () => false,
    freeMemory: async () => 1e12,
    kvVerdicts: async () => [],
    checkKv: async () => [],
    startBackend: async (start) => {
      starts.push(start);
      await options.beforeStart?.(start);
      return fakeBackend(start, () => ended.push(start.modelPath));
    },
    ...options,
  });
  const manager = new ModelManager({
    registry: { rescan: async () => models },
    settings,
    notices,
    threads: () => 2,
    loader,
  });
  return { manager, starts, ended, notices, settings };
}

function fakeBackend(start: BackendStart, onEnd: () => void): InferenceBackend {
  const unused = (): never => {
    throw new Error("Not part of these tests.");
  };
  const info: Partial<LoadedModelInfo> = {
    pid: 1,
    contextTokens: start.contextTokens ?? 512,
    threads: start.threads,
    device: "cpu",
    gpuLayers: 0,
    layers: 30,
    template: { source: "model", name: "model" },
  };
  return {
    info: info as LoadedModelInfo,
    activity: idleActivity,
    generate: unused,
    countTokens: unused,
    countChatTokens: unused,
    embed: unused,
    rank: unused,
    [Symbol.asyncDispose]: async () => onEnd(),
  };
}

const died = (): HearthError =>
  new HearthError({ code: "model-died", title: "The model stopped." });

describe("ModelManager", () => {
  it("chooses the largest chat model and an embedder where the user chose none", async () => {
    const { manager } = setUp();
    await manager.rescan();
    expect(manager.state.get()).toMatchObject({
      chatModelId: "large",
      embeddingModelId: "embedder",
    });
    expect(manager.find("chat").id).toBe("large");
    expect(manager.find("chat", small.id).id).toBe("small");
  });

  it("takes the smallest reranker unless the user says another or none", async () => {
    const { manager, settings, starts } = setUp([slowRanker, quickRanker]);
    await manager.rescan();
    const chosen = (rerankerModel: typeof slowRanker.id | "auto" | "off") => {
      settings.update((all) => ({ ...all, rerankerModel }));
      manager.chooseDefaults();
      return manager.state.get().rerankerModelId;
    };
    expect(["auto", "off", slowRanker.id].map((one) => chosen(one as "auto"))).toEqual([
      "quick",
      null,
      "slow",
    ]);
    await manager.load(slowRanker.id, () => {});
    expect(starts[0]).toMatchObject({ purpose: "reranking", contextTokens: null });
  });

  it("says what is missing, or what a model is not made for", async () => {
    const { manager } = setUp([embedder]);
    await manager.rescan();
    expect(() => manager.find("chat")).toThrow(/There is no chat model yet/);
    expect(() => manager.find("chat", embedder.id)).toThrow(/cannot be used/);
  });

  it("starts a model once for all who use it at the same time", async () => {
    const { manager, starts } = setUp();
    await manager.rescan();
    await Promise.all([1, 2, 3].map(() => manager.use(small, "chat", async () => {})));
    expect(starts).toHaveLength(1);
    expect(starts[0]).toMatchObject({ contextTokens: 2048, threads: 2 });
  });

  it("unloads an idle chat model for another, but never one in use", async () => {
    const { manager, ended } = setUp();
    await manager.rescan();
    await manager.use(small, "chat", async () => {
      await manager.use(large, "chat", async () => {});
      expect(ended).toEqual([]);
    });
    await manager.use(embedder, "embedding", async () => {});
    expect(ended).toEqual([]);
    await manager.unload(large.id);
    await manager.use(large, "chat", async () => {});
    expect(ended).toEqual(["large.gguf", "small.gguf"]);
  });

  it("tells of a death, starts again, and stops trying after three within a minute", async () => {
    const { manager, starts, notices } = setUp();
    await manager.rescan();
    await manager.use(small, "chat", async () => {});
    for (const deaths of [1, 2]) {
      starts.at(-1)!.onDied(died());
      expect(notices.cell.get().at(-1)?.error.title).toBe("The model stopped.");
      await expect.poll(() => starts.length, { timeout: 3000 }).toBe(deaths + 1);
    }
    await expect.poll(() => manager.state.get().loaded[0]?.status).toBe("ready");
    starts.at(-1)!.onDied(died());
    expect(manager.state.get().loaded[0]).toMatchObject({ status: "failed" });
    await expect(manager.use(small, "chat", async () => {})).rejects.toMatchObject({
      code: "model-died",
    });
    // The user's own wish is another chance.
    await manager.load(small.id, () => {});
    expect(starts).toHaveLength(4);
  });

  it("keeps no process beside the books when one is unloaded while others wait for it", async () => {
    const { manager, starts, ended } = setUp();
    await manager.rescan();
    const first = manager.use(small, "chat", async () => {});
    const unloading = manager.unload(small.id);
    const second = manager.use(small, "chat", async () => {});
    await Promise.all([first, unloading, second]);
    expect(starts.length - ended.length).toBe(1);
    await manager[Symbol.asyncDispose]();
    expect(ended).toHaveLength(starts.length);
    await expect(manager.use(small, "chat", async () => {})).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("loads anew after a change of settings, when nobody is using the model any more", async () => {
    const { manager, starts, ended, settings } = setUp();
    await manager.rescan();
    await manager.use(small, "chat", async () => {
      settings.update((old) => ({ ...old, contextTokens: 512 }));
      await manager.reloadIdle();
      expect(ended).toEqual([]);
    });
    expect(ended).toEqual(["small.gguf"]);
    await manager.use(small, "chat", async () => {});
    expect(starts.map(({ contextTokens }) => contextTokens)).toEqual([2048, 512]);
  });

  it("stops a load for whoever asked for it, and the model is as before", async () => {
    const { manager, starts } = setUp([small], {
      beforeStart: ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(cancelledError())),
        ),
    });
    await manager.rescan();
    const asked = new AbortController();
    const loading = manager.load(small.id, () => {}, asked.signal);
    await expect.poll(() => starts.length).toBe(1);
    expect(manager.state.get().loaded).toMatchObject([{ status: "loading" }]);
    asked.abort();
    await expect(loading).rejects.toMatchObject({ code: "cancelled" });
    expect(manager.state.get().loaded).toEqual([]);
    // Another face sees the load too, and ends it by unloading.
    const other = manager.use(small, "chat", async () => {});
    await expect.poll(() => starts.length).toBe(2);
    await manager.unload(small.id);
    await expect(other).rejects.toMatchObject({ code: "cancelled" });
    expect(manager.state.get().loaded).toEqual([]);
  });

  it("loads with less when memory runs out, says so in the state and in a notice", async () => {
    const { manager, starts, notices } = setUp([{ ...small, contextLength: 16_384 }], {
      beforeStart: ({ contextTokens, onProgress }) => {
        onProgress(1);
        if ((contextTokens ?? 0) > 4096)
          throw new HearthError({ code: "out-of-memory", title: "Too much.", cause: "Really." });
      },
    });
    await manager.rescan();
    expect(await manager.load(small.id, () => {})).toMatchObject({
      status: "ready",
      contextTokens: 4096,
      steps: [{ change: "context", from: "8192", to: "4096", reason: "Too much. Really." }],
    });
    expect(notices.cell.get().map(({ level, error }) => [level, error.title, error.cause])).toEqual(
      [
        [
          "warning",
          "small was loaded with less than was asked for.",
          "The context is 4096 tokens instead of 8192. (Too much. Really.)",
        ],
      ],
    );
    // Started again after a death it takes what worked, without the way down.
    starts.at(-1)!.onDied(died());
    await expect.poll(() => starts.length, { timeout: 3000 }).toBe(3);
    expect(starts.at(-1)).toMatchObject({ contextTokens: 4096 });
    await expect
      .poll(() => manager.state.get().loaded[0])
      .toMatchObject({
        status: "ready",
        steps: [{ to: "4096" }],
      });
  });

  it("warns when a graphics device was asked for and the processor does the work", async () => {
    const { manager, settings, notices } = setUp([small]);
    settings.update((old) => ({ ...old, device: "vulkan" }));
    await manager.rescan();
    const loaded = await manager.load(small.id, () => {});
    expect(loaded).toMatchObject({ device: "cpu", steps: [{ change: "device", from: "vulkan" }] });
    expect(notices.cell.get()[0]?.error.title).toBe(
      "small runs on the processor, not on the graphics device.",
    );
  });

  it("keeps a KV type only while the file has passed with it", async () => {
    const verdict = { kvType: "q8_0", passed: true } as KvVerdict;
    let verdicts = [verdict];
    const { manager, starts, settings } = setUp([small], { kvVerdicts: async () => verdicts });
    settings.update((old) => ({ ...old, kvTypes: { [small.id]: "q8_0" } }));
    await manager.rescan();
    expect(await manager.load(small.id, () => {})).toMatchObject({ kvType: "q8_0", steps: [] });
    await manager.unload(small.id);
    verdicts = [];
    expect(await manager.load(small.id, () => {})).toMatchObject({
      kvType: "f16",
      steps: [{ change: "kv-type", from: "q8_0", to: "f16" }],
    });
    expect(starts.map(({ kvType }) => kvType)).toEqual(["q8_0", "f16"]);
  });

  describe("with a clock", () => {
    afterEach(() => vi.useRealTimers());

    it("unloads what nobody uses, when its time is up, and shows that time", async () => {
      vi.useFakeTimers();
      const { manager, settings, ended } = setUp([small, embedder]);
      await manager.rescan();
      await manager.load(small.id, () => {});
      await vi.advanceTimersByTimeAsync(1000);
      const shown = (): number | null => manager.state.get().loaded[0]?.unloadsAt ?? null;
      expect(shown()).toBe(Date.now() - 1000 + 15 * 60_000);
      const use = Promise.withResolvers<void>();
      const using = manager.use(small, "chat", () => use.promise);
      await vi.advanceTimersByTimeAsync(60 * 60_000);
      expect([shown(), ended]).toEqual([null, []]);
      use.resolve();
      await using;
      await vi.advanceTimersByTimeAsync(14 * 60_000);
      expect(ended).toEqual([]);
      await vi.advanceTimersByTimeAsync(60_001);
      expect(ended).toEqual(["small.gguf"]);
      expect(manager.state.get().loaded).toEqual([]);
      // Switched off while one rests, it stays.
      await manager.load(small.id, () => {});
      settings.update((old) => ({ ...old, idleUnloadMinutes: null }));
      await vi.advanceTimersByTimeAsync(24 * 60 * 60_000);
      expect([shown(), ended.length]).toEqual([null, 1]);
      settings.update((old) => ({ ...old, idleUnloadMinutes: 1 }));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ended).toHaveLength(2);
    });
  });

  it("counts what would be unloaded as free, and keeps others out during a comparison", async () => {
    const memory = {
      weightsBytes: 4e9,
      layers: 30,
      keyValues: 5760,
      valueValues: 5760,
      rowLength: 64,
      stepValues: 5000,
      vocabulary: 50_000,
    };
    const sized = { ...small, memory };
    const { manager, ended } = setUp([sized], { freeMemory: async () => 4.5e9 });
    await manager.rescan();
    const [before] = await manager.estimate();
    expect(before).toMatchObject({
      modelId: small.id,
      contextTokens: 2048,
      verdict: "tight",
      freeBytes: 4.5e9,
      device: "cpu",
    });
    await manager.load(small.id, () => {});
    const [after] = await manager.estimate(small.id);
    expect(after!.freeBytes).toBe(4.5e9 + before!.kvBytes + before!.workBytes);
    const order: string[] = [];
    const check = manager.withoutLoaded(sized, async () => {
      expect(ended).toEqual(["small.gguf"]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push("compared");
    });
    await expect.poll(() => ended.length).toBe(1);
    await Promise.all([check, manager.use(sized, "chat", async () => order.push("used"))]);
    expect(order).toEqual(["compared", "used"]);
    await manager.use(sized, "chat", async () => {
      const inVain = manager.withoutLoaded(sized, async () => {});
      await expect(inVain).rejects.toMatchObject({ code: "conflict" });
    });
  });
});
