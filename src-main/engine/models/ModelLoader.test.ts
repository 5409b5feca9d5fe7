import { describe, expect, it } from "vitest";
import type { Device } from "../../contract/devices.ts";
import { HearthError, type ErrorCode } from "../../contract/errors.ts";
import { modelSchema, type DraftRefusal, type Model } from "../../contract/models.ts";
import { settingsSchema } from "../../contract/settings.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";
import { estimateDraft, estimateMemory } from "./estimateMemory.ts";
import { ModelLoader, type BackendStart } from "./ModelLoader.ts";

const memory = {
  weightsBytes: 1e9,
  layers: 30,
  keyValues: 5760,
  valueValues: 5760,
  rowLength: 64,
  stepValues: 5000,
  vocabulary: 50_000,
};

function model(id: string, bytes: number): Model {
  return modelSchema.parse({
    id,
    name: id,
    path: `${id}.gguf`,
    kind: "chat",
    architecture: "llama",
    parameters: bytes,
    quantization: "Q8_0",
    bytes,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "",
    memory: { ...memory, weightsBytes: bytes },
    vocabularyHash: "a",
  });
}

const large = model("large", 4e9);
const small = model("small", 2e8);
const alone = estimateMemory(large.memory ?? memory, 2048, "f16").totalBytes;
const beside = estimateDraft(small.memory ?? memory, 2048);

interface Circumstances {
  readonly freeBytes?: number;
  /** With what a process ends that was given a draft model. */
  readonly failure?: ErrorCode;
  /** What a process says of a draft model that it does not take. */
  readonly refusal?: DraftRefusal;
}

function setUp({ freeBytes = 1e12, failure, refusal }: Circumstances = {}) {
  const drafts: (string | null)[] = [];
  const loader = new ModelLoader({
    settings: () => settingsSchema.parse({}),
    threads: () => 2,
    models: () => [large, small],
    devices: async () => ({ devices: [], packages: [], auto: "cpu" }),
    graphicsLikely: () => false,
    freeMemory: async () => freeBytes,
    kvVerdicts: async () => [],
    checkKv: async () => [],
    startBackend: async ({ draftPath }: BackendStart) => {
      drafts.push(draftPath);
      if (failure && draftPath !== null) throw new HearthError({ code: failure, title: "Failed." });
      const draft = draftPath === null ? {} : { draft: { modelPath: draftPath, refusal } };
      return { info: { device: "cpu", ...draft } } as unknown as InferenceBackend;
    },
  });
  const load = () =>
    loader.load({
      model: large,
      purpose: "chat",
      onProgress: () => {},
      onStep: () => {},
      onActivity: () => {},
      onDied: () => {},
    });
  return { loader, drafts, load };
}

describe("a draft model beside the one that is loaded", () => {
  it("goes with it, and into the estimate", async () => {
    const { loader, drafts, load } = setUp();
    expect(await load()).toMatchObject({ draft: { model: small, refusal: null }, steps: [] });
    expect(drafts).toEqual(["small.gguf"]);
    const [estimate] = await loader.estimate([large], 0);
    expect(estimate).toMatchObject({ draftBytes: beside, totalBytes: alone + beside });
    expect((await loader.estimate([small], 0))[0]?.draftBytes).toBe(0);
  });

  it("is left out where memory suffices for one only, which loses nothing by it", async () => {
    const { loader, drafts, load } = setUp({ freeBytes: alone + beside });
    expect(await load()).toMatchObject({
      draft: { model: null, refusal: "memory" },
      shape: { contextTokens: 2048 },
      steps: [],
    });
    expect(drafts).toEqual([null]);
    const [estimate] = await loader.estimate([large], 0);
    expect(estimate).toMatchObject({ draftBytes: 0, totalBytes: alone, verdict: "tight" });
  });

  it.each([
    ["out-of-memory", "memory"],
    ["model-died", "failed"],
  ] as const)(
    "is left out when the load fails with %s, before anything is given up",
    async (failure, refusal) => {
      const { drafts, load } = setUp({ failure });
      expect(await load()).toMatchObject({
        draft: { model: null, refusal },
        shape: { contextTokens: 2048 },
        steps: [],
      });
      expect(drafts).toEqual(["small.gguf", null]);
    },
  );

  it("is told as refused where the process does not take it", async () => {
    const { load } = setUp({ refusal: "vocabulary" });
    expect((await load()).draft).toEqual({ model: null, refusal: "vocabulary" });
  });
});

describe("layers that the user wants on the graphics device", () => {
  const card: Device = {
    id: "cuda:CUDA0",
    backend: "cuda",
    name: "CUDA0",
    description: "A card",
    kind: "graphics",
    memoryBytes: 6e9,
    freeBytes: 6e9,
    package: "",
  };
  const setUpLayers = (gpuLayers: Record<string, number>, failures = 0) => {
    const targets: BackendStart["target"][] = [];
    const loader = new ModelLoader({
      settings: () => settingsSchema.parse({ gpuLayers, draftModel: "off" }),
      threads: () => 2,
      models: () => [large, small],
      devices: async () => ({ devices: [card], packages: [], auto: card.id }),
      graphicsLikely: () => true,
      freeMemory: async () => 1e12,
      kvVerdicts: async () => [],
      checkKv: async () => [],
      startBackend: async ({ target }: BackendStart) => {
        targets.push(target);
        if (targets.length <= failures)
          throw new HearthError({ code: "out-of-memory", title: "The device is full." });
        return { info: { device: card.description } } as unknown as InferenceBackend;
      },
    });
    const load = (wanted: Model) =>
      loader.load({
        model: wanted,
        purpose: "chat",
        onProgress: () => {},
        onStep: () => {},
        onActivity: () => {},
        onDied: () => {},
      });
    return { loader, load, targets };
  };
  const layersOf = ({ backend, gpuLayers }: BackendStart["target"]) => `${backend} ${gpuLayers}`;

  it("are what it is loaded with, of that model alone", async () => {
    const { load, targets } = setUpLayers({ large: 12 });
    await load(large);
    await load(small);
    expect(targets.map(layersOf)).toEqual(["cuda 12", "cuda -1"]);
    const none = setUpLayers({ large: 0 });
    await none.load(large);
    expect(none.targets.map(layersOf)).toEqual(["cpu 0"]);
  });

  it("are given up step by step where they have no room, which is said", async () => {
    const { load, targets } = setUpLayers({ large: 20 }, 1);
    const { steps } = await load(large);
    expect(targets.map(layersOf)).toEqual(["cuda 20", "cuda 12"]);
    expect(steps).toMatchObject([{ change: "gpu-layers", from: "20", to: "12" }]);
  });

  it("can be estimated before they are chosen", async () => {
    const { loader } = setUpLayers({ large: 12 });
    const layers = async (gpuLayers?: number | null) =>
      (await loader.estimate([large], 0, gpuLayers))[0];
    expect(await layers()).toMatchObject({ gpuLayers: 12, device: "A card", graphics: "A card" });
    expect(await layers(5)).toMatchObject({ gpuLayers: 5 });
    expect(await layers(0)).toMatchObject({ gpuLayers: 0, device: "cpu", graphics: "A card" });
    expect(await layers(null)).toMatchObject({ gpuLayers: 31 });
  });
});

describe("what there is for a model that is not here yet", () => {
  const device = (id: string, kind: Device["kind"]): Device => ({
    id,
    backend: id.startsWith("metal") ? "metal" : id.startsWith("vulkan") ? "vulkan" : "cpu",
    name: id,
    description: id,
    kind,
    memoryBytes: 2e10,
    freeBytes: 1e10,
    package: "",
  });
  const situationOf = (choice: string, devices: Device[]) =>
    new ModelLoader({
      settings: () => settingsSchema.parse({ device: choice, contextTokens: 4096 }),
      threads: () => 2,
      models: () => [],
      devices: async () => ({ devices, packages: [], auto: "cpu" }),
      graphicsLikely: () => true,
      freeMemory: async () => 3e9,
      kvVerdicts: async () => [],
      checkKv: async () => [],
      startBackend: async () => Promise.reject(new Error("Nothing is loaded for it.")),
      memorySpeed: async () => 2e10,
    }).situation("chat", 1e9);

  it("counts what would be given back, and takes the device that auto would take", async () => {
    const devices = [device("cpu", "processor"), device("vulkan:V", "graphics")];
    expect(await situationOf("auto", devices)).toMatchObject({
      contextTokens: 4096,
      freeBytes: 4e9,
      bytesPerSecond: 2e10,
      graphics: { name: "vulkan:V", freeBytes: 1e10, shared: false },
      correction: 1,
    });
    expect((await situationOf("cpu", devices)).graphics).toBeNull();
  });

  it("knows memory that is the processor's own", async () => {
    const devices = [device("cpu", "processor"), device("metal:M", "integrated")];
    expect((await situationOf("auto", devices)).graphics?.shared).toBe(true);
    // Other graphics of that kind are only taken where the user says so.
    const weak = [device("cpu", "processor"), device("vulkan:V", "integrated")];
    expect((await situationOf("auto", weak)).graphics).toBeNull();
    expect((await situationOf("vulkan:V", weak)).graphics?.shared).toBe(true);
  });
});
