import { describe, expect, it } from "vitest";
import { loadedModelSchema } from "../../contract/models.ts";
import { UsageError } from "../UsageError.ts";
import { loadedText, readLayers } from "./modelLife.ts";

const loaded = loadedModelSchema.parse({
  modelId: "m",
  status: "ready",
  progress: 1,
  pid: 1,
  contextTokens: 4096,
  kvType: "q8_0",
  threads: 2,
  device: "cpu",
  gpuLayers: 0,
  layers: 30,
  steps: [],
  memoryBytes: 4.2e8,
  unloadsAt: null,
  template: { source: "model", name: "model" },
  draftModel: null,
  draftRefusal: null,
});

describe("what is said of a loaded model", () => {
  it("is what it really got", () => {
    expect(loadedText("M", loaded)).toBe(
      "M: CPU · 2 threads · 4096 tokens of context in q8_0 · 420 MB of memory\n",
    );
    const { draftModel } = loadedModelSchema.parse({ ...loaded, draftModel: "small" });
    expect(loadedText("M", { ...loaded, draftModel })).toMatch(/ · small guesses ahead · 420 MB/);
    expect(loadedText("M", { ...loaded, draftRefusal: "memory" })).toMatch(
      / · no draft model \(memory\) · /,
    );
  });

  it("names each concession with its reason, and the layers of a graphics device", () => {
    const text = loadedText("M", {
      ...loaded,
      device: "A card",
      gpuLayers: 18,
      memoryBytes: null,
      steps: [{ change: "context", from: "8192", to: "4096", reason: "Memory ran out." }],
    });
    expect(text).toBe(
      "M: A card, 18 of 31 layers · 2 threads · 4096 tokens of context in q8_0\n" +
        "Less than was asked for:\n  8192 → 4096: Memory ran out.\n",
    );
  });
});

describe("--gpu-layers", () => {
  it.each([
    [undefined, undefined],
    ["auto", null],
    ["0", 0],
    ["12", 12],
  ])("%s", (text, layers) => {
    expect(readLayers(text)).toBe(layers);
  });
  it.each(["-1", "1.5", "all", "", "99999", "1e3"])("%j is not understood", (text) => {
    expect(() => readLayers(text)).toThrow(UsageError);
  });
});
