import { describe, expect, it } from "vitest";
import { modelSchema, type Model } from "../../contract/models.ts";
import { settingsSchema } from "../../contract/settings.ts";
import { Cell } from "../core/Cell.ts";
import type { SettingsPatch } from "../core/SettingsService.ts";
import type { Engine } from "../Engine.ts";
import { modelHandlers } from "./modelHandlers.ts";

const own = modelSchema.parse({
  id: "own",
  name: "Own",
  path: "/own.gguf",
  kind: "chat",
  architecture: "llama",
  parameters: 1,
  quantization: "Q8_0",
  bytes: 1,
  contextLength: 2048,
  hasChatTemplate: true,
  source: "",
  memory: {
    weightsBytes: 1,
    layers: 30,
    keyValues: 1,
    valueValues: 1,
    rowLength: 32,
    stepValues: 1,
    vocabulary: 1,
  },
});
const remote = modelSchema.parse({
  ...own,
  id: "remote",
  server: { id: "s", name: "S", host: "10.0.0.2:80", documentsAllowed: false },
});

/** The handlers over two models, and what they set. */
function setUp(gpuLayers: Record<string, number> = {}) {
  const patches: SettingsPatch[] = [];
  const engine = {
    models: {
      findAny: (id: string): Model | undefined => [own, remote].find((model) => model.id === id),
    },
    settings: { cell: new Cell(settingsSchema.parse({ gpuLayers })) },
    updateSettings: (patch: SettingsPatch) => {
      patches.push(patch);
      return Promise.resolve();
    },
  };
  const handlers = modelHandlers(engine as unknown as Engine);
  const set = async (model: Model, layers: number | null): Promise<unknown> =>
    handlers["models.setGpuLayers"]({ modelId: model.id, gpuLayers: layers }, {
      signal: new AbortController().signal,
    } as never);
  return { set, patches };
}

describe("models.setGpuLayers", () => {
  it("keeps the choice of one model, and takes it back", async () => {
    const { set, patches } = setUp({ other: 4, own: 9 });
    await set(own, 31);
    await set(own, 0);
    await set(own, null);
    expect(patches).toEqual([
      { gpuLayers: { other: 4, own: 31 } },
      { gpuLayers: { other: 4, own: 0 } },
      { gpuLayers: { other: 4 } },
    ]);
  });

  it("refuses layers that a model does not have, and models that run elsewhere", async () => {
    const { set, patches } = setUp();
    await expect(set(own, 32)).rejects.toMatchObject({
      code: "bad-input",
      reason: "It has 31, the output counted as one.",
    });
    await expect(set(remote, 4)).rejects.toMatchObject({ code: "bad-input" });
    expect(patches).toEqual([]);
  });
});
